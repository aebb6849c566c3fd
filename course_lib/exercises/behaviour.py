"""How an answer behaves: does it return anything, compute anything, leave its arguments alone?"""

import torch

from course_lib.exercises.comparison import equal, holds, numbers_in, same
from course_lib.exercises.findings import Finding
from course_lib.exercises.reading import why_lazy
from course_lib.exercises.running import run, stack_after


def changed_arguments(trial):
    """The finding for a right result whose arguments are not as they should be, or None."""
    if not trial.all_equal():
        return None
    for got, expected in trial.answered:
        for k, (mine, right) in enumerate(zip(got.after, expected.after, strict=True)):
            if equal(mine, right, trial.rtol):
                continue
            if equal(right, expected.before[k], trial.rtol):
                return Finding(
                    f"The result is right, but you changed argument {k + 1} in place. "
                    "Whoever called the function still needs it: compute a new one."
                )
            if equal(mine, got.before[k], trial.rtol):
                return Finding(
                    f"Argument {k + 1} must be changed in place, and yours is as it was. "
                    "x = x - 1 makes a new tensor and leaves the old one alone; x -= 1 changes it."
                )
            return Finding(
                f"Argument {k + 1} must be changed in place, and yours has the wrong values after "
                "it."
            )
    return None


def also_changed(trial):
    """The finding for an argument changed in place beside a wrong result, or None."""
    for got, expected in trial.answered:
        for k, (mine, right) in enumerate(zip(got.after, expected.after, strict=True)):
            untouched = equal(right, expected.before[k], trial.rtol)
            if untouched and not equal(mine, right, trial.rtol):
                return Finding(
                    f"You changed argument {k + 1} in place, and the result is wrong as well. "
                    "Compute something new and leave the input alone."
                )
    return None


def nothing_returned(trial):
    """The finding for None where an answer was expected, or None."""
    empty = [
        k
        for k, (g, e) in enumerate(trial.outcomes)
        if _returned(g) is None and _returned(e) is not None
    ]
    if not empty:
        return None
    if len(empty) < len(trial.got):
        return Finding(
            "Your function returns nothing on this input: not every way through it ends in a "
            "return.",
            empty[0],
        )
    if any(g.printed for g in trial.got):
        return Finding("Your function prints its answer; it must hand it back with return.")
    return Finding("Your function returns nothing. Its last line must be: return and the result.")


def _returned(outcome):
    value = outcome.value
    return next(iter(value.values()), None) if isinstance(value, dict) else value


def lazy(trial):
    """The finding for an answer, or a part of one, that has yet to be computed; or None."""
    for got, _ in trial.values:
        parts = got.values() if isinstance(got, dict) else got
        parts = parts if isinstance(got, (tuple, list, dict)) else [got]
        sentence = next((why_lazy(part) for part in parts if not callable(part)), None)
        if sentence:
            return Finding(sentence)
    return None


def constant(trial):
    """The finding for an answer that does not depend on the input, or None."""
    (first, first_right), rtol = trial.values[0], trial.rtol
    numbers = numbers_in(first)
    if all(holds(lambda g: (numbers_in(g) == 0).all(), g) for g, _ in trial.values):
        return Finding("Your function gives 0 whatever it is given.")
    if (
        len(trial.values) > 1
        and all(holds(equal, g, first, rtol) for g, _ in trial.values)
        and not all(equal(e, first_right, rtol) for _, e in trial.values)
        and (numbers is None or numbers.isfinite().all())
    ):
        return Finding(
            "Your function gives the same answer whatever it is given. "
            "It must compute with its input."
        )
    return None


def unsteady(trial):
    """The finding for the first case once more, with other random numbers: does anything differ?"""
    exercise, first, rtol = trial.exercise, trial.got[0], trial.rtol
    draws = not same(
        run(exercise, exercise.reference, first.before, seed=1), trial.expected[0], rtol
    )
    if draws:
        return None
    again = []
    stack_after(
        exercise.seconds,
        lambda: again.append(run(exercise, trial.function, first.before, seed=1)),
    )
    steady = not again or same(again[0], first, rtol)
    if not steady and _has_a_value(first.value) and same(first, first, rtol):
        return Finding(
            "Called twice with the same input, your function gives two different answers. "
            "Does it draw random numbers, or keep something from one call to the next?"
        )
    return None


def _has_a_value(thing):
    """Whether two of its kind can be equal: an object without == of its own equals only itself."""
    if isinstance(thing, (tuple, list)):
        return all(map(_has_a_value, thing))
    own = type(thing).__eq__ is not object.__eq__ or hasattr(thing, "data")
    return own or isinstance(thing, torch.nn.Module)
