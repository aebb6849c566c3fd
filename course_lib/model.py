"""The parts of a GPT, in the order in which they are met."""

import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    """Two linear layers with a bend between, applied to each place by itself.

    Source: Vaswani et al., "Attention Is All You Need", section 3.3 (2017), with GPT-2's GELU.
    """

    def __init__(self, n_embd, dropout=0.0):
        super().__init__()
        self.up = nn.Linear(n_embd, 4 * n_embd)
        self.down = nn.Linear(4 * n_embd, n_embd)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):  # (B, T, C)
        x = F.gelu(self.up(x), approximate="tanh")  # (B, T, 4C)
        return self.dropout(self.down(x))  # (B, T, C)
