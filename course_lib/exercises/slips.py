"""Mistakes that nobody had to list: the correct answer with one small slip in it, or two.

A slip is a small change to the source of the correct answer: a sign, a missing factor, a sum for a
mean, missing parentheses, one argument in another's place. An answer that equals the
changed function's on every input has that slip in it, or one that comes to the same.

For this, write the correct answer of an exercise out in full: what it leaves to a helper cannot
slip.
"""

import ast
import inspect
import itertools
import textwrap
from dataclasses import dataclass

from course_lib.exercises.source import rebuilt, that_ends

PAIRS = 1500
MISSING = "{} is missing"
REVERSED = "the sign of {} is reversed"
EXCHANGED = "{} stands where {} belongs"
MIRROR = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
REDUCTIONS = {"mean": "sum", "sum": "mean"}
ORDER = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.FloorDiv: 2, ast.Pow: 3}


@dataclass(frozen=True)
class Slip:
    """What slipped: a sentence with places for the ``quoted`` expressions of the correct answer.

    ``changes`` is {node of the source: what stands in its place}.
    """

    sentence: str
    changes: dict
    quoted: tuple
    at_one_place: bool = False  # of several places that are alike

    def say(self, names):
        """The sentence, with the names that ``names`` gives to the arguments."""
        called = [f"`{ast.unparse(renamed(node, names))}`" for node in self.quoted]
        text = self.sentence.format(*called)
        return f"{text} in one place" if self.at_one_place else text


def one_slip(reference, makes_the_same, fits):
    """The first slip that fits, with ``makes_the_same(function)``; or None."""
    tree = _tree_of(reference)
    for slip in _slips(tree):
        if fits(slip) and makes_the_same(_function(rebuilt(tree, slip.changes), reference)):
            return slip
    return None


def two_slips(reference, makes_the_same, fits):
    """The first pair of slips that fit, with ``makes_the_same(function)``; or None."""
    for one, two, changed in itertools.islice(_pairs(_tree_of(reference), fits), PAIRS):
        if makes_the_same(_function(changed, reference)):
            return one, two
    return None


def _pairs(tree, fits):
    """(slip, another that comes later in the order of the single ones, the tree with both)."""
    everywhere = [slip for slip in _slips(tree) if not slip.at_one_place and fits(slip)]
    place = {slip.say({}): k for k, slip in enumerate(everywhere)}
    for one in everywhere:
        changed = rebuilt(tree, one.changes)
        for two in _slips(changed):
            if not two.at_one_place and place.get(two.say({}), -1) > place[one.say({})]:
                yield one, two, rebuilt(changed, two.changes)


def renamed(node, names):
    """A copy of a tree in which names are replaced as the dictionary says."""
    if isinstance(node, ast.Name) and node.id in names:
        return ast.Name(names[node.id], node.ctx)
    if not isinstance(node, ast.AST):
        return [renamed(n, names) for n in node] if isinstance(node, list) else node
    return type(node)(**{k: renamed(value, names) for k, value in ast.iter_fields(node)})


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
    tree, counting = that_ends(tree)
    names = reference.__globals__ | counting
    exec(compile(ast.Module([tree], []), "<slip>", "exec"), names)
    return names[tree.name]


def _slips(tree):
    """Every slip in a tree: at all alike places at once, and then at each alone."""
    arguments = [a.arg for a in tree.args.args] if isinstance(tree, ast.FunctionDef) else []
    alike = {}
    for node in ast.walk(tree):
        for sentence, changed, *quoted in _changes(node, arguments):
            key = sentence, *map(ast.dump, quoted)
            alike.setdefault(key, (sentence, tuple(quoted), {}))[-1][node] = changed
    for sentence, quoted, places in alike.values():
        yield Slip(sentence, places, quoted)
    for sentence, quoted, places in alike.values():
        for node, changed in places.items() if len(places) > 1 else ():
            yield Slip(sentence, {node: changed}, quoted, at_one_place=True)


def _changes(node, arguments):
    """(sentence, node in its place, quoted nodes) for the slips that can happen at one node."""
    if isinstance(node, ast.BinOp):
        yield from _in_operation(node)
        yield from _in_parentheses(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "a minus is missing in front of {}", node.operand, node.operand
    elif isinstance(node, ast.Call):
        yield from _in_call(node, arguments)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in arguments:
        for other in arguments:
            if other != node.id:
                wrong = ast.Name(other, ast.Load())
                yield EXCHANGED, wrong, wrong, node


def _in_operation(node):
    a, op, b = node.left, type(node.op), node.right
    if op in (ast.Add, ast.Sub):
        yield MISSING, a, b
        yield MISSING, b if op is ast.Add else ast.UnaryOp(ast.USub(), b), a
        yield REVERSED, ast.BinOp(a, MIRROR[op](), b), b
    if op is ast.Mult:
        yield "the factor {} is missing", b, a
        yield "the factor {} is missing", a, b
        yield "you divided by {} instead of multiplying", ast.BinOp(a, ast.Div(), b), b
    if op in (ast.Div, ast.FloorDiv):
        yield "the division by {} is missing", a, b
        yield "you multiplied by {} instead of dividing", ast.BinOp(a, ast.Mult(), b), b
        yield "{} is upside down", ast.BinOp(b, node.op, a), node
    if op is ast.Pow:
        yield "the power {} of {} is missing", a, b, a
        absolute = _call(ast.Name("abs", ast.Load()), a)
        yield "the absolute value of {} is taken, and not its power {}", absolute, a, b
        doubled = ast.BinOp(a, ast.Mult(), b)
        yield "{} is multiplied by {}, and the power is meant", doubled, a, b
        if isinstance(b, ast.Constant):
            higher = ast.Constant(b.value + 1)
            changed = ast.BinOp(a, op(), higher)
            yield "the power of {} is {} and should be {}", changed, a, higher, b


def _in_parentheses(node):
    left, op, right = node.left, node.op, node.right
    strength = ORDER.get(type(op), 9)
    if isinstance(left, ast.BinOp) and ORDER.get(type(left.op), 9) < strength:
        changed = ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
        yield "the parentheses around {} are missing", changed, left
    if (
        isinstance(right, ast.BinOp)
        and ORDER.get(type(right.op), 9) <= strength
        and isinstance(op, (ast.Div, ast.Sub, ast.Mult))
    ):
        changed = ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
        yield "the parentheses around {} are missing", changed, right


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
        inside = node.args[0]
        whole = _call(ast.Name("int", ast.Load()), inside)
        yield "you rounded down; {} must be rounded up", whole, inside
        yield "{} is not rounded", inside, inside


def _in_reduction(node, arguments):
    word, inside, given = node.func.attr, node.func.value, (node.args, node.keywords)
    other = REDUCTIONS[word]
    swapped = f"there is a {other} where the exercise asks for a {word}"
    yield swapped, _method(inside, other, *given)
    yield f"the {word} is missing", inside
    if isinstance(inside, ast.BinOp) and isinstance(inside.op, ast.Pow):
        first = _method(inside.left, word, *given)
        changed = ast.BinOp(first, ast.Pow(), inside.right)
        yield f"you took the {word} first and the power then", changed
    for keyword in node.keywords:
        if keyword.arg == "dim" and isinstance(keyword.value, ast.Constant):
            for dim in {0, 1, 2} - {keyword.value.value}:
                other_dim = ast.keyword("dim", ast.Constant(dim))
                keywords = [other_dim if k is keyword else k for k in node.keywords]
                changed = ast.Call(node.func, node.args, keywords)
                yield f"you reduced over dim {dim}; another dimension has to disappear", changed
    for argument in arguments:
        name = ast.Name(argument, ast.Load())
        multiplied = ast.BinOp(inside, ast.Mult(), name)
        yield "there is a factor {} too many", _method(multiplied, word, *given), name


def _in_whole_reduction(inside, word):
    """Slips in a mean or sum over everything, with no dimension named."""
    x = ast.unparse(inside)
    n = f"len({x})" if word == "mean" else "1"
    for sentence, text in {
        f"only the first one is in the {word}: does return stand inside the loop?": (
            f"({x})[0] / {n}"
        ),
        f"only the last one is in the {word}: does each round forget the total so far?": (
            f"({x})[-1] / {n}"
        ),
        f"the first one is left out of the {word}": f"({x})[1:].sum() / {n}",
        f"the last one is left out of the {word}": f"({x})[:-1].sum() / {n}",
        f"only the first one counts, where the exercise asks for the {word}": f"({x})[0]",
        f"only the last one counts, where the exercise asks for the {word}": f"({x})[-1]",
        f"you took the largest, and the exercise asks for the {word}": f"({x}).max()",
        f"you took the smallest, and the exercise asks for the {word}": f"({x}).min()",
        f"you took the median, and the exercise asks for the {word}": f"({x}).median()",
        "you divided by one less than there are": f"({x}).sum() / (len({x}) - 1)",
        "you divided by one more than there are": f"({x}).sum() / (len({x}) + 1)",
    }.items():
        yield sentence, ast.parse(text, mode="eval").body


def _call(function, *arguments):
    return ast.Call(function, list(arguments), [])


def _method(thing, name, arguments=(), keywords=()):
    return ast.Call(ast.Attribute(thing, name, ast.Load()), list(arguments), list(keywords))
