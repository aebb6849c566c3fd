"""Lesson 00: answers as learners write them; see ``answers``."""

import math
import random

import numpy
import torch

from .answers import right, wrong

# 00.double


@wrong("00.double", "number's square")
def my_double(number):
    return number * number


@wrong("00.double", "You added 2")
def my_double(number):
    number += 2
    return number


@wrong("00.double", "prints its answer")
def my_double(number):
    print(2 * number)


@wrong("00.double", "same answer whatever")
def my_double(number):
    return 6


@wrong("00.double", "must be one number; yours is a str")
def my_double(number):
    return str(number) * 2


@wrong("00.double", "always 1.5 times")
def my_double(number):
    return number + number + number


@wrong("00.double", "Right on the inputs that are shown")
def my_double(number):
    return {3: 6, -1.75: -3.5}.get(number, 1)


@wrong("00.double", "not every way")
def my_double(number):
    if number > 0:
        return number + number


@wrong("00.double", "function's own")
def my_double(number):
    total += 2 * number
    return total


@wrong("00.double", "asks with input()")
def my_double(number):
    return 2 * float(input())


@wrong("00.double", "is a * missing")
def my_double(number):
    two = 2
    return two(number)


@wrong("00.double", "two different answers")
def my_double(number):
    return 2 * number + random.random()


@right("00.double")
def my_double(*numbers):
    return sum(numbers) + numbers[0]


@right("00.double")
def my_double(number, factor=2):
    return factor * number


@right("00.double")
def my_double(number):
    return number * 2.0


@right("00.double")
def my_double(number):
    return number + number


@right("00.double")
def my_double(number):
    return number << 1 if isinstance(number, int) else 2 * number


@right("00.double")
def my_double(number):
    return numpy.float64(number) * 2


@wrong("00.double", "int() drops what")
def my_double(number):
    return int(2 * number)


@wrong("00.double", "You took the absolute")
def my_double(number):
    return abs(number) * 2


@wrong("00.double", "You multiplied the")
def my_double(number):
    return number * number * 2


@wrong("00.double", "You added 1; twice")
def my_double(number):
    return number + 1


@wrong("00.double", "The sign is reversed.")
def my_double(number):
    return -number


# 00.steps


@wrong("00.steps", "last, smaller batch is missing")
def my_steps(examples, batch_size, epochs):
    return int(examples / batch_size) * epochs


@wrong("00.steps", "You rounded at the end. Each")
def my_steps(examples, batch_size, epochs):
    return -(-examples * epochs // batch_size)


@wrong("00.steps", "these are the steps of one")
def my_steps(examples, batch_size, epochs):
    steps = 0
    for epoch in range(epochs):
        steps += -(-examples // batch_size)
        return steps


@wrong("00.steps", "One epoch is missing")
def my_steps(examples, batch_size, epochs):
    steps = 0
    for epoch in range(1, epochs):
        steps += -(-examples // batch_size)
    return steps


@wrong("00.steps", "You counted one batch too many")
def my_steps(examples, batch_size, epochs):
    left, batches = (examples, 0)
    while left >= 0:
        left -= batch_size
        batches += 1
    return batches * epochs


@wrong("00.steps", "You added the epochs")
def my_steps(examples, batch_size, epochs):
    return -(-examples // batch_size) + epochs


@wrong("00.steps", "divided by the epochs as well")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size / epochs)


@wrong("00.steps", "is upside down")
def my_steps(examples, batch_size, epochs):
    return math.ceil(batch_size / examples) * epochs


@wrong("00.steps", "name 'ceil' is not defined")
def my_steps(examples, batch_size, epochs):
    return ceil(examples / batch_size) * epochs


@right("00.steps")
def my_steps(n, size, epochs):
    return len(range(0, n, size)) * epochs


@right("00.steps")
def my_steps(n, size, epochs):
    full, rest = divmod(n, size)
    return (full + bool(rest)) * epochs


@right("00.steps")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) * float(epochs)


@right("00.steps")
def my_steps(examples, batch_size, epochs):
    n = 0
    for epoch in range(epochs):
        left = examples
        while left > 0:
            left -= batch_size
            n += 1
    return n


@right("00.steps")
def my_steps(examples, batch_size, epochs):
    return epochs * (examples // batch_size + (examples % batch_size != 0))


@right("00.steps")
def my_steps(examples, batch_size, epochs):
    return torch.ceil(torch.tensor(examples / batch_size)) * epochs


@wrong("00.steps", "One step is added")
def my_steps(examples, batch_size, epochs):
    return examples // batch_size * epochs + 1


@wrong("00.steps", "Rounding to the nearest")
def my_steps(examples, batch_size, epochs):
    return round(examples / batch_size) * epochs


@wrong("00.steps", "/ keeps what stands")
def my_steps(examples, batch_size, epochs):
    return (examples + batch_size - 1) / batch_size * epochs


@wrong("00.steps", "Steps are whole:")
def my_steps(examples, batch_size, epochs):
    return examples / batch_size * epochs


@wrong("00.steps", "That is only what")
def my_steps(examples, batch_size, epochs):
    return examples % batch_size * epochs


@wrong("00.steps", "These are examples")
def my_steps(examples, batch_size, epochs):
    return examples * epochs


@wrong("00.steps", "batch_size and epochs")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples / epochs) * batch_size


@wrong("00.steps", "** is the power;")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) ** epochs


@wrong("00.steps", "The remainder counts")
def my_steps(examples, batch_size, epochs):
    return (examples // batch_size + examples % batch_size) * epochs


@wrong("00.steps", "* comes before +:")
def my_steps(examples, batch_size, epochs):
    return examples / batch_size + 1 * epochs


# 00.double, once more


@wrong("00.double", "You added 2")
def my_double(number):
    return number + 2


@wrong("00.double", "prints its answer")
def my_double(number):
    result = 2 * number
    print(result)


@wrong("00.double", "You took the absolute")
def my_double(number):
    return 2 * abs(number)


@right("00.double")
def my_double(n):
    return sum([n, n])


# 00.steps, once more


@wrong("00.steps", "You counted one batch too many")
def my_steps(examples, batch_size, epochs):
    return (examples // batch_size + 1) * epochs


@wrong("00.steps", "You rounded at the end. Each")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples * epochs / batch_size)


@wrong("00.steps", "You added the epochs")
def my_steps(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) + epochs


@right("00.steps")
def my_steps(examples, batch_size, epochs):
    n = 0
    for _ in range(epochs):
        for i in range(0, examples, batch_size):
            n += 1
    return n
