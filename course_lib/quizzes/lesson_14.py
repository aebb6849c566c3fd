"""Questions at the end of lesson 14, The modern recipe."""

import torch

from course_lib.modern import RMSNorm, rotary_table, rotate
from course_lib.quizzes.question import Question, right, wrong


def _same_product(pairs):
    torch.manual_seed(0)
    table, q, k = rotary_table(30, 4), torch.randn(1, 4), torch.randn(1, 4)
    queries = rotate(q.expand(30, 4), table)
    keys = rotate(k.expand(30, 4), table)
    wanted = (queries[12] @ keys[7]).item()
    return next(
        f"{i} and {j}" for i, j in pairs if abs((queries[i] @ keys[j]).item() - wanted) < 1e-4
    )


QUESTIONS = [
    Question(
        "With rotary positions, a query at place 12 and a key at place 7 have a certain score. "
        "The same query and key stand elsewhere. At which places do they have the same score?",
        wrong(
            "7 and 12",
            "The distance has turned round: the key would stand after the query, and the angle "
            "between them is the opposite.",
        ),
        right(
            "25 and 20",
            "The query is 5 places after the key, as before. Only the distance is left in the "
            "product.",
        ),
        wrong("24 and 14", "Both places have doubled, and so has the distance: 10 instead of 5."),
        proof=lambda: _same_product([(7, 12), (25, 20), (24, 14)]),
    ),
    Question(
        "RMSNorm without a gain gets the row 6, 8, 0, 0. What comes out first?",
        wrong(
            "0.6",
            "You divided by the length of the row, 10. RMSNorm divides by the root of the *mean* "
            "square.",
        ),
        right("1.2", "The mean of the squares is 100/4 = 25, its root 5, and 6/5 = 1.2."),
        wrong(
            "0.69",
            "That is LayerNorm, which takes off the mean of 3.5 first. RMSNorm leaves the mean "
            "where it is.",
        ),
        proof=lambda: f"{RMSNorm(4)(torch.tensor([6.0, 8.0, 0.0, 0.0]))[0].item():.1f}",
    ),
    Question(
        "A change gains 0.02 nats with one seed, and three seeds of the same recipe lie 0.1 "
        "apart. What has been shown?",
        wrong(
            "The change helps a little",
            "It may. But another seed changes more than that by chance.",
        ),
        wrong(
            "The change is useless",
            "Nor has that been shown. The measurement is too coarse to see a gain of 0.02.",
        ),
        right(
            "Nothing yet",
            "What is smaller than the spread of the seeds may be luck. Take more seeds, or more "
            "steps.",
        ),
    ),
    Question(
        "'Begins at zero' made the loss worse when it was added. Why is it in the finished recipe?",
        right(
            "With Muon, which was added after it, taking it away costs loss",
            "A row of the ledger says what a change does to the rows above it. In the finished "
            "recipe it may do something else.",
        ),
        wrong(
            "It makes each step cheaper",
            "Zeros are multiplied like any other numbers. It is about where the training begins.",
        ),
        wrong(
            "All large models have it",
            "That is no measurement. The lesson leaves out what large models have when it does "
            "not help here.",
        ),
    ),
    Question(
        "A model has 24 heads of queries and 6 of keys and values. How many times smaller is its "
        "cache than with 24 of each?",
        wrong(
            "2",
            "Keys and values are both fewer, and both by the same factor: it does not matter "
            "that there are two.",
        ),
        right("4", "The cache holds keys and values only, and there are 24/6 times fewer of them."),
        wrong("6", "That is how many there are. How many heads share each of them is 24/6."),
        proof=lambda: 24 // 6,
    ),
]
