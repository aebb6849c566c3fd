"""Mistakes that nobody had to list: the correct answer with one small slip in it, or two.

A slip is a small change to the source of the correct answer: a sign, a missing factor, a sum for a
mean, missing parentheses, one argument in another's place. Whoever gets the same answers as the
changed function on every input has made that slip, or one that comes to the same.

For this, write the correct answer of an exercise out in full: what it leaves to a helper cannot slip.
"""

import ast
import inspect
import itertools
import textwrap

PAIRS = 1500
ONCE = " in one place"
MIRROR = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
REDUCTIONS = {"mean": "sum", "sum": "mean"}
ORDER = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.FloorDiv: 2, ast.Pow: 3}


def one_slip(reference, makes_the_same):
    """The sentence of the first slip with ``makes_the_same(function)``, or None."""
    for sentence, changed in _changed(reference):
        if makes_the_same(_function(changed, reference)):
            return sentence
    return None


def two_slips(reference, makes_the_same):
    """The two sentences of the first pair of slips with ``makes_the_same(function)``, or None."""
    first = [slip for slip in _changed(reference) if not slip[0].endswith(ONCE)]
    place = {sentence: k for k, (sentence, _) in enumerate(first)}
    pairs = ((one, two, changed, new) for one, changed in first for two, new in _slips(changed)
             if place.get(two, -1) > place[one])  # fmt: skip
    for one, two, changed, new in itertools.islice(pairs, PAIRS):
        if makes_the_same(_function(_rebuilt(changed, new), reference)):
            return one, two
    return None


def _changed(reference):
    """(sentence, changed source as a tree) for every slip; nothing where the source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(reference))).body[0]
    except (OSError, TypeError, SyntaxError):
        return []
    if not isinstance(tree, ast.FunctionDef):
        return []
    tree.decorator_list = []
    return [(sentence, _rebuilt(tree, new)) for sentence, new in _slips(tree)]


def _function(tree, reference):
    names = dict(reference.__globals__)
    module = ast.fix_missing_locations(ast.Module([tree], []))
    exec(compile(module, "<slip>", "exec"), names)
    return names[tree.name]


def _slips(tree):
    """(sentence, {node: changed}) for every slip: at all alike places at once, and at each alone."""
    arguments = [a.arg for a in tree.args.args]
    alike = {}
    for node in ast.walk(tree):
        for sentence, changed in _changes(node, arguments):
            alike.setdefault(sentence, {})[node] = changed
    for sentence, places in alike.items():
        yield sentence.replace("@", ""), places
    for sentence, places in alike.items():
        for node, changed in places.items() if len(places) > 1 else ():
            yield sentence.replace("@", "") + ONCE, {node: changed}


def _rebuilt(node, new):
    if isinstance(node, list):
        return [_rebuilt(n, new) for n in node]
    if not isinstance(node, ast.AST):
        return node
    if node in new:
        return new[node]
    return type(node)(**{name: _rebuilt(value, new) for name, value in ast.iter_fields(node)})


def _changes(node, arguments):
    """(sentence, node in its place) for the slips that can happen at one node of the source."""
    if isinstance(node, ast.BinOp):
        yield from _in_operation(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"a minus is missing@ in front of {_text(node.operand)}", node.operand
    elif isinstance(node, ast.Call):
        yield from _in_call(node, arguments)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in arguments:
        for other in arguments:
            if other != node.id:
                yield f"{other} stands@ where {node.id} belongs", ast.Name(other, ast.Load())


def _in_operation(node):
    left, op, right = node.left, type(node.op), node.right
    a, b = _text(left), _text(right)
    if op in (ast.Add, ast.Sub):
        yield f"{b} is missing@", left
        yield f"{a} is missing@", right if op is ast.Add else ast.UnaryOp(ast.USub(), right)
        yield f"the sign of {b} is reversed@", ast.BinOp(left, MIRROR[op](), right)
    if op is ast.Mult:
        yield f"the factor {a} is missing@", right
        yield f"the factor {b} is missing@", left
        yield f"you divided@ by {b} instead of multiplying", ast.BinOp(left, ast.Div(), right)
    if op in (ast.Div, ast.FloorDiv):
        yield f"the division by {b} is missing@", left
        yield f"you multiplied@ by {b} instead of dividing", ast.BinOp(left, ast.Mult(), right)
        yield f"{a} / {b} is upside down@", ast.BinOp(right, node.op, left)
    if op is ast.Pow:
        yield f"the power {b} of {a} is missing@", left
        yield (
            f"the absolute value of {a} is taken@, and not its power {b}",
            ast.Call(ast.Name("abs", ast.Load()), [left], []),
        )
        yield f"{a} is multiplied by {b}@, and ** {b} is meant", ast.BinOp(left, ast.Mult(), right)
        if isinstance(right, ast.Constant):
            higher = ast.Constant(right.value + 1)
            yield (
                f"the power of {a} is {higher.value}@ and should be {b}",
                ast.BinOp(left, op(), higher),
            )
    strength = ORDER.get(op, 9)
    if isinstance(left, ast.BinOp) and ORDER.get(type(left.op), 9) < strength:
        yield (f"the parentheses around {a} are missing@",
               ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right)))  # fmt: skip
    if (
        isinstance(right, ast.BinOp)
        and ORDER.get(type(right.op), 9) <= strength
        and op in (ast.Div, ast.Sub, ast.Mult)
    ):
        yield (f"the parentheses around {b} are missing@",
               ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right))  # fmt: skip


def _in_call(node, arguments):
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in REDUCTIONS:
        yield from _in_reduction(node, arguments)
    elif isinstance(function, ast.Name) and function.id == "range" and len(node.args) == 1:
        for word, step in (("many", 1), ("few", -1)):
            more = ast.BinOp(node.args[0], ast.Add(), ast.Constant(step))
            yield f"the loop takes one round too {word}@", ast.Call(function, [more], [])
    elif (
        len(node.args) == 1
        and not node.keywords
        and isinstance(function, ast.Attribute)
        and function.attr == "ceil"
    ):
        whole = ast.Call(ast.Name("int", ast.Load()), node.args, [])
        yield f"you rounded down@; {_text(node.args[0])} must be rounded up", whole
        yield f"{_text(node.args[0])} is not rounded@", node.args[0]


def _in_reduction(node, arguments):
    word, inside = node.func.attr, node.func.value
    other = REDUCTIONS[word]
    yield (f"there is a {other}@ where a {word} is asked",
           ast.Call(ast.Attribute(inside, other, ast.Load()), node.args, node.keywords))  # fmt: skip
    yield f"the {word} is missing@", inside
    if isinstance(inside, ast.BinOp) and isinstance(inside.op, ast.Pow):
        first = ast.Call(ast.Attribute(inside.left, word, ast.Load()), node.args, node.keywords)
        yield (
            f"you took the {word} first@ and the power then",
            ast.BinOp(first, ast.Pow(), inside.right),
        )
    for keyword in node.keywords:
        if keyword.arg == "dim" and isinstance(keyword.value, ast.Constant):
            for dim in {0, 1, 2} - {keyword.value.value}:
                keywords = [
                    ast.keyword("dim", ast.Constant(dim)) if k is keyword else k
                    for k in node.keywords
                ]
                yield (f"you reduced over dim {dim}@; another dimension has to disappear",
                       ast.Call(node.func, node.args, keywords))  # fmt: skip
    for argument in arguments:
        yield (f"there is a factor {argument} too many@",
               ast.Call(ast.Attribute(ast.BinOp(inside, ast.Mult(), ast.Name(argument, ast.Load())),
                                      word, ast.Load()), node.args, node.keywords))  # fmt: skip
    if node.args or node.keywords:
        return
    x, n = ast.unparse(inside), f"len({ast.unparse(inside)})" if word == "mean" else "1"
    for sentence, text in {
        f"only the first one is in the {word}@: does return stand inside the loop?": f"({x})[0] / {n}",
        f"only the last one is in the {word}@: does each round forget the total so far?": f"({x})[-1] / {n}",
        f"the first one is left out of the {word}@": f"({x})[1:].sum() / {n}",
        f"the last one is left out of the {word}@": f"({x})[:-1].sum() / {n}",
        f"only the first one counts@, where the {word} is asked": f"({x})[0]",
        f"only the last one counts@, where the {word} is asked": f"({x})[-1]",
        f"you took the largest@ where the {word} is asked": f"({x}).max()",
        f"you took the smallest@ where the {word} is asked": f"({x}).min()",
        f"you took the median@ where the {word} is asked": f"({x}).median()",
        "you divided by one less than there are@": f"({x}).sum() / (len({x}) - 1)",
        "you divided by one more than there are@": f"({x}).sum() / (len({x}) + 1)",
    }.items():
        yield sentence, ast.parse(text, mode="eval").body


def _text(node):
    text = ast.unparse(node)
    return f"`{text}`"
