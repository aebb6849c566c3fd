"""Questions at the end of lesson 09, The transformer block."""

from course_lib.model import Block, GPTConfig
from course_lib.quizzes.question import Question, right, wrong


def _parameters_of_a_block(C):
    block = Block(GPTConfig(9, n_layer=1, n_head=2, n_embd=C))
    return f"{sum(p.numel() for p in block.parameters()):,}"


QUESTIONS = [
    Question(
        "Which part of a block carries information from one position of a text to another?",
        wrong(
            "The feed-forward network",
            "It works on each position by itself. What it works on, attention has brought.",
        ),
        right(
            "Attention",
            "It is the only part in which one position looks at others. Norms and the "
            "feed-forward network see one position.",
        ),
        wrong("LayerNorm", "It takes the mean and the spread of one position's own numbers."),
        wrong(
            "The residual connection",
            "It adds what a branch found to the same position. Nothing moves along the text.",
        ),
    ),
    Question(
        "Two parts stand one after the other, each with the slope 0.5. What is the slope of the "
        "whole chain if each part adds to its input, x + f(x)?",
        wrong("0.25", "That is the chain of parts that *replace* their input: 0.5 · 0.5."),
        wrong(
            "1",
            "You added the two slopes. Along a chain they are multiplied, and each part has 1 "
            "more, from the x itself.",
        ),
        right("2.25", "The x contributes 1, so each part has the slope 1.5, and 1.5 · 1.5 = 2.25."),
        proof=lambda: (1 + 0.5) ** 2,
    ),
    Question(
        "What does pre-norm have that post-norm has not?",
        right(
            "A way along the stream that passes no norm",
            "Each branch reads a normalised copy. The stream itself is only added to, so slopes "
            "come back along it as they were sent.",
        ),
        wrong("Fewer norms", "Both have one norm for each branch. They differ in where it stands."),
        wrong(
            "A stream whose numbers stay at spread 1",
            "That is what post-norm does: it normalises the stream after each addition. In "
            "pre-norm the stream grows.",
        ),
    ),
    Question(
        "A block has C = 10 channels. How many parameters has it, by 12C² + 13C?",
        wrong("1,200", "Those are the matrices. Biases and norms bring 13C more."),
        right(
            "1,330",
            "4C² of attention and 8C² of the feed-forward network make 1,200; biases and norms "
            "make 130.",
        ),
        wrong(
            "2,500",
            "You put 12 and 13 together, as if both went with C². The 13 counts rows of numbers, "
            "not matrices.",
        ),
        proof=lambda: _parameters_of_a_block(10),
    ),
    Question(
        "A single block without a mask and without positions reads 'dog bites man' and then 'man "
        "bites dog', a token for each word. What differs?",
        wrong(
            "Everything: each word now has another meaning",
            "To a reader it has. But such a block is given nothing that says in which order the "
            "words stand.",
        ),
        right(
            "Only where the rows stand: each word has the same row as before",
            "Scores depend on what is at two positions, not on where they are. That is why "
            "positions are added.",
        ),
        wrong(
            "Only the middle word, which has other neighbours",
            "Without a mask it sees the same two words, and cannot tell which of them is on "
            "which side.",
        ),
    ),
]
