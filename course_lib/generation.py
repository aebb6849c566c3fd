"""From logits to text: choosing one token, and writing one after the other."""

import functools
import operator
import reprlib

import torch

from course_lib.fast import Decoder


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
        ValueError: for a temperature below 0, k outside 1 to V, p outside (0, 1], and for rows
            whose largest logit is a nan or an inf.
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
    # The alarm clock that rings first, of V with these rates, as torch.multinomial draws it.
    source = logits.device if generator is None else generator.device
    waits = torch.empty(order.reshape(-1, V).shape, dtype=logits.dtype, device=source)
    waits = waits.exponential_(generator=generator).to(logits.device)
    drawn = (probabilities.reshape(-1, V) / waits).argmax(dim=-1, keepdim=True)
    return order.reshape(-1, V).gather(1, drawn).view(logits.shape[:-1])


def _check_settings(V, temperature, top_k, top_p):
    if isinstance(temperature, str) or not temperature >= 0:
        raise ValueError(f"temperature must be 0 or more, got {temperature!r}")
    if top_k is not None and (isinstance(top_k, (bool, float, str)) or not 1 <= top_k <= V):
        raise ValueError(f"top_k must be from 1 to the vocabulary's {V}, got {top_k!r}")
    if top_p is not None and (isinstance(top_p, str) or not 0 < top_p <= 1):
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p!r}")


def generate(
    model, ids, max_new_tokens, temperature=1.0, top_k=None, top_p=None, seed=0, stop=None
):
    """Write on, one token at a time, each as soon as it is there.

    Every token is read once, and a ``KVCache`` keeps what attention will need of it. Once the text
    is longer than the context, the model goes on with the latest ``block_size`` tokens. Each of
    them then stands one place further to the front than before, so nothing that was kept is right
    any more, and every new token costs a reading of the whole window.

    After a training step in the middle of a text, the text so far is read again with the new
    weights. See ``fast.Decoder`` for when the model itself is called, and ``fast.free_copies`` for
    the memory that is kept between texts.

    Args:
        model: a GPT; in training mode its dropout takes part, with torch's own random numbers.
        ids: the prompt, at least one id: a list, a tensor of one dimension, or anything to iterate
            over.
        max_new_tokens: how many to write at most.
        temperature, top_k, top_p: as in ``sample_next_token``.
        seed: the same seed draws the same tokens, on every device (where rounding does not decide).
        stop: an id that ends the writing (it is still handed out), or None.

    Returns:
        An iterator over the ids that are written, each an int. No gradients are kept.

    Raises:
        ValueError: for a prompt that is empty, a text, or of several rows; for settings that
            ``sample_next_token`` refuses, and a length, seed or stop that is no such number. At
            once, not at the first token.
        IndexError: for an id outside the vocabulary.
    """
    ids, V = _prompt_ids(ids), model.config.vocab_size
    if not ids:
        raise ValueError("the prompt is empty; give at least one token, for tales a line break")
    if not 0 <= min(ids) <= max(ids) < V:
        wrong = max(ids) if min(ids) >= 0 else min(ids)
        raise IndexError(f"id {wrong} is outside the vocabulary of {V}; use this model's tokenizer")
    _check_settings(V, temperature, top_k, top_p)
    if not _is_integer(max_new_tokens) or max_new_tokens < 0:
        raise ValueError(
            f"max_new_tokens must be a whole number of 0 or more, got {max_new_tokens!r}"
        )
    if not _is_integer(seed) or not -(2**63) <= seed < 2**64:
        raise ValueError(f"seed must be a whole number of at most 64 bits, got {seed!r}")
    if stop is not None and not _is_integer(stop):
        raise ValueError(
            f"stop must be an id or None, got {stop!r}; for a character, "
            "tokenizer.encode(character)[0]"
        )
    generator = torch.Generator().manual_seed(int(seed))  # the CPU's, on every device
    draw = functools.partial(
        sample_next_token, temperature=temperature, top_k=top_k, top_p=top_p, generator=generator
    )
    return _write(model, ids, int(max_new_tokens), draw, stop)


@torch.no_grad()
def _write(model, ids, max_new_tokens, draw, stop):
    decoder = Decoder(model)
    for _ in range(max_new_tokens):
        ids.append(draw(decoder.next_logits(ids)).item())
        yield ids[-1]
        if ids[-1] == stop:
            return


def _is_integer(number):
    """Whether this is an int, or one of numpy's or torch's, and not True or False."""
    try:
        operator.index(None if isinstance(number, bool) else number)
    except TypeError:
        return False
    return True


def _prompt_ids(prompt):
    """The ids of a prompt in a list of its own."""
    if isinstance(prompt, (str, bytes)):
        raise ValueError(
            f"the prompt is a text, {reprlib.repr(prompt)}; give its ids: tokenizer.encode(text)"
        )
    if getattr(prompt, "ndim", 1) != 1:
        raise ValueError(
            f"the prompt must be one row of ids, got shape {tuple(prompt.shape)}; give a row, as "
            "in ids[0]"
        )
    ids = prompt.tolist() if hasattr(prompt, "tolist") else list(prompt)
    wrong = [i for i in ids if not _is_integer(i)]
    if wrong:
        raise ValueError(
            f"the prompt must be a row of ids, and {reprlib.repr(wrong[0])} is none; give a list "
            "of int"
        )
    if isinstance(prompt, (set, frozenset)):
        raise ValueError(
            f"the prompt is {reprlib.repr(prompt)}, a {type(prompt).__name__}, whose order says "
            "nothing; give a list of int"
        )
    return [operator.index(i) for i in ids]
