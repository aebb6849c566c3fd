"""GPT-2's own weights, in the folder that ``transformers`` reads and writes."""

import json
from pathlib import Path

import torch
from safetensors.torch import load

from course_lib.files import write_whole
from course_lib.model import GPT, GPTConfig
from course_lib.tensors import (
    PICKLE,
    check_same,
    equal_but_rounding,
    pack,
    plain_model,
    unpack,
)

GPT2_NAMES = {  # what this model's parts are called in GPT-2's files; "norm." after the other norms
    "token_embedding": "wte", "position_embedding": "wpe", "blocks": "h",
    "norm1": "ln_1", "norm2": "ln_2", "norm.": "ln_f.",
    "attention.qkv": "attn.c_attn", "attention.out": "attn.c_proj",
    "feed_forward.up": "mlp.c_fc", "feed_forward.down": "mlp.c_proj",
}  # fmt: skip
GPT2_SIZES = {"vocab_size": "vocab_size", "block_size": "n_positions", "n_layer": "n_layer",
              "n_head": "n_head", "n_embd": "n_embd", "dropout": "resid_pdrop"}  # fmt: skip
GPT2_ONLY = {  # of the settings that change what is computed, the values that this model computes
    "model_type": ["gpt2"], "activation_function": ["gelu_new", "gelu_pytorch_tanh"],
    "layer_norm_epsilon": [1e-5], "scale_attn_weights": [True], "tie_word_embeddings": [True],
    "scale_attn_by_inverse_layer_idx": [False], "add_cross_attention": [False],
}  # fmt: skip


def from_pretrained(name="openai-community/gpt2"):
    """GPT-2's weights, or those of another model of its architecture, in a GPT of this course.

    Args:
        name: a folder with ``config.json`` and ``model.safetensors`` (or its shards and their
            index), as ``save_pretrained`` and ``transformers`` write it; or else a repository on
            huggingface.co, which is downloaded once.

    Returns:
        A GPT in eval mode, on the CPU, with parameters in float32 whatever the files hold.

    Raises:
        OSError: if there is no such folder, and no such repository can be reached.
        ValueError: for a folder without config or without weights in safetensors, for a damaged
            file, another architecture, a setting that this model lacks, and tensors that are
            missing, left over, or of another shape; with what differs.
    """
    folder = Path(name).expanduser()
    folder = folder if folder.is_dir() else _download(str(name))
    try:
        written = (folder / "config.json").read_text(encoding="utf-8")
        settings, config = _read_config(written)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(
            f"{folder} has no config.json of a GPT-2: {error}; give a folder that "
            "save_pretrained or transformers wrote"
        ) from None
    absent = {"n_inner": [None, 4 * config.n_embd], "quantization_config": [None]}
    for setting, known in (GPT2_ONLY | absent).items():
        if settings.get(setting, known[0]) not in known:
            raise ValueError(
                f"{folder} has {setting}={settings[setting]!r}, and this GPT can do only "
                f"{' or '.join(map(repr, known))}; choose a model of GPT-2's architecture"
            )
    found = _read_gpt2(folder)
    _check_unchanged(folder / "config.json", written)
    return _from_gpt2(folder, config, found)


def save_pretrained(model, folder):
    """Write a GPT as the two files that ``transformers`` loads as a GPT-2.

    They are ``config.json`` and ``model.safetensors``. Before they are put into the folder they are
    read, and the logits of the GPT that they make are compared with the model's.

    Files of these two names that are there already are replaced. At no moment does half a file
    stand there, or a new one beside an old one.

    Raises:
        OSError: if the folder can't be written.
        ValueError: for a model that GPT-2's format can't express, because its parts were changed.
    """
    model = plain_model(model)
    try:
        config, weights = _as_gpt2(model)
        tensors = {name.removeprefix("transformer."): t for name, t in load(weights).items()}
        with torch.random.fork_rng(devices=[]):  # saving draws no number that training would get
            again = _from_gpt2(folder, _read_config(config)[1], tensors, model.norm.weight.dtype)
        same = _same_logits(model, again.to(model.norm.weight.device))
    except (AttributeError, ValueError) as error:
        same, why = False, f" ({error})"
    else:
        why = ""
    if not same:
        raise ValueError(
            "the model's parts are not those of GPT(model.config), and GPT-2's format knows no "
            f"others{why}; keep it with save_checkpoint, or undo the change"
        )
    folder = Path(folder).expanduser()
    write_whole({folder / "model.safetensors": weights, folder / "config.json": config.encode()})


def _as_gpt2(model):
    """The text of config.json and the bytes of model.safetensors for a GPT."""
    weights = {f"transformer.{k}": v for k, v in _to_gpt2(model.state_dict()).items()}
    settings = {setting: known[0] for setting, known in GPT2_ONLY.items()}
    settings |= {theirs: getattr(model.config, ours) for ours, theirs in GPT2_SIZES.items()}
    settings |= {"embd_pdrop": model.config.dropout, "attn_pdrop": model.config.dropout}
    settings |= {"architectures": ["GPT2LMHeadModel"], "n_inner": None}
    settings["dtype"] = str(model.norm.weight.dtype).removeprefix("torch.")
    if model.config.vocab_size != GPTConfig.vocab_size:  # only GPT-2's own has a token for the end
        settings |= {"bos_token_id": None, "eos_token_id": None}
    return json.dumps(settings, indent=2), pack(weights, {"format": "pt"})


def _read_config(written):
    """The settings in the text of a config.json, and the sizes of the GPT that they describe."""
    settings = dict(json.loads(written))
    sizes = {ours: settings[key] for ours, key in GPT2_SIZES.items() if key in settings}
    return settings, GPTConfig(**sizes)


def _from_gpt2(folder, config, tensors, dtype=torch.float32):
    """A GPT in eval mode with the tensors of GPT-2's files, by the names without a prefix."""
    with torch.device("meta"):  # shapes without numbers, so that wrong sizes cost no memory
        state = GPT(config).state_dict()
    check_same(folder, _to_gpt2(state), tensors)
    model = GPT(config).to(dtype)
    names = {name: _gpt2_name(name) for name in state}
    model.load_state_dict({ours: _turned(key, tensors[key]) for ours, key in names.items()})
    return model.eval()


@torch.no_grad()
def _same_logits(model, again):
    """Whether two models give the same logits for a row of ids, but for what rounding may change.

    ``model`` is in eval mode for this, and its parts then again in the modes in which they were.
    """
    c, training = model.config, [part for part in model.modules() if part.training]
    places = torch.arange(min(c.block_size, 128), device=again.norm.weight.device)
    ids = (places[None] * 7919) % c.vocab_size  # (1, T), from all over the vocabulary
    model.eval()
    try:
        own, others = model(ids), again(ids)
    finally:
        for part in training:
            part.training = True
    return own.shape == others.shape and equal_but_rounding(own, others)


def _check_unchanged(path, written):
    """A writer takes a folder's config away first and puts the new one there last."""
    try:
        now = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        now = None
    if now != written:
        raise ValueError(f"{path} changed while the weights were read; wait, and load it again")


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
        tensors, parts = {}, [unpack(folder / name)[0] for name in sorted(files)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        pickled = [path.name for path in folder.glob("*.bin")]
        why = f"{pickled[0]} is {PICKLE}" if pickled else error
        raise ValueError(
            f"{folder} has no model.safetensors that can be read: {why}; get its "
            "files again, as safetensors"
        ) from None
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
            f"({type(error).__name__}). Check the name and the network; without a network, give a "
            "folder that holds the model, or go on with load_model('tales')"
        ) from error
