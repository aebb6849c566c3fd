"""What stands elsewhere in a function and is meant here: another slice's border, or a size."""

import ast

from course_lib.exercises.dimensions import name_of_call
from course_lib.exercises.words import source_text

ENDS = {"lower": "begin", "upper": "end"}


def things_elsewhere(tree):
    """(the borders of all slices, the sizes) that stand in a function, each once."""
    slices = [node for node in ast.walk(tree) if isinstance(node, ast.Slice)]
    borders = [border for s in slices for border in (s.lower, s.upper) if border is not None]
    sizes = [node for node in ast.walk(tree) if _is_a_size(node)]
    return _once(borders), _once(sizes)


def _once(nodes):
    return list({ast.dump(node): node for node in nodes}.values())


def _is_a_size(node):
    """Whether it is ``len(x)``, ``x.size(0)`` or ``x.shape[0]``."""
    if isinstance(node, ast.Call):
        return name_of_call(node) in ("len", "size")
    of = node.value if isinstance(node, ast.Subscript) else None
    return isinstance(of, ast.Attribute) and of.attr == "shape"


def meant_here(node, borders, sizes):
    """(kind, what was wrong, node as it should be) with one of these in a node."""
    if isinstance(node, ast.Subscript):
        yield from _with_borders(node, borders)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        for size in sizes:
            what = f"the number {node.value} must be {source_text(size)}"
            yield ("number", what), what, size


def missing_factors(tree, names, sizes):
    """(what was wrong, line, {node: node in its place}) with a factor or a division more.

    It is of a name or of a size, and of all that is assigned or given back.
    """
    others = [*(ast.Name(name, ast.Load()) for name in names), *sizes]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.Return)) and node.value is not None:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for part in parts:
                yield from _one_more(part, others)


def _one_more(part, others):
    if not isinstance(part, (ast.BinOp, ast.Call)):
        return
    for other in others:
        for op, word in ((ast.Div(), "division by"), (ast.Mult(), "factor")):
            what = f"the {word} {source_text(other)} is missing in {source_text(part)}"
            yield what, part.lineno, {part: ast.BinOp(part, op, other)}


def _with_borders(node, borders):
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for k, part in enumerate(parts):
        for end, border in _other_borders(part, borders):
            ends = {"lower": part.lower, "upper": part.upper, "step": part.step} | {end: border}
            changed = ast.Slice(**ends)
            if isinstance(node.slice, ast.Tuple):
                changed = ast.Tuple([*parts[:k], changed, *parts[k + 1 :]], ast.Load())
            what = f"`{ast.unparse(part)}` must {ENDS[end]} at `{ast.unparse(border)}`"
            yield ("number", what), what, ast.Subscript(node.value, changed, node.ctx)


def _other_borders(part, borders):
    """(end, border) for every border that a slice does not have there."""
    if not isinstance(part, ast.Slice):
        return
    for end in ENDS:
        now = getattr(part, end)
        for border in borders:
            if now is None or ast.dump(now) != ast.dump(border):
                yield end, border
