"""Obedience, against the grammar's own lines, scipy's statistics, and one answer at a time."""

import random

import pytest
import scipy.stats
import torch

from course_lib.checkpoint import load_model
from course_lib.generation import generate
from course_lib.obedience import (
    check_request,
    obeys,
    paired_p_value,
    stray_place,
    wilson_interval,
    write_answers,
)
from course_lib.tales import sample_requests, sample_tales

LINES = sample_requests(40, 3).splitlines(keepends=True)


@pytest.mark.parametrize("line", LINES[:12])
def test_what_the_grammar_writes_obeys(line):
    assert obeys(line) and stray_place(line) is None


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("Ben")] or LINES[:1])
def test_another_hero_does_not(line):
    hero, _, rest = line.partition(", ")
    request, _, tale = rest.partition("? ")
    other = f"{hero}, {request}? {tale.replace(hero, 'Kate')}"
    assert not obeys(other)
    start = other.index("? ") + 2
    assert start <= stray_place(other) < len(other)
    assert other[: stray_place(other)] == line[: stray_place(other)]


def test_a_tale_that_is_cut_off_doubled_or_without_request_does_not():
    line = LINES[0]
    assert not obeys(line[:-1]) and stray_place(line[:-1]) == len(line) - 1
    assert not obeys(line + LINES[1]) and not obeys("") and stray_place("") == 0
    tale = sample_tales(1, 0)
    assert not obeys(tale) and not obeys(line.partition("? ")[0] + "? \n")


@pytest.mark.parametrize(
    "given", ["Kate, clock, park", " Kate,clock , park? ", "Kate, clock, park?"]
)
def test_a_request_may_be_typed_carelessly(given):
    assert check_request(given) == "Kate, clock, park? "


@pytest.mark.parametrize("given, words", [
    ("Kate, clock", "a hero, a thing and a place"),
    ("", "a hero, a thing and a place"),
    ("Kate, drone, park", "no thing 'drone'; there is bell, clock"),
    ("kate, clock, park", "no hero 'kate'"),
    ("Kate, park, clock", "no thing 'park'"),
])  # fmt: skip
def test_words_that_the_grammar_does_not_know_are_refused(given, words):
    with pytest.raises(ValueError, match=words):
        check_request(given)


@pytest.mark.parametrize("k, n", [(0, 1), (1, 1), (0, 50), (3, 50), (25, 50), (50, 50), (141, 200)])
def test_the_interval_is_scipys(k, n):
    z = scipy.stats.norm.ppf(0.975)
    theirs = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    assert wilson_interval(k, n, z) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(
    "won, lost, same", [(0, 0, 5), (3, 0, 0), (4, 4, 9), (12, 3, 40), (1, 9, 2)]
)
def test_the_paired_test_is_scipys_sign_test(won, lost, same):
    pairs = [(1, 0)] * won + [(0, 1)] * lost + [(1, 1)] * same
    random.Random(0).shuffle(pairs)
    first, second = zip(*pairs, strict=True)
    expected = scipy.stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert paired_p_value(first, second) == pytest.approx(expected)


@pytest.mark.parametrize("call", [
    lambda: wilson_interval(1, 0), lambda: wilson_interval(3, 2), lambda: wilson_interval(-1, 2),
    lambda: paired_p_value([], []), lambda: paired_p_value([True], [True, False]),
])  # fmt: skip
def test_numbers_that_mean_nothing_are_refused(call):
    with pytest.raises(ValueError, match="got"):
        call()


def test_answers_written_together_are_those_written_alone():
    model, tokenizer = load_model("tales")
    requests = ["", "Kate sat", "One foggy day Sam took a hat to the zoo. At noon"]
    lines = write_answers(model, tokenizer, requests, temperature=0)
    for request, line in zip(requests, lines, strict=True):
        ids = tokenizer.encode("\n" + request)
        alone = list(generate(model, ids, 256, temperature=0, stop=ids[0]))
        assert line == request + tokenizer.decode(alone)


def test_the_same_seed_writes_the_same_and_another_one_another():
    model, tokenizer = load_model("tales")
    torch.manual_seed(1)
    once, again, other = (write_answers(model, tokenizer, [""] * 2, seed=s) for s in (0, 0, 1))
    assert once == again != other


@pytest.mark.parametrize("requests", [[], ["a" * 256]])
def test_no_request_or_one_as_long_as_the_context_is_refused(requests):
    with pytest.raises(ValueError, match="one request or more"):
        write_answers(*load_model("tales"), requests)
