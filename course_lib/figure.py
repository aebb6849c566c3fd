"""The frame of every figure: its colours, its own settings, and how a notebook shows it.

Figures are made without pyplot, so nothing is shown or kept open without being asked for. They
carry their own white background and are drawn under matplotlib's own settings, whatever style the
notebook has, so they read the same on a light and on a dark page. Show one with ``show``.
"""

import contextlib
import functools
import inspect
import io
import re
from contextvars import ContextVar

import matplotlib.style
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from course_lib.drawn import drawn
from course_lib.given import describe

# Four hues and a grey that stay apart for colour-blind readers, each with a contrast of 4.5 : 1 to
# white, so that a word may have the colour of its curve, and of 3 : 1 to black.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0B59EE", "#BF4A00", "#0E7046", "#A0409A", "#6B6B6B"
# Backgrounds that dark text stands out from.
PALE, LIGHT_BLUE, LIGHT_ORANGE, LIGHT_GREEN = "#E8EEF4", "#BFDDF0", "#F4D3BD", "#C9E4D6"
INK = "#1F2328"
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


def styled(function):
    """Decorator: a function that draws does so with the course's colours and fonts."""

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
            setattr(cls, name, styled(method))
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


def named_curves(curves, example, least=1, most=16):
    """(name, curve, colour, number of its line or mark) for each curve, no two alike.

    Raises:
        TypeError: if ``curves`` is no dictionary; the message shows ``example``.
        ValueError: for fewer than ``least`` curves and for more than ``most``.
    """
    if not isinstance(curves, dict):
        raise TypeError(
            f"Give the curves with their names, as in {example}; this is {describe(curves)}."
        )
    if len(curves) < least:
        raise ValueError(f"There is no curve to draw; give one at least, as in {example}.")
    if len(curves) > most:
        raise ValueError(
            f"One figure can show {most} curves or kinds that differ in their look, and "
            f"{len(curves)} were given: draw several figures."
        )
    colors = [BLUE, ORANGE, GREEN, PURPLE]
    return [
        (name, curve, colors[k % 4], (k + k // 4) % 4)
        for k, (name, curve) in enumerate(curves.items())
    ]


@styled
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
        raise TypeError(
            "show wants a figure, the first of the two things that new_figure returns; "
            f"this is {describe(figure)}."
        )
    display(figure_bundle(figure, alt), metadata=figure_metadata(figure, alt), raw=True)
    words = re.sub(r"([\\`*_\[\]<>$#&~|])", r"\\\1", alt)  # as they stand, and no markup
    display({"text/markdown": f"*{words}*", "text/plain": alt}, raw=True)


def figure_bundle(figure, alt):
    """What the notebook stores for a figure: the picture, the words, and the numbers drawn."""
    return {"image/png": figure_png(figure), "text/plain": alt, DRAWN: drawn(figure)}


def figure_metadata(figure, alt):
    """The words again, where web pages look for them, and the width in pixels on the page."""
    return {"image/png": {"alt": alt, "width": round(figure.get_figwidth() * 100)}}


@styled
def figure_png(figure):
    """The figure as the bytes of a PNG picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def set_limits(axis, xlim=None, ylim=None, xticks=None):
    """Limits that were asked for, and numbers that can be read at a short logarithmic axis."""
    for way, limits in (("x", xlim), ("y", ylim)):
        if limits is not None:
            axis.set(**{f"{way}lim": limits})
        low, high = getattr(axis, f"get_{way}lim")()
        ruler = getattr(axis, f"{way}axis")
        if ruler.get_scale() == "log" and high < min(2000 * low, 1e6):
            ruler.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ruler.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,g}"))
            ruler.set_minor_locator(NullLocator())
    if xticks is not None:
        axis.set_xticks(xticks, [f"{tick:,g}" for tick in xticks])
        axis.xaxis.set_minor_locator(NullLocator())
