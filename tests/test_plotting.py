"""The figures: what they draw is what they were given, and their colours can be read."""

import base64
import io

import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image
from torch import tensor

from course_lib import plotting
from course_lib.scalar import Value


def contrast(first, second):
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""

    def luminance(color):
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


@pytest.mark.parametrize("name", ["BLUE", "ORANGE", "GREEN", "PURPLE", "GREY"])
def test_lines_stand_out_from_the_figures_own_white(name):
    assert contrast(getattr(plotting, name), "white") >= 3


@pytest.mark.parametrize("background", ["white", plotting.PALE, "#BFDDF0", "#F4D3BD", "#C9E4D6"])
def test_text_can_be_read_on_every_background(background):
    assert contrast(plotting.INK, background) >= 4.5


def test_a_figure_brings_its_own_opaque_background():
    figure, _ = plotting.new_figure()
    picture = Image.open(io.BytesIO(plotting.figure_png(figure))).convert("RGBA")
    assert picture.getpixel((0, 0)) == (255, 255, 255, 255)


def test_the_same_figure_gives_the_same_bytes():
    figures = [plotting.plot_loss({"loss": [3.0, 2.0, 1.0]}) for _ in range(2)]
    assert plotting.figure_png(figures[0]) == plotting.figure_png(figures[1])


def test_show_stores_picture_words_and_alt(monkeypatch):
    shown = []
    monkeypatch.setattr(
        plotting, "display", lambda *data, **options: shown.append((data[0], options))
    )
    plotting.show(plotting.plot_loss({"loss": [1.0]}), "One point.")
    (bundle, options), (caption, _) = shown
    assert caption == {"text/markdown": "*One point.*", "text/plain": "One point."}
    assert bundle["text/plain"] == options["metadata"]["image/png"]["alt"] == "One point."
    png = bundle["image/png"]
    Image.open(io.BytesIO(png if isinstance(png, bytes) else base64.b64decode(png))).verify()


def test_tables_show_every_number_and_sign():
    left, right = tensor([[1, 2, 3], [4, 5, 6]]), tensor([7, 8])
    figure = plotting.plot_tables([left, right], ["left", "right"], ["@"])
    assert texts(figure) == ["1", "2", "3", "4", "5", "6", "left", "@", "7", "8", "right"]


def test_graph_of_values_has_a_box_for_each_value_and_an_arrow_for_each_parent():
    a, b, x = Value(2.0, label="a"), Value(3.0, label="b"), Value(4.0, label="x")
    z = x * (a + b)
    z.backward()
    words = [text for text in texts(plotting.plot_graph(z)) if text]
    arrows = [text for text in texts(plotting.plot_graph(z)) if not text]
    assert sorted(words) == sorted(
        ["a = 2\ngrad 4", "b = 3\ngrad 4", "x = 4\ngrad 5", "[ + ]\n5\ngrad 4", "[ * ]\n20\ngrad 1"]
    )
    assert len(arrows) == sum(len(v.parents) for v in z.topological_order()) == 4


def test_graph_of_tensors_names_operations_and_leaves():
    a, x = torch.tensor(2.0, requires_grad=True), torch.tensor(4.0, requires_grad=True)
    figure = plotting.plot_graph(x * (a + 1), labels={a: "a", x: "x"})
    assert {text for text in texts(figure) if text} == {
        "MulBackward0",
        "AddBackward0",
        "a = 2",
        "x = 4",
    }


def test_loss_surface_is_the_mean_squared_error_at_each_place():
    x, y = tensor([1.0, 2.0, 3.0, 4.0]), tensor([3.0, 5.0, 7.0, 8.0])
    W, b, loss = plotting.loss_surface(x, y, (-1.0, 4.0), (-2.0, 4.0), size=11)
    expected = torch.nn.functional.mse_loss(W[7] * x + b[2], y)
    assert loss.shape == (11, 11)
    assert torch.isclose(loss[2, 7], expected)


def test_the_drawn_path_is_the_given_path():
    x, y = tensor([1.0, 2.0]), tensor([3.0, 5.0])
    path = [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5)]
    figure = plotting.plot_loss_surface(x, y, {"path": path})
    line = next(line for line in figure.axes[0].lines if line.get_label() == "path")
    assert [tuple(point) for point in line.get_xydata().tolist()] == path


def test_attention_is_drawn_as_it_is_and_every_number_can_be_read():
    weights = tensor([[1.0, 0.0, 0.0], [0.25, 0.5, 0.25]])
    axis, _ = plotting.plot_attention(weights, ["a", "b"], ["x", "y", "z"]).axes
    image = axis.images[0]
    assert image.get_array().tolist() == weights.tolist() and image.get_clim() == (0, 1)
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a", "b"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["x", "y", "z"]
    written = [text.get_text() for text in axis.texts]
    assert written == ["1.00", "0.00", "0.00", "0.25", "0.50", "0.25"]
    assert contrast(plotting.INK, image.cmap(1.0)[:3]) >= 4.5
    assert contrast("white", image.cmap(1.0)[:3]) >= 3


def test_wide_attention_has_shades_without_numbers():
    weights = torch.eye(12, requires_grad=True)
    axis, _ = plotting.plot_attention(weights, list("abcdefghijkl"), list("abcdefghijkl")).axes
    assert not axis.texts
    assert axis.images[0].get_array().shape == (12, 12)
