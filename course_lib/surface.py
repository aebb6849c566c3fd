"""Drawings in the plane: points, a line, its loss as a map, and the ways down such maps."""

import math

import torch

from course_lib.figure import (
    BLUE,
    GREY,
    INK,
    LIGHT_BLUE,
    LIGHT_ORANGE,
    LINES,
    ORANGE,
    named_curves,
    new_figure,
    styled,
)
from course_lib.given import as_number, as_numbers, as_points, curve_label, describe


@styled
def plot_lines(x, y, lines, residuals_of=None, ylim=None):
    """Points and straight lines through them.

    Args:
        x, y: tensors of shape (N,), the points.
        lines: {name: (W, b)}, up to 16.
        residuals_of: the name of the line whose distance to each point is drawn.
        ylim: (lowest, highest) of the y axis.

    Raises:
        TypeError: if ``lines`` is no dictionary.
        ValueError: for points, or a line, that are not finite numbers; for more than 16 lines;
            and if ``residuals_of`` names none of them.
    """
    x, y = as_points(x, y)
    figure, axis = new_figure()
    if residuals_of is not None and residuals_of not in lines:
        raise ValueError(
            f"residuals_of is {residuals_of!r}, which is none of the lines: {list(lines)}."
        )
    span = torch.stack([x.min() - 0.5, x.max() + 0.5])
    for name, line, color, k in named_curves(
        lines, 'plot_lines(x, y, {"my line": (W, b)})', least=0
    ):
        if not hasattr(line, "__len__") or len(line) != 2:
            raise ValueError(f"The line {name!r} must be a pair (W, b), not {describe(line)}.")
        W, b = (
            as_number(part, f"{word} of {name!r}") for word, part in zip("Wb", line, strict=True)
        )
        axis.plot(
            span, W * span + b, color=color, linestyle=LINES[k], label=curve_label(name, span)
        )
        if name == residuals_of:
            axis.vlines(x, y, W * x + b, color=color, linewidth=4, label="residuals")
    axis.plot(x, y, "o", color=INK, markersize=4, label="data")
    axis.set(xlabel="x", ylabel="y")
    if ylim is not None:
        axis.set(ylim=ylim)
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


def loss_surface(x, y, W_range, b_range, size=150):
    """The mean squared error of the line W x + b for a grid of W and b.

    Args:
        x, y: tensors of shape (N,).
        W_range, b_range: (lowest, highest).

    Returns:
        W and b of shape (size,), and the loss of shape (size, size), row = b, column = W.
    """
    W, b = torch.linspace(*W_range, size), torch.linspace(*b_range, size)
    x, y = (numbers.to(W.dtype) for numbers in as_points(x, y))
    lines = W[:, None] * x  # (W, N), to which each row of the map adds its b
    return W, b, torch.stack([((lines + b_i - y) ** 2).mean(dim=1) for b_i in b])


@styled
def plot_loss_surface(x, y, paths, W_range=(-1.0, 4.0), b_range=(-2.0, 4.0)):
    """The loss of W x + b as a map, to scale, and the ways that descents took over it.

    Args:
        x, y: tensors of shape (N,), the data.
        paths: {name: sequence of (W, b)}, from start to end, up to 16. Steps that are nan or inf
            are counted in the legend.
        W_range, b_range: (lowest, highest), the part of the map that is shown.

    Raises:
        TypeError: if ``paths`` is no dictionary.
        ValueError: for data that are not finite numbers, more than 16 paths or none, a path that is
            no sequence of pairs, and a range with no room in it.
    """
    W, b, loss = loss_surface(x, y, W_range, b_range)
    low, high = float(loss.min()), float(loss.max())
    if not (W_range[0] < W_range[1] and b_range[0] < b_range[1] and low < high < math.inf):
        raise ValueError(
            f"The map of W from {W_range[0]} to {W_range[1]} and b from {b_range[0]} to "
            f"{b_range[1]} has losses from {low:g} to {high:g}: choose other ranges."
        )
    tall = 4.4 * min(1.0, 1.4 * (b_range[1] - b_range[0]) / (W_range[1] - W_range[0]))
    figure, axis = new_figure(5.2, tall)
    levels = _round_levels(low, high)
    lines = axis.contour(W, b, loss, levels=levels, colors=GREY, linewidths=0.6)
    axis.clabel(lines, levels=lines.levels[::2], fmt="%.3g", fontsize=8, colors=INK)
    for name, path, color, k in named_curves(paths, 'plot_loss_surface(x, y, {"my path": path})'):
        steps = as_numbers(path, f"The steps of {name!r}", dims=2)
        if steps.shape[1] != 2:
            raise ValueError(
                f"The steps of {name!r} must be pairs (W, b); their shape is {tuple(steps.shape)}."
            )
        axis.plot(
            steps[:, 0],
            steps[:, 1],
            color=color,
            marker="os^D"[k],
            markersize=3 if len(steps) < 30 else 2,
            linewidth=1 if len(steps) < 30 else 0.6,
            alpha=1.0 if len(steps) < 30 else 0.7,  # a hundred zigzags leave the map visible
            label=curve_label(name, steps.sum(dim=1)),
        )
        axis.plot(*steps[0], marker="o", markersize=9, color=color, fillstyle="none")
    axis.set(xlabel="W", ylabel="b", xlim=W_range, ylim=b_range, aspect="equal")
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


def _round_levels(low, high):
    """Levels 1, 2, 5, 10, 20, ... between low and high, or evenly spaced ones if these are few."""
    powers = range(math.floor(math.log10(max(low, 1e-300))), math.ceil(math.log10(high)) + 1)
    levels = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    levels = [level for level in levels if low < level < high]
    few = torch.linspace(low, high, 12)[1:-1].tolist()
    return levels[-14:] if len(levels) > 4 else few


@styled
def plot_valley(loss, paths, xlim=(-10.0, 10.0), ylim=(-2.0, 2.0), names=("flat", "steep")):
    """Ways down a valley, each in a panel of its own, drawn to scale.

    Args:
        loss: a function from a place, a tensor of shape (2,), to its loss; it must also take the
            two coordinates as whole grids, shape (2, rows, columns).
        paths: {name: (steps, 2)}, the places from start to end; up to six.
        xlim, ylim: (lowest, highest), the part of the valley that is shown.
        names: of the two directions.

    Raises:
        TypeError: if ``paths`` is no dictionary.
        ValueError: for a path that is no sequence of pairs.
    """
    named = named_curves(paths, 'plot_valley(loss, {"SGD": places})')
    side, up = torch.linspace(*xlim, 200), torch.linspace(*ylim, 80)
    heights = loss(torch.stack(torch.meshgrid(side, up, indexing="xy")))
    width = 6.6
    tall = 0.36 + (width - 0.8) * (ylim[1] - ylim[0]) / (xlim[1] - xlim[0])
    figure = new_figure(width, tall * len(named) + 0.3)[0]
    figure.clear()
    axes = figure.subplots(len(named), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (name, path, _, _) in zip(axes, named, strict=True):
        steps = as_numbers(path, f"The steps of {name!r}", dims=2)
        if steps.shape[1] != 2:
            raise ValueError(
                f"The steps of {name!r} must be pairs; their shape is {tuple(steps.shape)}."
            )
        levels = (heights.max() * torch.tensor([0.005, 0.02, 0.08, 0.3, 0.6])).tolist()
        axis.contour(side, up, heights, levels=levels, colors=GREY, linewidths=0.5)
        axis.plot(*steps.T.numpy(), "o-", color=BLUE, markersize=3, linewidth=1)
        axis.plot(*steps[0].tolist(), "o", color=BLUE, markersize=8, fillstyle="none")
        axis.plot(0, 0, "*", color=ORANGE, markersize=10)
        axis.set(xlim=xlim, ylim=ylim, aspect="equal", ylabel=names[1])
        axis.set_title(curve_label(name, steps.sum(dim=1)), fontsize=9, color=INK, loc="left")
        axis.tick_params(labelsize=8)
    axes[-1].set(xlabel=names[0])
    return figure


@styled
def plot_points(
    points, score=None, xlabel="feature 1", ylabel="feature 2", limits=(-2.4, 2.4), *, edges=None
):
    """Points of several kinds in the plane, and what a model says about every place in it.

    Args:
        points: {kind: (N, 2)}, up to 16 kinds.
        score: a function from places (M, 2) of float64 to scores (M,); where it is above 0 the
            plane is blue, elsewhere orange. None for no model.
        xlabel, ylabel: what the two numbers of a point are.
        limits: (lowest, highest) of both axes. How many points lie outside stands beside the name.
        edges: a function from places (M, 2) of float64 to numbers (M, K); a thin line is drawn
            where each of the K is 0. None for no lines.

    Raises:
        ValueError: for points that are not pairs of numbers.
    """
    figure, axis = new_figure(4.6, 3.6)
    side = torch.linspace(*limits, 120, dtype=torch.float64)
    grid = torch.cartesian_prod(side, side)
    if score is not None:
        with torch.no_grad():
            above = score(grid).reshape(120, 120).T > 0
        axis.contourf(
            side, side, above.double(), levels=[-0.5, 0.5, 1.5], colors=[LIGHT_ORANGE, LIGHT_BLUE]
        )
    if edges is not None:
        with torch.no_grad():
            numbers = edges(grid).reshape(120, 120, -1)
        for k in range(numbers.shape[2]):
            axis.contour(side, side, numbers[..., k].T, levels=[0.0], colors=GREY, linewidths=1)
    for name, places, color, k in named_curves(points, 'plot_points({"inside": points})'):
        places = as_numbers(places, f"The points {name!r}", dims=2)
        if places.shape[1] != 2:
            raise ValueError(
                f"The points {name!r} must be pairs; their shape is {tuple(places.shape)}."
            )
        outside = int(((places < limits[0]) | (places > limits[1])).any(dim=1).sum())
        name = f"{name} ({outside} of {len(places)} outside)" if outside else name
        axis.plot(
            *places.T, "ox^s"[k], color=color, markersize=4, label=curve_label(name, places.sum(1))
        )
    axis.set(aspect="equal", xlabel=xlabel, ylabel=ylabel, xlim=limits, ylim=limits)
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure
