"""Exercises of lesson 02, Autograd."""

import copy
import math
import random
from numbers import Real

import torch
from torch import tensor

from course_lib.exercises.registry import Wrong, exercise
from course_lib.scalar import Value


def square(x):
    return x**2


def cube(x):
    return x**3


def reciprocal(x):
    return 1 / x


def wave(x):
    return (x * x).sin() if isinstance(x, torch.Tensor) else math.sin(x * x)


def sum_of_squares(x):
    return (x**2).sum()


def product(x):
    return (x + 3).prod()


FUNCTIONS = [square, cube, reciprocal, wave]


@exercise(
    "02.slope",
    cases=[(cube, 2.0, 0.5), (square, 3.25, 0.1)],
    random_case=lambda: (
        random.choice([cube, reciprocal, wave]),
        random.uniform(1.0, 3.0),
        random.uniform(0.1, 0.5),
    ),
    borders=[(cube, 1.5, 0.01), (cube, -1.5, 0.2), (reciprocal, -2.0, 0.5), (square, 0.0, 0.3)],
    mistakes={
        "You divided by 2; the two points are 2 * h apart.": lambda f, x, h: (
            (f(x + h) - f(x - h)) / 2
        ),
        "You multiplied by the run; divide the rise by it.": lambda f, x, h: (
            (f(x + h) - f(x - h)) * 2 * h
        ),
        "// drops what stands after the decimal point; divide with /.": lambda f, x, h: (
            (f(x + h) - f(x - h)) // (2 * h)
        ),
        "The left point is x - h; h - x is another place.": lambda f, x, h: (
            (f(x + h) - f(h - x)) / (2 * h)
        ),
        "function is called once only, at the distance between the two points: call it at each of "
        "them and subtract the values.": lambda f, x, h: f((x + h) - (x - h)) / (2 * h),
        "Only the right point is in the rise: subtract function(x - h).": (
            lambda f, x, h: f(x + h) / (2 * h),
            lambda f, x, h: f(x + h) / h,
        ),
        "The middle value does not belong in the rise: it goes from x - h to x + h.": (
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h)
        ),
        "You divided by x + h; the run is how far apart the two points are, 2 * h.": (
            lambda f, x, h: (f(x + h) - f(x - h)) / (x + h)
        ),
        "The h is one of your own; use the h that is given.": tuple(
            lambda f, x, h, own=own: (f(x + max(h, own)) - f(x - max(h, own))) / (2 * max(h, own))
            for own in (0.05, 0.1)
        ),
        "You divided by h. The two points are h to the left and h to the right: how far apart are "
        "they?": lambda f, x, h: (f(x + h) - f(x - h)) / h,
        "This is the difference to one side only, which is less exact. Step to the left as "
        "well.": lambda f, x, h: (f(x + h) - f(x)) / h,
        "This is the difference to the left only. Step to the right as well.": lambda f, x, h: (
            (f(x) - f(x - h)) / h
        ),
        "Left and right are exchanged, so the sign is reversed.": lambda f, x, h: (
            (f(x - h) - f(x + h)) / (2 * h)
        ),
        "The rise is right; divide it by how far apart the two points are.": lambda f, x, h: (
            f(x + h) - f(x - h)
        ),
        "/ 2 * h divides by 2 and then multiplies by h. Put 2 * h in "
        "parentheses.": lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
        "You added the two values; the rise is their difference.": lambda f, x, h: (
            (f(x + h) + f(x - h)) / (2 * h)
        ),
        "You divided only the second value: the difference needs parentheses.": lambda f, x, h: (
            f(x + h) - f(x - h) / (2 * h)
        ),
        "You divided by x; the slope is rise over run, and the run is 2h.": lambda f, x, h: (
            (f(x + h) - f(x - h)) / (2 * x)
        ),
        "This is f at x, not its slope.": lambda f, x, h: f(x),
        "This is 1 for every function. function(x) + h moves the value up, not the place: h "
        "belongs inside, function(x + h), and function is called at both points.": lambda f, x, h: (
            (f(x) + h - (f(x) - h)) / (2 * h)
        ),
        "This is twice the step: the points are x - h and x + h, and you went 2h to one side.": (
            lambda f, x, h: (f(x + 2 * h) - f(x)) / (2 * h),
            lambda f, x, h: (f(x) - f(x - 2 * h)) / (2 * h),
        ),
        "This is the slope of the slope: without the middle value, and divided by 2 * h, it would "
        "be the slope.": lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
        "You divided by h squared; the points are two times h apart: 2 * h.": lambda f, x, h: (
            (f(x + h) - f(x - h)) / h**2
        ),
        "Run over rise: the division is upside down.": lambda f, x, h: (
            2 * h / (f(x + h) - f(x - h))
        ),
        "x * h and x / h are not h to the right and to the left; + and - are.": lambda f, x, h: (
            (f(x * h) - f(x / h)) / (2 * h)
        ),
        "This is height over place, as if the curve were a straight line from 0. The slope needs "
        "two places near x.": (lambda f, x, h: f(x) / x, lambda f, x, h: f(x + h) / (x + h)),
        "Your points are h/2 away; the exercise goes a whole h to either side.": lambda f, x, h: (
            (f(x + h / 2) - f(x - h / 2)) / h
        ),
        "This is the mean of the two values; the slope is their difference over the "
        "run.": lambda f, x, h: (f(x + h) + f(x - h)) / 2,
        "Only one of the two h stands in the run: the divisor is 2 * h in parentheses, and so is "
        "the difference.": lambda f, x, h: f(x + h) - f(x - h) / 2 * h,
        "The slope of one function is hard-coded: 3x². Use the function "
        "that is given.": lambda f, x, h: 3 * x**2,
        "The function of the first example is hard-coded: call the one that is given as an "
        "argument.": lambda f, x, h: (cube(x + h) - cube(x - h)) / (2 * h),
        "This is nearly the exact slope, as with a far smaller step or with autograd; the "
        "exercise wants the central difference with the h it is given.": (
            lambda f, x, h: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
            lambda f, x, h: (f(x + 1e-3) - f(x - 1e-3)) / 2e-3,
            lambda f, x, h: (f(x + 1e-6) - f(x)) / 1e-6,
            lambda f, x, h: (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h),
        ),
    },
    hints=[
        "A slope is rise over run. The run goes from x - h to x + h.",
        "The rise is function(x + h) - function(x - h).",
        "The run is 2 * h, and it needs parentheses after a division sign.",
    ],
)
def slope(function, x, h):
    return (function(x + h) - function(x - h)) / (2 * h)


def _with_gradient(value, gradient):
    x = tensor(value, requires_grad=True)
    if gradient is not None:
        x.grad = tensor(gradient)
    return x


def _call_twice(function, f, value, old_gradient):
    """Call the learner's function twice on the same tensor, as in the exercise's text."""
    x = _with_gradient(value, old_gradient)
    first = function(f, x)
    if not x.requires_grad:
        raise Wrong(
            "You switched x.requires_grad off, and x must stay as it was: make a copy with "
            "x.detach().clone() and work with that."
        )
    if x.tolist() != value:
        raise Wrong("You changed the number in x itself: make a copy with x.detach().clone().")
    if isinstance(first, (tuple, list)) and len(first) == 1:
        raise Wrong(
            "The slope is right there, but inside a tuple: torch.autograd.grad gives one for each "
            "input. Take the first, [0]."
        )
    first = first.detach().clone() if isinstance(first, torch.Tensor) else first
    second = function(f, x)
    if x.requires_grad is False or x.tolist() != value:
        raise Wrong("At the second call you changed x itself, and it must stay as it was.")
    kept = None if x.grad is None else x.grad.clone()
    return {"first call": first, "second call": second, "x.grad afterwards": kept}


def _reset_first(f, x):
    if x.grad is not None:
        x.grad.zero_()
    f(x).backward()
    return x.grad


def _reset_last(f, x):
    f(x).backward()
    slope_there = x.grad.clone()
    x.grad.zero_()
    return slope_there


def _reset_to_none(f, x):
    f(x).backward()
    slope_there = x.grad
    x.grad = None
    return slope_there


def _accumulate(f, x):
    f(x).backward()
    return x.grad


def _accumulate_and_return_nothing(f, x):
    f(x).backward()


def _retained(f, x):
    knob = x.clone()
    knob.retain_grad()
    f(knob).backward()
    return knob.grad


def _none_before_and_after(f, x):
    x.grad = None
    return _reset_to_none(f, x)


def _copy_of(x):
    return x.detach().clone().requires_grad_(True)


def _copys_slope(f, x, times=1):
    copied = _copy_of(x)
    for _ in range(times):
        f(copied).backward()
    return copied.grad


def _minus_itself(f, x):
    old = x.grad
    f(x).backward()
    return x.grad if old is None else x.grad - old


def _zeroed(f, x):
    f(x).backward()
    x.grad.zero_()
    return x.grad


def _deep_copied(f, x):
    knob = copy.deepcopy(x)
    f(knob).backward()
    return knob.grad


def _restored(f, x):
    old = x.grad
    f(x).backward()
    slope_there, x.grad = x.grad, old
    return slope_there


def _minus_old(f, x):
    old = 0 if x.grad is None else x.grad.clone()
    f(x).backward()
    return x.grad - old


def _difference(f, x, h):
    return ((f(x + h) - f(x - h)) / (2 * h)).detach()


LEFT_BEHIND = (
    "The slopes are right, but x is not as it was: its own .grad was changed. Make a fresh "
    "leaf, with the same number, and use that."
)


@exercise(
    "02.gradient",
    cases=[(square, 3.0, None), (cube, 2.0, 5.0), (sum_of_squares, [1.0, 2.5], None)],
    random_case=lambda: (
        random.choice(FUNCTIONS),
        random.randint(64, 192) / 64,
        random.choice([None, 1.0, -2.0]),
    ),
    borders=[
        (sum_of_squares, [1.0, -0.5, 2.0], [3.0, 0.0, -1.0]),
        (product, [[0.5, 2.0], [1.5, -1.0]], None),
        (square, 0.0, 2.0),
        (cube, 1.5, 0.0),
    ],
    facts={
        "x holds several numbers": lambda f, value, old: isinstance(value, list),
        "x.grad is None before the call": lambda f, value, old: old is None,
    },
    call=_call_twice,
    mistakes={
        "This is the broken function again: backward adds to what is in x.grad.": (
            _accumulate,
            lambda f, x: _accumulate(f, x).clone(),
        ),
        LEFT_BEHIND: (
            _reset_first,
            _reset_last,
            _reset_to_none,
            _none_before_and_after,
            lambda f, x: _reset_first(f, x).clone(),
        ),
        "This is the function's value, not its slope.": (
            lambda f, x: f(x),
            lambda f, x: f(x).detach(),
        ),
        "The sign is reversed.": lambda f, x: -torch.autograd.grad(f(x), x)[0],
        "None comes back, and x.grad is filled: backward ran through x. Run it through a copy, "
        "x.detach().clone().requires_grad_(True), and return the copy's .grad; a copy made with "
        "clone() alone is no leaf and has none.": _accumulate_and_return_nothing,
        "None comes back. Does backward() run, with parentheses, for the very tensor whose .grad "
        "you return? backward() itself gives nothing back.": lambda f, x: None,
        "You subtract the old gradient from itself: old = x.grad is the same tensor, to which "
        "backward adds.": _minus_itself,
        "Two things come back, the value and the slope; the exercise asks for the slope.": (
            lambda f, x: (f(x), _copys_slope(f, x)),
            lambda f, x: (_copys_slope(f, x), f(x)),
        ),
        "This is the copy itself; its slope is in its .grad.": lambda f, x: _copy_of(x),
        "backward ran twice through your copy, and added the slope twice.": lambda f, x: (
            _copys_slope(f, x, times=2)
        ),
        "This is half the slope.": lambda f, x: _copys_slope(f, x) / 2,
        "This is a difference to one side: near the slope, not the slope itself.": tuple(
            lambda f, x, h=h: ((f(x + h) - f(x)) / h).detach() for h in (1e-2, 1e-3, 1e-4)
        ),
        "The slope is right, but backward has added it to x.grad as well, and x was to stay as it "
        "was. A copy that is cut off with detach() keeps it away from x.": (_retained, _minus_old),
        "You return x.grad as it came: backward ran for another tensor, "
        "or not at all.": lambda f, x: x.grad,
        "You set .grad to zero before you returned it: both names mean the same tensor.": (
            _zeroed,
            lambda f, x: 0 * _copys_slope(f, x),
        ),
        "Half of what is in x.grad is right on the second call only.": lambda f, x: (
            _accumulate(f, x) / 2
        ),
        "A deep copy of x has a copy of its old gradient as well, and backward adds to "
        "that.": _deep_copied,
        "You stored the old .grad and put it back, but backward had added to that very tensor: "
        "take a clone of it.": _restored,
        "This is a central difference: near the slope, not the slope itself.": tuple(
            lambda f, x, h=h: _difference(f, x, h) for h in (1e-2, 1e-3, 1e-4, 1e-5)
        ),
    },
    hints=[
        "x may hold an old gradient when you get it. Work with a tensor that is new and holds "
        "none.",
        "x.detach().clone() is the same number without x's history and with its own memory.",
        "requires_grad_(True) makes it a leaf that backward fills in; its .grad is the answer.",
    ],
)
def gradient(function, x):
    knob = x.detach().clone().requires_grad_(True)
    function(knob).backward()
    return knob.grad


@exercise(
    "02.divide",
    cases=[(7.0, 4.0), (1.5, 0.4), (-3.0, 0.6)],
    random_case=lambda: (random.uniform(-4, 4), random.choice([-1, 1]) * random.uniform(0.3, 3.0)),
    borders=[(5.0, -3.0), (0.5, -0.5)],
    rtol=1e-6,
    mistakes={
        "** is the power: b ** 2. b * 2 doubles b.": (
            lambda a, b: (a / b, 1 / b, -a / (b * 2)),
            lambda a, b: (a / b, 1 / b, -a / b * 2),
            lambda a, b: (a / b, 1 / b, -a / 2 * b),
        ),
        "In the slope against b, a and b are exchanged: -a / b ** 2.": lambda a, b: (
            a / b,
            1 / b,
            -b / a**2,
        ),
        "a and b are exchanged everywhere: the exercise asks for a / b.": (
            lambda a, b: (b / a, 1 / a, -b / a**2),
            lambda a, b: (b / a, -b / a**2, 1 / a),
        ),
        "These are the product and its slopes; the exercise asks for the quotient.": lambda a, b: (
            a * b,
            b,
            a,
        ),
        "These are new values, not slopes: a slope is the change of a / b per turn.": lambda a, b: (
            a / b,
            (a + 1) / b,
            a / (b + 1),
        ),
        "An h is left in the slope against b: let it become 0, so that b * (b + h) becomes "
        "b ** 2.": tuple(
            lambda a, b, h=h: (a / b, 1 / b, -a / (b * (b + h)))
            for h in (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
        ),
        "These are differences to one side: near the slopes, not the slopes themselves.": tuple(
            lambda a, b, h=h: (a / b, ((a + h) / b - a / b) / h, (a / (b + h) - a / b) / h)
            for h in (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
        ),
        "These are central differences: near the slopes, not the slopes themselves.": tuple(
            lambda a, b, h=h: (
                a / b,
                ((a + h) / b - (a - h) / b) / (2 * h),
                (a / (b + h) - a / (b - h)) / (2 * h),
            )
            for h in (0.1, 0.01, 1e-3)
        ),
        "The slope against a is 1 / b, with b not squared: a stands above the line, as it is.": (
            lambda a, b: (a / b, 1 / b**2, -a / b**2)
        ),
        "The signs of both slopes are reversed.": lambda a, b: (a / b, -1 / b, a / b**2),
        "The power -1 goes down to -2, not to -3: -a / b ** 2.": lambda a, b: (
            a / b,
            1 / b,
            -a / b**3,
        ),
        "There is a factor 2 too many in the slope against b: the power -1 comes down as a factor "
        "-1.": lambda a, b: (a / b, 1 / b, -2 * a / b**2),
        "The slopes are a / b and b / a here; the slope against a is 1 / b.": lambda a, b: (
            a / b,
            a / b,
            b / a,
        ),
        "The value's sign is reversed: it is a / b.": lambda a, b: (-a / b, 1 / b, -a / b**2),
        "a belongs above the line in the slope against b: -a / b ** 2.": (
            lambda a, b: (a / b, 1 / b, 1 / (a * b**2)),
            lambda a, b: (a / b, 1 / b, -1 / (a * b**2)),
        ),
        "The two slopes are added up in one; give them one after the other.": lambda a, b: (
            a / b,
            1 / b - a / b**2,
        ),
        "The slope against a is missing between the value and the slope against b.": lambda a, b: (
            a / b,
            -a / b**2,
        ),
        "The slope against b is missing at the end.": lambda a, b: (a / b, 1 / b),
        "// drops what stands after the decimal point, in the slopes as well: use /.": (
            lambda a, b: (a / b, 1 // b, -a // b**2),
            lambda a, b: (a // b, 1 // b, -a // b**2),
            lambda a, b: (a / b, 1 / b, -a // b**2),
        ),
        "The value and the slope against a are right. The slope against b has lost its sign: a "
        "larger denominator makes a positive quotient smaller.": lambda a, b: (
            a / b,
            1 / b,
            a / b**2,
        ),
        "The value and the slope against a are right. The slope against b needs b squared: the "
        "power -1 becomes -2.": lambda a, b: (a / b, 1 / b, -a / b),
        "The value and the slope against a are right. The slope of 1/b is -1/b²; here it is still "
        "to be multiplied by a.": lambda a, b: (a / b, 1 / b, -1 / b**2),
        "The slope against b has the wrong sign and is still to be multiplied by a.": lambda a, b: (
            a / b,
            1 / b,
            1 / b**2,
        ),
        "These are the slopes of the product a * b, not of the quotient.": lambda a, b: (
            a / b,
            b,
            a,
        ),
        "The two slopes are exchanged: first the one against a.": lambda a, b: (
            a / b,
            -a / b**2,
            1 / b,
        ),
        "The slope against b is that of 1 / b * a with the power left as it was.": lambda a, b: (
            a / b,
            1 / b,
            a / b,
        ),
        "The slope of b in a quotient is not that of a factor: write a * b ** -1.": lambda a, b: (
            a / b,
            1 / b,
            a,
        ),
        "The slope against b is squared with all of a in it: -a / b ** 2 squares b alone.": (
            lambda a, b: (a / b, 1 / b, (-a / b) ** 2),
            lambda a, b: (a / b, 1 / b, -((a / b) ** 2)),
        ),
        "The power was lowered the wrong way: from -1 one goes down to -2, so b ** 2 stands below "
        "the line.": lambda a, b: (a / b, 1 / b, -a * b**2),
        "Your slope against b comes to -a, whatever b is; b ** 2 belongs below the line.": (
            lambda a, b: (a / b, 1 / b, -a)
        ),
        "The two slopes have changed places, or their parts: 1 / b belongs to a, and -a / b ** 2 "
        "to b.": (
            lambda a, b: (a / b, a / b**2, 1 / b),
            lambda a, b: (a / b, a / b**2, -1 / b),
        ),
        "No logarithm comes in here: the slope of a power of b, b ** -1, is another power of b.": (
            lambda a, b: (a / b, 1 / b, a * math.log(abs(b))),
            lambda a, b: (a / b, 1 / b, math.log(abs(b))),
        ),
        "// drops what stands after the decimal point; the value is a / b.": lambda a, b: (
            a // b,
            1 / b,
            -a / b**2,
        ),
        "This is the numerator of the quotient rule; its denominator, b squared, is "
        "missing.": lambda a, b: (
            a / b,
            b,
            -a,
        ),
        "The slope against b is not 1 / a: write the quotient as a * b ** -1 and take the slope "
        "of the power.": lambda a, b: (a / b, 1 / b, 1 / a),
        "The two slopes are exchanged, and the one against b has lost its minus.": lambda a, b: (
            a / b,
            a / b**2,
            1 / b,
        ),
        "The value comes first, then the two slopes; you gave it last.": lambda a, b: (
            1 / b,
            -a / b**2,
            a / b,
        ),
        "The slopes are 0: a Value's grad is 0 until backward is called.": lambda a, b: (
            a / b,
            0.0,
            0.0,
        ),
        "These slopes are multiplied by the value once more; nothing comes from above "
        "here.": lambda a, b: (
            a / b,
            a / b / b,
            -a / b * a / b**2,
        ),
        "The slope against b takes the sign of a as well: no absolute value.": lambda a, b: (
            a / b,
            1 / b,
            -abs(a) / b**2,
        ),
        "The slopes are right; the value a / b is missing in front of them.": lambda a, b: (
            1 / b,
            -a / b**2,
        ),
        "The value is right; the slopes against a and b are missing after it.": lambda a, b: a / b,
        "The slope against a is 1 / b: if a grows by 1, the quotient grows by 1 / b.": (
            lambda a, b: (a / b, 1.0, -a / b**2),
            lambda a, b: (a / b, b, -a / b**2),
            lambda a, b: (a / b, a / b, -a / b**2),
        ),
    },
    hints=[
        "If a grows by 1, by how much does a / b grow?",
        "Write the quotient as a * b ** -1. The slope of b ** -1 is -1 * b ** -2.",
        "So the slope against b is -a / b ** 2.",
    ],
)
def divide(a, b):
    return a / b, 1 / b, -a / b**2


def _value_and_slope(function, number):
    """The result of the learner's function at a fresh Value, and the slope that came back."""
    v = Value(number)
    try:
        result = function(v)
    except TypeError as error:
        if "Value.__init__() takes 2 positional" not in str(error):
            raise
        raise Wrong(
            "Value takes only its number by its place; the rest is given by name: Value(…, "
            "parents=(v,), slopes=(…,))."
        ) from None
    if result is None:
        return None
    if not isinstance(result, Value):
        raise Wrong(
            f"The exercise asks for a Value, and this is a {type(result).__name__}. A plain number "
            "has forgotten v: no slope comes back through it."
        )
    if v.data != number or v.grad != 0:
        raise Wrong(
            "You changed v itself, its data or its grad. Leave it alone, make a new Value, and do "
            "not call backward: the slope gets to v when check calls it."
        )
    if v in result.parents and len(result.parents) > 1 and not result.op:
        raise Wrong("Your Value has one parent, v, and one slope: parents=(v,), slopes=(…,).")
    if not all(isinstance(parent, Value) for parent in result.parents):
        raise Wrong("A parent is the Value itself, v, and not its number v.data.")
    if not all(isinstance(slope, Real) for slope in result.slopes):
        raise Wrong("A slope is a plain number; take .data of a Value.")
    result.backward()
    return {"result": result.data, "slope at v": v.grad}


def _own_value(number_of, slope_of):
    return lambda v: Value(number_of(v.data), parents=(v,), slopes=(slope_of(v.data),))


def _sigma(x):
    return (math.tanh(x / 2) + 1) / 2


@exercise(
    "02.sigmoid",
    cases=[(1.0,), (-2.0,), (0.0,), (-1000.0,), (1000.0,)],
    random_case=lambda: (random.uniform(-6, 6),),
    borders=[(-800.0,), (750.0,), (-36.0,), (36.0,)],
    facts={"v is 0": lambda v: v == 0, "v is far below 0": lambda v: v < -700},
    call=_value_and_slope,
    mistakes={
        "Right for moderate numbers, but at -1000 this needs e to the power of 1000, which is too "
        "large, and the slope becomes nan. tanh never overflows: σ(v) = (tanh(v/2) + 1)/2.": (
            lambda v: 1 / (1 + (-v).exp()),
            lambda v: (1 + (-v).exp()) ** -1,
        ),
        "Right for moderate numbers, but at 1000 e to the power of v is too large, and infinity "
        "divided by infinity is nan. tanh never overflows: σ(v) = (tanh(v/2) + 1)/2.": (
            lambda v: v.exp() / (1 + v.exp()),
            lambda v: v.exp() / (v.exp() + 1),
        ),
        "The value is right, but its slope is that of e to the power of v. The slope of the "
        "sigmoid is σ(1 - σ).": _own_value(_sigma, _sigma),
        "The value is right, but the slope that comes back to v is 0: either the Value was made "
        "without parents, or its slope was worked out as 0.": lambda v: Value(_sigma(v.data)),
        "The value is right; the slope is wrong: σ(1 - σ) is meant, and this is the "
        "slope of tanh.": (
            _own_value(_sigma, lambda x: 1 - _sigma(x) ** 2),
            _own_value(_sigma, lambda x: 1 - math.tanh(x) ** 2),
        ),
        "The value is right; the slope has the wrong sign: the sigmoid rises "
        "everywhere.": _own_value(_sigma, lambda x: -_sigma(x) * (1 - _sigma(x))),
        "This is tanh, between -1 and 1. The sigmoid lies between 0 and 1.": lambda v: v.tanh(),
        "The sign in the exponent is reversed: this is 1 - σ(v), which falls.": (
            lambda v: 1 / (1 + v.exp()),
            lambda v: (1 - (v * 0.5).tanh()) * 0.5,
        ),
        "In tanh, v is to be halved first: σ(v) = (tanh(v/2) + 1)/2.": lambda v: (
            (v.tanh() + 1) * 0.5
        ),
        "This is the slope of the sigmoid, not the sigmoid.": lambda v: (
            ((v * 0.5).tanh() * (v * 0.5).tanh() * -1 + 1) * 0.25
        ),
        "The value is right; the slope is σ², and σ(1 - σ) is meant: what is left of "
        "1.": _own_value(_sigma, lambda x: _sigma(x) ** 2),
        "The value is right; the slope is 1 - σ, and lacks its factor σ.": _own_value(
            _sigma, lambda x: 1 - _sigma(x)
        ),
        "The value is right. The slope is made from v itself, and σ(1 - σ) is made from the "
        "result.": _own_value(_sigma, lambda x: x * (1 - x)),
        "The value is right. The slope is twice too large: σ = (tanh(v/2) + 1)/2 has a half "
        "inside as well as outside.": _own_value(_sigma, lambda x: 2 * _sigma(x) * (1 - _sigma(x))),
        "The 1 is to be added before you halve: tanh goes from -1 to 1.": (
            lambda v: (v * 0.5).tanh() * 0.5,
            lambda v: (v * 0.5).tanh() * 0.5 + 1,
        ),
        "Still to be halved: this goes from 0 to 2.": lambda v: (v * 0.5).tanh() + 1,
        "The value is right; the slope is σ(1 + σ), and σ(1 - σ) is meant.": _own_value(
            _sigma, lambda x: _sigma(x) * (1 + _sigma(x))
        ),
        "The value is right; its slope is not 1 everywhere but σ(1 - σ).": _own_value(
            _sigma, lambda x: 1.0
        ),
        "The value is right; its slope is not 0.5 or 0.25 everywhere but σ(1 - σ).": (
            _own_value(_sigma, lambda x: 0.5),
            _own_value(_sigma, lambda x: 0.25),
        ),
        "tanh is steeper than the sigmoid: halve v instead of doubling it, then add 1 and "
        "halve.": lambda v: (v * 2).tanh(),
        "Add 1 before you halve: (tanh(v/2) + 1)/2.": lambda v: (v * 0.5).tanh() + 0.5,
        "v is to be halved inside tanh: the half outside it, before the 1 is added, is another "
        "one.": lambda v: (v.tanh() * 0.5 + 1) * 0.5,
        "1 is to be added, not subtracted: tanh goes from -1 to 1.": lambda v: (
            ((v * 0.5).tanh() - 1) * 0.5
        ),
        "You halved once too often: this goes from 0 to 0.5.": lambda v: (
            ((v * 0.5).tanh() + 1) * 0.25
        ),
        "This is the sigmoid squared.": lambda v: (((v * 0.5).tanh() + 1) * 0.5) ** 2,
        "The two branches are exchanged: below 0, take the form with v.exp(), which cannot "
        "overflow there.": lambda v: (
            1 / (1 + (-v).exp()) if v.data < 0 else v.exp() / (1 + v.exp())
        ),
        "This is relu; the sigmoid goes smoothly from 0 to 1.": lambda v: v.relu(),
        "The denominator is 1 + e to the power of -v, with a plus.": lambda v: 1 / (1 - (-v).exp()),
        "The 1 + is missing in the denominator: 1 + e to the power of -v.": lambda v: (
            1 / (-v).exp()
        ),
        "/ comes before +, so this is 1/1 + e to the power of -v: put the denominator in "
        "parentheses. And even then, e to the power of 1000 would be too large.": lambda v: (
            1 / 1 + (-v).exp()
        ),
    },
    hints=[
        "Is there a function among those of Value that is already shaped like this, only wider?",
        "tanh goes from -1 to 1 and the sigmoid from 0 to 1: add 1 and halve.",
        "tanh is twice as steep: σ(v) = (tanh(v/2) + 1)/2.",
    ],
)
def sigmoid(v):
    return ((v * 0.5).tanh() + 1) * 0.5
