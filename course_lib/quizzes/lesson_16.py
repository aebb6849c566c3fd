"""Questions at the end of lesson 16, Teaching it to do as asked."""

import math

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "Why are the targets of the request -100?",
        wrong(
            "So that the model cannot read the request",
            "It reads it: the request is in the inputs. Only what is to be predicted is left out.",
        ),
        right(
            "What is asked for is chance, and nobody wants the model to write it",
            "No model can do anything about that part of the loss, and it would push at the "
            "weights all the same.",
        ),
        wrong(
            "Because requests are longer than answers",
            "They are shorter. They would be left out if they were longer, too.",
        ),
    ),
    Question(
        "There are 14 heroes, 12 things and 10 places. A model hears the hero and the place, and "
        "not the thing. What does it pay too much for a tale?",
        wrong("ln 12 + ln 10", "It hears the place, so nothing is paid for the place."),
        wrong(
            "ln 14 + ln 10",
            "Those are what it hears. It pays for what it does not hear.",
        ),
        right("ln 12, about 2.48 nats", "Each of the twelve things is equally likely to it."),
        proof=lambda: f"ln 12, about {math.log(12):.2f} nats",
    ),
    Question(
        "A (384, 128) matrix gets thin matrices of rank 4. How many numbers learn?",
        right("2,048", "4 · 128 in A and 384 · 4 in B."),
        wrong("16", "That is 4 · 4. A is as wide as the input, and B has a row for each output."),
        wrong(
            "196,608", "That is four times the whole matrix. The thin ones are added, not laid on."
        ),
        proof=lambda: f"{4 * (128 + 384):,}",
    ),
    Question(
        "Of 100 answers 50 obey. With 400 answers, 200 obey. How do the two intervals compare?",
        wrong(
            "They are the same, since the rate is the same",
            "The rate is the same, but four times as many answers pin it down better.",
        ),
        wrong(
            "The second is a quarter as wide",
            "The width goes with one over the root of n, and the root of 4 is 2.",
        ),
        right("The second is half as wide", "Half the width takes four times as many answers."),
    ),
    Question(
        "Two models answer the same 200 questions. On 190 both are right or both wrong, on 8 only "
        "the first is right, on 2 only the second. What does a paired test look at?",
        wrong(
            "The two rates, of 200 each",
            "That throws away that the questions were the same. The 190 say nothing about which "
            "model is better.",
        ),
        right(
            "8 to 2, as fair coins",
            "It asks how often ten fair coins fall at least as unevenly.",
        ),
        wrong(
            "190 of 200",
            "That says how alike the two are, and not which one is better.",
        ),
    ),
]
