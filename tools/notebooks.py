"""Keep the notebooks true: to the package, to their own outputs, and on every page that shows them.

make sync                copies course_lib's definitions into the notebooks' cells
make run                 runs the notebooks in fresh kernels and stores their outputs
make check               names every fault and what to do about it; runs nothing
make badges              writes the repository's address into the notebooks
make run ARGS="03 04"    only these two; or: python tools/notebooks.py run 03 04

A notebook is named by its path, its file name or its lesson number; without a name, all are meant.
"""

import argparse
import ast
import copy
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.parse
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import compare_numbers

try:
    import nbformat
    from nbformat.validator import iter_validate
except ImportError:
    sys.exit("This needs the course's own Python: type `make check`, or use .venv/bin/python.")

LONGEST_CELL = 30  # lines
MOST_WORDS = 120  # in a Markdown cell; 80 is the aim
SHORTEST_ALT = 15  # characters
SHORTEST_REASON = 15
CELL_SECONDS = 1800

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGET = "application/vnd.jupyter.widget-view+json"
MAY_RAISE = "nbval-raises-exception"
OPT_OUTS = {"nbval-ignore-output", "nbval-skip"}

BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{slug}/blob/main/notebooks/{name})"
)
SETUP = """\
# @title Only on Colab: installs course_lib. Anywhere else this cell does nothing.
if "google.colab" in str(get_ipython()):
    %pip install --quiet --no-deps https://github.com/{slug}/archive/refs/heads/main.zip"""
UNPUBLISHED = "# @title Nothing to do here. (On Colab: see README.md, Publishing it.)"
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
PLACEHOLDER = "OWNER/REPO"  # in pyproject.toml, until the course has a place
README_MARK = "<!-- badge -->"  # the line of README.md that holds its badge


class Problem(Exception):
    """Something that a person has to mend; its text says what."""


@dataclass(frozen=True)
class Course:
    """The folder that holds ``notebooks/``, ``course_lib/`` and ``pyproject.toml``."""

    root: Path

    @cached_property
    def definitions(self):
        """{public name: [(module's file name, its source text), ...]}, more than one is a fault."""
        found = {}
        for module in sorted((self.root / "course_lib").glob("*.py")):
            text = module.read_text(encoding="utf-8")
            for name, start, end in definition_lines(text):
                if not name.startswith("_"):
                    lines = text.split("\n")[start:end]
                    found.setdefault(name, []).append((module.name, "\n".join(lines)))
        return found

    @cached_property
    def project(self):
        with open(self.root / "pyproject.toml", "rb") as file:
            return tomllib.load(file)["project"]

    @property
    def slug(self):
        """The owner and name of the repository that pyproject.toml names; None for the placeholder."""
        slug = self.project["urls"]["Repository"].removeprefix("https://github.com/").strip("/")
        return None if slug == PLACEHOLDER else slug

    def badge(self, name):
        """The text of a notebook's badge; None as long as it would lead nowhere."""
        return BADGE.format(slug=self.slug, name=name) if self.slug else None

    @property
    def setup(self):
        return SETUP.format(slug=self.slug) if self.slug else UNPUBLISHED

    def find(self, names):
        """The notebooks that the names mean; all of them for none."""
        everything = sorted((self.root / "notebooks").glob("*.ipynb"))
        if not everything and not names:
            raise Problem(f"There is no notebook in {self.root / 'notebooks'}.")
        return [self._find_one(name, everything) for name in names] or everything

    def _find_one(self, name, everything):
        for path in (Path(name), self.root / "notebooks" / name):
            if path.is_file():
                return path
        meant = [path for path in everything if path.name.split("_")[0] == name]
        if len(meant) != 1:
            there = ", ".join(path.name for path in everything) or "none"
            raise Problem(f"There is no notebook {name}. In notebooks/ there are: {there}.")
        return meant[0]


@dataclass(frozen=True)
class Lesson:
    """One notebook, and the course that it belongs to."""

    course: Course
    path: Path
    nb: nbformat.NotebookNode

    @property
    def code(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "code"]

    @property
    def markdown(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "markdown"]

    @cached_property
    def classes(self):
        """The names of the classes that the notebook and the package define."""
        package = [text for places in self.course.definitions.values() for _, text in places]
        trees = [parse(source) for source in [*package, *(cell.source for cell in self.code)]]
        nodes = [node for tree in trees if tree for node in tree.body]
        return {node.name for node in nodes if isinstance(node, ast.ClassDef)}


# Reading and writing


def read(path):
    """The notebook in a file, exactly as it is stored. Raises a Problem for anything else."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        if not text.strip():
            raise Problem(f"{path}: the file is empty. Restore it from git or delete it.")
        stored = json.loads(text)
    except OSError as error:
        raise Problem(f"{path}: the file cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Problem(f"{path}: this is not a notebook, for it is not JSON ({error}).") from error
    if not isinstance(stored, dict) or not isinstance(stored.get("cells"), list):
        raise Problem(f"{path}: this is JSON but not a notebook, for it has no list of cells.")
    if stored.get("nbformat") != 4 or not isinstance(stored.get("nbformat_minor"), int):
        raise Problem(f"{path}: this is not in notebook format 4. Save it anew in JupyterLab.")
    fault = next(iter_validate(with_ids(stored)), None)
    if fault:
        place = "/".join(str(part) for part in fault.absolute_path)
        raise Problem(f"{path}: this is not a valid notebook: at {place}, {fault.message[:200]}")
    return nbformat.v4.to_notebook_json(stored)


def with_ids(stored):
    """A copy in which every cell has an id, if its format wants one."""
    stored = copy.deepcopy(stored)
    for index, cell in enumerate(stored["cells"]):
        if isinstance(cell, dict):
            cell.pop("id", None)
            if stored["nbformat_minor"] >= 5:
                cell["id"] = f"cell-{index}"
    return stored


def as_text(nb):
    """The one text in which a notebook is stored."""
    return nbformat.v4.writes_json(nb) + "\n"


def write(path, nb):
    """Replace the file at once, so that an interruption never leaves half a notebook."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(as_text(nb), encoding="utf-8", newline="\n")
        shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


# Looking into cells

RANDOM_ID = re.compile(r"(?=.*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")
UNIX_PATH = r"/(?:home|root|Users|tmp|private|var/folders)/|/\S*/site-packages/"
WINDOWS_PATH = (
    r"\b[A-Za-z]:\\{1,2}(?i:users|windows|temp|program|documents|projects|work|data)\b\S*"
)
LEFTOVER = re.compile(
    r"(?:\w+ *= *)?(?:!|%%?(?:time|timeit|prun|pip|conda|system|sx|bash|sh|script)\b)"
)
MAGIC = re.compile(r"^(\s*)(?:\w+ *= *)?(?:!|%%?(?=\w)).*$", re.MULTILINE)
DETAILS = re.compile(r"<details.*?</details>", re.DOTALL | re.IGNORECASE)
SOLUTION = re.compile(r"<summary>\s*(?:<\w+>\s*)?Solution", re.IGNORECASE)
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def parse(source):
    """The syntax tree of a cell, its magic lines taken as `pass`; None for no Python."""
    return parse_python(source) or parse_python(MAGIC.sub(r"\1pass", source))


def parse_python(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def definition_lines(source):
    """(name, first line, line behind the last) of each top-level function and class."""
    tree, lines = parse(source), source.split("\n")
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            start = min(part.lineno for part in [node, *node.decorator_list]) - 1
            end = behind = node.end_lineno
            while behind < len(lines) and re.match(r"\s*$|\s+#", lines[behind]):
                behind += 1
                end = behind if lines[behind - 1].strip() else end  # an indented comment at its end
            yield node.name, start, end


def tags(cell):
    return set(cell.metadata.get("tags", []))


def opts_out(cell):
    """Whether nbval is told not to compare this cell's outputs, by a tag or by a comment."""
    marker = re.search(r"^\s*#\s*NBVAL_(IGNORE_OUTPUT|SKIP)\s*$", cell.source, re.MULTILINE)
    return bool(cell.cell_type == "code" and (OPT_OUTS & tags(cell) or marker))


def id_of(node):
    """The name that a node of a syntax tree is; empty for anything that is no plain name."""
    return getattr(node, "id", "")


def exercise_calls(cell):
    """(exercise, name of the function) of each ``check("03.mse", my_mse)``; hints are left out."""
    tree = parse(cell.source) if cell.cell_type == "code" else None
    for node in ast.walk(tree) if tree else []:
        if isinstance(node, ast.Call) and id_of(node.func) == "check" and node.args:
            given = node.args[1:] + [k.value for k in node.keywords if k.arg == "answer"]
            name = getattr(node.args[0], "value", None)
            if re.match(r"\d\d\.", str(name)) and (given or not node.keywords):
                yield name, id_of(given[0]) if given else ""


def solution_blocks(markdown):
    """The Python code in each folded solution of a Markdown cell."""
    for details in DETAILS.findall(markdown):
        if SOLUTION.search(details):
            yield from PYTHON_BLOCK.findall(details)


def text_outputs(cell):
    """All the text that a cell's outputs show; pictures are not text."""
    for output in cell.get("outputs", []):
        texts = [output.get("text", ""), *output.get("traceback", [])]
        texts += [data for kind, data in output.get("data", {}).items() if kind.startswith("text/")]
        yield from (without_colors(text) for text in texts)


def without_colors(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)


# Faults of one code cell: each function yields what is wrong and what to do about it


def differs_from_package(cell, lesson):
    lines = cell.source.split("\n")
    for name, start, end in definition_lines(cell.source):
        here = lines[start:end]
        for module, text in lesson.course.definitions.get(name, [])[:1]:
            there = text.split("\n")
            diff = [*difflib.unified_diff(there, here, module, "this cell", lineterm="", n=1)]
            if diff:
                shown = "\n    ".join(diff[:12] + ["..."] * (len(diff) > 12))
                advice = "Type `make sync`, or give it another name here."
                yield f"`{name}` is not as in course_lib. {advice}\n    {shown}"


def splits_methods(cell, lesson):
    for node in parse(cell.source).body if parse(cell.source) else []:
        owners = [name for base in getattr(node, "bases", []) if (name := id_of(base)) == node.name]
        for part in getattr(node, "targets", []):
            owners += [id_of(part.value)] if isinstance(part, ast.Attribute) else []
        for decorator in getattr(node, "decorator_list", []):
            owners += [id_of(given) for given in getattr(decorator, "args", [])]
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and id_of(call.func) == "setattr" and call.args:
            owners.append(id_of(call.args[0]))
        for owner in sorted(lesson.classes.intersection(owners)):
            yield f"class `{owner}` gets a part from outside. Write the whole class in one cell."


def pictures_without_words(cell, lesson):
    for output in cell.outputs:
        data = output.get("data", {})
        for kind in [kind for kind in data if kind.startswith("image/")]:
            about = output.metadata.get(kind, {})
            alt = str(about.get("alt", "")) if isinstance(about, dict) else ""
            if len(alt.strip()) < SHORTEST_ALT:
                yield "the picture has no alt text, or a very short one. Use `show(figure, alt)`."
            if str(data.get("text/plain", "")).startswith("<Figure size"):
                yield "the text beside the picture is `<Figure size ...`. Use `show(figure, alt)`."
        yield from images_without_words(str(data.get("text/html", "")))


def too_long(cell, lesson):
    length = len(cell.source.splitlines())
    if length > LONGEST_CELL:
        yield f"the cell has {length} lines; {LONGEST_CELL} is the most. Split it."


def stored_widget(cell, lesson):
    if any(WIDGET in output.get("data", {}) for output in cell.outputs):
        yield "a widget view is stored, which no page shows. Use `explore`, type `make run`."


def kept_error(cell, lesson):
    for output in cell.outputs:
        if output.output_type == "error" and MAY_RAISE not in tags(cell):
            error = f"{output.ename}: {output.evalue[:80]}"
            yield f"an error is stored: {error}. Mend it, type `make run`; or tag it {MAY_RAISE}."


def stored_warning(cell, lesson):
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            text = output.text.strip()[:80]
            yield f"a warning is stored: {text} Mend its cause and type `make run`."


def silent_opt_out(cell, lesson):
    reason = cell.metadata.get("nbval_reason")
    if opts_out(cell) and len(reason.strip() if isinstance(reason, str) else "") < SHORTEST_REASON:
        yield "its outputs are not compared. Say why in the cell's metadata, as nbval_reason."


def unfit_tolerance(cell, lesson):
    what = compare_numbers.fault(cell.metadata["tolerance"]) if "tolerance" in cell.metadata else ""
    if what:
        yield f"its tolerance {what}. Correct it in the cell's metadata, or take it out."


def leftovers(cell, lesson):
    if parse(cell.source) is None and MAY_RAISE not in tags(cell):
        yield "the cell is not Python. Mend it."
    elif parse_python(cell.source) is None and cell.id != "colab-setup":
        for line in (match[0].strip() for match in MAGIC.finditer(cell.source)):
            if LEFTOVER.match(line):
                yield f"`{line[:60]}` is left over. Write it in Python or delete it."


# Faults of one Markdown cell


def markdown_pictures(cell, lesson):
    source = re.sub(r"```.*?```|`[^`\n]*`", "", cell.source, flags=re.DOTALL)
    yield from images_without_words(source)
    images = re.findall(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)", source)
    for target in [target for alt, target in images if not alt.strip()]:
        yield f"the picture {target} has no alt text. Say what it shows between [ and ]."
    sources = re.findall(r"<img\b[^>]*?\bsrc=[\"']([^\"']+)", source)
    for target in [target for _, target in images] + sources:
        address = urllib.parse.urlsplit(target)
        file = lesson.path.parent / urllib.parse.unquote(address.path)
        if not address.scheme and not address.netloc and not file.is_file():
            yield f"the picture {target} is not there. Correct its path, relative to the notebook."


def images_without_words(text):
    for image in re.findall(r"<img\b[^>]*>", text):
        if not re.search(r"\balt=(\"\s*[^\"\s]|'\s*[^'\s])", image):
            yield f'{image[:60]} has no alt text. Give it alt="what it shows".'


def too_many_words(cell, lesson):
    """Folded parts, code blocks and tables are not counted."""
    text = re.sub(r"```.*?```|<!--.*?-->", " ", DETAILS.sub(" ", cell.source), flags=re.DOTALL)
    text = re.sub(r"</?\w[^>]*>|^\s*\|.*$", " ", text, flags=re.MULTILINE)
    count = sum(any(map(str.isalnum, word)) for word in text.split())
    if count > MOST_WORDS:
        yield f"the cell has {count} words; {MOST_WORDS} is the most, 80 the aim. Split it."


# Faults of any cell, and of the notebook: these yield the cell's id as well


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
                yield cell.id, (f'check("{name}", ...) must be given a function named my_something '
                                "or a class named MySomething.")  # fmt: skip
            elif function not in solved:
                yield cell.id, f"no folded solution below it defines `{function}`. Add one."


CODE_FAULTS = [
    differs_from_package, splits_methods, pictures_without_words, too_long, stored_widget,
    kept_error, stored_warning, silent_opt_out, unfit_tolerance, leftovers,
]  # fmt: skip
MARKDOWN_FAULTS = [markdown_pictures, too_many_words]
FAULTS = [counts_out_of_order, local_paths, rows_of_code, colab_cells, unsolved_exercises]


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


# What the commands do to one notebook


def sync(lesson):
    """Put the package's text in place of every definition that has its name; say which changed."""
    changed = []
    for cell in lesson.code:
        lines = cell.source.split("\n")
        for name, start, end in reversed([*definition_lines(cell.source)]):
            for module, text in lesson.course.definitions.get(name, [])[:1]:
                if lines[start:end] != text.split("\n"):
                    lines[start:end] = text.split("\n")
                    changed.append(f"{cell.get('id')}: `{name}` is now as in course_lib/{module}")
        cell.source = "\n".join(lines)
    return changed


def badges(lesson):
    """Write the badge and the Colab cell; outputs and counts stay as they are. Say what changed."""
    before = copy.deepcopy(lesson.nb.cells)
    old = {cell.get("id"): cell for cell in lesson.nb.cells}
    rest = [cell for cell in before if cell.get("id") not in ("open-in-colab", "colab-setup")]
    setup = old.get("colab-setup") or nbformat.v4.new_code_cell(id="colab-setup")
    setup.source = lesson.course.setup
    setup.metadata.update(FOLDED)
    title = int(bool(rest) and rest[0].cell_type == "markdown")
    lesson.nb.cells = [*rest[:title], setup, *rest[title:]]
    badge = lesson.course.badge(lesson.path.name)
    if badge:
        cell = old.get("open-in-colab") or nbformat.v4.new_markdown_cell(id="open-in-colab")
        cell.source = badge
        lesson.nb.cells.insert(0, cell)
    if lesson.nb.cells == before:
        return []
    return [f"written for {lesson.course.slug}" if badge else "without a badge: no repository"]


def execute(nb, folder, python=sys.executable, step=lambda: None, **kernel_options):
    """Run all cells in a fresh kernel of this Python, in this folder; ``nb`` gets the outputs."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            spec = get_kernel_dict()
            return KernelSpec(**{**spec, "argv": [python, *spec["argv"][1:]]})

    client = NotebookClient(
        nb,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython()),
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_SECONDS,
        record_timing=False,
        store_widget_state=False,
    )
    code = [(index, cell) for index, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    for _, cell in code:
        cell.update(outputs=[], execution_count=None)
    with client.setup_kernel(cleanup_kc=True, stderr=subprocess.DEVNULL, **kernel_options):
        for index, cell in code:
            client.allow_errors = MAY_RAISE in tags(cell)
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise Problem(failure(cell, error)) from error
            except CellTimeoutError as error:
                raise Problem(f"cell {cell.get('id')}: over {CELL_SECONDS} seconds.") from error
            except DeadKernelError as error:
                raise Problem(f"cell {cell.get('id')} killed its kernel: out of memory?") from error
            step()


def failure(cell, error):
    """The cell, the line of it that was running, and the error."""
    place = re.search(r"Cell In ?\[\d+\], line (\d+)", without_colors(error.traceback))
    where, lines = f"cell {cell.get('id')}", cell.source.split("\n")
    if place and int(place[1]) <= len(lines):
        where += f", line {place[1]}, `{lines[int(place[1]) - 1].strip()}`"
    return f"{where}: {error.ename}: {without_colors(error.evalue)}"


def clean(nb):
    """Take out what differs from run to run or between machines, and what pages cannot show."""
    nb.metadata.pop("widgets", None)
    nb.metadata.kernelspec = dict(KERNELSPEC)
    nb.metadata.language_info = {"name": "python"}
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        outputs = []
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data.pop(WIDGET, None)
            last = outputs[-1] if outputs else {}
            if output.get("name") and output.get("name") == last.get("name"):
                last.text += output.text  # how a stream falls into parts is chance
            else:
                outputs.append(output)
        if cell.cell_type == "code":
            cell.outputs = outputs


# The commands


def edit(course, paths, change, then):
    """Let ``change`` work on each notebook, and store those that it changed."""
    failed = 0
    for path in paths:
        try:
            lesson = Lesson(course, path, read(path))
        except Problem as problem:
            failed += 1
            print(problem, file=sys.stderr)
            continue
        changes = change(lesson)
        if changes:
            write(path, lesson.nb)
        for line in changes:
            print(f"{path.name}: {line}")
        print(f"{path.name}: " + (then if changes else "nothing to change."))
    return failed


def run_all(course, paths):
    """Run the notebooks, and store those that came through; the others stay as they were."""
    from tqdm import tqdm

    failed, notebooks = 0, {}
    for path in paths:
        try:
            notebooks[path] = read(path)
        except Problem as problem:
            failed += 1
            print(problem, file=sys.stderr)
    cells = sum(cell.cell_type == "code" for nb in notebooks.values() for cell in nb.cells)
    with tqdm(total=cells, unit="cell", disable=None) as bar:
        for path, nb in notebooks.items():
            bar.set_description(path.name)
            end = bar.n + sum(cell.cell_type == "code" for cell in nb.cells)
            start = time.perf_counter()
            try:
                execute(nb, path.parent.resolve(), step=bar.update)
                clean(nb)
                write(path, nb)
                bar.write(f"{path.name}: {time.perf_counter() - start:.1f} s")
            except Problem as problem:
                failed += 1
                text = f"{path.name}: {problem}\n    The stored notebook is as it was."
                bar.write(text, sys.stderr)
            bar.update(end - bar.n)
    print(f"Notebooks: {len(paths)}. Run and stored: {len(paths) - failed}.")
    return failed


def check_all(course, paths):
    """Print every fault of every notebook."""
    lines = [f"{name}: {fault}" for name, fault in doubled_names(course)]
    for path in paths:
        try:
            found = faults(Lesson(course, path, read(path)))
            lines += [f"{path.name}: {cell}: {fault}" for cell, fault in found]
        except Problem as problem:
            lines.append(str(problem))
    print("\n".join([*lines, f"Notebooks: {len(paths)}. Faults: {len(lines)}."]))
    return len(lines)


def badge_all(course, paths):
    """Write the repository's address wherever it belongs."""
    name_repository(course)
    failed = edit(course, paths, badges, "now type `make check`.")
    readme = course.root / "README.md"
    if readme.is_file():
        badge = course.badge("00_start_here.ipynb")
        line = f"{README_MARK} {badge}" if badge else README_MARK
        text = readme.read_text(encoding="utf-8")
        new = re.sub(rf"^{README_MARK}.*$", lambda match: line, text, flags=re.MULTILINE)
        readme.write_text(new, encoding="utf-8", newline="\n")
    if course.slug is None:
        print(
            "No repository is known: pyproject.toml holds the placeholder, and `git remote get-url "
            "origin` names none on GitHub. Add that remote and type the same again."
        )
    return failed


def name_repository(course):
    """Put git's own remote in place of the placeholder in pyproject.toml, if it is on GitHub."""
    if course.slug is not None:
        return
    command = ["git", "-C", str(course.root), "remote", "get-url", "origin"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    github = r"(?:https://|git@|ssh://git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
    found = re.fullmatch(github, done.stdout.strip())
    if found:
        path = course.root / "pyproject.toml"
        text = path.read_text(encoding="utf-8").replace(PLACEHOLDER, found[1])
        path.write_text(text, encoding="utf-8", newline="\n")
        del course.__dict__["project"]  # read again
        print(f"pyproject.toml names https://github.com/{found[1]} now.")


COMMANDS = {
    "sync": lambda course, paths: edit(course, paths, sync, "now type `make run`."),
    "run": run_all,
    "check": check_all,
    "badges": badge_all,
}


def main(arguments=None, root=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("notebook", nargs="*", help="path, file name or lesson number")
    chosen = parser.parse_args(arguments)
    course = Course(root or Path(__file__).resolve().parent.parent)
    try:
        failed = COMMANDS[chosen.command](course, course.find(chosen.notebook))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The notebook that was at work is stored as it was.", file=sys.stderr)
        return 130
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
