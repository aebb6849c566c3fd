"""A learner's code in which some expressions are right already, and where it is still wrong."""

import ast
import copy
from functools import cached_property

import torch

from course_lib.exercises.comparison import alike, holds, same
from course_lib.exercises.repairs import every_change
from course_lib.exercises.running import run, size_of
from course_lib.exercises.source import made_of, rebuilt
from course_lib.exercises.traces import Trace, keep, same_lists

LARGEST_PART = 0.9  # of the learner's code: what is larger is no place


class Put:
    """Stands in an expression's place and gives the values that it was told, one at each call."""

    def __init__(self, number, values):
        self.name, self.values = f"__put_{number}__", values
        self.call = ast.Call(ast.Name(self.name, ast.Load()), [], [])
        self.begin(0)

    def begin(self, k):
        self._left = list(self.values[k])

    def __call__(self):
        if not self._left:
            raise RuntimeError("no value is left")
        value = self._left.pop(0).value
        return value.clone() if isinstance(value, torch.Tensor) else copy.copy(value)


class Stage:
    """The learner's code as a tree, what stands in it, and what the right values are."""

    def __init__(self, trial, tree, values, shown=(), puts=()):
        self.trial, self.tree, self.puts = trial, tree, list(puts)
        self.values, self.shown = values, shown
        self.known, self.others = values
        sizes = [size_of(outcome.before) for outcome in trial.got]
        self.order = sorted(range(len(sizes)), key=lambda k: (k not in trial.wrong, sizes[k], k))
        self.sample = _sample(self.order, len(trial.wrong), shown)

    def _next(self, tree, puts):
        return Stage(self.trial, tree, self.values, self.shown, puts)

    def with_values(self, node, values):
        """The stage in which an expression gives other values."""
        put = Put(len(self.puts), values)
        return self._next(rebuilt(self.tree, {node: put.call}), [*self.puts, put])

    def with_change(self, change):
        """The stage in which one of the changes of ``repairs`` is done."""
        return self._next(rebuilt(self.tree, change.new), self.puts)

    def begin(self, k):
        for put in self.puts:
            put.begin(k)

    @cached_property
    def function(self):
        names = {put.name: put for put in self.puts}
        return made_of(self.tree, self.trial.function, names)

    def outcome(self, k):
        self.begin(k)
        return run(self.trial.exercise, self.function, self.trial.expected[k].before)

    def is_right(self):
        return self.function is not None and all(map(self.is_right_on, self.order))

    def is_right_on(self, k):
        return same(self.outcome(k), self.trial.expected[k], self.trial.rtol)

    @cached_property
    def outcomes(self):
        """(outcome, right outcome) for every case."""
        return [(self.outcome(k), self.trial.expected[k]) for k in sorted(self.order)]

    @cached_property
    def right_cases(self):
        rtol = self.trial.rtol
        return {k for k, (g, e) in enumerate(self.outcomes) if same(g, e, rtol)}

    @cached_property
    def answers(self):
        """The right answers, or the parts of them, as values on the way."""
        right = [e.value for _, e in self.trial.outcomes]
        if not all(isinstance(e, (tuple, list)) and e for e in right):
            right = [(e,) for e in right]
        found = [[[keep(e[p])] for e in right] for p in range(min(map(len, right)))]
        return [values for values in found if all(kept for case in values for kept in case)]

    @cached_property
    def right_parts(self):
        """The places in an answer of several parts that are right in every case."""
        answers = [(g.value, e.value) for g, e in self.outcomes]
        if not all(isinstance(e, (tuple, list)) for _, e in answers):
            return set()
        parts, rtol = range(min(len(e) for _, e in answers)), self.trial.rtol
        return {p for p in parts if all(_part_is_right(g, e, p, rtol) for g, e in answers)}

    @cached_property
    def trace(self):
        return self._trace().all(self.sample)

    def _trace(self, nodes=None):
        cases = [e.before for _, e in self.trial.outcomes]
        names = {put.name: put for put in self.puts}
        exercise, function = self.trial.exercise, self.trial.function
        return Trace(exercise, self.tree, function, cases, names, self.begin, nodes)

    def reaches(self, node, known):
        """Which of the known values an expression has on every case."""
        trace, rtol = self._trace([node]), self.trial.rtol
        for k in self.sample:
            trace.run(k)
            gave = trace.on(node, k)
            if gave is None:
                return []
            known = [v for v in known if same_lists(gave, v[k], rtol)]
            if not known:
                return []
        return known

    @cached_property
    def gave(self):
        """{expression: its values}, lists for each case; none for what is nothing of numbers."""
        return {n: given for n in self.trace.nodes if (given := self.trace.of(n)) is not None}

    @cached_property
    def right(self):
        """The expressions whose values the correct answer has too."""
        return {
            n for n, gave in self.gave.items() if any(self.are_same(gave, v) for v in self.known)
        }

    @cached_property
    def missing(self):
        """The values of the correct answer that the learner's code has nowhere."""
        return [v for v in self.known if not any(self.are_same(g, v) for g in self.gave.values())]

    def are_same(self, gave, values):
        """Whether an expression has these values, wherever an error has not come before it."""
        stopped, some = self.trace.stopped, False
        for k in self.sample:
            if gave[k] or k not in stopped:
                if not same_lists(gave[k], values[k], self.trial.rtol):
                    return False
                some = some or (bool(gave[k]) and k in self.trial.wrong)
        return some

    @cached_property
    def nodes(self):
        """The expressions, the smallest first."""
        sizes = {node: sum(1 for _ in ast.walk(node)) for node in self.trace.nodes}
        return sorted(sizes, key=sizes.get)

    def made_of_right_names(self, node):
        """Whether every name in it stands for a value of the correct answer's, or for a size."""
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n in self.gave]
        return all(
            name in self.right or any(self.are_same(self.gave[name], v) for v in self.others)
            for name in names
        )

    def may_be_a_place(self, node, part=LARGEST_PART):
        """Whether an expression is a small part of the code, and all of it the learner's own.

        A .grad is none, for it is computed elsewhere, nor is a .shape as a whole.
        """
        bodies = [node.body for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        whole = sum(1 for body in bodies for part in body for _ in ast.walk(part))
        parts, puts = list(ast.walk(node)), [put.call for put in self.puts]
        if any(isinstance(p, ast.Attribute) and p.attr == "grad" for p in parts):
            return False
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            return False
        return len(parts) <= part * whole and not any(p in puts for p in parts)

    @cached_property
    def border(self):
        """The expressions whose value the correct answer has not, with everything in them right."""
        return [node for node in self.nodes if self._is_at_the_border(node)]

    def _is_at_the_border(self, node):
        if isinstance(node, ast.Name) or node in self.right or not self._reached(node):
            return False
        inside = [part for part in ast.walk(node) if part is not node and part in self.gave]
        return all(part in self.right for part in inside)

    @cached_property
    def front(self):
        """The expressions whose value the correct answer has not, with all names in them right."""
        return [
            node
            for node in self.nodes
            if not isinstance(node, ast.Name)
            and node not in self.right
            and self._reached(node)
            and self.made_of_right_names(node)
        ]

    def _reached(self, node):
        """Whether all that an expression is made of was computed, in some case at least."""
        if node not in self.gave:
            return False
        parts = [self.gave[p] for p in ast.walk(node) if p is not node and p in self.gave]
        wrong = [k for k in self.sample if k in self.trial.wrong]
        return any(all(part[k] for part in parts) for k in wrong)

    def fitting(self, node, known):
        """Those of the known values that may stand in an expression's place, of its shape first."""
        gave = self.gave[node]
        fit = [v for v in known if self._fits(gave, v) and not self._is_the_answer(v)]
        if not any(gave) and self._has_a_tensor(node):
            fit = [v for v in fit if all(isinstance(x.value, torch.Tensor) for c in v for x in c)]
        return sorted(fit, key=lambda values: not self.of_one_shape(gave, values))

    def of_one_shape(self, gave, values):
        """Whether the values have the shapes of those that are there."""
        pairs = (zip(gave[k], values[k], strict=False) for k in self.sample)
        return all(a.shape == b.shape for pair in pairs for a, b in pair)

    def _has_a_tensor(self, node):
        """Whether something that an expression is made of is a tensor."""
        parts = [self.gave[p] for p in ast.walk(node) if p is not node and p in self.gave]
        return any(isinstance(x.value, torch.Tensor) for p in parts for c in p for x in c)

    def _fits(self, gave, values):
        for k in self.sample:
            mine, theirs = gave[k], values[k]
            stopped = k in self.trace.stopped and len(mine) <= len(theirs)
            if len(mine) != len(theirs) and not stopped:
                return False
            if mine and not _one_kind(mine[0].value, theirs[0].value):
                return False
        wrong = [k for k in self.sample if k in self.trial.wrong]
        return not all(same_lists(gave[k], values[k], self.trial.rtol) for k in wrong)

    def _is_the_answer(self, values):
        """Whether these are the right answers, or the only parts of them that were wrong."""
        answers = [(g.value, e.value) for g, e in self.trial.outcomes]
        rtol, lasts = self.trial.rtol, [v[-1].value if v else None for v in values]

        def are(parts):
            return all(holds(alike, a, b, rtol) for a, b in zip(lasts, parts, strict=True))

        if are([e for _, e in answers]):
            return True
        if not all(isinstance(e, (tuple, list)) and e for _, e in answers):
            return False
        parts = range(min(len(e) for _, e in answers))
        wrong = [p for p in parts if not all(_part_is_right(g, e, p, rtol) for g, e in answers)]
        return len(wrong) == 1 and are([e[wrong[0]] for _, e in answers])

    @cached_property
    def changes(self):
        """The changes of ``repairs`` in what the learner has written, the likeliest first."""
        return list(every_change(self.trial, self.tree))

    def changes_at(self, node):
        """The changes inside one expression."""
        inside = {id(part) for part in ast.walk(node)}
        return [c for c in self.changes if all(id(part) in inside for part in c.new)]


def _part_is_right(got, expected, part, rtol):
    there = isinstance(got, (tuple, list)) and len(got) > part
    return there and holds(alike, got[part], expected[part], rtol)


def _one_kind(a, b):
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.dtype.is_floating_point == b.dtype.is_floating_point and (
            (a.dtype == torch.bool) == (b.dtype == torch.bool)
        )
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return isinstance(a, bool) == isinstance(b, bool)
    return type(a) is type(b)


def _sample(order, wrong, shown):
    """The cases to look at closely: those to be shown, small and large wrong ones, right ones."""
    those = order[:wrong]
    picked = [*shown[:2], *those[:2], *those[wrong // 2 : wrong // 2 + 1], *those[-2:]]
    return list(dict.fromkeys([*picked, *order[wrong : wrong + 2]]))
