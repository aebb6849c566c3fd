"""The inside of a GPT, against a forward pass by hand, against transformers, and against itself."""

import math

import pytest
import torch
from torch import nn

from course_lib.gpt2 import save_pretrained
from course_lib.inside import ablated, attention_weights, head_outputs, patched, residual_stream
from course_lib.model import GPT, GPTConfig
from course_lib.modern import ModernConfig, ModernGPT

SIZES = GPTConfig(vocab_size=11, block_size=9, n_layer=3, n_head=2, n_embd=12)
IDS = torch.randint(11, (2, 7), generator=torch.Generator().manual_seed(0))


@pytest.fixture
def model():
    torch.manual_seed(0)
    gpt = GPT(SIZES)
    for p in gpt.parameters():  # nothing small, so that nothing is lost in rounding
        nn.init.normal_(p, std=0.3)
    return gpt.eval()


def hooks_left(model):
    return [m for m in model.modules() if m._forward_hooks or m._forward_pre_hooks]


def test_the_stream_is_that_of_a_forward_pass_by_hand(model):
    x = model.token_embedding(IDS) + model.position_embedding.weight[:7]
    by_hand = [x]
    for block in model.blocks:
        x = x + block.attention(block.norm1(x))
        x = x + block.feed_forward(block.norm2(x))
        by_hand.append(x)
    assert torch.allclose(residual_stream(model, IDS), torch.stack(by_hand), atol=1e-5)


def test_the_stream_and_the_weights_are_those_of_transformers(model, tmp_path):
    transformers = pytest.importorskip("transformers")
    save_pretrained(model, tmp_path)
    theirs = transformers.GPT2LMHeadModel.from_pretrained(tmp_path, attn_implementation="eager")
    out = theirs.eval()(IDS, output_hidden_states=True, output_attentions=True)
    ours = residual_stream(model, IDS)
    assert torch.allclose(ours[:-1], torch.stack(out.hidden_states[:-1]), atol=1e-4)
    assert torch.allclose(model.norm(ours[-1]), out.hidden_states[-1], atol=1e-4)  # after the norm
    assert torch.allclose(attention_weights(model, IDS), torch.stack(out.attentions), atol=1e-5)


def test_the_last_of_the_stream_gives_the_logits(model):
    last = residual_stream(model, IDS)[-1]
    assert torch.allclose(model.norm(last) @ model.token_embedding.weight.T, model(IDS), atol=1e-5)


def test_heads_give_their_weights_times_the_values(model):
    block, x = model.blocks[0], residual_stream(model, IDS)[0]
    v = block.attention.qkv(block.norm1(x))[..., 24:]  # queries, keys, values: 12 columns each
    weights = attention_weights(model, IDS)[0]
    by_hand = torch.stack([weights[:, h] @ v[..., 6 * h : 6 * h + 6] for h in range(2)], dim=2)
    assert torch.allclose(head_outputs(model, IDS)[0], by_hand, atol=1e-5)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(2, 2, 7))
    assert (weights.triu(1) == 0).all()


def without_columns(model, layer, head):
    """A copy of the model whose out has zeros where it reads the head."""
    twin = GPT(SIZES)
    twin.load_state_dict(model.state_dict())
    with torch.no_grad():
        twin.blocks[layer].attention.out.weight[:, 6 * head : 6 * head + 6] = 0.0
    return twin


@pytest.mark.parametrize("layer, head", [(0, 0), (1, 1), (2, 0)])
def test_a_head_of_zeros_is_a_head_that_out_does_not_read(model, layer, head):
    with ablated(model, [(layer, head)]) as changed:
        logits = changed(IDS)
    assert torch.allclose(logits, without_columns(model, layer, head)(IDS), atol=1e-5)
    assert (logits - model(IDS)).abs().max() > 0.01


def test_heads_with_their_own_values_change_nothing_and_with_a_mean_they_do(model):
    heads, own = [(0, 1), (2, 0)], head_outputs(model, IDS)
    with ablated(model, heads, own):
        unchanged = model(IDS)
    with ablated(model, heads, own.mean(dim=(1, 2), keepdim=True)):
        flat = head_outputs(model, IDS)
        changed = model(IDS)
    assert torch.allclose(unchanged, model(IDS), atol=1e-5)
    assert (changed - unchanged).abs().max() > 0.01
    assert flat.shape == own.shape


def test_with_no_heads_nothing_changes(model):
    with ablated(model, []):
        logits = model(IDS)
    assert torch.equal(logits, model(IDS))


def test_a_patch_at_the_end_of_the_stream_is_the_other_texts_logits(model):
    other = IDS.roll(1, dims=0)
    stream = residual_stream(model, other)
    with patched(model, 3, 4, stream[3, :, 4]):
        logits = model(IDS)
    assert torch.allclose(logits[:, 4], model(other)[:, 4], atol=1e-5)
    assert torch.equal(logits[:, 5], model(IDS)[:, 5])


def test_a_patch_of_the_embedding_is_the_other_letter(model):
    other = IDS.clone()
    other[0, 2], other[1, 5] = 7, 7
    stream = residual_stream(model, other)
    with patched(model, 0, torch.tensor([2, 5]), stream[0, [0, 1], [2, 5]]):
        logits = model(IDS)
    assert torch.allclose(logits, model(other), atol=1e-5)


def test_a_patch_from_the_same_text_changes_nothing_and_no_place_before_it(model):
    stream = residual_stream(model, IDS)
    with patched(model, 1, 3, stream[1, :, 3]):
        same = model(IDS)
    with patched(model, 1, 3, torch.ones(12)):
        changed = model(IDS)
    assert torch.equal(same, model(IDS))
    assert torch.equal(changed[:, :3], same[:, :3])
    assert not torch.allclose(changed[:, 3:], same[:, 3:])


def test_no_hook_is_left_even_after_an_error(model):
    with pytest.raises(ZeroDivisionError), ablated(model, [(0, 0)]):
        raise ZeroDivisionError
    with pytest.raises(ValueError, match="7 places"), patched(model, 0, 8, torch.ones(12)):
        model(IDS)
    with pytest.raises(IndexError):
        residual_stream(model, IDS + 11)
    assert hooks_left(model) == []


@pytest.mark.parametrize(
    "heads, says",
    [
        ([(3, 0)], "no layer 3; the model has layers 0 to 2"),
        ([(0, 2)], "no head 2; the model has heads 0 to 1"),
        ([(-1, 0)], "no layer -1"),
        ([(0, 1.0)], "no head 1.0"),
        ([2], "pairs .layer, head."),
    ],
)
def test_heads_that_are_not_there(model, heads, says):
    with pytest.raises(ValueError, match=says), ablated(model, heads):
        pass


def test_values_of_another_shape(model):
    refused = pytest.raises(ValueError, match=r"\(3, B, T, 2, 6\)")
    with refused, ablated(model, [(0, 0)], torch.zeros(3, 2, 6)):
        pass


@pytest.mark.parametrize(
    "layer, places, says",
    [
        (4, 0, "from 0 to 3, and there is no 4"),
        (-1, 0, "no -1"),
        (1, 9, "from 0 to 8"),
        (1, -1, "from 0 to 8"),
        (1, 0.5, "whole numbers"),
    ],
)
def test_layers_and_places_that_are_not_there(model, layer, places, says):
    with pytest.raises(ValueError, match=says), patched(model, layer, places, torch.ones(12)):
        pass


@pytest.mark.parametrize("read", [residual_stream, head_outputs, attention_weights])
def test_what_cannot_be_read(model, read):
    with pytest.raises(ValueError, match="a Linear is no GPT"):
        read(nn.Linear(2, 2), IDS)
    with pytest.raises(ValueError, match="the context holds 1 to 9"):
        read(model, torch.zeros(1, 10, dtype=torch.int64))
    assert math.isfinite(read(model, IDS)[0].sum())


def test_the_modern_model_is_refused_by_name():
    config = ModernConfig(vocab_size=11, block_size=9, n_layer=1, n_head=2, n_embd=12)
    with pytest.raises(ValueError, match="a ModernGPT is no GPT"):
        residual_stream(ModernGPT(config), IDS)
