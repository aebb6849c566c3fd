"""What an error message of Python or torch has probably been caused by, in words for a learner."""

import math
import re


def text_of(error):
    """An exception's own text; empty if it has none that can be read."""
    try:
        return str(error)
    except Exception:  # a learner's own class of errors
        return ""


def advice_for(error):
    """What has probably led to an exception of Python or torch, by its message; or nothing."""
    text = f"{type(error).__name__}: {text_of(error)}"
    sizes = re.search(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)", text)
    if sizes:
        return _of_sizes(*sizes.groups())
    return next((f" {advice}" for part, advice in ADVICE.items() if part in text), "")


def _of_sizes(wanted, there):
    """The advice for a view into sizes that hold another number of entries."""
    if there == "1":
        return " There is 1 number, all others are gone: was a sum or a mean taken before this?"
    product = math.prod(n for n in map(int, wanted.split(", ")) if n != -1)
    if "-1" in wanted.split(", "):
        return f" There are {there} numbers, and {product} does not divide that: which size is it?"
    times = wanted.replace(", ", " * ")
    return f" {times} are {product} numbers, and there are {there}: which size is it?"


AMPERSAND = (
    "& and | come before == and <: put parentheses around each comparison, (a == 0) & (b > 0)."
)
WHOLE = "A size or a place must be a whole number: / gives one with a decimal point, // does not."
MASK = "A mask is made of truths: compare, mask == 1, or mask.bool()."
SELF = "A method of a class takes self as its first argument: def forward(self, x)."
SINGLE = (
    "One plain number is wanted there; this is a tensor of several, or one with a decimal point "
    "for an index. torch has the functions of math for tensors; torch.stack joins a list of them."
)
LISTS = "A list does not compute: take the tensor itself, or go through its numbers in a loop."

# {a part of Python's message, with the error's kind in front: what has probably led to it}
ADVICE = {
    "bitwise_and": AMPERSAND,
    "bitwise_or": AMPERSAND,
    "for &": AMPERSAND,
    "for |": AMPERSAND,
    "bad operand type for unary ~": "~ turns tensors of truths round; for one truth it is `not`.",
    "'method' object is not": "A method is called with parentheses after its name.",
    "has no len()": "This has no length: a single number, or a method without its parentheses?",
    "not an iterator": "This is no iterator: a loop goes over it with `for`.",
    "too many values to unpack": (
        "More came than there are names on the left. Print the right side: split(n) cuts pieces "
        "of length n, chunk(n) cuts n pieces."
    ),
    "not enough values to unpack": (
        "Fewer came than there are names on the left. Print the right side's shape: along which "
        "dimension is it cut? split(n) cuts pieces of length n, chunk(n) cuts n pieces."
    ),
    "must be tuple of ints": WHOLE,
    "valid indices": WHOLE,
    "must be int, not float": WHOLE,
    "view() received an invalid combination of arguments - got (float": WHOLE,
    "only supports boolean masks": MASK,
    "expected condition to be a boolean": MASK,
    "slice indices must be integers": WHOLE,
    "only integer tensors": SINGLE,
    "not generator": "It wants a list: put [ ] around what stands in its parentheses.",
    "non-empty TensorList": "There is nothing to join: the list is empty for this input.",
    "too many indices": (
        "There are more indices than the tensor has dimensions: print its .shape just before."
    ),
    "can only concatenate list": LISTS,
    "tensors used as indices": (
        "An index must be a whole number, int64. Of the two things that sort and topk give, the "
        "places are the second; .long() makes whole numbers of others."
    ),
    "'Tensor' object has no attribute 'append'": (
        "A tensor does not grow: torch.cat joins it and another to a longer one."
    ),
    "Number of dimensions of repeat dims": (
        "repeat wants a number for each dimension, 1 where nothing is repeated: x.repeat(2, 1, 1)."
    ),
    "expected sequence of length": (
        "The rows of that list are not all of one length, and a tensor's are: fill them up, or cut "
        "them, first."
    ),
    "must be real number": "math works on one number; torch has the same for tensors.",
    "only one element tensors": SINGLE,
    "unsupported operand type(s) for -: 'list'": LISTS,
    "unsupported operand type(s) for *: 'list'": LISTS,
    "unsupported operand type(s) for /: 'list'": LISTS,
    "can't multiply sequence": LISTS,
    "object is not subscriptable": "[ ] takes an entry of a table or a list, and this is neither.",
    "got an unexpected keyword": "The function knows no argument of that name.",
    "missing 1 required positional": "An argument is missing in that call.",
    "takes 0 positional arguments but 1 was": SELF,
    "takes 1 positional argument but 2 were": SELF,
    "required positional argument": "Arguments are missing in that call.",
    "not supported between": (
        "One of the two is no number. If it may be None, ask `is not None` first."
    ),
    "index -100": (
        "-100 is no id but the mark of a target that does not count: leave those out first."
    ),
    "non-negative": (
        "-100 is no id but the mark of a target that does not count: leave those out first."
    ),
    "AssertionError": "An assert of yours failed. The exercise asks for an answer: return it.",
    "Boolean value of Tensor": (
        "Tensors are compared entry by entry. In place of and, or, not take &, |, ~, with "
        "parentheses around each comparison; for one truth about all entries add .all()."
    ),
    "to match target batch_size": (
        "There must be as many rows of scores as answers. Has the last character of each row an "
        "answer?"
    ),
    "Expected target": (
        "cross_entropy takes the tokens in dimension 1: logits.transpose(1, 2), or flatten both."
    ),
    "stack expects each tensor": (
        "torch.stack wants pieces of one shape. Does a slice begin below 0, or go past the end? "
        "Where the sizes are meant to differ, torch.cat joins along a dimension that is there."
    ),
    "unhashable type: 'list'": (
        "A list can be no key of a dictionary and no member of a set: make a tuple of it."
    ),
    "Sizes of tensors must match": (
        "torch.cat joins along dim=0 unless told otherwise; in all other dimensions the sizes "
        "must be equal."
    ),
    "expanded size": (
        "What is written into a slice must be as large as the slice. Is a longer one cut first?"
    ),
    "loading state_dict": "Keep and load all entries of state_dict(); buffers are among them.",
    "dict-like, got <class 'method": (
        "A method is called with parentheses after its name: model.state_dict()."
    ),
    "state_dict to be dict-like": (
        "What you kept is still None there: was no loss below your first bound?"
    ),
    "UnboundLocalError": (
        "A name that is assigned anywhere in a function is the function's own, and yours is read "
        "before it has a value: give it one at the top."
    ),
    "NameError": "A name that is not defined in your function: a typing slip, or a missing import?",
    "RecursionError": "The function calls itself and never stops.",
    "SystemExit": "exit() ends the whole program. A function ends with return.",
    "'generator' object is not callable": (
        "It is a generator already, ready for a loop: no parentheses after it."
    ),
    "'list' object is not callable": (
        "A list stands directly in front of parentheses: which of its entries is meant?"
    ),
    "and 'function'": "A function is called first, as in f(x); its result can be computed with.",
    "'int' object is not callable": (
        "A number stands directly in front of parentheses: is a * missing?"
    ),
    "'float' object is not callable": (
        "A number stands directly in front of parentheses: is a * missing?"
    ),
    "'Tensor' object is not callable": (
        "A tensor stands directly in front of parentheses: is a * missing, or do you mean [ ]?"
    ),
    "return_types": (
        "sort and topk, and max, min and median with a dim, give two things, values and places: "
        "take .values."
    ),
    "'builtin_function_or_method'": "A method is called with parentheses after it, as in .mean().",
    "for ^": "^ is no power in Python; ** is.",
    "for <<": "<< is not for numbers with a decimal point; * multiplies.",
    "bitwise_xor": "^ is no power in Python; ** is.",
    "for *: 'function'": "A function is called with parentheses, function(x), not multiplied.",
    "'int' object is not iterable": "A loop over a number needs range(...).",
    "cannot be interpreted as an integer": (
        "The number has a decimal point, or may have one: rounds of a loop are counted in whole "
        "numbers."
    ),
    "size of tensor": "Two shapes do not fit. Print .shape of both just before this line.",
    "shapes cannot be multiplied": (
        "For @ the last dimension of the left must equal the first of the right."
    ),
    "does not require grad": (
        "No tensor in this computation has requires_grad=True, or the graph was cut."
    ),
    "leaf Variable": "A leaf may be changed in place only under torch.no_grad().",
    "in-place operation": "Something that backward still needs was changed in place.",
    "backward through the graph a second time": (
        "backward uses the graph up: compute the loss again in every round."
    ),
    "grad can be implicitly created only for scalar": (
        "backward starts from one number: reduce the loss first, with mean."
    ),
    "for -: 'Tensor' and 'NoneType'": "A .grad is None until backward has run.",
    "'float' and 'NoneType'": (
        "A .grad is None until backward has run; W = W - ... makes a new tensor, which has none."
    ),
    "'NoneType' object has no attribute 'append'": (
        "append changes the list itself and gives nothing back: no = in front of it."
    ),
    "'NoneType' object has no attribute": (
        "Something is None there. A .grad is None until backward has run, and for a tensor that "
        "is no leaf."
    ),
    "'float' object has no attribute": (
        "This is a plain number and no tensor: it has no gradient and no methods of a tensor."
    ),
    "no attribute 'zero_grad'": (
        "A tensor's gradient is set to zero with .grad.zero_(); zero_grad() belongs to optimizers."
    ),
    "has no attribute 'zero'": (
        "The method that changes a tensor in place ends in an underscore: zero_()."
    ),
    "assigned grad": "A .grad is a tensor or None: set it to None, or call .grad.zero_().",
    "Dimension out of range": "The tensor has fewer dimensions than that; the first is dim=0.",
    "out of bounds": (
        "Counting starts at 0, so the last index is the length minus 1. Which dimension is it that "
        "you index, and how long is it?"
    ),
    "same number of dimensions as input": (
        "gather wants an index of as many dimensions as the table: [..., None] adds one at the end."
    ),
    "converted to Scalar": ".item() is for a tensor of one number.",
    "math range error": "e to the power of a large number is too large for a computer.",
    "math domain error": (
        "The function has no value there, such as the log of 0 or of a number below 0."
    ),
    "one_hot": (
        "one_hot counts the letters that occur; tell it how many there are: one_hot(letters, V)."
    ),
    "invalid combination of arguments": (
        "The function does not take arguments of these kinds or names."
    ),
    "allocate memory": (
        "The tensor would be larger than the computer's memory: is one of its sizes wrong?"
    ),
    "view size is not compatible": (
        "Here view can only cut a dimension up: keep the dimensions in their order, and exchange "
        "two of them afterwards, with transpose."
    ),
    "shape mismatch: value tensor": (
        "What is written must be as many numbers as there are places that it is written to."
    ),
    "list index out of range": (
        "The list ends before that place; its last place is len - 1. Is there an i + 1 at the end "
        "of a loop, or was the list made shorter on the way?"
    ),
    "can only assign an iterable": "In place of a slice comes a list: [new], not new.",
    "ZeroDivisionError": "The divisor became 0.",
    "KeyError": (
        "A dictionary answers only for the keys that are in it: .get(key, 0) gives 0 for another."
    ),
}
