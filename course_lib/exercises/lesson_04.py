"""Exercises of lesson 04, A neural network by hand."""

import random

import torch
import torch.nn.functional as F
from torch import tensor

from course_lib.exercises import exercise


def _scores_and_labels(spread=3.0):
    n = random.randint(6, 12)
    labels = torch.randint(0, 2, (n,)).float()
    labels[0], labels[1] = 0.0, 1.0
    return torch.randn(n) * spread, labels


def _counts(ill, said_ill):
    found, missed, alarms = ill & said_ill, ill & ~said_ill, ~ill & said_ill
    return found.sum().item(), missed.sum().item(), alarms.sum().item()


def _confused(pick):
    """A mistake in the counting: another choice among (ill, said ill) and the counts."""
    return lambda scores, labels: pick(labels == 0, scores <= 0)


@exercise(
    "04.counts",
    cases=[
        (tensor([-1.0, 2.0]), tensor([0.0, 0.0])),
        (tensor([-2.0, 1.0, -1.0, 3.0, 2.0]), tensor([0.0, 0.0, 1.0, 1.0, 1.0])),
    ],
    random_case=_scores_and_labels,
    mistakes={
        "You looked for label 1, which is benign. Malignant is 0 and the cancers are what is "
        "counted.": _confused(lambda ill, said: _counts(~ill, ~said)),
        "The labels are read rightly and the scores the wrong way round: a score above 0 says "
        "benign.": _confused(lambda ill, said: _counts(ill, ~said)),
        "The scores are read rightly and the labels the wrong way round: 0 is malignant.": _confused(
            lambda ill, said: _counts(~ill, said)
        ),
        "Missed and alarms are swapped. Missed: ill, and called benign. Alarm: benign, and called "
        "malignant.": _confused(lambda ill, said: tuple(_counts(ill, said)[k] for k in (0, 2, 1))),
        "Found and missed are swapped.": _confused(
            lambda ill, said: tuple(_counts(ill, said)[k] for k in (1, 0, 2))
        ),
        "These are shares; the exercise asks for counts.": _confused(
            lambda ill, said: tuple(n / len(ill) for n in _counts(ill, said))
        ),
        "found counts everybody who was called malignant; count those who are ill as well.": _confused(
            lambda ill, said: (said.sum().item(), *_counts(ill, said)[1:])
        ),
        "found counts everybody who is ill; count those who were called malignant.": _confused(
            lambda ill, said: (ill.sum().item(), *_counts(ill, said)[1:])
        ),
        "The third number counts those rightly called benign; asked for are the benign who were called "
        "malignant.": _confused(
            lambda ill, said: (*_counts(ill, said)[:2], (~ill & ~said).sum().item())
        ),
        "The border is at score 0: a score is not a probability, so 0.5 means nothing here.": (
            lambda scores, labels: _counts(labels == 0, scores <= 0.5)
        ),
    },
    hints=[
        "Write two masks first: who is malignant, and whom the model calls malignant.",
        "& is true where both masks are, and ~ turns a mask round.",
        "found = (malignant & said_malignant).sum().item(), and the other two with one ~ each.",
    ],
)
def counts(scores, labels):
    return _counts(labels == 0, scores <= 0)


def _naive(z, y, p=torch.sigmoid):
    return -(y * torch.log(p(z)) + (1 - y) * torch.log(1 - p(z))).mean()


@exercise(
    "04.loss",
    cases=[
        (tensor([0.0]), tensor([1.0])),
        (tensor([2.0, -1.0]), tensor([1.0, 1.0])),
        (tensor([200.0, -1000.0, 1000.0]), tensor([0.0, 1.0, 1.0])),
    ],
    random_case=_scores_and_labels,
    mistakes={
        "Right for moderate scores. For large ones the sigmoid is exactly 0 or 1 and its log infinite: "
        "do not form the probability.": (
            _naive,
            lambda z, y: _naive(z, y, p=lambda s: 1 / (1 + torch.exp(-s))),
        ),
        "Right for moderate scores, but the exponential of a score of 1000 is too large: take the large "
        "part out first.": lambda z, y: (torch.log(1 + torch.exp(z)) - y * z).mean(),
        "Cutting the probability off hides the infinity and makes the loss too small for badly wrong "
        "scores.": (
            lambda z, y: F.binary_cross_entropy(torch.sigmoid(z).clamp(1e-7, 1 - 1e-7), y),
            lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y),
            lambda z, y: _naive(z, y, p=lambda s: torch.sigmoid(s).clamp(1e-7, 1 - 1e-7)),
            lambda z, y: _naive(z, y, p=lambda s: torch.sigmoid(s).clamp(1e-6, 1 - 1e-6)),
        ),
        "The y * z is missing: this is the loss of patients who are all malignant.": lambda z, y: (
            F.softplus(z).mean()
        ),
        "This adds the losses up; the mean is asked.": lambda z, y: (F.softplus(z) - y * z).sum(),
        "One loss for each patient; the mean over them is missing.": lambda z, y: (
            F.softplus(z) - y * z
        ),
        "The labels are the wrong way round: y * z belongs to y = 1.": lambda z, y: (
            F.softplus(z) - (1 - y) * z
        ).mean(),
        "y * z must be taken away, not added.": lambda z, y: (F.softplus(z) + y * z).mean(),
        "The exponent must be -|z|, which is never above 0; with -z it overflows for very negative "
        "scores.": lambda z, y: (z.clamp(min=0) - y * z + torch.log1p(torch.exp(-z))).mean(),
        "max(z, 0) is missing in front.": lambda z, y: (
            torch.log1p(torch.exp(-z.abs())) - y * z
        ).mean(),
        "The squared distance of probability and label is another loss.": lambda z, y: (
            (torch.sigmoid(z) - y) ** 2
        ).mean(),
    },
    hints=[
        "For y = 0 the loss of one patient is log(1 + e^z). Which function of torch knows this sum?",
        "torch.logaddexp(z, zeros) is log(e^z + 1), for every z.",
        "Subtract labels * scores, and take the mean.",
    ],
)
def loss(scores, labels):
    return F.binary_cross_entropy_with_logits(scores, labels)


def _two_parts():
    features = random.randint(2, 4)
    scale, shift = torch.rand(features) * 5 + 0.5, torch.randn(features) * 3
    return (
        torch.randn(random.randint(4, 8), features) * scale + shift,
        torch.randn(random.randint(2, 5), features) * scale + shift + 1,
    )


def _by(numbers, which=lambda a, b: (a, b)):
    """Standardize both parts by the mean and spread of ``numbers(train, test)``."""

    def prepare(train, test):
        source = numbers(train, test)
        mean, std = source.mean(dim=0), source.std(dim=0, correction=0)
        return which((train - mean) / std, (test - mean) / std)

    return prepare


def _everything(train, test):
    return torch.cat([train, test])


@exercise(
    "04.prepare",
    cases=[
        (tensor([[1.0], [3.0]]), tensor([[5.0]])),
        (tensor([[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]]), tensor([[2.0, 40.0]])),
    ],
    random_case=_two_parts,
    mistakes={
        "The test set still takes part in the mean and the spread.": _by(_everything),
        "Each part is standardized by its own numbers. The test set must be measured with the training "
        "set's.": (
            lambda a, b: (_by(lambda a, b: a)(a, b)[0], _by(lambda a, b: b)(a, b)[1]),
            lambda a, b: tuple((x - x.mean(dim=0)) / x.std(dim=0) for x in (a, b)),
        ),
        "Both parts are measured with the test set's numbers.": _by(lambda a, b: b),
        "The two parts are swapped: the training part comes first.": _by(
            lambda a, b: a, which=lambda a, b: (b, a)
        ),
        "The test part is as it came; shift and scale it too.": lambda a, b: (
            _by(lambda a, b: a)(a, b)[0], b,
        ),
        "The mean was taken over each patient's features (dim=1); it belongs to each feature, dim=0.": (
            lambda a, b: (
                (a - a.mean(dim=1, keepdim=True)) / a.std(dim=1, correction=0, keepdim=True),
                (b - b.mean(dim=1, keepdim=True)) / b.std(dim=1, correction=0, keepdim=True),
            ),
        ),
        "One mean and one spread were used for all features together; each feature has its own.": (
            lambda a, b: tuple((x - a.mean()) / a.std(correction=0) for x in (a, b)),
            lambda a, b: tuple((x - a.mean()) / a.std() for x in (a, b)),
        ),
        "The spread was divided by N - 1. Here it is the root of the mean squared distance: "
        "correction=0.": lambda a, b: tuple((x - a.mean(dim=0)) / a.std(dim=0) for x in (a, b)),
        "Shifted but not scaled: divide by the standard deviation.": lambda a, b: (
            a - a.mean(dim=0), b - a.mean(dim=0),
        ),
        "Scaled but not shifted: subtract the mean first.": lambda a, b: tuple(
            x / a.std(dim=0, correction=0) for x in (a, b)
        ),
        "Divided by the variance; its root, the standard deviation, is meant.": lambda a, b: tuple(
            (x - a.mean(dim=0)) / a.var(dim=0, correction=0) for x in (a, b)
        ),
    },
    hints=[
        "Whose mean may be known before the examination?",
        "Compute mean and std from train alone, with dim=0.",
        "Use these two on both parts.",
    ],
)  # fmt: skip
def prepare(train, test):
    return _by(lambda a, b: a)(train, test)


def _weighted_slope(scores, labels, weight):
    counts = torch.where(labels == 0, weight, 1.0)
    return counts * (torch.sigmoid(scores) - labels) / len(labels)


@exercise(
    "04.weighted_slope",
    cases=[
        (tensor([0.0]), tensor([0.0]), 5.0),
        (tensor([0.0, 0.0]), tensor([0.0, 1.0]), 5.0),
        (tensor([2.0, -1.0, 0.5]), tensor([0.0, 1.0, 1.0]), 2.0),
    ],
    random_case=lambda: (*_scores_and_labels(2.0), random.uniform(1.5, 6.0)),
    mistakes={
        "The weight is missing: each malignant patient counts that many times.": lambda z, y, w: (
            _weighted_slope(z, y, 1.0)
        ),
        "The weight went to the benign patients; label 0 is malignant.": lambda z, y, w: (
            torch.where(y == 1, w, 1.0) * (torch.sigmoid(z) - y) / len(y)
        ),
        "Everybody got the weight; only label 0 has it.": lambda z, y, w: (
            w * (torch.sigmoid(z) - y) / len(y)
        ),
        "The division by the number of patients is missing.": lambda z, y, w: (
            _weighted_slope(z, y, w) * len(y)
        ),
        "You divided by the sum of the weights; the exercise divides by the number of "
        "patients.": lambda z, y, w: (
            _weighted_slope(z, y, w) * len(y) / torch.where(y == 0, w, 1.0).sum()
        ),
        "The sign is reversed: probability minus label.": lambda z, y, w: -_weighted_slope(z, y, w),
        "The score itself stands where its sigmoid belongs.": lambda z, y, w: (
            torch.where(y == 0, w, 1.0) * (z - y) / len(y)
        ),
        "The weight multiplies the score; it belongs in front of the whole slope.": lambda z, y, w: (
            (torch.sigmoid(torch.where(y == 0, w, 1.0) * z) - y) / len(y)
        ),
        "This is the weighted loss; its slope for each score is asked.": (
            lambda z, y, w: (torch.where(y == 0, w, 1.0) * (F.softplus(z) - y * z)).mean(),
            lambda z, y, w: torch.where(y == 0, w, 1.0) * (F.softplus(z) - y * z) / len(y),
        ),
        "The slopes are added up; one for each score is asked.": lambda z, y, w: _weighted_slope(
            z, y, w
        ).sum(),
        "Cross-entropy's slope needs no σ(1 - σ): that belongs to the squared error.": lambda z, y, w: (
            _weighted_slope(z, y, w) * torch.sigmoid(z) * (1 - torch.sigmoid(z))
        ),
    },
    hints=[
        "Without weights, the slope for one score is (σ(z) - y) / N.",
        "A factor in front of a loss is the same factor in front of its slope.",
        "torch.where(labels == 0, weight, 1.0) gives each patient's factor.",
    ],
)
def weighted_slope(scores, labels, weight):
    return _weighted_slope(scores, labels, weight)
