"""A text as ids: its two parts, the batch of a training step, the rows of an evaluation."""

import array
import functools
import hashlib
import itertools
import random
from dataclasses import dataclass

import torch

from course_lib.checks import check_fraction, check_whole

MOST_PADDED = 2**27  # ids in the rows of an evaluation, a GB, if most of them are padding


@dataclass(frozen=True)
class Corpus:
    """A text as ids, in a part to train on and a part to validate on.

    Attributes:
        train, val: shape (n,), int64.
        train_starts, val_starts: shape (rows,), int64, the places where rows begin, ascending; None
            if they may begin anywhere.
        train_targets, val_targets: shape (n,), int64, what is to be predicted at each place: its
            id, or -100 where that does not count; None if all ids count.
    """

    train: torch.Tensor
    val: torch.Tensor
    train_starts: torch.Tensor | None = None
    val_starts: torch.Tensor | None = None
    train_targets: torch.Tensor | None = None
    val_targets: torch.Tensor | None = None

    def batch(self, config, step, rank=0, world_size=1):
        """A process's share of a training step's batch, as ``get_batch`` draws it.

        Args:
            config: with ``batch_size``, ``block_size``, ``seed`` and ``without_replacement``, as a
                ``TrainConfig`` has them.

        Returns:
            ``(inputs, targets)``, each (batch_size / world_size, T) int64.

        Raises:
            ValueError: as ``get_batch``.
        """
        B, T, starts = config.batch_size, config.block_size, self.train_starts
        how = rank, world_size, self.train_targets, config.without_replacement
        return get_batch(self.train, B, T, step, config.seed, starts, *how)

    def rows(self, block_size):
        """The ``evaluation_rows`` of the validation part: ``(inputs, targets)``, each (rows, T)."""
        return evaluation_rows(self.val, block_size, self.val_starts, self.val_targets)

    def fingerprint(self, characters=""):
        """A checksum of every id, every place where a row begins, the targets and the characters.

        A str; where all ids count, it is the one of a corpus without targets.
        """
        digest = hashlib.sha256(characters.encode())
        targets = [part for part in (self.train_targets, self.val_targets) if part is not None]
        for ids in (self.train, self.val, self.train_starts, self.val_starts, *targets):
            content = b"anywhere" if ids is None else ids.numpy().tobytes()
            digest.update(b"%d " % len(content) + content)  # where one ends counts too
        return digest.hexdigest()[:16]


def make_corpus(text, tokenizer, row_start=None, val_fraction=0.1, answer_after=None):
    """Encode a text; its beginning is to train on, its end to validate on.

    Args:
        row_start: the character whose every place begins a row, or None. In tales it is the line
            break before a story, so that the story's first character is predicted too.
        val_fraction: how much is for validation, between 0 and 1.
        answer_after: what ends the request in a line, such as "? ": of that line only what comes
            after it, the line break included, is a target. A line without it is learned whole, so
            old text can be mixed in. None: every id is a target.

    Returns:
        A ``Corpus``.

    Raises:
        ValueError: if a part has fewer than 2 ids, or no line with an answer; if ``row_start`` is
            not one character of the text or part of longer tokens, if the text is not one str, or
            for characters that the tokenizer never saw.
    """
    if not isinstance(text, str):  # an iterator could be read only once
        raise ValueError(
            f"text must be one str, got {type(text).__name__}; join or decode it first"
        )
    check_fraction("val_fraction", val_fraction)
    ids = torch.tensor(tokenizer.encode(text), dtype=torch.int64)
    n = int(len(ids) * (1 - val_fraction))
    if not 2 <= n <= len(ids) - 2:
        raise ValueError(
            f"val_fraction={val_fraction} leaves {n} of {len(ids)} ids to train on, and each part "
            "needs 2 or more; use a longer text, or another val_fraction"
        )
    parts, targets = (ids[:n], ids[n:]), (None, None)
    if answer_after is not None:
        targets = _answers_alone(text, tokenizer, ids, answer_after, n)
    if row_start is None:
        return Corpus(*parts, None, None, *targets)
    found = isinstance(row_start, str) and len(row_start) == 1 and row_start in text
    start = tokenizer.encode(row_start) if found else []
    if len(start) != 1:
        raise ValueError(
            f"row_start must be one character of the text, got {row_start!r}; give None if rows "
            "may begin anywhere"
        )
    separate, total = int((ids == start[0]).sum()), text.count(row_start)
    if separate < total:
        raise ValueError(
            f"{total - separate} of the {total} {row_start!r} in the text are parts of "
            "longer tokens, where no row can begin; take another row_start, or a CharTokenizer"
        )
    return Corpus(*parts, *((part == start[0]).nonzero()[:, 0] for part in parts), *targets)


def _answers_alone(text, tokenizer, ids, mark, n):
    """The ids with -100 for those that end in a request: of the first n, and of the rest."""
    if not isinstance(mark, str) or not mark or "\n" in mark:
        raise ValueError(
            f"answer_after must be a text without a line break that ends the request in a line, "
            f'such as "? ", got {mark!r}; give None if every token is to be learned'
        )
    counted = torch.tensor(_after_mark(text, mark))  # (characters,)
    if hasattr(tokenizer, "decode_bytes"):  # tokens are bytes; each ends in one character
        counted = counted.repeat_interleave(torch.tensor([len(c.encode()) for c in text]))
        lengths = torch.tensor([len(tokenizer.decode_bytes([i])) for i in ids.tolist()])
        counted = counted[lengths.cumsum(0) - 1]  # (n,)
    targets = ids.where(counted, -100)
    for part, what in ((targets[1:n], "train on"), (targets[n + 1 :], "validate on")):
        if (part != -100).all() or (part == -100).all():
            raise ValueError(
                f"no line of the text to {what} has an answer after {mark!r}; write the request, "
                "this, and the answer in one line, or give another answer_after"
            )
    return targets[:n], targets[n:]


def _after_mark(text, mark):
    """For each character, whether it comes after its line's first mark, or the line has none."""
    found = []
    for line in text.split("\n"):
        asked = line.find(mark) + len(mark) if mark in line else 0
        found += [False] * asked + [True] * (len(line) + 1 - asked)
    return found[: len(text)]  # the last line has no line break


def get_batch(
    ids,
    batch_size,
    block_size,
    step,
    seed=0,
    starts=None,
    rank=0,
    world_size=1,
    targets=None,
    without_replacement=False,
):
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
        targets: shape (n,), int64, what is to be predicted at each place; None for ids themselves.
        without_replacement: bool. Go through the rows in a shuffled order, each once before any
            comes again. Rows that may begin anywhere then stand side by side, and no id is in two
            of them; the first begins somewhere else each time, so that what is left over at the
            text's ends is not always the same.

    Returns:
        ``(inputs, targets)``, each (batch_size / world_size, T) int64: the slice of the batch that
        is this process's. Targets are one place further on.

    Raises:
        ValueError: for ids of another shape or type, too few of them, starts that don't ascend, or
            numbers that are not whole or don't fit.
    """
    _check_ids("ids", ids)
    sizes = {"batch_size": batch_size, "block_size": block_size, "world_size": world_size}
    check_whole(**sizes, step=step, seed=seed, rank=rank)
    if type(without_replacement) is not bool:
        raise ValueError(f"without_replacement must be True or False, got {without_replacement!r}")
    if min(batch_size, block_size) < 1 or not 0 <= rank < world_size or batch_size % world_size:
        raise ValueError(
            f"batch_size={batch_size} and block_size={block_size} must be 1 or more, world_size="
            f"{world_size} must divide batch_size, and rank={rank} be from 0 to world_size - 1"
        )
    batch_size, block_size, step = int(batch_size), int(block_size), int(step)  # NumPy's overflow
    count = _places(ids, block_size, starts)
    if without_replacement:
        apart = block_size if starts is None else 1
        rows = _rows_in_turn(count, apart, seed, step * batch_size, batch_size)
    else:
        # Python's generator takes in all of seed and step; torch's only 32 bits: pairs collide.
        rows = random.Random(f"{seed:d} {step:d}").choices(range(count), k=batch_size)
    rows = torch.tensor(rows).view(world_size, -1)[rank]  # (B,)
    rows = rows if starts is None else starts[rows]
    windows = ids.unfold(0, block_size, 1)  # (n - T + 1, T): the row at every place, no copies
    wanted = windows if targets is None else targets.unfold(0, block_size, 1)
    return windows[rows], wanted[rows + 1]  # (B, T) each


def _places(ids, block_size, starts):
    """How many places have a whole row and its targets from there on: all, or the first starts."""
    count = len(ids) - block_size
    if starts is not None:
        _check_ids("starts", starts)
        if len(starts) and (starts[0] < 0 or (starts.diff() < 0).any()):
            raise ValueError(
                f"starts must ascend from 0 or more, got {starts[:9].tolist()} ...; sort them, and "
                "leave out what is below 0"
            )
        count = int(torch.searchsorted(starts, count))
    if count < 1:
        after = "" if starts is None else f" after any of the {len(starts)} starts"
        raise ValueError(
            f"a row of block_size={block_size} needs {block_size + 1} ids, more than there are"
            f"{after} in {len(ids)}; use a longer text or a smaller block_size"
        )
    return count


def _rows_in_turn(count, apart, seed, first, n):
    """n of the places below count, from the first of a run on, epoch after epoch."""
    each = max(1, count // apart)  # rows of an epoch
    turns = (divmod(place, each) for place in range(first, first + n))
    return [_epoch(count, apart, each, seed, epoch)[place] for epoch, place in turns]


@functools.lru_cache(maxsize=8)  # a batch may hold rows of several, and so may runs side by side
def _epoch(count, apart, each, seed, epoch):
    """As many places as each says, so far apart, in the order in which an epoch has them."""
    generator = random.Random(f"{seed:d} epoch {epoch:d}")
    begin = generator.randrange(count - (each - 1) * apart)
    places = array.array("q", range(begin, begin + each * apart, apart))
    generator.shuffle(places)
    return places


def evaluation_rows(ids, block_size, starts=None, targets=None):
    """Rows in which every id but the first is a target once.

    Args:
        ids: shape (n,), int64.
        block_size: T, ids in a row.
        starts: shape (any,), int64, ascending: a row begins at each and ends with the next as its
            last target; what is longer than T goes on in further rows, what is before the first
            start is left out. None: rows side by side.
        targets: shape (n,), int64, what is to be predicted at each place, -100 where that does not
            count; None for ids themselves.

    Returns:
        ``(inputs, targets)``, each (rows, T) int64. The rest of a row has input 0 and target -100,
        which ``cross_entropy`` passes over.

    Raises:
        ValueError: for ids of another shape or type; starts with nothing to predict after them; or
            rows so much longer than what is in them that memory would be full of padding.
    """
    starts = torch.tensor([0]) if starts is None else starts
    _check_ids("ids", ids)
    _check_ids("starts", starts)
    check_whole(block_size=block_size)
    edges = [*starts.tolist(), len(ids) - 1]
    if block_size < 1 or len(edges) < 2 or not 0 <= edges[0] < edges[-1] or edges != sorted(edges):
        raise ValueError(
            f"block_size={block_size} must be 1 or more, and the {len(starts)} starts must ascend "
            f"and leave something to predict in the {len(ids)} ids; use a longer text"
        )
    spans = [*itertools.pairwise(edges)]
    rows = [(row, end) for begin, end in spans for row in range(begin, end, block_size)]
    if len(rows) * block_size > max(MOST_PADDED, 4 * len(ids)):
        raise ValueError(
            f"block_size={block_size} makes {len(rows)} rows of that length, which are padding for "
            f"the most part and take {len(rows) * block_size / 2**26:,.0f} GB; the longest row "
            f"needs {max(end - begin for begin, end in spans)}, so give that or less"
        )
    rows = torch.tensor(rows)  # (rows, 2): the places where each begins and its span ends
    places = rows[:, :1] + torch.arange(block_size)  # (rows, 1) + (T,) → (rows, T)
    inside = places < rows[:, 1:]
    places = places.clamp(max=len(ids) - 2)
    targets = ids if targets is None else targets
    return ids[places].where(inside, 0), targets[places + 1].where(inside, -100)


def _check_ids(name, ids):
    tensor = isinstance(ids, torch.Tensor)
    if not tensor or ids.dtype != torch.int64 or ids.dim() != 1:
        given = f"{ids.dtype} of shape {tuple(ids.shape)}" if tensor else type(ids).__name__
        raise ValueError(
            f"{name} must be an int64 tensor of shape (n,), got {given}; convert it with "
            f"torch.as_tensor({name}).long().flatten()"
        )
