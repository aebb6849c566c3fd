"""course_lib.generation: the law of drawn tokens by chi-square; writing with models made for it."""

import collections
import itertools
import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare
from torch import nn

from course_lib.generation import generate, sample_next_token
from course_lib.model import GPT, GPTConfig

pytestmark = pytest.mark.usefixtures("one_thread")
INF = math.inf
LOGITS = [1.5, -0.5, 0.0, 2.0, -INF, 0.7, 1.1]


def draw(logits, n, seed=0, **settings):
    """n independent draws from one row of logits."""
    rows = torch.as_tensor(logits).expand(n, -1)
    return sample_next_token(rows, generator=torch.Generator().manual_seed(seed), **settings)


def softmax(logits, temperature=1.0):
    weights = [math.exp(x / temperature) for x in logits]
    return [w / sum(weights) for w in weights]


def smallest_set(p, mass):
    """Of all sets of tokens with this mass, the fewest; of those, the likeliest: by trying them all."""
    for size in range(1, len(p) + 1):
        best = max(itertools.combinations(range(len(p)), size), key=lambda s: sum(p[i] for i in s))
        if sum(p[i] for i in best) >= mass:
            return set(best)
    return set(range(len(p)))


def law(logits, temperature=1.0, top_k=None, top_p=None):
    """The probabilities that sample_next_token promises, for logits that all differ."""
    p = softmax(logits, temperature)
    if top_k is not None:
        kept = sorted(range(len(p)), key=lambda i: -p[i])[:top_k]
        p = [p[i] / sum(p[j] for j in kept) if i in kept else 0.0 for i in range(len(p))]
    if top_p is not None:
        kept = smallest_set(p, top_p)
        p = [p[i] / sum(p[j] for j in kept) if i in kept else 0.0 for i in range(len(p))]
    return p


@pytest.mark.parametrize("settings", [
    {}, {"temperature": 0.5}, {"temperature": 3.0}, {"top_k": 1}, {"top_k": 3}, {"top_k": 7},
    {"top_p": 0.05}, {"top_p": 0.6}, {"top_p": 0.9}, {"top_p": 1.0},
    {"temperature": 2.0, "top_k": 4}, {"temperature": 0.7, "top_p": 0.8}, {"top_k": 4, "top_p": 0.75},
    {"temperature": 1.5, "top_k": 5, "top_p": 0.9},
], ids=str)  # fmt: skip
def test_tokens_come_as_often_as_promised(settings):
    expected = torch.tensor(law(LOGITS, **settings), dtype=torch.float64)
    n = 20_000
    counts = draw(LOGITS, n, **settings).bincount(minlength=7)
    possible = expected > 0
    assert set(counts.nonzero().flatten().tolist()) == set(possible.nonzero().flatten().tolist())
    expected = expected[possible] * n
    assert len(expected) == 1 or chisquare(counts[possible], expected).pvalue > 0.001


@settings(max_examples=40)
@given(logits=st.lists(st.floats(0, 3), min_size=1, max_size=6), top_p=st.floats(0.01, 1),
       temperature=st.floats(0.8, 3))  # fmt: skip
def test_top_p_keeps_the_smallest_set(logits, top_p, temperature):
    ranked = sorted(logits)
    assume(all(b - a > 1e-3 for a, b in itertools.pairwise(ranked)))
    p = softmax(logits, temperature)
    sums = itertools.accumulate(sorted(p, reverse=True))
    assume(all(abs(mass - top_p) > 1e-5 for mass in list(sums)[:-1]))
    drawn = draw(logits, 5000, temperature=temperature, top_p=top_p)  # the rarest has p > 0.003
    assert set(drawn.tolist()) == smallest_set(p, top_p)


@pytest.mark.parametrize("top_p, size", [(0.25, 1), (0.26, 2), (0.5, 2), (0.75, 3), (0.76, 4)])
def test_the_mass_may_be_met_exactly(top_p, size):
    assert len(draw([0.0] * 4, 2000, top_p=top_p).unique()) == size


@pytest.mark.parametrize("V", [1, 2, 5, 50])
def test_top_k_keeps_exactly_k_where_all_are_equal(V):
    for k in {1, 2, V - 1, V} & set(range(1, V + 1)):
        assert len(draw([0.3] * V, 3000, top_k=k).unique()) == k


def test_top_k_keeps_exactly_k_where_some_are_equal():
    for k in range(1, 6):
        drawn = draw([1.0, 3.0, 1.0, 1.0, 1.0], 3000, top_k=k).unique().tolist()
        assert len(drawn) == k and 1 in drawn


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), st.integers(0, 10**6))
def test_at_temperature_0_the_likeliest_is_taken(logits, seed):
    logits = torch.tensor(logits).float()
    generator = torch.Generator().manual_seed(seed)
    state = generator.get_state()
    token = sample_next_token(logits, temperature=0, generator=generator)
    assert token.shape == () and token.dtype == torch.int64
    assert logits[token] == logits.max()
    assert torch.equal(generator.get_state(), state)  # nothing was drawn


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-46, 1e-40, 1e-10, 1e-3])
@pytest.mark.parametrize("scale", [1.0, 1e30])
def test_a_temperature_near_0_takes_the_likeliest(temperature, scale):
    logits = torch.tensor([1.0, 3.0, -INF, 2.0]) * scale
    assert (draw(logits, 200, temperature=temperature) == 1).all()
    counts = draw([2.0, 2.0, 1.0], 2000, temperature=temperature).bincount(minlength=3)
    assert counts[2] == 0 and chisquare(counts[:2]).pvalue > 0.001


@pytest.mark.parametrize("temperature", [1e10, 1e38, 1e300, INF])
def test_at_a_high_temperature_all_are_as_likely(temperature):
    counts = draw([9.0, -9.0, -INF, 0.0], 3000, temperature=temperature).bincount(minlength=4)
    assert counts[2] == 0 and chisquare(counts[[0, 1, 3]]).pvalue > 0.001


def test_large_logits_do_not_overflow():
    for logits in ([3e38, 0.0, -3e38], [3e38, 3e38, -INF], [-3e38, -3e38, -3.1e38]):
        p = torch.tensor(logits, dtype=torch.float64)
        p = (p - p.max()).softmax(dim=0)
        counts = draw(logits, 2000, temperature=1.0).bincount(minlength=3)
        assert ((counts > 0) == (p > 0)).all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3)])
def test_every_shape_and_dtype_of_logits(shape, dtype):
    logits = torch.randn(*shape, 7).to(dtype)
    before = logits.clone()
    for limits in ({}, {"top_k": 3}, {"top_p": 0.5}, {"temperature": 0}):
        tokens = sample_next_token(logits, **limits)
        assert tokens.shape == shape and tokens.dtype == torch.int64
        assert ((tokens >= 0) & (tokens < 7)).all()
        assert torch.equal(logits, before)


def test_logits_may_lie_in_memory_in_any_order():
    logits = torch.randn(5, 4, 3).permute(2, 1, 0)  # (3, 4, 5)
    a, b = (sample_next_token(x, top_p=0.9, generator=torch.Generator().manual_seed(0))
            for x in (logits, logits.contiguous()))  # fmt: skip
    assert a.shape == (3, 4) and torch.equal(a, b)


def test_rows_are_drawn_each_by_its_own_logits_and_independently():
    rows = torch.tensor([[0.0, 1.0, 2.0], [2.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    generator = torch.Generator().manual_seed(0)
    tokens = sample_next_token(rows.expand(10_000, 3, 3), generator=generator)  # (draws, rows)
    for b in range(3):
        expected = [10_000 * p for p in softmax(rows[b].tolist())]
        assert chisquare(tokens[:, b].bincount(minlength=3), expected).pvalue > 0.001
    for a, b in itertools.combinations(range(3), 2):
        table = (tokens[:, a] * 3 + tokens[:, b]).bincount(minlength=9).view(3, 3)
        assert chi2_contingency(table).pvalue > 0.001
    first, second = tokens[:-1, 0], tokens[1:, 0]  # nor does one draw tell of the next
    table = (first * 3 + second).bincount(minlength=9).view(3, 3)
    assert chi2_contingency(table).pvalue > 0.001
    # Limits are each row's own as well.
    tokens = sample_next_token(rows.expand(500, 3, 3), top_p=0.5, generator=generator)
    assert (tokens[:, 0] == 2).all() and (tokens[:, 1] == 0).all()
    assert set(tokens[:, 2].tolist()) == {0, 1}


def test_the_generator_given_is_the_only_one_used():
    state = torch.get_rng_state()
    a = draw(LOGITS, 100, seed=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(a, draw(LOGITS, 100, seed=1)) and not torch.equal(
        a, draw(LOGITS, 100, seed=2)
    )
    torch.manual_seed(5)
    a = sample_next_token(torch.zeros(100, 9))
    torch.manual_seed(5)
    assert torch.equal(a, sample_next_token(torch.zeros(100, 9)))


@pytest.mark.parametrize("change, message", [
    ({"temperature": -1e-9}, "temperature must be 0 or more, got -1e-09"),
    ({"temperature": math.nan}, "temperature must be 0 or more, got nan"),
    ({"top_k": 0}, "top_k must be from 1 to the vocabulary's 7, got 0"),
    ({"top_k": 8}, "vocabulary's 7, got 8"),
    ({"top_p": 0}, "top_p must be above 0 and at most 1, got 0"),
    ({"top_p": 1.01}, "at most 1, got 1.01"),
    ({"top_p": math.nan}, "at most 1, got nan"),
    ({"logits": torch.tensor([[0.0, 1.0], [math.nan, 0.0]])}, "logits hold a nan or an inf; .* broken"),
    ({"logits": torch.tensor([0.0, INF])}, "hold a nan or an inf"),
    ({"logits": torch.tensor([-INF, -INF])}, "hold a nan or an inf"),
    ({"logits": torch.tensor([0.0, math.nan]), "temperature": 0}, "hold a nan"),
])  # fmt: skip
def test_settings_that_can_not_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        sample_next_token(**{"logits": torch.zeros(7)} | change)


class Model(nn.Module):
    """Logits by a function of the ids (B, T) it is given; keeps what it was asked."""

    def __init__(self, logits, block_size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.config = GPTConfig(vocab_size=7, block_size=block_size)
        self.logits, self.asked, self.blocks = logits, [], nn.ModuleList()

    def forward(self, ids, cache=None):
        self.asked.append(ids[0].tolist())
        if cache:
            cache.length += ids.shape[1]
        return self.logits(ids) + self.weight


def counting(block_size=4):
    """A model that is sure that after i comes i + 1, modulo 7."""
    return Model(lambda ids: nn.functional.one_hot((ids + 1) % 7, 7) * 1e4, block_size)


def test_it_reads_each_token_once_and_then_its_latest_context():
    model = counting()
    assert list(generate(model, [2, 3], 6)) == [4, 5, 6, 0, 1, 2]
    assert model.asked == [
        [2, 3],
        [4],
        [5],
        [3, 4, 5, 6],
        [4, 5, 6, 0],
        [5, 6, 0, 1],
    ]
    assert list(generate(model, [0, 1, 2, 3, 4, 5], 2)) == [6, 0]  # longer than the context
    assert model.asked[-2:] == [[2, 3, 4, 5], [3, 4, 5, 6]]


def test_each_token_comes_as_soon_as_it_is_there():
    model = counting()
    writing = generate(model, [0], 10**9)
    for n in range(1, 10):
        token = next(writing)
        assert token == n % 7 and type(token) is int
        assert len(model.asked) == n
    assert torch.is_grad_enabled()  # gradients are off inside only


def test_no_gradient_is_kept():
    flags = []
    model = Model(lambda ids: flags.append(torch.is_grad_enabled()) or torch.zeros(1, 1, 7), 4)
    assert len(list(generate(model, [0], 3))) == 3 and flags == [False] * 3


@pytest.mark.parametrize("stop, length", [(6, 3), (4, 1), (3, 7), (None, 9), (99, 9)])
def test_it_ends_at_stop(stop, length):
    # The prompt's own 3 does not stop it.
    written = list(generate(counting(), [3], 9, stop=stop))
    assert written == [4, 5, 6, 0, 1, 2, 3, 4, 5][:length]


def test_nothing_is_written_where_nothing_is_asked_for():
    model = counting()
    assert list(generate(model, [3], 0)) == [] and model.asked == []


def test_a_prompt_may_be_a_tensor_and_stays_as_it_was():
    prompt, tokens = torch.tensor([2, 3]), [2, 3]
    assert (
        list(generate(counting(), prompt, 3)) == list(generate(counting(), tokens, 3)) == [4, 5, 6]
    )
    assert prompt.tolist() == tokens == [2, 3]


@pytest.mark.parametrize("kind", [list, tuple, iter, lambda ids: (i for i in ids), dict.fromkeys,
    collections.deque, torch.tensor, np.array, lambda ids: torch.tensor(ids, dtype=torch.uint8),
    lambda ids: [np.int64(i) for i in ids], lambda ids: list(torch.tensor(ids))])  # fmt: skip
def test_a_prompt_may_be_anything_that_gives_ids_once(kind):
    assert list(generate(counting(), kind([2, 3]), 3)) == [4, 5, 6]
    assert list(generate(counting(), kind(range(6)), 2)) == [6, 0]  # longer than the context


@pytest.mark.parametrize("inside, outside", [(3, 9), (9, 3)])
def test_a_text_begun_in_inference_mode_may_be_gone_on_with_outside(inside, outside):
    model = decided(20).eval()
    writing = generate(model, [1, 2], 12, temperature=0)
    with torch.inference_mode():
        written = [next(writing) for _ in range(inside)]
    written += list(writing)
    assert written == write_slowly(model, [1, 2], 12, temperature=0)
    writing = generate(model, [1, 2], 12, temperature=0)
    written = [next(writing) for _ in range(outside)]
    with torch.inference_mode():
        assert written + list(writing) == write_slowly(model, [1, 2], 12, temperature=0)


def test_a_model_made_in_inference_mode_writes_outside():
    with torch.inference_mode():
        model = decided(20).eval()
    assert list(generate(model, [1, 2], 12)) == write_slowly(model, [1, 2], 12)


def test_the_same_seed_writes_the_same_text():
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=7, block_size=5, n_layer=1, n_head=1, n_embd=4))
    state = torch.get_rng_state()
    texts = [list(generate(model, [1], 40, seed=seed)) for seed in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]
    assert torch.equal(torch.get_rng_state(), state)  # the generator is its own


def test_it_is_the_loop_that_one_would_write():
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=7, block_size=5, n_layer=2, n_head=2, n_embd=8))
    with torch.no_grad():
        for p in model.parameters():
            p.normal_()
    ids = [1, 2]
    for _ in range(12):
        ids.append(model(torch.tensor([ids[-5:]]))[0, -1].argmax().item())
    assert list(generate(model, [1, 2], 12, temperature=0)) == ids[2:]
    assert list(generate(model, [1, 2], 12, top_k=1)) == ids[2:]
    assert list(generate(model, [1, 2], 12, temperature=1e-5, seed=3)) == ids[2:]


def write_slowly(model, ids, n, seed=0, **settings):
    """What generate promises: the whole window is read anew for every token."""
    generator, ids = torch.Generator().manual_seed(seed), list(ids)
    for _ in range(n):
        with torch.no_grad():
            logits = model(torch.tensor([ids[-model.config.block_size :]]))[0, -1]
        ids.append(sample_next_token(logits, generator=generator, **settings).item())
    return ids[-n:]


def decided(block_size, n_layer=2, seed=0):
    """A model in float64 whose every next token depends on all before it."""
    torch.manual_seed(seed)
    model = GPT(
        GPTConfig(vocab_size=23, block_size=block_size, n_layer=n_layer, n_head=3, n_embd=12)
    )
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.5)
    return model.double()


def test_settings_at_the_edge_of_what_numbers_hold():
    """The likeliest always stays; float64 beyond float32; sums that are exactly p."""
    logits = torch.tensor([[0.0, 3.0, 1.0]]).expand(50, 3)
    assert (sample_next_token(logits, top_p=1e-50) == 1).all()
    assert sample_next_token(torch.tensor([0.0, 1e300], dtype=torch.float64)) == 1
    for count, top_p in [(1, 0.1), (3, 0.3), (5, 0.5)]:
        drawn = sample_next_token(torch.zeros(2000, 10), top_p=top_p)
        assert drawn.unique().tolist() == [*range(count)]


@settings(max_examples=25)
@given(prompt=st.lists(st.integers(0, 22), min_size=1, max_size=14), block_size=st.integers(1, 12),
       seed=st.integers(0, 10**6))  # fmt: skip
def test_cached_text_is_the_uncached_one_also_past_the_contexts_end(prompt, block_size, seed):
    model = decided(block_size, seed=seed).train(seed % 2 == 1)
    for how in ({"temperature": 0}, {"seed": seed}, {"seed": seed, "top_k": 5, "top_p": 0.9}):
        assert list(generate(model, prompt, 15, **how)) == write_slowly(model, prompt, 15, **how)


def test_greedy_text_is_that_of_transformers(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import transformers

    ours = decided(64, n_layer=3)
    theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(
        vocab_size=23, n_positions=64, n_layer=3, n_head=3, n_embd=12, attn_pdrop=0, embd_pdrop=0,
        resid_pdrop=0, bos_token_id=None, eos_token_id=None)).double().eval()  # fmt: skip
    with torch.no_grad():
        for p, (name, q) in zip(
            ours.parameters(), theirs.transformer.named_parameters(), strict=True
        ):
            q.copy_(p.T if ".c_" in name and p.dim() == 2 else p)
    for prompt in ([3], [1, 2, 3, 4, 5], list(range(20))):
        ids = torch.tensor([prompt])
        written = theirs.generate(ids, attention_mask=torch.ones_like(ids), use_cache=True, do_sample=False,
                                  max_new_tokens=64 - len(prompt), pad_token_id=0)  # fmt: skip
        assert (
            list(generate(ours, prompt, 64 - len(prompt), temperature=0))
            == written[0, len(prompt) :].tolist()
        )


def kept(logits, top_k=None, top_p=None):
    """The tokens that may be drawn, by the definition: of equal ones the lower id comes first."""
    ranked = sorted(range(len(logits)), key=lambda i: (-logits[i], i))[:top_k]
    p = softmax([logits[i] for i in ranked])
    if top_p is None:
        return set(ranked)
    for n in range(1, len(p)):
        if sum(p[:n]) >= top_p - 1e-9:
            return set(ranked[:n])
    return set(ranked)


@pytest.mark.parametrize("V", [1, 2, 3, 4])
def test_every_small_vocabulary_with_ties_against_the_definition(V):
    for logits in itertools.product([0.0, 0.5, 1.0], repeat=V):
        for top_k, top_p in itertools.product(
            [None, *range(1, V + 1)], [None, 0.3, 0.47, 0.71, 0.93]
        ):
            drawn = set(draw(logits, 600, top_k=top_k, top_p=top_p).tolist())
            assert drawn == kept(logits, top_k, top_p), (logits, top_k, top_p)


@settings(max_examples=15)
@given(logits=st.lists(st.floats(-2, 2), min_size=2, max_size=6, unique=True), temperature=st.floats(0.5, 3),
       top_k=st.integers(1, 6), top_p=st.floats(0.2, 1), seed=st.integers(0, 10**6))  # fmt: skip
def test_all_three_together_have_the_law_of_the_definition(logits, temperature, top_k, top_p, seed):
    assume(all(b - a > 1e-3 for a, b in itertools.pairwise(sorted(logits))))
    expected = torch.tensor(law(logits, temperature, min(top_k, len(logits)), top_p))
    sums = sorted(law(logits, temperature, min(top_k, len(logits))), reverse=True)
    assume(all(abs(mass - top_p) > 1e-5 for mass in itertools.accumulate(sums[:-1])))
    n = 20_000
    counts = draw(
        logits, n, seed, temperature=temperature, top_k=min(top_k, len(logits)), top_p=top_p
    )
    counts = counts.bincount(minlength=len(logits))
    assert (counts[expected == 0] == 0).all()
    possible = expected > 0
    shares = expected[possible].double() / expected[possible].double().sum() * n
    assert len(shares) == 1 or chisquare(counts[possible], shares).pvalue > 1e-5


@pytest.mark.parametrize("settings", [{}, {"temperature": 2.0, "top_k": 3, "top_p": 0.9}], ids=str)
def test_over_many_seeds_texts_come_as_often_as_the_model_says(settings):
    table = torch.randn(7, 7, generator=torch.Generator().manual_seed(0))
    model = Model(lambda ids: table[ids], 4)
    texts = [tuple(generate(model, [3], 2, seed=seed, **settings)) for seed in range(600)]
    first = law(table[3].tolist(), **settings)
    expected = {(a, b): first[a] * p for a in range(7)
                for b, p in enumerate(law(table[a].tolist(), **settings))}  # fmt: skip
    assert all(expected[text] > 0 for text in texts)
    common = [text for text in expected if expected[text] > 5 / 600]
    counts = [texts.count(text) for text in common]
    shares = [expected[text] * 600 for text in common]
    if sum(shares) < 599.99:
        counts.append(600 - sum(counts))
        shares.append(600 - sum(shares))
    assert chisquare(counts, shares).pvalue > 0.001


@pytest.mark.parametrize("change, message", [
    ({"ids": []}, "the prompt is empty; give at least one token"),
    ({"ids": iter([])}, "the prompt is empty"),
    ({"ids": torch.tensor([], dtype=torch.int64)}, "the prompt is empty"),
    ({"ids": "once"}, r"the prompt is a text, 'once'; give its ids: tokenizer.encode\(text\)"),
    ({"ids": ""}, "the prompt is a text, ''"),
    ({"ids": b"\1\2"}, "the prompt is a text"),
    ({"ids": torch.ones(1, 4, dtype=torch.int64)}, r"one row of ids, got shape \(1, 4\); .* ids\[0\]"),
    ({"ids": torch.tensor(3)}, r"one row of ids, got shape \(\)"),
    ({"ids": np.ones((2, 2), int)}, r"one row of ids, got shape \(2, 2\)"),
    ({"ids": [[1, 2]]}, r"a row of ids, and \[1, 2\] is none; give a list of int"),
    ({"ids": [1.0]}, "a row of ids, and 1.0 is none"),
    ({"ids": torch.tensor([1.5])}, "a row of ids, and 1.5 is none"),
    ({"ids": {"input_ids": [1]}}, "a row of ids, and 'input_ids' is none"),
    ({"ids": [1, None]}, "a row of ids, and None is none"),
    ({"ids": [1, True]}, "a row of ids, and True is none"),
    ({"ids": {3, 1}}, r"the prompt is \{1, 3\}, a set, whose order says nothing; give a list"),
    ({"top_k": True}, "top_k must be from 1 to the vocabulary's 7, got True"),
    ({"temperature": -1}, "temperature must be 0 or more"),
    ({"temperature": "1"}, "temperature must be 0 or more, got '1'"),
    ({"top_k": 0}, "top_k must be from 1"),
    ({"top_k": 8}, "top_k must be from 1 to the vocabulary's 7, got 8"),
    ({"top_k": 2.0}, "top_k must be from 1 to the vocabulary's 7, got 2.0"),
    ({"top_p": 2}, "top_p must be above 0"),
    ({"top_p": "0.5"}, "top_p must be above 0 and at most 1, got '0.5'"),
    ({"max_new_tokens": -5}, "max_new_tokens must be a whole number of 0 or more, got -5"),
    ({"max_new_tokens": 2.5}, "max_new_tokens .* got 2.5"),
    ({"max_new_tokens": INF}, "max_new_tokens .* got inf"),
    ({"max_new_tokens": None}, "max_new_tokens .* got None"),
    ({"seed": 2**64}, f"seed must be a whole number of at most 64 bits, got {2**64}"),
    ({"seed": 0.5}, "seed .* got 0.5"),
    ({"seed": None}, "seed .* got None"),
    ({"stop": "\n"}, r"stop must be an id or None, got '\\n'; for a character, tokenizer.encode"),
    ({"stop": [3]}, r"stop must be an id or None, got \[3\]"),
])  # fmt: skip
@pytest.mark.parametrize("length", [0, 3])
def test_a_request_that_can_not_be_is_refused_at_once(change, message, length):
    with pytest.raises(ValueError, match=message):
        generate(**{"model": counting(), "ids": [1], "max_new_tokens": length} | change)


@pytest.mark.parametrize("seed", [-(2**63), -1, 2**64 - 1, np.int64(3)])
def test_every_seed_of_64_bits_serves(seed):
    model = Model(lambda ids: torch.zeros(1, 1, 7), 4)
    assert list(generate(model, [1], 20, seed=seed)) == list(generate(model, [1], 20, seed=seed))


@pytest.mark.parametrize("wrong", [7, -1])
@pytest.mark.parametrize("length", [0, 3])
def test_an_id_of_another_tokenizer_is_refused_at_once(wrong, length):
    with pytest.raises(
        IndexError, match=f"id {wrong} is outside the vocabulary of 7; use this model"
    ):
        generate(counting(), [1, wrong], length)


def test_a_prompt_outside_the_vocabulary_is_refused():
    model = GPT(GPTConfig(vocab_size=7, block_size=5, n_layer=1, n_head=1, n_embd=4))
    with pytest.raises(IndexError, match="id 7 is outside the vocabulary of 7"):
        next(generate(model, [1, 7], 3))


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(generate(counting(), [1], 3, 0.8, 3, 0.9))) == 3
