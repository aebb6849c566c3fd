"""Byte-pair encoding: learn tokens from a text, encode with them, decode."""

import operator
import re
from collections import Counter, defaultdict
from heapq import heapify, heappop, heappush
from itertools import pairwise

from course_lib.bpe_files import BYTES, read_bpe, read_gpt2_bpe, visible, write_bpe
from course_lib.checks import checked_ids, one_text

# GPT-2's pattern for Python's re, which has no \p{L} and \p{N}: \w is letters, numbers and "_";
# numbers that are no letters lie below 0x20000; and \s has four control characters more than
# Unicode's spaces.
_NUMBERS = {i for i in range(0x20000) if chr(i).isnumeric() and not chr(i).isalpha()}
_NUMBER = "".join(
    chr(i) if i - 1 not in _NUMBERS else f"-{chr(i)}"
    for i in sorted(_NUMBERS)
    if not {i - 1, i + 1} <= _NUMBERS
)
_PIECE = re.compile(
    rf"'(?:[stmd]|re|ve|ll)| ?[^\W_{_NUMBER}]+| ?[{_NUMBER}]+| ?(?:[^\w\s]|[_\x1c-\x1f])+"
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
        for name in special.keys() & set(map(visible, ids)):
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
        text, names = _text(text), _special_names(special_tokens)
        if not text:
            raise ValueError("the text is empty; make the tokenizer from the text to train on")
        size, least = _whole_size(vocab_size, 256 + len(names)) - len(names), 256 + len(names)
        tokens, merges = [bytes([b]) for b in BYTES], {}
        ids = {b: i for i, b in enumerate(BYTES)}
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
        # Where two fit, the longer one.
        names = sorted(_special_names(special), key=len, reverse=True)
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
        """The ids of one piece: the earliest possible merge, leftmost first, to the end."""
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
        return b"".join([self.tokens[i] for i in checked_ids(ids, self.vocab_size)])

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
        write_bpe(path, self.tokens, self.merges, self.special)

    @classmethod
    def load(cls, path):
        """Read what ``save`` wrote.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if it is cut short, damaged, or something else.
        """
        return cls(*read_bpe(path))

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
        return cls(*read_gpt2_bpe(vocab_path, merges_path, _special_names(special_tokens)))


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


def _special_names(special):
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


def _text(text):
    """The text as str. A byte that is not UTF-8 stands in it as half a surrogate pair."""
    if isinstance(text, (bytes, bytearray)):
        return text.decode("utf-8", "surrogateescape")
    text = one_text(text)
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
