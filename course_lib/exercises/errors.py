"""What an exception, or a call that had to be stopped, says of an answer."""

import ast

from course_lib.exercises import places, repairs
from course_lib.exercises.advice import advice_for, text_of
from course_lib.exercises.findings import Finding
from course_lib.exercises.operands import operands
from course_lib.exercises.reading import overwritten
from course_lib.exercises.registry import Wrong
from course_lib.exercises.repairs import MORE, keepdim, repairs_of
from course_lib.exercises.source import definition_of, learners_line, loop_around
from course_lib.exercises.words import short


def stopped(trial):
    """The finding for an answer whose last call had to be stopped, or None."""
    outcome, case = trial.got[-1], len(trial.got) - 1
    if not outcome.stopped:
        return None
    if outcome.stopped == "size":
        return Finding(f"The answer is far too large: {outcome.value}.", case)
    line = learners_line(trial.function, outcome)
    loop = line and loop_around(trial.function, line[0])
    where = (
        f" in line {(loop or line)[0]} of {line[2]}, `{short((loop or line)[1])}`" if line else ""
    )
    question = (
        _of_the_loop(trial.function, loop[0])
        if loop
        else "Is it waiting for something, or very slow?"
    )
    if outcome.stopped == "call":
        question += (
            " It is in a call that cannot be interrupted, and goes on until that call returns; "
            "to end it now, restart the kernel."
        )
    repair = repairs.that_ends_the_loop(trial) if loop and outcome.stopped == "time" else None
    if repair:
        question = repair.sentence
    seconds = f"{trial.exercise.seconds:g} seconds"
    return Finding(f"Stopped after {seconds}, still running{where}. {question}", case)


def _of_the_loop(function, line):
    """What may be wrong with a loop that does not end: nothing in it changes its condition."""
    nodes = ast.walk(definition_of(function) or ast.Pass())
    loop = next((n for n in nodes if isinstance(n, ast.While) and n.lineno == line), None)
    asked = dict.fromkeys(_names_in(loop.test)) if loop else ()
    if asked and not any(set(asked) & set(_changed_in(part)) for part in loop.body):
        names = " and ".join(f"`{name}`" for name in asked)
        return f"Nothing in that loop changes {names}, so it never ends once it has begun."
    return "Does that loop ever end? Look at what changes in it from round to round."


def _names_in(node):
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]


def _changed_in(statement):
    """The names that a statement may change: those assigned to, called with, or called on."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            yield from _names_in(node)
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.For, ast.NamedExpr, ast.Delete)):
            targets = getattr(node, "targets", None) or [node.target]
            yield from (name for target in targets for name in _names_in(target))


def unexpected(trial):
    """The finding for an exception where none belongs, or none where one does; or None."""
    for k, (outcome, right) in enumerate(trial.outcomes):
        if outcome.error is not None and type(outcome.error) is not type(right.error):
            return Finding(_raised(trial, outcome, k), k)
        if outcome.error is None and right.error is not None:
            kind = type(right.error).__name__
            sentence = (
                f"An input that makes no sense must be refused: raise {kind} "
                "with a message that says what is wrong."
            )
            return Finding(sentence, k)
    return None


def _raised(trial, outcome, case):
    error, function = outcome.error, trial.function
    if isinstance(error, Wrong):
        return str(error)
    line = learners_line(function, outcome)
    where = f"In line {line[0]} of {line[2]}, `{short(line[1])}`, " if line else ""
    text = short(text_of(error).strip().split("\n")[0].split(" - got ")[0].rstrip(".:"), 150)
    stop = f"Python stopped with {type(error).__name__}" + (f": {text}" if text else "")
    if overwritten(function):
        return f"{where}{stop}."
    if isinstance(error, PLAIN):
        return f"{where}{stop}.{advice_for(error)}"
    return f"{where}{stop}.{_cause(trial, error, line, case)}"


def _cause(trial, error, line, case):
    """What has led to an exception: changes that make the code right, or else an advice."""
    repairs, more = [r for r in repairs_of(trial) if not r.change.of_a_number], ""
    place = None if repairs else places.finding(trial, [case])[0]
    if place:
        return f"{advice_for(error)} {place}"
    if not repairs and (missing := keepdim(trial)):
        repairs, more = [missing], f" {MORE}"
    causes = "".join(
        f" The cause: {repair.change.what}."
        if line and repair.change.line == line[0]
        else f" The cause: {repair.sentence[0].lower()}{repair.sentence[1:]}"
        for repair in repairs
    )
    sure = causes and all(repair.change.likely for repair in repairs)
    met = "" if causes else operands(trial, case)
    return causes + more if sure else advice_for(error) + met + causes


# These say themselves what is wrong: no change to the code would say it better.
PLAIN = (NameError, AssertionError, RecursionError, SystemExit, KeyboardInterrupt)
