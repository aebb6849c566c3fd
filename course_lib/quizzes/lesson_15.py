"""Questions at the end of lesson 15, From here to an LLM."""

from course_lib.quizzes.question import Question, right, wrong

QUESTIONS = [
    Question(
        "A model has 1 billion parameters. How much memory do weights, gradients and AdamW's two "
        "means take, in float32?",
        wrong(
            "4 GB",
            "Those are the weights, 4 bytes each. Training needs three more numbers for each of "
            "them.",
        ),
        wrong(
            "12 GB",
            "You forgot one: AdamW keeps a mean of the slopes *and* a mean of their squares.",
        ),
        right(
            "16 GB", "Four numbers of 4 bytes for each parameter. And the activations come on top."
        ),
        proof=lambda: f"{4 * (1 + 1 + 2)} GB",
    ),
    Question(
        "By the rule of thumb, how many FLOPs does it take to train 2 billion parameters on 100 "
        "billion tokens?",
        wrong(
            "2 · 10²⁰",
            "That is parameters times tokens. Each pair takes 2 FLOPs forward and 4 backward.",
        ),
        wrong("4 · 10²⁰", "That is the forward pass alone. The backward pass takes twice as many."),
        right("1.2 · 10²¹", "Six for each parameter and token: 6 · 2 · 10⁹ · 10¹¹."),
        proof=lambda: f"{6 * 2e9 * 1e11 / 1e21:.1f} · 10²¹",
    ),
    Question(
        "Four workers have each computed the gradient of the mean loss of their quarter of the "
        "batch. Which is the gradient of the whole batch?",
        wrong(
            "Their sum",
            "Each loss is a mean already, over a quarter of the rows. The sum would be four "
            "times too long.",
        ),
        right(
            "Their mean",
            "Each loss is a mean over its own rows. With parts of equal size, the mean of the "
            "means is the mean over all.",
        ),
        wrong(
            "That of the fastest worker",
            "It would be the gradient of a quarter of the batch, and the work of the others "
            "would be lost.",
        ),
    ),
    Question(
        "The workers exchange nothing but gradients. Why do their weights stay equal?",
        right(
            "They begin equal, and each makes the same step with the same mean gradient",
            "Equal weights, equal gradients and equal optimizers give equal weights, step after "
            "step.",
        ),
        wrong(
            "They do not: they drift apart and are averaged now and then",
            "Nothing makes them drift. Every worker computes the same step from the same numbers.",
        ),
        wrong(
            "The weights can be worked out from the gradient",
            "A gradient says how the loss changes, and not what the weights are. They are equal "
            "because they began equal.",
        ),
    ),
    Question(
        "Llama 3 8B takes 16 bytes a parameter to train, about 128 GB. What does data parallel "
        "training on eight GPUs of 80 GB bring?",
        wrong(
            "It fits: each holds an eighth",
            "That is sharding. In data parallel training, each worker has a whole copy.",
        ),
        right(
            "Nothing: it fits into none of them",
            "Each worker holds all weights, gradients and means. Data parallel saves time, and "
            "no memory.",
        ),
        wrong(
            "It fits, because each has an eighth of the batch",
            "Smaller batches need fewer activations. The 128 GB are there before any text has "
            "come in.",
        ),
    ),
]
