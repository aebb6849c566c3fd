"""tools/longest_first.py: the order in which files are begun, and which tests stay together."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import longest_first
import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_the_longest_come_first_and_within_a_file_nothing_moves():
    names = ["b.py", "test_cli.py", "a.py", "11_training_a_gpt.ipynb", "test_cli.py", "b.py"]
    items = [SimpleNamespace(path=Path(name), number=n) for n, name in enumerate(names)]
    longest_first.pytest_collection_modifyitems(items)
    assert [item.number for item in items] == [3, 1, 4, 0, 2, 5]


@pytest.mark.parametrize("nodeid, expected", [
    ("tests/test_bpe.py::test_x[03]", "tests/test_bpe.py"),
    ("tests/test_answers.py::test_x[03.mse-1-the mean]", "tests/test_answers.py-03"),
    ("tests/test_devices.py::test_a_lesson[11]", "tests/test_devices.py-11"),
    ("tests/test_browser.py::test_every_cell_runs[04_network_by_hand]", "tests/test_browser.py-04"),
    ("tests/test_answers.py::test_no_answer_stands_twice", "tests/test_answers.py"),
    ("notebooks/08_attention::ipynb::Cell 3", "notebooks/08_attention"),
])  # fmt: skip
def test_a_file_or_a_lesson_stays_together(nodeid, expected):
    assert longest_first.group(nodeid) == expected


def test_workers_keep_a_group_together(tmp_path):
    test = "import pytest, time\n\n@pytest.mark.parametrize('k', range(5))\ndef test_it(k): time.sleep(0.01)\n"
    for name in "abcd":
        (tmp_path / f"test_{name}.py").write_text(test, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "longest_first", "-n", "2", "-v"]
    environ = os.environ | {"PYTHONPATH": str(Path(longest_first.__file__).parent)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, encoding="utf-8", check=False
    )
    ran = re.findall(r"\[(gw\d)\].* PASSED test_(\w)", done.stdout)
    assert len(ran) == 20, done.stdout + done.stderr
    assert len(set(ran)) == 4  # each file by one of the workers


def test_every_file_that_is_named_is_there():
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    there |= {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {*longest_first.LONGEST, *longest_first.BY_LESSON} <= there
