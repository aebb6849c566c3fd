"""Exercises of lesson 14, The modern recipe."""

import random

import torch
import torch.nn.functional as F
from torch import tensor

from course_lib.exercises.registry import exercise


def _counted(taken=None, freed=None, unseen=lambda counts, shorter: shorter, end=lambda p: p):
    """Absolute discounting with another way to take, to spread, or to treat an unseen context."""

    def discounted(counts, shorter, discount):
        if counts.sum() == 0:
            return unseen(counts, shorter)
        own = (taken or (lambda c, d: (c - d).clamp(min=0)))(counts, discount)
        mass = (freed or (lambda c, d: d * (c > 0).sum() / c.sum()))(counts, discount)
        return end(own / counts.sum() + mass * shorter)

    return discounted


def _kept(counts, discount):
    return (counts - discount).clamp(min=0) / counts.sum()


def _sum_afterwards(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).clamp(min=0)
    return left / left.sum() + discount * (left > 0).sum() / left.sum() * shorter


def _scaled(p):
    return p / p.sum()


def _some_counts():
    V = random.randint(2, 6)
    counts = tensor(random.choices([0, 0, 1, 2, 3, 5, 8], k=V)).float()
    shorter = tensor([random.randint(1, 9) for _ in range(V)]).float()
    return counts, shorter / shorter.sum(), random.choice([0.25, 0.5, 0.75])


@exercise(
    "14.discounted",
    cases=[
        (tensor([4.0, 1.0, 0.0]), tensor([0.5, 0.25, 0.25]), 0.75),
        (tensor([0.0, 0.0]), tensor([0.25, 0.75]), 0.5),
        (tensor([2.0, 2.0, 0.0, 1.0]), tensor([0.1, 0.2, 0.3, 0.4]), 0.5),
        (tensor([0.0, 3.0]), tensor([0.5, 0.5]), 0.25),
        (tensor([1.0, 1.0, 1.0]), tensor([0.2, 0.2, 0.6]), 0.75),
    ],
    random_case=_some_counts,
    borders=[
        (tensor([3.0, 0.0, 1.0, 2.0, 1.0, 1.0]), tensor([0.0, 0.5, 0.0, 0.25, 0.125, 0.125]), 0.5),
        (tensor([3.0, 1.0]), tensor([0.5, 0.5]), 0.0),
    ],
    mistakes={
        "A context that was never seen has counts of 0 alone, and you divide by their sum: the "
        "shorter context has to answer for it.": (
            _counted(unseen=lambda counts, shorter: counts / counts.sum()),
            _counted(unseen=lambda counts, shorter: counts),
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / counts.sum()
                + discount * (counts > 0).sum() / counts.sum() * shorter
            ),
        ),
        "A token that was never seen after this context has nothing to give: its count less the "
        "discount is below 0. Keep it at 0.": (
            _counted(taken=lambda c, d: c - d),
            _counted(taken=lambda c, d: c - d, freed=lambda c, d: d * len(c) / c.sum()),
        ),
        "Without its sign, a count of 0 less the discount is the discount: clamp(min=0) makes a 0 "
        "of it.": (
            _counted(taken=lambda c, d: (c - d).abs()),
            _counted(
                taken=lambda c, d: (c - d).abs(),
                freed=lambda c, d: 1 - (c - d).abs().sum() / c.sum(),
            ),
        ),
        "clamp(max=0) keeps what is below 0; clamp(min=0) keeps what is above.": (
            _counted(taken=lambda c, d: (c - d).clamp(max=0)),
            _counted(
                taken=lambda c, d: (c - d).clamp(max=0),
                freed=lambda c, d: 1 - (c - d).clamp(max=0).sum() / c.sum(),
            ),
        ),
        "You give shorter as soon as one token was never seen; only where none was seen does it "
        "speak alone: counts.sum() == 0.": (
            lambda counts, shorter, discount: (
                shorter if (counts == 0).any() else discounted(counts, shorter, discount)
            ),
        ),
        "A context that was never seen gets equal parts; give it shorter itself.": (
            _counted(unseen=lambda counts, shorter: torch.ones_like(shorter) / len(shorter)),
        ),
        "Tokens that were never seen get all of shorter, and the others nothing of it; all get "
        "its share of what was taken.": (
            lambda counts, shorter, discount: (
                torch.where(counts > discount, _kept(counts, discount), shorter)
                if counts.sum()
                else shorter
            ),
        ),
        "Each kind that was seen gave the discount; you spread one discount alone and then divide "
        "by the new sum.": (
            lambda counts, shorter, discount: (
                _scaled((counts - discount).clamp(min=0) + discount * shorter)
                if counts.sum()
                else shorter
            ),
        ),
        "What is taken is the discount for each kind of token that was seen, divided by the sum of "
        "the counts; you spread the discount of one kind only.": (
            _counted(freed=lambda c, d: d / c.sum()),
        ),
        "Tokens that were never seen gave nothing, so they do not count in what is spread.": (
            _counted(freed=lambda c, d: d * len(c) / c.sum()),
        ),
        "You spread the discount itself; what was taken in all is discount times the kinds that "
        "were seen, over the sum of the counts.": _counted(freed=lambda c, d: d),
        "You take nothing off the counts, so the sum is above 1.": (_counted(taken=lambda c, d: c)),
        "What was taken is not given to anyone: the sum is below 1. Spread it as the shorter "
        "context says.": (
            _counted(freed=lambda c, d: 0.0),
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / counts.sum() if counts.sum() else shorter
            ),
        ),
        "The discounted counts were divided by their own sum; divide by the sum of the counts, so "
        "that something is left for the shorter context.": (
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / (counts - discount).clamp(min=0).sum()
                + discount * (counts > 0).sum() / counts.sum() * shorter
                if counts.sum()
                else shorter
            ),
        ),
        "What is left of the counts is divided by its own sum, so that nothing is left to give: "
        "divide by counts.sum(), and add what was taken times shorter.": (
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / (counts - discount).clamp(min=0).sum()
                if counts.sum()
                else shorter
            ),
        ),
        "You divide by what is left of the counts after the discount; counts.sum() is needed as it "
        "was before.": _sum_afterwards,
        "Each count gives a part of itself, the more the larger it is; the same discount comes "
        "off every count that is above 0.": (
            lambda counts, shorter, discount: (
                counts / counts.sum()
                + discount * (counts > 0).sum() / counts.sum() * (shorter - counts / counts.sum())
                if counts.sum()
                else shorter
            ),
        ),
        "You multiply the counts by the discount; it is taken off each count that is above 0.": (
            lambda counts, shorter, discount: (
                discount * counts / counts.sum() + (1 - discount) * shorter
                if counts.sum()
                else shorter
            ),
        ),
        "You mixed the two, 1 - discount of one and discount of the other; the discount comes off "
        "each count that is above 0.": (
            lambda counts, shorter, discount: (
                (1 - discount) * counts / counts.sum() + discount * shorter
                if counts.sum()
                else shorter
            ),
        ),
        "Only the tokens that were never seen get a share of what was taken; by the shorter "
        "context all tokens get one.": (
            lambda counts, shorter, discount: (
                _kept(counts, discount)
                + (1 - _kept(counts, discount).sum()) * shorter * (counts == 0)
                if counts.sum()
                else shorter
            ),
            lambda counts, shorter, discount: (
                torch.where(
                    counts > 0,
                    (counts - discount) / counts.sum(),
                    discount * shorter / counts.sum(),
                )
                if counts.sum()
                else shorter
            ),
        ),
        "You divided by how many kinds of tokens there are; divide by the sum of the counts.": (
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / len(counts)
                + discount * (counts > 0).sum() / len(counts) * shorter
            ),
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / len(counts)
                + discount * (counts > 0).sum() / counts.sum() * shorter
            ),
        ),
        "The discount comes off the counts, before you divide them by their sum.": (
            _counted(taken=lambda c, d: (c / c.sum() - d).clamp(min=0) * c.sum())
        ),
        "You spread what was taken evenly; spread it in the proportions of the shorter context.": (
            lambda counts, shorter, discount: (
                (counts - discount).clamp(min=0) / counts.sum()
                + discount * (counts > 0).sum() / counts.sum() / len(counts)
                if counts.sum()
                else shorter
            ),
        ),
    },
    hints=[
        "(counts - discount).clamp(min=0) is what the tokens keep. What did they lose together?",
        "Each kind with a count above 0 lost the discount: discount * (counts > 0).sum().",
        "Divide both by counts.sum(), and multiply what was lost by shorter. If counts.sum() is 0, "
        "give shorter.",
    ],
)
def discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.sum()
    return (counts - discount).clamp(min=0) / counts.sum() + freed * shorter


@exercise(
    "14.norm",
    cases=[
        (tensor([[[3.0, 4.0]]]), torch.ones(2)),
        (tensor([[[3.0, 4.0], [1.0, 1.0]]]), torch.ones(2)),
        (tensor([[[1.0, 2.0, 2.0]], [[2.0, 4.0, 4.0]]]), tensor([1.0, 2.0, 0.5])),
        (tensor([[[1.0, -1.0, 3.0, 5.0]]]), tensor([1.0, 1.0, 2.0, 1.0])),
    ],
    random_case=lambda: (torch.randn(2, 3, 4), torch.rand(4) + 0.5),
    borders=[
        (torch.arange(150.0).view(5, 6, 5) % 7, torch.arange(5.0)),
        (torch.eye(1)[None], tensor([2.0])),
        (tensor([[[0.03, -0.04]]]), tensor([1.0, 1.0])),
    ],
    mistakes={
        "One mean for the whole batch: every place has to be divided by its own. Give mean a dim, "
        "and keepdim=True.": lambda x, gain: x / x.square().mean().sqrt() * gain,
        "The mean runs over the places; it has to run over the channels, the last dimension.": (
            lambda x, gain: x / x.square().mean(dim=1, keepdim=True).sqrt() * gain,
            lambda x, gain: x / x.square().mean(dim=0, keepdim=True).sqrt() * gain,
            lambda x, gain: x / x.square().mean(dim=(0, 1), keepdim=True).sqrt() * gain,
        ),
        "Places and channels are both in your mean; each place has one of its own.": (
            lambda x, gain: x / x.square().mean(dim=(1, 2), keepdim=True).sqrt() * gain
        ),
        "Rows and channels are both in your mean; it runs over the channels alone.": (
            lambda x, gain: x / x.square().mean(dim=(0, 2), keepdim=True).sqrt() * gain
        ),
        "x is divided by the root of its mean square; you subtract that.": (
            lambda x, gain: x - x.square().mean(dim=-1, keepdim=True).sqrt() * gain,
            lambda x, gain: (x - x.square().mean(dim=-1, keepdim=True).sqrt()) * gain,
        ),
        "The square is missing: square, then mean, then root.": (
            lambda x, gain: x / x.mean(dim=-1, keepdim=True).sqrt() * gain
        ),
        "That is LayerNorm: RMSNorm leaves the mean where it is.": (
            lambda x, gain: (
                (x - x.mean(dim=-1, keepdim=True))
                / x.std(dim=-1, correction=0, keepdim=True)
                * gain
            ),
            lambda x, gain: (x - x.mean(dim=-1, keepdim=True)) / x.std(dim=-1, keepdim=True) * gain,
            lambda x, gain: F.layer_norm(x, gain.shape, gain),
        ),
        "You divide by the standard deviation, which is measured from the mean. RMSNorm measures "
        "from 0: the root of the mean square.": (
            lambda x, gain: x / x.std(dim=-1, correction=0, keepdim=True) * gain,
            lambda x, gain: x / x.std(dim=-1, keepdim=True) * gain,
        ),
        "You added an eps under the root; the exercise asks for RMSNorm without it.": tuple(
            lambda x, gain, eps=eps: x / (x.square().mean(dim=-1, keepdim=True) + eps).sqrt() * gain
            for eps in (1e-5, 1e-6)
        ),
        "You added an eps to the root; the exercise asks for RMSNorm without it.": tuple(
            lambda x, gain, eps=eps: x / (x.square().mean(dim=-1, keepdim=True).sqrt() + eps) * gain
            for eps in (1e-3, 1e-4, 1e-5)
        ),
        "You divide by the length, the root of the *sum* of squares; the mean is wanted.": (
            lambda x, gain: x / x.square().sum(dim=-1, keepdim=True).sqrt() * gain,
            lambda x, gain: x / x.norm(dim=-1, keepdim=True) * gain,
        ),
        "You divide by C a second time, and mean has done it already.": (
            lambda x, gain: x / (x.square().mean(dim=-1, keepdim=True) / x.shape[-1]).sqrt() * gain
        ),
        "You divide by the sum; the root of the mean square is wanted.": (
            lambda x, gain: x / x.sum(dim=-1, keepdim=True) * gain,
            lambda x, gain: x / x.abs().sum(dim=-1, keepdim=True) * gain,
        ),
        "You divide by the largest number; the root of the mean square is wanted.": (
            lambda x, gain: x / x.abs().amax(dim=-1, keepdim=True) * gain,
            lambda x, gain: x / x.amax(dim=-1, keepdim=True) * gain,
        ),
        "You divide by the mean square; its root is wanted.": (
            lambda x, gain: x / x.square().mean(dim=-1, keepdim=True) * gain
        ),
        "You divide by the mean of the absolute values; square, mean, root.": (
            lambda x, gain: x / x.abs().mean(dim=-1, keepdim=True) * gain
        ),
        "You added the gain; each channel is multiplied by its own.": (
            lambda x, gain: x / x.square().mean(dim=-1, keepdim=True).sqrt() + gain
        ),
        "You squared the mean, and its root is the mean again: square first, then mean, then "
        "root.": (
            lambda x, gain: x / x.mean(dim=-1, keepdim=True).square().sqrt() * gain,
            lambda x, gain: x / x.mean(dim=-1, keepdim=True).abs() * gain,
        ),
        "The gain is missing: each channel is multiplied by its own.": (
            lambda x, gain: x / x.square().mean(dim=-1, keepdim=True).sqrt()
        ),
        "Your gain is inside the mean; multiply by it at the end.": (
            lambda x, gain: x * gain / (x * gain).square().mean(dim=-1, keepdim=True).sqrt()
        ),
    },
    hints=[
        "Change one place of x and look: which places of the output should change?",
        "x.square().mean(dim=-1, keepdim=True) has shape (B, T, 1): one number for each place.",
        "x / that.sqrt() * gain",
    ],
)
def norm(x, gain):
    return x / x.square().mean(dim=-1, keepdim=True).sqrt() * gain


def _turned(first, second, join=lambda a, b: torch.cat([a, b], dim=1), split=None):
    """A rotation with another pairing, another formula or another order of the halves."""

    def rotate(x, angles):
        a, b = (split or (lambda x: x.chunk(2, dim=1)))(x)
        cos, sin = angles.cos(), angles.sin()
        return join(first(a, b, cos, sin), second(a, b, cos, sin))

    return rotate


def _down(a, b, cos, sin):
    return a * cos - b * sin


def _up(a, b, cos, sin):
    return a * sin + b * cos


def _neighbours(x):
    return x[:, ::2], x[:, 1::2]


def _with_the_next(x, angles):
    out = torch.zeros_like(x)
    for i in range(angles.shape[1]):
        cos, sin = angles[:, i].cos(), angles[:, i].sin()
        a, b = x[:, i], x[:, i + 1]
        out[:, i], out[:, i + 1] = _down(a, b, cos, sin), _up(a, b, cos, sin)
    return out


def _doubled_angles(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = (part.repeat_interleave(2, dim=1) for part in (angles.cos(), angles.sin()))
    return x * cos + torch.cat([-b, a], dim=1) * sin


def _by_angles(x, angles):
    a, b = x.chunk(2, dim=1)
    return torch.cat([(a - b) * angles, (a + b) * angles], dim=1)


def _interleaved(a, b):
    return torch.stack([a, b], dim=2).flatten(1)


@exercise(
    "14.rotate",
    cases=[
        (tensor([[1.0, 0.0]]), tensor([[0.5]])),
        (tensor([[1.0, 2.0], [1.0, 2.0]]), tensor([[0.0], [1.0]])),
        (tensor([[1.0, 2.0, 3.0, 4.0]]), tensor([[0.5, 0.25]])),
        (tensor([[1.0, 0.0, -1.0, 2.0]] * 3), tensor([[0.0, 0.0], [1.0, 0.1], [2.0, 0.2]])),
    ],
    random_case=lambda: (torch.randn(4, 6), torch.rand(4, 3) * 6),
    borders=[(torch.arange(48.0).view(6, 8) % 5, torch.arange(24.0).view(6, 4))],
    mistakes={
        "You pair neighbours, channels 0 and 1, 2 and 3. Here channel i and channel i + D/2 are a "
        "pair.": (
            _turned(_down, _up, split=_neighbours, join=_interleaved),
            _turned(_down, _up, split=_neighbours),
        ),
        "The right numbers in another order: the turned first half comes first, then the second.": (
            _turned(_down, _up, join=_interleaved),
            _turned(_up, _down),
        ),
        "You turn the other way round: the first of a pair becomes a·cos − b·sin.": _turned(
            lambda a, b, cos, sin: a * cos + b * sin, lambda a, b, cos, sin: b * cos - a * sin
        ),
        "flip turns all channels round, so that the last meets the first; channel i belongs to "
        "channel i + D/2: exchange the two halves, each as it is.": tuple(
            lambda x, angles, sign=sign: (
                x * angles.cos().repeat(1, 2) + sign * x.flip(1) * angles.sin().repeat(1, 2)
            )
            for sign in (1, -1)
        ),
        "A turn keeps the length of a pair: one of the two products has a minus.": (
            _turned(lambda a, b, cos, sin: a * cos + b * sin, _up),
            _turned(_down, lambda a, b, cos, sin: b * cos - a * sin),
        ),
        "Sine and cosine are swapped: an angle of 0 must change nothing.": (
            _turned(
                lambda a, b, cos, sin: a * sin - b * cos, lambda a, b, cos, sin: a * cos + b * sin
            ),
        ),
        "The second half is computed from the first half as it is after its turn; both need the "
        "old values.": _turned(_down, lambda a, b, cos, sin: (a * cos - b * sin) * sin + b * cos),
        "The halves are exchanged: channel i is the first of its pair, and channel i + D/2 the "
        "second.": _turned(_down, _up, split=lambda x: x.chunk(2, dim=1)[::-1]),
        "The two halves are to stand side by side: join them with torch.cat along dim=1.": (
            lambda x, angles: torch.cat(rotate(x, angles).chunk(2, dim=1)),
            lambda x, angles: rotate(x, angles).chunk(2, dim=1),
            lambda x, angles: torch.stack(rotate(x, angles).chunk(2, dim=1)),
        ),
        "The angles are in radians already, as torch takes them.": (
            lambda x, angles: rotate(x, torch.deg2rad(angles)),
            lambda x, angles: rotate(x, torch.rad2deg(angles)),
        ),
        "You turn channel i with channel i + 1; its partner is channel i + D/2.": _with_the_next,
        "The angles are laid out for neighbours, 0 0 1 1; channels i and i + D/2 share angle i, so "
        "0 1 0 1: torch.cat([angles, angles], dim=1).": _doubled_angles,
        "A pair is turned with the cosine and the sine of its angle, not with the angle itself.": (
            _by_angles
        ),
        "Each of the two needs both a and b: a·cos − b·sin and a·sin + b·cos.": (
            _turned(
                lambda a, b, cos, sin: a * cos - a * sin, lambda a, b, cos, sin: b * sin + b * cos
            ),
            _turned(lambda a, b, cos, sin: a * cos, lambda a, b, cos, sin: b * sin),
        ),
        "split(2) cuts pieces of 2 channels, and as many as there are; chunk(2) cuts two "
        "halves.": _turned(_down, _up, split=lambda x: x.split(2, dim=1)),
        "Your halves are 2 channels wide; they are x.shape[1] // 2 wide, or chunk(2, dim=1).": (
            _turned(_down, _up, split=lambda x: (x[:, :2], x[:, 2:]))
        ),
        "The angles were added to the channels; a pair (a, b) is turned by its angle.": (
            lambda x, angles: x + torch.cat([angles, angles], dim=1)
        ),
        "The second of a pair becomes a·sin + b·cos: sine and cosine change places there.": (
            _turned(_down, lambda a, b, cos, sin: a * cos + b * sin)
        ),
        "Only one of each pair comes back; both are needed, side by side: torch.cat.": (
            lambda x, angles: rotate(x, angles).chunk(2, dim=1)[0],
            lambda x, angles: rotate(x, angles).chunk(2, dim=1)[1],
        ),
        "The two of each pair are added up; they stand side by side: torch.cat along dim=1.": (
            lambda x, angles: sum(rotate(x, angles).chunk(2, dim=1))
        ),
        "Only the first half is turned.": _turned(_down, lambda a, b, cos, sin: b),
        "Only the second half is turned.": _turned(lambda a, b, cos, sin: a, _up),
    },
    hints=[
        "a, b = x.chunk(2, dim=1) are the first and the second of all pairs, (T, D / 2) each.",
        "A pair (a, b) becomes (a·cos − b·sin, a·sin + b·cos).",
        "torch.cat of the two along dim=1.",
    ],
)
def rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=1)


def _some_heads():
    G, per_group = random.randint(1, 3), random.randint(1, 3)
    return torch.randn(G * per_group, 4, 3), torch.randn(G, 4, 3)


def _masked(scores):
    return scores + torch.full_like(scores, -torch.inf).triu(1)


@exercise(
    "14.scores",
    cases=[
        (tensor([[[1.0, 0.0]], [[2.0, 0.0]]]), tensor([[[3.0, 1.0]]])),
        (torch.arange(8.0).view(4, 1, 2), tensor([[[1.0, 0.0]], [[0.0, 1.0]]])),
        (torch.arange(24.0).view(4, 3, 2), torch.arange(12.0).view(2, 3, 2) - 5),
        (torch.arange(12.0).view(2, 3, 2), torch.arange(12.0).view(2, 3, 2) - 5),
    ],
    random_case=_some_heads,
    borders=[
        (torch.arange(60.0).view(6, 5, 2) % 7, torch.arange(60.0).view(6, 5, 2) % 5),
        (torch.arange(100.0).view(10, 5, 2) % 7, torch.arange(50.0).view(5, 5, 2) % 3),
    ],
    mistakes={
        "Your keys come in the order 0 1 0 1: repeat copies the whole row of groups. Neighbouring "
        "heads share, so 0 0 1 1: repeat_interleave.": (
            lambda q, k: q @ k.repeat(len(q) // len(k), 1, 1).mT
        ),
        "There are H heads and G keys, and @ pairs them one by one: give each head its group's key "
        "first, with repeat_interleave.": lambda q, k: q @ k.mT,
        "Each key is repeated G times; it is shared by H / G heads.": (
            lambda q, k: q @ k.repeat_interleave(len(k), dim=0).mT
        ),
        "Each key is repeated H times; it is shared by H / G heads.": (
            lambda q, k: q @ k.repeat_interleave(len(q), dim=0).mT
        ),
        "Head h belongs to group h // (H / G), for H / G heads share a key; you divided by G.": (
            lambda q, k: torch.stack([q[h] @ k[h // len(k)].T for h in range(len(q))])
        ),
        "A group has H / G heads; you cut q into pieces of G heads.": (
            lambda q, k: torch.cat(
                [q[g * len(k) : (g + 1) * len(k)] @ k[g].T for g in range(len(k))]
            )
        ),
        "All keys stand there twice, as 0 1 0 1; each is needed H / G times, one after the "
        "other: repeat_interleave.": lambda q, k: q @ torch.cat([k, k]).mT,
        "You repeat the queries; there are H of them already. The keys are fewer, so they are "
        "repeated.": (lambda q, k: q.repeat_interleave(len(q) // len(k), dim=0) @ k.mT),
        "Head h belongs to group h // (H / G); % gives 0 1 0 1, by which "
        "neighbours do not share.": (
            lambda q, k: torch.stack([q[h] @ k[h % (len(q) // len(k))].T for h in range(len(q))])
        ),
        "Only G heads come back; there are H, and several share a key.": (
            lambda q, k: q[: len(k)] @ k.mT
        ),
        "The heads of a group were taken together; each has scores of its own, (H, T, T).": (
            lambda q, k: q.unflatten(0, (len(k), -1)).mean(dim=1) @ k.mT,
            lambda q, k: q.unflatten(0, (len(k), -1)).sum(dim=1) @ k.mT,
        ),
        "You add up over the keys of all groups; a head has its own group's alone.": (
            lambda q, k: q @ k.sum(dim=0, keepdim=True).mT
        ),
        "Each query meets the key of its own place alone; @ with k.mT pairs it with all of them.": (
            lambda q, k: (q * k.repeat_interleave(len(q) // len(k), dim=0)).sum(dim=-1),
            lambda q, k: (q * k.repeat_interleave(len(q) // len(k), dim=0)).sum(-1, keepdim=True),
        ),
        "Every head has the first group's key.": (lambda q, k: q @ k[:1].mT,),
        "Every head has the last group's key.": (lambda q, k: q @ k[-1:].mT,),
        "You average the keys of all groups.": (lambda q, k: q @ k.mean(dim=0, keepdim=True).mT,),
        "These are the scores transposed: a row belongs to a query, a column to a key.": (
            lambda q, k: k.repeat_interleave(len(q) // len(k), dim=0) @ q.mT
        ),
        "Here the scores are not divided by √D.": (
            lambda q, k: q @ k.repeat_interleave(len(q) // len(k), dim=0).mT / q.shape[-1] ** 0.5
        ),
        "No softmax here: the scores alone.": (
            lambda q, k: (q @ k.repeat_interleave(len(q) // len(k), dim=0).mT).softmax(dim=-1)
        ),
        "No mask here: every query and every key.": (
            lambda q, k: (q @ k.repeat_interleave(len(q) // len(k), dim=0).mT).tril(),
            lambda q, k: _masked(q @ k.repeat_interleave(len(q) // len(k), dim=0).mT),
        ),
    },
    hints=[
        "How many heads share one key? len(q) // len(k).",
        "k.repeat_interleave(n, dim=0) has shape (H, T, D): 0 0 0 1 1 1.",
        "q @ that.mT",
    ],
)
def scores(q, k):
    return q @ k.repeat_interleave(len(q) // len(k), dim=0).mT
