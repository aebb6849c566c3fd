"""From logits to text: choosing one token, and writing one after the other."""

import functools

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
        generator: a torch.Generator, on the logits' device.

    Returns:
        Ids, shape (...), int64.

    Raises:
        ValueError: for a temperature below 0, k outside 1 to V, p outside (0, 1], a nan or an inf.
    """
    V = logits.shape[-1]
    if not temperature >= 0:
        raise ValueError(f"temperature must be 0 or more, got {temperature}")
    if top_k is not None and not 1 <= top_k <= V:
        raise ValueError(f"top_k must be from 1 to the vocabulary's {V}, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p}")
    if not logits.amax(dim=-1).isfinite().all():  # -inf is fine, but not for every token
        raise ValueError("the logits hold a nan or an inf; the model's weights are broken")
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
    drawn = torch.multinomial(probabilities.reshape(-1, V), 1, generator=generator)
    return order.reshape(-1, V).gather(1, drawn).view(logits.shape[:-1])


def is_as_made(model):
    """Whether a model has exactly the parts, settings and shapes that ``GPT(model.config)`` has.

    Dropout's share may differ. False too for a part or a ``forward`` that was exchanged, shared or added.
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


@torch.no_grad()
def generate(
    model, ids, max_new_tokens, temperature=1.0, top_k=None, top_p=None, seed=0, stop=None
):
    """Write on, one token at a time, each as soon as it is there.

    Every token is read once, and a ``KVCache`` keeps what attention will need of it. Once the text is
    longer than the context, the model goes on with the latest ``block_size`` tokens. Each of them then
    stands one place further to the front than before, so nothing that was kept is right any more, and
    every new token costs a reading of the whole window.

    Args:
        model: a GPT; in training mode its dropout takes part, with torch's own random numbers.
        ids: the prompt, a list of int, at least one.
        max_new_tokens: how many to write at most.
        temperature, top_k, top_p: as in ``sample_next_token``.
        seed: the same seed draws the same tokens.
        stop: an id that ends the writing (it is still handed out), or None.

    Yields:
        int, the ids that were written.

    Raises:
        ValueError: for an empty prompt, or settings that ``sample_next_token`` refuses.
    """
    if not len(ids):
        raise ValueError("the prompt is empty; give at least one token, for tales a line break")
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    ids = torch.as_tensor(ids).tolist()
    cache, context = KVCache(model), model.config.block_size
    read = _reader(model, cache)
    for _ in range(max_new_tokens):
        if read and 0 < cache.length == len(ids) - 1 < context:
            logits = read(ids[-1])  # (V,)
        elif len(ids) <= context:
            logits = model(torch.tensor([ids[cache.length :]], device=device), cache)[0, -1]
        else:
            logits = model(torch.tensor([ids[-context:]], device=device))[0, -1]
        ids.append(sample_next_token(logits, temperature, top_k, top_p, generator).item())
        yield ids[-1]
        if ids[-1] == stop:
            return
