"""The values that a function computes on the way to its answer, expression by expression."""

import ast
import copy
import math
from dataclasses import dataclass
from typing import Any

import torch

from course_lib.exercises.running import run, size_of
from course_lib.exercises.source import made_of

NOTE, MOST_ROUNDS, MOST_NUMBERS = "__noted__", 100, 500


def expressions_in(tree):
    """The expressions in the functions of a tree that have a value of their own, outside first."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            body = node.body if isinstance(node.body, list) else [node.body]
            for part in body:
                yield from _inside(part)


def _inside(node):
    if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.JoinedStr)):
        return  # functions have their turn; a text is put together in its own way
    if isinstance(node, ast.Expr):
        node = node.value  # which nobody uses: only its parts count
    elif isinstance(node, ast.expr) and _has_a_value(node):
        yield node
    for part in parts_of(node):
        yield from _inside(part)


def _has_a_value(node):
    if isinstance(node, (ast.Constant, ast.Slice, ast.Starred, ast.Yield, ast.Await)):
        return False
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return False
    if isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts):
        return False
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def parts_of(node):
    """What is computed for a node: no name that is called, no target, no type of an error."""
    if isinstance(node, ast.Call):
        called = node.func.value if isinstance(node.func, ast.Attribute) else None
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return [called, *given] if called else given
    if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
        return [node.slice] if isinstance(node, ast.Subscript) else []
    hidden = {"annotation", "type", "optional_vars"}
    fields = (value for name, value in ast.iter_fields(node) if name not in hidden)
    parts = [p for value in fields for p in (value if isinstance(value, list) else [value])]
    return [part for part in parts if isinstance(part, ast.AST)]


class Trace:
    """What the expressions of a function give: ``of(node)`` is a list of values for each case.

    ``names`` are those that the tree needs besides the function's own, and ``begin(k)`` is called
    before each case.
    """

    def __init__(self, exercise, tree, thing, cases, names=(), begin=lambda k: None, nodes=None):
        self.nodes = list(dict.fromkeys(nodes or expressions_in(tree)))
        self.stopped = set()  # the cases that ended in an error
        self._given = {node: [[] for _ in cases] for node in self.nodes}
        numbers = {node: k for k, node in enumerate(self.nodes)}
        noting = {NOTE: self._note} | dict(names)
        self._function = made_of(_noting(tree, numbers), thing, noting)
        self._exercise, self._cases, self._begin, self._k = exercise, cases, begin, 0

    def all(self, cases=None):
        """The trace, run on every case, or on those of these numbers."""
        for k in range(len(self._cases)) if cases is None else cases:
            self.run(k)
        return self

    def run(self, k):
        """Run the function on case ``k``."""
        if self._function is not None:
            self._begin(k)
            self._k = k
            if run(self._exercise, self._function, self._cases[k]).error is not None:
                self.stopped.add(k)

    def _note(self, number, value):
        values = self._given[self.nodes[number]][self._k]
        if len(values) <= MOST_ROUNDS:
            values.append(keep(value))
        return value

    def of(self, node):
        """Lists of ``Kept``, one list a case; None where there was something else than values."""
        given = self._given[node]
        odd = any(len(v) > MOST_ROUNDS or any(x is None for x in v) for v in given)
        return None if odd else given

    def on(self, node, k):
        """What an expression gave on case ``k``, or None."""
        values = self._given[node][k]
        return None if any(x is None for x in values) else values

    def times(self, node, k):
        """How often an expression was computed on case ``k``."""
        return len(self._given[node][k])

    def last(self, node, k):
        """What an expression gave last on case ``k``; None if it was nothing of numbers."""
        kept = self._given[node][k][-1] if self._given.get(node) and self.times(node, k) else None
        return kept and kept.value


def _noting(node, numbers):
    """A copy of a tree in which every numbered expression tells its value."""
    if isinstance(node, list):
        return [_noting(part, numbers) for part in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: _noting(value, numbers) for name, value in ast.iter_fields(node)}
    made = ast.copy_location(type(node)(**fields), node)
    if node not in numbers:
        return made
    call = ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(numbers[node]), made], [])
    return ast.fix_missing_locations(ast.copy_location(call, node))


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy of a value that later changes do not reach, and its numbers, to compare it by."""

    value: Any
    shape: tuple
    numbers: list
    largest: float


def keep(value):
    """A ``Kept``, or None for what is nothing of numbers or texts: a module, a function."""
    if isinstance(value, (bool, int, float)):
        number = float(value) if abs(value) < 1e300 else math.inf
        return Kept(value, (), [number], abs(number))
    if isinstance(value, torch.Tensor):
        if value.numel() > MOST_NUMBERS or value.is_complex():
            return Kept(value, (*value.shape, object()), [], 0.0)  # which equals no other
        value = value.detach().clone()
        return _of_numbers(value, tuple(value.shape), value.flatten().tolist())
    if isinstance(value, torch.Size):
        value = tuple(value)
    if type(value) in (list, tuple) and value and size_of(value) <= MOST_NUMBERS:
        parts = [keep(part) for part in value]
        if any(part is None for part in parts):
            return None
        shape = (len(parts), *(part.shape for part in parts))
        numbers = [number for part in parts for number in part.numbers]
        return _of_numbers(type(value)(part.value for part in parts), shape, numbers)
    if isinstance(value, str) or (type(value) is dict and size_of(value) <= MOST_NUMBERS):
        text = repr(value)
        return Kept(copy.copy(value), ("text", text), [], 0.0) if len(text) < 1000 else None
    return None


def _of_numbers(value, shape, numbers):
    return Kept(value, shape, numbers, max(map(abs, numbers), default=0.0))


def same_values(ours, theirs, rtol):
    """Whether two expressions gave the same values, as often, on all cases."""
    return all(same_lists(a, b, rtol) for a, b in zip(ours, theirs, strict=True))


def same_lists(a, b, rtol):
    """Whether two expressions gave the same values, as often, on one case."""
    return len(a) == len(b) and all(same_kept(x, y, rtol) for x, y in zip(a, b, strict=True))


def same_kept(a, b, rtol):
    """Whether two ``Kept`` hold the same numbers, as ``comparison.close`` would have it."""
    if a.shape != b.shape:
        return False
    within = rtol * max(b.largest if math.isfinite(b.largest) else 1.0, 1e-3) * 0.01
    return all(
        x == y or abs(x - y) <= within + rtol * abs(y) < math.inf or (x != x and y != y)
        for x, y in zip(a.numbers, b.numbers, strict=True)
    )
