"""Tales: short stories whose lowest possible loss is known, written on the spot by a small grammar.

How good is a language model? For a book nobody can say, since nobody knows how likely each next
letter was. A tale is put together at random from the tables below, so here it can be computed: in
the long run no model gets a lower mean loss than ``tales_floor``. To come close it needs a memory,
since a name, a pronoun, a place and a thing come back sentences later.

A story is an opening and one of six plots, and a plot is a row of beats. A beat offers sentences,
all equally likely. In a sentence, ``{thing:THING}`` draws a word that is not kept yet and keeps it
as ``thing`` until the story ends, ``{:ANIMAL}`` draws one and forgets it, ``{thing}`` says it
again, and ``{he}`` is the hero's pronoun.
"""

import itertools
import math
import random
import warnings
from numbers import Integral

import torch

# In a class each word has a first letter of its own: who has read that letter knows the word.
WORDS = """
GIRL Clara Emma Greta Kate Mia Olga Rosa
BOY Ben Hugo Jomo Leo Noah Pablo Sam
DAY cold foggy hot rainy sunny windy
PLACE bakery castle gym harbor lake market park river tower zoo
THING bell clock drum hat jug kite lamp map pillow spoon teapot wig
COLOR blue green pink red white yellow
ANIMAL bear cat dog fox goose llama mouse pig swan yak
FOOD bun carrot fig muffin pear sausage turnip waffle
SAD angry cross gloomy lonely sad"""
WORDS = {kind: words for kind, *words in map(str.split, WORDS.strip().split("\n"))}
WORDS["NAME"] = WORDS["GIRL"] + WORDS["BOY"]
SHE = {"he": "she", "He": "She", "him": "her", "his": "her"}

# The opening, then the plots. A line is a beat; one that begins with | goes on with the beat above.
STORIES = """
{hero:NAME} found a {thing:THING} at the {place:PLACE}.
| {hero:NAME} sat at the {place:PLACE} with a {thing:THING}.
| One {:DAY} day {hero:NAME} took a {thing:THING} to the {place:PLACE}.
| {hero:NAME} danced to the {place:PLACE} with a {thing:THING}.

Then the {thing} was gone! | {He} sneezed. The {thing} was gone. | At noon the {thing} was gone.
{He} asked a {animal:ANIMAL}. The {animal} shrugged. | {hero} blamed a {animal:ANIMAL}.
| {hero} sat on a {animal:ANIMAL}. The {animal} minded.
{hero} felt {mood:SAD}. | It made {him} {mood:SAD}.
{pal:NAME} had used the {thing} as a hat. | Then {pal:NAME} found the {thing}.
"My {thing}!" said {hero}. | "Your {thing}?" asked {pal}. | "Your {thing} snores," said {pal}.
{hero} was no longer {mood}. | {hero} gave {pal} a {:FOOD}. | {hero} and {pal} share the {thing}.

There stood {pal:NAME} with a {other:THING}. | {pal:NAME} came by with a {other:THING}.
"My {thing} for your {other}?" asked {hero}. | "Let us swap," said {hero}, and {pal} nodded.
{hero} took the {other}, {pal} the {thing}. | {pal} ran home with the {thing}.
{hero} missed {his} {thing}, so {pal} gave it back. | "My poor {thing}!" said {hero} that night.
| {pal} missed the {other}, so {hero} gave it back. | "My poor {other}!" said {pal} that night.
Now {hero} and {pal} swap every day. | It was the talk of the {place}.

A hungry {animal:ANIMAL} looked at {hero}. | There {hero} met a hungry {animal:ANIMAL}.
The {animal} chewed the {thing}. | The {animal} tried the {thing} first.
But no {animal} eats a {thing}. | The {thing} tasted of {thing}.
So {he} gave it a {food:FOOD}. | {hero} had a {food:FOOD} for the {animal}.
The {food} was gone in one bite. | It ate the {food} and burped.
The {animal} still dreams of that {food}. | It waits at the {place} for {hero}.
| {hero} went home with {his} wet {thing}.

{hero} wrapped the {thing} for {pal:NAME}. | The {thing} was a gift for {pal:NAME}.
The paper around it was {color:COLOR}. | {He} used a lot of {color:COLOR} paper.
But it still looked like a {thing}. | A {animal:ANIMAL} sat on it. The {animal} sulked.
"Is it a {other:THING}?" asked {pal}. | "Oh, a {other:THING}!" said {pal}.
"No, a {thing}!" said {hero}. | "Nearly! A {thing}," said {hero}.
{pal} wore the {color} paper. | {pal} took it to the {place}. | {pal} still wants a {other}.

"Race you to the {goal:PLACE}!" said {pal:NAME}. | {pal:NAME} said, "Race you to the {goal:PLACE}!"
"For my {thing}?" asked {hero}. | "For the {thing}!" said {hero}.
{hero} ran the wrong way, so {pal} won. | {pal} ran the wrong way, so {hero} won.
| {hero} met a {animal:ANIMAL}. The {animal} talked. {pal} won.
| {pal} met a {animal:ANIMAL}. The {animal} talked. {hero} won.
It was not much of a {thing}. | By then the {goal} was shut. | They took turns with the {thing}.
{hero} and {pal} had a {:FOOD} each. | {hero} and {pal} ran back to the {place}.

{He} had a letter from {pal:NAME}. | A letter came from {pal:NAME}.
"Dear {hero}, I need the {thing}." | "Send me the {thing}, {hero}!"
But a {animal:ANIMAL} was asleep on it. | {He} had lent it to a {animal:ANIMAL}.
The {animal} wanted a {food:FOOD} for it. | It took a {food:FOOD} to wake the {animal}.
{hero} mailed {pal} the {thing}. | {He} sent it from the {place}.
"The {thing} smells of {animal}," wrote {pal}. | "And the {food}?" wrote {pal}.
| "Wrong {thing}, {hero}," wrote {pal}."""
_opening, *_plots = STORIES.strip().replace("\n|", " |").split("\n\n")
# beat: [(sentence, the beat that follows), ...]. The beats of a plot after its first are numbered.
BEATS = {"start": [(_sentence + " ", "plot") for _sentence in _opening.split(" | ")]}
for _i, _plot in enumerate(_plots):
    _lines = _plot.split("\n")
    for _j, _line in enumerate(_lines, start=1):
        _end, _next = (" ", (_i, _j)) if _j < len(_lines) else ("\n", "start")
        _beat = BEATS.setdefault((_i, _j - 1) if _j > 1 else "plot", [])
        _beat += [(_sentence + _end, _next) for _sentence in _line.split(" | ")]

# A state: what is left of a sentence, the beat after it, the words kept.
START = ("", "start", ())
REQUEST = ("{hero:NAME}, {thing:THING}, {place:PLACE}? ", "start", ())  # then a tale of just these


def _moves(state):
    """Yield all ways on from a state: (probability, the text it adds, the next state)."""
    text, beat, kept = state
    if not text:  # choose the next sentence
        for sentence, following in BEATS[beat]:
            yield 1 / len(BEATS[beat]), "", (sentence, following, kept)
        return
    said, _, text = text.partition("{")
    slot, _, text = text.partition("}")
    name, draws, kind = slot.partition(":")
    words = dict(kept)
    if draws and name not in words:  # a request has drawn some of the opening's already
        unused = [word for word in WORDS[kind] if word not in words.values()]
        for word in unused:
            keep = (*kept, (name, word)) if name else kept
            yield 1 / len(unused), said + word, (text, beat, keep)
        return
    if name in SHE:
        name = SHE[name] if words["hero"] in WORDS["GIRL"] else name
    said += words.get(name, name)
    yield 1.0, said, START if said[-1] == "\n" else (text, beat, kept)


def sample_tales(n_chars, seed=0):
    """Write whole stories, one a line: as few as have ``n_chars`` characters or more together.

    A story has at most 256 characters with the line break that ends it. The same ``seed`` gives the
    same text on every computer. Raises ValueError unless ``n_chars`` is a whole number above 0 and
    ``seed`` one from 0 on (Python's generator would take -1 for 1).
    """
    if not _is_whole(n_chars) or not _is_whole(seed) or n_chars <= 0 or seed < 0:
        raise ValueError(
            "n_chars must be an int above 0 and seed an int, as in sample_tales(1_000_000, 0), "
            f"that is not negative; got n_chars={n_chars!r} and seed={seed!r}"
        )
    pieces, length = [], 0
    for line in _write_lines(START, int(seed)):
        pieces.append(line)
        length += len(line)
        if length >= n_chars:
            return "".join(pieces)


def sample_requests(n, seed=0):
    """Write ``n`` lines, each a request and a tale of just these: hero, thing and place.

    ``"Kate, clock, park? Kate found a clock at the park. ...\\n"``: the three are drawn as a tale
    draws its own, and the tale is as likely as any tale with these three. A line has at most 279
    characters; about one in 500 has more than 256. The same ``seed`` gives the same lines on every
    computer. Raises ValueError unless ``n`` is a whole number above 0 and ``seed`` one from 0 on.
    """
    if not _is_whole(n) or not _is_whole(seed) or n <= 0 or seed < 0:
        raise ValueError(
            "n must be an int above 0 and seed an int, as in sample_requests(1000, 0), that is not "
            f"negative; got n={n!r} and seed={seed!r}"
        )
    return "".join(itertools.islice(_write_lines(REQUEST, int(seed)), int(n)))


def _is_whole(number):
    return isinstance(number, Integral)


def _write_lines(start, seed):
    """Write lines without end, each from the same state on."""
    draw = random.Random(seed).random  # Python promises that its numbers stay the same
    pieces, state = [], start
    while True:
        left = draw()
        for p, text, following in _moves(state):  # noqa: B007 (the last one looked at is taken)
            left -= p
            if left < 0:
                break
        state = following
        pieces.append(text)
        if state == START:  # the line has ended
            yield "".join(pieces)
            pieces, state = [], start


def tales_nll(text):
    """Minus the log-probability of each character given those before it: nats, shape (n,), float64.

    A forward filter: it keeps every way in which the grammar may have written the text so far, with
    its probability. A character's probability is the share of the ways that go on with it.
    ``text`` holds stories as ``sample_tales`` writes them; the last may be unfinished.

    A character that the grammar cannot put there gets inf, as does the rest of its line, and a
    warning names the first; the next line is a new story. Raises ValueError for an empty text.
    """
    if not isinstance(text, str) or not text:
        raise ValueError(
            f"tales_nll needs a string of one character or more, not {text!r:.40}; give it tales "
            "as sample_tales writes them"
        )
    return _nll(text, START)


def requests_nll(text):
    """Minus the log-probability of each character of requests with their tales, as ``tales_nll``.

    ``text`` holds lines as ``sample_requests`` writes them; the last may be unfinished. In a tale
    that says another hero, thing or place than its request asks for, the first character that
    differs gets inf, as does the rest of its line, and a warning names the first. So does a word
    that the grammar does not know. Raises ValueError for an empty text.
    """
    if not isinstance(text, str) or not text:
        raise ValueError(
            f"requests_nll needs a string of one character or more, not {text!r:.40}; give it "
            "requests with their tales, as sample_requests writes them"
        )
    return _nll(text, REQUEST)


def _nll(text, start):
    """Minus the log-probability of each character, where each line begins from the state start."""
    nll, strays, ways, before = [], [], {("", start): 1.0}, 1.0
    for i, character in enumerate(text):
        todo, ways = list(ways.items()), {}  # (text to come, the state after it): probability
        for (coming, state), p in todo:  # todo grows while it is read
            if not coming:
                todo += [((said, after), p * share) for share, said, after in _moves(state)]
            elif coming[0] == character:
                way = (coming[1:], state)
                ways[way] = ways.get(way, 0.0) + p
        if todo and not ways:
            strays.append((i, sorted({coming[0] for (coming, _), _ in todo if coming})))
        total = sum(ways.values())
        nll.append(max(0.0, math.log(before / total)) if ways else math.inf)
        before = total
        if character == "\n":
            ways, before = {("", start): 1.0}, 1.0
    if strays:
        i, possible = strays[0]
        kind = "story" if start == START else "request"
        lines = text[:i].split("\n")
        place = f"can't follow {lines[-1][-40:]!r}" if lines[-1] else f"can't begin a {kind}"
        could = " or ".join(", ".join(map(repr, possible)).rsplit(", ", 1))
        warnings.warn(
            f"text[{i}], {text[i]!r} in line {len(lines)}, {place}; there the grammar has {could}. "
            f"Lines that leave the grammar: {len(strays)}.",
            stacklevel=3,
        )
    return torch.tensor(nll, dtype=torch.float64)


def tales_floor(text):
    """The lowest mean loss: nats per character over the whole stories after the first line break.

    Those are the characters that a model is scored on when its rows begin at line breaks. Raises
    ValueError if there is no such story, or the text is no string.
    """
    if not isinstance(text, str):
        raise ValueError(f'tales_floor needs a string, not {text!r:.40}; join lines with "".join')
    first, last = text.find("\n"), text.rfind("\n")
    if first == last:
        raise ValueError("no whole story stands after the first line break; give a longer text")
    return tales_nll(text[first + 1 : last + 1]).mean().item()


def in_answer(text):
    """Which characters belong to the tales that answer requests, (n,) bool.

    They are those of each line after its first question mark and the space that follows it, the
    line break included: what an obedient model is trained and scored on.
    """
    found = []
    for line in text.split("\n"):
        line += "\n"
        asked = line.find("? ") + 2 if "? " in line else len(line)
        found += [False] * asked + [True] * (len(line) - asked)
    return torch.tensor(found[: len(text)], dtype=torch.bool)  # the last line has no line break


def requests_floor(text):
    """The lowest mean loss of a model that obeys: nats per character of the answers alone.

    Counted are the tales of whole lines after the first line break, as in ``tales_floor``. Raises
    ValueError if there is no such line, or the text is no string.
    """
    if not isinstance(text, str):
        raise ValueError(f'requests_floor needs a string, not {text!r:.40}; join with "".join')
    first, last = text.find("\n"), text.rfind("\n")
    if first == last:
        raise ValueError("no whole line stands after the first line break; give a longer text")
    lines = text[first + 1 : last + 1]
    return requests_nll(lines)[in_answer(lines)].mean().item()
