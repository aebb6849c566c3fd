"""course_lib.data against scikit-learn, and against what it says it refuses."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

from course_lib.data import check_labels, epoch_batches, load_tabular, split, standardize


def test_breast_cancer_is_scikit_learns():
    table, theirs = load_tabular("breast-cancer"), load_breast_cancer()
    assert np.allclose(table.features.numpy(), theirs.data, rtol=1e-6)
    assert np.array_equal(table.labels.numpy(), theirs.target)
    assert table.feature_names == tuple(theirs.feature_names)
    assert table.label_names == ("malignant", "benign")
    assert (table.labels == 0).sum() == 212 and (table.labels == 1).sum() == 357


def test_a_csv_file_is_read_with_its_label_wherever_it_stands(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,ill,b\n1.5,0,-2\n3,1,1e3\n", encoding="utf-8")
    table = load_tabular(path, label="ill")
    assert table.features.tolist() == [[1.5, -2.0], [3.0, 1000.0]]
    assert table.labels.tolist() == [0.0, 1.0]
    assert table.feature_names == ("a", "b")


@pytest.mark.parametrize(
    "text, message",
    [
        ("a,b\n1,2\n", "no column 'label'; its columns are a, b"),
        ("a,label\n1,0\nx,1\n", "line 3, column 'a': 'x'"),
        ("a,label\n1,0\nnan,1\n", "line 3, column 'a': 'nan'"),
        ("a,label\ninf,0\n", "line 2, column 'a': 'inf'"),
        ("a,label\n,0\n", "line 2, column 'a': ''"),
        ("a,label\n1,0\n1\n", "line 3 has 1 entries, the first line names 2"),
        ("a,label\n1,2\n", "label 0 is 2.0"),
        ("a,label\n", "no examples"),
        ("", "is empty"),
    ],
)
def test_a_bad_csv_file_is_refused_with_the_place(tmp_path, text, message):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        load_tabular(path)
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        load_tabular(tmp_path / "nothing.csv")


@pytest.mark.parametrize("labels", [[0.0, 2.0], [1.0, float("nan")], [-1.0, 1.0], [0.5, 1.0]])
def test_labels_other_than_0_and_1_are_named(labels):
    with pytest.raises(ValueError, match=r"label [01] is"):
        check_labels(torch.tensor(labels))


@given(n=st.integers(3, 60), fraction=st.floats(0.2, 0.8), seed=st.integers(0, 10**6))
def test_split_puts_every_example_in_one_part(n, fraction, seed):
    X = torch.arange(n, dtype=torch.float32)[:, None]
    X_train, y_train, X_test, y_test = split(X, X[:, 0] * 10, fraction, seed)
    assert sorted([*X_train[:, 0].tolist(), *X_test[:, 0].tolist()]) == list(range(n))
    assert torch.equal(X_train[:, 0] * 10, y_train) and torch.equal(X_test[:, 0] * 10, y_test)
    assert len(X_test) == round(n * fraction)


def test_split_is_the_same_for_the_same_seed_and_leaves_the_global_one_alone():
    X, y = torch.randn(20, 2), torch.randn(20)
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first = split(X, y, seed=3)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(a, b) for a, b in zip(first, split(X, y, seed=3), strict=True))
    assert not torch.equal(first[0], split(X, y, seed=4)[0])


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.5, 0.01])
def test_an_empty_part_is_refused(fraction):
    with pytest.raises(ValueError, match=f"test_fraction={fraction}"):
        split(torch.ones(10, 2), torch.ones(10), fraction)


def test_split_refuses_different_lengths():
    with pytest.raises(ValueError, match="features has 3 examples and labels 2"):
        split(torch.ones(3, 1), torch.ones(2))


@given(n=st.integers(2, 30), features=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_standardize_is_scikit_learns_scaler(n, features, seed):
    generator = torch.Generator().manual_seed(seed)
    train = torch.randn(n, features, dtype=torch.float64, generator=generator) * 7 + 3
    test = torch.randn(4, features, dtype=torch.float64, generator=generator)
    scaler = StandardScaler().fit(train.numpy())
    ours = standardize(train, test)
    for mine, part in zip(ours, (train, test), strict=True):
        assert np.allclose(mine.numpy(), scaler.transform(part.numpy()), atol=1e-8)


def test_a_feature_that_never_varies_is_named():
    with pytest.raises(ValueError, match="feature 1 is the same"):
        standardize(torch.tensor([[1.0, 5.0], [2.0, 5.0]]))


def test_nan_is_named_with_its_place_in_any_part():
    good, bad = torch.tensor([[1.0, 2.0], [2.0, 3.0]]), torch.tensor([[1.0, float("nan")]])
    with pytest.raises(ValueError, match="feature 1 is nan in row 0"):
        standardize(good, bad)


@given(n=st.integers(1, 50), data=st.data())
def test_an_epoch_has_every_example_once(n, data):
    size, epoch = data.draw(st.integers(1, n)), data.draw(st.integers(0, 5))
    batches = epoch_batches(n, size, seed=1, epoch=epoch)
    assert sorted(torch.cat(batches).tolist()) == list(range(n))
    assert all(len(batch) == size for batch in batches[:-1]) and 1 <= len(batches[-1]) <= size
    again = epoch_batches(n, size, seed=1, epoch=epoch)
    assert all(torch.equal(a, b) for a, b in zip(batches, again, strict=True))


def test_epochs_have_orders_of_their_own():
    first, second = (torch.cat(epoch_batches(100, 10, seed=0, epoch=e)) for e in (0, 1))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_batch_larger_than_the_set_is_refused(size):
    with pytest.raises(ValueError, match=f"10 examples, got batch_size={size}"):
        epoch_batches(10, size, seed=0, epoch=0)
