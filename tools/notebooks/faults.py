"""Faults of a whole notebook, as (cell id, what is wrong and what to do about it)."""

import re
import tempfile
from pathlib import Path

from notebooks.cell_faults import CODE_FAULTS, MARKDOWN_FAULTS
from notebooks.cells import definition_lines, exercise_calls, solution_blocks, text_outputs
from notebooks.course import FOLDED
from notebooks.minutes import wrong_minutes
from notebooks.running import KERNELSPEC
from notebooks.votes import unfit_options

HEADING = re.compile(r"^(#{1,6}) +(.*\S)", re.MULTILINE)
CODE = re.compile(r"```.*?```", re.DOTALL)
RANDOM_ID = re.compile(r"(?=.*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")
UNIX_PATH = r"/(?:home|root|Users|tmp|private|var/folders)/|/\S*/site-packages/"
WINDOWS_PATH = (
    r"\b[A-Za-z]:\\{1,2}(?i:users|windows|temp|program|documents|projects|work|data)\b\S*"
)


def unfit_metadata(lesson):
    if lesson.nb.nbformat_minor < 5:
        yield "notebook", 'the format is too old for cell ids. Set "nbformat_minor" to 5.'
    if "widgets" in lesson.nb.metadata:
        yield "notebook", "GitHub may not show a notebook with metadata.widgets. Type `make run`."
    spec = lesson.nb.metadata.get("kernelspec", {})
    if any(spec.get(key) != KERNELSPEC[key] for key in ("name", "display_name")):
        yield "notebook", 'the kernelspec must be python3, "Python 3". Type `make run`.'


def unfit_ids(lesson):
    seen = set()
    for index, cell in enumerate(lesson.nb.cells if lesson.nb.nbformat_minor >= 5 else [], 1):
        name = cell.get("id")
        if not isinstance(name, str):
            yield f"number {index}", 'the cell has no id. Give it one, such as "first-loss".'
        elif name in seen:
            yield name, f"cell {index} has the id of an earlier one. Give it one of its own."
        elif not re.fullmatch(r"[a-z][a-z0-9-]{2,40}", name) or RANDOM_ID.fullmatch(name):
            yield name, 'the id says nothing. Use short words in lower case, such as "first-loss".'
        seen.add(name)


def counts_out_of_order(lesson):
    empty = [cell.id for cell in lesson.code if not cell.source.strip()]
    yield from ((name, "the code cell is empty. Delete it.") for name in empty)
    code = [cell for cell in lesson.code if cell.source.strip()]
    wrong = [c for count, c in enumerate(code, 1) if c.execution_count != count]
    if wrong:
        count = wrong[0].execution_count
        what = "it was not run" if count is None else f"its execution count is {count}"
        more = f" ({len(wrong) - 1} more cells are like it)" if wrong[1:] else ""
        yield wrong[0].id, f"{what}{more}; counts go 1, 2, 3. Type `make run`."


def local_paths(lesson):
    own = [lesson.course.root, Path.home(), Path(tempfile.gettempdir())]
    own = [re.escape(str(folder)) + r"\b" for folder in own if len(folder.parts) > 2]
    unix = "|".join([UNIX_PATH, *own])
    pattern = re.compile(rf"(?<![\w:/.])(?:{unix})\S*|\bfile://\S*|{WINDOWS_PATH}")
    for cell in lesson.nb.cells:
        for place, texts in (("source", [cell.source]), ("output", text_outputs(cell))):
            found = next((match[0] for text in texts for match in pattern.finditer(text)), None)
            if found:
                yield cell.id, f"its {place} has a path of one computer, {found[:60]}. Take it out."


def rows_of_code(lesson):
    row = 0
    for cell in lesson.nb.cells:
        row = row + (cell.id != "colab-setup") if cell.cell_type == "code" else 0
        if row == 3:
            yield cell.id, "this is the third code cell in a row. Say something in between."


def colab_cells(lesson):
    badge, setup = lesson.course.badge(lesson.path.name), lesson.course.setup
    at = [index for index, cell in enumerate(lesson.nb.cells) if cell.id == "open-in-colab"]
    if at != ([0] if badge else []) or any(lesson.nb.cells[0].source != badge for _ in at):
        yield "open-in-colab", "the badge is not as pyproject.toml wants it. Type `make badges`."
    first = lesson.code[0] if lesson.code else None
    if first is None or first.id != "colab-setup":
        yield "colab-setup", "the cell is missing, or not the first with code. Type `make badges`."
    elif first.source != setup or {**first.metadata, **FOLDED} != first.metadata:
        yield "colab-setup", "the cell is not as pyproject.toml wants it. Type `make badges`."


def unsolved_exercises(lesson):
    for index, cell in enumerate(lesson.nb.cells):
        below = [c.source for c in lesson.nb.cells[index:] if c.cell_type == "markdown"]
        blocks = [block for source in below for block in solution_blocks(source)]
        solved = {name for block in blocks for name, *_ in definition_lines(block)}
        for name, function in exercise_calls(cell):
            if not re.match(r"my_|My[A-Z]", function):
                what = f'check("{name}", ...) must be given a function named my_something'
                yield cell.id, f"{what} or a class named MySomething."
            elif function not in solved:
                yield cell.id, f"no folded solution below it defines `{function}`. Add one."


def headings_that_skip(lesson):
    """A heading more than one level below the one before it; who listens to a page loses the way."""
    level = 0
    for cell in lesson.markdown:
        for signs, words in HEADING.findall(CODE.sub("", cell.source)):
            if len(signs) > level + 1:
                right, start = "#" * (level + 1), words[:30]
                yield cell.id, f"`{signs} {start}` skips a level of headings. Begin with `{right}`."
            level = len(signs)


FAULTS = [
    headings_that_skip,
    counts_out_of_order,
    local_paths,
    rows_of_code,
    colab_cells,
    unsolved_exercises,
    wrong_minutes,
    unfit_options,
]


def faults(lesson):
    """All faults of one notebook as (cell id, what is wrong and what to do)."""
    found = [*unfit_metadata(lesson), *unfit_ids(lesson)]
    if all("id" in cell for cell in lesson.nb.cells):
        found += [fault for look in FAULTS for fault in look(lesson)]
        for cells, looks in ((lesson.code, CODE_FAULTS), (lesson.markdown, MARKDOWN_FAULTS)):
            looked = [(cell.id, look(cell, lesson)) for cell in cells for look in looks]
            found += [(name, what) for name, whats in looked for what in whats]
    order = [cell.get("id") for cell in lesson.nb.cells]
    return sorted(found, key=lambda fault: order.index(fault[0]) if fault[0] in order else -1)


def doubled_names(course):
    """Public names that two modules of course_lib define, in the form of a notebook's faults."""
    for name, places in course.definitions.items():
        if len(places) > 1:
            modules = " and ".join(module for module, _ in places)
            yield "course_lib", f"`{name}` is defined in {modules}. Give one of them another name."
