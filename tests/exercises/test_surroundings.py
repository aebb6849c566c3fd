"""What is left as it was, what a notebook has done before, a file that hides a library."""

import contextlib
import os
import random
import sys
import warnings
from pathlib import Path

import numpy
import pytest
import torch
from torch import tensor

from course_lib.exercises import diagnose, names, registry

from .cells import in_a_new_process, twice


def test_bars_figures_and_displays_are_kept_out_as_well(make, capsys):
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display
    from matplotlib import pyplot

    shown = []
    shell = InteractiveShell.instance()
    shell.display_pub.publish = lambda *data, **options: shown.append(data)

    def draws(x):
        print("bar", file=sys.stderr)
        pyplot.plot([x, x])
        display(x)
        return 2 * x

    try:
        before = pyplot.get_fignums()
        assert diagnose(make(twice), draws).ok
        assert pyplot.get_fignums() == before and not shown and capsys.readouterr().err == ""
        display("after it")
        assert len(shown) == 1
    finally:
        InteractiveShell.clear_instance()


def test_random_numbers_are_as_if_nothing_had_been_checked(make):
    name = make(twice)
    for answer in (
        lambda x: 2 * x,
        lambda x: 5 * x * x + numpy.random.rand(),
        lambda x: torch.rand(()) * x,
    ):
        torch.manual_seed(0)
        random.seed(0)
        numpy.random.seed(0)
        expected = torch.rand(1).item(), random.random(), numpy.random.rand()
        torch.manual_seed(0)
        random.seed(0)
        numpy.random.seed(0)
        diagnose(name, answer)
        assert (torch.rand(1).item(), random.random(), numpy.random.rand()) == expected


def test_settings_are_as_if_nothing_had_been_checked(make, tmp_path):
    def settings():
        return (
            torch.get_default_dtype(),
            torch.get_num_threads(),
            torch.is_grad_enabled(),
            os.getcwd(),
            torch.are_deterministic_algorithms_enabled(),
            sys.getrecursionlimit(),
            sys.getswitchinterval(),
            dict(os.environ),
            repr(tensor(1.23456)),
            list(warnings.filters),
            sys.stdout,
        )

    def changes(x):
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(torch.get_num_threads() + 1)
        torch.set_grad_enabled(False)
        torch.use_deterministic_algorithms(True)
        sys.setrecursionlimit(2000)
        warnings.simplefilter("error")
        os.chdir(tmp_path)
        sys.stdout = None
        torch.set_printoptions(precision=1)
        os.environ["COURSE_TEST"] = "1"
        return 2 * x

    before = settings()
    try:
        assert diagnose(make(twice), changes).ok
        assert settings() == before
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_num_threads(before[1])
        torch.use_deterministic_algorithms(False)
        torch.set_printoptions(profile="default")
        os.environ.pop("COURSE_TEST", None)
        os.chdir(before[3])
        sys.stdout = before[-1]


def test_a_folder_that_is_gone_does_not_stop_a_check(make, tmp_path):
    here = Path.cwd()
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    try:
        with contextlib.suppress(PermissionError):  # Windows keeps the folder it is in
            (tmp_path / "gone").rmdir()
        assert diagnose(make(twice), lambda x: 2 * x).ok
        assert not diagnose(make(twice), lambda x: x / 0).ok
    finally:
        os.chdir(here)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_switched_off_in_the_notebook_make_no_answer_wrong(mode):
    with mode():
        for name in (*names("02"), "03.mse"):
            assert diagnose(name, registry.find(name).reference).ok, name
        assert diagnose("03.mse", lambda p, t: 0).message.count(" in your notebook") == 1
    assert "in your notebook" not in diagnose("03.mse", lambda p, t: 0).message


def test_a_lesson_first_met_in_inference_mode_or_on_another_device_is_the_same(tmp_path):
    said = in_a_new_process(
        """
        import torch
        from course_lib import exercises
        from course_lib.exercises.registry import find
        torch.set_default_device("meta")
        with torch.inference_mode():
            for name in exercises.names("02") + exercises.names("03"):
                assert exercises.diagnose(name, find(name).reference).ok, name
        for name in exercises.names("02") + exercises.names("03"):
            assert exercises.diagnose(name, find(name).reference).ok, name
        print("all right")
        """,
        tmp_path,
    )
    assert said == "all right\n"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("torch.py", "03.mse"),
        ("torch.py", "00.double"),
        ("torch/__init__.py", "03.mse"),
        ("random.py", "03.mse"),
        ("numpy.py", "03.mse"),
    ],
)
def test_a_file_of_the_learners_that_hides_a_library_is_named(tmp_path, file, name):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("x = 1\n")
    said = in_a_new_process(
        f"""
        import sys
        import numpy
        from course_lib.exercises import check
        check("{name}", lambda *a: numpy.zeros(3))
        """,
        tmp_path,
    )
    library = file.partition(".")[0].partition("/")[0]
    assert f"imported in place of the library {library}" in said and str(Path(file)) in said
