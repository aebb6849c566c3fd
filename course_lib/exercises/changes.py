"""The changes that ``repairs`` tries: what people get wrong in any code, undone.

Each function takes one node of the source and yields (what was wrong, the node as it should be).
What was wrong continues a sentence: "In line 3 of your cell, `...`, you took the sum ...".
"""

import ast
import itertools
import operator
from typing import NamedTuple

from course_lib.exercises.calls import in_call, in_method_without_parentheses
from course_lib.exercises.dimensions import in_new_dimensions, name_of_call
from course_lib.exercises.elsewhere import meant_here, missing_factors, things_elsewhere
from course_lib.exercises.operations import in_operation
from course_lib.exercises.parentheses import in_parentheses
from course_lib.exercises.slices import in_slices
from course_lib.exercises.statements import NOT_KEPT, ONLY_ONCE, in_statements
from course_lib.exercises.words import source_text


class Change(NamedTuple):
    """One change: ``new`` is {node: what should stand in its place}."""

    what: str
    line: int
    new: dict
    rank: int
    kind: tuple

    @property
    def likely(self):
        return self.rank < RANK["statement"]

    @property
    def of_a_number(self):
        return self.rank == RANK["number"]

    @property
    def of_keepdim(self):
        return self.kind == ("call", "keepdim")

    @property
    def keeps_a_result(self):
        return self.what.startswith(NOT_KEPT)

    @property
    def adds_each(self):
        return self.what == ONLY_ONCE


def changes_in(tree, unlikely=True, numbers=()):
    """Every ``Change``, the likeliest first; ``numbers`` are those that may be meant.

    Alike places are changed each alone first and then together; calls of several names together
    last. Without the unlikely ones, no number and no name is changed, and no statement.
    """
    alike, alone = {}, []
    names, elsewhere = _names(tree), things_elsewhere(tree)
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    for node in ast.walk(tree):
        at = _at(node, names, called, numbers)
        for kind, what, changed in itertools.chain(at, meant_here(node, *elsewhere)):
            alike.setdefault(kind, []).append((what, node, changed))
    for kind, places in alike.items():
        singly = [
            Change(what, node.lineno, {node: changed}, RANK[kind[0]], kind)
            for what, node, changed in places
        ]
        named = [_together(kind, those) for those in _by_name(places)]
        together = [] if len(named) == 1 else [_together(kind, places)]
        alone.extend(change for change in [*singly, *named, *together] if change)
    rank = RANK["statement"]
    more = itertools.chain(in_statements(tree), missing_factors(tree, names, elsewhere[1]))
    alone.extend(Change(*change, rank, ("statement",)) for change in more)
    yield from (change for change in sorted(alone, key=RANK_OF) if unlikely or change.likely)


def _by_name(places):
    """Alike places, those that are calls apart for each name that is called."""
    groups = {}
    for what, node, changed in places:
        name = name_of_call(node) if isinstance(node, ast.Call) else ""
        groups.setdefault(name, []).append((what, node, changed))
    return groups.values()


def _together(kind, places):
    """The ``Change`` of several places at once, told of the first; or None."""
    if len(places) < 2 or len({id(node) for _, node, _ in places}) < len(places):
        return None
    what, first, _ = min(places, key=lambda place: place[1].lineno)
    return Change(what, first.lineno, {n: c for _, n, c in places}, RANK[kind[0]], kind)


# From the likeliest to the least likely.
KINDS = (
    "logic",
    "parentheses",
    "call",
    "shape",
    "border",
    "operation",
    "statement",
    "name",
    "number",
)
RANK = {kind: k for k, kind in enumerate(KINDS)}
RANK_OF = operator.attrgetter("rank")


def _names(tree):
    """The names that a function gives values to: its arguments and what it assigns."""
    names = [a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in n.args]
    names += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)]
    return list(dict.fromkeys(name for name in names if name != "self"))


def _stores(node):
    return isinstance(node.ctx, ast.Store)


def _at(node, names, called, numbers):
    """((kind, what is alike), what was wrong, node as it should be) for one node."""
    if isinstance(node, ast.BinOp):
        yield from in_operation(node)
        yield from in_parentheses(node)
        yield from _in_shapes(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        text = source_text(node.operand)
        yield ("operation", node), f"the minus in front of {text} is one too many", node.operand
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        if isinstance(node.operand, ast.Name):
            what = f"{source_text(node)} is true of 0 as well; ask `{node.operand.id} is None`"
            yield ("logic", "none"), what, _compared_with_none(node.operand, ast.Is)
    elif isinstance(node, ast.BoolOp):
        yield from _in_logic(node)
    elif isinstance(node, ast.Compare):
        yield from _in_comparison(node)
    elif isinstance(node, ast.Call):
        yield from in_call(node)
    elif isinstance(node, ast.Attribute) and id(node) not in called:
        yield from in_method_without_parentheses(node)
    elif isinstance(node, ast.Constant):
        yield from _in_constant(node, numbers)
    elif isinstance(node, ast.Subscript):
        yield from in_new_dimensions(node)
        yield from in_slices(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                what = f"{source_text(node)} stands where {other} belongs"
                yield ("name", node.id, other), what, ast.Name(other, ast.Load())


def _in_shapes(node):
    """A vector that must stand upright, or a dimension of size 1 that is missing."""
    left, op, right = node.left, type(node.op), node.right
    if op not in (ast.Add, ast.Sub, ast.Mult, ast.Div):
        return
    for side, other in ((left, lambda s: _op(s, op, right)), (right, lambda s: _op(left, op, s))):
        if isinstance(side, (ast.Constant, ast.BinOp)):
            continue
        for where, index in (("[:, None]", 1), ("[..., None]", -1), ("[None]", 0)):
            what = f"{source_text(side)} needs one dimension more to meet the other side: `{where}`"
            call = ast.Attribute(side, "unsqueeze", ast.Load())
            changed = ast.Call(call, [ast.Constant(index)], [])
            yield ("shape", what), what, other(changed)


def _in_logic(node):
    """``and`` between tensors, which is ``&``."""
    word = "and" if isinstance(node.op, ast.And) else "or"
    sign, op = ("&", ast.BitAnd) if word == "and" else ("|", ast.BitOr)
    values = [_elementwise(value) for value in node.values]
    whole = values[0]
    for value in values[1:]:
        whole = _op(whole, op, value)
    what = (
        f"`{word}` asks for one truth about the whole tensor; entry by entry it is {sign}, "
        "with parentheses around each comparison (and ~ for not)"
    )
    yield ("logic", "tensors"), what, whole
    for k, value in enumerate(node.values):
        if isinstance(value, ast.Name):
            values = [
                *node.values[:k],
                _compared_with_none(value, ast.IsNot),
                *node.values[k + 1 :],
            ]
            text = value.id
            what = f"`{text}` is false for 0 as well; ask `{text} is not None`"
            yield ("logic", "none"), what, ast.BoolOp(node.op, values)
    other = ast.Or() if word == "and" else ast.And()
    yield ("border", node), f"`{word}` is the wrong one of and, or", ast.BoolOp(other, node.values)


def _compared_with_none(name, op):
    return ast.Compare(name, [op()], [ast.Constant(None)])


def _elementwise(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ast.UnaryOp(ast.Invert(), _elementwise(node.operand))
    return node


def _in_comparison(node):
    middle = [k for k, c in enumerate(node.comparators) if _joins(c)]
    if len(node.ops) == 2 and middle == [0]:  # a == 0 & b < 0
        joint = node.comparators[0]
        first = ast.Compare(node.left, [node.ops[0]], [joint.left])
        second = ast.Compare(joint.right, [node.ops[1]], [node.comparators[1]])
        yield _unjoined(joint, _op(first, type(joint.op), second))
    elif len(node.ops) == 1 and _joins(node.left):  # a & b == 0
        second = ast.Compare(node.left.right, node.ops, node.comparators)
        yield _unjoined(node.left, _op(node.left.left, type(node.left.op), second))
    elif len(node.ops) == 1 and middle:  # a == 0 & b
        joint = node.comparators[0]
        first = ast.Compare(node.left, node.ops, [joint.left])
        yield _unjoined(joint, _op(first, type(joint.op), joint.right))
    if len(node.ops) != 1:
        return
    op, text = type(node.ops[0]), source_text(node)
    for other in _BORDERS.get(op, ()):
        changed = ast.Compare(node.left, [other()], node.comparators)
        what = f"{text} goes wrong exactly at the border: `{_SIGNS[other]}` belongs there"
        yield ("border", text, other), what, changed
    for other in _OPPOSITES.get(op, ()):
        changed = ast.Compare(node.left, [other()], node.comparators)
        yield ("border", text, other), f"the comparison {text} is the wrong way round", changed


def _joins(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr))


def _unjoined(joint, changed):
    sign = "&" if isinstance(joint.op, ast.BitAnd) else "|"
    what = f"{sign} comes before == and <: put parentheses around each comparison"
    return ("logic", "parentheses"), what, changed


_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_BORDERS = {ast.Lt: [ast.LtE], ast.LtE: [ast.Lt], ast.Gt: [ast.GtE], ast.GtE: [ast.Gt]}
_OPPOSITES = {
    ast.Lt: [ast.Gt, ast.GtE],
    ast.LtE: [ast.GtE, ast.Gt],
    ast.Gt: [ast.Lt, ast.LtE],
    ast.GtE: [ast.LtE, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}


def _in_constant(node, numbers):
    value = node.value
    if isinstance(value, bool):
        yield ("number", value), f"`{value}` must be {not value}", ast.Constant(not value)
        return
    others = ()
    if isinstance(value, int):
        others = (value + 1, value - 1, -value, 2 * value, value + 2, *numbers)
    elif isinstance(value, float):
        others = (0.0, 1.0, 2 * value, value / 2, 1 - value, -value, *numbers)
    for other in dict.fromkeys(others):
        if other != value:
            what = f"the number {value:.10g} must be {other:.10g}"
            yield ("number", value, other), what, ast.Constant(other)


def _op(left, op, right):
    return ast.BinOp(left, op(), right)
