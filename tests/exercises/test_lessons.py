"""What every author's exercise must hold."""

import dataclasses

import pytest

from course_lib.exercises import diagnose, diagnosis, names, registry
from course_lib.exercises.findings import Finding


@pytest.mark.parametrize("name", [name for lesson in registry.lessons() for name in names(lesson)])
def test_each_exercise_accepts_its_reference_and_none_of_its_mistakes(name, monkeypatch):
    found = registry.find(name)
    assert diagnose(name, found.reference).ok and len(found.hints) >= 2
    assert dataclasses.astuple(diagnose(name, found.reference)) == dataclasses.astuple(
        diagnose(name, found.reference)
    )
    # That the cause is found is tested with the answers; to look for it takes most of the time.
    monkeypatch.setattr(diagnosis, "find_mistake", lambda trial: Finding("This is wrong:"))
    for sentence, way in found.ways():
        assert not diagnose(name, lambda *a, way=way: way(*a)).ok, sentence
