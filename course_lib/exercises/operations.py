"""What people get wrong in ``a + b`` and its like, undone: a sign, a division, a power."""

import ast

from course_lib.exercises.words import source_text


def in_operation(node):
    """(kind, what was wrong, node as it should be) for one operation."""
    left, op, right = node.left, type(node.op), node.right
    a, b, whole = source_text(left), source_text(right), source_text(node)

    def change(what, new):
        return ("operation", what), what, new

    if op is ast.Add:
        yield change(f"you added {b} where it must be subtracted", _op(left, ast.Sub, right))
    if op is ast.Sub:
        yield change(f"you subtracted {b} where it must be added", _op(left, ast.Add, right))
        yield change(f"{whole} is the wrong way round", _op(right, ast.Sub, left))
    if op is ast.Mult:
        yield change(f"you multiplied by {b}; divide by it", _op(left, ast.Div, right))
        yield from _of_two(node)
    if op in (ast.Div, ast.FloorDiv):
        yield change(f"you divided by {b}; multiply by it", _op(left, ast.Mult, right))
        yield change(f"{whole} is upside down", _op(right, op, left))
    if op is ast.Div:
        cut = "the result must be a whole number: / gives one with a decimal point, // does not"
        yield ("operation", ast.FloorDiv), cut, _op(left, ast.FloorDiv, right)
    if op is ast.FloorDiv:
        cut = "// cuts off what comes after the decimal point; divide with /"
        yield ("operation", ast.Div), cut, _op(left, ast.Div, right)
        up = ast.UnaryOp(ast.USub(), _op(ast.UnaryOp(ast.USub(), left), op, right))
        yield change(f"{whole} rounds down, and must be rounded up", up)
    if op is ast.BitXor:
        yield ("operation", op), "^ is no power in Python; ** is", _op(left, ast.Pow, right)
    if op is ast.MatMult:
        yield change(f"{whole} is the wrong way round", _op(right, op, left))
        for side, others in (
            (left, lambda t: _op(t, op, right)),
            (right, lambda t: _op(left, op, t)),
        ):
            transposed = ast.Attribute(side, "mT", ast.Load())
            yield change(f"{source_text(side)} must be transposed", others(transposed))
    if op is ast.Pow:
        yield change(f"the power {b} is one too many", left)
        yield from _of_two(node)
    else:
        words = {ast.Add: "added", ast.Sub: "subtracted", ast.Mult: "multiplied by"}
        done = words.get(op, "divided by" if op in (ast.Div, ast.FloorDiv) else "combined with")
        yield change(f"you {done} {b}, which does not belong there", left)
        if op in (ast.Add, ast.Mult):
            yield change(f"{a} does not belong there", right)


def _of_two(node):
    """``x * 2`` for ``x ** 2``, and the other way round."""
    left, right = node.left, node.right
    if not isinstance(right, ast.Constant) or right.value != 2:
        return
    if isinstance(node.op, ast.Pow):
        what = f"{source_text(left)} is squared; twice it is meant, * 2"
        yield ("operation", what), what, _op(left, ast.Mult, right)
    elif isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):  # a * x * 2
        what = f"{source_text(left.right)} is multiplied by 2; its square is meant, ** 2"
        squared = _op(left.right, ast.Pow, right)
        yield ("operation", what), what, _op(left.left, ast.Mult, squared)
    else:
        what = f"{source_text(left)} is multiplied by 2; its square is meant, ** 2"
        yield ("operation", what), what, _op(left, ast.Pow, right)


def _op(left, op, right):
    return ast.BinOp(left, op(), right)
