"""What learners write in lesson 12: each wrong answer is told its own fault, unusual right ones pass."""

from answers import judge_tables, wrong_answers

TOP_P = """def my(probabilities, p):
    values, places = torch.sort(probabilities, descending=True, stable=True)
    result, total = torch.zeros_like(probabilities), 0.0
    for value, place in zip(values, places):
        result[place] = value
        total += value.item()
        if total >= p:
            break
    return result / result.sum()
"""

DISTRIBUTION = """def my(logits, temperature, k):
    p = (logits / temperature).softmax(dim=0)
    order = p.sort(descending=True, stable=True).indices[:k]
    kept = torch.zeros_like(p)
    kept[order] = p[order]
    return kept / kept.sum()
"""

STEP = """def my(q, k, v, keys, values):
    keys = torch.cat([keys, k], dim=1)
    values = torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(1, 2) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return weights @ values, keys, values
"""

PLACES = """def my(prompt, new, context):
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
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "12.top_p": (
        TOP_P,
        [
            ("takes the sum to p is missing", "        result[place] = value\n        total += value.item()\n        if total >= p:\n            break\n",
             "        total += value.item()\n        if total > p:\n            break\n        result[place] = value\n"),
            ("yours takes one more", "if total >= p", "if total > p"),
            ("is divided by p", "result / result.sum()", "result / p"),
            ("a second time", "result / result.sum()", "(result / result.sum())[places][places]"),
            ("changes their ratios", "result / result.sum()", "torch.where(result > 0, result, -math.inf).softmax(dim=0)"),
            ("Without stable=True", ", stable=True", ""),
            ("share the 1", "result / result.sum()", "result"),
            ("has a share again", "result / result.sum()", "result.softmax(dim=0)"),
            ("order of their size", "return result / result.sum()", "return (result / result.sum()).sort(descending=True).values"),
            ("begins with the unlikeliest", "descending=True, ", ""),
            ("as they stand", "torch.sort(probabilities, descending=True, stable=True)", "probabilities, torch.arange(len(probabilities))"),
            ("Of equal ones the higher", "torch.sort(probabilities, descending=True, stable=True)", "(t.flip(0) for t in torch.sort(probabilities, stable=True))"),
            ("returns nothing", "return result", "result"),
        ],
    ),
    "12.distribution": (
        DISTRIBUTION,
        [
            ("has no effect", "(logits / temperature).softmax(dim=0)", "logits.softmax(dim=0) / temperature"),
            ("One too few", "indices[:k]", "indices[: k - 1]"),
            ("The k-th itself is missing", "kept = torch.zeros_like(p)\n    kept[order] = p[order]", "kept = p * (p > p.topk(k).values.min())"),
            ("topk does not promise", "p.sort(descending=True, stable=True).indices[:k]", "p.topk(k).indices"),
            ("Without stable=True", ", stable=True", ""),
            ("more than k get through", "kept = torch.zeros_like(p)\n    kept[order] = p[order]", "kept = p * (p >= p[order].min())"),
            ("second softmax gives what", "kept / kept.sum()", "kept.softmax(dim=0)"),
            ("multiplied by the temperature", "logits / temperature", "logits * temperature"),
            ("does not sum to 1", "kept / kept.sum()", "kept"),
            ("yours keeps the later", "p.sort(descending=True, stable=True).indices", "p.sort(stable=True).indices.flip(0)"),
            ("Only k numbers", "return kept / kept.sum()", "return p[order] / p[order].sum()"),
        ],
    ),
    "12.step": (
        STEP,
        [
            ("not divided by √D", " / math.sqrt(q.shape[-1])", ""),
            ("divided by D; its root", "math.sqrt(q.shape[-1])", "q.shape[-1]"),
            ("number of heads", "q.shape[-1]", "q.shape[0]"),
            ("number of places, not", "q.shape[-1]", "keys.shape[1]"),
            ("No mask here", "scores.softmax(dim=-1)", "(scores + torch.full_like(scores, -math.inf).triu(1)).softmax(dim=-1)"),
            ("returns nothing", "return weights", "weights"),
            ("places; ", "weights @ values, keys, values", "weights @ values, k, v"),
            ("without a softmax", "scores.softmax(dim=-1)", "scores"),
            ("every weight is 1", "dim=-1", "dim=1"),
            ("runs over the heads", "dim=-1", "dim=0"),
            ("in front of the old", "torch.cat([keys, k], dim=1)\n    values = torch.cat([values, v], dim=1)", "torch.cat([k, keys], dim=1)\n    values = torch.cat([v, values], dim=1)"),
            ("oldest place was dropped", "[keys, k], dim=1)\n    values = torch.cat([values, v]", "[keys[:, 1:], k], dim=1)\n    values = torch.cat([values[:, 1:], v]"),
            ("query was kept", "[keys, k]", "[keys, q]"),
            ("Key and value are swapped", "[keys, k], dim=1)\n    values = torch.cat([values, v]", "[keys, v], dim=1)\n    values = torch.cat([values, k]"),
            ("in another order", "weights @ values, keys, values", "keys, values, weights @ values"),
            ("Three tensors are asked", "weights @ values, keys, values", "weights @ values"),
            ("dimension of one place", "weights @ values,", "(weights @ values)[:, 0],"),
        ],
    ),
    "12.places": (
        PLACES,
        [
            ("never read", "range(new)", "range(new + 1)"),
            ("still fits into the cache", "length > context", "length >= context"),
            ("you count 1 for each", "total += context", "total += 1 if i else context"),
            ("read all of the text", "total += context", "total += length"),
            ("prompt is not read", "total += prompt", "total += 0"),
            ("The slow way", "total += 1", "total += length"),
            ("to write, nothing is read", "range(new)", "range(max(1, new))"),
        ],
    ),
}  # fmt: skip

WRONG = wrong_answers(SLIPS)

WRONG["12.top_p"]["lets equals through"] = """def my(probabilities, p):
    values = probabilities.sort(descending=True).values
    last = values[(values.cumsum(dim=0) - values) < p][-1]
    kept = probabilities * (probabilities >= last)
    return kept / kept.sum()
"""
BROKEN = """def my(logits, temperature, k):
    p = logits.softmax(dim=0) / temperature
    smallest = p.topk(k).values[-1]
    p = torch.where(p >= smallest, p, 0.0)
    return p.softmax(dim=0)
"""
WRONG["12.distribution"]["still the broken function"] = BROKEN
WRONG["12.distribution"]["the temperature and the ties"] = BROKEN.replace(
    "p.softmax(dim=0)\n", "p / p.sum()\n"
)
WRONG["12.distribution"]["the ties and the second softmax"] = BROKEN.replace(
    "logits.softmax(dim=0) / temperature", "(logits / temperature).softmax(dim=0)"
)
WRONG["12.distribution"]["gives a 0 the weight 1"] = """def my(logits, temperature, k):
    x = logits / temperature
    order = x.sort(descending=True, stable=True).indices
    x[order[k:]] = 0
    return x.softmax(dim=0)
"""
WRONG["12.step"]["does not look at itself"] = """def my(q, k, v, keys, values):
    weights = (q @ keys.transpose(1, 2) / q.shape[2] ** 0.5).softmax(dim=2)
    return weights @ values, torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)
"""
WRONG["12.step"]["keys come back as they were"] = STEP.replace(
    "weights @ values, keys, values", "weights @ values, keys[:, :-1], values"
)
WRONG["12.places"]["the prompt alone"] = """def my(prompt, new, context):
    total, cached = 0, 0
    for length in range(prompt + 1, prompt + new + 1):
        total += context if length > context else length - cached
        cached = length
    return total
"""
WRONG["12.places"]["Two cases are missing"] = (
    "def my(prompt, new, context):\n    return prompt + new - 1"
)
WRONG["12.places"]["cache without an end"] = (
    "def my(prompt, new, context):\n    return prompt + new - 1 if new else 0"
)

RIGHT = {
    "12.top_p": [
        TOP_P,
        "def my(q, p):\n    ids = sorted(range(len(q)), key=lambda i: (-q[i].item(), i))\n    n = 1\n"
        "    while q[ids[:n]].sum() < p:\n        n += 1\n"
        "    return torch.tensor([x.item() if i in ids[:n] else 0.0 for i, x in enumerate(q)]) / q[ids[:n]].sum()",
    ],
    "12.distribution": [
        DISTRIBUTION,
        "def my(logits, t, k):\n    order = torch.argsort(logits, descending=True, stable=True)\n"
        "    x = torch.full_like(logits, -math.inf)\n    x[order[:k]] = logits[order[:k]] / t\n    return torch.softmax(x, 0)",
    ],
    "12.step": [
        STEP,
        "def my(q, k, v, keys, values):\n    K = torch.hstack([keys, k])\n    V = torch.hstack([values, v])\n"
        "    return F.scaled_dot_product_attention(q, K, V), K, V",
        "def my(q, k, v, keys, values):\n    K = torch.cat((keys, k), 1)\n    V = torch.cat((values, v), 1)\n    w = torch.einsum('hqd,hkd->hqk', q, K) * q.size(2) ** -0.5\n"
        "    return [torch.einsum('hqk,hkd->hqd', w.softmax(-1), V), K, V]",
    ],
    "12.places": [
        PLACES,
        "def my(prompt, new, context):\n    late = sum(prompt + i > context for i in range(new))\n    early = new - late\n"
        "    return late * context + (prompt + early - 1 if early else 0)",
    ],
}  # fmt: skip

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("12",), WRONG, RIGHT)
