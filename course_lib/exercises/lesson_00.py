"""Exercises of lesson 00, Start here."""

import math
import random

from course_lib.exercises import exercise


@exercise(
    "00.double",
    cases=[(3,), (-1.5,)],
    random_case=lambda: (random.randint(-50, 50),),
    mistakes={
        "This is the number's square; twice the number is 2 * number.": lambda n: n**2,
        "You give back the number as it came; multiply it by 2.": lambda n: n,
        "You added 2; twice the number is 2 * number.": lambda n: n + 2,
        "This is half the number; you divided by 2.": (lambda n: n / 2, lambda n: n // 2),
        "This is 2 to the power of the number; * multiplies, ** is the power.": lambda n: 2**n,
        "The sign is reversed.": lambda n: -2 * n,
    },
    hints=["The sign for multiplication is *.", "return 2 * number"],
)
def double(number):
    return 2 * number


@exercise(
    "00.steps",
    cases=[(12, 4, 1), (12, 4, 5), (13, 4, 5)],
    random_case=lambda: (random.randint(5, 100), random.randint(2, 9), random.randint(2, 6)),
    mistakes={
        "The last, smaller batch is missing: 13 examples in fours make 4 batches, not 3.": (
            lambda n, b, e: n // b * e
        ),
        "Steps are whole: a batch of a quarter is a batch. Round the batches of one epoch up before you "
        "multiply.": lambda n, b, e: n / b * e,
        "You rounded at the end. Each epoch ends with its own small batch: round up first, then "
        "multiply.": (lambda n, b, e: math.ceil(n * e / b), lambda n, b, e: n * e // b),
        "The epochs are missing: these are the steps of one.": (
            lambda n, b, e: math.ceil(n / b),
            lambda n, b, e: n // b,
        ),
        "You counted one batch too many where the examples divide evenly.": lambda n, b, e: (
            (n // b + 1) * e
        ),
        "These are examples seen, not steps: a whole batch makes one step.": lambda n, b, e: n * e,
        "Rounding to the nearest drops the small batch when it is less than half full: round "
        "up.": lambda n, b, e: round(n / b) * e,
        "You multiplied by the batch size; the examples are divided into batches.": lambda n, b, e: (
            n * b * e
        ),
    },
    hints=[
        "First the batches of one epoch. 13 examples in fours: how many batches?",
        "Divide and round up: math.ceil, or // after adding batch_size - 1.",
        "Then times the epochs.",
    ],
)
def steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) * epochs
