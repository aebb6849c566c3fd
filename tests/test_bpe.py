"""BPETokenizer beside the tokenizers library: the same pieces, merges and ids; and what it refuses."""

import doctest
import json
import random
import unicodedata

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import course_lib.tokenizer
from course_lib.tales import sample_tales
from course_lib.tokenizer import BPETokenizer

SCRIPTS = "It's 2026: naïve café, 東京は夜, Привет мир, שלום, हिन्दी, 🙂👩‍👩‍👧, x² ½ Ⅻ ١٢٣\t\n\n  a\u00a0b\x1cc _d_ "
# Characters that Python's own tables know; the library's are younger and have more.
CHARACTERS = st.characters(exclude_categories=("Cs", "Cn"))
ODD = st.sampled_from(["'s", "'ll", "'S", " ", "  ", "\n", "\t", "\x1c", "\x85", "\u3000", "_", "é", "e\u0301", "1", "²", "Ⅻ", "三", "🙂", "ab", "\u200d"])  # fmt: skip
TEXTS = st.lists(ODD | CHARACTERS).map("".join)


def library(model=None):
    tokenizer = Tokenizer(model or models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def trained_by_library(text, vocab_size, special=()):
    tokenizer = library()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, min_frequency=0, show_progress=False, special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())  # fmt: skip
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def merges_of(tokenizer):
    """The merges as pairs of names, of ours or of the library's."""
    if isinstance(tokenizer, BPETokenizer):
        name = course_lib.tokenizer._visible
        return [[name(tokenizer.tokens[i]) for i in pair] for pair in tokenizer.merges]
    return json.loads(tokenizer.to_str())["model"]["merges"]


@pytest.fixture(scope="module")
def text():
    mixed = random.Random(0)
    letters = "".join(
        chr(i) for i in range(32, 0x3000) if unicodedata.category(chr(i)) not in ("Cn", "Cs")
    )
    words = " ".join("".join(mixed.choices(letters, k=mixed.randint(1, 6))) for _ in range(3000))
    return sample_tales(100_000, seed=3) + SCRIPTS * 20 + words


@pytest.fixture(scope="module")
def ours(text):
    return BPETokenizer.train(text, 256 + 3000 + 1, ["<|end|>"])


@pytest.fixture(scope="module")
def theirs(text):
    return trained_by_library(text, 256 + 3000)


@pytest.fixture
def files(theirs, tmp_path):
    theirs.model.save(str(tmp_path))
    return tmp_path / "vocab.json", tmp_path / "merges.txt"


@pytest.fixture
def small():
    return BPETokenizer.train("aaabdaaabac aaab", 260, ["<|x|>"])


# The same as the library


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_pieces_are_the_librarys(text):
    pieces = course_lib.tokenizer._PIECE.findall(text)
    expected = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)
    assert "".join(pieces) == text
    assert [course_lib.tokenizer._visible(piece.encode()) for piece in pieces] == [
        p for p, _ in expected
    ]


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
        found = [piece.end() for piece in course_lib.tokenizer._PIECE.finditer(text)]
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


def test_files_in_gpt2s_format_give_the_librarys_ids(files, text):
    ours = BPETokenizer.from_gpt2(*files)
    theirs = library(models.BPE.from_file(*map(str, files)))
    assert ours.encode(text) == theirs.encode(text).ids and ours.special == {}
    vocab = json.loads(files[0].read_text(encoding="utf-8"))
    vocab["<|endoftext|>"] = len(vocab)
    files[0].write_text(json.dumps(vocab), encoding="utf-8")
    ours = BPETokenizer.from_gpt2(*map(str, files))
    assert ours.special == {"<|endoftext|>": len(vocab) - 1}
    theirs.add_special_tokens(["<|endoftext|>"])
    marked = "one<|endoftext|> two<|endoftext|><|endoftext|>"
    assert ours.encode(marked, special=ours.special) == theirs.encode(marked).ids


def test_special_tokens_that_come_first_move_the_other_ids(text, tmp_path):
    theirs = trained_by_library(text[:20_000], 600, ["<a>", "<b>"])
    theirs.model.save(str(tmp_path))
    ours = BPETokenizer.from_gpt2(tmp_path / "vocab.json", tmp_path / "merges.txt", ["<a>", "<b>"])
    assert ours.special == {"<a>": 0, "<b>": 1}
    assert ours.encode(text[:3000]) == theirs.encode(text[:3000]).ids
    assert ours.encode("x<b> y<a>", special=["<a>", "<b>"]) == theirs.encode("x<b> y<a>").ids


@given(st.text("abcx", max_size=30))
@settings(max_examples=60, deadline=None)
def test_two_merges_that_spell_the_same(text):
    """Training never makes them, files may: the id is shared, and the earlier merge goes first."""
    lines = ["a b", "b c", "a bc", "abc x", "ab c", "abc abc"]
    names = course_lib.tokenizer._VISIBLE.values()
    vocab = {name: i for i, name in enumerate([*names, "ab", "bc", "abc", "abcx", "abcabc"])}
    ours = BPETokenizer._from_names("v", "m", vocab, lines, [])
    theirs = library(models.BPE(vocab, [tuple(line.split(" ")) for line in lines]))
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
    assert doctest.testmod(course_lib.tokenizer).failed == 0


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


def test_what_is_saved_is_loaded(small, ours, tmp_path):
    for tokenizer in (small, ours):
        tokenizer.save(tmp_path / "tokenizer.json")
        again = BPETokenizer.load(tmp_path / "tokenizer.json")
        assert again.tokens == tokenizer.tokens and again.special == tokenizer.special
        assert list(again.merges.items()) == list(tokenizer.merges.items())
    assert [p.name for p in tmp_path.iterdir()] == ["tokenizer.json"]


def test_a_save_that_fails_leaves_the_old_file(small, tmp_path, monkeypatch):
    path = tmp_path / "tokenizer.json"
    small.save(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(course_lib.tokenizer.os, name, full)
            with pytest.raises(OSError, match="no space"):
                small.save(path)
        assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


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


def lines_changed(change):
    return lambda vocab, lines: (vocab, change(lines))


@pytest.mark.parametrize("change, message", [
    (lines_changed(lambda ls: ls[:-100]), "it is cut short"),
    (lines_changed(lambda ls: ls[:1]), "it is cut short"),
    (lines_changed(lambda ls: [*ls[:-100], ls[-100].split()[0]]), "merge 2901 .* does not fit"),
    (lines_changed(lambda ls: ls[::-1]), "merge 1 .* does not fit"),
    (lines_changed(lambda ls: [*ls[:500], ls[501], ls[500], *ls[502:]]), "merge 501 .* does not fit"),
    (lines_changed(lambda ls: [*ls[:500], ls[499], *ls[500:]]), "merge 500 .* does not fit"),
    (lines_changed(lambda ls: [*ls, "Ġthe ĠtheĠ"]), "merge 3001 .* does not fit"),
    (lines_changed(lambda ls: [*ls, "a  b"]), "merge 3001 .* does not fit"),
    (lines_changed(lambda ls: [*ls[:500], "", *ls[500:]]), "merge 500 .* does not fit"),
    (lines_changed(lambda ls: [*ls[:500], ls[0], *ls[500:]]), "merge 500 .* does not fit"),
    (lambda vocab, ls: (vocab | {"<|pad|>": len(vocab)}, ls), r"makes '<\|pad\|>' of .* special_tokens"),
    (lambda vocab, ls: (vocab | {"x": 5000}, ls), "are not 0, 1, 2"),
    (lambda vocab, ls: (vocab | {"x": "120"}, ls), "are not 0, 1, 2"),
    (lambda vocab, ls: ([1, 2], ls), "are not 0, 1, 2"),
    (lambda vocab, ls: (None, ls), "are not 0, 1, 2"),
    (lambda vocab, ls: (3, ls), "are not 0, 1, 2"),
    (lambda vocab, ls: ({"xx" if n == "Ġ" else n: i for n, i in vocab.items()}, ls), "merge 1 .* does not fit"),
    (lambda vocab, ls: ({"xx" if n == "Ā" else n: i for n, i in vocab.items()}, ls), "no token for the byte 'Ā'"),
    (lambda vocab, ls: ({n: i for n, i in vocab.items() if i < 3000}, ls), "merge 2745 .* does not fit"),
])  # fmt: skip
def test_damaged_files_are_refused(files, change, message):
    vocab, lines = (path.read_text(encoding="utf-8") for path in files)
    vocab, lines = change(json.loads(vocab), lines.splitlines())
    files[0].write_text(json.dumps(vocab), encoding="utf-8")
    files[1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        BPETokenizer.from_gpt2(*files)


def test_every_cut_of_a_file_is_refused(small, tmp_path):
    path = tmp_path / "tokenizer.json"
    small.save(path)
    whole = path.read_bytes()
    for n in range(0, len(whole), 97):
        path.write_bytes(whole[:n])
        with pytest.raises(ValueError, match="cut short or damaged"):
            BPETokenizer.load(path)
    for other in (
        "[]",
        '{"vocab": {}}',
        '{"vocab": [], "merges": [], "special": [], "more": 1}',
        '{"vocab": {}, "merges": null, "special": []}',
        '{"vocab": {}, "merges": [1, 2], "special": []}',
        '{"vocab": {}, "merges": [], "special": [3]}',
    ):
        path.write_text(other)
        with pytest.raises(ValueError, match="not what save wrote"):
            BPETokenizer.load(path)


def test_a_cut_inside_a_character_is_named(files):
    files[1].write_bytes("#version: 0.2\nĠ".encode()[:-1])
    with pytest.raises(ValueError, match=r"merges.txt is cut short or damaged"):
        BPETokenizer.from_gpt2(*files)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        BPETokenizer.load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="vocab"):
        BPETokenizer.from_gpt2(tmp_path / "vocab.json", tmp_path / "merges.txt")


def test_a_mark_in_front_of_a_file_changes_nothing(files, text):
    expected = BPETokenizer.from_gpt2(*files).encode(text[:2000])
    for path in files:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert BPETokenizer.from_gpt2(*files).encode(text[:2000]) == expected


def test_a_vocab_size_that_is_no_whole_number_is_refused():
    with pytest.raises(ValueError, match=r"whole number, got 300\.5"):
        BPETokenizer.train("abc", 300.5)


@pytest.mark.parametrize("more", ["\n", "\n\n", "\r\n", " \n\n"])
def test_empty_lines_at_the_end_change_nothing(files, text, more):
    expected = BPETokenizer.from_gpt2(*files).encode(text[:2000])
    files[1].write_bytes(files[1].read_bytes() + more.encode())
    assert BPETokenizer.from_gpt2(*files).encode(text[:2000]) == expected


def test_files_of_other_kinds_are_named(files, theirs, small, tmp_path):
    whole = tmp_path / "tokenizer.json"
    theirs.save(str(whole))
    for read in (BPETokenizer.load, lambda path: BPETokenizer.from_gpt2(path, files[1])):
        with pytest.raises(ValueError, match=r"is a tokenizer\.json of transformers.* merges\.txt"):
            read(whole)
    with pytest.raises(ValueError, match=r"is not what save wrote.*from_gpt2"):
        BPETokenizer.load(files[0])
    small.save(whole)
    with pytest.raises(
        ValueError, match=r"is not a vocab\.json; .* read what save wrote with load"
    ):
        BPETokenizer.from_gpt2(whole, files[1])


def test_a_special_token_that_merges_make_is_refused(files):
    with pytest.raises(ValueError, match=r"'Ġthe' is a token of the text .* out of special_tokens"):
        BPETokenizer.from_gpt2(*files, special_tokens=["Ġthe"])


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


def test_a_folder_in_the_place_of_a_file_is_named(small, tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder; give the path of a file in it"):
        small.save(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no file .*; give the path of a tokenizer's file"):
        BPETokenizer.load(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_nested_without_end_is_damaged(tmp_path):
    (tmp_path / "t.json").write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ValueError, match=r"t\.json is cut short or damaged"):
        BPETokenizer.load(tmp_path / "t.json")


def test_a_folder_that_is_missing_is_named(small, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere to save in; make it first"):
        small.save(tmp_path / "nowhere" / "tokenizer.json")


def test_a_link_is_saved_through(small, tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "tokenizer.json"
    try:
        link.symlink_to(tmp_path / "there" / "mine.json")
    except OSError:
        pytest.skip("this system makes no links")
    small.save(link)
    assert link.is_symlink() and BPETokenizer.load(tmp_path / "there" / "mine.json").merges


@pytest.mark.parametrize("size", [np.int64(258), torch.tensor(258)])
def test_a_vocab_size_of_another_whole_kind_counts(size):
    assert BPETokenizer.train("abab", size).merges == BPETokenizer.train("abab", 258).merges
