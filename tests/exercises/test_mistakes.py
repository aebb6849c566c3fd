"""Mistakes that an exercise lists."""

import torch
from torch import tensor

from course_lib.exercises import diagnose


def test_a_listed_mistake_is_known_in_another_type(make):
    def total(x):
        return x.sum()

    name = make(
        total,
        cases=[(tensor([1.0, 2.0]),)],
        random_case=lambda: (torch.randn(3),),
        mistakes={"That is the largest.": lambda x: x.max()},
    )
    assert "That is the largest." in diagnose(name, lambda x: max(x.tolist())).message
    assert "That is the largest." not in diagnose(name, lambda x: x.sum().item()).message


def test_errors_alone_speak_for_a_listed_mistake_only_in_the_same_words(make):
    def pairs(a, b):
        return a[:, None] - b

    def some():
        return torch.rand(2), torch.rand(3)

    name = make(
        pairs,
        cases=[(tensor([1.0]), tensor([2.0])), some()],
        random_case=some,
        mistakes={"a stands flat.": lambda a, b: (a - b)[None]},
    )

    def flat(a, b):
        return (a - b).view(1, -1)

    def too_wide(a, b):
        return (
            (a[:, None] - b[:, None].expand(5, 5)[: len(a)])[:, :1] if len(b) > 1 else a - b[None]
        )

    assert "a stands flat." in diagnose(name, flat).message
    assert "a stands flat." not in diagnose(name, too_wide).message


def test_a_change_that_spoils_what_must_be_refused_is_no_cause(make):
    def root(x, limit):
        if x < 0 or x > limit:
            raise ValueError("no")
        return x**0.5

    def mine(x, limit):
        if x < 0 or x > limit - 1:
            raise ValueError("no")
        return x**0.5

    name = make(
        root,
        cases=[(4.0, 9.0), (9.0, 9.0), (-1.0, 9.0), (10.0, 9.0)],
        random_case=lambda: (5.0, 9.0),
    )
    message = diagnose(name, mine).message
    assert "wrong one of and, or" not in message and "`1`, which does not belong" in message
