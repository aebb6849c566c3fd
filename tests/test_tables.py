"""course_lib.tables against scikit-learn, and against what it says it refuses."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

from course_lib.tables import check_labels, epoch_batches, load_tabular, split, standardize


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
        ("a,label\n1,1\n\n1,2\n", "line 4, column 'label': labels must be 0 or 1; label 1 is 2.0"),
        ("a,label\n1,0.99999999999\n", "label 0 is 0.99999999999"),
        ("a,label\n1e39,1\n", "line 2, column 'a': '1e39'"),
        ("a,label\n1,0\n-1e39,1\n", "line 3, column 'a': '-1e39'"),
        ("a,label\n1_000,1\n", "line 2, column 'a': '1_000'"),
        ("a,label,label\n1,0,0\n", "two columns 'label'"),
        ("a,label, a \n1,0,0\n", "two columns 'a'"),
        ("é,e\u0301,label\n1,1,0\n", "two columns 'é'"),
        (",a,label\n0,1,0\n", "column 1 of"),
        ("a,label,\n1,0,\n", "column 3 of"),
        ("a;label\n1;0\n", "its columns are a;label. Commas separate them"),
        ("label\n1\n", "has no column but 'label'"),
        ('a,label\n"1,0\n2,1\n', "is not CSV (unexpected end of data)"),
        ('a,label\n1,0\n"1"2,1\n', "line 3 is not CSV"),
        ("a,label\n1,0\n\x00,1\n", "is not UTF-8: byte 12 is 0x00"),
        ("\n\n", "is empty"),
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


@pytest.mark.parametrize("written", [
    b"\xef\xbb\xbflabel,x\n1,2\n0,3\n",  # the mark of Excel's export
    b"label,x\r\n1,2\r\n0,3\r\n",
    b"label,x\r1,2\r0,3",
    b"label, x\n1, 2\n0, 3\n",
    b'"label","x"\n"1","2"\n"0","3"\n',
    b"label,x\n\n1,2\n0,3\n\n\n",
])  # fmt: skip
def test_a_csv_file_is_read_however_its_writer_ends_lines(tmp_path, written):
    path = tmp_path / "data.csv"
    path.write_bytes(written)
    table = load_tabular(path)
    assert table.labels.tolist() == [1, 0] and table.features.tolist() == [[2], [3]]
    assert table.feature_names == ("x",)


def test_a_label_is_found_however_its_name_is_typed(tmp_path):
    path = tmp_path / "data.csv"
    for written, asked in (("e\u0301", "é"), ("é", "e\u0301"), (" ill ", "ill"), ("ill", " ill")):
        path.write_text(f"a,{written}\n1,0\n", encoding="utf-8")
        assert load_tabular(path, asked).feature_names == ("a",)


@pytest.mark.parametrize("labels", [[1, 0, 1], torch.tensor(1.0), None])
def test_split_refuses_what_it_can_not_index(labels):
    with pytest.raises(ValueError, match=r"must be tensors of an example or more, got"):
        split(torch.ones(3, 1), labels, 0.4)
    parts = split(np.arange(10.0).reshape(5, 2), np.arange(5), 0.4, seed=1)
    expected = split(torch.arange(10.0).view(5, 2), torch.arange(5), 0.4, seed=1)
    assert all(np.array_equal(a, b.numpy()) for a, b in zip(parts, expected, strict=True))


@pytest.mark.parametrize("fraction", [math.nan, "0.2", None, math.inf])
def test_a_fraction_that_is_no_number_is_refused(fraction):
    with pytest.raises(ValueError, match="test_fraction must be a number between 0 and 1, got"):
        split(torch.ones(9, 1), torch.ones(9), fraction)


@pytest.mark.parametrize("text", ["a,label\n1é,0\n".encode("latin-1"), "a,label".encode("utf-16")])
def test_a_csv_file_that_is_not_utf8_is_refused(tmp_path, text):
    path = tmp_path / "data.csv"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=r"data\.csv is not UTF-8: byte"):
        load_tabular(path)


def test_a_table_is_float32_whatever_the_default(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,label\n1,0\n", encoding="utf-8")
    torch.set_default_dtype(torch.float64)
    try:
        tables = load_tabular(path), load_tabular()
    finally:
        torch.set_default_dtype(torch.float32)
    for table in tables:
        assert table.features.dtype == table.labels.dtype == torch.float32


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_of_the_users_with_the_built_in_name_is_not_passed_over(
    tmp_path, monkeypatch, folder
):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "breast-cancer"
    path.mkdir() if folder else path.write_text("a,label\n1,0\n", encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        load_tabular("breast-cancer")
    assert f"{path} is there too" in str(caught.value)
    assert 'give "./breast-cancer" for yours, or rename yours' in str(caught.value)
    if not folder:
        for mine in ("./breast-cancer", path):
            assert load_tabular(mine).feature_names == ("a",)


@pytest.mark.parametrize("source", [None, 3, b"data.csv", [1]])
def test_what_is_no_path_is_refused(source):
    with pytest.raises(ValueError, match='give "breast-cancer", or the path of a CSV file; got'):
        load_tabular(source)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        load_tabular(tmp_path / "nothing.csv")


@pytest.mark.parametrize("labels", [[0.0, 2.0], [1.0, float("nan")], [-1.0, 1.0], [0.5, 1.0]])
def test_labels_other_than_0_and_1_are_named(labels):
    with pytest.raises(ValueError, match=r"label [01] is"):
        check_labels(torch.tensor(labels))


@pytest.mark.parametrize("labels, first", [
    (torch.tensor([0.0, 1.0, 3.0, 2.0]), "label 2 is 3.0"),
    ([1, 0, 5, 7], "label 2 is 5"),
    (torch.tensor([[0.0, 1.0], [2.0, 3.0]]), "label 1, 0 is 2.0"),
    (torch.tensor(4.0), "is 4.0"),
])  # fmt: skip
def test_the_first_wrong_label_is_named(labels, first):
    with pytest.raises(ValueError) as caught:
        check_labels(labels)
    assert first in str(caught.value)
    check_labels(torch.tensor([0.0, 1.0]))
    check_labels(torch.tensor([[0], [1]]))


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


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("number", [0.1, 0.7, 1.1, -3.3, 123.456, 1e-6])
def test_a_constant_feature_is_named_whatever_the_rounding(number, dtype):
    """The mean of seven times 0.1 is not 0.1 in float32, so the deviation is a rounding, not 0."""
    for n in range(2, 40):
        train = torch.full((n, 1), number, dtype=dtype)
        with pytest.raises(ValueError, match="feature 0 is the same in every training example"):
            standardize(train, train + 1)
        train = torch.cat([torch.arange(n, dtype=dtype)[:, None], train], dim=1)
        with pytest.raises(ValueError, match="feature 1 is the same"):
            standardize(train)
    with pytest.raises(ValueError, match="feature 0 is the same"):
        standardize(train[:1])


@given(size=st.floats(0, 12), width=st.floats(-6, 6), seed=st.integers(0, 10**6))
def test_the_training_part_has_mean_0_and_deviation_1_or_is_refused(size, width, seed):
    """A feature far from 0 for its width has too few digits left, such as times in seconds."""
    x = np.random.default_rng(seed).normal(10**size, 10**width, (50, 1)).astype(np.float32)
    try:
        mine = standardize(torch.tensor(x))[0].double().numpy()
    except ValueError as error:
        assert "too few digits" in str(error) or "the same" in str(error)
        assert np.abs(x - x[0]).max() < 1e-3 * np.abs(x).max()  # only where digits are scarce
    else:
        assert abs(mine.mean()) < 0.01 and abs(mine.std() - 1) < 0.01
        assert np.allclose(mine, StandardScaler().fit_transform(x.astype(np.float64)), atol=0.03)


def test_a_feature_with_too_few_digits_is_fine_in_float64():
    x = 1.7e9 + 1000 * torch.arange(100.0, dtype=torch.float64)[:, None]
    with pytest.raises(
        ValueError, match=r"feature 0, from 1.* has too few digits in torch.float32"
    ):
        standardize(x.float() + 1e12)
    assert abs(standardize(x + 1e12)[0].mean()) < 1e-6


@pytest.mark.parametrize("train, other, message", [
    (torch.ones(3), None, r"got torch.float32 of shape \(3,\); convert"),
    (torch.ones(2, 2, dtype=torch.int64), None, "got torch.int64 of shape"),
    ([[1.0], [2.0]], None, "got list; convert"),
    (torch.ones(0, 2), None, "an example or more"),
    (torch.rand(4, 3), torch.rand(4, 1), r"shape \(4, 1\) beside a training part of \(4, 3\)"),
    (torch.tensor([[1.0, 2.0], [1.0, math.inf]]), None, "feature 1 is inf in row 1; remove"),
    (torch.rand(4, 1), torch.tensor([[-math.inf]]), "feature 0 is -inf in row 0"),
])  # fmt: skip
def test_parts_that_can_not_be_standardized_are_refused(train, other, message):
    with pytest.raises(ValueError, match=message):
        standardize(train, *([] if other is None else [other]))


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


def test_seeds_of_any_size_and_whole_kind_count():
    X, y = torch.arange(30.0)[:, None], torch.arange(30.0)
    for seed in (3, -3, 2**31):
        a, b = split(X, y, seed=seed), split(X, y, seed=np.int64(seed))
        assert all(torch.equal(p, q) for p, q in zip(a, b, strict=True))
        one, two = (
            epoch_batches(30, 30, seed, 1),
            epoch_batches(30, 30, np.int64(seed), np.int32(1)),
        )
        assert torch.equal(one[0], two[0])
    assert len(split(X, y, seed=10**30)[0]) == 24
    assert sorted(epoch_batches(5, 5, seed=-(10**40), epoch=0)[0].tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("attempt, message", [
    (lambda: split(torch.ones(9, 1), torch.ones(9), seed=1.5), "seed must be a whole number, got 1.5"),
    (lambda: epoch_batches(10, 2.5, 0, 0), "batch_size must be a whole number, got 2.5"),
    (lambda: epoch_batches(10, 2, None, 0), "seed must be a whole number, got None"),
    (lambda: epoch_batches(10, 2, 0, "1"), "epoch must be a whole number, got '1'; give it as an int"),
])  # fmt: skip
def test_numbers_that_are_not_whole_are_refused(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()


def test_a_name_may_have_a_line_break_in_quotes(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text('"mean\nradius","mean\u2028area",label\n1,2,0\n', encoding="utf-8")
    table = load_tabular(path)
    assert table.feature_names == ("mean\nradius", "mean\u2028area")
    assert table.features.tolist() == [[1.0, 2.0]]
    path.write_text('"mean\nradius",label\n1,1\n2,7\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 4, column 'label'"):
        load_tabular(path)


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
def test_a_part_of_one_example_is_a_part(kind):
    features, labels = kind(np.arange(10.0)[:, None]), kind(np.arange(10))
    for fraction, sizes in ((0.1, [9, 9, 1, 1]), (0.9, [1, 1, 9, 9])):
        parts = split(features, labels, fraction)
        assert [len(part) for part in parts] == sizes
        assert all(type(part) is type(labels) for part in parts)
        assert np.array_equal(parts[2][:, 0], parts[3])
