"""The glossary: each word in bold where it is defined, with that sentence, linked both ways."""

import re
from dataclasses import dataclass

from editions.lessons import FENCE, NOT_OF_THE_LESSON

BOLD = re.compile(r"\*\*([^*\n]+?)\*\*")
MOST_WORDS = 4
# In bold, and no term: a number of a step, a figure, a whole sentence, a question's beginning.
NO_TERM = re.compile(r"\d|−|.*[.:?!]$|step \d|you |predict", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """A term, the lesson and cell that define it, and the sentence that does."""

    word: str
    lesson: str
    title: str
    cell: str
    sentence: str

    @property
    def anchor(self):
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.word.lower()).strip("-")

    @property
    def place(self):
        return f"{self.lesson}.html#def-{self.anchor}"


def terms_of(lesson):
    """The terms that a lesson defines, in its order; titles, headings, tables and code do not count."""
    first, *cells = [cell for cell in lesson.markdown if cell.id not in NOT_OF_THE_LESSON]
    title = first.source.split("\n")[0].removeprefix("# ").strip()
    for cell in cells:
        for paragraph in _paragraphs(cell.source):
            for match in BOLD.finditer(paragraph):
                word = match[1].strip()
                if not NO_TERM.match(word) and len(word.split()) <= MOST_WORDS:
                    sentence = _sentence(paragraph, match.start())
                    yield Term(word, lesson.path.stem, title, cell.id, sentence)


def _paragraphs(source):
    for paragraph in re.split(r"\n\s*\n", source):
        if not re.match(r"[#|<]|```|- \*\*|\*\*\d", paragraph.strip()):
            yield paragraph


def _sentence(paragraph, position):
    """The sentence of a paragraph that covers a position."""
    start = 0
    for end in [m.end() for m in re.finditer(r"[.?!:]\s+(?=[A-Z*`(])", paragraph)]:
        if end > position:
            return paragraph[start:end].strip()
        start = end
    return paragraph[start:].strip()


def collect(lessons):
    """{anchor: term}; where two lessons have a word in bold, the first defines it."""
    found = {}
    for lesson in lessons:
        for term in terms_of(lesson):
            found.setdefault(term.anchor, term)
    return found


def link_terms(lesson, glossary):
    """Make each defined word of a lesson's text a link to the glossary, in place."""
    mine = {term.word: term for term in glossary.values() if term.lesson == lesson.path.stem}
    for cell in lesson.markdown:
        here = {word for word, term in mine.items() if term.cell == cell.id}
        code = iter(FENCE.findall(cell.source))
        text = FENCE.sub("\0", cell.source)
        for word in here:
            anchor = mine[word].anchor
            link = (
                f'<a class="term" id="def-{anchor}" href="../glossary.html#{anchor}">**{word}**</a>'
            )
            text = text.replace(f"**{word}**", link, 1)
        for fenced in code:
            text = text.replace("\0", fenced, 1)
        cell.source = text


def page(glossary):
    """The glossary as Markdown."""
    lines = ["# Glossary", "", f"The {len(glossary)} terms of the course, each with the sentence"]
    lines[-1] += " that introduces it and a link to that place."
    letter = None
    for term in sorted(glossary.values(), key=lambda term: term.word.lower()):
        first = term.word[0].upper()
        if first != letter:
            letter = first
            lines += ["", f"## {letter}"]
        link = f'<a href="notebooks/{term.place}">{term.title}</a>'
        lines += ["", f'<span id="{term.anchor}"></span>**{term.word}** · {link}', ""]
        lines += [": " + " ".join(_from_the_root(BOLD.sub(r"\1", term.sentence)).split())]
    return "\n".join(lines) + "\n"


def _from_the_root(text):
    """A lesson's text with its links as they read one folder up, where the glossary is."""
    return re.sub(r"\]\((?=\d\d_)", "](notebooks/", text).replace("](../", "](")
