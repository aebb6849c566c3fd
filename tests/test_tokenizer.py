"""course_lib.tokenizer: there and back, and what it says about characters it does not know."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.tokenizer import CharTokenizer


def test_ids_are_the_places_of_the_sorted_characters():
    tokenizer = CharTokenizer("banana\n")
    assert tokenizer.characters == "\nabn" and tokenizer.vocab_size == 4
    assert tokenizer.encode("nab\n") == [3, 1, 2, 0]
    assert tokenizer.decode([2, 1, 3]) == "ban"
    assert repr(tokenizer) == "CharTokenizer(4 characters)"


@given(st.text(min_size=1))
def test_every_text_comes_back(text):
    tokenizer = CharTokenizer(text)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == tokenizer.decode(tuple(ids)) == text
    assert tokenizer.decode(torch.tensor(ids)) == text
    assert set(ids) == set(range(tokenizer.vocab_size))
    assert CharTokenizer(tokenizer.characters).encode(text) == ids  # what a checkpoint keeps


def test_nothing_is_encoded_and_decoded_as_nothing():
    tokenizer = CharTokenizer("ab")
    assert tokenizer.encode("") == []
    assert tokenizer.decode([]) == tokenizer.decode(torch.tensor([], dtype=torch.int64)) == ""


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError, match="the text is empty"):
        CharTokenizer("")


def test_unknown_characters_are_named_with_the_first_place():
    with pytest.raises(ValueError) as caught:
        CharTokenizer("abc").encode("abéc\tzz")
    assert "never saw '\\t', 'z', 'é', first at place 2;" in str(caught.value)
    assert "make the tokenizer from a text that has them, or remove them" in str(caught.value)


def test_of_many_unknown_characters_ten_are_named():
    with pytest.raises(ValueError, match=r"'0', '1'.*'9' and 2 more, first at place 1;"):
        CharTokenizer("x").encode("x9876543210yz")


@pytest.mark.parametrize("ids, message", [
    ([0, 3], "id 3 at place 1 is not from 0 to 2"),
    ([-1], "id -1 at place 0 is not from 0 to 2"),
    (torch.tensor([1, 99]), "id 99 at place 1"),
    (torch.tensor([[0, 1]]), r"got torch.int64 of shape \(1, 2\)"),
    (torch.tensor(1), r"of shape \(\)"),
    (torch.tensor([1.0]), "got torch.float32"),
])  # fmt: skip
def test_bad_ids_are_refused(ids, message):
    with pytest.raises(ValueError, match=message):
        CharTokenizer("abc").decode(ids)
