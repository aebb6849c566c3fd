"""Lesson 01: answers as learners write them; see ``answers``."""

import torch

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


@wrong("01.error", "the parentheses around `p.flatten() - t` are missing")
def my_error(p, t):
    return (p.flatten() - t**2).mean()


@right("01.error")
def my_error(p, t):
    return torch.nn.functional.mse_loss(p.flatten(), t)


@right("01.error")
def my_error(p, t):
    e = p.reshape(-1) - t
    return e @ e / len(e)


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


@wrong("01.pick", "without any: gather")
def my_pick(p, k):
    return torch.stack([r[j] for r, j in zip(p, k)])


@wrong("01.pick", "log was not asked")
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


@wrong("01.distances", "needs one dimension more to meet the other side")
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


@wrong("01.distances", "without any: broadcasting")
def my_distances(a, b):
    return torch.stack([((p - b) ** 2).sum(1) for p in a])


@right("01.distances")
def my_distances(a, b):
    return torch.cdist(a, b).square()


@right("01.distances")
def my_distances(a, b):
    return (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T
