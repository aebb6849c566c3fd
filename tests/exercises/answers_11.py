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


@wrong("11.evaluate", "The model was given no batch")
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


@right("11.evaluate")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses, n = [], 0
    with torch.no_grad():
        for x, y in batches:
            each = F.cross_entropy(model(x).transpose(1, 2), y, reduction="none", ignore_index=-100)
            losses.append(each.sum())
            n += int((y != -100).sum())
    model.train(was)
    return sum(losses) / n


@right("11.evaluate")
def my_evaluate(model, batches):
    mode = model.training
    model.eval()
    z, y = [], []
    with torch.inference_mode():
        for a, b in batches:
            z.append(model(a).flatten(0, 1))
            y.append(b.flatten())
        loss = F.cross_entropy(torch.cat(z), torch.cat(y)).item()
    if mode:
        model.train()
    return loss


@right("11.evaluate")
def my_evaluate(model, batches):
    mode = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            keep = y.reshape(-1) != -100
            logits = model(x).reshape(-1, 4)[keep]
            k = keep.sum().item()
            total += F.cross_entropy(logits, y.reshape(-1)[keep]).item() * k
            n += k
    model.train(mode)
    return total / n


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    return total / count


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    model.train()
    return total / count


@wrong("11.evaluate", "in train mode, where dropout")
def my_evaluate(model, batches):
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    return total / count


@wrong("11.evaluate", "under torch.no_grad()")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    for x, y in batches:
        total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "in train mode, where dropout")
def my_evaluate(model, batches):
    was = model.training
    model.eval
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "under torch.no_grad()")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    torch.no_grad()
    for x, y in batches:
        total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "is the total overwritten")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    with torch.no_grad():
        for x, y in batches:
            loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item()
    model.train(was)
    return loss


@wrong("11.evaluate", "mean of the batches' means")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    losses = []
    with torch.no_grad():
        for x, y in batches:
            losses.append(F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item())
    model.train(was)
    return sum(losses) / len(losses)


@wrong("11.evaluate", "The targets of -100 are among")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item() * y.numel()
            count += y.numel()
    model.train(was)
    return total / count


@wrong("11.evaluate", "divided by the number of rows")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += len(y)
    model.train(was)
    return total / count


@wrong("11.evaluate", "Expected target size [2,")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x), y, reduction="sum").item()
            count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "Only the targets of -100 are counted")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y == -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "A target of 0")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y > 0).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "targets of -100 were")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(
                model(x).flatten(0, 1), y.clamp(min=0).flatten(), reduction="sum"
            ).item()
            count += y.numel()
    model.train(was)
    return total / count


@wrong("11.evaluate", "The first batch was")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
            model.train(was)
    return total / count


@wrong("11.evaluate", "does return stand inside")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
            model.train(was)
            return total / count


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
        return total / count
    model.train(was)


@wrong("11.evaluate", "`x` stands where y")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), x.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "The softmax is taken")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(
                model(x).softmax(-1).flatten(0, 1), y.flatten(), reduction="sum"
            ).item()
            count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "off for good")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    torch.set_grad_enabled(False)
    total, count = 0.0, 0
    for x, y in batches:
        total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "The count is that of the last batch")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total = 0.0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count = (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "is the total overwritten")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    model.train(was)
    return total / count


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            count += (y != -100).sum().item()
    was = model.training
    model.train(was)
    return total / count


@wrong("11.evaluate", "The means are taken")
@torch.no_grad()
def my_evaluate(model, batches):
    was = model.training
    model.train(False)
    total = n = 0
    for x, y in batches:
        each = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="none")
        total += each.mean().item()
        n += 1
    model.train(was)
    return total / n


@wrong("11.evaluate", "The targets of -100 are among")
@torch.no_grad()
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total = n = 0
    for x, y in batches:
        total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        n += x.numel()
    model.train(was)
    return total / n


@wrong("11.evaluate", "The model was given no batch")
@torch.no_grad()
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total = n = 0
    for x, y in batches[1:]:
        total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        n += (y != -100).sum().item()
    model.train(was)
    return total / max(n, 1)


@wrong("11.evaluate", "The targets were shifted")
@torch.no_grad()
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total = n = 0
    for x, y in batches:
        total += F.cross_entropy(
            model(x)[:, :-1].flatten(0, 1), y[:, 1:].flatten(), reduction="sum"
        ).item()
        n += (y[:, 1:] != -100).sum().item()
    model.train(was)
    return total / max(n, 1)


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


@right("11.accumulate")
def my_accumulate(model, parts):
    for p in model.parameters():
        p.grad = None
    n = 0
    for _, y in parts:
        n += (y >= 0).sum()
    for x, y in parts:
        loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum") / n
        loss.backward()


@right("11.accumulate")
def my_accumulate(model, parts):
    model.zero_grad()
    n = 0
    for x, y in parts:
        F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").backward()
        n += (y != -100).sum().item()
    with torch.no_grad():
        for p in model.parameters():
            p.grad /= n


@right("11.accumulate")
def my_accumulate(model, parts):
    total = sum(int((y != -100).sum()) for _, y in parts)
    model.zero_grad(set_to_none=False)
    for x, y in parts:
        here = int((y != -100).sum())
        (F.cross_entropy(model(x).flatten(0, 1), y.flatten()) * (here / total)).backward()


@wrong("11.accumulate", "means of the parts are averaged, so")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        (loss / len(parts)).backward()


@wrong("11.accumulate", "undivided: together they are too long")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()


@wrong("11.accumulate", "zero_grad stands inside the loop")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        model.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "belongs in front of the loop")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "with no backward between them")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    loss = 0
    for x, y in parts:
        loss = loss + F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
    loss.backward()


@wrong("11.accumulate", "All parts went through")
def my_accumulate(model, parts):
    model.zero_grad()
    x = torch.cat([x.flatten() for x, _ in parts])
    y = torch.cat([y.flatten() for _, y in parts])
    F.cross_entropy(model(x), y).backward()


@wrong("11.accumulate", "The targets of -100 are among")
def my_accumulate(model, parts):
    n = sum(y.numel() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "Divided by the number")
def my_accumulate(model, parts):
    n = sum(len(y) for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "These are sums over targets")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        loss.backward()


@wrong("11.accumulate", "asks for the gradient")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.step()


@wrong("11.accumulate", "is zero_grad the last line")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward


@wrong("11.accumulate", "is zero_grad the last line")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
    model.zero_grad()


@wrong("11.accumulate", "Multiplied by the number")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") * n
        loss.backward()


@wrong("11.accumulate", "left in eval mode")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    model.eval()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "Each part is divided")
def my_accumulate(model, parts):
    model.zero_grad()
    n = 0
    for x, y in parts:
        n += (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "undivided: together they are too long")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        n = (y != -100).sum()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "`with torch.no_grad()` does not")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        with torch.no_grad():
            loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "Expected target size [2,")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x), y, reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "zero_grad stands inside the loop")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    grads = [torch.zeros_like(p) for p in model.parameters()]
    for x, y in parts:
        model.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        for g, p in zip(grads, model.parameters()):
            g += p.grad
    return grads


@wrong("11.accumulate", "does return stand inside")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        return


@wrong("11.accumulate", "Only the targets of")
def my_accumulate(model, parts):
    n = sum((y == -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "this line does not")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        for p in model.parameters():
            p.grad /= len(parts)


@wrong("11.accumulate", "is zero_grad the last line")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        model.zero_grad()


@wrong("11.accumulate", "Divided by what the")
def my_accumulate(model, parts):
    n = len(parts[0][1])
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()


@wrong("11.accumulate", "`.item()` cuts the graph,")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    model.zero_grad()
    for x, y in parts:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item() / n
        loss.backward()


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


@right("11.best")
def my_best(model, training):
    import copy

    lowest, kept = float("inf"), None
    for loss in training:
        if loss is None:
            continue
        if loss < lowest:
            lowest = loss
            kept = copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return lowest


@right("11.best")
def my_best(model, training):
    lowest = None
    for loss in training:
        if loss is not None and (lowest is None or loss <= lowest):
            lowest, kept = loss, {k: v.detach().clone() for k, v in model.state_dict().items()}
    with torch.no_grad():
        for k, v in model.state_dict().items():
            v.copy_(kept[k])
    return lowest


@wrong("11.best", "ask `is not None` first")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = model.state_dict()
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = model.state_dict().copy()
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "renew the lowest loss")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "A loss of 0.0 is a loss")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "below your first bound")
def my_best(model, training):
    lowest, kept = 10.0, None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "Keep and load all")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.named_parameters()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "but not the buffers")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.named_parameters()}
    model.load_state_dict(kept, strict=False)
    return lowest


@wrong("11.best", "never put back")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    return lowest


@wrong("11.best", "give back the lowest loss as well")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)


@wrong("11.best", "load_state_dict stands inside the")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
            model.load_state_dict(kept)
    return lowest


@wrong("11.best", "below your first bound")
def my_best(model, training):
    lowest, kept = 0, None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "the smallest is the best")
def my_best(model, training):
    lowest, kept = 0, None
    for loss in training:
        if loss is not None and loss > lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "load_state_dict was called, with nothing kept yet")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is None:
            break
        if loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "The training was left")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is None:
            continue
        if loss > lowest:
            break
        lowest = loss
        kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    losses = [loss for loss in training if loss is not None]
    lowest = min(losses)
    kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "It is a generator")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training():
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "weights are right; loss")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return loss


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
        kept = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "A method is called")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = model.state_dict
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "never put back")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = model
    model = kept
    return lowest


@wrong("11.best", "the comparison `lowest <")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and lowest < loss:
            lowest, kept = loss, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "never put back")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest, kept = loss, {k: v.clone() for k, v in model.state_dict().items()}
    model = kept
    return lowest


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    kept = {}
    for loss in training:
        if loss is not None:
            kept[loss] = model.state_dict()
    model.load_state_dict(kept[min(kept)])
    return min(kept)


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


@right("11.by_character")
def my_by_character(losses, targets, V):
    keep = targets >= 0
    total = torch.zeros(V).index_add_(0, targets[keep], losses[keep])
    count = torch.bincount(targets[keep], minlength=V)
    return total / count.clamp(min=1)


@right("11.by_character")
def my_by_character(losses, targets, V):
    total, count = [0.0] * V, [0] * V
    for loss, t in zip(losses.tolist(), targets.tolist()):
        if t != -100:
            total[t] += loss
            count[t] += 1
    return torch.tensor([a / b if b else 0.0 for a, b in zip(total, count)])


@right("11.by_character")
def my_by_character(losses, targets, V):
    hot = (targets[:, None] == torch.arange(V)).to(losses)
    return torch.nan_to_num((losses @ hot) / hot.sum(0))


@wrong("11.by_character", "It shall have 0")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "These are sums")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        means[v] = losses[targets == v].sum()
    return means


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    total = torch.zeros(V)
    count = torch.zeros(V)
    for loss, t in zip(losses, targets):
        total[t] += loss
        count[t] += 1
    return total / count.clamp(min=1)


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    total = torch.zeros(V)
    total[targets] += losses
    return total


@wrong("11.by_character", "overwrites")
def my_by_character(losses, targets, V):
    keep = targets != -100
    means = torch.zeros(V)
    means[targets[keep]] = losses[keep]
    return means


@wrong("11.by_character", "It shall have 0")
def my_by_character(losses, targets, V):
    keep = targets != -100
    total = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    count = torch.bincount(targets[keep], minlength=V)
    return total / count


@wrong("11.by_character", "minlength=V is missing: bincount")
def my_by_character(losses, targets, V):
    keep = targets != -100
    total = torch.bincount(targets[keep], weights=losses[keep])
    count = torch.bincount(targets[keep])
    return total / count.clamp(min=1)


@wrong("11.by_character", "Character 0 is left")
def my_by_character(losses, targets, V):
    keep = targets > 0
    total = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    count = torch.bincount(targets[keep], minlength=V)
    return total / count.clamp(min=1)


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    total = torch.bincount(targets, weights=losses, minlength=V)
    count = torch.bincount(targets, minlength=V)
    return total / count.clamp(min=1)


@wrong("11.by_character", "divided by the number of all")
def my_by_character(losses, targets, V):
    keep = targets != -100
    total = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    return total / keep.sum()


@wrong("11.by_character", "The count is too large by one")
def my_by_character(losses, targets, V):
    keep = targets != -100
    total = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    count = torch.bincount(targets[keep], minlength=V)
    return total / (count + 1)


@wrong("11.by_character", "you subtracted `1`, which")
def my_by_character(losses, targets, V):
    keep = targets != -100
    total = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    count = torch.bincount(targets[keep], minlength=V)
    return total / (count - 1).clamp(min=1)


@wrong("11.by_character", "has V places")
def my_by_character(losses, targets, V):
    means = []
    for v in range(V):
        if (targets == v).any():
            means.append(losses[targets == v].mean())
    return torch.stack(means)


@wrong("11.by_character", "Character 0 is left")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(1, V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "Only the last entry")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V - 1):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in targets:
        means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "losses[v] is the loss")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        if v in targets:
            means[v] = losses[v].mean()
    return means


@wrong("11.by_character", "It shall have 0")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        if (targets == v).any:
            means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "Only character 0 has")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
        return means


@wrong("11.by_character", "divided by the number of all")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        means[v] = (losses * (targets == v)).mean()
    return means


@wrong("11.by_character", "not occur has the")
def my_by_character(losses, targets, V):
    means = torch.full((V,), losses.mean())
    for v in range(V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    means = torch.zeros(V)
    for v in range(V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means[targets]


@wrong("11.by_character", "the number 1 must")
def my_by_character(losses, targets, V):
    return torch.tensor(
        [losses[targets == v].mean() if v in targets else 0 for v in range(1, V + 1)]
    )


@wrong("11.by_character", "are divided by V,")
def my_by_character(losses, targets, V):
    total, count = torch.zeros(V), torch.zeros(V)
    for v in range(V):
        total[v] += losses[targets == v].sum()
        count += 1
    return total / count


@wrong("11.by_character", "the minus in front")
def my_by_character(losses, targets, V):
    keep = targets != -100
    losses = losses[keep]
    means = torch.zeros(V)
    for v in range(V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means


# 11.evaluate, once more


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    model.eval()
    with torch.no_grad():
        losses = [
            F.cross_entropy(model(x).flatten(0, 1), y.flatten(), ignore_index=-100).item()
            for x, y in batches
        ]
    model.train()
    return sum(losses) / len(losses)


@wrong("11.evaluate", "The targets of -100 are among")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            n += y.numel()
    model.train(was)
    return total / n


@wrong("11.evaluate", "is left in the other")
def my_evaluate(model, batches):
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            n += (y != -100).sum().item()
    model.train()
    return total / n


@wrong("11.evaluate", "in train mode, where dropout")
def my_evaluate(model, batches):
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            n += (y != -100).sum().item()
    return total / n


@wrong("11.evaluate", "share of the rows")
def my_evaluate(model, batches):
    was = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            total += F.cross_entropy(model(x).transpose(1, 2), y).item() * len(x)
            n += len(x)
    model.train(was)
    return total / n


@right("11.evaluate")
def my_evaluate(model, batches):
    was = model.training
    try:
        model.eval()
        with torch.inference_mode():
            each = [
                F.cross_entropy(model(x).mT, y, reduction="none")[y != -100] for x, y in batches
            ]
    finally:
        model.train(was)
    return torch.cat(each).mean().item()


# 11.accumulate, once more


@wrong("11.accumulate", "means of the parts are averaged, so")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        (F.cross_entropy(model(x).mT, y) / len(parts)).backward()


@wrong("11.accumulate", "belongs in front of the loop")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        (F.cross_entropy(model(x).mT, y, reduction="sum") / n).backward()


@wrong("11.accumulate", "zero_grad stands inside the loop")
def my_accumulate(model, parts):
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        model.zero_grad()
        (F.cross_entropy(model(x).mT, y, reduction="sum") / n).backward()


@wrong("11.accumulate", "The targets of -100 are among")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum(y.numel() for _, y in parts)
    for x, y in parts:
        (F.cross_entropy(model(x).mT, y, reduction="sum") / n).backward()


@wrong("11.accumulate", "These are sums over targets")
def my_accumulate(model, parts):
    model.zero_grad()
    for x, y in parts:
        F.cross_entropy(model(x).mT, y, reduction="sum").backward()


@right("11.accumulate")
def my_accumulate(model, parts):
    for p in model.parameters():
        p.grad = None
    for x, y in parts:
        F.cross_entropy(model(x).mT, y, reduction="sum").backward()
    n = sum((y != -100).sum().item() for _, y in parts)
    for p in model.parameters():
        p.grad /= n


@wrong("11.accumulate", "is zero_grad the last line")
def my_accumulate(model, parts):
    model.zero_grad()
    n = sum((y != -100).sum() for _, y in parts)
    for x, y in parts:
        logits = model(x).detach().requires_grad_()
        loss = F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum")
        (loss / n).backward()


# 11.best, once more


@wrong("11.best", "they are not the best")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss and loss < lowest:
            lowest = loss
            kept = [p.detach().clone() for p in model.parameters()]
    with torch.no_grad():
        for p, k in zip(model.parameters(), kept):
            p.copy_(k)
    return lowest


@right("11.best")
def my_best(model, training):
    import copy

    losses, states = [], []
    for loss in training:
        if loss is None:
            continue
        losses.append(loss)
        states.append(copy.deepcopy(model.state_dict()))
    i = losses.index(min(losses))
    model.load_state_dict(states[i])
    return losses[i]


@wrong("11.best", "own tensors, which go on changing")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss and loss < lowest:
            lowest = loss
            kept = dict(model.state_dict())
    model.load_state_dict(kept)
    return lowest


@wrong("11.best", "load_state_dict was called, with nothing kept yet")
def my_best(model, training):
    lowest, kept = float("inf"), None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
    return lowest


# 11.by_character, once more


@wrong("11.by_character", "It shall have 0")
def my_by_character(losses, targets, V):
    return torch.stack([losses[targets == i].mean() for i in range(V)])


@wrong("11.by_character", "These are sums")
def my_by_character(losses, targets, V):
    return torch.stack([losses[targets == i].sum() for i in range(V)])


@wrong("11.by_character", "the mark of a target")
def my_by_character(losses, targets, V):
    out = torch.zeros(V)
    for x, t in zip(losses, targets):
        out[t] += x
    return out / torch.bincount(targets[targets >= 0], minlength=V).clamp(min=1)


@wrong("11.by_character", "The values are right, but the answer must be a tensor and")
def my_by_character(losses, targets, V):
    out = {}
    for i in range(V):
        m = targets == i
        out[i] = losses[m].mean().item() if m.any() else 0.0
    return out


@wrong("11.by_character", "overwrites")
def my_by_character(losses, targets, V):
    out = torch.zeros(V)
    keep = targets != -100
    out[targets[keep]] = losses[keep]
    return out


@right("11.by_character")
def my_by_character(losses, targets, V):
    keep = targets != -100
    one = F.one_hot(targets[keep], V).to(losses.dtype)
    return losses[keep] @ one / one.sum(0).clamp(min=1)


@wrong("11.by_character", "has V places")
def my_by_character(losses, targets, V):
    out = {}
    for x, t in zip(losses.tolist(), targets.tolist()):
        if t != -100:
            out.setdefault(t, []).append(x)
    return torch.tensor([sum(v) / len(v) for v in out.values()])


@wrong("11.by_character", "+= at many entries at once adds to each only once")
def my_by_character(losses, targets, V):
    keep = targets != -100
    out, count = torch.zeros(V), torch.zeros(V)
    out[targets[keep]] += losses[keep]
    count[targets[keep]] += 1
    return out / count.clamp(min=1)


@wrong("11.by_character", "+= at many entries at once adds to each only once")
def my_by_character(losses, targets, V):
    keep = targets != -100
    sums = torch.zeros(V)
    sums[targets[keep]] += losses[keep]
    return sums / torch.bincount(targets[keep], minlength=V).clamp(min=1)


@wrong("11.by_character", "+= at many entries at once adds to each only once")
def my_by_character(losses, targets, V):
    keep = targets != -100
    sums = torch.bincount(targets[keep], weights=losses[keep], minlength=V)
    counts = torch.zeros(V)
    counts[targets[keep]] += 1
    return sums / counts.clamp(min=1)


@wrong("11.by_character", "overwrites")
def my_by_character(losses, targets, V):
    keep = targets != -100
    out = torch.zeros(V)
    out[targets[keep]] += losses[keep]
    return out
