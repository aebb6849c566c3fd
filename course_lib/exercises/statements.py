"""What people get wrong in statements, undone: a ``return`` inside the loop, a forgotten total."""

import ast
import itertools

from course_lib.exercises.words import source_text

NOT_KEPT = "nothing keeps what this line gives"
ONLY_ONCE = (
    "an entry that occurs twice is counted once: += at many entries at once adds to each only "
    "once; add in a loop, or with bincount"
)
SUMS = (((), ""), (("dim=-1", "keepdim=True"), " in each row"))
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign)


def in_statements(tree):
    """(what was wrong, line, {node: nodes in its place}) for the statements of a function."""
    for block in _blocks(tree):
        yield from _in_block(block)
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.While)):
            yield from _in_loop(node)
        elif isinstance(node, (ast.If, ast.IfExp)) and isinstance(node.test, ast.Name):
            name = node.test.id
            asked = ast.Compare(node.test, [ast.IsNot()], [ast.Constant(None)])
            what = f"`{name}` is false for 0 as well; ask `{name} is not None`"
            yield what, node.lineno, {node.test: asked}
        elif isinstance(node, ast.With):
            yield from _in_with(node)
        elif isinstance(node, ast.AugAssign):
            yield from _in_update(node, _callers(tree))
        elif isinstance(node, ast.Return) and node.value is not None:
            yield from _in_return(node)
    yield from _missing_return(tree)
    yield from _added_only_once(tree)


def _blocks(tree):
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


def _in_block(block):
    for statement in block:
        if isinstance(statement, SIMPLE) and not _is_docstring(statement):
            yield "this line does not belong there", statement.lineno, {statement: []}
    for statement in block:
        kept = _leftmost(statement.value) if isinstance(statement, ast.Expr) else None
        if kept is not None and kept is not statement.value:
            new = ast.Assign([_stored(kept)], statement.value)
            given = ast.unparse(statement.value)
            what = f"{NOT_KEPT}: `{ast.unparse(kept)} = {given}`"
            yield what, statement.lineno, {statement: new}
    for k, statement in enumerate(block):
        for loop in block[k + 1 :] if _begins(statement) else ():
            if isinstance(loop, (ast.For, ast.While)):
                what = "this must begin again in every round: put it inside the loop"
                fields = dict(ast.iter_fields(loop)) | {"body": [statement, *loop.body]}
                inside = ast.copy_location(type(loop)(**fields), loop)
                yield what, statement.lineno, {statement: [], loop: inside}
    for first, second in itertools.pairwise(block):
        if isinstance(first, SIMPLE) and isinstance(second, SIMPLE):
            what = f"this comes too early: {source_text(second)} must be done before it"
            yield what, first.lineno, {first: second, second: first}


def _leftmost(node):
    """The name or the entry that an operation or a chain of methods begins with; or None."""
    while not isinstance(node, (ast.Name, ast.Subscript)):
        if isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            return None
    return node


def _begins(statement):
    """Whether it gives a name a first value: a number, a list, zeros."""
    if not isinstance(statement, ast.Assign):
        return False
    value = statement.value
    return isinstance(value, (ast.Constant, ast.List, ast.Dict)) or (
        isinstance(value, ast.Call) and not any(isinstance(a, ast.Call) for a in value.args)
    )


def _in_loop(loop):
    inside, last = loop.body, loop.body[-1]
    if isinstance(last, ast.Return):
        what = "return stands inside the loop, and so ends it in its first round"
        yield what, last.lineno, {last: [], loop: _after(loop, last)}
    for statement in (part for first in inside for part in ast.walk(first)):
        if isinstance(statement, ast.Assign):
            yield from _forgotten(statement)
    if len(inside) == 1:
        return
    if isinstance(inside[0], SIMPLE):
        what = "this stands inside the loop, and so begins again in every round: put it before"
        yield what, inside[0].lineno, {loop: [inside[0], _without(loop, inside[0])]}
    if isinstance(last, SIMPLE):
        what = "this stands inside the loop, and must be done once, after it"
        yield what, last.lineno, {loop: [_without(loop, last), last]}


def _forgotten(statement):
    """``=`` inside a loop, where ``+=`` is right; in a dictionary, from 0 on."""
    target, value = statement.targets[0], statement.value
    what = "each round forgets the total so far: += adds to it"
    if isinstance(target, (ast.Name, ast.Subscript)):
        yield what, statement.lineno, {statement: ast.AugAssign(target, ast.Add(), value)}
    if isinstance(target, ast.Subscript):
        get = ast.Attribute(target.value, "get", ast.Load())
        so_far = ast.Call(get, [target.slice, ast.Constant(0)], [])
        more = ast.Assign([target], ast.BinOp(so_far, ast.Add(), value))
        what += f", here with {source_text(so_far)}"
        yield what, statement.lineno, {statement: more}


def _after(loop, last):
    return [_without(loop, last), last]


def _without(loop, statement):
    fields = dict(ast.iter_fields(loop))
    fields["body"] = [s for s in loop.body if s is not statement] or [ast.Pass()]
    return type(loop)(**fields)


def _in_with(node):
    text = ast.unparse(node.items[0].context_expr)
    yield f"`with {text}` does not belong there", node.lineno, {node: node.body}
    last = node.body[-1]
    if len(node.body) > 1:
        fields = dict(ast.iter_fields(node))
        rest = type(node)(**{**fields, "body": node.body[:-1]})
        yield f"this does not belong inside `with {text}`", last.lineno, {node: [rest, last]}


def _callers(tree):
    """The arguments that still are the caller's: no ``=`` has put another in their place."""
    given = {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in n.args}
    assigned = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
    return given - {t.id for n in assigned for t in n.targets if isinstance(t, ast.Name)}


def _in_update(node, callers):
    target = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else None
    opposite = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
    other = opposite.get(type(node.op))
    signs = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}
    if other:
        what = f"{signs[type(node.op)]} must be {signs[other]}"
        yield what, node.lineno, {node: ast.AugAssign(node.target, other(), node.value)}
    if target is not None:
        name, new = node.target.id, ast.BinOp(target, node.op, node.value)
        still = ", which the caller still has" if name in callers else ""
        what = (
            f"this changes the tensor {name} itself{still}: "
            f"`{name} = {ast.unparse(new)}` makes a new one"
        )
        yield what, node.lineno, {node: ast.Assign([_stored(node.target)], new)}
        yield (
            "= is meant, not another operation",
            node.lineno,
            {node: ast.Assign([_stored(node.target)], node.value)},
        )


def _added_only_once(tree):
    """``sums[ids] += x``, where each x is to be added: all such lines together."""
    lines = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add)
        and isinstance(node.target, ast.Subscript)
        and isinstance(node.target.value, ast.Name)
        and not any(isinstance(part, ast.Slice) for part in ast.walk(node.target.slice))
    ]
    new = {}
    for node in lines:
        at, table = node.target.slice, node.target.value.id
        at = ast.unparse(at) if isinstance(at, ast.Tuple) else f"({ast.unparse(at)},)"
        more = f"{table}.new_zeros(1).add({ast.unparse(node.value)})"
        new[node] = ast.parse(f"{table}.index_put_({at}, {more}, accumulate=True)").body[0]
    if new:
        yield ONLY_ONCE, lines[0].lineno, new


def _in_return(node):
    value = node.value
    for word, what in {
        "mean": "the mean over all is missing",
        "sum": "the sum over all is missing",
        "item": "`.item()` is missing, which makes a plain number of it",
        "clone": "this is the caller's own tensor: give back a clone()",
        "detach": "the answer still has its history: detach() cuts it off",
    }.items():
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        called = [ast.Call(ast.Attribute(part, word, ast.Load()), [], []) for part in parts]
        changed = ast.Tuple(called, ast.Load()) if isinstance(value, ast.Tuple) else called[0]
        yield what, node.lineno, {value: changed}
    divided = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div)
    for more, word in () if divided else SUMS:
        total = ast.parse(f"({ast.unparse(value)}).sum({', '.join(more)})", mode="eval").body
        what = f"this does not sum to 1 yet{word}: divide it by its sum"
        yield what, node.lineno, {value: ast.BinOp(value, ast.Div(), total)}
    for k, word in enumerate(("first", "second")):
        part = ast.Subscript(value, ast.Constant(k), ast.Load())
        yield f"the answer is the {word} part of this alone", node.lineno, {value: part}
    for more, what in {
        "tuple": "the answer must be a tuple: tuple(...)",
        "list": "the answer must be a list: list(...)",
        "sum": "the sum is missing: sum(...)",
        "int": "the answer must be a whole number: int(...)",
    }.items():
        yield what, node.lineno, {value: ast.Call(ast.Name(more, ast.Load()), [value], [])}


def _missing_return(tree):
    """The last line computes the answer, and nothing gives it back."""
    if not isinstance(tree, ast.FunctionDef):
        return
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        value = last.value
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print" and value.args:
            what = "the answer is printed; the function must hand it back with return"
            yield what, last.lineno, {last: ast.Return(value.args[0])}
        yield "return is missing in front", last.lineno, {last: ast.Return(value)}
    names = [
        target.id
        for node in ast.walk(tree)
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(node, (ast.Assign, ast.AugAssign)) and isinstance(target, ast.Name)
    ]
    if not any(isinstance(node, ast.Return) for node in ast.walk(tree)):
        for name in dict.fromkeys(names[::-1]):
            what = f"this is the last line, and `return {name}` is missing after it"
            yield what, last.lineno, {last: [last, ast.Return(ast.Name(name, ast.Load()))]}


def _stored(node):
    """A name, or an entry, as a target."""
    if isinstance(node, ast.Subscript):
        return ast.Subscript(node.value, node.slice, ast.Store())
    return ast.Name(node.id, ast.Store())


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
