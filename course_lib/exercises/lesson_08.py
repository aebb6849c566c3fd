"""Exercises of lesson 08, Attention."""

import itertools
import random

import torch
from torch import tensor

from course_lib.exercises.registry import exercise

NO_LOOP = "A loop over the places is not needed here: {} does all of them at once."


def _any_text():
    shape = random.choice([(4, 3), (2, 5, 3), (3, 2, 4), (2, 3, 4, 2)])
    return (torch.randn(shape),)


def _counted(x, first=1):
    """1, 2, ..., T, one below the other."""
    return torch.arange(first, x.shape[-2] + first)[:, None]


def _blend(weights):
    """A sum over the places with a table of weights (T, T), made from the table of ones."""
    return lambda x: weights(torch.ones(x.shape[-2], x.shape[-2])) @ x


def _shared(table, dim=-1):
    return table / table.sum(dim=dim, keepdim=True)


def _later(table, diagonal=1):
    return torch.ones_like(table, dtype=torch.bool).triu(diagonal)


@exercise(
    "08.past_means",
    cases=[
        (tensor([[1.0], [3.0], [8.0]]),),
        (tensor([[[2.0, 0.0], [4.0, 6.0]], [[1.0, 1.0], [0.0, 5.0]], [[3.0, 7.0], [9.0, 2.0]]]),),
    ],
    random_case=_any_text,
    borders=[
        (tensor([[2.0, 3.0]]),),
        (torch.arange(16.0).view(8, 2) ** 2 % 7,),
        (torch.arange(24.0).view(2, 2, 6) ** 2 % 5,),
        (torch.arange(8.0).view(2, 2, 2) ** 2 % 5,),
    ],
    facts={"there are more than two places": lambda x: x.shape[-2] > 2},
    forbid={"loop": NO_LOOP.format("a matrix product, or cumsum,")},
    mistakes={
        "Every place got the mean of the whole text. It may not use what comes later.": (
            _blend(_shared),
            lambda x: x.mean(dim=-2, keepdim=True),
        ),
        "Each place got the mean of its own row and all that come later; the earlier ones are "
        "meant: tril, not triu.": _blend(lambda ones: _shared(ones.triu())),
        "The place itself is missing: the mean goes up to and including its own row.": (
            _blend(lambda ones: _shared(ones.tril(-1))),
            _blend(lambda ones: _shared(ones.tril(-1)).nan_to_num()),
        ),
        "These are running sums. Divide each by the number of rows in it: 1, 2, ..., T.": (
            _blend(torch.tril),
            lambda x: x.cumsum(-2),
        ),
        "Every running sum was divided by the same number; place t has t + 1 rows in its sum.": (
            lambda x: x.cumsum(-2) / x.shape[-2],
            lambda x: x.cumsum(-2) / (x.shape[-2] + 1),
        ),
        "len(x) and x.shape[0] are the number of places only where nothing stands in front of "
        "them: T is x.shape[-2].": (
            lambda x: x.cumsum(-2) / torch.arange(1, len(x) + 1)[:, None],
            lambda x: _shared(torch.ones(len(x), len(x)).tril()) @ x,
        ),
        "The counts 1, 2, ..., T lie in a row, so every column is divided by one of them: stand "
        "them upright, [:, None].": lambda x: x.cumsum(-2) / torch.arange(1, x.shape[-2] + 1),
        "With // every weight below 1 becomes 0: divide with /.": _blend(
            lambda ones: ones.tril() // ones.tril().sum(1, keepdim=True)
        ),
        "Weights and rows were multiplied number by number. The weighted sum over the places is a "
        "matrix product: weights @ x.": (
            lambda x: _blend(lambda ones: _shared(ones.tril()))(torch.eye(x.shape[-2])) * x,
        ),
        "The product is the wrong way round: weights @ x.": (
            lambda x: x @ _shared(torch.ones(x.shape[-2], x.shape[-2]).tril()),
            lambda x: x @ _shared(torch.ones(x.shape[-2], x.shape[-2]).tril()).T,
        ),
        "This is the largest number so far, the exercise asks for the mean.": (
            lambda x: x.cummax(-2).values
        ),
        "The count begins at 0: the first sum has one row in it, the last T.": lambda x: (
            x.cumsum(-2) / _counted(x, 0)
        ),
        "The count begins at 2: the first sum has one row in it, the last T.": lambda x: (
            x.cumsum(-2) / _counted(x, 2)
        ),
        "The running sum goes along the numbers of a row; it must go along the places, dim=-2.": (
            lambda x: x.cumsum(-1) / torch.arange(1, x.shape[-1] + 1),
            lambda x: x.cumsum(-1),
        ),
        "dim=0 is the places only where nothing stands in front of them: dim=-2.": (
            lambda x: x.cumsum(0) / torch.arange(1, len(x) + 1).view(-1, *[1] * (x.dim() - 1)),
            lambda x: x.cumsum(0) / torch.arange(1, len(x) + 1)[:, None],
        ),
        "dim=1 is the places only where one dimension stands in front of them: dim=-2.": (
            lambda x: (
                x.cumsum(1) / torch.arange(1, x.shape[1] + 1).view(1, -1, *[1] * (x.dim() - 2))
            ),
            lambda x: x.cumsum(1) / torch.arange(1, x.shape[1] + 1)[:, None],
        ),
        "The weights add up to 1 in each column; they must do so in each row, dim=1, "
        "keepdim=True.": (_blend(lambda ones: _shared(ones.tril(), 0)),),
        "Without keepdim=True the sums lie in a row, and every column is divided by one of them: "
        "sum(dim=1, keepdim=True).": _blend(lambda ones: ones.tril() / ones.tril().sum(1)),
        "The weights are transposed: row t must hold what place t takes from each place.": (
            _blend(lambda ones: _shared(ones.tril()).T),
        ),
        "A score of 0 hides nothing, as e to the power of 0 is 1. Hide the future with -inf.": (
            _blend(lambda ones: ones.tril().softmax(-1)),
            _blend(lambda ones: (ones - 1).tril().softmax(-1)),
        ),
        "Each place was averaged with the mean before it; all rows of the past count the same.": (
            lambda x: (x + x.roll(1, -2)) / 2,
            lambda x: (x + torch.cat([x[..., :1, :], x[..., :-1, :]], dim=-2)) / 2,
            lambda x: (x + torch.cat([0 * x[..., :1, :], x[..., :-1, :]], dim=-2)) / 2,
        ),
    },
    hints=[
        "The mean of the first rows is their sum, divided by how many they are.",
        "Either x.cumsum(dim=-2), or a table of weights: torch.tril(torch.ones(T, T)).",
        "Divide each row of that table by its sum, with keepdim=True, and multiply: weights @ x.",
    ],
)
def past_means(x):
    T = x.shape[-2]
    return x.cumsum(dim=-2) / torch.arange(1, T + 1)[:, None]


def _lower(by):
    """The scores of the future lowered by a number, and not hidden."""
    return lambda s: s + by * torch.ones_like(s).triu(1)


def _weights(hidden=_later, fill=-torch.inf, dim=-1, before=lambda s: s):
    return lambda s: before(s).masked_fill(hidden(s[..., :, :]), fill).softmax(dim)


def _table():
    shape = random.choice([(3, 3), (4, 4), (2, 5, 5), (3, 2, 4, 4)])
    return (torch.randn(shape) * random.choice([0.5, 2.0]) + random.choice([0.0, -3.0, -1000.0]),)


@exercise(
    "08.causal_weights",
    cases=[
        (tensor([[1.0, 5.0], [2.0, 2.0]]),),
        (tensor([[0.0, 1.0, 2.0], [3.0, 1.0, 4.0], [0.0, -2.0, 1.0]]),),
        (torch.arange(18.0).reshape(2, 3, 3) % 5,),
    ],
    random_case=_table,
    borders=[
        (tensor([[3.0]]),),
        (torch.arange(64.0).view(8, 8) ** 2 % 7,),
        (torch.arange(8.0).view(2, 2, 2) ** 2 % 5,),
        (tensor([[0.0, 60.0, -60.0], [0.0, 0.0, 70.0], [60.0, 0.0, 60.0]]),),
    ],
    trained_on=["scores"],
    forbid={
        "causal_softmax": (
            "The exercise asks you to write it without causal_softmax: mask the scores with -inf, "
            "then take the softmax."
        )
    },
    facts={"a score is below -100": lambda scores: bool((scores < -100).any())},
    mistakes={
        "The future is not hidden: this is the softmax of all the scores.": lambda s: s.softmax(-1),
        "The future was set to 0 after the softmax, so the rows no longer add up to 1. Hide it "
        "before, with -inf.": lambda s: s.softmax(-1).tril(),
        "A score of 0 hides nothing, as e to the power of 0 is 1. Hide the future with -inf.": (
            _weights(fill=0.0),
            lambda s: s.tril().softmax(-1),
        ),
        "The past is hidden in place of the future.": (
            _weights(lambda s: _later(s).mT),
            _weights(lambda s: ~_later(s, 0)),
        ),
        "True and False are the wrong way round in your mask: the future was kept, and place and "
        "past are hidden.": _weights(lambda s: ~_later(s)),
        "The place itself is hidden as well, and then nothing is left for the first one. Begin "
        "above the diagonal: triu(1), or tril() for what is kept.": (
            _weights(lambda s: _later(s, 0)),
            _weights(lambda s: _later(s, 0), fill=-1e9),
        ),
        "One place of the future is still seen: triu(1) begins right above the diagonal.": (
            _weights(lambda s: _later(s, 2))
        ),
        "A score that happens to be 0 is hidden too. Look for zeros in the mask, not in the "
        "scores.": (lambda s: s.tril().masked_fill(s.tril() == 0, -torch.inf).softmax(-1),),
        "The softmax runs over the places that ask, dim=-2; each row must add up to 1, dim=-1.": (
            _weights(dim=-2)
        ),
        "The softmax runs over the first dimension; each row must add up to 1, dim=-1.": _weights(
            dim=0
        ),
        "dim=1 is the places that answer only in a single table; dim=-1 is them always.": (
            _weights(dim=1),
            lambda s: _shared(s.softmax(-1).tril(), 1),
            lambda s: _shared((s - s.max()).exp().tril(), 1),
            lambda s: _shared(s.exp().tril(), 1),
        ),
        "The future is hidden, but the softmax is over the whole table; each row must add up to 1, "
        "dim=-1.": lambda s: (
            s.masked_fill(_later(s), -torch.inf).flatten().softmax(0).view(s.shape)
        ),
        "e to the power of the scores was divided by the sum of the whole table; each row must add "
        "up to 1: sum(dim=-1, keepdim=True).": (
            lambda s: s.exp().tril() / s.exp().tril().sum(),
            lambda s: (s - s.max()).exp().tril() / (s - s.max()).exp().tril().sum(),
        ),
        "The softmax is missing: these are the masked scores.": (
            lambda s: s.masked_fill(_later(s), -torch.inf),
            lambda s: s.tril(),
        ),
        "The exponentials are there; each row has still to be divided by its sum.": (
            lambda s: s.exp().tril(),
            lambda s: s.masked_fill(_later(s), -torch.inf).exp(),
        ),
        "exp of a score of -1000 is 0, and 0 / 0 is nan: take the largest score away first, or use "
        "softmax.": lambda s: _shared(s.exp().tril()),
        "Without keepdim=True the sums of the rows lie in a row, and every column is divided by "
        "one of them: sum(dim=-1, keepdim=True).": (
            lambda s: s.exp().tril() / s.exp().tril().sum(-1),
            lambda s: (s - s.max()).exp().tril() / (s - s.max()).exp().tril().sum(-1),
            lambda s: s.softmax(-1).tril() / s.softmax(-1).tril().sum(-1),
        ),
        "len(scores) is the number of places only in a single table: T is scores.shape[-1].": (
            lambda s: s.masked_fill(_later(torch.ones(len(s), len(s))), -torch.inf).softmax(-1)
        ),
        "You masked with +inf; the future must be so small that nothing is left of it, -inf.": (
            _weights(fill=torch.inf)
        ),
        "All the weight went to the largest score. Softmax gives every place of the past a "
        "share.": lambda s: torch.eye(s.shape[-1])[_mask_before(s).argmax(-1)],
        "Sigmoid looks at each score alone; softmax makes each row add up to 1.": (
            lambda s: s.sigmoid().tril(),
            lambda s: _mask_before(s).sigmoid(),
        ),
        "Rows and columns have changed places: the rows ask, the columns answer.": (
            _weights(before=lambda s: s.mT),
            lambda s: _weights()(s).mT,
        ),
        "The scores are not used: these are the weights of a plain mean.": (
            lambda s: torch.ones_like(s).tril() / torch.arange(1, s.shape[-1] + 1)[:, None],
        ),
        "You divided the scores by something first. That belongs to where they are made.": (
            _weights(before=lambda s: s / s.shape[-1] ** 0.5),
            _weights(before=lambda s: s / s.shape[-1]),
            _weights(before=lambda s: s / 2),
        ),
        "A number not far below 0 hides only in part: -inf hides.": (
            *(_weights(fill=by) for by in (-1.0, -2.0, -5.0, -9.0, -10.0, -20.0, -50.0, -100.0)),
            *(lambda s, by=by: _lower(by)(s).softmax(-1) for by in (-1.0, -10.0, -50.0)),
        ),
        "0 times -inf is nan, and so are the scores that should stay. masked_fill(future, -inf) "
        "does it, or the sum with torch.full((T, T), -inf).triu(1).": (
            lambda s: (s + torch.ones_like(s).triu(1) * -torch.inf).softmax(-1),
        ),
        "Hidden with 0 before the softmax, and cut away after it, so that the rows no longer add "
        "up to 1: -inf before it does both.": lambda s: (
            s.masked_fill(_later(s), 0.0).softmax(-1).tril()
        ),
        "This is the log of the weights.": lambda s: s.masked_fill(
            _later(s), -torch.inf
        ).log_softmax(-1),
        "Softmax is taken twice.": (
            lambda s: _weights()(s).softmax(-1),
            lambda s: _weights()(s.softmax(-1)),
        ),
        "Divided by the sum without the exponential.": lambda s: _shared(s.tril()),
        "The sign of the scores is reversed: the best must get the most.": (
            _weights(before=lambda s: -s)
        ),
    },
    hints=[
        "Which scores of row t belong to the future? Those right of the diagonal: triu(1).",
        "scores.masked_fill(future, float('-inf')), and then the softmax.",
        "Each row adds up to 1: softmax(dim=-1).",
    ],
)
def causal_weights(scores):
    T = scores.shape[-1]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(dim=-1)


def _mask_before(scores):
    return scores.masked_fill(_later(scores), -torch.inf)


def _mask_of(T, scores):
    """The mask of T places, whatever shape the scores have."""
    return scores.masked_fill(_later(torch.ones(T, T)), -torch.inf)


def _attention(
    divisor=lambda q: q.shape[-1] ** 0.5,
    mask=_mask_before,
    dim=-1,
    after=lambda w: w,
    scores=lambda q, k: q @ k.mT,
    fetch=lambda w, v: w @ v,
):
    """Attention with another part in it; after is what happens to the weights."""
    return lambda q, k, v: fetch(after(mask(scores(q, k) / divisor(q)).softmax(dim)), v)


def _from_rows(attention, order=(0, 1, 2)):
    """The same from a text's rows and three matrices."""

    def head(x, *matrices):
        return attention(*(x @ matrices[i] for i in order))

    return head


SEEN = {"mask": lambda s: s}
AFTER = {"mask": lambda s: s, "after": torch.tril}
ZERO = {"mask": torch.tril}
NOT_SCALED = {"divisor": lambda q: 1.0}
SLIPS = {
    "The future is not hidden: mask the scores with -inf before the softmax.": SEEN,
    "The future was set to 0 after the softmax, so the rows no longer add up to 1: mask the "
    "scores with -inf before it.": AFTER,
    "A score of 0 hides nothing, as e to the power of 0 is 1: mask with -inf.": ZERO,
    "The past is hidden in place of the future: triu(1) is what to hide.": {
        "mask": lambda s: s.masked_fill(_later(s).mT, -torch.inf)
    },
    "The place itself is hidden as well: triu(1) begins above the diagonal.": {
        "mask": lambda s: s.masked_fill(_later(s, 0), -torch.inf)
    },
    "The scores are not scaled: divide by the root of the head dimension D.": NOT_SCALED,
    "Divided by D; divide by its root.": {"divisor": lambda q: q.shape[-1]},
    "Multiplied by the root of D; divide by it.": {"divisor": lambda q: q.shape[-1] ** -0.5},
    "Divided by the root of T, the number of places; the head dimension D is meant.": {
        "divisor": lambda q: q.shape[-2] ** 0.5
    },
    "The softmax runs over the places that ask; it belongs to those that answer, the last "
    "dimension.": {"dim": -2},
    "Softmax is missing: the scores themselves are taken as weights.": {
        "mask": lambda s: s.tril(),
        "after": lambda w: w,
        "dim": None,
    },
    "True and False are the wrong way round in your mask: the future was kept, and place and past "
    "are hidden.": {"mask": lambda s: s.masked_fill(~_later(s), -torch.inf)},
    "A score that happens to be 0 is hidden too. Look for zeros in the mask, not in the scores.": {
        "mask": lambda s: s.tril().masked_fill(s.tril() == 0, -torch.inf)
    },
    "You divided by D and by 2, as ** 1 / 2 does: write ** 0.5 for the root.": {
        "divisor": lambda q: q.shape[-1] * 2.0
    },
    "You divided by half of D; divide by its root, ** 0.5.": {
        "divisor": lambda q: q.shape[-1] / 2.0
    },
    "The weights were divided by the root of D; divide the scores, before the softmax.": {
        "divisor": lambda q: 1.0,
        "fetch": lambda w, v: w / v.shape[-1] ** 0.5 @ v,
    },
    "The root was taken of the scores too: parentheses around what is divided by, (D ** 0.5).": {
        "scores": lambda q, k: (q @ k.mT / q.shape[-1]) ** 0.5,
        "divisor": lambda q: 1.0,
    },
    "The weights are transposed: row t holds what place t takes from each place, weights @ v.": {
        "fetch": lambda w, v: w.mT @ v
    },
    "There is a second softmax, of what was fetched; the weighted sum of the values is the "
    "answer.": {"fetch": lambda w, v: (w @ v).softmax(-1)},
    "Softmax is taken twice; once makes weights of the scores.": {"after": lambda w: w.softmax(-1)},
    "Queries and keys have changed places: row t must hold what place t asks.": {
        "scores": lambda q, k: k @ q.mT
    },
}


def _parts(**changes):
    """Attention with the changed parts; dim=None leaves the softmax out."""
    if changes.get("dim", -1) is None:
        divisor = changes.get("divisor", lambda q: q.shape[-1] ** 0.5)
        return lambda q, k, v: (q @ k.mT / divisor(q)).tril() @ v
    return _attention(**changes)


def _one_head():
    T, C, D = random.choice([(4, 6, 3), (5, 3, 2), (3, 4, 4), (6, 5, 1)])
    return torch.randn(T, C), *(torch.randn(C, D) for _ in range(3))


@exercise(
    "08.head",
    cases=[
        (
            tensor([[1.0, 0.0], [0.0, 1.0]]),
            tensor([[1.0, 2.0], [0.0, 1.0]]),
            tensor([[0.0, 1.0], [3.0, 1.0]]),
            tensor([[1.0, 4.0], [2.0, 0.0]]),
        ),
        (
            tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0], [2.0, -1.0, 0.0], [1.0, 1.0, -1.0]]),
            tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]),
            tensor([[0.0, 1.0], [1.0, 1.0], [-1.0, 0.0]]),
            tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        ),
    ],
    random_case=_one_head,
    borders=[
        (torch.eye(2),) * 4,  # a score of exactly 0
        (tensor([[1.0, 2.0]]), *(torch.arange(4.0).view(2, 2) * step % 5 for step in (1, 2, 3))),
        (
            torch.arange(16.0).view(8, 2).cos(),
            *(torch.arange(6.0).view(2, 3) * step % 5 for step in (1, 2, 3)),
        ),
        tuple((torch.arange(9.0).view(3, 3) * step).cos() for step in (1, 2, 3, 4)),
    ],
    trained_on=["x", "W_q", "W_k", "W_v"],
    mistakes={
        **{sentence: _from_rows(_parts(**changes)) for sentence, changes in SLIPS.items()},
        "Divided by the root of C, the length of a row of x; the dot product has D numbers.": (
            lambda x, W_q, W_k, W_v: _attention(lambda q: x.shape[1] ** 0.5)(
                x @ W_q, x @ W_k, x @ W_v
            )
        ),
        "The rows of x were fetched; their values, x @ W_v, are meant.": (
            lambda x, W_q, W_k, W_v: _attention()(x @ W_q, x @ W_k, x)
        ),
        "The keys were fetched; the values, x @ W_v, are meant.": _from_rows(
            _attention(), (0, 1, 1)
        ),
        "These are the weights; they are still to be multiplied by the values.": _from_rows(
            _attention(fetch=lambda w, v: w)
        ),
        "The scores are made of the rows themselves; queries and keys have to meet, q @ k.T.": (
            lambda x, W_q, W_k, W_v: _attention(lambda q: W_q.shape[1] ** 0.5)(x, x, x @ W_v),
            lambda x, W_q, W_k, W_v: _attention()(x, x, x @ W_v),
            lambda x, W_q, W_k, W_v: _attention(lambda q: 1.0)(x, x, x @ W_v),
        ),
        "The matrices are (C, D), so it is x @ W_q without .T; only the weight of nn.Linear is "
        "stored the other way round.": lambda x, W_q, W_k, W_v: _attention()(
            x @ W_q.T, x @ W_k.T, x @ W_v.T
        ),
        "q.T @ k compares numbers of the rows; q @ k.T gives a score for every two places.": (
            _from_rows(lambda q, k, v: _mask_of(len(q), q.T @ k / q.shape[1] ** 0.5).softmax(1) @ v)
        ),
        "The product is the wrong way round: weights @ v, (T, T) @ (T, D).": (
            _from_rows(_attention(fetch=lambda w, v: v.T @ w)),
            _from_rows(_attention(fetch=lambda w, v: v.T @ w.T)),
            _from_rows(_attention(fetch=lambda w, v: v @ w)),
        ),
        "x itself was added. The exercise asks only for what each place fetches.": (
            lambda x, W_q, W_k, W_v: x + _attention()(x @ W_q, x @ W_k, x @ W_v)
        ),
        "Mask and softmax are missing: the scores themselves are taken as weights.": _from_rows(
            lambda q, k, v: q @ k.mT / q.shape[-1] ** 0.5 @ v
        ),
        "These are the scores; the softmax and the values are still to come.": (
            _from_rows(lambda q, k, v: q @ k.mT / q.shape[-1] ** 0.5),
            _from_rows(lambda q, k, v: q @ k.mT),
        ),
        "Neither scaled nor masked.": _from_rows(_parts(**SEEN, **NOT_SCALED)),
        "Not scaled, and the future set to 0 after the softmax in place of -inf "
        "before it.": _from_rows(_parts(**AFTER, **NOT_SCALED)),
        "Not scaled, and the softmax runs over the places that ask.": _from_rows(
            _parts(**NOT_SCALED, dim=-2)
        ),
        "Divided by the root of C and not of D, and the future is not "
        "hidden.": lambda x, W_q, W_k, W_v: _attention(lambda q: x.shape[1] ** 0.5, **SEEN)(
            x @ W_q, x @ W_k, x @ W_v
        ),
        "Divided by the root of C and not of D, and the future set to 0 after the softmax.": (
            lambda x, W_q, W_k, W_v: _attention(lambda q: x.shape[1] ** 0.5, **AFTER)(
                x @ W_q, x @ W_k, x @ W_v
            )
        ),
        "Queries take the place of keys as well: W_k is not used.": _from_rows(
            _attention(), (0, 0, 2)
        ),
        "Keys take the place of queries as well: W_q is not used.": _from_rows(
            _attention(), (1, 1, 2)
        ),
    },
    hints=[
        "First q, k and v: three products with x.",
        "scores = q @ k.T / q.shape[1] ** 0.5",
        "Mask with -inf what is right of the diagonal, softmax along dim=1, then weights @ v.",
    ],
)
def head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    scores = q @ k.T / q.shape[1] ** 0.5
    T = len(x)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(dim=1) @ v


WIDE = {"divisor": lambda q: (q.shape[1] * q.shape[3]) ** 0.5}
FAULTS = {
    "Divided by the root of C = H * D; the dot product of a head has D numbers.": WIDE,
    "The softmax runs over the places that ask; it belongs to those that answer, dim=3.": {
        "dim": 2
    },
    "The future is set to 0 after the softmax, so the rows no longer add up to 1: mask the scores "
    "with -inf before it.": AFTER,
}


def _left():
    """What is still wrong, for one, two or all three of the faults."""
    for n in (1, 2, 3):
        for sentences in itertools.combinations(FAULTS, n):
            changes = {}
            for sentence in sentences:
                changes |= FAULTS[sentence]
            found = (
                "One fault is left. ",
                "Two faults are left. ",
                "All three faults are still there. ",
            )
            yield found[n - 1] + " ".join(sentences), _attention(**changes)


def _many_heads():
    B, H, T, D = random.choice([(1, 2, 3, 4), (2, 3, 5, 2), (2, 2, 4, 3), (3, 1, 4, 2)])
    return tuple(torch.randn(B, H, T, D) for _ in range(3))


@exercise(
    "08.attention",
    cases=[
        tuple(
            tensor(rows).view(1, 2, 2, 1)
            for rows in ([1.0, 2, 3, 1], [1.0, 0, 2, 1], [1.0, 5, 2, 8])
        ),
        tuple((torch.arange(24.0) * step % 7 - 3).view(1, 2, 3, 4) for step in (1, 3, 5)),
    ],
    random_case=_many_heads,
    borders=[
        tuple((torch.arange(16.0) * step).cos().view(2, 2, 2, 2) for step in (1, 2, 3)),
        tuple((torch.arange(36.0) * step).cos().view(1, 2, 6, 3) for step in (1, 2, 3)),
        tuple(tensor([[[[2.0, 1.0]]]]) * step for step in (1, 2, 3)),
        tuple((torch.arange(60.0) * step).cos().view(5, 2, 2, 3) for step in (1, 2, 3)),
        tuple((torch.arange(16.0) * step).cos().view(2, 2, 2, 2) * 5 for step in (1, 2, 3)),
    ],
    trained_on=["q", "k", "v"],
    mistakes={
        **dict(_left()),
        **{
            sentence: _parts(**changes)
            for sentence, changes in SLIPS.items()
            if changes is not AFTER
        },
        "The softmax runs over the heads; it belongs to the places that answer, dim=3.": _attention(
            dim=1
        ),
        "Divided by the root of H, the number of heads; the head dimension D is meant.": _attention(
            lambda q: q.shape[1] ** 0.5
        ),
        "A number not far below 0 hides the future only in part: -inf hides.": tuple(
            _attention(mask=mask)
            for fill in (-1.0, -10.0)
            for mask in (_lower(fill), lambda s, fill=fill: s.masked_fill(_later(s), fill))
        ),
        "These are the weights; they are still to be multiplied by the values.": _attention(
            fetch=lambda w, v: w
        ),
        "k.T turns round all four dimensions; exchange the last two only: k.transpose(2, 3).": (
            _attention(scores=lambda q, k: q @ k.permute(3, 2, 1, 0))
        ),
        "k.transpose(1, 2) exchanges heads and places; exchange places and numbers: "
        "k.transpose(2, 3).": _attention(scores=lambda q, k: q @ k.transpose(1, 2)),
        "q.shape[1] is the number of heads; the number of places is q.shape[2].": (
            lambda q, k, v: _mask_of(q.shape[1], q @ k.mT / q.shape[3] ** 0.5).softmax(3) @ v
        ),
        "q.shape[0] is the number of texts; the number of places is q.shape[2].": (
            lambda q, k, v: _mask_of(len(q), q @ k.mT / q.shape[3] ** 0.5).softmax(3) @ v
        ),
        "The future was cut off after the softmax, and then the columns were made to add up to 1; "
        "mask the scores with -inf before it, and the rows do.": _attention(
            mask=lambda s: s, after=lambda w: _shared(w.tril(), 2)
        ),
        "The heads were put together into one; here the result stays (B, H, T, D).": (
            lambda q, k, v: _attention()(q, k, v).mean(dim=1),
            lambda q, k, v: _attention()(q, k, v).sum(dim=1),
        ),
        "Neither scaled nor masked.": _parts(**SEEN, **NOT_SCALED),
        "Not scaled, and the future set to 0 after the softmax in place of -inf before it.": _parts(
            **AFTER, **NOT_SCALED
        ),
        "Divided by the root of C, and the future is not hidden.": _parts(**SEEN, **WIDE),
        "The softmax runs over the places that ask (it belongs to those that answer, dim=3), and "
        "the future is not hidden.": _parts(**SEEN, dim=2),
        "The softmax runs over the places that ask; to divide the rows again afterwards does not "
        "fix that. It belongs to those that answer, dim=3.": _attention(
            mask=lambda s: s, dim=2, after=lambda w: _shared(w.tril())
        ),
        "The heads were put side by side; here the result stays (B, H, T, D).": lambda q, k, v: (
            _attention()(q, k, v).transpose(1, 2).flatten(2)
        ),
    },
    hints=[
        "How many numbers does one dot product of q and k have? Its root is the divisor.",
        "Add up a row of `weights`, from the place that asks over all that answer. Is it 1?",
        "First scores.masked_fill(future, float('-inf')) with ones.triu(1) as future, then "
        "softmax(dim=3).",
    ],
)
def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / D**0.5
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(dim=3) @ v


def _sizes(qkv, H):
    B, T, threefold = qkv.shape
    return B, T, H, threefold // 3 // H


def _split(cut):
    """Each of the three parts cut by cut(part, B, T, H, D)."""
    return lambda qkv, H: tuple(cut(part, *_sizes(qkv, H)) for part in qkv.chunk(3, dim=-1))


def _heads(part, B, T, H, D):
    return part.view(B, T, H, D).transpose(1, 2)


def _by_head(qkv, H):
    """As if q, k and v of the first head came first."""
    B, T, H, D = _sizes(qkv, H)
    return tuple(qkv.view(B, T, H, 3, D).permute(3, 0, 2, 1, 4))


def _by_number(qkv, H):
    B, T, H, D = _sizes(qkv, H)
    return tuple(qkv.view(B, T, H, D, 3).permute(4, 0, 2, 1, 3))


def _scaled(qkv, H, by):
    q, k, v = _split(_heads)(qkv, H)
    return q / by(q), k, v


def _places_cut(*parts):
    """Heads of what was cut into three; the sizes come last. ValueError where it is not three."""
    *three, B, T, H, D = parts
    q, k, v = three
    return tuple(part.reshape(B, T, H, D).transpose(1, 2) for part in (q, k, v))


def _packed():
    B, T, H, D = random.choice([(2, 3, 2, 4), (1, 4, 3, 2), (2, 5, 4, 3), (3, 2, 2, 1)])
    return torch.randn(B, T, 3 * H * D), H


@exercise(
    "08.split_qkv",
    cases=[
        (torch.arange(72.0).view(1, 4, 18), 2),
        (torch.arange(90.0).view(1, 5, 18), 3),
    ],
    random_case=_packed,
    borders=[
        (torch.arange(54.0).view(2, 3, 9), 3),
        (torch.arange(54.0).view(1, 3, 18), 1),
        (torch.arange(24.0).view(2, 2, 6), 2),
        (torch.arange(48.0).view(2, 2, 12), 2),
        (torch.arange(180.0).view(5, 2, 18), 2),
    ],
    trained_on=["qkv"],
    mistakes={
        "view alone gives the right shape and the wrong numbers: cut into (B, T, H, D) first, "
        "then exchange T and H.": (
            _split(lambda part, B, T, H, D: part.reshape(B, H, T, D)),
            lambda qkv, H: tuple(qkv.reshape(3, *(_sizes(qkv, H)[i] for i in (0, 2, 1, 3)))),
        ),
        "The three parts stand side by side in every place: view(B, T, 3, H, D), not view(3, B, "
        "T, H, D).": lambda qkv, H: tuple(qkv.reshape(3, *_sizes(qkv, H)).transpose(2, 3)),
        "The queries were divided by a root. Here the numbers are only put in order.": (
            lambda qkv, H: _scaled(qkv, H, lambda part: part.shape[3] ** 0.5),
            lambda qkv, H: _scaled(qkv, H, lambda part: (H * part.shape[3]) ** 0.5),
        ),
        "dim=1 is the places. Queries, keys and values stand side by side in the last dimension: "
        "chunk(3, dim=2).": lambda qkv, H: _places_cut(*qkv.chunk(3, dim=1), *_sizes(qkv, H)),
        "split(3) makes parts of 3 numbers. Three parts are chunk(3), or split(C) with C = "
        "qkv.shape[2] // 3.": lambda qkv, H: _places_cut(*qkv.split(3, dim=2), *_sizes(qkv, H)),
        "transpose(1, 2) exchanges T and H; you exchanged T and D.": _split(
            lambda part, B, T, H, D: part.view(B, T, H, D).transpose(1, 3)
        ),
        "Only the queries are cut into heads; keys and values have to be as well.": (
            lambda qkv, H: (_split(_heads)(qkv, H)[0], *qkv.chunk(3, dim=-1)[1:])
        ),
        "Cut rightly, but T still stands in front of H: transpose(1, 2).": _split(
            lambda part, B, T, H, D: part.view(B, T, H, D)
        ),
        "The numbers of a head stand side by side: cut into (H, D), not into (D, H).": (
            _split(lambda part, B, T, H, D: part.view(B, T, D, H).permute(0, 3, 1, 2)),
            _split(lambda part, B, T, H, D: part.view(B, T, D, H).transpose(1, 3)),
            _split(lambda part, B, T, H, D: part.view(B, T, D, H).transpose(1, 2)),
        ),
        "transpose(1, 2) exchanges T and H; you exchanged H and D.": _split(
            lambda part, B, T, H, D: part.view(B, T, H, D).transpose(2, 3)
        ),
        "The last two dimensions have changed places: T comes before D.": _split(
            lambda part, B, T, H, D: part.view(B, T, H, D).permute(0, 2, 3, 1)
        ),
        "You took q, k and v of the first head first. First come all queries, then all keys, then "
        "all values: cut into (3, H, D).": _by_head,
        "You took every third number. First come all queries, then all keys, then all values: cut "
        "into (3, H, D).": _by_number,
        "Keys and queries have changed places: the queries come first.": lambda qkv, H: tuple(
            _split(_heads)(qkv, H)[i] for i in (1, 0, 2)
        ),
        "The order of the three is wrong: queries, keys, values.": tuple(
            lambda qkv, H, order=order: tuple(_split(_heads)(qkv, H)[i] for i in order)
            for order in ((0, 2, 1), (2, 1, 0), (1, 2, 0), (2, 0, 1))
        ),
        "Only the queries are there; give all three.": lambda qkv, H: _split(_heads)(qkv, H)[0],
        "The queries are there three times.": lambda qkv, H: (_split(_heads)(qkv, H)[0],) * 3,
        "The three parts are there, but not cut into heads.": lambda qkv, H: qkv.chunk(3, dim=-1),
        "Cut into heads, but not into queries, keys and values.": lambda qkv, H: _heads(
            qkv, *qkv.shape[:2], H, qkv.shape[2] // H
        ),
        "The three stand inside one tensor. Give them one by one: q, k, v = ..., return q, k, v.": (
            lambda qkv, H: torch.stack(_split(_heads)(qkv, H))
        ),
        "The heads stand in front of the batch: B comes first.": _split(
            lambda part, B, T, H, D: part.view(B, T, H, D).permute(2, 0, 1, 3)
        ),
    },
    hints=[
        "Cut the last dimension only: view(B, T, 3, H, D). What is D?",
        "D = 3C // 3 // H. Now the dimensions must come into the order 3, B, H, T, D: permute.",
        ".permute(2, 0, 3, 1, 4); a tensor whose first dimension is 3 unpacks into q, k, v.",
    ],
)
def split_qkv(qkv, H):
    B, T, threefold = qkv.shape
    q, k, v = qkv.view(B, T, 3, H, threefold // 3 // H).permute(2, 0, 3, 1, 4)
    return q, k, v
