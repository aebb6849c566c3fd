"""course_lib.precision: which numbers a run computes in, and what that must leave alone."""

import warnings

import pytest
import torch
from small_runs import CORPUS, Breaks, T, V, bigram, bits, change, fresh, gpt, mlp, uninterrupted
from torch import nn

from course_lib import precision as module
from course_lib.precision import choose_precision, fastest_precision
from course_lib.train import TrainConfig, train

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_low_precision_is_in_the_products_and_not_in_the_weights(precision):
    model, seen = fresh(lambda: gpt(0.0)), {True: set(), False: set()}
    layer = model.blocks[0].feed_forward.up
    layer.register_forward_hook(lambda layer, _, y: seen[layer.training].add(y.dtype))
    config = TrainConfig(steps=60, batch_size=8, block_size=T, lr=2e-2, warmup_steps=5, eval_every=1000,
                         precision=precision)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        records = train(model, CORPUS, config, progress=False)
    assert seen == {True: {getattr(torch, precision)}, False: {torch.float32}}
    assert all(p.dtype == torch.float32 and p.isfinite().all() for p in model.parameters())
    assert records[-1].val_loss < 1.2 < records[0].loss


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("make", [bigram, mlp])
def test_low_precision_takes_every_model(make, precision):
    model = fresh(make)
    train(model, CORPUS, change(precision=precision), progress=False)
    assert bits(model) != bits(fresh(make))
    assert all(p.dtype == torch.float32 and p.isfinite().all() for p in model.parameters())


def test_choosing_a_precision_leaves_no_trace():
    model = fresh()
    model(CORPUS.train[None, :T]).sum().backward()
    before, gradients = bits(model), [p.grad.clone() for p in model.parameters()]
    state = torch.get_rng_state()
    assert choose_precision(model, CORPUS, change(precision="auto")) in ("float32", "bfloat16")
    assert bits(model) == before and torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(p.grad, g) for p, g in zip(model.parameters(), gradients, strict=True))


@pytest.mark.parametrize("slow, chosen", [("float32", "bfloat16"), ("bfloat16", "float32")])
@pytest.mark.parametrize("ratio, turns", [(2.0, 2), (1.2, 6)])  # clear at once, and not
def test_the_faster_precision_is_chosen(monkeypatch, slow, chosen, ratio, turns):
    clock, tried = [0.0], []

    def token_loss(forward, inputs, targets, precision):
        clock[0] += ratio if precision == slow else 1.0
        tried.append(precision)
        return forward(inputs).sum()

    monkeypatch.setattr(module, "token_loss", token_loss)
    monkeypatch.setattr(module.time, "perf_counter", lambda: clock[0])
    assert choose_precision(fresh(), CORPUS, change(precision="auto")) == chosen
    assert tried.count(slow) == tried.count(chosen) == turns


def test_without_a_gradient_there_is_nothing_to_time():
    model = fresh().requires_grad_(False)
    with pytest.raises(RuntimeError, match="have no gradient"):
        fastest_precision(model, CORPUS.train[None, :T], CORPUS.train[None, 1 : T + 1])


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_a_precision_that_is_named_is_taken_untried(precision):
    assert choose_precision(None, None, change(precision=precision)) == precision


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_an_autocast_around_low_precision_changes_nothing(precision):
    model, config = fresh(), change(precision=precision, accumulate=2)
    with torch.autocast("cpu", torch.bfloat16):
        train(model, CORPUS, config, progress=False)
    assert bits(model) == uninterrupted(config)


def test_choosing_a_precision_leaves_a_batch_norm_as_it_was():
    class Normed(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.norm = nn.Embedding(V, V), nn.BatchNorm1d(V)

        def forward(self, ids):
            return self.norm(self.table(ids).mT).mT

    model = Normed()
    before = [b.clone() for b in model.buffers()]
    choose_precision(model, CORPUS, change(precision="auto"))
    assert all(map(torch.equal, model.buffers(), before))


def test_a_gradient_that_float16_never_holds_stops_it():
    class Infinite(Breaks):
        def forward(self, ids):
            logits = self.table(ids)
            return logits + (logits.sum() * 0).sqrt() if self.training else logits

    config = TrainConfig(steps=100, batch_size=4, block_size=T, eval_every=100, precision="float16")
    with pytest.raises(FloatingPointError, match="gradient's length nan at every scale"):
        train(Infinite(0, ""), CORPUS, config, progress=False)
