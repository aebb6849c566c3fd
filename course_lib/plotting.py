"""The figures of the course: each function draws one thing and returns a matplotlib ``Figure``.

Figures are made without pyplot, so nothing is shown or kept open without being asked for. They
carry their own white background and are drawn under matplotlib's own settings, whatever style the
notebook has, so they read the same on a light and on a dark page. Show one with ``show``.
"""

import contextlib
import functools
import inspect
import io
import math
import re
from contextvars import ContextVar
from numbers import Number, Real

import matplotlib.style
import torch
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_lib.drawn import drawn

# Five hues that stay apart for colour-blind readers (after Okabe and Ito, "Color Universal Design",
# 2008), darkened until each stands out from white by 3 : 1 or more.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#C75300", "#00845F", "#A8578A", "#6B6B6B"
INK = "#1F2328"
PALE = "#E8EEF4"
LINES = ["-", "--", "-.", ":"]

# No page shows it; tools/compare_numbers.py compares it, as it cannot compare pictures.
DRAWN = "application/vnd.course-lib.drawn+json"

_under_own_settings = ContextVar("_under_own_settings", default=False)


@contextlib.contextmanager
def _own_settings():
    """Matplotlib as it comes, whatever style is in use; afterwards the style is in use again."""
    token = _under_own_settings.set(True)
    try:
        with matplotlib.style.context("default"):
            yield
    finally:
        _under_own_settings.reset(token)


def _styled(function):
    @functools.wraps(function)
    def under_own_settings(*args, **options):
        if _under_own_settings.get():
            return function(*args, **options)
        with _own_settings():
            return function(*args, **options)

    return under_own_settings


def _all_styled(cls):
    """Class decorator: whatever a method draws or makes has the colours and fonts of the course."""
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith(("_", "get_")):
            setattr(cls, name, _styled(method))
    return cls


@_all_styled
class CourseAxes(Axes):
    """Axes that look the same in every notebook, whatever matplotlib style it uses."""


@_all_styled
class CourseFigure(Figure):
    """A figure that looks the same in every notebook, whatever matplotlib style it uses."""

    def add_subplot(self, *args, **options):
        if not options.keys() & {"projection", "polar", "axes_class"}:
            options["axes_class"] = CourseAxes
        return super().add_subplot(*args, **options)


def _numbers(values, what, dims=1):
    """Numbers from a tensor (on any device, with or without gradients), an array, or a sequence.

    Returns:
        A float64 tensor with ``dims`` dimensions, none of them empty.

    Raises:
        ValueError: for anything else; the message begins with ``what``.
    """
    try:
        numbers = torch.tensor(_plain(values), dtype=torch.float64, device="cpu")
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{what} must be numbers, not {_kind(values)}.") from None
    if numbers.dim() != dims or not numbers.numel():
        wanted = "a list of numbers" if dims == 1 else "a table of numbers, rows of equal length"
        raise ValueError(f"{what} must be {wanted}, with one at least; "
                         f"its shape is {tuple(numbers.shape)}.")  # fmt: skip
    return numbers


def _plain(values):
    if hasattr(values, "tolist"):
        return values.tolist()
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__iter__"):
        return values
    return [_plain(value) for value in values]


def _number(thing, what):
    """A finite number as a float, from a number or a tensor of one."""
    number = thing
    with contextlib.suppress(AttributeError, ValueError, RuntimeError):
        number = thing.item()
    if not isinstance(number, Real) or not math.isfinite(number):
        raise ValueError(f"{what} must be a finite number, not {_kind(thing)}.")
    return float(number)


def _kind(thing):
    if isinstance(thing, torch.Tensor):
        return f"a tensor of shape {tuple(thing.shape)} and {thing.dtype} on {thing.device}"
    text = repr(thing)
    return text if len(text) <= 60 else text[:57] + "..."


def _points(x, y):
    """Two float64 tensors of shape (N,): the points that were given as x and y."""
    x, y = _numbers(x, "x"), _numbers(y, "y")
    if len(x) != len(y):
        raise ValueError(f"x and y must be equally long; they hold {len(x)} and {len(y)} numbers.")
    if not (x.isfinite().all() and y.isfinite().all()):
        raise ValueError("x and y must be finite; one of them holds a nan or an inf.")
    return x, y


def _named(curves, example, least=1):
    """(name, curve, colour, number of its line or mark) for each curve, no two alike."""
    if not isinstance(curves, dict):
        raise TypeError(
            f"Give the curves with their names, as in {example}; this is {_kind(curves)}."
        )
    if len(curves) < least:
        raise ValueError(f"There is no curve to draw; give one at least, as in {example}.")
    if len(curves) > 16:
        raise ValueError(f"One figure can show 16 curves that differ in colour or line, and "
                         f"{len(curves)} were given: draw several figures.")  # fmt: skip
    colors = [BLUE, ORANGE, GREEN, PURPLE]
    return [(name, curve, colors[k % 4], (k + k // 4) % 4)
            for k, (name, curve) in enumerate(curves.items())]  # fmt: skip


def _label(name, numbers, log=False):
    """A curve's name as text, and how many of its numbers no axis can show."""
    text = str(name).replace("$", r"\$")
    text = f" {text}" if text.startswith("_") else text  # matplotlib leaves out what begins with _
    unseen = int((~numbers.isfinite()).sum())
    text += f" ({unseen} of {len(numbers)} nan or inf)" if unseen else ""
    below = int((numbers <= 0).sum()) if log else 0
    return text + (f" ({below} of {len(numbers)} not above 0)" if below else "")


@_styled
def new_figure(width=6.0, height=3.0, columns=1, **subplot_options):
    """A blank figure in the course's style. Returns ``(figure, axes)``, axes as ``subplots`` does.

    Args:
        width, height: in inches.
        columns: how many plots stand side by side.
        subplot_options: passed to matplotlib's ``subplots``, such as ``sharey``.
    """
    figure = CourseFigure(figsize=(width, height), dpi=150, layout="constrained", facecolor="white")
    axes = figure.subplots(1, columns, **subplot_options)
    for axis in axes if columns > 1 else [axes]:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(colors=INK, labelsize=9)
    return figure, axes


def show(figure, alt):
    """Display a figure in a notebook, and under it ``alt``, what it shows in words.

    The words are for every reader, and above all for one who cannot see the picture. A change in
    them fails the notebook's check, which does not look at pictures.

    Raises:
        TypeError: for anything but a figure, such as the pair that ``new_figure`` returns.
    """
    if not isinstance(figure, Figure):
        raise TypeError("show wants a figure, the first of the two things that new_figure returns; "
                        f"this is {_kind(figure)}.")  # fmt: skip
    display(figure_bundle(figure, alt), metadata=figure_metadata(figure, alt), raw=True)
    words = re.sub(r"([\\`*_\[\]<>$#&~|])", r"\\\1", alt)  # as they stand, and no markup
    display({"text/markdown": f"*{words}*", "text/plain": alt}, raw=True)


def figure_bundle(figure, alt):
    """What the notebook stores for a figure: the picture, the words, and what was drawn in numbers."""
    return {"image/png": figure_png(figure), "text/plain": alt, DRAWN: drawn(figure)}


def figure_metadata(figure, alt):
    """The words again, where web pages look for them, and the width in pixels on the page."""
    return {"image/png": {"alt": alt, "width": round(figure.get_figwidth() * 100)}}


@_styled
def figure_png(figure):
    """The figure as the bytes of a PNG picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@_styled
def draw_table(axis, table, left=0.0, top=0.0, fill=PALE, colors=None, fontsize=10):
    """Draw a one- or two-dimensional tensor as a grid of cells with its numbers in them.

    Args:
        axis: where to draw; its scale must be equal in x and y.
        table: tensor of shape (), (columns,) or (rows, columns), or a nested list of texts.
        left, top: the grid's upper left corner; a cell is 1 wide and 1 high, and y points down.
        fill: the cells' colour.
        colors: for single cells another colour, {(row, column): colour}.

    Raises:
        ValueError: for a table of another shape or of more than 2,000 cells, and for a colour of a
            cell that is not there.
    """
    rows = _rows(table)
    cells = sum(len(row) for row in rows)
    if cells > 2000:
        raise ValueError(
            f"This table has {cells:,} cells, and 2,000 can be drawn: show a part of it."
        )
    for place in colors or {}:
        if not (place[0] in range(len(rows)) and place[1] in range(len(rows[place[0]]))):
            raise ValueError(
                f"colors has an entry for the cell {place}, which is not in the table."
            )
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            color = (colors or {}).get((i, j), fill)
            axis.add_patch(Rectangle((left + j, top + i), 1, 1, facecolor=color, edgecolor="white"))
            text = f"{entry:g}" if isinstance(entry, float) else str(entry)
            axis.text(left + j + 0.5, top + i + 0.5, text, ha="center", va="center",
                      fontsize=fontsize, color=INK, parse_math=False)  # fmt: skip


def _rows(table):
    """The rows of a table as lists of texts and plain numbers."""
    try:
        rows = _plain(table)
    except (TypeError, RuntimeError):
        rows = None
    if not isinstance(rows, list):
        rows = [rows]
    if not any(isinstance(row, list) for row in rows):
        rows = [rows]
    entries = [entry for row in rows for entry in (row if isinstance(row, list) else [[]])]
    if not entries or not all(isinstance(entry, (str, Number)) for entry in entries):
        shape = f", shape {tuple(table.shape)}" if isinstance(table, torch.Tensor) else ""
        raise ValueError("A table is drawn from numbers or texts in one row or in rows, "
                         f"with one at least; this is {_kind(table)}{shape}.")  # fmt: skip
    return [[int(entry) if isinstance(entry, bool) else entry for entry in row] for row in rows]


@_styled
def table_axis(axis, width, height, left=0.0, top=0.0):
    """Prepare an axis for ``draw_table``: no frame, equal scale, y pointing down."""
    axis.set(xlim=(left, left + width), ylim=(top + height, top), aspect="equal")
    axis.axis("off")


@_styled
def plot_tables(tables, titles, signs=(), colors=None):
    """Tensors side by side as tables, with an operation's sign between each and the next.

    Args:
        tables: list of tensors of shape (), (columns,) or (rows, columns).
        titles: a text above each.
        signs: the texts between them, one fewer than the tables; or none.
        colors: for each table None or a dictionary {(row, column): colour}.

    Raises:
        ValueError: for other numbers of titles, signs or colours, and for another shape.
    """
    tables, titles, signs = [_rows(table) for table in tables], list(titles), list(signs)
    colors = list(colors) if colors else [None] * len(tables)
    if not tables:
        raise ValueError("tables is empty: give one table at least.")
    n = len(tables)
    for word, given, wanted in (
        ("titles", titles, n),
        ("colors", colors, n),
        ("signs", signs or tables[1:], n - 1),
    ):
        if len(given) != wanted:
            raise ValueError(f"The number of {word} must be {wanted}; it is {len(given)}.")
    shapes = [(len(rows), max(len(row) for row in rows)) for rows in tables]
    gap = 1.6
    width = sum(columns for _, columns in shapes) + gap * (len(tables) - 1)
    height = max(rows for rows, _ in shapes) + 1.0
    figure, axis = new_figure(min(7.5, 0.5 * width + 0.3), 0.5 * height + 0.2)
    table_axis(axis, width, height, top=-1.0)
    left = 0.0
    for k, (table, (rows, columns)) in enumerate(zip(tables, shapes, strict=True)):
        top = (height - 1 - rows) / 2
        draw_table(axis, table, left, top, colors=colors[k])
        axis.text(left + columns / 2, top - 0.35, titles[k], ha="center", fontsize=9, color=INK)
        if k < len(signs):
            axis.text(left + columns + gap / 2, (height - 1) / 2, signs[k], ha="center",
                      va="center", fontsize=13, color=INK)  # fmt: skip
        left += columns + gap
    return figure


@_styled
def plot_graph(root, labels=None):
    """The graph that ``backward`` walks, drawn from the graph itself, inputs left and result right.

    A leaf that is one number is drawn with it, and a larger one with its shape.

    Args:
        root: a ``Value`` or a tensor that has a ``grad_fn``, of any shape.
        labels: names for tensors that are leaves, {tensor: name}; a ``Value`` has its own label.

    Raises:
        TypeError: for a root that is neither.
        ValueError: for a tensor without a graph, a graph of more than 200 boxes, and a label for
            something that is not a leaf of it.
    """
    names = {id(tensor): name for tensor, name in (labels or {}).items()}
    start = _graph_start(root)
    depth = _graph_depths(start)
    if len(depth) > 200:
        raise ValueError(f"This graph has {len(depth)} boxes, and at most 200 can be drawn: "
                         "draw that of fewer steps.")  # fmt: skip
    strangers = names.keys() - {id(getattr(node, "variable", None)) for node in depth}
    if strangers:
        raise ValueError("labels may name only leaves of this graph that need a gradient, and not "
                         f"{', '.join(repr(names[key]) for key in strangers)}.")  # fmt: skip
    layers = {}
    for node, level in depth.items():
        layers.setdefault(level, []).append(node)
    last = max(layers)
    place, step = {}, 2.4 if hasattr(root, "parents") else 3.4
    for level, nodes in layers.items():
        for row, node in enumerate(nodes):
            place[node] = ((last - level) * step, (row - (len(nodes) - 1) / 2) * -1.2)
    tallest = max(len(nodes) for nodes in layers.values())
    figure, axis = new_figure(min(9.0, 0.62 * step * last + 1.6), max(1.6, 0.85 * tallest + 0.3))
    boxes = {}
    for node in depth:
        is_leaf = not _graph_parents(node)
        box = {"boxstyle": "round,pad=0.4", "linewidth": 1.2,
               "facecolor": PALE if is_leaf else "white",
               "edgecolor": BLUE if is_leaf else GREY}  # fmt: skip
        boxes[node] = axis.text(
            *place[node], _graph_text(node, names), ha="center", va="center", fontsize=9, color=INK,
            bbox=box).get_bbox_patch()  # fmt: skip
    for node in depth:
        for parent in _graph_parents(node):
            arrow = {"arrowstyle": "-|>", "color": GREY, "patchA": boxes[parent],
                     "patchB": boxes[node], "shrinkA": 2, "shrinkB": 2}  # fmt: skip
            axis.annotate("", place[node], place[parent], arrowprops=arrow, zorder=4)
    axis.set(xlim=(-1.2, last * step + 1.2), ylim=(-0.6 * tallest, 0.6 * tallest))
    axis.axis("off")
    return figure


def _graph_start(root):
    if isinstance(root, torch.Tensor):
        if root.grad_fn is None:
            raise ValueError(
                "This tensor has no graph behind it (its grad_fn is None): draw the result of a "
                "computation with a tensor that has requires_grad=True."
            )
        return root.grad_fn
    if not hasattr(root, "parents"):
        raise TypeError(
            f"plot_graph draws the graph of a Value or a tensor; this is {_kind(root)}."
        )
    return root


def _graph_parents(node):
    if hasattr(node, "next_functions"):
        return [parent for parent, _ in node.next_functions if parent is not None]
    return list(node.parents)


def _graph_depths(root):
    """The longest way from the root to each node, in steps."""
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            order.append(node)  # all its parents come before it
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in _graph_parents(node))
    depth = dict.fromkeys(reversed(order), 0)
    for node in depth:
        for parent in _graph_parents(node):
            depth[parent] = max(depth[parent], depth[node] + 1)
    return depth


def _graph_text(node, names):
    if hasattr(node, "next_functions"):
        tensor = getattr(node, "variable", None)
        if tensor is None:
            return node.name()
        name = names.get(id(tensor), "leaf")
        if tensor.numel() == 1 and tensor.device.type != "meta":
            return f"{name} = {tensor.item():g}"
        return f"{name}\nshape {tuple(tensor.shape)}"
    name = node.label or ("" if node.op else "input")
    lines = [f"{name} = {node.data:.4g}" if name else f"{node.data:.4g}", f"grad {node.grad:.4g}"]
    return "\n".join([f"[ {node.op} ]", *lines] if node.op else lines)


@_styled
def plot_loss(losses, floor=None, ylog=False, xlabel="iteration"):
    """Loss against iteration.

    Args:
        losses: {name: list of losses}, each one curve, up to 16. What cannot be drawn (nan, inf,
            and 0 and less with ``ylog``) is counted in the legend.
        floor: the lowest loss that can be reached, drawn as a dashed line.
        ylog: a logarithmic scale for the loss.
        xlabel: what one place to the right stands for.

    Raises:
        TypeError: if ``losses`` is no dictionary.
        ValueError: for more than 16 curves or none, and for a curve that is no list of numbers.
    """
    figure, axis = new_figure()
    for name, values, color, k in _named(losses, 'plot_loss({"my run": losses})'):
        numbers = _numbers(values, f"The losses of {name!r}")
        label = _label(name, numbers, ylog)
        axis.plot(numbers.numpy(), color=color, linestyle=LINES[k], label=label)
        seen = numbers.isfinite()
        if not (seen[1:] & seen[:-1]).any():  # no two neighbours, and so no line
            axis.lines[-1].set_marker("o")
    if floor is not None:
        floor = _number(floor, "floor")
        label = _label(f"floor {floor:.3f}", torch.tensor([floor]), ylog)
        axis.axhline(floor, color=GREY, linestyle="--", linewidth=1, label=label)
    axis.set(xlabel=xlabel, ylabel="loss", yscale="log" if ylog else "linear")
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


@_styled
def plot_lines(x, y, lines, residuals_of=None):
    """Points and straight lines through them.

    Args:
        x, y: tensors of shape (N,), the points.
        lines: {name: (W, b)}, up to 16.
        residuals_of: the name of the line whose distance to each point is drawn.

    Raises:
        TypeError: if ``lines`` is no dictionary.
        ValueError: for points, or a line, that are not finite numbers; for more than 16 lines;
            and if ``residuals_of`` names none of them.
    """
    x, y = _points(x, y)
    figure, axis = new_figure()
    if residuals_of is not None and residuals_of not in lines:
        raise ValueError(
            f"residuals_of is {residuals_of!r}, which is none of the lines: {list(lines)}."
        )
    span = torch.stack([x.min() - 0.5, x.max() + 0.5])
    for name, line, color, k in _named(lines, 'plot_lines(x, y, {"my line": (W, b)})', least=0):
        if not hasattr(line, "__len__") or len(line) != 2:
            raise ValueError(f"The line {name!r} must be a pair (W, b), not {_kind(line)}.")
        W, b = (_number(part, f"{word} of {name!r}") for word, part in zip("Wb", line, strict=True))
        axis.plot(span, W * span + b, color=color, linestyle=LINES[k], label=_label(name, span))
        if name == residuals_of:
            axis.vlines(x, y, W * x + b, color=color, linewidth=4, label="residuals")
    axis.plot(x, y, "o", color=INK, markersize=4, label="data")
    axis.set(xlabel="x", ylabel="y")
    axis.legend(frameon=False, fontsize=9)
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
    x, y = (numbers.to(W.dtype) for numbers in _points(x, y))
    lines = W[:, None] * x  # (W, N), to which each row of the map adds its b
    return W, b, torch.stack([((lines + b_i - y) ** 2).mean(dim=1) for b_i in b])


@_styled
def plot_loss_surface(x, y, paths, W_range=(-1.0, 4.0), b_range=(-2.0, 4.0)):
    """The loss of W x + b as a map seen from above, with the way that a descent took over it.

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
    figure, axis = new_figure(6.0, 3.6)
    low += min(0.02, (high - low) / 100)
    levels = torch.logspace(math.log10(low), math.log10(high), 14)
    lines = axis.contour(W, b, loss, levels=levels.tolist(), colors=GREY, linewidths=0.6)
    axis.clabel(lines, levels=lines.levels[3::3], fmt="%.2g", fontsize=8, colors=INK)
    for name, path, color, k in _named(paths, 'plot_loss_surface(x, y, {"my path": path})'):
        steps = _numbers(path, f"The steps of {name!r}", dims=2)
        if steps.shape[1] != 2:
            raise ValueError(f"The steps of {name!r} must be pairs (W, b); their shape is "
                             f"{tuple(steps.shape)}.")  # fmt: skip
        axis.plot(
            steps[:, 0], steps[:, 1], color=color, marker="os^D"[k], markersize=3, linewidth=1,
            label=_label(name, steps.sum(dim=1)),
        )  # fmt: skip
        axis.plot(*steps[0], marker="o", markersize=9, color=color, fillstyle="none")
    axis.set(xlabel="W", ylabel="b", xlim=W_range, ylim=b_range)
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


@_styled
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
    weights = _numbers(weights, "weights", dims=2)
    if weights.shape != (len(queries), len(keys)):
        raise ValueError(
            f"weights has shape {tuple(weights.shape)}, and there are {len(queries)} queries and "
            f"{len(keys)} keys: give a text for each row and for each column."
        )
    outside = weights[~((weights > -1e-3) & (weights < 1.001))]  # a nan is outside as well
    if len(queries) > 300:
        raise ValueError(
            f"weights has {len(queries)} rows, and a figure has room for 300: draw a part, such as "
            "weights[:300]."
        )
    if len(outside):
        raise ValueError(f"weights must be from 0 to 1, and one of them is "
                         f"{outside[0]:.4g}: has softmax been taken?")  # fmt: skip
    table, small = weights.tolist(), len(keys) <= 10
    figure, axis = new_figure(min(7.5, 0.3 * len(keys) + 2.2), 0.3 * len(queries) + 1.2)
    shades = LinearSegmentedColormap.from_list("shades", ["white", "#4496C6"])
    image = axis.imshow(table, cmap=shades, vmin=0, vmax=1, aspect="auto")
    axis.set_xticks(range(len(keys)), keys, rotation=0 if small else 90, parse_math=False)
    axis.set_yticks(range(len(queries)), queries, parse_math=False)
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    axis.set(xlabel=answers, ylabel=asks)
    axis.tick_params(length=0, labelsize=8)
    for i, row in enumerate(table if small else []):
        for j, weight in enumerate(row):
            axis.text(j, i, f"{weight:.2f}", ha="center", va="center", fontsize=8, color=INK)
    figure.colorbar(image, label="weight").ax.tick_params(labelsize=8)
    return figure
