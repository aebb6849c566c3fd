"""A GPU for machines that have none: tensors in the CPU's memory that say they are elsewhere.

``OnGPU`` alone lets the code for GPUs run. Under ``PretendedGPU`` such tensors also refuse to mix with
those of the CPU, as the tensors of a real GPU do, so that a forgotten ``.to(device)`` is an error.
What it can't show: the rounding of a GPU's own kernels, 16 bits, speed and memory.
"""

import contextlib
import warnings
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode

GPU = torch.device("cuda", 0)


class OnGPU(torch.Tensor):
    """A tensor on the CPU that says it is on a GPU, so that the code for GPUs runs here."""

    is_cuda, is_cpu = True, False
    device = property(lambda self: GPU)


class Generator(torch.Generator):
    """In place of torch's own, one that can be on the pretended GPU too; its numbers are the CPU's."""

    def __new__(cls, device="cpu"):
        generator = super().__new__(cls)
        generator.place = GPU if on_gpu(device) else torch.device("cpu")
        return generator

    def __init__(self, device="cpu"):
        super().__init__()

    device = property(lambda self: self.place)


class Refusal(Exception):
    """What a real GPU would refuse, in torch's words."""


class Mixed(Refusal, RuntimeError): ...


class NoArray(Refusal, TypeError): ...


INSTEAD = [  # (where, name, what stands there while the GPU, a T4, is pretended)
    (torch, "Generator", Generator),
    (torch.cuda, "get_device_capability", lambda device=None: (7, 5)),
    (torch.cuda, "get_rng_state", lambda device=None: torch.zeros(8, dtype=torch.uint8)),
    (torch.cuda, "set_rng_state", lambda state, device=None: None),
    (torch.cuda, "synchronize", lambda device=None: None),
]
MOVES = {torch.Tensor.to, torch.Tensor.cpu, torch.Tensor.cuda}
TO_NUMPY = {torch.Tensor.numpy, torch.Tensor.__array__}
MAY_CROSS = {torch.Tensor.copy_, torch.Tensor.__setitem__, torch._has_compatible_shallow_copy_type}


class PretendedGPU(TorchFunctionMode):
    """While it is on, ``GPU`` is a device that tensors can be made on and moved to, and must agree on.

    What was refused is kept in ``refused``, for code that catches its errors.
    """

    def __enter__(self):
        self.refused, self.undo = [], contextlib.ExitStack()
        for where, name, what in INSTEAD:
            self.undo.enter_context(mock.patch.object(where, name, what))
        # Neither autocast nor the scaler can be had without CUDA: both then do nothing, and say so.
        self.undo.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", message=".*CUDA is not available")
        keep = torch.__future__.get_overwrite_module_params_on_conversion()
        self.undo.callback(torch.__future__.set_overwrite_module_params_on_conversion, keep)
        torch.__future__.set_overwrite_module_params_on_conversion(True)  # a moved weight is OnGPU
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.undo.close()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        try:
            return call(func, args, kwargs or {})
        except Refusal as refusal:
            self.refused.append(str(refusal))
            raise


def on_gpu(device):
    return device is not None and torch.device(device).type == "cuda"


def call(func, args, kwargs):
    """What the function gives on the pretended GPU. Raises Mixed or NoArray where a real one would."""
    if func in MOVES:
        return moved(func, *args, **kwargs)
    if func in TO_NUMPY and isinstance(args[0], OnGPU):
        raise NoArray("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first.")
    if func is torch.Tensor.__deepcopy__ and isinstance(args[0], OnGPU):
        return copied(*args)
    if func is torch.Tensor.__format__:  # which gives the number of a plain tensor alone
        return func(args[0].as_subclass(torch.Tensor), *args[1:])
    device = kwargs.get("device")
    if func not in MAY_CROSS:
        refuse_to_mix(func, args, kwargs, device)
    if on_gpu(device):
        kwargs = {name: value for name, value in kwargs.items() if name != "device"}
    result = func(*args, **kwargs)  # OnGPU if one of the arguments is
    if func == torch.Tensor.grad.__get__ and isinstance(args[0], OnGPU) and result is not None:
        return result.as_subclass(OnGPU)
    return result if device is None else place(result, device)


def place(tensor, device):
    """The tensor as one of the device; its numbers stay where they are."""
    return tensor.as_subclass(OnGPU if on_gpu(device) else torch.Tensor)


def copied(tensor, memo):
    """What ``copy.deepcopy`` gives: tensors that are shared stay shared, parameters parameters."""
    if id(tensor) not in memo:
        there = tensor.detach().clone().requires_grad_(tensor.requires_grad)
        if isinstance(tensor, torch.nn.Parameter):
            there._is_param = True
        memo[id(tensor)] = there
    return memo[id(tensor)]


def moved(func, tensor, *args, **kwargs):
    """What ``to``, ``cpu`` and ``cuda`` give: a copy if the device is another one."""
    device, dtype = {torch.Tensor.cpu: "cpu", torch.Tensor.cuda: GPU}.get(func), None
    if func is torch.Tensor.to:
        if args and isinstance(args[0], torch.Tensor):
            device, dtype = args[0].device, args[0].dtype
        else:
            device, dtype, *_ = torch._C._nn._parse_to(*args, **kwargs)
    device = tensor.device if device is None else torch.device(device)
    result = tensor if dtype is None else torch.Tensor.to(tensor, dtype)
    if device.type == "meta":
        return torch.Tensor.to(result, "meta")
    return result if device.type == tensor.device.type else place(result.clone(), device)


def refuse_to_mix(func, args, kwargs, device):
    """Raise Mixed if a function is given tensors of both devices; single numbers may mix."""
    given = [*tensors_in((args, kwargs))]
    there = [t for t in given if isinstance(t, OnGPU)]
    here = [t for t in given if not isinstance(t, OnGPU) and (t.dim() or t.is_meta)]
    if func is torch.Tensor.__getitem__:  # an index may be on the CPU
        here = [t for t in here if t is args[0]]
    if there and here:
        raise Mixed(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{here[0].device} and cuda:0! (in {getattr(func, '__name__', func)})"
        )
    source, wanted = kwargs.get("generator"), bool(there) or on_gpu(device)
    if source is not None and wanted != on_gpu(source.device):
        kind, found = "cuda" if wanted else "cpu", source.device.type
        raise Mixed(f"Expected a '{kind}' device type for generator but found '{found}'")


def tensors_in(value):
    """The tensors in an argument, or in lists, tuples and dictionaries of arguments."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(part)
