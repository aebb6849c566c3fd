"""On which inputs an answer is wrong."""

from course_lib.exercises import diagnose

from .cells import twice


def test_where_an_answer_is_right_is_said(make):
    assert (
        "where x is below 0"
        in diagnose(make(twice), lambda x: 2 * x if x > 0 else 7 * x**3).message
    )
