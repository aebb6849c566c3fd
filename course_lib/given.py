"""What a figure may be given: numbers out of anything that holds them, checked."""

import contextlib
import math
from numbers import Number, Real

import torch


def as_numbers(values, what, dims=1):
    """Numbers from a tensor (on any device, with or without gradients), an array, or a sequence.

    Returns:
        A float64 tensor with ``dims`` dimensions, none of them empty.

    Raises:
        ValueError: for anything else; the message begins with ``what``.
    """
    try:
        numbers = torch.tensor(as_plain(values), dtype=torch.float64, device="cpu")
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{what} must be numbers, not {describe(values)}.") from None
    if numbers.dim() != dims or not numbers.numel():
        wanted = "a list of numbers" if dims == 1 else "a table of numbers, rows of equal length"
        raise ValueError(
            f"{what} must be {wanted}, with one at least; its shape is {tuple(numbers.shape)}."
        )
    return numbers


def check_finite(table):
    """Raise ValueError, with the place, for a table with a nan or an infinity in it."""
    if not table.isfinite().all():
        row, column = (~table.isfinite()).nonzero()[0].tolist()
        raise ValueError(
            f"The table has {table[row, column]:g} in row {row}, column {column}, and no shade "
            "means that: put a finite number there."
        )


def as_plain(values):
    """Nested lists of numbers and texts from tensors, arrays, and anything that can be iterated."""
    if hasattr(values, "tolist"):
        return values.tolist()
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__iter__"):
        return values
    return [as_plain(value) for value in values]


def as_number(thing, what):
    """A finite number as a float, from a number or a tensor of one."""
    number = thing
    with contextlib.suppress(AttributeError, ValueError, RuntimeError):
        number = thing.item()
    if not isinstance(number, Real) or not math.isfinite(number):
        raise ValueError(f"{what} must be a finite number, not {describe(thing)}.")
    return float(number)


def describe(thing):
    """A short word for a thing that was refused: a tensor's shape, type and device, or its repr."""
    if isinstance(thing, torch.Tensor):
        return f"a tensor of shape {tuple(thing.shape)} and {thing.dtype} on {thing.device}"
    text = repr(thing)
    return text if len(text) <= 60 else text[:57] + "..."


def as_points(x, y):
    """Two float64 tensors of shape (N,): the points that were given as x and y."""
    x, y = as_numbers(x, "x"), as_numbers(y, "y")
    if len(x) != len(y):
        raise ValueError(f"x and y must be equally long; they hold {len(x)} and {len(y)} numbers.")
    if not (x.isfinite().all() and y.isfinite().all()):
        raise ValueError(
            "x and y must be finite; one of them holds a nan or an inf: leave those points out."
        )
    return x, y


def curve_label(name, numbers, log=False):
    """A curve's name as text, and how many of its numbers no axis can show."""
    text = str(name).replace("$", r"\$")
    text = f" {text}" if text.startswith("_") else text  # matplotlib leaves out what begins with _
    unseen = int((~numbers.isfinite()).sum())
    text += f" ({unseen} of {len(numbers)} nan or inf)" if unseen else ""
    below = int((numbers <= 0).sum()) if log else 0
    return text + (f" ({below} of {len(numbers)} not above 0)" if below else "")


def as_rows(table):
    """The rows of a table as lists of texts and plain numbers."""
    try:
        rows = as_plain(table)
    except (TypeError, RuntimeError):
        rows = None
    if not isinstance(rows, list):
        rows = [rows]
    if not any(isinstance(row, list) for row in rows):
        rows = [rows]
    entries = [entry for row in rows for entry in (row if isinstance(row, list) else [[]])]
    if not entries or not all(isinstance(entry, (str, Number)) for entry in entries):
        shape = f", shape {tuple(table.shape)}" if isinstance(table, torch.Tensor) else ""
        raise ValueError(
            "A table is drawn from numbers or texts in one row or in rows, "
            f"with one at least; this is {describe(table)}{shape}."
        )
    return [[int(entry) if isinstance(entry, bool) else entry for entry in row] for row in rows]
