"""Mistakes that nobody had to list: the correct answer with one small slip in it, or two.

A slip is a small change to the source of the correct answer: a sign, a missing factor, a sum for a
mean, missing parentheses, one argument in another's place. Whoever gets the same answers as the
changed function on every input has made that slip, or one that comes to the same.

For this, write the correct answer of an exercise out in full: what it leaves to a helper cannot
slip.
"""

import ast
import inspect
import itertools
import textwrap
from typing import NamedTuple

PAIRS = 1500
MIRROR = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
REDUCTIONS = {"mean": "sum", "sum": "mean"}
ORDER = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.FloorDiv: 2, ast.Pow: 3}


class Slip(NamedTuple):
    """What slipped, and ``{node of the source: what stands in its place}``."""

    what: str
    changes: dict
    at_one_place: bool = False  # of several places that are alike

    @property
    def sentence(self):
        return f"{self.what} in one place" if self.at_one_place else self.what


def one_slip(reference, makes_the_same):
    """The sentence of the first slip with ``makes_the_same(function)``, or None."""
    tree = _tree_of(reference)
    for slip in _slips(tree):
        if makes_the_same(_function(_rebuilt(tree, slip.changes), reference)):
            return slip.sentence
    return None


def two_slips(reference, makes_the_same):
    """The two sentences of the first pair of slips with ``makes_the_same(function)``, or None."""
    for one, two, changed in itertools.islice(_pairs(_tree_of(reference)), PAIRS):
        if makes_the_same(_function(changed, reference)):
            return one.sentence, two.sentence
    return None


def _pairs(tree):
    """(slip, another that comes later in the order of the single ones, the tree with both)."""
    everywhere = [slip for slip in _slips(tree) if not slip.at_one_place]
    place = {slip.what: k for k, slip in enumerate(everywhere)}
    for one in everywhere:
        changed = _rebuilt(tree, one.changes)
        for two in _slips(changed):
            if not two.at_one_place and place.get(two.what, -1) > place[one.what]:
                yield one, two, _rebuilt(changed, two.changes)


def _tree_of(reference):
    """The function's source as a tree; an empty one where the source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(reference))).body[0]
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])
    if not isinstance(tree, ast.FunctionDef):
        return ast.Module([], [])
    tree.decorator_list = []
    return tree


def _function(tree, reference):
    names = dict(reference.__globals__)
    module = ast.fix_missing_locations(ast.Module([tree], []))
    exec(compile(module, "<slip>", "exec"), names)
    return names[tree.name]


def _slips(tree):
    """Every slip in a tree: at all alike places at once, and then at each alone."""
    arguments = [a.arg for a in tree.args.args] if isinstance(tree, ast.FunctionDef) else []
    alike = {}
    for node in ast.walk(tree):
        for what, changed in _changes(node, arguments):
            alike.setdefault(what, {})[node] = changed
    for what, places in alike.items():
        yield Slip(what, places)
    for what, places in alike.items():
        for node, changed in places.items() if len(places) > 1 else ():
            yield Slip(what, {node: changed}, at_one_place=True)


def _rebuilt(node, new):
    if isinstance(node, list):
        return [_rebuilt(n, new) for n in node]
    if not isinstance(node, ast.AST):
        return node
    if node in new:
        return new[node]
    return type(node)(**{name: _rebuilt(value, new) for name, value in ast.iter_fields(node)})


def _changes(node, arguments):
    """(what slipped, node in its place) for the slips that can happen at one node of the source."""
    if isinstance(node, ast.BinOp):
        yield from _in_operation(node)
        yield from _in_parentheses(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"a minus is missing in front of {_text(node.operand)}", node.operand
    elif isinstance(node, ast.Call):
        yield from _in_call(node, arguments)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in arguments:
        for other in arguments:
            if other != node.id:
                yield f"{other} stands where {node.id} belongs", ast.Name(other, ast.Load())


def _in_operation(node):
    left, op, right = node.left, type(node.op), node.right
    a, b = _text(left), _text(right)
    if op in (ast.Add, ast.Sub):
        yield f"{b} is missing", left
        yield f"{a} is missing", right if op is ast.Add else ast.UnaryOp(ast.USub(), right)
        yield f"the sign of {b} is reversed", ast.BinOp(left, MIRROR[op](), right)
    if op is ast.Mult:
        yield f"the factor {a} is missing", right
        yield f"the factor {b} is missing", left
        yield f"you divided by {b} instead of multiplying", ast.BinOp(left, ast.Div(), right)
    if op in (ast.Div, ast.FloorDiv):
        yield f"the division by {b} is missing", left
        yield f"you multiplied by {b} instead of dividing", ast.BinOp(left, ast.Mult(), right)
        yield f"{a} / {b} is upside down", ast.BinOp(right, node.op, left)
    if op is ast.Pow:
        yield f"the power {b} of {a} is missing", left
        absolute = _call(ast.Name("abs", ast.Load()), left)
        yield f"the absolute value of {a} is taken, and not its power {b}", absolute
        yield f"{a} is multiplied by {b}, and ** {b} is meant", ast.BinOp(left, ast.Mult(), right)
        if isinstance(right, ast.Constant):
            higher = ast.Constant(right.value + 1)
            changed = ast.BinOp(left, op(), higher)
            yield f"the power of {a} is {higher.value} and should be {b}", changed


def _in_parentheses(node):
    left, op, right = node.left, node.op, node.right
    strength = ORDER.get(type(op), 9)
    if isinstance(left, ast.BinOp) and ORDER.get(type(left.op), 9) < strength:
        changed = ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
        yield f"the parentheses around {_text(left)} are missing", changed
    if (
        isinstance(right, ast.BinOp)
        and ORDER.get(type(right.op), 9) <= strength
        and isinstance(op, (ast.Div, ast.Sub, ast.Mult))
    ):
        changed = ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
        yield f"the parentheses around {_text(right)} are missing", changed


def _in_call(node, arguments):
    function, alone = node.func, len(node.args) == 1 and not node.keywords
    if isinstance(function, ast.Attribute) and function.attr in REDUCTIONS:
        yield from _in_reduction(node, arguments)
        if not node.args and not node.keywords:
            yield from _in_whole_reduction(function.value, function.attr)
    elif isinstance(function, ast.Name) and function.id == "range" and len(node.args) == 1:
        for word, step in (("many", 1), ("few", -1)):
            more = ast.BinOp(node.args[0], ast.Add(), ast.Constant(step))
            yield f"the loop takes one round too {word}", _call(function, more)
    elif alone and isinstance(function, ast.Attribute) and function.attr == "ceil":
        inside = _text(node.args[0])
        whole = _call(ast.Name("int", ast.Load()), *node.args)
        yield f"you rounded down; {inside} must be rounded up", whole
        yield f"{inside} is not rounded", node.args[0]


def _in_reduction(node, arguments):
    word, inside, given = node.func.attr, node.func.value, (node.args, node.keywords)
    other = REDUCTIONS[word]
    yield f"there is a {other} where a {word} is asked", _method(inside, other, *given)
    yield f"the {word} is missing", inside
    if isinstance(inside, ast.BinOp) and isinstance(inside.op, ast.Pow):
        first = _method(inside.left, word, *given)
        yield (
            f"you took the {word} first and the power then",
            ast.BinOp(first, ast.Pow(), inside.right),
        )
    for keyword in node.keywords:
        if keyword.arg == "dim" and isinstance(keyword.value, ast.Constant):
            for dim in {0, 1, 2} - {keyword.value.value}:
                other_dim = ast.keyword("dim", ast.Constant(dim))
                keywords = [other_dim if k is keyword else k for k in node.keywords]
                changed = ast.Call(node.func, node.args, keywords)
                yield f"you reduced over dim {dim}; another dimension has to disappear", changed
    for argument in arguments:
        multiplied = ast.BinOp(inside, ast.Mult(), ast.Name(argument, ast.Load()))
        yield f"there is a factor {argument} too many", _method(multiplied, word, *given)


def _in_whole_reduction(inside, word):
    """Slips in a mean or sum over everything, with no dimension named."""
    x = ast.unparse(inside)
    n = f"len({x})" if word == "mean" else "1"
    for what, text in {
        f"only the first one is in the {word}: does return stand inside the loop?": (
            f"({x})[0] / {n}"
        ),
        f"only the last one is in the {word}: does each round forget the total so far?": (
            f"({x})[-1] / {n}"
        ),
        f"the first one is left out of the {word}": f"({x})[1:].sum() / {n}",
        f"the last one is left out of the {word}": f"({x})[:-1].sum() / {n}",
        f"only the first one counts, where the {word} is asked": f"({x})[0]",
        f"only the last one counts, where the {word} is asked": f"({x})[-1]",
        f"you took the largest where the {word} is asked": f"({x}).max()",
        f"you took the smallest where the {word} is asked": f"({x}).min()",
        f"you took the median where the {word} is asked": f"({x}).median()",
        "you divided by one less than there are": f"({x}).sum() / (len({x}) - 1)",
        "you divided by one more than there are": f"({x}).sum() / (len({x}) + 1)",
    }.items():
        yield what, ast.parse(text, mode="eval").body


def _call(function, *arguments):
    return ast.Call(function, list(arguments), [])


def _method(thing, name, arguments=(), keywords=()):
    return ast.Call(ast.Attribute(thing, name, ast.Load()), list(arguments), list(keywords))


def _text(node):
    return f"`{ast.unparse(node)}`"
