"""Valleys: to scale, and the ways over them as given."""

import pytest
import torch

from course_lib.figure import figure_png
from course_lib.surface import plot_loss_surface, plot_valley


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


def test_the_map_of_a_loss_is_to_scale_and_its_levels_are_round():
    x, y = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([3.0, 5.0, 7.0, 8.0])
    figure = plot_loss_surface(x, y, {"a": [(0.0, 0.0), (1.7, 1.5)]})
    figure_png(figure)
    axis = figure.axes[0]
    inches = axis.get_window_extent()
    assert inches.width / inches.height == pytest.approx(5 / 6, rel=0.02)
    assert set(axis.collections[0].levels) >= {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50}


def test_a_way_must_be_pairs():
    with pytest.raises(ValueError, match="must be pairs"):
        plot_valley(valley, {"SGD": torch.ones(3, 3)})
    with pytest.raises(TypeError, match="with their names"):
        plot_valley(valley, [torch.ones(3, 2)])
