"""What people get wrong in calls, undone: ``sum`` for ``mean``, no parentheses, ranges."""

import ast
import itertools

import torch

from course_lib.exercises.dimensions import (
    ALONG,
    in_dimensions,
    in_lengths,
    in_transposes,
    is_method,
    keyword_of,
    name_of_call,
    with_keywords,
)
from course_lib.exercises.words import source_text

INSTEAD = {
    "mean": {"sum": "you took the mean, and the exercise asks for the sum"},
    "sum": {"mean": "you added up, and the exercise asks for the mean"},
    "max": {"min": "you took the largest, and the exercise asks for the smallest"},
    "min": {"max": "you took the smallest, and the exercise asks for the largest"},
    "amax": {"amin": "you took the largest, and the exercise asks for the smallest"},
    "amin": {"amax": "you took the smallest, and the exercise asks for the largest"},
    "argmax": {"argmin": "you took the place of the largest; the smallest is meant"},
    "argmin": {"argmax": "you took the place of the smallest; the largest is meant"},
    "var": {"std": "you took the variance; its root, std, is meant"},
    "std": {"var": "you took the standard deviation; its square, var, is meant"},
    "tril": {"triu": "tril keeps what is below the diagonal; triu is meant, what is above"},
    "triu": {"tril": "triu keeps what is above the diagonal; tril is meant, what is below"},
    "ceil": {"floor": "you rounded up, and must round down"},
    "floor": {"ceil": "you rounded down, and must round up"},
    "round": {"ceil": "you rounded to the nearest, and must round up"},
    "softmax": {"log_softmax": "the logarithm is missing: log_softmax"},
    "log_softmax": {"softmax": "log_softmax takes the logarithm as well; softmax does not"},
    "sin": {"cos": "you took the sine where the cosine belongs"},
    "cos": {"sin": "you took the cosine where the sine belongs"},
    "view": {"reshape": "view needs numbers that lie side by side in memory; reshape does not"},
    "zeros": {"ones": "the numbers begin as 0, and must begin as 1"},
    "ones": {"zeros": "the numbers begin as 1, and must begin as 0"},
    "log2": {"log": "log2 is the logarithm to base 2; the natural one is meant, log"},
    "log10": {"log": "log10 is the logarithm to base 10; the natural one is meant, log"},
    "log1p": {"log": "log1p adds 1 first; log is meant"},
    "median": {"mean": "you took the median, and the exercise asks for the mean"},
    "stack": {"cat": "stack makes a new dimension; cat is meant, which joins along one"},
    "cat": {"stack": "cat joins along a dimension that is there; stack is meant"},
}
CUTS = {"detach", "item", "tolist", "numpy"}
BETWEEN = {
    "detach",
    "item",
    "abs",
    "sqrt",
    "exp",
    "log",
    "round",
    "squeeze",
    "unsqueeze",
    "flatten",
    "float",
    "double",
    "long",
    "int",
    "t",
    "relu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softmax",
    "clone",
    "sort",
    "sum",
    "mean",
    "max",
    "min",
    "log_softmax",
    "square",
    "cumsum",
    "contiguous",
    "tril",
    "triu",
    "bool",
    "normalize",
    "flip",
    "neg",
    "unique",
    "sorted",
    "set",
    "list",
    "reversed",
    "tensor",
}
OBJECTS = {
    "parameters",
    "named_parameters",
    "modules",
    "children",
    "state_dict",
    "zero_grad",
    "step",
    "eval",
    "train",
    "items",
    "keys",
    "values",
    "encode",
    "decode",
    "lower",
    "upper",
    "split",
    "strip",
    "copy",
    "backward",
}
PROPERTIES = {"T", "mT", "H", "shape", "grad", "data", "dtype", "device", "ndim", "requires_grad"}


def in_method_without_parentheses(node):
    """``x.mean`` for ``x.mean()``; the node is an attribute that is not called."""
    method = callable(getattr(torch.Tensor, node.attr, None)) and node.attr not in PROPERTIES
    if (method or node.attr in OBJECTS) and isinstance(node.ctx, ast.Load):
        what = f"parentheses are missing after `.{node.attr}`: a method is called, `.{node.attr}()`"
        yield ("call", "parentheses"), what, ast.Call(node, [], [])
    if node.attr == "T":
        what = f"{source_text(node)} turns all dimensions round; `.mT` exchanges only the last two"
        yield ("call", what), what, ast.Attribute(node.value, "mT", node.ctx)
    if node.attr in ("mT", "T"):
        what = f"{source_text(node.value)} must not be transposed"
        yield ("call", what), what, node.value
    if node.attr == "data":
        yield ("call", "data"), "`.data` cuts the graph, so no slope comes back", node.value


def in_call(node):
    """(kind, what was wrong, node as it should be) for one call."""
    name = name_of_call(node)
    if isinstance(node.func, ast.Attribute) and name in PROPERTIES and not node.args:
        what = f"`.{name}` is no method: it has no parentheses"
        yield ("call", what), what, node.func
    for other, what in INSTEAD.get(name, {}).items():
        yield ("call", what), what, _renamed(node, other)
    if name in ("std", "var") and not keyword_of(node, "correction", "unbiased"):
        what = f"`{name}` divides by N - 1 unless it is told correction=0; divide by N"
        more = ast.keyword("correction", ast.Constant(0))
        yield ("call", what), what, ast.Call(node.func, node.args, [*node.keywords, more])
    if name in ALONG:
        yield from in_dimensions(node, name)
    if name in ("transpose", "swapaxes"):
        yield from in_transposes(node)
    if name in ("max", "min") and isinstance(node.func, ast.Name) and len(node.args) == 2:
        yield from _larger(node, name)
    if name in ("range", "arange"):
        yield from _ranges(node, name)
    if name == "len" and len(node.args) == 1:
        yield from in_lengths(node)
    yield from _orders(node, name)
    yield from _left_out(node, name)
    yield from _exchanged(node)


def _larger(node, name):
    """Python's ``max(x, 0)`` for tensors."""
    limit = "min" if name == "max" else "max"
    for thing, other in (node.args, node.args[::-1]):
        if isinstance(other, (ast.Constant, ast.UnaryOp)):
            called = ast.Attribute(thing, "clamp", ast.Load())
            text = f"clamp({limit}={ast.unparse(other)})"
            what = f"Python's {name} takes one of two things whole; entry by entry it is .{text}"
            yield ("call", what), what, ast.Call(called, [], [ast.keyword(limit, other)])


def _ranges(node, name):
    """One more or less at either end, and a start that is left out."""
    last = len(node.args) - 1 if len(node.args) < 3 else 1
    for k, end in ((last, "ends"), (0, "begins")) if last > 0 else ((last, "ends"),):
        for step, word in ((1, "early"), (-1, "late")):
            moved = ast.BinOp(node.args[k], ast.Add(), ast.Constant(step))
            arguments = [moved if i == k else a for i, a in enumerate(node.args)]
            what = f"{source_text(node)} {end} one too {word}"
            yield ("call", what), what, ast.Call(node.func, arguments, node.keywords)
    if len(node.args) == 1:
        what = f"{source_text(node)} begins at 0, and must begin at 1"
        for more in (0, 1):
            end = ast.BinOp(node.args[0], ast.Add(), ast.Constant(more))
            changed = ast.Call(node.func, [ast.Constant(1), end], node.keywords)
            yield ("call", what, more), what, changed


ORDERS = {"sort": ("descending", "reverse"), "argsort": ("descending",), "sorted": ("reverse",)}


def _orders(node, name):
    """The other order of a sort, and one in which equal ones keep theirs."""
    text = source_text(node)
    for word in ORDERS.get(name, ()):
        given = keyword_of(node, word)
        if given is None:
            what = f"{text} puts the smallest first; the largest comes first with {word}=True"
            changed = with_keywords(node, *node.keywords, _true(word))
        else:
            what = f"{text} puts the largest first; leave {word}=True out for the smallest"
            changed = with_keywords(node, *(k for k in node.keywords if k is not given))
        yield ("call", "order", word), what, changed
    if name in ("sort", "argsort") and not keyword_of(node, "stable"):
        what = f"{text} leaves equal ones in any order: stable=True keeps theirs"
        yield ("call", "stable"), what, with_keywords(node, *node.keywords, _true("stable"))


def _true(word):
    return ast.keyword(word, ast.Constant(True))


def _left_out(node, name):
    """``x.f()`` or ``f(x)`` where ``x`` alone is right."""
    if name not in BETWEEN:
        return
    inside = node.func.value if is_method(node) else node.args[0] if node.args else None
    if inside is None:
        return
    what = f"`{name}` does not belong there"
    if name in CUTS:
        what = f"`.{name}()` cuts the graph, so no slope comes back"
    yield ("call", "without", name), what, inside


def _exchanged(node):
    first = node.args[0] if node.args else None
    if isinstance(first, (ast.List, ast.Tuple)) and len(first.elts) == 2:
        what = f"the two in {source_text(first)} stand in the wrong order"
        changed = type(first)(first.elts[::-1], first.ctx)
        yield ("call", what), what, ast.Call(node.func, [changed, *node.args[1:]], node.keywords)
    if len(node.args) == 2 and not any(isinstance(a, ast.Starred) for a in node.args):
        what = f"the two arguments of {source_text(node)} are exchanged"
        yield ("call", what), what, ast.Call(node.func, node.args[::-1], node.keywords)
    if 2 < len(node.args) < 6 and not any(isinstance(a, ast.Starred) for a in node.args):
        for k, (one, two) in enumerate(itertools.pairwise(node.args)):
            if not isinstance(one, ast.Constant) and not isinstance(two, ast.Constant):
                what = f"{source_text(one)} and {source_text(two)} are exchanged in that call"
                swapped = [*node.args[:k], two, one, *node.args[k + 2 :]]
                yield ("call", what), what, ast.Call(node.func, swapped, node.keywords)


def _renamed(node, name):
    function = node.func
    if isinstance(function, ast.Attribute):
        return ast.Call(ast.Attribute(function.value, name, ast.Load()), node.args, node.keywords)
    return ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)
