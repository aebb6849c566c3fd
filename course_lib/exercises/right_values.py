"""The values that the correct answer to an exercise has on its way, on every case."""

import functools

import torch

from course_lib.exercises.known import known_of
from course_lib.exercises.source import definition_of, undecorated
from course_lib.exercises.traces import Trace, keep, same_values


def right_values(trial):
    """(values of the correct answer, others that may be needed), as lists, a list for each case."""
    everything = _values_of(trial.exercise, torch.get_default_dtype())
    return [[[v[number] for number in trial.numbers] for v in kind] for kind in everything]


@functools.lru_cache(8)
def _values_of(exercise, dtype):
    """Every value once; and the negations of truths, and the sizes of the arguments."""
    tree = definition_of(exercise.reference)
    cases = [outcome.before for outcome in known_of(exercise).expected]
    found = []
    if tree is not None:
        trace = Trace(exercise, undecorated(tree), exercise.reference, cases).all()
        found = [values for node in trace.nodes if any(values := trace.of(node) or [])]
    known = _once(found, exercise.rtol)
    negated = [_negated(v) for v in known if all(_is_truth(x) for case in v for x in case)]
    return known, _once([*known, *negated, *_sizes(cases)], exercise.rtol)[len(known) :]


def _once(found, rtol):
    unique = []
    for values in found:
        if not any(same_values(values, other, rtol) for other in unique):
            unique.append(values)
    return unique


def _is_truth(kept):
    thing = kept.value
    return thing.dtype == torch.bool if isinstance(thing, torch.Tensor) else isinstance(thing, bool)


def _negated(values):
    things = [[kept.value for kept in case] for case in values]
    return [[keep(~v if isinstance(v, torch.Tensor) else not v) for v in case] for case in things]


def _sizes(cases):
    """The sizes that every case's tensor has, argument by argument, and their halves."""
    for k, _ in enumerate(cases[0]):
        tensors = [case[k] for case in cases]
        if all(isinstance(t, torch.Tensor) for t in tensors):
            fewest = min(t.dim() for t in tensors)
            for d in (*range(fewest), *range(-fewest, 0)):
                yield [[keep(t.shape[d])] for t in tensors]
                yield [[keep(t.shape[d] // 2)] for t in tensors]
