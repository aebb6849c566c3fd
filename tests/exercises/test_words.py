"""Answers and numbers in words."""

import numpy
import pytest
import torch

from course_lib.exercises import diagnose

from .cells import twice


def holds_itself(x):
    made = []
    made.append(made)
    return made


def nested(x):
    made = x
    for _ in range(5000):
        made = [made]
    return made


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no")


def speechless(x):
    raise Speechless


@pytest.mark.parametrize("answer", [holds_itself, nested, speechless])
def test_no_answer_is_too_odd_for_words(make, answer):
    report = diagnose(make(twice), answer)
    assert report.state == "wrong" and "fault of the checker" not in report.message
    if answer is speechless:
        assert "raise Speechless`, Python stopped with Speechless." in report.message


def test_numbers_that_look_alike_are_shown_with_all_their_digits():
    message = diagnose(
        "03.mse", lambda p, t: ((p - t) ** 2).mean() + (p.mean() - t[0] - 0.25) ** 3 / 999
    )
    gave, expected = message.message.split("gave      ")[1].split("\n   expected  ")
    assert gave != expected and "arguments after" not in expected


def test_the_same_answer_is_told_the_same_words(make):
    name = make(twice)
    assert diagnose(name, lambda x: x**3).message == diagnose(name, lambda x: x**3).message


class Odd:
    """An object that refuses whatever is asked of it."""

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None
    __repr__ = __len__ = __float__ = __getattr__ = __eq__


@pytest.mark.parametrize(
    "value",
    [
        Odd(),
        numpy.zeros(3),
        1j,
        float("nan"),
        10**400,
        {1, 2},
        "2",
        [[1], [2, 3]],
        torch.zeros(0),
        torch.zeros(2, device="meta"),
        (),
        {},
        type,
        b"2",
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("name", ["00.double", "02.divide", "02.gradient", "02.sigmoid", "03.mse"])
def test_whatever_comes_back_gets_a_message(name, value):
    report = diagnose(name, lambda *arguments: value)
    assert report.state == "wrong" and "fault of the checker" not in report.message
