"""course_lib.ledger: each change can be taken back, and the first row is lesson 11's model."""

import dataclasses
import math

import pytest
import torch
from torch import nn

from course_lib.ledger import (
    CHANGES,
    PARTS,
    ROWS,
    TRIED,
    ledger_corpus,
    measured_recipe,
    reached_after,
    recipe,
    stored_ledger,
    summary_of,
)
from course_lib.model import GPT, GPTConfig
from course_lib.modern import RMSNorm

pytestmark = pytest.mark.usefixtures("one_thread")
V = 11


def test_with_everything_taken_back_it_is_a_gpt():
    """The same logits as GPT's, whose attention has biases: they begin at 0 and are set to it."""
    model, config = recipe(V, CHANGES)
    c = model.config
    gpt = GPT(GPTConfig(V, c.block_size, c.n_layer, c.n_head, c.n_embd))
    ours = model.state_dict()
    with torch.no_grad():
        for p in gpt.parameters():
            p.zero_()
        gpt.token_embedding.weight.copy_(ours["token_embedding.tokens.weight"])
        gpt.position_embedding.weight.copy_(ours["token_embedding.places"])
        gpt.norm.load_state_dict(model.norm.state_dict())
        for theirs, block in zip(gpt.blocks, model.blocks, strict=True):
            attention = block.attention
            parts = attention.query.weight, attention.key.weight, attention.value.weight
            theirs.attention.qkv.weight.copy_(torch.cat(parts))
            theirs.attention.out.weight.copy_(attention.out.weight)
            for name in ("norm1", "norm2", "feed_forward"):
                getattr(theirs, name).load_state_dict(getattr(block, name).state_dict())
    ids = torch.randint(0, V, (2, c.block_size))
    assert torch.allclose(model(ids), gpt(ids), rtol=0, atol=1e-5)
    assert (config.muon_lr, config.decay, config.warmup_steps) == (0.0, "cosine", 10)


def test_each_change_is_taken_back_alone():
    whole, plan = recipe(V)
    ids = torch.randint(0, V, (2, 9))
    for change in CHANGES:
        model, config = recipe(V, [change])
        assert model(ids).isfinite().all()
        assert (config != plan) == (change not in PARTS)
        kinds = [type(part) for part in model.modules()]
        assert (nn.LayerNorm in kinds) == (change == "RMSNorm")
        assert (RMSNorm in kinds) and (nn.Identity in kinds) == (
            change == "normalised queries and keys"
        )
        assert model.smear.share.requires_grad == (change != "smear")
        assert (model.head.weight.abs().max() > 0) == (change == "begins at zero")
    for tried in TRIED:
        model, config = recipe(V, tried=tried)
        assert config == plan and model(ids).shape == (2, 9, V)
        assert type(model) is type(whole)


def test_a_name_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no change 'rotary'; there is rotary positions, RMSNorm"):
        recipe(V, ["rotary"])
    with pytest.raises(ValueError, match="no change 'SwiGlu'; there is four heads of 16"):
        recipe(V, tried="SwiGlu")


def test_a_curve_falls_and_is_the_seeds():
    corpus, tokenizer = ledger_corpus()
    corpus = dataclasses.replace(corpus, val=corpus.val[:700])
    first, again = (
        measured_recipe(corpus, tokenizer.vocab_size, every=4, steps=8) for _ in range(2)
    )
    assert [n for n, _, _ in first] == [4, 8] and first[0][1] < first[1][1]
    assert [loss for *_, loss in first] == [loss for *_, loss in again]
    assert first[1][2] < first[0][2] < math.log(tokenizer.vocab_size)


def test_the_time_to_a_loss_is_on_the_line_between_two_points():
    curve = [(1, 10.0, 4.0), (2, 20.0, 2.0)]
    assert [reached_after(curve, loss) for loss in (5.0, 4.0, 3.0, 2.0)] == [10, 10, 15, 20]
    assert reached_after(curve, 1.9) == math.inf
    stored = {"lesson 11": [curve], "x": [[(1, 4.0, 3.0), (2, 8.0, 1.0)]]}
    assert summary_of(stored, "lesson 11") == ([2.0], 1.0)
    assert summary_of(stored, "x") == ([1.0], 6 / 20)


def test_the_stored_ledger_has_every_row_with_three_seeds():
    stored = stored_ledger()
    assert list(stored) == list(ROWS)
    assert {len(curves) for curves in stored.values()} == {3}
    assert stored["+ a straight line down"][0][-1][2] < stored["lesson 11"][0][-1][2]
