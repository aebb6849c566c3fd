"""Lesson 02: answers as learners write them; see ``answers``."""

import math

import numpy
import torch

from course_lib.scalar import Value

from .answers import right, wrong

# 02.slope


@wrong("02.slope", "You divided by h.")
def my_slope(f, x, h):
    rise = f(x + h) - f(x - h)
    return rise / h


@wrong("02.slope", "divides by 2 and then")
def my_slope(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) * h


@wrong("02.slope", "difference to one side")
def my_slope(f, x, h):
    y = f(x)
    return (f(x + h) - y) / h


@wrong("02.slope", "Left and right")
def my_slope(f, x, h):
    left, right = (f(x - h), f(x + h))
    return (left - right) / (h + h)


@wrong("02.slope", "divided only the second")
def my_slope(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)


@wrong("02.slope", "nearly the exact slope")
def my_slope(f, x, h):
    h = 1e-06
    return (f(x + h) - f(x - h)) / (2 * h)


@wrong("02.slope", "slope of the slope")
def my_slope(f, x, h):
    return ((f(x + h) - f(x)) / h - (f(x) - f(x - h)) / h) / h


@wrong("02.slope", "not the place")
def my_slope(f, x, h):
    return (f(x) + h - (f(x) - h)) / (2 * h)


@wrong("02.slope", "function of the first example")
def my_slope(f, x, h):
    cube = lambda z: z * z * z
    return (cube(x + h) - cube(x - h)) / (2 * h)


@wrong("02.slope", "Your function takes 2 arguments")
def my_slope(f, x):
    return (f(x + 0.1) - f(x - 0.1)) / 0.2


@right("02.slope")
def my_slope(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


@right("02.slope")
def my_slope(f, x, h):
    return torch.tensor((f(x + h) - f(x - h)) / h / 2)


@right("02.slope")
def my_slope(function, x, h):
    right, left = function(x + h), function(x - h)
    return (right - left) / (2 * h)


@right("02.slope")
def my_slope(function, x, h):
    return 0.5 * (function(x + h) / h - function(x - h) / h)


@right("02.slope")
def my_slope(function, x, h):
    return numpy.float64((function(x + h) - function(x - h)) / h) / 2


@right("02.slope")
def my_slope(function, x, h):
    a, b = x - h, x + h
    return (function(b) - function(a)) / (b - a)


@wrong("02.slope", "The h is one of your")
def my_slope(function, x, h):
    h = max(h, 0.1)
    return (function(x + h) - function(x - h)) / (2 * h)


@wrong("02.slope", "function is called once")
def my_slope(function, x, h):
    return function((x + h) - (x - h)) / (2 * h)


@wrong("02.slope", "You divided by 2;")
def my_slope(function, x, h):
    return (function(x + h) - function(x - h)) / 2


@wrong("02.slope", "You multiplied by")
def my_slope(function, x, h):
    return (function(x + h) - function(x - h)) * (2 * h)


@wrong("02.slope", "Only one of the two")
def my_slope(function, x, h):
    return function(x + h) - function(x - h) / 2 * h


@wrong("02.slope", "// drops what stands")
def my_slope(function, x, h):
    return (function(x + h) - function(x - h)) // (2 * h)


@wrong("02.slope", "You divided by x +")
def my_slope(function, x, h):
    return (function(x + h) - function(x - h)) / (h + x)


@wrong("02.slope", "The left point is")
def my_slope(function, x, h):
    return (function(h + x) - function(h - x)) / (2 * h)


@wrong("02.slope", "Only the right point")
def my_slope(function, x, h):
    return function(x + h) / (2 * h)


@wrong("02.slope", "The middle value")
def my_slope(function, x, h):
    return (function(x + h) - 2 * function(x) + function(x - h)) / (2 * h)


# 02.gradient


@wrong("02.gradient", "broken function again")
def my_gradient(f, x):
    y = f(x)
    y.backward()
    return x.grad.detach()


@wrong("02.gradient", "its own .grad was changed")
def my_gradient(f, x):
    x.grad = torch.zeros_like(x)
    f(x).backward()
    return x.grad


@wrong("02.gradient", "clone() alone is no leaf")
def my_gradient(f, x):
    y = x.clone()
    f(y).backward()
    return y.grad


@wrong("02.gradient", "inside a tuple")
def my_gradient(f, x):
    return torch.autograd.grad(f(x), x)


@wrong("02.gradient", "both names mean the same")
def my_gradient(f, x):
    f(x).backward()
    g = x.grad
    g.zero_()
    return g


@wrong("02.gradient", "has no attribute 'zero_'")
def my_gradient(f, x):
    x.grad.zero_()
    f(x).backward()
    return x.grad


@wrong("02.gradient", "or the graph was cut")
def my_gradient(f, x):
    y = x.detach()
    f(y).backward()
    return y.grad


@wrong("02.gradient", "not its slope")
def my_gradient(f, x):
    with torch.no_grad():
        return f(x)


@right("02.gradient")
def my_gradient(f, x):
    return torch.autograd.grad(f(x), x)[0]


@wrong("02.gradient", "`.item()` cuts the graph")
def my_gradient(f, x):
    y = torch.tensor(x.item(), requires_grad=True)
    f(y).backward()
    return y.grad


@right("02.gradient")
def my_gradient(function, x):
    k = x.clone().detach()
    k.requires_grad = True
    y = function(k)
    y.backward()
    return k.grad


@right("02.gradient")
def my_gradient(function, x):
    return torch.func.grad(function)(x.detach())


@right("02.gradient")
def my_gradient(function, x):
    old = None if x.grad is None else x.grad.clone()
    x.grad = None
    function(x).backward()
    slope, x.grad = x.grad, old
    return slope


@right("02.gradient")
def my_gradient(function, x):
    return torch.autograd.grad(outputs=function(x), inputs=x)[0].clone()


@right("02.gradient")
def my_gradient(function, x):
    k = torch.nn.Parameter(x.detach().clone())
    function(k).backward()
    return k.grad


@wrong("02.gradient", "None comes back.")
def my_gradient(function, x):
    k = x.detach().clone().requires_grad_(True)
    function(k)
    return k.grad


@wrong("02.gradient", "You subtract the")
def my_gradient(function, x):
    old = x.grad
    function(x).backward()
    return x.grad - old if old is not None else x.grad


@wrong("02.gradient", "Two things come back,")
def my_gradient(function, x):
    k = x.detach().clone().requires_grad_(True)
    y = function(k)
    y.backward()
    return y, k.grad


@wrong("02.gradient", "This is a difference")
def my_gradient(function, x):
    h = 1e-3
    return (function(x + h) - function(x)) / h


@wrong("02.gradient", "You return x.grad")
def my_gradient(function, x):
    k = x.detach().clone().requires_grad_(True)
    function(k).backward()
    return x.grad


@wrong("02.gradient", "This is the copy")
def my_gradient(function, x):
    k = x.detach().clone().requires_grad_(True)
    function(k).backward()
    return k


@wrong("02.gradient", "backward ran twice")
def my_gradient(function, x):
    k = x.detach().clone().requires_grad_(True)
    function(k).backward()
    function(k).backward()
    return k.grad


# 02.divide


@wrong("02.divide", "has lost its sign")
def my_divide(a, b):
    return (a / b, b ** (-1), a * b ** (-2))


@wrong("02.divide", "needs b squared")
def my_divide(a, b):
    return (a / b, 1 / b, -1 * a * b ** (-1))


@wrong("02.divide", "still to be multiplied by a")
def my_divide(a, b):
    return (a / b, 1 / b, -(b ** (-2)))


@wrong("02.divide", "slopes of the product")
def my_divide(a, b):
    return (a / b, b, a)


@wrong("02.divide", "first the one against a")
def my_divide(a, b):
    q = a / b
    return (q, -q / b, 1 / b)


@wrong("02.divide", "missing in front")
def my_divide(a, b):
    return (b ** (-1), -a * b ** (-2))


@wrong("02.divide", "missing after it")
def my_divide(a, b):
    return a / b


@wrong("02.divide", "numerator of the quotient rule")
def my_divide(a, b):
    return (a / b, b, -1 * a)


@wrong("02.divide", "until backward is called")
def my_divide(a, b):
    u, v = (Value(a), Value(b))
    q = u / v
    return (q.data, u.grad, v.grad)


@wrong("02.divide", "squares b alone")
def my_divide(a, b):
    return (a / b, 1 / b, -((a / b) ** 2))


@right("02.divide")
def my_divide(a, b):
    u, v = (Value(a), Value(b))
    q = u / v
    q.backward()
    return [q.data, u.grad, v.grad]


@right("02.divide")
def my_divide(a, b):
    q = a / b
    return (q, b ** (-1), -q / b)


@right("02.divide")
def my_divide(a, b):
    return a / b, b**-1, -a * b**-2


@right("02.divide")
def my_divide(a, b):
    A, B = (
        torch.tensor(a, requires_grad=True, dtype=torch.float64),
        torch.tensor(b, requires_grad=True, dtype=torch.float64),
    )
    (A / B).backward()
    return (A / B).item(), A.grad.item(), B.grad.item()


@right("02.divide")
def my_divide(a, b):
    value = a / b
    return value, value / a, -value / b


@right("02.divide")
def my_divide(a, b):
    A, B = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (A / B).backward()
    return (A / B), A.grad, B.grad


@wrong("02.divide", "** is the power:")
def my_divide(a, b):
    return a / b, 1 / b, -a / b * 2


@wrong("02.divide", "In the slope against")
def my_divide(a, b):
    return a / b, 1 / b, -b / a**2


@wrong("02.divide", "a and b are exchanged everywhere:")
def my_divide(a, b):
    return b / a, 1 / a, -b / a**2


@wrong("02.divide", "An h is left in the")
def my_divide(a, b):
    h = 0.1
    return a / b, 1 / b, -a / (b * (b + h))


@wrong("02.divide", "These are the product")
def my_divide(a, b):
    return a * b, b, a


@wrong("02.divide", "These are new values,")
def my_divide(a, b):
    return a / b, (a + 1) / b, a / (b + 1)


@wrong("02.divide", "The slope against a is 1 / b:")
def my_divide(a, b):
    return a / b, 1, -a / b**2


@wrong("02.divide", "The slopes are a")
def my_divide(a, b):
    return a / b, a / b, b / a


@wrong("02.divide", "The two slopes are added")
def my_divide(a, b):
    return (a / b, 1 / b - a / b**2)


@wrong("02.divide", "The power was lowered")
def my_divide(a, b):
    return a / b, 1 / b, -a * b**2


@wrong("02.divide", "// drops what stands after the decimal point,")
def my_divide(a, b):
    return a / b, 1 // b, -a // b**2


@wrong("02.divide", "The slope against a is 1 / b,")
def my_divide(a, b):
    return a / b, 1 / b**2, -a / b**2


@wrong("02.divide", "The signs of both")
def my_divide(a, b):
    return a / b, -1 / b, a / b**2


@wrong("02.divide", "The power -1 goes")
def my_divide(a, b):
    return a / b, 1 / b, -a / b**3


@wrong("02.divide", "There is a factor")
def my_divide(a, b):
    return a / b, 1 / b, -2 * a / b**2


@wrong("02.divide", "The value's sign")
def my_divide(a, b):
    return -a / b, 1 / b, -a / b**2


@wrong("02.divide", "a belongs above the")
def my_divide(a, b):
    return a / b, 1 / b, 1 / (a * b**2)


@wrong("02.divide", "The slope against a is missing")
def my_divide(a, b):
    return a / b, -a / b**2


# 02.sigmoid


@wrong("02.sigmoid", "at -1000 this needs")
def my_sigmoid(v):
    return (1 + math.e ** (-v)) ** (-1)


@wrong("02.sigmoid", "at 1000 e to the")
def my_sigmoid(v):
    e = v.exp()
    return e / (e + 1)


@wrong("02.sigmoid", "comes back to v is 0")
def my_sigmoid(v):
    return Value(1 / (1 + math.exp(-max(v.data, -500))))


@wrong("02.sigmoid", "math range error")
def my_sigmoid(v):
    s = 1 / (1 + math.exp(-v.data))
    return Value(s, parents=(v,), slopes=(s * (1 - s),))


@wrong("02.sigmoid", "This is tanh")
def my_sigmoid(v):
    return v.tanh() * 1


@wrong("02.sigmoid", "exponent is reversed")
def my_sigmoid(v):
    return 1 / (1 + v.exp())


@wrong("02.sigmoid", "float() or the math module")
def my_sigmoid(v):
    return 1 / (1 + math.exp(-v))


@wrong("02.sigmoid", "asks for a Value, and this is a Tensor")
def my_sigmoid(v):
    return torch.sigmoid(torch.tensor(v.data))


@wrong("02.sigmoid", "slope has the wrong sign")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, parents=(v,), slopes=(s * (s - 1),))


@wrong("02.sigmoid", "twice too large")
def my_sigmoid(v):
    t = math.tanh(v.data / 2)
    return Value((t + 1) / 2, parents=(v,), slopes=((1 - t * t) / 2,))


@wrong("02.sigmoid", "You changed v itself")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    v.grad = s * (1 - s)
    return Value(s)


@right("02.sigmoid")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, parents=(v,), slopes=(s * (1 - s),))


@right("02.sigmoid")
def my_sigmoid(v):
    if v.data > 0:
        return 1 / (1 + (-v).exp())
    return v.exp() / (1 + v.exp())


@right("02.sigmoid")
def my_sigmoid(v):
    return ((v / 2).tanh() + 1) / 2


@right("02.sigmoid")
def my_sigmoid(v):
    s = 0.5 * (1 + math.tanh(0.5 * v.data))
    return Value(s, parents=(v,), slopes=(s * (1 - s),))


@right("02.sigmoid")
def my_sigmoid(v):
    x = v.data
    s = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return Value(s, parents=(v,), slopes=(s * (1 - s),), op="sigmoid")


@wrong("02.sigmoid", "Value takes only its number by its place")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, (v,), (s * (1 - s),))


@wrong("02.sigmoid", "tanh is steeper than")
def my_sigmoid(v):
    return (v * 2).tanh()


@wrong("02.sigmoid", "Add 1 before you")
def my_sigmoid(v):
    return (v * 0.5).tanh() + 0.5


@wrong("02.sigmoid", "The value is right; the slope is σ(1")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, parents=(v,), slopes=(s * (1 + s),))


@wrong("02.sigmoid", "The value is right; its slope is not 1")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, parents=(v,), slopes=(1.0,))


@wrong("02.sigmoid", "The 1 + is missing")
def my_sigmoid(v):
    return 1 / (-v).exp()


@wrong("02.sigmoid", "v is to be halved inside")
def my_sigmoid(v):
    return (v.tanh() * 0.5 + 1) * 0.5


@right("02.sigmoid")
def my_sigmoid(v):
    if v.data >= 0:
        return 1 / (1 + (-v).exp())
    return 1 - 1 / (1 + v.exp())


@wrong("02.sigmoid", "The two branches")
def my_sigmoid(v):
    if v.data < 0:
        return 1 / (1 + (-v).exp())
    return v.exp() / (1 + v.exp())


@wrong("02.sigmoid", "Still to be halved:")
def my_sigmoid(v):
    return (v * 0.5).tanh() + 1


@wrong("02.sigmoid", "1 is to be added,")
def my_sigmoid(v):
    return ((v * 0.5).tanh() - 1) * 0.5


@wrong("02.sigmoid", "You halved once too")
def my_sigmoid(v):
    return ((v * 0.5).tanh() + 1) * 0.5 / 2


@wrong("02.sigmoid", "This is the sigmoid")
def my_sigmoid(v):
    return ((v * 0.5).tanh() + 1) * 0.5 * ((v * 0.5).tanh() + 1) * 0.5


@wrong("02.sigmoid", "This is the slope")
def my_sigmoid(v):
    s = ((v * 0.5).tanh() + 1) * 0.5
    return s * (1 - s)


@wrong("02.sigmoid", "This is relu; the")
def my_sigmoid(v):
    return v.relu()


@wrong("02.sigmoid", "The denominator is")
def my_sigmoid(v):
    return 1 / (1 - (-v).exp())


@wrong("02.sigmoid", "/ comes before +,")
def my_sigmoid(v):
    return 1 / 1 + (-v).exp()


@wrong("02.sigmoid", "The value is right; the slope is 1")
def my_sigmoid(v):
    s = (math.tanh(v.data / 2) + 1) / 2
    return Value(s, parents=(v,), slopes=(1 - s,))


# 02.slope, once more


@wrong("02.slope", "difference to one side")
def my_slope(function, x, h):
    return (function(x + h) - function(x)) / h


@wrong("02.slope", "You divided by h.")
def my_slope(function, x, h):
    return (function(x + h) - function(x - h)) / h


@wrong("02.slope", "divided only the second")
def my_slope(function, x, h):
    return function(x + h) - function(x - h) / (2 * h)


@wrong("02.slope", "Left and right")
def my_slope(function, x, h):
    return (function(x - h) - function(x + h)) / (2 * h)


@wrong("02.slope", "nearly the exact slope")
def my_slope(function, x, h=0.001):
    h = 0.001
    return (function(x + h) - function(x - h)) / (2 * h)


@right("02.slope")
def my_slope(f, x, h):
    up, down = f(x + h), f(x - h)
    return (up - down) / 2 / h


# 02.gradient, once more


@wrong("02.gradient", "clone() alone is no leaf")
def my_gradient(function, x):
    x = x.clone()
    function(x).backward()
    return x.grad


@wrong("02.gradient", "its own .grad was changed")
def my_gradient(function, x):
    x.grad = None
    function(x).backward()
    return x.grad


@wrong("02.gradient", "clone() alone is no leaf")
def my_gradient(function, x):
    y = x.detach().requires_grad_()
    function(x).backward()
    return y.grad


@wrong("02.gradient", "or the graph was cut")
def my_gradient(function, x):
    y = x.detach().clone()
    function(y).backward()
    return y.grad


@wrong("02.gradient", "both names mean the same")
def my_gradient(function, x):
    old = x.grad
    x.grad = None
    function(x).backward()
    g = x.grad
    x.grad.zero_()
    x.grad = old
    return g


@right("02.gradient")
def my_gradient(function, x):
    return torch.autograd.grad(function(x), x)[0]


@wrong("02.gradient", "This is a central difference")
def my_gradient(function, x):
    h = 1e-4
    return (function(x + h) - function(x - h)) / (2 * h)


@right("02.gradient")
def my_gradient(function, x):
    copy = x.detach().requires_grad_()
    function(copy).backward()
    return copy.grad


# 02.divide, once more


@wrong("02.divide", "has lost its sign")
def my_divide(a, b):
    return a / b, 1 / b, a / b**2


@wrong("02.divide", "The slope against a is 1 / b:")
def my_divide(a, b):
    return a / b, b, -a / b**2


@wrong("02.divide", "still to be multiplied by a")
def my_divide(a, b):
    return a / b, 1 / b, -1 / b**2


@wrong("02.divide", "first the one against a")
def my_divide(a, b):
    return a / b, -a / b**2, 1 / b


@wrong("02.divide", "// drops what stands after the decimal point; the")
def my_divide(a, b):
    return a // b, 1 / b, -a / b**2


@right("02.divide")
def my_divide(a, b):
    q = a / b
    return [q, 1 / b, -q / b]


@wrong("02.divide", "the parentheses around `b * b` are missing")
def my_divide(a, b):
    return a / b, 1 / b, -a / b * b


@wrong("02.divide", "comes to -a, whatever b is")
def my_divide(a, b):
    q = a / b
    return q, 1 / b, -q * b


@wrong("02.divide", "have changed places, or their parts")
def my_divide(a, b):
    return a / b, a / b**2, -1 / b


# 02.sigmoid, once more


@wrong("02.sigmoid", "The exercise asks for a Value, and this is a float")
def my_sigmoid(v):
    return 1 / (1 + math.exp(-v.data))


@wrong("02.sigmoid", "The value is right, but its slope is that of e to the")
def my_sigmoid(v):
    s = 1 / (1 + math.exp(-v.data)) if v.data > 0 else math.exp(v.data) / (1 + math.exp(v.data))
    return Value(s, parents=(v,), slopes=(s,))


@wrong("02.sigmoid", "In tanh, v is to be halved first")
def my_sigmoid(v):
    return (v.tanh() + 1) / 2


@wrong("02.sigmoid", "at -1000 this needs")
def my_sigmoid(v):
    return 1 / (1 + (-v).exp())


@wrong("02.sigmoid", "The 1 is to be added before you halve")
def my_sigmoid(v):
    return (v / 2).tanh() / 2


@right("02.sigmoid")
def my_sigmoid(v):
    half = v * 0.5
    return 0.5 * half.tanh() + 0.5
