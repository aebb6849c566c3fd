"""Two mistakes on different inputs: some on which an answer breaks down, others that it gets wrong."""

import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose

from .cells import in_a_cell


def shares(counts):
    return counts / counts.sum() if counts.sum() else counts


@pytest.fixture
def shares_of(make):
    """The shares of some counts; ``zeros`` are so many of the cases that are drawn."""

    def register(zeros):
        drawn = iter([torch.zeros(2)] * zeros + [torch.rand(3) + 0.5 for _ in range(50)])
        return make(
            shares,
            cases=[(tensor([1.0, 3.0, 2.0]),)],
            random_case=lambda: (next(drawn),),
            mistakes={
                "You divide by the largest.": lambda counts: (
                    counts / counts.max() if counts.max() else counts
                )
            },
        )

    return register


def told(name, body):
    return diagnose(name, in_a_cell(f"def my(counts):\n    return {body}\n")).message


def test_a_mistake_on_the_others_is_told_beside_the_breakdown(shares_of):
    message = told(shares_of(3), "counts / counts.max()")
    assert "There is nan or inf in your answer on some inputs. On all the others: " in message
    assert "You divide by the largest." in message
    assert "gave      tensor([nan" not in message


def test_a_division_by_0_is_called_so(shares_of):
    body = "torch.tensor([c / max(counts.tolist()) for c in counts.tolist()])"
    message = told(shares_of(3), body)
    assert "Your function divides by 0 on some inputs. On all the others: You divide" in message


def test_where_only_the_breakdown_is_wrong_nothing_else_is_told(shares_of):
    message = told(shares_of(3), "counts / counts.sum()")
    assert "On all the others" not in message and "nan or inf" in message


def test_a_few_others_are_too_few(shares_of):
    message = told(shares_of(19), "counts / counts.max()")
    assert "On all the others" not in message and "nan or inf" in message


def test_without_a_breakdown_the_mistake_stands_alone(shares_of):
    message = told(shares_of(0), "counts / counts.max()")
    assert "You divide by the largest." in message and "On all the others" not in message
