"""The machinery of the exercises: names, hints, stubs, what is stopped, what is left as it was."""

import contextlib
import dataclasses
import importlib
import io
import linecache
import os
import random
import shutil
import subprocess
import sys
import textwrap
import threading
import time
import warnings
import weakref
from pathlib import Path

import numpy
import pytest
import torch
from torch import tensor

import course_lib.exercises
from course_lib.exercises import check, diagnose, diagnosis, exercise, names


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
        course_lib.exercises._exercises.pop(name, None)


def twice(x):
    return 2 * x


def in_a_cell(code, file="<cell>"):
    """The last function that the code defines, with its source known as a notebook's cell has it."""
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    found = {"torch": torch, "time": time}
    exec(compile(code, file, "exec"), found)
    return list(found.values())[-1]


# Names, hints, what is no function


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


@pytest.mark.parametrize("answer", [6, None, tensor(2.0), "my_mse"])
def test_a_result_in_place_of_a_function_is_refused(answer):
    with pytest.raises(TypeError, match=r'check\("03.mse", my_mse\)'):
        check("03.mse", answer)


def test_hints_come_in_steps(capsys):
    check("03.slopes", hint=1)
    check("03.slopes", hint=3)
    first, last = capsys.readouterr().out.split("03.slopes  ")[1:]
    assert first.startswith("Hint 1 of 3") and 'check("03.slopes", hint=2)' in first
    assert last.startswith("Hint 3 of 3") and "the last one" in last


@pytest.mark.parametrize("number", [0, 4, -1, "1", True])
def test_a_hint_that_does_not_exist_says_which_do(number, capsys):
    check("03.slopes", hint=number)
    assert "has hints 1 to 3" in capsys.readouterr().out


# Not attempted yet


@pytest.mark.parametrize(
    "body",
    ["...", "pass", '"""What it does."""', "return None", "return", "raise NotImplementedError",
     '"""What."""\n    ...', "return ..."],
)  # fmt: skip
def test_a_stub_is_no_mistake(body):
    report = diagnose("03.mse", in_a_cell(f"def my_mse(predictions, targets):\n    {body}\n"))
    assert report.state == "not attempted" and "write my_mse" in report.message
    assert report.message.endswith('\n   A first hint: check("03.mse", hint=1)')


def test_check_prints_the_same_line_for_the_stub_each_time(capsys):
    stub = in_a_cell("def my_mse(predictions, targets):\n    ...\n")
    check("03.mse", stub)
    check("03.mse", stub)
    printed = capsys.readouterr().out.splitlines()
    assert "\n".join(printed[:2]) == "\n".join(printed[2:]) == (
        '03.mse  not attempted yet: write my_mse, then run this cell.\n   A first hint: check("03.mse", hint=1)'
    )  # fmt: skip


def test_an_operation_that_torch_has_not_implemented_is_no_stub():
    assert diagnose("03.mse", lambda p, t: (p - t) ^ 2).state == "wrong"


# What any answer can do wrong


def test_constants_are_refused(make):
    name = make(twice)
    assert "same answer whatever" in diagnose(name, lambda x: 4.0).message
    assert "gives 0 whatever" in diagnose(name, lambda x: x * 0).message
    assert (
        "written into the function"
        in diagnose(name, lambda x: {2.0: 4.0, 3.0: 6.0}.get(x, 1)).message
    )


def test_a_change_in_place_is_seen_and_the_reference_is_not_hurt_by_it(make):
    def total(x):
        return x.sum()

    case = tensor([1.0, 2.0])
    name = make(total, cases=[(case,)], random_case=lambda: (torch.randn(3),))
    assert "changed argument 1 in place" in diagnose(name, lambda x: x.mul_(2).sum() / 2).message
    assert case.tolist() == [1.0, 2.0]
    assert diagnose(name, lambda x: x.sum()).ok


def test_a_module_is_the_same_after_a_copy_and_seen_when_its_weights_change(make):
    def size(module):
        return sum(p.numel() for p in module.parameters())

    name = make(
        size,
        cases=[(torch.nn.Linear(2, 3),)],
        random_case=lambda: (torch.nn.Linear(random.randint(1, 5), 2),),
    )
    assert diagnose(name, lambda m: sum(len(p.flatten()) for p in m.parameters())).ok

    def changes(module):
        module.weight.data.zero_()
        return size(module)

    assert "changed argument 1 in place" in diagnose(name, changes).message


def test_an_exception_is_shown_with_the_learners_own_line(make):
    answer = in_a_cell(
        "def helper(x):\n    return x.foo\n\ndef my(x):\n    y = x\n    return 1 / (y - y)\n"
    )
    message = diagnose(make(twice), answer).message
    assert (
        "In line 6 of your cell, `return 1 / (y - y)`, Python stopped with ZeroDivisionError"
        in message
    )
    assert "running.py" not in message and "<cell>" not in message


def test_a_function_from_a_file_is_told_the_files_own_name_and_line(make, tmp_path, monkeypatch):
    (tmp_path / "my_answers.py").write_text("\n\ndef my(x):\n    return x.foo\n")
    monkeypatch.syspath_prepend(tmp_path)
    message = diagnose(make(twice), importlib.import_module("my_answers").my).message
    assert "In line 4 of my_answers.py, `return x.foo`, Python stopped" in message


def test_an_exception_in_a_function_of_torch_is_shown_at_the_line_that_called_it():
    answer = in_a_cell("def my(p, t):\n    e = p - t\n    return torch.linalg.inv(e)\n")
    assert (
        "In line 3 of your cell, `return torch.linalg.inv(e)`" in diagnose("03.mse", answer).message
    )


@pytest.mark.parametrize("way", ["raise SystemExit", "raise KeyboardInterrupt", "return my(x)"])
def test_nothing_that_is_raised_leaves_the_checker(make, way):
    report = diagnose(make(twice), in_a_cell(f"def my(x):\n    {way}\n"))
    assert report.state == "wrong" and "In line 2 of your cell" in report.message


@pytest.mark.parametrize("name", ["input", "exit", "quit"])
def test_what_would_stop_the_kernel_is_not_even_run(make, name):
    assert f"{name}()" in diagnose(make(twice), in_a_cell(f"def my(x):\n    {name}()\n")).message


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("while x > 0:\n        y = 2 * x", "line 2 of your cell, `while x > 0:`"),
        ("xs = [x]\n    for y in xs:\n        xs.append(y)", "line 3 of your cell, `for y in xs:`"),
        ("while True:\n        print(x)", "line 2 of your cell, `while True:`"),
        (
            "while True:\n        try:\n            x += 1\n        except:\n            pass",
            "`while True:`",
        ),
    ],
)
def test_an_endless_loop_is_stopped(make, body, line):
    threads = threading.active_count()
    name = make(twice, cases=[(2.0,)], seconds=0.3)
    report = diagnose(name, in_a_cell(f"def my(x):\n    {body}\n"))
    assert "still running" in report.message and line in report.message
    assert "Does that loop ever end?" in report.message
    for _ in range(100):  # a busy machine may need a while to end the thread
        if threading.active_count() > threads:
            time.sleep(0.1)
    assert threading.active_count() == threads


def test_waiting_is_not_called_a_loop(make):
    report = diagnose(
        make(twice, seconds=0.5), in_a_cell("def my(x):\n    time.sleep(3)\n    return 2 * x\n")
    )
    assert "still running in line 2" in report.message and "loop" not in report.message


def test_a_call_that_holds_the_interpreter_is_left_as_soon_as_it_returns(make):
    threads = set(threading.enumerate())
    name = make(twice, cases=[(2.0,)], seconds=0.3)
    code = "def my(x):\n    while True:\n        sum(range(30_000_000))\n"
    assert "still running" in diagnose(name, in_a_cell(code)).message
    for _ in range(300):
        if not set(threading.enumerate()) <= threads:
            time.sleep(0.1)
    assert set(threading.enumerate()) <= threads


def test_a_call_that_cannot_be_interrupted_is_said_to_go_on(make):
    release = threading.Event()
    report = diagnose(make(twice, seconds=0.3), lambda x: release.wait(60))
    release.set()
    assert "goes on until that call returns" in report.message
    assert "restart the kernel" in report.message


def test_an_answer_that_comes_back_late_touches_nothing_any_more(make):
    release, calls = threading.Event(), []

    def late(x):
        calls.append(x)
        try:
            release.wait(60)
        except BaseException:
            release.wait(60)  # however often it is told to stop
        print("late")
        return 2 * x

    threads = set(threading.enumerate())
    assert "still running" in diagnose(make(twice, seconds=0.2), late).message
    [going_on] = set(threading.enumerate()) - threads
    mine, before = io.StringIO(), (random.getstate(), torch.get_rng_state())
    with contextlib.redirect_stdout(mine):
        release.set()
        going_on.join(60)
        assert sys.stdout is mine
    assert len(calls) == 1 and random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def my(x):\n    yield 2 * x\n", "has a yield in it"),
        ("async def my(x):\n    yield 2 * x\n", "has a yield in it"),
        ("async def my(x):\n    return 2 * x\n", "begins with async def"),
        ("def my(x):\n    return (2 * y for y in [x])\n", "gives back a generator"),
        ("def my(x):\n    return zip([x], [x])\n", "gives back a zip"),
        ("def my(x):\n    return {'twice': map(abs, [x])}\n", "gives back a map"),
    ],
)
def test_an_answer_that_has_yet_to_run_is_named(make, code, says):
    assert says in diagnose(make(twice), in_a_cell(code)).message


@pytest.mark.parametrize(
    ("cell", "body", "says"),
    [
        ("sum = 0", "sum([x, x])", "`del sum` brings it back"),
        ("max = [1]", "2 * max(x, x)", "made it a list ([1])"),
        ("list = 'ab'", "2 * x if isinstance(x, list) else 2 * x", "`del list`"),
        ("math = 3", "math.ldexp(x, 1)", "`math` is no longer the module"),
        ("abs = len\ndef helper(x):\n    return 2 * abs(x)\n", "helper(x)", "`del abs`"),
    ],
)
def test_a_name_that_the_notebook_has_overwritten_is_named(make, cell, body, says):
    message = diagnose(make(twice), in_a_cell(f"{cell}\n\ndef my(x):\n    return {body}\n")).message
    assert says in message and "is a * missing" not in message


def test_the_names_that_ipython_brings_are_not_called_overwritten(make):
    code = "exit = quit = open = print\n\ndef my(x):\n    return {}\n"
    assert "exit()" in diagnose(make(twice), in_a_cell(code.format("exit()"))).message
    assert "no longer" not in diagnose(make(twice), in_a_cell(code.format("open(x)"))).message


def test_a_method_with_the_name_of_an_overwritten_function_is_not_blamed():
    code = "sum = input = 0\n\ndef my(p, t):\n    return (p.sum() - t.sum()) ** input\n"
    message = diagnose("03.mse", in_a_cell(code)).message
    assert "del sum" not in message and "asks with input()" not in message
    assert "`del input` brings it back" in message


def test_what_an_answer_holds_is_not_kept_for_every_case(make):
    kept, most = [], []

    def remember(thing):
        kept.append(weakref.ref(thing))
        most.append(sum(ref() is not None for ref in kept))
        return thing

    def fails(x):
        large = remember(torch.zeros(8))
        return large.reshape(3)

    name = make(twice)
    report = diagnose(name, lambda x: remember(torch.zeros(2_000_000)))
    assert "far too large: a Tensor, shape (2000000,)" in report.message
    assert len(kept) == 1 and kept[0]() is None
    kept.clear()
    diagnose(name, fails)
    assert len(kept) > 1 and max(most) == 1
    assert "far too large: a list" in diagnose(name, lambda x: [[0] * 2000] * 1000).message


def test_the_reader_may_interrupt_even_a_correct_answer(make):
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        diagnose(make(interrupted), lambda x: x)


def test_an_object_that_equals_only_itself_is_not_called_random(make):
    class Point:
        pass

    assert "yours is a Point" in diagnose(make(twice), lambda x: Point()).message


def holds_itself(x):
    made = []
    made.append(made)
    return made


def nested(x):
    made = x
    for _ in range(5000):
        made = [made]
    return made


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no")


def speechless(x):
    raise Speechless


@pytest.mark.parametrize("answer", [holds_itself, nested, speechless])
def test_no_answer_is_too_odd_for_words(make, answer):
    report = diagnose(make(twice), answer)
    assert report.state == "wrong" and "fault of the checker" not in report.message
    if answer is speechless:
        assert "raise Speechless`, Python stopped with Speechless." in report.message


def test_numbers_that_look_alike_are_shown_with_all_their_digits():
    message = diagnose(
        "03.mse", lambda p, t: ((p - t) ** 2).mean() + (p.mean() - t[0] - 0.25) ** 3 / 999
    )
    gave, expected = message.message.split("gave      ")[1].split("\n   expected  ")
    assert gave != expected and "arguments after" not in expected


def test_prints_are_kept_out_of_the_notebook_and_shown_with_the_example(make, capsys):
    name = make(twice)
    assert diagnose(name, lambda x: [print("noise"), 2 * x][1]).ok
    report = diagnose(name, lambda x: [print("noise"), 3 * x][1])
    assert "printed   'noise'" in report.message
    assert "must hand it back with return" in diagnose(name, lambda x: print(2 * x)).message
    assert capsys.readouterr().out == ""


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


def test_a_complex_answer_is_not_its_real_part(make):
    def largest(x):
        return x.argmax()

    name = make(largest, cases=[(tensor([1.0, 3.0]),)], random_case=lambda: (torch.randn(5),))
    assert diagnose(name, lambda x: x.argmax()).ok
    assert not diagnose(name, lambda x: x.argmax() + 5j).ok
    assert not diagnose("03.mse", lambda p, t: ((p - t) ** 2).mean() + 5j).ok


def test_a_bool_of_numpy_is_told_from_one_of_python(make):
    def positive(x):
        return x > 0

    message = diagnose(make(positive), lambda x: numpy.bool_(x > 0)).message
    assert "must be True or False; yours is a numpy bool." in message


def test_an_answer_that_differs_from_call_to_call_is_named(make):
    name = make(twice)
    assert "two different answers" in diagnose(name, lambda x: 2 * x + random.random()).message
    calls = []
    assert (
        "two different answers"
        in diagnose(name, lambda x: calls.append(x) or len(calls) * x).message
    )


def test_an_exercise_that_draws_random_numbers_can_be_answered(make):
    def noisy(x):
        return x + torch.randn(()).item()

    assert diagnose(make(noisy), lambda x: torch.randn(()).item() + x).ok
    assert (
        "two different" not in diagnose(make(noisy), lambda x: x - torch.randn(()).item()).message
    )


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


def test_a_listed_mistake_is_known_in_another_type(make):
    def total(x):
        return x.sum()

    name = make(total, cases=[(tensor([1.0, 2.0]),)], random_case=lambda: (torch.randn(3),),
                mistakes={"That is the largest.": lambda x: x.max()})  # fmt: skip
    assert "That is the largest." in diagnose(name, lambda x: max(x.tolist())).message
    assert "That is the largest." not in diagnose(name, lambda x: x.sum().item()).message


def test_where_an_answer_is_right_is_said(make):
    assert (
        "where x is below 0"
        in diagnose(make(twice), lambda x: 2 * x if x > 0 else 7 * x**3).message
    )


def test_expected_errors_must_be_raised(make):
    def root(x):
        if x < 0:
            raise ValueError("a root needs a number of 0 or more")
        return x**0.5

    name = make(root, cases=[(4.0,), (-1.0,)], random_case=lambda: (random.uniform(1, 5),))
    assert "raise ValueError" in diagnose(name, lambda x: abs(x) ** 0.5).message


def test_the_number_of_arguments(make):
    name = make(twice)
    assert (
        "takes 2 arguments, the exercise gives it 1: (x)" in diagnose(name, lambda x, y: x).message
    )
    assert diagnose(name, lambda *numbers: sum(numbers) * 2).ok
    assert "is a class" in diagnose("03.mse", torch.nn.MSELoss).message


def test_forbidden_loops_are_named_and_loops_elsewhere_are_free():
    loop = in_a_cell("def my(p, k):\n    return torch.stack([p[i, j] for i, j in enumerate(k)])\n")
    assert "without any" in diagnose("01.pick", loop).message


# What is left as it was


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
        return (torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled(), os.getcwd(),
                torch.are_deterministic_algorithms_enabled(), sys.getrecursionlimit(),
                sys.getswitchinterval(), dict(os.environ), repr(tensor(1.23456)), list(warnings.filters), sys.stdout)  # fmt: skip

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


def test_the_same_answer_is_told_the_same_words(make):
    name = make(twice)
    assert diagnose(name, lambda x: x**3).message == diagnose(name, lambda x: x**3).message


class Odd:
    """An object that refuses whatever is asked of it."""

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None
    __repr__ = __len__ = __float__ = __getattr__ = __eq__


@pytest.mark.parametrize(
    "value",
    [Odd(), numpy.zeros(3), 1j, float("nan"), 10**400, {1, 2}, "2", [[1], [2, 3]], torch.zeros(0),
     torch.zeros(2, device="meta"), (), {}, type, b"2"],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
@pytest.mark.parametrize("name", ["00.double", "02.divide", "02.gradient", "02.sigmoid", "03.mse"])
def test_whatever_comes_back_gets_a_message(name, value):
    report = diagnose(name, lambda *arguments: value)
    assert report.state == "wrong" and "fault of the checker" not in report.message


def test_a_fault_of_the_checker_is_said_without_a_traceback(monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("inside")

    monkeypatch.setattr(diagnosis, "run_all", broken)
    check("00.double", lambda n: 2 * n)
    assert "a fault of the checker: RuntimeError" in capsys.readouterr().out


# What a notebook has done before


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_switched_off_in_the_notebook_make_no_answer_wrong(mode):
    with mode():
        for name in (*names("02"), "03.mse"):
            assert diagnose(name, course_lib.exercises._exercises[name].reference).ok, name
        assert diagnose("03.mse", lambda p, t: 0).message.count(" in your notebook") == 1
    assert "in your notebook" not in diagnose("03.mse", lambda p, t: 0).message


def in_a_new_process(code, folder, **options):
    """What a program prints, run in a folder; the package is that of this checkout."""
    paths = {"PYTHONPATH": str(options.get("package", Path(__file__).parents[1]))}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=folder, text=True,
                          capture_output=True, env=os.environ | paths)  # fmt: skip
    return done.stdout + done.stderr


def test_a_lesson_first_met_in_inference_mode_or_on_another_device_is_the_same(tmp_path):
    said = in_a_new_process(
        """
        import torch
        from course_lib import exercises
        torch.set_default_device("meta")
        with torch.inference_mode():
            for name in exercises.names("02") + exercises.names("03"):
                assert exercises.diagnose(name, exercises._exercises[name].reference).ok, name
        for name in exercises.names("02") + exercises.names("03"):
            assert exercises.diagnose(name, exercises._exercises[name].reference).ok, name
        print("all right")
        """,
        tmp_path,
    )
    assert said == "all right\n"


@pytest.mark.parametrize(
    "module", ["", ".running", ".reading", ".slips", ".diagnosis", ".lesson_02"]
)
def test_every_module_may_be_reloaded(make, module):
    make(twice)
    importlib.reload(importlib.import_module(f"course_lib.exercises{module}"))
    assert diagnose("99.twice", lambda x: 2 * x).ok
    raises = diagnose("02.gradient", lambda *a: a[0].foo).message
    assert "Python stopped with AttributeError" in raises
    assert diagnose("02.sigmoid", lambda v: 1.0).message.startswith(
        "not yet. The answer must be a Value"
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


@pytest.mark.parametrize(
    ("file", "name"),
    [("torch.py", "03.mse"), ("torch.py", "00.double"), ("torch/__init__.py", "03.mse"),
     ("random.py", "03.mse"), ("numpy.py", "03.mse")],
)  # fmt: skip
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


# What every author's exercise must hold


LESSONS = tuple(f"{n:02}" for n in range(16) if n != 14)


@pytest.mark.parametrize("name", [name for lesson in LESSONS for name in names(lesson)])
def test_each_exercise_accepts_its_reference_and_none_of_its_mistakes(name):
    found = course_lib.exercises._exercises[name]
    assert diagnose(name, found.reference).ok and len(found.hints) >= 2
    assert dataclasses.astuple(diagnose(name, found.reference)) == dataclasses.astuple(
        diagnose(name, found.reference)
    )
    for sentence, ways in found.mistakes.items():
        for way in ways if isinstance(ways, tuple) else (ways,):
            assert not diagnose(name, lambda *a, way=way: way(*a)).ok, sentence
