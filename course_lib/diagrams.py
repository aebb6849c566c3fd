"""Diagrams: tables with their numbers, strides in memory, and the hands of clocks."""

import torch
from matplotlib.patches import Circle, Rectangle

from course_lib.figure import BLUE, GREY, INK, ORANGE, PALE, new_figure, styled
from course_lib.given import as_rows, describe


@styled
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
    rows = as_rows(table)
    cells = sum(len(row) for row in rows)
    if cells > 2000:
        raise ValueError(
            f"This table has {cells:,} cells, and 2,000 can be drawn: show a part of it."
        )
    for place in colors or {}:
        if not (place[0] in range(len(rows)) and place[1] in range(len(rows[place[0]]))):
            raise ValueError(
                f"colors has an entry for the cell {place}, which is not in the table: rows and "
                "columns count from 0."
            )
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            color = (colors or {}).get((i, j), fill)
            axis.add_patch(Rectangle((left + j, top + i), 1, 1, facecolor=color, edgecolor="white"))
            text = f"{entry:g}" if isinstance(entry, float) else str(entry)
            axis.text(
                left + j + 0.5,
                top + i + 0.5,
                text,
                ha="center",
                va="center",
                fontsize=fontsize,
                color=INK,
                parse_math=False,
            )


@styled
def table_axis(axis, width, height, left=0.0, top=0.0):
    """Prepare an axis for ``draw_table``: no frame, equal scale, y pointing down."""
    axis.set(xlim=(left, left + width), ylim=(top + height, top), aspect="equal")
    axis.axis("off")


@styled
def plot_tables(tables, titles, signs=(), colors=None, *, rows=(), columns=()):
    """Tensors side by side as tables, with an operation's sign between each and the next.

    Args:
        tables: list of tensors of shape (), (columns,) or (rows, columns), or of lists of texts.
        titles: a text above each.
        signs: the texts between them, one fewer than the tables; or none.
        colors: for each table None or a dictionary {(row, column): colour}; ... in place of a
            number means each row, or each column: {(0, ...): LIGHT_BLUE} is the first row.
        rows: a text beside each row of the first table.
        columns: a text above each column of each table.

    Raises:
        ValueError: for other numbers of titles, signs, colours or texts, and for another shape.
    """
    tables, titles, signs = [as_rows(table) for table in tables], list(titles), list(signs)
    colors = list(colors) if colors else [None] * len(tables)
    if not tables:
        raise ValueError("tables is empty: give one table at least.")
    shapes = [(len(table), max(len(row) for row in table)) for table in tables]
    for word, given, wanted in (
        ("titles", titles, len(tables)),
        ("colors", colors, len(tables)),
        ("signs", signs or tables[1:], len(tables) - 1),
        ("rows", rows or range(shapes[0][0]), shapes[0][0]),
        ("columns", columns or range(shapes[0][1]), shapes[0][1]),
    ):
        if len(given) != wanted:
            raise ValueError(f"The number of {word} must be {wanted}; it is {len(given)}.")
    gap, above = 1.6 if signs else 0.8, 1.5 if columns else 1.0
    names = 0.2 + 0.17 * max((len(str(name)) for name in rows), default=0) if rows else 0.0
    width = names + sum(columns for _, columns in shapes) + gap * (len(tables) - 1)
    height = max(rows for rows, _ in shapes) + above + 0.1
    size = min(0.65 if columns else 0.5, 7.4 / width)
    figure, axis = new_figure(size * width + 0.1, size * height + 0.1)
    table_axis(axis, width, height, left=-names, top=-above)
    left, middle = 0.0, (height - above - 0.1) / 2
    for k, (table, (n_rows, n_columns)) in enumerate(zip(tables, shapes, strict=True)):
        top = middle - n_rows / 2
        draw_table(axis, table, left, top, colors=_each(colors[k], n_rows, n_columns))
        _name_table(axis, left, top, titles[k], columns, () if k else rows, n_columns)
        if k < len(signs):
            place = (left + n_columns + gap / 2, middle)
            axis.text(*place, signs[k], ha="center", va="center", fontsize=13, color=INK)
        left += n_columns + gap
    return figure


def _each(colors, rows, columns):
    """Colours of single cells, from those of single cells, whole rows and whole columns."""
    single = {}
    for (row, column), color in (colors or {}).items():
        for i in range(rows) if row is ... else [row]:
            for j in range(columns) if column is ... else [column]:
                single[i, j] = color
    return single


def _name_table(axis, left, top, title, columns, rows, n_columns):
    """Write a table's title, and the names of its columns and rows."""
    style = {"fontsize": 9, "color": INK, "parse_math": False}
    above = top - (0.85 if columns else 0.35)
    axis.text(left + n_columns / 2, above, title, ha="center", **style)
    for k, name in enumerate(columns):
        axis.text(left + k + 0.5, top - 0.25, name, ha="center", **style | {"fontsize": 8})
    for k, name in enumerate(rows):
        axis.text(left - 0.2, top + k + 0.5, name, ha="right", va="center", **style)


@styled
def plot_strides(tables):
    """Tables over the numbers that they share in memory, with what a step down and right jumps.

    Args:
        tables: {name: tensor of shape (rows, columns)}, up to three views of one run of numbers.

    Raises:
        ValueError: for a tensor that is not two-dimensional, and for more numbers than 12.
    """
    figure, axes = new_figure(3.6 * len(tables), 2.7, columns=len(tables))
    for axis, (name, t) in zip(axes if len(tables) > 1 else [axes], tables.items(), strict=True):
        if t.dim() != 2 or t.numel() > 12:
            raise ValueError(
                f"{name!r} must have two dimensions and 12 numbers at most; its shape "
                f"is {tuple(t.shape)}."
            )
        n, tallest = t.numel(), max(len(t) for t in tables.values())
        memory = torch.as_strided(t, (n,), (1,), 0)
        table_axis(axis, n + 0.4, tallest + 3.9, left=-0.2, top=-0.9)
        draw_table(axis, t, left=(n - t.shape[1]) / 2)
        draw_table(axis, memory, top=tallest + 1.9, fill="#F5F5F5")
        axis.text(
            n / 2,
            -0.3,
            f"{name} {tuple(t.shape)}, strides {t.stride()}",
            ha="center",
            fontsize=9,
            color=INK,
        )
        for dim, (word, color) in enumerate([("down", ORANGE), ("right", BLUE)]):
            jump, bottom = t.stride(dim), tallest + 1.85
            arrow = {
                "arrowstyle": "-|>",
                "color": color,
                "shrinkA": 0,
                "shrinkB": 0,
                "connectionstyle": f"arc3,rad={-0.35 if jump > 1 else -0.9}",
            }
            start = 0.4 if dim else 0.6
            axis.annotate("", (0.5 + jump, bottom), (start, bottom), arrowprops=arrow)
            axis.text(
                n,
                tallest + 0.35 + 0.6 * dim,
                f"{word}: {jump} on",
                color=color,
                fontsize=9,
                ha="right",
            )
    return figure


@styled
def plot_hands(hands, labels):
    """Clocks, each with a grey and a blue hand: two places of a table of sines and cosines.

    Args:
        hands: (2, clocks, 2), the sine and cosine of each clock's grey hand and of its blue one.
        labels: a text below each clock.

    Raises:
        ValueError: for another shape, and for another number of labels than clocks.
    """
    if getattr(hands, "shape", None) != (2, len(labels), 2):
        raise ValueError(
            f"hands must be a tensor of shape (2, {len(labels)}, 2), a grey and a blue "
            f"hand for each of the {len(labels)} labels; this is {describe(hands)}."
        )
    figure, axis = new_figure(1.6 * len(labels), 1.9)
    for n, label in enumerate(labels):
        axis.add_patch(Circle((2.6 * n, 0), 1, facecolor="none", edgecolor=GREY, linewidth=0.8))
        for (sine, cosine), color, width in zip(
            hands[:, n].tolist(), [GREY, BLUE], [4, 2], strict=True
        ):
            axis.plot([2.6 * n, 2.6 * n + sine], [0, cosine], color=color, linewidth=width)
        axis.text(2.6 * n, -1.45, label, ha="center", fontsize=9, color=INK)
    axis.set(xlim=(-1.3, 2.6 * len(labels) - 1.3), ylim=(-1.7, 1.15), aspect="equal")
    axis.axis("off")
    return figure
