"""Lesson 01: answers as learners write them; see ``answers``."""

import numpy
import torch
from torch.nn import functional as F

from .answers import right, wrong

# 01.center


@wrong("01.center", "each row's mean")
def my_center(table):
    out = table.clone()
    for i in range(len(table)):
        out[i] = table[i] - table[i].mean()
    return out


@wrong("01.center", "lying down")
def my_center(table):
    return table - table.sum(1) / table.shape[1]


@wrong("01.center", "one mean of the whole table")
def my_center(table):
    return table - table.sum() / table.numel()


@wrong("01.center", "You gave back the means")
def my_center(table):
    return table.sum(0) / len(table)


@wrong("01.center", "sign is reversed")
def my_center(table):
    return table.mean(0) - table


@wrong("01.center", "column's sum")
def my_center(table):
    return table - sum(table)


@wrong("01.center", "Only the first column")
def my_center(table):
    out = table.clone()
    for j in range(table.shape[1]):
        out[:, j] -= out[:, j].mean()
        return out


@wrong("01.center", "changed argument 1 in place")
def my_center(table):
    table -= table.mean(0)
    return table


@wrong("01.center", "rows and columns are exchanged")
def my_center(table):
    return torch.stack([c - c.mean() for c in table.T])


@wrong("01.center", "must be a tensor and yours is")
def my_center(table):
    return (table - table.mean(0)).numpy()


@wrong("01.center", "divided by the spread")
def my_center(table):
    z = table - table.mean(0)
    return z / (z**2).mean(0).sqrt()


@right("01.center")
def my_center(t):
    return t - torch.einsum("ij->j", t) / len(t)


@right("01.center")
def my_center(t):
    a = t.numpy()
    return torch.from_numpy(a - a.mean(axis=0))


@right("01.center")
def my_center(t):
    return t.double() - t.double().mean(0)


@right("01.center")
def my_center(table):
    return table - table.mean(0)


@right("01.center")
def my_center(table):
    out = torch.empty_like(table)
    for j in range(table.shape[1]):
        out[:, j] = table[:, j] - table[:, j].mean()
    return out


@right("01.center")
def my_center(table):
    out = table.clone()
    out -= out.mean(axis=0)
    return out


@right("01.center")
def my_center(table):
    return torch.sub(table, torch.mean(table, 0, True))


@right("01.center")
def my_center(table):
    return torch.stack([c - sum(c) / len(c) for c in table.T], 1)


@right("01.center")
def my_center(table):
    return table - torch.ones(1, len(table)) @ table / len(table)


@wrong("01.center", "Not all rows are")
def my_center(table):
    return table - table[:4].mean(dim=0)


@wrong("01.center", "The means are cut")
def my_center(table):
    return table - table.sum(0) // len(table)


@wrong("01.center", "The last column is")
def my_center(table):
    out = table.clone()
    for j in range(table.shape[1] - 1):
        out[:, j] -= out[:, j].mean()
    return out


@wrong("01.center", "The first column")
def my_center(table):
    out = table.clone()
    for j in range(1, table.shape[1]):
        out[:, j] -= out[:, j].mean()
    return out


@wrong("01.center", "The mean changes")
def my_center(table):
    out = table.clone()
    for j in range(table.shape[1]):
        for i in range(table.shape[0]):
            out[i, j] = out[i, j] - out[:, j].mean()
    return out


@wrong("01.center", "You gave back one")
def my_center(table):
    return (table - table.mean(0)).mean(0)


@wrong("01.center", "The columns' means stand")
def my_center(table):
    return table - table.mean(0)[:, None]


@wrong("01.center", "You added up the")
def my_center(table):
    return table - table.mean(0).sum()


@wrong("01.center", "You divided the columns' sums by how many numbers")
def my_center(table):
    return table - table.sum(0) / table.numel()


@wrong("01.center", "You divided the columns' sums by 2;")
def my_center(table):
    return table - table.sum(0) / 2


@wrong("01.center", "You took away how")
def my_center(table):
    return table - len(table)


@wrong("01.center", "You took away the mean of the first row;")
def my_center(table):
    return table - table[0].mean()


# 01.error


wrong("01.error", "broken function again")(torch.nn.functional.mse_loss)


@wrong("01.error", "no second dimension")
def my_error(p, t):
    return ((p.squeeze(1) - t) ** 2).mean()


@wrong("01.error", "targets are now the ones")
def my_error(p, t):
    return ((p - t.view(-1, 1)) ** 2).mean()


@wrong("01.error", "did not divide")
def my_error(p, t):
    total = 0
    for a, b in zip(p.flatten(), t):
        total += (a - b) ** 2
    return total


@wrong("01.error", "without its sign")
def my_error(p, t):
    return torch.nn.functional.l1_loss(p.view_as(t), t)


@wrong("01.error", "the mean is missing")
def my_error(p, t):
    return (p.flatten() - t).pow(2)


@wrong("01.error", "Only the last prediction")
def my_error(p, t):
    for a, b in zip(p.flatten(), t):
        total = (a - b) ** 2
    return total / len(t)


@right("01.error")
def my_error(p, t):
    return (p.flatten() - t).pow(2).mean().item()


@wrong("01.error", "In p - t ** 2 only")
def my_error(p, t):
    return (p.flatten() - t**2).mean()


@right("01.error")
def my_error(p, t):
    return torch.nn.functional.mse_loss(p.flatten(), t)


@right("01.error")
def my_error(p, t):
    e = p.reshape(-1) - t
    return e @ e / len(e)


@right("01.error")
def my_error(predictions, targets):
    total = 0
    for p, t in zip(predictions.flatten().tolist(), targets.tolist()):
        total += (p - t) ** 2
    return total / len(targets)


@right("01.error")
def my_error(predictions, targets):
    return numpy.mean((predictions.numpy().ravel() - targets.numpy()) ** 2)


@right("01.error")
def my_error(predictions, targets):
    if predictions.dim() == 2:
        predictions = predictions[:, 0]
    return ((predictions - targets) ** 2).mean()


@right("01.error")
def my_error(predictions, targets):
    return ((predictions.flatten() - targets) ** 2).mean()


@right("01.error")
def my_error(predictions, targets):
    return ((predictions.reshape(-1, 1) - targets[:, None]) ** 2).mean()


@right("01.error")
def my_error(predictions, targets):
    return (
        ((predictions.squeeze(-1) - targets) ** 2).mean()
        if predictions.dim() > 1
        else ((predictions - targets) ** 2).mean()
    )


@right("01.error")
def my_error(predictions, targets):
    return ((predictions.view(-1) - targets) ** 2).sum().item() / targets.numel()


@wrong("01.error", "predictions.squeeze(1) gives a")
def my_error(predictions, targets):
    predictions.squeeze(1)
    return ((predictions - targets) ** 2).mean()


@wrong("01.error", "You squared predictions")
def my_error(predictions, targets):
    return (predictions.flatten() ** 2 - targets**2).mean()


@wrong("01.error", "You divided by N")
def my_error(predictions, targets):
    return ((predictions.flatten() - targets) ** 2).sum() / (len(targets) - 1)


@wrong("01.error", "This is half the")
def my_error(predictions, targets):
    return ((predictions.flatten() - targets) ** 2).mean() / 2


@wrong("01.error", "In p - t ** 2 only")
def my_error(predictions, targets):
    return predictions.flatten() - targets**2


@right("01.error")
def my_error(predictions, targets):
    return ((predictions.T - targets) ** 2).mean()


@wrong("01.error", "Only the first prediction")
def my_error(predictions, targets):
    return ((predictions[0] - targets) ** 2).mean()


@wrong("01.error", "You gave both predictions")
def my_error(predictions, targets):
    return ((predictions.reshape(len(targets), 1) - targets) ** 2).mean()


@wrong("01.error", "This is the largest")
def my_error(predictions, targets):
    return ((predictions.flatten() - targets) ** 2).max()


@wrong("01.error", "You compared the")
def my_error(predictions, targets):
    return ((predictions.flatten() - targets.mean()) ** 2).mean()


# 01.pick


@wrong("01.pick", "all those columns")
def my_pick(p, k):
    return p.index_select(1, k)


@wrong("01.pick", "largest probability of each row")
def my_pick(p, k):
    return p.topk(1, dim=1).values[:, 0]


@wrong("01.pick", "place of the largest")
def my_pick(p, k):
    return torch.max(p, 1).indices


@wrong("01.pick", "takes whole rows")
def my_pick(p, k):
    return p.index_select(0, k)


@wrong("01.pick", "an answer without a loop")
def my_pick(p, k):
    return torch.stack([r[j] for r, j in zip(p, k)])


@wrong("01.pick", "without the log")
def my_pick(p, k):
    return torch.log(p[range(len(k)), k])


@wrong("01.pick", "minus the log")
def my_pick(p, k):
    return -torch.log(p[range(len(k)), k])


@wrong("01.pick", "(N, 1); take the second")
def my_pick(p, k):
    return torch.take_along_dim(p, k[:, None], 1)


@wrong("01.pick", "one column too far")
def my_pick(p, k):
    return p[range(len(k)), (k - 1).tolist()]


@wrong("01.pick", "add up each row")
def my_pick(p, k):
    return torch.eye(p.shape[1])[k] * p


@wrong("01.pick", "as many dimensions as the table")
def my_pick(p, k):
    return p.gather(1, k)


@right("01.pick")
def my_pick(p, k):
    return (p * torch.eye(p.shape[1])[k]).sum(1)


@right("01.pick")
def my_pick(p, k):
    return p[:, k].diagonal()


@right("01.pick")
def my_pick(p, k):
    return p.take(k + torch.arange(len(k)) * p.shape[1])


@right("01.pick")
def my_pick(probabilities, letters):
    return probabilities[torch.arange(len(letters)), letters]


@right("01.pick")
def my_pick(probabilities, letters):
    return probabilities[range(len(letters)), letters.tolist()]


@right("01.pick")
def my_pick(probabilities, letters):
    return torch.gather(probabilities, dim=1, index=letters.unsqueeze(1)).flatten()


@right("01.pick")
def my_pick(probabilities, letters):
    return torch.diag(probabilities[:, letters])


@right("01.pick")
def my_pick(probabilities, letters):
    return (torch.nn.functional.one_hot(letters, probabilities.shape[1]) * probabilities).sum(-1)


@wrong("01.pick", "an answer without a loop")
def my_pick(probabilities, letters):
    return torch.stack([probabilities[i, letters[i]] for i in range(len(letters))])


@wrong("01.pick", "an answer without a loop")
def my_pick(probabilities, letters):
    return torch.stack(list(map(lambda r, k: r[k], probabilities, letters)))


@wrong("01.pick", "With a minus, letters")
def my_pick(probabilities, letters):
    return probabilities[torch.arange(len(letters)), -letters]


@wrong("01.pick", "This is one row of")
def my_pick(probabilities, letters):
    return probabilities[-1]


@wrong("01.pick", "You took the mean of each column;")
def my_pick(probabilities, letters):
    return probabilities.mean(0)


@wrong("01.pick", "You took the mean of each row;")
def my_pick(probabilities, letters):
    return probabilities.mean(1)


@wrong("01.pick", "You multiplied by")
def my_pick(probabilities, letters):
    return (probabilities * letters[:, None]).sum(1)


@wrong("01.pick", "gather was told to walk along dimension 0,")
def my_pick(probabilities, letters):
    return probabilities.gather(0, letters[:, None]).squeeze(1)


@wrong("01.pick", "Every entry comes")
def my_pick(probabilities, letters):
    return probabilities.gather(1, letters[None, :]).squeeze(0)


@wrong("01.pick", "The row numbers go")
def my_pick(probabilities, letters):
    return probabilities[range(len(probabilities[0])), letters]


@wrong("01.pick", "You gave the letters'")
def my_pick(probabilities, letters):
    return probabilities[torch.arange(len(letters)), letters].sum()


@wrong("01.pick", "You gave back the")
def my_pick(probabilities, letters):
    return letters


# 01.distances


@wrong("01.distances", "without the root")
def my_distances(points, places):
    return torch.cdist(points, places)


@wrong("01.distances", "averaged over the coordinates")
def my_distances(a, b):
    return (a.unsqueeze(1) - b.unsqueeze(0)).pow(2).mean(-1)


@wrong("01.distances", "without their sign")
def my_distances(a, b):
    return torch.cdist(a, b, p=1)


@wrong("01.distances", "with a minus and a 2")
def my_distances(a, b):
    return (a * a).sum(1, True) + (b * b).sum(1) - a @ b.T


@wrong("01.distances", "rows and columns are exchanged")
def my_distances(a, b):
    return torch.cdist(b, a) ** 2


@wrong("01.distances", "To pair every point")
def my_distances(a, b):
    return ((a - b) ** 2).sum(1)


@wrong("01.distances", "Only the first two")
def my_distances(a, b):
    dx = a[:, 0, None] - b[:, 0]
    dy = a[:, 1, None] - b[:, 1]
    return dx * dx + dy * dy


@wrong("01.distances", "still to be added")
def my_distances(a, b):
    return (a.unsqueeze(1) - b).square()


@right("01.distances")
def my_distances(a, b):
    return torch.stack([((p - b) ** 2).sum(1) for p in a])


@right("01.distances")
def my_distances(a, b):
    return torch.cdist(a, b).square()


@right("01.distances")
def my_distances(a, b):
    return (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T


@right("01.distances")
def my_distances(points, places):
    out = torch.zeros(len(points), len(places))
    for i in range(len(points)):
        for j in range(len(places)):
            out[i, j] = ((points[i] - places[j]) ** 2).sum()
    return out


@right("01.distances")
def my_distances(points, places):
    total = 0
    for d in range(points.shape[1]):
        total = total + (points[:, d, None] - places[:, d]) ** 2
    return total


@right("01.distances")
def my_distances(points, places):
    return torch.stack([((p - places) ** 2).sum(1) for p in points])


@right("01.distances")
def my_distances(points, places):
    return ((points.unsqueeze(1) - places.unsqueeze(0)) ** 2).sum(-1)


@right("01.distances")
def my_distances(points, places):
    return torch.tensor(
        [
            [sum((a - b) ** 2 for a, b in zip(p, q)) for q in places.tolist()]
            for p in points.tolist()
        ]
    )


@right("01.distances")
def my_distances(points, places):
    return ((points[:, :, None] - places.T[None]) ** 2).sum(1)


@wrong("01.distances", "The last coordinate")
def my_distances(points, places):
    total = 0
    for d in range(points.shape[1] - 1):
        total = total + (points[:, d, None] - places[:, d]) ** 2
    return total


@wrong("01.distances", "The distances are")
def my_distances(points, places):
    out = torch.zeros(len(points), len(places), dtype=torch.int64)
    for i in range(len(points)):
        for j in range(len(places)):
            out[i, j] = ((points[i] - places[j]) ** 2).sum()
    return out


@wrong("01.distances", "You added the differences without squaring")
def my_distances(points, places):
    out = torch.zeros(len(points), len(places))
    for i in range(len(points)):
        for j in range(len(places)):
            out[i, j] = (points[i] - places[j]).sum()
    return out


@wrong("01.distances", "Only the first distance")
def my_distances(points, places):
    out = torch.zeros(len(points), len(places))
    for i in range(len(points)):
        for j in range(len(places)):
            out[i, j] = ((points[i] - places[j]) ** 2).sum()
            return out


@wrong("01.distances", "To pair every point")
def my_distances(points, places):
    return ((points - places) ** 2).sum(1)


@wrong("01.distances", "You added everything")
def my_distances(points, places):
    return ((points[:, None] - places[None]) ** 2).sum()


@wrong("01.distances", "You added the differences first")
def my_distances(points, places):
    return (points[:, None] - places[None]).sum(2) ** 2


@wrong("01.distances", "You squared points")
def my_distances(points, places):
    return (points[:, None] ** 2 - places[None] ** 2).sum(2)


@wrong("01.distances", "This is half the")
def my_distances(points, places):
    return ((points[:, None] - places[None]) ** 2).sum(2) / 2


@wrong("01.distances", "Only the first coordinate")
def my_distances(points, places):
    return (points[:, None, 0] - places[None, :, 0]) ** 2


@wrong("01.distances", "D is not always 2:")
def my_distances(points, places):
    return ((points.reshape(-1, 1, 2) - places.reshape(1, -1, 2)) ** 2).sum(2)


# 01.center, once more


@wrong("01.center", "each row's mean")
def my_center(table):
    return table - table.mean(1, keepdim=True)


@wrong("01.center", "divided by the spread")
def my_center(table):
    return (table - table.mean(0)) / table.std(0)


@wrong("01.center", "changed argument 1 in place")
def my_center(table):
    table -= table.mean(dim=0)
    return table


@wrong("01.center", "You took away each column's median, not its mean")
def my_center(table):
    return table - table.median(dim=0).values


@wrong("01.center", "return stands inside the loop, and so ends it in its")
def my_center(table):
    for j in range(table.shape[1]):
        return table[:, j] - table[:, j].mean()


@right("01.center")
def my_center(table):
    rows, cols = table.shape
    return table - torch.ones(1, rows) @ table / rows


# 01.error, once more


@wrong("01.error", "targets are now the ones")
def my_error(predictions, targets):
    return ((predictions - targets[:, None]) ** 2).mean()


@wrong("01.error", "Yours is the square root of the right answer")
def my_error(predictions, targets):
    return ((predictions.squeeze() - targets) ** 2).mean().sqrt()


@wrong("01.error", "Your function returns nothing on this input")
def my_error(predictions, targets):
    if predictions.dim() == 2:
        predictions = predictions.flatten()
        return ((predictions - targets) ** 2).mean()


@wrong("01.error", "without its sign")
def my_error(predictions, targets):
    return (predictions.flatten() - targets).abs().mean()


@right("01.error")
def my_error(predictions, targets):
    return ((predictions.T - targets) ** 2).sum() / len(targets)


@right("01.error")
def my_error(predictions, targets):
    return F.mse_loss(predictions.reshape(targets.shape), targets)


# 01.pick, once more


@wrong("01.pick", "takes whole rows")
def my_pick(probabilities, letters):
    return probabilities[letters]


@wrong("01.pick", "all those columns")
def my_pick(probabilities, letters):
    return probabilities[:, letters]


@wrong("01.pick", "largest probability of each row")
def my_pick(probabilities, letters):
    return probabilities.max(dim=1).values


@wrong("01.pick", "(N, 1); take the second")
def my_pick(probabilities, letters):
    return probabilities.gather(1, letters[:, None])


@wrong("01.pick", "one column too far")
def my_pick(probabilities, letters):
    return probabilities[torch.arange(len(letters)), letters - 1]


@right("01.pick")
def my_pick(probabilities, letters):
    return (probabilities * F.one_hot(letters, probabilities.shape[1])).sum(1)


@wrong("01.pick", "`letters` is a place in dimension 0 there; it belongs to dimension 1")
def my_pick(probabilities, letters):
    return torch.diag(probabilities[letters])


# 01.distances, once more


@wrong("01.distances", "without the root")
def my_distances(points, places):
    return ((points[:, None] - places[None]) ** 2).sum(-1).sqrt()


@wrong("01.distances", "rows and columns are exchanged")
def my_distances(points, places):
    return ((points[None] - places[:, None]) ** 2).sum(-1)


@wrong("01.distances", "without their sign")
def my_distances(points, places):
    return (points[:, None] - places).abs().sum(dim=2)


@wrong("01.distances", "You added over dim=1, which is the places")
def my_distances(points, places):
    return ((points[:, None] - places) ** 2).sum(dim=1)


@wrong("01.distances", "You added the differences first")
def my_distances(points, places):
    return (points[:, None] - places).sum(dim=-1) ** 2


@right("01.distances")
def my_distances(points, places):
    return (points**2).sum(1, keepdim=True) - 2 * points @ places.T + (places**2).sum(1)


@wrong("01.distances", "leave keepdim=True out")
def my_distances(points, places):
    p2 = (points**2).sum(1, keepdim=True)
    q2 = (places**2).sum(1, keepdim=True)
    return p2 + q2 - 2 * points @ places.T
