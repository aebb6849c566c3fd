"""Lesson 13: answers as learners write them; see ``answers``."""

import math
from collections import Counter
from itertools import pairwise

import torch
from torch.nn import functional as F

from .answers import right, wrong

# 13.best_pair


@wrong("13.best_pair", "is not used")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += 1
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "came first in the text")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return next((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "you take the largest")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return max((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "rarest")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = min(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "not added up")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] = n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "count a pair once")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in sorted(set(pairwise(word))):
            count[a, b] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "into twos")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in zip(word[::2], word[1::2]):
            count[a, b] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "different pairs; you")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[min(a, b), max(a, b)] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "are swapped")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))[::-1]


@wrong("13.best_pair", "how often it occurs")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return most or min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "without its count")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return min(count.items(), key=lambda item: (-item[1], item[0]))


@wrong("13.best_pair", "is counted as one")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in zip([word[-1], *word], word):
            count[a, b] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "not for all the counts")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return dict(count) or min((pair for pair, n in count.items() if n == most))


@right("13.best_pair")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[a, b] += n
    most = max(count.values())
    return min((pair for pair, n in count.items() if n == most))


@wrong("13.best_pair", "The pair is right, but it is a list")
def my_best_pair(words, times):
    pairs = sorted((p for w, n in zip(words, times) for _ in range(n) for p in zip(w, w[1:])))
    return list(max(pairs, key=pairs.count))


# 13.encode


@wrong("13.encode", "order of the text")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(0, i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = min(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]


@wrong("13.encode", "learned last")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(rank[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = max(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]


@wrong("13.encode", "smallest ids first")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(sorted(merges))}
    ids = list(ids)
    while True:
        found = [(rank[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = min(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]


@wrong("13.encode", "from the right")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(rank[pair], -i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        i = -min(found)[1]
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]


@wrong("13.encode", "one place only")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                out += ids[i + 2 :]
                break
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return list(ids)


@wrong("13.encode", "skip one id")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                out += ids[i + 2 : i + 3]
                i += 3
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return list(ids)


@wrong("13.encode", "Only one merge")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(rank[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = min(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]
        return ids


@wrong("13.encode", "where an id ends")
def my_encode(ids, merges):
    text = " ".join(map(str, ids))
    for (a, b), new in merges.items():
        text = text.replace(f"{a} {b}", str(new))
    return [int(i) for i in text.split()]


@wrong("13.encode", "never go back")
def my_encode(ids, merges):
    ids, i = (list(ids), 0)
    for pair, new in merges.items():
        while i < len(ids) - 1:
            if tuple(ids[i : i + 2]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "never looked at")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 2 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return list(ids)


@wrong("13.encode", "asks for a list, and yours is a tensor")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return torch.tensor(list(ids))


@wrong("13.encode", "A list never equals a tuple")
def my_encode(ids, merges):
    return [merges.get(i, i) for i in ids]


@wrong("13.encode", "returns nothing")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out


@right("13.encode")
def my_encode(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(rank[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = min(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]


@right("13.encode")
def my_encode(ids, merges):
    for (a, b), new in merges.items():
        out, i = ([], 0)
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and (ids[i + 1] == b):
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return list(ids)


# 13.bits


@wrong("13.bits", "by the number of characters")
def my_bits(losses, text):
    return float(losses.sum()) / (len(text) * math.log(2))


@wrong("13.bits", "nats per byte")
def my_bits(losses, text):
    return float(losses.sum()) / len(bytes(text, "utf-8"))


@wrong("13.bits", "nats per character")
def my_bits(losses, text):
    return losses.sum() / len(text)


@wrong("13.bits", "bits per token")
def my_bits(losses, text):
    return losses.mean() / math.log(2)


@wrong("13.bits", "bits of the whole text")
def my_bits(losses, text):
    return losses.sum() / math.log(2)


@wrong("13.bits", "twice by a length")
def my_bits(losses, text):
    return float(losses.mean()) / (len(bytes(text, "utf-8")) * math.log(2))


@wrong("13.bits", "a sum has them all already")
def my_bits(losses, text):
    return float(losses.sum()) * len(losses) / (len(bytes(text, "utf-8")) * math.log(2))


@wrong("13.bits", "You multiply by ln 2")
def my_bits(losses, text):
    return losses.sum() * math.log(2) / len(text.encode())


@wrong("13.bits", "upside down")
def my_bits(losses, text):
    return 1 / (losses.sum() / math.log(2) / len(text.encode()))


@wrong("13.bits", "do not take another one")
def my_bits(losses, text):
    return torch.log2(losses).sum() / len(text.encode())


@wrong("13.bits", "one number for each token")
def my_bits(losses, text):
    return losses / (len(bytes(text, "utf-8")) * math.log(2))


@right("13.bits")
def my_bits(losses, text):
    return float(losses.sum()) / (len(bytes(text, "utf-8")) * math.log(2))


@right("13.bits")
def my_bits(losses, text):
    return (losses / math.log(2)).sum() / len(text.encode())


@right("13.bits")
def my_bits(losses, text):
    return losses.mean().item() * len(losses) * math.log2(math.e) / len(text.encode())


# 13.pad


@wrong("13.pad", "The padding of the targets is 0")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [0] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "passes over -100 and over no other")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-1] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "another id than 0")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [1] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "continue a long row")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in [row[k : k + T + 1] for row in rows for k in range(0, len(row) - 1, T)]:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "Your ids are int32")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs).int(), torch.tensor(targets).int())


@wrong("13.pad", "cut it at its end, row[: T + 1]")
def my_pad(rows, T):
    inputs, targets = (torch.zeros(len(rows), T).long(), torch.full((len(rows), T), -100))
    for b, row in enumerate(rows):
        inputs[b, : len(row) - 1] = torch.tensor(row[:-1])
        targets[b, : len(row) - 1] = torch.tensor(row[1:])
    return (inputs, targets)


@wrong("13.pad", "no embedding has such a row")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [-100] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "two paddings are swapped")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [-100] * (T - len(x)))
        targets.append(y + [0] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "stands in front")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append([0] * (T - len(x)) + x)
        targets.append([-100] * (T - len(y)) + y)
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "before the shift")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:T][:-1], row[:T][1:])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "cut the beginning off long rows")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][-T:], row[1:][-T:])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "shift them by one")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[:-1][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "Inputs and targets are swapped")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(targets), torch.tensor(inputs))


@wrong("13.pad", "no target to predict")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "do not drop")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in [row for row in rows if len(row) <= T + 1]:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@wrong("13.pad", "One tensor with both")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return torch.tensor([inputs, targets])


@wrong("13.pad", "Only the inputs")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return torch.tensor(inputs)


@right("13.pad")
def my_pad(rows, T):
    inputs, targets = ([], [])
    for row in rows:
        x, y = (row[:-1][:T], row[1:][:T])
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return (torch.tensor(inputs), torch.tensor(targets))


@right("13.pad")
def my_pad(rows, T):
    whole = torch.full((len(rows), T + 1), -100)
    for b, row in enumerate(rows):
        row = torch.tensor(row[: T + 1])
        whole[b, : len(row)] = row
    inputs, targets = (whole[:, :-1].clone(), whole[:, 1:])
    inputs[targets == -100] = 0
    return [inputs, targets]


# 13.best_pair, once more


@wrong("13.best_pair", "came first in the text")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return count.most_common(1)[0][0]


@wrong("13.best_pair", "you take the largest")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return max(count, key=lambda pair: (count[pair], pair))


@wrong("13.best_pair", "is not used")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(len(word) - 1):
            count[word[i], word[i + 1]] += 1
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "ends one too early")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(len(word) - 2):
            count[word[i], word[i + 1]] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "not added up")
def my_best_pair(words, times):
    count = {}
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] = n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "A dictionary answers only for the keys that are in it")
def my_best_pair(words, times):
    count = {}
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "The pair is right, but it is a list")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return list(min(count, key=lambda pair: (-count[pair], pair)))


@wrong("13.best_pair", "Each word multiplies the counts of all words before it as")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        count.update(zip(word, word[1:]))
        for pair in count:
            count[pair] *= n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "how often it occurs")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return max(count.values())


@wrong("13.best_pair", "rarest")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    best = sorted(count.items(), key=lambda item: item[1])
    return best[0][0]


@right("13.best_pair")
def my_best_pair(words, times):
    count = Counter(pair for w, n in zip(words, times) for pair in zip(w, w[1:]) for _ in range(n))
    top = max(count.values())
    return min(pair for pair, n in count.items() if n == top)


# 13.encode, once more


@wrong("13.encode", "i + 1 at the end of a loop, or was the list made shorter")
def my_encode(ids, merges):
    ids = list(ids)
    for pair in merges:
        for i in range(len(ids) - 1):
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [merges[pair]]
    return ids


@wrong("13.encode", "The result is right, but you changed argument 1 in place,")
def my_encode(ids, merges):
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "learned last")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in reversed(merges.items()):
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "too many parts on some inputs")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            else:
                i += 2
    return ids


@wrong("13.encode", "You go through the ids once, from the left, and merge")
def my_encode(ids, merges):
    out = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) in merges:
            out.append(merges[ids[i], ids[i + 1]])
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return out


@wrong("13.encode", "A list never equals a tuple")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if [ids[i], ids[i + 1]] == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "the new id takes the place of both, ids[i")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i] = new
            i += 1
    return ids


@wrong("13.encode", "learned last")
def my_encode(ids, merges):
    ids = list(ids)
    while True:
        pairs = [p for p in zip(ids, ids[1:]) if p in merges]
        if not pairs:
            return ids
        best = max(pairs, key=lambda p: merges[p])
        i = list(zip(ids, ids[1:])).index(best)
        ids[i : i + 2] = [merges[best]]


@wrong("13.encode", "i + 1 at the end of a loop, or was the list made shorter")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids):
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "In place of a slice comes a list")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = new
            i += 1
    return ids


@right("13.encode")
def my_encode(ids, merges):
    ids = list(ids)
    while len(ids) > 1:
        best = min(zip(ids, ids[1:]), key=lambda p: merges.get(p, float("inf")))
        if best not in merges:
            break
        out = []
        for x in ids:
            if out and (out[-1], x) == best:
                out[-1] = merges[best]
            else:
                out.append(x)
        ids = out
    return ids


# 13.bits, once more


@wrong("13.bits", "bits per token")
def my_bits(losses, text):
    return losses.mean().item() / math.log(2)


@wrong("13.bits", "by the number of characters")
def my_bits(losses, text):
    return losses.sum().item() / len(text) / math.log(2)


@wrong("13.bits", "nats per byte")
def my_bits(losses, text):
    return losses.sum().item() / len(text.encode("utf-8"))


@wrong("13.bits", "twice by a length")
def my_bits(losses, text):
    return losses.mean().item() * math.log2(math.e) / len(text.encode())


@wrong("13.bits", "Another encoding has other bytes")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) / len(text.encode("utf-16"))


@wrong("13.bits", "so there is no 8")
def my_bits(losses, text):
    return losses.sum().item() / (8 * math.log(2) * len(text.encode()))


@wrong("13.bits", "the parentheses around")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) * len(text.encode())


@wrong("13.bits", "do not take another one")
def my_bits(losses, text):
    return math.log2(losses.sum().item()) / len(text.encode())


@wrong("13.bits", "You divided by 2; one bit is ln 2 nats, so divide by math")
def my_bits(losses, text):
    return losses.sum().item() / 2 / len(text.encode())


@wrong("13.bits", "the exercise asks for bits per byte")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) / len(text.split())


@right("13.bits")
def my_bits(losses, text):
    return losses.sum() * math.log2(math.e) / len(bytes(text, "utf8"))


# 13.pad, once more


@wrong("13.pad", "The numbers are right, but their dtype is float32 and")
def my_pad(rows, T):
    x, y = torch.zeros(len(rows), T), torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = row[: T + 1]
        x[b, : len(row) - 1] = torch.tensor(row[:-1])
        y[b, : len(row) - 1] = torch.tensor(row[1:])
    return x, y


@wrong("13.pad", "cut it at its end, row[: T + 1]")
def my_pad(rows, T):
    x, y = torch.zeros(len(rows), T, dtype=torch.long), torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        x[b, : len(row) - 1] = torch.tensor(row[:-1])
        y[b, : len(row) - 1] = torch.tensor(row[1:])
    return x, y


@wrong("13.pad", "before the shift")
def my_pad(rows, T):
    x, y = torch.zeros(len(rows), T, dtype=torch.long), torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = row[:T]
        x[b, : len(row) - 1] = torch.tensor(row[:-1])
        y[b, : len(row) - 1] = torch.tensor(row[1:])
    return x, y


@wrong("13.pad", "The rows were filled up before they were shifted, so one")
def my_pad(rows, T):
    x, y = [], []
    for row in rows:
        r = (row + [0] * (T + 1))[: T + 1]
        x.append(r[:-1])
        y.append(r[1:])
    return torch.tensor(x), torch.tensor(y)


@wrong("13.pad", "The rows were filled up before they were shifted, so one")
def my_pad(rows, T):
    x, y = [], []
    for row in rows:
        r = (row + [-100] * (T + 1))[: T + 1]
        x.append(r[:-1])
        y.append(r[1:])
    return torch.tensor(x), torch.tensor(y)


@wrong("13.pad", "The values are right, but the answer must be a tensor and")
def my_pad(rows, T):
    x = [(row[:-1] + [0] * T)[:T] for row in rows]
    y = [(row[1:] + [-100] * T)[:T] for row in rows]
    return x, y


@wrong("13.pad", "stands in front")
def my_pad(rows, T):
    x = [([0] * T + row[:-1])[-T:] for row in rows]
    y = [([-100] * T + row[1:])[-T:] for row in rows]
    return torch.tensor(x), torch.tensor(y)


@wrong("13.pad", "no target to predict")
def my_pad(rows, T):
    x = [(row[:T] + [0] * T)[:T] for row in rows]
    y = [(row[1 : T + 1] + [-100] * T)[:T] for row in rows]
    return torch.tensor(x), torch.tensor(y)


@wrong("13.pad", "one column too far on")
def my_pad(rows, T):
    x, y = torch.zeros(len(rows), T, dtype=torch.long), torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = row[: T + 1]
        x[b, : len(row) - 1] = torch.tensor(row[:-1])
        y[b, 1 : len(row)] = torch.tensor(row[1:])
    return x, y


@wrong("13.pad", "The padding of the targets is 0")
def my_pad(rows, T):
    x = torch.stack([F.pad(torch.tensor(r[:-1]), (0, T - len(r) + 1)) for r in rows])
    y = torch.stack([F.pad(torch.tensor(r[1:]), (0, T - len(r) + 1)) for r in rows])
    return x, y


@right("13.pad")
def my_pad(rows, T):
    x = [(row[:-1] + [0] * T)[:T] for row in rows]
    y = [(row[1:] + [-100] * T)[:T] for row in rows]
    return torch.tensor(x), torch.tensor(y)


@wrong("13.encode", "they are a tuple")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return tuple(ids)


@wrong("13.encode", "A list never equals a tuple")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if ids[i : i + 2] == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "You merge the most frequent pair first")
def my_encode(ids, merges):
    ids = list(ids)
    while len(ids) > 1:
        pairs = Counter(p for p in pairwise(ids) if p in merges)
        if not pairs:
            break
        pair = pairs.most_common(1)[0][0]
        new, i = [], 0
        while i < len(ids):
            if i < len(ids) - 1 and (ids[i], ids[i + 1]) == pair:
                new.append(merges[pair])
                i += 2
            else:
                new.append(ids[i])
                i += 1
        ids = new
    return ids


@wrong("13.encode", "The last id is lost")
def my_encode(ids, merges):
    for pair, new in merges.items():
        out, i = [], 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return ids


@wrong("13.bits", "decimal logarithm")
def my_bits(losses, text):
    return losses.sum().item() / math.log10(2) / len(text.encode("utf-8"))


@wrong("13.pad", "one column too far on")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = torch.tensor(row[: T + 1])
        inputs[b, : len(row) - 1] = row[:-1]
        targets[b, 1 : len(row)] = row[1:]
    return inputs, targets


@wrong("13.pad", "cut it at its end, row[: T + 1]")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = torch.tensor(row)
        inputs[b, : len(row) - 1] = row[:-1]
        targets[b, : len(row) - 1] = row[1:]
    return inputs, targets


@wrong("13.best_pair", "counts twice")
def my_best_pair(words, times):
    count = {}
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] = count.get(pair, n) + n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "larger second id")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return max(count, key=lambda pair: (count[pair], -pair[0], pair[1]))


@wrong("13.best_pair", "however rare")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[1:]):
            count[pair] += n
    return max(count)


@wrong("13.best_pair", "there too")
def my_best_pair(words, times):
    count = {}
    for word, n in zip(words, times):
        for i in range(len(word) - 1):
            pair = word[i], word[i + 1]
            if pair in count:
                count[pair] += n
            else:
                count[pair] = 1
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "next but one")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word, word[2:]):
            count[pair] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "no member of a set")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(len(word) - 1):
            count[word[i : i + 2]] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.encode", "The list grows shorter")
def my_encode(ids, merges):
    out = list(ids)
    for pair in merges:
        for i, (a, b) in enumerate(zip(out, out[1:])):
            if (a, b) == pair:
                out[i : i + 2] = [merges[pair]]
    return out


@wrong("13.encode", "the wrong way round")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i + 1], ids[i]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.bits", "by the number of characters")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) / len(text.encode("latin-1", "replace"))


@wrong("13.pad", "one and the same list")
def my_pad(rows, T):
    inputs = [[0] * T] * len(rows)
    targets = [[-100] * T] * len(rows)
    for b, row in enumerate(rows):
        for t in range(min(T, len(row) - 1)):
            inputs[b][t] = row[t]
            targets[b][t] = row[t + 1]
    return torch.tensor(inputs), torch.tensor(targets)


@wrong("13.pad", "only where the input is 0")
def my_pad(rows, T):
    full = torch.zeros(len(rows), T + 1, dtype=torch.int64)
    for b, row in enumerate(rows):
        row = row[: T + 1]
        full[b, : len(row)] = torch.tensor(row)
    inputs, targets = full[:, :-1], full[:, 1:].clone()
    targets[inputs == 0] = -100
    return inputs, targets


@wrong("13.pad", "last target of each row is missing")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = row[: T + 1]
        inputs[b, : len(row) - 1] = torch.tensor(row[:-1])
        targets[b, : len(row) - 2] = torch.tensor(row[1:-1])
    return inputs, targets


@wrong("13.best_pair", "belongs to the words")
def my_best_pair(words, times):
    count = Counter()
    for word in words:
        for i, pair in enumerate(pairwise(word)):
            count[pair] += times[i]
    return min(count, key=lambda p: (-count[p], p))


@wrong("13.best_pair", "n times over")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for _ in range(n):
            for pair in pairwise(word):
                count[pair] += n
    return min(count, key=lambda p: (-count[p], p))


@wrong("13.best_pair", "is counted as one")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(len(word)):
            count[word[i], word[(i + 1) % len(word)]] += n
    return min(count, key=lambda p: (-count[p], p))


@wrong("13.bits", "so there is no 8")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) / (len(text) * 8)


@wrong("13.pad", "not all of one length")
def my_pad(rows, T):
    inputs, targets = [], []
    for row in rows:
        x, y = row[:-1][:T], row[1:][:T]
        inputs.append(x + [0] * (T - len(row)))
        targets.append(y + [-100] * (T - len(row)))
    return torch.tensor(inputs), torch.tensor(targets)


@wrong("13.pad", "shifted the wrong way")
def my_pad(rows, T):
    inputs, targets = [], []
    for row in rows:
        x, y = row[1:][:T], row[:-1][:T]
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return torch.tensor(inputs), torch.tensor(targets)


@wrong("13.pad", "and then the last id of each")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.long)
    targets = inputs - 100
    for b, row in enumerate(rows):
        n = min(len(row), T)
        inputs[b, :n] = torch.tensor(row[:n])
        targets[b, : n - 1] = torch.tensor(row[1:n])
    return inputs, targets


@wrong("13.pad", "not all of one length")
def my_pad(rows, T):
    ids = torch.tensor(rows)
    return ids[:, :T], ids[:, 1 : T + 1]


@right("13.best_pair")
def my_best_pair(words, times):
    pairs = {}
    for word, n in zip(words, times, strict=True):
        for first, second in zip(word, word[1:]):
            pairs[first, second] = pairs.setdefault((first, second), 0) + n
    top = max(pairs.values())
    return tuple(min(p for p, n in pairs.items() if n == top))


@right("13.encode")
def my_encode(ids, merges):
    for pair, new in merges.items():
        out = []
        for x in ids:
            if out and (out[-1], x) == pair:
                out[-1] = new
            else:
                out.append(x)
        ids = out
    return list(ids)


@wrong("13.best_pair", "The smallest pair of all")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in pairwise(word):
            count[pair] = count[pair] * n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "yours is one, an int")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in word:
            count[i] += n
    return min(count, key=lambda i: (-count[i], i))


@wrong("13.best_pair", "ends one too late")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(len(word) - 1):
            count[tuple(word[i : i + 3])] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.best_pair", "begins one too late")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for i in range(1, len(word) - 1):
            count[word[i], word[i + 1]] += n
    return min(count, key=lambda pair: (-count[pair], pair))


@wrong("13.encode", "A list never equals a tuple")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        if pair in ids:
            i = ids.index(pair)
            ids[i : i + 2] = [new]
    return ids


@wrong("13.encode", "remove takes the first")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i] = new
                ids.remove(ids[i + 1])
            i += 1
    return ids


@wrong("13.encode", "You put the pair itself")
def my_encode(ids, merges):
    ids = list(ids)
    for pair in merges:
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [pair]
            i += 1
    return ids


@wrong("13.encode", "first id of the pair alone")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if ids[i] == pair[0]:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "the wrong one of and, or")
def my_encode(ids, merges):
    ids = list(ids)
    for (a, b), new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if ids[i] == a or ids[i + 1] == b:
                ids[i : i + 2] = [new]
            i += 1
    return ids


@wrong("13.encode", "ends one too late")
def my_encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 3] = [new]
            i += 1
    return ids


@wrong("13.encode", "i + 1 at the end of a loop, or was the list made shorter")
def my_encode(ids, merges):
    out = []
    i = 0
    while i < len(ids):
        p = (ids[i], ids[i + 1])
        if p in merges:
            out.append(merges[p])
        else:
            out.append(ids[i])
        i += 1
    return out


@wrong("13.encode", "must begin again in every round: put it inside the loop")
def my_encode(ids, merges):
    ids = list(ids)
    out = []
    for pair, new in merges.items():
        i = 0
        while i < len(ids):
            if i < len(ids) - 1 and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return ids


@wrong("13.bits", "exp(2) is e²")
def my_bits(losses, text):
    return losses.sum().item() / math.exp(2) / len(text.encode())


@wrong("13.bits", "only the first one is in the sum")
def my_bits(losses, text):
    return losses[0].item() / math.log(2) / len(text.encode())


@wrong("13.bits", "you took the largest")
def my_bits(losses, text):
    return losses.max().item() / math.log(2) / len(text.encode())


@wrong("13.pad", "cut out of the filled inputs")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    for b, row in enumerate(rows):
        row = torch.tensor(row[: T + 1])
        inputs[b, : len(row) - 1] = row[:-1]
    return inputs, inputs[:, 1:]


@wrong("13.pad", "The values are right, but the answer must be a tensor and")
def my_pad(rows, T):
    inputs, targets = [], []
    for row in rows:
        x, y = row[:-1][:T], row[1:][:T]
        inputs.append(torch.tensor(x + [0] * (T - len(x))))
        targets.append(torch.tensor(y + [-100] * (T - len(y))))
    return inputs, targets


@wrong("13.pad", "stack is meant")
def my_pad(rows, T):
    inputs, targets = [], []
    for row in rows:
        x, y = row[:-1][:T], row[1:][:T]
        inputs.append(torch.tensor(x + [0] * (T - len(x))))
        targets.append(torch.tensor(y + [-100] * (T - len(y))))
    return torch.cat(inputs), torch.cat(targets)


@wrong("13.pad", "the slice ends at len(row) - 1")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = torch.tensor(row[: T + 1])
        inputs[b, : len(row)] = row[:-1]
        targets[b, : len(row)] = row[1:]
    return inputs, targets


@wrong("13.bits", "adds up the values of the bytes")
def my_bits(losses, text):
    return losses.sum().item() / math.log(2) / sum(text.encode())


@wrong("13.pad", "written into the first")
def my_pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for row in rows:
        row = torch.tensor(row[: T + 1])
        inputs[0, : len(row) - 1] = row[:-1]
        targets[0, : len(row) - 1] = row[1:]
    return inputs, targets


@wrong("13.best_pair", "are exchanged")
def my_best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for pair in zip(word[1:], word):
            count[pair] += n
    return min(count, key=lambda pair: (-count[pair], pair))
