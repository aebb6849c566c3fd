"""What people get wrong in ``x[1:t]`` and ``x[:, 0]``, undone: a border one off, a part for all."""

import ast

from course_lib.exercises.dimensions import whole_number
from course_lib.exercises.words import source_text


def in_slices(node):
    """(kind, what was wrong, node as it should be) for what is taken out of something."""
    if isinstance(node.slice, ast.Slice):
        yield from _in_slice(node)
    else:
        yield from _in_index(node)
    yield from _in_one_of_slices(node)


def _in_slice(node):
    whole = source_text(node)
    for end, step, word, part in _shifted(node.slice):
        changed = ast.Subscript(node.value, part, node.ctx)
        yield ("number", whole, end, step), f"{whole} {word}", changed
    if node.slice.lower is not None or node.slice.upper is not None:
        yield ("number", whole), f"{whole} leaves something out: all of it is needed", node.value


def _in_one_of_slices(node):
    """A border in ``x[:, :t]``, in all places where the same one stands at once."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for k, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            for end, step, word, other in [*_shifted(part), *_opened(part)]:
                changed = other
                if isinstance(node.slice, ast.Tuple):
                    changed = ast.Tuple([*parts[:k], other, *parts[k + 1 :]], ast.Load())
                what = f"`{ast.unparse(part)}` {word}"
                kind = ("number", what, end, step)
                yield kind, what, ast.Subscript(node.value, changed, node.ctx)


def _shifted(part):
    """(end, step, what was wrong, the slice) with a border one to the left or to the right."""
    for end, late, early in (("lower", "begins", "begins"), ("upper", "ends", "ends")):
        bound = getattr(part, end)
        if bound is None or isinstance(bound, ast.Constant):
            continue  # a number is changed as one
        for step, word in ((1, f"{late} one too early"), (-1, f"{early} one too late")):
            parts = {"lower": part.lower, "upper": part.upper, "step": part.step}
            parts[end] = ast.BinOp(bound, ast.Add(), ast.Constant(step))
            yield end, step, word, ast.Slice(**parts)


def _in_index(node):
    """Something that is taken out, as in ``x[0]`` or ``x[:, :1]``, where all of it is needed."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    yield from _in_another_dimension(node, parts)
    if all(isinstance(p, ast.Slice) or whole_number(p) is not None for p in parts):
        text = source_text(node)
        what = f"{text} leaves something out: all of {source_text(node.value)} is needed"
        yield ("number", text), what, node.value


def _in_another_dimension(node, parts):
    """``x[:, k]`` for ``x[:, :, k]``, and the other way round."""
    *before, index = parts
    if isinstance(index, ast.Slice) or not all(map(_is_whole, before)):
        return
    if not before and not isinstance(index, ast.Name):
        return
    for dim in range(3):
        if dim != len(before):
            wanted = ast.Tuple([*[ast.Slice()] * dim, index], ast.Load()) if dim else index
            changed = ast.Subscript(node.value, wanted, node.ctx)
            what = (
                f"`{ast.unparse(index)}` is a place in dimension {len(before)} there; it "
                f"belongs to dimension {dim}: `{ast.unparse(changed)}`"
            )
            yield ("shape", "dimension", ast.dump(index), dim), what, changed


def _is_whole(part):
    return isinstance(part, ast.Slice) and not any((part.lower, part.upper, part.step))


def _opened(part):
    """(end, step, what was wrong, the slice) without one of its borders, or with it elsewhere."""
    if (part.lower is None) != (part.upper is None) and part.step is None:
        other = ast.Slice(part.upper, part.lower)
        yield "both", 0, f"is the other side of the border: `{ast.unparse(other)}`", other
    for end, word in (("lower", "beginning"), ("upper", "end")):
        if getattr(part, end) is not None:
            parts = {"lower": part.lower, "upper": part.upper, "step": part.step} | {end: None}
            yield end, 0, f"leaves something out at its {word}", ast.Slice(**parts)
