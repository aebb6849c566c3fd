"""Lesson 17: answers as learners write them; see ``answers``."""

import math

import torch
from torch.nn import functional as F

from .answers import right, wrong

# 17.leave_one_out


@right("17.leave_one_out")
def my_advantages(rewards):
    return torch.stack(
        [
            reward - torch.cat([rewards[:i], rewards[i + 1 :]]).mean()
            for i, reward in enumerate(rewards)
        ]
    )


@right("17.leave_one_out")
def my_advantages(rewards):
    n = len(rewards)
    return (rewards - rewards.mean()) * n / (n - 1)


@right("17.leave_one_out")
def my_advantages(rewards):
    n = rewards.shape[0]
    weights = (torch.ones(n, n) - torch.eye(n)) / (n - 1)
    return rewards - weights @ rewards


@wrong("17.leave_one_out", "That is the mean of all")
def my_advantages(rewards):
    return rewards - rewards.mean()


@wrong("17.leave_one_out", "the others are N - 1")
def my_advantages(rewards):
    return rewards - (rewards.sum() - rewards) / len(rewards)


@wrong("17.leave_one_out", "still in the sum")
def my_advantages(rewards):
    return rewards - rewards.sum() / (len(rewards) - 1)


@wrong("17.leave_one_out", "Those are the baselines")
def my_advantages(rewards):
    return (rewards.sum() - rewards) / (len(rewards) - 1)


@wrong("17.leave_one_out", "signs are the wrong way round")
def my_advantages(rewards):
    return (rewards.sum() - rewards) / (len(rewards) - 1) - rewards


@wrong("17.leave_one_out", "divided by the spread")
def my_advantages(rewards):
    return (rewards - rewards.mean()) / rewards.std()


@wrong("17.leave_one_out", "the sum of the others")
def my_advantages(rewards):
    return rewards - (rewards.sum() - rewards)


@wrong("17.leave_one_out", "not only those before")
def my_advantages(rewards):
    out = []
    for i in range(len(rewards)):
        before = rewards[:i].mean() if i else 0.0
        out.append(rewards[i] - before)
    return torch.stack(out)


@wrong("17.leave_one_out", "with the best")
def my_advantages(rewards):
    return rewards - rewards.max()


@wrong("17.leave_one_out", "you divided by it")
def my_advantages(rewards):
    return rewards / ((rewards.sum() - rewards) / (len(rewards) - 1))


@wrong("17.leave_one_out", "a baseline of its own")
def my_advantages(rewards):
    others = (rewards.sum() - rewards) / (len(rewards) - 1)
    return (rewards - others).mean()


@wrong("17.leave_one_out", "the other way up")
def my_advantages(rewards):
    n = len(rewards)
    return (rewards - rewards.mean()) * (n - 1) / n


@wrong("17.leave_one_out", "left it out for all")
def my_advantages(rewards):
    return rewards - rewards[1:].mean()


# 17.draws


@right("17.draws")
def my_draws(p, wanted):
    return max(1, math.ceil(math.log(1 - wanted) / math.log(1 - p)))


@right("17.draws")
def my_draws(p, wanted):
    none, n = 1 - p, 1
    while 1 - none < wanted:
        none *= 1 - p
        n += 1
    return n


@right("17.draws")
def my_draws(p, wanted):
    return next(n for n in range(1, 10_000) if 1 - (1 - p) ** n >= wanted)


@wrong("17.draws", "You rounded down")
def my_draws(p, wanted):
    return int(math.log(1 - wanted) / math.log(1 - p))


@wrong("17.draws", "to the nearest whole number")
def my_draws(p, wanted):
    return round(math.log(1 - wanted) / math.log(1 - p))


@wrong("17.draws", "not a whole number of texts yet")
def my_draws(p, wanted):
    return math.log(1 - wanted) / math.log(1 - p)


@wrong("17.draws", "One more than needed")
def my_draws(p, wanted):
    n = 1
    while 1 - (1 - p) ** n < wanted:
        n += 1
    return n + 1


@wrong("17.draws", "One less than needed")
def my_draws(p, wanted):
    n = 1
    while 1 - (1 - p) ** n < wanted:
        n += 1
    return n - 1


@wrong("17.draws", "it counts once")
def my_draws(p, wanted):
    return math.ceil(wanted / p)


@wrong("17.draws", "one is enough")
def my_draws(p, wanted):
    return max(1, math.ceil(math.log(wanted) / math.log(p)))


@wrong("17.draws", "at most 1 - wanted")
def my_draws(p, wanted):
    return max(1, math.ceil(math.log(wanted) / math.log(1 - p)))


@wrong("17.draws", "the other way up")
def my_draws(p, wanted):
    return math.ceil(math.log(1 - p) / math.log(1 - wanted))


@wrong("17.draws", "where it is just that")
def my_draws(p, wanted):
    n = 1
    while 1 - (1 - p) ** n <= wanted:
        n += 1
    return n


@wrong("17.draws", "until the first 1 comes")
def my_draws(p, wanted):
    return math.ceil(1 / p)


@wrong("17.draws", "You gave the reward")
def my_draws(p, wanted):
    n = 1
    while 1 - (1 - p) ** n < wanted:
        n += 1
    return 1 - (1 - p) ** n


@wrong("17.draws", "count on from 2")
def my_draws(p, wanted):
    n = 2
    while 1 - (1 - p) ** n < wanted:
        n += 1
    return n


# 17.dpo


@right("17.dpo")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    margin = beta * (better - worse) - beta * (reference_better - reference_worse)
    return F.softplus(-margin).mean()


@right("17.dpo")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    rewards = beta * (better - reference_better), beta * (worse - reference_worse)
    return F.cross_entropy(torch.stack(rewards, dim=1), torch.zeros(len(better)).long())


@right("17.dpo")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    x = beta * (better - reference_better - worse + reference_worse)
    return torch.nn.functional.binary_cross_entropy_with_logits(x, torch.ones_like(x))


@wrong("17.dpo", "The reference is missing")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    return -F.logsigmoid(beta * (better - worse)).mean()


@wrong("17.dpo", "beta multiplies")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(moved / beta).mean()


@wrong("17.dpo", "Nothing is repaired yet")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    return -F.logsigmoid((better - worse) / beta).mean()


@wrong("17.dpo", "beta is missing")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    return -F.logsigmoid((better - reference_better) - (worse - reference_worse)).mean()


@wrong("17.dpo", "not to one part")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = beta * (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(moved).mean()


@wrong("17.dpo", "Better and worse are exchanged")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (worse - reference_worse) - (better - reference_better)
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "references are exchanged")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_worse) - (worse - reference_better)
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "only the difference of the two counts")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) + (worse - reference_worse)
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "The sign is the wrong way round")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "not minus σ")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -torch.sigmoid(beta * moved).mean()


@wrong("17.dpo", "The sigmoid is missing")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -(beta * moved).mean()


@wrong("17.dpo", "each pair has its own loss")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid((beta * moved).mean())


@wrong("17.dpo", "the sum over the pairs")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(beta * moved).sum()


@wrong("17.dpo", "asks for one number")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(beta * moved)


@wrong("17.dpo", "use F.logsigmoid")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -torch.log(torch.sigmoid(beta * moved)).mean()


@wrong("17.dpo", "You divided π by p, but")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = better / reference_better - worse / reference_worse
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "into probabilities")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better.exp() - reference_better.exp()) - (worse.exp() - reference_worse.exp())
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "for the better texts alone")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = better - reference_better - worse
    return -F.logsigmoid(beta * moved).mean()


@wrong("17.dpo", "no slope comes back from it")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -F.logsigmoid(beta * moved.detach()).mean()


@wrong("17.leave_one_out", "for the four rewards of the lesson")
def my_advantages(rewards):
    return rewards - (rewards.sum() - rewards) / 3


@wrong("17.leave_one_out", "not to the reward alone")
def my_advantages(rewards):
    n = len(rewards)
    return rewards * n / (n - 1) - rewards.mean()


@wrong("17.leave_one_out", "the last has none after it")
def my_advantages(rewards):
    out = torch.zeros_like(rewards)
    for i in range(len(rewards)):
        out[i] = rewards[i] - rewards[i + 1 :].mean()
    return out


@wrong("17.draws", "it counts once")
def my_draws(p, wanted):
    n = 1
    while n * p < wanted:
        n += 1
    return n


@wrong("17.dpo", "not to one part")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - worse) - beta * (reference_better - reference_worse)
    return -F.logsigmoid(moved).mean()


@wrong("17.dpo", "beta stands inside σ")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = (better - reference_better) - (worse - reference_worse)
    return -beta * F.logsigmoid(moved).mean()


@wrong("17.dpo", "and took the log")
def my_dpo(better, worse, reference_better, reference_worse, beta):
    moved = torch.log(better / reference_better) - torch.log(worse / reference_worse)
    return -F.logsigmoid(beta * moved).mean()
