"""The learning rate over the steps of a training run."""

import math


def warmup_cosine(step, peak, warmup_steps, total_steps, final=0.0):
    """The learning rate of a step: a straight line up to ``peak``, then half a cosine down.

    Sources: Goyal et al., "Accurate, Large Minibatch SGD", section 2.2 (2017), for the warm-up;
    Loshchilov and Hutter, "SGDR", equation 5 (2017), for the cosine.

    Args:
        step: counted from 0.
        peak: the highest rate, reached at step ``warmup_steps - 1``.
        warmup_steps: how many steps the way up takes; 0 for none.
        total_steps: from this step on the rate is ``final``.
        final: the lowest rate of the way down.

    Raises:
        ValueError: if a number of steps is negative, the warm-up is longer than the whole, or the
            rates are not 0 <= final <= peak.
    """
    if not 0 <= final <= peak < math.inf:
        raise ValueError(f"needs 0 <= final <= peak, got final={final}, peak={peak}")
    if not step >= 0 or not 0 <= warmup_steps <= total_steps:
        raise ValueError(
            f"needs step >= 0 and 0 <= warmup_steps <= total_steps, got step={step}, "
            f"warmup_steps={warmup_steps}, total_steps={total_steps}"
        )
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    if step >= total_steps:
        return final
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return final + (peak - final) * (1 + math.cos(math.pi * progress)) / 2


def warmup_linear(step, peak, warmup_steps, total_steps, final=0.0):
    """``warmup_cosine`` with a straight line down as well; its arguments and errors are the same.

    Source: Bergsma et al., "Straight to Zero: Why Linearly Decaying the Learning Rate to Zero Works
    Best for LLMs" (2025).
    """
    rate = warmup_cosine(step, peak, warmup_steps, total_steps, final)  # it checks, and warms up
    if not warmup_steps <= step < total_steps:
        return rate
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return final + (peak - final) * (1 - progress)
