"""Questions at the end of lesson 00, Start here."""

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "A line, W · x + b, is trained on four points. What does the training change?",
        wrong(
            "The points: they move towards the line",
            "The points are the data. A training run reads them and leaves them as they are.",
        ),
        wrong(
            "The form of the model: the line bends until it meets the points",
            "The form was decided before. A line stays a line, however long it is trained.",
        ),
        right(
            "W and b",
            "They are the parameters: the numbers in the model that are turned until the loss is "
            "small.",
        ),
    ),
    Question(
        "There are 50 examples in batches of 8, and the training run takes 3 epochs. How many "
        "steps "
        "is that?",
        wrong(
            "18",
            "You left out the last batch of each epoch, because it has only 2 examples. It makes a "
            "step as well.",
        ),
        wrong(
            "19",
            "You divided all 150 examples by 8. But a batch does not reach into the next epoch: "
            "each "
            "epoch ends with a small batch of its own.",
        ),
        right("21", "Six batches of 8 and one of 2 make 7 steps in an epoch, and 3 · 7 = 21."),
        wrong("150", "That many examples are looked at. A step is made for each batch of them."),
        proof=lambda: 3 * len(range(0, 50, 8)),
    ),
    Question(
        "A parameter w is 2, and the slope of the loss there is −30. The update subtracts 0.1 "
        "times "
        "the slope. What is w afterwards?",
        right(
            "5",
            "2 − 0.1 · (−30) = 2 + 3. A negative slope says that the loss falls when w grows, so "
            "w grows.",
        ),
        wrong(
            "−1",
            "You went the way the sign points. The slope says where the loss rises, and the update "
            "goes the other way: it subtracts −3, which adds 3.",
        ),
        wrong(
            "32",
            "The direction is right, but the whole slope was subtracted. The factor 0.1 keeps the "
            "move small.",
        ),
        proof=lambda: round(2 - 0.1 * -30),
    ),
    Question(
        "The smallest loss at any position of the two sliders was 0.075, and not 0. What follows "
        "from "
        "that?",
        wrong(
            "The search was too short: more rounds would bring the loss to 0",
            "It had already tried every position, so more rounds could find nothing better.",
        ),
        right(
            "None of these lines passes through all four points",
            "The loss is 0 only if every distance is 0. A model can be as good as its form allows, "
            "and still not be perfect.",
        ),
        wrong(
            "There is a mistake in the program, since a trained model has a loss of 0",
            "How low the loss can go depends on the data and on the form of the model. Four "
            "points that are "
            "not on one line keep any line above 0.",
        ),
    ),
]
