"""The losses of preferences, against closed forms, finite differences and whole enumerations."""

import itertools
import math

import pytest
import torch

from course_lib.frontier import tilted_reward
from course_lib.preference import (
    best_of_n,
    clipped_loss,
    dpo_loss,
    group_advantages,
    kl_interval,
    leave_one_out,
    pair_rows,
    place_kl,
    policy_gradient_loss,
    text_logprobs,
    token_advantages,
    token_logprobs,
)
from course_lib.tokenizer import CharTokenizer
from course_lib.writing import text_rows

pytestmark = pytest.mark.usefixtures("one_thread")
N, T, V = 3, 4, 5
TARGETS = torch.tensor([[-100, 1, 2, 0], [3, 3, -100, -100], [4, 0, 1, 2]])


def draw(*shape, seed=0):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_log_probabilities_are_those_of_each_target_looked_up_by_itself():
    logits = draw(N, T, V)
    for n, t in itertools.product(range(N), range(T)):
        p, target = logits[n, t].exp() / logits[n, t].exp().sum(), TARGETS[n, t]
        expected = p[target].log() if target >= 0 else 0.0
        assert float(token_logprobs(logits, TARGETS)[n, t]) == pytest.approx(float(expected))
    assert torch.allclose(text_logprobs(logits, TARGETS), token_logprobs(logits, TARGETS).sum(1))


# A policy over all texts of two tokens, 0 to 2: nine of them, so that every mean is a finite sum.

TEXTS = [*itertools.product(range(3), repeat=2)]
ROWS = text_rows([0], TEXTS)


class Bigram(torch.nn.Module):
    """The next token depends on the one before and on the place."""

    def __init__(self, seed):
        super().__init__()
        self.table = torch.nn.Parameter(draw(2, 3, 3, seed=seed))

    def forward(self, ids):  # (N, 2)
        return self.table[torch.arange(2), ids]  # (N, 2, 3)


def chances(policy):
    return text_logprobs(policy(ROWS[0]), ROWS[1]).exp()


def test_the_nine_texts_are_all_there_is():
    assert chances(Bigram(0)).sum().item() == pytest.approx(1)


def test_both_estimates_of_the_kl_have_the_kl_as_their_mean_and_the_exact_places_scatter_less():
    policy, reference = Bigram(0), Bigram(1)
    p, q = chances(policy), chances(reference)
    logits = policy(ROWS[0]), reference(ROWS[0])
    sampled, exact = (p / q).log(), place_kl(*logits, ROWS[1]).sum(1)
    kl = torch.sum(p * (p / q).log())
    for estimate in (sampled, exact):
        assert torch.sum(p * estimate).item() == pytest.approx(kl.item())
    assert torch.sum(p * (exact - kl) ** 2) < 0.5 * torch.sum(p * (sampled - kl) ** 2)
    masked = ROWS[1].clone()
    masked[:, 1] = -100
    assert place_kl(*logits, masked)[:, 1].eq(0).all()


REWARDS = torch.tensor([0, 1, 0, 0, 0, 3, 1, 0, 2.0]).double()


def slope(policy, loss):
    policy.zero_grad()
    loss.backward()
    return policy.table.grad.clone()


def slope_of_mean_reward(policy):
    """By finite differences of the exact mean reward."""
    found = torch.zeros_like(policy.table)
    with torch.no_grad():
        for place in itertools.product(range(2), range(3), range(3)):
            for sign in (1, -1):
                policy.table[place] += sign * 1e-6
                found[place] += sign * (chances(policy) @ REWARDS) / 2e-6
                policy.table[place] -= sign * 1e-6
    return found


@pytest.mark.parametrize("baseline", [0.0, 0.7])
def test_over_all_texts_the_policy_gradient_is_that_of_the_mean_reward(baseline):
    policy = Bigram(2)
    p, logp = chances(policy).detach(), text_logprobs(policy(ROWS[0]), ROWS[1])
    loss = policy_gradient_loss(logp, 9 * p * (REWARDS - baseline))  # a mean of 9, weighted by p
    assert torch.allclose(slope(policy, loss), -slope_of_mean_reward(policy), atol=1e-8)


def test_leaving_one_out_does_not_change_the_mean_of_the_policy_gradient():
    policy = Bigram(2)
    p, total = chances(policy).detach(), 0.0
    for pair in itertools.product(range(9), repeat=2):  # every two texts that it may write
        both = list(pair)
        logp = text_logprobs(policy(ROWS[0][both]), ROWS[1][both])
        total = total + p[both].prod() * policy_gradient_loss(logp, leave_one_out(REWARDS[both]))
    assert torch.allclose(slope(policy, total), -slope_of_mean_reward(policy), atol=1e-8)


def test_one_is_left_out_of_its_own_baseline():
    rewards = draw(6)
    others = [(rewards.sum() - r) / 5 for r in rewards]
    assert torch.allclose(leave_one_out(rewards), rewards - torch.stack(others))
    assert leave_one_out([0, 3]).tolist() == [-3, 3]


def test_token_advantages_are_the_surprises_that_follow_each_the_farther_the_less():
    values, paid = draw(N, T), draw(N, T, seed=1)
    counted = torch.tensor([[1, 1, 0, 0], [1, 1, 1, 1], [0, 1, 1, 1]]).bool()
    V, r = values.where(counted, 0.0), paid.where(counted, 0.0)
    got = token_advantages(values, paid, counted, decay=0.7)
    for n, t in itertools.product(range(N), range(T)):
        after = [V[n, k + 1] if k + 1 < T else 0.0 for k in range(T)]
        sums = sum(0.7 ** (k - t) * (r[n, k] + after[k] - V[n, k]) for k in range(t, T))
        assert float(got[n, t]) == pytest.approx(float(sums) if counted[n, t] else 0.0)


def what_is_to_come(policy):
    """The mean reward of each text of ``TEXTS`` from its two places on, (9, 2), by enumeration."""
    p = chances(policy).detach()
    first = torch.tensor([text[0] for text in TEXTS])
    means = [(p * REWARDS)[first == token].sum() / p[first == token].sum() for token in range(3)]
    return torch.stack([(p @ REWARDS).expand(9), torch.stack(means)[first]], dim=1)


def slope_from_advantages(policy, values, decay):
    """The mean slope over all nine texts, where the reward is paid with the second token."""
    paid = torch.stack([torch.zeros(9).double(), REWARDS], dim=1)
    each = token_advantages(values, paid, torch.ones(9, 2).bool(), decay)
    p, logp = chances(policy).detach(), token_logprobs(policy(ROWS[0]), ROWS[1])
    return slope(policy, -(p[:, None] * each * logp).sum())


@pytest.mark.parametrize("decay", [0.0, 0.5, 1.0])
def test_with_a_critic_that_is_right_the_mean_slope_is_right_for_every_decay(decay):
    policy = Bigram(2)
    got = slope_from_advantages(policy, what_is_to_come(policy), decay)
    assert torch.allclose(got, -slope_of_mean_reward(policy), atol=1e-8)


def test_a_critic_that_is_wrong_leaves_the_mean_slope_right_for_decay_1_alone():
    policy = Bigram(2)
    wrong = what_is_to_come(policy) + torch.stack([torch.zeros(9), ROWS[1][:, 0] * 0.5], dim=1)
    right = -slope_of_mean_reward(policy)
    assert torch.allclose(slope_from_advantages(policy, wrong, 1.0), right, atol=1e-8)
    assert not torch.allclose(slope_from_advantages(policy, wrong, 0.0), right, atol=1e-2)


def test_group_advantages_are_measured_in_each_group_by_itself():
    rewards = draw(4, 6) * 5 + 3
    for row, found in zip(rewards, group_advantages(rewards), strict=True):
        assert torch.allclose(found, (row - row.mean()) / row.std(correction=0))
    alike = torch.tensor([[0.1] * 7, [0.0] * 6 + [1.0]])  # 0.1 seven times has a rounded mean
    assert group_advantages(alike)[0].tolist() == [0.0] * 7
    assert group_advantages(alike)[1, 6] == pytest.approx(math.sqrt(6))
    assert group_advantages([1, 0]).tolist() == [1, -1]


def clipped_by_hand(logprobs, old, advantages, clip, by_length):
    total = 0.0
    for n in range(N):
        gains = []
        for t in range(T):
            if TARGETS[n, t] == -100:
                continue
            ratio, A = math.exp(logprobs[n, t] - old[n, t]), float(advantages[n])
            kept = min(max(ratio, 1 - clip), 1 + clip)
            gains.append(min(ratio * A, kept * A))
        total -= sum(gains) / (len(gains) if by_length else 1) / N
    return total


@pytest.mark.parametrize("clip", [0.1, 0.5])
@pytest.mark.parametrize("by_length", [False, True])
def test_the_clipped_loss_is_the_sum_of_its_tokens(clip, by_length):
    logprobs, old = (token_logprobs(draw(N, T, V, seed=s), TARGETS) for s in (0, 1))
    A = torch.tensor([1.5, -0.5, -1.0], dtype=torch.float64)
    loss = clipped_loss(logprobs, old, A, TARGETS, clip, by_length)
    assert loss.item() == pytest.approx(clipped_by_hand(logprobs, old, A, clip, by_length))


def test_at_the_policy_that_wrote_the_clipped_gradient_is_the_policy_gradient():
    logits, A = draw(N, T, V).requires_grad_(), draw(N, seed=3)
    logprobs = token_logprobs(logits, TARGETS)
    plain = torch.autograd.grad(policy_gradient_loss(logprobs.sum(1), A), logits, retain_graph=True)
    loss = clipped_loss(logprobs, logprobs, A, TARGETS)  # nothing flows through the old ones
    assert torch.allclose(torch.autograd.grad(loss, logits)[0], plain[0], atol=1e-12)


@pytest.mark.parametrize("advantage, ratio, learns", [
    (1.0, 1.3, False), (1.0, 0.7, True), (1.0, 1.1, True),
    (-1.0, 0.7, False), (-1.0, 1.3, True), (-1.0, 0.9, True),
])  # fmt: skip
def test_a_token_that_has_moved_far_enough_asks_for_no_more(advantage, ratio, learns):
    logprobs = torch.tensor([[math.log(ratio)]], requires_grad=True)
    target, old = torch.tensor([[1]]), torch.zeros(1, 1)
    clipped_loss(logprobs, old, torch.tensor([advantage]), target, clip=0.2).backward()
    assert logprobs.grad.item() == pytest.approx(-advantage * ratio if learns else 0.0)


def test_dpo_is_the_chance_of_the_better_one_under_the_rewards_that_the_policy_stands_for():
    b, w, rb, rw = draw(4, 6)
    expected = 0.0
    for i in range(6):
        rewards = [0.3 * (b[i] - rb[i]).item(), 0.3 * (w[i] - rw[i]).item()]
        better, worse = map(math.exp, rewards)  # Bradley and Terry: in proportion to exp(reward)
        expected -= math.log(better / (better + worse)) / 6
    assert dpo_loss(b, w, rb, rw, beta=0.3).item() == pytest.approx(expected)
    assert dpo_loss(b, w, b, w, beta=0.3).item() == pytest.approx(math.log(2))


def test_the_slope_of_dpo_is_steepest_where_the_policy_prefers_the_worse():
    b, w, rb, rw = draw(4, 6)
    b.requires_grad_(), w.requires_grad_()
    slopes = torch.autograd.grad(dpo_loss(b, w, rb, rw, beta=0.3), [b, w])
    wrong = 1 / (1 + (0.3 * (b - rb - w + rw)).exp())  # the chance that its rewards give the worse
    assert torch.allclose(slopes[0], -0.3 * wrong / 6) and torch.allclose(slopes[1], -slopes[0])


def test_the_least_dpo_loss_is_that_of_the_policy_that_makes_reward_minus_beta_kl_largest():
    beta, reference, policy = 0.5, Bigram(1), Bigram(1)
    p, rewards = chances(reference).detach(), REWARDS.clamp(max=1)
    first, second = torch.tensor([*itertools.permutations(range(9), 2)]).T
    ahead = rewards[first] - rewards[second]  # -1, 0 or 1

    def loss():
        logp, total = text_logprobs(policy(ROWS[0]), ROWS[1]), 0.0
        for by in (-1, 0, 1):  # the share of readers who like the first better is σ(by)
            b, w = first[ahead == by], second[ahead == by]
            share = torch.sigmoid(torch.tensor(by, dtype=torch.float64)) * len(b)
            total = total + share * dpo_loss(logp[b], logp[w], p.log()[b], p.log()[w], beta)
        return total

    assert slope(policy, loss()).abs().max() > 0.1
    best = p * (rewards / beta).exp() / torch.sum(p * (rewards / beta).exp())
    with torch.no_grad():  # the policy that has these chances: its first token, then its second
        policy.table[0, 0] = best.view(3, 3).sum(1).log()
        policy.table[1] = best.view(3, 3).log()
    assert torch.allclose(chances(policy), best)
    assert slope(policy, loss()).abs().max() < 1e-12  # and the loss is convex in what is learned
    assert tilted_reward((p @ rewards).item(), beta) == pytest.approx((best @ rewards).item())


def test_best_of_n_keeps_the_first_of_the_best_of_each_n():
    rewards = torch.tensor([0.0, 1, 1, 0, 0, 0, -1, -3, -2])
    assert best_of_n(rewards, 3).tolist() == [1, 3, 6]
    assert best_of_n(rewards, 1).tolist() == [*range(9)]
    assert best_of_n([0, 0, 5, 1], 4).tolist() == [2]


@pytest.mark.parametrize("estimate", ["places", "texts"])
def test_the_interval_of_the_kl_holds_the_exact_one_95_times_of_100(estimate):
    policy, reference = Bigram(0), Bigram(1)
    p, q = chances(policy).detach(), chances(reference).detach()
    places = place_kl(policy(ROWS[0]), reference(ROWS[0]), ROWS[1]).sum(1).detach()
    each, exact = places if estimate == "places" else (p / q).log(), torch.sum(p * (p / q).log())
    generator, held = torch.Generator().manual_seed(0), 0
    for _ in range(1000):
        mean, low, high = kl_interval(each[p.multinomial(200, True, generator=generator)])
        assert low < mean < high
        held += low <= exact <= high
    assert 920 <= held <= 980


def test_pairs_become_rows_of_their_own_lengths():
    tokenizer = CharTokenizer("\nab")
    better, worse = pair_rows([("ab\n", "b\n"), ("a\n", "b\n")], tokenizer)
    assert better[0].tolist() == [[0, 1, 2], [0, 1, 0]]
    assert better[1].tolist() == [[1, 2, 0], [1, 0, -100]]
    assert worse[0].tolist() == [[0, 2], [0, 2]] and worse[1].tolist() == [[2, 0], [2, 0]]


LOGITS, NAN = draw(N, T, V), [0.0, math.nan]
ROW = torch.tensor([NAN])
AB = CharTokenizer("\nab")


@pytest.mark.parametrize("call, words", [
    (lambda: pair_rows([], AB), "no pair to learn from"),
    (lambda: pair_rows([("a\n", "b\n"), ("a\n", "")], AB), "the worse text of pair 1 is empty"),
    (lambda: pair_rows([("", "b\n")], AB), "the better text of pair 0 is empty"),
    (lambda: pair_rows([("a\n", "a\n")], AB), "both texts of pair 0 are 'a.n', so it prefers"),
    (lambda: dpo_loss(*draw(4, 2), beta=0), "beta must be above 0 and finite, got 0"),
    (lambda: dpo_loss(*draw(4, 2), beta=-0.1), "got -0.1"),
    (lambda: dpo_loss(*draw(4, 2), beta=math.nan), "got nan"),
    (lambda: dpo_loss(*draw(4, 0), beta=0.1), r"one number or more; got \(0,\)"),
    (lambda: dpo_loss(*draw(3, 2), draw(3), 0.1), r"the same shape.* got \(2,\) and \(3,\)"),
    (lambda: best_of_n([1.0, 2.0], 0), "n must be a whole number of 1 or more, got 0"),
    (lambda: best_of_n([1.0, 2.0, 3.0], 2), r"a multiple of n=2, got \(3,\)"),
    (lambda: best_of_n(NAN, 2), "rewards must be finite, and number 1 is nan"),
    (lambda: leave_one_out(NAN), "number 1 is nan; leave that text out"),
    (lambda: leave_one_out([1.0]), "needs two rewards or more"),
    (lambda: group_advantages(NAN), "number 1 is nan"),
    (lambda: group_advantages([[1.0], [2.0]]), r"two rewards or more, got shape \(2, 1\)"),
    (lambda: policy_gradient_loss(draw(2), torch.tensor(NAN)), "advantages must be finite"),
    (lambda: policy_gradient_loss(draw(2, 1), draw(2)), r"got \(2, 1\) and \(2,\)"),
    (lambda: token_advantages(draw(2, 3), draw(2, 3), draw(2, 3) > 0, 1.1), "decay must be from 0"),
    (lambda: token_advantages(draw(2, 3), draw(2), draw(2, 3) > 0), "values and paid must have"),
    (lambda: token_advantages(draw(2, 3), draw(2, 3), draw(2) > 0), "values and counted must have"),
    (lambda: token_advantages(draw(2), draw(2), draw(2) > 0), r"values must be .N, T."),
    (lambda: token_advantages(ROW, ROW, ROW > 0), "values must be finite"),
    (lambda: clipped_loss(LOGITS[..., 0], LOGITS[..., 1], draw(N), TARGETS, clip=0.0), "clip must"),
    (lambda: clipped_loss(LOGITS[..., 0], LOGITS[..., 1], draw(T), TARGETS), "same shape"),
    (lambda: clipped_loss(LOGITS[..., 0], LOGITS[..., 1], draw(N), TARGETS[:, 1:]), "same shape"),
    (lambda: kl_interval(draw(1)), "of two texts or more"),
    (lambda: kl_interval(torch.tensor(NAN)), "kls must be finite"),
    (lambda: token_logprobs(LOGITS, TARGETS[:2]), r"got \(3, 4, 5\) for \(2, 4\)"),
    (lambda: token_logprobs(LOGITS[0], TARGETS[0]), "logits must be"),
    (lambda: token_logprobs(LOGITS[:0], TARGETS[:0]), "logits must be"),
    (lambda: text_logprobs(LOGITS, torch.tensor([[1] * T, [-100] * T, [2] * T])),
     "text 1 has no target that counts"),
    (lambda: place_kl(LOGITS, LOGITS[..., :4], TARGETS), "logits and reference_logits must have"),
])  # fmt: skip
def test_what_nothing_can_be_learned_from_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
