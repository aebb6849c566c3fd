"""What is wrong on the way is named where it stands, also where several things are wrong."""

import itertools

import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose

from .cells import in_a_cell


def standard(x, gain, shift):
    middle = x.mean(dim=-1, keepdim=True)
    away = (x - middle) ** 2
    return (x - middle) / (away.mean(dim=-1, keepdim=True) + 1).sqrt() * gain + shift


@pytest.fixture
def standard_of(make):
    def case():
        return torch.randn(3, 4), torch.randn(4), torch.randn(4)

    first = (tensor([[1.0, 2.0, 6.0]]), tensor([1.0, 2.0, 0.5]), tensor([0.5, 0.0, -1.0]))
    return make(standard, cases=[first, case()], random_case=case)


def told(name, body, arguments="x, gain, shift"):
    return diagnose(name, in_a_cell(f"def my({arguments}):\n    {body}\n")).message


RIGHT_SO_FAR = "m = x.mean(-1, keepdim=True)\n    v = ((x - m) ** 2).mean(-1, keepdim=True)\n    "


def test_a_wrong_value_is_shown_with_the_one_that_makes_everything_right(standard_of):
    body = "m = x.mean(-1, keepdim=True)\n    v = (x - m).abs().mean(-1, keepdim=True)\n"
    message = told(standard_of, f"{body}    return (x - m) / (v + 1).sqrt() * gain + shift")
    assert "In line 3 of your cell" in message and "All the rest is right." in message
    assert "`(x - m).abs()` gives [[2.0, 1.0, 3.0]] on the input below" in message
    assert "where [[4.0, 1.0, 9.0]] is needed" in message


@pytest.mark.parametrize(
    ("scaled", "says"),
    [
        ("(x - m) / (v + 1).exp() * gain - shift", ["`(v + 1).exp()` gives", "subtracted `shift`"]),
        ("(x - m) / (v - 1).abs() * gain + shift", ["`(x - m) / (v - 1).abs()` gives"]),
    ],
)
def test_what_is_quoted_is_the_learners_own(standard_of, scaled, says):
    message = told(standard_of, f"{RIGHT_SO_FAR}return {scaled}")
    assert all(part in message for part in says), message


def three(x, W):
    scores = x @ W.T
    weights = scores.softmax(dim=-1)
    return weights @ W


def test_three_faults_are_all_named_where_python_stopped_at_the_first(make):
    def case():
        return torch.randn(2, 5), torch.randn(3, 5)

    name = make(three, cases=[case(), case()], random_case=case)
    body = "s = W @ x\n    w = s.softmax(dim=0)\n    return w + W"
    message = told(name, body, "x, W")
    assert "Python stopped with RuntimeError" in message
    right = told(name, "s = W @ x.T\n    return s.softmax(dim=0).T @ W", "x, W")
    assert "correct" in right
    names = told(name, "s = x @ W\n    w = s.softmax(dim=0)\n    return w @ W", "x, W")
    assert "`W` must be transposed" in names and "dim=-1 is meant" in names


def test_nothing_is_said_of_values_that_only_another_way_has(standard_of):
    body = (
        "m = x.sum(-1, keepdim=True) / x.shape[-1]\n"
        "    s = (x * x).sum(-1, keepdim=True) / x.shape[-1] - m * m\n"
        "    return (x - m) / torch.sqrt(s + 1) * gain + 2 * shift"
    )
    message = told(standard_of, body)
    assert "x * x" not in message and "`m * m`" not in message
    assert "2" in message and "shift" in message


def test_a_size_that_ends_pythons_errors_is_told_where_more_is_wrong(make):
    def running(x):
        return x.cumsum(dim=-2) / torch.arange(1, x.shape[-2] + 1)[:, None]

    shapes = iter([(3, 1), (4, 2), (5, 2), (2, 3, 2)] * 20)
    name = make(
        running, cases=[(torch.randn(3, 2),)], random_case=lambda: (torch.randn(next(shapes)),)
    )
    body = "T = x.shape[1]\n    w = torch.ones(T, T).tril().exp()\n    return w @ x"
    message = told(name, body, "x")
    assert "`x.shape[1]` gives 2 on the input below, where 3 is needed" in message
    assert "Something else is wrong as well." in message


def two(a, b):
    return a * b + a, a / b - b


def test_each_wrong_part_of_an_answer_is_named(make):
    def case():
        return torch.rand(3) + 1, torch.rand(3) + 1

    name = make(two, cases=[case(), case()], random_case=case)
    message = told(name, "return a * b - a, a / b + b", "a, b")
    assert "you subtracted `a` where it must be added" in message
    assert "you added `b` where it must be subtracted" in message


def test_what_could_not_be_repaired_keeps_the_shapes_that_met(make):
    def first(x, y):
        return x[:2] + y

    name = make(first, cases=[(torch.ones(4), torch.ones(2))] * 2, random_case=lambda: (
        torch.randn(5), torch.randn(2)))  # fmt: skip
    message = told(name, "return x.exp().sin() + y.cos().log()", "x, y")
    assert "`x.exp().sin()` has shape (4,) and `y.cos().log()` has shape (2,)" in message


def test_a_place_that_a_list_does_not_have_is_named_with_its_length(make):
    def pairs(ids):
        return [a + 10 * b for a, b in itertools.pairwise(ids)]

    name = make(pairs, cases=[([1, 2, 3],)] * 2, random_case=lambda: ([3, 1, 2, 2],))
    body = "n = {i: ids[i + 1] for i in range(len(ids))}\n    return [*n]"
    assert "`ids` has length 3, so its places are 0 to 2; `i + 1` is 3." in told(name, body, "ids")


def test_an_error_of_another_kind_is_no_listed_mistake(make):
    def scaled(x, y):
        return x * y

    def listed(x, y):
        return x.view(-1) @ y if x.numel() > 1 else x + y

    def case(n):
        return torch.randn(n), torch.randn(n + 1 if n > 1 else 1)

    name = make(
        lambda x, y: x.sum() * y.sum(),
        cases=[(tensor([1.0]), tensor([2.0]))],
        random_case=lambda: case(3),
        mistakes={"A listed mistake.": listed},
    )
    message = told(name, "return (x * y) if len(x) > 1 else x + y", "x, y")
    assert "A listed mistake." not in message and "RuntimeError" in message


def test_a_listed_mistake_is_named_beside_a_change_in_the_learners_line(make):
    def squares(n):
        return sum(k * k for k in range(n))

    name = make(
        squares,
        cases=[(3,), (4,)],
        random_case=lambda: (int(torch.randint(2, 9, ())),),
        mistakes={"This goes to 5.": lambda n: sum(abs(k - 5) % 3 for k in range(n))},
    )
    message = told(name, "return sum(abs(k - 5) % 3 for k in range(n + 1))", "n")
    assert "`range(n + 1)` ends one too late. The second mistake: This goes to 5." in message
    assert "second" not in told(name, "return sum(abs(k - 5) % 3 for k in range(n))", "n")
