"""Lesson 05: answers as learners write them; see ``answers``."""

import math

import numpy
import torch
from torch import nn
from torch.nn import functional as F

from .answers import right, wrong

# 05.softmax


@wrong("05.softmax", "for large ones the exponential overflows")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = z.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "largest score of the whole tensor")
def my_softmax(z):
    shifted = z - z.max()
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "divided by the sum over everything")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum()


@wrong("05.softmax", "along dimension 0")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(0, keepdim=True)


@wrong("05.softmax", "smallest score was subtracted")
def my_softmax(z):
    shifted = z - torch.amin(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "mean of the row was subtracted")
def my_softmax(z):
    shifted = z - torch.mean(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "largest score was added")
def my_softmax(z):
    shifted = z + torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "must get the largest probability")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.neg().exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "division by their sum is missing")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers


@wrong("05.softmax", "mean of the exponentials")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.mean(-1, keepdim=True)


@wrong("05.softmax", "log of the probabilities")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return shifted - powers.sum(-1, True).log()


@wrong("05.softmax", "divided by the largest")
def my_softmax(z):
    shifted = z / torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "A power of 2")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = torch.exp2(shifted)
    return powers / powers.sum(-1, keepdim=True)


@wrong("05.softmax", "Cutting the scores off")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = z.clamp(max=60).exp()
    return powers / powers.sum(-1, keepdim=True)


@right("05.softmax")
def my_softmax(z):
    shifted = z - torch.amax(z, dim=-1, keepdim=True)
    powers = shifted.exp()
    return powers / powers.sum(-1, keepdim=True)


right("05.softmax")(nn.Softmax(-1))


@right("05.softmax")
def my_softmax(z):
    return (z - z.logsumexp(-1, keepdim=True)).exp()


@right("05.softmax")
def my_softmax(z):
    return 1 / (z[..., None, :] - z[..., :, None]).double().exp().sum(-1)


@right("05.softmax")
def my_softmax(z):
    m = z.max(-1, keepdim=True)[0]
    e = (z - m).exp()
    return e / e.sum(-1, keepdim=True)


@right("05.softmax")
def my_softmax(z):
    return F.softmax(z, dim=-1)


@right("05.softmax")
def my_softmax(z):
    return (z - torch.logsumexp(z, -1, keepdim=True)).exp()


@wrong("05.softmax", "with nothing added or cut off")
def my_softmax(z):
    e = torch.exp(z - z.max(-1, keepdim=True).values)
    return e / (e.sum(-1, keepdim=True) + 1e-3)


@wrong("05.softmax", "The exponential of")
def my_softmax(z):
    e = torch.exp(z)
    return e / e.max(-1, keepdim=True).values


@wrong("05.softmax", "You subtracted the")
def my_softmax(z):
    return 1 - z.softmax(-1)


@wrong("05.softmax", "The sum runs over the")
def my_softmax(z):
    return z.softmax(-2) if z.dim() > 1 else z.softmax(0)


@wrong("05.softmax", "A fixed number is")
def my_softmax(z):
    e = torch.exp(z - 10000)
    return e / e.sum(-1, keepdim=True)


@wrong("05.softmax", "You divided by how")
def my_softmax(z):
    e = torch.exp(z - z.max(dim=-1, keepdim=True).values)
    return e / len(e)


@wrong("05.softmax", "Dividing by the sum")
def my_softmax(z):
    return z / z.sum(-1, keepdim=True)


@wrong("05.softmax", "The sum runs over everything")
def my_softmax(z):
    out = z.clone()
    for i in range(len(z)):
        e = torch.exp(z[i] - z[i].max())
        out[i] = e / e.sum()
    return out


# 05.layer_norm


@wrong("05.layer_norm", "divided by N - 1")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (x.var(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "`beta` is missing")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread)


@wrong("05.layer_norm", "`gamma` is missing")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return away / spread + beta


@wrong("05.layer_norm", "gamma and beta are missing")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return away / spread


@wrong("05.layer_norm", "gamma and beta are swapped")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return beta * (away / spread) + gamma


@wrong("05.layer_norm", "its root is meant")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = away.square().mean(-1, keepdim=True) + eps
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "eps belongs inside")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = away.square().mean(-1, keepdim=True) ** 0.5 + eps
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "This is RMSNorm")
def my_layer_norm(x, gamma, beta, eps):
    away = x
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "where it must be subtracted")
def my_layer_norm(x, gamma, beta, eps):
    away = x + x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "squared distances are added up")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().sum(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "distances without their sign")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.abs().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "This multiplies by the root")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away * spread) + beta


@wrong("05.layer_norm", "One variance for everything")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean() + eps) ** 0.5
    return gamma * (away / spread) + beta


@wrong("05.layer_norm", "One mean for everything")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean()
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@right("05.layer_norm")
def my_layer_norm(x, gamma, beta, eps):
    away = x - x.mean(-1, keepdim=True)
    spread = (away.square().mean(-1, keepdim=True) + eps) ** 0.5
    return gamma * (away / spread) + beta


@right("05.layer_norm")
def my_layer_norm(x, g, b, eps):
    return F.layer_norm(x, g.shape, g, b, eps)


@right("05.layer_norm")
def my_layer_norm(x, g, b, eps):
    n = nn.LayerNorm(len(g), eps)
    n.load_state_dict({"weight": g, "bias": b})
    return n.to(x.dtype)(x)


@right("05.layer_norm")
def my_layer_norm(x, g, b, eps):
    m = torch.einsum("...c->...", x)[..., None] / len(g)
    return (x - m) * ((x * x).mean(-1, True) - m * m + eps).rsqrt() * g + b


@right("05.layer_norm")
def my_layer_norm(x, gamma, beta, eps):
    d = x - x.mean(-1, keepdim=True)
    return d * torch.rsqrt(d.pow(2).mean(-1, keepdim=True) + eps) * gamma + beta


@right("05.layer_norm")
def my_layer_norm(x, gamma, beta, eps):
    return F.layer_norm(x, (x.shape[-1],), weight=gamma, bias=beta, eps=eps)


@wrong("05.layer_norm", "gamma and beta come")
def my_layer_norm(x, gamma, beta, eps):
    x = x * gamma + beta
    m = x.mean(-1, keepdim=True)
    v = ((x - m) ** 2).mean(-1, keepdim=True)
    return (x - m) / torch.sqrt(v + eps)


@wrong("05.layer_norm", "Mean and variance run over")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(dim=(-2, -1), keepdim=True) if x.dim() > 1 else x.mean()
    v = ((x - m) ** 2).mean(dim=(-2, -1), keepdim=True) if x.dim() > 1 else ((x - m) ** 2).mean()
    return (x - m) / torch.sqrt(v + eps) * gamma + beta


@wrong("05.layer_norm", "The standard deviation")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(-1, keepdim=True)
    v = x.std(-1, keepdim=True, correction=0)
    return (x - m) / torch.sqrt(v + eps) * gamma + beta


@wrong("05.layer_norm", "eps is outside the")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(-1, keepdim=True)
    v = ((x - m) ** 2).mean(-1, keepdim=True)
    return (x - m) / torch.sqrt(v) + eps * gamma + beta


@wrong("05.layer_norm", "eps is added to the")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(-1, keepdim=True)
    v = ((x - m) ** 2).mean(-1, keepdim=True)
    return (x - m) / torch.sqrt(v - eps) * gamma + beta


@wrong("05.layer_norm", "gamma multiplies and")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(-1, keepdim=True)
    v = ((x - m) ** 2).mean(-1, keepdim=True)
    return (x - m) / torch.sqrt(v + eps) * (gamma + beta)


@wrong("05.layer_norm", "The eps that is given")
def my_layer_norm(x, gamma, beta, eps):
    m = x.mean(-1, keepdim=True)
    v = ((x - m) ** 2).mean(-1, keepdim=True)
    return (x - m) / torch.sqrt(v + 1e-5) * gamma + beta


# 05.count


@wrong("05.count", "You counted the tensors")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += 1
    return total


@wrong("05.count", "Only the first dimension")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += p.size(0)
    return total


@wrong("05.count", "shape[1] exists only in a table")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += p.shape[1] * p.shape[0]
    return total


@wrong("05.count", "multiplied, not added")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += sum(p.size())
    return total


@wrong("05.count", "number of dimensions")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += len(p.shape)
    return total


@wrong("05.count", "You added up the values")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += float(p.sum())
    return total


@wrong("05.count", "forget the total")
def my_count(module):
    total = 0
    for p in module.parameters():
        total = p.numel()
    return total


@wrong("05.count", "does return stand inside")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += p.numel()
        return total


@wrong("05.count", "always 1 too large")
def my_count(module):
    total = 1
    for p in module.parameters():
        total += p.numel()
    return total


@wrong("05.count", "directly in the module")
def my_count(module):
    total = 0
    for p in module.parameters(recurse=False):
        total += p.numel()
    return total


@wrong("05.count", "Buffers are in state_dict")
def my_count(module):
    total = 0
    for p in module.state_dict().values():
        total += p.numel()
    return total


@wrong("05.count", "prints its answer")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += p.numel()
    print(total)


@wrong("05.count", "changed argument 1 in place")
def my_count(module):
    total = 0
    for p in module.parameters():
        p.data += 1
        total += p.numel()
    return total


@wrong("05.count", "that counts some several times")
def my_count(module):
    n = 0
    for part in module.modules():
        n += sum((p.numel() for p in part.parameters()))
    return n


@wrong("05.count", "Only Linear layers")
def my_count(module):
    n = 0
    for part in module.modules():
        if type(part) is nn.Linear:
            n += sum((p.numel() for p in part.parameters()))
    return n


n = 0


@wrong("05.count", "gives two different answers")
def my_count(module):
    global n
    n += sum((p.numel() for p in module.parameters()))
    return n


@right("05.count")
def my_count(module):
    total = 0
    for p in module.parameters():
        total += p.numel()
    return total


@right("05.count")
def my_count(module):
    return len(nn.utils.parameters_to_vector(module.parameters()))


@right("05.count")
def my_count(module):
    return torch.cat([p.reshape(-1) for p in list(module.parameters())]).shape[0]


@right("05.count")
def my_count(module):
    return sum((math.prod(p.shape) for name, p in module.named_parameters()))


@right("05.count")
def my_count(module):
    seen = {}
    for part in module.modules():
        for p in part.parameters(recurse=False):
            seen[id(p)] = p.nelement()
    return sum(seen.values())


@right("05.count")
def my_count(module):
    return numpy.sum([p.detach().numpy().size for p in module.train().parameters()])


@right("05.count")
def my_count(module):
    return sum(math.prod(p.size()) for p in module.parameters())


@right("05.count")
def my_count(module):
    return torch.tensor([p.numel() for p in module.parameters()]).sum()


@wrong("05.count", "This is 0 for every")
def my_count(module):
    return sum(p.numel() for p in vars(module).values() if isinstance(p, nn.Parameter))


@wrong("05.count", "Parameters of different")
def my_count(module):
    return sum(dict((n.split(".")[-1], p.numel()) for n, p in module.named_parameters()).values())


@wrong("05.count", "The first dimension")
def my_count(module):
    return sum(p.size(0) * p.size(-1) for p in module.parameters())


@wrong("05.count", "The biases are missing.")
def my_count(module):
    return sum(p.numel() for n, p in module.named_parameters() if "weight" in n)


@wrong("05.count", "Not every module")
def my_count(module):
    return module.weight.numel() + module.bias.numel()


# 05.rms_norm


@wrong("05.rms_norm", "super().__init__() must be")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "A plain tensor is no parameter")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = torch.ones(C)

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "must be 1 at the start")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "it has shape (1,)")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "named weight; you have scale")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.scale * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "squares are added up")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).sum(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "This is LayerNorm without")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.var(-1, False, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "eps is missing")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * square ** (-0.5)


@wrong("05.rms_norm", "eps has another value")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-05) ** (-0.5)


@wrong("05.rms_norm", "The root is missing")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-1)


@wrong("05.rms_norm", "This multiplies by the root")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** 0.5


@wrong("05.rms_norm", "The weight is not used")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "No slope reaches the weight")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight.detach() * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "without its history")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.data.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "The method forward is missing")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forwards(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "forward returns nothing")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "must be an nn.Module")
class my_rms_norm:
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "forward changes x in place")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x.mul_(2) * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "only of a table")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@right("05.rms_norm")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return self.weight * x * (square + 1e-06) ** (-0.5)


right("05.rms_norm")(lambda C: nn.RMSNorm(C, eps=1e-06))


@right("05.rms_norm")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.pow(2).mean(-1, keepdim=True)
        return F.rms_norm(x, x.shape[-1:], self.weight, 1e-06)


@right("05.rms_norm")
class my_rms_norm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        square = x.norm(dim=-1, keepdim=True) ** 2 / len(self.weight)
        return self.weight * x * (square + 1e-06) ** (-0.5)


@wrong("05.rms_norm", "takes two arguments, self and x")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(x):
        return x / torch.sqrt((x**2).mean(dim=-1, keepdim=True) + 1e-6)


@wrong("05.rms_norm", "takes 0 arguments")
class MyRMSNorm(nn.Module):
    def __init__(C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(dim=-1, keepdim=True) + 1e-6)


@wrong("05.rms_norm", "keepdim=True is missing:")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(dim=-1) + 1e-6) * self.weight


# 05.softmax, once more


@wrong("05.softmax", "for large ones the exponential overflows")
def my_softmax(z):
    e = torch.exp(z)
    return e / e.sum(dim=-1, keepdim=True)


@wrong("05.softmax", "largest score of the whole tensor")
def my_softmax(z):
    e = torch.exp(z - z.max())
    return e / e.sum(dim=-1, keepdim=True)


@wrong("05.softmax", "dim=1 is the last dimension only of a table")
def my_softmax(z):
    e = torch.exp(z - z.max(dim=1, keepdim=True).values)
    return e / e.sum(dim=1, keepdim=True)


@wrong("05.softmax", "divided by the sum over everything")
def my_softmax(z):
    e = torch.exp(z - z.amax(dim=-1, keepdim=True))
    return e / e.sum()


@wrong("05.softmax", "give two things, values and places")
def my_softmax(z):
    z = z - z.max(dim=-1, keepdim=True)
    return z.exp() / z.exp().sum(dim=-1, keepdim=True)


@right("05.softmax")
def my_softmax(z):
    return torch.exp(z - torch.logsumexp(z, -1, keepdim=True))


@wrong("05.softmax", "belongs inside the parentheses of `torch.exp`")
def my_softmax(z):
    z = z - z.max(-1, keepdim=True).values
    return torch.exp(z) - torch.logsumexp(z, -1, keepdim=True)


# 05.layer_norm, once more


@wrong("05.layer_norm", "divided by N - 1")
def my_layer_norm(x, gamma, beta, eps):
    m, s = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
    return (x - m) / (s + eps) * gamma + beta


@wrong("05.layer_norm", "divided by N - 1")
def my_layer_norm(x, gamma, beta, eps):
    m, v = x.mean(-1, keepdim=True), x.var(-1, keepdim=True)
    return (x - m) / (v + eps).sqrt() * gamma + beta


@wrong("05.layer_norm", "Mean and variance run down the columns")
def my_layer_norm(x, gamma, beta, eps):
    m, v = x.mean(0, keepdim=True), x.var(0, keepdim=True, correction=0)
    return (x - m) / (v + eps).sqrt() * gamma + beta


@wrong("05.layer_norm", "the parentheses around")
def my_layer_norm(x, gamma, beta, eps):
    m, v = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, correction=0)
    return gamma * (x - m / (v + eps).sqrt()) + beta


@wrong("05.layer_norm", "gamma multiplies and")
def my_layer_norm(x, gamma, beta, eps):
    m, v = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, correction=0)
    return (x - m) / (v + eps).sqrt() * (gamma + beta)


@right("05.layer_norm")
def my_layer_norm(x, gamma, beta, eps):
    d = x - x.mean(-1, True)
    return gamma * d * torch.rsqrt(d.square().mean(-1, True) + eps) + beta


@wrong("05.layer_norm", "you subtracted `beta` where it must be added")
def my_layer_norm(x, gamma, beta, eps):
    C = x.shape[-1]
    mean = x.sum(-1, keepdim=True) / C
    var = ((x - mean) ** 2).sum(-1, keepdim=True) / (C - 1)
    return (x - mean) / (var + eps).sqrt() * gamma - beta


# 05.count, once more


@wrong("05.count", "You counted the tensors")
def my_count(module):
    return len(list(module.parameters()))


@wrong("05.count", "Buffers are in state_dict")
def my_count(module):
    return sum(v.numel() for v in module.state_dict().values())


@wrong("05.count", "Only what lies in the parts of the module was counted,")
def my_count(module):
    total = 0
    for child in module.children():
        for p in child.parameters():
            total += p.numel()
    return total


@wrong("05.count", "Only the first dimension")
def my_count(module):
    return sum(p.shape[0] for p in module.parameters())


@right("05.count")
def my_count(module):
    n = 0
    for name, p in module.named_parameters():
        n += math.prod(p.shape)
    return n


@right("05.count")
def my_count(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


# 05.rms_norm, once more


@wrong("05.rms_norm", "A plain tensor is no parameter")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = torch.ones(C)

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-6) * self.weight


@wrong("05.rms_norm", "super().__init__() must be")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-6) * self.weight


@wrong("05.rms_norm", "eps belongs inside the root, beside the mean square")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x / (torch.sqrt((x**2).mean(-1, keepdim=True)) + 1e-6) * self.weight


@wrong("05.rms_norm", "must be 1 at the start")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(C))

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-6) * self.weight


@wrong("05.rms_norm", "This is LayerNorm without")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        x = x - x.mean(-1, keepdim=True)
        return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-6) * self.weight


@right("05.rms_norm")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, 1e-6)


@wrong("05.rms_norm", "`(x ** 2).mean(keepdim=True)` takes all numbers together")
class MyRMSNorm(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        rms = (x**2).mean(keepdim=True).sqrt()
        return x / (rms + 1e-6) * self.weight
