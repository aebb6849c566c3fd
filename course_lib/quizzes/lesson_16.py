"""Questions at the end of lesson 16, Teaching it to do as asked."""

import math

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "A model was fine-tuned on requests alone, and now writes plain tales badly. What "
        "helps most?",
        wrong(
            "More steps on requests",
            "The weights would be pulled further away from the old work.",
        ),
        right(
            "To mix plain tales into the rows",
            "What a model is to keep it must go on practising; in the lesson that cost nothing.",
        ),
        wrong(
            "To learn the request too, without -100",
            "That teaches it to write requests. Plain tales begin without one.",
        ),
    ),
    Question(
        "There are 14 heroes, 12 things and 10 places. A model hears the hero and the place, and "
        "not the thing. How many nats too many does it pay for a tale?",
        wrong("ln 12 + ln 10, about 4.79", "It hears the place, so nothing is paid for the place."),
        wrong(
            "ln 14 + ln 10, about 4.94",
            "Those are what it hears. It pays for what it does not hear.",
        ),
        right("ln 12, about 2.48", "Each of the twelve things is equally likely to it."),
        proof=lambda: f"ln 12, about {math.log(12):.2f}",
    ),
    Question(
        "A (384, 128) matrix gets thin matrices of rank 4. How many numbers learn?",
        right("2,048", "4 · 128 in A and 384 · 4 in B."),
        wrong("16", "That is 4 · 4. A is as wide as the input, and B has a row for each output."),
        wrong(
            "196,608", "That is four whole matrices. The rank is the inner width of the thin ones."
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
        right(
            "The second is about half as wide", "Half the width takes four times as many answers."
        ),
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
            "Ten fair coins fall at least as unevenly in 0.11 of cases.",
        ),
        wrong(
            "190 of 200",
            "That says how alike the two are, and not which one is better.",
        ),
    ),
]
