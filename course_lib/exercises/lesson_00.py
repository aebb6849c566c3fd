"""Exercises of lesson 00, Start here."""

import math
import random

from course_lib.exercises.registry import exercise


@exercise(
    "00.double",
    cases=[(3,), (-1.75,)],
    random_case=lambda: (random.choice([random.randint(-50, 50), random.uniform(-9, 9)]),),
    borders=[(0,), (0.5,), (10**6,)],
    mistakes={
        "You multiplied the number by itself as well as by 2; twice the number is 2 * number.": (
            lambda n: 2 * n * n
        ),
        "This is the number's square; twice the number is 2 * number.": lambda n: n**2,
        "You give back the number as it came; multiply it by 2.": lambda n: n,
        "You added 2; twice the number is 2 * number.": lambda n: n + 2,
        "This is half the number; you divided by 2.": (lambda n: n / 2, lambda n: n // 2),
        "This is 2 to the power of the number; * multiplies, ** is the power.": lambda n: 2**n,
        "The sign is reversed.": (lambda n: -2 * n, lambda n: -n),
        "You took the absolute value: below 0 the answer is below 0 as well.": lambda n: 2 * abs(n),
        "int() drops what stands after the decimal point; the number may have one.": (
            lambda n: int(2 * n),
            lambda n: 2 * int(n),
        ),
        "round() drops what stands after the decimal point; the number may have one.": (
            lambda n: round(2 * n),
            lambda n: 2 * round(n),
        ),
        "You added 1; twice the number is 2 * number.": lambda n: n + 1,
    },
    hints=["The sign for multiplication is *.", "return 2 * number"],
)
def double(number):
    return 2 * number


@exercise(
    "00.steps",
    cases=[(12, 4, 1), (12, 4, 5), (13, 4, 5)],
    random_case=lambda: (random.randint(5, 100), random.randint(2, 9), random.randint(2, 6)),
    borders=[(13, 4, 1), (3, 8, 2), (1, 1, 1), (9, 1, 2), (8, 8, 3)],
    facts={
        "the examples divide evenly": lambda n, b, e: n % b == 0,
        "there are fewer examples than a batch holds": lambda n, b, e: n < b,
        "there is one epoch": lambda n, b, e: e == 1,
    },
    mistakes={
        "The last, smaller batch is missing: 13 examples in fours make 4 batches, not 3.": (
            lambda n, b, e: n // b * e
        ),
        "Steps are whole: a batch of a quarter is a batch. Round the batches of one epoch up "
        "before you multiply.": lambda n, b, e: n / b * e,
        "/ keeps what stands after the decimal point: after adding batch_size - 1, divide with //, "
        "which drops it.": lambda n, b, e: (n + b - 1) / b * e,
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
        "batch_size and epochs are exchanged: divide by batch_size, multiply by epochs.": (
            lambda n, b, e: math.ceil(n / e) * b
        ),
        "* comes before +: put the batches of one epoch in parentheses, then multiply.": (
            lambda n, b, e: n / b + 1 * e,
            lambda n, b, e: n // b + 1 * e,
        ),
        "The last, smaller batch is missing, and where the examples divide evenly one batch too "
        "few is counted.": lambda n, b, e: (n - 1) // b * e,
        "The last, smaller batch is missing, except where it is the only one.": lambda n, b, e: (
            max(1, n // b) * e
        ),
        "The division is upside down: examples stand above, batch_size below.": (
            lambda n, b, e: math.ceil(b / n) * e,
            lambda n, b, e: b / n * e,
        ),
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
