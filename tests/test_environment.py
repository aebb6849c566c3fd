"""The two commands: tools/environment.py, tools/lab.py, and the files that they read."""

import ast
import importlib.util
import io
import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


def tool(name):
    """The module tools/NAME.py, which is in no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environment = tool("environment")
lab = tool("lab")
Problem = environment.Problem


@pytest.fixture
def root(tmp_path):
    """An empty course in a folder whose name has a space."""
    folder = tmp_path / "my course"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch==2.13.0\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Make environments without pip, and write down what would have been installed."""
    done = []

    def make_venv(python, version, venv):
        done.append("venv")
        subprocess.run([python, "-m", "venv", "--clear", "--without-pip", venv], check=True)
        environment.mark_unfinished(venv)

    monkeypatch.setattr(environment, "make_venv", make_venv)
    monkeypatch.setattr(environment, "install", lambda root, venv, intact: done.append("packages"))
    return done


def script(path, text):
    """An executable shell script."""
    path.write_text("#!/bin/sh\n" + text + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def pip_that_prints(tmp_path, text, status=1):
    """A command that prints what pip would, and ends as pip would."""
    code = f"import sys; print({text!r}); sys.exit({status})"
    return [sys.executable, "-c", code]


# Which Python


def test_an_old_python_can_read_the_file():
    source = (ROOT / "tools" / "environment.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


@pytest.mark.parametrize("here, word", [((3, 8), "too old"), ((3, 99), "newer")])
def test_a_python_that_will_not_do(here, word, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem) as caught:
        environment.choose_python(here=here)
    text = str(caught.value)
    assert f"Python {here[0]}.{here[1]} is {word}" in text
    for part in ("3.11 to 3.14", "python3.12", "apt", "dnf", "brew", "winget"):
        assert part in text


@posix
def test_a_newer_python_on_the_path_is_used(monkeypatch, tmp_path):
    script(tmp_path / "python3.13", "exit 127")  # as a version manager's empty stand-in does
    answer = 'case "$*" in *version_info*) echo 3 12;; *) echo /opt/python3.12;; esac'
    script(tmp_path / "python3.12", answer)
    script(tmp_path / "python3.11", answer.replace("3 12", "3 11"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.choose_python(here=(3, 9)) == ("/opt/python3.12", (3, 12))


@posix
def test_a_python_that_was_asked_for_is_not_replaced(monkeypatch, tmp_path):
    script(tmp_path / "python3.12", "echo 3 12")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="too old"):
        environment.choose_python(only_this=True, here=(3, 9))


# Making it


@posix
def test_no_venv_module(tmp_path):
    venv = tmp_path / ".venv"
    venv.mkdir()
    (venv / "mine").write_text("kept")
    python = script(tmp_path / "python", "exit 1")
    with pytest.raises(Problem, match=r"sudo apt install python3\.12-venv"):
        environment.make_venv(python, (3, 12), venv)
    assert (venv / "mine").exists()


@posix
def test_a_failed_venv_leaves_nothing(tmp_path):
    venv = tmp_path / ".venv"
    code = 'case " $* " in *" -c "*) exit 0;; esac; mkdir -p "$4"; '
    code += "echo No space left on device; exit 1"
    with pytest.raises(Problem, match="disk is full"):
        environment.make_venv(script(tmp_path / "python", code), (3, 12), venv)
    assert not venv.exists()


def test_the_second_time_does_nothing(root, quick):
    environment.prepare(root)
    assert quick == ["venv", "packages"]
    environment.prepare(root)
    environment.prepare(root, only_this=True)
    assert quick == ["venv", "packages"]


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_file_means_new_packages(root, quick, name):
    environment.prepare(root)
    (root / name).write_text("# changed\n")
    environment.prepare(root)
    assert quick == ["venv", "packages", "packages"]


def test_line_ends_are_no_change(root):
    before = environment.fingerprint(root)
    (root / "requirements.txt").write_bytes(b"torch==2.13.0\r\n")
    assert environment.fingerprint(root) == before


def test_an_interrupted_installation_is_begun_again(root, quick, monkeypatch, capsys):
    def stop(root, venv, intact):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "install", stop)
        with pytest.raises(KeyboardInterrupt):
            environment.prepare(root)
    environment.prepare(root)
    assert quick == ["venv", "venv", "packages"]
    assert "did not finish" in capsys.readouterr().out


def test_a_moved_folder(root, quick, capsys):
    environment.prepare(root)
    moved = root.rename(root.parent / "elsewhere")
    environment.prepare(moved)
    assert quick == ["venv", "packages"] * 2
    assert "was moved" in capsys.readouterr().out


def test_a_python_that_is_gone(root, quick, capsys):
    environment.prepare(root)
    environment.venv_python(root / ".venv").unlink()
    environment.prepare(root)
    assert quick == ["venv", "packages"] * 2
    assert "no longer runs" in capsys.readouterr().out


def test_another_python_is_asked_for(root, quick, monkeypatch, capsys):
    environment.prepare(root)
    with monkeypatch.context() as patch:
        patch.setattr(environment, "identity", lambda: "3.12.9 /opt/python")
        environment.prepare(root)
        assert quick == ["venv", "packages"]
        environment.prepare(root, only_this=True)
    assert quick == ["venv", "packages"] * 2
    assert "another Python was asked for" in capsys.readouterr().out


def test_a_folder_of_somebody_else(root, quick):
    (root / ".venv").mkdir()
    (root / ".venv" / "thesis.txt").write_text("years of work")
    with pytest.raises(Problem, match="no virtual environment"):
        environment.prepare(root)
    assert (root / ".venv" / "thesis.txt").exists()


def test_an_environment_of_somebody_else_is_kept(root, quick):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    environment.prepare(root)
    assert quick == ["packages"]


# Installing


def failure(tmp_path, words, intact=False):
    """What is said when pip prints these words and fails."""
    venv = tmp_path / ".venv"
    venv.mkdir(exist_ok=True)
    with pytest.raises(Problem) as caught:
        environment.run_pip(pip_that_prints(tmp_path, words), venv, intact)
    return str(caught.value)


@pytest.mark.parametrize(
    "words, says",
    [
        ("[Errno -3] Temporary failure in name resolution')': /simple/torch/", "network"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: No matching distribution found for torch==2.13.0", "Apple chip"),
        ("ERROR: something new", "ERROR: something new"),
    ],
)
def test_what_pip_said_in_plain_words(tmp_path, words, says):
    assert says in failure(tmp_path, words)


def test_a_refresh_that_changed_nothing_says_how_to_go_on(tmp_path):
    text = failure(tmp_path, "Network is unreachable", intact=True)
    assert "lab.py" in text
    assert environment.read_stamp(tmp_path / ".venv") is None


def test_a_refresh_that_broke_off_is_not_trusted(tmp_path):
    words = "Installing collected packages: numpy, torch\nConnection reset by peer"
    assert "lab.py" not in failure(tmp_path, words, intact=True)
    assert environment.read_stamp(tmp_path / ".venv") == {}


def test_real_pip_without_a_network(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    command = [sys.executable, "-m", "pip", "install", "--retries", "1", "no-such-package==1.0"]
    with pytest.raises(Problem, match="no way to the package index"):
        environment.run_pip(command, tmp_path, intact=False)


def test_progress_where_nobody_watches():
    shown = io.StringIO()
    progress = environment.Progress(shown)
    for line in (
        "Collecting torch==2.13.0",
        "  Downloading torch-2.13.0-cp311-cp311-manylinux.whl (900.1 MB)",
        "  Downloading tqdm-4.whl (78 kB)",
        "Installing collected packages: torch, tqdm",
    ):
        progress.show(line)
    assert shown.getvalue().splitlines() == [
        "   downloading torch-2.13.0-cp311-cp311-manylinux.whl (900.1 MB)",
        "   unpacking 2 packages",
    ]


def test_exit_status_and_stream(monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(environment, "prepare", full)
    assert environment.main([]) == 1
    assert "disk is full" in capsys.readouterr().err
    assert environment.main(["--nonsense"]) == 2


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
    assert "tools/environment.py" in lab.NOT_INSTALLED[0]
    assert r"tools\environment.py" in lab.NOT_INSTALLED[1]


# The files


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = [Requirement(line) for line in LOCK.splitlines() if line and not line.startswith("#")]


def wanted():
    """Every requirement in pyproject.toml that the environment has; only CI has a browser's."""
    extras = PROJECT["project"]["optional-dependencies"]
    chosen = [extras[name] for name in extras if name != "browser"]
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


def make(*arguments):
    """Run make in the repository."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environ)


@posix
def test_plain_make_lists_the_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()) - {"help"}
    assert set(re.findall(r"make ([a-z]+)\t", make().stdout)) == targets


@posix
def test_make_without_python():
    result = make("PYTHON=/nowhere/python3", "lab")
    assert result.returncode
    assert "Install Python 3.11 or newer" in result.stderr


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
