"""Questions at the end of lesson 18, Looking inside."""

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "A linear probe reads the hero from the last block of a model in 90 of 100 tales. What "
        "has been shown?",
        wrong(
            "The model uses the hero's name",
            "Nothing has been interfered with. What is there need not be used.",
        ),
        wrong(
            "The model has learned to keep the name",
            "A model with random weights gave 80 of 100 in the lesson, and it has learned nothing.",
        ),
        right(
            "The name can be read from there by a weighted sum",
            "No more than that; the control with random weights says how much it is worth.",
        ),
    ),
    Question(
        "A probe tells girls from boys perfectly. As a control the same names are put into two "
        "heaps by lot, and a probe reads the heap perfectly, too. What follows?",
        right(
            "The probe reads the name, and whatever follows from the name",
            "A label without meaning is read as well, so the label's meaning was not needed.",
        ),
        wrong(
            "The model has an idea of girls and boys",
            "Then it would have an idea of the random groups as well, which it cannot have.",
        ),
        wrong(
            "The probe has learned its tales by heart",
            "Then it would fail on the tales that it has not seen, and it does not.",
        ),
    ),
    Question(
        "Without one head, returning names cost 1.1 nats more, and all other letters 0.2 more. "
        "Without another, names cost 0.7 more and the rest nothing. Which one copies names?",
        wrong(
            "The first, for its effect is the larger",
            "It spoils everything; the names only show it most.",
        ),
        right(
            "The second, of these two: it is needed there and nowhere else",
            "The control is the effect elsewhere.",
        ),
        wrong("Neither, since the model still works", "Other heads can stand in for one."),
    ),
    Question(
        "The dial is at -12 in the target text and at 13 in the source text. A patch brings it "
        "to 8. What share of the way is that?",
        wrong("8 / 13, about 0.62", "The dial did not start at 0."),
        right("20 / 25, which is 0.80", "From -12 to 8, of the way from -12 to 13."),
        wrong("5 / 25, which is 0.20", "That is what is still missing."),
        proof=lambda: f"20 / 25, which is {(8 - -12) / (13 - -12):.2f}",
    ),
    Question(
        "The logit lens finds a returning name only after the last blocks. In the streams before, "
        "a patch turns the dial only at the name's own first letters. Where is the memory?",
        wrong(
            "The place that asks, which carries the name along",
            "In the middle of a sentence the name could not be read there.",
        ),
        right(
            "The name's own place, where attention looks it up",
            "It waits there, and is fetched by the last blocks when a name is needed.",
        ),
        wrong(
            "The weights, which have learned the name",
            "The weights are the same for all heroes; the name comes from this text.",
        ),
    ),
]
