"""The two commands, `make environment` and tools/lab.py, and the files that they read."""

import ast
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import environment
import lab
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no make, and no need of it")
THIS = f"PYTHON={sys.executable}"
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": "",
           "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}  # fmt: skip

# A package that can be built without setuptools, here.
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """\
import zipfile


def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(folder + "/toy-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("toy.py", "")
        wheel.writestr("toy-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: toy\\nVersion: 1")
        wheel.writestr("toy-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true")
        wheel.writestr("toy-1.dist-info/RECORD", "")
    return "toy-1-py3-none-any.whl"
"""
SLOW = """\
import pathlib, time

pathlib.Path("begun").touch()
time.sleep(600)
"""


@pytest.fixture
def course(tmp_path):
    """A course with nothing to install but itself, in a folder whose name has a space."""
    folder = tmp_path / "my course"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "tools" / "environment.py", folder / "tools")
    (folder / "requirements.txt").write_text("")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    return folder


def start(folder, *arguments, **variables):
    """`make environment` in a folder, its output in one pipe."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    command = [
        "make",
        "--no-print-directory",
        "-C",
        str(folder),
        *(arguments or [THIS]),
        "environment",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(command, env=clean | variables, encoding="utf-8",
                            start_new_session=True, **pipes)  # fmt: skip


def make(folder, *arguments, **variables):
    """The status of `make environment` in a folder, and what it says."""
    with start(folder, *arguments, **variables) as process:
        said = process.communicate()[0]
    return process.returncode, said


def would(folder):
    """The words that tools/environment.py would be given, `named` and `again`; None for no call."""
    called = re.search("environment.py(.*)", make(folder, THIS, "-n")[1])
    return called and called[1].split()


def script(path, text):
    """An executable shell script."""
    path.write_text("#!/bin/sh\n" + text + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


# What a person meets who types `make`


@posix
def test_it_is_made_once_then_filled_again_or_made_again_where_it_must_be(course):
    status, said = make(course)
    assert status == 0 and "making .venv" in said, said
    found = [course / ".venv" / "bin" / "python", "-c", "import toy, sys; print(sys.prefix)"]
    assert subprocess.check_output(found, text=True).strip() == str(course / ".venv")
    assert would(course) is None
    stamp, lock = course / ".venv" / "stamp", course / "requirements.txt"

    # A file that changed: pip looks again.
    os.utime(course / "pyproject.toml")
    assert would(course) == ["named"]
    os.utime(course / "pyproject.toml", (0, 0))
    os.utime(lock)
    (course / ".venv" / "mine").touch()
    status, said = make(course)
    assert status == 0 and "toy" in said and "making" not in said, said

    # No network: what was there can be used, and the next time pip looks again.
    lock.write_text("no-such-package==1.0")
    os.utime(lock)
    status, said = make(course, **NOWHERE)
    assert status and "the package index can't be reached" in said and "Traceback" not in said
    assert "Nothing was changed" in said and "tools/lab.py" in said
    assert would(course) == ["named"]
    lock.write_text("")
    os.utime(lock, (0, 0))

    # A folder that was moved, to a name that is a part of the old one; a Python of another version.
    moved = course.rename(course.parent / "my")
    assert would(moved) == ["named", "again"]
    course = moved.rename(course)
    assert would(course) is None
    stamp.write_text(re.sub(r"with \S+", "with 3.10.99", stamp.read_text()))
    assert would(course) == ["named", "again"]
    assert "Nothing to be done" in make(course, "-n")[1]  # unless one is named, any will do

    # A Python that is gone, and then an installation that broke off.
    assert (course / ".venv" / "mine").exists()
    (course / ".venv" / "bin" / "python").unlink()
    slow = course / "slow"
    slow.mkdir()
    (slow / "pyproject.toml").write_text(PYPROJECT)
    (slow / "backend.py").write_text(SLOW)
    lock.write_text("-e ./slow")
    with start(course) as process:
        while not (slow / "begun").exists() and process.poll() is None:
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[0]
    assert process.returncode and "Stopped." in said and "making .venv" in said, said
    assert not (course / ".venv" / "mine").exists()
    assert would(course) == ["named", "again"]


@posix
def test_a_folder_of_another_kind_is_kept(course):
    (course / ".venv").mkdir()
    (course / ".venv" / "thesis.txt").write_text("years of work")
    status, said = make(course)
    assert status and "was not made for the course" in said and "Rename or delete it" in said
    assert (course / ".venv" / "thesis.txt").exists()


@posix
def test_an_environment_of_the_readers_own_is_used(course):
    own = [sys.executable, "-m", "venv", "--without-pip", course / ".venv"]  # as uv makes it
    subprocess.run(own, check=True)
    (course / ".venv" / "mine").touch()
    status, said = make(course)
    assert status == 0 and (course / ".venv" / "mine").exists(), said
    assert would(course) is None


@posix
def test_make_without_python(course):
    status, said = make(course, "PYTHON=/nowhere/python3")
    assert status and "Install Python 3.11 or newer" in said


# Which Python


def test_an_old_python_can_read_the_file():
    source = (ROOT / "tools" / "environment.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def test_our_own_code_is_at_most_100_lines():
    tree = ast.parse((ROOT / "tools" / "environment.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef):
            node.body = node.body[1:]  # the docstring
    assert ast.unparse(tree).count("\n") <= 100


@pytest.mark.parametrize("here, word", [((3, 8, 1), "too old"), ((3, 99, 0), "too new")])
def test_a_python_that_will_not_do(here, word, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    number = ".".join(map(str, here))
    monkeypatch.setattr(environment, "ask", lambda python: number + " /usr")
    monkeypatch.setattr(environment.sys, "version_info", here)
    monkeypatch.setattr(environment.sys, "version", number + " (main)")
    with pytest.raises(SystemExit) as caught:
        environment.choose(named=False)
    assert f"Python {number} is {word}" in str(caught.value)
    for part in ("3.11 to 3.14", "apt", "dnf", "brew", "python.org"):
        assert part in str(caught.value)


@posix
def test_a_newer_python_on_the_path_is_used_unless_one_is_named(monkeypatch, tmp_path):
    script(tmp_path / "python3.13", "exit 127")  # as a version manager's empty stand-in does
    script(tmp_path / "python3.12", "echo 3.12.1 /opt")
    script(tmp_path / "python3.11", "echo 3.11.1 /opt")
    monkeypatch.setenv("PATH", str(tmp_path))
    old = script(tmp_path / "python", "echo 3.9.1 /usr")
    monkeypatch.setattr(environment.sys, "_base_executable", old)
    assert environment.choose(named=False) == str(tmp_path / "python3.12")
    with pytest.raises(SystemExit, match=r"too (old|new)"):
        environment.choose(named=True)


# What venv and pip say in plain words


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Where .venv would be."""
    for name, path in (("VENV", ""), ("STAMP", "stamp"), ("LOG", "log")):
        monkeypatch.setattr(environment, name, str(tmp_path / ".venv" / path))
    (tmp_path / ".venv").mkdir()
    return tmp_path / ".venv"


@posix
def test_no_venv_module(place, tmp_path):
    (place / "mine").touch()
    with pytest.raises(SystemExit, match=r"sudo apt\s+install python3\.12-venv"):
        environment.make(script(tmp_path / "python3.12", "exit 1"))
    assert (place / "mine").exists()


@posix
def test_a_failed_venv_leaves_nothing(place, tmp_path):
    python = script(tmp_path / "python", 'case "$*" in *-m*) exit 1;; esac')
    with pytest.raises(subprocess.CalledProcessError):
        environment.make(python)
    assert not place.exists()


BEGUN = "Installing collected packages: numpy, torch\n"


@pytest.mark.parametrize(
    "words, says",
    [
        ("[Errno -3] Temporary failure in name resolution'): NameResolutionError", "network"),
        ("NewConnectionError: Connection refused", "network"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: No matching distribution found for torch==2.13.0", "Apple chip"),
        ("ERROR: something new", "the lines above"),
    ],
)
@pytest.mark.parametrize("begun", [False, True])
@posix
def test_what_pip_said(place, tmp_path, monkeypatch, words, says, begun):
    (place / "stamp").touch()
    (tmp_path / "words").write_text(BEGUN * begun + words)
    pip = script(tmp_path / "pip", f"cp '{tmp_path}/words' '{place}/log'; exit 1")
    monkeypatch.setattr(environment, "PIP", [pip])
    monkeypatch.setattr(environment, "PYTHON", sys.executable)
    with pytest.raises(SystemExit) as caught:
        environment.fill()
    assert says in str(caught.value).replace("\n", " ")
    assert ("Nothing was changed" in str(caught.value)) is not begun
    assert (place / "stamp").exists() is not begun  # what broke off is not trusted


# The lab


def test_root_without_a_display(tmp_path):
    given = lab.lab_arguments(tmp_path, "/lab", ["--port", "9000"], as_root=True, display=False)
    assert {"--allow-root", "--no-browser"} <= set(given)
    assert given[-2:] == ["--port", "9000"]


def test_a_person_at_a_desk(tmp_path):
    given = lab.lab_arguments(tmp_path / "my course", "/lab", [], as_root=False, display=True)
    assert not {"--allow-root", "--no-browser"} & set(given)
    assert f"--ServerApp.root_dir={tmp_path / 'my course'}" in given


def test_settings_are_written_once_and_never_over_the_readers_own(tmp_path):
    own = tmp_path / "etc/ipython/ipython_kernel_config.py"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    lab.settle(tmp_path)
    page = json.loads((tmp_path / "etc/jupyter/labconfig/page_config.json").read_text("utf-8"))
    assert page["disabledExtensions"] == {"@jupyterlab/apputils-extension:announcements": True}
    assert own.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "environ, platform, seen",
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "…"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_display(environ, platform, seen):
    assert lab.has_display(environ, platform) is seen


def test_the_page_that_opens(tmp_path):
    assert lab.first_page(tmp_path) == "/lab"
    (tmp_path / "notebooks").mkdir()
    (tmp_path / lab.FIRST).write_text("{}")
    assert lab.first_page(tmp_path) == "/lab/tree/notebooks/00_start_here.ipynb"


def test_the_address_is_one_that_opens():
    server = {
        "url": "http://localhost:8890/",
        "hostname": "localhost",
        "port": 8890,
        "secure": False,
        "base_url": "/",
        "token": "abc",
    }
    page = "/lab/tree/" + lab.FIRST
    assert lab.address(server, page) == f"http://localhost:8890{page}?token=abc"
    assert "--ip=0.0.0.0" in lab.announcement(server, page, container=True)
    assert "--ip=0.0.0.0" not in lab.announcement(server, page, container=False)
    server |= {"hostname": "0.0.0.0", "url": "http://8f3a:8890/"}
    assert lab.address(server, page) == f"http://127.0.0.1:8890{page}?token=abc"
    assert "--ip=0.0.0.0" not in lab.announcement(server, page, container=True)


def test_the_lab_without_jupyterlab():
    command = [sys.executable, "-S", "-I", ROOT / "tools" / "lab.py"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert lab.NOT_INSTALLED[os.name == "nt"] in result.stderr
    assert "make environment" in lab.NOT_INSTALLED[0]
    assert "requirements.txt" in lab.NOT_INSTALLED[1]


# The files


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = [Requirement(line) for line in LOCK.splitlines() if line and not line.startswith("#")]


def wanted():
    """Every requirement in pyproject.toml that the environment has: no browser, no Sphinx."""
    extras = PROJECT["project"]["optional-dependencies"]
    chosen = [extras[name] for name in extras if name not in ("browser", "editions")]
    return [Requirement(r) for r in sum(chosen, PROJECT["project"]["dependencies"])]


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_the_lock_is_within_the_ranges(requirement):
    pins = [pin for pin in PINS if pin.name == requirement.name]
    assert pins, f"{requirement.name} is not in requirements.txt: type `make lock`"
    for pin in pins:
        (exact,) = pin.specifier
        assert exact.operator == "==" and exact.version in requirement.specifier


def test_the_lock_names_no_host_and_no_cuda():
    assert not re.search(r"https?:|index-url|find-links|--hash|@", LOCK)
    names = {pin.name for pin in PINS}
    assert not {n for n in names if n.startswith(("nvidia-", "cuda-")) or n == "triton"}
    assert [str(pin) for pin in PINS if pin.name == "torch"] == ["torch==2.13.0"]


@pytest.mark.parametrize("version", ["3.11.9", "3.12.9", "3.13.9", "3.14.2"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_one_version_for_each_computer(version, system):
    here = {
        "python_version": version.rpartition(".")[0],
        "python_full_version": version,
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
    }
    names = [pin.name for pin in PINS if pin.marker is None or pin.marker.evaluate(here)]
    assert len(names) == len(set(names))
    assert {requirement.name for requirement in wanted()} <= set(names)


def test_the_supported_versions_are_said_alike():
    oldest, newest = (".".join(map(str, v)) for v in (environment.OLDEST, environment.NEWEST))
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (python,) = [r for r in conda["dependencies"] if str(r).startswith("python")]
    allowed = SpecifierSet(python.removeprefix("python"))
    above = f"{environment.NEWEST[0]}.{environment.NEWEST[1] + 1}.0"
    assert f"{oldest}.0" in allowed and f"{newest}.0" in allowed and above not in allowed


def test_conda_has_no_second_list():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    first, second, last = conda["dependencies"]
    assert first.startswith("python>=") and second == "pip"
    assert last == {"pip": ["-r requirements.txt", "-e ."]}


# make, and what is done before a commit


@posix
def test_plain_make_lists_the_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()) - {"help", "again"}
    listed = subprocess.check_output(["make", "-C", ROOT], encoding="utf-8")
    assert set(re.findall(r"make ([a-z-]+)\t", listed)) == targets


def test_the_hook_keeps_what_a_reader_sees(tmp_path):
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (entry,) = [h["entry"] for h in hooks["repos"][0]["hooks"] if h["id"] == "nbstripout"]
    flags = re.findall(r'"[^"]*"|\S+', entry)[1:]
    cell = {
        "cell_type": "code",
        "id": "add-two-numbers",
        "execution_count": 7,
        "metadata": {"tags": ["kept"], "execution": {"shell.execute_reply": "2026"}},
        "outputs": [
            {
                "output_type": "execute_result",
                "execution_count": 7,
                "data": {"text/plain": ["2"]},
                "metadata": {},
            }
        ],
        "source": ["1 + 1"],
    }
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
    }
    notebook = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(notebook))
    flags = [flag.strip('"') for flag in flags]
    subprocess.run([sys.executable, "-m", "nbstripout", *flags, path], check=True)
    kept = json.loads(path.read_text())
    del cell["metadata"]["execution"], metadata["widgets"], metadata["language_info"]["version"]
    assert kept["cells"] == [cell]
    assert kept["metadata"] == metadata


@posix
def test_ci_reads_as_bash():
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
