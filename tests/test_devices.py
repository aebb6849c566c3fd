"""What a GPU changes, on a machine that may have none: the package and the lessons on a pretended one."""

import pytest
import torch
from pretended_gpu import GPU, PretendedGPU

from course_lib.generation import generate, sample_next_token
from course_lib.model import GPT, GPTConfig

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
