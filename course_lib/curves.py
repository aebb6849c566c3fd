"""Curves with their names at their ends."""

import math
import textwrap

import torch

from course_lib.figure import (
    GREEN,
    GREY,
    INK,
    LINES,
    ORANGE,
    PALE,
    PURPLE,
    named_curves,
    new_figure,
    set_limits,
    styled,
)
from course_lib.given import as_number, as_numbers, as_plain, as_points, curve_label


@styled
def plot_curves(
    curves,
    xlabel="",
    ylabel="",
    *,
    levels=None,
    points=None,
    bands=None,
    marker="",
    xlog=False,
    ylog=False,
    xlim=None,
    ylim=None,
    xticks=None,
    width=6.0,
    height=3.0,
):
    """Curves, each with its name at its right end.

    Args:
        curves: {name: y} or {name: (x, y)}, each of y and x a list of numbers; x counts from 0 if
            it is left out. Or {title: {name: y}}, a panel for each title, in which a curve of the
            same name looks the same. Up to 16 names; nan, inf and, on a logarithmic axis, 0 and
            less cannot be drawn and are counted beside the name.
        ylabel: one for all panels, which then share their axis, or a list with one for each.
        levels: {name: y}, dashed lines across the figure.
        points: {name: (x, y)}, marks with their names; x and y are numbers or lists of them.
        bands: {name: (lowest, highest)}, strips across the figure.
        marker: a mark at each number of a curve, such as "o".
        xlog, ylog: logarithmic axes.
        xlim, ylim: (lowest, highest) of an axis.
        xticks: the only numbers that are written at the x axis.

    Raises:
        TypeError: if ``curves`` is no dictionary.
        ValueError: for more than 16 names or none, for what is no list of numbers, for x and y of
            different lengths, for curves beside panels, and for another number of texts in
            ``ylabel`` than panels.
    """
    panels, looks = _panels(curves, needs_one=not points)
    ylabels = _ylabels(ylabel, len(panels))
    shared = isinstance(ylabel, str)
    figure, axes = new_figure(width, height, len(panels), sharey=shared)
    axes = [axes] if len(panels) == 1 else list(axes)
    for axis, (title, panel), text in zip(axes, panels.items(), ylabels, strict=True):
        axis.set(xlabel=xlabel, ylabel=text if axis is axes[0] or not shared else "")
        axis.set(xscale="log" if xlog else "linear", yscale="log" if ylog else "linear")
        axis.set_title(title, fontsize=10, color=INK)
        ends = [_curve(axis, name, curve, *looks[name], marker) for name, curve in panel.items()]
        ends += _across(axis, levels or {}, bands or {})
        marks = _marks(axis, points or {})
        set_limits(axis, xlim, ylim, xticks)
        named = axis is axes[-1] or panel.keys() != list(panels.values())[-1].keys()
        _label_ends(axis, ends if named else [], marks, height)
    return figure


def _panels(curves, needs_one):
    """{title: curves}, and {name: (colour, line)} for all names."""
    nested = isinstance(curves, dict) and any(isinstance(curve, dict) for curve in curves.values())
    if nested and not all(isinstance(curve, dict) for curve in curves.values()):
        raise ValueError(
            "Curves and panels can't be mixed: give a title to every panel, as in "
            '{"title": {"my curve": y}}.'
        )
    panels = curves if nested else {"": curves}
    names = {name: None for panel in curves.values() for name in panel} if nested else curves
    named = named_curves(names, 'plot_curves({"my curve": y})', least=int(needs_one))
    return panels, {name: (color, LINES[k]) for name, _, color, k in named}


def _ylabels(ylabel, panels):
    """A text for each panel."""
    texts = [ylabel] * panels if isinstance(ylabel, str) else list(ylabel)
    if len(texts) != panels:
        raise ValueError(f"There are {panels} panels, and {len(texts)} texts in ylabel.")
    return texts


def _curve(axis, name, curve, color, line, marker=""):
    """Draw one curve; returns its label, the x and y of its end, and its colour."""
    pair = isinstance(curve, tuple) and len(curve) == 2 and isinstance(as_plain(curve[0]), list)
    y = as_numbers(curve[1] if pair else curve, f"The numbers of {name!r}")
    x = as_numbers(curve[0], f"The x of {name!r}") if pair else torch.arange(len(y)).double()
    if len(x) != len(y):
        raise ValueError(
            f"The curve {name!r} has {len(x)} numbers for x and {len(y)} for y: give as "
            "many of each."
        )
    seen, shown = _shown(axis, x, y)
    alone = not (seen[1:] & seen[:-1]).any()  # no two neighbours, and so no line
    label, mark = curve_label(name, shown, True), marker or "o" * bool(alone)
    axis.plot(
        x.numpy(), y.numpy(), color=color, linestyle=line, marker=mark, markersize=4, label=label
    )
    last = int(seen.nonzero()[-1]) if seen.any() else -1
    return label, x[last].item(), y[last].item(), color


def _shown(axis, x, y):
    """Which places can be drawn; and for each 1, or nan, or -1 where a logarithm needs more."""
    unseen, below = ~(x.isfinite() & y.isfinite()), torch.zeros(len(x), dtype=torch.bool)
    for numbers, scale in ((x, axis.get_xscale()), (y, axis.get_yscale())):
        below |= (numbers <= 0) & (scale == "log")
    shown = torch.where(below, -1.0, 1.0).where(~unseen, math.nan)
    return shown > 0, shown


def _across(axis, levels, bands):
    """Draw what lies across the whole figure; returns labels for it, as ``_curve`` does."""
    ends = []
    for name, (low, high) in bands.items():
        axis.axhspan(low, high, color=PALE, zorder=0)
        ends.append((str(name), math.inf, (low + high) / 2, GREY))
    for name, level in levels.items():
        level = as_number(level, f"The level {name!r}")
        axis.axhline(level, color=GREY, linestyle="--", linewidth=1)
        label = curve_label(name, torch.tensor([level]), axis.get_yscale() == "log")
        ends.append((label, math.inf, level, GREY))
    return ends


def _marks(axis, points):
    """Draw marks; returns labels for the last of each kind, as ``_curve`` does."""
    ends = []
    for k, (name, (x, y)) in enumerate(points.items()):
        x, y = (part if isinstance(as_plain(part), list) else [part] for part in (x, y))
        x, y = as_points(x, y)
        color = [INK, ORANGE, GREEN, PURPLE][k % 4]
        axis.plot(
            x.numpy(), y.numpy(), "osD^"[(k + k // 4) % 4], color=color, markersize=6, zorder=3
        )
        label = curve_label(name, _shown(axis, x, y)[1], True) if name else ""
        ends.append((label, x[-1].item(), y[-1].item(), color))
    return ends


def _label_ends(axis, ends, marks, height):
    """Write names at the ends of curves and beside marks, those in the margin moved apart.

    In the margin are those of curves that end there, and those that would lie on another name, or
    on the point that another belongs to.
    """
    axis.autoscale_view()
    to_axes = axis.transData + axis.transAxes.inverted()
    line = 0.17 / (height - 0.7)  # the height of a line of text, as a share of the axes'
    margin, written = [], []
    for place, (label, x, y, color) in enumerate([*marks, *ends]):
        if not label:
            continue
        right, up = to_axes.transform((axis.get_xlim()[1] if x == math.inf else x, y))
        label = textwrap.fill(label, 22)
        if math.isfinite(up) and right < 0.9:
            others = [point for k, (_, *point, _) in enumerate([*marks, *ends]) if k != place]
            others = axis.transData.transform(others or [(x, y)])
            name = _beside(axis, label, (x, y), color, written, others, place < len(marks))
            if name:
                written.append(name)
                continue
        if math.isfinite(up):
            margin.append([min(max(up, 0.0), 1.0), right, label, color, 1 + label.count("\n")])
    _write_in_margin(axis, margin, line)


def _write_in_margin(axis, margin, line):
    """Write names at the right, moved apart, each with a line to the end that it belongs to."""
    margin.sort(key=lambda entry: entry[0])
    places = [entry[0] for entry in margin]
    for _ in range(200):
        for k in range(len(places) - 1):
            room = line * (margin[k][4] + margin[k + 1][4]) / 2
            short = max(0.0, room - (places[k + 1] - places[k])) / 2
            places[k], places[k + 1] = places[k] - short, places[k + 1] + short
    for place, (up, right, label, color, _) in zip(places, margin, strict=True):
        axis.annotate(
            label,
            (min(right, 1.0), up),
            (1.05, place),
            xycoords="axes fraction",
            va="center",
            color=color,
            fontsize=9,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": color,
                "linewidth": 0.6,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


def _beside(axis, label, point, color, written, others, mark):
    """The name of a point to its right, below, above or left of it, where it is free; or None.

    It may lie on none of those written, and on none of the other points, in pixels.
    """
    style = {"fontsize": 9, "textcoords": "offset points", "color": color}
    if mark:
        paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5}
        style["bbox"] = paper
    gap = 8 if mark else 5
    for shift, (ha, va) in (
        ((gap, 0), ("left", "center")),
        ((0, -gap), ("center", "top")),
        ((0, gap), ("center", "bottom")),
        ((-gap, 0), ("right", "center")),
    ):
        name = axis.annotate(label, point, shift, ha=ha, va=va, **style)
        box = name.get_window_extent()
        free = not any(box.overlaps(other.get_window_extent()) for other in written)
        if free and not any(box.contains(*other) for other in others):
            return name
        name.remove()
    return None


@styled
def plot_loss(losses, floor=None, ylog=False, xlabel="iteration"):
    """Loss against iteration.

    Args:
        losses: {name: list of losses}, each one curve, up to 16. What cannot be drawn (nan, inf,
            and 0 and less with ``ylog``) is counted beside the name.
        floor: the lowest loss that can be reached, drawn as a dashed line.
        ylog: a logarithmic scale for the loss.
        xlabel: what one place to the right stands for.

    Raises:
        TypeError: if ``losses`` is no dictionary.
        ValueError: for more than 16 curves or none, and for a curve that is no list of numbers.
    """
    named_curves(losses, 'plot_loss({"my run": losses})')
    losses = {name: as_numbers(y, f"The losses of {name!r}") for name, y in losses.items()}
    levels = {} if floor is None else {f"floor {as_number(floor, 'floor'):.3f}": floor}
    return plot_curves(losses, xlabel, "loss", levels=levels, ylog=ylog)
