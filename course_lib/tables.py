"""Tables of numbers with a yes-or-no label: read, split, standardized, drawn in batches."""

import csv
import io
import math
import unicodedata
from dataclasses import dataclass

import torch

from course_lib.checks import check_fraction, check_whole
from course_lib.files import find_file, read_text


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
    path = find_file(source, ("breast-cancer",), "a CSV file")
    if path is None:
        from sklearn.datasets import load_breast_cancer

        data = load_breast_cancer()
        features = torch.tensor(data.data, dtype=torch.float32)
        labels = torch.tensor(data.target, dtype=torch.float32)
        return Table(features, labels, tuple(map(str, data.feature_names)), ("malignant", "benign"))
    (_, names), *rows = _csv_lines(path)
    label = _normalized(label)
    names = _checked_names(path, [_normalized(name) for name in names], label)
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
    text = io.StringIO(read_text(path), newline="\n")  # a name in quotes may have a line break
    lines = csv.reader(text, strict=True, skipinitialspace=True)
    try:
        found = [(lines.line_num, entries) for entries in lines if entries]
    except csv.Error as error:
        raise ValueError(
            f"{path}: line {lines.line_num} is not CSV ({error}); a number needs no quotes there"
        ) from None
    if not found:
        raise ValueError(f"{path} is empty; its first line must name the columns")
    return found


def _normalized(name):
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
    check_whole(seed=seed)
    check_fraction("test_fraction", test_fraction)
    test = round(n * test_fraction)
    if not 0 < test < n:
        raise ValueError(
            f"test_fraction={test_fraction} leaves {test} of {n} examples for testing; training "
            "and testing need one or more each"
        )
    order = _shuffled(n, seed).numpy()  # an array takes a tensor of one number for that number
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
            "standardized; make the parts float64 first, with .double(), or subtract its first "
            "value"
        )
    return parts


def epoch_batches(n, batch_size, seed, epoch):
    """The examples of each batch of one epoch, in an order that is drawn for every epoch.

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
    check_whole(n=n, batch_size=batch_size, seed=seed, epoch=epoch)
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size must be from 1 to the {n} examples, got batch_size={batch_size}"
        )
    return list(_shuffled(n, int(seed) * 1_000_003 + int(epoch)).split(batch_size))


def _shuffled(n, seed):
    """The numbers below n, in an order that the seed decides."""
    generator = torch.Generator().manual_seed(int(seed) % 2**64)  # torch itself takes no more bits
    return torch.randperm(n, generator=generator, device="cpu")
