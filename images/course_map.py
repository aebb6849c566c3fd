"""Draw images/course_map.png: python images/course_map.py"""

from pathlib import Path

from matplotlib.patches import FancyBboxPatch

from course_lib.plotting import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, new_figure

HERE = Path(__file__).parent
FLOORS = [
    ("From a number to learning", BLUE, [
        ("00", "Start here", "the loop, by hand"),
        ("01", "Tensors", "many numbers at once"),
        ("02", "Autograd", "every slope, in one walk"),
        ("03", "Gradient descent", "a line finds its place"),
    ]),
    ("From a line to a network", GREEN, [
        ("04", "A network by hand", "real patients' data"),
        ("05", "Layers and modules", "the parts of any network"),
        ("06", "Optimizers", "SGD, Adam, AdamW, Muon"),
    ]),
    ("From letters to a GPT", ORANGE, [
        ("07", "Text as tensors", "a model of letters"),
        ("08", "Attention", "looking back"),
        ("09", "Transformer block", "the unit that is stacked"),
        ("10", "GPT", "the whole model"),
        ("11", "Training a GPT", "on your own computer"),
    ]),
    ("From a GPT to an LLM", PURPLE, [
        ("12", "Generating text", "letting it speak"),
        ("13", "Tokenizers", "pieces of words"),
        ("14", "The modern recipe", "what changed since GPT-2"),
        ("15", "To an LLM", "a million times larger"),
    ]),
    ("After pretraining", INK, [
        ("16", "Doing as asked", "fine-tuning"),
        ("17", "What we like", "preferences and rewards"),
        ("18", "Looking inside", "probes and patches"),
    ]),
]  # fmt: skip


def draw():
    figure, axis = new_figure(9.0, 5.7)
    axis.set(xlim=(0, 100), ylim=(0, 65))
    axis.axis("off")
    for floor, (name, color, lessons) in enumerate(FLOORS):
        bottom = 1 + 13 * (len(FLOORS) - 1 - floor)
        axis.text(0.5, bottom + 9.6, name, fontsize=10, color=color, weight="bold")
        for place, (number, title, text) in enumerate(lessons):
            exists = any((HERE.parent / "notebooks").glob(f"{number}_*.ipynb"))
            left = 0.5 + 20 * place
            axis.add_patch(FancyBboxPatch(
                (left, bottom), 17.5, 8, boxstyle="round,pad=0,rounding_size=1", linewidth=1.4,
                facecolor=PALE if exists else "white", edgecolor=color,
                linestyle="-" if exists else (0, (3, 2))))  # fmt: skip
            axis.text(left + 1, bottom + 4.9, f"{number}  {title}", fontsize=8, color=INK)
            axis.text(left + 1, bottom + 1.9, text, fontsize=7, color=GREY)
            if place:
                axis.annotate("", (left, bottom + 4), (left - 2.5, bottom + 4),
                              arrowprops={"arrowstyle": "-|>", "color": GREY})  # fmt: skip
    return figure


if __name__ == "__main__":
    draw().savefig(HERE / "course_map.png", metadata={"Software": None})
