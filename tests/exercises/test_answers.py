"""Every answer in the files ``answers_NN``: the wrong are told their cause, the right are accepted."""

import importlib
import inspect
from collections import Counter

import pytest
import torch

from course_lib.exercises import diagnose, names
from course_lib.exercises.registry import lessons

from .answers import all_answers, answers_to, fault, own_fault

IN_FLOAT64 = ["05", "08", "09"]  # the lessons whose notebooks switch to it


@pytest.mark.parametrize("answer", all_answers(), ids=str)
def test_an_answer_is_told_its_own_cause(answer):
    assert not fault(answer), fault(answer)


def test_every_exercise_has_right_and_wrong_answers():
    there = Counter((answer.exercise, answer.cause is None) for answer in all_answers())
    exercises = {name for lesson in lessons() for name in names(lesson)}
    assert {name for name, _ in there} == exercises
    assert not [name for name in exercises if there[name, True] < 2 or there[name, False] < 5]


def test_no_answer_stands_twice():
    written = [a for a in all_answers() if inspect.isfunction(a.function)]
    times = Counter((a.exercise, inspect.getsource(a.function)) for a in written)
    assert len(written) > 1000
    assert not [source for (_, source), n in times.items() if n > 1]


@pytest.fixture
def in_float64():
    """Makes a lesson's exercises, and judges answers to them, in float64, as in its notebook."""
    changed = []

    def switch(lesson):
        torch.set_default_dtype(torch.float64)
        changed.append(importlib.import_module(f"course_lib.exercises.lesson_{lesson}"))
        importlib.reload(changed[0])

    yield switch
    torch.set_default_dtype(torch.float32)
    importlib.reload(changed[0])


@pytest.mark.parametrize("name", [name for lesson in IN_FLOAT64 for name in names(lesson)])
def test_the_same_is_said_in_the_lessons_float64(name, in_float64):
    in_float64(name.partition(".")[0])
    one_of_each = {answer.cause or str(answer): answer for answer in answers_to(name)}.values()
    faults = [
        own_fault(answer, lambda a: diagnose(a.exercise, a.function)) for answer in one_of_each
    ]
    assert not [text for text in faults if text]


def test_a_module_in_place_of_its_class_is_named():
    report = diagnose("05.rms_norm", torch.nn.RMSNorm(3))
    assert "wants the class itself" in report.message
