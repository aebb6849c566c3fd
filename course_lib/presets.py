"""Settings under a name: the sizes of a model, and how to train it."""

import inspect
import re
from dataclasses import fields

from course_lib.model import GPTConfig
from course_lib.modern import ModernConfig
from course_lib.train import TrainConfig

SMALL = {"n_layer": 4, "n_head": 4, "n_embd": 128}
MODERN = {"n_kv_head": 0, "warmup_steps": 0, "decay": "linear", "beta1": 0.8, "beta2": 0.95,
          "weight_decay": 0.0, "precision": "auto"}  # fmt: skip
PRESETS = {  # for each: what differs from the defaults of GPTConfig and TrainConfig
    "laptop": SMALL | {"block_size": 256, "batch_size": 8, "steps": 1300, "lr": 4e-3,
                       "warmup_steps": 65, "eval_every": 650, "precision": "auto"},
    "yardstick": SMALL | {"block_size": 64, "batch_size": 12, "steps": 760, "warmup_steps": 76,
                          "eval_every": 760, "precision": "auto"},
    "t4": {"n_layer": 6, "n_head": 6, "n_embd": 384, "block_size": 256, "dropout": 0.2,
           "batch_size": 64, "steps": 3000, "lr": 1e-3, "warmup_steps": 100, "precision": "auto"},
    "large": {"n_layer": 6, "n_head": 6, "n_embd": 384, "block_size": 256, "dropout": 0.2,
              "batch_size": 64, "steps": 5000, "lr": 1e-3, "warmup_steps": 100,
              "precision": "auto", "compile": True},
    "modern": SMALL | {"n_head": 2, "block_size": 64, "batch_size": 16, "steps": 115, **MODERN,
                       "lr": 3e-2, "muon_lr": 0.05, "momentum": 0.9, "eval_every": 115},
    "modern-long": SMALL | {"n_head": 2, "shifted_keys": True, "block_size": 256, "batch_size": 8,
                            "without_replacement": True, "steps": 1200, **MODERN, "lr": 1e-2,
                            "muon_lr": 0.03, "momentum": 0.9, "weight_decay": 0.1,
                            "eval_every": 1200},
    "modern-tales": SMALL | {"shifted_keys": True, "block_size": 256, "batch_size": 4,
                             "steps": 1000, **MODERN, "lr": 5e-3, "muon_lr": 0.01,
                             "eval_every": 1000},
}  # fmt: skip


def settings(preset, **changes):
    """How to train, and the sizes of the model: a preset with some of its settings changed.

    A run that is made shorter than its preset's warm-up warms up to its end.

    Args:
        preset: a name in ``PRESETS``.
        changes: fields of ``TrainConfig`` and ``GPTConfig``, for example ``steps=100``.
            ``vocab_size`` is the tokenizer's; a preset has none.

    Returns:
        ``(TrainConfig, GPTConfig)``, with the same ``block_size``; for the modern presets a
        ``ModernConfig``.

    Raises:
        ValueError: for another name, with the right ones, and for values that a configuration
            refuses.
    """
    if preset not in PRESETS:
        raise ValueError(f"no preset {preset!r}; there is {', '.join(PRESETS)}")
    sizes = ModernConfig if "n_kv_head" in PRESETS[preset] else GPTConfig
    kinds = {kind: {field.name for field in fields(kind)} for kind in (TrainConfig, sizes)}
    unknown = changes.keys() - set().union(*kinds.values())
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ValueError(
            f"no setting {names}; those of TrainConfig and {sizes.__name__} can be changed"
        )
    chosen = PRESETS[preset] | changes
    if "warmup_steps" not in changes and isinstance(chosen["steps"], int):
        chosen["warmup_steps"] = min(chosen["warmup_steps"], chosen["steps"])
    return tuple(kind(**{k: v for k, v in chosen.items() if k in kinds[kind]}) for kind in kinds)


def help_of(name):
    """A field's own sentence in its configuration's docstring, and its value in the presets."""
    kinds = TrainConfig, GPTConfig, ModernConfig
    sentence = {k: v for kind in kinds for k, v in _sentences(kind).items()}.get(name, "")
    values = {}
    for preset in PRESETS:
        for config in settings(preset):
            if hasattr(config, name):
                values[preset] = str(getattr(config, name)).lower()
    shown = ", ".join(f"{preset} {value}" for preset, value in values.items())
    if len(set(values.values())) == 1:
        shown = values[preset] if len(values) == len(PRESETS) else f"modern {values['modern']}"
    return f"{sentence.rstrip('.')} ({shown})".replace("%", "%%")


def _sentences(config):
    """What a configuration's docstring says of each field, by its name."""
    found, names = {}, []
    for line in (inspect.getdoc(config) or "").splitlines():  # python -OO has none
        entry = re.fullmatch(r"    (\w+(?:, \w+)*): (.+)", line)
        if entry:
            names = entry[1].split(", ")
            found |= dict.fromkeys(names, entry[2])
        elif line.startswith(" " * 8):
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def parameters_of(sizes):
    """How many parameters a model of these sizes has, without making it."""
    V, T, C, layers = sizes.vocab_size, sizes.block_size, sizes.n_embd, sizes.n_layer
    if isinstance(sizes, ModernConfig):
        shared = 2 * C * (sizes.n_kv_head or sizes.n_head) * (C // sizes.n_head)  # keys, values
        return (2 * V + 1) * C + layers * (10 * C * C + shared)
    return (V + T + 2) * C + layers * (12 * C + 13) * C


def least_memory(config, sizes, rows, device, world_size):
    """Bytes that training takes at the least, in each of its processes.

    Counted are parameters, gradients and AdamW's averages, and on a CPU the (T, T) tables of
    attention, which grow fastest: those that all layers keep for the backward pass, or, if that is
    more, the two that one layer needs while it evaluates rows of 1,024 tokens at a time.

    Args:
        config, sizes: as from ``settings``.
        rows: how many there are to evaluate on.
        device: a ``torch.device``.
        world_size: how many processes share the rows.
    """
    numbers, table = 4 * parameters_of(sizes), 4 * sizes.block_size**2
    training, evaluation = 4 * numbers, 3 * numbers
    if device.type == "cpu":
        part = config.batch_size // (config.accumulate * world_size)
        kept = 0 if config.compile else part * sizes.n_layer * sizes.n_head * table
        training += kept if config.precision == "float32" else kept // 2
        at_a_time = min(-(-rows // world_size), max(1, 1024 // sizes.block_size))
        evaluation += 2 * at_a_time * sizes.n_head * table
    return max(training, evaluation)
