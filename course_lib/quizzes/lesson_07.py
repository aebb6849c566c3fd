"""Questions at the end of lesson 07, Text as tensors."""

import math

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "A model gives the right character a probability of 1/8. What is its surprise in bits?",
        right("3", "1/8 is as likely as three heads in a row, and each coin costs one bit."),
        wrong(
            "8",
            "That is 1/p, the number of equally likely possibilities. Three coins are enough to "
            "choose among 8.",
        ),
        wrong(
            "0.125",
            "That is the probability. The surprise is minus its logarithm, and grows as the "
            "probability shrinks.",
        ),
        wrong("2.08", "That is the surprise in nats. To get bits, divide by log 2."),
        proof=lambda: f"{-math.log2(1 / 8):g}",
    ),
    Question(
        "A vocabulary has 20 characters, and a model knows nothing: it gives each the same "
        "probability. What is its perplexity?",
        wrong("1", "That is the perplexity of a model that is always sure and always right."),
        wrong(
            "3.00", "That is its loss in nats, ln 20. The perplexity is e to the power of the loss."
        ),
        right(
            "20",
            "It is as surprised as if 20 characters were equally likely, which to this model "
            "they are.",
        ),
        proof=lambda: round(math.exp(-math.log(1 / 20))),
    ),
    Question(
        "A batch has B = 4 rows of T = 8 characters. From how many examples, a beginning and its "
        "right answer, does the model learn in one step?",
        wrong(
            "4",
            "Each row has more than one answer: at every position, the character that comes next.",
        ),
        wrong("8", "That is one row. All four rows are in the batch."),
        right(
            "32", "Each of the 8 positions of each of the 4 rows has an answer, the next character."
        ),
        proof=lambda: 4 * 8,
    ),
    Question(
        "On the tales, the loss of the bigram is 2.141 on the training text and 2.146 on the "
        "validation text; the floor is 0.107. What is the matter with it?",
        wrong(
            "It overfits",
            "Then it would be clearly better on its training text. It pays nearly the same on "
            "both.",
        ),
        right(
            "It underfits: the model is too simple",
            "It sees one character only. More text or more steps would not bring it nearer to "
            "the floor.",
        ),
        wrong(
            "It has not been trained long enough",
            "Counting finds at once what training looks for, and it ends here. No more training "
            "can help.",
        ),
        wrong(
            "Nothing: it is as good as a model of these stories can be",
            "A reader who knows how the stories are made pays 0.107 on average. The bigram pays "
            "twenty times as much.",
        ),
    ),
    Question(
        "You count after ever longer beginnings: 1, 2, 4, … 12 characters. Why does the "
        "validation loss climb in the end?",
        wrong(
            "Long beginnings say less about the next character",
            "They say more. But the table has to have seen them often enough.",
        ),
        wrong(
            "The floor is higher for long beginnings",
            "The floor belongs to the text, not to the model that reads it.",
        ),
        right(
            "Most long beginnings have been seen too rarely to say what follows",
            "A table that knows only a few examples of each takes chance for a rule. That is "
            "overfitting.",
        ),
    ),
]
