"""Sliders over the figures of ``course_lib.plotting``.

One pattern for the whole course: a plain function draws, ``explore`` puts controls over it. Without
a running kernel the stored picture is still there; with one, it moves.
"""

import base64
import html
import time

import ipywidgets
from IPython.display import display

from course_lib.curves import plot_curves
from course_lib.figure import figure_bundle, figure_metadata, figure_png

# What a notebook asks its widget manager to show. ipywidgets 7 (Colab's) and 8 have no method in
# common that makes it; the id of the model both have.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Explorer:
    """A figure and the controls that redraw it. Made by ``explore``."""

    def __init__(self, draw, controls):
        self.draw = draw
        self.controls = controls
        # No ipywidgets.Image: JupyterLab gives it no alt text.
        self._picture, self._words = ipywidgets.HTML(), ipywidgets.HTML()
        for control in controls.values():
            control.observe(self._redraw, names="value")
        self._draw()
        self.view = ipywidgets.VBox([*controls.values(), self._picture, self._words])

    def _draw(self):
        figure, words = self.draw(**{name: c.value for name, c in self.controls.items()})
        self._picture.value = picture_html(figure, words)
        self._say(words)
        self._figure, self._last_words = figure, words

    def _redraw(self, change):
        try:
            self._draw()
        except Exception as error:
            # It would be lost in a log, and the old picture taken for the new.
            self._picture.value = ""
            self._say(f"No picture for these values: {type(error).__name__}: {error}")
            raise

    def _say(self, words):
        self._words.value = f"<p style='max-width: 45em'>{html.escape(words)}</p>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = figure_bundle(self._figure, self._last_words) | widget_view(self.view)
        return bundle, figure_metadata(self._figure, self._last_words)


def picture_html(figure, words):
    """The figure as an element of a page, as wide as in a stored notebook, with its words."""
    width, height = (round(inches * 100) for inches in figure.get_size_inches())
    data = base64.b64encode(figure_png(figure)).decode("ascii")
    return (
        f'<img alt="{html.escape(words)}" width="{width}" height="{height}" '
        f'style="max-width: 100%; height: auto" src="data:image/png;base64,{data}">'
    )


def widget_view(widget):
    """What shows a widget, as a part of a bundle; made in the same way for ipywidgets 7 and 8."""
    return {WIDGET_VIEW: {"model_id": widget.model_id, "version_major": 2, "version_minor": 0}}


def explore(draw, **controls):
    """Put controls over a figure; moving one draws it again.

    Args:
        draw: called with the value of each control by name; returns ``(figure, words)``, where
            ``words`` says in a sentence or two what the figure shows now.
        controls: core ipywidgets, such as ``FloatSlider``; made with ``slider`` or ``choice``.

    Returns:
        An ``Explorer``: as the last line of a cell it is shown.
    """
    return Explorer(draw, controls)


def slider(label, low, high, value, step, readout_format=".2f"):
    """A slider that reports when it is let go. Whole numbers where ``step`` is one."""
    make = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    options = {} if isinstance(step, int) else {"readout_format": readout_format}
    return make(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        continuous_update=False,
        style={"description_width": "12em"},  # "spread of the scores" whole
        layout=ipywidgets.Layout(width="34em", max_width="100%"),
        **options,
    )


def choice(label, options, value=None):
    """A menu of options, each a value or a pair (text, value); the first is chosen by default."""
    menu = ipywidgets.Dropdown(
        options=options,
        index=0,
        description=label,
        style={"description_width": "12em"},
        layout=ipywidgets.Layout(width="34em", max_width="100%"),
    )
    if value is not None:
        menu.value = value
    return menu


def live_curve(records, floor=None, seconds=1.0):
    """Hand on the records of a training run while its curve grows below the cell.

    Args:
        records: of ``course_lib.train.train_steps``.
        floor: the lowest loss that can be reached, drawn as a dashed line, or None.
        seconds: between two pictures, at the least; one that takes long to draw comes more rarely.

    Yields:
        The records, unchanged.
    """
    losses, steps, places, values = [], [], [], []
    picture, drawn = None, time.perf_counter()
    pause = seconds
    for record in records:
        losses.append(record.loss)
        steps.append(record.step - 1)  # from which on it has this loss; a resumed run begins later
        if record.val_loss is not None:
            places.append(record.step - 1)
            values.append(record.val_loss)
        yield record
        if record.val_loss is None and time.perf_counter() - drawn < pause:
            continue
        begun = time.perf_counter()
        levels = {f"floor {floor:.3f}": floor} if floor else {}
        points = {"validation": (places, values)} if values else {}
        curves = {"batches": (steps, losses)}
        figure = plot_curves(curves, "step", "loss", levels=levels, points=points, ylog=True)
        now = f" On the validation text it is now {values[-1]:.2f}." if values else ""
        line = ", and the floor as a dashed line" if floor else ""
        words = f"The loss of {len(losses)} batches on a logarithmic axis{line}.{now}"
        bundle, metadata = figure_bundle(figure, words), figure_metadata(figure, words)
        if picture is None:
            picture = display(bundle, metadata=metadata, raw=True, display_id=True)
        else:
            picture.update(bundle, metadata=metadata, raw=True)
        drawn = time.perf_counter()
        pause = max(seconds, 20 * (drawn - begun))  # drawing is to take a twentieth of the time
