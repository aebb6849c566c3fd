"""The source of a learner's function or class as a tree, and functions made of a changed tree."""

import ast
import functools
import inspect
import itertools
import linecache
import operator
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


def file_of(thing):
    """What the reader calls the file of a function or a class with a source."""
    return file_in_words(code_of(thing).co_filename)


def definition_of(thing):
    """The ``def`` or ``class`` statement of a learner's function or class, or None.

    Its line numbers are those of the file or the cell. A lambda has no statement of its own.
    """
    code, thing = code_of(thing), plain(thing)
    if code is None:
        return None
    kinds = ast.ClassDef if inspect.isclass(thing) else ast.FunctionDef
    for node in _definitions("".join(linecache.getlines(code.co_filename))):
        if isinstance(node, kinds) and node.name == thing.__name__ and _holds(node, code):
            return node
    return None


@functools.lru_cache(maxsize=2)  # several questions are asked about one answer
def _definitions(text):
    """The ``def`` and ``class`` statements of a text; none of one that is not Python."""
    try:
        nodes = ast.walk(ast.parse(text))
    except SyntaxError:
        return []
    return [node for node in nodes if isinstance(node, (ast.ClassDef, ast.FunctionDef))]


def _holds(node, code):
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return first <= code.co_firstlineno <= node.end_lineno


ROUNDS = 5_000


def that_ends(tree):
    """(a copy of a tree in which every loop counts its rounds, the names that it needs).

    A small change makes many a ``while`` endless, and a ``for`` whose list grows inside; after
    ``ROUNDS`` such a one is given up.
    """
    left = itertools.repeat(True, ROUNDS)

    def one_more_round():
        if not next(left, False):
            raise RuntimeError(f"more than {ROUNDS} rounds")
        return True

    def to_its_end(things):
        most = ROUNDS + (len(things) if isinstance(things, list) else 0)
        for number, thing in enumerate(things):
            if number >= most:
                raise RuntimeError(f"more than {most} rounds")
            yield thing

    name, walk, counted = "__one_more_round__", "__to_its_end__", {}
    for loop in _loops(tree):
        if isinstance(loop, ast.While):
            one_more = ast.Call(ast.Name(name, ast.Load()), [], [])
            counted[loop.test] = ast.BoolOp(ast.And(), [one_more, loop.test])
        elif isinstance(loop.iter, ast.Name):
            counted[loop.iter] = ast.Call(ast.Name(walk, ast.Load()), [loop.iter], [])
    return rebuilt(tree, counted) if counted else tree, {name: one_more_round, walk: to_its_end}


def _loops(statement):
    """The loops in a statement, found without a look at its expressions."""
    if isinstance(statement, (ast.While, ast.For)):
        yield statement
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(statement, block, ())
        for part in inner if isinstance(inner, list) else ():  # a conditional expression has none
            yield from _loops(part)


def made_of(tree, thing, more=()):
    """The function or class of a changed tree, with the names that the learner's own sees; or None.

    ``more`` are names that the change needs. Of the decorators only those from a module, such as
    ``@torch.no_grad()``, are kept.
    """
    own, code = plain(thing), code_of(thing)
    tree, counting = that_ends(tree)
    names = dict(getattr(own, "__globals__", None) or _globals_of(own)) | counting | dict(more)
    for name, cell in zip(code.co_freevars, getattr(own, "__closure__", None) or (), strict=False):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # it has no value yet
            continue
    try:
        exec(compile(ast.Module([tree], []), "<changed>", "exec"), names)
    except Exception:
        return None
    return names[tree.name]


def undecorated(tree):
    """A definition with a module's decorators alone, as ``made_of`` has it."""
    kept = [d for d in tree.decorator_list if isinstance(_called(d), ast.Attribute)]
    return type(tree)(**(vars(tree) | {"decorator_list": kept}))


def _called(decorator):
    return decorator.func if isinstance(decorator, ast.Call) else decorator


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
    """The tree in which ``new``, {node: node or list of nodes in its place}, is done.

    The tree that is given stays as it is, and what is unchanged belongs to both.
    """
    if isinstance(node, list):
        made = [rebuilt(part, new) for part in node]
        if all(map(operator.is_, made, node)):
            return node
        return [n for part in made for n in (part if isinstance(part, list) else [part])]
    if not isinstance(node, ast.AST):
        return node
    if node in new:
        return _placed(new[node], node)
    changed = {}
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, (ast.AST, list)):
            other = rebuilt(value, new)
            if other is not value:
                changed[name] = other or [ast.copy_location(ast.Pass(), node)]
    return type(node)(**(vars(node) | changed)) if changed else node


def _placed(new, node):
    """What stands in a node's place, in its line where it has none of its own."""
    for part in new if isinstance(new, list) else [new]:
        if not hasattr(part, "lineno"):
            ast.copy_location(part, node)
        ast.fix_missing_locations(part)
    return new


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
