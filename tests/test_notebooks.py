"""The notebooks as notebooks: nothing to put right, few opt-outs, and solutions that solve."""

import ast
import importlib.util
import linecache
import re
from pathlib import Path

import pytest

import notebooks as tool
from course_lib import exercises

ROOT = Path(__file__).resolve().parent.parent

COURSE = tool.Course(ROOT)
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def lesson_in(path):
    return tool.Lesson(COURSE, path, tool.read(path))


def number(path):
    return path.name.split("_")[0]


def names(lesson):
    """The exercises of a lesson; none for a lesson that has no file of exercises."""
    there = importlib.util.find_spec(f"course_lib.exercises.lesson_{lesson}")
    return exercises.names(lesson) if there else []


def test_there_are_notebooks():
    assert PATHS, f"There is no notebook in {ROOT / 'notebooks'}: the course is missing."


@every_notebook
def test_check_finds_nothing(path):
    found = [f"{cell}: {fault}" for cell, fault in tool.faults(lesson_in(path))]
    assert not found, "\n".join([f"{path.name}:", *found])


@every_notebook
def test_a_lesson_says_how_long_it_takes(path):  # that it is right is checked above
    assert re.search(r"about \d+ minutes to read and try", path.read_text(encoding="utf-8"))


def test_public_names_are_unique_in_the_package():
    assert list(tool.doubled_names(COURSE)) == []


def test_fewer_than_3_percent_of_the_cells_opt_out_each_with_its_reason():
    code = [(path, cell) for path in PATHS for cell in lesson_in(path).code]
    opted_out = [(path, cell) for path, cell in code if tool.opts_out(cell)]
    for path, cell in opted_out:
        assert len(cell.metadata.get("nbval_reason", "")) >= 15, (
            f"{path.name}: {cell.id}: no reason"
        )
    assert len(opted_out) < 0.03 * len(code), [f"{path.name}: {c.id}" for path, c in opted_out]


def test_fewer_than_6_percent_of_the_cells_have_a_tolerance():
    code = [(path, cell) for path in PATHS for cell in lesson_in(path).code]
    tolerant = [(path, cell) for path, cell in code if "tolerance" in cell.metadata]
    lines = [f"{path.name}: {cell.id}: {cell.metadata['tolerance']}" for path, cell in tolerant]
    print("\n".join(lines))  # pytest -rP shows them
    assert len(tolerant) < 0.06 * len(code), lines


def test_no_page_and_no_message_has_an_odd_word():
    found = tool.odd_words_of_the_course(ROOT)
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("text, odd", [
    ("Look behind it, and mend it anew.", ["behind", "mend", "anew"]),
    ("Whoever ends a training. It begins a training step.", ["whoever", "a training"]),
    ("After it you fix it again; I recommend a training run.", []),
])  # fmt: skip
def test_what_is_an_odd_word(text, odd):
    assert tool.odd_words(text) == odd


# Solutions: each is run after the imports and definitions that stand above it


def run_source(source, name, namespace):
    """Run code so that tracebacks and the exercises find its lines."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)


def imports_and_definitions(source):
    """The cell without its other statements and without the learner's ``my_`` stubs."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    kept = [node for node in tool.parse(source).body if isinstance(node, kinds)]
    return [node for node in kept if not re.match("my_|My[A-Z]", getattr(node, "name", ""))]


def solutions(lesson):
    """(exercise, its untouched stub, its solution) for each check in the notebook."""
    namespace, stubs, waiting = {"__name__": "__main__"}, {}, {}
    for cell in lesson.nb.cells:
        if cell.cell_type == "code":
            for node in imports_and_definitions(cell.source):
                run_source(ast.unparse(node), f"<{cell.id}>", namespace)
            for name, start, end in tool.definition_lines(cell.source):
                stubs[name] = "\n".join(cell.source.split("\n")[start:end])
            for exercise, function in tool.exercise_calls(cell):
                assert function in stubs, f"{cell.id}: `{function}` is defined nowhere above"
                untouched = dict(namespace)
                run_source(stubs[function], f"<{cell.id} stub>", untouched)
                waiting[function] = (exercise, untouched[function])
        elif cell.cell_type == "markdown":
            for index, block in enumerate(tool.solution_blocks(cell.source)):
                run_source(block, f"<{cell.id} {index}>", namespace)
                for function in [name for name, *_ in tool.definition_lines(block)]:
                    if function in waiting:
                        yield *waiting[function], namespace[function]


@every_notebook
def test_solutions_solve_and_stubs_are_not_attempted(path):
    wrong, solved = [], set()
    for exercise, untouched, solution in solutions(lesson_in(path)):
        solved.add(exercise)
        report = exercises.diagnose(exercise, solution)
        if not report.ok:
            wrong.append(f"the solution of {exercise}: {report.message}")
        report = exercises.diagnose(exercise, untouched)
        if report.state != "not attempted":
            wrong.append(f"the stub of {exercise} is {report.state}: {report.message}")
    asked = {name for cell in lesson_in(path).code for name, _ in tool.exercise_calls(cell)}
    wrong += [f"{name} has no solution" for name in sorted(asked - solved)]
    assert not wrong, "\n".join([f"{path.name}:", *wrong])


@every_notebook
def test_a_notebook_asks_for_exactly_the_exercises_of_its_lesson(path):
    asked = [name for cell in lesson_in(path).code for name, _ in tool.exercise_calls(cell)]
    assert sorted(set(asked)) == sorted(names(number(path)))


def test_every_file_of_exercises_has_its_notebook():
    files = (ROOT / "course_lib" / "exercises").glob("lesson_*.py")
    lessons = {file.stem.removeprefix("lesson_") for file in files}
    assert lessons <= {number(path) for path in PATHS}


@pytest.mark.parametrize("number", ["10", "11", "12", "15", "16", "17", "18"])
def test_lessons_that_train_or_write_ask_colab_for_a_gpu(number):
    lesson = lesson_in(COURSE.find([number])[0])
    assert any("best_device()" in cell.source for cell in lesson.code)
    assert lesson.nb.metadata.accelerator == "GPU"
    assert lesson.nb.metadata.colab.gpuType == "T4"
