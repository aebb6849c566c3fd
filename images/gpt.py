"""Draw images/gpt.svg, a whole GPT with a shape at each arrow: python images/gpt.py"""

from pathlib import Path

import torch
from shapes import SIZES, measured, tiny
from svg import Picture

from course_lib.model import GPT, GPTConfig

TEXT = "the clock"


def counts():
    """{part: how many numbers it has} of a GPT with GPT-2's sizes, without its memory."""
    with torch.device("meta"):
        model = GPT(GPTConfig())
    named = {
        name: sum(p.numel() for p in part.parameters()) for name, part in model.named_modules()
    }
    return {"all": named[""], **named}


def name_sizes(p, x):
    """How large the parts are in GPT-2, from x on to the right."""
    n, c = counts(), GPTConfig()

    def note(y, head, below):
        p.text(x, y - 8, head, 12, "ink", "start")
        p.text(x, y + 9, below, 12, "soft", "start")

    p.text(x, 30, "In GPT-2 small", 13, "ink", "start", bold=True)
    note(98, f"V = {c.vocab_size:,}, C = {c.n_embd}", f"{n['token_embedding']:,} numbers")
    note(206, f"up to T = {c.block_size:,}", f"{n['position_embedding']:,} numbers")
    note(
        316,
        f"n_layer = {c.n_layer} blocks, H = {c.n_head} heads",
        f"{n['blocks.0']:,} numbers each",
    )
    note(462, "each position to mean 0, spread 1", f"{n['norm']:,} numbers")
    note(531, "a score for every token,", "at every position; nothing new to learn")
    note(600, "probabilities of the next token", "at every position")
    p.text(x, 664, f"{n['all']:,} numbers in all", 12, "ink", "start", bold=True)


def draw():
    model, T = tiny(), SIZES["T"]
    seen = measured(model, torch.zeros(SIZES["B"], T, dtype=torch.int64))
    x = 250
    p = Picture(700, 692, "A whole GPT, from ids to logits, with a shape at each arrow")

    def step(y0, y1, shape):
        p.arrow((x, y0), (x, y1))
        p.text(x + 12, (y0 + y1) / 2 - 1, shape, 12, "soft", "start", code=True)

    p.text(x - 88, 30, "text", 13, "soft", "end")
    p.cells(x, 30, [*TEXT[:T].replace(" ", "␣")], "green", 30)
    step(48, 78, f"ids {seen['token_embedding'][0]}")
    p.labelled(x, 98, 200, 38, "token_embedding", "blue")
    step(118, 150, seen["token_embedding"][1])
    p.plus(x, 162)
    p.labelled(x + 250, 162, 200, 38, "position_embedding", "purple")
    p.arrow((x + 149, 162), (x + 13, 162), color="purple")
    p.text(x + 82, 149, "(T, C)", 12, "soft", code=True)
    step(174, 214, seen["blocks.0"][0])
    p.box(x, 316, 270, 206, "line", "fill", 12, dashed=True)
    for k, (y, name) in enumerate([(236, "blocks[0]"), (294, "blocks[1]")]):
        p.labelled(x, y, 200, 36, name, "orange")
        step(y + 18, y + 40 if k == 0 else y + 36, seen[f"blocks.{k}"][1])
    p.text(x, 342, "⋮", 18, "soft")
    step(354, 376, "")
    p.labelled(x, 394, 200, 36, "blocks[n_layer − 1]", "orange")
    step(412, 444, seen[f"blocks.{SIZES['n_layer'] - 1}"][1])
    p.labelled(x, 462, 200, 34, "norm", "green")
    step(479, 511, seen["norm"][1])
    p.labelled(x, 531, 200, 38, "× token_embeddingᵀ", "blue")
    step(550, 582, f"logits {seen[''][1]}")
    p.labelled(x, 600, 200, 34, "softmax", "line", fill="fill")
    p.text(x - 88, 664, "next", 13, "soft", "end")
    p.arrow((x, 617), (x, 646))
    p.cells(x, 664, [*TEXT[1 : T + 1].replace(" ", "␣")], "green", 30)
    p.line((x - 100, 98), (60, 98), (60, 531), (x - 100, 531), color="blue", dashed=True)
    p.text(46, 314, "one and the same matrix", 12, "blue", turned=True)

    name_sizes(p, x + 152)
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
