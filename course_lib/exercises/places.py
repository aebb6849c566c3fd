"""Where the mistakes are: the expressions that make the answer right, once they are right.

The correct answer has values on its way, and so has the learner's. An expression whose value the
correct one has not, with everything in it right, is where the learner leaves the way. It is changed
until it has a value of the correct answer's, or is given one; then the next one is looked for. What
is said has been tried: with these changes, and these values, every answer is right.
"""

import ast
import time
from dataclasses import dataclass, replace
from typing import Any

import torch

from course_lib.exercises.findings import Finding
from course_lib.exercises.repairs import MORE, in_their_lines
from course_lib.exercises.right_values import right_values
from course_lib.exercises.running import stack_after
from course_lib.exercises.source import definition_of, undecorated
from course_lib.exercises.stages import Stage
from course_lib.exercises.traces import expressions_in, same_kept, same_lists
from course_lib.exercises.words import shape_of, short, source_text, words_for

SEARCH_SECONDS, MOST_PLACES, RTOL = 6, 4, 1e-4
SURE = 2  # that many more values must be right, or it may be chance


@dataclass(frozen=True)
class Place:
    """An expression, what it gave and what it must give: lists of values for each case."""

    node: Any
    gave: list
    right: list
    before: bool = False  # whether what it is made of may be wrong already
    score: int = 0  # how much shows that it was wrong, besides that all is right in the end

    def on(self, stage):
        """Another stage in which this expression is right, or None."""
        node = next((n for n in stage.trace.nodes if _place(n) == _place(self.node)), None)
        return node and stage.with_values(node, self.right)

    def seen_in(self, stage, alone):
        """The place in the learner's own code; ``alone`` where nothing else is changed."""
        node = next((n for n in stage.gave if _place(n) == _place(self.node)), None)
        if node is None:
            return self
        before = not stage.made_of_right_names(node) if alone else self.before
        return replace(self, node=node, gave=stage.gave[node], before=before)

    @property
    def is_sure(self):
        """Whether it may be told where other things are wrong as well."""
        return self.score >= SURE and all(len(values) == 1 for values in self.right)


@dataclass(frozen=True)
class Done:
    """A change to an expression, after which it has a value of the correct answer's."""

    change: Any
    score: int  # as that of a ``Place``

    @property
    def is_sure(self):
        """Whether it may be told where other things are wrong as well."""
        return self.score > 0

    def seen_in(self, stage, alone):
        return self

    def on(self, stage):
        """Another stage in which this change is done, or None."""
        own = (self.change.what, self.change.line)
        change = next((c for c in stage.changes if (c.what, c.line) == own), None)
        return change and stage.with_change(change)


def finding(trial, shown=None):
    """(the finding that names every place, in its own line, or None; whether it says all).

    ``shown`` are the numbers of the cases one of which is shown with it; by default the wrong ones.
    """
    tree = definition_of(trial.function)
    if tree is None or trial.got[-1].stopped or len(trial.got) < len(trial.expected):
        return None, False
    found, stage = [], Stage(trial, undecorated(tree), right_values(trial), shown or ())
    stack_after(SEARCH_SECONDS + 2, lambda: found.append(_Search(stage).result()))
    if not found or not found[0] or not found[0][0]:
        return None, False
    done, complete = found[0]
    shown = [k for k in stage.sample if k in (shown or trial.wrong)]
    return _in_words(trial, done, complete, shown), complete


class _Search:
    def __init__(self, stage):
        self.first, self.end = stage, time.monotonic() + SEARCH_SECONDS
        self.own = {change.what for change in stage.changes}

    def late(self):
        return time.monotonic() > self.end

    def result(self):
        """(the changes and places, whether they make everything right), or None."""
        done, complete = self.along(lambda change: change.likely)
        if not complete:
            more, complete = self.along(lambda change: True)
            done = more if complete else done
        if not complete and not all(step.is_sure for step in done):
            return None
        done = self.needed(done) if complete else done
        return [step.seen_in(self.first, len(done) == 1) for step in done], complete

    def along(self, may_be):
        """(steps from the first expression on that leaves the way, do they make all right?)."""
        stage, done = self.first, []
        while len(done) < MOST_PLACES:
            found = self.by_change(stage, may_be) or self.one_place(stage)
            if found is None and (both := self.two_places(stage)):
                return [*done, *both], True
            found = found or self.best_place(stage)
            if found is None:
                break
            done.append(found[0])
            stage = found[1]
            if stage.is_right():
                return done, True
        found = self.anywhere(stage)
        return [*done, *found], bool(found)

    def needed(self, done):
        """The steps without those that nothing speaks for and that are not needed."""
        for step in done:
            rest = [other for other in done if other is not step]
            stage = self.first
            for other in rest:
                stage = stage and other.on(stage)
            if rest and not step.score and stage and stage.is_right():
                return self.needed(rest)
        return done

    def by_change(self, stage, may_be):
        """(a change after which an expression has a value of the correct answer, the new stage)."""
        for node in stage.border:
            for change in stage.changes_at(node):
                if self.late():
                    return None
                if change.what in self.own and may_be(change):
                    then = stage.with_change(change)
                    if then.function and (right := _reached(stage, then, node, change)):
                        return Done(change, _score(stage, then, right)), then
        return None

    def tried(self, stage, nodes, alike=False):
        """(a place, the stage in which it is right), as long as there is time."""
        for node in filter(stage.may_be_a_place, nodes):
            for values in stage.fitting(node, stage.missing + stage.others):
                place = Place(node, stage.gave[node], values)
                if self.late():
                    return
                if not alike or stage.of_one_shape(place.gave, values):
                    then = stage.with_values(node, values)
                    if then.function is not None:
                        yield place, then

    def one_place(self, stage):
        """(a place whose right value makes everything right, the stage in which it is)."""
        tried = self.tried(stage, stage.front)
        return next((pair for pair in tried if pair[1].is_right()), None)

    def two_places(self, stage):
        for place, then in self.tried(stage, stage.border, alike=True):
            for other, last in self.tried(then, then.border, alike=True):
                if last.is_right():
                    return [place, other]
        return None

    def best_place(self, stage):
        """(the place whose right value makes the most of the next values right, the stage)."""
        tried = self.tried(stage, stage.front, alike=True)
        scores = [(_score(stage, then, place.right), place, then) for place, then in tried]
        most = max((score for score, *_ in scores), default=0)
        best = [(place, then) for score, place, then in scores if score == most]
        around = (set(ast.walk(other.node)) for other, _ in best[1:])
        if not most or not all(best[0][0].node in nodes for nodes in around):
            return None
        if len({id(place.node) for place, _ in best}) < len(best):
            return None  # several values would do
        place, then = best[0]
        return replace(place, score=most), then

    def anywhere(self, stage):
        """[the smallest place elsewhere whose right value makes everything right], or []."""
        nodes = [n for n in stage.nodes if n in stage.gave and n not in stage.right]
        nodes = [n for n in nodes if stage.may_be_a_place(n) and not isinstance(n, ast.Name)]
        for node in sorted(nodes, key=lambda n: not stage.made_of_right_names(n)):
            for values in stage.fitting(node, stage.known):
                if self.late():
                    return []
                if stage.with_values(node, values).is_right():
                    before = not stage.made_of_right_names(node)
                    small = stage.may_be_a_place(node, 0.5)
                    if before and (isinstance(node, (ast.Tuple, ast.List)) or not small):
                        continue  # which would say too little of where it is
                    return [Place(node, stage.gave[node], values, before)]
        return []


def _reached(stage, then, node, change):
    """The missing value that an expression has after a change in it, or None."""
    place = _place(node)
    new = change.new.get(node) or next(
        (n for n in expressions_in(then.tree) if _place(n) == place), None
    )
    if not isinstance(new, ast.expr):
        return None
    gave = stage.gave[node]
    wanted = [v for v in stage.missing if not _same_numbers(gave, v, stage.sample)]
    return next(iter(then.reaches(new, wanted)), None)


def _same_numbers(gave, values, cases):
    """Whether two expressions gave the same numbers, in whatever shapes."""
    return all(
        [x.numbers for x in gave[k]] == [x.numbers for x in values[k]] and gave[k] for k in cases
    )


def _gained(stage, then, right):
    """How many values that were wrong, and computed from one that is right now, are right too."""
    before = {_place(node): node for node in stage.gave}
    gained = [right, *stage.answers]
    for node in then.right:
        old, new = before.get(_place(node)), then.gave[node]
        if old is None or old in stage.right or not any(stage.gave[old]):
            continue
        if any(then.are_same(new, v) for v in stage.missing) and not any(
            then.are_same(new, v) for v in gained
        ):
            gained.append(new)
    return len(gained) - 1 - len(stage.answers)


def _score(stage, then, right):
    """How much shows that a value was wrong and is right now, where others are wrong as well."""
    alone = all(len(case) == 1 and isinstance(case[0].value, int) for case in right)
    ends_errors = alone and stage.trace.stopped and not then.trace.stopped
    many = max(3, len(stage.order) // 4)
    more = len(then.right_cases) - len(stage.right_cases) >= many
    whole = bool(ends_errors) + (more and then.right_cases >= stage.right_cases)
    parts = max(0, len(then.right_parts) - len(stage.right_parts))
    return _gained(stage, then, right) + SURE * (whole + parts)


def _place(node):
    return type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _in_words(trial, done, complete, shown):
    places = [p for p in done if isinstance(p, Place)]
    case = _case(places, shown)
    said = [
        (p.node.lineno, _what(p, case)) if isinstance(p, Place) else (p.change.line, p.change.what)
        for p in done
    ]
    rest = ["All the rest is right."] if places else []
    if any(place.before for place in places):
        rest = ["What comes after it is right; it may be wrong in what it is made of."]
    return Finding(" ".join([*in_their_lines(trial, said), *(rest if complete else [MORE])]), case)


def _case(places, shown):
    """The first of the cases on which the most of the places show; None without a place."""
    if not places:
        return None
    shows = {k: sum(_differ(p.gave[k], p.right[k]) for p in places) for k in shown}
    return max(shown, key=shows.get)


def _differ(a, b):
    return not same_lists(a, b, RTOL)


def _what(place, case):
    gave, right = place.gave[case], place.right[case]
    what = _values_in_words(gave, right) if _differ(gave, right) else "is wrong on other inputs"
    return f"{source_text(place.node)} {what}"


def _values_in_words(gave, right):
    if len(gave) < len(right):
        needed = right[len(gave)].value
        return f"cannot be computed on the input below, where {_short(needed)} is needed"
    pairs = zip(gave, right, strict=True)
    n, a, b = next((n, a, b) for n, (a, b) in enumerate(pairs) if not same_kept(a, b, RTOL))
    mine, needed = a.value, b.value
    time_ = "" if len(gave) == 1 else f" at its turn {n + 1}"
    if isinstance(mine, (list, tuple)) and any(isinstance(t, torch.Tensor) for t in mine):
        return "is not what is needed"
    if isinstance(mine, torch.Tensor) and mine.shape != needed.shape:
        return (
            f"has shape {shape_of(mine)}{time_} on the input below, where {shape_of(needed)} is "
            "needed"
        )
    if isinstance(mine, torch.Tensor) and mine.numel() > 4:
        wrong = (~torch.isclose(mine.double(), needed.double(), equal_nan=True)).nonzero()
        entry = tuple(wrong[0].tolist())
        a, b = (words_for(t[entry].item()) for t in (mine, needed))
        place = ", ".join(map(str, entry))
        return f"gives {a} at [{place}]{time_} on the input below, where {b} is needed"
    return f"gives {_short(mine)}{time_} on the input below, where {_short(needed)} is needed"


def _short(thing):
    if isinstance(thing, torch.Tensor):
        if thing.numel() > 4:
            return f"a tensor of shape {shape_of(thing)}"
        thing = thing.tolist()
    return short(words_for(thing))
