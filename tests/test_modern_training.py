"""The modern model trained, stopped and resumed, saved, and let write, as the others are."""

import contextlib
import dataclasses
import json
import os
import re
import subprocess
import sys

import pytest
import torch

from course_lib import cli
from course_lib.checkpoint import Checkpoint, load_model
from course_lib.corpus import Corpus, get_batch, make_corpus
from course_lib.generation import generate, sample_next_token
from course_lib.model import GPT, GPTConfig
from course_lib.modern import ModernConfig, ModernGPT, make_model
from course_lib.muon import MuonAdamW, inner_matrices
from course_lib.presets import parameters_of, settings
from course_lib.run import make_optimizer
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig, train, train_steps

pytestmark = pytest.mark.usefixtures("one_thread")
TEXT = "the cat sat on the mat and the dog sat on the log\n" * 20
TOKENIZER = CharTokenizer(TEXT)
CORPUS, INFO = make_corpus(TEXT, TOKENIZER), {"characters": TOKENIZER.characters}
SIZES = ModernConfig(TOKENIZER.vocab_size, 8, n_layer=2, n_head=4, n_embd=16, n_kv_head=2)
CONFIG = TrainConfig(steps=8, batch_size=4, block_size=8, lr=1e-2, muon_lr=0.02, warmup_steps=2,
                     decay="linear", eval_every=4, save_every=2)  # fmt: skip


def model(seed=0, sizes=SIZES):
    torch.manual_seed(seed)
    return make_model(sizes)


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def train_half(ours, config, out):
    """Train the first four steps, which are saved."""
    with contextlib.closing(train_steps(ours, CORPUS, config, out, **INFO)) as steps:
        assert [next(steps).step for _ in range(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize("change", [
    {}, {"precision": "bfloat16"}, {"without_replacement": True, "batch_size": 12}
])  # fmt: skip
def test_a_run_that_is_stopped_and_resumed_ends_with_the_same_bits(tmp_path, change):
    whole, stopped, resumed = model(), model(), model(1)
    config = dataclasses.replace(CONFIG, **change)
    train(whole, CORPUS, config, progress=False)
    train_half(stopped, config, tmp_path)
    train(resumed, CORPUS, config, tmp_path, resume=True, progress=False, **INFO)
    assert torch.equal(flat(whole), flat(resumed)) and not torch.equal(flat(whole), flat(stopped))
    if change:  # another run than without it
        with pytest.raises(ValueError, match=f"{next(iter(change))} was .*, is "):
            train(model(), CORPUS, CONFIG, tmp_path, resume=True, progress=False, **INFO)


def test_the_training_step_is_that_of_muon_and_adamw():
    trained, by_hand = model(), model()
    records = train(trained, CORPUS, CONFIG, progress=False)
    config = dataclasses.replace(CONFIG, decay="cosine")
    optimizer = make_optimizer(by_hand, config)
    assert isinstance(optimizer, MuonAdamW)
    assert [group["lr"] for group in optimizer.param_groups] == [0.02, 0.01]
    rates = [r.lr for r in records]
    assert rates == pytest.approx([0.005, 0.01, *(0.01 * (1 - i / 6) for i in range(6))])
    for step, rate in enumerate(rates):
        x, y = get_batch(CORPUS.train, 4, 8, step, CONFIG.seed)
        loss = torch.nn.functional.cross_entropy(by_hand(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(by_hand.parameters(), CONFIG.grad_clip)
        optimizer.param_groups[0]["lr"], optimizer.param_groups[1]["lr"] = 2 * rate, rate
        optimizer.step()
    assert torch.allclose(flat(trained), flat(by_hand), rtol=0, atol=1e-6)


@pytest.mark.parametrize("precision, products", [
    ("float32", torch.float32), ("bfloat16", torch.bfloat16), ("float16", torch.float32),
])  # fmt: skip
def test_muon_multiplies_in_the_precision_of_the_run(monkeypatch, precision, products):
    seen, multiply = set(), torch.baddbmm

    def spy(added, *factors, **scales):
        if "beta" in scales:  # attention's has none
            seen.add(added.dtype)
        return multiply(added, *factors, **scales)

    monkeypatch.setattr(torch, "baddbmm", spy)
    trained = model()
    train(trained, CORPUS, dataclasses.replace(CONFIG, precision=precision), progress=False)
    assert seen == {products}
    assert all(p.dtype == torch.float32 and p.isfinite().all() for p in trained.parameters())


def test_muon_has_the_matrices_in_the_blocks_and_adamw_the_rest():
    ours = model()
    inner, others = inner_matrices(ours)
    assert len(inner) == 2 * 6 and {p.dim() for p in inner} == {2}
    assert [id(p) for p in others] == [
        id(p) for p in (ours.token_embedding.weight, ours.smear.share, ours.head.weight)
    ]
    gpt = GPT(GPTConfig(5, 8, 2, 2, 8))  # the GPT of the other lessons may have Muon as well
    assert len(inner_matrices(gpt)[0]) == 2 * 4
    train(gpt, Corpus(*torch.randint(0, 5, (2, 99))), CONFIG, progress=False)
    with pytest.raises(ValueError, match="this model has none; train it with muon_lr=0"):
        make_optimizer(torch.nn.Linear(3, 3), CONFIG)


@pytest.mark.parametrize("change, words", [
    ({"muon_lr": -0.1}, "needs 0 <= muon_lr, finite"),
    ({"lr": 0.0}, "lr above 0 where it is; got lr=0.0, muon_lr=0.02"),
    ({"muon_lr": "0.1"}, "muon_lr must be a number, got '0.1'"),
    ({"momentum": 1.0}, "needs 0 <= momentum < 1, got 1.0"),
    ({"momentum": True}, "momentum must be a number, got True"),
    ({"decay": "exponential"}, "decay must be cosine or linear, got 'exponential'"),
])  # fmt: skip
def test_settings_that_can_not_be_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(CONFIG, **change)


def test_a_checkpoint_knows_which_model_it_holds(tmp_path):
    ours = model()
    train(ours, CORPUS, CONFIG, tmp_path, progress=False, **INFO)
    loaded, tokenizer = load_model(tmp_path)
    assert type(loaded) is ModernGPT and loaded.config == SIZES
    assert tokenizer.characters == TOKENIZER.characters and torch.equal(flat(loaded), flat(ours))
    sizes = {field.name: getattr(SIZES, field.name) for field in dataclasses.fields(GPTConfig)}
    gpt, more = GPT(GPTConfig(**sizes)), dataclasses.replace(CONFIG, steps=9)
    with pytest.raises(ValueError, match="of another run"):
        train(gpt, CORPUS, more, tmp_path, resume=True, progress=False, **INFO)
    with pytest.raises(ValueError, match="of another model"):
        Checkpoint(tmp_path / "checkpoint.safetensors").put_into(gpt)
    train(gpt, CORPUS, dataclasses.replace(CONFIG, muon_lr=0.0), tmp_path / "gpt", progress=False)
    with pytest.raises(ValueError, match="of another run"):
        train(model(), CORPUS, CONFIG, tmp_path / "gpt", resume=True, progress=False)


def make_older(folder):
    """Take out of a run's checkpoint what was not in it before these settings were there."""
    path = folder / "checkpoint.safetensors"
    length = int.from_bytes(path.read_bytes()[:8], "little")
    head, rest = path.read_bytes()[8 : 8 + length], path.read_bytes()[8 + length :]
    for name in (b"shifted_keys", b"without_replacement"):
        assert name in head
        head = re.sub(rb', ?\\*"%s\\*": ?false' % name, b"", head)
        assert name not in head
    path.write_bytes(len(head).to_bytes(8, "little") + head + rest)


def test_a_checkpoint_from_before_a_setting_was_there_is_read_and_gone_on_with(tmp_path):
    whole, ours = model(), model()
    train(whole, CORPUS, CONFIG, progress=False)
    train_half(ours, CONFIG, tmp_path)
    make_older(tmp_path)
    loaded, _ = load_model(tmp_path)
    assert loaded.config == SIZES and torch.equal(flat(loaded), flat(ours))
    train(loaded, CORPUS, CONFIG, tmp_path, resume=True, progress=False, **INFO)
    assert torch.equal(flat(loaded), flat(whole))


@pytest.mark.parametrize("shifted", [False, True])
@pytest.mark.parametrize("length", [5, 20])  # within the context, and beyond it
def test_what_it_writes_is_what_it_would_write_without_a_cache(length, shifted):
    ours = model(sizes=dataclasses.replace(SIZES, shifted_keys=shifted)).eval()
    train(ours, CORPUS, CONFIG, progress=False)
    written = [*generate(ours, [3, 1], length, seed=5)]
    generator, ids = torch.Generator().manual_seed(5), [3, 1]
    with torch.no_grad():
        for _ in range(length):
            logits = ours(torch.tensor([ids[-8:]]))[0, -1]
            ids.append(sample_next_token(logits, generator=generator).item())
    assert written == ids[2:]


@pytest.mark.parametrize("preset", ["modern", "modern-long", "modern-tales"])
def test_the_presets_are_of_the_modern_model(preset):
    config, sizes = settings(preset, vocab_size=65)
    assert type(sizes) is ModernConfig and config.muon_lr > config.lr > 0
    assert config.block_size == sizes.block_size
    with torch.device("meta"):
        made = make_model(sizes)
    assert parameters_of(sizes) == sum(p.numel() for p in made.parameters())
    shared = dataclasses.replace(sizes, n_kv_head=2)
    with torch.device("meta"):
        assert parameters_of(shared) == sum(p.numel() for p in make_model(shared).parameters())
    with pytest.raises(
        ValueError, match="no setting n_kv_head; those of TrainConfig and GPTConfig"
    ):
        settings("laptop", n_kv_head=2)


def test_the_command_line_trains_it_resumes_it_and_lets_it_write(capsys, tmp_path):
    data, out = tmp_path / "text.txt", tmp_path / "run"
    data.write_text(TEXT)
    sizes = "--n-layer 2 --n-embd 16 --n-head 4 --n-kv-head 2 --block-size 8 --batch-size 4"
    command = ["train", "--preset", "modern", "--data", str(data), "--out", str(out), "--json"]
    command += [*sizes.split(), "--steps", "6", "--precision", "float32"]
    cli.main(command)
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    cli.main([*command, "--resume"])
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert first["val_loss"] == again["val_loss"] and first["params"] == again["params"]
    cli.main(["sample", "--model", str(out), "--length", "40", "--prompt", "the "])
    written = capsys.readouterr().out
    assert written.startswith("the ") and len(written) == 45 and set(written) <= set(TEXT)


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun there needs libuv")
def test_two_processes_make_the_steps_of_one(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    results = []
    for start in ([sys.executable], [sys.executable, "-m", "torch.distributed.run", "--standalone",
                                     "--nproc-per-node", "2"]):  # fmt: skip
        command = [*start, "-m", "course_lib", "train", "--preset", "modern", "--data", "text.txt",
                   "--out", f"run{len(start)}", "--n-layer", "1", "--n-embd", "16", "--block-size",
                   "8", "--batch-size", "4", "--steps", "6", "--precision", "float32", "--json",
                   "--device", "cpu"]  # fmt: skip
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, timeout=600
        )
        assert not done.returncode, done.stderr.decode()[-2000:]
        results.append(json.loads(done.stdout.decode().strip().splitlines()[-1]))
    assert results[0]["val_loss"] == pytest.approx(results[1]["val_loss"], abs=1e-4)


def test_a_run_begins_with_a_model_of_its_own_kind_alone(capsys, tmp_path):
    data = tmp_path / "text.txt"
    data.write_text(TEXT)
    sizes = ["--n-layer", "1", "--n-embd", "8", "--n-head", "2", "--block-size", "8"]
    short = ["train", "--data", str(data), "--steps", "2", "--batch-size", "2"]
    short += ["--precision", "float32", "--device", "cpu"]
    for preset in ("modern", "laptop"):
        cli.main([*short, *sizes, "--preset", preset, "--out", str(tmp_path / preset)])
    begun = [*short, "--out", str(tmp_path / "new"), "--init-from"]
    first = load_model(tmp_path / "modern")[0]
    for age in range(2):
        cli.main([*begun, str(tmp_path / "modern"), "--preset", "modern-long"])
        made = load_model(tmp_path / "new")[0]
        assert type(made) is ModernGPT and made.config == first.config
        (tmp_path / "new" / "checkpoint.safetensors").unlink()
        if not age:
            make_older(tmp_path / "modern")
    for preset, other, words in (
        ("laptop", "modern", "a ModernGPT"),
        ("modern", "laptop", "a GPT"),
    ):
        with pytest.raises(SystemExit, match=f"holds {words}, and .* give a preset of its kind"):
            cli.main([*begun, str(tmp_path / other), "--preset", preset])
