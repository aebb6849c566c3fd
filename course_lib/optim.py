"""The optimizers of lesson 06, each as its formula, with the interface of ``torch.optim``.

Every optimizer goes through the parameters that have a gradient and changes them in place. Between
steps it keeps what it must remember of each parameter in ``state``, which ``state_dict`` saves,
under the names that ``torch.optim`` uses, so that a state from there, with settings that exist
here, can be loaded.
"""

import copy
import math
from numbers import Real

import torch
from torch.optim import Optimizer

# What torch's groups have as well: how the rule is computed, what a scheduler adds, names.
NOT_OF_THE_RULE = {
    "params",
    "param_names",
    "foreach",
    "capturable",
    "differentiable",
    "fused",
    "initial_lr",
}


class _Checked(Optimizer):
    """An optimizer that refuses what is out of range or unknown to it in a group."""

    def add_param_group(self, param_group):
        _check(self.defaults | param_group)
        super().add_param_group(param_group)

    def load_state_dict(self, state_dict):
        """Go on from a copy of a state, of torch's optimizer of the same name too.

        Raises:
            TypeError, ValueError: for a state of another rule or of other sizes, with what differs;
                the optimizer is then as it was.
        """
        for group in state_dict["param_groups"]:
            _check_known(group, self.defaults, dict(self.fixed))
            _check(group)
        _check_sizes(self.param_groups, state_dict)
        super().load_state_dict(copy.deepcopy(state_dict))  # torch's would share its tensors


class SGD(_Checked):
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
        TypeError, ValueError: for a hyperparameter of another kind or out of range, by its name.
    """

    fixed = (("dampening", 0),)  # what torch's has besides, as it is here

    def __init__(self, params, lr, *, momentum=0.0, nesterov=False, weight_decay=0.0):
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        super().__init__(params, defaults | {"weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            lr, momentum, decay = group["lr"], group["momentum"], group["weight_decay"]
            g = g.add(p, alpha=decay)  # g + decay * p
            if momentum > 0:
                old = state.get("momentum_buffer")
                velocity = g.clone() if old is None else momentum * old + g
                state["momentum_buffer"] = velocity
                g = g.add(velocity, alpha=momentum) if group["nesterov"] else velocity
            p.add_(g, alpha=-lr)  # p - lr * g
        return loss


class Adam(_Checked):
    """A step for each number that does not depend on how large its gradients are.

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", algorithm 1 (2015).

    Args:
        params: the parameters, or dictionaries of groups.
        lr: about how far a number moves in a step at most, 0 or above.
        betas: how much is kept of the mean gradient m and of the mean squared gradient v.
        eps: added to the square root of v, so that nothing is divided by 0.
        weight_decay: adds this times the parameter to its gradient.

    Raises:
        TypeError, ValueError: for a hyperparameter of another kind or out of range, by its name.
    """

    decoupled = False
    fixed = (("decoupled_weight_decay", False),)

    def __init__(self, params, lr=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        # With what is fixed, so that a state says which rule it is of.
        super().__init__(params, defaults | dict(self.fixed))

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            (beta1, beta2), lr, decay = group["betas"], group["lr"], group["weight_decay"]
            if not state:
                zeros = torch.zeros_like(p)
                state.update(step=torch.tensor(0.0), exp_avg=zeros, exp_avg_sq=zeros)
            if self.decoupled:
                p *= 1 - lr * decay
            else:
                g = g + decay * p
            m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
            v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
            state["step"] = state["step"] + 1
            t = int(state["step"])
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)  # the means began at 0
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
    fixed = (("decoupled_weight_decay", True),)

    def __init__(self, params, lr=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay)


class Muon(_Checked):
    """Momentum whose step is made nearly orthogonal: all its directions become about equally long.

    For the weight matrices inside a network; embeddings, biases and the like stay with AdamW.
    Source: Jordan, "Muon: An optimizer for hidden layers in neural networks" (2024).

    Args:
        params: parameters of two dimensions, or dictionaries of groups.
        lr: the learning rate, 0 or above.
        momentum: how much is kept of the mean gradient, 0 up to but not 1.
        nesterov: look ahead along the mean gradient.
        weight_decay: each step multiplies the parameter by 1 - lr * weight_decay.

    Raises:
        TypeError, ValueError: for a hyperparameter of another kind or out of range, by its name.
        ValueError: for a parameter that is not a matrix, with its shape.
    """

    fixed = ("ns_coefficients", (3.4445, -4.7750, 2.0315)), ("eps", 1e-7), ("ns_steps", 5)

    def __init__(self, params, lr=1e-3, *, momentum=0.95, nesterov=True, weight_decay=0.1):
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        super().__init__(params, defaults | {"weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = _loss_of(closure)
        for p, g, state, group in _with_gradients(self):
            lr, momentum = group["lr"], group["momentum"]
            if p.dim() != 2:
                raise ValueError(
                    f"Muon is for matrices; params holds the shape {tuple(p.shape)}: give it to "
                    "AdamW"
                )
            m = state["momentum_buffer"] if state else torch.zeros_like(p)
            m = state["momentum_buffer"] = torch.lerp(m, g, 1 - momentum)
            direction = torch.lerp(g, m, momentum) if group["nesterov"] else m
            p *= 1 - lr * group["weight_decay"]
            rows, columns = p.shape
            p -= lr * math.sqrt(max(1, rows / columns)) * orthogonalize(direction).to(p.dtype)
        return loss


def orthogonalize(matrix, steps=5):
    """A matrix with the same singular directions and its singular values brought near 1.

    Those above a hundredth of the matrix's length end between 0.6 and 1.2; tiny ones end lower.

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


def _with_gradients(optimizer):
    """(parameter, gradient, state, group) of every parameter that has a gradient."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                _check_plain(p)
                yield p, p.grad, optimizer.state[p], group


def _check_plain(p):
    """Raise TypeError for a parameter or a gradient that the formulas are not for."""
    if p.is_complex():  # the square of a gradient would be no length
        raise TypeError(
            f"a parameter of shape {tuple(p.shape)} is {p.dtype}; give its real and its imaginary "
            "part as two parameters"
        )
    if p.grad.layout != torch.strided:
        raise TypeError(
            f"the gradient of a parameter of shape {tuple(p.shape)} is {p.grad.layout}; make the "
            "embedding with sparse=False, or use torch's optimizers"
        )


def _loss_of(closure):
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()


def _check_known(group, defaults, fixed):
    """Raise ValueError unless a group of a saved state asks for the rule that is here."""
    missing = defaults.keys() - group.keys()
    if missing:
        raise ValueError(
            f"the state is of another optimizer: it lacks {', '.join(sorted(missing))}; load it "
            "into an optimizer of its own kind"
        )
    for name, value in group.items():
        value = tuple(value) if isinstance(value, list) and name != "params" else value
        if name in fixed:
            known = value == fixed[name]
        else:
            known = name in defaults or name in NOT_OF_THE_RULE or not value
        if not known:
            raise ValueError(
                f"the state is of another rule, with {name}={value!r}, which this optimizer does "
                "not have; begin with a new optimizer, or go on with torch's"
            )


def _check_sizes(groups, state_dict):
    """Raise ValueError if what is remembered of a parameter has another shape."""
    saved = [i for group in state_dict["param_groups"] for i in group["params"]]
    params = [p for group in groups for p in group["params"]]
    for i, p in zip(saved, params, strict=False):  # torch says where their numbers differ
        for name, value in state_dict["state"].get(i, {}).items():
            if isinstance(value, torch.Tensor) and value.dim() and value.shape != p.shape:
                raise ValueError(
                    f"{name} in the state is {tuple(value.shape)}, its parameter {tuple(p.shape)}; "
                    "give the state of the same model"
                )


def _check(group):
    """Raise for a hyperparameter of another kind or out of range; the message names it."""
    values = {
        name: group[name] for name in ("lr", "momentum", "eps", "weight_decay") if name in group
    }
    if "betas" in group:
        if not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2:
            raise TypeError(
                f"betas must be a pair of numbers such as (0.9, 0.999), got "
                f"betas={group['betas']!r}"
            )
        values |= zip(("beta1", "beta2"), group["betas"], strict=True)
    for name, value in values.items():
        if not isinstance(value, Real):
            raise TypeError(f"{name} must be a number, got {name}={value!r}")
        below_1 = name in ("momentum", "beta1", "beta2")
        if not 0 <= value < (1 if below_1 else math.inf):
            bounds = "from 0 up to but not 1" if below_1 else "0 or above, and finite"
            raise ValueError(f"{name} must be {bounds}, got {name}={value}")
    if group.get("nesterov") and group["momentum"] == 0:
        raise ValueError("nesterov=True needs a momentum above 0, got momentum=0; 0.9 is usual")
