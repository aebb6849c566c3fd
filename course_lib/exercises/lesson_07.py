"""Exercises of lesson 07, Text as tensors."""

import math
import random
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import tensor

from course_lib.exercises.registry import Wrong, exercise


def _text():
    T = random.randint(2, 4)
    ids = torch.randint(0, 50, (T + 10,))
    return ids, random.sample(range(1, 8), random.randint(2, 3)), T


def _rows(
    inputs=lambda ids, s, T: ids[s : s + T],
    targets=lambda ids, s, T: ids[s + 1 : s + T + 1],
    back=lambda x, y: (x, y),
    join=torch.stack,
):
    """The two, cut from each start, joined or given back in another way."""

    def rows(ids, starts, T):
        x = join([inputs(ids, s, T) for s in starts])
        y = join([targets(ids, s, T) for s in starts])
        return back(x, y)

    return rows


def _whole(ids, s, T):
    return ids[s : s + T + 1]


@exercise(
    "07.rows",
    cases=[
        (tensor([10, 11, 12, 13, 14, 15]), [1], 2),
        (tensor([7, 1, 8, 2, 8, 1, 8, 2, 9, 0, 4, 5, 3]), [4, 1], 3),
    ],
    random_case=_text,
    borders=[(torch.arange(20) * 7 % 11, [2, 12, 3, 5, 1], 4), (torch.arange(6) * 3, [2], 1)],
    mistakes={
        "The targets are the inputs themselves: the answer to each character is the one after it, "
        "so shift them by one.": _rows(targets=lambda ids, s, T: ids[s : s + T]),
        "The targets stand one place before the inputs; they must stand one place after them.": (
            _rows(targets=lambda ids, s, T: ids[s - 1 : s + T - 1])
        ),
        "The targets are shifted by two places; by one.": (
            _rows(targets=lambda ids, s, T: ids[s + 2 : s + T + 2])
        ),
        "The targets are the T characters after the row; each is the character one place on from "
        "its input.": (_rows(targets=lambda ids, s, T: ids[s + T : s + 2 * T])),
        "The inputs begin one place too early: a row begins at its start.": (
            _rows(lambda ids, s, T: ids[s - 1 : s + T - 1]),
            _rows(lambda ids, s, T: ids[s - 1 : s + T - 1], lambda ids, s, T: ids[s : s + T]),
        ),
        "These are places in the text; the exercise asks for the ids that stand there.": _rows(
            lambda ids, s, T: torch.arange(s, s + T),
            lambda ids, s, T: torch.arange(s + 1, s + T + 1),
        ),
        "You have one pair for each row; give two tensors, all inputs and all targets.": (
            lambda ids, starts, T: [*zip(*_rows()(ids, starts, T), strict=True)]
        ),
        "The inputs are shifted too: a row begins at its start, not one place after it.": (
            _rows(
                lambda ids, s, T: ids[s + 1 : s + T + 1], lambda ids, s, T: ids[s + 2 : s + T + 2]
            ),
            _rows(lambda ids, s, T: ids[s + 1 : s + T + 1]),
        ),
        "The targets are the inputs rolled round: the last target is the row's first character. "
        "Take it from the text, one place after the row.": _rows(
            targets=lambda ids, s, T: ids[s : s + T].roll(-1)
        ),
        "The two are swapped: inputs first, then targets.": _rows(back=lambda x, y: (y, x)),
        "Only the last target of each row is there. A row has T of them, one for each place.": (
            _rows(targets=lambda ids, s, T: ids[s + T]),
            _rows(targets=lambda ids, s, T: ids[s + T : s + T + 1]),
        ),
        "These are the whole rows of T + 1 characters. Give inputs, without the last, and targets, "
        "without the first.": (
            lambda ids, starts, T: torch.stack([_whole(ids, s, T) for s in starts]),
            _rows(_whole, _whole),
        ),
        "The inputs have T + 1 characters, and the last has no answer.": _rows(_whole),
        "The targets have T + 1 characters: the row's first character is no answer to "
        "anything.": _rows(targets=_whole),
        "Each row is one character short: it has T characters from its start.": (
            _rows(lambda ids, s, T: ids[s : s + T - 1], lambda ids, s, T: ids[s + 1 : s + T]),
        ),
        "The targets end one character too early: they reach to place start + T.": _rows(
            targets=lambda ids, s, T: ids[s + 1 : s + T]
        ),
        "Each row stands in a column: (B, T), a row for each start.": _rows(
            back=lambda x, y: (x.T, y.T)
        ),
        "All rows hang together in one: stack them, do not join them end to end.": (
            _rows(join=torch.cat),
        ),
        "The starts are places in the text, not numbers of rows: do not multiply them by T.": (
            lambda ids, starts, T: tuple(
                torch.stack([ids.repeat(T)[s * T + k : s * T + k + T] for s in starts])
                for k in (0, 1)
            ),
        ),
        "Only the first row is there: is return inside the loop?": (
            lambda ids, starts, T: _rows()(ids, starts[:1], T),
            lambda ids, starts, T: tuple(part[0] for part in _rows()(ids, starts, T)),
        ),
        "Only the last row is there: does every round forget the ones before?": (
            lambda ids, starts, T: _rows()(ids, starts[-1:], T),
            lambda ids, starts, T: tuple(part[-1] for part in _rows()(ids, starts, T)),
        ),
        "The starts were sorted; keep the rows in the order of their starts.": (
            lambda ids, starts, T: _rows()(ids, sorted(starts), T)
        ),
        "The starts are not used: these rows begin at the first characters of the text.": (
            lambda ids, starts, T: _rows()(ids, range(len(starts)), T),
            lambda ids, starts, T: _rows()(ids, [k * T for k in range(len(starts))], T),
            lambda ids, starts, T: _rows()(ids, [0] * len(starts), T),
        ),
        "You have one tensor with both; give two, (inputs, targets).": (
            lambda ids, starts, T: torch.stack(_rows()(ids, starts, T))
        ),
        "ids[s : T] ends at place T of the text; a row of T ids ends at s + T.": (
            _rows(lambda ids, s, T: ids[s:T], lambda ids, s, T: ids[s + 1 : T + 1]),
            _rows(lambda ids, s, T: ids[s:T]),
            _rows(targets=lambda ids, s, T: ids[s + 1 : T + 1]),
        ),
        "You added 1 to the ids; add 1 to the place, so that the next id is taken.": _rows(
            targets=lambda ids, s, T: ids[s : s + T] + 1
        ),
        "You cut off the last row and the first. In each row the last place and the first are "
        "meant: rows[:, :-1] and rows[:, 1:].": _rows(_whole, _whole, lambda x, y: (x[:-1], y[1:])),
        "Each target is one number, and it stands too far on. A row has T targets, the ids at "
        "start + 1 to start + T.": (
            _rows(targets=lambda ids, s, T: ids[s + T + 1]),
            _rows(targets=lambda ids, s, T: ids[s + 1]),
        ),
        "The targets are the inputs rolled the wrong way: the target of a place is the id after "
        "it, and that of the last place stands after the row in the text.": _rows(
            targets=lambda ids, s, T: ids[s : s + T].roll(1)
        ),
        "The text is cut into rows of T from its beginning, and the targets are the row after. "
        "Each row begins at its start, and its targets one place later.": (
            lambda ids, starts, T: (
                ids[: len(ids) // T * T].view(-1, T)[:-1],
                ids[: len(ids) // T * T].view(-1, T)[1:],
            )
        ),
        "The last row is missing: one start is left out.": (
            lambda ids, starts, T: _rows()(ids, starts[:-1], T)
        ),
        "The first row is missing: one start is left out.": (
            lambda ids, starts, T: _rows()(ids, starts[1:], T)
        ),
        "These are lists of rows; torch.stack makes one tensor of a list.": (
            _rows(join=lambda rows: rows),
            _rows(join=lambda rows: [row.tolist() for row in rows]),
        ),
        "The targets begin at the right place and end one character too late, or the inputs do: "
        "both are T long.": (
            _rows(lambda ids, s, T: ids[s : s + T + 1], lambda ids, s, T: ids[s + 1 : s + T + 2]),
        ),
    },
    hints=[
        "One row: which places does ids[s : s + T] take? And which does its answer begin at?",
        "The targets of a row are ids[s + 1 : s + T + 1].",
        "torch.stack makes one tensor of a list of rows.",
    ],
)
def rows(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


def _counts(ids, V, first=0.0):
    counts = torch.full((V, V), first)
    for now, following in pairwise(ids):
        counts[now, following] += 1
    return counts


def _some_ids():
    V = random.randint(2, 5)
    return torch.randint(0, V, (random.randint(8, 15),)), V


def _shares(counts):
    return counts / counts.sum(dim=1, keepdim=True)


def _from(change):
    """From the table of plain counts, with the change made to it."""
    return lambda ids, V: change(_counts(ids, V))


def _at_once(ids, V):
    counts = torch.ones(V, V)
    counts[ids[:-1], ids[1:]] += 1
    return _shares(counts)


@exercise(
    "07.bigram",
    cases=[
        (tensor([0, 1, 0, 0, 1, 1, 0, 0]), 2),
        (tensor([0, 1, 2, 2, 3, 0, 1, 2, 1, 1]), 5),
    ],
    random_case=_some_ids,
    borders=[(tensor([0, 0]), 1), (torch.arange(40) ** 2 % 7, 9)],
    mistakes={
        "These are the counts, one added to each: divide each row by its sum.": _from(
            lambda c: c + 1
        ),
        "These are the counts. One is to be added to each, and each row divided by its sum.": (
            _from(lambda c: c),
        ),
        "One more for every pair is missing: a pair that does not occur has probability 0, and the "
        "shares of a character that nothing follows are not numbers.": (
            _from(_shares),
            _from(lambda c: (c / c.sum(dim=1, keepdim=True)).nan_to_num(0.0)),
            _from(lambda c: c / c.sum(dim=1, keepdim=True).clamp(min=1)),
        ),
        "The one is added only where nothing was counted; add it to every pair.": (
            _from(lambda c: _shares(c.clamp(min=1)))
        ),
        "The one is added only above the line: the sum of a row must have it V times as well.": (
            _from(lambda c: (c + 1) / c.sum(dim=1, keepdim=True)),
        ),
        "The row's sum has one added only once; every one of the V pairs in a row is counted once "
        "more.": (_from(lambda c: (c + 1) / (c.sum(dim=1, keepdim=True) + 1))),
        "The ones are in the row's sum and not in the counts above the line.": (
            _from(lambda c: c / (c.sum(dim=1, keepdim=True) + c.shape[0]))
        ),
        "You added 1 / V to each count; the exercise counts every pair once more, + 1.": (
            lambda ids, V: _shares(_counts(ids, V) + 1 / V)
        ),
        "The one is added to the shares; add it to the counts, before you divide.": (
            _from(lambda c: _shares(c) + 1),
            _from(lambda c: c / c.sum() + 1),
            _from(lambda c: _shares(c / c.sum() + 1)),
            _from(lambda c: _shares(_shares(c) + 1)),
            _from(lambda c: _shares(_shares(c).nan_to_num(0.0) + 1)),
        ),
        "Rows and columns are swapped: [a, b] is b after a, so the earlier one chooses the row.": (
            _from(lambda c: _shares(c.T + 1)),
        ),
        "The columns add up to 1, and each row must: sum over dim 1.": (
            _from(lambda c: (c + 1) / (c + 1).sum(dim=0, keepdim=True)),
        ),
        "The sums of the rows were spread along the wrong dimension: keep them as a column, with "
        "keepdim=True.": _from(lambda c: (c + 1) / (c + 1).sum(dim=1)),
        "The whole table adds up to 1, and each row must.": (
            _from(lambda c: (c + 1) / (c + 1).sum())
        ),
        "A pair that occurs twice is counted once: += 1 at many places at once adds to each place "
        "only once. Count in a loop, or with bincount.": (
            _at_once,
            lambda ids, V: _shares(_counts(ids, V).clamp(max=1) + 1),
        ),
        "The last character and the first are counted as a pair, and they are no neighbours.": (
            lambda ids, V: _shares(_counts(torch.cat([ids, ids[:1]]), V, 1.0))
        ),
        "Only the first pair is counted: does return stand inside the loop?": (
            lambda ids, V: _shares(_counts(ids[:2], V, 1.0))
        ),
        "Another number than 1 is added to each count.": tuple(
            _from(lambda c, add=add: _shares(c + add)) for add in (0.01, 0.1, 0.5, 2.0, 10.0)
        ),
        "// cuts off everything after the decimal point; divide with /.": _from(
            lambda c: (c + 1) // (c + 1).sum(dim=1, keepdim=True)
        ),
        "The last pair is missing.": lambda ids, V: _shares(_counts(ids[:-1], V, 1.0)),
        "The first pair is missing.": lambda ids, V: _shares(_counts(ids[1:], V, 1.0)),
        "These pairs do not overlap; every character but the last begins one.": (
            lambda ids, V: _shares(
                torch.ones(V, V).index_put(
                    (ids[: len(ids) // 2 * 2 : 2], ids[1 : len(ids) // 2 * 2 : 2]),
                    tensor(1.0),
                    accumulate=True,
                )
            )
        ),
        "Each character is paired with itself; pair it with the one after it.": (
            lambda ids, V: _shares(torch.diag(torch.bincount(ids, minlength=V)) + 1.0),
            lambda ids, V: _shares(torch.diag(torch.bincount(ids[:-1], minlength=V)) + 1.0),
        ),
        "Every pair is counted in both directions; [a, b] is b after a alone.": (
            _from(lambda c: _shares(c + c.T + 1)),
        ),
        "Every row is the same: how frequent each character is, whatever stands before it.": (
            lambda ids, V: (torch.bincount(ids, minlength=V) / len(ids)).expand(V, V),
            lambda ids, V: ((torch.bincount(ids, minlength=V) + 1) / (len(ids) + V)).expand(V, V),
            _from(lambda c: ((c + 1).sum(dim=0) / (c + 1).sum()).expand(c.shape)),
        ),
        "No pair was counted: every character is equally likely after every other. counts[a, b] = "
        "1 sets a count, += 1 adds to it; and a tensor as the key of a dictionary equals no "
        "other, so take its .item().": (
            _from(lambda c: torch.full_like(c, 1 / len(c))),
            _from(torch.ones_like),
            _from(torch.zeros_like),
        ),
        "Parentheses are missing: / comes before +, so it must be (counts + 1) / ....": (
            _from(lambda c: c + 1 / c.sum(dim=1, keepdim=True)),
            _from(lambda c: c + 1 / (c + 1).sum(dim=1, keepdim=True)),
        ),
        "Every count is divided by the number of all pairs; divide each row by its own sum.": (
            lambda ids, V: _counts(ids, V, 1.0) / (len(ids) - 1),
            lambda ids, V: _counts(ids, V, 1.0) / len(ids),
            lambda ids, V: _counts(ids, V) / (len(ids) - 1),
        ),
        "The table has a row for every place in the text; it must have one for every character, "
        "V of them.": lambda ids, V: _shares(_counts(ids, len(ids), 1.0)),
        "The table ends with the largest id that occurs. V is given, and may be larger: a "
        "character that does not occur has a row too.": lambda ids, V: _shares(
            _counts(ids, int(ids.max()) + 1, 1.0)
        ),
        "Two loops, one inside the other, pair every character with every other. Neighbours come "
        "from one loop over zip(ids[:-1], ids[1:]).": (
            lambda ids, V: _shares(
                torch.bincount(ids[:-1], minlength=V)[:, None]
                * torch.bincount(ids[1:], minlength=V)
                + 1.0
            ),
            lambda ids, V: _shares(
                torch.bincount(ids, minlength=V)[:, None] * torch.bincount(ids, minlength=V) + 1.0
            ),
        ),
        "Each count is divided by the sum of its row without the count itself.": _from(
            lambda c: (c + 1) / ((c + 1).sum(dim=1, keepdim=True) - c - 1)
        ),
        "Each count is divided by the largest of its row; divide by the row's sum.": _from(
            lambda c: (c + 1) / (c + 1).amax(dim=1, keepdim=True)
        ),
        "You took the mean of each row; divide by its sum.": _from(
            lambda c: (c + 1) / (c + 1).mean(dim=1, keepdim=True)
        ),
        "You applied softmax to the counts; divide them by their sum.": (
            _from(lambda c: c.softmax(dim=1)),
        ),
        "These are the logarithms; the exercise asks for the probabilities themselves.": (
            _from(lambda c: _shares(c + 1).log()),
        ),
    },
    hints=[
        "Begin with a table of ones, (V, V).",
        "For every two neighbours a, b: counts[a, b] += 1.",
        "counts / counts.sum(dim=1, keepdim=True)",
    ],
)
def bigram(ids, V):
    counts = torch.ones(V, V)
    for now, following in pairwise(ids):
        counts[now, following] += 1
    return counts / counts.sum(dim=1, keepdim=True)


def _scores():
    T, V = random.randint(2, 4), random.choice([3, 5])
    scale = random.choice([1.0, 1.0, 300.0])
    return torch.randn(T, V) * scale, torch.randint(0, V, (T,))


SMALL = (1e-30, 1e-20, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)


def _log_p(logits):
    return torch.log_softmax(logits, dim=-1)


def _right(table, targets):
    return table[torch.arange(len(targets)), targets]


@exercise(
    "07.cross_entropy",
    trained_on=["logits"],
    cases=[
        (tensor([[0.0, 1.0, 2.0]]), tensor([1])),
        (
            tensor([[0.1, 0.5, 0.3, 0.1], [0.2, 0.1, 0.4, 0.3], [0.3, 0.2, 0.1, 0.4]]),
            tensor([1, 2, 2]),
        ),
        (tensor([[1000.0, 0.0], [0.0, 1.0]]), tensor([1, 0])),
    ],
    random_case=_scores,
    borders=[(torch.arange(24.0).view(6, 4) % 5, tensor([0, 3, 1, 2, 0, 3]))],
    forbid={
        "cross_entropy": (
            "F.cross_entropy is what you are to write; use exp, log and sums, or logsumexp."
        ),
        "CrossEntropyLoss": (
            "nn.CrossEntropyLoss is what you are to write; use exp, log and sums, or logsumexp."
        ),
        "NLLLoss": "nn.NLLLoss picks the right ones for you; pick them yourself.",
        "nll_loss": "F.nll_loss picks the right ones for you; pick them yourself.",
    },
    mistakes={
        "This is the surprise of the *predicted* character, the one with the highest probability. "
        "Take the probability of the right one, which targets names.": (
            lambda z, y: -_log_p(z).max(dim=-1).values.mean(),
            lambda z, y: (torch.logsumexp(z, dim=-1) - z.max(dim=-1).values).mean(),
            lambda z, y: -z.softmax(dim=-1).max(dim=-1).values.log().mean(),
        ),
        "This is the share of wrong predictions; the loss asks for the probability of the right "
        "one.": (lambda z, y: (z.argmax(dim=-1) != y).float().mean()),
        "Right, but not finite for large logits: a probability rounds to 0, or exp overflows. "
        "Never form the probability: log p is the logit minus logsumexp.": (
            lambda z, y: -_right(z.softmax(dim=-1), y).log().mean(),
            lambda z, y: -_right(z.exp() / z.exp().sum(dim=-1, keepdim=True), y).log().mean(),
            lambda z, y: (z.exp().sum(dim=-1).log() - _right(z, y)).mean(),
            lambda z, y: -_right(_shares((z - z.max()).exp()), y).log().mean(),
        ),
        "Finite, but only because a small number was added before the logarithm, which makes "
        "large losses too small.": tuple(
            lambda z, y, eps=eps: -(_right(z.softmax(dim=-1), y) + eps).log().mean()
            for eps in SMALL
        )
        + tuple(
            lambda z, y, eps=eps: -_right(z.double().softmax(dim=-1), y).clamp(min=eps).log().mean()
            for eps in SMALL
        ),
        "Finite, but only because the logits were cut off, which makes large losses too "
        "small.": tuple(
            lambda z, y, most=most, loss=loss: loss(z.clamp(-most, most), y)
            for most in (10, 20, 30, 50, 80, 88, 100, 500)
            for loss in (F.cross_entropy, lambda z, y: -_right(z.softmax(-1), y).log().mean())
        ),
        "keepdim=True is missing: the sums of the rows must stand in a column, (T, 1). And exp "
        "overflows for large logits: torch.logsumexp does not.": (
            lambda z, y: -_right(z - z.exp().sum(dim=-1).log(), y).mean(),
            lambda z, y: -_right(z.exp() / z.exp().sum(dim=-1), y).log().mean(),
        ),
        "logsumexp runs over all the logits together; it runs over each row, dim=-1.": (
            lambda z, y: torch.logsumexp(z, dim=(0, 1)) - _right(z, y).mean(),
            lambda z, y: torch.logsumexp(z.flatten(), dim=0) - _right(z, y).mean(),
        ),
        "Places and targets are exchanged: [torch.arange(T), targets], the row first.": (
            lambda z, y: -_log_p(z)[y, torch.arange(len(y))].mean()
        ),
        "exp is missing: log of the sum of the exponentials, torch.logsumexp.": (
            lambda z, y: (z.sum(dim=-1).log() - _right(z, y)).mean(),
            lambda z, y: -_right(z / z.sum(dim=-1, keepdim=True), y).log().mean(),
        ),
        "[targets] takes whole rows, those whose numbers the targets happen to be. Take one number "
        "of each row: [torch.arange(T), targets].": (
            lambda z, y: -_log_p(z)[y].mean(),
            lambda z, y: (torch.logsumexp(z, dim=-1) - z[y]).mean(),
        ),
        "This is the mean squared distance to the right answers, 1 for the right character and 0 "
        "for the others; the exercise asks for the mean surprise.": (
            lambda z, y: ((z.softmax(dim=-1) - F.one_hot(y, z.shape[-1])) ** 2).mean(),
            lambda z, y: ((z.softmax(dim=-1) - F.one_hot(y, z.shape[-1])) ** 2).sum(dim=-1).mean(),
        ),
        "This is the loss of two classes, added up over the characters: the 1 - p of the others do "
        "not count here.": tuple(
            lambda z, y, over=over: over(
                -(
                    F.one_hot(y, z.shape[-1]) * z.softmax(dim=-1).log()
                    + (1 - F.one_hot(y, z.shape[-1])) * (1 - z.softmax(dim=-1)).log()
                )
            )
            for over in (torch.mean, torch.sum, lambda t: t.sum(dim=-1).mean())
        ),
        "The logits are normalized by a plain sum of the exponentials, and the logarithm of it is "
        "missing: the logit minus logsumexp.": (
            lambda z, y: (z.exp().sum(dim=-1) - _right(z, y)).mean(),
        ),
        "The log of the right probability is multiplied by the probability itself; the surprise is "
        "-log p alone.": (
            lambda z, y: -(_right(z.softmax(dim=-1), y) * _right(_log_p(z), y)).mean(),
            lambda z, y: -(z.softmax(dim=-1) * _log_p(z)).sum(dim=-1).mean(),
        ),
        "Softmax was applied twice: what you take the log-softmax of are probabilities already.": (
            lambda z, y: -_right(_log_p(z.softmax(dim=-1)), y).mean()
        ),
        "The sign is reversed: the surprise is minus the log.": lambda z, y: _right(
            _log_p(z), y
        ).mean(),
        "This is the sum over all places; the exercise asks for the mean.": lambda z, y: (
            -_right(_log_p(z), y).sum()
        ),
        "This is one loss for each place; give their mean.": lambda z, y: -_right(_log_p(z), y),
        "The mean was taken first and the logarithm then; take the surprise of each place, then "
        "the mean.": (lambda z, y: -_right(z.softmax(dim=-1), y).mean().log()),
        "The logarithm is missing: this is the mean probability of the right ones.": (
            lambda z, y: _right(z.softmax(dim=-1), y).mean(),
            lambda z, y: -_right(z.softmax(dim=-1), y).mean(),
        ),
        "This is 1 - p, on average; the surprise is -log p.": (
            lambda z, y: (1 - _right(z.softmax(dim=-1), y)).mean()
        ),
        "These are bits; the exercise asks for nats, with the natural logarithm.": (
            lambda z, y: -_right(_log_p(z), y).mean() / math.log(2)
        ),
        "This is the perplexity; the exercise asks for the mean surprise itself.": (
            lambda z, y: (-_right(_log_p(z), y).mean()).exp()
        ),
        "logsumexp is missing: these are only the logits of the right ones.": (
            lambda z, y: -_right(z, y).mean(),
            lambda z, y: _right(z, y).mean(),
        ),
        "Softmax runs along the wrong dimension: the scores of one place, a row, "
        "belong together.": (
            lambda z, y: -_right(torch.log_softmax(z, dim=0), y).mean(),
            lambda z, y: -_right(z.softmax(dim=0), y).log().mean(),
            lambda z, y: -_right(z.exp() / z.exp().sum(dim=0), y).log().mean(),
        ),
        "logits[:, targets] takes all targets at every place. Take one at each: "
        "logits[torch.arange(T), targets].": (
            lambda z, y: -_log_p(z)[:, y].mean(),
            lambda z, y: -z.softmax(dim=-1)[:, y].log().mean(),
            lambda z, y: (torch.logsumexp(z, dim=-1) - z[:, y]).mean(),
            lambda z, y: (torch.logsumexp(z, dim=-1, keepdim=True) - z[:, y]).mean(),
        ),
        "This is the mean over every character of the vocabulary; only the right one counts.": (
            lambda z, y: -_log_p(z).mean()
        ),
        "You divided by T * V, how many logits there are; the mean is over the T places.": (
            lambda z, y: -(_log_p(z) * F.one_hot(y, z.shape[-1])).mean()
        ),
        "The largest logit is subtracted in one of the two only: it must come off the logit of the "
        "right character as well.": (
            lambda z, y: ((z - z.max()).exp().sum(dim=-1).log() - _right(z, y)).mean(),
            lambda z, y: (
                (z - z.amax(dim=-1, keepdim=True)).exp().sum(dim=-1).log() - _right(z, y)
            ).mean(),
        ),
        "Only the first place counts: is return inside the loop?": (
            lambda z, y: -_right(_log_p(z), y)[0],
        ),
        "Only the last place counts.": lambda z, y: -_right(_log_p(z), y)[-1],
        "The largest logit was subtracted in one place only. It must go from both, from the "
        "exponents and from the right logit; or add it to the logarithm again.": (
            lambda z, y: (
                (z - z.max(dim=-1, keepdim=True).values).exp().sum(dim=-1).log() - _right(z, y)
            ).mean()
        ),
    },
    hints=[
        "Which number in each row of logits belongs to the right character?",
        "logits[torch.arange(len(targets)), targets] are the right ones' logits.",
        "The loss at a place is torch.logsumexp of its row minus the right one's logit; take the "
        "mean.",
    ],
)
def cross_entropy(logits, targets):
    right = logits[torch.arange(len(targets)), targets]
    return (torch.logsumexp(logits, dim=-1) - right).mean()


def _table():
    V, B, T = random.randint(3, 5), random.randint(2, 3), random.randint(2, 4)
    return torch.randn(V, V), torch.randint(0, V, (B, T + 1)), random.uniform(0.5, 2.0)


def _loss(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def _step(
    inputs=lambda rows: rows[:, :-1],
    targets=lambda rows: rows[:, 1:],
    last=lambda z: z,
    loss=_loss,
    new=lambda table, grad, lr: table - lr * grad,
    back=lambda loss, new, after: (loss, new),
):
    """The step with another part in it."""

    def step(table, rows, lr):
        old = table.clone().requires_grad_()
        before = loss(last(old[inputs(rows)]), targets(rows))
        (grad,) = torch.autograd.grad(before, old)
        moved = new(table, grad, lr)
        after = loss(last(moved[inputs(rows)]), targets(rows))
        return back(before.item(), moved, after.item())

    return step


def _softmax(z):
    return z.softmax(dim=-1)


def _run_step(step, table, rows, lr):
    """The learner's step; the loss may be a number or a tensor."""
    answer = step(table, rows, lr)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return answer
    loss, new = answer
    swapped = not isinstance(new, torch.Tensor) or new.dim() < 2
    if isinstance(loss, torch.Tensor) and loss.dim() > 0 and not swapped:
        raise Wrong(f"The loss must be one number; yours has shape {tuple(loss.shape)}.")
    return loss, new.detach() if isinstance(new, torch.Tensor) else new


def _row_by_row(reset):
    def step(table, rows, lr):
        table = table.clone().requires_grad_()
        for row in rows:
            if reset:
                table.grad = None
            loss = F.cross_entropy(table[row[:-1]], row[1:])
            loss.backward()
            with torch.no_grad():
                table -= lr * table.grad
        return loss.item(), table.detach()

    return step


def _with_slopes(loss, times):
    """The same number, whose slopes are that many times as large."""
    return loss + (times - 1) * (loss - loss.detach())


@exercise(
    "07.step",
    cases=[
        (torch.zeros(3, 3), tensor([[0, 1]]), 1.0),
        (
            tensor([[0.0, 1.0, 2.0], [1.0, 0.0, 0.0], [0.5, 0.0, 1.0]]),
            tensor([[0, 1, 2], [2, 2, 0]]),
            2.0,
        ),
    ],
    random_case=_table,
    borders=[
        (torch.arange(16.0).view(4, 4) % 3, torch.arange(18).view(6, 3) % 4, 0.5),
        (torch.arange(16.0).view(4, 4) % 3, tensor([[0, 3]]), 0.0),
    ],
    call=_run_step,
    mistakes={
        "Both mistakes are still there: softmax before cross_entropy, and targets that are not "
        "shifted.": (_step(lambda rows: rows, lambda rows: rows, _softmax),),
        "The targets are right now. But cross_entropy is still given probabilities; it takes "
        "logits.": (_step(last=_softmax),),
        "Softmax is gone, good. But the answer to each character is still that character itself: "
        "the inputs are rows[:, :-1], the targets one place further on.": (
            _step(lambda rows: rows, lambda rows: rows),
            _step(targets=lambda rows: rows[:, :-1]),
            _step(lambda rows: rows[:, 1:]),
        ),
        "Here it learns backwards, which character stood *before*: inputs and targets "
        "are swapped.": (_step(lambda rows: rows[:, 1:], lambda rows: rows[:, :-1]),),
        "Inputs and targets are swapped, and cross_entropy is still given probabilities; it takes "
        "logits.": (_step(lambda rows: rows[:, 1:], lambda rows: rows[:, :-1], _softmax),),
        "The logarithm is missing: the loss of a place is minus the log of the right one's "
        "probability.": (
            _step(
                loss=lambda z, y: -z.softmax(-1).gather(2, y[..., None]).mean(),
            ),
        ),
        "The targets are rolled round: the last of each row is answered with its first. Leave the "
        "last out of the inputs.": _step(lambda rows: rows, lambda rows: rows.roll(-1, 1)),
        "Only the last place of each row is learned from; a row holds T examples.": (
            _step(lambda rows: rows[:, -2:-1], lambda rows: rows[:, -1:]),
        ),
        "You cut off whole rows; the last and the first place of each row are meant: rows[:, :-1] "
        "and rows[:, 1:].": (
            _step(lambda rows: rows[:-1], lambda rows: rows[1:]),
            _step(lambda rows: rows[:-1], lambda rows: rows[1:], _softmax),
        ),
        "An example of each row is left out: the inputs are all ids but the last, rows[:, :-1], "
        "and the targets all but the first.": (
            _step(lambda rows: rows[:, :-2], lambda rows: rows[:, 1:-1]),
            _step(lambda rows: rows[:, 1:-1], lambda rows: rows[:, 2:]),
        ),
        "The targets stand two places after the inputs; one place is meant.": (
            _step(lambda rows: rows[:, :-2], lambda rows: rows[:, 2:]),
        ),
        "[:, targets] takes all targets at every place; one belongs to each.": _step(
            loss=lambda z, y: -z.log_softmax(-1).flatten(0, 1)[:, y.flatten()].mean()
        ),
        "The sum of the losses is divided by the number of rows; the mean is over all examples, "
        "and each row holds T of them.": _step(
            loss=lambda z, y: (
                F.cross_entropy(z.flatten(0, 1), y.flatten(), reduction="sum") / len(y)
            )
        ),
        "You make a step for each row of ids; the one step goes along the slope of the mean loss "
        "of all of them.": (_row_by_row(reset=False), _row_by_row(reset=True)),
        "Only the first row of ids is learned from.": _step(
            lambda rows: rows[:1, :-1], lambda rows: rows[:1, 1:]
        ),
        "The step is twice as long: it was made twice, or with twice the rate or twice the "
        "slopes.": _step(new=lambda table, grad, lr: table - 2 * lr * grad),
        "The step is as many times too long as there are rows: the slopes of the rows were added, "
        "and the loss is the mean over all of them.": _step(
            loss=lambda z, y: _with_slopes(F.cross_entropy(z.transpose(1, 2), y), len(y))
        ),
        "The step is as many times too long as there are examples: the slopes of all were added, "
        "and the loss is their mean.": _step(
            loss=lambda z, y: _with_slopes(F.cross_entropy(z.transpose(1, 2), y), y.numel())
        ),
        "softmax runs along the wrong dimension, and cross_entropy takes logits anyway.": tuple(
            _step(inputs, targets, lambda z, dim=dim: z.softmax(dim))
            for dim in (0, 1)
            for inputs, targets in (
                (lambda rows: rows[:, :-1], lambda rows: rows[:, 1:]),
                (lambda rows: rows, lambda rows: rows),
            )
        ),
        "cross_entropy is given the logarithm of the logits; it takes them as they are.": _step(
            last=torch.log
        ),
        "Only the first place of each row is learned from; a row holds T examples.": (
            _step(lambda rows: rows[:, :1], lambda rows: rows[:, 1:2]),
        ),
        "The step goes uphill: subtract lr times the slope.": (
            _step(new=lambda table, grad, lr: table + lr * grad)
        ),
        "The rate is missing in the step.": _step(new=lambda table, grad, lr: table - grad),
        "The slopes are divided by the rate; multiply.": (
            _step(new=lambda table, grad, lr: table - grad / lr)
        ),
        "The table is given back as it was.": _step(new=lambda table, grad, lr: table),
        "These are the slopes; the new table is the old one minus lr times them.": (
            _step(new=lambda table, grad, lr: grad)
        ),
        "This is only what the table moves by; give the new table.": (
            _step(new=lambda table, grad, lr: -lr * grad),
            _step(new=lambda table, grad, lr: lr * grad),
        ),
        "The loss is the one after the step; the exercise asks for the one before it.": (
            _step(back=lambda loss, new, after: (after, new))
        ),
        "The loss is a sum; the exercise asks for the mean over all examples.": (
            _step(loss=lambda z, y: F.cross_entropy(z.flatten(0, 1), y.flatten(), reduction="sum"))
        ),
        "The table is given back before the loss; first the loss, then the table.": (
            _step(back=lambda loss, new, after: (new, loss))
        ),
        "Only the table is given back; the exercise asks for the loss before it.": (
            _step(back=lambda loss, new, after: new)
        ),
        "Only the loss is given back; the exercise asks for the new table after it.": (
            _step(back=lambda loss, new, after: loss)
        ),
        "The logits stand in the wrong order for the targets: flatten(0, 1) puts one row of V "
        "scores a place; a transpose or a reshape to (V, …) mixes them.": (
            _step(loss=lambda z, y: F.cross_entropy(z.transpose(0, 1).flatten(0, 1), y.flatten())),
            _step(loss=lambda z, y: F.cross_entropy(z.flatten(0, 1), y.T.flatten())),
            _step(loss=lambda z, y: F.cross_entropy(z.reshape(len(z), z.shape[2], z.shape[1]), y)),
        ),
        "The columns of the table are looked up; the scores for what follows stand in a row.": (
            lambda table, rows, lr: (lambda answer: (answer[0], answer[1].T))(
                _step()(table.T, rows, lr)
            )
        ),
    },
    hints=[
        "What does cross_entropy do with what it is given, before it takes the logarithm?",
        "What is the right answer to the character at place t of a row? And which place has none?",
        "logits = table[rows[:, :-1]], targets = rows[:, 1:], and no softmax.",
    ],
)
def step(table, rows, lr):
    table = table.clone().requires_grad_()
    logits = table[rows[:, :-1]]
    loss = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    return loss.item(), table.detach() - lr * table.grad
