"""What counting alone reaches: the next token as often as it came after these before."""

import torch

from course_lib.checks import check_whole


def counting_loss(ids, held_out, context, vocab_size, discount=0.75):
    """The mean loss of an n-gram model with absolute discounting, for each length of context.

    After a context that was seen n times, followed by u different tokens, each of them loses
    ``discount`` of its count, and what was taken, discount * u / n, goes to the same question with
    a context that is one token shorter; below the shortest, all tokens are equally likely.
    Source: Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling",
    section 2.7 (1999), without Kneser and Ney's counts.

    Args:
        ids: (n,) int64, to count in.
        held_out: (m,) int64, to predict; m is above context. Its first ``context`` ids are given.
        context: the most tokens before the next that are looked at.
        vocab_size: V.
        discount: between 0 and 1.

    Returns:
        (context + 1,) float64: nats per token with 0, 1, ..., context tokens before it.

    Raises:
        ValueError: for a context that is too long or too large to be numbered, a discount out of
            range, or an id that is not below V.
    """
    check_whole(context=context, vocab_size=vocab_size)
    if not 0 <= context < min(len(ids), len(held_out)):
        raise ValueError(
            f"context must be from 0 to below the lengths of the texts, got {context}; take a "
            "shorter one, or longer texts"
        )
    if vocab_size ** (context + 1) >= 2**63:
        raise ValueError(
            f"{context} tokens of {vocab_size} can't be numbered in 63 bits; take a smaller context"
        )
    if not 0 < discount < 1:
        raise ValueError(f"discount must be between 0 and 1, got {discount}; 0.75 is usual")
    for name, part in (("ids", ids), ("held_out", held_out)):
        low, high = part.aminmax()
        if not 0 <= low <= high < vocab_size:
            raise ValueError(
                f"{name} must be from 0 to {vocab_size - 1}, got {low if low < 0 else high}; give "
                "the vocab_size of their tokenizer"
            )
    p = torch.full((len(held_out) - context,), 1 / vocab_size, dtype=torch.float64)
    losses = []
    for length in range(context + 1):
        grams, new = (_numbered(part, length + 1, vocab_size) for part in (ids, held_out))
        new = new[context - length :]  # the same targets for every length
        pairs, counts = grams.unique(return_counts=True)  # each context with what came next
        before, kinds = (pairs // vocab_size).unique_consecutive(return_counts=True)
        counts = counts.double()
        total = torch.segment_reduce(counts, "sum", lengths=kinds)  # of each context
        seen, at = _find(before, new // vocab_size)
        came, of = _find(pairs, new)
        mass = discount * kinds[at] / total[at]  # what goes to the shorter context
        own = torch.where(came, counts[of] - discount, 0.0) / total[at]
        p = torch.where(seen, own + mass * p, p)
        losses.append(-p.log().mean())
    return torch.stack(losses)


def _numbered(ids, n, vocab_size):
    """Every n ids that stand together as one number, (len(ids) - n + 1,)."""
    number = torch.zeros(len(ids) - n + 1, dtype=torch.int64)
    for i in range(n):
        number = number * vocab_size + ids[i : len(ids) - n + 1 + i]
    return number


def _find(known, wanted):
    """Which of the wanted are among the known, which ascend; and where (anywhere, if not)."""
    at = torch.searchsorted(known, wanted).clamp(max=len(known) - 1)
    return known[at] == wanted, at
