"""Lesson 02: answers as learners write them; see ``answers``."""

import math

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


@right("02.gradient")
def my_gradient(f, x):
    y = torch.tensor(x.item(), requires_grad=True)
    f(y).backward()
    return y.grad


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


@wrong("02.divide", "missing behind")
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


@wrong("02.sigmoid", "must be a Value, and yours is a Tensor")
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
