"""The loss of a model: of one batch in training, and of a whole text."""

import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, inputs, targets, tokens=1024):
    """The mean loss over every target, in nats per token, with the model in eval mode.

    Afterwards each part of the model is in the mode in which it was.

    Args:
        model: ids (B, T) to logits (B, T, V).
        inputs, targets: (rows, T) int64; a target of -100 does not count.
        tokens: at a time, in whole rows, at least one; many more leave the cache of a CPU.

    Raises:
        ValueError: if no target counts.
    """
    device = next(model.parameters(), inputs).device
    training = [part for part in model.modules() if part.training]
    if not (targets != -100).any():
        raise ValueError("there is no target to evaluate on; give a longer validation text")
    total, rows = 0.0, max(1, int(tokens) // inputs.shape[-1])
    model.eval()
    try:
        for x, y in zip(inputs.split(rows), targets.split(rows), strict=True):
            logits = model(x.to(device)).flatten(0, 1)  # (B * T, V)
            logits = logits.to(torch.promote_types(logits.dtype, torch.float32))  # 16 bits: too few
            total += F.cross_entropy(logits, y.to(device).flatten(), reduction="sum").item()
    finally:  # also after Ctrl-C
        for part in training:
            part.training = True
    return total / (targets != -100).sum().item()


def token_loss(forward, inputs, targets, precision="float32"):
    """The mean cross-entropy over a batch, in nats per token.

    Args:
        forward: ids (B, T) to logits (B, T, V).
        inputs, targets: (B, T) int64; a target of -100 does not count.
        precision: of the matrix products; weights and loss are float32 in any case. A
            torch.autocast around the call changes nothing.

    Raises:
        ValueError: if forward returns something of another shape.
    """
    logits = autocast_logits(forward, inputs, precision)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def autocast_logits(forward, inputs, precision):
    """Logits (B, T, V) of which the matrix products are computed in ``precision``.

    They are float32, as are the weights and their gradients, or float64 if the model is. A
    torch.autocast around the call changes nothing. Source: Micikevicius et al., "Mixed Precision
    Training", section 3 (2017).

    Args:
        forward: ids (B, T) to logits (B, T, V).
        inputs: (B, T) int64.
        precision: "float32", "bfloat16" or "float16", whose small gradients need a GradScaler.

    Raises:
        ValueError: if forward returns something of another shape.
    """
    low = getattr(torch, precision)
    # No cache: one around us would go on with copies of the weights from before the last update.
    enabled = low is not torch.float32
    with torch.autocast(inputs.device.type, low, enabled=enabled, cache_enabled=False):
        logits = forward(inputs)  # (B, T, V)
    shape = tuple(getattr(logits, "shape", ()))
    if len(shape) != 3 or shape[:2] != inputs.shape:
        got = f"a {type(logits).__name__}" + (f" of shape {shape}" if shape else "")
        raise ValueError(
            f"the model must turn ids (B, T) = {tuple(inputs.shape)} into logits (B, T, V), "
            f"and returned {got}"
        )
    return logits.to(torch.promote_types(logits.dtype, torch.float32))
