"""Lesson 06: answers as learners write them; see ``answers``."""

import numpy
import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 06.momentum_step


@wrong("06.momentum_step", "old velocity was used for the step")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - velocity * lr, new)


@wrong("06.momentum_step", "kept whole")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity
    return (w - new * lr, new)


@wrong("06.momentum_step", "running mean does that")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope * (1 - keep) + velocity * keep
    return (w - new * lr, new)


@wrong("06.momentum_step", "goes uphill")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w + new * lr, new)


@wrong("06.momentum_step", "The slope was taken away")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = -slope + velocity * keep
    return (w - new * lr, new)


@wrong("06.momentum_step", "The rate is in the velocity")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = lr * slope + velocity * keep
    return (w - new * lr, new)


@wrong("06.momentum_step", "not used in the step")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - slope * lr, new)


@wrong("06.momentum_step", "Nesterov")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - lr * (slope + keep * new), new)


@wrong("06.momentum_step", "The two are swapped")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (new, w - new * lr)


@wrong("06.momentum_step", "is the old one")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - new * lr, velocity)


@wrong("06.momentum_step", "1 - keep stands where")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * (1 - keep)
    return (w - new * lr, new)


@wrong("06.momentum_step", "lr is missing in the step")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - new, new)


@wrong("06.momentum_step", "changed argument 3 in place")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = velocity.mul_(keep).add_(slope)
    return (w - new * lr, new)


@right("06.momentum_step")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = slope + velocity * keep
    return (w - new * lr, new)


@right("06.momentum_step")
def my_momentum_step(w, g, u, lr, keep):
    return [w - lr * keep * u - lr * g, torch.add(g, u, alpha=keep)]


@right("06.momentum_step")
def my_momentum_step(w, g, u, lr, keep):
    p = nn.Parameter(w.clone())
    p.grad = g.clone()
    o = torch.optim.SGD([p], lr, keep)
    o.state[p]["momentum_buffer"] = u.clone()
    o.step()
    return (p.detach(), o.state[p]["momentum_buffer"])


@right("06.momentum_step")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = torch.add(slope, velocity, alpha=keep)
    return torch.sub(w, v, alpha=lr), v


@wrong("06.momentum_step", "The velocity that")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + slope
    return w - lr * v, lr * v


@wrong("06.momentum_step", "The weight stands")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + w
    return w - lr * v, v


@wrong("06.momentum_step", "The slope is missing")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity
    return w - lr * v, v


@wrong("06.momentum_step", "This is the step")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + slope
    return lr * v, v


# 06.adam_step


@wrong("06.adam_step", "Both corrections")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    first, second = (m, v)
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "correction of v is missing")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v)
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "correction of m is missing")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m, v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "The root of v")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second + eps), m, v)


@wrong("06.adam_step", "eps stands inside")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second + eps) ** 0.5, m, v)


@wrong("06.adam_step", "eps is missing")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / second**0.5, m, v)


@wrong("06.adam_step", "the square is missing")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "goes uphill")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w + lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "corrections are without t")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1), v / (1 - beta2))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "beta * t")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1 * t), v / (1 - beta2 * t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "without correction")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), first, second)


@wrong("06.adam_step", "v became a sum")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "lr is missing")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "you squared the weight")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + w * w * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@wrong("06.adam_step", "means that you give back are the old")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    old = (m, v)
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), *old)


@right("06.adam_step")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@right("06.adam_step")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    w, slope, m, v = (x.double() for x in (w, slope, m, v))
    m = m + (1 - beta1) * (slope - m)
    v = v * beta2 + slope * slope * (1 - beta2)
    first, second = (m / (1 - beta1**t), v / (1 - beta2**t))
    return (w - lr * first / (second**0.5 + eps), m, v)


@right("06.adam_step")
def my_adam_step(w, g, m, v, t, lr, b1, b2, eps):
    p = nn.Parameter(w.clone())
    p.grad = g.clone()
    o = torch.optim.Adam([p], lr, (b1, b2), eps)
    o.state[p] = {"step": torch.tensor(t - 1.0), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    o.step()
    return (p.detach(), o.state[p]["exp_avg"], o.state[p]["exp_avg_sq"])


@wrong("06.adam_step", "v holds the slopes")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope.abs()
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (vh + eps), m, v


@wrong("06.adam_step", "v has one mean for")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * (slope**2).mean()
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (vh.sqrt() + eps), m, v


@wrong("06.adam_step", "Adam divides m by the root of v;")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh * (vh.sqrt() + eps), m, v


@wrong("06.adam_step", "The order is w, m,")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (vh.sqrt() + eps), v, m


# 06.fit


@wrong("06.fit", "never move")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "The reset is missing")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "those after each update")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(F.mse_loss(model(X), y).item())
    return losses


@wrong("06.fit", "step or backward runs twice")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "The loss is a sum")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y, reduction="sum")
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "without their sign")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.l1_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "The loss is halved")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y) / 2
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "does return stand inside")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        return losses


@wrong("06.fit", "One round too many")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "One round too few")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(1, steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "You give back the last loss")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses[-1]


@wrong("06.fit", "give back the sum")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses)


@wrong("06.fit", "make no other")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    optimizer = torch.optim.Adam(model.parameters())
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "slopes are those of minus")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        (-loss).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "every prediction was compared")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X).flatten(), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "Your list holds the last loss")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses = [loss.item()]
    return losses


@wrong("06.fit", "compute the loss again")
def my_fit(model, optimizer, X, y, steps):
    losses, loss = ([], F.mse_loss(model(X), y))
    while len(losses) < steps:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        model.zero_grad()
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = (model(X) - y).flatten() @ (model(X) - y).flatten() / len(y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = [0.0] * steps
    for k in range(steps):
        loss = F.mse_loss(model(X), y)
        losses[k] = float(loss)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
    return losses


@wrong("06.fit", "Each row has an update")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        for xi, yi in zip(X, y):
            optimizer.zero_grad()
            loss = ((model(xi) - yi) ** 2).mean()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "For steps = 0 there")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(max(1, steps)):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# 06.schedule


@wrong("06.schedule", "first step has the rate 0")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return step / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "warm-up ends below")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / (warmup + 1) * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "last step has the rate 0")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return (left - 1) / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "rises towards the end")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return (cooldown - left) / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "divided by total; it")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / total * peak
    else:
        return peak


@wrong("06.schedule", "divided by warmup; it")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / warmup * peak
    else:
        return peak


@wrong("06.schedule", "There is no warm-up")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < 0:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "There is no way down")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= 0:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "is the peak, not 0")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return 0


@wrong("06.schedule", "way down the peak is missing")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown
    else:
        return peak


@wrong("06.schedule", "way up the peak is missing")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "one step too long")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step <= warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "fall begins at step cooldown")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif step >= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "not every way")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        lr = peak


@wrong("06.schedule", "it must be a straight line")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return (left / cooldown) ** 2 * peak
    else:
        return peak


@right("06.schedule")
def my_schedule(step, peak, warmup, cooldown, total):
    left = total - step
    if step < warmup:
        return (step + 1) / warmup * peak
    elif left <= cooldown:
        return left / cooldown * peak
    else:
        return peak


@wrong("06.schedule", "may be 0, for none")
def my_schedule(s, p, w, c, t):
    return p * min(1, (s + 1) / w, (t - s) / c)


@wrong("06.schedule", "may be 0, for none")
def my_schedule(s, p, w, c, t):
    return torch.tensor([1, (s + 1) / w, (t - s) / c]).min() * p


@right("06.schedule")
def my_schedule(s, p, w, c, t):
    return numpy.interp(s, [-1, w - 1, t - c, t], [0, p, p, 0])


@right("06.schedule")
def my_schedule(step, peak, warmup, cooldown, total):
    up = (step + 1) / warmup if step < warmup else 1
    down = (total - step) / cooldown if step >= total - cooldown else 1
    return peak * min(up, down)


@wrong("06.schedule", "On the way up // drops")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) // warmup
    if step >= total - cooldown:
        return peak * (total - step) / cooldown
    return peak


@wrong("06.schedule", "The way down is divided by total - warmup; it takes cooldown steps.")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    if step >= total - cooldown:
        return peak * (1 - (step - warmup) / (total - warmup))
    return peak


# 06.momentum_step, once more


@wrong("06.momentum_step", "running mean does that")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + (1 - keep) * slope
    return w - lr * v, v


@wrong("06.momentum_step", "old velocity was used for the step")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + slope
    return w - lr * velocity, v


@wrong("06.momentum_step", "The rate is in the velocity")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + lr * slope
    return w - v, v


@wrong("06.momentum_step", "The result is right, but you changed argument 1 in place,")
def my_momentum_step(w, slope, velocity, lr, keep):
    velocity *= keep
    velocity += slope
    w -= lr * velocity
    return w, velocity


@wrong("06.momentum_step", "goes uphill")
def my_momentum_step(w, slope, velocity, lr, keep):
    v = keep * velocity + slope
    return w + lr * v, v


@right("06.momentum_step")
def my_momentum_step(w, slope, velocity, lr, keep):
    new = torch.add(slope, velocity, alpha=keep)
    return torch.sub(w, new, alpha=lr), new


# 06.adam_step, once more


@wrong("06.adam_step", "Both corrections")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - lr * m / (v.sqrt() + eps), m, v


@wrong("06.adam_step", "without correction")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return w - lr * m / (v.sqrt() + eps), m, v


@wrong("06.adam_step", "beta * t")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - lr * (m / (1 - beta1 * t)) / ((v / (1 - beta2 * t)).sqrt() + eps), m, v


@wrong("06.adam_step", "eps stands inside")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps).sqrt(), m, v


@wrong("06.adam_step", "beta is the part of the old mean that stays")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = (1 - beta1) * m + beta1 * slope
    v = (1 - beta2) * v + beta2 * slope**2
    return w - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@right("06.adam_step")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = torch.lerp(m, slope, 1 - beta1)
    v = torch.lerp(v, slope * slope, 1 - beta2)
    up, down = m / (1 - beta1**t), (v / (1 - beta2**t)) ** 0.5
    return w - lr * up / (down + eps), m, v


@wrong("06.adam_step", "`beta1 * t` gives 2.7 on the input below, where 0.729 is needed")
def my_adam_step(w, slope, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    mh = m / (1 - beta1 * t)
    vh = v / (1 - beta2 * t)
    return w - lr * mh / (abs(vh) ** 0.5 + eps), m, v


# 06.fit, once more


@wrong("06.fit", "The reset is missing")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "those after each update")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(((model(X) - y) ** 2).mean().item())
    return losses


@wrong("06.fit", "compute the loss again")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    loss = ((model(X) - y) ** 2).mean()
    for _ in range(steps):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "The reset is missing")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("06.fit", "The loss is a sum")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


@right("06.fit")
def my_fit(model, optimizer, X, y, steps):
    losses = []
    while len(losses) < steps:
        loss = F.mse_loss(model(X), y)
        losses.append(float(loss))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return losses


# 06.schedule, once more


@wrong("06.schedule", "first step has the rate 0")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * step / warmup
    if step < total - cooldown:
        return peak
    return peak * (total - step) / cooldown


@wrong("06.schedule", "// cuts off what comes after the decimal point")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    if step > total - cooldown:
        return peak * (total - step) // cooldown
    return peak


@wrong("06.schedule", "fall begins at step cooldown")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    if step < cooldown:
        return peak
    return peak * (total - step) / (total - cooldown)


@wrong("06.schedule", "divided by total; it")
def my_schedule(step, peak, warmup, cooldown, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    elif step >= total - cooldown:
        return peak * (1 - step / total)
    return peak


@wrong("06.schedule", "goes wrong exactly at the border")
def my_schedule(step, peak, warmup, cooldown, total):
    if step <= warmup:
        return peak * (step + 1) / warmup
    if step < total - cooldown:
        return peak
    return peak * (total - step - 1) / cooldown


@right("06.schedule")
def my_schedule(step, peak, warmup, cooldown, total):
    up = (step + 1) / warmup if warmup else 1
    down = (total - step) / cooldown if cooldown else 1
    return peak * min(1, up, down)
