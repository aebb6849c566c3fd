"""The answers to vote on that each "Predict first" has in its cell's metadata, for the slides.

`options` are three or four answers, `right` is the right one of them. What `right` says in digits or
in `code` must stand in the output that answers the question.
"""

import re

from notebooks.cells import DETAILS, text_outputs

FEWEST, MOST = 3, 4
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
CODE = re.compile(r"`([^`]+)`")


def asks(cell):
    """Whether a Markdown cell has a question to predict that is not folded away."""
    return cell.cell_type == "markdown" and "**Predict" in DETAILS.sub("", cell.source)


def unfit_options(lesson):
    """Questions without options, with a wrong number of them, or with an answer that is not printed."""
    for index, cell in enumerate(lesson.nb.cells):
        if not asks(cell):
            continue
        options, right = cell.metadata.get("options", []), cell.metadata.get("right")
        if not FEWEST <= len(options) <= MOST or len(set(options)) < len(options):
            yield (
                cell.id,
                f"its question has {len(set(options))} different options to vote on. Write {FEWEST} "
                f"or {MOST} into the cell's metadata, as `options`, and the right one as `right`.",
            )
        elif right not in options:
            yield cell.id, f"`right` is {right!r}, which is not one of its `options`. Correct it."
        else:
            output = answer_below(lesson.nb.cells[index + 1 :])
            for said in missing(right, output):
                what = f"its right option says {said}, and the output that answers it does not"
                yield cell.id, f"{what}. Correct one of them, or say it in words."


def answer_below(cells):
    """The text of the first outputs below a question."""
    return next((text for cell in cells if (text := "\n".join(text_outputs(cell)))), "")


def missing(right, output):
    """The numbers, up to rounding, and the code in an option that an output does not show."""
    words = " ".join(output.split())
    yield from (said for said in CODE.findall(right) if " ".join(said.split()) not in words)
    shown = [value(number) for number in NUMBER.findall(output)]
    for said in NUMBER.findall(CODE.sub(" ", right)):
        digits = len(said.partition(".")[2])
        if not any(abs(number - value(said)) <= 0.5 * 10**-digits + 1e-9 for number in shown):
            yield said


def value(number):
    return float(number.replace(",", ""))
