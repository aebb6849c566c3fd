"""Questions at the end of lesson 11, Training a GPT."""

import torch

from course_lib.quizzes.question import Question, right, wrong


def _minus(weight, taken, times, dtype):
    weight = torch.tensor(weight, dtype=dtype)
    for _ in range(times):
        weight -= taken
    return f"{weight.item():g}"


QUESTIONS = [
    Question(
        "Two rows have 2 and 8 targets. The mean loss of the first is 3, of the second 1. What "
        "is the mean over all targets?",
        right("1.4", "The losses add up to 2 · 3 + 8 · 1 = 14, and there are 10 targets."),
        wrong(
            "2",
            "That is the mean of the two means. It gives the short row as much say as the long "
            "one.",
        ),
        wrong("2.6", "You gave the short row the weight of the long one."),
        proof=lambda: (2 * 3 + 8 * 1) / (2 + 8),
    ),
    Question(
        "Why does `evaluate` switch the model to eval mode?",
        wrong(
            "So that no slopes are computed, which saves memory",
            "That is what `no_grad` does. Eval mode says nothing about slopes.",
        ),
        wrong(
            "So that the parameters do not change",
            "Nothing changes them but an optimizer's step, and no step is made here.",
        ),
        right(
            "So that dropout does not act on what is measured",
            "With dropout the loss would be too high, and different each time.",
        ),
    ),
    Question(
        "A batch is taken in four equal parts, and `backward` runs on the mean loss of each. "
        "What is missing for the gradient of the whole batch?",
        wrong(
            "Nothing: it is there",
            "`backward` adds four gradients, each of a mean over a quarter of the rows. That is "
            "four times too much.",
        ),
        right(
            "Each part's loss has to be divided by 4",
            "The four means, added up and divided by 4, are the mean over all rows.",
        ),
        wrong(
            "The slopes have to be reset between the parts",
            "Then only the last part would count. Adding them up is what is wanted here.",
        ),
        wrong(
            "Each part needs a step of its own",
            "That would be four steps on small batches, not one step on the large one.",
        ),
        proof=lambda: 4,
    ),
    Question(
        "A weight in bfloat16 is 1, and each of 100 steps takes 0.001 away. The next smaller "
        "number in bfloat16 is 0.996. What is the weight at the end?",
        wrong(
            "0.9",
            "On paper, and in float32. In bfloat16, 0.999 has no place of its own and is rounded.",
        ),
        right(
            "1",
            "0.999 lies nearer to 1 than to 0.996, so each step is rounded back. This is why "
            "weights stay in float32.",
        ),
        wrong(
            "0.996",
            "A single step is too small to get there, and no two steps are ever put together: "
            "each begins at 1 again.",
        ),
        proof=lambda: _minus(1.0, 0.001, 100, torch.bfloat16),
    ),
    Question(
        "A loss curve leaps up at the start, comes down to the loss of letter frequencies, and "
        "stays level there. What do you do first?",
        right(
            "Try a tenth of the learning rate",
            "After a rate that was far too high, a model may take no notice of what it reads. It "
            "looks as if it could do no better.",
        ),
        wrong(
            "Take a larger model, since this one can do no better",
            "So it looks. But it has learned nothing except how frequent each character is, and "
            "a smaller rate may change that.",
        ),
        wrong(
            "Train longer at the same rate",
            "Something has to change: the curve is level because the model ignores its input.",
        ),
    ),
]
