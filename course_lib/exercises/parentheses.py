"""Parentheses that are missing in an operation, put back: ``a + b / c`` for ``(a + b) / c``."""

import ast

from course_lib.exercises.dimensions import name_of_call
from course_lib.exercises.words import source_text

OF_ONE = {"exp", "log", "log2", "sqrt", "sigmoid", "tanh", "abs", "cos", "sin", "ceil", "int"}

BINDS = {ast.Pow: 5, ast.Mult: 4, ast.Div: 4, ast.FloorDiv: 4, ast.Mod: 4, ast.MatMult: 4} | {
    ast.Add: 3,
    ast.Sub: 3,
    ast.LShift: 2,
    ast.RShift: 2,
    ast.BitAnd: 1,
    ast.BitXor: 1,
    ast.BitOr: 0,
}


def in_parentheses(node):
    """(kind, what was wrong, node as it should be) for an operation that takes too little."""
    left, op, right = node.left, type(node.op), node.right
    if isinstance(left, ast.BinOp):
        inner = _op(left.right, op, right)
        whole = _op(left.left, type(left.op), inner)
        if op is ast.Mult and isinstance(left.op, ast.Div):  # a / b * c
            yield ("parentheses", "product"), _missing(inner, whole)[1], whole
        elif (type(left.op), op) != (ast.Div, ast.Div):  # a / b / c
            yield _between(left, inner, whole, BINDS[type(left.op)] < BINDS[op])
    if isinstance(right, ast.BinOp):
        inner = _op(left, op, right.left)
        whole = _op(inner, type(right.op), right.right)
        yield _between(right, inner, whole, BINDS[type(right.op)] <= BINDS[op])
    if isinstance(left, ast.BinOp) and isinstance(right, ast.BinOp):  # a * b - c / d
        inner = _op(left.right, op, right.left)
        product = _op(left.left, type(left.op), inner)
        yield _missing(inner, _op(product, type(right.op), right.right))
    if isinstance(left, ast.Call) and name_of_call(left) in OF_ONE and len(left.args) == 1:
        inner = _op(left.args[0], op, right)  # torch.exp(a) - b
        what = f"{source_text(right)} belongs inside the parentheses of {source_text(left.func)}"
        yield ("parentheses", what), what, ast.Call(left.func, [inner], left.keywords)
    method = right.func if isinstance(right, ast.Call) else None
    if isinstance(method, ast.Attribute):  # a - b.abs()
        inner = _op(left, op, method.value)
        yield _missing(inner, _called(inner, right))
    last = right.right if isinstance(right, ast.BinOp) else None
    if isinstance(last, ast.Call) and isinstance(last.func, ast.Attribute):  # a - b * c.exp()
        inner = _op(left, op, _op(right.left, type(right.op), last.func.value))
        yield _missing(inner, _called(inner, last))
    if isinstance(left, ast.UnaryOp) and isinstance(left.op, ast.USub):
        yield _missing(left, ast.UnaryOp(ast.USub(), _op(left.operand, op, right)))


def _between(there, inner, whole, written):
    """What is missing around the inner one, or stands around another one, where it is written."""
    if not written:
        return _missing(inner, whole)
    what = f"the parentheses around {source_text(there)} do not belong there"
    return ("parentheses", what), what, whole


def _missing(inner, whole):
    what = f"the parentheses around {source_text(inner)} are missing"
    return ("parentheses", what), what, whole


def _called(inner, call):
    """The method of a call, called on something else."""
    method = ast.Attribute(inner, call.func.attr, ast.Load())
    return ast.Call(method, call.args, call.keywords)


def _op(left, op, right):
    return ast.BinOp(left, op(), right)
