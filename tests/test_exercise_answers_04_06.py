"""Lessons 04 to 06: wrong answers and what each must be told, and unusual right ones, which must pass."""

import pytest
import torch
from answers import (
    assert_all_pass,
    assert_each_gets_its_own,
    double_precision,
    judge_tables,
    wrong_answers,
)

from course_lib.exercises import diagnose, lesson_05, names

COUNTS = """def my(scores, labels):
    found = missed = alarms = 0
    for score, label in zip(scores, labels):
        if label == 0 and score <= 0:
            found += 1
        elif label == 0:
            missed += 1
        elif score <= 0:
            alarms += 1
    return found, missed, alarms
"""

LOSS = "def my(z, y):\n    return "

PREPARE = """def my(train, test):
    mean = train.sum(0) / len(train)
    spread = ((train - mean) ** 2).mean(0).sqrt()
    return (train - mean) / spread, (test - mean) / spread
"""

SLOPE = """def my(z, y, weight):
    times = y + weight * (1 - y)
    p = 1 / (1 + torch.exp(-z))
    return times * (p - y) / y.shape[0]
"""

SOFTMAX = """def my(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)
"""

NORM = """def my(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta
"""

COUNT = """def my(module):
    total = 0
    for p in module.parameters():
        total += p.numel()
    return total
"""

RMS = """class my(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-6) ** -0.5
"""

MOMENTUM = """def my(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return w - new * lr, new
"""

ADAM = """def my(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * first / (second**0.5 + eps), m, v
"""

FIT = """def my(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
"""

SCHEDULE = """def my(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "04.counts": (
        COUNTS,
        [
            ("does return stand inside", "    return", "        return"),
            ("the first one is left out", "in zip(scores, labels)", "in zip(scores[1:], labels[1:])"),
            ("the last one is left out", "in zip(scores, labels)", "in zip(scores[:-1], labels)"),
            ("0.5 means nothing", "score <= 0", "score < 0.5"),
            ("hardly ever exactly 0", "score <= 0", "score == 0"),
            ("Missed and alarms are swapped", "found, missed, alarms\n", "found, alarms, missed\n"),
            ("alarms counts everybody who is benign", "elif score <= 0:", "else:"),
            ("missed counts everybody who is ill;", "elif label == 0:\n", "if label == 0:\n"),
            ("has 3 parts; yours has 2", "found, missed, alarms\n", "found, missed\n"),
            ("gives 0 whatever", "found, missed, alarms\n", "0, 0, 0\n"),
        ],
    ),
    "04.prepare": (
        PREPARE,
        [
            ("divided by its own spread", "(test - mean) / spread", "(test - mean) / test.std(0, False)"),
            ("shifted by its own mean", "(test - mean)", "(test - test.mean(0))"),
            ("added up for the spread", ".mean(0).sqrt()", ".sum(0).sqrt()"),
            ("divided by N - 1", ".mean(0).sqrt()", ".sum(0).div(len(train) - 1).sqrt()"),
            ("Divided by the variance", ".sqrt()", ""),
            ("Multiplied by the spread", "/ spread", "* spread"),
            ("Shifted but not scaled", " / spread", ""),
            ("The mean is added", "- mean) / spread", "+ mean) / spread"),
            ("The test part is as it came", "(test - mean) / spread", "test"),
            ("changed argument 1 in place", "    return (train - mean)", "    return train.sub_(mean)"),
            ("All parts: The sign is reversed", "/ spread", "/ -spread"),
        ],
    ),
    "04.weighted_slope": (
        SLOPE,
        [
            ("The weight is missing", "weight * ", ""),
            ("went to the benign", "y + weight * (1 - y)", "1 - y + weight * y"),
            ("Everybody got the weight", "y + weight * (1 - y)", "weight"),
            ("The benign patients are gone", "y + weight", "weight"),
            ("weight + 1 times", "y + weight", "1 + weight"),
            ("The division by the number", " / y.shape[0]", ""),
            ("number of the malignant alone", "y.shape[0]", "(1 - y).sum()"),
            ("The sign is reversed", "(p - y)", "(y - p)"),
            ("The sigmoid is of minus", "exp(-z)", "exp(z)"),
            ("σ(1 - σ)", "(p - y)", "(p - y) * p * (1 - p)"),
            ("sigmoid is rounded", "(p - y)", "(p.round() - y)"),
            ("only the label is divided", "(p - y) / y.shape[0]", "(p - y / y.shape[0])"),
        ],
    ),
    "05.softmax": (
        SOFTMAX,
        [
            ("for large ones the exponential overflows", "shifted.exp()", "z.exp()"),
            ("largest score of the whole tensor", "torch.amax(z, dim=-1, keepdim=True)", "z.max()"),
            ("divided by the sum over everything", "powers.sum(-1, keepdim=True)", "powers.sum()"),
            ("along dimension 0", "powers.sum(-1", "powers.sum(0"),
            ("smallest score was subtracted", "torch.amax", "torch.amin"),
            ("mean of the row was subtracted", "torch.amax", "torch.mean"),
            ("largest score was added", "z - torch", "z + torch"),
            ("must get the largest probability", "shifted.exp()", "shifted.neg().exp()"),
            ("division by their sum is missing", " / powers.sum(-1, keepdim=True)", ""),
            ("mean of the exponentials", "powers.sum(", "powers.mean("),
            ("log of the probabilities", "powers / powers.sum(-1, keepdim=True)", "shifted - powers.sum(-1, True).log()"),
            ("divided by the largest", "z - torch", "z / torch"),
            ("A power of 2", "shifted.exp()", "torch.exp2(shifted)"),
            ("Cutting the scores off", "shifted.exp()", "z.clamp(max=60).exp()"),
        ],
    ),
    "05.layer_norm": (
        NORM,
        [
            ("divided by N - 1", "away.square().mean(-1, keepdim=True)", "x.var(-1, keepdim=True)"),
            ("`beta` is missing", " + beta", ""),
            ("`gamma` is missing", "gamma * ", ""),
            ("gamma and beta are missing", "gamma * (away / spread) + beta", "away / spread"),
            ("gamma and beta are swapped", "gamma * (away / spread) + beta", "beta * (away / spread) + gamma"),
            ("its root is meant", " ** 0.5", ""),
            ("eps belongs inside", "+ eps) ** 0.5", ") ** 0.5 + eps"),
            ("This is RMSNorm", "x - x.mean(-1, keepdim=True)", "x"),
            ("sign of `mean` is reversed", "x - x.mean", "x + x.mean"),
            ("squared distances are added up", "away.square().mean(", "away.square().sum("),
            ("distances without their sign", "away.square()", "away.abs()"),
            ("This multiplies by the root", "away / spread", "away * spread"),
            ("One variance for everything", "away.square().mean(-1, keepdim=True)", "away.square().mean()"),
            ("One mean for everything", "x - x.mean(-1, keepdim=True)", "x - x.mean()"),
        ],
    ),
    "05.count": (
        COUNT,
        [
            ("You counted the tensors", "p.numel()", "1"),
            ("Only the first dimension", "p.numel()", "p.size(0)"),
            ("shape[1] exists only in a table", "p.numel()", "p.shape[1] * p.shape[0]"),
            ("multiplied, not added", "p.numel()", "sum(p.size())"),
            ("number of dimensions", "p.numel()", "len(p.shape)"),
            ("You added up the values", "p.numel()", "float(p.sum())"),
            ("forget the total", "+=", "="),
            ("does return stand inside", "    return", "        return"),
            ("always 1 too large", "total = 0", "total = 1"),
            ("directly in the module", "parameters()", "parameters(recurse=False)"),
            ("Buffers are in state_dict", "parameters()", "state_dict().values()"),
            ("prints its answer", "return total", "print(total)"),
            ("changed argument 1 in place", "        total", "        p.data += 1\n        total"),
        ],
    ),
    "05.rms_norm": (
        RMS,
        [
            ("super().__init__() must be", "        super().__init__()\n", ""),
            ("A plain tensor is no parameter", "nn.Parameter(torch.ones(C))", "torch.ones(C)"),
            ("must be 1 at the start", "torch.ones", "torch.randn"),
            ("yours has shape (1,)", "torch.ones(C)", "torch.ones(1)"),
            ("named weight; yours has scale", "self.weight", "self.scale"),
            ("squares are added up", ".mean(", ".sum("),
            ("This is LayerNorm without", "x.pow(2).mean(-1, keepdim=True)", "x.var(-1, False, keepdim=True)"),
            ("eps is missing", "square + 1e-6", "square"),
            ("eps has another value", "1e-6", "1e-5"),
            ("The root is missing", "-0.5", "-1"),
            ("This multiplies by the root", "-0.5", "0.5"),
            ("The weight is not used", "self.weight * x", "x"),
            ("No slope reaches the weight", "self.weight * x", "self.weight.detach() * x"),
            ("without its history", "x.pow(2)", "x.data.pow(2)"),
            ("The method forward is missing", "def forward", "def forwards"),
            ("forward returns nothing", "return ", ""),
            ("must be an nn.Module", "(nn.Module)", ""),
            ("forward changes x in place", "return self.weight * x", "return self.weight * x.mul_(2)"),
            ("only of a table", "mean(-1", "mean(1"),
        ],
    ),
    "06.momentum_step": (
        MOMENTUM,
        [
            ("old velocity was used for the step", "new * lr, new", "velocity * lr, new"),
            ("kept whole", "velocity * keep", "velocity"),
            ("running mean does that", "slope + velocity", "slope * (1 - keep) + velocity"),
            ("goes uphill", "w - new", "w + new"),
            ("The slope was taken away", "slope + velocity", "-slope + velocity"),
            ("The rate is in the velocity", "slope + velocity", "lr * slope + velocity"),
            ("not used in the step", "new * lr, new", "slope * lr, new"),
            ("Nesterov", "new * lr, new", "lr * (slope + keep * new), new"),
            ("The two are swapped", "w - new * lr, new", "new, w - new * lr"),
            ("is the old one", "lr, new", "lr, velocity"),
            ("1 - keep stands where", "velocity * keep", "velocity * (1 - keep)"),
            ("lr` is missing", "new * lr", "new"),
            ("changed argument 3 in place", "slope + velocity * keep", "velocity.mul_(keep).add_(slope)"),
        ],
    ),
    "06.adam_step": (
        ADAM,
        [
            ("Both corrections", "    return", "    first, second = m, v\n    return"),
            ("correction of v is missing", "v / (1 - beta2**t)", "v"),
            ("correction of m is missing", "m / (1 - beta1**t)", "m"),
            ("The root of v", "second**0.5", "second"),
            ("eps stands inside", "(second**0.5 + eps)", "(second + eps)**0.5"),
            ("eps is missing", " + eps", ""),
            ("the square is missing", "slope * slope", "slope"),
            ("goes uphill", "w - lr", "w + lr"),
            ("corrections are without t", "**t", ""),
            ("beta * t", "**t", "*t"),
            ("without correction", "eps), m, v", "eps), first, second"),
            ("v is a sum", "* slope * (1 - beta2)", "* slope"),
            ("lr is missing", "w - lr * ", "w - "),
            ("yours squares the weight", "slope * slope", "w * w"),
        ],
    ),
    "06.fit": (
        FIT,
        [
            ("never move", "        optimizer.step()\n", ""),
            ("The reset is missing", "        optimizer.zero_grad()\n", ""),
            ("those after each update", "loss.item()", "F.mse_loss(model(X), y).item()"),
            ("step or backward runs twice", "        optimizer.step()\n", "        optimizer.step()\n" * 2),
            ("The loss is a sum", "y)\n", "y, reduction='sum')\n"),
            ("without their sign", "mse_loss", "l1_loss"),
            ("The loss is halved", "y)\n", "y) / 2\n"),
            ("does return stand inside", "    return", "        return"),
            ("One round too many", "range(steps)", "range(steps + 1)"),
            ("One round too few", "range(steps)", "range(1, steps)"),
            ("You give back the last loss", "return losses", "return losses[-1]"),
            ("give back the sum", "return losses", "return sum(losses)"),
            ("you made another", "    losses = []", "    losses = []\n    optimizer = torch.optim.Adam(model.parameters())"),
            ("slopes are those of minus", "loss.backward", "(-loss).backward"),
            ("every prediction was compared", "model(X), y)", "model(X).flatten(), y)"),
            ("Your list holds the last loss", "losses.append(loss.item())", "losses = [loss.item()]"),
        ],
    ),
    "06.schedule": (
        SCHEDULE,
        [
            ("first step has the rate 0", "(step + 1) / warmup", "step / warmup"),
            ("warm-up ends below", "/ warmup", "/ (warmup + 1)"),
            ("last step has the rate 0", "left / cooldown", "(left - 1) / cooldown"),
            ("rises towards the end", "left / cooldown", "(cooldown - left) / cooldown"),
            ("divided by total; it", "left / cooldown", "left / total"),
            ("divided by warmup; it", "left / cooldown", "left / warmup"),
            ("There is no warm-up", "step < warmup", "step < 0"),
            ("There is no way down", "left <= cooldown", "left <= 0"),
            ("is the peak, not 0", "return peak\n", "return 0\n"),
            ("way down the peak is missing", "left / cooldown * peak", "left / cooldown"),
            ("way up the peak is missing", "warmup * peak", "warmup"),
            ("one step too long", "step < warmup", "step <= warmup"),
            ("fall begins at step cooldown", "left <= cooldown", "step >= cooldown"),
            ("not every way", "        return peak\n", "        lr = peak\n"),
            ("a straight line is asked", "left / cooldown", "(left / cooldown) ** 2"),
        ],
    ),
}  # fmt: skip

WRONG = wrong_answers(SLIPS)

WRONG["04.loss"] = {
    fragment: LOSS + code
    for fragment, code in {
        "log infinite": "-(y * z.sigmoid().log() + (1 - y) * (1 - z.sigmoid()).log()).sum() / len(z)",
        "1000 is too large": "((1 + z.exp()).log() - z * y).sum() / len(z)",
        "Cutting the probability": "F.binary_cross_entropy(z.sigmoid().clamp(1e-6, 1 - 1e-6), y)",
        "A small number added": "-(y * (z.sigmoid() + 1e-9).log() + (1 - y) * (1 - z.sigmoid() + 1e-9).log()).mean()",
        "Cutting the scores": "F.binary_cross_entropy_with_logits(torch.clip(z, -30, 30), y)",
        "The y * z is missing": "torch.logaddexp(z, 0 * z).mean()",
        "adds the losses up": "nn.BCEWithLogitsLoss(reduction='sum')(z, y)",
        "mean over them is missing": "torch.logaddexp(z, 0 * z) - z * y",
        "labels are the wrong way": "-(y * F.logsigmoid(-z) + (1 - y) * F.logsigmoid(z)).mean()",
        "every number of yours is minus": "(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()",
        "Scores and labels are swapped": "F.binary_cross_entropy_with_logits(y, z)",
        "sigmoid is taken twice": "nn.BCEWithLogitsLoss()(torch.sigmoid(z), y)",
        "exponent must be -|z|": "(z.relu() - z * y + (1 + (-z).exp()).log()).mean()",
        "part with 1 - y": "(F.softplus(-z) * y).mean()",
        "probability and label is another": "F.mse_loss(torch.sigmoid(z), y)",
        "must be a tensor and yours is a float": "float((F.softplus(z) - y * z).mean())",
    }.items()
}
WRONG["04.counts"]["looked for label 1"] = COUNTS.replace("== 0", "== 1").replace("<= 0", "> 0")
WRONG["04.prepare"]["takes part in the mean and"] = (
    "def my(a, b):\n    both = numpy.concatenate([a, b])\n    m, s = both.mean(0), both.std(0)\n"
    "    return torch.tensor((a.numpy() - m) / s), torch.tensor((b.numpy() - m) / s)"
)
WRONG["06.fit"]["compute the loss anew"] = (
    "def my(model, optimizer, X, y, steps):\n    losses, loss = [], F.mse_loss(model(X), y)\n"
    "    while len(losses) < steps:\n        optimizer.zero_grad()\n        loss.backward()\n"
    "        optimizer.step()\n        losses.append(loss.item())\n    return losses"
)
WRONG["06.adam_step"]["means that you give back are the old"] = ADAM.replace(
    "    m = m", "    old = m, v\n    m = m"
).replace("eps), m, v", "eps), *old")
WRONG["04.prepare"]["dim=1"] = (
    "def my(a, b):\n    f = lambda t: (t - t.mean(1, True)) / t.var(1, False, keepdim=True).sqrt()\n"
    "    return f(a), f(b)"
)
WRONG["04.prepare"]["by its own numbers"] = (
    "def my(a, b): return tuple((t - t.mean(0)) / t.std(0, correction=0) for t in (a, b))"
)
WRONG["05.count"]["that counts some several times"] = (
    "def my(module):\n    n = 0\n    for part in module.modules():\n"
    "        n += sum(p.numel() for p in part.parameters())\n    return n"
)
WRONG["05.count"]["Only Linear layers"] = (
    "def my(module):\n    n = 0\n    for part in module.modules():\n"
    "        if type(part) is nn.Linear:\n            n += sum(p.numel() for p in part.parameters())\n"
    "    return n"
)
WRONG["05.count"]["gives two different answers"] = (
    "n = 0\ndef my(module):\n    global n\n    n += sum(p.numel() for p in module.parameters())\n"
    "    return n"
)

RIGHT = {
    "04.counts": [
        COUNTS,
        "def my(z, y):\n    ill, said = 1 - y, (z <= 0).float()\n"
        "    return (ill @ said).int(), (ill @ (1 - said)).int(), (y @ said).int()",
        "def my(z, y):\n    said = torch.sigmoid(z.double()) <= 0.5\n    pairs = list(zip(y.tolist(), said.tolist()))\n"
        "    return [pairs.count(pair) for pair in [(0, True), (0, False), (1, True)]]",
    ],
    "04.loss": [
        "my = F.binary_cross_entropy_with_logits",
        LOSS + "-F.logsigmoid(torch.where(y == 1, z, -z)).mean()",
        LOSS + "torch.tensor(numpy.mean(numpy.logaddexp(0, z.numpy()) - (y * z).numpy()))",
        LOSS + "torch.stack([torch.zeros_like(z), z]).logsumexp(0).mean() - y @ z / len(z)",
    ],
    "04.prepare": [
        PREPARE,
        "def my(a, b):\n    m, s = a.numpy().mean(0), a.numpy().std(0)\n"
        "    return torch.tensor((a.numpy() - m) / s), torch.tensor((b.numpy() - m) / s)",
        "def my(a, b):\n    v, m = torch.var_mean(a.double(), 0, correction=0)\n"
        "    return [(x - m) * v.rsqrt() for x in (a, b)]",
    ],
    "04.weighted_slope": [
        SLOPE,
        "def my(z, y, w):\n    z = z.clone().requires_grad_()\n"
        "    F.binary_cross_entropy_with_logits(z, y, weight=y + w * (1 - y)).backward()\n    return z.grad",
        "def my(z, y, w):\n    z = z.double().requires_grad_()\n    loss = F.softplus(z) - y * z\n"
        "    loss[y == 0] *= w\n    return torch.autograd.grad(loss.mean(), z)[0]",
    ],
    "05.softmax": [
        SOFTMAX,
        "my = nn.Softmax(-1)",
        "def my(z): return (z - z.logsumexp(-1, keepdim=True)).exp()",
        "def my(z): return 1 / (z[..., None, :] - z[..., :, None]).double().exp().sum(-1)",
    ],
    "05.layer_norm": [
        NORM,
        "def my(x, g, b, eps): return F.layer_norm(x, g.shape, g, b, eps)",
        "def my(x, g, b, eps):\n    n = nn.LayerNorm(len(g), eps)\n"
        "    n.load_state_dict({'weight': g, 'bias': b})\n    return n.to(x.dtype)(x)",
        "def my(x, g, b, eps):\n    m = torch.einsum('...c->...', x)[..., None] / len(g)\n"
        "    return (x - m) * ((x * x).mean(-1, True) - m * m + eps).rsqrt() * g + b",
    ],
    "05.count": [
        COUNT,
        "def my(module): return len(nn.utils.parameters_to_vector(module.parameters()))",
        "def my(module): return torch.cat([p.reshape(-1) for p in list(module.parameters())]).shape[0]",
        "def my(module): return sum(math.prod(p.shape) for name, p in module.named_parameters())",
        "def my(module):\n    seen = {}\n    for part in module.modules():\n"
        "        for p in part.parameters(recurse=False):\n            seen[id(p)] = p.nelement()\n"
        "    return sum(seen.values())",
        "def my(module): return numpy.sum([p.detach().numpy().size for p in module.train().parameters()])",
    ],
    "05.rms_norm": [
        RMS,
        "my = lambda C: nn.RMSNorm(C, eps=1e-6)",
        RMS.replace("self.weight * x * (square + 1e-6) ** -0.5", "F.rms_norm(x, x.shape[-1:], self.weight, 1e-6)"),
        RMS.replace("x.pow(2).mean(-1, keepdim=True)", "x.norm(dim=-1, keepdim=True) ** 2 / len(self.weight)"),
    ],
    "06.momentum_step": [
        MOMENTUM,
        "def my(w, g, u, lr, keep): return [w - lr * keep * u - lr * g, torch.add(g, u, alpha=keep)]",
        "def my(w, g, u, lr, keep):\n    p = nn.Parameter(w.clone())\n    p.grad = g.clone()\n"
        "    o = torch.optim.SGD([p], lr, keep)\n    o.state[p]['momentum_buffer'] = u.clone()\n    o.step()\n"
        "    return p.detach(), o.state[p]['momentum_buffer']",
    ],
    "06.adam_step": [
        ADAM,
        ADAM.replace("    m = m", "    w, slope, m, v = (x.double() for x in (w, slope, m, v))\n    m = m"),
        "def my(w, g, m, v, t, lr, b1, b2, eps):\n    p = nn.Parameter(w.clone())\n    p.grad = g.clone()\n"
        "    o = torch.optim.Adam([p], lr, (b1, b2), eps)\n"
        "    o.state[p] = {'step': torch.tensor(t - 1.0), 'exp_avg': m.clone(), 'exp_avg_sq': v.clone()}\n"
        "    o.step()\n    return p.detach(), o.state[p]['exp_avg'], o.state[p]['exp_avg_sq']",
    ],
    "06.fit": [
        FIT,
        FIT.replace("        optimizer.zero_grad()\n", "").replace("    return", "        model.zero_grad()\n    return"),
        FIT.replace("loss.item()", "loss.detach()"),
        FIT.replace("F.mse_loss(model(X), y)", "(model(X) - y).flatten() @ (model(X) - y).flatten() / len(y)"),
    ],
    "06.schedule": [
        SCHEDULE,
        "def my(s, p, w, c, t): return p * min(1, (s + 1) / w, (t - s) / c)",
        "def my(s, p, w, c, t): return torch.tensor([1, (s + 1) / w, (t - s) / c]).min() * p",
        "def my(s, p, w, c, t): return numpy.interp(s, [-1, w - 1, t - c, t], [0, p, p, 0])",
    ],
}  # fmt: skip


in_float64 = double_precision(lesson_05)


(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("04", "05", "06"), WRONG, RIGHT)


@pytest.mark.parametrize("name", names("05"))
def test_lesson_05_says_the_same_in_double_precision(name, in_float64):
    assert_each_gets_its_own(name, WRONG[name])
    assert_all_pass(name, RIGHT[name])


def test_a_module_in_place_of_its_class_is_named():
    report = diagnose("05.rms_norm", torch.nn.RMSNorm(3))
    assert "wants the class itself" in report.message
