"""Wrong answers as people write them, and what each must be told; unusual right ones, which must pass."""

from answers import judge_tables

WRONG = {
    "00.double": {
        "number's square": "def my(number): return number * number",
        "You added 2": "def my(number):\n    number += 2\n    return number",
        "prints its answer": "def my(number): print(2 * number)",
        "same answer whatever": "def my(number): return 6",
        "must be one number; yours is a str": "def my(number): return str(number) * 2",
        "always 1.5 times": "def my(number): return number + number + number",
        "written into the function": "def my(number): return {3: 6, -1.5: -3}.get(number, 0)",
        "not every way": "def my(number):\n    if number > 0:\n        return number + number",
        "function's own": "def my(number):\n    total += 2 * number\n    return total",
        "asks with input()": "def my(number): return 2 * float(input())",
        "is a * missing": "def my(number):\n    two = 2\n    return two(number)",
        "two different answers": "def my(number): return 2 * number + random.random()",
    },
    "00.steps": {
        "last, smaller batch is missing": (
            "def my(examples, batch_size, epochs):\n    return int(examples / batch_size) * epochs"
        ),
        "You rounded at the end. Each": (
            "def my(examples, batch_size, epochs):\n    return -(-examples * epochs // batch_size)"
        ),
        "these are the steps of one": (
            "def my(examples, batch_size, epochs):\n    steps = 0\n    for epoch in range(epochs):\n"
            "        steps += -(-examples // batch_size)\n        return steps"
        ),
        "One epoch is missing": (
            "def my(examples, batch_size, epochs):\n    steps = 0\n"
            "    for epoch in range(1, epochs):\n        steps += -(-examples // batch_size)\n"
            "    return steps"
        ),
        "You counted one batch too many": (
            "def my(examples, batch_size, epochs):\n    left, batches = examples, 0\n"
            "    while left >= 0:\n        left -= batch_size\n        batches += 1\n"
            "    return batches * epochs"
        ),
        "You added the epochs": (
            "def my(examples, batch_size, epochs): return -(-examples // batch_size) + epochs"
        ),
        "divided by the epochs as well": (
            "def my(examples, batch_size, epochs):\n"
            "    return math.ceil(examples / batch_size / epochs)"
        ),
        "is upside down": (
            "def my(examples, batch_size, epochs): return math.ceil(batch_size / examples) * epochs"
        ),
        "name 'ceil' is not defined": (
            "def my(examples, batch_size, epochs): return ceil(examples / batch_size) * epochs"
        ),
    },
    "01.center": {
        "each row's mean": (
            "def my(table):\n    out = table.clone()\n    for i in range(len(table)):\n"
            "        out[i] = table[i] - table[i].mean()\n    return out"
        ),
        "lying down": "def my(table): return table - table.sum(1) / table.shape[1]",
        "one mean of the whole table": "def my(table): return table - table.sum() / table.numel()",
        "You gave back the means": "def my(table): return table.sum(0) / len(table)",
        "sign is reversed": "def my(table): return table.mean(0) - table",
        "column's sum": "def my(table): return table - sum(table)",
        "Only the first column": (
            "def my(table):\n    out = table.clone()\n    for j in range(table.shape[1]):\n"
            "        out[:, j] -= out[:, j].mean()\n        return out"
        ),
        "changed argument 1 in place": "def my(table):\n    table -= table.mean(0)\n    return table",
        "rows and columns are exchanged": (
            "def my(table): return torch.stack([c - c.mean() for c in table.T])"
        ),
        "must be a tensor and yours is": "def my(table): return (table - table.mean(0)).numpy()",
        "divided by the spread": (
            "def my(table):\n    z = table - table.mean(0)\n    return z / (z ** 2).mean(0).sqrt()"
        ),
    },
    "01.error": {
        "broken function again": "my = torch.nn.functional.mse_loss",
        "no second dimension": "def my(p, t): return ((p.squeeze(1) - t) ** 2).mean()",
        "targets are now the ones": "def my(p, t): return ((p - t.view(-1, 1)) ** 2).mean()",
        "did not divide": (
            "def my(p, t):\n    total = 0\n    for a, b in zip(p.flatten(), t):\n"
            "        total += (a - b) ** 2\n    return total"
        ),
        "without its sign": "def my(p, t): return torch.nn.functional.l1_loss(p.view_as(t), t)",
        "the mean is missing": "def my(p, t): return (p.flatten() - t).pow(2)",
        "Only the last prediction": (
            "def my(p, t):\n    for a, b in zip(p.flatten(), t):\n        total = (a - b) ** 2\n"
            "    return total / len(t)"
        ),
        "must be a tensor and yours is a float": (
            "def my(p, t): return (p.flatten() - t).pow(2).mean().item()"
        ),
        "the parentheses around": "def my(p, t): return (p.flatten() - t ** 2).mean()",
    },
    "01.pick": {
        "all those columns": "def my(p, k): return p.index_select(1, k)",
        "largest probability of each row": "def my(p, k): return p.topk(1, dim=1).values[:, 0]",
        "place of the largest": "def my(p, k): return torch.max(p, 1).indices",
        "takes whole rows": "def my(p, k): return p.index_select(0, k)",
        "without any: gather": "def my(p, k): return torch.stack([r[j] for r, j in zip(p, k)])",
        "log was not asked": "def my(p, k): return torch.log(p[range(len(k)), k])",
        "minus the log": "def my(p, k): return -torch.log(p[range(len(k)), k])",
        "(N, 1); take the second": "def my(p, k): return torch.take_along_dim(p, k[:, None], 1)",
        "one column too far": "def my(p, k): return p[range(len(k)), (k - 1).tolist()]",
        "add up each row": "def my(p, k): return torch.eye(p.shape[1])[k] * p",
        "as many dimensions as the table": "def my(p, k): return p.gather(1, k)",
    },
    "01.distances": {
        "without the root": "def my(points, places): return torch.cdist(points, places)",
        "averaged over the coordinates": (
            "def my(a, b): return (a.unsqueeze(1) - b.unsqueeze(0)).pow(2).mean(-1)"
        ),
        "without their sign": "def my(a, b): return torch.cdist(a, b, p=1)",
        "with a minus and a 2": "def my(a, b): return (a * a).sum(1, True) + (b * b).sum(1) - a @ b.T",
        "rows and columns are exchanged": "def my(a, b): return torch.cdist(b, a) ** 2",
        "Two shapes do not fit": "def my(a, b): return ((a - b) ** 2).sum(1)",
        "Only the first two": (
            "def my(a, b):\n    dx = a[:, 0, None] - b[:, 0]\n    dy = a[:, 1, None] - b[:, 1]\n"
            "    return dx * dx + dy * dy"
        ),
        "still to be added": "def my(a, b): return (a.unsqueeze(1) - b).square()",
        "without any: broadcasting": (
            "def my(a, b): return torch.stack([((p - b) ** 2).sum(1) for p in a])"
        ),
    },
    "02.slope": {
        "You divided by h.": "def my(f, x, h):\n    rise = f(x + h) - f(x - h)\n    return rise / h",
        "divides by 2 and then": "def my(f, x, h): return 0.5 * (f(x + h) - f(x - h)) * h",
        "difference to one side": "def my(f, x, h):\n    y = f(x)\n    return (f(x + h) - y) / h",
        "Left and right": (
            "def my(f, x, h):\n    left, right = f(x - h), f(x + h)\n    return (left - right) / (h + h)"
        ),
        "divided only the second": "def my(f, x, h): return f(x + h) - f(x - h) / (2 * h)",
        "nearly the exact slope": (
            "def my(f, x, h):\n    h = 1e-6\n    return (f(x + h) - f(x - h)) / (2 * h)"
        ),
        "slope of the slope": (
            "def my(f, x, h): return ((f(x + h) - f(x)) / h - (f(x) - f(x - h)) / h) / h"
        ),
        "not the place": "def my(f, x, h): return ((f(x) + h) - (f(x) - h)) / (2 * h)",
        "function of the first example": (
            "def my(f, x, h):\n    cube = lambda z: z * z * z\n"
            "    return (cube(x + h) - cube(x - h)) / (2 * h)"
        ),
        "Your function takes 2 arguments": "def my(f, x): return (f(x + 0.1) - f(x - 0.1)) / 0.2",
    },
    "02.gradient": {
        "broken function again": (
            "def my(f, x):\n    y = f(x)\n    y.backward()\n    return x.grad.detach()"
        ),
        "its own .grad was changed": (
            "def my(f, x):\n    x.grad = torch.zeros_like(x)\n    f(x).backward()\n    return x.grad"
        ),
        "clone() alone is no leaf": "def my(f, x):\n    y = x.clone()\n    f(y).backward()\n    return y.grad",
        "inside a tuple": "def my(f, x): return torch.autograd.grad(f(x), x)",
        "both names mean the same": (
            "def my(f, x):\n    f(x).backward()\n    g = x.grad\n    g.zero_()\n    return g"
        ),
        "has no attribute 'zero_'": (
            "def my(f, x):\n    x.grad.zero_()\n    f(x).backward()\n    return x.grad"
        ),
        "or the graph was cut": (
            "def my(f, x):\n    y = x.detach()\n    f(y).backward()\n    return y.grad"
        ),
        "not its slope": "def my(f, x):\n    with torch.no_grad():\n        return f(x)",
    },
    "02.divide": {
        "has lost its sign": "def my(a, b): return a / b, b ** -1, a * b ** -2",
        "needs b squared": "def my(a, b): return a / b, 1 / b, -1 * a * b ** -1",
        "still to be multiplied by a": "def my(a, b): return a / b, 1 / b, -(b ** -2)",
        "slopes of the product": "def my(a, b): return a / b, b, a",
        "first the one against a": "def my(a, b):\n    q = a / b\n    return q, -q / b, 1 / b",
        "missing in front": "def my(a, b): return b ** -1, -a * b ** -2",
        "missing behind": "def my(a, b): return a / b",
        "numerator of the quotient rule": "def my(a, b): return a / b, b, -1 * a",
        "until backward is called": (
            "def my(a, b):\n    u, v = Value(a), Value(b)\n    q = u / v\n"
            "    return q.data, u.grad, v.grad"
        ),
        "squares b alone": "def my(a, b): return a / b, 1 / b, -(a / b) ** 2",
    },
    "02.sigmoid": {
        "at -1000 this needs": "def my(v): return (1 + math.e ** -v) ** -1",
        "at 1000 e to the": "def my(v):\n    e = v.exp()\n    return e / (e + 1)",
        "comes back to v is 0": "def my(v): return Value(1 / (1 + math.exp(-max(v.data, -500))))",
        "math range error": (
            "def my(v):\n    s = 1 / (1 + math.exp(-v.data))\n"
            "    return Value(s, parents=(v,), slopes=(s * (1 - s),))"
        ),
        "This is tanh": "def my(v): return v.tanh() * 1",
        "exponent is reversed": "def my(v): return 1 / (1 + v.exp())",
        "float() or the math module": "def my(v): return 1 / (1 + math.exp(-v))",
        "must be a Value, and yours is a Tensor": (
            "def my(v): return torch.sigmoid(torch.tensor(v.data))"
        ),
        "slope has the wrong sign": (
            "def my(v):\n    s = (math.tanh(v.data / 2) + 1) / 2\n"
            "    return Value(s, parents=(v,), slopes=(s * (s - 1),))"
        ),
        "twice too large": (
            "def my(v):\n    t = math.tanh(v.data / 2)\n"
            "    return Value((t + 1) / 2, parents=(v,), slopes=((1 - t * t) / 2,))"
        ),
        "You changed v itself": (
            "def my(v):\n    s = (math.tanh(v.data / 2) + 1) / 2\n    v.grad = s * (1 - s)\n"
            "    return Value(s)"
        ),
    },
    "03.mse": {
        "mean, not sum": "def my(p, t): return (p - t) @ (p - t)",
        "without squaring": "def my(p, t): return p.mean() - t.mean()",
        "squared after averaging": "def my(p, t): return (p.mean() - t.mean()) ** 2",
        "This is the mean absolute error; square instead of taking the sign away.\n": (
            "my = torch.nn.functional.l1_loss"
        ),
        "you added up instead of averaging": "def my(p, t): return abs(p - t).sum()",
        "only the target is squared": "def my(p, t): return (p - t ** 2).mean()",
        "the mean over all of yours": "def my(p, t): return torch.square(p - t)",
        "half the mean squared": "def my(p, t): return (p - t).pow(2).mean() / 2",
        "does return stand inside": (
            "def my(p, t):\n    total = 0\n    for a, b in zip(p, t):\n        total += (a - b) ** 2\n"
            "        return total / len(p)"
        ),
        "forget the total": (
            "def my(p, t):\n    for a, b in zip(p, t):\n        total = (a - b) ** 2\n"
            "    return total / len(p)"
        ),
        "the last one is left out": (
            "def my(p, t):\n    total = 0\n    for i in range(len(p) - 1):\n"
            "        total += (p[i] - t[i]) ** 2\n    return total / len(p)"
        ),
        "must be a tensor and yours is a float": "def my(p, t): return ((p - t) ** 2).mean().item()",
        "changed argument 1 in place": "def my(p, t): return p.sub_(t).square().mean()",
        "two different answers": (
            "def my(p, t, seen=[]):\n    seen.append(((p - t) ** 2).mean())\n    return sum(seen)"
        ),
        "^ is no power": "def my(p, t): return ((p - t) ^ 2).mean()",
    },
    "03.slopes": {
        "Both signs are reversed": (
            "def my(x, y, W, b):\n    e = y - (W * x + b)\n    return 2 * (e * x).mean(), 2 * e.mean()"
        ),
        "The 2 is missing: the slope of e² is 2e.\n": (
            "def my(x, y, W, b):\n    e = W * x + b - y\n    return (e * x).mean(), e.mean()"
        ),
        "slopes of all points are added": (
            "def my(x, y, W, b):\n    dW = db = 0\n    for u, v in zip(x, y):\n"
            "        e = W * u + b - v\n        dW += 2 * e * u\n        db += 2 * e\n    return dW, db"
        ),
        "added up instead of averaging": (
            "def my(x, y, W, b):\n    e = W * x + b - y\n    return e @ x, e.sum()"
        ),
        "dW first, then db": (
            "def my(x, y, W, b):\n    e = W * x + b - y\n    return 2 * e.mean(), 2 * (e * x).mean()"
        ),
        "bias is missing": (
            "def my(x, y, W, b):\n    e = W * x - y\n    return 2 * (e * x).mean(), 2 * e.mean()"
        ),
        "multiplied two means": (
            "def my(x, y, W, b):\n    e = (W * x + b - y).mean()\n    return 2 * e * x.mean(), 2 * e"
        ),
        "factor b too many": (
            "def my(x, y, W, b):\n    e = W * x + b - y\n    return (2 * e * x).mean(), (2 * e * b).mean()"
        ),
        "without autograd": (
            "def my(x, y, W, b):\n    W = torch.tensor(W, requires_grad=True)\n"
            "    ((W * x + b - y) ** 2).mean().backward()\n    return W.grad, W.grad"
        ),
        "reaches only W x": (
            "def my(x, y, W, b):\n    e = y - W * x + b\n    return 2 * (e * x).mean(), 2 * e.mean()"
        ),
    },
    "03.parabola_step": {
        "You walked uphill": (
            "def my(x, y, a, b, c, lr):\n    e = y - (a * x * x + b * x + c)\n"
            "    return a - lr * 2 * (e * x * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean()"
        ),
        "The 2 is missing": (
            "def my(x, y, a, b, c, lr):\n    e = a * x * x + b * x + c - y\n"
            "    return a - lr * (e * x * x).mean(), b - lr * (e * x).mean(), c - lr * e.mean()"
        ),
        "It is a that turns": (
            "def my(x, y, a, b, c, lr):\n    e = a * x * x + b * x + c - y\n"
            "    return a - lr * 4 * (e * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean()"
        ),
        "moved one after the other": (
            "def my(x, y, a, b, c, lr):\n    f = lambda: 2 * (a * x * x + b * x + c - y)\n"
            "    a = a - lr * (f() * x * x).mean()\n    b = b - lr * (f() * x).mean()\n"
            "    c = c - lr * f().mean()\n    return a, b, c"
        ),
        "slopes are added up": (
            "def my(x, y, a, b, c, lr):\n    p = torch.tensor([a, b, c], requires_grad=True)\n"
            "    ((p[0] * x * x + p[1] * x + p[2] - y) ** 2).sum().backward()\n"
            "    return tuple((p - lr * p.grad).tolist())"
        ),
        "These are lr times the slopes": (
            "def my(x, y, a, b, c, lr):\n    e = 2 * lr * (a * x * x + b * x + c - y)\n"
            "    return (e * x * x).mean(), (e * x).mean(), e.mean()"
        ),
        "only under torch.no_grad()": (
            "def my(x, y, a, b, c, lr):\n    a = torch.tensor(a, requires_grad=True)\n"
            "    ((a * x * x + b * x + c - y) ** 2).mean().backward()\n    a -= lr * a.grad\n    return a, b, c"
        ),
        "`c` is missing": (
            "def my(x, y, a, b, c, lr):\n    e = a * x * x + b * x - y\n"
            "    return a - lr * 2 * (e * x * x).mean(), b - lr * 2 * (e * x).mean(), c - lr * 2 * e.mean()"
        ),
    },
}

TRAIN = """def my(x, y, lr, steps):
    W = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((W * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return W.item(), b.item()
"""

WRONG["03.train"] = {
    fragment: TRAIN.replace(old, new)
    for fragment, old, new in [
        ("every step goes along the sum", "        W.grad.zero_()\n        b.grad.zero_()\n", ""),
        ("b is reset and W is not", "        W.grad.zero_()\n", ""),
        ("W is reset and b is not", "        b.grad.zero_()\n", ""),
        ("still a sum, which makes", ".mean()", ".sum()"),
        ("You walk uphill", " -= lr", " += lr"),
        ("one step too many", "range(steps)", "range(steps + 1)"),
        ("one step too few", "range(steps)", "range(1, steps)"),
        ("does return stand inside", "    return", "        return"),
        ("only under torch.no_grad()", "with torch.no_grad():", "if True:"),
        ("The two are exchanged: return", "W.item(), b.item()", "b.item(), W.item()"),
        ("ends in an underscore", "zero_()", "zero()"),
        ("reduce the loss first", ".mean()", ""),
        ("The loss is not squared", " ** 2", ""),
        ("A .grad is None until", "        loss.backward()\n", ""),
    ]
}

RIGHT = {
    "00.double": [
        "def my(*numbers): return sum(numbers) + numbers[0]",
        "def my(number, factor=2): return factor * number",
    ],
    "00.steps": [
        "def my(n, size, epochs): return len(range(0, n, size)) * epochs",
        "def my(n, size, epochs):\n    full, rest = divmod(n, size)\n    return (full + bool(rest)) * epochs",
    ],
    "01.center": [
        "def my(t): return t - torch.einsum('ij->j', t) / len(t)",
        "def my(t):\n    a = t.numpy()\n    return torch.from_numpy(a - a.mean(axis=0))",
        "def my(t): return (t.double() - t.double().mean(0))",
    ],
    "01.error": [
        "def my(p, t): return torch.nn.functional.mse_loss(p.flatten(), t)",
        "def my(p, t):\n    e = p.reshape(-1) - t\n    return e @ e / len(e)",
    ],
    "01.pick": [
        "def my(p, k): return (p * torch.eye(p.shape[1])[k]).sum(1)",
        "def my(p, k): return p[:, k].diagonal()",
        "def my(p, k): return p.take(k + torch.arange(len(k)) * p.shape[1])",
    ],
    "01.distances": [
        "def my(a, b): return torch.cdist(a, b).square()",
        "def my(a, b): return (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T",
    ],
    "02.slope": [
        "def my(f, x, h): return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2",
        "def my(f, x, h): return torch.tensor((f(x + h) - f(x - h)) / h / 2)",
    ],
    "02.gradient": [
        "def my(f, x): return torch.autograd.grad(f(x), x)[0]",
        "def my(f, x):\n    y = torch.tensor(x.item(), requires_grad=True)\n    f(y).backward()\n"
        "    return y.grad",
    ],
    "02.divide": [
        "def my(a, b):\n    u, v = Value(a), Value(b)\n    q = u / v\n    q.backward()\n"
        "    return [q.data, u.grad, v.grad]",
        "def my(a, b):\n    q = a / b\n    return q, b ** -1, -q / b",
    ],
    "02.sigmoid": [
        "def my(v):\n    s = (math.tanh(v.data / 2) + 1) / 2\n"
        "    return Value(s, parents=(v,), slopes=(s * (1 - s),))",
        "def my(v):\n    if v.data > 0:\n        return 1 / (1 + (-v).exp())\n"
        "    return v.exp() / (1 + v.exp())",
    ],
    "03.mse": [
        "my = torch.nn.functional.mse_loss",
        "my = torch.nn.MSELoss()",
        "def my(p, t):\n    total = 0\n    for a, b in zip(p, t):\n        total = total + (a - b) ** 2\n"
        "    return total / len(p)",
        "def my(p, t): return torch.tensor(numpy.mean((p.numpy() - t.numpy()) ** 2))",
    ],
    "03.slopes": [
        "def my(x, y, W, b):\n    e = W * x + b - y\n    return [2 * e @ x / len(x), 2 * e.mean()]",
        "def my(x, y, W, b):\n    e = 2 * (W * x + b - y)\n    return (e * x).mean().item(), e.mean().item()",
    ],
    "03.train": [
        TRAIN,
        TRAIN.replace("W.grad.zero_()", "W.grad = None").replace("W.item(), b.item()", "W, b"),
        "def my(x, y, lr, steps):\n    W = b = 0.0\n    for _ in range(steps):\n        e = W * x + b - y\n"
        "        W, b = W - lr * 2 * (e * x).mean(), b - lr * 2 * e.mean()\n    return float(W), float(b)",
    ],
    "03.parabola_step": [
        "def my(x, y, a, b, c, lr):\n    p = torch.tensor([a, b, c], requires_grad=True)\n"
        "    ((p[0] * x * x + p[1] * x + p[2] - y) ** 2).mean().backward()\n"
        "    return tuple((p - lr * p.grad).tolist())",
        "def my(x, y, a, b, c, lr):\n    e = 2 * (a * x * x + b * x + c - y)\n"
        "    return [a - lr * (e * x * x).mean(), b - lr * (e * x).mean(), c - lr * e.mean()]",
    ],
}


(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("00", "01", "02", "03"), WRONG, RIGHT)
