"""The arrows between the rooms of the exercises, read from their imports."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import course_lib.exercises

FOLDER = Path(course_lib.exercises.__file__).parent
FACE = "course_lib.exercises"


def imported(path):
    """The rooms that a file imports, also inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == FACE:
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FACE):
            found.add(node.module.removeprefix(f"{FACE}."))
        elif isinstance(node, ast.Import):
            found.update(a.name.removeprefix(FACE) for a in node.names if FACE in a.name)
    return found


def test_no_import_runs_back_up():
    rooms = {path.stem: imported(path) for path in FOLDER.glob("*.py")}
    assert len(rooms) > 20 and "registry" in rooms["__init__"]
    unknown = {name for names in rooms.values() for name in names} - rooms.keys()
    assert not unknown, "the face is imported from below"
    list(TopologicalSorter(rooms).static_order())  # raises CycleError


def test_lessons_know_the_registry_and_at_most_how_to_compare():
    for path in FOLDER.glob("lesson_*.py"):
        assert {"registry"} <= imported(path) <= {"registry", "comparison"}, path.name
