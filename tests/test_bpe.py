"""course_lib.bpe beside the tokenizers library: the same pieces, merges and ids; what it refuses."""

import doctest
import random
import unicodedata

import numpy as np
import pytest
import torch
from bpe_library import (
    merges_of,
    mixed_text,
    small_tokenizer,
    trained_by_library,
    trained_by_them,
    trained_by_us,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import pre_tokenizers

from course_lib import bpe
from course_lib.bpe import BPETokenizer
from course_lib.bpe_files import visible

# Characters that Python's own tables know; the library's are younger and have more.
CHARACTERS = st.characters(exclude_categories=("Cs", "Cn"))
ODD = st.sampled_from(["'s", "'ll", "'S", " ", "  ", "\n", "\t", "\x1c", "\x85", "\u3000", "_", "é", "e\u0301", "1", "²", "Ⅻ", "三", "🙂", "ab", "\u200d"])  # fmt: skip
TEXTS = st.lists(ODD | CHARACTERS).map("".join)


@pytest.fixture(scope="module")
def text():
    return mixed_text()


@pytest.fixture(scope="module")
def ours():
    return trained_by_us()


@pytest.fixture(scope="module")
def theirs():
    return trained_by_them()


@pytest.fixture
def small():
    return small_tokenizer()


# The same as the library


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_pieces_are_the_librarys(text):
    pieces = bpe._PIECE.findall(text)
    expected = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)
    assert "".join(pieces) == text
    assert [visible(piece.encode()) for piece in pieces] == [p for p, _ in expected]


def test_every_character_is_of_the_librarys_kind():
    """Letter, number, space or other: each joins a run of its own kind, and no other."""
    kinds = [(chr(i), unicodedata.category(chr(i)), i % 16) for i in range(0x110000)]
    # Of the letters without case, most of them Chinese and Korean, one in sixteen.
    known = [
        c for c, kind, k in kinds if kind not in ("Cn", "Cs", "Co") and (kind != "Lo" or k == 0)
    ]
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for k in range(0, len(known), 1000):
        text = "".join(f"a{c}a1{c}1!{c}!" for c in known[k : k + 1000])
        places = [end for _, (_, end) in cut.pre_tokenize_str(text)]
        found = [piece.end() for piece in bpe._PIECE.finditer(text)]
        assert found == places


def test_merges_and_ids_are_the_librarys(ours, theirs, text):
    assert merges_of(ours) == merges_of(theirs)
    assert ours.encode(text) == theirs.encode(text).ids
    assert ours.encode(text[:5000]) == theirs.encode(text[:5000]).ids
    assert ours.vocab_size == theirs.get_vocab_size() + 1 == len(ours.tokens)


@given(st.text("ab é\n", min_size=1, max_size=80), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_merges_of_small_texts_are_the_librarys(text, merges):
    """Ties everywhere, and runs of one letter, in which pairs overlap."""
    theirs = merges_of(trained_by_library(text, 256 + merges))
    if len(theirs) < merges:
        with pytest.raises(ValueError, match=f"after {len(theirs)} merges"):
            BPETokenizer.train(text, 256 + merges)
    ours = BPETokenizer.train(text, 256 + len(theirs))
    assert merges_of(ours) == theirs
    assert len(set(ours.tokens)) == ours.vocab_size  # no two merges ever spell the same


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_any_text_is_encoded_as_by_the_library(ours, theirs, text):
    ids = ours.encode(text)
    assert ids == theirs.encode(text).ids
    assert ours.decode(ids) == ours.decode(torch.tensor(ids, dtype=torch.int64)) == text


def test_a_piece_of_a_hundred_thousand_characters_takes_no_longer_than_many(ours, theirs):
    text = "".join(random.Random(1).choices("abcdehnorst", k=100_000))
    assert ours.encode(text) == theirs.encode(text).ids


# There and back


@given(st.binary())
@settings(deadline=None)
def test_any_bytes_come_back(ours, data):
    ids = ours.encode(data)
    assert ours.decode_bytes(ids) == data
    assert ours.decode(ids) == data.decode("utf-8", "replace")


@given(st.lists(st.integers(0, 255)))
@settings(deadline=None)
def test_bytes_that_are_not_utf8_are_decoded_as_by_the_library(ours, theirs, ids):
    assert ours.decode(ids) == theirs.decode(ids, skip_special_tokens=False)


def test_half_a_character_is_shown_as_unknown_until_the_rest_comes(small):
    ids = small.encode("é")
    assert len(ids) == 2
    assert small.decode(ids[:1]) == small.decode(ids[1:]) == "\ufffd"
    assert small.decode(ids) == "é" and small.decode([]) == "" and small.encode("") == []


def test_a_worked_example(small):
    assert [small.tokens[i] for i in small.merges.values()] == [b"aa", b"ab", b"aaab"]
    assert small.encode("aaab") == [258]
    assert [small.tokens[i] for i in small.encode("baab")] == [b"b", b"aa", b"b"]
    assert repr(small) == "BPETokenizer(260 tokens)" and small.special == {"<|x|>": 259}
    assert doctest.testmod(bpe).failed == 0


def test_special_tokens_become_ids_only_where_asked(small):
    text = "ab<|x|>ab"
    assert 259 not in small.encode(text)
    assert small.encode(text, special="<|x|>") == [257, 259, 257]
    for ids in (small.encode(text), small.encode(text, special=small.special)):
        assert small.decode(ids) == text
    longer = BPETokenizer.train("ab", 258, ["<e>", "<e><e>"])
    assert longer.encode("<e><e><e>", special=longer.special) == [257, 256]


def test_the_names_of_special_tokens_in_the_text_are_text_like_any_other():
    text = "a<|x|>b <|x|> <|x|>" * 5
    plain, special = BPETokenizer.train(text, 258), BPETokenizer.train(text, 259, ["<|x|>"])
    assert special.merges == plain.merges and special.special == {"<|x|>": 258}
    assert special.encode(text) == plain.encode(text)


# What is refused


@pytest.mark.parametrize("arguments, message", [
    (("", 300), "the text is empty"),
    ((b"", 300), "the text is empty"),
    (("abc", 255), "vocab_size=255 is too small; 256 bytes and the special tokens are 256"),
    (("abc", 257, ["<a>", "<b>"]), "are 258"),
    (("abab", 300), "too short: after 2 merges .* or vocab_size=258 or less"),
    (("abab", 300, ["<a>"]), "vocab_size=259 or less"),
    (("a", 257), "after 0 merges"),
    (("ab\ud800", 256), r"'\\ud800' at place 2 is half a surrogate pair"),
    (("ab ab", 258, ["ab"]), "the special token 'ab' is a token of the text as well"),
    (("ab", 258, ["<a>", "<a>"]), "needs a name of its own"),
    (("ab", 258, [""]), "needs a name of its own"),
])  # fmt: skip
def test_training_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        BPETokenizer.train(*arguments)


def test_an_unknown_special_token_is_named(small):
    with pytest.raises(
        ValueError, match=r"unknown special token '<\|y\|>'; this tokenizer has \['<\|x\|>'\]"
    ):
        small.encode("a", special=["<|x|>", "<|y|>"])
    with pytest.raises(ValueError, match="half a surrogate pair"):
        small.encode("\udc80")


@pytest.mark.parametrize("ids, message", [
    ([0, 260], "id 260 at place 1 is not from 0 to 259"),
    ([-1], "id -1 at place 0"),
    (torch.tensor([[0]]), r"of shape \(1, 1\)"),
    (torch.tensor([0.0]), "torch.float32"),
])  # fmt: skip
def test_bad_ids_are_refused(small, ids, message):
    for decode in (small.decode, small.decode_bytes):
        with pytest.raises(ValueError, match=message):
            decode(ids)


def test_a_vocab_size_that_is_no_whole_number_is_refused():
    with pytest.raises(ValueError, match=r"whole number, got 300\.5"):
        BPETokenizer.train("abc", 300.5)


@pytest.mark.parametrize("names", [[3], [b"<|x|>"], [None], ["\ud800"]])
def test_a_name_that_is_no_str_is_refused(small, names):
    for take in (
        lambda n: BPETokenizer.train("ab", 300, n),
        lambda n: small.encode("a", special=n),
    ):
        with pytest.raises(ValueError, match="special token's name must be a str, got"):
            take(names)


def test_no_special_tokens_may_be_none(small):
    assert BPETokenizer.train("ab", 256, None).special == {}
    assert small.encode("<|x|>", special=None) == small.encode("<|x|>")


@pytest.mark.parametrize("size", [np.int64(258), torch.tensor(258)])
def test_a_vocab_size_of_another_whole_kind_counts(size):
    assert BPETokenizer.train("abab", size).merges == BPETokenizer.train("abab", 258).merges
