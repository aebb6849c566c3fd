"""How long a lesson takes, from what is on its page: the one formula behind every "about N minutes"."""

import re

from notebooks.cells import DETAILS, definition_lines, exercise_calls

WORDS_A_MINUTE = 180
MINUTES_A_LINE, MINUTES_A_PREDICTION, MINUTES_AN_EXERCISE = 0.15, 1.5, 8
STATED = re.compile(r"about (\d+) minutes to read and try")


def minutes_of(lesson):
    """Minutes to read and try a lesson, rounded to 5."""
    return 5 * round(count_minutes(lesson, lesson.nb.cells) / 5)


def count_minutes(lesson, cells):
    """Minutes to read and try these cells of a lesson, not rounded.

    Counted are the words outside code and folded solutions, the lines of code without what the lesson
    shows again of ``course_lib``, the questions to predict, and the exercises.
    """
    code = [cell for cell in cells if cell.cell_type == "code"]
    markdown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    texts = [DETAILS.sub("", source) for source in markdown]
    words = sum(len(re.sub(r"```.*?```", "", text, flags=re.DOTALL).split()) for text in texts)
    predictions = sum(text.count("**Predict") for text in texts)
    exercises = sum(1 for cell in code for _ in exercise_calls(cell))
    lines = sum(_own_lines(cell, lesson) for cell in code if cell.id != "colab-setup")
    return (
        words / WORDS_A_MINUTE
        + MINUTES_A_LINE * lines
        + MINUTES_A_PREDICTION * predictions
        + MINUTES_AN_EXERCISE * exercises
    )


def _own_lines(cell, lesson):
    """How many lines of a cell are neither blank, nor comments, nor definitions of the package."""
    lines = cell.source.split("\n")
    for name, start, end in definition_lines(cell.source):
        if name in lesson.course.definitions:
            lines[start:end] = [""] * (end - start)
    return sum(1 for line in lines if line.strip() and not line.lstrip().startswith("#"))


def wrong_minutes(lesson):
    """A title that says another number of minutes than the page takes."""
    for cell in lesson.markdown:
        stated = STATED.search(cell.source)
        if stated and int(stated[1]) != (counted := minutes_of(lesson)):
            yield cell.id, f"it says {stated[1]} minutes; words, code and exercises make {counted}."
