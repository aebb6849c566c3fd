"""The face of the exercises: hints, stubs, what is no function, a fault of the checker."""

import pytest
from torch import tensor

from course_lib.exercises import check, diagnose, diagnosis

from .cells import in_a_cell


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


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "pass",
        '"""What it does."""',
        "return None",
        "return",
        "raise NotImplementedError",
        '"""What."""\n    ...',
        "return ...",
    ],
)
def test_a_stub_is_no_mistake(body):
    report = diagnose("03.mse", in_a_cell(f"def my_mse(predictions, targets):\n    {body}\n"))
    assert report.state == "not attempted" and "write my_mse" in report.message
    assert report.message.endswith('\n   A first hint: check("03.mse", hint=1)')


def test_check_prints_the_same_line_for_the_stub_each_time(capsys):
    stub = in_a_cell("def my_mse(predictions, targets):\n    ...\n")
    check("03.mse", stub)
    check("03.mse", stub)
    printed = capsys.readouterr().out.splitlines()
    assert (
        "\n".join(printed[:2])
        == "\n".join(printed[2:])
        == (
            "03.mse  not attempted yet: write my_mse, then run this cell.\n"
            '   A first hint: check("03.mse", hint=1)'
        )
    )


def test_an_operation_that_torch_has_not_implemented_is_no_stub():
    assert diagnose("03.mse", lambda p, t: (p - t) ^ 2).state == "wrong"


def test_a_fault_of_the_checker_is_said_without_a_traceback(monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("inside")

    monkeypatch.setattr(diagnosis, "run_all", broken)
    check("00.double", lambda n: 2 * n)
    assert "a fault of the checker: RuntimeError" in capsys.readouterr().out
