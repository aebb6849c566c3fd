"""The yardstick preset beside a well-known recipe of the same size, in one sitting.

    python benchmarks/yardstick.py [--data shakespeare] [--pairs 1]

The recipe is the one that nanoGPT's README gives for a CPU: 4 layers, 4 heads, 128 channels, context 64,
12 rows a step, 2000 steps, AdamW at 1e-3 with 100 steps of warm-up and a cosine down to 1e-4, no dropout,
float32, torch's own attention kernel. It is written out here as a plain loop. Each run is a process of its
own, and what is counted is its CPU time from start to end: imports, data and evaluation included. Both are
judged on the same characters, the whole last tenth of the text.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F

from course_lib.corpus import evaluation_rows, get_batch, make_corpus
from course_lib.loss import evaluate
from course_lib.model import GPT, CausalSelfAttention, GPTConfig
from course_lib.text import load_text
from course_lib.tokenizer import CharTokenizer


class KernelAttention(CausalSelfAttention):
    """The attention with torch's kernel on every device."""

    def forward(self, x, past=None):
        B, T, C = x.shape
        qkv = self.qkv(x).view(B, T, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(*qkv, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


def recipe(data, steps=2000):
    start = time.perf_counter()
    text = load_text(data)
    corpus = make_corpus(text, CharTokenizer(text))
    config = GPTConfig(len(set(text)), 64, n_layer=4, n_head=4, n_embd=128)
    torch.manual_seed(0)
    model = GPT(config)
    for name, p in model.named_parameters():
        if p.dim() == 2:
            added = name.endswith(("out.weight", "down.weight"))
            torch.nn.init.normal_(p, std=0.02 / math.sqrt(8) if added else 0.02)
    for block in model.blocks:
        block.attention.__class__ = KernelAttention
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [
        {"params": matrices, "weight_decay": 0.1},
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))
    for step in range(steps):
        way = max(0.0, (step - 100) / (steps - 100))
        lr = 1e-4 + 9e-4 * (1 + math.cos(math.pi * way)) / 2 if step >= 100 else 1e-3 * step / 100
        for group in optimizer.param_groups:
            group["lr"] = lr
        x, y = get_batch(corpus.train, 12, 64, step)
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    loss = evaluate(model, *evaluation_rows(corpus.val, 64))
    print(json.dumps({"val_loss": loss, "steps": steps, "wall_s": time.perf_counter() - start,
                      "cpu_s": time.process_time()}))  # fmt: skip


def run(*arguments):
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(data="shakespeare"):
    """{run: what it reports}: the recipe and the preset, one after the other."""
    with tempfile.TemporaryDirectory() as out:
        return {
            "recipe": run(__file__, "--recipe", "--data", data),
            "yardstick": run("-m", "course_lib", "train", "--preset", "yardstick", "--data", data,
                             "--out", out, "--json"),
        }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="shakespeare", help="shakespeare, or a text file")
    parser.add_argument("--pairs", type=int, default=1, help="how often each is run, in turn")
    parser.add_argument("--recipe", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.recipe:
        return recipe(options.data)
    print("| run | validation loss | steps | CPU s | wall s |\n|---|---|---|---|---|")
    for _ in range(options.pairs):
        results = measure(options.data)
        for name, r in results.items():
            print(f"| {name} | {r['val_loss']:.4f} | {r['steps']} | {r['cpu_s']:.1f} | {r['wall_s']:.1f} |",
                  flush=True)  # fmt: skip
        print(
            f"CPU time, yardstick / recipe: {results['yardstick']['cpu_s'] / results['recipe']['cpu_s']:.3f}"
        )


if __name__ == "__main__":
    main()
