"""course_lib.model against torch's own layers and a computation from scratch."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_lib.model import FeedForward


@settings(max_examples=20)
@given(B=st.integers(1, 3), T=st.integers(1, 5), C=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_feed_forward_equals_torchs_layers_forward_and_backward(B, T, C, seed):
    torch.manual_seed(seed)
    ours = FeedForward(C).double()
    theirs = nn.Sequential(nn.Linear(C, 4 * C), nn.GELU("tanh"), nn.Linear(4 * C, C)).double()
    with torch.no_grad():
        for p, q in zip(theirs.parameters(), ours.parameters(), strict=True):
            p.copy_(q)
    x = torch.randn(B, T, C, dtype=torch.float64, requires_grad=True)
    y = x.detach().clone().requires_grad_()
    upstream = torch.randn(B, T, C, dtype=torch.float64)
    ours(x).backward(upstream)
    theirs(y).backward(upstream)
    assert torch.allclose(ours(x), theirs(y), rtol=0, atol=1e-12)
    assert torch.allclose(x.grad, y.grad, rtol=0, atol=1e-12)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(p.grad, q.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("C", [1, 12, 768])
def test_feed_forward_has_8C2_plus_5C_parameters(C):
    assert sum(p.numel() for p in FeedForward(C).parameters()) == 8 * C * C + 5 * C


def test_feed_forward_treats_each_place_by_itself():
    model, x = FeedForward(6), torch.randn(2, 5, 6)
    changed = x.clone()
    changed[:, 3] += 1
    same = model(x) == model(changed)
    assert same[:, [0, 1, 2, 4]].all() and not same[:, 3].all()


def test_dropout_works_in_training_only():
    model, x = FeedForward(8, dropout=0.5), torch.randn(4, 8)
    assert (model(x) == 0).any()
    model.eval()
    assert torch.equal(model(x), model(x)) and not (model(x) == 0).any()
