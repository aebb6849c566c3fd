"""Whether an answer that a model is trained on has its history: does a slope come back?"""

import inspect
from dataclasses import replace

import torch

from course_lib.exercises.comparison import equal
from course_lib.exercises.findings import Finding
from course_lib.exercises.running import run, run_all

CASES = 3  # that many of the drawn ones: the shown may lie on a kink, where there is no one slope


def no_slopes(trial):
    """The finding for a right answer through which no slope comes back, or a wrong one; or None."""
    exercise = trial.exercise
    if not exercise.trained_on:
        return None
    names = list(inspect.signature(exercise.reference).parameters)
    places = [names.index(name) for name in exercise.trained_on]
    knobs = replace(exercise, call=lambda f, *given: _slopes(exercise.call, f, given, places))
    first = len(exercise.cases)
    drawn = trial.expected[first : first + CASES]
    cases = [_with_knobs(outcome.before, places) for outcome in drawn]
    outcomes = run_all(knobs, trial.function, cases)
    for case, (given, got) in enumerate(zip(cases, outcomes, strict=False), first):
        right = run(knobs, exercise.reference, given).value
        if got.error is not None or got.value is None:
            return Finding(_cut(exercise), case)
        for name, mine, slope in zip(exercise.trained_on, got.value, right, strict=True):
            if mine is None or not equal(mine, slope, trial.rtol):
                return Finding(_cut(exercise) if mine is None else _wrong_slope(name), case)
    return None


def _with_knobs(case, places):
    return tuple(
        given.detach().clone().requires_grad_() if k in places else given
        for k, given in enumerate(case)
    )


def _slopes(call, function, given, places):
    """The slopes of an answer, one tensor or several, along some of its arguments.

    None if it has no history at all.
    """
    value = call(function, *given)
    parts = value if isinstance(value, (tuple, list)) else [value]
    parts = [part for part in parts if isinstance(part, torch.Tensor) and part.requires_grad]
    if not parts:
        return None
    joined = torch.cat([part.flatten() for part in parts])
    # a plain sum would hide the slopes of a softmax, whose sum is 1 whatever it is given
    weights = torch.arange(1.0, len(joined) + 1).cos().to(joined)
    along = [given[k] for k in places]
    return torch.autograd.grad((weights * joined).sum(), along, allow_unused=True)


def _cut(exercise):
    names = " and ".join(exercise.trained_on)
    return (
        f"The values are right, but a model is trained on this answer, and no slope comes back "
        f"from it to {names}: detach, no_grad, .item() and tensor(...) cut the graph."
    )


def _wrong_slope(name):
    return (
        f"The values are right, but the slope that comes back to {name} is not: a part of the "
        "computation is cut off the graph."
    )
