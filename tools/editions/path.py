"""The classroom path through a lesson: which cells make which slide.

A cell's own `slideshow.slide_type` decides. A cell without one goes by the rule: headings begin a
slide, a question to predict has one of its own and what answers it the next, an exercise has one, what
draws shows its picture without its code, long code and folded parts are left out. Of an exercise with
long code the slide has the function that is to be put right.
"""

import copy
import re

import nbformat
from notebooks.cells import DETAILS, exercise_calls, tags

from editions.instructor import about, section_minutes
from editions.lessons import NOT_OF_THE_LESSON

ROOM = 15  # lines on a slide at about 24 px
MOST_CODE, MOST_OUTPUT, WIDEST = 12, 12, 100
WORDS_A_LINE = 13
DRAWS = re.compile(r"^(?:show|explore)\(", re.MULTILINE)
PIECE = re.compile(r"(?=^## |\*\*Predict)", re.MULTILINE)
HIDDEN = "hide-code"  # a tag: the slide shows the output only
QUIZ = re.compile(r"^quiz\(\"(\d\d)\"\)", re.MULTILINE)
BROKEN = re.compile(r"^def broken_.*?(?=^\S)", re.MULTILINE | re.DOTALL)
LETTERS = "ABCDE"


def slide_cells(lesson):
    """The cells of a lesson's deck, each with its ``slide_type``; speaker notes among them."""
    minutes = {part[0].id: count for _, part, count in section_minutes(lesson)}
    cells, room = [], 0
    for cell in lesson.nb.cells[:]:
        own = cell.metadata.get("slideshow", {}).get("slide_type")
        parts = [copy.deepcopy(cell)] if own else _by_rule(cell, seen=bool(cells))
        for part, kind in [(p, own) if own else p for p in parts]:
            cost = _lines(part)
            if kind in ("", "-", None):
                kind = "subslide" if cost > room else "-"
            room = ROOM - cost if kind in ("slide", "subslide") else room - cost
            room = 0 if "predict" in tags(part) else room
            part.metadata["slideshow"] = {"slide_type": kind}
            cells.append(part)
            note = _note(part, minutes.get(cell.id) if part.id == cell.id else None)
            cells += [note] if note else []
    return _with_answers(cells)


def _with_answers(cells):
    """Put each question's answer, a letter and its words, after the output that gives it."""
    found, answer = [], None
    for cell in cells:
        kind = cell.metadata.slideshow.slide_type
        if answer and ("predict" in tags(cell) or kind == "slide"):  # no output came
            found.append(slide_of(answer.id, answer.source, "subslide"))
            answer = None
        found.append(cell)
        if answer and cell.get("outputs"):
            found.append(answer)
            answer = None
        if "predict" in tags(cell) and "answer" in cell.metadata:
            answer = slide_of(f"answer-{cell.id}", cell.metadata.answer, "-")
    return found + ([slide_of(answer.id, answer.source, "subslide")] if answer else [])


def slide_of(name, source, kind):
    """A text cell with a ``slide_type``."""
    cell = nbformat.v4.new_markdown_cell(source, id=name[:64])
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def _by_rule(cell, seen):
    """[(cell, slide_type or "" where the room decides), ...] for a cell without a type of its own."""
    cell = copy.deepcopy(cell)
    if cell.id in NOT_OF_THE_LESSON or cell.id == "imports":
        return []
    if cell.cell_type == "code":
        quiz = QUIZ.search(cell.source)
        return _quiz_by_rule(quiz[1]) if quiz else _code_by_rule(cell)
    parts = []
    text = DETAILS.sub("", cell.source).strip()
    for number, piece in enumerate(PIECE.split(text)):
        if not piece.strip():
            continue
        part = nbformat.v4.new_markdown_cell(piece.strip(), id=f"{cell.id}-{number}"[:64])
        part.id = part.id if parts else cell.id
        kind = "slide" if re.match(r"##? ", piece) or not (seen or parts) else ""
        if piece.startswith("**Predict"):
            part.metadata["tags"] = ["predict"]
            options, right = cell.metadata.get("options", []), cell.metadata.get("right")
            part.source += _numbered(options)
            if right in options:
                part.metadata["answer"] = f"**{LETTERS[options.index(right)]}.** {right}"
            kind = "subslide"
        elif re.match(r"\*\*\d+\. ", piece):
            kind = "subslide"
        parts.append((part, kind))
    return parts


def _numbered(choices):
    """A list to choose from; the deck's style makes letters of the numbers."""
    lines = [f"{k}. {text}" for k, text in enumerate(choices, 1)]
    return "\n\n" + "\n".join(lines) if lines else ""


def _quiz_by_rule(lesson):
    """Two slides for each question of a quiz: the question with its choices, and the answer."""
    from course_lib.quizzes import questions_of
    from course_lib.quizzes.question import as_html

    parts = []
    for number, question in enumerate(questions_of(lesson), 1):
        choices, right = question.choices, question.choices[question.right]
        text = f"**{number}.** {as_html(question.text)}" + _numbered(
            as_html(c.text) for c in choices
        )
        asked = nbformat.v4.new_markdown_cell(text, id=f"quiz-{number}")
        asked.metadata["tags"] = ["vote"]
        wrong = zip(LETTERS, choices, strict=False)
        asked.metadata["say"] = [f"{k}: {as_html(c.reason)}" for k, c in wrong if not c.is_right]
        letter = LETTERS[question.right]
        text = f"**{letter}.** {as_html(right.text)}\n\n{as_html(right.reason)}"
        answered = nbformat.v4.new_markdown_cell(text, id=f"quiz-{number}-answer")
        parts += [(asked, "subslide"), (answered, "subslide")]
    return parts


def _code_by_rule(cell):
    exercise = any(True for _ in exercise_calls(cell))
    cell.outputs = [] if exercise else [_short(output) for output in cell.outputs]
    broken = BROKEN.search(cell.source)
    if exercise and broken and _is_long(cell):
        cell.source = broken[0].strip()
    if DRAWS.search(cell.source) or _is_long(cell):
        if not cell.outputs:
            return []
        cell.metadata["tags"] = [*tags(cell), HIDDEN]
    return [(cell, "")]


def _is_long(cell):
    lines = cell.source.splitlines()
    long = len(lines) > MOST_CODE or max(map(len, lines), default=0) > WIDEST
    return long or _lines(cell) > ROOM + 1


def _short(output):
    """An output of at most ``MOST_OUTPUT`` lines of text; the rest is said to be in the lesson."""

    def cut(text):
        lines, kept, room = text.splitlines(), [], MOST_OUTPUT
        for line in lines:
            room -= 1 + len(line) // WIDEST  # a long line is wrapped
            if room < 0:
                break
            kept.append(line)
        left = len(lines) - len(kept)
        more = [f"… {left} more line{'s' * (left > 1)} in the lesson"] if left else []
        return "\n".join(kept + more)

    if output.get("text"):
        output.text = cut(output.text)
    if "image/png" not in output.get("data", {}) and output.get("data", {}).get("text/plain"):
        output.data["text/plain"] = cut(output.data["text/plain"])
    return output


def _lines(cell):
    """About how many lines of a slide a cell takes."""
    if cell.cell_type == "markdown":
        pieces = cell.source.splitlines()
        picture = 12 * len(re.findall(r"!\[|<img", cell.source))
        return picture + sum(0.4 + len(p.split()) / WORDS_A_LINE for p in pieces if p.strip())
    lines = 0 if HIDDEN in tags(cell) else 0.8 * len(cell.source.splitlines()) + 1
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            lines += 12
        else:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            lines += 0.8 * len(text.splitlines()) + 0.5
    return lines


def _note(cell, minutes):
    """The speaker's note to a slide: minutes of the section, or how to ask a question."""
    text = []
    if minutes:
        text.append(f"{about(minutes)} for this section.")
    if "predict" in tags(cell):
        text.append("Let everyone settle on an answer, then vote; the next slide has the answer.")
        text.append("Ask one who voted with the few for a reason before going on.")
    if "vote" in tags(cell):
        text.append("Vote, and ask for reasons. What to say to those who chose wrongly:")
        text += cell.metadata["say"]
    elif re.match(r"\*\*\d+\. ", cell.source):
        text.append("About 8 minutes. `check` says what is wrong; hints come with `hint=1`.")
    if text:
        note = nbformat.v4.new_markdown_cell(" ".join(text), id=f"note-{cell.id}"[:64])
        note.metadata["slideshow"] = {"slide_type": "notes"}
        return note
    return None
