"""course_lib/drawn.py: what a figure's check can compare, through nbval as a notebook's reader runs it."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbconvert
import numpy as np
import pytest
import torch
from nbformat import v4, write

from course_lib import plotting
from course_lib.drawn import drawn

ROOT = Path(__file__).resolve().parent.parent

START = """\
import torch
from course_lib.plotting import new_figure, plot_attention, plot_loss_surface, show

figure, axis = new_figure()
x = torch.linspace(0, 3, 100)
"""
CURVES = "axis.plot(x, x**2, label='square')\naxis.plot(x, x, label='line')\naxis.set(xlabel='x')\naxis.legend()\n"
BARS = "axis.barh(['a', 'b', 'c', 'd'], [1, 2, 3, 4])\naxis.text(1, 2, 'here')\n"
LOG = "axis.plot(x, torch.exp(-x))\naxis.set(yscale='log', ylim=(0.01, 1))\n"
MAP = "figure = plot_attention(torch.eye(12), list('abcdefghijkl'), list('abcdefghijkl'))\n"
POINTS = "axis.scatter(x, x)\naxis.vlines(x, 0, x)\naxis.imshow(x.view(10, 10))\n"
SURFACE = "figure = plot_loss_surface(x, 2 * x, {'path': [(0, 0), (1, 1), (2, 0)]})\n"

# What is stored, what is put for what in the code that runs now, and what the report names;
# nothing for a change that is too small to matter.
CASES = [
    (CURVES, "x**2", "x**2", None),
    (CURVES, "x**2", "x**2 + 0.1", None),
    (CURVES, "x**2", "x**2 + 0.5", "figure, axes 1, line 1, y"),
    (CURVES, "x**2", "x.flip(0)**2", "figure, axes 1, line 1, y"),
    (CURVES, "x, x**2", "x[::2], x[::2]**2", "line 1, x: the words were 'n100 from'"),
    (CURVES, "axis.plot(x, x, label='line')", "", "figure, axes 1, line 2, y is only stored."),
    (CURVES, "'line'", "'straight'", "figure, axes 1, words"),
    (CURVES, "xlabel='x'", "xlabel='time'", "figure, axes 1, words"),
    (CURVES, "xlabel='x'", "xlabel='x', xlim=(0, 1)", "limits, x"),
    (CURVES, "xlabel='x'", "xlabel='x', title='T'", "figure, axes 1, words"),
    (BARS, "3, 4]", "3, 5]", "figure, axes 1, patches, x"),
    (BARS, "'c', 'd'", "'d', 'c'", "figure, axes 1, words"),
    (BARS, "1, 2, 'here'", "1, 3, 'here'", "figure, axes 1, texts, y"),
    (BARS, "'here'", "'there'", "figure, axes 1, words"),
    (LOG, "exp(-x)", "exp(-x) * 1.01", None),
    (LOG, "exp(-x)", "exp(-x) + 0.01", "figure, axes 1, line 1, y"),
    (LOG, "'log'", "'linear'", "axes 1"),
    (MAP, "eye(12)", "eye(12) * 0.5", "figure, axes 1, image 1, values"),
    (POINTS, "scatter(x, x)", "scatter(x, x * 2)", "figure, axes 1, collection 1, y"),
    (POINTS, "vlines(x, 0", "vlines(x, -1", "figure, axes 1, collection 2, y"),
    (POINTS, "x.view(10, 10)", "x.view(10, 10).T", "figure, axes 1, image 1, values"),
    (SURFACE, "2 * x", "2 * x", None),
    (SURFACE, "2 * x", "3 * x", "figure, axes 1, collection 1"),
]  # fmt: skip


def stored(source):
    """The outputs of a cell, as a notebook stores them."""
    space = {}
    exec(START + source, space)
    bundle = plotting.figure_bundle(space["figure"], "A figure.")
    bundle["image/png"] = "AAAA"
    words = {"text/markdown": "*A figure.*", "text/plain": "A figure."}
    return [v4.new_output("display_data", data=data) for data in (bundle, words)]


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """What nbval said about each case; None where it passed."""
    folder = tmp_path_factory.mktemp("figures")
    cells = []
    for source, old, new, _ in CASES:
        assert old in source
        now = f"{START}{source.replace(old, new)}show(figure, 'A figure.')"
        cells.append(v4.new_code_cell(now, outputs=stored(source), execution_count=1))
    write(v4.new_notebook(cells=cells), folder / "cells.ipynb")
    command = [sys.executable, "-m", "pytest", "-p", "compare_numbers", "--nbval", "--color=no"]
    command += ["--nbval-current-env", "--junitxml=report.xml", "cells.ipynb"]
    paths = os.pathsep.join([str(ROOT / "tools"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": paths, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert (folder / "report.xml").is_file(), done.stdout + done.stderr
    tests = ET.parse(folder / "report.xml").getroot().findall(".//testcase")
    return [test.findtext("failure") for test in tests]


@pytest.mark.parametrize(
    "index", range(len(CASES)), ids=lambda k: f"{CASES[k][2]} for {CASES[k][1]}"
)
def test_a_figure_that_changed_fails_its_lesson_and_the_report_names_the_artist(reports, index):
    names = CASES[index][3]
    if names is None:
        assert reports[index] is None
    else:
        assert names in reports[index]


def test_numbers_are_those_of_the_data():
    figure, axis = plotting.new_figure()
    values = [4.0, float("nan"), *torch.linspace(0, 3, 80).tolist()]
    axis.plot(values)
    axis.bar([1, 2], [0.5, 2.5], width=1)
    plotting.figure_png(figure)
    found = drawn(figure)
    finite = np.array([values[0], *values[2:]])
    means = [part.mean() for part in np.array_split(finite, 8)]
    words = found["axes 1, line 1, y"].replace(",", "").split()
    assert words[0] == "n81" and [float(words[2]), float(words[4])] == [0, 4]
    np.testing.assert_allclose([float(word) for word in words[7:]], means, rtol=1e-3)
    assert found["axes 1, patches, y"] == "n4 from 0 to 2.5, by parts 0 0.5 0 2.5"


def test_what_is_drawn_is_short_json_and_no_page_shows_it(tmp_path):
    weights = torch.softmax(torch.arange(100.0).view(10, 10).sin(), 1)
    figure = plotting.plot_attention(weights, list("abcdefghij"), list("abcdefghij"))
    bundle = plotting.figure_bundle(figure, "Ten by ten.")
    assert len(json.dumps(bundle[plotting.DRAWN])) < 2048
    pages = []
    bundle["image/png"] = "AAAA"
    for data in (bundle, {kind: bundle[kind] for kind in bundle if kind != plotting.DRAWN}):
        cell = v4.new_code_cell("show()", id="one", outputs=[v4.new_output("display_data", data)])
        pages.append(nbconvert.HTMLExporter().from_notebook_node(v4.new_notebook(cells=[cell]))[0])
    assert pages[0] == pages[1]
