"""python -m course_lib, called as a function where that will do, and as a command where it must be."""

import json
import math
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import fields

import pytest
import torch

from course_lib import commands
from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import load_checkpoint, load_model, save_checkpoint
from course_lib.cli import main
from course_lib.corpus import Corpus, evaluation_rows, make_corpus
from course_lib.loss import evaluate
from course_lib.model import GPT, GPTConfig
from course_lib.modern import ModernConfig
from course_lib.presets import PRESETS, settings
from course_lib.tales import requests_nll, sample_requests, sample_tales, tales_nll
from course_lib.train import TrainConfig

pytestmark = pytest.mark.usefixtures("one_thread")
TEXT = "the cat sat on the mat, and the rat sat on the cat. " * 40
TINY = ["--n-layer", "1", "--n-head", "2", "--n-embd", "8", "--block-size", "16", "--batch-size", "4",
        "--steps", "6", "--precision", "float32"]  # fmt: skip
FILE = "checkpoint.safetensors"


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "my text é.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def lines_of(capsys, *arguments):
    """Run a command that must end well; what it wrote, line by line."""
    main([str(argument) for argument in arguments])
    return capsys.readouterr().out.splitlines()


def error_of(*arguments):
    """Run a command that must end in one line, with an exit status that says so."""
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    message = caught.value.code  # Python writes a text to stderr and exits with 1
    assert isinstance(message, str) and message.startswith("error: ")
    assert "\n" not in message
    return message.removeprefix("error: ")


def command(*arguments, **options):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen([sys.executable, "-m", "course_lib", *map(str, arguments)], text=True,
                            encoding="utf-8", env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)  # fmt: skip


# --- train


def test_the_yardstick_reports_in_one_line_of_json(capsys, data, tmp_path):
    lines = lines_of(capsys, "train", "--preset", "yardstick", "--steps", 3, "--data", data,
                     "--out", tmp_path / "run", "--json", "--device", "cpu")  # fmt: skip
    result = json.loads(lines[-1])
    assert result.keys() == {
        "val_loss",
        "floor",
        "steps",
        "tokens",
        "wall_s",
        "cpu_s",
        "params",
        "device",
    }
    info = load_checkpoint(tmp_path / "run" / FILE)
    sizes, config = info["model_config"], info["train_config"]
    assert (sizes["n_layer"], sizes["n_head"], sizes["n_embd"], sizes["block_size"]) == (
        4,
        4,
        128,
        64,
    )
    assert result["steps"] == 3 and result["tokens"] == 3 * config["batch_size"] * 64
    model, tokenizer = load_model(tmp_path / "run")
    assert result["params"] == sum(p.numel() for p in model.parameters())
    corpus = make_corpus(TEXT, tokenizer)
    assert abs(result["val_loss"] - evaluate(model, *evaluation_rows(corpus.val, 64))) < 1e-6
    assert result["floor"] is None and result["device"] == "cpu"
    assert result["wall_s"] > 0 and result["cpu_s"] > 0
    assert f"val_loss {result['val_loss']:.4f} nats per character after 3 steps" in lines
    assert tokenizer.characters == "".join(sorted(set(TEXT)))


def test_tales_have_a_floor_and_rows_that_begin_with_a_story(capsys, monkeypatch, tmp_path):
    text = sample_tales(30_000, seed=5)
    monkeypatch.setattr(commands, "load_text", lambda source: {"tales": text}[source])
    lines = lines_of(capsys, "train", *TINY, "--out", tmp_path, "--json")
    result = json.loads(lines[-1])
    val = text[int(len(text) * 0.9) :]
    floor = tales_nll(val[val.index("\n") + 1 : val.rindex("\n") + 1]).mean().item()
    assert abs(result["floor"] - floor) < 1e-9
    assert lines[-3].endswith(f"; the floor is {floor:.4f}")
    model, tokenizer = load_model(tmp_path)
    corpus = make_corpus(text, tokenizer, row_start="\n")
    rows = evaluation_rows(corpus.val, 16, corpus.val_starts)
    assert abs(result["val_loss"] - evaluate(model, *rows)) < 1e-6


def test_requests_are_learned_after_their_mark_and_chat_knows_their_form(
    capsys, monkeypatch, tmp_path
):
    text = sample_requests(150, seed=5)
    monkeypatch.setattr(commands, "load_text", lambda source: {"requests": text}[source])
    flags = "train", "--data", "requests", *TINY, "--block-size", 40, "--out", tmp_path, "--json"
    lines = lines_of(capsys, *flags)
    result = json.loads(lines[-1])
    val = text[int(len(text) * 0.9) :]
    val = val[val.index("\n") + 1 : val.rindex("\n") + 1]
    answers = [line.index("? ") + 2 for line in val.splitlines()]
    nll = iter(requests_nll(val).tolist())
    kept = [
        [next(nll) for _ in line][n:] for n, line in zip(answers, val.splitlines(True), strict=True)
    ]
    flat = [x for line in kept for x in line]
    assert abs(result["floor"] - sum(flat) / len(flat)) < 1e-9
    model, tokenizer = load_model(tmp_path)
    corpus = make_corpus(text, tokenizer, "\n", answer_after="? ")
    assert abs(result["val_loss"] - evaluate(model, *corpus.rows(40))) < 1e-6
    info = load_checkpoint(tmp_path / FILE)
    assert (info["row_start"], info["answer_after"], info["data"]) == ("\n", "? ", "requests")
    own = tmp_path / "own.txt"
    own.write_text("who? me\n" * 60)
    monkeypatch.undo()
    flags = "train", "--data", own, *TINY, "--answer-after", "? ", "--out", tmp_path / "own"
    assert "floor" not in lines_of(capsys, *flags)[-2]
    info = load_checkpoint(tmp_path / "own" / FILE)
    assert (info["row_start"], info["answer_after"], info.get("data")) == ("\n", "? ", None)
    assert "was trained on another text" in error_of(*flags[:-4], "--resume", *flags[-2:])


def test_every_field_has_a_flag_and_every_flag_arrives(capsys, data, tmp_path):
    train = {"steps": 4, "batch_size": 6, "block_size": 7, "lr": 0.02, "min_lr": 0.001, "warmup_steps": 2,
             "weight_decay": 0.3, "beta1": 0.7, "beta2": 0.8, "grad_clip": 0.4, "accumulate": 3,
             "precision": "bfloat16", "compile": False, "eval_every": 3, "save_every": 2, "seed": 9,
             "decay": "linear", "muon_lr": 0.01, "momentum": 0.9, "without_replacement": True}  # fmt: skip
    model = {"block_size": 7, "n_layer": 2, "n_head": 3, "n_embd": 9, "dropout": 0.15}
    assert train.keys() == {field.name for field in fields(TrainConfig)}
    assert model.keys() == {field.name for field in fields(GPTConfig)} - {"vocab_size"}
    flags = [part for name, value in (train | model).items()
             for part in (f"--{name.replace('_', '-')}", str(value).lower())]  # fmt: skip
    lines_of(capsys, "train", "--data", data, "--out", tmp_path, *flags)
    info = load_checkpoint(tmp_path / FILE)
    assert info["train_config"] == train
    assert info["model_config"] == model | {"vocab_size": len(set(TEXT))}
    with pytest.raises(SystemExit) as caught:
        main(["train", "--help"])
    text = capsys.readouterr().out
    assert caught.value.code == 0 and all(flag in text for flag in flags[::2])


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_fit_both_configurations(name):
    preset = PRESETS[name]
    model = ModernConfig if "n_kv_head" in preset else GPTConfig
    train, sizes = ({f.name: preset[f.name] for f in fields(kind) if f.name in preset}
                    for kind in (TrainConfig, model))  # fmt: skip
    assert train | sizes == preset
    assert TrainConfig(**train).block_size == model(**sizes).block_size


def test_the_seed_decides_the_weights(capsys, data, tmp_path):
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        lines_of(capsys, "train", "--data", data, "--out", tmp_path / folder, *TINY, "--seed", seed)
    a, b, c = ((tmp_path / folder / FILE).read_bytes() for folder in "abc")
    assert a == b != c


def test_the_first_weights_are_the_seeds_too(capsys, data, tmp_path):
    lines_of(capsys, "train", "--data", data, "--out", tmp_path, *TINY, "--seed", 4, "--lr", 0)
    torch.manual_seed(4)
    model = GPT(GPTConfig(len(set(TEXT)), 16, 1, 2, 8))
    kept = load_model(tmp_path)[0]
    for p, q in zip(model.parameters(), kept.parameters(), strict=True):
        assert torch.equal(p, q)


def test_a_finished_run_may_be_resumed(capsys, data, tmp_path):
    run = ["train", "--data", data, "--out", tmp_path / "run", *TINY, "--json"]
    first = json.loads(lines_of(capsys, *run)[-1])
    before = (tmp_path / "run" / FILE).read_bytes()
    again = json.loads(lines_of(capsys, *run, "--resume")[-1])
    assert abs(again["val_loss"] - first["val_loss"]) < 1e-6 and again["steps"] == 6
    assert (tmp_path / "run" / FILE).read_bytes() == before


def test_a_run_that_was_not_there_to_resume_is_told(capsys, data, tmp_path):
    run = ["train", "--data", data, *TINY, "--resume", "--out"]
    told = f"no checkpoint in {tmp_path / 'mistyped'}: a new run begins"
    assert lines_of(capsys, *run, tmp_path / "mistyped")[1] == told
    assert told not in lines_of(capsys, *run, tmp_path / "mistyped")  # it is there now
    (tmp_path / "empty").mkdir()
    lines = lines_of(capsys, *run, tmp_path / "empty")
    assert lines[1] == f"no checkpoint in {tmp_path / 'empty'}: a new run begins"
    lines = lines_of(capsys, *run[:-2], "--out", tmp_path / "new")
    assert not any("no checkpoint" in line for line in lines)


def test_a_run_that_is_there_is_left_alone(data, tmp_path, capsys):
    run = ["train", "--data", data, "--out", tmp_path / "run", *TINY]
    lines_of(capsys, *run)
    before = (tmp_path / "run" / FILE).read_bytes()
    assert (
        "is there already; go on with that run or choose another folder, with --resume or "
        in error_of(*run)
    )
    assert "for example --out runs/another (" in error_of(*run)
    assert "is 0.1; resume it with its own" in error_of(*run, "--resume", "--lr", 0.1)
    assert "n_layer was 1, is 2" in error_of(*run, "--resume", "--n-layer", 2)
    for text in (TEXT.replace("cat", "act"), TEXT.upper()):  # the second has the same ids
        with open(data, "w", encoding="utf-8") as file:
            file.write(text)
        assert "was trained on another text; give the same --data" in error_of(*run, "--resume")
    assert (tmp_path / "run" / FILE).read_bytes() == before


@pytest.mark.parametrize("arguments, message", [
    (["--preset", "desktop"], "argument --preset: invalid choice: 'desktop' (choose from"),
    (["--device", "tpu"], "no device tpu here; there is"),
    (["--device", "cpu:x"], "device"),
    (["--device", ""], "no device"),
    (["--steps", "many"], "argument --steps: invalid int value: 'many'"),
    (["--steps", "0"], "steps must be a whole number of 1 or more, got 0"),
    (["--steps", "1e3"], "argument --steps: invalid int value: '1e3'"),
    (["--lr", "-1"], "needs 0 <= min_lr <= lr"),
    (["--lr", "nan"], "lr=nan"),
    (["--min-lr", "1"], "min_lr=1.0"),
    (["--warmup-steps", "7"], "warmup_steps must be from 0 to steps=6, got 7"),
    (["--beta1", "1"], "beta"),
    (["--grad-clip", "0"], "grad_clip > 0"),
    (["--weight-decay", "-1"], "weight_decay >= 0"),
    (["--accumulate", "3"], "accumulate=3 must divide batch_size=4"),
    (["--precision", "fp8"], "precision must be auto, float32, bfloat16 or float16, got fp8"),
    (["--compile", "maybe"], "argument --compile: must be true or false, got maybe"),
    (["--n-head", "3"], "n_head=3 does not divide n_embd=8"),
    (["--n-layer", "0"], "n_layer must be a whole number of 1 or more, got 0"),
    (["--dropout", "1"], "dropout must be from 0 up to"),
    (["--block-size", "5000"], "a row of block_size=5000 needs 5001 ids"),
    (["--seed", "99999999999999999999"], "seed must be from 0"),
    (["--data", "no such file"], 'no file no such file; give "tales", "shakespeare", "requests", or'),
    (["--out", __file__], "test_cli.py"),
    (["--out", "tales"], "argument --out: tales means what comes with the course, in --model or --data; "
                         "choose another folder, for example runs/tales"),
    (["--out", "shakespeare"], "choose another folder, for example runs/shakespeare"),
    (["--data", " "], "argument --data: must name a folder or file"),
    (["--block-size", "1000000"], "these sizes take at least"),
    (["--n-embd", "200000"], "these sizes take at least 7,680.1 GB of memory, and cpu has"),
    (["--colour", "red"], "unrecognized arguments: --colour red"),
    (["--steps"], "argument --steps: expected one argument"),
])  # fmt: skip
def test_a_mistake_in_train_is_told_in_one_line(data, tmp_path, arguments, message):
    run = ["train", "--data", data, "--out", tmp_path / "run", *TINY, *arguments]
    assert message in error_of(*run)
    assert not (tmp_path / "run" / FILE).exists()  # so that the right command is not refused


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_there_is_told(data, tmp_path, device):
    message = error_of(
        "train", "--data", data, "--out", tmp_path / "run", *TINY, "--device", device
    )
    assert message.startswith(f"no device {device} here; there is") and message.endswith("cpu")


@pytest.mark.parametrize("arguments, message", [
    ([], "the following arguments are required: train | sample | chat | export-page | class"),
    (["paint"], "invalid choice: 'paint'"),
])  # fmt: skip
def test_a_mistake_in_the_command_is_told_in_one_line(arguments, message):
    assert message in error_of(*arguments)


@pytest.mark.parametrize("content, message", [(b"", "is empty"), (b"abc", "val_fraction=0.1 leaves"),
                                              (b"\xff\xfe", "is not UTF-8")])  # fmt: skip
def test_a_text_that_will_not_do_is_told(tmp_path, content, message):
    (tmp_path / "a.txt").write_bytes(content)
    assert message in error_of(
        "train", "--data", tmp_path / "a.txt", "--out", tmp_path / "run", *TINY
    )


def test_a_loss_that_is_lost_is_told_in_one_line(data, tmp_path):
    message = error_of(
        "train", "--data", data, "--out", tmp_path, *TINY, "--lr", 1e38, "--min-lr", 1e38
    )
    assert re.search(r"the loss of step \d is (nan|inf)", message) and "Lower lr" in message


def test_a_short_run_has_a_short_warm_up(capsys, data, tmp_path):
    for name in PRESETS:
        lines_of(capsys, "train", "--preset", name, "--data", data, "--out", tmp_path / name, *TINY,
                 "--compile", "false")  # fmt: skip
        assert load_checkpoint(tmp_path / name / FILE)["train_config"]["warmup_steps"] <= 6


@pytest.mark.parametrize("at", [1, 4])
def test_ctrl_c_keeps_the_run_and_says_how_to_go_on(capsys, monkeypatch, data, tmp_path, at):
    run = ["train", "--data", data, *TINY, "--dropout", "0.2", "--out"]
    steps, batch = [], Corpus.batch

    def press(*arguments):
        steps.append(1)
        if len(steps) == at:
            signal.raise_signal(signal.SIGINT)
        return batch(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "batch", press)
        with pytest.raises(SystemExit) as caught:
            main([*run, str(tmp_path / "cut")])
    assert caught.value.code == (
        f"\nstopped after step {at}; {tmp_path / 'cut'}: type the same with --resume to go on"
    )
    assert load_checkpoint(tmp_path / "cut" / FILE)["step"] == at
    lines_of(capsys, *run, tmp_path / "cut", "--resume")
    lines_of(capsys, *run, tmp_path / "whole")
    assert (tmp_path / "cut" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()


def test_ctrl_c_while_it_makes_ready(monkeypatch, data, tmp_path):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    monkeypatch.setattr(commands, "load_text", lambda source: signal.raise_signal(signal.SIGINT))
    with pytest.raises(SystemExit) as caught:
        main(["train", "--data", data, "--out", str(tmp_path / "run"), *TINY])
    signal.signal(signal.SIGINT, before)
    assert caught.value.code.startswith("\nstopped") and not (tmp_path / "run").exists()


def test_a_text_without_line_breaks_can_be_gone_on_with(capsys, tmp_path):
    file = tmp_path / "text"
    file.write_text("no line break in here, " * 30, encoding="utf-8")
    lines_of(capsys, "train", "--data", file, "--out", tmp_path / "run", *TINY)
    (line,) = lines_of(capsys, "sample", "--model", tmp_path / "run", "--length", "5")
    assert len(line) == 6


def test_a_folder_named_like_what_is_built_in_is_not_passed_over(
    capsys, monkeypatch, run, tmp_path
):
    """`--out tales/` and `./tales` are folders of one's own; the bare name would be two things."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run, "tales")
    message = error_of("sample", "--model", "tales", "--length", 5)
    assert "is the model that comes with the course, and there is one of this name here" in message
    own = written(capsys, "--model", "./tales", "--prompt", "the", "--length", 20)
    assert f"give --model {os.path.join('.', 'tales')} for that" in message
    assert own == written(capsys, "--model", run, "--prompt", "the", "--length", 20)
    shipped = written(capsys, "--length", 20)
    assert tales_nll(shipped[:-1]).isfinite().all()
    os.rename("tales", "mine")
    assert written(capsys, "--model", "tales", "--length", 20) == shipped


def test_each_flags_help_is_its_fields_own_sentence(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = capsys.readouterr().out
    for config in (TrainConfig, GPTConfig):
        words = " ".join(config.__doc__.split())
        for field in fields(config):
            if field.name == "vocab_size":
                continue
            flag = f"--{field.name.replace('_', '-')} "
            sentence, values = re.search(rf"^ +{flag}\S+\s+(.+) \((.+)\)$", text, re.M).groups()
            assert f": {sentence}." in words or field.name == "block_size"  # which both have
            for name in PRESETS:
                value = str(getattr(settings(name)[config is GPTConfig], field.name)).lower()
                assert values == value or f"{name} {value}" in values.split(", ")
    for command in ("train", "sample"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        silent = re.search(r"^  --[\w-]+( \S+)?\n(?! {8})", capsys.readouterr().out, re.M)
        assert not silent, silent


def test_a_path_from_the_home_folder(capsys, monkeypatch, data, tmp_path):
    """A shell replaces the ~ in `--out ~/x`, and leaves it in `--out=~/x`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    lines_of(capsys, "train", f"--data=~/{os.path.basename(data)}", "--out=~/run", *TINY)
    assert (tmp_path / "run" / FILE).is_file() and not (tmp_path / "~").exists()
    assert len(written(capsys, "--model=~/run", "--length", 3)) > 3


@pytest.mark.skipif(os.name == "nt", reason="shells there quote in another way")
@pytest.mark.parametrize("name", ["a b/c", "-x", "it's", "$HOME;ls", "plain"])
def test_the_command_that_is_suggested_does_what_it_says(capsys, monkeypatch, data, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    *_, last = lines_of(capsys, "train", "--data", data, f"--out={name}", *TINY)
    words = shlex.split(last.removeprefix("Let it write: python -m course_lib "))
    assert words[:2] == ["sample", "--model"] and os.path.samefile(words[2], name)
    assert len(written(capsys, *words[1:], "--length", 3)) > 3


def test_to_resume_is_suggested_only_where_something_was_saved(monkeypatch, data, tmp_path):
    def press(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "train", press)
    run = ["train", "--data", data, "--out", str(tmp_path / "run"), *TINY]
    for resume, said in (
        (False, "\nstopped"),
        (True, f"\nstopped; {run[4]}: type the same again to go on"),
    ):
        with pytest.raises(SystemExit) as caught:
            main(run + ["--resume"] * resume)
        assert caught.value.code == said
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "run" / FILE).touch()


def test_a_mistake_that_meets_one_process_alone_is_told(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("RANK", "3")
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with pytest.raises(SystemExit) as caught:
        main(["train", "--data", str(tmp_path / "no.txt"), *TINY])
    assert caught.value.code == 1 and waited  # torchrun has ended it by then, if another failed too
    err = capsys.readouterr().err
    assert err.startswith("error: no file ") and err.endswith(" (in process 3)\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["plain", "a b"])
def test_a_model_that_can_not_be_compiled_is_told_in_one_line(monkeypatch, data, tmp_path, name):
    """As torch says it without a compiler, and in a folder with a space."""
    from torch._inductor.exc import CppCompileError, InvalidCxxCompiler

    def fail(*_, **__):
        raise {
            "plain": InvalidCxxCompiler(),
            "a b": CppCompileError(["g++", "a b"], "no such file\n"),
        }[name]

    monkeypatch.setattr(commands, "train", fail)
    message = error_of("train", "--data", data, "--out", tmp_path / name, *TINY)
    assert message.startswith("torch.compile does not work here (")
    assert "): give --compile false, or install a C++ compiler" in message


def test_an_out_that_names_nothing_or_a_file(data, tmp_path):
    assert "must name a folder" in error_of("train", "--data", data, "--out", "")
    (tmp_path / "file").write_text("x")
    assert "choose another folder" in error_of(
        "train", "--data", data, "--out", str(tmp_path / "file"), *TINY
    )


# --- as a command


def test_the_command_itself_reports_and_fails_in_one_line(data, tmp_path):
    processes = [command("train", "--data", data, "--out", tmp_path / "run", *TINY, "--json"),
                 command("train", "--data", data, "--out", tmp_path / "run", *TINY, "--n-head", 5)]  # fmt: skip
    (out, err), (bad_out, bad_err) = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 1]
    result = json.loads(out.splitlines()[-1])
    assert result["steps"] == 6 and math.isfinite(result["val_loss"]) and err == ""
    assert bad_out == "" and re.fullmatch(r"error: n_head=5 does not divide n_embd=8.*\n", bad_err)


def test_the_command_says_its_version():
    out, err = command("--version").communicate()
    assert re.fullmatch(rf"course_lib \S+, torch {re.escape(torch.__version__)}, Python \S+\n", out)
    assert err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close a stream")
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_ends_no_training(data, tmp_path, closed):
    """Nor does a file that is opened later get the number of the closed one, and what is written to it."""
    run = ["train", "--data", data, "--out", tmp_path / "run", *TINY]
    line = shlex.join([sys.executable, "-m", "course_lib", *map(str, run)])
    assert subprocess.run(["sh", "-c", f"{line} {closed}"], capture_output=True).returncode == 0
    assert load_checkpoint(tmp_path / "run" / FILE)["step"] == 6


def test_a_character_that_a_terminal_lacks_ends_nothing(tmp_path, data):
    os.rename(data, tmp_path / "Текст.txt")
    run = ["train", "--data", tmp_path / "Текст.txt", "--out", tmp_path / "é", *TINY]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-m", "course_lib", *map(str, run)], env=environment,
                          capture_output=True)  # fmt: skip
    assert done.returncode == 0 and rb"\u0422\u0435" in done.stdout and done.stdout.isascii()


@pytest.mark.skipif(sys.platform == "win32", reason="a process there gets Ctrl-C in another way")
def test_ctrl_c_during_the_imports_leaves_no_traceback():
    code = (
        "import os, runpy, signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'torch':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.meta_path.insert(0, Press())\n"
        "runpy.run_module('course_lib', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.returncode == -signal.SIGINT and done.stderr == b""


def test_a_reader_who_reads_no_further_is_no_error():
    process = command("sample", "--length", 20_000)
    assert process.stdout.read(5)
    process.stdout.close()
    assert process.stderr.read() == "" and process.wait() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a process there gets Ctrl-C in another way")
def test_ctrl_c_stops_the_command_with_a_checkpoint(capsys, data, tmp_path):
    run = [
        "train",
        "--data",
        data,
        *TINY,
        "--steps",
        400,
        "--save-every",
        5,
        "--dropout",
        "0.2",
        "--out",
    ]
    process = command(*run, tmp_path / "cut")
    file = tmp_path / "cut" / FILE
    while process.poll() is None and not (file.exists() and load_checkpoint(file)["step"]):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    step = load_checkpoint(file)["step"]
    assert process.returncode == 1 and 5 <= step < 400
    assert (
        err
        == f"\nstopped after step {step}; {tmp_path / 'cut'}: type the same with --resume to go on\n"
    )
    lines_of(capsys, *run, tmp_path / "cut", "--resume")
    lines_of(capsys, *run, tmp_path / "whole")
    assert file.read_bytes() == (tmp_path / "whole" / FILE).read_bytes()


# --- sample


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run with a model that nobody trained, on the characters of TEXT."""
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    characters = "".join(sorted(set(TEXT)))
    model = GPT(GPTConfig(len(characters), 16, 1, 2, 8))
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.5)
    save_checkpoint(folder / FILE, model, characters=characters)
    return folder


def written(capsys, *arguments):
    main(["sample", *map(str, arguments)])
    return capsys.readouterr().out


def test_a_run_writes_on_from_a_prompt(capsys, run):
    text = written(capsys, "--model", run, "--prompt", "the cat", "--length", 40)
    assert text.startswith("the cat") and text.endswith("\n") and len(text) == 7 + 40 + 1
    assert set(text[:-1]) <= set(TEXT)
    assert written(capsys, "--model", run / FILE, "--prompt", "the cat", "--length", 40) == text
    other = written(capsys, "--model", run, "--prompt", "the cat", "--length", 40, "--seed", 1)
    assert other != text and len(other) == len(text)


def test_nothing_is_written_where_nothing_is_asked_for(capsys, run):
    assert written(capsys, "--model", run, "--prompt", "the", "--length", 0) == "the\n"


def test_what_is_wrong_is_told_before_anything_is_written(capsys, run):
    for arguments in (["--top-k", 99], ["--temperature", -1], ["--length", -5]):
        for length in (["--length", 0], []):
            error_of("sample", "--model", run, "--prompt", "the", *length, *arguments)
            assert capsys.readouterr().out == ""


def test_a_model_of_rows_begins_anew_after_each(capsys, monkeypatch, run, tmp_path):
    model, tokenizer = load_model(run)
    save_checkpoint(tmp_path / FILE, model, characters=tokenizer.characters, row_start=".")
    rows = iter(["he cat.", "the rat.", "a m"])
    asked = []

    def generate(model, ids, length, temperature, top_k, top_p, seed, stop):
        asked.append((tokenizer.decode(ids), length, seed))
        assert tokenizer.decode([stop]) == "."
        yield from tokenizer.encode(next(rows))

    monkeypatch.setattr(commands, "generate", generate)
    text = written(capsys, "--model", tmp_path, "--prompt", "t", "--length", 18)
    assert text == "the cat.the rat.a m\n"
    assert [row[:2] for row in asked] == [("t", 18), (".", 11), (".", 3)]
    assert len({seed for *_, seed in asked}) == 3  # or each row would be the same


def test_the_settings_of_sampling_arrive(capsys, run):
    def text(*settings):
        return written(capsys, "--model", run, "--prompt", "t", "--length", 30, *settings)

    greedy = text("--temperature", 0)
    assert (
        greedy
        == text("--top-k", 1)
        == text("--top-p", 1e-6)
        == text("--temperature", 0, "--seed", 3)
    )
    assert (
        len({greedy, text(), text("--temperature", 5), text("--top-k", 2), text("--top-p", 0.7)})
        == 5
    )


def test_the_shipped_model_writes(capsys):
    text = written(capsys, "--length", 40, "--temperature", 0)
    assert len(text) == 41 and text[0] != "\n"
    assert tales_nll(text[:40]).isfinite().all()  # the beginning of a story


@pytest.mark.parametrize("arguments, message", [
    (["--prompt", "the zéro"], "the model does not know 'z', 'é' in --prompt, since the text it was trained on has none"),
    (["--prompt", ""], "the prompt is empty"),
    (["--model", "no/such/run"], "no checkpoint at no"),
    (["--temperature", "-1"], "temperature must be 0 or more, got -1.0"),
    (["--temperature", "hot"], "argument --temperature: invalid float value: 'hot'"),
    (["--top-k", "0"], "top_k must be from 1 to the vocabulary's"),
    (["--top-k", "99"], "vocabulary's"),
    (["--top-p", "1.5"], "top_p must be above 0 and at most 1, got 1.5"),
    (["--length", "-5"], "--length must be 0 or more, got -5"),
    (["--device", "tpu"], "no device tpu here; there is"),
    (["--model", ""], "argument --model: must name a folder or file"),
    (["--length", "x"], "argument --length: invalid int value: 'x'"),
    (["--seed", "99999999999999999999"], "--seed must be from 0"),
])  # fmt: skip
def test_a_mistake_in_sample_is_told_in_one_line(run, arguments, message):
    assert message in error_of("sample", "--model", run, "--prompt", "the", *arguments)


def test_a_folder_without_a_run_and_a_file_that_is_no_checkpoint(data, tmp_path):
    assert f"no checkpoint at {tmp_path / FILE}" in error_of("sample", "--model", tmp_path)
    assert "is cut short, damaged, or no checkpoint" in error_of("sample", "--model", data)


# --- other tokenizers, and weights that are there already


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    path = tmp_path_factory.mktemp("story") / "é.txt"
    path.write_text("the cät sat on the mat — and the rat sat on the cät. " * 40, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bpe_run(tmp_path_factory, story):
    folder = tmp_path_factory.mktemp("bpe")
    main(["train", "--data", str(story), "--out", str(folder), *TINY, "--json",
          "--tokenizer", "bpe", "--vocab-size", "270"])  # fmt: skip
    return folder


def test_a_run_with_byte_pairs_keeps_its_tokenizer_in_its_checkpoint(capsys, story, tmp_path):
    lines = lines_of(capsys, "train", "--data", story, "--out", tmp_path, *TINY, "--json",
                     "--tokenizer", "bpe", "--vocab-size", 270)  # fmt: skip
    result, text = json.loads(lines[-1]), story.read_text(encoding="utf-8")
    expected = BPETokenizer.train(text[: len(text) * 9 // 10], 270)
    model, tokenizer = load_model(tmp_path)
    assert (tokenizer.tokens, tokenizer.merges) == (expected.tokens, expected.merges)
    assert model.config.vocab_size == 270 and [*tmp_path.iterdir()] == [tmp_path / FILE]
    corpus = make_corpus(text, expected)
    val_loss = evaluate(model, *corpus.rows(16))
    assert abs(result["val_loss"] - val_loss) < 1e-6
    nats = val_loss * (len(corpus.val) - 1)
    per_character = nats / len(expected.decode(corpus.val[1:]))
    assert abs(result["val_loss_per_character"] - per_character) < 1e-6
    assert f"nats per token, {per_character:.4f} per character, after 6 steps" in lines[-3]


def test_a_model_of_byte_pairs_writes_whole_characters(capsys, bpe_run, monkeypatch):
    tokenizer = load_model(bpe_run)[1]
    ids = tokenizer.encode("ä—é")  # the last is bytes that no merge has put together
    assert len(ids) > 3
    monkeypatch.setattr(commands, "generate", lambda *_: iter(ids))
    assert written(capsys, "--model", bpe_run, "--prompt", "ü", "--length", len(ids)) == "üä—é\n"
    assert written(capsys, "--model", bpe_run, "--length", len(ids)) == "ä—é\n"


def test_a_run_with_byte_pairs_is_resumed_with_the_same(capsys, bpe_run, story, tmp_path):
    shutil.copytree(bpe_run, tmp_path / "run")
    run = ["train", "--data", story, "--out", tmp_path / "run", *TINY, "--resume"]
    same = ["--tokenizer", "bpe", "--vocab-size"]
    lines_of(capsys, *run, *same, 270)
    for other in ([], [*same, 260]):
        assert "was trained with another tokenizer; give the same --token" in error_of(*run, *other)


def test_a_run_begins_with_the_weights_of_another(capsys, run, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("the rat. a cat. " * 60, encoding="utf-8")
    begin = ["train", "--data", other, "--out", tmp_path / "new", "--batch-size", 4, "--init-from",
             run, "--precision", "float32", "--steps", 4, "--save-every", 1, "--lr"]  # fmt: skip
    lines_of(capsys, *begin, 0)
    (old, old_tokenizer), (new, tokenizer) = load_model(run), load_model(tmp_path / "new")
    assert new.config == old.config and tokenizer.characters == old_tokenizer.characters
    assert all(map(torch.equal, new.parameters(), old.parameters()))  # at a rate of 0
    begin[4] = tmp_path / "taught"
    result = json.loads(lines_of(capsys, *begin, 0.01, "--dropout", 0.1, "--json")[-1])
    corpus = make_corpus(other.read_text(encoding="utf-8"), tokenizer)
    taught, _ = load_model(begin[4])
    loss = evaluate(taught, *corpus.rows(16))
    assert abs(result["val_loss"] - loss) < 1e-6 < evaluate(old, *corpus.rows(16)) - loss
    assert taught.config.dropout == 0.1


def test_what_began_with_other_weights_is_stopped_and_resumed(
    capsys, monkeypatch, run, data, tmp_path
):
    begin = ["train", "--data", data, "--batch-size", 4, "--precision", "float32", "--steps", 6]
    batch = Corpus.batch

    def press(corpus, config, step, *more):
        if step == 2:
            signal.raise_signal(signal.SIGINT)
        return batch(corpus, config, step, *more)

    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "batch", press)
        with pytest.raises(SystemExit) as caught:
            main([*map(str, begin), "--out", str(tmp_path / "cut"), "--init-from", str(run)])
    assert caught.value.code.endswith(
        "type the same with --resume in place of --init-from to go on"
    )
    lines_of(capsys, *begin, "--out", tmp_path / "cut", "--resume")
    lines_of(capsys, *begin, "--out", tmp_path / "whole", "--init-from", run)
    assert (tmp_path / "cut" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()


@pytest.mark.parametrize("arguments, message", [
    (["--resume"], "--init-from begins a new run and --resume goes on with one; leave out one"),
    (["--n-layer", 3], "--n-layer 3 contradicts "), (["--block-size", 8], "whose model has 16; leave"),
    (["--tokenizer", "bpe"], "--tokenizer bpe contradicts "),
    (["--vocab-size", 300], "--vocab-size 300 contradicts "),
    (["--init-from", "no/such/run"], "no checkpoint at no"),
    (["--init-from", ""], "argument --init-from: must name a folder or file"),
])  # fmt: skip
def test_a_mistake_with_other_weights_is_told_in_one_line(run, data, tmp_path, arguments, message):
    begin = ["train", "--data", data, "--out", tmp_path / "run", "--init-from", run]
    assert message in error_of(*begin, *arguments)
    assert not (tmp_path / "run").exists()


def test_a_text_with_characters_that_the_weights_do_not_know_is_refused(run, story, tmp_path):
    begin = ["train", "--data", story, "--out", tmp_path / "run", "--init-from", run]
    message = error_of(*begin)
    assert message.startswith(f"the model does not know 'ä', '—' in {story}, since the text it was")
    assert message.endswith("remove them from the text, or leave --init-from out")


@pytest.mark.parametrize("arguments, message", [
    (["--vocab-size", 300], "--vocab-size 300 needs --tokenizer bpe; with char there are as many"),
    (["--tokenizer", "bpe", "--vocab-size", 200], "vocab_size=200 is too small"),
    (["--tokenizer", "bpe", "--vocab-size", 9000], "or less"),
    (["--tokenizer", "words"], "argument --tokenizer: invalid choice: 'words'"),
])  # fmt: skip
def test_a_mistake_with_a_tokenizer_is_told_in_one_line(data, tmp_path, arguments, message):
    assert message in error_of("train", "--data", data, "--out", tmp_path / "run", *arguments)


def test_a_run_without_a_tokenizer_can_not_write(run, tmp_path):
    save_checkpoint(tmp_path / FILE, load_model(run)[0])
    message = f"{tmp_path / FILE} does not say which GPT and characters it was made with"
    assert message in error_of("sample", "--model", tmp_path)
    assert message in error_of("train", "--init-from", tmp_path, "--out", tmp_path / "new")


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-16"])
def test_what_is_written_into_a_file_is_utf_8(run, bpe_run, encoding):
    environment = os.environ | {"PYTHONIOENCODING": encoding, "OMP_NUM_THREADS": "1"}
    write = [sys.executable, "-m", "course_lib", "sample", "--length", "0", "--prompt", "é — Текст",
             "--model", bpe_run]  # fmt: skip
    done = subprocess.run(write, env=environment, capture_output=True)
    assert done.stdout.decode("utf-8").splitlines() == ["é — Текст"], done.stderr
