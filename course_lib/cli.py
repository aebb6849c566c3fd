"""python -m course_lib train | sample"""

import argparse
import itertools
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from dataclasses import fields, replace

import torch

from course_lib import __version__
from course_lib.checkpoint import find_checkpoint, load_checkpoint, load_model
from course_lib.corpus import evaluation_rows, make_corpus
from course_lib.device import best_device, check_memory
from course_lib.distributed import end_distributed, init_distributed, is_main, rank_and_world_size
from course_lib.generation import generate
from course_lib.loss import evaluate
from course_lib.modern import ModernConfig, make_model
from course_lib.presets import PRESETS, help_of, least_memory, parameters_of, settings
from course_lib.tales import tales_floor
from course_lib.text import load_text
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig, train

BUILT_IN = ("tales", "shakespeare")  # names that mean what comes with the course, not a file


def main(arguments=None):
    """Do what the command line says. Mistakes in it end in one line, without a traceback."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt as stop:
        message = f"\n{stop}" if str(stop) else "\nstopped"
        if options.run is _train and find_checkpoint(options.out).is_file():
            again = "again" if options.resume else "with --resume"
            message += f"; {options.out}: type the same {again} to go on"
        sys.exit(message if os.environ.get("LOCAL_RANK", "0") == "0" else 1)
    except BrokenPipeError:  # nobody reads on, as in "sample | head": nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1 if options.run is _train else 0)
    except (OSError, ValueError, IndexError, FloatingPointError) as error:
        _exit(f"error: {error}")
    except (RuntimeError, MemoryError) as error:  # which need not befall every process
        where = f" in process {os.environ['RANK']}" if "RANK" in os.environ else ""
        sys.exit(f"error{where}: {_in_one_line(error)}")


def _exit(message):
    """End with status 1, and say why. Under torchrun one process of each machine says it for all.

    torchrun ends all as soon as one has ended: one that is there a while later failed alone.
    """
    if os.environ.get("LOCAL_RANK", "0") == "0":
        sys.exit(message)
    time.sleep(2)
    print(f"{message} (in process {os.environ.get('RANK', '?')})", file=sys.stderr)
    sys.exit(1)


def _in_one_line(error):
    """What torch says first; the rest is for those who work on torch."""
    what = (str(error).strip() or "out of memory").splitlines()[0]
    if type(error).__module__.startswith(("torch._dynamo", "torch._inductor")):
        return (
            f"torch.compile does not work here ({what}): give --compile false, or install a C++ "
            "compiler and use folders without a space in their names"
        )
    return what


class _Parser(argparse.ArgumentParser):
    def error(self, message):  # argparse itself would write all the flags before it
        _exit(f"error: {message} ({self.prog} --help says more)")


def _parser():
    parser = _Parser(prog="python -m course_lib", description=__doc__)
    versions = (
        f"course_lib {__version__}, torch {torch.__version__}, Python {platform.python_version()}"
    )
    parser.add_argument("--version", action="version", version=versions)
    commands = parser.add_subparsers(required=True, metavar="train | sample")
    _add_train(commands.add_parser("train", help="train a GPT"))
    _add_sample(commands.add_parser("sample", help="let a trained model write"))
    return parser


def _add_train(command):
    command.set_defaults(run=_train)
    command.add_argument(
        "--data", default="tales", type=_place, help="tales, shakespeare, or a text file (tales)"
    )
    command.add_argument(
        "--preset",
        default="laptop",
        choices=PRESETS,
        help="what the flags below are without you (laptop)",
    )
    command.add_argument(
        "--out", default="runs/latest", type=_new_folder, help="the run's folder (%(default)s)"
    )
    command.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, or begin it"
    )
    command.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    command.add_argument("--json", action="store_true", help="end with one line of JSON")
    for field in _settings():
        kind = _flag if field.type is bool else field.type
        metavar = {int: "N", float: "X", bool: "true|false"}.get(field.type, "NAME")
        flag = f"--{field.name.replace('_', '-')}"
        command.add_argument(flag, type=kind, metavar=metavar, help=help_of(field.name))


def _add_sample(command):
    command.set_defaults(run=_sample)
    command.add_argument(
        "--model",
        type=_place,
        help="a run's folder, a checkpoint, or tales, the course's own (tales)",
    )
    command.add_argument("--prompt", help="the text to go on from (a line break)")
    command.add_argument("--length", type=int, default=500, metavar="N", help="characters (500)")
    for flag, kind, default, words in (
        ("--temperature", float, 1.0, "below 1 for likelier text, 0 for the likeliest (1.0)"),
        ("--top-k", int, None, "draw from the X likeliest characters only (all)"),
        ("--top-p", float, None, "draw from the fewest that together have this probability (all)"),
        ("--seed", int, 0, "another seed, another text (0)"),
    ):
        command.add_argument(flag, type=kind, default=default, metavar="X", help=words)
    command.add_argument("--device", default="cpu", help="auto, cpu, cuda or mps (%(default)s)")


def _place(word):
    """A path as it was meant: a shell leaves the ~ in --out=~/x as it is."""
    if not word.strip():
        raise argparse.ArgumentTypeError("must name a folder or file, for example runs/mine")
    return os.path.expanduser(word)


def _new_folder(word):
    if word in BUILT_IN:
        raise argparse.ArgumentTypeError(
            f"{word} means what comes with the course, in --model or --data; choose another folder, "
            f"for example runs/{word}"
        )
    return _place(word)


def _flag(word):
    if word.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"must be true or false, got {word}")
    return word.lower() == "true"


def _settings():
    """The fields of both configurations, each once; the vocabulary is the data's."""
    kinds = TrainConfig, ModernConfig
    found = {field.name: field for config in kinds for field in fields(config)}
    return [field for field in found.values() if field.name != "vocab_size"]


def _read(data):
    """A text as a corpus, its tokenizer, what a checkpoint needs to know of it, and the loss's floor."""
    text, tales = load_text(data), data == "tales"
    tokenizer = CharTokenizer(text)
    info = {"characters": tokenizer.characters, "row_start": "\n" if tales else None}
    corpus = make_corpus(text, tokenizer, info["row_start"])
    return corpus, tokenizer, info, tales_floor(tokenizer.decode(corpus.val)) if tales else None


def _train(options):
    start = time.perf_counter()
    if int(os.environ.get("TORCHELASTIC_MAX_RESTARTS", 0)) and not options.resume:
        raise ValueError(
            "torchrun --max-restarts begins the same command again, which must then go on from its "
            "checkpoint: give --resume as well"
        )
    given = {f.name: getattr(options, f.name) for f in _settings()}
    changes = {name: value for name, value in given.items() if value is not None}
    config, sizes = settings(options.preset, **changes)
    device = init_distributed(best_device(options.device))
    say = print if is_main() else (lambda *words, **how: None)
    corpus, tokenizer, info, floor = _read(options.data)
    rows = evaluation_rows(corpus.val, config.block_size, corpus.val_starts)
    sizes = replace(sizes, vocab_size=tokenizer.vocab_size)
    params, world_size = parameters_of(sizes), rank_and_world_size()[1]
    where = f"{device}" if world_size == 1 else f"{device}, {world_size} processes"
    characters = len(corpus.train) + len(corpus.val)
    say(f"{options.data}: {characters:,} characters. {params:,} parameters on {where}.", flush=True)
    check_memory(least_memory(config, sizes, len(rows[0]), device, world_size), device)
    torch.manual_seed(config.seed)
    model = make_model(sizes).to(device)
    if options.resume and not find_checkpoint(options.out).is_file():
        say(f"no checkpoint in {options.out}: a new run begins", flush=True)
    records = train(model, corpus, config, options.out, options.resume, **info)
    # A run that is resumed at its end has no records.
    val_loss = records[-1].val_loss if records else evaluate(model, *rows)
    line = f"val_loss {val_loss:.4f} nats per character after {config.steps} steps"
    say(line + (f"; the floor is {floor:.4f}" if floor is not None else ""))
    say(f"Let it write: python -m course_lib sample --model {_quoted(options.out)}")
    if options.json:
        result = {"val_loss": val_loss, "floor": floor, "steps": config.steps,
                  "tokens": config.steps * config.batch_size * config.block_size,
                  "wall_s": round(time.perf_counter() - start, 2),
                  "cpu_s": round(time.process_time(), 2), "params": params, "device": str(device)}  # fmt: skip
        say(json.dumps(result))
    end_distributed()


def _quoted(word):
    """A word as it has to be typed in a shell, after a flag."""
    word = f".{os.sep}{word}" if word.startswith("-") else word
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)


def _sample(options):
    if options.model == "tales" and os.path.exists("tales"):
        own = _quoted(os.path.join(".", "tales"))
        raise ValueError(
            "--model tales is the model that comes with the course, and there is one of this name "
            f"here as well: give --model {own} for that, or leave --model out for the course's"
        )
    model, tokenizer = load_model(options.model or "tales")
    start = load_checkpoint(find_checkpoint(options.model or "tales")).get("row_start")
    stop = tokenizer.encode(start)[0] if start else None
    prompt, left = options.prompt, options.length
    if not 0 <= options.seed < 2**32:
        raise ValueError(f"--seed must be from 0 to 4,294,967,295, got {options.seed}")
    if left < 0:
        raise ValueError(f"--length must be 0 or more, got {left}")
    if prompt is None:  # a text without line breaks begins with one of its characters
        prompt = "\n" if "\n" in tokenizer.characters else tokenizer.characters[0]
    model, ids = model.to(best_device(options.device)), tokenizer.encode(prompt)
    shown = prompt.lstrip("\n")
    for seed in itertools.count(options.seed * 1_000_003):
        how = options.temperature, options.top_k, options.top_p, seed, stop
        writing = generate(model, ids, left, *how)
        print(shown, end="", flush=True)  # after generate has looked at the settings
        shown = ""
        for token in writing:
            print(tokenizer.decode([token]), end="", flush=True)
            left -= 1
        if left <= 0:
            break
        ids = [stop]  # a model whose rows began here knows no text that is longer
    print()
