"""Teaching a model what is liked: the losses that raise a reward, and the distance that it costs.

All of them come from log-probabilities (natural logarithms, so nats) under the policy, which is the
model that learns, and under the reference, which is the model that it was. Shapes: N texts, T
places, V vocabulary. A target of -100 does not count.
"""

import math

import torch
import torch.nn.functional as F

from course_lib.frontier import check_beta, check_draws
from course_lib.writing import text_rows


def token_logprobs(logits, targets):
    """The log-probability of each target, (N, T); 0 where the target is -100.

    Args:
        logits: (N, T, V).
        targets: (N, T) int64.

    Raises:
        ValueError: for shapes that differ, and for a row without any target.
    """
    _check_targets(logits, targets)
    flat = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")  # (N * T,)
    return -flat.view_as(targets)


def text_logprobs(logits, targets):
    """The log-probability of each text given its prompt, (N,): the sum over its targets.

    Arguments and errors are those of ``token_logprobs``.
    """
    return token_logprobs(logits, targets).sum(dim=1)


def place_kl(logits, reference_logits, targets):
    """KL(policy ‖ reference) of the next token at each place, (N, T); 0 where the target is -100.

    Summed over the places of texts that the policy has written, its mean is the KL of whole texts,
    as is that of the difference of their log-probabilities; but at each place it is the mean over
    every token that might have been drawn, so it scatters less. Source: Amini et al., "Better
    Estimation of the Kullback-Leibler Divergence Between Language Models", section 4 (2025).

    Args:
        logits, reference_logits: (N, T, V).
        targets: (N, T) int64.

    Raises:
        ValueError: as ``token_logprobs``, and if the two logits differ in shape.
    """
    _check_targets(logits, targets)
    _check_same("logits and reference_logits", logits, reference_logits)
    ours, theirs = logits.log_softmax(dim=2), reference_logits.log_softmax(dim=2)  # (N, T, V)
    kl = F.kl_div(theirs, ours, reduction="none", log_target=True).sum(dim=2)  # (N, T)
    return kl.where(targets != -100, 0.0)


def kl_interval(kls, z=1.96):
    """The mean KL of texts with its interval, in nats: (mean, low, high).

    Args:
        kls: (N,), one number for each text that the policy has written: its log-probability under
            the policy minus that under the reference, or the sum of its ``place_kl``.
        z: how many standard errors to each side; 1.96 makes it right 95 times of 100.

    Raises:
        ValueError: for fewer than two texts, and for numbers that are not finite.
    """
    if kls.dim() != 1 or len(kls) < 2:
        raise ValueError(f"needs a KL of each of two texts or more, got shape {tuple(kls.shape)}")
    _check_finite("kls", kls)
    mean = kls.double().mean().item()
    error = z * kls.double().std().item() / math.sqrt(len(kls))
    return mean, mean - error, mean + error


def best_of_n(rewards, n):
    """The place of the best of each n texts that follow one another, (N / n,) int64.

    Of equal ones it is the first. See ``frontier.best_of_n_shares`` for what it reaches.

    Args:
        rewards: (N,), N a multiple of n.
        n: how many texts are written for one that is kept.

    Raises:
        ValueError: for another n, and for a reward that is nan.
    """
    check_draws(n)
    rewards = _checked_rewards(rewards)
    if rewards.dim() != 1 or not len(rewards) or len(rewards) % n:
        raise ValueError(
            f"rewards must be of shape (N,), N a multiple of n={n}, got {tuple(rewards.shape)}"
        )
    starts = torch.arange(0, len(rewards), n, device=rewards.device)  # (N / n,)
    return starts + rewards.view(-1, n).argmax(dim=1)


def leave_one_out(rewards):
    """How much better each text did than the mean of the others written with it, (N,).

    A baseline that does not look at the text itself leaves the mean of the policy gradient as it
    is and takes away most of its scatter. Source: Kool et al., "Buy 4 REINFORCE Samples, Get a
    Baseline for Free!" (2019).

    Args:
        rewards: (N,), two or more.

    Raises:
        ValueError: for fewer, and for a reward that is nan.
    """
    rewards = _checked_rewards(rewards)
    if rewards.dim() != 1 or len(rewards) < 2:
        raise ValueError(f"needs two rewards or more, of shape (N,), got {tuple(rewards.shape)}")
    return (rewards - rewards.mean()) * len(rewards) / (len(rewards) - 1)


def group_advantages(rewards):
    """Rewards measured within their group: minus its mean, divided by its standard deviation.

    0 in a group whose rewards are all equal. Source: Shao et al., "DeepSeekMath", section 4.1.2
    (2024).

    Args:
        rewards: (..., n), each row the n texts written for the same prompt.

    Raises:
        ValueError: for groups of one, and for a reward that is nan.
    """
    rewards = _checked_rewards(rewards)
    if rewards.dim() == 0 or rewards.shape[-1] < 2:
        raise ValueError(
            f"a group needs two rewards or more, got shape {tuple(rewards.shape)}; write several "
            "texts for each prompt"
        )
    above = rewards - rewards.mean(dim=-1, keepdim=True)
    spread = above.square().mean(dim=-1, keepdim=True).sqrt()
    alike = (rewards == rewards[..., :1]).all(dim=-1, keepdim=True)  # which rounding may hide
    return (above / spread).where(~alike, 0.0)


def token_advantages(values, paid, counted, decay=0.8):
    """How much each token raised the reward that is still to come, (N, T): an advantage for each.

    With V what a critic expects before a token, the token surprised it by δ = paid + V(next) - V.
    Its advantage is δ + decay δ(next) + decay² δ(the one after) and so on: the surprises that come
    soon after it, above all. With decay 1 the sum is the reward to come minus V, which is right on
    average whatever V is and scatters; with decay 0 it is δ alone, which scatters little and is as
    right as V. Source: Schulman et al., "High-Dimensional Continuous Control Using Generalized
    Advantage Estimation", equation 16 with γ = 1 (2016).

    Args:
        values: (N, T), what the critic expects from before each token on, this one included.
        paid: (N, T), the reward that comes with each token.
        counted: (N, T) bool, the tokens that have an advantage; what comes after the last of them
            in a row is worth 0.
        decay: λ, from 0 to 1.

    Raises:
        ValueError: for shapes that differ or are no (N, T), a decay outside, and a value or reward
            that is nan or inf.
    """
    _check_same("values and paid", values, paid)
    _check_same("values and counted", values, counted)
    if values.dim() != 2:
        raise ValueError(f"values must be (N, T), a row for each text, got {tuple(values.shape)}")
    _check_finite("values", values)
    _check_finite("paid", paid)
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must be from 0 to 1, got {decay!r}; 0.8 is a good beginning")
    values, paid = (part.detach().where(counted, 0.0) for part in (values, paid))
    after = torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], dim=1)  # (N, T)
    surprise = paid + after - values  # (N, T)
    advantages, following = torch.zeros_like(surprise), torch.zeros_like(surprise[:, 0])
    for t in reversed(range(surprise.shape[1])):
        following = surprise[:, t] + decay * following  # (N,)
        advantages[:, t] = following
    return advantages.where(counted, 0.0)


def policy_gradient_loss(logprobs, advantages):
    """Minus the mean of advantage times log-probability, a number; REINFORCE.

    The gradient of a mean reward Σ π(x) R(x) is Σ π(x) R(x) ∇ ln π(x), since ∇π = π ∇ ln π: the
    mean of R ∇ ln π over texts that the policy writes. Source: Williams, "Simple Statistical
    Gradient-Following Algorithms", theorem 1 (1992).

    Args:
        logprobs: (N,), of whole texts that this policy has just written.
        advantages: (N,), rewards minus a baseline; nothing is learned through them.

    Raises:
        ValueError: for shapes that differ, no text, and an advantage that is nan or inf.
    """
    _check_same("logprobs and advantages", logprobs, advantages)
    _check_finite("advantages", advantages)
    return -(advantages.detach() * logprobs).mean()


def clipped_loss(logprobs, old_logprobs, advantages, targets, clip=0.2, by_length=False):
    """The policy gradient for texts that an older policy has written, for a few updates: PPO, GRPO.

    With ρ = π(token) / π_old(token) each token adds min(ρ A, clip(ρ, 1 - clip, 1 + clip) A): once a
    token is that much likelier (if A > 0) or less likely (if A < 0), it asks for no more. While the
    two policies are the same, the gradient is that of ``policy_gradient_loss``. Source: Schulman et
    al., "Proximal Policy Optimization Algorithms", equation 7 (2017).

    Args:
        logprobs, old_logprobs: (N, T), ``token_logprobs`` of the same targets.
        advantages: (N,), of the texts; nothing is learned through them.
        targets: (N, T) int64.
        clip: how far ρ counts, above 0 and below 1.
        by_length: divide each text's sum by its number of tokens, as Shao et al. do in equation 3;
            that makes a token of a short text count for more.

    Raises:
        ValueError: for shapes that differ, a clip outside, and an advantage that is nan or inf.
    """
    _check_same("logprobs and old_logprobs", logprobs, old_logprobs)
    _check_same("logprobs and targets", logprobs, targets)
    _check_same("a column of logprobs and advantages", logprobs[:, 0], advantages)
    _check_finite("advantages", advantages)
    if not 0 < clip < 1:
        raise ValueError(f"clip must be above 0 and below 1, got {clip!r}; 0.2 is usual")
    old, A = old_logprobs.detach(), advantages.detach()[:, None]  # (N, T), (N, 1)
    counted = targets != -100  # (N, T)
    ratio = (logprobs - old).exp()
    gain = torch.minimum(ratio * A, ratio.clamp(1 - clip, 1 + clip) * A)
    gain = gain.where(counted, 0.0).sum(dim=1)  # (N,)
    return -(gain / counted.sum(dim=1) if by_length else gain).mean()


def pair_rows(pairs, tokenizer, start="\n"):
    """Preference pairs as rows: ((inputs, targets) of the better, (inputs, targets) of the worse).

    Args:
        pairs: (better text, worse text) each, one or more, without ``start``.
        tokenizer: with ``encode``.
        start: the text that each begins after; it is read and not predicted.

    Returns:
        Each (N, T) int64 as in ``text_rows``, the two with a T of their own.

    Raises:
        ValueError: without a pair, for one with an empty text, and for one of two equal texts.
    """
    if not len(pairs):
        raise ValueError("there is no pair to learn from; give (better text, worse text) or more")
    for n, (better, worse) in enumerate(pairs):
        if not better or not worse:
            which = "better" if not better else "worse"
            raise ValueError(f"the {which} text of pair {n} is empty; leave the pair out")
        if better == worse:
            raise ValueError(
                f"both texts of pair {n} are {better!r:.60}, so it prefers nothing; leave it out"
            )
    prompt = tokenizer.encode(start)
    return tuple(
        text_rows(prompt, [*map(tokenizer.encode, texts)]) for texts in zip(*pairs, strict=True)
    )


def dpo_loss(better, worse, reference_better, reference_worse, beta):
    """The loss of preference pairs, a number: -ln σ(beta * (how much more the policy prefers)).

    The policy that makes reward - beta * KL largest is p exp(reward / beta) / Z, so its reward is
    beta ln(π / p) + beta ln Z, and the difference of two needs no Z. Put into the chance σ(reward
    difference) that the better one is preferred, this makes the policy its own model of the reward.
    Source: Rafailov et al., "Direct Preference Optimization", equation 7 (2023).

    Args:
        better, worse: (N,), log-probabilities of whole texts under the policy.
        reference_better, reference_worse: (N,), under the reference.
        beta: the weight of the KL, above 0.

    Raises:
        ValueError: for shapes that differ, no pair, and another beta.
    """
    check_beta(beta)
    for part in (worse, reference_better, reference_worse):
        _check_same("the log-probabilities of better and worse texts", better, part)
    moved = (better - reference_better) - (worse - reference_worse)  # (N,)
    return -F.logsigmoid(beta * moved).mean()


def _check_same(what, first, second):
    if first.shape != second.shape or not first.numel():
        raise ValueError(
            f"{what} must have the same shape, with one number or more; got {tuple(first.shape)} "
            f"and {tuple(second.shape)}"
        )


def _check_targets(logits, targets):
    if logits.dim() != 3 or logits.shape[:2] != targets.shape or not targets.numel():
        raise ValueError(
            f"logits must be (N, T, V) for targets (N, T), got {tuple(logits.shape)} for "
            f"{tuple(targets.shape)}"
        )
    empty = (targets == -100).all(dim=1)
    if empty.any():
        raise ValueError(
            f"text {int(empty.int().argmax())} has no target that counts, so it has no "
            "probability to learn from; leave it out"
        )


def _checked_rewards(rewards):
    """Rewards as a tensor of floats."""
    rewards = torch.as_tensor(rewards)
    rewards = rewards if rewards.is_floating_point() else rewards.float()
    _check_finite("rewards", rewards)
    return rewards


def _check_finite(what, values):
    if not values.isfinite().all():
        wrong = int(values.isfinite().flatten().int().argmin())
        raise ValueError(
            f"{what} must be finite, and number {wrong} is {values.flatten()[wrong].item()}; "
            "leave that text out, or correct what computed it"
        )
