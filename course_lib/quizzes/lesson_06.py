"""Questions at the end of lesson 06, Optimizers."""

from course_lib.quizzes.question import Question, right, wrong


def _first_step_of_adam(slope, rate, beta1=0.9, beta2=0.999):
    m, v = (1 - beta1) * slope, (1 - beta2) * slope**2
    return f"{rate * abs(m / (1 - beta1)) / (v / (1 - beta2)) ** 0.5:.2f}"


def _clipped(slopes, limit):
    length = sum(s * s for s in slopes) ** 0.5
    return " and ".join(f"{s * min(1, limit / length):g}" for s in slopes)


QUESTIONS = [
    Question(
        "A slope stays 1 forever. With momentum, the velocity keeps 0.8 of itself in each step "
        "and adds the slope. Towards which value does it grow?",
        wrong(
            "1.8",
            "That is the velocity after two steps. The third adds 0.64, the fourth 0.512, and so "
            "on.",
        ),
        right("5", "1 + 0.8 + 0.64 + … = 1 / (1 − 0.8)."),
        wrong(
            "8",
            "You took 0.8 for a factor of the slope. What counts is how much is lost in each "
            "step, 0.2: the limit is 1/0.2.",
        ),
        wrong(
            "It grows without limit",
            "A fifth of it is lost in each step. Where the loss equals what is added, it stops "
            "growing.",
        ),
        proof=lambda: f"{sum(0.8**k for k in range(1000)):g}",
    ),
    Question(
        "The first slope of a parameter is −200. How far does Adam move it in its first step, "
        "with a learning rate of 0.01?",
        right(
            "0.01",
            "In the first step, m is the slope and the root of v is its size. What is left is "
            "the sign, times the rate.",
        ),
        wrong(
            "2.00",
            "That is rate times slope, the step of plain descent. Adam divides by the usual size "
            "of the slope.",
        ),
        wrong(
            "0.10",
            "That is what RMSProp would do, whose running mean begins at 0 and is ten times too "
            "small. Adam corrects that.",
        ),
        proof=lambda: _first_step_of_adam(-200.0, 0.01),
    ),
    Question(
        "What does the W in AdamW stand for?",
        wrong("Each weight has a learning rate of its own", "It has, but Adam does that already."),
        wrong(
            "The rate is warmed up at the beginning",
            "That is the schedule's work, and any optimizer can have one.",
        ),
        right(
            "Weight decay that shrinks the weight itself, and not by way of its slope",
            "Added to the slope, the decay would be divided by the slope's usual size, and would "
            "hardly reach weights with large slopes.",
        ),
    ),
    Question(
        "The slopes of two parameters are 6 and 8, and they are clipped at 5. What are they "
        "afterwards?",
        wrong(
            "5 and 5",
            "That would cut each by itself and turn the direction. Clipping scales all slopes by "
            "the same factor.",
        ),
        right(
            "3 and 4",
            "Their length is 10, the root of 36 + 64. It has to be 5, so both are halved.",
        ),
        wrong(
            "6 and 8: neither is far above the limit",
            "What counts is the length of all slopes together. It is 10, twice the limit.",
        ),
        proof=lambda: _clipped([6, 8], 5),
    ),
    Question(
        "The slope of a batch is noisy. How many times as large must the batch be for the noise "
        "to fall to a third?",
        wrong(
            "3",
            "The noise falls with the root of the batch size, so 3 times the examples bring it "
            "down to 0.58 only.",
        ),
        wrong(
            "6",
            "The noise falls with the root of the batch size: to divide it by 3, the batch has "
            "to grow by 3 squared.",
        ),
        right("9", "The noise falls with the root of the batch size, and the root of 9 is 3."),
        proof=lambda: next(n for n in range(1, 99) if n**0.5 >= 3),
    ),
]
