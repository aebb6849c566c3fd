"""Lesson 15: wrong answers and what each must be told, and unusual right ones, which must pass."""

from answers import judge_tables

COUNT = """def my(V, n_layer, C, hidden, kv, tied):
    total = V * C
    if not tied:
        total += V * C
    for _ in range(n_layer):
        total += C * C + C * kv + C * kv + C * C
        total += C * hidden + C * hidden + hidden * C
        total += C + C
    return total + C
"""

FIT = """def my(sizes, losses, floor):
    x = torch.log(sizes)
    y = torch.log(losses - floor)
    A = torch.stack([torch.ones_like(x), x], dim=1)
    height, slope = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
    return math.exp(height), -slope.item()
"""

ANSWER = """def my(ids, start):
    inputs = ids[:-1].clone()
    targets = ids[1:].clone()
    for t in range(len(targets)):
        if t + 1 < start:
            targets[t] = -100
    return inputs, targets
"""

PARALLEL = """def my(x, parts, bias):
    total = torch.zeros(len(x), len(bias))
    for up, up_bias, down in parts:
        hidden = F.gelu(x @ up + up_bias)
        total = total + hidden @ down
    return total + bias
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "15.parameters": (
        COUNT,
        [
            ("output matrix is missing", "if not tied", "if False"),
            ("there is one table, not two", "if not tied", "if True"),
            ("the wrong way round", "if not tied", "if tied"),
            ("token table is missing", "    total = V * C\n    if not tied:\n        total += V * C\n", "    total = 0\n"),
            ("counted C wide", "C * kv + C * kv", "C * C + C * C"),
            ("Here out is", " + C * C\n", "\n"),
            ("you count one for both", "C * kv + C * kv", "C * kv"),
            ("three matrices, not two", " + hidden * C", ""),
            ("you count one.", "C + C\n", "C\n"),
            ("count a β", "C + C\n    return total + C", "4 * C\n    return total + 2 * C"),
            ("behind the last block is missing", "return total + C", "return total"),
            ("not once a block.", "C + C\n    return total + C", "3 * C\n    return total"),
            ("one block; there are n_layer", "range(n_layer)", "range(1)"),
            ("returns nothing", "return total + C", "total + C"),
        ],
    ),
    "15.power_law": (
        FIT,
        [
            ("floor was not taken off", "losses - floor", "losses"),
            ("floor was added", "losses - floor", "losses + floor"),
            ("its sign turned", "-slope.item()", "slope.item()"),
            ("yours is that height itself", "math.exp(height)", "height.item()"),
            ("natural in one place", "math.exp(height)", "10 ** height.item()"),
            ("axes are swapped", "torch.stack([torch.ones_like(x), x], dim=1)", "torch.stack([torch.ones_like(y), y], dim=1); y = x"),
            ("The sizes need a logarithm", "torch.log(sizes)", "sizes"),
            ("The gaps need a logarithm", "torch.log(losses - floor)", "losses - floor"),
            ("in that order", "return math.exp(height), -slope.item()", "return -slope.item(), math.exp(height)"),
            ("Least squares listens to all", "    return", "    slope = (y[-1] - y[0]) / (x[-1] - x[0]); height = y.mean() - slope * x.mean()\n    return"),
            ("listens to no other", "    return", "    slope = (y[-1] - y[0]) / (x[-1] - x[0]); height = y[0] - slope * x[0]\n    return"),
            ("slopes between neighbours", "    return", "    slope = (y.diff() / x.diff()).mean(); height = y.mean() - slope * x.mean()\n    return"),
            ("returns nothing", "return math", "math"),
        ],
    ),
    "15.answer_targets": (
        ANSWER,
        [
            ("first id of the answer is not predicted", "t + 1 < start", "t < start"),
            ("last id of the question", "t + 1 < start", "t + 2 < start"),
            ("all of them count", "t + 1 < start", "False"),
            ("other way round", "t + 1 < start", "t + 1 >= start"),
            ("not one place further on", "targets = ids[1:].clone()", "targets = ids[:-1].clone()"),
            ("the number that cross_entropy passes over", "= -100", "= 0"),
            ("The question was cut off", "return inputs, targets", "return ids[start - 1 : -1].clone(), ids[start:].clone()"),
            ("it has no next one", "inputs = ids[:-1].clone()", "inputs = ids.clone()"),
            ("inputs first", "return inputs, targets", "return targets, inputs"),
            ("a view of ids", "targets = ids[1:].clone()", "targets = ids[1:]"),
            ("Only one target is marked", "t + 1 < start", "t + 1 == start"),
            ("shifted the wrong way", "return inputs, targets", "m = ids[:-1].clone(); m[:start] = -100; return ids[1:].clone(), m"),
            ("returns nothing", "return inputs", "inputs"),
        ],
    ),
    "15.parallel": (
        PARALLEL,
        [
            ("once for every worker", "return total + bias", "return total + len(parts) * bias"),
            ("are averaged", "return total + bias", "return total / len(parts) + bias"),
            ("the bias too", "return total + bias", "return (total + bias) / len(parts)"),
            ("bias of down is missing", "return total + bias", "return total"),
            ("biases of up are missing", "x @ up + up_bias", "x @ up"),
            ("outside GELU", "F.gelu(x @ up + up_bias)", "F.gelu(x @ up) + up_bias"),
            ("GELU is missing", "F.gelu(x @ up + up_bias)", "x @ up + up_bias"),
            ("approximate GELU", "+ up_bias)", "+ up_bias, approximate='tanh')"),
            ("ReLU is not", "F.gelu", "F.relu"),
            ("one worker's share", "in parts", "in parts[:1]"),
            ("x itself was added", "return total", "return x + total"),
        ],
    ),
}  # fmt: skip

RIGHT = {
    "15.parameters": [
        COUNT,
        "def my(V, n_layer, C, hidden, kv, tied):\n"
        "    return (2 - tied) * V * C + C + n_layer * C * (2 * C + 2 * kv + 3 * hidden + 2)",
        "my = lambda V, n, C, h, kv, tied: sum([V * C] * (1 if tied else 2)) + C + n * (C * (C + C + kv + kv) + C * h * 3 + C + C)",
    ],
    "15.power_law": [
        FIT,
        "def my(sizes, losses, floor):\n"
        "    x, y = numpy.log(sizes.numpy()), numpy.log((losses - floor).numpy())\n"
        "    slope, height = numpy.polyfit(x, y, 1)\n"
        "    return float(numpy.exp(height)), float(-slope)",
        "def my(sizes, losses, floor):\n"
        "    x, y = sizes.log10(), (losses - floor).log10()\n"
        "    b = -((x * y).mean() - x.mean() * y.mean()) / ((x * x).mean() - x.mean() ** 2)\n"
        "    return 10 ** (y.mean() + b * x.mean()).item(), b.item()",
    ],
    "15.answer_targets": [
        ANSWER,
        "def my(ids, start):\n"
        "    places = torch.arange(1, len(ids))\n"
        "    return ids[:-1], torch.where(places < start, -100, ids[1:])",
        "def my(ids, start):\n"
        "    return ids[:-1], torch.cat([torch.full((start - 1,), -100), ids[start:]])",
    ],
    "15.parallel": [
        PARALLEL,
        "def my(x, parts, bias):\n"
        "    ups, biases, downs = zip(*parts)\n"
        "    return F.linear(F.gelu(x @ torch.cat(ups, 1) + torch.cat(biases)), torch.cat(downs).T, bias)",
    ],
}  # fmt: skip


def slipped(code, old, new):
    assert code.count(old) == 1, (old, code)
    return code.replace(old, new)


WRONG = {
    name: {words: slipped(code, old, new) for words, old, new in slips}
    for name, (code, slips) in SLIPS.items()
}

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("15",), WRONG, RIGHT)
