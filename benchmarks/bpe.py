"""BPETokenizer beside the tokenizers library: training and encoding, in CPU seconds.

    python benchmarks/bpe.py [--data shakespeare] [--rounds 3]

Both learn the same merges from the same text, in turns, and encode all of it as one string; the best of the
rounds counts. CPU seconds are those of all threads. The results must be equal, or it ends with an error.
"""

import argparse
import json
import time

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from course_lib.bpe import BPETokenizer
from course_lib.text import load_text


def train_ours(text, merges):
    return BPETokenizer.train(text, 256 + merges)


def train_theirs(text, merges):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges, min_frequency=0, show_progress=False, initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def cpu_seconds(function, *arguments):
    start = time.process_time()
    result = function(*arguments)
    return time.process_time() - start, result


def measure(data="shakespeare", rounds=3):
    """Rows of (what, ours, theirs, unit, ours / theirs)."""
    text, rows = load_text(data), []
    for merges in (1000, 5000):
        train, encode = [], []
        for _ in range(rounds):  # new tokenizers each time, which remember no piece
            ours, mine = cpu_seconds(train_ours, text, merges)
            theirs, library = cpu_seconds(train_theirs, text, merges)
            train.append((ours, theirs))
            ours, ids = cpu_seconds(mine.encode, text)
            theirs, encoding = cpu_seconds(library.encode, text)
            encode.append((ours, theirs))
            learned = len(json.loads(library.to_str())["model"]["merges"])
            if ids != encoding.ids or len(mine.merges) != learned:
                raise SystemExit("error: the two tokenizers differ")
        for what, pairs in (
            (f"train {merges:,} merges", train),
            (f"encode, {merges:,} merges", encode),
        ):
            ours, theirs = (min(times) for times in zip(*pairs, strict=True))
            rows.append((what, ours, theirs, "CPU s", ours / theirs))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="shakespeare", help="shakespeare, tales, or a text file")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("| what | ours | tokenizers | unit | ratio |\n|---|---|---|---|---|")
    for what, ours, theirs, unit, ratio in measure(options.data, options.rounds):
        print(f"| {what} | {ours:.2f} | {theirs:.2f} | {unit} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
