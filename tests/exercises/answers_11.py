"""Lesson 11: answers as learners write them; see ``answers``."""

import copy
import io
import math

import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 11.evaluate


@wrong("11.evaluate", "in train mode, where dropout")
def my_evaluate(model, batches):
    was = model.training
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "off for good")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    torch.set_grad_enabled(False)
    if True:
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "share of the rows")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="mean")
            losses += loss.item() * len(y)
            n += len(y)
    model.train(was)
    return losses / n


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    return losses / n


@wrong("11.evaluate", "under torch.no_grad()")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    if True:
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "Means were added up")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y)
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "The targets of -100 are among")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += y.numel()
    model.train(was)
    return losses / n


@wrong("11.evaluate", "mean of the batches' means")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    with torch.no_grad():
        losses = [F.cross_entropy(model(x).mT, y) for x, y in batches]
    model.train(was)
    return sum(losses) / len(losses)


@wrong("11.evaluate", "divided by the number of batches")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / len(batches)


@wrong("11.evaluate", "is not divided by their number")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses


@wrong("11.evaluate", "does return stand inside")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
            model.train(was)
            return losses / n


@wrong("11.evaluate", "is the total overwritten")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses = loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "The count is that of the last batch")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n = int((y != -100).sum())
    model.train(was)
    return losses / n


@wrong("11.evaluate", "divided by the number of rows")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += len(y)
    model.train(was)
    return losses / n


@wrong("11.evaluate", "This is the perplexity")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return math.exp(losses / n)


@wrong("11.evaluate", "prints its answer")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    print(losses / n)


@wrong("11.evaluate", "The model was never asked")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model.table(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@right("11.evaluate")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = (0, 0)
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
            losses += loss.item()
            n += int((y != -100).sum())
    model.train(was)
    return losses / n


@right("11.evaluate")
@torch.inference_mode()
def my_evaluate(model, batches):
    mode = model.training
    model.eval()
    parts = [F.cross_entropy(model(x).mT, y, reduction="none")[y != -100] for x, y in batches]
    model.train(mode)
    return torch.cat(parts).mean()


@right("11.evaluate")
@torch.no_grad()
def my_evaluate(model, batches):
    mode = model.training
    model.train(False)
    total = n = 0
    for x, y in batches:
        k = (y >= 0).sum()
        total += nn.CrossEntropyLoss()(model(x).flatten(0, 1), y.flatten()) * k
        n += k
    if mode:
        model.train()
    return float(total / n)


# 11.accumulate


@wrong("11.accumulate", "means of the parts are averaged, so")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * 1 / len(parts)
        loss.backward()


@wrong("11.accumulate", "undivided: together they are too long")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss
        loss.backward()


@wrong("11.accumulate", "These are sums over targets")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here
        loss.backward()


@wrong("11.accumulate", "zero_grad stands inside the loop")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        model.zero_grad()
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "belongs in front of the loop")
def my_accumulate(model, parts):
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "The targets of -100 are among")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((y.numel() for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "share of the rows")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * len(y) / sum((len(t) for _, t in parts))
        loss.backward()


@wrong("11.accumulate", "Divided twice")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * 1 / n
        loss.backward()


@wrong("11.accumulate", "by the number of parts as well")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n / len(parts)
        loss.backward()


@wrong("11.accumulate", "is zero_grad the last line")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n


@wrong("11.accumulate", "was clipped")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)


@wrong("11.accumulate", "left in eval mode")
def my_accumulate(model, parts):
    model.zero_grad()
    model.eval()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "The first part is missing")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts[1:]:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "The last part is missing")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts[:-1]:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@wrong("11.accumulate", "asks for the gradient")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()
        torch.optim.SGD(model.parameters(), lr=0.1).step()


@wrong("11.accumulate", "does return stand inside")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()
        return


@wrong("11.accumulate", "All parts went through")
def my_accumulate(model, parts):
    x = torch.cat([x.flatten() for x, y in parts])[None]
    y = torch.cat([y.flatten() for x, y in parts])
    model.zero_grad()
    F.cross_entropy(model(x)[0], y).backward()


@wrong("11.accumulate", "with no backward between them")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum(((y != -100).sum() for _, y in parts))
    losses = [F.cross_entropy(model(x).mT, y, reduction="sum") for x, y in parts]
    (sum(losses) / n).backward()


@right("11.accumulate")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((int((y != -100).sum()) for x, y in parts))
    for x, y in parts:
        here = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss = loss * here / n
        loss.backward()


@right("11.accumulate")
def my_accumulate(model, parts):
    n = sum(((y != -100).sum().item() for _, y in parts))
    for p in model.parameters():
        p.grad = None
    for x, y in parts:
        z = model(x).log_softmax(-1)
        for i, j in (y != -100).nonzero().tolist():
            (-z[i, j, y[i, j]] / n).backward(retain_graph=True)


@right("11.accumulate")
def my_accumulate(model, parts):
    model.zero_grad()
    n = 0
    for x, y in parts:
        F.cross_entropy(model(x).mT, y, reduction="sum").backward()
        n += (y != -100).sum()
    for p in model.parameters():
        p.grad /= n


# 11.best


@wrong("11.best", "never put back")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    return lowest


@wrong("11.best", "A loss of 0.0 is a loss")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if not loss:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "below your first bound")
def my_best(model, training):
    lowest, kept = (10, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "renew the lowest loss")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "give back the lowest loss as well")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return


@wrong("11.best", "ask `is not None` first")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "The training was left")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest, kept = (loss, model.state_dict())
            break
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "weights of the last evaluation, not")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if True:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "not the last")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    last = None
    for loss in training:
        if loss is None:
            continue
        last = loss
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return last


@wrong("11.best", "but not the buffers")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.named_parameters()}
    model.load_state_dict(kept, strict=False)
    return lowest


@wrong("11.best", "the smallest is the best")
def my_best(model, training):
    lowest, kept = (-math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss > lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@right("11.best")
def my_best(model, training):
    lowest, kept = (math.inf, None)
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@right("11.best")
def my_best(model, training):
    found = []
    for loss in training:
        if loss is not None:
            found.append((loss, copy.deepcopy(model.state_dict())))
    lowest, kept = min(found, key=lambda pair: pair[0])
    model.load_state_dict(kept)
    return torch.tensor(lowest)


@right("11.best")
def my_best(model, training):
    lowest, kept = (float("inf"), None)
    for loss in training:
        if loss is None or loss >= lowest:
            continue
        lowest, kept = (loss, io.BytesIO())
        torch.save(model.state_dict(), kept)
    kept.seek(0)
    model.load_state_dict(torch.load(kept))
    return lowest


# 11.by_character


@wrong("11.by_character", "These are sums")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums


@wrong("11.by_character", "These are counts")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return counts


@wrong("11.by_character", "It shall have 0")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / counts


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if True:
            sums[v] += loss
            counts[v] += 1
    return sums / counts.clamp(min=1)


@wrong("11.by_character", "overwrites")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] = loss * (counts[v] + 1)
            counts[v] += 1
    return sums / counts.clamp(min=1)


@wrong("11.by_character", "divided by the number of all")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / len(losses)


@wrong("11.by_character", "counted with character 0")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        v = max(v, 0)
        if True:
            sums[v] += loss
            counts[v] += 1
    return sums / counts.clamp(min=1)


@wrong("11.by_character", "The count is too large by one")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / (counts + 1)


@wrong("11.by_character", "is return inside the loop")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
        return sums / counts.clamp(min=1)


@wrong("11.by_character", "share of the whole loss")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / losses[targets >= 0].sum()


@wrong("11.by_character", "has V places")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return (sums / counts)[counts > 0]


@right("11.by_character")
def my_by_character(losses, targets, V):
    sums, counts = (torch.zeros(V), torch.zeros(V))
    for loss, v in zip(losses, targets):
        if v >= 0:
            sums[v] += loss
            counts[v] += 1
    return sums / counts.clamp(min=1)


@right("11.by_character")
def my_by_character(losses, targets, V):
    there = targets != -100
    ids = targets[there]
    sums = torch.bincount(ids, weights=losses[there], minlength=V)
    return sums / torch.bincount(ids, minlength=V).clamp(min=1)


@right("11.by_character")
def my_by_character(losses, targets, V):
    hot = F.one_hot(targets.clamp(min=0), V) * (targets != -100)[:, None]
    return losses @ hot.to(losses) / hot.sum(0).clamp(min=1)


@right("11.by_character")
def my_by_character(losses, targets, V):
    out = torch.zeros(V + 1).to(losses)
    t = torch.where(targets < 0, V, targets)
    return out.index_reduce_(0, t, losses, "mean", include_self=False)[:V]
