"""Exercises of lesson 03, Gradient descent on y = 2x + 1."""

import random

import torch
from torch import tensor

from course_lib.exercises.comparison import equal
from course_lib.exercises.registry import Wrong, exercise


def _points(low=2, high=6):
    n = random.randint(low, high)
    return torch.randn(n) + 0.5, torch.randn(n) * 2


@exercise(
    "03.mse",
    cases=[
        (tensor([1.5, 2.0]), tensor([1.0, 4.0])),
        (tensor([1.0, 2.5, 3.0]), tensor([3.0, 5.0, 7.0])),
    ],
    random_case=_points,
    borders=[
        (tensor([2.5]), tensor([1.0])),
        (torch.arange(8.0) / 3, torch.arange(8.0).sqrt()),
    ],
    trained_on=["predictions"],
    rtol=1e-5,
    facts={"there is one point": lambda p, t: len(p) == 1},
    mistakes={
        "You added the squares up and did not divide by how many there are: mean, not "
        "sum.": lambda p, t: ((p - t) ** 2).sum(),
        "You averaged the errors without squaring them, so errors above and below cancel.": (
            lambda p, t: (p - t).mean(),
            lambda p, t: (t - p).mean(),
        ),
        "You squared after averaging, so errors above and below cancel first. Square each, then "
        "average.": lambda p, t: (p - t).mean() ** 2,
        "This is the mean absolute error; square instead of taking the sign away.": lambda p, t: (
            (p - t).abs().mean()
        ),
        "You divided by N twice; the mean divides by it once.": lambda p, t: (
            ((p - t) ** 2).sum() / len(p) ** 2
        ),
        "You divided by N - 1. That is for estimating a spread; the mean "
        "divides by N.": lambda p, t: ((p - t) ** 2).sum() / (len(p) - 1),
        "You divided by 2 rather than by how many points there are.": lambda p, t: (
            ((p - t) ** 2).sum() / 2
        ),
        "You divided by a number of your own; divide by how many points there are.": tuple(
            lambda p, t, n=n: ((p - t) ** 2).sum() / n for n in (3, 4, 5, 10, 100)
        ),
        "You divided by N + 1; the mean divides by N.": lambda p, t: (
            ((p - t) ** 2).sum() / (len(p) + 1)
        ),
        "You squared the mean of the errors without their sign; square each, then average.": (
            lambda p, t: (p - t).abs().mean() ** 2
        ),
        "// drops what stands after the decimal point; divide with /.": lambda p, t: (
            ((p - t) ** 2).sum() // len(p)
        ),
        "This is twice the mean squared error.": lambda p, t: 2 * ((p - t) ** 2).mean(),
        "You cubed the errors; square them: ** 2.": lambda p, t: ((p - t) ** 3).mean(),
        "This is the smallest squared error; average over all.": lambda p, t: ((p - t) ** 2).min(),
        "This is the loss of the last point only; average over all.": (
            lambda p, t: (p[-1] - t[-1]) ** 2,
        ),
        "The division by N does not stand in the mean: only the last square is divided. Put the "
        "sum in parentheses.": lambda p, t: ((p - t) ** 2)[:-1].sum() + ((p - t) ** 2)[-1] / len(p),
        "float16 keeps three digits only: compute with the tensors as they come.": lambda p, t: (
            (p.half() - t.half()) ** 2
        ).mean(),
        "The targets are missing: the error is prediction minus target.": lambda p, t: (
            p**2
        ).mean(),
        "This is half the mean squared error. Some books put the half there; this course does "
        "not.": lambda p, t: ((p - t) ** 2).mean() / 2,
        "This is the spread of the errors around their own mean; the mean is not to "
        "be taken away.": (
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
        "You squared the sum of the errors, so those above and below cancel first. Square each, "
        "then average.": (
            lambda p, t: (p - t).sum() ** 2,
            lambda p, t: (p - t).sum() ** 2 / len(p),
        ),
        "This is the length of the errors' vector, the root of the sum of squares: no root, and "
        "the mean instead of the sum.": (
            lambda p, t: (p - t).norm(),
            lambda p, t: (p - t).norm() / len(p),
        ),
        "This is the square root of the right answer.": lambda p, t: ((p - t) ** 2).mean() ** 0.5,
        "You multiplied predictions and targets; the error is their difference.": (
            lambda p, t: (p * t).mean(),
            lambda p, t: ((p * t) ** 2).mean(),
            lambda p, t: (p * t).sum(),
        ),
        "You divided each error by its target; take the plain difference.": (
            lambda p, t: (((p - t) / t) ** 2).mean(),
            lambda p, t: ((p - t).abs() / t.abs()).mean(),
        ),
        "This is the spread of the errors around their mean, and its root; take the mean of the "
        "squares.": (
            lambda p, t: (p - t).std(),
            lambda p, t: (p - t).std(correction=0),
        ),
        "This loss is squared only near 0 and straight beyond (smooth L1, Huber); square "
        "everywhere.": (
            torch.nn.functional.smooth_l1_loss,
            torch.nn.functional.huber_loss,
        ),
        "You compared the predictions with the mean of the targets; each has its own "
        "target.": lambda p, t: ((p - t.mean()) ** 2).mean(),
        "You put the predictions through the line 2x + 1 once more. They are the line's heights "
        "already.": (lambda p, t: ((2 * p + 1 - t) ** 2).mean()),
        "This is the slope of the loss against each prediction, not the loss.": (
            lambda p, t: 2 * (p - t) / len(p),
            lambda p, t: 2 * (p - t),
        ),
        "You multiplied the difference by 2; squaring multiplies it by "
        "itself: ** 2.": lambda p, t: ((p - t) * 2).mean(),
    },
    hints=[
        "What is the error of the first point alone? Its square?",
        "predictions - targets has shape (N,); ** 2 squares each of them.",
        ".mean() after the parentheses makes one number of it.",
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


def _difference_quotient(h):
    def slopes(x, y, W, b):
        def L(W, b):
            return ((W * x + b - y) ** 2).mean()

        return (L(W + h, b) - L(W - h, b)) / (2 * h), (L(W, b + h) - L(W, b - h)) / (2 * h)

    return slopes


def _one_sided(h):
    def slopes(x, y, W, b):
        def L(W, b):
            return ((W * x + b - y) ** 2).mean()

        return (L(W + h, b) - L(W, b)) / h, (L(W, b + h) - L(W, b)) / h

    return slopes


@exercise(
    "03.slopes",
    cases=[
        (tensor([1.0, 2.5]), tensor([3.0, 5.0]), 0.5, -1.0),
        (tensor([1.0, 2.0, 3.0]), tensor([3.0, 5.5, 7.0]), 1.5, 0.5),
    ],
    random_case=_line,
    borders=[
        (tensor([2.0]), tensor([3.0]), 0.0, 0.0),
        (torch.arange(7.0) / 2, torch.arange(7.0).sqrt(), -1.0, 2.0),
    ],
    facts={
        "W and b are 0": lambda x, y, W, b: W == b == 0,
        "there is one point": lambda x, y, W, b: len(x) == 1,
    },
    forbid={
        "backward": "This exercise asks for the slopes from your own paper, without autograd.",
        "autograd": "This exercise asks for the slopes from your own paper, without autograd.",
        "grad": "This exercise asks for the slopes from your own paper, without autograd.",
    },
    mistakes={
        "The minus in y - W x + b reaches only W x. Put the prediction in parentheses, and mind "
        "that the error is prediction minus target.": lambda x, y, W, b: (
            (2 * (y - W * x + b) * x).mean(),
            (2 * (y - W * x + b)).mean(),
        ),
        "Without parentheses around the error W x + b - y, x multiplies only its last term.": (
            lambda x, y, W, b: ((2 * (W * x + b) - y * x).mean(), (2 * (W * x + b) - y).mean()),
            lambda x, y, W, b: ((2 * W * x + b - y * x).mean(), (2 * W * x + b - y).mean()),
        ),
        "These are W and b after a step; the exercise asks for the slopes only.": (
            lambda x, y, W, b: (
                W - 0.1 * (2 * (W * x + b - y) * x).mean(),
                b - 0.1 * (2 * (W * x + b - y)).mean(),
            ),
            lambda x, y, W, b: (
                W - 0.01 * (2 * (W * x + b - y) * x).mean(),
                b - 0.01 * (2 * (W * x + b - y)).mean(),
            ),
        ),
        "This is the loss; the exercise asks for its slopes against W and b.": (
            lambda x, y, W, b: ((W * x + b - y) ** 2).mean(),
            lambda x, y, W, b: (((W * x + b - y) ** 2).mean(), ((W * x + b - y) ** 2).mean()),
        ),
        "x and y are exchanged: the prediction is W x + b, and y is the target.": (
            lambda x, y, W, b: ((2 * (W * y + b - x) * y).mean(), (2 * (W * y + b - x)).mean()),
            lambda x, y, W, b: ((2 * (W * x + b - y) * y).mean(), (2 * (W * x + b - y)).mean()),
        ),
        "W and b are exchanged in the prediction: W x + b.": (
            lambda x, y, W, b: ((2 * (b * x + W - y) * x).mean(), (2 * (b * x + W - y)).mean())
        ),
        "W multiplies x alone, not x + b: without the parentheses * comes first.": (
            lambda x, y, W, b: (
                (2 * (W * (x + b) - y) * x).mean(),
                (2 * (W * (x + b) - y)).mean(),
            )
        ),
        "The slopes belong to the mean absolute error; the slope of e² is 2e.": (
            _slopes_from(lambda x, e: ((e.sign() * x).mean(), e.sign().mean())),
        ),
        "The errors have lost their sign: the slope of e² is 2e, with the sign of e.": (
            _slopes_from(lambda x, e: ((2 * e.abs() * x).mean(), (2 * e.abs()).mean())),
        ),
        "The error is missing from db: it is the mean of 2 e.": (
            _slopes_from(lambda x, e: ((2 * e * x).mean(), (2 * x).mean())),
            _slopes_from(lambda x, e: ((2 * e * x).mean(), torch.tensor(2.0))),
            _slopes_from(lambda x, e: ((2 * e * x).mean(), torch.tensor(1.0))),
        ),
        "The error is missing from both slopes: dW is the mean of 2 e x, db of 2 e.": (
            _slopes_from(lambda x, e: ((2 * x).mean(), torch.tensor(2.0))),
        ),
        "You divided by N - 1; the mean divides by N.": _slopes_from(
            lambda x, e: ((2 * e * x).sum() / (len(x) - 1), (2 * e).sum() / (len(x) - 1))
        ),
        "dW is the mean of 2 e x; you multiplied by x squared.": _slopes_from(
            lambda x, e: ((2 * e * x**2).mean(), (2 * e).mean())
        ),
        "You divided by x; it multiplies the error in dW.": _slopes_from(
            lambda x, e: ((2 * e / x).mean(), (2 * e).mean())
        ),
        "The first of the two is the loss itself; the exercise asks for the slopes.": (
            lambda x, y, W, b: (((W * x + b - y) ** 2).mean(), (W * x + b - y).mean()),
            lambda x, y, W, b: (((W * x + b - y) ** 2).mean(), (2 * (W * x + b - y)).mean()),
        ),
        "These are the slopes of the line itself, x and 1. Those of the loss have 2 e in front.": (
            lambda x, y, W, b: (x.mean(), 1.0),
            lambda x, y, W, b: (x, 1.0),
            lambda x, y, W, b: (x.sum(), float(len(x))),
        ),
        "This is nearly right: a difference quotient in float32 loses digits. Work the slopes out "
        "on paper.": tuple(
            quotient(h)
            for h in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
            for quotient in (_difference_quotient, _one_sided)
        ),
        "Both signs are reversed: the error is prediction minus target, not the other way "
        "round.": _slopes_from(lambda x, e: (-(2 * e * x).mean(), -(2 * e).mean())),
        "The 2 is missing: the slope of e² is 2e.": _slopes_from(
            lambda x, e: ((e * x).mean(), e.mean())
        ),
        "The slopes of all points are added up; the mean divides by how many there "
        "are.": _slopes_from(lambda x, e: ((2 * e * x).sum(), (2 * e).sum())),
        "dW lacks its x: turning W by a little turns the prediction by x times as "
        "much.": _slopes_from(lambda x, e: ((2 * e).mean(), (2 * e).mean())),
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
    return float((2 * errors * x).mean()), float((2 * errors).mean())


def _plain(answer, given):
    """The answer, or a Wrong if it is right but for being tensors with a history."""
    parts = answer if isinstance(answer, (tuple, list)) else ()
    with_history = [isinstance(part, torch.Tensor) and part.requires_grad for part in parts]
    if any(with_history) and equal([part.item() for part in answer], list(train(*given)), 2e-4):
        raise Wrong(
            "The values are right, but they are tensors with requires_grad=True; the exercise asks "
            "for plain numbers: W.item(), b.item()."
        )
    return answer


def _loss_at(x, y, W, b):
    return ((W * x + b - y) ** 2).mean()


def _shrinking(x, y, steps, rate):
    W, b = 0.0, 0.0
    for k in range(steps):
        W, b = _descend(x, y, rate(k), 1, W=W, b=b)
    return W, b


def _until(x, y, lr, steps, small):
    W, b = 0.0, 0.0
    for _ in range(steps):
        if _loss_at(x, y, W, b) < small:
            break
        W, b = _descend(x, y, lr, 1, W=W, b=b)
    return W, b


def _made_in_the_loop(x, y, lr, steps):
    if steps == 0:
        raise UnboundLocalError("W")
    return _descend(x, y, lr, 1)


def _root_of_loss(x, y, lr, steps):
    W, b = 0.0, 0.0
    for _ in range(steps):
        root = float(_loss_at(x, y, W, b)) ** 0.5
        W, b = _descend(x, y, lr / (2 * root), 1, W=W, b=b)
    return W, b


def _descend(x, y, lr, steps, reset=True, reduce=torch.mean, sign=1, W=0.0, b=0.0, keep=1.0):
    """The training of exercise 03.train, with the faults that people make as options."""
    W, b = tensor(W), tensor(b)
    sum_W, sum_b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        errors = W * x + b - y
        dW, db = reduce(2 * errors * x), reduce(2 * errors)
        if keep < 1:
            sum_W, sum_b = keep * sum_W + dW, keep * sum_b + db
        else:
            sum_W = dW if reset in (True, "W") else sum_W + dW
            sum_b = db if reset in (True, "b") else sum_b + db
        W, b = W - sign * lr * sum_W, b - sign * lr * sum_b
    return W.item(), b.item()


def _train_with(x, y, lr, steps, slope_of_error=lambda e: 2 * e, bias=1):
    """Gradient descent with another slope of the loss against the error, or without the bias."""
    W, b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        slope = slope_of_error(W * x + bias * b - y)
        W, b = W - lr * (slope * x).mean(), b - lr * slope.mean()
    return W.item(), b.item()


def _crosswise(x, y, lr, steps):
    W, b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        errors = W * x + b - y
        W, b = W - lr * (2 * errors).mean(), b - lr * (2 * errors * x).mean()
    return W.item(), b.item()


def _valley(x, y, lr, steps):
    W, b = torch.linalg.lstsq(torch.stack([x, torch.ones_like(x)], dim=1), y).solution
    return W.item(), b.item()


def _point_by_point(x, y, lr, steps):
    W, b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        for one_x, one_y in zip(x, y, strict=True):
            error = W * one_x + b - one_y
            W, b = W - lr * 2 * error * one_x, b - lr * 2 * error
    return W.item(), b.item()


def _adam(x, y, lr, steps):
    W, b = tensor(0.0, requires_grad=True), tensor(0.0, requires_grad=True)
    optimizer = torch.optim.Adam([W, b], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        ((W * x + b - y) ** 2).mean().backward()
        optimizer.step()
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
        (tensor([1.0, 2.0, 3.0, 4.0]), tensor([3.0, 5.0, 7.0, 8.0]), 0.03, 3),
        (tensor([1.0, 2.0, 3.0, 4.0]), tensor([3.0, 5.0, 7.0, 8.0]), 0.01, 20),
    ],
    random_case=lambda: (*_points(3, 6), random.uniform(0.02, 0.1), random.randint(2, 12)),
    borders=[
        (tensor([1.0, 2.0]), tensor([3.0, 5.0]), 0.1, 0),
        (tensor([1.5]), tensor([2.0]), 0.05, 1),
        (tensor([1.0, 2.0]), tensor([0.1, 0.2]), 0.1, 12),
        (tensor([0.0, 1.5, -2.0]), tensor([0.0, 1.0, 2.5]), 0.05, 4),
        (tensor([1.0, 2.0]), tensor([3.0, 5.0]), 0.0, 2),
    ],
    facts={
        "there is one step": lambda x, y, lr, steps: steps == 1,
        "steps is 0": lambda x, y, lr, steps: steps == 0,
        "there is at most one step": lambda x, y, lr, steps: steps <= 1,
    },
    call=lambda function, *given: _plain(function(*given), given),
    rtol=2e-4,
    mistakes={
        "The reset is missing, stands after the loop, or lacks its parentheses, zero_(): every "
        "step goes along the sum of all slopes so far.": (
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
        "Only one step was taken: does return stand inside the loop, or are W and b made again in "
        "every round?": (
            lambda x, y, lr, n: _descend(x, y, lr, 1) if n else None,
            _made_in_the_loop,
        ),
        "W and b are still 0. Is the gradient still there when the update comes, and is it the "
        "gradient that you reset, not W and b themselves?": lambda x, y, lr, n: (0.0, 0.0),
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
        "W is reset and b is not: b goes along the sum of all its slopes "
        "so far.": lambda x, y, lr, n: _descend(x, y, lr, n, reset="W"),
        "b is reset and W is not: W goes along the sum of all its slopes "
        "so far.": lambda x, y, lr, n: _descend(x, y, lr, n, reset="b"),
        "You divided by the learning rate; multiply by it.": lambda x, y, lr, n: _train_with(
            x, y, 1 / lr, n
        ),
        "The learning rate is a number of your own; use the lr that is given.": tuple(
            lambda x, y, lr, n, own=own: _descend(x, y, own, n) for own in (0.01, 0.1, 0.05, 0.001)
        ),
        "The number of steps is one of your own; use the steps that are given.": tuple(
            lambda x, y, lr, n, own=own: _descend(x, y, lr, own) for own in (100, 10, 20)
        ),
        "These are the slopes exchanged: W moved by b's, and b by W's.": _crosswise,
        "This is the bottom of the valley. The exercise asks where gradient descent is after so "
        "many steps.": _valley,
        "The loss is not squared: without ** 2 the slope does not shrink near the valley.": (
            lambda x, y, lr, n: _train_with(x, y, lr, n, lambda e: torch.ones_like(e))
        ),
        "This walks down the mean absolute error; square the errors.": lambda x, y, lr, n: (
            _train_with(x, y, lr, n, torch.sign)
        ),
        "b is missing from the prediction: W x + b.": lambda x, y, lr, n: _train_with(
            x, y, lr, n, bias=0
        ),
        "You took a step at every point; one step goes along the mean "
        "over all points.": _point_by_point,
        "The slopes are those of the start in every step: compute the loss inside the "
        "loop.": lambda x, y, lr, n: _descend(x, y, lr * n, 1),
        "These are the steps of Adam, which lesson 06 builds; the exercise asks for plain gradient "
        "descent.": _adam,
        "You walk uphill, and the reset is missing as well.": lambda x, y, lr, n: _descend(
            x, y, lr, n, reset=False, sign=-1
        ),
        "You walk uphill, and the loss is still a sum.": lambda x, y, lr, n: _descend(
            x, y, lr, n, reduce=torch.sum, sign=-1
        ),
        "The step is divided by N once more: the mean has done that already.": lambda x, y, lr, n: (
            _descend(x, y, lr / len(x), n)
        ),
        "This walks down the square root of the loss; take the mean of the squares itself.": (
            _root_of_loss
        ),
        "A part of the old slopes is kept in every step, as momentum does; plain gradient descent "
        "goes along the new slope alone.": tuple(
            lambda x, y, lr, n, keep=keep: _descend(x, y, lr, n, keep=keep) for keep in (0.9, 0.5)
        ),
        "The learning rate shrinks from step to step; it must stay as it is given.": (
            lambda x, y, lr, n: _shrinking(x, y, n, lambda k: lr / (k + 1)),
            lambda x, y, lr, n: _shrinking(x, y, n, lambda k: lr * (1 - k / n)),
            lambda x, y, lr, n: _shrinking(x, y, n, lambda k: lr * 0.9**k),
            lambda x, y, lr, n: _shrinking(x, y, n, lambda k: lr * 0.99**k),
        ),
        "There are no steps to take for steps = 0; you took one.": lambda x, y, lr, n: _descend(
            x, y, lr, max(1, n)
        ),
        "You stop before all steps are taken, once the loss is small: take every step.": tuple(
            lambda x, y, lr, n, small=small: _until(x, y, lr, n, small) for small in (1e-1, 1e-2)
        ),
        "x and y are exchanged: the prediction is W x + b, and y is the target.": (
            lambda x, y, lr, n: _descend(y, x, lr, n)
        ),
        "This is the loss at the end; the exercise asks for W and b.": lambda x, y, lr, n: (
            _loss_at(x, y, *_descend(x, y, lr, n)),
            _loss_at(x, y, *_descend(x, y, lr, max(n - 1, 0))),
        )[0],
        "W starts at 1; the exercise starts at 0.": lambda x, y, lr, n: _descend(
            x, y, lr, n, W=1.0
        ),
        "The slope is missing from the step: lr times the slope is subtracted.": (
            lambda x, y, lr, n: (-lr * n, -lr * n)
        ),
    },
    hints=[
        "Compare each line of the loop with the five steps in the table.",
        "W -= … moves the leaf, W = W - … makes a new number; the first needs torch.no_grad().",
        "mean instead of sum, an update in place, and W.grad.zero_() at the end of every round.",
    ],
)
def train(x, y, lr, steps):
    W, b = tensor(0.0), tensor(0.0)
    for _ in range(steps):
        errors = W * x + b - y
        W, b = W - lr * (2 * errors * x).mean(), b - lr * (2 * errors).mean()
    return W.item(), b.item()


def _parabola():
    return (*_points(3, 6), *(random.uniform(-1, 1) for _ in range(3)), random.uniform(0.01, 0.2))


def _parabola_from(slopes_of, sign=1):
    """A mistake in the parabola's step: other slopes, or another direction."""

    def step(x, y, a, b, c, lr):
        errors = a * x**2 + b * x + c - y
        da, db, dc = slopes_of(x, errors, a, b)
        return a - sign * lr * da, b - sign * lr * db, c - sign * lr * dc

    return step


def _one_parameter_after_the_other(x, y, a, b, c, lr):
    a = a - lr * (2 * (a * x**2 + b * x + c - y) * x**2).mean()
    b = b - lr * (2 * (a * x**2 + b * x + c - y) * x).mean()
    return a, b, c - lr * (2 * (a * x**2 + b * x + c - y)).mean()


def _right_slopes(x, e, a, b):
    return (2 * e * x**2).mean(), (2 * e * x).mean(), (2 * e).mean()


@exercise(
    "03.parabola_step",
    cases=[
        (tensor([2.0]), tensor([3.0]), 0.5, -1.0, 0.25, 0.1),
        (tensor([1.0, 2.0, 3.0]), tensor([1.0, 4.5, 9.0]), 0.5, 0.3, 1.0, 0.02),
    ],
    random_case=_parabola,
    borders=[
        (torch.arange(7.0) / 3, torch.arange(7.0).sqrt(), 0.0, 0.0, 0.0, 0.1),
        (tensor([-1.5, 0.5]), tensor([2.0, 1.0]), 1.0, 1.0, 1.0, 0.5),
        (tensor([-1.5, 0.5]), tensor([2.0, 1.0]), 1.0, 2.0, -1.0, 0.0),
    ],
    facts={"there is one point": lambda x, *rest: len(x) == 1},
    rtol=2e-5,
    mistakes={
        "You walked uphill: the step goes against the gradient, with a minus.": _parabola_from(
            _right_slopes, sign=-1
        ),
        "These are the slopes; take the step: parameter minus lr times "
        "slope.": lambda x, y, a, b, c, lr: _right_slopes(x, a * x**2 + b * x + c - y, a, b),
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
        "The x beside a and b is missing from the slopes, so that all three are equal.": (
            _parabola_from(lambda x, e, a, b: ((2 * e).mean(), (2 * e).mean(), (2 * e).mean()))
        ),
        "These are lr times the slopes; take them away from "
        "a, b and c.": lambda x, y, a, b, c, lr: tuple(
            lr * s for s in _right_slopes(x, a * x**2 + b * x + c - y, a, b)
        ),
        "In (a - lr) * slope the learning rate is taken from a: * comes first if you leave the "
        "parentheses out.": lambda x, y, a, b, c, lr: tuple(
            (p - lr) * s
            for p, s in zip(
                (a, b, c), _right_slopes(x, a * x**2 + b * x + c - y, a, b), strict=True
            )
        ),
        "You moved one after the other, so b and c saw a parameter that had moved already. All "
        "three slopes belong to the old place.": _one_parameter_after_the_other,
        "a, b and c are as they came: nothing has moved.": lambda x, y, a, b, c, lr: (a, b, c),
        "You squared a as well: a x² and not (a x)².": lambda x, y, a, b, c, lr: tuple(
            p - lr * s
            for p, s in zip(
                (a, b, c), _right_slopes(x, (a * x) ** 2 + b * x + c - y, a, b), strict=True
            )
        ),
        "The prediction is that of a line; a parabola has three terms: a x² + b x + c.": (
            lambda x, y, a, b, c, lr: tuple(
                p - lr * s
                for p, s in zip((a, b, c), _right_slopes(x, a * x + b - y, a, b), strict=True)
            )
        ),
        "The slopes of a, b and c hold a, b and c; they must hold what stands beside these, x², x "
        "and 1.": lambda x, y, a, b, c, lr: tuple(
            p - lr * (2 * (a * x**2 + b * x + c - y) * p).mean() for p in (a, b, c)
        ),
        "The slopes still hold the square of the error; the slope of e² is 2e.": _parabola_from(
            lambda x, e, a, b: _right_slopes(x, e**2, a, b)
        ),
        "You multiplied two means; the mean of the products e · x² is "
        "another number.": _parabola_from(
            lambda x, e, a, b: (2 * e.mean() * (x**2).mean(), 2 * e.mean() * x.mean(), 2 * e.mean())
        ),
        "Each slope has one x too many: x² for a, x for b, none for c.": _parabola_from(
            lambda x, e, a, b: _right_slopes(x, e * x, a, b)
        ),
        "The learning rate is a number of your own; use the lr that is given.": tuple(
            lambda x, y, a, b, c, lr, own=own: parabola_step(x, y, a, b, c, own)
            for own in (0.1, 0.01)
        ),
        "You divided by the learning rate; multiply by it.": lambda x, y, a, b, c, lr: (
            parabola_step(x, y, a, b, c, 1 / lr)
        ),
        "This is the loss; the exercise asks for the parameters after a "
        "step.": lambda x, y, a, b, c, lr: ((a * x**2 + b * x + c - y) ** 2).mean(),
        "a, b and c must come back in this order.": (
            lambda x, y, a, b, c, lr: parabola_step(x, y, a, b, c, lr)[::-1]
        ),
        "a and b are exchanged in the prediction: x² stands beside a, x beside b.": (
            lambda x, y, a, b, c, lr: tuple(
                p - lr * s
                for p, s in zip(
                    (a, b, c), _right_slopes(x, b * x**2 + a * x + c - y, a, b), strict=True
                )
            )
        ),
        "The minus in y - a x² + b x + c reaches only a x². Put the prediction in parentheses, and "
        "mind that the error is prediction minus target.": (
            lambda x, y, a, b, c, lr: tuple(
                p - lr * s
                for p, s in zip(
                    (a, b, c), _right_slopes(x, y - a * x**2 + b * x + c, a, b), strict=True
                )
            )
        ),
        "The error is missing from the slope for c: it is the mean of 2 e.": _parabola_from(
            lambda x, e, a, b: (
                (2 * e * x**2).mean(),
                (2 * e * x).mean(),
                torch.tensor(2.0),
            )
        ),
        "You took two steps; the exercise asks for one.": lambda x, y, a, b, c, lr: parabola_step(
            x, y, *parabola_step(x, y, a, b, c, lr), lr
        ),
        "x and y are exchanged: the prediction is made from x, and y is the target.": (
            lambda x, y, a, b, c, lr: parabola_step(y, x, a, b, c, lr)
        ),
        "You divided by N - 1; the mean divides by N.": _parabola_from(
            lambda x, e, a, b: tuple(
                s * len(x) / torch.tensor(len(x) - 1.0) for s in _right_slopes(x, e, a, b)
            )
        ),
        "You walked uphill, and the learning rate is missing as well.": (
            lambda x, y, a, b, c, lr: tuple(
                p + s
                for p, s in zip(
                    (a, b, c), _right_slopes(x, a * x**2 + b * x + c - y, a, b), strict=True
                )
            )
        ),
        "You walked uphill, and the 2 is missing from the slopes: the slope of e² is 2e.": (
            _parabola_from(
                lambda x, e, a, b: ((e * x**2).mean(), (e * x).mean(), e.mean()), sign=-1
            )
        ),
        "You squared the mean of x; take the mean of e times x².": _parabola_from(
            lambda x, e, a, b: ((2 * e).mean() * x.mean() ** 2, (2 * e * x).mean(), (2 * e).mean())
        ),
        "Only a was moved; b and c take a step as well.": lambda x, y, a, b, c, lr: (
            parabola_step(x, y, a, b, c, lr)[0],
            b,
            c,
        ),
        "c was not moved: its slope is the mean of 2 e.": lambda x, y, a, b, c, lr: (
            *parabola_step(x, y, a, b, c, lr)[:2],
            c,
        ),
        "The errors have lost their sign: the slope of e² is 2e, with the sign of e.": (
            _parabola_from(lambda x, e, a, b: _right_slopes(x, e.abs(), a, b))
        ),
        "The step is divided by N once more: the mean has done that already.": _parabola_from(
            lambda x, e, a, b: tuple(s / len(x) for s in _right_slopes(x, e, a, b))
        ),
        "c is missing from the prediction: a x² + b x + c.": lambda x, y, a, b, c, lr: tuple(
            p - lr * s
            for p, s in zip((a, b, c), _right_slopes(x, a * x**2 + b * x - y, a, b), strict=True)
        ),
        "The target is missing: the error is the prediction minus y.": (
            lambda x, y, a, b, c, lr: parabola_step(x, 0 * y, a, b, c, lr)
        ),
        "The slopes for a and c are exchanged: x² belongs to a.": _parabola_from(
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
    return float(a - lr * da), float(b - lr * db), float(c - lr * dc)
