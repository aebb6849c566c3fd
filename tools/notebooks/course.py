"""The course that the notebooks belong to, its definitions and its place on GitHub."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from notebooks.cells import definition_lines, parse
from notebooks.files import Problem

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
        """Owner and name of the repository in pyproject.toml; None for the placeholder."""
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
