"""Lesson 11: wrong answers and what each must be told, and unusual right ones, which must pass."""

from answers import judge_tables, wrong_answers

EVALUATE = """def my(model, batches):
    was = model.training
    model.eval()
    losses, n = 0, 0
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n
"""

ACCUMULATE = """def my(model, parts):
    model.zero_grad()
    n = sum(int((y != -100).sum()) for x, y in parts)
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()
"""

BEST = """def my(model, training):
    lowest, kept = math.inf, None
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest
"""

BY_CHARACTER = """def my(losses, targets, V):
    sums, counts = torch.zeros(V), torch.zeros(V)
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / counts.clamp(min=1)
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "11.evaluate": (
        EVALUATE,
        [
            ("in train mode, where dropout", "    model.eval()\n", ""),
            ("switched off for good", "    with torch.no_grad():", "    torch.set_grad_enabled(False)\n    if True:"),
            ("share of the rows in yours", 'reduction="sum")\n            losses += loss.item()\n            n += int((y != -100).sum())',
             'reduction="mean")\n            losses += loss.item() * len(y)\n            n += len(y)'),
            ("is left in the other", "    model.train(was)\n", ""),
            ("under torch.no_grad()", "    with torch.no_grad():", "    if True:"),
            ("Means were added up", ', reduction="sum"', ""),
            ("The targets of -100 are among", "int((y != -100).sum())", "y.numel()"),
            ("mean of the batches' means", 'reduction="sum")', 'reduction="mean") * (y != -100).sum() / n'),
            ("divided by the number of batches", "losses / n", "losses / len(batches)"),
            ("is not divided by their number", "losses / n", "losses"),
            ("does return stand inside", "    model.train(was)\n    return", "            model.train(was)\n            return"),
            ("is the total overwritten", "losses += loss", "losses = loss"),
            ("The count is that of the last batch", "n += ", "n = "),
            ("divided by the number of rows", "int((y != -100).sum())", "len(y)"),
            ("This is the perplexity", "losses / n", "math.exp(losses / n)"),
            ("prints its answer", "    return losses / n", "    print(losses / n)"),
            ("The model was never asked", "model(x).transpose", "model.table(x).transpose"),
        ],
    ),
    "11.accumulate": (
        ACCUMULATE,
        [
            ("means of the parts are averaged, so", "here / n", "1 / len(parts)"),
            ("undivided: together they are too long", "loss * here / n", "loss"),
            ("These are sums over targets", "here / n", "here"),
            ("zero_grad stands inside the loop", "        here =", "        model.zero_grad()\n        here ="),
            ("belongs in front of the loop", "    model.zero_grad()\n", ""),
            ("The targets of -100 are among", "int((y != -100).sum()) for", "y.numel() for"),
            ("share of the rows", "here / n", "len(y) / sum(len(t) for _, t in parts)"),
            ("Divided twice", "here / n", "1 / n"),
            ("by the number of parts as well", "here / n", "here / n / len(parts)"),
            ("is zero_grad the last line", "        loss.backward()\n", ""),
            ("was clipped", "        loss.backward()\n", "        loss.backward()\n    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n"),
            ("left in eval mode", "    model.zero_grad()\n", "    model.zero_grad()\n    model.eval()\n"),
            ("The first part is missing", "    for x, y in parts:", "    for x, y in parts[1:]:"),
            ("The last part is missing", "    for x, y in parts:", "    for x, y in parts[:-1]:"),
            ("Only the gradient is asked", "        loss.backward()\n", "        loss.backward()\n        torch.optim.SGD(model.parameters(), lr=0.1).step()\n"),
            ("does return stand inside", "        loss.backward()\n", "        loss.backward()\n        return\n"),
        ],
    ),
    "11.best": (
        BEST,
        [
            ("keep clones", "v.detach().clone()", "v.detach()"),
            ("never put back", "    model.load_state_dict(kept)\n", ""),
            ("A loss of 0.0 is a loss", "if loss is None", "if not loss"),
            ("below your first bound", "math.inf, None", "10, None"),
            ("renew the lowest loss", "            lowest = loss\n", ""),
            ("give back the lowest loss as well", "    return lowest", "    return"),
            ("ask `is not None` first", "        if loss is None:\n            continue\n", ""),
            ("The training was left", "            lowest = loss\n", "            lowest, kept = loss, model.state_dict()\n            break\n"),
            ("weights of the last evaluation, not", "if loss < lowest", "if True"),
        ],
    ),
    "11.by_character": (
        BY_CHARACTER,
        [
            ("These are sums", " / counts.clamp(min=1)", ""),
            ("These are counts", "sums / counts.clamp(min=1)", "counts"),
            ("It shall have 0", "counts.clamp(min=1)", "counts"),
            ("the mark of a target", "        if v >= 0:", "        if True:"),
            ("overwrites", "+= loss", "= loss * (counts[v] + 1)"),
            ("divided by the number of all", "counts.clamp(min=1)", "len(losses)"),
            ("counted with character 0", "if v >= 0:", "v = max(v, 0)\n        if True:"),
            ("The count is too large by one", "counts.clamp(min=1)", "(counts + 1)"),
            ("does return stand inside", "    return", "        return"),
            ("share of the whole loss", "counts.clamp(min=1)", "losses[targets >= 0].sum()"),
            ("has V places", "return sums / counts.clamp(min=1)", "return (sums / counts)[counts > 0]"),
        ],
    ),
}  # fmt: skip

WRONG = wrong_answers(SLIPS)

WRONG["11.evaluate"]["mean of the batches' means"] = (
    "def my(model, batches):\n    was = model.training\n    model.eval()\n    with torch.no_grad():\n"
    "        losses = [F.cross_entropy(model(x).mT, y) for x, y in batches]\n    model.train(was)\n"
    "    return sum(losses) / len(losses)"
)
WRONG["11.accumulate"]["All parts went through"] = (
    "def my(model, parts):\n    x = torch.cat([x.flatten() for x, y in parts])[None]\n"
    "    y = torch.cat([y.flatten() for x, y in parts])\n    model.zero_grad()\n"
    "    F.cross_entropy(model(x)[0], y).backward()"
)
WRONG["11.accumulate"]["with no backward between them"] = (
    "def my(model, parts):\n    model.zero_grad()\n    n = sum((y != -100).sum() for _, y in parts)\n"
    "    losses = [F.cross_entropy(model(x).mT, y, reduction='sum') for x, y in parts]\n"
    "    (sum(losses) / n).backward()"
)
WRONG["11.best"]["not the last"] = (
    BEST.replace("math.inf, None", "math.inf, None\n    last = None")
    .replace("        if loss < lowest", "        last = loss\n        if loss < lowest")
    .replace("return lowest", "return last")
)
WRONG["11.best"]["but not the buffers"] = BEST.replace(
    "model.state_dict().items()", "model.named_parameters()"
).replace("(kept)", "(kept, strict=False)")
WRONG["11.best"]["the smallest is the best"] = BEST.replace("math.inf", "-math.inf").replace(
    "loss < lowest", "loss > lowest"
)
WRONG["11.best"]["own tensors, which go on changing"] = WRONG["11.best"].pop("keep clones")

RIGHT = {
    "11.evaluate": [
        EVALUATE,
        "@torch.inference_mode()\ndef my(model, batches):\n    mode = model.training\n    model.eval()\n"
        "    parts = [F.cross_entropy(model(x).mT, y, reduction='none')[y != -100] for x, y in batches]\n"
        "    model.train(mode)\n    return torch.cat(parts).mean()",
        "@torch.no_grad()\ndef my(model, batches):\n    mode = model.training\n    model.train(False)\n"
        "    total = n = 0\n    for x, y in batches:\n        k = (y >= 0).sum()\n"
        "        total += nn.CrossEntropyLoss()(model(x).flatten(0, 1), y.flatten()) * k\n        n += k\n"
        "    if mode: model.train()\n    return float(total / n)",
    ],
    "11.accumulate": [
        ACCUMULATE,
        "def my(model, parts):\n    n = sum((y != -100).sum().item() for _, y in parts)\n"
        "    for p in model.parameters():\n        p.grad = None\n    for x, y in parts:\n"
        "        z = model(x).log_softmax(-1)\n        for i, j in (y != -100).nonzero().tolist():\n"
        "            (-z[i, j, y[i, j]] / n).backward(retain_graph=True)",
        "def my(model, parts):\n    model.zero_grad()\n    n = 0\n    for x, y in parts:\n"
        "        F.cross_entropy(model(x).mT, y, reduction='sum').backward()\n        n += (y != -100).sum()\n"
        "    for p in model.parameters():\n        p.grad /= n",
    ],
    "11.best": [
        BEST,
        "import copy\ndef my(model, training):\n    found = []\n    for loss in training:\n"
        "        if loss is not None:\n            found.append((loss, copy.deepcopy(model.state_dict())))\n"
        "    lowest, kept = min(found, key=lambda pair: pair[0])\n    model.load_state_dict(kept)\n"
        "    return torch.tensor(lowest)",
        "import io\ndef my(model, training):\n    lowest, kept = float('inf'), None\n    for loss in training:\n"
        "        if loss is None or loss >= lowest: continue\n        lowest, kept = loss, io.BytesIO()\n"
        "        torch.save(model.state_dict(), kept)\n    kept.seek(0)\n"
        "    model.load_state_dict(torch.load(kept))\n    return lowest",
    ],
    "11.by_character": [
        BY_CHARACTER,
        "def my(losses, targets, V):\n    there = targets != -100\n    ids = targets[there]\n"
        "    sums = torch.bincount(ids, weights=losses[there], minlength=V)\n"
        "    return sums / torch.bincount(ids, minlength=V).clamp(min=1)",
        "def my(losses, targets, V):\n    hot = F.one_hot(targets.clamp(min=0), V) * (targets != -100)[:, None]\n"
        "    return losses @ hot.to(losses) / hot.sum(0).clamp(min=1)",
        "def my(losses, targets, V):\n    out = torch.zeros(V + 1).to(losses)\n"
        "    t = torch.where(targets < 0, V, targets)\n"
        "    return out.index_reduce_(0, t, losses, 'mean', include_self=False)[:V]",
    ],
}

(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("11",), WRONG, RIGHT)
