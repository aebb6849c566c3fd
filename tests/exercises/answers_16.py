"""Lesson 16: answers as learners write them; see ``answers``."""

import math

import torch
from torch.nn import functional as F

from .answers import right, wrong

# 16.lora


@right("16.lora")
def my_lora(x, W, A, B, alpha):
    return F.linear(x, W) + F.linear(F.linear(x, A), B) * (alpha / len(A))


@right("16.lora")
def my_lora(x, W, A, B, alpha):
    merged = W + alpha / B.shape[1] * (B @ A)
    return x @ merged.T


@right("16.lora")
def my_lora(x, W, A, B, alpha):
    rank = A.size(0)
    thin = torch.einsum("ni,ri->nr", x, A)
    return torch.matmul(x, W.t()) + alpha * torch.einsum("nr,or->no", thin, B) / rank


@wrong("16.lora", "alpha / r is missing")
def my_lora(x, W, A, B, alpha):
    return x @ W.T + x @ A.T @ B.T


@wrong("16.lora", "alpha alone")
def my_lora(x, W, A, B, alpha):
    return x @ W.T + alpha * (x @ A.T @ B.T)


@wrong("16.lora", "divided r by alpha")
def my_lora(x, W, A, B, alpha):
    r = A.shape[0]
    return x @ W.T + r / alpha * (x @ A.T @ B.T)


@wrong("16.lora", "throws away the fraction")
def my_lora(x, W, A, B, alpha):
    r = A.shape[0]
    return x @ W.T + (alpha // r) * (x @ A.T @ B.T)


@wrong("16.lora", "by the width of x")
def my_lora(x, W, A, B, alpha):
    r = A.shape[1]
    return x @ W.T + (alpha / r) * (x @ A.T @ B.T)


@wrong("16.lora", "by the outputs")
def my_lora(x, W, A, B, alpha):
    return x @ W.T + (alpha / len(B)) * (x @ A.T @ B.T)


@wrong("16.lora", "by the root of r")
def my_lora(x, W, A, B, alpha):
    return x @ W.T + (alpha / A.shape[0] ** 0.5) * (x @ A.T @ B.T)


@wrong("16.lora", "by r alone")
def my_lora(x, W, A, B, alpha):
    return x @ W.T + (x @ A.T @ B.T) / A.shape[0]


@wrong("16.lora", "belongs to the thin product alone")
def my_lora(x, W, A, B, alpha):
    return (alpha / A.shape[0]) * (x @ W.T + x @ A.T @ B.T)


@wrong("16.lora", "the thin part alone")
def my_lora(x, W, A, B, alpha):
    return (alpha / A.shape[0]) * (x @ A.T @ B.T)


@wrong("16.lora", "the linear layer alone")
def my_lora(x, W, A, B, alpha):
    return x @ W.T


@wrong("16.lora", "it is added")
def my_lora(x, W, A, B, alpha):
    return x @ W.T - (alpha / A.shape[0]) * (x @ A.T @ B.T)


# 16.needed


@right("16.needed")
def my_needed(rate, half):
    n = 1
    while 1.96 * (rate * (1 - rate) / n) ** 0.5 > half:
        n += 1
    return n


@right("16.needed")
def my_needed(rate, half):
    variance = rate * (1 - rate)
    return -int(-((1.96 / half) ** 2) * variance // 1)


@right("16.needed")
def my_needed(rate, half):
    z = torch.tensor(1.96, dtype=torch.float64)
    return int(torch.ceil((z / half) ** 2 * rate * (1 - rate)))


@wrong("16.needed", "rounded down")
def my_needed(rate, half):
    return int(1.96**2 * rate * (1 - rate) / half**2)


@wrong("16.needed", "to the nearest whole number")
def my_needed(rate, half):
    return round(1.96**2 * rate * (1 - rate) / half**2)


@wrong("16.needed", "not a whole number of answers yet")
def my_needed(rate, half):
    return 1.96**2 * rate * (1 - rate) / half**2


@wrong("16.needed", "math.ceil gives one")
def my_needed(rate, half):
    return float(math.ceil(1.96**2 * rate * (1 - rate) / half**2))


@wrong("16.needed", "so 1.96 is squared as well")
def my_needed(rate, half):
    return math.ceil(1.96 * rate * (1 - rate) / half**2)


@wrong("16.needed", "1.96 is missing")
def my_needed(rate, half):
    return math.ceil(rate * (1 - rate) / half**2)


@wrong("16.needed", "so half is squared")
def my_needed(rate, half):
    return math.ceil(1.96**2 * rate * (1 - rate) / half)


@wrong("16.needed", "square these two only")
def my_needed(rate, half):
    return math.ceil((1.96 * rate * (1 - rate) / half) ** 2)


@wrong("16.needed", "left the root")
def my_needed(rate, half):
    return math.ceil(1.96**2 * math.sqrt(rate * (1 - rate)) / half**2)


@wrong("16.needed", "for a rate of a half")
def my_needed(rate, half):
    return math.ceil(1.96**2 * 0.5 * 0.5 / half**2)


@wrong("16.needed", "(1 - rate) is missing")
def my_needed(rate, half):
    return math.ceil(1.96**2 * rate / half**2)


@wrong("16.needed", "; rate is missing")
def my_needed(rate, half):
    return math.ceil(1.96**2 * (1 - rate) / half**2)


@wrong("16.needed", "for the whole width")
def my_needed(rate, half):
    half = half / 2
    return math.ceil(1.96**2 * rate * (1 - rate) / half**2)


@wrong("16.needed", "You halved half")
def my_needed(rate, half):
    return math.ceil((1.96 / (2 * half)) ** 2 * rate * (1 - rate))


@wrong("16.needed", "the root of n")
def my_needed(rate, half):
    return math.ceil(1.96 * math.sqrt(rate * (1 - rate)) / half)


@wrong("16.needed", "you took 2")
def my_needed(rate, half):
    return math.ceil(2**2 * rate * (1 - rate) / half**2)


@wrong("16.needed", "90 of 100")
def my_needed(rate, half):
    return math.ceil(1.645**2 * rate * (1 - rate) / half**2)


@wrong("16.needed", "the other way up")
def my_needed(rate, half):
    return math.ceil(half**2 / (1.96**2 * rate * (1 - rate)))


@wrong("16.needed", "one more than needed")
def my_needed(rate, half):
    return math.ceil(1.96**2 * rate * (1 - rate) / half**2) + 1


@wrong("16.needed", "Round up after squaring")
def my_needed(rate, half):
    root = math.ceil(1.96 * (rate * (1 - rate)) ** 0.5 / half)
    return root**2


@wrong("16.needed", "you took rate times rate")
def my_needed(rate, half):
    return math.ceil(1.96**2 * rate * rate / half**2)


@wrong("16.needed", "0.95 is how many samples")
def my_needed(rate, half):
    return math.ceil((0.95 / half) ** 2 * rate * (1 - rate))


@wrong("16.needed", "for Wilson's interval")
def my_needed(rate, half):
    n = 1
    while True:
        shrink = 1 + 1.96**2 / n
        width = 1.96 / shrink * math.sqrt(rate * (1 - rate) / n + 1.96**2 / (4 * n * n))
        if width <= half:
            return n
        n += 1


@wrong("16.needed", "Where n comes out whole it is enough")
def my_needed(rate, half):
    return int(1.96**2 * rate * (1 - rate) / half**2) + 1


# 16.p_value


@right("16.p_value")
def my_p_value(first, second):
    coins = [a for a, b in zip(first, second, strict=True) if a != b]
    n, heads = len(coins), sum(coins)
    distance = abs(heads - n / 2)
    uneven = [math.comb(n, k) for k in range(n + 1) if abs(k - n / 2) >= distance]
    return sum(uneven) / 2**n


@right("16.p_value")
def my_p_value(first, second):
    n = k = 0
    for a, b in zip(first, second, strict=True):
        n += a != b
        k += a > b
    k = min(k, n - k)
    if 2 * k == n:
        return 1.0
    return 2 * sum(math.comb(n, j) * 0.5**n for j in range(k + 1))


@wrong("16.p_value", "on which both agree are no coins")
def my_p_value(first, second):
    n = len(first)
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    return min(1, 2 * sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n)


@wrong("16.p_value", "That is one side")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n


@wrong("16.p_value", "Nothing is repaired yet")
def my_p_value(first, second):
    n = len(first)
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    return sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n


@wrong("16.p_value", "add up to more than 1")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return 2 * sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n


@wrong("16.p_value", "counted the luckier side")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(max(won, lost) + 1)) / 2**n)


@wrong("16.p_value", "The last term is missing")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(won, lost))) / 2**n)


@wrong("16.p_value", "just this outcome")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    return min(1.0, 2 * math.comb(won + lost, won) / 2 ** (won + lost))


@wrong("16.p_value", "no coin falls on the one side")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(1, min(won, lost) + 1)) / 2**n)


@wrong("16.p_value", "asks for the rest")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return 1 - min(1.0, 2 * tail)


@wrong("16.p_value", "follows the first model's wins")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(won + 1)) / 2**n)


@wrong("16.p_value", "as if the questions had been different ones")
def my_p_value(first, second):
    n, a, b = len(first), sum(first), sum(second)
    spread = math.sqrt((a / n * (1 - a / n) + b / n * (1 - b / n)) / n)
    return math.erfc(abs(a - b) / n / spread / math.sqrt(2)) if spread else 1.0


@wrong("16.p_value", "never differ the value is 1")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    n = won + lost
    if n == 0:
        return 0.0
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n)


@wrong("16.p_value", "the approximation for many coins")
def my_p_value(first, second):
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    if won + lost == 0:
        return 1.0
    z = abs(won - lost) / math.sqrt(won + lost)
    return math.erfc(z / math.sqrt(2))


@wrong("16.p_value", "`sum(first)` gives 5 on the input below, where 2 is needed")
def my_p_value(first, second):
    won, lost = sum(first), sum(second)
    n = won + lost
    return min(1, 2 * sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n)
