"""Draw images/training_loop.svg, the five steps: python images/training_loop.py"""

from pathlib import Path

from svg import Picture

# Lesson 00's table of the five steps, and what each is called in the field.
STEPS = [
    ("1 predict", "what does the model say?", "model(X)", "forward pass", "blue"),
    ("2 loss", "how wrong is that?", "loss_fn(prediction, y)", "loss function", "orange"),
    ("3 gradient", "which way is uphill?", "loss.backward()", "backward pass", "purple"),
    ("4 update", "a little downhill", "optimizer.step()", "optimizer", "green"),
    ("5 reset", "forget the old slopes", "optimizer.zero_grad()", "", "line"),
]


def draw():
    p = Picture(700, 332, "The training loop: predict, loss, gradient, update, reset, and again")
    places = [(116, 76), (350, 76), (584, 76), (584, 256), (350, 256)]
    for (name, asks, code, field, color), (x, y) in zip(STEPS, places, strict=True):
        p.box(x, y, 196, 104, color, "fill" if color == "line" else None)
        p.text(x, y - 33, name, 15, bold=True)
        p.text(x, y - 11, asks, 13)
        p.text(x, y + 13, code, 12, code=True)
        p.text(x, y + 35, field, 12, "soft")
    for left in (116, 350):
        p.arrow((left + 98, 76), (left + 135, 76))
    p.arrow((584, 128), (584, 202))
    p.arrow((486, 256), (449, 256))
    p.line((252, 256), (116, 256), (116, 130), arrow=True)
    p.text(116, 290, "and again,", 13, "soft")
    p.text(116, 308, "with the next batch", 13, "soft")
    p.text(594, 165, "slopes", 12, "soft", "start")
    return str(p)


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(), encoding="utf-8", newline="\n")
