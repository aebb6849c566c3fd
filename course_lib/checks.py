"""Checks of what a caller gives that several modules make."""

import math
import operator
from collections.abc import Iterable
from numbers import Integral, Real


def check_whole(**sizes):
    """Raise ValueError unless every size is a whole number; the message names the first other."""
    for name, value in sizes.items():
        if not isinstance(value, Integral):
            raise ValueError(f"{name} must be a whole number, got {value!r:.40}; give it as an int")


def check_fraction(name, value):
    """Raise ValueError unless the value is a finite number."""
    if not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError(
            f"{name} must be a number between 0 and 1, got {value!r:.40}; 0.1 is usual"
        )


def one_text(text):
    """A str as it is; single characters, out of any iterable, as one str.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(text, str):
        return text
    if isinstance(text, (set, frozenset, dict)):
        raise ValueError(
            f"a text must be one str, got a {type(text).__name__}, whose order says nothing; for "
            "an alphabet give sorted(...) of it"
        )
    parts = [*text] if isinstance(text, Iterable) else [None]
    for part in parts:
        if not isinstance(part, str) or len(part) != 1:
            inside = f" with {part!r:.40} in it" if part is not None else ""
            raise ValueError(
                f"a text must be one str, got {type(text).__name__}{inside}; join several texts "
                'first, "".join(texts), and turn bytes into text with .decode()'
            )
    return "".join(parts)


def checked_ids(ids, vocab_size):
    """Ids, in any iterable or a tensor or array of shape (n,), as a list of int.

    Raises:
        ValueError: if one is not a whole number from 0 to ``vocab_size - 1``.
    """
    if hasattr(ids, "ndim"):  # a tensor, an array
        if ids.ndim != 1 or "int" not in str(ids.dtype).lower():
            raise ValueError(
                f"ids must be whole numbers of shape (n,), got {ids.dtype} of shape "
                f"{tuple(ids.shape)}; decode a batch row by row, and put a single id into a list"
            )
        ids = ids.tolist()
    if isinstance(ids, (str, bytes, set, frozenset, dict)) or not isinstance(ids, Iterable):
        raise ValueError(
            f"ids must be whole numbers in a list or the like, got {ids!r:.40}; encode makes them "
            "of a text, and a single id goes into a list"
        )
    numbers = []
    for place, i in enumerate(ids):
        try:
            numbers.append(operator.index(None if isinstance(i, bool) else i))
        except TypeError:
            raise ValueError(
                f"ids must be whole numbers, got {i!r:.40} at place {place}; decode one list of "
                "ids at a time"
            ) from None
        if not 0 <= numbers[-1] < vocab_size:
            raise ValueError(
                f"id {i} at place {place} is not from 0 to {vocab_size - 1}; it may come from "
                "another tokenizer"
            )
    return numbers
