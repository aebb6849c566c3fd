"""course_lib.checkpoint: whole or not there, whatever happens; nothing but data; the run goes on to the bit."""

import contextlib
import copy
import errno
import json
import os
import pickle
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from small_runs import bits, fresh, gpt
from torch import nn

from course_lib import files as module
from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import (
    Checkpoint,
    load_checkpoint,
    load_model,
    save_checkpoint,
    tokenizer_info,
)
from course_lib.corpus import evaluation_rows
from course_lib.loss import evaluate
from course_lib.model import GPT, GPTConfig
from course_lib.tales import sample_tales, tales_floor
from course_lib.tokenizer import CharTokenizer

pytestmark = pytest.mark.usefixtures("one_thread")
SIZES = GPTConfig(vocab_size=5, block_size=4, n_layer=1, n_head=1, n_embd=2)


def trained(seed=0, sizes=SIZES):
    """A small GPT and its optimizer, two steps old."""
    torch.manual_seed(seed)
    model = GPT(sizes)
    optimizer = torch.optim.AdamW(model.parameters(), 0.1 + seed, betas=(0.8, 0.9))
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randint(0, sizes.vocab_size, (2, 3))).square().sum().backward()
        optimizer.step()
    return model, optimizer


def same(a, b):
    """Are two state dicts equal to the bit?"""
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b) and a.dtype == b.dtype
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def test_what_is_saved_is_loaded(tmp_path):
    model, optimizer = trained()
    info = {"step": 7, "name": "é\n", "list": [1, 2.5, None, True], "dict": {"a": {"b": 1e-17}},
            "random": torch.get_rng_state(), "half": torch.ones(2, 3, dtype=torch.bfloat16),
            "scalar": torch.tensor(3, dtype=torch.int32), "strided": torch.arange(6).view(2, 3).T}  # fmt: skip
    file = tmp_path / "new" / "folder é" / "a.safetensors"
    save_checkpoint(file, model, optimizer, **info)
    other, its_optimizer = trained(seed=1)
    assert not same(other.state_dict(), model.state_dict())
    loaded = load_checkpoint(str(file), other, its_optimizer)
    assert same(loaded, info | {"model_config": asdict(SIZES)})
    assert same(other.state_dict(), model.state_dict())
    assert same(its_optimizer.state_dict(), optimizer.state_dict())
    assert same(load_checkpoint(file), loaded)
    assert [*file.parent.iterdir()] == [file]


def test_the_file_is_plain_safetensors(tmp_path):
    model, _ = trained()
    save_checkpoint(tmp_path / "a", model)
    tensors = load_file(tmp_path / "a")
    assert same(tensors, {f"model.{name}": value for name, value in model.state_dict().items()})


def test_the_file_may_be_read_by_whom_the_user_lets(tmp_path):
    before = os.umask(0o027)
    try:
        save_checkpoint(tmp_path / "a", trained()[0])
    finally:
        os.umask(before)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_model_of_any_kind_is_saved(tmp_path):
    model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 5, bias=False), nn.BatchNorm1d(5))
    model[1].weight = model[0].weight  # tied, as the output of many a GPT
    save_checkpoint(tmp_path / "a", model)
    other = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 5, bias=False), nn.BatchNorm1d(5))
    other[1].weight = other[0].weight
    assert load_checkpoint(tmp_path / "a", other) == {}
    assert same(other.state_dict(), model.state_dict())


# --- whole or not there


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def pressed(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("fault", [full, pressed])
@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_a_fault_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, place, fault, there):
    file = tmp_path / "run" / "a.safetensors"
    file.parent.mkdir()
    if there:
        save_checkpoint(file, trained()[0], step=1)
    before = {path: path.read_bytes() for path in file.parent.iterdir()}
    monkeypatch.setattr(module.os, place, fault)
    with pytest.raises(OSError if fault is full else KeyboardInterrupt) as caught:
        save_checkpoint(file, trained(seed=1)[0], step=2)
    if fault is full:
        assert f"{file} can't be written (" in str(caught.value)
        assert "No space left on device); choose a folder that can be, with room" in str(
            caught.value
        )
    assert {path: path.read_bytes() for path in file.parent.iterdir()} == before
    monkeypatch.undo()
    save_checkpoint(file, trained(seed=1)[0], step=2)  # and when there is room again
    assert load_checkpoint(file)["step"] == 2


def test_a_disk_that_fills_up_while_the_file_is_written(tmp_path):
    resource = pytest.importorskip("resource")
    file = tmp_path / "a.safetensors"
    model = GPT(GPTConfig(vocab_size=50, block_size=64, n_layer=1, n_head=1, n_embd=32))
    save_checkpoint(file, model, step=1)
    before, limits = file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    assert len(before) > 40_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))  # no file may grow longer
    try:
        with pytest.raises(OSError, match=r"a\.safetensors can't be written \("):
            save_checkpoint(file, model, step=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.read_bytes() == before and [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("place", ["file/a", "file/deep/a", "folder"])
def test_a_place_that_can_not_be_written(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=rf"{place} can't be written \(.*\); choose a folder"):
        save_checkpoint(tmp_path / place, trained()[0])
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "in the way"


def test_what_is_no_json_is_refused_and_the_old_file_stays(tmp_path):
    save_checkpoint(tmp_path / "a", trained()[0], step=1)
    with pytest.raises(TypeError, match="JSON"):
        save_checkpoint(tmp_path / "a", trained()[0], step=object())
    assert load_checkpoint(tmp_path / "a")["step"] == 1 and len([*tmp_path.iterdir()]) == 1


def test_a_reader_never_sees_half_a_file(tmp_path):
    file, (model, optimizer) = tmp_path / "a", trained()
    save_checkpoint(file, model, optimizer, step=0)
    seen, done = [], threading.Event()

    def read():
        while not done.is_set():
            seen.append(load_checkpoint(file, trained()[0])["step"])

    reader = threading.Thread(target=read)
    reader.start()
    step = 0
    while len(set(seen)) < 20 and reader.is_alive():
        step += 1
        save_checkpoint(file, model, optimizer, step=step)
    done.set()
    reader.join()
    assert len(set(seen)) >= 20 and seen == sorted(seen)


# --- files that are not what they should be


def refused(file, message, error=ValueError):
    """Both ways of reading refuse the file, and model and optimizer stay as they were."""
    model, optimizer = trained()
    before = [model.state_dict(), optimizer.state_dict()]
    before = json.dumps(before, default=torch.Tensor.tolist)
    for arguments in ((), (model, optimizer)):
        with pytest.raises(error, match=message):
            load_checkpoint(file, *arguments)
    with pytest.raises(error, match=message):
        load_model(file)
    after = [model.state_dict(), optimizer.state_dict()]
    assert json.dumps(after, default=torch.Tensor.tolist) == before


def test_a_file_cut_short_anywhere_is_refused(tmp_path):
    save_checkpoint(tmp_path / "a", *trained(), step=1)
    whole = (tmp_path / "a").read_bytes()
    for n in (*range(0, 20), *range(20, len(whole), 97), len(whole) - 1):
        (tmp_path / "cut").write_bytes(whole[:n])
        refused(tmp_path / "cut", "cut is cut short, damaged, or no checkpoint of this course")
    (tmp_path / "cut").write_bytes(whole + b"\0")
    refused(tmp_path / "cut", "cut is cut short, damaged, or no checkpoint")


def test_a_damaged_header_is_refused_or_does_no_harm(tmp_path):
    save_checkpoint(tmp_path / "a", trained()[0], step=1, characters="abcde", note="n" * 40)
    whole = bytearray((tmp_path / "a").read_bytes())
    header = 8 + int.from_bytes(whole[:8], "little")
    draw, read = random.Random(0), 0
    for place in range(0, header, 3):
        damaged = whole.copy()
        damaged[place] ^= 1 << draw.randrange(8)
        (tmp_path / "b").write_bytes(damaged)
        try:
            load_model(tmp_path / "b")
            read += 1  # where the bit was in the note, for example
        except ValueError as error:
            assert str(error)
    assert 0 < read < header / 12


def test_an_empty_file_and_other_files_are_refused(tmp_path):
    file = tmp_path / "a"
    for content in (b"", b"\0" * 100, b"hello, this is a text\n" * 9, b"\xff" * 50):
        file.write_bytes(content)
        refused(
            file, "a is cut short, damaged, or no checkpoint of this course .*; use another one"
        )
    save_file({"x": torch.ones(2)}, file)
    refused(file, "no checkpoint of this course")
    save_file({"x": torch.ones(2)}, file, metadata={"course_lib": "{"})
    refused(file, "no checkpoint of this course")


class Bomb:
    def __reduce__(self):
        return os.mkdir, (os.environ["BOMB"],)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_not_run(tmp_path, monkeypatch, protocol):
    monkeypatch.setenv("BOMB", str(tmp_path / "exploded"))
    (tmp_path / "a").write_bytes(pickle.dumps({"model": Bomb()}, protocol))
    kind = (
        "is a pickle, which could run any code" if protocol >= 2 else "no checkpoint of this course"
    )
    refused(tmp_path / "a", kind)
    assert not (tmp_path / "exploded").exists()
    pickle.loads((tmp_path / "a").read_bytes())
    assert (tmp_path / "exploded").exists()  # it would have


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_of_torch_save_is_not_run(tmp_path, monkeypatch, zipped):
    monkeypatch.setenv("BOMB", str(tmp_path / "exploded"))
    state = trained()[0].state_dict() | {"extra": Bomb()}
    torch.save(state, tmp_path / "a", _use_new_zipfile_serialization=zipped)
    refused(
        tmp_path / "a",
        "a is a pickle, which could run any code .*; use another one, or train again",
    )
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("change, message", [
    ({"n_embd": 4}, r"blocks.0.attention.qkv.bias is \(12,\), the model's \(6,\), and 13 more"),
    ({"n_layer": 2}, r"blocks.1.attention.out.bias is not the model's.* and 9 more"),
    ({"vocab_size": 6}, r"token_embedding.weight is \(6, 2\), the model's \(5, 2\); give the configuration"),
    ({"block_size": 3}, r"position_embedding.weight is \(3, 2\), the model's \(4, 2\)"),
])  # fmt: skip
def test_another_configuration_is_refused_with_what_differs(tmp_path, change, message):
    save_checkpoint(tmp_path / "a", *trained(sizes=GPTConfig(**asdict(SIZES) | change)))
    model, optimizer = trained()
    expected = trained()
    with pytest.raises(ValueError, match="a is of another model: .*" + message):
        load_checkpoint(tmp_path / "a", model, optimizer)
    assert same(model.state_dict(), expected[0].state_dict())
    assert same(optimizer.state_dict(), expected[1].state_dict())


def test_a_missing_tensor_is_named(tmp_path):
    save_checkpoint(tmp_path / "a", nn.Linear(2, 3, bias=False))
    with pytest.raises(ValueError, match="another model: bias is missing; give the configuration"):
        load_checkpoint(tmp_path / "a", nn.Linear(2, 3))


def test_an_optimizer_needs_an_optimizers_state(tmp_path):
    model, optimizer = trained()
    save_checkpoint(tmp_path / "alone", trained(seed=1)[0])
    groups = torch.optim.AdamW([{"params": [p]} for p in trained()[0].parameters()])
    save_checkpoint(tmp_path / "groups", trained(seed=1)[0], groups)
    for name, message in (("alone", "alone holds a model alone"), ("groups", "parameter groups")):
        with pytest.raises(ValueError, match=message):
            load_checkpoint(tmp_path / name, model, optimizer)
        assert same(model.state_dict(), trained()[0].state_dict())


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "a", tmp_path):
        with pytest.raises(FileNotFoundError, match=f"no checkpoint at {path}"):
            load_checkpoint(path)
    with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*checkpoint\.safetensors"):
        load_model(tmp_path)


def test_a_relative_path_is_told_in_full_and_where_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with pytest.raises(FileNotFoundError) as caught:
        load_model("runs/x")
    whole = tmp_path / "notebooks" / "runs" / "x"
    assert f"no checkpoint at {os.path.join('runs', 'x')} (looked for {whole})" in str(caught.value)
    assert "give the whole path" in str(caught.value)
    save_checkpoint(tmp_path / "runs" / "x" / "checkpoint.safetensors", trained()[0])
    with pytest.raises(FileNotFoundError) as caught:
        load_model("runs/x")
    assert f"there is one at {tmp_path / 'runs' / 'x'}: give that path" in str(caught.value)


@pytest.mark.parametrize("make, message", [
    (lambda p: torch.optim.Adam(p, 0.1), "another optimizer .decoupled_weight_decay was True, is False"),
    (lambda p: torch.optim.SGD(p, 0.1), "another optimizer .its parameter groups are without dampening, "),
    (lambda p: torch.optim.AdamW([*p][:-1], 0.1), "another optimizer .its parameter groups are of other "),
    (lambda p: torch.optim.AdamW(reversed([*p]), 0.1), r"another optimizer .exp_avg of parameter \d is \("),
])  # fmt: skip
def test_another_optimizer_is_refused_with_what_differs(tmp_path, make, message):
    save_checkpoint(tmp_path / "a", *trained())
    model, _ = trained(seed=1)
    optimizer, weights = (
        make(model.parameters()),
        json.dumps(model.state_dict(), default=torch.Tensor.tolist),
    )
    with pytest.raises(ValueError, match=f"a is of {message}"):
        load_checkpoint(tmp_path / "a", model, optimizer)
    assert not optimizer.state
    assert json.dumps(model.state_dict(), default=torch.Tensor.tolist) == weights


def test_an_optimizers_state_that_is_no_tensor_is_refused_by_name(tmp_path):
    model = nn.Linear(2, 2)
    optimizer = torch.optim.LBFGS(model.parameters())
    optimizer.step(lambda: model(torch.ones(1, 2)).sum() * 0)
    with pytest.raises(TypeError, match=r"optimizer\.0\.\w+ can't be kept in a file"):
        save_checkpoint(tmp_path / "a", model, optimizer)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("metadata", ["[]", "3", "null", '"x"', "{", '{"param_groups": 3}', '{"model_config": 3}',
                                      '{"model_config": {"n_embd": "2"}, "characters": "abcde"}'])  # fmt: skip
def test_metadata_that_was_edited_by_hand_is_refused(tmp_path, metadata):
    save_checkpoint(tmp_path / "a", *trained(), characters="abcde")
    tensors = load_file(tmp_path / "a")
    save_file(tensors, tmp_path / "a", metadata={"course_lib": metadata})
    with pytest.raises(ValueError, match=f"{tmp_path / 'a'} "):
        load_model(tmp_path / "a")
    with pytest.raises(ValueError, match=f"{tmp_path / 'a'} "):
        load_checkpoint(tmp_path / "a", *trained())


def test_more_text_than_the_format_holds_is_refused(tmp_path):
    with pytest.raises(
        TypeError, match="header too large; its texts together must be under 100 MB"
    ):
        save_checkpoint(tmp_path / "a", nn.Linear(1, 1), note="x" * 101_000_000)
    assert not [*tmp_path.iterdir()]


# --- load_model


def test_a_model_comes_back_ready_to_write(tmp_path):
    model, _ = trained()
    save_checkpoint(tmp_path / "checkpoint.safetensors", model, characters="abcde")
    for path in (tmp_path, str(tmp_path), tmp_path / "checkpoint.safetensors"):
        other, tokenizer = load_model(path)
        assert same(other.state_dict(), model.state_dict()) and other.config == SIZES
        assert tokenizer.characters == "abcde" and not other.training


@dataclass(frozen=True)
class Sizes:
    width: int = 3


@pytest.mark.parametrize("config, info", [
    (SIZES, {}), (SIZES, {"characters": ""}), (SIZES, {"characters": "edcba"}), (SIZES, {"characters": 5}),
    (SIZES, {"characters": "abcd"}), (None, {"characters": "abcde"}), (Sizes(), {"characters": "abc"}),
])  # fmt: skip
def test_a_file_without_sizes_or_characters_makes_no_model(tmp_path, config, info):
    model, _ = trained()
    model.config = config
    save_checkpoint(tmp_path / "a", model, **info)
    with pytest.raises(
        ValueError,
        match="a does not say which GPT and characters it was made with; load it with load_",
    ):
        load_model(tmp_path / "a")


def test_the_shipped_model_is_near_the_floor_on_tales_it_never_saw():
    model, tokenizer = load_model("tales")
    text = sample_tales(15_000, seed=2_718_281)
    ids = torch.tensor(tokenizer.encode(text))
    starts = (ids == tokenizer.encode("\n")[0]).nonzero()[:, 0]
    loss = evaluate(model, *evaluation_rows(ids, model.config.block_size, starts))
    assert -0.001 < loss - tales_floor(text) < 0.1
    assert not model.training and tokenizer.vocab_size == model.config.vocab_size
    assert isinstance(tokenizer, CharTokenizer) and load_model()[0].config == model.config


# --- killed at any moment

RUNS = """
import os, sys, time, torch
from course_lib.corpus import Corpus
from course_lib.model import GPT, GPTConfig
from course_lib.train import TrainConfig, train_steps

def run(number, folder):
    torch.manual_seed(0)
    ids = torch.randint(0, 11, (700,))
    model = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=2, n_embd=16, dropout=0.3))
    config = TrainConfig(steps=40, batch_size=4, block_size=8, warmup_steps=5, eval_every=15, save_every=2)
    torch.rand(int(number))  # each process begins with another random state
    for record in train_steps(model, Corpus(ids[:600], ids[600:]), config, folder, resume=True):
        print(record.step, flush=True)
        time.sleep(0.003)

torch.optim.SGD([torch.zeros(1)])  # imports what takes long
for line in sys.stdin:  # a process for each run; the imports are made once
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        run(*line.rstrip("\\n").split(" ", 1))
        os._exit(0)
    print("ended", os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is neither fork nor SIGKILL")
def test_a_run_that_is_killed_again_and_again_ends_with_the_same_file(tmp_path):
    runs = subprocess.Popen([sys.executable, "-c", RUNS], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True, bufsize=1, env=os.environ | {"OMP_NUM_THREADS": "1"})  # fmt: skip
    draw, begun, ends = random.Random(0), [], []

    def run(folder, kill_after=None):
        """Train in a process of its own, killed some steps later. Returns the step of its checkpoint."""
        runs.stdin.write(f"{len(ends)} {tmp_path / folder}\n")
        process = int(runs.stdout.readline())
        for count, line in enumerate(runs.stdout, start=1):
            if line.startswith("ended"):
                ends.append(int(line.split()[1]))
                break
            if count == 1:
                begun.append(int(line))
            if count == kill_after:
                time.sleep(draw.random() * 0.006)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        file = tmp_path / folder / "checkpoint.safetensors"
        return load_checkpoint(file)["step"] if file.exists() else 0  # never half a file

    with runs:
        assert run("whole") == 40
        step = 0
        while step < 40:
            begun.clear()
            before, step = step, run("killed", draw.randrange(1, 6) if len(ends) < 9 else None)
            assert begun == [before + 1] and step % 2 == 0
        runs.stdin.close()
    assert set(ends) <= {0, signal.SIGKILL} and ends.count(signal.SIGKILL) >= 3
    files = [tmp_path / name / "checkpoint.safetensors" for name in ("whole", "killed")]
    assert files[0].read_bytes() == files[1].read_bytes()


# --- tokenizers


def bpe_model(tokenizer):
    torch.manual_seed(0)
    return GPT(GPTConfig(tokenizer.vocab_size, block_size=4, n_layer=1, n_head=1, n_embd=2))


def test_a_checkpoint_gives_back_any_tokenizer(tmp_path):
    learned = BPETokenizer.train("the cat sat on the mät " * 9, 270, special_tokens=["<|end|>"])
    save_checkpoint(tmp_path / "bpe", bpe_model(learned), **tokenizer_info(learned))
    model, tokenizer = load_model(tmp_path / "bpe")
    assert tokenizer.tokens == learned.tokens and tokenizer.special == learned.special
    assert [*tokenizer.merges.items()] == [*learned.merges.items()]
    assert model.config.vocab_size == 270
    characters = CharTokenizer("\nabcé")
    save_checkpoint(tmp_path / "char", bpe_model(characters), **tokenizer_info(characters))
    assert load_model(tmp_path / "char")[1].characters == characters.characters
    with pytest.raises(TypeError, match="keeps a CharTokenizer or a BPETokenizer, got 'abc'"):
        tokenizer_info("abc")


@pytest.mark.parametrize("spoil", [
    lambda entry: entry["merges"].pop(0), lambda entry: entry.pop("vocab"),
    lambda entry: entry.update(vocab=[]), lambda entry: entry.update(merges=[3]),
    lambda entry: entry.update(special=5), lambda entry: entry.update(more=1),
    lambda entry: entry["vocab"].update(a="x"),
])  # fmt: skip
def test_a_tokenizer_that_was_edited_is_refused(tmp_path, spoil):
    learned = BPETokenizer.train("the cat sat on the mat " * 9, 262)
    entry = tokenizer_info(learned)["tokenizer"]
    spoil(entry)
    save_checkpoint(tmp_path / "a", bpe_model(learned), tokenizer=entry)
    with pytest.raises(ValueError, match="a was edited or damaged: its tokenizer is not one that"):
        load_model(tmp_path / "a")


def test_a_tokenizer_of_another_size_than_the_model_is_refused(tmp_path):
    learned = BPETokenizer.train("the cat sat on the mat " * 9, 262)
    save_checkpoint(tmp_path / "a", trained()[0], **tokenizer_info(learned))
    with pytest.raises(ValueError, match="does not say which GPT"):
        load_model(tmp_path / "a")


def test_tales_means_the_shipped_model_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tales").mkdir()  # a folder of anything
    assert load_model("tales")[1].vocab_size > 5
    save_checkpoint("tales/checkpoint.safetensors", trained()[0], characters="abcde")
    for shipped in ({}, {"path": "tales"}):
        with pytest.raises(ValueError, match=r'"tales" is the model .* give "\./tales"'):
            load_model(**shipped)
    for own in ("./tales", Path("tales")):
        assert load_model(own)[1].characters == "abcde"


@pytest.mark.parametrize(
    "wrap", [torch.compile, nn.DataParallel], ids=["compiled", "data-parallel"]
)
def test_a_wrapped_model_is_saved_as_the_model_itself(tmp_path, wrap, monkeypatch):
    save_checkpoint(tmp_path / "plain", fresh())
    save_checkpoint(tmp_path / "wrapped", wrap(fresh()))
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "wrapped").read_bytes()
    other = wrap(gpt())
    load_checkpoint(tmp_path / "plain", other)
    assert bits(other) == bits(fresh())


def test_a_model_with_one_compiled_part_is_saved_as_the_model_itself(tmp_path):
    model = fresh()
    model.blocks[1] = torch.compile(model.blocks[1])
    assert any("_orig_mod" in name for name in model.state_dict())
    save_checkpoint(tmp_path / "part", model)
    save_checkpoint(tmp_path / "plain", fresh())
    assert (tmp_path / "part").read_bytes() == (tmp_path / "plain").read_bytes()


def test_parameters_in_another_order_are_refused(tmp_path):
    """An optimizer's state knows its parameters by their numbers, a model's weights by their names."""

    def made(order):
        torch.manual_seed(0)
        model = torch.nn.ModuleDict({name: torch.nn.Linear(3, 3) for name in order})
        optimizer = torch.optim.AdamW(model.parameters())
        sum(p.sum() * k for k, (_, p) in enumerate(sorted(model.named_parameters()))).backward()
        optimizer.step()
        return model, optimizer

    path = tmp_path / "model.safetensors"
    save_checkpoint(path, *made("ab"), note="n")
    assert load_checkpoint(path, *made("ab")) == {"note": "n"}
    model, optimizer = made("ba")
    before = optimizer.state_dict()["state"][0]["exp_avg"].clone()
    with pytest.raises(ValueError, match=r"parameter 0 was a\.weight, is b\.weight: the order"):
        load_checkpoint(path, model, optimizer)
    assert torch.equal(optimizer.state_dict()["state"][0]["exp_avg"], before)
    load_checkpoint(path, model)


def test_one_checkpoint_for_two_optimizers(tmp_path):
    def made():
        model = torch.nn.Linear(2, 2)
        model(torch.ones(1, 2)).sum().backward()
        optimizer = torch.optim.AdamW(model.parameters())
        optimizer.step()
        return model, optimizer

    save_checkpoint(tmp_path / "x", *made())
    checkpoint, (first, one), (second, other) = Checkpoint(tmp_path / "x"), made(), made()
    checkpoint.put_into(first, one)
    checkpoint.put_into(second, other)
    kept = copy.deepcopy(other.state_dict()["state"])
    one.step()
    for i, entries in other.state_dict()["state"].items():
        assert all(torch.equal(value, kept[i][name]) for name, value in entries.items())
