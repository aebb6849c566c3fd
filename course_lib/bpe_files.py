"""The files of a byte-pair encoding: our own, and GPT-2's two."""

import json
from pathlib import Path

from course_lib.files import write_whole

# The 256 bytes in the order of their ids: first those that Latin-1 can print. GPT-2's files write
# each byte as one visible character, these as themselves and the others as chr(256), chr(257), ...
_PRINTED = [*range(33, 127), *range(161, 173), *range(174, 256)]
BYTES = _PRINTED + [b for b in range(256) if b not in _PRINTED]
VISIBLE = {b: chr(b if b in _PRINTED else 256 + i - len(_PRINTED)) for i, b in enumerate(BYTES)}


def visible(token):
    """The bytes of a token as GPT-2's files write them: one visible character for each."""
    return "".join([VISIBLE[b] for b in token])


def write_bpe(path, tokens, merges, special):
    """Write one file that ``read_bpe`` reads; at no moment half of it stands at path.

    Args:
        path: of the file.
        tokens, merges, special: as ``BPETokenizer`` has them.

    Raises:
        OSError: if its folder can't be written; what stood at path is left as it was.
    """
    path = Path(path).expanduser().resolve()
    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent} to save in; make it first")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the path of a file in it")
    write_whole({path: json.dumps(bpe_names(tokens, merges, special)).encode()})


def bpe_names(tokens, merges, special):
    """What a tokenizer is made of, by the names of its tokens, as JSON can keep it.

    Args:
        tokens, merges, special: as ``BPETokenizer`` has them.

    Returns:
        {"vocab": {name: id}, "merges": lines that name two tokens each, "special": names}, which
        ``from_names`` takes.
    """
    names = [visible(token) for token in tokens]
    for name, i in special.items():
        names[i] = name
    lines = [f"{names[left]} {names[right]}" for left, right in merges]
    vocab = {name: i for i, name in enumerate(names)}
    return {"vocab": vocab, "merges": lines, "special": [*special]}


def read_bpe(path):
    """Read what ``write_bpe`` wrote.

    Returns:
        ``(tokens, merges, special)``, as ``BPETokenizer`` has them.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is cut short, damaged, or something else.
    """
    saved = _read(path, json.loads)
    _refuse_transformers(path, saved)
    kinds = {key: type(value) for key, value in saved.items()} if isinstance(saved, dict) else {}
    valid = kinds == {"vocab": dict, "merges": list, "special": list}
    if not valid or {*map(type, saved["merges"] + saved["special"])} - {str}:
        raise ValueError(
            f"{path} is not what save wrote; for vocab.json and merges.txt there is from_gpt2"
        )
    return from_names(path, path, **saved)


def read_gpt2_bpe(vocab_path, merges_path, special_tokens):
    """Read two files in GPT-2's format.

    Args:
        vocab_path: of vocab.json, {token: id}.
        merges_path: of merges.txt, one merge a line, in the order in which they were learned.
        special_tokens: the names of tokens that no merge makes; what vocab.json lacks is left out.

    Returns:
        ``(tokens, merges, special)``, as ``BPETokenizer`` has them.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if one is cut short, out of order or damaged, or the two don't belong together.
    """
    vocab = _read(vocab_path, json.loads)
    _refuse_transformers(vocab_path, vocab)
    lines = _read(merges_path, str.splitlines)
    if lines and lines[0].startswith("#version"):  # further down it would be a merge
        del lines[0]
    while lines and not lines[-1].strip():  # an editor's, or what joined files leave
        del lines[-1]
    known = vocab if isinstance(vocab, dict) else {}
    special = [name for name in special_tokens if name in known]
    return from_names(vocab_path, merges_path, vocab, lines, special)


def from_names(vocab_path, merges_path, vocab, merges, special):
    """What a tokenizer is made of, from the names of its tokens.

    Args:
        vocab_path, merges_path: where the names come from, for the messages.
        vocab: {name: id}.
        merges: lines that name two tokens each.
        special: the names of the special tokens.

    Returns:
        ``(tokens, merges, special)``, as ``BPETokenizer`` has them.

    Raises:
        ValueError: if they don't belong together, with what does not fit.
    """
    numbers = vocab.values() if isinstance(vocab, dict) else [None]
    if sorted(i for i in numbers if type(i) is int) != [*range(len(numbers))]:
        raise ValueError(
            f"the ids in {vocab_path} are not 0, 1, 2, ..., each once, so it is not a "
            "vocab.json; get that again, and read what save wrote with load"
        )
    pairs, known = _pairs(vocab_path, merges_path, vocab, merges)
    _check_complete(vocab_path, merges_path, vocab, known, special)
    byte = {character: b for b, character in VISIBLE.items()}
    tokens = [b""] * len(vocab)
    for name, i in vocab.items():
        tokens[i] = name.encode() if name in special else bytes(byte[c] for c in name)
    return tokens, pairs, {name: vocab[name] for name in special}


def _pairs(vocab_path, merges_path, vocab, merges):
    """{(left id, right id): new id} of the merges; the names of the bytes and what they make."""
    known, pairs, newest = vocab.keys() & VISIBLE.values(), {}, -1
    for n, line in enumerate(merges, 1):
        pair, name = line.split(" "), line.replace(" ", "")
        new = vocab.get(name, -1)
        valid = len(pair) == 2 and known >= {*pair} and (name in known or new > newest)
        if not valid or (vocab[pair[0]], vocab[pair[1]]) in pairs:
            raise ValueError(
                f"merge {n} in {merges_path}, {line!r}, does not fit {vocab_path} and the "
                "merges before it: the file is damaged, out of order, or of another tokenizer; "
                "get it again"
            )
        pairs[vocab[pair[0]], vocab[pair[1]]] = new
        known.add(name)
        newest = max(newest, new)
    return pairs, known


def _check_complete(vocab_path, merges_path, vocab, known, special):
    """Raise ValueError unless all bytes are there and what no merge makes is special."""
    bytes_lost = sorted(VISIBLE.values() - vocab.keys())
    if bytes_lost:
        raise ValueError(
            f"{vocab_path} has no token for the byte {bytes_lost[0]!r}, and each of the 256 "
            "needs one; take a byte-level vocabulary such as GPT-2's"
        )
    both = sorted(known & {*special})
    if both:
        raise ValueError(
            f"{both[0]!r} is a token of the text in {merges_path}, so it can't be special; "
            "leave it out of special_tokens"
        )
    lost = sorted((vocab.keys() - known) ^ {*special})
    if lost:
        raise ValueError(
            f"no merge in {merges_path} makes {lost[0]!r} of {vocab_path}, and {len(lost) - 1} "
            "more: it is cut short, so get it again; or name the special tokens in "
            "special_tokens"
        )


def _read(path, parse):
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"no file {path} in {Path.cwd()}; give the path of a tokenizer's file"
        )
    try:
        return parse(path.read_text(encoding="utf-8-sig"))  # -sig: or with a mark in front
    except (ValueError, RecursionError) as error:  # neither UTF-8 nor JSON
        raise ValueError(f"{path} is cut short or damaged ({error}); get it again") from None


def _refuse_transformers(path, saved):
    if isinstance(saved, dict) and isinstance(saved.get("model"), dict):
        raise ValueError(
            f"{path} is a tokenizer.json of transformers, which may cut texts in other ways than "
            "GPT-2; for one of GPT-2's kind give from_gpt2 the vocab.json and merges.txt beside it"
            ', or those that Tokenizer.from_file("tokenizer.json").model.save(folder) of '
            "tokenizers writes"
        )
