"""What is known of an exercise before an answer comes: its cases, what is right, what is wrong.

It is worked out at the first answer and kept for the next ones. Nobody changes it: code that runs a
function on ``before`` of an outcome gives it a copy.
"""

import functools
import random
from dataclasses import dataclass, field
from typing import Any

import torch

from course_lib.exercises.running import run

RANDOM_CASES = 20
EXERCISES = 8  # that many are kept; a lesson that is loaded again has new ones


@dataclass(frozen=True, eq=False)
class Known:
    """The outcomes of the correct answer and, as they are asked for, of the listed mistakes."""

    exercise: Any
    expected: list
    _made: dict = field(default_factory=dict)

    def made(self, way, k):
        """The outcome of a listed mistake's function on case ``k``."""
        if (way, k) not in self._made:
            self._made[way, k] = run(self.exercise, way, self.expected[k].before)
        return self._made[way, k]


def known_of(exercise):
    """What is known of an exercise in the default dtype of now."""
    return _known(exercise, torch.get_default_dtype())


@functools.lru_cache(EXERCISES)
def _known(exercise, dtype):
    return Known(exercise, [run(exercise, exercise.reference, c) for c in cases_of(exercise)])


def cases_of(exercise):
    """The shown cases, the random ones and the borders, the same at every call."""
    torch.default_generator.manual_seed(1)
    random.seed(1)
    drawn = [exercise.random_case() for _ in range(RANDOM_CASES)]
    return [*exercise.cases, *drawn, *exercise.borders]
