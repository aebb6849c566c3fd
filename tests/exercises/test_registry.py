"""Exercises by name."""

import importlib
import pkgutil
import shutil
from pathlib import Path

import pytest
import torch

import course_lib.exercises
from course_lib.exercises import check, diagnose, names

from .cells import in_a_cell, in_a_new_process, twice


def test_an_unknown_name_lists_the_near_ones():
    with pytest.raises(ValueError, match=r"no exercise '03.msee'. Near it: 03.mse"):
        check("03.msee", twice)
    with pytest.raises(ValueError, match=r"Near it: 02.slope, 02.gradient"):
        check("02.zzz", twice)
    with pytest.raises(ValueError, match="no exercises of a lesson '99'"):
        names("99")
    with pytest.raises(ValueError, match="the name of the exercise first"):
        check(twice, "00.double")


def test_names_are_in_the_order_of_the_lesson():
    assert names("03") == ["03.mse", "03.slopes", "03.train", "03.parabola_step"]


ROOMS = [
    f".{module.name}"
    for module in pkgutil.iter_modules(course_lib.exercises.__path__)
    if not module.name.startswith("lesson_")
]


@pytest.mark.parametrize("module", ["", *ROOMS, ".lesson_02"])
def test_every_module_may_be_reloaded(make, module):
    make(twice)
    importlib.reload(importlib.import_module(f"course_lib.exercises{module}"))
    assert diagnose("99.twice", lambda x: 2 * x).ok
    raises = diagnose("02.gradient", lambda *a: a[0].foo).message
    assert "Python stopped with AttributeError" in raises
    assert diagnose("02.sigmoid", lambda v: 1.0).message.startswith(
        "not yet. The exercise asks for a Value"
    )
    endless = in_a_cell("def my(x):\n    while True:\n        pass\n")
    assert "still running" in diagnose(make(twice, seconds=0.2), endless).message


def test_autoreload_forgets_no_exercise(tmp_path):
    shutil.copytree(Path(course_lib.exercises.__file__).parents[1], tmp_path / "course_lib")
    said = in_a_new_process(
        """
        import glob, os, time
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        shell.run_line_magic("load_ext", "autoreload")
        shell.run_line_magic("autoreload", "2")
        shell.run_cell("from course_lib.exercises import check")
        cell = 'check("03.mse", lambda p, t: ((p - t) ** 2).mean())'
        shell.run_cell(cell)
        for file in glob.glob("course_lib/exercises/*.py"):
            os.utime(file, (time.time() + 5, time.time() + 5))
        shell.run_cell(cell)
        shell.run_cell('check("03.mse", lambda p, t: p / 0 + 1j)')
        """,
        tmp_path,
        package=tmp_path,
    )
    assert said.count("correct, on") == 2 and "not yet." in said and "rror" not in said


@pytest.mark.parametrize("where", ["cases", "borders"])
def test_a_case_that_is_no_tuple_is_refused_and_not_spread_over_the_arguments(make, where):
    with pytest.raises(TypeError, match=r"99\.half: each case is a tuple"):
        make(half, **{where: [torch.ones(1)]})


def half(x):
    return x / 2
