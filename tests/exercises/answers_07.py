"""Lesson 07: answers as learners write them; see ``answers``."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 07.rows


@wrong("07.rows", "the inputs themselves")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places])


@wrong("07.rows", "must stand one place after")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places - 1])


@wrong("07.rows", "shifted by two")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places + 2])


@wrong("07.rows", "are shifted too")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts) + 1
    return (windows[places], windows[places + 1])


@wrong("07.rows", "rolled round")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places].roll(-1, 1))


@wrong("07.rows", "The two are swapped")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places + 1], windows[places])


@wrong("07.rows", "Only the last target")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], ids[places + T])


@wrong("07.rows", "whole rows of T + 1")
def my_rows(ids, starts, T):
    return torch.stack([ids[s : s + T + 1] for s in starts])


@wrong("07.rows", "one character short")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T - 1, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places + 1])


@wrong("07.rows", "in a column")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places].T, windows[places + 1].T)


@wrong("07.rows", "in one: stack")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places].flatten(), windows[places + 1].flatten())


@wrong("07.rows", "Only the first row")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts[:1])
    return (windows[places], windows[places + 1])


@wrong("07.rows", "order of their starts")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(sorted(starts))
    return (windows[places], windows[places + 1])


@wrong("07.rows", "starts are not used")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.arange(len(starts))
    return (windows[places], windows[places + 1])


@wrong("07.rows", "one tensor with both")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return torch.stack([windows[places], windows[places + 1]])


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    x = [ids[s : s + T].tolist() for s in starts]
    return (x, [ids[s + 1 : s + T + 1].tolist() for s in starts])


@right("07.rows")
def my_rows(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return (windows[places], windows[places + 1])


@right("07.rows")
def my_rows(ids, starts, T):
    places = torch.tensor(starts)[:, None] + torch.arange(T)
    return (ids[places], ids[places + 1])


@right("07.rows")
def my_rows(ids, starts, T):
    both = torch.stack([ids[s : s + T + 1] for s in starts])
    return [both[:, :-1], both[:, 1:]]


@right("07.rows")
def my_rows(ids, starts, T):
    x, y = [], []
    for s in starts:
        x.append(ids[s : s + T])
        y.append(ids[s + 1 : s + 1 + T])
    return torch.stack(x), torch.stack(y)


@right("07.rows")
def my_rows(ids, starts, T):
    x = torch.zeros(len(starts), T, dtype=torch.long)
    y = torch.zeros_like(x)
    for b in range(len(starts)):
        for t in range(T):
            x[b, t] = ids[starts[b] + t]
            y[b, t] = ids[starts[b] + t + 1]
    return x, y


@right("07.rows")
def my_rows(ids, starts, T):
    rows = torch.cat([ids[s : s + T + 1] for s in starts]).view(len(starts), -1)
    return rows[:, :T], rows[:, 1:]


@right("07.rows")
def my_rows(ids, starts, T):
    return tuple(torch.vstack([ids[s + k : s + k + T] for s in starts]) for k in (0, 1))


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    inputs = torch.stack(ids[s : s + T] for s in starts)
    targets = torch.stack(ids[s + 1 : s + T + 1] for s in starts)
    return inputs, targets


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    inputs = [ids[s : s + T] for s in starts]
    targets = [ids[s + 1 : s + T + 1] for s in starts]
    return inputs, targets


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    inputs = torch.tensor([ids[s : s + T] for s in starts])
    targets = torch.tensor([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


@wrong("07.rows", "ids[s : T] ends")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s:T] for s in starts])
    targets = torch.stack([ids[s + 1 : T + 1] for s in starts])
    return inputs, targets


@wrong("07.rows", "The targets end one")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T] for s in starts])
    return inputs, targets


@wrong("07.rows", "Only the last row")
def my_rows(ids, starts, T):
    for s in starts:
        inputs = ids[s : s + T]
        targets = ids[s + 1 : s + T + 1]
    return inputs, targets


@wrong("07.rows", "Only the first row")
def my_rows(ids, starts, T):
    for s in starts:
        inputs = torch.stack([ids[s : s + T]])
        targets = torch.stack([ids[s + 1 : s + T + 1]])
        return inputs, targets


@wrong("07.rows", "starts are not used")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in range(len(starts))])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in range(len(starts))])
    return inputs, targets


@wrong("07.rows", "You added 1 to")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s : s + T] + 1 for s in starts])
    return inputs, targets


@wrong("07.rows", "The targets end one")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = inputs[:, 1:]
    return inputs, targets


@wrong("07.rows", "one character short")
def my_rows(ids, starts, T):
    rows = torch.stack([ids[s : s + T] for s in starts])
    return rows[:, :-1], rows[:, 1:]


@wrong("07.rows", "You cut off the")
def my_rows(ids, starts, T):
    rows = torch.stack([ids[s : s + T + 1] for s in starts])
    return rows[:-1], rows[1:]


@wrong("07.rows", "in a column")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts], dim=1)
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts], dim=1)
    return inputs, targets


@wrong("07.rows", "All parts: The numbers")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts]).float()
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts]).float()
    return inputs, targets


@wrong("07.rows", "All parts: The numbers")
def my_rows(ids, starts, T):
    inputs = torch.zeros(len(starts), T)
    targets = torch.zeros(len(starts), T)
    for i, s in enumerate(starts):
        inputs[i] = ids[s : s + T]
        targets[i] = ids[s + 1 : s + T + 1]
    return inputs, targets


@wrong("07.rows", "order of their starts")
def my_rows(ids, starts, T):
    starts.sort()
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


@wrong("07.rows", "Each target is one")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + T + 1] for s in starts])
    return inputs, targets


@wrong("07.rows", "The inputs begin one")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s - 1 : s + T - 1] for s in starts])
    targets = torch.stack([ids[s : s + T] for s in starts])
    return inputs, targets


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    inputs = ids[starts : starts + T]
    targets = ids[starts + 1 : starts + T + 1]
    return inputs, targets


@wrong("07.rows", "Your function prints its")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    print(inputs, targets)


@wrong("07.rows", "The two are swapped")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return targets, inputs


@wrong("07.rows", "The last row is")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts[:-1]])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts[:-1]])
    return inputs, targets


@wrong("07.rows", "the inputs rolled the")
def my_rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.roll(inputs, 1, dims=1)
    return inputs, targets


@wrong("07.rows", "The text is cut")
def my_rows(ids, starts, T):
    chunks = ids[: len(ids) // T * T].view(-1, T)
    return chunks[:-1], chunks[1:]


@wrong("07.rows", "`flip` does not belong")
def my_rows(ids, starts, T):
    x = torch.stack([ids[s : s + T] for s in starts])
    y = torch.stack([ids[s + 1 : s + T + 1].flip(0) for s in starts])
    return x, y


@wrong("07.rows", "The answer has 2")
def my_rows(ids, starts, T):
    x = [ids[s : s + T] for s in starts]
    y = [ids[s + 1 : s + T + 1] for s in starts]
    return torch.stack(x + y)


@wrong("07.rows", "order of their starts")
def my_rows(ids, starts, T):
    x = torch.stack([ids[s : s + T] for s in set(starts)])
    y = torch.stack([ids[s + 1 : s + T + 1] for s in set(starts)])
    return x, y


@wrong("07.rows", "in one: stack")
def my_rows(ids, starts, T):
    x, y = [], []
    for s in starts:
        x += ids[s : s + T]
        y += ids[s + 1 : s + T + 1]
    return torch.stack(x), torch.stack(y)


# 07.bigram


@wrong("07.bigram", "These are the counts, one added")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts


@wrong("07.bigram", "One is to be added to each, and")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts - 1


@wrong("07.bigram", "One more for every pair is missing")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V)
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "only where nothing was counted")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V).clamp(min=1)
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "only above the line")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V)
    return (counts + 1) / counts.sum(1, keepdim=True)


@wrong("07.bigram", "added only once")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V)
    return (counts + 1) / (counts.sum(1, keepdim=True) + 1)


@wrong("07.bigram", "Rows and columns are swapped")
def my_bigram(ids, V):
    counts = torch.bincount(ids[1:] * V + ids[:-1], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "columns add up to 1")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(0, keepdim=True)


@wrong("07.bigram", "wrong dimension: keep them")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1)


@wrong("07.bigram", "whole table")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum()


@wrong("07.bigram", "occurs twice is counted once")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    counts[ids[:-1], ids[1:]] += 1
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "no neighbours")
def my_bigram(ids, V):
    counts = torch.bincount(ids * V + ids.roll(-1), minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "last pair is missing")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-2] * V + ids[1:-1], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "do not overlap")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1:2] * V + ids[1::2], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "both directions")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    counts = counts + counts.T - 1
    return counts / counts.sum(1, keepdim=True)


@wrong("07.bigram", "softmax to the counts")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts.softmax(1)


@wrong("07.bigram", "These are the logarithms")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    P = counts / counts.sum(1, keepdim=True)
    return P.log()


@right("07.bigram")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)


@right("07.bigram")
def my_bigram(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1
    return counts.double() / counts.sum(1, keepdim=True)


@right("07.bigram")
def my_bigram(ids, V):
    one_hot = F.one_hot(ids, V).double()
    return F.normalize(one_hot[:-1].T @ one_hot[1:] + 1, p=1, dim=1)


@right("07.bigram")
def my_bigram(ids, V):
    counts = torch.zeros(V, V)
    for i in range(len(ids) - 1):
        counts[ids[i], ids[i + 1]] += 1
    counts += 1
    return counts / counts.sum(1, keepdim=True)


@right("07.bigram")
def my_bigram(ids, V):
    P = torch.zeros(V, V)
    for a in range(V):
        for b in range(V):
            n = sum(int(x == a and y == b) for x, y in zip(ids[:-1], ids[1:]))
            P[a, b] = (n + 1) / (sum(int(x == a) for x in ids[:-1]) + V)
    return P


@right("07.bigram")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    counts.index_put_((ids[:-1], ids[1:]), torch.tensor(1.0), accumulate=True)
    return (counts.T / counts.sum(1)).T


@wrong("07.bigram", "No pair was counted:")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a][b] = 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "Each character is paired")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids, ids):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "`range(len(ids))` ends one too")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for i in range(len(ids)):
        counts[ids[i], ids[i + 1]] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "last pair is missing")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for i in range(len(ids) - 2):
        counts[ids[i], ids[i + 1]] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "The first pair is")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for i in range(1, len(ids) - 1):
        counts[ids[i], ids[i + 1]] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "no neighbours")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for i in range(len(ids)):
        counts[ids[i - 1], ids[i]] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "Rows and columns are swapped")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[b, a] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "columns add up to 1")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=0, keepdim=True)


@wrong("07.bigram", "wrong dimension: keep them")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1)


@wrong("07.bigram", "whole table")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum()


@wrong("07.bigram", "One more for every pair is missing")
def my_bigram(ids, V):
    counts = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "one is added to")
def my_bigram(ids, V):
    counts = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True) + 1


@wrong("07.bigram", "Parentheses are missing: /")
def my_bigram(ids, V):
    counts = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts + 1 / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "Every count is divided")
def my_bigram(ids, V):
    counts = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return (counts + 1) / (len(ids) - 1)


@wrong("07.bigram", "this stands inside the")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
        counts = counts / counts.sum(dim=1, keepdim=True)
    return counts


@wrong("07.bigram", "Only the first pair")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
        return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "// cuts off everything")
def my_bigram(ids, V):
    counts = torch.ones(V, V, dtype=torch.long)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts // counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "do not overlap")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[::2], ids[1::2]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "There are more indices")
def my_bigram(ids, V):
    counts = torch.ones(V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "The table has a")
def my_bigram(ids, V):
    counts = torch.ones(len(ids), len(ids))
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "The table ends with")
def my_bigram(ids, V):
    V = ids.max() + 1
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "No pair was counted:")
def my_bigram(ids, V):
    counts = {}
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] = counts.get((a, b), 1) + 1
    return torch.tensor([[counts.get((a, b), 1) for b in range(V)] for a in range(V)])


@wrong("07.bigram", "The values are right,")
def my_bigram(ids, V):
    counts = np.ones((V, V))
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(axis=1, keepdims=True)


@wrong("07.bigram", "`sqrt` does not belong")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True).sqrt()


@wrong("07.bigram", "These are the counts, one added")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    counts / counts.sum(dim=1, keepdim=True)
    return counts


@wrong("07.bigram", "Two loops, one inside")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a in ids[:-1]:
        for b in ids[1:]:
            counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "one is added to")
def my_bigram(ids, V):
    P = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        P[a, b] += 1 / (len(ids) - 1)
    return P + 1


@wrong("07.bigram", "Rows and columns are swapped")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[1:], ids[:-1]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "These are the counts, one added")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    for row in counts:
        row = row / row.sum()
    return counts


@wrong("07.bigram", "the number 2 must")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[2:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


@wrong("07.bigram", "`log` does not belong")
def my_bigram(ids, V):
    counts = torch.ones(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        counts[a, b] += 1
    return counts.log() / counts.sum(dim=1, keepdim=True).log()


# 07.cross_entropy


@wrong("07.cross_entropy", "*predicted* character")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.max(1).values.mean()


@wrong("07.cross_entropy", "share of wrong predictions")
def my_cross_entropy(z, y):
    return (z.argmax(1) != y).double().mean()


@wrong("07.cross_entropy", "not finite for large")
def my_cross_entropy(z, y):
    p = torch.softmax(z, 1)
    return -p[range(len(y)), y].log().mean()


@wrong("07.cross_entropy", "a small number was added")
def my_cross_entropy(z, y):
    p = torch.softmax(z, 1)
    return -(p[range(len(y)), y] + 1e-09).log().mean()


@wrong("07.cross_entropy", "applied twice")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    z = logits.softmax(-1)
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.gather(1, targets[:, None]).mean()


@wrong("07.cross_entropy", "sign is reversed")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return log_p.gather(1, targets[:, None]).mean()


@wrong("07.cross_entropy", "sum over all places")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.gather(1, targets[:, None]).sum()


@wrong("07.cross_entropy", "one loss for each place")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.gather(1, targets[:, None])[:, 0]


@wrong("07.cross_entropy", "These are bits")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.div(math.log(2)).gather(1, targets[:, None]).mean()


@wrong("07.cross_entropy", "This is the perplexity")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return (-log_p.gather(1, targets[:, None]).mean()).exp()


@wrong("07.cross_entropy", "logsumexp is missing")
def my_cross_entropy(z, y):
    return -z[range(len(y)), y].mean()


@wrong("07.cross_entropy", "wrong dimension")
def my_cross_entropy(z, y):
    return F.log_softmax(z, 0)[range(len(y)), y].mean().neg()


@wrong("07.cross_entropy", "takes all targets at every")
def my_cross_entropy(z, y):
    return -F.log_softmax(z, 1)[:, y].mean()


@wrong("07.cross_entropy", "every character of the vocabulary")
def my_cross_entropy(z, y):
    return -F.log_softmax(z, 1).mean()


@wrong("07.cross_entropy", "1 - p")
def my_cross_entropy(z, y):
    return 1 - z.softmax(1)[range(len(y)), y].mean()


@wrong("07.cross_entropy", "F.cross_entropy is what you")
def my_cross_entropy(z, y):
    return F.cross_entropy(z, y)


@wrong("07.cross_entropy", "F.nll_loss picks")
def my_cross_entropy(z, y):
    return F.nll_loss(F.log_softmax(z, 1), y)


@wrong("07.cross_entropy", "Only the first place")
def my_cross_entropy(z, y):
    for row, k in zip(z, y):
        return torch.logsumexp(row, 0) - row[k]


@right("07.cross_entropy")
def my_cross_entropy(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.gather(1, targets[:, None]).mean()


@right("07.cross_entropy")
def my_cross_entropy(z, y):
    return -torch.log_softmax(z, -1)[range(len(y)), y].mean()


@right("07.cross_entropy")
def my_cross_entropy(z, y):
    total = 0
    for row, k in zip(z, y):
        total += torch.logsumexp(row - row[k], 0)
    return total / len(y)


@right("07.cross_entropy")
def my_cross_entropy(z, y):
    return (torch.logsumexp(z, 1) - (z * F.one_hot(y, z.shape[1])).sum(1)).mean()


@right("07.cross_entropy")
def my_cross_entropy(logits, targets):
    log_p = F.log_softmax(logits, dim=-1)
    return -torch.stack([log_p[t, targets[t]] for t in range(len(targets))]).mean()


@right("07.cross_entropy")
def my_cross_entropy(logits, targets):
    m = logits.max()
    z = logits - logits.amax(1, keepdim=True)
    return (
        z.exp().sum(1).log() - z.gather(1, targets.unsqueeze(1)).squeeze(1)
    ).sum() / logits.shape[0] + 0 * m


@right("07.cross_entropy")
def my_cross_entropy(logits, targets):
    mask = F.one_hot(targets, logits.shape[1]).bool()
    return logits.logsumexp(1).mean() - logits[mask].mean()


@wrong("07.cross_entropy", "not finite for large")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=-1)
    return -p[torch.arange(len(p)), targets].log().mean()


@wrong("07.cross_entropy", "*predicted* character")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=-1)
    predicted = p.argmax(dim=-1)
    return -p[torch.arange(len(p)), predicted].log().mean()


@wrong("07.cross_entropy", "[targets] takes whole rows,")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[targets].mean()


@wrong("07.cross_entropy", "takes all targets at every")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[:, targets].mean()


@wrong("07.cross_entropy", "sign is reversed")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "wrong dimension")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=0)
    return -log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "The values are right,")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[torch.arange(len(log_p)), targets].mean().item()


@wrong("07.cross_entropy", "The values are right,")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits.detach(), dim=-1)
    return -log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "The values are right,")
def my_cross_entropy(logits, targets):
    with torch.no_grad():
        log_p = torch.log_softmax(logits, dim=-1)
        return -log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "The values are right,")
def my_cross_entropy(logits, targets):
    total = 0.0
    for row, k in zip(logits, targets):
        total += (torch.logsumexp(row, 0) - row[k]).item()
    return torch.tensor(total / len(targets))


@wrong("07.cross_entropy", "each round forgets the")
def my_cross_entropy(logits, targets):
    total = 0.0
    for row, k in zip(logits, targets):
        total = torch.logsumexp(row, 0) - row[k]
    return total / len(targets)


@wrong("07.cross_entropy", "keepdim=True is missing: the")
def my_cross_entropy(logits, targets):
    log_p = logits - logits.exp().sum(dim=-1).log()
    return -log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "keepdim=True is missing: `torch.logsumexp(logits,")
def my_cross_entropy(logits, targets):
    log_p = logits - torch.logsumexp(logits, dim=-1)
    return -log_p[torch.arange(len(log_p)), targets].mean()


@wrong("07.cross_entropy", "sign is reversed")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return (right - torch.logsumexp(logits, dim=-1)).mean()


@wrong("07.cross_entropy", "you added `right` where")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return (torch.logsumexp(logits, dim=-1) + right).mean()


@wrong("07.cross_entropy", "exp is missing: log")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return (torch.log(logits.sum(dim=-1)) - right).mean()


@wrong("07.cross_entropy", "one loss for each place")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return torch.logsumexp(logits, dim=-1) - right


@wrong("07.cross_entropy", "You divided by T * V")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return (torch.logsumexp(logits, dim=-1) - right).sum() / logits.numel()


@wrong("07.cross_entropy", "a small number was added")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits.double(), dim=-1)
    return -p[torch.arange(len(p)), targets].clamp(min=1e-30).log().mean()


@wrong("07.cross_entropy", "`log` does not belong")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=-1)
    return -torch.nan_to_num(p[torch.arange(len(p)), targets].log(), neginf=-1000.0).mean()


@wrong("07.cross_entropy", "but only because the")
def my_cross_entropy(logits, targets):
    logits = logits.clamp(-50, 50)
    p = torch.softmax(logits, dim=-1)
    return -p[torch.arange(len(p)), targets].log().mean()


@wrong("07.cross_entropy", "is the mean squared")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=-1)
    return ((p - F.one_hot(targets, logits.shape[1])) ** 2).mean()


@wrong("07.cross_entropy", "1 - p")
def my_cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=-1)
    y = F.one_hot(targets, logits.shape[1])
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


@wrong("07.cross_entropy", "*predicted* character")
def my_cross_entropy(logits, targets):
    return F.cross_entropy(logits, logits.argmax(dim=-1))


@wrong("07.cross_entropy", "F.cross_entropy is what you")
def my_cross_entropy(logits, targets):
    def helper(z, y):
        return F.cross_entropy(z, y)

    return helper(logits, targets)


@wrong("07.cross_entropy", "parentheses are missing after")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[torch.arange(len(log_p)), targets].mean


@wrong("07.cross_entropy", "sum over all places")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -(log_p * F.one_hot(targets, logits.shape[1])).sum()


@wrong("07.cross_entropy", "Index tensor must have")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p.gather(1, targets).mean()


@wrong("07.cross_entropy", "The result is right,")
def my_cross_entropy(logits, targets):
    logits -= logits.max(dim=-1, keepdim=True).values
    right = logits[torch.arange(len(targets)), targets]
    return (logits.exp().sum(dim=-1).log() - right).mean()


@wrong("07.cross_entropy", "Only the first place")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[0, targets[0]]


@wrong("07.cross_entropy", "not finite for large")
def my_cross_entropy(logits, targets):
    z = logits - logits.mean(dim=-1, keepdim=True)
    return (z.exp().sum(-1).log() - z[torch.arange(len(targets)), targets]).mean()


@wrong("07.cross_entropy", "you added up, and")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return torch.logsumexp(logits, dim=-1).sum() - right.mean()


@wrong("07.cross_entropy", "logsumexp runs over all")
def my_cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return torch.logsumexp(logits, dim=(0, 1)) - right.mean()


@wrong("07.cross_entropy", "The values are right,")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -torch.tensor([row[k] for row, k in zip(log_p, targets)]).mean()


@wrong("07.cross_entropy", "Places and targets are")
def my_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p[targets, torch.arange(len(targets))].mean()


# 07.step


@wrong("07.step", "Both mistakes")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows, rows)
    loss = F.cross_entropy(table[inputs].softmax(-1).transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "still given probabilities")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].softmax(-1).transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "Softmax is gone, good")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows, rows)
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "learns backwards")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, 1:], rows[:, :-1])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "targets are rolled")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows, rows.roll(-1, 1))
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "Only the last place")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, [-2]], rows[:, [-1]])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "uphill")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table + lr * slopes)


@wrong("07.step", "rate is missing")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - slopes)


@wrong("07.step", "given back as it was")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table)


@wrong("07.step", "These are the slopes")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), slopes)


@wrong("07.step", "loss is a sum")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets, reduction="sum")
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@wrong("07.step", "table is given back before")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (table - lr * slopes, loss.item())


@wrong("07.step", "Only the table")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return table - lr * slopes


@wrong("07.step", "must be one number")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets, reduction="none")
    (slopes,) = torch.autograd.grad(loss.mean(), table)
    with torch.no_grad():
        return (loss, table - lr * slopes)


@wrong("07.step", "The loss is the one after")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    new = (table - lr * slopes).detach()
    with torch.no_grad():
        return (F.cross_entropy(new[inputs].transpose(1, 2), targets), new)


@right("07.step")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@right("07.step")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.detach(), table - lr * slopes)


@right("07.step")
def my_step(table, rows, lr):
    table = nn.Parameter(table)
    inputs, targets = (rows[:, :-1], rows[:, 1:])
    loss = F.cross_entropy(table[inputs].flatten(0, 1), targets.flatten())
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return (loss.item(), table - lr * slopes)


@right("07.step")
def my_step(table, rows, lr):
    x, y = (rows[:, :-1].flatten(), rows[:, 1:].flatten())
    V = len(table)
    slope = F.one_hot(x, V).float().T @ (table[x].softmax(1) - F.one_hot(y, V)) / len(x)
    return (-table[x].log_softmax(1)[range(len(x)), y].mean(), table - lr * slope)


@right("07.step")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    x, y = rows[:, :-1], rows[:, 1:]
    loss = F.cross_entropy(table[x].transpose(1, 2), y)
    loss.backward()
    with torch.no_grad():
        table -= lr * table.grad
    return loss.item(), table


@right("07.step")
def my_step(table, rows, lr):
    w = table.detach().clone().requires_grad_(True)
    x, y = rows[:, :-1].reshape(-1), rows[:, 1:].reshape(-1)
    loss = F.nll_loss(torch.log_softmax(w[x], -1), y)
    loss.backward()
    return loss, w - lr * w.grad


@right("07.step")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    B, T = rows.shape
    logits = table[rows[:, : T - 1]].view(B * (T - 1), -1)
    loss = F.cross_entropy(logits, rows[:, 1:].flatten())
    optimizer = torch.optim.SGD([table], lr=lr)
    loss.backward()
    optimizer.step()
    return loss.item(), table.detach()


@wrong("07.step", "Expected target size [1,")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits, rows[:, 1:])
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "Has the last character")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "You cut off whole")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "No tensor in this")
def my_step(table, rows, lr):
    table = table.clone()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "still given probabilities")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    p = torch.softmax(table[rows[:, :-1]], dim=-1)
    loss = F.cross_entropy(p.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "[:, targets] takes all")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    p = torch.log_softmax(table[rows[:, :-1]], dim=-1)
    loss = -p.flatten(0, 1)[:, rows[:, 1:].flatten()].mean()
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "Softmax is gone, good")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows]
    loss = F.cross_entropy(logits[:, 1:].flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "A .grad is None")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "The loss is the one after")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    table = table - lr * table.grad
    loss = F.cross_entropy(table[rows[:, :-1]].flatten(0, 1), rows[:, 1:].flatten())
    return loss.item(), table


@wrong("07.step", "this changes the tensor")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    table -= lr * table.grad
    return loss.item(), table


@wrong("07.step", "uphill")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss, table.detach() + lr * table.grad


@wrong("07.step", "Softmax is gone, good")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, :-1].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "An example of each")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-2]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:-1].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "`flatten` does not belong")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]].transpose(1, 2)
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "The logits stand in")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    B, T = rows.shape
    logits = table[rows[:, :-1]].view(B, -1, T - 1)
    loss = F.cross_entropy(logits, rows[:, 1:])
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "The sum of the")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten(), reduction="sum") / len(rows)
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "rate is missing")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - table.grad


@wrong("07.step", "table is given back before")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return table.detach() - lr * table.grad, loss.item()


@wrong("07.step", "this line does not")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "learns backwards")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, 1:]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, :-1].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "cross_entropy is given the")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]].log()
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "You return the method")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item, table.detach() - lr * table.grad


@wrong("07.step", "This is only what")
def my_step(table, rows, lr):
    table.requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), lr * table.grad


@wrong("07.step", "The slopes are divided")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    table.data -= table.grad / lr
    return loss.item(), table.detach()


@wrong("07.step", "No tensor in this")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]].argmax(-1)
    loss = F.cross_entropy(logits.flatten().float(), rows[:, 1:].flatten().float())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "this changes the tensor")
def my_step(table, rows, lr):
    with torch.no_grad():
        table -= 0
    table.requires_grad_()
    loss = F.cross_entropy(table[rows[:, :-1]].flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    with torch.no_grad():
        table -= lr * table.grad
    return loss.item(), table


@wrong("07.step", "`softmax` does not belong")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    loss = F.cross_entropy(table[rows[:, :-1]].flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), (table.detach() - lr * table.grad).softmax(-1)


# 07.rows, once more


@wrong("07.rows", "each is the character one place on from its input")
def my_rows(ids, starts, T):
    return torch.stack([ids[s : s + T] for s in starts]), torch.stack(
        [ids[s + T : s + 2 * T] for s in starts]
    )


@wrong("07.rows", "list")
def my_rows(ids, starts, T):
    return [ids[s : s + T] for s in starts], [ids[s + 1 : s + T + 1] for s in starts]


@wrong("07.rows", "in one: stack")
def my_rows(ids, starts, T):
    return torch.cat([ids[s : s + T] for s in starts]), torch.cat(
        [ids[s + 1 : s + T + 1] for s in starts]
    )


@wrong("07.rows", "The targets end one")
def my_rows(ids, starts, T):
    x, y = [], []
    for s in starts:
        x.append(ids[s : s + T])
        y.append(ids[s + 1 : s + T])
    return torch.stack(x), torch.stack(y)


@right("07.rows")
def my_rows(ids, starts, T):
    w = ids.unfold(0, T + 1, 1)[starts]
    return w[:, :T], w[:, 1:]


# 07.bigram, once more


@wrong("07.bigram", "columns add up to 1")
def my_bigram(ids, V):
    P = torch.ones(V, V)
    for a, b in zip(ids, ids[1:]):
        P[a, b] += 1
    return P / P.sum(dim=0)


@wrong("07.bigram", "occurs twice is counted once")
def my_bigram(ids, V):
    P = torch.ones(V, V)
    P[ids[:-1], ids[1:]] += 1
    return P / P.sum(dim=1, keepdim=True)


@wrong("07.bigram", "the exercise counts every pair once more, + 1")
def my_bigram(ids, V):
    P = torch.zeros(V, V)
    for a, b in zip(ids[:-1], ids[1:]):
        P[a, b] += 1
    P = P + 1 / V
    return P / P.sum(dim=1, keepdim=True)


@wrong("07.bigram", "Rows and columns are swapped")
def my_bigram(ids, V):
    P = torch.ones(V, V)
    for a, b in zip(ids, ids[1:]):
        P[b, a] += 1
    return P / P.sum(dim=1, keepdim=True)


@wrong("07.bigram", "last pair is missing")
def my_bigram(ids, V):
    P = torch.ones(V, V)
    for i in range(len(ids) - 2):
        P[ids[i], ids[i + 1]] += 1
    return P / P.sum(dim=1, keepdim=True)


@right("07.bigram")
def my_bigram(ids, V):
    c = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).view(V, V) + 1.0
    return F.normalize(c, p=1, dim=1)


# 07.cross_entropy, once more


@wrong("07.cross_entropy", "wrong dimension")
def my_cross_entropy(logits, targets):
    lp = logits.log_softmax(dim=0)
    return -lp[torch.arange(len(lp)), targets].mean()


@wrong("07.cross_entropy", "takes all targets at every")
def my_cross_entropy(logits, targets):
    lp = logits.log_softmax(dim=-1)
    return -lp[:, targets].mean()


@wrong("07.cross_entropy", "it must come off the logit of the right character as well")
def my_cross_entropy(logits, targets):
    z = logits - logits.max()
    lse = z.exp().sum(dim=-1).log()
    return (lse - logits[torch.arange(len(logits)), targets]).mean()


@right("07.cross_entropy")
def my_cross_entropy(logits, targets):
    return (torch.logsumexp(logits, 1) - logits.gather(1, targets.unsqueeze(1)).squeeze(1)).mean()


# 07.step, once more


@wrong("07.step", "Softmax is gone, good")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    loss = F.cross_entropy(table[rows].flatten(0, 1), rows.flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "The result is right, but you switched requires_grad on in")
def my_step(table, rows, lr):
    table.requires_grad_()
    loss = F.cross_entropy(table[rows[:, :-1]].flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "Softmax is gone, good")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    loss = F.cross_entropy(table[rows[:, :-1]].flatten(0, 1), rows[:, :-1].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "loss is a sum")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    loss = F.cross_entropy(
        table[rows[:, :-1]].flatten(0, 1), rows[:, 1:].flatten(), reduction="sum"
    )
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad


@right("07.step")
def my_step(table, rows, lr):
    t = nn.Parameter(table.detach().clone())
    x, y = rows[:, :-1], rows[:, 1:]
    loss = -t[x].log_softmax(-1).gather(2, y[..., None]).mean()
    (g,) = torch.autograd.grad(loss, t)
    return float(loss), (t - lr * g).detach()


@wrong("07.step", "twice the rate or twice the slopes")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    (2 * loss).backward()
    return loss.item(), table.detach() - lr * table.grad


@wrong("07.step", "the slopes of the rows were added")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    total = 0
    for row in rows:
        loss = F.cross_entropy(table[row[:-1]], row[1:])
        loss.backward()
        total += loss.item()
    return total / len(rows), table.detach() - lr * table.grad


@wrong("07.step", "learns backwards")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, 1:]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, :-1].flatten())
    loss.backward()
    return loss.item(), table.detach() + lr * table.grad


@wrong("07.step", "You make a step for each row of ids")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    for row in rows:
        loss = F.cross_entropy(table[row[:-1]], row[1:])
        loss.backward()
        with torch.no_grad():
            table -= lr * table.grad
    return loss.item(), table.detach()


@right("07.step")
def my_step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss, table.detach() - lr * table.grad
