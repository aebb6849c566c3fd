"""The small models and the small text on which the tests of training run."""

import dataclasses

import pytest
import torch
from torch import nn

from course_lib.corpus import Corpus
from course_lib.model import GPT, GPTConfig
from course_lib.train import TrainConfig, train

V, T = 11, 8


CONFIG = TrainConfig(steps=5, batch_size=4, block_size=T, lr=1e-2, min_lr=1e-3, warmup_steps=2, grad_clip=0.5,
                     eval_every=2, save_every=2, seed=3)  # fmt: skip


FILE = "checkpoint.safetensors"


def text(n, seed):
    """Ids where each is often one more than the last, so that there is something to learn."""
    generator = torch.Generator().manual_seed(seed)
    return torch.cumsum(1 + torch.randint(0, 4, (n,), generator=generator).clamp(max=1), 0) % V


CORPUS = Corpus(text(600, 0), text(80, 1))


WITH_STARTS = Corpus(CORPUS.train, CORPUS.val, torch.arange(0, 600, 7), torch.arange(3, 80, 9))


# Loss on some of the ids alone, not on as many in each row.
ANSWERS = Corpus(
    CORPUS.train,
    CORPUS.val,
    train_targets=CORPUS.train.where(torch.arange(600) % 17 > 5, -100),
    val_targets=CORPUS.val.where(torch.arange(80) % 13 > 5, -100),
)


def bigram():
    return nn.Embedding(V, V)


def mlp(dropout=0.2):
    return nn.Sequential(
        nn.Embedding(V, 6), nn.Linear(6, 10), nn.ReLU(), nn.Dropout(dropout), nn.Linear(10, V)
    )


def gpt(dropout=0.2):
    return GPT(GPTConfig(V, T, n_layer=2, n_head=2, n_embd=8, dropout=dropout))


MODELS = pytest.mark.parametrize("make", [bigram, mlp, gpt])


def fresh(make=gpt):
    """The same model at each call."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return make()


def bits(model):
    """The weights as bytes: equal only if every bit is."""
    return b"".join(p.detach().numpy().tobytes() for p in model.parameters())


def change(**settings):
    return dataclasses.replace(CONFIG, **settings)


class Breaks(nn.Module):
    """A bigram that goes wrong at one step: its loss, or its gradient alone."""

    def __init__(self, at, how):
        super().__init__()
        self.table, self.at, self.how, self.step = nn.Embedding(V, V), at, how, 0

    def forward(self, ids):
        logits = self.table(ids)
        if self.training:
            self.step += 1
            if self.step == self.at:
                zero = logits.sum() * 0
                logits = logits + (zero.sqrt() if self.how == "gradient" else zero * self.how)
        return logits


def uninterrupted(config=CONFIG, corpus=CORPUS, make=gpt):
    model = fresh(make)
    train(model, corpus, config, progress=False)
    return bits(model)
