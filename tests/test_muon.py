"""course_lib.muon against torch's own two optimizers."""

import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

from course_lib.muon import MuonAdamW, orthogonalize_stack

pytestmark = pytest.mark.usefixtures("one_thread")
SHAPES = [(6, 6), (6, 6), (4, 12), (12, 4), (5, 7), (1, 3)]


@pytest.fixture
def exact(monkeypatch):
    """torch's Muon in the type of its gradients, not in 16 bits."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)


def parts(seed=0):
    torch.manual_seed(seed)
    matrices = [nn.Parameter(torch.randn(shape, dtype=torch.float64)) for shape in SHAPES]
    return matrices, [nn.Parameter(torch.randn(n, dtype=torch.float64)) for n in (3, 8)]


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_it_equals_torchs_muon_and_adamw_step_for_step(exact, decay):
    matrices, others = parts()
    theirs = copy.deepcopy((matrices, others))
    ours = MuonAdamW(
        matrices, others, 0.05, 0.01, momentum=0.9, betas=(0.8, 0.95), weight_decay=decay
    )
    muon = torch.optim.Muon(theirs[0], 0.05, momentum=0.9, weight_decay=decay)
    adamw = torch.optim.AdamW(theirs[1], 0.01, (0.8, 0.95), weight_decay=0.0)
    for _ in range(6):
        for p, q in zip(matrices + others, theirs[0] + theirs[1], strict=True):
            p.grad = torch.randn_like(p)
            q.grad = p.grad.clone()
        for optimizer in (ours, muon, adamw):
            optimizer.step()
    for p, q in zip(matrices + others, theirs[0] + theirs[1], strict=True):
        assert torch.allclose(p, q, rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 5, 5), (2, 4, 40), (2, 40, 4), (2, 1, 6), (1, 6, 1)])
def test_a_stack_equals_torchs_matrix_by_matrix(exact, shape):
    from torch.optim._muon import _zeropower_via_newtonschulz

    torch.manual_seed(0)
    stack = torch.randn(shape, dtype=torch.float64)
    found = orthogonalize_stack(stack)
    for matrix, moved in zip(stack, found, strict=True):
        theirs = _zeropower_via_newtonschulz(matrix.clone(), (3.4445, -4.7750, 2.0315), 5, 1e-7)
        assert torch.allclose(moved, theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 16, 64), (2, 64, 16)])
def test_in_sixteen_bits_a_stack_equals_torchs_matrix_by_matrix(shape):
    from torch.optim._muon import _zeropower_via_newtonschulz

    torch.manual_seed(0)
    stack = torch.randn(shape)
    found = orthogonalize_stack(stack, dtype=torch.bfloat16)
    assert found.dtype is torch.bfloat16
    for matrix, moved in zip(stack, found, strict=True):
        theirs = _zeropower_via_newtonschulz(matrix, (3.4445, -4.7750, 2.0315), 5, 1e-7)
        assert torch.allclose(moved.float(), theirs.float(), rtol=0, atol=0.03)


def test_no_gradient_no_step_and_a_zero_gradient_stays_zero():
    matrices, others = parts()
    before = copy.deepcopy(matrices + others)
    optimizer = MuonAdamW(matrices, others)
    optimizer.step()
    matrices[0].grad = torch.zeros_like(matrices[0])
    optimizer.step()
    assert all(torch.equal(p, q) for p, q in zip(matrices + others, before, strict=True))


def test_its_state_goes_on_to_the_bit():
    def run(steps, saved=None, parameters=None):
        matrices, others = parameters or parts()
        optimizer = MuonAdamW(matrices, others)
        if saved:
            optimizer.load_state_dict(saved)
        for step in steps:
            torch.manual_seed(step)
            for p in matrices + others:
                p.grad = torch.randn_like(p)
            optimizer.step()
        return optimizer.state_dict(), (matrices, others)

    whole = run(range(7))[1]
    state, middle = run(range(3))
    later = run(range(3, 7), copy.deepcopy(state), copy.deepcopy(middle))[1]
    for p, q in zip(whole[0] + whole[1], later[0] + later[1], strict=True):
        assert torch.equal(p, q)


@pytest.mark.parametrize("change, words", [
    ({"muon_lr": -1.0}, "muon_lr must be 0 or above, and finite, got muon_lr=-1.0"),
    ({"lr": float("nan")}, "lr must be 0 or above"),
    ({"momentum": 1.0}, "momentum must be from 0 up to but not 1"),
    ({"betas": (0.9, 1.5)}, "beta2 must be from 0 up to but not 1"),
    ({"weight_decay": -0.1}, "weight_decay must be 0 or above"),
    ({"steps": 0}, "steps must be a whole number of 1 or more"),
])  # fmt: skip
def test_numbers_out_of_range_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        MuonAdamW(*parts(), **change)


def test_muon_takes_matrices_alone():
    matrices, others = parts()
    with pytest.raises(ValueError, match=r"Muon is for matrices, got the shape \(3,\)"):
        MuonAdamW(matrices + others, [])


def test_a_state_that_was_loaded_is_its_own():
    first, second = parts(), parts()
    one, other = MuonAdamW(*first), MuonAdamW(*second)
    for p in first[0] + first[1]:
        p.grad = torch.ones_like(p)
    one.step()
    other.load_state_dict(one.state_dict())
    kept = copy.deepcopy(other.state_dict()["state"])
    one.step()
    for i, entries in other.state_dict()["state"].items():
        assert all(torch.equal(value, kept[i][name]) for name, value in entries.items())


def test_a_step_does_without_torchs_compiler():
    program = """
import sys, torch
from course_lib.muon import MuonAdamW
matrix, vector = torch.ones(3, 4, requires_grad=True), torch.ones(2, requires_grad=True)
optimizer = MuonAdamW([matrix], [vector])
(matrix.sum() + vector.sum()).backward()
optimizer.step()
assert len(optimizer.state_dict()["state"]) == 2
optimizer.zero_grad()
assert matrix.grad is None
print("torch._dynamo" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "False\n", found.stderr
