"""Questions at the end of lesson 17, Teaching it what we like."""

import math

from course_lib.frontier import best_of_n_shares, least_kl
from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "One text in five has a reward of 1, the others 0. You write three and keep the best. "
        "How often is its reward 1?",
        wrong("60 %", "Now and then two of the three have one, and the second is of no use."),
        right("49 %", "1 − 0.8³: only if all three are without one, so is the best."),
        wrong("0.8 %", "That is 0.2³, the probability that all three have one."),
        proof=lambda: f"{100 * best_of_n_shares([0.8, 0.2], 3)[1]:.0f} %",
    ),
    Question(
        "A reference has a reward of 0.5. A policy has a reward of 1, and a KL of 0.4 nats from "
        "it. What do you say?",
        wrong(
            "It has become a little less varied",
            "Its KL would be ln 2 or more, however varied it is.",
        ),
        wrong("A good policy, near the frontier", "It would be beyond it: the least is ln 2."),
        right(
            "There is a mistake in one of the numbers",
            "The least KL for a reward of 1 is −ln 0.5 = 0.693; nothing is possible below it.",
        ),
        proof=lambda: (
            "There is a mistake in one of the numbers"
            if 0.4 < least_kl(1.0, 0.5) == math.log(2)
            else ""
        ),
    ),
    Question(
        "All 32 texts of a batch have a reward of 1. What does the policy gradient do, with the "
        "mean of the others as baseline?",
        wrong(
            "It makes all 32 likelier", "Without a baseline it would; none was above the others."
        ),
        right(
            "Nothing: every advantage is 0",
            "1 − 1 = 0 for each of them. Only the KL is still at work.",
        ),
        wrong("It makes all 32 less likely", "For that a reward must be below that of the others."),
    ),
    Question(
        "A step of DPO makes the better text less likely, and the loss falls. Is that possible?",
        right("Yes, if the worse one falls further", "Only the difference of the two counts."),
        wrong("No, the better one must rise", "Nothing in the loss asks for that."),
        wrong("Only with a wrong β", "β scales the difference, whatever it comes from."),
    ),
    Question(
        "A policy is trained to please a reward model. Its score rises and rises. How do you know "
        "that the texts get better?",
        wrong(
            "From the score, if the judge was right on 95 % of held-out pairs",
            "Those pairs were texts of another kind; the policy goes where the judge is wrong.",
        ),
        wrong("From the KL: it must grow", "It grows for good changes and for bad ones."),
        right(
            "From the texts: somebody reads some of them",
            "The score is what is being pushed; only a look from outside can tell.",
        ),
    ),
]
