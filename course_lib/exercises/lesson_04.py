"""Exercises of lesson 04, A neural network by hand."""

import random

import torch
import torch.nn.functional as F
from torch import tensor

from course_lib.exercises.registry import exercise


def _scores_and_labels(spread=3.0):
    n = random.randint(6, 12)
    labels = torch.randint(0, 2, (n,)).float()
    labels[0], labels[1] = 0.0, 1.0
    return torch.randn(n) * spread, labels


ASKED = {
    "found": "the ill who were called malignant",
    "missed": "the ill who were called benign",
    "alarms": "the benign who were called malignant",
}
GROUPS = {
    "nobody": lambda ill, said: ill & ~ill,
    "the ill who were called malignant": lambda ill, said: ill & said,
    "the ill who were called benign": lambda ill, said: ill & ~said,
    "the benign who were called malignant": lambda ill, said: ~ill & said,
    "the benign who were called benign": lambda ill, said: ~ill & ~said,
    "everybody who is ill": lambda ill, said: ill,
    "everybody who is benign": lambda ill, said: ~ill,
    "everybody who was called malignant": lambda ill, said: said,
    "everybody who was called benign": lambda ill, said: ~said,
    "everybody who was judged rightly": lambda ill, said: ill == said,
    "everybody who was judged wrongly": lambda ill, said: ill != said,
    "everybody who is ill or was called malignant": lambda ill, said: ill | said,
    "everybody who is ill or was called benign": lambda ill, said: ill | ~said,
    "everybody who is benign or was called malignant": lambda ill, said: ~ill | said,
    "everybody who is benign or was called benign": lambda ill, said: ~ill | ~said,
    "everybody": lambda ill, said: ill | ~ill,
}


def _counts(ill, said_ill):
    return tuple(GROUPS[group](ill, said_ill).sum().item() for group in ASKED.values())


def _confused(pick):
    """A mistake in the counting: another choice among (ill, said ill) and the counts."""
    return lambda scores, labels: pick(labels == 0, scores <= 0)


def _another_group(k, group):
    """The count k is that of another group; the other two are right."""

    def pick(ill, said):
        right = list(_counts(ill, said))
        right[k] = group(ill, said).sum().item()
        return tuple(right)

    return _confused(pick)


@exercise(
    "04.counts",
    cases=[
        (tensor([-1.0, 2.0]), tensor([0.0, 0.0])),
        (tensor([0.0]), tensor([0.0])),
        (tensor([-2.0, 0.3, -1.0, 3.0, 2.0]), tensor([0.0, 0.0, 1.0, 1.0, 1.0])),
    ],
    never={
        torch.Tensor: "The values are right, but they are tensors; the exercise asks for plain "
        "numbers: add .item()."
    },
    random_case=_scores_and_labels,
    borders=[
        (tensor([0.0, 0.0, 0.0, 1.5]), tensor([1.0, 0.0, 1.0, 0.0])),
        (tensor([0.8, 0.2, -0.4]), tensor([0.0, 1.0, 1.0])),
        (tensor([-3.0, 5.0]), tensor([1.0, 1.0])),
    ],
    facts={
        "a score is exactly 0": lambda scores, labels: bool((scores == 0).any()),
        "nobody is ill": lambda scores, labels: not (labels == 0).any(),
    },
    mistakes={
        "A score of exactly 0 is not above 0, so it says malignant: <= 0.": (
            lambda scores, labels: _counts(labels == 0, scores < 0),
            lambda scores, labels: (
                ((labels == 0) & (scores < 0)).sum().item(),
                ((labels == 0) & (scores > 0)).sum().item(),
                ((labels == 1) & (scores < 0)).sum().item(),
            ),
            lambda scores, labels: (
                ((labels == 0) & (scores < 0)).sum().item(),
                ((labels == 0) & (scores > 0)).sum().item(),
                ((labels == 1) & (scores <= 0)).sum().item(),
            ),
        ),
        "The sigmoid is never 0 or below: ask whether the score itself is above 0.": (
            lambda scores, labels: _counts(labels == 0, torch.sigmoid(scores) <= 0),
            lambda scores, labels: _counts(labels == 0, torch.sigmoid(scores) < 0),
        ),
        "The border is at score 0, not at 1.": (
            lambda scores, labels: _counts(labels == 0, scores <= 1),
            lambda scores, labels: _counts(labels == 0, scores < 1),
        ),
        "The border is at score 0, not at the mean score.": lambda scores, labels: _counts(
            labels == 0, scores <= scores.mean()
        ),
        "These are masks, one truth for each patient; .sum() counts where they are true.": (
            _confused(lambda ill, said: (ill & said, ill & ~said, ~ill & said))
        ),
        "== is true where both masks are the same, true or not; & asks for both.": (
            _confused(
                lambda ill, said: tuple(
                    n.sum().item() for n in (ill == said, ill != said, ~ill & said)
                )
            ),
            _confused(
                lambda ill, said: tuple(
                    n.sum().item() for n in (ill == said, ill == ~said, ~ill == said)
                )
            ),
        ),
        "You looked for label 1, which is benign. Malignant is 0 and the cancers are what is "
        "counted.": _confused(lambda ill, said: _counts(~ill, ~said)),
        "The labels are read rightly and the scores the wrong way round: a score above 0 says "
        "benign.": _confused(lambda ill, said: _counts(ill, ~said)),
        "The scores are read rightly and the labels the wrong way round: 0 is "
        "malignant.": _confused(lambda ill, said: _counts(~ill, said)),
        "Missed and alarms are swapped. Missed: ill, and called benign. Alarm: benign, and called "
        "malignant.": _confused(lambda ill, said: tuple(_counts(ill, said)[k] for k in (0, 2, 1))),
        "Found and missed are swapped.": _confused(
            lambda ill, said: tuple(_counts(ill, said)[k] for k in (1, 0, 2))
        ),
        "These are shares of all patients; the exercise asks for counts.": _confused(
            lambda ill, said: tuple(n / len(ill) for n in _counts(ill, said))
        ),
        "These are shares, of the ill and of the benign; the exercise asks for counts.": _confused(
            lambda ill, said: (
                *(n / ill.sum().item() for n in _counts(ill, said)[:2]),
                ((~ill & said).sum() / (~ill).sum()).item(),
            )
        ),
        "len of a mask is the number of all patients; .sum() counts those where it is "
        "true.": _confused(lambda ill, said: (len(ill),) * 3),
        "| is true where one of the two is; & asks for both.": _confused(
            lambda ill, said: tuple(n.sum().item() for n in (ill | said, ill | ~said, ~ill | said))
        ),
        "You counted the benign: those called benign, those called malignant, and then the cancers "
        "missed. The ill come first.": _confused(
            lambda ill, said: tuple(_counts(~ill, ~said)[k] for k in (0, 1, 2))
        ),
        **{
            f"{name} counts {who}; the exercise asks for {asked}.": _another_group(k, group)
            for k, (name, asked) in enumerate(ASKED.items())
            for who, group in GROUPS.items()
            if who != asked
        },
        "The border is at score 0: a score is not a probability, so 0.5 means nothing here, nor "
        "does rounding.": (
            lambda scores, labels: _counts(labels == 0, scores.round() <= 0),
            lambda scores, labels: _counts(labels == 0, scores <= 0.5),
            lambda scores, labels: _counts(labels == 0, scores > 0.5),
            lambda scores, labels: _counts(labels == 1, scores > 0.5),
        ),
        "A score is hardly ever exactly 0: the model says malignant at 0 and everywhere below.": (
            lambda scores, labels: _counts(labels == 0, scores == 0)
        ),
    },
    hints=[
        "Write two masks first: who is malignant, and whom the model calls malignant.",
        "& is true where both masks are, and ~ turns a mask round.",
        "found = (malignant & said_malignant).sum().item(), and the other two with one ~ each.",
    ],
)
def counts(scores, labels):
    ill, said_ill = labels == 0, scores <= 0
    return (
        (ill & said_ill).sum().item(),
        (ill & ~said_ill).sum().item(),
        (~ill & said_ill).sum().item(),
    )


def _each_loss(z, y):
    return F.binary_cross_entropy_with_logits(z, y, reduction="none")


def _naive(z, y, p=torch.sigmoid, log=torch.log):
    return -(y * log(p(z)) + (1 - y) * log(1 - p(z))).mean()


def _cut_probability(least):
    return lambda z, y: _naive(z, y, p=lambda s: torch.sigmoid(s).clamp(least, 1 - least))


def _cut_log(least):
    return lambda z, y: _naive(z, y, log=lambda p: torch.log(p + least))


def _cut_score(most):
    return lambda z, y: _each_loss(z.clamp(-most, most), y).mean()


def _cut_score_of_log(most):
    return lambda z, y: (torch.log1p(z.clamp(-most, most).exp()) - y * z.clamp(-most, most)).mean()


@exercise(
    "04.loss",
    cases=[
        (tensor([0.5]), tensor([1.0])),
        (tensor([2.0, -1.0, 0.25]), tensor([1.0, 1.0, 0.0])),
        (tensor([200.0]), tensor([0.0])),
        (tensor([-1000.0]), tensor([1.0])),
        (tensor([1000.0]), tensor([1.0])),
    ],
    random_case=_scores_and_labels,
    borders=[
        (tensor([0.0, 0.0]), tensor([1.0, 0.0])),
        (tensor([-1000.0, 1000.0, 90.0, -90.0]), tensor([0.0, 0.0, 1.0, 1.0])),
    ],
    trained_on=["scores"],
    mistakes={
        "Right for moderate scores. For large ones the sigmoid is exactly 0 or 1 and its log "
        "infinite: do not form the probability.": (
            _naive,
            lambda z, y: _naive(z, y, p=lambda s: 1 / (1 + torch.exp(-s))),
            lambda z, y: -(y * F.logsigmoid(z) + (1 - y) * torch.log(1 - torch.sigmoid(z))).mean(),
            lambda z, y: -(y * torch.log(torch.sigmoid(z)) + (1 - y) * F.logsigmoid(-z)).mean(),
            lambda z, y: (
                -torch.where(
                    y == 1, torch.log(torch.sigmoid(z)), torch.log(1 - torch.sigmoid(z))
                ).mean()
            ),
        ),
        "Right for moderate scores, but the exponential of a score of 1000 is too large: take the "
        "large part out first.": (
            lambda z, y: (torch.log(1 + torch.exp(z)) - y * z).mean(),
            lambda z, y: (torch.log1p(torch.exp(z.double())) - y * z).mean(),
            lambda z, y: (
                y * torch.log1p(torch.exp(-z)) + (1 - y) * torch.log1p(torch.exp(z))
            ).mean(),
            lambda z, y: (torch.log1p(torch.exp(-z)) + (1 - y) * z).mean(),
            lambda z, y: torch.where(y == 1, (1 + (-z).exp()).log(), (1 + z.exp()).log()).mean(),
        ),
        "Cutting the probability off hides the infinity and makes the loss too small for badly "
        "wrong scores.": (
            lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y),
            *(_cut_probability(10.0**-k) for k in range(1, 17)),
            *(
                lambda z, y, c=10.0**-k: F.binary_cross_entropy(torch.sigmoid(z).clamp(c, 1 - c), y)
                for k in range(1, 17)
            ),
        ),
        "A small number added inside the log hides the infinity and makes the loss wrong for badly "
        "wrong scores.": tuple(_cut_log(10.0**-k) for k in range(1, 21)),
        "Cutting the scores off hides the overflow: the loss of a badly wrong score must go on "
        "growing.": tuple(
            cut(most)
            for most in (
                1,
                5,
                10,
                15,
                16,
                17,
                20,
                25,
                30,
                40,
                50,
                60,
                70,
                80,
                85,
                88,
                100,
                500,
                700,
            )
            for cut in (_cut_score, _cut_score_of_log)
        ),
        "Scores and labels are averaged apart; multiply each patient's score by their own label, "
        "then take the mean.": lambda z, y: F.softplus(z).mean() - y.mean() * z.mean(),
        "The logarithm is the natural one, torch.log, not log10.": lambda z, y: (
            z.clamp(min=0) - y * z + torch.log10(1 + torch.exp(-z.abs()))
        ).mean(),
        "The logarithm is the natural one, torch.log, not log2.": lambda z, y: (
            z.clamp(min=0) - y * z + torch.log2(1 + torch.exp(-z.abs()))
        ).mean(),
        "In front stands max(z, 0), clamp(min=0); clamp(max=0) is the smaller of the two.": (
            lambda z, y: (z.clamp(max=0) - y * z + torch.log1p(torch.exp(-z.abs()))).mean()
        ),
        "The sum inside the log is e^z + 1; the minus in e^-z belongs to the form with (1 - y) * "
        "z.": lambda z, y: (F.softplus(-z) - y * z).mean(),
        "The labels are multiplied by the scores: labels * scores is subtracted.": lambda z, y: (
            F.softplus(z) - y
        ).mean(),
        "This is the loss of patients who are all benign: the labels are not used.": lambda z, y: (
            F.softplus(-z).mean()
        ),
        "This is twice the mean loss.": lambda z, y: 2 * _each_loss(z, y).mean(),
        "This is half the mean loss.": lambda z, y: _each_loss(z, y).mean() / 2,
        "You divided by the number of patients twice: the mean does it already.": lambda z, y: (
            _each_loss(z, y).mean() / len(y)
        ),
        "nan_to_num hides the infinity under another number: find a form in which none arises.": (
            *(
                lambda z, y, most=most: torch.nan_to_num(
                    -(y * torch.log(torch.sigmoid(z)) + (1 - y) * torch.log(1 - torch.sigmoid(z))),
                    nan=0.0,
                    posinf=most,
                ).mean()
                for most in (10.0, 100.0, 200.0, 1000.0)
            ),
            *(
                lambda z, y, most=most: torch.nan_to_num(_naive(z, y), posinf=most)
                for most in (10.0, 100.0, 200.0, 1000.0)
            ),
            lambda z, y: torch.nan_to_num(_naive(z, y)),
            lambda z, y: torch.nan_to_num(
                -(y * torch.log(torch.sigmoid(z)) + (1 - y) * torch.log(1 - torch.sigmoid(z)))
            ).mean(),
        ),
        "The y * z is missing: this is the loss of patients who are all malignant.": lambda z, y: (
            F.softplus(z).mean()
        ),
        "Only the patients with label 1 are counted: the part with 1 - y is missing.": (
            lambda z, y: (y * F.softplus(-z)).mean(),
            lambda z, y: -(y * torch.log(torch.sigmoid(z))).mean(),
        ),
        "Only the patients with label 0 are counted: the part with y is missing.": (
            lambda z, y: ((1 - y) * F.softplus(z)).mean(),
            lambda z, y: -((1 - y) * torch.log(1 - torch.sigmoid(z))).mean(),
        ),
        "This adds the losses up; take their mean.": lambda z, y: _each_loss(z, y).sum(),
        "One loss for each patient; the mean over them is missing.": _each_loss,
        "You divided by one less than there are patients; the mean divides by their number.": (
            lambda z, y: _each_loss(z, y).sum() / (len(z) - 1)
        ),
        "The labels are the wrong way round: y * z belongs to y = 1.": (
            lambda z, y: _each_loss(z, 1 - y).mean(),
            lambda z, y: _naive(z, 1 - y),
        ),
        "y * z must be taken away, not added.": lambda z, y: (F.softplus(z) + y * z).mean(),
        "Scores and labels are swapped: the scores come first.": lambda z, y: _each_loss(
            y, z
        ).mean(),
        "The sigmoid is taken twice: binary_cross_entropy_with_logits takes it itself, so give it "
        "scores.": lambda z, y: _each_loss(torch.sigmoid(z), y).mean(),
        "The exponent must be -|z|, which is never above 0; with -z it overflows for very negative "
        "scores, and with |z| for all large ones.": (
            lambda z, y: (z.clamp(min=0) - y * z + torch.log1p(torch.exp(-z))).mean(),
            lambda z, y: (z.clamp(min=0) - y * z + torch.log1p(torch.exp(z.abs()))).mean(),
            lambda z, y: (z.clamp(min=0) - y * z + torch.log1p(torch.exp(z))).mean(),
        ),
        "max(z, 0) is missing in front.": lambda z, y: (
            torch.log1p(torch.exp(-z.abs())) - y * z
        ).mean(),
        "In front stands max(z, 0), which is 0 for a negative score; |z| is not.": lambda z, y: (
            z.abs() - y * z + torch.log1p(torch.exp(-z.abs()))
        ).mean(),
        "The log is missing: max(z, 0) - y * z is the loss only where the score is large.": (
            lambda z, y: (z.clamp(min=0) - y * z).mean()
        ),
        "One largest score is taken out of all patients together; each patient needs their own.": (
            lambda z, y: (
                z.max() + torch.log(torch.exp(z - z.max()) + torch.exp(-z.max())) - y * z
            ).mean()
        ),
        "The sum inside the log is e^z + 1, and 1 is e^0: logaddexp needs zeros, not ones.": (
            lambda z, y: (torch.logaddexp(z, torch.ones_like(z)) - y * z).mean()
        ),
        "1 - log σ is not log(1 - σ); that is log σ(-z).": lambda z, y: (
            -(y * F.logsigmoid(z) + (1 - y) * (1 - F.logsigmoid(z))).mean()
        ),
        "The sum inside the log ran over the patients. Each patient has a log of their own, of "
        "e^z + 1.": (
            lambda z, y: torch.logsumexp(z, 0) - (y * z).mean(),
            lambda z, y: (torch.logsumexp(z, 0) - y * z).mean(),
            lambda z, y: F.cross_entropy(z, y),
        ),
        "The log of the score itself is taken; the log of the probability is meant.": lambda z, y: (
            -(y * torch.log(z) + (1 - y) * torch.log(1 - z)).mean()
        ),
        "The squared distance of probability and label is another loss.": lambda z, y: (
            (torch.sigmoid(z) - y) ** 2
        ).mean(),
        "The squared distance of score and label is another loss: a score is not a probability.": (
            lambda z, y: ((z - y) ** 2).mean()
        ),
        "The labels are 0 and 1; this form is for labels -1 and 1.": (
            lambda z, y: F.softplus(-y * z).mean(),
            lambda z, y: (1 - y * z).clamp(min=0).mean(),
        ),
        "This is the distance of score and label; a score is not a probability.": F.l1_loss,
        "The part with 1 - y has the wrong sign: both parts are added, and the minus "
        "is for both.": (lambda z, y: -(y * F.logsigmoid(z) - (1 - y) * F.logsigmoid(-z)).mean()),
        "This is the distance of probability and label; the loss is the minus log of the "
        "probability of the right label.": lambda z, y: (torch.sigmoid(z) - y).abs().mean(),
        "This is the share of wrong or right answers; the loss depends on how sure the model is.": (
            lambda z, y: ((z > 0).float() != y).float().mean(),
            lambda z, y: ((z > 0).float() == y).float().mean(),
        ),
        "This is the mean probability of the right label; its minus log "
        "is the loss.": lambda z, y: torch.sigmoid(torch.where(y == 1, z, -z)).mean(),
        "The mean is taken before the log: first each patient's log, then the mean.": lambda z, y: (
            -torch.log(torch.sigmoid(torch.where(y == 1, z, -z)).mean())
        ),
    },
    hints=[
        "For y = 0 the loss of one patient is log(1 + e^z). Which function of torch knows this "
        "sum?",
        "torch.logaddexp(z, zeros) is log(e^z + 1), for every z.",
        "Subtract labels * scores, and take the mean.",
    ],
)
def loss(scores, labels):
    return (scores.clamp(min=0) - labels * scores + torch.log1p(torch.exp(-scores.abs()))).mean()


def _two_parts():
    features = random.randint(2, 4)
    scale, shift = torch.rand(features) * 5 + 0.5, torch.randn(features) * 3
    return (
        torch.randn(random.randint(4, 8), features) * scale + shift,
        torch.randn(random.randint(2, 5), features) * scale + shift + 1,
    )


def _train(a, b):
    return a


def _test(a, b):
    return b


def _everything(a, b):
    return torch.cat([a, b])


def _mean(x):
    return x.mean(dim=0)


def _std(x):
    return x.std(dim=0, correction=0)


def _std_n_minus_1(x):
    return x.std(dim=0)


def _by(source=_train, second=None, mean=_mean, std=_std, spread=None):
    """Both parts shifted and scaled by ``source``, the test part by ``second``."""

    def prepare(train, test):
        first, other = source(train, test), (second or source)(train, test)
        widths = (spread or source)(train, test), (spread or second or source)(train, test)
        return (train - mean(first)) / std(widths[0]), (test - mean(other)) / std(widths[1])

    return prepare


def _apart(train, test):
    """Mean of each part its own, standard deviation of the training part."""
    return (train - _mean(train)) / _std(train), (test - _mean(test)) / _std(train)


@exercise(
    "04.prepare",
    cases=[
        (tensor([[1.0], [3.0]]), tensor([[5.0]])),
        (tensor([[1.0, 10.0], [3.0, 30.0], [5.5, 20.0]]), tensor([[2.0, 40.0]])),
    ],
    random_case=_two_parts,
    borders=[(torch.arange(18.0).reshape(9, 2) ** 1.5, torch.arange(12.0).reshape(6, 2))],
    mistakes={
        "The test set still takes part in the mean and the standard deviation.": (
            _by(_everything),
            _by(_everything, std=_std_n_minus_1),
        ),
        "The test set still takes part in the mean.": _by(_everything, spread=_train),
        "The test set still takes part in the standard deviation.": _by(_train, spread=_everything),
        "The mean and the standard deviation are those of the two parts' own, averaged; use the "
        "training part's alone.": lambda a, b: tuple(
            (x - (_mean(a) + _mean(b)) / 2) / ((_std(a) + _std(b)) / 2) for x in (a, b)
        ),
        "Each part is standardized by its own numbers. The test set must be measured with the "
        "training set's.": (
            _by(_train, _test),
            _by(_train, _test, std=_std_n_minus_1),
            _by(
                _train, _test, std=lambda a: torch.where(_std(a) == 0, 1.0, _std(a))
            ),  # scikit-learn
        ),
        "The test part is shifted by its own mean; it is the training part's mean "
        "that counts.": _apart,
        "The test part is divided by its own standard deviation; it is the training part's "
        "standard deviation "
        "that counts.": (lambda a, b: (_by()(a, b)[0], (b - _mean(a)) / _std(b))),
        "Both parts are measured with the test set's numbers.": _by(_test),
        "The two parts are swapped: the training part comes first.": lambda a, b: _by()(a, b)[::-1],
        "The test part is as it came. Shift and scale it too, by the mean and standard deviation "
        "that the training part had at first.": lambda a, b: (_by()(a, b)[0], b),
        "The training part is as it came; shift and scale it too.": lambda a, b: (
            a,
            _by()(a, b)[1],
        ),
        "The mean was taken over each patient's features (dim=1); it belongs to each feature, "
        "dim=0.": (
            lambda a, b: tuple(
                (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, correction=0, keepdim=True)
                for x in (a, b)
            ),
            lambda a, b: tuple(
                (x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True) for x in (a, b)
            ),
            *(
                _by(
                    mean=lambda a, keep=keep: a.mean(dim=1, keepdim=keep),
                    std=lambda a, keep=keep, c=c: a.std(dim=1, keepdim=keep, correction=c),
                )
                for keep in (True, False)
                for c in (0, 1)
            ),
        ),
        "One mean and one standard deviation were used for all features together; each feature "
        "has its own.": (
            _by(mean=lambda a: a.mean(), std=lambda a: a.std(correction=0)),
            _by(mean=lambda a: a.mean(), std=lambda a: a.std()),
        ),
        "One mean was used for all features together; each feature has its own: dim=0.": _by(
            mean=lambda a: a.mean()
        ),
        "One standard deviation was used for all features together; each feature has its own: "
        "dim=0.": (
            _by(std=lambda a: a.std(correction=0)),
            _by(std=lambda a: a.std()),
        ),
        "The standard deviation was divided by N - 1. Here it is the root of the mean squared "
        "distance: correction=0.": _by(std=_std_n_minus_1),
        "Shifted but not scaled: divide by the standard deviation.": lambda a, b: (
            a - _mean(a),
            b - _mean(a),
        ),
        "Scaled but not shifted: subtract the mean first.": lambda a, b: (a / _std(a), b / _std(a)),
        "The mean is added; subtract it.": _by(mean=lambda a: -_mean(a)),
        "Multiplied by the standard deviation; divide by it.": _by(std=lambda a: 1 / _std(a)),
        "Divided by the mean; subtract the mean and divide by the standard deviation.": (
            lambda a, b: (a / _mean(a), b / _mean(a)),
            _by(std=_mean),
        ),
        "The parentheses are missing: only the mean is divided by the standard "
        "deviation.": lambda a, b: (
            a - _mean(a) / _std(a),
            b - _mean(a) / _std(a),
        ),
        "Divided by the variance; its root, the standard deviation, is meant.": (
            _by(std=lambda a: a.var(dim=0, correction=0)),
            _by(std=lambda a: a.var(dim=0)),
        ),
        "The squared distances are added up for the standard deviation; their mean is meant.": (
            _by(std=lambda a: ((a - _mean(a)) ** 2).sum(dim=0).sqrt()),
            _by(std=lambda a: ((a - _mean(a)) ** 2).sum(dim=0)),
        ),
        "You divided by the mean distance from the mean; take the root of the mean squared "
        "distance.": _by(std=lambda a: (a - _mean(a)).abs().mean(dim=0)),
        "You took the standard deviation around 0: subtract the mean before squaring.": _by(
            std=lambda a: (a**2).mean(dim=0).sqrt()
        ),
        "The smallest and the largest number are used here; mean and standard "
        "deviation are meant.": (
            _by(
                mean=lambda a: a.min(dim=0).values,
                std=lambda a: a.max(dim=0).values - a.min(dim=0).values,
            ),
            _by(std=lambda a: a.max(dim=0).values - a.min(dim=0).values),
            lambda a, b: tuple(x / a.max(dim=0).values for x in (a, b)),
            lambda a, b: tuple(x / a.abs().max(dim=0).values for x in (a, b)),
        ),
        "The median is subtracted; the mean is meant.": (
            _by(mean=lambda a: a.median(dim=0).values),
            _by(mean=lambda a: a.quantile(0.5, dim=0)),
        ),
        "These are the mean and the standard deviation themselves; use them on the two parts.": (
            lambda a, b: (_mean(a), _std(a)),
            lambda a, b: (_mean(a), _std_n_minus_1(a)),
        ),
        "Each patient's row was scaled to length 1. Here every feature, dim=0, is shifted by its "
        "mean and divided by its standard "
        "deviation.": lambda a, b: (F.normalize(a), F.normalize(b)),
        "A number is added to the standard deviation; divide by the standard deviation "
        "alone.": tuple(
            _by(std=lambda a, more=more: _std(a) + more) for more in (1, 0.1, 0.01, 1e-3, 1e-4)
        ),
        "You subtracted the first patient's row; the mean is meant.": _by(mean=lambda a: a[0]),
        "The root of the sum is divided by N; divide the sum by N, then take the root.": _by(
            std=lambda a: ((a - _mean(a)) ** 2).sum(dim=0).sqrt() / len(a)
        ),
        "The sign is reversed in both parts: it is the number minus the mean.": lambda a, b: tuple(
            (_mean(a) - x) / _std(a) for x in (a, b)
        ),
        "The second part is the training part again; the test part belongs there.": lambda a, b: (
            _by()(a, b)[0],
            _by()(a, b)[0],
        ),
        "Only the training part came back; return the test part after it.": lambda a, b: _by()(
            a, b
        )[0],
        "The two parts came back joined in one; return them one after the other.": lambda a, b: (
            torch.cat(_by()(a, b))
        ),
    },
    hints=[
        "Whose mean may be known before the examination?",
        "Compute mean and std from train alone, with dim=0.",
        "Use these two on both parts.",
    ],
)
def prepare(train, test):
    mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
    return (train - mean) / std, (test - mean) / std


def _weighted(factor=lambda y, w: torch.where(y == 0, w, 1.0), p=torch.sigmoid, divide=len):
    """The weighted slope with another factor, probability or divisor."""
    return lambda z, y, w: factor(y, w) * (p(z) - y) / divide(y)


def _weighted_loss(z, y, w):
    return torch.where(y == 0, w, 1.0) * _each_loss(z, y)


_weighted_slope = _weighted()


@exercise(
    "04.weighted_slope",
    cases=[
        (tensor([0.0]), tensor([0.0]), 5.0),
        (tensor([0.0, 0.0]), tensor([0.0, 1.0]), 5.0),
        (tensor([2.0, -1.0, 0.5]), tensor([0.0, 1.0, 1.0]), 2.5),
    ],
    borders=[
        (tensor([0.5, -1.5]), tensor([0.0, 0.0]), 3.0),
        (tensor([0.5, -1.5, 2.5]), tensor([1.0, 1.0, 1.0]), 3.0),
        (tensor([1.0, -1.0]), tensor([0.0, 1.0]), 0.5),
        (tensor([1.0, -1.0]), tensor([0.0, 1.0]), 0.0),
    ],
    facts={
        "nobody is malignant": lambda z, y, w: not (y == 0).any(),
        "everybody is malignant": lambda z, y, w: bool((y == 0).all()),
    },
    random_case=lambda: (*_scores_and_labels(2.0), random.uniform(1.5, 6.0)),
    mistakes={
        "The weight is missing: each malignant patient counts that many times.": _weighted(
            lambda y, w: 1.0
        ),
        "The weight went to the benign patients; label 0 is malignant.": _weighted(
            lambda y, w: torch.where(y == 1, w, 1.0)
        ),
        "Everybody got the weight; only label 0 has it.": _weighted(lambda y, w: w),
        "The benign patients are gone: they count once each, with a factor of 1.": (
            _weighted(lambda y, w: torch.where(y == 0, w, 0.0)),
            _weighted(lambda y, w: y == 0),
        ),
        "The malignant patients are gone, or count for nothing: their factor is the weight.": (
            _weighted(lambda y, w: y),
            _weighted(lambda y, w: y * w),
        ),
        "You let the malignant count weight + 1 times: 1 is the factor of the benign "
        "alone.": _weighted(lambda y, w: 1 + w * (1 - y)),
        "The weight is squared: it multiplies a patient's slope once.": _weighted(
            lambda y, w: torch.where(y == 0, w, 1.0) ** 2
        ),
        "You divided by the weight; a patient who counts more has a larger slope.": _weighted(
            lambda y, w: torch.where(y == 0, 1 / w, 1.0)
        ),
        "You subtracted the weight; it multiplies.": lambda z, y, w: (
            torch.where(y == 0, torch.sigmoid(z) - y - w, torch.sigmoid(z) - y) / len(y)
        ),
        "You let the malignant count weight - 1 times; their factor is the weight.": _weighted(
            lambda y, w: torch.where(y == 0, w - 1, 1.0)
        ),
        "The label is missing: the slope holds probability minus label.": lambda z, y, w: (
            torch.where(y == 0, w, 1.0) * torch.sigmoid(z) / len(y)
        ),
        "You squared probability minus label; its slope needs no square.": lambda z, y, w: (
            torch.where(y == 0, w, 1.0) * (torch.sigmoid(z) - y) ** 2 / len(y)
        ),
        "You divided by 2; divide by the number of patients.": _weighted(divide=lambda y: 2),
        "You made the factor depend on the score; it is the label that says who is malignant.": (
            lambda z, y, w: torch.where(z <= 0, w, 1.0) * (torch.sigmoid(z) - y) / len(y),
            lambda z, y, w: torch.where(z > 0, w, 1.0) * (torch.sigmoid(z) - y) / len(y),
        ),
        "Only a missed cancer got the weight. Every malignant patient has it, found or missed.": (
            lambda z, y, w: (
                torch.where((y == 0) & (z > 0), w, 1.0) * (torch.sigmoid(z) - y) / len(y)
            )
        ),
        "The weight is added; it multiplies.": (
            lambda z, y, w: (torch.where(y == 0, w, 0.0) + torch.sigmoid(z) - y) / len(y),
            lambda z, y, w: (torch.where(y == 0, w, 1.0) + torch.sigmoid(z) - y) / len(y),
            lambda z, y, w: torch.where(y == 0, w, 0.0) + (torch.sigmoid(z) - y) / len(y),
        ),
        "The division by the number of patients is missing.": _weighted(divide=lambda y: 1),
        "You divided by one less than there are patients; divide by their number.": _weighted(
            divide=lambda y: len(y) - 1
        ),
        "You divided by the number of the malignant alone; divide by that of all "
        "patients.": _weighted(divide=lambda y: (y == 0).sum()),
        "You divided by the sum of the weights; the exercise divides by the number of "
        "patients.": lambda z, y, w: (
            _weighted_slope(z, y, w) * len(y) / torch.where(y == 0, w, 1.0).sum()
        ),
        "You divided by the weight as well; divide by the number of "
        "patients alone.": lambda z, y, w: _weighted_slope(z, y, w) / w,
        "The sign is reversed: probability minus label.": lambda z, y, w: -_weighted_slope(z, y, w),
        "The score itself stands where its sigmoid belongs.": _weighted(p=lambda z: z),
        "tanh stands where the sigmoid belongs.": _weighted(p=torch.tanh),
        "The sigmoid is rounded to 0 or 1; the slope needs the probability itself.": (
            _weighted(p=lambda z: (z > 0).float()),
        ),
        "The sigmoid is of minus the score: σ(z) is the probability of label 1.": _weighted(
            p=lambda z: torch.sigmoid(-z)
        ),
        "The probabilities add up to 1 over the patients: that is softmax. Each patient has a "
        "sigmoid of their own.": _weighted(p=lambda z: torch.softmax(z, 0)),
        "The label is turned round: it is probability minus label, not minus 1 - label.": (
            lambda z, y, w: torch.where(y == 0, w, 1.0) * (torch.sigmoid(z) - (1 - y)) / len(y)
        ),
        "The weight multiplies the score; it belongs in front of the "
        "whole slope.": lambda z, y, w: (
            (torch.sigmoid(torch.where(y == 0, w, 1.0) * z) - y) / len(y)
        ),
        "The parentheses are missing: only the label is divided by the number of patients.": (
            lambda z, y, w: torch.where(y == 0, w, 1.0) * (torch.sigmoid(z) - y / len(y))
        ),
        "This is the weighted loss; the exercise asks for its slope for each score.": (
            lambda z, y, w: _weighted_loss(z, y, w).mean(),
            _weighted_loss,
            lambda z, y, w: _weighted_loss(z, y, w) / len(y),
        ),
        "The slopes are added up or averaged; give one for each score.": (
            lambda z, y, w: _weighted_slope(z, y, w).sum(),
            lambda z, y, w: _weighted_slope(z, y, w).mean(),
        ),
        "This is the slope for a weight of the model: the score itself was multiplied in. Asked "
        "for is the slope for the score.": lambda z, y, w: _weighted_slope(z, y, w) * z,
        "Cross-entropy's slope needs no σ(1 - σ): that belongs to the "
        "squared error.": lambda z, y, w: (
            _weighted_slope(z, y, w) * torch.sigmoid(z) * (1 - torch.sigmoid(z))
        ),
        "There is a factor 2 too many: that belongs to the squared error.": lambda z, y, w: (
            2 * _weighted_slope(z, y, w)
        ),
    },
    hints=[
        "Without weights, the slope for one score is (σ(z) - y) / N.",
        "A factor in front of a loss is the same factor in front of its slope.",
        "torch.where(labels == 0, weight, 1.0) gives each patient's factor.",
    ],
)
def weighted_slope(scores, labels, weight):
    counts = torch.where(labels == 0, weight, 1.0)
    return counts * (torch.sigmoid(scores) - labels) / len(labels)
