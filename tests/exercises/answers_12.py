"""Lesson 12: answers as learners write them; see ``answers``."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from .answers import right, wrong

# 12.top_p


@wrong("12.top_p", "You leave out the token that takes the sum to p")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        total += value.item()
        if total > p:
            break
        result[place] = value
    return result / result.sum()


@wrong("12.top_p", "you take one more")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total > p:
            break
    return result / result.sum()


@wrong("12.top_p", "is divided by p")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / p


@wrong("12.top_p", "a second time")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return (result / result.sum())[places][places]


@wrong("12.top_p", "changes their ratios")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return torch.where(result > 0, result, -math.inf).softmax(dim=0)


@wrong("12.top_p", "Without stable=True")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()


@wrong("12.top_p", "share the 1")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result


@wrong("12.top_p", "has a share again")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result.softmax(dim=0)


@wrong("12.top_p", "order of their size")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return (result / result.sum()).sort(descending=True).values


@wrong("12.top_p", "begins with the unlikeliest")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()


@wrong("12.top_p", "as they stand; sort first")
def my_top_p(probabilities, p):
    values, places = (probabilities, torch.arange(len(probabilities)))
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()


@wrong("12.top_p", "Of equal ones you keep the higher")
def my_top_p(probabilities, p):
    values, places = (t.flip(0) for t in torch.sort(probabilities, stable=True))
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()


@wrong("12.top_p", "returns nothing")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    result / result.sum()


@wrong("12.top_p", "lets equals through")
def my_top_p(probabilities, p):
    values = probabilities.sort(descending=True).values
    last = values[values.cumsum(dim=0) - values < p][-1]
    kept = probabilities * (probabilities >= last)
    return kept / kept.sum()


@right("12.top_p")
def my_top_p(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = (torch.zeros_like(probabilities), 0.0)
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()


@right("12.top_p")
def my_top_p(q, p):
    ids = sorted(range(len(q)), key=lambda i: (-q[i].item(), i))
    n = 1
    while q[ids[:n]].sum() < p:
        n += 1
    return (
        torch.tensor([x.item() if i in ids[:n] else 0.0 for i, x in enumerate(q)])
        / q[ids[:n]].sum()
    )


# 12.distribution


@wrong("12.distribution", "Your temperature has no effect")
def my_distribution(logits, temperature, k):
    p = logits.softmax(dim=0) / temperature
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "One too few")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[: k - 1]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "The k-th itself is missing")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = p * (p > p.topk(k).values.min())
    return kept / kept.sum()


@wrong("12.distribution", "topk does not promise")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.topk(k).indices
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "Without stable=True")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "more than k get through")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = p * (p >= p[order].min())
    return kept / kept.sum()


@wrong("12.distribution", "second softmax gives what")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept.softmax(dim=0)


@wrong("12.distribution", "multiplied by the temperature")
def my_distribution(logits, temperature, k):
    p = (logits * temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "does not sum to 1")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept


@wrong("12.distribution", "you keep the later")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(stable=True).indices.flip(0)[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@wrong("12.distribution", "Only k numbers")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return p[order] / p[order].sum()


@wrong("12.distribution", "still the broken function")
def my_distribution(logits, temperature, k):
    p = logits.softmax(dim=0) / temperature
    smallest = p.topk(k).values[-1]
    p = torch.where(p >= smallest, p, 0.0)
    return p.softmax(dim=0)


@wrong("12.distribution", "the temperature and the ties")
def my_distribution(logits, temperature, k):
    p = logits.softmax(dim=0) / temperature
    smallest = p.topk(k).values[-1]
    p = torch.where(p >= smallest, p, 0.0)
    return p / p.sum()


@wrong("12.distribution", "the ties and the second softmax")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    smallest = p.topk(k).values[-1]
    p = torch.where(p >= smallest, p, 0.0)
    return p.softmax(dim=0)


@wrong("12.distribution", "gives a 0 the weight 1")
def my_distribution(logits, temperature, k):
    x = logits / temperature
    order = x.sort(descending=True, stable=True).indices
    x[order[k:]] = 0
    return x.softmax(dim=0)


@right("12.distribution")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()


@right("12.distribution")
def my_distribution(logits, t, k):
    order = torch.argsort(logits, descending=True, stable=True)
    x = torch.full_like(logits, -math.inf)
    x[order[:k]] = logits[order[:k]] / t
    return torch.softmax(x, 0)


# 12.step


@wrong("12.step", "not divided by √D")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2)
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "divided the scores by D; divide by its root")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / q.shape[-1]
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "number of heads")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[0])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "number of places, not")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(keys.shape[1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "No mask here")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = (scores + torch.full_like(scores, -math.inf).triu(1)).softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "returns nothing")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    (weights @ values, keys, values)


@wrong("12.step", "there must be 2, the old ones and the new one")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, k, v)


@wrong("12.step", "without a softmax")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores
    return (weights @ values, keys, values)


@wrong("12.step", "every weight is 1")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=1)
    return (weights @ values, keys, values)


@wrong("12.step", "runs over the heads")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=0)
    return (weights @ values, keys, values)


@wrong("12.step", "in front of the old")
def my_step(q, k, v, keys, values):
    keys = torch.cat([k, keys], dim=1)
    values = torch.cat([v, values], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "oldest place was dropped")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys[:, 1:], k], dim=1)
    values = torch.cat([values[:, 1:], v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "query was kept")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, q], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "Key and value are swapped")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, v], dim=1)
    values = torch.cat([values, k], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@wrong("12.step", "in another order")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (keys, values, weights @ values)


@wrong("12.step", "asks for three tensors")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return weights @ values


@wrong("12.step", "dimension of one place")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return ((weights @ values)[:, 0], keys, values)


@wrong("12.step", "does not look at itself")
def my_step(q, k, v, keys, values):
    weights = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return (weights @ values, torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1))


@wrong("12.step", "keys come back as they were")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys[:, :-1], values)


@right("12.step")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return (weights @ values, keys, values)


@right("12.step")
def my_step(q, k, v, keys, values):
    K = torch.hstack([keys, k])
    V = torch.hstack([values, v])
    return (F.scaled_dot_product_attention(q, K, V), K, V)


@right("12.step")
def my_step(q, k, v, keys, values):
    K = torch.cat((keys, k), 1)
    V = torch.cat((values, v), 1)
    w = torch.einsum("hqd,hkd->hqk", q, K) * q.size(2) ** (-0.5)
    return [torch.einsum("hqk,hkd->hqd", w.softmax(-1), V), K, V]


# 12.places


@wrong("12.places", "is never read:")
def my_places(prompt, new, context):
    total = 0
    for i in range(new + 1):
        length = prompt + i
        if length > context:
            total += context
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@wrong("12.places", "still fits into the cache")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length >= context:
            total += context
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@wrong("12.places", "you count 1 for each")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length > context:
            total += 1 if i else context
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@wrong("12.places", "read all of the text")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length > context:
            total += length
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@wrong("12.places", "never read the prompt")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length > context:
            total += context
        elif i == 0:
            total += 0
        else:
            total += 1
    return total


@wrong("12.places", "The slow way")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length > context:
            total += context
        elif i == 0:
            total += prompt
        else:
            total += length
    return total


@wrong("12.places", "to write, nothing is read")
def my_places(prompt, new, context):
    total = 0
    for i in range(max(1, new)):
        length = prompt + i
        if length > context:
            total += context
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@wrong("12.places", "the prompt alone")
def my_places(prompt, new, context):
    total, cached = (0, 0)
    for length in range(prompt + 1, prompt + new + 1):
        total += context if length > context else length - cached
        cached = length
    return total


@wrong("12.places", "Two cases are missing")
def my_places(prompt, new, context):
    return prompt + new - 1


@wrong("12.places", "cache without an end")
def my_places(prompt, new, context):
    return prompt + new - 1 if new else 0


@right("12.places")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        length = prompt + i
        if length > context:
            total += context
        elif i == 0:
            total += prompt
        else:
            total += 1
    return total


@right("12.places")
def my_places(prompt, new, context):
    late = sum((prompt + i > context for i in range(new)))
    early = new - late
    return late * context + (prompt + early - 1 if early else 0)


# 12.top_p, once more


@wrong("12.top_p", "You leave out the token that takes the sum to p")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    n = (values.cumsum(0) < p).sum()
    kept = torch.zeros_like(probabilities)
    kept[order[:n]] = values[:n]
    return kept / kept.sum()


@wrong("12.top_p", "You keep the tokens that have p each, and the exercise")
def my_top_p(probabilities, p):
    kept = torch.where(probabilities >= p, probabilities, 0.0)
    return kept / kept.sum()


@wrong("12.top_p", "The result is right, but you changed argument 1 in place,")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    probabilities[order[~keep]] = 0
    return probabilities / probabilities.sum()


@wrong("12.top_p", "every token keeps its place, those that were cut with a 0")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    return values[keep] / values[keep].sum()


@wrong("12.top_p", "Your mask belongs to the sorted order, and it meets the")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    kept = probabilities * keep
    return kept / kept.sum()


@wrong("12.top_p", "You leave out the token that takes the sum to p")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    total = 0
    for i in range(len(values)):
        total += values[i]
        if total >= p:
            break
    kept = torch.zeros_like(probabilities)
    kept[order[:i]] = values[:i]
    return kept / kept.sum()


@wrong("12.top_p", "All that are kept have the same share")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    kept = torch.zeros(len(probabilities))
    kept[order[keep]] = 1 / keep.sum()
    return kept


@wrong("12.top_p", "share the 1")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    kept = torch.zeros_like(probabilities)
    kept[order[keep]] = values[keep]
    return kept / probabilities.sum()


@wrong("12.top_p", "What is written must be as many numbers as there are")
def my_top_p(probabilities, p):
    values, order = probabilities.sort(descending=True, stable=True)
    keep = values.cumsum(0) - values < p
    kept = torch.zeros_like(probabilities)
    kept[order] = values[keep]
    return kept / kept.sum()


@wrong("12.top_p", "topk does not promise which of equal ones comes first")
def my_top_p(probabilities, p):
    values, order = torch.topk(probabilities, len(probabilities))
    keep = values.cumsum(0) - values < p
    kept = torch.zeros_like(probabilities)
    kept[order[keep]] = values[keep]
    return kept / kept.sum()


@right("12.top_p")
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities.numpy(), kind="stable")
    total, kept = 0.0, torch.zeros_like(probabilities)
    for i in order.tolist():
        if total >= p:
            break
        kept[i] = probabilities[i]
        total += probabilities[i].item()
    return kept / kept.sum()


# 12.distribution, once more


@wrong("12.distribution", "more than k get through")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    smallest = p.topk(k).values[-1]
    p = torch.where(p >= smallest, p, 0.0)
    return p / p.sum()


@wrong("12.distribution", "does not sum to 1")
def my_distribution(logits, temperature, k):
    order = logits.sort(descending=True, stable=True).indices[:k]
    p = torch.zeros_like(logits)
    p[order] = (logits / temperature).softmax(dim=0)[order]
    return p


@wrong("12.distribution", "the largest comes first with descending=True")
def my_distribution(logits, temperature, k):
    order = logits.sort(stable=True).indices[:k]
    p = torch.full_like(logits, -torch.inf)
    p[order] = logits[order] / temperature
    return p.softmax(dim=0)


@wrong("12.distribution", "The probabilities are divided by the temperature at the")
def my_distribution(logits, temperature, k):
    order = logits.sort(descending=True, stable=True).indices[:k]
    p = torch.full_like(logits, -torch.inf)
    p[order] = logits[order]
    return p.softmax(dim=0) / temperature


@wrong("12.distribution", "this changes the tensor logits itself, which the caller")
def my_distribution(logits, temperature, k):
    logits /= temperature
    order = logits.sort(descending=True, stable=True).indices[:k]
    p = torch.full_like(logits, -torch.inf)
    p[order] = logits[order]
    return p.softmax(dim=0)


@wrong("12.distribution", "The k likeliest are those that you cut off")
def my_distribution(logits, temperature, k):
    order = logits.sort(descending=True, stable=True).indices[k:]
    p = torch.full_like(logits, -torch.inf)
    p[order] = logits[order] / temperature
    return p.softmax(dim=0)


@wrong("12.distribution", "Only k numbers")
def my_distribution(logits, temperature, k):
    values, order = (logits / temperature).sort(descending=True, stable=True)
    return values[:k].softmax(dim=0)


@wrong("12.distribution", "order[k] is the id of one token")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices
    p[order[k] :] = 0
    return p / p.sum()


@wrong("12.distribution", "divide each one's probability by the sum of the k")
def my_distribution(logits, temperature, k):
    order = logits.sort(descending=True, stable=True).indices[:k]
    p = torch.zeros_like(logits)
    p[order] = 1 / k
    return p


@wrong("12.distribution", "multiplied by the temperature")
def my_distribution(logits, temperature, k):
    p = logits.softmax(dim=0) ** temperature
    order = p.sort(descending=True, stable=True).indices[k:]
    p[order] = 0
    return p / p.sum()


@right("12.distribution")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    ids = sorted(range(len(p)), key=lambda i: (-p[i].item(), i))[k:]
    p[ids] = 0
    return p / p.sum()


# 12.step, once more


@wrong("12.step", "there must be 2, the old ones and the new one")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k])
    values = torch.cat([values, v])
    w = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ values, keys, values


@wrong("12.step", "turns all dimensions round")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    w = (q @ keys.T / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ values, keys, values


@wrong("12.step", "every weight is 1")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    w = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=-2)
    return w @ values, keys, values


@wrong("12.step", "asks for three tensors")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    w = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ values


@wrong("12.step", "its scores must be with all keys, and it fetches from all")
def my_step(q, k, v, keys, values):
    w = (q @ k.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ v, torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)


@wrong("12.step", "You divided the weights by √D, after the softmax")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    w = (q @ keys.transpose(1, 2)).softmax(dim=2) / q.shape[2] ** 0.5
    return w @ values, keys, values


@wrong("12.step", "stands where values belongs")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    w = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ keys, keys, values


@wrong("12.step", "stack makes a new dimension")
def my_step(q, k, v, keys, values):
    keys = torch.stack([keys, k], dim=1)
    values = torch.stack([values, v], dim=1)
    w = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return w @ values, keys, values


@wrong("12.step", "this line does not belong there")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    T = keys.shape[1]
    s = q @ keys.transpose(1, 2) / q.shape[2] ** 0.5
    s = s.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return s.softmax(dim=2) @ values, keys, values


@wrong("12.step", "does not look at itself")
def my_step(q, k, v, keys, values):
    if keys.shape[1] == 0:
        return v, k, v
    s = q @ keys.transpose(1, 2) / q.shape[2] ** 0.5
    return s.softmax(dim=2) @ values, torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)


@right("12.step")
def my_step(q, k, v, keys, values):
    keys, values = torch.hstack([keys, k]), torch.hstack([values, v])
    return F.scaled_dot_product_attention(q, keys, values), keys, values


# 12.places, once more


@wrong("12.places", "each token after it makes the model read its last context")
def my_places(prompt, new, context):
    return min(prompt + new - 1, context)


@wrong("12.places", "The slow way")
def my_places(prompt, new, context):
    total = 0
    for i in range(new):
        total += min(prompt + i, context)
    return total


@wrong("12.places", "to write, nothing is read")
def my_places(prompt, new, context):
    if new == 0:
        return prompt
    total = min(prompt, context)
    for i in range(1, new):
        total += 1 if prompt + i <= context else context
    return total


@wrong("12.places", "still fits into the cache")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = min(prompt, context)
    for i in range(1, new):
        total += 1 if prompt + i < context else context
    return total


@wrong("12.places", "A prompt longer than the context is cut to its last")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = prompt
    for i in range(1, new):
        total += 1 if prompt + i <= context else context
    return total


@wrong("12.places", "ends one too late")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = min(prompt, context)
    for i in range(1, new + 1):
        total += 1 if prompt + i <= context else context
    return total


@wrong("12.places", "to write, nothing is read")
def my_places(prompt, new, context):
    total = min(prompt, context)
    for i in range(1, new):
        total += 1 if prompt + i <= context else context
    return total


@wrong("12.places", "The slow way")
def my_places(prompt, new, context):
    return prompt * new + new * (new - 1) // 2


@wrong("12.places", "the prompt alone")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    inside = min(new, max(context - prompt, 0))
    return prompt + inside + (new - inside) * context


@right("12.places")
def my_places(prompt, new, context):
    if not new:
        return 0
    slow = max(0, prompt + new - 1 - max(context, prompt))
    fast = new - 1 - slow
    return min(prompt, context) + fast + slow * context


@wrong("12.step", "stack makes a new dimension")
def my_step(q, k, v, keys, values):
    keys = torch.stack([keys, k], dim=1)
    values = torch.stack([values, v], dim=1)
    weights = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.places", "Wrong only where new is 0")
def my_places(prompt, new, context):
    if prompt + new - 1 <= context:
        return prompt + new - 1
    inside = max(context - prompt + 1, 0)
    return context * (new - inside) + (context if inside else 0)


@wrong("12.top_p", "by their number")
def my_top_p(probabilities, p):
    k = math.ceil(p * len(probabilities))
    order = probabilities.argsort(descending=True, stable=True)
    out = torch.zeros_like(probabilities)
    out[order[:k]] = probabilities[order[:k]]
    return out / out.sum()


@wrong("12.top_p", "give two things, values and places")
def my_top_p(probabilities, p):
    ranked = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum(dim=0) - ranked
    kept = torch.where(before < p, ranked, 0.0)
    return kept / kept.sum()


@wrong("12.top_p", "the ids of the tokens that are kept")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum(dim=0) - ranked
    return order[before < p]


@wrong("12.distribution", "stand in the first k places")
def my_distribution(logits, temperature, k):
    values, _ = (logits / temperature).topk(k)
    out = torch.zeros_like(logits)
    out[:k] = values.softmax(dim=0)
    return out


@wrong("12.distribution", "first k tokens as they stand")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    p[k:] = 0
    return p / p.sum()


@wrong("12.step", "dim=1 is meant")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=2)
    values = torch.cat([values, v], dim=2)
    att = F.softmax(q @ keys.mT / q.shape[-1] ** 0.5, dim=-1)
    return att @ values, keys, values


@wrong("12.step", "The new value is not fetched")
def my_step(q, k, v, keys, values):
    new_keys = torch.cat([keys, k], dim=1)
    new_values = torch.cat([values, v], dim=1)
    att = F.softmax(q @ new_keys.mT / q.shape[-1] ** 0.5, dim=-1)
    return att[:, :, :-1] @ values, new_keys, new_values


@wrong("12.step", "cut the keys into other pieces")
def my_step(q, k, v, keys, values):
    H, S, D = keys.shape
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    att = F.softmax(q @ keys.view(H, D, S + 1) / D**0.5, dim=-1)
    return att @ values, keys, values


@wrong("12.places", "Your formula takes the prompt")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    if prompt + new <= context:
        return prompt + new - 1
    return context + (prompt + new - 1 - context) * context


@wrong("12.places", "the prompt is read once")
def my_places(prompt, new, context):
    read = 0
    while new > 0:
        read += min(prompt, context)
        new -= 1
    return read


@wrong("12.places", "outgrows the context in the end")
def my_places(prompt, new, context):
    if prompt + new > context:
        return new * context
    return prompt + max(new - 1, 0)


@wrong("12.top_p", "by how many are kept")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    n = int((ranked.cumsum(0) < p).sum()) + 1
    out = torch.zeros_like(probabilities)
    out[order[:n]] = ranked[:n] / n
    return out


@wrong("12.top_p", "its mask along the sorted ones")
def my_top_p(probabilities, p):
    order = probabilities.argsort(descending=True, stable=True)
    total = probabilities.cumsum(0)
    keep = order[total - probabilities < p]
    out = torch.zeros_like(probabilities)
    out[keep] = probabilities[keep]
    return out / out.sum()


@wrong("12.top_p", "not the one that is cut")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum(dim=0) - ranked
    ranked[before >= 1 - p] = 0
    kept = torch.zeros_like(probabilities)
    kept[order] = ranked
    return kept / kept.sum()


@wrong("12.distribution", "log_softmax")
def my_distribution(logits, temperature, k):
    p = (logits.softmax(0) / temperature).softmax(0)
    order = p.argsort(descending=True, stable=True)
    p[order[k:]] = 0
    return p / p.sum()


@wrong("12.distribution", "There is no softmax")
def my_distribution(logits, temperature, k):
    z = logits / temperature
    order = z.argsort(descending=True, stable=True)
    out = torch.zeros_like(z)
    out[order[:k]] = z[order[:k]]
    return out / out.sum()


@wrong("12.distribution", "kthvalue counts")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(0)
    threshold = p.kthvalue(k).values
    p[p < threshold] = 0
    return p / p.sum()


@wrong("12.distribution", "the places are the second")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(0)
    order = p.sort(descending=True, stable=True)[0]
    kept = torch.zeros_like(p)
    kept[order[:k]] = p[order[:k]]
    return kept / kept.sum()


@wrong("12.distribution", "you took the largest")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(0)
    order = p.sort(descending=True, stable=True).indices
    kept = torch.zeros_like(p)
    kept[order[:k]] = p[order[:k]]
    return kept / kept.max()


@wrong("12.step", "exchanges the wrong two")
def my_step(q, k, v, keys, values):
    keys, values = torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)
    weights = (q @ keys.transpose(0, 1) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.step", "stand in the wrong order")
def my_step(q, k, v, keys, values):
    keys, values = torch.cat([keys, k], dim=1), torch.cat([v, values], dim=1)
    weights = (q @ keys.mT / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.places", "A prompt longer than the context is cut to its last")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = prompt
    for length in range(prompt + 1, prompt + new):
        total += 1 if length <= context else context
    return total


@wrong("12.places", "how far past it")
def my_places(prompt, new, context):
    total = 0
    for n in range(prompt, prompt + new):
        if n > context:
            total += n - context
        else:
            total += n if n == prompt else 1
    return total


@right("12.distribution")
def my_distribution(logits, temperature, k):
    rank = logits.argsort(descending=True, stable=True).argsort()
    return (logits / temperature).masked_fill(rank >= k, -math.inf).softmax(dim=-1)


@right("12.places")
def my_places(prompt, new, context):
    inside = max(0, min(new, context - prompt + 1))
    return (prompt + inside - 1 if inside else 0) + (new - inside) * context


@wrong("12.top_p", "An argument is missing in that call")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum() - ranked
    ranked[before >= p] = 0
    kept = torch.zeros_like(probabilities)
    kept[order] = ranked
    return kept / kept.sum()


@wrong("12.top_p", "is the wrong way round")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    before = ranked.cumsum(dim=0) - ranked
    ranked[before < p] = 0
    kept = torch.zeros_like(probabilities)
    kept[order] = ranked
    return kept / kept.sum()


@wrong("12.top_p", "Only the likeliest token")
def my_top_p(probabilities, p):
    kept = torch.zeros_like(probabilities)
    i = probabilities.argmax()
    kept[i] = 1.0
    return kept


@wrong("12.distribution", "dim=-1 is meant")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=1)
    order = p.argsort(descending=True, stable=True)
    p[order[k:]] = 0
    return p / p.sum()


@wrong("12.distribution", "divide with /")
def my_distribution(logits, temperature, k):
    p = (logits // temperature).softmax(dim=0)
    order = p.argsort(descending=True, stable=True)
    p[order[k:]] = 0
    return p / p.sum()


@wrong("12.distribution", "divided by the mean")
def my_distribution(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.argsort(descending=True, stable=True)
    p[order[k:]] = 0
    return p / p.mean()


@wrong("12.distribution", "Your temperature has no effect")
def my_distribution(logits, temperature, k):
    p = (logits - temperature).softmax(dim=0)
    order = p.argsort(descending=True, stable=True)
    p[order[k:]] = 0
    return p / p.sum()


@wrong("12.distribution", "does not sum to 1")
def my_distribution(logits, temperature, k):
    z = (logits / temperature).exp()
    order = z.argsort(descending=True, stable=True)[:k]
    out = torch.zeros_like(z)
    out[order] = z[order]
    return out


@wrong("12.step", "A tensor does not grow")
def my_step(q, k, v, keys, values):
    keys.append(k)
    values.append(v)
    weights = (q @ keys.mT / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.step", "by D²")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    weights = (q @ keys.mT / q.shape[2] ** 2).softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.step", "log_softmax takes")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    weights = (q @ keys.mT / q.shape[2] ** 0.5).log_softmax(dim=2)
    return weights @ values, keys, values


@wrong("12.places", "the whole context for every token. A")
def my_places(prompt, new, context):
    return context * new


@wrong("12.places", "you took the largest")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = max(prompt, context)
    for length in range(prompt + 1, prompt + new):
        total += 1 if length <= context else context
    return total


@wrong("12.places", "ends one too early")
def my_places(prompt, new, context):
    total, cached = 0, 0
    for length in range(prompt, prompt + new - 1):
        if length <= context:
            total += length - cached
            cached = length
        else:
            total += context
    return total


@wrong("12.places", "one place more than there is")
def my_places(prompt, new, context):
    total = 0
    for i in range(1, new + 1):
        total += min(prompt + i, context)
    return total


@wrong("12.places", "A prompt longer than the context is cut to its last")
def my_places(prompt, new, context):
    if new == 0:
        return 0
    total = prompt
    for i in range(1, new):
        total += 1 if prompt + i < context else context
    return total


@wrong("12.step", "divided by their sum; weights")
def my_step(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.mT / q.shape[2] ** 0.5
    weights = scores / scores.sum(dim=2, keepdim=True)
    return weights @ values, keys, values


@wrong("12.top_p", "stands where ranked belongs")
def my_top_p(probabilities, p):
    ranked, order = probabilities.sort(descending=True, stable=True)
    keep = ranked.cumsum(dim=0) - ranked < p
    kept = torch.zeros_like(probabilities)
    kept[order[keep]] = probabilities[keep]
    return kept / kept.sum()
