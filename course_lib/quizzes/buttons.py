"""The questions of a quiz as widgets."""

import ipywidgets

from course_lib.quizzes.question import as_html

# Long choices go on in a second line, which the buttons' own style does not let them.
PARAGRAPH = "max-width: 45em; line-height: 1.5; margin: 0"
STYLE = """<style>
.course-quiz .widget-radio-box { max-width: 100%; }
.course-quiz .widget-radio-box label {
    height: auto; white-space: normal; line-height: 1.4; margin: 0 0 0.4em 0; }
</style>"""


def ask(questions):
    """A column of questions, each with its choices and, once one is chosen, what to say to it."""
    box = ipywidgets.VBox(
        [
            ipywidgets.HTML(STYLE),
            *(_ask_one(number, question) for number, question in enumerate(questions, 1)),
        ]
    )
    box.add_class("course-quiz")
    return box


def _ask_one(number, question):
    words = ipywidgets.HTML(f"<p style='{PARAGRAPH}'><b>{number}.</b> {as_html(question.text)}</p>")
    buttons = ipywidgets.RadioButtons(
        options=[(choice.text.replace("`", ""), k) for k, choice in enumerate(question.choices)],
        value=None,
        layout=ipywidgets.Layout(width="auto", max_width="45em"),
    )
    verdict = ipywidgets.HTML()

    def say(change):
        choice = question.choices[change["new"]]
        sign = "✓" if choice.is_right else "✗"
        verdict.value = (
            f"<p style='{PARAGRAPH}' role='status'><b>{sign}</b> {as_html(choice.verdict)}</p>"
        )

    buttons.observe(say, names="value")
    return ipywidgets.VBox([words, buttons, verdict], layout=ipywidgets.Layout(margin="0 0 1em 0"))
