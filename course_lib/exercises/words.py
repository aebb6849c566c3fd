"""Values, functions and counts in as few words as a learner needs."""

import ast
import builtins
import re
import reprlib

import torch


def words_for(thing):
    """A value in as few words as a learner needs; at most a few lines."""
    try:
        return _words(thing)
    except RecursionError:
        return f"{kind_in_words(thing)} that holds itself, or others very deep inside"


def _words(thing):
    if isinstance(thing, torch.Tensor):
        words = repr(thing.detach()).replace("\n", "\n" + " " * 13)
        return (
            words.removesuffix(")") + ", requires_grad=True)"
            if thing.requires_grad and thing.is_leaf
            else words
        )
    if isinstance(thing, float):
        words = f"{thing:.6g}"
        return words if set(words) & set(".en") else words + ".0"
    if isinstance(thing, tuple):
        return f"({', '.join(_words(x) for x in thing)})"
    if isinstance(thing, list):
        return f"[{', '.join(_words(x) for x in thing)}]"
    if isinstance(thing, dict):  # in its own order, which may be what matters
        return f"{{{', '.join(f'{_words(key)}: {_words(thing[key])}' for key in thing)}}}"
    if callable(thing):
        return name_of(thing)
    words = reprlib.repr(thing)
    return f"<{type(thing).__name__}>" if re.search(r" at 0x|x[0-9a-f]{6,}>$", words) else words


def digits_that_differ(a, b):
    """``words_for`` with as many digits as tell two values apart that look alike."""
    for digits in range(6, 18):
        if _in_digits(a, digits) != _in_digits(b, digits):
            break
    return lambda thing: _in_digits(thing, digits)


def _in_digits(thing, digits):
    if isinstance(thing, torch.Tensor):
        return f"tensor({_in_digits(thing.tolist(), digits)})"
    if isinstance(thing, (tuple, list)):
        parts = ", ".join(_in_digits(part, digits) for part in thing)
        return f"({parts})" if isinstance(thing, tuple) else f"[{parts}]"
    return f"{thing:.{digits}g}" if isinstance(thing, float) else words_for(thing)


def source_text(node):
    """A piece of source in backticks."""
    return f"`{short(ast.unparse(node), 50)}`"


def name_of(function):
    """The name of a function or a class, and "your_function" for a lambda."""
    name = getattr(function, "__name__", type(function).__name__)
    return "your_function" if name == "<lambda>" else name


def a_kind(thing):
    """ "an int", "a list" or "a numpy bool", which is not Python's."""
    word, module = type(thing).__name__, type(thing).__module__
    if hasattr(builtins, word) and module != "builtins":
        word = f"{module} {word}"
    return f"{'an' if word[0] in 'aeiou' or word == 'ndarray' else 'a'} {word}"


def kind_in_words(thing):
    """``a_kind``, with the shape of a tensor; "None" for None."""
    if thing is None:
        return "None"
    if isinstance(thing, torch.Tensor):
        return f"a tensor of shape {shape_of(thing)}"
    return a_kind(thing)


def shape_of(tensor):
    """ "(2, 3)", and "()" for one number."""
    return str(tuple(tensor.shape))


def dtype_of(tensor):
    """A tensor's dtype, such as "float32", without torch in front."""
    return str(tensor.dtype).removeprefix("torch.")


def short(text, most=70):
    """The text, with dots for what is over ``most`` characters."""
    return text if len(text) <= most else text[: most - 3] + "..."


def count(n, word):
    """ "1 input" or "3 inputs"."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
