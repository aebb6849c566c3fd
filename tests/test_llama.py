"""course_lib.llama against the Llama of transformers."""

import json
import socket

import pytest
import torch
from torch import nn

from course_lib.llama import Llama, LlamaConfig, _llama_name, load_llama
from course_lib.model import KVCache

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = {"vocab_size": 13, "max_position_embeddings": 20, "num_hidden_layers": 2, "hidden_size": 24,
         "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 40,
         "rope_parameters": {"rope_type": "default", "rope_theta": 500.0}, "rms_norm_eps": 1e-4,
         "bos_token_id": 0, "eos_token_id": 0}  # fmt: skip


@pytest.fixture(scope="module")
def transformers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")  # nothing is fetched: the model is made from its sizes
        patch.setenv("TRANSFORMERS_OFFLINE", "1")
        import transformers
    return transformers


def theirs(transformers, **changes):
    """Their Llama with random weights, gains included."""
    torch.manual_seed(0)
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**SMALL | changes)).eval()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape) * 0.4 + (p.dim() == 1))
    return model


@pytest.mark.parametrize("changes", [
    {},
    {"num_key_value_heads": 6},
    {"num_key_value_heads": 1, "num_attention_heads": 12, "num_hidden_layers": 3},
    {"tie_word_embeddings": True, "intermediate_size": 7},
])  # fmt: skip
def test_a_folder_of_transformers_gives_equal_logits(transformers, tmp_path, changes):
    other = theirs(transformers, **changes)
    other.save_pretrained(tmp_path)
    ours, other = load_llama(tmp_path).double(), other.double()
    assert (ours.head.weight is ours.token_embedding.weight) == ours.config.tied
    for module in other.modules():  # theirs is computed in 32 bits in any case; torch's is not
        for name, part in module.named_children():
            if type(part).__name__ == "LlamaRMSNorm":
                exact = nn.RMSNorm(part.weight.shape, part.variance_epsilon)
                exact.weight = part.weight
                setattr(module, name, exact)
    ids = torch.randint(0, 13, (3, 20))
    mine, his = ours(ids), other(ids).logits
    assert torch.allclose(mine, his, rtol=0, atol=1e-9)
    upstream = torch.randn_like(mine)
    mine.backward(upstream)
    his.backward(upstream)
    theirs_by_name = dict(other.named_parameters())
    for name, p in ours.named_parameters():
        assert torch.allclose(p.grad, theirs_by_name[_llama_name(name)].grad, rtol=0, atol=1e-9), (
            name
        )


def test_a_folder_in_16_bits_and_in_several_files_is_read(transformers, tmp_path):
    theirs(transformers).to(torch.bfloat16).save_pretrained(tmp_path, max_shard_size="4KB")
    other = transformers.LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    ours, ids = load_llama(tmp_path), torch.randint(0, 13, (2, 9))
    assert not ours.training and {p.dtype for p in ours.parameters()} == {torch.float32}
    assert torch.allclose(ours(ids), other(ids).logits, rtol=0, atol=1e-4)


def test_the_defaults_are_llama_3_8bs_sizes(transformers):
    settings = {"vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
                "num_hidden_layers": 32, "num_attention_heads": 32,
                "num_key_value_heads": 8}  # fmt: skip
    with torch.device("meta"):
        ours = Llama(LlamaConfig())
        other = transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings))
    shapes = sorted(tuple(p.shape) for p in ours.parameters())
    assert shapes == sorted(tuple(p.shape) for p in other.parameters())
    assert sum(p.numel() for p in ours.parameters()) == 8_030_261_248


def test_the_cache_changes_nothing():
    torch.manual_seed(0)
    config = LlamaConfig(13, 20, 2, 6, 24, n_kv_head=2, n_hidden=40)
    model, ids = Llama(config).double(), torch.randint(0, 13, (2, 20))
    cache = KVCache(model, 2)
    logits = torch.cat([model(part, cache) for part in ids.split([6, 1, 13], dim=1)], dim=1)
    assert torch.allclose(logits, model(ids), rtol=0, atol=1e-12)


@pytest.mark.parametrize("changes, words", [
    ({"rope_parameters": {"rope_type": "llama3", "factor": 8.0}}, "rope_type='llama3'"),
    ({"rope_scaling": {"type": "linear", "factor": 2.0}}, "rope_scaling="),
    ({"attention_bias": True}, "attention_bias=True, and this Llama can do only False"),
    ({"mlp_bias": True}, "mlp_bias=True"),
    ({"hidden_act": "gelu"}, "hidden_act='gelu'"),
    ({"head_dim": 8}, "head_dim=8"),
    ({"model_type": "mistral"}, "model_type='mistral'"),
    ({"num_attention_heads": 5}, "n_head=5 does not divide n_embd=24"),
    ({"num_key_value_heads": 4}, "n_kv_head=4 does not divide n_head=6"),
    ({"hidden_size": 18}, "odd width"),
    ({"hidden_size": "24"}, "n_embd must be a whole number of 1 or more, got '24'"),
    ({"num_attention_heads": 0}, "n_head must be"),
    ({"num_hidden_layers": 3}, "model.layers.2"),
    ({"rms_norm_eps": 0.0}, "eps must be above 0"),
    ({"intermediate_size": 0}, "n_hidden must be a whole number of 1 or more, got 0"),
])  # fmt: skip
def test_a_folder_of_something_else_is_refused(transformers, tmp_path, changes, words):
    theirs(transformers).save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    settings = json.loads(path.read_text()) | changes
    if "hidden_size" in changes or "num_attention_heads" in changes:
        settings["head_dim"] = None
    path.write_text(json.dumps(settings))
    with pytest.raises(ValueError, match=words):
        load_llama(tmp_path)


def test_a_folder_without_what_is_needed_is_refused(transformers, tmp_path):
    with pytest.raises(ValueError, match=r"has no config\.json of a Llama"):
        load_llama(tmp_path)
    theirs(transformers).save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ValueError, match="has no safetensors that can be read"):
        load_llama(tmp_path)


def test_nothing_is_downloaded(monkeypatch):
    def called(*_, **__):
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", called)
    with pytest.raises(ValueError, match=r"no config\.json of a Llama.* give a folder"):
        load_llama("meta-llama/Llama-3.2-1B")
