"""Cached generation beside transformers' `generate`, and beside what the memory's bandwidth allows.

    python benchmarks/generation.py [--repeats 5]

Random weights of GPT-2's 124M sizes and of the course's 0.8M, float32, batch 1, 32 tokens in and 128 out,
greedy, both with their cache. Ours, theirs and a matrix-vector product over 400 MB (more than the caches
hold) take turns, and of each the best turn counts. Writing a token reads every weight but the table of
places once, so bandwidth / bytes is the most tokens a second that are possible at 124M; the small model
fits into the caches, and has no such limit.
"""

import argparse
import os
import time

import torch

from course_lib.generation import generate
from course_lib.model import GPT, GPTConfig

SIZES = {
    "124M": GPTConfig(),
    "0.8M": GPTConfig(vocab_size=65, block_size=256, n_layer=4, n_head=4, n_embd=128),
}
IN, OUT = 32, 128


def best(turns, repeats):
    """The least wall and CPU seconds of each function, called in turn; a first round is not counted."""
    found = {name: [float("inf")] * 2 for name in turns}
    for repeat in range(repeats + 1):
        for name, function in turns.items():
            wall, cpu = time.perf_counter(), time.process_time()
            function()
            spent = time.perf_counter() - wall, time.process_time() - cpu
            if repeat:
                found[name] = [min(pair) for pair in zip(found[name], spent, strict=True)]
    return found


def measure(repeats=5):
    """Rows (what, ours, theirs, unit, ratio); a ratio above 1 says that ours is faster."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    torch.manual_seed(0)
    table, vector = torch.randn(1024, 100_000), torch.randn(100_000)  # long rows read fastest
    rows = []
    for name, c in SIZES.items():
        ours = GPT(c).eval()
        theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(
            vocab_size=c.vocab_size, n_positions=c.block_size, n_layer=c.n_layer, n_head=c.n_head,
            n_embd=c.n_embd, bos_token_id=None, eos_token_id=None)).eval()  # fmt: skip
        prompt = torch.randint(c.vocab_size, (IN,))
        mask = torch.ones(1, IN, dtype=torch.int64)
        spent = best({
            "ours": lambda m=ours, p=prompt: list(generate(m, p, OUT, temperature=0)),
            "theirs": lambda m=theirs, p=prompt, mask=mask: m.generate(
                p[None], attention_mask=mask, max_new_tokens=OUT, do_sample=False, use_cache=True, pad_token_id=0),
            "memory": lambda: table @ vector,
        }, repeats * (1 if c.n_layer == 12 else 3))  # fmt: skip
        for i, clock in enumerate(["wall clock", "CPU time"]):
            a, b = spent["ours"][i], spent["theirs"][i]
            rows.append((f"{name}, {IN} in, {OUT} out, {clock}", a, b, "s", b / a))
        if name == "124M":
            weights = (
                sum(p.numel() for p in ours.parameters()) - ours.position_embedding.weight.numel()
            )
            limit = table.numel() / spent["memory"][0] / weights  # tokens a second
            speed = OUT / spent["ours"][0]
            rows.append(
                ("124M, of what the bandwidth allows", speed, limit, "tokens/s", speed / limit)
            )
            gigabytes = table.numel() * 4 / spent["memory"][0] / 1e9
            rows.append(("bandwidth of a matrix-vector product", gigabytes, gigabytes, "GB/s", 1.0))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=5, help="turns of each (%(default)s)")
    repeats = parser.parse_args().repeats
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| what | ours | theirs, or the limit | unit | ratio |\n|---|---|---|---|---|")
    for what, ours, theirs, unit, ratio in measure(repeats):
        print(f"| {what} | {ours:.3f} | {theirs:.3f} | {unit} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
