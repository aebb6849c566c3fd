"""Lesson 13: wrong answers and what each must be told, and unusual right ones, which must pass."""

from answers import judge_tables

PAIR = """from collections import Counter
from itertools import pairwise
def my(words, times):
    count = Counter()
    for word, n in zip(words, times):
        for a, b in pairwise(word):
            count[(a, b)] += n
    most = max(count.values())
    return min(pair for pair, n in count.items() if n == most)
"""

ENCODE = """from itertools import pairwise
def my(ids, merges):
    rank = {pair: k for k, pair in enumerate(merges)}
    ids = list(ids)
    while True:
        found = [(rank[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in rank]
        if not found:
            return ids
        _, i = min(found)
        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]
"""

EACH = """def my(ids, merges):
    for (a, b), new in merges.items():
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and ids[i] == a and ids[i + 1] == b:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        ids = out
    return list(ids)
"""

BITS = """def my(losses, text):
    return float(losses.sum()) / (len(bytes(text, "utf-8")) * math.log(2))
"""

PAD = """def my(rows, T):
    inputs, targets = [], []
    for row in rows:
        x, y = row[:-1][:T], row[1:][:T]
        inputs.append(x + [0] * (T - len(x)))
        targets.append(y + [-100] * (T - len(y)))
    return torch.tensor(inputs), torch.tensor(targets)
"""

WRONG = {
    "13.best_pair": {
        "is not used": PAIR.replace("+= n", "+= 1"),
        "came first in the text": PAIR.replace("return min(", "return next("),
        "you take the largest": PAIR.replace("return min(", "return max("),
        "rarest": PAIR.replace("max(count.values())", "min(count.values())"),
        "not added up": PAIR.replace("+= n", "= n"),
        "once a word": PAIR.replace("pairwise(word)", "sorted(set(pairwise(word)))"),
        "into twos": PAIR.replace("pairwise(word)", "zip(word[::2], word[1::2])"),
        "different pairs; you": PAIR.replace("[(a, b)]", "[(min(a, b), max(a, b))]"),
        "are swapped": PAIR.replace("[(a, b)]", "[(a, b)]").replace("return min(", "return min(").replace(" == most)", " == most)[::-1]"),
        "how often it occurs": PAIR.replace("    return min(pair", "    return most or min(pair"),
        "without its count": PAIR.replace("return min(pair for pair, n in count.items() if n == most)", "return min(count.items(), key=lambda item: (-item[1], item[0]))"),
        "from the end of the word to its beginning": PAIR.replace("for a, b in pairwise(word)", "for a, b in zip([word[-1], *word], word)"),
        "not all the counts": PAIR.replace("    return min(pair", "    return dict(count) or min(pair"),
    },
    "13.encode": {
        "order of the text": ENCODE.replace("(rank[pair], i)", "(0, i)"),
        "learned last": ENCODE.replace("min(found)", "max(found)"),
        "smallest ids first": ENCODE.replace("enumerate(merges)", "enumerate(sorted(merges))"),
        "from the right": ENCODE.replace("(rank[pair], i)", "(rank[pair], -i)").replace("_, i = min(found)", "i = -min(found)[1]"),
        "one place only": EACH.replace("                i += 2\n", "                out += ids[i + 2 :]\n                break\n"),
        "skip one id": EACH.replace("                i += 2\n", "                out += ids[i + 2 : i + 3]\n                i += 3\n"),
        "Only one merge": ENCODE.replace("        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]\n", "        ids[i : i + 2] = [merges[ids[i], ids[i + 1]]]\n        return ids\n"),
        "where an id ends": "def my(ids, merges):\n    text = ' '.join(map(str, ids))\n    for (a, b), new in merges.items():\n"
                            "        text = text.replace(f'{a} {b}', str(new))\n    return [int(i) for i in text.split()]",
        "never go back": "def my(ids, merges):\n    ids, i = list(ids), 0\n    for pair, new in merges.items():\n        while i < len(ids) - 1:\n"
                         "            if tuple(ids[i : i + 2]) == pair:\n                ids[i : i + 2] = [new]\n            i += 1\n    return ids",
        "never looked at": EACH.replace("i + 1 < len(ids)", "i + 2 < len(ids)"),
        "A list is asked": "import torch\n" + EACH.replace("return list(ids)", "return torch.tensor(list(ids))"),
        "Nothing was merged": "def my(ids, merges): return [merges.get(i, i) for i in ids]",
        "returns nothing": EACH.replace("    return list(ids)\n", ""),
    },
    "13.bits": {
        "divide by characters": BITS.replace('bytes(text, "utf-8")', "text"),
        "nats per byte": BITS.replace(" * math.log(2)", ""),
        "nats per character": "def my(losses, text): return losses.sum() / len(text)",
        "bits per token": "def my(losses, text): return losses.mean() / math.log(2)",
        "bits of the whole text": "def my(losses, text): return losses.sum() / math.log(2)",
        "twice by a length": BITS.replace("sum()", "mean()"),
        "a sum has them all already": BITS.replace("float(losses.sum())", "float(losses.sum()) * len(losses)"),
        "You multiply by ln 2": "def my(losses, text): return losses.sum() * math.log(2) / len(text.encode())",
        "upside down": "def my(losses, text): return 1 / (losses.sum() / math.log(2) / len(text.encode()))",
        "do not take another one": "def my(losses, text): return torch.log2(losses).sum() / len(text.encode())",
        "one number for each token": BITS.replace("float(losses.sum())", "losses"),
    },
    "13.pad": {
        "The padding of the targets is 0": PAD.replace("-100", "0"),
        "passes over -100 and over no other": PAD.replace("-100", "-1"),
        "another id than the 0": PAD.replace("[0]", "[1]"),
        "goes on in a further row": PAD.replace("    for row in rows:", "    for row in [row[k : k + T + 1] for row in rows for k in range(0, len(row) - 1, T)]:"),
        "are int32": PAD.replace("torch.tensor(inputs), torch.tensor(targets)", "torch.tensor(inputs).int(), torch.tensor(targets).int()"),
        "Is a longer one cut first": "def my(rows, T):\n    inputs, targets = torch.zeros(len(rows), T).long(), torch.full((len(rows), T), -100)\n"
                                     "    for b, row in enumerate(rows):\n        inputs[b, : len(row) - 1] = torch.tensor(row[:-1])\n"
                                     "        targets[b, : len(row) - 1] = torch.tensor(row[1:])\n    return inputs, targets",
        "no embedding has such a row": PAD.replace("[0]", "[-100]"),
        "two paddings are swapped": PAD.replace("-100", "X").replace("[0]", "[-100]").replace("X", "0"),
        "stands in front": PAD.replace("x + [0] * (T - len(x))", "[0] * (T - len(x)) + x").replace("y + [-100] * (T - len(y))", "[-100] * (T - len(y)) + y"),
        "before the shift": PAD.replace("row[:-1][:T], row[1:][:T]", "row[:T][:-1], row[:T][1:]"),
        "lose their beginning": PAD.replace("[:T]", "[-T:]"),
        "shift them by one": PAD.replace("row[1:][:T]", "row[:-1][:T]"),
        "Inputs and targets are swapped": PAD.replace("return torch.tensor(inputs), torch.tensor(targets)", "return torch.tensor(targets), torch.tensor(inputs)"),
        "no target to predict": PAD.replace("row[:-1][:T]", "row[:T]"),
        "do not drop": PAD.replace("    for row in rows:", "    for row in [row for row in rows if len(row) <= T + 1]:"),
        "One tensor with both": PAD.replace("return torch.tensor(inputs), torch.tensor(targets)", "return torch.tensor([inputs, targets])"),
        "Only the inputs": PAD.replace(", torch.tensor(targets)", ""),
    },
}  # fmt: skip

RIGHT = {
    "13.best_pair": [
        PAIR,
        "def my(words, times):\n    pairs = sorted(p for w, n in zip(words, times) for _ in range(n) for p in zip(w, w[1:]))\n"
        "    return list(max(pairs, key=pairs.count))",
    ],
    "13.encode": [ENCODE, EACH],
    "13.bits": [
        BITS,
        "def my(losses, text): return (losses / math.log(2)).sum() / len(text.encode())",
        "def my(losses, text): return losses.mean().item() * len(losses) * math.log2(math.e) / len(text.encode())",
    ],
    "13.pad": [
        PAD,
        "def my(rows, T):\n    whole = torch.full((len(rows), T + 1), -100)\n    for b, row in enumerate(rows):\n"
        "        row = torch.tensor(row[: T + 1])\n        whole[b, : len(row)] = row\n"
        "    inputs, targets = whole[:, :-1].clone(), whole[:, 1:]\n    inputs[targets == -100] = 0\n    return [inputs, targets]",
    ],
}  # fmt: skip

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("13",), WRONG, RIGHT)
