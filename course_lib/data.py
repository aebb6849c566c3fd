"""Data for the lessons: tables of numbers with a yes-or-no label, texts, splits, and batches."""

import csv
import hashlib
import http.client
import itertools
import math
import os
import random
import sys
import tempfile
import threading
import unicodedata
import urllib.error
import urllib.request
import warnings
from concurrent.futures import Future
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path

import torch

from course_lib.tales import sample_tales

SHAKESPEARE_URLS = (  # the same bytes from each
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
    "https://cdn.jsdelivr.net/gh/karpathy/char-rnn@master/data/tinyshakespeare/input.txt",
)
SHAKESPEARE_BYTES = 1_115_394
SHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
DOWNLOAD_SECONDS = 40  # for each address, in whatever way it answers


@dataclass(frozen=True)
class Table:
    """Examples with their labels.

    Attributes:
        features: shape (examples, features), float32.
        labels: shape (examples,), float32, each 0 or 1.
        feature_names: one for each column of ``features``.
        label_names: what 0 and 1 stand for.
    """

    features: torch.Tensor
    labels: torch.Tensor
    feature_names: tuple[str, ...]
    label_names: tuple[str, str]


def load_tabular(source="breast-cancer", label="label"):
    """Read a table of numbers with a label of 0 or 1.

    Args:
        source: "breast-cancer" (569 examples, 30 features, shipped with scikit-learn; Street et
            al., "Nuclear feature extraction for breast tumor diagnosis", 1993), or the path of a
            CSV file whose first line names its columns.
        label: the label's column in a CSV file.

    Returns:
        A ``Table``.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is not UTF-8 or not CSV; a column that is missing, has no name
            or another's; an entry that is not a finite number of float32's range, or a label other
            than 0 and 1, with its line and column; or a source that could mean what is built in and
            a file.
    """
    path = _find(source, ("breast-cancer",), "a CSV file")
    if path is None:
        from sklearn.datasets import load_breast_cancer

        data = load_breast_cancer()
        features = torch.tensor(data.data, dtype=torch.float32)
        labels = torch.tensor(data.target, dtype=torch.float32)
        return Table(features, labels, tuple(map(str, data.feature_names)), ("malignant", "benign"))
    (_, names), *rows = _csv_lines(path)
    label = _plain(label)
    names = _checked_names(path, [_plain(name) for name in names], label)
    if not rows:
        raise ValueError(f"{path} has no examples below its first line; add a line for each")
    numbers = [_numbers(f"{path}: line {line}", row, names) for line, row in rows]
    place = names.index(label)
    labels = [row.pop(place) for row in numbers]
    for i, ((line, _), value) in enumerate(zip(rows, labels, strict=True)):
        if value not in (0, 1):
            raise ValueError(
                f"{path}: line {line}, column {label!r}: labels must be 0 or 1; label {i} is "
                f"{value}; write the two kinds as 0 and 1"
            )
    features = torch.tensor(numbers, dtype=torch.float32)
    names = tuple(name for name in names if name != label)
    return Table(features, torch.tensor(labels, dtype=torch.float32), names, ("0", "1"))


def _csv_lines(path):
    """[(number, entries), ...] of the lines of a CSV file that are not empty, one at least."""
    lines = csv.reader(_read_text(path).split("\n"), strict=True, skipinitialspace=True)
    try:
        found = [(lines.line_num, entries) for entries in lines if entries]
    except csv.Error as error:
        raise ValueError(
            f"{path}: line {lines.line_num} is not CSV ({error}); a number needs no quotes there"
        ) from None
    if not found:
        raise ValueError(f"{path} is empty; its first line must name the columns")
    return found


def _plain(name):
    """A name without spaces around it, each of its characters in one piece, as é may be in two."""
    return unicodedata.normalize("NFC", str(name)).strip()


def _checked_names(path, names, label):
    """The names of the columns; ValueError if they can't be told apart."""
    if label not in names:
        raise ValueError(
            f"{path} has no column {label!r}; its columns are {', '.join(names)}. Commas separate "
            "them, and label=... says which one is the label"
        )
    if "" in names:
        raise ValueError(
            f"column {names.index('') + 1} of {path} has no name; name it, or remove it if it only "
            "numbers the rows (pandas leaves it out with to_csv(path, index=False))"
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(
            f"{path} has two columns {twice[0]!r}; rename or remove one, since a label that stands "
            "twice would be a feature as well"
        )
    if len(names) == 1:
        raise ValueError(f"{path} has no column but {label!r}; add one for each feature")
    return names


def _numbers(where, entries, names):
    if len(entries) != len(names):
        raise ValueError(
            f"{where} has {len(entries)} entries, the first line names {len(names)}; give every "
            "line one entry for each name"
        )
    numbers = []
    for name, entry in zip(names, entries, strict=True):
        try:
            number = math.nan if "_" in entry else float(entry)  # Python reads 1_000 as 1000
        except ValueError:
            number = math.nan
        if not abs(number) <= torch.finfo(torch.float32).max:
            raise ValueError(
                f"{where}, column {name!r}: {entry!r} is not a finite number below 3.4e38, "
                "float32's largest; correct it, or leave out the line"
            )
        numbers.append(number)
    return numbers


def _find(source, built_in, kind):
    """The path of a user's file, or None for what is built in; ValueError if it may mean both."""
    known = ", ".join(f'"{name}"' for name in built_in)
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"give {known}, or the path of {kind}; got {source!r:.60}")
    if source in built_in:
        if os.path.lexists(source):
            raise ValueError(
                f'"{source}" is built in, and {Path(source).absolute()} is there too; give '
                f'"./{source}" for yours, or rename yours for the built-in'
            )
        return None
    path = Path(os.path.expanduser(source))
    try:
        if path.is_file():
            return path
    except OSError:  # longer than a name can be: a text, say
        pass
    where = "" if path.is_absolute() else f"; looked for in {Path.cwd()}"
    raise FileNotFoundError(f"no file {source!s:.200}; give {known}, or the path of {kind}{where}")


def _read_text(path):
    """The text of a file, without a byte-order mark, its lines ended by a line feed alone."""
    data = path.read_bytes()
    try:
        text, place = data.decode(), data.find(0)  # zeros are half of UTF-16
    except UnicodeDecodeError as error:
        place = error.start
    if place >= 0:
        raise ValueError(
            f"{path} is not UTF-8: byte {place} is {data[place]:#04x}; open it in an editor and "
            "save it as UTF-8"
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def check_labels(labels):
    """Raise ValueError unless every label is 0 or 1; the message names the first that is not."""
    labels = torch.as_tensor(labels)
    wrong = ((labels != 0) & (labels != 1)).nonzero()
    if len(wrong):
        place = tuple(wrong[0].tolist())
        raise ValueError(
            f"labels must be 0 or 1; label {', '.join(map(str, place))} is {labels[place].item()}; "
            "write the two kinds as 0 and 1"
        )


def split(features, labels, test_fraction=0.2, seed=0):
    """Divide examples at random into a part to train on and a part to test on.

    Args:
        features: shape (examples, features).
        labels: shape (examples,).
        test_fraction: how much is kept for testing, between 0 and 1.
        seed: the same seed gives the same division.

    Returns:
        ``(train_features, train_labels, test_features, test_labels)``.

    Raises:
        ValueError: if the two differ in length or are no tensors, a part would be empty, or the
            seed is no whole number.
    """
    for part in (features, labels):
        if not getattr(part, "ndim", 0) or hasattr(part, "iloc"):  # pandas has its own indexing
            raise ValueError(
                f"features and labels must be tensors of an example or more, got {part!r:.60}; "
                "convert them with torch.tensor(), or torch.tensor(frame.values)"
            )
    n = len(features)
    if n != len(labels):
        raise ValueError(
            f"features has {n} examples and labels {len(labels)}; each example needs its label"
        )
    _check_whole(seed=seed)
    _check_fraction("test_fraction", test_fraction)
    test = round(n * test_fraction)
    if not 0 < test < n:
        raise ValueError(
            f"test_fraction={test_fraction} leaves {test} of {n} examples for testing; training "
            "and testing need one or more each"
        )
    order = _shuffled(n, seed)
    return (
        features[order[test:]],
        labels[order[test:]],
        features[order[:test]],
        labels[order[:test]],
    )


def standardize(train, *others):
    """Give every feature mean 0 and standard deviation 1 on the training part.

    The other parts are shifted and scaled by the same numbers, those of the training part, so that
    nothing about them is known beforehand.

    Args:
        train: shape (examples, features).
        others: more tensors of shape (any, features).

    Returns:
        A tuple of all of them, standardized.

    Raises:
        ValueError: if a feature has nan or an infinity in it, never varies in the training part, or
            can't be brought to 0 and 1 in the digits of its type; or if the parts are not tables of
            the same features. The message names the column.
    """
    for part in (train, *others):
        if not isinstance(part, torch.Tensor) or not part.is_floating_point() or part.dim() != 2:
            tensor = isinstance(part, torch.Tensor)
            given = f"{part.dtype} of shape {tuple(part.shape)}" if tensor else type(part).__name__
            raise ValueError(
                "every part must be a float tensor of shape (examples, features), got "
                f"{given}; convert it with torch.as_tensor(part).float()"
            )
        if part.shape[1] != train.shape[1] or len(train) == 0:
            raise ValueError(
                f"a part of shape {tuple(part.shape)} beside a training part of "
                f"{tuple(train.shape)}: give both the same features, and the training part an "
                "example or more"
            )
        if not part.isfinite().all():
            row, column = (~part.isfinite()).nonzero()[0].tolist()
            raise ValueError(
                f"feature {column} is {part[row, column]} in row {row}; remove or replace it first"
            )
    constant = (train == train[0]).all(dim=0)  # std may be off 0 by a rounding
    if constant.any():
        column = int(constant.nonzero()[0, 0])
        raise ValueError(f"feature {column} is the same in every training example; leave it out")
    mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
    parts = tuple((part - mean) / std for part in (train, *others))
    error = parts[0].mean(dim=0).abs() + (parts[0].std(dim=0, correction=0) - 1).abs()
    if not (error < 0.01).all():
        column = int((~(error < 0.01)).nonzero()[0, 0])
        low, high = train[:, column].aminmax()
        raise ValueError(
            f"feature {column}, from {low} to {high}, has too few digits in {train.dtype} to be "
            "standardized; make the parts float64 first, with .double(), or subtract its first value"
        )
    return parts


def _check_whole(**sizes):
    for name, value in sizes.items():
        if not isinstance(value, Integral):
            raise ValueError(f"{name} must be a whole number, got {value!r:.40}; give it as an int")


def _check_fraction(name, value):
    if not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError(
            f"{name} must be a number between 0 and 1, got {value!r:.40}; 0.1 is usual"
        )


def _shuffled(n, seed):
    """The numbers below n, in an order that the seed decides."""
    generator = torch.Generator().manual_seed(int(seed) % 2**64)  # torch itself takes no more bits
    return torch.randperm(n, generator=generator, device="cpu")


def epoch_batches(n, batch_size, seed, epoch):
    """The examples of each batch of one epoch, in an order drawn anew for every epoch.

    Args:
        n: how many examples there are.
        batch_size: how many make a batch; the last batch may be smaller.
        seed, epoch: the same two give the same batches.

    Returns:
        A list of index tensors, int64, that together hold every number below n once.

    Raises:
        ValueError: if the batch is larger than the set, or not at least 1, or one of the four is no
            whole number.
    """
    _check_whole(n=n, batch_size=batch_size, seed=seed, epoch=epoch)
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size must be from 1 to the {n} examples, got batch_size={batch_size}"
        )
    return list(_shuffled(n, int(seed) * 1_000_003 + int(epoch)).split(batch_size))


def load_text(source="tales"):
    """A text to train on.

    Args:
        source: "tales" (a million characters of ``course_lib.tales``), "shakespeare" (1,115,394 of
            his plays; Karpathy, char-rnn, 2015), or the path of a file in UTF-8. Shakespeare is
            downloaded once, in two minutes at most, and kept in your cache folder, or in the one
            that COURSE_CACHE names.

    Returns:
        A str whose lines end in a line feed alone.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is empty or not UTF-8, with its first wrong byte; or for a
            source that could mean what is built in and a file.
        ConnectionError: if no address sends the right file, with what each one sent.
    """
    path = _find(source, ("tales", "shakespeare"), "a text file")
    if path is not None:
        text = _read_text(path)
        if not text:
            raise ValueError(f"{path} is empty; put the text to train on into it")
        return text
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
                _keep(path, data)
            return data
        came = "an HTML page" if b"<html" in data[:1000].lower() else f"{len(data):,} bytes"
        problems += f"\n  {url}: {came}, checksum {checksum[:8]}"
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


def _keep(path, data):
    """Write data to path so that at no moment there is a part of it there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            with open(Path(folder, "part"), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
    except OSError as error:
        warnings.warn(
            f"{path.parent} can't be written ({error}), so the text will be downloaded again next "
            "time; set the environment variable COURSE_CACHE to a folder that can be",
            stacklevel=4,
        )


@dataclass(frozen=True)
class Corpus:
    """A text as ids, in a part to train on and a part to validate on.

    Attributes:
        train, val: shape (n,), int64.
        train_starts, val_starts: shape (rows,), int64, the places where rows begin, ascending; None
            if they may begin anywhere.
    """

    train: torch.Tensor
    val: torch.Tensor
    train_starts: torch.Tensor | None = None
    val_starts: torch.Tensor | None = None

    def batch(self, config, step, rank=0, world_size=1):
        """A process's share of a training step's batch, as ``get_batch`` draws it.

        Args:
            config: with ``batch_size``, ``block_size`` and ``seed``, as a ``TrainConfig`` has them.

        Returns:
            ``(inputs, targets)``, each (batch_size / world_size, T) int64.

        Raises:
            ValueError: as ``get_batch``.
        """
        B, T, starts = config.batch_size, config.block_size, self.train_starts
        return get_batch(self.train, B, T, step, config.seed, starts, rank, world_size)

    def rows(self, block_size):
        """The ``evaluation_rows`` of the validation part: ``(inputs, targets)``, each (rows, T)."""
        return evaluation_rows(self.val, block_size, self.val_starts)

    def fingerprint(self, characters=""):
        """A checksum of every id, of every place where a row begins, and of the characters: a str."""
        digest = hashlib.sha256(characters.encode())
        for ids in (self.train, self.val, self.train_starts, self.val_starts):
            content = b"anywhere" if ids is None else ids.numpy().tobytes()
            digest.update(b"%d " % len(content) + content)  # where one ends counts too
        return digest.hexdigest()[:16]


def make_corpus(text, tokenizer, row_start=None, val_fraction=0.1):
    """Encode a text; its beginning is to train on, its end to validate on.

    Args:
        row_start: the character whose every place begins a row, or None. In tales it is the line
            break before a story, so that the story's first character is predicted too.
        val_fraction: how much is for validation, between 0 and 1.

    Returns:
        A ``Corpus``.

    Raises:
        ValueError: if a part has fewer than 2 ids, if ``row_start`` is not one character of the
            text or part of longer tokens, if the text is not one str, or for characters that the
            tokenizer never saw.
    """
    if not isinstance(text, str):  # an iterator could be read only once
        raise ValueError(
            f"text must be one str, got {type(text).__name__}; join or decode it first"
        )
    _check_fraction("val_fraction", val_fraction)
    ids = torch.tensor(tokenizer.encode(text), dtype=torch.int64)
    n = int(len(ids) * (1 - val_fraction))
    if not 2 <= n <= len(ids) - 2:
        raise ValueError(
            f"val_fraction={val_fraction} leaves {n} of {len(ids)} ids to train on, and each part "
            "needs 2 or more; use a longer text, or another val_fraction"
        )
    parts = ids[:n], ids[n:]
    if row_start is None:
        return Corpus(*parts)
    found = isinstance(row_start, str) and len(row_start) == 1 and row_start in text
    start = tokenizer.encode(row_start) if found else []
    if len(start) != 1:
        raise ValueError(
            f"row_start must be one character of the text, got {row_start!r}; give None if rows "
            "may begin anywhere"
        )
    alone, all_of_them = int((ids == start[0]).sum()), text.count(row_start)
    if alone < all_of_them:
        raise ValueError(
            f"{all_of_them - alone} of the {all_of_them} {row_start!r} in the text are parts of "
            "longer tokens, where no row can begin; take another row_start, or a CharTokenizer"
        )
    return Corpus(*parts, *((part == start[0]).nonzero()[:, 0] for part in parts))


def _check_ids(name, ids):
    tensor = isinstance(ids, torch.Tensor)
    if not tensor or ids.dtype != torch.int64 or ids.dim() != 1:
        given = f"{ids.dtype} of shape {tuple(ids.shape)}" if tensor else type(ids).__name__
        raise ValueError(
            f"{name} must be an int64 tensor of shape (n,), got {given}; convert it with "
            f"torch.as_tensor({name}).long().flatten()"
        )


def get_batch(ids, batch_size, block_size, step, seed=0, starts=None, rank=0, world_size=1):
    """The rows of one training step, drawn at random from a text.

    The same arguments give the same rows, so a run that resumes needs only its step, and processes
    that train together draw what one alone would.

    Args:
        ids: shape (n,), int64.
        batch_size: rows, of all processes together.
        block_size: T, ids in a row.
        step, seed: int; each pair has a draw of its own.
        starts: shape (any,), int64, ascending, the places where rows begin; None for anywhere.
            Those with less than a whole row after them are left out.
        rank, world_size: which process this is, from 0, and of how many.

    Returns:
        ``(inputs, targets)``, each (batch_size / world_size, T) int64: the slice of the batch that
        is this process's. Targets are one place further on.

    Raises:
        ValueError: for ids of another shape or type, too few of them, starts that don't ascend, or
            numbers that are not whole or don't fit.
    """
    _check_ids("ids", ids)
    sizes = {"batch_size": batch_size, "block_size": block_size, "world_size": world_size}
    _check_whole(**sizes, step=step, seed=seed, rank=rank)
    if min(batch_size, block_size) < 1 or not 0 <= rank < world_size or batch_size % world_size:
        raise ValueError(
            f"batch_size={batch_size} and block_size={block_size} must be 1 or more, world_size="
            f"{world_size} must divide batch_size, and rank={rank} be from 0 to world_size - 1"
        )
    count = len(ids) - block_size  # the places with a whole row and its targets from there on
    if starts is not None:
        _check_ids("starts", starts)
        if len(starts) and (starts[0] < 0 or (starts.diff() < 0).any()):
            raise ValueError(
                f"starts must ascend from 0 or more, got {starts[:9].tolist()} ...; sort them, and "
                "leave out what is below 0"
            )
        count = int(torch.searchsorted(starts, count))
    if count < 1:
        behind = "" if starts is None else f" after any of the {len(starts)} starts"
        raise ValueError(
            f"a row of block_size={block_size} needs {block_size + 1} ids, more than there are"
            f"{behind} in {len(ids)}; use a longer text or a smaller block_size"
        )
    # Python's generator takes in all of seed and step; torch's only 32 bits: pairs would collide.
    rows = random.Random(f"{seed:d} {step:d}").choices(range(count), k=batch_size)
    rows = torch.tensor(rows).view(world_size, -1)[rank]  # (B,)
    rows = rows if starts is None else starts[rows]
    windows = ids.unfold(0, block_size, 1)  # (n - T + 1, T): the row at every place, no copies
    return windows[rows], windows[rows + 1]  # (B, T) each


def evaluation_rows(ids, block_size, starts=None):
    """Rows in which every id but the first is a target once.

    Args:
        ids: shape (n,), int64.
        block_size: T, ids in a row.
        starts: shape (any,), int64, ascending: a row begins at each and ends with the next as its
            last target; what is longer than T goes on in further rows, what is before the first
            start is left out. None: rows side by side.

    Returns:
        ``(inputs, targets)``, each (rows, T) int64. The rest of a row has input 0 and target -100,
        which ``cross_entropy`` passes over.

    Raises:
        ValueError: for ids of another shape or type, or starts with nothing to predict after them.
    """
    starts = torch.tensor([0]) if starts is None else starts
    _check_ids("ids", ids)
    _check_ids("starts", starts)
    _check_whole(block_size=block_size)
    edges = [*starts.tolist(), len(ids) - 1]
    if block_size < 1 or len(edges) < 2 or not 0 <= edges[0] < edges[-1] or edges != sorted(edges):
        raise ValueError(
            f"block_size={block_size} must be 1 or more, and the {len(starts)} starts must ascend "
            f"and leave something to predict in the {len(ids)} ids; use a longer text"
        )
    spans = itertools.pairwise(edges)
    rows = torch.tensor(
        [(row, end) for begin, end in spans for row in range(begin, end, block_size)]
    )
    places = rows[:, :1] + torch.arange(block_size)  # (rows, 1) + (T,) → (rows, T)
    inside = places < rows[:, 1:]
    places = places.clamp(max=len(ids) - 2)
    return ids[places].where(inside, 0), ids[places + 1].where(inside, -100)
