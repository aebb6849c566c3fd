"""course_lib.schedule against its closed form, and its cosine against torch's."""

import math

import pytest
import torch

from course_lib.schedule import warmup_cosine, warmup_linear


def test_warmup_cosine_equals_its_closed_form():
    rate = [
        warmup_cosine(s, peak=2.0, warmup_steps=4, total_steps=20, final=0.2) for s in range(25)
    ]
    assert rate[:4] == [0.5, 1.0, 1.5, 2.0]
    assert rate[4] == 2.0 and rate[20:] == [0.2] * 5
    assert rate[12] == pytest.approx((2.0 + 0.2) / 2)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(
        torch.optim.SGD([torch.ones(1)], lr=2.0), T_max=16, eta_min=0.2
    )
    for step in range(4, 20):
        assert rate[step] == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        theirs.optimizer.step()
        theirs.step()


def test_warmup_cosine_without_warmup_and_with_nothing_else():
    assert warmup_cosine(0, 1.0, 0, 10) == 1.0
    assert warmup_cosine(9, 1.0, 10, 10) == 1.0


@pytest.mark.parametrize("step, warmup, total", [(-1, 2, 10), (0, -1, 10), (0, 11, 10)])
def test_warmup_cosine_refuses_impossible_steps(step, warmup, total):
    with pytest.raises(
        ValueError, match=f"step={step}, warmup_steps={warmup}, total_steps={total}"
    ):
        warmup_cosine(step, 1.0, warmup, total)


@pytest.mark.parametrize("peak, final", [(1.0, 2.0), (1.0, -0.1), (math.inf, 0.0), (math.nan, 0.0)])
@pytest.mark.parametrize("rate", [warmup_cosine, warmup_linear])
def test_impossible_rates_are_refused(rate, peak, final):
    with pytest.raises(ValueError, match=f"0 <= final <= peak, got final={final}, peak={peak}"):
        rate(0, peak, 2, 10, final)


def test_warmup_linear_equals_torchs_straight_lines():
    rate = [warmup_linear(s, 2.0, 4, 20, final=0.2) for s in range(25)]
    assert rate[:5] == [0.5, 1.0, 1.5, 2.0, 2.0] and rate[20:] == [0.2] * 5
    theirs = torch.optim.lr_scheduler.LinearLR(
        torch.optim.SGD([torch.ones(1)], lr=2.0), 1.0, 0.1, total_iters=16
    )
    for step in range(4, 20):
        assert rate[step] == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        theirs.optimizer.step()
        theirs.step()
    with pytest.raises(ValueError, match="needs step >= 0"):
        warmup_linear(-1, 2.0, 4, 20)
