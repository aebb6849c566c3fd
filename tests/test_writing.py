"""Texts written together, against each written alone; rows, against one text at a time."""

import pytest
import torch
from small_runs import fresh, gpt

from course_lib.checkpoint import load_model
from course_lib.generation import generate
from course_lib.model import GPT, GPTConfig
from course_lib.writing import text_rows, write_rows

pytestmark = pytest.mark.usefixtures("one_thread")


def writer():
    """A model whose texts end soon, and at different places."""
    torch.manual_seed(0)
    return GPT(GPTConfig(vocab_size=7, block_size=20, n_layer=2, n_head=2, n_embd=8)).eval()


@pytest.mark.parametrize("prompt", [[3], [3, 1, 4, 1]])
def test_each_row_is_the_text_that_generate_writes_with_its_seed(prompt):
    model, seeds = writer(), [5, 0, 5, *range(10, 24)]
    rows = write_rows(model, prompt, seeds, stop=2)
    most = 21 - len(prompt)
    alone = [list(generate(model, prompt, most, seed=seed, stop=2)) for seed in seeds]
    assert rows == alone and rows[0] == rows[2]
    lengths = {*map(len, rows)}
    assert len(lengths) > 5 and max(lengths) == most  # at ends of their own, or when it is full
    assert all(row.index(2) == len(row) - 1 for row in rows if 2 in row)


def test_tales_written_together_are_those_written_alone():
    model, tokenizer = load_model("tales")
    start = tokenizer.encode("\n")
    rows = write_rows(model, start, range(3), max_new_tokens=40)
    assert rows == [list(generate(model, start, 40, seed=seed)) for seed in range(3)]


def test_without_a_stop_every_text_has_the_length_asked_for():
    rows = write_rows(writer(), [3], range(4), max_new_tokens=9)
    assert [*map(len, rows)] == [9] * 4


def test_first_tokens_are_drawn_as_often_as_the_model_says():
    model = writer()
    firsts = torch.tensor(write_rows(model, [3], range(3000), max_new_tokens=1))[:, 0]
    p = model(torch.tensor([[3]]))[0, 0].softmax(0)
    share = torch.bincount(firsts, minlength=7) / 3000
    assert ((share - p).abs() < 4.5 * (p * (1 - p) / 3000).sqrt()).all()


@pytest.mark.parametrize("call, words", [
    (lambda m: write_rows(m, [3], []), "one seed or more.*got 0 and 1"),
    (lambda m: write_rows(m, [], [0]), "a prompt of one id or more; got 1 and 0"),
    (lambda m: write_rows(m, [3], [0], max_new_tokens=21), "from 1 to 20 tokens"),
    (lambda m: write_rows(m, [3], [0], max_new_tokens=0), "got 0"),
    (lambda m: write_rows(m, [1] * 21, [0]), "context holds 20"),
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
    rows = write_rows(model, [1, 2], range(3))
    assert model(text_rows([1, 2], rows)[0]).shape == (3, 8, 11)


@pytest.mark.parametrize("prompt, texts, words", [
    ([], [[1]], "got 0 and 1"),
    ([1], [], "got 1 and 0"),
    ([1], [[2], []], "text 1 is empty, so there is nothing to predict"),
])  # fmt: skip
def test_a_text_without_any_target_makes_no_row(prompt, texts, words):
    with pytest.raises(ValueError, match=words):
        text_rows(prompt, texts)
