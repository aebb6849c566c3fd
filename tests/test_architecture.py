"""The arrows between the package's modules, read from its imports; public names."""

import ast
import io
import re
import tokenize
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
    "counting": {"checks"},
    "generation": {"fast", "model"},
    "walls": set(),
    "hand_in_process": {"exercises", "walls"},
    "hand_in": {"exercises", "walls"},
    "class_report": {"exercises", "files", "hand_in", "walls"},
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


JUDGES = {"hand_in", "hand_in_process", "class_report"}  # what a teacher runs, above the exercises


def test_exercises_are_imported_by_no_module_but_those_that_judge_hand_ins():
    assert {p.stem for p in modules() if "exercises" in imported(p)} <= JUDGES
    above = {p.stem for p in modules() if JUDGES & imported(p)}
    assert above - JUDGES == {"cli"}


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


# What a reader holds in mind at once.

LINES_OF_A_FUNCTION, LINES_OF_A_MODULE, COLUMNS = 45, 250, 100
SOURCES = sorted(PACKAGE.rglob("*.py"))
TABLES = re.compile(
    r"lesson_\d\d"
)  # an exercise's correct answer, cases and mistakes, one after another


def lines_of_code(source):
    """The numbers of the lines that hold code: no comments, no docstrings, no blank lines."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
               tokenize.ENCODING, tokenize.ENDMARKER}  # fmt: skip
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped:
            found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found -= set(range(value.lineno, value.end_lineno + 1))
    return found


def read(path):
    return path.read_text(encoding="utf-8")


def test_the_counting_of_lines_leaves_out_what_is_no_code():
    source = '"""Doc\nstring."""\n\n# comment\nx = (\n    1,\n)  # more\n\ndef f():\n    """Doc."""\n    return x\n'
    assert lines_of_code(source) == {5, 6, 7, 9, 11}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_function_module_or_line_is_longer_than_a_reader_can_hold(path):
    source = read(path)
    code = lines_of_code(source)
    functions = {
        node.name: len(code & set(range(node.lineno, node.end_lineno + 1)))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {name: n for name, n in functions.items() if n > LINES_OF_A_FUNCTION}
    if TABLES.fullmatch(path.stem):
        long = {}
    assert not long
    assert len(code) <= LINES_OF_A_MODULE or TABLES.fullmatch(path.stem)
    assert [n for n, line in enumerate(source.splitlines(), 1) if len(line) > COLUMNS] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_formatter_is_off_for_literal_tables_alone(path):
    source = read(path)
    tree = ast.parse(source)
    for number, line in enumerate(source.splitlines(), 1):
        if "fmt: skip" not in line and "fmt: off" not in line:
            continue
        ends = [node for node in ast.walk(tree)
                if isinstance(node, ast.stmt) and node.end_lineno == number]  # fmt: skip
        values = [getattr(node, "value", None) for node in ends]
        assert any(isinstance(v, ast.Dict | ast.List | ast.Tuple | ast.Set) for v in values), line
