"""Constants, changes in place, an answer that has yet to run, one that is never the same."""

import random

import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose

from .cells import in_a_cell, twice


def test_constants_are_refused(make):
    name = make(twice)
    assert "same answer whatever" in diagnose(name, lambda x: 4.0).message
    assert "gives 0 whatever" in diagnose(name, lambda x: x * 0).message
    assert (
        "written into the function"
        in diagnose(name, lambda x: {2.0: 4.0, 3.0: 6.0}.get(x, 1)).message
    )


def test_a_change_in_place_is_seen_and_the_reference_is_not_hurt_by_it(make):
    def total(x):
        return x.sum()

    case = tensor([1.0, 2.0])
    name = make(total, cases=[(case,)], random_case=lambda: (torch.randn(3),))
    assert "changed argument 1 in place" in diagnose(name, lambda x: x.mul_(2).sum() / 2).message
    assert case.tolist() == [1.0, 2.0]
    assert diagnose(name, lambda x: x.sum()).ok


def test_a_module_is_the_same_after_a_copy_and_seen_when_its_weights_change(make):
    def size(module):
        return sum(p.numel() for p in module.parameters())

    name = make(
        size,
        cases=[(torch.nn.Linear(2, 3),)],
        random_case=lambda: (torch.nn.Linear(random.randint(1, 5), 2),),
    )
    assert diagnose(name, lambda m: sum(len(p.flatten()) for p in m.parameters())).ok

    def changes(module):
        module.weight.data.zero_()
        return size(module)

    assert "changed argument 1 in place" in diagnose(name, changes).message


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def my(x):\n    yield 2 * x\n", "has a yield in it"),
        ("async def my(x):\n    yield 2 * x\n", "has a yield in it"),
        ("async def my(x):\n    return 2 * x\n", "begins with async def"),
        ("def my(x):\n    return (2 * y for y in [x])\n", "gives back a generator"),
        ("def my(x):\n    return zip([x], [x])\n", "gives back a zip"),
        ("def my(x):\n    return {'twice': map(abs, [x])}\n", "gives back a map"),
    ],
)
def test_an_answer_that_has_yet_to_run_is_named(make, code, says):
    assert says in diagnose(make(twice), in_a_cell(code)).message


def test_an_object_that_equals_only_itself_is_not_called_random(make):
    class Point:
        pass

    assert "yours is a Point" in diagnose(make(twice), lambda x: Point()).message


def test_an_answer_that_differs_from_call_to_call_is_named(make):
    name = make(twice)
    assert "two different answers" in diagnose(name, lambda x: 2 * x + random.random()).message
    calls = []
    assert (
        "two different answers"
        in diagnose(name, lambda x: calls.append(x) or len(calls) * x).message
    )


def test_an_exercise_that_draws_random_numbers_can_be_answered(make):
    def noisy(x):
        return x + torch.randn(()).item()

    assert diagnose(make(noisy), lambda x: torch.randn(()).item() + x).ok
    assert (
        "two different" not in diagnose(make(noisy), lambda x: x - torch.randn(()).item()).message
    )
