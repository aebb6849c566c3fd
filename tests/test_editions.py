"""The editions of the course: what each leaves out and puts in, and that it stands alone."""

import copy
import dataclasses
import importlib.util
import io
import os
import re
import subprocess
import sys
import tarfile
import urllib.error
import zipfile
from pathlib import Path

import nbformat
import pytest
from editions import commands, fetched, kit, plans
from editions.glossary import collect, link_terms, page
from editions.instructor import for_instructors, section_minutes
from editions.lessons import LINK, copy_edition, lessons, without_solutions
from editions.path import slide_cells
from editions.site import alt_texts, for_readers
from editions.slides import deck_of, picture_slides
from editions.student import for_students
from notebooks.cells import DETAILS
from notebooks.minutes import minutes_of

from course_lib.exercises.registry import find
from course_lib.quizzes import questions_of
from notebooks import Course, Problem, execute, exercise_calls, read

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


def test_no_section_is_said_to_take_0_or_1_minutes(lesson):
    for_instructors(lesson)
    stated = re.findall(
        r"^\*(About .*)\*$", "\n".join(c.source for c in lesson.nb.cells), re.MULTILINE
    )
    assert len(stated) == len(section_minutes(lesson)) - 1  # the title has its own
    assert not {"About 0 minutes.", "About 1 minutes."} & {*stated}


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


# The slides


def kinds(cells):
    return [(cell.id, cell.metadata.get("slideshow", {}).get("slide_type")) for cell in cells]


def test_a_question_to_predict_is_a_slide_alone_and_its_answer_the_next(lesson):
    cells = [cell for cell in slide_cells(lesson) if not cell.id.startswith("note-")]
    asked = [k for k, cell in enumerate(cells) if "predict" in cell.metadata.get("tags", [])]
    shown = [DETAILS.sub("", cell.source) for cell in lesson.markdown]
    assert len(asked) == sum(text.count("**Predict") for text in shown)
    for k in asked:
        types = [cell.metadata.slideshow.slide_type for cell in cells[k : k + 2]]
        assert types[0] == "subslide" and all(kind in ("slide", "subslide") for kind in types)
    votes = [cell.metadata for cell in lesson.markdown if "right" in cell.metadata]
    answers = {k: cell.source for k, cell in enumerate(cells) if cell.id.startswith("answer-")}
    letters = ["ABCD"[vote["options"].index(vote["right"])] for vote in votes]
    expected = [f"**{x}.** {vote['right']}" for x, vote in zip(letters, votes, strict=True)]
    assert [*answers.values()] == expected
    turns = ["asked" if k in asked else "answered" for k in sorted([*asked, *answers])]
    assert turns == ["asked", "answered"] * len(asked)


def test_headings_begin_slides_and_solutions_are_not_shown(lesson):
    cells = slide_cells(lesson)
    for cell in cells:
        headings = re.findall(r"^##? ", cell.source, re.MULTILINE)
        if headings and cell.cell_type == "markdown":
            assert len(headings) == 1 and cell.source.startswith("#")
            assert cell.metadata.slideshow.slide_type == "slide"
        assert "<details" not in cell.source


def test_a_function_that_is_to_be_put_right_is_on_a_slide(lesson):
    shown = "\n".join(cell.source for cell in slide_cells(lesson))
    for cell in lesson.nb.cells:
        for given in re.findall(r"^def broken_.*?(?=^\S)", cell.source, re.MULTILINE | re.DOTALL):
            if len(given.strip().splitlines()) <= 12:  # more has no room
                assert given.strip() in shown, cell.id


def test_a_cells_own_type_comes_before_the_rule():
    (lesson,) = lessons(COURSE, COURSE.find(["00"]))
    chosen = [cell for cell in lesson.nb.cells if cell.source.startswith("## ")][1]
    chosen.metadata["slideshow"] = {"slide_type": "skip"}
    assert (chosen.id, "skip") in kinds(slide_cells(lesson))


def test_options_to_vote_on_are_on_the_questions_slide():
    (lesson,) = lessons(COURSE, COURSE.find(["00"]))
    cell = next(cell for cell in lesson.markdown if "**Predict" in cell.source)
    cell.metadata["options"] = ["yes, it will", "no"]
    slide = next(c for c in slide_cells(lesson) if "predict" in c.metadata.get("tags", []))
    assert slide.source.endswith("1. yes, it will\n2. no")


def test_a_quiz_has_two_slides_a_question_and_its_reasons_are_for_the_speaker():
    (lesson,) = lessons(COURSE, COURSE.find(["08"]))
    cells, questions = slide_cells(lesson), questions_of("08")
    asked = [k for k, cell in enumerate(cells) if "vote" in cell.metadata.get("tags", [])]
    assert len(asked) == len(questions) and not any("quiz(" in cell.source for cell in cells)
    for k, question in zip(asked, questions, strict=True):
        slide, note, answer = cells[k : k + 3]
        assert slide.source.count("\n") == len(question.choices) + 1
        assert note.metadata.slideshow.slide_type == "notes"
        letter = "ABCD"[question.right]
        assert answer.source.startswith(f"**{letter}.** ") and f" {letter}: " not in note.source
        assert answer.metadata.slideshow.slide_type == "subslide"


def test_a_deck_names_no_other_machine():
    if importlib.util.find_spec("nbconvert") is None:
        pytest.skip("nbconvert is not installed: it comes with JupyterLab")
    (lesson,) = lessons(COURSE, COURSE.find(["08"]))
    try:
        html = deck_of(lesson.path.stem, slide_cells(lesson))
    except ValueError as error:  # an environment that borrows its packages has no templates
        pytest.skip(str(error).split("\n")[0])
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', html)
    assert not re.findall(r"(?:import|url)[^;\n]{0,20}https?:[^;\n]*", html)
    assert "plot_attention" not in re.sub(r"<[^>]*>", "", html)  # what draws shows no code
    pictures = re.findall(r'<img [^>]*?alt="([^"]*)"', html)
    assert len(pictures) > 4 and not [alt for alt in pictures if alt.startswith("No description")]


def test_every_drawing_that_a_lesson_shows_has_one_slide_with_its_words_for_the_speaker():
    cells = picture_slides(lessons(COURSE, PATHS))
    pages, notes = cells[::2], cells[1::2]
    named = [re.search(r"images/(\w+\.svg)", page.source)[1] for page in pages]
    assert sorted(named) == sorted(path.name for path in (COURSE.root / "images").glob("*.svg"))
    assert {page.metadata.slideshow.slide_type for page in pages} == {"slide"}
    assert all(note.source in page.source for page, note in zip(pages, notes, strict=True))


# The site


@pytest.fixture(scope="module")
def course():
    return lessons(COURSE, PATHS)


def with_links(glossary):
    """A term whose sentence links to a lesson and to a file."""
    term = next(iter(glossary.values()))
    links = "It comes in [lesson 08](08_attention.ipynb) and in [a drawing](../images/gpt.svg)."
    yield dataclasses.replace(term, sentence=links)


def test_every_term_is_linked_to_its_lesson_and_back(course):
    glossary = collect(course)
    text = page(glossary)
    assert {"attention", "query", "gradient", "token"} <= {t.word for t in glossary.values()}
    assert not any(t.cell == "title" for t in glossary.values())  # what a lesson asks for
    for target in LINK.findall(text + "".join(page({"": term}) for term in with_links(glossary))):
        assert (COURSE.root / target.partition("#")[0]).exists(), target
    for lesson in course:
        link_terms(lesson, glossary)
    sources = {lesson.path.stem: "".join(c.source for c in lesson.markdown) for lesson in course}
    for anchor, term in glossary.items():
        assert text.count(f'id="{anchor}"') == 1
        assert f'href="notebooks/{term.lesson}.html#def-{anchor}"' in text
        link = f'id="def-{anchor}" href="../glossary.html#{anchor}"'
        assert sources[term.lesson].count(link) == 1, term


def test_a_page_has_downloads_and_nothing_that_needs_a_kernel(lesson):
    code = [cell.source for cell in lesson.code if cell.id != "colab-setup"]
    for_readers(COURSE, lesson)
    assert [cell.source for cell in lesson.code] == code
    assert lesson.markdown[0].source.count("{download}`") == 2
    assert "shields" not in lesson.markdown[0].source


def test_every_stored_picture_has_its_words(lesson):
    pictures = [o for cell in lesson.code for o in cell.outputs if "image/png" in o.get("data", {})]
    found = alt_texts(lesson)
    assert len(found) <= len(pictures) and bool(found) == bool(pictures)
    assert all(
        len(words) > 15 and not re.match(r"<Figure|[0-9a-f]{20}", words) for words in found.values()
    )


# What is fetched


def test_a_library_that_is_not_the_expected_one_is_refused(monkeypatch, tmp_path):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz"):
        pass
    data.seek(0)
    monkeypatch.setattr(fetched.urllib.request, "urlopen", lambda *given, **more: data)
    with pytest.raises(
        Problem, match=r"jquery 3\.7\.1: the file that came is not the expected one"
    ):
        fetched.fetch("jquery 3.7.1", tmp_path)
    assert not any(path.suffix != ".part" for path in tmp_path.iterdir())


def test_without_a_network_it_says_what_is_missing(monkeypatch, tmp_path):
    def refuse(*given, **more):
        raise OSError("no route to host")

    monkeypatch.setattr(fetched.urllib.request, "urlopen", refuse)
    with pytest.raises(Problem, match=r"could not be fetched .* needed once"):
        fetched.fetch("jquery 3.7.1", tmp_path)


@pytest.mark.parametrize("status, ours", [(403, False), (503, False), (404, True)])
def test_a_registry_that_refuses_is_no_fault_of_ours_and_a_version_it_lacks_is(
    monkeypatch, tmp_path, status, ours
):
    def answer(address, **more):
        raise urllib.error.HTTPError(address, status, "", {}, None)

    monkeypatch.setattr(fetched.urllib.request, "urlopen", answer)
    with pytest.raises(Problem, match=r"jquery 3\.7\.1") as caught:
        fetched.fetch("jquery 3.7.1", tmp_path)
    assert isinstance(caught.value, fetched.NotFetched) is not ours


def test_what_cannot_be_fetched_has_a_status_of_its_own(monkeypatch, tmp_path):
    def refuse(*given):
        raise fetched.NotFetched("jquery could not be fetched")

    monkeypatch.setitem(commands.COMMANDS, "slides", refuse)
    assert commands.main(["slides", "08"]) == commands.LEFT_OUT == 77


# Plans for a class


def test_the_plans_in_the_guide_are_as_long_as_the_lessons_say():
    text = (COURSE.root / "TEACHING.md").read_text(encoding="utf-8")
    assert plans.with_plans(COURSE, text) == text, "type `make plans`"


@pytest.mark.parametrize("plan", plans.PLANS)
def test_a_plans_minutes_add_up(plan):
    text = (COURSE.root / "TEACHING.md").read_text(encoding="utf-8")
    rows = text.split(f"<!-- plan: {plan} -->")[1].split("<!-- end -->")[0].strip().splitlines()
    cells = [[c.strip("* ") for c in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]
    for column in (3, 5):
        *parts, total = [int(row[column] or 0) for row in cells]
        assert sum(parts) == total
    blocks = [int(m[1]) for row in cells if (m := re.search(r"(\d+) min$", row[0]))]
    assert sum(blocks) == int(cells[-1][3]) and max(blocks) <= 360
    assert [row[1] for row in cells[:-1]] == sorted(row[1] for row in cells[:-1])


def test_one_day_leads_in_six_hours_to_a_trained_gpt():
    found = {lesson.path.stem[:2]: section_minutes(lesson) for lesson in lessons(COURSE, PATHS)}
    minutes = [plans.chosen(n, found[n], inside)[1] for _, n, inside, _ in plans.PLANS["one day"]]
    assert 300 <= sum(minutes) <= 360
    words, _ = plans.chosen("11", found["11"], ["The GPT"])
    assert words == "The GPT"


def test_a_plan_cannot_name_a_section_that_is_not_there():
    parts = [(None, [], 3), ("One head", [], 4), ("One row", [], 5), ("Exercises", [], 8)]
    assert plans.chosen("08", parts, plans.ENTIRE) == ("the text and the exercises", 20)
    assert plans.chosen("08", parts, ["Opening", "One h"]) == ("Opening; One head", 7)
    with pytest.raises(Problem, match=r"'Two heads': lesson 08 has 0 such sections"):
        plans.chosen("08", parts, ["Two heads"])
    with pytest.raises(Problem, match=r"'One': lesson 08 has 2 such sections"):
        plans.chosen("08", parts, ["One"])
    with pytest.raises(Problem, match=r"no `<!-- plan: one day -->`"):
        plans.with_plans(COURSE, "# Teaching")


# The offline kit


def installed(folder, monkeypatch, python=None):
    """The commands that a kit's install.py would run on a computer of this kind."""
    kit.write_way_in(folder)
    script = folder / "install.py"
    if python:
        text = script.read_text(encoding="utf-8")
        now = "{}.{}".format(*sys.version_info)
        script.write_text(text.replace(f'"{now}"', f'"{python}"'), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("kit_install", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ran = []
    monkeypatch.setattr(
        module.subprocess, "check_call", lambda command, **more: ran.append(command)
    )
    module.main()
    return ran


def test_a_kit_is_installed_from_its_own_wheels_alone(tmp_path, monkeypatch, capsys):
    venv, pip = installed(tmp_path, monkeypatch)
    assert venv[1:3] == ["-m", "venv"] and venv[-1] == str(tmp_path / ".venv")
    assert {"--isolated", "--no-index", "requirements.txt", "course-lib"} <= set(pip)
    assert pip[pip.index("--find-links") + 1] == "wheels"
    said = capsys.readouterr().out.split("Now type: ")[1].strip()
    assert said in (tmp_path / "README.txt").read_text(encoding="utf-8")


def write_wheel(folder, name):
    """A package that holds one empty module, as a wheel."""
    about = f"{name}-1.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")


def test_a_copied_kit_installs_for_real(tmp_path):
    folder = tmp_path / "a class room"
    (folder / "wheels").mkdir(parents=True)
    for name in ("course_lib", "one_of_the_lock"):
        write_wheel(folder / "wheels", name)
    (folder / "requirements.txt").write_text("one-of-the-lock==1\n", encoding="utf-8")
    kit.write_way_in(folder)
    subprocess.run([sys.executable, folder / "install.py"], cwd=tmp_path, check=True)
    python = folder / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    where = "import course_lib, one_of_the_lock; print(course_lib.__file__)"
    said = subprocess.run([python, "-c", where], cwd=tmp_path, check=True, capture_output=True)
    assert Path(said.stdout.decode().strip()).is_relative_to(folder / ".venv")


def test_a_kit_says_that_it_is_for_another_python(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"are for \w+ \w+ with Python 3\.7; this is"):
        installed(tmp_path, monkeypatch, python="3.7")


def test_a_kit_needs_every_package_as_a_wheel(tmp_path, monkeypatch):
    commands_run = []

    def run(command, **more):
        commands_run.append(command)
        return type("Done", (), {"returncode": len(commands_run) - 1})

    monkeypatch.setattr(kit.subprocess, "run", run)
    with pytest.raises(Problem, match="every package as a wheel"):
        kit.collect_wheels(COURSE.root, tmp_path)
    fetch, own = commands_run
    assert "download" in fetch and ":all:" in fetch and "wheel" in own and "--no-deps" in own
