"""On which inputs an answer is wrong, where nothing else could be said of it."""

import inspect

import torch

from course_lib.exercises.comparison import equal, holds
from course_lib.exercises.findings import Finding
from course_lib.exercises.words import count, name_of


def only_sometimes(trial):
    """The finding that says of which inputs the wrong ones are, as far as that can be said."""
    everywhere, shown = set(range(len(trial.got))), set(range(len(trial.exercise.cases)))
    wrong = set(trial.wrong)
    right = everywhere - wrong
    parts = _wrong_parts(trial)
    if not right:
        return Finding(f"Wrong on every input{parts}. This is the smallest:")
    if right == shown:
        return Finding(
            "Right on the inputs that are shown and on no other: are their answers written "
            "into the function? Another input:"
        )
    for name, fact, where in _facts(trial):
        if where == right:
            return Finding(
                f"Right only where {name}{fact}{parts}. The smallest on which it is wrong:"
            )
        if where == wrong:
            return Finding(f"Right but where {name}{fact}{parts}. The smallest of these:")
    if right > shown:
        return Finding(
            f"Right on the inputs that are shown, wrong on others{parts}: "
            "what is different about this one?"
        )
    return Finding(
        f"Right on {len(right)} of {len(trial.got)} inputs{parts}. "
        "This is the smallest on which it is not:"
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
    """(what, something true of it, the set of cases where it is true)."""
    befores = [outcome.before for outcome in trial.got]
    for fact, test in trial.exercise.facts.items():
        yield "", fact, {k for k, before in enumerate(befores) if holds(test, *before)}
    for k, name in enumerate(inspect.signature(trial.exercise.reference).parameters):
        facts = {}
        for number, outcome in enumerate(trial.got):
            for fact in _facts_of(outcome.before[k] if k < len(outcome.before) else None):
                facts.setdefault(fact, set()).add(number)
        for fact, where in facts.items():
            yield f"{name} ", fact, where


def _facts_of(argument):
    if isinstance(argument, torch.Tensor):
        return [
            f"has {count(argument.dim(), 'dimension')}",
            f"holds {count(argument.numel(), 'number')}",
        ]
    if isinstance(argument, (list, tuple)):
        return [f"has {count(len(argument), 'part')}"]
    if isinstance(argument, (int, float)) and not isinstance(argument, bool):
        words = {
            "0": argument == 0,
            "below 0": argument < 0,
            "1": argument == 1,
            "a whole number": argument == argument // 1,
        }
        return [f"is {word}" for word, true in words.items() if true]
    return [f"is {name_of(argument)}"] if callable(argument) else [f"is {argument}"]
