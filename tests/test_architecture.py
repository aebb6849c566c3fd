"""The arrows between the package's modules, read from its imports; public names."""

import ast
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course_lib"
CORE = {"scalar", "tables", "text", "corpus", "files", "tales", "tokenizer", "bpe", "bpe_files",
        "model", "optim", "schedule", "generation", "train", "checkpoint", "distributed"}  # fmt: skip
ALLOWED = {  # what each module of the core may import from the package
    "scalar": set(),
    "tables": {"checks", "files"},
    "text": {"files", "tales"},
    "corpus": {"checks"},
    "checks": set(),
    "files": set(),
    "tales": set(),
    "tokenizer": {"checks"},
    "bpe": {"bpe_files", "checks"},
    "bpe_files": {"files"},
    "model": set(),
    "optim": set(),
    "schedule": set(),
    "fast": {"model", "tensors"},
    "modern": {"model"},
    "muon": {"tensors"},
    "llama": {"modern", "tensors"},
    "counting": set(),
    "generation": {"fast", "model"},
}


def modules():
    return sorted(PACKAGE.glob("*.py"))


def imported(path):
    """The modules of course_lib that a file imports, without the package's name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found.update(name.split(".")[1] for name in names if name.startswith("course_lib."))
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.stem)
def test_arrows_point_one_way(path):
    name, used = path.stem, imported(path)
    if name in CORE:
        assert not used & {"plotting", "widgets", "exercises"}
    if name in ALLOWED:
        assert used <= ALLOWED[name]
    if name == "train":
        assert "model" not in used


def test_exercises_are_imported_by_no_module():
    assert not [p.stem for p in modules() if "exercises" in imported(p)]


def test_the_import_reader_sees_every_way_of_importing(tmp_path):
    file = tmp_path / "m.py"
    file.write_text("import course_lib.model\nfrom course_lib import data\n"
                    "from course_lib.plotting import show\n")  # fmt: skip
    assert imported(file) == {"model", "data", "plotting"}


def test_public_names_are_unique_across_modules():
    names = Counter(
        node.name
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_public_definition_has_a_docstring():
    missing = [
        f"{path.stem}.{node.name}"
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert missing == []
