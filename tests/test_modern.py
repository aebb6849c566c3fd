"""course_lib.modern against torch's own parts, and what its words promise."""

import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_lib.llama import LlamaConfig
from course_lib.model import GPT, GPTConfig, KVCache
from course_lib.modern import (
    GroupedAttention,
    ModernConfig,
    ModernGPT,
    RMSNorm,
    Smear,
    SquaredReLU,
    SwiGLU,
    rotary_table,
    rotate,
)

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = ModernConfig(vocab_size=11, block_size=8, n_layer=2, n_head=6, n_kv_head=3, n_embd=24)
BOTH = pytest.mark.parametrize("config", [SMALL, dataclasses.replace(SMALL, shifted_keys=True)])


def close(a, b, atol):
    return torch.allclose(a, b, rtol=0, atol=atol)


def stirred(config, seed=0):
    """A model in float64 with no part left at zero."""
    torch.manual_seed(seed)
    model = ModernGPT(config).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, dtype=torch.float64) * 0.3)
    return model


@pytest.mark.parametrize("width", [1, 5, 64])
@pytest.mark.parametrize("gain", [False, True])
def test_rms_norm_equals_torchs(width, gain):
    torch.manual_seed(0)
    ours, theirs = RMSNorm(width, gain, eps=1e-5), nn.RMSNorm(width, 1e-5, gain)
    ours, theirs = ours.double(), theirs.double()
    if gain:
        nn.init.normal_(ours.weight)
        theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 3, width, dtype=torch.float64)
    assert close(ours(x), theirs(x), 1e-12)


def test_rms_norm_of_nothing_but_zeros_is_zero():
    assert torch.equal(RMSNorm(4)(torch.zeros(2, 4)), torch.zeros(2, 4))


def test_rotation_equals_a_product_with_complex_numbers():
    torch.manual_seed(0)
    T, D, start = 7, 10, 3
    x = torch.randn(2, T, D, dtype=torch.float64)
    turned = rotate(x, rotary_table(T, D, 100.0, start))
    rates = 100.0 ** (-torch.arange(0, D, 2, dtype=torch.float64) / D)
    angles = torch.arange(start, start + T, dtype=torch.float64)[:, None] * rates
    pairs = torch.complex(x[..., : D // 2], x[..., D // 2 :])
    other = pairs * torch.polar(torch.ones_like(angles), angles)
    assert close(turned, torch.cat([other.real, other.imag], dim=-1), 1e-5)  # the table's 32 bits
    assert close(turned.norm(dim=-1), x.norm(dim=-1), 1e-5)


def test_what_is_rotated_knows_how_far_apart_and_not_where():
    torch.manual_seed(0)
    q, k = torch.randn(2, 1, 16)
    table = rotary_table(40, 16)

    def product(i, j):
        return rotate(q, table[:, i : i + 1]) @ rotate(k, table[:, j : j + 1]).T

    assert close(product(9, 4), product(35, 30), 1e-5) and not close(
        product(9, 4), product(9, 5), 1e-2
    )


def test_grouped_attention_equals_torchs():
    torch.manual_seed(0)
    B, T, C, H, G = 2, 5, 24, 6, 2
    attention = GroupedAttention(C, H, G, nn.RMSNorm(C // H, 1e-6)).double()
    x, table = torch.randn(B, T, C, dtype=torch.float64), rotary_table(T, C // H).double()
    q, k, v = (
        part(x).unflatten(2, (-1, C // H)).transpose(1, 2)
        for part in (attention.query, attention.key, attention.value)
    )
    q, k = (rotate(attention.normalise(part), table) for part in (q, k))
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    assert close(attention(x, table), attention.out(y.transpose(1, 2).flatten(2)), 1e-12)


def test_shifted_keys_are_those_of_the_place_before_channel_by_channel():
    torch.manual_seed(0)
    B, T, H, G, D = 2, 5, 6, 3, 8
    attention = GroupedAttention(H * D, H, G, shifted=True).double()
    x, table = torch.randn(B, T, H * D, dtype=torch.float64), rotary_table(T, D // 2).double()
    q = attention.query(x).view(B, T, H, D)
    k, v = (part(x).view(B, T, G, D) for part in (attention.key, attention.value))
    y = torch.zeros(B, T, H, D, dtype=torch.float64)
    for b in range(B):
        for head in range(H):
            group = head // (H // G)
            for t in range(T):
                query, scores = rotate(q[b, t, head, None, :4], table[:, t : t + 1]), []
                for s in range(t + 1):
                    score = query[0] @ rotate(k[b, s, group, None, :4], table[:, s : s + 1])[0]
                    if s:
                        score = score + q[b, t, head, 4:] @ k[b, s - 1, group, 4:]
                    scores.append(score / math.sqrt(D))
                y[b, t, head] = torch.stack(scores).softmax(0) @ v[b, : t + 1, group]
    assert close(attention(x, table), attention.out(y.flatten(2)), 1e-12)


def test_a_model_with_shifted_keys_begins_by_looking_at_what_came_after_its_own_like():
    torch.manual_seed(0)
    model = ModernGPT(ModernConfig(9, 8, n_layer=1, n_head=2, n_embd=128, shifted_keys=True))
    seen = []
    model.blocks[0].attention.value.register_forward_hook(lambda *_: torch.eye(128)[:8][None])
    model.blocks[0].attention.out.register_forward_hook(lambda _, x, y: seen.append(x[0]))
    model.blocks[0].attention.key.weight.data[:, :] *= 4  # sharper than where training begins
    model(torch.tensor([[3, 1, 4, 5, 7, 2, 6, 1]]))
    assert seen[0][0, -1, :8].argmax() == 2  # the 4, which came after the 1


def test_attention_in_sixteen_bits_is_that_in_thirty_two():
    torch.manual_seed(0)
    attention, x, table = GroupedAttention(24, 6, 2), torch.randn(2, 5, 24), rotary_table(5, 4)
    seen = {}
    for part in ("query", "key", "value", "out"):
        layer = getattr(attention, part)
        layer.register_forward_hook(lambda _, x, y, part=part: seen.update({part: x[0].dtype}))
    with torch.autocast("cpu", torch.bfloat16):
        low = attention(x, table)
    assert set(seen.values()) == {torch.bfloat16} == {low.dtype}  # the input was cast once
    assert close(low.float(), attention(x, table), 0.01)


def test_feed_forward_networks_are_their_formulas():
    torch.manual_seed(0)
    x = torch.randn(3, 4)
    squared, gated = SquaredReLU(4, 10), SwiGLU(4, 10)
    assert close(
        squared(x), F.linear(F.relu(F.linear(x, squared.up.weight)) ** 2, squared.down.weight), 1e-6
    )
    gate, up = F.linear(x, gated.gate.weight), F.linear(x, gated.up.weight)
    assert close(gated(x), F.linear(gate * torch.sigmoid(gate) * up, gated.down.weight), 1e-6)


def test_smear_mixes_in_the_place_before():
    smear = Smear(2)
    x = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]])
    assert torch.equal(smear(x), x)
    nn.init.constant_(smear.share, 0.5)
    assert smear(x)[0].tolist() == [[1, 10], [2.5, 25], [4, 40]]
    assert smear(x, x[:, :1])[0, 0].tolist() == [1.5, 15]


def test_the_first_loss_is_ln_v_and_everything_learns():
    torch.manual_seed(0)
    model, ids = ModernGPT(SMALL), torch.randint(0, 11, (3, 9))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        if step == 0:
            assert abs(loss.item() - math.log(11)) < 1e-6
    still = [name for name, p in model.named_parameters() if not p.grad.abs().max() > 0]
    assert not still


@BOTH
def test_no_place_knows_the_future(config):
    model = stirred(config)
    ids = torch.randint(0, 11, (2, 8))
    other = ids.clone()
    other[:, 5:] = (other[:, 5:] + 1) % 11
    a, b = model(ids), model(other)
    assert torch.equal(a[:, :5], b[:, :5]) and not close(a[:, 5:], b[:, 5:], 1e-3)


@pytest.mark.parametrize("parts", [(8,), (1, 7), (3, 1, 4), (1,) * 8])
@BOTH
def test_the_cache_changes_nothing(config, parts):
    model = stirred(config)
    ids, cache = torch.randint(0, 11, (2, 8)), KVCache(model, 2)
    logits = torch.cat([model(part, cache) for part in ids.split(parts, dim=1)], dim=1)
    assert cache.kv.shape == (2, 2, 2, 3, 8, 4) and cache.length == 8
    assert close(logits, model(ids), 1e-12) and not logits.requires_grad


def test_a_cache_of_another_model_is_refused():
    model, ids = stirred(SMALL), torch.zeros(1, 2, dtype=torch.int64)
    gpt = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=6, n_embd=24))
    for wrong in (KVCache(gpt), KVCache(stirred(SMALL)), KVCache(model, 3)):
        with pytest.raises(
            ValueError, match=r"no cache of this model and 1 rows; make one: KVCache"
        ):
            model(ids, wrong)
    with pytest.raises(ValueError, match="no cache of this model"):
        gpt(ids, KVCache(model))


@pytest.mark.parametrize("ids, error, words", [
    (torch.zeros(1, 9, dtype=torch.int64), ValueError, "T is 9, the context holds 1 to 8"),
    (torch.zeros(1, 0, dtype=torch.int64), ValueError, "T is 0"),
    (torch.zeros(0, 3, dtype=torch.int64), ValueError, "int64 tensor of shape"),
    (torch.zeros(3, dtype=torch.int64), ValueError, "int64 tensor of shape"),
    (torch.zeros(1, 3), ValueError, "float32"),
    ([[1]], ValueError, "list"),
    (torch.tensor([[0, 11]]), IndexError, "id 11 is outside the vocabulary of 11"),
    (torch.tensor([[-1, 0]]), IndexError, "id -1 is outside"),
])  # fmt: skip
def test_wrong_ids_are_refused_as_gpt_refuses_them(ids, error, words):
    gpt = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=6, n_embd=24))
    for model in (ModernGPT(SMALL), gpt):
        with pytest.raises(error, match=words):
            model(ids)


@pytest.mark.parametrize("change, words", [
    ({"n_embd": 18}, "n_embd / n_head = 18 / 6 is 3, an odd width"),
    ({"n_head": 5}, "n_head=5 does not divide n_embd=24"),
    ({"n_kv_head": 4}, "n_kv_head=4 does not divide n_head=6"),
    ({"n_kv_head": -1}, "n_kv_head must be a whole number, 0 or more, got -1"),
    ({"n_layer": 2.0}, "n_layer must be a whole number"),
])  # fmt: skip
def test_sizes_that_do_not_fit_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(SMALL, **change)


def test_half_of_a_head_with_shifted_keys_is_even():
    with pytest.raises(ValueError, match="half of a head, which shifted keys turn, is 3, an odd"):
        dataclasses.replace(SMALL, n_embd=36, shifted_keys=True)
    with pytest.raises(ValueError, match="shifted_keys must be True or False, got 1"):
        dataclasses.replace(SMALL, shifted_keys=1)
    with pytest.raises(ValueError, match="a Llama has no shifted keys"):
        LlamaConfig(shifted_keys=True)


def test_an_odd_width_cannot_be_rotated():
    with pytest.raises(ValueError, match="odd width, and rotation turns channels in pairs"):
        rotary_table(4, 7)
    with pytest.raises(ValueError, match="n_kv_head=3 does not divide n_head=4"):
        GroupedAttention(24, 4, 3)
    with pytest.raises(ValueError, match="n_head=4 does not divide n_embd=26"):
        GroupedAttention(26, 4, 2)


def test_its_size_is_the_yardsticks_within_two_percent():
    with torch.device("meta"):
        modern = ModernGPT(ModernConfig(65, 64, n_layer=4, n_head=4, n_embd=128))
        yardstick = GPT(GPTConfig(vocab_size=65, block_size=64, n_layer=4, n_head=4, n_embd=128))
    ours, theirs = (sum(p.numel() for p in model.parameters()) for model in (modern, yardstick))
    assert abs(ours / theirs - 1) < 0.02


def test_a_model_from_the_meta_device_is_whole():
    model = stirred(SMALL).float()
    with torch.device("meta"):
        other = ModernGPT(SMALL)
    other = other.to_empty(device="cpu")
    other.load_state_dict(model.state_dict())
    ids = torch.randint(0, 11, (2, 8))
    assert torch.equal(model(ids), other(ids))


def test_a_cache_that_was_set_back_is_right_or_refused():
    """The smear needs the token before, which the cache keeps for its end alone."""
    ids, other = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[5, 6]])
    gpt = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=6, n_embd=24)).double()
    for model in (stirred(SMALL), gpt):
        cache = KVCache(model)
        model(ids, cache)
        cache.length = 2
        if model is gpt:
            together = torch.cat([ids[:, :2], other], dim=1)
            assert close(model(other, cache), model(together)[:, 2:], 1e-12)
            continue
        with pytest.raises(ValueError, match="set from 4 tokens back to 2"):
            model(other, cache)
        cache.length = 0
        assert close(model(other, cache), model(other), 1e-12)
