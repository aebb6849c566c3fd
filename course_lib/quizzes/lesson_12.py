"""Questions at the end of lesson 12, Generating text."""

import torch

from course_lib.quizzes.question import Question, right, wrong

CHANCES = torch.tensor([0.6, 0.2, 0.1, 0.1], dtype=torch.float64)


def _kept_by_top_p(p):
    before = CHANCES.cumsum(dim=0) - CHANCES
    return int((before < p - 1e-12).sum())


def _at_temperature(tau):
    return f"{(CHANCES.log() / tau).softmax(dim=0)[0]:.2f}"


QUESTIONS = [
    Question(
        "Four characters have the probabilities 0.6, 0.2, 0.1 and 0.1. How many does top-p keep "
        "with p = 0.7?",
        wrong(
            "1", "0.6 alone is less than 0.7, so the list goes on until at least 0.7 is reached."
        ),
        right(
            "2",
            "0.6 is not enough, and the second takes it past 0.7. The one that crosses the line "
            "is kept.",
        ),
        wrong("3", "The first two already have 0.8 together, so nothing more is kept."),
        proof=lambda: _kept_by_top_p(0.7),
    ),
    Question(
        "The same four characters, at temperature ½. What is the probability of the likeliest?",
        wrong(
            "0.30",
            "You halved it. The logits are divided by ½, and so the probabilities are squared "
            "and rescaled.",
        ),
        wrong("0.36", "You squared it, and the squares of all four do not yet add up to 1."),
        wrong("0.60", "That is temperature 1. A lower one makes the likely likelier."),
        right(
            "0.86",
            "The squares are 0.36, 0.04, 0.01 and 0.01, together 0.42, and 0.36/0.42 is 0.86.",
        ),
        proof=lambda: _at_temperature(0.5),
    ),
    Question(
        "Why does a text that is written greedily go round in circles?",
        wrong(
            "The model has been trained too little",
            "It happens to any model, since nothing is left to chance.",
        ),
        right(
            "What it has just read decides what comes next, so once that returns, everything "
            "after it returns too",
            "There are only so many contexts. After at most that many steps one comes back.",
        ),
        wrong(
            "The likeliest character is always the same",
            "It depends on what came before. Only when that returns does it return.",
        ),
    ),
    Question(
        "A text of 50 tokens has been read with a KV cache, and one more token comes. For how "
        "many tokens are keys and values computed now?",
        right(
            "1",
            "Those of the others are in the cache. The new query meets all 51 keys, but it makes "
            "only its own.",
        ),
        wrong(
            "50", "Those are the ones that are in the cache already, and need not be made again."
        ),
        wrong("51", "The new query *meets* 51 keys. Fifty of them were kept from before."),
        proof=lambda: 51 - 50,
    ),
    Question(
        "Why can the oldest row of the cache not simply be dropped when the context is full?",
        wrong(
            "The new token must be able to see everything that was ever written",
            "The model has room for one context, and what is older is given up in any case.",
        ),
        wrong(
            "The cache would be too short",
            "It would have room for exactly one more, which is what is wanted.",
        ),
        right(
            "Every token then stands at another position, and positions are inside the keys",
            "In this model the position's row is added before the keys are made. So nothing in "
            "the cache is right any more.",
        ),
    ),
]
