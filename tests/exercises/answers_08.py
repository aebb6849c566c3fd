"""Lesson 08: answers as learners write them; see ``answers``."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from .answers import right, wrong

# 08.past_means


@wrong("08.past_means", "mean of the whole text")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T)
    return weights / weights.sum(1, keepdim=True) @ x


@wrong("08.past_means", "tril, not triu")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).triu()
    return weights / weights.sum(1, keepdim=True) @ x


@wrong("08.past_means", "The place itself is missing")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril(-1)
    return weights / weights.sum(1, keepdim=True) @ x


@wrong("08.past_means", "These are running sums")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights @ x


@wrong("08.past_means", "divided by the same number")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights / T @ x


@wrong("08.past_means", "in each column")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights / weights.sum(0, keepdim=True) @ x


@wrong("08.past_means", "A score of 0 hides nothing")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights.softmax(1) @ x


@wrong("08.past_means", "A loop over the places")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    for t in range(T):
        pass
    return weights / weights.sum(1, keepdim=True) @ x


@wrong("08.past_means", "The weights are transposed")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return (weights / weights.sum(1, keepdim=True)).T @ x


@wrong("08.past_means", "The count begins at 0")
def my_past_means(x):
    return x.cumsum(-2) / torch.arange(x.shape[-2])[:, None]


@wrong("08.past_means", "along the numbers of a row")
def my_past_means(x):
    return x.cumsum(-1) / torch.arange(1, x.shape[-1] + 1)


@wrong("08.past_means", "only where one dimension")
def my_past_means(x):
    n = torch.arange(1, x.shape[1] + 1)
    return x.cumsum(1) / n.view(1, -1, *[1] * (x.dim() - 2))


@right("08.past_means")
def my_past_means(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights / weights.sum(1, keepdim=True) @ x


@right("08.past_means")
def my_past_means(x):
    return x.cumsum(-2) / torch.arange(1, x.shape[-2] + 1).unsqueeze(1)


@right("08.past_means")
def my_past_means(x):
    T = x.shape[-2]
    s = torch.full((T, T), -math.inf).triu(1)
    return s.softmax(1) @ x


@right("08.past_means")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.ones(T, T).tril()
    return torch.einsum("ts,...sc->...tc", w / w.sum(1, True), x)


@right("08.past_means")
def my_past_means(x):
    q = torch.zeros_like(x)
    return F.scaled_dot_product_attention(q, q, x, is_causal=True)


# 08.causal_weights


@wrong("08.causal_weights", "The future is not hidden")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "places that ask, dim=-2")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-2)


@wrong("08.causal_weights", "runs over the first dimension")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=0)


@wrong("08.causal_weights", "only in a single table")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=1)


@wrong("08.causal_weights", "wrong way round")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 1, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "The past is hidden")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).triu()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "nothing is left for the first one")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril(-1)
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "One place of the future")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril(1)
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "A score of 0 hides nothing")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, 0)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "hides only in part")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -10)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "happens to be 0 is hidden too")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(scores.tril() == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "so the rows no longer add up")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(scores, -1) * seen


@wrong("08.causal_weights", "softmax is missing")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return hidden


@wrong("08.causal_weights", "has still to be divided")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return hidden.exp()


@wrong("08.causal_weights", "the weights of a plain mean")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = torch.zeros_like(scores).masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@wrong("08.causal_weights", "This is the log")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.log_softmax(hidden, dim=-1)


@right("08.causal_weights")
def my_causal_weights(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)


@right("08.causal_weights")
def my_causal_weights(s):
    w = s.softmax(-1).tril()
    return w / w.sum(-1, keepdim=True)


@right("08.causal_weights")
def my_causal_weights(s):
    e = (s - s.amax(-1, True)).exp().tril()
    return e / e.sum(-1, keepdim=True)


@right("08.causal_weights")
def my_causal_weights(s):
    return (s + torch.full_like(s, -math.inf).triu(1)).softmax(-1)


@right("08.causal_weights")
def my_causal_weights(s):
    return s.masked_fill(torch.ones_like(s).triu(1).bool(), -1000000000.0).softmax(-1)


# 08.head


@wrong("08.head", "not scaled")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "divide by its root")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / D
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "the length of a row of x")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(x.shape[1])
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "number of places; the head dimension")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(T)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "Multiplied by the root")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T * math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "The future is not hidden")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "set to 0 after the softmax")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    weights = F.softmax(scores, dim=-1).tril()
    return weights @ (x @ W_v)


@wrong("08.head", "A score of 0 hides nothing")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, 0.0)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "The past is hidden")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).triu() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "places that ask")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=0)
    return weights @ (x @ W_v)


@wrong("08.head", "changed places: row t")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_k @ (x @ W_q).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "The rows of x were fetched")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ x


@wrong("08.head", "The keys were fetched")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_k)


@wrong("08.head", "still to be multiplied")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights


@wrong("08.head", "W_k is not used")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_q).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@wrong("08.head", "Neither scaled nor masked")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@right("08.head")
def my_head(x, W_q, W_k, W_v):
    T, D = (len(x), W_q.shape[1])
    scores = x @ W_q @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)


@right("08.head")
def my_head(x, a, b, c):
    return F.scaled_dot_product_attention(x @ a, x @ b, x @ c, is_causal=True)


@right("08.head")
def my_head(x, a, b, c):
    rows = []
    for t in range(len(x)):
        w = (x[: t + 1] @ b @ (x[t] @ a) / b.shape[1] ** 0.5).softmax(0)
        rows.append(w @ x[: t + 1] @ c)
    return torch.stack(rows)


# 08.attention


@wrong("08.attention", "One fault is left. Divided")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(H * D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "One fault is left. The softmax")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=2)
    return weights @ v


@wrong("08.attention", "One fault is left. The future")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    weights = F.softmax(scores, dim=-1).tril()
    return weights @ v


@wrong("08.attention", "not scaled")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "The future is not hidden")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "over the heads")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=1)
    return weights @ v


@wrong("08.attention", "number of heads; the head")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(H)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "number of places; the head")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(T)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "The place itself is hidden")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu()
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@wrong("08.attention", "here the result stays")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return (weights @ v).transpose(1, 2).reshape(B, T, H * D)


@wrong("08.attention", "still to be multiplied")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights


@wrong("08.attention", "All three faults are still there")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(H * D)
    weights = F.softmax(scores, dim=2).tril()
    return weights @ v


@wrong("08.attention", "Two faults are left. The softmax")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    weights = F.softmax(scores, dim=2).tril()
    return weights @ v


@wrong(
    "08.attention",
    "Two faults are left. Divided by the root of C = H * D; the dot product of a head has D numbers. The future",
)
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(H * D)
    weights = F.softmax(scores, dim=3).tril()
    return weights @ v


@right("08.attention")
def my_attention(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v


@right("08.attention")
def my_attention(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


@right("08.attention")
def my_attention(q, k, v):
    s = torch.einsum("bhqd,bhkd->bhqk", q, k) * q.shape[-1] ** (-0.5)
    w = s.softmax(-1).tril()
    w = w / w.sum(-1, keepdim=True)
    return torch.einsum("bhqk,bhkd->bhqd", w, v)


# 08.split_qkv


@wrong("08.split_qkv", "view alone gives")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.reshape(B, H, T, D)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "T still stands in front of H")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "not into (D, H)")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, D, H).permute(0, 3, 1, 2)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "T comes before D")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).permute(0, 2, 3, 1)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "queries come first")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    k, q, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "order of the three")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    v, k, q = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "Only the queries are there")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return cut(q)


@wrong("08.split_qkv", "queries are there three times")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return (cut(q), cut(q), cut(q))


@wrong("08.split_qkv", "not cut into heads")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return (q, k, v)


@wrong("08.split_qkv", "Give them one by one")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return torch.stack([cut(q), cut(k), cut(v)])


@wrong("08.split_qkv", "B comes first")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).permute(2, 0, 1, 3)
    return (cut(q), cut(k), cut(v))


@wrong("08.split_qkv", "of the first head first")
def my_split_qkv(qkv, H):
    B, T, C = qkv.shape
    return qkv.view(B, T, H, 3, C // 3 // H).permute(3, 0, 2, 1, 4).unbind()


@wrong("08.split_qkv", "every third number")
def my_split_qkv(qkv, H):
    B, T, C = qkv.shape
    return qkv.view(B, T, H, C // 3 // H, 3).permute(4, 0, 2, 1, 3).unbind()


@right("08.split_qkv")
def my_split_qkv(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return (cut(q), cut(k), cut(v))


@right("08.split_qkv")
def my_split_qkv(qkv, H):
    B, T, C = qkv.shape
    return qkv.reshape(B, T, 3, H, C // 3 // H).permute(2, 0, 3, 1, 4).unbind()


@right("08.split_qkv")
def my_split_qkv(qkv, H):
    return [torch.stack(p.chunk(H, -1), 1) for p in qkv.chunk(3, -1)]


@right("08.split_qkv")
def my_split_qkv(qkv, H):
    return tuple((p.unflatten(-1, (H, -1)).swapaxes(1, 2) for p in qkv.tensor_split(3, dim=2)))


# More of what is often written


def causal_softmax(scores):
    future = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -math.inf).softmax(-1)


@wrong("08.causal_weights", "without causal_softmax")
def my_causal_weights(scores):
    return causal_softmax(scores)


@wrong("08.past_means", "dim=0 is the places only where nothing")
def my_past_means(x):
    T = x.shape[0]
    return x.cumsum(dim=0) / torch.arange(1, T + 1)[:, None]


@wrong("08.past_means", "The counts 1, 2, ..., T lie in a row, so")
def my_past_means(x):
    T = x.shape[-2]
    return x.cumsum(dim=-2) / torch.arange(1, T + 1)


@wrong("08.past_means", "len(x) and x.shape[0] are the number of")
def my_past_means(x):
    T = len(x)
    w = torch.ones(T, T).tril()
    return (w / w.sum(dim=1, keepdim=True)) @ x


@wrong("08.past_means", "len(x) and x.shape[0] are the number of")
def my_past_means(x):
    T = len(x)
    return x.cumsum(dim=-2) / torch.arange(1, T + 1)[:, None]


@wrong("08.past_means", "Each place was averaged with the mean")
def my_past_means(x):
    prev = torch.cat([x[..., :1, :], x[..., :-1, :]], dim=-2)
    return (prev + x) / 2


@wrong("08.past_means", "only where one dimension")
def my_past_means(x):
    T = x.shape[1]
    return x.cumsum(dim=1) / torch.arange(1, T + 1)[:, None]


@wrong("08.past_means", "This is the largest number so far, the")
def my_past_means(x):
    return x.cummax(dim=-2).values


@wrong("08.past_means", "divided by the same number")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.tril(torch.ones(T, T))
    return w @ x / T


@wrong("08.past_means", "The product is the wrong way round: weights")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.tril(torch.ones(T, T))
    return x @ (w / w.sum(1, keepdim=True))


@wrong("08.past_means", "Weights and rows were multiplied number by")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.tril(torch.ones(T, T))
    return (w / w.sum(1, keepdim=True)) * x


@wrong("08.past_means", "divided by the same number")
def my_past_means(x):
    T = x.shape[-2]
    return x.cumsum(dim=-2) / (T + 1)


@wrong("08.past_means", "With // every weight below 1 becomes 0:")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.tril(torch.ones(T, T, dtype=torch.int64))
    return (w // w.sum(1, keepdim=True)).to(x.dtype) @ x


@right("08.past_means")
def my_past_means(x):
    return torch.from_numpy(
        np.cumsum(x.numpy(), axis=-2) / np.arange(1, x.shape[-2] + 1)[:, None]
    ).float()


@wrong("08.causal_weights", "e to the power of the scores was divided by")
def my_causal_weights(scores):
    T = scores.shape[-1]
    s = scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf"))
    e = torch.exp(s)
    return e / e.sum()


@wrong("08.causal_weights", "only in a single table")
def my_causal_weights(scores):
    T = len(scores)
    return scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf")).softmax(dim=-1)


@wrong("08.causal_weights", "exp of a score of -1000 is 0, and 0 / 0 is")
def my_causal_weights(scores):
    T = scores.shape[-1]
    e = scores.exp().tril()
    return e / e.sum(dim=-1, keepdim=True)


@wrong("08.causal_weights", "Without keepdim=True the sums of the rows")
def my_causal_weights(scores):
    T = scores.shape[-1]
    e = (scores - scores.max()).exp().tril()
    return e / e.sum(dim=-1)


@wrong("08.causal_weights", "only in a single table")
def my_causal_weights(scores):
    T = scores.shape[-1]
    w = scores.softmax(dim=-1).tril()
    return w / w.sum(dim=1, keepdim=True)


@wrong("08.causal_weights", "no slope comes back")
def my_causal_weights(scores):
    T = scores.shape[-1]
    return scores.detach().masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf")).softmax(-1)


@wrong("08.causal_weights", "The future is not hidden")
def my_causal_weights(scores):
    T = scores.shape[-1]
    scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf"))
    return scores.softmax(-1)


@wrong("08.causal_weights", "You masked with +inf; the future must be so")
def my_causal_weights(scores):
    T = scores.shape[-1]
    return scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("inf")).softmax(-1)


@wrong("08.causal_weights", "A score of 0 hides nothing")
def my_causal_weights(scores):
    T = scores.shape[-1]
    return (scores * torch.ones(T, T).tril()).softmax(-1)


@wrong("08.causal_weights", "All the weight went to the largest score.")
def my_causal_weights(scores):
    T = scores.shape[-1]
    s = scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf"))
    return F.one_hot(s.argmax(-1), T).float()


@wrong("08.causal_weights", "Sigmoid looks at each score alone; softmax")
def my_causal_weights(scores):
    return scores.sigmoid().tril()


@wrong("08.causal_weights", "You divided the scores by something first.")
def my_causal_weights(scores):
    T = scores.shape[-1]
    s = scores / T
    return s.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf")).softmax(-1)


@wrong("08.causal_weights", "Rows and columns have changed places: the")
def my_causal_weights(scores):
    T = scores.shape[-1]
    return scores.mT.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf")).softmax(-1)


@wrong("08.head", "The scores are made of the rows themselves;")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    s = (x @ x.T / q.shape[1] ** 0.5).masked_fill(future, -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", "The weights were divided by the root of D;")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    s = (q @ k.T).masked_fill(future, -torch.inf)
    return s.softmax(dim=1) / q.shape[1] ** 0.5 @ v


@wrong("08.head", "The matrices are (C, D), so it is x @ W_q")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q.T, x @ W_k.T, x @ W_v.T
    T = len(x)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", "There is a second softmax, of what was")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(future, -torch.inf)
    return (s.softmax(dim=1) @ v).softmax(dim=1)


@wrong("08.head", "x itself was added. The exercise asks only")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return x + s.softmax(dim=1) @ v


@wrong("08.head", "The product is the wrong way round: weights")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return v.T @ s.softmax(dim=1)


@wrong("08.head", "q.T @ k compares numbers of the rows; q @")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q.T @ k / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", "number of places; the head dimension")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / len(q) ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", "You divided by D and by 2, as ** 1 / 2")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / q.shape[1] / 2).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", "The weights are transposed: row t holds")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1).T @ v


@wrong("08.head", "The root was taken of the scores too:")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = ((q @ k.T / q.shape[1]) ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1) @ v


@wrong("08.head", " the slope that comes back to x is ")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    T = len(x)
    s = (q @ k.T / q.shape[1] ** 0.5).masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=1).detach() @ v


@wrong("08.head", "Mask and softmax are missing: the scores")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    return q @ k.T / q.shape[1] ** 0.5 @ v


@wrong("08.attention", "k.T turns round all four dimensions;")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = q @ k.T / D**0.5
    return scores.masked_fill(future, -torch.inf).softmax(dim=3) @ v


@wrong("08.attention", "True and False are the wrong way round in")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = q @ k.transpose(2, 3) / D**0.5
    return scores.masked_fill(~future, -torch.inf).softmax(dim=3) @ v


@wrong("08.attention", "q.shape[1] is the number of heads; the")
def my_attention(q, k, v):
    T, D = q.shape[1], q.shape[3]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = q @ k.transpose(2, 3) / D**0.5
    return scores.masked_fill(future, -torch.inf).softmax(dim=3) @ v


@wrong("08.attention", "number of places; the head")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[2]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = q @ k.transpose(2, 3) / D**0.5
    return scores.masked_fill(future, -torch.inf).softmax(dim=3) @ v


@wrong("08.attention", "k.transpose(1, 2) exchanges heads and")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = q @ k.transpose(1, 2) / D**0.5
    return scores.masked_fill(future, -torch.inf).softmax(dim=3) @ v


@wrong("08.attention", "The future was cut off after the softmax,")
def my_attention(q, k, v):
    D = q.shape[3]
    w = (q @ k.transpose(2, 3) / D**0.5).softmax(dim=3).tril()
    return w / w.sum(dim=2, keepdim=True) @ v


@wrong("08.attention", "A score that happens to be 0 is hidden too.")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    s = (q @ k.transpose(2, 3) / D**0.5).tril()
    s[s == 0] = -torch.inf
    return s.softmax(dim=3) @ v


@wrong("08.attention", "True and False are the wrong way round in")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    s = (q @ k.transpose(2, 3) / D**0.5).masked_fill(torch.ones(T, T).tril() == 1, -torch.inf)
    return s.softmax(dim=3) @ v


@wrong("08.attention", "here the result stays")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    s = (q @ k.transpose(2, 3) / D**0.5).masked_fill(torch.ones(T, T).triu(1) == 1, -torch.inf)
    return (s.softmax(dim=3) @ v).mean(dim=1)


@wrong("08.attention", "The weights are transposed: row t holds")
def my_attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    s = (q @ k.transpose(2, 3) / D**0.5).masked_fill(torch.ones(T, T).triu(1) == 1, -torch.inf)
    return s.softmax(dim=3).transpose(2, 3) @ v


@wrong("08.split_qkv", "The queries were divided by a root. Here")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    C = n // 3
    q, k, v = (p.view(B, T, H, C // H).transpose(1, 2) for p in qkv.split(C, dim=2))
    return q / (C // H) ** 0.5, k, v


@wrong("08.split_qkv", "dim=1 is the places. Queries, keys and")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    C = n // 3
    q, k, v = qkv.chunk(3, dim=1)
    return tuple(p.view(B, T, H, C // H).transpose(1, 2) for p in (q, k, v))


@wrong("08.split_qkv", "transpose(1, 2) exchanges T and H; you")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    C = n // 3
    return tuple(p.view(B, T, H, C // H).transpose(1, 3) for p in qkv.split(C, dim=2))


@wrong("08.split_qkv", "split(3) makes parts of 3 numbers. Three")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    C = n // 3
    q, k, v = qkv.split(3, dim=2)
    return tuple(p.view(B, T, H, C // H).transpose(1, 2) for p in (q, k, v))


@wrong("08.split_qkv", "The three parts stand side by side in every")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    D = n // 3 // H
    q, k, v = qkv.view(3, B, T, H, D).transpose(2, 3)
    return q, k, v


@wrong("08.split_qkv", "of the first head first")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    D = n // 3 // H
    q, k, v = qkv.view(B, T, H, 3 * D).transpose(1, 2).chunk(3, dim=-1)
    return q, k, v


@wrong("08.split_qkv", "not into (D, H)")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    D = n // 3 // H
    return tuple(p.view(B, T, D, H).transpose(1, 3) for p in qkv.chunk(3, -1))


@wrong("08.split_qkv", "Only the queries are cut into heads; keys")
def my_split_qkv(qkv, H):
    B, T, n = qkv.shape
    D = n // 3 // H
    q, k, v = qkv.chunk(3, -1)
    return q.view(B, T, H, D).transpose(1, 2), k, v


# 08.past_means, once more


@wrong("08.past_means", "The count begins at 0")
def my_past_means(x):
    return x.cumsum(dim=-2) / torch.arange(x.shape[-2])[:, None]


@wrong("08.past_means", "along the numbers of a row")
def my_past_means(x):
    return x.cumsum(dim=-1) / torch.arange(1, x.shape[-1] + 1)


@wrong("08.past_means", "divided by the same number")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.ones(T, T).tril() / T
    return w @ x


@wrong("08.past_means", "The place itself is missing")
def my_past_means(x):
    T = x.shape[-2]
    w = torch.ones(T, T).tril(-1)
    return (w / w.sum(dim=-1, keepdim=True)) @ x


@wrong("08.past_means", "mean of the whole text")
def my_past_means(x):
    T = x.shape[-2]
    return x.mean(dim=-2, keepdim=True).expand(*x.shape[:-2], T, -1)


@right("08.past_means")
def my_past_means(x):
    T = x.size(-2)
    w = torch.full((T, T), float("-inf")).triu(1).softmax(-1).to(x.dtype)
    return torch.einsum("ts,...sc->...tc", w, x)


# 08.causal_weights, once more


@wrong("08.causal_weights", "A score of 0 hides nothing")
def my_causal_weights(scores):
    return scores.tril().softmax(dim=-1)


@wrong("08.causal_weights", "so the rows no longer add up")
def my_causal_weights(scores):
    return scores.softmax(dim=-1).tril()


@wrong("08.causal_weights", "nothing is left for the first one")
def my_causal_weights(scores):
    T = scores.shape[-1]
    mask = torch.ones(T, T).triu().bool()
    return scores.masked_fill(mask, -1e9).softmax(dim=-1)


@wrong("08.causal_weights", "places that ask, dim=-2")
def my_causal_weights(scores):
    T = scores.shape[-1]
    mask = torch.ones(T, T).triu(1).bool()
    return scores.masked_fill(mask, -float("inf")).softmax(dim=-2)


@wrong("08.causal_weights", "The result is right, but you changed argument 1 in place,")
def my_causal_weights(scores):
    T = scores.shape[-1]
    scores[..., torch.ones(T, T).triu(1).bool()] = -float("inf")
    return scores.softmax(dim=-1)


@right("08.causal_weights")
def my_causal_weights(scores):
    T = scores.shape[-1]
    i = torch.arange(T)
    return torch.where(i[:, None] >= i, scores, -torch.inf).softmax(-1)


@wrong("08.causal_weights", "places that ask, dim=-2")
def my_causal_weights(scores):
    T = scores.shape[-1]
    keep = torch.ones(T, T).tril()
    e = scores.exp() * keep
    return e / e.sum(dim=-2, keepdim=True)


@wrong("08.causal_weights", "What is written into a slice")
def my_causal_weights(scores):
    T = scores.shape[-1]
    out = torch.zeros(T, T)
    for t in range(T):
        out[t, : t + 1] = scores[t, : t + 1].softmax(0)
    return out


# 08.head, once more


@wrong("08.head", "the length of a row of x")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    s = (q @ k.T) / x.shape[1] ** 0.5
    s = s.masked_fill(torch.ones_like(s).triu(1).bool(), -torch.inf)
    return s.softmax(-1) @ v


@wrong("08.head", "changed places: row t")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    s = (k @ q.T) / q.shape[1] ** 0.5
    s = s.masked_fill(torch.ones_like(s).triu(1).bool(), -torch.inf)
    return s.softmax(-1) @ v


@wrong("08.head", "The future is not hidden")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    s = (q @ k.T) / q.shape[1] ** 0.5
    return s.softmax(-1) @ v


@wrong("08.head", "The rows of x were fetched")
def my_head(x, W_q, W_k, W_v):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    s = (q @ k.T) / q.shape[1] ** 0.5
    s = s.masked_fill(torch.ones_like(s).triu(1).bool(), -torch.inf)
    return s.softmax(-1) @ x


@wrong("08.head", "The values are right, but a model is trained on this")
def my_head(x, W_q, W_k, W_v):
    with torch.no_grad():
        q, k, v = x @ W_q, x @ W_k, x @ W_v
    s = (q @ k.T) / q.shape[1] ** 0.5
    s = s.masked_fill(torch.ones_like(s).triu(1).bool(), -torch.inf)
    return s.softmax(-1) @ v


@right("08.head")
def my_head(x, W_q, W_k, W_v):
    return F.scaled_dot_product_attention(
        (x @ W_q)[None], (x @ W_k)[None], (x @ W_v)[None], is_causal=True
    )[0]


@wrong("08.head", "`W_q @ x` is the wrong way round; `W_k @ x` is the wrong way round")
def my_head(x, W_q, W_k, W_v):
    q, k, v = W_q @ x, W_k @ x, W_v @ x
    s = q @ k.T / q.shape[-1] ** 0.5
    mask = torch.ones_like(s).triu(1).bool()
    return torch.softmax(s.masked_fill(mask, float("-inf")), -1) @ v


# 08.attention, once more


@wrong("08.attention", "One fault is left. Divided")
def my_attention(q, k, v):
    H, D = q.shape[1], q.shape[3]
    scores = q @ k.transpose(2, 3) / (H * D) ** 0.5
    T = q.shape[2]
    scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return scores.softmax(dim=3) @ v


@wrong("08.attention", "k.transpose(1, 2) exchanges heads and")
def my_attention(q, k, v):
    scores = q @ k.transpose(1, 2) / q.shape[3] ** 0.5
    T = q.shape[2]
    scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return scores.softmax(dim=3) @ v


@wrong("08.attention", "One fault is left. The future")
def my_attention(q, k, v):
    scores = q @ k.transpose(2, 3) / q.shape[3] ** 0.5
    return scores.softmax(dim=3).tril() @ v


@wrong("08.attention", "q.shape[1] is the number of heads; the")
def my_attention(q, k, v):
    scores = q @ k.transpose(2, 3) / q.shape[3] ** 0.5
    T = q.shape[1]
    scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return scores.softmax(dim=3) @ v


@wrong("08.attention", "A number not far below 0 hides the future only in part")
def my_attention(q, k, v):
    scores = q @ k.mT / q.shape[3] ** 0.5
    T = q.shape[2]
    scores = scores + torch.ones(T, T).triu(1) * -1
    return scores.softmax(dim=3) @ v


@wrong("08.attention", "`H ** 0.5` gives 1.0 on the input below, where 1.41421 is needed")
def my_attention(q, k, v):
    H, T, D = q.shape[1], q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / H**0.5
    scores = scores.masked_fill(torch.ones(T, T).triu().bool(), float("-inf"))
    return scores.softmax(dim=2) @ v


# 08.split_qkv, once more


@wrong("08.split_qkv", "view size is not compatible with input tensor's size and")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    D = C3 // 3 // H
    q, k, v = qkv.chunk(3, dim=-1)
    return q.view(B, H, T, D), k.view(B, H, T, D), v.view(B, H, T, D)


@wrong("08.split_qkv", "T still stands in front of H")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    D = C3 // 3 // H
    q, k, v = qkv.chunk(3, dim=-1)
    return q.view(B, T, H, D), k.view(B, T, H, D), v.view(B, T, H, D)


@wrong("08.split_qkv", "of the first head first")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    return tuple(qkv.view(B, T, H, 3, -1).permute(3, 0, 2, 1, 4))


@wrong("08.split_qkv", "/ gives one with a decimal point, // does not")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    D = C3 / 3 / H
    q, k, v = qkv.chunk(3, dim=-1)
    return tuple(t.view(B, T, H, D).transpose(1, 2) for t in (q, k, v))


@wrong("08.split_qkv", "The values are right, but a model is trained on this")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    D = C3 // 3 // H
    parts = qkv.detach().split(C3 // 3, dim=-1)
    return tuple(t.view(B, T, H, D).transpose(1, 2) for t in parts)


@right("08.split_qkv")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    return qkv.reshape(B, T, 3, H, C3 // (3 * H)).permute(2, 0, 3, 1, 4).unbind(0)


@wrong("08.split_qkv", "`C:` must begin at `C * 2`")
def my_split_qkv(qkv, H):
    B, T, C3 = qkv.shape
    C = C3 // 3
    q, k, v = qkv[:, :, :C], qkv[:, :, C : C * 2], qkv[:, :, C:]
    shape = lambda z: z.reshape(B, T, H, -1).transpose(1, 2)
    return shape(q), shape(k), shape(v)
