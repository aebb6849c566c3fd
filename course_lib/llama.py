"""The Llama of lesson 14: its block from the parts of ``modern``, and the folders of transformers.

Source: Grattafiori et al., "The Llama 3 Herd of Models", section 3.2 and table 3 (2024).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from course_lib.modern import (
    GroupedAttention,
    ModernBlock,
    ModernConfig,
    RMSNorm,
    RotaryDecoder,
    SwiGLU,
)
from course_lib.tensors import check_same, unpack

LLAMA_NAMES = {  # what this model's parts are called in the files of transformers
    "norm.": "model.norm.", "token_embedding": "model.embed_tokens", "blocks": "model.layers",
    "norm1": "input_layernorm", "norm2": "post_attention_layernorm",
    "attention.query": "self_attn.q_proj", "attention.key": "self_attn.k_proj",
    "attention.value": "self_attn.v_proj",
    "attention.out": "self_attn.o_proj", "feed_forward.gate": "mlp.gate_proj",
    "feed_forward.up": "mlp.up_proj", "feed_forward.down": "mlp.down_proj", "head": "lm_head",
}  # fmt: skip
LLAMA_SIZES = {"vocab_size": "vocab_size", "block_size": "max_position_embeddings",
               "n_layer": "num_hidden_layers", "n_head": "num_attention_heads",
               "n_kv_head": "num_key_value_heads", "n_embd": "hidden_size",
               "n_hidden": "intermediate_size", "eps": "rms_norm_eps"}  # fmt: skip
LLAMA_ONLY = {  # of the settings that change what is computed, the values that this model computes
    "model_type": ["llama"], "hidden_act": ["silu"], "attention_bias": [False], "mlp_bias": [False],
    "quantization_config": [None], "rope_scaling": [None], "rope_type": ["default"],
}  # fmt: skip


@dataclass(frozen=True)
class LlamaConfig(ModernConfig):
    """The sizes of a Llama. The defaults are Llama 3 8B's: 8,030,261,248 parameters.

    Attributes:
        n_hidden: channels inside the feed-forward network.
        base: of the rotation.
        eps: of the norms.
        tied: whether the output matrix is the token embedding.
    """

    vocab_size: int = 128256
    block_size: int = 8192
    n_layer: int = 32
    n_head: int = 32
    n_kv_head: int = 8
    n_embd: int = 4096
    n_hidden: int = 14336
    base: float = 500000.0
    eps: float = 1e-5
    tied: bool = False

    def __post_init__(self):
        super().__post_init__()
        if type(self.n_hidden) is not int or self.n_hidden < 1:
            raise ValueError(f"n_hidden must be a whole number of 1 or more, got {self.n_hidden!r}")
        if not (self.base > 0 and self.eps > 0):
            raise ValueError(f"base and eps must be above 0, got base={self.base}, eps={self.eps}")
        if self.shifted_keys:
            raise ValueError("a Llama has no shifted keys; leave shifted_keys at False")


class LlamaBlock(ModernBlock):
    """Grouped attention and SwiGLU, each reading the stream through an RMSNorm with a gain."""

    def __init__(self, config):
        nn.Module.__init__(self)
        C, H = config.n_embd, config.n_head
        self.norm1 = RMSNorm(C, gain=True, eps=config.eps)
        self.attention = GroupedAttention(C, H, config.n_kv_head or H)
        self.norm2 = RMSNorm(C, gain=True, eps=config.eps)
        self.feed_forward = SwiGLU(C, config.n_hidden)
        self.dropout = nn.Dropout(config.dropout)


class Llama(RotaryDecoder):
    """Ids (B, T) to logits (B, T, V), as Llama 3 computes them."""

    def __init__(self, config):
        super().__init__()
        self.config, self.base, self.smear = config, config.base, None
        self.token_embedding = nn.Embedding(config.vocab_size, config.n_embd)
        self.blocks = nn.ModuleList(LlamaBlock(config) for _ in range(config.n_layer))
        self.norm = RMSNorm(config.n_embd, gain=True, eps=config.eps)
        self.head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        if config.tied:
            self.head.weight = self.token_embedding.weight


def load_llama(folder):
    """A Llama out of a folder that ``transformers`` wrote. Nothing is downloaded.

    Args:
        folder: with ``config.json`` and ``model.safetensors``, or its shards and their index.

    Returns:
        A ``Llama`` in eval mode, on the CPU, with parameters in float32 whatever the files hold.

    Raises:
        ValueError: for a folder without config or weights, for another architecture, biases, a
            rotation that is scaled, and tensors that are missing, left over or of another shape.
    """
    folder = Path(folder).expanduser()
    try:
        settings = dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        rope = settings.get("rope_parameters") or {}  # transformers 5; before, it was two settings
        base = float(rope.get("rope_theta", settings.get("rope_theta", 10000.0)))
        settings["rope_type"] = rope.get("rope_type", "default")
        _check_known(folder, settings, LLAMA_ONLY)
        sizes = {ours: settings[theirs] for ours, theirs in LLAMA_SIZES.items()}
        config = LlamaConfig(**sizes, base=base, tied=bool(settings.get("tie_word_embeddings")))
    except (OSError, TypeError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(
            f"{folder} has no config.json of a Llama: {error!r}; give a folder that "
            "transformers wrote"
        ) from None
    _check_known(folder, settings, {"head_dim": [None, config.n_embd // config.n_head]})
    with torch.device("meta"):  # shapes without numbers, so that wrong sizes cost no memory
        model = Llama(config)
    found, names = _read_shards(folder), {_llama_name(name): name for name in model.state_dict()}
    if config.tied:  # whether the files hold the one matrix once or twice
        found["lm_head.weight"] = found.get("model.embed_tokens.weight", torch.empty(0))
    check_same(folder, {theirs: model.state_dict()[ours] for theirs, ours in names.items()}, found)
    state = {ours: found[theirs].float() for theirs, ours in names.items()}
    model.load_state_dict(state, assign=True)
    if config.tied:
        model.head.weight = model.token_embedding.weight
    return model.eval()


def _check_known(folder, settings, known):
    """Raise ValueError for a setting that this model lacks; one that is absent is the usual one."""
    for name, values in known.items():
        if settings.get(name, values[0]) not in values:
            raise ValueError(
                f"{folder} has {name}={settings[name]!r}, and this Llama can do only "
                f"{' or '.join(map(repr, values))}; choose a model of Llama 3's architecture"
            )


def _llama_name(name):
    for ours, theirs in LLAMA_NAMES.items():
        name = name.replace(ours, theirs)
    return name


def _read_shards(folder):
    """The tensors of a folder, out of one file or of several and their index."""
    index, names = folder / "model.safetensors.index.json", {"model.safetensors"}
    try:
        if index.exists():
            names = {*json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()}
        parts = [unpack(folder / name)[0] for name in sorted(names)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{folder} has no safetensors that can be read: {error}; get its files again"
        ) from None
    return {name: value for part in parts for name, value in part.items()}
