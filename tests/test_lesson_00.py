"""The cell of lesson 00 that says whether everything is here must itself never end in a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def environment_check(folder):
    """What the cell prints in a kernel that began in a folder, and so imports its files first."""
    notebook = json.loads((ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))
    [cell] = [cell for cell in notebook["cells"] if cell["id"] == "environment-check"]
    kernel = "import importlib.metadata, pathlib, random, sys, typing\nsys.path.insert(0, '')\n"
    done = subprocess.run([sys.executable, "-P", "-c", kernel + "".join(cell["source"])], cwd=folder,
                          env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, capture_output=True)  # fmt: skip
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def test_all_is_well_in_the_courses_own_folder():
    said = environment_check(ROOT / "notebooks")
    assert "processor threads that torch uses" in said
    assert "hides" not in said and "cannot be loaded" not in said


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("raise OSError('[WinError 126] The specified module could not be found')", "vc_redist"),
        ("raise OSError('libgomp.so.1: cannot open shared object file')", "libgomp.so.1"),
        ("raise ImportError('no such symbol')", "no such symbol"),
        ("x = (", "never closed"),
        ("x = 1", "no attribute"),
    ],
)
@pytest.mark.parametrize("file", ["torch.py", "torch/__init__.py"])
def test_a_torch_that_cannot_be_loaded_is_said_in_words(tmp_path, file, code, says):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(code)
    said = environment_check(tmp_path)
    assert f"{Path(file)} hides the library torch: give it another name" in said
    assert "torch cannot be loaded:" in said and says in said
    assert ("Visual C++" in said) == ("WinError" in code)


@pytest.mark.parametrize("library", ["random", "numpy", "typing"])
def test_a_file_with_the_name_of_a_library_is_named_even_where_nothing_fails(tmp_path, library):
    (tmp_path / f"{library}.py").write_text("from sys import *\n")
    (tmp_path / "my_own.py").write_text("")
    said = environment_check(tmp_path)
    assert f"{library}.py hides the library {library}" in said and "my_own" not in said
