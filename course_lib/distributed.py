"""Training in several processes at once: one for each GPU, or for some cores of a CPU.

torchrun starts the processes, on one machine or on several, and tells each by its environment which
one it is: RANK, counted from 0, of WORLD_SIZE in all, and LOCAL_RANK on its own machine. The one of
rank 0 is the main process. Without torchrun there is one process, and the functions here change
nothing.
"""

import os
import secrets
import sys
import time

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def init_distributed(device):
    """Join the processes that torchrun started; without torchrun, do nothing.

    Args:
        device: torch.device("cpu"), where processes talk through gloo, or torch.device("cuda"),
            NCCL.

    Returns:
        This process's own device: of the GPUs, the one that its local rank counts.

    Raises:
        ValueError: for a device that several processes can't train on; for an environment that is
            not torchrun's.
    """
    if os.environ.get("WORLD_SIZE", "1") == "1":
        return device
    names = "RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"
    wrong = [name for name in names[:2] if not os.environ.get(name, "").isdecimal()]
    wrong += [name for name in names[2:] if not os.environ.get(name)]
    if wrong:
        found = ", ".join(f"{name}={os.environ.get(name)}" for name in wrong)
        raise ValueError(
            f"WORLD_SIZE={os.environ['WORLD_SIZE']} asks for several processes, and {found} does "
            "not say which this is and where the others are: start them with torchrun, or unset "
            "WORLD_SIZE"
        )
    if device not in (torch.device("cpu"), torch.device("cuda")):
        raise ValueError(f"several processes train on cpu or on cuda, not on {device}; choose one")
    here, gpus = int(os.environ.get("LOCAL_WORLD_SIZE", 1)), torch.cuda.device_count()
    if device.type == "cuda":
        if here > gpus:
            raise ValueError(f"{here} processes on a machine of {gpus} GPUs; start one for each")
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)  # before the group, which opens its channels on this GPU
    store, rank, world_size = next(dist.rendezvous("env://"))
    store = _new_part(store, rank, world_size)
    backend, bound = ("nccl", device) if device.type == "cuda" else ("gloo", None)
    dist.init_process_group(backend, store=store, rank=rank, world_size=world_size, device_id=bound)
    return device


def _new_part(store, rank, world_size):
    """A part of torchrun's store that is empty, under a name that all processes agree on.

    When torchrun restarts processes, its store still holds the addresses of those that are dead. A
    question has a name that no other had, so its answer is the living main process's.
    """
    name = secrets.token_hex(8)
    if rank == 0:
        while store.add(f"joined {name}", 0) < world_size - 1:
            for question in [f"question {other}" for other in range(1, world_size)]:
                if store.check([question]):
                    store.set(f"answer {store.get(question).decode()}", name)
            time.sleep(0.01)
    else:
        store.set(f"question {rank}", name)
        name = store.get(f"answer {name}").decode()  # waits for it
        store.add(f"joined {name}", 1)
    return dist.PrefixStore(name, store)


def end_distributed():
    """Take leave of the other processes and end this one, with status 0; alone, do nothing.

    Every process calls it, last of all. Python does not shut down as usual: a thread of gloo's that
    still lets go of a tensor would find no Python there, and abort the process (in one run of ten).
    """
    if rank_and_world_size()[1] > 1:
        gather(None)  # one that leaves early takes away what the others still use
        dist.destroy_process_group()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def rank_and_world_size():
    """Which process this is, from 0, and of how many."""
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


def is_main():
    """Is this the process that prints, and writes the checkpoints?"""
    return rank_and_world_size()[0] == 0


def parallel(model, ids):
    """The model in DistributedDataParallel: a backward pass gives every process the mean gradient.

    All processes begin with the weights of the main one.

    Args:
        model: an nn.Module, on this process's own device.
        ids: any that the model takes, on the same device.
    """
    if rank_and_world_size()[1] == 1:
        return model
    whole = DistributedDataParallel(model)
    # The first backward pass settles in which order gradients are added up. It is done here, so
    # that a run that is resumed adds in the same order, and to the same bits, as one that was not.
    whole.eval()(ids).sum().backward()
    whole.zero_grad()
    return whole.train()


def gather(value):
    """The values of all processes, in the order of their ranks. Waits until all have called it."""
    values = [value] * rank_and_world_size()[1]
    if len(values) > 1:
        dist.all_gather_object(values, value)
    return values


def in_main(work):
    """Let the main process alone do something. All wait for it, and fail if it fails.

    Args:
        work: a function without arguments.

    Returns:
        What ``work()`` returned, in the main process; None in the others.

    Raises:
        OSError, ValueError: those of ``work``, in every process.
    """
    result = failed = None
    if is_main():
        try:
            result = work()
        except (OSError, ValueError) as error:
            failed = error
    failed = gather(failed)[0]
    if failed:
        raise failed
    return result


def check_agreement(facts):
    """Raise ValueError, in every process, if they don't agree.

    Args:
        facts: what the processes must have in common, by name.
    """
    main, *others = gather(facts)
    for rank, its in enumerate(others, start=1):
        wrong = [
            f"{k} is {v}, in process {rank} {its.get(k)}"
            for k, v in main.items()
            if its.get(k) != v
        ]
        if wrong:
            raise ValueError(
                f"the processes don't agree: {'; '.join(wrong)}. Start every machine with the same "
                "command and files, and let --out be a folder that all of them see"
            )
