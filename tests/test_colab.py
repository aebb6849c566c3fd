"""On Colab: one notebook alone in an empty folder, and the package from its wheel."""

import os
import shutil
import subprocess
import sys
import venv
from importlib import metadata, util
from pathlib import Path

import pytest
from nbformat import v4

import notebooks as tool

ROOT = Path(__file__).resolve().parent.parent

COURSE = tool.Course(ROOT)
VERSION = COURSE.project["version"]
SITE = f"https://github.com/{COURSE.slug}"
WHEEL = f"course_lib-{VERSION}-py3-none-any.whl"

# At the end of the notebook: where the packages are, and the setup cell once more, without pip.
AFTERWARDS = """\
import subprocess

import course_lib
import torch

print(course_lib.__file__)
print(torch.__file__)
subprocess.run = None
"""

# Before it: torch and google.colab are there, course_lib is not.
BEFORE = """\
import importlib.util

assert importlib.util.find_spec("course_lib") is None, "course_lib is there already"
import sys
import torch

assert "google.colab" in sys.modules
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """A folder that looks like the project's site: the wheel lies where a release puts it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_lib", source / "course_lib", ignore=ignored)
    site = tmp_path_factory.mktemp("site")
    folder = site / "releases" / "download" / f"v{VERSION}"
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True, env=offline())
    assert [path.name for path in folder.iterdir()] == [WHEEL]
    return site


@pytest.fixture
def colab(tmp_path):
    """The Python of an environment that has everything Colab has, and a ``google.colab``."""
    if os.name == "nt":
        pytest.skip("Colab is a Linux machine, and links need a privilege on Windows")
    place = tmp_path / "colab"
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    packages = Path(run(python, "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # The packages of this environment, but neither course_lib nor a trace of its installation.
    borrowed = tmp_path / "borrowed"
    borrowed.mkdir()
    for folder in (path for path in sys.path if path.endswith("-packages")):
        for path in Path(folder).iterdir() if Path(folder).is_dir() else []:
            ours = "course" in path.name or path.suffix == ".pth"
            if not ours and not (borrowed / path.name).exists():
                (borrowed / path.name).symlink_to(path)
    (packages / "google" / "colab").mkdir(parents=True)
    (packages / "google" / "colab" / "__init__.py").write_text("")
    (packages / "colab.pth").write_text(f"{borrowed}\nimport google.colab\n")
    run(python, BEFORE)
    return python


def offline():
    """The environment's variables, so that pip asks no index and Python finds nothing by them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(python, code, fails=False):
    """What the code prints; with ``fails``, what its error says."""
    command = [str(python), "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(python).parent, env=offline(), check=False
    )
    assert bool(done.returncode) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_a_notebook_alone_installs_the_package_and_runs(release, colab, tmp_path):
    path = COURSE.find(["00"])[0]
    nb = tool.read(path)
    setup = next(cell for cell in nb.cells if cell.id == "colab-setup")
    assert SITE in setup.source
    setup.source = setup.source.replace(SITE, release.as_uri())
    after = v4.new_code_cell(AFTERWARDS, id="afterwards")
    again = v4.new_code_cell(setup.source, id="setup-again")
    nb.cells += [after, again]
    alone = tmp_path / "alone"
    alone.mkdir()
    torch_before = util.find_spec("torch").origin
    tool.execute(nb, alone, python=str(colab), env=offline())
    course_lib, torch = after.outputs[0].text.split()
    assert Path(course_lib).is_relative_to(tmp_path / "colab")
    assert Path(torch).resolve() == Path(torch_before).resolve()
    assert not list((tmp_path / "colab").glob("lib/*/site-packages/torch*"))
    assert setup.outputs == again.outputs == []


def test_when_no_source_works_it_says_what_to_do(colab, tmp_path):
    setup = COURSE.setup.replace(SITE, (tmp_path / "nothing").as_uri())
    error = run(colab, setup, fails=True).strip().splitlines()[-1]
    assert error.startswith("RuntimeError: course_lib could not be installed.")
    assert f"v{VERSION}" in error
    assert f"upload {WHEEL}" in error


@pytest.fixture
def pretend(monkeypatch):
    """A Colab in which pip only writes down what it is asked: (commands, results to give)."""
    commands, results = [], []

    def pip(command, **options):
        commands.append(command[command.index("install") + 1 :])
        return subprocess.CompletedProcess(command, results.pop(0) if results else 0)

    needs = ["torch>=2", "matplotlib>=3", "small-thing<9,>=7", 'jupyterlab>=4; extra == "lab"']
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    monkeypatch.setattr(metadata, "requires", lambda name: needs)
    monkeypatch.setattr(subprocess, "run", pip)
    return commands, results


def test_it_asks_for_the_small_needs_alone_and_never_for_torch(pretend):
    commands, _ = pretend
    exec(COURSE.setup, {})
    release = f"{SITE}/releases/download/v{VERSION}/{WHEEL}"
    assert commands == [
        ["--quiet", "--no-deps", release],
        ["--quiet", "--no-deps", "matplotlib>=3", "small-thing<9,>=7"],
    ]


def test_without_the_release_it_takes_the_tag_and_then_an_uploaded_wheel(pretend):
    commands, results = pretend
    results += [1, 1]
    exec(COURSE.setup, {})
    tag = f"{SITE}/archive/refs/tags/v{VERSION}.zip"
    assert [command[-1] for command in commands[1:3]] == [tag, WHEEL]


def test_elsewhere_it_does_nothing(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    monkeypatch.setattr(subprocess, "run", None)
    exec(COURSE.setup, {})
    assert capsys.readouterr().out == ""


def test_every_notebook_has_the_address_and_version_of_pyproject():
    for path in COURSE.find([]):
        lesson = tool.Lesson(COURSE, path, tool.read(path))
        assert [*tool.colab_cells(lesson)] == [], f"{path.name}: type `make badges`"
