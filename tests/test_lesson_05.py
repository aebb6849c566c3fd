"""The laws of lesson 05's layers, on the notebook's own definitions, for any shape and any numbers."""

import ast
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "05_layers_and_modules.ipynb"
KINDS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def definitions():
    """The imports, functions and classes of the notebook, by name."""
    found = {"__name__": "lesson_05"}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and cell["id"] != "colab-setup":
            kept = [n for n in ast.parse("".join(cell["source"])).body if isinstance(n, KINDS)]
            exec(compile(ast.Module(kept, []), cell["id"], "exec"), found)
    return found


LESSON = definitions()
tables = st.tuples(st.integers(1, 4), st.integers(2, 7), st.integers(0, 10**6))


def table(shape, scale=3.0):
    rows, columns, seed = shape
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, dtype=torch.float64, generator=generator) * scale


def assert_same(ours, theirs, x):
    """Equal outputs and equal slopes of x, for the same slopes coming back."""
    a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
    out, expected = ours(a), theirs(b)
    upstream = torch.linspace(-1, 1, out.numel(), dtype=x.dtype).reshape(out.shape)
    out.backward(upstream)
    expected.backward(upstream)
    assert torch.allclose(out, expected, rtol=0, atol=1e-10)
    assert torch.allclose(a.grad, b.grad, rtol=0, atol=1e-10)


@given(tables)
def test_layers_without_parameters_equal_torchs(shape):
    x = table(shape)
    assert_same(LESSON["relu"], nn.ReLU(), x)
    assert_same(LESSON["gelu"], nn.GELU(), x)
    assert_same(LESSON["gelu_tanh"], nn.GELU(approximate="tanh"), x)
    assert_same(LESSON["softmax"], nn.Softmax(dim=-1), x)
    assert_same(LESSON["normalize"], nn.LayerNorm(x.shape[1], elementwise_affine=False), x)


@given(tables, st.floats(-1e4, 1e4))
def test_softmax_does_not_change_when_all_scores_are_shifted(shape, shift):
    z = table(shape)
    probabilities = LESSON["softmax"](z + shift)
    assert torch.allclose(probabilities, LESSON["softmax"](z), rtol=0, atol=1e-9)
    assert torch.allclose(probabilities.sum(dim=-1), torch.ones(len(z), dtype=z.dtype))


@given(tables, st.floats(0.1, 100.0), st.floats(-100.0, 100.0))
def test_layer_norm_does_not_change_when_a_row_is_scaled_and_shifted(shape, factor, shift):
    x = table(shape)
    normalize = LESSON["normalize"]
    assert torch.allclose(
        normalize(factor * x + shift, eps=0.0), normalize(x, eps=0.0), rtol=0, atol=1e-6
    )


@given(tables, st.integers(1, 5), st.floats(-3, 3))
def test_linear_without_its_bias_is_linear(shape, outputs, factor):
    x, other = table(shape), table((shape[0], shape[1], shape[2] + 1))
    layer = LESSON["OurLinear"](shape[1], outputs)
    weight, bias = layer.weight.double(), layer.bias.double()
    layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
    left = layer(factor * x + other) - layer.bias
    right = factor * (layer(x) - layer.bias) + (layer(other) - layer.bias)
    assert torch.allclose(left, right, rtol=0, atol=1e-10)
    assert torch.allclose(layer(x), nn.functional.linear(x, weight, bias), rtol=0, atol=1e-10)


@given(st.floats(0.0, 0.9), st.integers(0, 10**6))
def test_dropout_gives_zeros_and_scaled_numbers_and_rests_outside_training(p, seed):
    torch.manual_seed(seed)
    x = table((20, 5, seed)) + 10
    out = LESSON["dropout"](x, p, training=True)
    kept = out != 0
    assert torch.allclose(out[kept], x[kept] / (1 - p))
    assert torch.equal(LESSON["dropout"](x, p, training=False), x)


def network():
    return LESSON["OurNetwork"](4, 6, 2), LESSON["Network"](4, 6, 2)


def test_the_small_module_finds_what_torchs_finds_and_passes_the_mode_on():
    ours, theirs = network()
    assert [(n, p.shape) for n, p in ours.named_parameters()] == [
        (n, p.shape) for n, p in theirs.named_parameters()
    ]
    ours.train(False)
    assert ours.dropout.training is False
    ours.train()
    assert ours.dropout.training is True


@pytest.mark.parametrize("fault", ["missing", "unexpected", "shape"])
def test_a_state_that_does_not_fit_is_refused_by_name_before_anything_is_copied(fault):
    ours, theirs = network()
    state = {name: tensor + 1 for name, tensor in theirs.state_dict().items()}
    if fault == "missing":
        del state["first.bias"]
    elif fault == "unexpected":
        state["third.bias"] = torch.ones(1)
    else:
        state["second.weight"] = torch.ones(3, 3)
    before = [p.detach().clone() for _, p in ours.named_parameters()]
    name = {"missing": "first.bias", "unexpected": "third.bias", "shape": "second.weight"}[fault]
    with pytest.raises(ValueError, match=name):
        ours.load_state(state)
    assert all(torch.equal(p, q) for p, (_, q) in zip(before, ours.named_parameters(), strict=True))
