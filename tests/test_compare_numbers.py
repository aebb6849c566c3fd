"""tools/compare_numbers.py: what may differ in a cell's numbers, and what may not."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import compare_numbers
import pytest
from nbformat import v4, write

ROOT = Path(__file__).resolve().parent.parent
REASON = "Another processor adds in another order."
ABS, REL = {"abs": 0.01, "reason": REASON}, {"rel": 0.01, "reason": REASON}
DISPLAY = "from IPython.display import display\ndisplay({!r}, raw=True)"


def said(stored, now, tolerance=None):
    """A cell that prints one text, with another one stored."""
    output = v4.new_output("stream", name="stdout", text=stored)
    return cell(f"print({now!r}, end='')", output, tolerance)


def cell(source, output, tolerance):
    metadata = {} if tolerance is None else {"tolerance": tolerance}
    return v4.new_code_cell(source, outputs=[output], metadata=metadata, execution_count=1)


def shown(stored, now, tolerance=None):
    """A cell that displays one bundle, with another one stored."""
    output = v4.new_output("display_data", data=stored)
    return cell(DISPLAY.format(now), output, tolerance)


def figure(stored, now, tolerance=None):
    drawn = compare_numbers.DRAWN
    return shown({drawn: stored, "image/png": "AAAA"}, {drawn: now, "image/png": "BBBB"}, tolerance)


def raised(stored, now, tolerance):
    output = v4.new_output("error", ename="ValueError", evalue=stored, traceback=[])
    failing = cell(f"raise ValueError({now!r})", output, tolerance)
    failing.metadata["tags"] = ["nbval-raises-exception"]
    return failing


LINE = "n9 from 0 to 10, by quarters 1 3 6 9"

SAME = {
    "equal, no tolerance": said("1.5", "1.5"),
    "within abs": said("a 1.500 b", "a 1.509 b", ABS),
    "exactly abs apart": said("1", "3", {"abs": 2, "reason": REASON}),
    "within rel of the stored": said("1,000 and -200", "1,009 and -198.5", REL),
    "abs and rel are added": said("100", "101.9", {"abs": 1, "rel": 0.01, "reason": REASON}),
    "another width": said("x:  9.999 |   y", "x: 10.001 | y", ABS),
    "a sign in a tensor": said("tensor([ 0.001, -0.5])", "tensor([-0.001, -0.5])", ABS),
    "minus zero": said("-0.0000", "0.0000", ABS),
    "digits of a whole tensor": said("[1., 2.]", "[1.0001, 2.0000]", ABS),
    "end of a sentence": said("It is 2.", "It is 2.001.", ABS),
    "exponents": said("1e-3 and 2E+02", "0.001 and 200", ABS),
    "a Unicode minus": said("−0.500", "-0.501", ABS),
    "percent": said("12.1%", "12.105%", ABS),
    "a unit": said("12.1ms", "12.105ms", ABS),
    "no digit before the point": said(".5", "0.505", ABS),
    "nan and infinity": said("nan inf -inf", "nan inf -inf", REL),
    "a result": shown({"text/plain": "0.500"}, {"text/plain": "0.501"}, ABS),
    "an error's words": raised("loss 2.00", "loss 2.001", ABS),
    "what a figure has drawn": figure({"line": LINE}, {"line": LINE.replace("6", "6.15")}),
    "the last digit of a constant": figure({"l": "n1 from 5 to 5, x"}, {"l": "n1 from 5.001 to 5.001, x"}),
    "a figure with its cell's tolerance": figure(
        {"line": LINE}, {"line": LINE.replace("6", "6.9")}, {"abs": 1, "reason": REASON}),
}  # fmt: skip

DIFFERENT = {
    "no tolerance": (said("1.500", "1.501"), "mismatch 'stdout'"),
    "blanks without a tolerance": (said("a  1", "a 1"), "mismatch 'stdout'"),
    "over abs": (said("7 1.50", "7 1.52", ABS), "stdout: number 2 of 2 was 1.5 and is 1.52; it may differ by 0.01."),
    "over rel": (said("-200", "-203", REL), "number 1 of 1 was -200 and is -203; it may differ by 2."),
    "rel is of the stored": (said("100", "101.005", REL), "it may differ by 1."),
    "only the sign": (said("-0.5", "0.5", ABS), "was -0.5 and is 0.5"),
    "only the Unicode sign": (said("−0.5", "0.5", ABS), "was -0.5 and is 0.5"),
    "only the exponent": (said("1e-3", "1e3", ABS), "was 0.001 and is 1000"),
    "only the thousands": (said("1,234", "2,234", ABS), "was 1234 and is 2234"),
    "after a comma without a blank": (said("[1,2]", "[1,3]", ABS), "number 2 of 2 was 2 and is 3"),
    "one number more": (said("1 2", "1 2 3", ABS), "there were 2 numbers and are 3"),
    "a word": (said("loss 1.5", "gain 1.5", ABS), "the words were 'loss' and are 'gain'"),
    "a word at the end": (said("1.5 nats", "1.5 bits", ABS), "the words were 'nats' and are 'bits'"),
    "a line": (said("1\n2", "1 2", ABS), "the words were '\\n' and are ''"),
    "percent sign": (said("12%", "12", ABS), "the words were '%' and are ''"),
    "a digit of a name": (said("float32 1", "float64 1", {"abs": 99, "reason": REASON}), "'float32' and are 'float64'"),
    "a digit of a version": (said("torch 2.13.0", "torch 2.14.0", {"abs": 99, "reason": REASON}), "'torch 2.13.0' and"),
    "nan for a number": (said("1.5", "nan", {"abs": 99, "reason": REASON}), "was 1.5 and is nan"),
    "a number for nan": (said("nan", "1.5", {"abs": 99, "reason": REASON}), "was nan and is 1.5"),
    "infinity for a number": (said("1.5", "inf", {"abs": 99, "reason": REASON}), "was 1.5 and is inf"),
    "a number for infinity": (said("inf", "1.5", REL), "was inf and is 1.5"),
    "the sign of infinity": (said("inf", "-inf", REL), "was inf and is -inf"),
    "nothing printed": (said("1.5", "", ABS), "Missing output fields"),
    "another kind": (shown({"text/plain": "1"}, {"text/html": "1"}, ABS), "Missing output fields"),
    "a result's number": (shown({"text/plain": "0.5"}, {"text/plain": "0.6"}, ABS), "text/plain: number 1 of 1"),
    "an error's number": (raised("loss 2.00", "loss 2.1", ABS), "evalue: number 1 of 1 was 2 and is 2.1"),
    "a figure's curve": (figure({"axes 1, line 1, y": LINE}, {"axes 1, line 1, y": LINE.replace("6", "6.5")}),
                         "figure, axes 1, line 1, y: number 5 of 6 was 6 and is 6.5; it may differ by 0.21."),
    "a point fewer": (figure({"line": LINE}, {"line": LINE.replace("n9", "n8")}), "line: the words were 'n9 from'"),
    "a figure's label": (figure({"axes 1, texts": '"loss" 1'}, {"axes 1, texts": '"gain" 1'}), "figure, axes 1, texts: the words"),
    "a figure's number in a text": (figure({"axes 1, texts": '"1.0"'}, {"axes 1, texts": '"1.1"'}), "axes 1, texts: number 1"),
    "a missing curve": (figure({"line 1": LINE, "line 2": LINE}, {"line 1": LINE}), "figure, line 2 is only stored."),
    "one more curve": (figure({"line 1": LINE}, {"line 1": LINE, "line 2": LINE}), "figure, line 2 is new."),
    "a figure without its numbers": (shown({compare_numbers.DRAWN: {"a": LINE}, "text/plain": "A"}, {"text/plain": "A"}),
                                     "Missing output fields"),
    "a tolerance without a reason": (said("1", "1", {"abs": 1}), "The cell's tolerance gives no reason."),
}  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """{cell: what nbval said about it, None where it passed}, run from another folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    cells = {**SAME, **{name: cell for name, (cell, _) in DIFFERENT.items()}}
    write(v4.new_notebook(cells=list(cells.values())), folder / "cells.ipynb")
    command = [sys.executable, "-m", "pytest", "-p", "compare_numbers", "--nbval", "--color=no"]
    command += ["--nbval-current-env", "--junitxml=report.xml", "cells.ipynb"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert (folder / "report.xml").is_file(), done.stdout + done.stderr
    tests = ET.parse(folder / "report.xml").getroot().findall(".//testcase")
    return dict(zip(cells, (test.findtext("failure") for test in tests), strict=True))


@pytest.mark.parametrize("name", SAME)
def test_what_is_within_its_tolerance_passes(reports, name):
    assert reports[name] is None


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_not_fails_and_the_report_says_what_differs(reports, name):
    assert reports[name] is not None
    assert DIFFERENT[name][1] in reports[name]


GOOD = [ABS, REL, {"abs": 1, "rel": 0.5, "reason": REASON}]
BAD = [
    (0.01, "is not written as"),
    ({**ABS, "absolute": 1}, "is not written as"),
    ({"reason": REASON}, "needs an abs or a rel above 0"),
    ({"abs": 0, "rel": 0.0, "reason": REASON}, "needs an abs or a rel above 0"),
    ({"abs": -1, "reason": REASON}, "neither may be below"),
    ({"abs": 1, "rel": -0.1, "reason": REASON}, "neither may be below"),
    ({"abs": "0.1", "reason": REASON}, "needs an abs or a rel"),
    ({"abs": True, "reason": REASON}, "needs an abs or a rel"),
    ({"abs": float("inf"), "reason": REASON}, "needs an abs or a rel"),
    ({"rel": float("nan"), "reason": REASON}, "needs an abs or a rel"),
    ({"rel": 0.6, "reason": REASON}, "of rel 0.6 compares nothing"),
    ({"abs": 0.1}, "gives no reason"),
    ({"abs": 0.1, "reason": "noise"}, "gives no reason"),
    ({"abs": 0.1, "reason": 15 * " "}, "gives no reason"),
    ({"abs": 0.1, "reason": 123456789012345678}, "gives no reason"),
]


def test_a_tolerance_needs_sizes_and_a_reason():
    assert [compare_numbers.fault(tolerance) for tolerance in GOOD] == [None] * len(GOOD)
    for tolerance, says in BAD:
        assert says in compare_numbers.fault(tolerance), tolerance
