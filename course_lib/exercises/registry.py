"""The exercises by name: what one consists of, and the files of the lessons that hold them.

Nothing here imports torch at once: a file of the learner's may have taken the place of a library,
and then there has to be someone left to say so.
"""

import difflib
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)  # known by itself: what is kept of it goes by its identity
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
    borders: list
    trained_on: list
    facts: dict
    never: dict

    def ways(self):
        """(sentence, function that makes this mistake) for every mistake that is listed."""
        for sentence, those in self.mistakes.items():
            for way in those if isinstance(those, tuple) else (those,):
                yield sentence, way


# An exercise whose answer must be a whole number says ``never={float: WHOLE}``.
WHOLE = "The number is right, but it has a decimal point; give a whole number, with // for /."


@dataclass(frozen=True)
class Report:
    """What became of an answer: ``state`` is "correct", "not attempted" or "wrong".

    ``cause`` is the sentence about what is wrong, without the example that ``message`` has.
    """

    state: str
    message: str
    cause: str = ""

    @property
    def ok(self):
        return self.state == "correct"


if "_exercises" not in globals():  # a reload keeps what the lessons hold, raise and are called by
    _exercises: dict[str, Exercise] = {}

    class Wrong(Exception):
        """Raised by an exercise's ``call``: its text is what the learner is told."""

    def plain_call(function, *arguments):
        """What is done with a learner's function where an exercise names nothing else."""
        return function(*arguments)


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
    borders=(),
    trained_on=(),
    facts=None,
    never=None,
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
        call: what to do with the learner's function; ``call(function, *arguments)`` gives the
            answer that is compared, or raises ``Wrong``. By default the function is called with
            the arguments.
        rtol: relative tolerance of the comparison.
        seconds: after which the learner's code is stopped.
        borders: argument tuples that are tried and not shown: no steps, a score of exactly 0, one
            row, more than four rows.
        trained_on: names of arguments, float tensors, along which a slope must come back through
            the answer: it is tried with ``requires_grad=True`` in them, and its slope is compared.
        facts: {what may be true of an input, such as "a score is exactly 0": a function of the
            arguments that says whether it is}; told where they separate right from wrong.
        never: {type: sentence} for what a right answer, or a part of it, may not be.

    Raises:
        TypeError: for a case that is no tuple of arguments.
    """
    borders = list(borders)
    if not all(isinstance(case, tuple) for case in [*cases, *borders]):
        raise TypeError(f"{name}: each case is a tuple of arguments, also if there is one alone")

    def register(reference):
        _exercises[name] = Exercise(
            name=name,
            reference=reference,
            cases=cases,
            random_case=random_case,
            mistakes=mistakes,
            hints=hints,
            forbid=forbid or {},
            call=call or plain_call,
            rtol=rtol,
            seconds=seconds,
            borders=borders,
            trained_on=list(trained_on),
            facts=facts or {},
            never=never or {},
        )
        return reference

    return register


def lessons():
    """The lessons that have exercises, such as "03"."""
    modules = pkgutil.iter_modules([os.path.dirname(__file__)])
    return [m.name.removeprefix("lesson_") for m in modules if m.name.startswith("lesson_")]


def names(lesson):
    """The names of the exercises of a lesson, such as "03", in the order of its file.

    Raises:
        ValueError: for a lesson that has no exercises.
    """
    if lesson not in lessons():
        raise ValueError(f"There are no exercises of a lesson {lesson!r}, only of {lessons()}.")
    _load(lesson)
    return [name for name in _exercises if name.startswith(f"{lesson}.")]


def find(name):
    """The exercise of that name.

    Raises:
        ValueError: for a name that no exercise has; the message lists the near ones.
        ImportError: if a file of the learner's has taken the place of a library.
    """
    if not isinstance(name, str):
        answer = getattr(name, "__name__", "my_answer")
        raise ValueError(f'check wants the name of the exercise first: check("03.mse", {answer})')
    lesson = name.partition(".")[0]
    if lesson in lessons():
        _load(lesson)
    if name not in _exercises:
        everything = [known for lesson in lessons() for known in names(lesson)]
        near = difflib.get_close_matches(name, everything, n=3, cutoff=0.5)
        near = (
            near or [known for known in everything if known.startswith(f"{lesson}.")] or everything
        )
        raise ValueError(f"There is no exercise {name!r}. Near it: {', '.join(near)}")
    return _exercises[name]


def _load(lesson):
    try:
        from course_lib.exercises.surroundings import usual_modes

        with usual_modes():  # the cases are tensors, made here once for all
            importlib.import_module(f"course_lib.exercises.lesson_{lesson}")
    except Exception as error:
        if hidden_library():
            raise ImportError(hidden_library()) from error
        raise


def hidden_library():
    """A sentence about a file that is imported from here in place of a library, or None."""
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
            return (
                f"Your own file {os.path.relpath(file)} is imported in place of the library "
                f"{name}: give it another name, then restart the kernel."
            )
    return None
