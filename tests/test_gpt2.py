"""course_lib.gpt2: what transformers writes is read, what is written it reads.

Nothing is fetched: the models are random ones of transformers, written to a folder.
"""

import copy
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from course_lib import files as module
from course_lib.bpe import BPETokenizer
from course_lib.gpt2 import from_pretrained, save_pretrained
from course_lib.llama import load_llama
from course_lib.model import GPT, GPTConfig

pytestmark = pytest.mark.usefixtures("one_thread")
SIZES = GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=3, n_embd=12)


@pytest.fixture(scope="module")
def transformers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        import transformers
    return transformers


def gpt2(transformers, sizes=SIZES, spread=0.3, **settings):
    """A random model of transformers in which nothing is 0 or 1 by accident, biases and norms neither."""
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=sizes.vocab_size, n_positions=sizes.block_size, n_layer=sizes.n_layer, n_head=sizes.n_head,
        n_embd=sizes.n_embd, bos_token_id=None, eos_token_id=None, **settings)  # fmt: skip
    model = transformers.GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += spread * torch.randn_like(parameter)
    return model


def changed(folder, **settings):
    """Change the settings of a folder's config.json; ``...`` takes one away."""
    file = folder / "config.json"
    config = json.loads(file.read_text()) | settings
    file.write_text(json.dumps({k: v for k, v in config.items() if v is not ...}))


def equal(a, b):
    a, b = a.state_dict(), b.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def logits_of_both(ours, theirs, T=5):
    ids = torch.randint(0, ours.config.vocab_size, (2, T))
    with torch.no_grad():
        return ours(ids), theirs(ids).logits


@pytest.fixture
def folder(transformers, tmp_path):
    gpt2(transformers).save_pretrained(tmp_path / "theirs")
    return tmp_path / "theirs"


@pytest.mark.parametrize(
    "sizes",
    [SIZES, GPTConfig(5, 1, 1, 1, 2), GPTConfig(257, 33, 3, 5, 40), GPTConfig(50, 16, 12, 4, 64)],
    ids=["small", "smallest", "odd", "deep"],
)
@pytest.mark.parametrize("shards", [False, True], ids=["whole", "sharded"])
def test_both_ways(transformers, tmp_path, sizes, shards):
    theirs = gpt2(transformers, sizes)
    theirs.save_pretrained(tmp_path / "in", max_shard_size="5KB" if shards else "50GB")
    assert (tmp_path / "in/model.safetensors.index.json").exists() <= shards
    ours = from_pretrained(tmp_path / "in")
    assert not ours.training and ours.config == replace(sizes, dropout=0.1)
    T = sizes.block_size
    a, b = logits_of_both(ours, theirs, T)
    torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
    save_pretrained(ours, tmp_path / "out")
    again = transformers.GPT2LMHeadModel.from_pretrained(tmp_path / "out")
    assert equal(theirs, again)
    third = from_pretrained(str(tmp_path / "out"))
    assert third.config == ours.config
    assert equal(third, ours)


def test_a_model_of_the_course_becomes_one_of_transformers(transformers, tmp_path, caplog):
    torch.manual_seed(0)
    ours = GPT(SIZES).eval()
    save_pretrained(ours, tmp_path / "new" / "folder é")
    theirs, told = transformers.GPT2LMHeadModel.from_pretrained(
        tmp_path / "new" / "folder é", output_loading_info=True)  # fmt: skip
    assert not any(told[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert sorted(p.name for p in (tmp_path / "new" / "folder é").iterdir()) == [
        "config.json",
        "model.safetensors",
    ]
    assert theirs.config.resid_pdrop == theirs.config.embd_pdrop == theirs.config.attn_pdrop == 0
    assert theirs.lm_head.weight.data_ptr() == theirs.transformer.wte.weight.data_ptr()
    a, b = logits_of_both(ours, theirs.eval())
    torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    assert "must be" not in caplog.text  # what transformers says of tokens outside the vocabulary


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_files_of_other_precision(transformers, tmp_path, dtype):
    theirs = gpt2(transformers).to(dtype)
    theirs.save_pretrained(tmp_path)
    ours = from_pretrained(tmp_path)
    wte = theirs.transformer.wte.weight
    assert ours.token_embedding.weight.dtype == torch.float32
    assert torch.equal(ours.token_embedding.weight, wte.float())
    save_pretrained(ours.to(dtype), tmp_path / "out")
    assert json.loads((tmp_path / "out/config.json").read_text())["dtype"] in str(dtype)
    again = transformers.GPT2LMHeadModel.from_pretrained(tmp_path / "out")
    assert again.dtype == dtype


def test_gpt2s_own_first_file(folder):
    """On huggingface.co GPT-2's names have no prefix, its file holds masks, its config few settings."""
    tensors = {k.removeprefix("transformer."): v for k, v in load_file(folder / "model.safetensors").items()}  # fmt: skip
    before = from_pretrained(folder)
    for i in range(2):
        tensors[f"h.{i}.attn.bias"] = torch.ones(8, 8).tril().view(1, 1, 8, 8)
        tensors[f"h.{i}.attn.masked_bias"] = torch.tensor(-1e4)
    tensors["lm_head.weight"] = tensors["wte.weight"].clone()
    save_file(tensors, folder / "model.safetensors")
    few = {"vocab_size": 11, "n_positions": 8, "n_ctx": 8, "n_layer": 2, "n_head": 3, "n_embd": 12}
    (folder / "config.json").write_text(json.dumps(few))
    after = from_pretrained(folder)
    assert equal(before, after)
    del tensors["wte.weight"]  # the two are one matrix, whichever name it has
    save_file(tensors, folder / "model.safetensors")
    after = from_pretrained(folder)
    assert equal(before, after)


def test_an_output_matrix_of_its_own_is_refused(folder):
    tensors = load_file(folder / "model.safetensors")
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"] + 1
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ValueError, match=r"output matrix of its own, lm_head\.weight"):
        from_pretrained(folder)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model_type": "llama"}, "model_type='llama'.*GPT-2's architecture"),
        ({"activation_function": "relu"}, "activation_function='relu'.*'gelu_new'"),
        ({"activation_function": "gelu"}, "activation_function='gelu'"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx=True"),
        ({"scale_attn_weights": False}, "scale_attn_weights=False"),
        ({"layer_norm_epsilon": 1e-6}, "layer_norm_epsilon=1e-06"),
        ({"add_cross_attention": True}, "add_cross_attention=True"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings=False"),
        ({"n_inner": 47}, "n_inner=47.*None or 48"),
        ({"n_embd": 16}, "n_head=3 does not divide n_embd=16"),
        ({"n_layer": "2"}, "n_layer must be a whole number"),
        ({"n_embd": None}, "n_embd must be a whole number"),
        ({"resid_pdrop": "much"}, "config.json of a GPT-2"),
        ({"n_layer": 3}, r"h\.2\..* is missing.*and 9 more"),
        ({"n_layer": 1}, r"h\.1\..* is not the model's"),
        ({"vocab_size": 12}, r"wte\.weight is \(11, 12\), the model's \(12, 12\)"),
        ({"n_positions": 1_000_000}, r"wpe\.weight is \(8, 12\), the model's \(1000000, 12\)"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else "",
)
def test_a_config_that_does_not_fit_is_refused(folder, settings, words):
    changed(folder, **settings)
    with pytest.raises(ValueError, match=words) as caught:
        from_pretrained(folder)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"activation_function": "gelu_pytorch_tanh"},
        {"n_inner": 48},
        {"reorder_and_upcast_attn": True},
        {"something_new": 3},
        {"summary_type": ...},
    ],
    ids=lambda value: "-".join(value),
)
def test_settings_that_change_nothing_are_read(folder, settings):
    changed(folder, **settings)
    assert from_pretrained(folder).config.n_embd == 12


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda t: t.pop("transformer.h.1.mlp.c_fc.bias"), r"h\.1\.mlp\.c_fc\.bias is missing"),
        (lambda t: t.update({"transformer.h.1.mlp.x": torch.ones(1)}), r"h\.1\.mlp\.x is not the model's"),
        (lambda t: t.update({"score.weight": torch.ones(2, 12)}), r"score\.weight is not the model's"),
        (lambda t: t.update({"transformer.ln_f.bias": torch.ones(13)}), r"ln_f\.bias is \(13,\), the model's \(12,\)"),
        (lambda t: t.update({"transformer.h.0.attn.c_attn.weight": torch.ones(36, 12)}),
         r"h\.0\.attn\.c_attn\.weight is \(36, 12\), the model's \(12, 36\)"),
        (lambda t: t.clear(), "is missing.*more"),
    ],
    ids=["missing", "extra", "another head", "longer", "transposed", "empty"],
)  # fmt: skip
def test_tensors_that_do_not_fit_are_refused(folder, slip, words):
    tensors = load_file(folder / "model.safetensors")
    slip(tensors)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ValueError, match=words) as caught:
        from_pretrained(folder)
    assert str(folder) in str(caught.value)


def test_a_model_whose_parts_were_changed_is_not_written(tmp_path):
    model = GPT(SIZES)
    model.blocks[0].norm1.eps = 0.1
    with pytest.raises(ValueError, match="GPT-2's format knows no others"):
        save_pretrained(model, tmp_path)
    assert not [*tmp_path.iterdir()]


def _without_bias(model):
    model.blocks[0].attention.qkv.bias = None


def _one_block_less(model):
    del model.blocks[1]


def _doubled(model):
    model.blocks[0].feed_forward.register_forward_hook(lambda part, x, y: 2 * y)


def _relu(model):
    part = model.blocks[1].feed_forward
    part.forward = lambda x: part.down(part.up(x).relu())


def _no_gpt(model):
    del model.blocks


@pytest.mark.parametrize("change", [_without_bias, _one_block_less, _doubled, _relu, _no_gpt])
def test_what_would_come_back_as_another_model_is_not_written(folder, change):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    torch.manual_seed(0)
    model = GPT(SIZES)
    change(model)
    with pytest.raises(
        ValueError, match=r"the model's parts are not those .*keep it with save_checkpoint"
    ):
        save_pretrained(model, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
def test_a_model_in_training_is_written_and_stays_as_it_was(tmp_path, dtype):
    torch.manual_seed(0)
    model = GPT(replace(SIZES, dropout=0.5)).to(dtype)
    model.blocks[1].eval()
    modes = [part.training for part in model.modules()]
    weights, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    save_pretrained(model, tmp_path)
    assert [part.training for part in model.modules()] == modes
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert all(p.grad is None for p in model.parameters())
    assert equal(from_pretrained(tmp_path).to(dtype), model)


def test_a_compiled_model_is_written_as_the_model_itself(tmp_path):
    model = GPT(SIZES)
    save_pretrained(torch.compile(model), tmp_path)
    assert equal(from_pretrained(tmp_path), model)


def test_a_folder_that_is_written_while_it_is_read_is_refused(folder, monkeypatch):
    """Else one model's sizes, with the same shapes, would come together with another's weights."""
    other, read = GPT(GPTConfig(11, 8, 2, 2, 12)), Path.read_bytes

    def replaced_before(path):
        if path.name == "model.safetensors":
            save_pretrained(other, folder)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", replaced_before)
    with pytest.raises(ValueError, match=r"config\.json changed while the weights were read"):
        from_pretrained(folder)
    monkeypatch.undo()
    assert equal(from_pretrained(folder), other)


def test_a_tensor_that_is_there_twice_is_refused(folder):
    file = folder / "model.safetensors"
    tensors = load_file(file)
    name = next(key for key in tensors if key.endswith("wte.weight"))
    other = name.removeprefix("transformer.") if name.startswith("tr") else f"transformer.{name}"
    save_file(tensors | {other: tensors[name] + 1}, file)
    with pytest.raises(ValueError, match=r"wte.weight more than once"):
        from_pretrained(folder)


def test_weights_in_whole_numbers_are_refused(folder):
    file = folder / "model.safetensors"
    tensors = load_file(file)
    name = next(key for key in tensors if key.endswith("mlp.c_fc.weight"))
    save_file(tensors | {name: tensors[name].to(torch.int8)}, file)
    with pytest.raises(ValueError, match=r"as torch.int8"):
        from_pretrained(folder)
    changed(folder, quantization_config={"bits": 8})
    with pytest.raises(ValueError, match="quantization_config"):
        from_pretrained(folder)


def test_a_pickle_is_never_read(folder):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(folder / "sprung"),)

    trap = pickle.dumps({"wte.weight": Trap()})
    (folder / "pytorch_model.bin").write_bytes(trap)
    from_pretrained(folder)  # beside safetensors it does not count
    (folder / "model.safetensors").write_bytes(trap)
    with pytest.raises(ValueError, match=r"no model\.safetensors that can be read"):
        from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(
        ValueError, match=r"pytorch_model\.bin is a pickle, which could run any code"
    ):
        from_pretrained(folder)
    assert not (folder / "sprung").exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "config.json").unlink(), "no config.json of a GPT-2.*No such file"),
        (lambda f: (f / "config.json").write_text("{"), "no config.json of a GPT-2"),
        (lambda f: (f / "config.json").write_text("3"), "no config.json of a GPT-2"),
        (lambda f: (f / "config.json").write_bytes(b"\xff\xfe{"), "no config.json of a GPT-2"),
        (lambda f: (f / "model.safetensors").unlink(), "no model.safetensors.*No such file"),
        (lambda f: os.truncate(f / "model.safetensors", 3000), "no model.safetensors that can be read"),
        (lambda f: os.truncate(f / "model.safetensors", 0), "no model.safetensors that can be read"),
    ],
    ids=["no config", "cut config", "number", "not text", "no weights", "cut weights", "empty weights"],
)  # fmt: skip
def test_damaged_folders_are_refused(folder, spoil, words):
    spoil(folder)
    with pytest.raises(ValueError, match=words):
        from_pretrained(folder)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("{", "no model.safetensors"),
        ("[]", "no model.safetensors"),
        ("{}", "weight_map"),
        ('{"weight_map": 3}', "no model.safetensors"),
        ('{"weight_map": {"a": 3}}', "no model.safetensors"),
        ('{"weight_map": {"a": "gone.safetensors"}}', r"gone\.safetensors"),
        ('{"weight_map": {}}', "is missing"),
    ],
)
def test_damaged_indexes_are_refused(folder, index, words):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ValueError, match=words):
        from_pretrained(folder)


def test_a_shard_that_is_missing_is_named(transformers, tmp_path):
    gpt2(transformers).save_pretrained(tmp_path, max_shard_size="5KB")
    shards = sorted(tmp_path.glob("model-*.safetensors"))
    assert len(shards) > 1
    shards[0].unlink()
    with pytest.raises(ValueError, match=shards[0].name):
        from_pretrained(tmp_path)


@pytest.mark.parametrize(
    "environment",
    [
        {"HF_HUB_OFFLINE": "1"},
        {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_ETAG_TIMEOUT": "1"},
    ],
    ids=["offline", "no answer"],
)
def test_without_a_network_the_words_name_the_repository(tmp_path, environment):
    code = "from course_lib.gpt2 import from_pretrained\nfrom_pretrained()"
    environment = os.environ | {"HF_HOME": str(tmp_path)} | environment
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)  # fmt: skip
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("OSError: openai-community/gpt2 is no folder here")
    assert "network" in last and "load_model('tales')" in last


@pytest.mark.parametrize("name", ["a/b/c", "runs//gpt", "", "no such thing", "../up"])
def test_a_name_that_is_neither_folder_nor_repository(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((OSError, ValueError)):
        from_pretrained(name)


def test_a_repository_is_downloaded_without_its_other_files(folder, monkeypatch):
    asked = []

    def snapshot_download(name, allow_patterns):
        asked.append((name, allow_patterns))
        return str(folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    model = from_pretrained("someone/some-gpt2")
    assert model.config.n_embd == 12
    ((name, patterns),) = asked
    from huggingface_hub.utils import filter_repo_objects

    files = ["config.json", "model.safetensors", "model-00001-of-00002.safetensors", "model.safetensors.index.json",
             "pytorch_model.bin", "tf_model.h5", "onnx/decoder_model.onnx", "rust_model.ot", "README.md"]  # fmt: skip
    assert name == "someone/some-gpt2"
    assert [*filter_repo_objects(files, allow_patterns=patterns)] == files[:4]


def test_the_hub_is_imported_only_for_a_download(folder):
    code = (
        "import sys; from course_lib.gpt2 import from_pretrained, save_pretrained\n"
        f"save_pretrained(from_pretrained({str(folder)!r}), {str(folder)!r})\n"
        "assert not {'huggingface_hub', 'transformers', 'requests', 'httpx'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_files_that_are_there_are_replaced_and_others_stay(folder):
    (folder / "notes.txt").write_text("mine")
    torch.manual_seed(1)
    model = GPT(GPTConfig(7, 4, 1, 1, 6, dropout=0.25))
    save_pretrained(model, folder)
    again = from_pretrained(folder)
    assert again.config == model.config
    assert equal(model, again)
    assert (folder / "notes.txt").read_text() == "mine"
    assert not [p for p in folder.iterdir() if p.is_dir()]


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    monkeypatch.setattr(
        module.os, "fsync", lambda number: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match=r"can't be written.*disk full"):
        save_pretrained(GPT(SIZES), folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    with pytest.raises(OSError, match="can't be written"):
        save_pretrained(GPT(SIZES), folder / "config.json")


def test_old_and_new_never_stand_side_by_side(folder, monkeypatch):
    """Stop before each of the moves: what is there is the old, the new, or refused."""
    torch.manual_seed(1)
    other = GPT(GPTConfig(11, 8, 2, 2, 12))  # the same shapes, another number of heads
    old, moves = from_pretrained(folder).config.n_head, []
    for name in ("unlink", "replace"):
        real = getattr(module.os if name == "replace" else module.Path, name)

        def counted(*arguments, real=real, **options):
            moves.append(1)
            if len(moves) == stop:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        monkeypatch.setattr(module.os if name == "replace" else module.Path, name, counted)
    for stop in (1, 2, 3):
        copy = folder.with_name(f"copy{stop}")
        shutil.copytree(folder, copy)
        moves.clear()
        with pytest.raises(KeyboardInterrupt):
            save_pretrained(other, copy)
        if stop == 1:
            assert from_pretrained(copy).config.n_head == old
        else:
            with pytest.raises(ValueError, match=r"config\.json"):
                from_pretrained(copy)
    stop = 0
    save_pretrained(other, folder)
    assert from_pretrained(folder).config.n_head == 2


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_while_it_writes(folder):
    """Half a file is never at its place, whenever the process ends."""
    code = (
        "import sys, torch; from course_lib.gpt2 import from_pretrained, save_pretrained\n"
        f"torch.set_num_threads(1); model = from_pretrained({str(folder)!r}); print('ready', flush=True)\n"
        f"while True: save_pretrained(model, {str(folder)!r})"
    )
    before = from_pretrained(folder)
    kept = {p.name: p.read_bytes() for p in folder.iterdir()}
    for wait in (0.01, 0.023, 0.037):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        try:
            after = from_pretrained(folder)
        except ValueError as error:
            assert "config.json" in str(error) and "No such file" in str(error)
            for name, content in kept.items():
                (folder / name).write_bytes(content)
        else:
            assert equal(before, after)


def test_a_tilde_is_the_home_folder_for_every_folder_and_file(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    model = GPT(GPTConfig(5, 4, 1, 2, 6))
    save_pretrained(model, "~/gpt")
    assert not Path("~").exists() and (tmp_path / "home" / "gpt" / "config.json").is_file()
    assert torch.equal(from_pretrained("~/gpt").norm.weight, model.norm.weight)
    with pytest.raises(ValueError, match="model_type='gpt2'"):
        load_llama("~/gpt")
    BPETokenizer.train("abab", 257).save("~/bpe.json")
    assert BPETokenizer.load("~/bpe.json").vocab_size == 257
