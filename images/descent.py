"""Draw images/descent.png, two views of one training: python images/descent.py"""

from pathlib import Path

import torch
from torch import tensor

from course_lib.plotting import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, loss_surface, new_figure

HERE = Path(__file__).parent
X, Y = tensor([1.0, 2.0, 3.0, 4.0]), tensor([3.0, 5.0, 7.0, 8.0])
MARKED = {0: GREY, 1: PURPLE, 3: ORANGE, 8: GREEN, 200: BLUE}
LOWERED = {8: 0.35, 200: -0.2}  # labels that would lie on each other


def descend(lr=0.02, steps=200):
    """The places (W, b) of plain gradient descent on the four points of lesson 03."""
    place = torch.zeros(2)
    places = [place]
    for _ in range(steps):
        errors = place[0] * X + place[1] - Y
        place = place - lr * torch.stack([(2 * errors * X).mean(), (2 * errors).mean()])
        places.append(place)
    return torch.stack(places)


def draw():
    figure, (left, right) = new_figure(8.4, 3.4, columns=2)
    places = descend()
    span = torch.linspace(0, 4.6, 2)
    W, b, loss = loss_surface(X, Y, (-0.5, 3.2), (-1.0, 2.6))
    right.contour(
        W, b, loss, levels=torch.logspace(-1, 1.9, 14).tolist(), colors=GREY, linewidths=0.5
    )
    right.plot(places[:, 0], places[:, 1], color=INK, linewidth=1)
    for step, color in MARKED.items():
        W_now, b_now = places[step].tolist()
        left.plot(span, W_now * span + b_now, color=color, linewidth=1.8)
        height = W_now * 4.6 + b_now - LOWERED.get(step, 0)
        left.text(4.65, height, f"step {step}", color=color, fontsize=8, va="center")
        right.plot(W_now, b_now, "o", color=color, markersize=7)
    left.plot(X, Y, "o", color=INK, markersize=6)
    left.set(xlabel="x", ylabel="y", xlim=(0, 5.5), title="the model: a line")
    right.set(xlabel="W", ylabel="b", title="the same steps, on the map of the loss")
    for axis in (left, right):
        axis.title.set(fontsize=10, color=INK)
    return figure


if __name__ == "__main__":
    draw().savefig(HERE / "descent.png", metadata={"Software": None})
