"""GPT-2 in one file that reads from top to bottom: the parts in the order in which they are met.

Source: Radford et al., "Language Models are Unsupervised Multitask Learners", section 2.3 (2019).
Shapes: B batch, T time (places in the text), C channels (n_embd), H heads, D = C / H channels of a
head, V vocabulary.

    ids (B, T)
    → token + position embedding (B, T, C)
    → n_layer × Block (B, T, C)
    → norm (B, T, C) → logits (B, T, V)
"""

import math
import weakref
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class GPTConfig:
    """The sizes of a GPT. The defaults are GPT-2's: 124,439,808 parameters.

    Attributes:
        vocab_size: V, how many different tokens there are.
        block_size: the context, which is the longest T that the model can read.
        n_layer: how many blocks.
        n_head: H, heads in the attention of each block; it divides n_embd.
        n_embd: C, channels of the residual stream.
        dropout: share of the numbers set to 0 in training, from 0 to below 1.
    """

    vocab_size: int = 50257
    block_size: int = 1024
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    dropout: float = 0.0

    def __post_init__(self):
        for name in ("vocab_size", "block_size", "n_layer", "n_head", "n_embd"):
            size = getattr(self, name)
            if type(size) is not int or size < 1:
                raise ValueError(f"{name} must be a whole number of 1 or more, got {size!r}")
        if self.n_embd % self.n_head:
            sizes = f"n_head={self.n_head} does not divide n_embd={self.n_embd}"
            raise ValueError(f"{sizes}: every head gets an equal share of the channels")
        if not isinstance(self.dropout, (int, float)) or not 0 <= self.dropout < 1:
            raise ValueError(
                f"dropout must be from 0 up to, not including, 1, got {self.dropout!r}"
            )


class CausalSelfAttention(nn.Module):
    """Each place gathers from itself and the places before it, in several heads at once.

    Source: Vaswani et al., "Attention Is All You Need", section 3.2 (2017).
    """

    def __init__(self, config):
        super().__init__()
        self.n_head, self.dropout = config.n_head, config.dropout
        self.qkv = nn.Linear(config.n_embd, 3 * config.n_embd)
        self.out = nn.Linear(config.n_embd, config.n_embd)
        self.out_dropout = nn.Dropout(config.dropout)

    def forward(self, x, past=None):  # (B, T, C); past: (2, B, H, S, D), see KVCache
        B, T, C = x.shape
        H, D = self.n_head, C // self.n_head
        qkv = self.qkv(x).view(B, T, 3, H, D).permute(2, 0, 3, 1, 4)  # (3, B, H, T, D)
        dropout = self.dropout if self.training else 0.0
        S = T if past is None else past.shape[3]  # places to look at, of which these T are the last
        if past is not None:
            past[..., -T:, :] = qkv[1:]
            future = x.new_full((T, S), -math.inf).triu(S - T + 1)  # -inf where the key comes later
            y = F.scaled_dot_product_attention(qkv[0], *past, future, dropout)  # (B, H, T, D)
        elif x.is_cuda:  # one kernel that never stores the (T, T) scores
            y = F.scaled_dot_product_attention(*qkv, is_causal=True, dropout_p=dropout)
        else:  # the same in three steps, which is faster on a CPU at these sizes
            q, k, v = qkv.reshape(3, B * H, T, D)
            future = q.new_full((T, T), -math.inf).triu(1)
            scores = torch.baddbmm(future, q, k.mT, alpha=1 / math.sqrt(D))  # q @ kᵀ / √D, masked
            weights = F.dropout(scores.softmax(dim=2), dropout)  # (B * H, T, T), rows sum to 1
            y = (weights @ v).view(B, H, T, D)
        y = y.transpose(1, 2).reshape(B, T, C)  # the heads side by side again
        return self.out_dropout(self.out(y))  # (B, T, C)


class FeedForward(nn.Module):
    """Two linear layers with a bend between, applied to each place by itself.

    Source: Vaswani et al., "Attention Is All You Need", section 3.3 (2017), with GPT-2's GELU.
    """

    def __init__(self, n_embd, dropout=0.0):
        super().__init__()
        self.up = nn.Linear(n_embd, 4 * n_embd)
        self.down = nn.Linear(4 * n_embd, n_embd)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):  # (B, T, C)
        x = F.gelu(self.up(x), approximate="tanh")  # (B, T, 4C)
        return self.dropout(self.down(x))  # (B, T, C)


class Block(nn.Module):
    """Attention, then the feed-forward network, each added to the residual stream.

    Each reads the stream through a LayerNorm of its own ("pre-norm"). Source: Xiong et al., "On
    Layer Normalization in the Transformer Architecture", figure 1b (2020).
    """

    def __init__(self, config):
        super().__init__()
        self.norm1 = nn.LayerNorm(config.n_embd)
        self.attention = CausalSelfAttention(config)
        self.norm2 = nn.LayerNorm(config.n_embd)
        self.feed_forward = FeedForward(config.n_embd, config.dropout)

    def forward(self, x, past=None):  # (B, T, C)
        x = x + self.attention(self.norm1(x), past)  # (B, T, C)
        return x + self.feed_forward(self.norm2(x))  # (B, T, C)


class KVCache:
    """The keys and values of the tokens that a model has read, so that it need not read them again.

    They are ``kv``, (n_layer, 2, B, H, block_size, D), filled at its first ``length`` places. They
    belong to this model with the weights, device and type that it had when it read.
    """

    def __init__(self, model, batch_size=1):
        c, layers = model.config, len(model.blocks)
        heads = (
            getattr(c, "n_kv_head", 0) or c.n_head
        )  # fewer where several share theirs (lesson 14)
        shape = layers, 2, batch_size, heads, c.block_size, c.n_embd // c.n_head
        with torch.inference_mode(False):  # what is made in that mode can't be written to outside
            self.kv, self.length = next(model.parameters()).new_empty(shape), 0
        self.blocks = weakref.ref(model.blocks)  # tells models of the same sizes apart

    def is_of(self, model, weight, batch_size):
        """Whether a model whose weights are now of this one's type and device can go on with it."""
        kv = self.kv
        same_place = kv.dtype == weight.dtype and kv.device == weight.device
        return self.blocks() is model.blocks and same_place and kv.shape[2] == batch_size


def sinusoidal_table(length, C):
    """The encoding of the positions 0 to length - 1, shape (length, C).

    Each two columns are sine and cosine of one angle, which grows by 10000^(-2i / C) from each
    position to the next. Source: Vaswani et al., "Attention Is All You Need", section 3.5 (2017).

    Raises:
        ValueError: for an odd C.
    """
    if C % 2:
        raise ValueError(f"every hand takes two columns, so C must be even, got {C}")
    positions = torch.arange(length)[:, None]  # (length, 1)
    angles = positions / 10000 ** (torch.arange(0, C, 2) / C)  # (length, C / 2)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)


class GPT(nn.Module):
    """Ids in, one row of logits for each place out: scores for the token that comes next.

    The output matrix is the token embedding itself ("tied"), as in GPT-2.
    """

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.n_embd)
        self.position_embedding = nn.Embedding(config.block_size, config.n_embd)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.norm = nn.LayerNorm(config.n_embd)
        self._initialise()

    def _initialise(self):
        """Matrices that keep a signal's size; embeddings so small that the first loss is near ln V.

        The table of positions begins as sinusoids, with which "one place back" is the same turn
        everywhere, and is then learned. All blocks together add a spread of about 0.1 to the
        stream.
        """
        T, C = self.config.block_size, self.config.n_embd
        for name, p in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)
            elif name == "token_embedding.weight":
                nn.init.normal_(p, std=0.5 / math.sqrt(C))
            elif p.dim() == 2:
                adds = name.endswith(("out.weight", "down.weight"))
                small = 0.1 / math.sqrt(2 * self.config.n_layer) if adds else 1.0
                nn.init.normal_(p, std=small / math.sqrt(C))
        hands = sinusoidal_table(T, C + C % 2)[:, :C]
        self.position_embedding.weight.data = hands * math.sqrt(2 / C)

    def forward(self, ids, cache=None):
        """Logits of the next token after each place, (B, T, V).

        Args:
            ids: (B, T) int64, each from 0 to V - 1, at most block_size with those in the cache.
            cache: a ``KVCache`` of the tokens before ids, which takes ids in. Nothing is then kept
                for ``backward``. None: there are none before.

        Raises:
            ValueError: for ids of another shape or type, too many of them, or another model's or
                batch's cache, which that of this model before it was moved is as well.
            IndexError: for an id outside the vocabulary; on CUDA it is PyTorch's own, later error.
        """
        check_ids(self, ids, cache)
        if cache and torch.is_grad_enabled():
            with torch.no_grad():
                return self.forward(ids, cache)
        start, T = cache.length if cache else 0, ids.shape[1]
        pasts = cache.kv[..., : start + T, :] if cache else [None] * len(self.blocks)
        places = self.position_embedding.weight[start : start + T]  # (T, C)
        x = self.dropout(self.token_embedding(ids) + places)  # (B, T, C)
        for block, past in zip(self.blocks, pasts, strict=True):
            x = block(x, past)  # (B, T, C)
        if cache:
            cache.length += T
        return F.linear(self.norm(x), self.token_embedding.weight)  # (B, T, V)


def check_ids(model, ids, cache):
    """Raise what ``GPT.forward`` promises if ids, or a cache or None, don't fit the model."""
    if not isinstance(ids, torch.Tensor):
        raise ValueError(f"ids must be an int64 tensor of shape (B, T), got {type(ids)}")
    if ids.dtype != torch.int64 or ids.dim() != 2 or not len(ids):
        got = f"{ids.dtype} of {(*ids.shape,)}"
        raise ValueError(f"ids must be an int64 tensor of shape (B, T), got {got}")
    (B, T), end, start = ids.shape, model.config.block_size, cache.length if cache else 0
    if not 1 <= T <= end - start:
        cut = f" and {start} are cached: fill a new KVCache with" if start else ": take"
        raise ValueError(f"T is {T}, the context holds 1 to {end} tokens{cut} the last {end}")
    if not ids.is_cuda and not 0 <= ids.min() <= ids.max() < model.config.vocab_size:
        wrong = ids.max() if ids.min() >= 0 else ids.min()
        raise IndexError(
            f"id {wrong} is outside the vocabulary of {model.config.vocab_size}; use the "
            "tokenizer of this model"
        )
    if cache and not cache.is_of(model, model.token_embedding.weight, B):
        raise ValueError(f"no cache of this model and {B} rows; make one: KVCache(model, {B})")
