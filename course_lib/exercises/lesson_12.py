"""Exercises of lesson 12, Generating text."""

import math
import random

import torch
from torch import tensor

from course_lib.exercises.registry import WHOLE, Wrong, exercise


def _ranked(probabilities, stable=True):
    return probabilities.sort(descending=True, stable=stable)


def _cut(keep, scale=lambda kept: kept / kept.sum(), order=lambda p: _ranked(p).indices):
    """Top-p with another rule for what stays: ``keep(ranked, p)``, a mask of the ranked."""

    def top_p(probabilities, p):
        ranks = order(probabilities)
        ranked = probabilities[ranks]
        kept = torch.zeros_like(probabilities)
        kept[ranks] = torch.where(keep(ranked, p), ranked, 0.0)
        return scale(kept) if scale else kept / p

    return top_p


def _is_first(ranked):
    return torch.arange(len(ranked)) == 0


def _before(ranked):
    return ranked.cumsum(dim=0) - ranked


def _in_ranks(probabilities, p):
    ranked = _ranked(probabilities).values
    kept = torch.where(_before(ranked) < p, ranked, 0.0)
    return kept / kept.sum()


def _unsorted_sum(probabilities, p):
    order = _ranked(probabilities).indices
    return _scaled(_keep(probabilities, order[_before(probabilities) < p]))


def _some_probabilities():
    """Sixty-fourths, so that every sum is exact."""
    V = random.randint(2, 6)
    edges = sorted(random.choices(range(65), k=V - 1))
    pieces = [b - a for a, b in zip([0, *edges], [*edges, 64], strict=True)]
    return tensor(pieces) / 64


@exercise(
    "12.top_p",
    cases=[
        (tensor([0.5, 0.25, 0.125, 0.125]), 0.7),
        (tensor([0.125, 0.5, 0.125, 0.25]), 0.875),
        (tensor([0.25, 0.125, 0.625]), 0.5),
        (tensor([0.25, 0.25, 0.25, 0.25]), 0.5),
        (tensor([0.5, 0.0, 0.5]), 1.0),
        (torch.ones(64) / 64, 0.5),
    ],
    random_case=lambda: (_some_probabilities(), random.randint(1, 64) / 64),
    mistakes={
        "You leave out the token that takes the sum to p: what you keep adds up to less than p.": (
            _cut(lambda ranked, p: ranked.cumsum(dim=0) <= p),
            _cut(lambda ranked, p: ranked.cumsum(dim=0) < p),
            _cut(lambda ranked, p: (ranked.cumsum(dim=0) <= p) | _is_first(ranked)),
            _cut(lambda ranked, p: (ranked.cumsum(dim=0) < p) | _is_first(ranked)),
        ),
        "Where the sum is exactly p, it is enough; you take one more. Keep a token if what "
        "stands before it is less than p.": _cut(lambda ranked, p: _before(ranked) <= p),
        "The right tokens stay, with their old probabilities: divide by their sum, so that they "
        "share the 1.": _cut(lambda ranked, p: _before(ranked) < p, scale=lambda kept: kept),
        "What was cut has a share again: a softmax gives 0 a weight of e⁰. Divide by "
        "the sum.": _cut(
            lambda ranked, p: _before(ranked) < p, scale=lambda kept: kept.softmax(dim=0)
        ),
        "A softmax of probabilities changes their ratios; they only have to be divided by their "
        "sum.": _cut(
            lambda ranked, p: _before(ranked) < p,
            scale=lambda kept: kept.masked_fill(kept == 0, -torch.inf).softmax(dim=0),
        ),
        "The probabilities come back in the order of their size; give each its own "
        "place again.": _in_ranks,
        "They were put in order a second time instead of going back: kept[order] = ranked gives "
        "each its own place.": lambda probabilities, p: _in_ranks(probabilities, p)[
            _ranked(probabilities).indices
        ],
        "You keep the tokens that have p each, and the exercise those that have p together: go "
        "down from the likeliest and add up.": (
            lambda q, p: torch.where(q >= p, q, 0.0) / torch.where(q >= p, q, 0.0).sum(),
            lambda q, p: torch.where(q > p, q, 0.0) / torch.where(q > p, q, 0.0).sum(),
            lambda q, p: torch.where(q >= 1 - p, q, 0.0) / torch.where(q >= 1 - p, q, 0.0).sum(),
        ),
        "Your mask belongs to the sorted order, and it meets the tokens in their old one: put what "
        "is kept back at its place, kept[order] = ranked.": (
            lambda q, p: _scaled(q * (_before(_ranked(q).values) < p)),
            lambda q, p: q * (_before(_ranked(q).values) < p),
        ),
        "All that are kept have the same share; they keep their proportions: divide by their "
        "sum.": (
            _cut(
                lambda ranked, p: _before(ranked) < p, scale=lambda kept: _scaled((kept > 0) * 1.0)
            )
        ),
        "Only those that are kept come back; every token keeps its place, those that were cut with "
        "a 0.": lambda q, p: _scaled(_ranked(q).values[_before(_ranked(q).values) < p]),
        "topk does not promise which of equal ones comes first: sort with descending=True, "
        "stable=True.": _cut(
            lambda ranked, p: _before(ranked) < p, order=lambda q: q.topk(len(q)).indices
        ),
        "What is kept is divided by p. Its sum is at least p, and mostly more: divide "
        "by the sum.": _cut(lambda ranked, p: _before(ranked) < p, scale=None),
        "Without stable=True equal ones come in any order; the lower id has to come first.": _cut(
            lambda ranked, p: _before(ranked) < p,
            order=lambda q: q.sort(descending=True).indices,
        ),
        "The sum runs along the tokens as they stand; sort first, the likeliest in front.": _cut(
            lambda ranked, p: _before(ranked) < p, order=lambda q: torch.arange(len(q))
        ),
        "The sum begins with the unlikeliest; sort with descending=True.": _cut(
            lambda ranked, p: _before(ranked) < p, order=lambda q: q.sort(stable=True).indices
        ),
        "Of equal ones you keep the higher id: sort with descending=True, stable=True, and do not "
        "turn an ascending order around.": _cut(
            lambda ranked, p: _before(ranked) < p,
            order=lambda q: q.sort(stable=True).indices.flip(0),
        ),
        "You keep a part p of the tokens, by their number; it is their probabilities that must "
        "add up to p.": tuple(
            _cut(lambda ranked, p, whole=whole: torch.arange(len(ranked)) < whole(p * len(ranked)))
            for whole in (math.ceil, lambda k: max(1, int(k)), lambda k: max(1, round(k)))
        ),
        "You divide by how many are kept; divide by the sum of their probabilities.": _cut(
            lambda ranked, p: _before(ranked) < p, scale=lambda kept: kept / (kept > 0).sum()
        ),
        "Your sum runs along the tokens as they stand, and its mask along the sorted ones: sort "
        "the probabilities first, then add up.": _unsorted_sum,
        "p is the share that is kept, not the one that is cut: keep a token while what stands "
        "before it is less than p.": (
            _cut(lambda ranked, p: _before(ranked) < 1 - p),
            _cut(lambda ranked, p: ranked.cumsum(dim=0) < 1 - p),
        ),
        "Only the likeliest token is kept, whatever p is: keep as many as it takes to reach p.": (
            lambda q, p: _scaled(_keep(q, q.argmax()))
        ),
        "These are the ids of the tokens that are kept; give back their probabilities, each at "
        "its place.": lambda q, p: _ranked(q).indices[_before(_ranked(q).values) < p],
        "You keep all tokens that are as likely as the last one kept. Fewest means fewest: a "
        "value to compare with lets equals through.": (
            lambda q, p: _tied(q, p) / _tied(q, p).sum()
        ),
    },
    hints=[
        "Sort in descending order; sort returns the values and the indices they came from.",
        "values.cumsum(dim=0) - values is what stands before each. Keep it where that is less "
        "than p.",
        "kept = torch.zeros_like(probabilities); kept[indices] = ... puts each back; divide by "
        "the sum.",
    ],
)
def top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum(dim=0) - ranked
    ranked[before >= p] = 0
    kept = torch.zeros_like(probabilities)
    kept[order] = ranked
    return kept / kept.sum()


def _scaled(kept):
    return kept / kept.sum()


def _tied(probabilities, p):
    ranked = _ranked(probabilities).values
    smallest = ranked[_before(ranked) < p].min()
    return torch.where(probabilities >= smallest, probabilities, 0.0)


def _keep(p, places):
    kept = torch.zeros_like(p)
    kept[places] = p[places]
    return kept


def _first_k(p, k):
    return _keep(p, _ranked(p).indices[:k])


def _topk_places(p, k):
    return _keep(p, p.topk(k).indices)


def _at_least_kth(p, k):
    return torch.where(p >= p.topk(k).values[-1], p, 0.0)


def _parts(
    soften=lambda logits, t: (logits / t).softmax(dim=0),
    cut=_first_k,
    finish=lambda kept: kept / kept.sum(),
):
    """The distribution with another part in it."""
    return lambda logits, temperature, k: finish(cut(soften(logits, temperature), k))


def _hidden(logits, places):
    hidden = logits.clone()
    hidden[places] = -torch.inf
    return hidden


def _from_an_id(p, k):
    kept = p.clone()
    kept[_ranked(p).indices[k] :] = 0
    return kept


def _divided_late(logits, t):
    return logits.softmax(dim=0) / t


def _softmax_again(kept):
    return kept.softmax(dim=0)


@exercise(
    "12.distribution",
    cases=[
        (tensor([8.0, 4.0, 2.0, 1.0]).log(), 0.5, 2),
        (tensor([8.0, 4.0, 2.0, 2.0]).log(), 1.0, 3),
        (tensor([1.0, -2.0, 3.0, 3.0]), 2.0, 1),
        (tensor([0.0, 1.0, -1.0]), 3.0, 3),
        (torch.zeros(64), 1.0, 5),
    ],
    random_case=lambda: (
        torch.randint(-3, 4, (6,)).float(),
        random.choice([0.5, 2.0, 4.0]),
        random.randint(1, 6),
    ),
    mistakes={
        "This is still the broken function.": _parts(_divided_late, _at_least_kth, _softmax_again),
        "Two of the three faults are left: the temperature and the ties.": _parts(
            _divided_late, _at_least_kth
        ),
        "Two of the three faults are left: the temperature and the second softmax.": _parts(
            _divided_late, finish=_softmax_again
        ),
        "Two of the three faults are left: the ties and the second softmax.": _parts(
            cut=_at_least_kth, finish=_softmax_again
        ),
        "Your temperature has no effect: it is missing, or it is taken off the logits, or it "
        "divides probabilities, which keep their ratios. Divide the logits.": (
            _parts(_divided_late),
            _parts(lambda logits, t: logits.softmax(dim=0)),
        ),
        "One too few is kept: exactly k, so order[:k].": _parts(
            cut=lambda p, k: _first_k(p, k - 1)
        ),
        "The k-th itself is missing, and whatever equals it.": _parts(
            cut=lambda p, k: torch.where(p > p.topk(k).values[-1], p, 0.0)
        ),
        "topk does not promise which of equal ones it takes. Take the first k of a "
        "stable sort.": _parts(cut=_topk_places),
        "Without stable=True equal ones come in any order; the lower id has to come first.": _parts(
            cut=lambda p, k: _keep(p, p.sort(descending=True).indices[:k])
        ),
        "Equal ones: more than k get through. Take the first k of a stable sort.": _parts(
            cut=_at_least_kth
        ),
        "The second softmax gives what was cut a share again, and flattens the rest. Divide by "
        "the sum.": (_parts(finish=_softmax_again)),
        "The logits are multiplied by the temperature, as a power of the probabilities does as "
        "well; divide.": _parts(lambda logits, t: (logits * t).softmax(dim=0)),
        "The probabilities are divided by the temperature at the end, so they do not sum to 1. It "
        "divides the logits, before the softmax.": (
            lambda logits, t, k: _parts()(logits, 1.0, k) / t,
            lambda logits, t, k: _parts()(logits, t, k) / t,
        ),
        "The k likeliest are those that you cut off; they are to be kept, order[:k].": (
            _parts(cut=lambda p, k: p - _first_k(p, k)),
            lambda logits, t, k: _hidden(logits / t, _ranked(logits).indices[:k]).softmax(dim=0),
        ),
        "All k have the same share; divide each one's probability by the sum of the k.": _parts(
            finish=lambda kept: _scaled((kept > 0) * 1.0)
        ),
        "What is kept is divided by the mean; divide by the sum, so that it sums to 1.": _parts(
            finish=lambda kept: kept / kept.mean()
        ),
        "There is no softmax: the logits themselves are divided by their sum, and they are no "
        "probabilities.": (
            lambda logits, t, k: _scaled(_first_k(logits / t, k)),
            lambda logits, t, k: _scaled(_first_k(logits, k)),
        ),
        "kthvalue counts from the smallest: the k-th likeliest is topk(k).values[-1], and equal "
        "ones pass it.": _parts(cut=lambda p, k: torch.where(p >= p.kthvalue(k).values, p, 0.0)),
        "The probabilities of the k likeliest stand in the first k places; each belongs at its own "
        "token's place.": (
            lambda logits, t, k: torch.cat(
                [(logits / t).topk(k).values.softmax(dim=0), torch.zeros(len(logits) - k)]
            )
        ),
        "You keep the first k tokens as they stand; keep the k likeliest: order[:k].": (
            _parts(cut=lambda p, k: _keep(p, slice(k)))
        ),
        "order[k] is the id of one token; order[k:] are all that are to be cut.": _parts(
            cut=_from_an_id
        ),
        "What is kept does not sum to 1 yet: divide by its sum.": (
            _parts(finish=lambda kept: kept),
            _parts(_divided_late, finish=lambda kept: kept),
        ),
        "The cut logits are set to 0, and softmax gives a 0 the weight 1. Cut probabilities, or "
        "set logits to -inf.": lambda logits, t, k: _first_k(logits / t, k).softmax(dim=0),
        "Of equal ones you keep the later; keep the lower id, as a stable sort in descending "
        "order does.": _parts(cut=lambda p, k: _first_k(p.flip(0), k).flip(0)),
        "Only k numbers come back; every token keeps its place, those that were cut with a 0.": (
            lambda logits, t, k: (
                _ranked((logits / t).softmax(dim=0)).values[:k]
                / _ranked((logits / t).softmax(dim=0)).values[:k].sum()
            )
        ),
    },
    hints=[
        "Try temperature 0.5 and 2: does the broken result change? Then try three equal logits, k "
        "= 2.",
        "What does softmax give to a 0 next to a 0.5? Compare with dividing by the sum.",
        "p = (logits / temperature).softmax(dim=0), then the first k of p.sort(descending=True, "
        "stable=True).indices, then divide by the sum.",
    ],
)
def distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices
    kept = torch.zeros_like(p)
    kept[order[:k]] = p[order[:k]]
    return kept / kept.sum()


def _step(
    join=lambda old, new: torch.cat([old, new], dim=1),
    scale=lambda q: q.shape[2] ** 0.5,
    weigh=lambda scores: scores.softmax(dim=2),
    back=lambda fetched, keys, values: (fetched, keys, values),
    late=lambda q: 1.0,
):
    def step(q, k, v, keys, values):
        keys, values = join(keys, k), join(values, v)
        return back(weigh(q @ keys.transpose(1, 2) / scale(q)) / late(q) @ values, keys, values)

    return step


def _alone(q, k, v, keys, values):
    return v.clone(), torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)


def _without_itself_but_first(q, k, v, keys, values):
    return (_without_itself if keys.shape[1] else _alone)(q, k, v, keys, values)


def _without_itself(q, k, v, keys, values):
    fetched = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2) @ values
    return fetched, torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)


def _kept_query(q, k, v, keys, values):
    return _step()(q, q, v, keys, values)


def _swapped(q, k, v, keys, values):
    return _step()(q, v, k, keys, values)


def _by_places(q, k, v, keys, values):
    return _step(scale=lambda q: (keys.shape[1] + 1) ** 0.5)(q, k, v, keys, values)


def _without_new_value(q, k, v, keys, values):
    longer = torch.cat([keys, k], dim=1)
    weights = (q @ longer.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights[:, :, :-1] @ values, longer, torch.cat([values, v], dim=1)


def _cut_up(q, k, v, keys, values):
    keys, values = torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)
    weights = (q @ keys.reshape(len(q), q.shape[2], -1) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


def _only_first(scores):
    return scores + torch.full_like(scores, -torch.inf).triu(1)


def _lost_oldest(old, new):
    return torch.cat([old[:, 1:], new], dim=1)


def _three_parts(function, q, k, v, keys, values):
    """The learner's three tensors; says where they are not three, or what was given changed."""
    found = function(q, k, v, keys, values)
    if found is None:
        return None
    if not isinstance(found, (tuple, list)) or len(found) != 3:
        raise Wrong(
            "The exercise asks for three tensors: what was fetched, the keys, and the values."
        )
    S = keys.shape[1]
    for name, part, old in zip(["keys", "values"], found[1:], [keys, values], strict=True):
        if isinstance(part, torch.Tensor) and part.dim() == 3 and part.shape[1] != S + 1:
            if part.shape == old.shape and torch.equal(part, old):
                raise Wrong(f"The {name} come back as they were: the new one has not been added.")
            raise Wrong(
                f"The {name} are {part.shape[1]} along dim=1; there must be {S + 1}, the old ones "
                "and the new one."
            )
    return tuple(found)


def _step_case():
    H, S, D = random.randint(1, 3), random.randint(0, 4), random.choice([2, 3, 5])
    return (*torch.randn(3, H, 1, D), *torch.randn(2, H, S, D))


@exercise(
    "12.step",
    cases=[
        (
            tensor([[[1.0, 0.0]]]),
            tensor([[[2.0, 0.0]]]),
            tensor([[[5.0, 6.0]]]),
            tensor([[[0.0, 1.0]]]),
            tensor([[[1.0, 2.0]]]),
        ),
        (*torch.arange(12.0).view(3, 2, 1, 2) / 4, torch.zeros(2, 0, 2), torch.zeros(2, 0, 2)),
        (*torch.arange(18.0).view(3, 2, 1, 3) / 6, *torch.arange(36.0).view(2, 2, 3, 3).cos()),
    ],
    random_case=_step_case,
    borders=[
        (*torch.eye(3).repeat(3, 5, 1, 1)[:, :, :1], *torch.eye(3).repeat(2, 5, 1, 1)),
        (*torch.arange(6.0).cos().view(3, 1, 1, 2), *torch.arange(24.0).cos().view(2, 1, 6, 2)),
    ],
    call=_three_parts,
    mistakes={
        "The new place does not look at itself: add its key and value before it asks.": (
            _without_itself,
            _without_itself_but_first,
        ),
        "The new place looks at itself alone: its scores must be with all keys, and it fetches "
        "from all values.": _alone,
        "You divided the weights by √D, after the softmax; the scores are divided, before it.": (
            _step(
                weigh=lambda s: s.softmax(dim=2),
                scale=lambda q: 1.0,
                late=lambda q: q.shape[2] ** 0.5,
            )
        ),
        "The new ones stand in front of the old; they come last.": _step(
            lambda old, new: torch.cat([new, old], dim=1)
        ),
        "The oldest place was dropped; everything that was kept stays.": _step(_lost_oldest),
        "The query was kept as a key.": _kept_query,
        "Key and value are swapped.": _swapped,
        "The scores are not divided by √D.": _step(scale=lambda q: 1.0),
        "You divided the scores by D; divide by its root.": _step(scale=lambda q: q.shape[2]),
        "The scores are divided by their sum; weights come from a softmax, which a score below 0 "
        "does not upset.": _step(weigh=lambda scores: scores / scores.sum(dim=2, keepdim=True)),
        "You divided the scores by D²; divide by the root of D.": _step(
            scale=lambda q: q.shape[2] ** 2
        ),
        "The scores are divided by the root of the number of places, not of D.": _by_places,
        "No mask here: the new place is the last of all, and may see every one.": (
            _step(weigh=lambda scores: _only_first(scores).softmax(dim=2))
        ),
        "The scores are divided by the root of the number of heads, not of D.": _step(
            scale=lambda q: q.shape[0] ** 0.5
        ),
        "The scores are used as weights without a softmax.": _step(weigh=lambda scores: scores),
        "The softmax runs over the single new place, so every weight is 1. It runs over the "
        "places that are looked at, dim=2.": _step(weigh=lambda scores: scores.softmax(dim=1)),
        "The softmax runs over the heads; each head has its own weights that sum to 1, along "
        "dim=2.": _step(weigh=lambda scores: scores.softmax(dim=0)),
        "The three come back in another order: what was fetched first, then keys, then values.": (
            _step(back=lambda f, k, v: (k, v, f)),
            _step(back=lambda f, k, v: (f, v, k)),
        ),
        "The new value is not fetched: the weights of all places go with all values, the new one "
        "included.": _without_new_value,
        "view and reshape cut the keys into other pieces; transpose(1, 2) exchanges the "
        "axes.": _cut_up,
        "The dimension of one place is lost: what is fetched has shape (H, 1, D).": _step(
            back=lambda f, k, v: (f[:, 0], k, v)
        ),
    },
    hints=[
        "First make the lists longer by one: torch.cat([keys, k], dim=1).",
        "q @ keys.transpose(1, 2) is (H, 1, S + 1): a score for every place, itself included.",
        "weights = (q @ keys.transpose(1, 2) / D**0.5).softmax(dim=2); fetched is weights @ "
        "values.",
    ],
)
def step(q, k, v, keys, values):
    keys, values = torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)
    weights = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


def _places(
    full=lambda length, context: length > context,
    late=lambda cached, context: context,
    first=lambda prompt, context: prompt,
    last=0,
):
    def places(prompt, new, context):
        total, cached = 0, 0
        for length in range(prompt, prompt + new + last):
            if full(length, context):
                total += late(cached, context)
            else:
                total += length - cached if cached else first(length, context)
                cached = length
        return total

    return places


@exercise(
    "12.places",
    cases=[(3, 4, 8), (3, 0, 8), (3, 1, 8), (3, 6, 5), (9, 2, 5), (5, 1, 5), (5, 2, 5)],
    borders=[(4, 0, 9), (5, 0, 5)],
    never={float: WHOLE},
    random_case=lambda: (random.randint(1, 9), random.randint(0, 9), random.randint(1, 9)),
    mistakes={
        "The last token that is written is never read: with one new token, only the prompt is.": (
            _places(last=1),
            lambda prompt, new, context: prompt + new,
        ),
        "With nothing to write, nothing is read.": (
            lambda prompt, new, context: places(prompt, max(new, 1), context),
            lambda prompt, new, context: places(prompt, new, context) if new else prompt - 1,
            lambda prompt, new, context: places(prompt, new, context) if new else prompt,
        ),
        "This is the cache without an end: a text longer than the context is read again, all "
        "its last context places, for every token.": lambda prompt, new, context: (
            (prompt + new - 1) * (new > 0)
        ),
        "Two cases are missing: with nothing to write nothing is read, and a text longer than the "
        "context is read again, its last context places, for every token.": (
            lambda prompt, new, context: prompt + new - 1
        ),
        "You begin with the length after the first new token; the first reading is of the prompt "
        "alone.": (lambda prompt, new, context: places(prompt + 1, new, context)),
        "The slow way reads this many: everything again for each token.": (
            lambda prompt, new, context: sum(min(t, context) for t in range(prompt, prompt + new)),
            lambda prompt, new, context: sum(range(prompt, prompt + new)),
        ),
        "You read everything again for each token, and one place more than there is: at the first "
        "reading the text is the prompt.": (
            lambda prompt, new, context: sum(min(prompt + t + 1, context) for t in range(new)),
            lambda prompt, new, context: sum(prompt + t + 1 for t in range(new)),
        ),
        "A text as long as the context still fits into the cache; it is read again only when it is "
        "longer.": (_places(full=lambda length, context: length >= context)),
        "Past the context's end you count 1 for each token; the cache is of no use there, and the "
        "whole window is read.": (
            _places(late=lambda cached, context: 1),
            lambda prompt, new, context: (min(prompt, context) + new - 1) * (new > 0),
        ),
        "Past the context's end you read all of the text; the model can read context places at "
        "most.": (
            lambda prompt, new, context: sum(
                t if t > context else (1 if t > prompt else t) for t in range(prompt, prompt + new)
            )
        ),
        "Past the context's end you count how far past it the text is; the model reads context "
        "places there.": (
            lambda prompt, new, context: sum(
                n - context if n > context else (n if n == prompt else 1)
                for n in range(prompt, prompt + new)
            )
        ),
        "You stop at the context's end; each token after it makes the model read its last context "
        "places again.": (
            lambda prompt, new, context: min(prompt + new - 1, context),
            lambda prompt, new, context: min(prompt + new - 1, context) * (new > 0),
            lambda prompt, new, context: min(prompt + new, context),
        ),
        "The first token needs the prompt alone, and each later one a place more: new - 1 of them, "
        "not new.": (
            lambda prompt, new, context: (
                (
                    prompt
                    + min(new, max(context - prompt, 0))
                    + (new - min(new, max(context - prompt, 0))) * context
                )
                * (new > 0)
            ),
            lambda prompt, new, context: (prompt + new) * (new > 0),
        ),
        "You count the whole context for every token. A text that fits is read with the cache: the "
        "prompt once, then one place a token.": lambda prompt, new, context: new * context,
        "With the cache the prompt is read once; you read it again for each token.": (
            lambda prompt, new, context: new * min(prompt, context),
            lambda prompt, new, context: new * prompt,
        ),
        "If the text outgrows the context in the end, you count the whole context for every token; "
        "as long as the text fits, the cache serves.": (
            lambda prompt, new, context: (
                new * context if prompt + new > context else prompt + max(new - 1, 0)
            ),
            lambda prompt, new, context: (
                new * context if prompt + new - 1 > context else (prompt + new - 1) * (new > 0)
            ),
        ),
        "Your formula takes the prompt for one that fits; of a longer one, every token reads "
        "context places: new * context.": lambda prompt, new, context: (
            context * (prompt + new - context)
            if new and prompt > context
            else places(prompt, new, context)
        ),
        "You never read the prompt.": _places(first=lambda prompt, context: 0),
        "A prompt longer than the context is cut to its last context places before it is read.": (
            lambda prompt, new, context: (
                places(prompt, new, context) + max(0, prompt - context) * (new > 0)
            )
        ),
    },
    hints=[
        "Write down the lengths of the text before each token: prompt, prompt + 1, up to prompt + "
        "new - 1.",
        "While the length is at most the context: the prompt first, then one place a token.",
        "Where the length is above the context: context places for each token.",
    ],
)
def places(prompt, new, context):
    total, cached = 0, 0
    for length in range(prompt, prompt + new):
        if length <= context:
            total += length - cached
            cached = length
        else:
            total += context
    return total
