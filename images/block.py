"""Draw images/block.svg, a transformer block with a shape at each arrow: python images/block.py"""

from pathlib import Path

import torch
from shapes import SIZES, measured, tiny
from svg import Picture


def draw():
    model = tiny()
    seen = measured(model.blocks[0], torch.zeros(SIZES["B"], SIZES["T"], SIZES["C"]))
    p = Picture(700, 560, "A transformer block: two branches, each added to the residual stream")
    x, side = 150, 420

    def shape(at_x, y, words):
        p.text(at_x + 12, y, words, 12, "soft", "start", code=True)

    p.text(x, 24, "x", 15, bold=True)
    shape(x, 24, seen[""][0])
    p.line((x, 38), (x, 254), color="blue", width=4)
    p.plus(x, 266)
    p.line((x, 278), (x, 494), color="blue", width=4)
    p.plus(x, 506)
    p.arrow((x, 518), (x, 540), color="blue", width=4)
    shape(x + 4, 530, seen[""][1])
    attention = ["qkv " + seen["attention.qkv"][1], "softmax(q @ kᵀ / √D) @ v",
                 "out " + seen["attention.out"][1]]  # fmt: skip
    network = ["up " + seen["feed_forward.up"][1], "gelu", "down " + seen["feed_forward.down"][1]]
    for top, norm, name, color, lines, says in (
        (
            60,
            "norm1",
            "attention",
            "orange",
            attention,
            "each position looks at itself and the past",
        ),
        (300, "norm2", "feed_forward", "green", network, "each position by itself"),
    ):
        p.arrow((x + 2, top + 8), (side - 151, top + 8))
        p.labelled(side, top + 8, 300, 34, norm, "purple")
        p.arrow((side, top + 25), (side, top + 56))
        shape(side, top + 40, seen[norm][1])
        p.box(side, top + 119, 300, 124, color)
        p.text(side, top + 75, name, 14, bold=True)
        for k, line in enumerate(lines):
            p.text(side, top + 99 + 21 * k, line, 12, code=True)
        p.text(side, top + 165, says, 12, "soft")
        p.line((side, top + 181), (side, top + 206))
        shape(side, top + 194, seen[name][1])
        p.arrow((side, top + 206), (x + 13, top + 206))
    p.text(x - 20, 150, "residual stream", 13, "blue", turned=True)
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
