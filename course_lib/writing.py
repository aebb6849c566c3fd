"""Many texts written at the same time by one model, and texts as rows that it reads."""

import operator

import torch

from course_lib.fast import RowDecoder
from course_lib.generation import sample_next_token


@torch.no_grad()
def write_rows(model, prompt, n, generator, stop=None, max_new_tokens=None):
    """Write n texts at the same time, each until its own end.

    Args:
        model: a GPT, in eval mode.
        prompt: the ids that every text begins with, at least one; for tales that of a line break.
        n: how many texts.
        generator: a torch.Generator of the CPU, which draws for all of them and goes on from here.
            A text written alone is the one that ``generate`` writes with this generator's seed.
        stop: an id that ends a text (it belongs to it), or None.
        max_new_tokens: how many tokens a text has at most; None for as many as ``GPT.forward`` can
            give log-probabilities to in one reading, ``block_size + 1 - len(prompt)``.

    Returns:
        A list of lists of ids: what was written in each row, without the prompt.

    Raises:
        ValueError: without a prompt or a text to write, for more tokens than that, and for a model
            whose logits hold a nan or an inf.
        IndexError: for an id outside the vocabulary.
    """
    n, prompt = operator.index(n), [operator.index(i) for i in prompt]
    most = model.config.block_size + 1 - len(prompt)
    length = most if max_new_tokens is None else max_new_tokens
    if n < 1 or not prompt:
        raise ValueError(
            f"needs one text or more, and a prompt of one id or more; got n={n} and {len(prompt)} "
            "ids"
        )
    if not 1 <= length <= most:
        raise ValueError(
            f"a text can have from 1 to {most} tokens after a prompt of {len(prompt)}, got "
            f"{length}; the context holds {model.config.block_size}"
        )
    ids = torch.tensor([prompt] * n, device=next(model.parameters()).device)  # (n, prompt)
    decoder, rows = RowDecoder(model, n), [[] for _ in range(n)]
    writing = rows  # those that the decoder has
    for _ in range(length):
        logits = decoder.next_logits(ids)  # (rows, V)
        ids = sample_next_token(logits, generator=generator)[:, None]  # (rows, 1)
        for row, token in zip(writing, ids[:, 0].tolist(), strict=True):
            if not row or row[-1] != stop:
                row.append(token)
        going = [k for k, row in enumerate(writing) if row[-1] != stop]
        if not going:
            break
        if 4 * len(going) <= 3 * len(writing):  # read on without those that have ended
            decoder.keep(going)
            ids, writing = ids[going], [writing[k] for k in going]
    return rows


def text_rows(prompt, texts):
    """Texts after their prompt, as what a model reads and what it should say there.

    Args:
        prompt: the ids that every text begins with, at least one.
        texts: lists of ids, N of them, each of one id or more; as ``write_rows`` returns them.

    Returns:
        ``(inputs, targets)``, each (N, T) int64, with T the longest text's. A target is -100 within
        the prompt and after a text's end, where the inputs are 0.

    Raises:
        ValueError: without a prompt or texts, and for a text without any id.
    """
    if not len(prompt) or not len(texts):
        raise ValueError(
            f"needs a prompt of one id or more and one text or more; got {len(prompt)} and "
            f"{len(texts)}"
        )
    for n, text in enumerate(texts):
        if not len(text):
            raise ValueError(f"text {n} is empty, so there is nothing to predict; leave it out")
    before, T = len(prompt) - 1, len(prompt) - 1 + max(map(len, texts))
    inputs, targets = torch.zeros(len(texts), T).long(), torch.full((len(texts), T), -100)
    for row, text in enumerate(texts):
        ids = torch.tensor([*prompt, *text])
        inputs[row, : len(ids) - 1] = ids[:-1]
        targets[row, before : len(ids) - 1] = ids[before + 1 :]
    return inputs, targets
