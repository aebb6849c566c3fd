"""Checkpoints: one safetensors file that is there whole or not at all, and holds no code."""

import glob
import json
import os
import secrets
import shutil
import tempfile
from dataclasses import asdict, is_dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from course_lib.model import GPT, GPTConfig
from course_lib.tokenizer import CharTokenizer

SHIPPED = Path(__file__).parent / "pretrained"
LIFE = secrets.token_hex(4)  # with a process's id, which may be given again, it names one process


def save_checkpoint(path, model, optimizer=None, **info):
    """Write everything that a run needs to go on, so that at no moment half a file stands at path.

    The file is written beside its place, flushed to the disk, and moved there. What a process that was
    killed in the middle of this left behind is removed.

    Args:
        path: of the file; its folder is made if it is missing.
        model: an nn.Module; if it has a dataclass as ``config``, that is kept too.
        optimizer: a torch.optim.Optimizer whose state is kept, or None.
        info: anything that JSON can hold, and tensors.

    Raises:
        OSError: if the folder can't be written; what stood at path is left as it was.
    """
    path = Path(path)
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    if optimizer is not None:
        state = optimizer.state_dict()
        info["param_groups"] = state["param_groups"]
        for i, entries in state["state"].items():
            tensors |= {f"optimizer.{i}.{name}": value for name, value in entries.items()}
    if is_dataclass(getattr(model, "config", None)):
        info["model_config"] = asdict(model.config)
    tensors |= {f"info.{k}": v for k, v in info.items() if isinstance(v, torch.Tensor)}
    plain = {k: v for k, v in info.items() if not isinstance(v, torch.Tensor)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        prefix = f".{path.name}.{os.getpid()}.{LIFE}."
        with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as folder:
            part = Path(folder, "part")
            with open(part, "wb") as file:
                file.write(save({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()},
                                {"course_lib": json.dumps(plain)}))  # fmt: skip
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
    except OSError as error:
        raise OSError(
            f"{path} can't be written ({error}); choose a folder that can be, with room in it"
        ) from error


def _remove_leftovers(path):
    """Remove the folders in which processes that live no more were writing this file."""
    if os.name != "posix":  # os.kill does not ask there, it kills
        return
    for folder in path.parent.glob(f".{glob.escape(path.name)}.*.*.*"):
        process, life = folder.name.removeprefix(f".{path.name}.").split(".")[:2]
        try:
            os.kill(int(process), 0)
            dead = int(process) == os.getpid() and life != LIFE
        except (ProcessLookupError, PermissionError, ValueError, OverflowError) as error:
            dead = isinstance(error, ProcessLookupError)
        if dead:
            shutil.rmtree(folder, ignore_errors=True)


def load_checkpoint(path, model=None, optimizer=None):
    """Read a checkpoint, and put its weights and state into a model and an optimizer.

    Returns:
        What was given to ``save_checkpoint`` as ``info``, with ``model_config``, a dict.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is cut short, is a pickle, or is of another model, with what differs;
            model and optimizer are then as they were.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint at {path}")
    try:
        with safe_open(path, "pt") as file:
            info = json.loads((file.metadata() or {})["course_lib"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, ValueError) as error:
        start = path.read_bytes()[:2]
        if start in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
            kind = "is a pickle, which could run any code when it is read, so it is not read"
        else:
            kind = f"is cut short, damaged, or no checkpoint of this course ({error})"
        raise ValueError(f"{path} {kind}; use another one, or train again") from None
    parts = {"model": {}, "optimizer": {}, "info": {}}
    for name, value in tensors.items():
        part, _, key = name.partition(".")
        parts.setdefault(part, {})[key] = value
    if model is not None:
        _check_same(path, model, parts["model"])
    groups = info.pop("param_groups", None)
    if optimizer is not None:
        if groups is None:
            raise ValueError(f"{path} holds a model alone; training can't go on from it")
        state = {}
        for key, value in parts["optimizer"].items():
            i, name = key.split(".", 1)
            state.setdefault(int(i), {})[name] = value
        optimizer.load_state_dict({"state": state, "param_groups": groups})
    if model is not None:
        model.load_state_dict(parts["model"])
    return info | parts["info"]


def _check_same(path, model, found):
    """Raise ValueError unless the file's tensors have the model's names and shapes."""
    wanted = model.state_dict()
    wrong = [f"{name} is missing" for name in wanted.keys() - found.keys()]
    wrong += [f"{name} is not the model's" for name in found.keys() - wanted.keys()]
    wrong += [f"{name} is {tuple(found[name].shape)}, the model's {tuple(wanted[name].shape)}"
              for name in wanted.keys() & found.keys() if found[name].shape != wanted[name].shape]  # fmt: skip
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError(
            f"{path} is of another model: {'; '.join(sorted(wrong)[:3])}{more}; make the model with "
            "the checkpoint's own configuration"
        )


def find_checkpoint(path="tales"):
    """The file behind a checkpoint's own path, the folder of a run, or "tales", the shipped model."""
    path = SHIPPED / "tales.safetensors" if str(path) == "tales" else Path(path)
    return path / "checkpoint.safetensors" if path.is_dir() else path


def load_model(path="tales"):
    """A trained GPT and its tokenizer, ready to write.

    Args:
        path: a checkpoint, the folder of a run, or "tales" for the model that comes with the course.

    Returns:
        ``(model, tokenizer)``; the model is in eval mode, on the CPU.

    Raises:
        FileNotFoundError, ValueError: as ``load_checkpoint``.
    """
    path = find_checkpoint(path)
    info = load_checkpoint(path)
    sizes = info.get("model_config", {})
    if not info.get("characters") or sizes.keys() != asdict(GPTConfig()).keys():
        raise ValueError(f"{path} does not say which GPT and characters it was made with")
    model = GPT(GPTConfig(**sizes))
    load_checkpoint(path, model)
    return model.eval(), CharTokenizer(info["characters"])
