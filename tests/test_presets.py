"""course_lib.presets: each fits both configurations, and a change arrives."""

from dataclasses import fields, replace

import pytest

from course_lib import cli
from course_lib.model import GPTConfig
from course_lib.presets import PRESETS, settings
from course_lib.train import TrainConfig


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_what_differs_from_the_defaults(name):
    config, sizes = settings(name)
    for field in fields(TrainConfig):
        assert getattr(config, field.name) == PRESETS[name].get(field.name, field.default)
    for field in fields(GPTConfig):
        assert getattr(sizes, field.name) == PRESETS[name].get(field.name, field.default)
    assert config.block_size == sizes.block_size
    known = {field.name for kind in (TrainConfig, GPTConfig) for field in fields(kind)}
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
    assert settings(name, steps=3)[0].warmup_steps == 3
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
