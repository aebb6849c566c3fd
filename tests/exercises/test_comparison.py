"""What is the same and what is not."""

import numpy
import torch
from torch import tensor

from course_lib.exercises import diagnose


def test_a_complex_answer_is_not_its_real_part(make):
    def largest(x):
        return x.argmax()

    name = make(largest, cases=[(tensor([1.0, 3.0]),)], random_case=lambda: (torch.randn(5),))
    assert diagnose(name, lambda x: x.argmax()).ok
    assert not diagnose(name, lambda x: x.argmax() + 5j).ok
    assert not diagnose("03.mse", lambda p, t: ((p - t) ** 2).mean() + 5j).ok


def test_a_bool_of_numpy_is_told_from_one_of_python(make):
    def positive(x):
        return x > 0

    message = diagnose(make(positive), lambda x: numpy.bool_(x > 0)).message
    assert "must be True or False; yours is a numpy bool." in message
