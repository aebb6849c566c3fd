"""No wrong answer is accepted, no right one refused, no false cause: one test a kind."""

import numpy
import pytest
import torch
from torch import nn, tensor

from course_lib.exercises import diagnose

from .cells import in_a_cell, twice


def total(x):
    return x.sum()


@pytest.fixture
def total_of(make):
    return make(total, cases=[(tensor([1.5, 2.25]),)], random_case=lambda: (torch.randn(3),))


def knob(make):
    def steepness(x):
        return 2 * x.detach()

    def case():
        return (torch.randn(3, requires_grad=True),)

    return make(steepness, cases=[case()], random_case=case)


# Accepting


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("x.requires_grad_(False)\n    return 2 * x", "switched requires_grad off in x"),
        ("(x * x).sum().backward()\n    return x.grad.clone()", "x.grad is not what it was"),
    ],
)
def test_a_callers_flags_and_slopes_are_left_alone(make, body, says):
    assert says in diagnose(knob(make), in_a_cell(f"def my(x):\n    {body}\n")).message


@pytest.mark.parametrize(
    "body",
    [
        "k = 0\n    out = []\n    while k < len(x):\n        out.append(x[k])\n        k += 1\n    return sum(out)",
        "return sum(map(float, x)) + 0 * x.sum()",
        "return helper(x)",
        "return sum(v for v in x)",
    ],
)
def test_a_hidden_loop_is_found(make, body):
    name = make(
        total,
        cases=[(tensor([1.0, 2.5]),)],
        random_case=lambda: (torch.randn(3),),
        forbid={"loop": "Without a loop."},
    )
    helper = "def helper(x):\n    return sum(v for v in x)\n\n"
    assert (
        "Without a loop." in diagnose(name, in_a_cell(f"{helper}def my(x):\n    {body}\n")).message
    )


def test_a_forbidden_helper_is_found_through_another(make):
    name = make(
        total,
        cases=[(tensor([1.0, 2.5]),)],
        random_case=lambda: (torch.randn(3),),
        forbid={"finished": "Write it yourself."},
    )
    code = """def finished(x):
    return x.sum()
def helper(x):
    return finished(x)
def my(x):
    return helper(x)
"""
    assert "Write it yourself." in diagnose(name, in_a_cell(code)).message


# Refusing


@pytest.mark.parametrize("make_number", [float, lambda t: numpy.float64(t.item())])
def test_a_plain_number_is_one_number(total_of, make_number):
    assert diagnose(total_of, lambda x: make_number(x.sum())).ok


def test_an_array_is_told_what_a_tensor_is_needed_for(make):
    name = make(centre, cases=[(tensor([1.0, 2.5]),)], random_case=lambda: (torch.randn(3),))
    message = diagnose(name, lambda x: (x - x.mean()).numpy()).message
    assert "must be a tensor and yours is an ndarray, which has no gradient" in message


def centre(x):
    return x - x.mean()


# Causes


def test_a_rule_is_told_of_a_right_answer_alone(make):
    name = make(
        total,
        cases=[(tensor([1.0, 2.5]),)],
        random_case=lambda: (torch.randn(3),),
        forbid={"loop": "The answer is there with a loop."},
    )
    wrong = diagnose(name, in_a_cell("def my(x):\n    return sum(v for v in x[1:])\n")).message
    assert "with a loop" not in wrong and "leaves something out" in wrong


def test_sizes_are_no_cause_by_chance(make):
    sizes = iter([2, 3, 4, 5, 6] * 100)
    name = make(
        total,
        cases=[(torch.randn(2),)],
        random_case=lambda: (torch.randn(next(sizes)),),
    )
    message = diagnose(name, lambda x: x.sum() if len(x) == 4 else x.exp().sum()).message
    assert "holds" not in message and "Right on" in message


def test_one_case_is_not_enough_for_a_cause(make):
    name = make(twice, cases=[(-2.0,), (3.5,)], random_case=lambda: (torch.rand(()).item() + 1,))
    assert "below 0" not in diagnose(name, lambda x: 2 * x if x > 0 else x**3 - 7).message


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return x.backward()", "writes the slopes into the .grad"),
        ("return (2 * x).grad", "a .grad is None until backward() has run"),
        ("return [x].append(x)", "changes the list in place and gives nothing back"),
        ("x = 2 * x", "Your function returns nothing"),
    ],
)
def test_nothing_is_returned_only_where_that_is_so(make, body, says):
    name = make(
        lambda_twice,
        cases=[(tensor(2.5, requires_grad=True),)],
        random_case=lambda: (torch.randn((), requires_grad=True),),
    )
    message = diagnose(name, in_a_cell(f"def my(x):\n    {body}\n")).message
    assert says in message
    assert ("returns nothing" in message) == (says == "Your function returns nothing")


def lambda_twice(x):
    return 2 * x


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: x.sum, "the method .sum and not its result: parentheses are missing"),
        (lambda x: lambda: x.sum(), "You return a lambda"),
        (lambda x: total, "the function total and not its result"),
        (lambda x: (v for v in x), "a generator, which has computed nothing yet"),
        (lambda x: nn.MSELoss, "the class MSELoss itself"),
        (lambda x: nn.MSELoss(), "the module MSELoss and not what it computes"),
    ],
)
def test_what_came_back_in_place_of_a_result_is_named(total_of, answer, says):
    message = diagnose(total_of, answer).message
    assert says in message and "two different answers" not in message


def test_a_fraction_cut_off_is_no_cheating(make):
    name = make(twice, cases=[(2.0,), (3.0,)], random_case=lambda: (torch.rand(()).item(),))
    message = diagnose(name, lambda x: 2 * x // 1).message
    assert "written into" not in message


def test_the_kind_that_is_told_is_that_of_a_wrong_pair(make):
    def slope_if_any(x):
        return None if x < 0 else tensor([x, x])

    name = make(slope_if_any, cases=[(-1.0,), (2.0,)])
    message = diagnose(name, lambda x: None if x > 0 else tensor([x, x])).message
    assert "must be None; yours is None" not in message


def test_labels_of_parts_are_not_run_together(make):
    def parts(x):
        return x, {"first": 2 * x, "second": 3 * x}

    name = make(parts)
    message = diagnose(name, lambda x: (x, {"first": 2 * x, "second": -3 * x})).message
    assert "Part 2, second of it: The sign is reversed" in message
    assert "The rest is right." in message


# Words


def test_arguments_and_values_have_names_and_differ_in_the_digits_shown(make):
    def away(first, second):
        return first - second

    name = make(away, cases=[(1.25, 0.5)], random_case=lambda: (*torch.rand(2).tolist(),))
    message = diagnose(name, lambda a, b: a - b + 1e-3).message
    assert "your_function(first=1.25, second=0.5)" in message
    near = diagnose(name, lambda a, b: (a - b) * 1.0002).message
    gave, expected = near.split("gave      ")[1].split("\n   expected  ")
    assert gave != expected


def test_no_sentence_has_the_words_that_nobody_says():
    from pathlib import Path

    import course_lib.exercises

    for path in Path(course_lib.exercises.__file__).parent.glob("[!l]*.py"):
        text = path.read_text(encoding="utf-8")
        for words in (" is asked", "in yours", " mend", "hoever", " anew"):
            assert words not in text, (path.name, words)
