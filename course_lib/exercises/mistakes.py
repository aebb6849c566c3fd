"""Which mistake makes the same answers: one that is listed, or a slip in the correct answer?"""

import ast
import inspect
import re
from collections import Counter

import torch

from course_lib.exercises import repairs
from course_lib.exercises.advice import text_of
from course_lib.exercises.comparison import alike, close, numbers_in, same
from course_lib.exercises.findings import Finding
from course_lib.exercises.known import known_of
from course_lib.exercises.running import run, stack_after
from course_lib.exercises.slips import EXCHANGED, MISSING, REVERSED, one_slip, renamed, two_slips
from course_lib.exercises.source import definition_of

SEARCH_SECONDS = 20
SORTS = {"sort", "sorted", "argsort", "topk", "kthvalue"}
NEEDS = {  # {how a slip's sentence begins: what must be called in the code, one of these}
    "you took the largest": {"max", "amax", "argmax", *SORTS},
    "you took the smallest": {"min", "amin", "argmin", *SORTS},
    "you took the median": {"median", "quantile", *SORTS},
}


def listed(trial):
    """The finding for the listed mistake that makes the same answers, or else the same numbers."""
    exercise, got = trial.exercise, trial.got
    made = _made(trial)
    everywhere = range(len(got))
    for sentence, way in exercise.ways():
        if all(same(got[k], made(way, k), trial.rtol) for k in everywhere) and _is_no_chance(
            trial, [made(way, k) for k in everywhere]
        ):
            return repairs.with_what_is_seen(trial, sentence)
    if any(g.error is not None and e.error is None for g, e in trial.outcomes):
        return None
    for sentence, way in exercise.ways():
        if all(_same_numbers(trial, got[k], made(way, k)) for k in everywhere) and not all(
            _same_numbers(trial, made(way, k), trial.expected[k]) for k in everywhere
        ):
            return Finding(sentence)
    return None


def _is_no_chance(trial, made):
    """Whether more speaks for a listed mistake than that both end in errors of one kind.

    Where no wrong value speaks for it, the errors must say the same, with their numbers.
    """
    values = sum(outcome.error is None for outcome in made)
    wrong_values = any(trial.got[k].error is None for k in trial.wrong)
    pairs = [(trial.got[k].error, made[k].error) for k in trial.wrong if made[k].error]
    text = type if _raises(trial.function) else _in_words if wrong_values else text_of
    alike_errors = all(text(g) == text(m) for g, m in pairs)
    return values > (0 if alike_errors else 1) and (wrong_values or alike_errors)


def _raises(function):
    """Whether errors are raised in the learner's own words."""
    return any(isinstance(n, ast.Raise) for n in ast.walk(definition_of(function) or ast.Pass()))


def _in_words(error):
    """The beginning of what an error says, without its numbers."""
    return re.sub(r"[\d\[\]\(\), x]+", "", text_of(error).split("\n")[0])[:30]


def _made(trial):
    """What a listed mistake's function does on a case of the trial."""
    made = known_of(trial.exercise).made
    return lambda way, k: made(way, trial.numbers[k])


def _same_numbers(trial, a, b):
    return a.error is None and b.error is None and alike(a.value, b.value, trial.rtol)


def slip(trial):
    """The finding for one slip in the correct answer that gives the learner's numbers, or None."""
    return _found(trial, _one)


def slips(trial):
    """The finding for a listed mistake and one more, or for several slips; or None."""
    return _found(trial, _several)


def _found(trial, search):
    if trial.all_alike():
        return None
    found = []
    stack_after(SEARCH_SECONDS, lambda: found.append(search(trial)))
    return Finding(found[0]) if found and found[0] else None


def _one(trial):
    one = one_slip(trial.exercise.reference, _makes(trial), _fits(trial))
    return one and _sentence(
        f"One slip explains all your answers: {one.say(_learners_names(trial))}"
    )


def _several(trial):
    reference = trial.exercise.reference
    fits, names = _fits(trial), _learners_names(trial)
    both = _listed_and_more(trial)
    if both:
        return both
    if all(isinstance(thing, tuple) for pair in trial.values for thing in pair):
        wrong = [
            k
            for k in range(len(trial.values[0][1]))
            if not all(alike(g[k], e[k], trial.rtol) for g, e in trial.values)
        ]
        parts = {k: one_slip(reference, _makes(trial, k), fits) for k in wrong}
        if all(parts.values()):
            return " ".join(
                _sentence(f"In part {k + 1} of the answer, {slip.say(names)}")
                for k, slip in parts.items()
            )
    two = two_slips(reference, _makes(trial), fits)
    if two:
        first, second = (slip.say(names) for slip in two)
        return _sentence(
            f"Two slips together explain all your answers: {first.rstrip('?')}; and {second}"
        )
    return None


def _sentence(text):
    return text if text.endswith("?") else f"{text}."


def _learners_names(trial):
    """{argument of the correct answer: the learner's own name for it}."""
    try:
        mine = list(inspect.signature(trial.function).parameters)
    except (TypeError, ValueError):
        return {}
    theirs = list(inspect.signature(trial.exercise.reference).parameters)
    return dict(zip(theirs, mine, strict=True)) if len(theirs) == len(mine) else {}


def _fits(trial):
    """A test of a slip: can it be told of this code? What it quotes must be the learner's own.

    A number, or an argument, may be lacking; an expression of several parts must stand in the code,
    and a number whose sign is reversed must be added or subtracted there.
    """
    tree, names = definition_of(trial.function), _learners_names(trial)
    if tree is None:
        return lambda slip: True
    written = {ast.dump(_bare(node)) for node in ast.walk(tree) if isinstance(node, ast.expr)}
    operands = {
        ast.dump(side)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
        for side in (node.left, node.right)
    }
    known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {*names.values()}
    read = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    theirs = _expressions_in(definition_of(trial.exercise.reference), names)
    mine = _expressions_in(tree, {})
    called = known | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    def fits(slip):
        if slip.sentence == EXCHANGED and renamed(slip.quoted[1], names).id not in read:
            return False
        for word, methods in NEEDS.items():
            if slip.sentence.startswith(word) and not methods & called:
                return False
        for node in slip.quoted:
            own = renamed(node, names)
            text = ast.dump(_bare(own))
            if slip.sentence == MISSING and 0 < theirs[text] <= mine[text]:
                return False  # it is there
            if isinstance(own, ast.Name):
                fit = own.id in known
            else:
                fit = isinstance(own, ast.Constant) or text in written
                if isinstance(own, ast.Constant) and slip.sentence == REVERSED:
                    fit = ast.dump(own) in operands
            if not fit:
                return False
        return True

    return fits


def _expressions_in(tree, names):
    """How often each operation stands in a definition, as text; none without its source."""
    nodes = ast.walk(tree) if tree is not None else ()
    return Counter(ast.dump(_bare(renamed(n, names))) for n in nodes if isinstance(n, ast.BinOp))


def _bare(node):
    return renamed(node, {})


def _makes(trial, part=None):
    """A test: does a function give the learner's numbers on all cases, in one part or in all?"""

    def test(changed):
        for outcome in reversed(trial.got):
            other = run(trial.exercise, changed, outcome.before)
            mine, others = outcome.value, other.value
            if other.error is None and part is not None and len(others) == len(mine):
                mine, others = mine[part], others[part]
            if other.error is not None or not alike(others, mine, trial.rtol):
                return False
        return True

    return test


def _listed_and_more(trial):
    """The sentence about a listed mistake, and one more on top of it."""
    counts = [
        next((a.numel() for a in g.before if isinstance(a, torch.Tensor)), 1) for g in trial.got
    ]
    mine = [numbers_in(outcome.value) for outcome in trial.got]
    made = _made(trial)
    for sentence, way in trial.exercise.ways():
        makes = [numbers_in(made(way, k).value) for k in range(len(trial.got))]
        pairs = list(zip(mine, makes, strict=True))
        if any(g is None or m is None or g.shape != m.shape for g, m in pairs):
            continue
        for more, change in _AND_MORE.items():
            if all(
                close(g, change(m, n), trial.rtol) for (g, m), n in zip(pairs, counts, strict=True)
            ):
                return f"{sentence} And after that, {more}."
    return None


_AND_MORE = {
    "the sign is reversed": lambda m, n: -m,
    "it is twice as large": lambda m, n: m * 2,
    "it is half as large": lambda m, n: m / 2,
    "you added up instead of averaging": lambda m, n: m * n,
    "you divided by how many there are": lambda m, n: m / n,
    "you took the square root": lambda m, n: m**0.5,
    "you took the absolute value": lambda m, n: m.abs(),
}
