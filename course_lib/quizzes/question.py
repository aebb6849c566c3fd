"""A question with its choices, and how it reads where nothing runs."""

import html
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

LETTERS = string.ascii_uppercase


@dataclass(frozen=True)
class Choice:
    """One answer to choose, and what is said to those who choose it."""

    text: str
    reason: str
    is_right: bool

    @property
    def verdict(self):
        return f"{'Right' if self.is_right else 'No'}. {self.reason}"


def right(text, reason):
    """The right choice of a question, and why it is."""
    return Choice(text, reason, True)


def wrong(text, reason):
    """A wrong choice: why one might think so, and what is wrong with it."""
    return Choice(text, reason, False)


@dataclass(frozen=True)
class Question:
    """A question, its choices in the order in which they are shown, and perhaps a proof.

    ``proof`` computes what the right choice says: a test looks for its value among the words of
    that choice, and makes sure that no other choice says the same.
    """

    text: str
    choices: tuple[Choice, ...]
    proof: Callable[[], object] | None = None

    def __init__(self, text, *choices, proof=None):
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "proof", proof)

    @property
    def right(self):
        """The number of the right choice, from 0."""
        return [choice.is_right for choice in self.choices].index(True)


def as_html(text):
    """The text as HTML: what looks like a tag is shown; `code` and *stress* are set as such."""
    parts = re.split(r"`([^`]+)`", html.escape(text, quote=False))
    words = [re.sub(r"\*([^\s*][^*]*)\*", r"<em>\1</em>", part) for part in parts[::2]]
    code = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(part for pair in zip(words, [*code, ""], strict=True) for part in pair)


def static_html(questions):
    """Questions and choices as a page shows them that cannot answer; the answers are folded."""
    parts = []
    for number, question in enumerate(questions, 1):
        choices = lettered(question, lambda choice: as_html(choice.text))
        reasons = lettered(question, lambda choice: as_html(choice.verdict))
        parts.append(
            f"<p><b>{number}.</b> {as_html(question.text)}</p>\n<p>{'<br>'.join(choices)}</p>\n"
            f"<details><summary>Answer</summary><p>{'<br>'.join(reasons)}</p></details>\n<br>"
        )
    return "\n".join(parts)


def lettered(question, words_of):
    """The words of each choice after its letter: in a list, many pages would show numbers."""
    pairs = zip(LETTERS, question.choices, strict=False)
    return [f"{letter}&emsp;{words_of(choice)}" for letter, choice in pairs]


def static_text(questions):
    """The questions and their choices as plain text."""
    lines = []
    for number, question in enumerate(questions, 1):
        lines.append(f"{number}. {question.text}")
        pairs = zip(LETTERS, question.choices, strict=False)
        lines += [f"   {letter}  {choice.text}" for letter, choice in pairs]
    return "\n".join(lines)
