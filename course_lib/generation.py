"""From logits to text: choosing one token, and writing one after the other."""

import functools
import operator
import reprlib

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.module import _has_any_global_hook

from course_lib.model import GPT, Block, CausalSelfAttention, FeedForward, KVCache

FORWARDS = {kind: kind.forward for kind in (GPT, Block, CausalSelfAttention, FeedForward, nn.Linear,
            nn.LayerNorm, nn.Embedding, nn.Dropout, nn.ModuleList)}  # fmt: skip


def sample_next_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    """Draw the next token of each row.

    Args:
        logits: shape (..., V).
        temperature: divides the logits; 0 takes the likeliest token.
        top_k: draw from the k likeliest only; exactly k, also where logits are equal. None for all.
        top_p: draw from the fewest likeliest tokens that together have at least this probability
            (Holtzman et al., "The Curious Case of Neural Text Degeneration", section 3.1, 2020).
        generator: a torch.Generator, on the logits' device or on the CPU. One on the CPU draws the
            same tokens for logits on any device (where rounding does not decide).

    Returns:
        Ids, shape (...), int64.

    Raises:
        ValueError: for a temperature below 0, k outside 1 to V, p outside (0, 1], and for rows whose
            largest logit is a nan or an inf.
    """
    V = logits.shape[-1]
    _check_settings(V, temperature, top_k, top_p)
    if not logits.amax(dim=-1).isfinite().all():  # -inf is fine, but not for every token
        raise ValueError(
            "the logits hold a nan or an inf; the model's weights are broken: load an earlier "
            "checkpoint, or train again with a lower lr"
        )
    if temperature == 0:
        return logits.argmax(dim=-1)
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    ranked, order = logits.sort(dim=-1, descending=True, stable=True)  # (..., V)
    # From the largest down, so that the largest stays finite at any temperature that float32 holds.
    temperature = min(max(temperature, 1e-30), 1e30)
    probabilities = ((ranked - ranked[..., :1]) / temperature).softmax(dim=-1)
    if top_k is not None:
        probabilities[..., top_k:] = 0
    if top_p is not None and top_p < 1:  # at 1 rounding must not cut the tail
        if top_k is not None:
            probabilities /= probabilities.sum(dim=-1, keepdim=True)
        before = probabilities.cumsum(dim=-1)[..., :-1]  # of all but the first, which always stays
        probabilities[..., 1:][before >= top_p] = 0
    # The alarm clock that rings first, of V with these rates: torch.multinomial draws its one so too.
    source = logits.device if generator is None else generator.device
    waits = torch.empty(order.reshape(-1, V).shape, dtype=logits.dtype, device=source)
    waits = waits.exponential_(generator=generator).to(logits.device)
    drawn = (probabilities.reshape(-1, V) / waits).argmax(dim=-1, keepdim=True)
    return order.reshape(-1, V).gather(1, drawn).view(logits.shape[:-1])


def _check_settings(V, temperature, top_k, top_p):
    if isinstance(temperature, str) or not temperature >= 0:
        raise ValueError(f"temperature must be 0 or more, got {temperature!r}")
    if top_k is not None and (isinstance(top_k, (float, str)) or not 1 <= top_k <= V):
        raise ValueError(f"top_k must be from 1 to the vocabulary's {V}, got {top_k!r}")
    if top_p is not None and (isinstance(top_p, str) or not 0 < top_p <= 1):
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p!r}")


def is_as_made(model):
    """Whether a model has exactly the parts, settings and shapes that ``GPT(model.config)`` has.

    Dropout's share may differ. False too for a part or a ``forward`` that was exchanged, shared or
    added.
    """
    return type(model) is GPT and _described(model) == _made(model.config)


@functools.cache
def _made(config):
    with torch.device("meta"):
        return _described(GPT(config))


def _described(model):
    parts = []
    for name, part in model.named_modules():
        settings = {k: v for k, v in vars(part).items()
                    if isinstance(v, (int, float, str, tuple, type(None)))
                    and k not in ("training", "p", "dropout", "_is_torch_compile")}  # fmt: skip
        known = "forward" not in vars(part) and FORWARDS.get(type(part)) is type(part).forward
        parts.append(
            (name, type(part) if known else object(), settings)
        )  # an object equals no other
    return parts, [(name, p.shape) for name, p in model.named_parameters()]


def _long_rows(weight):
    """The same numbers, in memory along the longer side, where a product with a vector reads faster."""
    tall = weight.dim() == 2 and weight.shape[0] > weight.shape[1]
    return weight.t().contiguous().t() if tall else weight


def _reader(model, cache):
    """``read(token)``, which gives what ``model(token, cache)`` does, (V,), with all parts at hand.

    In a small model, finding the parts takes as long as multiplying by them; in a large one, fetching
    the weights from memory takes longest, so most are copied into a better order. None for a model that
    is not as made, has a hook, or has a part in training mode: that one has to be called itself.
    """
    busy = (p.training or p._forward_hooks or p._forward_pre_hooks for p in model.modules())
    if any(busy) or _has_any_global_hook() or not is_as_made(model):
        return None
    C, H = model.config.n_embd, model.config.n_head
    tokens, places, *_, gain, shift = model.parameters()
    blocks = [[_long_rows(p) for p in block.parameters()] for block in model.blocks]
    output = _long_rows(tokens)

    def read(token):
        pasts = cache.kv[..., : cache.length + 1, :]
        x = (tokens[token] + places[cache.length]).view(1, C)
        for parameters, past in zip(blocks, pasts, strict=True):
            g1, s1, qkv, b_qkv, out, b_out, g2, s2, up, b_up, down, b_down = parameters
            new = F.linear(F.layer_norm(x, (C,), g1, s1), qkv, b_qkv).view(3, 1, H, 1, C // H)
            past[..., -1:, :] = new[1:]
            y = F.scaled_dot_product_attention(new[0], past[0], past[1])  # (1, H, 1, D)
            x = x + F.linear(y.view(1, C), out, b_out)
            wide = F.linear(F.layer_norm(x, (C,), g2, s2), up, b_up)  # (1, 4C)
            x = x + F.linear(F.gelu(wide, approximate="tanh"), down, b_down)
        cache.length += 1
        return F.linear(F.layer_norm(x, (C,), gain, shift), output)[0]

    return read


def generate(
    model, ids, max_new_tokens, temperature=1.0, top_k=None, top_p=None, seed=0, stop=None
):
    """Write on, one token at a time, each as soon as it is there.

    Every token is read once, and a ``KVCache`` keeps what attention will need of it. Once the text is
    longer than the context, the model goes on with the latest ``block_size`` tokens. Each of them then
    stands one place further to the front than before, so nothing that was kept is right any more, and
    every new token costs a reading of the whole window.

    What was kept belongs to the weights as they were: after a training step, call this again.

    Args:
        model: a GPT; in training mode its dropout takes part, with torch's own random numbers.
        ids: the prompt, at least one id: a list, a tensor of one dimension, or anything to iterate over.
        max_new_tokens: how many to write at most.
        temperature, top_k, top_p: as in ``sample_next_token``.
        seed: the same seed draws the same tokens, on every device (where rounding does not decide).
        stop: an id that ends the writing (it is still handed out), or None.

    Returns:
        An iterator over the ids that are written, each an int. No gradients are kept.

    Raises:
        ValueError: for a prompt that is empty, a text, or of several rows; for settings that
            ``sample_next_token`` refuses, and a length, seed or stop that is no such number. At once,
            not at the first token.
        IndexError: for an id outside the vocabulary.
    """
    ids, V = _listed(ids), model.config.vocab_size
    if not ids:
        raise ValueError("the prompt is empty; give at least one token, for tales a line break")
    if not 0 <= min(ids) <= max(ids) < V:
        wrong = max(ids) if min(ids) >= 0 else min(ids)
        raise IndexError(f"id {wrong} is outside the vocabulary of {V}; use this model's tokenizer")
    _check_settings(V, temperature, top_k, top_p)
    if not _is_whole(max_new_tokens) or max_new_tokens < 0:
        raise ValueError(
            f"max_new_tokens must be a whole number of 0 or more, got {max_new_tokens!r}"
        )
    if not _is_whole(seed) or not -(2**63) <= seed < 2**64:
        raise ValueError(f"seed must be a whole number of at most 64 bits, got {seed!r}")
    if stop is not None and not _is_whole(stop):
        raise ValueError(
            f"stop must be an id or None, got {stop!r}; for a character, tokenizer.encode(character)[0]"
        )
    generator = torch.Generator().manual_seed(int(seed))  # the CPU's, on every device
    draw = functools.partial(
        sample_next_token, temperature=temperature, top_k=top_k, top_p=top_p, generator=generator
    )
    return _write(model, ids, int(max_new_tokens), draw, stop)


@torch.no_grad()
def _write(model, ids, max_new_tokens, draw, stop):
    device = next(model.parameters()).device
    cache, context = KVCache(model), model.config.block_size
    read = _reader(model, cache)
    for _ in range(max_new_tokens):
        if read and 0 < cache.length == len(ids) - 1 < context:
            logits = read(ids[-1])  # (V,)
        elif len(ids) <= context:
            logits = model(torch.tensor([ids[cache.length :]], device=device), cache)[0, -1]
        else:
            logits = model(torch.tensor([ids[-context:]], device=device))[0, -1]
        ids.append(draw(logits).item())
        yield ids[-1]
        if ids[-1] == stop:
            return


def _is_whole(number):
    """Whether this is an int, or one of numpy's or torch's."""
    try:
        operator.index(number)
    except TypeError:
        return False
    return True


def _listed(prompt):
    """The ids of a prompt in a list of its own."""
    if isinstance(prompt, (str, bytes)):
        raise ValueError(
            f"the prompt is a text, {reprlib.repr(prompt)}; give its ids: tokenizer.encode(text)"
        )
    if getattr(prompt, "ndim", 1) != 1:
        raise ValueError(
            f"the prompt must be one row of ids, got shape {tuple(prompt.shape)}; give a row, as in ids[0]"
        )
    ids = prompt.tolist() if hasattr(prompt, "tolist") else list(prompt)
    wrong = [i for i in ids if not _is_whole(i)]
    if wrong:
        raise ValueError(
            f"the prompt must be a row of ids, and {reprlib.repr(wrong[0])} is none; give a list of int"
        )
    return [operator.index(i) for i in ids]
