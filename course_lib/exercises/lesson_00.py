"""Exercises of lesson 00, Start here."""

import math
import random

from course_lib.exercises.registry import exercise


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
        "Steps are whole: a batch of a quarter is a batch. Round the batches of one epoch up "
        "before you multiply.": lambda n, b, e: n / b * e,
        "You rounded at the end. Each epoch ends with its own small batch: round up first, then "
        "multiply.": (lambda n, b, e: math.ceil(n * e / b), lambda n, b, e: n * e // b),
        "The epochs are missing: these are the steps of one.": (
            lambda n, b, e: math.ceil(n / b),
            lambda n, b, e: n // b,
        ),
        "One step is added at the end, but the last, smaller batch comes in every epoch.": (
            lambda n, b, e: n // b * e + 1,
            lambda n, b, e: n // b * e + (n % b > 0),
        ),
        "The smaller batch is multiplied by the epochs, and the full ones are not: put the "
        "batches of one epoch in parentheses.": lambda n, b, e: n // b + (n % b > 0) * e,
        "The remainder counts as one batch, however many examples are in it.": lambda n, b, e: (
            (n // b + n % b) * e
        ),
        "That is only what is left over; the full batches count as well.": lambda n, b, e: (
            n % b * e
        ),
        "You added the epochs; every epoch has all the batches, so multiply.": (
            lambda n, b, e: math.ceil(n / b) + e,
            lambda n, b, e: n // b + e,
        ),
        "You divided by the epochs as well; more epochs make more steps.": (
            lambda n, b, e: math.ceil(n / (b * e)),
            lambda n, b, e: n // (b * e),
            lambda n, b, e: math.ceil(n / b) / e,
        ),
        "** is the power; the batches of one epoch times the epochs is *.": lambda n, b, e: (
            math.ceil(n / b) ** e
        ),
        "You rounded at the end, and to the nearest. Each epoch ends with its own small batch: "
        "round up first, then multiply.": lambda n, b, e: round(n * e / b),
        "One epoch is missing: range(1, epochs) has one round less than epochs.": lambda n, b, e: (
            math.ceil(n / b) * (e - 1)
        ),
        "One epoch too many.": lambda n, b, e: math.ceil(n / b) * (e + 1),
        "// and * come before + and -: put the sum before the // in parentheses.": lambda n, b, e: (
            n + b - 1 // b * e
        ),
        "To round up with //, add batch_size - 1 first, not 1.": lambda n, b, e: (n + 1) // b * e,
        "The two cases are exchanged: where something is left over, one batch more is needed.": (
            lambda n, b, e: (n // b if n % b else n // b + 1) * e
        ),
        "The epochs are missing, and there is a batch too many where the examples divide evenly.": (
            lambda n, b, e: n // b + 1
        ),
        "You counted one batch too many where the examples divide evenly.": lambda n, b, e: (
            (n // b + 1) * e
        ),
        "These are examples seen, not steps: a whole batch makes one step.": lambda n, b, e: n * e,
        "Rounding to the nearest drops the small batch when it is less than half full: round "
        "up.": lambda n, b, e: round(n / b) * e,
        "You multiplied by the batch size; the examples are divided into "
        "batches.": lambda n, b, e: n * b * e,
    },
    hints=[
        "First the batches of one epoch. 13 examples in fours: how many batches?",
        "Divide and round up: math.ceil, or // after adding batch_size - 1.",
        "Then times the epochs.",
    ],
)
def steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) * epochs
