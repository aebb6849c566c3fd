"""Lesson 09: wrong answers and what each must be told, and unusual right ones, which must pass."""

import pytest
from answers import (
    assert_all_pass,
    assert_each_gets_its_own,
    double_precision,
    judge_tables,
    wrong_answers,
)

from course_lib.exercises import lesson_09, names

PLACES = """def my(start, T, C, max_len):
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
"""

TURN = """def my(k, C):
    R, half = torch.zeros(C, C), C // 2
    for i in range(half):
        angle = k * 10000 ** (-2 * i / C)
        R[i, i] = R[i + half, i + half] = math.cos(angle)
        R[i, i + half] = math.sin(angle)
        R[i + half, i] = -math.sin(angle)
    return R
"""

STREAM = """def my(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches):
        x = x + branch(norm(x))
        states.append(x)
    return states
"""

BLOCK = """def my(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    x = x + drop(feed_forward(norm2(x)))
    return x
"""

# name: (a right answer, [(what must be said, what is replaced in it, by what)])
SLIPS = {
    "09.sinusoidal": (
        PLACES,
        [
            ("is odd: there is no place", "C % 2 == 1", "C % 2 == 7"),
            ("the model's last is 9", "start + T > max_len", "False"),
            ("forget start", "start + T > max_len", "T > max_len"),
            ("is refused as well", "start + T > max_len", "start + T >= max_len"),
            ("begin at place 0", "arange(start, start + T)", "arange(T)"),
            ("counted from 0", "arange(start, start + T)", "arange(start + 1, start + T + 1)"),
            ("hands become faster", "exp(-math", "exp(math"),
            ("factor 2 is missing", "arange(0, C, 2)", "arange(C // 2)"),
            ("factor 2 too many", "/ C)", "/ (C / 2))"),
            ("divided by C, not by C - 2", "/ C)", "/ max(C - 2, 1))"),
            ("base is another", "10000.0", "1000.0"),
            ("all hands turn alike", "speed = torch.exp(", "speed = 0 + torch.ones(C // 2)  # ("),
            ("into degrees", "place * speed", "torch.deg2rad(place * speed)"),
            ("divided by the number of places", ".unsqueeze(1)", ".unsqueeze(1) / max_len"),
            ("shape (T, C)", "return rows", "return rows.T"),
            ("returns nothing", "return rows", "rows"),
        ],
    ),
    "09.rotation": (
        TURN,
        [
            ("turns backwards", "= -math.sin(angle)", "= math.sin(angle); R[i, i + half] *= -1"),
            ("minus is missing in the lower", "= -math.sin", "= math.sin"),
            ("both quarters of sines", "= math.sin", "= -math.sin"),
            ("k is missing", "k * ", ""),
            ("sign of k is lost", "k * ", "abs(k) * "),
            ("factor 2 is missing", "-2 * i", "-i"),
            ("factor 2 too many", "-2 * i", "-4 * i"),
            ("A minus is missing in the exponent", "-2 * i", "2 * i"),
            ("base is another", "10000", "1000"),
            ("all hands turn by k", " * 10000 ** (-2 * i / C)", ""),
            ("the first hand is the fastest", "-2 * i", "-2 * (half - 1 - i)"),
            ("squeezes the hands", "math.sin(angle)", "0.0"),
        ],
    ),
    "09.stream": (
        STREAM,
        [
            ("x += changes", "x = x + branch", "x += branch"),
            ("replaces the stream", "x = x + branch", "x = branch"),
            ("This is post-norm", "x + branch(norm(x))", "norm(x + branch(x))"),
            ("around the sum, and", "x + branch(norm(x))", "norm(x + branch(norm(x)))"),
            ("norms are not used", "norm(x)", "x"),
            ("stands behind the branch", "branch(norm(x))", "norm(branch(x))"),
            ("stream itself was normalized", "x = x + branch(norm(x))", "x = norm(x); x = x + branch(x)"),
            ("taken away", "x + branch", "x - branch"),
            ("The start is missing", "[x]", "[]"),
            ("Only the last state", "return states", "return x"),
            ("Every branch reads x", "states.append(x)", "states.append(x); x = states[0]"),
            ("first norm is used for all", "branch(norm(x))", "branch(norms[0](x))"),
            ("does return stand inside", "    return", "        return"),
            ("Stream and branch are multiplied", "x + branch", "x * branch"),
            ("one by one", "states.append(x)", "states += x"),
            ("not in two loops", "for norm, branch in zip(norms, branches)", "for norm, branch in [(n, b) for n in norms for b in branches]"),
            ("list(...) makes one", "return states", "return torch.stack(states)"),
        ],
    ),
    "09.block": (
        BLOCK,
        [
            ("still the broken block", "x = x + drop(attention(norm1(x)))\n    x = x + drop(feed_forward(norm2(x)))",
             "x = norm1(x + drop(attention(x)))\n    x = drop(norm2(x))\n    x = feed_forward(x)"),
            ("The residuals are there now", "x = x + drop(attention(norm1(x)))\n    x = x + drop(feed_forward(norm2(x)))",
             "x = norm1(x + drop(attention(x)))\n    x = drop(norm2(x))\n    x = x + feed_forward(x)"),
            ("In both branches the residual", "= x + ", "= "),
            ("In the attention branch the residual", "= x + drop(att", "= drop(att"),
            ("In the feed-forward branch the residual is forgotten", "= x + drop(feed", "= drop(feed"),
            ("In the attention branch the norm is around", "x + drop(attention(norm1(x)))", "norm1(x + drop(attention(x)))"),
            ("In the feed-forward branch the norm is around", "x + drop(feed_forward(norm2(x)))", "norm2(x + drop(feed_forward(x)))"),
            ("In both branches dropout is missing", "drop(", "("),
            ("In the attention branch dropout is missing", "drop(att", "(att"),
            ("In the feed-forward branch dropout falls on the sum", "x + drop(feed_forward(norm2(x)))", "drop(x + feed_forward(norm2(x)))"),
            ("In both branches dropout falls on the stream", "x + drop(", "drop(x) + ("),
            ("In the attention branch dropout falls on what", "drop(attention(norm1(x)))", "attention(drop(norm1(x)))"),
            ("In the feed-forward branch the norm is missing", "norm2(x)", "x"),
            ("added to norm(x); add it to x", "x = x + drop(att", "x = norm1(x) + drop(att"),
            ("Attention's branch is right. In", "x + drop(feed_forward(norm2(x)))", "feed_forward(drop(norm2(x)))"),
            ("right. The feed-forward network's result", "x + drop(feed_forward(norm2(x)))", "norm2(x) + feed_forward(norm2(x))"),
            ("stands once, around", "drop(attention(norm1(x)))\n    x = x + drop(feed_forward(norm2(x)))",
             "attention(norm1(x))\n    x = drop(x + feed_forward(norm2(x)))"),
            ("where is the feed-forward", "    x = x + drop(feed", "    x + drop(feed"),
            ("where is attention", "    x = x + drop(att", "    x + drop(att"),
        ],
    ),
}  # fmt: skip

WRONG = wrong_answers(SLIPS)

WRONG["09.sinusoidal"]["order of exercise 2"] = PLACES.replace("0::2", ":C // 2").replace(
    "1::2", "C // 2:"
)
WRONG["09.sinusoidal"]["sines only"] = PLACES.replace("torch.cos", "torch.sin")
WRONG["09.sinusoidal"]["Sine and cosine are swapped"] = (
    PLACES.replace("0::2", "A").replace("1::2", "0::2").replace("A", "1::2")
)
WRONG["09.rotation"]["hand by hand"] = (
    "def my(k, C):\n    R = torch.eye(C)\n    for i in range(0, C, 2):\n"
    "        t = k * 10000 ** (-i / C)\n        c, s = math.cos(t), math.sin(t)\n"
    "        R[i:i + 2, i:i + 2] = torch.tensor([[c, s], [-s, c]])\n    return R"
)
WRONG["09.rotation"]["a diagonal matrix"] = (
    "def my(k, C):\n    t = k * 10000 ** (-torch.arange(0, C, 2) / C)\n"
    "    c, s = t.cos().expand(C // 2, -1), t.sin().expand(C // 2, -1)\n"
    "    return torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)])"
)
WRONG["09.rotation"]["no turn at all"] = (
    TURN.replace("cos", "tmp").replace("sin", "cos").replace("tmp", "sin")
)
WRONG["09.block"]["norm1 is used in both"] = BLOCK.replace("norm2(x)", "norm1(x)")
WRONG["09.block"]["norm1 and norm2 are swapped"] = BLOCK.replace(
    "norm1, attention, norm2", "norm2, attention, norm1"
)
WRONG["09.block"]["attention does"] = (
    "def my(x, norm1, attention, norm2, feed_forward, drop):\n"
    "    x = x + drop(feed_forward(norm2(x)))\n    return x + drop(attention(norm1(x)))"
)
WRONG["09.stream"]["what each branch added"] = (
    "def my(x, norms, branches):\n    added = []\n    for n, b in zip(norms, branches):\n"
    "        added.append(b(n(x)))\n        x = x + added[-1]\n    return added"
)
WRONG["09.block"]["attention's part is lost"] = BLOCK.replace(
    "    x = x", "    y = x\n    x = x", 1
).replace("x = x + drop(feed", "x = y + drop(feed")
WRONG["09.block"]["Both branches read x"] = (
    "def my(x, norm1, attention, norm2, feed_forward, drop):\n"
    "    return x + drop(attention(norm1(x))) + drop(feed_forward(norm2(x)))"
)

RIGHT = {
    "09.sinusoidal": [
        PLACES,
        "def my(start, T, C, max_len):\n    if C % 2 or max_len < start + T:\n        raise ValueError('no')\n"
        "    row = lambda p: [f(p / 10000 ** (i / C)) for i in range(0, C, 2) for f in (math.sin, math.cos)]\n"
        "    return torch.tensor([row(p) for p in range(start, start + T)])",
        "def my(start, T, C, max_len):\n    if C & 1 or start + T - 1 >= max_len:\n        raise ValueError\n"
        "    table = torch.empty(max_len, C)\n    angle = torch.outer(torch.arange(max_len) * 1.0, 1e4 ** (torch.arange(C // 2) * -2 / C))\n"
        "    table[:, ::2], table[:, 1::2] = angle.sin(), angle.cos()\n    return table[start:][:T]",
    ],
    "09.rotation": [
        TURN,
        "def my(k, C):\n    t = k * 10000 ** (-torch.arange(0, C, 2) / C)\n"
        "    return torch.kron(torch.eye(2), torch.diag(t.cos())) + torch.kron(torch.tensor([[0.0, 1.0], [-1.0, 0.0]]), torch.diag(t.sin()))",
        "def my(k, C):\n    t = k * 1e4 ** (-torch.arange(0, C, 2) / C)\n    R = torch.diag(t.cos().repeat(2))\n"
        "    return R + torch.diag(t.sin(), C // 2) - torch.diag(t.sin(), -(C // 2))",
    ],
    "09.stream": [
        STREAM,
        "def my(x, norms, branches):\n    if not norms:\n        return [x]\n"
        "    return [x] + my(x + branches[0](norms[0](x)), norms[1:], branches[1:])",
        "def my(x, norms, branches):\n    states = (x,)\n    for i in range(len(norms)):\n"
        "        states += (states[i].add(branches[i](norms[i](states[i]))),)\n    return states",
    ],
    "09.block": [
        BLOCK,
        "def my(x, n, a, m, f, drop):\n    for norm, branch in ((n, a), (m, f)):\n        x = drop(branch(norm(x))) + x\n    return x",
        "def my(x, n, a, m, f, drop):\n    first = drop(a(n(x)))\n    return x + first + drop(f(m(x + first)))",
    ],
}  # fmt: skip


in_float64 = double_precision(lesson_09)


(
    test_every_exercise_is_in_both_tables,
    test_each_wrong_answer_gets_its_own_diagnosis,
    test_unusual_right_answers_pass,
) = judge_tables(("09",), WRONG, RIGHT)


@pytest.mark.parametrize("name", names("09"))
def test_lesson_09_says_the_same_in_double_precision(name, in_float64):
    assert_each_gets_its_own(name, WRONG[name])
    assert_all_pass(name, RIGHT[name])
