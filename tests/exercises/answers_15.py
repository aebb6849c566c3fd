"""Lesson 15: answers as learners write them; see ``answers``."""

import math

import numpy
import numpy as np
import torch
from torch.nn import functional as F

from .answers import right, wrong

# 15.parameters


@wrong("15.parameters", "output matrix is missing")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if False:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "there is one table, not two")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if True:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "the wrong way round")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "token table is missing")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = 0
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "counted C wide;")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * C + C * C + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "Here out is")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "you count one for both")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "three matrices, not two")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden
        total += C + C
    return total + C


@wrong("15.parameters", "you count one.")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C
    return total + C


@wrong("15.parameters", "count a β")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += 4 * C
    return total + 2 * C


@wrong("15.parameters", "after the last block is missing: C more")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total


@wrong("15.parameters", "not once a block.")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += 3 * C
    return total


@wrong("15.parameters", "one block; there are n_layer")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(1):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@wrong("15.parameters", "returns nothing")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    total + C


@right("15.parameters")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C


@right("15.parameters")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    return (2 - tied) * V * C + C + n_layer * C * (2 * C + 2 * kv + 3 * hidden + 2)


right("15.parameters")(
    lambda V, n, C, h, kv, tied: (
        sum([V * C] * (1 if tied else 2)) + C + n * (C * (C + C + kv + kv) + C * h * 3 + C + C)
    )
)


# 15.power_law


@wrong("15.power_law", "floor was not taken off")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "floor was added")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses + floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "its sign turned")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), slope.item())


@wrong("15.power_law", "yours is that height itself")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (height.item(), -slope.item())


@wrong("15.power_law", "natural in one place")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (10 ** height.item(), -slope.item())


@wrong("15.power_law", "axes are swapped")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(y), y], dim=1)
    y = x
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "The sizes need a logarithm")
def my_power_law(sizes, losses, floor):
    x = sizes
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "The gaps need a logarithm")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = losses - floor
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "in that order")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (-slope.item(), math.exp(height))


@wrong("15.power_law", "Least squares listens to all")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    height = y.mean() - slope * x.mean()
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "listens to no other")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    height = y[0] - slope * x[0]
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "slopes between neighbours")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    slope = (y.diff() / x.diff()).mean()
    height = y.mean() - slope * x.mean()
    return (math.exp(height), -slope.item())


@wrong("15.power_law", "returns nothing")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    (math.exp(height), -slope.item())


@right("15.power_law")
def my_power_law(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return (math.exp(height), -slope.item())


@right("15.power_law")
def my_power_law(sizes, losses, floor):
    x, y = (numpy.log(sizes.numpy()), numpy.log((losses - floor).numpy()))
    slope, height = numpy.polyfit(x, y, 1)
    return (float(numpy.exp(height)), float(-slope))


@right("15.power_law")
def my_power_law(sizes, losses, floor):
    x, y = (sizes.log10(), (losses - floor).log10())
    b = -((x * y).mean() - x.mean() * y.mean()) / ((x * x).mean() - x.mean() ** 2)
    return (10 ** (y.mean() + b * x.mean()).item(), b.item())


# 15.answer_targets


@wrong("15.answer_targets", "first id of the answer does not count")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t < start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "last id of the question counts as a target")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 2 < start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "but all of them count")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if False:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "other way round")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 >= start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "not one place further on")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[:-1].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "the number that cross_entropy passes over")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = 0
    return (inputs, targets)


@wrong("15.answer_targets", "The question was cut off")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (ids[start - 1 : -1].clone(), ids[start:].clone())


@wrong("15.answer_targets", "it has no next one")
def my_answer_targets(ids, start):
    inputs = ids.clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "inputs first")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (targets, inputs)


@wrong("15.answer_targets", "a view of ids")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:]
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "Only one target is marked")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 == start:
            targets[t] = -100
    return (inputs, targets)


@wrong("15.answer_targets", "shifted the wrong way")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    m = ids[:-1].clone()
    m[:start] = -100
    return (ids[1:].clone(), m)


@wrong("15.answer_targets", "returns nothing")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    (inputs, targets)


@right("15.answer_targets")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return (inputs, targets)


@right("15.answer_targets")
def my_answer_targets(ids, start):
    places = torch.arange(1, len(ids))
    return (ids[:-1], torch.where(places < start, -100, ids[1:]))


@right("15.answer_targets")
def my_answer_targets(ids, start):
    return (ids[:-1], torch.cat([torch.full((start - 1,), -100), ids[start:]]))


# 15.parallel


@wrong("15.parallel", "once for every worker")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total + len(parts) * bias


@wrong("15.parallel", "are averaged")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total / len(parts) + bias


@wrong("15.parallel", "the bias too")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return (total + bias) / len(parts)


@wrong("15.parallel", "bias of down is missing")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total


@wrong("15.parallel", "biases of up are missing")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up)
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "outside GELU")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up) + up_bias
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "GELU is missing")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = x @ up + up_bias
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "approximate GELU")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias, approximate="tanh")
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "ReLU is not")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.relu(x @ up + up_bias)
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "one worker's share")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts[:1]:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total + bias


@wrong("15.parallel", "x itself was added")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return x + total + bias


@right("15.parallel")
def my_parallel(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total + bias


@right("15.parallel")
def my_parallel(x, parts, bias):
    ups, biases, downs = zip(*parts)
    return F.linear(F.gelu(x @ torch.cat(ups, 1) + torch.cat(biases)), torch.cat(downs).T, bias)


# 15.parameters, once more


@wrong("15.parameters", "the wrong way round")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    return V * C + n_layer * block + C + V * C * tied


@wrong("15.parameters", "counted C wide;")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 4 * C * C + 3 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "three matrices, not two")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 2 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "stands where C belongs")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * kv * kv + 3 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "count a β")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 4 * C
    return V * C * (1 if tied else 2) + n_layer * block + 2 * C


@wrong("15.parameters", "Here out is")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "after the last block is missing: C more")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block


@wrong("15.parameters", "the number 3 must be 2")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 3 * C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "stands where C belongs")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * hidden * hidden + 2 * C
    return V * C * (1 if tied else 2) + n_layer * block + C


@wrong("15.parameters", "One slip explains all your answers")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2
    return V * C * (1 if tied else 2) + n_layer * block + C


@right("15.parameters")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    n = V * C + C
    if not tied:
        n += C * V
    for _ in range(n_layer):
        n += C * C + C * kv + C * kv + C * C
        n += 2 * C * hidden + hidden * C
        n += C + C
    return n


# 15.power_law, once more


@wrong("15.power_law", "floor was not taken off")
def my_power_law(sizes, losses, floor):
    x, y = np.log(sizes), np.log(losses)
    b, a = np.polyfit(x, y, 1)
    return math.exp(a), -b


@wrong("15.power_law", "its sign turned")
def my_power_law(sizes, losses, floor):
    x, y = np.log(sizes), np.log(losses - floor)
    b, a = np.polyfit(x, y, 1)
    return math.exp(a), b


@wrong("15.power_law", "polyfit gives the highest power first, so the slope, then")
def my_power_law(sizes, losses, floor):
    x, y = np.log(sizes), np.log(losses - floor)
    a, b = np.polyfit(x, y, 1)
    return math.exp(a), -b


@wrong("15.power_law", "You divided by the squares of the gaps' logarithms")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = ((x - x.mean()) * (y - y.mean())).sum() / ((y - y.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).exp().item(), -b.item()


@wrong("15.power_law", "where it must be added")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = -((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).exp().item(), b.item()


@wrong("15.power_law", "yours is that height itself")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).item(), -b.item()


@wrong("15.power_law", "natural in one place")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log2(), (losses - floor).log2()
    b = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).exp().item(), -b.item()


@wrong("15.power_law", "The floor comes off the losses, before the logarithm")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), losses.log() - floor
    b = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).exp().item(), -b.item()


@wrong("15.power_law", "divides by N - 1 unless it is told correction=0")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = ((x - x.mean()) * (y - y.mean())).mean() / x.var()
    return (y.mean() - b * x.mean()).exp().item(), -b.item()


@wrong("15.power_law", "The values are right, but they are tensors")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - b * x.mean()).exp(), -b


@right("15.power_law")
def my_power_law(sizes, losses, floor):
    slope, height = np.polyfit(np.log(sizes.numpy()), np.log((losses - floor).numpy()), 1)
    return math.exp(height), -slope


# 15.answer_targets, once more


@wrong("15.answer_targets", "a view of ids")
def my_answer_targets(ids, start):
    x, y = ids[:-1], ids[1:]
    y[: start - 1] = -100
    return x, y


@wrong("15.answer_targets", "first id of the answer does not count")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].clone()
    y[:start] = -100
    return x, y


@wrong("15.answer_targets", "other way round")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].clone()
    y[start - 1 :] = -100
    return x, y


@wrong("15.answer_targets", "Only one target is marked")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].clone()
    y[start - 1] = -100
    return x, y


@wrong("15.answer_targets", "but all ids are read, and each place has the id after it")
def my_answer_targets(ids, start):
    return ids[:start], ids[start:]


@wrong("15.answer_targets", "not one place further on")
def my_answer_targets(ids, start):
    y = ids.clone()
    y[:start] = -100
    return ids, y


@wrong("15.answer_targets", "The numbers are right, but their dtype is float32 and")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].float()
    y[: start - 1] = -100
    return x, y


@wrong("15.answer_targets", "The values are right, but the answer must be a tensor and")
def my_answer_targets(ids, start):
    x, y = ids[:-1].tolist(), ids[1:].tolist()
    for i in range(start - 1):
        y[i] = -100
    return x, y


@wrong("15.answer_targets", "begins at 0, and must begin at 1")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].clone()
    for i in range(start):
        y[i - 1] = -100
    return x, y


@wrong("15.answer_targets", "You compare the ids with start")
def my_answer_targets(ids, start):
    x, y = ids[:-1].clone(), ids[1:].clone()
    y[y < start] = -100
    return x, y


@right("15.answer_targets")
def my_answer_targets(ids, start):
    where = torch.arange(1, len(ids))
    return ids[:-1], torch.where(where < start, -100, ids[1:])


# 15.parallel, once more


@wrong("15.parallel", "are averaged")
def my_parallel(x, parts, bias):
    outputs = [F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts]
    return sum(outputs) / len(outputs) + bias


@wrong("15.parallel", "once for every worker")
def my_parallel(x, parts, bias):
    outputs = [F.gelu(x @ up + up_bias) @ down + bias for up, up_bias, down in parts]
    return sum(outputs)


@wrong("15.parallel", "output with shape [2] doesn't match the broadcast shape")
def my_parallel(x, parts, bias):
    total = bias
    for up, up_bias, down in parts:
        total += F.gelu(x @ up + up_bias) @ down
    return total


@wrong("15.parallel", "all of them read the same x, and their shares are added")
def my_parallel(x, parts, bias):
    for up, up_bias, down in parts:
        x = F.gelu(x @ up + up_bias) @ down
    return x + bias


@wrong("15.parallel", "You put the workers' shares side by side")
def my_parallel(x, parts, bias):
    outputs = [F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts]
    return torch.cat(outputs, dim=1) + bias


@wrong("15.parallel", "takes all numbers together")
def my_parallel(x, parts, bias):
    outputs = [F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts]
    return torch.stack(outputs).sum() + bias


@wrong("15.parallel", "outside GELU")
def my_parallel(x, parts, bias):
    outputs = [F.gelu(x @ up) + up_bias @ down for up, up_bias, down in parts]
    return sum(outputs) + bias


@wrong("15.parallel", "one worker's share")
def my_parallel(x, parts, bias):
    total = 0
    for up, up_bias, down in parts:
        total = F.gelu(x @ up + up_bias) @ down
    return total + bias


@wrong("15.parallel", "one worker's share")
def my_parallel(x, parts, bias):
    total = 0
    for up, up_bias, down in parts:
        total = total + F.gelu(x @ up + up_bias) @ down
        return total + bias


@wrong("15.parallel", "bias is that of down")
def my_parallel(x, parts, bias):
    return sum(F.gelu(x @ up + up_bias + bias) @ down for up, up_bias, down in parts)


@right("15.parallel")
def my_parallel(x, parts, bias):
    up = torch.cat([p[0] for p in parts], 1)
    b = torch.cat([p[1] for p in parts])
    down = torch.cat([p[2] for p in parts], 0)
    return F.linear(F.gelu(F.linear(x, up.T, b)), down.T, bias)


@wrong("15.answer_targets", "You mask start - 2 targets")
def my_answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    targets[: start - 2] = -100
    return inputs, targets


@wrong("15.answer_targets", "The answer's first two ids")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t <= start:
            targets[t] = -100
    return inputs, targets


@wrong("15.parameters", "as in GPT-2")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 4 * C * C + 2 * C * hidden + 4 * C
    return V * C * (1 if tied else 2) + n_layer * block + 2 * C


@wrong("15.parameters", "Where the two are tied, the norm")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    if tied:
        return V * C + n_layer * block
    return 2 * V * C + n_layer * block + C


@wrong("15.parameters", "Only the attention")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    attention = 2 * C * C + 2 * C * kv
    feed_forward = 3 * C * hidden
    tables = V * C if tied else 2 * V * C
    return tables + n_layer * attention + feed_forward + 2 * C + C


@wrong("15.parameters", "you count 1")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2
    return (1 if tied else 2) * V * C + n_layer * block + 1


@wrong("15.parameters", "You count it kv")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = C * C + 3 * C * kv + 3 * C * hidden + 2 * C
    return (1 if tied else 2) * V * C + n_layer * block + C


@wrong("15.power_law", "you added up")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y - slope * x).sum().exp().item(), -slope.item()


@wrong("15.power_law", "two spreads")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = -y.std() / x.std()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "first point alone")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    a = (losses[0] - floor) / sizes[0] ** slope
    return a.item(), -slope.item()


@wrong("15.power_law", "outside the logarithms")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    a = ((losses - floor) / sizes**slope).mean()
    return a.item(), -slope.item()


@wrong("15.power_law", "square first, then add up")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).sum() ** 2
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "parentheses around")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - slope * x.mean().exp()).item(), -slope.item()


@wrong("15.answer_targets", "one -100 too many")
def my_answer_targets(ids, start):
    return ids[:-1], torch.cat([torch.full((start,), -100), ids[start:]])


@wrong("15.answer_targets", "counts from the end")
def my_answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    targets[:-start] = -100
    return inputs, targets


@wrong("15.answer_targets", "mask begins at target 1")
def my_answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    for t in range(1, start):
        targets[t] = -100
    return inputs, targets


@wrong("15.answer_targets", "Your ids are int32")
def my_answer_targets(ids, start):
    targets = ids[1:].clone().int()
    targets[: start - 1] = -100
    return ids[:-1].int(), targets


@wrong("15.parallel", "before GELU; each goes")
def my_parallel(x, parts, bias):
    hidden = sum(x @ up + up_bias for up, up_bias, down in parts)
    return F.gelu(hidden) @ parts[0][2] + bias


@wrong("15.parallel", "are multiplied")
def my_parallel(x, parts, bias):
    out = 1
    for up, up_bias, down in parts:
        out = out * (F.gelu(x @ up + up_bias) @ down)
    return out + bias


@wrong("15.parallel", "another activation")
def my_parallel(x, parts, bias):
    return sum(F.silu(x @ up + b) @ down for up, b, down in parts) + bias


@wrong("15.parameters", "two norms of its own")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden
    return (2 - tied) * V * C + n_layer * block + 3 * C


@wrong("15.parameters", "The gate is a matrix")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 2 * C * hidden + hidden + 2 * C
    return (2 - tied) * V * C + n_layer * block + C


@wrong("15.parameters", "attention is counted once")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    attention = 2 * C * C + 2 * C * kv
    feed_forward = n_layer * 3 * C * hidden
    return (2 - tied) * V * C + attention + feed_forward + n_layer * 2 * C + C


@wrong("15.power_law", "log1p adds 1")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log1p(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "is the wrong way round")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (floor - losses).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "come off in the products")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = (x * y).mean() / ((x - x.mean()) ** 2).mean()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "you took the median")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.median() - slope * x.median()).exp().item(), -slope.item()


@wrong("15.power_law", "its square, var")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).mean() / x.std(correction=0)
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.answer_targets", "Only the answer's first id")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = torch.full_like(inputs, -100)
    targets[start - 1] = ids[start]
    return inputs, targets


@wrong("15.answer_targets", "stand from target start - 1 on")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = torch.full_like(inputs, -100)
    targets[start:] = ids[start:]
    return inputs, targets


@wrong("15.parallel", "Only the largest")
def my_parallel(x, parts, bias):
    shares = torch.stack([F.gelu(x @ u + b) @ d for u, b, d in parts])
    return shares.max(dim=0).values + bias


@wrong("15.parallel", "stands where b belongs")
def my_parallel(x, parts, bias):
    return sum(F.gelu(x @ u + bias) @ d for u, b, d in parts) + bias


@wrong("15.parallel", "`gelu` does not belong")
def my_parallel(x, parts, bias):
    return F.gelu(sum(F.gelu(x @ u + b) @ d for u, b, d in parts) + bias)


@wrong("15.parallel", "come back one by one")
def my_parallel(x, parts, bias):
    return [F.gelu(x @ u + b) @ d + bias for u, b, d in parts]


@wrong("15.parallel", "call it bias as well")
def my_parallel(x, parts, bias):
    total = 0
    for up, bias, down in parts:
        total = total + F.gelu(x @ up + bias) @ down
    return total + bias


@right("15.power_law")
def my_power_law(sizes, losses, floor):
    x, y, n = sizes.log(), (losses - floor).log(), len(sizes)
    m = (n * (x * y).sum() - x.sum() * y.sum()) / (n * (x * x).sum() - x.sum() ** 2)
    c = (y.sum() - m * x.sum()) / n
    return math.exp(c), -float(m)


@right("15.answer_targets")
def my_answer_targets(ids, start):
    inputs = ids[:-1].clone()
    targets = torch.full_like(inputs, -100)
    targets[start - 1 :] = ids[start:]
    return inputs, targets


@wrong("15.parameters", "Queries, keys and values have no bias")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + C + 2 * kv + 3 * C * hidden + 2 * C
    return (1 if tied else 2) * V * C + n_layer * block + C


@wrong("15.parameters", "(C, kv) twice")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 3 * C * C + 3 * C * hidden + 2 * C
    return (1 if tied else 2) * V * C + n_layer * block + C


@wrong("15.parameters", "you add V and C")
def my_parameters(V, n_layer, C, hidden, kv, tied):
    block = 2 * C * C + 2 * C * kv + 3 * C * hidden + 2 * C
    return (1 if tied else 2) * (V + C) + n_layer * block + C


@wrong("15.power_law", "absolute value of")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).abs().sum()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


@wrong("15.power_law", "tuple(...)")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return torch.stack([(y.mean() - slope * x.mean()).exp(), -slope])


@wrong("15.power_law", "factor `x.mean()` is missing")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - slope).exp().item(), -slope.item()


@wrong("15.power_law", "gives -0.5 on the input below, where -1.0 is needed")
def my_power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    b = ((x - x.mean()) * (y - y.mean())).mean() / x.std() / y.std()
    a = (y.mean() - b * x.mean()).exp()
    return a.item(), -b.item()


@wrong("15.answer_targets", "stands where targets belongs")
def my_answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    inputs[: start - 1] = -100
    return inputs, targets


@wrong("15.answer_targets", "The inputs are the question alone")
def my_answer_targets(ids, start):
    inputs, targets = ids[:start].clone(), ids[1:].clone()
    targets[: start - 1] = -100
    return inputs, targets


@wrong("15.answer_targets", "the number 0 must be -100")
def my_answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    inputs[start:] = 0
    targets[: start - 1] = 0
    return inputs, targets


@wrong("15.answer_targets", "You compare the ids with start")
def my_answer_targets(ids, start):
    x = ids[:-1]
    y = ids[1:].clone()
    y[x < start] = -100
    return x, y


@wrong("15.parallel", "back through up")
def my_parallel(x, parts, bias):
    return sum(F.gelu(x @ up + up_bias) @ up.T for up, up_bias, down in parts) + bias


@wrong("15.parallel", "counted for all")
def my_parallel(x, parts, bias):
    up, up_bias, down = parts[0]
    return len(parts) * (F.gelu(x @ up + up_bias) @ down) + bias


@wrong("15.parallel", "goes along dim=0 unless")
def my_parallel(x, parts, bias):
    shares = torch.stack([F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts])
    return shares.sum(dim=1) + bias


@wrong("15.parallel", "down stands inside GELU")
def my_parallel(x, parts, bias):
    total = bias
    for up, up_bias, down in parts:
        total = total + F.gelu(x @ up + up_bias @ down)
    return total


@wrong("15.parallel", "leaves something out")
def my_parallel(x, parts, bias):
    return sum(F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts[:-1]) + bias
