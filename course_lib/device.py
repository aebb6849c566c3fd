"""Which processor does the work."""

import torch


def best_device(name="auto"):
    """The device of a name, if it is here.

    Args:
        name: "cpu", "mps", "cuda" or one of several GPUs, as in "cuda:1"; "auto" takes the fastest that
            is here: cuda, then mps, then cpu.

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
