"""The commands: sync, run, check and badges."""

import argparse
import copy
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat

import notebooks
from notebooks.cells import definition_lines, in_short
from notebooks.course import FOLDED, PLACEHOLDER, README_MARK, Course, Lesson
from notebooks.faults import doubled_names, faults
from notebooks.files import Problem, read, write
from notebooks.running import clean, execute


def sync(lesson):
    """Put the package's text in place of every definition that has its name; say which changed."""
    changed = []
    for cell in lesson.code:
        lines = cell.source.split("\n")
        for name, start, end in reversed([*definition_lines(cell.source)]):
            for module, text in lesson.course.definitions.get(name, [])[:1]:
                if lines[start:end] != in_short(text).split("\n"):
                    lines[start:end] = in_short(text).split("\n")
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
        description=notebooks.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("notebook", nargs="*", help="path, file name or lesson number")
    chosen = parser.parse_args(arguments)
    course = Course(root or Path(__file__).resolve().parents[2])
    try:
        failed = COMMANDS[chosen.command](course, course.find(chosen.notebook))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The notebook that was at work is stored as it was.", file=sys.stderr)
        return 130
    return 1 if failed else 0
