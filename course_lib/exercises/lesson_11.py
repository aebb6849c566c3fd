"""Exercises of lesson 11, Training a GPT."""

import math
import random

import torch
import torch.nn.functional as F
from torch import nn, tensor

from course_lib.exercises.registry import Wrong, exercise

# A process's first optimizer loads much of torch. Loaded here, it takes none of a learner's time.
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)

V = 4


def _targets(B, T):
    """Random targets of which some, but not all, are -100."""
    targets = torch.randint(V, (B, T))
    targets[torch.rand(B, T) < 0.4] = -100
    targets[0, 0] = random.randrange(V)
    return targets


def _batches():
    """Two to four batches of unequal sizes."""
    sizes = [(random.randint(1, 4), random.randint(2, 5)) for _ in range(random.randint(2, 4))]
    return [(torch.randint(V, size), _targets(*size)) for size in sizes]


TWO = [
    (tensor([[0, 1, 2], [3, 1, 0]]), tensor([[1, 2, -100], [1, 0, 2]])),
    (tensor([[2, 3]]), tensor([[3, -100]])),
]
TABLE = tensor([[0.0, 1, 2, 0], [1, 0, 0, 3], [0, 0, 0, 2], [1, 1, 0, 0]])
FIVE = [(torch.arange(15).view(5, 3) % V, torch.arange(15).view(5, 3) % 3)] * 5


# 1


class _Watched(nn.Module):
    """A bigram that notes in which mode it is asked, and whether the walk back is prepared."""

    def __init__(self, table):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(table.clone(), freeze=False)
        self.modes, self.keeps = [], []

    def forward(self, ids):  # (B, T)
        self.modes.append(self.training)
        logits = self.table(ids)  # (B, T, V)
        self.keeps.append(logits.requires_grad)
        return logits


def _run_evaluate(evaluate, table, batches, training):
    model = _Watched(table.to(torch.get_default_dtype())).train(training)
    loss = evaluate(model, batches)
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise Wrong(
            "You switch gradients off for good, and the next training step has none. `with "
            "torch.no_grad():` switches them on again after its block."
        )
    if not model.modes:
        raise Wrong(
            "The model was given no batch at all: logits = model(inputs) for each of them, the "
            "first and the last as well."
        )
    if any(model.modes) and not model.modes[0]:
        raise Wrong(
            "The first batch was measured in eval mode, a later one in train mode: "
            "model.train(…) belongs after the loop, not in it."
        )
    if any(model.modes):
        raise Wrong(
            "The model was measured in train mode, where dropout makes the loss wrong and random: "
            "call model.eval(), with its parentheses, before the loop."
        )
    if model.training != training:
        was = "train" if training else "eval"
        raise Wrong(
            f"The model came in {was} mode and is left in the other: keep model.training at the "
            "start, and give it back with model.train(…) at the end."
        )
    if isinstance(loss, torch.Tensor) and loss.numel() == 1 and not loss.requires_grad:
        loss = loss.item()
    if any(model.keeps):
        raise Wrong(
            "Every forward pass has kept its numbers for a walk back that never comes: put the "
            "loop under torch.no_grad()."
        )
    return loss


def _evaluation(of_batches):
    """An evaluation with the right modes; ``of_batches(logits and targets)`` is its answer."""

    @torch.no_grad()
    def evaluate(model, batches):
        training = model.training
        model.eval()
        pairs = [(model(x).flatten(0, 1), y) for x, y in batches]
        model.train(training)
        return of_batches(pairs)

    return evaluate


def _losses(pairs, reduction="sum"):
    return [F.cross_entropy(z, y.flatten(), reduction=reduction).item() for z, y in pairs]


def _divided(total, count):
    return torch.tensor(total) / count  # inf, where a plain number has an error


def _shifted_again(pairs):
    later = [(z.view(*y.shape, -1)[:, :-1].flatten(0, 1), y[:, 1:]) for z, y in pairs]
    return sum(_losses(later)) / max(sum(_counted(later)), 1)


def _counted(pairs):
    return [int((y != -100).sum()) for _, y in pairs]


@exercise(
    "11.evaluate",
    cases=[
        (TABLE, TWO[:1], False),
        (TABLE, TWO, True),
    ],
    random_case=lambda: (torch.randn(V, V), _batches(), random.random() < 0.5),
    borders=[(TABLE, FIVE, True)],
    call=_run_evaluate,
    mistakes={
        "This is the mean of the batches' means, in which a target of a small batch counts for "
        "more. Add all losses up, count all targets, and divide once.": _evaluation(
            lambda pairs: sum(_losses(pairs, "mean")) / len(pairs)
        ),
        "The targets of -100 are among those you divide by; count only the others.": (
            _evaluation(lambda pairs: sum(_losses(pairs)) / sum(y.numel() for _, y in pairs)),
            _evaluation(
                lambda pairs: (
                    sum(
                        m * y.numel()
                        for m, (_, y) in zip(_losses(pairs, "mean"), pairs, strict=True)
                    )
                    / sum(y.numel() for _, y in pairs)
                )
            ),
        ),
        "You weigh a batch's mean by its share of the rows; its share of the targets is meant.": (
            _evaluation(
                lambda pairs: (
                    sum(m * len(y) for m, (_, y) in zip(_losses(pairs, "mean"), pairs, strict=True))
                    / sum(len(y) for _, y in pairs)
                )
            )
        ),
        "Means were added up, and then divided by the number of targets: take reduction='sum' in "
        "each batch.": _evaluation(
            lambda pairs: sum(_losses(pairs, "mean")) / sum(_counted(pairs))
        ),
        "The sum was divided by the number of batches; divide by the number of "
        "targets.": _evaluation(lambda pairs: sum(_losses(pairs)) / len(pairs)),
        "The sum over all targets is not divided by their number.": _evaluation(
            lambda pairs: sum(_losses(pairs))
        ),
        "You added up the batches' means; take one mean over all targets.": _evaluation(
            lambda pairs: sum(_losses(pairs, "mean"))
        ),
        "The targets were shifted once more: they are the right answers of their own places "
        "already.": _evaluation(_shifted_again),
        "The means are taken over the targets of -100 as well, whose losses are 0, and "
        "then averaged over the batches. Add all losses up, count the targets, and divide "
        "once.": _evaluation(
            lambda pairs: (
                sum(total / y.numel() for total, (_, y) in zip(_losses(pairs), pairs, strict=True))
                / len(pairs)
            )
        ),
        "Only the last batch is in your answer: is the total overwritten in each round?": (
            _evaluation(lambda pairs: _losses(pairs, "mean")[-1]),
            _evaluation(lambda pairs: _losses(pairs)[-1] / sum(_counted(pairs))),
        ),
        "Only the first batch is in your answer: does return stand inside the loop?": (
            _evaluation(lambda pairs: _losses(pairs, "mean")[0])
        ),
        "The count is that of the last batch, the total that of all.": _evaluation(
            lambda pairs: sum(_losses(pairs)) / _counted(pairs)[-1]
        ),
        "The losses are divided by the number of rows; count the targets in them.": _evaluation(
            lambda pairs: sum(_losses(pairs)) / sum(len(y) for _, y in pairs)
        ),
        "Only the targets of -100 are counted, the very ones that do not count: != and not ==.": (
            _evaluation(
                lambda pairs: _divided(
                    sum(_losses(pairs)), sum(int((y == -100).sum()) for _, y in pairs)
                )
            )
        ),
        "A target of 0 is a target like any other; only -100 does not count: y != -100.": (
            _evaluation(
                lambda pairs: sum(_losses(pairs)) / sum(int((y > 0).sum()) for _, y in pairs)
            )
        ),
        "The targets of -100 were made 0, and so are counted as if they were the character 0.": (
            _evaluation(
                lambda pairs: (
                    sum(_losses([(z, y.clamp(min=0)) for z, y in pairs]))
                    / sum(y.numel() for _, y in pairs)
                )
            ),
            _evaluation(
                lambda pairs: (
                    sum(_losses([(z, y.clamp(min=0)) for z, y in pairs])) / sum(_counted(pairs))
                )
            ),
        ),
        "The softmax is taken twice: cross_entropy takes logits.": _evaluation(
            lambda pairs: (
                sum(_losses([(z.softmax(-1), y) for z, y in pairs])) / sum(_counted(pairs))
            )
        ),
        "This is the perplexity, e to the loss; return the loss itself.": _evaluation(
            lambda pairs: math.exp(sum(_losses(pairs)) / sum(_counted(pairs)))
        ),
        "This is the share of wrong guesses; the exercise asks for the loss.": _evaluation(
            lambda pairs: (
                sum(int((z.argmax(1) != y.flatten())[y.flatten() != -100].sum()) for z, y in pairs)
                / sum(_counted(pairs))
            )
        ),
        "This is the loss in bits; nats are asked, so no log of 2.": _evaluation(
            lambda pairs: sum(_losses(pairs)) / sum(_counted(pairs)) / math.log(2)
        ),
    },
    hints=[
        "Which of these may you add up over batches of unequal size: means, sums, counts?",
        "F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction='sum') adds up what counts, "
        "and (y != -100).sum() counts it.",
        "Under torch.no_grad(): training = model.training; model.eval(); the loop; "
        "model.train(training); return total / count.",
    ],
)
@torch.no_grad()
def evaluate(model, batches):
    training = model.training
    model.eval()
    total, count = 0.0, 0
    for inputs, targets in batches:
        logits = model(inputs).flatten(0, 1)
        total += F.cross_entropy(logits, targets.flatten(), reduction="sum").item()
        count += (targets != -100).sum().item()
    model.train(training)
    return total / count


# 2


def _run_accumulate(accumulate, table, old, parts):
    """A bigram with a gradient left from before; what counts is its gradient afterwards."""
    dtype = torch.get_default_dtype()
    model = nn.Embedding.from_pretrained(table.to(dtype), freeze=False)
    before = model.weight.detach().clone()
    model.weight.grad = old.to(dtype).clone()
    waiting, largest = [], max(x.numel() for x, _ in parts)

    def watch(module, inputs, output):
        if not output.requires_grad:
            return
        if inputs[0].numel() > largest:
            raise Wrong(
                "All parts went through the model at once, and its memory is too small for "
                "that. Take them one at a time."
            )
        if waiting:
            raise Wrong(
                "Two parts went through the model with no backward between them, so that it had "
                "to keep the numbers of both. Call backward for each part before the next."
            )
        waiting.append(True)
        output.register_hook(lambda gradient: waiting.clear())

    model.register_forward_hook(watch)
    accumulate(model, parts)
    if not torch.equal(model.weight.detach(), before):
        raise Wrong("You changed the weights. The exercise asks for the gradient, not for a step.")
    if not model.training:
        raise Wrong(
            "The model is left in eval mode; it came in train mode, and its training goes on."
        )
    if model.weight.grad is None:
        raise Wrong(
            "No gradient has come to the model at the end: was backward never called, is zero_grad "
            "the last line, or does detach() or .item() cut the loss off from the model?"
        )
    return model.weight.grad.detach().clone()


def _accumulation(weight=lambda parts, y: 1 / sum(_count(parts)), reduction="sum", reset="first"):
    """Accumulates weight(parts, y) times the loss of each part; reset: first, each, never."""

    def accumulate(model, parts):
        if reset == "first":
            model.zero_grad()
        for x, y in parts:
            if reset == "each":
                model.zero_grad()
            loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction=reduction)
            (loss * weight(parts, y)).backward()

    return accumulate


def _inverse(count):
    return 1 / torch.tensor(float(count))  # inf, where a plain number has an error


def _so_far(model, parts, again=False):
    """Divides by what is counted up to each part, or the gradient itself by all in every round."""
    model.zero_grad()
    for k, (x, y) in enumerate(parts, 1):
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        (loss if again else loss / sum(_count(parts[:k]))).backward()
        if again:
            for p in model.parameters():
                p.grad /= sum(_count(parts))


def _clipped(model, parts):
    accumulate(model, parts)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)


def _count(parts):
    return [int((y != -100).sum()) for _, y in parts]


@exercise(
    "11.accumulate",
    cases=[
        (TABLE, torch.zeros(V, V), TWO[:1]),
        (TABLE, torch.zeros(V, V), TWO),
        (TABLE, torch.ones(V, V), TWO),
        (20 * torch.eye(V), torch.zeros(V, V), [(tensor([[0]]), tensor([[1]]))]),
    ],
    random_case=lambda: (torch.randn(V, V), torch.randn(V, V), _batches()),
    borders=[(TABLE, torch.eye(V), FIVE)],
    call=_run_accumulate,
    mistakes={
        "The means of the parts are averaged, so that a target of a small part counts for more. "
        "Divide each part's sum by the targets of all parts together.": _accumulation(
            lambda parts, y: 1 / len(parts), "mean"
        ),
        "The gradients of the parts' means are added up, undivided: together they are too long.": (
            _accumulation(lambda parts, y: 1.0, "mean")
        ),
        "These are sums over targets; the loss is a mean. Divide by the number of targets of all "
        "parts.": _accumulation(lambda parts, y: 1.0),
        "The gradient was clipped; it belongs to the step, after all the parts.": _clipped,
        "Only the last part is left in the gradient: zero_grad stands inside the loop.": (
            _accumulation(reset="each"),
            _accumulation(lambda parts, y: 1 / len(parts), "mean", "each"),
            _accumulation(lambda parts, y: 1.0, "mean", "each"),
            _accumulation(lambda parts, y: 1 / int((y != -100).sum()), "sum", "each"),
        ),
        "The gradient from before is still in it: zero_grad belongs in front of the loop.": (
            _accumulation(reset="never")
        ),
        "The gradient from before is still in it, and the means of unequal parts are averaged.": (
            _accumulation(lambda parts, y: 1 / len(parts), "mean", "never")
        ),
        "The targets of -100 are among those you divide by; count only the others.": (
            _accumulation(lambda parts, y: 1 / sum(t.numel() for _, t in parts)),
            _accumulation(lambda parts, y: y.numel() / sum(t.numel() for _, t in parts), "mean"),
        ),
        "A part's weight is its share of the rows; its share of the "
        "targets is meant.": _accumulation(
            lambda parts, y: len(y) / sum(len(t) for _, t in parts), "mean"
        ),
        "Divided by the number of rows; divide by the number of targets.": _accumulation(
            lambda parts, y: 1 / sum(len(t) for _, t in parts)
        ),
        "Divided by what the first part, or the last, holds; count the targets of all parts.": (
            _accumulation(lambda parts, y: 1 / len(parts[0][1])),
            _accumulation(lambda parts, y: 1 / parts[0][1].numel()),
            _accumulation(lambda parts, y: 1 / _count(parts)[0]),
            _accumulation(lambda parts, y: 1 / _count(parts[-1:])[0]),
        ),
        "The sums are divided by the number of parts; divide by the number of targets.": (
            _accumulation(lambda parts, y: 1 / len(parts))
        ),
        "Divided twice: cross_entropy gives a mean already, unless reduction='sum'.": _accumulation(
            lambda parts, y: 1 / sum(_count(parts)), "mean"
        ),
        "Divided by the targets of all parts, and by the number of parts as well.": _accumulation(
            lambda parts, y: 1 / sum(_count(parts)) / len(parts)
        ),
        "Each part is divided by the targets counted so far; count those of all parts first.": (
            lambda model, parts: _so_far(model, parts)
        ),
        "The gradient of the parts so far is divided again in every round: divide once, after the "
        "loop.": lambda model, parts: _so_far(model, parts, again=True),
        "Only the targets of -100 are counted, the very ones that do not count: != and not ==.": (
            _accumulation(lambda parts, y: _inverse(sum(int((t == -100).sum()) for _, t in parts)))
        ),
        "Multiplied by the number of targets; divide by it.": (
            _accumulation(lambda parts, y: sum(_count(parts)))
        ),
        "A target of 0 is a target like any other; only -100 does not count: y != -100.": (
            _accumulation(lambda parts, y: _inverse(sum(int((t > 0).sum()) for _, t in parts)))
        ),
        "The first part is missing.": lambda model, parts: _accumulation(
            lambda rest, y: 1 / sum(_count(parts))
        )(model, parts[1:]),
        "The last part is missing.": lambda model, parts: _accumulation(
            lambda rest, y: 1 / sum(_count(parts))
        )(model, parts[:-1]),
        "Only the first part is in it: does return stand inside the loop?": (
            lambda model, parts: _accumulation(lambda rest, y: 1 / sum(_count(parts)))(
                model, parts[:1]
            )
        ),
    },
    hints=[
        "By what must each part's *sum* of losses be divided, so that together they are the mean "
        "over all targets?",
        "Count first: count = sum((y != -100).sum() for _, y in parts).",
        "model.zero_grad() once; then for each part the cross_entropy with reduction='sum', "
        "divided by count, and backward.",
    ],
)
def accumulate(model, parts):
    count = sum((targets != -100).sum() for _, targets in parts)
    model.zero_grad()
    for inputs, targets in parts:
        logits = model(inputs).flatten(0, 1)
        (F.cross_entropy(logits, targets.flatten(), reduction="sum") / count).backward()


# 3


class _Moving(nn.Module):
    """A model whose weight and buffer are moved by the training."""

    def __init__(self, n):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n))
        self.register_buffer("seen", torch.zeros(n))


def _run_best(best, weights, losses):
    """Training that sets the weights of a step and then hands out its validation loss."""
    weights = weights.to(torch.get_default_dtype())
    model = _Moving(weights.shape[1])
    made = []

    def training():
        for step, (w, loss) in enumerate(zip(weights, losses, strict=True)):
            with torch.no_grad():
                model.weight.copy_(w)
                model.seen.fill_(step + 1)
            made.append(step)
            yield loss
        made.append("end")

    loads, load = [], model.load_state_dict
    model.load_state_dict = lambda *given, **more: loads.append(made[-1:]) or load(*given, **more)
    left = None
    try:
        lowest = best(model, training())
    except Exception as error:
        left = error
    if 0 < len(made) < len(losses) and left and loads:
        raise Wrong(
            f"After {len(made)} of {len(losses)} steps load_state_dict was called, with nothing "
            "kept yet. Go through all of the training first, as None is only a step without "
            "evaluation, and put the best weights back once, after the loop."
        )
    if 0 < len(made) < len(losses) and not left:
        raise Wrong(
            f"The training was left after {len(made)} of {len(losses)} steps. Go through all of "
            "it: a better loss may come later, and None is only a step without evaluation."
        )
    if left:
        raise left
    if loads and ["end"] not in loads and model.seen[0] == len(losses):
        raise Wrong(
            "load_state_dict stands inside the loop, where it changes nothing: put the best "
            "weights back once, after the loop."
        )
    last = len(losses) - 1
    as_it_was = model.seen[0] == last + 1 and torch.equal(model.weight, weights[last])
    if not loads and as_it_was and losses[last] != min(x for x in losses if x is not None):
        raise Wrong(
            "The model has its last weights still, and they are not the best: were those of the "
            "lowest loss kept, and put back with model.load_state_dict(kept)?"
        )
    if isinstance(lowest, torch.Tensor) and lowest.numel() == 1:
        lowest = lowest.item()
    return {"lowest": lowest, "weight": model.weight.detach().clone(), "seen": model.seen.clone()}


def _best(
    better=lambda loss, lowest: loss < lowest,
    start=math.inf,
    renew=True,
    copy=True,
    give=None,
    names=("weight", "seen"),
    load=True,
):
    """Keeping the best, with another part in it."""

    def best(model, training):
        lowest, kept, last = start, {}, None
        for loss in training:
            if loss is None:
                continue
            last = loss
            if better(loss, lowest):
                lowest = loss if renew else lowest
                state = model.state_dict()
                kept = {name: state[name].clone() if copy else state[name] for name in names}
        if load:
            model.load_state_dict(kept, strict=False)
        return give(lowest, last) if give else lowest

    return best


def _last_round(model, training):
    loss = None

    def watched():
        nonlocal loss
        for loss in training:  # noqa: UP028
            yield loss

    _best()(model, watched())
    return loss


def _some_training():
    n = random.randint(4, 7)
    losses = [round(random.uniform(0.1, 3), 3) for _ in range(n)]
    for k in random.sample(range(n), random.randint(1, n - 3)):
        losses[k] = None
    return torch.randn(n, 2), losses


@exercise(
    "11.best",
    cases=[
        (tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), [1.5, 0.5, 0.75]),
        (tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]), [None, 0.5, None, 0.75]),
        (tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), [25.0, 12.0, 30.0]),
        (tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), [0.5, 0.0, 0.25]),
    ],
    random_case=_some_training,
    borders=[
        (torch.arange(12.0).view(6, 2), [0.25, 0.5, None, 0.75, 1.0, None]),
        (torch.arange(12.0).view(6, 2), [None, 3.0, 2.5, None, 2.0, 1.0]),
        (torch.arange(2.0).view(1, 2), [2.0]),
    ],
    call=_run_best,
    mistakes={
        "The loss is the best one, but the weights are the last ones. Either what you kept is no "
        "copy: state_dict() hands out the model's own tensors, which go on changing, so keep "
        "clones. Or they were cloned too late; it must be in the round of the lowest loss.": (
            _best(copy=False),
        ),
        "The best weights are never put back: model.load_state_dict(kept).": _best(load=False),
        "A loss of 0.0 is a loss. None alone is none: ask `is not None`.": _best(
            lambda loss, lowest: bool(loss) and loss < lowest
        ),
        "Kept are the weights of the last evaluation that beat the first bound: renew the lowest "
        "loss when you find a lower one.": (
            _best(renew=False),
            _best(renew=False, copy=False),
            _best(renew=False, give=lambda lowest, last: None),
        ),
        "Kept are the weights of the largest loss; the smallest is the best.": _best(
            lambda loss, lowest: loss > lowest, -math.inf
        ),
        "The weights are right; give back the lowest loss, not the last.": _best(
            give=lambda lowest, last: last
        ),
        "The weights are right; loss is what came in the last round, and may be None. Give back "
        "the lowest.": _last_round,
        "The weights are right; give back the lowest loss as well.": _best(
            give=lambda lowest, last: None
        ),
        "The parameters are kept, but not the buffers; state_dict() has both.": _best(
            names=("weight",)
        ),
        "These are the weights of the last evaluation, not of the best.": _best(
            lambda loss, lowest: True, give=lambda lowest, last: last
        ),
    },
    hints=[
        "Print the kept weights right after they are kept, and once more after the next step.",
        "Steps without an evaluation hand out None, which is not smaller than anything.",
        "kept = {name: value.clone() for name, value in model.state_dict().items()}, and lowest = "
        "loss beside it.",
    ],
)
def best(model, training):
    lowest, kept = math.inf, None
    for loss in training:
        if loss is not None and loss < lowest:
            lowest = loss
            kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    return lowest


# 4


def _some_losses():
    n = random.randint(4, 12)
    targets = torch.randint(V, (n,))
    targets[torch.rand(n) < 0.3] = -100
    targets[0] = random.randrange(V - 1)
    return torch.rand(n) * 3 + 0.1, targets, V + random.randint(0, 2)


def _by_hand(of_one, empty=0.0, counts=lambda targets, v: targets == v):
    def by_character(losses, targets, V):
        means = torch.full((V,), empty).to(losses)
        for v in range(V):
            here = counts(targets, v)
            if here.any():
                means[v] = of_one(losses, targets, here)
        return means

    return by_character


def _no_minlength(losses, targets, V):
    ids, losses = targets[targets != -100], losses[targets != -100]
    return torch.bincount(ids, weights=losses).to(losses) / torch.bincount(ids).clamp(min=1)


def _filled(losses, targets, V, empty):
    occurs = (targets == torch.arange(V)[:, None]).any(dim=1)
    return torch.where(occurs, by_character(losses, targets, V), empty)


def _wrapped(targets, v):
    """-100 taken as an index from the end."""
    return (targets == v) | ((targets == -100) & (v == 0))


def _of_those_there(losses, targets, order):
    """The means of the ids that occur alone, as they come in a list."""
    there = [c for c in dict.fromkeys(order) if c != -100]
    return torch.tensor([losses[targets == c].mean() for c in there])


@exercise(
    "11.by_character",
    cases=[
        (tensor([1.0, 3.0, 0.5]), tensor([0, 0, 2]), 3),
        (tensor([1.0, 3.0, 0.5, 9.0]), tensor([1, 1, 2, -100]), 4),
    ],
    random_case=_some_losses,
    borders=[
        (tensor([0.0, 2.0, 0.0, 5.0, 1.0]), tensor([3, -100, 3, -100, 1]), 4),
        (tensor([2.0]), tensor([0]), 1),
    ],
    mistakes={
        "These are sums; divide each by how often its character occurs.": _by_hand(
            lambda losses, targets, here: losses[here].sum()
        ),
        "These are counts; the mean losses are asked.": _by_hand(
            lambda losses, targets, here: here.sum().to(losses)
        ),
        "All are divided by the number of all targets; each must be divided by its own count.": (
            _by_hand(lambda losses, targets, here: losses[here].sum() / len(losses)),
            _by_hand(lambda losses, targets, here: losses[here].sum() / (targets != -100).sum()),
        ),
        "A character that does not occur has nan, which is 0 / 0. It shall have 0.": _by_hand(
            lambda losses, targets, here: losses[here].mean(), math.nan
        ),
        "The targets of -100 are counted with character 0; leave them out.": (
            _by_hand(lambda losses, targets, here: losses[here].mean(), counts=_wrapped)
        ),
        "Only the last loss of each character is left: = overwrites the ones before, and += at "
        "many places at once adds only one to each. Add up in a loop, or with bincount, and "
        "count.": _by_hand(lambda losses, targets, here: losses[here][-1]),
        "You keep only the first loss of each character.": _by_hand(
            lambda losses, targets, here: losses[here][0]
        ),
        "Only the first target counts: is return inside the loop?": (
            lambda losses, targets, V: _by_hand(lambda few, _, here: few[here].mean())(
                losses[:1], targets[:1], V
            )
        ),
        "Only character 0 has its mean: does return stand "
        "inside the loop?": lambda losses, targets, V: (
            _by_hand(lambda few, _, here: few[here].mean())(losses, targets, V)
            * (torch.arange(V) == 0)
        ),
        "This is the largest loss of each character; the exercise asks for the mean.": _by_hand(
            lambda losses, targets, here: losses[here].max()
        ),
        "This is the median of each character's losses; the exercise asks for the mean.": _by_hand(
            lambda losses, targets, here: losses[here].median()
        ),
        "The count is too large by one: count from 0, and guard against 0 in another "
        "way.": _by_hand(lambda losses, targets, here: losses[here].sum() / (here.sum() + 1)),
        "This is each character's share of the whole loss; return its mean.": _by_hand(
            lambda losses, targets, here: losses[here].sum() / losses[targets != -100].sum()
        ),
        "minlength=V is missing: bincount ends with the largest id that occurs.": _no_minlength,
        "losses[v] is the loss at place v; those of character v are losses[targets == v].": (
            _by_hand(
                lambda losses, targets, here: losses[targets[here][0]],
            )
        ),
        "A character that does not occur has the mean of all losses; it must have 0.": (
            lambda losses, targets, V: _filled(losses, targets, V, losses.mean()),
            lambda losses, targets, V: _filled(losses, targets, V, losses[targets != -100].mean()),
        ),
        "All are divided by V, the number of characters; divide each by how often it occurs.": (
            lambda losses, targets, V: (
                torch.stack([losses[targets == v].sum() for v in range(V)]) / V
            )
        ),
        "A character that does not occur has 1; it must have 0.": lambda losses, targets, V: (
            _filled(losses, targets, V, 1.0)
        ),
        "The targets of -100 count as the character 0: leave them out, do not make them 0.": (
            lambda losses, targets, V: by_character(losses, targets.clamp(min=0), V)
        ),
        "Character 0 is left out: only -100 does not count.": lambda losses, targets, V: (
            by_character(losses, targets, V) * (torch.arange(V) > 0)
        ),
        "The means stand beside the characters that occur, and the others are left out: the "
        "answer has V places.": (
            lambda losses, targets, V: _of_those_there(losses, targets, sorted(targets.tolist())),
            lambda losses, targets, V: _of_those_there(losses, targets, targets.tolist()),
        ),
    },
    hints=[
        "For one character v: which of the losses are its own?",
        "losses[targets == v] are those of v. If there are any, take their mean, and else 0.",
        "Without a loop: torch.bincount(ids, weights=losses, minlength=V) adds up, and without "
        "weights it counts; divide by count.clamp(min=1).",
    ],
)
def by_character(losses, targets, V):
    means = torch.zeros(V, dtype=losses.dtype)
    for v in range(V):
        if (targets == v).any():
            means[v] = losses[targets == v].mean()
    return means
