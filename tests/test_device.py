"""course_lib.device on machines that are pretended: with GPUs, with Apple's, and with neither."""

import pytest
import torch

from course_lib.device import best_device


@pytest.fixture
def machine(monkeypatch):
    """Pretend a number of GPUs, and whether there is an "mps"."""

    def pretend(gpus=0, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return pretend


@pytest.mark.parametrize("gpus, mps, best", [(0, False, "cpu"), (0, True, "mps"), (1, False, "cuda"),
                                             (4, False, "cuda"), (1, True, "cuda")])  # fmt: skip
def test_auto_takes_the_fastest_that_is_here(machine, gpus, mps, best):
    machine(gpus, mps)
    assert best_device() == best_device("auto") == torch.device(best)


@pytest.mark.parametrize("name", ["cpu", "cuda", "cuda:0", "cuda:3", "mps"])
def test_a_name_that_is_here_is_taken(machine, name):
    machine(4, True)
    assert best_device(name) == best_device(torch.device(name)) == torch.device(name)


@pytest.mark.parametrize("gpus, mps, name, there", [
    (0, False, "cuda", "cpu"), (0, False, "cuda:0", "cpu"), (0, False, "mps", "cpu"),
    (0, True, "cuda", "mps, cpu"), (1, False, "cuda:1", "cuda, cpu"), (1, False, "mps", "cuda, cpu"),
    (4, False, "cuda:4", "cuda:0 to cuda:3, cuda, cpu"), (0, False, "gpu", "cpu"), (0, False, "", "cpu"),
    (1, False, "cuda:", "cuda, cpu"), (1, False, "cuda:x", "cuda, cpu"), (1, False, "cuda:-1", "cuda, cpu"),
    (1, False, "cuda:00", "cuda, cpu"), (1, False, "CUDA", "cuda, cpu"), (0, False, "cpu:1", "cpu"),
    (0, False, "meta", "cpu"), (0, False, None, "cpu"),
])  # fmt: skip
def test_a_name_that_is_not_here_is_refused_with_those_that_are(machine, gpus, mps, name, there):
    machine(gpus, mps)
    with pytest.raises(ValueError) as caught:
        best_device(name)
    assert str(caught.value) == f"no device {name} here; there is {there}"
