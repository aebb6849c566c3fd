"""Dimensions that people get wrong in calls, undone: another ``dim``, ``keepdim``, ``len``."""

import ast

from course_lib.exercises.words import source_text

REDUCTIONS = {"mean", "sum", "max", "min", "amax", "amin", "var", "std", "prod", "logsumexp"}
ALONG = REDUCTIONS | {
    "softmax",
    "log_softmax",
    "cumsum",
    "cumprod",
    "argmax",
    "argmin",
    "argsort",
    "sort",
    "topk",
    "cat",
    "stack",
    "concat",
    "split",
    "chunk",
    "unbind",
    "gather",
    "unsqueeze",
    "squeeze",
    "flip",
    "roll",
    "repeat_interleave",
    "norm",
    "median",
    "any",
    "all",
    "diff",
}

UNLESS_TOLD = {"cat": 0, "stack": 0, "concat": 0, "chunk": 0, "split": 0, "unbind": 0} | {
    "sort": -1,
    "argsort": -1,
    "topk": -1,
    "diff": -1,
    "repeat_interleave": None,
}


def in_dimensions(node, name):
    """Another dimension, one where none is named, and ``keepdim``."""
    keyword = next((k for k in node.keywords if k.arg == "dim"), None)
    place = _place_of_dim(node, name)
    given = keyword.value if keyword else node.args[place] if place is not None else None
    reduces = name in REDUCTIONS
    if given is None and reduces and len(node.args) == (not is_method(node)):
        for dim in (-1, 0, 1, -2):
            for keep in (False, True):
                more = [ast.keyword("dim", ast.Constant(dim))]
                more += [ast.keyword("keepdim", ast.Constant(True))] * keep
                what = (
                    f"{source_text(node)} takes all numbers together: name the dimension, dim={dim}"
                )
                what += ", with keepdim=True" * keep
                yield ("call", dim, keep), what, with_keywords(node, *node.keywords, *more)
    if given is None and name in UNLESS_TOLD:
        yield from _untold(node, UNLESS_TOLD[name])
    number = whole_number(given)
    kept = keyword_of(node, "keepdim")
    options = [False, True] if reduces and not kept else [False]
    for keep in options:
        more = [ast.keyword("keepdim", ast.Constant(True))] * keep
        if keep and given is not None:
            what = (
                f"keepdim=True is missing: {source_text(node)} loses the dimension that it goes "
                "along, and meets the wrong numbers then"
            )
            yield ("call", "keepdim"), what, with_keywords(node, *node.keywords, *more)
        for dim in (-1, 0, 1, -2, 2, -3, 3) if number is not None else ():
            if dim != number:
                what = f"{source_text(node)} goes along the wrong dimension: dim={dim} is meant"
                what += ", with keepdim=True" * keep
                changed = _other_dim(node, keyword, place, dim)
                yield ("call", dim, keep), what, with_keywords(changed, *changed.keywords, *more)
    if kept:
        what = f"{source_text(node)} keeps a dimension of size 1: leave keepdim=True out"
        rest = [k for k in node.keywords if k is not kept]
        yield ("call", "no keepdim"), what, with_keywords(node, *rest)


def _untold(node, own):
    """Another dimension than the one that a call takes where none is named."""
    along = "strings all numbers together" if own is None else f"goes along dim={own}"
    for dim in (1, -1, 0, 2, -2):
        if dim != own:
            what = f"{source_text(node)} {along} unless told otherwise: dim={dim} is meant"
            more = ast.keyword("dim", ast.Constant(dim))
            yield ("call", "told", dim), what, with_keywords(node, *node.keywords, more)


def _place_of_dim(node, name):
    """The place among the positional arguments where the dimension stands, or None."""
    first = 0 if is_method(node) else 1
    if name in ("split", "chunk", "topk", "roll", "repeat_interleave", "norm", "diff"):
        first += 1
    return first if len(node.args) > first and whole_number(node.args[first]) is not None else None


def _other_dim(node, keyword, place, dim):
    if keyword:
        other = ast.keyword("dim", ast.Constant(dim))
        return with_keywords(node, *(other if k is keyword else k for k in node.keywords))
    arguments = [ast.Constant(dim) if k == place else a for k, a in enumerate(node.args)]
    return ast.Call(node.func, arguments, node.keywords)


def in_transposes(node):
    """Two other dimensions for ``transpose``."""
    first = 0 if is_method(node) else 1
    given = [whole_number(argument) for argument in node.args[first:]]
    if len(given) != 2 or None in given:
        return
    for pair in ((1, 2), (0, 1), (0, 2), (-2, -1)):
        if set(pair) != set(given):
            what = f"{source_text(node)} exchanges the wrong two dimensions: {pair} are meant"
            changed = [*node.args[:first], *map(ast.Constant, pair)]
            yield ("call", "transpose", pair), what, ast.Call(node.func, changed, node.keywords)


NEW = ("[..., None]", "[:, None]", "[None]")


def in_new_dimensions(node):
    """Another place for the dimension that ``x[:, None]`` adds."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    rest = [part for part in parts if not isinstance(part, ast.Constant)]
    whole = all(isinstance(p, ast.Slice) and p.lower is p.upper is p.step is None for p in rest)
    if values.count(None) != 1 or not whole or len(values) > 1 + values.count(...):
        return
    for where in NEW:
        new = ast.parse(f"x{where}", mode="eval").body.slice
        if ast.dump(new) != ast.dump(node.slice):
            what = f"{source_text(node)} adds a dimension in the wrong place: `{where}` is meant"
            yield ("shape", where), what, ast.Subscript(node.value, new, node.ctx)


def in_lengths(node):
    inside = node.args[0]
    for dim in (-1, -2, 1, 2):
        shape = ast.Attribute(inside, "shape", ast.Load())
        changed = ast.Subscript(shape, ast.Constant(dim), ast.Load())
        what = f"{source_text(node)} is the size of dimension 0; that of dimension {dim} is meant"
        yield ("call", "len", dim), what, changed
    numel = ast.Call(ast.Attribute(inside, "numel", ast.Load()), [], [])
    what = f"{source_text(node)} counts the rows; `.numel()` counts the numbers"
    yield ("call", "len", None), what, numel


def name_of_call(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_method(node):
    """Whether it is called on a thing, x.mean(), and not on a module, torch.mean(x)."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    modules = ("torch", "F", "nn", "math", "np", "numpy", "functional")
    named = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", None)
    return owner is not None and named not in modules


def keyword_of(node, *names):
    return next((k for k in node.keywords if k.arg in names), None)


def with_keywords(node, *keywords):
    return ast.Call(node.func, node.args, list(keywords))


def whole_number(node):
    """The whole number that a node stands for, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inside = whole_number(node.operand)
        return None if inside is None else -inside
    whole = isinstance(node, ast.Constant) and type(node.value) is int
    return node.value if whole else None


def meets_its_own(tree, change):
    """Whether what a change changes meets what it was made of, as in ``x - x.mean(1)``."""
    changed = {id(node) for node in change.new}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and id(node.right) in changed:
            return bool(_read(node.left) & _read(node.right)) and not _is_reduced(node.left)
    return False


def _is_reduced(node):
    """Whether something in it is a sum, mean or the like, which has lost the dimension as well."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return any(getattr(f, "attr", getattr(f, "id", "")) in REDUCTIONS for f in calls)


def _read(node):
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names - {"torch", "F", "math", "np", "nn"}
