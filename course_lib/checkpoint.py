"""Checkpoints: one safetensors file that is there whole or not at all, and holds no code."""

import json
import os
from dataclasses import asdict, is_dataclass
from pathlib import Path

import torch

from course_lib.bpe import BPETokenizer
from course_lib.bpe_files import bpe_names, from_names
from course_lib.files import write_whole
from course_lib.model import GPTConfig
from course_lib.modern import ModernConfig, make_model
from course_lib.tensors import check_same, pack, plain_model, plain_names, unpack
from course_lib.tokenizer import CharTokenizer

SHIPPED_MODEL = Path(__file__).parent / "pretrained" / "tales.safetensors"
SHAPED = "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer"  # like their parameters
FLAGS = {"foreach", "maximize", "capturable", "differentiable", "fused", "decoupled_weight_decay"}


def save_checkpoint(path, model, optimizer=None, **info):
    """Write everything that a run needs to go on, so that at no moment half a file stands at path.

    The file is written beside its place, flushed to the disk, and moved there. On Linux and macOS
    what a process that was killed in the middle of this left is removed.

    Args:
        path: of the file; its folder is made if it is missing.
        model: an nn.Module; if it has a dataclass as ``config``, that is kept too. Of a compiled or
            data-parallel model the model itself is kept.
        optimizer: a torch.optim.Optimizer whose state is kept, or None.
        info: what JSON gives back as it was (texts, numbers, lists, dictionaries with texts as
            keys), and tensors.

    Raises:
        OSError: if the folder can't be written; what stood at path is left as it was.
        TypeError: for an entry of info that could not be given back, by its name.
        ValueError: for an entry of info by a name that the checkpoint itself uses.
    """
    write_whole({Path(path).expanduser(): as_checkpoint(model, optimizer, info)})


def as_checkpoint(model, optimizer, info, owner=""):
    """The bytes of a checkpoint, with a text for ``owner_of``; raises as ``save_checkpoint``."""
    model = plain_model(model)
    state = model.state_dict()
    tensors = {f"model.{plain}": state[name] for plain, name in plain_names(model).items()}
    config = config_as_json(model)
    used = {"model_config": config} if config else {}
    if optimizer is not None:
        state = optimizer.state_dict()
        used = {"param_groups": state["param_groups"]} | used
        used["param_names"] = _names_of_parameters(model, optimizer)
        for i, entries in state["state"].items():
            tensors |= {f"optimizer.{i}.{name}": value for name, value in entries.items()}
    kept = {}
    for name, value in info.items():
        tensor = isinstance(value, torch.Tensor)
        if name in ("param_groups", "param_names") or (
            name in used and (tensor or value != used[name])
        ):
            raise ValueError(f"a checkpoint itself keeps {name}; give info another name than that")
        if tensor:
            tensors[f"info.{name}"] = value
        else:
            kept[name] = _unchanged_by_json(name, value)
    metadata = {"course_lib": json.dumps(kept | used)}
    return pack(tensors, metadata | ({"owner": owner} if owner else {}))


def _names_of_parameters(model, optimizer):
    """The model's names for an optimizer's parameters, in the order of its state."""
    names = {id(p): name.replace("_orig_mod.", "") for name, p in model.named_parameters()}
    return [names.get(id(p), "") for group in optimizer.param_groups for p in group["params"]]


def config_as_json(model):
    """A model's dataclass ``config`` as JSON gives it back; {} for a model without one."""
    config = getattr(plain_model(model), "config", None)
    if not is_dataclass(config):
        return {}
    return {name: _through_json(f"config.{name}", v) for name, v in asdict(config).items()}


def _unchanged_by_json(name, value):
    """The value, if JSON gives it back as it was; else raise TypeError."""
    back = _through_json(name, value)
    if repr(back) != repr(value) and back != value:
        raise TypeError(
            f"{name}={value!r} would come back from a checkpoint as {back!r}; give that instead"
        )
    return value


def _through_json(name, value):
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name}={value!r} can't be kept in a checkpoint: {error}. Give a text, a number, a "
            "list or a dictionary of these, for example str(...), float(...) or .tolist()"
        ) from None


def owner_of(path):
    """The owner and the step in a checkpoint; None where none can be read."""
    try:
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        metadata = header["__metadata__"]
        return metadata.get("owner", ""), json.loads(metadata["course_lib"]).get("step")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


class Checkpoint:
    """A checkpoint, read once: all of it is from one moment and depends on no file.

    Attributes:
        info: what was given to ``save_checkpoint``, with ``model_config``, a dict.
        owner: what was given to ``as_checkpoint``.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is cut short, damaged, edited, a pickle, or no checkpoint.
    """

    def __init__(self, path):
        self.path = path = Path(path).expanduser()
        if not path.is_file():
            raise FileNotFoundError(_not_there(path))
        parts = {"model": {}, "optimizer": {}, "info": {}}
        try:
            tensors, metadata = unpack(path)
            info = json.loads(metadata["course_lib"])
            for name, value in tensors.items():
                part, _, key = name.partition(".")
                parts[part][key] = value
            self.groups = info.pop("param_groups", None)
            self.names = info.pop("param_names", None)  # older ones have none
            self.info = info | parts["info"]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            kind = str(error).removeprefix(f"{path} ")
            if "a pickle" not in kind:
                kind = f"is cut short, damaged, or no checkpoint of this course ({error})"
            raise ValueError(f"{path} {kind}; use another one, or train again") from None
        self.weights, self.memory = parts["model"], parts["optimizer"]
        self.owner = metadata.get("owner", "")

    def put_into(self, model=None, optimizer=None):
        """Put the weights and the optimizer's state in their places: both or, if one fails, none.

        Raises:
            ValueError: for another model or optimizer, with what differs.
        """
        if model is not None:
            model = plain_model(model)
            names, state = plain_names(model), model.state_dict()
            check_same(
                self.path, {plain: state[name] for plain, name in names.items()}, self.weights
            )
        if optimizer is not None:
            self._put_memory_into(optimizer, model)
        if model is not None:
            model.load_state_dict({name: self.weights[plain] for plain, name in names.items()})

    def _put_memory_into(self, optimizer, model):
        if self.groups is None:
            raise ValueError(
                f"{self.path} holds a model alone; training can't go on from it: give the "
                "checkpoint of a run, or begin a new run in another folder"
            )
        state, own = {}, optimizer.state_dict()["param_groups"]
        params = [p for group in optimizer.param_groups for p in group["params"]]
        try:
            groups = [_fitting(*pair) for pair in zip(self.groups, own, strict=True)]
            for key, value in sorted(self.memory.items()):
                i, name = key.split(".", 1)
                if name in SHAPED and value.shape != params[int(i)].shape:
                    raise ValueError(f"{name} of parameter {i} is {tuple(value.shape)}")
                state.setdefault(int(i), {})[name] = value.clone()  # load_state_dict would share it
            if (
                model is not None and self.names is not None
            ):  # the state knows them by numbers alone
                _check_order(self.names, _names_of_parameters(model, optimizer))
            optimizer.load_state_dict({"state": state, "param_groups": groups})
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(
                f"{self.path} is of another optimizer ({error}); give the one it was saved with, "
                "with the same parameter groups"
            ) from None


def _check_order(names, own):
    """Raise ValueError if an optimizer's parameters are not those of these names, in this order."""
    for number, (was, now) in enumerate(zip(names, own, strict=True)):
        if was != now:
            raise ValueError(f"its parameter {number} was {was}, is {now}: the order is another")


def _fitting(group, own):
    """A parameter group out of JSON, if it fits the optimizer's ``own``; else ValueError."""
    missing = own.keys() - group.keys() - FLAGS
    if missing or group["params"] != own["params"]:
        what = f"without {', '.join(sorted(missing))}" if missing else "of other parameters"
        raise ValueError(f"its parameter groups are {what}")
    rule = "decoupled_weight_decay"
    if group.get(rule, own.get(rule)) != own.get(rule):
        raise ValueError(f"{rule} was {group[rule]}, is {own.get(rule)}")
    tuples = {k: tuple(group[k]) for k, v in own.items() if isinstance(v, tuple)}  # JSON has none
    return group | tuples


def _not_there(path):
    """What to say of a file that is not there: the whole path, and one that may be meant."""
    if path.is_dir():
        return (
            f"no checkpoint at {path}: it is a folder; give the file in it, or the folder of a run"
        )
    if path.is_absolute():
        return f"no checkpoint at {path}; give a checkpoint's file or the folder of a run"
    above = (folder / path for folder in Path.cwd().parents)
    meant = next((place for place in above if find_checkpoint(place).is_file()), None)
    advice = f"there is one at {meant}: give that path" if meant else "give the whole path"
    return f"no checkpoint at {path} (looked for {path.absolute()}); {advice}"


def load_checkpoint(path, model=None, optimizer=None):
    """Read a checkpoint, and put its weights and state into a model and an optimizer.

    Returns:
        What was given to ``save_checkpoint`` as ``info``, with ``model_config``, a dict.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that is cut short, is a pickle, or is of another model or optimizer,
            with what differs; model and optimizer are then as they were.
    """
    checkpoint = Checkpoint(path)
    checkpoint.put_into(model, optimizer)
    return checkpoint.info


def find_checkpoint(path="tales"):
    """The file of a checkpoint's own path, a run's folder, or "tales", the shipped model.

    Raises:
        ValueError: for "tales", if a checkpoint or run of this name is here as well.
    """
    if path != "tales":  # a Path is one's own in any case
        path = Path(path).expanduser()
        return path / "checkpoint.safetensors" if path.is_dir() else path
    if os.path.isfile(path) or os.path.isfile(os.path.join(path, "checkpoint.safetensors")):
        raise ValueError(
            f'"tales" is the model that comes with the course, and there is one at '
            f'{Path(path).absolute()} as well; give "./tales" for that one, or rename it'
        )
    return SHIPPED_MODEL


def tokenizer_info(tokenizer):
    """What a checkpoint keeps of a tokenizer, so that ``load_model`` gives it back.

    It is given as info: ``train(model, corpus, config, out, **tokenizer_info(tokenizer))``.

    Raises:
        TypeError: for something else than a ``CharTokenizer`` or a ``BPETokenizer``.
    """
    if isinstance(tokenizer, CharTokenizer):
        return {"characters": tokenizer.characters}
    if isinstance(tokenizer, BPETokenizer):
        return {"tokenizer": bpe_names(tokenizer.tokens, tokenizer.merges, tokenizer.special)}
    raise TypeError(
        f"a checkpoint keeps a CharTokenizer or a BPETokenizer, got {tokenizer!r:.60}; give one of "
        "these"
    )


def tokenizer_of(checkpoint):
    """The tokenizer that a ``Checkpoint`` keeps.

    Raises:
        ValueError: if it keeps none, or the entry is damaged.
    """
    names, characters = (checkpoint.info.get(name) for name in ("tokenizer", "characters"))
    if names is not None:
        try:
            return BPETokenizer(*from_names(checkpoint.path, checkpoint.path, **names))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError(
                f"{checkpoint.path} was edited or damaged: its tokenizer is not one that a run has "
                "written; use another checkpoint, or train again"
            ) from None
    if isinstance(characters, str) and characters:
        tokenizer = CharTokenizer(characters)
        if tokenizer.characters == characters:
            return tokenizer
    raise _unknown_model(checkpoint)


def settings_in(info, kind):
    """The "train_config" or the "model_config" in a checkpoint's info, a dict.

    What is younger than the checkpoint is as everything was before it.
    """
    found = info.get(kind, {})
    if kind == "train_config":
        return {"without_replacement": False} | found
    return {"shifted_keys": False} | found if "n_kv_head" in found else found


def model_of(checkpoint):
    """The GPT or ModernGPT in a ``Checkpoint`` and its tokenizer, as ``load_model`` gives them.

    Raises:
        ValueError: if it does not say which GPT and tokenizer it was made with, or the two don't
            fit.
    """
    tokenizer = tokenizer_of(checkpoint)
    try:
        sizes = settings_in(checkpoint.info, "model_config")
        config = (ModernConfig if "n_kv_head" in sizes else GPTConfig)(**sizes)
        fits = sizes.keys() == asdict(config).keys() and tokenizer.vocab_size == config.vocab_size
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise _unknown_model(checkpoint)
    model = make_model(config)
    checkpoint.put_into(model)
    return model.eval(), tokenizer


def _unknown_model(checkpoint):
    return ValueError(
        f"{checkpoint.path} does not say which GPT and characters it was made with; load it with "
        "load_checkpoint(path, model), where model is one of the same sizes"
    )


def load_model(path="tales"):
    """A trained GPT or ModernGPT and its tokenizer, ready to write.

    Args:
        path: a checkpoint, the folder of a run, or "tales" for the model that comes with the
            course.

    Returns:
        ``(model, tokenizer)``, a ``CharTokenizer`` or a ``BPETokenizer``; the model is in eval
        mode, on the CPU.

    Raises:
        FileNotFoundError, ValueError: as ``load_checkpoint``; for "tales" if a model of one's own
            is here under this name.
    """
    return model_of(Checkpoint(find_checkpoint(path)))
