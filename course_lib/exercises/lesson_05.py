"""Exercises of lesson 05, Layers and modules."""

import random

import torch
from torch import nn, tensor

from course_lib.exercises import Wrong, exercise


def _scores():
    shape = random.choice([(3, 4), (2, 5), (2, 3, 4), (5,)])
    return (torch.randn(shape) * random.choice([1.0, 3.0, 3000.0]),)


@exercise(
    "05.softmax",
    cases=[
        (tensor([0.0, 0.0]),),
        (tensor([[1.0, 3.0], [2.0, 2.0], [0.0, 1.0]]),),
        (tensor([[10000.0, 9999.0]]),),
    ],
    random_case=_scores,
    mistakes={
        "Right for moderate scores; for large ones the exponential overflows. Subtract each row's largest "
        "score first.": lambda z: z.exp() / z.exp().sum(dim=-1, keepdim=True),
        "The largest score of the whole tensor was subtracted: in a row whose scores are all far below it, "
        "every exponential is 0.": lambda z: (
            (z - z.max()).exp() / (z - z.max()).exp().sum(dim=-1, keepdim=True)
        ),
        "The probabilities add up to 1 over everything; they must do so in each row.": lambda z: (
            z.flatten().softmax(0).reshape(z.shape)
        ),
        "The probabilities add up to 1 along dimension 0; it must be the last one, dim=-1.": lambda z: (
            z.softmax(dim=0)
        ),
        "This is the log of the probabilities.": lambda z: z.log_softmax(dim=-1),
        "Dividing by the sum without the exponential gives numbers below 0 for negative "
        "scores.": lambda z: z / z.sum(dim=-1, keepdim=True),
        "The exponentials are there; the division by their sum is missing.": lambda z: (
            z - z.max(dim=-1, keepdim=True).values
        ).exp(),
        "The sign is reversed: the largest score must get the largest probability.": lambda z: (
            -z
        ).softmax(dim=-1),
        "This is the sigmoid of each score by itself; softmax compares the scores of a row.": (
            torch.sigmoid
        ),
        "dim=1 is the last dimension only of a table. With dim=-1 it is the last of any "
        "tensor.": lambda z: z.softmax(dim=1),
        "The mean of the row was subtracted. That leaves large scores large: subtract the "
        "maximum.": lambda z: (
            (z - z.mean(dim=-1, keepdim=True)).exp()
            / (z - z.mean(dim=-1, keepdim=True)).exp().sum(dim=-1, keepdim=True)
        ),
    },
    hints=[
        "Exponentials first, then divide by their sum along dim=-1, with keepdim=True.",
        "Adding a number to all scores of a row changes nothing: choose one that prevents overflow.",
        "z - z.max(dim=-1, keepdim=True).values",
    ],
)
def softmax(z):
    return torch.softmax(z, dim=-1)


def _norm(x, gamma, beta, eps, dim=-1, correction=0, inside=True, center=True):
    mean = x.mean(dim=dim, keepdim=True) if center else 0.0
    variance = ((x - mean) ** 2).sum(dim=dim, keepdim=True) / (x.shape[dim] - correction)
    root = torch.sqrt(variance + eps) if inside else torch.sqrt(variance) + eps
    return (x - mean) / root * gamma + beta


def _rows():
    shape = random.choice([(3, 4), (2, 5), (2, 3, 4)])
    c = shape[-1]
    return torch.randn(shape) * 2 + 1, torch.randn(c), torch.randn(c), random.choice([1e-5, 0.1])


def _layer_norm(**options):
    return lambda x, g, b, eps: _norm(x, g, b, eps, **options)


@exercise(
    "05.layer_norm",
    cases=[
        (tensor([[1.0, 2.0, 3.0]]), torch.ones(3), torch.zeros(3), 0.0),
        (
            tensor([[1.0, 2.0], [5.0, 1.0], [0.0, 4.0]]),
            tensor([1.0, 2.0]),
            tensor([0.0, 1.0]),
            1e-5,
        ),
    ],
    random_case=_rows,
    mistakes={
        "The variance was divided by N - 1. LayerNorm divides by N: correction=0.": (
            _layer_norm(correction=1),
            lambda x, g, b, eps: (x - x.mean(-1, True)) / (x.std(-1, keepdim=True) + eps) * g + b,
        ),
        "Mean and variance run down the columns; they belong to each row, dim=-1.": _layer_norm(
            dim=0
        ),
        "One mean and one variance for everything; each row has its own.": lambda x, g, b, eps: (
            (x - x.mean()) / torch.sqrt(x.var(correction=0) + eps) * g + b
        ),
        "eps belongs inside the root, beside the variance.": _layer_norm(inside=False),
        "eps is missing.": lambda x, g, b, eps: _norm(x, g, b, 0.0),
        "gamma and beta are missing.": lambda x, g, b, eps: _norm(x, 1.0, 0.0, eps),
        "beta is missing.": lambda x, g, b, eps: _norm(x, g, 0.0, eps),
        "gamma is missing.": lambda x, g, b, eps: _norm(x, 1.0, b, eps),
        "The mean is not taken away.": (
            lambda x, g, b, eps: x / torch.sqrt(x.var(-1, correction=0, keepdim=True) + eps) * g + b
        ),
        "This is divided by the variance; its root is meant.": lambda x, g, b, eps: (
            (x - x.mean(-1, True)) / (x.var(-1, correction=0, keepdim=True) + eps) * g + b
        ),
        "The division by the spread is missing.": lambda x, g, b, eps: (
            (x - x.mean(-1, True)) * g + b
        ),
        "gamma and beta are swapped: multiply by gamma, then add beta.": lambda x, g, b, eps: _norm(
            x, b, g, eps
        ),
        "beta was added before gamma multiplied: first times gamma, then plus beta.": (
            lambda x, g, b, eps: (_norm(x, 1.0, 0.0, eps) + b) * g
        ),
        "This is RMSNorm: the mean has to be taken away as well.": _layer_norm(center=False),
    },
    hints=[
        "Mean and variance of each row: dim=-1, with keepdim=True.",
        "The variance is the mean of the squared distances from the mean, divided by N.",
        "(x - mean) / torch.sqrt(variance + eps) * gamma + beta",
    ],
)
def layer_norm(x, gamma, beta, eps):
    return _norm(x, gamma, beta, eps)


class _Shared(nn.Module):
    """Two names for one table, a buffer, and a parameter that is not trained."""

    def __init__(self, rows=5, columns=3):
        super().__init__()
        self.table = nn.Embedding(rows, columns)
        self.out = nn.Linear(columns, rows, bias=False)
        self.out.weight = self.table.weight
        self.register_buffer("mask", torch.ones(rows, rows))

    def __repr__(self):
        return f"Shared({self.table.num_embeddings}, {self.table.embedding_dim})"


def _any_module():
    a, b, c = (random.randint(2, 6) for _ in range(3))
    return (random.choice([
        nn.Linear(a, b), nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c)),
        _Shared(a + 2, b), nn.BatchNorm1d(a),
    ]),)  # fmt: skip


@exercise(
    "05.count",
    cases=[(nn.Linear(2, 1),), (nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)),), (_Shared(),)],
    random_case=_any_module,
    mistakes={
        "You counted the tensors; count the numbers in them, p.numel().": (
            lambda m: len(list(m.parameters())),
            lambda m: sum(1 for _ in m.parameters()),
        ),
        "Buffers are in state_dict too, and shared parameters come in it twice: go through "
        "parameters().": lambda m: sum(t.numel() for t in m.state_dict().values()),
        "Only the first dimension of each parameter was counted: len(p). All numbers: "
        "p.numel().": lambda m: sum(len(p) for p in m.parameters()),
        "A parameter that two names lead to was counted twice.": lambda m: sum(
            p.numel() for _, p in m.named_parameters(remove_duplicate=False)
        ),
        "The biases are missing.": lambda m: sum(
            p.numel() for n, p in m.named_parameters() if not n.endswith("bias")
        ),
        "Only what lies directly in the module was counted, not what is inside its parts.": lambda m: (
            sum(p.numel() for p in m.parameters(recurse=False))
        ),
        "The number of dimensions was added up; p.numel() is the number of numbers.": lambda m: sum(
            p.dim() for p in m.parameters()
        ),
        "Buffers were counted as well; they are not learned.": lambda m: sum(
            t.numel() for t in [*m.parameters(), *m.buffers()]
        ),
    },
    hints=[
        "Which method gives all parameters, however deep, each once?",
        "p.numel() is how many numbers a tensor has.",
        "sum(p.numel() for p in module.parameters())",
    ],
)
def count(module):
    return sum(p.numel() for p in module.parameters())


def _use_module(make, x, weight):
    """Make the learner's module, give it a weight, and send x through and slopes back."""
    module = make(x.shape[-1])
    if not isinstance(module, nn.Module):
        raise Wrong(f"It must be an nn.Module; yours is a {type(module).__name__}.")
    names = sorted(name for name, _ in module.named_parameters())
    if not names and hasattr(module, "weight"):
        raise Wrong(
            "A plain tensor is no parameter, and the module does not see it: wrap it in nn.Parameter."
        )
    if names != ["weight"]:
        raise Wrong(
            f"It must have one parameter, named weight; yours has {', '.join(names) or 'none'}."
        )
    start = module.weight.detach().clone()
    with torch.no_grad():
        module.weight.copy_(weight)
    x = x.clone().requires_grad_()
    out = module(x)
    (out * torch.arange(1.0, out.numel() + 1).reshape(out.shape)).sum().backward()
    return {"weight at the start": start, "output": out.detach(), "slope of x": x.grad,
            "slope of weight": module.weight.grad}  # fmt: skip


class _RMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x / self.root(x) * self.weight

    def root(self, x):
        return torch.sqrt((x**2).mean(dim=-1, keepdim=True) + 1e-6)


def _rms(**methods):
    """A mistaken RMSNorm: with other methods."""
    return type("RMSNorm", (_RMSNorm,), methods)


def _weight_of(draw):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.weight = nn.Parameter(draw(width))

    return __init__


rms_norm = exercise(
    "05.rms_norm",
    cases=[
        (tensor([[3.0, 4.0]]), tensor([1.0, 1.0])),
        (tensor([[1.0, 2.0, 2.0], [0.0, 3.0, 4.0]]), tensor([1.0, 2.0, 0.5])),
    ],
    random_case=lambda: (torch.randn(2, 3, n := random.randint(2, 5)), torch.randn(n)),
    call=_use_module,
    mistakes={
        "The weight must be 1 at the start.": (
            _rms(__init__=_weight_of(torch.zeros)),
            _rms(__init__=_weight_of(torch.randn)),
        ),
        "The squares are added up; their mean is meant.": _rms(
            root=lambda self, x: torch.sqrt((x**2).sum(dim=-1, keepdim=True) + 1e-6)
        ),
        "This is LayerNorm without its shift: in RMSNorm the mean is not taken away.": (
            _rms(root=lambda self, x: torch.sqrt(x.var(-1, correction=0, keepdim=True) + 1e-6)),
            _rms(
                forward=lambda self, x: (
                    (x - x.mean(-1, keepdim=True))
                    / torch.sqrt(x.var(-1, correction=0, keepdim=True) + 1e-6)
                    * self.weight
                )
            ),
        ),
        "The weight is not used in forward.": _rms(forward=lambda self, x: x / self.root(x)),
        "The mean runs over everything; each row has its own, dim=-1 with keepdim=True.": _rms(
            root=lambda self, x: torch.sqrt((x**2).mean() + 1e-6)
        ),
        "The mean runs down the columns; it must be dim=-1.": _rms(
            root=lambda self, x: torch.sqrt((x**2).mean(dim=0, keepdim=True) + 1e-6)
        ),
        "The root is missing: divide by the root of the mean square.": _rms(
            root=lambda self, x: (x**2).mean(dim=-1, keepdim=True) + 1e-6
        ),
        "This multiplies by the root; divide by it.": _rms(
            forward=lambda self, x: x * self.root(x) * self.weight
        ),
        "The input reached the root without its history: detach() and .data stop the slopes.": _rms(
            root=lambda self, x: _RMSNorm.root(self, x.detach())
        ),
    },
    hints=[
        "__init__ calls super().__init__() and stores self.weight = nn.Parameter(torch.ones(C)).",
        "forward: the mean of x**2 along dim=-1, with keepdim=True, plus 1e-6; then the root.",
        "return x / root * self.weight",
    ],
)(_RMSNorm)
