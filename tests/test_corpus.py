"""course_lib.corpus: batches and rows against slices by hand, and what makes no corpus."""

import hashlib
import math
import random
import struct
from itertools import accumulate, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_lib.bpe import BPETokenizer
from course_lib.corpus import Corpus, evaluation_rows, get_batch, make_corpus
from course_lib.tales import in_answer, sample_requests, sample_tales
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig


def test_the_first_nine_tenths_are_for_training():
    text = "abcab\nabc\na\n" * 10 + "b"
    tokenizer = CharTokenizer(text)
    corpus = make_corpus(text, tokenizer)
    assert (
        tokenizer.decode(corpus.train) == text[:108] and tokenizer.decode(corpus.val) == text[108:]
    )
    assert corpus.train_starts is None and corpus.val_starts is None
    assert corpus.train.dtype == corpus.val.dtype == torch.int64
    assert len(make_corpus(text, tokenizer, val_fraction=0.25).train) == 90


def test_places_inside_of_longer_tokens_are_not_passed_over():
    text = "to be\n\nor not\n" * 50
    hidden = BPETokenizer.train(text, 256 + 7)
    assert b"\n\n" not in hidden.tokens and hidden.decode(hidden.encode(text)) == text
    corpus = make_corpus(text, hidden, row_start="\n")
    assert len(corpus.train_starts) + len(corpus.val_starts) == 150
    text = "to be\n\n\nor not\n" * 50  # here two line breaks become one token
    hidden = BPETokenizer.train(text, 256 + 7)
    assert b"\n\n" in hidden.tokens
    with pytest.raises(ValueError, match=r"100 of the 200 '\\n' in the text are parts of longer"):
        make_corpus(text, hidden, row_start="\n")


def test_rows_begin_at_every_place_of_the_character():
    text = "abcab\nabc\na\n" * 10 + "b"
    corpus = make_corpus(text, CharTokenizer(text), row_start="\n")
    assert isinstance(corpus, Corpus)
    for part, starts in ((text[:108], corpus.train_starts), (text[108:], corpus.val_starts)):
        assert starts.tolist() == [i for i, character in enumerate(part) if character == "\n"]


@pytest.mark.parametrize("text, options, message", [
    ("abababab", {}, r"val_fraction=0.1 leaves 7 of 8 ids to train on, and each part needs 2"),
    ("ababa", {"val_fraction": 0.7}, "leaves 1 of 5 ids"),
    ("", {}, "leaves 0 of 0 ids"),
    ("ab" * 20, {"val_fraction": 0}, "val_fraction=0 leaves 40 of 40"),
    ("ab" * 20, {"val_fraction": 1.5}, "val_fraction=1.5 leaves -20"),
    ("ab" * 20, {"val_fraction": -0.5}, "val_fraction=-0.5 leaves 60 of 40"),
    ("ab" * 20, {"row_start": "\n"}, r"one character of the text, got '\\n'"),
    ("ab" * 20, {"row_start": "ab"}, "one character of the text, got 'ab'"),
    ("ab" * 20, {"row_start": ""}, "one character of the text, got ''"),
    ("ab" * 20, {"row_start": 1}, "one character of the text, got 1; give None"),
    ("ab" * 20, {"row_start": ["a"]}, r"one character of the text, got \['a'\]"),
    ("ab" * 20, {"val_fraction": math.nan}, "val_fraction must be a number between 0 and 1, got nan"),
    ("ab" * 20, {"val_fraction": "0.1"}, "val_fraction must be a number between 0 and 1, got '0.1'"),
    ("ab" * 20 + "c", {}, "never saw 'c', first at place 40"),
    (iter("ab" * 20), {}, "text must be one str, got str_.*iterator; join or decode it"),
    (b"ab" * 20, {}, "text must be one str, got bytes"),
    (["ab", "ba"], {}, "text must be one str, got list"),
])  # fmt: skip
def test_a_text_that_makes_no_corpus_is_refused(text, options, message):
    with pytest.raises(ValueError, match=message):
        make_corpus(text, CharTokenizer("ab"), **options)


@pytest.mark.parametrize("row_start", [None, "\n"])
def test_what_a_run_asks_of_a_corpus(row_start):
    text = "to be\nor not\nto be\n" * 40
    corpus = make_corpus(text, CharTokenizer(text), row_start, val_fraction=0.25)
    config = SimpleNamespace(batch_size=6, block_size=7, seed=3, without_replacement=False)
    other = SimpleNamespace(**vars(config) | {"without_replacement": True})
    starts = corpus.train_starts
    for got, wanted in (
        (corpus.batch(config, 5), get_batch(corpus.train, 6, 7, 5, 3, starts)),
        (corpus.batch(config, 5, 1, 2), get_batch(corpus.train, 6, 7, 5, 3, starts, 1, 2)),
        (
            corpus.batch(other, 5, 1, 2),
            get_batch(corpus.train, 6, 7, 5, 3, starts, 1, 2, without_replacement=True),
        ),
        (corpus.rows(7), evaluation_rows(corpus.val, 7, corpus.val_starts)),
    ):
        assert all(torch.equal(a, b) for a, b in zip(got, wanted, strict=True))


def test_the_fingerprint_tells_every_corpus_from_another():
    a, b = torch.arange(5), torch.arange(5, 9)
    corpora = [
        Corpus(a, b),
        Corpus(b, a),
        Corpus(a[:4], torch.cat([a[4:], b])),  # the same ids, divided elsewhere
        Corpus(a, b, a[:1], b[:1]),
        Corpus(a, b, a[:2], b[:1]),
        Corpus(a, b, a[:0], b[:0]),
    ]
    prints = [corpus.fingerprint() for corpus in corpora] + [corpora[0].fingerprint("ab")]
    assert len({*prints}) == len(prints)
    assert prints[0] == Corpus(a.clone(), b.clone()).fingerprint()
    by_hand = b"".join(
        f"{8 * len(part)} ".encode() + struct.pack(f"<{len(part)}q", *part) for part in (a, b)
    )
    by_hand = b"ab" + by_hand + 2 * b"8 anywhere"
    assert prints[-1] == hashlib.sha256(by_hand).hexdigest()[:16]


@given(n=st.integers(2, 60), T=st.integers(1, 12), B=st.integers(1, 5), step=st.integers(0, 10**6))
def test_a_batch_is_slices_of_the_text(n, T, B, step):
    T = min(T, n - 1)
    text = torch.randint(0, 9, (n,), generator=torch.Generator().manual_seed(n))
    inputs, targets = get_batch(text, B, T, step)
    where, _ = get_batch(torch.arange(n), B, T, step)  # the same draw, with places for ids
    assert inputs.shape == targets.shape == (B, T) and inputs.dtype == targets.dtype == torch.int64
    for place, row, target in zip(where[:, 0].tolist(), inputs, targets, strict=True):
        assert row.tolist() == text.tolist()[place : place + T]
        assert target.tolist() == text.tolist()[place + 1 : place + T + 1]
    assert inputs.is_contiguous() and targets.is_contiguous()


@pytest.mark.parametrize("starts", [None, [0, 3, 4, 11, 30, 42, 43, 49]])
def test_every_start_with_a_whole_row_is_as_likely(starts):
    n, T = 50, 7
    allowed = range(43) if starts is None else [0, 3, 4, 11, 30, 42]
    starts = None if starts is None else torch.tensor(starts)
    draws = torch.cat([get_batch(torch.arange(n), 10, T, step, starts=starts)[0][:, 0]
                       for step in range(500)])  # fmt: skip
    assert set(draws.tolist()) == set(allowed)
    assert chisquare(draws.bincount()[list(allowed)]).pvalue > 0.01
    # Nor does the place in the batch, or the step before, say which start is drawn.
    first, second = draws.view(500, 10)[:, 0], draws.view(500, 10)[:, 1]
    for a, b in ((first, second), (first[1:], first[:-1])):
        assert abs(torch.corrcoef(torch.stack([a, b]).double())[0, 1]) < 0.15


def test_the_same_arguments_give_the_same_rows_and_leave_the_global_generators_alone():
    ids = torch.arange(1000)
    state, python_state = torch.get_rng_state(), random.getstate()
    first = get_batch(ids, 8, 16, step=5, seed=3)
    torch.rand(7)
    get_batch(ids, 4, 16, step=6, seed=3)  # what else was drawn before does not matter
    again = get_batch(ids, 8, 16, step=5, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    torch.set_rng_state(state)
    get_batch(ids, 8, 16, step=5)
    assert torch.equal(torch.get_rng_state(), state) and random.getstate() == python_state


def test_seeds_and_steps_have_draws_of_their_own():
    pairs = [(seed, step) for seed in range(12) for step in range(60)]
    pairs += [(0, 1_000_003), (0, 2**32), (0, 2**32 + 1), (2**32, 0), (1, 111), (11, 110), (-1, 0)]
    draws = {
        tuple(get_batch(torch.arange(10**6), 4, 2, step, seed)[0][:, 0].tolist())
        for seed, step in pairs
    }
    assert len(draws) == len(set(pairs))


@given(n=st.integers(2, 90), T=st.integers(1, 12), B=st.integers(1, 7), seed=st.integers(0, 9))
def test_without_replacement_no_id_comes_again_before_all_rows_came(n, T, B, seed):
    T = min(T, n - 1)
    each = max(1, (n - T) // T)  # rows of an epoch; wherever the first begins, they have targets
    steps = [get_batch(torch.arange(n), B, T, k, seed, without_replacement=True)
             for k in range(-(-3 * each // B))]  # fmt: skip
    rows, targets = (torch.cat(part)[: 3 * each] for part in zip(*steps, strict=True))
    assert torch.equal(targets, rows + 1) and torch.equal(rows, rows[:, :1] + torch.arange(T))
    for epoch in rows.split(each):
        assert epoch.unique().numel() == each * T  # no id twice: a partition
        assert len({place % T for place in epoch[:, 0].tolist()}) == 1  # side by side
    assert 0 <= n - 1 - each * T < 2 * T  # so many targets are left out


@pytest.mark.parametrize("B", [1, 4, 5, 13])
def test_without_replacement_every_start_comes_once_in_each_epoch(B):
    starts = torch.tensor([0, 3, 4, 11, 30, 42, 43, 49])  # the last two have no whole row
    rows = torch.cat([get_batch(torch.arange(50), B, 7, step, 0, starts, without_replacement=True)[0]
                      for step in range(120)])[:, 0]  # fmt: skip
    epochs = rows[: len(rows) // 6 * 6].view(-1, 6)
    assert (epochs.sort(dim=1).values == torch.tensor([0, 3, 4, 11, 30, 42])).all()
    assert len({tuple(epoch) for epoch in epochs.tolist()}) > 5  # in another order each time


@pytest.mark.parametrize("n", [25, 28])
def test_every_place_is_as_likely_to_begin_an_epoch_and_every_row_to_come_first(n):
    count, each = n - 5, (n - 5) // 5  # places for a row of 5, and rows of an epoch
    epochs = torch.tensor([get_batch(torch.arange(n), each, 5, 0, seed, without_replacement=True)
                           [0][:, 0].tolist() for seed in range(2000)])  # fmt: skip
    begin = epochs.min(dim=1).values
    assert chisquare(begin.bincount(minlength=count - 5 * (each - 1))).pvalue > 0.01
    order = (epochs - begin[:, None]) // 5
    assert chisquare(order[:, 0].bincount(minlength=each)).pvalue > 0.01
    pairs = order[:, 0] * each + order[:, 1]  # nor does a row say which comes after it
    counts = pairs.bincount(minlength=each**2)
    assert chisquare(counts[counts > 0]).pvalue > 0.01 and (counts > 0).sum() == each * (each - 1)


@pytest.mark.parametrize(("n", "T"), [(767, 256), (600, 256), (30, 7), (9, 8), (8, 5)])
def test_without_replacement_no_target_is_left_out_for_ever(n, T):
    seen = {get_batch(torch.arange(n), 1, T, step, without_replacement=True)[1][0, end].item()
            for step in range(6000) for end in (0, -1)}  # fmt: skip
    assert {1, T, n - T, n - 1} <= seen


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize(("number", "kind"), [
    (10**9, np.int32), (200, np.uint8), (30_000, np.int16), (10**12, np.int64)
])  # fmt: skip
def test_numbers_of_numpy_give_the_rows_of_pythons(number, kind, once):
    ids = torch.arange(200)
    wanted = get_batch(ids, 8, 4, number, 3, without_replacement=once)
    got = get_batch(ids, np.uint8(8), np.int8(4), kind(number), 3, without_replacement=once)
    assert all(torch.equal(a, b) for a, b in zip(got, wanted, strict=True))


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("world", [1, 2, 3, 6])
@pytest.mark.parametrize("starts", [None, torch.arange(0, 500, 9)])
def test_the_processes_of_a_group_share_one_batch(world, starts, once):
    ids = torch.arange(500)
    whole = get_batch(ids, 12, 5, 7, seed=1, starts=starts, without_replacement=once)
    parts = [
        get_batch(ids, 12, 5, 7, 1, starts, rank, world, without_replacement=once)
        for rank in range(world)
    ]
    assert all(part[0].shape == (12 // world, 5) for part in parts)
    for i in (0, 1):
        assert torch.equal(torch.cat([part[i] for part in parts]), whole[i])


def test_a_row_may_fill_the_whole_text():
    inputs, targets = get_batch(torch.arange(6), 2, 5, step=0)
    assert inputs.tolist() == [[0, 1, 2, 3, 4]] * 2 and targets.tolist() == [[1, 2, 3, 4, 5]] * 2
    inputs, _ = get_batch(torch.arange(6), 2, 3, step=0, starts=torch.tensor([2, 3]))
    assert inputs.tolist() == [[2, 3, 4]] * 2


GOOD = {"ids": torch.arange(20), "batch_size": 4, "block_size": 8, "step": 0}


@pytest.mark.parametrize("change, message", [
    ({"ids": torch.arange(20.0)}, r"ids must be an int64 tensor of shape \(n,\), got torch.float32"),
    ({"ids": torch.arange(20, dtype=torch.int32)}, r"got torch.int32 .* torch.as_tensor\(ids\).long"),
    ({"ids": torch.zeros(2, 10, dtype=torch.int64)}, r"got torch.int64 of shape \(2, 10\)"),
    ({"ids": list(range(20))}, "got list"),
    ({"starts": [0, 1]}, r"starts must be an int64 tensor .* got list"),
    ({"ids": torch.arange(8)}, "block_size=8 needs 9 ids, more than there are in 8; use a longer text"),
    ({"ids": torch.arange(0)}, "more than there are in 0"),
    ({"starts": torch.tensor([12, 15])}, "after any of the 2 starts in 20; use a longer text"),
    ({"starts": torch.tensor([], dtype=torch.int64)}, "after any of the 0 starts"),
    ({"batch_size": 0}, "batch_size=0"),
    ({"block_size": 0}, "block_size=0"),
    ({"world_size": 3}, "world_size=3 must divide batch_size"),
    ({"world_size": 0}, "world_size=0"),
    ({"world_size": 2, "rank": 2}, "rank=2 be from 0 to world_size - 1"),
    ({"rank": -1}, "rank=-1"),
    ({"starts": torch.tensor([9, 3])}, r"starts must ascend from 0 or more, got \[9, 3\]"),
    ({"starts": torch.tensor([-1, 3])}, r"starts must ascend from 0 or more, got \[-1, 3\]"),
    ({"step": 1.5}, "step must be a whole number, got 1.5"),
    ({"without_replacement": "no"}, "without_replacement must be True or False, got 'no'"),
    ({"seed": None}, "seed must be a whole number, got None"),
    ({"block_size": 8.0}, "block_size must be a whole number, got 8.0"),
    ({"batch_size": "4"}, "batch_size must be a whole number, got '4'; give it as an int"),
])  # fmt: skip
def test_a_batch_that_can_not_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        get_batch(**GOOD | change)


def rows_by_hand(ids, T, starts):
    """What evaluation_rows promises, one target at a time."""
    rows = []
    for target in range((starts or [0])[0] + 1, len(ids)):
        if not rows or target - 1 in (starts or []) or len(rows[-1]) == T:
            rows.append([])
        rows[-1].append((ids[target - 1], ids[target]))
    return [[list(side) + [fill] * (T - len(row)) for side, fill in zip(zip(*row, strict=True), (0, -100), strict=True)]
            for row in rows]  # fmt: skip


@given(n=st.integers(2, 40), T=st.integers(1, 15), data=st.data())
def test_every_id_but_the_first_is_a_target_once(n, T, data):
    inputs, targets = evaluation_rows(torch.arange(n), T)
    assert targets[targets != -100].tolist() == list(range(1, n))
    assert torch.equal(inputs[targets != -100] + 1, targets[targets != -100])
    starts = sorted({data.draw(st.integers(0, n - 2)), *data.draw(st.sets(st.integers(0, n - 1)))})
    text = data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    for begin in (None, starts):
        tensor = None if begin is None else torch.tensor(begin)
        rows = evaluation_rows(torch.tensor(text), T, tensor)
        assert torch.stack(rows, dim=1).tolist() == rows_by_hand(text, T, begin)


def test_each_tale_is_one_row():
    text = sample_tales(20_000)
    tokenizer = CharTokenizer(text)
    ids = torch.tensor(tokenizer.encode(text))
    starts = (ids == tokenizer.encode("\n")[0]).nonzero()[:, 0]
    inputs, targets = evaluation_rows(ids, 256, starts)
    tales = text.splitlines(keepends=True)[1:]
    assert [tokenizer.decode(row[row != -100]) for row in targets] == tales
    assert all(tokenizer.decode(row[:1]) == "\n" for row in inputs)


def test_the_rows_give_the_loss_of_the_whole_text():
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, 5, (83,), generator=generator)
    # The logits of what follows each id.
    bigram = torch.randn(5, 5, generator=generator, dtype=torch.float64)
    by_hand = [-bigram[a].log_softmax(0)[b].item() for a, b in pairwise(ids)]
    for T, starts in ((10, None), (41, None), (100, None), (10, torch.tensor([0, 7, 30, 82]))):
        inputs, targets = evaluation_rows(ids, T, starts)
        loss = F.cross_entropy(bigram[inputs].flatten(0, 1), targets.flatten())
        assert abs(loss.item() - sum(by_hand) / 82) < 1e-12


@pytest.mark.parametrize("ids, T, starts, message", [
    (torch.arange(5.0), 2, None, "ids must be an int64 tensor"),
    (torch.arange(5), 2, [0], "starts must be an int64 tensor"),
    (torch.arange(5), 0, None, "block_size=0 must be 1 or more"),
    (torch.arange(5), 2.0, None, "block_size must be a whole number, got 2.0"),
    (torch.arange(1), 2, None, "leave something to predict in the 1 ids; use a longer text"),
    (torch.arange(0), 2, None, "in the 0 ids"),
    (torch.arange(5), 2, torch.tensor([], dtype=torch.int64), "the 0 starts must ascend"),
    (torch.arange(5), 2, torch.tensor([3, 1]), "must ascend"),
    (torch.arange(5), 2, torch.tensor([-1, 1]), "must ascend"),
    (torch.arange(5), 2, torch.tensor([1, 5]), "must ascend"),
    (torch.arange(5), 2, torch.tensor([4]), "leave something to predict"),
    (torch.arange(5), 10**9, None, "1 rows of that length, .* take 15 GB; the longest row needs 4,"),
    (torch.arange(5), 10**9, torch.tensor([0, 1]), "2 rows of .* 30 GB; the longest row needs 3,"),
    (torch.arange(5), 10**30, None, "the longest row needs 4, so give that or less"),
])  # fmt: skip
def test_rows_that_can_not_be_are_refused(ids, T, starts, message):
    with pytest.raises(ValueError, match=message):
        evaluation_rows(ids, T, starts)


# Loss on the answers alone.

REQUESTS = "\n" + sample_requests(60, 5)


def counted(corpus):
    return torch.cat([corpus.train_targets, corpus.val_targets]) != -100


def test_answers_alone_are_those_that_tales_name():
    corpus = make_corpus(REQUESTS, CharTokenizer(REQUESTS), "\n", answer_after="? ")
    assert torch.equal(counted(corpus)[1:], in_answer(REQUESTS)[1:])
    kept = torch.cat([corpus.train_targets, corpus.val_targets])[counted(corpus)]
    assert torch.equal(kept, torch.cat([corpus.train, corpus.val])[counted(corpus)])


def test_with_longer_tokens_those_count_that_end_in_the_answer():
    text = "äb: ö? yes ß\nno answer\ncd: ef? no\n" * 9
    tokenizer = BPETokenizer.train(text, 270)
    corpus = make_corpus(text, tokenizer, answer_after="? ", val_fraction=0.3)
    inside = b""  # a 1 for each byte of an answer
    for line in text.encode().splitlines(keepends=True):
        before = line.find(b"? ") + 2 if b"? " in line else 0  # which is learned whole
        inside += bytes(before) + bytes([1]) * (len(line) - before)
    ends = list(accumulate(len(tokenizer.decode_bytes([i])) for i in tokenizer.encode(text)))
    assert counted(corpus).tolist() == [inside[end - 1] == 1 for end in ends]
    assert len(ends) < len(text)


@pytest.mark.parametrize("block_size", [7, 40])
def test_the_rows_are_those_of_a_corpus_without_targets_and_the_requests_are_masked(block_size):
    tokenizer = CharTokenizer(REQUESTS)
    plain, masked = (make_corpus(REQUESTS, tokenizer, "\n", 0.2, mark) for mark in (None, "? "))
    config = TrainConfig(batch_size=6, block_size=block_size)
    wanted = torch.where(in_answer(REQUESTS), torch.tensor(tokenizer.encode(REQUESTS)), -100)
    pairs = [(c.batch(config, 3), c.rows(block_size)) for c in (plain, masked)]
    for (x, y), (masked_x, masked_y) in zip(*pairs, strict=True):
        assert torch.equal(x, masked_x)
        assert torch.equal(masked_y, torch.where(masked_y == -100, -100, y))
    n, first = len(masked.train), masked.val_starts[0] + 1
    assert (masked.rows(block_size)[1] != -100).sum() == (wanted[n:][first:] != -100).sum()


@pytest.mark.parametrize("mark", ["", "\n", "a\nb", 3])
def test_a_mark_that_ends_no_request_is_refused(mark):
    with pytest.raises(ValueError, match="answer_after must be a text without a line break"):
        make_corpus(REQUESTS, CharTokenizer(REQUESTS), answer_after=mark)


@pytest.mark.parametrize("text, part", [
    ("one\ntwo\n" * 9, "train on"), ("one! yes\n" * 9 + "one two\n" * 3, "validate on"),
    ("one two\n" * 9 + "one! yes\n", "train on"),
])  # fmt: skip
def test_a_text_without_any_target_is_refused(text, part):
    with pytest.raises(ValueError, match=f"no line of the text to {part} has an answer after '! '"):
        make_corpus(text, CharTokenizer(text), answer_after="! ")


def test_the_fingerprint_knows_the_targets_and_is_as_ever_without():
    plain, masked = (
        make_corpus(REQUESTS, CharTokenizer(REQUESTS), "\n", 0.1, m) for m in (None, "? ")
    )
    same = Corpus(masked.train, masked.val, masked.train_starts, masked.val_starts)
    assert same.fingerprint() == plain.fingerprint() != masked.fingerprint()
