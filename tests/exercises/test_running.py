"""A learner's function is stopped in time, its arguments are copies, what it prints is kept."""

import contextlib
import io
import random
import sys
import threading
import time
import weakref

import pytest
import torch

from course_lib.exercises import diagnose

from .cells import in_a_cell, twice


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("while x > 0:\n        y = 2 * x", "line 2 of your cell, `while x > 0:`"),
        ("xs = [x]\n    for y in xs:\n        xs.append(y)", "line 3 of your cell, `for y in xs:`"),
        ("while True:\n        print(x)", "line 2 of your cell, `while True:`"),
        (
            "while True:\n        try:\n            x += 1\n        except:\n            pass",
            "`while True:`",
        ),
    ],
)
def test_an_endless_loop_is_stopped(make, body, line):
    threads = threading.active_count()
    name = make(twice, cases=[(2.0,)], seconds=0.3)
    report = diagnose(name, in_a_cell(f"def my(x):\n    {body}\n"))
    assert "still running" in report.message and line in report.message
    unchanged = "Nothing in that loop changes `x`" in report.message
    assert unchanged == ("x > 0" in line)
    assert unchanged or "Does that loop ever end?" in report.message
    for _ in range(100):  # a busy machine may need a while to end the thread
        if threading.active_count() > threads:
            time.sleep(0.1)
    assert threading.active_count() == threads


def test_waiting_is_not_called_a_loop(make):
    report = diagnose(
        make(twice, seconds=0.5), in_a_cell("def my(x):\n    time.sleep(3)\n    return 2 * x\n")
    )
    assert "still running in line 2" in report.message and "loop" not in report.message


def test_a_call_that_holds_the_interpreter_is_left_as_soon_as_it_returns(make):
    threads = set(threading.enumerate())
    name = make(twice, cases=[(2.0,)], seconds=0.3)
    code = "def my(x):\n    while True:\n        sum(range(30_000_000))\n"
    assert "still running" in diagnose(name, in_a_cell(code)).message
    for _ in range(300):
        if not set(threading.enumerate()) <= threads:
            time.sleep(0.1)
    assert set(threading.enumerate()) <= threads


def test_a_call_that_cannot_be_interrupted_is_said_to_go_on(make):
    release = threading.Event()
    report = diagnose(make(twice, seconds=0.3), lambda x: release.wait(60))
    release.set()
    assert "goes on until that call returns" in report.message
    assert "restart the kernel" in report.message


def test_an_answer_that_comes_back_late_touches_nothing_any_more(make):
    release, calls = threading.Event(), []

    def late(x):
        calls.append(x)
        try:
            release.wait(60)
        except BaseException:
            release.wait(60)  # however often it is told to stop
        print("late")
        return 2 * x

    threads = set(threading.enumerate())
    assert "still running" in diagnose(make(twice, seconds=0.2), late).message
    [going_on] = set(threading.enumerate()) - threads
    mine, before = io.StringIO(), (random.getstate(), torch.get_rng_state())
    with contextlib.redirect_stdout(mine):
        release.set()
        going_on.join(60)
        assert sys.stdout is mine
    assert len(calls) == 1 and random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


def test_what_an_answer_holds_is_not_kept_for_every_case(make):
    kept, most = [], []

    def remember(thing):
        kept.append(weakref.ref(thing))
        most.append(sum(ref() is not None for ref in kept))
        return thing

    def fails(x):
        large = remember(torch.zeros(8))
        return large.reshape(3)

    name = make(twice)
    report = diagnose(name, lambda x: remember(torch.zeros(2_000_000)))
    assert "far too large: a Tensor, shape (2000000,)" in report.message
    assert len(kept) == 1 and kept[0]() is None
    kept.clear()
    diagnose(name, fails)
    assert len(kept) > 1 and max(most) == 1
    assert "far too large: a list" in diagnose(name, lambda x: [[0] * 2000] * 1000).message


def test_the_reader_may_interrupt_even_a_correct_answer(make):
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        diagnose(make(interrupted), lambda x: x)


def test_prints_are_kept_out_of_the_notebook_and_shown_with_the_example(make, capsys):
    name = make(twice)
    assert diagnose(name, lambda x: [print("noise"), 2 * x][1]).ok
    report = diagnose(name, lambda x: [print("noise"), 3 * x][1])
    assert "printed   'noise'" in report.message
    assert "must hand it back with return" in diagnose(name, lambda x: print(2 * x)).message
    assert capsys.readouterr().out == ""
