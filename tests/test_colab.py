"""Colab: a notebook alone in an empty folder, its kernel, and the package from a branch's zip."""

import os
import subprocess
import sys
import venv
import zipfile
from importlib import util
from pathlib import Path

import pytest
import versions
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import v4
from packaging.requirements import Requirement

import notebooks as tool

ROOT = Path(__file__).resolve().parent.parent

COURSE = tool.Course(ROOT)
SETUP = tool.SETUP.format(slug="someone/course")
ADDRESS = "https://github.com/someone/course/archive/refs/heads/main.zip"

# At the end of the notebook: where the packages are, and which shell this is.
AFTERWARDS = """\
import course_lib
import torch

print(course_lib.__file__)
print(torch.__file__)
print(type(get_ipython()).__module__)
"""

# Before it: torch and google.colab can be imported, course_lib cannot.
BEFORE = """\
import importlib.util

assert importlib.util.find_spec("course_lib") is None, "course_lib is there already"
import google.colab
import torch
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The zip of a branch, as GitHub packs it: everything below one folder."""
    path = tmp_path_factory.mktemp("site") / "main.zip"
    names = [
        path for path in ROOT.iterdir() if path.is_file() and path.suffix in (".toml", ".md", "")
    ]
    names += [path for path in (ROOT / "course_lib").rglob("*") if "__pycache__" not in path.parts]
    with zipfile.ZipFile(path, "w") as zipped:
        for name in names:
            zipped.write(name, Path("course-main") / name.relative_to(ROOT))
    return path


@pytest.fixture
def colab(tmp_path):
    """The Python of an environment that has what Colab has, and its kernel."""
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
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    versions.put_stand_in(python)
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    kernel = 'c.IPKernelApp.kernel_class = "google.colab._kernel.Kernel"\n'
    (profile / "ipython_kernel_config.py").write_text(kernel)
    run(python, BEFORE)
    return python


def offline():
    """The environment's variables, so that pip asks no index and Python finds nothing by them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # To pip, this is how a variable says --no-build-isolation.
    pip = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    return kept | pip


def run(python, code):
    """What the code prints."""
    command = [str(python), "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(python).parent, env=offline(), check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_notebook_alone_installs_the_package_and_runs(archive, colab, tmp_path):
    nb = tool.read(COURSE.find(["00"])[0])
    setup = next(cell for cell in nb.cells if cell.id == "colab-setup")
    setup.source = SETUP.replace(ADDRESS, archive.as_uri())
    after = v4.new_code_cell(AFTERWARDS, id="afterwards")
    again = v4.new_code_cell(setup.source, id="setup-again")
    nb.cells += [after, again]
    alone = tmp_path / "alone"
    alone.mkdir()
    torch_before = util.find_spec("torch").origin
    environment = offline() | {"IPYTHONDIR": str(tmp_path / "ipython")}
    tool.execute(nb, alone, python=str(colab), env=environment)
    # What a cell prints may arrive in several parts.
    setup_said, again_said, after_said = (
        "".join(output.text for output in cell.outputs) for cell in (setup, again, after)
    )
    course_lib, torch, shell = after_said.split()
    assert Path(course_lib).is_relative_to(tmp_path / "colab")
    assert Path(torch).resolve() == Path(torch_before).resolve()
    assert shell == "google.colab._shell"
    assert not list((tmp_path / "colab").glob("lib/*/site-packages/torch*"))
    for said in (setup_said, again_said):
        assert ["restart the kernel" in line for line in said.splitlines()] == [True], said


class Shell:
    """An interactive shell that writes down what it is asked for."""

    def __init__(self, name):
        self.name, self.magics = name, []

    def __str__(self):
        return f"<{self.name} object at 0x1>"

    def run_line_magic(self, name, line):
        self.magics.append((name, line))


@pytest.mark.parametrize(("name", "magics"), [
    ("google.colab._shell.Shell", [("pip", f"install --quiet --no-deps {ADDRESS}")]),
    ("ipykernel.zmqshell.ZMQInteractiveShell", []),
])  # fmt: skip
def test_it_installs_on_colab_and_does_nothing_elsewhere(name, magics):
    shell = Shell(name)
    exec(TransformerManager().transform_cell(SETUP), {"get_ipython": lambda: shell})
    assert shell.magics == magics


def test_colab_has_every_package_that_no_deps_leaves_out():
    lock = (ROOT / "tests" / "versions" / "colab.txt").read_text(encoding="utf-8")
    there = dict(line.split("==") for line in lock.splitlines() if "==" in line)
    for need in map(Requirement, COURSE.project["dependencies"]):
        assert need.specifier.contains(there[need.name]), need


def test_every_notebook_names_the_repository_of_pyproject():
    for path in COURSE.find([]):
        lesson = tool.Lesson(COURSE, path, tool.read(path))
        assert [*tool.colab_cells(lesson)] == [], f"{path.name}: type `make badges`"
