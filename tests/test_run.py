"""course_lib.run: stopping, saving, resuming to the bit, and what is refused before the first step."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from small_runs import (
    CONFIG,
    CORPUS,
    FILE,
    WITH_STARTS,
    T,
    V,
    bigram,
    bits,
    change,
    fresh,
    gpt,
    mlp,
    uninterrupted,
)
from torch import nn

from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import load_checkpoint, save_checkpoint, tokenizer_info
from course_lib.corpus import Corpus
from course_lib.model import GPT, GPTConfig
from course_lib.run import make_optimizer
from course_lib.tokenizer import CharTokenizer
from course_lib.train import train, train_steps

pytestmark = pytest.mark.usefixtures("one_thread")


def test_weight_decay_is_for_matrices_alone():
    model = fresh()
    before = {name: p.clone() for name, p in model.named_parameters()}
    optimizer = make_optimizer(model, change(weight_decay=0.5, lr=0.1))
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for name, p in model.named_parameters():
        matrix = "norm" not in name and not name.endswith("bias")
        assert torch.allclose(p, before[name] * (1 - 0.5 * 0.1 if matrix else 1), atol=1e-8), name
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(before)


@pytest.mark.parametrize("setting", [
    {}, {"precision": "bfloat16"}, {"precision": "float16"}, {"precision": "auto"}, {"accumulate": 2},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("at", [1, 4])
def test_a_run_that_is_resumed_ends_with_the_same_file(tmp_path, setting, at):
    config = change(save_every=1, **setting)
    for _ in zip(
        range(at), train_steps(fresh(), WITH_STARTS, config, tmp_path / "cut"), strict=False
    ):
        pass
    torch.rand(9)
    precision = load_checkpoint(tmp_path / "cut" / FILE)["precision"]
    train(fresh(), WITH_STARTS, config, tmp_path / "cut", resume=True, progress=False)
    assert load_checkpoint(tmp_path / "cut" / FILE)["precision"] == precision
    if setting.get("precision") == "auto":  # what is faster may change, within a run it does not
        return
    train(fresh(), WITH_STARTS, config, tmp_path / "whole", progress=False)
    assert (tmp_path / "cut" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()


@pytest.mark.parametrize("make", [bigram, mlp])
def test_other_models_resume_too(tmp_path, make):
    config = change(save_every=1)
    next(train_steps(fresh(make), CORPUS, config, tmp_path))
    model = fresh(make)
    train(model, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(model) == uninterrupted(config, make=make)


def test_checkpoints_come_every_so_often_and_at_the_end(tmp_path):
    file, steps = tmp_path / FILE, []
    for _ in train_steps(fresh(bigram), CORPUS, change(steps=7, save_every=3), tmp_path):
        steps.append(load_checkpoint(file)["step"] if file.exists() else None)
    assert steps == [None, None, 3, 3, 3, 6, 7]
    assert [*tmp_path.iterdir()] == [tmp_path / FILE]


def test_resuming_a_finished_run_does_nothing(tmp_path):
    model = fresh()
    train(model, CORPUS, CONFIG, tmp_path, progress=False)
    before = (tmp_path / FILE).read_bytes()
    other = fresh()
    assert train(other, CORPUS, CONFIG, tmp_path, resume=True, progress=False) == []
    assert bits(other) == bits(model) and (tmp_path / FILE).read_bytes() == before


def test_resuming_nothing_begins(tmp_path):
    model = fresh()
    records = train(model, CORPUS, CONFIG, tmp_path / "new" / "folder", resume=True, progress=False)
    assert len(records) == 5 and bits(model) == uninterrupted()


def test_a_folder_that_can_not_be_written_shows_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("in the way")
    model = fresh()
    before = bits(model)
    with pytest.raises(OSError, match="file"):
        train(model, CORPUS, CONFIG, tmp_path / "file" / "run", progress=False)
    assert bits(model) == before and (tmp_path / "file").read_text() == "in the way"


def test_a_run_that_is_there_is_neither_written_over_nor_mixed_up(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    file, model = tmp_path / FILE, fresh()
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(
        FileExistsError,
        match=r"is there already; .* --out runs/another \(in Python resume=True, or",
    ):
        train(model, CORPUS, CONFIG, tmp_path, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


SHIFTED = Corpus(torch.cat([CORPUS.train[:1], CORPUS.train[:-1]]), CORPUS.val)


@pytest.mark.parametrize("config, corpus, make, message", [
    (change(steps=6), CORPUS, gpt, "is of another run: steps was 5, is 6; resume it with its own settings"),
    (change(lr=0.02, seed=1), CORPUS, gpt, "lr was 0.01, is 0.02; seed was 3, is 1"),
    (CONFIG, CORPUS, lambda: GPT(GPTConfig(V, T, 3, 2, 8, 0.2)), "n_layer was 2, is 3"),
    (CONFIG, CORPUS, lambda: gpt(0.1), "dropout was 0.2, is 0.1"),
    (CONFIG, CORPUS, bigram, "is of another model"),
    (CONFIG, SHIFTED, gpt, "was trained on another text; give the same --data"),
    (CONFIG, Corpus(CORPUS.train, CORPUS.val[:-1]), gpt, "was trained on another text"),
    (CONFIG, WITH_STARTS, gpt, "was trained on another text"),
])  # fmt: skip
def test_a_run_of_another_kind_is_not_resumed(tmp_path, config, corpus, make, message):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    file, model = tmp_path / FILE, fresh(make)
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(ValueError, match=message):
        train(model, corpus, config, tmp_path, resume=True, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


def test_the_same_ids_of_other_characters_are_another_text(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False, characters="abcdefghijk")
    assert load_checkpoint(tmp_path / FILE)["characters"] == "abcdefghijk"
    with pytest.raises(ValueError, match="another text"):
        train(fresh(), CORPUS, CONFIG, tmp_path, True, progress=False, characters="ABCDEFGHIJK")


@pytest.mark.parametrize("info", [{}, {"step": 3}])
def test_a_model_alone_is_not_resumed(tmp_path, info):
    save_checkpoint(tmp_path / FILE, fresh(), **info)
    with pytest.raises(ValueError, match="holds a model alone; training can't go on from it"):
        train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)


@pytest.mark.parametrize("info, error, word", [
    ({"when": Path("x")}, TypeError, r"when=.*Path.*'x'\) can't be kept in a checkpoint"),
    ({"floor": np.float32(0.5)}, TypeError, "floor=.*0.5.* can't be kept"),
    ({"sizes": (1, 2)}, TypeError, r"sizes=\(1, 2\) would come back from a checkpoint as \[1, 2\]"),
    ({"names": {1: "a"}}, TypeError, "names=.* would come back"),
    ({"wave": torch.ones(2, dtype=torch.complex64)}, TypeError, "info.wave can't be kept .*complex64"),
    ({"shape": torch.ones(2, device="meta")}, TypeError, "info.shape can't be kept .*meta"),
    ({"characters": ["a"]}, TypeError, "characters must be a text, got .*give ''.join"),
    ({"step": 3}, ValueError, "a run itself keeps step; give info another name"),
    ({"cpu_random": torch.ones(1)}, ValueError, "itself keeps cpu_random"),
    ({"param_groups": []}, ValueError, "itself keeps param_groups"),
    ({"model_config": {}}, ValueError, "itself keeps model_config"),
], ids=str)  # fmt: skip
def test_info_that_can_not_be_kept_is_refused_before_the_first_step(tmp_path, info, error, word):
    model = fresh()
    before = bits(model)
    with pytest.raises(error, match=word):
        next(train_steps(model, CORPUS, CONFIG, tmp_path / "run", **info))
    assert bits(model) == before and not (tmp_path / "run").exists()


def test_a_model_whose_configuration_can_not_be_kept_is_refused_by_its_entry(tmp_path):
    @dataclasses.dataclass
    class Sizes:
        place: object = dataclasses.field(default_factory=lambda: Path("x"))

    model = bigram()
    model.config = Sizes()
    with pytest.raises(TypeError, match=r"config.place=.* can't be kept"):
        next(train_steps(model, CORPUS, CONFIG, tmp_path))


def test_a_configuration_with_a_tuple_resumes(tmp_path):
    @dataclasses.dataclass
    class Sizes:
        widths: tuple = (1, 2)

    def make():
        model = fresh(bigram)
        model.config = Sizes()
        return model

    next(train_steps(make(), CORPUS, change(save_every=1), tmp_path))
    assert train(make(), CORPUS, change(save_every=1), tmp_path, True, progress=False)[0].step == 2


class Silent(nn.Module):
    """A bigram whose forward lets no gradient through."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(V, V)

    def forward(self, ids):
        return self.table(ids).detach()


class Flat(Silent):
    def forward(self, ids):
        return self.table(ids).flatten(0, 1)


class Pair(Silent):
    def forward(self, ids):
        return self.table(ids), None


def inference_model():
    with torch.inference_mode():
        return bigram()


def lazy_model():
    return nn.Sequential(nn.Embedding(11, 4), nn.LazyLinear(11))


@pytest.mark.parametrize("make, error, word", [
    (nn.Identity, ValueError, "no parameters, so there is nothing to train"),
    (lambda: bigram().requires_grad_(False), RuntimeError, "requires_grad is False for every parameter"),
    (lazy_model, ValueError, "a lazy layer that does not know its size yet; call the model once"),
    (inference_model, RuntimeError, "made within torch.inference_mode"),
    (Silent, RuntimeError, "logits have no gradient: its forward switches gradients off"),
    (Flat, ValueError, r"into logits \(B, T, V\), and returned a Tensor of shape \(32, 11\)"),
    (Pair, ValueError, r"into logits \(B, T, V\), and returned a tuple$"),
])  # fmt: skip
@pytest.mark.parametrize("precision", ["float32", "auto", "float16"])
def test_a_model_that_can_not_be_trained_is_refused_with_the_cause(make, error, word, precision):
    with pytest.raises(error, match=word):
        train(make(), CORPUS, change(precision=precision), progress=False)


@pytest.mark.parametrize(
    "off", [torch.no_grad, torch.inference_mode], ids=["no_grad", "inference_mode"]
)
def test_gradients_that_are_switched_off_are_named(off):
    with off(), pytest.raises(RuntimeError, match=f"switched off here, by torch.{off.__name__}"):
        next(train_steps(bigram(), CORPUS, CONFIG))
    steps = train_steps(bigram(), CORPUS, CONFIG)
    next(steps)
    with off(), pytest.raises(RuntimeError, match="switched off here"):  # or in the body of a loop
        next(steps)


@pytest.mark.parametrize("entry, value", [
    ("step", "2"), ("step", -1), ("step", 6), ("step", 2.0), ("step", None), ("precision", "int8"),
    ("precision", "bfloat16"), ("precision", None), ("scaler", []), ("scaler", {"scale": 1.0}),
    ("train_config", []), ("train_config", None), ("text", 3), ("model_config", None), ("model_config", []),
    ("param_groups", []), ("param_groups", 3), ("param_groups", [3, 4]),
    ("param_groups.0.betas", [0.1, 0.2]), ("param_groups.0.amsgrad", True),
    ("param_groups.1.params", [0]), ("param_groups.0.eps", None),
])  # fmt: skip
def test_a_checkpoint_that_was_edited_by_hand_is_refused_with_its_name(tmp_path, entry, value):
    for _ in zip(range(2), train_steps(fresh(), CORPUS, CONFIG, tmp_path), strict=False):
        pass
    file, model = tmp_path / FILE, fresh()
    with safe_open(file, "pt") as opened:
        about = opened.metadata()
    kept = info = json.loads(about["course_lib"])
    *path, last = entry.split(".")
    for part in path:
        kept = kept[int(part) if part.isdigit() else part]
    kept[last] = value
    save_file(load_file(file), file, about | {"course_lib": json.dumps(info)})
    before, weights = file.read_bytes(), bits(model)
    with pytest.raises(ValueError, match=str(file)):
        train(model, CORPUS, CONFIG, tmp_path, resume=True, progress=False)
    assert file.read_bytes() == before and bits(model) == weights


def test_another_split_of_the_same_text_is_another_text(tmp_path):
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    ids = torch.cat([CORPUS.train, CORPUS.val])
    with pytest.raises(ValueError, match="another text"):
        train(fresh(), Corpus(ids[:599], ids[599:]), CONFIG, tmp_path, True, progress=False)


def test_weights_of_another_precision_are_not_resumed(tmp_path):
    train(fresh().double(), CORPUS, CONFIG, tmp_path, progress=False)
    with pytest.raises(ValueError, match=r"the weights were torch\.float64, are torch\.float32"):
        train(fresh(), CORPUS, CONFIG, tmp_path, True, progress=False)


def test_a_link_to_a_file_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / FILE).symlink_to(tmp_path / "disk" / "large")
    train(fresh(), CORPUS, CONFIG, tmp_path / "run", progress=False)
    assert (tmp_path / "run" / FILE).is_symlink() and [*(tmp_path / "run").iterdir()] == [
        tmp_path / "run" / FILE
    ]
    assert load_checkpoint(tmp_path / "disk" / "large")["step"] == 5


def test_a_run_into_tales_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r'out="tales" would be .* for example out="runs/tales"'):
        next(train_steps(fresh(), CORPUS, CONFIG, "tales"))
    assert not [*tmp_path.iterdir()]
    next(train_steps(fresh(), CORPUS, change(save_every=1), "./tales"))
    assert load_checkpoint(f"./tales/{FILE}")["step"] == 1


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    train(fresh(), CORPUS, CONFIG, "~/run", progress=False)
    assert load_checkpoint(f"~/run/{FILE}")["step"] == 5 and (tmp_path / "run" / FILE).is_file()


def exchange(model):
    model.blocks[0] = fresh().blocks[0]


@pytest.mark.parametrize("change_it", [
    exchange, lambda model: model.load_state_dict(gpt().state_dict(), assign=True),
], ids=["a part", "assign"])  # fmt: skip
def test_parameters_that_are_exchanged_in_the_body_of_a_loop_are_named(change_it):
    model = fresh()
    steps = train_steps(model, CORPUS, CONFIG)
    next(steps)
    change_it(model)
    with pytest.raises(RuntimeError, match="was exchanged after the run began"):
        next(steps)


def test_a_run_in_which_other_parameters_are_frozen_is_another_run(tmp_path):
    def frozen():
        model = fresh(mlp)
        model[0].weight.requires_grad_(False)
        return model

    next(train_steps(frozen(), CORPUS, change(save_every=1), tmp_path))
    with pytest.raises(ValueError, match=r"not trained were \['0.weight'\], are \[\]"):
        train(fresh(mlp), CORPUS, change(save_every=1), tmp_path, True, progress=False)
    model, whole = frozen(), frozen()
    train(model, CORPUS, change(save_every=1), tmp_path, True, progress=False)
    train(whole, CORPUS, CONFIG, progress=False)
    assert bits(model) == bits(whole)


@pytest.mark.parametrize("state", [
    torch.zeros(9, dtype=torch.uint8), torch.zeros(5056), torch.zeros_like(torch.get_rng_state()), None,
])  # fmt: skip
def test_a_random_state_that_no_run_has_written_is_refused(tmp_path, state):
    for _ in zip(range(2), train_steps(fresh(), CORPUS, CONFIG, tmp_path), strict=False):
        pass
    file = tmp_path / FILE
    with safe_open(file, "pt") as opened:
        about = opened.metadata()
    tensors = load_file(file) | {"info.cpu_random": state}
    save_file({name: value for name, value in tensors.items() if value is not None}, file, about)
    before = torch.get_rng_state()
    with pytest.raises(ValueError, match=str(file)):
        train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)
    torch.set_rng_state(before)


def test_a_tokenizer_of_another_size_is_refused_before_the_first_step(tmp_path):
    """load_model would say so as well, but hours later."""
    bpe = BPETokenizer.train("ab", 256)
    for tokenizer in (CharTokenizer("abc"), bpe):
        with pytest.raises(
            ValueError, match=f"vocab_size=11, and .* {tokenizer.vocab_size} tokens"
        ):
            train(fresh(), CORPUS, CONFIG, tmp_path, progress=False, **tokenizer_info(tokenizer))
    assert not [*tmp_path.iterdir()]
    train(fresh(), CORPUS, CONFIG, tmp_path, progress=False, characters="abcdefghijk")
