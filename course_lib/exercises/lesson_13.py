"""Exercises of lesson 13, Tokenizers."""

import math
import random
from collections import Counter
from itertools import pairwise

import torch
from torch import tensor

from course_lib.exercises.registry import Wrong, exercise


def _words():
    words = [random.choices(range(4), k=random.randint(1, 5)) for _ in range(random.randint(1, 4))]
    words.append(random.choices(range(4), k=2))
    return words, [random.randint(1, 4) for _ in words]


def _counted(
    pairs=pairwise,
    add=lambda total, n: total + n,
    rank=lambda pair, n: (-n, pair),
    back=lambda best, count: best,
):
    """Another way to find the pairs of a word, to add them up, to choose, or to give back."""

    def best_pair(words, times):
        count = {}
        for word, n in zip(words, times, strict=True):
            for pair in pairs(word):
                count[pair] = add(count.get(pair, 0), n)
        return back(min(count, key=lambda pair: rank(pair, count[pair])), count)

    return best_pair


def _multiplied(words, times):
    count = Counter()
    for word, n in zip(words, times, strict=True):
        count.update(pairwise(word))
        for pair in count:
            count[pair] *= n
    return min(count, key=lambda pair: (-count[pair], pair))


def _times_inside(words, times):
    count = Counter()
    for word in words:
        for i, pair in enumerate(pairwise(word)):
            count[pair] += times[i]
    return min(count, key=lambda pair: (-count[pair], pair))


def _joined(words, times):
    ids = [i for word, n in zip(words, times, strict=True) for i in word * n]
    return _counted()([ids], [1])


@exercise(
    "13.best_pair",
    cases=[
        ([[1, 2, 3], [2, 3]], [1, 5]),
        ([[1, 2], [2, 3]], [4, 5]),
        ([[5, 6], [3, 4]], [2, 2]),
        ([[7, 7, 7], [1, 2]], [2, 3]),
    ],
    random_case=_words,
    never={list: "The pair is right, but it is a list; the exercise asks for a tuple: tuple(...)."},
    mistakes={
        "How often a word occurs is not used: each of its pairs counts as many times.": (
            _counted(add=lambda total, n: total + 1)
        ),
        "Of equally frequent pairs you take the one that came first in the text; take the "
        "smallest.": (_counted(rank=lambda pair, n: -n)),
        "Of equally frequent pairs you take the largest; take the smallest.": (
            _counted(rank=lambda pair, n: (-n, -pair[0], -pair[1])),
        ),
        "Of equally frequent pairs that begin alike you take the one with the larger second id; "
        "take the smallest pair, (-count[pair], pair).": (
            _counted(rank=lambda pair, n: (-n, pair[0], -pair[1]))
        ),
        "max(count) is the largest pair, however rare it is: a key must look at the counts.": (
            _counted(rank=lambda pair, n: (-pair[0], -pair[1]))
        ),
        "The first word with a pair counts twice: a count begins at 0, count.get(pair, 0).": (
            _counted(add=lambda total, n: total + n if total else 2 * n)
        ),
        "Where a pair comes for the first time you count 1; its word occurs n times, there too.": (
            _counted(add=lambda total, n: total + n if total else 1)
        ),
        "You pair each id with the next but one; neighbours make a pair, word[i] and word[i + "
        "1].": _counted(pairs=lambda word: list(zip(word, word[2:], strict=False))),
        "times belongs to the words, and you count along it inside a word: go through both "
        "together, zip(words, times).": _times_inside,
        "n is counted n times over: add n once, or go round n times and add 1.": (
            _counted(add=lambda total, n: total + n * n)
        ),
        "This is the rarest pair.": (
            _counted(rank=lambda pair, n: (n, pair)),
            _counted(rank=lambda pair, n: n),
        ),
        "The smallest pair of all is taken; first of all the most frequent.": (
            _counted(rank=lambda pair, n: pair)
        ),
        "The counts of a pair in different words are not added up: the last word's stands alone.": (
            _counted(add=lambda total, n: n)
        ),
        "Each word multiplies the counts of all words before it as well: add n for each pair of "
        "the word instead.": _multiplied,
        "You count a pair once in a word, even if it stands there twice.": (
            _counted(pairs=lambda word: list(dict.fromkeys(pairwise(word))))
        ),
        "Pairs overlap: 1 2 3 has 1 2 and 2 3. You cut the word into twos.": (
            _counted(pairs=lambda word: list(zip(word[::2], word[1::2], strict=False)))
        ),
        "1 2 and 2 1 are different pairs; you count them as one.": (
            _counted(pairs=lambda word: [tuple(sorted(pair)) for pair in pairwise(word)])
        ),
        "The two of the pair are swapped: the left one comes first.": (
            _counted(back=lambda best, count: best[::-1])
        ),
        "The last of a word and the first of the next make no pair.": (_joined,),
        "That is how often it occurs; the exercise asks for the pair itself.": (
            _counted(back=lambda best, count: count[best])
        ),
        "The exercise asks for the pair alone, without its count.": (
            _counted(back=lambda best, count: (best, count[best])),
            _counted(rank=lambda pair, n: -n, back=lambda best, count: (best, count[best])),
            _counted(back=lambda best, count: [(best, count[best])]),
            _counted(rank=lambda pair, n: -n, back=lambda best, count: [(best, count[best])]),
        ),
        "The end of a word and its beginning make no pair, and (word[-1], word[0]) is counted as "
        "one.": (_counted(pairs=lambda word: [(word[i - 1], word[i]) for i in range(len(word))]),),
        "The exercise asks for the pair itself, not for all the counts.": (
            _counted(back=lambda best, count: count),
        ),
        "Only the first word is looked at.": (
            lambda words, times: _counted()([w for w in words if len(w) > 1][:1], [1]),
        ),
    },
    hints=[
        "For one word: for pair in pairwise(word). How much does each of its pairs count?",
        "Add it all up in one Counter.",
        "min(count, key=...) with the key (-count[pair], pair) takes the most frequent, then the "
        "smallest.",
    ],
)
def best_pair(words, times):
    count = Counter()
    for word, n in zip(words, times, strict=True):
        for pair in pairwise(word):
            count[pair] += n
    return min(count, key=lambda pair: (-count[pair], pair))


def _learned():
    """Ids of 0 to 2, and merges learned on other ids: they use only what is there before."""
    text, merges = random.choices(range(3), k=30), {}
    for new in range(10, 10 + random.randint(1, 6)):
        pair = random.choice(list(pairwise(text)))
        merges[pair] = new
        text = _replace(text, pair, new)
        if len(text) < 2:
            break
    return random.choices(range(3), k=random.randint(1, 12)), merges


def _replace(ids, pair, new):
    done = []
    for i in ids:
        if i == pair[1] and done and done[-1] == pair[0]:
            done[-1] = new
        else:
            done.append(i)
    return done


def _each(order=lambda merges: merges, replace=_replace):
    """One merge after the other, in another order or made in another way."""

    def encode(ids, merges):
        for pair in order(list(merges)):
            ids = replace(ids, pair, merges[pair])
        return list(ids)

    return encode


def _asked(choose, replace):
    """Again and again one of the pairs that are possible."""

    def encode(ids, merges):
        ids = list(ids)
        while possible := [i for i, pair in enumerate(pairwise(ids)) if pair in merges]:
            ids = replace(ids, choose(ids, possible, list(merges)), merges)
        return ids

    return encode


def _at(ids, i, merges):
    return [*ids[:i], merges[ids[i], ids[i + 1]], *ids[i + 2 :]]


def _from_the_right(ids, pair, new):
    return _replace(ids[::-1], pair[::-1], new)[::-1]


def _in_one_pass(ids, merges):
    done, i = [], 0
    while i < len(ids):
        pair = tuple(ids[i : i + 2])
        done.append(merges.get(pair, ids[i]))
        i += 2 if pair in merges else 1
    return done


def _not_removed(ids, pair, new):
    ids = list(ids)
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == pair:
            ids[i] = new
    return ids


def _only_first(ids, pair, new):
    places = [i for i, here in enumerate(pairwise(ids)) if here == pair]
    return _at(ids, places[0], {pair: new}) if places else ids


def _most_frequent(ids, possible, order):
    pairs = list(pairwise(ids))
    return max(possible, key=lambda i: pairs.count(pairs[i]))


def _while_it_shrinks(ids, pair, new, copy=True):
    ids = list(ids)
    later = ids[1:]
    for i, here in enumerate(zip(ids, later, strict=False) if copy else pairwise(ids)):
        if here == pair:
            ids[i : i + 2] = [new]
    return ids


def _with_remove(ids, pair, new):
    ids, i = list(ids), 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == pair:
            ids[i] = new
            ids.remove(ids[i + 1])
        i += 1
    return ids


def _by_first(ids, pair, new):
    ids, i = list(ids), 0
    while i < len(ids) - 1:
        if ids[i] == pair[0]:
            ids[i : i + 2] = [new]
        i += 1
    return ids


def _without_last(ids, pair, new):
    done, i = [], 0
    while i < len(ids) - 1:
        here = (ids[i], ids[i + 1]) == pair
        done.append(new if here else ids[i])
        i += 2 if here else 1
    return done


def _in_text(ids, pair, new):
    text = " ".join(map(str, ids)).replace(f"{pair[0]} {pair[1]}", str(new))
    return [int(word) for word in text.split()]


def _one_walk(ids, merges):
    ids, i = list(ids), 0
    for pair, new in merges.items():
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


def _skipping(ids, pair, new):
    ids, i = list(ids), 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == pair:
            ids[i : i + 2] = [new]
            i += 1
        i += 1
    return ids


def _longest(ids, merges):
    spelled = dict.fromkeys(merges.values())
    flat = {i: (i,) for i in range(10)}
    for (a, b), new in merges.items():
        flat[new] = flat[a] + flat[b]
    found, place = [], 0
    while place < len(ids):
        fits = [
            i for i in (*spelled, ids[place]) if tuple(ids[place : place + len(flat[i])]) == flat[i]
        ]
        best = max(fits, key=lambda i: len(flat[i]))
        found.append(best)
        place += len(flat[best])
    return found


def _one_round(replace):
    def encode(ids, merges):
        first = next((pair for pair in merges if pair in set(pairwise(ids))), None)
        return replace(ids, first, merges[first]) if first else list(ids)

    return encode


@exercise(
    "13.encode",
    cases=[
        ([1, 2, 3], {(2, 3): 10, (1, 2): 11}),
        ([1, 2, 3], {(1, 2): 10, (10, 3): 11}),
        ([1, 2, 3], {(2, 3): 10, (1, 10): 11, (1, 2): 12}),
        ([1, 2, 3, 4], {(1, 2): 10, (3, 4): 11, (10, 3): 12}),
        ([4, 4, 4], {(4, 4): 10}),
        ([1, 2, 1, 2, 3, 1, 2], {(1, 2): 10}),
        ([12, 3], {(2, 3): 13}),
        ([3, 1, 2, 1, 0], {(1, 2): 10, (3, 1): 11}),
        ([5, 6], {}),
    ],
    random_case=_learned,
    never={tuple: "The ids are right, but they are a tuple; the exercise asks for a list."},
    mistakes={
        "That is still the order of the text: you merge the leftmost pair first. Merge the pair "
        "that was learned first, wherever it stands.": (
            _asked(lambda ids, possible, order: possible[0], _at),
        ),
        "You merge the pair first that was learned last.": (
            _each(order=reversed),
            _asked(
                lambda ids, possible, order: max(
                    possible, key=lambda i: order.index((ids[i], ids[i + 1]))
                ),
                _at,
            ),
            _asked(
                lambda ids, possible, order: max(
                    possible, key=lambda i: (order.index((ids[i], ids[i + 1])), i)
                ),
                _at,
            ),
        ),
        "You merge the pair with the smallest ids first; the one that was learned first.": (
            _asked(
                lambda ids, possible, order: min(possible, key=lambda i: (ids[i], ids[i + 1])), _at
            ),
            _each(order=sorted),
        ),
        "You merge from the right: of three equal ids in a row, the first two make a pair.": (
            _each(replace=_from_the_right)
        ),
        "Each merge is made in one place only; make it wherever the pair stands.": (
            _each(replace=_only_first)
        ),
        "After a merge you skip one id too many: the one after the new id may begin another such "
        "pair.": (_each(replace=_skipping)),
        'A text of the ids does not know where an id ends: in "12 3" stands "2 3" as well.': (
            _each(replace=_in_text)
        ),
        "You go through the ids once, from the left, and merge whatever can be merged. The merges "
        "come in the order of learning, each over all the ids.": _in_one_pass,
        "The second id of the pair stays: the new id takes the place of both, ids[i : i + 2] = "
        "[new].": _each(replace=_not_removed),
        "You never go back to the beginning for the next merge: i = 0 belongs inside the outer "
        "loop.": (_one_walk),
        "The last pair of the ids is never looked at.": _each(
            replace=lambda ids, pair, new: [*_replace(ids[:-1], pair, new), *ids[-1:]]
        ),
        "You merge the most frequent pair first; the one that was learned first.": (
            _asked(_most_frequent, _at),
            _asked(
                _most_frequent,
                lambda ids, i, merges: _replace(
                    ids, (ids[i], ids[i + 1]), merges[ids[i], ids[i + 1]]
                ),
            ),
        ),
        "The list grows shorter while the loop goes along it, so its places no longer fit: use a "
        "while, or build a new list.": (
            _each(replace=_while_it_shrinks),
            _each(replace=lambda ids, pair, new: _while_it_shrinks(ids, pair, new, copy=False)),
        ),
        "You look for the pair the wrong way round: it is (ids[i], ids[i + 1]).": (
            _each(replace=lambda ids, pair, new: _replace(ids, pair[::-1], new))
        ),
        "remove takes the first id of that kind away, wherever it stands; del ids[i + 1] takes the "
        "one at its place.": _each(replace=_with_remove),
        "You put the pair itself in its place; put in the new id, merges[pair].": _each(
            replace=lambda ids, pair, new: _replace(ids, pair, pair)
        ),
        "You compare the first id of the pair alone; both must be there.": _each(replace=_by_first),
        "The last id is lost: a loop that stops at len(ids) - 1 keeps the id there only where it "
        "makes a pair.": _each(replace=_without_last),
        "Only one merge is made; go on until none is possible.": (
            _one_round(_replace),
            _one_round(_only_first),
            lambda ids, merges: next(
                (
                    _at(list(ids), i, merges)
                    for i, pair in enumerate(pairwise(ids))
                    if pair in merges
                ),
                list(ids),
            ),
        ),
        "You take the longest token that fits. Tokens are made by merges, in the order of "
        "learning.": (_longest),
        "Nothing was merged. Is a pair looked for among the ids, or compared with a piece of a "
        "list? A list never equals a tuple: tuple(ids[i : i + 2]) == pair.": (
            lambda ids, merges: list(ids),
        ),
        "The new ids are appended; each must stand in the place of its pair.": (
            lambda ids, merges: [*ids, *(merges[p] for p in pairwise(ids) if p in merges)],
        ),
    },
    hints=[
        "What is the difference between the pair that comes first in the text and the one learned "
        "first?",
        "A dictionary keeps its order: for pair, new in merges.items() goes in the order of "
        "learning.",
        "For each pair of merges, go through the ids from the left and put new in its place "
        "wherever it stands.",
    ],
)
def encode(ids, merges):
    ids = list(ids)
    for pair, new in merges.items():
        i = 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [new]
            i += 1
    return ids


def _losses():
    text = "".join(random.choices("ab é東🙂", k=random.randint(2, 6))) + "東"
    return torch.rand(random.randint(1, 6)) * 3 + 0.1, text


@exercise(
    "13.bits",
    cases=[
        (tensor([math.log(2), math.log(8)]), "ab"),
        (tensor([math.log(2), math.log(8), math.log(4)]), "é"),
        (tensor([1.0]), "a dog"),
    ],
    random_case=_losses,
    borders=[(tensor([0.0, 1.0, 0.5, 2.0, 0.0]), "é bb")],
    mistakes={
        "You divide by the number of characters; é is one character and two bytes in UTF-8: "
        "len(text.encode()).": (lambda losses, text: losses.sum() / math.log(2) / len(text)),
        "These are nats per byte; divide by ln 2 for bits.": (
            lambda losses, text: losses.sum() / len(text.encode())
        ),
        "These are nats per character: divide by ln 2 for bits, and by bytes.": (
            lambda losses, text: losses.sum() / len(text),
        ),
        "These are bits per token; that depends on how long the tokens are.": (
            lambda losses, text: losses.mean() / math.log(2)
        ),
        "This is the mean loss in nats per token, and the text was not looked at.": (
            lambda losses, text: losses.mean(),
        ),
        "These are the bits of the whole text; divide by its bytes.": (
            lambda losses, text: losses.sum() / math.log(2),
        ),
        "You divide twice by a length: the *sum* of the losses goes over the bytes, not their "
        "mean.": (
            lambda losses, text: losses.mean() / math.log(2) / len(text.encode()),
            lambda losses, text: losses.mean() / math.log(2) / len(text),
        ),
        "You multiply by the number of tokens, but a sum has them all already.": (
            lambda losses, text: losses.sum() * len(losses) / math.log(2) / len(text.encode()),
        ),
        "You multiply by ln 2; a bit is smaller than a nat, so there are more of them: divide.": (
            lambda losses, text: losses.sum() * math.log(2) / len(text.encode())
        ),
        "You divided by 2; one bit is ln 2 nats, so divide by math.log(2).": (
            lambda losses, text: losses.sum() / 2 / len(text.encode()),
            lambda losses, text: losses.mean() / 2,
            lambda losses, text: losses.sum() / 2 / len(text),
        ),
        "exp(2) is e²; one bit is ln 2 nats, so divide by math.log(2).": (
            lambda losses, text: losses.sum() / math.exp(2) / len(text.encode())
        ),
        "You divided by a decimal logarithm, log10(2); the losses are natural ones: math.log(2).": (
            lambda losses, text: losses.sum() / math.log10(2) / len(text.encode()),
            lambda losses, text: losses.sum() / math.log10(2) / len(text),
        ),
        "Another encoding has other bytes: these are counted in UTF-8, text.encode().": (
            lambda losses, text: losses.sum() / math.log(2) / len(text.encode("utf-16")),
            lambda losses, text: losses.sum() / math.log(2) / len(text.encode("utf-32")),
            lambda losses, text: losses.sum() / math.log(2) / len(text.encode("ascii", "replace")),
        ),
        "The exercise asks for bits per byte, so there is no 8, and len(text.encode()) counts the "
        "bytes.": (
            lambda losses, text: losses.sum() / math.log(2) / len(text) / 8,
            lambda losses, text: losses.sum() / math.log(2) / len(text.encode()) / 8,
            lambda losses, text: losses.sum() / math.log(2) / len(text.encode()) * 8,
        ),
        "sum adds up the values of the bytes; len counts them.": (
            lambda losses, text: losses.sum() / math.log(2) / sum(text.encode())
        ),
        "You divided by the number of words; the exercise asks for bits per byte.": (
            lambda losses, text: losses.sum() / math.log(2) / len(text.split())
        ),
        "The losses are logarithms already; do not take another one.": (
            lambda losses, text: losses.log2().sum() / len(text.encode()),
            lambda losses, text: losses.sum().log2() / len(text.encode()),
            lambda losses, text: -losses.log2().sum() / len(text.encode()),
        ),
        "This is a perplexity: leave the exponential out.": (
            lambda losses, text: 2 ** (losses.sum() / math.log(2) / len(text.encode())),
            lambda losses, text: losses.mean().exp(),
        ),
        "It is upside down: these are bytes per bit.": (
            lambda losses, text: len(text.encode()) * math.log(2) / losses.sum()
        ),
        "You divide by log2(e) where it must be multiplied, or by log 10: one nat is 1 / ln 2 "
        "bits.": (lambda losses, text: losses.sum() / math.log(10) / len(text.encode()),),
        "There is one number for each token; add them up.": (
            lambda losses, text: losses / math.log(2) / len(text.encode()),
        ),
    },
    hints=[
        "How many nats does the whole text cost?",
        "One bit is ln 2 nats, so nats / ln 2 are bits.",
        'len(text.encode("utf-8")) counts bytes.',
    ],
)
def bits(losses, text):
    return losses.sum().item() / math.log(2) / len(text.encode("utf-8"))


def _in_int64(function, rows, T):
    both = function(rows, T)
    for part in both if isinstance(both, (tuple, list)) else ():
        if isinstance(part, torch.Tensor) and part.dtype == torch.int32:
            raise Wrong(
                "Your ids are int32; the exercise asks for int64, which cross_entropy needs."
            )
    return both


def _uneven():
    rows = [
        random.choices(range(1, 50), k=random.randint(2, 7)) for _ in range(random.randint(1, 3))
    ]
    return rows, random.randint(2, 5)


def _filled(
    cut=lambda row, T: row[: T + 1],
    x=lambda row: row[:-1],
    y=lambda row: row[1:],
    pad=(0, -100),
    front=False,
    back=lambda inputs, targets: (inputs, targets),
    width=lambda rows, T: T,
):
    """The two, cut, shifted or filled up in another way."""

    def fill(row, T, value):
        row = list(row)[:T]
        rest = [row[-1] if value is None else value] * (T - len(row))
        return rest + row if front else row + rest

    def both(rows, T):
        inputs = [fill(x(cut(row, T)), width(rows, T), pad[0]) for row in rows]
        targets = [fill(y(cut(row, T)), width(rows, T), pad[1]) for row in rows]
        return back(tensor(inputs), tensor(targets))

    return both


def _in_columns(rows, T, first=0, cut=True):
    """Each row is written into its columns, the targets from column ``first`` on."""
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = tensor(row[: T + 1] if cut else row)
        inputs[b, : len(row) - 1] = row[:-1]
        targets[b, first : first + len(row) - 1] = row[1:]
    return inputs, targets


def _too_wide(rows, T):
    inputs, targets = torch.zeros(len(rows), T).long(), torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = tensor(row[: T + 1])
        inputs[b, : len(row)] = row[:-1]
        targets[b, : len(row)] = row[1:]
    return inputs, targets


def _all_in_one(rows, T):
    inputs, targets = torch.zeros(len(rows), T).long(), torch.full((len(rows), T), -100)
    for row in rows:
        row = tensor(row[: T + 1])
        inputs[0, : len(row) - 1] = row[:-1]
        targets[0, : len(row) - 1] = row[1:]
    return inputs, targets


def _one_list(rows, T):
    inputs, targets = [0] * T, [-100] * T
    for row in rows:
        row = row[: T + 1]
        inputs[: len(row) - 1], targets[: len(row) - 1] = row[:-1], row[1:]
    return tensor([inputs] * len(rows)), tensor([targets] * len(rows))


def _masked_by_inputs(rows, T):
    full = tensor([(row + [0] * (T + 1))[: T + 1] for row in rows])
    return full[:, :-1], full[:, 1:].masked_fill(full[:, :-1] == 0, -100)


@exercise(
    "13.pad",
    cases=[
        ([[5, 6, 7]], 4),
        ([[1, 2, 3, 4, 5, 6], [7, 8]], 3),
        ([[9, 8, 7, 6]], 3),
    ],
    random_case=_uneven,
    borders=[([[1, 2], [0, 3, 4], [5, 6, 7, 8], [9, 1], [2, 3, 4]], 3)],
    call=_in_int64,
    mistakes={
        "The padding of the targets is 0: the model would be trained to write id 0. Use -100.": (
            _filled(pad=(0, 0))
        ),
        "cross_entropy passes over -100 and over no other number; pad the targets with it.": (
            _filled(pad=(0, -1)),
            _filled(pad=(0, 100)),
        ),
        "You padded the inputs with another id than 0.": (
            _filled(pad=(1, -100)),
            _filled(pad=(None, -100)),
        ),
        "You continue a long row in a further row; cut it instead.": lambda rows, T: _filled()(
            [row[k : k + T + 1] for row in rows for k in range(0, len(row) - 1, T)], T
        ),
        "The padding of the inputs is -100, and no embedding has such a row. Use 0.": (
            _filled(pad=(-100, -100))
        ),
        "All rows are one and the same list: [[0] * T] * B repeats it, and what is written into "
        "one stands in all. Make a new one for each row.": _one_list,
        "The rows were filled up before they were shifted, and -100 stands only where the input is "
        "0: a short row's last id is an input still, and 0 its target.": _masked_by_inputs,
        "Every row is written into the first: row b belongs into inputs[b] and "
        "targets[b].": _all_in_one,
        "The last target of each row is missing: a row of n ids has n - 1 targets, row[1:].": (
            _filled(y=lambda row: row[1:-1])
        ),
        "The two paddings are swapped: 0 for the inputs, -100 for the targets.": (
            _filled(pad=(-100, 0)),
        ),
        "The padding stands in front; put it at the end, where no token looks.": (
            _filled(front=True),
            _filled(front=True, cut=lambda row, T: row[-T - 1 :]),
        ),
        "The rows were filled up before they were shifted, so one number stands at the end of "
        "both, "
        "and a short row's last id among the inputs. Shift first, then fill up: 0 and -100.": tuple(
            lambda rows, T, pad=pad: _filled()(
                [(row + [pad] * (T + 1))[: T + 1] for row in rows], T
            )
            for pad in (0, -100)
        ),
        "The rows were cut to T before the shift, so that the last input has no target: keep T + "
        "1 ids.": (_filled(cut=lambda row, T: row[:T])),
        "You cut the beginning off long rows; cut them at their end.": (
            _filled(cut=lambda row, T: row[-T - 1 :])
        ),
        "Your targets stand one column too far on: the target of column t is the id after its "
        "input and stands in column t too, targets[b, : len(row) - 1].": (
            lambda rows, T: _in_columns(rows, T, first=1)
        ),
        "A row longer than T + 1 does not fit; cut it at its end, row[: T + 1].": (
            lambda rows, T: _in_columns(rows, T, cut=False)
        ),
        "The targets are the inputs themselves; shift them by one.": (
            _filled(y=lambda row: row[:-1]),
            _filled(x=lambda row: row, y=lambda row: row),
        ),
        "The last id of a short row stands in the inputs too, with no target to predict from it.": (
            _filled(x=lambda row: row)
        ),
        "The targets are cut out of the filled inputs, so one column is missing, with each row's "
        "last id; they are row[1:], filled up with -100.": (
            _filled(back=lambda inputs, targets: (inputs, inputs[:, 1:]))
        ),
        "A row of n ids has n - 1 inputs and n - 1 targets: the slice ends at len(row) - 1.": (
            _too_wide
        ),
        "They are shifted the wrong way: inputs are row[:-1], targets row[1:].": (
            _filled(x=lambda row: row[1:], y=lambda row: row[:-1])
        ),
        "The rows were cut to T, and then the last id of each stands among the inputs with no "
        "target: cut to T + 1, then row[:-1] and row[1:].": (
            _filled(cut=lambda row, T: row[:T], x=lambda row: row)
        ),
        "Inputs and targets are swapped.": _filled(back=lambda inputs, targets: (targets, inputs)),
        "Your rows are as wide as the longest of them; there must be T columns.": (
            _filled(width=lambda rows, T: min(T, max(map(len, rows)) - 1)),
            _filled(cut=lambda row, T: row, width=lambda rows, T: max(map(len, rows)) - 1),
        ),
        "You have T + 1 columns; the exercise asks for T inputs and T targets.": (
            _filled(width=lambda rows, T: T + 1)
        ),
        "There are T - 1 columns; cut to T + 1 ids, and T are left after the shift.": (
            _filled(width=lambda rows, T: T - 1)
        ),
        "Rows that are too long are missing; cut them, do not drop them.": (
            lambda rows, T: _filled()([row for row in rows if len(row) <= T + 1], T),
            lambda rows, T: _filled()([row for row in rows if len(row) <= T], T),
        ),
        "One tensor with both came back; give two, (inputs, targets).": (
            _filled(back=lambda inputs, targets: torch.stack([inputs, targets])),
        ),
        "Only the first row is there: is return inside the loop?": (
            lambda rows, T: _filled()(rows[:1], T),
        ),
        "Only the inputs came back.": (_filled(back=lambda inputs, targets: inputs),),
    },
    hints=[
        "Begin with inputs full of 0 and targets full of -100, both of shape (B, T).",
        "A row of n ids has n - 1 inputs and n - 1 targets; at most T of them, so at most T + 1 "
        "ids.",
        "inputs[b, : len(row) - 1] = torch.tensor(row[:-1]), after row = row[: T + 1].",
    ],
)
def pad(rows, T):
    inputs = torch.zeros(len(rows), T, dtype=torch.int64)
    targets = torch.full((len(rows), T), -100)
    for b, row in enumerate(rows):
        row = tensor(row[: T + 1])
        inputs[b, : len(row) - 1] = row[:-1]
        targets[b, : len(row) - 1] = row[1:]
    return inputs, targets
