"""tools/longest_first.py: the order in which files are begun."""

from pathlib import Path
from types import SimpleNamespace

import longest_first

ROOT = Path(__file__).resolve().parent.parent


def test_the_longest_come_first_and_within_a_file_nothing_moves():
    names = ["b.py", "test_cli.py", "a.py", "11_training_a_gpt.ipynb", "test_cli.py", "b.py"]
    items = [SimpleNamespace(path=Path(name), number=n) for n, name in enumerate(names)]
    longest_first.pytest_collection_modifyitems(items)
    assert [item.number for item in items] == [3, 1, 4, 0, 2, 5]


def test_every_file_that_is_named_is_there():
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    there |= {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(longest_first.LONGEST) <= there
