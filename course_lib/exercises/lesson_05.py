"""Exercises of lesson 05, Layers and modules."""

import random

import torch
import torch.nn.functional as F
from torch import nn, tensor

from course_lib.exercises.comparison import close
from course_lib.exercises.registry import Wrong, exercise


def _scores():
    shape = random.choice([(2, 3, 4), (3, 4), (2, 2, 3), (5,)])
    return (torch.randn(shape) * random.choice([1.0, 3.0, 3000.0]),)


def _most(z, dim=-1):
    return z.max(dim=dim, keepdim=True).values


def _total(z, dim=-1):
    return z.sum(dim=dim, keepdim=True)


def _ratio(top=torch.exp, bottom=torch.exp, total=_total):
    return lambda z: top(z) / total(bottom(z))


def _of_exponentials(change, total=_total):
    """A softmax of scores that were changed first."""
    return lambda z: change(z).exp() / total(change(z).exp())


def _adding_up(answer, z):
    """The answer, or a Wrong if it is nearly right but its moderate rows do not add up to 1."""
    if not isinstance(answer, torch.Tensor) or answer.shape != z.shape or z.abs().max() > 80:
        return answer
    sums = answer.sum(dim=-1)
    if close(answer, z.softmax(-1), 2e-3) and not torch.allclose(sums, torch.ones_like(sums)):
        far = sums.flatten()[(sums - 1).abs().argmax()]
        if abs(far - 1) > 1e-4:
            raise Wrong(
                f"The probabilities of a row add up to {far:.5f} and not to 1: divide by the sum "
                "of the exponentials alone, with nothing added or cut off."
            )
    return answer


@exercise(
    "05.softmax",
    cases=[
        (tensor([1.0, 3.0]),),
        (tensor([[1.0, 3.0], [2.0, 2.0], [0.0, 1.5]]),),
        (tensor([[10000.0, 9999.0]]),),
    ],
    random_case=_scores,
    borders=[
        (torch.arange(7.0) / 2,),
        (torch.arange(24.0).reshape(6, 4).sqrt(),),
        (torch.arange(24.0).reshape(1, 2, 3, 4).sin(),),
        (tensor([[-10000.0, -9999.5], [5.0, 4.0]]),),
        (tensor([[2.5], [-1.0]]),),
    ],
    facts={
        "z has one dimension": lambda z: z.dim() == 1,
        "z is a table": lambda z: z.dim() == 2,
        "the scores are large": lambda z: bool(z.abs().max() > 80),
        "all scores are moderate": lambda z: bool(z.abs().max() < 80),
    },
    call=lambda function, z: _adding_up(function(z), z),
    rtol=2e-3,  # float32 has four decimals at 10,000
    mistakes={
        "Right for moderate scores; for large ones the exponential overflows. Subtract each row's "
        "largest score first.": _ratio(),
        "The largest score of the whole tensor was subtracted: in a row whose scores are all far "
        "below it, every exponential is 0.": _of_exponentials(lambda z: z - z.max()),
        "The probabilities add up to 1 over everything; they must do so in each row.": lambda z: (
            z.flatten().softmax(0).reshape(z.shape)
        ),
        "The probabilities add up to 1 over everything, and the exponential overflows for large "
        "scores. Each row needs its own sum and its own largest score.": _ratio(
            total=lambda e: e.sum()
        ),
        "You divided by the sum over everything; each row has its own: dim=-1, keepdim=True.": (
            lambda z: (z - _most(z)).exp() / (z - _most(z)).exp().sum()
        ),
        "The probabilities add up to 1 along dimension 0; it must be the last one, dim=-1.": (
            lambda z: z.softmax(dim=0),
            _of_exponentials(lambda z: z - _most(z), total=lambda e: _total(e, 0)),
            _of_exponentials(lambda z: z - z.max(), total=lambda e: _total(e, 0)),
            _ratio(total=lambda e: _total(e, 0)),
        ),
        "dim=1 is the last dimension only of a table. With dim=-1 it is the last of any tensor.": (
            lambda z: z.softmax(dim=1),
            lambda z: z.softmax(dim=min(1, z.dim() - 1)),
        ),
        "dim=1 is the last dimension only of a table: write dim=-1. And for large scores the "
        "exponential overflows: subtract each row's largest score first.": _ratio(
            total=lambda e: _total(e, 1)
        ),
        "The largest score was taken along another dimension than the sum: both need dim=-1.": (
            _of_exponentials(lambda z: z - _most(z, 0)),
        ),
        "This is the log of the probabilities.": (
            lambda z: z.log_softmax(dim=-1),
            lambda z: z.softmax(dim=-1).log(),
        ),
        "Dividing by the sum without the exponential gives numbers below 0 for negative scores.": (
            _ratio(lambda z: z, lambda z: z),
            _ratio(lambda z: z - _most(z), lambda z: z - _most(z)),
        ),
        "The absolute value or the square stands where the exponential belongs.": (
            _ratio(torch.abs, torch.abs),
            _ratio(torch.square, torch.square),
        ),
        "The exponentials are there; the division by their sum is missing.": lambda z: (
            z - _most(z)
        ).exp(),
        "The exponential is there; subtracting the largest score before it and dividing by the "
        "sum after it are missing.": torch.exp,
        "You added up the scores: take the exponentials first, then add them up.": (
            lambda z: (z - _most(z)).exp() / _total(z - _most(z)).exp(),
            lambda z: z.exp() / _total(z).exp(),
            lambda z: z.exp() / _total(z),
            lambda z: (z - _most(z)).exp() / _total(z),
            lambda z: (z - _most(z)).exp() / _total(z - _most(z)),
        ),
        "You divided by the mean of the exponentials; divide by their sum.": (
            lambda z: z.softmax(-1) * z.shape[-1],
            lambda z: z.exp() / z.exp().mean(dim=-1, keepdim=True),
        ),
        "Only above was the largest score subtracted; below, in the sum, it has to be "
        "as well.": _ratio(top=lambda z: (z - _most(z)).exp()),
        "Only below, in the sum, was the largest score subtracted; above it has to be "
        "as well.": _ratio(bottom=lambda z: (z - _most(z)).exp()),
        "The largest score was added; subtract it.": _of_exponentials(lambda z: z + _most(z)),
        "The smallest score was subtracted. That leaves large scores large: subtract "
        "the largest.": (_of_exponentials(lambda z: z - z.min(dim=-1, keepdim=True).values)),
        "The mean of the row was subtracted. That leaves large scores large: subtract the "
        "maximum.": _of_exponentials(lambda z: z - z.mean(dim=-1, keepdim=True)),
        "The scores were divided by the largest; subtract it, for only differences may count.": (
            _of_exponentials(lambda z: z / _most(z)),
            _of_exponentials(lambda z: z / z.max()),
            _of_exponentials(lambda z: z / z.abs().max()),
            _of_exponentials(lambda z: z / _total(z)),
            _of_exponentials(lambda z: z / z.norm(dim=-1, keepdim=True)),
        ),
        "The largest score was subtracted from the exponentials; subtract it from the scores, "
        "before exp.": lambda z: (z.exp() - _most(z)) / _total(z.exp() - _most(z)),
        "A fixed number is subtracted, or only sometimes. Each row needs its own largest score "
        "taken away.": tuple(
            _of_exponentials(lambda z, far=far, size=size: z - size if z.max() > far else z)
            for size in (50, 80, 88, 100, 500, 700, 1000, 9999, 10000)
            for far in (-torch.inf, 10, 50, 80, 88, 100, 500, 700, 709, 1000)
        ),
        "Cutting the scores off makes large ones equal. Subtract each row's largest "
        "score instead.": tuple(
            _of_exponentials(lambda z, least=least, most=most: z.clamp(min=least, max=most))
            for most in (10, 20, 30, 50, 60, 70, 80, 85, 87, 88, 100, 500, 700, 709)
            for least in (-torch.inf, -most, 0)
        ),
        "nan_to_num hides the overflow under another number: subtract each row's largest score "
        "first.": (
            lambda z: torch.nan_to_num(_ratio()(z)),
            lambda z: torch.nan_to_num(_ratio()(z), nan=1.0),
            _of_exponentials(lambda z: z.exp().nan_to_num(posinf=1e30).log()),
        ),
        "The largest score must get the largest probability: you reversed the sign of the "
        "scores.": (
            lambda z: (-z).softmax(dim=-1),
            _of_exponentials(lambda z: _most(z) - z),
            _of_exponentials(lambda z: -z),
        ),
        "This is the sigmoid of each score by itself; softmax compares the scores of a row.": (
            torch.sigmoid
        ),
        "The sigmoid stands where the exponential belongs.": _ratio(torch.sigmoid, torch.sigmoid),
        "This says 1 for the largest score and 0 for the others; softmax gives the others their "
        "share.": (lambda z: F.one_hot(z.argmax(-1), z.shape[-1]).to(z.dtype),),
        "This is the place of the largest score; a probability for each score is "
        "asked.": lambda z: z.argmax(-1),
        "You divided by the length of the row of exponentials; divide by their sum.": lambda z: (
            F.normalize((z - _most(z)).exp(), dim=-1)
        ),
        "A power of 2 stands where a power of e belongs: torch.exp.": (
            _of_exponentials(lambda z: (z - _most(z)) * tensor(2.0).log()),
            lambda z: 2**z / _total(2**z),
        ),
        "A power of 10 stands where a power of e belongs: torch.exp.": (
            _of_exponentials(lambda z: (z - _most(z)) * tensor(10.0).log())
        ),
        "The scores are scaled before the exponential, which is another temperature; take them as "
        "they are.": tuple(
            lambda z, t=t: (z / t).softmax(-1) for t in (0.1, 0.5, 2, 10, 100, 1000, 10000)
        ),
        "You subtracted the largest probability from 1; give the probabilities themselves.": (
            lambda z: 1 - z.softmax(-1)
        ),
        "The sum runs over everything but the first dimension, which is right for a table only: "
        "dim=-1.": lambda z: torch.stack([row.flatten().softmax(0).view_as(row) for row in z]),
        "Without dim, torch guesses the dimension, and only for a table is it the last: dim=-1.": (
            lambda z: z.softmax(1 if z.dim() == 2 else 0)
        ),
        "The sum runs over the last dimension but one; it must be the last, dim=-1.": lambda z: (
            z.softmax(-2 if z.dim() > 1 else 0)
        ),
        "You divided by how many rows there are; divide by the sum of the "
        "exponentials.": lambda z: (z - _most(z)).exp() / len(z),
        "This gives the largest probability alone; give all of them.": lambda z: (
            z.softmax(-1).max(dim=-1).values
        ),
        "The logarithm of the sum stands where the sum belongs.": (
            lambda z: (z - _most(z)).exp() / _total((z - _most(z)).exp()).log()
        ),
        "The exponential of the largest score is below the line; the sum of all belongs there.": (
            lambda z: z.exp() / _most(z.exp())
        ),
        "Softmax is taken twice.": lambda z: z.softmax(-1).softmax(-1),
        "The number 1 is added to the sum; divide by the sum alone.": lambda z: (
            (z - _most(z)).exp() / (_total((z - _most(z)).exp()) + 1)
        ),
    },
    hints=[
        "Exponentials first, then divide by their sum along dim=-1, with keepdim=True.",
        "Adding a number to all scores of a row changes nothing: choose one that prevents "
        "overflow.",
        "z - z.max(dim=-1, keepdim=True).values",
    ],
)
def softmax(z):
    e = torch.exp(z - z.max(dim=-1, keepdim=True).values)
    return e / e.sum(dim=-1, keepdim=True)


def _rows():
    shape = random.choice([(3, 4), (2, 5), (2, 3, 4)])
    c = shape[-1]
    return torch.randn(shape) * 2 + 1, torch.randn(c), torch.randn(c), random.choice([1e-5, 0.1])


def _center(x):
    return x.mean(dim=-1, keepdim=True)


def _var(x, dim=-1, correction=0):
    return x.var(dim=dim, keepdim=True, correction=correction)


def _norm(
    mean=_center,
    variance=_var,
    root=lambda v, eps: torch.sqrt(v + eps),
    scale=lambda n, gamma, beta: n * gamma + beta,
):
    """A LayerNorm with another mean, variance, root or scale."""
    return lambda x, gamma, beta, eps: scale((x - mean(x)) / root(variance(x), eps), gamma, beta)


@exercise(
    "05.layer_norm",
    cases=[
        (
            tensor([[1.0, 2.0, 4.0]]),
            tensor([1.0, 2.0, 0.5]),
            tensor([0.5, 0.0, -1.0]),
            0.1,
        ),
        (
            tensor([[1.0, 2.0], [5.0, 1.0], [0.0, 4.0]]),
            tensor([1.0, 2.0]),
            tensor([0.25, 1.0]),
            0.5,
        ),
    ],
    random_case=_rows,
    borders=[
        (torch.arange(24.0).reshape(6, 4).sqrt(), torch.arange(4.0), torch.ones(4), 1e-5),
        (torch.arange(24.0).reshape(2, 3, 4).sin(), torch.ones(4), torch.zeros(4), 1e-3),
        (torch.arange(6.0).reshape(2, 3).sin(), torch.ones(3), torch.zeros(3), 0.0),
    ],
    facts={
        "x is a table": lambda x, *rest: x.dim() == 2,
        "there is one row": lambda x, *rest: x.numel() == x.shape[-1],
    },
    mistakes={
        "The variance was divided by N - 1. LayerNorm divides by N: correction=0.": (
            _norm(variance=lambda x: _var(x, correction=1)),
            _norm(
                variance=lambda x: _var(x, correction=1), root=lambda v, eps: torch.sqrt(v) + eps
            ),
        ),
        "Mean and variance run down the columns; they belong to each row, dim=-1.": (
            _norm(lambda x: x.mean(0, keepdim=True), lambda x: _var(x, 0)),
            _norm(lambda x: x.mean(0, keepdim=True), lambda x: _var(x, 0, 1)),
        ),
        "dim=1 is the last dimension only of a table. With dim=-1 it is the last of any tensor.": (
            _norm(lambda x: x.mean(1, keepdim=True), lambda x: _var(x, 1)),
            _norm(lambda x: x.mean(1, keepdim=True), lambda x: _var(x, 1, 1)),
        ),
        "One mean and one variance for everything; each row has its own.": (
            _norm(torch.mean, lambda x: x.var(correction=0)),
            _norm(torch.mean, lambda x: x.var()),
        ),
        "gamma and beta come after the shift and the scale, not before: first (x - mean) / root.": (
            lambda x, g, b, eps: _norm(scale=lambda n, g, b: n)(x * g + b, g, b, eps),
            lambda x, g, b, eps: _norm(scale=lambda n, g, b: n + b)(x * g, g, b, eps),
        ),
        "Mean and variance run over the last two dimensions; each row has its own, dim=-1.": (
            _norm(
                lambda x: x.mean((-2, -1), keepdim=True),
                lambda x: x.var((-2, -1), keepdim=True, correction=0),
            ),
        ),
        "One variance for everything; each row has its own.": (
            _norm(variance=lambda x: x.var(correction=0)),
            _norm(variance=lambda x: x.var()),
            _norm(variance=lambda x: ((x - _center(x)) ** 2).mean()),
        ),
        "One mean for everything; each row has its own.": (
            _norm(torch.mean),
            _norm(torch.mean, lambda x: _center((x - x.mean()) ** 2)),
        ),
        "eps belongs inside the root, beside the variance.": _norm(
            root=lambda v, eps: torch.sqrt(v) + eps
        ),
        "The root of a sum is not the sum of the roots: sqrt(variance + eps).": _norm(
            root=lambda v, eps: torch.sqrt(v) + eps**0.5
        ),
        "The standard deviation stands inside the root; the variance belongs there.": (
            _norm(variance=lambda x: _var(x).sqrt()),
            _norm(variance=lambda x: _var(x, correction=1).sqrt()),
        ),
        "eps is outside the parentheses: it is added to the variance, inside the root.": (
            lambda x, g, b, eps: (x - _center(x)) / torch.sqrt(_var(x)) + eps * g + b,
        ),
        "eps is added to the variance, not subtracted from it.": _norm(
            root=lambda v, eps: torch.sqrt(v - eps)
        ),
        "gamma multiplies and beta is added; you multiplied by their sum.": _norm(
            scale=lambda n, g, b: n * (g + b)
        ),
        "beta is added, not subtracted.": _norm(scale=lambda n, g, b: n * g - b),
        "eps is missing.": _norm(root=lambda v, eps: torch.sqrt(v)),
        "The eps that is given is not used: torch takes 1e-5 unless it is "
        "told.": lambda x, g, b, eps: F.layer_norm(x, x.shape[-1:], g, b),
        "gamma and beta are not used, nor is eps: a new nn.LayerNorm has a 1, a 0 and a 1e-5 of "
        "its own.": lambda x, g, b, eps: F.layer_norm(x, x.shape[-1:]),
        "gamma and beta are missing.": _norm(scale=lambda n, g, b: n),
        "The mean is not taken away.": lambda x, g, b, eps: x / torch.sqrt(_var(x) + eps) * g + b,
        "The mean is added; subtract it.": _norm(mean=lambda x: -_center(x)),
        "The sign is reversed: it is x minus the mean.": _norm(scale=lambda n, g, b: -n * g + b),
        "The median is taken away; the mean is meant.": (
            _norm(lambda x: x.median(-1, keepdim=True).values),
            _norm(
                lambda x: x.median(-1, keepdim=True).values,
                lambda x: ((x - x.median(-1, keepdim=True).values) ** 2).mean(-1, keepdim=True),
            ),
        ),
        "This is divided by the variance; its root is meant.": (
            _norm(root=lambda v, eps: v + eps),
            _norm(variance=lambda x: _var(x, correction=1), root=lambda v, eps: v + eps),
        ),
        "This multiplies by the root; divide by it.": _norm(
            root=lambda v, eps: 1 / torch.sqrt(v + eps)
        ),
        "The squared distances are added up; their mean is the variance.": (
            _norm(variance=lambda x: _var(x) * x.shape[-1]),
            _norm(variance=lambda x: _var(x) * x.shape[-1], root=lambda v, eps: v.sqrt() + eps),
        ),
        "The variance is the mean of the squared distances; you took the distances without their "
        "sign.": (
            _norm(
                root=lambda v, eps: v + eps,
                variance=lambda x: (x - _center(x)).abs().mean(-1, True),
            ),
            _norm(variance=lambda x: (x - _center(x)).abs().mean(-1, True)),
        ),
        "The distances from the mean average to 0: square each first, then take the mean.": _norm(
            variance=lambda x: _center(x - _center(x)) ** 2
        ),
        "The mean of the squares, minus the mean: the mean has to be squared there.": _norm(
            variance=lambda x: _center(x**2) - _center(x)
        ),
        "The variance is the mean squared distance from the mean; you squared x itself.": _norm(
            variance=lambda x: _center(x**2)
        ),
        "The largest number stands where the root of the variance belongs.": _norm(
            variance=lambda x: x.max(-1, keepdim=True).values, root=lambda v, eps: v + eps
        ),
        "The smallest and the largest number are used here; mean and variance are meant.": _norm(
            lambda x: x.amin(-1, keepdim=True),
            lambda x: x.amax(-1, keepdim=True) - x.amin(-1, keepdim=True),
            lambda v, eps: v + eps,
        ),
        "gamma and beta are swapped: multiply by gamma, then add beta.": _norm(
            scale=lambda n, g, b: n * b + g
        ),
        "beta was added before gamma multiplied: first times gamma, then plus beta.": _norm(
            scale=lambda n, g, b: (n + b) * g
        ),
        "gamma divides; it multiplies. Is it inside the parentheses below?": _norm(
            scale=lambda n, g, b: n / g + b
        ),
        "gamma and beta are below, in the divisor: first divide, then multiply and add.": (
            lambda x, g, b, eps: (x - _center(x)) / (torch.sqrt(_var(x) + eps) * g + b)
        ),
        "gamma is added; it multiplies.": _norm(scale=lambda n, g, b: n + g + b),
        "The parentheses are missing: only the mean is divided by the root.": lambda x, g, b, eps: (
            x - _center(x) / torch.sqrt(_var(x) + eps) * g + b
        ),
        "The softmax stands where the shifted and scaled row belongs.": lambda x, g, b, eps: (
            x.softmax(-1) * g + b
        ),
        "This is RMSNorm: the mean has to be taken away as well.": _norm(
            lambda x: 0.0, lambda x: _center(x**2)
        ),
    },
    hints=[
        "Mean and variance of each row: dim=-1, with keepdim=True.",
        "The variance is the mean of the squared distances from the mean, divided by N.",
        "(x - mean) / torch.sqrt(variance + eps) * gamma + beta",
    ],
)
def layer_norm(x, gamma, beta, eps):
    mean = x.mean(dim=-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(dim=-1, keepdim=True)
    return (x - mean) / torch.sqrt(variance + eps) * gamma + beta


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
    return (
        random.choice(
            [
                nn.Linear(a, b),
                nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c)),
                nn.Sequential(nn.Linear(a, b), nn.Sequential(nn.Tanh(), nn.Linear(b, c))),
                _Shared(a + 2, b),
                nn.BatchNorm1d(a),
            ]
        ),
    )


def _sizes(module):
    return [p.numel() for p in module.parameters()]


def _all_sizes(of):
    """A count that adds up something else of each parameter."""
    return lambda m: sum(of(p) for p in m.parameters())


def _of_linears(m):
    return sum(
        p.numel() for part in m.modules() if isinstance(part, nn.Linear) for p in part.parameters()
    )


@exercise(
    "05.count",
    cases=[(nn.Linear(2, 1),), (nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)),), (_Shared(),)],
    random_case=_any_module,
    borders=[
        (nn.Sequential(*(nn.Linear(2, 2) for _ in range(6))),),
        (nn.Sequential(nn.Sequential(nn.Sequential(nn.Linear(3, 1))), _Shared(4, 2)),),
        (nn.Embedding(3, 2),),
        (nn.Sequential(nn.LayerNorm(3), nn.LayerNorm(3)),),
    ],
    mistakes={
        "This is 0 for every module: vars and __dict__ do not list parameters, and nothing is "
        "added up; module.parameters() gives them.": lambda m: 0,
        "Parameters of different parts have the same last name, weight, and only one of them is "
        "kept: do not use the last name as a key.": lambda m: sum(
            {n.split(".")[-1]: p.numel() for n, p in m.named_parameters()}.values()
        ),
        "Two different parameters of equal values are two parameters: ask whether they are the "
        "same one.": lambda m: sum(
            len(value) for value in {tuple(p.flatten().tolist()) for p in m.parameters()}
        ),
        "The first dimension times the last is not all of a bias, which has only one: "
        "p.numel().": _all_sizes(lambda p: p.shape[0] * p.shape[-1]),
        "You counted the tensors; count the numbers in them, p.numel().": lambda m: len(_sizes(m)),
        "You counted the entries of state_dict, which are tensors and names. Count the numbers in "
        "each parameter, p.numel().": lambda m: len(m.state_dict()),
        "You counted the modules; count the numbers in their parameters.": (
            lambda m: len(list(m.modules())),
            lambda m: len(list(m.children())),
        ),
        "Buffers are in state_dict too, and shared parameters come in it twice: go through "
        "parameters().": lambda m: sum(t.numel() for t in m.state_dict().values()),
        "Only the first dimension of each parameter was counted: len(p). All numbers: "
        "p.numel().": _all_sizes(len),
        "Only the last dimension of each parameter was counted. All numbers: "
        "p.numel().": _all_sizes(lambda p: p.shape[-1]),
        "The dimensions of a tensor are multiplied, not added: p.numel() does it.": _all_sizes(
            lambda p: sum(p.shape)
        ),
        "shape[1] exists only in a table, and a bias has one dimension. p.numel() "
        "works for both.": (_all_sizes(lambda p: p.shape[0] * p.shape[1])),
        "A parameter that two names lead to was counted twice.": lambda m: sum(
            p.numel() for _, p in m.named_parameters(remove_duplicate=False)
        ),
        "The biases are missing.": (
            lambda m: sum(p.numel() for n, p in m.named_parameters() if not n.endswith("bias")),
            _all_sizes(lambda p: p.numel() if p.dim() > 1 else 0),
        ),
        "Only the biases were counted.": (
            lambda m: sum(p.numel() for n, p in m.named_parameters() if n.endswith("bias"))
        ),
        "Only what lies directly in the module was counted, not what is inside its parts.": (
            lambda m: sum(p.numel() for p in m.parameters(recurse=False)),
            lambda m: sum(p.numel() for n, p in m.named_parameters() if n == "weight"),
        ),
        "Only what lies in the parts of the module was counted, not what is its own.": (
            lambda m: sum(p.numel() for part in m.children() for p in part.parameters()),
            lambda m: sum(
                {id(p): p.numel() for part in m.children() for p in part.parameters()}.values()
            ),
        ),
        "Only the direct parts of the module were looked at: not itself, and not the parts of its "
        "parts.": lambda m: sum(
            p.numel() for part in m.children() for p in part.parameters(recurse=False)
        ),
        "modules() gives the module itself and every part, and parameters() of each goes into its "
        "parts: that counts some several times.": lambda m: sum(
            p.numel() for part in m.modules() for p in part.parameters()
        ),
        "Only Linear layers were counted; other modules have parameters too.": (
            _of_linears,
            lambda m: sum(
                part.weight.numel() for part in m.modules() if isinstance(part, nn.Linear)
            ),
        ),
        "Not every module has a weight and a bias of its own. parameters() gives those of all "
        "parts.": (
            lambda m: m.weight.numel(),
            lambda m: m.weight.numel() + m.bias.numel(),
            lambda m: sum(part.weight.numel() for part in m.children()),
            lambda m: sum(part.weight.numel() + part.bias.numel() for part in m.children()),
            lambda m: m.in_features * m.out_features + m.out_features,
        ),
        "The number of dimensions was added up; p.numel() is the number of numbers.": _all_sizes(
            torch.Tensor.dim
        ),
        "Buffers were counted as well; they are not learned.": lambda m: sum(
            t.numel() for t in [*m.parameters(), *m.buffers()]
        ),
        "The buffers were taken away. They are not among the parameters, so there is nothing to "
        "take away.": lambda m: sum(_sizes(m)) - sum(b.numel() for b in m.buffers()),
        "Only the buffers were counted, and they are not learned.": lambda m: sum(
            b.numel() for b in m.buffers()
        ),
        "You added up the values of the parameters; count how many there are.": (
            lambda m: sum(p.sum().item() for p in m.parameters()),
            lambda m: sum(p.sum() for p in m.parameters()),
            lambda m: sum(p.detach().abs().sum() for p in m.parameters()),
        ),
        "Only the numbers that are not 0 were counted. A 0 is learned as well.": _all_sizes(
            lambda p: int((p != 0).sum())
        ),
        "You counted bytes; count numbers.": _all_sizes(lambda p: p.numel() * p.element_size()),
        "Two parameters of the same size are two parameters: that they share a shape does not "
        "make them one.": (
            lambda m: sum(shape.numel() for shape in {p.shape for p in m.parameters()}),
            lambda m: sum(set(_sizes(m))),
        ),
        "Only the last parameter is counted: does each round forget the total so far?": (
            lambda m: _sizes(m)[-1]
        ),
        "Only the first parameter is counted: does return stand inside the loop?": (
            lambda m: _sizes(m)[0]
        ),
        "You multiplied the parameters' sizes; add them up.": lambda m: (
            tensor(_sizes(m)).prod().item()
        ),
        "You took the largest parameter; add up all.": lambda m: max(_sizes(m)),
        "You took the mean size of a parameter; add up all.": lambda m: (
            sum(_sizes(m)) / len(_sizes(m))
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


def _made(make, width):
    """The learner's module, or a Wrong that says what keeps it from being one."""
    if isinstance(make, nn.Module):
        raise Wrong("check wants the class itself; this is a module that was made with it already.")
    try:
        module = make(width)
    except AttributeError as error:
        if "has no attribute 'detach'" in str(error):
            raise Wrong("nn.Parameter wraps a tensor: nn.Parameter(torch.ones(C)).") from None
        if "Module.__init__" not in str(error):
            raise
        raise Wrong(
            "super().__init__() must be the first line of __init__: it prepares the place where "
            "parameters are kept."
        ) from None
    except TypeError as error:
        if "__init__() takes 1 positional argument" in str(error):
            raise Wrong(
                "__init__ takes two arguments, self and C: def __init__(self, C)."
            ) from None
        if "'super' object" not in str(error):
            raise
        raise Wrong("super is called with parentheses: super().__init__().") from None
    if not isinstance(module, nn.Module):
        raise Wrong(
            f"It must be an nn.Module, and this is a {type(module).__name__}: write (nn.Module) "
            f"after "
            "the name of the class."
        )
    if type(module).forward is nn.Module.forward:
        raise Wrong("The method forward is missing, or has another name: def forward(self, x).")
    _look_at_parameters(module, width)
    return module


def _look_at_parameters(module, width):
    names = sorted(name for name, _ in module.named_parameters())
    if not names and isinstance(getattr(module, "weight", None), torch.Tensor):
        raise Wrong(
            "A plain tensor is no parameter, and a buffer is not learned: wrap it in nn.Parameter."
        )
    if not names:
        raise Wrong("It has no parameter: give it self.weight, an nn.Parameter, in __init__.")
    if names != ["weight"]:
        raise Wrong(f"It must have one parameter, named weight; you have {', '.join(names)}.")
    shape = tuple(module.weight.shape)
    if shape != (width,):
        raise Wrong(
            f"weight must hold one factor per column, shape ({width},) for C = {width}; it has "
            f"shape {shape}."
        )
    if not module.weight.requires_grad:
        raise Wrong("The weight is not learned: leave requires_grad of the nn.Parameter at True.")


def _sent_through(module, x):
    """The output of forward, or a Wrong that says why it is none."""
    try:
        out = module(x)
    except TypeError as error:
        if "forward() takes 1 positional argument" not in str(error):
            raise
        raise Wrong("forward takes two arguments, self and x: def forward(self, x).") from None
    except RuntimeError as error:
        if "in-place" not in str(error):
            raise
        raise Wrong(
            "forward changes x in place. The caller still needs x: compute a new tensor, x / ... "
            "instead of x /= ..."
        ) from None
    if out is None:
        raise Wrong("forward returns nothing. Its last line must be: return and the result.")
    if not isinstance(out, torch.Tensor):
        raise Wrong(f"forward must return a tensor; it returns a {type(out).__name__}.")
    if out.shape != x.shape:
        raise Wrong(
            f"forward must return the shape of x, {tuple(x.shape)}; it returns {tuple(out.shape)}."
        )
    if not out.requires_grad:
        raise Wrong(
            "No slope can come back through forward: no_grad, detach and .data cut the graph."
        )
    return out


def _use_module(make, x, weight):
    """Make the learner's module, give it a weight, and send x through and slopes back."""
    module = _made(make, x.shape[-1])
    start = module.weight.detach().clone()
    with torch.no_grad():
        module.weight.copy_(weight)
    x = x.to(module.weight.dtype).clone().requires_grad_()
    out = _sent_through(module, x)
    (out * torch.arange(1.0, out.numel() + 1).reshape(out.shape)).sum().backward()
    return {
        "weight at the start": start,
        "output": out.detach(),
        "slope of x": x.grad,
        "slope of weight": module.weight.grad,
    }


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


def _root(root):
    """A mistaken RMSNorm: divided by another root."""
    return _rms(root=lambda self, x: root(x))


def _forward(forward):
    """A mistaken RMSNorm: ``forward(x, root, weight)`` is another."""
    return _rms(forward=lambda self, x: forward(x, self.root(x), self.weight))


def _weight_of(draw, **methods):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.weight = nn.Parameter(draw(width))

    return _rms(__init__=__init__, **methods)


def _square(x):
    return (x**2).mean(dim=-1, keepdim=True)


rms_norm = exercise(
    "05.rms_norm",
    cases=[
        (tensor([[3.0, 4.0]]), tensor([1.0, 1.0])),
        (tensor([[1.0, 2.0, 2.0], [0.0, 3.0, 4.0]]), tensor([1.0, 2.0, 0.5])),
        (tensor([[0.001, 0.002]]), tensor([1.0, 2.0])),
    ],
    random_case=lambda: (torch.randn(2, 3, n := random.randint(2, 5)), torch.randn(n)),
    borders=[
        (torch.arange(12.0).reshape(6, 2).sqrt(), tensor([0.5, 2.0])),
        (torch.zeros(2, 3), tensor([1.0, 2.0, 3.0])),
    ],
    call=_use_module,
    mistakes={
        "The weight must be 1 at the start.": (
            _weight_of(torch.zeros),
            _weight_of(torch.randn),
            _weight_of(torch.rand),
            _weight_of(lambda n: torch.randn(n) * 0.02),
        ),
        "The weight is 0 at the start and you multiply by 1 + weight; the exercise wants a weight "
        "that is 1 at the start and multiplies by itself.": _weight_of(
            torch.zeros, forward=lambda self, x: x / self.root(x) * (1 + self.weight)
        ),
        "The squares are added up; their mean is meant.": (
            _root(lambda x: torch.sqrt((x**2).sum(dim=-1, keepdim=True) + 1e-6)),
            _root(lambda x: torch.sqrt((x**2).sum(dim=-1, keepdim=True))),
            _root(lambda x: torch.sqrt((x**2).sum(dim=-1, keepdim=True)) + 1e-6),
            _root(lambda x: x.norm(dim=-1, keepdim=True).clamp(min=1e-12)),
        ),
        "This is LayerNorm without its shift: in RMSNorm the mean is not taken away.": (
            _root(lambda x: torch.sqrt(x.var(-1, correction=0, keepdim=True) + 1e-6)),
            _root(lambda x: torch.sqrt(x.var(-1, keepdim=True) + 1e-6)),
            _root(lambda x: x.std(-1, correction=0, keepdim=True)),
            _root(lambda x: x.std(-1, keepdim=True)),
            _root(lambda x: x.std(-1, correction=0, keepdim=True) + 1e-6),
            _root(lambda x: x.std(-1, keepdim=True) + 1e-6),
            _rms(forward=lambda self, x: _RMSNorm.forward(self, x - x.mean(-1, keepdim=True))),
            _forward(lambda x, root, w: (x - x.mean(-1, keepdim=True)) / root * w),
            _rms(
                forward=lambda self, x: (
                    (x - x.mean(-1, keepdim=True))
                    / torch.sqrt(x.var(-1, keepdim=True) + 1e-6)
                    * self.weight
                )
            ),
        ),
        "eps is missing: 1e-6 is added to the mean square, inside the root.": _root(
            lambda x: torch.sqrt(_square(x))
        ),
        "eps belongs inside the root, beside the mean square.": _root(
            lambda x: torch.sqrt(_square(x)) + 1e-6
        ),
        "eps has another value: the exercise asks for 1e-6, inside the root.": tuple(
            make
            for eps in (
                1.0,
                0.1,
                0.01,
                1e-3,
                1e-4,
                1e-5,
                1e-7,
                1e-8,
                1e-9,
                1e-10,
                1e-12,
                torch.finfo(torch.float32).eps,
                torch.finfo(torch.float64).eps,
            )
            for make in (
                _root(lambda x, eps=eps: torch.sqrt(_square(x) + eps)),
                _root(lambda x, eps=eps: torch.sqrt(_square(x)) + eps),
            )
        ),
        "The weight is not used in forward.": _forward(lambda x, root, w: x / root),
        "No slope reaches the weight: .data and detach() cut it off.": _forward(
            lambda x, root, w: x / root * w.detach()
        ),
        "The weight divides; it multiplies.": _forward(lambda x, root, w: x / root / w),
        "The weight is added; it multiplies.": _forward(lambda x, root, w: x / root + w),
        "The weight is used twice, or squared; multiply by it once.": _forward(
            lambda x, root, w: x / root * w**2
        ),
        "x is squared above as well; divide x itself by the root.": _forward(
            lambda x, root, w: x**2 / root * w
        ),
        "x is missing above: divide x by the root.": _forward(lambda x, root, w: w / root + 0 * x),
        "keepdim=True is missing: without it the mean of each row does not stand upright beside "
        "its row.": _root(lambda x: torch.sqrt((x**2).mean(dim=-1) + 1e-6)),
        "The mean runs over everything; each row has its own, dim=-1 with keepdim=True.": _root(
            lambda x: torch.sqrt((x**2).mean() + 1e-6)
        ),
        "The mean runs down the columns; it must be dim=-1.": _root(
            lambda x: torch.sqrt((x**2).mean(dim=0, keepdim=True) + 1e-6)
        ),
        "dim=1 is the last dimension only of a table. With dim=-1 it is the last of "
        "any tensor.": _root(lambda x: torch.sqrt((x**2).mean(dim=1, keepdim=True) + 1e-6)),
        "The root is missing: divide by the root of the mean square.": (
            _root(lambda x: _square(x) + 1e-6),
            _root(_square),
        ),
        "A power of 2 stands where the root belongs: ** 0.5 or torch.sqrt.": _root(
            lambda x: (_square(x) + 1e-6) ** 2
        ),
        "This is the square of the mean; square first, and take the mean of the squares.": (
            _root(lambda x: torch.sqrt(x.mean(-1, keepdim=True) ** 2 + 1e-6)),
            _root(lambda x: x.mean(-1, keepdim=True) + 1e-6),
            _root(lambda x: x.mean(-1, keepdim=True)),
        ),
        "This divides by the mean of the absolute values; the root of the mean of the squares is "
        "meant.": (
            _root(lambda x: x.abs().mean(-1, keepdim=True) + 1e-6),
            _root(lambda x: x.abs().mean(-1, keepdim=True)),
            _root(lambda x: torch.sqrt(x.abs().mean(-1, keepdim=True) + 1e-6)),
        ),
        "This multiplies by the root; divide by it.": _forward(lambda x, root, w: x * root * w),
        "This is softmax; divide each row by the root of the mean of its squares.": _forward(
            lambda x, root, w: x.softmax(-1) * w
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
