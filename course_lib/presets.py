"""Settings under a name: the sizes of a model, and how to train it."""

from dataclasses import fields

from course_lib.model import GPTConfig
from course_lib.train import TrainConfig

SMALL = {"n_layer": 4, "n_head": 4, "n_embd": 128}
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
}  # fmt: skip


def settings(preset, **changes):
    """How to train, and the sizes of the model: a preset with some of its settings changed.

    A run that is made shorter than its preset's warm-up warms up to its end.

    Args:
        preset: a name in ``PRESETS``.
        changes: fields of ``TrainConfig`` and ``GPTConfig``, for example ``steps=100``. ``vocab_size`` is
            the tokenizer's; a preset has none.

    Returns:
        ``(TrainConfig, GPTConfig)``, with the same ``block_size``.

    Raises:
        ValueError: for another name, with the right ones, and for values that a configuration refuses.
    """
    if preset not in PRESETS:
        raise ValueError(f"no preset {preset!r}; there is {', '.join(PRESETS)}")
    kinds = {kind: {field.name for field in fields(kind)} for kind in (TrainConfig, GPTConfig)}
    unknown = changes.keys() - set().union(*kinds.values())
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ValueError(f"no setting {names}; those of TrainConfig and GPTConfig can be changed")
    chosen = PRESETS[preset] | changes
    if "warmup_steps" not in changes and isinstance(chosen["steps"], int):
        chosen["warmup_steps"] = min(chosen["warmup_steps"], chosen["steps"])
    return tuple(kind(**{k: v for k, v in chosen.items() if k in kinds[kind]}) for kind in kinds)
