"""What was found in an answer, on which case it shows, and what it was found in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from course_lib.exercises.comparison import alike, equal, same
from course_lib.exercises.registry import Exercise


@dataclass(frozen=True)
class Finding:
    """What is wrong with an answer.

    ``case`` is the number of the case to show with it. Without one it is the smallest among the
    wrong ones for which ``seen_in(answer, right answer)`` is true. ``part`` says of which part of
    the answer it is true, such as "part 2", or "part 2, part 1 of it".
    """

    sentence: str
    case: int | None = None
    seen_in: Callable | None = None
    part: str = ""

    def __str__(self):
        if not self.part:
            return self.sentence
        return f"{self.part[:1].upper()}{self.part[1:]}: {self.sentence}"


@dataclass(frozen=True)
class Trial:
    """A learner's function and the correct answer, run on the same cases.

    ``got`` and ``expected`` are lists of ``running.Outcome``; ``got`` is the shorter one if the
    learner's function had to be stopped. ``numbers`` are those of the cases in the exercise.
    """

    exercise: Exercise
    function: Callable
    got: list
    expected: list
    numbers: range | list

    def of_values_first(self):
        """Without the cases at the borders, if the answer's values are wrong on others as well.

        At a border the right answer is an error, or the learner's is one and none belongs there.
        """
        borders = {
            k for k, (got, right) in enumerate(self.outcomes) if self._is_border(k, got, right)
        }
        rest = [k for k in range(len(self.got)) if k not in borders]
        if self.got[-1].stopped or not borders or not set(rest) & set(self.wrong):
            return self
        got, expected = ([those[k] for k in rest] for those in (self.got, self.expected))
        return replace(self, got=got, expected=expected, numbers=[self.numbers[k] for k in rest])

    def _is_border(self, k, got, right):
        if right.error is not None:
            return True
        among_borders = self.numbers[k] >= len(self.expected) - len(self.exercise.borders)
        return among_borders and got.error is not None

    @property
    def shown(self):
        """The numbers of the cases that the exercise shows."""
        shown = len(self.exercise.cases)
        return {k for k, number in enumerate(self.numbers) if number < shown}

    @property
    def rtol(self):
        return self.exercise.rtol

    @cached_property
    def outcomes(self):
        """(the learner's, the right one) for every case."""
        return list(zip(self.got, self.expected, strict=False))

    @cached_property
    def wrong(self):
        """The numbers of the cases on which the answer is wrong."""
        return [k for k, (g, e) in enumerate(self.outcomes) if not same(g, e, self.rtol)]

    @cached_property
    def answered(self):
        """The outcomes of the cases that have an answer, not an error, as the right outcome."""
        return [(g, e) for g, e in self.outcomes if e.error is None]

    @cached_property
    def values(self):
        """(answer, right answer) for the cases that have one."""
        return [(g.value, e.value) for g, e in self.answered]

    @cached_property
    def arguments(self):
        """The arguments of these cases, as they were before the call."""
        return [g.before for g, _ in self.answered]

    def all_equal(self):
        return all(equal(g, e, self.rtol) for g, e in self.values)

    def all_alike(self):
        return all(alike(g, e, self.rtol) for g, e in self.values)
