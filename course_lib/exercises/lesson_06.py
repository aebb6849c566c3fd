"""Exercises of lesson 06, Optimizers."""

import math
import random

import torch
from torch import nn, tensor

from course_lib.exercises.registry import Wrong, exercise

# A process's first optimizer loads much of torch. Loaded here, it takes none of a learner's time.
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)


def _moment():
    n = random.randint(1, 4)
    w, slope, velocity = torch.randn(n), torch.randn(n) * 3, torch.randn(n)
    return w, slope, velocity, random.uniform(0.01, 0.5), random.uniform(0.3, 0.95)


@exercise(
    "06.momentum_step",
    cases=[
        (tensor([1.0]), tensor([2.0]), tensor([1.5]), 0.1, 0.9),
        (tensor([1.0, -1.0]), tensor([2.0, 1.0]), tensor([10.0, -3.0]), 0.1, 0.8),
    ],
    random_case=_moment,
    borders=[
        (torch.arange(6.0), torch.arange(6.0).sqrt(), torch.zeros(6), 0.05, 0.9),
        (tensor([2.0, 3.0]), tensor([1.0, -2.0]), tensor([0.5, 4.0]), 0.3, 0.1),
    ],
    facts={"the old velocity is 0": lambda w, g, v, lr, keep: not v.any()},
    rtol=1e-5,
    mistakes={
        "The old velocity was used for the step; first renew it, then step along it.": (
            lambda w, g, v, lr, keep: (w - lr * v, keep * v + g)
        ),
        "You made the velocity of the slopes alone: keep * slope was added for keep * velocity.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * g + g), keep * g + g)
        ),
        "keep belongs to the old velocity alone, not to the slope as well.": (
            lambda w, g, v, lr, keep: (w - lr * keep * (v + g), keep * (v + g))
        ),
        "1 - keep stands where keep belongs: keep is the part of the old velocity that stays.": (
            lambda w, g, v, lr, keep: (w - lr * ((1 - keep) * v + g), (1 - keep) * v + g),
            lambda w, g, v, lr, keep: (
                w - lr * ((1 - keep) * v + keep * g),
                (1 - keep) * v + keep * g,
            ),
        ),
        "lr and keep are swapped: keep multiplies the old velocity, lr the step.": (
            lambda w, g, v, lr, keep: (w - keep * (lr * v + g), lr * v + g)
        ),
        "keep is squared, or used twice.": lambda w, g, v, lr, keep: (
            w - lr * (keep**2 * v + g),
            keep**2 * v + g,
        ),
        "keep is used a second time, in the step: only lr "
        "belongs there.": lambda w, g, v, lr, keep: (
            w - lr * keep * (keep * v + g),
            keep * v + g,
        ),
        "The slope is squared; the velocity takes the slope itself.": lambda w, g, v, lr, keep: (
            w - lr * (keep * v + g**2),
            keep * v + g**2,
        ),
        "Divided by lr; multiply by it.": lambda w, g, v, lr, keep: (
            w - (keep * v + g) / lr,
            keep * v + g,
        ),
        "The slope is in the step twice: the velocity holds it already.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v + g) - lr * g, keep * v + g)
        ),
        "The old velocity is still given back, and not used in the step: this is plain descent.": (
            lambda w, g, v, lr, keep: (w - lr * g, v)
        ),
        "The parentheses are wrong: lr is taken from the weight, not the step.": (
            lambda w, g, v, lr, keep: ((w - lr) * (keep * v + g), keep * v + g)
        ),
        "This velocity is a step, with the rate and the minus in it. Here the velocity is of "
        "slopes alone: keep * velocity + slope; minus and lr come in the step.": (
            lambda w, g, v, lr, keep: (w + keep * v - lr * g, keep * v - lr * g),
            lambda w, g, v, lr, keep: (w - lr * g + keep * v, keep * v - lr * g),
            lambda w, g, v, lr, keep: (w - (keep * v - lr * g), keep * v - lr * g),
            lambda w, g, v, lr, keep: (w + keep * v - lr * g, g - keep * v / lr),
        ),
        "The old velocity is kept whole; keep only a part of it: keep * velocity.": (
            lambda w, g, v, lr, keep: (w - lr * (v + g), v + g)
        ),
        "The slope is multiplied by 1 - keep. Adam's running mean does that; momentum's velocity "
        "is a sum.": lambda w, g, v, lr, keep: (
            w - lr * (keep * v + (1 - keep) * g),
            keep * v + (1 - keep) * g,
        ),
        "keep belongs to the velocity, not to the slope.": lambda w, g, v, lr, keep: (
            w - lr * (v + keep * g),
            v + keep * g,
        ),
        "The step goes uphill: subtract lr * velocity.": lambda w, g, v, lr, keep: (
            w + lr * (keep * v + g),
            keep * v + g,
        ),
        "The slope was taken away from the velocity; add it, and subtract in the step.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v - g), keep * v - g),
            lambda w, g, v, lr, keep: (w + lr * (keep * v - g), keep * v - g),
        ),
        "The rate is in the velocity as well. Here the velocity is of slopes alone, and lr comes "
        "in the step.": (
            lambda w, g, v, lr, keep: (w - (keep * v + lr * g), keep * v + lr * g),
            lambda w, g, v, lr, keep: (w - lr * (keep * v + lr * g), keep * v + lr * g),
        ),
        "This is plain descent: the velocity is not used in the step.": lambda w, g, v, lr, keep: (
            w - lr * g,
            keep * v + g,
        ),
        "This is Nesterov's variant, which looks ahead; the exercise asks for plain momentum.": (
            lambda w, g, v, lr, keep: (w - lr * (g + keep * (keep * v + g)), keep * v + g)
        ),
        "The two are swapped: the weight first, then the velocity.": lambda w, g, v, lr, keep: (
            keep * v + g,
            w - lr * (keep * v + g),
        ),
        "The new weight is right; give back the new velocity after it.": lambda w, g, v, lr, keep: (
            w - lr * (keep * v + g)
        ),
        "lr is missing in the step: subtract lr * velocity.": lambda w, g, v, lr, keep: (
            w - (keep * v + g),
            keep * v + g,
        ),
        "This is the step alone; take it away from w.": (
            lambda w, g, v, lr, keep: (lr * (keep * v + g), keep * v + g),
            lambda w, g, v, lr, keep: (-lr * (keep * v + g), keep * v + g),
        ),
        "The velocity that you give back is multiplied by lr; give it back without.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v + g), lr * (keep * v + g))
        ),
        "The weight stands where the slope belongs: keep * velocity + slope.": (
            lambda w, g, v, lr, keep: (w - lr * (keep * v + w), keep * v + w)
        ),
        "The slope is missing in the velocity: keep * velocity + slope.": (
            lambda w, g, v, lr, keep: (w - lr * keep * v, keep * v)
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
)
def momentum_step(w, slope, velocity, lr, keep):
    velocity = keep * velocity + slope
    return w - lr * velocity, velocity


def _mean(old, new, beta):
    return beta * old + (1 - beta) * new


def _correct(mean, beta, t):
    return mean / (1 - beta**t)


def _adam(
    mean_m=_mean,
    mean_v=_mean,
    square=torch.square,
    correct_m=_correct,
    correct_v=_correct,
    step=lambda m, v, eps: m / (v.sqrt() + eps),
    new=lambda w, s, lr: w - lr * s,
    betas=lambda b1, b2: (b1, b2),
    corrected_by=lambda b1, b2: (b1, b2),
    back=None,
):
    """Adam's step with another part in it."""

    def adam(w, g, m, v, t, lr, beta1, beta2, eps):
        one, two = betas(beta1, beta2)
        by_one, by_two = corrected_by(one, two)
        new_m, new_v = mean_m(m, g, one), mean_v(v, square(g), two)
        m_hat, v_hat = correct_m(new_m, by_one, t), correct_v(new_v, by_two, t)
        w = new(w, step(m_hat, v_hat, eps), lr)
        return back(w, (m, v), (new_m, new_v), (m_hat, v_hat)) if back else (w, new_m, new_v)

    return adam


def _both(correct):
    return {"correct_m": correct, "correct_v": correct}


def _uncorrected(mean, beta, t):
    return mean


def _sum(old, new, beta):
    return beta * old + new


def _reversed(old, new, beta):
    return (1 - beta) * old + beta * new


def _old(w, g, m, v, t, lr, beta1, beta2, eps):
    """The step along the means as they were before this slope."""
    new_m, new_v = _mean(m, g, beta1), _mean(v, g**2, beta2)
    m_hat, v_hat = _correct(m, beta1, t), _correct(v, beta2, t)
    return w - lr * m_hat / (v_hat.sqrt() + eps), new_m, new_v


def _adam_case():
    n = random.randint(1, 4)
    return (
        torch.randn(n),
        torch.randn(n) * 3,
        torch.randn(n),
        torch.rand(n) + 0.1,
        random.randint(2, 9),
        random.uniform(0.01, 0.2),
        random.uniform(0.6, 0.9),
        random.uniform(0.95, 0.999),
        random.choice([1e-8, 0.1]),
    )


@exercise(
    "06.adam_step",
    cases=[
        (tensor([0.0]), tensor([1000.0]), tensor([0.0]), tensor([0.0]), 1, 0.1, 0.9, 0.999, 1e-8),
        (tensor([1.0]), tensor([2.0]), tensor([0.5]), tensor([1.0]), 3, 0.1, 0.9, 0.99, 0.1),
    ],
    random_case=_adam_case,
    borders=[
        (
            torch.arange(6.0),
            torch.arange(6.0) - 2.5,
            torch.zeros(6),
            torch.zeros(6),
            *(1, 0.01, 0.9, 0.99, 0.1),
        ),
        (tensor([2.0, 1.0]), tensor([0.0, -2.0]), *torch.ones(2, 2), 2, 0.1, 0.0, 0.5, 1e-3),
        (tensor([2.0, 1.0]), tensor([0.5, -2.0]), *torch.ones(2, 2), 2, 0.0, 0.9, 0.0, 0.0),
    ],
    facts={"it is the first step, t = 1": lambda w, g, m, v, t, *rest: t == 1},
    rtol=2e-5,
    mistakes={
        "Both corrections are missing: divide m by 1 - beta1**t and v by 1 - beta2**t.": _adam(
            **_both(_uncorrected)
        ),
        "The correction of v is missing: divide by 1 - beta2**t.": _adam(correct_v=_uncorrected),
        "The correction of m is missing: divide by 1 - beta1**t.": _adam(correct_m=_uncorrected),
        "The corrections are without t: divide by 1 - beta**t, which comes near 1 as "
        "t grows.": _adam(**_both(lambda mean, beta, t: mean / (1 - beta))),
        "t counts from 1 already: the correction of the first step uses t = 1, not t "
        "+ 1 or t - 1.": (
            _adam(**_both(lambda mean, beta, t: mean / (1 - beta ** (t + 1)))),
            _adam(**_both(lambda mean, beta, t: mean / (1 - torch.tensor(beta) ** (t - 1)))),
            _adam(**_both(lambda mean, beta, t: mean / (1 - beta ** (t - 1)))),
        ),
        "beta * t is not beta ** t.": _adam(**_both(lambda mean, beta, t: mean / (1 - beta * t))),
        "The power is outside: 1 - beta**t, not (1 - beta)**t.": _adam(
            **_both(lambda mean, beta, t: mean / (1 - beta) ** t)
        ),
        "The parentheses are missing: divide by (1 - beta**t).": _adam(
            **_both(lambda mean, beta, t: mean / 1 - beta**t)
        ),
        "You multiplied by the corrections; divide by 1 - beta**t.": _adam(
            **_both(lambda mean, beta, t: mean * (1 - beta**t))
        ),
        "The corrections are of the other mean: beta1 corrects m, and beta2 corrects v.": _adam(
            corrected_by=lambda b1, b2: (b2, b1)
        ),
        "The correction of v is outside the root: correct v first, then take the root.": _adam(
            correct_v=lambda mean, beta, t: mean / (1 - beta**t) ** 2
        ),
        "eps is added to the root of v before the correction; correct v first, then take the root "
        "and add eps.": _adam(
            correct_v=lambda mean, beta, t: (mean, beta, t),
            step=lambda m, v, eps: m * (1 - v[1] ** v[2]) ** 0.5 / (v[0].sqrt() + eps),
        ),
        "The root of v is missing.": _adam(step=lambda m, v, eps: m / (v + eps)),
        "v is squared where its root belongs.": _adam(step=lambda m, v, eps: m / (v + eps) ** 2),
        "eps stands inside the root; it is added after the root is taken.": _adam(
            step=lambda m, v, eps: m / (v + eps).sqrt()
        ),
        "eps is added to the weight; it belongs to the root, in parentheses.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                _adam(step=lambda m, v, eps: m / v.sqrt())(w, g, m, v, t, lr, b1, b2, eps)[0] + eps,
                _mean(m, g, b1),
                _mean(v, g**2, b2),
            )
        ),
        "The parentheses are missing: divide by the sum, (root + eps).": _adam(
            step=lambda m, v, eps: m / v.sqrt() + eps
        ),
        "eps is missing.": _adam(step=lambda m, v, eps: m / v.sqrt()),
        "v is the mean of the squared slopes; the square is missing.": (
            _adam(square=torch.abs),
            _adam(square=lambda g: g),
        ),
        "v holds the slopes without their sign, and the root is missing: square the slope, and "
        "take "
        "the root of v in the step.": _adam(square=torch.abs, step=lambda m, v, eps: m / (v + eps)),
        "v has one mean for all weights; each weight has a v of its own.": _adam(
            square=lambda g: (g**2).mean()
        ),
        "v has one sum for all weights; each weight has a v of its own.": _adam(
            square=lambda g: (g**2).sum()
        ),
        "Adam divides m by the root of v; you multiplied.": _adam(
            step=lambda m, v, eps: m * (v.sqrt() + eps)
        ),
        "m and v are exchanged in the step: m stands above, the root of v below.": _adam(
            step=lambda m, v, eps: v / (m.sqrt() + eps)
        ),
        "The order is w, m, v: m comes before v.": _adam(
            back=lambda w, old, new, corrected: (w, new[1], new[0])
        ),
        "The slope is doubled, not squared: ** 2.": _adam(square=lambda g: g * 2),
        "1 - beta2 is squared as well; only the slope is: (1 - beta2) * slope**2.": _adam(
            mean_v=lambda old, new, beta: beta * old + (1 - beta) ** 2 * new
        ),
        "v is the mean of the squared slopes; you squared m.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w
                - lr
                * _correct(_mean(m, g, b1), b1, t)
                / (_correct(_mean(v, _mean(m, g, b1) ** 2, b2), b2, t).sqrt() + eps),
                _mean(m, g, b1),
                _mean(v, _mean(m, g, b1) ** 2, b2),
            )
        ),
        "v is the mean of the squared slopes; you squared the weight.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w
                - lr
                * _correct(_mean(m, g, b1), b1, t)
                / (_correct(_mean(v, w**2, b2), b2, t).sqrt() + eps),
                _mean(m, g, b1),
                _mean(v, w**2, b2),
            )
        ),
        "The squared slopes are in m as well; m is the mean of the slopes themselves.": _adam(
            lambda old, new, beta: _mean(old, new**2, beta)
        ),
        "Only the sign of m is left; Adam divides m by the root of v.": _adam(
            step=lambda m, v, eps: m.sign()
        ),
        "The sign in the corrections is reversed: divide by 1 - beta**t.": _adam(
            **_both(lambda mean, beta, t: mean / (1 + beta**t))
        ),
        "beta1 and beta2 are swapped: beta1 belongs to m.": _adam(betas=lambda b1, b2: (b2, b1)),
        "beta1 is used for both means; beta2 belongs to v.": _adam(betas=lambda b1, b2: (b1, b1)),
        "beta2 is used for both means; beta1 belongs to m.": _adam(betas=lambda b1, b2: (b2, b2)),
        "The step goes uphill: subtract it.": _adam(new=lambda w, s, lr: w + lr * s),
        "lr is missing in the step.": _adam(new=lambda w, s, lr: w - s),
        "Divided by lr; multiply by it.": _adam(new=lambda w, s, lr: w - s / lr),
        "This is the step alone; take it away from w.": (
            _adam(new=lambda w, s, lr: -lr * s),
            _adam(new=lambda w, s, lr: lr * s),
        ),
        "The step is right; give back m and v without correction, as they will be needed.": _adam(
            back=lambda w, old, new, corrected: (w, *corrected)
        ),
        "The step is right; the means that you give back are the old ones.": _adam(
            back=lambda w, old, new, corrected: (w, *old)
        ),
        "The new w is right; give back the new m and v after it.": _adam(
            back=lambda w, old, new, corrected: w
        ),
        "The step goes along the old means. Renew m and v first, then correct them and step.": (
            _old,
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * m / (v.sqrt() + eps),
                _mean(m, g, b1),
                _mean(v, g**2, b2),
            ),
        ),
        "The slope itself stands over the root; Adam's step has the mean m there.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * g / (_correct(_mean(v, g**2, b2), b2, t).sqrt() + eps),
                _mean(m, g, b1),
                _mean(v, g**2, b2),
            )
        ),
        "This is RMSProp, which knows only v: Adam divides the mean m by the root, and renews m "
        "too.": (
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * g / (_mean(v, g**2, b2).sqrt() + eps),
                m,
                _mean(v, g**2, b2),
            ),
            lambda w, g, m, v, t, lr, b1, b2, eps: (
                w - lr * g / (_correct(_mean(v, g**2, b2), b2, t).sqrt() + eps),
                m,
                _mean(v, g**2, b2),
            ),
        ),
        "The means became sums: the new slope comes in with 1 - beta.": _adam(_sum, _sum),
        "m became a sum: the new slope comes in with 1 - beta1.": _adam(_sum),
        "v became a sum: the new squared slope comes in with 1 - beta2.": _adam(mean_v=_sum),
        "beta and 1 - beta have changed places: beta is the part of the old mean that "
        "stays.": _adam(_reversed, _reversed),
        "In v, beta2 and 1 - beta2 have changed places: beta2 is the part of the old "
        "v that stays.": _adam(mean_v=_reversed),
        "In m, beta1 and 1 - beta1 have changed places: beta1 is the part of the old "
        "m that stays.": _adam(_reversed),
        "The parentheses are missing: (1 - beta) * slope.": _adam(
            lambda old, new, beta: beta * old + 1 - beta * new,
            lambda old, new, beta: beta * old + 1 - beta * new,
        ),
        "Your v never falls, which is a variant named AMSGrad; Adam's v is the "
        "running mean.": _adam(
            mean_v=lambda old, new, beta: torch.maximum(old, _mean(old, new, beta))
        ),
        "You added weight decay; the exercise asks for none.": tuple(
            lambda w, g, *rest, decay=decay: _adam()(w, g + decay * w, *rest)
            for decay in (0.1, 0.01, 0.001)
        ),
    },
    hints=[
        "Renew the two running means first, each with its own beta.",
        "Correct copies of them: m / (1 - beta1**t) and v / (1 - beta2**t).",
        "w - lr * m_hat / (v_hat.sqrt() + eps); give back m and v, not the corrected ones.",
    ],
)
def adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (v_hat.sqrt() + eps), m, v


def _line(start):
    model = nn.Linear(len(start), 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(start[None])
    return model


def _fit_case():
    n, features = random.randint(3, 5), random.randint(1, 3)
    return (
        torch.randn(features),
        torch.randn(n, features),
        torch.randn(n, 1),
        random.uniform(0.02, 0.2),
        random.randint(2, 5),
    )


def _run_fit(fit, start, X, y, lr, steps):
    """Give the learner a fresh model and optimizer; what counts is the losses and the weights."""
    default = torch.get_default_dtype()
    model = _line(start.to(default))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = fit(model, optimizer, X.to(default), y.to(default), steps)
    if isinstance(losses, torch.Tensor) and losses.dim() == 1:
        losses = losses.tolist()
    if isinstance(losses, (list, tuple)):
        if any(isinstance(loss, torch.Tensor) and loss.numel() != 1 for loss in losses):
            raise Wrong(
                "The list must hold one number for each step, the loss; it holds tensors of "
                "several numbers."
            )
        losses = [float(loss) for loss in losses]
    return {"losses": losses, "weights": model.weight.detach()}


ROUND = ("zero", "loss", "backward", "step", "keep")


def _mse(prediction, y):
    return ((prediction - y) ** 2).mean()


def _fit(
    order=ROUND,
    loss=_mse,
    back=lambda losses: losses,
    rounds=lambda steps: steps,
    keep=lambda loss: loss.item(),
    before=(),
    after=(),
):
    """A training loop whose parts stand in another order, or are others."""

    def fit(model, optimizer, X, y, steps):
        losses, value = [], None
        for part in (*before, *(part for _ in range(rounds(steps)) for part in order), *after):
            if part == "loss":
                value = loss(model(X), y)
            elif part == "backward":
                value.backward()
            elif part == "backward twice":
                value.backward(retain_graph=True)
                value.backward()
            elif part == "zero":
                optimizer.zero_grad()
            elif part == "step":
                optimizer.step()
            elif part == "keep":
                losses.append(keep(value))
        return back(losses)

    return fit


def _with_own(make):
    """A loop with an optimizer of its own."""
    return lambda model, optimizer, X, y, steps: _fit()(
        model, make(model.parameters()), X, y, steps
    )


def _uphill(model, optimizer, X, y, steps):
    optimizer.param_groups[0]["lr"] *= -1
    return _fit()(model, optimizer, X, y, steps)


def _row_by_row(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        for row, target in zip(X, y, strict=True):
            losses += _fit()(model, optimizer, row, target, 1)
    return losses


def _sum_inside(model, optimizer, X, y, steps):
    losses = _fit(loss=lambda p, y: ((p - y) ** 2).sum())(model, optimizer, X, y, steps)
    return [loss / len(y) for loss in losses]


def _running_total(losses):
    return torch.tensor(losses).double().cumsum(0).tolist()


@exercise(
    "06.fit",
    cases=[
        (tensor([0.0]), tensor([[1.0], [2.0]]), tensor([[3.0], [5.0]]), 0.1, 1),
        (tensor([0.0]), tensor([[1.0], [2.0]]), tensor([[3.0], [5.0]]), 0.1, 3),
    ],
    random_case=_fit_case,
    borders=[
        (tensor([0.5]), tensor([[1.0], [2.0]]), tensor([[3.0], [5.0]]), 0.1, 0),
        (tensor([0.5, -1.0]), torch.arange(14.0).reshape(7, 2) / 9, torch.ones(7, 1), 0.1, 6),
        (tensor([2.0]), tensor([[1.0], [2.0]]), tensor([[2.0], [4.0]]), 0.1, 2),
        (tensor([0.5] * 5), torch.eye(5) - 0.5, torch.arange(5.0)[:, None], 0.0, 2),
    ],
    facts={
        "there is one step": lambda start, X, y, lr, steps: steps == 1,
        "steps is 0": lambda start, X, y, lr, steps: steps == 0,
    },
    call=_run_fit,
    mistakes={
        "The weights never move: backward and step must both run in every round, in this order, "
        "with no reset between them.": (
            _fit(["loss", "backward", "zero", "step", "keep"]),
            _fit(["zero", "loss", "backward", "keep"]),
            _fit(["loss", "keep"]),
        ),
        "The weights move only once, after the loop: step belongs into every round.": (
            _fit(["zero", "loss", "backward", "keep"], after=["step"]),
            _fit(["loss", "backward", "keep"], after=["step"]),
            _fit(["zero", "loss", "keep"], after=["backward", "step"]),
        ),
        "The reset is missing: every step goes along the sum of all slopes so far.": _fit(
            ROUND[1:]
        ),
        "The losses are those after each update; collect them before it.": (
            _fit(["zero", "loss", "backward", "step", "loss", "keep"]),
        ),
        "Collected is the loss before the first update and after every one: that is one too many. "
        "The exercise asks for the losses before the updates only.": _fit(
            ["zero", "loss", "backward", "step", "loss", "keep"], before=["loss", "keep"]
        ),
        "The slopes used in a step are those of the round before: step stands in front of "
        "backward.": (
            _fit(["loss", "step", "zero", "backward", "keep"]),
            _fit(["loss", "keep", "step", "zero", "backward"]),
        ),
        "Each update is twice as large: step or backward runs twice in each round.": (
            _fit(["zero", "loss", "backward", "step", "step", "keep"]),
            _fit(["zero", "loss", "backward twice", "step", "keep"]),
        ),
        "The reset comes only in every second round; it belongs into each.": (
            lambda model, optimizer, X, y, steps: [
                loss
                for k in range(steps)
                for loss in _fit(ROUND[k % 2 :])(model, optimizer, X, y, 1)
            ]
        ),
        "The last update is missing: the loop ends before backward and step.": _fit(
            rounds=lambda steps: steps - 1, after=["zero", "loss", "keep"]
        ),
        "The loss is a sum; take the mean.": _fit(loss=lambda p, y: ((p - y) ** 2).sum()),
        "The slopes are those of a sum, though the losses are means: take the mean before "
        "backward.": (_sum_inside),
        "The loss is halved; take the mean squared error as it is.": (
            _fit(loss=lambda p, y: _mse(p, y) / 2),
        ),
        "The loss is not squared.": _fit(loss=lambda p, y: (p - y).mean()),
        "This is the mean of the errors without their sign; square them.": _fit(
            loss=lambda p, y: (p - y).abs().mean()
        ),
        "You took the mean first and the square then; square every error, then take "
        "the mean.": _fit(loss=lambda p, y: (p - y).mean() ** 2),
        "You took the root of the loss; take the mean squared error itself.": _fit(
            loss=lambda p, y: _mse(p, y).sqrt()
        ),
        "A shape (N,) met a shape (N, 1), and every prediction was compared with every target. "
        "Keep both as they come, (N, 1).": (
            _fit(loss=lambda p, y: _mse(p.squeeze(1), y)),
            _fit(loss=lambda p, y: _mse(p, y.squeeze(1))),
        ),
        "This is the cross-entropy, for labels; take the mean squared error.": _fit(
            loss=lambda p, y: nn.functional.binary_cross_entropy_with_logits(p, y)
        ),
        "You give back the last loss; the exercise asks for the list of all.": (
            _fit(back=lambda losses: losses[-1]),
            _fit(back=lambda losses: losses[-1] if losses else 0.0),
        ),
        "Your list holds the last loss only: is it emptied in each round, or filled after the "
        "loop?": (_fit(back=lambda losses: losses[-1:])),
        "You give back the sum of the losses; the exercise asks for the list of all.": _fit(
            back=sum
        ),
        "You give back the mean of the losses; the exercise asks for the list of all.": _fit(
            back=lambda losses: sum(losses) / len(losses)
        ),
        "Each entry is the sum of all losses so far; it must be the loss of its own round.": _fit(
            back=_running_total
        ),
        "The losses stand from the last to the first; append each after the others.": _fit(
            back=lambda losses: losses[::-1]
        ),
        "The loss grows: the slopes are those of minus the loss.": (
            _uphill,
            _fit(loss=lambda p, y: -_mse(p, y)),
            _fit(loss=lambda p, y: -_mse(p, y), keep=lambda loss: -loss.item()),
        ),
        "Only one round was run: does return stand inside the loop?": (
            _fit(rounds=lambda steps: 1),
            lambda model, optimizer, X, y, steps: (
                _fit(rounds=lambda n: 1)(model, optimizer, X, y, 1) if steps else None
            ),
        ),
        "One round too many.": _fit(rounds=lambda steps: steps + 1),
        "For steps = 0 there is no round to run; you ran one.": _fit(
            rounds=lambda steps: max(1, steps)
        ),
        "One round too few.": _fit(rounds=lambda steps: steps - 1),
        "Each row has an update of its own; make one update for all rows together.": (
            _row_by_row,
            lambda model, optimizer, X, y, steps: _row_by_row(model, optimizer, X, y, steps)[
                len(y) - 1 :: len(y)
            ],
        ),
        "The update is not that of the optimizer that is given: call its step(), which has its own "
        "rate, and make no other.": (
            *(
                _with_own(lambda p, lr=lr: torch.optim.SGD(p, lr=lr))
                for lr in (1.0, 0.5, 0.1, 0.05, 0.01, 0.001)
            ),
            *(_with_own(lambda p, lr=lr: torch.optim.Adam(p, lr=lr)) for lr in (0.1, 0.01, 0.001)),
        ),
    },
    hints=[
        "When may the slopes be cleared? At any time but one.",
        "Put optimizer.zero_grad() first in the round.",
        "zero_grad, loss, backward, step, and then keep loss.item().",
    ],
)
def fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _plan():
    warmup, cooldown = random.randint(1, 5), random.randint(1, 15)
    total = warmup + cooldown + random.randint(1, 6)
    return random.randrange(total), random.uniform(0.5, 2.0), warmup, cooldown, total


def _up(s, p, w):
    return p * (s + 1) / w


def _down(s, p, w, c, t):
    return p * (t - s) / c


def _schedule(
    up=_up,
    down=_down,
    flat=lambda s, p, w, c, t: p,
    warms=lambda s, w, c, t: s < w,
    cools=lambda s, w, c, t: s >= t - c,
):
    def schedule(step, peak, warmup, cooldown, total):
        if warms(step, warmup, cooldown, total):
            return up(step, peak, warmup)
        if cools(step, warmup, cooldown, total):
            return down(step, peak, warmup, cooldown, total)
        return flat(step, peak, warmup, cooldown, total)

    return schedule


def _cosine(share, peak):
    return peak * (1 + math.cos(math.pi * share)) / 2


WAYS_UP = {
    "The first step has the rate 0: step is counted from 0, so step + 1 of warmup.": (
        lambda s, p, w: p * s / w
    ),
    "The warm-up ends below the peak: divide by warmup, not by warmup + 1.": (
        lambda s, p, w: p * (s + 1) / (w + 1)
    ),
    "On the way up the peak is missing: this is a share from 0 to 1.": lambda s, p, w: (s + 1) / w,
    "On the way up the parentheses are missing: peak * (step + 1).": lambda s, p, w: p * s + 1 / w,
    "The way up is upside down: step + 1 stands above, warmup below.": lambda s, p, w: (
        p * w / (s + 1)
    ),
    "The way up falls: it must rise from peak / warmup to the peak.": lambda s, p, w: (
        p * (w - s) / w
    ),
    "On the way up // cuts the share off to a whole number; / divides.": (
        lambda s, p, w: p * ((s + 1) // w)
    ),
    "The way up is bent; it must be a straight line.": lambda s, p, w: p * ((s + 1) / w) ** 2,
    "The division by warmup is missing on the way up.": lambda s, p, w: p * (s + 1),
    "The way up is one step ahead: step + 1 of warmup, not step + 2.": lambda s, p, w: (
        p * (s + 2) / w
    ),
}

WAYS_DOWN = {
    "The last step has the rate 0; only step `total` would have it.": (
        lambda s, p, w, c, t: p * (t - 1 - s) / c,
        lambda s, p, w, c, t: p * (t - 1 - s) / max(c - 1, 1),
    ),
    "The way down is upside down: it rises towards the end.": (
        lambda s, p, w, c, t: p * (s - (t - c)) / c,
        lambda s, p, w, c, t: p * (s - (t - c) + 1) / c,
    ),
    "The whole of the way down is divided by total; it takes cooldown steps.": (
        lambda s, p, w, c, t: p * (t - s) / t
    ),
    "The way down is divided by warmup; it takes cooldown steps.": (
        lambda s, p, w, c, t: p * (t - s) / w
    ),
    "The way down is divided by total - warmup; it takes cooldown steps.": (
        lambda s, p, w, c, t: p * (t - s) / (t - w)
    ),
    "The way down begins below the peak: divide by cooldown, not by cooldown + 1.": (
        lambda s, p, w, c, t: p * (t - s) / (c + 1)
    ),
    "On the way down the peak is missing: this is a share from 1 to 0.": (
        lambda s, p, w, c, t: (t - s) / c,
        lambda s, p, w, c, t: p - (s - (t - c)) / c,
    ),
    "On the way down the parentheses are missing: peak * (total - step).": (
        lambda s, p, w, c, t: p * t - s / c
    ),
    "On the way down // cuts the share off to a whole number; / divides.": (
        lambda s, p, w, c, t: p * ((t - s) // c)
    ),
    "On the way down, step is counted from the start; what counts is how many steps are left, "
    "total - step.": (
        lambda s, p, w, c, t: p * (1 - s / c),
        lambda s, p, w, c, t: p * (c - s) / c,
        lambda s, p, w, c, t: p * s / c,
    ),
    "This falls along a cosine; it must be a straight line.": (
        lambda s, p, w, c, t: _cosine((s - (t - c)) / c, p)
    ),
    "This falls along a curve; it must be a straight line.": (
        lambda s, p, w, c, t: p / (s - (t - c) + 1),
        lambda s, p, w, c, t: p * (1 - ((s - (t - c)) / c) ** 0.5),
        lambda s, p, w, c, t: p * (1 - ((s - (t - c)) / c) ** 2),
        lambda s, p, w, c, t: p * ((t - s) / c) ** 2,
    ),
    "The way down is one step late: step total - cooldown has the peak, so total - step of "
    "cooldown.": (lambda s, p, w, c, t: p * (t - s + 1) / c),
    "The rate falls to 0 at once; it takes cooldown steps.": lambda s, p, w, c, t: 0.0,
    "The division by cooldown is missing on the way down.": lambda s, p, w, c, t: p * (t - s),
}


def _ways(thing):
    return thing if isinstance(thing, tuple) else (thing,)


@exercise(
    "06.schedule",
    cases=[(step, 0.5, 2, 4, 10) for step in (0, 1, 4, 6, 7, 8, 9)],
    random_case=_plan,
    borders=[
        (0, 0.5, 0, 4, 10),
        (9, 0.5, 2, 0, 10),
        (5, 0.5, 4, 6, 10),
        (3, 0.5, 4, 6, 10),
        (4, 0.5, 4, 6, 10),
        (0, 0.5, 1, 1, 4),
        (3, 0.5, 1, 1, 4),
    ],
    facts={
        "step is in the warm-up": lambda s, p, w, c, t: s < w,
        "step is in the last cooldown steps": lambda s, p, w, c, t: s >= t - c,
        "the rate is the peak": lambda s, p, w, c, t: w <= s < t - c,
        "warmup is 0": lambda s, p, w, c, t: w == 0,
        "cooldown is 0": lambda s, p, w, c, t: c == 0,
    },
    mistakes={
        "warmup and cooldown may be 0, for none, and then you divide by 0: ask first whether step "
        "is in the warm-up or in the last cooldown steps.": (
            lambda s, p, w, c, t: p * min(1, (s + 1) / w, (t - s) / c)
        ),
        **{sentence: _schedule(up=up) for sentence, up in WAYS_UP.items()},
        **{
            sentence: tuple(_schedule(down=down) for down in _ways(downs))
            for sentence, downs in WAYS_DOWN.items()
        },
        "There is no way down: the rate stays at the peak to the end.": _schedule(
            cools=lambda s, w, c, t: False
        ),
        "On the way up // drops what stands after the decimal point; divide with /.": _schedule(
            up=lambda s, p, w: p * (s + 1) // w
        ),
        "On the way down // drops what stands after the decimal point; divide with /.": _schedule(
            down=lambda s, p, w, c, t: p * (t - s) // c
        ),
        "There is no warm-up.": _schedule(warms=lambda s, w, c, t: False),
        "The rate is the peak in every step: the warm-up and the way down are missing.": (
            lambda s, p, w, c, t: p
        ),
        "The peak is missing: this is a share from 0 to 1.": lambda s, p, w, c, t: _schedule()(
            s, 1.0, w, c, t
        ),
        "Between warm-up and cool-down the rate is the peak, not 0.": _schedule(
            flat=lambda s, p, w, c, t: 0.0
        ),
        "Between warm-up and cool-down the rate is the peak, not 1.": _schedule(
            flat=lambda s, p, w, c, t: 1.0
        ),
        "The warm-up lasts one step too long: it ends before step warmup, so step < "
        "warmup.": _schedule(warms=lambda s, w, c, t: s <= w),
        "The warm-up lasts one step too long, and its first step has the rate 0: step is counted "
        "from 0, so step + 1 of warmup while step < warmup.": _schedule(
            lambda s, p, w: p * s / w, warms=lambda s, w, c, t: s <= w
        ),
        "The fall begins one step too early: at step total - cooldown, where the rate "
        "is the peak.": (
            _schedule(cools=lambda s, w, c, t: s >= t - c - 1),
            _schedule(
                cools=lambda s, w, c, t: s >= t - c - 1,
                down=lambda s, p, w, c, t: p * (t - s) / (c + 1),
            ),
            _schedule(
                cools=lambda s, w, c, t: s >= t - c - 1,
                down=lambda s, p, w, c, t: p * (t - 1 - s) / c,
            ),
        ),
        "The fall begins right after the warm-up; it belongs to the last cooldown steps.": (
            _schedule(flat=lambda s, p, w, c, t: p * (t - s) / (t - w), cools=lambda *a: False),
            _schedule(flat=_down, cools=lambda *a: False),
        ),
        "The fall begins right after the warm-up, and along a cosine, as in warmup_cosine. Here "
        "the peak stays until the last cooldown steps, and then the line is straight.": _schedule(
            flat=lambda s, p, w, c, t: _cosine((s - w) / (t - w), p), cools=lambda *a: False
        ),
        "The fall begins at step cooldown; it begins cooldown steps before the end.": (
            _schedule(
                cools=lambda s, w, c, t: s >= c, down=lambda s, p, w, c, t: p * (t - s) / (t - c)
            ),
            _schedule(cools=lambda s, w, c, t: s >= c),
            _schedule(cools=lambda s, w, c, t: s > c),
        ),
        "The fall begins at step warmup + cooldown; it begins cooldown steps before the end.": (
            _schedule(cools=lambda s, w, c, t: s >= w + c),
        ),
        "warmup and cooldown are swapped.": lambda s, p, w, c, t: _schedule()(s, p, c, w, t),
        "Right but for rounding: return the rate as it is, and round only when you print.": tuple(
            _schedule(
                lambda s, p, w, k=k: round(_up(s, p, w), k),
                lambda s, p, w, c, t, k=k: round(_down(s, p, w, c, t), k),
                lambda s, p, w, c, t, k=flat: round(p, k),
            )
            for k in range(5)
            for flat in (k, 15)
        ),
        **{
            f"{one} {two}": tuple(_schedule(up=up, down=down) for down in _ways(downs))
            for one, up in WAYS_UP.items()
            for two, downs in WAYS_DOWN.items()
        },
    },
    hints=[
        "Three cases: step < warmup, step >= total - cooldown, and the rest.",
        "Up: peak * (step + 1) / warmup.",
        "Down: peak * (total - step) / cooldown, which would be 0 at step total.",
    ],
)
def schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    if step >= total - cooldown:
        return peak * (total - step) / cooldown
    return peak
