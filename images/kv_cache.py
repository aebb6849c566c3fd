"""Draw images/kv_cache.svg, one new token read with a KVCache: python images/kv_cache.py"""

from pathlib import Path

import torch
from shapes import SIZES, in_letters, tiny
from svg import Picture

from course_lib.model import KVCache

READ, NEW = "the c", "l"


def shapes():
    """Shapes of the cache and of one token's way through attention, in letters."""
    model, sizes = tiny(), SIZES
    cache = KVCache(model, sizes["B"])
    with torch.no_grad():
        model(torch.zeros(sizes["B"], sizes["T"], dtype=torch.int64), cache)
        before = cache.length
        model(torch.zeros(sizes["B"], 1, dtype=torch.int64), cache)
    assert (before, cache.length) == (sizes["T"], sizes["T"] + 1)
    return {
        "kv": in_letters(cache.kv.shape),
        "one": in_letters((sizes["B"], sizes["H"], 1, sizes["D"])),
    }


def read_row(p, left, size, shape):
    """The one row of scores, and what it fetches."""
    p.text(24, 300, "scores", 14, "ink", "start", bold=True)
    p.text(24, 318, "of one row", 12, "soft", "start")
    for k in range(len(READ) + 1):
        x = left + size * (k + 0.5)
        p.box(x, 308, size - 6, 34, "green", radius=4)
        p.text(x, 308, f"q₅·k{'₀₁₂₃₄₅'[k]}", 12)
    p.text(left + size * 6 + 14, 308, "(B, H, 1, S), without a mask:", 12, "soft", "start")
    p.text(left + size * 6 + 14, 324, "the future has no keys yet", 12, "soft", "start")
    p.text(24, 384, "fetched", 14, "ink", "start", bold=True)
    p.text(left, 384, "softmax(scores) @ values", 14, "ink", "start", code=True)
    p.text(left + 230, 384, shape, 12, "soft", "start", code=True)
    p.arrow((left + size * 3, 236), (left + size * 3, 288), color="line")
    p.arrow((left + size * 3, 326), (left + size * 3, 368), color="line")


def draw():
    found = shapes()
    p = Picture(
        700, 448, "The KV cache: keys and values of the past are kept, and one row is computed"
    )
    left, size, rows = 190, 46, {"keys": 150, "values": 214}
    x_new = left + size * (len(READ) + 0.5)
    p.text(24, 40, "text", 14, "ink", "start", bold=True)
    for k, letter in enumerate(READ + NEW):
        color = "orange" if k == len(READ) else "line"
        x = left + size * (k + 0.5)
        p.box(x, 40, size - 6, 32, color, None if color == "orange" else "fill", radius=4)
        p.text(x, 40, letter.replace(" ", "␣"), 15, code=True)
    p.text(left + size * len(READ) / 2, 76, "read before: not computed again", 12, "soft")
    p.text(x_new + 40, 40, "the new token: T = 1", 12, "orange", "start")
    for name, y in rows.items():
        p.text(24, y, name, 14, "ink", "start", bold=True)
        for k in range(8):
            x = left + size * (k + 0.5)
            if k < len(READ):
                p.box(x, y, size - 6, 36, "blue", radius=4)
                p.text(x, y, f"{name[0]}{'₀₁₂₃₄₅'[k]}", 15)
            elif k == len(READ):
                p.box(x, y, size - 6, 36, "orange", radius=4)
                p.text(x, y, f"{name[0]}₅", 15)
            else:
                p.box(x, y, size - 6, 36, "line", "paper", radius=4, dashed=True)
    p.text(left + size * 8 + 14, 174, "free, up to", 12, "soft", "start")
    p.text(left + size * 8 + 14, 190, "block_size", 12, "soft", "start", code=True)
    p.arrow((x_new, 60), (x_new, 130), color="orange")
    p.text(x_new + 10, 96, "qkv", 12, "orange", "start", code=True)
    p.text(x_new + 40, 96, f"q, k, v: {found['one']} each", 12, "soft", "start", code=True)
    read_row(p, left, size, found["one"])
    p.text(24, 424, "keys and values of all blocks:", 12, "soft", "start")
    p.text(left + 24, 424, f"cache.kv {found['kv']}", 12, "ink", "start", code=True)
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
