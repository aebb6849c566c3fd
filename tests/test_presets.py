"""course_lib.presets: each fits both configurations, and a change arrives."""

import re
from dataclasses import fields, replace

import pytest
import torch

from course_lib import cli
from course_lib.loss import evaluate, token_loss
from course_lib.model import GPT, GPTConfig
from course_lib.presets import PRESETS, help_of, least_memory, parameters_of, settings
from course_lib.train import TrainConfig

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_what_differs_from_the_defaults(name):
    config, sizes = settings(name)
    for field in fields(TrainConfig):
        assert getattr(config, field.name) == PRESETS[name].get(field.name, field.default)
    for field in fields(sizes):
        assert getattr(sizes, field.name) == PRESETS[name].get(field.name, field.default)
    assert config.block_size == sizes.block_size
    known = {field.name for kind in (TrainConfig, type(sizes)) for field in fields(kind)}
    assert PRESETS[name].keys() <= known


@pytest.mark.parametrize("name", PRESETS)
def test_changes_arrive_where_they_belong(name):
    plain, sizes = settings(name)
    changed = settings(name, block_size=7, vocab_size=11, lr=0.5, dropout=0.25)
    assert changed == (
        replace(plain, block_size=7, lr=0.5),
        replace(sizes, block_size=7, vocab_size=11, dropout=0.25),
    )
    assert settings(name) == (plain, sizes)


@pytest.mark.parametrize("name", PRESETS)
def test_a_shorter_run_warms_up_to_its_end_at_most(name):
    assert settings(name, steps=3)[0].warmup_steps == min(3, PRESETS[name]["warmup_steps"])
    assert settings(name, steps=3, warmup_steps=1)[0].warmup_steps == 1
    assert settings(name, steps=10**6)[0].warmup_steps == PRESETS[name]["warmup_steps"]


@pytest.mark.parametrize("name, changes, message", [
    ("desktop", {}, "no preset 'desktop'; there is laptop, yardstick, t4, large"),
    ("laptop", {"batchsize": 3, "depth": 1}, "no setting batchsize, depth; .* can be changed"),
    ("laptop", {"steps": 0}, "steps must be a whole number of 1 or more, got 0"),
    ("laptop", {"steps": "many"}, "steps must be a whole number of 1 or more, got 'many'"),
    ("laptop", {"steps": 3, "warmup_steps": 4}, "warmup_steps must be from 0 to steps=3, got 4"),
    ("laptop", {"n_head": 3}, "n_head=3 does not divide n_embd=128"),
])  # fmt: skip
def test_settings_that_can_not_be_are_refused(name, changes, message):
    with pytest.raises(ValueError, match=message):
        settings(name, **changes)


def test_the_command_line_has_the_same_presets():
    assert cli.PRESETS is PRESETS


def test_every_field_has_a_sentence_and_its_values():
    for kind in (TrainConfig, GPTConfig):
        for field in fields(kind):
            assert not help_of(field.name).startswith(" (")
    others = "modern 0.0, modern-long 0.0, modern-tales 0.0"
    assert help_of("dropout").endswith(f"(laptop 0.0, yardstick 0.0, t4 0.2, large 0.2, {others})")
    assert help_of("beta2").endswith(
        " large 0.99, modern 0.95, modern-long 0.95, modern-tales 0.95)"
    )
    assert help_of("beta1") == re.sub(r"0\.9\d", "0.9", help_of("beta2")).replace(
        "modern 0.9, modern-long 0.9, modern-tales 0.9",
        "modern 0.8, modern-long 0.8, modern-tales 0.8",
    )
    assert help_of("grad_clip").endswith(" (1.0)") and help_of("n_kv_head").endswith(" (modern 0)")


def test_without_docstrings_the_values_stay(monkeypatch):
    """`python -OO` takes them away."""
    for kind in (TrainConfig, GPTConfig):
        monkeypatch.setattr(kind, "__doc__", None)
    assert help_of("grad_clip") == " (1.0)"


@pytest.mark.parametrize("sizes", [{}, {"vocab_size": 11, "block_size": 8, "n_layer": 3, "n_head": 3, "n_embd": 12},
                                   {"vocab_size": 1, "block_size": 1, "n_layer": 1, "n_head": 1, "n_embd": 1}])  # fmt: skip
def test_the_parameters_are_as_many_as_the_model_has(sizes):
    with torch.device("meta"):
        model = GPT(GPTConfig(**sizes))
    assert parameters_of(model.config) == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_no_training_takes_less_memory_than_the_least(precision, accumulate):
    """Counted: the numbers that the forward pass keeps for the backward pass, and those of AdamW."""
    config, sizes = settings("laptop", n_layer=2, n_head=2, n_embd=8, block_size=128, batch_size=4,
                             vocab_size=9, precision=precision, accumulate=accumulate)  # fmt: skip
    torch.manual_seed(0)
    model, kept = GPT(sizes), {}
    ids = torch.randint(0, 9, (4 // accumulate, 128))

    def keep(x):
        kept[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        token_loss(model, ids, ids, precision)
    weights = sum(p.numel() for p in model.parameters()) * 4
    need = least_memory(config, sizes, 0, CPU, 1)
    assert need <= sum(kept.values()) + 3 * weights
    assert need >= 0.3 * sum(kept.values())  # and it is the most of it


def test_evaluation_may_take_the_most(monkeypatch):
    config, sizes = settings("laptop", n_layer=1, n_head=2, n_embd=8, block_size=128, batch_size=1,
                             vocab_size=9)  # fmt: skip
    sizes_of_tables, baddbmm = [], torch.baddbmm
    monkeypatch.setattr(torch, "baddbmm", lambda *a, **k: sizes_of_tables.append(
        (y := baddbmm(*a, **k)).nbytes) or y)  # fmt: skip
    ids = torch.randint(0, 9, (150, 128))
    evaluate(GPT(sizes), ids, ids)
    weights = 12 * parameters_of(sizes)
    assert least_memory(config, sizes, 150, CPU, 1) == 2 * max(sizes_of_tables) + weights
    few = least_memory(config, sizes, 10, CPU, 2)
    assert few == 2 * max(sizes_of_tables) * 5 // 8 + weights


def test_on_a_gpu_there_are_no_tables():
    config, sizes = settings("laptop", block_size=10_000)
    numbers = 16 * parameters_of(sizes)
    assert least_memory(config, sizes, 64, torch.device("cuda"), 1) == numbers
