"""python -m course_lib train | sample"""

import argparse
import itertools
import json
import os
import sys
import time
from dataclasses import fields, replace

import torch

from course_lib.checkpoint import find_checkpoint, load_checkpoint, load_model
from course_lib.data import evaluation_rows, load_text, make_corpus
from course_lib.device import best_device
from course_lib.distributed import end_distributed, init_distributed, is_main, rank_and_world_size
from course_lib.generation import generate
from course_lib.model import GPT, GPTConfig
from course_lib.presets import PRESETS, settings
from course_lib.tales import tales_floor
from course_lib.tokenizer import CharTokenizer
from course_lib.train import TrainConfig, evaluate, train


def main(arguments=None):
    """Do what the command line says. Mistakes in it end in one line, without a traceback."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt as stop:
        at = (
            f" {options.out}: type the same with --resume to go on" if options.run is _train else ""
        )
        _exit(f"\nstopped{at}" if not str(stop) else f"\n{stop};{at}")
    except BrokenPipeError:  # nobody reads on, as in "sample | head": nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1 if options.run is _train else 0)
    except (OSError, ValueError, FloatingPointError) as error:
        _exit(f"error: {error}")
    except RuntimeError as error:  # out of memory, say, which need not befall every process
        where = f" in process {os.environ['RANK']}" if "RANK" in os.environ else ""
        sys.exit(f"error{where}: {error}")


def _exit(message):
    """End with status 1. Under torchrun one process of each machine says why."""
    sys.exit(message if os.environ.get("LOCAL_RANK", "0") == "0" else 1)


class _Parser(argparse.ArgumentParser):
    def error(self, message):  # argparse itself would write all the flags before it
        _exit(f"error: {message} ({self.prog} --help says more)")


def _parser():
    parser = _Parser(prog="python -m course_lib", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="train | sample")
    command = commands.add_parser("train", help="train a GPT")
    command.set_defaults(run=_train)
    command.add_argument("--data", default="tales", help="tales, shakespeare, or a text file")
    command.add_argument("--preset", default="laptop", choices=PRESETS, help="default: laptop")
    command.add_argument("--out", default="runs/latest", type=_folder, help="folder (%(default)s)")
    command.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, or begin it"
    )
    command.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    command.add_argument("--json", action="store_true", help="end with one line of JSON")
    for field in _settings():
        kind = _flag if field.type is bool else field.type
        command.add_argument(f"--{field.name.replace('_', '-')}", type=kind, help="see the preset")
    command = commands.add_parser("sample", help="let a trained model write")
    command.set_defaults(run=_sample)
    command.add_argument("--model", default="tales", help="a run's folder, a checkpoint, or tales")
    command.add_argument("--prompt", help="the text to go on from (a line break)")
    command.add_argument("--length", type=int, default=500, help="characters (%(default)s)")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--top-k", type=int)
    command.add_argument("--top-p", type=float)
    command.add_argument("--seed", type=int, default=0)
    return parser


def _folder(word):
    if not word.strip():
        raise argparse.ArgumentTypeError("must name a folder, for example runs/mine")
    return word


def _flag(word):
    if word.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"must be true or false, got {word}")
    return word.lower() == "true"


def _settings():
    """The fields of both configurations, each once; the vocabulary is the data's."""
    found = {field.name: field for config in (TrainConfig, GPTConfig) for field in fields(config)}
    return [field for field in found.values() if field.name != "vocab_size"]


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
    text = load_text(options.data)
    tokenizer = CharTokenizer(text)
    tales = options.data == "tales"
    row_start = "\n" if tales else None
    corpus = make_corpus(text, tokenizer, row_start)
    floor = tales_floor(tokenizer.decode(corpus.val)) if tales else None
    torch.manual_seed(config.seed)
    model = GPT(replace(sizes, vocab_size=tokenizer.vocab_size)).to(device)
    params = sum(p.numel() for p in model.parameters())
    world_size = rank_and_world_size()[1]
    where = f"{device}" if world_size == 1 else f"{device}, {world_size} processes"
    say(f"{options.data}: {len(text):,} characters. {params:,} parameters on {where}.", flush=True)
    if options.resume and not find_checkpoint(options.out).is_file():
        say(f"no checkpoint in {options.out}: a new run begins", flush=True)
    records = train(model, corpus, config, options.out, options.resume,
                    characters=tokenizer.characters, row_start=row_start)  # fmt: skip
    if records:
        val_loss = records[-1].val_loss
    else:  # resumed at its end
        val_loss = evaluate(
            model, *evaluation_rows(corpus.val, config.block_size, corpus.val_starts)
        )
    line = f"val_loss {val_loss:.4f} nats per character after {config.steps} steps"
    say(line + (f"; the floor is {floor:.4f}" if floor is not None else ""))
    say(f"Let it write: python -m course_lib sample --model {options.out}")
    if options.json:
        result = {"val_loss": val_loss, "floor": floor, "steps": config.steps,
                  "tokens": config.steps * config.batch_size * config.block_size,
                  "wall_s": round(time.perf_counter() - start, 2),
                  "cpu_s": round(time.process_time(), 2), "params": params, "device": str(device)}  # fmt: skip
        say(json.dumps(result))
    end_distributed()


def _sample(options):
    model, tokenizer = load_model(options.model)
    start = load_checkpoint(find_checkpoint(options.model)).get("row_start")
    stop = tokenizer.encode(start)[0] if start else None
    prompt, left = options.prompt, options.length
    if not 0 <= options.seed < 2**32:
        raise ValueError("--seed must be from 0 to 4,294,967,295")
    if prompt is None:  # a text without line breaks begins with one of its characters
        prompt = "\n" if "\n" in tokenizer.characters else tokenizer.characters[0]
    ids = tokenizer.encode(prompt)
    print(prompt.lstrip("\n"), end="", flush=True)
    for seed in itertools.count(options.seed * 1_000_003):
        for token in generate(model, ids, left, options.temperature, options.top_k, options.top_p,
                              seed, stop):  # fmt: skip
            print(tokenizer.decode([token]), end="", flush=True)
            left -= 1
        if left <= 0:
            break
        ids = [stop]  # a model whose rows began here knows no text that is longer
    print()
