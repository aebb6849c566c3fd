"""Which processor does the work, and the random numbers that it has of its own."""

import os

import torch


def best_device(name="auto"):
    """The device of a name, if it is here.

    Args:
        name: "cpu", "mps", "cuda" or one of several GPUs, as in "cuda:1"; "auto" takes the fastest
            that is here: cuda, then mps, then cpu.

    Returns:
        A ``torch.device``.

    Raises:
        ValueError: for a device that is not here; the message names those that are.
    """
    count = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    here = [kind for kind in count if count[kind]]
    if name == "auto":
        return torch.device(here[0])
    if str(name) not in here + [f"{kind}:{i}" for kind in here for i in range(count[kind])]:
        several = [f"cuda:0 to cuda:{count['cuda'] - 1}"] if count["cuda"] > 1 else []
        raise ValueError(f"no device {name} here; there is {', '.join(several + here)}")
    return torch.device(name)


def check_memory(need, device):
    """Raise ValueError if a device has fewer bytes of memory in all, where that can be asked."""
    have = need
    if device.type == "cuda":
        have = torch.cuda.get_device_properties(device).total_memory
    elif device.type == "cpu" and hasattr(os, "sysconf"):  # not on Windows
        have = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if need > have:
        raise ValueError(
            f"these sizes take at least {need / 1e9:,.1f} GB of memory, and {device} has "
            f"{have / 1e9:,.1f} GB: lower block_size, batch_size, n_embd or n_layer"
        )


def random_state(device):
    """The state of the random numbers of the CPU, and of the device where it has its own."""
    states = {"cpu_random": torch.get_rng_state()}
    if device.type == "mps":
        states["mps_random"] = torch.mps.get_rng_state()
    elif device.type != "cpu":
        states[f"{device.type}_random"] = torch.get_device_module(device).get_rng_state(device)
    return states


def set_random_state(states, device):
    """Put back what ``random_state`` gave; a device that is not in it stays as it is."""
    torch.set_rng_state(states["cpu_random"])
    own = states.get(f"{device.type}_random")
    if own is not None and device.type == "mps":
        torch.mps.set_rng_state(own)
    elif own is not None and device.type != "cpu":
        torch.get_device_module(device).set_rng_state(own, device)
