"""Read a learner's function without running it: whether it is a stub, its names, its lines."""

import builtins
import dis
import functools
import inspect
import reprlib
import types
from collections.abc import Iterator

from course_lib.exercises.words import a_kind


def plain(function):
    """The function with ``def`` inside a decorator, a partial, a method or a callable object."""
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


LOOPS = {
    "map",
    "filter",
    "reduce",
    "starmap",
    "accumulate",
    "vectorize",
    "apply_along_axis",
    "vmap",
}


def names_used(function):
    """The global names, attributes and methods in a function's code and in that of its helpers.

    A helper is a function of the learner's own notebook that it calls. "loop" stands for any loop:
    ``for``, ``while``, a comprehension, ``map`` and its like.
    """
    used = set()
    for code in _codes(plain(function)):
        used.update(code.co_names)
        jumps = any("JUMP_BACKWARD" in i.opname for i in dis.get_instructions(code))
        if jumps or LOOPS & set(code.co_names):
            used.add("loop")
    return used


def _codes(function):
    """The code of a function, of those inside it, and of those of its own module that it calls."""
    known, seen = getattr(function, "__globals__", {}), set()
    waiting = [getattr(function, "__code__", None)]
    while waiting:
        code = waiting.pop()
        if code is None or code in seen:
            continue
        seen.add(code)
        yield code
        waiting.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
        helpers = (known.get(name) for name in _globals_in(code))
        waiting.extend(
            f.__code__
            for f in helpers
            if isinstance(f, types.FunctionType) and f.__globals__ is known
        )


def _globals_in(code):
    instructions = dis.get_instructions(code)
    return {i.argval for i in instructions if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}


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
    return {name for code in _codes(function) for name in _globals_in(code)}


def constants_in(function):
    """The numbers that are written into a function's code, in lists and tables too."""
    found, waiting = [], [c for code in _codes(plain(function)) for c in code.co_consts]
    while waiting:
        constant = waiting.pop()
        if isinstance(constant, (tuple, frozenset)):
            waiting.extend(constant)
        elif isinstance(constant, (int, float)) and not isinstance(constant, bool):
            found += [constant, -constant]
    return found
