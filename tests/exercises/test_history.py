"""An answer that is to be trained on keeps its history."""

import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose


def mse(predictions, targets):
    return ((predictions - targets) ** 2).mean()


@pytest.fixture
def name(make):
    return make(
        mse,
        cases=[(tensor([1.0, 2.0]), tensor([1.0, 4.0]))],
        random_case=lambda: (torch.randn(5), torch.randn(5)),
        trained_on=["predictions"],
    )


def without_gradients(p, t):
    with torch.no_grad():
        return mse(p, t)


@pytest.mark.parametrize(
    "answer",
    [
        lambda p, t: mse(p.detach(), t),
        lambda p, t: tensor(mse(p, t).item()),
        lambda p, t: mse(p.detach(), t).requires_grad_(),
        lambda p, t: torch.from_numpy(p.numpy() - t.numpy()).square().mean(),
        without_gradients,
    ],
)
def test_a_loss_without_history_is_refused(name, answer):
    assert "no slope comes back from it to predictions" in diagnose(name, answer).message


def test_a_slope_that_is_partly_cut_is_named(name):
    report = diagnose(name, lambda p, t: ((p - t).detach() * (p - t)).mean())
    assert "the slope that comes back to predictions is not" in report.message


def test_a_loss_with_its_history_is_accepted(name):
    assert diagnose(name, torch.nn.functional.mse_loss).ok


def test_a_kink_in_the_solution_refuses_no_other_slope(make):
    def distance(x, y):
        return (x - y).abs().mean()

    name = make(
        distance,
        cases=[(tensor([1.0]), tensor([1.0]))],
        random_case=lambda: (torch.randn(4), torch.randn(4)),
        trained_on=["x"],
    )
    assert diagnose(name, lambda x, y: torch.where(x >= y, x - y, y - x).mean()).ok


def halves(x):
    return x[: len(x) // 2] ** 2, x[len(x) // 2 :] * 3


def test_slopes_come_back_through_every_part_of_an_answer(make):
    def case():
        return (torch.randn(6),)

    name = make(halves, cases=[case()], random_case=case, trained_on=["x"])
    assert diagnose(name, lambda x: (x[:3] * x[:3], 3 * x[3:])).ok
    half = diagnose(name, lambda x: (halves(x)[0], halves(x)[1].detach()))
    assert "the slope that comes back to x is not" in half.message
    none = diagnose(name, lambda x: tuple(part.detach() for part in halves(x)))
    assert "no slope comes back from it to x" in none.message
