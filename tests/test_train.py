"""course_lib.train against loops written out by hand: the same weights to the bit; stopping and resuming."""

import contextlib
import dataclasses
import errno
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from course_lib import files
from course_lib import precision as module
from course_lib.checkpoint import load_checkpoint, save_checkpoint
from course_lib.corpus import Corpus, evaluation_rows, get_batch
from course_lib.device import random_state, set_random_state
from course_lib.loss import evaluate, token_loss
from course_lib.model import GPT, GPTConfig
from course_lib.owner import Stop
from course_lib.precision import choose_precision
from course_lib.run import make_optimizer
from course_lib.schedule import warmup_cosine
from course_lib.train import TrainConfig, train, train_steps

pytestmark = pytest.mark.usefixtures("one_thread")
V, T = 11, 8
CONFIG = TrainConfig(steps=5, batch_size=4, block_size=T, lr=1e-2, min_lr=1e-3, warmup_steps=2, grad_clip=0.5,
                     eval_every=2, save_every=2, seed=3)  # fmt: skip
FILE = "checkpoint.safetensors"


def text(n, seed):
    """Ids where each is often one more than the last, so that there is something to learn."""
    generator = torch.Generator().manual_seed(seed)
    return torch.cumsum(1 + torch.randint(0, 4, (n,), generator=generator).clamp(max=1), 0) % V


CORPUS = Corpus(text(600, 0), text(80, 1))
WITH_STARTS = Corpus(CORPUS.train, CORPUS.val, torch.arange(0, 600, 7), torch.arange(3, 80, 9))


def bigram():
    return nn.Embedding(V, V)


def mlp(dropout=0.2):
    return nn.Sequential(
        nn.Embedding(V, 6), nn.Linear(6, 10), nn.ReLU(), nn.Dropout(dropout), nn.Linear(10, V)
    )


def gpt(dropout=0.2):
    return GPT(GPTConfig(V, T, n_layer=2, n_head=2, n_embd=8, dropout=dropout))


MODELS = pytest.mark.parametrize("make", [bigram, mlp, gpt])


def fresh(make=gpt):
    """The same model at each call."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return make()


def bits(model):
    """The weights as bytes: equal only if every bit is."""
    return b"".join(p.detach().numpy().tobytes() for p in model.parameters())


def change(**settings):
    return dataclasses.replace(CONFIG, **settings)


@pytest.fixture
def between_steps(monkeypatch):
    """Let ``train`` call a function of the step after every step, where it moves its bar."""

    def set_function(function):
        def update(bar, n):
            bar.n += n
            function(bar.n)

        monkeypatch.setattr("course_lib.train.tqdm.update", update)

    return set_function


# --- evaluate


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
    for training, batch_size in itertools.product((True, False), (1, 3, 64)):
        model.train(training)
        state = torch.get_rng_state()
        assert abs(evaluate(model, *rows, batch_size) - expected) < 1e-6
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
    for batch_size in (1, 2, 3):
        assert abs(evaluate(model, inputs, targets, batch_size) - expected) < 1e-6


def test_evaluate_refuses_rows_without_a_target():
    with pytest.raises(ValueError, match="no target to evaluate on; give a longer validation text"):
        evaluate(bigram(), torch.zeros(2, T, dtype=torch.int64), torch.full((2, T), -100))


# --- the loop


def by_hand(model, config, corpus=CORPUS):
    """Five lines in a loop. Returns the losses and the gradients' lengths before they are clipped."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": config.weight_decay},
                                   {"params": vectors, "weight_decay": 0}],
                                  betas=(config.beta1, config.beta2), fused=True)  # fmt: skip
    torch.manual_seed(config.seed)
    model.train()
    losses, norms = [], []
    for step in range(config.steps):
        rate = warmup_cosine(step, config.lr, config.warmup_steps, config.steps, config.min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        x, y = get_batch(corpus.train, config.batch_size, config.block_size, step, config.seed,
                         corpus.train_starts)  # fmt: skip
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


@MODELS
@pytest.mark.parametrize("corpus", [CORPUS, WITH_STARTS], ids=["anywhere", "starts"])
def test_the_weights_are_those_of_a_loop_by_hand(make, corpus):
    model, expected = fresh(make), fresh(make)
    start = bits(model)
    _, norms = by_hand(fresh(make), change(grad_clip=math.inf), corpus)
    # Half of the gradients are clipped, so that it matters that they are, and at which length.
    config = change(grad_clip=sorted(norms)[2], beta1=0.8, beta2=0.95, weight_decay=0.3)
    losses, _ = by_hand(expected, config, corpus)
    records = list(train_steps(model, corpus, config))
    assert bits(model) == bits(expected) != start
    assert [record.loss for record in records] == losses
    assert [record.step for record in records] == [1, 2, 3, 4, 5]
    assert [record.tokens for record in records] == [n * 4 * T for n in range(1, 6)]
    assert records[-1].val_loss == evaluate(
        expected, *evaluation_rows(corpus.val, T, corpus.val_starts)
    )
    assert model.training


def test_the_rate_rises_in_a_line_and_falls_as_a_cosine():
    config = change(steps=12, warmup_steps=4, lr=1e-2, min_lr=2e-3)
    rates = [record.lr for record in train_steps(fresh(bigram), CORPUS, config)]
    assert rates[:4] == pytest.approx([0.0025, 0.005, 0.0075, 0.01])
    assert rates[4:] == pytest.approx([0.006 + 0.004 * math.cos(math.pi * n / 8) for n in range(8)])


@pytest.mark.parametrize("setting", [{"lr": 2e-2}, {"min_lr": 0.0}, {"warmup_steps": 1}, {"seed": 4},
                                     {"weight_decay": 0.2}, {"beta1": 0.8}, {"beta2": 0.9},
                                     {"grad_clip": 0.2}, {"batch_size": 2}, {"block_size": 4}], ids=str)  # fmt: skip
def test_every_setting_counts(setting):
    model, other = fresh(), fresh()
    train(model, CORPUS, CONFIG, progress=False)
    train(other, CORPUS, change(**setting), progress=False)
    assert bits(model) != bits(other)


@pytest.mark.parametrize("setting", [{"eval_every": 1}, {"save_every": 1}], ids=str)
def test_looking_changes_nothing(setting, tmp_path):
    model, other = fresh(), fresh()
    train(model, CORPUS, CONFIG, progress=False)
    train(other, CORPUS, change(**setting), tmp_path, progress=False)
    assert bits(model) == bits(other)


def test_what_was_drawn_or_left_in_the_gradients_before_does_not_matter():
    model, other = fresh(), fresh()
    train(model, CORPUS, CONFIG, progress=False)
    torch.rand(5)
    other(CORPUS.train[None, :T]).sum().backward()
    other.eval()
    train(other, CORPUS, CONFIG, progress=False)
    assert bits(model) == bits(other)


@pytest.mark.parametrize(
    "make", [bigram, lambda: mlp(0.0), lambda: gpt(0.0)], ids=["bigram", "mlp", "gpt"]
)
@pytest.mark.parametrize("parts", [2, 4])
def test_accumulated_parts_make_the_same_step(make, parts):
    models = [fresh(make).double() for _ in range(2)]
    _, norms = by_hand(fresh(make), change(grad_clip=math.inf))
    config = change(grad_clip=sorted(norms)[2] * 1.05)
    whole = train(models[0], CORPUS, config, progress=False)
    summed = train(models[1], CORPUS, dataclasses.replace(config, accumulate=parts), progress=False)
    for a, b in zip(whole, summed, strict=True):
        assert abs(a.loss - b.loss) < 1e-6 and a.tokens == b.tokens
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert torch.allclose(p, q, rtol=0, atol=1e-5)


def test_weight_decay_is_for_matrices_alone():
    model = fresh()
    before = {name: p.clone() for name, p in model.named_parameters()}
    optimizer = make_optimizer(model, change(weight_decay=0.5, lr=0.1))
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for name, p in model.named_parameters():
        matrix = "norm" not in name and not name.endswith("bias")
        assert torch.allclose(p, before[name] * (1 - 0.5 * 0.1 if matrix else 1), atol=1e-8), name
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(before)


def test_the_validation_loss_comes_when_it_is_asked_for():
    records = train(fresh(bigram), CORPUS, change(steps=7, eval_every=3), progress=False)
    assert [record.step for record in records if record.val_loss is not None] == [3, 6, 7]
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(records))


@MODELS
def test_models_of_every_kind_learn(make):
    model = fresh(make)
    with torch.no_grad():
        before = evaluate(model, *evaluation_rows(CORPUS.val, T))
    config = TrainConfig(steps=150, batch_size=8, block_size=T, lr=5e-2, warmup_steps=10)
    records = train(model, CORPUS, config, progress=False)
    # Each next id is one of two, with chances of 1/4 and 3/4: no model does better than 0.562.
    assert before > 1.5 and 0.45 < records[-1].val_loss < 0.9


def test_train_hands_back_the_records_and_writes_only_a_bar(capsys):
    records = train(fresh(bigram), CORPUS, CONFIG, progress=False)
    assert [record.step for record in records] == [1, 2, 3, 4, 5]
    assert capsys.readouterr() == ("", "")


# --- precision


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
def test_the_faster_precision_is_chosen(monkeypatch, slow, chosen):
    clock = [0.0]

    def token_loss(forward, inputs, targets, precision):
        clock[0] += 2.0 if precision == slow else 1.0
        return forward(inputs).sum()

    monkeypatch.setattr(module, "token_loss", token_loss)
    monkeypatch.setattr(module.time, "perf_counter", lambda: clock[0])
    assert choose_precision(fresh(), CORPUS, change(precision="auto")) == chosen


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_a_precision_that_is_named_is_taken_untried(precision):
    assert choose_precision(None, None, change(precision=precision)) == precision


# --- what stops it


class Breaks(nn.Module):
    """A bigram that goes wrong at one step: its loss, or its gradient alone."""

    def __init__(self, at, how):
        super().__init__()
        self.table, self.at, self.how, self.step = nn.Embedding(V, V), at, how, 0

    def forward(self, ids):
        logits = self.table(ids)
        if self.training:
            self.step += 1
            if self.step == self.at:
                zero = logits.sum() * 0
                logits = logits + (zero.sqrt() if self.how == "gradient" else zero * self.how)
        return logits


@pytest.mark.parametrize("how", [math.nan, math.inf, "gradient"])
@pytest.mark.parametrize("at", [4, 5])
def test_what_is_not_finite_stops_it_and_the_last_checkpoint_is_good(tmp_path, how, at):
    steps = train_steps(Breaks(at, how), CORPUS, change(save_every=1), tmp_path)
    file = tmp_path / FILE
    for _ in range(at - 1):
        next(steps)
    good = file.read_bytes()
    with pytest.raises(FloatingPointError) as caught:
        next(steps)
    assert f"the loss of step {at} is" in str(caught.value) and "nan" in str(caught.value)
    assert f"the last save is kept at {file}. Lower lr (now 0.01)" in str(caught.value)
    assert file.read_bytes() == good
    model = Breaks(0, "")
    assert load_checkpoint(file, model)["step"] == at - 1
    assert all(p.isfinite().all() for p in model.parameters())


def test_where_there_is_no_checkpoint_none_is_promised(tmp_path):
    for out in (None, tmp_path):
        with pytest.raises(FloatingPointError) as caught:
            train(Breaks(2, math.nan), CORPUS, CONFIG, out, progress=False)
        assert "step 2" in str(caught.value) and "kept" not in str(caught.value)
        assert not [*tmp_path.iterdir()]


def test_weights_that_the_last_step_broke_are_not_kept(tmp_path):
    with pytest.raises(FloatingPointError, match=r"after step 1 .* is not finite"):
        train(
            fresh(mlp),
            CORPUS,
            change(lr=1e38, min_lr=1e38, steps=1, warmup_steps=0),
            tmp_path,
            progress=False,
        )
    assert not [*tmp_path.iterdir()]


def test_ctrl_c_keeps_no_broken_weights_either(tmp_path, between_steps):
    model = fresh()

    def press(step):
        if step == 2:
            with torch.no_grad():
                next(model.parameters()).fill_(math.nan)
            signal.raise_signal(signal.SIGINT)

    between_steps(press)
    with pytest.raises(FloatingPointError, match=r"after step 2 .* is not finite"):
        train(model, CORPUS, change(save_every=100), tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_rate_that_is_far_too_high_stops_it():
    with pytest.raises(FloatingPointError, match=r"now 1e\+30"):
        train(fresh(mlp), CORPUS, change(lr=1e30, min_lr=1e30, steps=20), progress=False)


@pytest.mark.parametrize("setting, message", [
    ({"steps": 0}, "steps must be a whole number of 1 or more, got 0"),
    ({"steps": 1e3}, "steps must be a whole number of 1 or more, got 1000.0"),
    ({"batch_size": -4}, "batch_size .* got -4"),
    ({"block_size": 0}, "block_size .* got 0"),
    ({"accumulate": 0}, "accumulate .* got 0"),
    ({"eval_every": 0}, "eval_every .* got 0"),
    ({"save_every": 0}, "save_every .* got 0"),
    ({"accumulate": 3}, "accumulate=3 must divide batch_size=4"),
    ({"lr": -1.0, "min_lr": -2.0}, "needs 0 <= min_lr <= lr"),
    ({"lr": math.nan}, "lr=nan"),
    ({"lr": math.inf}, "lr=inf"),
    ({"min_lr": 0.1}, "needs 0 <= min_lr <= lr, got min_lr=0.1, lr=0.01"),
    ({"warmup_steps": 6}, "warmup_steps must be from 0 to steps=5, got 6"),
    ({"warmup_steps": -1}, "got -1"),
    ({"grad_clip": 0.0}, "needs grad_clip > 0 and .*, got grad_clip=0.0"),
    ({"grad_clip": -1.0}, "got grad_clip=-1.0"),
    ({"grad_clip": math.nan}, "got grad_clip=nan"),
    ({"weight_decay": -0.1}, "weight_decay >= 0, .* weight_decay=-0.1"),
    ({"weight_decay": math.nan}, "weight_decay=nan"),
    ({"lr": "0.1"}, "lr must be a number, got '0.1'"),
    ({"lr": np.float32(0.01)}, r"lr must be a number, got .*0\.0.*give float"),
    ({"weight_decay": True}, "weight_decay must be a number, got True"),
    ({"beta1": 1.0}, "needs 0 <= beta < 1, got beta1=1.0"),
    ({"beta2": -0.1}, "got .* beta2=-0.1"),
    ({"seed": 1.5}, "seed must be a whole number, got 1.5"),
    ({"seed": True}, "seed must be a whole number, got True"),
    ({"warmup_steps": 1.5}, "warmup_steps must be a whole number, got 1.5"),
    ({"compile": "false"}, "compile must be True or False, got 'false'"),
    ({"seed": -1}, "seed must be from 0 to 4,294,967,295, got -1"),
    ({"seed": 2**32}, "seed must be from 0 .*, got 4294967296"),
    ({"precision": "int8"}, "precision must be auto, float32, bfloat16 or float16, got int8"),
])  # fmt: skip
def test_settings_that_can_not_be_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        change(**setting)


@pytest.mark.parametrize("setting", [{"beta1": 1.0}, {"beta2": -0.1},
                                     {"block_size": 600}], ids=str)  # fmt: skip
def test_settings_that_do_not_fit_are_refused_when_training_begins(setting):
    with pytest.raises(ValueError):
        train(fresh(bigram), CORPUS, change(**setting), progress=False)


def test_a_loss_in_float64_is_computed_in_float64():
    x, y = CORPUS.train[:T][None], CORPUS.train[1 : T + 1][None]
    model = fresh(lambda: gpt(0.0)).double()
    expected = F.cross_entropy(model(x)[0], y[0])
    assert expected.dtype == torch.float64
    assert abs(token_loss(model, x, y) - expected) < 1e-14
    assert abs(evaluate(model, x, y) - expected) < 1e-14


def test_a_configuration_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CONFIG.steps = 3


# --- stopping and resuming


class Rings(nn.Module):
    """A model that presses Ctrl-C during one of its training steps, one or more times."""

    def __init__(self, at, times=1):
        super().__init__()
        self.inside, self.at, self.times, self.step = fresh(), at, times, 0

    def forward(self, ids):
        self.step += self.training
        if self.training and self.step == self.at:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)
        return self.inside(ids)


def uninterrupted(config=CONFIG, corpus=CORPUS, make=gpt):
    model = fresh(make)
    train(model, corpus, config, progress=False)
    return bits(model)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", [1, 3, 4])
def test_ctrl_c_between_steps_keeps_the_last_step(tmp_path, between_steps, at, number):
    model, config, handler = fresh(), change(save_every=100), signal.getsignal(number)
    seen = []

    def press(step):
        seen.append(step)
        if step == at:
            signal.raise_signal(number)

    between_steps(press)
    with pytest.raises(KeyboardInterrupt, match=f"stopped after step {at}"):
        train(model, CORPUS, config, tmp_path)
    assert seen == list(range(1, at + 1)) and signal.getsignal(number) is handler
    between_steps(seen.append)
    kept = fresh()
    assert load_checkpoint(tmp_path / FILE, kept)["step"] == at and bits(kept) == bits(model)
    again = fresh(lambda: GPT(model.config))
    records = train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert [record.step for record in records] == list(range(at + 1, 6))
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_in_the_body_of_a_loop_is_pythons_own_and_nothing_saved_is_lost(tmp_path):
    model, config = fresh(), change(save_every=2)
    with pytest.raises(KeyboardInterrupt) as caught:
        for record in train_steps(model, CORPUS, config, tmp_path):
            if record.step == 3:
                signal.raise_signal(signal.SIGINT)
    assert not caught.value.args and load_checkpoint(tmp_path / FILE)["step"] == 2
    again = fresh()
    train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_within_a_step_lets_it_end(tmp_path):
    model, config, handler = Rings(3), change(save_every=100), signal.getsignal(signal.SIGINT)
    seen = []
    with pytest.raises(KeyboardInterrupt, match="stopped after step 3"):
        for record in train_steps(model, CORPUS, config, tmp_path):
            seen.append(record.step)
    assert seen == [1, 2, 3] and signal.getsignal(signal.SIGINT) is handler
    again = Rings(0)
    train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_reaches_the_caller_of_train_too():
    model = Rings(2)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 2"):
        train(model, CORPUS, CONFIG, progress=False)  # no folder: nothing to keep
    assert model.step == 2


def test_ctrl_c_twice_stops_at_once_and_the_old_checkpoint_stays(tmp_path):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        train(Rings(4, times=2), CORPUS, CONFIG, tmp_path, progress=False)
    assert load_checkpoint(tmp_path / FILE)["step"] == 2
    assert signal.getsignal(signal.SIGINT) is handler and [*tmp_path.iterdir()] == [tmp_path / FILE]


def test_ctrl_c_in_the_last_step_comes_too_late(tmp_path):
    records = train(Rings(5), CORPUS, CONFIG, tmp_path, progress=False)
    assert records[-1].step == 5 and load_checkpoint(tmp_path / FILE)["step"] == 5


NUMBERS = signal.SIGINT, signal.SIGTERM


def test_the_handlers_stand_only_while_a_step_is_made(tmp_path, between_steps):
    handlers, inside = [*map(signal.getsignal, NUMBERS)], []

    class Looks(Breaks):
        def forward(self, ids):
            inside.extend(map(signal.getsignal, NUMBERS))
            return super().forward(ids)

    kept = train_steps(Looks(0, ""), CORPUS, CONFIG)  # half-way, and kept
    next(kept)
    assert not {*inside} & {*handlers}
    for pair in zip(  # noqa: B905 (which leaves the second one half-way)
        train_steps(fresh(), CORPUS, CONFIG), train_steps(fresh(), CORPUS, CONFIG)
    ):
        assert len(pair) == 2 and [*map(signal.getsignal, NUMBERS)] == handlers
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    between_steps(lambda step: inside.append(signal.getsignal(signal.SIGINT)))
    train(fresh(), CORPUS, CONFIG)
    assert inside[-1] not in handlers  # whereas train may be stopped at any moment
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    with pytest.raises(FloatingPointError):
        train(Breaks(2, math.nan), CORPUS, CONFIG, progress=False)
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_it_runs_in_a_thread_where_there_are_no_signals():
    model = fresh()
    thread = threading.Thread(
        target=train, args=(model, CORPUS, CONFIG), kwargs={"progress": False}
    )
    thread.start()
    thread.join()
    assert bits(model) == uninterrupted()


@pytest.mark.parametrize("setting", [
    {}, {"precision": "bfloat16"}, {"precision": "float16"}, {"precision": "auto"}, {"accumulate": 2},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("at", [1, 4])
def test_a_run_that_is_resumed_ends_with_the_same_file(tmp_path, setting, at):
    config = change(save_every=1, **setting)
    for _ in zip(
        range(at), train_steps(fresh(), WITH_STARTS, config, tmp_path / "cut"), strict=False
    ):
        pass
    torch.rand(9)
    precision = load_checkpoint(tmp_path / "cut" / FILE)["precision"]
    train(fresh(), WITH_STARTS, config, tmp_path / "cut", resume=True, progress=False)
    assert load_checkpoint(tmp_path / "cut" / FILE)["precision"] == precision
    if setting.get("precision") == "auto":  # what is faster may change, within a run it does not
        return
    train(fresh(), WITH_STARTS, config, tmp_path / "whole", progress=False)
    assert (tmp_path / "cut" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()


@pytest.mark.parametrize("make", [bigram, mlp])
def test_other_models_resume_too(tmp_path, make):
    config = change(save_every=1)
    next(train_steps(fresh(make), CORPUS, config, tmp_path))
    model = fresh(make)
    train(model, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(model) == uninterrupted(config, make=make)


def test_checkpoints_come_every_so_often_and_at_the_end(tmp_path):
    file, steps = tmp_path / FILE, []
    for _ in train_steps(fresh(bigram), CORPUS, change(steps=7, save_every=3), tmp_path):
        steps.append(load_checkpoint(file)["step"] if file.exists() else None)
    assert steps == [None, None, 3, 3, 3, 6, 7]
    assert [*tmp_path.iterdir()] == [tmp_path / FILE]


def test_resuming_a_finished_run_does_nothing(tmp_path):
    model = fresh()
    train(model, CORPUS, CONFIG, tmp_path, progress=False)
    before = (tmp_path / FILE).read_bytes()
    other = fresh()
    assert train(other, CORPUS, CONFIG, tmp_path, resume=True, progress=False) == []
    assert bits(other) == bits(model) and (tmp_path / FILE).read_bytes() == before


def test_resuming_nothing_begins(tmp_path):
    model = fresh()
    records = train(model, CORPUS, CONFIG, tmp_path / "new" / "folder", resume=True, progress=False)
    assert len(records) == 5 and bits(model) == uninterrupted()


def test_a_folder_that_can_not_be_written_shows_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("in the way")
    model = fresh()
    before = bits(model)
    with pytest.raises(OSError, match="file"):
        train(model, CORPUS, CONFIG, tmp_path / "file" / "run", progress=False)
    assert bits(model) == before and (tmp_path / "file").read_text() == "in the way"


def test_a_run_that_is_there_is_neither_written_over_nor_mixed_up(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    file, model = tmp_path / FILE, fresh()
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(
        FileExistsError,
        match=r"is there already; .* --out runs/another \(in Python resume=True, or",
    ):
        train(model, CORPUS, CONFIG, tmp_path, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


SHIFTED = Corpus(torch.cat([CORPUS.train[:1], CORPUS.train[:-1]]), CORPUS.val)


@pytest.mark.parametrize("config, corpus, make, message", [
    (change(steps=6), CORPUS, gpt, "is of another run: steps was 5, is 6; resume it with its own settings"),
    (change(lr=0.02, seed=1), CORPUS, gpt, "lr was 0.01, is 0.02; seed was 3, is 1"),
    (CONFIG, CORPUS, lambda: GPT(GPTConfig(V, T, 3, 2, 8, 0.2)), "n_layer was 2, is 3"),
    (CONFIG, CORPUS, lambda: gpt(0.1), "dropout was 0.2, is 0.1"),
    (CONFIG, CORPUS, bigram, "is of another model"),
    (CONFIG, SHIFTED, gpt, "was trained on another text; give the same --data"),
    (CONFIG, Corpus(CORPUS.train, CORPUS.val[:-1]), gpt, "was trained on another text"),
    (CONFIG, WITH_STARTS, gpt, "was trained on another text"),
])  # fmt: skip
def test_a_run_of_another_kind_is_not_resumed(tmp_path, config, corpus, make, message):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    file, model = tmp_path / FILE, fresh(make)
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(ValueError, match=message):
        train(model, corpus, config, tmp_path, resume=True, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


def test_the_same_ids_of_other_characters_are_another_text(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False, characters="abcdefghijk")
    assert load_checkpoint(tmp_path / FILE)["characters"] == "abcdefghijk"
    with pytest.raises(ValueError, match="another text"):
        train(fresh(), CORPUS, CONFIG, tmp_path, True, progress=False, characters="ABCDEFGHIJK")


@pytest.mark.parametrize("info", [{}, {"step": 3}])
def test_a_model_alone_is_not_resumed(tmp_path, info):
    save_checkpoint(tmp_path / FILE, fresh(), **info)
    with pytest.raises(ValueError, match="holds a model alone; training can't go on from it"):
        train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)


# --- one owner per folder

TRAINS = """
import os, sys, torch
sys.path.insert(0, sys.argv[1])
from tests.test_train import CORPUS, change, fresh
from course_lib.train import train_steps
torch.set_num_threads(1)
for record in train_steps(fresh(), CORPUS, change(save_every=1), sys.argv[2], resume=True):
    print(record.step, flush=True)
    sys.stdin.readline()
"""


@contextlib.contextmanager
def living_run(folder):
    """Another process that has made a step of the same run and waits."""
    command = [sys.executable, "-c", TRAINS, str(Path(__file__).parents[1]), folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        try:
            yield run, int(run.stdout.readline())
        finally:
            run.kill()


def test_a_second_living_writer_is_refused_and_a_dead_ones_run_goes_on(tmp_path):
    with living_run(tmp_path) as (run, step):
        assert step == 1
        for resume in (True, False):
            with pytest.raises(FileExistsError, match="another process is training into"):
                train(fresh(), CORPUS, change(save_every=1), tmp_path, resume, progress=False)
        before = (tmp_path / FILE).read_bytes()
        run.kill()
        run.wait()
        assert (tmp_path / FILE).read_bytes() == before and len([*tmp_path.iterdir()]) == 2
    model, config = fresh(), change(save_every=1)
    records = train(model, CORPUS, config, tmp_path, resume=True, progress=False)
    assert records[0].step == 2 and bits(model) == uninterrupted(config)
    assert [*tmp_path.iterdir()] == [tmp_path / FILE]  # nor is a lock left


def test_a_run_of_the_same_process_is_refused_too_until_it_is_closed(tmp_path):
    config, link = change(save_every=1), tmp_path / "link"
    (tmp_path / "run").mkdir()
    link.symlink_to(tmp_path / "run", target_is_directory=True)
    first = train_steps(fresh(), CORPUS, config, tmp_path / "run")
    next(first)
    for out in (tmp_path / "run", link):  # one folder has one owner, whatever it is called
        with pytest.raises(
            FileExistsError, match=r"of this Python process is still open .*\.close\(\)"
        ):
            train(fresh(), CORPUS, config, out, resume=True, progress=False)
    first.close()
    model = fresh()
    train(model, CORPUS, config, link, resume=True, progress=False)
    assert bits(model) == uninterrupted(config)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_neither_holds_nor_drops_its_parents_lock(tmp_path):
    first = train_steps(fresh(), CORPUS, CONFIG, tmp_path)
    next(first)
    child = os.fork()
    if not child:
        first.close()
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(FileExistsError):
        train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)
    first.close()
    train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)


@pytest.fixture
def without_locks(monkeypatch):
    """As on a network drive that knows no locks, where each machine thinks that it holds them."""

    def none_here(file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files, "_lock", none_here)
    monkeypatch.setattr(files, "HELD", type("Forgets", (set,), {"add": lambda *_: None})())


def test_without_locks_a_foreign_checkpoint_stops_the_run(tmp_path, without_locks):
    config = change(save_every=1)
    runs = [train_steps(fresh(), CORPUS, config, tmp_path), None]
    next(runs[0])
    runs[1] = train_steps(fresh(), CORPUS, config, tmp_path, resume=True)  # it has read step 1
    next(runs[1])
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(
        FileExistsError, match="written by another run since this one began; it is left"
    ):
        next(runs[0])
    assert (tmp_path / FILE).read_bytes() == before
    assert [record.step for record in runs[1]] == [3, 4, 5]


def test_without_locks_the_one_that_was_overtaken_stops_at_its_first_save(tmp_path, without_locks):
    config, began = change(save_every=2), []
    next(train_steps(fresh(), CORPUS, change(save_every=1), tmp_path))
    (tmp_path / FILE).unlink()
    for _ in range(2):  # both begin, since there is no checkpoint yet
        began.append(train_steps(fresh(), CORPUS, config, tmp_path))
        next(began[-1])
    next(began[0])
    with pytest.raises(FileExistsError, match="another run"):
        next(began[1])
    assert [record.step for record in began[0]] == [3, 4, 5]


@pytest.mark.parametrize("stranger", [{}, {"step": 2}])
def test_what_someone_else_put_there_is_not_written_over(tmp_path, stranger):
    steps = train_steps(fresh(), CORPUS, CONFIG, tmp_path)
    next(steps)
    save_checkpoint(tmp_path / FILE, fresh(mlp), **stranger)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(FileExistsError):
        list(steps)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("spoil", [
    lambda file: os.truncate(file, 10), lambda file: os.truncate(file, 0), Path.unlink,
    lambda file: file.write_bytes(bytes(file.stat().st_size)),
], ids=["cut", "emptied", "removed", "zeros"])  # fmt: skip
def test_a_resumed_run_hangs_on_its_file_no_more(tmp_path, spoil):
    config = change(save_every=1)
    next(train_steps(fresh(), CORPUS, config, tmp_path))
    model = fresh()
    steps = train_steps(model, CORPUS, config, tmp_path, resume=True)
    assert next(steps).step == 2
    spoil(tmp_path / FILE)  # views of a mapped file would change with it, or the process die
    assert [record.step for record in steps] == [3, 4, 5]
    assert bits(model) == uninterrupted(config) and load_checkpoint(tmp_path / FILE)["step"] == 5


def test_what_is_resumed_comes_from_one_read(tmp_path, monkeypatch):
    config = change(save_every=1)
    for at in (1, 2):
        for _ in zip(
            range(at), train_steps(fresh(), CORPUS, config, tmp_path / str(at)), strict=False
        ):
            pass
    read = Path.read_bytes

    def replaced_after(path):
        content = read(path)
        if path == tmp_path / "1" / FILE:
            os.replace(tmp_path / "2" / FILE, path)
        return content

    monkeypatch.setattr(Path, "read_bytes", replaced_after)
    model = fresh()
    saved = load_checkpoint(tmp_path / "1" / FILE, model)
    monkeypatch.undo()
    first = fresh()
    next(train_steps(first, CORPUS, config))
    assert saved["step"] == 1 and bits(model) == bits(first)
    assert load_checkpoint(tmp_path / "1" / FILE)["step"] == 2


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / FILE).mkdir()
    for resume in (False, True):
        with pytest.raises(OSError, match=f"{FILE}.* (is there already|it is a folder)"):
            train(fresh(), CORPUS, CONFIG, tmp_path, resume, progress=False)
    with pytest.raises(OSError, match="it is a folder"):
        load_checkpoint(tmp_path / FILE)


# --- what is refused before the first step


@pytest.mark.parametrize("info, error, word", [
    ({"when": Path("x")}, TypeError, r"when=.*Path.*'x'\) can't be kept in a checkpoint"),
    ({"floor": np.float32(0.5)}, TypeError, "floor=.*0.5.* can't be kept"),
    ({"sizes": (1, 2)}, TypeError, r"sizes=\(1, 2\) would come back from a checkpoint as \[1, 2\]"),
    ({"names": {1: "a"}}, TypeError, "names=.* would come back"),
    ({"wave": torch.ones(2, dtype=torch.complex64)}, TypeError, "info.wave can't be kept .*complex64"),
    ({"shape": torch.ones(2, device="meta")}, TypeError, "info.shape can't be kept .*meta"),
    ({"characters": ["a"]}, TypeError, "characters must be a text, got .*give ''.join"),
    ({"step": 3}, ValueError, "a run itself keeps step; give info another name"),
    ({"cpu_random": torch.ones(1)}, ValueError, "itself keeps cpu_random"),
    ({"param_groups": []}, ValueError, "itself keeps param_groups"),
    ({"model_config": {}}, ValueError, "itself keeps model_config"),
], ids=str)  # fmt: skip
def test_info_that_can_not_be_kept_is_refused_before_the_first_step(tmp_path, info, error, word):
    model = fresh()
    before = bits(model)
    with pytest.raises(error, match=word):
        next(train_steps(model, CORPUS, CONFIG, tmp_path / "run", **info))
    assert bits(model) == before and not (tmp_path / "run").exists()


def test_a_model_whose_configuration_can_not_be_kept_is_refused_by_its_entry(tmp_path):
    @dataclasses.dataclass
    class Sizes:
        place: object = dataclasses.field(default_factory=lambda: Path("x"))

    model = bigram()
    model.config = Sizes()
    with pytest.raises(TypeError, match=r"config.place=.* can't be kept"):
        next(train_steps(model, CORPUS, CONFIG, tmp_path))


def test_a_configuration_with_a_tuple_resumes(tmp_path):
    @dataclasses.dataclass
    class Sizes:
        widths: tuple = (1, 2)

    def make():
        model = fresh(bigram)
        model.config = Sizes()
        return model

    next(train_steps(make(), CORPUS, change(save_every=1), tmp_path))
    assert train(make(), CORPUS, change(save_every=1), tmp_path, True, progress=False)[0].step == 2


class Silent(nn.Module):
    """A bigram whose forward lets no gradient through."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(V, V)

    def forward(self, ids):
        return self.table(ids).detach()


class Flat(Silent):
    def forward(self, ids):
        return self.table(ids).flatten(0, 1)


class Pair(Silent):
    def forward(self, ids):
        return self.table(ids), None


def inference_model():
    with torch.inference_mode():
        return bigram()


@pytest.mark.parametrize("make, error, word", [
    (nn.Identity, ValueError, "no parameters, so there is nothing to train"),
    (lambda: bigram().requires_grad_(False), RuntimeError, "requires_grad is False for every parameter"),
    (inference_model, RuntimeError, "made within torch.inference_mode"),
    (Silent, RuntimeError, "logits have no gradient: its forward switches gradients off"),
    (Flat, ValueError, r"into logits \(B, T, V\), and returned a Tensor of shape \(32, 11\)"),
    (Pair, ValueError, r"into logits \(B, T, V\), and returned a tuple$"),
])  # fmt: skip
@pytest.mark.parametrize("precision", ["float32", "auto", "float16"])
def test_a_model_that_can_not_be_trained_is_refused_with_the_cause(make, error, word, precision):
    with pytest.raises(error, match=word):
        train(make(), CORPUS, change(precision=precision), progress=False)


@pytest.mark.parametrize(
    "off", [torch.no_grad, torch.inference_mode], ids=["no_grad", "inference_mode"]
)
def test_gradients_that_are_switched_off_are_named(off):
    with off(), pytest.raises(RuntimeError, match=f"switched off here, by torch.{off.__name__}"):
        next(train_steps(bigram(), CORPUS, CONFIG))
    steps = train_steps(bigram(), CORPUS, CONFIG)
    next(steps)
    with off(), pytest.raises(RuntimeError, match="switched off here"):  # or in the body of a loop
        next(steps)


# --- what stands around it changes nothing


def test_an_autocast_around_it_changes_nothing():
    model, config = fresh(), change(eval_every=1)
    expected = [r.val_loss for r in train_steps(fresh(), CORPUS, config)]
    with torch.autocast("cpu", torch.bfloat16):
        rows = evaluation_rows(CORPUS.val, T)
        for record, loss in zip(train_steps(model, CORPUS, config), expected, strict=True):
            assert record.val_loss == loss
            assert abs(evaluate(model, *rows) - loss) < 0.02  # of today's weights, in bfloat16
    assert bits(model) == uninterrupted(config)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_an_autocast_around_low_precision_changes_nothing(precision):
    model, config = fresh(), change(precision=precision, accumulate=2)
    with torch.autocast("cpu", torch.bfloat16):
        train(model, CORPUS, config, progress=False)
    assert bits(model) == uninterrupted(config)


def test_what_the_body_of_a_loop_draws_or_switches_changes_nothing(tmp_path):
    model, drawn = fresh(), []
    torch.manual_seed(5)
    expected = [torch.rand(1).item() for _ in range(5)]
    torch.manual_seed(5)
    for _ in train_steps(model, CORPUS, CONFIG, tmp_path):
        drawn.append(torch.rand(1).item())
        model.eval()
    assert bits(model) == uninterrupted() and drawn == expected


def test_two_runs_side_by_side_are_two_runs():
    models = fresh(), fresh(mlp)
    for _ in zip(*(train_steps(model, CORPUS, CONFIG) for model in models), strict=True):
        pass
    assert bits(models[0]) == uninterrupted() and bits(models[1]) == uninterrupted(make=mlp)


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


@pytest.mark.parametrize(
    "wrap", [torch.compile, nn.DataParallel], ids=["compiled", "data-parallel"]
)
def test_a_wrapped_model_is_saved_as_the_model_itself(tmp_path, wrap, monkeypatch):
    save_checkpoint(tmp_path / "plain", fresh())
    save_checkpoint(tmp_path / "wrapped", wrap(fresh()))
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "wrapped").read_bytes()
    other = wrap(gpt())
    load_checkpoint(tmp_path / "plain", other)
    assert bits(other) == bits(fresh())


def test_a_model_with_one_compiled_part_is_saved_as_the_model_itself(tmp_path):
    model = fresh()
    model.blocks[1] = torch.compile(model.blocks[1])
    assert any("_orig_mod" in name for name in model.state_dict())
    save_checkpoint(tmp_path / "part", model)
    save_checkpoint(tmp_path / "plain", fresh())
    assert (tmp_path / "part").read_bytes() == (tmp_path / "plain").read_bytes()


def test_where_torch_can_not_compile_it_is_said_in_one_line(monkeypatch):
    def no_compiler(*_):
        raise torch._inductor.exc.InvalidCxxCompiler

    monkeypatch.setattr(torch, "compile", lambda model: no_compiler)
    with pytest.raises(
        RuntimeError, match=r"^torch.compile can't work here \(.*--compile false"
    ) as caught:
        train(fresh(), CORPUS, change(compile=True), progress=False)
    assert "\n" not in str(caught.value)


def test_a_gradient_that_float16_never_holds_stops_it():
    class Infinite(Breaks):
        def forward(self, ids):
            logits = self.table(ids)
            return logits + (logits.sum() * 0).sqrt() if self.training else logits

    config = TrainConfig(steps=100, batch_size=4, block_size=T, eval_every=100, precision="float16")
    with pytest.raises(FloatingPointError, match="gradient's length nan at every scale"):
        train(Infinite(0, ""), CORPUS, config, progress=False)


def test_it_trains_without_a_place_for_its_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)  # as after 2>&-
    assert len(train(fresh(bigram), CORPUS, CONFIG)) == 5


# --- random numbers of other devices


class Generator:
    """Stands for torch.mps or torch.cuda: one number is its state."""

    def __init__(self):
        self.state = 1

    def get_rng_state(self, *device):
        return torch.tensor([self.state], dtype=torch.uint8)

    def set_rng_state(self, state, *device):
        self.state = int(state)


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_the_random_state_of_the_device_is_kept_and_put_back(monkeypatch, kind):
    device, generator = torch.device(kind, 0), Generator()
    monkeypatch.setattr(torch, "get_device_module", lambda _: generator)
    monkeypatch.setattr(torch, "mps", generator)
    before = random_state(device)
    assert before.keys() == {"cpu_random", f"{kind}_random"}
    torch.rand(3)
    generator.state = 7
    set_random_state(before, device)
    assert generator.state == 1 and torch.equal(torch.get_rng_state(), before["cpu_random"])


# --- edited by hand


@pytest.mark.parametrize("entry, value", [
    ("step", "2"), ("step", -1), ("step", 6), ("step", 2.0), ("step", None), ("precision", "int8"),
    ("precision", "bfloat16"), ("precision", None), ("scaler", []), ("scaler", {"scale": 1.0}),
    ("train_config", []), ("train_config", None), ("text", 3), ("model_config", None), ("model_config", []),
    ("param_groups", []), ("param_groups", 3), ("param_groups", [3, 4]),
    ("param_groups.0.betas", [0.1, 0.2]), ("param_groups.0.amsgrad", True),
    ("param_groups.1.params", [0]), ("param_groups.0.eps", None),
])  # fmt: skip
def test_a_checkpoint_that_was_edited_by_hand_is_refused_with_its_name(tmp_path, entry, value):
    for _ in zip(range(2), train_steps(fresh(), CORPUS, CONFIG, tmp_path), strict=False):
        pass
    file, model = tmp_path / FILE, fresh()
    with safe_open(file, "pt") as opened:
        about = opened.metadata()
    kept = info = json.loads(about["course_lib"])
    *path, last = entry.split(".")
    for part in path:
        kept = kept[int(part) if part.isdigit() else part]
    kept[last] = value
    save_file(load_file(file), file, about | {"course_lib": json.dumps(info)})
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(ValueError, match=str(file)):
        train(model, CORPUS, CONFIG, tmp_path, resume=True, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


def test_another_split_of_the_same_text_is_another_text(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    ids = torch.cat([CORPUS.train, CORPUS.val])
    with pytest.raises(ValueError, match="another text"):
        train(fresh(), Corpus(ids[:599], ids[599:]), CONFIG, tmp_path, True, progress=False)


def test_weights_of_another_precision_are_not_resumed(tmp_path):
    train(fresh().double(), CORPUS, CONFIG, tmp_path, progress=False)
    with pytest.raises(ValueError, match=r"the weights were torch\.float64, are torch\.float32"):
        train(fresh(), CORPUS, CONFIG, tmp_path, True, progress=False)


def test_a_link_to_a_file_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / FILE).symlink_to(tmp_path / "disk" / "large")
    train(fresh(), CORPUS, CONFIG, tmp_path / "run", progress=False)
    assert (tmp_path / "run" / FILE).is_symlink() and [*(tmp_path / "run").iterdir()] == [
        tmp_path / "run" / FILE
    ]
    assert load_checkpoint(tmp_path / "disk" / "large")["step"] == 5


def test_a_run_into_tales_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r'out="tales" would be .* for example out="runs/tales"'):
        next(train_steps(fresh(), CORPUS, CONFIG, "tales"))
    assert not [*tmp_path.iterdir()]
    next(train_steps(fresh(), CORPUS, change(save_every=1), "./tales"))
    assert load_checkpoint(f"./tales/{FILE}")["step"] == 1


def test_a_stop_within_another_knows_what_that_one_was_asked():
    outer, inner, handler = Stop(), Stop(), signal.getsignal(signal.SIGINT)
    with outer:
        with inner:
            assert not inner.requested()
        signal.raise_signal(signal.SIGINT)
        assert outer.requested() and inner.requested()
        with inner, pytest.raises(KeyboardInterrupt):  # the second time
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is handler
    with inner:
        assert not inner.requested()  # of a run that has ended


def test_ctrl_c_while_train_makes_ready_stops_before_the_first_step(tmp_path, monkeypatch):
    def press(*_):
        signal.raise_signal(signal.SIGINT)
        return "float32"

    monkeypatch.setattr("course_lib.run.choose_precision", press)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 0"):
        train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    assert not [*tmp_path.iterdir()]


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    train(fresh(), CORPUS, CONFIG, "~/run", progress=False)
    assert load_checkpoint(f"~/run/{FILE}")["step"] == 5 and (tmp_path / "run" / FILE).is_file()


def exchange(model):
    model.blocks[0] = fresh().blocks[0]


@pytest.mark.parametrize("change_it", [
    exchange, lambda model: model.load_state_dict(gpt().state_dict(), assign=True),
], ids=["a part", "assign"])  # fmt: skip
def test_parameters_that_are_exchanged_in_the_body_of_a_loop_are_named(change_it):
    model = fresh()
    steps = train_steps(model, CORPUS, CONFIG)
    next(steps)
    change_it(model)
    with pytest.raises(RuntimeError, match="was exchanged after the run began"):
        next(steps)


def test_a_run_in_which_other_parameters_are_frozen_is_another_run(tmp_path):
    def frozen():
        model = fresh(mlp)
        model[0].weight.requires_grad_(False)
        return model

    next(train_steps(frozen(), CORPUS, change(save_every=1), tmp_path))
    with pytest.raises(ValueError, match=r"not trained were \['0.weight'\], are \[\]"):
        train(fresh(mlp), CORPUS, change(save_every=1), tmp_path, True, progress=False)
    model, whole = frozen(), frozen()
    train(model, CORPUS, change(save_every=1), tmp_path, True, progress=False)
    train(whole, CORPUS, CONFIG, progress=False)
    assert bits(model) == bits(whole)


def test_two_threads_train_two_runs():
    models = [fresh(), fresh()]
    threads = [threading.Thread(target=train, args=(model, CORPUS, CONFIG), kwargs={"progress": False})
               for model in models]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {bits(model) for model in models} == {uninterrupted()}
