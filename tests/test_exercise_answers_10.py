"""Lesson 10: wrong answers and what each must be told, and unusual right ones, which must pass."""

from answers import judge_tables, wrong_answers

COUNT = """def my(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)
"""

CAUSAL = """def my(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-6:
                return False
    return True
"""

BATCH = """def my(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return ids[places], ids[places + 1]
"""

LOSS = """def my(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0)
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "10.count": (
        COUNT,
        [
            ("have no bias in this model", "width**2 + width\n", "width**2 + 4 * width\n"),
            ("that of `out`, or", "width**2 + width\n", "width**2\n"),
            ("The matrix `out` is missing", "4 * width**2 + width\n", "3 * width**2\n"),
            ("one for all three", "4 * width**2 + width\n", "2 * width**2 + width\n"),
            ("biases of `up` and `down`", " + 5 * width", ""),
            ("four times as wide inside", "8 * width**2 + 5 * width", "2 * width**2 + 2 * width"),
            ("one of them is missing", "8 * width**2", "4 * width**2"),
            ("2 * width numbers are missing", "norms = 4", "norms = 2"),
            ("3 * width numbers are missing", "norms = 4 *", "norms ="),
            ("Two biases are missing", "width**2 + width\n    feed_forward = 8 * width**2 + 5 * width\n    norms = 4 * width\n    return 2 * vocab * width + vocab", "width**2\n    feed_forward = 8 * width**2 + 5 * width\n    norms = 4 * width\n    return 2 * vocab * width"),
            ("block: the norms, each", "norms = 4", "norms = 0"),
            ("behind the last block", "2 * vocab * width", "2 * width + 2 * vocab * width"),
            ("The output matrix is missing", "2 * vocab * width + vocab", "vocab * width"),
            ("The bias of `output` is missing", " + vocab + ", " + "),
            ("yours has width", " + vocab + ", " + width + "),
            ("Only one block", "layers * ", ""),
            ("Everything is multiplied", "2 * vocab * width + vocab + layers * (", "layers * (2 * vocab * width + vocab + "),
            ("Only the attention is multiplied", "(attention + feed_forward + norms)", "attention + feed_forward + norms"),
            ("package's GPT", "    return", "    return vocab * width + layers * (12 * width**2 + 13 * width) + 2 * width #"),
            ("The sinusoids are counted", "2 * vocab * width", "100 * width + 2 * vocab * width"),
            ("no norm is counted: only", "    return", "    return 2 * vocab * width + 12 * layers * width**2 #"),
        ],
    ),
    "10.is_causal": (
        CAUSAL,
        [
            ("Only the last id is changed", "range(1, T)", "range(T - 1, T)"),
            ("must reach T - 1", "range(1, T)", "range(1, T - 1)"),
            ("id at place 1 is never", "range(1, T)", "range(2, T)"),
            ("place itself is compared", ":place]", ":place + 1]"),
            ("places behind the change", ":place]", "place:]"),
            ("All logits are compared", ":place]", ":]"),
            ("Only the first place is looked at", ":place]", ":1]"),
            ("just in front of the change", ":place]", "place - 1]"),
            ("tolerance is so wide", "1e-6", "0.1"),
            ("take a clone", "other = ids.clone()", "other = ids"),
            ("negative, and a sum", "(again[0, :place] - first[0, :place]).abs().max() > 1e-6", "(again[0, :place] - first[0, :place]).max() > 1e-6"),
            ("An assert of yours failed", "                return False\n", "                raise AssertionError\n"),
            ("behind the loop", "    return True", "            return True"),
            ("brings", "% V\n            again", "\n            again"),
            ("the other way round", "return False\n    return True", "return True\n    return False"),
            ("same answer whatever", "return False", "pass"),
            ("must be True or False", "    return True", "    return 1"),
            ("ids of shape (B, T)", "again = model(other)", "again = model(other[0])"),
        ],
    ),
    "10.batch": (
        BATCH,
        [
            ("inputs themselves", "ids[places + 1]", "ids[places]"),
            ("inputs turned round", "ids[places + 1]", "ids[places].roll(-1, 1)"),
            ("last target is 0", "ids[places + 1]", "F.pad(ids[places][:, 1:], (0, 1))"),
            ("the wrong way", "ids[places], ids[places + 1]", "ids[places + 1], ids[places]"),
            ("two places further", "places + 1", "(places + 2) % len(ids)"),
            ("Both are shifted", "ids[places], ", "ids[places + 1], "),
            ("The rows are one short", "arange(T)", "arange(T - 1)"),
            ("targets are one short", "ids[places + 1]", "ids[places + 1][:, :-1]"),
            ("One target a row", "ids[places + 1]", "ids[starts + T]"),
            ("as columns", "starts[:, None] + torch.arange(T)", "starts + torch.arange(T)[:, None]"),
            ("starts are not used", "starts[:, None]", "torch.arange(len(starts))[:, None]"),
            ("Only one row", "starts[:, None]", "starts[:1, None]"),
            ("hang together", "torch.arange(T)\n", "torch.arange(T)\n    places = places.flatten()\n"),
            ("not to the id", "ids[places + 1]", "ids[places] + 1"),
            ("has 2 parts", "ids[places], ids", "ids"),
        ],
    ),
    "10.loss_by_place": (
        LOSS,
        [
            ("cut into other pieces", "    losses = F", "    return F.cross_entropy(logits.reshape(B, V, T), targets, reduction='none').mean(0)\n    losses = F"),
            ("flattened in different orders", "logits.reshape(B * T, V)", "logits.transpose(0, 1).reshape(B * T, V)"),
            ("put into (T, B)", "view(B, T).mean(0)", "view(T, B).mean(1)"),
            ("one loss for each row", "mean(0)", "mean(1)"),
            ("the mean of everything", "mean(0)", "mean()"),
            ("the sum of everything", ".view(B, T).mean(0)", ".sum()"),
            ("losses of all targets", ".mean(0)", ""),
            ("rows are added up", "mean(0)", "sum(0)"),
            ("Only the first row", ".mean(0)", "[0]"),
            ("Divided by the number of places", "mean(0)", "sum(0) / T"),
            ("taken twice", "logits.reshape", "logits.softmax(-1).reshape"),
            ("softmax runs over the places", "    losses = F", "    return -logits.log_softmax(1).gather(2, targets[..., None])[..., 0].mean(0)\n    losses = F"),
            ("softmax is missing", "    losses = F", "    return -logits.gather(2, targets[..., None])[..., 0].mean(0)\n    losses = F"),
            ("logarithm is missing", "losses.view", "losses.neg().exp().view"),
            ("First the logarithm", "losses.view(B, T).mean(0)", "-losses.neg().exp().view(B, T).mean(0).log()"),
            ("sign is reversed", "return losses", "return -losses"),
            ("base 2", "mean(0)", "mean(0) / math.log(2)"),
        ],
    ),
}  # fmt: skip

WRONG = wrong_answers(SLIPS)

RIGHT = {
    "10.count": [
        COUNT,
        "def my(v, w, n): return v + w * (2 * v + n * (12 * w + 10))",
        "def my(v, w, n):\n    block = 4 * [(w, w)] + [(w,), (4 * w, w), (4 * w,), (w, 4 * w), (w,)] + 4 * [(w,)]\n"
        "    shapes = n * block + [(v, w), (v, w), (v,)]\n"
        "    return torch.tensor(sum(math.prod(shape) for shape in shapes))",
    ],
    "10.is_causal": [
        CAUSAL,
        # all changes at once: row t of the batch has the ids after place t changed
        "def my(model, V, T):\n    ids = torch.zeros(T, T, dtype=torch.int64)\n"
        "    later = ids + torch.ones(T, T, dtype=torch.int64).triu(1)\n"
        "    moved = (model(ids) - model(later)).abs().amax(2)\n"
        "    return bool((moved.tril() < 1e-6).all())",
        # by the prefix: what stands behind must not matter, not even whether it is there
        "def my(model, V, T):\n    ids = torch.arange(T)[None] % V\n    whole = model(ids).clone()\n"
        "    for t in range(T - 1, 0, -1):\n        new = ids.clone()\n        new[:, t:] = (new[:, t:] + 1) % V\n"
        "        if not torch.equal(model(new)[:, :t], whole[:, :t]):\n            return False\n    return True",
        "def my(model, V, T):\n    a = torch.randint(V, (3, T))\n    return torch.tensor(all(\n"
        "        torch.allclose(model(a)[:, :t], model(torch.cat([a[:, :t], (a[:, t:] + 1) % V], 1))[:, :t], atol=1e-7)\n"
        "        for t in range(1, T)))",
    ],
    "10.batch": [
        BATCH,
        "def my(ids, starts, T):\n    rows = torch.stack([ids[s : s + T + 1] for s in starts.tolist()])\n"
        "    return rows[:, :-1], rows[:, 1:]",
        "def my(ids, starts, T):\n    windows = ids.unfold(0, T + 1, 1)[starts]\n"
        "    return [windows[:, :T], windows[:, -T:]]",
    ],
    "10.loss_by_place": [
        LOSS,
        "def my(z, y): return F.cross_entropy(z.transpose(1, 2), y, reduction='none').mean(0)",
        "def my(z, y): return torch.stack([F.cross_entropy(z[:, t], y[:, t]) for t in range(y.shape[1])])",
        "def my(z, y):\n    hot = F.one_hot(y, z.shape[2])\n"
        "    return -(z.double().softmax(2).log() * hot).sum(2).mean(0)",
    ],
}

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("10",), WRONG, RIGHT)
