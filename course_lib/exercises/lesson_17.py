"""Exercises of lesson 17, Teaching it what we like."""

import math
import random

import torch
from torch import tensor
from torch.nn import functional as F

from course_lib.exercises.registry import exercise


def _less(baseline):
    """The rewards minus a baseline."""
    return lambda rewards: rewards - baseline(rewards)


def _others(rewards):
    return (rewards.sum() - rewards) / (len(rewards) - 1)


def _running(rewards):
    """The mean of those before each; 0 for the first."""
    before = rewards.cumsum(0) - rewards
    return before / torch.arange(len(rewards)).clamp(min=1)


def _rewards_case():
    return (torch.randint(-4, 5, (random.randint(3, 7),)).float() / 2 + torch.rand(()) / 8,)


@exercise(
    "17.leave_one_out",
    cases=[
        (tensor([1.0, 0.0, 0.0, 1.0]),),
        (tensor([3.0, 1.0, 2.0]),),
        (tensor([0.5, -1.0, 2.0, 0.0, 4.0]),),
    ],
    borders=[
        (tensor([1.0, 0.0]),),
        (tensor([2.0, 2.0, 2.0]),),
        (tensor([0.0, 0.0, 0.0, 0.0]),),
        (tensor([5.0, 0.0, 0.0, 0.0, 0.0, 0.0]),),
    ],
    random_case=_rewards_case,
    mistakes={
        "That is the mean of all; the exercise asks for the mean of the others.": (
            _less(torch.mean),
            _less(lambda r: r.sum() / len(r)),
        ),
        "You left the reward out of the sum, and divided by all: the others are N - 1.": _less(
            lambda r: (r.sum() - r) / len(r)
        ),
        "The reward itself is still in the sum: take it out before you divide by N - 1.": _less(
            lambda r: r.sum() / (len(r) - 1)
        ),
        "Those are the baselines; the exercise asks for each reward minus its own.": _others,
        "The signs are the wrong way round: the reward minus the mean of the others.": (
            lambda rewards: _others(rewards) - rewards
        ),
        "You divided by the spread as well; that is for the advantages of a group.": (
            lambda r: (r - _others(r)) / r.std(),
            lambda r: (r - _others(r)) / r.std(unbiased=False),
            lambda r: (r - r.mean()) / r.std(),
            lambda r: (r - r.mean()) / r.std(unbiased=False),
            lambda r: (r - r.mean()) / (r.std() + 1e-8),
            lambda r: (r - r.mean()) / (r.std(unbiased=False) + 1e-8),
        ),
        "That is the sum of the others; the exercise asks for their mean.": _less(
            lambda r: r.sum() - r
        ),
        "You took the middle one of all; the exercise asks for the mean of the others.": _less(
            torch.median
        ),
        "You compared with the best; the exercise asks for the mean of the others.": _less(
            torch.max
        ),
        "The others are those after it too, not only those before.": (_less(_running)),
        "The others are those before it too, not only those after; the last has none after "
        "it.": _less(lambda r: torch.stack([r[i:].mean() for i in range(1, len(r) + 1)])),
        "You compared with the next one alone; all the others count.": (
            _less(lambda r: r.roll(-1)),
            _less(lambda r: r.roll(1)),
        ),
        "The mean of the others is subtracted, and you divided by it.": lambda r: r / _others(r),
        "You gave one number; each reward has a baseline of its own.": (
            lambda r: (r - _others(r)).mean(),
            lambda r: (r - _others(r)).sum(),
        ),
        "The first reward has no place of its own here: you left it out for all.": _less(
            lambda r: r[1:].mean()
        ),
        "3 was right for the four rewards of the lesson; here there are N - 1 others.": _less(
            lambda r: (r.sum() - r) / 3
        ),
        "The factor N / (N - 1) belongs to the reward minus the mean, not to the reward alone.": (
            lambda r: r * len(r) / (len(r) - 1) - r.mean()
        ),
        "N (N - 1) is one N too many: a mean over N - 1 others.": _less(
            lambda r: (r.sum() - r) / (len(r) * (len(r) - 1))
        ),
        "The others are N - 1, not N + 1: you take one out.": _less(
            lambda r: (r.sum() - r) / (len(r) + 1)
        ),
        "The factor is the other way up: N / (N - 1) times the reward minus the mean of all.": (
            lambda r: (r - r.mean()) * (len(r) - 1) / len(r)
        ),
    },
    hints=[
        "What is the sum of all the others, if you know the sum of all?",
        "(rewards.sum() - rewards) has one sum for each text. Divide it by how many others it has.",
        "rewards - (rewards.sum() - rewards) / (len(rewards) - 1)",
    ],
)
def leave_one_out(rewards):
    others = (rewards.sum() - rewards) / (len(rewards) - 1)
    return rewards - others


def _reached(p, n):
    return 1 - (1 - p) ** n


def _by_logs(p, wanted):
    return math.log(1 - wanted) / math.log(1 - p)


def _draws(p, wanted):
    n = max(1, math.floor(_by_logs(p, wanted)) - 1)
    while _reached(p, n) < wanted:
        n += 1
    return n


def _draws_case():
    # Well away from the borders, where rounding would decide.
    while True:
        p, wanted = random.randint(2, 60) / 100, random.randint(5, 99) / 100
        rounded = [_by_logs(p, wanted), wanted / p]
        if all(abs(n - round(n)) > 0.01 for n in rounded):
            return p, wanted


@exercise(
    "17.draws",
    cases=[(0.1, 0.5), (0.07, 0.95), (0.3, 0.8)],
    borders=[(0.5, 0.25), (0.5, 0.75), (0.75, 0.5), (0.25, 0.01), (0.4, 0.42), (0.9, 0.98)],
    random_case=_draws_case,
    mistakes={
        "You rounded down; with so few the mean reward is still below what is wanted.": (
            lambda p, wanted: max(1, math.floor(_by_logs(p, wanted))),
            lambda p, wanted: math.floor(_by_logs(p, wanted)),
            lambda p, wanted: int(_by_logs(p, wanted)),
        ),
        "You rounded to the nearest whole number; with fewer than that it may not be reached.": (
            lambda p, wanted: max(1, round(_by_logs(p, wanted))),
            lambda p, wanted: round(_by_logs(p, wanted)),
        ),
        "That is not a whole number of texts yet: round up.": _by_logs,
        "One more than needed: with one fewer it is reached already.": (
            lambda p, wanted: _draws(p, wanted) + 1,
            lambda p, wanted: math.floor(_by_logs(p, wanted)) + 2,
        ),
        "One less than needed: your loop stops before the text that reaches it.": (
            lambda p, wanted: _draws(p, wanted) - 1
        ),
        "n texts do not have a 1 with n · p: now and then two have one, and it counts once.": (
            lambda p, wanted: math.ceil(wanted / p),
            lambda p, wanted: max(1, round(wanted / p)),
            lambda p, wanted: wanted / p,
            lambda p, wanted: math.floor(wanted / p),
            lambda p, wanted: next(n for n in range(1, 10**4) if n * p >= wanted),
        ),
        "p ** n is that all n have a 1; one is enough.": (
            lambda p, wanted: max(1, math.ceil(math.log(wanted) / math.log(p))),
            lambda p, wanted: math.ceil(math.log(1 - wanted) / math.log(p)),
        ),
        "(1 - p) ** n is that none has a 1; that must be at most 1 - wanted, not wanted.": (
            lambda p, wanted: max(1, math.ceil(math.log(wanted) / math.log(1 - p))),
        ),
        "The quotient is the other way up: ln(1 - wanted) is divided by ln(1 - p).": (
            lambda p, wanted: math.ceil(math.log(1 - p) / math.log(1 - wanted)),
            lambda p, wanted: math.log(1 - p) / math.log(1 - wanted),
        ),
        "The mean reward must be at least wanted; where it is just that, n is enough.": (
            lambda p, wanted: next(n for n in range(1, 10**6) if _reached(p, n) > wanted)
        ),
        "That is how many are needed on average until the first 1 comes, whatever is wanted.": (
            lambda p, wanted: math.ceil(1 / p),
            lambda p, wanted: 1 / p,
            lambda p, wanted: round(1 / p),
        ),
        "n is 1 or more: at least one text is written.": (
            lambda p, wanted: 0 if p >= wanted else _draws(p, wanted),
        ),
        "You gave the reward that is reached; the exercise asks for n.": (
            lambda p, wanted: _reached(p, _draws(p, wanted))
        ),
        "You count on from 2; one text may be enough.": (
            lambda p, wanted: max(2, _draws(p, wanted))
        ),
    },
    hints=[
        "With what probability does none of n texts have a 1? And at least one of them?",
        "1 - (1 - p) ** n must be at least wanted. Try n = 1, 2, 3 and so on, in a loop.",
        "n = 1; while 1 - (1 - p) ** n < wanted: n += 1",
    ],
    never={float: "The exercise asks for a whole number of texts."},
)
def draws(p, wanted):
    n = 1
    while 1 - (1 - p) ** n < wanted:
        n += 1
    return n


def _pairs(
    moved=lambda b, w, rb, rw: (b - rb) - (w - rw),
    scale=lambda moved, beta: beta * moved,
    loss=lambda x: -F.logsigmoid(x).mean(),
):
    """The loss of pairs with another part in it."""
    return lambda better, worse, reference_better, reference_worse, beta: loss(
        scale(moved(better, worse, reference_better, reference_worse), beta)
    )


def _plain(b, w, rb, rw):
    return b - w


def _divided(moved, beta):
    return moved / beta


def _pairs_case():
    N = random.randint(2, 6)
    return *(-8 * torch.rand(N) for _ in range(4)), random.choice([0.1, 0.3, 2.0])


@exercise(
    "17.dpo",
    cases=[
        (tensor([-3.0]), tensor([-5.0]), tensor([-4.0]), tensor([-4.5]), 0.5),
        (
            tensor([-3.0, -1.0, -8.0]),
            tensor([-5.0, -4.0, -2.0]),
            tensor([-4.0, -3.0, -5.0]),
            tensor([-4.5, -1.0, -6.0]),
            0.1,
        ),
    ],
    borders=[
        (tensor([-2.0, -3.0]), tensor([-1.0, -4.0]), tensor([-2.0, -3.0]), tensor([-1.0, -4.0]), 3),
        (
            tensor([-900.0, -10.0]),
            tensor([-10.0, -900.0]),
            tensor([-20.0, -20.0]),
            tensor([-20.0, -20.0]),
            1,
        ),
        (torch.zeros(5), torch.zeros(5), -torch.arange(5.0), torch.zeros(5), 0.2),
    ],
    random_case=_pairs_case,
    mistakes={
        "The reference is missing: what counts is how far each text has moved from it.": (
            _pairs(_plain)
        ),
        "beta multiplies; the reward is beta times ln(π / p).": _pairs(scale=_divided),
        "Nothing is repaired yet: where is the reference, and does beta divide?": _pairs(
            _plain, _divided
        ),
        "beta is missing: the reward is beta times ln(π / p).": _pairs(scale=lambda m, beta: m),
        "beta and the reference are both missing.": _pairs(_plain, lambda m, beta: m),
        "beta belongs to the whole difference, not to one part of it.": (
            _pairs(lambda b, w, rb, rw: (b - rb, w - rw), lambda m, beta: beta * m[0] - m[1]),
            _pairs(lambda b, w, rb, rw: (b - w, rb - rw), lambda m, beta: beta * m[0] - m[1]),
            _pairs(lambda b, w, rb, rw: (b - w, rb - rw), lambda m, beta: m[0] - beta * m[1]),
            _pairs(lambda b, w, rb, rw: (b - rb, w - rw), lambda m, beta: m[0] - beta * m[1]),
        ),
        "Better and worse are exchanged: the better text must end ahead.": _pairs(
            lambda b, w, rb, rw: (w - rw) - (b - rb)
        ),
        "The references are exchanged: each text is compared with its own.": _pairs(
            lambda b, w, rb, rw: (b - rw) - (w - rb)
        ),
        "You added the reference's part; the two differences are subtracted.": (
            _pairs(lambda b, w, rb, rw: (b - w) + (rb - rw)),
        ),
        "You added how far both have moved; only the difference of the two counts.": _pairs(
            lambda b, w, rb, rw: (b - rb) + (w - rw)
        ),
        "The sign is the wrong way round: the loss is minus the log of the sigmoid.": _pairs(
            loss=lambda x: F.logsigmoid(x).mean()
        ),
        "The logarithm is missing: minus ln σ, not minus σ.": (
            _pairs(loss=lambda x: -x.sigmoid().mean()),
            _pairs(loss=lambda x: 1 - x.sigmoid().mean()),
        ),
        "That is σ itself, the probability that the better one is preferred; the loss is -ln σ.": (
            _pairs(loss=lambda x: x.sigmoid().mean())
        ),
        "The sigmoid is missing: minus the log of σ of the difference.": (
            _pairs(loss=lambda x: -x.mean()),
            _pairs(loss=lambda x: x.mean()),
        ),
        "The log comes after the mean here; each pair has its own loss, and these are averaged.": (
            _pairs(loss=lambda x: -x.sigmoid().mean().log()),
            _pairs(loss=lambda x: -F.logsigmoid(x.mean())),
        ),
        "beta stands inside σ: it scales the difference, not the loss.": (
            lambda b, w, rb, rw, beta: -beta * F.logsigmoid((b - rb) - (w - rw)).mean()
        ),
        "You divided π by p, and took the log; these are logarithms already: subtract.": _pairs(
            lambda b, w, rb, rw: (b / rb).log() - (w / rw).log()
        ),
        "That is the sum over the pairs; the exercise asks for their mean.": _pairs(
            loss=lambda x: -F.logsigmoid(x).sum()
        ),
        "Each pair has its loss here; the exercise asks for one number, their mean.": _pairs(
            loss=lambda x: -F.logsigmoid(x)
        ),
        "Where the difference is large and negative, σ is 0 and its log -inf: use F.logsigmoid.": (
            _pairs(loss=lambda x: -x.sigmoid().log().mean()),
            _pairs(loss=lambda x: -(1 / (1 + (-x).exp())).log().mean()),
        ),
        "You divided π by p, but these are logarithms already: subtract.": _pairs(
            lambda b, w, rb, rw: b / rb - w / rw
        ),
        "These are logarithms already; you took the log of them again.": _pairs(
            lambda b, w, rb, rw: (b.log() - rb.log()) - (w.log() - rw.log())
        ),
        "You turned the log-probabilities into probabilities; the loss takes the logarithms.": (
            _pairs(lambda b, w, rb, rw: (b.exp() - rb.exp()) - (w.exp() - rw.exp()))
        ),
        "The reference is there for the better texts alone; the worse have moved from it too.": (
            _pairs(lambda b, w, rb, rw: (b - rb) - w)
        ),
        "The reference is there for the worse texts alone; the better have moved from it too.": (
            _pairs(lambda b, w, rb, rw: b - (w - rw))
        ),
    },
    hints=[
        "How far has the better text moved from the reference? And the worse one?",
        "Minus ln σ of beta times the difference of the two; F.logsigmoid is ln σ.",
        "moved = (better - reference_better) - (worse - reference_worse), and beta * moved.",
    ],
    trained_on=["better", "worse"],
)
def dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(beta * moved).mean()
