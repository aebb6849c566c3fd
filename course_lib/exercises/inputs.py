"""On which inputs an answer is wrong, where nothing else could be said of it."""

import inspect

import torch

from course_lib.exercises.comparison import equal, holds, numbers_in
from course_lib.exercises.findings import Finding
from course_lib.exercises.reading import constants_in
from course_lib.exercises.words import count, name_of

MANY = 2  # that many right and that many wrong cases, or what they share may be chance


def only_sometimes(trial):
    """The finding that says of which inputs the wrong ones are, as far as that can be said."""
    everywhere, shown = set(range(len(trial.got))), trial.shown
    wrong = set(trial.wrong)
    right = everywhere - wrong
    parts = _wrong_parts(trial)
    if not right:
        return Finding(f"Wrong on every input{parts}. This is the smallest:")
    if right == shown and _holds_the_answers(trial):
        return Finding(
            "The answers to the inputs that are shown are written into the function. "
            "It must compute with its input. Another input:"
        )
    if len(right) >= MANY and len(wrong) >= MANY:
        for fact, where in _facts(trial):
            if where == right:
                return Finding(
                    f"Right only where {fact}{parts}. The smallest input that is not so:"
                )
            if where == wrong:
                return Finding(f"Right but where {fact}{parts}. The smallest of these:")
        for fact, where in _facts(trial):
            if wrong < where and len(where) <= min(2 * len(wrong), len(everywhere) // 2):
                return Finding(f"Wrong only where {fact}{parts}. The smallest of these:")
    if right >= shown:
        return Finding(
            f"Right on the inputs that are shown, wrong on others{parts}: "
            "what is different about this one?"
        )
    return Finding(
        f"Right on {len(right)} of {len(trial.got)} inputs{parts}. "
        "This is the smallest on which it is not:"
    )


def _holds_the_answers(trial):
    """Whether the numbers of the shown answers stand in the function's code."""
    shown = [trial.expected[k].value for k in trial.shown]
    answers = numbers_in(shown)
    written = constants_in(trial.function)
    return answers is not None and all(
        any(abs(number - c) <= 1e-3 * abs(c) for c in written)
        for number in answers.flatten().tolist()
    )


def _wrong_parts(trial):
    """Of an answer with several parts, which are wrong and which are right."""
    value = trial.expected[0].value
    keys = []
    if isinstance(value, (dict, tuple, list)):
        keys = value if isinstance(value, dict) else range(len(value))
    try:
        wrong = [
            key
            for key in keys
            if not all(equal(g.value[key], e.value[key], trial.rtol) for g, e in trial.outcomes)
        ]
    except (TypeError, KeyError, IndexError):
        return ""
    if not 0 < len(wrong) < len(keys):
        return ""
    names = [key if isinstance(key, str) else f"part {key + 1}" for key in wrong]
    return f" (only {' and '.join(names)}; the rest is right)"


def _facts(trial):
    """(something true of some inputs, the numbers of these cases): the exercise's own facts first.

    Then what is true of shapes and of numbers that stand alone, and only last of how many numbers
    there are: that is the likeliest to agree by chance.
    """
    befores = [outcome.before for outcome in trial.got]
    for fact, test in trial.exercise.facts.items():
        yield fact, {k for k, before in enumerate(befores) if holds(test, *before)}
    names = list(inspect.signature(trial.exercise.reference).parameters)
    for facts_of in (_of_numbers, _of_shapes, _of_entries, _of_others):
        for k, name in enumerate(names):
            facts = {}
            for number, before in enumerate(befores):
                for fact in facts_of(before[k]) if k < len(before) else ():
                    facts.setdefault(fact, set()).add(number)
            for fact, where in facts.items():
                yield f"{name} {fact}", where


def _of_numbers(argument):
    if not isinstance(argument, (int, float)) or isinstance(argument, bool):
        return []
    words = {
        "0": argument == 0,
        "1": argument == 1,
        "below 0": argument < 0,
        "a whole number": argument == argument // 1,
        "even": argument % 2 == 0,
    }
    return [f"is {word}" for word, true in words.items() if true]


def _of_shapes(argument):
    if not isinstance(argument, torch.Tensor):
        return []
    facts = [f"has {count(argument.dim(), 'dimension')}"]
    if argument.dim() and len(argument) == 1:
        facts.append("has 1 row" if argument.dim() > 1 else "holds 1 number")
    if argument.dim() > 1 and argument.shape[-1] == argument.shape[-2]:
        facts.append("is as wide as it is high")
    if argument.dim() > 1 and argument.shape[-1] == 1:
        facts.append("has 1 column")
    return facts


def _of_entries(argument):
    if not isinstance(argument, torch.Tensor) or argument.is_complex() or not argument.numel():
        return []
    words = {
        "holds a 0": (argument == 0).any(),
        "holds numbers below 0": (argument < 0).any(),
        "holds equal numbers": argument.unique().numel() < argument.numel(),
    }
    return [word for word, true in words.items() if true]


def _of_others(argument):
    if isinstance(argument, (list, tuple)):
        return [f"has {count(len(argument), 'part')}"]
    if argument is None or isinstance(argument, (bool, str)):
        return [f"is {argument}"]
    return [f"is {name_of(argument)}"] if callable(argument) else []
