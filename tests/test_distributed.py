"""Several processes against one: the same training, through errors, signals and sudden deaths.

torchrun starts this very file for what needs the functions themselves (the ``worker`` below), and the
command line for the rest. Nothing here is timed; a limit only ends what hangs.
"""

import dataclasses
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from torch import nn

from course_lib import cli, distributed
from course_lib import run as module
from course_lib.checkpoint import load_checkpoint
from course_lib.corpus import Corpus, evaluation_rows
from course_lib.distributed import (
    check_agreement,
    end_distributed,
    gather,
    in_main,
    init_distributed,
    is_main,
    parallel,
    rank_and_world_size,
)
from course_lib.loss import evaluate
from course_lib.model import GPT, GPTConfig
from course_lib.run import evaluate_together
from course_lib.train import TrainConfig, train, train_steps

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.skipif(sys.platform == "win32", reason="there are no signals of this kind"),
]
ROOT = Path(__file__).parents[1]
FILE = "checkpoint.safetensors"
LIMIT = 600  # seconds until a process counts as hanging
V, T = 11, 8
CONFIG = TrainConfig(steps=6, batch_size=8, block_size=T, lr=1e-2, min_lr=1e-3, warmup_steps=2, grad_clip=0.4,
                     eval_every=2, save_every=2, seed=3)  # fmt: skip


def text(n, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.cumsum(1 + torch.randint(0, 4, (n,), generator=generator).clamp(max=1), 0) % V


CORPUS = Corpus(text(600, 0), text(1200, 1))  # 150 rows to evaluate on, 64 at a time
WITH_STARTS = Corpus(CORPUS.train, CORPUS.val, torch.arange(0, 600, 7), torch.arange(3, 1200, 5))
ANSWERS = CORPUS.train.where(torch.arange(600) % 17 > 5, -100)  # not as many in each part
VAL_ANSWERS = CORPUS.val.where(torch.arange(1200) % 19 > 9, -100)
CASES = {  # what is trained in float64 by one process, and by two
    "plain": (CONFIG, CORPUS),
    "parts": (dataclasses.replace(CONFIG, accumulate=4), CORPUS),
    "starts": (dataclasses.replace(CONFIG, batch_size=6, weight_decay=0.5), WITH_STARTS),
    "answers": (
        dataclasses.replace(CONFIG, accumulate=2),
        Corpus(CORPUS.train, CORPUS.val, None, None, ANSWERS, VAL_ANSWERS),
    ),
    "unclipped": (dataclasses.replace(CONFIG, grad_clip=math.inf), CORPUS),
}


def gpt(dropout=0.0):
    torch.manual_seed(7)
    return GPT(GPTConfig(V, T, n_layer=2, n_head=2, n_embd=16, dropout=dropout))


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def trained(config, corpus):
    """The weights and what the records say, as plain numbers."""
    model = gpt().double()
    records = train(model, corpus, config, progress=False)
    return flat(model).tolist(), [
        [r.step, r.tokens, r.lr, r.loss, r.val_loss or 0] for r in records
    ]


class Faulty(nn.Module):
    """A model to which something happens in one process, in one training step."""

    def __init__(self, at, what, rank=1):
        super().__init__()
        torch.manual_seed(7)
        self.table, self.step = nn.Embedding(V, V), 0
        self.at, self.what = (at if rank_and_world_size()[0] == rank else 0), what

    def forward(self, ids):
        logits = self.table(ids)
        self.step += self.training
        if self.training and self.step == self.at:
            if self.what == "nan":
                return logits * math.nan
            signal.raise_signal(signal.Signals[self.what])
        return logits


def raised(error, *arguments, **keywords):
    """The message of the error that a training must end with."""
    with pytest.raises(error) as caught:
        train(*arguments, progress=False, **keywords)
    return str(caught.value)


def worker(folder):
    """What each process does for the tests of the first part; the main one writes what was found."""
    found = {"device": str(init_distributed(torch.device("cpu")))}
    rank, _ = rank_and_world_size()
    if not is_main():
        module.write_whole = None  # one process writes
    found["gathered"] = gather(rank * 1.5)
    found["trained"] = {name: trained(*case) for name, case in CASES.items()}
    x, y = evaluation_rows(CORPUS.val, T)
    found["evaluated"] = [evaluate_together(gpt(), x[:n], y[:n]) for n in (1, 20, 150)]

    torch.manual_seed(rank)
    model = nn.Embedding(V, V)  # all begin with the main process's weights
    found["begun"] = parallel(model, torch.zeros(1, 2, dtype=torch.int64)).module.weight.tolist()
    found["without a gradient"] = model.weight.grad is None

    seeds = []
    model = gpt(dropout=0.3)
    model.register_forward_hook(lambda *_: seeds.append(torch.initial_seed()))
    train(model, CORPUS, CONFIG, folder / "whole", progress=False)
    found["seeds"] = gather(seeds[1:])  # behind the pass that settles the order
    for _ in zip(range(3), train_steps(gpt(0.3), CORPUS, CONFIG, folder / "cut"), strict=False):
        pass
    train(gpt(0.3), CORPUS, CONFIG, folder / "cut", resume=True, progress=False)

    module.choose_precision = lambda *_: "bfloat16" if rank else "float32"
    used, token_loss = set(), module.token_loss
    module.token_loss = lambda *words: (used.add(words[3]), token_loss(*words))[1]
    train(gpt(), CORPUS, dataclasses.replace(CONFIG, precision="auto"), progress=False)
    found["precision"] = gather(sorted(used))

    found["nan"] = raised(FloatingPointError, Faulty(4, "nan"), CORPUS, CONFIG, folder / "nan")
    for name in ("SIGINT", "SIGTERM"):
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        found[name] = raised(KeyboardInterrupt, Faulty(3, name), CORPUS, CONFIG, folder / name)
        assert handlers == [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    found["batch"] = raised(
        ValueError, gpt(), CORPUS, dataclasses.replace(CONFIG, batch_size=5), folder / "no"
    )
    other = dataclasses.replace(CONFIG, accumulate=8)
    found["parts"] = raised(ValueError, gpt(), CORPUS, other, folder / "no")
    other = dataclasses.replace(CONFIG, lr=0.02 if rank else 0.01)
    found["lr"] = raised(ValueError, gpt(), CORPUS, other, folder / "no")
    other = WITH_STARTS if rank else CORPUS
    found["text"] = raised(ValueError, gpt(), other, CONFIG, folder / "no")

    def full(files):
        raise OSError("No space left")

    module.write_whole = full if is_main() else None
    found["full"] = raised(OSError, gpt(), CORPUS, CONFIG, folder / "full")
    out = folder / ("elsewhere" if rank else "nan")  # a folder of its own, without the checkpoint
    found["step"] = raised(ValueError, Faulty(0, ""), CORPUS, CONFIG, out, resume=True)

    assert all(found == its for its in gather(found))  # every process finds the same, to the bit
    if is_main():
        (folder / "found.json").write_text(json.dumps(found))
    end_distributed()
    raise AssertionError("the process goes on")


# --- in one process


def test_one_process_alone_changes_nothing(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")  # as torchrun says it where it starts one process
    device, model = torch.device("cpu"), gpt()
    assert init_distributed(device) is device and rank_and_world_size() == (0, 1) and is_main()
    assert gather("x") == ["x"] and parallel(model, None) is model
    check_agreement({"a": 1})
    end_distributed()


ENVIRONMENT = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}


@pytest.fixture
def environment(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name, value", [*[(name, None) for name in ENVIRONMENT if name != "WORLD_SIZE"],
                                         ("WORLD_SIZE", "two"), ("WORLD_SIZE", ""), ("RANK", "-1")])  # fmt: skip
def test_an_environment_that_is_not_torchruns_is_named(monkeypatch, environment, name, value):
    monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    with pytest.raises(
        ValueError, match=f"{name}={value} .*start them with torchrun, or unset WORLD"
    ):
        init_distributed(torch.device("cpu"))


def test_in_main_hands_on_what_it_returns_and_raises():
    assert in_main(lambda: 3) == 3
    with pytest.raises(OSError, match="full"):
        in_main(lambda: exec("raise OSError('full')"))


@pytest.mark.parametrize("device", ["mps", "cuda:1", "cpu:0"])
def test_a_device_for_one_process_is_refused(environment, device):
    with pytest.raises(ValueError, match=f"train on cpu or on cuda, not on {device}"):
        init_distributed(torch.device(device))


def test_more_processes_than_gpus_are_refused(monkeypatch, environment):
    for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.setenv(name, "4")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ValueError, match="4 processes on a machine of 2 GPUs; start one for each"):
        init_distributed(torch.device("cuda"))


def test_each_process_takes_the_gpu_of_its_local_rank(monkeypatch, environment):
    """What is asked of torch, in which order; there need be no GPU."""
    asked, words = [], {"WORLD_SIZE": "16", "LOCAL_WORLD_SIZE": "8", "RANK": "13", "LOCAL_RANK": "5"}  # fmt: skip
    for name, value in words.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 8)
    monkeypatch.setattr(torch.cuda, "set_device", lambda device: asked.append(device))
    monkeypatch.setattr(distributed.dist, "rendezvous", lambda url: iter([(url, 13, 16)]))
    monkeypatch.setattr(distributed, "_new_part", lambda store, rank, world_size: store)
    monkeypatch.setattr(distributed.dist, "init_process_group",
                        lambda *words, **more: asked.append((words, more)))  # fmt: skip
    device = init_distributed(torch.device("cuda"))
    more = {"store": "env://", "rank": 13, "world_size": 16, "device_id": device}
    assert device == torch.device("cuda", 5) and asked == [device, (("nccl",), more)]


def test_what_dead_processes_wrote_is_not_read_again():
    """torchrun's store outlives those that it restarts; here its processes are threads."""
    store = torch.distributed.HashStore()
    store.set("question 1", "dead")  # it came so far
    for _ in range(3):
        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(lambda rank: distributed._new_part(store, rank, 4), (3, 1, 0, 2)))
        assert not any(part.check(["address"]) for part in parts)
        parts[0].set("address", "here")
        assert all(part.get("address") == b"here" for part in parts)


@pytest.mark.parametrize("arguments", [["train", "--steps", "x"], ["train", "--accumulate", "3"]])
def test_one_process_of_a_machine_says_what_is_wrong(monkeypatch, arguments):
    said = {}
    for rank in ("0", "1"):
        monkeypatch.setenv("LOCAL_RANK", rank)
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        said[rank] = caught.value.code
    assert said["0"].startswith("error: ") and said["1"] == 1


def test_restarts_without_resume_are_refused_at_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCHELASTIC_MAX_RESTARTS", "3")
    with pytest.raises(SystemExit) as caught:
        cli.main(["train", "--out", str(tmp_path / "run")])
    assert "go on from its checkpoint: give --resume as well" in caught.value.code
    assert not (tmp_path / "run").exists()


# --- in two processes


def torchrun(count, *arguments, restarts=0):
    """Start processes; what they write comes together in two pipes."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", count,
               "--max-restarts", restarts, *arguments]  # fmt: skip
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(list(map(str, command)), env=environment, text=True, encoding="utf-8",
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def end_of(process):
    """Exit status, stdout and stderr; a process that hangs is ended, with all that it started."""
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.terminate()
        raise
    return process.returncode, out, err


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What two processes found, in the folder that they wrote into."""
    folder = tmp_path_factory.mktemp("two")
    status, out, err = end_of(torchrun(2, __file__, folder))
    assert status == 0, out + err
    return json.loads((folder / "found.json").read_text()) | {"folder": folder}


def test_processes_find_each_other(found):
    assert found["device"] == "cpu" and found["gathered"] == [0.0, 1.5]


@pytest.mark.parametrize("name", CASES)
def test_two_processes_train_as_one(found, name):
    weights, records = found["trained"][name]
    expected, its_records = trained(*CASES[name])
    start = flat(gpt().double())
    weights, expected = torch.tensor([weights, expected], dtype=torch.float64)
    assert (weights - expected).abs().max() < 1e-9 and (expected - start).abs().max() > 1e-2
    assert torch.allclose(*torch.tensor([records, its_records], dtype=torch.float64), 0, 1e-9)


def test_it_matters_that_gradients_are_shortened(found):
    weights = [torch.tensor(found["trained"][name][0]) for name in ("plain", "unclipped")]
    assert (weights[0] - weights[1]).abs().max() > 1e-4


def test_two_processes_evaluate_as_one(found):
    x, y = evaluation_rows(CORPUS.val, T)
    assert len(x) == 150
    for n, value in zip((1, 20, 150), found["evaluated"], strict=True):
        assert abs(evaluate(gpt(), x[:n], y[:n]) - value) < 1e-6


def test_all_processes_begin_with_the_weights_of_the_main_one(found):
    torch.manual_seed(0)
    assert found["begun"] == nn.Embedding(V, V).weight.tolist() and found["without a gradient"]


def test_no_two_dropouts_are_the_same(found):
    first, second = found["seeds"]
    training = {*first} & {*second}  # evaluation, which draws nothing, repeats the last step's
    assert not training and len({*first}) == len({*second}) == CONFIG.steps


def test_two_processes_resume_to_the_bit(found):
    files = [(found["folder"] / name / FILE).read_bytes() for name in ("whole", "cut")]
    assert files[0] == files[1]


def test_one_process_may_go_on_where_two_were_stopped(found):
    models = Faulty(0, ""), Faulty(0, "")
    train(models[0], CORPUS, CONFIG, found["folder"] / "SIGINT", resume=True, progress=False)
    train(models[1], CORPUS, CONFIG, progress=False)
    assert models[0].step == 3 and models[1].step == 6
    assert torch.allclose(flat(models[0]), flat(models[1]), rtol=0, atol=1e-5)


def test_all_processes_work_in_the_precision_that_the_main_one_chose(found):
    assert found["precision"] == [["float32"], ["float32"]]


def test_a_loss_that_one_process_loses_stops_all(found):
    assert found["nan"].startswith(
        "the loss of step 4 is nan, its gradient's length nan; the checkpo"
    )
    assert load_checkpoint(found["folder"] / "nan" / FILE)["step"] == 2


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_to_one_process_stops_all_with_a_checkpoint(found, name):
    assert found[name] == "stopped after step 3"


def test_what_stops_the_one_that_writes_stops_all_with_its_words(found):
    assert found["full"] == "No space left"


def test_what_the_processes_do_not_share_is_told(found):
    assert found["batch"] == (
        "2 processes can't share batch_size=5 evenly in accumulate=1 parts: it must be a multiple of 2"
    )
    assert found["parts"].endswith("accumulate=8 parts: it must be a multiple of 16")
    assert "don't agree: lr is 0.01, in process 1 0.02. Start every machine with" in found["lr"]
    assert "don't agree: text is " in found["text"]
    assert "step is 2, in process 1 0" in found["step"] and "folder that all" in found["step"]
    assert not (found["folder"] / "no").exists()


# --- on the command line

TINY = ["--device", "cpu", "--n-layer", 2, "--n-head", 2, "--n-embd", 16, "--block-size", 16,
        "--precision", "float32", "--dropout", "0.2"]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "text.txt"
    path.write_text("the cat sat on the mat, and the rat sat on the cat. " * 40, encoding="utf-8")
    return path


def dying(kills):
    """The command line, but that Corpus.batch kills its process at the steps given by restart and rank."""
    me = f"{os.environ['TORCHELASTIC_RESTART_COUNT']} {os.environ['RANK']}"
    batch = Corpus.batch

    def draw(corpus, config, step, *more):
        if step == kills.get(me):
            os.kill(os.getpid(), signal.SIGKILL)
        return batch(corpus, config, step, *more)

    Corpus.batch = draw
    cli.main(sys.argv[2:])


def test_killed_processes_are_restarted_and_end_with_the_same_file(data, tmp_path):
    """Three, so that it matters in which order gradients are added up."""
    run = ["train", "--data", data, *TINY, "--batch-size", 6, "--steps", 24, "--save-every", 5,
           "--eval-every", 10, "--json", "--resume", "--out"]  # fmt: skip
    # One dies before there is a checkpoint, then the main one.
    kills = {"0 1": 3, "1 0": 17}
    status, out, err = end_of(
        torchrun(3, __file__, json.dumps(kills), *run, tmp_path / "killed", restarts=2)
    )
    assert status == 0, err
    assert out.count(f"no checkpoint in {tmp_path / 'killed'}: a new run begins\n") == 2
    assert err.count("(SIGKILL)") + err.count("exitcode: -9") >= 2
    status, out, err = end_of(torchrun(3, "-m", "course_lib", *run, tmp_path / "whole"))
    assert status == 0, err
    lines = out.splitlines()  # each once
    assert len(lines) == 5 and lines[0].endswith(" parameters on cpu, 3 processes.")
    assert json.loads(lines[4])["tokens"] == 24 * 6 * 16
    whole, killed = ((tmp_path / name / FILE).read_bytes() for name in ("whole", "killed"))
    assert load_checkpoint(tmp_path / "whole" / FILE)["step"] == 24 and whole == killed
    assert [path.name for path in (tmp_path / "killed").iterdir()] == [FILE]


def test_a_batch_that_can_not_be_shared_is_told_once(data, tmp_path):
    run = ["train", "--data", data, *TINY, "--batch-size", 4, "--out", tmp_path / "run"]
    status, _, err = end_of(torchrun(3, "-m", "course_lib", *run))
    message = "error: 3 processes can't share batch_size=4 evenly in accumulate=1 parts: it must be"
    assert status == 1 and err.count(message) == err.count("error: ") == 1
    assert not (tmp_path / "run").exists()


def test_ctrl_c_stops_all_processes_with_a_checkpoint(data, tmp_path):
    run = ["train", "--data", data, *TINY, "--batch-size", 4, "--steps", 100_000, "--save-every", 5,
           "--out", tmp_path / "run"]  # fmt: skip
    process = torchrun(2, "-m", "course_lib", *run)
    until = time.monotonic() + LIMIT
    while (
        not (tmp_path / "run" / FILE).exists()
        and process.poll() is None
        and time.monotonic() < until
    ):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    status, _, err = end_of(process)
    stops = re.findall(r"stopped after step (\d+); (.*): type the same with --resume", err)
    assert status != 0 and len(stops) == 1 and stops[0][1] == str(tmp_path / "run"), err
    assert load_checkpoint(tmp_path / "run" / FILE)["step"] == int(stops[0][0])


if __name__ == "__main__":
    if sys.argv[1].startswith("{"):
        dying(json.loads(sys.argv[1]))
    else:
        worker(Path(sys.argv[1]))
