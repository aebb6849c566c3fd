"""Questions at the end of lesson 05, Layers and modules."""

import math

import torch
from torch import nn

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "`nn.Linear(3, 5)` gets an input of shape (2, 7, 3). What comes out?",
        wrong(
            "(2, 5, 3)",
            "The layer works on the last dimension, so the 3 becomes a 5. The middle one is only "
            "carried along.",
        ),
        right(
            "(2, 7, 5)",
            "It works on the last dimension. Whatever stands in front is carried along.",
        ),
        wrong(
            "(5, 3)", "That is the shape in which its weights are stored, a row for each output."
        ),
        wrong(
            "An error: it takes tables only",
            "It takes any number of dimensions, as long as the last has length 3.",
        ),
        proof=lambda: str(tuple(nn.Linear(3, 5)(torch.zeros(2, 7, 3)).shape)),
    ),
    Question(
        "Softmax turns the scores 1, 2 and 4 into probabilities. Then 10 is added to each score. "
        "What happens to the probabilities?",
        wrong(
            "They become more nearly equal, as 11, 12 and 14 are",
            "Ratios of scores do not matter. Softmax looks at differences, and these are the same.",
        ),
        wrong(
            "The largest comes closer to 1",
            "That happens when scores are *multiplied*, since then the differences grow.",
        ),
        right(
            "Nothing",
            "Every exponential gets the same factor, and it cancels. Only differences between "
            "scores count.",
        ),
        proof=lambda: (
            "Nothing"
            if torch.allclose(
                torch.softmax(torch.tensor([1.0, 2, 4]), 0),
                torch.softmax(torch.tensor([11.0, 12, 14]), 0),
            )
            else "other"
        ),
    ),
    Question(
        "Each output of a layer is the sum of 100 products, each of spread 1. What is the spread "
        "of the output?",
        wrong(
            "1",
            "It would be if you divided by the root of the width, as good first values do. "
            "Unscaled, sums spread more than their parts.",
        ),
        right("10", "Variances add up: 100 of them make 100, and the spread is its root."),
        wrong(
            "100",
            "The products partly cancel, because their signs differ by chance. It is variances "
            "that add up, not spreads.",
        ),
        proof=lambda: math.isqrt(100),
    ),
    Question(
        "A model is `nn.Embedding(6, 4)`, then `nn.LayerNorm(4)`, then `nn.Dropout(0.5)`. How "
        "many parameters has it?",
        wrong(
            "24",
            "That is the embedding. LayerNorm learns as well: a factor and a shift for each "
            "feature.",
        ),
        wrong(
            "28", "LayerNorm has a factor γ for each of the 4 features, and a shift β for each too."
        ),
        right(
            "32", "6 · 4 in the embedding, 4 factors and 4 shifts in LayerNorm, none in dropout."
        ),
        wrong("33", "The 0.5 of the dropout is chosen by you. It is not learned."),
        proof=lambda: sum(
            p.numel()
            for m in (nn.Embedding(6, 4), nn.LayerNorm(4), nn.Dropout(0.5))
            for p in m.parameters()
        ),
    ),
    Question(
        "A module keeps its layers in a plain Python list. What goes wrong?",
        wrong(
            "`model(x)` is an error",
            "It calculates as it should, which is why the mistake is easy to miss.",
        ),
        right(
            "Its `parameters()` are empty, so none of them is trained, saved or moved",
            "A module looks for parameters and modules among its attributes. It doesn't look "
            "inside a list; `nn.ModuleList` is a list that is a module.",
        ),
        wrong(
            "The layers are trained, but one after the other",
            "They are not trained at all: the optimizer never hears of them.",
        ),
    ),
]
