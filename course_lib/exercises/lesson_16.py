"""Exercises of lesson 16, Teaching it to do as asked."""

import math
import random

import torch
from torch import tensor

from course_lib.exercises.registry import exercise


def _thin(
    factor=lambda A, B, alpha: alpha / A.shape[0],
    W_part=lambda x, W: x @ W.T,
    thin=lambda x, A, B: x @ A.T @ B.T,
    whole=False,
):
    """The layer with another part in it."""

    def layer(x, W, A, B, alpha):
        scale = factor(A, B, alpha)
        if whole:
            return scale * (W_part(x, W) + thin(x, A, B))
        return W_part(x, W) + scale * thin(x, A, B)

    return layer


def _thin_case():
    N, r = random.randint(1, 5), random.randint(2, 4)
    wide, out = r + random.randint(1, 3), r + random.randint(4, 6)
    x, W = torch.randn(N, wide), torch.randn(out, wide)
    return x, W, torch.randn(r, wide), torch.randn(out, r), random.choice([1, 5, 16])


@exercise(
    "16.lora",
    cases=[
        (
            tensor([[1.0, 2.0, 3.0]]),
            tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
            tensor([[1.0, 1.0, 1.0]]),
            tensor([[10.0], [20.0]]),
            3,
        ),
        (
            tensor([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]),
            tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0]]),
            tensor([[1.0, 1.0, 1.0], [0.0, 2.0, 0.0]]),
            tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]]),
            5,
        ),
    ],
    borders=[
        (torch.eye(6)[:2], torch.ones(7, 6), torch.eye(6)[:5], torch.eye(7)[:, :5], 0),
        (torch.ones(5, 6), torch.eye(7)[:, :6], torch.eye(6)[:5] + 1, torch.eye(7)[:, :5] - 1, 3),
    ],
    random_case=_thin_case,
    mistakes={
        "The factor alpha / r is missing: you add the thin product as it is.": _thin(
            lambda A, B, alpha: 1
        ),
        "You multiplied by alpha alone; the factor is alpha / r.": _thin(lambda A, B, alpha: alpha),
        "The factor is alpha / r, and you divided r by alpha.": _thin(
            lambda A, B, alpha: A.shape[0] / alpha
        ),
        "alpha // r throws away the fraction; alpha / r keeps it.": _thin(
            lambda A, B, alpha: alpha // A.shape[0]
        ),
        "You divided alpha by the width of x; r is the number of rows of A.": _thin(
            lambda A, B, alpha: alpha / A.shape[1]
        ),
        "You divided alpha by the outputs; r is the number of rows of A, or of columns of B.": (
            _thin(lambda A, B, alpha: alpha / B.shape[0])
        ),
        "You divided alpha by the root of r; the exercise asks for alpha / r.": _thin(
            lambda A, B, alpha: alpha / math.sqrt(A.shape[0])
        ),
        "You divided by r alone; the factor is alpha / r.": _thin(
            lambda A, B, alpha: 1 / A.shape[0]
        ),
        "The factor belongs to the thin product alone; x @ W.T stays as it is.": _thin(whole=True),
        "That is the thin part alone; x @ W.T belongs to it.": _thin(W_part=lambda x, W: 0.0),
        "That is the linear layer alone; the thin product is not in it.": _thin(
            thin=lambda x, A, B: 0.0
        ),
        "You took the thin product away; it is added.": _thin(
            lambda A, B, alpha: -alpha / A.shape[0]
        ),
    },
    hints=[
        "A linear layer without a bias is x @ W.T. What has the same shape, made of A and B?",
        "x @ A.T has shape (N, r). Multiply it by B.T, and the whole by alpha / r.",
        "r = A.shape[0]; x @ W.T + (alpha / r) * (x @ A.T @ B.T)",
    ],
    trained_on=["A", "B"],
)
def lora(x, W, A, B, alpha):
    r = A.shape[0]
    return x @ W.T + (alpha / r) * (x @ A.T @ B.T)


def _needed(whole=math.ceil, n=lambda rate, half: 1.96**2 * rate * (1 - rate) / half**2):
    """The number of answers with another part in it."""
    return lambda rate, half: whole(n(rate, half))


def _for_wilson(rate, half):
    """The n from which on Wilson's interval is narrow enough."""
    z, n = 1.96, 1
    while z / (1 + z**2 / n) * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2)) > half:
        n += 1
    return n


def _needed_case():
    return random.randint(1, 19) / 20, random.choice([0.01, 0.02, 0.03, 0.04, 0.07])


@exercise(
    "16.needed",
    cases=[(0.5, 0.1), (0.9, 0.05), (0.2, 0.01)],
    # n comes out whole, in whatever order it is computed
    borders=[(0.5, 0.2376849125356063), (0.65, 0.15581006956476778)],
    random_case=_needed_case,
    mistakes={
        "You rounded down, and then the spread is a little too wide: round up.": (
            _needed(math.floor)
        ),
        "You rounded to the nearest whole number; round up, or the spread may be too wide.": (
            _needed(round)
        ),
        "That is not a whole number of answers yet: round up.": _needed(lambda n: n),
        "That is one more than needed: rounding up is enough.": (
            _needed(lambda n: math.floor(n) + 2),
            _needed(lambda n: math.ceil(n) + 1),
        ),
        "Where n comes out whole it is enough, and yours is one more: math.ceil rounds up only "
        "what is not whole.": _needed(lambda n: math.floor(n) + 1),
        "half is divided by 1.96 before it is squared, so 1.96 is squared as well.": _needed(
            n=lambda rate, half: 1.96 * rate * (1 - rate) / half**2
        ),
        "The exercise asks for ± half with 1.96 standard deviations; 1.96 is missing.": _needed(
            n=lambda rate, half: rate * (1 - rate) / half**2
        ),
        "n stands under a root, so half is squared.": (
            _needed(n=lambda rate, half: 1.96**2 * rate * (1 - rate) / half),
            _needed(n=lambda rate, half: 1.96 * rate * (1 - rate) / half),
        ),
        "rate (1 - rate) stands under the root and 1.96 and half do not: square these two only.": (
            _needed(n=lambda rate, half: (1.96 * rate * (1 - rate) / half) ** 2)
        ),
        "You left the root of rate (1 - rate) when you squared: it is gone then.": _needed(
            n=lambda rate, half: 1.96**2 * math.sqrt(rate * (1 - rate)) / half**2
        ),
        "That is for a rate of a half, the worst case; use rate (1 - rate).": (
            _needed(n=lambda rate, half: 1.96**2 * 0.25 / half**2),
            _needed(n=lambda rate, half: (0.98 / half) ** 2),
        ),
        "The spread has rate (1 - rate) in it; (1 - rate) is missing.": _needed(
            n=lambda rate, half: 1.96**2 * rate / half**2
        ),
        "The spread has rate (1 - rate) in it; rate is missing.": _needed(
            n=lambda rate, half: 1.96**2 * (1 - rate) / half**2
        ),
        "half is the distance to one side; you took it for the whole width.": _needed(
            n=lambda rate, half: 4 * 1.96**2 * rate * (1 - rate) / half**2
        ),
        "You halved half: ± half already is the distance to one side.": _needed(
            n=lambda rate, half: 1.96**2 * rate * (1 - rate) / (2 * half) ** 2
        ),
        "You gave the root of n: square both sides of the equation.": _needed(
            n=lambda rate, half: 1.96 * math.sqrt(rate * (1 - rate)) / half
        ),
        "The exercise asks for 1.96 standard deviations, and you took 2.": _needed(
            n=lambda rate, half: 4 * rate * (1 - rate) / half**2
        ),
        "The interval is for 1.96 standard deviations; 1.64 is for 90 of 100 samples.": (
            _needed(n=lambda rate, half: 1.64**2 * rate * (1 - rate) / half**2),
            _needed(n=lambda rate, half: 1.645**2 * rate * (1 - rate) / half**2),
        ),
        "Round up after squaring, not before.": (
            lambda rate, half: math.ceil(1.96 * math.sqrt(rate * (1 - rate)) / half) ** 2,
            lambda rate, half: math.ceil(1.96 / half) ** 2 * rate * (1 - rate),
        ),
        "The spread has rate (1 - rate) in it; you took rate times rate.": _needed(
            n=lambda rate, half: 1.96**2 * rate**2 / half**2
        ),
        "0.95 is how many samples lie within 1.96 standard deviations; 1.96 is the factor.": (
            _needed(n=lambda rate, half: 0.95**2 * rate * (1 - rate) / half**2)
        ),
        "That is for Wilson's interval; the exercise asks for the spread of the share itself.": (
            _for_wilson
        ),
        "n is the other way up: a smaller half needs more answers.": _needed(
            n=lambda rate, half: half**2 / (1.96**2 * rate * (1 - rate))
        ),
    },
    hints=[
        "The standard deviation of the share is √(rate (1 - rate) / n). What must it be for half?",
        "half = 1.96 √(rate (1 - rate) / n). Square both sides, and solve for n.",
        "math.ceil(1.96**2 * rate * (1 - rate) / half**2)",
    ],
    never={float: "The exercise asks for a whole number; math.ceil gives one."},
)
def needed(rate, half):
    return math.ceil(1.96**2 * rate * (1 - rate) / half**2)


def _coin(
    n=lambda first, won, lost: won + lost,
    side=min,
    sides=2,
    most=1.0,
    terms=lambda k: range(k + 1),
    base=2,
):
    """The p value with another part in it."""

    def p_value(first, second):
        won = sum(a and not b for a, b in zip(first, second, strict=True))
        lost = sum(b and not a for a, b in zip(first, second, strict=True))
        flips = n(first, won, lost)
        tail = sum(math.comb(flips, k) for k in terms(side(won, lost)))
        p = sides * tail / base**flips
        return p if most is None else min(most, p)

    return p_value


def _by_rates(first, second):
    """Two samples that have nothing to do with each other, by the normal distribution."""
    n, a, b = len(first), sum(first), sum(second)
    spread = math.sqrt((a / n * (1 - a / n) + b / n * (1 - b / n)) / n)
    return math.erfc(abs(a - b) / n / spread / math.sqrt(2)) if spread else 1.0


def _by_chi_square(first, second, less=0):
    """McNemar's test as it is for many questions, with or without its correction."""
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    if won == lost:
        return 1.0
    return math.erfc(max(abs(won - lost) - less, 0) / math.sqrt(won + lost) / math.sqrt(2))


def _p_case():
    n, share = random.randint(5, 14), random.random()
    return [random.random() < share for _ in range(n)], [random.random() < 0.5 for _ in range(n)]


@exercise(
    "16.p_value",
    cases=[
        ([True, True, True, False], [False, False, False, True]),
        ([True, True, True, False, True, True], [False, False, True, False, True, True]),
        ([True, False, False, True, False, False], [False, True, True, True, True, True]),
    ],
    borders=[
        ([True, False], [True, False]),
        ([True, False, True], [False, True, True]),
        ([True] * 7, [False] * 7),
        ([False] * 4, [True] * 4),
    ],
    random_case=_p_case,
    mistakes={
        "Questions on which both agree are no coins: n is won + lost.": (
            _coin(lambda first, won, lost: len(first)),
            _coin(lambda first, won, lost: len(first), most=None),
        ),
        "That is one side. Either model may be the luckier one: both tails count.": (
            _coin(sides=1),
            _coin(sides=1, most=None),
        ),
        "Nothing is repaired yet: which questions are coins, and how many sides has a tail?": (
            _coin(lambda first, won, lost: len(first), sides=1)
        ),
        "Where both are even the two tails overlap, and yours add up to more than 1.": (
            _coin(most=None)
        ),
        "You counted the luckier side: the tail goes up to the smaller of won and lost.": (
            _coin(side=max),
            _coin(side=max, sides=1),
        ),
        "The last term is missing: the tail goes up to min(won, lost) and holds it.": (
            _coin(terms=range),
            _coin(terms=range, sides=1),
        ),
        "That is the chance of just this outcome; those that are more uneven count too.": (
            _coin(terms=lambda k: [k]),
            _coin(terms=lambda k: [k], sides=1),
        ),
        "Doubling the outcome that is there is not all: the more uneven ones count as well.": (
            _coin(terms=lambda k: [k], most=None)
        ),
        "The tail begins at 0: that no coin falls on the one side is the most uneven outcome.": (
            _coin(terms=lambda k: range(1, k + 1))
        ),
        "That is how likely they are *less* uneven; the exercise asks for the rest.": (
            lambda first, second: 1 - _coin()(first, second)
        ),
        "The tail follows the first model's wins; it belongs to whichever is the smaller.": (
            _coin(side=lambda won, lost: won),
            _coin(side=lambda won, lost: lost),
        ),
        "You compared two rates as if the questions had been different ones.": _by_rates,
        "Where they never differ the value is 1: nothing speaks for a difference.": (
            lambda first, second: _coin()(first, second) if first != second else 0.0
        ),
        "That is the approximation for many coins; so few take the exact sum.": (
            _by_chi_square,
            lambda first, second: _by_chi_square(first, second, 1),
        ),
    },
    hints=[
        "Take 3 to 1 with 10 questions on which they agree. How many coins are there?",
        "n = won + lost. And how often do fair coins fall as unevenly to the other side?",
        "min(1.0, 2 * tail), with tail as it is, for n = won + lost.",
    ],
)
def p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return min(1.0, 2 * tail)
