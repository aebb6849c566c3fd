"""What is read from an answer without running it."""

import pytest
import torch

from course_lib.exercises import diagnose

from .cells import in_a_cell, twice


@pytest.mark.parametrize("name", ["input", "exit", "quit"])
def test_what_would_stop_the_kernel_is_not_even_run(make, name):
    assert f"{name}()" in diagnose(make(twice), in_a_cell(f"def my(x):\n    {name}()\n")).message


@pytest.mark.parametrize(
    ("cell", "body", "says"),
    [
        ("sum = 0", "sum([x, x])", "`del sum` brings it back"),
        ("max = [1]", "2 * max(x, x)", "made it a list ([1])"),
        ("list = 'ab'", "2 * x if isinstance(x, list) else 2 * x", "`del list`"),
        ("math = 3", "math.ldexp(x, 1)", "`math` is no longer the module"),
        ("abs = len\ndef helper(x):\n    return 2 * abs(x)\n", "helper(x)", "`del abs`"),
    ],
)
def test_a_name_that_the_notebook_has_overwritten_is_named(make, cell, body, says):
    message = diagnose(make(twice), in_a_cell(f"{cell}\n\ndef my(x):\n    return {body}\n")).message
    assert says in message and "is a * missing" not in message


def test_the_names_that_ipython_brings_are_not_called_overwritten(make):
    code = "exit = quit = open = print\n\ndef my(x):\n    return {}\n"
    assert "exit()" in diagnose(make(twice), in_a_cell(code.format("exit()"))).message
    assert "no longer" not in diagnose(make(twice), in_a_cell(code.format("open(x)"))).message


def test_a_method_with_the_name_of_an_overwritten_function_is_not_blamed():
    code = "sum = input = 0\n\ndef my(p, t):\n    return (p.sum() - t.sum()) ** input\n"
    message = diagnose("03.mse", in_a_cell(code)).message
    assert "del sum" not in message and "asks with input()" not in message
    assert "`del input` brings it back" in message


def test_forbidden_loops_are_named_and_loops_elsewhere_are_free():
    loop = in_a_cell("def my(p, k):\n    return torch.stack([p[i, j] for i, j in enumerate(k)])\n")
    assert "without a loop" in diagnose("01.pick", loop).message


def test_the_number_of_arguments(make):
    name = make(twice)
    assert (
        "takes 2 arguments, the exercise gives it 1: (x)" in diagnose(name, lambda x, y: x).message
    )
    assert diagnose(name, lambda *numbers: sum(numbers) * 2).ok
    assert "is a class" in diagnose("03.mse", torch.nn.MSELoss).message
