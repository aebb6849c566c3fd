"""Exercises of lesson 15, From here to an LLM."""

import math
import random

import torch
import torch.nn.functional as F
from torch import tensor

from course_lib.exercises.registry import WHOLE, Wrong, exercise


def _llama(
    tables=2,
    attention=lambda C, kv: 2 * C * C + 2 * C * kv,
    matrices=3,
    norms=2,
    last=1,
    biases=False,
    per_block=True,
):
    """The count with another part in it."""

    def count(V, n_layer, C, hidden, kv, tied):
        feed_forward = matrices * C * hidden
        block = attention(C, kv) + feed_forward + norms * C
        if biases:
            block += C + 2 * kv + C + 2 * hidden + C
        shared = (1 if tied else 2) if tables == 2 else tables
        return shared * V * C + (n_layer * block if per_block else block) + last * C

    return count


def _llama_case():
    heads, D = random.choice([(2, 3), (4, 2), (3, 5)])
    C = heads * D
    return (
        random.randint(7, 40),
        random.randint(2, 5),
        C,
        3 * C + random.randint(1, 9),
        D,
        random.random() < 0.5,
    )


@exercise(
    "15.parameters",
    cases=[
        (10, 1, 4, 8, 2, False),
        (10, 3, 4, 8, 2, True),
        (128256, 32, 4096, 14336, 1024, False),
    ],
    never={float: WHOLE},
    random_case=_llama_case,
    mistakes={
        "The output matrix is missing where it is not tied: another V * C.": _llama(1),
        "Where the two are tied there is one table, not two.": lambda *a: _llama()(*a[:-1], False),
        "tied is read the wrong way round: where it is True there is one table.": (
            lambda *a: _llama()(*a[:-1], not a[-1])
        ),
        "The token table is missing altogether.": _llama(0),
        "Keys and values are counted C wide; they are kv wide.": _llama(
            attention=lambda C, kv: 4 * C * C
        ),
        "Attention has four matrices: queries and out are (C, C), keys and values (C, kv). Here "
        "out is missing.": _llama(attention=lambda C, kv: C * C + 2 * C * kv),
        "Keys and values have a matrix each; you count one for both.": _llama(
            attention=lambda C, kv: 2 * C * C + C * kv
        ),
        "The feed-forward network is gated: three matrices, not two.": _llama(matrices=2),
        "A block has two norms, of C numbers each; you count one.": _llama(norms=1),
        "A norm has a γ alone here, C numbers; you count a β as well.": (
            _llama(norms=4, last=2),
            _llama(norms=4),
        ),
        "The norm after the last block is missing: C more.": _llama(last=0),
        "The norms are missing: two in a block and one after the last.": _llama(norms=0, last=0),
        "The norm after the last block is there once, not once a block.": (
            lambda V, n_layer, C, hidden, kv, tied: _llama(norms=3, last=0)(
                V, n_layer, C, hidden, kv, tied
            )
        ),
        "Nothing has a bias in this family.": _llama(biases=True),
        "That is one block; there are n_layer of them.": _llama(per_block=False),
        "Only the attention is multiplied by n_layer: parentheses around the whole block.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama(matrices=0, norms=0)(V, n_layer, C, hidden, kv, tied)
                + 3 * C * hidden
                + 2 * C
            )
        ),
        "Each block has two norms of its own; you count two in all, and the last.": (
            lambda V, n_layer, C, hidden, kv, tied: _llama(norms=0, last=3)(
                V, n_layer, C, hidden, kv, tied
            )
        ),
        "The gate is a matrix like up, C times hidden numbers; you count hidden.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama(matrices=2)(V, n_layer, C, hidden, kv, tied) + n_layer * hidden
            )
        ),
        "The attention is counted once; each block has its own.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama(attention=lambda C, kv: 0)(V, n_layer, C, hidden, kv, tied)
                + 2 * C * C
                + 2 * C * kv
            )
        ),
        "Queries, keys and values have no bias in this family.": (
            _llama(attention=lambda C, kv: 2 * C * C + 2 * C * kv + C + 2 * kv)
        ),
        "Attention has four matrices, out is one of them, and keys and values are kv wide: (C, C) "
        "twice, (C, kv) twice.": _llama(attention=lambda C, kv: 3 * C * C),
        "A table has V * C numbers; you add V and C.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama(0)(V, n_layer, C, hidden, kv, tied) + (1 if tied else 2) * (V + C)
            )
        ),
        "Where the two are tied, the norm after the last block is missing.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama()(V, n_layer, C, hidden, kv, tied) - C * tied
            )
        ),
        "A norm has C numbers, one γ for each channel; you count 1 for a norm.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama(norms=0, last=0)(V, n_layer, C, hidden, kv, tied) + 2 * n_layer + 1
            )
        ),
        "Out takes the values of all heads, C of them, to C: it is (C, C). You count it kv "
        "wide.": _llama(attention=lambda C, kv: C * C + 3 * C * kv),
        "Keys and values are counted C wide and the feed-forward network with two matrices, as in "
        "GPT-2; here they are kv wide, and there are three.": (
            _llama(attention=lambda C, kv: 4 * C * C, matrices=2),
            _llama(attention=lambda C, kv: 4 * C * C, matrices=2, norms=4, last=2),
        ),
        "The tables are there once, not once a block.": (
            lambda V, n_layer, C, hidden, kv, tied: (
                _llama()(V, n_layer, C, hidden, kv, tied)
                + (n_layer - 1) * (1 if tied else 2) * V * C
            )
        ),
    },
    hints=[
        "First one block: attention, feed-forward, norms. Then what is there once.",
        "Attention: 2 * C * C for queries and out, 2 * C * kv for keys and values.",
        "n_layer * (2*C*C + 2*C*kv + 3*C*hidden + 2*C), one norm more, and one or two tables of V "
        "* C.",
    ],
)
def parameters(V, n_layer, C, hidden, kv, tied):
    attention = 2 * C * C + 2 * C * kv
    feed_forward = 3 * C * hidden
    block = attention + feed_forward + 2 * C
    tables = V * C if tied else 2 * V * C
    return tables + n_layer * block + C


def _fit(
    x=torch.log,
    y=torch.log,
    sign=-1,
    to_a=lambda height: height.exp().item(),
    over=lambda a, b: a - b,
    slope=None,
    swap=False,
):
    """The fit with another part in it."""

    def fit(sizes, losses, floor):
        u, v = x(sizes), y(over(losses, floor))
        if swap:
            u, v = v, u
        if slope:
            m = slope(u, v)
        else:
            m = ((u - u.mean()) * (v - v.mean())).sum() / ((u - u.mean()) ** 2).sum()
        return to_a(v.mean() - m * u.mean()), sign * m.item()

    return fit


def _power_case():
    n, floor = random.randint(3, 6), random.choice([0.1, 0.2, 0.5])
    sizes = (torch.rand(n, dtype=torch.float64) * 6 + 2).exp()
    gaps = 3 * sizes**-0.4 * (0.3 * torch.randn(n, dtype=torch.float64)).exp()
    return sizes, floor + gaps, floor


@exercise(
    "15.power_law",
    cases=[
        (tensor([1.0, 10.0], dtype=torch.float64), tensor([4.5, 0.9], dtype=torch.float64), 0.5),
        (
            tensor([10.0, 100.0, 300.0], dtype=torch.float64),
            tensor([3.25, 2.25, 1.25], dtype=torch.float64),
            0.25,
        ),
    ],
    random_case=_power_case,
    never={
        torch.Tensor: "The values are right, but they are tensors; the exercise asks for floats: "
        "add .item()."
    },
    borders=[(2.0 ** torch.arange(5.0).double(), tensor([3.0, 1.0, 2.0, 0.5, 0.25]).double(), 0.0)],
    mistakes={
        "The floor was not taken off: it is the gap that falls towards 0, not the loss.": (
            _fit(over=lambda losses, floor: losses)
        ),
        "The floor was added; take it off.": _fit(over=lambda losses, floor: losses + floor),
        "b is the fall, a positive number here: the slope of the line with its sign turned.": _fit(
            sign=1
        ),
        "a is e to the power of the line's height at ln size = 0; yours is that "
        "height itself.": _fit(to_a=lambda height: height.item()),
        "The logarithms are natural in one place and decimal in another: exp belongs to log, 10 "
        "** to log10.": (
            _fit(torch.log10, torch.log10),
            _fit(torch.log2, torch.log2),
            _fit(to_a=lambda height: 10 ** height.item()),
        ),
        "The two axes are swapped: the logarithm of the size goes to the right, that of the gap "
        "upwards.": (_fit(swap=True)),
        "You divided by the squares of the gaps' logarithms; the slope has those of the sizes "
        "below.": (_fit(slope=lambda u, v: _products(u, v) / _products(v, v))),
        "Slope and height are exchanged: polyfit gives the highest power first, so the slope, then "
        "the height.": (lambda sizes, losses, floor: _crossed(_fit()(sizes, losses, floor)),),
        "The floor comes off the losses, before the logarithm.": (
            _fit(y=lambda gaps: gaps, over=lambda losses, floor: losses.log() - floor)
        ),
        "The sizes need a logarithm as well.": _fit(x=lambda sizes: sizes),
        "The gaps need a logarithm as well.": (
            _fit(y=lambda gaps: gaps, to_a=lambda height: height.item()),
            _fit(y=lambda gaps: gaps),
        ),
        "This line runs through the first and the last point only. Least squares "
        "listens to all.": _fit(slope=lambda u, v: (v[-1] - v[0]) / (u[-1] - u[0])),
        "This line runs through the first and the last point and listens to no other.": (
            lambda sizes, losses, floor: _two_points(sizes, losses - floor)
        ),
        "The mean of the slopes between neighbours is not least squares: one slope for all points "
        "at once.": (_fit(slope=lambda u, v: (v.diff() / u.diff()).mean()),),
        "The line was forced through ln size = 0, ln gap = 0: take both means off before the "
        "slope.": _fit(slope=lambda u, v: (u * v).sum() / (u * u).sum()),
        "a is where the line is at ln size = 0. Yours is its height in the middle of the points.": (
            lambda sizes, losses, floor: (
                (losses - floor).log().mean().exp().item(),
                _fit()(sizes, losses, floor)[1],
            )
        ),
        "The slope is not the ratio of the two spreads: that forgets how well the points follow "
        "the line.": _fit(slope=lambda u, v: -v.std() / u.std()),
        "a comes from the first point alone; the line goes through the two means, and need not "
        "pass through any point.": lambda sizes, losses, floor: _with_a(
            sizes, losses, floor, lambda each: each[0]
        ),
        "a is averaged outside the logarithms; by least squares in logarithms ln a is the mean of "
        "y less the slope times the mean of x.": lambda sizes, losses, floor: _with_a(
            sizes, losses, floor, lambda each: each.mean()
        ),
        "The means come off in the products as well: (x - x.mean()) * (y - y.mean()).": (
            _fit(slope=lambda u, v: (u * v).sum() / _products(u, u))
        ),
        "What lies above the mean and what lies below add up to 0: square first, then add up, "
        "((x - x.mean()) ** 2).sum().": (
            _fit(slope=lambda u, v: _products(u, v) / (u - u.mean()).sum() ** 2)
        ),
        "The answer is (a, b), in that order.": (
            lambda sizes, losses, floor: _fit()(sizes, losses, floor)[::-1]
        ),
    },
    hints=[
        "Take x = sizes.log() and y = (losses - floor).log(). Now it is a straight line, as in "
        "lesson 03.",
        "The slope is the sum of (x - mean of x) * (y - mean of y), divided by the sum of (x - "
        "mean of x) ** 2.",
        "The line goes through the two means, so ln a = y.mean() - slope * x.mean(), and b = "
        "-slope.",
    ],
)
def power_law(sizes, losses, floor):
    x, y = sizes.log(), (losses - floor).log()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return (y.mean() - slope * x.mean()).exp().item(), -slope.item()


def _products(u, v):
    return ((u - u.mean()) * (v - v.mean())).sum()


def _with_a(sizes, losses, floor, take):
    b = _fit()(sizes, losses, floor)[1]
    return take((losses - floor) * sizes**b).item(), b


def _crossed(found):
    a, b = found
    return math.exp(-b), -math.log(a)


def _two_points(sizes, gaps):
    b = -((gaps[-1] / gaps[0]).log() / (sizes[-1] / sizes[0]).log()).item()
    return (gaps[0] * sizes[0] ** b).item(), b


def _masked(first, ids, start, value=-100):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    targets[: first(start)] = value
    return inputs, targets


def _in_int64(function, ids, start):
    both = function(ids, start)
    for part in both if isinstance(both, (tuple, list)) else ():
        if isinstance(part, torch.Tensor) and part.dtype == torch.int32:
            raise Wrong("Your ids are int32; the exercise asks for int64, as ids are.")
    return both


def _answer_case():
    n = random.randint(4, 9)
    return torch.randint(3, 50, (n,)), random.randint(2, n - 1)


@exercise(
    "15.answer_targets",
    cases=[
        (tensor([5, 6, 7, 8, 9]), 3),
        (tensor([5, 6, 7]), 1),
        (tensor([4, 3, 2, 1]), 3),
    ],
    random_case=_answer_case,
    borders=[(tensor([0, 3, 0, 0, 5, 0]), 3)],
    call=_in_int64,
    mistakes={
        "The first id of the answer does not count as a target. Target t is id t + 1.": (
            lambda ids, start: _masked(lambda s: s, ids, start)
        ),
        "The last id of the question counts as a target; it must not.": (
            lambda ids, start: _masked(lambda s: max(s - 2, 0), ids, start)
        ),
        "You mask start - 2 targets, so that the last id of the question counts; and with start 1 "
        "that is [:-1], all targets but the last. It is [: start - 1].": (
            lambda ids, start: _masked(lambda s: s - 2, ids, start)
        ),
        "The answer's first two ids do not count as targets. Target t is id t + 1, so its first "
        "id is target start - 1.": lambda ids, start: _masked(lambda s: s + 1, ids, start),
        "The mask begins at target 1; begin at 0, where the question's second id is the target.": (
            lambda ids, start: _masked_from_1(ids, start),
            lambda ids, start: _masked_from_1(ids, start - 1),
        ),
        "[:-start] counts from the end; the first start - 1 targets do not count, [: start - 1].": (
            lambda ids, start: _masked(lambda s: -s, ids, start),
            lambda ids, start: _masked(lambda s: -s + 1, ids, start),
        ),
        "Only the answer's first id counts; all its ids are to be predicted.": (
            lambda ids, start: _only_one(ids, start)
        ),
        "Target t is id t + 1, so ids[start:] stand from target start - 1 on.": (
            lambda ids, start: _one_place_late(ids, start)
        ),
        "The inputs are the question alone; the answer is read too, all but its last id: "
        "ids[:-1].": (
            lambda ids, start: (ids[:start].clone(), _masked(lambda s: s - 1, ids, start)[1])
        ),
        "There is one -100 too many in front: start - 1 of them, and then the answer's ids.": (
            lambda ids, start: (
                ids[:-1].clone(),
                torch.cat([torch.full((start,), -100), ids[start:]]),
            )
        ),
        "Only one target is marked. All up to there do not count: a slice, [: start - 1].": (
            lambda ids, start: _one_marked(ids, start - 1),
            lambda ids, start: _one_marked(ids, start - 2),
        ),
        "The targets are right, but all of them count.": (
            lambda ids, start: (ids[:-1].clone(), ids[1:].clone())
        ),
        "The targets are not one place further on than the inputs.": (
            lambda ids, start: (ids[:-1].clone(), _unshifted(ids, start)),
            lambda ids, start: (ids[:-1].clone(), _unshifted(ids, start - 1)),
            lambda ids, start: (ids.clone(), _unshifted(ids, start, n=0)),
            lambda ids, start: (ids.clone(), _unshifted(ids, start - 1, n=0)),
        ),
        "They are shifted the wrong way: the target of a place is the id after it, not the one "
        "before.": (
            lambda ids, start: (ids[1:].clone(), _unshifted(ids, start)),
            lambda ids, start: (ids[1:].clone(), _unshifted(ids, start - 1)),
        ),
        "targets is a view of ids, so the -100 went into ids, and into the inputs: clone first.": (
            lambda ids, start: _into_ids(ids[:-1], ids, start),
            lambda ids, start: _into_ids(ids[:-1].clone(), ids, start),
        ),
        "The inputs are masked. The model has to read the question; only its targets "
        "do not count.": (
            lambda ids, start: (_unshifted(ids, start), ids[1:].clone()),
            lambda ids, start: (_unshifted(ids, start), _masked(lambda s: s - 1, ids, start)[1]),
        ),
        "The answer is masked and the question counts; it is the other way round.": (
            lambda ids, start: (
                ids[:-1].clone(),
                torch.where(torch.arange(len(ids) - 1) >= start - 1, -100, ids[1:]),
            ),
            lambda ids, start: (
                ids[:-1].clone(),
                torch.where(torch.arange(len(ids) - 1) >= start, -100, ids[1:]),
            ),
        ),
        "What does not count is -100, the number that cross_entropy passes over.": tuple(
            lambda ids, start, value=value: _masked(lambda s: s - 1, ids, start, value)
            for value in (0, -1, 100)
        ),
        "The question is the inputs and the answer the targets; but all ids are read, and each "
        "place has the id after it as its target: ids[:-1] and ids[1:].": (
            lambda ids, start: (ids[:start], ids[start:])
        ),
        "You compare the ids with start; start is a position: targets[: start - 1].": (
            lambda ids, start: (ids[:-1], torch.where(ids[1:] < start, -100, ids[1:])),
            lambda ids, start: (ids[:-1], torch.where(ids[1:] <= start, -100, ids[1:])),
            lambda ids, start: (ids[:-1], torch.where(ids[1:] < start - 1, -100, ids[1:])),
        ),
        "You compare the ids with start; start is a place, and the places before it do not "
        "count.": (
            lambda ids, start: (ids[:-1].clone(), ids[1:].where(ids[:-1] >= start, -100)),
            lambda ids, start: (ids[:-1].clone(), ids[1:].where(ids[1:] >= start, -100)),
        ),
        "The question was cut off. It stays in the inputs; its targets are -100.": (
            lambda ids, start: (ids[start - 1 : -1].clone(), ids[start:].clone()),
            lambda ids, start: (ids[start:-1].clone(), ids[start + 1 :].clone()),
        ),
        "You made the last id an input, and it has no next one: inputs and targets have n - 1 "
        "ids.": (lambda ids, start: (ids.clone(), _masked(lambda s: s - 1, ids, start)[1])),
        "The two are swapped: inputs first.": lambda ids, start: _masked(
            lambda s: s - 1, ids, start
        )[::-1],
    },
    hints=[
        "Write ids 5 6 7 8 9 and start 3 on paper: what is the target at each of the four places?",
        "Inputs are ids[:-1], targets ids[1:]. The answer's first id is target number start - 1.",
        "targets = ids[1:].clone(); targets[: start - 1] = -100",
    ],
)
def answer_targets(ids, start):
    inputs, targets = ids[:-1].clone(), ids[1:].clone()
    targets[: start - 1] = -100
    return inputs, targets


def _unshifted(ids, count, n=1):
    masked = ids[: len(ids) - n].clone()
    masked[:count] = -100
    return masked


def _masked_from_1(ids, end):
    targets = ids[1:].clone()
    targets[1:end] = -100
    return ids[:-1].clone(), targets


def _only_one(ids, start):
    targets = torch.full_like(ids[1:], -100)
    targets[start - 1] = ids[start]
    return ids[:-1].clone(), targets


def _one_place_late(ids, start):
    targets = torch.full_like(ids[1:], -100)
    targets[start:] = ids[start:]
    return ids[:-1].clone(), targets


def _one_marked(ids, place):
    targets = ids[1:].clone()
    targets[place] = -100
    return ids[:-1].clone(), targets


def _into_ids(inputs, ids, start):
    targets = ids[1:]
    targets[: start - 1] = -100
    return inputs, targets


def _parts(n, C, m):
    return [(torch.randn(C, m), torch.randn(m), torch.randn(m, C)) for _ in range(n)]


def _in_turn(x, parts):
    for up, up_bias, down in parts:
        x = F.gelu(x @ up + up_bias) @ down
    return x


def _parallel_case():
    n, C, m, T = (
        random.randint(2, 4),
        random.randint(2, 4),
        random.randint(3, 5),
        random.randint(1, 3),
    )
    return torch.randn(T, C), _parts(n, C, m), torch.randn(C)


_x = tensor([[1.0, 2.0], [0.0, -1.0]])
_one = (tensor([[1.0], [0.5]]), tensor([0.5]), tensor([[2.0, 1.0]]))
_up, _bias, _down = torch.eye(3)[:, :2] * 2, tensor([0.5, 0.0]), torch.eye(3)[:2]
_two = (tensor([[0.0], [1.0]]), tensor([-1.0]), tensor([[1.0, -1.0]]))


@exercise(
    "15.parallel",
    cases=[
        (_x, [_one], tensor([1.0, 3.0])),
        (_x, [_one, _two], tensor([1.0, 3.0])),
    ],
    random_case=_parallel_case,
    borders=[
        (torch.arange(15.0).view(5, 3).sin(), [(_up, _bias, _down)] * 5, torch.zeros(3)),
        (
            torch.eye(6),
            [(torch.ones(6, 1), tensor([0.5]), torch.arange(6.0)[None])],
            torch.arange(6.0),
        ),
    ],
    mistakes={
        "The bias is added once for every worker; it is one term of the sum.": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b) @ d + bias for u, b, d in parts),
            lambda x, parts, bias: sum(F.gelu(x @ u + b) @ d + bias for u, b, d in parts) + bias,
        ),
        "The workers' shares are averaged. They are terms of one sum, so add them up.": (
            lambda x, parts, bias: (
                sum(F.gelu(x @ u + b) @ d for u, b, d in parts) / len(parts) + bias
            )
        ),
        "Now everything is divided by the number of workers, the bias too.": (
            lambda x, parts, bias: (
                (sum(F.gelu(x @ u + b) @ d for u, b, d in parts) + bias) / len(parts)
            )
        ),
        "The bias of down is missing.": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b) @ d for u, b, d in parts)
        ),
        "The biases of up are missing: each worker adds its own before GELU.": (
            lambda x, parts, bias: sum(F.gelu(x @ u) @ d for u, b, d in parts) + bias
        ),
        "You added the biases of up outside GELU.": (
            lambda x, parts, bias: sum((F.gelu(x @ u) + b) @ d for u, b, d in parts) + bias,
            lambda x, parts, bias: sum(F.gelu(x @ u) + b @ d for u, b, d in parts) + bias,
        ),
        "GELU is missing between up and down.": (
            lambda x, parts, bias: sum((x @ u + b) @ d for u, b, d in parts) + bias
        ),
        "You applied GELU after down; it belongs between up and down.": (
            lambda x, parts, bias: sum(F.gelu((x @ u + b) @ d) for u, b, d in parts) + bias,
            lambda x, parts, bias: F.gelu(sum((x @ u + b) @ d for u, b, d in parts)) + bias,
            lambda x, parts, bias: F.gelu(sum((x @ u + b) @ d for u, b, d in parts) + bias),
        ),
        "This is the approximate GELU; use the plain one, F.gelu without more.": (
            lambda x, parts, bias: (
                sum(F.gelu(x @ u + b, approximate="tanh") @ d for u, b, d in parts) + bias
            )
        ),
        "ReLU is not GELU.": (
            lambda x, parts, bias: sum(F.relu(x @ u + b) @ d for u, b, d in parts) + bias
        ),
        "That is another activation; the exercise has GELU.": tuple(
            lambda x, parts, bias, act=act: sum(act(x @ u + b) @ d for u, b, d in parts) + bias
            for act in (F.silu, torch.sigmoid, torch.tanh, F.leaky_relu, F.elu)
        ),
        "You add up what the workers have before GELU; each goes through GELU and its own down, "
        "and only then are they added.": (
            lambda x, parts, bias: F.gelu(sum(x @ u + b for u, b, d in parts)) @ parts[0][2] + bias,
            lambda x, parts, bias: (
                F.gelu(sum(x @ u + b for u, b, d in parts)) @ parts[-1][2] + bias
            ),
        ),
        "The shares come back one by one; they are terms of one sum.": (
            lambda x, parts, bias: [F.gelu(x @ u + b) @ d + bias for u, b, d in parts],
            lambda x, parts, bias: [F.gelu(x @ u + b) @ d for u, b, d in parts],
        ),
        "bias is that of down, and so added to the sum at the end, not before GELU.": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b + bias) @ d for u, b, d in parts),
            lambda x, parts, bias: sum(F.gelu(x @ u + bias) @ d for u, b, d in parts),
        ),
        "Each worker has a down of its own; you go back through up.": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b) @ u.T for u, b, d in parts) + bias
        ),
        "The first worker's share is counted for all; each has its own.": (
            lambda x, parts, bias: (
                len(parts) * (F.gelu(x @ parts[0][0] + parts[0][1]) @ parts[0][2]) + bias
            )
        ),
        "down stands inside GELU: GELU ends before @ down.": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b @ d) for u, b, d in parts) + bias,
        ),
        "Only the largest of the shares is in the answer; they are terms of one sum.": (
            lambda x, parts, bias: (
                torch.stack([F.gelu(x @ u + b) @ d for u, b, d in parts]).amax(dim=0) + bias
            )
        ),
        "The last worker's bias of up was added at the end. Does your loop call it bias as well?": (
            lambda x, parts, bias: sum(F.gelu(x @ u + b) @ d for u, b, d in parts) + parts[-1][1]
        ),
        "The workers' shares are multiplied; they are terms of one sum.": (
            lambda x, parts, bias: math.prod(F.gelu(x @ u + b) @ d for u, b, d in parts) + bias
        ),
        "Each worker reads what the one before it has made; all of them read the same x, and their "
        "shares are added.": lambda x, parts, bias: _in_turn(x, parts) + bias,
        "You put the workers' shares side by side; they are terms of one sum.": (
            lambda x, parts, bias: (
                torch.cat([F.gelu(x @ u + b) @ d for u, b, d in parts], 1) + bias
            ),
        ),
        "Only one worker's share is in the answer.": (
            lambda x, parts, bias: F.gelu(x @ parts[0][0] + parts[0][1]) @ parts[0][2] + bias,
            lambda x, parts, bias: F.gelu(x @ parts[-1][0] + parts[-1][1]) @ parts[-1][2] + bias,
        ),
        "x itself was added. The residual stream does that, outside of the network.": (
            lambda x, parts, bias: x + sum(F.gelu(x @ u + b) @ d for u, b, d in parts) + bias
        ),
    },
    hints=[
        "With one worker nothing is wrong. Write down for two what the undivided network would "
        "give.",
        "down's rows of both workers times their channels, added up: a product is such a sum.",
        "Sum the parts without the bias, do not divide, and add the bias at the end.",
    ],
)
def parallel(x, parts, bias):
    return sum(F.gelu(x @ up + up_bias) @ down for up, up_bias, down in parts) + bias
