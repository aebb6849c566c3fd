"""What is kept of an exercise is its own, and no answer leaves anything in it for the next."""

import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose, known, names
from course_lib.exercises.comparison import same
from course_lib.exercises.registry import find, lessons
from course_lib.exercises.running import run_all


def spoiling(*arguments):
    """An answer that writes into all that it is given, however deep it lies."""
    for argument in arguments:
        if isinstance(argument, torch.nn.Module):
            spoiling(*argument.parameters(), *argument.buffers())
        elif isinstance(argument, torch.Tensor):
            argument.data.fill_(3)
        elif isinstance(argument, (list, tuple)):
            spoiling(*argument)
            if isinstance(argument, list):
                argument.clear()
        elif isinstance(argument, dict):
            argument.clear()


@pytest.mark.parametrize("name", [name for lesson in lessons() for name in names(lesson)])
def test_an_answer_that_spoils_its_arguments_leaves_the_cases_as_they_were(name):
    exercise = find(name)
    kept = known.known_of(exercise).expected[:: max(1, len(exercise.cases) // 4)]
    run_all(exercise, spoiling, [outcome.before for outcome in kept])
    for outcome in kept:
        again = known.run(exercise, exercise.reference, outcome.before)
        assert same(again, outcome, exercise.rtol)


def test_exercises_of_one_name_and_one_reference_are_told_apart(make):
    def total(x):
        return x.sum()

    def last(n):
        return lambda x: x[:n].sum()

    mistakes = {"Only the first two count.": last(2)}
    short = {"cases": [(tensor([1.0, 2.0]),)], "random_case": lambda: (torch.randn(2),)}
    long = {"cases": [(tensor([1.0, 2.0, 4.0]),)], "random_case": lambda: (torch.randn(3),)}
    name = make(total, mistakes=mistakes, **short)
    assert diagnose(name, last(2)).ok
    assert make(total, mistakes=mistakes, **long) == name
    assert "Only the first two count." in diagnose(name, last(2)).message
    make(total, mistakes={}, **long)
    assert "Only the first two count." not in diagnose(name, last(2)).message


def test_an_answer_is_judged_alike_after_any_other(make):
    def double(x):
        return 2 * x

    name = make(
        double,
        cases=[(tensor([1.0, 2.0]),)],
        random_case=lambda: (torch.randn(3),),
        mistakes={"This is the square.": lambda x: x.mul_(x)},
    )
    answers = [lambda x: x**2, double, lambda x: x.mul_(2), lambda x: x.clear(), spoiling]
    first = [diagnose(name, answer) for answer in answers]
    assert [diagnose(name, answer) for answer in answers[::-1]] == first[::-1]
    assert [report.ok for report in first] == [False, True, False, False, False]
