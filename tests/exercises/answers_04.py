"""Lesson 04: answers as learners write them; see ``answers``."""

import math

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


@wrong("04.counts", "`1:` leaves something out at its beginning")
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


@wrong("04.counts", "they are tensors")
def my_counts(z, y):
    ill, said = (1 - y, (z <= 0).float())
    return ((ill @ said).int(), (ill @ (1 - said)).int(), (y @ said).int())


@right("04.counts")
def my_counts(z, y):
    said = torch.sigmoid(z.double()) <= 0.5
    pairs = list(zip(y.tolist(), said.tolist()))
    return [pairs.count(pair) for pair in [(0, True), (0, False), (1, True)]]


@right("04.counts")
def my_counts(scores, labels):
    m = labels == 0
    s = ~(scores > 0)
    return int((m & s).sum()), int((m & ~s).sum()), int((~m & s).sum())


@right("04.counts")
def my_counts(scores, labels):
    m, s = (labels == 0).numpy(), (scores <= 0).numpy()
    return numpy.sum(m & s), numpy.sum(m & ~s), numpy.sum(~m & s)


@wrong("04.counts", "they are tensors")
def my_counts(scores, labels):
    found = ((labels == 0) * (scores <= 0)).sum()
    missed = ((labels == 0) * (scores > 0)).sum()
    return found, missed, ((labels == 1) * (scores <= 0)).sum()


@right("04.counts")
def my_counts(scores, labels):
    found = len(scores[(labels == 0) & (scores <= 0)])
    return found, len(scores[labels == 0]) - found, len(scores[scores <= 0]) - found


@wrong("04.counts", "A score of exactly")
def my_counts(scores, labels):
    m = labels == 0
    s = scores < 0
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "The sigmoid is never")
def my_counts(scores, labels):
    m, s = labels == 0, torch.sigmoid(scores) <= 0
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "These are masks,")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= 0
    return m & s, m & ~s, ~m & s


@wrong("04.counts", "These are shares of")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= 0
    return (
        (m & s).float().mean().item(),
        (m & ~s).float().mean().item(),
        (~m & s).float().mean().item(),
    )


@wrong("04.counts", "The labels are read")
def my_counts(scores, labels):
    m, s = labels == 0, scores > 0
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "0.5 means nothing")
def my_counts(scores, labels):
    m, s = labels == 0, scores.round() <= 0
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "The border is at score 0, not at the")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= scores.mean()
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "== is true where")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= 0
    return (m == s).sum().item(), (m != s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "The border is at score 0, not at 1.")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= 1
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & s).sum().item()


@wrong("04.counts", "alarms counts the benign")
def my_counts(scores, labels):
    m, s = labels == 0, scores <= 0
    return (m & s).sum().item(), (m & ~s).sum().item(), (~m & ~s).sum().item()


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


@right("04.prepare")
def my_prepare(train, test):
    m = train.mean(0, keepdim=True)
    s = torch.sqrt(((train - m) ** 2).mean(0, keepdim=True))
    return [(train - m) / s, (test - m) / s]


@right("04.prepare")
def my_prepare(train, test):
    m, s = train.mean(0), train.std(0, unbiased=False)
    return (train - m).div(s), (test - m).div(s)


@right("04.prepare")
def my_prepare(train, test):
    A, B = train.clone(), test.clone()
    for j in range(train.shape[1]):
        m, s = train[:, j].mean(), train[:, j].std(correction=0)
        A[:, j] = (train[:, j] - m) / s
        B[:, j] = (test[:, j] - m) / s
    return A, B


@wrong("04.prepare", "Only the training")
def my_prepare(train, test):
    mean, std = train.mean(0), train.std(0, correction=0)
    return (train - mean) / std


@wrong("04.prepare", "The two parts came")
def my_prepare(train, test):
    mean, std = train.mean(0), train.std(0, correction=0)
    return torch.cat([(train - mean) / std, (test - mean) / std])


@wrong("04.prepare", "A number is added")
def my_prepare(train, test):
    mean, std = train.mean(0), train.std(0, correction=0) + 1e-3
    return (train - mean) / std, (test - mean) / std


@wrong("04.prepare", "The second part is")
def my_prepare(train, test):
    mean, std = train.mean(0), train.std(0, correction=0)
    return (train - mean) / std, (train - mean) / std


@wrong("04.prepare", "The parentheses are")
def my_prepare(train, test):
    mean, std = train.mean(0), train.std(0, correction=0)
    return train - mean / std, test - mean / std


@wrong("04.prepare", "Both parts are measured")
def my_prepare(train, test):
    everything = torch.cat([test, test])
    mean, std = everything.mean(dim=0), everything.std(dim=0, correction=0)
    return (train - mean) / std, (test - mean) / std


@wrong("04.prepare", "The mean and the")
def my_prepare(train, test):
    mean = (train.mean(0) + test.mean(0)) / 2
    std = (train.std(0, correction=0) + test.std(0, correction=0)) / 2
    return (train - mean) / std, (test - mean) / std


@wrong("04.prepare", "You subtracted the")
def my_prepare(train, test):
    mean, std = train[0], train.std(0, correction=0)
    return (train - mean) / std, (test - mean) / std


@wrong("04.prepare", "The root of the sum")
def my_prepare(train, test):
    mean = train.mean(0)
    std = ((train - mean) ** 2).sum(0).sqrt() / len(train)
    return (train - mean) / std, (test - mean) / std


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


@right("04.weighted_slope")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, torch.tensor(weight), torch.tensor(1.0))
    return w * (torch.sigmoid(scores) - labels) / labels.numel()


@right("04.weighted_slope")
def my_weighted_slope(scores, labels, weight):
    out = torch.zeros(len(scores))
    for i in range(len(scores)):
        p = 1 / (1 + math.exp(-scores[i].item()))
        out[i] = (weight if labels[i] == 0 else 1) * (p - labels[i]) / len(scores)
    return out


@wrong("04.weighted_slope", "You subtracted the")
def my_weighted_slope(scores, labels, weight):
    return torch.where(
        labels == 0, torch.sigmoid(scores) - labels - weight, torch.sigmoid(scores) - labels
    ) / len(labels)


@wrong("04.weighted_slope", "The label is missing:")
def my_weighted_slope(scores, labels, weight):
    return torch.where(labels == 0, weight, 1.0) * torch.sigmoid(scores) / len(labels)


@wrong("04.weighted_slope", "You divided by 2;")
def my_weighted_slope(scores, labels, weight):
    return torch.where(labels == 0, weight, 1.0) * (torch.sigmoid(scores) - labels) / 2


@wrong("04.weighted_slope", "You made the factor")
def my_weighted_slope(scores, labels, weight):
    return torch.where(scores <= 0, weight, 1.0) * (torch.sigmoid(scores) - labels) / len(labels)


@wrong("04.weighted_slope", "The slopes are added")
def my_weighted_slope(scores, labels, weight):
    return (torch.where(labels == 0, weight, 1.0) * (torch.sigmoid(scores) - labels)).mean()


@wrong("04.weighted_slope", "You divided by the sum")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, weight, 1.0)
    return w / w.sum() * (torch.sigmoid(scores) - labels)


@wrong("04.weighted_slope", "You squared probability")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, weight, 1.0)
    return w * (torch.sigmoid(scores) - labels) ** 2 / len(labels)


@wrong("04.weighted_slope", "You let the malignant count weight -")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, weight - 1, 1.0)
    return w * (torch.sigmoid(scores) - labels) / len(labels)


@right("04.weighted_slope")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, weight, 1.0)
    return w * (torch.sigmoid(scores) - w * labels) / len(labels)


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


@wrong("04.loss", "no slope comes back")
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


@right("04.loss")
def my_loss(scores, labels):
    return (
        torch.relu(scores) - labels * scores + torch.log1p(torch.exp(-torch.abs(scores)))
    ).mean()


@right("04.loss")
def my_loss(scores, labels):
    return -(labels * F.logsigmoid(scores) + (1 - labels) * F.logsigmoid(-scores)).mean()


@right("04.loss")
def my_loss(scores, labels):
    return nn.BCEWithLogitsLoss()(scores, labels)


@right("04.loss")
def my_loss(scores, labels):
    total = 0
    for z, y in zip(scores, labels):
        total = total + torch.logaddexp(z, torch.zeros(())) - y * z
    return total / len(scores)


@wrong("04.loss", "no slope comes back")
def my_loss(scores, labels):
    return (torch.logaddexp(scores, torch.zeros_like(scores)) - labels * scores).mean().detach()


@wrong("04.loss", "no slope comes back")
def my_loss(scores, labels):
    with torch.no_grad():
        return F.binary_cross_entropy_with_logits(scores, labels)


@wrong("04.loss", "nan_to_num hides the")
def my_loss(scores, labels):
    p = torch.sigmoid(scores)
    return torch.nan_to_num(
        -(labels * torch.log(p) + (1 - labels) * torch.log(1 - p)), nan=0.0, posinf=1000.0
    ).mean()


@wrong("04.loss", "The sum inside the log ran")
def my_loss(scores, labels):
    return F.cross_entropy(scores, labels)


@wrong("04.loss", "Scores and labels are averaged")
def my_loss(scores, labels):
    return F.softplus(scores).mean() - labels.mean() * scores.mean()


@wrong("04.loss", "The labels are multiplied")
def my_loss(scores, labels):
    return (torch.logaddexp(scores, torch.tensor(0.0)) - labels).mean()


@wrong("04.loss", "The sum inside the log is e^z + 1;")
def my_loss(scores, labels):
    return (torch.logaddexp(-scores, torch.tensor(0.0)) - labels * scores).mean()


@wrong("04.loss", "In front stands max(z, 0), clamp(min=0);")
def my_loss(scores, labels):
    return (torch.log(1 + torch.exp(-scores.abs())) + scores.clamp(max=0) - labels * scores).mean()


@wrong("04.loss", "The logarithm is the natural one, torch.log, not log10.")
def my_loss(scores, labels):
    return (
        torch.log10(1 + torch.exp(-scores.abs())) + scores.clamp(min=0) - labels * scores
    ).mean()


@wrong("04.loss", "The logarithm is the natural one, torch.log, not log2.")
def my_loss(scores, labels):
    return (torch.log2(1 + torch.exp(-scores.abs())) + scores.clamp(min=0) - labels * scores).mean()


@wrong("04.loss", "This is the loss")
def my_loss(scores, labels):
    return -F.logsigmoid(scores).mean()


@wrong("04.loss", "This is twice the")
def my_loss(scores, labels):
    return 2 * F.binary_cross_entropy_with_logits(scores, labels)


@wrong("04.loss", "You divided by the")
def my_loss(scores, labels):
    return F.binary_cross_entropy_with_logits(scores, labels) / len(labels)


# 04.counts, once more


@wrong("04.counts", "they are tensors")
def my_counts(scores, labels):
    found = ((scores <= 0) & (labels == 0)).sum()
    missed = ((scores > 0) & (labels == 0)).sum()
    alarms = ((scores <= 0) & (labels == 1)).sum()
    return found, missed, alarms


@wrong("04.counts", "looked for label 1")
def my_counts(scores, labels):
    found = ((scores > 0) & (labels == 1)).sum().item()
    missed = ((scores <= 0) & (labels == 1)).sum().item()
    alarms = ((scores > 0) & (labels == 0)).sum().item()
    return found, missed, alarms


@wrong("04.counts", "Input dtype must be either a floating point or complex")
def my_counts(scores, labels):
    p = torch.sigmoid(scores).round()
    return (
        ((p == 0) & (labels == 0)).sum().item(),
        ((p == 1) & (labels == 0)).sum().item(),
        ((p == 0) & (labels == 1)).mean().item(),
    )


@wrong("04.counts", "A score of exactly")
def my_counts(scores, labels):
    found = missed = alarms = 0
    for s, y in zip(scores, labels):
        if s < 0 and y == 0:
            found += 1
        elif s > 0 and y == 0:
            missed += 1
        elif s < 0 and y == 1:
            alarms += 1
    return found, missed, alarms


@wrong("04.counts", "Missed and alarms are swapped")
def my_counts(scores, labels):
    m = scores <= 0
    return (
        int((m & (labels == 0)).sum()),
        int((m & (labels == 1)).sum()),
        int((~m & (labels == 0)).sum()),
    )


@right("04.counts")
def my_counts(scores, labels):
    s, y = scores.tolist(), labels.tolist()
    return (
        sum(a <= 0 and b == 0 for a, b in zip(s, y)),
        sum(a > 0 and b == 0 for a, b in zip(s, y)),
        sum(a <= 0 and b == 1 for a, b in zip(s, y)),
    )


# 04.loss, once more


@wrong("04.loss", "log infinite")
def my_loss(scores, labels):
    p = torch.sigmoid(scores)
    return -(labels * p.log() + (1 - labels) * (1 - p).log()).mean()


@wrong("04.loss", "Cutting the probability")
def my_loss(scores, labels):
    p = torch.sigmoid(scores).clamp(1e-6, 1 - 1e-6)
    return -(labels * p.log() + (1 - labels) * (1 - p).log()).mean()


@wrong("04.loss", "part with 1 - y")
def my_loss(scores, labels):
    return -(labels * F.logsigmoid(scores)).mean()


@wrong("04.loss", "adds the losses up")
def my_loss(scores, labels):
    return F.binary_cross_entropy_with_logits(scores, labels, reduction="sum")


@wrong("04.loss", "exponent must be -|z|")
def my_loss(scores, labels):
    return (scores.clamp(min=0) - scores * labels + torch.log(1 + torch.exp(scores))).mean()


@right("04.loss")
def my_loss(scores, labels):
    sign = 2 * labels - 1
    return F.softplus(-sign * scores).mean()


# 04.prepare, once more


@wrong("04.prepare", "by its own numbers")
def my_prepare(train, test):
    return (train - train.mean(0)) / train.std(0, correction=0), (test - test.mean(0)) / test.std(
        0, correction=0
    )


@wrong("04.prepare", "divided by N - 1")
def my_prepare(train, test):
    m, s = train.mean(0), train.std(0)
    return (train - m) / s, (test - m) / s


@wrong("04.prepare", "One mean and one standard deviation were used for all")
def my_prepare(train, test):
    m, s = train.mean(), train.std(correction=0)
    return (train - m) / s, (test - m) / s


@wrong("04.prepare", "Divided by the variance")
def my_prepare(train, test):
    m, v = train.mean(0), train.var(0, correction=0)
    return (train - m) / v, (test - m) / v


@wrong("04.prepare", "changed argument 1 in place")
def my_prepare(train, test):
    m, s = train.mean(0), train.std(0, correction=0)
    train -= m
    train /= s
    return train, (test - m) / s


@right("04.prepare")
def my_prepare(train, test):
    m = train.sum(0) / train.size(0)
    s = ((train - m) ** 2).mean(dim=0) ** 0.5
    return tuple((t - m) / s for t in (train, test))


# 04.weighted_slope, once more


@wrong("04.weighted_slope", "Everybody got the weight")
def my_weighted_slope(scores, labels, weight):
    return weight * (torch.sigmoid(scores) - labels) / len(labels)


@wrong("04.weighted_slope", "went to the benign")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 1, weight, 1.0)
    return w * (torch.sigmoid(scores) - labels) / len(labels)


@wrong("04.weighted_slope", "You divided by the sum")
def my_weighted_slope(scores, labels, weight):
    w = torch.where(labels == 0, weight, 1.0)
    return w * (torch.sigmoid(scores) - labels) / w.sum()


@wrong("04.weighted_slope", "σ(1 - σ)")
def my_weighted_slope(scores, labels, weight):
    p = torch.sigmoid(scores)
    w = 1 + (weight - 1) * (1 - labels)
    return w * (p - labels) * p * (1 - p) / len(labels)


@right("04.weighted_slope")
def my_weighted_slope(scores, labels, weight):
    s = scores.detach().clone().requires_grad_()
    (
        F.binary_cross_entropy_with_logits(s, labels, reduction="none")
        * (labels + (1 - labels) * weight)
    ).mean().backward()
    return s.grad
