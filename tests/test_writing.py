"""Texts written together, against the chance of each; rows, against one text at a time."""

import collections
import itertools
import math

import pytest
import torch
from small_runs import fresh, gpt

from course_lib.generation import generate
from course_lib.model import GPT, GPTConfig
from course_lib.writing import text_rows, write_rows

pytestmark = pytest.mark.usefixtures("one_thread")


def writer():
    """A model whose texts end soon, and at different places."""
    torch.manual_seed(0)
    return GPT(GPTConfig(vocab_size=7, block_size=20, n_layer=2, n_head=2, n_embd=8)).eval()


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("prompt", [[3], [3, 1, 4, 1]])
def test_a_text_written_alone_is_the_one_that_generate_writes(prompt):
    model, most = writer(), 21 - len(prompt)
    lengths = set()
    for seed in range(12):
        (row,) = write_rows(model, prompt, 1, seeded(seed), stop=2)
        assert row == list(generate(model, prompt, most, seed=seed, stop=2))
        lengths.add(len(row))
    assert len(lengths) > 4 and max(lengths) == most  # at ends of their own, or when it is full


def test_texts_end_at_their_own_places_and_the_generator_goes_on():
    model, generator = writer(), seeded()
    first, second = (write_rows(model, [3], 20, generator, stop=2) for _ in range(2))
    assert first != second and len({*map(len, first)}) > 5
    assert all(row.index(2) == len(row) - 1 for row in first + second if 2 in row)
    assert all(2 in row or len(row) == 20 for row in first + second)


def test_every_text_is_written_as_often_as_the_model_says():
    """Against the chance of each of the 85 texts of at most three tokens, by enumeration."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=5, block_size=4, n_layer=2, n_head=2, n_embd=8)).eval()
    with torch.no_grad():
        for part in model.parameters():
            part += 0.5 * torch.randn_like(part)  # so that the past matters
    chance = {}
    for text in itertools.product(range(5), repeat=3):
        end = text.index(2) + 1 if 2 in text else 3
        ids = torch.tensor([[3, *text[:end]]])
        log_p = model(ids[:, :-1])[0].log_softmax(1).gather(1, ids[0, 1:, None])
        chance[text[:end]] = log_p.sum().exp().item()
    assert sum(chance.values()) == pytest.approx(1, abs=1e-5) and len(chance) == 85
    n = 20_000
    rows = write_rows(model, [3], n, seeded(), stop=2, max_new_tokens=3)
    counted = collections.Counter(map(tuple, rows))
    for text, p in chance.items():
        assert abs(counted[text] - n * p) < 4.5 * math.sqrt(n * p * (1 - p)) + 1, text


def test_without_a_stop_every_text_has_the_length_asked_for():
    rows = write_rows(writer(), [3], 4, seeded(), max_new_tokens=9)
    assert [*map(len, rows)] == [9] * 4


@pytest.mark.parametrize("call, words", [
    (lambda m: write_rows(m, [3], 0, seeded()), "one text or more.*got n=0 and 1 ids"),
    (lambda m: write_rows(m, [], 1, seeded()), "a prompt of one id or more; got n=1 and 0 ids"),
    (lambda m: write_rows(m, [3], 1, seeded(), max_new_tokens=21), "from 1 to 20 tokens"),
    (lambda m: write_rows(m, [3], 1, seeded(), max_new_tokens=0), "got 0"),
    (lambda m: write_rows(m, [1] * 21, 1, seeded()), "context holds 20"),
])  # fmt: skip
def test_what_cannot_be_written_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(writer())


def test_rows_hold_each_text_after_its_prompt_and_nothing_else_counts():
    inputs, targets = text_rows([9, 8], [[1, 2, 3], [4], [5, 6]])
    assert inputs.tolist() == [[9, 8, 1, 2], [9, 8, 0, 0], [9, 8, 5, 0]]
    assert targets.tolist() == [[-100, 1, 2, 3], [-100, 4, -100, -100], [-100, 5, 6, -100]]


def test_a_text_as_long_as_can_be_written_fits_the_model():
    model = fresh(gpt).eval()
    rows = write_rows(model, [1, 2], 3, seeded())
    assert model(text_rows([1, 2], rows)[0]).shape == (3, 8, 11)


@pytest.mark.parametrize("prompt, texts, words", [
    ([], [[1]], "got 0 and 1"),
    ([1], [], "got 1 and 0"),
    ([1], [[2], []], "text 1 is empty, so there is nothing to predict"),
])  # fmt: skip
def test_a_text_without_any_target_makes_no_row(prompt, texts, words):
    with pytest.raises(ValueError, match=words):
        text_rows(prompt, texts)
