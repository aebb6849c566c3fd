"""Inputs on which an answer breaks down, apart from the others on which it is wrong as well.

Where all counts are 0 a division gives nan, and a mistake in the terms shows on the other inputs
only: both are said, each of its own inputs.
"""

from dataclasses import replace

import torch

SEVERAL = 5  # that many others there must be, and that many of them wrong


def finding(trial, look):
    """The finding that joins what ``look`` finds on the other inputs with the breakdown; or None.

    ``look`` takes a trial and returns a finding or None.
    """
    broken = {k for k in trial.wrong if _breaks_down(*trial.outcomes[k])}
    rest = [k for k in range(len(trial.got)) if k not in broken]
    if not broken or trial.got[-1].stopped or len(set(rest) & set(trial.wrong)) < SEVERAL:
        return None
    got, expected = ([those[k] for k in rest] for those in (trial.got, trial.expected))
    found = look(
        replace(trial, got=got, expected=expected, numbers=[trial.numbers[k] for k in rest])
    )
    if found is None:
        return None
    divided = all(isinstance(trial.got[k].error, ZeroDivisionError) for k in broken)
    what = "Your function divides by 0" if divided else "There is nan or inf in your answer"
    case = None if found.case is None else rest[found.case]
    others = f"{what} on some inputs. On all the others: {found}"
    return replace(found, sentence=others, part="", case=case, seen_in=_is_none_of(broken, trial))


def _is_none_of(broken, trial):
    """Whether an answer belongs to an input on which nothing breaks down."""
    values = [trial.got[k].value for k in broken]
    return lambda got, _: not any(got is value for value in values)


def _breaks_down(got, right):
    """Whether an answer is a division by 0, or has nan or inf where the right one has none."""
    if isinstance(got.error, ZeroDivisionError):
        return right.error is None
    pair = got.value, right.value
    if got.error is not None or not all(isinstance(thing, torch.Tensor) for thing in pair):
        return False
    finite = [bool(thing.detach().double().isfinite().all()) for thing in pair]
    return finite == [False, True]
