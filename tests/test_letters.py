"""Text letter by letter: every character once, its bar above it, words unbroken."""

import pytest
from matplotlib.colors import to_rgba

from course_lib.figure import BLUE, LIGHT_ORANGE, ORANGE
from course_lib.letters import plot_pieces, plot_text, plot_tokens

STORY = "A hen saw a clock by the pond.\nShe left.\n"


def letters(axis, text):
    """{place: (x, y)} of each character drawn."""
    shown = [t for t in axis.texts if len(t.get_text()) == 1]
    assert "".join(t.get_text() for t in shown) == text.replace("\n", "↵")
    return [t.get_position() for t in shown]


def test_lines_break_between_words_and_at_line_breaks():
    spots = letters(plot_text(STORY, width=12).axes[0], STORY)
    lines = {}
    for character, (_, y) in zip(STORY, spots, strict=True):
        lines[y] = lines.get(y, "") + character
    assert list(lines.values()) == ["A hen saw a ", "clock by the ", "pond.\n", "She left.\n"]
    long = "abcdefghij"
    assert len({y for _, y in letters(plot_text(long, width=4).axes[0], long)}) == 3


def test_each_bar_stands_above_its_character_and_is_as_long_as_its_number():
    numbers = [k / 10 for k in range(len(STORY))]
    axis = plot_text(STORY, {"first": numbers, "second": numbers[::-1]}, unit="nats").axes[0]
    spots = letters(axis, STORY)
    blue = [p for p in axis.patches if p.get_facecolor() == to_rgba(BLUE)]
    orange = [p for p in axis.patches if p.get_facecolor() == to_rgba(ORANGE)]
    for bars, expected in ((blue, numbers), (orange, numbers[::-1])):
        longest = max(abs(bar.get_height()) for bar in bars)
        for bar, number, (x, y) in zip(bars, expected, spots, strict=True):
            assert abs(bar.get_height()) == pytest.approx(longest * number / max(numbers))
            assert x - 0.5 < bar.get_x() < x + 0.5 and bar.get_y() < y
    assert all(b.get_x() < o.get_x() for b, o in zip(blue, orange, strict=True))  # side by side
    assert f"{max(numbers):.2f} nats" in [t.get_text() for t in axis.texts]


def test_shades_and_box_are_at_their_characters():
    shades = [k / len(STORY) for k in range(len(STORY))]
    axis = plot_text(STORY, shades=shades, box=7).axes[0]
    spots = letters(axis, STORY)
    *spots_drawn, box = axis.patches
    assert [p.get_alpha() for p in spots_drawn] == pytest.approx([0.65 * s for s in shades])
    assert box.get_x() < spots[7][0] < box.get_x() + box.get_width()
    colors = [t.get_color() for t in axis.texts]
    assert len(set(colors[:7])) == 1 and colors[6] != colors[7] == colors[-1]


def test_tokens_stand_where_they_lie_in_the_colour_of_their_group():
    places = [[0.0, 1.0], [2.0, -1.0], [0.5, 0.5]]
    figure = plot_tokens(places, ["a", " ", "B"], {"vowels": "a", "capitals": {"B"}})
    shown = {t.get_text(): (t.get_position(), to_rgba(t.get_color())) for t in figure.axes[0].texts}
    assert shown["a"] == ((0.0, 1.0), to_rgba(BLUE))
    assert shown["B"] == ((0.5, 0.5), to_rgba(ORANGE))
    assert shown["␣"][0] == (2.0, -1.0)
    assert [t.get_text() for t in figure.axes[0].get_legend().get_texts()] == ["vowels", "capitals"]
    (left, right), (low, high) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    assert left < 0 < 2 < right
    assert low < -1 < 1 < high


def test_pieces_have_a_box_each_and_the_marked_ones_another_colour():
    figure = plot_pieces([("letters", [*"cat", None, *"hat"]), ("a+t", ["c", "at", "$x"], ["at"])])
    axis = figure.axes[0]
    assert [t.get_text() for t in axis.texts] == ["letters", *"cathat", "a+t", "c", "at", "$x"]
    assert len(axis.patches) == 9
    marked = [k for k, p in enumerate(axis.patches) if p.get_facecolor() == to_rgba(LIGHT_ORANGE)]
    assert marked == [7]
    one = plot_pieces([("a+t", ["a", "t", "at"], "at")]).axes[0].patches
    assert [p.get_facecolor() == to_rgba(LIGHT_ORANGE) for p in one] == [False, False, True]


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: plot_text(""), "no text"),
        (lambda: plot_text("abc", {"a": [1, 2]}), "must be 3 numbers"),
        (lambda: plot_text("abc", {"a": [1, 2, -1]}), "none of them negative"),
        (lambda: plot_text("abc", shades=[1, 2]), "shades must be 3 numbers"),
        (lambda: plot_text("abc", {key: [1, 2, 3] for key in "vwxyz"}), "5 were given"),
        (lambda: plot_text("abc", shades=[0, 2, 1]), "shades must be from 0 to 1, .* is 2"),
        (lambda: plot_text("abc", shades=[0, float("nan"), 1]), "one of them is nan"),
        (lambda: plot_text("abc", box=3), "box must be a place from 0 to 2, got 3"),
        (lambda: plot_text("abc", box=-1), "got -1"),
        (lambda: plot_pieces([]), "rows is empty"),
        (lambda: plot_tokens([[0, 1]], "ab", {"a": "a"}), r"2 pairs of .* shape is \(1, 2\)"),
        (lambda: plot_tokens([[0, float("nan")]], "a", {"a": "a"}), "finite"),
        (lambda: plot_tokens([[0, 1]], "a", dict.fromkeys("vwxyz", "a")), "5 were given"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()
