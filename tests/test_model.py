"""course_lib.model against transformers, torch's own layers, and what its words promise."""

import copy
import dataclasses
import gc
import io
import math
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from pretended_gpu import OnGPU
from torch import nn
from torch.nn.utils import parametrize, prune

from course_lib import model as module
from course_lib.model import GPT, CausalSelfAttention, FeedForward, GPTConfig, KVCache

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=3, n_embd=12)
# Our names and those of transformers; its Conv1D keeps the four matrices of a block as (in, out).
NAMES = {"token_embedding": "wte", "position_embedding": "wpe", "norm": "ln_f", "norm1": "ln_1",
         "norm2": "ln_2", "attention.qkv": "attn.c_attn", "attention.out": "attn.c_proj",
         "feed_forward.up": "mlp.c_fc", "feed_forward.down": "mlp.c_proj"}  # fmt: skip


def close(a, b, atol):
    return torch.allclose(a, b, rtol=0, atol=atol)


@pytest.fixture(scope="module")
def transformers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")  # nothing is fetched: the model is made from its sizes
        patch.setenv("TRANSFORMERS_OFFLINE", "1")
        import transformers
    return transformers


def pair(transformers, config):
    """Our model and theirs with the same random weights in float64, and (our, their) parameters."""
    theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(
        vocab_size=config.vocab_size, n_positions=config.block_size, n_layer=config.n_layer,
        n_head=config.n_head, n_embd=config.n_embd, attn_pdrop=0, embd_pdrop=0, resid_pdrop=0,
        bos_token_id=0, eos_token_id=0, attn_implementation="eager")).double()  # fmt: skip
    ours = GPT(config).double()
    parameters = dict(theirs.transformer.named_parameters())
    both = []
    for name, p in ours.named_parameters():
        block, _, part = name.removeprefix("blocks.").rpartition(".")[0].partition(".")
        other = f"h.{block}.{NAMES[part]}" if part else NAMES[block]
        q = parameters.pop(f"{other}.{name.rpartition('.')[2]}")
        turned = ".c_" in other and p.dim() == 2
        with torch.no_grad():
            p.copy_(torch.randn(p.shape, dtype=torch.float64) * 0.4 + (p.dim() == 1))
            q.copy_(p.T if turned else p)
        both.append((name, p, q, turned))
    assert not parameters and theirs.lm_head.weight is theirs.transformer.wte.weight
    return ours, theirs, both


@pytest.mark.parametrize("config, B, T", [
    (GPTConfig(vocab_size=2, block_size=1, n_layer=1, n_head=1, n_embd=1), 1, 1),
    (SMALL, 2, 5),
    (SMALL, 3, 8),
    (GPTConfig(vocab_size=53, block_size=20, n_layer=4, n_head=2, n_embd=30), 2, 17),
    (GPTConfig(vocab_size=5, block_size=40, n_layer=1, n_head=7, n_embd=7), 4, 33),
])  # fmt: skip
def test_it_equals_the_gpt2_of_transformers_forward_and_backward(transformers, config, B, T):
    torch.manual_seed(0)
    ours, theirs, both = pair(transformers, config)
    ids = torch.randint(0, config.vocab_size, (B, T))
    mine, other = ours(ids), theirs(ids).logits
    assert mine.shape == (B, T, config.vocab_size) and close(mine, other, 1e-9)
    upstream = torch.randn(mine.shape, dtype=torch.float64)
    mine.backward(upstream)
    other.backward(upstream)
    for name, p, q, turned in both:
        assert close(p.grad, q.grad.T if turned else q.grad, 1e-9), name


def test_the_defaults_are_gpt2s_sizes(transformers):
    with torch.device("meta"):
        ours = GPT(GPTConfig())
        theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config())
    count = sum(p.numel() for p in ours.parameters())
    assert count == sum(p.numel() for p in theirs.parameters()) == 124_439_808


def test_a_checkpoint_holds_parameters_alone():
    model = GPT(SMALL)
    assert model.state_dict().keys() == dict(model.named_parameters()).keys()


@pytest.mark.parametrize("V", [53, 65])
@pytest.mark.parametrize("n_layer, T", [(1, 64), (4, 64), (4, 256)])
def test_the_first_loss_is_near_ln_v(V, n_layer, T):
    for seed in range(3):
        torch.manual_seed(seed)
        model = GPT(GPTConfig(V, T, n_layer, n_head=4, n_embd=128))
        ids = torch.randint(0, V, (4, T + 1))
        with torch.no_grad():
            loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        assert abs(loss - math.log(V)) < 0.25


def test_a_seed_gives_the_weights():
    def weights(seed):
        torch.manual_seed(seed)
        return nn.utils.parameters_to_vector(GPT(SMALL).parameters())

    assert torch.equal(weights(1), weights(1)) and not torch.equal(weights(1), weights(2))


def test_no_place_knows_the_future():
    torch.manual_seed(0)
    model = GPT(SMALL).double()
    with torch.no_grad():
        for p in model.parameters():  # far from the start, where attention hardly matters
            p.normal_(std=0.5)
    ids = torch.randint(0, 11, (3, 8))
    before = model(ids)
    for t in range(8):
        for step in range(1, 11):
            changed = ids.clone()
            changed[:, t:] = (changed[:, t:] + step) % 11
            after = model(changed)
            assert close(before[:, :t], after[:, :t], 1e-12)
            assert ((before[:, t:] - after[:, t:]).abs().amax(dim=2) > 1e-6).all()


def test_every_place_uses_all_that_came_before_in_its_order():
    torch.manual_seed(0)
    model = GPT(SMALL).double()
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.5)
    ids = torch.tensor([[1, 2, 3, 4, 5, 6, 7, 8]])
    last = model(ids)[0, -1]
    for t in range(8):
        changed = ids.clone()
        changed[0, t] = 0
        assert (model(changed)[0, -1] - last).abs().max() > 1e-6
    assert (model(ids[:, [1, 0, 2, 3, 4, 5, 6, 7]])[0, -1] - last).abs().max() > 1e-6


def test_the_rows_of_a_batch_and_shorter_texts_give_the_same_logits():
    model = GPT(SMALL).double()
    ids = torch.randint(0, 11, (4, 8))
    whole = model(ids)
    for b in range(4):
        for T in range(1, 9):
            assert close(model(ids[b : b + 1, :T]), whole[b : b + 1, :T], 1e-12)


def attention_by_torch(attention, x, H):
    B, T, C = x.shape
    q, k, v = (part.view(B, T, H, C // H).transpose(1, 2) for part in attention.qkv(x).split(C, 2))
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return attention.out(y.transpose(1, 2).flatten(2))


@pytest.mark.parametrize("H, C", [(1, 1), (3, 12), (4, 4), (2, 10)])
@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_attention_equals_torchs(H, C, gpu, dropout):
    torch.manual_seed(0)
    attention = CausalSelfAttention(GPTConfig(11, 9, 1, H, C, dropout)).double()
    attention.train(not dropout)  # in eval mode dropout does nothing
    for T in (1, 5, 9):
        x = torch.randn(2, T, C, dtype=torch.float64) * 3
        upstream = torch.randn(2, T, C, dtype=torch.float64)
        y = attention(x.as_subclass(OnGPU) if gpu else x).as_subclass(torch.Tensor)
        expected = attention_by_torch(attention, x, H)
        assert close(y, expected, 1e-12)
        parameters = list(attention.parameters())
        for a, b in zip(torch.autograd.grad(y, parameters, upstream),
                        torch.autograd.grad(expected, parameters, upstream), strict=True):  # fmt: skip
            assert close(a, b, 1e-11)


@pytest.mark.parametrize("gpu", [False, True])
def test_dropout_in_attention_changes_the_draw_and_not_the_mean(gpu):
    torch.manual_seed(0)
    attention = CausalSelfAttention(GPTConfig(11, 5, 1, 3, 12, dropout=0.3)).double()
    with torch.no_grad():
        attention.out.weight.copy_(torch.eye(12))  # so that the heads' own dropout can be seen
        attention.out.bias.zero_()
        x = torch.randn(1, 5, 12, dtype=torch.float64)
        many = x.expand(20_000, -1, -1)
        y = attention(many.as_subclass(OnGPU) if gpu else many).as_subclass(torch.Tensor)
        error = y.std(dim=0) / math.sqrt(20_000)
        assert ((y.mean(dim=0) - attention.eval()(x)[0]).abs() < 5 * error).all()
        # The first place sees itself alone: its weight of 1 is kept with 0.7, and so is each output.
        assert abs((y[:, 0, 0] != 0).double().mean() - 0.7 * 0.7) < 0.02


def test_dropout_works_in_training_only():
    torch.manual_seed(0)
    model = GPT(dataclasses.replace(SMALL, dropout=0.5))
    ids = torch.randint(0, 11, (2, 5))
    assert not torch.equal(model(ids), model(ids))
    same = GPT(SMALL)
    same.load_state_dict(model.state_dict())
    assert torch.equal(model.eval()(ids), same(ids)) and torch.equal(same(ids), same(ids))
    layer, x = FeedForward(8, dropout=0.5), torch.randn(4, 8)
    assert (layer(x) == 0).any()
    assert not (layer.eval()(x) == 0).any()


# --- the cache


def read_in_parts(model, ids, sizes, cache=None):
    cache = cache or KVCache(model, len(ids))
    with torch.no_grad():
        return torch.cat([model(part, cache) for part in ids.split(sizes, dim=1)], dim=1)


@pytest.mark.parametrize("sizes", [(17,), (1,) * 17, (5, 1, 1, 10), (16, 1), (1, 16), (2, 3, 12)])
@pytest.mark.parametrize("B", [1, 3])
def test_the_cache_equals_that_of_transformers(transformers, sizes, B):
    torch.manual_seed(0)
    config = GPTConfig(vocab_size=53, block_size=20, n_layer=3, n_head=2, n_embd=30)
    ours, theirs, _ = pair(transformers, config)
    ids = torch.randint(0, 53, (B, 17))
    past, cache = None, KVCache(ours, B)
    for part in ids.split(sizes, dim=1):
        mine = read_in_parts(ours, part, part.shape[1], cache)
        with torch.no_grad():
            other = theirs(part, past_key_values=past, use_cache=True)
        past = other.past_key_values
        assert close(mine, other.logits, 1e-9)
    for i in range(3):  # what is kept is the same as well
        keys, values = past.layers[i].keys, past.layers[i].values  # (B, H, T, D)
        assert close(cache.kv[i, 0, :, :, :17], keys, 1e-9)
        assert close(cache.kv[i, 1, :, :, :17], values, 1e-9)
    assert cache.length == 17


@settings(max_examples=30)
@given(data=st.data())
def test_cached_equals_uncached(data):
    H = data.draw(st.integers(1, 3))
    sizes = {"vocab_size": 11, "n_layer": data.draw(st.integers(1, 3)), "n_head": H,
             "n_embd": H * data.draw(st.integers(1, 5)), "block_size": data.draw(st.integers(1, 12))}  # fmt: skip
    torch.manual_seed(data.draw(st.integers(0, 10**6)))
    model = GPT(GPTConfig(**sizes)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.5)
    B, T = data.draw(st.integers(1, 3)), data.draw(st.integers(1, sizes["block_size"]))
    ids = torch.randint(0, 11, (B, T))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, T - 1))))) if T > 1 else []
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, T], strict=True)]
    assert close(read_in_parts(model, ids, parts), model(ids), 1e-10)
    single = GPT(model.config)
    single.load_state_dict(model.state_dict())
    assert close(read_in_parts(single, ids, parts), single(ids), 1e-4)


def test_cached_equals_uncached_at_a_larger_size_in_float32():
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=301, block_size=96, n_layer=6, n_head=4, n_embd=160))
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(2)  # so that attention chooses
    ids = torch.randint(0, 301, (2, 96))
    assert close(read_in_parts(model, ids, (31, 1, 1, 40, 23)), model(ids), 1e-4)


def test_nothing_that_was_not_written_is_read_from_the_cache():
    torch.manual_seed(0)
    model, ids = GPT(SMALL).double(), torch.randint(0, 11, (2, 8))
    cache = KVCache(model, 2)
    cache.kv.fill_(math.nan)
    assert close(read_in_parts(model, ids, (3, 1, 4), cache), model(ids), 1e-12)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_cache_is_of_the_models_type_and_the_batchs_size(dtype):
    cache = KVCache(GPT(SMALL).to(dtype), 5)
    assert cache.kv.shape == (2, 2, 5, 3, 8, 4) and cache.kv.dtype == dtype and cache.length == 0
    assert not cache.kv.requires_grad
    with torch.device("meta"):
        model = GPT(GPTConfig())
    kv = KVCache(model).kv
    assert kv.device.type == "meta" and kv.numel() * 4 == 75_497_472  # bytes in float32


def test_with_a_cache_nothing_is_kept_for_backward():
    model, ids = GPT(SMALL), torch.randint(0, 11, (1, 4))
    cache = KVCache(model)
    assert torch.is_grad_enabled()
    logits = model(ids, cache)
    assert not logits.requires_grad and not cache.kv.requires_grad and model(ids).requires_grad
    with pytest.raises(RuntimeError, match="does not require grad"):
        logits.sum().backward()
    with torch.inference_mode():
        model(ids, cache)
    assert cache.length == 8


def test_a_cache_that_can_not_take_the_ids_says_so_and_stays_as_it_was():
    torch.manual_seed(0)
    model, ids = GPT(SMALL).double(), torch.randint(0, 11, (2, 8))
    cache = KVCache(model, 2)
    model(ids[:, :6], cache)
    kept = cache.kv.clone()
    for wrong, error, message in [
        (ids[:, :3], ValueError, r"T is 3, the context holds 1 to 8 tokens and 6 are cached: fill a new KVCache with the last 8"),
        (ids[:, :0], ValueError, "T is 0, .* 6 are cached"),
        (ids[:1, :2], ValueError, r"no cache of this model and 1 rows; make one: KVCache\(model, 1\)"),
        (ids.repeat(2, 1)[:, :2], ValueError, r"this model and 4 rows; .* KVCache\(model, 4\)"),
        (ids[:, :2] + 11, IndexError, "outside the vocabulary"),
        (ids[0, :2], ValueError, r"shape \(B, T\)"),
    ]:  # fmt: skip
        with pytest.raises(error, match=message):
            model(wrong, cache)
        assert cache.length == 6 and torch.equal(cache.kv[..., :6, :], kept[..., :6, :])
    assert close(model(ids[:, 6:], cache), model(ids)[:, 6:], 1e-12)
    with pytest.raises(ValueError, match=r"T is 1, .* 8 are cached"):
        model(ids[:, :1], cache)
    for other in ({"n_layer": 1}, {"n_head": 1}, {"n_embd": 24}):
        with pytest.raises(ValueError, match="no cache of this model"):
            model(ids, KVCache(GPT(dataclasses.replace(SMALL, **other)).double(), 2))


@pytest.mark.parametrize(
    "sizes", [{"n_layer": 3}, {"n_head": 2}, {"n_embd": 24}, {"block_size": 4}]
)
def test_another_models_cache_is_refused(sizes):
    cache = KVCache(GPT(dataclasses.replace(SMALL, **sizes)))
    with pytest.raises(ValueError, match="no cache of this model and 1 rows"):
        GPT(SMALL)(torch.tensor([[1]]), cache)


def test_a_cache_belongs_to_one_model():
    """Not to one with equal sizes, nor to a copy, which may be trained on by itself."""
    torch.manual_seed(0)
    model = GPT(SMALL).double()
    ids, copied, other = torch.randint(0, 11, (1, 8)), copy.deepcopy(model), GPT(SMALL).double()
    cache = KVCache(model)
    model(ids[:, :3], cache)
    for wrong in (copied, other):
        with pytest.raises(
            ValueError, match=r"no cache of this model and 1 rows; .*KVCache\(model, 1\)"
        ):
            wrong(ids[:, 3:], cache)
    branch = copy.deepcopy(cache)  # as a search along several continuations would
    assert close(model(ids[:, 3:], cache), model(ids)[:, 3:], 1e-12)
    assert branch.length == 3 and close(model(ids[:, 3:], branch), model(ids)[:, 3:], 1e-12)
    assert close(read_in_parts(copied, ids, (3, 5)), model(ids), 1e-12)


class Scaled(nn.Module):
    def forward(self, weight):
        return weight * 0.5


@pytest.mark.parametrize("change", ["pruned", "parametrized", "compiled"])
def test_a_cache_is_also_that_of_a_model_whose_weights_are_computed(change):
    torch.manual_seed(0)
    model, ids = GPT(SMALL).double(), torch.randint(0, 11, (1, 8))
    if change == "pruned":
        prune.l1_unstructured(model.token_embedding, "weight", 0.5)
    elif change == "parametrized":
        parametrize.register_parametrization(model.token_embedding, "weight", Scaled())
    else:
        model = torch.compile(model, backend="eager")
    assert close(read_in_parts(model, ids, (3, 1, 4)), model(ids), 1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_model_that_was_moved_needs_a_new_cache(dtype):
    model, ids = GPT(SMALL).double(), torch.randint(0, 11, (1, 8))
    cache = KVCache(model)
    model(ids[:, :3], cache)
    model.to(dtype)
    with pytest.raises(ValueError, match="no cache of this model and 1 rows; make one"):
        model(ids[:, 3:], cache)
    assert cache.length == 3
    assert model(ids, KVCache(model)).shape == (1, 8, 11)


def test_a_cache_keeps_no_model_alive():
    model = GPT(SMALL)
    cache, gone = KVCache(model), weakref.ref(model)
    gc.disable()  # so that only a count of references frees it: there is no cycle
    del model
    gc.enable()
    assert gone() is None and cache.length == 0


def test_a_cache_that_was_made_in_inference_mode_serves_outside():
    model, ids = GPT(SMALL).double(), torch.randint(0, 11, (1, 8))
    with torch.inference_mode():
        cache = KVCache(model)
        first = model(ids[:, :3], cache).clone()
    assert close(torch.cat([first, model(ids[:, 3:], cache)], dim=1), model(ids), 1e-12)


# --- the mask


def rubbish(monkeypatch):
    """Let memory that nobody has written to hold numbers that would show."""
    empty = torch.empty_like
    monkeypatch.setattr(torch, "empty_like", lambda *a, **k: empty(*a, **k).fill_(7.0))


@pytest.mark.parametrize("way", ["to_empty", "assign", "to_empty again", "to meta and back"])
def test_the_mask_is_right_whatever_way_the_weights_came(monkeypatch, way):
    torch.manual_seed(0)
    right = GPT(SMALL).double()
    with torch.no_grad():
        for p in right.parameters():
            p.normal_(std=0.5)
    rubbish(monkeypatch)
    with torch.device("meta"):
        model = GPT(SMALL).double()
    if way == "to_empty again":
        model = GPT(SMALL).double().to_empty(device="cpu")
    elif way == "to meta and back":
        model = GPT(SMALL).double().to("meta").to_empty(device="cpu")
    elif way == "to_empty":
        model.to_empty(device="cpu")
    model.load_state_dict(right.state_dict(), assign=way == "assign")
    ids = torch.randint(0, 11, (2, 8))
    assert close(model(ids), right(ids), 1e-12)
    assert close(read_in_parts(model, ids, (3, 1, 4)), right(ids), 1e-12)
    assert close(copy.deepcopy(model)(ids), right(ids), 1e-12)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_the_mask_moves_with_the_model(dtype):
    torch.manual_seed(0)
    model, ids = GPT(SMALL), torch.randint(0, 11, (2, 8))
    expected = model(ids)
    assert close(model.to(dtype)(ids).float(), expected, 0.05)
    assert not list(model.buffers())  # DistributedDataParallel would send them round at every step
    buffer = io.BytesIO()
    torch.save(model, buffer)
    again = torch.load(io.BytesIO(buffer.getvalue()), weights_only=False)
    assert torch.equal(again(ids), model(ids))


@pytest.mark.parametrize("ids, error, message", [
    (torch.zeros(2, 5), ValueError, r"int64 tensor of shape \(B, T\), got torch.float32 of \(2, 5\)"),
    (torch.zeros(2, 5, dtype=torch.int32), ValueError, r"int64 .* got torch.int32 of \(2, 5\)"),
    (torch.zeros(5, dtype=torch.int64), ValueError, r"shape \(B, T\), got torch.int64 of \(5,\)"),
    (torch.zeros(1, 2, 5, dtype=torch.int64), ValueError, r"\(B, T\), got torch.int64 of \(1, 2, 5\)"),
    (torch.tensor(3), ValueError, r"\(B, T\), got torch.int64 of \(\)"),
    (torch.zeros(0, 5, dtype=torch.int64), ValueError, r"got torch.int64 of \(0, 5\)"),
    (torch.zeros(2, 0, dtype=torch.int64), ValueError, "T is 0, the context holds 1 to 8 tokens"),
    (torch.zeros(2, 9, dtype=torch.int64), ValueError, r"T is 9, .* 1 to 8 tokens: take the last 8"),
    (torch.tensor([[1, 11, 2]]), IndexError, "id 11 is outside the vocabulary of 11"),
    (torch.tensor([[1, 10], [-1, 2]]), IndexError, "id -1 is outside the vocabulary of 11"),
])  # fmt: skip
def test_ids_that_can_not_be_are_refused(ids, error, message):
    with pytest.raises(error, match=message):
        GPT(SMALL)(ids)


@pytest.mark.parametrize("sizes, message", [
    ({"n_head": 5, "n_embd": 12}, "n_head=5 does not divide n_embd=12"),
    ({"vocab_size": 0}, "vocab_size must be a whole number of 1 or more, got 0"),
    ({"block_size": -1}, "block_size .* got -1"),
    ({"n_layer": 0}, "n_layer .* got 0"),
    ({"n_head": 2.0}, "n_head .* got 2.0"),
    ({"n_embd": "768"}, "n_embd .* got '768'"),
    ({"n_layer": True}, "n_layer .* got True"),
    ({"dropout": 1}, "dropout must be from 0 up to, not including, 1, got 1"),
    ({"dropout": -0.1}, "got -0.1"),
    ({"dropout": math.nan}, "got nan"),
])  # fmt: skip
def test_sizes_that_can_not_be_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        GPTConfig(**sizes)


def test_a_configuration_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SMALL.n_embd = 24


def test_it_needs_nothing_but_torch():
    code = (
        "import sys, torch; before = {*sys.modules}; import course_lib.model\n"
        "new = {*sys.modules} - before - {'course_lib', 'course_lib.model'}\n"
        "print([name for name in new if name.split('.')[0] not in sys.stdlib_module_names])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_model_reads_in_one_sitting():
    assert len(Path(module.__file__).read_text(encoding="utf-8").splitlines()) < 250


@settings(max_examples=20)
@given(B=st.integers(1, 3), T=st.integers(1, 5), C=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_feed_forward_equals_torchs_layers_forward_and_backward(B, T, C, seed):
    torch.manual_seed(seed)
    ours = FeedForward(C).double()
    theirs = nn.Sequential(nn.Linear(C, 4 * C), nn.GELU("tanh"), nn.Linear(4 * C, C)).double()
    with torch.no_grad():
        for p, q in zip(theirs.parameters(), ours.parameters(), strict=True):
            p.copy_(q)
    x = torch.randn(B, T, C, dtype=torch.float64, requires_grad=True)
    y = x.detach().clone().requires_grad_()
    upstream = torch.randn(B, T, C, dtype=torch.float64)
    ours(x).backward(upstream)
    theirs(y).backward(upstream)
    assert torch.allclose(ours(x), theirs(y), rtol=0, atol=1e-12)
    assert torch.allclose(x.grad, y.grad, rtol=0, atol=1e-12)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(p.grad, q.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("C", [1, 12, 768])
def test_feed_forward_has_8C2_plus_5C_parameters(C):
    assert sum(p.numel() for p in FeedForward(C).parameters()) == 8 * C * C + 5 * C


def test_feed_forward_treats_each_place_by_itself():
    model, x = FeedForward(6), torch.randn(2, 5, 6)
    changed = x.clone()
    changed[:, 3] += 1
    same = model(x) == model(changed)
    assert same[:, [0, 1, 2, 4]].all() and not same[:, 3].all()
