"""Draw images/attention.svg, a query of lesson 08 and its answer: python images/attention.py"""

from pathlib import Path

import torch
from svg import Picture
from torch import tensor

# Lesson 08's, by hand: is it a person, is it a thing, is it given away already?
PLACES = ["Kate", "clock", "Mia", "spoon"]
KEYS = tensor([[1.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 1]])
QUERY = tensor([0.0, 3, -3])
VALUES = torch.eye(4)  # each hands over its first letter


def name_rows(p):
    """What each row of the picture is, at its left."""
    for y, word in [(40, "position"), (96, "key"), (192, "score"), (254, "weight"), (354, "value")]:
        p.text(24, y, word, 14, "ink", "start", bold=True)
    p.text(24, 115, "what it offers", 12, "soft", "start")
    p.text(24, 210, "query · key", 12, "soft", "start")
    p.text(24, 273, "softmax", 12, "soft", "start")
    p.text(24, 373, "what it hands over", 12, "soft", "start")
    p.text(24, 446, "fetched", 14, "ink", "start", bold=True)
    p.text(24, 465, "Σ weight · value", 12, "soft", "start")


def draw():
    scores = KEYS @ QUERY
    weights = scores.softmax(dim=0)
    fetched = weights @ VALUES
    p = Picture(700, 484, "Attention: a query meets four keys, and fetches a blend of four values")
    columns = [190 + 112 * k for k in range(4)]
    last = 638

    def number(value):
        return f"{value:g}".replace("-", "−")

    name_rows(p)
    p.text(last, 40, "the …", 15, "orange", bold=True)
    p.cells(last, 104, [number(entry) for entry in QUERY.tolist()], "orange", 27)
    p.text(last, 178, "query: what", 12, "soft")
    p.text(last, 194, "it looks for", 12, "soft")
    p.arrow((last, 52), (last, 86), color="orange")
    p.line((last, 122), (last, 160), (columns[0], 160), color="orange")
    for k, (x, place) in enumerate(zip(columns, PLACES, strict=True)):
        weight = weights[k].item()
        p.text(x, 40, place, 15, bold=True)
        p.arrow((x, 52), (x, 86))
        p.cells(x, 104, [number(entry) for entry in KEYS[k].tolist()], "blue", 27)
        p.line((x, 120), (x, 158))
        p.sign(x, 160, "·")
        p.arrow((x, 171), (x, 186))
        p.text(x, 200, number(scores[k].item()), 16, bold=True, code=True)
        p.arrow((x, 214), (x, 239))
        p.box(x, 262, 86, 40, "line", "fill", 3)
        tall = 38 * weight
        p.parts.append(f'<rect x="{x - 42}" y="{281 - tall:.1f}" width="84" height="{tall:.1f}" '
                       'fill="var(--orange)" opacity="0.45"/>')  # fmt: skip
        p.text(x, 262, f"{weight:.2f}", 15, bold=True, code=True)
        p.arrow((x, 284), (x, 342 - 4 * (weight > 0.5)), width=0.8 + 5 * weight, color="orange")
        p.cells(x, 362, [place[0]], "green", 34)
        p.line((x, 380), (x, 410), width=0.8 + 5 * weight, color="orange")
    middle = (columns[0] + columns[-1]) / 2
    p.line((columns[0], 410), (columns[-1], 410), color="orange", width=1.2)
    p.sign(middle, 410, "+")
    p.arrow((middle, 421), (middle, 440), color="orange")
    words = " + ".join(
        f"{w:.2f} {place[0]}" for w, place in zip(fetched.tolist(), PLACES, strict=True)
    )
    p.text(middle, 455, words, 15, code=True, bold=True)
    p.text(last, 262, "add up to 1", 12, "soft")
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
