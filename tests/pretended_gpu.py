"""A GPU for machines that have none: tensors in the CPU's memory that say they are elsewhere.

``OnGPU`` alone lets the code for GPUs run. Under ``PretendedGPU`` such tensors also refuse to mix with
those of the CPU, as the tensors of a real GPU do, so that a forgotten ``.to(device)`` is an error.
What no stand-in can show: the rounding of a GPU's own kernels, its speed, and its memory.
"""

import warnings
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode

GPU = torch.device("cuda", 0)


class OnGPU(torch.Tensor):
    """A tensor on the CPU that says it is on a GPU, so that the code for GPUs runs here."""

    is_cuda, is_cpu = True, False
    device = property(lambda self: GPU)


class GeneratorOnGPU(torch.Generator):
    """Random numbers of the pretended GPU; the numbers are the CPU's."""

    device = property(lambda self: GPU)


def generator(device="cpu"):
    """In place of ``torch.Generator``."""
    return GeneratorOnGPU() if torch.device(device).type == "cuda" else REAL_GENERATOR()


REAL_GENERATOR = torch.Generator
MOVES = {torch.Tensor.to, torch.Tensor.cpu, torch.Tensor.cuda}
TO_NUMPY = {torch.Tensor.numpy, torch.Tensor.__array__}
MAY_CROSS = {torch.Tensor.copy_, torch.Tensor.__setitem__, torch._has_compatible_shallow_copy_type}


class Refusal(Exception):
    """What a real GPU would have refused, in its own words."""


class Mixed(Refusal, RuntimeError): ...


class NoArray(Refusal, TypeError): ...


class PretendedGPU(TorchFunctionMode):
    """While it is on, ``GPU`` is a device that tensors can be made on and moved to, and must agree on.

    What was refused is kept in ``refused``, for code that catches its errors.
    """

    def __enter__(self):
        self.refused = []
        self.patches = [
            mock.patch.object(torch, "Generator", generator),
            mock.patch.object(torch.cuda, "get_device_capability", lambda device=None: (7, 5)),
            mock.patch.object(
                torch.cuda, "get_rng_state", lambda device=None: torch.zeros(8).byte()
            ),
            mock.patch.object(torch.cuda, "set_rng_state", lambda state, device=None: None),
            mock.patch.object(torch.cuda, "synchronize", lambda device=None: None),
            warnings.catch_warnings(),
        ]
        for patch in self.patches:
            patch.__enter__()
        # Neither autocast nor the scaler can be had without CUDA: both then do nothing, and say so.
        warnings.filterwarnings("ignore", message=".*CUDA is not available")
        self.overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
        torch.__future__.set_overwrite_module_params_on_conversion(True)  # a moved weight is OnGPU
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        torch.__future__.set_overwrite_module_params_on_conversion(self.overwrite)
        for patch in reversed(self.patches):
            patch.__exit__(*error)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        try:
            return self.call(func, args, kwargs)
        except Refusal as refusal:
            self.refused.append(str(refusal))
            raise

    def call(self, func, args, kwargs):
        if func in MOVES:
            return moved(func, *args, **kwargs)
        if func in TO_NUMPY and isinstance(args[0], OnGPU):
            raise NoArray(
                "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor "
                "to host memory first."
            )
        if func is torch.Tensor.__format__:  # which gives the number of a plain tensor alone
            return func(args[0].as_subclass(torch.Tensor), *args[1:])
        device = kwargs.get("device")
        if isinstance(device, str | torch.device) and torch.device(device).type == "cuda":
            del kwargs["device"]
        if func not in MAY_CROSS:
            refuse_to_mix(func, args, kwargs, device)
        result = func(*args, **kwargs)
        if func == torch.Tensor.grad.__get__ and isinstance(args[0], OnGPU):
            return result if result is None else result.as_subclass(OnGPU)
        if device is None:
            return result
        return place(result, torch.device(device))


def place(tensor, device):
    """The tensor as one of the device; its numbers stay where they are."""
    return tensor.as_subclass(OnGPU if device.type == "cuda" else torch.Tensor)


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
    """Raise what torch raises if a function is given tensors of both devices; single numbers may mix."""
    given = [*tensors_in((args, kwargs))]
    there = [t for t in given if isinstance(t, OnGPU)]
    here = [t for t in given if not isinstance(t, OnGPU) and (t.dim() or t.device.type == "meta")]
    if func is torch.Tensor.__getitem__:  # an index may be on the CPU
        here = [t for t in here if t is args[0]]
    if there and here:
        raise Mixed(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{here[0].device} and cuda:0! (in {getattr(func, '__name__', func)})"
        )
    source = kwargs.get("generator")
    on_gpu = bool(there) or (device is not None and torch.device(device).type == "cuda")
    if source is not None and on_gpu != isinstance(source, GeneratorOnGPU):
        raise Mixed(
            f"Expected a '{'cuda' if on_gpu else 'cpu'}' device type for generator but found "
            f"'{source.device.type}'"
        )


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from tensors_in(part)
    elif isinstance(value, dict):
        yield from tensors_in([*value.values()])
