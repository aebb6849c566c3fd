"""Exercises that exist for one test."""

import random

import pytest

from course_lib.exercises import exercise, registry


@pytest.fixture
def make():
    """Registers an exercise for one test: make(reference, cases=..., ...) returns its name."""
    made = []

    def register(reference, **options):
        name = f"99.{reference.__name__}"
        made.append(name)
        options = {
            "random_case": lambda: (random.uniform(-5, 5),),
            "cases": [(2.0,), (3.0,)],
        } | options
        exercise(name, **({"mistakes": {}, "hints": ["One."], "seconds": 30.0} | options))(
            reference
        )
        return name

    yield register
    for name in made:
        registry._exercises.pop(name, None)
