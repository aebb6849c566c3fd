"""What is wrong with an answer: from the learner's outcomes on all cases to one sentence.

The order is from the sure to the vague: not written yet, an exception, the wrong kind of thing, a
mistake that the exercise lists, a mistake that anybody makes anywhere, and last only the smallest
input on which the answer is wrong.
"""

import inspect
import reprlib
from dataclasses import replace

import torch

from course_lib.exercises import (
    apart,
    behaviour,
    errors,
    history,
    inputs,
    mistakes,
    places,
    repairs,
    twofold,
    values,
)
from course_lib.exercises.comparison import equal, holds, same_arguments
from course_lib.exercises.findings import Finding, Trial
from course_lib.exercises.known import RANDOM_CASES, known_of
from course_lib.exercises.reading import (
    globals_read,
    is_stub,
    names_used,
    overwritten,
    plain,
    why_lazy,
)
from course_lib.exercises.registry import Report, Wrong, hidden_library, plain_call
from course_lib.exercises.running import run_all
from course_lib.exercises.surroundings import (
    switched_off,
    untouched,
    usual_modes,
)
from course_lib.exercises.words import count, digits_that_differ, name_of, words_for


def examine(exercise, function):
    """Run a learner's function on all cases and say what came of it, as a ``Report``."""
    if is_stub(function):
        return _not_attempted(exercise, function)
    sentence = _signature(exercise, function) or why_lazy(function) or _never(function)
    if sentence:
        return Report("wrong", f"not yet. {sentence}", sentence)
    off = switched_off()
    with untouched(), usual_modes():
        trial = _try_out(exercise, function)
        if _raises_not_implemented(trial):
            return _not_attempted(exercise, function)
        trial = trial.of_values_first()
        try:
            finding = find_mistake(trial) if trial.wrong else history.no_slopes(trial)
            if finding is None and (sentence := _forbidden(exercise, function) or _never_is(trial)):
                return Report("wrong", f"not yet. {sentence}", sentence)
        except Exception:  # an answer so odd that it cannot be looked at closely is still wrong
            finding = Finding("This is the smallest input on which it is wrong:")
        if finding is None:
            return Report("correct", _praise(exercise))
        k = _case_to_show(finding, trial)
        causes = [overwritten(function), trial.got[k].error and hidden_library(), off]
        sentence = " ".join([f"not yet. {finding}", *filter(None, causes)])
        return Report("wrong", "\n".join([sentence, *_example(trial, k)]), str(finding))


def _praise(exercise):
    shown = count(len(exercise.cases), "shown input")
    more = f", {count(len(exercise.borders), 'border case')}" if exercise.borders else ""
    return f"correct, on {shown}{more} and {RANDOM_CASES} random ones."


def _try_out(exercise, function):
    expected = known_of(exercise).expected
    with untouched():
        got = run_all(exercise, function, [outcome.before for outcome in expected])
    return Trial(exercise, function, got, expected, range(len(expected)))


def find_mistake(trial):
    """The first of the findings about a wrong answer, from the sure to the vague."""
    return (
        errors.stopped(trial)
        or mistakes.listed(trial)
        or apart.finding(trial, _surely)
        or errors.unexpected(trial)
        or behaviour.lazy(trial)
        or behaviour.unsteady(trial)
        or _with_its_line(trial, seen_from_outside(trial))
        or repairs.finding(trial)
        or mistakes.slip(trial)
        or repairs.parts_finding(trial)
        or _beyond_one_change(trial)
    )


def _surely(trial):
    """The finding about a mistake that is listed, or that one change or slip explains; or None."""
    found = mistakes.listed(trial)
    if found or any(got.error is not None for got in trial.got):
        return found
    return repairs.finding(trial) or mistakes.slip(trial)


def _beyond_one_change(trial):
    """The finding about places on the way that are wrong, or else what is left to be said."""
    way, says_all = places.finding(trial)
    return (
        (way if says_all else None)
        or repairs.keepdim_finding(trial)
        or mistakes.slips(trial)
        or twofold.finding(trial)
        or behaviour.also_changed(trial)
        or behaviour.left_at_once(trial)
        or way
        or values.in_kind_or_shape(trial)
        or inputs.only_sometimes(trial)
    )


def seen_from_outside(trial):
    """What can be said of arguments, answers and values without a look at the code, or None."""
    return (
        behaviour.changed_arguments(trial)
        or behaviour.nothing_returned(trial)
        or behaviour.constant(trial)
        or values.in_values(trial)
    )


def _with_its_line(trial, finding):
    """The finding, and the lines of the learner's in which the answer can be made right."""
    if finding is None:
        return None
    line = repairs.finding(trial)
    if line is None:
        shown = [finding.case] if finding.case is not None else _shows(finding, trial)
        line, _ = places.finding(trial, shown)
    if line is None:
        return finding
    case = finding.case if line.case is None else line.case
    return replace(finding, sentence=f"{finding.sentence} {line.sentence}", case=case)


# Before anything is run


NEVER = {
    "input": "Your function asks with input(). It is given what it needs as its arguments.",
    "exit": "exit() ends the whole program. A function ends with return.",
    "quit": "quit() ends the whole program. A function ends with return.",
}


def _signature(exercise, function):
    wanted = list(inspect.signature(exercise.reference).parameters)
    kind = "class" if inspect.isclass(function) else "function"
    if inspect.isclass(function) and not inspect.isclass(exercise.reference):
        return (
            f"{name_of(function)} is a class; "
            f"the exercise asks for a function of ({', '.join(wanted)})."
        )
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        return (
            f"Your {kind} takes {count(len(signature.parameters), 'argument')}, "
            f"the exercise gives it {len(wanted)}: ({', '.join(wanted)})."
        )
    return None


def _never(function):
    """The sentence about what would stop the kernel, which is not even run; or None."""
    read = globals_read(plain(function))  # an attribute, as in batch.input, is none of these
    own = getattr(plain(function), "__globals__", {})
    called = (name for name in NEVER if name in read and callable(own.get(name, print)))
    return next((NEVER[name] for name in called), None)


def _forbidden(exercise, function):
    """The sentence about what the exercise does not allow in a right answer, or None."""
    used = names_used(function)
    return next((text for name, text in exercise.forbid.items() if name in used), None)


def _never_is(trial):
    """The sentence about a right answer of a kind that the exercise does not allow, or None."""
    for got, _ in trial.values:
        for thing in (got, *(got if isinstance(got, (tuple, list)) else ())):
            for kind, sentence in trial.exercise.never.items():
                if isinstance(thing, kind):
                    return sentence
    return None


def _raises_not_implemented(trial):
    return isinstance(
        trial.got[0].error, NotImplementedError
    ) and "NotImplementedError" in names_used(trial.function)


def _not_attempted(exercise, function):
    hint = f'   A first hint: check("{exercise.name}", hint=1)'
    write = f"write {name_of(function)}, then run this cell."
    return Report("not attempted", f"not attempted yet: {write}\n{hint}")


# The example below the sentence


def _case_to_show(finding, trial):
    """The number of the case that is shown: the finding's own, or the smallest that shows it."""
    if finding.case is not None:
        return finding.case
    return _shows(finding, trial)[0]


def _shows(finding, trial):
    """The numbers of the wrong cases that show a finding, the smallest first."""
    shown = trial.wrong
    if finding.seen_in:
        pairs = [(k, trial.got[k].value, trial.expected[k].value) for k in trial.wrong]
        shown = [k for k, g, e in pairs if finding.seen_in(g, e)] or trial.wrong
    return sorted(shown, key=lambda k: (_size(trial.got[k].before), k))


def _size(case):
    """How much there is to read: the numbers in tensors, lists and tuples, and 1 for all else."""
    if isinstance(case, torch.Tensor):
        return case.numel()
    return sum(map(_size, case)) if isinstance(case, (list, tuple)) else 1


def _example(trial, k):
    """The lines below the sentence: a case, what the answer gave on it, what was expected."""
    got, expected = trial.outcomes[k]
    names = list(inspect.signature(trial.exercise.reference).parameters)
    given = _list_of(names, got.before)
    called = trial.exercise.call is plain_call
    lines = [f"   {name_of(trial.function)}({given})" if called else f"   given     {given}"]
    returned = got.error is None and not got.stopped
    words, look_alike = words_for, words_for(got.value) == words_for(expected.value)
    if returned:
        if look_alike and not holds(equal, got.value, expected.value, trial.rtol):
            words = digits_that_differ(got.value, expected.value)
        lines.append(f"   gave      {words(got.value)}")
    elif not got.stopped and not isinstance(got.error, Wrong):
        lines.append(f"   raised    {type(got.error).__name__}")
    if expected.error is None:
        lines.append(f"   expected  {words(expected.value)}")
    else:
        lines.append(f"   expected  {type(expected.error).__name__}: {expected.error}")
    changed = not holds(same_arguments, got.after, expected.after, trial.rtol)
    if returned and expected.error is None and look_alike and changed:
        lines.append(f"   arguments after   {_list_of(names, got.after)}")
        lines.append(f"   expected          {_list_of(names, expected.after)}")
    if got.printed:
        lines.append(f"   printed   {reprlib.repr(got.printed.strip())}")
    return lines


def _list_of(names, arguments):
    """ "x=1, y=2"; of a single argument the value alone."""
    if len(arguments) == 1 or len(names) != len(arguments):
        return ", ".join(map(words_for, arguments))
    pairs = zip(names, arguments, strict=True)
    return ", ".join(f"{name}={words_for(argument)}" for name, argument in pairs)
