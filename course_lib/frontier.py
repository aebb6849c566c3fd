"""The best that a policy can do: how far from its reference it must go for a reward.

Lengths are nats: the divergence KL(policy ‖ reference) of whole texts. A reward here depends on the
text alone. For one that is 0 or 1, p is the probability of 1 under the reference.
"""

import functools
import itertools
import math
import re
import warnings

from course_lib.tales import BEATS, WORDS, tales_nll


def shares_kl(shares, reference):
    """KL(shares ‖ reference) of two distributions over the same few cases, in nats.

    It is the sum of s ln(s / q) over the cases; a case with s = 0 adds nothing, and one with s > 0
    and q = 0 makes it inf. Source: Kullback and Leibler, "On Information and Sufficiency" (1951).

    Args:
        shares, reference: lists of probabilities, of the same length, each adding up to 1.

    Raises:
        ValueError: for lists that are no such distributions.
    """
    if len(shares) != len(reference):
        raise ValueError(
            f"needs a share of each case for both, got {len(shares)} and {len(reference)} of them"
        )
    for part in (shares, reference):
        _check_shares(part)
    pairs = [(s, q) for s, q in zip(shares, reference, strict=True) if s > 0]
    if any(q == 0 for _, q in pairs):
        return math.inf
    return max(0.0, math.fsum(s * math.log(s / q) for s, q in pairs))


def _check_shares(shares):
    if not len(shares) or not all(s >= 0 for s in shares) or abs(math.fsum(shares) - 1) > 1e-9:
        raise ValueError(
            f"shares must be 0 or more and add up to 1, got {[*shares]!r:.60}; divide them by "
            "their sum"
        )


def least_kl(reward, p):
    """The least KL(policy ‖ reference) of any policy with this mean reward, in nats.

    It is r ln(r / p) + (1 - r) ln((1 - r) / (1 - p)). Someone who sees only whether a text is
    rewarded sees (r, 1 - r) instead of (p, 1 - p), and can't tell policy and reference apart better
    than someone who reads the text (the data-processing inequality): no policy has less. And the
    policy that makes a rewarded text r / p times as likely as the reference does, and any other
    (1 - r) / (1 - p) times, has exactly that.
    Source: Cover and Thomas, "Elements of Information Theory", section 2.8 (2006).

    Args:
        reward: r, from 0 to 1.
        p: the reference's own mean reward, from 0 to 1.

    Raises:
        ValueError: for numbers outside.
    """
    _check_chance("reward", reward)
    _check_chance("p", p)
    return shares_kl([reward, 1 - reward], [p, 1 - p])


def _check_chance(name, value):
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be a number from 0 to 1, got {value!r}")


def tilted_reward(p, beta):
    """The mean reward of the policy that makes reward - beta * KL largest.

    That policy is p(x) exp(reward(x) / beta) / Z, for a policy π has reward - beta * KL(π ‖ p) =
    beta ln Z - beta * KL(π ‖ that policy). With a reward of 0 or 1 it lies on the frontier, and its
    mean reward is p e / (1 - p + p e) with e = exp(1 / beta). Source: Rafailov et al., "Direct
    Preference Optimization", section 4 and appendix A.1 (2023).

    Args:
        p: the reference's own mean reward, from 0 to 1.
        beta: nats of KL are worth that much reward each, above 0.

    Raises:
        ValueError: for other numbers.
    """
    _check_chance("p", p)
    check_beta(beta)
    stays = (1 - p) * math.exp(-1 / beta)  # both parts times exp(-1 / beta), which can't overflow
    return p / (p + stays) if p else 0.0


def check_beta(beta):
    """Raise ValueError unless the weight of the KL is a finite number above 0."""
    if not 0 < beta < math.inf:
        raise ValueError(
            f"beta must be above 0 and finite, got {beta!r}; 0.1 is usual, and a larger one stays "
            "nearer to the reference"
        )


def best_of_n_shares(shares, n):
    """The distribution of the best of n independent draws: a share for each level of reward.

    With F the probability of a level or a lower one, the best of n is of that level with
    probability F_k^n - F_(k-1)^n. Among texts of one level the best of n is drawn as the reference
    draws them, so its KL is ``shares_kl(best_of_n_shares(shares, n), shares)``, exactly. The
    well-known ln n - (n - 1) / n is the value where no two rewards are equal, and else too large.
    Source: Beirami et al., "Theoretical Guarantees on the Best-of-n Alignment Policy", section 3
    (2024).

    Args:
        shares: the reference's probability of each level of reward, the lowest level first. For a
            reward of 0 or 1 these are ``[1 - p, p]``; then the reward is 1 - (1 - p)^n, and the KL
            is the least possible for it.
        n: how many draws, 1 or more.

    Raises:
        ValueError: for shares that are no distribution, and for another n.
    """
    _check_shares(shares)
    check_draws(n)
    below = [0.0]  # how likely is a level that is lower
    for share in shares:
        below.append(min(1.0, below[-1] + share))
    below[-1] = 1.0
    return [high**n - low**n for low, high in itertools.pairwise(below)]


def check_draws(n):
    """Raise ValueError unless n is a whole number of 1 or more."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"n must be a whole number of 1 or more, got {n!r}; 1 takes what comes")


def word_chance(word):
    """The exact probability that a tale of the grammar says a word, such as "llama".

    It follows the beats, and of what was said it remembers only how many words of each class are
    kept: a class of 11 words with 1 kept, and not this word, says it next with probability 1 / 10.

    Args:
        word: one of a class of words in ``tales.WORDS``.

    Raises:
        ValueError: for a word that is in no class.
    """
    if not any(word in words for words in WORDS.values()):
        raise ValueError(
            f"the tales' grammar draws no word {word!r}; take one of its classes, such as "
            f"{', '.join(WORDS['ANIMAL'])}"
        )
    slot = re.compile(r"\{(\w*):?(\w*)\}")  # its name and the class that it draws from

    @functools.cache
    def unsaid(beat, kept):
        """How likely the word is not said from a beat on, after words of these classes are kept."""
        total = 0.0
        for sentence, following in BEATS[beat]:
            p, now = float(word not in re.findall(r"\w+", slot.sub("", sentence))), kept
            for name, kind in slot.findall(sentence):
                if kind and word in WORDS[kind]:
                    p *= 1 - 1 / (len(WORDS[kind]) - now.count(kind))
                if kind and name:
                    now = (*now, kind)
            total += p * (1.0 if following == "start" else unsaid(following, tuple(sorted(now))))
        return total / len(BEATS[beat])

    return 1 - unsaid("start", ())


def is_tale(text):
    """Whether a text is one whole tale that the grammar allows, with the line break at its end."""
    if text.count("\n") != 1 or not text.endswith("\n"):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which says in words where it leaves
        return bool(tales_nll(text).isfinite().all())
