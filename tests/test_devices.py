"""What a GPU changes, where there may be none: the package and the lessons on a pretended one."""

import ast
import contextlib
import copy
import io
import re
from pathlib import Path

import pytest
import torch
from pretended_gpu import GPU, PretendedGPU, Refusal
from short_lessons import ClaimsAsExpressions, shorten

import notebooks as tool
from course_lib import device
from course_lib.generation import generate, sample_next_token
from course_lib.model import GPT, GPTConfig

ROOT = Path(__file__).resolve().parent.parent
COURSE = tool.Course(ROOT)
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def gpu():
    with PretendedGPU() as pretended:
        yield pretended


# The stand-in itself: what a real GPU refuses, it refuses


ROW, THERE = torch.arange(3.0), {"device": GPU}


@pytest.mark.parametrize("mix", [
    lambda far: far + ROW,
    lambda far: ROW @ far,
    lambda far: torch.stack([far, ROW]),
    lambda far: torch.where(far > 0, ROW, far),
    lambda far: ROW[far.long()],
    lambda far: torch.equal(far, ROW),
    lambda far: torch.nn.Linear(3, 2)(far),
    lambda far: torch.nn.Embedding(3, 2).to(GPU)(torch.tensor([1, 2])),
    lambda far: torch.nn.functional.cross_entropy(far[None], torch.tensor([1])),
    lambda far: torch.randn(3, generator=torch.Generator(GPU)) + ROW,
    lambda far: torch.randn(3, generator=torch.Generator(), **THERE),
])  # fmt: skip
def test_the_pretended_gpu_refuses_to_mix(gpu, mix):
    with pytest.raises(RuntimeError, match=r"same device|device type for generator"):
        mix(ROW.to(GPU))
    assert gpu.refused


@pytest.mark.parametrize("change", [torch.Tensor.numpy, lambda far: far.__array__()])
def test_its_tensors_are_no_arrays(gpu, change):
    with pytest.raises(TypeError, match=r"Use Tensor\.cpu"):
        change(ROW.to(GPU))
    assert change(ROW.to(GPU).cpu()).tolist() == [0, 1, 2]


def test_what_a_gpu_allows_it_allows(gpu):
    far = ROW.to(GPU)
    for there in (far * 2 + torch.tensor(1.0), far[torch.tensor([0, 2])], torch.ones_like(far),
                  torch.zeros(3, **THERE), torch.randn(3, generator=torch.Generator(GPU), **THERE)):  # fmt: skip
        assert there.device == GPU
    assert f"{far.mean():.2f}" == "1.00" and far.tolist() == [0, 1, 2] and far.cpu().is_cpu
    far[0] = 5  # a copy, as on a GPU
    assert ROW[0] == 0 and not gpu.refused


def test_a_model_on_it_can_be_copied(gpu):
    model = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=1, n_head=3, n_embd=12)).to(GPU)
    twin = copy.deepcopy(model)
    assert [*twin.state_dict()] == [*model.state_dict()]
    assert all(there.device == GPU for there in twin.parameters())
    assert sum(1 for _ in twin.parameters()) == sum(1 for _ in model.parameters())
    with torch.no_grad():
        next(twin.parameters()).add_(1)
    assert not torch.equal(next(twin.parameters()), next(model.parameters()))


# The package on it


def test_a_token_is_drawn_as_multinomial_draws_it():
    logits = torch.randn(50, 7, dtype=torch.float64)
    ranked, order = logits.sort(dim=1, descending=True, stable=True)
    place = torch.multinomial(ranked.softmax(dim=1), 1, generator=torch.Generator().manual_seed(3))
    drawn = sample_next_token(logits, generator=torch.Generator().manual_seed(3))
    assert torch.equal(drawn, order.gather(1, place)[:, 0])


def test_a_seed_writes_the_same_text_on_every_device(gpu):
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=11, block_size=8, n_layer=2, n_head=3, n_embd=12)).double()
    here = list(generate(model, [1, 2], 30, seed=5))
    assert list(generate(model.to(GPU), [1, 2], 30, seed=5)) == here
    assert not gpu.refused


# The lessons on it: every cell runs, with short trainings of small models


LESSONS = {  # what of a lesson's own code is made shorter: pattern, text in its place
    "10": [
        (r"range\([46]00\)", "range(2)"),
        (r"\)\] \* 100", ")] * 2"),
        (r"FixedGPT\(\)", "FixedGPT(width=64)"),
    ],
    "11": [
        (r"range\(3\):\n        \*_", "range(1):\n        *_"),
        (r"steps=100\b", "steps=5"),
        (r"text\[:400_000\]", "text[:40_000]"),
    ],
    "12": [
        (r"repeats=3", "repeats=1"),
        (r"tolist\(\), 128\)", "tolist(), 8)"),
        (r"line_break, (540|255)", "line_break, 12"),
        (r"shape\[1\] < 256", "shape[1] < 24"),
    ],
    "15": [(r"steps=50, batch_size=4", "steps=5, batch_size=1")],
    "16": [
        (r"step % 25", "step % 6"),
        (r"batch_size=4", "batch_size=1"),
        (r"steps=60\b", "steps=20"),
        (r"sample_requests\(60,", "sample_requests(4,"),
        (r"n=(30|100)\):", "n=4):"),
        (r"\[:100\]", "[:20]"),
    ],
    "17": [
        (r"stop=start\[0\]\)", "stop=start[0], max_new_tokens=25)"),
        (r"range\(8\)", "range(1)"),
        (r"n=(24|32)\):", "n=2):"),
        (r"n=192\b", "n=64"),
        (r"range\(0, 256, 64\)", "range(0, 64, 64)"),
        (r"steps=(28|38)\b", "steps=4"),
        (r"steps=12\b", "steps=2"),
        (r"\[:640\]", "[:32]"),
        (r"write\(m, 32,", "write(m, 2,"),
    ],
    "18": [
        (r"600", "60"),
        (r"400", "40"),
        (r"steps=150", "steps=3"),
        (r"\[:240\]", "[:30]"),
        (r"range\(200\)", "range(3)"),
    ],
}


def code_of(number):
    """The code cells of a lesson, made shorter as LESSONS says; without the exercises."""
    path = COURSE.find([number])[0]
    lesson = tool.Lesson(COURSE, path, tool.read(path))
    cells = [cell for cell in lesson.code if not [*tool.exercise_calls(cell)]]
    for pattern, text in LESSONS[number]:
        found = [cell for cell in cells if re.search(pattern, cell.source)]
        assert found, f"lesson {number} has no {pattern} any more"
        for cell in found:
            cell.source = re.sub(pattern, text, cell.source)
    return cells


@pytest.fixture
def run(gpu, monkeypatch):
    """Runs cells on the pretended GPU, with at most 12 steps in a training run and small presets."""

    def run(cells):
        namespace = {"__name__": "__main__", "get_ipython": lambda: None}
        for cell in cells:
            tree = ast.fix_missing_locations(ClaimsAsExpressions().visit(tool.parse(cell.source)))
            fails = pytest.raises(Exception) if tool.MAY_RAISE in tool.tags(cell) else None
            with fails or contextlib.nullcontext(), contextlib.redirect_stdout(io.StringIO()):
                exec(compile(tree, f"<{cell.id}>", "exec"), namespace)

    shorten(monkeypatch.setattr, monkeypatch.setitem)
    monkeypatch.setattr(device, "best_device", lambda name="auto": GPU)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return run


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_runs_on_a_gpu(gpu, run, number):
    run(code_of(number))
    assert not gpu.refused  # nor by a cell that catches errors


MOVE = re.compile(r"\.to\((?:device|here)\)|\.cpu\(\)|, device=device")


@pytest.mark.parametrize("number", ["10", "11", "12"])
def test_a_forgotten_move_is_noticed(run, number):
    cells = code_of(number)
    cell = next(cell for cell in cells if MOVE.search(cell.source))
    cell.source = MOVE.sub("", cell.source, count=1)
    with pytest.raises(Refusal):
        run(cells)
