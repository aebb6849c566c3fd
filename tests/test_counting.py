"""course_lib.counting against the same rule written out with dictionaries."""

import math
from collections import Counter

import pytest
import torch

from course_lib.counting import counting_loss


def slowly(train, held_out, context, V, discount):
    """The mean loss at one length, by the definition, one target at a time."""

    def probability(before, token):
        own, total, followers = 0, 0, 0
        if before is None:
            return 1 / V
        n = len(before)
        following = Counter(
            train[i + n] for i in range(len(train) - n) if train[i : i + n] == before
        )
        own, total, followers = following[token], following.total(), len(following)
        shorter = probability(before[1:] if before else None, token)
        if not total:
            return shorter
        return max(0, own - discount) / total + discount * followers / total * shorter

    places = range(context, len(held_out))
    return lambda n: (
        -sum(math.log(probability(held_out[i - n : i], held_out[i])) for i in places) / len(places)
    )


@pytest.mark.parametrize("discount", [0.5, 0.75])
def test_it_equals_the_definition(discount):
    generator = torch.Generator().manual_seed(1)
    train = torch.randint(0, 4, (80,), generator=generator)
    held_out = torch.randint(0, 5, (30,), generator=generator)  # 4 is never seen
    losses = counting_loss(train, held_out, 3, 5, discount)
    by_hand = slowly(train.tolist(), held_out.tolist(), 3, 5, discount)
    assert losses.tolist() == pytest.approx([by_hand(n) for n in range(4)], abs=1e-12)


def test_its_probabilities_sum_to_one():
    train = torch.tensor([0, 1, 2, 0, 1, 1, 0, 2, 2, 0, 1])
    for context in ([0, 1], [2, 1], [1, 0]):
        p = [
            math.exp(-counting_loss(train, torch.tensor([*context, token]), 2, 4)[2])
            for token in range(4)
        ]
        assert sum(p) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("arguments, words", [
    ((9, 4, 0.75), "context must be from 0"),
    ((-1, 4, 0.75), "context must be from 0"),
    ((4, 10**5, 0.75), "can't be numbered in 63 bits"),
    ((2, 4, 1.0), "discount must be between 0 and 1"),
])  # fmt: skip
def test_what_cannot_be_counted_is_refused(arguments, words):
    ids = torch.zeros(9, dtype=torch.int64)
    with pytest.raises(ValueError, match=words):
        counting_loss(ids, ids, *arguments)


@pytest.mark.parametrize("wrong", [3, -1])
def test_an_id_outside_the_vocabulary_would_be_counted_as_another(wrong):
    ids, other = torch.tensor([0, 1, 2] * 3), torch.tensor([0, wrong] * 3)
    for pair, name in (((other, ids), "ids"), ((ids, other), "held_out")):
        with pytest.raises(ValueError, match=f"{name} must be from 0 to 2, got {wrong}; give"):
            counting_loss(*pair, 1, 3)
    with pytest.raises(ValueError, match=r"context must be a whole number, got 1\.5"):
        counting_loss(ids, ids, 1.5, 3)
