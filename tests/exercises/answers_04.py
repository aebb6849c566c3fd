"""Lesson 04: answers as learners write them; see ``answers``."""

import numpy
import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 04.counts


@wrong("04.counts", "return stands inside the loop")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
        return (found, missed, alarms)


@wrong("04.counts", "the first one is left out")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores[1:], labels[1:]):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "`scores[:-1]` leaves something out")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores[:-1], labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "0.5 means nothing")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score < 0.5:
            found += 1
        elif label == 0:
            missed += 1
        elif score < 0.5:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "hardly ever exactly 0")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score == 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score == 0:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "Missed and alarms are swapped")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, alarms, missed)


@wrong("04.counts", "alarms counts everybody who is benign")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        else:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "missed counts everybody who is ill;")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        if label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, missed, alarms)


@wrong("04.counts", "has 3 parts; yours has 2")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, missed)


@wrong("04.counts", "gives 0 whatever")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (0, 0, 0)


@wrong("04.counts", "looked for label 1")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 1 and score > 0:
            found += 1
        elif label == 1:
            missed += 1
        elif score > 0:
            alarms += 1
    return (found, missed, alarms)


@right("04.counts")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return (found, missed, alarms)


@right("04.counts")
def my_counts(z, y):
    ill, said = (1 - y, (z <= 0).float())
    return ((ill @ said).int(), (ill @ (1 - said)).int(), (y @ said).int())


@right("04.counts")
def my_counts(z, y):
    said = torch.sigmoid(z.double()) <= 0.5
    pairs = list(zip(y.tolist(), said.tolist()))
    return [pairs.count(pair) for pair in [(0, True), (0, False), (1, True)]]


# 04.prepare


@wrong("04.prepare", "divided by its own standard")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) / spread, (test - mean) / test.std(0, False))


@wrong("04.prepare", "shifted by its own mean")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) / spread, (test - test.mean(0)) / spread)


@wrong("04.prepare", "added up for the standard")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).sum(0).sqrt()
    return ((train - mean) / spread, (test - mean) / spread)


@wrong("04.prepare", "divided by N - 1")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).sum(0).div(len(train) - 1).sqrt()
    return ((train - mean) / spread, (test - mean) / spread)


@wrong("04.prepare", "Divided by the variance")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0)
    return ((train - mean) / spread, (test - mean) / spread)


@wrong("04.prepare", "Multiplied by the standard")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) * spread, (test - mean) * spread)


@wrong("04.prepare", "Shifted but not scaled")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return (train - mean, test - mean)


@wrong("04.prepare", "The mean is added")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train + mean) / spread, (test + mean) / spread)


@wrong("04.prepare", "The test part is as it came")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) / spread, test)


@wrong("04.prepare", "changed argument 1 in place")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return (train.sub_(mean) / spread, (test - mean) / spread)


@wrong("04.prepare", "The sign is reversed in both")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) / -spread, (test - mean) / -spread)


@wrong("04.prepare", "takes part in the mean and")
def my_prepare(a, b):
    both = numpy.concatenate([a, b])
    m, s = (both.mean(0), both.std(0))
    return (torch.tensor((a.numpy() - m) / s), torch.tensor((b.numpy() - m) / s))


@wrong("04.prepare", "dim=1")
def my_prepare(a, b):
    f = lambda t: (t - t.mean(1, True)) / t.var(1, False, keepdim=True).sqrt()
    return (f(a), f(b))


@wrong("04.prepare", "by its own numbers")
def my_prepare(a, b):
    return tuple(((t - t.mean(0)) / t.std(0, correction=0) for t in (a, b)))


@right("04.prepare")
def my_prepare(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return ((train - mean) / spread, (test - mean) / spread)


@right("04.prepare")
def my_prepare(a, b):
    m, s = (a.numpy().mean(0), a.numpy().std(0))
    return (torch.tensor((a.numpy() - m) / s), torch.tensor((b.numpy() - m) / s))


@right("04.prepare")
def my_prepare(a, b):
    v, m = torch.var_mean(a.double(), 0, correction=0)
    return [(x - m) * v.rsqrt() for x in (a, b)]


# 04.weighted_slope


@wrong("04.weighted_slope", "The weight is missing")
def my_weighted_slope(z, y, weight):
    times = y + (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "went to the benign")
def my_weighted_slope(z, y, weight):
    times = 1 - y + weight * y
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "Everybody got the weight")
def my_weighted_slope(z, y, weight):
    times = weight
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "The benign patients are gone")
def my_weighted_slope(z, y, weight):
    times = weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "weight + 1 times")
def my_weighted_slope(z, y, weight):
    times = 1 + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "The division by the number")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y)


@wrong("04.weighted_slope", "number of the malignant alone")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / (1 - y).sum()


@wrong("04.weighted_slope", "The sign is reversed")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (y - p) / y.shape[0]


@wrong("04.weighted_slope", "The sigmoid is of minus")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(z))
    return times * (p - y) / y.shape[0]


@wrong("04.weighted_slope", "σ(1 - σ)")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) * p * (1 - p) / y.shape[0]


@wrong("04.weighted_slope", "sigmoid is rounded")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p.round() - y) / y.shape[0]


@wrong("04.weighted_slope", "only the label is divided")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y / y.shape[0])


@right("04.weighted_slope")
def my_weighted_slope(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]


@right("04.weighted_slope")
def my_weighted_slope(z, y, w):
    z = z.clone().requires_grad_()
    F.binary_cross_entropy_with_logits(z, y, weight=y + w * (1 - y)).backward()
    return z.grad


@right("04.weighted_slope")
def my_weighted_slope(z, y, w):
    z = z.double().requires_grad_()
    loss = F.softplus(z) - y * z
    loss[y == 0] *= w
    return torch.autograd.grad(loss.mean(), z)[0]


# 04.loss


@wrong("04.loss", "log infinite")
def my_loss(z, y):
    return -(y * z.sigmoid().log() + (1 - y) * (1 - z.sigmoid()).log()).sum() / len(z)


@wrong("04.loss", "1000 is too large")
def my_loss(z, y):
    return ((1 + z.exp()).log() - z * y).sum() / len(z)


@wrong("04.loss", "Cutting the probability")
def my_loss(z, y):
    return F.binary_cross_entropy(z.sigmoid().clamp(1e-06, 1 - 1e-06), y)


@wrong("04.loss", "A small number added")
def my_loss(z, y):
    return -(y * (z.sigmoid() + 1e-09).log() + (1 - y) * (1 - z.sigmoid() + 1e-09).log()).mean()


@wrong("04.loss", "Cutting the scores")
def my_loss(z, y):
    return F.binary_cross_entropy_with_logits(torch.clip(z, -30, 30), y)


@wrong("04.loss", "The y * z is missing")
def my_loss(z, y):
    return torch.logaddexp(z, 0 * z).mean()


@wrong("04.loss", "adds the losses up")
def my_loss(z, y):
    return nn.BCEWithLogitsLoss(reduction="sum")(z, y)


@wrong("04.loss", "mean over them is missing")
def my_loss(z, y):
    return torch.logaddexp(z, 0 * z) - z * y


@wrong("04.loss", "labels are the wrong way")
def my_loss(z, y):
    return -(y * F.logsigmoid(-z) + (1 - y) * F.logsigmoid(z)).mean()


@wrong("04.loss", "every number of yours is minus")
def my_loss(z, y):
    return (y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()


@wrong("04.loss", "Scores and labels are swapped")
def my_loss(z, y):
    return F.binary_cross_entropy_with_logits(y, z)


@wrong("04.loss", "sigmoid is taken twice")
def my_loss(z, y):
    return nn.BCEWithLogitsLoss()(torch.sigmoid(z), y)


@wrong("04.loss", "exponent must be -|z|")
def my_loss(z, y):
    return (z.relu() - z * y + (1 + (-z).exp()).log()).mean()


@wrong("04.loss", "part with 1 - y")
def my_loss(z, y):
    return (F.softplus(-z) * y).mean()


@wrong("04.loss", "probability and label is another")
def my_loss(z, y):
    return F.mse_loss(torch.sigmoid(z), y)


@wrong("04.loss", "no slope comes back from it to scores")
def my_loss(z, y):
    return float((F.softplus(z) - y * z).mean())


right("04.loss")(F.binary_cross_entropy_with_logits)


@right("04.loss")
def my_loss(z, y):
    return -F.logsigmoid(torch.where(y == 1, z, -z)).mean()


@wrong("04.loss", "no slope comes back")
def my_loss(z, y):
    return torch.tensor(numpy.mean(numpy.logaddexp(0, z.numpy()) - (y * z).numpy()))


@right("04.loss")
def my_loss(z, y):
    return torch.stack([torch.zeros_like(z), z]).logsumexp(0).mean() - y @ z / len(z)
