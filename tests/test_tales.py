"""course_lib.tales against other ways to the same numbers: counting, adding up, enumerating."""

import hashlib
import math
import random
import re
import warnings
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch

from course_lib import tales
from course_lib.tales import (
    BEATS,
    SHE,
    WORDS,
    in_answer,
    requests_floor,
    requests_nll,
    sample_requests,
    sample_tales,
    tales_floor,
    tales_nll,
)

SLOT = re.compile(r"\{(.*?)\}")


def stories(n_chars, seed):
    return sample_tales(n_chars, seed).splitlines(keepends=True)


# The oracle: the sum over all derivations, by recursion over whole words. It shares the tables with
# the module and none of its code, and it never looks at a single character or divides by anything.


def derivations(prefix, beat="start", pieces=(), kept=None):
    """(how many, total probability) of the ways to write a text that begins with `prefix`."""
    if not prefix:
        return 1, 1.0
    if not pieces:
        return total(
            (prefix, following, SLOT.split(sentence), {} if beat == "start" else kept)
            for sentence, following in BEATS[beat]
        )
    words, slots = pieces[0], pieces[1:]  # text, slot, text, slot, ..., text
    if prefix.startswith(words):
        prefix = prefix[len(words) :]
    else:
        return (1, 1.0) if words.startswith(prefix) else (0, 0.0)
    if not slots:
        return derivations(prefix, beat, (), kept)
    slot, rest = slots[0], slots[1:]
    if ":" in slot:
        name, kind = slot.split(":")
        choices = [w for w in WORDS[kind] if w not in kept.values()]
        return total(
            (prefix, beat, [w + rest[0], *rest[1:]], {**kept, name: w} if name else kept)
            for w in choices
        )
    word = kept.get(slot) or (SHE[slot] if kept["hero"] in WORDS["GIRL"] else slot)
    return derivations(prefix, beat, [word + rest[0], *rest[1:]], kept)


def total(equally_likely):
    found = [derivations(*choice) for choice in equally_likely]
    return sum(n for n, _ in found), sum(p for _, p in found) / len(found)


def oracle_nll(text):
    logs = [math.log(derivations(text[:i])[1]) for i in range(len(text) + 1)]
    return [before - after for before, after in pairwise(logs)]


def one_of_each_plot():
    """A story for each first sentence of a plot: the 13 of them and so every plot."""
    found = {}
    for story in stories(30_000, seed=21):
        second = re.split(r"(?<=[.!?]) |(?<=[.!?]\") ", story)[1]
        words = sum(WORDS.values(), [*SHE, *SHE.values()])
        found.setdefault(" ".join(w for w in re.findall(r"\w+", second) if w not in words), story)
    return list(found.values())


def test_every_character_of_every_plot_has_the_probability_of_all_its_derivations():
    picked = one_of_each_plot()
    assert len(picked) == len(BEATS["plot"]) == 13
    for story in picked:
        assert tales_nll(story).tolist() == pytest.approx(oracle_nll(story), abs=1e-9)


def test_two_stories_in_a_row_are_scored_as_each_alone():
    first, second = stories(300, seed=4)[:2]
    apart = torch.cat([tales_nll(first), tales_nll(second)])
    assert torch.allclose(tales_nll(first + second), apart, atol=1e-12)
    end = len(first) + 30  # and a story that is cut short is scored as far as it goes
    assert torch.equal(tales_nll((first + second)[:end]), tales_nll(first + second)[:end])


@pytest.mark.filterwarnings("ignore:text")
def test_the_probabilities_of_all_next_characters_add_up_to_1_at_every_prefix():
    story = min(stories(30_000, seed=2), key=len)
    characters = sorted(set(sample_tales(200_000)) | set("Zqé9;"))
    for i in range(len(story)):
        nll = [tales_nll(story[:i] + c)[-1].item() for c in characters]
        assert sum(math.exp(-x) for x in nll) == pytest.approx(1, abs=1e-12)


TINY_WORDS = {"NAME": ["Ann", "Bo"], "GIRL": ["Ann"], "ANT": ["an", "ant", "ants"]}
TINY_BEATS = {  # made to be ambiguous: words that begin other words, and the same text on two ways
    "start": [("{hero:NAME} saw {one:ANT}", "end"), ("{hero:NAME} saw {:ANT}s", "end"),
              ("{hero:NAME} saw ", "more")],
    "more": [("{one:ANT}{other:ANT}", "end"), ("{one:ANT}, {he} and {one}\n", "start")],
    "end": [("\n", "start"), ("s\n", "start"), (".\n", "start")],
}  # fmt: skip


def tiny_language():
    """Every story of the tiny grammar with its probability, written out with loops."""
    p = Counter()
    for hero, he in [("Ann", "she"), ("Bo", "he")]:
        for one in ["an", "ant", "ants"]:
            for end in ["\n", "s\n", ".\n"]:
                p[f"{hero} saw {one}{end}"] += 1 / 2 / 3 / 3 / 3
                p[f"{hero} saw {one}s{end}"] += 1 / 2 / 3 / 3 / 3
                for other in {"an", "ant", "ants"} - {one}:
                    p[f"{hero} saw {one}{other}{end}"] += 1 / 2 / 3 / 2 / 3 / 2 / 3
            p[f"{hero} saw {one}, {he} and {one}\n"] += 1 / 2 / 3 / 2 / 3
    return p


def test_a_tiny_ambiguous_grammar_agrees_with_the_list_of_all_its_stories(monkeypatch):
    monkeypatch.setattr(tales, "WORDS", TINY_WORDS)
    monkeypatch.setattr(tales, "BEATS", TINY_BEATS)
    language = tiny_language()
    assert sum(language.values()) == pytest.approx(1)
    for story, p in language.items():
        assert tales_nll(story).sum().item() == pytest.approx(-math.log(p))
        for i in range(len(story)):
            begin = {
                n: sum(q for s, q in language.items() if s[:n] == story[:n]) for n in (i, i + 1)
            }
            expected = math.log(begin[i]) - math.log(begin[i + 1])
            assert tales_nll(story)[i].item() == pytest.approx(expected, abs=1e-12)
    written = Counter(sample_tales(200_000, seed=1).splitlines(keepends=True))
    n = sum(written.values())
    assert set(written) <= set(language)
    for story, p in language.items():
        assert written[story] == pytest.approx(n * p, abs=5 * math.sqrt(n * p))


# Entropy and length, from the tables alone.


def choices(beat="start", drawn=()):
    """(mean log of the number of choices, the longest text) from a beat to the story's end."""
    entropies, longest = [], 0
    for sentence, following in BEATS[beat]:
        now, entropy, length = dict(drawn), math.log(len(BEATS[beat])), len(SLOT.sub("", sentence))
        for slot in SLOT.findall(sentence):
            name, _, kind = slot.partition(":")
            if kind:
                entropy += math.log(len(WORDS[kind]) - list(now.values()).count(kind))
                now |= {name: kind} if name else {}
            kind = kind or now.get(slot)
            length += max(map(len, WORDS[kind])) if kind else len(slot)
        if not sentence.endswith("\n"):
            later = choices(following, tuple(now.items()))
            entropy, length = entropy + later[0], length + later[1]
        entropies.append(entropy)
        longest = max(longest, length)
    return sum(entropies) / len(entropies), longest


def test_the_mean_score_of_a_story_is_the_entropy():
    """No story has two derivations, so the entropy is that of the choices: 22.3 nats."""
    picked = stories(100_000, seed=5)
    assert all(derivations(story)[0] == 1 for story in picked[:100])
    nll, ends = tales_nll("".join(picked)), torch.tensor([len(s) for s in picked]).cumsum(0)
    per_story = nll.cumsum(0)[ends - 1].diff(prepend=torch.zeros(1, dtype=torch.float64))
    standard_error = per_story.std() / math.sqrt(len(picked))
    assert abs(per_story.mean() - choices()[0]) < 3 * standard_error
    assert standard_error < 0.01 * per_story.mean()


def test_every_story_fits_the_models_context():
    assert choices()[1] <= 256  # the longest that could be
    written = stories(1_000_000, seed=0)
    assert min(map(len, written)) >= 150 and max(map(len, written)) <= 256
    beats = Counter(beat[0] for beat in BEATS if beat not in ("start", "plot"))
    assert len(beats) == 6 and {n + 2 for n in beats.values()} == {6, 7}


def test_the_floor_is_far_below_what_counting_reaches():
    text, held_out = sample_tales(1_000_000), sample_tales(100_000, seed=1)
    characters = len(set(text))
    assert 48 <= characters <= 56
    pairs, singles = Counter(pairwise(text)), Counter(text)
    bigram = sum(-math.log(pairs[pair] / singles[pair[0]])
                 for pair in pairwise(held_out)) / len(held_out)  # fmt: skip
    floor = tales_floor(held_out)
    assert 0.09 < floor < 0.15 < 2.0 < bigram < math.log(characters)
    assert not set(text.splitlines()) & set(held_out.splitlines())  # nothing to learn by heart


# The words.


@pytest.mark.parametrize("kind", WORDS)
def test_a_words_first_letter_tells_which_of_its_class_it_is(kind):
    assert len({word[0] for word in WORDS[kind]}) == len(WORDS[kind])


def test_articles_are_right_and_nothing_is_left_unfilled():
    text = sample_tales(1_000_000, seed=3)
    assert not re.search(r"\b[Aa] [aeiou]|\ban [^aeiou]|[{}:]|  | \n|\.\.", text)
    assert not re.search(r"^[a-z]|[.!] [a-z]|\.\" [a-z]", text, re.MULTILINE)  # begins small


def test_nobody_meets_themselves_and_no_thing_is_swapped_for_itself():
    for story in stories(200_000, seed=6):
        names = [name for name in WORDS["NAME"] if re.search(rf"\b{name}\b", story)]
        assert len(names) == (1 if "hungry" in story else 2)
        if "missed" in story or "My poor" in story:
            assert sum(bool(re.search(rf"\b{t}\b", story)) for t in WORDS["THING"]) == 2


def test_the_heros_pronoun_follows_the_name():
    for story in stories(200_000, seed=7):
        hero = re.search("|".join(WORDS["NAME"]), story)[0]
        pronouns = set(re.findall(r"\b[Hh](?:e|im|is|er)\b|\b[Ss]he\b", story))
        others = set(SHE) if hero in WORDS["GIRL"] else set(SHE.values())
        assert not pronouns & others


# Seeds.


def test_the_same_seed_gives_the_same_text_on_every_computer():
    text = sample_tales(10_000, seed=0)
    assert text.startswith("Leo danced to the lake with a hat. A hungry ")
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "b8019bf5e0b61f11877cc73f943e9375cd91cedc4574842e3bbf358870a074bd"
    )
    assert sample_tales(10_000) == text != sample_tales(10_000, seed=1)


def test_the_global_generators_are_left_alone():
    before = random.getstate(), torch.get_rng_state()
    tales_nll(sample_tales(1000))
    assert random.getstate() == before[0] and torch.equal(torch.get_rng_state(), before[1])


@pytest.mark.parametrize("n", [1, 100, 200, 5000])
def test_there_are_as_few_whole_stories_as_suffice(n):
    text = sample_tales(n, seed=9)
    *before, last = text.splitlines(keepends=True)
    assert len(text) >= n > len("".join(before)) and last.endswith("\n")
    assert sample_tales(20_000, seed=9).startswith(text)


# What is refused, and what is said of a text that is no tale.


@pytest.mark.parametrize("n", [0, -5, 1e6, "1000", None])
def test_a_length_that_is_no_count_is_refused(n):
    with pytest.raises(ValueError, match=r"n_chars must be an int above 0 .* got n_chars="):
        sample_tales(n)


@pytest.mark.parametrize("seed", [1.5, "a", None, -1])
def test_a_seed_that_is_no_int_is_refused(seed):
    with pytest.raises(ValueError, match="and seed an int, as in"):
        sample_tales(100, seed)


def test_whole_numbers_of_other_kinds_are_whole_numbers():
    assert sample_tales(np.int64(500), np.int32(3)) == sample_tales(500, 3)
    big = [sample_tales(300, seed) for seed in (0, 2**32, 2**64, 10**40)]
    assert len(set(big)) == 4


@pytest.mark.parametrize("text", [None, 3, ["a\n", "b\n"], b"a\nb\n", iter("a\nb\n")])
def test_only_a_string_has_a_floor(text):
    with pytest.raises(ValueError, match="tales_floor needs a string, not"):
        tales_floor(text)


@pytest.mark.parametrize("text", ["", None, 3, ["a"]])
def test_no_text_is_refused(text):
    with pytest.raises(ValueError, match="tales_nll needs a string of one character or more"):
        tales_nll(text)


def test_the_character_where_a_text_leaves_is_named_and_the_next_line_counts_again():
    good = stories(200, seed=1)[0]
    with pytest.warns(UserWarning) as caught:
        nll = tales_nll(good + "One hut day\n" + good + "Zoe\n" + good)
    assert len(caught) == 1
    assert str(caught[0].message) == (
        f"text[{len(good) + 5}], 'u' in line 2, can't follow 'One h'; there the grammar has 'o'. "
        "Lines that leave the grammar: 2."
    )
    assert caught[0].filename == __file__
    expected = tales_nll(good).tolist()
    start = len(good)
    assert nll[:start].tolist() == expected
    assert nll[start : start + 5].isfinite().all() and nll[start + 5 : start + 12].isinf().all()
    assert nll[start + 12 : 2 * start + 12].tolist() == expected
    assert nll[2 * start + 12 : 2 * start + 16].isinf().all()
    assert nll[2 * start + 16 :].tolist() == expected


@pytest.mark.parametrize(
    "text, message",
    [
        ("\n", r"text[0], '\n' in line 1, can't begin a story; there the grammar has 'B', 'C', "),
        ("Ben\n", r"text[3], '\n' in line 1, can't follow 'Ben'; there the grammar has ' '."),
        ("Mia d\r\n", r"text[5], '\r' in line 1, can't follow 'Mia d'; there the grammar has 'a'."),
        ("Mia x", "text[4], 'x' in line 1, can't follow 'Mia '; there the grammar has 'd', 'f' or 's'"),
    ],
)  # fmt: skip
def test_places_where_a_text_leaves(text, message):
    with pytest.warns(UserWarning) as caught:
        nll = tales_nll(text)
    assert message in str(caught[0].message)
    where = int(re.search(r"\d+", message)[0])
    assert nll[:where].isfinite().all() and nll[where:].isinf().all()


def test_a_tale_brings_no_warning_and_float64_numbers_that_are_not_negative():
    text = sample_tales(20_000, seed=8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nll = tales_nll(text)
    assert nll.dtype == torch.float64 and nll.shape == (len(text),)
    assert (nll >= 0).all() and nll.isfinite().all()
    assert not torch.signbit(nll).any()  # no -0.0 to print


def test_the_floor_is_the_mean_over_the_whole_stories_after_the_first_line_break():
    one, two, three = stories(700, seed=3)[:3]
    expected = tales_nll(one + two).mean().item()
    assert tales_floor(three[40:] + one + two + three[:50]) == pytest.approx(expected)
    assert tales_floor("\n" + one + two) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "One day", "One day\n", "Ben\nMia"])
def test_a_text_without_a_whole_story_has_no_floor(text):
    with pytest.raises(ValueError, match="no whole story stands after the first line break"):
        tales_floor(text)


# Requests: "Kate, clock, park? " and a tale of just these.

OPENING = [SLOT.split(sentence) for sentence, _ in BEATS["start"]]


def asked_for(line):
    """The hero, thing and place of a request, and the tale after it."""
    asked, tale = line.split("? ", 1)
    return asked.split(", "), tale


def request_oracle(line):
    """Of each character, from the oracle for tales: a request's tale is a tale with these three.

    A tale draws its hero, thing and place first and each evenly, so the probability of a tale
    given these is that of the tale times the number of ways to draw them. What can't be, with
    these three, is left out by writing the opening's sentences with them and looking.
    """
    hero, thing, place = asked_for(line)[0]
    kinds = WORDS["NAME"], WORDS["THING"], WORDS["PLACE"]
    ways = math.prod(map(len, kinds))
    request = f"{hero}, {thing}, {place}? "
    drawn = {"hero:NAME": hero, "thing:THING": thing, "place:PLACE": place}

    def probability(prefix):
        if len(prefix) <= len(request):
            return sum(
                f"{a}, {b}, {c}? ".startswith(prefix)
                for a in kinds[0] for b in kinds[1] for c in kinds[2]
            ) / ways  # fmt: skip
        begun, total = prefix[len(request) :], 0.0
        for pieces in OPENING:
            days = WORDS["DAY"] if ":DAY" in pieces else [""]
            for day in days:
                opening = "".join(drawn.get(p, day if p == ":DAY" else p) for p in pieces)
                share = 1 / len(OPENING) / len(days)
                if opening.startswith(begun):
                    total += share
                elif begun.startswith(opening):
                    kept = {slot.split(":")[0]: word for slot, word in drawn.items()}
                    total += share * derivations(begun[len(opening) :], "plot", (), kept)[1]
        return total / ways

    logs = [math.log(probability(line[:i])) for i in range(len(line) + 1)]
    return [before - after for before, after in pairwise(logs)]


def test_every_character_of_a_request_and_its_tale_has_the_oracles_probability():
    lines = sample_requests(300, seed=4).splitlines(keepends=True)
    plots = {}
    for line in lines:  # one of each plot's first sentences
        second = re.split(r"(?<=[.!?]) |(?<=[.!?]\") ", asked_for(line)[1])[1]
        words = sum(WORDS.values(), [*SHE, *SHE.values()])
        plots.setdefault(" ".join(w for w in re.findall(r"\w+", second) if w not in words), line)
    assert len(plots) == len(BEATS["plot"])
    for line in plots.values():
        assert requests_nll(line).tolist() == pytest.approx(request_oracle(line), abs=1e-9)


def test_a_request_and_its_tale_cost_what_the_tale_alone_costs():
    """The three words are drawn once, in the request or in the tale, so the sum stays."""
    for line in sample_requests(50, seed=5).splitlines(keepends=True):
        tale = asked_for(line)[1]
        assert requests_nll(line).sum().item() == pytest.approx(tales_nll(tale).sum().item())


@pytest.mark.filterwarnings("ignore:text")
def test_the_probabilities_of_all_next_characters_of_a_request_add_up_to_1():
    line = min(sample_requests(50, seed=6).splitlines(keepends=True), key=len)
    characters = sorted(set(sample_tales(200_000)) | set("Z9;"))
    for i in range(len(line)):
        nll = [requests_nll(line[:i] + c)[-1].item() for c in characters]
        assert sum(math.exp(-x) for x in nll) == pytest.approx(1, abs=1e-12)


def test_no_slot_is_drawn_twice_in_a_story_so_that_a_kept_word_is_that_of_a_request():
    def check(beat, drawn):
        for sentence, following in BEATS[beat]:
            now = [slot.split(":")[0] for slot in SLOT.findall(sentence) if ":" in slot]
            now = [name for name in now if name]
            assert not set(now) & set(drawn), sentence
            if not sentence.endswith("\n"):
                check(following, [*drawn, *now])

    check("start", [])


def test_requests_are_answered_with_their_words_and_drawn_evenly():
    lines = sample_requests(4000, seed=7).splitlines()
    counts = Counter()
    for line in lines:
        asked, tale = asked_for(line)
        first = re.split(r"(?<=[.]) ", tale)[0]
        assert all(re.search(rf"\b{word}\b", first) for word in asked)
        counts.update(asked)
    for kind in ("NAME", "THING", "PLACE"):
        expected = 4000 / len(WORDS[kind])
        assert all(abs(counts[w] - expected) < 5 * math.sqrt(expected) for w in WORDS[kind])
    assert max(map(len, lines)) < 279
    assert sample_requests(20, seed=7) == "\n".join(lines[:20]) + "\n"
    assert set("".join(lines)) <= set(sample_tales(1_000_000))  # the shipped model can read them


@pytest.mark.parametrize(
    "line, place, there",
    [
        ("Kate, clock, park? Kate found a clock at the castle.", "castle", "'p'"),
        ("Kate, clock, park? Leo found a clock", "Leo", "'K' or 'O'"),
        ("Kate, clock, park? One hot day Kate took a jug", "jug", "'c'"),
        ("Kate, robot, park?", "robot", None),
        ("Kate, clock? Kate", "? K", "','"),
        ("Kate found a clock", " found", "','"),
    ],
)
def test_what_does_not_obey_is_impossible_from_its_first_character_on(line, place, there):
    with pytest.warns(UserWarning) as caught:
        nll = requests_nll(line)
    start = line.index(place)
    assert nll[:start].isfinite().all() and nll[start:].isinf().all()
    assert caught[0].filename == __file__
    assert f"text[{start}]" in str(caught[0].message)
    assert there is None or str(caught[0].message).count(f"the grammar has {there}.") == 1


def test_the_answer_is_what_follows_the_first_question_mark_of_a_line():
    text = 'Kate, clock, park? "Is it a map?" asked Leo.\nno request\nLeo, map, zoo? Leo'
    kept = "".join(c for c, counts in zip(text, in_answer(text), strict=True) if counts)
    assert kept == '"Is it a map?" asked Leo.\nLeo'
    assert in_answer("").tolist() == []


def test_the_floor_of_an_obedient_model_counts_answers_alone():
    one, two, three = sample_requests(3, seed=8).splitlines(keepends=True)
    answers = [requests_nll(line)[line.index("? ") + 2 :] for line in (one, two)]
    expected = torch.cat(answers).mean().item()
    assert requests_floor(three[5:] + one + two + three[:9]) == pytest.approx(expected)
    assert requests_floor("\n" + one) < requests_nll(one).mean().item()


@pytest.mark.parametrize("bad", [0, -1, 2.5, "3", None])
def test_a_number_of_requests_that_is_no_count_is_refused(bad):
    with pytest.raises(ValueError, match=r"n must be an int above 0 .* got n="):
        sample_requests(bad)


@pytest.mark.parametrize("function", [requests_nll, requests_floor])
@pytest.mark.parametrize("bad", [None, 3, ["a\n", "b\n"]])
def test_only_a_string_holds_requests(function, bad):
    with pytest.raises(ValueError, match=f"{function.__name__} needs a string"):
        function(bad)


def test_a_text_without_a_whole_request_has_no_floor():
    with pytest.raises(ValueError, match="no whole line stands after the first line break"):
        requests_floor("Kate, clock, park? Kate\n")
