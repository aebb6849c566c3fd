"""Data for the lessons: tables of numbers with a yes-or-no label, splits, and batches."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import torch


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
        source: "breast-cancer" (569 examples, 30 features, shipped with scikit-learn; Street et al.,
            "Nuclear feature extraction for breast tumor diagnosis", 1993), or the path of a CSV file
            whose first line names its columns.
        label: the label's column in a CSV file.

    Returns:
        A ``Table``.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a missing column, an entry that is not a finite number, or a label other
            than 0 and 1, with its line and column.
    """
    if source == "breast-cancer":
        from sklearn.datasets import load_breast_cancer

        data = load_breast_cancer()
        features = torch.tensor(data.data, dtype=torch.float32)
        labels = torch.tensor(data.target, dtype=torch.float32)
        return Table(features, labels, tuple(map(str, data.feature_names)), ("malignant", "benign"))
    path = Path(source)
    if not path.is_file():
        raise FileNotFoundError(f'no file {path}; give the path of a CSV file, or "breast-cancer"')
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if not rows:
        raise ValueError(f"{path} is empty; its first line must name the columns")
    names = rows.pop(0)
    if label not in names:
        raise ValueError(f"{path} has no column {label!r}; its columns are {', '.join(names)}")
    if not rows:
        raise ValueError(f"{path} has no examples below its first line")
    numbers = [_numbers(row, names, line) for line, row in enumerate(rows, start=2)]
    place = names.index(label)
    labels = torch.tensor([row.pop(place) for row in numbers])
    check_labels(labels)
    features = tuple(name for name in names if name != label)
    return Table(torch.tensor(numbers), labels, features, ("0", "1"))


def _numbers(row, names, line):
    if len(row) != len(names):
        raise ValueError(f"line {line} has {len(row)} entries, the first line names {len(names)}")
    for name, entry in zip(names, row, strict=True):
        try:
            finite = math.isfinite(float(entry))
        except ValueError:
            finite = False
        if not finite:
            raise ValueError(f"line {line}, column {name!r}: {entry!r} is not a finite number")
    return [float(entry) for entry in row]


def check_labels(labels):
    """Raise ValueError unless every label is 0 or 1; the message names the first that is not."""
    wrong = (labels != 0) & (labels != 1)
    if wrong.any():
        place = int(wrong.nonzero()[0, 0])
        raise ValueError(f"labels must be 0 or 1; label {place} is {labels[place].item()}")


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
        ValueError: if the two differ in length, or a part would be empty.
    """
    n = len(features)
    if n != len(labels):
        raise ValueError(f"features has {n} examples and labels {len(labels)}")
    test = round(n * test_fraction)
    if not 0 < test < n:
        raise ValueError(f"test_fraction={test_fraction} leaves {test} of {n} examples for testing")
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
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
        ValueError: if a feature has nan in it or never varies; the message names its column.
    """
    for part in (train, *others):
        if part.isnan().any():
            row, column = part.isnan().nonzero()[0].tolist()
            raise ValueError(f"feature {column} is nan in row {row}; remove or replace it first")
    mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
    if (std == 0).any():
        column = int((std == 0).nonzero()[0, 0])
        raise ValueError(f"feature {column} is the same in every training example; leave it out")
    return tuple((part - mean) / std for part in (train, *others))


def epoch_batches(n, batch_size, seed, epoch):
    """The examples of each batch of one epoch, in an order drawn anew for every epoch.

    Args:
        n: how many examples there are.
        batch_size: how many make a batch; the last batch may be smaller.
        seed, epoch: the same two give the same batches.

    Returns:
        A list of index tensors, int64, that together hold every number below n once.

    Raises:
        ValueError: if the batch is larger than the set, or not at least 1.
    """
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size must be from 1 to the {n} examples, got batch_size={batch_size}"
        )
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    return list(torch.randperm(n, generator=generator).split(batch_size))
