"""The frontier, against brute force: random policies, every outcome of n draws, every tale."""

import itertools
import math
import re

import numpy as np
import pytest
import scipy.optimize
import scipy.stats

from course_lib import frontier, tales
from course_lib.frontier import (
    best_of_n_shares,
    is_tale,
    least_kl,
    shares_kl,
    tilted_reward,
    word_chance,
)
from course_lib.tales import BEATS, WORDS, sample_tales

P, REWARDED = (
    np.array([0.3, 0.02, 0.4, 0.05, 0.23]),
    np.array([0, 1, 0, 1, 0]),
)  # five texts, p 0.07
CHANCES = [0.07, 0.5, 0.93]


def kl(policy, reference=P):
    return float(np.sum(policy * np.log(policy / reference)))


@pytest.mark.parametrize("q", CHANCES)
def test_kl_is_scipys(q):
    shares, reference = [0.2, 0.0, 0.8], [q / 2, 1 - q, q / 2]
    assert shares_kl(shares, reference) == pytest.approx(scipy.stats.entropy(shares, reference))
    assert shares_kl(reference, reference) == 0 and shares_kl([1, 0], [0, 1]) == math.inf


def test_no_policy_on_five_texts_has_less_kl_and_the_tilted_one_has_just_that():
    rng = np.random.default_rng(0)
    for policy in rng.dirichlet(np.full(5, 0.4), 500) + 1e-12:
        assert kl(policy) >= least_kl(min(1.0, float(policy @ REWARDED)), 0.07) - 1e-9
    for beta in (0.05, 0.2, 1.0, 7.0):
        policy = P * np.exp(REWARDED / beta)
        policy /= policy.sum()
        reward = tilted_reward(0.07, beta)
        assert reward == pytest.approx(policy @ REWARDED)
        assert kl(policy) == pytest.approx(least_kl(reward, 0.07))


@pytest.mark.parametrize("reward", [0.2, 0.95])
def test_an_optimiser_that_knows_nothing_of_the_formula_finds_its_value(reward):
    found = scipy.optimize.minimize(
        lambda z: kl(np.exp(z) / np.exp(z).sum()),
        np.zeros(5),
        constraints={
            "type": "eq",
            "fun": lambda z: np.exp(z) @ REWARDED / np.exp(z).sum() - reward,
        },
    )
    assert found.fun == pytest.approx(least_kl(reward, 0.07), abs=1e-5)


@pytest.mark.parametrize("p", CHANCES)
@pytest.mark.parametrize("beta", [0.08, 0.3, 2.0])
def test_the_tilted_reward_makes_reward_minus_beta_kl_largest(p, beta):
    found = scipy.optimize.minimize_scalar(
        lambda r: beta * least_kl(r, p) - r, bounds=(1e-9, 1 - 1e-12), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    assert tilted_reward(p, beta) == pytest.approx(found.x, abs=1e-4)


def test_ends_of_the_frontier():
    assert least_kl(0.07, 0.07) == 0
    assert least_kl(1, 0.07) == pytest.approx(-math.log(0.07))
    assert least_kl(0, 0.07) == pytest.approx(-math.log(0.93))
    assert least_kl(0.5, 0) == math.inf and least_kl(1, 1) == 0
    assert tilted_reward(0.07, 1e-5) == 1 and tilted_reward(0, 0.1) == 0 == 1 - tilted_reward(1, 5)


def drawn_best(n):
    """Of each text the chance to be the best of n, equal rewards decided by a fair draw."""
    chances = np.zeros(5)
    for draws in itertools.product(range(5), repeat=n):
        best = [text for text in draws if REWARDED[text] == max(REWARDED[list(draws)])]
        for text in best:
            chances[text] += np.prod(P[list(draws)]) / len(best)
    return chances


@pytest.mark.parametrize("n", [1, 2, 5])
def test_best_of_n_is_what_all_draws_add_up_to_and_lies_on_the_frontier(n):
    chances, shares = drawn_best(n), best_of_n_shares([0.93, 0.07], n)
    reward = 1 - 0.93**n
    assert shares[1] == pytest.approx(chances @ REWARDED) == pytest.approx(reward)
    assert shares_kl(shares, [0.93, 0.07]) == pytest.approx(kl(chances), abs=1e-12)
    assert kl(chances) == pytest.approx(least_kl(reward, 0.07), abs=1e-12)
    assert shares_kl(shares, [0.93, 0.07]) <= math.log(n) - (n - 1) / n + 1e-12


def test_with_many_levels_the_kl_of_best_of_n_nears_the_well_known_value():
    levels, n = [1 / 5000] * 5000, 6
    exact = shares_kl(best_of_n_shares(levels, n), levels)
    assert exact == pytest.approx(math.log(n) - (n - 1) / n, abs=1e-3)
    third = best_of_n_shares([0.2, 0.5, 0.3], 2)
    assert third == pytest.approx([0.04, 0.45, 0.51])


# The grammar's own chance.


def all_tales(state=tales.START, p=1.0, text=""):
    """Every way to write a tale: its text, its probability."""
    for share, said, after in tales._moves(state):
        if after == tales.START:
            yield text + said, p * share
        else:
            yield from all_tales(after, p * share, text + said)


def test_in_a_small_grammar_the_chance_is_the_sum_over_all_tales(monkeypatch):
    words = {"ANIMAL": ["cat", "fox", "llama"], "NAME": ["Kate", "Leo"], "GIRL": ["Kate"],
             "HAT": ["cap", "hat"]}  # fmt: skip
    beats = {
        "start": [("{hero:NAME} and a {one:ANIMAL} met. ", "then"), ("{hero:NAME}. ", "then")],
        "then": [("A {two:ANIMAL} saw a {:ANIMAL}. ", "end"), ("{He} wore a {:HAT}. ", "end")],
        "end": [("{hero} left.\n", "start"), ("A {last:ANIMAL} had a hat.\n", "start")],
    }
    for module in (tales, frontier):
        monkeypatch.setattr(module, "WORDS", words)
        monkeypatch.setattr(module, "BEATS", beats)
    written = [*all_tales()]
    assert sum(p for _, p in written) == pytest.approx(1)
    for word in ("llama", "Leo", "hat", "cap"):
        says = sum(p for text, p in written if re.search(rf"\b{word}\b", text))
        assert word_chance(word) == pytest.approx(says)


def sentence_rows(beat="start"):
    """Every row of sentences that makes a story, with its probability."""
    for sentence, following in BEATS[beat]:
        rest = sentence_rows(following) if following != "start" else [([], 1.0)]
        for sentences, p in rest:
            yield [sentence, *sentences], p / len(BEATS[beat])


def test_the_chance_of_a_llama_is_that_of_dealing_animals_without_putting_them_back():
    animals, exact = len(WORDS["ANIMAL"]), 0.0
    for sentences, p in sentence_rows():
        kept, silent = 0, 1.0
        for slot in re.findall(r"\{(\w*):ANIMAL\}", "".join(sentences)):
            silent *= (animals - kept - 1) / (animals - kept)
            kept += bool(slot)
        exact += p * (1 - silent)
    assert word_chance("llama") == pytest.approx(exact)


WRITTEN = [{*re.findall(r"\w+", text)} for text in sample_tales(400_000, 5).splitlines()]


@pytest.mark.parametrize("word", ["llama", "hat", "Kate", "blue"])
def test_about_so_many_tales_of_the_grammar_say_the_word(word):
    says, p, n = sum(word in text for text in WRITTEN), word_chance(word), len(WRITTEN)
    assert abs(says / n - p) < 4 * math.sqrt(p * (1 - p) / n)


def test_a_tale_is_one_whole_line_that_the_grammar_allows():
    one, two = sample_tales(300, 1).splitlines(keepends=True)[:2]
    assert is_tale(one) and is_tale(two)
    assert not any(map(is_tale, ["", "\n", one + two, one[:-1], one[:-2] + "\n", "llama\n"]))
    assert not is_tale(one.replace(" ", "  ", 1))


@pytest.mark.parametrize("call, words", [
    (lambda: least_kl(1.2, 0.1), "reward must be a number from 0 to 1, got 1.2"),
    (lambda: least_kl(math.nan, 0.1), "reward must be .* got nan"),
    (lambda: least_kl(0.2, -0.1), "p must be .* got -0.1"),
    (lambda: tilted_reward(0.1, 0), "beta must be above 0 and finite, got 0"),
    (lambda: tilted_reward(0.1, -1.0), "got -1.0"),
    (lambda: tilted_reward(2, 0.1), "p must be"),
    (lambda: best_of_n_shares([0.9, 0.1], 0), "n must be a whole number of 1 or more, got 0"),
    (lambda: best_of_n_shares([0.9, 0.1], 2.0), "got 2.0"),
    (lambda: best_of_n_shares([0.9, 0.2], 2), "add up to 1"),
    (lambda: best_of_n_shares([], 2), "add up to 1"),
    (lambda: shares_kl([1.0], [0.5, 0.5]), "got 1 and 2"),
    (lambda: shares_kl([-0.5, 1.5], [0.5, 0.5]), "0 or more"),
    (lambda: word_chance("drone"), "draws no word 'drone'; .* such as bear"),
])  # fmt: skip
def test_numbers_that_mean_nothing_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
