"""course_lib.owner: one living writer a folder, and Ctrl-C that lets a step end."""

import contextlib
import errno
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from small_runs import CONFIG, CORPUS, FILE, Breaks, bits, change, fresh, mlp, uninterrupted
from torch import nn

from course_lib import files
from course_lib.checkpoint import load_checkpoint, save_checkpoint
from course_lib.model import GPT
from course_lib.owner import Stop
from course_lib.train import train, train_steps

pytestmark = pytest.mark.usefixtures("one_thread")


def test_ctrl_c_keeps_no_broken_weights_either(tmp_path, between_steps):
    model = fresh()

    def press(step):
        if step == 2:
            with torch.no_grad():
                next(model.parameters()).fill_(math.nan)
            signal.raise_signal(signal.SIGINT)

    between_steps(press)
    with pytest.raises(FloatingPointError, match=r"after step 2 .* is not finite"):
        train(model, CORPUS, change(save_every=100), tmp_path)
    assert not [*tmp_path.iterdir()]


class Rings(nn.Module):
    """A model that presses Ctrl-C during one of its training steps, one or more times."""

    def __init__(self, at, times=1):
        super().__init__()
        self.inside, self.at, self.times, self.step = fresh(), at, times, 0

    def forward(self, ids):
        self.step += self.training
        if self.training and self.step == self.at:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)
        return self.inside(ids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", [1, 3, 4])
def test_ctrl_c_between_steps_keeps_the_last_step(tmp_path, between_steps, at, number):
    model, config, handler = fresh(), change(save_every=100), signal.getsignal(number)
    seen = []

    def press(step):
        seen.append(step)
        if step == at:
            signal.raise_signal(number)

    between_steps(press)
    with pytest.raises(KeyboardInterrupt, match=f"stopped after step {at}"):
        train(model, CORPUS, config, tmp_path)
    assert seen == list(range(1, at + 1)) and signal.getsignal(number) is handler
    between_steps(seen.append)
    kept = fresh()
    assert load_checkpoint(tmp_path / FILE, kept)["step"] == at and bits(kept) == bits(model)
    again = fresh(lambda: GPT(model.config))
    records = train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert [record.step for record in records] == list(range(at + 1, 6))
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_in_the_body_of_a_loop_is_pythons_own_and_nothing_saved_is_lost(tmp_path):
    model, config = fresh(), change(save_every=2)
    with pytest.raises(KeyboardInterrupt) as caught:
        for record in train_steps(model, CORPUS, config, tmp_path):
            if record.step == 3:
                signal.raise_signal(signal.SIGINT)
    assert not caught.value.args and load_checkpoint(tmp_path / FILE)["step"] == 2
    again = fresh()
    train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_within_a_step_lets_it_end(tmp_path):
    model, config, handler = Rings(3), change(save_every=100), signal.getsignal(signal.SIGINT)
    seen = []
    with pytest.raises(KeyboardInterrupt, match="stopped after step 3"):
        for record in train_steps(model, CORPUS, config, tmp_path):
            seen.append(record.step)
    assert seen == [1, 2, 3] and signal.getsignal(signal.SIGINT) is handler
    again = Rings(0)
    train(again, CORPUS, config, tmp_path, resume=True, progress=False)
    assert bits(again) == uninterrupted(config)


def test_ctrl_c_reaches_the_caller_of_train_too():
    model = Rings(2)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 2"):
        train(model, CORPUS, CONFIG, progress=False)  # no folder: nothing to keep
    assert model.step == 2


def test_ctrl_c_twice_stops_at_once_and_the_old_checkpoint_stays(tmp_path):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        train(Rings(4, times=2), CORPUS, CONFIG, tmp_path, progress=False)
    assert load_checkpoint(tmp_path / FILE)["step"] == 2
    assert signal.getsignal(signal.SIGINT) is handler and [*tmp_path.iterdir()] == [tmp_path / FILE]


def test_ctrl_c_in_the_last_step_comes_too_late(tmp_path):
    records = train(Rings(5), CORPUS, CONFIG, tmp_path, progress=False)
    assert records[-1].step == 5 and load_checkpoint(tmp_path / FILE)["step"] == 5


NUMBERS = signal.SIGINT, signal.SIGTERM


def test_the_handlers_stand_only_while_a_step_is_made(tmp_path, between_steps):
    handlers, inside = [*map(signal.getsignal, NUMBERS)], []

    class Looks(Breaks):
        def forward(self, ids):
            inside.extend(map(signal.getsignal, NUMBERS))
            return super().forward(ids)

    kept = train_steps(Looks(0, ""), CORPUS, CONFIG)  # half-way, and kept
    next(kept)
    assert not {*inside} & {*handlers}
    for pair in zip(  # noqa: B905 (which leaves the second one half-way)
        train_steps(fresh(), CORPUS, CONFIG), train_steps(fresh(), CORPUS, CONFIG)
    ):
        assert len(pair) == 2 and [*map(signal.getsignal, NUMBERS)] == handlers
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    between_steps(lambda step: inside.append(signal.getsignal(signal.SIGINT)))
    train(fresh(), CORPUS, CONFIG)
    assert inside[-1] not in handlers  # whereas train may be stopped at any moment
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    with pytest.raises(FloatingPointError):
        train(Breaks(2, math.nan), CORPUS, CONFIG, progress=False)
    assert [*map(signal.getsignal, NUMBERS)] == handlers
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


TRAINS = """
import sys, torch
from small_runs import CORPUS, change, fresh
from course_lib.train import train_steps
torch.set_num_threads(1)
for record in train_steps(fresh(), CORPUS, change(save_every=1), sys.argv[1], resume=True):
    print(record.step, flush=True)
    sys.stdin.readline()
"""


@contextlib.contextmanager
def living_run(folder):
    """Another process that has made a step of the same run and waits."""
    with subprocess.Popen(
        [sys.executable, "-c", TRAINS, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    ) as run:
        try:
            yield run, int(run.stdout.readline())
        finally:
            run.kill()


def test_a_second_living_writer_is_refused_and_a_dead_ones_run_goes_on(tmp_path):
    with living_run(tmp_path) as (run, step):
        assert step == 1
        for resume in (True, False):
            with pytest.raises(FileExistsError, match="another process is training into"):
                train(fresh(), CORPUS, change(save_every=1), tmp_path, resume, progress=False)
        before = (tmp_path / FILE).read_bytes()
        run.kill()
        run.wait()
        assert (tmp_path / FILE).read_bytes() == before and len([*tmp_path.iterdir()]) == 2
    model, config = fresh(), change(save_every=1)
    records = train(model, CORPUS, config, tmp_path, resume=True, progress=False)
    assert records[0].step == 2 and bits(model) == uninterrupted(config)
    assert [*tmp_path.iterdir()] == [tmp_path / FILE]  # nor is a lock left


def test_a_run_of_the_same_process_is_refused_too_until_it_is_closed(tmp_path):
    config, link = change(save_every=1), tmp_path / "link"
    (tmp_path / "run").mkdir()
    link.symlink_to(tmp_path / "run", target_is_directory=True)
    first = train_steps(fresh(), CORPUS, config, tmp_path / "run")
    next(first)
    for out in (tmp_path / "run", link):  # one folder has one owner, whatever it is called
        with pytest.raises(
            FileExistsError, match=r"of this Python process is still open .*\.close\(\)"
        ):
            train(fresh(), CORPUS, config, out, resume=True, progress=False)
    first.close()
    model = fresh()
    train(model, CORPUS, config, link, resume=True, progress=False)
    assert bits(model) == uninterrupted(config)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_neither_holds_nor_drops_its_parents_lock(tmp_path):
    first = train_steps(fresh(), CORPUS, CONFIG, tmp_path)
    next(first)
    child = os.fork()
    if not child:
        first.close()
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(FileExistsError):
        train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)
    first.close()
    train(fresh(), CORPUS, CONFIG, tmp_path, resume=True, progress=False)


@pytest.fixture
def without_locks(monkeypatch):
    """As on a network drive that knows no locks, where each machine thinks that it holds them."""

    def none_here(file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files, "_lock", none_here)
    monkeypatch.setattr(files, "HELD", type("Forgets", (set,), {"add": lambda *_: None})())


def test_without_locks_a_foreign_checkpoint_stops_the_run(tmp_path, without_locks):
    config = change(save_every=1)
    runs = [train_steps(fresh(), CORPUS, config, tmp_path), None]
    next(runs[0])
    runs[1] = train_steps(fresh(), CORPUS, config, tmp_path, resume=True)  # it has read step 1
    next(runs[1])
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(
        FileExistsError, match="written by another run since this one began; it is left"
    ):
        next(runs[0])
    assert (tmp_path / FILE).read_bytes() == before
    assert [record.step for record in runs[1]] == [3, 4, 5]


def test_without_locks_the_one_that_was_overtaken_stops_at_its_first_save(tmp_path, without_locks):
    config, began = change(save_every=2), []
    next(train_steps(fresh(), CORPUS, change(save_every=1), tmp_path))
    (tmp_path / FILE).unlink()
    for _ in range(2):  # both begin, since there is no checkpoint yet
        began.append(train_steps(fresh(), CORPUS, config, tmp_path))
        next(began[-1])
    next(began[0])
    with pytest.raises(FileExistsError, match="another run"):
        next(began[1])
    assert [record.step for record in began[0]] == [3, 4, 5]


@pytest.mark.parametrize("stranger", [{}, {"step": 2}])
def test_what_someone_else_put_there_is_not_written_over(tmp_path, stranger):
    steps = train_steps(fresh(), CORPUS, CONFIG, tmp_path)
    next(steps)
    save_checkpoint(tmp_path / FILE, fresh(mlp), **stranger)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(FileExistsError):
        list(steps)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("spoil", [
    lambda file: os.truncate(file, 10), lambda file: os.truncate(file, 0), Path.unlink,
    lambda file: file.write_bytes(bytes(file.stat().st_size)),
], ids=["cut", "emptied", "removed", "zeros"])  # fmt: skip
def test_a_resumed_run_hangs_on_its_file_no_more(tmp_path, spoil):
    config = change(save_every=1)
    next(train_steps(fresh(), CORPUS, config, tmp_path))
    model = fresh()
    steps = train_steps(model, CORPUS, config, tmp_path, resume=True)
    assert next(steps).step == 2
    spoil(tmp_path / FILE)  # views of a mapped file would change with it, or the process die
    assert [record.step for record in steps] == [3, 4, 5]
    assert bits(model) == uninterrupted(config) and load_checkpoint(tmp_path / FILE)["step"] == 5


def test_what_is_resumed_comes_from_one_read(tmp_path, monkeypatch):
    config = change(save_every=1)
    for at in (1, 2):
        for _ in zip(
            range(at), train_steps(fresh(), CORPUS, config, tmp_path / str(at)), strict=False
        ):
            pass
    read = Path.read_bytes

    def replaced_after(path):
        content = read(path)
        if path == tmp_path / "1" / FILE:
            os.replace(tmp_path / "2" / FILE, path)
        return content

    monkeypatch.setattr(Path, "read_bytes", replaced_after)
    model = fresh()
    saved = load_checkpoint(tmp_path / "1" / FILE, model)
    monkeypatch.undo()
    first = fresh()
    next(train_steps(first, CORPUS, config))
    assert saved["step"] == 1 and bits(model) == bits(first)
    assert load_checkpoint(tmp_path / "1" / FILE)["step"] == 2


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / FILE).mkdir()
    for resume in (False, True):
        with pytest.raises(OSError, match=f"{FILE}.* (is there already|it is a folder)"):
            train(fresh(), CORPUS, CONFIG, tmp_path, resume, progress=False)
    with pytest.raises(OSError, match="it is a folder"):
        load_checkpoint(tmp_path / FILE)


def test_a_stop_within_another_knows_what_that_one_was_asked():
    outer, inner, handler = Stop(), Stop(), signal.getsignal(signal.SIGINT)
    with outer:
        with inner:
            assert not inner.requested()
        signal.raise_signal(signal.SIGINT)
        assert outer.requested() and inner.requested()
        with inner, pytest.raises(KeyboardInterrupt):  # the second time
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is handler
    with inner:
        assert not inner.requested()  # of a run that has ended


def test_ctrl_c_while_train_makes_ready_stops_before_the_first_step(tmp_path, monkeypatch):
    def press(*_):
        signal.raise_signal(signal.SIGINT)
        return "float32"

    monkeypatch.setattr("course_lib.run.choose_precision", press)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 0"):
        train(fresh(), CORPUS, CONFIG, tmp_path, progress=False)
    assert not [*tmp_path.iterdir()]
