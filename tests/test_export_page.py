"""A model as one page: what is in the file, and what is refused. test_browser_page.py opens it."""

import base64
import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import export_page as module
from course_lib.bpe import BPETokenizer
from course_lib.checkpoint import Checkpoint, load_model, save_checkpoint, tokenizer_info
from course_lib.cli import main
from course_lib.export_page import FOLDER, SCRIPTS, export_page, page_of
from course_lib.model import GPT, GPTConfig
from course_lib.modern import ModernConfig, ModernGPT
from course_lib.tokenizer import CharTokenizer

ROOT = Path(__file__).parents[1]
TEXT = "the cat sat on the mat, and the rat sat on the cat. "
FILE = "checkpoint.safetensors"
SIZES = {"block_size": 16, "n_layer": 1, "n_head": 2, "n_embd": 8}


def saved(folder, kind=GPT, tokenizer=None, **info):
    """The checkpoint of a model that nobody trained."""
    tokenizer = tokenizer or CharTokenizer(TEXT)
    config = GPTConfig if kind is GPT else ModernConfig
    torch.manual_seed(0)
    model = kind(config(tokenizer.vocab_size, **SIZES))
    save_checkpoint(folder / FILE, model, **tokenizer_info(tokenizer), **info)
    return Checkpoint(folder / FILE)


def part(page, name):
    """The text of a script element with this id."""
    return re.search(rf'<script [^>]*id="{name}">([^<]*)</script>', page)[1]


def about(page):
    return json.loads(part(page, "about"))


@pytest.mark.parametrize("kind", [GPT, ModernGPT])
def test_the_command_writes_one_page_with_the_weights_of_the_model(capsys, tmp_path, kind):
    saved(tmp_path, kind)
    out = tmp_path / "page.html"
    main(["export-page", "--model", str(tmp_path), str(out)])
    size = len(out.read_bytes()) / 1e6
    assert f"{out}: {size:.1f} MB, whole in itself" in capsys.readouterr().out
    page = out.read_text(encoding="utf-8")
    assert "{{" not in page
    numbers = np.frombuffer(base64.b64decode(part(page, "weights")), "<f4")
    model, at = load_model(tmp_path)[0], 0
    for (name, size), (own, p) in zip(
        about(page)["tensors"], model.named_parameters(), strict=True
    ):
        assert name == own
        assert np.array_equal(numbers[at : at + size], p.detach().numpy().ravel())
        at += size
    assert at == len(numbers)
    assert f"A language model of {at:,} parameters" in page


def test_the_same_model_gives_the_same_page(tmp_path):
    checkpoint = saved(tmp_path)
    assert page_of(checkpoint) == page_of(checkpoint)


def test_a_page_names_no_other_address(tmp_path):
    page = page_of(saved(tmp_path)).decode()
    assert not re.search(r"https?:|//\w+\.|fetch\(|XMLHttp|WebSocket|import\(|\bsrc=|@import", page)
    assert re.findall(r'href="([^"]*)"', page) == ["data:,"]


@pytest.mark.parametrize("info, characters, said, grammar", [
    ({}, None, "from nothing on a text chosen by the maker of this page, with 14 different", False),
    ({"row_start": "\n"}, "shipped", "from nothing on <em>tales</em>, short stories", True),
    ({"row_start": "\n", "answer_after": "? ", "data": "requests"}, "shipped", "from nothing on requests for", True),
    ({"row_start": "\n", "answer_after": "? "}, "shipped", "from nothing on a text chosen by the", False),
    ({"init_from": "tales"}, None, "from another model’s weights on a text chosen by the", False),
    ({}, "shipped", "from nothing on a text chosen by the", False),
])  # fmt: skip
def test_a_page_says_what_its_model_was_trained_on(tmp_path, info, characters, said, grammar):
    text = load_model()[1].characters if characters else TEXT
    page = page_of(saved(tmp_path, tokenizer=CharTokenizer(text), **info)).decode()
    assert f"It was trained {said}" in page
    assert (about(page)["grammar"] is not None) == grammar == bool(about(page)["prompt"])


def test_byte_pairs_of_tales_are_known_by_the_name_of_the_data(tmp_path):
    tokenizer = BPETokenizer.train(TEXT, 260)
    page = page_of(saved(tmp_path, tokenizer=tokenizer, row_start="\n", data="tales")).decode()
    assert about(page)["grammar"] and "<em>tales</em>" in page
    assert about(page)["row_start"] == tokenizer.encode("\n")[0]


def test_what_a_learner_says_of_the_text_is_text(tmp_path):
    tokenizer = CharTokenizer(TEXT + "<>/!-&b")
    page = page_of(saved(tmp_path, tokenizer=tokenizer), "<i>my</i> & yours", "a</b><!--").decode()
    assert "on &lt;i&gt;my&lt;/i&gt; &amp; yours." in page
    assert about(page)["prompt"] == "a</b><!--" and "a</b>" not in page and "a<\\/b" not in page


def error_of(*arguments):
    with pytest.raises(SystemExit) as caught:
        main(["export-page", *map(str, arguments)])
    message = caught.value.code
    assert message.startswith("error: ") and "\n" not in message
    return message


def test_a_model_that_is_no_gpt_is_refused(tmp_path):
    save_checkpoint(tmp_path / FILE, nn.Linear(2, 3), characters="abc")
    message = error_of("--model", tmp_path, tmp_path / "page.html")
    assert f"{tmp_path / FILE} holds no GPT or ModernGPT of this course" in message


def test_a_run_without_a_tokenizer_is_refused(tmp_path):
    save_checkpoint(tmp_path / FILE, GPT(GPTConfig(5, **SIZES)))
    message = error_of("--model", tmp_path, tmp_path / "page.html")
    assert (
        f"{tmp_path / FILE} keeps no tokenizer, so a page could not read what is typed" in message
    )


def test_a_tokenizer_of_another_size_is_refused(tmp_path):
    save_checkpoint(tmp_path / FILE, GPT(GPTConfig(5, **SIZES)), characters="abc")
    assert "holds no GPT or ModernGPT" in error_of("--model", tmp_path, tmp_path / "page.html")


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    checkpoint = saved(tmp_path)
    checkpoint.weights["norm.bias"][0] = torch.nan
    with pytest.raises(ValueError, match=r"^norm\.bias in .* holds a nan or an inf"):
        page_of(checkpoint)


def test_a_prompt_that_the_model_can_not_read_is_refused(tmp_path):
    saved(tmp_path)
    place = "--model", tmp_path, tmp_path / "page.html"
    assert "the model does not know 'é' in --prompt" in error_of(*place, "--prompt", "é")


@pytest.mark.parametrize("name, message", [
    ("no/page.html", "no folder "), ("page.txt", "give a name that ends in .html, for example"),
    ("folder.html", "is a folder; give the path of a file in it"),
    ("mine.html", "is there already, and export-page did not write it; give another name"),
])  # fmt: skip
def test_a_place_where_no_page_can_be_is_refused_and_left_as_it_was(tmp_path, name, message):
    saved(tmp_path)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "mine.html").write_text("<p>mine</p>")
    before = sorted(tmp_path.rglob("*"))
    assert message in error_of("--model", tmp_path, tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "mine.html").read_text() == "<p>mine</p>"


def test_a_page_that_is_too_large_is_refused_by_its_size_to_the_byte(monkeypatch, tmp_path):
    checkpoint = saved(tmp_path)
    size = len(page_of(checkpoint))
    monkeypatch.setattr(module, "LARGEST", size)
    assert len(page_of(checkpoint)) == size
    monkeypatch.setattr(module, "LARGEST", size - 1)
    with pytest.raises(
        ValueError, match=r"^the page of 1,128 parameters would have 0 MB, and more"
    ):
        page_of(checkpoint)
    assert 50_000_000 - 10 * size > 4 / 3 * 4 * 9_000_000  # what the message advises fits


def test_an_older_page_is_replaced_and_stays_if_that_fails(monkeypatch, tmp_path):
    checkpoint, out = saved(tmp_path), tmp_path / "page.html"
    export_page(checkpoint, out)
    old = out.read_bytes()
    export_page(checkpoint, out, trained_on="something else")
    new = out.read_bytes()
    assert old != new

    def fail(*_):
        raise OSError("no room")

    monkeypatch.setattr("course_lib.files.os.replace", fail)
    with pytest.raises(OSError, match="no room"):
        export_page(checkpoint, out)
    assert out.read_bytes() == new and sorted(p.name for p in tmp_path.iterdir()) == [
        FILE,
        out.name,
    ]


def test_the_wheel_has_every_file_of_the_page():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = data["tool"]["setuptools"]["package-data"]["course_lib"]
    packed = {path for pattern in patterns for path in (ROOT / "course_lib").glob(pattern)}
    assert packed >= {path for path in FOLDER.rglob("*") if path.is_file()}
    assert {f"{name}.js" for name in SCRIPTS} == {path.name for path in FOLDER.glob("*.js")}


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_page_s_colors_can_be_read(scheme):
    """WCAG 2.2, success criteria 1.4.3 and 1.4.11, level AA."""
    style = (FOLDER / "style.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    color = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    text = [("ink", "paper"), ("ink", "panel"), ("soft", "paper"), ("soft", "panel"),
            ("ink", "shade"), ("ink", "shade-2"), ("ink", "shade-3"), ("ink", "warn"),
            ("paper", "link")]  # fmt: skip
    shapes = [("line", "panel"), ("line", "paper"), ("frame", "panel"), ("link", "panel")]
    for pairs, least in ((text, 4.5), (shapes, 3.0)):
        for one, other in pairs:
            dark, light = sorted([luminance(color[one]), luminance(color[other])])
            assert (light + 0.05) / (dark + 0.05) >= least, (one, other)
