"""One notebook, run in a process of its own; what is found without running it; nbgrader's cells."""

import ast
import sys

import nbformat
import pytest
from hand_ins import BEGIN, ROOT, solved, stub, write
from nbclient import NotebookClient

import notebooks
from course_lib.exercises import names
from course_lib.exercises.registry import lessons
from course_lib.hand_in import (
    Code,
    Limits,
    _read,
    checks_in,
    functions_of,
    lesson_of,
    read_cells,
    run_hand_in,
)
from course_lib.walls import environment, resource, walls_for

DOUBLE, STEPS = names("00")


def run(cells, walls=None, **limits):
    limits = Limits(**{"seconds": 600, "cell_seconds": 2, "memory": 2**30} | limits)
    cells = [cell if isinstance(cell, Code) else Code(cell) for cell in cells]
    return run_hand_in("x", "x.ipynb", "00", cells, limits, walls)


def state(done, name):
    return done.verdicts[name].state


def test_a_notebook_of_everything_that_a_script_would_stumble_over(tmp_path, monkeypatch):
    monkeypatch.setenv("A_TOKEN", "secret")
    cells = [
        BEGIN,
        "%matplotlib inline\n!exit 3\nx = !ls\n%load_ext nothing",
        "%%time\ny = 3",
        "import matplotlib.pyplot as plt\nplt.plot([y])\nplt.show()\ndisplay(y)",
        "import asyncio\nawait asyncio.sleep(0)",
        Code("1 / 0", may_raise=True),
        "import os\nassert 'A_TOKEN' not in os.environ and not [f for f in os.listdir('.') if f[0] != '.']\nopen('own', 'w')",
        "big = 'a' * 2**32",
        "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=0.5)",
        f'check("{DOUBLE}", lambda number: number * number)\n' + solved(DOUBLE),
        f'check("{DOUBLE}", my_double(2))',
        solved(STEPS).partition("check(")[0] + "raise ValueError('<b>')",
    ]
    walls = walls_for(tmp_path)
    done = run(cells, walls, cell_seconds=60)
    assert state(done, DOUBLE) == state(done, STEPS) == "right"
    remarks = done.remarks if resource else [r for r in done.remarks if "cell 8" not in r]
    starts = ["cell 8: line 1: MemoryError"] if resource and sys.platform == "linux" else []
    starts += ["cell 9: line 2: ", "cell 11: line 1: TypeError", "cell 12: line "]
    assert len(remarks) == len(starts)
    assert all(remark.startswith(s) for remark, s in zip(remarks, starts, strict=True)), remarks
    if not walls.network:
        assert "unreachable" in remarks[-3]


def test_what_ends_the_process_costs_only_itself():
    fatal = "import os\n\n\ndef my_double(number):\n    os._exit(9)\n\n\n"
    done = run(
        [BEGIN, fatal + f'check("{DOUBLE}", my_double)', "sum(range(10**15))", solved(STEPS)]
    )
    assert done.verdicts[DOUBLE].cause == "Your function ended the process that ran it."
    assert (state(done, DOUBLE), state(done, STEPS)) == ("wrong", "right")
    (remark,) = done.remarks
    assert remark.startswith("cell 3: its process ended")


def test_the_whole_notebook_has_a_time_as_well():
    done = run([BEGIN, solved(DOUBLE)], seconds=0.1)
    assert state(done, DOUBLE) == state(done, STEPS) == "not reached"
    assert done.remarks == ["not run to its end: it took longer than 0.1 seconds"]


def test_records_that_are_none_are_passed_over():
    text = b'["cell", 1]\n["cell", "1"]\n[]\n3\n["verdict", "a", "b"]\nnull\n["end"]\n["chec'
    assert list(_read(text)) == [["cell", 1], ["end"]]


@pytest.mark.parametrize("lesson", lessons())
def test_the_names_of_the_functions_are_those_of_the_courses_notebook(lesson):
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    cells = notebooks.read(path).cells
    calls = dict(call for cell in cells for call in notebooks.exercise_calls(cell))
    assert functions_of(lesson) == {name: calls[name] for name in names(lesson)}
    assert lesson_of("x.ipynb", read_cells(path)) == lesson


def test_the_lesson_is_told_by_checks_then_by_name_then_by_functions(tmp_path):
    check = [Code("%pip install x\n" + stub("04.counts"))]
    slopes = [Code("def my_slopes(x): ..."), Code("def my_mse(x): ...")]
    assert lesson_of("03_x.ipynb", check) == "04"
    assert lesson_of("anna_03_x.ipynb", [Code("x = 1")]) == "03"
    assert lesson_of("2003_x.ipynb", [Code("x = 1")]) is None
    assert lesson_of("x.ipynb", slopes) == "03"
    assert list(checks_in([Code('check("03.mse", hint=1)'), Code("def broken(")])) == []
    source = read_cells(write(tmp_path / "x.ipynb", ["a = 1\nb = 2"]))[0].text
    assert [type(node) for node in ast.parse(source).body] == [ast.Assign] * 2


def test_the_environment_has_nothing_of_the_teachers(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret")
    found = environment(tmp_path, 1)
    assert found["HOME"] == str(tmp_path) and "secret" not in found.values()


# A cell of nbgrader's that grades: it has its points unless it raises.
GRADED = """\
from course_lib.exercises import diagnose

report = diagnose("{exercise}", {function})
print(report.message)
assert report.ok, report.cause or report.state
"""


def test_nbgrader_counts_a_cell_that_asks_diagnose(tmp_path):
    def graded(exercise, function):
        cell = nbformat.v4.new_code_cell(GRADED.format(exercise=exercise, function=function))
        cell.metadata.nbgrader = {"grade": True, "solution": False, "locked": True, "points": 2,
                                  "grade_id": exercise, "schema_version": 3, "task": False}  # fmt: skip
        return cell

    wrong = "import math\ndef my_double(number):\n    return number * number"
    right = solved(STEPS).partition("check(")[0]
    nb = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(wrong),
            graded(DOUBLE, "my_double"),
            nbformat.v4.new_code_cell(right),
            graded(STEPS, "my_steps"),
        ]
    )
    NotebookClient(nb, allow_errors=True, kernel_name="python3").execute()
    points = {  # as nbgrader's determine_grade has it
        cell.metadata.nbgrader.grade_id: 0
        if any(output.output_type == "error" for output in cell.outputs)
        else cell.metadata.nbgrader.points
        for cell in nb.cells
        if "nbgrader" in cell.metadata
    }
    assert points == {DOUBLE: 0, STEPS: 2}
    assert "number's square" in str(nb.cells[1].outputs)
    path = tmp_path / "x.ipynb"
    nbformat.write(nb, path)
    assert lesson_of(path, read_cells(path)) == "00"  # so class report takes it as well
