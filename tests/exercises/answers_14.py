"""Lesson 14: answers as learners write them; see ``answers``."""

import torch

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


@wrong("14.scores", "0 1 0 1")
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
