"""Run a learner's function so that nothing it does can hurt: time limit, captured print, copied inputs."""

import ast
import contextlib
import copy
import ctypes
import dis
import functools
import inspect
import io
import linecache
import random
import sys
import threading
import time
import traceback
import types
import warnings
from dataclasses import dataclass
from typing import Any

import torch


@dataclass
class Outcome:
    """What one call did: ``value`` or ``error``, what it printed, its arguments before and after."""

    before: tuple
    after: tuple
    value: Any = None
    error: BaseException | None = None
    printed: str = ""


class TooLong(BaseException):
    """The time is up. Not an Exception, so that the learner's own ``except Exception`` lets it pass."""

    stack = ()


class Printed(io.StringIO):
    """Keeps the first 10,000 characters of what is printed, however long a loop prints."""

    def write(self, text):
        return super().write(text) if self.tell() < 10_000 else len(text)


def run_all(exercise, function, cases):
    """Call the function on every case. Returns a list of outcomes, shorter if the time ran out."""
    outcomes = []

    def every_case():
        for case in cases:
            outcomes.append(Outcome(copy_of(case), copy_of(case)))
            fill(outcomes[-1], exercise, function)

    stack = stack_after(exercise.seconds, every_case)
    if stack is not None:
        outcomes[-1] = Outcome(outcomes[-1].before, outcomes[-1].after, error=TooLong())
        outcomes[-1].error.stack = stack
    return outcomes


def run(exercise, function, case, seed=0):
    """The outcome of one call, with no time limit."""
    return fill(Outcome(copy_of(case), copy_of(case)), exercise, function, seed)


def fill(outcome, exercise, function, seed=0):
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    printed = Printed()
    try:
        with contextlib.redirect_stdout(printed), torch.enable_grad():
            outcome.value = exercise.call(function, *outcome.after)
    except TooLong:
        raise
    except BaseException as error:  # SystemExit as well: nothing of the learner's leaves here
        outcome.error = error
    outcome.printed = printed.getvalue()
    return outcome


def copy_of(case):
    """A deep copy in which a tensor stays what it was: a leaf or not, with its own storage."""
    return tuple(x.detach().clone().requires_grad_(x.requires_grad) if isinstance(x, torch.Tensor)
                 else copy.deepcopy(x) for x in case)  # fmt: skip


@contextlib.contextmanager
def untouched():
    """Leave random states, standard output and warnings as they were."""
    states, torchs, out = random.getstate(), torch.get_rng_state(), sys.stdout
    numpy = sys.modules.get("numpy")
    numpys = numpy.random.get_state() if numpy else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.stdout = out
            random.setstate(states)
            torch.set_rng_state(torchs)
            if numpy:
                numpy.random.set_state(numpys)


def stack_after(seconds, work):
    """Do the work in a thread of its own. None if it ended in time, else where it stood when stopped.

    Works on every platform. Code that waits in a single call, such as sleep, ends when that call returns;
    nobody waits for it.
    """
    failed, ended, lock = [], threading.Event(), threading.Lock()

    def end():
        with lock:
            ended.set()

    def guarded(shells=40):
        with contextlib.suppress(TooLong):  # each shell catches one: more may come while it does
            if shells:
                guarded(shells - 1)
            else:
                try:
                    work()
                except Exception as error:
                    failed.append(error)
            end()

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    stack = None
    try:
        ended.wait(seconds)
        frame = sys._current_frames().get(thread.ident)
        if frame and not ended.is_set():
            stack = traceback.extract_stack(frame)
    finally:  # also when the reader interrupts the kernel
        _stop(thread, ended, lock)
    if failed:
        raise failed[0]
    return stack


def _stop(thread, ended, lock):
    """Raise TooLong in the thread, again and again for a second if it catches that as well."""
    interval, last = sys.getswitchinterval(), time.monotonic() + 1
    sys.setswitchinterval(1e-6)  # a loop that catches everything is left only between two tries
    while not ended.wait(0.005) and time.monotonic() < last:
        for _ in range(20):
            with lock:
                if not ended.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread.ident), ctypes.py_object(TooLong)
                    )
            time.sleep(0)
    sys.setswitchinterval(interval)


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


EMPTY_CLASS = {*vars(type("Empty", (), {"__doc__": ""})), "__qualname__", "__firstlineno__",
               "__static_attributes__", "__annotations__"}  # fmt: skip


def is_stub(function):
    """True for a function that was not written yet: only a docstring, ``...``, ``pass``, ``return``."""
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
    """The global names, attributes and methods that a function's code mentions; "loop" for any loop."""
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


def learners_line(function, error):
    """(line number in the cell, its text) of the last of the learner's lines that the error met."""
    code = getattr(plain(function), "__code__", None)
    place = None
    for frame in getattr(error, "stack", ()) or traceback.extract_tb(error.__traceback__):
        if code is not None and frame.filename == code.co_filename:
            place = (frame.lineno, linecache.getline(frame.filename, frame.lineno).strip())
    return place


def loop_around(function, line):
    """(line number, text) of the head of the innermost loop around a line, or None."""
    lines = linecache.getlines(getattr(getattr(function, "__code__", None), "co_filename", ""))
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return None
    loops = [node.lineno for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))
             and node.lineno <= line <= node.end_lineno]  # fmt: skip
    return (max(loops), lines[max(loops) - 1].strip()) if loops else None
