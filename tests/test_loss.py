"""course_lib.loss against the loss of each target computed on its own."""

import contextlib
import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from small_runs import CORPUS, MODELS, T, V, bigram, fresh, gpt

from course_lib.corpus import evaluation_rows
from course_lib.loss import autocast_logits, evaluate, token_loss

pytestmark = pytest.mark.usefixtures("one_thread")


def loss_by_hand(model, ids, starts=None):
    """The mean loss of every target, each predicted on its own from what stands before it in its row."""
    model.eval()
    losses, begin = [], None
    for place in range(len(ids) - 1):
        if starts is None:
            begin = place // T * T
        elif place in starts or (begin is not None and place - begin == T):
            begin = place
        if begin is not None:
            logits = model(ids[None, begin : place + 1])[0, -1].double()
            losses.append(-logits.log_softmax(0)[ids[place + 1]].item())
    return sum(losses) / len(losses)


@MODELS
@pytest.mark.parametrize("starts", [None, [3, 12, 25, 60]])
def test_evaluate_is_the_mean_over_every_target(make, starts):
    model = fresh(make)
    expected = loss_by_hand(model, CORPUS.val, starts)
    rows = evaluation_rows(CORPUS.val, T, None if starts is None else torch.tensor(starts))
    assert (rows[1] == -100).any()
    for training, tokens in itertools.product((True, False), (1, 3 * T, 64 * T)):
        model.train(training)
        state = torch.get_rng_state()
        assert abs(evaluate(model, *rows, tokens) - expected) < 1e-6
        assert all(part.training == training for part in model.modules())
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.is_grad_enabled() and all(p.grad is None for p in model.parameters())


def test_evaluate_counts_targets_and_not_rows():
    model = fresh(bigram)
    inputs = torch.randint(0, V, (3, T))
    targets = torch.randint(0, V, (3, T))
    targets[0, 1:] = -100
    targets[2] = -100
    losses = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), reduction="none")
    expected = losses.sum() / 9
    for tokens in (T, 2 * T, 3 * T):
        assert abs(evaluate(model, inputs, targets, tokens) - expected) < 1e-6


def test_evaluate_refuses_rows_without_a_target():
    with pytest.raises(ValueError, match="no target to evaluate on; give a longer validation text"):
        evaluate(bigram(), torch.zeros(2, T, dtype=torch.int64), torch.full((2, T), -100))


@pytest.mark.parametrize("ids, tokens", [((T,), 1024), ((2, T), None), ((2, T), math.inf)])
def test_evaluate_leaves_the_modes_also_where_it_fails(ids, tokens):
    model = fresh(lambda: gpt(0.0)).train()
    with pytest.raises((ValueError, TypeError, OverflowError)):
        evaluate(model, *torch.zeros(2, *ids, dtype=torch.int64), tokens)
    assert all(part.training for part in model.modules())


def test_a_loss_in_float64_is_computed_in_float64():
    x, y = CORPUS.train[:T][None], CORPUS.train[1 : T + 1][None]
    model = fresh(lambda: gpt(0.0)).double()
    expected = F.cross_entropy(model(x)[0], y[0])
    assert expected.dtype == torch.float64
    assert abs(token_loss(model, x, y) - expected) < 1e-14
    assert abs(evaluate(model, x, y) - expected) < 1e-14


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_products_are_of_numbers_cut_to_16_bits_and_gradients_are_not(precision):
    torch.manual_seed(0)
    low, table, layer = getattr(torch, precision), torch.nn.Embedding(9, 8), torch.nn.Linear(8, 5)
    model, ids = torch.nn.Sequential(table, layer), torch.tensor([[1, 2, 3], [4, 5, 8]])
    x, W = table(ids).to(low).double(), layer.weight.to(low).double()
    by_hand = x @ W.T + layer.bias.double()  # (2, 3, 5)
    for around in (False, True):
        with torch.autocast("cpu", torch.bfloat16, enabled=around):
            logits, plain = (autocast_logits(model, ids, p) for p in (precision, "float32"))
        step = torch.finfo(low).eps
        assert logits.dtype == torch.float32 and not torch.equal(logits, model(ids))
        assert torch.allclose(logits.double(), by_hand, rtol=step, atol=step)
        assert torch.equal(plain, model(ids))
    logits.sum().backward()
    assert layer.weight.grad.dtype == torch.float32


@pytest.mark.parametrize("wrong", [0, V])
def test_evaluate_leaves_every_part_in_its_mode_also_when_it_fails(wrong):
    model = torch.nn.Sequential(fresh(bigram), torch.nn.Dropout(0.5), torch.nn.Dropout(0.5))
    model[1].eval()
    before = [part.training for part in model.modules()]
    inputs = torch.full((2, T), wrong)
    with pytest.raises(IndexError) if wrong else contextlib.nullcontext():
        evaluate(model, inputs, torch.zeros_like(inputs))
    assert [part.training for part in model.modules()] == before
