"""Muon for the matrices inside a network and AdamW for the rest, as one optimizer."""

import copy
import math
from inspect import unwrap

import torch
from torch.optim import Optimizer

from course_lib.tensors import plain_model


class MuonAdamW(Optimizer):
    """Two rules under one roof, so that one state is saved and one rate moves both.

    Muon is lesson 06's, with all matrices of a shape orthogonalised in one go. AdamW is lesson 06's
    too. Sources: Jordan, "Muon" (2024); Loshchilov and Hutter, "Decoupled Weight Decay
    Regularization", algorithm 2 (2019).

    Args:
        matrices: parameters of two dimensions, for Muon.
        others: parameters for AdamW; either may be empty, not both.
        muon_lr, lr: the learning rates, 0 or above.
        momentum: how much Muon keeps of the mean gradient, 0 up to but not 1; Nesterov's.
        betas, eps: AdamW's.
        weight_decay: each step multiplies Muon's matrices by 1 - muon_lr * weight_decay.
        steps: of the Newton-Schulz iteration.

    Attributes:
        products: the type of that iteration's matrix products, as ``orthogonalize_stack`` takes it.

    Raises:
        ValueError: for a number out of range, by its name; for one of the matrices that is none.
    """

    products = None
    # As they come, these import torch's compiler at their first call, which takes half a second.
    add_param_group, zero_grad = unwrap(Optimizer.add_param_group), unwrap(Optimizer.zero_grad)
    state_dict = unwrap(Optimizer.state_dict)

    def __init__(
        self,
        matrices,
        others,
        muon_lr=0.02,
        lr=1e-3,
        *,
        momentum=0.95,
        betas=(0.9, 0.99),
        eps=1e-8,
        weight_decay=0.0,
        steps=5,
    ):
        matrices, others = list(matrices), list(others)
        wrong = [tuple(p.shape) for p in matrices if p.dim() != 2]
        if wrong:
            raise ValueError(f"Muon is for matrices, got the shape {wrong[0]}: give it to others")
        values = {"muon_lr": muon_lr, "lr": lr, "momentum": momentum, "beta1": betas[0],
                  "beta2": betas[1], "eps": eps, "weight_decay": weight_decay}  # fmt: skip
        for name, value in values.items():
            below_1 = name in ("momentum", "beta1", "beta2")
            if not 0 <= value < (1 if below_1 else math.inf):
                bounds = "from 0 up to but not 1" if below_1 else "0 or above, and finite"
                raise ValueError(f"{name} must be {bounds}, got {name}={value}")
        if type(steps) is not int or steps < 1:
            raise ValueError(f"steps must be a whole number of 1 or more, got {steps!r}")
        scale = muon_lr / lr if lr else 1.0  # so that a schedule of lr moves both
        groups = [
            {"params": matrices, "muon": True, "lr_scale": scale, "weight_decay": weight_decay},
            {"params": others, "muon": False, "lr_scale": 1.0, "weight_decay": 0.0},
        ]
        groups[0]["lr"], groups[1]["lr"] = muon_lr, lr
        defaults = {"momentum": momentum, "betas": betas, "eps": eps, "steps": steps}
        super().__init__([group for group in groups if group["params"]], defaults)

    def load_state_dict(self, state_dict):
        """Go on from a copy of a state."""
        super().load_state_dict(copy.deepcopy(state_dict))  # torch's would share its tensors

    @torch.no_grad()
    def step(self, closure=None):
        """Change every parameter once; ``closure``, if given, computes the loss first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if group["muon"]:
                for shape in dict.fromkeys(p.shape for p in params):
                    self._muon([p for p in params if p.shape == shape], group)
            else:
                self._adamw(params, group)
        return loss

    def _muon(self, params, group):
        """A step for matrices of one shape."""
        momentum, lr = group["momentum"], group["lr"]
        means = []
        for p in params:
            state = self.state[p]
            if not state:
                state["momentum_buffer"] = torch.zeros_like(p)
            means.append(state["momentum_buffer"].lerp_(p.grad, 1 - momentum))
        grads, means = torch.stack([p.grad for p in params]), torch.stack(means)
        rows, columns = params[0].shape
        rate = lr * math.sqrt(max(1, rows / columns))
        moves = orthogonalize_stack(grads.lerp_(means, momentum), group["steps"], self.products)
        for p, move in zip(params, moves.to(grads.dtype), strict=True):
            if group["weight_decay"]:
                p.mul_(1 - lr * group["weight_decay"])
            p.add_(move, alpha=-rate)

    def _adamw(self, params, group):
        (beta1, beta2), lr = group["betas"], group["lr"]
        for p in params:
            state = self.state[p]
            if not state:
                state["step"] = torch.tensor(0.0)
                state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(p), torch.zeros_like(p)
            state["step"] += 1
            m = state["exp_avg"].lerp_(p.grad, 1 - beta1)
            v = state["exp_avg_sq"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
            t = state["step"].item()
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)  # the means began at 0
            p.mul_(1 - lr * group["weight_decay"])
            p.addcdiv_(m_hat, v_hat.sqrt() + group["eps"], value=-lr)


def inner_matrices(model):
    """The matrices in a model's blocks, for Muon, and its other parameters, for AdamW.

    Raises:
        ValueError: for a model without any.
    """
    model = plain_model(model)
    inner = {
        name: p
        for name, p in model.named_parameters()
        if name.startswith("blocks.") and p.dim() == 2
    }
    if not inner:
        raise ValueError(
            "Muon is for the matrices in a model's `blocks`, and this model has none; train it "
            "with muon_lr=0, which leaves all to AdamW"
        )
    return [*inner.values()], [p for name, p in model.named_parameters() if name not in inner]


def orthogonalize_stack(stack, steps=5, dtype=None):
    """``optim.orthogonalize`` for matrices of one shape, all in the same few products.

    Wide matrices are iterated upon by their Gram matrix alone, x @ xᵀ, which is smaller: each turn
    multiplies x from the left by a polynomial of it, and those products can be collected first.

    Args:
        stack: (N, rows, columns).
        steps: how many iterations.
        dtype: of the products; None for bfloat16 on a GPU, and for that of stack on a CPU, most of
            which are slow in 16 bits.

    Returns:
        (N, rows, columns) in that type.
    """
    low = stack.is_cuda if dtype is None else dtype is torch.bfloat16
    x = stack.bfloat16() if low else stack
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    if x.shape[2] <= 2 * x.shape[1] or low:  # in 16 bits squares would lose too much
        for _ in range(steps):
            x = _polynomial(x @ x.mT) @ x
    else:
        gram = x @ x.mT  # (N, short, short)
        left = factor = _polynomial(gram)
        for _ in range(steps - 1):
            gram = factor @ (factor @ gram)  # that of factor @ x
            factor = _polynomial(gram)
            left = factor @ left
        x = left @ x
    return x.mT if tall else x


def _polynomial(gram):
    """a + b gram + c gram², by which one turn multiplies; a, b and c are Jordan's."""
    factor = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
    factor.diagonal(dim1=1, dim2=2).add_(3.4445)
    return factor
