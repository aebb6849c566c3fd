"""What all editions need: sections, folded solutions, linked files, a folder written whole."""

import re
import shutil
import urllib.parse

from notebooks.cells import DETAILS, SOLUTION
from notebooks.course import Lesson
from notebooks.files import read, write

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
FENCE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
NOT_OF_THE_LESSON = {"colab-setup", "open-in-colab"}


def lessons(course, paths):
    return [Lesson(course, path, read(path)) for path in paths]


def sections(cells):
    """[(heading, its cells), ...]; the heading of what comes before the first `## ` is None."""
    found = [(None, [])]
    for cell in cells:
        heading = cell.cell_type == "markdown" and HEADING.search(cell.source)
        if heading:
            found.append((heading[1].strip(), []))
        found[-1][1].append(cell)
    return [(heading, part) for heading, part in found if part]


def without_solutions(text):
    """The text of a cell without its folded solutions; other folded parts stay."""
    return DETAILS.sub(lambda part: "" if SOLUTION.search(part[0]) else part[0], text).strip()


def open_solutions(text):
    """The text of a cell, its folded solutions open."""
    return DETAILS.sub(
        lambda part: (
            re.sub(r"<details\b(?! open)", "<details open", part[0], count=1)
            if SOLUTION.search(part[0])
            else part[0]
        ),
        text,
    )


def linked_files(lesson):
    """The files of the course that a lesson's text links to, other notebooks apart."""
    for cell in lesson.markdown:
        for target in LINK.findall(FENCE.sub("", cell.source)):
            address = urllib.parse.urlsplit(target)
            file = (lesson.path.parent / urllib.parse.unquote(address.path)).resolve()
            if not address.scheme and file.is_file() and file.suffix != ".ipynb":
                yield file


def copy_files(course, files, folder):
    """Copy files of the course to the same places below ``folder``."""
    for file in set(files):
        place = folder / file.relative_to(course.root.resolve())
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def copy_edition(course, paths, folder, change):
    """Write each lesson, as ``change(lesson)`` makes it, to ``folder``/notebooks, linked files beside."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "notebooks").mkdir(parents=True)
    for lesson in lessons(course, paths):
        copy_files(course, linked_files(lesson), folder)
        change(lesson)
        write(folder / "notebooks" / lesson.path.name, lesson.nb)
