"""course_lib.bpe_files: there and back, GPT-2's files beside the tokenizers library, what is refused."""

import json

import pytest
from bpe_library import (
    library,
    mixed_text,
    small_tokenizer,
    trained_by_library,
    trained_by_them,
    trained_by_us,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models

import course_lib.files
from course_lib.bpe import BPETokenizer
from course_lib.bpe_files import VISIBLE, from_names


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


@pytest.fixture
def files(theirs, tmp_path):
    theirs.model.save(str(tmp_path))
    return tmp_path / "vocab.json", tmp_path / "merges.txt"


# The same as the library


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
    names = VISIBLE.values()
    vocab = {name: i for i, name in enumerate([*names, "ab", "bc", "abc", "abcx", "abcabc"])}
    ours = BPETokenizer(*from_names("v", "m", vocab, lines, []))
    theirs = library(models.BPE(vocab, [tuple(line.split(" ")) for line in lines]))
    assert ours.encode(text) == theirs.encode(text).ids


# There and back


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
            patch.setattr(course_lib.files.os, name, full)
            with pytest.raises(OSError, match="no space"):
                small.save(path)
        assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


# What is refused


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
