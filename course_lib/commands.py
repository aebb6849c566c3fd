"""What the commands train and sample do, once their flags have been read."""

import codecs
import itertools
import json
import os
import shlex
import subprocess
import time
from dataclasses import fields, replace

import torch

from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import (
    SHIPPED_MODEL,
    Checkpoint,
    find_checkpoint,
    model_of,
    settings_in,
    tokenizer_info,
    tokenizer_of,
)
from course_lib.corpus import make_corpus
from course_lib.device import best_device, check_memory
from course_lib.distributed import end_distributed, init_distributed, is_main, rank_and_world_size
from course_lib.generation import generate
from course_lib.loss import evaluate
from course_lib.modern import ModernConfig, make_model
from course_lib.presets import least_memory, parameters_of, settings
from course_lib.tales import requests_floor, tales_floor
from course_lib.text import load_text
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig, train

BPE_VOCABULARY = 512  # of --tokenizer bpe without --vocab-size
FLOORS = {"tales": (tales_floor, None), "requests": (requests_floor, "? ")}  # and what is learned


def flag_of(name):
    """The flag of a setting: --n-layer of n_layer."""
    return f"--{name.replace('_', '-')}"


def setting_fields():
    """The fields of both configurations, each once; the vocabulary is the tokenizer's."""
    kinds = TrainConfig, ModernConfig  # which has GPTConfig's
    found = {field.name: field for config in kinds for field in fields(config)}
    return [field for field in found.values() if field.name != "vocab_size"]


def saved_model(word, flag):
    """The ``Checkpoint`` that a flag names; None is the course's own model."""
    if word == "tales" and os.path.exists("tales"):
        own = _quoted(os.path.join(".", "tales"))
        otherwise = ", or leave --model out for the course's" if flag == "--model" else ""
        raise ValueError(
            f"{flag} tales is the model that comes with the course, and there is one of this name "
            f"here as well: give {flag} {own} for that{otherwise}"
        )
    return Checkpoint(SHIPPED_MODEL if word in (None, "tales") else find_checkpoint(word))


def _origin(options):
    """The checkpoint that decides a run's sizes and tokenizer, of --init-from; None without one.

    A run that began so and is resumed has them in its own.
    """
    if options.init_from and options.resume:
        raise ValueError(
            "--init-from begins a new run and --resume goes on with one; leave out one of them"
        )
    if options.init_from:
        return saved_model(options.init_from, "--init-from")
    path = find_checkpoint(options.out)
    if not options.resume or not path.is_file():
        return None
    try:
        own = Checkpoint(path)
    except ValueError:  # the run itself will say what is wrong with it
        return None
    return own if "init_from" in own.info else None


def _changes(options, origin):
    """The settings that differ from the preset's: the flags, and the sizes of a given model."""
    given = {field.name: getattr(options, field.name) for field in setting_fields()}
    changes = {name: value for name, value in given.items() if value is not None}
    if origin:
        model_of(origin)  # which raises if there is no GPT in it
        its = settings_in(origin.info, "model_config")
        modern = type(settings(options.preset)[1]) is ModernConfig
        if ("n_kv_head" in its) != modern:
            kind, preset = ("GPT", "laptop") if modern else ("ModernGPT", "modern")
            raise ValueError(
                f"{origin.path} holds a {kind}, and --preset {options.preset} trains the other "
                f"kind; give a preset of its kind, for example --preset {preset}"
            )
        for name in its.keys() - {"vocab_size", "dropout"}:
            size = its[name]
            _check_same_as(origin, name, changes.get(name), size, "weights")
            changes[name] = size
    return changes


def _check_same_as(origin, name, given, found, source):
    if given not in (None, found):
        raise ValueError(
            f"{flag_of(name)} {given} contradicts {origin.path}, whose model has {found}; leave "
            f"the flag out, since it comes with the {source}"
        )


def _tokenizer(options, text, origin):
    """The tokenizer of a run: that of the model it begins with, or one made from its text."""
    if origin:
        tokenizer = tokenizer_of(origin)
        kind = "bpe" if isinstance(tokenizer, BPETokenizer) else "char"
        _check_same_as(origin, "tokenizer", options.tokenizer, kind, "weights")
        _check_same_as(origin, "vocab_size", options.vocab_size, tokenizer.vocab_size, "weights")
        check_known(
            tokenizer, text, options.data, "remove them from the text, or leave --init-from out"
        )
        return tokenizer
    if options.tokenizer == "bpe":
        size = BPE_VOCABULARY if options.vocab_size is None else options.vocab_size
        return BPETokenizer.train(text[: int(0.9 * len(text))], size)  # not from what validates
    if options.vocab_size is not None:
        raise ValueError(
            f"--vocab-size {options.vocab_size} needs --tokenizer bpe; with char there are as many "
            "tokens as the text has characters"
        )
    return CharTokenizer(text)


def check_known(tokenizer, text, where, advice):
    """Raise ValueError for characters that a model's tokenizer does not have."""
    known = set(text if isinstance(tokenizer, BPETokenizer) else tokenizer.characters)
    unknown = sorted(set(text) - known)
    if unknown:
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        raise ValueError(
            f"the model does not know {', '.join(map(repr, unknown[:10]))}{more} in {where}, since "
            f"the text it was trained on has none; {advice}"
        )


def _check_restarts(options):
    if int(os.environ.get("TORCHELASTIC_MAX_RESTARTS", 0)) and not options.resume:
        raise ValueError(
            "torchrun --max-restarts begins the same command again, which must then go on from its "
            "checkpoint: give --resume as well"
        )


def train_command(options):
    """Train a GPT as the flags say; options are argparse's."""
    start = time.perf_counter()
    _check_restarts(options)
    origin = _origin(options)
    config, sizes = settings(options.preset, **_changes(options, origin))
    device = init_distributed(best_device(options.device))
    say = print if is_main() else (lambda *words, **how: None)
    text = load_text(options.data)
    floor_of, mark = FLOORS.get(options.data, (None, None))
    tokenizer = _tokenizer(options, text, origin)
    info = tokenizer_info(tokenizer) | _lines_of(options, mark)
    corpus = make_corpus(text, tokenizer, info["row_start"], answer_after=info.get("answer_after"))
    rows = corpus.rows(config.block_size)
    sizes = replace(sizes, vocab_size=tokenizer.vocab_size)
    params, world_size = parameters_of(sizes), rank_and_world_size()[1]
    where = f"{device}" if world_size == 1 else f"{device}, {world_size} processes"
    say(f"{options.data}: {len(text):,} characters. {params:,} parameters on {where}.", flush=True)
    check_memory(least_memory(config, sizes, len(rows[0]), device, world_size), device)
    torch.manual_seed(config.seed)
    model = make_model(sizes)
    if origin:
        origin.put_into(model)
        info["init_from"] = options.init_from or origin.info["init_from"]
    model = model.to(device)
    if options.resume and not find_checkpoint(options.out).is_file():
        say(f"no checkpoint in {options.out}: a new run begins", flush=True)
    records = train(model, corpus, config, options.out, options.resume, **info)
    # A run that is resumed at its end has no records.
    val_loss = records[-1].val_loss if records else evaluate(model, *rows)
    result = {"val_loss": val_loss, "floor": None}
    if floor_of and info.get("answer_after") == mark:
        result["floor"] = floor_of(tokenizer.decode(corpus.val))
    if isinstance(tokenizer, BPETokenizer):
        result["val_loss_per_character"] = _per_character(val_loss, rows[1], tokenizer)
    say(_summary(result, config.steps))
    say(f"Let it write: python -m course_lib sample --model {_quoted(options.out)}")
    if options.json:
        tokens = config.steps * config.batch_size * config.block_size
        spent = {"wall_s": time.perf_counter() - start, "cpu_s": time.process_time()}
        result |= {"steps": config.steps, "tokens": tokens, "params": params, "device": str(device)}
        say(json.dumps(result | {name: round(seconds, 2) for name, seconds in spent.items()}))
    end_distributed()


def _lines_of(options, mark):
    """What a checkpoint keeps of how its text is divided: where rows begin, what is an answer."""
    mark = mark if options.answer_after is None else options.answer_after
    info = {"row_start": "\n" if mark is not None or options.data in FLOORS else None}
    if mark is not None:
        info["answer_after"] = mark
    return info | ({"data": options.data} if options.data in FLOORS else {})


def _per_character(loss, targets, tokenizer):
    """A mean loss per token as nats per character; targets: (rows, T), -100 where none counts."""
    tokens = targets[targets != -100]
    return loss * len(tokens) / len(tokenizer.decode(tokens))


def _summary(result, steps):
    per_character = result.get("val_loss_per_character")
    loss = f"val_loss {result['val_loss']:.4f} nats per "
    if per_character is None:
        loss += "character"
    else:
        loss += f"token, {per_character:.4f} per character,"
    floor = "" if result["floor"] is None else f"; the floor is {result['floor']:.4f}"
    return f"{loss} after {steps} steps{floor}"


def _quoted(word):
    """A word as it has to be typed in a shell, after a flag."""
    word = f".{os.sep}{word}" if word.startswith("-") else word
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)


def sample_command(options):
    """Let a trained model write."""
    checkpoint = saved_model(options.model, "--model")
    model, tokenizer = model_of(checkpoint)
    row_start = checkpoint.info.get("row_start")
    stop = tokenizer.encode(row_start)[0] if row_start else None
    prompt, left = options.prompt, options.length
    if not 0 <= options.seed < 2**32:
        raise ValueError(f"--seed must be from 0 to 4,294,967,295, got {options.seed}")
    if left < 0:
        raise ValueError(f"--length must be 0 or more, got {left}")
    bpe = isinstance(tokenizer, BPETokenizer)
    if prompt is None:  # a text without line breaks begins with one of its characters
        prompt = "\n" if bpe or "\n" in tokenizer.characters else tokenizer.characters[0]
    check_known(tokenizer, prompt, "--prompt", "leave them out")
    model, ids = model.to(best_device(options.device)), tokenizer.encode(prompt)
    shown = prompt.lstrip("\n")
    for seed in itertools.count(options.seed * 1_000_003):
        how = options.temperature, options.top_k, options.top_p, seed, stop
        writing = generate(model, ids, left, *how)
        print(shown, end="", flush=True)  # after generate has looked at the settings
        shown = ""
        left -= print_tokens(writing, tokenizer)
        if left <= 0:
            break
        ids = [stop]  # a model whose rows began here knows no text that is longer
    print()


def print_tokens(writing, tokenizer):
    """Print tokens as they come, of which several may be one character. Returns how many."""
    bpe = isinstance(tokenizer, BPETokenizer)
    to_bytes = tokenizer.decode_bytes if bpe else lambda ids: tokenizer.decode(ids).encode()
    count, character = 0, codecs.getincrementaldecoder("utf-8")("replace")
    for token in writing:
        print(character.decode(to_bytes([token])), end="", flush=True)
        count += 1
    print(character.decode(b"", final=True), end="", flush=True)
    return count
