"""One hand-in: a notebook of a student's, run in a process of its own, and what came of it."""

import ast
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course_lib.exercises.registry import lessons, names
from course_lib.walls import COURSE, Walls, environment

LARGEST = 50_000_000  # bytes of one notebook
STARTS = 6  # of a process that dies each time, each without what it died of
MAGIC = re.compile(r"^(\s*)(?:\w+ *= *)?(?:!|%%?(?=\w)).*$", re.MULTILINE)
MAY_RAISE = "nbval-raises-exception"
JUDGES = ("check", "diagnose")  # the second stands in the cells of nbgrader
START = "from course_lib.hand_in_process import answer_hand_in; answer_hand_in()"
STATES = {"correct": "right", "wrong": "wrong", "not attempted": "not attempted"}


@dataclass(frozen=True)
class Limits:
    """Seconds for a notebook and for one cell of it, bytes of memory, threads of torch."""

    seconds: float = 600.0
    cell_seconds: float = 120.0
    memory: int = 4 * 2**30
    threads: int = 1


@dataclass(frozen=True)
class Verdict:
    """``state`` is right, wrong, not attempted, or not reached; ``cause`` what was wrong."""

    state: str
    cause: str = ""


@dataclass
class HandIn:
    """What came of a student's notebook: {exercise: Verdict}, and sentences about its cells."""

    student: str
    path: Path
    verdicts: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)

    def count(self, state):
        return sum(verdict.state == state for verdict in self.verdicts.values())


@dataclass(frozen=True)
class Code:
    """The text of a code cell, and whether its page expects it to raise."""

    text: str
    may_raise: bool = False


def read_cells(path):
    """The code cells of a notebook.

    Raises:
        ValueError: in one sentence, for a file that is no notebook.
    """
    try:
        if Path(path).stat().st_size > LARGEST:
            raise ValueError(f"has more than {LARGEST // 10**6} MB; clear its outputs")
        stored = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise ValueError("is no notebook: it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ValueError("is no notebook: it is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}: {error.msg}"
        raise ValueError(f"is no notebook, or a damaged one: no JSON in {where}") from error
    cells = stored.get("cells") if isinstance(stored, dict) else None
    if not isinstance(cells, list):
        raise ValueError("is JSON but no notebook: it has no list of cells (format 4)")
    return [_code(cell) for cell in cells if _is_code(cell)]


def _is_code(cell):
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _code(cell):
    source, metadata = cell.get("source", ""), cell.get("metadata")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return Code(text, isinstance(tags, list) and MAY_RAISE in tags)


def _nodes(cells):
    for cell in cells:
        for text in (cell.text, MAGIC.sub(r"\1pass", cell.text)):
            try:
                yield from ast.walk(ast.parse(text))
                break
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


def checks_in(cells):
    """(exercise, name of the function) for each ``check("03.mse", my_mse)``; no hints."""
    for node in _nodes(cells):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", None) in JUDGES
        if called and node.args and isinstance(node.args[0], ast.Constant):
            given = node.args[1:] + [k.value for k in node.keywords if k.arg == "answer"]
            if given and re.match(r"\d\d\.", str(node.args[0].value)):
                yield node.args[0].value, getattr(given[0], "id", "")


@cache
def functions_of(lesson):
    """{exercise: name of the learner's function} as the course's own notebook has them.

    Without the notebook, as where only the package is installed, the names follow the exercises'.
    """
    found = {name: "my_" + name.partition(".")[2].replace("-", "_") for name in names(lesson)}
    for path in sorted((COURSE / "notebooks").glob(f"{lesson}_*.ipynb")):
        found |= {name: function for name, function in checks_in(read_cells(path)) if function}
    return {name: found[name] for name in names(lesson)}


def lesson_of(path, cells):
    """The lesson that a notebook is of, such as "03", or None.

    Told by the exercises it checks, else by its file's name, else by the functions it defines.
    """
    known = set(lessons())
    checked = Counter(name.partition(".")[0] for name, _ in checks_in(cells))
    checked = Counter({lesson: n for lesson, n in checked.items() if lesson in known})
    if checked:
        return checked.most_common(1)[0][0]
    numbers = [n for n in re.findall(r"(?<!\d)(\d\d)(?=_)", Path(path).name) if n in known]
    if numbers:
        return numbers[0]
    defined = {
        node.name for node in _nodes(cells) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    fits = Counter({lesson: len(defined & set(functions_of(lesson).values())) for lesson in known})
    lesson, most = min(fits.items(), key=lambda pair: (-pair[1], pair[0]))
    return lesson if most else None


def run_hand_in(student, path, lesson, cells, limits=None, walls=None):
    """Run a student's cells and check the exercises of a lesson. Returns a ``HandIn``.

    A process that dies, or a cell that cannot be interrupted, is given up: the notebook begins
    again without that cell, until its time is over.
    """
    limits, walls = limits or Limits(), walls or Walls()
    done = HandIn(student, Path(path))
    task = {
        "cells": [cell.text for cell in cells],
        "functions": functions_of(lesson),
        "memory": limits.memory,
        "cell_seconds": limits.cell_seconds,
        "skip_cells": [],
        "skip_checks": [],
    }
    found, died, until = {}, {}, time.monotonic() + limits.seconds
    for _ in range(STARTS):
        left = until - time.monotonic()
        records, ended, why = _run_once(task | {"seconds": max(left, 1)}, left, limits, walls)
        errors = _take(records, found)
        if ended or _give_up(records, task, died, why) is None or time.monotonic() > until:
            break
    errors = {n: text for n, text in errors.items() if not cells[n - 1].may_raise}
    done.remarks += [f"cell {n}: {text}" for n, text in sorted((errors | died).items())]
    if not ended:
        done.remarks.append(f"not run to its end: {why}")
    missing = Verdict("not attempted" if ended else "not reached")
    done.verdicts = {name: found.get(name, missing) for name in names(lesson)}
    for name in task["skip_checks"]:
        done.verdicts[name] = Verdict("wrong", "Your function ended the process that ran it.")
    return done


def _take(records, found):
    """Put the verdicts of one run into ``found``; the errors of its cells by their number."""
    errors = {}
    for kind, *what in records:
        if kind == "verdict" and what[1] in STATES:
            found[what[0]] = Verdict(STATES[what[1]], what[2])
        elif kind == "error":
            errors[what[0]] = what[1]
    return errors


def _give_up(records, task, died, why):
    """Note what a process died of, so that the next one leaves it out; None if nothing is known."""
    kind, *what = records[-1] if records else (None,)
    if kind == "check":
        task["skip_checks"] = [*task["skip_checks"], what[0]]
    elif kind in ("cell", "verdict", "error"):
        number = [number for k, number, *_ in records if k == "cell"][-1]
        task["skip_cells"] = [*task["skip_cells"], number]
        died[number] = f"{why}; the rest was run without it"
    else:
        return None
    return task


def _run_once(task, seconds, limits, walls):
    """One process: (its records, whether it came to its end, why it did not)."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = Path(folder).resolve() / "work"
        work.mkdir()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                walls.around([sys.executable, "-c", START], work),
                cwd=work,
                env=environment(work, limits.threads),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            why = f"it took longer than {limits.seconds:g} seconds"
            try:
                process.communicate(json.dumps(task).encode(), timeout=max(seconds, 0.1))
                why = f"its process ended ({_reason(process.returncode)})"
            except subprocess.TimeoutExpired:
                pass
            finally:
                _end(process)
            output.seek(0)
            records = list(_read(output.read(20_000_000)))
    return records, bool(records) and records[-1][0] == "end", why


def _reason(code):
    """What an exit status says: faulthandler ends with 1, and so does what hangs."""
    if code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        return signal.Signals(number).name if number in list(signal.Signals) else f"status {code}"
    return "it could not be interrupted" if code == 1 else f"status {code}"


def _end(process):
    """End a process and those that it started and that did not leave its group."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


SHAPES = {"cell": [int], "error": [int, str], "check": [str], "verdict": [str, str, str]}


def _read(text):
    """The records among the lines; the last may be half a line."""
    for line in text.decode("utf-8", "replace").splitlines():
        try:
            kind, *what = json.loads(line)
            fits = [type(part) for part in what] == SHAPES.get(kind, [])
        except (ValueError, TypeError, RecursionError):
            continue
        if fits:
            yield [kind, *what]
