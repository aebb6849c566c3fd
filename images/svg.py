"""A few shapes that become an SVG picture: text as text, in the course's colours, light or dark.

The picture brings its own paper, so it can be read on any page; where the reader's system is dark,
so is the picture.
"""

from html import escape

STYLE = """
svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #848d97; --fill: #f3f6fa;
  --blue: #0b59ee; --orange: #b04400; --green: #0e7046; --purple: #a0409a;
  --blue-fill: #dbe8ff; --orange-fill: #fbe3d3; --green-fill: #d6eedf; --purple-fill: #f3e0f1; }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b3;
  --line: #6e7681; --fill: #1a212b; --blue: #79aeff; --orange: #ff9d5c; --green: #5fd39a;
  --purple: #e39add; --blue-fill: #14305f; --orange-fill: #54290c; --green-fill: #0f3d28;
  --purple-fill: #44204a; } }
text { font-family: -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; }
text.code { font-family: ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
"""
COLORS = ("ink", "soft", "line", "blue", "orange", "green", "purple")


class Picture:
    """An SVG picture of a width and height in pixels; x goes right and y down."""

    def __init__(self, width, height, title):
        self.width, self.height, self.title = width, height, title
        self.parts = []

    def text(
        self,
        x,
        y,
        words,
        size=13,
        color="ink",
        anchor="middle",
        bold=False,
        code=False,
        turned=False,
    ):
        """Words whose middle line is at y; ``turned``, they run upwards."""
        if not words:
            return
        turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
        kind = ' class="code"' if code else ""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y + 0.35 * size:.1f}" font-size="{size}" text-anchor="{anchor}"'
            f'{turn}{kind}{weight} fill="var(--{color})">{escape(words)}</text>'
        )

    def box(self, x, y, width, height, color="blue", fill=None, radius=7, dashed=False):
        """A box around (x, y), its middle."""
        fill = f"var(--{fill or color + '-fill'})"
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" '
            f'height="{height:g}" rx="{radius}" fill="{fill}" stroke="var(--{color})" '
            f'stroke-width="1.3"{dash}/>'
        )

    def labelled(self, x, y, width, height, words, color="blue", below="", **options):
        """A box with words in it, and smaller ones below them."""
        self.box(x, y, width, height, color, **options)
        self.text(x, y - (8 if below else 0), words, 14, bold=True)
        if below:
            self.text(x, y + 10, below, 12, "soft", code=True)

    def line(self, *points, color="line", width=1.6, arrow=False, dashed=False):
        """A line through points (x, y), with an arrow at its end if ``arrow``."""
        way = " ".join(f"{x:g},{y:g}" for x, y in points)
        name = "wide" if width > 3 else "head"
        head = f' marker-end="url(#{name}-{color})"' if arrow else ""
        dash = ' stroke-dasharray="4 4"' if dashed else ""
        self.parts.append(
            f'<polyline points="{way}" fill="none" stroke="var(--{color})" '
            f'stroke-width="{width:g}" stroke-linejoin="round"{dash}{head}/>'
        )

    def arrow(self, *points, color="line", width=1.6):
        """A line through points (x, y) that ends in an arrow."""
        self.line(*points, color=color, width=width, arrow=True)

    def sign(self, x, y, sign, color="orange"):
        """A circle with a sign in it: what is done to two things that meet there."""
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="var(--paper)" '
            f'stroke="var(--{color})" stroke-width="1.6"/>'
        )
        self.text(x, y, sign, 15, color, bold=True)

    def plus(self, x, y, color="blue"):
        """A circle with a plus sign: two things are added."""
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="11" fill="var(--paper)" '
            f'stroke="var(--{color})" stroke-width="1.6"/>'
        )
        self.line((x - 5, y), (x + 5, y), color=color)
        self.line((x, y - 5), (x, y + 5), color=color)

    def cells(self, x, y, entries, color="blue", size=24, code=True):
        """Square cells in a row around (x, y), each with its entry."""
        left = x - size * len(entries) / 2
        for k, entry in enumerate(entries):
            self.box(left + size * (k + 0.5), y, size - 2, size - 2, color, radius=3)
            self.text(left + size * (k + 0.5), y, entry, 13, code=code)

    def __str__(self):
        heads = "".join(
            f'<marker id="{name}-{color}" viewBox="0 0 10 10" refX="{tip}" refY="5" '
            f'markerWidth="{size}" markerHeight="{size}" markerUnits="userSpaceOnUse" '
            f'orient="auto"><path d="M0,1 L9,5 L0,9 z" fill="var(--{color})"/></marker>'
            for color in COLORS
            for name, size, tip in (("head", 10, 9), ("wide", 18, 6))
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img">\n'
            f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n<defs>{heads}</defs>\n"
            f'<rect width="{self.width}" height="{self.height}" rx="10" fill="var(--paper)"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )
