"""Plans for a class: which sections of which lesson, in minutes that the lessons themselves give.

`make plans` writes the tables into TEACHING.md, between `<!-- plan: NAME -->` and `<!-- end -->`.
"""

import re

from notebooks.files import Problem

from editions.instructor import section_minutes
from editions.lessons import lessons

TEXT, WORK = "the text", "Exercises"  # a lesson without its exercises, and these
OPENING = "Opening"  # what stands before a lesson's first heading
ENTIRE = [TEXT, WORK]

# {plan: [(when, lesson, sections in class, sections at home), ...]}. A section is named by the
# beginning of its heading. A row without a "when" belongs to the one above.
PLANS = {
    "one day": [
        ("block 1", "00", [OPENING, "Does it move", "The loop that never", "How exercises"], ["Four words"]),
        ("", "01", ["Three ways", "Two products", "Shapes that differ"], [WORK]),
        ("", "02", ["Two knobs", "The chain rule", "The same, by torch"], ["Six ways"]),
        ("", "03", ["Two points", "A mountain", "The five steps"], [WORK]),
        ("block 2", "05", ["Softmax", "Embedding", "A module that finds"], ["LayerNorm", "Dropout"]),
        ("", "06", ["A rate for each", "Adam"], ["Momentum", "The clean loop"]),
        ("", "07", ["Which letter", "How surprising", "The floor", "Characters to", "Where are", "The loss, by"], ["A model by counting"]),
        ("block 3", "08", ["The word", "Averaging", "Looking for", "Where the three", "Scores", "One head", "Many heads"], [WORK]),
        ("", "09", ["Two kinds", "One after", "Adding instead", "The block", "Where in"], ["How much a block"]),
        ("block 4", "10", [OPENING, "Counting", "The first loss", "Does it look"], [WORK]),
        ("", "11", [OPENING, "How near", "One page", "The GPT"], ["Where the rest sits"]),
        ("", "12", [OPENING, "Temperature"], ["Top-k", "Top-p"]),
    ],
    "one week": [
        ("Monday", "00", [TEXT], []),
        ("", "01", ENTIRE, []),
        ("", "02", ENTIRE, []),
        ("", "03", [TEXT], [WORK]),
        ("Tuesday", "04", ENTIRE, []),
        ("", "05", ENTIRE, []),
        ("", "06", [TEXT], [WORK]),
        ("Wednesday", "07", ENTIRE, []),
        ("", "08", ENTIRE, []),
        ("Thursday", "09", ENTIRE, []),
        ("", "10", ENTIRE, []),
        ("Friday", "11", ENTIRE, []),
        ("", "12", [TEXT], [WORK]),
        ("", "13", [TEXT], [WORK]),
        ("afterwards", "14", [], ENTIRE),
        ("", "15", [], ENTIRE),
        ("", "16", [], ENTIRE),
        ("", "17", [], ENTIRE),
        ("", "18", [], ENTIRE),
    ],
    "ten weeks": [
        ("week 1", "00", [TEXT], []),
        ("", "01", [TEXT], [WORK]),
        ("week 2", "02", [TEXT], [WORK]),
        ("", "03", [TEXT], [WORK]),
        ("week 3", "04", [TEXT], [WORK]),
        ("", "05", [TEXT], [WORK]),
        ("week 4", "06", [TEXT], [WORK]),
        ("week 5", "07", [TEXT], [WORK]),
        ("week 6", "08", [TEXT], [WORK]),
        ("week 7", "09", [TEXT], [WORK]),
        ("week 8", "10", [TEXT], [WORK]),
        ("week 9", "11", [TEXT], [WORK]),
        ("week 10", "12", [TEXT], [WORK]),
        ("afterwards", "13", [], ENTIRE),
        ("", "14", [], ENTIRE),
        ("", "15", [], ENTIRE),
        ("", "16", [], ENTIRE),
        ("", "17", [], ENTIRE),
        ("", "18", [], ENTIRE),
    ],
}  # fmt: skip
MARKED = re.compile(r"(<!-- plan: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD = "| when | lesson | in class | minutes | at home | minutes |\n|---|---|---|---|---|---|\n"


def chosen(lesson, parts, wanted):
    """The sections of a lesson that a plan names, as words and in whole minutes.

    Args:
        lesson: its number.
        parts: what ``section_minutes`` says of it.
        wanted: beginnings of headings, ``TEXT`` or ``WORK``.

    Raises:
        Problem: if the lesson has no such section, or two.
    """
    words, minutes = [], 0
    for name in wanted:
        fits = [
            (heading or OPENING, count)
            for heading, _, count in parts
            if (heading != WORK if name == TEXT else (heading or OPENING).startswith(name))
        ]
        if not fits or (name != TEXT and len(fits) > 1):
            raise Problem(f"A plan names {name!r}: lesson {lesson} has {len(fits)} such sections.")
        words.append({TEXT: TEXT, WORK: "the exercises"}.get(name, fits[0][0]))
        minutes += sum(count for _, count in fits)
    text = " and ".join(words) if wanted == ENTIRE else "; ".join(words)
    return text.replace("|", "\\|"), minutes


def table(rows, sections_of):
    """A plan as Markdown, added up by what stands under "when" and in all.

    ``sections_of`` gives for a lesson's number what ``section_minutes`` says of it.
    """
    groups = []
    for when, number, *wanted in rows:
        if when:
            groups.append((when, []))
        cells = [chosen(number, sections_of[number], names) for names in wanted]
        groups[-1][1].append((number, *cells))
    lines = []
    for when, lines_of in groups:
        added = sum(minutes for _, (_, minutes), _ in lines_of)
        label = f"**{when}**" + (f", {added} min" if added else "")
        for number, (what, minutes), (home, after) in lines_of:
            cells = [label, number, what, minutes or "", home, after or ""]
            lines.append(f"| {' | '.join(map(str, cells))} |")
            label = ""
    all_in, all_home = (
        sum(row[k][1] for _, lines_of in groups for row in lines_of) for k in (1, 2)
    )
    lines.append(f"| **in all** | | | **{all_in}** | | **{all_home}** |")
    return HEAD + "\n".join(lines) + "\n"


def with_plans(course, text):
    """A text with the table of each plan between that plan's marks.

    Raises:
        Problem: if the text has no place for a plan, or a lesson lacks a section of one.
    """
    missing = PLANS.keys() - {name for _, name, _ in MARKED.findall(text)}
    if missing:
        raise Problem(f"TEACHING.md has no `<!-- plan: {min(missing)} -->` … `<!-- end -->`.")
    found = lessons(course, course.find([]))
    sections_of = {lesson.path.stem[:2]: section_minutes(lesson) for lesson in found}
    return MARKED.sub(lambda m: f"{m[1]}\n{table(PLANS[m[2]], sections_of)}\n{m[3]}", text)


def write_plans(course):
    """Renew the tables in TEACHING.md, and give its path."""
    path = course.root / "TEACHING.md"
    path.write_text(with_plans(course, path.read_text(encoding="utf-8")), encoding="utf-8")
    return path
