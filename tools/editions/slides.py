"""The slides: each lesson, and all its pictures, as reveal.js decks that need no network."""

import html
import re
import shutil
from pathlib import Path

import nbformat
from notebooks.cells import tags

from editions.fetched import fetch
from editions.lessons import copy_files, lessons, linked_files
from editions.path import HIDDEN, slide_cells, slide_of

DECK = Path(__file__).parent / "deck"
PICTURE = re.compile(r"!\[([^\]]*)\]\((\.\./images/\w+\.\w+)\)\n\n(\*[^*\n]+\*)")
# Of MathJax, what TeX in HTML takes.
MATHJAX = [
    "MathJax.js", "config/TeX-AMS_CHTML-full.js", "config/Safe.js", "config/TeX-MML-AM_CHTML.js",
    "extensions", "jax/element", "jax/input/TeX", "jax/output/CommonHTML", "fonts/HTML-CSS/TeX/woff",
]  # fmt: skip


def make_slides(course, paths, out):
    """Write ``out``/NN_name.slides.html for each lesson, pictures.slides.html, and ``out``/lib."""
    copy_libraries(course.root / "build" / "cache", out / "lib")
    found = lessons(course, paths)
    decks = {"pictures": picture_slides(found)}
    for lesson in found:
        copy_files(course, linked_files(lesson), out)
        decks[lesson.path.stem] = slide_cells(lesson)
    for name, cells in decks.items():
        if cells:
            (out / f"{name}.slides.html").write_text(deck_of(name, cells), encoding="utf-8")
    return out


def picture_slides(found):
    """Each drawing of the lessons on a slide of its own; its words are for the speaker."""
    cells, shown = [], set()
    for lesson in found:
        for cell in lesson.markdown:
            for words, target, caption in PICTURE.findall(cell.source):
                if target in shown:
                    continue
                shown.add(target)
                name, link = Path(target).stem, f"[{lesson.path.stem[:2]}]({lesson.path.name})"
                text = f"![{words}]({target})\n\n{caption} {link}"
                cells.append(slide_of(f"picture-{name}", text, "slide"))
                cells[-1].metadata["tags"] = ["picture"]
                cells.append(slide_of(f"words-{name}", words, "notes"))
    return cells


def copy_libraries(cache, lib):
    """Put what the decks load beside them."""
    shutil.rmtree(lib, ignore_errors=True)
    lib.mkdir(parents=True)
    reveal, mathjax = fetch("reveal.js 4.6.0", cache), fetch("mathjax 2.7.9", cache)
    for part in ("dist", "plugin/notes"):
        shutil.copytree(reveal / part, lib / "reveal" / part)
    shutil.copyfile(fetch("requirejs 2.3.8", cache) / "require.js", lib / "require.js")
    shutil.copyfile(fetch("jquery 3.7.1", cache) / "dist" / "jquery.min.js", lib / "jquery.js")
    for part in MATHJAX:
        place = lib / "mathjax" / part
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (mathjax / part).is_dir() else shutil.copyfile)(mathjax / part, place)


def deck_of(name, cells):
    """A deck as HTML, from cells that have a ``slide_type`` each."""
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    settings = Config()
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_input_tags = {HIDDEN}
    exporter = SlidesExporter(
        config=settings,
        extra_template_basedirs=[str(DECK.parent)],
        template_name="deck",
        reveal_url_prefix="lib/reveal",
        require_js_url="lib/require.js",
        jquery_url="lib/jquery.js",
        mathjax_url="lib/mathjax/MathJax.js?config=TeX-AMS_CHTML-full",
        reveal_theme="white",
        reveal_transition="none",
        reveal_number="c/t",
        reveal_width="1280",
        reveal_height="720",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    for cell in cells:
        if cell.cell_type == "markdown":  # a deck lies where the course's folders lie
            cell.source = re.sub(r"\]\((\d\d_\w+)\.ipynb", r"](\1.slides.html", cell.source)
            cell.source = cell.source.replace("](../", "](")
        look = "picture" if "picture" in tags(cell) else "predict"
        if {"predict", "vote", "picture"} & tags(cell):
            cell.source = f'<div class="{look}">\n\n{cell.source}\n\n</div>'
        for output in cell.get("outputs", []):
            with_words(output)
    resources = {
        "metadata": {"name": name},
        "deck_css": (DECK / "deck.css").read_text(encoding="utf-8"),
        "deck_js": (DECK / "deck.js").read_text(encoding="utf-8"),
    }
    deck = nbformat.v4.new_notebook(cells=cells)
    return exporter.from_notebook_node(deck, resources)[0]


def with_words(output):
    """Give a stored picture its alt text, which nbconvert drops, in place."""
    if "image/png" in output.get("data", {}):
        about = output.metadata.get("image/png", {})
        words = html.escape(about.get("alt") or output.data.get("text/plain", ""))
        width = f' width="{about["width"]}"' if "width" in about else ""
        source = "data:image/png;base64," + output.data["image/png"].replace("\n", "")
        picture = f'<img alt="{words}"{width} src="{source}">'
        output.data = {"text/html": f'<div class="jp-RenderedImage">{picture}</div>'}
