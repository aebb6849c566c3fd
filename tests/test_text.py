"""course_lib.text: the download against a server of our own, and files as they come."""

import errno
import hashlib
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from course_lib import files
from course_lib import text as module
from course_lib.tales import sample_tales
from course_lib.text import load_text

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
        monkeypatch.setattr(module, "SHAKESPEARE_URLS", tuple(address + path for path in paths))

    server.use = use
    monkeypatch.setattr(module, "SHAKESPEARE_BYTES", len(PLAY))
    monkeypatch.setattr(module, "SHAKESPEARE_SHA256", hashlib.sha256(PLAY).hexdigest())
    monkeypatch.setenv("COURSE_CACHE", str(server.cache))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    use("/play")
    yield server
    server.shutdown()
    server.server_close()


def test_what_the_real_text_must_be_is_written_once():
    assert module.SHAKESPEARE_BYTES == 1_115_394
    assert module.SHAKESPEARE_SHA256.startswith("86c4e6aa") and len(module.SHAKESPEARE_SHA256) == 64
    assert len({url.split("/")[2] for url in module.SHAKESPEARE_URLS}) >= 2  # not all on one host
    assert all(url.startswith("https://") for url in module.SHAKESPEARE_URLS)


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
    assert f"{module.SHAKESPEARE_URLS[0]}: {message}" in str(caught.value)
    assert f"{len(PLAY):,} bytes, checksum {hashlib.sha256(PLAY).hexdigest()[:8]};" in str(
        caught.value
    )
    assert str(server.file) in str(caught.value) and 'load_text("tales")' in str(caught.value)
    assert not server.cache.exists()


def test_without_a_network_every_address_is_named(server, monkeypatch):
    monkeypatch.setattr(
        module, "SHAKESPEARE_URLS", ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b")
    )
    with pytest.raises(ConnectionError) as caught:
        load_text("shakespeare")
    for url in module.SHAKESPEARE_URLS:
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

    monkeypatch.setattr(files.os, call, stopped)
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
    monkeypatch.setattr(module.sys, "platform", platform)
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
    assert f'no file {name}; give "tales", "shakespeare", "requests", or the path' in str(
        caught.value
    )
    assert str(caught.value).endswith(f"looked for in {Path.cwd()}")


def test_a_text_in_the_place_of_a_path_is_not_repeated_whole():
    with pytest.raises(FileNotFoundError, match="no file To be, or not to be: that is") as caught:
        load_text("To be, or not to be: that is the question. " * 1000)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("source", [None, 3, b"a.txt", ["a.txt"]])
def test_what_is_no_path_is_refused(source):
    with pytest.raises(
        ValueError, match='give "tales", "shakespeare", "requests", or the path of a text file; got'
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
    monkeypatch.setattr(module, "DOWNLOAD_SECONDS", 0.3)
    yield
    held.set()


@pytest.mark.parametrize("path", ["/silent", "/heads", "/drips"])
def test_an_address_that_never_ends_is_given_up(server, held, path):
    server.use(path)
    with pytest.raises(ConnectionError, match=f"{path}: nothing \\(not whole in 0.3 s\\)"):
        load_text("shakespeare")
    assert server.asked == [path] and not server.cache.exists()


def test_the_longest_wait_is_the_one_promised():
    assert module.DOWNLOAD_SECONDS * len(module.SHAKESPEARE_URLS) == 120
    assert "two minutes at most" in " ".join(load_text.__doc__.split())


def test_a_download_is_announced_before_it_begins(server, capsys, monkeypatch):
    said = {}

    def fetch(url):
        said[url.split(":")[0]] = capsys.readouterr().err
        return b"" if url.startswith("file") else PLAY

    monkeypatch.setattr(module, "_fetch", fetch)
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
