"""Questions at the end of each lesson, answered in place: ``quiz("08")``.

A lesson's questions are in its file, ``lesson_NN.py``. Every choice has its reason: why one might
think so, and what is wrong with it. Where a number decides, ``proof`` computes it.

    Question(
        "A text has 3 characters. How many pairs of neighbours does it have?",
        right("2", "Each character but the last has a neighbour after it."),
        wrong("3", "You counted the characters. The last one has no neighbour after it."),
        wrong("6", "You counted each pair twice: 1 with 2 and 2 with 1 are the same pair."),
        proof=lambda: len(list(zip("abc", "bc"))),
    )

With a kernel the choices are buttons; on a page without one they are a list, the answers folded.
"""

import importlib

from course_lib.quizzes.question import Choice, Question, right, static_html, static_text, wrong

__all__ = ["Choice", "Question", "Quiz", "questions_of", "quiz", "right", "wrong"]

LESSONS = [f"{number:02d}" for number in range(19)]


def questions_of(lesson):
    """The questions of a lesson, such as "08".

    Raises:
        ValueError: for a lesson that the course does not have.
    """
    if lesson not in LESSONS:
        raise ValueError(
            f'There is no lesson {lesson!r}: give its two digits, such as quiz("08"), '
            f"from {LESSONS[0]} to {LESSONS[-1]}."
        )
    return importlib.import_module(f"course_lib.quizzes.lesson_{lesson}").QUESTIONS


def quiz(lesson):
    """The questions of a lesson with buttons to answer them: the last line of a cell shows them."""
    return Quiz(questions_of(lesson))


class Quiz:
    """Questions, choices below each, and what is said to the chosen one. Made by ``quiz``."""

    def __init__(self, questions):
        # To read the questions needs no widgets.
        from course_lib.quizzes.buttons import ask

        self.questions = questions
        self.view = ask(questions)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from course_lib.widgets import widget_view

        return {
            **widget_view(self.view),
            "text/html": static_html(self.questions),
            "text/plain": static_text(self.questions),
        }
