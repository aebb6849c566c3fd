"""What the tables of wrong and right answers share: code to function, and the two judgements."""

import importlib
import math
import random

import numpy
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.exercises import diagnose
from course_lib.exercises import names as exercises_of
from course_lib.scalar import Value


def written(code):
    """The function that the learner's code names ``my``."""
    names = {"math": math, "random": random, "torch": torch, "nn": nn, "F": F, "numpy": numpy}
    names["Value"] = Value
    exec(code, names)
    return names["my"]


def wrong_answers(slips):
    """{name: {fragment: code}} from {name: (right code, [(fragment, old, new), ...])}."""
    wrong = {}
    for name, (right, changes) in slips.items():
        wrong[name] = {}
        for fragment, old, new in changes:
            assert old in right, (name, old)
            wrong[name][fragment] = right.replace(old, new)
    return wrong


def double_precision(lesson):
    """A fixture under which a lesson's exercises are made, and judged, in float64, as in the lesson itself."""

    @pytest.fixture
    def in_float64():
        torch.set_default_dtype(torch.float64)
        importlib.reload(lesson)
        yield
        torch.set_default_dtype(torch.float32)
        importlib.reload(lesson)

    return in_float64


def assert_each_gets_its_own(name, answers):
    """Every wrong answer is told its fragment, and no other answer is told the same."""
    told = {fragment: diagnose(name, written(code)) for fragment, code in answers.items()}
    for fragment, report in told.items():
        assert report.state == "wrong", (fragment, report.message)
        assert fragment in report.message, (fragment, report.message)
        others = [
            other for other, text in told.items() if other != fragment and fragment in text.message
        ]
        assert not others, f"{fragment!r} is told to others as well: {others}"


def assert_all_pass(name, answers):
    for code in answers:
        report = diagnose(name, written(code))
        assert report.ok, (code, report.message)


def judge_tables(lessons, wrong, right):
    """The three tests of a table of wrong and a table of right answers, to be given their names."""

    def tables():
        everything = {name for lesson in lessons for name in exercises_of(lesson)}
        assert everything == set(wrong) == set(right)
        assert all(len(answers) >= 5 for answers in wrong.values())
        assert all(len(answers) >= 2 for answers in right.values())

    @pytest.mark.parametrize("name", wrong)
    def each_wrong(name):
        assert_each_gets_its_own(name, wrong[name])

    @pytest.mark.parametrize("name", right)
    def all_right(name):
        assert_all_pass(name, right[name])

    return tables, each_wrong, all_right
