"""The questions at the end of the lessons: well formed, answered rightly, and shown everywhere."""

import html
import re
from pathlib import Path

import ipywidgets
import pytest

from course_lib.quizzes import LESSONS, Question, Quiz, questions_of, quiz, right, wrong
from course_lib.quizzes.question import as_html
from course_lib.widgets import WIDGET_VIEW
from notebooks import Course, read

COURSE = Course(Path(__file__).resolve().parent.parent)


@pytest.fixture(params=LESSONS)
def questions(request):
    return questions_of(request.param)


def says(text, value):
    """Whether a text has this value as a word or a number of its own."""
    return re.search(rf"(?<![\w.,−-]){re.escape(str(value))}(?!\w|[.,]\d)", text) is not None


def test_a_lesson_has_three_to_five_questions_with_one_right_choice_and_a_reason_for_each(
    questions,
):
    assert 3 <= len(questions) <= 5
    for question in questions:
        texts = [choice.text for choice in question.choices]
        assert 3 <= len(texts) == len(set(texts)) <= 4, question.text
        assert [choice.is_right for choice in question.choices].count(True) == 1, question.text
        assert question.text.endswith("?")
        for choice in question.choices:
            assert len(choice.text) <= 110 and not choice.text.endswith("."), choice.text
            assert re.search(r"\w{2,}.*[.!]$", choice.reason) and len(choice.reason) <= 260, choice


def test_what_the_right_choices_claim_can_be_computed(questions):
    proven = [question for question in questions if question.proof]
    assert proven
    for question in proven:
        value = question.proof()
        agree = [says(choice.text, value) for choice in question.choices]
        assert agree == [choice.is_right for choice in question.choices], (question.text, value)


def test_the_right_choice_has_no_favourite_position():
    places = [question.right for lesson in LESSONS for question in questions_of(lesson)]
    counts = [places.count(k) for k in range(3)]
    assert min(counts) > len(places) / 5 and max(counts) < len(places) / 2
    for lesson in LESSONS:
        assert len({question.right for question in questions_of(lesson)}) > 1, lesson


# What is shown

ODD = Question(
    "Is 1 < 2 in `x < y`?",
    right("`<b>` yes & no", "It is: 1 < 2."),
    wrong("no", "You read it <i>backwards</i>."),
)


def parts(view, kind):
    """All widgets of a kind in a view, in their order."""
    found = [view] if isinstance(view, kind) else []
    return found + [part for child in getattr(view, "children", ()) for part in parts(child, kind)]


def test_choosing_says_what_the_choice_deserves_and_choosing_again_says_the_other():
    view = Quiz([ODD]).view
    (buttons,), said = parts(view, ipywidgets.RadioButtons), parts(view, ipywidgets.HTML)[-1]
    assert buttons.value is None and not said.value
    buttons.index = 1
    assert "✗" in said.value and "&lt;i&gt;backwards" in said.value
    buttons.index = 0
    assert "✓" in said.value and "It is: 1 &lt; 2." in said.value


def test_nothing_in_a_question_is_taken_for_html():
    bundle = Quiz([ODD])._repr_mimebundle_()
    shown = [part.value for part in parts(Quiz([ODD]).view, ipywidgets.HTML)]
    for text in (bundle["text/html"], *shown):
        assert "<i>" not in text and "<b> yes" not in text
    assert "<code>x &lt; y</code>" in bundle["text/html"]
    assert "<code>&lt;b&gt;</code> yes &amp; no" in bundle["text/html"]
    assert as_html("`a * b` *is* c") == "<code>a * b</code> <em>is</em> c"


def test_without_a_kernel_the_page_has_everything_and_the_answers_are_folded(questions):
    bundle = Quiz(questions)._repr_mimebundle_()
    text = html.unescape(re.sub(r"</?em>", "*", re.sub(r"</?code>", "`", bundle["text/html"])))
    open_part = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    for question in questions:
        assert question.text in open_part and question.text in bundle["text/plain"]
        for choice in question.choices:
            assert choice.text in open_part and choice.text in bundle["text/plain"]
            assert choice.reason in text and choice.reason not in open_part
    assert bundle[WIDGET_VIEW].keys() == {"model_id", "version_major", "version_minor"}


def test_a_lesson_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no lesson '8'.*quiz\(\"08\"\)"):
        quiz("8")


def test_every_notebook_asks_its_own_questions_just_before_its_recap():
    for path in COURSE.find([]):
        cells = read(path).cells
        names = [cell.id for cell in cells]
        (cell,) = [cell for cell in cells if "quiz(" in cell.source]
        assert cell.source.endswith(f'quiz("{path.name[:2]}")')
        assert names[names.index(cell.id) + 1] == "recap"
