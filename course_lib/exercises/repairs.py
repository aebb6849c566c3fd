"""One change to the learner's own code that makes it right: what it changes is the mistake.

Nothing is guessed: a change counts only if the changed code gives the right answer on every case.
"""

import ast
import itertools
import linecache
from dataclasses import dataclass

from course_lib.exercises.changes import RANK_OF, Change, changes_in
from course_lib.exercises.comparison import same
from course_lib.exercises.dimensions import meets_its_own
from course_lib.exercises.findings import Finding
from course_lib.exercises.reading import names_used
from course_lib.exercises.running import run, stack_after
from course_lib.exercises.source import code_of, definition_of, file_in_words, made_of, rebuilt
from course_lib.exercises.words import short

SEARCH_SECONDS = 20
MOST, PAIRS = 3000, 2000  # that many are tried


@dataclass(frozen=True)
class Repair:
    """What was wrong in a line of the learner's: "you took the sum ..."."""

    change: Change
    text: str  # of the line
    file: str  # "your cell", or its name

    @property
    def sentence(self):
        return f"In line {self.change.line} of {self.file}, `{self.text}`, {self.change.what}."


def repairs_of(trial):
    """The first change that makes the answer right, or the first two that do so together.

    Returns:
        A list of one or two ``Repair``, or an empty one.
    """
    tree = definition_of(trial.function)
    if tree is None or trial.got[-1].stopped or len(trial.got) < len(trial.expected):
        return []
    decorators = [d for d in tree.decorator_list if isinstance(_called(d), ast.Attribute)]
    plain = type(tree)(**(vars(tree) | {"decorator_list": decorators}))
    found = []
    stack_after(SEARCH_SECONDS, lambda: found.extend(_one(trial, plain) or _two(trial, plain)))
    return [_in_its_line(trial, change) for change in found]


def _in_its_line(trial, change):
    filename = code_of(trial.function).co_filename
    text = short(linecache.getline(filename, change.line).strip())
    return Repair(change, text, file_in_words(filename))


def finding(trial):
    """The finding that names the changes, each in its own line; or None."""
    found = repairs_of(trial)
    return Finding(" ".join(repair.sentence for repair in found)) if found else None


MORE = "Something else is wrong as well."


def keepdim_finding(trial):
    """The finding for a ``keepdim=True`` that is missing where that is not all; or None."""
    repair = keepdim(trial)
    return Finding(f"{repair.sentence} {MORE}") if repair else None


def keepdim(trial):
    """The ``Repair`` of a ``keepdim=True`` that is missing in an answer with more wrong; or None.

    Without it Python stops at two shapes, and with it does not; or a row meets its own mean or sum
    along the wrong dimension, as in ``x / x.sum(dim=-1)``.
    """
    tree = definition_of(trial.function)
    if tree is None or trial.got[-1].stopped:
        return None
    for change in changes_in(tree, unlikely=False):
        if change.of_keepdim and _gets_on(trial, tree, change):
            return _in_its_line(trial, change)
    return None


def _gets_on(trial, tree, change):
    """Whether a change ends the errors about shapes, or changes what rows are computed with."""
    function = made_of(rebuilt(tree, change.new), trial.function)
    if function is None:
        return False
    stopped = [k for k, (g, e) in enumerate(trial.outcomes) if g.error and not e.error]
    wrong = stopped or (trial.wrong if meets_its_own(tree, change) else [])
    other = [run(trial.exercise, function, trial.expected[k].before) for k in wrong]
    if any(outcome.error is not None for outcome in other):
        return False
    return any(not same(o, trial.got[k], trial.rtol) for o, k in zip(other, wrong, strict=True))


def _one(trial, tree):
    likeliest = sorted(itertools.islice(changes_in(tree), MOST), key=_not_asked_for(trial))
    for change in likeliest:
        if _makes_right(trial, rebuilt(tree, change.new)):
            return [change]
    return []


def _not_asked_for(trial):
    """A key that puts last, of equally likely changes, a mean or sum that no right answer takes."""
    names = names_used(trial.exercise.reference)

    def key(change):
        word = change.what.rpartition("the exercise asks for the ")[2]
        return RANK_OF(change), word in ("mean", "sum") and word not in names

    return key


def _two(trial, tree):
    """Of the likely changes only, and never two that undo or repeat each other."""
    for one, two, changed in itertools.islice(_pairs(tree), PAIRS):
        if _makes_right(trial, changed):
            return [one, two]
    return []


def _pairs(tree):
    changes = list(changes_in(tree, unlikely=False))
    own = {
        change.what for change in changes
    }  # what a first change has written is not the learner's
    for one in changes:
        changed = rebuilt(tree, one.new)
        for two in changes_in(changed, unlikely=False):
            if (two.line, two.what) > (one.line, one.what) and two.what in own:
                yield one, two, rebuilt(changed, two.new)


def _makes_right(trial, tree):
    function = made_of(tree, trial.function)
    if function is None:
        return False
    order = [*trial.wrong, *(k for k in range(len(trial.got)) if k not in trial.wrong)]
    return all(_right(trial, function, k) for k in order)


def _right(trial, function, k):
    outcome = run(trial.exercise, function, trial.expected[k].before)
    return same(outcome, trial.expected[k], trial.rtol)


def _called(decorator):
    return decorator.func if isinstance(decorator, ast.Call) else decorator
