"""tools/versions.py: it says what could not be tried, and never counts it as passed."""

import json
import os
import re
import socket
import sys
from pathlib import Path

import pytest
import versions

posix = pytest.mark.skipif(os.name == "nt", reason="the fake Pythons are shell scripts")


def fake_python(folder, name, script):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A machine without any Python on its path."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


@posix
def test_a_python_counts_if_it_runs(empty):
    with pytest.raises(versions.LeftOut, match=r"no Python 3\.14 or 3\.13 here"):
        versions.find_python(["3.14", "3.13"])
    fake_python(empty / "bin", "python3.14", "echo 'command not found' >&2; exit 127")  # as a shim
    with pytest.raises(versions.LeftOut):
        versions.find_python(["3.14", "3.13"])
    fake_python(empty / "bin", "python3.13", "echo /here/python3.13")
    assert versions.find_python(["3.14", "3.13"]) == "/here/python3.13"


@posix
def test_a_python_of_pyenv_is_found_the_newest_first(empty):
    for number in ("3.13.0", "3.13.1"):
        folder = empty / "pyenv" / "versions" / number / "bin"
        folder.mkdir(parents=True)
        fake_python(folder, "python3.13", f"echo {number}")
    assert versions.find_python(["3.13"]) == "3.13.1"


def test_a_set_that_cannot_be_had_is_left_out_and_not_passed(monkeypatch, capsys):
    def absent(names):
        raise versions.LeftOut("there is no Python 3.13 here")

    monkeypatch.setattr(versions, "find_python", absent)
    assert versions.main(["colab"]) == versions.LEFT_OUT
    assert "left out: colab: there is no Python 3.13 here" in capsys.readouterr().out


@pytest.mark.parametrize(("found", "status"), [
    ((0, 0), 0), ((0, 1), 1), ((1, 0), 1), (("absent", 0), 77), (("absent", 2), 2), ((5, 0), 5),
    (("refused", 0), 1), (("refused", "absent"), 1), ((0, "refused"), 1),
])  # fmt: skip
def test_the_worst_status_counts(monkeypatch, found, status):
    answers = dict(zip(versions.PYTHONS, found, strict=True))

    def try_set(name, arguments, short):
        if answers[name] == "absent":
            raise versions.LeftOut("not here")
        if answers[name] == "refused":
            raise versions.Refused("pip failed")
        return answers.pop(name)

    monkeypatch.setattr(versions, "try_set", try_set)
    assert versions.main([]) == status
    assert not [answer for answer in answers.values() if type(answer) is int]  # all were tried


def test_environments_can_be_made_without_a_run(monkeypatch):
    made = []
    monkeypatch.setattr(versions, "prepare", made.append)
    monkeypatch.setattr(versions, "try_set", lambda *given: pytest.fail("a lesson was run"))
    assert versions.main(["--prepare"]) == 0
    assert made == [*versions.PYTHONS]


@pytest.mark.parametrize("lesson", versions.SHORT)
def test_a_long_training_run_is_short_where_one_asks_for_it(tmp_path, lesson):
    name, line, change = versions.SHORT[lesson]
    path = tmp_path / "short" / "notebooks" / lesson
    versions.lay_out(tmp_path / "whole")
    versions.lay_out(tmp_path / "short", short=True)
    for other in path.parent.glob("*.ipynb"):
        same = other.read_bytes() == (tmp_path / "whole" / "notebooks" / other.name).read_bytes()
        assert same == (other.name not in versions.SHORT)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    begin = [cell["id"] for cell in cells].index(name)
    assert cells[begin]["source"].split(line)[1].startswith(change)
    assert 1 < int(re.search(r"steps=(\d+)", change)[1]) < 100
    ignored = ["nbval-ignore-output" in cell["metadata"].get("tags", []) for cell in cells]
    assert all(ignored[begin:]) and not all(ignored[:begin])


def test_a_training_run_that_has_changed_is_not_taken_for_a_short_one():
    with pytest.raises(ValueError, match="change SHORT"):
        cell = {"id": "train", "source": "settings()", "metadata": {}}
        versions.shorten({"cells": [cell]}, "train", "settings(1)\n", "")


@pytest.fixture
def lock(tmp_path, monkeypatch):
    """A lock that names a package which does not exist, and no settings of pip but the test's."""
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(versions, "LOCKS", tmp_path)
    monkeypatch.setattr(versions, "find_python", lambda names: sys.executable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in [name for name in os.environ if name.startswith("PIP_") and "CONFIG" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_RETRIES", "0")
    (tmp_path / "colab.txt").write_text("no-such-package-as-this==1\n")


def test_packages_that_cannot_be_had_are_said(lock, monkeypatch):
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/simple")
        with pytest.raises(versions.LeftOut, match=r"colab\.txt can't be had"):
            versions.prepare("colab")


def test_packages_that_do_not_exist_are_a_fault_of_the_lock(lock, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(versions.Refused, match=r"pip failed on colab\.txt, .*make lock"):
        versions.prepare("colab")


def test_each_set_pins_every_version():
    for name in versions.PYTHONS:
        lines = (versions.LOCKS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.lstrip().startswith("#")]
        assert pins and all("==" in pin for pin in pins), name


@posix
def test_the_stand_in_gives_colabs_kernel(tmp_path):
    versions.kernel(tmp_path, Path("python"), colab=True)
    spec = (tmp_path / "kernels" / "python3" / "kernel.json").read_text()
    assert "google.colab._kernel.Kernel" in spec
