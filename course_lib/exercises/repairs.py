"""One change to the learner's own code that makes it right: what it changes is the mistake.

Nothing is guessed: a change counts only if the changed code gives the right answer on every case.
"""

import itertools
import linecache
from dataclasses import dataclass
from operator import itemgetter

from course_lib.exercises.changes import RANK_OF, Change, changes_in
from course_lib.exercises.comparison import equal, same
from course_lib.exercises.dimensions import meets_its_own
from course_lib.exercises.findings import Finding
from course_lib.exercises.known import known_of
from course_lib.exercises.reading import constants_in, names_used
from course_lib.exercises.running import run, stack_after
from course_lib.exercises.source import (
    code_of,
    definition_of,
    file_in_words,
    made_of,
    rebuilt,
    undecorated,
)
from course_lib.exercises.words import short

SEARCH_SECONDS, ENDLESS_SECONDS = 20, 5
MOST, PAIRS = 3000, 6000  # that many are tried


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
    tree, found = undecorated(tree), []
    stack_after(SEARCH_SECONDS, lambda: found.extend(_one(trial, tree) or _two(trial, tree)))
    return [in_its_line(trial, change) for change in found]


def that_ends_the_loop(trial):
    """The ``Repair`` after which a function that had to be stopped ends and is right; or None."""
    tree, found = definition_of(trial.function), []
    if tree is None:
        return None
    stack_after(ENDLESS_SECONDS, lambda: found.extend(_one(trial, undecorated(tree))))
    return in_its_line(trial, found[0]) if found else None


def with_what_is_seen(trial, sentence):
    """The finding for a listed mistake, or for what the code alone shows where it explains it.

    ``a / b * b`` where ``a / (b * b)`` is right may give the numbers of another mistake, as may
    ``sums[ids] += x``; a ``keepdim=True`` too many may stop where another one does. A line whose
    result nobody keeps leaves something out, and is named beside what that is.
    """
    stops = any(g.error is not None for g, _ in trial.outcomes)
    tree, found = definition_of(trial.function), []
    if tree is None or trial.got[-1].stopped:
        return Finding(sentence)
    tree = undecorated(tree)
    kinds = [("parentheses", "product"), *[("call", "no keepdim")] * stops]
    seen = (c for c in changes_in(tree) if c.kind in kinds or c.keeps_a_result or c.adds_each)
    right = (c for c in seen if _makes_right(trial, rebuilt(tree, c.new)))
    stack_after(SEARCH_SECONDS, lambda: found.extend(itertools.islice(right, 1)))
    if not found:
        return Finding(sentence)
    own = in_its_line(trial, found[0]).sentence
    return Finding(f"{sentence} {own}" if found[0].keeps_a_result else own)


def in_its_line(trial, change):
    """The ``Repair`` of a change, with the line of the learner's that it is in."""
    filename = code_of(trial.function).co_filename
    text = short(linecache.getline(filename, change.line).strip())
    return Repair(change, text, file_in_words(filename))


def every_change(trial, tree):
    """``changes_in`` a tree, with the numbers that the correct answer has."""
    return changes_in(tree, numbers=constants_in(trial.exercise.reference))


def in_their_lines(trial, said):
    """A sentence for each line of the learner's, of pairs (its number, what is wrong in it)."""
    filename = code_of(trial.function).co_filename
    for line, those in itertools.groupby(sorted(said, key=itemgetter(0)), itemgetter(0)):
        text = short(linecache.getline(filename, line).strip())
        wrong = "; ".join(what for _, what in those)
        yield f"In line {line} of {file_in_words(filename)}, `{text}`, {wrong}."


def finding(trial):
    """The finding that names the changes, each in its own line; or None."""
    found = repairs_of(trial)
    return Finding(" ".join(repair.sentence for repair in found)) if found else None


def parts_finding(trial):
    """The finding for an answer with several wrong parts, each made right by a change; or None."""
    tree = definition_of(trial.function)
    if tree is None or trial.got[-1].stopped or not all(_in_parts(*o) for o in trial.outcomes):
        return None
    found = {}
    stack_after(SEARCH_SECONDS, lambda: _by_part(trial, undecorated(tree), found))
    if len(found) < 2 or None in found.values():
        return None
    said = dict.fromkeys((change.line, change.what) for change in found.values())
    return Finding(" ".join(in_their_lines(trial, said)))


def _in_parts(got, right):
    """Whether both answers are tuples or lists of as many parts."""
    both = got.value, right.value
    return all(isinstance(v, (tuple, list)) for v in both) and len(both[0]) == len(both[1]) > 0


def _by_part(trial, tree, found):
    """Fill ``found`` with {part of the answer that is wrong: the change that makes it right}."""
    parts = range(min(len(e) for _, e in trial.values))
    wrong = {p for p in parts if any(not equal(g[p], e[p], trial.rtol) for g, e in trial.values)}
    if len(wrong) < 2:
        return
    found.update(dict.fromkeys(wrong))
    for change in itertools.islice(every_change(trial, tree), MOST):
        open_parts = {p for p in wrong if found[p] is None}
        for part in _made_right(trial, rebuilt(tree, change.new), open_parts):
            found[part] = change
        if None not in found.values():
            return


def _made_right(trial, tree, parts):
    """Those of the parts that a changed tree makes right in every case."""
    function = made_of(tree, trial.function)
    for k in [*trial.wrong, *range(len(trial.got))] if function and parts else ():
        outcome, right = run(trial.exercise, function, trial.expected[k].before), trial.expected[k]
        if outcome.error is not None or not _in_parts(outcome, right):
            return set()
        parts = {p for p in parts if equal(outcome.value[p], right.value[p], trial.rtol)}
        if not parts:
            break
    return parts if function else set()


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
            return in_its_line(trial, change)
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
    likeliest = sorted(itertools.islice(every_change(trial, tree), MOST), key=_not_asked_for(trial))
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
            later = (two.line, two.what) > (one.line, one.what)
            if later and two.what in own and not _by_chance(one, two):
                yield one, two, rebuilt(changed, two.new)


def _by_chance(one, two):
    """Whether two changes rewrite a formula: parentheses put elsewhere and a term taken out."""
    moved = [c for c in (one, two) if c.kind[0] == "parentheses"]
    return len(moved) == 1 and any(c.what.endswith("does not belong there") for c in (one, two))


def _makes_right(trial, tree):
    function = made_of(tree, trial.function)
    if function is None:
        return False
    order = [*trial.wrong, *(k for k in range(len(trial.expected)) if k not in trial.wrong)]
    return all(_right(trial, function, k) for k in order) and _spoils_nothing(trial, function)


def _spoils_nothing(trial, function):
    """Whether the cases that a trial leaves aside, at the borders, are as right as they were."""
    known = known_of(trial.exercise).expected

    def right(answer, k):
        outcome = run(trial.exercise, answer, known[k].before)
        return same(outcome, known[k], trial.rtol)

    aside = [k for k in range(len(known)) if k not in trial.numbers]
    return all(right(function, k) or not right(trial.function, k) for k in aside)


def _right(trial, function, k):
    outcome = run(trial.exercise, function, trial.expected[k].before)
    return same(outcome, trial.expected[k], trial.rtol)
