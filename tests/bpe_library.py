"""The tokenizers library for the tests of BPE: one of its own, trained on the same texts as ours."""

import functools
import json
import random
import unicodedata

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from course_lib.bpe import BPETokenizer
from course_lib.bpe_files import visible
from course_lib.tales import sample_tales

SCRIPTS = "It's 2026: naïve café, 東京は夜, Привет мир, שלום, हिन्दी, 🙂👩‍👩‍👧, x² ½ Ⅻ ١٢٣\t\n\n  a\u00a0b\x1cc _d_ "


def library(model=None):
    tokenizer = Tokenizer(model or models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def trained_by_library(text, vocab_size, special=()):
    tokenizer = library()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, min_frequency=0, show_progress=False, special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())  # fmt: skip
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def merges_of(tokenizer):
    """The merges as pairs of names, of ours or of the library's."""
    if isinstance(tokenizer, BPETokenizer):
        return [[visible(tokenizer.tokens[i]) for i in pair] for pair in tokenizer.merges]
    return json.loads(tokenizer.to_str())["model"]["merges"]


@functools.cache
def mixed_text():
    """Tales, many scripts, and random letters."""
    mixed = random.Random(0)
    letters = "".join(
        chr(i) for i in range(32, 0x3000) if unicodedata.category(chr(i)) not in ("Cn", "Cs")
    )
    words = " ".join("".join(mixed.choices(letters, k=mixed.randint(1, 6))) for _ in range(3000))
    return sample_tales(100_000, seed=3) + SCRIPTS * 20 + words


@functools.cache
def trained_by_us():
    return BPETokenizer.train(mixed_text(), 256 + 3000 + 1, ["<|end|>"])


@functools.cache
def trained_by_them():
    """The library's, with the merges that ``trained_by_us`` has."""
    return trained_by_library(mixed_text(), 256 + 3000)


def small_tokenizer():
    return BPETokenizer.train("aaabdaaabac aaab", 260, ["<|x|>"])
