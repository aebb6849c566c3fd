"""The shapes that a model's parts take in and hand out, measured by running it, in letters."""

import torch

from course_lib.model import GPT, GPTConfig

# No two sizes are equal, so that a number has one letter.
SIZES = {"B": 7, "T": 5, "H": 6, "D": 4, "C": 24, "4C": 96, "3C": 72, "V": 53, "n_layer": 9,
         "block_size": 11}  # fmt: skip


def tiny():
    """A GPT of SIZES, in evaluation mode."""
    torch.manual_seed(0)
    return GPT(
        GPTConfig(SIZES["V"], SIZES["block_size"], SIZES["n_layer"], SIZES["H"], SIZES["C"])
    ).eval()


def in_letters(shape):
    """(7, 5, 24) as "(B, T, C)"; 1 and 2 stay numbers."""
    names = {size: letter for letter, size in SIZES.items()}
    return "(" + ", ".join(names.get(size, str(size)) for size in shape) + ")"


def measured(model, *inputs):
    """{name of a part: (shape in, shape out)} of one run of the model."""
    found = {}

    def note(name):
        def hook(module, given, out):
            found.setdefault(name, (in_letters(given[0].shape), in_letters(out.shape)))

        return hook

    hooks = [part.register_forward_hook(note(name)) for name, part in model.named_modules()]
    with torch.no_grad():
        model(*inputs)
    for hook in hooks:
        hook.remove()
    return found
