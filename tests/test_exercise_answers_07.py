"""Lesson 07: wrong answers and what each must be told, and unusual right ones, which must pass."""

from answers import judge_tables

ROWS = """def my(ids, starts, T):
    windows = ids.unfold(0, T, 1)
    places = torch.tensor(starts)
    return windows[places], windows[places + 1]
"""

BIGRAM = """def my(ids, V):
    counts = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0
    return counts / counts.sum(1, keepdim=True)
"""

ENTROPY = """def my(logits, targets):
    z = logits - logits.max(dim=-1, keepdim=True).values
    log_p = z - z.exp().sum(-1, keepdim=True).log()
    return -log_p.gather(1, targets[:, None]).mean()
"""

STEP = """def my(table, rows, lr):
    table = table.requires_grad_()
    inputs, targets = rows[:, :-1], rows[:, 1:]
    loss = F.cross_entropy(table[inputs].transpose(1, 2), targets)
    (slopes,) = torch.autograd.grad(loss, table)
    with torch.no_grad():
        return loss.item(), table - lr * slopes
"""

WRONG = {
    "07.rows": {
        "the inputs themselves": ROWS.replace("places + 1", "places"),
        "must stand one place after": ROWS.replace("places + 1", "places - 1"),
        "shifted by two": ROWS.replace("places + 1", "places + 2"),
        "are shifted too": ROWS.replace("torch.tensor(starts)", "torch.tensor(starts) + 1"),
        "rolled round": ROWS.replace("windows[places + 1]", "windows[places].roll(-1, 1)"),
        "The two are swapped": ROWS.replace("windows[places], windows[places + 1]", "windows[places + 1], windows[places]"),
        "Only the last target": ROWS.replace("windows[places + 1]", "ids[places + T]"),
        "whole rows of T + 1": "def my(ids, starts, T): return torch.stack([ids[s : s + T + 1] for s in starts])",
        "one character short": ROWS.replace("(0, T, 1)", "(0, T - 1, 1)"),
        "in a column": ROWS.replace("windows[places], windows[places + 1]", "windows[places].T, windows[places + 1].T"),
        "in one: stack": ROWS.replace("windows[places], windows[places + 1]", "windows[places].flatten(), windows[places + 1].flatten()"),
        "Only the first row": ROWS.replace("torch.tensor(starts)", "torch.tensor(starts[:1])"),
        "order of their starts": ROWS.replace("tensor(starts)", "tensor(sorted(starts))"),
        "starts are not used": ROWS.replace("torch.tensor(starts)", "torch.arange(len(starts))"),
        "one tensor with both": ROWS.replace("windows[places], windows[places + 1]", "torch.stack([windows[places], windows[places + 1]])"),
        "list": "def my(ids, starts, T):\n    x = [ids[s : s + T].tolist() for s in starts]\n"
        "    return x, [ids[s + 1 : s + T + 1].tolist() for s in starts]",
    },
    "07.bigram": {
        "These are the counts, one added": BIGRAM.replace("return counts / counts.sum(1, keepdim=True)", "return counts"),
        "One is to be added to each, and": BIGRAM.replace("return counts / counts.sum(1, keepdim=True)", "return counts - 1"),
        "One more for every pair is missing": BIGRAM.replace(" + 1.0", ""),
        "only where nothing was counted": BIGRAM.replace(" + 1.0", ".clamp(min=1)"),
        "only above the line": BIGRAM.replace(" + 1.0", "").replace("counts /", "(counts + 1) /"),
        "added only once": BIGRAM.replace(" + 1.0", "").replace("counts / counts.sum(1, keepdim=True)", "(counts + 1) / (counts.sum(1, keepdim=True) + 1)"),
        "Rows and columns are swapped": BIGRAM.replace("ids[:-1] * V + ids[1:]", "ids[1:] * V + ids[:-1]"),
        "columns add up to 1": BIGRAM.replace("counts.sum(1,", "counts.sum(0,"),
        "wrong dimension: keep them": BIGRAM.replace("sum(1, keepdim=True)", "sum(1)"),
        "whole table": BIGRAM.replace("sum(1, keepdim=True)", "sum()"),
        "occurs twice is counted once": BIGRAM.replace(
            "torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V) + 1.0", "torch.ones(V, V)"
        ).replace("    return", "    counts[ids[:-1], ids[1:]] += 1\n    return"),
        "no neighbours": BIGRAM.replace("ids[:-1] * V + ids[1:]", "ids * V + ids.roll(-1)"),
        "last pair is missing": BIGRAM.replace("ids[:-1] * V + ids[1:]", "ids[:-2] * V + ids[1:-1]"),
        "do not overlap": BIGRAM.replace("ids[:-1] * V + ids[1:]", "ids[:-1:2] * V + ids[1::2]"),
        "both directions": BIGRAM.replace("    return", "    counts = counts + counts.T - 1\n    return"),
        "softmax to the counts": BIGRAM.replace("counts / counts.sum(1, keepdim=True)", "counts.softmax(1)"),
        "These are the logarithms": BIGRAM.replace("keepdim=True)", "keepdim=True)\n    return P.log()").replace("return counts", "P = counts"),
    },
    "07.cross_entropy": {
        "*predicted* character": ENTROPY.replace("log_p.gather(1, targets[:, None])", "log_p.max(1).values"),
        "share of wrong predictions": "def my(z, y): return (z.argmax(1) != y).double().mean()",
        "not finite for large": "def my(z, y):\n    p = torch.softmax(z, 1)\n    return -p[range(len(y)), y].log().mean()",
        "a small number was added": "def my(z, y):\n    p = torch.softmax(z, 1)\n    return -(p[range(len(y)), y] + 1e-9).log().mean()",
        "applied twice": ENTROPY.replace("    log_p", "    z = logits.softmax(-1)\n    log_p"),
        "sign is reversed": ENTROPY.replace("-log_p.g", "log_p.g"),
        "sum over all places": ENTROPY.replace("mean()", "sum()"),
        "one loss for each place": ENTROPY.replace(".mean()", "[:, 0]"),
        "These are bits": ENTROPY.replace("-log_p.g", "-log_p.div(math.log(2)).g"),
        "This is the perplexity": ENTROPY.replace("return -", "return (-").replace("mean()", "mean()).exp()"),
        "logsumexp is missing": "def my(z, y): return -z[range(len(y)), y].mean()",
        "wrong dimension": "def my(z, y): return F.log_softmax(z, 0)[range(len(y)), y].mean().neg()",
        "takes all targets at every": "def my(z, y): return -F.log_softmax(z, 1)[:, y].mean()",
        "every character of the vocabulary": "def my(z, y): return -F.log_softmax(z, 1).mean()",
        "1 - p": "def my(z, y): return 1 - z.softmax(1)[range(len(y)), y].mean()",
        "F.cross_entropy is what you": "def my(z, y): return F.cross_entropy(z, y)",
        "F.nll_loss picks": "def my(z, y): return F.nll_loss(F.log_softmax(z, 1), y)",
        "Only the first place": "def my(z, y):\n    for row, k in zip(z, y):\n        return torch.logsumexp(row, 0) - row[k]",
    },
    "07.step": {
        "Both mistakes": STEP.replace("rows[:, :-1], rows[:, 1:]", "rows, rows").replace("table[inputs]", "table[inputs].softmax(-1)"),
        "still given probabilities": STEP.replace("table[inputs]", "table[inputs].softmax(-1)"),
        "Softmax is gone, good": STEP.replace("rows[:, :-1], rows[:, 1:]", "rows, rows"),
        "learns backwards": STEP.replace("rows[:, :-1], rows[:, 1:]", "rows[:, 1:], rows[:, :-1]"),
        "targets are rolled": STEP.replace("rows[:, :-1], rows[:, 1:]", "rows, rows.roll(-1, 1)"),
        "Only the last place": STEP.replace("rows[:, :-1], rows[:, 1:]", "rows[:, [-2]], rows[:, [-1]]"),
        "uphill": STEP.replace("table - lr", "table + lr"),
        "rate is missing": STEP.replace("lr * slopes", "slopes"),
        "given back as it was": STEP.replace("table - lr * slopes", "table"),
        "These are the slopes": STEP.replace("table - lr * slopes", "slopes"),
        "loss is a sum": STEP.replace("targets)\n", "targets, reduction='sum')\n"),
        "table is given back before": STEP.replace("loss.item(), table - lr * slopes", "table - lr * slopes, loss.item()"),
        "Only the table": STEP.replace("loss.item(), table", "table"),
        "must be one number": STEP.replace("targets)\n", "targets, reduction='none')\n").replace("(loss, table)", "(loss.mean(), table)").replace(
            "loss.item()", "loss"
        ),
        "The loss is the one after": STEP.replace("    with", "    new = (table - lr * slopes).detach()\n    with").replace(
            "loss.item(), table - lr * slopes", "F.cross_entropy(new[inputs].transpose(1, 2), targets), new"
        ),
    },
}  # fmt: skip

RIGHT = {
    "07.rows": [
        ROWS,
        "def my(ids, starts, T):\n    places = torch.tensor(starts)[:, None] + torch.arange(T)\n    return ids[places], ids[places + 1]",
        "def my(ids, starts, T):\n    both = torch.stack([ids[s : s + T + 1] for s in starts])\n    return [both[:, :-1], both[:, 1:]]",
    ],
    "07.bigram": [
        BIGRAM,
        BIGRAM.replace("+ 1.0", "+ 1").replace("counts = torch", "counts = torch").replace("return counts", "return counts.double()"),
        "def my(ids, V):\n    one_hot = F.one_hot(ids, V).double()\n    return F.normalize(one_hot[:-1].T @ one_hot[1:] + 1, p=1, dim=1)",
    ],
    "07.cross_entropy": [
        ENTROPY,
        "def my(z, y): return -torch.log_softmax(z, -1)[range(len(y)), y].mean()",
        "def my(z, y):\n    total = 0\n    for row, k in zip(z, y):\n        total += torch.logsumexp(row - row[k], 0)\n    return total / len(y)",
        "def my(z, y): return (torch.logsumexp(z, 1) - (z * F.one_hot(y, z.shape[1])).sum(1)).mean()",
    ],
    "07.step": [
        STEP,
        STEP.replace("loss.item()", "loss.detach()"),
        STEP.replace(".transpose(1, 2), targets)", ".flatten(0, 1), targets.flatten())").replace("table.requires_grad_()", "nn.Parameter(table)"),
        "def my(table, rows, lr):\n    x, y = rows[:, :-1].flatten(), rows[:, 1:].flatten()\n    V = len(table)\n"
        "    slope = F.one_hot(x, V).float().T @ (table[x].softmax(1) - F.one_hot(y, V)) / len(x)\n"
        "    return -table[x].log_softmax(1)[range(len(x)), y].mean(), table - lr * slope",
    ],
}  # fmt: skip

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("07",), WRONG, RIGHT)
