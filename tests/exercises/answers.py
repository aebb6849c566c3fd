"""Answers to the exercises, right and wrong, as learners write them.

The answers to the exercises of lesson 03 are in ``answers_03.py``, and adding one is one function:

    @wrong("03.mse", "mean, not sum")
    def my_mse(predictions, targets):
        return ((predictions - targets) ** 2).sum()


    @right("03.mse")
    def my_mse(predictions, targets):
        return (predictions - targets).square().mean()

What a wrong answer must be told stands beside its exercise, as a fragment of the message: words that
no answer with another cause is told. Several answers may have the same cause. All answers to an
exercise may have the same name, as in its notebook, except one that calls itself.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from course_lib.exercises import diagnose

from . import __path__ as here

_answers = []


@dataclass(frozen=True)
class Answer:
    """A function for an exercise; ``cause`` is what it must be told, or None where it is right."""

    exercise: str
    cause: str | None
    function: Callable
    number: int  # among the answers to its exercise

    def __str__(self):
        return f"{self.exercise}-{self.number}-{self.cause or 'right'}"


def right(exercise):
    """Decorator for an answer that ``check`` must accept."""
    return wrong(exercise, None)


def wrong(exercise, cause):
    """Decorator for an answer that ``check`` must refuse with a message that holds ``cause``."""

    def keep(function):
        number = sum(answer.exercise == exercise for answer in _answers)
        _answers.append(Answer(exercise, cause, function, number))
        return function

    return keep


@functools.cache
def all_answers():
    """The answers in all files, in their order."""
    for module in pkgutil.iter_modules(here):
        if module.name.startswith("answers_"):
            importlib.import_module(f"{__package__}.{module.name}")
    return tuple(_answers)


def answers_to(exercise):
    """The answers to one exercise."""
    return [answer for answer in all_answers() if answer.exercise == exercise]


@functools.cache
def told(answer):
    """The checker's report about an answer, asked for once."""
    return diagnose(answer.exercise, answer.function)


def fault(answer):
    """What is wrong with the report about an answer, or None."""
    return own_fault(answer) or (answer.cause and shared_cause(answer))


def own_fault(answer, told=told):
    """What is wrong with the report as such, or None."""
    report = told(answer)
    if answer.cause is None:
        return None if report.ok else f"A right answer was refused: {report.message}"
    if report.state != "wrong":
        return f"A wrong answer is {report.state}."
    if answer.cause not in report.message:
        return f"{answer.cause!r} is not in: {report.message}"
    return None


def shared_cause(answer):
    """The other causes in whose reports this answer's cause stands as well, or None."""
    others = {other.cause for other in answers_to(answer.exercise)} - {answer.cause, None}
    same = [
        other.cause
        for other in answers_to(answer.exercise)
        if other.cause in others and answer.cause in told(other).message
    ]
    return f"{answer.cause!r} is told to others as well: {same}" if same else None
