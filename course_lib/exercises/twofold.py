"""Two mistakes, one in a line of the learner's and one that the exercise lists.

A change to the learner's code counts if with it every answer is that of a listed mistake.
"""

import itertools

from course_lib.exercises.changes import changes_in
from course_lib.exercises.comparison import same
from course_lib.exercises.findings import Finding
from course_lib.exercises.known import known_of
from course_lib.exercises.repairs import in_its_line
from course_lib.exercises.running import run, stack_after
from course_lib.exercises.source import definition_of, made_of, rebuilt, undecorated

SEARCH_SECONDS, MOST = 5, 800
BY_CHANCE = 2  # that many cases may be right in spite of two mistakes
KINDS = {"logic", "parentheses", "call", "shape", "border"}  # numbers would agree by chance


def finding(trial):
    """The finding that names the change, and the mistake that is left after it; or None."""
    tree, found = definition_of(trial.function), []
    if tree is None or trial.got[-1].stopped or not trial.exercise.mistakes:
        return None
    if trial.shown.isdisjoint(trial.wrong):  # written for what is shown: nothing else went wrong
        return None
    stack_after(SEARCH_SECONDS, lambda: found.append(_search(trial, undecorated(tree))))
    if not found or found[0] is None:
        return None
    change, sentence = found[0]
    return Finding(f"{in_its_line(trial, change).sentence} The second mistake: {sentence}")


def _search(trial, tree):
    for change in itertools.islice(filter(_takes_nothing_away, changes_in(tree)), MOST):
        function = made_of(rebuilt(tree, change.new), trial.function)
        sentence = function and _listed(trial, function)
        if sentence:
            return change, sentence
    return None


def _takes_nothing_away(change):
    sign = change.kind[0] == "operation" and change.what.endswith(("be subtracted", "be added"))
    return sign or (change.kind[0] in KINDS and "does not belong" not in change.what)


def _listed(trial, function):
    """The sentence of the first listed mistake that a function makes in every case, or None."""
    made, ways = known_of(trial.exercise).made, list(trial.exercise.ways())
    for k in [*trial.wrong, *(k for k in range(len(trial.got)) if k not in trial.wrong)]:
        outcome = run(trial.exercise, function, trial.expected[k].before)
        if outcome.error is not None and trial.expected[k].error is None:
            return None
        spoiled = k not in trial.wrong and not same(outcome, trial.expected[k], trial.rtol)
        if spoiled and len(trial.got) - len(trial.wrong) > BY_CHANCE:
            return None  # it was right without the change
        number = trial.numbers[k]
        ways = [(s, way) for s, way in ways if same(outcome, made(way, number), trial.rtol)]
        if not ways:
            return None
    return ways[0][0]
