"""Named tensors to the bytes of a safetensors file and back, with no code in them."""

import json

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch.nn.parallel import DataParallel, DistributedDataParallel

PICKLE = "a pickle, which could run any code when it is read, so it is not read"


def pack(tensors, metadata):
    """The bytes of a safetensors file.

    Args:
        tensors: {name: tensor}, on any device.
        metadata: {name: str}.

    Raises:
        TypeError: for a tensor that the format can't hold, by its name, and for too much metadata.
    """
    for name, value in tensors.items():
        if not isinstance(value, torch.Tensor):
            raise TypeError(f"{name} can't be kept in a file: it is {value!r}, and not a tensor")
        if (
            value.is_complex()
            or value.is_quantized
            or value.is_meta
            or value.layout != torch.strided
        ):
            raise TypeError(
                f"{name} can't be kept in a file: it is {value.dtype}, {value.layout}, on "
                f"{value.device}; make it an ordinary tensor of real numbers"
            )
    copies = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    try:
        return save(copies, metadata)
    except SafetensorError as error:
        raise TypeError(
            f"this can't be kept in a file: {error}; its texts together must be under 100 MB, so "
            "keep large data as tensors"
        ) from None


def unpack(path):
    """The tensors and the metadata of a file, copied out of it in one read.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is cut short or damaged, or is a pickle.
    """
    content = path.read_bytes()
    try:
        tensors = load(content)
        header = 8 + int.from_bytes(content[:8], "little")
        return tensors, json.loads(content[8:header]).get("__metadata__") or {}
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        if content[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
            raise ValueError(f"{path} is {PICKLE}") from None
        raise ValueError(f"{path} is cut short or damaged ({error})") from None


def plain_model(model):
    """The model itself, where torch.compile or data-parallel training has put it into a wrapper."""
    while True:
        if isinstance(model, (DataParallel, DistributedDataParallel)):
            model = model.module
        elif hasattr(model, "_orig_mod"):
            model = model._orig_mod
        else:
            return model


def plain_names(model):
    """{the name that a tensor has without torch.compile: its name in ``model.state_dict()``}."""
    return {name.replace("_orig_mod.", ""): name for name in model.state_dict()}


def equal_but_rounding(a, b):
    """Whether the logits of two ways to compute the same are equal, but for what rounding changes.

    That is at most 100 times the last bit of the largest, with 16 bits at most 4 times.
    """
    a, b = a.nan_to_num(), b.nan_to_num()  # a broken model equals its copy, too
    rounding = torch.finfo(a.dtype).eps * a.abs().max()
    return bool((a - b).abs().max() <= (4 if a.dtype.itemsize < 4 else 100) * rounding)


def check_same(path, wanted, found):
    """Raise ValueError unless the file's tensors have the model's names and shapes."""
    wrong = [f"{name} is missing" for name in wanted.keys() - found.keys()]
    wrong += [f"{name} is not the model's" for name in found.keys() - wanted.keys()]
    wrong += [
        f"{name} is {tuple(found[name].shape)}, the model's {tuple(wanted[name].shape)}"
        for name in wanted.keys() & found.keys()
        if found[name].shape != wanted[name].shape
    ]
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError(
            f"{path} is of another model: {'; '.join(sorted(wrong)[:3])}{more}; give "
            "the configuration that these weights were trained with"
        )
