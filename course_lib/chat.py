"""What the command chat does: a line is typed, the model answers, until Ctrl-C or Ctrl-D."""

import itertools

from course_lib.checkpoint import model_of
from course_lib.commands import check_known, print_tokens, saved_model
from course_lib.device import best_device
from course_lib.generation import generate
from course_lib.obedience import check_request


def chat_command(options):
    """Answer what is typed, each line by itself; options are argparse's."""
    checkpoint = saved_model(options.model, "--model")
    model, tokenizer = model_of(checkpoint)
    model, info = model.to(best_device(options.device)), checkpoint.info
    how = options.temperature, options.top_k, options.top_p
    end = tokenizer.encode(info["row_start"]) if info.get("row_start") else []
    generate(model, end or [0], 0, *how)  # which refuses wrong settings before anything is typed
    example = ", such as Kate, clock, park" if info.get("data") == "requests" else ""
    print(f"Type a line{example}. Ctrl-D (on Windows Ctrl-Z) or Ctrl-C ends it.", flush=True)
    try:
        for seed in itertools.count(options.seed):
            line = input("> ")
            if not line.strip():
                continue
            try:
                prompt = as_read(_as_trained(line, info), tokenizer)
                check_known(tokenizer, prompt, "that line", "leave them out")
            except ValueError as error:
                print(error, flush=True)
                continue
            ids = end + tokenizer.encode(prompt)
            stop = end[0] if end else None
            print_tokens(generate(model, ids, options.length, *how, seed, stop), tokenizer)
            print(flush=True)
    except (EOFError, KeyboardInterrupt):
        print()


def as_read(prompt, tokenizer):
    """A prompt that ends where a token ends.

    With byte pairs the space before a word belongs to the word's token, so that a space at the end
    is left out: it will be the beginning of the answer. Characters stay as they are.
    """
    return prompt.rstrip(" ") if hasattr(tokenizer, "decode_bytes") else prompt


def _as_trained(line, info):
    """A line in the form in which the model has met requests.

    Raises:
        ValueError: for a word that tales don't know, if those are its requests.
    """
    if info.get("data") == "requests":
        return check_request(line)
    mark = info.get("answer_after")
    return line if mark is None else line.strip().removesuffix(mark.strip()) + mark
