"""Exercises of lesson 06, Optimizers."""

import random

import torch
from torch import nn, tensor

from course_lib.exercises import exercise


def _moment():
    n = random.randint(1, 4)
    w, slope, velocity = torch.randn(n), torch.randn(n) * 3, torch.randn(n)
    return w, slope, velocity, random.uniform(0.01, 0.5), random.uniform(0.3, 0.95)


@exercise(
    "06.momentum_step",
    cases=[
        (tensor([1.0]), tensor([2.0]), tensor([0.0]), 0.1, 0.9),
        (tensor([1.0, -1.0]), tensor([2.0, 1.0]), tensor([10.0, -3.0]), 0.1, 0.9),
    ],
    random_case=_moment,
    mistakes={
        "The old velocity was used for the step; first renew it, then step along it.": (
            lambda w, g, v, lr, keep: (w - lr * v, keep * v + g)
        ),
        "The old velocity is kept whole; keep only a part of it: keep * velocity.": (
            lambda w, g, v, lr, keep: (w - lr * (v + g), v + g)
        ),
        "The slope is multiplied by 1 - keep. Adam's running mean does that; momentum's velocity is a "
        "sum.": lambda w, g, v, lr, keep: (
            w - lr * (keep * v + (1 - keep) * g), keep * v + (1 - keep) * g,
        ),
        "keep belongs to the velocity, not to the slope.": lambda w, g, v, lr, keep: (
            w - lr * (v + keep * g), v + keep * g,
        ),
        "The step goes uphill: subtract lr * velocity.": lambda w, g, v, lr, keep: (
            w + lr * (keep * v + g), keep * v + g,
        ),
        "The slope was taken away from the velocity; add it, and subtract in the step.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v - g), keep * v - g),
            lambda w, g, v, lr, keep: (w + lr * (keep * v - g), keep * v - g),
        ),
        "The rate is in the velocity as well. Here the velocity is of slopes alone, and lr comes in the "
        "step.": (
            lambda w, g, v, lr, keep: (w - (keep * v + lr * g), keep * v + lr * g),
            lambda w, g, v, lr, keep: (w - lr * (keep * v + lr * g), keep * v + lr * g),
        ),
        "This is plain descent: the velocity is not used in the step.": lambda w, g, v, lr, keep: (
            w - lr * g, keep * v + g,
        ),
        "This is Nesterov's variant, which looks ahead; plain momentum is asked.": (
            lambda w, g, v, lr, keep: (w - lr * (g + keep * (keep * v + g)), keep * v + g)
        ),
        "The two are swapped: the weight first, then the velocity.": lambda w, g, v, lr, keep: (
            keep * v + g, w - lr * (keep * v + g),
        ),
        "The new weight is right; give back the new velocity behind it.": lambda w, g, v, lr, keep: (
            w - lr * (keep * v + g)
        ),
        "The weight is right; the velocity that you give back is the old one.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v + g), v)
        ),
    },
    hints=[
        "First the velocity: what is kept of the old one, plus the slope.",
        "velocity = keep * velocity + slope",
        "Then w - lr * velocity; give back both.",
    ],
)  # fmt: skip
def momentum_step(w, slope, velocity, lr, keep):
    velocity = keep * velocity + slope
    return w - lr * velocity, velocity


def _adam(w, g, m, v, t, lr, beta1, beta2, eps, correct=(True, True), root=True, inside=False,
          square=True, swap=False, sign=1, t_shift=0):  # fmt: skip
    """Adam's step, with the faults that people make as options."""
    if swap:
        beta1, beta2 = beta2, beta1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g**2 if square else g.abs())
    m_hat = m / (1 - beta1 ** (t + t_shift)) if correct[0] else m
    v_hat = v / (1 - beta2 ** (t + t_shift)) if correct[1] else v
    if inside:
        return w - sign * lr * m_hat / (v_hat + eps).sqrt(), m, v
    return w - sign * lr * m_hat / ((v_hat.sqrt() if root else v_hat) + eps), m, v


def _adam_with(**options):
    return lambda *arguments: _adam(*arguments, **options)


def _adam_case():
    n = random.randint(1, 4)
    return (
        torch.randn(n), torch.randn(n) * 3, torch.randn(n), torch.rand(n) + 0.1,
        random.randint(2, 9), random.uniform(0.01, 0.2), random.uniform(0.6, 0.9),
        random.uniform(0.95, 0.999), random.choice([1e-8, 0.1]),
    )  # fmt: skip


@exercise(
    "06.adam_step",
    cases=[
        (tensor([0.0]), tensor([1000.0]), tensor([0.0]), tensor([0.0]), 1, 0.1, 0.9, 0.999, 1e-8),
        (tensor([1.0]), tensor([2.0]), tensor([0.5]), tensor([1.0]), 3, 0.1, 0.9, 0.99, 0.1),
    ],
    random_case=_adam_case,
    mistakes={
        "Both corrections are missing: divide m by 1 - beta1**t and v by 1 - beta2**t.": _adam_with(
            correct=(False, False)
        ),
        "The correction of v is missing: divide by 1 - beta2**t.": _adam_with(correct=(True, False)),
        "The correction of m is missing: divide by 1 - beta1**t.": _adam_with(correct=(False, True)),
        "The root of v is missing.": _adam_with(root=False),
        "eps stands inside the root; it is added after the root is taken.": _adam_with(inside=True),
        "v is the mean of the squared slopes; the square is missing.": _adam_with(square=False),
        "beta1 and beta2 are swapped: beta1 belongs to m.": _adam_with(swap=True),
        "The step goes uphill: subtract it.": _adam_with(sign=-1),
        "t counts from 1: the correction of the first step uses t = 1.": (
            _adam_with(t_shift=1),
        ),
        "The step is right; give back m and v without correction, as they will be needed.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                _adam(w, g, m, v, t, lr, b1, b2, eps)[0],
                (b1 * m + (1 - b1) * g) / (1 - b1**t),
                (b2 * v + (1 - b2) * g**2) / (1 - b2**t),
            )
        ),
        "The step is right; the means that you give back are the old ones.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (_adam(w, g, m, v, t, lr, b1, b2, eps)[0], m, v)
        ),
        "eps is missing.": lambda w, g, m, v, t, lr, b1, b2, eps: _adam(w, g, m, v, t, lr, b1, b2, 0.0),
        "The slope itself stands over the root; Adam's step has the mean m there.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * g / (_adam(w, g, m, v, t, lr, b1, b2, eps)[2] / (1 - b2**t)).sqrt().add(eps),
                *_adam(w, g, m, v, t, lr, b1, b2, eps)[1:],
            )
        ),
        "beta * t is not beta ** t.": lambda w, g, m, v, t, lr, b1, b2, eps: (
            w - lr * ((b1 * m + (1 - b1) * g) / (1 - b1 * t))
            / (((b2 * v + (1 - b2) * g**2) / (1 - b2 * t)).sqrt() + eps),
            *_adam(w, g, m, v, t, lr, b1, b2, eps)[1:],
        ),
        "The means are sums in yours: the new slope comes in with 1 - beta.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * ((b1 * m + g) / (1 - b1**t)) / (((b2 * v + g**2) / (1 - b2**t)).sqrt() + eps),
                b1 * m + g, b2 * v + g**2,
            )
        ),
    },
    hints=[
        "Renew the two running means first, each with its own beta.",
        "Correct copies of them: m / (1 - beta1**t) and v / (1 - beta2**t).",
        "w - lr * m_hat / (v_hat.sqrt() + eps); give back m and v, not the corrected ones.",
    ],
)  # fmt: skip
def adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    return _adam(w, slope, m, v, t, lr, beta1, beta2, eps)


def _line(start):
    model = nn.Linear(len(start), 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(start[None])
    return model


def _fit_case():
    n, features = random.randint(3, 5), random.randint(1, 3)
    return (torch.randn(features), torch.randn(n, features), torch.randn(n, 1),
            random.uniform(0.02, 0.2), random.randint(2, 5))  # fmt: skip


def _run_fit(fit, start, X, y, lr, steps):
    """Give the learner a fresh model and optimizer; what counts is the losses and the weights."""
    model = _line(start.to(torch.get_default_dtype()))
    losses = fit(model, torch.optim.SGD(model.parameters(), lr=lr), X, y, steps)
    if isinstance(losses, list):
        losses = [float(loss) for loss in losses]
    return {"losses": losses, "weights": model.weight.detach()}


def _fit(order, mean=True, detach=True):
    """A training loop whose parts stand in another order."""

    def fit(model, optimizer, X, y, steps):
        losses = []
        loss = None
        for _ in range(steps):
            for part in order:
                if part == "loss":
                    error = (model(X) - y) ** 2
                    loss = error.mean() if mean else error.sum()
                elif part == "backward":
                    loss.backward()
                elif part == "zero":
                    optimizer.zero_grad()
                elif part == "step":
                    optimizer.step()
                elif part == "keep":
                    losses.append(loss.item())
        return losses

    return fit


def _loss_after(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        ((model(X) - y) ** 2).mean().backward()
        optimizer.step()
        losses.append(((model(X) - y) ** 2).mean().item())
    return losses


def _last_loss(model, optimizer, X, y, steps):
    return _fit(["zero", "loss", "backward", "step", "keep"])(model, optimizer, X, y, steps)[-1]


def _uphill(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        (-loss).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@exercise(
    "06.fit",
    cases=[
        (tensor([0.0]), tensor([[1.0], [2.0]]), tensor([[3.0], [5.0]]), 0.1, 1),
        (tensor([0.0]), tensor([[1.0], [2.0]]), tensor([[3.0], [5.0]]), 0.1, 3),
    ],
    random_case=_fit_case,
    call=_run_fit,
    mistakes={
        "The weights never move: the reset still stands between backward and step.": (
            _fit(["loss", "backward", "zero", "step", "keep"]),
        ),
        "The weights never move: backward or step is missing.": (
            _fit(["zero", "loss", "backward", "keep"]),
            _fit(["loss", "keep"]),
        ),
        "The reset is missing: every step goes along the sum of all slopes so far.": _fit(
            ["loss", "backward", "step", "keep"]
        ),
        "The losses are those after each update; collect them before it.": _loss_after,
        "The slopes used in a step are those of the round before: step stands in front of "
        "backward.": (
            _fit(["loss", "step", "zero", "backward", "keep"]),
            _fit(["loss", "keep", "step", "zero", "backward"]),
        ),
        "The loss is a sum in yours; the mean is asked.": _fit(
            ["zero", "loss", "backward", "step", "keep"], mean=False
        ),
        "You give back the last loss; asked for is the list of all.": _last_loss,
        "The loss grows: the slopes are those of minus the loss.": _uphill,
        "Only one round was run: does return stand inside the loop?": (
            lambda model, optimizer, X, y, steps: _fit(
                ["zero", "loss", "backward", "step", "keep"]
            )(model, optimizer, X, y, 1)
        ),
        "One round too many.": lambda model, optimizer, X, y, steps: _fit(
            ["zero", "loss", "backward", "step", "keep"]
        )(model, optimizer, X, y, steps + 1),
    },
    hints=[
        "When may the slopes be cleared? At any time but one.",
        "Put optimizer.zero_grad() first in the round.",
        "zero_grad, loss, backward, step, and then keep loss.item().",
    ],
)
def fit(model, optimizer, X, y, steps):
    return _fit(["zero", "loss", "backward", "step", "keep"])(model, optimizer, X, y, steps)


def _plan():
    warmup, cooldown = random.randint(1, 5), random.randint(1, 5)
    total = warmup + cooldown + random.randint(1, 6)
    return random.randrange(total), random.uniform(0.5, 2.0), warmup, cooldown, total


def _schedule(up=lambda s, w: (s + 1) / w, down=lambda s, c, t: (t - s) / c, late=0):
    def schedule(step, peak, warmup, cooldown, total):
        if step < warmup:
            return peak * up(step, warmup)
        if step >= total - cooldown + late:
            return peak * down(step, cooldown, total)
        return peak

    return schedule


@exercise(
    "06.schedule",
    cases=[(step, 1.0, 2, 4, 10) for step in (0, 1, 4, 6, 7, 8, 9)],
    random_case=_plan,
    mistakes={
        "The first step has the rate 0: step is counted from 0, so step + 1 of warmup.": _schedule(
            up=lambda s, w: s / w
        ),
        "The warm-up ends below the peak: divide by warmup, not by warmup + 1.": _schedule(
            up=lambda s, w: (s + 1) / (w + 1)
        ),
        "The last step has the rate 0; only step `total` would have it.": _schedule(
            down=lambda s, c, t: (t - 1 - s) / c
        ),
        "The way down is upside down: it rises towards the end.": (
            _schedule(down=lambda s, c, t: (s - (t - c)) / c),
            _schedule(down=lambda s, c, t: (s - (t - c) + 1) / c),
        ),
        "The whole of the way down is divided by total; it takes cooldown steps.": _schedule(
            down=lambda s, c, t: (t - s) / t
        ),
        "There is no way down: the rate stays at the peak to the end.": lambda s, p, w, c, t: (
            p * (s + 1) / w if s < w else p
        ),
        "There is no warm-up.": lambda s, p, w, c, t: p if s < t - c else p * (t - s) / c,
        "The peak is missing: this is a share from 0 to 1.": lambda s, p, w, c, t: _schedule()(
            s, 1.0, w, c, t
        ),
        "The fall begins right after the warm-up; it belongs to the last cooldown steps.": (
            lambda s, p, w, c, t: p * (s + 1) / w if s < w else p * (t - s) / (t - w)
        ),
        "The fall begins at step cooldown; it begins cooldown steps before the end.": (
            lambda s, p, w, c, t: (
                p * (s + 1) / w if s < w else (p if s < c else p * (t - s) / (t - c))
            )
        ),
        "This falls along a cosine; a straight line is asked.": _schedule(
            down=lambda s, c, t: (1 + torch.cos(tensor(torch.pi * (s - (t - c)) / c)).item()) / 2
        ),
    },
    hints=[
        "Three cases: step < warmup, step >= total - cooldown, and the rest.",
        "Up: peak * (step + 1) / warmup.",
        "Down: peak * (total - step) / cooldown, which would be 0 at step total.",
    ],
)
def schedule(step, peak, warmup, cooldown, total):
    return _schedule()(step, peak, warmup, cooldown, total)
