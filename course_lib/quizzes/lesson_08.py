"""Questions at the end of lesson 08, Attention."""

import torch

from course_lib.model import CausalSelfAttention, GPTConfig
from course_lib.quizzes.question import Question, right, wrong


def _best_key(query, keys):
    best = max(keys, key=lambda key: sum(q * k for q, k in zip(query, key, strict=True)))
    return str(best).replace("-", "−")


def _positions_that_notice(changed, T=6):
    attention = CausalSelfAttention(GPTConfig(9, block_size=T, n_layer=1, n_head=2, n_embd=8))
    x = torch.randn(1, T, 8)
    other = x.clone()
    other[0, changed] += 1
    return (attention(other) != attention(x)).any(dim=2).sum().item()


def _parameters(heads):
    attention = CausalSelfAttention(GPTConfig(9, n_layer=1, n_head=heads, n_embd=12))
    return sum(p.numel() for p in attention.parameters())


QUESTIONS = [
    Question(
        "A position asks with the query (2, 0, −1). Which of these keys gets the largest weight?",
        wrong(
            "(2, 0, −1)",
            "It is equal to the query, and a dictionary would choose it. Its dot product is 4 + "
            "1 = 5, "
            "and another key has more.",
        ),
        wrong(
            "(0, 0, −4)",
            "Two negative numbers do make a positive score, (−1) · (−4) = 4. But another key has "
            "more.",
        ),
        right(
            "(3, 9, 0)",
            "2 · 3 + 0 · 9 = 6 is the highest score. The 9 counts for nothing, since the query "
            "does "
            "not ask for it.",
        ),
        wrong(
            "(1, 1, 1)", "Its score is 2 − 1 = 1: what the query does not want counts against it."
        ),
        proof=lambda: _best_key((2, 0, -1), [(2, 0, -1), (0, 0, -4), (3, 9, 0), (1, 1, 1)]),
    ),
    Question(
        "The scores go through a softmax, and after it the weights of later positions are set to "
        "0. "
        "What is wrong with that?",
        wrong(
            "Nothing: those weights are 0 in the end, as with −∞",
            "They are, but the other weights are not the same: they were shared out as if the "
            "later "
            "positions counted.",
        ),
        right(
            "The rows no longer add up to 1",
            "The later positions took a part of each row's 1, and it is lost. So even what is left "
            "depends on the future. −∞ before the softmax gives them no part.",
        ),
        wrong(
            "Each position still fetches the values of later ones",
            "With a weight of 0 no value is fetched. But the softmax had already given those "
            "positions "
            "a part of the row.",
        ),
    ),
    Question(
        "A text has six positions, 0 to 5. You change what stands at position 2. At how many "
        "positions "
        "can the result of causal attention change?",
        wrong(
            "1",
            "Position 2 changes, but it does not stay alone: attention is how the later ones "
            "learn of "
            "it.",
        ),
        wrong(
            "3",
            "You counted either those before 2 or those after it. Those before it never see it, "
            "and position 2 "
            "itself changes as well.",
        ),
        right(
            "4", "Positions 2, 3, 4 and 5 may look at it. For positions 0 and 1 it is the future."
        ),
        wrong(
            "6", "That would be attention without a mask. Positions 0 and 1 cannot see position 2."
        ),
        proof=lambda: _positions_that_notice(2),
    ),
    Question(
        "A layer of attention has C = 12 channels. What happens to the number of its parameters "
        "when "
        "you take six heads instead of three?",
        right(
            "It stays the same",
            "The heads share the 12 channels: twice as many heads are half as wide, and the "
            "matrices "
            "are C × 3C and C × C as before.",
        ),
        wrong(
            "It doubles",
            "Each head does have matrices of its own, but each is now half as wide.",
        ),
        wrong(
            "It halves",
            "Each head is half as wide, that is true, but there are twice as many of them.",
        ),
        proof=lambda: "the same" if _parameters(3) == _parameters(6) else "another",
    ),
    Question(
        "A text becomes four times as long. How many times as many weights does a head then have "
        "to "
        "work out?",
        wrong(
            "4",
            "The matrices that make queries, keys and values cost 4 times as much. A weight "
            "belongs "
            "to a pair of positions.",
        ),
        wrong(
            "8",
            "A weight belongs to a pair of positions: both of the pair have 4 times the choice.",
        ),
        right("16", "There is one weight for each pair of positions, T · T, and 4 · 4 = 16."),
        proof=lambda: (4 * 64) ** 2 // 64**2,
    ),
]
