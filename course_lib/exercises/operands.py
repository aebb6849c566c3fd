"""What met where Python stopped: the shapes of two sides, or a place that a list does not have."""

import ast

import torch

from course_lib.exercises.source import definition_of, undecorated
from course_lib.exercises.traces import Trace, parts_of
from course_lib.exercises.words import shape_of, source_text


def operands(trial, case):
    """The sentence about the values that an expression stopped with on a case, or nothing."""
    tree = definition_of(trial.function)
    if tree is None:
        return ""
    cases = [outcome.before for outcome in trial.expected]
    trace = Trace(trial.exercise, undecorated(tree), trial.function, cases).all([case])
    stopped = [node for node in trace.nodes if _stopped_in(trace, node, case)]
    sentences = (_sentence(trace, node, case) for node in sorted(stopped, key=_size))
    return next((f" {sentence}" for sentence in sentences if sentence), "")


def _size(node):
    return sum(1 for _ in ast.walk(node))


def _stopped_in(trace, node, case):
    """Whether all that an expression is made of has been computed once more than itself."""
    parts = [part for part in parts_of(node) if part in trace.nodes]
    times = trace.times(node, case)
    return bool(parts) and all(trace.times(part, case) == times + 1 for part in parts)


def _sentence(trace, node, case):
    if isinstance(node, ast.Subscript):
        return _outside(trace, node, case)
    parts = parts_of(node)
    values = [(part, trace.last(part, case)) for part in parts if part in trace.nodes]
    tensors = [(part, value) for part, value in values if isinstance(value, torch.Tensor)]
    if len(tensors) < 2:
        return None
    shapes = [f"{source_text(part)} has shape {shape_of(value)}" for part, value in tensors]
    return f"There, {', '.join(shapes[:-1])} and {shapes[-1]}."


def _outside(trace, node, case):
    """The sentence about a place in a list or a text that is not there."""
    thing, place = trace.last(node.value, case), trace.last(node.slice, case)
    if isinstance(node.slice, ast.Constant):
        place = node.slice.value
    if not isinstance(thing, (list, tuple, str)) or type(place) is not int:
        return None
    text = source_text(node.value)
    if not thing:
        return f"There, {text} is empty, and `{ast.unparse(node.slice)}` is {place}."
    end = f"its places are 0 to {len(thing) - 1}"
    return (
        f"There, {text} has length {len(thing)}, so {end}; `{ast.unparse(node.slice)}` is {place}."
    )
