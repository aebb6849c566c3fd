"""The page of export-page in a real browser: its numbers beside the package's, and its controls.

Skipped and required as test_browser.py is.
"""

import itertools
import json
import random
from types import SimpleNamespace

import pytest
import torch
from test_browser import browser  # noqa: F401

from course_lib.bpe import BPETokenizer
from course_lib.bpe_files import VISIBLE, from_names
from course_lib.checkpoint import (
    Checkpoint,
    find_checkpoint,
    model_of,
    save_checkpoint,
    tokenizer_info,
)
from course_lib.export_page import bpe_tables, export_page
from course_lib.generation import sample_next_token
from course_lib.model import GPT, GPTConfig
from course_lib.modern import ModernConfig, ModernGPT
from course_lib.tales import requests_nll, sample_requests, sample_tales, tales_nll
from course_lib.tokenizer import CharTokenizer

PATIENCE = 60_000  # milliseconds
DIFFICULT = [
    "", " ", "  two  spaces ", "tabs\t\tand\r\nline\r\n\r\nends\n\n\n x", "\n", "don't WE'LL 'tis we're",
    "Größe naïve e\u0301 Ⅷ 3½ ²7 _a_b_ 一二三", "🙂👩\u200d👩\u200d👧🏽 \ufeff\u200b", "\u0085\u00a0\u2003\u3000x",
    "\x1c\x1d y \x7f", "a" * 300, "ab" * 200 + " " * 50, "".join(map(chr, range(0x20, 0x3000, 7))),
    " ".join(chr(i) for i in range(0x10000, 0x1FFFF, 97)),
]  # fmt: skip

# How much a page says of what it has read: the scores after its text, and which tokens it read.
LOGITS = """async text => {
    reader.setText(text);
    await reader.read();
    return {logits: Array.from(model.logits), ids: model.ids};
}"""


def random_model(tokenizer, kind=GPT, **sizes):
    torch.manual_seed(0)
    config = (GPTConfig if kind is GPT else ModernConfig)(tokenizer.vocab_size, **sizes)
    model = kind(config)
    for p in model.parameters():  # so large that attention is not even, and nothing is 0
        p.data.normal_(std=0.4)
    return model


MODELS = {
    "tales": lambda: None,  # the shipped one
    "bpe": lambda: (
        tokenizer := BPETokenizer.train(sample_tales(20_000) + "Größe 🙂 " * 9, 300),
        random_model(tokenizer, block_size=32, n_layer=2, n_head=3, n_embd=12),
    ),
    "modern": lambda: (
        tokenizer := CharTokenizer("abcdefgh \n"),
        random_model(
            tokenizer, ModernGPT, block_size=24, n_layer=3, n_head=4, n_embd=24, n_kv_head=2
        ),
    ),
    "shifted": lambda: (
        tokenizer := CharTokenizer("abcdefgh \n"),
        random_model(
            tokenizer, ModernGPT, block_size=24, n_layer=2, n_head=2, n_embd=16, shifted_keys=True
        ),
    ),
}


@pytest.fixture(scope="module")
def pages(browser, tmp_path_factory):  # noqa: F811
    """A function: the opened page of a model by its name, with the model and its tokenizer."""
    opened, folder = {}, tmp_path_factory.mktemp("pages")

    def open_page(name):
        if name not in opened:
            made, path = MODELS[name](), find_checkpoint("tales")
            if made:
                path = folder / f"{name}.safetensors"
                info = tokenizer_info(made[0]) | ({"data": "tales"} if name == "bpe" else {})
                save_checkpoint(path, made[1], **info)
            export_page(Checkpoint(path), folder / f"{name}.html")
            view = browser.new_page(viewport={"width": 1200, "height": 900})
            view.set_default_timeout(PATIENCE)
            faults = []
            view.on("pageerror", lambda error: faults.append(str(error)))
            view.on("console", lambda line: faults.append(line.text))
            view.on("request", lambda r: r.url.startswith("file:") or faults.append(r.url))
            address = (folder / f"{name}.html").as_uri()
            view.goto(address, timeout=PATIENCE)
            view.wait_for_selector("#next tbody tr")
            model, tokenizer = model_of(Checkpoint(path))
            opened[name] = SimpleNamespace(
                view=view, model=model, tokenizer=tokenizer, address=address, faults=faults
            )
        return opened[name]

    yield open_page
    for page in opened.values():
        page.view.close()
        assert page.faults == []


@pytest.mark.parametrize("name, texts", [
    ("tales", ["", "Kate", "Kate found a kite at the park. Then", sample_tales(500, seed=5)[:450]]),
    ("bpe", ["", "Größe 🙂 Clara", "Clara took a drum to the market. " * 9]),
    ("modern", ["", "abba cafe\n", "hag bad cab " * 5]),
    ("shifted", ["", "abba cafe\n", "hag bad cab " * 5]),
])  # fmt: skip
def test_the_scores_are_the_package_s(pages, name, texts):
    page = pages(name)
    for text in texts:
        found = page.view.evaluate(LOGITS, text)
        with torch.no_grad():
            expected = page.model(torch.tensor([found["ids"]]))[0, -1]
        assert (torch.tensor(found["logits"]) - expected).abs().max() < 1e-4
        own = page.tokenizer.encode(text)
        if name == "tales":  # a tale begins after a line break
            assert found["ids"] == page.tokenizer.encode("\n" + text.rpartition("\n")[2])
        elif own:
            context = page.model.config.block_size
            assert found["ids"] == own[-len(found["ids"]) :]
            assert min(len(own), context * 7 / 8) <= len(found["ids"]) <= context


@pytest.mark.parametrize("name", ["bpe", "modern"])
def test_the_attention_is_the_package_s(pages, name):
    page = pages(name)
    text = "Clara took a drum to" if name == "bpe" else "abba cafe bed"
    ids = page.view.evaluate(LOGITS, text)["ids"]
    kept = []
    softmax = torch.Tensor.softmax
    with pytest.MonkeyPatch.context() as patch, torch.no_grad():
        patch.setattr(
            torch.Tensor, "softmax", lambda x, dim: kept.append(softmax(x, dim)) or kept[-1]
        )
        page.model(torch.tensor([ids]))
    for layer, weights in enumerate(kept):  # (H, T, T)
        for head, rows in enumerate(weights):
            row = page.view.evaluate(
                f"Array.from(model.attention({layer}, {head}, {len(ids) - 1}))"
            )
            assert (torch.tensor(row) - rows[-1]).abs().max() < 1e-5


def test_the_dials_leave_the_tokens_that_the_package_leaves(pages):
    view = pages("modern").view
    logits = torch.tensor([1.0, 2.0, 0.5, 2.0, -1.0, 2.0, 0.5])  # with equal ones
    temperatures, ks, ps = [0, 0.5, 1.0, 3.0], [None, 1, 2, 5, 7], [None, 0.2, 0.6, 0.9, 1.0]
    settings = [*itertools.product(temperatures, ks, ps)]
    asked = [{"temperature": t, "topK": k, "topP": p} for t, k, p in settings]
    found = view.evaluate(
        "([logits, asked]) => asked.map(dials => Array.from(chances(logits, dials)))",
        [logits.tolist(), asked],
    )
    generator, n = torch.Generator().manual_seed(0), 4000
    for (t, k, p), chances in zip(settings, found, strict=True):
        drawn = sample_next_token(logits.expand(n, -1), t, k, p, generator)
        frequencies, expected = drawn.bincount(minlength=7) / n, torch.tensor(chances)
        assert ((frequencies > 0) <= (expected > 0)).all()  # nothing that the page leaves out
        spread = (expected * (1 - expected) / n).sqrt()
        assert ((frequencies - expected).abs() <= 5 * spread + 1e-6).all(), (t, k, p)
        assert abs(sum(chances) - 1) < 1e-12


def test_a_seed_draws_the_same_tokens_each_as_likely_as_it_should_be(pages):
    draws = """seed => { const random = randomNumbers(seed), p = [0.5, 0, 0.3, 0.2];
        return Array.from({length: 4000}, () => draw(p, random)); }"""
    first, again, other = (pages("modern").view.evaluate(draws, seed) for seed in (1, 1, 2))
    assert first == again != other
    for id_, p in enumerate([0.5, 0, 0.3, 0.2]):
        assert abs(first.count(id_) / 4000 - p) <= 5 * (p * (1 - p) / 4000) ** 0.5


def names_of(merges):
    """{name: id} of the bytes and what merges make, a name that is made twice once."""
    made = [line.replace(" ", "") for line in merges]
    return {name: i for i, name in enumerate(dict.fromkeys([*VISIBLE.values(), *made]))}


def test_byte_pairs_are_the_package_s(pages):
    twice = ["a b", "ab c", "b c", "a bc", "abc a", "c c"]  # "abc" is made in two ways
    tokenizers = [
        pages("bpe").tokenizer,
        BPETokenizer.train("".join(DIFFICULT) * 3, 420, ["<|end|>"]),
        BPETokenizer(*from_names("vocab", "merges", names_of(twice), twice, [])),
    ]
    rows = random.Random(0)
    letters = ["".join(rows.choices("abc", k=40)) for _ in range(40)]
    for tokenizer in tokenizers:
        texts = DIFFICULT + letters
        ids = [rows.choices(range(tokenizer.vocab_size), k=30) for _ in range(30)]
        ids += [tokenizer.encode(text) for text in texts]
        found = pages("bpe").view.evaluate(
            """([tables, texts, ids]) => {
                const own = new BPETokenizer(tables);
                return {ids: texts.map(text => own.encode(text)), texts: ids.map(row => own.decode(row))};
            }""",
            [bpe_tables(tokenizer), texts, ids],
        )
        assert found["ids"] == [tokenizer.encode(text) for text in texts]
        assert found["texts"] == [tokenizer.decode(row) for row in ids]


@pytest.mark.parametrize("write, nll_of, begin", [
    (sample_tales, tales_nll, None),
    (sample_requests, requests_nll, ["{hero:NAME}, {thing:THING}, {place:PLACE}? ", "start", []]),
])  # fmt: skip
def test_the_grammar_s_probabilities_are_the_package_s(pages, write, nll_of, begin):
    line = write(1, seed=11).split("\n")[0]
    found = pages("tales").view.evaluate(
        """([line, begin]) => {
            const grammar = {...about.grammar, begin: begin ?? about.grammar.begin};
            return [...line].map((_, place) => {
                const {next, stray} = nextCharacters(grammar, line.slice(0, place));
                return {stray, next: Object.fromEntries(next)};
            });
        }""",
        [line, begin],
    )
    truth = (-nll_of(line)).exp().tolist()
    for character, p, here in zip(line, truth, found, strict=True):
        assert here["stray"] is None
        assert abs(here["next"][character] - p) < 1e-9
        assert abs(sum(here["next"].values()) - 1) < 1e-9


def test_a_line_that_leaves_the_grammar_is_told_where(pages):
    view = pages("tales").view
    view.fill("#text", "Kate found a kite at the xylophone")
    said = "in place of “x”, its character 26, it has “b”, “c”, “g”, “h”"
    view.get_by_text(said).wait_for()


def test_the_model_s_and_the_grammar_s_numbers_stand_side_by_side(pages):
    page = pages("tales")
    page.view.fill("#text", "Kate found a kite at the ")
    page.view.get_by_text("character 26 of 26").wait_for()
    rows = page.view.locator("#next tbody tr").all_inner_texts()
    assert len(rows) == 12
    shown = dict(row.split("\t", 1) for row in rows)
    assert [shown[c].split("\t")[2] for c in "bcghlmprtz"] == ["10.0%"] * 10
    ids = page.tokenizer.encode("\nKate found a kite at the ")
    with torch.no_grad():
        p = page.model(torch.tensor([ids]))[0, -1].softmax(0)[page.tokenizer.encode("z")[0]]
    assert shown["z"].split("\t")[:2] == [f"{100 * p:.1f}%"] * 2


def test_tokens_of_tales_are_compared_with_the_grammar_by_their_first_characters(pages):
    page = pages("bpe")
    text = "Kate found a kite at the "
    page.view.fill("#text", text)
    ids, own = page.tokenizer.encode(text), dict.fromkeys("bcghlmprtz", 0.0)
    page.view.get_by_text(f"token {len(ids)} of {len(ids)},").wait_for()
    with torch.no_grad():
        probabilities = page.model(torch.tensor([ids]))[0, -1].softmax(0).tolist()
    for i, p in enumerate(probabilities):
        first = page.tokenizer.decode([i])[0]
        own[first] = own.get(first, 0.0) + p
    rows = page.view.locator("#first tbody tr").all_inner_texts()
    shown = {row.split("\t")[0]: row.split("\t")[1:] for row in rows}
    for character in "bcghlmprtz":
        assert shown[character][1] == "10.0%"
        assert abs(float(shown[character][0].strip("<%")) - 100 * own[character]) < 0.1


def test_it_writes_by_keyboard_and_the_same_seed_writes_the_same(pages):
    page = pages("tales")
    view, written = page.view, []
    for seed in ("3", "3", "4"):  # é is not known, and kept
        view.fill("#text", "é\nKate found a kite at the ")
        view.fill("#seed", seed)
        view.fill("#length", "20")
        view.locator("#seed").press("Enter")
        view.locator("#wrote", has_text="Wrote").wait_for()
        written.append(view.input_value("#text"))
        view.locator("#back").press("Enter")
        assert view.input_value("#text") == "é\nKate found a kite at the "
    assert written[0] == written[1] != written[2]
    assert {len(text) for text in written} == {2 + 25 + 20}
    assert tales_nll(written[0][2:32]).isfinite().all()


def test_it_writes_to_the_end_of_a_tale_and_then_begins_another(pages):
    view = pages("tales").view
    tale = "Kate found a kite at the park. Then the kite was gone! She asked a fox. The fox"
    view.fill(
        "#text", tale + ' shrugged. Kate felt sad. Then Ben found the kite. "My kite!" said Kate.'
    )
    view.locator("#temperature").fill("0")
    view.fill("#length", "60")
    view.click("#go")
    view.locator("#wrote", has_text="Wrote").wait_for()
    first = view.input_value("#text")
    assert tales_nll(first + "\n").isfinite().all()
    view.fill("#length", "9")
    view.click("#go")
    view.locator("#wrote", has_text="Wrote 9 ").wait_for()
    second = view.input_value("#text")
    assert second.startswith(first + "\n") and len(second) == len(first) + 9
    view.locator("#temperature").fill("1")


def test_what_the_model_can_not_read_is_said(pages):
    notes = {
        "modern": (
            "abcé ä",
            "The model does not know “é”, “ä”, since the text it was trained on has none",
        ),
        "bpe": (
            "Clara " * 40,
            "The text is longer than the model’s context of 32 tokens: it reads",
        ),
        "tales": ("Kate\nMia", "The model reads the last line alone"),
    }
    for name, (text, note) in notes.items():
        pages(name).view.fill("#text", text)
        pages(name).view.locator("#notes", has_text=note).wait_for()


@pytest.mark.parametrize("address, notes, shown", [
    ("#layer=3&head=9", ["The address asks for head 9, and this model has none: its heads are 0 to 3."], "3 all"),
    ("#layer=x&head=2", ["The address asks for layer x, and this model has none: its layers are 0 to 3."], "0 2"),
    ("#layer=2&head=1", [], "2 1"),
])  # fmt: skip
def test_an_address_may_name_a_layer_and_a_head(pages, address, notes, shown):
    page = pages("tales")
    view = page.view
    view.goto(page.address + address)
    view.wait_for_function("hash => location.hash === hash", arg=address)
    view.wait_for_function("shown => `${$('layer').value} ${$('head').value}` === shown", arg=shown)
    assert view.locator("#address p").all_inner_texts() == notes
    assert view.locator("#heads figure").count() == (4 if shown.endswith("all") else 1)


def test_nothing_hangs_over_on_a_phone_and_every_control_has_a_name(pages):
    view = pages("tales").view
    view.set_viewport_size({"width": 320, "height": 640})
    assert view.evaluate("document.documentElement.scrollWidth") <= 320
    unnamed = """[...document.querySelectorAll('input, textarea, select, button')].filter(control =>
        !(control.labels?.length || control.textContent.trim())).map(control => control.id)"""
    assert view.evaluate(unnamed) == []
    assert json.dumps(view.evaluate("document.documentElement.lang")) == '"en"'
    view.set_viewport_size({"width": 1200, "height": 900})
