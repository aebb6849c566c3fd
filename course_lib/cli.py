"""python -m course_lib train | sample | chat | export-page | class"""

import argparse
import os
import platform
import sys
import time

import torch

from course_lib import __version__
from course_lib.chat import chat_command
from course_lib.checkpoint import find_checkpoint
from course_lib.commands import (
    BPE_VOCABULARY,
    flag_of,
    sample_command,
    setting_fields,
    train_command,
)
from course_lib.export_page import export_page_command
from course_lib.presets import PRESETS, help_of

BUILT_IN = (
    "tales",
    "shakespeare",
    "requests",
)  # names that mean what comes with the course, not a file


def main(arguments=None):
    """Do what the command line says. Mistakes in it end in one line, without a traceback."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt as stop:
        message = f"\n{stop}" if str(stop) else "\nstopped"
        if options.run is train_command and find_checkpoint(options.out).is_file():
            again = "again" if options.resume else "with --resume"
            again += " in place of --init-from" if options.init_from else ""
            message += f"; {options.out}: type the same {again} to go on"
        sys.exit(message if os.environ.get("LOCAL_RANK", "0") == "0" else 1)
    except BrokenPipeError:  # nobody reads on, as in "sample | head": nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1 if options.run is train_command else 0)
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
    words = "train | sample | chat | export-page | class"
    commands = parser.add_subparsers(required=True, metavar=words)
    _add_train(commands.add_parser("train", help="train a GPT"))
    _add_sample(commands.add_parser("sample", help="let a trained model write"))
    _add_chat(commands.add_parser("chat", help="type to a trained model, which answers"))
    words = "write a model as one HTML page, to type into and to send on"
    _add_export_page(commands.add_parser("export-page", help=words))
    _add_class(commands.add_parser("class", help="report on the notebooks that a class hands in"))
    return parser


def _add_train(command):
    command.set_defaults(run=train_command)
    add = command.add_argument
    words = "tales, shakespeare, requests (which tales answer), or a text file (%(default)s)"
    add("--data", default="tales", type=_place, help=words)
    words = "what the flags below are without you (%(default)s)"
    add("--preset", default="laptop", choices=PRESETS, help=words)
    words = "the run's folder (%(default)s)"
    add("--out", default="runs/latest", type=_new_folder, help=words)
    add("--resume", action="store_true", help="go on with the run in --out, or begin it")
    words = "begin with the weights, sizes and tokenizer of another run or checkpoint, or of tales"
    add("--init-from", type=_place, metavar="PATH", help=words)
    words = "tokens are characters, or what byte-pair encoding makes (char)"
    add("--tokenizer", choices=("char", "bpe"), help=words)
    words = f"tokens that --tokenizer bpe makes, 256 bytes among them ({BPE_VOCABULARY})"
    add("--vocab-size", type=int, metavar="N", help=words)
    words = "of a line that has this, learn only what comes after it, not the request (all)"
    add("--answer-after", metavar="TEXT", help=words)
    add("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    add("--json", action="store_true", help="end with one line of JSON")
    for field in setting_fields():
        kind = _flag if field.type is bool else field.type
        metavar = {int: "N", float: "X", bool: "true|false"}.get(field.type, "NAME")
        flag = flag_of(field.name)
        command.add_argument(flag, type=kind, metavar=metavar, help=help_of(field.name))


def _add_sample(command):
    command.set_defaults(run=sample_command)
    _add_model(command)
    command.add_argument("--prompt", help="the text to go on from (a line break)")
    _add_writing(command)


def _add_chat(command):
    command.set_defaults(run=chat_command)
    _add_model(command)
    _add_writing(command)


def _add_export_page(command):
    command.set_defaults(run=export_page_command)
    _add_model(command)
    add = command.add_argument
    add("out", type=_place, metavar="PAGE", help="the file to write, for example page.html")
    add(
        "--prompt", metavar="TEXT", help="the text that the page opens with (one of tales, or none)"
    )
    words = "what the page says that the model was trained on (what its checkpoint tells of it)"
    add("--trained-on", metavar="TEXT", help=words)


def _add_model(command):
    words = "a run's folder, a checkpoint, or tales, the course's own (tales)"
    command.add_argument("--model", type=_place, help=words)


def _add_writing(command):
    words = "tokens: characters, unless the model was trained with --tokenizer bpe (500)"
    command.add_argument("--length", type=int, default=500, metavar="N", help=words)
    for flag, kind, default, words in (
        ("--temperature", float, 1.0, "below 1 for likelier text, 0 for the likeliest (1.0)"),
        ("--top-k", int, None, "draw from the X likeliest tokens only (all)"),
        ("--top-p", float, None, "draw from the fewest that together have this probability (all)"),
        ("--seed", int, 0, "another seed, another text (0)"),
    ):
        command.add_argument(flag, type=kind, default=default, metavar="X", help=words)
    command.add_argument("--device", default="cpu", help="auto, cpu, cuda or mps (%(default)s)")


def _add_class(command):
    what = command.add_subparsers(required=True, metavar="report")
    report = what.add_parser("report", help="who solved what, and which mistakes were made")
    report.set_defaults(run=_report)
    add = report.add_argument
    words = "notebooks named after their students, or a folder for each student. THEIR CODE IS RUN"
    add("folder", type=_place, metavar="FOLDER", help=words)
    add("--lesson", metavar="NN", help="such as 03 (the one that most notebooks are of)")
    words = "the folder of the two tables (%(default)s)"
    add("--out", type=_place, default="class_report", metavar="PATH", help=words)
    for flag, kind, default, words in (
        ("--seconds", float, 600.0, "for one notebook (600)"),
        ("--cell-seconds", float, 120.0, "for one cell, after which the next one begins (120)"),
        ("--memory", float, 4096.0, "megabytes for one notebook (4096)"),
        ("--jobs", int, 1, "notebooks at a time (1)"),
    ):
        add(flag, type=kind, default=default, metavar="X", help=words)


def _report(options):
    from course_lib.class_report import report_command  # which needs the exercises

    report_command(options)


def _place(word):
    """A path as it was meant: a shell leaves the ~ in --out=~/x as it is."""
    if not word.strip():
        raise argparse.ArgumentTypeError("must name a folder or file, for example runs/mine")
    return os.path.expanduser(word)


def _new_folder(word):
    if word in BUILT_IN:
        raise argparse.ArgumentTypeError(
            f"{word} means what comes with the course, in --model or --data; choose another "
            f"folder, for example runs/{word}"
        )
    return _place(word)


def _flag(word):
    if word.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"must be true or false, got {word}")
    return word.lower() == "true"
