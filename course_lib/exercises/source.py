"""The source of a learner's function or class as a tree, and functions made of a changed tree."""

import ast
import inspect
import itertools
import linecache
import os

from course_lib.exercises.reading import plain


def code_of(thing):
    """The code object of a function, or of the first method of a class; None if it has none."""
    thing = plain(thing)
    if inspect.isclass(thing):
        methods = [m for m in vars(thing).values() if inspect.isfunction(m)]
        return methods[0].__code__ if methods else None
    return getattr(thing, "__code__", None)


def file_in_words(filename):
    """What the reader calls the file of some code. A cell's is the name of no file that exists."""
    is_cell = "ipykernel_" in filename or not os.path.isfile(filename)
    return "your cell" if is_cell else os.path.basename(filename)


def definition_of(thing):
    """The ``def`` or ``class`` statement of a learner's function or class, or None.

    Its line numbers are those of the file or the cell. A lambda has no statement of its own.
    """
    code, thing = code_of(thing), plain(thing)
    if code is None:
        return None
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    kinds = ast.ClassDef if inspect.isclass(thing) else ast.FunctionDef
    return next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, kinds) and node.name == thing.__name__ and _holds(node, code)
        ),
        None,
    )


def _holds(node, code):
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return first <= code.co_firstlineno <= node.end_lineno


ROUNDS = 5_000


def that_ends(tree):
    """(a copy of a tree in which every ``while`` counts its rounds, the names that it needs).

    A small change makes many a loop endless; after ``ROUNDS`` in all such a one is given up.
    """
    left = itertools.repeat(True, ROUNDS)

    def one_more_round():
        if not next(left, False):
            raise RuntimeError(f"more than {ROUNDS} rounds")
        return True

    tree, name = rebuilt(tree, {}), "__one_more_round__"
    for node in ast.walk(tree):
        if isinstance(node, ast.While):
            counted = ast.Call(ast.Name(name, ast.Load()), [], [])
            node.test = ast.BoolOp(ast.And(), [counted, node.test])
    return tree, {name: one_more_round}


def made_of(tree, thing):
    """The function or class of a changed tree, with the names that the learner's own sees; or None.

    Of its decorators only those from a module, such as ``@torch.no_grad()``, are kept.
    """
    own, code = plain(thing), code_of(thing)
    tree, counting = that_ends(tree)
    names = dict(getattr(own, "__globals__", None) or _globals_of(own)) | counting
    for name, cell in zip(code.co_freevars, getattr(own, "__closure__", None) or (), strict=False):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # it has no value yet
            continue
    try:
        exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), "<changed>", "exec"), names)
    except Exception:
        return None
    return names[tree.name]


def _globals_of(own):
    return next(m.__globals__ for m in vars(own).values() if inspect.isfunction(m))


def last_return(thing):
    """What stands after a function's last ``return`` with a value other than None, or None."""
    tree = definition_of(thing)
    if not isinstance(tree, ast.FunctionDef):
        return None
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    values = [v for v in values if v is not None and not _is_none(v)]
    return max(values, key=lambda value: value.lineno) if values else None


def _is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def rebuilt(node, new):
    """A copy of a tree in which ``new``, {node: node or list of nodes in its place}, is done."""
    if isinstance(node, list):
        made = []
        for part in node:
            other = rebuilt(part, new)
            made.extend(other if isinstance(other, list) else [other])
        return made
    if not isinstance(node, ast.AST):
        return node
    if node in new:
        return new[node]
    fields = {name: rebuilt(value, new) for name, value in ast.iter_fields(node)}
    fields |= {name: getattr(node, name) for name in node._attributes if hasattr(node, name)}
    if "body" in fields and fields["body"] == []:
        fields["body"] = [ast.Pass()]
    return type(node)(**fields)


def learners_line(function, outcome):
    """(number, text, file's name or "your cell") of the learner's line that was met last."""
    code, place = code_of(function), None
    for frame in outcome.stack:
        if code is not None and frame.filename == code.co_filename:
            text = linecache.getline(frame.filename, frame.lineno).strip()
            place = (frame.lineno, text, file_in_words(frame.filename))
    return place


def loop_around(function, line):
    """(line number, text) of the head of the innermost loop around a line, or None."""
    lines = linecache.getlines(getattr(code_of(function), "co_filename", ""))
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return None
    loops = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, (ast.For, ast.While)) and node.lineno <= line <= node.end_lineno
    ]
    return (max(loops), lines[max(loops) - 1].strip()) if loops else None
