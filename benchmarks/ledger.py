"""The ledger of lesson 14: every row of it, with three seeds.

    python benchmarks/ledger.py [--seeds 0 1 2] [--rows "without smear"]

trains each row of ``course_lib.ledger.ROWS`` with each seed, on one thread, and writes the curves to
``course_lib/pretrained/ledger.json``, which the lesson reads. CPU seconds are compared, so it is
best made on a machine that does nothing else. Seeds that are not asked for stay as they were stored.
"""

import argparse
import json
import math
import statistics

import torch

from course_lib.ledger import ROWS, STORED, ledger_corpus, measured_recipe, summary_of


def table(stored):
    """The ledger in Markdown: losses, spread, and the time to the first row's loss."""
    lines = [
        "| row | loss | lowest to highest | CPU time to the first row's loss | CPU s |",
        "|---|---|---|---|---|",
    ]
    for row in stored:
        ends, time = summary_of(stored, row)
        shown = f"{time:.2f}" if math.isfinite(time) else "not reached"
        seconds = statistics.median(curve[-1][1] for curve in stored[row])
        numbers = f"{statistics.mean(ends):.3f} | {min(ends):.3f} to {max(ends):.3f}"
        lines.append(f"| {row} | {numbers} | {shown} | {seconds:.1f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW")
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus, tokenizer = ledger_corpus()
    for seed in options.seeds:
        for row in options.rows:
            without, tried = ROWS[row]
            curve = measured_recipe(corpus, tokenizer.vocab_size, without, tried, seed)
            print(
                f"{row}, seed {seed}: {curve[-1][2]:.3f} after {curve[-1][1]:.1f} CPU s", flush=True
            )
            stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
            curves = stored.setdefault(row, [])
            curves[seed:] = [
                [[n, round(s, 2), round(loss, 4)] for n, s, loss in curve],
                *curves[seed + 1 :],
            ]
            ordered = {name: stored[name] for name in ROWS if name in stored}
            lines = ",\n".join(
                f"{json.dumps(name)}: {json.dumps(curves)}" for name, curves in ordered.items()
            )
            STORED.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    if len({len(curves) for curves in ordered.values()}) == 1:
        print(table(ordered))


if __name__ == "__main__":
    main()
