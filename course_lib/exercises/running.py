"""Run a learner's function so that nothing it does can hurt: stopped in time, on copied inputs."""

import contextlib
import copy
import ctypes
import io
import itertools
import random
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from course_lib.exercises.words import a_kind

MOST = 1_000_000  # numbers in one answer; what the exercises ask for has far fewer


@dataclass
class Outcome:
    """What one call did: ``value`` or ``error``, what it printed, its arguments before and after.

    ``stack`` is where it stood at its error or when it was stopped. ``stopped`` says why it was:
    "" if it was not, "time" when its time was up, "call" if even then a call went on that cannot be
    interrupted, "size" for more than ``MOST`` numbers, of which ``value`` keeps a description.
    """

    before: tuple
    after: tuple
    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    stack: Sequence = ()
    stopped: str = ""


class TooLong(BaseException):
    """The time is up. Not an Exception, which a learner's ``except Exception`` would catch."""


class Printed(io.StringIO):
    """Keeps the first 10,000 characters of what is printed, however long a loop prints."""

    def write(self, text):
        return super().write(text) if self.tell() < 10_000 else len(text)


def run_all(exercise, function, cases):
    """Call the function on every case. Returns a list of outcomes, shorter if it was stopped."""
    outcomes, given_up = [], threading.Event()

    def every_case():
        for case in cases:
            if given_up.is_set():  # one that could not be stopped has come back in the end
                break
            outcomes.append(Outcome(copy_of(case), copy_of(case)))
            fill(outcomes[-1], exercise, function)
            if _too_large(outcomes[-1]):
                break

    left = stack_after(exercise.seconds, every_case)
    given_up.set()
    if left is not None:
        stack, ended = left
        # a new one: the thread may go on and still write into the old one
        before, why = outcomes[-1].before, "time" if ended else "call"
        outcomes[-1] = Outcome(before, before, error=TooLong(), stack=stack, stopped=why)
    return list(outcomes)  # a thread that cannot be stopped still has the other


def _too_large(outcome):
    """Whether value or arguments hold too many numbers to keep; if so, they are given up."""
    try:
        if max(size_of(outcome.value), size_of(outcome.after)) <= MOST:
            return False
    except Exception:  # a learner's object may refuse any question
        return False
    size = f"{size_of(outcome.value):,} numbers or more in all"
    if isinstance(outcome.value, torch.Tensor):
        size = f"shape {tuple(outcome.value.shape)}"
    outcome.value = f"{a_kind(outcome.value)}, {size}"
    if size_of(outcome.after) > MOST:
        outcome.value = f"an argument has grown to more than {MOST:,} numbers"
    outcome.after, outcome.stopped = outcome.before, "size"
    return True


def size_of(thing, depth=3):
    """About how many numbers something holds; of a long list only the first entries count."""
    if isinstance(thing, torch.nn.Module):
        return sum(parameter.numel() for parameter in thing.parameters())
    if isinstance(thing, torch.Tensor):
        return thing.numel()
    if isinstance(thing, int):
        return thing.bit_length() // 64
    if isinstance(thing, dict):
        return len(thing) + size_of(list(itertools.islice(thing.values(), 1000)), depth)
    if isinstance(thing, (list, tuple)) and depth:
        return len(thing) + sum(size_of(part, depth - 1) for part in thing[:1000])
    size = getattr(thing, "size", None)  # a numpy array
    if isinstance(size, int):
        return size
    return (
        len(thing) if isinstance(thing, (str, bytes, bytearray, set, frozenset, list, tuple)) else 1
    )


def run(exercise, function, case, seed=0):
    """The outcome of one call, with no time limit."""
    return fill(Outcome(copy_of(case), copy_of(case)), exercise, function, seed)


def fill(outcome, exercise, function, seed=0):
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    printed = Printed()
    try:
        with _printing_to(printed), torch.enable_grad():
            outcome.value = exercise.call(function, *outcome.after)
    except TooLong:
        raise
    except BaseException as error:  # SystemExit as well: nothing of the learner's leaves here
        if isinstance(error, KeyboardInterrupt) and _in_main_thread():
            raise  # the reader interrupts the kernel; a learner's function has a thread of its own
        outcome.stack = _places(traceback.walk_tb(error.__traceback__))
        # the frames hold on to all that the function had computed
        error.__traceback__ = error.__context__ = error.__cause__ = None
        outcome.error = error
    outcome.printed = printed.getvalue()
    return outcome


@contextlib.contextmanager
def _printing_to(printed):
    """Standard output and errors (tqdm's bars) go there, and back unless changed in between."""
    streams = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    sys.stdout = sys.stderr = printed
    try:
        yield
    finally:
        for name, stream in streams.items():
            if getattr(sys, name) is printed:
                setattr(sys, name, stream)


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()


def copy_of(case):
    """A deep copy in which a tensor stays what it was: a leaf or not, with its own storage."""
    return tuple(
        x.detach().clone().requires_grad_(x.requires_grad)
        if isinstance(x, torch.Tensor)
        else copy.deepcopy(x)
        for x in case
    )


def stack_after(seconds, work):
    """Do the work in a thread of its own. None if it ended in time, else (its place, ended now?).

    Works on every platform. Code that waits in a single call, such as sleep, ends when that call
    returns; nobody waits for it. A call that holds the interpreter as well, such as
    sum(range(10**12)), holds the whole kernel until it returns: the time is noticed then, and only
    a restart ends it sooner.
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
            stack = _places(traceback.walk_stack(frame))[::-1]
    finally:  # also when the reader interrupts the kernel
        _stop(thread, ended, lock)
    if failed:
        raise failed[0]
    return None if stack is None else (stack, ended.is_set())


def _places(frames):
    """Where these frames stand. Reads no file: that takes time, and lets a thread go on."""
    return [
        traceback.FrameSummary(f.f_code.co_filename, line, f.f_code.co_name, lookup_line=False)
        for f, line in frames
    ]


def _stop(thread, ended, lock):
    """Raise TooLong in the thread, again and again for a second if it catches that as well.

    The first goes out before anything is waited for: in a thread that is seldom out of a call, each
    wait lasts as long as a call, and the second may be over before the first wait is.
    """
    interval, last, tries = sys.getswitchinterval(), time.monotonic() + 1, 0
    sys.setswitchinterval(1e-6)  # a loop that catches everything is left only between two tries
    try:
        while not ended.is_set() and (tries < 2 or time.monotonic() < last):
            with lock:
                if not ended.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread.ident), ctypes.py_object(TooLong)
                    )
            tries += 1
            if tries % 20:
                time.sleep(0)
            else:
                ended.wait(0.005)
        ended.wait(0.1)
    finally:
        sys.setswitchinterval(interval)
