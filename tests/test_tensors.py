"""course_lib.tensors: tensors in a file and back, and which are a model's own."""

import pickle

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.parallel import DataParallel

from course_lib.tensors import (
    check_same,
    equal_but_rounding,
    pack,
    plain_model,
    plain_names,
    unpack,
)

pytestmark = pytest.mark.usefixtures("one_thread")
DTYPES = [torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.int64, torch.bool]


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_packed_comes_back(tmp_path, dtype):
    file = tmp_path / "a.safetensors"
    whole = (torch.arange(12).view(3, 4) % 5).to(dtype)
    tensors = {"a": whole, "part": whole[:, 1:3], "turned": whole.t(), "again": whole,
               "number": whole[0, 1], "none": whole[:0]}  # fmt: skip
    file.write_bytes(pack(tensors, {"told": "é"}))
    back, told = unpack(file)
    assert told == {"told": "é"}
    for found in (back, load_file(file)):
        assert found.keys() == tensors.keys()
        assert all(torch.equal(found[k], v) and found[k].dtype == dtype for k, v in tensors.items())
    file.unlink()
    back["a"].zero_()  # writable, and of nothing else
    assert torch.equal(back["again"], whole)


@pytest.mark.parametrize(
    "value",
    [
        3,
        "text",
        torch.zeros(2, dtype=torch.complex64),
        torch.zeros(2, device="meta"),
        torch.zeros(2, 2).to_sparse(),
        torch.quantize_per_tensor(torch.zeros(2), 0.1, 0, torch.qint8),
    ],
    ids=["number", "text", "complex", "meta", "sparse", "quantized"],
)
@pytest.mark.filterwarnings("ignore")
def test_what_a_file_can_not_hold_is_named(value):
    with pytest.raises(TypeError, match=r"^odd can't be kept in a file: it is "):
        pack({"fine": torch.zeros(2), "odd": value}, {})


def test_too_much_metadata_is_refused():
    with pytest.raises(TypeError, match="texts together must be under 100 MB"):
        pack({}, {"long": "x" * 100_000_001})


def test_files_that_can_not_be_read_are_named(tmp_path):
    file = tmp_path / "a.safetensors"
    with pytest.raises(FileNotFoundError):
        unpack(file)
    content = pack({"a": torch.zeros(100)}, {"told": "all"})
    for damaged in (b"", content[:3], content[:40], content[:-1], b"\xff" * 8 + content[8:]):
        file.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"a\.safetensors is cut short or damaged"):
            unpack(file)
    for protocol in (2, 3, 4, 5):
        file.write_bytes(pickle.dumps({"a": [1.0] * 100}, protocol))
        with pytest.raises(ValueError, match="is a pickle, which could run any code"):
            unpack(file)
    torch.save({"a": torch.zeros(3)}, file)
    with pytest.raises(ValueError, match="is a pickle, which could run any code"):
        unpack(file)


def test_the_model_in_its_wrappers():
    model = nn.Linear(2, 3)
    compiled = torch.compile(model)
    for wrapped in (model, compiled, DataParallel(model), DataParallel(compiled)):
        assert plain_model(wrapped) is model
    parts = nn.Sequential(nn.Linear(2, 3), torch.compile(nn.Linear(3, 2)))
    plain = ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert [*plain_names(parts)] == plain
    assert [*plain_names(parts).values()] == [*parts.state_dict()]


def test_tensors_of_another_model_are_refused_with_what_differs():
    wanted = {name: torch.zeros(2, 3) for name in "abcde"}
    check_same("f", wanted, {name: torch.ones(2, 3) for name in "edcba"})
    with pytest.raises(ValueError, match="f is of another model: a is missing; give the config"):
        check_same("f", wanted, {name: torch.ones(2, 3) for name in "bcde"})
    with pytest.raises(ValueError, match="a is missing; x is not the model's; give"):
        check_same("f", wanted, {name: torch.ones(2, 3) for name in "bcdex"})
    with pytest.raises(ValueError, match=r"a is \(3, 2\), the model's \(2, 3\); b .* and 2 more"):
        check_same("f", wanted, {name: torch.ones(3, 2) for name in "abcde"})


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_rounding_is_told_from_a_difference(dtype):
    torch.manual_seed(0)
    a = torch.randn(50, dtype=torch.float64)
    a[0] = 4.0
    eps = torch.finfo(dtype).eps
    assert equal_but_rounding(a.to(dtype), a.to(dtype))
    assert equal_but_rounding(a.to(dtype), (a * (1 + eps)).to(dtype))
    b = a.clone()
    b[7] += 4000 * eps if eps < 1e-5 else 0.5
    assert not equal_but_rounding(a.to(dtype), b.to(dtype))
    broken = a.to(dtype).index_fill(0, torch.tensor([3]), torch.nan)
    assert equal_but_rounding(broken, broken) and not equal_but_rounding(broken, -broken)
