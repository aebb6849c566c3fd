"""Reverse-mode automatic differentiation for single numbers: what torch.autograd does, in short.

Every operation on a ``Value`` makes a new ``Value`` that keeps three things: its number, the values
it was made from, and its slope with respect to each of them. ``backward`` walks from the result to
the inputs and multiplies and adds those slopes, which is the chain rule.

Source: Baydin et al., "Automatic Differentiation in Machine Learning: a Survey", section 3.2
(2018).
"""

import math
from numbers import Real


class Value:
    """A number that remembers how it was made.

    Args:
        data: the number. An int is stored as a float.
        label: a name for the graph figure.
        parents: the values that this one was computed from.
        slopes: for each parent, the derivative of this value with respect to it.
        op: the name of the operation that made this value; empty for an input.

    Attributes:
        grad: the derivative of the value that ``backward`` was called on with respect to this one,
            added up over all calls. 0.0 before the first; reset it with ``value.grad = 0.0``.

    Two values are equal only if they are the same one, so that a value can be a dictionary's key;
    to compare numbers, compare their ``data``.

    Raises:
        TypeError: if ``data``, or the other side of an operation, is not a single number, or a
            parent is no Value.
        ValueError: if there is not exactly one slope for each parent, or the number is an int that
            no float is large enough for.
    """

    __slots__ = ("data", "grad", "label", "op", "parents", "slopes")
    __array_ufunc__ = None  # tells numpy's numbers to leave `number * value` to us

    def __init__(self, data, *, label="", parents=(), slopes=(), op=""):
        if not isinstance(data, Real):
            raise TypeError(_not_a_number(data))
        if not isinstance(parents, tuple) or not isinstance(slopes, tuple):
            raise TypeError("parents and slopes are tuples; one of one element is written (v,)")
        for parent in parents:
            if not isinstance(parent, Value):
                raise TypeError(
                    f"a parent is a Value, got {parent!r:.40}; write Value(...) around it"
                )
        if len(parents) != len(slopes):
            raise ValueError(
                f"{len(parents)} parents need as many slopes, got {len(slopes)}; give one for each"
            )
        self.data = _as_float(data)
        self.grad = 0.0
        self.label = label
        self.parents = parents
        self.slopes = slopes
        self.op = op

    # The operations. Each line is: the result, what it was made from, the slope for each of those.

    def __add__(self, other):
        other = _as_value(other)
        return Value(self.data + other.data, parents=(self, other), slopes=(1.0, 1.0), op="+")

    def __mul__(self, other):
        other = _as_value(other)
        slopes = (other.data, self.data)
        return Value(self.data * other.data, parents=(self, other), slopes=slopes, op="*")

    def __pow__(self, exponent):
        if not isinstance(exponent, Real):
            raise TypeError(
                "the exponent of ** must be a plain number; "
                "for value ** value write (exponent * base.log()).exp()"
            )
        exponent = _as_float(exponent)
        if self.data == 0 and exponent < 0:
            raise ZeroDivisionError(
                f"0 ** {exponent:g} is a division by zero; keep the base away from 0, with + 1e-9 "
                "say"
            )
        slope = exponent * _power(self.data, exponent - 1) if exponent != 0 else 0.0
        data = _power(self.data, exponent)
        return Value(data, parents=(self,), slopes=(slope,), op=f"**{exponent:g}")

    def exp(self):
        """e to the power of this value; infinite where that is too large for a float."""
        try:
            data = math.exp(self.data)
        except OverflowError:
            data = math.inf
        return Value(data, parents=(self,), slopes=(data,), op="exp")

    def log(self):
        """The natural logarithm. Raises ValueError unless the value is above 0."""
        if self.data <= 0:
            raise ValueError(
                f"log needs a number above 0, got {self.data}; add a little, such as 1e-9, to one "
                "that may be 0"
            )
        return Value(math.log(self.data), parents=(self,), slopes=(1 / self.data,), op="log")

    def tanh(self):
        """The hyperbolic tangent, between -1 and 1."""
        data = math.tanh(self.data)
        return Value(data, parents=(self,), slopes=(1 - data * data,), op="tanh")

    def relu(self):
        """The value itself where it is above 0, else 0 (and there the slope is 0 as well)."""
        data, slope = (0.0, 0.0) if self.data <= 0 else (self.data, 1.0)
        return Value(data, parents=(self,), slopes=(slope,), op="relu")

    # Everything else is written with the operations above and so needs no slope of its own.

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -_as_value(other)

    def __truediv__(self, other):
        return self * _as_value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return _as_value(other) - self

    def __rtruediv__(self, other):
        return _as_value(other) / self

    def __rpow__(self, base):
        return (self * _as_value(base).log().data).exp()

    def __eq__(self, other):
        if isinstance(other, Real) or hasattr(other, "shape"):  # or a tensor, or an array
            raise TypeError(
                f"a Value is not compared with a number itself: write v.data == {other}"
            )
        return self is other

    __hash__ = object.__hash__

    def __format__(self, spec):
        return format(self.data, spec)

    def __repr__(self):
        label = f", label={self.label!r}" if self.label else ""
        return f"Value({self.data:g}{label})"

    def backward(self):
        """Add to ``grad`` of every value that led to this one the slope of this one against it.

        The slopes of one call are collected first and added to ``grad`` at the end, so a second
        call adds the same amounts again, as a second ``backward`` in torch does for the leaves.
        """
        order = self.topological_order()
        slope = dict.fromkeys(order, 0.0)
        slope[self] = 1.0
        for value in reversed(order):  # from the result to the inputs
            for parent, local_slope in zip(value.parents, value.slopes, strict=True):
                slope[parent] += slope[value] * local_slope
        for value in order:
            value.grad += slope[value]

    def topological_order(self):
        """All values that led to this one, and this one last: each stands after its parents.

        A stack instead of recursion, so that a long chain of operations does not meet Python's
        limit.
        """
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            value, parents_are_in_order = stack.pop()
            if parents_are_in_order:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in value.parents)
        return order


def _as_value(other):
    return other if isinstance(other, Value) else Value(other)


def _as_float(number):
    try:
        return float(number)
    except OverflowError:
        raise ValueError(
            f"an int of {number.bit_length()} bits is too large for a float; keep it below 1e308"
        ) from None


def _power(base, exponent):
    if base < 0 and not exponent.is_integer():
        raise ValueError(
            f"{base:g} ** {exponent:g} is not a real number; keep the base at 0 or above, or the "
            "exponent whole"
        )
    try:
        return base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 else math.inf


def _not_a_number(thing):
    message = f"a Value holds one plain number, not a {type(thing).__name__}. "
    if isinstance(thing, str):
        return message + f"Turn the text into a number first: float({thing!r})."
    if hasattr(thing, "item") and hasattr(thing, "shape"):
        return (
            message + "Take the number out of it with .item(), or make one Value for each number."
        )
    if isinstance(thing, (list, tuple)):
        return message + "Make one Value for each: [Value(x) for x in numbers]."
    if isinstance(thing, Value):
        return message + "It is a Value already; use it as it is."
    return message + "Give it an int or a float."


def _refuse(what, advice):
    def method(self, *_):
        raise TypeError(f"a Value cannot be used with {what}. {advice}")

    return method


_COMPARE = "Compare the numbers: a.data < b.data."
for _name, _what, _advice in [
    ("__floordiv__", "//", "It has no useful slope; use / instead."),
    ("__rfloordiv__", "//", "It has no useful slope; use / instead."),
    ("__mod__", "%", "It has no operation of that kind; take .data for a plain number."),
    ("__rmod__", "%", "It has no operation of that kind; take .data for a plain number."),
    ("__matmul__", "@", "It is a single number: use *."),
    ("__rmatmul__", "@", "It is a single number: use *."),
    ("__abs__", "abs()", "Write v.relu() + (-v).relu()."),
    ("__round__", "round()", "Round its number: round(v.data, 2)."),
    ("__float__", "float() or the math module", "Use v.exp(), v.log(), v.tanh(), or v.data."),
    ("__int__", "int()", "Take its number: int(v.data)."),
    ("__bool__", "if, and, or, not", "Ask about the number: if v.data > 0."),
    ("__lt__", "<", _COMPARE),
    ("__le__", "<=", _COMPARE),
    ("__gt__", ">", _COMPARE),
    ("__ge__", ">=", _COMPARE),
]:
    setattr(Value, _name, _refuse(_what, _advice))
