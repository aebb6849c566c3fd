"""Tables with names and colours, strides, and hands: what stands where."""

import math

import pytest
import torch
from matplotlib.colors import to_rgba
from torch import tensor

from course_lib.diagrams import plot_hands, plot_strides, plot_tables


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def test_whole_rows_and_columns_have_their_colour():
    table = torch.arange(6).view(2, 3)
    colors = {(0, ...): "red", (..., 2): "lime", (1, 1): "blue"}
    cells = plot_tables([table], ["t"], colors=[colors]).axes[0].patches
    found = [cell.get_facecolor() for cell in cells]
    pale = found[3]
    wanted = ["red", "red", "lime", pale, "blue", "lime"]
    assert found == [to_rgba(color) for color in wanted]
    assert pale not in [to_rgba(color) for color in ("red", "lime", "blue")]


def test_rows_and_columns_are_named_and_their_number_must_fit():
    table = tensor([[40, 2], [1, 71]])
    figure = plot_tables([table], ["says"], rows=["is a", "is b"], columns=["a", "b"])
    assert texts(figure) == ["40", "2", "1", "71", "says", "a", "b", "is a", "is b"]
    for wrong in ({"rows": ["a"]}, {"columns": "abc"}):
        with pytest.raises(ValueError, match=f"number of {next(iter(wrong))} must be 2"):
            plot_tables([table], ["says"], **wrong)


def test_strides_are_those_of_the_tensor_and_the_memory_is_drawn_once_each():
    wide = torch.arange(10, 16).view(2, 3)
    found = texts(plot_strides({"wide": wide, "tall": wide.T}))
    assert "wide (2, 3), strides (3, 1)" in found and "tall (3, 2), strides (1, 3)" in found
    assert found.count("down: 3 on") == found.count("right: 3 on") == 1
    assert [found.count(str(number)) for number in range(10, 16)] == [4] * 6
    with pytest.raises(ValueError, match="two dimensions"):
        plot_strides({"flat": torch.arange(3)})


def test_hands_point_where_sine_and_cosine_say():
    angles = tensor([[0.0, 1.0], [math.pi / 2, 2.0]])
    axis = plot_hands(torch.stack([angles.sin(), angles.cos()], dim=2), ["fast", "slow"]).axes[0]
    for line, angle in zip(axis.lines, angles.T.flatten(), strict=True):
        (x0, y0), (x1, y1) = line.get_xydata()
        assert (x1 - x0, y1 - y0) == pytest.approx((math.sin(angle), math.cos(angle)), abs=1e-6)
    with pytest.raises(ValueError, match=r"shape \(2, 1, 2\)"):
        plot_hands(torch.ones(2, 2, 2), ["one"])
