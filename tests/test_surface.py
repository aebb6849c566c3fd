"""Valleys: to scale, and the ways over them as given."""

import pytest
import torch

from course_lib.figure import figure_png
from course_lib.surface import plot_valley


def valley(w):
    return 0.5 * (w[0] ** 2 + 50 * w[1] ** 2)


def test_a_valley_is_drawn_to_scale_with_the_given_steps():
    path = torch.tensor([[-9.0, 1.8], [-8.0, -1.5], [-7.0, 1.2]])
    figure = plot_valley(valley, {"SGD": path, "momentum": path / 2})
    figure_png(figure)
    for axis, steps in zip(figure.axes, [path, path / 2], strict=True):
        assert axis.lines[0].get_xydata().tolist() == steps.double().tolist()
        inches = axis.get_window_extent()
        assert inches.width / inches.height == pytest.approx(20 / 4, rel=0.02)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["SGD", "momentum"]


def test_a_way_must_be_pairs():
    with pytest.raises(ValueError, match="must be pairs"):
        plot_valley(valley, {"SGD": torch.ones(3, 3)})
    with pytest.raises(TypeError, match="with their names"):
        plot_valley(valley, [torch.ones(3, 2)])
