"""Read a learner's function without running it: whether it is a stub, its names, its lines."""

import ast
import builtins
import dis
import functools
import inspect
import linecache
import os
import reprlib
import types
from collections.abc import Iterator

from course_lib.exercises.words import a_kind


def plain(function):
    """The function with ``def`` behind a decorator, a partial, a method or a callable object."""
    function = inspect.unwrap(function)
    if isinstance(function, functools.partial):
        return plain(function.func)
    if isinstance(function, types.MethodType):
        return plain(function.__func__)
    if not inspect.isroutine(function) and not inspect.isclass(function):
        return type(function).__call__
    return function


EMPTY_CLASS = {
    *vars(type("Empty", (), {"__doc__": ""})),
    "__qualname__",
    "__firstlineno__",
    "__static_attributes__",
    "__annotations__",
}


def is_stub(function):
    """True for a function not written yet: only a docstring, ``...``, ``pass``, ``return``."""
    function = plain(function)
    if inspect.isclass(function):
        written = [part for name, part in vars(function).items() if name not in EMPTY_CLASS]
        return all(isinstance(part, types.FunctionType) and is_stub(part) for part in written)
    if not isinstance(function, types.FunctionType):
        return False
    for instruction in dis.get_instructions(function):
        if instruction.opname in ("RESUME", "NOP", "POP_TOP", "RETURN_VALUE", "COPY_FREE_VARS"):
            continue
        if instruction.opname in ("LOAD_CONST", "RETURN_CONST") and instruction.argval in (
            None,
            ...,
        ):
            continue
        return False
    return True


def names_used(function):
    """The global names, attributes and methods in a function's code; "loop" for any loop."""
    used, waiting = set(), [getattr(plain(function), "__code__", None)]
    while waiting:
        code = waiting.pop()
        if code is None:
            continue
        used.update(code.co_names)
        if any(i.opname.startswith("JUMP_BACKWARD") for i in dis.get_instructions(code)):
            used.add("loop")
        waiting.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
    return used


def learners_line(function, outcome):
    """(number, text, file's name or "your cell") of the learner's line that was met last."""
    code, place = getattr(plain(function), "__code__", None), None
    for frame in outcome.stack:
        if code is not None and frame.filename == code.co_filename:
            text = linecache.getline(frame.filename, frame.lineno).strip()
            place = (frame.lineno, text, _file_of(frame.filename))
    return place


def _file_of(filename):
    """What the reader calls the file of some code. A cell's is the name of no file that exists."""
    is_cell = "ipykernel_" in filename or not os.path.isfile(filename)
    return "your cell" if is_cell else os.path.basename(filename)


def why_lazy(thing):
    """A sentence for what has yet to run (a function with yield, a zip that came back), or None."""
    code = plain(thing) if callable(thing) else None
    if inspect.isgeneratorfunction(code) or inspect.isasyncgenfunction(code):
        return (
            "Your function has a yield in it, so a call only prepares a generator and runs none of "
            "its lines: hand the answer back with return."
        )
    if inspect.iscoroutinefunction(code):
        return (
            "Your function begins with async def, so a call only prepares a coroutine and runs "
            "none of its lines: begin with def."
        )
    if isinstance(thing, (Iterator, types.CoroutineType, types.AsyncGeneratorType)):
        return (
            f"Your function gives back {a_kind(thing)}, which has computed nothing yet: make the "
            "whole answer of it, as with list(...)."
        )
    return None


OF_IPYTHON = ("exit", "quit", "open")  # every notebook has its own
MODULES = ("math", "random", "torch", "nn", "F", "numpy", "np")


def overwritten(function):
    """A sentence about a name that a function reads and that its notebook has changed, or None."""
    function = plain(function)
    known = getattr(function, "__globals__", {})
    for name in sorted(globals_read(function)):
        if name not in known:
            continue
        now = f"{a_kind(known[name])} ({reprlib.repr(known[name])})"
        own = getattr(builtins, name, None)
        if name in OF_IPYTHON and callable(known[name]):
            continue
        if callable(own) and known[name] is not own:
            return (
                f"`{name}` is no longer Python's own {name}: a cell of your notebook has made it "
                f"{now}. `del {name}` brings it back."
            )
        if name in MODULES and not isinstance(known[name], types.ModuleType):
            return (
                f"`{name}` is no longer the module: a cell of your notebook has made it {now}. "
                "Import it again."
            )
    return None


def globals_read(function):
    """The global names that a function reads, and those that the functions it calls read."""
    found, seen, waiting = set(), set(), [getattr(function, "__code__", None)]
    known = getattr(function, "__globals__", {})
    while waiting:
        code = waiting.pop()
        if code is None or code in seen:
            continue
        seen.add(code)
        names = {
            i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        }
        found |= names
        waiting.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
        called = (known.get(name) for name in names)
        waiting.extend(
            f.__code__
            for f in called
            if isinstance(f, types.FunctionType) and f.__globals__ is known
        )
    return found


def loop_around(function, line):
    """(line number, text) of the head of the innermost loop around a line, or None."""
    lines = linecache.getlines(getattr(getattr(function, "__code__", None), "co_filename", ""))
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
