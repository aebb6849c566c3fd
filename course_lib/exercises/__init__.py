"""Exercises that answer back: ``check("03.mse", my_mse)`` says what is wrong with an answer, and why.

An exercise lives in its lesson's file, ``lesson_NN.py``, as a correct answer under ``@exercise``:

    @exercise(
        "03.mse",
        cases=[(tensor([1.0, 2.0]), tensor([1.0, 4.0]))],          # shown to the learner, smallest first
        random_case=lambda: (torch.randn(5), torch.randn(5)),     # so that a constant cannot pass
        mistakes={"You added the squares up; ...": lambda p, t: ((p - t) ** 2).sum()},
        hints=["What is the error of the first point alone?"],
    )
    def mse(predictions, targets):
        return ((predictions - targets) ** 2).mean()

A mistake is a sentence and a function that makes it: whoever gets the same answers made the same
mistake. What can go wrong in any exercise (sign, shape, dtype, an input changed in place, a constant,
an endless loop, an exception) is found without being listed; see ``diagnosis``. So is a small slip in
the correct answer as it stands there, or two of them; see ``slips``. List what has a reason that the
learner should read.
"""

import difflib
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Exercise", "Report", "Wrong", "check", "diagnose", "exercise", "names"]


@dataclass(frozen=True)
class Exercise:
    """One exercise. The fields are the arguments of ``exercise``."""

    name: str
    reference: Callable
    cases: list
    random_case: Callable
    mistakes: dict
    hints: list
    forbid: dict
    call: Callable
    rtol: float
    seconds: float


@dataclass(frozen=True)
class Report:
    """What became of an answer: ``state`` is "correct", "not attempted" or "wrong"."""

    state: str
    message: str

    @property
    def ok(self):
        return self.state == "correct"


if "_exercises" not in globals():  # a reload keeps what the lessons have registered and may raise
    _exercises: dict[str, Exercise] = {}

    class Wrong(Exception):
        """Raised by an exercise's ``call``: its text is what the learner is told."""


def exercise(
    name,
    *,
    cases,
    random_case,
    mistakes,
    hints,
    forbid=None,
    call=None,
    rtol=1e-4,
    seconds=5.0,
):
    """Decorator that makes an exercise of its correct answer.

    Args:
        name: "NN.word", lesson and a short name.
        cases: argument tuples that the learner is shown, smallest first.
        random_case: a function that draws one more argument tuple with torch's or the standard
            library's random numbers; called with a fixed seed.
        mistakes: {sentence: function that makes this mistake, or a tuple of them}, the likeliest
            first.
        hints: texts, from a nudge to nearly the answer.
        forbid: {name used in the learner's code: sentence}; "loop" stands for any for or while.
        call: what to do with the learner's function; ``call(function, *arguments)`` gives the answer
            that is compared, or raises ``Wrong``. By default the function is called with the arguments.
        rtol: relative tolerance of the comparison.
        seconds: after which the learner's code is stopped.
    """

    def register(reference):
        _exercises[name] = Exercise(
            name, reference, cases, random_case, mistakes, hints, forbid or {},
            call or (lambda function, *arguments: function(*arguments)), rtol, seconds,
        )  # fmt: skip
        return reference

    return register


def check(name, answer=None, *, hint=None):
    """Say whether an answer to an exercise is right and, if not, what is wrong with it.

    Args:
        name: the exercise, such as "03.mse".
        answer: the learner's function itself, not its result.
        hint: 1 for the first hint, 2 for the second, and so on.

    Raises:
        ValueError: for a name that no exercise has; the message lists the near ones.
        TypeError: for an answer that is not a function.
    """
    if hint is not None:
        print(_hint(_find(name), hint))
    else:
        print(f"{name}  {diagnose(name, answer).message}")


def diagnose(name, answer):
    """What ``check`` prints, as a ``Report``.

    Raises:
        ValueError, TypeError: as ``check`` does.
        ImportError: if a file of the learner's has taken the place of a library.
    """
    found = _find(name)
    if not callable(answer):
        raise TypeError(_not_callable(name, answer))
    try:
        from course_lib.exercises.diagnosis import examine

        return examine(found, answer)
    except Exception as error:
        why = hidden_library() or (
            "this answer could not be judged, which is a fault of the checker: "
            f"{type(error).__name__}. Please report it with your function."
        )
        return Report("wrong", why)


def names(lesson):
    """The names of the exercises of a lesson, such as "03", in the order of its file.

    Raises:
        ValueError: for a lesson that has no exercises.
    """
    if lesson not in _lessons():
        raise ValueError(f"There are no exercises of a lesson {lesson!r}, only of {_lessons()}.")
    _load(lesson)
    return [name for name in _exercises if name.startswith(f"{lesson}.")]


def _lessons():
    modules = pkgutil.iter_modules(__path__)
    return [m.name.removeprefix("lesson_") for m in modules if m.name.startswith("lesson_")]


def _load(lesson):
    try:
        from course_lib.exercises.running import usual_modes

        with usual_modes():  # the cases are tensors, made here once for all
            importlib.import_module(f"course_lib.exercises.lesson_{lesson}")
    except Exception as error:
        if hidden_library():
            raise ImportError(hidden_library()) from error
        raise


def hidden_library():
    """A sentence about a file beside the notebook that is imported in place of a library, or None."""
    try:
        here = os.getcwd()
    except FileNotFoundError:  # the folder is gone, and its files with it
        return None
    libraries = {*sys.stdlib_module_names, "torch", "numpy", "matplotlib"}
    for name in sorted(libraries & sys.modules.keys()):
        file = getattr(sys.modules[name], "__file__", None)
        if not file:
            continue
        folder = os.path.dirname(os.path.abspath(file))
        if hasattr(sys.modules[name], "__path__"):  # a package: the file is its __init__.py
            folder = os.path.dirname(folder)
        if folder == here:
            return (f"Your own file {os.path.relpath(file)} is imported in place of the library {name}: "
                    "give it another name, then restart the kernel.")  # fmt: skip
    return None


def _find(name):
    if not isinstance(name, str):
        raise ValueError(
            f'check wants the name of the exercise first: check("03.mse", {_call(name)})'
        )
    lesson = name.partition(".")[0]
    if lesson in _lessons():
        _load(lesson)
    if name not in _exercises:
        everything = [known for lesson in _lessons() for known in names(lesson)]
        near = difflib.get_close_matches(name, everything, n=3, cutoff=0.5)
        near = (
            near or [known for known in everything if known.startswith(f"{lesson}.")] or everything
        )
        raise ValueError(f"There is no exercise {name!r}. Near it: {', '.join(near)}")
    return _exercises[name]


def _call(thing):
    return getattr(thing, "__name__", "my_answer")


def _not_callable(name, answer):
    function = "my_" + name.partition(".")[2].replace("-", "_")
    if answer is None:
        return f'check needs your function as well: check("{name}", {function})'
    return (
        f'check wants the function itself, check("{name}", {function}), without parentheses behind it. '
        f"It was given a {type(answer).__name__}, which is what a call of the function returns."
    )


def _hint(found, number):
    if (
        not isinstance(number, int)
        or isinstance(number, bool)
        or not 1 <= number <= len(found.hints)
    ):
        return f"{found.name}  has hints 1 to {len(found.hints)}; you asked for {number!r}."
    last = number == len(found.hints)
    more = "That was the last one; the solution is folded below." if last else (
        f'The next one: check("{found.name}", hint={number + 1})'
    )  # fmt: skip
    return f"{found.name}  Hint {number} of {len(found.hints)}: {found.hints[number - 1]}\n{more}"
