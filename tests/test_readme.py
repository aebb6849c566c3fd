"""What README.md, the map in lesson 00 and the pictures say is what there is."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from course_lib import exercises

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PICTURES = sorted((ROOT / "images").glob("*.png"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += [ROOT / "benchmarks" / "README.md", ROOT / "TEACHING.md"]


def markdown(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def minutes_of(notebook):
    return int(re.search(r"\*\*Time:\*\* about (\d+) minutes", markdown(notebook))[1])


def map_row(text, lesson):
    """The row of a lesson in a table whose first column begins with its number."""
    return re.search(rf"^\| \[?{lesson} [A-Z].*\|$", text, re.MULTILINE)[0]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_both_maps_name_each_lesson_with_its_own_minutes(notebook):
    lesson = notebook.name[:2]
    for text, link in [
        (README, f"notebooks/{notebook.name}"),
        (markdown(NOTEBOOKS[0]), notebook.name),
    ]:
        row = map_row(text, lesson)
        assert row.split("|")[-2].strip() == str(minutes_of(notebook))
        assert f"({link})" in row or (lesson == "00" and text is not README)


@pytest.mark.parametrize("lesson", [f"{n:02d}" for n in range(19)])
def test_lessons_that_do_not_exist_are_marked_so(lesson):
    if not any(n.name.startswith(lesson) for n in NOTEBOOKS):
        for text in (README, markdown(NOTEBOOKS[0])):
            assert map_row(text, lesson).split("|")[-2].strip() == "to come"


@pytest.mark.parametrize("file", [*PAGES, *NOTEBOOKS], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_links_to_files_lead_somewhere(file):
    text = markdown(file) if file.suffix == ".ipynb" else file.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {"#" + heading.lower().replace(" ", "-") for heading in headings}
    assert [x for x in links if x not in anchors and not (file.parent / x).exists()] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.stem)
def test_each_picture_is_used_and_has_a_script_that_draws_it(picture, monkeypatch):
    assert f"images/{picture.name}" in README
    script = picture.with_suffix(".py")
    spec = importlib.util.spec_from_file_location(script.stem, script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    width, height = module.draw().get_size_inches()
    size = picture.read_bytes()[16:24]
    shape = (int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big"))
    assert shape == (round(width * 150), round(height * 150))


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda p: p.stem)
def test_every_make_target_that_a_page_names_exists(page):
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text(encoding="utf-8"), re.DOTALL)
    named = set(re.findall(r"\bmake ([a-z-]+)\b", "\n".join(code)))
    assert named and named <= set(targets)


def blocks(language=""):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for kind, text in found if kind == language]


def test_the_example_of_a_mistake_is_what_check_says(capsys):
    namespace = {}
    code = next(block for block in blocks("python") if "def my_slopes" in block)
    exec(code, namespace)
    exercises.check("03.slopes", namespace["my_slopes"])
    assert capsys.readouterr().out in blocks()


def test_what_the_model_writes_is_the_output_of_lesson_11():
    cells = json.loads((ROOT / "notebooks" / "11_training_a_gpt.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    text = "".join(line for output in outputs for line in output.get("text", []))
    quoted = next(block for block in blocks() if block.startswith("step"))
    for line in quoted.splitlines():
        step, story = re.fullmatch(r"(step +\d+)   (.*)", line).groups()
        assert re.search(rf"^{step} +loss \S+ +{re.escape(story)}", text, re.MULTILINE), line
