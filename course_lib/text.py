"""Texts to train on: written here, downloaded and verified, or the user's own."""

import hashlib
import http.client
import os
import sys
import threading
import urllib.error
import urllib.request
import warnings
from concurrent.futures import Future
from pathlib import Path

from course_lib.files import find_file, read_text, write_whole
from course_lib.tales import sample_requests, sample_tales

SHAKESPEARE_URLS = (  # the same bytes from each
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
    "https://cdn.jsdelivr.net/gh/karpathy/char-rnn@master/data/tinyshakespeare/input.txt",
)
SHAKESPEARE_BYTES = 1_115_394
SHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
DOWNLOAD_SECONDS = 40  # for each address, in whatever way it answers


def load_text(source="tales"):
    """A text to train on.

    Args:
        source: "tales" (a million characters of ``course_lib.tales``), "shakespeare" (1,115,394 of
            his plays; Karpathy, char-rnn, 2015), "requests" (4,000 lines, each a request and its
            tale), or the path of a file in UTF-8. Shakespeare is downloaded once, in two minutes at
            most, and kept in your cache folder, or in the one that COURSE_CACHE names.

    Returns:
        A str whose lines end in a line feed alone.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is empty or not UTF-8, with its first wrong byte; or for a
            source that could mean what is built in and a file.
        ConnectionError: if no address sends the right file, with what each one sent.
    """
    path = find_file(source, ("tales", "shakespeare", "requests"), "a text file")
    if path is not None:
        text = read_text(path)
        if not text:
            raise ValueError(f"{path} is empty; put the text to train on into it")
        return text
    if source == "requests":
        return sample_requests(4000, seed=0)
    return sample_tales(1_000_000, seed=0) if source == "tales" else _shakespeare().decode()


def _shakespeare():
    """The bytes from the cache, or else from the first address that sends them whole."""
    path, problems = _cache_folder() / "tinyshakespeare.txt", ""
    for url in (path.as_uri(), *SHAKESPEARE_URLS):
        if url in SHAKESPEARE_URLS[:1]:
            print(f"Downloading Shakespeare (1 MB) to {path}, once", file=sys.stderr, flush=True)
        try:
            data = _fetch(url)
        except (OSError, ValueError, http.client.HTTPException) as error:
            problems += f"\n  {url}: nothing ({error})"
            continue
        checksum = hashlib.sha256(data).hexdigest()
        if checksum == SHAKESPEARE_SHA256:
            if url != path.as_uri():
                _write_cache(path, data)
            return data
        received = "an HTML page" if b"<html" in data[:1000].lower() else f"{len(data):,} bytes"
        problems += f"\n  {url}: {received}, checksum {checksum[:8]}"
    raise ConnectionError(
        f"could not get Shakespeare's {SHAKESPEARE_BYTES:,} bytes, checksum "
        f"{SHAKESPEARE_SHA256[:8]}; instead came{problems}\nConnect to the internet (an HTML page "
        "may be the network's sign-in page) and try again, or save one of these files by hand as "
        f'{path}; load_text("tales") needs no network'
    )


def _cache_folder():
    folders = {"win32": os.environ.get("LOCALAPPDATA"), "darwin": "~/Library/Caches"}
    user = folders.get(sys.platform) or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(os.environ.get("COURSE_CACHE") or Path(user, "course_lib"))
    try:
        return folder.expanduser().absolute()
    except RuntimeError:
        message = f"no home folder is known, for {folder}; set COURSE_CACHE to a folder of yours"
        raise FileNotFoundError(message) from None


def _fetch(url):
    """The bytes at an address; TimeoutError if they take more than ``DOWNLOAD_SECONDS``.

    They are read in a thread, since every limit of urlopen's begins again with the next byte.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "course_lib"})
    answer = Future()

    def read():
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                answer.set_result(reply.read(SHAKESPEARE_BYTES + 1))
        except urllib.error.HTTPError as error:
            with error:  # it holds the connection
                answer.set_exception(error)
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=read, daemon=True).start()
    try:
        return answer.result(DOWNLOAD_SECONDS)
    except TimeoutError as error:
        raise (
            error if answer.done() else TimeoutError(f"not whole in {DOWNLOAD_SECONDS} s")
        ) from None


def _write_cache(path, data):
    """Write the bytes to their place in the cache, or warn that they will be downloaded again."""
    try:
        write_whole({path: data})
    except OSError as error:
        warnings.warn(
            f"{path.parent} can't be written ({error.__cause__}), so the text will be downloaded "
            "again next time; set the environment variable COURSE_CACHE to a folder that can be",
            stacklevel=4,
        )
