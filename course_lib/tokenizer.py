"""Tokenizers: text to ids, and ids back to text."""

import json
import operator
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path


class CharTokenizer:
    """One id for each distinct character of a text: 0, 1, ... in sorted order.

    A text is a str, or any iterable of single characters; it is read once.

    Attributes:
        characters: str, the vocabulary; id i stands for ``characters[i]``.
        vocab_size: V, how many there are.

    Raises:
        ValueError: if the text is empty, or not one text.
    """

    def __init__(self, text):
        text = _one_str(text)
        if not text:
            raise ValueError("the text is empty; make the tokenizer from the text to train on")
        self.characters = "".join(sorted(set(text)))
        self.vocab_size = len(self.characters)
        self._ids = {character: i for i, character in enumerate(self.characters)}

    def __repr__(self):
        return f"CharTokenizer({self.vocab_size} characters)"

    def encode(self, text):
        """The id of each character, a list of int.

        Raises:
            ValueError: for characters outside the vocabulary, with the place of the first.
        """
        text = _one_str(text)
        try:
            return [self._ids[character] for character in text]
        except KeyError:
            unknown = sorted(set(text) - self._ids.keys())
            place = next(i for i, character in enumerate(text) if character in unknown)
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            raise ValueError(
                f"the tokenizer never saw {', '.join(map(repr, unknown[:10]))}{more}, first at "
                f"place {place}; make the tokenizer from a text that has them, or remove them"
            ) from None

    def decode(self, ids):
        """The text of ids: any iterable of whole numbers, or a tensor or array of shape (n,).

        Raises:
            ValueError: for an id outside the vocabulary, or one that is not a whole number.
        """
        return "".join([self.characters[i] for i in _checked(ids, self.vocab_size)])


# The 256 bytes in the order of their ids: first those that Latin-1 can print. GPT-2's files write
# each byte as one visible character, these as themselves and the others as chr(256), chr(257), ...
_PRINTED = [*range(33, 127), *range(161, 173), *range(174, 256)]
_BYTES = _PRINTED + [b for b in range(256) if b not in _PRINTED]
_VISIBLE = {b: chr(b if b in _PRINTED else 256 + i - len(_PRINTED)) for i, b in enumerate(_BYTES)}

# GPT-2's pattern for Python's re, which has no \p{L} and \p{N}: \w is letters, numbers and "_";
# numbers that are no letters lie below 0x20000; and \s has four control characters more than
# Unicode's spaces.
_NUMBERS = {i for i in range(0x20000) if chr(i).isnumeric() and not chr(i).isalpha()}
_N = "".join(chr(i) if i - 1 not in _NUMBERS else f"-{chr(i)}"
             for i in sorted(_NUMBERS) if not {i - 1, i + 1} <= _NUMBERS)  # fmt: skip
_PIECE = re.compile(
    rf"'(?:[stmd]|re|ve|ll)| ?[^\W_{_N}]+| ?[{_N}]+| ?(?:[^\w\s]|[_\x1c-\x1f])+"
    r"|[^\S\x1c-\x1f]+(?![\S\x1c-\x1f])|[^\S\x1c-\x1f]+"
)


class BPETokenizer:
    """Byte-pair encoding as GPT-2 has it (Sennrich et al., 2016; Radford et al., 2019).

    A text is cut into pieces, about a word each with the space before it, and no token reaches over
    a cut. A piece begins as its UTF-8 bytes, one id each; then the merges make one token of two.
    What is a letter and what a number, ``unicodedata`` says. Made by ``train``, ``load`` or
    ``from_gpt2``.

    Attributes:
        tokens: list of bytes, what each id stands for.
        merges: {(left id, right id): new id}, in the order in which they were learned.
        special: {name: id}, tokens such as "<|endoftext|>" that no text becomes unless ``encode``
            is told so.
        vocab_size: V, how many tokens there are.
    """

    def __init__(self, tokens, merges, special):
        self.tokens, self.merges, self.special = tokens, merges, special
        self.vocab_size = len(tokens)
        ids = {token: i for i, token in enumerate(tokens) if i not in special.values()}
        self._byte_ids = [ids[bytes([b])] for b in range(256)]
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._known = {}  # the ids of pieces that have been met
        for name in special.keys() & set(map(_visible, ids)):
            raise ValueError(
                f"the special token {name!r} is a token of the text as well; name it otherwise, "
                f"such as <|{name}|>"
            )

    def __repr__(self):
        return f"BPETokenizer({self.vocab_size} tokens)"

    @classmethod
    def train(cls, text, vocab_size, special_tokens=()):
        """Learn from a text: the most frequent pair of neighbours becomes a token, again and again.

        Among equally frequent pairs it is the one with the lowest ids. Special tokens get the last
        ids; their names in the text are text like any other.

        Args:
            text: str, bytes, or an iterable of single characters.
            vocab_size: V: 256 bytes, one token for each merge, and the special tokens.
            special_tokens: names.

        Raises:
            ValueError: for an empty text, one too short for so many merges, something else than one
                text, or a V without room for the bytes and the special tokens.
        """
        text, names = _text(text), _names(special_tokens)
        if not text:
            raise ValueError("the text is empty; make the tokenizer from the text to train on")
        size, least = _whole_size(vocab_size, 256 + len(names)) - len(names), 256 + len(names)
        tokens, merges = [bytes([b]) for b in _BYTES], {}
        ids = {b: i for i, b in enumerate(_BYTES)}
        pieces = Counter(_PIECE.findall(text))
        words, times = [[ids[b] for b in _bytes(piece)] for piece in pieces], [*pieces.values()]
        # Of each pair: how often it stands in the text, and in which words.
        count, places = defaultdict(int), defaultdict(set)
        for w, word in enumerate(words):
            for pair in pairwise(word):
                count[pair] += times[w]
                places[pair].add(w)
        queue = [(-n, pair) for pair, n in count.items()]
        heapify(queue)
        while len(tokens) < size:
            if not queue:
                raise ValueError(
                    f"the text is too short: after {len(merges)} merges every piece is one token; "
                    f"take a longer text, or vocab_size={len(merges) + least} or less"
                )
            n, pair = heappop(queue)
            if -n != count[pair]:  # other merges have taken some of them since
                if count[pair]:
                    heappush(queue, (-count[pair], pair))
                continue
            merges[pair] = new = len(tokens)
            tokens.append(tokens[pair[0]] + tokens[pair[1]])
            fresh = set()
            for w in places.pop(pair):
                for old in pairwise(words[w]):
                    count[old] -= times[w]
                words[w] = merge(words[w], pair, new)
                for now in pairwise(words[w]):
                    count[now] += times[w]
                    if new in now:
                        places[now].add(w)
                        fresh.add(now)
            for now in fresh:
                heappush(queue, (-count[now], now))
        special = {name: len(tokens) + i for i, name in enumerate(names)}
        return cls(tokens + [name.encode() for name in names], merges, special)

    def encode(self, text, special=()):
        """The ids of a text, a list of int.

        Args:
            text: str, bytes, which need not be UTF-8, or an iterable of single characters.
            special: names of special tokens that become their id where they stand in the text. None
                does by default, so that a text from elsewhere can't end a document; all:
                ``special=tokenizer.special``.

        Raises:
            ValueError: for an unknown special token, something else than one text, or a str with
                half a surrogate pair in it.
        """
        names = sorted(_names(special), key=len, reverse=True)  # where two fit, the longer one
        for name in names:
            if name not in self.special:
                raise ValueError(
                    f"unknown special token {name!r}; this tokenizer has {[*self.special]}, and "
                    "takes others as special_tokens where it is made"
                )
        any_name = "|".join(map(re.escape, names)) or "(?!)"  # (?!) is nowhere
        ids = []
        for part in re.split(f"({any_name})", _text(text)):
            if part in names:
                ids.append(self.special[part])
                continue
            if len(self._known) > 200_000:
                self._known.clear()
            pieces = _PIECE.findall(part)
            for piece in set(pieces) - self._known.keys():
                self._known[piece] = self._merge_all(_bytes(piece))
            ids += [i for piece in pieces for i in self._known[piece]]
        return ids

    def _merge_all(self, piece):
        """The ids of one piece: the earliest merge of those possible, leftmost first, to the end."""
        ids = [self._byte_ids[b] for b in piece] + [None]  # None: the end, and what was merged away
        before, after = [*range(-1, len(piece))], [*range(1, len(ids)), -1]
        queue, places = [], range(len(piece))
        while queue or places:
            for i in places:
                pair = ids[i], ids[after[i]]
                if pair in self.merges:
                    heappush(queue, (self._ranks[pair], i, self.merges[pair]))
            places = ()
            if queue:
                _, i, new = heappop(queue)
                j = after[i]
                if self.merges.get((ids[i], ids[j])) == new:  # else one of them was merged away
                    ids[i], ids[j], after[i] = new, None, after[j]
                    before[after[j]] = i
                    places = before[i], i
        return [i for i in ids if i is not None]

    def decode_bytes(self, ids):
        """The bytes of ids, as ``decode`` takes them: exactly those that were encoded.

        Raises:
            ValueError: for an id outside the vocabulary, or one that is not a whole number.
        """
        return b"".join([self.tokens[i] for i in _checked(ids, self.vocab_size)])

    def decode(self, ids):
        """The text of ids: any iterable of whole numbers, or a tensor or array of shape (n,).

        Bytes that are not UTF-8, such as a part of a character, become "\\ufffd".

        Raises:
            ValueError: as ``decode_bytes``.
        """
        return self.decode_bytes(ids).decode(errors="replace")

    def save(self, path):
        """Write one file, beside its place first, so that at no moment half a file stands at path.

        Raises:
            OSError: if its folder can't be written; what stood at path is left as it was.
        """
        path = Path(path).resolve()  # a link stays one: the file that it names is replaced
        if not path.parent.is_dir():
            raise FileNotFoundError(f"no folder {path.parent} to save in; make it first")
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder; give the path of a file in it")
        names = [_visible(token) for token in self.tokens]
        for name, i in self.special.items():
            names[i] = name
        merges = [f"{names[left]} {names[right]}" for left, right in self.merges]
        vocab = {name: i for i, name in enumerate(names)}
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            with open(Path(folder, "part"), "w", encoding="utf-8") as file:
                json.dump({"vocab": vocab, "merges": merges, "special": [*self.special]}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)

    @classmethod
    def load(cls, path):
        """Read what ``save`` wrote.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if it is cut short, damaged, or something else.
        """
        saved = _read(path, json.loads)
        _refuse_transformers(path, saved)
        kinds = (
            {key: type(value) for key, value in saved.items()} if isinstance(saved, dict) else {}
        )
        sound = kinds == {"vocab": dict, "merges": list, "special": list}
        if not sound or {*map(type, saved["merges"] + saved["special"])} - {str}:
            raise ValueError(
                f"{path} is not what save wrote; for vocab.json and merges.txt there is from_gpt2"
            )
        return cls._from_names(path, path, **saved)

    @classmethod
    def from_gpt2(cls, vocab_path, merges_path, special_tokens=("<|endoftext|>",)):
        """Read two files in GPT-2's format.

        Args:
            vocab_path: of vocab.json, {token: id}.
            merges_path: of merges.txt, one merge a line, in the order in which they were learned.
            special_tokens: the tokens of vocab.json that no merge makes; what it lacks is left out.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if one is cut short, out of order or damaged, or the two don't belong
                together.
        """
        vocab = _read(vocab_path, json.loads)
        _refuse_transformers(vocab_path, vocab)
        lines = _read(merges_path, str.splitlines)
        if lines and lines[0].startswith("#version"):  # further down it would be a merge
            del lines[0]
        while lines and not lines[-1].strip():  # an editor's, or what joined files leave
            del lines[-1]
        known = vocab if isinstance(vocab, dict) else {}
        special = [name for name in _names(special_tokens) if name in known]
        return cls._from_names(vocab_path, merges_path, vocab, lines, special)

    @classmethod
    def _from_names(cls, vocab_path, merges_path, vocab, merges, special):
        """From {name: id}, lines that name two tokens each, and the names of the special tokens."""
        numbers = vocab.values() if isinstance(vocab, dict) else [None]
        if sorted(i for i in numbers if type(i) is int) != [*range(len(numbers))]:
            raise ValueError(
                f"the ids in {vocab_path} are not 0, 1, 2, ..., each once, so it is not a "
                "vocab.json; get that again, and read what save wrote with load"
            )
        made, pairs, newest = vocab.keys() & _VISIBLE.values(), {}, -1
        for n, line in enumerate(merges, 1):
            pair, name = line.split(" "), line.replace(" ", "")
            new = vocab.get(name, -1)
            sound = len(pair) == 2 and made >= {*pair} and (name in made or new > newest)
            if not sound or (vocab[pair[0]], vocab[pair[1]]) in pairs:
                raise ValueError(
                    f"merge {n} in {merges_path}, {line!r}, does not fit {vocab_path} and the "
                    "merges before it: the file is damaged, out of order, or of another tokenizer; "
                    "get it again"
                )
            pairs[vocab[pair[0]], vocab[pair[1]]] = new
            made.add(name)
            newest = max(newest, new)
        bytes_lost = sorted(_VISIBLE.values() - vocab.keys())
        if bytes_lost:
            raise ValueError(
                f"{vocab_path} has no token for the byte {bytes_lost[0]!r}, and each of the 256 "
                "needs one; take a byte-level vocabulary such as GPT-2's"
            )
        both = sorted(made & {*special})
        if both:
            raise ValueError(
                f"{both[0]!r} is a token of the text in {merges_path}, so it can't be special; "
                "leave it out of special_tokens"
            )
        lost = sorted((vocab.keys() - made) ^ {*special})
        if lost:
            raise ValueError(
                f"no merge in {merges_path} makes {lost[0]!r} of {vocab_path}, and {len(lost) - 1} "
                "more: it is cut short, so get it again; or name the special tokens in "
                "special_tokens"
            )
        byte = {character: b for b, character in _VISIBLE.items()}
        tokens = [b""] * len(vocab)
        for name, i in vocab.items():
            tokens[i] = name.encode() if name in special else bytes(byte[c] for c in name)
        return cls(tokens, pairs, {name: vocab[name] for name in special})


def merge(ids, pair, new):
    """Put one id in the place of each such pair, from the left.

    >>> merge([1, 1, 1, 2, 1, 1], (1, 1), 3)
    [3, 1, 2, 3]
    """
    left, right = pair
    merged = []
    for i in ids:
        if i == right and merged and merged[-1] == left:
            merged[-1] = new
        else:
            merged.append(i)
    return merged


def _names(special):
    special = () if special is None else special
    names = [special] if isinstance(special, str) else [*special]
    for name in names:
        if not isinstance(name, str) or name != name.encode(errors="replace").decode():
            raise ValueError(
                f'a special token\'s name must be a str, got {name!r}; write "<|end|>", say'
            )
    if "" in names or len(names) > len({*names}):
        raise ValueError(
            f"every special token needs a name of its own, got {names}; remove what is empty or "
            "twice there"
        )
    return names


def _whole_size(vocab_size, least):
    try:
        size = operator.index(vocab_size)
    except TypeError:
        message = f"vocab_size must be a whole number, got {vocab_size!r}; give it as an int"
        raise ValueError(message) from None
    if size < least:
        raise ValueError(
            f"vocab_size={size} is too small; 256 bytes and the special tokens are {least}, so "
            "give that or more"
        )
    return size


def _one_str(text):
    """A str as it is; single characters, out of any iterable, as one str."""
    if isinstance(text, str):
        return text
    parts = [*text] if isinstance(text, Iterable) else [None]
    for part in parts:
        if not isinstance(part, str) or len(part) != 1:
            inside = f" with {part!r:.40} in it" if part is not None else ""
            raise ValueError(
                f"a text must be one str, got {type(text).__name__}{inside}; join several texts "
                'first, "".join(texts), and turn bytes into text with .decode()'
            )
    return "".join(parts)


def _text(text):
    """The text as str. A byte that is not UTF-8 stands in it as half a surrogate pair."""
    if isinstance(text, (bytes, bytearray)):
        return text.decode("utf-8", "surrogateescape")
    text = _one_str(text)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{text[error.start]!r} at place {error.start} is half a surrogate pair; read the text "
            "as UTF-8, or give its bytes"
        ) from None
    return text


def _bytes(piece):
    return piece.encode("utf-8", "surrogateescape")


def _visible(token):
    return "".join([_VISIBLE[b] for b in token])


def _read(path, parse):
    path = Path(path)
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
            "GPT-2; for one of GPT-2's kind give from_gpt2 the vocab.json and merges.txt beside it, or "
            'those that Tokenizer.from_file("tokenizer.json").model.save(folder) of tokenizers writes'
        )


def _checked(ids, vocab_size):
    """The ids as a list of int; ValueError if one is no id of the vocabulary."""
    if hasattr(ids, "ndim"):  # a tensor, an array
        if ids.ndim != 1 or "int" not in str(ids.dtype).lower():
            raise ValueError(
                f"ids must be whole numbers of shape (n,), got {ids.dtype} of shape "
                f"{tuple(ids.shape)}; decode a batch row by row, and put a single id into a list"
            )
        ids = ids.tolist()
    if isinstance(ids, (str, bytes, set, frozenset, dict)) or not isinstance(ids, Iterable):
        raise ValueError(
            f"ids must be whole numbers in a list or the like, got {ids!r:.40}; encode makes them "
            "of a text, and a single id goes into a list"
        )
    whole = []
    for place, i in enumerate(ids):
        try:
            whole.append(operator.index(None if isinstance(i, bool) else i))
        except TypeError:
            raise ValueError(
                f"ids must be whole numbers, got {i!r:.40} at place {place}; decode one list of "
                "ids at a time"
            ) from None
        if not 0 <= whole[-1] < vocab_size:
            raise ValueError(
                f"id {i} at place {place} is not from 0 to {vocab_size - 1}; it may come from "
                "another tokenizer"
            )
    return whole
