"""What a processor has of its own: its random numbers."""

import torch


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
