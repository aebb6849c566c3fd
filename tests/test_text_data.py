"""course_lib.data for texts: the download against a server of our own, rows against slices by hand."""

import errno
import hashlib
import math
import random
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_lib import data
from course_lib.data import Corpus, evaluation_rows, get_batch, load_text, make_corpus
from course_lib.tales import sample_tales
from course_lib.tokenizer import BPETokenizer, CharTokenizer

PLAY = b"To be, or not to be:\nthat is the question.\n" * 2000
PAGE = b"<!DOCTYPE html>\n<HTML><body>Please sign in</body></HTML>"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = {"/page": PAGE, "/half": PLAY[:500], "/cut": PLAY[:500], "/other": PLAY[::-1],
                "/longer": PLAY + b"!"}.get(self.path, PLAY)  # fmt: skip
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", len(PLAY) if self.path == "/cut" else len(body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server on this computer that the download asks instead; ``use`` sets the paths to ask for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.cache = [], tmp_path / "my cache é #1 %20"
    server.file = server.cache / "tinyshakespeare.txt"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def use(*paths):
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(data, "SHAKESPEARE_URLS", tuple(address + path for path in paths))

    server.use = use
    monkeypatch.setattr(data, "SHAKESPEARE_BYTES", len(PLAY))
    monkeypatch.setattr(data, "SHAKESPEARE_SHA256", hashlib.sha256(PLAY).hexdigest())
    monkeypatch.setenv("COURSE_CACHE", str(server.cache))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    use("/play")
    yield server
    server.shutdown()
    server.server_close()


def test_what_the_real_text_must_be_is_written_once():
    assert data.SHAKESPEARE_BYTES == 1_115_394
    assert data.SHAKESPEARE_SHA256.startswith("86c4e6aa") and len(data.SHAKESPEARE_SHA256) == 64
    assert len({url.split("/")[2] for url in data.SHAKESPEARE_URLS}) >= 2  # not all on one host
    assert all(url.startswith("https://") for url in data.SHAKESPEARE_URLS)


def test_the_text_is_downloaded_once(server):
    assert load_text("shakespeare") == load_text("shakespeare") == PLAY.decode()
    assert server.asked == ["/play"]
    assert server.file.read_bytes() == PLAY
    assert list(server.cache.iterdir()) == [server.file]


def test_the_next_address_is_asked_when_one_fails(server):
    server.use("/missing", "/page", "/cut", "/other", "/play", "/never")
    assert load_text("shakespeare") == PLAY.decode()
    assert server.asked == ["/missing", "/page", "/cut", "/other", "/play"]
    assert server.file.read_bytes() == PLAY


@pytest.mark.parametrize("path, message", [
    ("/missing", "nothing (HTTP Error 404: Not Found)"),
    ("/page", "an HTML page, checksum "),
    ("/half", "500 bytes, checksum "),
    ("/cut", "500 bytes, checksum "),
    ("/other", f"{len(PLAY):,} bytes, checksum {hashlib.sha256(PLAY[::-1]).hexdigest()[:8]}"),
    ("/longer", f"{len(PLAY) + 1:,} bytes, checksum "),
])  # fmt: skip
def test_a_bad_answer_is_told_and_not_kept(server, path, message):
    server.use(path)
    with pytest.raises(ConnectionError) as caught:
        load_text("shakespeare")
    assert f"{data.SHAKESPEARE_URLS[0]}: {message}" in str(caught.value)
    assert f"{len(PLAY):,} bytes, checksum {hashlib.sha256(PLAY).hexdigest()[:8]};" in str(
        caught.value
    )
    assert str(server.file) in str(caught.value) and 'load_text("tales")' in str(caught.value)
    assert not server.cache.exists()


def test_without_a_network_every_address_is_named(server, monkeypatch):
    monkeypatch.setattr(data, "SHAKESPEARE_URLS", ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b"))
    with pytest.raises(ConnectionError) as caught:
        load_text("shakespeare")
    for url in data.SHAKESPEARE_URLS:
        assert f"{url}: nothing (<urlopen error" in str(caught.value)
    assert "Connect to the internet" in str(caught.value)


def test_a_file_put_there_by_hand_needs_no_network(server):
    server.use()
    server.cache.mkdir()
    server.file.write_bytes(PLAY)
    assert load_text("shakespeare") == PLAY.decode()


def test_a_damaged_cached_file_is_downloaded_again(server):
    server.cache.mkdir()
    server.file.write_bytes(PLAY[:-1])
    assert load_text("shakespeare") == PLAY.decode()
    assert server.file.read_bytes() == PLAY


def test_a_damaged_cached_file_is_told_and_left_when_no_other_comes(server):
    server.use("/missing")
    server.cache.mkdir()
    server.file.write_bytes(b"mine")
    with pytest.raises(ConnectionError, match=r"tinyshakespeare\.txt: 4 bytes, checksum"):
        load_text("shakespeare")
    assert server.file.read_bytes() == b"mine"


def test_a_folder_that_can_not_be_written_costs_a_warning_only(server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="cache can't be written.*COURSE_CACHE") as caught:
        assert load_text("shakespeare") == PLAY.decode()
    assert [Path(warning.filename) for warning in caught] == [
        Path(__file__)
    ]  # it points to the caller
    assert (tmp_path / "file").read_text(encoding="utf-8") == "not a folder"


@pytest.mark.parametrize("before", [None, b"damaged"])
@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    "stop", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]
)
def test_what_stops_the_writing_leaves_no_part_of_it(server, monkeypatch, call, stop, before):
    def stopped(*_):
        raise stop

    monkeypatch.setattr(data.os, call, stopped)
    server.cache.mkdir()
    if before:
        server.file.write_bytes(before)
    if isinstance(stop, OSError):
        with pytest.warns(UserWarning, match="No space left"):
            assert load_text("shakespeare") == PLAY.decode()
    else:
        with pytest.raises(KeyboardInterrupt):
            load_text("shakespeare")
    left = {file.name: file.read_bytes() for file in server.cache.iterdir()}
    assert left == ({server.file.name: before} if before else {})


def test_many_at_once_do_not_harm_each_other(server):
    with warnings.catch_warnings(), ThreadPoolExecutor(8) as pool:
        warnings.simplefilter("error")
        texts = list(pool.map(load_text, ["shakespeare"] * 8))
    assert texts == [PLAY.decode()] * 8
    assert list(server.cache.iterdir()) == [server.file] and server.file.read_bytes() == PLAY


@pytest.mark.parametrize("platform, variable, folder", [
    ("linux", None, ".cache"),
    ("linux", "XDG_CACHE_HOME", "mine"),
    ("darwin", None, "Library/Caches"),
    ("win32", "LOCALAPPDATA", "mine"),
    ("win32", None, ".cache"),
])  # fmt: skip
def test_the_cache_is_where_the_platform_has_it(
    server, monkeypatch, tmp_path, platform, variable, folder
):
    for name in ("COURSE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / folder))
    monkeypatch.setattr(data.sys, "platform", platform)
    load_text("shakespeare")
    assert (tmp_path / folder / "course_lib" / "tinyshakespeare.txt").read_bytes() == PLAY


def test_tales_are_the_million_characters_of_seed_0():
    text = load_text()
    assert text == load_text("tales") == sample_tales(1_000_000, seed=0)
    assert len(text) >= 1_000_000 and text.endswith("\n")


@pytest.mark.parametrize("written, read", [
    ("né\nb\n".encode(), "né\nb\n"),
    (b"a\r\nb\r\n\r\nc", "a\nb\n\nc"),
    (b"a\rb", "a\nb"),
    ("\ufeffa".encode(), "a"),
])  # fmt: skip
def test_a_file_is_read_with_plain_line_feeds(tmp_path, written, read):
    path = tmp_path / "my text.txt"
    path.write_bytes(written)
    assert load_text(path) == load_text(str(path)) == read


@pytest.mark.parametrize("written, message", [
    (b"", "is empty; put the text"),
    ("\ufeff".encode(), "is empty"),
    ("Zoë".encode("latin-1"), "is not UTF-8: byte 2 is 0xeb; .* save it as UTF-8"),
    ("hello".encode("utf-16"), "is not UTF-8: byte 0 is 0x"),
    ("hello".encode("utf-16-le"), "is not UTF-8: byte 1 is 0x00"),
    ("hello".encode("utf-16-be"), "is not UTF-8: byte 0 is 0x00"),
    ("\ufeffZoë".encode() + b"\xff", "is not UTF-8: byte 7 is 0xff"),
    (b"\xed\xa0\x80", "is not UTF-8: byte 0 is 0xed"),  # half a surrogate pair
])  # fmt: skip
def test_a_bad_file_is_refused(tmp_path, written, message):
    path = tmp_path / "my text.txt"
    path.write_bytes(written)
    with pytest.raises(ValueError, match=r"my text\.txt " + message):
        load_text(path)


@pytest.mark.parametrize("name", ["shakspere", "no/such.txt", "."])
def test_a_name_that_is_no_file_gets_the_known_ones(name):
    with pytest.raises(FileNotFoundError) as caught:
        load_text(name)
    assert f'no file {name}; give "tales", "shakespeare", or the path' in str(caught.value)
    assert str(caught.value).endswith(f"looked for in {Path.cwd()}")


def test_a_text_in_the_place_of_a_path_is_not_repeated_whole():
    with pytest.raises(FileNotFoundError, match="no file To be, or not to be: that is") as caught:
        load_text("To be, or not to be: that is the question. " * 1000)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("source", [None, 3, b"a.txt", ["a.txt"]])
def test_what_is_no_path_is_refused(source):
    with pytest.raises(
        ValueError, match='give "tales", "shakespeare", or the path of a text file; got'
    ):
        load_text(source)


@pytest.mark.parametrize("name", ["tales", "shakespeare"])
@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_a_users_own_with_a_built_in_name_is_not_passed_over(
    server, monkeypatch, tmp_path, name, kind
):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    if kind == "file":
        path.write_text("mine", encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    else:
        try:
            path.symlink_to(tmp_path / "gone")
        except OSError:
            pytest.skip("this system makes no links")
    with pytest.raises(ValueError) as caught:
        load_text(name)
    assert f'"{name}" is built in, and {path} is there too; give "./{name}"' in str(caught.value)
    assert not server.asked
    if kind == "file":
        assert load_text(f"./{name}") == load_text(path) == load_text(Path(name)) == "mine"
    monkeypatch.chdir(tmp_path.parent)
    assert load_text(name) in (PLAY.decode(), sample_tales(1_000_000))


def test_the_home_folder_may_be_written_as_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert load_text("~/mine.txt") == "mine"


@pytest.fixture
def held(monkeypatch):
    """Answers that never come whole: the test's end lets them go."""
    held = threading.Event()

    def answer(handler, begin=b"", drip=b""):
        handler.server.asked.append(handler.path)
        handler.wfile.write(begin)
        while not held.wait(0.01):
            try:
                handler.wfile.write(drip)
            except OSError:  # nobody listens any more
                return

    def do_GET(handler):
        whole = f"HTTP/1.1 200 OK\r\nContent-Length: {len(PLAY)}\r\n".encode()
        if handler.path == "/silent":
            answer(handler)
        elif handler.path == "/heads":
            answer(handler, whole + b"X: ", b"x")
        elif handler.path == "/drips":
            answer(handler, whole + b"\r\n", b"x")
        else:
            old(handler)

    old = Handler.do_GET
    monkeypatch.setattr(Handler, "do_GET", do_GET)
    monkeypatch.setattr(data, "DOWNLOAD_SECONDS", 0.3)
    yield
    held.set()


@pytest.mark.parametrize("path", ["/silent", "/heads", "/drips"])
def test_an_address_that_never_ends_is_given_up(server, held, path):
    server.use(path)
    with pytest.raises(ConnectionError, match=f"{path}: nothing \\(not whole in 0.3 s\\)"):
        load_text("shakespeare")
    assert server.asked == [path] and not server.cache.exists()


def test_the_longest_wait_is_the_one_promised():
    assert data.DOWNLOAD_SECONDS * len(data.SHAKESPEARE_URLS) == 120
    assert "two minutes at most" in " ".join(load_text.__doc__.split())


def test_a_download_is_announced_before_it_begins(server, capsys, monkeypatch):
    said = {}

    def fetch(url):
        said[url.split(":")[0]] = capsys.readouterr().err
        return b"" if url.startswith("file") else PLAY

    monkeypatch.setattr(data, "_fetch", fetch)
    load_text("shakespeare")
    assert said["file"] == "" and said["http"].startswith("Downloading Shakespeare (1 MB) to ")


def test_a_download_is_announced_once_and_the_cache_is_silent(server, capsys):
    server.use("/missing", "/play")
    load_text("shakespeare")
    out, err = capsys.readouterr()
    assert err == f"Downloading Shakespeare (1 MB) to {server.file}, once\n" and not out
    load_text("shakespeare")
    assert capsys.readouterr() == ("", "")


def test_without_a_home_folder_the_variable_is_named(monkeypatch):
    for name in ("COURSE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)

    def nobody(self):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nobody)
    with pytest.raises(FileNotFoundError, match=r"no home folder is known.*; set COURSE_CACHE to"):
        load_text("shakespeare")


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


@pytest.mark.parametrize("world", [1, 2, 3, 6])
@pytest.mark.parametrize("starts", [None, torch.arange(0, 500, 9)])
def test_the_processes_of_a_group_share_one_batch(world, starts):
    ids = torch.arange(500)
    whole = get_batch(ids, 12, 5, 7, seed=1, starts=starts)
    parts = [get_batch(ids, 12, 5, 7, 1, starts, rank, world) for rank in range(world)]
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
])  # fmt: skip
def test_rows_that_can_not_be_are_refused(ids, T, starts, message):
    with pytest.raises(ValueError, match=message):
        evaluation_rows(ids, T, starts)
