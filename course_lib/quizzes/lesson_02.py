"""Questions at the end of lesson 02, Autograd."""

import torch

from course_lib.quizzes.question import Question, right, wrong
from course_lib.scalar import Value


def _slope(function, at):
    knob = Value(at)
    function(knob).backward()
    return f"{knob.grad:g}"


def _after_three_calls():
    w = torch.tensor(5.0, requires_grad=True)
    for _ in range(3):
        (w * w).backward()
    return f"{w.grad.item():g}"


QUESTIONS = [
    Question(
        "z = x · (a + b), with a = 1, b = 6 and x = 5. What is the slope of z with respect to a?",
        wrong(
            "1",
            "That is the slope of the sum y = a + b. On the way from y to z it is still "
            "multiplied by x.",
        ),
        right("5", "y moves 1 times as much as a, and z moves x = 5 times as much as y: 1 · 5."),
        wrong(
            "7",
            "That is a + b, the slope with respect to x: in a product, each slope is the other "
            "factor.",
        ),
        wrong(
            "6",
            "You took b for the other factor. But a is not multiplied by b: the sum is "
            "multiplied by x.",
        ),
        proof=lambda: _slope(lambda a: Value(5.0) * (a + 6.0), 1.0),
    ),
    Question(
        "z = a · a + a, with a = 4. What is the slope of z with respect to a?",
        wrong("1", "You counted only the last path. All three ways in which a reaches z count."),
        wrong(
            "5", "That is one factor and the sum. But both factors of a · a move, so 4 comes twice."
        ),
        wrong("8", "That is a · a alone. The a that is added brings 1 more."),
        right(
            "9",
            "Three paths lead from a to z, with slopes 4, 4 and 1. Where paths meet, slopes are "
            "added.",
        ),
        proof=lambda: _slope(lambda a: a * a + a, 4.0),
    ),
    Question(
        "`w` is 5. The line `(w * w).backward()` runs three times, and nothing is reset. What is "
        "`w.grad`?",
        wrong(
            "10",
            "That is the slope, and it would be right if each call replaced the last. `backward` "
            "adds instead.",
        ),
        right(
            "30", "The slope of the square is 2 · 5 = 10, and each call adds it to what is there."
        ),
        wrong(
            "1000",
            "Slopes are multiplied along a path within one graph. From call to call they are "
            "added.",
        ),
        wrong(
            "Nothing: the second call is an error",
            "Going back twice through one graph is. Here each line computes a new square, and so "
            "a new graph.",
        ),
        proof=_after_three_calls,
    ),
    Question(
        "Why must a node hand on its gradient only after all nodes that use it have handed on "
        "theirs?",
        right(
            "Otherwise a part of its own gradient has not arrived yet",
            "Each node that uses it adds a part. What arrives later would never reach the node's "
            "parents.",
        ),
        wrong(
            "Otherwise the slopes would be added in another order and rounded differently",
            "The order of an addition changes the last digit at most. Here a whole part would be "
            "missing.",
        ),
        wrong(
            "Otherwise its value would not be known",
            "All values are known: they were computed in the forward pass.",
        ),
    ),
    Question(
        "f(w) = w², and the slope at w = 10 is 20. By how much does f fall if you go 20 to the "
        "left?",
        wrong(
            "By 400",
            "The slope promises 20 · 20 = 400, but only as long as it stays 20. It changes on "
            "the way.",
        ),
        right(
            "By nothing",
            "You end at −10, as high as before. A slope holds for small distances only.",
        ),
        wrong(
            "By 100, down to the bottom",
            "The bottom is 10 away. Going 20, you pass it and climb up the other side.",
        ),
        proof=lambda: "nothing" if 10**2 - (10 - 20) ** 2 == 0 else "something",
    ),
]
