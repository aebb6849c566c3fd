"""Lesson 10: answers as learners write them; see ``answers``."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 10.count


@wrong("10.count", "have no bias in this model")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + 4 * width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "that of `out`, or")
def my_count(vocab, width, layers):
    attention = 4 * width**2
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "The matrix `out` is missing")
def my_count(vocab, width, layers):
    attention = 3 * width**2
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "one for all three")
def my_count(vocab, width, layers):
    attention = 2 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "biases of `up` and `down`")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "four times as wide inside")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 2 * width**2 + 2 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "one of them is missing")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 4 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "2 * width numbers are missing")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 2 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "3 * width numbers are missing")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "Two biases are missing")
def my_count(vocab, width, layers):
    attention = 4 * width**2
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + layers * (attention + feed_forward + norms)


@wrong("10.count", "block: the norms, each")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 0 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "after the last block")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * width + 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "vocab * width + vocab numbers")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return vocab * width + layers * (attention + feed_forward + norms)


@wrong("10.count", "The bias of `output` is missing")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + layers * (attention + feed_forward + norms)


@wrong("10.count", "yours has width")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + width + layers * (attention + feed_forward + norms)


@wrong("10.count", "Only one block")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + (attention + feed_forward + norms)


@wrong("10.count", "Everything is multiplied")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return layers * (2 * vocab * width + vocab + attention + feed_forward + norms)


@wrong("10.count", "Only the attention is multiplied")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * attention + feed_forward + norms


@wrong("10.count", "package's GPT")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return vocab * width + layers * (12 * width**2 + 13 * width) + 2 * width


@wrong("10.count", "The sinusoids are counted")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 100 * width + 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@wrong("10.count", "no norm is counted: only")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + 12 * layers * width**2


@right("10.count")
def my_count(vocab, width, layers):
    attention = 4 * width**2 + width
    feed_forward = 8 * width**2 + 5 * width
    norms = 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed_forward + norms)


@right("10.count")
def my_count(v, w, n):
    return v + w * (2 * v + n * (12 * w + 10))


@right("10.count")
def my_count(v, w, n):
    block = 4 * [(w, w)] + [(w,), (4 * w, w), (4 * w,), (w, 4 * w), (w,)] + 4 * [(w,)]
    shapes = n * block + [(v, w), (v, w), (v,)]
    return torch.tensor(sum((math.prod(shape) for shape in shapes)))


@right("10.count")
def my_count(vocab, width, layers):
    n = vocab * width
    for _ in range(layers):
        n += 3 * width**2
        n += width**2 + width
        n += width * 4 * width + 4 * width + 4 * width * width + width
        n += 2 * (width + width)
    n += width * vocab + vocab
    return n


@right("10.count")
def my_count(vocab, width, layers):
    def linear(a, b, bias=True):
        return a * b + (b if bias else 0)

    block = (
        3 * linear(width, width, False)
        + linear(width, width)
        + linear(width, 4 * width)
        + linear(4 * width, width)
        + 4 * width
    )
    return vocab * width + linear(width, vocab) + layers * block


@right("10.count")
def my_count(vocab, width, layers):
    block = nn.ModuleList(
        [
            nn.Linear(width, 3 * width, bias=False),
            nn.Linear(width, width),
            nn.Linear(width, 4 * width),
            nn.Linear(4 * width, width),
            nn.LayerNorm(width),
            nn.LayerNorm(width),
        ]
    )
    ends = nn.ModuleList([nn.Embedding(vocab, width), nn.Linear(width, vocab)])
    return layers * sum(p.numel() for p in block.parameters()) + sum(
        p.numel() for p in ends.parameters()
    )


@wrong("10.count", "width numbers are missing:")
def my_count(vocab, width, layers):
    return vocab * width + vocab + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "The bias of `output` is missing")
def my_count(vocab, width, layers):
    return 2 * vocab * width + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "have no bias in this model")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2 + 13 * width)


@wrong("10.count", "Parentheses are missing around")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * 12 * width**2 + 10 * width


@wrong("10.count", "width ** 2 is")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width * 2 + 10 * width)


@wrong("10.count", "width ** 2 is")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * 2 * width + 10 * width)


@wrong("10.count", "width ** 2 is")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (4 * 2 * width + 8 * width * width + 10 * width)


@wrong("10.count", "norm is counted in")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2)


@wrong("10.count", "Only one block")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + 12 * width**2 + 10 * width


@wrong("10.count", "Everything is multiplied")
def my_count(vocab, width, layers):
    return layers * (2 * vocab * width + vocab + 12 * width**2 + 10 * width)


@wrong("10.count", "A table of vocab")
def my_count(vocab, width, layers):
    return vocab * width + width + vocab + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "yours has width")
def my_count(vocab, width, layers):
    return 2 * vocab * width + width + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "after the last block")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + 2 * width + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "2 * width numbers are missing")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2 + 8 * width)


@wrong("10.count", "that of `out`, or")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2 + 9 * width)


@wrong("10.count", "block: the norms, each")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2 + 6 * width)


@wrong("10.count", "are counted in every block: look")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width**2 + 11 * width)


@wrong("10.count", "The matrix `out` is missing")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (11 * width**2 + 10 * width)


@wrong("10.count", "one of them is missing")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (8 * width**2 + 10 * width)


@wrong("10.count", "Your function prints its")
def my_count(vocab, width, layers):
    print(2 * vocab * width + vocab + layers * (12 * width**2 + 10 * width))


@wrong("10.count", "^ is no power")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + layers * (12 * width ^ 2 + 10 * width)


@wrong("10.count", "A table of vocab")
def my_count(vocab, width, layers):
    return vocab + width + layers * (12 * width**2 + 10 * width) + width * vocab + vocab


@wrong("10.count", "The answer must be")
def my_count(vocab, width, layers):
    return f"{2 * vocab * width + vocab + layers * (12 * width**2 + 10 * width):,}"


@wrong("10.count", "One block too few")
def my_count(vocab, width, layers):
    return 2 * vocab * width + vocab + (layers - 1) * (12 * width**2 + 10 * width)


@wrong("10.count", "vocab * width + vocab numbers")
def my_count(vocab, width, layers):
    return vocab * width + layers * (12 * width**2 + 10 * width)


@wrong("10.count", "you divided by `4`,")
def my_count(vocab, width, layers):
    return (
        2 * vocab * width
        + vocab
        + layers * (3 * width * (width // 4) + width**2 + width + 8 * width**2 + 9 * width)
    )


@wrong("10.count", "have no bias in this model")
def my_count(vocab, width, layers):
    attention = 4 * width * width + width
    feed = width * 4 * width + 4 * width + 4 * width * width + 4 * width
    return 2 * vocab * width + vocab + layers * (attention + feed + 4 * width)


@wrong("10.count", "block: the norms, each")
def my_count(vocab, width, layers):
    return (
        vocab * width
        + width * vocab
        + vocab
        + layers
        * (3 * width * width + width * width + width + 2 * (width * 4 * width) + width + 4 * width)
    )


@wrong("10.count", "you added `layers`, which does not belong")
def my_count(vocab, width, layers):
    block = 4 * width**2 + width + 8 * width**2 + 5 * width + 4 * width
    return vocab * width + layers * block + width * vocab + vocab + layers


@wrong("10.count", "you added `vocab`, which")
def my_count(vocab, width, layers):
    block = 4 * width**2 + width + 4 * width**2 + 4 * width**2 + 5 * width + 2 * 2 * width
    return (vocab * width) * 2 + layers * block + vocab + vocab


# 10.is_causal


@wrong("10.is_causal", "Only the last id is changed")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(T - 1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "must reach T - 1")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T - 1):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "id at place 1 is never")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(2, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "place itself is compared")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, : place + 1] - first[0, : place + 1]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "places after the change")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, place:] - first[0, place:]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "All logits are compared")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :] - first[0, :]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "Only the first place is looked at")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :1] - first[0, :1]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "just in front of the change")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, place - 1] - first[0, place - 1]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "tolerance is so wide")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 0.1:
                return False
    return True


@wrong("10.is_causal", "take a clone")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "negative, and a sum")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "An assert of yours failed")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                raise AssertionError
    return True


@wrong("10.is_causal", "after the loop")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
            return True


@wrong("10.is_causal", "brings")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = other[0, place] + 1
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@wrong("10.is_causal", "the other way round")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return True
    return False


@wrong("10.is_causal", "same answer whatever")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                pass
    return True


@wrong("10.is_causal", "must be True or False")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return 1


@wrong("10.is_causal", "given (3,), int64")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other[0])
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@right("10.is_causal")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    with torch.no_grad():
        first = model(ids)
        for place in range(1, T):
            other = ids.clone()
            other[0, place] = (other[0, place] + 1) % V
            again = model(other)
            if (again[0, :place] - first[0, :place]).abs().max() > 1e-06:
                return False
    return True


@right("10.is_causal")
def my_is_causal(model, V, T):
    ids = torch.zeros(T, T, dtype=torch.int64)
    later = ids + torch.ones(T, T, dtype=torch.int64).triu(1)
    moved = (model(ids) - model(later)).abs().amax(2)
    return bool((moved.tril() < 1e-06).all())


@right("10.is_causal")
def my_is_causal(model, V, T):
    ids = torch.arange(T)[None] % V
    whole = model(ids).clone()
    for t in range(T - 1, 0, -1):
        new = ids.clone()
        new[:, t:] = (new[:, t:] + 1) % V
        if not torch.equal(model(new)[:, :t], whole[:, :t]):
            return False
    return True


@right("10.is_causal")
def my_is_causal(model, V, T):
    a = torch.randint(V, (3, T))
    return torch.tensor(
        all(
            (
                torch.allclose(
                    model(a)[:, :t],
                    model(torch.cat([a[:, :t], (a[:, t:] + 1) % V], 1))[:, :t],
                    atol=1e-07,
                )
                for t in range(1, T)
            )
        )
    )


# 10.batch


@wrong("10.batch", "inputs themselves")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[places])


@wrong("10.batch", "inputs turned round")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[places].roll(-1, 1))


@wrong("10.batch", "The last target is made up")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], F.pad(ids[places][:, 1:], (0, 1)))


@wrong("10.batch", "the wrong way")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places + 1], ids[places])


@wrong("10.batch", "two places further")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[(places + 2) % len(ids)])


@wrong("10.batch", "Both are shifted")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places + 1], ids[places + 1])


@wrong("10.batch", "The rows are one short")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T - 1)
    return (ids[places], ids[places + 1])


@wrong("10.batch", "targets are one short")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[places + 1][:, :-1])


@wrong("10.batch", "One target a row")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[starts + T])


@wrong("10.batch", "as columns")
def my_batch(ids, starts, T):
    places = starts + torch.arange(T)[:, None]
    return (ids[places], ids[places + 1])


@wrong("10.batch", "starts are not used")
def my_batch(ids, starts, T):
    places = torch.arange(len(starts))[:, None] + torch.arange(T)
    return (ids[places], ids[places + 1])


@wrong("10.batch", "Only one row")
def my_batch(ids, starts, T):
    places = starts[:1, None] + torch.arange(T)
    return (ids[places], ids[places + 1])


@wrong("10.batch", "hang together")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    places = places.flatten()
    return (ids[places], ids[places + 1])


@wrong("10.batch", "not to the id")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[places] + 1)


@wrong("10.batch", "has 2 parts")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return ids[places + 1]


@right("10.batch")
def my_batch(ids, starts, T):
    places = starts[:, None] + torch.arange(T)
    return (ids[places], ids[places + 1])


@right("10.batch")
def my_batch(ids, starts, T):
    rows = torch.stack([ids[s : s + T + 1] for s in starts.tolist()])
    return (rows[:, :-1], rows[:, 1:])


@right("10.batch")
def my_batch(ids, starts, T):
    windows = ids.unfold(0, T + 1, 1)[starts]
    return [windows[:, :T], windows[:, -T:]]


@right("10.batch")
def my_batch(ids, starts, T):
    rows = torch.stack([ids[s : s + T + 1] for s in starts])
    return rows[:, :-1], rows[:, 1:]


@right("10.batch")
def my_batch(ids, starts, T):
    places = torch.as_tensor(starts)[:, None] + torch.arange(T)
    return ids[places], ids[places + 1]


@right("10.batch")
def my_batch(ids, starts, T):
    x = torch.zeros(len(starts), T, dtype=torch.long)
    y = torch.zeros(len(starts), T, dtype=torch.long)
    for b, s in enumerate(starts):
        for t in range(T):
            x[b, t], y[b, t] = ids[s + t], ids[s + t + 1]
    return x, y


@wrong("10.batch", "inputs themselves")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[start : start + T] for start in starts])
    targets = torch.stack([ids[start : start + T] for start in starts])
    return inputs, targets


@wrong("10.batch", "Your inputs are one too long")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T + 1] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


@wrong("10.batch", "`ids[s + 1:s +")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 2] for s in starts])
    return inputs, targets


@wrong("10.batch", "targets are one short")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T] for s in starts])
    return inputs, targets


@wrong("10.batch", "the wrong way")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s - 1 : s + T - 1] for s in starts])
    return inputs, targets


@wrong("10.batch", "not to the id")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = inputs + 1
    return inputs, targets


@wrong("10.batch", "inputs turned round")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = inputs.roll(-1, 1)
    return inputs, targets


@wrong("10.batch", "rolled backwards")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = inputs.roll(1, 1)
    return inputs, targets


@wrong("10.batch", "One target a row")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + T] for s in starts])
    return inputs, targets


@wrong("10.batch", "The targets are those")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + T : s + 2 * T] for s in starts])
    return inputs, targets


@wrong("10.batch", "two places further")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 2 : s + T + 2] for s in starts])
    return inputs, targets


@wrong("10.batch", "the wrong way")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + 1 + T] for s in starts])
    return targets, inputs


@wrong("10.batch", "Both are shifted")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    targets = torch.stack([ids[s + 2 : s + T + 2] for s in starts])
    return inputs, targets


@wrong("10.batch", "ids[start + 1 :")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : T + 1] for s in starts])
    return inputs, targets


@wrong("10.batch", "The rows are one short")
def my_batch(ids, starts, T):
    rows = torch.stack([ids[s : s + T] for s in starts])
    return rows[:, :-1], rows[:, 1:]


@wrong("10.batch", "You cut off the")
def my_batch(ids, starts, T):
    rows = torch.stack([ids[s : s + T + 1] for s in starts])
    return rows[:-1], rows[1:]


@wrong("10.batch", "Only one row")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s : s + T] for s in starts + 1])
    return inputs[0], targets[0]


@wrong("10.batch", "hang together")
def my_batch(ids, starts, T):
    inputs = torch.cat([ids[s : s + T] for s in starts])
    targets = torch.cat([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


@wrong("10.batch", "These are lists of")
def my_batch(ids, starts, T):
    inputs = [ids[s : s + T] for s in starts]
    targets = [ids[s + 1 : s + T + 1] for s in starts]
    return inputs, targets


@wrong("10.batch", "Only one row")
def my_batch(ids, starts, T):
    for s in starts:
        inputs = ids[s : s + T]
        targets = ids[s + 1 : s + T + 1]
    return inputs, targets


@wrong("10.batch", "as columns")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts]).T
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts]).T
    return inputs, targets


@wrong("10.batch", "All parts: The numbers")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts]).float()
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts]).float()
    return inputs, targets


@wrong("10.batch", "Both are shifted")
def my_batch(ids, starts, T):
    ids[:-1] = ids[1:].clone()
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return inputs, targets


@wrong("10.batch", "The last target is made up")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[s : s + T] for s in starts])
    targets = torch.cat([inputs[:, 1:], torch.full((len(starts), 1), -100)], dim=1)
    return inputs, targets


@wrong("10.batch", "One plain number is")
def my_batch(ids, starts, T):
    x = ids[starts : starts + T]
    y = ids[starts + 1 : starts + T + 1]
    return x, y


@wrong("10.batch", "The targets are those")
def my_batch(ids, starts, T):
    x = torch.stack([ids[s : s + T] for s in starts])
    y = torch.stack([ids[s : s + T] for s in starts + T])
    return x, y


@wrong("10.batch", "The last target is made up")
def my_batch(ids, starts, T):
    x = torch.stack([ids[s : s + T] for s in starts])
    y = x.clone()
    y[:, :-1] = x[:, 1:]
    return x, y


@wrong("10.batch", "Both are shifted")
def my_batch(ids, starts, T):
    ids = ids[1:]
    x = torch.stack([ids[s : s + T] for s in starts])
    y = torch.stack([ids[s + 1 : s + T + 1] for s in starts])
    return x, y


# 10.loss_by_place


@wrong("10.loss_by_place", "cut into other pieces")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    return F.cross_entropy(logits.reshape(B, V, T), targets, reduction="none").mean(0)
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "flattened in different orders")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(
        logits.transpose(0, 1).reshape(B * T, V), targets.reshape(B * T), reduction="none"
    )
    return losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "put into (T, B)")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(T, B).mean(1)


@wrong("10.loss_by_place", "one loss for each row")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(1)


@wrong("10.loss_by_place", "the mean of everything")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean()


@wrong("10.loss_by_place", "the sum of everything")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.sum()


@wrong("10.loss_by_place", "losses of all targets")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T)


@wrong("10.loss_by_place", "rows are added up")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).sum(0)


@wrong("10.loss_by_place", "Only the first row")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T)[0]


@wrong("10.loss_by_place", "Divided by the number of places")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).sum(0) / T


@wrong("10.loss_by_place", "taken twice")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(
        logits.softmax(-1).reshape(B * T, V), targets.reshape(B * T), reduction="none"
    )
    return losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "softmax runs over the places")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    return -logits.log_softmax(1).gather(2, targets[..., None])[..., 0].mean(0)
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "softmax is missing")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    return -logits.gather(2, targets[..., None])[..., 0].mean(0)
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "logarithm is missing")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.neg().exp().view(B, T).mean(0)


@wrong("10.loss_by_place", "First the logarithm")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return -losses.neg().exp().view(B, T).mean(0).log()


@wrong("10.loss_by_place", "sign is reversed")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return -losses.view(B, T).mean(0)


@wrong("10.loss_by_place", "base 2")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0) / math.log(2)


@right("10.loss_by_place")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), reduction="none")
    return losses.view(B, T).mean(0)


@right("10.loss_by_place")
def my_loss_by_place(z, y):
    return F.cross_entropy(z.transpose(1, 2), y, reduction="none").mean(0)


@right("10.loss_by_place")
def my_loss_by_place(z, y):
    return torch.stack([F.cross_entropy(z[:, t], y[:, t]) for t in range(y.shape[1])])


@right("10.loss_by_place")
def my_loss_by_place(z, y):
    hot = F.one_hot(y, z.shape[2])
    return -(z.double().softmax(2).log() * hot).sum(2).mean(0)


@wrong("10.is_causal", "Another random id")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    before = model(ids)
    for t in range(1, T):
        x = ids.clone()
        x[:, t:] = torch.randint(V, (1, T - t))
        if not torch.allclose(model(x)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "Only the likeliest token")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    before = model(ids).argmax(-1)
    for t in range(1, T):
        changed = ids.clone()
        changed[:, t] = (changed[:, t] + 1) % V
        if not torch.equal(model(changed).argmax(-1)[:, :t], before[:, :t]):
            return False
    return True


@wrong("10.is_causal", "where they were 0 already")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    base = model(ids)
    for t in range(1, T):
        x = ids.clone()
        x[:, t:] = 0
        if not torch.allclose(model(x)[:, :t], base[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "Keep the length")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    full = model(ids)
    for t in range(1, T):
        if not torch.allclose(model(ids[:, :t]), full[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "a not is missing")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    before = model(ids)
    for t in range(1, T):
        changed = ids.clone()
        changed[:, t] = (changed[:, t] + 1) % V
        if torch.allclose(model(changed)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@right("10.loss_by_place")
def my_loss_by_place(logits, targets):
    return torch.stack(
        [F.cross_entropy(logits[:, t], targets[:, t]) for t in range(logits.shape[1])]
    )


@right("10.loss_by_place")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    out = torch.zeros(T)
    for t in range(T):
        for b in range(B):
            out[t] += (torch.logsumexp(logits[b, t], 0) - logits[b, t, targets[b, t]]) / B
    return out


@wrong("10.loss_by_place", "Expected target size [1,")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits, targets, reduction="none")
    return losses.mean(dim=0)


@wrong("10.loss_by_place", "is missing: without it")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
    return losses.view(targets.shape).mean(dim=0)


@wrong("10.loss_by_place", "the mean of everything")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


@wrong("10.loss_by_place", "losses of all targets")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")


@wrong("10.loss_by_place", "one loss for each row")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none").mean(dim=1)


@wrong("10.loss_by_place", "rows are added up")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none").sum(dim=0)


@wrong("10.loss_by_place", "cut into other pieces")
def my_loss_by_place(logits, targets):
    B, T, V = logits.shape
    return F.cross_entropy(logits.view(B, V, T), targets, reduction="none").mean(dim=0)


@wrong("10.loss_by_place", "losses of all targets")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")


@wrong("10.loss_by_place", "A dimension of size")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none").mean(
        dim=0, keepdim=True
    )


@wrong("10.loss_by_place", "taken twice")
def my_loss_by_place(logits, targets):
    return F.cross_entropy(logits.softmax(-1).transpose(1, 2), targets, reduction="none").mean(
        dim=0
    )


@wrong("10.loss_by_place", "- p, on average;")
def my_loss_by_place(logits, targets):
    p = logits.softmax(-1).gather(2, targets[:, :, None]).squeeze(2)
    return (1 - p).mean(dim=0)


@wrong("10.loss_by_place", "[:, :, targets] takes")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1)
    return -logp[:, :, targets].mean(dim=(0, 2, 3))


@wrong("10.loss_by_place", "sign is reversed")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1)
    return logp.gather(2, targets[:, :, None]).squeeze(2).mean(dim=0)


@wrong("10.loss_by_place", "Index tensor must have")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1)
    return -logp.gather(2, targets).mean(dim=0)


@wrong("10.loss_by_place", "softmax runs over the places")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(1)
    return -logp.gather(2, targets[:, :, None]).squeeze(2).mean(dim=0)


@wrong("10.loss_by_place", "A dimension of size")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1)
    return -logp.gather(2, targets[:, :, None]).mean(dim=0)


@wrong("10.loss_by_place", "one loss for each row")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1)
    return -logp.gather(2, targets[:, :, None]).squeeze(2).mean(dim=-1)


@wrong("10.loss_by_place", "The targets were shifted once more")
def my_loss_by_place(logits, targets):
    losses = []
    for t in range(logits.shape[1] - 1):
        losses.append(F.cross_entropy(logits[:, t], targets[:, t + 1]))
    return torch.stack(losses)


@wrong("10.loss_by_place", "one loss for each row")
def my_loss_by_place(logits, targets):
    losses = []
    for t in range(len(logits)):
        losses.append(F.cross_entropy(logits[t], targets[t]))
    return torch.stack(losses)


@wrong("10.loss_by_place", "The values are right,")
def my_loss_by_place(logits, targets):
    losses = []
    for t in range(logits.shape[1]):
        losses.append(F.cross_entropy(logits[:, t], targets[:, t]).item())
    return losses


@wrong("10.loss_by_place", "Only the first row")
def my_loss_by_place(logits, targets):
    losses = torch.zeros(logits.shape[1])
    for t in range(logits.shape[1]):
        losses[t] = F.cross_entropy(logits[0, t], targets[0, t])
    return losses


@wrong("10.loss_by_place", "Each entry holds the")
def my_loss_by_place(logits, targets):
    losses = torch.zeros(logits.shape[1])
    for t in range(logits.shape[1]):
        losses[t] = F.cross_entropy(logits[:, : t + 1].flatten(0, 1), targets[:, : t + 1].flatten())
    return losses


@wrong("10.loss_by_place", "This is the share")
def my_loss_by_place(logits, targets):
    losses = torch.zeros(logits.shape[1])
    for t in range(logits.shape[1]):
        losses[t] = (logits[:, t].argmax(-1) != targets[:, t]).float().mean()
    return losses


@wrong("10.loss_by_place", "missing in your softmax")
def my_loss_by_place(logits, targets):
    p = logits.exp() / logits.exp().sum(-1)
    return -p.gather(2, targets[:, :, None]).squeeze(2).log().mean(dim=0)


@wrong("10.loss_by_place", "exp is missing: softmax")
def my_loss_by_place(logits, targets):
    p = logits / logits.sum(-1, keepdim=True)
    return -p.gather(2, targets[:, :, None]).squeeze(2).log().mean(dim=0)


@wrong("10.loss_by_place", "put into (T, B)")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return losses.view(logits.shape[1], -1).mean(dim=1)


@wrong("10.loss_by_place", "This is the middle")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return losses.median(dim=0).values


@wrong("10.loss_by_place", "Your answer has nan")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    T = logits.shape[1]
    return torch.stack([losses[t * T : (t + 1) * T].mean() for t in range(T)])


@wrong("10.loss_by_place", "rows are added up")
def my_loss_by_place(logits, targets):
    return torch.stack(
        [
            F.cross_entropy(logits[:, t], targets[:, t], reduction="sum")
            for t in range(logits.shape[1])
        ]
    )


@wrong("10.loss_by_place", "each round forgets the")
def my_loss_by_place(logits, targets):
    p = logits.softmax(-1)
    out = torch.zeros(logits.shape[1])
    for b in range(logits.shape[0]):
        for t in range(logits.shape[1]):
            out[t] = -p[b, t, targets[b, t]].log() / logits.shape[0]
    return out


@wrong("10.count", "it has a decimal point")
def my_count(vocab, width, layers):
    hidden = 4 * width
    attention = 3 * width * width + width * (width + 1)
    ff = width * hidden + hidden + hidden * width + width
    norms = 2 * 2 * width
    return 2 * vocab * width + vocab + layers * (attention + ff + norms) / 1


@right("10.is_causal")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    for t in range(1, T):
        changed = ids
        before = model(ids)
        changed[:, t] = (changed[:, t] + 1) % V
        if not torch.allclose(model(changed)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "float32")
def my_is_causal(model, V, T):
    ids = torch.rand(1, T) * V
    before = model(ids)
    for t in range(1, T):
        changed = ids.clone()
        changed[:, t] = (changed[:, t] + 1) % V
        if not torch.allclose(model(changed)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.batch", "one place too early")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[start - 1 : start + T - 1] for start in starts])
    targets = torch.stack([ids[start : start + T] for start in starts])
    return inputs, targets


@wrong("10.batch", "a pair for each row")
def my_batch(ids, starts, T):
    return [(ids[s : s + T], ids[s + 1 : s + T + 1]) for s in starts]


@wrong("10.loss_by_place", "logarithms of all tokens")
def my_loss_by_place(logits, targets):
    return -logits.log_softmax(dim=-1).mean(dim=-1).mean(dim=0)


@wrong("10.count", "layers * block;")
def my_count(vocab, width, layers):
    block = 12 * width**2 + 10 * width
    return 2 * vocab * width + vocab + block**layers


@wrong("10.is_causal", "one border alone")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    half = T // 2
    changed = ids.clone()
    changed[:, half:] = (changed[:, half:] + 1) % V
    return torch.allclose(model(changed)[:, :half], model(ids)[:, :half], atol=1e-6)


@wrong("10.loss_by_place", "largest of the rows")
def my_loss_by_place(logits, targets):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return losses.max(dim=0).values


@wrong("10.loss_by_place", "a squared error")
def my_loss_by_place(logits, targets):
    p = logits.softmax(-1)
    hot = F.one_hot(targets, logits.shape[-1])
    return ((p - hot) ** 2).sum(-1).mean(0)


@right("10.is_causal")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    out = model(ids)
    good = True
    for t in reversed(range(T)):
        c = ids.clone()
        c[0, t] = (c[0, t] + 1) % V
        d = (model(c) - out).abs()[0, :t]
        good = good and not (d > 1e-5).any().item()
    return good


@right("10.batch")
def my_batch(ids, starts, T):
    both = [(ids[s : s + T], ids[s + 1 : s + T + 1]) for s in starts.tolist()]
    inputs, targets = zip(*both)
    return torch.stack(inputs), torch.stack(targets)


@wrong("10.count", "you count three")
def my_count(vocab, width, layers):
    block = 4 * width**2 + 12 * width**2 + 10 * width
    return 2 * vocab * width + vocab + layers * block


@wrong("10.count", "The answer must be")
def my_count(vocab, width, layers):
    block = 12 * width**2 + 10 * width
    return f"{2 * vocab * width + vocab + layers * block:,}"


@wrong("10.is_causal", "changed place alone")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    before = model(ids)
    for t in range(1, T):
        changed = ids.clone()
        changed[:, t] = (changed[:, t] + 1) % V
        if not torch.allclose(model(changed)[:, t], before[:, t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "drawn again")
def my_is_causal(model, V, T):
    before = model(torch.randint(V, (1, T)))
    for t in range(1, T):
        changed = torch.randint(V, (1, T))
        if not torch.allclose(model(changed)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "`(T, 1)` gives (3, 1) on the input below, where (1, 3) is needed")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (T, 1))
    before = model(ids)
    for t in range(1, T):
        changed = ids.clone()
        changed[:, t] = (changed[:, t] + 1) % V
        if not torch.allclose(model(changed)[:, :t], before[:, :t], atol=1e-6):
            return False
    return True


@wrong("10.is_causal", "`t:` is the other side of the border")
def my_is_causal(model, V, T):
    ids = torch.randint(V, (1, T))
    before = model(ids)
    for t in range(1, T):
        other = ids.clone()
        other[0, t] = (other[0, t] + 1) % V
        if not torch.equal(model(other)[0, :t], before[0, t:]):
            return False
    return True


@wrong("10.is_causal", "drawn again")
def my_is_causal(model, V, T):
    a = torch.randint(V, (1, T))
    b = torch.randint(V, (1, T))
    return torch.allclose(model(a)[:, :-1], model(b)[:, :-1], atol=1e-6)


@wrong("10.batch", "Your inputs are one too long")
def my_batch(ids, starts, T):
    rows = torch.stack([ids[start : start + T + 1] for start in starts])
    return rows, rows[:, 1:]


@wrong("10.batch", "gives each row the inputs of the next one")
def my_batch(ids, starts, T):
    inputs = torch.stack([ids[start : start + T] for start in starts])
    targets = inputs.roll(-1, dims=0)
    return inputs, targets


@wrong("10.loss_by_place", "Index tensor must have")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(dim=2).gather(2, targets)
    return -logp.mean(dim=0)


@wrong("10.loss_by_place", "`logp[targets]` has shape (1, 1, 1, 1) on the input below")
def my_loss_by_place(logits, targets):
    logp = logits.log_softmax(-1).permute(2, 0, 1)
    right = logp[targets]
    return -right.mean(dim=0)
