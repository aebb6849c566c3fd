"""Border cases are tried, and facts about an input are told where they separate right from wrong."""

import inspect
import random

import pytest
import torch

from course_lib.exercises import diagnose, names
from course_lib.exercises.known import cases_of
from course_lib.exercises.registry import find, lessons

from .cells import in_a_cell


def warmed(step, warmup):
    return min(1.0, step / warmup) if warmup else 1.0


def test_a_border_is_tried_and_its_fact_is_told(make):
    name = make(
        warmed,
        cases=[(1, 4)],
        random_case=lambda: (random.randint(0, 9), random.randint(1, 5)),
        borders=[(0, 0), (3, 0)],
        facts={"there is no warm-up": lambda step, warmup: warmup == 0},
    )
    assert (
        diagnose(name, warmed).message
        == "correct, on 1 shown input, 2 border cases and 20 random ones."
    )
    report = diagnose(
        name, lambda step, warmup: min(1.0, step / max(warmup, 1)) if warmup else step - 2.5
    )
    assert "Right but where there is no warm-up" in report.message


def halves(x):
    if x % 2:
        raise ValueError("an odd number has no half")
    return x // 2


@pytest.mark.parametrize("border", ["", "    if x == 0:\n        return 1 // x\n"])
@pytest.mark.parametrize(
    ("value", "says"), [("x // 2 + 3", "always 3 too large"), ("-x", "-2 times")]
)
def test_values_that_are_wrong_come_before_a_border(make, border, value, says):
    name = make(
        halves,
        cases=[(3,), (4,)],
        random_case=lambda: (random.randrange(2, 40, 2),),
        borders=[(0,)],
        seconds=30.0,
    )
    message = diagnose(name, in_a_cell(f"def my(x):\n{border}    return {value}\n")).message
    assert says in message and "x=3" not in message and "my(3)" not in message
    assert "raise ValueError" in diagnose(name, lambda x: x // 2).message


ONE_OR_MORE = {
    "an example, a row, a token, a head, a layer: there is one at least": (
        "00.steps: examples batch_size epochs, 06.schedule: total, 06.adam_step: t, 07.rows: T,"
        "07.bigram: V,"
        "08.split_qkv: H, 09.sinusoidal: T C max_len, 09.rotation: C, 10.count: vocab width layers,"
        "10.is_causal: V T, 10.batch: T, 11.by_character: V, 12.distribution: k,"
        "12.places: prompt context, 13.pad: T, 15.parameters: V n_layer C hidden kv,"
        "15.answer_targets: start, 16.needed: half, 17.dpo: beta"
    ),
    "it divides, or a right answer may": (
        "02.slope: h, 02.divide: a b, 06.momentum_step: lr keep, 12.distribution: temperature"
    ),
    "its logarithm is taken": "15.power_law: sizes losses",
    "0 says nothing: all rates are 0, no token is kept, no text is liked": (
        "06.schedule: peak, 12.top_p: p, 16.needed: rate, 17.draws: p wanted"
    ),
    "its size is one by its nature: the new token": "12.step: q k v",
    "it is a model's table of 4 tokens, and no rows": "11.evaluate: model, 11.accumulate: model parts",
}
EXCEPTIONS = {
    (entry.split(":")[0].strip(), argument)
    for entries in ONE_OR_MORE.values()
    for entry in entries.split(",")
    for argument in entry.split(":")[1].split()
}


def gap(given):
    """What is missing in all that one argument is tried with: five rows, or a 0; or None."""
    tensors = [x for x in given if isinstance(x, torch.Tensor)]
    if any(t.dim() for t in tensors):
        rows = max(t.shape[0] for t in tensors if t.dim())
        last_but_one = max(t.shape[max(0, t.dim() - 2)] for t in tensors if t.dim())
        return (
            "five rows"
            if min(rows, last_but_one) < 5
            else _no_zero(torch.cat([t.flatten() for t in tensors]))
        )
    if all(isinstance(x, (list, tuple)) for x in given):
        return None if max(map(len, given)) > 4 else "five parts"
    numbers = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in given)
    return _no_zero(torch.tensor(given)) if numbers else None


def _no_zero(numbers):
    return None if (numbers == 0).any() else "a 0"


@pytest.mark.parametrize("name", [name for lesson in lessons() for name in names(lesson)])
def test_every_argument_is_tried_with_more_than_four_rows_and_with_a_0(name):
    arguments = list(inspect.signature(find(name).reference).parameters)
    tried = zip(*cases_of(find(name)), strict=True)
    gaps = {argument: gap(given) for argument, given in zip(arguments, tried, strict=False)}
    missing = {argument for argument, what in gaps.items() if what}
    assert missing == {argument for exercise, argument in EXCEPTIONS if exercise == name}, gaps
