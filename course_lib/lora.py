"""LoRA: train a large model through two thin matrices beside each of its own.

Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1 (2021).
"""

import torch
import torch.nn.functional as F
from torch import nn

GPT_LINEARS = ("qkv", "out", "up", "down")  # the linear layers in the blocks of ``model.GPT``


class LoRALinear(nn.Module):
    """A linear layer that stays as it is, and beside it the product of two thin matrices.

    At the beginning B is 0, so the layer gives what ``linear`` gives.

    Args:
        linear: an nn.Linear, whose parameters no longer learn.
        rank: r, the inner width, from 1 to the smaller side of the weight.
        alpha: the product is multiplied by ``alpha / rank``; None for rank, a factor of 1.

    Raises:
        ValueError: for a rank or alpha that does not fit.
    """

    def __init__(self, linear, rank, alpha=None):
        super().__init__()
        _check_rank(linear, rank, alpha)
        self.linear, self.scale = linear.requires_grad_(False), (alpha or rank) / rank
        like = {"dtype": linear.weight.dtype, "device": linear.weight.device}
        self.A = nn.Parameter(
            torch.randn(rank, linear.in_features, **like) / linear.in_features**0.5
        )
        self.B = nn.Parameter(torch.zeros(linear.out_features, rank, **like))

    def forward(self, x):  # (..., in)
        thin = F.linear(x, self.A)  # (..., r)
        return self.linear(x) + F.linear(thin, self.B) * self.scale  # (..., out)

    @torch.no_grad()
    def merged(self):
        """The linear layer itself, with the product added to its weight; it learns again."""
        self.linear.weight += self.scale * (self.B @ self.A)  # (out, in)
        return self.linear.requires_grad_(True)


def _check_rank(linear, rank, alpha):
    most = min(linear.in_features, linear.out_features)
    if isinstance(rank, bool) or not isinstance(rank, int) or not 1 <= rank <= most:
        raise ValueError(
            f"rank must be a whole number from 1 to {most}, the smaller side of a "
            f"{tuple(linear.weight.shape)} weight, got {rank!r}; beyond that a product of two "
            "matrices can do no more"
        )
    if alpha is not None and not alpha > 0:
        raise ValueError(f"alpha must be above 0, got {alpha!r}; None stands for the rank")


def add_lora(model, rank, alpha=None, names=GPT_LINEARS):
    """Freeze a model, and put a ``LoRALinear`` around each linear layer of these names.

    Args:
        model: an nn.Module, which is changed.
        rank, alpha: as ``LoRALinear`` takes them.
        names: the last part of the layers' names, such as "qkv" of "blocks.0.attention.qkv".

    Returns:
        The model. Its parameters that learn are the A and B of these layers.

    Raises:
        ValueError: if the rank does not fit one of the layers, if there is none, or if the model
            has such layers already; the model is then as it was.
    """
    if any(isinstance(part, LoRALinear) for part in model.modules()):
        raise ValueError("the model has thin matrices already; merge_lora(model) puts them in")
    found = {
        (parent, name): child
        for parent in model.modules()
        for name, child in parent.named_children()
        if name in names and isinstance(child, nn.Linear)
    }
    if not found:
        raise ValueError(
            f"the model has no nn.Linear named {', '.join(names)}; give names of its own layers"
        )
    learns = [p for p in model.parameters() if p.requires_grad]
    try:
        wrapped = [(*place, LoRALinear(child, rank, alpha)) for place, child in found.items()]
    except ValueError:
        for p in learns:
            p.requires_grad_(True)
        raise
    model.requires_grad_(False)
    for parent, name, layer in wrapped:
        setattr(parent, name, layer)
    return model


def merge_lora(model):
    """Add every product of thin matrices to the weight that it stands beside, and leave them out.

    Returns:
        The model, which is changed: it has the layers that it had before ``add_lora``, gives the
        same logits up to rounding, and all its parameters learn.
    """
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LoRALinear):
                setattr(parent, name, child.merged())
    return model.requires_grad_(True)
