"""course_lib.train against loops written out by hand: the same weights to the bit; what stops it."""

import dataclasses
import itertools
import math
import sys
import threading

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from small_runs import (
    ANSWERS,
    CONFIG,
    CORPUS,
    FILE,
    MODELS,
    WITH_STARTS,
    Breaks,
    T,
    bigram,
    bits,
    change,
    fresh,
    gpt,
    mlp,
    uninterrupted,
)
from torch import nn

from course_lib.checkpoint import load_checkpoint
from course_lib.corpus import evaluation_rows, get_batch
from course_lib.loss import evaluate
from course_lib.schedule import warmup_cosine
from course_lib.train import TrainConfig, train, train_steps

pytestmark = pytest.mark.usefixtures("one_thread")


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


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_each_answer_weighs_the_same_in_whatever_part_it_is(parts):
    model, own = fresh(lambda: gpt(0.0)).double(), fresh(lambda: gpt(0.0)).double()
    config = change(steps=1, warmup_steps=0, accumulate=parts, grad_clip=1e9, weight_decay=0.0)
    (record,) = train(model, ANSWERS, config, progress=False)
    x, y = get_batch(CORPUS.train, 4, T, 0, config.seed)
    places = get_batch(torch.arange(600), 4, T, 0, config.seed)[1]  # of the targets
    log_p = own(x).log_softmax(dim=2)
    picked = [
        log_p[b, t, y[b, t]]
        for b in range(4)
        for t in range(T)
        if places[b, t] % 17 > 5  # the answers, by hand
    ]
    assert 0 < len(picked) < x.numel()
    loss = -sum(picked) / len(picked)
    loss.backward()
    torch.optim.AdamW(own.parameters(), config.lr, (0.9, 0.99), weight_decay=0.0).step()
    assert abs(record.loss - loss.item()) < 1e-6
    for p, q in zip(model.parameters(), own.parameters(), strict=True):
        assert torch.allclose(p, q, rtol=0, atol=1e-5)
    inputs, targets = ANSWERS.rows(T)
    assert record.val_loss == pytest.approx(evaluate(model, inputs, targets))
    assert (targets != -100).sum() == sum((n + 1) % 13 > 5 for n in range(79))


def test_a_part_that_is_all_request_is_refused_with_its_step():
    none = torch.full_like(CORPUS.train, -100)
    none[:50] = CORPUS.train[:50]
    corpus = dataclasses.replace(ANSWERS, train_targets=none)
    with pytest.raises(
        ValueError, match=r"a part of the batch of step 1 has no target.* block_size"
    ):
        train(fresh(), corpus, change(accumulate=4), progress=False)


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
    ({"without_replacement": 1}, "without_replacement must be True or False, got 1"),
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


def test_a_configuration_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CONFIG.steps = 3


def test_it_runs_in_a_thread_where_there_are_no_signals():
    model = fresh()
    thread = threading.Thread(
        target=train, args=(model, CORPUS, CONFIG), kwargs={"progress": False}
    )
    thread.start()
    thread.join()
    assert bits(model) == uninterrupted()


def test_an_autocast_around_it_changes_nothing():
    model, config = fresh(), change(eval_every=1)
    expected = [r.val_loss for r in train_steps(fresh(), CORPUS, config)]
    with torch.autocast("cpu", torch.bfloat16):
        rows = evaluation_rows(CORPUS.val, T)
        for record, loss in zip(train_steps(model, CORPUS, config), expected, strict=True):
            assert record.val_loss == loss
            assert abs(evaluate(model, *rows) - loss) < 0.02  # of today's weights, in bfloat16
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


def test_where_torch_can_not_compile_it_is_said_in_one_line(monkeypatch):
    def no_compiler(*_):
        raise torch._inductor.exc.InvalidCxxCompiler

    monkeypatch.setattr(torch, "compile", lambda model: no_compiler)
    with pytest.raises(
        RuntimeError, match=r"^torch.compile can't work here \(.*--compile false"
    ) as caught:
        train(fresh(), CORPUS, change(compile=True), progress=False)
    assert "\n" not in str(caught.value)


def test_it_trains_without_a_place_for_its_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)  # as after 2>&-
    assert len(train(fresh(bigram), CORPUS, CONFIG)) == 5


def test_two_threads_train_two_runs():
    models = [fresh(), fresh()]
    threads = [threading.Thread(target=train, args=(model, CORPUS, CONFIG), kwargs={"progress": False})
               for model in models]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {bits(model) for model in models} == {uninterrupted()}
