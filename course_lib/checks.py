"""Checks of what a caller gives that several modules make."""

import math
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
