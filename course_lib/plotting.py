"""The figures of the course: each function draws one thing and returns a matplotlib ``Figure``.

Figures are made without pyplot, so nothing is shown or kept open behind the reader's back, and carry
their own white background, so they read the same on a light and on a dark page. Show one with ``show``.
"""

import io
import math

import torch
from IPython.display import display
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# Five hues that stay apart for colour-blind readers (after Okabe and Ito, "Color Universal Design",
# 2008), darkened until each stands out from white by 3 : 1 or more.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#C75300", "#00845F", "#A8578A", "#6B6B6B"
INK = "#1F2328"
PALE = "#E8EEF4"


def new_figure(width=6.0, height=3.0, columns=1, **subplot_options):
    """A blank figure in the course's style. Returns ``(figure, axes)``, axes as ``subplots`` does.

    Args:
        width, height: in inches.
        columns: how many plots stand side by side.
    """
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained", facecolor="white")
    axes = figure.subplots(1, columns, **subplot_options)
    for axis in axes if columns > 1 else [axes]:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(colors=INK, labelsize=9)
    return figure, axes


def show(figure, alt):
    """Display a figure in a notebook, and under it ``alt``, what it shows in words.

    The words are for every reader, and above all for one who cannot see the picture. A change in them
    fails the notebook's check, which does not look at pictures.
    """
    display(figure_bundle(figure, alt), metadata=figure_metadata(figure, alt), raw=True)
    display({"text/markdown": f"*{alt}*", "text/plain": alt}, raw=True)


def figure_bundle(figure, alt):
    """What the notebook stores for a figure: the picture and the words."""
    return {"image/png": figure_png(figure), "text/plain": alt}


def figure_metadata(figure, alt):
    """The words again, where web pages look for them, and the width in pixels on the page."""
    return {"image/png": {"alt": alt, "width": round(figure.get_figwidth() * 100)}}


def figure_png(figure):
    """The figure as the bytes of a PNG picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def draw_table(axis, table, left=0.0, top=0.0, fill=PALE, colors=None, fontsize=10):
    """Draw a one- or two-dimensional tensor as a grid of cells with its numbers in them.

    Args:
        axis: where to draw; its scale must be equal in x and y.
        table: tensor of shape (columns,) or (rows, columns), or a nested list of texts.
        left, top: the grid's upper left corner; a cell is 1 wide and 1 high, and y points down.
        fill: the cells' colour.
        colors: for single cells another colour, {(row, column): colour}.
    """
    rows = table.tolist() if isinstance(table, torch.Tensor) else table
    if not isinstance(rows[0], list):
        rows = [rows]
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            color = (colors or {}).get((i, j), fill)
            axis.add_patch(Rectangle((left + j, top + i), 1, 1, facecolor=color, edgecolor="white"))
            text = entry if isinstance(entry, str) else f"{entry:g}"
            axis.text(left + j + 0.5, top + i + 0.5, text, ha="center", va="center",
                      fontsize=fontsize, color=INK)  # fmt: skip


def table_axis(axis, width, height, left=0.0, top=0.0):
    """Prepare an axis for ``draw_table``: no frame, equal scale, y pointing down."""
    axis.set(xlim=(left, left + width), ylim=(top + height, top), aspect="equal")
    axis.axis("off")


def plot_tables(tables, titles, signs=(), colors=None):
    """Tensors side by side as tables, with an operation's sign between each and the next.

    Args:
        tables: list of tensors of shape (columns,) or (rows, columns).
        titles: a text above each.
        signs: the texts between them, one fewer than the tables.
        colors: for each table None or a dictionary {(row, column): colour}.
    """
    shapes = [(1, *t.shape) if t.dim() == 1 else tuple(t.shape) for t in tables]
    gap = 1.6
    width = sum(columns for _, columns in shapes) + gap * (len(tables) - 1)
    height = max(rows for rows, _ in shapes) + 1.0
    figure, axis = new_figure(min(7.5, 0.5 * width + 0.3), 0.5 * height + 0.2)
    table_axis(axis, width, height, top=-1.0)
    left = 0.0
    for k, (table, (rows, columns)) in enumerate(zip(tables, shapes, strict=True)):
        top = (height - 1 - rows) / 2
        draw_table(axis, table, left, top, colors=colors[k] if colors else None)
        axis.text(left + columns / 2, top - 0.35, titles[k], ha="center", fontsize=9, color=INK)
        if k < len(signs):
            axis.text(left + columns + gap / 2, (height - 1) / 2, signs[k], ha="center",
                      va="center", fontsize=13, color=INK)  # fmt: skip
        left += columns + gap
    return figure


def plot_graph(root, labels=None):
    """The graph that ``backward`` walks, drawn from the graph itself, inputs left and result right.

    Args:
        root: a ``Value`` or a tensor that has a ``grad_fn``.
        labels: names for tensors that are leaves, {tensor: name}; a ``Value`` has its own label.
    """
    names = {id(tensor): name for tensor, name in (labels or {}).items()}
    start = root.grad_fn if isinstance(root, torch.Tensor) else root
    depth = _graph_depths(start)
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


def _graph_parents(node):
    if hasattr(node, "next_functions"):
        return [parent for parent, _ in node.next_functions if parent is not None]
    return list(node.parents)


def _graph_depths(root):
    """The longest way from the root to each node, in steps."""
    depth, waiting = {root: 0}, [root]
    while waiting:
        node = waiting.pop()
        for parent in _graph_parents(node):
            if depth.get(parent, -1) < depth[node] + 1:
                depth[parent] = depth[node] + 1
                waiting.append(parent)
    return depth


def _graph_text(node, names):
    if hasattr(node, "next_functions"):
        tensor = getattr(node, "variable", None)
        if tensor is None:
            return node.name()
        return f"{names.get(id(tensor), 'leaf')} = {tensor.item():g}"
    name = node.label or ("" if node.op else "input")
    lines = [f"{name} = {node.data:.4g}" if name else f"{node.data:.4g}", f"grad {node.grad:.4g}"]
    return "\n".join([f"[ {node.op} ]", *lines] if node.op else lines)


def plot_loss(losses, floor=None, ylog=False, xlabel="iteration"):
    """Loss against iteration.

    Args:
        losses: {name: list of losses}, each one curve.
        floor: the lowest loss that can be reached, drawn as a dashed line.
        ylog: a logarithmic scale for the loss.
        xlabel: what one place to the right stands for.
    """
    figure, axis = new_figure()
    styles = zip([BLUE, ORANGE, GREEN, PURPLE], ["-", "--", "-.", ":"], strict=True)
    for (name, values), (color, style) in zip(losses.items(), styles, strict=False):
        axis.plot(values, color=color, linestyle=style, label=name)
    if floor is not None:
        axis.axhline(floor, color=GREY, linestyle="--", linewidth=1, label=f"floor {floor:.3f}")
    axis.set(xlabel=xlabel, ylabel="loss", yscale="log" if ylog else "linear")
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


def plot_lines(x, y, lines, residuals_of=None):
    """Points and straight lines through them.

    Args:
        x, y: tensors of shape (N,), the points.
        lines: {name: (W, b)}.
        residuals_of: the name of the line whose distance to each point is drawn.
    """
    figure, axis = new_figure()
    span = torch.linspace(float(x.min()) - 0.5, float(x.max()) + 0.5, 2)
    styles = zip([BLUE, ORANGE, GREEN, PURPLE], ["-", "--", "-.", ":"], strict=True)
    for (name, (W, b)), (color, style) in zip(lines.items(), styles, strict=False):
        axis.plot(span, W * span + b, color=color, linestyle=style, label=name)
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
    predictions = W[None, :, None] * x + b[:, None, None]  # (b, W, N)
    return W, b, ((predictions - y) ** 2).mean(dim=2)


def plot_loss_surface(x, y, paths, W_range=(-1.0, 4.0), b_range=(-2.0, 4.0)):
    """The loss of W x + b as a map seen from above, with the way that a descent took over it.

    Args:
        x, y: tensors of shape (N,), the data.
        paths: {name: sequence of (W, b)}, from start to end.
        W_range, b_range: the part of the map that is shown.
    """
    figure, axis = new_figure(6.0, 3.6)
    W, b, loss = loss_surface(x, y, W_range, b_range)
    levels = torch.logspace(math.log10(float(loss.min()) + 0.02), math.log10(float(loss.max())), 14)
    lines = axis.contour(W, b, loss, levels=levels.tolist(), colors=GREY, linewidths=0.6)
    axis.clabel(lines, levels=lines.levels[3::3], fmt="%.2g", fontsize=8, colors=INK)
    styles = zip([BLUE, ORANGE, GREEN, PURPLE], ["o", "s", "^", "D"], strict=True)
    for (name, path), (color, marker) in zip(paths.items(), styles, strict=False):
        steps = torch.as_tensor(path)
        axis.plot(steps[:, 0], steps[:, 1], color=color, marker=marker, markersize=3, linewidth=1,
                  label=name)  # fmt: skip
        axis.plot(*steps[0], marker="o", markersize=9, color=color, fillstyle="none")
    axis.set(xlabel="W", ylabel="b", xlim=W_range, ylim=b_range)
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


def plot_attention(weights, queries, keys, asks="asks", answers="answers"):
    """Who looks at whom: rows ask, columns answer, and the darker a cell, the more weight it has.

    Args:
        weights: (rows, columns), from 0 to 1; up to 10 columns have their numbers in the cells.
        queries, keys: a text for each row, and for each column.
        asks, answers: what stands at the rows' axis and at the columns'.
    """
    table, small = weights.tolist(), len(keys) <= 10
    figure, axis = new_figure(min(7.5, 0.3 * len(keys) + 2.2), 0.3 * len(queries) + 1.2)
    shades = LinearSegmentedColormap.from_list("shades", ["white", "#4496C6"])
    image = axis.imshow(table, cmap=shades, vmin=0, vmax=1, aspect="auto")
    axis.set_xticks(range(len(keys)), keys, rotation=0 if small else 90)
    axis.set_yticks(range(len(queries)), queries)
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    axis.set(xlabel=answers, ylabel=asks)
    axis.tick_params(length=0, labelsize=8)
    for i, row in enumerate(table if small else []):
        for j, weight in enumerate(row):
            axis.text(j, i, f"{weight:.2f}", ha="center", va="center", fontsize=8, color=INK)
    figure.colorbar(image, label="weight").ax.tick_params(labelsize=8)
    return figure
