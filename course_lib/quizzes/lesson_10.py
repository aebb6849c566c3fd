"""Questions at the end of lesson 10, GPT."""

import math

import torch

from course_lib.model import GPT, GPTConfig
from course_lib.quizzes.question import Question, right, wrong


def _logits_that_change(changed, T=5):
    torch.manual_seed(0)
    model = GPT(GPTConfig(9, block_size=T, n_layer=1, n_head=2, n_embd=8)).eval()
    ids = torch.zeros(1, T, dtype=torch.int64)
    other = ids.clone()
    other[0, changed] = 1
    differs = (model(ids) != model(other)).any(dim=2)[0]
    return ", ".join(str(t) for t in differs.nonzero().flatten().tolist())


def _numbers_in_the_table(V, C):
    model = GPT(GPTConfig(V, block_size=4, n_layer=1, n_head=2, n_embd=C))
    return f"{model.token_embedding.weight.numel():,}"


QUESTIONS = [
    Question(
        "A GPT with a vocabulary of 100 has not been trained yet. What should its first loss be, "
        "about?",
        wrong("0", "That would mean it is sure, and right, before it has learned anything."),
        wrong("1", "Loss is no share. Knowing nothing about 100 tokens costs ln 100."),
        right(
            "4.6",
            "Each token should get 1/100, which costs ln 100. A first loss far above it says "
            "that the model is sure of something without a reason.",
        ),
        wrong("100", "That is the perplexity, e to the power of the loss."),
        proof=lambda: f"{math.log(100):.1f}",
    ),
    Question(
        "You change the id at position 3 of five, 0 to 4. At which positions may the logits of a "
        "correct GPT change?",
        wrong(
            "0, 1, 2",
            "Those are the positions before it. If they changed, the model would be looking ahead.",
        ),
        wrong(
            "4",
            "Position 4 sees the change, but so does position 3, which reads its own id to say "
            "what comes next.",
        ),
        right(
            "3, 4",
            "Position 3 reads its own id, and position 4 looks back at it. For the others it is "
            "the future.",
        ),
        proof=lambda: _logits_that_change(3),
    ),
    Question(
        "A model's training loss falls below the floor of the text, and it is just as low on "
        "held-out rows. What do you suspect?",
        right(
            "It looks ahead",
            "Nobody can predict better than the floor. Held-out rows contain the answers, too, "
            "so they do not give it away.",
        ),
        wrong(
            "It has found a better way to predict",
            "On average nothing beats the true probabilities, which is what the floor is made of.",
        ),
        wrong(
            "It has learned the training text by heart",
            "Then it would be bad on rows that it has not seen.",
        ),
    ),
    Question(
        "Ten steps on one batch bring the loss on that batch from 9.2 down to 4.5. What do you "
        "know then?",
        wrong(
            "The model has learned half of the language",
            "It has seen one batch. What it learned may be true of these rows only.",
        ),
        right(
            "Slopes reach the parameters; nothing about other rows",
            "It is a good test of the machinery. Progress is measured on rows that were not "
            "trained on.",
        ),
        wrong(
            "The learning rate is right",
            "On one batch nearly any rate that does not diverge brings the loss down.",
        ),
    ),
    Question(
        "The output matrix of a GPT is tied to its token table. V is 1,000 and C is 64. How many "
        "parameters does that save?",
        wrong("1,000", "A token has a whole row of numbers, and not one."),
        right("64,000", "A matrix of its own would have V rows of C numbers."),
        wrong(
            "128,000", "The two tables together would have that many. One of them is still there."
        ),
        proof=lambda: _numbers_in_the_table(1000, 64),
    ),
]
