"""Everything side by side in one sitting: training, generation, tokenizers, and the machine's own limits.

    python benchmarks/all.py --machine "two cores of ..." [--data shakespeare]

Writes results.md and results.png beside this file. Best on a machine that does nothing else.
"""

import argparse
import datetime
import os
import time
from pathlib import Path

import bpe
import generation
import torch
import torch.nn.functional as F
import yardstick
from matplotlib.ticker import NullFormatter

from course_lib.model import GPT, GPTConfig
from course_lib.plotting import BLUE, GREY, ORANGE, new_figure
from course_lib.text import load_text

HERE = Path(__file__).parent


def training_step(config, rows, T):
    """Rows (what, ours, theirs, unit, times as fast): a step beside transformers', and beside the matmul peak."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    torch.manual_seed(0)
    ours = GPT(config)
    theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(
        vocab_size=config.vocab_size, n_positions=config.block_size, n_layer=config.n_layer,
        n_head=config.n_head, n_embd=config.n_embd, bos_token_id=None, eos_token_id=None,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0))  # fmt: skip
    ids, square = torch.randint(config.vocab_size, (rows, T + 1)), torch.randn(1024, 1024)

    def step(model, logits):
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

        def once():
            F.cross_entropy(logits(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()).backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        return once

    turns = {"ours": step(ours, ours), "theirs": step(theirs, lambda ids: theirs(ids).logits),
             "matmul": lambda: square @ square}  # fmt: skip
    spent = {name: seconds for name, (seconds, _) in generation.best(turns, 20).items()}
    name = f"{sum(p.numel() for p in ours.parameters()) / 1e6:.1f}M, {rows} rows of {T}, float32"
    flops = 6 * sum(p.numel() for p in ours.parameters()) * rows * T / spent["ours"] / 1e9
    peak = 2 * 1024**3 / spent["matmul"] / 1e9
    return [
        (f"training step, {name}", spent["ours"] * 1e3, spent["theirs"] * 1e3, "ms", spent["theirs"] / spent["ours"]),
        (f"training step, {name}, of the matmul peak", flops, peak, "GFLOP/s", flops / peak),
    ]  # fmt: skip


def draw(rows, date):
    """A line from 1, which is as fast as the other, to each ratio; two colours for two kinds of other."""
    rows = [row for row in rows if row[1] != row[2]]  # a limit alone is no comparison
    figure, axis = new_figure(8.0, 0.32 * len(rows) + 0.8)
    for label, color, limit in (("beside a library or a recipe", BLUE, False),
                                ("share of a limit of the machine", ORANGE, True)):  # fmt: skip
        places = [y for y, row in enumerate(rows) if ("/s" in row[3]) == limit]
        ratios = [rows[y][4] for y in places]
        axis.hlines(places, 1, ratios, color=color, linewidth=4)
        axis.plot(ratios, places, "o", color=color, label=label)
        for y, ratio in zip(places, ratios, strict=True):
            axis.annotate(
                f"{ratio:.2f}", (ratio, y), (0, 5), textcoords="offset points", fontsize=8
            )
    axis.axvline(1, color=GREY, linewidth=1)
    axis.set(xlabel=f"times as fast, or share ({date})", xscale="log")
    axis.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_yticks(range(len(rows)), [row[0] for row in rows])
    axis.invert_yaxis()
    axis.legend(frameon=False, fontsize=9, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--machine", required=True, help="what the table says about the machine")
    parser.add_argument("--data", default="shakespeare", help="shakespeare, or a text file")
    options = parser.parse_args()
    text = load_text(options.data)
    runs = yardstick.measure(options.data)
    ours, theirs = runs["yardstick"], runs["recipe"]
    what = f"training to {ours['val_loss']:.3f}, the recipe to {theirs['val_loss']:.3f}"
    rows = [(what, ours["cpu_s"], theirs["cpu_s"], "CPU s", theirs["cpu_s"] / ours["cpu_s"])]
    rows += training_step(GPTConfig(len(set(text)), 256, 4, 4, 128), 8, 256)
    rows += [(f"generation, {what}", *rest) for what, *rest in generation.measure()]
    rows += [
        (f"BPE, {what}", a, b, unit, 1 / r) for what, a, b, unit, r in bpe.measure(options.data)
    ]
    date = datetime.datetime.now(tz=datetime.UTC).date()
    lines = [f"{date}, {options.machine}, torch {torch.__version__}, {torch.get_num_threads()} threads. "
             "Where the other side is a limit of the machine, the last column is the share that is reached.",
             "", "| what | ours | other | unit | times as fast |", "|---|---|---|---|---|"]  # fmt: skip
    lines += [f"| {what} | {a:.3g} | {b:.3g} | {unit} | {ratio:.2f} |" for what, a, b, unit, ratio in rows]  # fmt: skip
    (HERE / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw(rows, date).savefig(HERE / "results.png", dpi=110, bbox_inches="tight")
    print("\n".join(lines))


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"\n{time.perf_counter() - start:.0f} s")
