"""A class of eight hands in lesson 03, made from the answers in tests/exercises; and what is no hand-in."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hand_ins import BEGIN, answer, solved, stub, write

from course_lib.class_report import as_csv, as_html, mistakes_of, notebooks_in, readable_notebooks
from course_lib.cli import main
from course_lib.exercises import names
from course_lib.exercises.registry import find
from course_lib.hand_in import HandIn, Verdict
from course_lib.walls import walls_for

MSE, SLOPES, TRAIN, PARABOLA = EXERCISES = names("03")


def first_cause(exercise):
    """The cause of the first wrong answer whose cause is a sentence that the exercise lists."""
    from tests.exercises.answers import answers_to

    for found in answers_to(exercise):
        if found.cause and any(found.cause in sentence for sentence in find(exercise).mistakes):
            try:
                answer(exercise, found.cause)
            except LookupError:
                continue
            return found.cause
    raise LookupError(exercise)


WRONG = {exercise: first_cause(exercise) for exercise in (MSE, SLOPES, TRAIN)}
RIGHT = [solved(exercise) for exercise in EXERCISES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    own = str(folder / "anna.ipynb")
    x = "x, y = torch.tensor([1.0]), torch.tensor([2.0])\nimport warnings\nfrom torch import tensor"
    write(folder / "anna.ipynb", [BEGIN, *RIGHT])
    write(folder / "ben.ipynb", [BEGIN, x, *RIGHT[:2], *map(stub, EXERCISES[2:])])
    wrong = [solved(exercise, cause) for exercise, cause in WRONG.items()]
    write(folder / "clara.ipynb", [BEGIN, *wrong, RIGHT[3]])
    crashes = ["1 / 0", "def broken(:", "exit()", "import os\nos._exit(3)"]
    write(folder / "dan.ipynb", [BEGIN, *crashes, *RIGHT])
    loop = "def my_mse(p, t):\n    while True:\n        pass\n\n\n"
    write(
        folder / "eve.ipynb",
        [BEGIN, loop + f'check("{MSE}", my_mse)', "while True:\n    pass", RIGHT[1]],
    )
    write(
        folder / "finn" / "mine.ipynb",
        ["import torch\nF = torch.nn.functional", answer(MSE), answer(SLOPES)],
    )
    write(folder / "gina.ipynb", [BEGIN, f"import json\nfor c in json.load(open({own!r}))['cells'][1:]:\n"
                                         "    exec(''.join(c['source']))", stub(MSE)])  # fmt: skip
    write(folder / "hugo.ipynb", ["print('x' * 1_000_000)", BEGIN, *RIGHT])
    return folder


@pytest.fixture(scope="module")
def report(folder, tmp_path_factory):
    """(rows of the CSV by student, the page, what was printed)."""
    import contextlib
    import io

    out, printed = tmp_path_factory.mktemp("out"), io.StringIO()
    with contextlib.redirect_stdout(printed):
        main(["class", "report", str(folder), "--out", str(out), "--jobs", "2",
              "--cell-seconds", "5", "--seconds", "600"])  # fmt: skip
    with open(out / "lesson_03.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    return rows, (out / "lesson_03.html").read_text(encoding="utf-8"), printed.getvalue()


def states(row):
    return [row[exercise] for exercise in EXERCISES]


def test_the_states_of_eight_students(report):
    rows = report[0]
    assert list(rows) == ["anna", "ben", "clara", "dan", "eve", "finn", "gina", "hugo"]
    missing = "not attempted"
    assert states(rows["anna"]) == states(rows["dan"]) == states(rows["hugo"]) == ["right"] * 4
    assert states(rows["ben"]) == ["right", "right", missing, missing]
    assert states(rows["clara"]) == ["wrong", "wrong", "wrong", "right"]
    assert states(rows["eve"]) == ["wrong", "right", missing, missing]
    assert states(rows["finn"]) == ["right", "right", missing, missing]


def test_each_mistake_is_the_one_that_the_answer_set_says(report):
    row = report[0]["clara"]
    for exercise, cause in WRONG.items():
        assert cause in row[f"{exercise} cause"]
        assert row[f"{exercise} cause"] in find(exercise).mistakes
    assert "loop ever end" in report[0]["eve"][f"{MSE} cause"]


def test_crashes_and_loops_are_said_and_survived(report):
    dan, eve = report[0]["dan"]["remarks"], report[0]["eve"]["remarks"]
    for words in ("cell 2: line 1: ZeroDivisionError", "cell 3: line 1: SyntaxError", "SystemExit",
                  "cell 5: its process ended (status 3)"):  # fmt: skip
        assert words in dan
    assert "cell 3: stopped after 5 seconds" in eve
    assert not report[0]["anna"]["remarks"] and not report[0]["hugo"]["remarks"]


def test_another_students_file_is_not_seen_where_folders_can_be_hidden(folder, report):
    if folder.resolve() not in walls_for(folder).hidden:
        assert "NOT held on this system: files" in report[2]
        pytest.skip("no folder can be hidden on this system")
    assert "FileNotFoundError" in report[0]["gina"]["remarks"]
    assert states(report[0]["gina"]) == ["not attempted"] * 4
    assert str(folder) in report[2]


def test_the_teacher_is_told_before_anything_runs(report):
    printed = report[2]
    assert printed.startswith("This runs the code of 8 notebooks of lesson 03")
    assert printed.index("No wall holds everything") < printed.index("anna: 4 right")
    assert f"1 of 8, {MSE}: " in printed and find(MSE).hints[0] in printed


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href", "srcset")]


def test_the_page_needs_nothing_else_and_has_both_themes(report):
    page = Page(report[1])
    assert not page.links and not {"script", "link", "img"} & set(page.tags)
    assert "default-src 'none'" in report[1] and "color-scheme: light dark" in report[1]
    assert "url(" not in report[1] and "@import" not in report[1]
    cause = next(s for s in find(MSE).mistakes if WRONG[MSE] in s)
    assert cause.replace("'", "&#x27;") in report[1].replace("&quot;", '"')


def hand_in(student, *verdicts, remarks=()):
    return HandIn(student, Path(f"{student}.ipynb"),
                  dict(zip(EXERCISES, verdicts, strict=False)), list(remarks))  # fmt: skip


def test_a_name_is_neither_markup_nor_a_formula():
    evil = '<script>alert("1")</script>'
    page = as_html("03", [hand_in(evil, Verdict("wrong", "<b>x</b>"), remarks=["<i>"])], ["<u>"])
    assert not {"script", "b", "i", "u"} & set(Page(page).tags)
    (row,) = csv.DictReader(as_csv([hand_in("=1+1", Verdict("wrong", "@x"))]).splitlines())
    assert row["student"] == "'=1+1" and row[f"{MSE} cause"] == "'@x"


def test_mistakes_are_sorted_by_how_many_made_them():
    a, b, right = Verdict("wrong", "a"), Verdict("wrong", "b"), Verdict("right")
    found = mistakes_of(
        [hand_in("1", a, b), hand_in("2", b, b), hand_in("3", right, b), hand_in("4", b)]
    )
    assert [(m.exercise, m.cause, m.students) for m in found] == [
        (SLOPES, "b", ("1", "2", "3")),
        (MSE, "b", ("2", "4")),
        (MSE, "a", ("1",)),
    ]
    assert found[0].hint == find(SLOPES).hints[0]


def test_contrast_of_the_pages_colours():
    from course_lib.class_report import STYLE

    def luminance(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = re.findall(r"--wrong: (#\w+); --right: (#\w+)", STYLE)
    assert all(1.05 / (luminance(c) + 0.05) >= 4.5 for c in light)
    assert all((luminance(c) + 0.05) / (luminance("#1e1e1e") + 0.05) >= 4.5 for c in dark)


def test_what_is_no_hand_in_is_said_and_left_out(tmp_path):
    write(tmp_path / "anna.ipynb", [stub(MSE)])
    write(tmp_path / "Anna" / "03_second.ipynb", ["x = 1"])
    write(tmp_path / "ben.ipynb", [stub(names("04")[0])])
    write(tmp_path / "odd.ipynb", ["x = 1"])
    (tmp_path / "torn.ipynb").write_text('{"cells": [', encoding="utf-8")
    (tmp_path / "deep.ipynb").write_text("[" * 200_000, encoding="utf-8")
    (tmp_path / "list.ipynb").write_text("[]", encoding="utf-8")
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "essay.docx").write_bytes(b"PK")
    (tmp_path / "nobody").mkdir()
    write(tmp_path / "Anna" / ".ipynb_checkpoints" / "03_second-checkpoint.ipynb", [stub(MSE)])
    lesson, chosen, remarks = readable_notebooks(tmp_path)
    assert lesson == "03" and len(chosen) == 2
    assert {student for student, *_ in chosen} == {
        "anna.ipynb",
        str((tmp_path / "Anna" / "03_second.ipynb").relative_to(tmp_path)),
    }
    for words in ("torn.ipynb: is no notebook", "deep.ipynb: is no notebook", "list.ipynb: is JSON but",
                  "bytes.ipynb: is no notebook", "essay.docx: is no notebook", "nobody: has no notebook",
                  "ben.ipynb: is of lesson 04", "odd.ipynb: is of none", "anna: handed in 2 times"):  # fmt: skip
        assert sum(words in remark for remark in remarks) == 1, words
    assert len(remarks) == 9


def test_a_folder_without_hand_ins_ends_in_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="is no folder"):
        notebooks_in(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="has no notebook"):
        notebooks_in(tmp_path)
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": []}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"no notebook in .* is of a lesson"):
        readable_notebooks(tmp_path)
    with pytest.raises(ValueError, match="no exercises of a lesson '77'"):
        readable_notebooks(tmp_path, "77")
    with pytest.raises(SystemExit, match="--jobs must be above 0, got 0"):
        main(["class", "report", str(tmp_path), "--jobs", "0"])
