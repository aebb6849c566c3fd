"""The pictures: as their scripts draw them, with names, shapes and numbers of code and lessons."""

import ast
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch
from test_plotting import contrast

from course_lib.model import GPT, Block, GPTConfig, KVCache

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "images"
PICTURES = sorted(path.stem for path in IMAGES.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    """{name: what its script draws now}; the scripts run where they are, as an author runs them."""
    draw_all = f"{{name: importlib.import_module(name).draw() for name in {PICTURES}}}"
    code = f"import importlib, json; print(json.dumps({draw_all}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=IMAGES, capture_output=True, text=True,
                          check=False, encoding="utf-8", env=None)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def stored(name):
    return (IMAGES / f"{name}.svg").read_text(encoding="utf-8")


def texts(name):
    return [text.text for text in ET.fromstring(stored(name)).iter(f"{SVG}text")]


def code_of(lesson):
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


@pytest.mark.parametrize("name", PICTURES)
def test_a_stored_picture_is_what_its_script_draws(name, drawn):
    assert stored(name) == drawn[name]


@pytest.mark.parametrize("name", PICTURES)
def test_every_word_can_be_read_at_its_size_and_lies_inside_the_picture(name):
    root = ET.fromstring(stored(name))
    width, height = int(root.get("width")), int(root.get("height"))
    assert width <= 700 and root.find(f"{SVG}title").text
    for text in root.iter(f"{SVG}text"):
        x, y, size = (float(text.get(key)) for key in ("x", "y", "font-size"))
        assert size >= 11 and 0 < y < height
        if not text.get("transform"):
            long = 0.62 * size * len(text.text)
            left = x - {"start": 0, "middle": long / 2, "end": long}[text.get("text-anchor")]
            assert left > 0 and left + long < width


def test_words_stand_out_from_what_is_behind_them_in_both_schemes():
    def luminance(color):
        channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    style = ET.fromstring(stored("gpt")).find(f"{SVG}style").text
    for scheme in style.split("@media"):
        colors = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        papers = [color for name, color in colors.items() if name.endswith(("paper", "fill"))]
        pairs = [(colors[word], paper) for word in ("ink", "soft") for paper in papers]
        pairs += [(colors[word], colors["paper"]) for word in ("blue", "orange", "green")]
        for pair in pairs:
            low, high = sorted(map(luminance, pair))
            assert (high + 0.05) / (low + 0.05) >= 4.5, pair


def test_names_are_those_of_the_model():
    model = GPT(GPTConfig(53, 11, 2, 6, 24))
    known = {name.split(".")[-1] for name, _ in model.named_modules()}
    known |= set(GPTConfig.__dataclass_fields__)
    for name in ("gpt", "block", "kv_cache", "wiring"):
        words = {word for text in texts(name) for word in re.findall(r"[a-z]+_[a-z]+", text)}
        assert words <= known
    assert {name for name, _ in model.named_children()} - {"dropout"} <= set(
        re.findall(r"[a-z_]+", " ".join(texts("gpt")))
    )
    inner = [name for name, _ in Block(model.config).named_modules() if name]
    wanted = {name.split(".")[-1] for name in inner} - {"dropout", "out_dropout"}
    assert wanted <= set(re.findall(r"[a-z_]+[12]?", " ".join(texts("block"))))


def test_numbers_of_gpt2_are_those_of_the_code():
    with torch.device("meta"):
        model, config = GPT(GPTConfig()), GPTConfig()
    found = " ".join(texts("gpt"))
    for part in (model, model.token_embedding, model.position_embedding, model.blocks[0]):
        assert f"{sum(p.numel() for p in part.parameters()):,} numbers" in found
    assert f"V = {config.vocab_size:,}, C = {config.n_embd}" in found


def test_the_shape_of_the_cache_is_the_codes():
    sizes = {"n_layer": 9, "B": 7, "H": 6, "block_size": 11, "D": 4}
    cache = KVCache(GPT(GPTConfig(53, 11, 9, 6, 24)), 7)
    names = {size: name for name, size in sizes.items()}
    shape = ", ".join(names.get(size, str(size)) for size in cache.kv.shape)
    assert f"cache.kv ({shape})" in texts("kv_cache")


def test_attention_has_the_numbers_of_lesson_08():
    given = {}
    for kind, source in code_of("08"):
        for node in ast.parse(source).body if kind == "code" and "%" not in source[:1] else []:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in ("places", "keys", "query"):
                given.setdefault(target.id, ast.unparse(node.value))
    keys = eval(given["keys"], {"tensor": torch.tensor})
    query = eval(given["query"], {"tensor": torch.tensor})
    found, names = texts("attention"), ast.literal_eval(given["places"])
    weights = (keys @ query).softmax(dim=0)
    number = [
        f"{entry:g}".replace("-", "−") for entry in [*query.tolist(), *keys.flatten().tolist()]
    ]
    for wanted in (*names, *number, *[f"{w:.2f}" for w in weights]):
        assert wanted in found
    entries = [text for text in found if re.fullmatch(r"−?\d", text)]
    scores = [f"{score:g}" for score in (keys @ query).tolist()]
    assert sorted(entries) == sorted([*number, *scores])
    assert " + ".join(f"{w:.2f} {n[0]}" for w, n in zip(weights, names, strict=True)) in found


def test_the_five_steps_are_lesson_00s():
    pages = "\n".join(source for kind, source in code_of("00") if kind == "markdown")
    rows = [[cell.strip(" `") for cell in row.split("|")[1:-1]] for row in pages.splitlines()
            if re.match(r"\| [1-5] \w", row)]  # fmt: skip
    found = texts("training_loop")
    assert len(rows) == 5
    for row in rows:
        assert row[0] in found and row[1] in found and row[-1] in found


def themes():
    """{theme: {name: colour}} of the pictures; dark changes what it names."""
    light, dark = stored("block").split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_lines_stand_out_from_the_paper_and_from_every_box(theme):
    """WCAG 2.2, AA: 4.5 : 1 for text, 3 : 1 for what else has a meaning."""
    colors = themes()[theme]
    boxes = [color for name, color in colors.items() if name.endswith("fill")]
    for ground in [colors["paper"], *boxes]:
        assert contrast(colors["ink"], ground) >= 4.5 and contrast(colors["soft"], ground) >= 4.5
    for ground in (colors["paper"], colors["fill"]):
        assert contrast(colors["line"], ground) >= 3
    for name in ("blue", "orange", "green", "purple"):
        for ground in (colors["paper"], colors["fill"], colors[name + "-fill"]):
            assert contrast(colors[name], ground) >= 4.5, (name, ground)
