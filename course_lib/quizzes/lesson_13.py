"""Questions at the end of lesson 13, Tokenizers."""

from course_lib.quizzes.question import Question, right, wrong


def _merged(word, merges):
    pieces = list(word)
    for left, right_one in merges:
        at = 0
        while at < len(pieces) - 1:
            if (pieces[at], pieces[at + 1]) == (left, right_one):
                pieces[at : at + 2] = [left + right_one]
            at += 1
    return " · ".join(pieces)


QUESTIONS = [
    Question(
        "How many bytes does 'né' take in UTF-8?",
        wrong("1", "A byte is a number from 0 to 255, and each character takes at least one."),
        wrong(
            "2", "It has two characters, and the é is no plain English letter: it takes two bytes."
        ),
        right("3", "One for the n and two for the é."),
        proof=lambda: len("né".encode()),
    ),
    Question(
        "The merges are, in the order of learning: l+o, o+w, lo+w. How is 'slow' cut?",
        wrong(
            "s · l · ow",
            "You took o+w first. l+o was learned first, and after it no single o is left.",
        ),
        right("s · low", "First l+o, then o+w finds nothing, then lo+w. Nothing joins the s."),
        wrong("slow", "There is no merge that joins the s to anything."),
        wrong("s · lo · w", "You stopped too early: lo+w is a merge as well."),
        proof=lambda: _merged("slow", [("l", "o"), ("o", "w"), ("lo", "w")]),
    ),
    Question(
        "Model A pays 0.6 nats a token and its tokens have 3 characters on average. Model B "
        "reads characters and pays 0.25 nats for each. Which is less surprised by the same text?",
        right(
            "A, with 0.2 nats a character",
            "0.6 divided by 3. What counts is the surprise over the whole text, and that is the "
            "same text for both.",
        ),
        wrong(
            "B, because 0.25 is less than 0.6",
            "A pays its 0.6 once for three characters, and B pays 0.25 for each of them.",
        ),
        wrong(
            "You cannot say: their vocabularies differ",
            "Losses a token can't be compared, that is true. Losses a character, or bits a byte, "
            "can.",
        ),
        proof=lambda: f"{0.6 / 3:g}",
    ),
    Question(
        "A prompt ends in a space, and the model's answer is nonsense. Why?",
        wrong(
            "A space has no token",
            "It has one, because every byte has. The model has hardly ever seen it alone.",
        ),
        right(
            "In training, a space belonged to the word after it, so a space alone never came up",
            "The model has learned nothing about what follows such a token. Leave the space out.",
        ),
        wrong(
            "The model takes the space for the end of the text",
            "The end of a text is a token of its own, or a line break. A space is neither.",
        ),
    ),
    Question(
        "Texts of unequal length are filled up at the *end*, and the targets there are −100. "
        "What does the padding change?",
        wrong(
            "The losses of all tokens, since each looks at the padding",
            "With a causal mask no token looks to its right, where the padding is.",
        ),
        wrong(
            "The mean, since the padding counts as 0",
            "A target of −100 is left out of the sum and of the count.",
        ),
        right(
            "Nothing in the losses of the real tokens",
            "They cannot see it, and its own losses do not count. In front of the text it would "
            "be another matter.",
        ),
    ),
]
