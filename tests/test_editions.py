"""The editions of the course: what each leaves out and puts in, and that it stands alone."""

import copy
import re
from pathlib import Path

import nbformat
import pytest
from editions.instructor import for_instructors, section_minutes
from editions.lessons import copy_edition, lessons, without_solutions
from editions.student import for_students
from notebooks.minutes import minutes_of

from course_lib.exercises.registry import find
from notebooks import Course, execute, exercise_calls, read

COURSE = Course(Path(__file__).resolve().parent.parent)
PATHS = COURSE.find([])


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def lesson(request):
    (found,) = lessons(COURSE, [request.param])
    return found


def test_students_get_every_exercise_and_neither_outputs_nor_solutions(lesson):
    before = copy.deepcopy(lesson.nb)
    for_students(lesson)
    assert not any(cell.outputs or cell.execution_count for cell in lesson.code)
    assert "<summary>Solution" not in "".join(cell.source for cell in lesson.markdown)
    code = [cell for cell in before.cells if cell.cell_type == "code"]
    assert [cell.source for cell in lesson.code] == [cell.source for cell in code]
    nbformat.validate(lesson.nb)


def test_only_solutions_are_taken_out():
    text = "Why?\n\n<details><summary>Answer</summary>\n\nSo.\n</details>\n\n<details><summary>Solution</summary>\n\n```python\n1\n```\n</details>"
    assert without_solutions(text).endswith("So.\n</details>")


def test_what_is_tagged_as_a_solution_is_left_out():
    (lesson,) = lessons(COURSE, PATHS[:1])
    lesson.nb.cells[-1].metadata["tags"] = ["solution"]
    name = lesson.nb.cells[-1].id
    for_students(lesson)
    assert name not in [cell.id for cell in lesson.nb.cells]


def test_a_lesson_of_the_students_runs_from_top_to_bottom(tmp_path):
    copy_edition(COURSE, COURSE.find(["00"]), tmp_path, for_students)
    (path,) = (tmp_path / "notebooks").iterdir()
    nb = read(path)
    execute(nb, path.parent)
    for target in re.findall(r"\]\((\.\./[^)]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).is_file()


def test_instructors_minutes_add_up_to_those_of_the_lesson(lesson):
    assert sum(minutes for *_, minutes in section_minutes(lesson)) == minutes_of(lesson)


def test_instructors_see_every_mistake_of_every_exercise_and_open_solutions():
    (lesson,) = lessons(COURSE, COURSE.find(["08"]))
    names = [name for cell in lesson.code for name, _ in exercise_calls(cell)]
    for_instructors(lesson)
    nbformat.validate(lesson.nb)
    text = "\n".join(cell.source for cell in lesson.markdown)
    assert "<details><summary>Solution" not in text and "<details open><summary>Solution" in text
    notes = {cell.id: cell.source for cell in lesson.markdown if "mistakes" in cell.id}
    assert names and len(notes) == len(names)
    for name in names:
        note = notes["instructor-mistakes-" + name.split(".")[1].replace("_", "-")]
        rows = [line for line in note.splitlines() if re.match(r"\| (?!mistake)", line)]
        assert len(rows) == len(find(name).mistakes)
        assert all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)
