"""A tokenizer of characters: text to ids, and ids back to text."""

from course_lib.checks import checked_ids, one_text


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
        text = one_text(text)
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
        text = one_text(text)
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
        return "".join([self.characters[i] for i in checked_ids(ids, self.vocab_size)])
