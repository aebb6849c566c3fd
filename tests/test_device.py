"""course_lib.device on machines that are pretended: with GPUs, with Apple's, and with neither."""

import os
from types import SimpleNamespace

import pytest
import torch

from course_lib.device import best_device, check_memory, random_state, set_random_state


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


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_what_needs_more_memory_than_there_is_is_refused(monkeypatch, device):
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2_000_000}
    monkeypatch.setattr(os, "sysconf", pages.get, raising=False)
    gpu = SimpleNamespace(total_memory=8_192_000_000)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: gpu)
    check_memory(8_192_000_000, torch.device(device))
    message = (
        f"take at least 32.2 GB of memory, and {device} has 8.2 GB: lower block_size, batch_size"
    )
    with pytest.raises(ValueError, match=message):
        check_memory(32_170_000_000, torch.device(device))


def test_where_memory_can_not_be_asked_nothing_is_refused(monkeypatch):
    monkeypatch.delattr(os, "sysconf", raising=False)
    check_memory(10**18, torch.device("cpu"))
    check_memory(10**18, torch.device("mps"))


class Generator:
    """Stands for torch.mps or torch.cuda: one number is its state."""

    def __init__(self):
        self.state = 1

    def get_rng_state(self, *device):
        return torch.tensor([self.state], dtype=torch.uint8)

    def set_rng_state(self, state, *device):
        self.state = int(state)


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_the_random_state_of_the_device_is_kept_and_put_back(monkeypatch, kind):
    device, generator = torch.device(kind, 0), Generator()
    monkeypatch.setattr(torch, "get_device_module", lambda _: generator)
    monkeypatch.setattr(torch, "mps", generator)
    before = random_state(device)
    assert before.keys() == {"cpu_random", f"{kind}_random"}
    torch.rand(3)
    generator.state = 7
    set_random_state(before, device)
    assert generator.state == 1 and torch.equal(torch.get_rng_state(), before["cpu_random"])
