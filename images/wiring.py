"""Draw images/wiring.svg, norms in the branches or in the stream: python images/wiring.py"""

from pathlib import Path

from svg import Picture


def wire(p, y, name, inside):
    """One block: two branches over a stream, each with its norm inside or after it."""
    p.text(24, y - 92, name, 15, anchor="start", bold=True)
    p.line((24, y), (676, y), color="blue", width=4, arrow=True)
    for left, branch, color in ((70, "attention", "orange"), (390, "feed_forward", "green")):
        if inside:
            p.line((left, y), (left, y - 52))
            p.arrow((left, y - 52), (left + 10, y - 52))
            p.labelled(left + 48, y - 52, 74, 32, "norm", "purple")
            p.arrow((left + 86, y - 52), (left + 100, y - 52))
            p.labelled(left + 158, y - 52, 116, 32, branch, color)
            p.line((left + 217, y - 52), (left + 240, y - 52))
            p.arrow((left + 240, y - 52), (left + 240, y - 12))
            p.plus(left + 240, y)
        else:
            p.line((left - 20, y), (left - 20, y - 52))
            p.arrow((left - 20, y - 52), (left + 18, y - 52))
            p.labelled(left + 78, y - 52, 116, 32, branch, color)
            p.line((left + 137, y - 52), (left + 160, y - 52))
            p.arrow((left + 160, y - 52), (left + 160, y - 12))
            p.plus(left + 160, y)
            p.labelled(left + 222, y, 74, 32, "norm", "purple")


def draw():
    p = Picture(700, 292, "Pre-norm: norms in the branches. Post-norm: norms in the stream")
    wire(p, 112, "pre-norm: the stream runs through untouched", inside=True)
    wire(p, 258, "post-norm: every norm stands in the stream's way", inside=False)
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
