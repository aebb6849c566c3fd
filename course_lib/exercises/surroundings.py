"""What surrounds an answer in its notebook: settings, random states, what is printed and shown."""

import contextlib
import os
import random
import sys
import warnings

import torch


@contextlib.contextmanager
def untouched():
    """Leave random states, settings, folder, standard output and warnings as they were."""
    kept, streams = [], (sys.stdout, sys.stderr)
    for get, put_back in _settings():
        # the folder may be gone, and the name of torch's print options is not public
        with contextlib.suppress(OSError, AttributeError):
            kept.append((put_back, get()))
    with _nothing_displayed(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.stdout, sys.stderr = streams
            for put_back, value in kept:
                with contextlib.suppress(OSError):  # the answer has removed the folder
                    put_back(value)


def _settings():
    """(how to read it, how to set it) for everything that an answer might leave changed."""
    settings = [
        (random.getstate, random.setstate),
        (torch.get_rng_state, torch.set_rng_state),
        (torch.get_default_dtype, torch.set_default_dtype),
        (torch.get_num_threads, torch.set_num_threads),
        (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
        (sys.getrecursionlimit, sys.setrecursionlimit),
        (os.getcwd, os.chdir),
        (lambda: dict(os.environ), _set_environment),
        (lambda: vars(torch._tensor_str.PRINT_OPTS).copy(), lambda o: torch.set_printoptions(**o)),
    ]
    numpys = getattr(sys.modules.get("numpy"), "random", None)
    if hasattr(numpys, "get_state"):
        settings.append((numpys.get_state, numpys.set_state))
    if torch.cuda.is_initialized():
        settings.append((torch.cuda.get_rng_state_all, torch.cuda.set_rng_state_all))
    return settings


def _set_environment(variables):
    if dict(os.environ) != variables:
        os.environ.clear()
        os.environ.update(variables)


@contextlib.contextmanager
def _nothing_displayed():
    """Keep what IPython would display, twenty times, out of the notebook; close new figures."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = pyplot.get_fignums() if pyplot else []
    with contextlib.ExitStack() as stack:
        if "IPython.core.interactiveshell" in sys.modules:
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output(stdout=False, stderr=False, display=True))
        yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else []:
        if number not in figures:
            pyplot.close(number)


@contextlib.contextmanager
def usual_modes():
    """Gradients on, inference mode off, tensors on the CPU, whatever the notebook has switched."""
    with contextlib.ExitStack() as modes:
        modes.enter_context(torch.inference_mode(False))
        modes.enter_context(torch.enable_grad())
        if torch.get_default_device().type != "cpu":
            modes.enter_context(torch.device("cpu"))
        yield


def switched_off():
    """A sentence about gradients that are switched off here, in the notebook, or None."""
    if torch.is_inference_mode_enabled():
        return (
            "Inference mode is on in your notebook, so nothing there has a gradient: call check "
            "outside of torch.inference_mode(), or restart the kernel if a cell has left it on."
        )
    if not torch.is_grad_enabled():
        return (
            "Gradients are switched off in your notebook, and check has them on: "
            "torch.set_grad_enabled(True) switches them on again."
        )
    return None
