"""Questions at the end of lesson 04, A network by hand."""

import torch

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "Of 1,000 people, 20 are ill. A test says of everyone that they are well. How often is "
        "it right?",
        wrong(
            "In 2 % of the cases",
            "That is the share of the ill, and they are the ones of whom it is wrong.",
        ),
        wrong(
            "In 50 % of the cases",
            "It does not toss a coin. It is right about every healthy person.",
        ),
        right(
            "In 98 % of the cases",
            "It is right about 980 people and finds nobody. A model has to be compared with such "
            "a baseline.",
        ),
        proof=lambda: 100 * (1000 - 20) // 1000,
    ),
    Question(
        "A model calls 50 patients ill, and 40 of them are. It misses another 20 who are ill. "
        "What is its recall?",
        wrong(
            "40/50",
            "That is the precision: of the alarms, how many were true. Recall asks how many of "
            "the ill were found.",
        ),
        right("40/60", "There are 40 + 20 ill patients, and it found 40 of them."),
        wrong(
            "20/60",
            "That is the share of the ill whom it missed. Recall counts those whom it found.",
        ),
        proof=lambda: f"40/{40 + 20}",
    ),
    Question(
        "By which mean and standard deviation is the test set standardized?",
        wrong(
            "By its own, so that its mean is 0 as well",
            "Then the same patient would get other numbers among other patients, and the model "
            "would be asked about something it never learned.",
        ),
        wrong(
            "By those of all patients together, since more data make better means",
            "Then the test patients would have told the training something. How much that "
            "matters you can't know before you have done it right.",
        ),
        right(
            "By those of the training set",
            "The test set plays the part of patients who are not there yet. Nothing may be taken "
            "from it.",
        ),
    ),
    Question(
        "Three linear layers stand one after the other, with nothing between them. What can they "
        "do that one cannot?",
        right(
            "Nothing",
            "Multiplied out, the three matrices are one, and so are the biases. It takes a bend "
            "between them.",
        ),
        wrong(
            "Draw borders with two bends",
            "Each layer is straight, and straight after straight is straight.",
        ),
        wrong(
            "Learn more, since they have more parameters",
            "They have more numbers, but all settings of them together make no more than what "
            "one layer can say.",
        ),
        proof=lambda: (
            "Nothing"
            if torch.equal(
                torch.ones(1, 2) @ torch.ones(2, 3) @ torch.ones(3, 1),
                torch.ones(1, 2) @ (torch.ones(2, 3) @ torch.ones(3, 1)),
            )
            else "something"
        ),
    ),
    Question(
        "The training loss goes on falling, and the test loss has begun to climb. What is "
        "happening?",
        wrong(
            "The learning rate is too large: training diverges",
            "Then the training loss would climb too.",
        ),
        right(
            "Overfitting: what is learned now helps with the training set only",
            "The network learns what is special about these examples. For others that is no "
            "help, and even does harm.",
        ),
        wrong(
            "The test set is too hard and should be drawn again",
            "To draw until it fits would be to choose by the exam. The gap says something about "
            "the model.",
        ),
    ),
]
