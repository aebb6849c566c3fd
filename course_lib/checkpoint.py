"""Checkpoints: one safetensors file that is there whole or not at all, and holds no code.

And GPT-2's own weights, in the folder that ``transformers`` reads and writes.
"""

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
from safetensors.torch import load_file, save

from course_lib.generation import is_as_made
from course_lib.model import GPT, GPTConfig
from course_lib.tokenizer import CharTokenizer

SHIPPED = Path(__file__).parent / "pretrained"
LIFE = secrets.token_hex(4)  # with a process's id, which may be given again, it names one process
PICKLE = "a pickle, which could run any code when it is read, so it is not read"
GPT2_NAMES = {  # what this model's parts are called in GPT-2's files; "norm." after the other norms
    "token_embedding": "wte", "position_embedding": "wpe", "blocks": "h", "norm1": "ln_1",
    "norm2": "ln_2", "norm.": "ln_f.", "attention.qkv": "attn.c_attn", "attention.out": "attn.c_proj",
    "feed_forward.up": "mlp.c_fc", "feed_forward.down": "mlp.c_proj",
}  # fmt: skip
GPT2_SIZES = {"vocab_size": "vocab_size", "block_size": "n_positions", "n_layer": "n_layer",
              "n_head": "n_head", "n_embd": "n_embd", "dropout": "resid_pdrop"}  # fmt: skip
GPT2_ONLY = {  # of the settings that change what is computed, the values that this model computes
    "model_type": ["gpt2"], "activation_function": ["gelu_new", "gelu_pytorch_tanh"],
    "layer_norm_epsilon": [1e-5], "scale_attn_weights": [True], "tie_word_embeddings": [True],
    "scale_attn_by_inverse_layer_idx": [False], "add_cross_attention": [False],
}  # fmt: skip


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
    _write({path: _as_bytes(tensors, {"course_lib": json.dumps(plain)})})


def _as_bytes(tensors, metadata):
    return save({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}, metadata)


def _write(files):
    """Write files of one folder, {path: bytes}, beside their places, and move them there when all are whole.

    New files never stand among older ones: what is moved last is taken away first.
    """
    first, *others = files
    try:
        first.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(first)
        prefix = f".{first.name}.{os.getpid()}.{LIFE}."
        with tempfile.TemporaryDirectory(prefix=prefix, dir=first.parent) as folder:
            for path, content in files.items():
                with open(Path(folder, path.name), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for path in others:
                path.unlink(missing_ok=True)
            for path in files:
                os.replace(Path(folder, path.name), path)
    except OSError as error:
        raise OSError(
            f"{first} can't be written ({error}); choose a folder that can be, with room in it"
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
            # Copies: what is read stays in the file, and Windows replaces no file that is in use.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, ValueError) as error:
        start = path.read_bytes()[:2]
        if start in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
            kind = f"is {PICKLE}"
        else:
            kind = f"is cut short, damaged, or no checkpoint of this course ({error})"
        raise ValueError(f"{path} {kind}; use another one, or train again") from None
    parts = {"model": {}, "optimizer": {}, "info": {}}
    for name, value in tensors.items():
        part, _, key = name.partition(".")
        parts.setdefault(part, {})[key] = value
    if model is not None:
        _check_same(path, model.state_dict(), parts["model"])
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


def _check_same(path, wanted, found):
    """Raise ValueError unless the file's tensors have the model's names and shapes."""
    wrong = [f"{name} is missing" for name in wanted.keys() - found.keys()]
    wrong += [f"{name} is not the model's" for name in found.keys() - wanted.keys()]
    wrong += [f"{name} is {tuple(found[name].shape)}, the model's {tuple(wanted[name].shape)}"
              for name in wanted.keys() & found.keys() if found[name].shape != wanted[name].shape]  # fmt: skip
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError(
            f"{path} is of another model: {'; '.join(sorted(wrong)[:3])}{more}; give "
            "the configuration that these weights were trained with"
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


def from_pretrained(name="openai-community/gpt2"):
    """GPT-2's weights, or those of another model of its architecture, in a GPT of this course.

    Args:
        name: a folder with ``config.json`` and ``model.safetensors`` (or its shards and their index), as
            ``save_pretrained`` and ``transformers`` write it; or else a repository on huggingface.co,
            which is downloaded once.

    Returns:
        A GPT in eval mode, on the CPU, with parameters in float32 whatever the files hold.

    Raises:
        OSError: if there is no such folder, and no such repository can be reached.
        ValueError: for a folder without config or without weights in safetensors, for a damaged file,
            another architecture, a setting that this model lacks, and tensors that are missing, left
            over, or of another shape; with what differs.
    """
    folder = Path(name) if Path(name).is_dir() else _download(str(name))
    try:
        settings = dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        sizes = {ours: settings[key] for ours, key in GPT2_SIZES.items() if key in settings}
        config = GPTConfig(**sizes)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{folder} has no config.json of a GPT-2: {error}") from None
    absent = {"n_inner": [None, 4 * config.n_embd], "quantization_config": [None]}
    for setting, known in (GPT2_ONLY | absent).items():
        if settings.get(setting, known[0]) not in known:
            raise ValueError(
                f"{folder} has {setting}={settings[setting]!r}, and this GPT can do only "
                f"{' or '.join(map(repr, known))}; choose a model of GPT-2's architecture"
            )
    found = _read_gpt2(folder)
    with torch.device("meta"):  # shapes without numbers, so that wrong sizes cost no memory
        state = GPT(config).state_dict()
    _check_same(folder, _to_gpt2(state), found)
    model = GPT(config)
    names = {name: _gpt2_name(name) for name in state}
    model.load_state_dict({ours: _turned(key, found[key]) for ours, key in names.items()})
    return model.eval()


def save_pretrained(model, folder):
    """Write a GPT as ``config.json`` and ``model.safetensors``, which ``transformers`` loads as a GPT-2.

    Files of these two names that are there already are replaced. At no moment does half a file stand
    there, or a new one beside an old one.

    Raises:
        OSError: if the folder can't be written.
        ValueError: for a model that GPT-2's format can't express, because its parts were changed.
    """
    if not is_as_made(model):
        raise ValueError(
            "the model's parts are not those of GPT(model.config), and GPT-2's format knows no others; "
            "keep it with save_checkpoint, or undo the change"
        )
    weights = {f"transformer.{k}": v for k, v in _to_gpt2(model.state_dict()).items()}
    settings = {setting: known[0] for setting, known in GPT2_ONLY.items()}
    settings |= {theirs: getattr(model.config, ours) for ours, theirs in GPT2_SIZES.items()}
    settings |= {"embd_pdrop": model.config.dropout, "attn_pdrop": model.config.dropout}
    settings |= {"architectures": ["GPT2LMHeadModel"], "n_inner": None}
    settings["dtype"] = str(model.norm.weight.dtype).removeprefix("torch.")
    if model.config.vocab_size != GPTConfig.vocab_size:  # only GPT-2's own has a token for the end
        settings |= {"bos_token_id": None, "eos_token_id": None}
    folder = Path(folder)
    _write({folder / "model.safetensors": _as_bytes(weights, {"format": "pt"}),
            folder / "config.json": json.dumps(settings, indent=2).encode()})  # fmt: skip


def _gpt2_name(name):
    for ours, theirs in GPT2_NAMES.items():
        name = name.replace(ours, theirs)
    return name


def _turned(name, value):
    """GPT-2's files keep the matrices of linear layers as (in, out), nn.Linear as (out, in)."""
    return value.mT if ".c_" in name and value.dim() == 2 else value


def _to_gpt2(state):
    return {_gpt2_name(name): _turned(_gpt2_name(name), value) for name, value in state.items()}


def _read_gpt2(folder):
    """The tensors of a folder by the names of the first GPT-2's files, without masks."""
    index, files = folder / "model.safetensors.index.json", ["model.safetensors"]
    try:
        if index.exists() and not (folder / files[0]).exists():  # a large model has several
            files = {*json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()}
        tensors, parts = {}, [load_file(folder / name) for name in sorted(files)]
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        pickled = [path.name for path in folder.glob("*.bin")]
        why = f"{pickled[0]} is {PICKLE}" if pickled else error
        raise ValueError(f"{folder} has no model.safetensors that can be read: {why}") from None
    for name, value in (pair for part in parts for pair in part.items()):
        short = name.removeprefix("transformer.")
        if short.endswith((".attn.bias", ".attn.masked_bias")):
            continue
        if short in tensors:
            raise ValueError(f"{folder} holds {short} more than once; get its files again")
        if not value.is_floating_point():
            raise ValueError(
                f"{folder} holds {short} as {value.dtype}; choose a model in 16 or 32 bits"
            )
        tensors[short] = value
    head = tensors.pop("lm_head.weight", None)
    if head is not None and not torch.equal(tensors.setdefault("wte.weight", head), head):
        raise ValueError(
            f"{folder} has an output matrix of its own, lm_head.weight; this GPT's is the token "
            "embedding: choose a model whose two are tied"
        )
    return tensors


def _download(name):
    from huggingface_hub import snapshot_download  # here, so that nothing else needs it

    files = ["config.json", "model*.safetensors", "model.safetensors.index.json"]
    try:
        return Path(snapshot_download(name, allow_patterns=files))
    except (OSError, ValueError) as error:
        raise OSError(
            f"{name} is no folder here, and as a repository it can't be had from huggingface.co "
            f"({type(error).__name__}). Check the name and the network; without a network, give a folder "
            "that holds the model, or go on with load_model('tales')"
        ) from error
