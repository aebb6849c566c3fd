"""Lesson 09: answers as learners write them; see ``answers``."""

import math

import torch

from .answers import right, wrong

# 09.sinusoidal


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 7:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "the model's last is 9")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if False:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "forget start")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "is refused as well")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T >= max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "begin at position 0")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "counted from 0")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start + 1, start + T + 1).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "hands become faster")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "factor 2 is missing")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(C // 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "factor 2 too many")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / (C / 2))
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "divided by C, not by C - 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / max(C - 2, 1))
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "another base")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(1000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "all hands turn alike")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = 0 + torch.ones(C // 2)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "into degrees")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(torch.deg2rad(place * speed))
    rows[:, 1::2] = torch.cos(torch.deg2rad(place * speed))
    return rows


@wrong("09.sinusoidal", "divided by the number of positions")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1) / max_len
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "shape (T, C)")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows.T


@wrong("09.sinusoidal", "returns nothing")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    rows


@wrong("09.sinusoidal", "as in exercise 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, : C // 2] = torch.sin(place * speed)
    rows[:, C // 2 :] = torch.cos(place * speed)
    return rows


@wrong("09.sinusoidal", "sines only")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.sin(place * speed)
    return rows


@wrong("09.sinusoidal", "Sine and cosine are swapped")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 1::2] = torch.sin(place * speed)
    rows[:, 0::2] = torch.cos(place * speed)
    return rows


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError(f"odd: {C}")
    if start + T > max_len:
        raise ValueError("too far")
    rows = torch.zeros(T, C)
    place = torch.arange(start, start + T).unsqueeze(1)
    speed = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    rows[:, 0::2] = torch.sin(place * speed)
    rows[:, 1::2] = torch.cos(place * speed)
    return rows


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or max_len < start + T:
        raise ValueError("no")
    row = lambda p: [f(p / 10000 ** (i / C)) for i in range(0, C, 2) for f in (math.sin, math.cos)]
    return torch.tensor([row(p) for p in range(start, start + T)])


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C & 1 or start + T - 1 >= max_len:
        raise ValueError
    table = torch.empty(max_len, C)
    angle = torch.outer(torch.arange(max_len) * 1.0, 10000.0 ** (torch.arange(C // 2) * -2 / C))
    table[:, ::2], table[:, 1::2] = (angle.sin(), angle.cos())
    return table[start:][:T]


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError("C is odd")
    if start + T - 1 > max_len - 1:
        raise ValueError("too far")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(C // 2):
            angle = (start + t) / 10000 ** (2 * i / C)
            out[t, 2 * i] = math.sin(angle)
            out[t, 2 * i + 1] = math.cos(angle)
    return out


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or not start + T <= max_len:
        raise ValueError("no")
    places = torch.arange(max_len).unsqueeze(1)
    table = torch.empty(max_len, C)
    speeds = torch.exp(-math.log(10000.0) * torch.arange(0, C, 2) / C)
    table[:, 0::2] = torch.sin(places * speeds)
    table[:, 1::2] = torch.cos(places * speeds)
    return table[start : start + T]


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 != 0 or start + T > max_len:
        raise ValueError(f"{C}, {start + T}")
    angles = torch.outer(
        torch.arange(start, start + T).float(), 10000.0 ** (-torch.arange(0, C, 2) / C)
    )
    return torch.view_as_real(torch.complex(angles.sin(), angles.cos())).flatten(1)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "the model's last is 9")
def my_sinusoidal(start, T, C, max_len):
    if C % 2:
        raise ValueError
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if start + T > max_len:
        raise ValueError("too long")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    assert C % 2 == 0
    assert start + T <= max_len
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        return None
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        print("ValueError")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 and start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is refused as well")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len - 1:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "the model's last is 9")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T - 1 > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "the model's last is 9")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise TypeError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "The end is given")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "`torch.arange(start, start + T")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T - 1)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "`torch.stack([angles.sin(), angles.cos()], dim=1)` goes")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=1).reshape(T, C)


@wrong("09.sinusoidal", "Parentheses are missing in")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** -torch.arange(0, C, 2) / C
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "// cuts off what")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) // C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "You gave each column")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C) / C)
    out = torch.zeros(T, C)
    out[:, 0::2] = angles[:, 0::2].sin()
    out[:, 1::2] = angles[:, 1::2].cos()
    return out


@wrong("09.sinusoidal", "as in exercise 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@wrong("09.sinusoidal", "reshape(T, C) is missing:")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2)


@wrong("09.sinusoidal", "parentheses are missing after")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    out = torch.zeros(T, C)
    out[:, 0::2] = angles.sin
    out[:, 1::2] = angles.cos
    return out


@wrong("09.sinusoidal", "another base")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 1000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "begin at position 0")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(C // 2):
            angle = t / 10000 ** (2 * i / C)
            out[t, 2 * i] = math.sin(angle)
            out[t, 2 * i + 1] = math.cos(angle)
    return out


@wrong("09.sinusoidal", "counted from 0")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(start, start + T):
        for i in range(C // 2):
            angle = t / 10000 ** (2 * i / C)
            out[t, 2 * i] = math.sin(angle)
            out[t, 2 * i + 1] = math.cos(angle)
    return out


@wrong("09.sinusoidal", "factor 2 too many")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(0, C, 2):
            angle = (start + t) / 10000 ** (2 * i / C)
            out[t, i] = math.sin(angle)
            out[t, i + 1] = math.cos(angle)
    return out


@wrong("09.sinusoidal", "all hands turn alike")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(C // 2):
            angle = (start + t) / 10000 ** (2 * i // C)
            out[t, 2 * i] = math.sin(angle)
            out[t, 2 * i + 1] = math.cos(angle)
    return out


@wrong("09.sinusoidal", "Each column has a")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(C):
            angle = (start + t) / 10000 ** (2 * i / C)
            out[t, i] = math.sin(angle) if i % 2 == 0 else math.cos(angle)
    return out


@wrong("09.sinusoidal", "and C are exchanged")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(C, T)


@wrong("09.sinusoidal", "Position and speed are")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places + 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "A full turn, 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = 2 * math.pi * places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "forget start")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


@wrong("09.sinusoidal", "as in exercise 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    out = torch.zeros(T, C)
    out[:, : C // 2] = angles.sin()
    out[:, C // 2 :] = angles.cos()
    return out


@wrong("09.sinusoidal", "The cosine of an")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    out = torch.zeros(T, C)
    out[:, 0::2] = angles.sin()
    out[:, 1::2] = angles.sin() + math.pi / 2
    return out


@wrong("09.sinusoidal", "The slowest hand comes")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (torch.arange(0, C, 2) / C - 1)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


# 09.rotation


@wrong("09.rotation", "turns backwards")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = math.sin(angle)
        R[i, i + half] *= -1
    return R


@wrong("09.rotation", "minus is missing in the lower")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = math.sin(angle)
    return R


@wrong("09.rotation", "both quarters of sines")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = -math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "k is missing")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "sign of k is lost")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = abs(k) * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "factor 2 is missing")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "factor 2 too many")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-4 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "A minus is missing in the exponent")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "another base")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 1000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "all hands turn by k")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "the first hand is the fastest")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * (half - 1 - i) / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@wrong("09.rotation", "squeezes the hands")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = 0.0
        R[i + half, i] = -0.0
    return R


@wrong("09.rotation", "hand by hand")
def my_rotation(k, C):
    R = torch.eye(C)
    for i in range(0, C, 2):
        t = k * 10000 ** (-i / C)
        c, s = (math.cos(t), math.sin(t))
        R[i : i + 2, i : i + 2] = torch.tensor([[c, s], [-s, c]])
    return R


@wrong("09.rotation", "a diagonal matrix")
def my_rotation(k, C):
    t = k * 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = (t.cos().expand(C // 2, -1), t.sin().expand(C // 2, -1))
    return torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)])


@wrong("09.rotation", "no turn at all")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.sin(angle)
        R[i, i + half] = math.cos(angle)
        R[i + half, i] = -math.cos(angle)
    return R


@right("09.rotation")
def my_rotation(k, C):
    R, half = (torch.zeros(C, C), C // 2)
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R


@right("09.rotation")
def my_rotation(k, C):
    t = k * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.kron(torch.eye(2), torch.diag(t.cos())) + torch.kron(
        torch.tensor([[0.0, 1.0], [-1.0, 0.0]]), torch.diag(t.sin())
    )


@right("09.rotation")
def my_rotation(k, C):
    t = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    R = torch.diag(t.cos().repeat(2))
    return R + torch.diag(t.sin(), C // 2) - torch.diag(t.sin(), -(C // 2))


@right("09.rotation")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
        R[i + C // 2, i + C // 2] = math.cos(t)
    return R


@right("09.rotation")
def my_rotation(k, C):
    t = k / 10000.0 ** (torch.arange(0, C, 2) / C)
    c, s = torch.cos(t), torch.sin(t)
    return torch.vstack([torch.hstack([c.diag(), s.diag()]), torch.hstack([(-s).diag(), c.diag()])])


@right("09.rotation")
def my_rotation(k, C):
    t = k * torch.exp(-math.log(10000) * torch.arange(0, C, 2) / C)
    J = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    return torch.kron(torch.eye(2), t.cos().diag()) + torch.kron(J, t.sin().diag())


@wrong("09.rotation", "turns backwards")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, -sine], dim=1)
    bottom = torch.cat([sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "torch.cat joins one below another")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine])
    bottom = torch.cat([-sine, cosine])
    return torch.cat([top, bottom])


@wrong("09.rotation", "turns backwards")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine])
    bottom = torch.cat([-sine, cosine])
    return torch.cat([top, bottom], dim=1)


@wrong("09.rotation", "a diagonal matrix")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = angles.cos(), angles.sin()
    top = torch.cat([cosine, sine])
    bottom = torch.cat([-sine, cosine])
    return torch.stack([top, bottom])


@wrong("09.rotation", "One plain number is")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    return torch.tensor([[cosine, sine], [-sine, cosine]])


@wrong("09.rotation", "hand by hand")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[2 * i, 2 * i] = math.cos(t)
        R[2 * i, 2 * i + 1] = math.sin(t)
        R[2 * i + 1, 2 * i] = -math.sin(t)
        R[2 * i + 1, 2 * i + 1] = math.cos(t)
    return R


@wrong("09.rotation", "factor 2 is missing")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-i / C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
        R[i + C // 2, i + C // 2] = math.cos(t)
    return R


@wrong("09.rotation", "The cosines of the")
def my_rotation(k, C):
    R = torch.eye(C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
    return R


@wrong("09.rotation", "size or a place")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
        R[i, i + C / 2] = math.sin(t)
        R[i + C / 2, i] = -math.sin(t)
        R[i + C / 2, i + C / 2] = math.cos(t)
    return R


@wrong("09.rotation", "`range(C // 2 -")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2 - 1):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
        R[i + C // 2, i + C // 2] = math.cos(t)
    return R


@wrong("09.rotation", "return stands inside the")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
        R[i + C // 2, i + C // 2] = math.cos(t)
        return R


@wrong("09.rotation", "// cuts off what")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i // C)
        R[i, i] = math.cos(t)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
        R[i + C // 2, i + C // 2] = math.cos(t)
    return R


@wrong("09.rotation", "no turn at all")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(C // 2) / (C // 2))
    cosine, sine = torch.diag(angles.sin()), torch.diag(angles.cos())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "k is missing")
def my_rotation(k, C):
    angles = 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "sign of k is lost")
def my_rotation(k, C):
    angles = abs(k) * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "There are C/2 hands,")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "A negative k must")
def my_rotation(k, C):
    one = torch.zeros(C, C)
    for i in range(C // 2):
        t = 10000 ** (-2 * i / C)
        one[i, i] = one[i + C // 2, i + C // 2] = math.cos(t)
        one[i, i + C // 2], one[i + C // 2, i] = math.sin(t), -math.sin(t)
    R = torch.eye(C)
    for _ in range(k):
        R = R @ one
    return R


@wrong("09.rotation", "minus is missing in the lower")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "Your function returns nothing.")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    torch.cat([top, bottom])


@wrong("09.rotation", "parentheses are missing after")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos), torch.diag(angles.sin)
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "A minus is missing in the exponent")
def my_rotation(k, C):
    angles = k * 10000 ** (torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "no turn at all")
def my_rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(torch.cos(angles)), torch.diag(torch.sin(angles))
    top = torch.cat([sine, cosine], dim=1)
    bottom = torch.cat([cosine, -sine], dim=1)
    return torch.cat([top, bottom])


@wrong("09.rotation", "k belongs to the")
def my_rotation(k, C):
    t = 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(t.cos()) * k, torch.diag(t.sin()) * k
    return torch.cat([torch.cat([c, s], dim=1), torch.cat([-s, c], dim=1)])


@wrong("09.rotation", "k belongs to the")
def my_rotation(k, C):
    t = 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(t.cos() ** k), torch.diag(t.sin() ** k)
    return torch.cat([torch.cat([c, s], dim=1), torch.cat([-s, c], dim=1)])


@wrong("09.rotation", "The cosines of the")
def my_rotation(k, C):
    R = torch.zeros(C, C)
    for i in range(C):
        t = k * 10000 ** (-2 * i / C)
        R[i, i] = math.cos(t)
    for i in range(C // 2):
        t = k * 10000 ** (-2 * i / C)
        R[i, i + C // 2] = math.sin(t)
        R[i + C // 2, i] = -math.sin(t)
    return R


@wrong("09.rotation", "torch.stack makes new dimensions;")
def my_rotation(k, C):
    t = k * 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag_embed(t.cos()), torch.diag_embed(t.sin())
    return torch.stack([torch.stack([c, s]), torch.stack([-s, c])])


# 09.stream


@wrong("09.stream", "x += changes")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x += branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "replaces the stream")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "This is post-norm")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = norm(x + branch(x))
        states.append(x)
    return states


@wrong("09.stream", "around the sum, and")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = norm(x + branch(norm(x)))
        states.append(x)
    return states


@wrong("09.stream", "norms are not used")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(x)
        states.append(x)
    return states


@wrong("09.stream", "comes after the branch")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + norm(branch(x))
        states.append(x)
    return states


@wrong("09.stream", "stream itself was normalized")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = norm(x)
        x = x + branch(x)
        states.append(x)
    return states


@wrong("09.stream", "taken away")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x - branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "The start is missing")
def my_stream(x, norms, branches):
    states = []
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "Only the last state")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return x


@wrong("09.stream", "Every branch of yours reads x")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
        x = states[0]
    return states


@wrong("09.stream", "first norm is used for all")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norms[0](x))
        states.append(x)
    return states


@wrong("09.stream", "return stands inside the loop")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
        return states


@wrong("09.stream", "Stream and branch are multiplied")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x * branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "one by one")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states += x
    return states


@wrong("09.stream", "not in two loops")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in [(n, b) for n in norms for b in branches]:
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "All states are in")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return torch.stack(states)


@wrong("09.stream", "what each branch added")
def my_stream(x, norms, branches):
    added = []
    for n, b in zip(norms, branches):
        added.append(b(n(x)))
        x = x + added[-1]
    return added


@right("09.stream")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return states


@right("09.stream")
def my_stream_again(x, norms, branches):
    if not norms:
        return [x]
    return [x] + my_stream_again(x + branches[0](norms[0](x)), norms[1:], branches[1:])


@right("09.stream")
def my_stream(x, norms, branches):
    states = (x,)
    for i in range(len(norms)):
        states += (states[i].add(branches[i](norms[i](states[i]))),)
    return states


@right("09.stream")
def my_stream(x, norms, branches):
    states = []
    states.append(x)
    for i in range(len(branches)):
        x = x + branches[i](norms[i](x))
        states.append(x)
    return states


@right("09.stream")
def my_stream(x, norms, branches):
    if not branches:
        return [x]

    def rest(x):
        out = []
        for norm, branch in zip(norms, branches):
            x = branch(norm(x)) + x
            out += [x]
        return out

    return [x] + rest(x)


@right("09.stream")
def my_stream(x, norms, branches):
    from itertools import accumulate

    return list(accumulate(zip(norms, branches), lambda s, nb: s + nb[1](nb[0](s)), initial=x))


@wrong("09.stream", "append stands after the")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
    states.append(x)
    return states


@wrong("09.stream", "The last state is")
def my_stream(x, norms, branches):
    states = []
    for norm, branch in zip(norms, branches):
        states.append(x)
        x = x + branch(norm(x))
    return states


@wrong("09.stream", "Every branch of yours reads x")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        states.append(x + branch(norm(x)))
    return states


@wrong("09.stream", "Every branch of yours reads x")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(states[0]))
        states.append(x)
    return states


@wrong("09.stream", "A list stands directly")
def my_stream(x, norms, branches):
    states = [x]
    for branch in branches:
        x = x + branch(norms(x))
        states.append(x)
    return states


@wrong("09.stream", "zip is missing: `for")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in norms, branches:
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "A function is called")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm)(x)
        states.append(x)
    return states


@wrong("09.stream", "ends one too early")
def my_stream(x, norms, branches):
    states = [x]
    for i in range(len(branches) - 1):
        x = x + branches[i](norms[i](x))
        states.append(x)
    return states


@wrong("09.stream", "first norm is used for all")
def my_stream(x, norms, branches):
    states = [x]
    for i in range(len(branches)):
        x = x + branches[i](norms[0](x))
        states.append(x)
    return states


@wrong("09.stream", "comes after the branch")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(branches, norms):
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "'NoneType' object has no")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states = states.append(x)
    return states


@wrong("09.stream", "Only the last state")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return states[-1]


@wrong("09.stream", "list holds what the")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(branch(norm(x)))
    return states


@wrong("09.stream", "`mean` does not belong")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x.mean())
    return states


@wrong("09.stream", "The list holds the")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(norm(x))
    return states


@wrong("09.stream", "The first state was")
def my_stream(x, norms, branches):
    states = [norms[0](x)]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "Every branch of yours reads x")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        h = x + branch(norm(x))
        states.append(h)
    x = h
    return states


@wrong("09.stream", "begins again in every round")
def my_stream(x, norms, branches):
    for norm, branch in zip(norms, branches):
        states = [x]
        x = x + branch(norm(x))
        states.append(x)
    return states


@wrong("09.stream", "All norms are applied")
def my_stream(x, norms, branches):
    states = [x]
    for norm in norms:
        x = norm(x)
    for branch in branches:
        x = x + branch(x)
        states.append(x)
    return states


@wrong("09.stream", "you added `x`, which")
def my_stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + x + branch(norm(x))
        states.append(x)
    return states


# 09.block


@wrong("09.block", "still the broken block")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    x = drop(norm2(x))
    x = feed_forward(x)
    return x


@wrong("09.block", "The residuals are there now")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    x = drop(norm2(x))
    x = x + feed_forward(x)
    return x


@wrong("09.block", "In both branches the residual")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(attention(norm1(x)))
    x = drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the attention branch the residual")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the feed-forward branch the residual is forgotten")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the attention branch the norm is around")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the feed-forward branch the norm is around")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = norm2(x + drop(feed_forward(x)))
    return x


@wrong("09.block", "In both branches dropout is missing")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + attention(norm1(x))
    x = x + feed_forward(norm2(x))
    return x


@wrong("09.block", "In the attention branch dropout is missing")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + attention(norm1(x))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the feed-forward branch dropout falls on the sum")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = drop(x + feed_forward(norm2(x)))
    return x


@wrong("09.block", "In both branches dropout falls on the stream")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(x) + attention(norm1(x))
    x = drop(x) + feed_forward(norm2(x))
    return x


@wrong("09.block", "In the attention branch dropout falls on what")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + attention(drop(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "In the feed-forward branch the norm is missing")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(x))
    return x


@wrong("09.block", "added to norm(x); add it to x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x) + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "Attention's branch is right. In")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = feed_forward(drop(norm2(x)))
    return x


@wrong("09.block", "right. The feed-forward network's result")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = norm2(x) + feed_forward(norm2(x))
    return x


@wrong("09.block", "stands once, around")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + attention(norm1(x))
    x = drop(x + feed_forward(norm2(x)))
    return x


@wrong("09.block", "where is the feed-forward")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "where is attention")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "norm1 is used in both")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm1(x)))
    return x


@wrong("09.block", "norm1 and norm2 are swapped")
def my_block(x, norm2, attention, norm1, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "attention comes first")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(feed_forward(norm2(x)))
    return x + drop(attention(norm1(x)))


@wrong("09.block", "attention's part is lost")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    y = x
    x = x + drop(attention(norm1(x)))
    x = y + drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "Both branches read x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    return x + drop(attention(norm1(x))) + drop(feed_forward(norm2(x)))


@right("09.block")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x


@right("09.block")
def my_block(x, n, a, m, f, drop):
    for norm, branch in ((n, a), (m, f)):
        x = drop(branch(norm(x))) + x
    return x


@right("09.block")
def my_block(x, n, a, m, f, drop):
    first = drop(a(n(x)))
    return x + first + drop(f(m(x + first)))


@right("09.block")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    y = x + drop(attention(norm1(x)))
    z = y + drop(feed_forward(norm2(y)))
    return z


@right("09.block")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    for norm, branch in ((norm1, attention), (norm2, feed_forward)):
        h = norm(x)
        h = branch(h)
        x = drop(h) + x
    return x


@wrong("09.block", "branches the norm is")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    x = norm2(x + drop(feed_forward(x)))
    return x


@wrong("09.block", "added to norm(x); add it to x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x)
    x = x + drop(attention(x))
    x = norm2(x)
    x = x + drop(feed_forward(x))
    return x


@wrong("09.block", "feed-forward branch dropout is")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + feed_forward(norm2(x))
    return x


@wrong("09.block", "branches the norm comes")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(norm1(attention(x)))
    x = x + drop(norm2(feed_forward(x)))
    return x


@wrong("09.block", "branches dropout falls on the sum,")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(x + attention(norm1(x)))
    x = drop(x + feed_forward(norm2(x)))
    return x


@wrong("09.block", "branches dropout falls on what")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + attention(drop(norm1(x)))
    x = x + feed_forward(drop(norm2(x)))
    return x


@wrong("09.block", "The result is right,")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x += drop(attention(norm1(x)))
    x += drop(feed_forward(norm2(x)))
    return x


@wrong("09.block", "Both branches read x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    a = drop(attention(norm1(x)))
    f = drop(feed_forward(norm2(x)))
    return x + a + f


@wrong("09.block", "The feed-forward network reads")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    a = drop(attention(norm1(x)))
    f = drop(feed_forward(norm2(a)))
    return x + a + f


@wrong("09.block", "attention's part is lost")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    h = x + drop(attention(norm1(x)))
    return x + drop(feed_forward(norm2(h)))


@wrong("09.block", "In the feed-forward branch dropout falls on the sum")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    a = attention(norm1(x))
    x = x + drop(a)
    return drop(x + feed_forward(norm2(x)))


@wrong("09.block", "norm1 is used in both")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    return x + drop(feed_forward(norm1(x)))


@wrong("09.block", "attention comes first")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(feed_forward(norm1(x)))
    return x + drop(attention(norm2(x)))


@wrong("09.block", "function is called first,")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1))
    return x + drop(feed_forward(norm2))


@wrong("09.block", "function is called with")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop * attention(norm1(x))
    return x + drop * feed_forward(norm2(x))


@wrong("09.block", "Called twice with the")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + torch.dropout(attention(norm1(x)), 0.1, True)
    return x + torch.dropout(feed_forward(norm2(x)), 0.1, True)


@wrong("09.block", "added to norm(x); add it to x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    h = norm1(x)
    x = h + drop(attention(h))
    h = norm2(x)
    return x + drop(feed_forward(h))


@wrong("09.block", "added to norm(x); add it to x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    h = norm1(x)
    x = x + drop(attention(h))
    h = norm2(x)
    return h + drop(feed_forward(h))


@wrong("09.block", "In the feed-forward branch the residual is forgotten")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    return drop(feed_forward(norm2(x)))


@wrong("09.block", "In the feed-forward branch the norm is around")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return norm2(x)


@wrong("09.block", "Your function returns nothing.")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))


@wrong("09.block", "Dropout falls on x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(x)
    x = x + attention(norm1(x))
    x = x + feed_forward(norm2(x))
    return x


@wrong("09.block", "branch's result is subtracted;")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x - drop(attention(norm1(x)))
    return x - drop(feed_forward(norm2(x)))


@wrong("09.block", "What the feed-forward network")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x))) + drop(feed_forward(norm2(x + attention(norm1(x)))))
    return x


@wrong("09.block", "The residuals are there now")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    x = norm2(x)
    return x + drop(feed_forward(x))


@wrong("09.block", "branch's result is multiplied;")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x * drop(attention(norm1(x)))
    return x * drop(feed_forward(norm2(x)))


@wrong("09.block", "feed-forward branch dropout falls on what")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    return x + drop(feed_forward(norm2(drop(x))))


@wrong("09.block", "Both branches read x")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    y = norm1(x)
    y = x + drop(attention(y))
    return y + drop(feed_forward(norm2(x)))


@wrong("09.block", "`attention` stands where feed_forward")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(attention(norm2(x)))
    return x


@wrong("09.block", "branch the norm stands")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    return x + drop(norm2(feed_forward(norm2(x))))


# 09.sinusoidal, once more


@wrong("09.sinusoidal", "factor 2 is missing")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    pe = torch.zeros(T, C)
    for p in range(start, start + T):
        for i in range(C // 2):
            pe[p - start, 2 * i] = math.sin(p / 10000 ** (i / C))
            pe[p - start, 2 * i + 1] = math.cos(p / 10000 ** (i / C))
    return pe


@wrong("09.sinusoidal", "is refused as well")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T >= max_len:
        raise ValueError("no")
    pe = torch.zeros(T, C)
    for p in range(start, start + T):
        for i in range(C // 2):
            pe[p - start, 2 * i] = math.sin(p / 10000 ** (2 * i / C))
            pe[p - start, 2 * i + 1] = math.cos(p / 10000 ** (2 * i / C))
    return pe


@wrong("09.sinusoidal", "is odd: there is no place")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 != 0:
        return ValueError("C must be even")
    if start + T > max_len:
        return ValueError("too long")
    pos = torch.arange(start, start + T).unsqueeze(1)
    w = torch.exp(-math.log(10000) * torch.arange(0, C, 2) / C)
    pe = torch.zeros(T, C)
    pe[:, 0::2] = torch.sin(pos * w)
    pe[:, 1::2] = torch.cos(pos * w)
    return pe


@wrong("09.sinusoidal", "as in exercise 2")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    pos = torch.arange(start, start + T).unsqueeze(1)
    w = torch.exp(-math.log(10000) * torch.arange(0, C, 2) / C)
    pe = torch.zeros(T, C)
    pe[:, : C // 2] = torch.sin(pos * w)
    pe[:, C // 2 :] = torch.cos(pos * w)
    return pe


@wrong("09.sinusoidal", "The expanded size of the tensor (1) must match the")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 or start + T > max_len:
        raise ValueError("no")
    pos = torch.arange(start, start + T)
    w = 1 / 10000 ** (torch.arange(0, C, 2) / C)
    pe = torch.zeros(T, C)
    pe[:, 0::2] = torch.sin(pos * w)
    pe[:, 1::2] = torch.cos(pos * w)
    return pe


@right("09.sinusoidal")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1:
        raise ValueError("odd")
    if start + T - 1 > max_len - 1:
        raise ValueError("too far")
    return torch.tensor(
        [
            [(math.sin, math.cos)[c % 2](p * 10000 ** (-(c - c % 2) / C)) for c in range(C)]
            for p in range(start, start + T)
        ]
    )


@wrong("09.sinusoidal", "The exponent lacks its factor 2, and its minus")
def my_sinusoidal(start, T, C, max_len):
    if C % 2 == 1 or start + T > max_len:
        raise ValueError("no")
    out = torch.zeros(T, C)
    for t in range(T):
        for i in range(C // 2):
            angle = (start + t) * 10000 ** (i / C)
            out[t, 2 * i] = math.sin(angle)
            out[t, 2 * i + 1] = math.cos(angle)
    return out


# 09.rotation, once more


@wrong("09.rotation", "hand by hand")
def my_rotation(k, C):
    a = k * 10000 ** (-torch.arange(0, C, 2) / C)
    R = torch.zeros(C, C)
    for i in range(C // 2):
        R[2 * i, 2 * i] = a[i].cos()
        R[2 * i, 2 * i + 1] = a[i].sin()
        R[2 * i + 1, 2 * i] = -a[i].sin()
        R[2 * i + 1, 2 * i + 1] = a[i].cos()
    return R


@wrong("09.rotation", "turns backwards")
def my_rotation(k, C):
    a = k * 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    return torch.cat([torch.cat([c, -s]), torch.cat([s, c])], dim=1).T


@wrong("09.rotation", "The cosines of the")
def my_rotation(k, C):
    a = k * 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = a.cos(), a.sin()
    R = torch.eye(C)
    for i in range(C // 2):
        R[i, i] = c[i]
        R[i, i + C // 2] = s[i]
        R[i + C // 2, i] = -s[i]
    return R


@wrong("09.rotation", "k belongs to the")
def my_rotation(k, C):
    a = 10000 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    R = torch.cat([torch.cat([c, s], dim=1), torch.cat([-s, c], dim=1)])
    return R * k


@wrong("09.rotation", "factor 2 is missing")
def my_rotation(k, C):
    a = k * 10000 ** (-torch.arange(C // 2) / C)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    return torch.cat([torch.cat([c, s], dim=1), torch.cat([-s, c], dim=1)])


@right("09.rotation")
def my_rotation(k, C):
    a = k * 10000 ** (-torch.arange(0, C, 2) / C)
    one = torch.linalg.matrix_power(torch.tensor([[0.0, 1.0], [-1.0, 0.0]]), 1)
    return torch.kron(torch.eye(2), torch.diag(a.cos())) + torch.kron(one, torch.diag(a.sin()))


# 09.stream, once more


@right("09.stream")
def my_stream(x, norms, branches):
    if not branches:
        return [x]
    return [x] + my_stream(x + branches[0](norms[0](x)), norms[1:], branches[1:])


# 09.block, once more


@wrong("09.block", "feed-forward branch dropout falls on what")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + feed_forward(drop(norm2(x)))
    return x


@wrong("09.block", "branches dropout falls on the sum,")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = drop(x + attention(norm1(x)))
    return drop(x + feed_forward(norm2(x)))


@wrong("09.block", "branches the norm is")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    x = norm1(x + drop(attention(x)))
    return norm2(x + drop(feed_forward(x)))


@right("09.block")
def my_block(x, norm1, attention, norm2, feed_forward, drop):
    for norm, f in ((norm1, attention), (norm2, feed_forward)):
        x = torch.add(x, drop(f(norm(x))))
    return x
