"""The frequent slips have names in every exercise, in the learner's own line."""

import math

import pytest
import torch
from torch import nn, tensor

from course_lib.exercises import diagnose

from .cells import in_a_cell


def centred(x):
    return (x - x.mean(dim=-1, keepdim=True)).abs()


def centred_in_all_shapes(make):
    return make(
        centred,
        cases=[(tensor([[1.0, 2.5], [4.0, 8.0], [3.0, 5.0]]),)],
        random_case=lambda: (torch.randn(2, 3, 5),),
        borders=[(torch.randn(5, 5),)],
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return (x - x.mean(dim=-1)).abs()", "keepdim=True is missing"),
        ("return (x - x.mean(dim=0, keepdim=True)).abs()", "along the wrong dimension: dim=-1"),
        ("return (x - x.mean(dim=-1, keepdim=True)).abs", "parentheses are missing"),
        ("return (x - x.mean()).abs()", "takes all numbers together"),
        ("return x - x.mean(dim=-1, keepdim=True).abs()", "the parentheses around"),
        ("n = len(x)\n    return (x - x.sum(-1, keepdim=True) / n).abs()", "size of dimension 0"),
        ("return (x - x.sum(-1, True) / (x.shape[-1] - 1)).abs()", "you subtracted `1`"),
        ("x -= x.mean(dim=-1, keepdim=True)\n    return x.abs()", "the caller still has"),
        ("return (x + x.mean(dim=-1, keepdim=True)).abs()", "you added `x.mean"),
    ],
)
def test_slips_with_dimensions_are_named(make, body, says):
    message = diagnose(centred_in_all_shapes(make), in_a_cell(f"def my(x):\n    {body}\n")).message
    assert says in message


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("return (x - x.mean(dim=-1)).abs().atan()", True),
        ("m = x.mean(dim=-1)\n    return (x - m).abs().atan()", True),
        ("return (x - x.mean(dim=-1)).abs()", False),
    ],
)
def test_a_missing_keepdim_is_named_where_more_is_wrong(make, body, more):
    code = f"def my(x):\n    {body}\n"
    for shape in ((2, 4), (4, 4)):
        name = make(
            centred, cases=[(torch.randn(5, 5),)], random_case=lambda s=shape: (torch.randn(s),)
        )
        message = diagnose(name, in_a_cell(code)).message
        assert "keepdim=True is missing" in message or (shape == (4, 4) and "m = " in body)
        assert ("Something else is wrong as well" in message) == (more and "keepdim" in message)


def mean_of_what_is_not_0(x):
    return x.sum() / (x != 0).sum()


def test_a_sum_beside_a_sum_along_the_same_dimension_misses_no_keepdim(make):
    case = (torch.arange(25.0).view(5, 5),)
    name = make(mean_of_what_is_not_0, cases=[case], random_case=lambda: (torch.randn(4, 4),))
    body = "return x.sum(dim=1) / (x != 0).sum(dim=1)"
    assert "keepdim" not in diagnose(name, in_a_cell(f"def my(x):\n    {body}\n")).message


def both(a, b):
    return ((a == 0) & (b <= 1)).sum().item()


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("((a == 0) and (b <= 1)).sum().item()", "`and` asks for one truth"),
        ("(a == 0 & b <= 1).sum().item()", "put parentheses around each comparison"),
        ("((a == 0) & (b < 1)).sum().item()", "exactly at the border: `<=` belongs there"),
    ],
)
def test_slips_with_truths_are_named(make, expression, says):
    name = make(
        both,
        cases=[(tensor([0, 1, 0]), tensor([0.5, 1.0, 1.0]))],
        random_case=lambda: (torch.randint(0, 2, (6,)), torch.randint(0, 3, (6,)) * 1.0),
    )
    answer = in_a_cell(f"def my(a, b):\n    return {expression}\n")
    assert says in diagnose(name, answer).message


def batches(n, size):
    total = 0
    for _ in range(1, n + 1):
        total += size
    return n // size + total


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("n // size", "n / size", "the result must be a whole number"),
        ("range(1, n + 1)", "range(1, n)", "ends one too early"),
        ("total += size", "total = size", "each round forgets the total"),
        ("    return n", "        return n", "return stands inside the loop"),
        ("n // size", "size // n", "is upside down"),
        ("return n //", "n //", "return is missing"),
    ],
)
def test_slips_in_loops_and_divisions_are_named(make, old, new, says):
    right = """def my(n, size):
    total = 0
    for _ in range(1, n + 1):
        total += size
    return n // size + total
"""
    cases = [(7, 2), (13, 5)]
    name = make(batches, cases=cases, random_case=lambda: (torch.randint(6, 40, ()).item(), 4))
    assert diagnose(name, in_a_cell(right)).ok
    assert says in diagnose(name, in_a_cell(right.replace(old, new))).message


def ranked(names, scores):
    total = {}
    for name, score in zip(names, scores, strict=True):
        total[name] = total.get(name, 0) + score
    return sorted(total.values(), reverse=True)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("total.get(name, 0) + score", "score", "each round forgets the total so far"),
        (", reverse=True", "", "the largest comes first with reverse=True"),
    ],
)
def test_slips_in_tables_of_counts_and_in_sorts_are_named(make, old, new, says):
    right = """def my(names, scores):
    total = {}
    for name, score in zip(names, scores, strict=True):
        total[name] = total.get(name, 0) + score
    return sorted(total.values(), reverse=True)
"""
    cases = [(["a", "b", "a"], [2, 4, 3]), (["a", "b", "c"], [1, 3, 2])]
    name = make(
        ranked,
        cases=cases,
        random_case=lambda: ([*"abcab"], torch.randint(1, 9, (5,)).tolist()),
    )
    assert diagnose(name, in_a_cell(right)).ok
    assert says in diagnose(name, in_a_cell(right.replace(old, new))).message


def test_a_line_that_spoils_an_argument_is_to_go(make):
    name = make(batches, cases=[(7, 2), (13, 5)], random_case=lambda: (17, 4))
    code = """def my(n, size):
    n = n * n + 3
    total = n // size + n * size
    return total
"""
    assert "this line does not belong there" in diagnose(name, in_a_cell(code)).message


def test_two_slips_are_each_named_in_their_line(make):
    def hypotenuse(a, b):
        return math.sqrt(a**2 + b**2)

    name = make(hypotenuse, cases=[(3.0, 4.0)], random_case=lambda: (*torch.rand(2).tolist(),))
    code = "import math\ndef my(a, b):\n    s = a**2 - b**2\n    return math.sqrt(abs(s) ** 2)\n"
    message = diagnose(name, in_a_cell(code)).message
    assert "In line 3 of your cell" in message and "In line 4 of your cell" in message


def test_a_slip_in_a_class_is_named_in_its_line(make):
    class Scale(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(width))

        def forward(self, x):
            return x * self.weight / (x**2).mean(dim=-1, keepdim=True)

    name = make(
        Scale,
        cases=[(2,), (3,)],
        random_case=lambda: (torch.randint(2, 6, ()).item(),),
        call=lambda made, width: made(width)(torch.arange(1.0, 2 * width + 1).view(2, width)),
    )
    code = """from torch import nn
class Mine(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
    def forward(self, x):
        return x * self.weight / (x**2).mean(dim=-1)
"""
    message = diagnose(name, in_a_cell(code)).message
    assert "In line 7 of your cell" in message and "keepdim=True is missing" in message


def test_a_slip_is_never_described_in_the_words_of_the_solution(make):
    def squashed(x):
        return 1 / (1 + math.exp(-x))

    name = make(squashed)
    code = "import math\ndef my(x):\n    return (math.tanh(x * 2) + 1) * 0.5\n"
    message = diagnose(name, in_a_cell(code)).message
    assert "math.exp" not in message


def test_a_copy_is_not_called_the_callers(make):
    body = (
        "x = x.clone().requires_grad_()\n    x -= x.mean(dim=-1, keepdim=True)\n    return x.abs()"
    )
    report = diagnose(centred_in_all_shapes(make), in_a_cell(f"def my(x):\n    {body}\n"))
    assert report.state == "wrong" and "the caller still has" not in report.message


def test_a_line_that_spoils_an_argument_is_not_told_to_come_later(make):
    def part(x, n):
        return x.sum() / n

    name = make(
        part,
        cases=[(tensor([1.0, -2.5]), 3), (tensor([1.0, 2.5, 5.0]), 8)],
        random_case=lambda: (torch.randn(3), int(torch.randint(4, 9, ()))),
    )
    code = "def my(x, n):\n    n = x.max() + 1\n    y = x.sum() / n\n    return y\n"
    message = diagnose(name, in_a_cell(code)).message
    assert "this line does not belong there" in message


def test_a_change_that_makes_a_loop_endless_is_given_up(make):
    def doubled(n):
        return 2 * n

    name = make(doubled, cases=[(3,), (5,)], random_case=lambda: (torch.randint(1, 9, ()).item(),))
    code = """def my(n):
    total, k = 0, 0
    while k < n:
        total += 2
        k += 1
    n = total
"""  # without its last but one line, a change that is tried earlier, it never ends
    assert "`return total` is missing" in diagnose(name, in_a_cell(code)).message


def scaled(x, y):
    return torch.exp(x - y) * 1.96 + (x[:, 1:] * y[:, 1:]).sum(dim=1, keepdim=True)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("torch.exp(x - y)", "(torch.exp(x) - y)", "`y` belongs inside the parentheses of"),
        ("1.96", "7", "the number 7 must be 1.96"),
        ("1:]", "1:-1]", "`1:-1` leaves something out at its end"),
        ("1:]", "2:]", "the number 2 must be 1"),
    ],
)
def test_what_the_correct_answer_has_is_tried_in_the_learners_code(make, old, new, says):
    def case():
        return torch.randn(3, 4), torch.randn(3, 4)

    name = make(scaled, cases=[case(), case()], random_case=case)
    right = """def my(x, y):
    return torch.exp(x - y) * 1.96 + (x[:, 1:] * y[:, 1:]).sum(dim=1, keepdim=True)
"""
    assert diagnose(name, in_a_cell(right)).ok
    assert says in diagnose(name, in_a_cell(right.replace(old, new))).message


def thirds(x, T):
    return x[:T], x[T : 2 * T], x[2 * T :]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("return x[:T], x[T : 2 * T], x[T:]", "`T:` must begin at `2 * T`"),
        ("return x[:T], x[T:], x[2 * T :]", "`T:` must end at `2 * T`"),
    ],
)
def test_a_border_that_stands_in_another_slice_is_named(make, line, says):
    name = make(
        thirds,
        cases=[(torch.arange(6.0), 2)],
        random_case=lambda: (torch.randn(12), torch.randint(1, 5, ()).item()),
    )
    assert says in diagnose(name, in_a_cell(f"def my(x, T):\n    {line}\n")).message


def first_of_the_last(x, k):
    return x[:, :, k]


def test_a_place_in_the_wrong_dimension_is_named(make):
    name = make(
        first_of_the_last,
        cases=[(torch.rand(2, 4, 3), 1)],
        random_case=lambda: (torch.rand(3, 3, 3), 2),
    )
    message = diagnose(name, in_a_cell("def my(x, k):\n    return x[:, k]\n")).message
    assert "`k` is a place in dimension 1 there; it belongs to dimension 2: `x[:, :, k]`" in message


def spread(x):
    return ((x - x.mean()) ** 2).sum() / len(x)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("n = len(x)\n    return ((x - x.sum() / n) ** 2).sum() / 3", "number 3 must be `len(x)`"),
        ("m = x.mean()\n    return ((x - m) * 2).sum() / len(x)", "its square is meant, ** 2"),
        ("n = len(x)\n    return ((x - x.mean()) ** 2).sum()", "the mean"),
    ],
)
def test_a_number_or_a_power_that_is_another_is_named(make, body, says):
    name = make(
        spread,
        cases=[(tensor([1.0, 2.5]),), (tensor([1.0, 4.0, 2.0, 0.5]),)],
        random_case=lambda: (torch.randn(torch.randint(2, 7, ()).item()),),
    )
    message = diagnose(name, in_a_cell(f"def my(x):\n    {body}\n")).message
    assert says in message


def evens(numbers, limit):
    found = []
    for n in numbers:
        if n is not None and n < limit:
            found.append(n)
    return found


@pytest.mark.parametrize("test", ["n and n < limit", "not (not n) and n < limit"])
def test_a_0_is_no_none(make, test):
    name = make(
        evens,
        cases=[([1, 5, 2], 3), ([0, None, 1], 2)],
        random_case=lambda: ([0, 1, 2, 3], torch.randint(1, 4, ()).item()),
    )
    code = f"""def my(numbers, limit):
    found = []
    for n in numbers:
        if {test}:
            found.append(n)
    return found
"""
    message = diagnose(name, in_a_cell(code)).message
    assert "`n is not None`" in message or "`n is None`" in message


def doublings(numbers, times):
    for _ in range(times):
        numbers = [2 * n for n in numbers]
    return numbers


def test_a_list_that_must_begin_again_ends_the_endless_loop(make):
    code = """def my(numbers, times):
    out = []
    for _ in range(times):
        k = 0
        while k < len(numbers):
            out.append(2 * numbers[k])
            k += 1
        numbers = out
    return numbers
"""
    name = make(
        doublings,
        cases=[([1, 5], 1), ([1, 2, 3], 2)],
        random_case=lambda: ([1, 2, 3], torch.randint(1, 3, ()).item()),
        seconds=0.5,
    )
    message = diagnose(name, in_a_cell(code)).message
    assert "Stopped after 0.5 seconds, still running" in message
    assert "`out = []`, this must begin again in every round: put it inside the loop" in message


def doubled(x):
    return 2 * x


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x.mul(2)", "`x.mul(2)`, nothing keeps what this line gives: `x = x.mul(2)`"),
        ("x * 2", "nothing keeps what this line gives: `x = x * 2`"),
    ],
)
def test_a_result_that_nobody_keeps_is_named(make, line, says):
    name = make(doubled, cases=[(torch.rand(2),)], random_case=lambda: (torch.rand(3),))
    code = f"def my(x):\n    x = x + 0\n    {line}\n    return x\n"
    assert says in diagnose(name, in_a_cell(code)).message


def test_a_result_that_nobody_keeps_is_named_beside_a_listed_mistake(make):
    name = make(
        doubled,
        cases=[(torch.rand(2),)],
        random_case=lambda: (torch.rand(3),),
        mistakes={"The factor 2 is missing.": lambda x: x},
    )
    unkept = diagnose(name, in_a_cell("def my(x):\n    y = x + 0\n    y * 2\n    return y\n"))
    assert "The factor 2 is missing. In line 3" in unkept.message
    assert "nothing keeps" in unkept.message
    plain = diagnose(name, in_a_cell("def my(x):\n    y = x + 0\n    return y\n"))
    assert "The factor 2 is missing." in plain.message and "nothing keeps" not in plain.message


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("k = 0\n    while k < n:\n        total += 1", "Nothing in that loop changes `k` and `n`"),
        ("while n > 0:\n        total += n", "Nothing in that loop changes `n`"),
        ("k = [0]\n    while k[0] < n:\n        k.reverse()", "Look at what changes in it"),
        ("k = 0\n    while k < n:\n        k = k - 1 + 1", "Look at what changes in it"),
    ],
)
def test_a_loop_whose_condition_nothing_changes_is_told_so(make, body, says):
    name = make(lambda n: n, cases=[(2,), (3,)], random_case=lambda: (5,), seconds=0.3)
    code = f"def my(n):\n    total = 0\n    {body}\n    return total + 7\n"
    assert says in diagnose(name, in_a_cell(code)).message


def how_often(ids):
    return torch.bincount(ids, minlength=4)


@pytest.mark.parametrize("other", [lambda ids: how_often(ids).clamp(max=1), lambda ids: 0 * ids])
def test_an_addition_at_many_entries_at_once_is_named_in_its_line(make, other):
    name = make(
        how_often,
        cases=[(tensor([1, 3, 1]),)],
        random_case=lambda: (torch.randint(0, 4, (6,)),),
        mistakes={"You asked only whether it occurs.": other},
    )
    body = "counts = torch.zeros(4, dtype=torch.long)\n    counts[ids] += 1\n    return counts"
    message = diagnose(name, in_a_cell(f"def my(ids):\n    {body}\n")).message
    assert "`counts[ids] += 1`, an entry that occurs twice is counted once" in message
    assert "You asked" not in message


def test_an_addition_to_a_slice_is_looked_at_like_any_other(make):
    name = make(
        how_often, cases=[(tensor([1, 3, 1]),)], random_case=lambda: (torch.randint(0, 4, (6,)),)
    )
    body = "counts = torch.bincount(ids, minlength=4)\n    counts[0:2] += 1\n    return counts"
    message = diagnose(name, in_a_cell(f"def my(ids):\n    {body}\n")).message
    assert "`counts[0:2] += 1`, this line does not belong there" in message
