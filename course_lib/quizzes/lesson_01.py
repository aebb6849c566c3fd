"""Questions at the end of lesson 01, Tensors."""

import torch

from course_lib.quizzes.question import Question, right, wrong


def _shape(tensor):
    shape = tuple(tensor.shape)
    return (
        "no number" if shape == () else f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
    )


QUESTIONS = [
    Question(
        "A tensor has shape (4, 3, 2). What is the shape of its `sum(dim=1)`?",
        wrong("(3,)", "You kept the dimension that was named. It is the one that disappears."),
        right(
            "(4, 2)",
            "The named dimension disappears: dimension 1 has length 3, and 4 and 2 are left.",
        ),
        wrong(
            "(3, 2)",
            "That is `dim=0`. Dimensions are counted from 0, so dimension 1 is the one of length "
            "3.",
        ),
        wrong(
            "(4, 1, 2)", "That is what `keepdim=True` gives: the dimension stays, with length 1."
        ),
        proof=lambda: _shape(torch.zeros(4, 3, 2).sum(dim=1)),
    ),
    Question(
        "Predictions have shape (20, 1) and targets shape (20,). What happens when you subtract "
        "them?",
        wrong(
            "An error: the shapes differ",
            "They differ, and they can be stretched: missing counts as 1, and 1 fits every length.",
        ),
        wrong(
            "Twenty differences, one for each prediction",
            "That is what was meant. It needs two equal shapes, so one of them has to be "
            "squeezed first.",
        ),
        right(
            "400 differences, of every prediction from every target",
            "(20, 1) and (20,) are both stretched to (20, 20). Nothing warns you, so assert that "
            "the shapes are equal.",
        ),
        proof=lambda: (torch.zeros(20, 1) - torch.zeros(20)).numel(),
    ),
    Question(
        "Which of these shapes can be added to a tensor of shape (5, 3)?",
        wrong(
            "(5,)",
            "Both have a 5, but shapes are written right-aligned, and then 5 stands below 3.",
        ),
        wrong("(3, 5)", "It has as many numbers, but nothing is turned around: 3 stands below 5."),
        right("(5, 1)", "Right-aligned, 1 stands below 3 and is stretched, and 5 equals 5."),
        wrong("(2, 3)", "The 3 fits, but 2 stands below 5, and only a 1 is stretched."),
    ),
    Question(
        "`A` has shape (2, 3) and `B` has shape (3, 4). What is the shape of `A @ B`?",
        right(
            "(2, 4)",
            "Each row of `A` meets each column of `B`. The 3 that both share is summed over and "
            "disappears.",
        ),
        wrong("(3, 3)", "You kept what both share. It is the shared dimension that disappears."),
        wrong(
            "(2, 3, 4)",
            "There would be a product for each of these, but they are added up over the shared 3.",
        ),
        wrong(
            "None: it is an error",
            "For `*` it would be one. For `@` the last length of `A` has to equal the first of "
            "`B`, and it does.",
        ),
        proof=lambda: _shape(torch.zeros(2, 3) @ torch.zeros(3, 4)),
    ),
    Question(
        "`grid = numbers.reshape(2, 3)`, and then `grid[0, 0] = 100`. You want `numbers` to stay "
        "as it was. What do you do?",
        wrong(
            "Nothing: `reshape` has made a new tensor",
            "A new tensor, but a view: it reads the same row of numbers in memory, and writes "
            "into it.",
        ),
        right(
            "Change a copy, from `numbers.reshape(2, 3).clone()`",
            "`clone` gives the copy numbers of its own.",
        ),
        wrong(
            "Use `view` in place of `reshape`",
            "`view` promises never to copy, so the numbers are shared for certain.",
        ),
    ),
]
