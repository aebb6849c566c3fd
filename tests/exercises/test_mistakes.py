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
