"""How an answer behaves: does it return anything, compute anything, leave its arguments alone?"""

import ast
import inspect
import itertools

import torch

from course_lib.exercises.comparison import equal, holds, numbers_in, same, same_argument
from course_lib.exercises.findings import Finding
from course_lib.exercises.reading import names_used, why_lazy
from course_lib.exercises.running import run, stack_after
from course_lib.exercises.source import definition_of, file_of, last_return
from course_lib.exercises.words import a_kind, short


def changed_arguments(trial):
    """The finding for a right result whose arguments are not as they should be, or None."""
    if not trial.all_equal():
        return None
    for k, name, got, expected in _arguments(trial):
        mine, right = got.after[k], expected.after[k]
        if same_argument(mine, right, trial.rtol):
            continue
        if not same_argument(right, expected.before[k], trial.rtol):
            untouched = equal(mine, got.before[k], trial.rtol)
            return Finding(_not_changed(name) if untouched else _changed_wrongly(name))
        if equal(mine, right, trial.rtol):
            return Finding(_flag_changed(name, mine, right))
        return Finding(
            f"The result is right, but you changed argument {k + 1} in place, {name}. "
            "The caller still needs it: compute a new one."
        )
    return None


def also_changed(trial):
    """The finding for an argument changed in place beside a wrong result, or None."""
    for k, name, got, expected in _arguments(trial):
        right = expected.after[k]
        untouched = equal(right, expected.before[k], trial.rtol)
        if untouched and not equal(got.after[k], right, trial.rtol):
            return Finding(
                f"You changed argument {k + 1} in place, {name}, and the result is wrong as well. "
                "Compute something new and leave the input alone."
            )
    return None


def left_at_once(trial):
    """The finding for a loop that its ``return`` ends in the first round, or None."""
    tree = definition_of(trial.function)
    loops = [n for n in ast.walk(tree or ast.Pass()) if isinstance(n, (ast.For, ast.While))]
    for loop in loops:
        last, skips = loop.body[-1], any(isinstance(n, ast.Continue) for n in ast.walk(loop))
        if isinstance(last, ast.Return) and not skips:
            return Finding(
                f"In line {last.lineno} of {file_of(trial.function)}, "
                f"`{short(ast.unparse(last))}`, return stands inside the loop, and so ends it "
                "in its first round."
            )
    return None


def _arguments(trial):
    """(its number, its name, the learner's outcome, the right one) for every argument."""
    names = list(inspect.signature(trial.exercise.reference).parameters)
    for got, expected in trial.answered:
        for k in range(len(got.after)):
            yield k, names[k] if k < len(names) else "the last", got, expected


def _not_changed(name):
    return (
        f"{name} must be changed in place, and is as it was after the call. "
        "x = x - 1 makes a new tensor and leaves the old one alone; x -= 1 changes it."
    )


def _changed_wrongly(name):
    return f"{name} must be changed in place, and has the wrong values after the call."


def _flag_changed(name, mine, right):
    if mine.requires_grad != right.requires_grad:
        switched = "on" if mine.requires_grad else "off"
        return (
            f"The result is right, but you switched requires_grad {switched} in {name}, the "
            "caller's own tensor. Make one of your own: detach().clone()."
        )
    return (
        f"The result is right, but {name}.grad is not what it was before the call: backward writes "
        "into the caller's tensor. Work with a copy: detach().clone().requires_grad_()."
    )


def nothing_returned(trial):
    """The finding for None where an answer was expected, or None."""
    empty = [
        k
        for k, (g, e) in enumerate(trial.outcomes)
        if _returned(g) is None and _returned(e) is not None
    ]
    if not empty:
        return None
    if any(g.printed for g in trial.got):
        return Finding("Your function prints its answer; it must hand it back with return.")
    last = last_return(trial.function)
    if last is not None and len(empty) == len(trial.got):
        return Finding(_what_is_none(last))
    if len(empty) < len(trial.got):
        return Finding(
            "Your function returns nothing on this input: not every way through it ends in a "
            "return.",
            empty[0],
        )
    return Finding("Your function returns nothing. Its last line must be: return and the result.")


def _what_is_none(value):
    """The sentence about a ``return`` whose value is None."""
    text = f"`{short(ast.unparse(value))}`"
    called = value.func if isinstance(value, ast.Call) else None
    name = getattr(called, "attr", getattr(value, "attr", ""))
    if called is None and name == "grad":
        return (
            f"What you return, {text}, is None: a .grad is None until backward() has run, and only "
            "a tensor of one's own with requires_grad=True gets one."
        )
    if called is not None and name in CHANGING:
        return (
            f"What you return, {text}, is None: .{name}() {CHANGING[name]} and gives nothing back."
        )
    return f"What you return, {text}, is None."


CHANGING = {
    "backward": "writes the slopes into the .grad of the leaves",
    "step": "changes the parameters in place",
    "zero_grad": "takes the gradients away",
    "append": "changes the list in place",
    "extend": "changes the list in place",
    "sort": "sorts the list in place",
    "reverse": "turns the list round in place",
    "update": "changes the dictionary in place",
}


def _returned(outcome):
    value = outcome.value
    return next(iter(value.values()), None) if isinstance(value, dict) else value


def lazy(trial):
    """The finding for an answer, or a part of one, that has yet to be computed; or None."""
    for got, expected in trial.values:
        for part, right in zip(_parts(got), itertools.cycle(_parts(expected)), strict=False):
            if callable(part) and not callable(right):
                return Finding(_uncalled(part))
            sentence = None if callable(part) else why_lazy(part)
            if sentence:
                return Finding(sentence)
    return None


def _parts(thing):
    if isinstance(thing, dict):
        return list(thing.values())
    return thing if isinstance(thing, (tuple, list)) and thing else [thing]


def _uncalled(thing):
    """The sentence about a function, a method or a class that came back in place of its result."""
    name = getattr(thing, "__name__", type(thing).__name__)
    if inspect.isclass(thing):
        return f"You return the class {name} itself: parentheses are missing, {name}(...)."
    if name == "<lambda>":
        return "You return a lambda, a function, and not its result: it has to be called."
    if inspect.isfunction(thing):
        return f"You return the function {name} and not its result: parentheses are missing."
    if isinstance(thing, torch.nn.Module):
        return f"You return the module {name} and not what it computes: it has to be called."
    if not inspect.isroutine(thing):
        return f"You return {a_kind(thing)}, which is no result yet: it can be called."
    return f"You return the method .{name} and not its result: parentheses are missing, .{name}()."


def constant(trial):
    """The finding for an answer that does not depend on the input, or None."""
    (first, first_right), rtol = trial.values[0], trial.rtol
    numbers = numbers_in(first)
    if all(holds(lambda g: (numbers_in(g) == 0).all(), g) for g, _ in trial.values):
        nothing = "False" if all(g is False for g, _ in trial.values) else "0"
        return Finding(f"Your function gives {nothing} whatever it is given.")
    if (
        len(trial.values) > 1
        and all(holds(equal, g, first, rtol) for g, _ in trial.values)
        and not all(equal(e, first_right, rtol) for _, e in trial.values)
        and (numbers is None or numbers.isfinite().all())
    ):
        return Finding(
            "Your function gives the same answer whatever it is given. "
            "It must compute with its input."
        )
    return None


DRAWS = {"rand", "randn", "randint", "randperm", "multinomial", "random", "shuffle", "choice"}


def unsteady(trial):
    """The finding for the first case once more, with other random numbers: does anything differ?"""
    exercise, first, rtol = trial.exercise, trial.got[0], trial.rtol
    draws = DRAWS & names_used(exercise.reference) or not same(
        run(exercise, exercise.reference, first.before, seed=1), trial.expected[0], rtol
    )
    if draws:
        return None
    again = []
    stack_after(
        exercise.seconds,
        lambda: again.append(run(exercise, trial.function, first.before, seed=1)),
    )
    steady = not again or same(again[0], first, rtol)
    if not steady and _has_a_value(first.value) and same(first, first, rtol):
        return Finding(
            "Called twice with the same input, your function gives two different answers. "
            "Does it draw random numbers, or keep something from one call to the next?"
        )
    return None


def _has_a_value(thing):
    """Whether two of its kind can be equal: an object without == of its own equals only itself."""
    if isinstance(thing, (tuple, list)):
        return all(map(_has_a_value, thing))
    own = type(thing).__eq__ is not object.__eq__ or hasattr(thing, "data")
    return own or isinstance(thing, torch.nn.Module)
