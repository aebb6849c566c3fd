"""Exercises of lesson 18, Looking inside."""

import random

import torch
from torch import tensor

from course_lib.exercises.registry import exercise


def _lens(
    middle=lambda x: x.mean(dim=-1, keepdim=True),
    spread=lambda x: (x.var(dim=-1, keepdim=True, correction=0) + 1e-5).sqrt(),
    scaled=lambda x, gain, bias: x * gain + bias,
    written=lambda x, table: x @ table.T,
):
    """The lens with another part in it."""

    def lens(stream, gain, bias, table):
        x = (stream - middle(stream)) / spread(stream)
        return written(scaled(x, gain, bias), table)

    return lens


def _lens_case():
    L, T, C, V = (random.randint(2, 4) + k for k in (0, 1, 3, 5))
    return torch.randn(L, T, C), torch.rand(C) + 0.5, torch.randn(C), torch.randn(V, C)


@exercise(
    "18.lens",
    cases=[
        (
            tensor([[[1.0, 2.0, 3.0], [4.0, 0.0, 2.0]]]),
            tensor([1.0, 1.0, 1.0]),
            tensor([0.0, 0.0, 0.0]),
            tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]),
        ),
        (
            tensor([[[1.0, 2.0, 6.0]], [[3.0, 0.0, 0.0]]]),
            tensor([1.0, 2.0, 1.0]),
            tensor([0.5, 0.0, -1.0]),
            tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 3.0, 1.0], [1.0, 1.0, 0.0]]),
        ),
    ],
    borders=[
        (torch.ones(5, 2, 4), torch.ones(4), torch.arange(4.0), torch.eye(5)[:, :4]),
        (torch.eye(6)[None, :5], torch.arange(6.0), torch.ones(6), torch.eye(7)[:, :6] + 1),
    ],
    random_case=_lens_case,
    mistakes={
        "The final norm is missing: the earlier rows are smaller and not centred.": (
            _lens(lambda x: 0.0, lambda x: 1.0, lambda x, gain, bias: x),
            _lens(lambda x: 0.0, lambda x: 1.0),
        ),
        "The norm's gain and bias are missing; the model learned them with the norm.": _lens(
            scaled=lambda x, gain, bias: x
        ),
        "The norm's bias is missing.": _lens(scaled=lambda x, gain, bias: x * gain),
        "The norm's gain is missing.": _lens(scaled=lambda x, gain, bias: x + bias),
        "The gain multiplies first, and the bias is added after it.": _lens(
            scaled=lambda x, gain, bias: (x + bias) * gain
        ),
        "The mean is not taken away; LayerNorm centres each row first.": (
            _lens(lambda x: 0.0),
            _lens(lambda x: 0.0, lambda x: (x.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt()),
        ),
        "You centred the rows and did not divide by their spread.": _lens(spread=lambda x: 1.0),
        "You divided by the variance; the spread is its root.": _lens(
            spread=lambda x: x.var(dim=-1, keepdim=True, correction=0) + 1e-5
        ),
        "LayerNorm's variance divides by C, and not by C - 1: say correction=0.": (
            _lens(spread=lambda x: (x.var(dim=-1, keepdim=True) + 1e-5).sqrt()),
            _lens(spread=lambda x: x.std(dim=-1, keepdim=True)),
            _lens(spread=lambda x: x.std(dim=-1, keepdim=True) + 1e-5),
        ),
        "The 1e-5 is added to the variance, under the root.": _lens(
            spread=lambda x: x.std(dim=-1, keepdim=True, correction=0) + 1e-5
        ),
        "You divided each row by its length; LayerNorm centres it, and divides by its spread.": (
            _lens(lambda x: 0.0, lambda x: x.norm(dim=-1, keepdim=True))
        ),
        "You normed over places and numbers together: each row of C numbers by itself.": _lens(
            lambda x: x.mean(dim=(1, 2), keepdim=True),
            lambda x: (x.var(dim=(1, 2), keepdim=True, correction=0) + 1e-5).sqrt(),
        ),
        "You normed over the places: each row of C numbers is normed by itself, over dim -1.": (
            _lens(
                lambda x: x.mean(dim=1, keepdim=True),
                lambda x: (x.var(dim=1, keepdim=True, correction=0) + 1e-5).sqrt(),
            )
        ),
        "You normed over the depths: each row of C numbers is normed by itself, over dim -1.": (
            _lens(
                lambda x: x.mean(dim=0, keepdim=True),
                lambda x: (x.var(dim=0, keepdim=True, correction=0) + 1e-5).sqrt(),
            )
        ),
        "You normed all rows together: each row of C numbers is normed by itself.": _lens(
            lambda x: x.mean(), lambda x: (x.var(correction=0) + 1e-5).sqrt()
        ),
        "Those are probabilities; the exercise asks for logits, so leave softmax out.": _lens(
            written=lambda x, table: (x @ table.T).softmax(dim=-1)
        ),
        "Those are logarithms of probabilities; the exercise asks for logits.": _lens(
            written=lambda x, table: (x @ table.T).log_softmax(dim=-1)
        ),
        "That is the norm alone: the rows still have to be multiplied by the table.": _lens(
            written=lambda x, table: x
        ),
        "That is the likeliest letter; the exercise asks for the logits of all.": _lens(
            written=lambda x, table: (x @ table.T).argmax(dim=-1)
        ),
    },
    hints=[
        "What does the model do with the stream after its last block? Do it to every row.",
        "Take each row's mean away, divide by √(variance + 1e-5), then gain, bias and the table.",
        "x = (stream - mean) / (var + 1e-5).sqrt(); then (x * gain + bias) @ table.T",
    ],
)
def lens(stream, gain, bias, table):
    middle = stream.mean(dim=-1, keepdim=True)
    var = stream.var(dim=-1, keepdim=True, correction=0)
    x = (stream - middle) / (var + 1e-5).sqrt()  # (L, T, C)
    return (x * gain + bias) @ table.T  # (L, T, V)


def _share(
    dial=lambda logits, right, wrong: (logits[right] - logits[wrong]).item(),
    part=lambda source, target, now: (now - target) / (source - target),
):
    """The share with another part in it."""

    def share(source, target, patched, right, wrong):
        return part(*(dial(logits, right, wrong) for logits in (source, target, patched)))

    return share


def _share_case():
    source, target, other = torch.randn(3, random.randint(4, 8)).unbind()
    right, wrong, third = random.sample(range(len(source)), 3)
    source[right], source[wrong], target[right], target[wrong] = 3.0, -1.5, -2.0, 2.5
    source[third] += 9.0 * random.randint(0, 1)  # a third letter may be the likeliest
    return source, target, other, right, wrong


@exercise(
    "18.share",
    cases=[
        (tensor([4.0, 0.0, 1.0]), tensor([0.0, 2.0, 1.0]), tensor([3.0, 1.0, 1.0]), 0, 1),
        (tensor([1.0, 0.5, 5.0]), tensor([2.0, 7.0, 1.0]), tensor([2.0, 3.0, 3.5]), 2, 1),
        (tensor([0.0, 3.0, 1.0]), tensor([1.0, 2.0, 9.0]), tensor([0.5, 4.0, 9.0]), 1, 2),
    ],
    borders=[
        (tensor([4.0, 0.0]), tensor([0.0, 2.0]), tensor([0.0, 2.0]), 0, 1),
        (tensor([4.0, 0.0]), tensor([0.0, 2.0]), tensor([4.0, 0.0]), 0, 1),
        (tensor([4.0, 0.0]), tensor([0.0, 2.0]), tensor([0.0, 4.0]), 0, 1),
        (tensor([4.0, 0.0]), tensor([0.0, 2.0]), tensor([9.0, 0.0]), 0, 1),
    ],
    random_case=_share_case,
    mistakes={
        "That is how far the dial went, in logits; divide by the whole way, source - target.": (
            _share(part=lambda source, target, now: now - target)
        ),
        "You divided by the source's difference; the whole way goes from target to source.": (
            _share(part=lambda source, target, now: (now - target) / source)
        ),
        "You did not take the target's difference away: without a patch the share must be 0.": (
            _share(part=lambda source, target, now: now / source),
            _share(part=lambda source, target, now: now / (source - target)),
        ),
        "That is the share that is still missing; yours is 1 where the patch does nothing.": (
            _share(part=lambda source, target, now: (source - now) / (source - target))
        ),
        "You measured from the source: a patch starts at the target and goes to the source.": (
            _share(part=lambda source, target, now: (now - source) / (source - target)),
            _share(part=lambda source, target, now: (now - source) / (target - source)),
        ),
        "The sign is turned: above and below you took the differences in opposite order.": (
            _share(part=lambda source, target, now: (target - now) / (source - target))
        ),
        "A patch that turns the dial the other way has a share below 0: leave out abs.": (
            _share(part=lambda source, target, now: abs((now - target) / (source - target)))
        ),
        "A share may be below 0 or above 1; do not cut it off.": _share(
            part=lambda source, target, now: min(1.0, max(0.0, (now - target) / (source - target)))
        ),
        "You followed the right letter's logit alone; the dial is right minus wrong.": _share(
            lambda logits, right, wrong: logits[right].item()
        ),
        "You followed the wrong letter's logit alone; the dial is right minus wrong.": _share(
            lambda logits, right, wrong: logits[wrong].item()
        ),
        "You took probabilities; the dial is a difference of logits.": (
            _share(
                lambda logits, right, wrong: (
                    logits.softmax(dim=0)[right] - logits.softmax(dim=0)[wrong]
                ).item()
            ),
            _share(lambda logits, right, wrong: logits.softmax(dim=0)[right].item()),
            _share(lambda logits, right, wrong: logits.log_softmax(dim=0)[right].item()),
        ),
        "Python divides first: put parentheses around both differences.": (
            _share(part=lambda source, target, now: now - target / source - target),
            _share(part=lambda source, target, now: (now - target) / source - target),
            _share(part=lambda source, target, now: now - target / (source - target)),
        ),
        "Take right minus wrong within one text, not across two.": (
            lambda source, target, patched, right, wrong: (
                (patched[right] - target[wrong]) / (source[right] - target[wrong])
            ).item()
        ),
        "The dial looks at two letters; you summed over all of them.": (
            lambda source, target, patched, right, wrong: (
                (patched - target).abs().sum() / (source - target).abs().sum()
            ).item()
        ),
        "You added the two logits; the dial is their difference.": _share(
            lambda logits, right, wrong: (logits[right] + logits[wrong]).item()
        ),
    },
    hints=[
        "Make one number of each of the three: the right letter's logit minus the wrong one's.",
        "0 where patched is like target, 1 where it is like source. What is above, what below?",
        "(patched - target) / (source - target), each of them a difference of two logits.",
    ],
)
def share(source, target, patched, right, wrong):
    dials = [(logits[right] - logits[wrong]).item() for logits in (source, target, patched)]
    return (dials[2] - dials[1]) / (dials[0] - dials[1])


def _meant(mean=lambda of_head: of_head.mean(dim=(0, 1)), head_of=lambda head: head):
    """Mean ablation with another mean in it."""

    def mean_ablated(outputs, head):
        changed = outputs.clone()
        changed[:, :, head_of(head)] = mean(outputs[:, :, head])
        return changed

    return mean_ablated


def _meant_case():
    B, T, H, D = 2, random.randint(3, 4), random.randint(2, 3), 5
    return torch.randn(B, T, H, D), random.randrange(H)


@exercise(
    "18.mean_ablated",
    cases=[
        (tensor([[[[1.0, 2.0], [5.0, 6.0]], [[3.0, 6.0], [7.0, 0.0]]]]), 0),
        (torch.arange(36.0).reshape(2, 3, 2, 3).square(), 1),
    ],
    borders=[
        (torch.ones(1, 1, 2, 3), 1),
        (torch.arange(50.0).reshape(5, 1, 5, 2).sqrt(), 2),
        (torch.eye(6).reshape(1, 6, 3, 2), 0),
    ],
    random_case=_meant_case,
    mistakes={
        "That is one number for all: each of the D numbers has a mean of its own.": _meant(
            lambda of_head: of_head.mean()
        ),
        "That is a mean over the texts alone: mean over the places as well.": _meant(
            lambda of_head: of_head.mean(dim=0)
        ),
        "That is a mean over the places alone: mean over the texts as well.": _meant(
            lambda of_head: of_head.mean(dim=1, keepdim=True)
        ),
        "You took the mean over the D numbers of each place; it is over texts and places.": (
            _meant(lambda of_head: of_head.mean(dim=2, keepdim=True))
        ),
        "Those are zeros; the exercise asks for the head's mean.": _meant(lambda of_head: 0.0),
        "Those are sums; divide by the number of texts times places.": _meant(
            lambda of_head: of_head.sum(dim=(0, 1))
        ),
        "That is the median; the exercise asks for the mean.": _meant(
            lambda of_head: of_head.flatten(0, 1).median(dim=0).values
        ),
        "You changed every head; only the one asked for hands on its mean.": (
            _meant(head_of=lambda head: slice(None)),
            lambda outputs, head: outputs.mean(dim=(0, 1), keepdim=True).expand_as(outputs),
        ),
        "You took the mean over all heads; it is the head's own.": (
            lambda outputs, head: _meant(lambda of_head: outputs.mean(dim=(0, 1, 2)))(
                outputs, head
            ),
            lambda outputs, head: _meant(lambda of_head: outputs.mean(dim=2))(outputs, head),
        ),
        "You took the mean away from the head; it hands on the mean itself.": (
            lambda outputs, head: _meant(lambda of_head: of_head - of_head.mean(dim=(0, 1)))(
                outputs, head
            )
        ),
        "That is the mean alone; give all of outputs, with the head exchanged.": (
            lambda outputs, head: outputs[:, :, head].mean(dim=(0, 1))
        ),
    },
    hints=[
        "The head hands on D numbers. Each of them has a mean, over which dimensions?",
        "outputs[:, :, head] has shape (B, T, D). And is outputs still as it was?",
        "changed = outputs.clone(); changed[:, :, head] = outputs[:, :, head].mean(dim=(0, 1))",
    ],
)
def mean_ablated(outputs, head):
    changed = outputs.clone()
    changed[:, :, head] = outputs[:, :, head].mean(dim=(0, 1))  # (D,)
    return changed
