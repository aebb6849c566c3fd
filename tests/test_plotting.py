"""The figures: what they draw is what they were given, and their colours can be read."""

import base64
import io
import itertools
import math
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.style
import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image
from torch import tensor

from course_lib import figure as figure_module
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


COLORS = ["BLUE", "ORANGE", "GREEN", "PURPLE", "GREY"]


@pytest.mark.parametrize("name", COLORS)
def test_a_curve_and_its_name_stand_out_from_white_and_from_black(name):
    assert contrast(getattr(plotting, name), "white") >= 4.5  # its name at its end is text
    assert contrast(getattr(plotting, name), "black") >= 3


@pytest.mark.parametrize("background", ["PALE", "LIGHT_BLUE", "LIGHT_ORANGE", "LIGHT_GREEN"])
def test_text_can_be_read_on_every_background(background):
    assert contrast(plotting.INK, getattr(plotting, background)) >= 4.5
    assert contrast(plotting.INK, "white") >= 4.5


# What a colour becomes for people who lack one kind of cone, in linear RGB: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def lab(color, seen):
    """CIE L*a*b* of a colour as it is seen, in which equal distances look about equal."""
    srgb = torch.tensor(to_rgb(color), dtype=torch.float64)
    linear = torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = (torch.tensor(SEEN[seen], dtype=torch.float64) @ linear).clamp(0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    white = torch.tensor([0.9505, 1.0, 1.089], dtype=torch.float64)
    xyz = torch.tensor(to_xyz, dtype=torch.float64) @ linear / white
    x, y, z = torch.where(xyz > 0.008856, xyz ** (1 / 3), 7.787 * xyz + 16 / 116).tolist()
    return torch.tensor([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen", SEEN)
def test_curves_can_be_told_apart_by_readers_who_see_fewer_colours(seen):
    seen_as = [lab(getattr(plotting, name), seen) for name in COLORS[:4]]
    for first, second in itertools.combinations(seen_as, 2):
        assert (first - second).norm() > 20  # a just noticeable difference is 2.3


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
        figure_module, "display", lambda *data, **options: shown.append((data[0], options))
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


def bars_of(axis):
    return [(patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height())
            for patch in axis.patches]  # fmt: skip


def test_bars_are_as_long_as_their_numbers_which_are_written():
    axis = plotting.plot_bars({"1": 0.25, "3": 0.75}, "probability", mark={"3"}).axes[0]
    assert [height for *_, height in bars_of(axis)] == [0.25, 0.75]
    assert [t.get_text() for t in axis.texts] == ["0.25", "0.75"] and axis.get_ylabel()
    assert axis.patches[0].get_facecolor() != axis.patches[1].get_facecolor()
    long = plotting.plot_bars([("a long name", 2.0), ("a long name", 3.0)]).axes[0]
    assert [width for _, _, width, _ in bars_of(long)] == [2, 3]  # pairs may share a name


def test_the_number_of_a_bar_below_0_does_not_lie_on_its_name():
    costs = {"rotary positions": 0.15, "normalised queries and keys": -0.02, "Muon": 0.4}
    figure = plotting.plot_bars(costs, "nats", fmt=".2f")
    axis, _ = figure.axes[0], figure.canvas.draw()
    names = [label.get_window_extent() for label in axis.get_yticklabels()]
    assert not any(text.get_window_extent().overlaps(n) for text in axis.texts for n in names)


def test_parts_of_bars_stand_side_by_side_or_end_to_end():
    bars = {"GPT-2 small": {"weights": 1, "AdamW": 2}, "Llama 3": {"weights": 3, "AdamW": 6}}
    side = bars_of(plotting.plot_bars(bars).axes[0])
    assert [x for x, *_ in side] == [0, 0, 0, 0] and len({y for _, y, *_ in side}) == 4
    stacked = plotting.plot_bars(bars, stacked=True, levels={"80 GB": 4}, limit=10).axes[0]
    assert [(x, width) for x, _, width, _ in bars_of(stacked)] == [(0, 1), (0, 3), (1, 2), (3, 6)]
    assert stacked.get_xlim() == (0, 10) and stacked.lines[0].get_xdata() == [4, 4]
    assert [t.get_text() for t in stacked.get_legend().get_texts()] == ["weights", "AdamW"]


def test_dots_lie_at_their_numbers_in_the_row_of_their_name():
    rows = {"floor": 0.1, "runs": [1.0, 2.0], "both": {"model": 3.0, "bigram": 4.0}}
    axis = plotting.plot_number_line(rows, "nats", fmt=".1f").axes[0]
    dots = [line.get_xydata().tolist() for line in axis.lines if line.get_marker() != "None"]
    assert dots == [[[0.1, 0]], [[1, 1], [2, 1]], [[3, 2]], [[4, 2]]]
    assert [label.get_text() for label in axis.get_yticklabels()] == list(rows)
    assert [t.get_text() for t in axis.texts] == ["0.1", "3.0", "4.0"]
    assert axis.get_xlabel() == "nats"
    twice = plotting.plot_number_line([("a", 1.0), ("a", 2.0)]).axes[0]
    assert [label.get_text() for label in twice.get_yticklabels()] == ["a", "a"]
    joined = plotting.plot_number_line({"a": [1, 2], "b": [3, 4]}, join=True).axes[0]
    lines = [
        line.get_xydata().tolist() for line in joined.lines if line.get_color() == plotting.GREY
    ]
    assert lines == [[[1, 0], [3, 1]], [[2, 0], [4, 1]]]


def test_no_bars_on_a_logarithmic_axis():
    import inspect

    assert not [name for name in inspect.signature(plotting.plot_bars).parameters if "log" in name]


def test_a_map_has_its_numbers_and_white_is_nothing():
    axis = plotting.plot_map([[-1.0, 0.0], [0.5, 1.0]], "ab", "cd", low=-1).axes[0]
    image = axis.images[0]
    assert image.get_array().tolist() == [[-1, 0], [0.5, 1]] and image.get_clim() == (-1, 1)
    assert image.cmap(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    many = plotting.plot_map(torch.zeros(2, 30), "ab", range(30)).axes[0]
    assert [label.get_text() for label in many.get_xticklabels()] == ["0", "10", "20"]


def test_points_and_what_a_model_says_about_the_plane():
    inside, around = tensor([[0.0, 0.5]]), tensor([[2.0, 0.0], [0.0, -2.0]])
    score = lambda places: 1 - places.norm(dim=1)  # noqa: E731
    axis = plotting.plot_points({"inside": inside, "around": around}, score).axes[0]
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axis.lines}
    assert drawn == {"inside": inside.tolist(), "around": around.tolist()}
    blue = axis.collections[0].get_paths()[1].get_extents()
    assert (blue.x0, blue.y1) == pytest.approx((-1, 1), abs=0.05)


def test_a_line_is_drawn_where_each_number_of_the_edges_is_zero():
    edges = lambda places: torch.stack([places[:, 0] - 1, places[:, 1] + places[:, 0]], dim=1)  # noqa: E731
    axis = plotting.plot_points({"a": tensor([[0.0, 0.5]])}, edges=edges).axes[0]
    upright, slanted = (torch.tensor(c.get_paths()[0].vertices) for c in axis.collections)
    assert (upright[:, 0] - 1).abs().max() < 1e-6
    assert slanted.sum(dim=1).abs().max() < 1e-6


# What any figure may be given


X, Y = tensor([1.0, 2.0, 3.0]), tensor([3.0, 5.0, 8.0])
NAN, INF = math.nan, math.inf


class OnGPU(torch.Tensor):
    """Refuses what a tensor on a GPU refuses: to become a numpy array."""

    def __array__(self, *args, **options):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")

    numpy = __array__


def a_figure_of_everything():
    """What cells draw by themselves, with matplotlib's own colours wherever it chooses them."""
    figure, axes = plotting.new_figure(columns=2, sharey=True)
    axes[0].plot([1, 2, 3], label="line")
    axes[0].bar([0, 1], [1, 2])
    axes[0].annotate("note", (0, 1))
    axes[0].text(1, 1, "words")
    axes[0].legend()
    axes[0].set(title="title", xlabel="x")
    axes[0].twinx().plot([3, 2], label="other")
    figure.colorbar(axes[1].imshow([[0, 1], [2, 3]]))
    figure.suptitle("both")
    return figure


FIGURES = {
    "everything": a_figure_of_everything,
    "loss": lambda: plotting.plot_loss({"a": [3.0, 2.0]}, floor=1.0),
    "lines": lambda: plotting.plot_lines(X, Y, {"a": (2.0, 1.0)}, residuals_of="a"),
    "surface": lambda: plotting.plot_loss_surface(X, Y, {"a": [(0.0, 0.0), (1.0, 1.0)]}),
    "attention": lambda: plotting.plot_attention(torch.eye(2), "ab", "cd"),
    "tables": lambda: plotting.plot_tables([X, Y], ["x", "y"], ["+"]),
    "graph": lambda: plotting.plot_graph(Value(2.0) * 3.0),
    "curves": lambda: plotting.plot_curves({"a": X}, levels={"b": 2}, points={"c": (0, 2)}),
    "bars": lambda: plotting.plot_bars({"first one": {"x": 1, "y": 2}}, levels={"c": 1}),
    "number line": lambda: plotting.plot_number_line({"a": 1.0, "b": [1, 2]}, fmt=".2f"),
    "map": lambda: plotting.plot_map([[-1.0, 1.0]], ["a"], ["b", "c"], low=-1),
    "points": lambda: plotting.plot_points({"a": [[1, 1]]}, lambda places: places[:, 0]),
    "text": lambda: plotting.plot_text("a b", {"c": [1, 0, 1]}, box=1, shades=[0, 1, 0]),
    "pieces": lambda: plotting.plot_pieces([("a", ["b", None, "c"])]),
    "strides": lambda: plotting.plot_strides({"a": torch.ones(2, 3)}),
    "hands": lambda: plotting.plot_hands(torch.ones(2, 1, 2), ["a"]),
    "valley": lambda: plotting.plot_valley(lambda w: w[0] ** 2 + w[1] ** 2, {"a": [[1, 1]]}),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(
    "style",
    [
        "dark_background",
        {
            "text.color": "white",
            "font.family": "serif",
            "font.size": 20,
            "axes.grid": True,
            "savefig.bbox": "tight",
            "savefig.dpi": 30,
            "savefig.transparent": True,
        },
    ],
    ids=["dark", "settings"],
)
def test_the_notebooks_own_style_changes_no_figure_and_no_figure_the_style(name, style):
    plain = plotting.figure_png(FIGURES[name]())
    with matplotlib.style.context(style):
        before = dict(matplotlib.rcParams)
        assert plotting.figure_png(FIGURES[name]()) == plain
        assert dict(matplotlib.rcParams) == before


def test_every_curve_is_drawn_and_no_two_look_alike():
    curves = {f"curve {k}": [float(k), k + 1.0] for k in range(16)}
    loss = plotting.plot_loss(curves).axes[0].lines
    lines = plotting.plot_lines(X, Y, {name: tuple(c) for name, c in curves.items()}).axes[0].lines
    surface = plotting.plot_loss_surface(X, Y, {name: [c, c] for name, c in curves.items()})
    paths = [line for line in surface.axes[0].lines if line.get_label() in curves]
    for drawn in (loss, lines[:16], paths):
        assert [line.get_label() for line in drawn] == list(curves)
        looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in drawn}
        assert len(looks) == 16


def test_whatever_holds_the_numbers_the_same_is_drawn():
    def ways(values):
        yield tensor(values, requires_grad=True) * 1
        yield tensor(values).as_subclass(OnGPU)
        yield tensor(values, dtype=torch.bfloat16)
        yield tensor(values).numpy()
        yield [tensor(value, requires_grad=True) for value in values]
        yield (value for value in values)

    values = [3.0, 1.5, 2.0]
    for x, y, losses in zip(ways(values), ways([1.0, 4.0, 2.0]), ways(values), strict=True):
        line = (
            plotting.plot_loss({"a": losses}, floor=tensor(1.0, requires_grad=True))
            .axes[0]
            .lines[0]
        )
        assert [*line.get_ydata()] == values
        line = (
            plotting.plot_lines(x, y, {"a": tuple(torch.nn.Linear(1, 1).parameters())})
            .axes[0]
            .lines[-1]
        )
        assert [*line.get_xdata()] == values and [*line.get_ydata()] == [1.0, 4.0, 2.0]
    for path in (*ways([0.5, 1.0]), *ways([0.5, 1.0])):
        figure = plotting.plot_loss_surface(X * 1.0, Y, {"a": [path]})
        assert figure.axes[0].lines[0].get_xydata().tolist() == [[0.5, 1.0]]
    for row in ways([0.25, 0.75]):
        assert texts(plotting.plot_attention([row], "a", "bc"))[:2] == ["0.25", "0.75"]
    for row in itertools.islice(ways(values), 4):
        assert texts(plotting.plot_tables([row], ["t"])) == ["3", "1.5", "2", "t"]


def test_what_no_axis_can_show_is_counted_in_the_legend():
    def labels(figure):
        legend = figure.axes[0].get_legend()
        return [text.get_text() for text in legend.get_texts()] if legend else ends(figure)

    def ends(figure):
        """The names at the curves, in the order in which these were given."""
        found = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
        return sorted(found, key=lambda name: (name.startswith("floor"), name.strip(" _")))

    losses = {"a": [1.0, NAN, INF], "b": [1.0, 0.0, -1.0], "_c": [1.0, 2.0, 3.0]}
    assert labels(plotting.plot_loss(losses)) == ["a (2 of 3 nan or inf)", "b", " _c"]
    drawn = labels(plotting.plot_loss(losses, floor=0.0, ylog=True))
    assert drawn[1] == "b (2 of 3 not above 0)" and drawn[3].endswith("(1 of 1 not above 0)")
    path = [(0.0, 0.0), (NAN, 1.0), (INF, -INF)]
    assert labels(plotting.plot_loss_surface(X, Y, {"a": path})) == ["a (2 of 3 nan or inf)"]


@pytest.mark.parametrize("losses", [[2.0], [2.0, NAN, 1.0]])
def test_numbers_without_a_neighbour_are_drawn_as_points(losses):
    assert plotting.plot_loss({"a": losses}).axes[0].lines[0].get_marker() == "o"


def test_text_is_drawn_as_it_is_and_not_as_mathematics():
    figure = plotting.plot_attention(torch.eye(2), ["$a^$", "b"], ["$", "_$x_$"])
    tables = plotting.plot_tables([[["$a^$", "b"]]], ["texts"])
    for drawn in (figure, tables, plotting.plot_loss({"$a^$": [1.0, 2.0]})):
        plotting.figure_png(drawn)  # as mathematics these would not be drawn but raise
    assert texts(tables) == ["$a^$", "b", "texts"]


def test_large_whole_numbers_are_drawn_to_the_last_digit():
    assert texts(plotting.plot_tables([tensor([1234567])], ["t"])) == ["1234567", "t"]


def test_the_graph_of_vectors_shows_shapes():
    w = tensor([1.0, 2.0, 3.0], requires_grad=True)
    for result in ((w * 2).sum(), w * 2):
        assert "w\nshape (3,)" in texts(plotting.plot_graph(result, labels={w: "w"}))


def test_a_graph_whose_ways_double_at_each_step_is_drawn_at_once():
    x = Value(1.0)
    for _ in range(60):
        x = x * (x + 1.0)  # a way to the first value can be chosen in more than 2 ** 60 ways
    nodes = x.topological_order()
    drawn = [text for text in texts(plotting.plot_graph(x)) if text]
    assert len(drawn) == len(nodes)


def test_the_words_under_a_figure_are_no_markup(monkeypatch):
    shown = []
    monkeypatch.setattr(figure_module, "display", lambda data, **options: shown.append(data))
    plotting.show(plotting.plot_loss({"a": [1.0]}), "<eos> costs $5 * 2, or $6.")
    assert shown[1]["text/plain"] == "<eos> costs $5 * 2, or $6."
    assert shown[1]["text/markdown"] == r"*\<eos\> costs \$5 \* 2, or \$6.*"


W = tensor([1.0, 2.0, 3.0], requires_grad=True)
REFUSED = [
    (lambda: plotting.plot_loss([1.0, 2.0]), r'plot_loss\(\{"my run": losses\}\)'),
    (lambda: plotting.plot_loss({}), "no curve"),
    (lambda: plotting.plot_loss({k: [1.0] for k in range(17)}), "17 were given"),
    (lambda: plotting.plot_loss({"a": []}), "losses of 'a' must be a list of numbers"),
    (lambda: plotting.plot_loss({"a": 2.0}), "losses of 'a' must be a list of numbers"),
    (lambda: plotting.plot_loss({"a": "abc"}), "must be numbers, not 'abc'"),
    (lambda: plotting.plot_loss({"a": torch.ones(3, device="meta")}), "on meta"),
    (lambda: plotting.plot_loss({"a": [1.0]}, floor=NAN), "floor must be a finite number"),
    (lambda: plotting.plot_lines(X, Y[:2], {"a": (1, 2)}), "they hold 3 and 2 numbers"),
    (lambda: plotting.plot_lines([], [], {"a": (1, 2)}), "x must be a list of numbers"),
    (lambda: plotting.plot_lines(X * NAN, Y, {"a": (1, 2)}), "must be finite"),
    (lambda: plotting.plot_lines(X, Y, {"a": (NAN, 2)}), "W of 'a' must be a finite number"),
    (lambda: plotting.plot_lines(X, Y, {"a": (1, 2, 3)}), "must be a pair"),
    (lambda: plotting.plot_lines(X, Y, {"a": (1, 2)}, residuals_of="b"), "none of the lines"),
    (lambda: plotting.plot_lines(X, Y, [(1, 2)]), "with their names"),
    (lambda: plotting.plot_loss_surface(X, Y, {"a": []}), "steps of 'a' must be a table"),
    (lambda: plotting.plot_loss_surface(X, Y, {"a": [(1, 2, 3)]}), "must be pairs"),
    (lambda: plotting.plot_loss_surface(X, Y, {"a": [(1, 2)]}, (1, 1)), "choose other ranges"),
    (lambda: plotting.plot_loss_surface(X * INF, Y, {"a": [(1, 2)]}), "must be finite"),
    (lambda: plotting.plot_loss_surface(X, Y, [(1, 2)]), "with their names"),
    (lambda: plotting.plot_graph(W), "has no graph"),
    (lambda: plotting.plot_graph(X * 2), "has no graph"),
    (lambda: plotting.plot_graph(2.0), "this is 2.0"),
    (lambda: plotting.plot_graph(sum([W] * 300)), "at most 200"),
    (lambda: plotting.plot_graph(W.sum(), labels={X: "x"}), "not 'x'"),
    (lambda: plotting.plot_tables([], []), "tables is empty"),
    (lambda: plotting.plot_tables([X, Y], ["x"]), "titles must be 2; it is 1"),
    (lambda: plotting.plot_tables([X, Y], "xy", ["+", "+"]), "signs must be 1; it is 2"),
    (lambda: plotting.plot_tables([X, Y], "xy", colors=[None]), "colors must be 2; it is 1"),
    (lambda: plotting.plot_tables([torch.ones(2, 2, 2)], "x"), r"shape \(2, 2, 2\)"),
    (lambda: plotting.plot_tables([X[:0]], "x"), r"shape \(0,\)"),
    (lambda: plotting.plot_tables([X], "x", colors=[{(1, 0): "red"}]), r"the cell \(1, 0\)"),
    (lambda: plotting.plot_attention(torch.eye(2), "a", "bc"), "1 queries and 2 keys"),
    (lambda: plotting.plot_attention(torch.eye(2)[None], "ab", "cd"), r"shape is \(1, 2, 2\)"),
    (lambda: plotting.plot_attention(torch.eye(400), ["a"] * 400, ["b"] * 400), "room for 300"),
    (lambda: plotting.plot_tables([torch.ones(50, 50)], "x"), "2,500 cells"),
    (lambda: plotting.plot_attention([[3.0, -1.0]], "a", "bc"), "has softmax been taken"),
    (lambda: plotting.plot_attention([[NAN, 1.0]], "a", "bc"), "one of them is nan"),
    (lambda: plotting.show(plotting.new_figure(), "alt"), "show wants a figure"),
    (lambda: plotting.plot_bars({}), "one at least"),
    (lambda: plotting.plot_bars({"a": {"x": 1}, "b": {"y": 1}}), "the same parts"),
    (lambda: plotting.plot_bars({"a": NAN}), "finite number, not nan"),
    (lambda: plotting.plot_number_line({}), "one name and its numbers"),
    (lambda: plotting.plot_number_line({"a": NAN}), "'a' must be finite"),
    (lambda: plotting.plot_number_line({"a": 0.0}, log=True), "above 0 on a logarithmic axis"),
    (lambda: plotting.plot_map([[1.0]], "a", "bc"), r"shape \(1, 1\)"),
    (lambda: plotting.plot_points({"a": [[1, 2, 3]]}), "must be pairs"),
    (lambda: plotting.plot_bars({"a": dict.fromkeys("pqrst", 1)}), "show 4 .* and 5 were given"),
    (lambda: plotting.plot_bars({"a": {"x": 1, "y": -2}}, stacked=True), "'y' has -2"),
    (lambda: plotting.plot_number_line({"a": dict.fromkeys(range(17), 1)}), "17 were given"),
    (lambda: plotting.plot_number_line({"a": [1, 2], "b": 3}, join=True), r"they have \[2, 1\]"),
    (lambda: plotting.plot_map([[1.0, NAN]], "a", "bc"), "nan in row 0, column 1"),
    (lambda: plotting.plot_map([[-INF]], "a", "b"), "-inf in row 0, column 0"),
    (lambda: plotting.plot_number_line({"a": 1}, levels={"z": 0}, log=True), "level 'z' is 0"),
    (lambda: plotting.plot_curves({"p": {"a": [1]}}, ylabel=["x", "y"]), "1 panels, and 2 texts"),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_cannot_be_drawn_gets_one_sentence(case):
    draw, says = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=says) as caught:
        draw()
    package = Path(plotting.__file__).parent
    assert caught.traceback[-1].path.parent == package and "\n" not in str(caught.value)


def looks(figure):
    return [(line.get_marker(), line.get_color(), *map(tuple, line.get_xydata()))
            for line in figure.axes[0].lines if line.get_marker() not in ("None", "")]  # fmt: skip


@pytest.mark.parametrize("number", [4, 5, 16])
def test_kinds_are_all_drawn_and_no_two_look_alike(number):
    kinds = {f"kind {k}": k / 20 for k in range(number)}
    for figure in (
        plotting.plot_points({name: [[place, 0.0]] for name, place in kinds.items()}),
        plotting.plot_number_line({"row": kinds}),
        plotting.plot_curves({}, points={name: (place, 0) for name, place in kinds.items()}),
    ):
        drawn = looks(figure)
        assert [place[0] for _, _, place in drawn] == [*kinds.values()]
        assert len({look[:2] for look in drawn}) == number


def test_one_name_may_be_marked_as_a_text():
    figure = plotting.plot_bars({"A": 1, "Adam": 2, "dam": 3}, mark="Adam")
    colors = [bar.get_facecolor() for bar in figure.axes[0].patches]
    assert colors[0] == colors[2] != colors[1]


def test_a_scale_ends_in_an_arrow_where_numbers_are_beyond_it():
    for numbers, ends in (
        ([0, 1], "neither"),
        ([0, 2], "max"),
        ([-1, 1], "min"),
        ([-1, 2], "both"),
    ):
        image = plotting.plot_map([numbers], "a", "bc").axes[0].images[0]
        assert image.colorbar.extend == ends


def test_points_outside_the_limits_are_counted_beside_their_name():
    points = {"in": [[0, 0], [1, -2]], "out": [[0, 0], [10, 0], [0, -20]]}
    legend = plotting.plot_points(points).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["in", "out (2 of 3 outside)"]
    legend = plotting.plot_points(points, limits=(-20, 10)).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["in", "out"]


def test_figures_are_made_without_pyplot():
    code = (
        "import sys; from course_lib import plotting; "
        "plotting.figure_png(plotting.plot_loss({'a': [2.0, 1.0]})); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
