"""course_lib.fast: what is fast gives the model's logits, or the model itself is called."""

import copy
import gc
import weakref

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize, prune

from course_lib import fast
from course_lib.fast import Decoder, RowDecoder, free_copies
from course_lib.generation import generate
from course_lib.model import GPT, CausalSelfAttention, FeedForward, GPTConfig, KVCache
from course_lib.writing import write_rows

pytestmark = pytest.mark.usefixtures("one_thread")


def decided(block_size=20, seed=0):
    """A model in float64 whose every next token depends on all before it."""
    torch.manual_seed(seed)
    model = GPT(GPTConfig(23, block_size, n_layer=2, n_head=3, n_embd=12)).double().eval()
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.5)
    return model


@torch.no_grad()
def write_slowly(model, ids, n):
    """The likeliest tokens, with the whole window read again for each."""
    ids = list(ids)
    for _ in range(n):
        ids.append(model(torch.tensor([ids[-model.config.block_size :]]))[0, -1].argmax().item())
    return ids[-n:]


def write(model, n=15):
    return list(generate(model, [1, 2], n, temperature=0))


@torch.no_grad()
def is_fast(model):
    """Whether tokens after the first measured one are read without a call of the model."""
    decoder = Decoder(model)
    for n in (2, 3, 4):
        decoder.next_logits([1, 2, 3, 4][:n])
    return decoder.fast is not None


@pytest.mark.parametrize(
    "sizes", [{}, {"vocab_size": 5}, {"n_embd": 30, "n_head": 5}, {"n_layer": 1}]
)
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-4)])
def test_reading_one_by_one_is_what_the_model_does(sizes, dtype, tolerance):
    torch.manual_seed(0)
    sizes = {"vocab_size": 40, "block_size": 12, "n_layer": 3, "n_head": 3, "n_embd": 12} | sizes
    model = GPT(GPTConfig(**sizes)).to(dtype).eval()
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.3)
        ids = torch.randint(0, sizes["vocab_size"], (1, 12))
        other = KVCache(model)
        model(ids, other)
        decoder, row = Decoder(model), ids[0].tolist()
        logits = torch.stack([decoder.next_logits(row[:n]) for n in range(4, 13)])
        assert decoder.fast and torch.allclose(logits, model(ids)[0, 3:], rtol=0, atol=tolerance)
        cache = decoder.cache
        assert cache.length == 12 and torch.allclose(cache.kv, other.kv, rtol=0, atol=tolerance)


@pytest.mark.parametrize("sizes", [{}, {"n_embd": 30, "n_head": 5}, {"n_layer": 1}])
def test_rows_read_together_are_what_the_model_says_of_each(sizes):
    torch.manual_seed(0)
    sizes = {"vocab_size": 40, "block_size": 12, "n_layer": 3, "n_head": 3, "n_embd": 12} | sizes
    model = GPT(GPTConfig(**sizes)).double().eval()
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.3)
        ids = torch.randint(0, 40, (4, 12))
        whole, decoder, rows = model(ids), RowDecoder(model, 4), [0, 1, 2, 3]
        for start, end in [(0, 3), *((t, t + 1) for t in range(3, 12))]:
            if end in (6, 9):  # some texts have ended
                rows = rows[1:]
                decoder.keep(range(1, len(rows) + 1))
            logits = decoder.next_logits(ids[rows, start:end])
            assert torch.allclose(logits, whole[rows, end - 1], rtol=0, atol=1e-10)
        assert decoder.fast and decoder.cache.length == 12 and len(rows) == 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("n_layer, n_embd", [(2, 12), (6, 160)])
def test_rounding_alone_makes_no_model_slow(dtype, n_layer, n_embd):
    torch.manual_seed(0)
    for _ in range(5):
        model = GPT(GPTConfig(301, 16, n_layer, n_head=4, n_embd=n_embd)).to(dtype).eval()
        assert is_fast(model)


class Counted(GPT):
    """Counts its calls, so its forward is not that of course_lib.model."""

    calls = 0

    def forward(self, ids, cache=None):
        self.calls += 1
        return super().forward(ids, cache)


def _count(model):
    model.__class__ = Counted


def _hook(model):
    model.blocks[1].register_forward_hook(lambda m, x, out: out * -1)


def _pre_hook(model):
    model.blocks[0].attention.qkv.register_forward_pre_hook(lambda m, x: (x[0] * 2,))


def _eps(model):
    model.blocks[1].norm2.eps = 0.5


def _final_eps(model):
    model.norm.eps = 0.5


def _other_norm(model):
    model.blocks[0].norm1 = nn.LayerNorm(12, eps=0.3, bias=False).double()


def _unused(model):
    model.probe = nn.LayerNorm(12).double().eval()


def _own_forward(model):
    feed_forward = model.blocks[0].feed_forward
    feed_forward.forward = lambda x: feed_forward.down(feed_forward.up(x).relu())


def _shared_norm(model):
    model.blocks[1].norm2 = model.blocks[1].norm1


def _no_bias(model):
    model.blocks[0].attention.qkv.bias = None


def _one_block_less(model):
    del model.blocks[0]


def _blocks_turned(model):
    model.blocks = nn.ModuleList(reversed(model.blocks))


def _linear_of_another_class(model):
    class Other(nn.Linear):
        pass

    model.blocks[0].feed_forward.down = Other(48, 12).double()


def _sequence(model):
    model.blocks[0].feed_forward = nn.Sequential(nn.Linear(12, 12), nn.ReLU()).double().eval()


def _pruned(model):
    prune.l1_unstructured(model.blocks[0].attention.qkv, "weight", 0.5)


class Halved(nn.Module):
    def forward(self, weight):
        return weight * 0.5


def _parametrized(model):
    parametrize.register_parametrization(model.token_embedding, "weight", Halved().eval())


def _largest_norm(model):
    model.token_embedding.max_norm = 1.5  # changes the table itself, of some tokens only


class Window(CausalSelfAttention):
    """Equal up to the 6th token; then it sees the last 6 only."""

    def forward(self, x, past=None):
        T = x.shape[1]
        if past is None and T > 6:
            rows = [super(Window, self).forward(x[:, max(0, t - 5) : t + 1]) for t in range(T)]
            return torch.cat([row[:, -1:] for row in rows], dim=1)
        if past is not None and past.shape[3] > 6:
            assert T == 1
            past[:, :, :, -1:] = self.qkv(x).view(1, 1, 3, 3, 4).permute(2, 0, 3, 1, 4)[1:]
            past = past[:, :, :, -6:]
        return super().forward(x, past)


def _window(model):
    for block in model.blocks:
        block.attention.__class__ = Window


def _stepwise(model):
    feed_forward = FeedForward.forward
    part = model.blocks[1].feed_forward
    part.forward = lambda x: feed_forward(part, x.clamp(-2.5, 2.5))


CHANGES = [_count, _hook, _pre_hook, _eps, _final_eps, _other_norm, _unused, _own_forward,
           _shared_norm, _no_bias, _one_block_less, _blocks_turned, _linear_of_another_class,
           _sequence, _pruned, _parametrized, _largest_norm, _window, _stepwise]  # fmt: skip


def two_changed(change, when, write):
    """Two models changed alike, of which the first has written before if ``when`` says so."""
    models = decided(), decided()
    if when == "between two texts":
        write(models[0])
    for model in models:
        torch.manual_seed(1)
        change(model)
    return models


@pytest.mark.parametrize("when", ["before", "between two texts"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__.strip("_"))
def test_every_change_of_a_model_has_its_effect(change, when):
    model, other = two_changed(change, when, write)
    assert write(model) == write_slowly(other, [1, 2], 15)


def test_a_forward_of_ones_own_is_called_for_every_token():
    model = decided()
    _count(model)
    write(model)
    assert model.calls == 15
    write_together(model)
    assert model.calls == 30


def write_together(model):
    """Five texts of 15 tokens."""
    return write_rows(model, [1, 2], 5, torch.Generator().manual_seed(0), max_new_tokens=15)


@pytest.mark.parametrize("when", ["before", "between two texts"])
@pytest.mark.parametrize(
    "change", [c for c in CHANGES if c is not _window], ids=lambda f: f.__name__.strip("_")
)
def test_every_change_of_a_model_has_its_effect_on_texts_written_together(
    change, when, monkeypatch
):
    model, other = two_changed(change, when, write_together)
    written = write_together(model)
    monkeypatch.setattr(fast, "_may_be_skipped", lambda model: False)  # the model reads them all
    assert written == write_together(other)


@pytest.mark.parametrize("where", ["of the model", "of a part", "of all modules"])
@pytest.mark.parametrize("before", [False, True])
def test_a_hook_that_changes_nothing_sees_every_token(where, before):
    model, seen = decided(), []
    pre = "_pre" * before
    if where == "of all modules":
        register = getattr(nn.modules.module, f"register_module_forward{pre}_hook")
    else:
        part = model if where == "of the model" else model.blocks[1].norm1
        register = getattr(part, f"register_forward{pre}_hook")
    wanted = {model, model.blocks[1].norm1}
    handle = register(lambda part, *_: seen.append(part) if part in wanted else None)
    write(model)
    handle.remove()
    assert len(seen) == 15 * (2 if where == "of all modules" else 1)
    assert is_fast(model)  # and the hooks that looked for it are gone


def test_training_mode_a_forward_of_a_class_and_other_heads(monkeypatch):
    model = decided()
    assert is_fast(model)
    model.blocks[0].attention.train()
    assert not is_fast(model)
    assert not is_fast(model.train())
    model.eval().dropout.p = 0.3  # does nothing outside of training
    assert is_fast(model)
    with monkeypatch.context() as patch:
        patch.setattr(FeedForward, "forward", lambda self, x: self.down(self.up(x)))
        assert not is_fast(model)
        assert write(model) == write_slowly(model, [1, 2], 15)
    model.blocks[1].attention.n_head = 1
    with pytest.raises(RuntimeError):  # as the model itself says
        write(model)


def test_what_was_measured_as_different_is_not_used(monkeypatch):
    """Without the question for hooks and forwards, measuring alone keeps out what logits show."""
    monkeypatch.setattr(fast, "_may_be_skipped", lambda model: True)
    for change in (_hook, _pre_hook, _own_forward, _sequence):
        model = decided()
        change(model)
        assert not is_fast(model) and write(model) == write_slowly(model, [1, 2], 15)
        assert model not in fast.COPIES


# --- the weights in the middle of a text, and between two


def _step(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    model(torch.tensor([[1, 2, 3]])).square().mean().backward()
    optimizer.step()


def _loaded(model):
    model.load_state_dict(decided(model.config.block_size, seed=1).state_dict())


def _assigned(model):
    model.load_state_dict(decided(model.config.block_size, seed=1).state_dict(), assign=True)


def _moved(model):
    model.float()


def _one_row(model):
    with torch.no_grad():
        model.token_embedding.weight[1:3] *= -1


@pytest.mark.parametrize("change", [_step, _loaded, _assigned, _moved, _one_row])
@pytest.mark.parametrize("block_size", [8, 20])
def test_weights_changed_in_the_middle_of_a_text(change, block_size):
    """What was read with the earlier weights is read again: each token is the model's as it is."""
    model = decided(block_size)
    writing = generate(model, [1, 2], 15, temperature=0)
    written = [1, 2] + [next(writing) for _ in range(5)]
    assert written[2:] == write_slowly(model, [1, 2], 5)
    change(model)
    assert list(writing) == write_slowly(model, written, 10)


def test_training_mode_in_the_middle_of_a_text():
    model = decided()
    writing = generate(model, [1, 2], 15, temperature=0)
    for _ in range(5):
        next(writing)
    calls = []
    model.train().register_forward_hook(lambda *_: calls.append(1))
    assert len(list(writing)) == len(calls) == 10


def _through_data(model):
    for p in model.parameters():
        p.data.mul_(-0.9)  # which PyTorch does not count


@pytest.mark.parametrize("change", [_step, _loaded, _assigned, _moved, _one_row, _through_data])
def test_weights_changed_between_two_texts(change):
    model = decided()
    write(model)
    change(model)
    assert is_fast(model)
    assert write(model) == write_slowly(model, [1, 2], 15)


def test_copies_are_kept_for_the_next_text_and_can_be_given_up(monkeypatch):
    made, copied = [], fast._long_rows
    monkeypatch.setattr(fast, "_long_rows", lambda weight: made.append(1) or copied(weight))
    model = decided()
    write(model)
    once = len(made)
    write(model)
    assert len(made) == once > 0
    free_copies(model)
    assert model not in fast.COPIES
    free_copies(model)  # twice is once
    write(model)
    assert len(made) == 2 * once
    write(copy.deepcopy(model))  # another model, with copies of its own
    assert len(made) == 3 * once


def test_copies_keep_no_model_alive_and_go_with_it():
    model = decided()
    write(model)
    gone, copies = weakref.ref(model), weakref.ref(fast.COPIES[model][1][0])
    gc.collect()
    gc.disable()  # so that only a count of references frees it: there is no cycle
    del model
    gc.enable()
    assert gone() is None and copies() is None


def test_the_copies_of_gpt2_take_what_is_said():
    model = GPT(GPTConfig(n_layer=1))
    tall = [m for m in fast._copied(model) if not m.is_contiguous()]
    in_one_block, output = sum(m.nbytes for m in tall[:-1]), tall[-1].nbytes
    assert round((12 * in_one_block + output) / 1e6) == 353
    assert "353 MB" in fast.__doc__.replace("\n", " ")
