"""Curves: drawn as given, and named at their ends."""

import itertools
import math

import pytest
import torch
from matplotlib.text import Text

from course_lib.curves import plot_curves
from course_lib.figure import figure_png


def names(axis):
    return {text.get_text().replace("\n", " "): text for text in axis.texts}


def test_a_curve_is_given_by_its_heights_or_by_places_and_heights():
    x, y = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([3.0, 5.0, 8.0])
    axis = plot_curves({"a": y, "b": (x, y), "c": ({1: 2, 3: 4}.keys(), [5, 6])}).axes[0]
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axis.lines}
    assert drawn["a"] == [[0, 3], [1, 5], [2, 8]]
    assert drawn["b"] == [[1, 3], [2, 5], [4, 8]]
    assert drawn["c"] == [[1, 5], [3, 6]]


def test_panels_share_looks_and_are_named():
    runs = {"6 blocks": {"plain": [3, 2], "norm": [2, 1]}, "24 blocks": {"norm": [3, 1]}}
    left, right = plot_curves(runs, "step", "loss").axes
    assert (left.get_title(), right.get_title()) == ("6 blocks", "24 blocks")
    assert right.lines[0].get_color() == left.lines[1].get_color() != left.lines[0].get_color()
    assert set(names(left)) == {"plain", "norm"} and set(names(right)) == {"norm"}
    assert left.get_ylabel() == "loss" and right.get_ylabel() == ""
    two = plot_curves(runs, "step", ["slope", "spread"]).axes
    assert [axis.get_ylabel() for axis in two] == ["slope", "spread"]


def test_names_at_the_ends_have_their_curves_colour_and_order_and_do_not_overlap():
    ends = {"a": [0, 1.0], "b": [0, 1.001], "c": [0, 0.999], "d": [0, 1.0005], "e": [5, 0.0]}
    figure = plot_curves(ends, levels={"floor": 0.9})
    figure_png(figure)
    found = names(figure.axes[0])
    boxes = {name: Text.get_window_extent(text) for name, text in found.items()}  # no line
    for name, box in boxes.items():
        for other, next_to in boxes.items():
            assert name == other or box.y1 <= next_to.y0 + 1 or next_to.y1 <= box.y0 + 1
    assert sorted(ends, key=lambda n: boxes[n].y0) == ["e", "c", "a", "d", "b"]
    colors = {line.get_label(): line.get_color() for line in figure.axes[0].lines}
    assert all(found[name].get_color() == colors[name] for name in ends)
    assert max(box.x1 for box in boxes.values()) <= figure.bbox.x1


@pytest.mark.parametrize("last", [0.9, 0.142])  # as a training run ends, and at the floor
def test_a_mark_at_the_end_of_a_curve_and_the_curve_have_names_that_do_not_overlap(last):
    curve, marks = [4.0, 2.0, 1.0, last], ([1, 3], [2.1, last])
    levels = {"floor 0.140": 0.14}
    figure = plot_curves({"batches": curve}, points={"validation": marks}, levels=levels, ylog=True)
    figure_png(figure)
    found = names(figure.axes[0])
    assert set(found) == {"batches", "validation", "floor 0.140"}
    boxes = [Text.get_window_extent(text) for text in found.values()]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert max(box.x1 for box in boxes) <= figure.bbox.x1


def test_names_in_the_middle_of_a_picture_lie_neither_on_another_nor_on_its_mark():
    curves = {"the line": ([0, 4], [0, 1]), "a way": ([0, 2.9], [0, 0.91])}
    marks = {"one": (2.6, 0.9), "another": (3.06, 0.91), "a third": (3.28, 0.92)}
    figure = plot_curves(curves, points=marks, xlim=(0, 4.5))
    figure_png(figure)
    axis = figure.axes[0]
    boxes = {name: Text.get_window_extent(text) for name, text in names(axis).items()}
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes.values(), 2))
    for name, place in marks.items():
        spot = axis.transData.transform(place)
        assert not any(boxes[other].contains(*spot) for other in boxes if other != name)


def test_what_lies_across_has_its_name_and_place():
    axis = plot_curves({"a": [1, 2]}, levels={"floor": 0.5}, bands={"ok": (1, 1.5)}).axes[0]
    assert list(axis.lines[1].get_ydata()) == [0.5, 0.5]
    assert axis.patches[0].get_y() == 1 and axis.patches[0].get_height() == 0.5
    assert {"floor", "ok"} <= set(names(axis))


def test_marks_are_drawn_with_their_names():
    axis = plot_curves({}, points={"start": (3.0, 9.0), "data": ([1, 2], [3, 4])}).axes[0]
    assert [line.get_xydata().tolist() for line in axis.lines] == [[[3, 9]], [[1, 3], [2, 4]]]
    assert set(names(axis)) == {"start", "data"}


def test_a_short_logarithmic_axis_has_numbers_that_can_be_read():
    axis = plot_curves({"loss": [4.0, 1.0, 0.11]}, ylog=True).axes[0]
    low, high = axis.get_ylim()
    ticks = [axis.yaxis.get_major_formatter()(tick) for tick in axis.get_yticks()]
    assert low < 0.11 < 4 < high and {"0.2", "0.5", "1", "2"} <= set(ticks)
    assert plot_curves({"a": [1, 2]}, xticks=[0, 1]).axes[0].get_xticks().tolist() == [0, 1]


def test_limits_are_kept_and_a_curve_that_leaves_them_is_named_at_the_edge():
    figure = plot_curves({"a": [1.0, 50.0]}, ylim=(0, 2), xlim=(0, 1))
    figure_png(figure)
    axis = figure.axes[0]
    assert axis.get_ylim() == (0, 2) and axis.get_xlim() == (0, 1)
    assert Text.get_window_extent(names(axis)["a"]).y0 <= axis.bbox.y1


def test_a_curve_and_marks_without_a_name_have_no_label():
    axis = plot_curves({"": [1, 2]}, points={"": (0, 1)}).axes[0]
    assert not axis.texts


@pytest.mark.parametrize(
    "curves, says",
    [
        ([1, 2], "with their names"),
        ({}, "no curve"),
        ({"a": ([1, 2], [3])}, "2 numbers for x and 1 for y"),
        ({"a": [1, 2], "b": {"c": [1]}}, "can't be mixed"),
        ({"a": "abc"}, "numbers of 'a' must be numbers"),
        ({"one": {k: [1] for k in range(17)}}, "17 were given"),
        ({"one": {"a": []}}, "numbers of 'a' must be a list"),
    ],
)
def test_what_is_no_curve_is_refused(curves, says):
    with pytest.raises((TypeError, ValueError), match=says):
        plot_curves(curves)


def test_nan_is_counted_and_the_name_stands_at_the_last_number_there_is():
    axis = plot_curves({"a": [1.0, 2.0, math.nan, math.nan]}, xlim=(0, 3)).axes[0]
    (text,) = axis.texts
    assert text.get_text() == "a (2 of 4 nan or inf)" and text.xy == (1.0, 2.0)


def test_what_an_axis_can_not_show_is_counted_whichever_axis_it_is():
    nan = float("nan")
    for curve, options, label in (
        ([3, 2, 1], {"xlog": True}, "a (1 of 3 not above 0)"),
        (([1, nan, 3], [1, 2, 3]), {}, "a (1 of 3 nan or inf)"),
        (([-1, 0, 3], [1, -2, 3]), {"xlog": True, "ylog": True}, "a (2 of 3 not above 0)"),
        (([1, 2, 3], [-1, 0, 1]), {"xlog": True}, "a"),
    ):
        axis = plot_curves({"a": curve}, **options).axes[0]
        assert [text.get_text().replace("\n", " ") for text in axis.texts] == [label]
    marks = plot_curves({"a": [1, 2]}, points={"p": ([0, 1], [0, 1])}, ylog=True).axes[0].texts
    assert "p (1 of 2 not above 0)" in [text.get_text() for text in marks]
