"""Border cases are tried, and facts about an input are told where they separate right from wrong."""

import random

from course_lib.exercises import diagnose


def warmed(step, warmup):
    return min(1.0, step / warmup) if warmup else 1.0


def test_a_border_is_tried_and_its_fact_is_told(make):
    name = make(
        warmed,
        cases=[(1, 4)],
        random_case=lambda: (random.randint(0, 9), random.randint(1, 5)),
        borders=[(0, 0), (3, 0)],
        facts={"there is no warm-up": lambda step, warmup: warmup == 0},
    )
    assert (
        diagnose(name, warmed).message
        == "correct, on 1 shown input, 2 border cases and 20 random ones."
    )
    report = diagnose(
        name, lambda step, warmup: min(1.0, step / max(warmup, 1)) if warmup else step - 2.5
    )
    assert "Right but where there is no warm-up" in report.message
