"""Which numbers the matrix products of a training step are computed in."""

import time

import torch

from course_lib.distributed import rank_and_world_size
from course_lib.guards import check_has_gradient
from course_lib.loss import token_loss


def choose_precision(model, corpus, config):
    """The precision that the configuration names; for "auto", the fastest on this device."""
    if config.precision != "auto":
        return config.precision
    return fastest_precision(model, *corpus.batch(config, 0, *rank_and_world_size()))


def fastest_precision(model, inputs, targets):
    """What the matrix products of a training step are fastest in: the name of a torch.dtype.

    A GPU that has bfloat16 uses it, an older one float16. On a CPU it depends on the very
    processor, so bfloat16 and float32 are timed on a few batches; the model is left as it was.

    Args:
        model: ids (B, T) to logits (B, T, V).
        inputs, targets: (B, T) int64, a batch like those to come.

    Raises:
        RuntimeError: if the logits have no gradient.
        ValueError: as ``token_loss``.
    """
    device = next(model.parameters()).device
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.get_device_capability(device) >= (8, 0) else "float16"
    if device.type != "cpu":
        return "float32"
    seconds = {"float32": [], "bfloat16": []}
    weights = [p for p in model.parameters() if p.requires_grad]
    buffers = [(b, b.clone()) for b in model.buffers()]  # a BatchNorm's change with every batch
    with torch.random.fork_rng():
        for turn in range(6):
            fastest = [min(times, default=0.0) for times in seconds.values()]
            if turn >= 2 and max(fastest) > 1.3 * min(fastest):  # it is clear already
                break
            for precision, times in seconds.items():
                start = time.perf_counter()
                loss = token_loss(model, inputs, targets, precision)
                check_has_gradient(loss)
                torch.autograd.grad(loss, weights, allow_unused=True)
                times.append(time.perf_counter() - start)
    for buffer, was in buffers:
        buffer.copy_(was)
    return min(seconds, key=lambda precision: min(seconds[precision]))
