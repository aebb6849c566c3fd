"""Are two things the same? What makes an answer right, and what makes it the same mistake."""

from numbers import Real

import torch

from course_lib.exercises.registry import Wrong


def same(a, b, rtol):
    """Whether two outcomes agree: value, or kind of error, and what happened to the arguments."""
    if a.error is not None or b.error is not None:
        if isinstance(a.error, Wrong) and isinstance(b.error, Wrong):
            return str(a.error) == str(b.error)
        return type(a.error) is type(b.error)
    try:
        return equal(a.value, b.value, rtol) and same_arguments(a.after, b.after, rtol)
    except Exception:  # a learner's object may refuse any question
        return False


def same_arguments(a, b, rtol):
    """Whether arguments are as they should be: their values, ``requires_grad`` and ``grad``."""
    return all(same_argument(x, y, rtol) for x, y in zip(a, b, strict=True))


def same_argument(a, b, rtol):
    """``same_arguments`` for one of them."""
    return equal(a, b, rtol) and same_flags(a, b, rtol)


def same_flags(a, b, rtol):
    """Whether two tensors agree in ``requires_grad`` and in ``grad``; True for anything else."""
    if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
        return True
    grads = a.grad if a.is_leaf else None, b.grad if b.is_leaf else None
    return a.requires_grad == b.requires_grad and (
        (grads[0] is None) == (grads[1] is None) and (grads[0] is None or equal(*grads, rtol))
    )


def equal(got, expected, rtol):
    """Whether two values agree, in kind, shape and dtype's kind, and in value within ``rtol``."""
    if isinstance(expected, torch.Tensor):
        if not expected.dim() and is_number(got):  # a plain number will do for "one number"
            return number_kind(torch.as_tensor(got)) == number_kind(expected) and close(
                torch.as_tensor(got), expected, rtol
            )
        return (
            isinstance(got, torch.Tensor)
            and got.shape == expected.shape
            and number_kind(got) == number_kind(expected)
            and close(got, expected, rtol)
        )
    if isinstance(expected, (tuple, list)):
        return (
            isinstance(got, (tuple, list))
            and len(got) == len(expected)
            and all(equal(g, e, rtol) for g, e in zip(got, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(equal(got[key], expected[key], rtol) for key in expected)
        )
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, (int, float)):
        number = plain_number(got)
        return number is not None and close(
            torch.tensor(float(number)), torch.tensor(float(expected)), rtol
        )
    if is_scalar_value(expected):
        return (
            type(got) is type(expected)
            and equal(got.data, expected.data, rtol)
            and equal(got.grad, expected.grad, rtol)
        )
    if isinstance(expected, torch.nn.Module):  # a copy of a module is not == to it
        state, right = dict(got.state_dict()), dict(expected.state_dict())
        return type(got) is type(expected) and equal(state, right, rtol)
    return bool(got == expected)


def close(got, expected, rtol):
    """Whether the numbers of two tensors of one shape agree; tiny ones as a part of the largest."""
    got, expected = got.detach(), expected.detach()
    if got.dtype == expected.dtype and got.shape == expected.shape and torch.equal(got, expected):
        return True
    got, expected = got.double(), expected.double()
    scale = float(expected.abs().max()) if expected.numel() and expected.isfinite().all() else 1.0
    atol = rtol * max(scale, 1e-3) * 0.01
    return torch.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)


def alike(a, b, rtol):
    """Whether two answers hold the same numbers, in whatever: tensor, float, list, array."""
    a, b = numbers_in(a), numbers_in(b)
    return a is not None and b is not None and a.shape == b.shape and close(a, b, rtol)


def number_kind(tensor):
    """ "bool", "complex", "float" or "int"."""
    if tensor.dtype == torch.bool or tensor.is_complex():
        return "bool" if tensor.dtype == torch.bool else "complex"
    return "float" if tensor.is_floating_point() else "int"


def plain_number(thing):
    """A plain number for a number or a tensor of shape (); None for anything else."""
    if isinstance(thing, torch.Tensor) and thing.dim() == 0:
        return thing.item()
    return thing if is_number(thing) else None


def is_number(thing):
    """Whether it is a plain number, Python's or numpy's, and no truth."""
    return isinstance(thing, Real) and not isinstance(thing, bool)


def numbers_in(thing):
    """A float64 tensor of the numbers in an answer of any kind, or None if it holds others."""
    if isinstance(thing, dict):
        thing = [float("nan") if value is None else value for value in thing.values()]
    try:
        if isinstance(thing, (tuple, list)):
            parts = [numbers_in(part) for part in thing]
            if len({part.shape for part in parts}) > 1:
                return torch.cat([part.flatten() for part in parts])
            return torch.stack(parts)
        numbers = torch.as_tensor(thing).detach()
        return None if numbers.is_complex() else numbers.double()
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return None


def is_scalar_value(thing):
    """Whether it is a ``Value`` of ``course_lib.scalar``, or one that a learner has written."""
    return hasattr(thing, "data") and hasattr(thing, "grad")


def holds(test, *arguments):
    """Whether a test is true of the arguments; False if these are of a kind that it cannot test."""
    try:
        return bool(test(*arguments))
    except (AttributeError, RuntimeError, TypeError, ValueError, IndexError):
        return False
