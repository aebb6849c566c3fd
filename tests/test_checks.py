"""course_lib.checks: what both tokenizers take for a text and for ids, and what they refuse."""

import collections

import numpy as np
import pytest
import torch

from course_lib.bpe import BPETokenizer
from course_lib.checks import check_fraction, check_whole
from course_lib.tokenizer import CharTokenizer

WORDS = "hello hello hullo"
BOTH = [CharTokenizer(WORDS), BPETokenizer.train(WORDS, 259, ["<|x|>"])]
ITERABLES = [
    iter,
    list,
    tuple,
    collections.deque,
    lambda things: (thing for thing in things),
    lambda things: map(things.__getitem__, range(len(things))),
    np.array,
]
ID_ITERABLES = [
    *ITERABLES,
    torch.tensor,
    lambda ids: torch.tensor(ids, dtype=torch.int32),
    lambda ids: np.array(ids, dtype=np.uint16),
    lambda ids: np.array(ids[::-1])[::-1],
    lambda ids: (np.int64(i) for i in ids),
    lambda ids: [torch.tensor(i) for i in ids],
]


@pytest.mark.parametrize("tokenizer", BOTH, ids=repr)
@pytest.mark.parametrize("made", ID_ITERABLES)
def test_ids_come_in_any_iterable_that_is_read_once(tokenizer, made):
    ids = tokenizer.encode("hello hull")
    assert tokenizer.decode(made(ids)) == "hello hull"
    if isinstance(tokenizer, BPETokenizer):
        assert tokenizer.decode_bytes(made(ids)) == b"hello hull"


@pytest.mark.parametrize("made", ITERABLES)
def test_characters_come_in_any_iterable_that_is_read_once(made):
    assert CharTokenizer(made(WORDS if made is not np.array else [*WORDS])).characters == " ehlou"
    letters = [*WORDS]
    for tokenizer in BOTH:
        assert tokenizer.encode(made(letters)) == tokenizer.encode(WORDS)
    again = BPETokenizer.train(made(letters), 259, made(["<|x|>"]))
    assert again.tokens == BOTH[1].tokens and again.special == BOTH[1].special
    assert again.encode("<|x|>", special=made(["<|x|>"])) == [258]
    with pytest.raises(ValueError, match="never saw 'x', first at place 3"):
        BOTH[0].encode(made([*"hulx"]))


@pytest.mark.parametrize("nothing", ["", [], iter(())])
def test_an_iterable_of_nothing_is_an_empty_text(nothing):
    for make in (CharTokenizer, lambda text: BPETokenizer.train(text, 256)):
        with pytest.raises(ValueError, match="the text is empty"):
            make(nothing)


@pytest.mark.parametrize("text, given", [
    (["two words", "more"], "got list with 'two words' in it; join several"),
    (iter(["a", "bc"]), "with 'bc' in it"),
    ([b"a"], "got list with b'a' in it"),
    ([104, 101], "got list with 104 in it"),
    (3, "got int; join"),
    (None, "got NoneType; join"),
    ({"a", "b"}, "got a set, whose order says nothing; for an alphabet give sorted("),
    ({"b": 0, "a": 1}, "got a dict, whose order says nothing"),
])  # fmt: skip
@pytest.mark.parametrize("take", [
    CharTokenizer, lambda text: BPETokenizer.train(text, 256), BOTH[0].encode, BOTH[1].encode,
])  # fmt: skip
def test_what_is_not_one_text_is_refused(text, given, take):
    text = ["a", "bc"] if "bc" in given else text  # an iterator would be used up
    with pytest.raises(ValueError, match="a text must be one str, ") as caught:
        take(text)
    assert given.split(" with")[-1] in str(caught.value)


def test_bytes_are_a_text_for_bytes_only():
    for take in (CharTokenizer, BOTH[0].encode):
        with pytest.raises(ValueError, match=r"got bytes with 104 in it.* \.decode\(\)"):
            take(b"hello")
    assert (
        BOTH[1].encode(b"hello") == BOTH[1].encode(bytearray(b"hello")) == BOTH[1].encode("hello")
    )


@pytest.mark.parametrize("tokenizer", BOTH, ids=repr)
@pytest.mark.parametrize("ids, message", [
    ("hello", "list or the like, got 'hello'; encode makes them"),
    (b"hello", "list or the like, got b'hello'"),
    (3, "got 3; encode makes them of a text, and a single id goes into a list"),
    (None, "got None"),
    ([[0, 1], [1, 0]], r"got \[0, 1\] at place 0; decode one list"),
    ([0, 1.0], "got 1.0 at place 1"),
    ([0, "1"], "got '1' at place 1"),
    ([0, True], "got True at place 1"),
    ([np.bool_(False)], "False.* at place 0"),
    ({0, 1}, r"in a list or the like, got \{0, 1\}"),
    ({0: "h"}, "in a list or the like"),
    (np.array([[0, 1]]), r"got int64 of shape \(1, 2\); decode a batch row by row"),
    (np.array([0.0]), "got float64"),
    (np.int64(0), r"of shape \(\)"),
    (torch.tensor([True, False]), "got torch.bool"),
    (iter([0, 5000]), "id 5000 at place 1 is not from 0 to"),
])  # fmt: skip
def test_what_are_no_ids_is_refused_by_both(tokenizer, ids, message):
    ids = [0, 5000] if "5000" in message else ids
    with pytest.raises(ValueError, match=message):
        tokenizer.decode(ids)


def test_whole_numbers_and_fractions_of_every_kind_pass_and_the_first_other_is_named():
    check_whole(rows=3, step=np.int64(-3))
    check_whole()
    with pytest.raises(
        ValueError, match=r"step must be a whole number, got 1\.0; give it as an int"
    ):
        check_whole(rows=3, step=1.0, seed="1")
    for fraction in (0, 1, 0.5, np.float32(0.5)):
        check_fraction("part", fraction)
    for wrong in (None, "0.5", float("nan"), float("-inf"), 1j):
        with pytest.raises(ValueError, match="part must be a number between 0 and 1, got"):
            check_fraction("part", wrong)
