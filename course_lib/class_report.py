"""The hand-ins of a class: who solved what, and which mistakes to talk about tomorrow.

    python -m course_lib class report FOLDER --lesson 03

The folder holds notebooks, each named after its student, or a folder for each student with
notebooks in it.
"""

import csv
import html
import io
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from course_lib.exercises.registry import find, lessons, names
from course_lib.files import write_whole
from course_lib.hand_in import HandIn, Limits, Verdict, lesson_of, read_cells, run_hand_in
from course_lib.walls import walls_for

STATES = ("right", "wrong", "not attempted", "not reached")
MARKS = dict(zip(STATES, "✓✗–?", strict=True))


@dataclass(frozen=True)
class Mistake:
    """A mistake of the class: the exercise, its cause, who made it, and the first hint."""

    exercise: str
    cause: str
    students: tuple
    hint: str


def notebooks_in(folder):
    """(student, path) of each file that is handed in, and sentences about what is none.

    Raises:
        ValueError: for a folder that is not there or has nothing in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; give the one that holds the hand-ins")
    found, remarks = [], []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__MACOSX")):
            continue
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*.ipynb")) if not _hidden(p, path)]
            found += [(path.name, p) for p in inside]
            if not inside:
                remarks.append(f"{path.name}: has no notebook (.ipynb) in it; left out.")
        elif path.suffix.lower() == ".ipynb":
            found.append((path.stem, path))
        else:
            remarks.append(f"{path.name}: is no notebook (.ipynb); left out.")
    if not found:
        raise ValueError(f"{folder} has no notebook (.ipynb) in it, nor in a folder of a student")
    return found, remarks


def _hidden(path, folder):
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def readable_notebooks(folder, lesson=None):
    """(lesson, [(student, path, cells)], remarks) of the notebooks that are of one lesson.

    Without a lesson it is the one that most of them are of.

    Raises:
        ValueError: for a lesson that has no exercises, or if no notebook is of it.
    """
    if lesson is not None:
        names(lesson)  # which raises
    found, remarks = notebooks_in(folder)
    read = []
    for student, path in found:
        shown = path.relative_to(folder)
        try:
            cells = read_cells(path)
        except ValueError as error:
            remarks.append(f"{shown}: {error}; left out.")
            continue
        of = lesson_of(path, cells)
        if of:
            read.append((student, path, cells, of))
        else:
            why = "is of none of the lessons, by its checks, its name and its functions"
            remarks.append(f"{shown}: {why}; left out.")
    if lesson is None and read:
        counts = Counter(of for *_, of in read)
        lesson = min(counts, key=lambda of: (-counts[of], of))
    for _, path, _, of in read:
        if of != lesson:
            remarks.append(
                f"{path.relative_to(folder)}: is of lesson {of}, and this report is about "
                f"{lesson}; left out (--lesson {of} reports on it)."
            )
    chosen = [(student, path, cells) for student, path, cells, of in read if of == lesson]
    if not chosen:
        which = f"lesson {lesson}" if lesson else f"a lesson ({', '.join(lessons())})"
        raise ValueError(f"no notebook in {folder} is of {which}. " + " ".join(remarks))
    return lesson, _with_names(chosen, folder, remarks), remarks


def _with_names(chosen, folder, remarks):
    """Each under a name of its own: of a name that is there twice, both with their place."""
    times = Counter(student.casefold() for student, *_ in chosen)
    for name in (name for name, n in times.items() if n > 1):
        places = [str(p.relative_to(folder)) for s, p, _ in chosen if s.casefold() == name]
        remarks.append(f"{name}: handed in {len(places)} times ({', '.join(places)}); all are run.")
    return [
        (str(p.relative_to(folder)) if times[student.casefold()] > 1 else student, p, cells)
        for student, p, cells in chosen
    ]


def run_class(chosen, lesson, limits, walls, jobs=1, say=print):
    """Run all hand-ins of a lesson, some at a time. Returns a list of ``HandIn`` in their order."""

    def one(hand_in):
        student, path, cells = hand_in
        try:
            done = run_hand_in(student, path, lesson, cells, limits, walls)
        except OSError as error:  # no process, no place: the others go on
            done = HandIn(student, path, remarks=[f"could not be run: {error}"])
            done.verdicts = _unknown(lesson)
        say(f"{student}: {summary(done)}", flush=True)
        return done

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, chosen))


def _unknown(lesson):
    return {name: Verdict("not reached") for name in names(lesson)}


def summary(hand_in):
    """ "2 right, 1 wrong", in one line."""
    counts = {state: hand_in.count(state) for state in STATES}
    return ", ".join(f"{n} {state}" for state, n in counts.items() if n)


def mistakes_of(hand_ins):
    """The mistakes of the class, the most frequent first; of equally many in the lesson's order."""
    made = {}
    for hand_in in hand_ins:
        for name, verdict in hand_in.verdicts.items():
            if verdict.state == "wrong":
                made.setdefault((name, verdict.cause), []).append(hand_in.student)
    order = {name: k for k, name in enumerate(hand_ins[0].verdicts)} if hand_ins else {}
    return [
        Mistake(name, cause, tuple(students), find(name).hints[0] if find(name).hints else "")
        for (name, cause), students in sorted(
            made.items(), key=lambda pair: (-len(pair[1]), order[pair[0][0]], pair[0][1])
        )
    ]


# The tables


def as_csv(hand_ins):
    """The table per student as the text of a CSV file."""
    exercises = list(hand_ins[0].verdicts)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    columns = [part for name in exercises for part in (name, f"{name} cause")]
    writer.writerow(["student", "file", *STATES, *columns, "remarks"])
    for hand_in in hand_ins:
        row = [hand_in.student, hand_in.path.name, *map(hand_in.count, STATES)]
        for name in exercises:
            row += [hand_in.verdicts[name].state, hand_in.verdicts[name].cause]
        writer.writerow([_harmless(cell) for cell in [*row, "; ".join(hand_in.remarks)]])
    return file.getvalue()


def _harmless(cell):
    """A text that a spreadsheet does not take for a formula."""
    text = isinstance(cell, str)
    return f"'{cell}" if text and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


STYLE = """
:root { color-scheme: light dark; --line: #767676; --wrong: #b3261e; --right: #1b6e35; }
@media (prefers-color-scheme: dark) { :root { --wrong: #ff9e96; --right: #7fdc9a; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; }
th, td { text-align: left; vertical-align: top; }
td.right { color: var(--right); } td.wrong { color: var(--wrong); }
td, li { overflow-wrap: anywhere; } th { white-space: nowrap; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(lesson, hand_ins, remarks=()):
    """The report as one page that needs nothing else; every text in it is escaped."""
    exercises, count = list(hand_ins[0].verdicts), len(hand_ins)
    title = f"Lesson {lesson}: {count} {'hand-in' if count == 1 else 'hand-ins'}"
    per_exercise = [
        [name, *(sum(h.verdicts[name].state == state for h in hand_ins) for state in STATES)]
        for name in exercises
    ]
    mistakes = [
        [len(m.students), m.exercise, m.cause, m.hint, ", ".join(m.students)]
        for m in mistakes_of(hand_ins)
    ]
    about = [f"{h.student}: {remark}" for h in hand_ins for remark in h.remarks] + list(remarks)
    parts = [
        f"<h1>{_text(title)}</h1>",
        "<h2>What to talk about tomorrow</h2>",
        _table(["times", "exercise", "what went wrong", "the first hint", "who"], mistakes)
        if mistakes
        else "<p>No mistake in any of them.</p>",
        "<h2>The exercises</h2>",
        _table(["exercise", *STATES], per_exercise),
        "<h2>The students</h2>",
        _table(["student", *exercises], [_row(h) for h in hand_ins]),
        "<h2>What else was seen</h2>" if about else "",
        "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in about) + "</ul>" if about else "",
    ]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{STYLE}</style>"
    )
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _text(thing):
    return html.escape(str(thing))


def _row(hand_in):
    """The student's name, then (state, its words) for each exercise."""
    verdicts = hand_in.verdicts.values()
    words = [
        (v.state, f"{MARKS[v.state]} {v.state}" + (f": {v.cause}" if v.cause else ""))
        for v in verdicts
    ]
    return [hand_in.student, *words]


def _table(columns, rows):
    head = "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    lines = ["<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows]
    body = "\n".join(lines)
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _cell(cell):
    if isinstance(cell, tuple):
        return f'<td class="{cell[0].split()[0]}">{_text(cell[1])}</td>'
    return f"<td>{_text(cell)}</td>"


# The command


def report_command(options):
    """Report on a folder of hand-ins as the flags say; options are argparse's."""
    folder = Path(options.folder)
    for name in ("jobs", "memory", "seconds", "cell_seconds"):
        if not 0 < getattr(options, name) < 1e7:  # nor nan, nor more than a timer takes
            flag = "--" + name.replace("_", "-")
            raise ValueError(f"{flag} must be above 0, got {getattr(options, name)}")
    lesson, chosen, remarks = readable_notebooks(folder, options.lesson)
    walls = walls_for(folder)
    threads = max(1, (os.cpu_count() or 1) // options.jobs)
    limits = Limits(options.seconds, options.cell_seconds, int(options.memory * 2**20), threads)
    count = "1 notebook" if len(chosen) == 1 else f"{len(chosen)} notebooks"
    print(f"This runs the code of {count} of lesson {lesson}, written by others.")
    for sentence in walls.sentences():
        print(f"  {sentence}")
    print(f"  At most {limits.seconds:g} seconds and {options.memory:g} MB each.", flush=True)
    hand_ins = run_class(chosen, lesson, limits, walls, options.jobs)
    for remark in remarks:
        print(remark)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    write_whole(
        {
            out / f"lesson_{lesson}.csv": as_csv(hand_ins).encode("utf-8-sig"),  # as Excel wants it
            out / f"lesson_{lesson}.html": as_html(lesson, hand_ins, remarks).encode("utf-8"),
        }
    )
    print("\nWhat to talk about tomorrow:")
    for mistake in mistakes_of(hand_ins)[:5]:
        print(f"  {len(mistake.students)} of {len(hand_ins)}, {mistake.exercise}: {mistake.cause}")
        print(f"     first hint: {mistake.hint}")
    print(f"The tables: {out / f'lesson_{lesson}.html'} and .csv")
