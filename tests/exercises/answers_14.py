"""Lesson 14: answers as learners write them; see ``answers``."""

import torch
from torch.nn import functional as F

from .answers import right, wrong

# 14.discounted


@right("14.discounted")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    if total == 0:
        return shorter
    kept = torch.where(counts > 0, counts - discount, 0.0)
    return kept / total + (total - kept.sum()) / total * shorter


@wrong("14.discounted", "never seen has counts of 0 alone")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    freed = discount * (counts > 0).sum() / total
    return (counts - discount).clamp(min=0) / total + freed * shorter


@wrong("14.discounted", "Keep it at 0")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    if total == 0:
        return shorter
    return (counts - discount) / total + discount * (counts > 0).sum() / total * shorter


@wrong("14.discounted", "one kind only")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    if total == 0:
        return shorter
    return (counts - discount).clamp(min=0) / total + discount / total * shorter


@wrong("14.discounted", "do not count in what is spread")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    if total == 0:
        return shorter
    return (counts - discount).clamp(min=0) / total + discount * len(counts) / total * shorter


# 14.norm


@right("14.norm")
def my_norm(x, gain):
    return gain * x * torch.rsqrt((x * x).mean(-1, keepdim=True))


@wrong("14.norm", "One mean for the whole batch")
def my_norm(x, gain):
    return x / x.square().mean().sqrt() * gain


@wrong("14.norm", "over the places")
def my_norm(x, gain):
    return x / x.square().mean(dim=1, keepdim=True).sqrt() * gain


@wrong("14.norm", "LayerNorm")
def my_norm(x, gain):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gain, eps=0.0)


@wrong("14.norm", "root of the *sum*")
def my_norm(x, gain):
    return x / (x * x).sum(-1, keepdim=True) ** 0.5 * gain


# 14.rotate


@right("14.rotate")
def my_rotate(x, angles):
    half = x.shape[1] // 2
    out = x.clone()
    for t in range(len(x)):
        for i in range(half):
            c, s = angles[t, i].cos(), angles[t, i].sin()
            out[t, i] = x[t, i] * c - x[t, i + half] * s
            out[t, i + half] = x[t, i] * s + x[t, i + half] * c
    return out


@wrong("14.rotate", "pair neighbours")
def my_rotate(x, angles):
    a, b = x[:, 0::2], x[:, 1::2]
    out = torch.empty_like(x)
    out[:, 0::2] = a * angles.cos() - b * angles.sin()
    out[:, 1::2] = a * angles.sin() + b * angles.cos()
    return out


@wrong("14.rotate", "other way round")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos + b * sin, -a * sin + b * cos], dim=1)


@wrong("14.rotate", "has a minus")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos + b * sin, a * sin + b * cos], dim=1)


@wrong("14.rotate", "as it is after its turn")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    a = a * cos - b * sin
    b = a * sin + b * cos
    return torch.cat([a, b], dim=1)


# 14.scores


@right("14.scores")
def my_scores(q, k):
    per_group = len(q) // len(k)
    return torch.stack([q[h] @ k[h // per_group].T for h in range(len(q))])


@wrong("14.scores", "Your keys come in the order 0 1 0 1")
def my_scores(q, k):
    return torch.stack([q[h] @ k[h % len(k)].T for h in range(len(q))])


@wrong("14.scores", "transposed")
def my_scores(q, k):
    per_group = len(q) // len(k)
    return torch.stack([k[h // per_group] @ q[h].T for h in range(len(q))])


@wrong("14.scores", "not divided")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    return q @ k.transpose(1, 2) / q.shape[2] ** 0.5


@wrong("14.scores", "No softmax")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    return (q @ k.transpose(1, 2)).softmax(dim=2)


# Further ones, of each.


@right("14.discounted")
def my_discounted(counts, shorter, discount):
    total = float(counts.sum())
    if total == 0:
        return shorter
    kept = torch.stack([c - discount if c > 0 else torch.zeros(()) for c in counts])
    freed = sum(discount for c in counts if c > 0)
    return (kept + freed * shorter) / total


@wrong("14.discounted", "You take nothing off the counts")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    return counts / counts.sum() + discount * (counts > 0).sum() / counts.sum() * shorter


@right("14.norm")
def my_norm(x, gain):
    return torch.nn.functional.rms_norm(x, x.shape[-1:], gain, eps=0.0)


@wrong("14.norm", "The gain is missing")
def my_norm(x, gain):
    return torch.nn.functional.rms_norm(x, x.shape[-1:], eps=0.0)


@right("14.rotate")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    turned = torch.complex(a, b) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([turned.real, turned.imag], dim=1)


@wrong("14.rotate", "Only the first half is turned")
def my_rotate(x, angles):
    half = x.shape[1] // 2
    out = x.clone()
    out[:, :half] = x[:, :half] * angles.cos() - x[:, half:] * angles.sin()
    return out


@right("14.scores")
def my_scores(q, k):
    q = q.view(len(k), -1, *q.shape[1:])  # (groups, heads of a group, T, D)
    return torch.einsum("ghtd,gsd->ghts", q, k).flatten(0, 1)


@wrong("14.scores", "Every head has the first group's key")
def my_scores(q, k):
    return torch.stack([q[h] @ k[0].T for h in range(len(q))])


# 14.discounted, once more


@wrong("14.discounted", "Only the tokens that were never seen get a share of what")
def my_discounted(counts, shorter, discount):
    n = counts.sum()
    if n == 0:
        return shorter
    return torch.where(counts > 0, (counts - discount) / n, discount * shorter / n)


@wrong("14.discounted", "never seen has counts of 0 alone")
def my_discounted(counts, shorter, discount):
    n = counts.sum()
    if n == 0:
        return counts
    return (counts - discount).clamp(min=0) / n + discount * (counts > 0).sum() / n * shorter


@wrong("14.discounted", "Only the tokens that were never seen get a share of what")
def my_discounted(counts, shorter, discount):
    n = counts.sum()
    if n == 0:
        return shorter
    p = (counts - discount).clamp(min=0) / n
    return p + (1 - p.sum()) * shorter * (counts == 0)


@wrong("14.discounted", "You divided by how many kinds of tokens there are")
def my_discounted(counts, shorter, discount):
    n = len(counts)
    if n == 0:
        return shorter
    return (counts - discount).clamp(min=0) / n + discount * (counts > 0).sum() / n * shorter


@wrong("14.discounted", "The discount comes off the counts, before you divide them")
def my_discounted(counts, shorter, discount):
    n = counts.sum()
    if n == 0:
        return shorter
    return (counts / n - discount).clamp(min=0) + discount * (counts > 0).sum() / n * shorter


@right("14.discounted")
def my_discounted(counts, shorter, discount):
    if not counts.any():
        return shorter.clone()
    p = F.relu(counts - discount) / counts.sum()
    return p + (1 - p.sum()) * shorter


# 14.norm, once more


@wrong("14.norm", "keepdim=True is missing")
def my_norm(x, gain):
    return x / x.square().mean(dim=-1).sqrt() * gain


@wrong("14.norm", "You added the gain")
def my_norm(x, gain):
    return x / x.square().mean(dim=-1, keepdim=True).sqrt() + gain


@wrong("14.norm", "You squared the mean, and its root is the mean again")
def my_norm(x, gain):
    return x / x.mean(dim=-1, keepdim=True).square().sqrt() * gain


@wrong("14.norm", "you multiplied by")
def my_norm(x, gain):
    return x * x.square().mean(dim=-1, keepdim=True).sqrt() * gain


@wrong("14.norm", "this changes the tensor x itself, which the caller still")
def my_norm(x, gain):
    r = x.square().mean(dim=-1, keepdim=True).sqrt()
    x /= r
    return x * gain


@right("14.norm")
def my_norm(x, gain):
    return F.normalize(x, dim=-1, eps=0) * x.shape[-1] ** 0.5 * gain


# 14.rotate, once more


@wrong("14.rotate", "The two halves are to stand side by side")
def my_rotate(x, angles):
    D = x.shape[1]
    a, b = x[:, : D // 2], x[:, D // 2 :]
    return torch.cat([a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()])


@wrong("14.rotate", "as it is after its turn")
def my_rotate(x, angles):
    D = x.shape[1]
    x[:, : D // 2] = x[:, : D // 2] * angles.cos() - x[:, D // 2 :] * angles.sin()
    x[:, D // 2 :] = x[:, : D // 2] * angles.sin() + x[:, D // 2 :] * angles.cos()
    return x


@wrong("14.rotate", "The two halves are to stand side by side")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    return a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()


@wrong("14.rotate", "The angles are in radians already, as torch takes them")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    t = torch.deg2rad(angles)
    return torch.cat([a * t.cos() - b * t.sin(), a * t.sin() + b * t.cos()], dim=1)


@wrong("14.rotate", "channel i is the first of its pair, and channel i + D/2")
def my_rotate(x, angles):
    b, a = x.chunk(2, dim=1)
    return torch.cat(
        [a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()], dim=1
    )


@right("14.rotate")
def my_rotate(x, angles):
    a, b = x.chunk(2, -1)
    z = torch.complex(a, b) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([z.real, z.imag], -1)


# 14.scores, once more


@wrong("14.scores", "give each head its group's key first, with")
def my_scores(q, k):
    return q @ k.transpose(1, 2)


@wrong("14.scores", "transposed")
def my_scores(q, k):
    n = len(q) // len(k)
    return q @ k.repeat_interleave(n, dim=0)


@wrong("14.scores", "Each key is repeated G times")
def my_scores(q, k):
    return q @ k.repeat_interleave(len(k), dim=0).mT


@wrong("14.scores", "The numbers are right, but yours has shape (1, 2, 1, 1),")
def my_scores(q, k):
    H, T, D = q.shape
    G = len(k)
    return q.view(G, H // G, T, D) @ k[:, None].mT


@right("14.scores")
def my_scores(q, k):
    H, T, D = q.shape
    G = len(k)
    return torch.einsum("gntd,gsd->gnts", q.view(G, H // G, T, D), k).reshape(H, T, T)


@wrong("14.discounted", "nothing is left to give")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).clamp(min=0)
    return left / left.sum()


@wrong("14.discounted", "You mixed the two")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    return (1 - discount) * counts / counts.sum() + discount * shorter


@wrong("14.norm", "measured from the mean")
def my_norm(x, gain):
    return x / x.std(dim=-1, keepdim=True) * gain


@wrong("14.norm", "You added an eps under the root")
def my_norm(x, gain):
    return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + 1e-5) * gain


@wrong("14.rotate", "stack makes a new dimension")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=1)


@wrong("14.scores", "Each key is repeated H times")
def my_scores(q, k):
    k = k.repeat_interleave(len(q), dim=0)
    return q @ k.mT


@wrong("14.scores", "strings all numbers together")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k))
    return q @ k.mT


@wrong("14.scores", "No mask here")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    scores = q @ k.mT
    T = q.shape[1]
    return scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf"))


@wrong("14.discounted", "as soon as one token")
def my_discounted(counts, shorter, discount):
    if (counts == 0).any():
        return shorter
    left = (counts - discount).clamp(min=0) / counts.sum()
    return left + (1 - left.sum()) * shorter


@wrong("14.discounted", "clamp(max=0)")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).clamp(max=0) / counts.sum()
    return left + (1 - left.sum()) * shorter


@wrong("14.discounted", "Keep it at 0")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts.clamp(min=0) - discount) / counts.sum()
    return left + (1 - left.sum()) * shorter


@wrong("14.discounted", "Without its sign")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).abs() / counts.sum()
    return left + discount * (counts > 0).sum() / counts.sum() * shorter


@wrong("14.discounted", "get all of shorter")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).clamp(min=0) / counts.sum()
    return torch.where(left > 0, left, shorter)


@wrong("14.discounted", "one discount alone")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    left = (counts - discount).clamp(min=0)
    p = left + discount * shorter
    return p / p.sum()


@wrong("14.discounted", "gets equal parts")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return torch.ones_like(shorter) / len(shorter)
    left = (counts - discount).clamp(min=0) / counts.sum()
    return left + (1 - left.sum()) * shorter


@wrong("14.norm", "the largest number")
def my_norm(x, gain):
    return x / x.abs().amax(dim=-1, keepdim=True) * gain


@wrong("14.norm", "a second time")
def my_norm(x, gain):
    return x / (x.square().mean(dim=-1, keepdim=True) / x.shape[-1]).sqrt() * gain


@wrong("14.norm", "rms.unsqueeze(1)` goes along")
def my_norm(x, gain):
    rms = x.square().mean(-1).sqrt()
    return x / rms.unsqueeze(1) * gain


@wrong("14.norm", "LayerNorm")
def my_norm(x, gain):
    return F.layer_norm(x, (x.shape[-1],), weight=gain)


@wrong("14.rotate", "laid out for neighbours")
def my_rotate(x, angles):
    half = x.shape[-1] // 2
    turned = torch.cat([-x[:, half:], x[:, :half]], dim=-1)
    cos = angles.cos().repeat_interleave(2, dim=1)
    sin = angles.sin().repeat_interleave(2, dim=1)
    return x * cos + turned * sin


@wrong("14.rotate", "not with the angle itself")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    return torch.cat([a * angles - b * angles, a * angles + b * angles], dim=1)


@wrong("14.rotate", "pieces of 2 channels")
def my_rotate(x, angles):
    a, b = x.split(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=1)


@wrong("14.rotate", "needs both a and b")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos - a * sin, b * sin + b * cos], dim=1)


@wrong("14.rotate", "with channel i + 1")
def my_rotate(x, angles):
    T, D = x.shape
    out = torch.zeros_like(x)
    for i in range(D // 2):
        c, s = angles[:, i].cos(), angles[:, i].sin()
        out[:, i] = x[:, i] * c - x[:, i + 1] * s
        out[:, i + 1] = x[:, i] * s + x[:, i + 1] * c
    return out


@wrong("14.scores", "keys of all groups")
def my_scores(q, k):
    H, G = len(q), len(k)
    out = torch.zeros(H, q.shape[1], q.shape[1])
    for h in range(H):
        for g in range(G):
            out[h] += q[h] @ k[g].T
    return out


@wrong("14.scores", "you divided by G")
def my_scores(q, k):
    return torch.stack([q[h] @ k[h // len(k)].T for h in range(len(q))])


@wrong("14.scores", "Only G heads")
def my_scores(q, k):
    return torch.stack([q[g] @ k[g].T for g in range(len(k))])


@wrong("14.scores", "of a list of tensors")
def my_scores(q, k):
    n = len(q) // len(k)
    return [q[h] @ k[h // n].T for h in range(len(q))]


@wrong("14.scores", "were taken together")
def my_scores(q, k):
    G = len(k)
    H, T, D = q.shape
    return q.view(G, H // G, T, D).mean(dim=1) @ k.mT


@wrong("14.scores", "key of its own place")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    return (q * k).sum(dim=-1)


@wrong("14.discounted", "the factor `shorter` is missing")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.sum()
    return (counts - discount).clamp(min=0) / counts.sum() + freed


@wrong("14.discounted", "was before")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    counts = (counts - discount).clamp(min=0)
    freed = discount * (counts > 0).sum() / counts.sum()
    return counts / counts.sum() + freed * shorter


@wrong("14.discounted", "takes one of two things whole")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.sum()
    return max(counts - discount, 0) / counts.sum() + freed * shorter


@wrong("14.discounted", "the more the larger")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.sum()
    return (1 - freed) * counts / counts.sum() + freed * shorter


@wrong("14.norm", "adds a dimension in the wrong place")
def my_norm(x, gain):
    rms = x.square().mean(dim=2).sqrt()
    return x / rms[:, None] * gain


@wrong("14.norm", "You divide by the sum")
def my_norm(x, gain):
    return x / x.sum(dim=-1, keepdim=True) * gain


@wrong("14.rotate", "2 channels wide")
def my_rotate(x, angles):
    a, b = x[:, :2], x[:, 2:]
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=1)


@wrong("14.rotate", "leaves something out")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles[:, :1].cos(), angles[:, :1].sin()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=1)


@wrong("14.rotate", "leaves something out")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    cos, sin = angles[0].cos(), angles[0].sin()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=1)


@wrong("14.rotate", "added to the channels")
def my_rotate(x, angles):
    return x + torch.cat([angles, angles], dim=1)


@wrong("14.scores", "is upside down")
def my_scores(q, k):
    k = k.repeat_interleave(len(k) // len(q), dim=0)
    return q @ k.mT


@wrong("14.scores", "stand there twice")
def my_scores(q, k):
    return q @ torch.cat([k, k]).mT


@wrong("14.scores", "pieces of G heads")
def my_scores(q, k):
    G = len(k)
    return torch.cat([q[g * G : (g + 1) * G] @ k[g].T for g in range(G)])


@right("14.discounted")
def my_discounted(counts, shorter, discount):
    if counts.max() == 0:
        return 1.0 * shorter
    N, seen = counts.sum(), counts.count_nonzero()
    return (F.relu(counts - discount) + discount * seen * shorter) / N


@right("14.norm")
def my_norm(x, gain):
    ms = torch.einsum("btc,btc->bt", x, x) / x.shape[-1]
    return torch.einsum("btc,bt,c->btc", x, ms.rsqrt(), gain)


@right("14.rotate")
def my_rotate(x, angles):
    half = x.size(1) // 2
    r = (x[:, :half] ** 2 + x[:, half:] ** 2).sqrt()
    phi = torch.atan2(x[:, half:], x[:, :half]) + angles
    return torch.hstack([r * phi.cos(), r * phi.sin()])


@right("14.scores")
def my_scores(q, k):
    n = len(q) // len(k)
    return torch.cat([q[g * n : (g + 1) * n] @ k[g].T for g in range(len(k))])


@wrong("14.discounted", "you took the mean")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).float().mean() / counts.sum()
    return (counts - discount).clamp(min=0) / counts.sum() + freed * shorter


@wrong("14.discounted", "you took the mean")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.mean()
    return (counts - discount).clamp(min=0) / counts.mean() + freed * shorter


@wrong("14.discounted", "you subtracted")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    freed = discount * (counts > 0).sum() / counts.sum()
    return (counts - discount).clamp(min=0) / counts.sum() - freed * shorter


@wrong("14.discounted", "You multiply the counts")
def my_discounted(counts, shorter, discount):
    if counts.sum() == 0:
        return shorter
    return (counts * discount) / counts.sum() + (1 - discount) * shorter


@wrong("14.discounted", "Keep it at 0")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    left = (counts - discount) / total
    return left + discount * len(counts) / total * shorter


@wrong(
    "14.discounted",
    "the division by `total` is missing",
)
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    kept = (counts - discount).clamp(min=0) / total
    seen = (counts > 0).sum()
    return kept + discount * seen * shorter


@wrong("14.discounted", "one kind only")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    kept = (counts - discount).clamp(min=0)
    return (kept + discount * shorter) / total


@wrong("14.discounted", "On all the others: You spread what was taken evenly")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    kept = (counts - discount).clamp(min=0) / total
    spare = 1 - kept.sum()
    return kept + spare / len(counts)


@wrong("14.discounted", "never seen has counts of 0 alone")
def my_discounted(counts, shorter, discount):
    total = counts.sum()
    kept = (counts - discount).clamp(min=0) / total
    spare = 1 - kept.sum()
    return kept + spare * shorter


@wrong("14.discounted", "Python stopped with ZeroDivisionError")
def my_discounted(counts, shorter, discount):
    n = sum(counts.tolist())
    taken = sum(discount for c in counts.tolist() if c > 0)
    out = []
    for c, s in zip(counts.tolist(), shorter.tolist()):
        out.append((max(c - discount, 0) + taken * s) / n)
    return torch.tensor(out)


@wrong("14.norm", "Rows and channels are both")
def my_norm(x, gain):
    return x / x.square().mean(dim=(0, 2), keepdim=True).sqrt() * gain


@wrong("14.norm", "you subtract that")
def my_norm(x, gain):
    return x - x.square().mean(dim=-1, keepdim=True).sqrt() * gain


@wrong("14.norm", "The square is missing")
def my_norm(x, gain):
    return x / x.mean(dim=-1, keepdim=True).sqrt() * gain


@wrong("14.rotate", "change places there")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=-1)
    cos, sin = torch.cos(angles), torch.sin(angles)
    return torch.cat((a * cos - b * sin, a * cos + b * sin), dim=-1)


@wrong("14.rotate", "are added up")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=-1)
    cos, sin = torch.cos(angles), torch.sin(angles)
    return a * cos - b * sin + a * sin + b * cos


@wrong("14.rotate", "Only one of each pair")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=-1)
    cos, sin = torch.cos(angles), torch.sin(angles)
    return a * cos - b * sin


@wrong("14.rotate", "`angles.tan()` gives")
def my_rotate(x, angles):
    a, b = x.chunk(2, dim=1)
    c, s = angles.cos(), angles.tan()
    return torch.cat([a * c - b * s, a * s + b * c], dim=1)


@wrong("14.rotate", "`x.shape[0]` gives 1 on the input below, where 2 is needed")
def my_rotate(x, angles):
    D = x.shape[0] // 2
    a, b = x[:, :D], x[:, D:]
    c, s = angles.cos(), angles.sin()
    return torch.cat([a * c - b * s, a * s - b * c], dim=1)


@wrong("14.rotate", "flip turns all channels round")
def my_rotate(x, angles):
    c, s = torch.cat([angles.cos()] * 2, 1), torch.cat([angles.sin()] * 2, 1)
    return x * c + x.flip(1) * s


@wrong("14.scores", "exchanges the wrong two")
def my_scores(q, k):
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    return q @ k.transpose(0, 2)


@wrong("14.scores", "You repeat the queries")
def my_scores(q, k):
    q = q.repeat_interleave(len(q) // len(k), dim=0)
    return q @ k.mT


@wrong("14.scores", "you added")
def my_scores(q, k):
    n = len(q) // len(k)
    return torch.stack([q[h] @ k[min(h // n + 1, len(k) - 1)].T for h in range(len(q))])


@wrong("14.scores", "repeat wants a number")
def my_scores(q, k):
    k = k.repeat(len(q) // len(k), 1)
    return q @ k.mT


@wrong("14.scores", "% gives 0 1 0 1")
def my_scores(q, k):
    n = len(q) // len(k)
    return torch.stack([q[h] @ k[h % n].T for h in range(len(q))])


@wrong("14.norm", "multiply by it")
def my_norm(x, gain):
    return x / torch.rsqrt(x.square().mean(dim=-1, keepdim=True)) * gain


@wrong("14.norm", "multiply by it")
def my_norm(x, gain):
    return x / x.square().sum(dim=-1, keepdim=True).sqrt() / gain
