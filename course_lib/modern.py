"""What changed since GPT-2: the parts of lesson 14, and the model made of them.

Every part is a module or a function of its own, so that a part can be exchanged for GPT-2's, and
the same parts make the block of Llama 3 (``course_lib.llama``).
Shapes: B batch, T time, C channels (n_embd), H heads, G groups of heads (n_kv_head), D = C / H
channels of a head, S places that are looked at, V vocabulary.

    ids (B, T) → token embedding, smear (B, T, C) → n_layer × block → norm → logits (B, T, V)
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from course_lib.model import GPT, GPTConfig, check_ids


@dataclass(frozen=True)
class ModernConfig(GPTConfig):
    """The sizes of a ``ModernGPT``: a GPT's, and two more. C / H is even.

    Attributes:
        n_kv_head: G, groups of heads that share keys and values; it divides n_head. 0: as many.
        shifted_keys: half of a key is that of the place before, and not turned; 4 divides C / H.
    """

    n_kv_head: int = 0
    shifted_keys: bool = False

    def __post_init__(self):
        super().__post_init__()
        if type(self.n_kv_head) is not int or self.n_kv_head < 0:
            raise ValueError(f"n_kv_head must be a whole number, 0 or more, got {self.n_kv_head!r}")
        if type(self.shifted_keys) is not bool:
            raise ValueError(f"shifted_keys must be True or False, got {self.shifted_keys!r}")
        _check_heads(self.n_embd, self.n_head, self.n_kv_head or self.n_head)
        if self.shifted_keys:
            _check_even(self.n_embd // self.n_head // 2, "half of a head, which shifted keys turn,")

    @property
    def turned(self):
        """How many channels of a head are turned by its place."""
        return self.n_embd // self.n_head // (2 if self.shifted_keys else 1)


def _check_heads(n_embd, n_head, n_kv_head):
    """Raise ValueError, with what to change, unless the heads can be shared out and rotated."""
    if n_embd % n_head:
        sizes = f"n_head={n_head} does not divide n_embd={n_embd}"
        raise ValueError(f"{sizes}: every head gets an equal share of the channels")
    if n_head % n_kv_head:
        sizes = f"n_kv_head={n_kv_head} does not divide n_head={n_head}"
        raise ValueError(f"{sizes}: every group has the same number of heads")
    _check_even(n_embd // n_head, f"n_embd / n_head = {n_embd} / {n_head}")


def _check_even(width, what):
    if width % 2:
        raise ValueError(
            f"{what} is {width}, an odd width, and rotation turns channels in pairs; choose "
            "sizes that make it even"
        )


def rotary_table(T, width, base=10000.0, start=0):
    """The cosines and sines of the angles by which each place is turned.

    Pair i turns by base^(-2i / width) radians from one place to the next, here as there computed in
    float32. Source: Su et al., "RoFormer", section 3.2.2 (2021).

    Args:
        T: how many places.
        width: D, channels of a head, even.
        base: the higher, the slower the slowest pair turns.
        start: the first of the places.

    Returns:
        (2, T, width / 2) float32: the cosines, then the sines.

    Raises:
        ValueError: for an odd width.
    """
    _check_even(width, "the width of a head")
    rates = 1.0 / base ** (torch.arange(0, width, 2, dtype=torch.float32) / width)  # (D / 2,)
    angles = torch.arange(start, start + T, dtype=torch.float32)[:, None] * rates  # (T, D / 2)
    return torch.stack([angles.cos(), angles.sin()])


def rotate(x, table):
    """Turn each pair of channels, i and i + D / 2, by the angle of its place.

    The product of a query and a key that are both turned depends on how far apart they stand and
    no longer on where. Source: Su et al., "RoFormer", equation 34 (2021), with the pairs as Llama
    has them.

    Args:
        x: (..., T, D), queries or keys.
        table: (2, T, D / 2), the rows of ``rotary_table`` for these T places.

    Returns:
        (..., T, D).
    """
    cos, sin = table
    first, second = x.chunk(2, dim=-1)  # (..., T, D / 2) each
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def _rotate_first(x, table):
    """``rotate`` as many of the first channels as the table is for, and leave the others."""
    width = 2 * table.shape[2]
    if width == x.shape[-1]:
        return rotate(x, table)
    return torch.cat([rotate(x[..., :width], table), x[..., width:]], dim=-1)


class RMSNorm(nn.Module):
    """Each place divided by its root mean square: LayerNorm without the mean and the shift.

    Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", equation 4 (2019).

    Args:
        width: of the last dimension.
        gain: whether each channel has a factor that is learned.
        eps: added to the mean square, so that nothing is divided by 0.
    """

    def __init__(self, width, gain=False, eps=1e-6):
        super().__init__()
        self.width, self.eps = width, eps
        self.weight = nn.Parameter(torch.ones(width)) if gain else None

    def forward(self, x):  # (..., width)
        x = x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + self.eps)
        return x if self.weight is None else x * self.weight


class GroupedAttention(nn.Module):
    """Causal attention with rotated queries and keys; groups of heads share keys and values.

    With as many groups as heads each head has its own. Sources: Ainslie et al., "GQA", section 2.2
    (2023); for the normalised queries and keys Henry et al., "Query-Key Normalization for
    Transformers", section 3 (2020), with RMSNorm as today; for the shifted keys Jordan et al., the
    records of "modded-nanogpt" (2025).

    Args:
        n_embd, n_head, n_kv_head: C, H and G.
        normalise: the module that queries and keys, (B, T, heads, D), pass through before they are
            turned; None for nothing.
        shifted: leave the second half of each head's channels unturned, and take the keys' from the
            place before. A query then finds the places that come after what it looks for, and what
            followed there: what copying needs.

    Raises:
        ValueError: unless H divides C, G divides H and C / H is even.
    """

    def __init__(self, n_embd, n_head, n_kv_head, normalise=None, shifted=False):
        super().__init__()
        _check_heads(n_embd, n_head, n_kv_head)
        self.n_head, self.n_kv_head, self.shifted = n_head, n_kv_head, shifted
        self.width = n_embd // n_head
        self.query = nn.Linear(n_embd, n_embd, bias=False)
        self.key = nn.Linear(n_embd, n_kv_head * self.width, bias=False)
        self.value = nn.Linear(n_embd, n_kv_head * self.width, bias=False)
        self.out = nn.Linear(n_embd, n_embd, bias=False)
        self.normalise = nn.Identity() if normalise is None else normalise

    def forward(self, x, table, past=None):  # (B, T, C), (2, T, D / 2), (2, B, G, S, D)
        B, T, C = x.shape
        H, G, D = self.n_head, self.n_kv_head, self.width
        if torch.is_autocast_enabled(x.device.type):  # to 16 bits once, not for every product
            x = x.to(torch.get_autocast_dtype(x.device.type))
        both = torch.cat([self.query(x), self.key(x)], dim=2).view(B, T, H + G, D)
        both = self.normalise(both).transpose(1, 2)  # (B, H + G, T, D)
        both = _rotate_first(both, table.to(both.dtype))
        q, k = both.split([H, G], dim=1)
        v = self.value(x).view(B, T, G, D).transpose(1, 2)  # (B, G, T, D)
        S = T if past is None else past.shape[3]  # places to look at; these T are the last of them
        if past is not None:
            past[0, :, :, -T:], past[1, :, :, -T:] = k, v
            k, v = past
        if self.shifted:  # at the first place there is none before: zeros
            k = torch.cat([k[..., : D // 2], F.pad(k[:, :, :-1, D // 2 :], (0, 0, 1, 0))], dim=3)
        if H > G:  # every head of a group reads the same keys and values
            k, v = (part.repeat_interleave(H // G, dim=1) for part in (k, v))  # (B, H, S, D)
        if x.is_cuda and past is None:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            future = x.new_full((T, S), -math.inf).triu(S - T + 1)  # -inf where the key comes later
            q, k, v = (part.reshape(B * H, -1, D) for part in (q, k, v))
            scores = torch.baddbmm(future, q, k.mT, alpha=1 / math.sqrt(D))  # (B * H, T, S)
            y = (scores.softmax(dim=2) @ v).view(B, H, T, D)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


class SquaredReLU(nn.Module):
    """A feed-forward network whose bend is the square of ReLU.

    Source: So et al., "Primer", section 3.1 (2021).
    """

    def __init__(self, n_embd, n_hidden):
        super().__init__()
        self.up = nn.Linear(n_embd, n_hidden, bias=False)
        self.down = nn.Linear(n_hidden, n_embd, bias=False)

    def forward(self, x):  # (B, T, C)
        return self.down(self.up(x).relu().square())


class SwiGLU(nn.Module):
    """A feed-forward network in which one product opens and closes the channels of another.

    Source: Shazeer, "GLU Variants Improve Transformer", equation 6 (2020).
    """

    def __init__(self, n_embd, n_hidden):
        super().__init__()
        self.gate = nn.Linear(n_embd, n_hidden, bias=False)
        self.up = nn.Linear(n_embd, n_hidden, bias=False)
        self.down = nn.Linear(n_hidden, n_embd, bias=False)

    def forward(self, x):  # (B, T, C)
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Smear(nn.Module):
    """Each place takes in a share of the one before it, and learns for each channel how much.

    So a block sees the last two tokens before any attention. The shares begin at 0.
    Source: Jordan et al., the records of "modded-nanogpt" (2025), with one gate for all channels.
    """

    def __init__(self, n_embd):
        super().__init__()
        self.share = nn.Parameter(torch.zeros(n_embd))

    def forward(self, x, before=None):  # (B, T, C); (B, 1, C), the place before the first, if any
        if before is None:
            before = torch.zeros_like(x[:, :1])
        return x + self.share * torch.cat([before, x[:, :-1]], dim=1)


class ModernBlock(nn.Module):
    """Attention, then the feed-forward network, each reading the stream through a norm."""

    def __init__(self, config):
        super().__init__()
        C, H = config.n_embd, config.n_head
        self.norm1, self.norm2 = RMSNorm(C), RMSNorm(C)
        shifted = config.shifted_keys
        self.attention = GroupedAttention(C, H, config.n_kv_head or H, shifted=shifted)
        self.feed_forward = SquaredReLU(C, 4 * C)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x, table, past=None):  # (B, T, C)
        x = x + self.dropout(self.attention(self.norm1(x), table, past))  # (B, T, C)
        return x + self.dropout(self.feed_forward(self.norm2(x)))  # (B, T, C)


class RotaryDecoder(nn.Module):
    """What the models of this lesson have in common: ids in, one row of logits for each place out.

    A model sets ``config``, ``token_embedding``, ``smear`` (or None), ``blocks``, ``norm`` and
    ``head``. Places enter by ``table(T, start)`` alone.
    """

    base = 10000.0  # of the rotation

    def table(self, T, start=0):
        """The angles of T places from start on, as ``rotary_table`` gives them, (2, T, D / 2)."""
        return rotary_table(T, self.config.turned, self.base, start)

    def forward(self, ids, cache=None):
        """Logits of the next token after each place, (B, T, V).

        Args:
            ids: (B, T) int64, each from 0 to V - 1, at most block_size with those in the cache.
            cache: a ``KVCache`` of the tokens before ids, which takes ids in. Nothing is then kept
                for ``backward``. None: there are none before.

        Raises:
            ValueError: for ids of another shape or type, too many of them, or another model's or
                batch's cache, or one whose length was set back, if there is a smear.
            IndexError: for an id outside the vocabulary; on CUDA it is PyTorch's own, later error.
        """
        check_ids(self, ids, cache)
        if cache and torch.is_grad_enabled():
            with torch.no_grad():
                return self.forward(ids, cache)
        start, T = cache.length if cache else 0, ids.shape[1]
        pasts = cache.kv[..., : start + T, :] if cache else [None] * len(self.blocks)
        place, before = getattr(cache, "before", (0, None)) if start else (0, None)
        if self.smear is not None and place != start:
            raise ValueError(
                f"the cache was set from {place} tokens back to {start}, and does not keep what "
                "the smear needs there; fill a new KVCache"
            )
        table = self.table(T, start).to(self.head.weight)  # (2, T, D / 2)
        x = self.token_embedding(ids)  # (B, T, C)
        if self.smear is not None:
            last, x = x[:, -1:], self.smear(x, before)  # (B, T, C)
        for block, past in zip(self.blocks, pasts, strict=True):
            x = block(x, table, past)  # (B, T, C)
        if cache:
            cache.length += T
            cache.before = cache.length, last if self.smear is not None else None
        return self.head(self.norm(x))  # (B, T, V)


class ModernGPT(RotaryDecoder):
    """A GPT with the parts of this lesson, none of which has a bias or a gain.

    Normalised queries and keys are left out: the lesson's ledger shows that they are no help here.
    What each block adds begins at zero, and so do the logits: the first loss is ln V.
    """

    def __init__(self, config):
        super().__init__()
        V, C = config.vocab_size, config.n_embd
        self.config = config
        self.token_embedding = nn.Embedding(V, C)
        self.smear = Smear(C)
        self.blocks = nn.ModuleList(ModernBlock(config) for _ in range(config.n_layer))
        self.norm = RMSNorm(C)
        self.head = nn.Linear(C, V, bias=False)
        for name, p in self.named_parameters():
            if name.endswith(("out.weight", "down.weight", "head.weight", "share")):
                nn.init.zeros_(p)
            else:  # a sum of n products with numbers of size 1 keeps that size
                nn.init.normal_(p, std=1.0 if name == "token_embedding.weight" else C**-0.5)
        if config.shifted_keys:  # a query begins by looking for what came after its own like
            for attention in (block.attention for block in self.blocks):
                heads = attention.query.weight.data.view(
                    attention.n_kv_head, -1, C
                )  # (G, C / G, C)
                attention.key.weight.data = heads[:, : attention.width].flatten(0, 1).clone()


def make_model(config):
    """The model of a configuration: a ``ModernGPT`` for a ``ModernConfig``, else a ``GPT``."""
    return ModernGPT(config) if type(config) is ModernConfig else GPT(config)
