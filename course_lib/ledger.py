"""The ledger of lesson 14: each change since GPT-2's recipe can be taken back alone.

A change is taken back by exchanging a part of a finished ``ModernGPT`` for GPT-2's, or a setting of
the training. The recipe with everything taken back is that of lesson 11.
"""

import math
import time
from dataclasses import replace

import torch
from torch import nn

from course_lib.loss import evaluate
from course_lib.model import FeedForward
from course_lib.modern import ModernConfig, ModernGPT
from course_lib.train import TrainConfig, train_steps


class TokenAndPlace(nn.Module):
    """GPT-2's beginning: the token's row and the place's row, added."""

    def __init__(self, tokens, block_size):
        super().__init__()
        self.tokens, C = tokens, tokens.embedding_dim
        angles = torch.arange(block_size)[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
        places = torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)[:, :C]
        self.places = nn.Parameter(places * math.sqrt(2))  # (T, C), as large as the tokens' rows

    def forward(self, ids):  # (B, T)
        return self.tokens(ids) + self.places[: ids.shape[1]]  # (B, T, C)


def no_rotation(model):
    """A table of places in its stead; the angles are 0."""
    model.token_embedding = TokenAndPlace(model.token_embedding, model.config.block_size)
    half = model.config.n_embd // model.config.n_head // 2
    model.table = lambda T, start=0: torch.stack([torch.ones(T, half), torch.zeros(T, half)])


def layer_norms(model):
    """LayerNorm, with gain and shift, for every RMSNorm of the stream."""
    C = model.config.n_embd
    for block in model.blocks:
        block.norm1, block.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
    model.norm = nn.LayerNorm(C)


def plain_queries(model):
    """Queries and keys as they come."""
    for block in model.blocks:
        block.attention.normalise = nn.Identity()


def gelu(model):
    """GPT-2's feed-forward network."""
    C = model.config.n_embd
    for block in model.blocks:
        was, block.feed_forward = block.feed_forward, FeedForward(C)
        block.feed_forward.up.weight, block.feed_forward.down.weight = (
            was.up.weight,
            was.down.weight,
        )
        nn.init.zeros_(block.feed_forward.up.bias)
        nn.init.zeros_(block.feed_forward.down.bias)


def begins_small(model):
    """Blocks that add a little from the start, and the output matrix is the token embedding."""
    C, layers = model.config.n_embd, model.config.n_layer
    for block in model.blocks:
        for part in (block.attention.out, block.feed_forward.down):
            nn.init.normal_(part.weight, std=0.1 / math.sqrt(2 * layers * C))
    first = model.token_embedding
    if isinstance(first, TokenAndPlace):
        first.places.data /= math.sqrt(C)
        first = first.tokens
    model.head.weight = nn.init.normal_(first.weight, std=0.5 / math.sqrt(C))


def no_smear(model):
    """Its shares stay where they begin, at 0."""
    model.smear.share.requires_grad_(False)


PARTS = {  # a change of the model: what takes it back; in the order of the lesson
    "rotary positions": no_rotation,
    "RMSNorm": layer_norms,
    "normalised queries and keys": plain_queries,
    "ReLU²": gelu,
    "begins at zero": begins_small,
    "smear": no_smear,
}
SETTINGS = {  # a change of the training: what takes it back
    "Muon": {"muon_lr": 0.0, "lr": 4e-3, "beta1": 0.9, "beta2": 0.99},
    "a straight line down": {"decay": "cosine", "warmup": 0.05},
}
CHANGES = [*PARTS, *SETTINGS]
SIZES = {"block_size": 64, "n_layer": 2, "n_head": 2, "n_embd": 64}
PLAN = {"steps": 300, "batch_size": 16, "lr": 1e-2, "muon_lr": 0.02, "decay": "linear", "beta1": 0.8,
        "beta2": 0.95, "weight_decay": 0.0}  # fmt: skip


def recipe(vocab_size, without=(), sizes=None, plan=None, seed=0):
    """The model and the training of the modern recipe, without some of its changes.

    Args:
        vocab_size: V.
        without: names in ``CHANGES``.
        sizes, plan: what differs from ``SIZES`` and ``PLAN``.
        seed: of the weights and of the batches.

    Returns:
        ``(model, TrainConfig)``.

    Raises:
        ValueError: for a name that is no change.
    """
    unknown = [name for name in without if name not in CHANGES]
    if unknown:
        raise ValueError(f"no change {unknown[0]!r}; there is {', '.join(CHANGES)}")
    torch.manual_seed(seed)
    model = ModernGPT(ModernConfig(vocab_size, **SIZES | (sizes or {})))
    for name, take_back in PARTS.items():
        if name in without:
            take_back(model)
    chosen = PLAN | (plan or {})
    for name, settings in SETTINGS.items():
        chosen |= settings if name in without else {}
    chosen["warmup_steps"] = int(chosen.pop("warmup", 0) * chosen["steps"])
    block_size = model.config.block_size
    config = TrainConfig(**chosen, block_size=block_size, eval_every=chosen["steps"], seed=seed)
    return model, config


def measure(corpus, vocab_size, without=(), every=20, **how):
    """Train once, and note how the validation loss falls.

    Args:
        corpus: a ``Corpus``.
        every: steps between two looks at the validation text.
        vocab_size, without, how: as in ``recipe``.

    Returns:
        A list of (steps, CPU seconds of this process spent on training, validation loss).
    """
    model, config = recipe(vocab_size, without, **how)
    rows = corpus.rows(config.block_size)
    curve, spent, start = [], 0.0, time.process_time()
    for record in train_steps(model, corpus, replace(config, eval_every=config.steps)):
        if record.step % every == 0 or record.step == config.steps:
            spent += time.process_time() - start
            loss = evaluate(model, *rows) if record.val_loss is None else record.val_loss
            curve.append((record.step, spent, loss))
            start = time.process_time()
    return curve
