"""tools/notebooks: it names every fault, removes drift, and never spoils a notebook."""

import ast
import base64
import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

import notebooks

ROOT = Path(__file__).resolve().parent.parent

AREA = """\
@no_change
def area(width, height):
    # A rectangle's.
    return width * height
    # Nothing follows."""

SHAPES = f'''\
"""Shapes."""


def no_change(function):
    return function


{AREA}


class Square:
    def __init__(self, side):
        self.side = side


def _private():
    return 1
'''

PYPROJECT = """\
[project]
name = "course-lib"
version = "1.2.3"

[project.urls]
Repository = "https://github.com/someone/something"
"""

SOLUTION = """\
<details><summary>Solution</summary>

```python
def my_double(x):
    return 2 * x
```
</details>"""

PNG = base64.b64encode(b"not looked at").decode()
ALT = "A line that rises from left to right."


@pytest.fixture
def course(tmp_path):
    """A small course with one good notebook, ``notebooks/01_good.ipynb``."""
    (tmp_path / "course_lib" / "exercises").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "course_lib" / "shapes.py").write_text(SHAPES)
    (tmp_path / "course_lib" / "exercises" / "lesson_01.py").write_text("def area(): ...\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "notebooks" / "there.png").write_bytes(b"")
    course = notebooks.Course(tmp_path)
    store(course, good(course))
    return course


def good(course):
    cells = [
        v4.new_markdown_cell(course.badge("01_good.ipynb"), id="open-in-colab"),
        v4.new_markdown_cell("# Areas\n\n![a field](there.png)", id="title"),
        v4.new_code_cell(course.setup, id="colab-setup", metadata=copy.deepcopy(notebooks.FOLDED)),
        v4.new_code_cell("def no_change(function):\n    return function", id="no-change"),
        v4.new_code_cell(f"a = 2\n\n\n{AREA}\n\n\nprint(area(a, 3))", id="area-code"),
        v4.new_markdown_cell("Six. " + "word " * 100 + "\n\n| a table |\n|---|\n" * 20, id="six"),
        v4.new_code_cell("picture()", id="picture"),
        v4.new_code_cell(
            'def my_double(x):\n    ...\n\n\ncheck("01.double", my_double)', id="exercise-double"
        ),
        v4.new_markdown_cell(SOLUTION, id="solution-double"),
    ]
    nb = v4.new_notebook(cells=cells, metadata={"kernelspec": dict(notebooks.KERNELSPEC)})
    code = [cell for cell in cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
    cell_of(nb, "area-code").outputs = [v4.new_output("stream", name="stdout", text="6\n")]
    cell_of(nb, "picture").outputs = [
        v4.new_output(
            "display_data",
            data={"image/png": PNG, "text/plain": ALT},
            metadata={"image/png": {"alt": ALT}},
        )
    ]
    return nb


def cell_of(nb, name):
    return next(cell for cell in nb.cells if cell.id == name)


def store(course, nb):
    path = course.root / "notebooks" / "01_good.ipynb"
    path.write_text(notebooks.as_text(nb))
    return path


def faults_of(course, nb):
    path = store(course, nb)
    return notebooks.faults(notebooks.Lesson(course, path, notebooks.read(path)))


def test_a_good_notebook_has_no_fault(course, capsys):
    assert faults_of(course, good(course)) == []
    assert notebooks.main(["check"], course.root) == 0
    assert capsys.readouterr().out == "Notebooks: 1. Faults: 0.\n"


# Each way to break the good notebook: what is done to it, the cell that is named, what is said.


def edit(name, old, new):
    def change(nb):
        cell = cell_of(nb, name)
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


def replace(name, source):
    def change(nb):
        cell_of(nb, name).source = source

    return change


def output(name, *outputs):
    def change(nb):
        cell_of(nb, name).outputs = list(outputs)

    return change


def on_cell(name, **changes):
    def change(nb):
        cell_of(nb, name).update(changes)

    return change


def on_metadata(name, **changes):
    return lambda nb: cell_of(nb, name).metadata.update(changes)


def picture(metadata, **data):
    return output("picture", v4.new_output("display_data", data=data, metadata=metadata))


def stdout(text):
    return output("area-code", v4.new_output("stream", name="stdout", text=text))


def printed(text):
    return output("area-code", v4.new_output("execute_result", data={"text/plain": text}))


ERROR = v4.new_output("error", ename="ValueError", evalue="no such area", traceback=[])
WARNING = v4.new_output("stream", name="stderr", text="careful\n")
WIDGET_BUNDLE = {"image/png": PNG, "text/plain": ALT, notebooks.WIDGET: {"model_id": "1"}}
GOOD_ALT = {"image/png": {"alt": ALT}}


def third_cell_in_a_row(nb):
    nb.cells.remove(cell_of(nb, "six"))


def drop_solution(nb):
    nb.cells.remove(cell_of(nb, "solution-double"))


def solution_before_exercise(nb):
    nb.cells.insert(1, nb.cells.pop())


def drop(name):
    def change(nb):
        nb.cells.remove(cell_of(nb, name))
        count_again(nb)

    return change


def unfold_setup(nb):
    del cell_of(nb, "colab-setup").metadata["jupyter"]


def count_again(nb):
    for count, cell in enumerate([c for c in nb.cells if c.cell_type == "code"], 1):
        cell.execution_count = count


def empty_cell(nb):
    on_cell("picture", source=" ", outputs=[], execution_count=None)(nb)
    on_cell("exercise-double", execution_count=4)(nb)


def badge_second(nb):
    nb.cells.insert(1, nb.cells.pop(0))


def forget_id(nb):
    del cell_of(nb, "title")["id"]


def old_format(nb):
    nb.nbformat_minor = 4
    for cell in nb.cells:
        del cell["id"]


def asking(options, right, text="**Predict first.** How many?"):
    """A question with options to vote on; the first output below it says 6."""

    def change(nb):
        edit("title", "# Areas", text)(nb)
        on_metadata("title", options=options, right=right)(nb)

    return change


def exchange_counts(nb):
    cell_of(nb, "picture").execution_count, cell_of(nb, "area-code").execution_count = 3, 4


BROKEN = {
    "changed definition": (edit("area-code", "width * height", "width + height"), "area-code",
                           "`area` is not as in course_lib. Type `make sync`"),
    "changed comment": (edit("area-code", "# Nothing follows.", "# Nothing."), "area-code",
                        "-    # Nothing follows."),
    "lost decorator": (edit("area-code", "@no_change\n", ""), "area-code", "-@no_change"),
    "method from outside": (edit("picture", "picture()", "Square.area = lambda self: 1"),
                            "picture", "class `Square` gets a part from outside"),
    "method by setattr": (edit("picture", "picture()", "setattr(Square, 'area', print)"),
                          "picture", "class `Square` gets a part from outside"),
    "method by decorator": (replace("picture", "@add_to(Square)\ndef size(self):\n    return 1"),
                            "picture", "class `Square` gets a part from outside"),
    "class goes on": (replace("picture", "class Two:\n    a = 1\n\n\nclass Two(Two):\n    b = 2"),
                      "picture", "class `Two` gets a part from outside"),
    "counts out of order": (exchange_counts, "area-code", "execution count is 4"),
    "counts with a gap": (on_cell("exercise-double", execution_count=9), "exercise-double",
                          "execution count is 9"),
    "not run": (on_cell("picture", execution_count=None), "picture", "not run"),
    "empty code cell": (empty_cell, "picture", "cell is empty"),
    "picture without alt": (picture({}, **{"image/png": PNG, "text/plain": ALT}), "picture",
                            "no alt text"),
    "alt too short": (picture({"image/png": {"alt": "a plot"}}, **{"image/png": PNG}), "picture",
                      "no alt text"),
    "svg without alt": (picture({}, **{"image/svg+xml": "<svg/>"}), "picture", "no alt text"),
    "matplotlib's text": (picture(GOOD_ALT, **{"image/png": PNG,
                          "text/plain": "<Figure size 640x480 with 1 Axes>"}), "picture",
                          "<Figure size"),
    "html without alt": (picture({}, **{"text/html": "<img src='x.png'>"}), "picture", "no alt"),
    "markdown without alt": (edit("title", "a field", ""), "title", "there.png has no alt"),
    "empty html alt": (replace("title", '<img src="there.png" alt="">'), "title", "has no alt"),
    "picture is not there": (edit("title", "there.png", "gone.png"), "title",
                             "the picture gone.png is not there"),
    "html picture is not there": (replace("title", '<img alt="a map" src="../gone.png">'), "title",
                                  "the picture ../gone.png is not there"),
    "over-long cell": (on_cell("picture", source="\n".join(["a = 1"] * 31)), "picture",
                       "the cell has 31 lines"),
    "widget metadata": (lambda nb: nb.metadata.update(widgets={}), "notebook", "metadata.widgets"),
    "no kernelspec": (lambda nb: nb.metadata.pop("kernelspec"), "notebook", "kernelspec"),
    "other kernel": (lambda nb: nb.metadata.kernelspec.update(display_name="Python 3 (ipykernel)"),
                     "notebook", "kernelspec"),
    "old format": (old_format, "notebook", "too old for cell ids"),
    "widget view": (picture(GOOD_ALT, **WIDGET_BUNDLE), "picture", "a widget view is stored"),
    "no id": (forget_id, "number 2", "the cell has no id"),
    "twice the same id": (on_cell("title", id="picture"), "picture", "the id of an earlier one"),
    "random id": (on_cell("title", id="a3f09c2e"), "a3f09c2e", "the id says nothing"),
    "uuid": (on_cell("title", id="b5863ba7-9c77-4c1a-8a3d-08f5d1d7e9a1"),
             "b5863ba7-9c77-4c1a-8a3d-08f5d1d7e9a1", "the id says nothing"),
    "id of other letters": (on_cell("title", id="Title_1"), "Title_1", "the id says nothing"),
    "kept error": (output("picture", ERROR), "picture", "an error is stored: ValueError: no such"),
    "local path in source": (edit("area-code", "a = 2", "a = open('/home/me/x')"), "area-code",
                             "its source has a path of one computer, /home/me/x"),
    "local path in text": (edit("title", "# Areas", "See file:///x."), "title", "file:///x"),
    "temporary path printed": (stdout("saved in /tmp/tmpab12/x.pt\n"), "area-code",
                               "its output has a path of one computer, /tmp/tmpab12/x.pt"),
    "windows path": (printed(r"'C:\Users\me'"), "area-code", r"C:\Users\me"),
    "installed package's path": (printed("/opt/env/lib/python3.12/site-packages/torch"),
                                 "area-code", "/opt/env/lib/"),
    "opt-out without reason": (on_metadata("picture", tags=["nbval-ignore-output"]), "picture",
                               "nbval_reason"),
    "opt-out with a short reason": (on_metadata("picture", tags=["nbval-skip"], nbval_reason="no"),
                                    "picture", "nbval_reason"),
    "tolerance without reason": (on_metadata("picture", tolerance={"abs": 1}), "picture",
                                 "its tolerance gives no reason"),
    "tolerance of nothing": (on_metadata("picture", tolerance={"reason": "A GPU adds differently."}),
                             "picture", "its tolerance needs an abs or a rel"),
    "negative tolerance": (on_metadata("picture", tolerance={"abs": -1, "reason": 20 * "x"}),
                           "picture", "its tolerance needs an abs or a rel"),
    "tolerance of everything": (on_metadata("picture", tolerance={"rel": 2, "reason": 20 * "x"}),
                                "picture", "its tolerance of rel 2 compares nothing"),
    "empty tolerance": (on_metadata("picture", tolerance=None), "picture", "is not written as"),
    "opt-out by comment": (edit("picture", "picture()", "# NBVAL_IGNORE_OUTPUT\npicture()"),
                           "picture", "nbval_reason"),
    "three in a row": (third_cell_in_a_row, "picture", "third code cell in a row"),
    "too many words": (edit("six", "Six.", "word " * 40), "six", "the cell has 140 words"),
    "skipped heading": (edit("six", "Six.", "### Six."), "six",
                        "skips a level of headings. Begin with `##`"),
    "stored warning": (output("picture", WARNING), "picture", "a warning is stored: careful"),
    "other badge": (edit("open-in-colab", "someone", "else"), "open-in-colab", "make badges"),
    "no badge": (drop("open-in-colab"), "open-in-colab", "make badges"),
    "badge not first": (badge_second, "open-in-colab", "make badges"),
    "other setup": (edit("colab-setup", "main.zip", "v1.zip"), "colab-setup", "make badges"),
    "setup not folded": (unfold_setup, "colab-setup", "make badges"),
    "no setup": (drop("colab-setup"), "colab-setup", "make badges"),
    "no solution": (drop_solution, "exercise-double", "no folded solution below it defines `my_"),
    "solution above": (solution_before_exercise, "exercise-double", "no folded solution below"),
    "solution of another name": (edit("solution-double", "my_double", "my_two"),
                                 "exercise-double", "no folded solution below"),
    "exercise under another name": (edit("exercise-double", "my_double)", "double)"),
                                    "exercise-double", "a function named my_something"),
    "timing": (edit("picture", "picture()", "%timeit picture()"), "picture", "`%timeit picture()`"),
    "cell timing": (edit("picture", "picture()", "%%time\npicture()"), "picture", "`%%time`"),
    "shell line": (edit("picture", "picture()", "x = !ls\npicture()"), "picture", "`x = !ls`"),
    "an order that nothing computes": (edit("picture", "picture()", "show(bars, 'The last is highest.')"),
                                       "picture", 'its caption says "last", which the cell neither'),
    "an order in a keyword": (edit("picture", "picture()", "show(bars, alt='It ends at 3.')"),
                              "picture", 'its caption says "ends"'),
    "other minutes": (edit("title", "# Areas", "It takes about 15 minutes to read and try."), "title",
                      "it says 15 minutes; words, code and exercises make 10"),
    "a question without options": (edit("title", "# Areas", "**Predict first.** How many?"),
                                   "title", "its question has 0 different options to vote on"),
    "the same option twice": (asking(["5", "6", "6"], "6"), "title", "has 2 different options"),
    "no right option": (asking(["5", "6", "7"], "8"), "title", "`right` is '8', which is not one"),
    "an answer that is not printed": (asking(["5", "6", "7"], "7"), "title",
                                      "its right option says 7, and the output that answers it"),
    "a word that is not printed": (asking(["5", "`None`", "7"], "`None`"), "title",
                                   "its right option says None, and the output"),
    "no python": (edit("picture", "picture()", "picture("), "picture", "the cell is not Python"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_each_fault_is_named_and_no_other(course, fault):
    breaking, name, says = BROKEN[fault]
    nb = good(course)
    breaking(nb)
    found = faults_of(course, nb)
    assert [cell for cell, _ in found] == [name]
    assert says in found[0][1]


FINE = {
    "error with its tag": lambda nb: (
        output("picture", ERROR)(nb), on_metadata("picture", tags=["nbval-raises-exception"])(nb)),
    "opt-out with its reason": on_metadata(
        "picture", tags=["nbval-skip"], nbval_reason="It needs a GPU to run."),
    "tolerance with its reason": on_metadata(
        "picture", tolerance={"abs": 0.01, "reason": "A GPU adds in another order."}),
    "an order that is asserted": edit(
        "picture", "picture()", "assert a < b\nshow(bars, 'The last is highest.')"),
    "an order that is computed": edit(
        "picture", "picture()", "show(bars, f'The highest is {a}.')"),
    "an order that is looked for": edit(
        "picture", "picture()", "bars = sorted(bars)\nshow(bars, 'The last is highest.')"),
    "no order": edit("picture", "picture()", "show(bars, 'Three bars of firm colour.')"),
    "magic that sets up": edit("picture", "picture()", "%matplotlib inline\npicture()"),
    "definition of its own": edit("picture", "picture()", "def volume():\n    return 1"),
    "private name": edit("picture", "picture()", "def _private():\n    return 2"),
    "hint": edit("picture", "picture()", 'check("01.double", hint=1)'),
    "words in a folded part": edit("six", "Six.", f"<details>{'word ' * 100}</details>"),
    "code about pictures": edit("title", "# Areas", "`![](x.png)` is a picture"),
    "a question with its options": asking(["5", "6", "7"], "6"),
    "an answer in words": asking(["5", "half a dozen", "7"], "half a dozen"),
    # 8 for the exercise, 6 lines and about 220 words; six predictions make 9 more
    "the right minutes": edit("title", "# Areas", "It takes about 10 minutes to read and try."),
    "predictions count": asking(["3", "6", "9"], "6",
        f"It takes about 20 minutes to read and try. {'**Predict first.** ' * 6}"),
    "an address": edit("title", "# Areas", "https://example.org/home/tmp/x"),
    "a line break after C": edit("picture", "picture()", 'print("B, T, C:\\nx")'),
}  # fmt: skip


@pytest.mark.parametrize("what", FINE)
def test_what_is_fine_is_not_reported(course, what):
    nb = good(course)
    FINE[what](nb)
    assert faults_of(course, nb) == []


def test_check_prints_file_cell_and_fault(course, capsys):
    nb = good(course)
    BROKEN["timing"][0](nb)
    store(course, nb)
    assert notebooks.main(["check", "01"], course.root) == 1
    assert capsys.readouterr().out.startswith("01_good.ipynb: picture: `%timeit picture()` is left")


def test_check_names_a_public_name_that_two_modules_have(course, capsys):
    (course.root / "course_lib" / "more.py").write_text("def area():\n    return 1\n")
    assert notebooks.main(["check"], course.root) == 1
    assert "course_lib: `area` is defined in more.py and shapes.py" in capsys.readouterr().out


# Files that are not notebooks


@pytest.mark.parametrize("command", ["check", "sync", "run", "badges"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"Hello", "not a notebook, for it is not JSON"),
        (b"\xff\xfe\x00", "not a notebook, for it is not JSON"),
        (b"[1, 2]", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": [], "nbformat": 3}', "not in notebook format 4"),
        (
            b'{"cells": [1], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "not a valid notebo",
        ),
    ],
)
def test_a_file_that_is_no_notebook_is_named(course, capsys, command, content, says):
    path = course.root / "notebooks" / "02_bad.ipynb"
    path.write_bytes(content)
    assert notebooks.main([command, str(path)], course.root) == 1
    captured = capsys.readouterr()
    assert f"{path}: " in captured.out + captured.err
    assert says in captured.out + captured.err
    assert path.read_bytes() == content


def test_a_name_that_means_no_notebook_lists_those_there_are(course, capsys):
    assert notebooks.main(["check", "07"], course.root) == 1
    assert "no notebook 07. In notebooks/ there are: 01_good.ipynb." in capsys.readouterr().err


def test_no_notebook_at_all(course, capsys):
    (course.root / "notebooks" / "01_good.ipynb").unlink()
    assert notebooks.main(["check"], course.root) == 1
    assert "There is no notebook in" in capsys.readouterr().err


def test_a_notebook_is_found_by_path_file_name_and_number(course):
    path = course.root / "notebooks" / "01_good.ipynb"
    for name in (str(path), "01_good.ipynb", "01"):
        assert course.find([name]) == [path]
    assert course.find([]) == [path]


# sync and badges


def test_sync_removes_drift_and_touches_nothing_else(course, capsys):
    path = store(course, good(course))
    before = path.read_bytes()
    nb = good(course)
    edit("area-code", "    # A rectangle's.\n    return width * height", "    return 0")(nb)
    edit("no-change", "return function", "return None")(nb)
    store(course, nb)
    assert notebooks.main(["sync"], course.root) == 0
    assert "01_good.ipynb: area-code: `area` is now as in" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert notebooks.main(["sync"], course.root) == 0
    assert capsys.readouterr().out == "01_good.ipynb: nothing to change.\n"
    assert path.read_bytes() == before


def test_sync_sets_right_two_definitions_in_one_cell(course):
    nb = good(course)
    source = "x = 1\n\n\ndef no_change(f):\n    return f\n\n\ndef area():\n    return 0\n\n\ny = 2"
    cell_of(nb, "area-code").source = source
    path = store(course, nb)
    notebooks.main(["sync"], course.root)
    there = "x = 1\n\n\ndef no_change(function):\n    return function\n\n\n" + AREA + "\n\n\ny = 2"
    assert cell_of(notebooks.read(path), "area-code").source == there


LONG = '''\
def area(width, height=None):
    """What a rectangle, or (width, width) a square, covers. Its sides may be
    of any unit.

    Raises:
        ValueError: if a side is negative.
    """
    _check_sides(
        width, height
    )
    # A square has one side.
    return width * (height or width)


class Shape:
    """Anything with an area"""

    def area(self):
        """Its area, e.g. 3.5 cm².

        Args: none.
        """
        text = """Not a docstring. Really."""
        return checked(text)'''

SHORT = '''\
def area(width, height=None):
    """What a rectangle, or (width, width) a square, covers."""
    # A square has one side.
    return width * (height or width)


class Shape:
    """Anything with an area"""

    def area(self):
        """Its area, e.g. 3.5 cm²."""
        text = """Not a docstring. Really."""
        return checked(text)'''


def test_a_lesson_shows_a_definition_in_short_and_check_takes_both(course, capsys):
    (course.root / "course_lib" / "shapes.py").write_text(SHAPES.replace(AREA, LONG))
    nb = good(course)
    edit("area-code", AREA, LONG)(nb)
    path = store(course, nb)
    assert notebooks.main(["check"], course.root) == 0
    notebooks.main(["sync"], course.root)
    assert cell_of(notebooks.read(path), "area-code").source.count(SHORT) == 1
    assert notebooks.main(["check"], course.root) == 0
    cell_of(nb, "area-code").source = SHORT.replace("or width", "or 1")
    store(course, nb)
    assert notebooks.main(["check"], course.root) == 1
    assert "`area` is not as in course_lib" in capsys.readouterr().out


def test_badges_round_trip(course):
    path = store(course, good(course))
    before = path.read_bytes()
    nb = good(course)
    edit("open-in-colab", "someone", "else")(nb)
    edit("colab-setup", "someone", "else")(nb)
    store(course, nb)
    assert notebooks.main(["badges"], course.root) == 0
    assert path.read_bytes() == before


def test_badges_inserts_what_is_missing(course):
    nb = good(course)
    nb.cells = [cell for cell in nb.cells if cell.id not in ("open-in-colab", "colab-setup")]
    path = store(course, nb)
    assert notebooks.main(["badges"], course.root) == 0
    stored = notebooks.read(path)
    assert [cell.id for cell in stored.cells] == [cell.id for cell in good(course).cells]
    assert cell_of(stored, "area-code").outputs == cell_of(nb, "area-code").outputs


def test_the_setup_cell_is_short_and_names_the_repository(course):
    assert len(course.setup.splitlines()) <= 4
    assert " https://github.com/someone/something/archive/refs/heads/main.zip" in course.setup
    assert "--no-deps" in course.setup
    assert max(map(len, course.setup.splitlines())) <= 100


@pytest.fixture
def unpublished(course, monkeypatch):
    """The same course, whose pyproject.toml still has the placeholder, with a README."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(course.root.parent))
    there = PYPROJECT.replace("someone/something", notebooks.PLACEHOLDER)
    (course.root / "pyproject.toml").write_text(there)
    (course.root / "README.md").write_text(f"# A\n\n{notebooks.README_MARK}\n\nB\n")
    return notebooks.Course(course.root)


def test_without_a_repository_no_page_leads_to_one(unpublished, capsys):
    path = unpublished.root / "notebooks" / "01_good.ipynb"
    assert notebooks.main(["badges"], unpublished.root) == 0
    assert "git remote get-url origin" in capsys.readouterr().out
    assert "github.com" not in path.read_text() + (unpublished.root / "README.md").read_text()
    setup = notebooks.read(path).cells[1]
    assert (setup.id, setup.execution_count) == ("colab-setup", 1)
    assert ast.parse(setup.source).body == []  # nothing but a comment
    assert notebooks.main(["check"], unpublished.root) == 0


@pytest.mark.parametrize("remote", [
    "https://github.com/a-school/gpt.course.git",
    "https://github.com/a-school/gpt.course",
    "git@github.com:a-school/gpt.course.git",
    "ssh://git@github.com/a-school/gpt.course.git",
])  # fmt: skip
def test_a_fork_names_itself_everywhere(unpublished, remote):
    for words in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", "-C", str(unpublished.root), *words], check=True)
    assert notebooks.main(["badges"], unpublished.root) == 0
    slug = "a-school/gpt.course"
    assert notebooks.Course(unpublished.root).slug == slug
    badge, _, setup = notebooks.read(unpublished.root / "notebooks" / "01_good.ipynb").cells[:3]
    readme = (unpublished.root / "README.md").read_text()
    assert f"/github/{slug}/blob/main/notebooks/01_good.ipynb" in badge.source
    assert f"/{slug}/archive/" in setup.source
    assert f"/github/{slug}/blob/main/notebooks/00_start_here.ipynb" in readme
    assert notebooks.main(["check"], unpublished.root) == 0
    assert notebooks.main(["badges"], unpublished.root) == 0  # again: the same
    assert (unpublished.root / "README.md").read_text() == readme


def test_a_remote_elsewhere_is_no_repository_on_github(unpublished):
    words = ["remote", "add", "origin", "https://example.org/github.com.evil/a/b"]
    for command in (["init", "-q"], words):
        subprocess.run(["git", "-C", str(unpublished.root), *command], check=True)
    assert notebooks.main(["badges"], unpublished.root) == 0
    assert notebooks.Course(unpublished.root).slug is None


# run

SHOW = """\
from IPython.display import display

print("one", flush=True)
print("two")
bundle = {"image/png": "aGVsbG8=", "text/plain": "A picture of five letters."}
bundle["application/vnd.jupyter.widget-view+json"] = {"model_id": "1"}
display(bundle, metadata={"image/png": {"alt": "A picture of five letters."}}, raw=True)"""


def to_run(course):
    nb = good(course)
    cell_of(nb, "picture").source = SHOW
    cell_of(nb, "exercise-double").source = "raise KeyError('wanted')"
    cell_of(nb, "exercise-double").metadata["tags"] = ["nbval-raises-exception"]
    nb.metadata.update(widgets={"x": 1}, kernelspec={"name": "other", "display_name": "Other"})
    for cell in nb.cells:
        cell.metadata["execution"] = {"iopub.status.busy": "now"}
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return store(course, nb)


def test_run_stores_outputs_that_check_finds_good_and_that_repeat(course, capsys):
    path = to_run(course)
    ids = [cell.id for cell in notebooks.read(path).cells]
    assert notebooks.main(["run"], course.root) == 0
    assert "Run and stored: 1." in capsys.readouterr().out
    first = path.read_bytes()
    nb = notebooks.read(path)
    assert [cell.id for cell in nb.cells] == ids
    assert cell_of(nb, "area-code").outputs[0].text == "6\n"
    stream, picture = cell_of(nb, "picture").outputs
    assert stream.text == "one\ntwo\n"
    assert set(picture.data) == {"image/png", "text/plain"}
    assert cell_of(nb, "exercise-double").outputs[0].ename == "KeyError"
    assert nb.metadata.kernelspec == notebooks.KERNELSPEC
    assert "widgets" not in nb.metadata
    assert nb.metadata.language_info == {"name": "python"}
    assert not any("execution" in cell.metadata for cell in nb.cells)
    assert first.endswith(b"\n}\n")
    assert first.decode() == json.dumps(json.loads(first), indent=1, ensure_ascii=False) + "\n"
    assert notebooks.main(["check"], course.root) == 0
    assert notebooks.main(["run"], course.root) == 0
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "def half(x):\n    return x / 0\n\n\nhalf(\n    1)",
            "line 5, `half(`: ZeroDivisionError: div",
        ),
        ("x = )\n", "SyntaxError"),
        ("import os\nos._exit(1)", "killed its kernel"),
    ],
)
def test_a_notebook_that_fails_stays_as_it_was_and_the_others_go_on(course, capsys, source, says):
    path = to_run(course)
    fine = path.with_name("02_fine.ipynb")
    fine.write_text(path.read_text())
    nb = notebooks.read(path)
    cell_of(nb, "picture").source = source
    store(course, nb)
    before = path.read_bytes()
    assert notebooks.main(["run"], course.root) == 1
    captured = capsys.readouterr()
    assert "01_good.ipynb: cell picture" in captured.err
    assert says in captured.err
    assert "Notebooks: 2. Run and stored: 1." in captured.out
    assert path.read_bytes() == before
    assert cell_of(notebooks.read(fine), "area-code").execution_count == 3
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name, fine.name, "there.png"]


def test_the_command_as_a_person_types_it(course):
    command = [sys.executable, str(ROOT / "tools" / "notebooks"), "check"]
    path = store(course, good(course))
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1  # its badge is not this course's
    assert (
        "01_good.ipynb: open-in-colab: the badge is not as pyproject.toml wants it" in done.stdout
    )
    done = subprocess.run([*command[:2], "chek"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "choose from" in done.stderr
