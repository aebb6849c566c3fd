"""The instructor's edition: open solutions, minutes, the mistakes that `check` knows."""

import re

import nbformat
from notebooks.cells import exercise_calls
from notebooks.minutes import count_minutes, minutes_of

from editions.lessons import HEADING, open_solutions, sections

SHOWN = 8  # mistakes of an exercise; the others are folded
HEAD = "| mistake | what to say |\n|---|---|\n"


def for_instructors(lesson):
    """Open a lesson's solutions, and add its plan and the mistakes of each exercise, in place."""
    plan = section_minutes(lesson)
    minutes = {part[0].id: count for _, part, count in plan}
    cells = []
    for index, cell in enumerate(lesson.nb.cells):
        if cell.cell_type == "markdown":
            cell.source = open_solutions(cell.source)
            if index and cell.id in minutes:
                stated = rf"\g<0>\n\n*{about(minutes[cell.id])}.*"
                cell.source = HEADING.sub(stated, cell.source, count=1)
        cells.append(cell)
        if index == 0:
            cells.append(_note("plan", plan_table(plan)))
        for name, function in exercise_calls(cell):
            cells.append(_note(f"mistakes-{name.partition('.')[2]}", mistakes(name, function)))
    lesson.nb.cells = cells


def about(minutes):
    """How long a section takes, as the beginning of a sentence."""
    return "About a minute" if minutes <= 1 else f"About {minutes} minutes"


def _note(name, text):
    name = re.sub(r"[^a-z0-9-]", "-", f"instructor-{name}".lower())
    return nbformat.v4.new_markdown_cell(text, id=name[:64])


def section_minutes(lesson):
    """[(heading, cells, whole minutes), ...]; the minutes add up to those of the lesson."""
    parts = sections(lesson.nb.cells)
    exact = [count_minutes(lesson, cells) for _, cells in parts]
    scale = minutes_of(lesson) / (sum(exact) or 1)
    ends = [round(scale * sum(exact[:count])) for count in range(len(exact) + 1)]
    return [(*part, ends[k + 1] - ends[k]) for k, part in enumerate(parts)]


def plan_table(plan):
    """The sections of a lesson with their minutes and the minute at which each begins."""
    rows, begin = [], 0
    for heading, cells, minutes in plan:
        questions = sum(c.source.count("**Predict") for c in cells if c.cell_type == "markdown")
        name = (heading or "Opening").replace("|", "\\|")
        rows.append(f"| {begin} | {name} | {minutes} | {questions or ''} |")
        begin += minutes
    head = "| from minute | section | minutes | questions to vote on |\n|---|---|---|---|\n"
    return f"**For the instructor.** {begin} minutes in all.\n\n{head}" + "\n".join(rows)


def mistakes(name, function):
    """The mistakes that ``check`` knows of an exercise, the likeliest first, as Markdown."""
    from course_lib.exercises.registry import find  # which imports torch

    found = find(name)
    rows = [_row(sentence) for sentence in found.mistakes]
    text = [f"**For the instructor: what goes wrong in `{function}`**, the likeliest first."]
    text.append(HEAD + "\n".join(rows[:SHOWN]))
    if rows[SHOWN:]:
        folded = HEAD + "\n".join(rows[SHOWN:])
        title = f"<summary>{len(rows) - SHOWN} more that check knows</summary>"
        text.append(f"<details>{title}\n\n{folded}\n</details>")
    hints = [f"{k}. {hint}" for k, hint in enumerate(found.hints, 1)]
    text.append("If that does not help, the hints, one at a time:\n\n" + "\n".join(hints))
    return "\n\n".join(text)


def _row(sentence):
    """What was done, and what to say to it: the rest of the sentence that `check` prints."""
    parts = re.split(r"(?<=[a-z0-9)\]`])[;:.] (?=\S)", sentence, maxsplit=1)
    what, say = parts if len(parts) == 2 else (sentence, "the first hint below")
    if re.match(r"[a-z]+ [a-z]+ ", say):  # words, not code
        say = say[0].upper() + say[1:]
    return f"| {_cell(what)} | {_cell(say)} |"


def _cell(text):
    return re.sub(r"([|*_$<])", r"\\\1", text.strip().removesuffix("."))
