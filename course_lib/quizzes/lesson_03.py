"""Questions at the end of lesson 03, Gradient descent."""

import math

from course_lib.quizzes.question import Question, right, wrong


def _walk(rate, steps, curvature=4.0, start=1.0):
    for _ in range(steps):
        start -= rate * curvature * start
    return start


QUESTIONS = [
    Question(
        "Three errors of a line are 1, −1 and 4. What is its mean squared error?",
        wrong(
            "2",
            "You took the mean without their signs, (1 + 1 + 4) / 3. They are to be squared "
            "first, so that large errors count more.",
        ),
        right("6", "(1 + 1 + 16) / 3. The one large error makes up nearly all of it."),
        wrong(
            "16/9",
            "You squared the mean of the errors. There, 1 and −1 cancel, which is what squaring "
            "each error prevents.",
        ),
        wrong("18", "That is the sum of the squares. The mean divides it by 3."),
        proof=lambda: (1 + 1 + 16) // 3,
    ),
    Question(
        "The slope of the loss is 4 times the distance from the bottom. Above which learning "
        "rate does plain descent diverge?",
        wrong(
            "0.25",
            "With it, one step lands exactly at the bottom: 1 − 0.25 · 4 = 0. Larger ones go "
            "past it, and still come nearer.",
        ),
        right(
            "0.5",
            "A step multiplies the distance by 1 − 4η. At η = 2/4 that is −1: the other side, "
            "just as far away.",
        ),
        wrong("4", "That is how steep it is. The steeper the valley, the smaller the limit: 2/4."),
        wrong(
            "There is no limit: a large rate only takes longer steps",
            "A step that is too long ends higher on the other side, where the slope is larger "
            "still.",
        ),
        proof=lambda: next(n / 100 for n in range(1, 100) if abs(_walk((n + 1) / 100, 500)) > 1),
    ),
    Question(
        "After `loss.backward()` and before the update, what has changed?",
        wrong(
            "The parameters have moved downhill",
            "`backward` measures and moves nothing. The update moves.",
        ),
        right(
            "The slopes are in `.grad`",
            "That is all that it does. The parameters still have their old values.",
        ),
        wrong(
            "The loss has become smaller",
            "The loss was computed from the old parameters. A smaller one comes with the next "
            "round, if at all.",
        ),
    ),
    Question(
        "In a training run the loss falls very fast, and then swings up and down in great waves. "
        "What has probably been forgotten?",
        right(
            "The reset",
            "The steps go along the sum of all slopes so far. At the bottom that sum is large, "
            "and the path runs up the other side.",
        ),
        wrong("The update", "Then nothing would move, and the loss would stay the same forever."),
        wrong(
            "The gradient", "Then `.grad` would be `None`, and the first update would be an error."
        ),
    ),
    Question(
        "The right answer is yes, and the model gives it a probability of 0.5. What is the "
        "binary cross-entropy?",
        wrong(
            "0",
            "It is 0 only if the right answer has probability 1. Being undecided costs something.",
        ),
        wrong(
            "0.5",
            "That is how much is missing from 1. The loss is minus the logarithm of the "
            "probability.",
        ),
        right(
            "0.693", "−log 0.5 = log 2. It is the price of not knowing, whichever answer is right."
        ),
        proof=lambda: f"{-math.log(0.5):.3f}",
    ),
]
