"""A trained model as one HTML file: to type into, to look into, and to send to a friend.

The file holds the weights, the tokenizer and the program (the scripts in ``course_lib/page``), asks
no other machine for anything, and computes the logits of the package's model to 1e-4. That takes
the weights as they are, in float32: rounded to 16 bits, logits differ by a hundredth.
"""

import base64
import html
import json
import re
import sys
from pathlib import Path

from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import model_of, tokenizer_of
from course_lib.commands import check_known, saved_model
from course_lib.files import write_whole
from course_lib.modern import ModernGPT
from course_lib.tales import BEATS, REQUEST, SHE, START, WORDS, sample_tales
from course_lib.tokenizer import CharTokenizer

FOLDER = Path(__file__).parent / "page"
SCRIPTS = "model", "tokenizer", "sampling", "grammar", "reader", "attention", "page"
MARK = b'content="course_lib export-page"'  # in the template: by it our own pages are known
LARGEST = 50_000_000  # bytes of a page
TEXTS = {  # what a page says of the course's own texts, and the text that it opens with
    "tales": (
        "<em>tales</em>, short stories that a small grammar puts together at random",
        "Kate found a kite at the ",
    ),
    "requests": (
        "requests for <em>tales</em>, short stories that a small grammar puts together at random: "
        "a hero, a thing and a place, then a tale of just these",
        "Kate, clock, park? ",
    ),
}


def export_page_command(options):
    """Write the page that the flags ask for; options are argparse's."""
    checkpoint = saved_model(options.model, "--model")
    size = export_page(checkpoint, options.out, options.trained_on, options.prompt)
    print(
        f"{options.out}: {size / 1e6:.1f} MB, whole in itself; open it in a browser, or send it on"
    )


def export_page(checkpoint, path, trained_on=None, prompt=None):
    """Write a page of a model, beside its place first, so that at no moment half a file is there.

    Args:
        checkpoint: a ``Checkpoint`` of a GPT or a ModernGPT with its tokenizer.
        path: of the page, a name that ends in .html, in a folder that is there. An older page there
            is replaced, another file is not.
        trained_on, prompt: as in ``page_of``.

    Returns:
        The size of the page in bytes.

    Raises:
        OSError: if there is no such folder or it can't be written; what stood there is left.
        ValueError: for a path by another name, or one with something else than a page, and as
            ``page_of``.
    """
    path = Path(path).expanduser()
    _check_place(path)
    page = page_of(checkpoint, trained_on, prompt)
    write_whole({path: page})
    return len(page)


def _check_place(path):
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(
            f"{path} has no name of a page, and a browser would not show it as one; give a name "
            f"that ends in .html, for example {path.with_suffix('.html')}"
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent} to write the page in; make it first")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the path of a file in it")
    if path.is_file():
        with path.open("rb") as file:
            if MARK not in file.read(1000):
                raise FileExistsError(
                    f"{path} is there already, and export-page did not write it; give another name"
                )


def page_of(checkpoint, trained_on=None, prompt=None):
    """The page of a model, the bytes of one HTML file; the same checkpoint gives the same bytes.

    Args:
        checkpoint: a ``Checkpoint`` of a GPT or a ModernGPT with its tokenizer.
        trained_on: what the page says that the model was trained on; None for what the checkpoint
            tells of it.
        prompt: the text that the page opens with; None for one that suits the model.

    Raises:
        ValueError: for a checkpoint without a tokenizer, of a model that is no GPT, or with a nan
            or an inf in it, for characters of the prompt that the model does not know, and for a
            page of more than 50 MB.
    """
    model, tokenizer = _model_of(checkpoint)
    data = _data_of(checkpoint.info, tokenizer)
    said, first = TEXTS.get(data, (_unnamed_text(tokenizer), ""))
    if trained_on is not None:
        said = html.escape(trained_on)
    if prompt is None:
        prompt = first
    check_known(tokenizer, prompt, "--prompt", "leave them out")
    state = {name: p.detach().float() for name, p in model.named_parameters()}
    about = _about(model, tokenizer, checkpoint.info.get("row_start"), data, prompt)
    about["tensors"] = [(name, p.numel()) for name, p in state.items()]
    parameters = sum(p.numel() for p in state.values())
    begun = "from another model’s weights" if "init_from" in checkpoint.info else "from nothing"
    parts = _words(model, about, parameters, f"{begun} on {said}") | {
        "style": _read("style.css").rstrip(),
        "script": "\n".join(_read(f"{name}.js") for name in SCRIPTS).rstrip(),
        "about": json.dumps(about).replace("<", "\\u003c"),
    }
    size = len(_fill(parts | {"weights": ""})) + 4 * -(-4 * parameters // 3)  # base64: 4 of 3
    if size > LARGEST:
        raise ValueError(
            f"the page of {parameters:,} parameters would have {size / 1e6:.0f} MB, and more than "
            f"{LARGEST // 10**6} MB is too much to open or to send; give a model of 9 "
            "million parameters or fewer"
        )
    # As bytes of little-endian float32, tensor after tensor, each row by row.
    weights = b"".join(p.contiguous().numpy().astype("<f4").tobytes() for p in state.values())
    return _fill(parts | {"weights": base64.b64encode(weights).decode()})


def _fill(parts):
    """The template with its parts, {name: text}, in their places; what they hold is left alone."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("page.html")).encode()


def _model_of(checkpoint):
    """The model and the tokenizer of a ``Checkpoint``, or a ValueError that says what it lacks."""
    info, path = checkpoint.info, checkpoint.path
    if not info.keys() & {"characters", "tokenizer"}:
        raise ValueError(
            f"{path} keeps no tokenizer, so a page could not read what is typed; save it with its "
            "tokenizer: train(..., **tokenizer_info(tokenizer))"
        )
    tokenizer_of(checkpoint)  # which says so if it is damaged
    try:
        model, tokenizer = model_of(checkpoint)
    except ValueError as error:
        raise ValueError(
            f"{path} holds no GPT or ModernGPT of this course ({error.__class__.__name__} when it "
            "was loaded), and a page computes nothing else; give a run of python -m course_lib "
            "train"
        ) from error
    broken = [name for name, p in model.named_parameters() if not p.isfinite().all()]
    if broken:
        raise ValueError(
            f"{broken[0]} in {path} holds a nan or an inf; give an earlier checkpoint, or train "
            "again with a lower lr"
        )
    return model, tokenizer


def _data_of(info, tokenizer):
    """The text that a model was trained on, if it is one whose grammar is known: else None."""
    if info.get("data") in TEXTS:
        return info["data"]
    if info.get("answer_after") is not None or info.get("row_start") != "\n":
        return None
    tales = CharTokenizer(sample_tales(100_000)).characters  # as many as a longer one has
    return "tales" if getattr(tokenizer, "characters", None) == tales else None


def _unnamed_text(tokenizer):
    if isinstance(tokenizer, BPETokenizer):
        return "a text chosen by the maker of this page"
    shown = "".join(c for c in tokenizer.characters if c.isprintable()).strip()
    shown = shown if len(shown) <= 120 else f"{shown[:120]}…"
    return (
        f"a text chosen by the maker of this page, with {tokenizer.vocab_size} different "
        f"characters: <code>{html.escape(shown)}</code>"
    )


def _about(model, tokenizer, row_start, data, prompt):
    """What the page's program has to know beside the weights, as JSON takes it."""
    config = {name: value for name, value in vars(model.config).items() if name != "dropout"}
    bpe = isinstance(tokenizer, BPETokenizer)
    begins = "\n" if bpe or "\n" in tokenizer.characters else tokenizer.characters[0]
    return {
        "config": config,
        "tokenizer": bpe_tables(tokenizer) if bpe else {"characters": tokenizer.characters},
        "token": "token" if bpe else "character",
        "tokens": "tokens" if bpe else "characters",
        "row_start": tokenizer.encode(row_start)[0] if row_start else None,
        "begin": tokenizer.encode(begins)[0],  # what an empty text is read as
        "prompt": prompt,
        "grammar": _grammar(START if data == "tales" else REQUEST) if data else None,
    }


def bpe_tables(tokenizer):
    """What the page's script needs of a ``BPETokenizer``, as JSON takes it."""
    letters = _ranges(str.isalpha)
    numbers = _ranges(lambda character: character.isnumeric() and not character.isalpha())
    return {
        "tokens": [[*token] for token in tokenizer.tokens],
        "merges": [(*pair, new) for pair, new in tokenizer.merges.items()],
        "special": [*tokenizer.special.values()],
        "letters": letters,
        "numbers": numbers,
    }


def _ranges(belongs):
    """The characters for which this is true, as in a regular expression's [...] of JavaScript.

    A browser may know a newer Unicode than this Python, by which the tokenizer cut its text.
    """
    inside = [i for i in range(sys.maxunicode + 1) if belongs(chr(i))]
    known = {*inside}
    firsts = [i for i in inside if i - 1 not in known]
    lasts = [i for i in inside if i + 1 not in known]
    return "".join(f"\\u{{{a:x}}}-\\u{{{b:x}}}" for a, b in zip(firsts, lasts, strict=True))


def _grammar(begin):
    """The tables of ``course_lib.tales``, and the state in which a line begins."""

    def name(beat):
        return beat if isinstance(beat, str) else ".".join(map(str, beat))

    beats = {
        name(beat): [(sentence, name(following)) for sentence, following in sentences]
        for beat, sentences in BEATS.items()
    }
    return {"beats": beats, "words": WORDS, "she": SHE, "start": START, "begin": begin}


def _words(model, about, parameters, trained):
    """What the page says in words: its title, what it is, and the numbers of the model."""
    config, tokens = model.config, about["tokens"]
    size, kind = 4 * parameters, "ModernGPT" if isinstance(model, ModernGPT) else "GPT"
    facts = {
        "Parameters": f"{parameters:,}",
        "Layers": f"{config.n_layer}, with {config.n_head} heads each",
        "Vocabulary": f"{config.vocab_size:,} {tokens}",
        "Reads at once": f"{config.block_size:,} {tokens} at most",
        "Weights": f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB",
    }
    shown = "".join(f"<div><dt>{name}</dt><dd>{fact}</dd></div>" for name, fact in facts.items())
    return {
        "title": f"A language model of {parameters:,} parameters",
        "what": f"This page is a whole language model, a small {kind}. It was trained {trained}.",
        "facts": shown,
        "token": about["token"],
        "tokens": tokens,
        "Tokens": tokens.capitalize(),
    }


def _read(name):
    return (FOLDER / name).read_text(encoding="utf-8")
