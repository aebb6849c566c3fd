"""The two loops of lesson 17 that learn from a reward, with several seeds, beside the frontier.

    python benchmarks/preferences.py [--seeds 1 2 3 4] [--tales 512]

takes the lesson's own cells, runs ``learn``, ``learn`` with the steps, the rate and the weight of
the KL that the critic's run has, and ``learn_with_critic``, also for longer, on one thread, and
prints where each policy ends, as measured on tales that it did not learn from, and what the tales
without a llama lack. The critic's beginning is timed apart: it is the same for every seed.
"""

import argparse
import contextlib
import copy
import io
import re
import time
from pathlib import Path

import matplotlib
import nbformat
import torch

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "17_preferences.ipynb"
CELLS = [
    "imports", "wish-exact", "wish-write", "wish-reward", "baseline-by-hand", "tale-by-hand",
    "train-function", "train-measure", "critic-paid", "critic-body", "critic-read", "critic-value",
    "critic-by-hand", "critic-function",
]  # fmt: skip
SEEDED = {"train-function", "critic-function"}
AS_THE_CRITIC = {"steps": 38, "n": 24, "lr": 2e-4, "beta": 0.15}
LONGER = {"steps": 48, "n": 32, "beta": 0.12}


def lesson():
    """The names that the cells define; both loops draw with ``names["seed"]``."""
    source = {cell.id: cell.source for cell in nbformat.read(LESSON, 4).cells}
    names, seconds = {}, 0.0
    for cell in CELLS:
        code = source[cell]
        if cell in SEEDED:
            assert code.count("manual_seed(4)") == 1, f"{cell} draws with another seed: change this"
            code = code.replace("manual_seed(4)", "manual_seed(seed)")
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, f"lesson 17, {cell}", "exec"), names)
        if cell == "critic-value":
            seconds = time.process_time() - start
    return names, seconds


def misses(names, policy, n):
    """How many of n tales have no llama, and how many of these have no animal at all."""
    generator, animals = torch.Generator().manual_seed(98), {*names["WORDS"]["ANIMAL"]}
    rows = [tale for _ in range(n // 64) for tale in names["write"](policy, 64, generator)]
    missed = [text for text in map(names["tokenizer"].decode, rows) if "llama" not in text]
    return len(missed), sum(animals.isdisjoint(re.findall("[a-z]+", text)) for text in missed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--tales", type=int, default=512, help="how many each is measured on")
    parser.add_argument("--only", nargs="+", metavar="WAY", help="for example: with a critic")
    options = parser.parse_args()
    matplotlib.use("agg")
    torch.set_num_threads(1)
    names, seconds = lesson()
    print(f"products in {names['products']}; the critic's beginning took {seconds:.1f} CPU s")

    def with_critic(policy, **how):
        return names["learn_with_critic"](policy, copy.deepcopy(names["critic"]), **how)

    def plain(policy, **how):
        return names["learn"](policy, names["has_llama"], **how)

    ways = {
        "policy gradient": lambda policy: plain(policy, steps=28),
        "with the critic's settings": lambda policy: plain(policy, **AS_THE_CRITIC),
        "with a critic, λ 0.8": lambda policy: with_critic(policy, steps=38, most=0.8),
        "with a critic": lambda policy: with_critic(policy, steps=38),
        "with a critic, longer": lambda policy: with_critic(policy, **LONGER),
    }
    for name, way in ways.items():
        if options.only and name not in options.only:
            continue
        for names["seed"] in options.seeds:
            policy, start = copy.deepcopy(names["reference"]), time.process_time()
            for _ in way(policy):
                pass
            spent = time.process_time() - start
            reward, (far, *_), possible = names["measure"](policy, n=options.tales, seed=99)
            least = names["least_kl"](reward, names["p_exact"])
            missed, bare = misses(names, policy, options.tales)
            print(
                f"{name}, seed {names['seed']}: reward {reward:.3f}, KL {far:.2f}, {far - least:.2f} "
                f"above the least, possible {possible:.2f}, {spent:.1f} CPU s; "
                f"{missed} without a llama, {bare} of them without any animal",
                flush=True,
            )


if __name__ == "__main__":
    main()
