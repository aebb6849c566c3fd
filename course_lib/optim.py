"""The optimizers of lesson 06, each as its formula, with the interface of ``torch.optim``.

Every optimizer goes through the parameters that have a gradient and changes them in place. Between
steps it keeps what it must remember of each parameter in ``state``, which ``state_dict`` saves.
"""

import math

import torch
from torch.optim import Optimizer


class SGD(Optimizer):
    """Gradient descent with momentum.

    Sources: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964);
    for ``nesterov``: Sutskever et al., "On the importance of initialization and momentum in deep
    learning", section 2 (2013).

    Args:
        params: the parameters, as ``model.parameters()`` gives them, or dictionaries of groups.
        lr: the learning rate, 0 or above.
        momentum: how much of the last velocity is kept, 0 up to but not 1.
        nesterov: look ahead along the velocity. Needs momentum.
        weight_decay: adds this times the parameter to its gradient.

    Raises:
        ValueError: for a hyperparameter out of range, with its name and value.
    """

    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        _check(lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and momentum == 0:
            raise ValueError("nesterov=True needs a momentum above 0, got momentum=0")
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        super().__init__(params, defaults | {"weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            g = g + group["weight_decay"] * p
            if group["momentum"] > 0:
                v = group["momentum"] * state["velocity"] + g if "velocity" in state else g.clone()
                state["velocity"] = v
                g = g + group["momentum"] * v if group["nesterov"] else v
            p -= group["lr"] * g
        return loss


class Adam(Optimizer):
    """A step for each number that does not depend on how large its gradients are.

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", algorithm 1 (2015).

    Args:
        params: the parameters, or dictionaries of groups.
        lr: about how far a number moves in a step, 0 or above.
        betas: how much is kept of the mean gradient m and of the mean squared gradient v.
        eps: added to the square root of v, so that nothing is divided by 0.
        weight_decay: adds this times the parameter to its gradient.

    Raises:
        ValueError: for a hyperparameter out of range, with its name and value.
    """

    decoupled = False

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        _check(lr=lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=weight_decay)
        defaults = {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            (beta1, beta2), lr, decay = group["betas"], group["lr"], group["weight_decay"]
            if not state:
                state.update(step=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
            if self.decoupled:
                p *= 1 - lr * decay
            else:
                g = g + decay * p
            state["step"] += 1
            state["m"] = beta1 * state["m"] + (1 - beta1) * g
            state["v"] = beta2 * state["v"] + (1 - beta2) * g * g
            m_hat = state["m"] / (1 - beta1 ** state["step"])  # the means began at 0
            v_hat = state["v"] / (1 - beta2 ** state["step"])
            p -= lr * m_hat / (v_hat.sqrt() + group["eps"])
        return loss


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself and does not pass through the means.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2 (2019).

    Args:
        weight_decay: each step multiplies the parameter by 1 - lr * weight_decay. The other
            arguments are Adam's.
    """

    decoupled = True

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)


class Muon(Optimizer):
    """Momentum whose step is made nearly orthogonal: all its directions become equally long.

    For the weight matrices inside a network; embeddings, biases and the like stay with AdamW.
    Source: Jordan, "Muon: An optimizer for hidden layers in neural networks" (2024).

    Args:
        params: parameters of two dimensions, or dictionaries of groups.
        lr: the learning rate, 0 or above.
        momentum: how much is kept of the mean gradient, 0 up to but not 1.
        nesterov: look ahead along the mean gradient.
        weight_decay: each step multiplies the parameter by 1 - lr * weight_decay.

    Raises:
        ValueError: for a hyperparameter out of range, or a parameter that is not a matrix.
    """

    def __init__(self, params, lr=1e-3, momentum=0.95, nesterov=True, weight_decay=0.1):
        _check(lr=lr, momentum=momentum, weight_decay=weight_decay)
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        super().__init__(params, defaults | {"weight_decay": weight_decay})
        for p in (p for group in self.param_groups for p in group["params"]):
            if p.dim() != 2:
                raise ValueError(f"Muon is for matrices; params holds the shape {tuple(p.shape)}")

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            m = state["m"] if state else torch.zeros_like(p)
            state["m"] = m = torch.lerp(m, g, 1 - group["momentum"])
            direction = torch.lerp(g, m, group["momentum"]) if group["nesterov"] else m
            p *= 1 - group["lr"] * group["weight_decay"]
            rows, columns = p.shape
            length = group["lr"] * math.sqrt(max(1, rows / columns))
            p -= length * orthogonalize(direction).to(p.dtype)
        return loss


def orthogonalize(matrix, steps=5):
    """A matrix with the same singular directions and all singular values near 1 (0.7 to 1.2).

    The Newton-Schulz iteration of degree five, in bfloat16, where it is fast and exact enough.
    Source: Jordan, "Muon" (2024), section "Newton-Schulz".

    Args:
        matrix: shape (rows, columns).
        steps: how many iterations.

    Returns:
        A bfloat16 tensor of the same shape.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    rows, columns = matrix.shape
    x = matrix.bfloat16()
    x = x.T if rows > columns else x  # the short side first: the products below are then smaller
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if rows > columns else x


def warmup_cosine(step, peak, warmup_steps, total_steps, final=0.0):
    """The learning rate of a step: a straight line up to ``peak``, then half a cosine down.

    Sources: Goyal et al., "Accurate, Large Minibatch SGD", section 2.2 (2017), for the warm-up;
    Loshchilov and Hutter, "SGDR", equation 5 (2017), for the cosine.

    Args:
        step: counted from 0.
        peak: the highest rate, reached at step ``warmup_steps - 1``.
        warmup_steps: how many steps the way up takes; 0 for none.
        total_steps: from this step on the rate is ``final``.
        final: the lowest rate of the way down.

    Raises:
        ValueError: if a number of steps is negative or the warm-up is longer than the whole.
    """
    if step < 0 or not 0 <= warmup_steps <= total_steps:
        raise ValueError(
            f"needs step >= 0 and 0 <= warmup_steps <= total_steps, got step={step}, "
            f"warmup_steps={warmup_steps}, total_steps={total_steps}"
        )
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    if step >= total_steps:
        return final
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return final + (peak - final) * (1 + math.cos(math.pi * progress)) / 2


def _with_gradients(optimizer):
    """(parameter, gradient, state, group) of every parameter that has a gradient."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                yield p, p.grad, optimizer.state[p], group


def _loss_of(closure):
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()


def _check(**hyperparameters):
    for name, value in hyperparameters.items():
        below_1 = name in ("momentum", "beta1", "beta2")
        if not 0 <= value < (1 if below_1 else math.inf):
            bounds = "from 0 up to but not 1" if below_1 else "0 or above, and finite"
            raise ValueError(f"{name} must be {bounds}, got {name}={value}")
