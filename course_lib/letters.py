"""Text drawn letter by letter, with what belongs to each letter or piece of it."""

import math
import re

from matplotlib.patches import Rectangle

from course_lib.figure import (
    BLUE,
    GREY,
    INK,
    LIGHT_ORANGE,
    ORANGE,
    PALE,
    named_curves,
    new_figure,
    styled,
)
from course_lib.given import as_numbers


@styled
def plot_text(text, bars=None, *, shades=None, box=None, unit="", width=60):
    """A text in lines that break between words, with a number at each of its characters.

    Args:
        text: what is drawn; a line break is shown as ↵.
        bars: {name: numbers}, none negative; a bar above each character, and those of two names
            side by side.
        shades: numbers from 0 to 1, how dark the background of each character is.
        box: the place of a character that has a frame; those from it on are grey.
        unit: of the bars; the tallest of them has its number written at it.
        width: characters in a line.

    Raises:
        ValueError: for an empty text, for more or fewer numbers than characters, for bars that are
            negative or not finite or of more than 4 names, for shades outside 0 to 1, and for a box
            outside the text.
    """
    spots = _spots(text, width)
    if box is not None and box not in range(len(text)):
        raise ValueError(f"box must be a place from 0 to {len(text) - 1}, got {box!r}.")
    lines, tall = 1 + spots[-1][1], 1.9 if bars else 1.15
    figure, axis = new_figure(7.4, (0.62 if bars else 0.34) * lines + 0.35)
    if shades is not None:
        shades = _of_each(text, "shades", shades)
        wrong = [shade for shade in shades if not -1e-3 < shade < 1.001]  # a nan is wrong as well
        if wrong:
            raise ValueError(f"shades must be from 0 to 1, and one of them is {wrong[0]:g}.")
        for (x, y), shade in zip(spots, shades, strict=True):
            spot = Rectangle(
                (x - 0.5, y * tall - 0.52), 1, 1.04, color=BLUE, alpha=0.65 * max(shade, 0.0)
            )
            axis.add_patch(spot)
    if bars:
        _draw_bars(axis, text, spots, tall, bars, unit)
    for place, (character, (x, y)) in enumerate(zip(text, spots, strict=True)):
        later = box is not None and place >= box
        axis.text(
            x,
            y * tall,
            "↵" if character == "\n" else character,
            ha="center",
            va="center",
            fontsize=9,
            family="monospace",
            color=GREY if later else INK,
            parse_math=False,
        )
    if box is not None:
        x, y = spots[box]
        axis.add_patch(
            Rectangle(
                (x - 0.55, y * tall - 0.55), 1.1, 1.1, fill=False, color=ORANGE, linewidth=1.6
            )
        )
    axis.set(xlim=(-1, width + 1), ylim=(tall * (lines - 1) + 0.8, -1.9 if bars else -0.8))
    axis.axis("off")
    return figure


def _spots(text, width):
    """(column, line) of each character; a line breaks after a blank, or where it must."""
    if not isinstance(text, str) or not text:
        raise ValueError("There is no text to draw: give one character at least.")
    spots, x, y = [], 0, 0
    for word in re.findall(r"\S*\s+|\S+", text):
        if x and x + len(word.rstrip()) > width:
            x, y = 0, y + 1
        for character in word:
            if x >= width and not character.isspace():
                x, y = 0, y + 1
            spots.append((x, y))
            x += 1
            if character == "\n":
                x, y = 0, y + 1
    return spots


def _of_each(text, what, numbers):
    numbers = as_numbers(numbers, what)
    if len(numbers) != len(text):
        raise ValueError(
            f"{what} must be {len(text)} numbers, one for each character of the "
            f"text; there are {len(numbers)}."
        )
    return numbers.tolist()


def _draw_bars(axis, text, spots, tall, bars, unit):
    """Bars above the characters, all to one scale, the tallest with its number."""
    named = named_curves(bars, 'plot_text(text, {"surprise": nats})', most=4)
    bars = {name: _of_each(text, f"The bars {name!r}", numbers) for name, numbers, _, _ in named}
    tallest = max(max(numbers) for numbers in bars.values())
    if not (math.isfinite(tallest) and min(min(numbers) for numbers in bars.values()) >= 0):
        least = min(min(numbers) for numbers in bars.values())
        raise ValueError(
            "The bars must be finite numbers, and none of them negative; they go from "
            f"{least:g} to {tallest:g}."
        )
    scale, thick, written = 1.15 / (tallest or 1.0), 0.84 / len(bars), False
    for k, (name, _, color, _) in enumerate(named):
        label = name
        for (x, y), number in zip(spots, bars[name], strict=True):
            left, bottom = x - 0.42 + k * thick, y * tall - 0.5
            bar = Rectangle((left, bottom), thick, -scale * number, color=color, label=label)
            axis.add_patch(bar)
            label = None
            if number == tallest and not written:
                axis.text(
                    x + 0.6,
                    bottom - scale * number,
                    f"{number:.2f} {unit}".strip(),
                    va="top",
                    fontsize=8,
                    color=color,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                )
                written = True
    if len(bars) > 1:
        axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)


@styled
def plot_pieces(rows):
    """Texts in boxes, row under row: what a tokenizer makes of them.

    Args:
        rows: (label, list of texts) or (label, list of texts, texts that are marked); None in a
            list leaves a gap.

    Raises:
        ValueError: for no rows.
    """
    rows = [(*row, ())[:3] for row in rows]
    if not rows:
        raise ValueError('rows is empty: give one row at least, such as ("letters", ["c", "a"]).')
    figure, axis = new_figure(6.4, 0.36 * len(rows) + 0.15)
    style = {"va": "center", "fontsize": 9, "color": INK, "parse_math": False}
    longest = 1
    for y, (label, pieces, marked) in enumerate(rows):
        marked = [marked] if isinstance(marked, str) else marked
        axis.text(-0.6, y, label, ha="right", **style)
        x = 0.0
        for piece in pieces:
            size = 1.2 if piece is None else len(piece) + 0.3
            if piece is not None:
                box = Rectangle((x + 0.06, y - 0.38), size - 0.12, 0.76, linewidth=0.6)
                box.set(facecolor=LIGHT_ORANGE if piece in marked else PALE, edgecolor=GREY)
                axis.add_patch(box)
                axis.text(x + size / 2, y, piece, ha="center", family="monospace", **style)
            x += size
        longest = max(longest, x)
    axis.set(xlim=(-0.3, max(longest, 32) + 0.3), ylim=(len(rows) - 0.5, -0.5))
    axis.axis("off")
    return figure


@styled
def plot_tokens(places, tokens, groups):
    """Tokens written where they lie in the plane, each group in a colour of its own.

    Args:
        places: (N, 2).
        tokens: N texts; a space is shown as ␣, a line break as ↵.
        groups: {name: its tokens}, up to 4; what belongs to none is grey.

    Raises:
        ValueError: for places that are not N pairs, or not finite.
    """
    tokens, places = list(tokens), as_numbers(places, "places", dims=2)
    if places.shape != (len(tokens), 2) or not places.isfinite().all():
        raise ValueError(
            f"places must be {len(tokens)} pairs of finite numbers, one for each token; their "
            f"shape is {tuple(places.shape)}."
        )
    figure, axis = new_figure(5.4, 4.4)
    looks = named_curves(groups, 'plot_tokens(places, "abc", {"vowels": "a"})', most=4)
    colors = {token: color for _, those, color, _ in looks for token in those}
    axis.plot(*places.T, linestyle="")  # so that the axes reach as far as the tokens
    for token, (x, y) in zip(tokens, places.tolist(), strict=True):
        text = token.replace("\n", "↵").replace(" ", "␣")
        weight = "bold" if token in colors else "normal"
        style = {"color": colors.get(token, GREY), "weight": weight, "parse_math": False}
        axis.text(x, y, text, ha="center", va="center", fontsize=11, **style)
    for name, _, color, _ in looks:
        axis.plot([], [], "s", color=color, label=name)
    axis.set(xlabel="first component", ylabel="second component")
    axis.margins(0.08)
    axis.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure
