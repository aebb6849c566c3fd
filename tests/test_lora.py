"""LoRA, against a formula, against peft where it is installed, and against merging."""

import copy

import pytest
import torch
from torch import nn

from course_lib.corpus import Corpus
from course_lib.generation import generate
from course_lib.lora import LoRALinear, add_lora, merge_lora
from course_lib.model import GPT, GPTConfig
from course_lib.train import TrainConfig, train

SIZES = GPTConfig(vocab_size=11, block_size=9, n_layer=2, n_head=3, n_embd=12)
IDS = torch.randint(11, (2, 9), generator=torch.Generator().manual_seed(0))


def model():
    torch.manual_seed(0)
    return GPT(SIZES)


def stirred(model):
    """The model with numbers in B, as after training."""
    for name, p in model.named_parameters():
        if name.endswith(".B"):
            nn.init.normal_(p, std=0.3)
    return model


def test_before_training_nothing_has_changed():
    assert torch.equal(add_lora(model(), 2)(IDS), model()(IDS))


@pytest.mark.parametrize("rank, alpha", [(1, None), (3, None), (5, 10)])
def test_it_is_a_linear_layer_whose_weight_has_a_product_added(rank, alpha):
    torch.manual_seed(0)
    layer = LoRALinear(nn.Linear(7, 5), rank, alpha).double()
    nn.init.normal_(layer.B)
    x, W = torch.randn(4, 7, dtype=torch.float64), layer.linear.weight
    added = (
        sum(torch.outer(layer.B[:, r], layer.A[r]) for r in range(rank)) * (alpha or rank) / rank
    )
    assert torch.allclose(layer(x), x @ (W + added).T + layer.linear.bias, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 4, 12])
def test_merged_the_logits_are_the_same_and_so_are_the_layers(rank):
    tuned = stirred(add_lora(model(), rank))
    logits = tuned(IDS)
    assert (logits - model()(IDS)).abs().max() > 0.1
    merged = merge_lora(tuned)
    assert torch.allclose(merged(IDS), logits, rtol=0, atol=1e-5)
    assert merged.state_dict().keys() == model().state_dict().keys()
    assert all(p.requires_grad for p in merged.parameters())


def test_only_thin_matrices_learn_and_they_do():
    tuned = add_lora(model(), 2)
    sizes = {name: p.numel() for name, p in tuned.named_parameters() if p.requires_grad}
    assert sum(sizes.values()) == 2 * 2 * ((12 + 36) + (12 + 12) + (12 + 48) + (48 + 12))
    before = copy.deepcopy(tuned.state_dict())
    config = TrainConfig(steps=3, batch_size=2, block_size=8, warmup_steps=0, lr=0.1)
    train(tuned, Corpus(IDS.repeat(1, 5).flatten(), IDS[0]), config, progress=False)
    moved = {n for n, value in tuned.state_dict().items() if not torch.equal(value, before[n])}
    assert moved == set(sizes)


def test_a_model_with_thin_matrices_writes_what_it_writes_merged():
    tuned = stirred(add_lora(model(), 3)).eval()
    written = list(generate(tuned, [1, 2], 12, temperature=0))
    assert written == list(generate(merge_lora(tuned), [1, 2], 12, temperature=0))


@pytest.mark.parametrize("change, words", [
    (lambda m: add_lora(m, 13), "from 1 to 12"),
    (lambda m: add_lora(m, 0), "got 0"),
    (lambda m: add_lora(m, 2.0), "got 2.0"),
    (lambda m: add_lora(m, 2, alpha=-1), "alpha must be above 0"),
    (lambda m: add_lora(m, 2, names=("query",)), "no nn.Linear named query"),
    (lambda m: add_lora(add_lora(m, 2), 2), "already"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        change(model())


def test_after_a_refusal_the_model_is_as_it_was():
    refused = model()
    with pytest.raises(ValueError):
        add_lora(refused, 13)
    assert all(p.requires_grad for p in refused.parameters())
    assert refused.state_dict().keys() == model().state_dict().keys()


def test_gradients_are_those_of_peft():
    peft = pytest.importorskip("peft", reason="peft is not installed; the formula above is")
    torch.manual_seed(0)
    inner = nn.Sequential()
    inner.add_module("up", nn.Linear(7, 5))
    ours = add_lora(copy.deepcopy(inner), 3, alpha=6, names=("up",))
    theirs = peft.get_peft_model(inner, peft.LoraConfig(r=3, lora_alpha=6, target_modules=["up"]))
    nn.init.normal_(ours.up.B)
    state = {"A": ours.up.A, "B": ours.up.B}
    for name, p in theirs.named_parameters():
        if "lora_" in name:
            p.data = state[name.split("lora_")[1][0]].detach().clone()
    x = torch.randn(4, 7)
    for model in (ours, theirs):
        model(x).square().sum().backward()
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)
    for name, p in theirs.named_parameters():
        if "lora_" in name:
            assert torch.allclose(p.grad, state[name.split("lora_")[1][0]].grad, atol=1e-4)
