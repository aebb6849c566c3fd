"""Slips that nobody listed."""

from course_lib.exercises import diagnose


def test_a_slip_is_named_though_nobody_listed_it(make):
    def ramp(x):
        return (x - 3) * x + 1

    name = make(ramp)
    assert (
        "the parentheses around `x - 3` are missing"
        in diagnose(name, lambda x: x - 3 * x + 1).message
    )
    assert "the sign of `3` is reversed" in diagnose(name, lambda x: (x + 3) * x + 1).message
    both = diagnose(name, lambda x: (x + 3) / x + 1).message
    assert both.startswith("not yet. Two slips") and "sign of `3`" in both and "you divided" in both
