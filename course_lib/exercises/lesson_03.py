"""Exercises of lesson 03, Gradient descent on y = 2x + 1."""

import random

import torch
from torch import tensor

from course_lib.exercises import exercise


def _points(low=2, high=6):
    n = random.randint(low, high)
    return torch.randn(n) + 0.5, torch.randn(n) * 2


@exercise(
    "03.mse",
    cases=[
        (tensor([1.0, 2.0]), tensor([1.0, 4.0])),
        (tensor([1.0, 2.0, 3.0]), tensor([3.0, 5.0, 7.0])),
    ],
    random_case=_points,
    mistakes={
        "You added the squares up and did not divide by how many there are: mean, not sum.": lambda p, t: (
            ((p - t) ** 2).sum()
        ),
        "You averaged the errors without squaring them, so errors above and below cancel.": (
            lambda p, t: (p - t).mean(),
            lambda p, t: (t - p).mean(),
        ),
        "You squared after averaging, so errors above and below cancel first. Square each, then "
        "average.": lambda p, t: (p - t).mean() ** 2,
        "This is the mean absolute error; square instead of taking the sign away.": lambda p, t: (
            (p - t).abs().mean()
        ),
        "You averaged over dim 0 and added up before it; one division by N is asked.": lambda p, t: (
            ((p - t) ** 2).sum() / len(p) ** 2
        ),
        "You divided by N - 1. That is for estimating a spread; the mean divides by N.": lambda p, t: (
            ((p - t) ** 2).sum() / (len(p) - 1)
        ),
        "You divided by 2 rather than by how many points there are.": lambda p, t: (
            ((p - t) ** 2).sum() / 2
        ),
        "This is half the mean squared error. Some books put the half there; this course does "
        "not.": lambda p, t: ((p - t) ** 2).mean() / 2,
        "This is the spread of the errors around their own mean; the mean is not to be taken away.": (
            lambda p, t: (p - t).var(),
            lambda p, t: (p - t).var(correction=0),
        ),
        "You squared predictions and targets each for themselves; square their difference.": (
            lambda p, t: (p**2 - t**2).mean(),
            lambda p, t: (p**2).mean() - (t**2).mean(),
        ),
        "You added predictions and targets; the error is their difference.": lambda p, t: (
            (p + t) ** 2
        ).mean(),
        "In p - t ** 2 only the target is squared: ** comes before -. Put the difference in "
        "parentheses.": lambda p, t: (p - t**2).mean(),
        "** 2 came before -, so only one of the two was squared. Put the difference in "
        "parentheses.": lambda p, t: (p**2 - t).mean(),
        "You squared predictions of shape (N,) against targets of shape (N, 1): every one against "
        "every other.": lambda p, t: ((p - t[:, None]) ** 2).mean(),
        "This is the loss of the first point only; average over all.": lambda p, t: (
            (p[0] - t[0]) ** 2
        ),
        "This is the largest squared error; average over all.": lambda p, t: ((p - t) ** 2).max(),
        "You multiplied the difference by 2; squaring multiplies it by itself: ** 2.": lambda p, t: (
            ((p - t) * 2).mean()
        ),
    },
    hints=[
        "What is the error of the first point alone? Its square?",
        "predictions - targets has shape (N,); ** 2 squares each of them.",
        ".mean() behind the parentheses makes one number of it.",
    ],
)
def mse(predictions, targets):
    return ((predictions - targets) ** 2).mean()


def _line():
    x, y = _points()
    return x, y, random.uniform(-2, 2), random.uniform(-2, 2)


def _slopes_from(factor):
    """A mistake in the slopes: (dW, db) made of the errors in another way."""
    return lambda x, y, W, b: factor(x, W * x + b - y)


@exercise(
    "03.slopes",
    cases=[
        (tensor([1.0, 2.0]), tensor([3.0, 5.0]), 0.0, 0.0),
        (tensor([1.0, 2.0, 3.0]), tensor([3.0, 5.0, 7.0]), 1.0, -1.0),
    ],
    random_case=_line,
    forbid={
        "backward": "This exercise asks for the slopes from your own paper, without autograd.",
        "autograd": "This exercise asks for the slopes from your own paper, without autograd.",
    },
    mistakes={
        "Both signs are reversed: the error is prediction minus target, not the other way "
        "round.": _slopes_from(lambda x, e: (-(2 * e * x).mean(), -(2 * e).mean())),
        "The 2 is missing: the slope of e² is 2e.": _slopes_from(
            lambda x, e: ((e * x).mean(), e.mean())
        ),
        "The slopes of all points are added up; the mean divides by how many there are.": _slopes_from(
            lambda x, e: ((2 * e * x).sum(), (2 * e).sum())
        ),
        "dW lacks its x: turning W by a little turns the prediction by x times as much.": _slopes_from(
            lambda x, e: ((2 * e).mean(), (2 * e).mean())
        ),
        "db has an x too many: turning b turns the prediction by just as much.": _slopes_from(
            lambda x, e: ((2 * e * x).mean(), (2 * e * x).mean())
        ),
        "The two are exchanged: dW first, then db.": _slopes_from(
            lambda x, e: ((2 * e).mean(), (2 * e * x).mean())
        ),
        "You multiplied two means; the mean of the products e · x is another number.": (
            _slopes_from(lambda x, e: (2 * e.mean() * x.mean(), 2 * e.mean())),
        ),
        "The bias is missing from your prediction: W x + b.": (
            lambda x, y, W, b: ((2 * (W * x - y) * x).mean(), (2 * (W * x - y)).mean())
        ),
        "The targets are missing: the error is W x + b - y.": (
            lambda x, y, W, b: ((2 * (W * x + b) * x).mean(), (2 * (W * x + b)).mean())
        ),
        "You have not reduced: each slope must be one number, the mean over the points.": (
            _slopes_from(lambda x, e: (2 * e * x, 2 * e)),
        ),
        "These slopes still hold the square of the error; the slope of e² is 2e.": (
            _slopes_from(lambda x, e: ((e**2 * x).mean(), (e**2).mean())),
            _slopes_from(lambda x, e: ((2 * e**2 * x).mean(), (2 * e**2).mean())),
        ),
        "dW is multiplied by W; it is x that stands beside W in the prediction.": (
            lambda x, y, W, b: ((2 * (W * x + b - y) * W).mean(), (2 * (W * x + b - y)).mean())
        ),
        "The 2 is missing in db only.": _slopes_from(lambda x, e: ((2 * e * x).mean(), e.mean())),
        "The 2 is missing in dW only.": _slopes_from(lambda x, e: ((e * x).mean(), (2 * e).mean())),
        "dW is right. db has the wrong sign.": _slopes_from(
            lambda x, e: ((2 * e * x).mean(), -(2 * e).mean())
        ),
        "db is right. dW has the wrong sign.": _slopes_from(
            lambda x, e: (-(2 * e * x).mean(), (2 * e).mean())
        ),
    },
    hints=[
        "For one point, with e = W x + b - y, the loss is e². Its slope against e?",
        "The chain rule: dL/dW = 2 e · x and dL/db = 2 e · 1, for one point.",
        "For several points, the mean of these.",
    ],
)
def slopes(x, y, W, b):
    errors = W * x + b - y
    return (2 * errors * x).mean(), (2 * errors).mean()


def _descend(x, y, lr, steps, reset=True, reduce=torch.mean, sign=1, W=0.0, b=0.0):
    """The training of exercise 03.train, with the faults that people make as options."""
    W, b = tensor(W), tensor(b)
    sum_W, sum_b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        errors = W * x + b - y
        dW, db = reduce(2 * errors * x), reduce(2 * errors)
        sum_W, sum_b = (dW, db) if reset else (sum_W + dW, sum_b + db)
        W, b = W - sign * lr * sum_W, b - sign * lr * sum_b
    return W.item(), b.item()


def _only(which):
    def train(x, y, lr, steps):
        W, b = tensor(0.0), tensor(0.0)
        for _ in range(steps):
            errors = W * x + b - y
            if which == "W":
                W = W - lr * (2 * errors * x).mean()
            else:
                b = b - lr * (2 * errors).mean()
        return W.item(), b.item()

    return train


def _one_after_the_other(x, y, lr, steps):
    W, b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        W = W - lr * (2 * (W * x + b - y) * x).mean()
        b = b - lr * (2 * (W * x + b - y)).mean()
    return W.item(), b.item()


@exercise(
    "03.train",
    cases=[
        (tensor([1.0, 2.0]), tensor([3.0, 5.0]), 0.1, 1),
        (tensor([1.0, 2.0, 3.0, 4.0]), tensor([3.0, 5.0, 7.0, 8.0]), 0.01, 20),
    ],
    random_case=lambda: (*_points(3, 6), random.uniform(0.02, 0.1), random.randint(2, 12)),
    rtol=1e-3,
    mistakes={
        "The reset is missing still: every step goes along the sum of all slopes so far.": (
            lambda x, y, lr, n: _descend(x, y, lr, n, reset=False)
        ),
        "The loss is still a sum, which makes each step N times as long: take the mean.": (
            lambda x, y, lr, n: _descend(x, y, lr, n, reduce=torch.sum)
        ),
        "The loss is still a sum, and the reset is missing as well.": (
            lambda x, y, lr, n: _descend(x, y, lr, n, reset=False, reduce=torch.sum)
        ),
        "You walk uphill: the update goes against the gradient, with a minus.": (
            lambda x, y, lr, n: _descend(x, y, lr, n, sign=-1)
        ),
        "You took one step too many.": lambda x, y, lr, n: _descend(x, y, lr, n + 1),
        "You took one step too few.": lambda x, y, lr, n: _descend(x, y, lr, n - 1),
        "Only one step was taken: does return stand inside the loop?": lambda x, y, lr, n: _descend(
            x, y, lr, 1
        ),
        "W and b never moved. Is the update under no_grad in place, and is the gradient still there "
        "when it comes?": lambda x, y, lr, n: (0.0, 0.0),
        "Only W was trained; b stays at 0.": _only("W"),
        "Only b was trained; W stays at 0.": _only("b"),
        "b was updated with the loss after W had moved. Both slopes belong to the same "
        "place.": _one_after_the_other,
        "You start at W = b = 1; the exercise starts at 0.": lambda x, y, lr, n: _descend(
            x, y, lr, n, W=1.0, b=1.0
        ),
        "The learning rate is missing from the update.": lambda x, y, lr, n: _descend(x, y, 1.0, n),
        "The two are exchanged: return W, then b.": lambda x, y, lr, n: _descend(x, y, lr, n)[::-1],
        "You step with half the slope: is a 2 lost, or the loss halved?": lambda x, y, lr, n: (
            _descend(x, y, lr / 2, n)
        ),
    },
    hints=[
        "Compare each line of the loop with the five steps in the table.",
        "W -= … moves the leaf, W = W - … makes a new number; the first needs torch.no_grad().",
        "mean instead of sum, an update in place, and W.grad.zero_() at the end of every round.",
    ],
)
def train(x, y, lr, steps):
    return _descend(x, y, lr, steps)


def _parabola():
    return (*_points(3, 6), *(random.uniform(-1, 1) for _ in range(3)), random.uniform(0.01, 0.2))


def _parabola_from(slopes_of, sign=1):
    """A mistake in the parabola's step: other slopes, or another direction."""

    def step(x, y, a, b, c, lr):
        errors = a * x**2 + b * x + c - y
        da, db, dc = slopes_of(x, errors, a, b)
        return a - sign * lr * da, b - sign * lr * db, c - sign * lr * dc

    return step


def _right_slopes(x, e, a, b):
    return (2 * e * x**2).mean(), (2 * e * x).mean(), (2 * e).mean()


@exercise(
    "03.parabola_step",
    cases=[
        (tensor([2.0]), tensor([3.0]), 0.0, 0.0, 0.0, 0.1),
        (tensor([1.0, 2.0, 3.0]), tensor([1.0, 4.0, 9.0]), 0.5, 0.0, 1.0, 0.01),
    ],
    random_case=_parabola,
    mistakes={
        "You walked uphill: the step goes against the gradient, with a minus.": _parabola_from(
            _right_slopes, sign=-1
        ),
        "These are the slopes; take the step: parameter minus lr times slope.": lambda x, y, a, b, c, lr: (
            _right_slopes(x, a * x**2 + b * x + c - y, a, b)
        ),
        "The slope for a lacks a factor x: turning a turns the prediction by x².": _parabola_from(
            lambda x, e, a, b: ((2 * e * x).mean(), (2 * e * x).mean(), (2 * e).mean())
        ),
        "You took the slope of x² as 2x. It is a that turns, not x: the prediction turns by x².": (
            _parabola_from(
                lambda x, e, a, b: ((2 * e * 2 * x).mean(), (2 * e).mean(), (2 * e).mean())
            ),
            _parabola_from(
                lambda x, e, a, b: ((2 * e * 2 * x).mean(), (2 * e * x).mean(), (2 * e).mean())
            ),
            _parabola_from(
                lambda x, e, a, b: (
                    (2 * e * (2 * a * x + b)).mean(),
                    (2 * e * x).mean(),
                    (2 * e).mean(),
                )
            ),
        ),
        "The 2 is missing: the slope of e² is 2e.": _parabola_from(
            lambda x, e, a, b: ((e * x**2).mean(), (e * x).mean(), e.mean())
        ),
        "The slopes are added up; the mean divides by how many points there are.": _parabola_from(
            lambda x, e, a, b: ((2 * e * x**2).sum(), (2 * e * x).sum(), (2 * e).sum())
        ),
        "You have not reduced: each slope is one number, the mean over the points.": _parabola_from(
            lambda x, e, a, b: (2 * e * x**2, 2 * e * x, 2 * e)
        ),
        "The x beside a and b is missing from the slopes: all three are equal in yours.": _parabola_from(
            lambda x, e, a, b: ((2 * e).mean(), (2 * e).mean(), (2 * e).mean())
        ),
        "The order is a, b, c; yours is c, b, a.": _parabola_from(
            lambda x, e, a, b: _right_slopes(x, e, a, b)[::-1]
        ),
        "The learning rate is missing from the step.": lambda x, y, a, b, c, lr: tuple(
            p - s
            for p, s in zip(
                (a, b, c), _right_slopes(x, a * x**2 + b * x + c - y, a, b), strict=True
            )
        ),
        "The square is missing from the prediction: a x² + b x + c.": lambda x, y, a, b, c, lr: (
            tuple(
                p - lr * s
                for p, s in zip(
                    (a, b, c), _right_slopes(x, a * x + b * x + c - y, a, b), strict=True
                )
            )
        ),
        "(2 e x)² is not 2 e x²: in your slope for a, the 2 and the error are squared as "
        "well.": _parabola_from(
            lambda x, e, a, b: (((2 * e * x) ** 2).mean(), (2 * e * x).mean(), (2 * e).mean())
        ),
    },
    hints=[
        "With e = a x² + b x + c - y the loss of one point is e². What does turning a do to e?",
        "da = mean of 2 e x², db = mean of 2 e x, dc = mean of 2 e.",
        "Then a - lr * da, and the same for b and c; all three slopes from the old place.",
    ],
)
def parabola_step(x, y, a, b, c, lr):
    errors = a * x**2 + b * x + c - y
    da, db, dc = (2 * errors * x**2).mean(), (2 * errors * x).mean(), (2 * errors).mean()
    return a - lr * da, b - lr * db, c - lr * dc
