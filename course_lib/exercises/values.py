"""What the wrong values of an answer have to do with the right ones: their kind, their parts."""

import itertools
from dataclasses import replace

import torch

from course_lib.exercises.comparison import (
    close,
    equal,
    is_scalar_value,
    numbers_in,
    plain_number,
)
from course_lib.exercises.findings import Finding
from course_lib.exercises.tensors import in_tensors, other_shape
from course_lib.exercises.words import kind_in_words, shape_of


def in_values(trial):
    """The finding that is true of every wrong value, or None."""
    return _in_values(trial.values, trial.arguments, trial.rtol)


def _in_values(values, arguments, rtol):
    expected = values[0][1]
    if isinstance(expected, dict):
        return _in_parts(values, arguments, rtol, {key: str(key) for key in expected})
    if isinstance(expected, (tuple, list)):
        return _in_sequences(values, arguments, rtol)
    if isinstance(expected, torch.Tensor):
        if all(isinstance(g, torch.Tensor) for g, _ in values):
            return in_tensors(values, arguments, rtol)
        return _right_but_no_tensor(values, rtol)
    if isinstance(expected, bool):
        return _in_truths(values)
    if isinstance(expected, (int, float)):
        if any(plain_number(g) is None for g, _ in values):
            return Finding(
                f"The answer must be one number; yours is {kind_in_words(values[0][0])}."
            )
        as_tensors = [
            tuple(torch.tensor(_as_float(plain_number(n)), dtype=torch.float64) for n in pair)
            for pair in values
        ]
        return in_tensors(as_tensors, arguments, rtol)
    others = [(g, e) for g, e in values if type(g) is not type(e)]
    if not others:
        return None
    got, right = others[0]
    kinds = f"must be {kind_in_words(right)}; yours is {kind_in_words(got)}."
    if is_scalar_value(right):
        kinds += " A plain number has forgotten how it was made."
    return Finding(f"The answer {kinds}")


def _as_float(number):
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _in_truths(values):
    if not all(isinstance(g, bool) for g, _ in values):
        got = kind_in_words(values[0][0])
        return Finding(f"The answer must be True or False; yours is {got}.")
    if all(g != e for g, e in values):
        return Finding("True where False is right, and the other way round.")
    return None


def _in_sequences(values, arguments, rtol):
    n = len(values[0][1])
    for got, expected in values:
        if isinstance(expected, list) and isinstance(got, torch.Tensor):
            of_tensors = isinstance(next(iter(expected), None), torch.Tensor)
            make = "list(...)" if of_tensors else ".tolist()"
            return Finding(
                f"The exercise asks for a list, and yours is {kind_in_words(got)}: {make} makes "
                "one of it."
            )
        if not isinstance(got, (tuple, list)):
            return Finding(
                f"The answer has {n} parts; yours is one, {kind_in_words(got)}. "
                "Return them with commas between."
            )
    if all(len(g) != len(e) for g, e in values):
        return Finding(f"The answer has {n} parts; yours has {len(values[0][0])}.")
    if any(len(g) != len(e) for g, e in values):
        return Finding(_of_length(values))
    if any(len(e) != n for _, e in values):
        return None
    for order in itertools.permutations(range(n)) if n <= 4 else [range(n)[::-1]]:
        if all(equal(list(g), [e[k] for k in order], rtol) for g, e in values):
            places = ", ".join(str(k + 1) for k in order)
            return Finding(f"The parts are right, but in another order: yours stand as {places}.")
    labels = {k: f"part {k + 1}" for k in range(n)}
    return _in_parts(values, arguments, rtol, labels)


def _of_length(values):
    """The sentence about answers whose number of parts is not always wrong."""
    more, fewer = (any(sign * (len(g) - len(e)) > 0 for g, e in values) for sign in (1, -1))
    if more and fewer:
        return "The number of parts is right on some inputs and wrong on others."
    word, other = ("many", "few") if more else ("few", "many")
    return f"Your answer has too {word} parts on some inputs, and on none too {other}."


def _in_parts(values, arguments, rtol, labels):
    """The finding that joins what is said of each wrong part; None if one has nothing."""
    try:
        parts = {key: [(g[key], e[key]) for g, e in values] for key in labels}
    except (TypeError, KeyError):
        return None
    wrong = [key for key, part in parts.items() if not all(equal(g, e, rtol) for g, e in part)]
    findings = {key: _in_values(parts[key], arguments, rtol) for key in wrong}
    if None in findings.values():
        return None
    if len(wrong) == 1:
        [key] = wrong
        inner = f", {findings[key].part} of it" if findings[key].part else ""
        rest = " The rest is right." if len(parts) > 1 else ""
        return Finding(findings[key].sentence + rest, part=labels[key] + inner)
    rest = " The rest is right." if len(wrong) < len(parts) else ""
    if len(set(findings.values())) == 1:
        these = "all parts" if not rest else " and ".join(labels[key] for key in wrong)
        return Finding(findings[wrong[0]].sentence + rest, part=these)
    each = (str(replace(findings[key], part=labels[key])) for key in wrong)
    return Finding(" ".join(each) + rest)


def _right_but_no_tensor(values, rtol):
    got = next(g for g, _ in values if not isinstance(g, torch.Tensor))
    numbers = [(numbers_in(g), e) for g, e in values]
    if all(
        g is not None and g.numel() == e.numel() and close(g.reshape(e.shape), e, rtol)
        for g, e in numbers
    ):
        return Finding(
            f"The values are right, but the answer must be a tensor and yours is "
            f"{kind_in_words(got)}, which has no gradient and none of a tensor's methods. "
            f"Compute with torch alone; {_maker(got)}."
        )
    return None


def _maker(got):
    tensors = isinstance(got, (list, tuple)) and any(isinstance(g, torch.Tensor) for g in got)
    if tensors:
        return "torch.stack(...) makes one of a list of tensors"
    return "torch.tensor(...) makes one of plain numbers"


def in_kind_or_shape(trial):
    """The finding for what can be seen from outside: the wrong kind of thing or shape; or None."""
    for got, expected in trial.values:
        if not isinstance(expected, torch.Tensor):
            continue
        right = shape_of(expected)
        if not isinstance(got, torch.Tensor):
            kind = kind_in_words(got)
            return Finding(f"The answer must be a tensor of shape {right}; yours is {kind}.")
        if got.shape == expected.shape:
            continue
        mine = shape_of(got)
        if expected.dim() == 0:
            return Finding(
                f"Yours has shape {mine}, the answer is one number, shape (): over which dim did "
                "you reduce?",
                seen_in=other_shape,
            )
        return Finding(f"Yours has shape {mine}, the answer {right}.", seen_in=other_shape)
    return None
