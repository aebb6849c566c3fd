"""Tokenizers: text to ids, and ids back to text."""

import torch


class CharTokenizer:
    """One id for each distinct character of a text: 0, 1, ... in sorted order.

    Attributes:
        characters: str, the vocabulary; id i stands for ``characters[i]``.
        vocab_size: V, how many there are.

    Raises:
        ValueError: if the text is empty.
    """

    def __init__(self, text):
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
            ValueError: for characters outside the vocabulary, with their names and the first's place.
        """
        try:
            return [self._ids[character] for character in text]
        except KeyError:
            unknown = sorted(set(text) - self._ids.keys())
            place = next(i for i, character in enumerate(text) if character in unknown)
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            raise ValueError(
                f"the tokenizer never saw {', '.join(map(repr, unknown[:10]))}{more}, first at place "
                f"{place}; make the tokenizer from a text that has them, or remove them"
            ) from None

    def decode(self, ids):
        """The text of ids, a list of int or a tensor of shape (n,).

        Raises:
            ValueError: for an id outside the vocabulary, or a tensor of another shape or type.
        """
        if isinstance(ids, torch.Tensor):
            if ids.dim() != 1 or ids.is_floating_point():
                given = f"{ids.dtype} of shape {tuple(ids.shape)}"
                raise ValueError(f"ids must be whole numbers of shape (n,), got {given}")
            ids = ids.tolist()
        for place, i in enumerate(ids):
            if not 0 <= i < self.vocab_size:
                raise ValueError(f"id {i} at place {place} is not from 0 to {self.vocab_size - 1}")
        return "".join([self.characters[i] for i in ids])
