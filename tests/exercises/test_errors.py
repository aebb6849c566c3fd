"""Exceptions in an answer, and those that it must raise."""

import importlib
import random

import pytest

from course_lib.exercises import diagnose

from .cells import in_a_cell, twice


def test_an_exception_is_shown_with_the_learners_own_line(make):
    answer = in_a_cell(
        "def helper(x):\n    return x.foo\n\ndef my(x):\n    y = x\n    return 1 / (y - y)\n"
    )
    message = diagnose(make(twice), answer).message
    assert (
        "In line 6 of your cell, `return 1 / (y - y)`, Python stopped with ZeroDivisionError"
        in message
    )
    assert "running.py" not in message and "<cell>" not in message


def test_a_function_from_a_file_is_told_the_files_own_name_and_line(make, tmp_path, monkeypatch):
    (tmp_path / "my_answers.py").write_text("\n\ndef my(x):\n    return x.foo\n")
    monkeypatch.syspath_prepend(tmp_path)
    message = diagnose(make(twice), importlib.import_module("my_answers").my).message
    assert "In line 4 of my_answers.py, `return x.foo`, Python stopped" in message


def test_an_exception_in_a_function_of_torch_is_shown_at_the_line_that_called_it():
    answer = in_a_cell("def my(p, t):\n    e = p - t\n    return torch.linalg.inv(e)\n")
    assert (
        "In line 3 of your cell, `return torch.linalg.inv(e)`" in diagnose("03.mse", answer).message
    )


@pytest.mark.parametrize("way", ["raise SystemExit", "raise KeyboardInterrupt", "return my(x)"])
def test_nothing_that_is_raised_leaves_the_checker(make, way):
    report = diagnose(make(twice), in_a_cell(f"def my(x):\n    {way}\n"))
    assert report.state == "wrong" and "In line 2 of your cell" in report.message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("torch.ones(6).view(3, 6 / 3)", "/ gives one with a decimal point"),
        ("torch.ones(2, 6).view(2, 3, 6 / 3)", "/ gives one with a decimal point"),
        ("torch.ones(6).topk(6 / 3)", "/ gives one with a decimal point"),
        ("torch.ones(3).masked_fill(torch.ones(3), 0)", "A mask is made of truths"),
        ("torch.ones(2, 6).view(2, 5)", "2 * 5 are 10 numbers, and there are 12"),
        ("torch.ones(2, 6).view(-1, 5)", "There are 12 numbers, and 5 does not divide that"),
        ("torch.ones(2, 6).mean().view(2, 6)", "all others are gone"),
    ],
)
def test_a_size_or_a_mask_that_does_not_fit_is_explained(make, line, says):
    assert says in diagnose(make(twice), in_a_cell(f"def my(x):\n    return {line}\n")).message


def test_expected_errors_must_be_raised(make):
    def root(x):
        if x < 0:
            raise ValueError("a root needs a number of 0 or more")
        return x**0.5

    name = make(root, cases=[(4.0,), (-1.0,)], random_case=lambda: (random.uniform(1, 5),))
    assert "raise ValueError" in diagnose(name, lambda x: abs(x) ** 0.5).message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("torch.stack(torch.ones(2) for _ in range(3))", "put [ ] around"),
        ("torch.tensor([torch.ones(2), torch.ones(2)])", "torch.stack joins a list"),
        ("[].append(x).append(x)", "gives nothing back"),
        ("torch.nn.Linear(1, 1).load_state_dict(dict.copy)", "called with parentheses"),
        ("torch.ones(2).tolist()(x)", "which of its entries is meant"),
        ("2 * (lambda: x)", "A function is called"),
        ("(lambda made: made())(y for y in [x])", "It is a generator already"),
    ],
)
def test_what_stands_where_a_list_a_call_or_a_result_belongs_is_explained(make, line, says):
    assert says in diagnose(make(twice), in_a_cell(f"def my(x):\n    return {line}\n")).message
