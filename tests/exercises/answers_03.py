"""Lesson 03: answers as learners write them; see ``answers``."""

import numpy
import torch
from torch.nn import functional as F

from .answers import right, wrong

# 03.mse


@wrong("03.mse", "mean, not sum")
def my_mse(p, t):
    return (p - t) @ (p - t)


@wrong("03.mse", "without squaring")
def my_mse(p, t):
    return p.mean() - t.mean()


@wrong("03.mse", "squared after averaging")
def my_mse(p, t):
    return (p.mean() - t.mean()) ** 2


wrong("03.mse", "This is the mean absolute error; square instead of taking the sign away.\n")(
    torch.nn.functional.l1_loss
)


@wrong("03.mse", "you added up instead of averaging")
def my_mse(p, t):
    return abs(p - t).sum()


@wrong("03.mse", "only the target is squared")
def my_mse(p, t):
    return (p - t**2).mean()


@wrong("03.mse", "the mean over all of yours")
def my_mse(p, t):
    return torch.square(p - t)


@wrong("03.mse", "half the mean squared")
def my_mse(p, t):
    return (p - t).pow(2).mean() / 2


@wrong("03.mse", "return stands inside the loop")
def my_mse(p, t):
    total = 0
    for a, b in zip(p, t):
        total += (a - b) ** 2
        return total / len(p)


@wrong("03.mse", "forget the total")
def my_mse(p, t):
    for a, b in zip(p, t):
        total = (a - b) ** 2
    return total / len(p)


@wrong("03.mse", "`range(len(p) - 1)` ends one too early")
def my_mse(p, t):
    total = 0
    for i in range(len(p) - 1):
        total += (p[i] - t[i]) ** 2
    return total / len(p)


@wrong("03.mse", "no slope comes back")
def my_mse(p, t):
    return ((p - t) ** 2).mean().item()


@wrong("03.mse", "changed argument 1 in place")
def my_mse(p, t):
    return p.sub_(t).square().mean()


@wrong("03.mse", "two different answers")
def my_mse(p, t, seen=[]):
    seen.append(((p - t) ** 2).mean())
    return sum(seen)


@wrong("03.mse", "^ is no power")
def my_mse(p, t):
    return (p - t ^ 2).mean()


right("03.mse")(torch.nn.functional.mse_loss)


right("03.mse")(torch.nn.MSELoss())


@right("03.mse")
def my_mse(p, t):
    total = 0
    for a, b in zip(p, t):
        total = total + (a - b) ** 2
    return total / len(p)


@wrong("03.mse", "no slope comes back")
def my_mse(p, t):
    return torch.tensor(numpy.mean((p.numpy() - t.numpy()) ** 2))


@right("03.mse")
def my_mse(predictions, targets):
    e = predictions - targets
    return (e * e).sum() / e.numel()


@right("03.mse")
def my_mse(predictions, targets):
    return sum((p - t) ** 2 for p, t in zip(predictions, targets)) / len(targets)


@right("03.mse")
def my_mse(predictions, targets):
    return torch.mean(torch.square(targets - predictions))


@right("03.mse")
def my_mse(predictions, targets):
    return F.mse_loss(predictions, targets)


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return ((predictions.detach() - targets) ** 2).mean()


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    with torch.no_grad():
        return ((predictions - targets) ** 2).mean()


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return torch.tensor(
        sum(((p - t) ** 2).item() for p, t in zip(predictions, targets)) / len(targets)
    )


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return torch.tensor(numpy.mean((predictions.detach().numpy() - targets.numpy()) ** 2))


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return ((predictions.detach() - targets.detach()) ** 2).mean().requires_grad_(True)


@wrong("03.mse", "You divided by a")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).sum() / 4


@wrong("03.mse", "You divided by N -")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).sum() / (len(targets) - 1)


@wrong("03.mse", "This is the length")
def my_mse(predictions, targets):
    return (predictions - targets).pow(2).sum().sqrt()


@wrong("03.mse", "float16 keeps three")
def my_mse(predictions, targets):
    return ((predictions.half() - targets.half()) ** 2).mean()


@wrong("03.mse", "This is twice the")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).mean() * 2


@wrong("03.mse", "// drops what stands")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).sum() // len(targets)


@wrong("03.mse", "You squared the mean")
def my_mse(predictions, targets):
    return (abs(predictions - targets)).mean() ** 2


# 03.slopes


@wrong("03.slopes", "Both signs are reversed")
def my_slopes(x, y, W, b):
    e = y - (W * x + b)
    return (2 * (e * x).mean(), 2 * e.mean())


@wrong("03.slopes", "The 2 is missing: the slope of e² is 2e.\n")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return ((e * x).mean(), e.mean())


@wrong("03.slopes", "slopes of all points are added")
def my_slopes(x, y, W, b):
    dW = db = 0
    for u, v in zip(x, y):
        e = W * u + b - v
        dW += 2 * e * u
        db += 2 * e
    return (dW, db)


@wrong("03.slopes", "added up instead of averaging")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (e @ x, e.sum())


@wrong("03.slopes", "dW first, then db")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (2 * e.mean(), 2 * (e * x).mean())


@wrong("03.slopes", "bias is missing")
def my_slopes(x, y, W, b):
    e = W * x - y
    return (2 * (e * x).mean(), 2 * e.mean())


@wrong("03.slopes", "multiplied two means")
def my_slopes(x, y, W, b):
    e = (W * x + b - y).mean()
    return (2 * e * x.mean(), 2 * e)


@wrong("03.slopes", "you multiplied by `b`, which does not belong there")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return ((2 * e * x).mean(), (2 * e * b).mean())


@wrong("03.slopes", "db has an x too many")
def my_slopes(x, y, W, b):
    W = torch.tensor(W, requires_grad=True)
    ((W * x + b - y) ** 2).mean().backward()
    return (W.grad, W.grad)


@wrong("03.slopes", "reaches only W x")
def my_slopes(x, y, W, b):
    e = y - W * x + b
    return (2 * (e * x).mean(), 2 * e.mean())


@right("03.slopes")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return [2 * e @ x / len(x), 2 * e.mean()]


@right("03.slopes")
def my_slopes(x, y, W, b):
    e = 2 * (W * x + b - y)
    return ((e * x).mean().item(), e.mean().item())


@right("03.slopes")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return 2 * numpy.mean((e * x).numpy()), 2 * numpy.mean(e.numpy())


@right("03.slopes")
def my_slopes(x, y, W, b):
    dW = db = 0.0
    for xi, yi in zip(x.tolist(), y.tolist()):
        e = W * xi + b - yi
        dW += 2 * e * xi / len(x)
        db += 2 * e / len(x)
    return dW, db


@right("03.slopes")
def my_slopes(x, y, W, b):
    dW = -2 * (x * (y - W * x - b)).mean()
    return dW, -2 * (y - W * x - b).mean()


@wrong("03.slopes", "This is the loss;")
def my_slopes(x, y, W, b):
    return ((W * x + b - y) ** 2).mean()


@wrong("03.slopes", "W multiplies x alone,")
def my_slopes(x, y, W, b):
    e = W * (x + b) - y
    return (2 * e * x).mean(), (2 * e).mean()


@wrong("03.slopes", "x and y are exchanged:")
def my_slopes(x, y, W, b):
    e = W * y + b - x
    return (2 * e * y).mean(), (2 * e).mean()


@wrong("03.slopes", "The errors have lost")
def my_slopes(x, y, W, b):
    e = abs(W * x + b - y)
    return (2 * e * x).mean(), (2 * e).mean()


@wrong("03.slopes", "The error is missing from db:")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (2 * e * x).mean(), (2 * x).mean()


@wrong("03.slopes", "You divided by N")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (2 * e * x).sum() / (len(x) - 1), (2 * e).sum() / (len(x) - 1)


@wrong("03.slopes", "You have not reduced:")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return 2 * e * x, 2 * e


@wrong("03.slopes", "Without parentheses around")
def my_slopes(x, y, W, b):
    return (2 * W * x + b - y * x).mean(), (2 * W * x + b - y).mean()


@wrong("03.slopes", "W and b are exchanged")
def my_slopes(x, y, W, b):
    e = b * x + W - y
    return (2 * e * x).mean(), (2 * e).mean()


@wrong("03.slopes", "These slopes still")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (e**2 * x).mean(), (e**2).mean()


@wrong("03.slopes", "The 2 is missing in dW")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (e * x).mean(), (2 * e).mean()


@wrong("03.slopes", "This is nearly right:")
def my_slopes(x, y, W, b):
    h = 1e-4
    L = lambda W, b: ((W * x + b - y) ** 2).mean()
    return (L(W + h, b) - L(W, b)) / h, (L(W, b + h) - L(W, b)) / h


@wrong("03.slopes", "dW is the mean of 2 e x;")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (2 * e * x**2).mean(), (2 * e).mean()


# 03.parabola_step


@wrong("03.parabola_step", "You walked uphill")
def my_parabola_step(x, y, a, b, c, lr):
    e = y - (a * x * x + b * x + c)
    return (a - lr * 2 * (e * x * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean())


@wrong("03.parabola_step", "The 2 is missing")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x * x + b * x + c - y
    return (a - lr * (e * x * x).mean(), b - lr * (e * x).mean(), c - lr * e.mean())


@wrong("03.parabola_step", "It is a that turns")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x * x + b * x + c - y
    return (a - lr * 4 * (e * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean())


@wrong("03.parabola_step", "moved one after the other")
def my_parabola_step(x, y, a, b, c, lr):
    f = lambda: 2 * (a * x * x + b * x + c - y)
    a = a - lr * (f() * x * x).mean()
    b = b - lr * (f() * x).mean()
    c = c - lr * f().mean()
    return (a, b, c)


@wrong("03.parabola_step", "slopes are added up")
def my_parabola_step(x, y, a, b, c, lr):
    p = torch.tensor([a, b, c], requires_grad=True)
    ((p[0] * x * x + p[1] * x + p[2] - y) ** 2).sum().backward()
    return tuple((p - lr * p.grad).tolist())


@wrong("03.parabola_step", "These are lr times the slopes")
def my_parabola_step(x, y, a, b, c, lr):
    e = 2 * lr * (a * x * x + b * x + c - y)
    return ((e * x * x).mean(), (e * x).mean(), e.mean())


@wrong("03.parabola_step", "only under torch.no_grad()")
def my_parabola_step(x, y, a, b, c, lr):
    a = torch.tensor(a, requires_grad=True)
    ((a * x * x + b * x + c - y) ** 2).mean().backward()
    a -= lr * a.grad
    return (a, b, c)


@wrong("03.parabola_step", "c is missing from the prediction")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x * x + b * x - y
    return (a - lr * 2 * (e * x * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean())


@right("03.parabola_step")
def my_parabola_step(x, y, a, b, c, lr):
    p = torch.tensor([a, b, c], requires_grad=True)
    ((p[0] * x * x + p[1] * x + p[2] - y) ** 2).mean().backward()
    return tuple((p - lr * p.grad).tolist())


@right("03.parabola_step")
def my_parabola_step(x, y, a, b, c, lr):
    e = 2 * (a * x * x + b * x + c - y)
    return [a - lr * (e * x * x).mean(), b - lr * (e * x).mean(), c - lr * e.mean()]


@right("03.parabola_step")
def my_parabola_step(x, y, a, b, c, lr):
    e = (a * x**2 + b * x + c - y).numpy()
    X = x.numpy()
    return (
        a - lr * 2 * numpy.mean(e * X * X),
        b - lr * 2 * numpy.mean(e * X),
        c - lr * 2 * numpy.mean(e),
    )


@right("03.parabola_step")
def my_parabola_step(x, y, a, b, c, lr):
    n = len(x)
    da = db = dc = 0
    for u, v in zip(x.tolist(), y.tolist()):
        e = a * u * u + b * u + c - v
        da, db, dc = da + 2 * e * u * u / n, db + 2 * e * u / n, dc + 2 * e / n
    return a - lr * da, b - lr * db, c - lr * dc


@wrong("03.parabola_step", "a and b are exchanged")
def my_parabola_step(x, y, a, b, c, lr):
    e = b * x**2 + a * x + c - y
    return a - lr * (2 * e * x**2).mean(), b - lr * (2 * e * x).mean(), c - lr * (2 * e).mean()


@wrong("03.parabola_step", "You took two steps;")
def my_parabola_step(x, y, a, b, c, lr):
    for _ in range(2):
        e = a * x**2 + b * x + c - y
        a, b, c = (
            a - lr * (2 * e * x**2).mean(),
            b - lr * (2 * e * x).mean(),
            c - lr * (2 * e).mean(),
        )
    return a, b, c


@wrong("03.parabola_step", "x and y are exchanged:")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * y**2 + b * y + c - x
    return a - lr * (2 * e * y**2).mean(), b - lr * (2 * e * y).mean(), c - lr * (2 * e).mean()


@wrong("03.parabola_step", "You divided by N")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    n = len(x) - 1
    return (
        a - lr * (2 * e * x**2).sum() / n,
        b - lr * (2 * e * x).sum() / n,
        c - lr * (2 * e).sum() / n,
    )


@wrong("03.parabola_step", "You squared the mean")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return (
        a - lr * (2 * e).mean() * x.mean() ** 2,
        b - lr * (2 * e * x).mean(),
        c - lr * (2 * e).mean(),
    )


@wrong("03.parabola_step", "Only a was moved;")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return a - lr * (2 * e * x**2).mean(), b, c


@wrong("03.parabola_step", "The slopes still")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return (
        a - lr * 2 * (e**2 * x**2).mean(),
        b - lr * 2 * (e**2 * x).mean(),
        c - lr * 2 * (e**2).mean(),
    )


@wrong("03.parabola_step", "The target is missing:")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c
    return a - lr * (2 * e * x**2).mean(), b - lr * (2 * e * x).mean(), c - lr * (2 * e).mean()


@wrong("03.parabola_step", "a, b and c must come")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return c - lr * (2 * e).mean(), b - lr * (2 * e * x).mean(), a - lr * (2 * e * x**2).mean()


@wrong("03.parabola_step", "The minus in y -")
def my_parabola_step(x, y, a, b, c, lr):
    e = y - a * x**2 + b * x + c
    return a - lr * (2 * e * x**2).mean(), b - lr * (2 * e * x).mean(), c - lr * (2 * e).mean()


@wrong("03.parabola_step", "The error is missing")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return a - lr * (2 * e * x**2).mean(), b - lr * (2 * e * x).mean(), c - lr * 2


@wrong("03.parabola_step", "The errors have lost")
def my_parabola_step(x, y, a, b, c, lr):
    e = abs(a * x**2 + b * x + c - y)
    return a - lr * (2 * e * x**2).mean(), b - lr * (2 * e * x).mean(), c - lr * (2 * e).mean()


# 03.train


@wrong("03.train", "every step goes along the sum")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
    return (W.item(), b.item())


@wrong("03.train", "b is reset and W is not")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "W is reset and b is not")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "still a sum, which makes")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "You walk uphill")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W += lr * W.grad
            b += lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "one step too many")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps + 1):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "one step too few")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(1, steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "does return stand inside")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
        return (W.item(), b.item())


@wrong("03.train", "only under torch.no_grad()")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        if True:
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "The two are exchanged: return")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (b.item(), W.item())


@wrong("03.train", "ends in an underscore")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero()
        b.grad.zero()
    return (W.item(), b.item())


@wrong("03.train", "reduce the loss first")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = (W * x + b - y) ** 2
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "The loss is not squared")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = (W * x + b - y).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@wrong("03.train", "A .grad is None until")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@right("03.train")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return (W.item(), b.item())


@right("03.train")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = None
        b.grad.zero_()
    return (W.detach(), b.detach())


@right("03.train")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for _ in range(steps):
        e = W * x + b - y
        W, b = (W - lr * 2 * (e * x).mean(), b - lr * 2 * e.mean())
    return (float(W), float(b))


@right("03.train")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for _ in range(steps):
        e = [W * p + b - q for p, q in zip(x.tolist(), y.tolist())]
        dW = sum(2 * u * p for u, p in zip(e, x.tolist())) / len(e)
        W, b = W - lr * dW, b - lr * sum(2 * u for u in e) / len(e)
    return W, b


@right("03.train")
def my_train(x, y, lr, steps):
    W, b = torch.tensor(0.0), torch.tensor(0.0)
    for _ in range(steps):
        e = W * x + b - y
        W, b = W - lr * 2 * (e * x).mean(), b - lr * 2 * e.mean()
    return W, b


@right("03.train")
def my_train(x, y, lr, steps):
    p = torch.zeros(2, requires_grad=True)
    opt = torch.optim.SGD([p], lr=lr)
    for _ in range(steps):
        opt.zero_grad()
        ((p[0] * x + p[1] - y) ** 2).mean().backward()
        opt.step()
    return tuple(p.tolist())


@wrong("03.train", "asks for plain numbers: W.item")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
    return W, b


@wrong("03.train", "There are no steps")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(max(1, steps)):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
    return W.item(), b.item()


@wrong("03.train", "You stop before all")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        if loss < 1e-2:
            break
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
    return W.item(), b.item()


@wrong("03.train", "A part of the old")
def my_train(x, y, lr, steps):
    p = torch.zeros(2, requires_grad=True)
    opt = torch.optim.SGD([p], lr=lr, momentum=0.9)
    for _ in range(steps):
        opt.zero_grad()
        ((p[0] * x + p[1] - y) ** 2).mean().backward()
        opt.step()
    return tuple(p.tolist())


@wrong("03.train", "The learning rate shrinks")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for k in range(steps):
        e = W * x + b - y
        W, b = W - lr / (k + 1) * 2 * (e * x).mean().item(), b - lr / (k + 1) * 2 * e.mean().item()
    return W, b


@wrong("03.train", "This walks down the square")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean() ** 0.5
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
    return W.item(), b.item()


@wrong("03.train", "The step is divided")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for k in range(steps):
        e = W * x + b - y
        W, b = W - lr * 2 * (e * x).mean().item() / len(x), b - lr * 2 * e.mean().item() / len(x)
    return W, b


@wrong("03.train", "x and y are exchanged:")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for k in range(steps):
        e = W * y + b - x
        W, b = W - lr * 2 * (e * y).mean().item(), b - lr * 2 * e.mean().item()
    return W, b


@wrong("03.train", "W and b are still")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        W.grad.zero_()
        b.grad.zero_()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
    return W.item(), b.item()


@wrong("03.train", "The slope is missing")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for k in range(steps):
        e = W * x + b - y
        W, b = W - lr, b - lr
    return W, b


# 03.mse, once more


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).mean().item()


@wrong("03.mse", "squared after averaging")
def my_mse(predictions, targets):
    return (predictions - targets).mean() ** 2


@wrong("03.mse", "You divided by 2 rather than by how many points there are")
def my_mse(predictions, targets):
    return ((predictions - targets) ** 2).sum() / 2


@wrong("03.mse", "no slope comes back")
def my_mse(predictions, targets):
    return torch.tensor(((predictions - targets) ** 2).mean())


@wrong("03.mse", "You squared predictions and targets each for themselves")
def my_mse(predictions, targets):
    return (predictions**2 - targets**2).mean()


@right("03.mse")
def my_mse(predictions, targets):
    d = targets - predictions
    return d @ d / d.numel()


# 03.slopes, once more


@wrong("03.slopes", "Both signs are reversed")
def my_slopes(x, y, W, b):
    e = y - (W * x + b)
    return 2 * (e * x).mean(), 2 * e.mean()


@wrong("03.slopes", "The 2 is missing: the slope of e² is 2e.\n")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (e * x).mean(), e.mean()


@wrong("03.slopes", "multiplied two means")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return 2 * e.mean() * x.mean(), 2 * e.mean()


@wrong("03.slopes", "slopes of all points are added")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return 2 * (e * x).sum(), 2 * e.sum()


@wrong("03.slopes", "The first of the two is the loss itself")
def my_slopes(x, y, W, b):
    e = W * x + b - y
    return (e**2).mean(), 2 * e.mean()


@right("03.slopes")
def my_slopes(x, y, W, b):
    n = len(x)
    dW = db = 0
    for xi, yi in zip(x, y):
        e = W * xi + b - yi
        dW += 2 * e * xi / n
        db += 2 * e / n
    return dW, db


@wrong("03.slopes", "the number 2 must be `len(x)`")
def my_slopes(x, y, W, b):
    error = W * x + b - y
    dW = 2 * sum(error * x) / len(x)
    db = 2 * sum(error) / 2
    return dW, db


# 03.train, once more


@wrong("03.train", "every step goes along the sum")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
    return W.item(), b.item()


@wrong("03.train", "still a sum, which makes")
def my_train(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
    return W.item(), b.item()


@wrong("03.train", "b was updated with the loss after W had moved")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for _ in range(steps):
        e = W * x + b - y
        W = W - lr * 2 * (e * x).mean()
        e = W * x + b - y
        b = b - lr * 2 * e.mean()
    return float(W), float(b)


@wrong("03.train", "You walk uphill")
def my_train(x, y, lr, steps):
    W, b = 0.0, 0.0
    for _ in range(steps):
        e = W * x + b - y
        W, b = W + lr * 2 * (e * x).mean(), b + lr * 2 * e.mean()
    return float(W), float(b)


@wrong("03.train", "The answer has 2 parts")
def my_train(x, y, lr, steps):
    W, b = 0.0, 0.0
    for _ in range(steps):
        e = W * x + b - y
        W, b = W - lr * 2 * (e * x).mean(), b - lr * 2 * e.mean()
    return W, b, (e**2).mean()


@right("03.train")
def my_train(x, y, lr, steps):
    W = b = 0.0
    for _ in range(steps):
        e = W * x + b - y
        W, b = W - lr * 2 * (e * x).mean().item(), b - lr * 2 * e.mean().item()
    return W, b


# 03.parabola_step, once more


@wrong("03.parabola_step", "parameter minus lr times slope")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return 2 * (e * x**2).mean(), 2 * (e * x).mean(), 2 * e.mean()


@wrong("03.parabola_step", "turning a turns the prediction by x²")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return a - lr * 2 * (e * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean()


@wrong("03.parabola_step", "moved one after the other")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    a = a - lr * 2 * (e * x**2).mean()
    e = a * x**2 + b * x + c - y
    b = b - lr * 2 * (e * x).mean()
    e = a * x**2 + b * x + c - y
    c = c - lr * 2 * e.mean()
    return a, b, c


@wrong("03.parabola_step", "The 2 is missing")
def my_parabola_step(x, y, a, b, c, lr):
    e = a * x**2 + b * x + c - y
    return a - lr * (e * x**2).mean(), b - lr * (e * x).mean(), c - lr * e.mean()


@wrong("03.parabola_step", "You squared a as well")
def my_parabola_step(x, y, a, b, c, lr):
    e = (a * x) ** 2 + b * x + c - y
    return a - lr * 2 * (e * x**2).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean()


@right("03.parabola_step")
def my_parabola_step(x, y, a, b, c, lr):
    w = torch.tensor([a, b, c], requires_grad=True)
    X = torch.stack([x**2, x, torch.ones_like(x)], 1)
    F.mse_loss(X @ w, y).backward()
    return tuple((w - lr * w.grad).tolist())


@wrong("03.parabola_step", "`x` is multiplied by 2; its square is meant")
def my_parabola_step(x, y, a, b, c, lr):
    a, b, c = (torch.tensor(float(v), requires_grad=True) for v in (a, b, c))
    loss = (a * x * 2 + b * x + c - y).pow(2).mean()
    loss.backward()
    return a - lr * a.grad, b - lr * b.grad, c - lr * c.grad
