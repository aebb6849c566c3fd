"""The verbs that draw: each takes data with their names, and returns one matplotlib ``Figure``.

A lesson finds all of them here. Bars, number lines and maps are drawn here; curves in ``curves``,
text in ``letters``, tables and other diagrams in ``diagrams`` and ``graphs``; points, a line and
the map of its loss in ``surface``; the frame of all figures is ``figure``.
"""

import torch
from matplotlib.colors import LinearSegmentedColormap

from course_lib.curves import plot_curves, plot_loss
from course_lib.diagrams import (
    draw_table,
    plot_hands,
    plot_strides,
    plot_tables,
    table_axis,
)
from course_lib.figure import (
    BLUE,
    DRAWN,
    GREEN,
    GREY,
    INK,
    LIGHT_BLUE,
    LIGHT_GREEN,
    LIGHT_ORANGE,
    ORANGE,
    PALE,
    PURPLE,
    figure_bundle,
    figure_metadata,
    figure_png,
    named_curves,
    new_figure,
    set_limits,
    show,
    styled,
)
from course_lib.given import as_number, as_numbers, as_plain, check_finite
from course_lib.graphs import plot_graph
from course_lib.letters import plot_pieces, plot_text, plot_tokens
from course_lib.surface import (
    loss_surface,
    plot_lines,
    plot_loss_surface,
    plot_points,
    plot_valley,
)

__all__ = [  # noqa: RUF022
    "plot_curves", "plot_loss", "plot_bars", "plot_number_line", "plot_map", "plot_attention",
    "plot_points", "plot_text", "plot_tokens", "plot_tables", "plot_graph", "plot_pieces",
    "plot_strides", "plot_hands", "plot_lines", "plot_loss_surface", "plot_valley", "loss_surface",
    "draw_table", "table_axis", "new_figure", "show", "figure_bundle", "figure_metadata",
    "figure_png", "BLUE", "ORANGE", "GREEN", "PURPLE", "GREY", "INK", "PALE", "LIGHT_BLUE",
    "LIGHT_ORANGE", "LIGHT_GREEN", "DRAWN",
]  # fmt: skip


@styled
def plot_bars(bars, label="", *, levels=None, mark=(), stacked=False, limit=None, fmt=".3g"):
    """Bars, each with its name and its number; upright if all names are short.

    Args:
        bars: {name: number}, or a list of pairs (name, number); or {name: {part: number}}, with a
            bar for each part, side by side or, if ``stacked``, end to end.
        label: what the bars' length means.
        levels: {name: number}, dashed lines across the bars.
        mark: names of bars that have another colour.
        limit: where the axis of the numbers ends.
        fmt: how the numbers are written; "" for none of them.

    Raises:
        ValueError: for no bars, for what is not finite, for parts that differ between bars, for
            more than 4 parts, and for one below 0 that is stacked.
    """
    pairs = list(bars.items() if isinstance(bars, dict) else bars)
    parts = [numbers if isinstance(numbers, dict) else {"": numbers} for _, numbers in pairs]
    if not parts or any(part.keys() != parts[0].keys() for part in parts):
        raise ValueError(
            f"bars must be one at least, and all with the same parts; there are {len(parts)}, "
            f"with the parts {[list(part) for part in parts][:4]}."
        )
    mark = {mark} if isinstance(mark, str) else mark
    names = [str(name) for name, _ in pairs]
    upright = all(len(name) <= 5 for name in names)
    figure, axis = new_figure(
        6.0, 2.6 if upright else 0.9 + 0.3 * len(names) * len(parts[0]) ** 0.6
    )
    example = "plot_bars({'a': {'first': 1, 'second': 2}})"
    looks = named_curves(dict.fromkeys(parts[0]), example, most=4)
    thick, start = 0.8 if stacked else 0.8 / len(looks), torch.zeros(len(names))
    for k, (part, _, color, _) in enumerate(looks):
        sizes = torch.tensor([as_number(entry[part], f"{part or 'A bar'}") for entry in parts])
        if stacked and (sizes < 0).any():
            raise ValueError(
                f"Parts that are stacked must be 0 or above, and {part!r} has {sizes.min():g}: "
                "draw them side by side, without stacked."
            )
        places = torch.arange(len(names)) + (0 if stacked else (k - (len(looks) - 1) / 2) * thick)
        colors = [ORANGE if name in mark else color for name, _ in pairs]
        if upright:
            drawn = axis.bar(places, sizes, thick, start, color=colors, label=part)
        else:
            drawn = axis.barh(places, sizes, thick, start, color=colors, label=part)
        start = start + sizes if stacked else start
        if fmt and not stacked:
            texts = [f"{size:{fmt}}" for size in sizes.tolist()]
            axis.bar_label(drawn, texts, padding=2, fontsize=9, color=INK)
        if fmt and (sizes < 0).any():  # the numbers of these stand between the bars and the names
            axis.margins(**{"y" if upright else "x": 0.15})
    _finish_bars(axis, names, label, levels or {}, upright, limit)
    return figure


def _finish_bars(axis, names, label, levels, upright, limit):
    """Names at the bars, the levels with theirs, and a key if the bars have parts."""
    ruler, way, cross = ("y", "x", axis.axhline) if upright else ("x", "y", axis.axvline)
    getattr(axis, f"set_{way}ticks")(range(len(names)), names, parse_math=False)
    axis.tick_params(way, length=0)
    axis.set(**{f"{ruler}label": label})
    if limit is not None:
        axis.set(**{f"{ruler}lim": (0, limit)})
    if not upright:
        axis.invert_yaxis()
    for name, level in levels.items():
        level = as_number(level, f"The level {name!r}")
        if level <= 0 and getattr(axis, f"get_{ruler}scale")() == "log":
            raise ValueError(f"The level {name!r} is {level:g}, on a logarithmic axis.")
        cross(level, color=INK, linestyle="--", linewidth=1)
        place = (1.0, level) if upright else (level, 1.0)
        shift = {"ha": "left", "va": "center"} if upright else {"ha": "center", "va": "bottom"}
        axis.annotate(
            f" {name}",
            place,
            xycoords=("axes fraction", "data") if upright else ("data", "axes fraction"),
            fontsize=9,
            color=INK,
            **shift,
        )
    if axis.get_legend_handles_labels()[1]:
        above = 2.0 if levels and not upright else 0.3
        axis.legend(
            frameon=False,
            fontsize=9,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=6,
            borderaxespad=above,
        )


@styled
def plot_number_line(rows, label="", *, levels=None, log=False, join=False, limits=None, fmt=""):
    """Numbers as dots on a line, a row for each name: also where bars, for want of a 0, would lie.

    Args:
        rows: {name: number or list of numbers}, or pairs (name, number or list); or {name: {kind:
            number or list}}, where each kind has a colour and a mark of its own.
        label: what the numbers are.
        levels: {name: number}, dashed lines from top to bottom.
        log: a logarithmic axis.
        join: thin lines from each row's first number to the next row's first, and so on.
        limits: (lowest, highest) of the axis.
        fmt: how numbers are written beside single dots, such as ".3f"; "" for not at all.

    Raises:
        ValueError: for no rows, for numbers that are not finite, or with ``log`` not above 0, for
            more than 16 kinds, and for rows of different lengths that are to be joined.
    """
    pairs = list(rows.items() if isinstance(rows, dict) else rows)
    if not pairs:
        raise ValueError("rows is empty: give one name and its numbers at least.")
    table = [(name, row if isinstance(row, dict) else {"": row}) for name, row in pairs]
    kinds = list(dict.fromkeys(kind for _, row in table for kind in row))
    example = 'plot_number_line({"row": {"kind": 1.0}})'
    looks = {kind: look for kind, _, *look in named_curves(dict.fromkeys(kinds), example)}
    figure, axis = new_figure(6.0, 0.8 + 0.32 * len(pairs))
    joined, shown = [], set()
    for place, (name, row) in enumerate(table):
        axis.axhline(place, color=PALE, linewidth=1, zorder=0)
        for kind, numbers in row.items():
            values = as_numbers(_listed(numbers), f"The numbers of {name!r}")
            if not values.isfinite().all() or (log and (values <= 0).any()):
                raise ValueError(
                    f"The numbers of {name!r} must be finite, and above 0 on a logarithmic axis; "
                    f"they go from {values.min():g} to {values.max():g}."
                )
            k, values, key = kinds.index(kind), values.tolist(), "" if kind in shown else kind
            shown.add(kind)
            look = {"markersize": [8, 6, 4, 3][k % 4] if len(kinds) > 1 else 6, "alpha": 0.85}
            color, mark = looks[kind]
            look |= {"color": color, "label": key, "marker": "osD^"[mark]}
            axis.plot(values, [place] * len(values), linestyle="", **look)
            joined += [values] if join else []
            if fmt and len(values) == 1:
                beside = {"textcoords": "offset points", "va": "center", "color": INK}
                axis.annotate(
                    f"{values[0]:{fmt}}", (values[0], place), (7, 0), fontsize=9, **beside
                )
    if len({len(numbers) for numbers in joined}) > 1:
        raise ValueError(
            f"To join rows each needs as many numbers; they have {[len(n) for n in joined]}."
        )
    for numbers in zip(*joined, strict=True):
        axis.plot(numbers, range(len(numbers)), color=GREY, linewidth=0.8, zorder=1)
    axis.set(ylim=(-0.6, len(pairs) - 0.4), xscale="log" if log else "linear")
    set_limits(axis, limits, None)
    axis.margins(x=0.08)
    axis.spines["left"].set_visible(False)
    _finish_bars(
        axis, [str(name) for name, _ in pairs], label, levels or {}, upright=False, limit=None
    )
    return figure


def _listed(numbers):
    return numbers if isinstance(as_plain(numbers), list) else [numbers]


@styled
def plot_map(table, rows, columns, ylabel="", xlabel="", *, low=0.0, high=1.0, meaning=""):
    """A table of numbers as a map: the darker a cell, the larger its number.

    Args:
        table: (rows, columns); up to 10 columns have their numbers in the cells.
        rows, columns: a text for each; of more than 20 whole numbers each tenth is written.
        ylabel, xlabel: what the rows and the columns are.
        low, high: the numbers that are white and darkest; if ``low`` is negative, orange is for
            numbers below 0, and white for 0. Where some are beyond, the scale ends in an arrow.
        meaning: what the numbers are, at the scale of the shades.

    Raises:
        ValueError: for more than 300 rows, for another number of texts than rows or columns, and
            for what is not finite.
    """
    rows, columns = list(rows), list(columns)
    table = as_numbers(table, "The table", dims=2)
    if table.shape != (len(rows), len(columns)) or len(rows) > 300:
        raise ValueError(
            f"The table has shape {tuple(table.shape)}, with {len(rows)} rows and {len(columns)} "
            "columns named: name each of them, and of more than 300 rows draw a part."
        )
    check_finite(table)
    small, many = len(columns) <= 10, max(len(rows), len(columns)) > 40
    size = 0.115 if many else 0.3
    width, height = min(7.5, size * len(columns) + 2.2), size * len(rows) + 1.2
    figure, axis = new_figure(width, height)
    shades = ["white", "#4496C6"] if low >= 0 else ["#E08A4B", "white", "#4496C6"]
    image = axis.imshow(
        table.tolist(),
        cmap=LinearSegmentedColormap.from_list("shades", shades),
        vmin=low,
        vmax=high,
        aspect="auto",
    )
    upright = {"rotation": 0 if small or all(len(str(c)) == 1 for c in columns) else 90}
    for set_ticks, names, style in (
        (axis.set_xticks, columns, upright),
        (axis.set_yticks, rows, {}),
    ):
        every = 10 if len(names) > 20 and isinstance(names[0], int) else 1
        set_ticks(range(0, len(names), every), names[::every], parse_math=False, **style)
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.tick_params(length=0, labelsize=6.5 if many else 8)
    for i, row in enumerate(table.tolist() if small else []):
        for j, number in enumerate(row):
            axis.text(j, i, f"{number:.2f}", ha="center", va="center", fontsize=8, color=INK)
    ends = bool((table < low).any()) + 2 * bool((table > high).any())  # an arrow: and beyond
    beyond = ["neither", "min", "max", "both"][ends]
    figure.colorbar(image, label=meaning, extend=beyond).ax.tick_params(labelsize=8)
    return figure


@styled
def plot_attention(weights, queries, keys, asks="asks", answers="answers"):
    """Who looks at whom: rows ask, columns answer, and the darker a cell, the more weight it has.

    Args:
        weights: (rows, columns), from 0 to 1; up to 10 columns have their numbers in the cells.
        queries, keys: a text for each row, and for each column.
        asks, answers: what stands at the rows' axis and at the columns'.

    Raises:
        ValueError: for weights outside 0 to 1, for more than 300 rows, and for another number of
            texts than rows or columns.
    """
    queries, keys = list(queries), list(keys)
    weights = as_numbers(weights, "weights", dims=2)
    if weights.shape != (len(queries), len(keys)):
        raise ValueError(
            f"weights has shape {tuple(weights.shape)}, and there are {len(queries)} queries and "
            f"{len(keys)} keys: give a text for each row and for each column."
        )
    if len(queries) > 300:
        raise ValueError(
            f"weights has {len(queries)} rows, and a figure has room for 300: draw a part, such as "
            "weights[:300]."
        )
    outside = weights[~((weights > -1e-3) & (weights < 1.001))]  # a nan is outside as well
    if len(outside):
        raise ValueError(
            f"weights must be from 0 to 1, and one of them is {outside[0]:.4g}: has softmax been "
            "taken?"
        )
    return plot_map(weights, queries, keys, asks, answers, meaning="weight")
