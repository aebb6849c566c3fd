"""How well a model does as asked: its answers, their rate with an interval, two models compared."""

import math
import warnings

import torch

from course_lib.generation import sample_next_token
from course_lib.model import KVCache
from course_lib.tales import WORDS, in_answer, requests_nll


def check_request(request):
    """A request in the form that ``sample_requests`` writes, "Kate, clock, park? ".

    Args:
        request: hero, thing and place, with commas between; with or without the end "? ".

    Raises:
        ValueError: if it is not three words, or for a word that the grammar does not know.
    """
    words = [word.strip() for word in request.strip().removesuffix("?").split(",")]
    if len(words) != 3:
        raise ValueError(
            f"a request is a hero, a thing and a place, such as Kate, clock, park; got {request!r}"
        )
    kinds = {"hero": "NAME", "thing": "THING", "place": "PLACE"}
    for word, (what, kind) in zip(words, kinds.items(), strict=True):
        if word not in WORDS[kind]:
            raise ValueError(
                f"tales know no {what} {word!r}; there is {', '.join(sorted(WORDS[kind]))}"
            )
    return f"{', '.join(words)}? "


def stray_place(line):
    """Where a request with its tale leaves what the grammar allows: the place of a character.

    None if it nowhere does. A tale that breaks off leaves it at its end, ``len(line)``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which says the same in words
        allowed = requests_nll(line).isfinite() if line else torch.ones(0)
    if not allowed.all():
        return int(allowed.long().argmin())
    return None if line.endswith("\n") else len(line)


def obeys(line):
    """Whether a line is a request and a whole tale of just its hero, thing and place."""
    return line.count("\n") == 1 and stray_place(line) is None and bool(in_answer(line).any())


@torch.no_grad()
def write_answers(model, tokenizer, requests, temperature=1.0, seed=0):
    """Answers to several requests, written at the same time, each until its line ends.

    Args:
        model: a GPT whose rows begin at a line break, in eval mode.
        tokenizer: its ``CharTokenizer``.
        requests: such as "Kate, clock, park? ", of any lengths.
        temperature, seed: as in ``generate``.

    Returns:
        A list of lines, each a request and its answer; one that has not ended when the context is
        full has no line break.

    Raises:
        ValueError: without a request, or for one as long as the context.
    """
    prompts = [tokenizer.encode("\n" + request) for request in requests]
    context, device = model.config.block_size, next(model.parameters()).device
    if not prompts or max(map(len, prompts)) >= context:
        raise ValueError(
            f"give one request or more, each shorter than the context of {context} tokens"
        )
    end, generator = prompts[0][0], torch.Generator().manual_seed(seed)
    known = torch.full((len(prompts), context + 1), -1)  # what a request says; -1 is to be written
    for row, prompt in zip(known, prompts, strict=True):
        row[: len(prompt)] = torch.tensor(prompt)
    cache, ids, ended = KVCache(model, len(prompts)), known[:, :1], torch.zeros(len(prompts)) > 0
    for place in range(1, context + 1):
        logits = model(ids[:, -1:].to(device), cache)[:, -1]  # (rows, V)
        drawn = sample_next_token(logits, temperature, generator=generator).cpu()
        new = torch.where(known[:, place] < 0, drawn, known[:, place])
        ids = torch.cat([ids, new[:, None]], dim=1)
        ended |= new == end
        if ended.all():
            break
    texts = [tokenizer.decode(row[1:]) for row in ids]
    return [text[: text.find("\n") + 1] if "\n" in text else text for text in texts]


def wilson_interval(successes, n, z=1.96):
    """The range of rates that so many successes in n draws are no surprise for: (low, high).

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).

    Args:
        successes, n: int, from 0 to n; n of 1 or more.
        z: how many standard deviations are no surprise; 1.96 makes it right 95 times of 100.

    Raises:
        ValueError: for other numbers.
    """
    if not (n >= 1 and 0 <= successes <= n and z > 0):
        raise ValueError(
            f"needs 0 <= successes <= n, n of 1 or more and z above 0; got successes={successes}, "
            f"n={n}, z={z}"
        )
    rate, shrink = successes / n, 1 + z**2 / n
    middle = (rate + z**2 / (2 * n)) / shrink
    half = z / shrink * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def paired_p_value(first, second):
    """How likely two equally good models differ at least as much, on the same questions.

    Only the questions on which they differ say anything; each such is a fair coin, if neither is
    better. Source: McNemar, "Note on the Sampling Error of the Difference" (1947), exact.

    Args:
        first, second: whether each model was right, a list of bool with one for each question.

    Raises:
        ValueError: for lists of different lengths, or empty ones.
    """
    if len(first) != len(second) or not len(first):
        raise ValueError(
            f"needs the same questions for both, one or more; got {len(first)} and {len(second)}"
        )
    won = sum(bool(a) and not b for a, b in zip(first, second, strict=True))
    lost = sum(bool(b) and not a for a, b in zip(first, second, strict=True))
    tail = sum(math.comb(won + lost, k) for k in range(min(won, lost) + 1)) / 2 ** (won + lost)
    return min(1.0, 2 * tail)
