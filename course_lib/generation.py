"""From logits to text: choosing one token, and writing one after the other."""

import torch
import torch.nn.functional as F
from torch import nn

from course_lib.model import GPT, Block, CausalSelfAttention, FeedForward, KVCache

AS_MADE = {GPT, Block, CausalSelfAttention, FeedForward, nn.Linear, nn.LayerNorm, nn.Embedding,
           nn.Dropout, nn.ModuleList}  # fmt: skip


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
    ranked, order = logits.float().sort(dim=-1, descending=True, stable=True)  # (..., V)
    # From the largest down, so that the largest stays finite at any temperature that float32 holds.
    temperature = min(max(temperature, 1e-30), 1e30)
    probabilities = ((ranked - ranked[..., :1]) / temperature).softmax(dim=-1)
    if top_k is not None:
        probabilities[..., top_k:] = 0
    if top_p is not None and top_p < 1:  # at 1 rounding must not cut the tail
        probabilities /= probabilities.sum(dim=-1, keepdim=True)
        before = probabilities.cumsum(dim=-1) - probabilities
        probabilities[before >= top_p] = 0
    drawn = torch.multinomial(probabilities.reshape(-1, V), 1, generator=generator)
    return order.reshape(-1, V).gather(1, drawn).view(logits.shape[:-1])


def _long_rows(weight):
    """The same numbers, in memory along the longer side, where a product with a vector reads faster."""
    tall = weight.dim() == 2 and weight.shape[0] > weight.shape[1]
    return weight.t().contiguous().t() if tall else weight


def _reader(model, cache):
    """``read(token)``, which gives what ``model(token, cache)`` does, (V,), with all parts at hand.

    In a small model, finding the parts takes as long as multiplying by them; in a large one, fetching
    the weights from memory takes longest, so most are copied into a better order. None for a model in
    training mode, or in which a part was exchanged or has a hook: that one has to be called itself.
    """
    parts = list(model.modules())
    if model.training or any(
        type(part) not in AS_MADE or part._forward_hooks or part._forward_pre_hooks
        for part in parts
    ):
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
        model: a GPT.
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
