"""The pattern of every widget: a figure that follows its controls, and a still picture beside it."""

import base64
import io
from html.parser import HTMLParser

import ipywidgets
import pytest
from PIL import Image

import course_lib.widgets
from course_lib.figure import figure_png
from course_lib.plotting import plot_loss
from course_lib.train import Record
from course_lib.widgets import choice, explore, live_curve, slider


def picture(height, name="a"):
    return plot_loss({name: [0.0, height]}), f"{name} rises to {height} <now>"


class Pictures(HTMLParser):
    """The attributes of each picture in a text of HTML."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [dict(attrs)] if tag == "img" else []


def picture_of(explorer):
    return explorer.view.children[-2].value


def words_of(explorer):
    return explorer.view.children[-1].value


def test_moving_a_control_redraws_picture_and_words():
    explorer = explore(
        picture, height=slider("height", 0.0, 2.0, 1.0, 0.5), name=choice("name", ["a", "b"])
    )
    before = picture_of(explorer)
    explorer.controls["height"].value = 2.0
    after = picture_of(explorer)
    assert before != after and "rises to 2.0" in words_of(explorer)
    explorer.controls["name"].value = "b"
    assert picture_of(explorer) != after and "b rises" in words_of(explorer)


def test_words_are_escaped():
    assert "&lt;now&gt;" in words_of(explore(picture, height=slider("h", 0.0, 2.0, 1.0, 0.5)))


def test_the_moving_picture_is_as_large_as_the_stored_one_and_has_its_words_as_alt_text():
    def draw(height):
        figure, words = picture(height)
        return figure, words + ' & "more"'

    explorer = explore(draw, height=slider("height", 0.0, 2.0, 1.0, 0.5))
    bundle, metadata = explorer._repr_mimebundle_()
    (found,) = Pictures(picture_of(explorer)).found
    assert found["alt"] == bundle["text/plain"] == 'a rises to 1.0 <now> & "more"'
    kind, data = found["src"].split(",")
    assert kind == "data:image/png;base64" and base64.b64decode(data) == figure_png(draw(1.0)[0])
    png = Image.open(io.BytesIO(bundle["image/png"]))
    assert int(found["width"]) == metadata["image/png"]["width"]
    assert int(found["width"]) / int(found["height"]) == pytest.approx(png.width / png.height)


def test_the_bundle_has_the_view_the_picture_and_the_words():
    explorer = explore(picture, height=slider("height", 0.0, 2.0, 1.0, 0.5))
    bundle, metadata = explorer._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.view.model_id
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == "a rises to 1.0 <now>"
    png = bundle["image/png"]
    Image.open(io.BytesIO(png if isinstance(png, bytes) else base64.b64decode(png))).verify()


def test_an_error_while_a_control_moves_takes_the_stale_picture_away_and_says_so():
    def draw(rate):
        if rate > 1:
            raise ValueError("the rate is <too> high")
        return picture(rate)

    explorer = explore(draw, rate=slider("rate", 0.0, 2.0, 1.0, 0.5))
    before = picture_of(explorer)
    with pytest.raises(ValueError, match="too"):
        explorer.controls["rate"].value = 2.0
    assert picture_of(explorer) == ""
    assert "ValueError: the rate is &lt;too&gt; high" in words_of(explorer)
    explorer.controls["rate"].value = 1.0
    assert picture_of(explorer) == before and "No picture" not in words_of(explorer)


def test_whole_number_steps_make_whole_number_sliders():
    assert isinstance(slider("steps", 1, 100, 30, 1), ipywidgets.IntSlider)
    assert isinstance(slider("rate", 0.1, 1.0, 0.5, 0.1), ipywidgets.FloatSlider)


def test_sliders_report_when_let_go():
    assert slider("steps", 1, 100, 30, 1).continuous_update is False


def test_a_menu_starts_at_its_first_option_or_the_given_one():
    assert choice("name", ["a", "b"]).value == "a"
    assert choice("name", [("one", 1), ("two", 2)]).value == 1
    assert choice("name", [("one", 1), ("two", 2)], value=2).value == 2


def test_a_start_value_out_of_range_is_refused():
    import traitlets

    with pytest.raises(traitlets.TraitError):
        slider("rate", 1.0, 0.1, 0.5, 0.1)


def test_a_live_curve_hands_on_the_records_and_ends_with_the_whole_picture(monkeypatch):
    shown = []

    class Handle:
        def update(self, bundle, metadata, raw):
            shown.append((bundle, metadata))

    def display(bundle, metadata, raw, display_id):
        shown.append((bundle, metadata))
        return Handle()

    monkeypatch.setattr(course_lib.widgets, "display", display)
    losses = [4.0, 2.0, 1.0]
    records = [Record(i + 1, loss, 0.1, i, 0.0, loss / 2 if i else None)
               for i, loss in enumerate(losses)]  # fmt: skip
    assert list(live_curve(records, floor=0.25, seconds=1000)) == records
    assert len(shown) == 2  # one picture for each evaluation, none in between
    bundle, metadata = shown[-1]
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "3 batches" in bundle["text/plain"] and "0.50" in bundle["text/plain"]
    assert metadata["image/png"]["alt"] == bundle["text/plain"]


def test_a_live_curve_of_a_resumed_run_begins_where_the_run_goes_on(monkeypatch):
    given = []
    draw = course_lib.widgets.plot_curves

    def plot_curves(curves, *labels, **options):
        given.append((curves["batches"], options["points"]["validation"]))
        return draw(curves, *labels, **options)

    monkeypatch.setattr(course_lib.widgets, "plot_curves", plot_curves)
    monkeypatch.setattr(course_lib.widgets, "display", lambda *_, **__: None)
    records = [Record(101, 2.0, 0.1, 1, 0.0, None), Record(102, 1.0, 0.1, 2, 0.0, 3.0)]
    assert list(live_curve(records, seconds=1000)) == records
    assert given == [(([100, 101], [2.0, 1.0]), ([101], [3.0]))]
