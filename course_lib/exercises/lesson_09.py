"""Exercises of lesson 09, The transformer block."""

import math
import random
from itertools import pairwise

import torch
from torch import tensor

from course_lib.exercises.registry import Wrong, exercise


def _speeds(C):
    return 10000 ** (-torch.arange(0, C, 2) / C)


def _side_by_side(angles, T, C):
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


def _rows(
    places=lambda start, T: torch.arange(start, start + T)[:, None],
    speeds=_speeds,
    columns=_side_by_side,
    too_long=lambda start, T, max_len: start + T > max_len,
):
    """The rows with another part in them."""

    def rows(start, T, C, max_len):
        if C % 2 or too_long(start, T, max_len):
            raise ValueError("refused")
        return columns(places(start, T) * speeds(C), T, C)

    return rows


def _row_of_its_place(start, T, C, max_len):
    rows, answer = _rows()(start, T, C, max_len), torch.zeros(T, C)
    for t in range(start, start + T):
        answer[t] = rows[t - start]
    return answer


def _refusing(function, start, T, C, max_len):
    """Call the learner's function; where it must refuse, say what it failed to look at."""
    if not C % 2 and start + T <= max_len:
        return function(start, T, C, max_len)
    try:
        answer = function(start, T, C, max_len)
    except ValueError:
        raise
    except Exception as error:
        came = f"your function stopped with {type(error).__name__}"
    else:
        came = "your function " + ("returned None" if answer is None else "gave an answer")
        if isinstance(answer, Exception):
            came = "return gives the error back as an answer, so write raise"
    if C % 2:
        raise Wrong(
            f"C = {C} is odd: there is no place for the last hand's cosine. Refuse it with a "
            f"ValueError before anything else; {came}."
        )
    raise Wrong(
        f"The last position asked for is {start + T - 1}, and the model's last is {max_len - 1}: "
        f"raise a ValueError; {came}."
    )


def _places_case():
    T, C = random.randint(1, 4), 2 * random.randint(1, 4)
    start = random.randint(0, 12)
    return start, T, C, start + T + random.choice([0, 1, 5])


@exercise(
    "09.sinusoidal",
    cases=[
        (0, 2, 4, 10),
        (3, 2, 4, 10),
        (8, 2, 2, 10),
        (0, 2, 3, 10),
        (9, 2, 4, 10),
        (0, 4, 2, 3),
    ],
    random_case=_places_case,
    borders=[(0, 6, 6, 6), (0, 1, 2, 1)],
    call=_refusing,
    mistakes={
        "Your rows begin at position 0; they must begin at start.": _rows(
            lambda start, T: torch.arange(T)[:, None]
        ),
        "The last row is missing: arange and slices stop before their end, so the end is start + "
        "T.": (lambda start, T, C, max_len: sinusoidal(start, T, C, max_len)[: T - 1]),
        "T is how many positions, not where they end: the end is start + T.": (
            lambda start, T, C, max_len: sinusoidal(0, start + T, C, max_len)[start:T],
        ),
        "Places are counted from 0: the first row is that of start itself.": _rows(
            lambda start, T: torch.arange(start + 1, start + T + 1)[:, None]
        ),
        "Sine and cosine are swapped: the sine comes first.": _rows(
            columns=lambda a, T, C: torch.stack([a.cos(), a.sin()], dim=2).reshape(T, C)
        ),
        "All sines come first, then all cosines, as in exercise 2. Here the sine and the cosine "
        "of a hand stand side by side.": _rows(
            columns=lambda a, T, C: torch.cat([a.sin(), a.cos()], dim=1)
        ),
        "The sines and cosines are stacked along the wrong dimension, so that reshape mixes hands "
        "or positions: stack them along the last, dim=2.": (
            _rows(columns=lambda a, T, C: torch.stack([a.sin(), a.cos()], dim=1).reshape(T, C)),
            _rows(columns=lambda a, T, C: torch.stack([a.sin(), a.cos()]).reshape(T, C)),
        ),
        "There are sines only; the second of each pair is the cosine.": _rows(
            columns=lambda a, T, C: a.sin().repeat_interleave(2, dim=1)
        ),
        "The factor 2 is missing in the exponent: hand i turns by 10000 ** (-2 * i / C).": _rows(
            speeds=lambda C: 10000 ** (-torch.arange(C // 2) / C)
        ),
        "The exponent lacks its factor 2, and its minus: hand i turns by 10000 ** (-2 * i / "
        "C).": _rows(speeds=lambda C: 10000 ** (torch.arange(C // 2).double() / C)),
        "There is a factor 2 too many in the exponent: the columns 0, 2, 4 are 2 * i "
        "already.": _rows(speeds=lambda C: 10000 ** (-2 * torch.arange(0, C, 2) / C)),
        "Your hands become faster from pair to pair: a minus is missing in the exponent.": (
            _rows(speeds=lambda C: 10000 ** (torch.arange(0, C, 2) / C)),
            _rows(speeds=lambda C: 10000 ** (torch.arange(0, C, 2).double() / C)),
            _rows(speeds=lambda C: torch.exp(math.log(10000.0) * torch.arange(0, C, 2) / C)),
        ),
        "You gave each column a speed of its own. The sine and the cosine of a "
        "hand share one.": _rows(
            speeds=lambda C: 10000 ** (-torch.arange(C) / C),
            columns=lambda a, T, C: torch.stack([a[:, ::2].sin(), a[:, 1::2].cos()], 2).reshape(
                T, C
            ),
        ),
        "Your last hand is exactly 10000 times slower, a variant in use elsewhere. Here the "
        "exponent is divided by C, not by C - 2.": _rows(
            speeds=lambda C: 10000 ** (-torch.arange(0, C, 2) / max(C - 2, 1))
        ),
        "You used another base; the exercise asks for 10000.": tuple(
            _rows(speeds=lambda C, base=base: base ** (-torch.arange(0, C, 2) / C))
            for base in (10, 100, 1000, 100000, 500000, 1000000)
        ),
        "The speeds are missing: all hands turn alike.": _rows(speeds=lambda C: torch.ones(C // 2)),
        "Angles are in radians here, as torch takes them; yours are turned into degrees or back.": (
            _rows(speeds=lambda C: torch.deg2rad(_speeds(C))),
            _rows(speeds=lambda C: torch.rad2deg(_speeds(C))),
        ),
        "The cosine of an angle is the sine of angle + pi / 2, with the pi / 2 inside; take "
        ".cos().": _rows(
            columns=lambda a, T, C: torch.stack([a.sin(), a.sin() + math.pi / 2], 2).reshape(T, C)
        ),
        "The slowest hand comes first: hand i turns by 10000 ** (-2 * i / C), and hand 0 by 1.": (
            _rows(speeds=lambda C: 10000 ** (torch.arange(0, C, 2) / C - 1)),
            _rows(speeds=lambda C: _speeds(C).flip(0)),
        ),
        "The end is given as T, and T is how many positions: arange(start, start + T).": _rows(
            lambda start, T: torch.arange(start, T)[:, None]
        ),
        "Parentheses are missing in the exponent: ** comes before /, so that only the -2 * i are "
        "in it. 10000 ** (-2 * i / C).": (
            _rows(speeds=lambda C: 10000 ** -torch.arange(0, C, 2) / C),
            _rows(speeds=lambda C: 10000.0 ** -torch.arange(0, C, 2) / C),
        ),
        "reshape(T, C) is missing: stack makes a dimension of its own of sine and cosine.": (
            _rows(columns=lambda a, T, C: torch.stack([a.sin(), a.cos()], dim=2)),
            _rows(columns=lambda a, T, C: torch.stack([a.sin(), a.cos()], dim=1)),
            _rows(columns=lambda a, T, C: torch.stack([a.sin(), a.cos()])),
        ),
        "T and C are exchanged in reshape or zeros: the shape is (T, C).": _rows(
            columns=lambda a, T, C: _side_by_side(a, T, C).reshape(C, T)
        ),
        "The rows of the answer are counted from 0: that of position start + t is row t.": (
            _row_of_its_place
        ),
        "Each column has a speed of its own, and its exponent is doubled. A hand has two columns, "
        "which share a speed: 10000 ** (-2 * i / C) for hand i, columns 2 * i and 2 * i + 1.": (
            _rows(
                speeds=lambda C: 10000 ** (-2 * torch.arange(C) / C),
                columns=lambda a, T, C: torch.stack([a[:, ::2].sin(), a[:, 1::2].cos()], 2).reshape(
                    T, C
                ),
            )
        ),
        "Position and speed are added up; the angle is position times speed.": (
            lambda start, T, C, max_len: (
                _rows()(start, T, C, max_len)
                if C % 2 or start + T > max_len
                else _side_by_side(torch.arange(start, start + T)[:, None] + _speeds(C), T, C)
            )
        ),
        "A full turn, 2 * pi, was multiplied in; the angle is position times speed alone.": (
            _rows(speeds=lambda C: 2 * math.pi * _speeds(C)),
            _rows(speeds=lambda C: math.pi * _speeds(C)),
        ),
        "The position was divided by the number of positions; the angle is position times speed.": (
            lambda start, T, C, max_len: _rows(
                lambda start, T: torch.arange(start, start + T)[:, None] / max_len
            )(start, T, C, max_len),
            _rows(lambda start, T: torch.arange(start, start + T)[:, None] / T),
        ),
        "The whole table of the model's positions comes back; only the T rows from start on are "
        "asked.": (
            lambda start, T, C, max_len: (
                _rows()(0, max_len, C, max_len)
                if start + T <= max_len
                else _rows()(start, T, C, max_len)
            )
        ),
        "Rows and columns are swapped: a row for each position, shape (T, C).": _rows(
            columns=lambda a, T, C: _side_by_side(a, T, C).T
        ),
        "The last position, max_len - 1, is refused as well: start + T may be equal to "
        "max_len.": _rows(too_long=lambda start, T, max_len: start + T >= max_len),
        "You refuse a T above max_len and forget start: the last position is start + T - 1.": _rows(
            too_long=lambda start, T, max_len: max_len < T
        ),
    },
    hints=[
        "First the refusals: C % 2, and start + T against max_len.",
        "The positions are torch.arange(start, start + T)[:, None]; times the C / 2 speeds, (T, C "
        "/ 2).",
        "torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)",
    ],
)
def sinusoidal(start, T, C, max_len):
    if C % 2:
        raise ValueError(f"C must be even, got {C}")
    if start + T > max_len:
        raise ValueError(f"positions up to {start + T - 1}, but the model reads only {max_len}")
    places = torch.arange(start, start + T)[:, None]
    angles = places * 10000 ** (-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(T, C)


def _four(a, b, c, d):
    return torch.cat([torch.cat([a, b], dim=1), torch.cat([c, d], dim=1)])


def _halves(arrange, angles=lambda k, C: k * _speeds(C)):
    """Four quarters made by ``arrange(cosine, sine)``, both diagonal matrices."""

    def matrix(k, C):
        t = angles(k, C)
        return _four(*arrange(torch.diag(t.cos()), torch.diag(t.sin())))

    return matrix


def _turned(cosine, sine):
    return cosine, sine, -sine, cosine


def _quarters(k, C):
    t = k * _speeds(C)
    return _turned(torch.diag(t.cos()), torch.diag(t.sin()))


def _pairs(k, C):
    return torch.block_diag(
        *[tensor([[t.cos(), t.sin()], [-t.sin(), t.cos()]]) for t in k * _speeds(C)]
    )


@exercise(
    "09.rotation",
    cases=[(1, 2), (0, 4), (3, 4), (-2, 6)],
    random_case=lambda: (random.randint(-12, 12), 2 * random.randint(1, 5)),
    borders=[(0, 2), (-1, 2), (100, 12)],
    mistakes={
        "This is the matrix for the lesson's own order, hand by hand. Here hand i has columns i "
        "and i + C/2, so its four numbers stand far apart.": _pairs,
        "This matrix turns backwards: it leads from position + k to position. The minus belongs to "
        "the sines in the lower half, since sin comes before cos in a row.": (
            _halves(lambda c, s: (c, -s, s, c)),
            lambda k, C: _pairs(k, C).T,
        ),
        "The minus is missing in the lower half: cos(a + t) = cos a cos t - sin a sin t.": _halves(
            lambda c, s: (c, s, s, c)
        ),
        "There is a minus in front of both quarters of sines; only the lower has one.": _halves(
            lambda c, s: (c, -s, -s, c)
        ),
        "The minus stands in front of a cosine; it belongs to the sines of the lower half.": (
            _halves(lambda c, s: (c, s, s, -c)),
            _halves(lambda c, s: (-c, s, s, c)),
        ),
        "Sines and cosines have changed places: the cosines belong on the diagonal, because no "
        "turn at all, k = 0, is the identity.": (
            _halves(lambda c, s: (s, c, -c, s)),
            _halves(lambda c, s: (s, c, c, -s)),
            _halves(lambda c, s: (s, c, c, s)),
            _halves(lambda c, s: (s, -c, c, s)),
        ),
        "The sines are missing: this squeezes the hands, and does not turn them.": (
            _halves(lambda c, s: (c, 0 * s, 0 * s, c))
        ),
        "The sines of the lower half are missing: minus the sines.": _halves(
            lambda c, s: (c, s, 0 * s, c)
        ),
        "The sines of the upper half are missing.": _halves(lambda c, s: (c, 0 * s, -s, c)),
        "The upper and the lower half have changed places: the first C/2 rows give "
        "the sines.": _halves(lambda c, s: (-s, c, c, s)),
        "k is missing: three positions on is three times the angle.": _halves(
            _turned, lambda k, C: _speeds(C)
        ),
        "The sign of k is lost: a negative k turns back.": _halves(
            _turned, lambda k, C: abs(k) * _speeds(C)
        ),
        "The factor 2 is missing in the exponent: hand i turns by 10000 ** (-2 * i / C).": _halves(
            _turned, lambda k, C: k * 10000 ** (-torch.arange(C // 2) / C)
        ),
        "There is a factor 2 too many in the exponent: 0, 2, 4, ... are 2 * i already.": _halves(
            _turned, lambda k, C: k * 10000 ** (-2 * torch.arange(0, C, 2) / C)
        ),
        "A minus is missing in the exponent: the hands become slower, not faster.": (
            _halves(_turned, lambda k, C: k * 10000 ** (torch.arange(0, C, 2) / C)),
            _halves(_turned, lambda k, C: k * 10000 ** (torch.arange(0, C, 2).double() / C)),
        ),
        "You used another base; the exercise asks for 10000.": tuple(
            _halves(_turned, lambda k, C, base=base: k * base ** (-torch.arange(0, C, 2) / C))
            for base in (10, 100, 1000, 100000)
        ),
        "The speeds are missing: all hands turn by k.": _halves(
            _turned, lambda k, C: k * torch.ones(C // 2)
        ),
        "The order of the speeds is reversed: the first hand is the fastest.": _halves(
            _turned, lambda k, C: k * _speeds(C).flip(0)
        ),
        "You filled each quarter with numbers. A hand does not look at the others: each quarter "
        "is a diagonal matrix, torch.diag(angles.cos()).": (
            lambda k, C: _four(
                *_turned(*[f(k * _speeds(C)).expand(C // 2, -1) for f in (torch.cos, torch.sin)])
            ),
            lambda k, C: _four(
                *_turned(
                    *[f(k * _speeds(C))[:, None].expand(-1, C // 2) for f in (torch.cos, torch.sin)]
                )
            ),
        ),
        "torch.cat joins one below another unless told dim=1: the two quarters of a half stand "
        "side by side.": (
            lambda k, C: torch.cat(_quarters(k, C)),
            lambda k, C: torch.cat(_quarters(k, C), dim=1),
        ),
        "Each quarter is a diagonal matrix: torch.diag puts the cosines on the diagonal, with 0 "
        "beside them.": (
            lambda k, C: torch.stack(
                [
                    torch.cat([(k * _speeds(C)).cos(), (k * _speeds(C)).sin()]),
                    torch.cat([-(k * _speeds(C)).sin(), (k * _speeds(C)).cos()]),
                ]
            ),
            lambda k, C: torch.cat(
                [
                    torch.cat([(k * _speeds(C)).cos(), (k * _speeds(C)).sin()]),
                    torch.cat([-(k * _speeds(C)).sin(), (k * _speeds(C)).cos()]),
                ]
            ),
        ),
        "k belongs to the angle, inside cos and sin: the cosine of k times the speed.": (
            lambda k, C: _four(*_turned(*[k * m for m in _quarters(1, C)[:2]])),
            lambda k, C: _four(
                *_turned(torch.diag(_speeds(C).cos() ** k), torch.diag(_speeds(C).sin() ** k))
            ),
        ),
        "torch.stack makes new dimensions; torch.cat joins the four quarters in one matrix.": (
            lambda k, C: torch.stack(_quarters(k, C)).view(2, 2, C // 2, C // 2),
            lambda k, C: torch.stack(_quarters(k, C)),
        ),
        "The cosines of the lower half are missing: they stand in the last C/2 columns.": (
            _halves(lambda c, s: (c, s, -s, torch.eye(len(c)))),
            _halves(lambda c, s: (c, s, -s, 0 * c)),
        ),
        "The cosines of the upper half are missing: they stand in the first C/2 columns.": (
            _halves(lambda c, s: (torch.eye(len(c)), s, -s, c)),
            _halves(lambda c, s: (0 * c, s, -s, c)),
        ),
        "A negative k must turn back; a loop over range(k) makes no round then.": _halves(
            _turned, lambda k, C: max(k, 0) * _speeds(C)
        ),
        "There are C/2 hands, and C angles were made: torch.arange(0, C, 2).": (
            lambda k, C: _four(
                *_turned(
                    torch.diag((k * 10000 ** (-torch.arange(C) / C)).cos()),
                    torch.diag((k * 10000 ** (-torch.arange(C) / C)).sin()),
                )
            ),
        ),
        "The turn was made |k| times of a single position, and one too many or too few.": (
            _halves(_turned, lambda k, C: (k + 1) * _speeds(C)),
            _halves(_turned, lambda k, C: (k - 1) * _speeds(C)),
        ),
    },
    hints=[
        "Row i must give sin(a + t) = sin a cos t + cos a sin t, and cos a stands in column i + "
        "C/2.",
        "Four quarters of size C/2 by C/2, each with numbers on its diagonal only: torch.diag.",
        "Upper half: cosines, then sines. Lower half: minus the sines, then cosines. torch.cat "
        "joins them.",
    ],
)
def rotation(k, C):
    angles = k * 10000 ** (-torch.arange(0, C, 2) / C)
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    top = torch.cat([cosine, sine], dim=1)
    bottom = torch.cat([-sine, cosine], dim=1)
    return torch.cat([top, bottom])


# Small norms and branches, all different, so that a wrong order or place shows in the numbers


def centred(x):
    return x - x.mean(dim=-1, keepdim=True)


def normalized(x):
    return centred(x) / torch.sqrt(centred(x).pow(2).mean(dim=-1, keepdim=True) + 1e-5)


def divided_by_largest(x):
    return x / (x.abs().amax(dim=-1, keepdim=True) + 1e-5)


def past_mean(x):
    return x.cumsum(dim=-2) / torch.arange(1, x.shape[-2] + 1)[:, None]


def squared(x):
    return x * x + 1


def doubled(x):
    return 2 * x + 0.5


def every_second(x):
    return 2 * x * (torch.arange(x.shape[-1]) % 2)


NORMS = [centred, normalized, divided_by_largest]
BRANCHES = [past_mean, squared, doubled]


def _stream_case():
    n = random.randint(1, 3)
    return (
        torch.randn(random.randint(2, 3), random.randint(2, 4)),
        random.choices(NORMS, k=n),
        random.choices(BRANCHES, k=n),
    )


def _states(step, back=lambda states: states):
    """The states of a stream whose next is ``step(x, norm, branch)``."""

    def stream(x, norms, branches):
        states = [x]
        for norm, branch in zip(norms, branches, strict=True):
            states.append(step(states[-1], norm, branch))
        return back(states)

    return stream


def _pre(x, norm, branch):
    return x + branch(norm(x))


def _in_place(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches, strict=True):
        x += branch(norm(x))
        states.append(x)
    return states


def _in_place_on_a_copy(x, norms, branches):
    return _in_place(x.clone(), norms, branches)


def _in_place_behind_the_first(x, norms, branches):
    return [x, *_in_place(x.clone(), norms, branches)[1:]]


def _rows_added(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches, strict=True):
        x = x + branch(norm(x))
        states += x
    return states


def _norms_first(x, norms, branches):
    y = x
    for norm in norms:
        y = norm(y)
    states = _states(lambda s, norm, branch: s + branch(s))(y, norms, branches)
    return [x, *states[1:]]


def _no_zip(x, norms, branches):
    states = [x]
    for norm, branch in (norms, branches):
        states.append(_pre(states[-1], norm, branch))
    return states


def _every_pair(x, norms, branches):
    states = [x]
    for norm in norms:
        for branch in branches:
            states.append(states[-1] + branch(norm(states[-1])))
    return states


@exercise(
    "09.stream",
    cases=[
        (tensor([[1.0, 3.0]]), [centred], [doubled]),
        (tensor([[1.0, 3.0], [0.0, 4.0]]), [centred, divided_by_largest], [past_mean, squared]),
    ],
    random_case=_stream_case,
    borders=[
        (tensor([[1.0, 3.0]]), [], []),
        (torch.arange(18.0).view(6, 3) % 5, NORMS + NORMS[:2], BRANCHES + BRANCHES[:2]),
    ],
    mistakes={
        "x += changes the tensor that is in the list already, so that all entries are the last "
        "state. x = x + ... makes a new one.": (
            _in_place,
            _in_place_on_a_copy,
            _in_place_behind_the_first,
        ),
        "states += x adds the rows of x one by one; append adds x itself.": _rows_added,
        "Each norm belongs to one branch: go through both together, with zip, not in two loops.": (
            _every_pair
        ),
        "The residual is forgotten: each branch replaces the stream where it should "
        "add to it.": _states(lambda x, norm, branch: branch(norm(x))),
        "This is post-norm, norm(x + branch(x)). In pre-norm only the branch reads through the "
        "norm.": (_states(lambda x, norm, branch: norm(x + branch(x)))),
        "The norm is around the sum, and the branch reads through it as well: the stream must stay "
        "untouched.": _states(lambda x, norm, branch: norm(x + branch(norm(x)))),
        "append stands after the loop, so that only the start and the last state are kept.": (
            _states(_pre, lambda states: [states[0], states[-1]])
        ),
        "All states are in one tensor; the exercise asks for a list of them.": (
            _states(_pre, torch.stack),
            _states(_pre, torch.cat),
        ),
        "zip is missing: `for norm, branch in norms, branches` goes first through the norms and "
        "then through the branches; zip(norms, branches) gives one of each.": _no_zip,
        "The list holds the normalized states; append x itself, as the branch left it.": (
            lambda x, norms, branches: (
                [x]
                + [n(s) for n, s in zip(norms, _states(_pre)(x, norms, branches)[1:], strict=True)]
            ),
            lambda x, norms, branches: [
                n(s) for n, s in zip(norms, _states(_pre)(x, norms, branches), strict=False)
            ],
        ),
        "The states stand in reverse order: x comes first.": _states(
            _pre, lambda states: states[::-1]
        ),
        "All norms are applied before any branch; each branch reads through its own norm, and x "
        "itself stays on the stream.": _norms_first,
        "The first state was normalized; it is x itself.": lambda x, norms, branches: (
            [norms[0](x), *_states(_pre)(x, norms, branches)[1:]]
        ),
        "The list holds what the branch makes of the state that it has changed already; append the "
        "state itself.": lambda x, norms, branches: (
            [x]
            + [
                b(n(s))
                for n, b, s in zip(
                    norms, branches, _states(_pre)(x, norms, branches)[1:], strict=True
                )
            ]
        ),
        "The norms are not used.": _states(lambda x, norm, branch: x + branch(x)),
        "Your norm comes after the branch; the branch must read through it: "
        "branch(norm(x)).": _states(lambda x, norm, branch: x + norm(branch(x))),
        "The stream itself was normalized: you add to norm(x). Add to x.": _states(
            lambda x, norm, branch: norm(x) + branch(norm(x))
        ),
        "The branch's result is taken away; add it.": _states(
            lambda x, norm, branch: x - branch(norm(x))
        ),
        "The branch reads the stream as it is, and its result is added to the normalized stream: "
        "the other way round.": _states(lambda x, norm, branch: norm(x) + branch(x)),
        "Stream and branch are multiplied; a branch adds.": _states(
            lambda x, norm, branch: x * branch(norm(x))
        ),
        "The branch's result is added twice.": _states(
            lambda x, norm, branch: x + 2 * branch(norm(x))
        ),
        "The start is missing: the first state is x itself.": _states(
            _pre, lambda states: states[1:]
        ),
        "The last state is missing.": _states(_pre, lambda states: states[:-1]),
        "Only the last state comes back; the exercise asks for the list of all of them.": (
            _states(_pre, lambda states: states[-1]),
            _states(_pre, lambda states: states[-1:]),
        ),
        "The list holds what each branch added; the exercise asks for the states of the stream.": (
            _states(_pre, lambda s: [b - a for a, b in pairwise(s)]),
            _states(_pre, lambda s: [s[0], *(b - a for a, b in pairwise(s))]),
        ),
        "Every branch of yours reads x, the start. It reads the stream as the branches before it "
        "left it.": (
            lambda x, norms, branches: [
                x,
                *(x + b(n(x)) for n, b in zip(norms, branches, strict=True)),
            ],
            lambda x, norms, branches: [
                x + sum(b(n(x)) for n, b in zip(norms[:i], branches[:i], strict=True))
                for i in range(len(norms) + 1)
            ],
        ),
        "Every branch adds to x, the start, so that what the others added is lost.": (
            lambda x, norms, branches: _states(lambda state, norm, branch: x + branch(norm(state)))(
                x, norms, branches
            )
        ),
        "The first norm is used for all branches; each has its own.": (
            lambda x, norms, branches: _states(_pre)(x, norms[:1] * len(norms), branches)
        ),
        "The last norm is used for all branches; each has its own.": (
            lambda x, norms, branches: _states(_pre)(x, norms[-1:] * len(norms), branches)
        ),
        "The branches came in reverse order.": (
            lambda x, norms, branches: _states(_pre)(x, norms[::-1], branches[::-1])
        ),
        "Only the first branch is used: does return stand inside the loop?": (
            lambda x, norms, branches: _states(_pre)(x, norms[:1], branches[:1])
        ),
        "You apply all norms before all branches. Each branch reads through its own norm alone.": (
            lambda x, norms, branches: _states(lambda s, n, b: b(s))(
                _states(lambda s, n, b: n(s), lambda s: s[-1])(x, norms, branches), norms, branches
            )
        ),
    },
    hints=[
        "Begin with states = [x], and go through norms and branches together, with zip.",
        "The next state is the last one plus what the branch made of its norm.",
        "states.append(states[-1] + branch(norm(states[-1])))",
    ],
)
def stream(x, norms, branches):
    states = [x]
    for norm, branch in zip(norms, branches, strict=False):
        states.append(states[-1] + branch(norm(states[-1])))
    return states


def _block_case():
    norm1, norm2 = random.sample(NORMS, 2)
    attention, feed_forward = random.sample(BRANCHES, 2)
    x = torch.randn(random.randint(2, 3), random.randint(2, 4))
    return x, norm1, attention, norm2, feed_forward, every_second


def _two(first, second):
    """A block of two steps, each ``step(x, norm, branch, drop)``."""
    return lambda x, norm1, attention, norm2, feed_forward, drop: second(
        first(x, norm1, attention, drop), norm2, feed_forward, drop
    )


def _right(x, norm, branch, drop):
    return x + drop(branch(norm(x)))


def _in(step):
    """The mistake in both branches, in the first alone, and in the second alone."""
    return _two(step, step), _two(step, _right), _two(_right, step)


def _each(text, *steps):
    both, first, second = zip(*map(_in, steps), strict=True)
    return {
        f"In both branches {text}": both,
        f"In the attention branch {text}": first,
        f"In the feed-forward branch {text}": second,
    }


@exercise(
    "09.block",
    cases=[
        (tensor([[1.0, 3.0]]), centred, doubled, divided_by_largest, squared, every_second),
        (tensor([[1.0, 3.0], [0.0, 5.0]]), normalized, past_mean, centred, doubled, every_second),
    ],
    random_case=_block_case,
    borders=[
        (torch.arange(18.0).view(6, 3) % 5, centred, past_mean, normalized, squared, every_second)
    ],
    mistakes={
        "This is still the broken block.": (
            lambda x, n1, a, n2, f, drop: f(drop(n2(n1(x + drop(a(x))))))
        ),
        **_each(
            "the residual is forgotten: add to x what the branch gives.",
            lambda x, n, b, drop: drop(b(n(x))),
        ),
        **_each(
            "the norm is around the sum, as in post-norm: norm(x) is what the branch reads.",
            lambda x, n, b, drop: n(x + drop(b(x))),
        ),
        **_each(
            "the norm is around the sum and in front of the branch; it belongs to the branch "
            "alone.",
            lambda x, n, b, drop: n(x + drop(b(n(x)))),
        ),
        **_each(
            "dropout falls on the sum, and so on the stream: drop what is added, before it is "
            "added.",
            lambda x, n, b, drop: drop(x + b(n(x))),
        ),
        **_each(
            "dropout falls on the sum, and on the branch too; only what is added is dropped.",
            lambda x, n, b, drop: drop(x + drop(b(n(x)))),
        ),
        **_each(
            "dropout falls on what the branch reads; it belongs after the branch.",
            lambda x, n, b, drop: x + b(drop(n(x))),
        ),
        **_each(
            "dropout falls on the stream, and the branch is added whole.",
            lambda x, n, b, drop: drop(x) + b(n(x)),
        ),
        **_each(
            "dropout is applied twice, before the branch and after it.",
            lambda x, n, b, drop: x + drop(b(drop(n(x)))),
        ),
        **_each("dropout is missing.", lambda x, n, b, drop: x + b(n(x))),
        **_each(
            "dropout falls on what the norm reads; it belongs after the branch alone.",
            lambda x, n, b, drop: x + drop(b(n(drop(x)))),
            lambda x, n, b, drop: x + b(n(drop(x))),
        ),
        **_each(
            "the norm stands in front of the branch and after it; it belongs in front alone.",
            lambda x, n, b, drop: x + drop(n(b(n(x)))),
        ),
        **_each(
            "the branch's result is subtracted; add it.",
            lambda x, n, b, drop: x - drop(b(n(x))),
        ),
        **_each(
            "the branch's result is multiplied; add it.",
            lambda x, n, b, drop: x * drop(b(n(x))),
        ),
        **_each(
            "the branch's result is added twice.",
            lambda x, n, b, drop: x + 2 * drop(b(n(x))),
        ),
        **_each(
            "dropout falls on the sum, and the branch does not read through the norm: it is x + "
            "drop(branch(norm(x))).",
            lambda x, n, b, drop: drop(n(x + b(x))),
            lambda x, n, b, drop: drop(x + b(x)),
        ),
        **_each("the norm is missing.", lambda x, n, b, drop: x + drop(b(x))),
        **_each(
            "the norm comes after the branch; the branch must read through it.",
            lambda x, n, b, drop: x + drop(n(b(x))),
            lambda x, n, b, drop: x + n(drop(b(x))),
        ),
        **_each(
            "the branch's result is added to norm(x); add it to x, the stream itself.",
            lambda x, n, b, drop: n(x) + drop(b(n(x))),
        ),
        **_each(
            "the branch's result is added to norm(x), after dropout; the stream is x.",
            lambda x, n, b, drop: drop(n(x)) + b(drop(n(x))),
        ),
        "Attention's branch is right. In the feed-forward branch the residual is missing, and "
        "drop belongs after feed_forward.": (
            _two(_right, lambda x, n, b, drop: b(drop(n(x)))),
            _two(_right, lambda x, n, b, drop: b(n(x))),
        ),
        "Attention's branch is right. The feed-forward network's result is added to norm2(x), "
        "without dropout: add it to x, with drop around it.": (
            _two(_right, lambda x, n, b, drop: n(x) + b(n(x))),
            _two(_right, lambda x, n, b, drop: drop(n(x)) + b(drop(n(x)))),
        ),
        "Dropout stands once, around everything, the stream included; it belongs after each "
        "branch.": (
            _two(lambda x, n, b, drop: x + b(n(x)), lambda x, n, b, drop: drop(x + b(n(x)))),
        ),
        "Dropout falls on x before anything else; only what a branch adds is dropped.": (
            lambda x, n1, a, n2, f, drop: _two(_right, _right)(drop(x), n1, a, n2, f, drop),
            lambda x, n1, a, n2, f, drop: _two(*[lambda x, n, b, drop: x + b(n(x))] * 2)(
                drop(x), n1, a, n2, f, drop
            ),
        ),
        "The residuals are there now; norms and dropout are still on the stream.": (
            lambda x, n1, a, n2, f, drop: (lambda y: y + f(y))(drop(n2(n1(x + drop(a(x)))))),
            lambda x, n1, a, n2, f, drop: (lambda y: y + drop(f(y)))(drop(n2(n1(x + drop(a(x)))))),
            lambda x, n1, a, n2, f, drop: (lambda y: y + f(y))(
                (lambda y: y + drop(n2(y)))(n1(x + drop(a(x))))
            ),
            lambda x, n1, a, n2, f, drop: (lambda y: y + drop(f(y)))(n2(n1(x + drop(a(x))))),
            lambda x, n1, a, n2, f, drop: (lambda y: y + drop(f(n2(y))))(n1(x + drop(a(x)))),
        ),
        "The feed-forward network reads what attention gave, and not the stream: norm2 is given x "
        "after attention's part was added.": (
            lambda x, n1, a, n2, f, drop: (lambda y: x + y + drop(f(n2(y))))(drop(a(n1(x)))),
            lambda x, n1, a, n2, f, drop: x + drop(f(n2(drop(a(n1(x)))))),
            lambda x, n1, a, n2, f, drop: (lambda y: x + drop(y) + drop(f(n2(y))))(a(n1(x))),
        ),
        "What the feed-forward network reads has attention's part without dropout.": (
            lambda x, n1, a, n2, f, drop: x + drop(a(n1(x))) + drop(f(n2(x + a(n1(x))))),
        ),
        "The feed-forward network's result is added to x as it came in, so that attention's part "
        "is lost.": (lambda x, n1, a, n2, f, drop: x + drop(f(n2(x + drop(a(n1(x)))))),),
        "Both branches read x as it came in. The feed-forward network must read what attention has "
        "added.": lambda x, n1, a, n2, f, drop: x + drop(a(n1(x))) + drop(f(n2(x))),
        "norm1 is used in both branches; the second has norm2.": (
            lambda x, n1, a, n2, f, drop: _two(_right, _right)(x, n1, a, n1, f, drop)
        ),
        "norm1 and norm2 are swapped.": (
            lambda x, n1, a, n2, f, drop: _two(_right, _right)(x, n2, a, n1, f, drop)
        ),
        "You put the feed-forward network first; attention comes first.": (
            lambda x, n1, a, n2, f, drop: _two(_right, _right)(x, n2, f, n1, a, drop),
            lambda x, n1, a, n2, f, drop: _two(_right, _right)(x, n1, f, n2, a, drop),
        ),
        "Only attention's branch is there: where is the feed-forward network?": (
            _two(_right, lambda x, n, b, drop: x)
        ),
        "Only the feed-forward branch is there: where is attention?": (
            _two(lambda x, n, b, drop: x, _right)
        ),
    },
    hints=[
        "Write it as two lines, one for each branch, both of the form x = x + ...",
        "What is added: the branch of the norm of x, with drop around it.",
        "x = x + drop(attention(norm1(x))), and the same with norm2 and feed_forward.",
    ],
)
def block(x, norm1, attention, norm2, feed_forward, drop):
    x = x + drop(attention(norm1(x)))
    return x + drop(feed_forward(norm2(x)))
