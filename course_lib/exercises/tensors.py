"""What the wrong numbers of a tensor have to do with the right ones: shape, sign, factor."""

import torch

from course_lib.exercises.comparison import close, holds, number_kind
from course_lib.exercises.findings import Finding
from course_lib.exercises.words import dtype_of, shape_of


def other_shape(got, expected):
    """Whether two tensors differ in shape."""
    both = isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor)
    return both and got.shape != expected.shape


def not_finite(got, expected):
    """Whether a tensor has nan or inf in it."""
    return isinstance(got, torch.Tensor) and not got.double().isfinite().all()


def in_tensors(values, arguments, rtol):
    """The finding that is true of every pair of tensors (answer, right answer), or None."""
    if all(g.shape == e.shape for g, e in values):
        return _in_equal_shapes(values, arguments, rtol)
    return _in_shapes(values, rtol)


def _in_shapes(values, rtol):
    got, expected = next((g, e) for g, e in values if g.shape != e.shape)
    shapes = f"yours has shape {shape_of(got)}, the answer {shape_of(expected)}"

    def found(sentence):
        return Finding(sentence, seen_in=other_shape)

    def everywhere(test):
        return all(holds(test, g, e) for g, e in values)

    if everywhere(lambda g, e: close(g.reshape(e.shape), e, rtol)):
        return found(f"The numbers are right, but {shapes}.")
    if everywhere(lambda g, e: g.dim() == 2 and close(g.T, e, rtol)):
        return found(f"The numbers are right, but rows and columns are exchanged: {shapes}.")
    if expected.dim() == 0:
        for word in ("sum", "mean"):
            if everywhere(lambda g, e, word=word: close(getattr(g.double(), word)(), e, rtol)):
                return found(
                    f"Yours has shape {shape_of(got)}, the answer is one number: "
                    f"the {word} over all of yours is still missing."
                )
        return None
    if got.dim() < expected.dim() and everywhere(lambda g, e: _reduced_once_more(g, e, rtol)):
        return found(f"You reduced over one dimension too many: {shapes}.")
    n = expected.shape[0]
    if expected.dim() == 1 and got.shape == (n, n) and n > 1:
        return found(
            f"{shapes.capitalize()}: a shape (N, 1) met a shape (N,), and broadcasting paired "
            "every number with every other."
        )
    return None


def _reduced_once_more(got, expected, rtol):
    right = expected.double()
    return any(
        close(reduced(d, keepdim=k), got, rtol)
        for d in range(right.dim())
        for k in (False, True)
        for reduced in (right.mean, right.sum)
    )


def _in_equal_shapes(values, arguments, rtol):
    if all(close(g, e, rtol) for g, e in values):
        got, expected = next((g, e) for g, e in values if number_kind(g) != number_kind(e))
        return Finding(
            f"The numbers are right, but their dtype is {dtype_of(got)} "
            f"and should be {dtype_of(expected)}."
        )
    if any(not g.double().isfinite().all() and e.double().isfinite().all() for g, e in values):
        return Finding(
            "Your answer has nan or inf in it: a division by zero, a root or log of a number that "
            "has none, or a number too large?",
            seen_in=not_finite,
        )
    for sentence, change in _CHANGES.items():
        if _everywhere(values, change, rtol):
            return Finding(sentence)
    sentence = (
        _factor(values, arguments, rtol)
        or _offset(values, rtol)
        or _an_argument(values, arguments, rtol)
        or _rounded(values)
        or _partly(values, rtol)
    )
    return Finding(sentence) if sentence else None


def _everywhere(values, change, rtol):
    """Whether every answer is the right one, changed like this."""
    return all(
        holds(lambda g, e: close(g.double(), change(e.double()), rtol), g, e) for g, e in values
    )


def _of_vectors(change):
    return lambda e: change(e) if e.dim() else e * torch.nan


_CHANGES = {
    "The sign is reversed: every number of yours is minus the right one.": lambda e: -e,
    "Right but for the absolute value: yours has lost the sign.": lambda e: e.abs(),
    "Yours is the square of the right answer.": lambda e: e**2,
    "Yours is the square root of the right answer.": lambda e: e**0.5,
    "Yours is e to the power of the right answer: a log is missing.": lambda e: e.exp(),
    "Yours is the log of the right answer.": lambda e: e.log(),
    "Yours is 1 divided by the right answer.": lambda e: 1 / e,
    "The numbers are right, but rows and columns are exchanged.": (
        lambda e: e.T if e.dim() == 2 else e * torch.nan
    ),
    "The numbers are right, but in the opposite order.": _of_vectors(lambda e: e.flip(0)),
    "Yours is 1 minus the right answer.": lambda e: 1 - e,
    "Yours is the running total of the right answer.": _of_vectors(lambda e: e.cumsum(0)),
    "The numbers are right, but yours are sorted.": _of_vectors(lambda e: e.sort().values),
}


def _factor(values, arguments, rtol):
    """The sentence about a factor that is the same everywhere, or the input's size; or None."""
    factors = [_factor_of(g.double(), e.double(), rtol) for g, e in values]
    if 0 in factors:
        return None
    counts = [
        next((a.numel() for a in case if isinstance(a, torch.Tensor)), None) for case in arguments
    ]
    known = [(f, n) for f, n in zip(factors, counts, strict=True) if f is not None]
    if len(known) < 2:
        return None
    if len({n for _, n in known}) > 1 and all(n and n > 0 for _, n in known):
        if all(abs(f / n - 1) < 1e-3 for f, n in known):
            return (
                "Yours is too large by as many times as there are numbers, as with a sum in place "
                "of a mean, or a division by a mean in place of one by a sum."
            )
        if all(abs(f * n - 1) < 1e-3 for f, n in known):
            return (
                "Yours is too small by as many times as there are numbers: you divided by how many "
                "once too often."
            )
    first = known[0][0]
    if abs(first - 1) <= 1e-3 or not all(abs(f / first - 1) < 1e-3 for f, _ in known):
        return None
    return f"Yours is always {first:.4g} times the right answer."


def _factor_of(got, expected, rtol):
    """The factor between two tensors; 0 if there is none, None if both are 0 and any would do."""
    k = int(expected.abs().argmax()) if expected.numel() else None
    if k is None or expected.flatten()[k] == 0:
        return None if close(got, expected, rtol) else 0
    factor = float(got.flatten()[k] / expected.flatten()[k])
    return factor if close(got, expected * factor, rtol) else 0


def _offset(values, rtol):
    gaps = [(g.double() - e.double()).flatten() for g, e in values]
    first = next((gap[0] for gap in gaps if len(gap)), None)
    if (
        first is not None
        and first != 0
        and all(close(gap, first.expand_as(gap), max(rtol, 1e-3)) for gap in gaps)
    ):
        return f"Yours is always {abs(float(first)):.4g} too {'large' if first > 0 else 'small'}."
    return None


def _an_argument(values, arguments, rtol):
    for k, argument in enumerate(arguments[0]):
        if isinstance(argument, (torch.Tensor, int, float)) and all(
            holds(lambda g, a: close(g, torch.as_tensor(a).reshape(g.shape), rtol), g, case[k])
            for (g, _), case in zip(values, arguments, strict=True)
        ):
            return f"You give back argument {k + 1} just as it came."
    return None


def _rounded(values):
    if any(_everywhere(values, change, 1e-6) for change in (torch.trunc, torch.floor)):
        return (
            "Right but for what comes after the decimal point: yours is cut off to whole numbers."
        )
    counted = all(bool((e == e.round()).all()) for _, e in values)
    if not counted and all(holds(close, g, e, 2e-2) for g, e in values):
        return "Nearly right: is it rounded, or computed in too few digits, or with an extra term?"
    if any(_everywhere(values, lambda e, d=d: e.round(decimals=d), 1e-6) for d in range(5)):
        return "Right but for rounding: return the number as it is, and round only when you print."
    return None


def _partly(values, rtol):
    """Some entries of the tensor right, others not: say which kind."""
    wrong = [
        (~torch.isclose(g.double(), e.double(), rtol=rtol, atol=1e-8, equal_nan=True), e)
        for g, e in values
        if g.dim() > 0
    ]
    if not wrong or len(wrong) < len(values):
        return None
    wrong = [(w, e) for w, e in wrong if w.any()]
    if all(not w.flatten()[1:].any() for w, _ in wrong):
        return "Only the first entry is wrong."
    if all(not w.flatten()[:-1].any() for w, _ in wrong):
        return "Only the last entry is wrong."
    if all(bool((e[w] < 0).all()) for w, e in wrong):
        return "Wrong only where the right answer is below 0."
    return None
