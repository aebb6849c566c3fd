"""Lesson 18: answers as learners write them; see ``answers``."""

import torch
from torch.nn import functional as F

from .answers import right, wrong

# 18.lens


@right("18.lens")
def my_lens(stream, gain, bias, table):
    return F.layer_norm(stream, gain.shape, gain, bias) @ table.T


@right("18.lens")
def my_lens(stream, gain, bias, table):
    norm = torch.nn.LayerNorm(len(gain))
    norm.weight.data, norm.bias.data = gain.clone(), bias.clone()
    return F.linear(norm(stream), table).detach()


@right("18.lens")
def my_lens(stream, gain, bias, table):
    x = stream - stream.mean(-1, keepdim=True)
    x = x * (x.square().mean(-1, keepdim=True) + 1e-5).rsqrt()
    return torch.einsum("ltc,vc->ltv", gain * x + bias, table)


@wrong("18.lens", "The final norm is missing")
def my_lens(stream, gain, bias, table):
    return stream @ table.T


@wrong("18.lens", "The final norm is missing")
def my_lens(stream, gain, bias, table):
    return (stream * gain + bias) @ table.T


@wrong("18.lens", "gain and bias are missing")
def my_lens(stream, gain, bias, table):
    return F.layer_norm(stream, gain.shape) @ table.T


@wrong("18.lens", "The norm's bias is missing")
def my_lens(stream, gain, bias, table):
    return F.layer_norm(stream, gain.shape, gain) @ table.T


@wrong("18.lens", "The norm's gain is missing")
def my_lens(stream, gain, bias, table):
    return (F.layer_norm(stream, gain.shape) + bias) @ table.T


@wrong("18.lens", "the bias is added after it")
def my_lens(stream, gain, bias, table):
    return ((F.layer_norm(stream, gain.shape) + bias) * gain) @ table.T


@wrong("18.lens", "The mean is not taken away")
def my_lens(stream, gain, bias, table):
    x = stream / (stream.square().mean(-1, keepdim=True) + 1e-5).sqrt()
    return (x * gain + bias) @ table.T


@wrong("18.lens", "did not divide by their spread")
def my_lens(stream, gain, bias, table):
    x = stream - stream.mean(-1, keepdim=True)
    return (x * gain + bias) @ table.T


@wrong("18.lens", "the spread is its root")
def my_lens(stream, gain, bias, table):
    m, v = stream.mean(-1, keepdim=True), stream.var(-1, keepdim=True, unbiased=False)
    return ((stream - m) / (v + 1e-5) * gain + bias) @ table.T


@wrong("18.lens", "say correction=0")
def my_lens(stream, gain, bias, table):
    m, v = stream.mean(-1, keepdim=True), stream.var(-1, keepdim=True)
    return ((stream - m) / (v + 1e-5).sqrt() * gain + bias) @ table.T


@wrong("18.lens", "You normed over the places")
def my_lens(stream, gain, bias, table):
    m, v = stream.mean(1, keepdim=True), stream.var(1, keepdim=True, unbiased=False)
    return ((stream - m) / (v + 1e-5).sqrt() * gain + bias) @ table.T


@wrong("18.lens", "You normed over the depths")
def my_lens(stream, gain, bias, table):
    m, v = stream.mean(0, keepdim=True), stream.var(0, keepdim=True, unbiased=False)
    return ((stream - m) / (v + 1e-5).sqrt() * gain + bias) @ table.T


@wrong("18.lens", "You normed all rows together")
def my_lens(stream, gain, bias, table):
    return (F.layer_norm(stream, stream.shape) * gain + bias) @ table.T


@wrong("18.lens", "Those are probabilities")
def my_lens(stream, gain, bias, table):
    return (F.layer_norm(stream, gain.shape, gain, bias) @ table.T).softmax(-1)


@wrong("18.lens", "Those are logarithms")
def my_lens(stream, gain, bias, table):
    return F.log_softmax(F.layer_norm(stream, gain.shape, gain, bias) @ table.T, -1)


@wrong("18.lens", "That is the norm alone")
def my_lens(stream, gain, bias, table):
    return F.layer_norm(stream, gain.shape, gain, bias)


@wrong("18.lens", "That is the likeliest letter")
def my_lens(stream, gain, bias, table):
    return (F.layer_norm(stream, gain.shape, gain, bias) @ table.T).argmax(-1)


# 18.share


@right("18.share")
def my_share(source, target, patched, right, wrong):
    start = target[right] - target[wrong]
    whole = source[right] - source[wrong] - start
    return (patched[right] - patched[wrong] - start) / whole


@right("18.share")
def my_share(source, target, patched, right, wrong):
    def dial(logits):
        return float(logits[wrong] - logits[right])

    return (dial(target) - dial(patched)) / (dial(target) - dial(source))


@right("18.share")
def my_share(source, target, patched, right, wrong):
    rows = torch.stack([source, target, patched]).log_softmax(dim=1)
    s, t, p = (rows[:, right] - rows[:, wrong]).tolist()
    return 1 - (s - p) / (s - t)


@wrong("18.share", "That is how far the dial went, in logits")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return d(patched) - d(target)


@wrong("18.share", "You divided by the source's difference")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return (d(patched) - d(target)) / d(source)


@wrong("18.share", "without a patch the share must be 0")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return d(patched) / d(source)


@wrong("18.share", "without a patch the share must be 0")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return d(patched) / (d(source) - d(target))


@wrong("18.share", "the share that is still missing")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return (d(source) - d(patched)) / (d(source) - d(target))


@wrong("18.share", "You measured from the source")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return (d(patched) - d(source)) / (d(source) - d(target))


@wrong("18.share", "The sign is turned")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return (d(patched) - d(target)) / (d(target) - d(source))


@wrong("18.share", "leave out abs")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return abs(d(patched) - d(target)) / abs(d(source) - d(target))


@wrong("18.share", "do not cut it off")
def my_share(source, target, patched, right, wrong):
    def d(x):
        return (x[right] - x[wrong]).item()

    return max(0.0, min(1.0, (d(patched) - d(target)) / (d(source) - d(target))))


@wrong("18.share", "You followed the right letter's logit alone")
def my_share(source, target, patched, right, wrong):
    return ((patched[right] - target[right]) / (source[right] - target[right])).item()


@wrong("18.share", "You followed the wrong letter's logit alone")
def my_share(source, target, patched, right, wrong):
    return ((patched[wrong] - target[wrong]) / (source[wrong] - target[wrong])).item()


@wrong("18.share", "You took probabilities")
def my_share(source, target, patched, right, wrong):
    rows = torch.stack([source, target, patched]).softmax(dim=1)
    s, t, p = (rows[:, right] - rows[:, wrong]).tolist()
    return (p - t) / (s - t)


@wrong("18.share", "You took probabilities")
def my_share(source, target, patched, right, wrong):
    s, t, p = torch.stack([source, target, patched]).softmax(dim=1)[:, right].tolist()
    return (p - t) / (s - t)


@wrong("18.share", "You added the two logits")
def my_share(source, target, patched, right, wrong):
    s, t, p = (x[right] + x[wrong] for x in (source, target, patched))
    return ((p - t) / (s - t)).item()


# 18.mean_ablated


@right("18.mean_ablated")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    changed[:, :, head] = outputs[:, :, head].mean((0, 1))
    return changed


@right("18.mean_ablated")
def my_mean_ablated(outputs, head):
    own = torch.arange(outputs.shape[2])[:, None] == head
    return torch.where(own, outputs.mean(dim=(0, 1)), outputs)


@right("18.mean_ablated")
def my_mean_ablated(outputs, head):
    heads = list(outputs.unbind(2))
    D = heads[head].shape[-1]
    heads[head] = heads[head].reshape(-1, D).mean(0).expand_as(heads[head])
    return torch.stack(heads, dim=2)


@wrong("18.mean_ablated", "one number for all")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.mean()
    return changed


@wrong("18.mean_ablated", "a mean over the texts alone")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.mean(0)
    return changed


@wrong("18.mean_ablated", "a mean over the places alone")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.mean(1, keepdim=True)
    return changed


@wrong("18.mean_ablated", "over the D numbers of each place")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.mean(-1, keepdim=True)
    return changed


@wrong("18.mean_ablated", "Those are zeros")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = 0
    return changed


@wrong("18.mean_ablated", "Those are sums")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.sum((0, 1))
    return changed


@wrong("18.mean_ablated", "That is the median")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head.reshape(-1, of_head.shape[2]).median(0)[0]
    return changed


@wrong("18.mean_ablated", "You changed every head")
def my_mean_ablated(outputs, head):
    return outputs.mean((0, 1), keepdim=True).expand_as(outputs).clone()


@wrong("18.mean_ablated", "You took the mean over all heads")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = outputs.mean((0, 1, 2))
    return changed


@wrong("18.mean_ablated", "You took the mean away")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    of_head = outputs[:, :, head]
    changed[:, :, head] = of_head - of_head.mean((0, 1))
    return changed


@wrong("18.mean_ablated", "That is the mean alone")
def my_mean_ablated(outputs, head):
    return outputs[:, :, head].mean((0, 1))


@wrong("18.mean_ablated", "you changed argument 1 in place")
def my_mean_ablated(outputs, head):
    outputs[:, :, head] = outputs[:, :, head].mean((0, 1))
    return outputs


@wrong("18.mean_ablated", "one number for all")
def my_mean_ablated(outputs, head):
    outputs[:, :, head] = outputs[:, :, head].mean()
    return outputs


@wrong("18.lens", "added to the variance, under the root")
def my_lens(stream, gain, bias, table):
    x = stream - stream.mean(-1, keepdim=True)
    x = x / (x.std(-1, keepdim=True, correction=0) + 1e-5)
    return (x * gain + bias) @ table.T


@wrong("18.lens", "divided each row by its length")
def my_lens(stream, gain, bias, table):
    return (F.normalize(stream, dim=-1) * gain + bias) @ table.T


@wrong("18.lens", "over places and numbers together")
def my_lens(stream, gain, bias, table):
    return (F.layer_norm(stream, stream.shape[1:]) * gain + bias) @ table.T


@wrong("18.lens", "`bias` and `gain` are exchanged in that call")
def my_lens(stream, gain, bias, table):
    x = F.layer_norm(stream, (stream.shape[-1],), bias, gain)
    return x @ table.T


@wrong("18.lens", "did not divide by their spread")
def my_lens(stream, gain, bias, table):
    x = stream - stream.mean(-1, keepdim=True)
    x / torch.sqrt(x.square().mean(-1, keepdim=True) + 1e-5)
    return (gain * x + bias) @ table.T


@wrong("18.share", "Python divides first")
def my_share(source, target, patched, right, wrong):
    s, t, p = (logits[right] - logits[wrong] for logits in (source, target, patched))
    return (p - t / s - t).item()


@wrong("18.share", "within one text")
def my_share(source, target, patched, right, wrong):
    return ((patched[right] - target[wrong]) / (source[right] - target[wrong])).item()


@wrong("18.mean_ablated", "You took the mean over all heads")
def my_mean_ablated(outputs, head):
    changed = outputs.clone()
    changed[:, :, head] = outputs.mean(dim=2)
    return changed


@wrong("18.mean_ablated", "it belongs to dimension 2")
def my_mean_ablated(outputs, head):
    new = outputs.clone()
    new[:, head] = outputs[:, head].mean(dim=(0, 1))
    return new
