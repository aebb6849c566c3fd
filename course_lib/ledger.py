"""The ledger of lesson 14: each change since GPT-2's recipe can be taken back alone.

A change is taken back by exchanging a part of a finished ``ModernGPT`` for GPT-2's, or a setting of
the training. The recipe with everything taken back is that of lesson 11.
"""

import json
import math
import statistics
import time
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from course_lib.corpus import make_corpus
from course_lib.loss import evaluate
from course_lib.model import FeedForward, sinusoidal_table
from course_lib.modern import ModernConfig, ModernGPT, RMSNorm, SwiGLU
from course_lib.text import load_text
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig, train_steps


class TokenAndPlace(nn.Module):
    """GPT-2's beginning: the token's row and the place's row, added."""

    def __init__(self, tokens, block_size):
        super().__init__()
        self.tokens, C = tokens, tokens.embedding_dim
        places = sinusoidal_table(block_size, C + C % 2)[:, :C]
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


def normalise_queries(model):
    """RMSNorm for queries and keys, which a ``ModernGPT`` leaves out since it was no help."""
    for block in model.blocks:
        block.attention.normalise = RMSNorm(block.attention.width)


def plain_queries(model):
    """Queries and keys as they come."""
    for block in model.blocks:
        block.attention.normalise = nn.Identity()


def gelu_feed_forward(model):
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


def swiglu(model):
    """SwiGLU in the place of ReLU², with as many weights."""
    C = model.config.n_embd
    for block in model.blocks:
        block.feed_forward = SwiGLU(C, 8 * C // 3)
        nn.init.zeros_(block.feed_forward.down.weight)


def tied(model):
    """The token embedding as output matrix; it begins small then."""
    model.head.weight = model.token_embedding.weight
    nn.init.normal_(model.head.weight, std=0.5 / math.sqrt(model.config.n_embd))


PARTS = {  # a change of the model: what takes it back; in the order of the lesson
    "rotary positions": no_rotation,
    "RMSNorm": layer_norms,
    "normalised queries and keys": plain_queries,
    "ReLU²": gelu_feed_forward,
    "begins at zero": begins_small,
    "smear": no_smear,
}
SETTINGS = {  # a change of the training: what takes it back
    "Muon": {"muon_lr": 0.0, "lr": 8e-3, "beta1": 0.9, "beta2": 0.99},
    "a straight line down": {"decay": "cosine", "warmup": 0.05},
}
CHANGES = [*PARTS, *SETTINGS]
TRIED = {  # what was tried besides: of the sizes, or of the model
    "four heads of 16": {"n_head": 4},
    "keys and values shared": {"n_kv_head": 1},
    "SwiGLU": swiglu,
    "output tied to input": tied,
}
SIZES = {"block_size": 64, "n_layer": 2, "n_head": 2, "n_embd": 64}
PLAN = {"steps": 200, "batch_size": 8, "lr": 2e-2, "muon_lr": 0.03, "decay": "linear", "beta1": 0.8,
        "beta2": 0.95, "weight_decay": 0.0}  # fmt: skip
ROWS = {  # the ledger: a name, what is taken back, what is tried besides
    "lesson 11": (CHANGES, None),
    **{f"+ {name}": (CHANGES[i + 1 :], None) for i, name in enumerate(CHANGES)},
    **{f"without {name}": ([name], None) for name in CHANGES},
    **{f"with {name}": ([], name) for name in TRIED},
}
STORED = Path(__file__).parent / "pretrained" / "ledger.json"


def recipe(vocab_size, without=(), tried=None, seed=0, **plan):
    """The model and the training of the modern recipe, without some of its changes.

    Args:
        vocab_size: V.
        without: names in ``CHANGES``.
        tried: a name in ``TRIED``, or None.
        seed: of the weights and of the batches.
        plan: what differs from ``PLAN``.

    Returns:
        ``(model, TrainConfig)``.

    Raises:
        ValueError: for a name that there is not, with the right ones.
    """
    for name, known in [*((name, CHANGES) for name in without), (tried, [None, *TRIED])]:
        if name not in known:
            raise ValueError(f"no change {name!r}; there is {', '.join(filter(None, known))}")
    other = TRIED.get(tried) or {}
    sizes = SIZES | (other if isinstance(other, dict) else {})
    torch.manual_seed(seed)
    model = ModernGPT(ModernConfig(vocab_size, **sizes))
    normalise_queries(model)
    for name, take_back in PARTS.items():
        if name in without:
            take_back(model)
    if not isinstance(other, dict):
        other(model)
    plan = PLAN | plan
    for name, settings in SETTINGS.items():
        plan |= settings if name in without else {}
    plan["warmup_steps"] = int(plan.pop("warmup", 0) * plan["steps"])
    config = TrainConfig(
        **plan, block_size=sizes["block_size"], eval_every=plan["steps"], seed=seed
    )
    return model, config


def ledger_corpus():
    """The text of the ledger, tales in windows that begin anywhere: ``(Corpus, tokenizer)``.

    Only the first 20,000 characters of the validation part are kept: enough for a comparison.
    """
    text = load_text("tales")[:400_000]
    tokenizer = CharTokenizer(text)
    corpus = make_corpus(text, tokenizer)
    return replace(corpus, val=corpus.val[:20_000]), tokenizer


def measured_recipe(corpus, vocab_size, without=(), tried=None, seed=0, every=20, **plan):
    """Train once, and note how the validation loss falls.

    Args:
        corpus: a ``Corpus``.
        every: steps between two looks at the validation text.
        vocab_size, without, tried, seed, plan: as in ``recipe``.

    Returns:
        A list of (steps, CPU seconds that this process has spent on training, validation loss).
    """
    model, config = recipe(vocab_size, without, tried, seed, **plan)
    rows, curve, spent, start = corpus.rows(config.block_size), [], 0.0, time.process_time()
    for record in train_steps(model, corpus, config):
        if record.step % every == 0 or record.val_loss is not None:
            spent += time.process_time() - start
            loss = evaluate(model, *rows) if record.val_loss is None else record.val_loss
            curve.append((record.step, spent, loss))
            start = time.process_time()
    return curve


def stored_ledger():
    """{row: [curve of seed 0, of seed 1, of seed 2]}, as ``benchmarks/ledger.py`` measured them."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def reached_after(curve, loss):
    """CPU seconds until a curve of ``measured_recipe`` is at a loss, with straight lines between.

    Infinite if it never is.
    """
    before = (0, 0.0, math.inf)
    for point in curve:
        if point[2] <= loss:
            way = before[2] - point[2]
            share = (before[2] - loss) / way if math.isfinite(way) and way else 1.0
            return before[1] + share * (point[1] - before[1])
        before = point
    return math.inf


def summary_of(stored, row):
    """What the ledger says of a row.

    Args:
        stored: as ``stored_ledger`` gives it.
        row: a name in ``ROWS``.

    Returns:
        ``(losses, time)``: the final loss of each seed; and the median over the seeds of the CPU
        time to the first row's final loss, as a share of what the first row took for it.
    """
    pairs = [*zip(stored["lesson 11"], stored[row], strict=True)]
    times = [reached_after(curve, first[-1][2]) / first[-1][1] for first, curve in pairs]
    return [curve[-1][2] for curve in stored[row]], statistics.median(times)
