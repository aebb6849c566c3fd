"""What is wrong with an answer: from the learner's outcomes on all cases to one sentence.

The order is from the sure to the vague: not written yet, an exception, the wrong kind of thing, a
mistake that the exercise lists, a mistake that anybody makes anywhere, and last only the smallest
input on which the answer is wrong.
"""

import functools
import inspect
import itertools
import random
import re
import reprlib
from numbers import Real

import torch

from course_lib.exercises import Report, Wrong, hidden_library
from course_lib.exercises.reading import (
    a_kind,
    globals_read,
    is_stub,
    learners_line,
    loop_around,
    names_used,
    overwritten,
    plain,
    why_lazy,
)
from course_lib.exercises.running import (
    Outcome,
    run,
    run_all,
    stack_after,
    switched_off,
    untouched,
    usual_modes,
)
from course_lib.exercises.slips import one_slip, two_slips

RANDOM_CASES = 20
SEARCH_SECONDS = 20


def examine(exercise, function):
    """Run a learner's function on all cases and say what came of it, as a ``Report``."""
    name = _name(function)
    if is_stub(function):
        return _not_attempted(exercise, name)
    sentence = (
        _signature(exercise, function) or why_lazy(function) or _forbidden(exercise, function)
    )
    if sentence:
        return Report("wrong", f"not yet. {sentence}")
    off = switched_off()
    with untouched(), usual_modes():
        cases = all_cases(exercise)
        expected = [run(exercise, exercise.reference, case) for case in cases]
        with untouched():
            got = run_all(exercise, function, cases)
        if isinstance(got[0].error, NotImplementedError) and "NotImplementedError" in names_used(
            function
        ):
            return _not_attempted(exercise, name)
        wrong = [
            k for k, outcome in enumerate(got) if not same(outcome, expected[k], exercise.rtol)
        ]
        if not wrong:
            return Report("correct", f"correct, on {_count(len(exercise.cases), 'shown input')} and "
                                     f"{RANDOM_CASES} random ones.")  # fmt: skip
        try:
            sentence, k = _find_mistake(exercise, function, got, expected)
        except Exception:  # an answer so odd that it cannot be looked at closely is still wrong
            sentence, k = "This is the smallest input on which it is wrong:", None
        if k is None:
            shown = _where_it_shows(sentence, wrong, got, expected) or wrong
            k = min(shown, key=lambda k: (_size(got[k].before), k))
        causes = [overwritten(function), got[k].error and hidden_library(), off]
        sentence = " ".join([f"not yet. {sentence}", *filter(None, causes)])
        return Report(
            "wrong",
            "\n".join([sentence, *_example(exercise, name, got[k], expected[k], exercise.rtol)]),
        )


def all_cases(exercise):
    """The shown cases and the random ones, the same at every call."""
    torch.default_generator.manual_seed(1)
    random.seed(1)
    return [*exercise.cases, *(exercise.random_case() for _ in range(RANDOM_CASES))]


# Are two things the same?


def same(a, b, rtol):
    """Whether two outcomes agree: value, or kind of error, and what happened to the arguments."""
    if a.error is not None or b.error is not None:
        if isinstance(a.error, Wrong) and isinstance(b.error, Wrong):
            return str(a.error) == str(b.error)
        return type(a.error) is type(b.error)
    try:
        return equal(a.value, b.value, rtol) and equal(a.after, b.after, rtol)
    except Exception:  # a learner's object may refuse any question
        return False


def equal(got, expected, rtol):
    """Whether two values agree, in kind, shape and dtype's kind, and in value within ``rtol``."""
    if isinstance(expected, torch.Tensor):
        return (isinstance(got, torch.Tensor) and got.shape == expected.shape
                and _kind(got) == _kind(expected) and _close(got, expected, rtol))  # fmt: skip
    if isinstance(expected, (tuple, list)):
        return (isinstance(got, (tuple, list)) and len(got) == len(expected)
                and all(equal(g, e, rtol) for g, e in zip(got, expected, strict=True)))  # fmt: skip
    if isinstance(expected, dict):
        return (isinstance(got, dict) and got.keys() == expected.keys()
                and all(equal(got[key], expected[key], rtol) for key in expected))  # fmt: skip
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, (int, float)):
        number = _number(got)
        return number is not None and _close(
            torch.tensor(float(number)), torch.tensor(float(expected)), rtol
        )
    if hasattr(expected, "data") and hasattr(expected, "grad"):  # a scalar.Value
        return (type(got) is type(expected) and equal(got.data, expected.data, rtol)
                and equal(got.grad, expected.grad, rtol))  # fmt: skip
    if isinstance(expected, torch.nn.Module):  # a copy of a module is not == to it
        state, right = dict(got.state_dict()), dict(expected.state_dict())
        return type(got) is type(expected) and equal(state, right, rtol)
    return bool(got == expected)


def _close(got, expected, rtol):
    got, expected = got.detach().double(), expected.detach().double()
    scale = float(expected.abs().max()) if expected.numel() and expected.isfinite().all() else 1.0
    return torch.allclose(got, expected, rtol=rtol, atol=rtol * max(scale, 1e-3) * 0.01,
                          equal_nan=True)  # fmt: skip


def _kind(tensor):
    if tensor.dtype == torch.bool or tensor.is_complex():
        return "bool" if tensor.dtype == torch.bool else "complex"
    return "float" if tensor.is_floating_point() else "int"


def _number(thing):
    """A plain number for a number or a tensor of shape (); None for anything else."""
    if isinstance(thing, torch.Tensor) and thing.dim() == 0:
        return thing.item()
    if isinstance(thing, Real) and not isinstance(thing, bool):
        return thing
    return None


def alike(a, b, rtol):
    """Whether two answers hold the same numbers, whatever holds them: tensor, float, list, array."""
    a, b = _numbers(a), _numbers(b)
    return a is not None and b is not None and a.shape == b.shape and _close(a, b, rtol)


def _numbers(thing):
    if isinstance(thing, dict):
        thing = [float("nan") if value is None else value for value in thing.values()]
    try:
        if isinstance(thing, (tuple, list)):
            parts = [_numbers(part) for part in thing]
            if len({part.shape for part in parts}) > 1:
                return torch.cat([part.flatten() for part in parts])
            return torch.stack(parts)
        numbers = torch.as_tensor(thing).detach()
        return None if numbers.is_complex() else numbers.double()
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return None


def _where_it_shows(sentence, wrong, got, expected):
    """The cases on which what the sentence says of nan or of shapes can be seen."""
    pairs = [(k, got[k].value, expected[k].value) for k in wrong]
    pairs = [(k, g, e) for k, g, e in pairs if isinstance(g, torch.Tensor)]
    if "nan or inf" in sentence:
        return [k for k, g, _ in pairs if not g.double().isfinite().all()]
    if " has shape " in sentence:
        return [k for k, g, e in pairs if isinstance(e, torch.Tensor) and g.shape != e.shape]
    return None


# What is wrong?


def _find_mistake(exercise, function, got, expected):
    """(sentence, number of the case that shows it, or None for the smallest wrong one)."""
    if got[-1].stopped:
        return _stopped(function, got[-1], exercise), len(got) - 1
    listed = _listed_mistake(exercise, got, expected)
    if listed:
        return listed, None
    for k, (outcome, right) in enumerate(zip(got, expected, strict=True)):
        if outcome.error is not None and type(outcome.error) is not type(right.error):
            return _raised(function, outcome), k
        if outcome.error is None and right.error is not None:
            return (f"An input that makes no sense must be refused: raise {type(right.error).__name__} "
                    "with a message that says what is wrong."), k  # fmt: skip
    pairs = [(g, e) for g, e in zip(got, expected, strict=True) if e.error is None]
    values = [(g.value, e.value) for g, e in pairs]
    arguments = [g.before for g, _ in pairs]
    if all(equal(g, e, exercise.rtol) for g, e in values):
        return _changed_arguments(pairs, exercise.rtol), None
    missing = _nothing_returned(got, expected)
    if missing:
        return missing
    return (
        _lazy(values)
        or _constant(values, exercise.rtol)
        or _unsteady(exercise, function, got, expected)
        or _in_values(values, arguments, exercise.rtol)
        or _slip(exercise, got, values)
        or _also_changed(pairs, exercise.rtol)
        or _in_kind_or_shape(values)
        or _only_sometimes(exercise, got, expected)
    ), None


def _listed_mistake(exercise, got, expected):
    """The sentence of the mistake that makes the same answers; else of one that holds the same numbers."""
    ways = [(sentence, way) for sentence, those in exercise.mistakes.items()
            for way in (those if isinstance(those, tuple) else (those,))]  # fmt: skip

    @functools.cache
    def made(way, k):
        return run(exercise, way, got[k].before)

    everywhere = range(len(got))
    for sentence, way in ways:
        if all(same(got[k], made(way, k), exercise.rtol) for k in everywhere) and any(
            made(way, k).error is None for k in everywhere
        ):
            return sentence
    if any(g.error is not None and e.error is None for g, e in zip(got, expected, strict=True)):
        return None
    for sentence, way in ways:
        if all(_same_numbers(exercise, got[k], made(way, k)) for k in everywhere) and not all(
            _same_numbers(exercise, made(way, k), expected[k]) for k in everywhere
        ):
            return sentence
    return None


def _listed_and_more(exercise, got):
    """A listed mistake, and one more on top of it."""
    for sentence, ways in exercise.mistakes.items():
        for way in ways if isinstance(ways, tuple) else (ways,):
            makes = [run(exercise, way, outcome.before) for outcome in got]
            pairs = [
                (_numbers(g.value), _numbers(m.value)) for g, m in zip(got, makes, strict=True)
            ]
            if any(g is None or m is None or g.shape != m.shape for g, m in pairs):
                continue
            counts = [
                next((a.numel() for a in g.before if isinstance(a, torch.Tensor)), 1) for g in got
            ]
            for more, change in _AND_MORE.items():
                if all(
                    _close(g, change(m, n), exercise.rtol)
                    for (g, m), n in zip(pairs, counts, strict=True)
                ):
                    return f"{sentence} And on top of it, {more}."
    return None


_AND_MORE = {
    "the sign is reversed": lambda m, n: -m,
    "there is a factor 2 too many": lambda m, n: m * 2,
    "there is a factor 2 too few": lambda m, n: m / 2,
    "you added up instead of averaging": lambda m, n: m * n,
    "you divided by how many there are": lambda m, n: m / n,
    "you took the square root": lambda m, n: m**0.5,
    "you took the absolute value": lambda m, n: m.abs(),
}


def _same_numbers(exercise, a, b):
    return a.error is None and b.error is None and alike(a.value, b.value, exercise.rtol)


def _slip(exercise, got, values):
    """A sentence about the slips in the correct answer that lead to the learner's numbers, or None."""
    if all(alike(g, e, exercise.rtol) for g, e in values):
        return None

    def makes(part=None):
        def test(changed):
            for outcome in reversed(got):
                other = run(exercise, changed, outcome.before)
                mine, others = outcome.value, other.value
                if other.error is None and part is not None and len(others) == len(mine):
                    mine, others = mine[part], others[part]
                if other.error is not None or not alike(others, mine, exercise.rtol):
                    return False
            return True

        return test

    def search():
        one = one_slip(exercise.reference, makes())
        if one:
            return f"One slip explains all your answers: {one}" + _stop(one)
        both = _listed_and_more(exercise, got)
        if both:
            return both
        if all(isinstance(thing, tuple) for pair in values for thing in pair):
            wrong = [k for k in range(len(values[0][1]))
                     if not all(alike(g[k], e[k], exercise.rtol) for g, e in values)]  # fmt: skip
            parts = {k: one_slip(exercise.reference, makes(k)) for k in wrong}
            if all(parts.values()):
                return " ".join(
                    f"In part {k + 1} of the answer, {text}{_stop(text)}"
                    for k, text in parts.items()
                )
        two = two_slips(exercise.reference, makes())
        return (
            two
            and f"Two slips together explain all your answers: {two[0].rstrip('?')}; and {two[1]}"
            + _stop(two[1])
        )

    found = []
    stack_after(SEARCH_SECONDS, lambda: found.append(search()))
    return found[0] if found else None


def _stop(sentence):
    return "" if sentence.endswith("?") else "."


def _unsteady(exercise, function, got, expected):
    """The first case once more, with other random numbers: does anything differ?"""
    if same(run(exercise, exercise.reference, got[0].before, seed=1), expected[0], exercise.rtol):
        again = []
        stack_after(
            exercise.seconds, lambda: again.append(run(exercise, function, got[0].before, seed=1))
        )
        steady = not again or same(again[0], got[0], exercise.rtol)
        if not steady and _has_a_value(got[0].value) and same(got[0], got[0], exercise.rtol):
            return ("Called twice with the same input, your function gives two different answers. Does it "
                    "draw random numbers, or keep something from one call to the next?")  # fmt: skip
    return None


def _has_a_value(thing):
    """Whether two of its kind can be equal: an object without == of its own equals only itself."""
    if isinstance(thing, (tuple, list)):
        return all(map(_has_a_value, thing))
    own = type(thing).__eq__ is not object.__eq__ or hasattr(thing, "data")
    return own or isinstance(thing, torch.nn.Module)


def _raised(function, outcome):
    error = outcome.error
    if isinstance(error, Wrong):
        return str(error)
    line = learners_line(function, outcome)
    where = f"In line {line[0]} of {line[2]}, `{_short(line[1])}`, " if line else ""
    text = _short(_text_of(error).strip().split("\n")[0].split(" - got ")[0].rstrip(".:"), 150)
    stopped = f"Python stopped with {type(error).__name__}" + (f": {text}" if text else "")
    return f"{where}{stopped}.{'' if overwritten(function) else _advice(error)}"


def _text_of(error):
    try:
        return str(error)
    except Exception:  # a learner's own class of errors
        return ""


def _advice(error):
    text = f"{type(error).__name__}: {_text_of(error)}"
    return next((f" {advice}" for part, advice in _ADVICE.items() if part in text), "")


_ADVICE = {
    "not supported between": "One of the two is no number. If it may be None, ask `is not None` first.",
    "index -100": "-100 is no id but the mark of a target that does not count: leave those out first.",
    "non-negative": "-100 is no id but the mark of a target that does not count: leave those out first.",
    "AssertionError": "An assert of yours failed. The exercise asks for an answer: return it.",
    "Boolean value of Tensor": "Tensors are compared number by number: add .any() or .all(), or take "
                               "torch.allclose.",
    "to match target batch_size": "There must be as many rows of scores as answers. Has the last character "
                                  "of each row an answer?",
    "Expected target": "cross_entropy takes the tokens in dimension 1: logits.transpose(1, 2), or flatten "
                       "both.",
    "Sizes of tensors must match": "torch.cat joins along dim=0 unless told otherwise; in all other "
                                   "dimensions the sizes must be equal.",
    "expanded size": "What is written into a slice must be as large as the slice. Is a longer one cut first?",
    "loading state_dict": "Keep and load all entries of state_dict(); buffers are among them.",
    "state_dict to be dict-like": "What you kept is still None there: was no loss below your first bound?",
    "UnboundLocalError": "A name that is assigned anywhere in a function is the function's own, and yours is "
                         "read before it has a value: give it one at the top.",
    "NameError": "A name that is not defined in your function: a typing slip, or a missing import?",
    "RecursionError": "The function calls itself and never stops.",
    "SystemExit": "exit() ends the whole program. A function ends with return.",
    "'int' object is not callable": "A number stands directly in front of parentheses: is a * missing?",
    "'float' object is not callable": "A number stands directly in front of parentheses: is a * missing?",
    "'Tensor' object is not callable": "A tensor stands directly in front of parentheses: is a * missing, or "
                                       "do you mean [ ]?",
    "return_types": "With a dim, max, min and median give two things, values and places: take .values.",
    "'builtin_function_or_method'": "A method is called with parentheses behind it, as in .mean().",
    "for ^": "^ is no power in Python; ** is.",
    "for <<": "<< is not for numbers with a decimal point; * multiplies.",
    "bitwise_xor": "^ is no power in Python; ** is.",
    "for *: 'function'": "A function is called with parentheses, function(x), not multiplied.",
    "'int' object is not iterable": "A loop over a number needs range(...).",
    "cannot be interpreted as an integer": "The number has a decimal point, or may have one: rounds of a "
                                           "loop are counted in whole numbers.",
    "size of tensor": "Two shapes do not fit. Print .shape of both just before this line.",
    "shapes cannot be multiplied": "For @ the last dimension of the left must equal the first of the right.",
    "does not require grad": "No tensor in this computation has requires_grad=True, or the graph was cut.",
    "leaf Variable": "A leaf may be changed in place only under torch.no_grad().",
    "in-place operation": "Something that backward still needs was changed in place.",
    "backward through the graph a second time": "backward uses the graph up: compute the loss anew in "
                                                "every round.",
    "grad can be implicitly created only for scalar": "backward starts from one number: reduce the loss "
                                                      "first, with mean.",
    "for -: 'Tensor' and 'NoneType'": "A .grad is None until backward has run.",
    "'float' and 'NoneType'": "A .grad is None until backward has run; W = W - ... makes a new tensor, which "
                              "has none.",
    "'NoneType' object has no attribute": "Something is None there. A .grad is None until backward has run, "
                                          "and for a tensor that is no leaf.",
    "'float' object has no attribute": "This is a plain number and no tensor: it has no gradient and no "
                                       "methods of a tensor.",
    "no attribute 'zero_grad'": "A tensor's gradient is set to zero with .grad.zero_(); zero_grad() belongs "
                                "to optimizers.",
    "has no attribute 'zero'": "The method that changes a tensor in place ends in an underscore: zero_().",
    "assigned grad": "A .grad is a tensor or None: set it to None, or call .grad.zero_().",
    "Dimension out of range": "The tensor has fewer dimensions than that; the first is dim=0.",
    "out of bounds": "Counting starts at 0, so the last index is the length minus 1. Is it the length of this "
                     "dimension that you count to?",
    "same number of dimensions as input": "gather wants an index of as many dimensions as the table: "
                                          "letters[:, None] is (N, 1).",
    "converted to Scalar": ".item() is for a tensor of one number.",
    "math range error": "e to the power of a large number is too large for a computer.",
    "math domain error": "The function has no value there, such as the log of 0 or of a number below 0.",
    "one_hot": "one_hot counts the letters that occur; tell it how many there are: one_hot(letters, V).",
    "invalid combination of arguments": "The function does not take arguments of these kinds or names.",
    "allocate memory": "The tensor would be larger than the computer's memory: is one of its sizes wrong?",
    "ZeroDivisionError": "The divisor became 0.",
    "KeyError": "A dictionary answers only for the keys that are in it; compute the answer instead.",
}  # fmt: skip


def _stopped(function, outcome, exercise):
    if outcome.stopped == "size":
        return f"The answer is far too large: {outcome.value}."
    line = learners_line(function, outcome)
    loop = line and loop_around(plain(function), line[0])
    where = (
        f" in line {(loop or line)[0]} of {line[2]}, `{_short((loop or line)[1])}`" if line else ""
    )
    question = ("Does that loop ever end? Look at what changes in it from round to round." if loop else
                "Is it waiting for something, or very slow?")  # fmt: skip
    if outcome.stopped == "call":
        question += (" It is in a call that cannot be interrupted, and goes on until that call returns; "
                     "to end it now, restart the kernel.")  # fmt: skip
    return f"Stopped after {exercise.seconds:g} seconds, still running{where}. {question}"


def _changed_arguments(pairs, rtol):
    for got, expected in pairs:
        for k, (mine, theirs) in enumerate(zip(got.after, expected.after, strict=True)):
            if equal(mine, theirs, rtol):
                continue
            if equal(theirs, expected.before[k], rtol):
                return (f"The result is right, but you changed argument {k + 1} in place. "
                        "Whoever called the function still needs it: compute a new one.")  # fmt: skip
            if equal(mine, got.before[k], rtol):
                return (f"Argument {k + 1} must be changed in place, and yours is as it was. "
                        "x = x - 1 makes a new tensor and leaves the old one alone; x -= 1 changes it.")  # fmt: skip
            return f"Argument {k + 1} must be changed in place, and yours has the wrong values after it."
    return None


def _also_changed(pairs, rtol):
    for got, expected in pairs:
        for k, (mine, theirs) in enumerate(zip(got.after, expected.after, strict=True)):
            if equal(theirs, expected.before[k], rtol) and not equal(mine, theirs, rtol):
                return (f"You changed argument {k + 1} in place, and the result is wrong as well. "
                        "Compute something new and leave the input alone.")  # fmt: skip
    return None


def _nothing_returned(got, expected):
    """(sentence, case) if None came back where an answer was expected, else None."""
    empty = [k for k, (g, e) in enumerate(zip(got, expected, strict=True))
             if _returned(g) is None and _returned(e) is not None]  # fmt: skip
    if not empty:
        return None
    if len(empty) < len(got):
        return (
            "Your function returns nothing on this input: not every way through it ends in a return.",
            empty[0],
        )
    if any(g.printed for g in got):
        return "Your function prints its answer; it must hand it back with return.", None
    return "Your function returns nothing. Its last line must be: return and the result.", None


def _returned(outcome):
    value = outcome.value
    return next(iter(value.values()), None) if isinstance(value, dict) else value


def _lazy(values):
    for got, _ in values:
        parts = got.values() if isinstance(got, dict) else got
        parts = parts if isinstance(got, (tuple, list, dict)) else [got]
        sentence = next((why_lazy(part) for part in parts if not callable(part)), None)
        if sentence:
            return sentence
    return None


def _constant(values, rtol):
    first = values[0]
    numbers = _numbers(first[0])
    if all(_try(lambda g: (_numbers(g) == 0).all(), g) for g, _ in values):
        return "Your function gives 0 whatever it is given."
    if (
        len(values) > 1
        and all(_try(equal, g, first[0], rtol) for g, _ in values)
        and not all(equal(e, first[1], rtol) for _, e in values)
        and (numbers is None or numbers.isfinite().all())
    ):
        return "Your function gives the same answer whatever it is given. It must compute with its input."
    return None


def _only_sometimes(exercise, got, expected):
    right = {
        k for k, (g, e) in enumerate(zip(got, expected, strict=True)) if same(g, e, exercise.rtol)
    }
    parts = _wrong_parts(exercise, got, expected)
    if not right:
        return f"Wrong on every input{parts}. This is the smallest:"
    if right == set(range(len(exercise.cases))):
        return ("Right on the inputs that are shown and on no other: are their answers written into the "
                "function? Another input:")  # fmt: skip
    wrong = set(range(len(got))) - right
    for name, fact, where in _facts(exercise, got):
        if where == right:
            return f"Right only where {name} {fact}{parts}. The smallest on which it is wrong:"
        if where == wrong:
            return f"Right but where {name} {fact}{parts}. The smallest of these:"
    if right > set(range(len(exercise.cases))):
        return f"Right on the inputs that are shown, wrong on others{parts}: what is different about this one?"
    return f"Right on {len(right)} of {len(got)} inputs{parts}. This is the smallest on which it is not:"


def _wrong_parts(exercise, got, expected):
    """Of an answer with several parts, which are wrong and which are right."""
    value = expected[0].value
    keys = (
        value
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, (tuple, list))
        else []
    )
    try:
        wrong = [
            key
            for key in keys
            if not all(
                equal(g.value[key], e.value[key], exercise.rtol)
                for g, e in zip(got, expected, strict=True)
            )
        ]
    except (TypeError, KeyError, IndexError):
        return ""
    if not 0 < len(wrong) < len(keys):
        return ""
    names = [key if isinstance(key, str) else f"part {key + 1}" for key in wrong]
    return f" (only {' and '.join(names)}; the rest is right)"


def _facts(exercise, got):
    """(argument's name, something true of it, the set of cases where it is true)."""
    for k, name in enumerate(inspect.signature(exercise.reference).parameters):
        facts = {}
        for number, outcome in enumerate(got):
            for fact in _facts_of(outcome.before[k] if k < len(outcome.before) else None):
                facts.setdefault(fact, set()).add(number)
        for fact, where in facts.items():
            yield name, fact, where


def _facts_of(argument):
    if isinstance(argument, torch.Tensor):
        return [
            f"has {_count(argument.dim(), 'dimension')}",
            f"holds {_count(argument.numel(), 'number')}",
        ]
    if isinstance(argument, (list, tuple)):
        return [f"has {_count(len(argument), 'part')}"]
    if isinstance(argument, (int, float)) and not isinstance(argument, bool):
        return [f"is {word}" for word, true in (("0", argument == 0), ("below 0", argument < 0),
                ("1", argument == 1), ("a whole number", argument == argument // 1)) if true]  # fmt: skip
    return [f"is {_name(argument)}"] if callable(argument) else [f"is {argument}"]


def _in_values(values, arguments, rtol):
    """A sentence about wrong values that is true for every pair (got, expected), or None."""
    expected = values[0][1]
    if isinstance(expected, dict):
        return _in_parts(values, arguments, rtol, {key: f"{key}: " for key in expected})
    if isinstance(expected, (tuple, list)):
        return _in_sequences(values, arguments, rtol)
    if isinstance(expected, torch.Tensor):
        if all(isinstance(g, torch.Tensor) for g, _ in values):
            return _in_tensors(values, arguments, rtol)
        return _right_but_kind(values, rtol)
    if isinstance(expected, bool):
        if all(isinstance(g, bool) for g, _ in values) and all(g != e for g, e in values):
            return "True where False is right, and the other way round."
        return None if all(isinstance(g, bool) for g, _ in values) else (
            f"The answer must be True or False; yours is {_a(values[0][0])}.")  # fmt: skip
    if isinstance(expected, (int, float)):
        if any(_number(g) is None for g, _ in values):
            return f"The answer must be one number; yours is {_a(values[0][0])}."
        as_tensors = [(torch.tensor(float(_number(g))), torch.tensor(float(e))) for g, e in values]
        return _in_tensors(as_tensors, arguments, rtol)
    if hasattr(expected, "data") and hasattr(expected, "grad"):
        if any(type(g) is not type(e) for g, e in values):
            return (f"The answer must be a {type(expected).__name__}; yours is {_a(values[0][0])}. "
                    "A plain number has forgotten how it was made.")  # fmt: skip
        return None
    if any(type(g) is not type(e) for g, e in values):
        return f"The answer must be {_a(expected)}; yours is {_a(values[0][0])}."
    return None


def _in_sequences(values, arguments, rtol):
    n = len(values[0][1])
    for got, expected in values:
        if isinstance(expected, list) and isinstance(got, torch.Tensor):
            make = (
                "list(...)" if isinstance(next(iter(expected), None), torch.Tensor) else ".tolist()"
            )
            return f"A list is asked, and yours is {_a(got)}: {make} makes one of it."
        if not isinstance(got, (tuple, list)):
            return f"The answer has {n} parts; yours is one, {_a(got)}. Return them with commas between."
    if all(len(g) != len(e) for g, e in values):
        return f"The answer has {n} parts; yours has {len(values[0][0])}."
    if any(len(g) != len(e) for g, e in values):
        return "The number of parts is right on some inputs and wrong on others."
    if any(len(e) != n for _, e in values):
        return None
    for order in itertools.permutations(range(n)) if n <= 4 else [range(n)[::-1]]:
        if all(equal(list(g), [e[k] for k in order], rtol) for g, e in values):
            places = ", ".join(str(k + 1) for k in order)
            return f"The parts are right, but in another order: yours stand as {places}."
    return _in_parts(
        values, arguments, rtol, {k: f"Part {k + 1} of the answer: " for k in range(n)}
    )


def _in_parts(values, arguments, rtol, labels):
    try:
        parts = {key: [(g[key], e[key]) for g, e in values] for key in labels}
    except (TypeError, KeyError):
        return None
    wrong = [key for key, part in parts.items() if not all(equal(g, e, rtol) for g, e in part)]
    sentences = {key: _in_values(parts[key], arguments, rtol) for key in wrong}
    if None in sentences.values():
        return None
    if len(wrong) > 1 and len(set(sentences.values())) == 1:
        all_of_them = (
            "All parts: " if len(wrong) == len(parts) else "".join(labels[key] for key in wrong)
        )
        return all_of_them + sentences[wrong[0]]
    rest = " The rest is right." if len(wrong) < len(parts) else ""
    return " ".join(labels[key] + sentences[key] for key in wrong) + rest


def _right_but_kind(values, rtol):
    """The sentence for right numbers that are no tensor, or None."""
    got = next(g for g, _ in values if not isinstance(g, torch.Tensor))
    numbers = [(_numbers(g), e) for g, e in values]
    if all(
        g is not None and g.numel() == e.numel() and _close(g.reshape(e.shape), e, rtol)
        for g, e in numbers
    ):
        return (f"The values are right, but the answer must be a tensor and yours is {_a(got)}. "
                "A plain number or list has no gradient and no shape.")  # fmt: skip
    return None


def _in_kind_or_shape(values):
    """Only what can be seen from outside: the wrong kind of thing, or the wrong shape."""
    for got, expected in values:
        if isinstance(expected, torch.Tensor) and not isinstance(got, torch.Tensor):
            return f"The answer must be a tensor of shape {_shape(expected)}; yours is {_a(got)}."
        if not isinstance(expected, torch.Tensor) or got.shape == expected.shape:
            continue
        if expected.dim() == 0:
            return (f"Yours has shape {_shape(got)}, the answer is one number, shape (): over which dim did "
                    "you reduce?")  # fmt: skip
        return f"Yours has shape {_shape(got)}, the answer {_shape(expected)}."
    return None


def _in_tensors(values, arguments, rtol):
    if all(g.shape == e.shape for g, e in values):
        return _in_equal_shapes(values, arguments, rtol)
    return _in_shapes(values, rtol)


def _in_shapes(values, rtol):
    got, expected = next((g, e) for g, e in values if g.shape != e.shape)
    shapes = f"yours has shape {_shape(got)}, the answer {_shape(expected)}"

    def holds(test):
        return all(_try(test, g, e) for g, e in values)

    if holds(lambda g, e: _close(g.reshape(e.shape), e, rtol)):
        return f"The numbers are right, but {shapes}."
    if holds(lambda g, e: g.dim() == 2 and _close(g.T, e, rtol)):
        return f"The numbers are right, but rows and columns are exchanged: {shapes}."
    if expected.dim() == 0:
        for word in ("sum", "mean"):
            if holds(lambda g, e, word=word: _close(getattr(g.double(), word)(), e, rtol)):
                return (f"Yours has shape {_shape(got)}, the answer is one number: "
                        f"the {word} over all of yours is still missing.")  # fmt: skip
        return None
    if got.dim() < expected.dim() and holds(lambda g, e: any(
        _close(e.double().mean(d, keepdim=k), g, rtol) or _close(e.double().sum(d, keepdim=k), g, rtol)
        for d in range(e.dim()) for k in (False, True)
    )):  # fmt: skip
        return f"You reduced over one dimension too many: {shapes}."
    n = expected.shape[0]
    if expected.dim() == 1 and got.shape == (n, n) and n > 1:
        return (f"{shapes.capitalize()}: a shape (N, 1) met a shape (N,), and broadcasting paired "
                "every number with every other.")  # fmt: skip
    return None


def _in_equal_shapes(values, arguments, rtol):
    if all(_close(g, e, rtol) for g, e in values):
        got, expected = next((g, e) for g, e in values if _kind(g) != _kind(e))
        return (f"The numbers are right, but their dtype is {_dtype(got)} "
                f"and should be {_dtype(expected)}.")  # fmt: skip

    def holds(change):
        return all(
            _try(lambda g, e: _close(g.double(), change(e.double()), rtol), g, e) for g, e in values
        )

    if any(not g.double().isfinite().all() and e.double().isfinite().all() for g, e in values):
        return ("Your answer has nan or inf in it: a division by zero, a root or log of a number that has "
                "none, or a number too large?")  # fmt: skip
    if holds(lambda e: -e):
        return "The sign is reversed: every number of yours is minus the right one."
    for sentence, change in _CHANGES.items():
        if holds(change):
            return sentence
    return (
        _factor(values, arguments, rtol)
        or _offset(values, rtol)
        or _an_argument(values, arguments, rtol)
        or _rounded(values)
        or _partly(values, rtol)
    )


_CHANGES = {
    "Right but for the absolute value: yours has lost the sign.": lambda e: e.abs(),
    "Yours is the square of the right answer.": lambda e: e**2,
    "Yours is the square root of the right answer.": lambda e: e**0.5,
    "Yours is e to the power of the right answer: a log is missing.": lambda e: e.exp(),
    "Yours is the log of the right answer.": lambda e: e.log(),
    "Yours is 1 divided by the right answer.": lambda e: 1 / e,
    "The numbers are right, but rows and columns are exchanged.": lambda e: e.T if e.dim() == 2 else e * torch.nan,
    "The numbers are right, but in the opposite order.": lambda e: e.flip(0) if e.dim() else e * torch.nan,
    "Yours is 1 minus the right answer.": lambda e: 1 - e,
    "Yours is the running total of the right answer.": lambda e: e.cumsum(0) if e.dim() else e * torch.nan,
    "The numbers are right, but yours are sorted.": lambda e: e.sort().values if e.dim() else e * torch.nan,
}  # fmt: skip


def _factor(values, arguments, rtol):
    factors = []
    for got, expected in values:
        got, expected = got.double(), expected.double()
        k = int(expected.abs().argmax()) if expected.numel() else None
        if k is None or expected.flatten()[k] == 0:
            if not _close(got, expected, rtol):
                return None
            factors.append(None)
            continue
        factor = float(got.flatten()[k] / expected.flatten()[k])
        if factor == 0 or not _close(got, expected * factor, rtol):
            return None
        factors.append(factor)
    counts = [
        next((a.numel() for a in case if isinstance(a, torch.Tensor)), None) for case in arguments
    ]
    known = [(f, n) for f, n in zip(factors, counts, strict=True) if f is not None]
    if len(known) < 2:
        return None
    if (
        all(n and n > 0 and abs(f / n - 1) < 1e-3 for f, n in known)
        and len({n for _, n in known}) > 1
    ):
        return (
            "Yours is too large by as many times as there are numbers: a mean is asked, not a sum."
        )
    if (
        all(n and n > 0 and abs(f * n - 1) < 1e-3 for f, n in known)
        and len({n for _, n in known}) > 1
    ):
        return "Yours is too small by as many times as there are numbers: you divided by how many once too often."
    first = known[0][0]
    if all(abs(f / first - 1) < 1e-3 for f, _ in known):
        hint = (
            " Where does a square bring a 2 when its slope is taken?"
            if abs(first - 0.5) < 1e-3
            else ""
        )
        factor = f"{first:.4g}" if abs(first - 1) > 1e-3 else f"{first:.6g}"
        return f"Yours is always {factor} times the right answer.{hint}"
    return None


def _offset(values, rtol):
    gaps = [(g.double() - e.double()).flatten() for g, e in values]
    first = next((gap[0] for gap in gaps if len(gap)), None)
    if (
        first is not None
        and first != 0
        and all(_close(gap, first.expand_as(gap), max(rtol, 1e-3)) for gap in gaps)
    ):
        return f"Yours is always {abs(float(first)):.4g} too {'large' if first > 0 else 'small'}."
    return None


def _an_argument(values, arguments, rtol):
    for k, argument in enumerate(arguments[0]):
        if isinstance(argument, (torch.Tensor, int, float)) and all(
            _try(lambda g, a: _close(g, torch.as_tensor(a).reshape(g.shape), rtol), g, case[k])
            for (g, _), case in zip(values, arguments, strict=True)
        ):
            return f"You give back argument {k + 1} just as it came."
    return None


def _rounded(values):
    def holds(change):
        return all(_try(lambda g, e: _close(g, change(e.double()), 1e-6), g, e) for g, e in values)

    if holds(torch.trunc) or holds(torch.floor):
        return (
            "Right but for what stands behind the decimal point: yours is cut off to whole numbers."
        )
    if any(holds(lambda e, d=decimals: e.round(decimals=d)) for decimals in range(5)):
        return "Right but for rounding: return the number as it is, and round only when you print."
    return None


def _partly(values, rtol):
    """Some entries of the tensor right, others not: say which kind."""
    wrong = [~torch.isclose(g.double(), e.double(), rtol=rtol, atol=1e-8, equal_nan=True)
             for g, e in values if g.dim() > 0]  # fmt: skip
    if not wrong or len(wrong) < len(values):
        return None
    wrong_ones = [(w, e) for w, (_, e) in zip(wrong, values, strict=True) if w.any()]
    if all(not w.flatten()[1:].any() for w, _ in wrong_ones):
        return "Only the first entry is wrong."
    if all(not w.flatten()[:-1].any() for w, _ in wrong_ones):
        return "Only the last entry is wrong."
    if all(bool((e[w] < 0).all()) for w, e in wrong_ones):
        return "Wrong only where the right answer is below 0."
    return None


# Words


NEVER = {
    "input": "Your function asks with input(). It is given what it needs as its arguments.",
    "exit": "exit() ends the whole program. A function ends with return.",
    "quit": "quit() ends the whole program. A function ends with return.",
}


def _signature(exercise, function):
    wanted = list(inspect.signature(exercise.reference).parameters)
    if inspect.isclass(function) and not inspect.isclass(exercise.reference):
        return f"{_name(function)} is a class; the exercise asks for a function of ({', '.join(wanted)})."
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        return (f"Your function takes {_count(len(signature.parameters), 'argument')}, "
                f"the exercise gives it {len(wanted)}: ({', '.join(wanted)}).")  # fmt: skip
    return None


def _forbidden(exercise, function):
    used = names_used(function)
    read = globals_read(plain(function))
    own = getattr(plain(function), "__globals__", {})
    called = {name for name in NEVER if name in read and callable(own.get(name, print))}
    used = (used - NEVER.keys()) | called  # an attribute, as in batch.input, is none of these
    return next((text for name, text in (exercise.forbid | NEVER).items() if name in used), None)


def _not_attempted(exercise, name):
    hint = f'   A first hint: check("{exercise.name}", hint=1)'
    return Report("not attempted", f"not attempted yet: write {name}, then run this cell.\n{hint}")


def _example(exercise, name, got: Outcome, expected: Outcome, rtol):
    given = ", ".join(words_for(a) for a in got.before)
    by_the_learner = exercise.call.__name__ == "<lambda>"
    lines = [f"   {name}({given})" if by_the_learner else f"   given     {given}"]
    words = words_for
    if got.error is None and not got.stopped:
        alike_in_words = words_for(got.value) == words_for(expected.value)
        if alike_in_words and not _try(equal, got.value, expected.value, rtol):
            words = _all_digits
        lines.append(f"   gave      {words(got.value)}")
    elif not got.stopped and not isinstance(got.error, Wrong):
        lines.append(f"   raised    {type(got.error).__name__}")
    if expected.error is None:
        lines.append(f"   expected  {words(expected.value)}")
    else:
        lines.append(f"   expected  {type(expected.error).__name__}: {expected.error}")
    if (
        got.error is None
        and not got.stopped
        and expected.error is None
        and words_for(got.value) == words_for(expected.value)
        and not _try(equal, got.after, expected.after, rtol)
    ):
        lines.append(f"   arguments after   {', '.join(words_for(a) for a in got.after)}")
        lines.append(f"   expected          {', '.join(words_for(a) for a in expected.after)}")
    if got.printed:
        lines.append(f"   printed   {reprlib.repr(got.printed.strip())}")
    return lines


def words_for(thing):
    """A value in as few words as a learner needs; at most a few lines."""
    try:
        return _words(thing)
    except RecursionError:
        return f"{_a(thing)} that holds itself, or others very deep inside"


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
        return _name(thing)
    words = reprlib.repr(thing)
    return f"<{type(thing).__name__}>" if re.search(r" at 0x|x[0-9a-f]{6,}>$", words) else words


def _all_digits(thing):
    """``words_for`` with every digit, for numbers that look alike and are not."""
    if isinstance(thing, torch.Tensor):
        return f"tensor({thing.tolist()})"
    if isinstance(thing, (tuple, list)):
        return f"({', '.join(map(_all_digits, thing))})"
    return repr(thing) if isinstance(thing, float) else words_for(thing)


def _name(function):
    name = getattr(function, "__name__", type(function).__name__)
    return "your_function" if name == "<lambda>" else name


def _size(case):
    """How much there is to read: the numbers in tensors, lists and tuples, and 1 for all else."""
    if isinstance(case, torch.Tensor):
        return case.numel()
    return sum(map(_size, case)) if isinstance(case, (list, tuple)) else 1


def _shape(thing):
    shape = tuple(thing.shape)
    return "()" if not shape else str(shape)


def _dtype(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def _a(thing):
    if thing is None:
        return "None"
    if isinstance(thing, torch.Tensor):
        return f"a tensor of shape {_shape(thing)}"
    return a_kind(thing)


def _short(text, most=70):
    return text if len(text) <= most else text[: most - 3] + "..."


def _count(n, word):
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _try(test, *arguments):
    try:
        return bool(test(*arguments))
    except (AttributeError, RuntimeError, TypeError, ValueError, IndexError):
        return False
