"""Exercises of lesson 01, Tensors."""

import random

import torch
from torch import tensor

from course_lib.exercises.registry import exercise

NO_LOOP = "The exercise asks for an answer without a loop: use {}."


def _size(low, high):
    return random.randint(low, high)


def _first_column_only(table):
    return torch.cat([table[:, :1] - table[:, 0].mean(), table[:, 1:]], dim=1)


def _mean_that_moves(table):
    table = table.clone()
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            table[i, j] = table[i, j] - table[:, j].mean()
    return table


def _last_column_only(table):
    return torch.cat([table[:, :-1], table[:, -1:] - table[:, -1].mean()], dim=1)


@exercise(
    "01.center",
    cases=[
        (tensor([[1.0, 10.0], [2.5, 20.0]]),),
        (tensor([[0.5, 1.0], [2.0, 7.0], [4.0, 1.5]]),),
    ],
    random_case=lambda: (torch.randn(_size(2, 4), _size(2, 4)) * 3 + 1,),
    borders=[(torch.arange(14.0).reshape(7, 2) ** 1.5,), (tensor([[1.5, -2.0, 4.0]]),)],
    mistakes={
        "You took away each row's mean. The rows have to disappear from the mean: "
        "dim=0.": lambda t: t - t.mean(dim=1, keepdim=True),
        "You took away one mean of the whole table; each column has a mean of its own.": lambda t: (
            t - t.mean()
        ),
        "mean(dim=1) is one number for each row, and lying down it was subtracted as if it were "
        "one for each column.": lambda t: t - t.mean(dim=1),
        "You gave back the means; take them away from the table.": (
            lambda t: t.mean(dim=0),
            lambda t: t.mean(dim=0, keepdim=True),
        ),
        "You added the mean; it must be taken away.": lambda t: t + t.mean(dim=0),
        "You took away each column's sum, not its mean.": lambda t: t - t.sum(dim=0),
        "You took away each column's median, not its mean.": lambda t: t - t.median(dim=0).values,
        "You took away each column's largest number, not its mean.": lambda t: (
            t - t.max(dim=0).values
        ),
        "You took away each column's smallest number, not its mean.": lambda t: (
            t - t.min(dim=0).values
        ),
        "You divided by the mean; take it away instead.": lambda t: t / t.mean(dim=0),
        "The means are right, but you also divided by the spread; the exercise asks only to "
        "subtract.": (
            lambda t: (t - t.mean(dim=0)) / t.std(dim=0),
            lambda t: (t - t.mean(dim=0)) / t.std(dim=0, correction=0),
        ),
        "You took away the first row, not the mean of all rows.": lambda t: t - t[0],
        "You took away the last row, not the mean of all rows.": lambda t: t - t[-1],
        "You took away each column's spread, not its mean.": lambda t: t - t.std(dim=0),
        "You gave back one number for each column; the exercise asks for the whole table, with the "
        "means taken away.": (
            lambda t: t.var(dim=0),
            lambda t: t.std(dim=0),
            lambda t: t.sum(dim=0),
            lambda t: (t - t.mean(dim=0)).sum(dim=0),
            lambda t: (t - t.mean(dim=0)).mean(dim=0),
        ),
        "You divided the columns' sums by how many columns there are; the mean divides by the "
        "rows.": lambda t: t - t.sum(dim=0) / t.shape[1],
        "You divided the columns' sums by one less than there are rows.": lambda t: (
            t - t.sum(dim=0) / (len(t) - 1)
        ),
        "You took the mean away twice.": lambda t: t - 2 * t.mean(dim=0),
        "The last column is left out: count to table.shape[1], since range stops before its end.": (
            lambda t: torch.cat([(t - t.mean(dim=0))[:, :-1], t[:, -1:]], dim=1)
        ),
        "The first column is left out: counting starts at 0.": lambda t: torch.cat(
            [t[:, :1], (t - t.mean(dim=0))[:, 1:]], dim=1
        ),
        "The mean changes while you change the table: compute each column's mean once, before you "
        "subtract it.": _mean_that_moves,
        "Not all rows are in the mean: the table has as many as it has.": tuple(
            lambda t, k=k: t - t[:k].mean(dim=0) for k in (2, 3, 4, 5)
        ),
        "The means are cut off or rounded to whole numbers: divide with /, which keeps the "
        "decimals.": (
            lambda t: t - t.sum(dim=0) // len(t),
            lambda t: t - t.mean(dim=0).round(),
            lambda t: t - t.mean(dim=0).trunc(),
        ),
        "You divided the columns' sums by how many numbers there are in the table; the mean of a "
        "column divides by the rows.": lambda t: t - t.sum(dim=0) / t.numel(),
        "You divided the columns' sums by 2; divide by how many rows there are.": (
            lambda t: t - t.sum(dim=0) / 2
        ),
        "You added up the columns' means and took that away; each column has a mean of its "
        "own.": lambda t: t - t.mean(dim=0).sum(),
        "You took away the mean of the first row; each column has a mean of its own.": lambda t: (
            t - t[0].mean()
        ),
        "You took away the mean of the first column everywhere; each column has its own.": (
            lambda t: t - t[:, 0].mean()
        ),
        "The columns' means stand upright, as if there were one for each row: leave them lying, "
        "shape (columns,).": (
            lambda t: t - t.mean(dim=0)[:, None],
            lambda t: t - t.mean(dim=0).reshape(-1, 1),
        ),
        "You took away how many rows there are; take away the mean.": lambda t: t - len(t),
        "The numbers are right, but rows and columns are exchanged: join the columns with "
        "torch.stack(columns, dim=1).": lambda t: list((t - t.mean(dim=0)).T),
        "You took away the rows' means as well as the columns'.": (
            lambda t: t - t.mean(dim=0) - t.mean(dim=1, keepdim=True),
            lambda t: t - t.mean(dim=0) - (t - t.mean(dim=0)).mean(dim=1, keepdim=True),
            lambda t: t - t.mean(dim=0) - t.mean(dim=1, keepdim=True) + t.mean(),
        ),
        "The columns' means are gone, but you added the mean of everything again.": lambda t: (
            t - t.mean(dim=0) + t.mean()
        ),
        "Only the first column is centred: does return stand inside the loop?": _first_column_only,
        "Only the last column is centred.": _last_column_only,
        "The means are taken away, but then you divided by the number of rows as well.": lambda t: (
            (t - t.mean(dim=0)) / len(t)
        ),
        "You divided by each column's sum; take its mean away.": lambda t: t / t.sum(dim=0),
        "You centred each row, and divided by its spread.": (
            lambda t: (t - t.mean(dim=1, keepdim=True)) / t.std(dim=1, keepdim=True),
            lambda t: torch.nn.functional.layer_norm(t, t.shape[1:]),
        ),
        "You squeezed each column between 0 and 1; its mean is to be 0.": lambda t: (
            (t - t.min(dim=0).values) / (t.max(dim=0).values - t.min(dim=0).values)
        ),
        "Only two columns are there: the table has as many as it has, so count with "
        "table.shape[1].": (lambda t: (t - t.mean(dim=0))[:, :2]),
    },
    hints=[
        "What shape have the means of all columns, if the table has shape (rows, columns)?",
        "The dimension that disappears is the rows': table.mean(dim=0).",
        "A shape (columns,) fits under (rows, columns), so table - means works as it stands.",
    ],
)
def center(table):
    return table - table.mean(dim=0, keepdim=True)


def _predictions_and_targets():
    n = _size(2, 6)
    targets = torch.randn(n)
    predictions = targets + torch.randn(n)
    return predictions[:, None] if random.random() < 0.5 else predictions, targets


@exercise(
    "01.error",
    cases=[
        (tensor([[1.0], [2.0]]), tensor([1.0, 2.0])),
        (tensor([1.0, 3.5]), tensor([1.0, 2.0])),
        (tensor([[4.0]]), tensor([1.0])),
    ],
    random_case=_predictions_and_targets,
    borders=[
        (tensor([2.5]), tensor([1.0])),
        (torch.arange(7.0)[:, None] / 2, torch.arange(7.0) ** 0.5),
    ],
    facts={
        "predictions has shape (N, 1)": lambda p, t: p.dim() == 2,
        "there is one prediction": lambda p, t: len(p) == 1,
    },
    mistakes={
        "This is the broken function again: (N, 1) against (N,) still "
        "becomes (N, N).": lambda p, t: ((p - t) ** 2).mean(),
        "Right for predictions of shape (N, 1). For shape (N,), the targets are now the ones that "
        "stand upright.": lambda p, t: ((p - t[:, None]) ** 2).mean(),
        "Right for predictions of shape (N, 1), but a prediction of shape (N,) has no second "
        "dimension to take away.": (
            lambda p, t: ((p[:, 0] - t) ** 2).mean(),
            lambda p, t: ((p.squeeze(1) - t) ** 2).mean(),
        ),
        "You added the squares up and did not divide by how many there are.": lambda p, t: (
            (p.reshape(t.shape) - t) ** 2
        ).sum(),
        "predictions.squeeze(1) gives a new tensor and leaves predictions as it is: give the new "
        "one a name. And predictions of shape (N,) have no dimension 1.": lambda p, t: (
            p.squeeze(1),
            ((p - t) ** 2).mean(),
        )[1],
        "Only predictions of shape (N, 1) were flattened right; those of shape (N,) fail.": (
            lambda p, t: ((p.T[0] - t) ** 2).mean()
        ),
        "You squared predictions and targets each for themselves; square their difference.": (
            lambda p, t: (p.reshape(t.shape) ** 2 - t**2).mean()
        ),
        "In p - t ** 2 only the targets are squared: ** comes before -. Put the difference in "
        "parentheses.": (
            lambda p, t: (p.reshape(t.shape) - t**2).mean(),
            lambda p, t: p.reshape(t.shape) - t**2,
        ),
        "You divided by N - 1; the mean divides by N.": lambda p, t: (
            ((p.reshape(t.shape) - t) ** 2).sum() / (len(t) - 1)
        ),
        "This is half the mean squared error; the exercise asks for the mean itself.": (
            lambda p, t: ((p.reshape(t.shape) - t) ** 2).mean() / 2
        ),
        "You divided by 2; divide by how many predictions there are.": lambda p, t: (
            ((p.reshape(t.shape) - t) ** 2).sum() / 2
        ),
        "You compared the predictions with the mean of the targets; each has its own "
        "target.": lambda p, t: ((p.reshape(t.shape) - t.mean()) ** 2).mean(),
        "This is the largest squared error; take their mean.": lambda p, t: (
            (p.reshape(t.shape) - t) ** 2
        ).max(),
        "You took the error without its sign; the exercise asks for its square.": lambda p, t: (
            (p.reshape(t.shape) - t).abs().mean()
        ),
        "You averaged the errors without squaring them, so they cancel.": lambda p, t: (
            p.reshape(t.shape) - t
        ).mean(),
        "You averaged first and squared then, so errors above and below cancel. Square each, "
        "then average.": lambda p, t: (p.reshape(t.shape) - t).mean() ** 2,
        "This is the mean over one dimension of the (N, N) table that broadcasting makes: give "
        "predictions the targets' shape first.": (
            lambda p, t: ((p - t) ** 2).mean(dim=0),
            lambda p, t: ((p - t) ** 2).mean(dim=-1),
            lambda p, t: ((p - t) ** 2).sum(dim=0).mean(),
            lambda p, t: ((p - t) ** 2).sum() / len(t),
        ),
        "You gave both predictions and targets a second dimension, or gave it to those that had "
        "none: (N, 1) against (N,) is still (N, N).": (
            lambda p, t: ((p.unsqueeze(1) - t) ** 2).mean(),
            lambda p, t: ((p.reshape(-1, 1) - t) ** 2).mean(),
            lambda p, t: ((p.reshape(-1) - t[:, None]) ** 2).mean(),
        ),
        "Only the first prediction is in it; each has its target.": (
            lambda p, t: ((p[0] - t) ** 2).mean(),
            lambda p, t: (p.reshape(-1)[0] - t[0]) ** 2,
            lambda p, t: (p.reshape(-1)[0] - t[0]) ** 2 / len(t),
        ),
        "Only the last prediction is in it: does each round forget the total so far?": (
            lambda p, t: (p.reshape(-1)[-1] - t[-1]) ** 2 / len(t),
            lambda p, t: (p.reshape(-1)[-1] - t[-1]) ** 2,
        ),
        "This is the root of the sum of the squares; the exercise asks for the mean of the "
        "squares.": lambda p, t: (p.reshape(t.shape) - t).norm(),
        "The diagonal of the (N, N) table is right for (N, 1); for predictions of shape (N,) "
        "there is no table.": (lambda p, t: ((p - t) ** 2).diag().mean(),),
        "This is the spread of the errors around their own mean; that mean is not to be taken "
        "away.": (
            lambda p, t: (p.reshape(t.shape) - t).var(),
            lambda p, t: (p.reshape(t.shape) - t).var(correction=0),
        ),
        "The shapes are right now, but these are the errors: square them, and take the mean.": (
            lambda p, t: p.reshape(t.shape) - t
        ),
        "The targets are missing: the error is prediction minus target.": lambda p, t: (
            p**2
        ).mean(),
        "The shapes are right now, but the mean is missing: the exercise asks for one "
        "number.": lambda p, t: (p.reshape(t.shape) - t) ** 2,
    },
    hints=[
        "Print the shape of predictions - targets for (2, 1) and (2,).",
        "Give the predictions the targets' shape before you subtract.",
        "predictions.reshape(targets.shape) is right in both cases.",
    ],
)
def error(predictions, targets):
    return float(((predictions.reshape(targets.shape) - targets) ** 2).mean())


def _rows_of_probabilities():
    n, v = _size(2, 5), _size(2, 6)
    return torch.randn(n, v).softmax(dim=1), torch.randint(0, v, (n,))


@exercise(
    "01.pick",
    cases=[
        (tensor([[0.1, 0.7, 0.2]]), tensor([2])),
        (tensor([[0.1, 0.7, 0.2], [0.5, 0.15, 0.35]]), tensor([2, 0])),
    ],
    random_case=_rows_of_probabilities,
    borders=[
        (torch.arange(1.0, 22.0).reshape(7, 3).softmax(dim=1), tensor([0, 1, 2, 2, 1, 0, 1])),
        (tensor([[0.25, 0.75]]), tensor([0])),
        (tensor([[0.0, 1.0], [1.0, 0.0]]), tensor([0, 0])),
    ],
    forbid={
        "loop": NO_LOOP.format("gather, or two indices at once"),
        "map": "map is a loop as well. " + NO_LOOP.format("gather, or two indices at once"),
    },
    mistakes={
        "probabilities[:, letters] takes all those columns from every row. Each row needs its own "
        "column.": lambda p, k: p[:, k],
        "You took the largest probability of each row; the exercise asks for the right letter's, "
        "also when the model is wrong.": lambda p, k: p.max(dim=1).values,
        "You gave the place of the largest probability; the exercise asks for the probability of "
        "the right letter.": lambda p, k: p.argmax(dim=1),
        "probabilities[letters] takes whole rows. The row is 0, 1, 2, …; the letter is the "
        "column.": lambda p, k: p[k],
        "You have each row's column, but gather was told to walk along dimension 0.": lambda p, k: (
            p.gather(0, k[None, :]).squeeze(0)
        ),
        "Rows and columns are exchanged: first the row number, then the letter.": lambda p, k: p[
            k, torch.arange(len(k))
        ],
        "The probabilities are right; give them as they are, without the log.": lambda p, k: (
            p.gather(1, k[:, None]).squeeze(1).log()
        ),
        "You took letters[0] in every row; each row has its own letter.": lambda p, k: p[:, k[0]],
        "The numbers are right; give one for each row, without the mean.": lambda p, k: p.gather(
            1, k[:, None]
        ).mean(),
        "The row's right entry stands in it, but the zeros around it stand there still: add up "
        "each row, dim=1.": lambda p, k: p * torch.nn.functional.one_hot(k, p.shape[1]),
        "You added up each column. Each row has one entry that is not 0: dim=1.": lambda p, k: (
            p * torch.nn.functional.one_hot(k, p.shape[1])
        ).sum(dim=0),
        "The right entry is in each row's mean, divided by the number of letters: add up, "
        "sum(dim=1).": (lambda p, k: (p * torch.nn.functional.one_hot(k, p.shape[1])).mean(dim=1)),
        "You went one column too far to the left: letters count from 0, "
        "as columns do.": lambda p, k: p[torch.arange(len(k)), k - 1],
        "You took minus the log of it, which is a loss; the exercise asks for the probability "
        "itself.": (
            lambda p, k: -p.gather(1, k[:, None]).squeeze(1).log(),
            lambda p, k: torch.nn.functional.nll_loss(p.log(), k),
            torch.nn.functional.nll_loss,
            torch.nn.functional.cross_entropy,
        ),
        "You multiplied the probabilities together; give one for each row.": lambda p, k: p.gather(
            1, k[:, None]
        ).prod(),
        "Every entry comes from the first row; the row goes 0, 1, 2, … as well. take does the "
        "same: it reads the table as one long row.": (lambda p, k: p[0, k], lambda p, k: p.take(k)),
        "They are probabilities already: no second softmax.": lambda p, k: (
            p.softmax(dim=1).gather(1, k[:, None]).squeeze(1)
        ),
        "This says where the largest probability is the right letter's; the exercise asks for the "
        "probability itself.": (
            lambda p, k: p.argmax(dim=1) == k,
            lambda p, k: (p.argmax(dim=1) == k).float(),
            lambda p, k: (p.argmax(dim=1) == k).float().mean(),
        ),
        "You multiplied by the letters' numbers; a letter says which column to take.": (
            lambda p, k: (p * k[:, None]).sum(dim=1),
            lambda p, k: p * k[:, None],
        ),
        "With a minus, letters count from the end of the row: take letters as they are.": (
            lambda p, k: p[torch.arange(len(k)), -k]
        ),
        "You went one column too far to the right: letters count from 0, as columns do.": (
            lambda p, k: p[torch.arange(len(k)), k + 1]
        ),
        "This is one row of the table; the exercise asks for one entry of every row.": (
            lambda p, k: p[-1],
            lambda p, k: p[0],
        ),
        "You took the mean of each column; take the right letter's entry.": lambda p, k: p.mean(0),
        "You took the mean of each row; take the right letter's entry.": lambda p, k: p.mean(1),
        "You gave back the letters; the exercise asks for their probabilities.": lambda p, k: k,
        "gather was told to walk along dimension 0, the rows; the letters are columns, dimension "
        "1.": lambda p, k: p.gather(0, k[:, None]).squeeze(1),
        "The row numbers go to how many letters there are in the alphabet; go to how many rows "
        "there are, len(letters).": lambda p, k: p[range(p.shape[1]), k],
        "This is one whole column of the table for each letter: the row is missing from the "
        "index.": lambda p, k: p.T[k],
        "squeeze() takes away every dimension of length 1, the rows' too if there is one row. "
        "Name it: squeeze(1).": lambda p, k: p.gather(1, k[:, None]).squeeze(),
        "gather gives shape (N, 1); take the second dimension away: squeeze(1).": lambda p, k: (
            p.gather(1, k[:, None])
        ),
        "You gave the letters' probabilities added up; give one for each row.": lambda p, k: (
            p.gather(1, k[:, None]).sum()
        ),
    },
    hints=[
        "In words: for row 0 take column letters[0], for row 1 column letters[1], and so on.",
        "gather along dimension 1 does this; its index must be (N, 1), so letters[:, None].",
        "The result is (N, 1); squeeze(1) makes it (N,).",
    ],
)
def pick(probabilities, letters):
    return probabilities.gather(1, letters[:, None]).squeeze(1)


def _only_first(points, places, many):
    """Zeros but for the first few distances of the first point."""
    out = torch.zeros(len(points), len(places))
    out[0, :many] = ((points[0] - places[:many]) ** 2).sum(dim=1)
    return out


def _points_and_places():
    n, m, d = random.sample(range(2, 6), 3)
    return torch.randn(n, d), torch.randn(m, d)


@exercise(
    "01.distances",
    cases=[
        (tensor([[1.0, 2.0]]), tensor([[4.0, 6.0]])),
        (tensor([[0.5, 0.0], [1.0, 1.5]]), tensor([[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]])),
    ],
    random_case=_points_and_places,
    borders=[
        (torch.arange(14.0).reshape(7, 2) / 4, tensor([[0.5, 3.0]])),
        (torch.arange(12.0).reshape(2, 6).sqrt(), torch.arange(42.0).reshape(7, 6).sqrt()),
    ],
    mistakes={
        "To pair every point with every place, points needs shape (N, 1, D), points[:, None, :], "
        "and places (1, M, D).": tuple(
            lambda a, b, pair=pair, done=done: done(pair(a, b))
            for pair in (
                lambda a, b: a - b,
                lambda a, b: a[:, None] - b[:, None],
                lambda a, b: a[None] - b[None],
                lambda a, b: a[:, :, None] - b[:, None],
                lambda a, b: a[:, :, None] - b,
            )
            for done in (
                lambda d: d,
                lambda d: d**2,
                lambda d: (d**2).sum(dim=-1),
                lambda d: (d**2).sum(dim=1),
                lambda d: (d**2).sum(),
                lambda d: (d**2).sum(dim=-1) ** 0.5,
            )
        ),
        "D is not always 2: take it from points.shape[1], or write [:, None].": lambda a, b: (
            (a.reshape(-1, 1, 2) - b.reshape(1, -1, 2)) ** 2
        ).sum(dim=2),
        "The last coordinate is left out: range stops before its end.": lambda a, b: (
            (a[:, None] - b) ** 2
        )[:, :, :-1].sum(dim=2),
        "The first coordinate is left out: counting starts at 0.": lambda a, b: (
            (a[:, None] - b) ** 2
        )[:, :, 1:].sum(dim=2),
        "The distances are cut off to whole numbers: make the table without dtype=torch.int64.": (
            lambda a, b: ((a[:, None] - b) ** 2).sum(dim=2).long()
        ),
        "Only the first distance is there: does return stand inside the inner loop?": (
            lambda a, b: _only_first(a, b, 1)
        ),
        "Only the first row is there: does return stand inside the outer loop?": lambda a, b: (
            _only_first(a, b, len(b))
        ),
        "This is the distance, with rows and columns exchanged: points come first, and without "
        "the root.": lambda a, b: (b[:, None] - a).norm(dim=2),
        "You squared points and places each for themselves; square their difference.": (
            lambda a, b: (a[:, None] ** 2 - b**2).sum(dim=2)
        ),
        "This is half the squared distance.": lambda a, b: ((a[:, None] - b) ** 2).sum(dim=2) / 2,
        "You averaged over the coordinates; a squared distance adds them.": lambda a, b: (
            (a[:, None] - b) ** 2
        ).mean(dim=2),
        "You added the differences without their sign; the squared distance adds their "
        "squares.": lambda a, b: (a[:, None] - b).abs().sum(dim=2),
        "You added the differences first and squared then. Square each, then add.": lambda a, b: (
            (a[:, None] - b).sum(dim=2) ** 2
        ),
        "You added the differences without squaring them.": lambda a, b: (a[:, None] - b).sum(
            dim=2
        ),
        "The squared differences are right; the last dimension, the coordinates, is still to be "
        "added up.": lambda a, b: (a[:, None] - b) ** 2,
        "These are differences; square them and add up the last dimension.": lambda a, b: (
            a[:, None] - b
        ),
        "You added over dim=1, which is the places. The coordinates are dim=2.": lambda a, b: (
            (a[:, None] - b) ** 2
        ).sum(dim=1),
        "You added over dim=0, which is the points. The coordinates are dim=2.": lambda a, b: (
            (a[:, None] - b) ** 2
        ).sum(dim=0),
        "You added everything into one number; only the coordinates must disappear.": lambda a, b: (
            (a[:, None] - b) ** 2
        ).sum(),
        "This is the dot product of each point with each place; the distance is "
        "asked.": lambda a, b: a @ b.T,
        "The squares of the points and of the places are right; minus twice the dot product, with "
        "a minus and a 2, is what belongs to them.": (
            lambda a, b: (a**2).sum(1)[:, None] + (b**2).sum(1) - a @ b.T,
            lambda a, b: (a**2).sum(1)[:, None] + (b**2).sum(1) + a @ b.T,
            lambda a, b: (a**2).sum(1)[:, None] + (b**2).sum(1),
        ),
        "You added points and places; the distance comes from their difference.": lambda a, b: (
            (a[:, None] + b) ** 2
        ).sum(dim=2),
        "This is the distance; the exercise asks for its square, without the root.": (
            lambda a, b: (a[:, None] - b).norm(dim=2)
        ),
        "Only the first two coordinates are in it. These points have more: sum over the whole last "
        "dimension.": (
            lambda a, b: ((a[:, None] - b) ** 2)[:, :, :2].sum(dim=2),
            lambda a, b: ((a[:, None] - b) ** 2)[:, :, :2].sum(dim=2).sqrt(),
        ),
        "Only the first coordinate is in it: sum over the whole last dimension.": lambda a, b: (
            (a[:, None] - b) ** 2
        )[:, :, 0],
        "You multiplied the coordinates' squares; a squared distance adds them.": lambda a, b: (
            (a[:, None] - b) ** 2
        ).prod(dim=2),
        "You took the larger of the coordinates' squares; a squared distance adds "
        "them.": lambda a, b: ((a[:, None] - b) ** 2).max(dim=2).values,
        "You kept only the nearest place of each point; the exercise asks for every distance.": (
            lambda a, b: ((a[:, None] - b) ** 2).sum(dim=2).min(dim=1).values,
            lambda a, b: ((a[:, None] - b) ** 2).sum(dim=2).argmin(dim=1),
        ),
        "One average over everything; only the coordinates must disappear, and by a "
        "sum.": lambda a, b: ((a[:, None] - b) ** 2).mean(),
    },
    hints=[
        "To pair each with each, one needs shape (N, 1, D) and the other (1, M, D).",
        "points[:, None, :] - places[None, :, :] has shape (N, M, D).",
        "Square it, and let the coordinates disappear: sum(dim=2).",
    ],
)
def distances(points, places):
    return ((points[:, None, :] - places[None, :, :]) ** 2).sum(dim=2)
