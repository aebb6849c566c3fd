"""Lesson 08: wrong answers and what each must be told, and unusual right ones, which must pass."""

import pytest
from answers import assert_all_pass, assert_each_gets_its_own, double_precision, judge_tables

from course_lib.exercises import lesson_08

MEANS = """def my(x):
    T = x.shape[-2]
    weights = torch.ones(T, T).tril()
    return weights / weights.sum(1, keepdim=True) @ x
"""

WEIGHTS = """def my(scores):
    T = scores.size(-1)
    seen = torch.ones(T, T).tril()
    hidden = scores.masked_fill(seen == 0, -math.inf)
    return F.softmax(hidden, dim=-1)
"""

HEAD = """def my(x, W_q, W_k, W_v):
    T, D = len(x), W_q.shape[1]
    scores = (x @ W_q) @ (x @ W_k).T / math.sqrt(D)
    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)
    weights = F.softmax(scores, dim=-1)
    return weights @ (x @ W_v)
"""

ATTENTION = """def my(q, k, v):
    B, H, T, D = q.shape
    scores = q @ k.transpose(-1, -2) / math.sqrt(D)
    scores = scores + torch.full((T, T), -math.inf).triu(1)
    weights = F.softmax(scores, dim=-1)
    return weights @ v
"""

SPLIT = """def my(qkv, H):
    B, T, _ = qkv.shape
    C = qkv.shape[2] // 3
    q, k, v = qkv.split(C, dim=2)
    D = C // H
    cut = lambda part: part.view(B, T, H, D).transpose(1, 2)
    return cut(q), cut(k), cut(v)
"""

MASK = "    scores = torch.where(torch.ones(T, T).tril() == 1, scores, -math.inf)\n"
FUTURE = "    scores = scores + torch.full((T, T), -math.inf).triu(1)\n"
BROKEN = ATTENTION.replace("sqrt(D)", "sqrt(H * D)").replace(FUTURE, "")
BROKEN = BROKEN.replace("dim=-1)", "dim=2).tril()")

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "08.past_means": (
        MEANS,
        [
            ("mean of the whole text", ".tril()", ""),
            ("tril, not triu", ".tril()", ".triu()"),
            ("The place itself is missing", ".tril()", ".tril(-1)"),
            ("These are running sums", " / weights.sum(1, keepdim=True)", ""),
            ("Every running sum was divided by T", "weights.sum(1, keepdim=True)", "T"),
            ("in each column", "sum(1, keepdim=True)", "sum(0, keepdim=True)"),
            ("A score of 0 hides nothing", "weights / weights.sum(1, keepdim=True)", "weights.softmax(1)"),
            ("A loop over the places", "    return", "    for t in range(T): pass\n    return"),
        ],
    ),
    "08.causal_weights": (
        WEIGHTS,
        [
            ("The future is not hidden", "scores.masked_fill(seen == 0, -math.inf)", "scores"),
            ("places that ask, dim=-2", "dim=-1", "dim=-2"),
            ("runs over the first dimension", "dim=-1", "dim=0"),
            ("only in a single table", "dim=-1", "dim=1"),
            ("wrong way round", "seen == 0", "seen == 1"),
            ("The past is hidden", ".tril()", ".triu()"),
            ("nothing is left for the first one", ".tril()", ".tril(-1)"),
            ("One place of the future", ".tril()", ".tril(1)"),
            ("A score of 0 hides nothing", "-math.inf", "0"),
            ("hides only in part", "-math.inf", "-10"),
            ("happens to be 0 is hidden too", "scores.masked_fill(seen == 0", "scores.masked_fill(scores.tril() == 0"),
            ("so the rows no longer add up", "F.softmax(hidden, dim=-1)", "F.softmax(scores, -1) * seen"),
            ("softmax is missing", "F.softmax(hidden, dim=-1)", "hidden"),
            ("has still to be divided", "F.softmax(hidden, dim=-1)", "hidden.exp()"),
            ("the weights of a plain mean", "scores.masked_fill", "torch.zeros_like(scores).masked_fill"),
            ("This is the log", "F.softmax", "F.log_softmax"),
        ],
    ),
    "08.head": (
        HEAD,
        [
            ("not scaled", " / math.sqrt(D)", ""),
            ("divide by its root", "math.sqrt(D)", "D"),
            ("the length of a row of x", "math.sqrt(D)", "math.sqrt(x.shape[1])"),
            ("number of places; the head dimension", "math.sqrt(D)", "math.sqrt(T)"),
            ("Multiplied by the root", " / math.sqrt", " * math.sqrt"),
            ("The future is not hidden", MASK, ""),
            ("set to 0 after the softmax", MASK + "    weights = F.softmax(scores, dim=-1)",
             "    weights = F.softmax(scores, dim=-1).tril()"),
            ("A score of 0 hides nothing", "-math.inf", "0.0"),
            ("The past is hidden", ".tril()", ".triu()"),
            ("places that ask", "dim=-1", "dim=0"),
            ("changed places: row t", "(x @ W_q) @ (x @ W_k).T", "(x @ W_k) @ (x @ W_q).T"),
            ("The rows of x were fetched", "weights @ (x @ W_v)", "weights @ x"),
            ("The keys were fetched", "(x @ W_v)", "(x @ W_k)"),
            ("still to be multiplied", "weights @ (x @ W_v)", "weights"),
            ("W_k is not used", "x @ W_k", "x @ W_q"),
        ],
    ),
    "08.attention": (
        ATTENTION,
        [
            ("One fault is left. Divided", "sqrt(D)", "sqrt(H * D)"),
            ("One fault is left. The softmax", "dim=-1", "dim=2"),
            ("One fault is left. The future", FUTURE + "    weights = F.softmax(scores, dim=-1)",
             "    weights = F.softmax(scores, dim=-1).tril()"),
            ("not scaled", " / math.sqrt(D)", ""),
            ("The future is not hidden", FUTURE, ""),
            ("over the heads", "dim=-1", "dim=1"),
            ("number of heads; the head", "sqrt(D)", "sqrt(H)"),
            ("number of places; the head", "sqrt(D)", "sqrt(T)"),
            ("The place itself is hidden", ".triu(1)", ".triu()"),
            ("here the result stays", "weights @ v", "(weights @ v).transpose(1, 2).reshape(B, T, H * D)"),
            ("still to be multiplied", "weights @ v", "weights"),
        ],
    ),
    "08.split_qkv": (
        SPLIT,
        [
            ("view alone gives", "view(B, T, H, D).transpose(1, 2)", "reshape(B, H, T, D)"),
            ("T still stands in front of H", ".transpose(1, 2)", ""),
            ("not into (D, H)", "view(B, T, H, D).transpose(1, 2)", "view(B, T, D, H).permute(0, 3, 1, 2)"),
            ("T comes before D", ".transpose(1, 2)", ".permute(0, 2, 3, 1)"),
            ("queries come first", "q, k, v =", "k, q, v ="),
            ("order of the three", "q, k, v =", "v, k, q ="),
            ("Only the queries are there", "return cut(q), cut(k), cut(v)", "return cut(q)"),
            ("queries are there three times", "cut(q), cut(k), cut(v)", "cut(q), cut(q), cut(q)"),
            ("not cut into heads", "cut(q), cut(k), cut(v)", "q, k, v"),
            ("Give them one by one", "cut(q), cut(k), cut(v)", "torch.stack([cut(q), cut(k), cut(v)])"),
            ("B comes first", ".transpose(1, 2)", ".permute(2, 0, 1, 3)"),
        ],
    ),
}  # fmt: skip


def slipped(right, old, new):
    assert old in right, old
    return right.replace(old, new)


WRONG = {
    name: {said: slipped(right, old, new) for said, old, new in slips}
    for name, (right, slips) in SLIPS.items()
}
WRONG["08.past_means"]["The weights are transposed"] = MEANS.replace(
    "weights / weights.sum(1, keepdim=True) @ x", "(weights / weights.sum(1, keepdim=True)).T @ x"
)
WRONG["08.past_means"]["The count begins at 0"] = (
    "def my(x): return x.cumsum(-2) / torch.arange(x.shape[-2])[:, None]"
)
WRONG["08.past_means"]["along the numbers of a row"] = (
    "def my(x): return x.cumsum(-1) / torch.arange(1, x.shape[-1] + 1)"
)
WRONG["08.past_means"]["only where one dimension"] = (
    "def my(x):\n    n = torch.arange(1, x.shape[1] + 1)\n"
    "    return x.cumsum(1) / n.view(1, -1, *[1] * (x.dim() - 2))"
)
WRONG["08.attention"]["All three faults are still there"] = BROKEN
WRONG["08.attention"]["Two faults are left. The softmax"] = BROKEN.replace("H * D", "D")
WRONG["08.attention"]["Two faults are left. Divided by the root of C = H * D; the dot product of a head has D "
                      "numbers. The future"] = BROKEN.replace("dim=2", "dim=3")  # fmt: skip
WRONG["08.head"]["Neither scaled nor masked"] = HEAD.replace(MASK, "").replace(
    " / math.sqrt(D)", ""
)
WRONG["08.split_qkv"]["of the first head first"] = (
    "def my(qkv, H):\n    B, T, C = qkv.shape\n"
    "    return qkv.view(B, T, H, 3, C // 3 // H).permute(3, 0, 2, 1, 4).unbind()"
)
WRONG["08.split_qkv"]["every third number"] = (
    "def my(qkv, H):\n    B, T, C = qkv.shape\n"
    "    return qkv.view(B, T, H, C // 3 // H, 3).permute(4, 0, 2, 1, 3).unbind()"
)

RIGHT = {
    "08.past_means": [
        MEANS,
        "def my(x): return x.cumsum(-2) / torch.arange(1, x.shape[-2] + 1).unsqueeze(1)",
        "def my(x):\n    T = x.shape[-2]\n    s = torch.full((T, T), -math.inf).triu(1)\n"
        "    return s.softmax(1) @ x",
        "def my(x):\n    T = x.shape[-2]\n    w = torch.ones(T, T).tril()\n"
        "    return torch.einsum('ts,...sc->...tc', w / w.sum(1, True), x)",
        "def my(x):\n    q = torch.zeros_like(x)\n"
        "    return F.scaled_dot_product_attention(q, q, x, is_causal=True)",
    ],
    "08.causal_weights": [
        WEIGHTS,
        "def my(s):\n    w = s.softmax(-1).tril()\n    return w / w.sum(-1, keepdim=True)",
        "def my(s):\n    e = (s - s.amax(-1, True)).exp().tril()\n    return e / e.sum(-1, keepdim=True)",
        "def my(s): return (s + torch.full_like(s, -math.inf).triu(1)).softmax(-1)",
        "def my(s): return s.masked_fill(torch.ones_like(s).triu(1).bool(), -1e9).softmax(-1)",
    ],
    "08.head": [
        HEAD,
        "def my(x, a, b, c): return F.scaled_dot_product_attention(x @ a, x @ b, x @ c, is_causal=True)",
        "def my(x, a, b, c):\n    rows = []\n    for t in range(len(x)):\n"
        "        w = (x[: t + 1] @ b @ (x[t] @ a) / b.shape[1] ** 0.5).softmax(0)\n"
        "        rows.append(w @ x[: t + 1] @ c)\n    return torch.stack(rows)",
    ],
    "08.attention": [
        ATTENTION,
        "def my(q, k, v): return F.scaled_dot_product_attention(q, k, v, is_causal=True)",
        "def my(q, k, v):\n    s = torch.einsum('bhqd,bhkd->bhqk', q, k) * q.shape[-1] ** -0.5\n"
        "    w = s.softmax(-1).tril()\n    w = w / w.sum(-1, keepdim=True)\n"
        "    return torch.einsum('bhqk,bhkd->bhqd', w, v)",
    ],
    "08.split_qkv": [
        SPLIT,
        "def my(qkv, H):\n    B, T, C = qkv.shape\n"
        "    return qkv.reshape(B, T, 3, H, C // 3 // H).permute(2, 0, 3, 1, 4).unbind()",
        "def my(qkv, H): return [torch.stack(p.chunk(H, -1), 1) for p in qkv.chunk(3, -1)]",
        "def my(qkv, H): return tuple("
        "p.unflatten(-1, (H, -1)).swapaxes(1, 2) for p in qkv.tensor_split(3, dim=2))",
    ],
}  # fmt: skip


in_float64 = double_precision(lesson_08)


(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("08",), WRONG, RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_the_same_in_the_lessons_float64(name, in_float64):
    assert_all_pass(name, RIGHT[name])
    assert_each_gets_its_own(name, WRONG[name])
