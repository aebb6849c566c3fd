"""The site: the lessons with their stored outputs, a glossary, a search; nothing is executed."""

import base64
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path

from notebooks.cells import tags
from notebooks.files import Problem, write

from editions.fetched import fetch
from editions.glossary import collect, link_terms, page
from editions.lessons import (
    LINK,
    NOT_OF_THE_LESSON,
    copy_edition,
    copy_files,
    lessons,
    linked_files,
)
from editions.student import for_students

SPHINX = Path(__file__).parent / "sphinx"
COLAB = "https://colab.research.google.com/github/{slug}/blob/main/notebooks/{name}"


def make_site(course, paths, out):
    """Build the site below ``out`` and give the folder of its pages."""
    if importlib.util.find_spec("sphinx_book_theme") is None:
        raise Problem("The site needs Sphinx and its theme: type `make site`.")
    source, html = out / "source", out / "html"
    write_source(course, paths, source)
    static = source / "_static"
    mathjax = fetch("mathjax 3.2.2", course.root / "build" / "cache") / "es5"
    static.mkdir()
    shutil.copyfile(SPHINX / "site.css", static / "site.css")
    shutil.copyfile(mathjax / "tex-svg.js", static / "tex-svg.js")
    shutil.rmtree(html, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
    if subprocess.run([*command, source, html], check=False).returncode:
        raise Problem("Sphinx was not content with the pages; what it said is above.")
    return html


def write_source(course, paths, source):
    """Write what Sphinx reads: lessons, glossary, first page, downloads, configuration."""
    shutil.rmtree(source, ignore_errors=True)
    (source / "notebooks").mkdir(parents=True)
    copy_edition(course, paths, source / "student", for_students)
    found = lessons(course, paths)
    glossary, alts = collect(found), {}
    for lesson in found:
        copy_files(course, linked_files(lesson), source)
        alts |= alt_texts(lesson)
        (source / "download").mkdir(exist_ok=True)
        shutil.copyfile(lesson.path, source / "download" / lesson.path.name)
        link_terms(lesson, glossary)
        for_readers(course, lesson)
        write(source / "notebooks" / lesson.path.name, lesson.nb)
    (source / "glossary.md").write_text(page(glossary), encoding="utf-8")
    (source / "index.md").write_text(first_page(course, paths, source), encoding="utf-8")
    (source / "alts.json").write_text(json.dumps(alts), encoding="utf-8")
    shutil.copyfile(SPHINX / "conf.py", source / "conf.py")


def alt_texts(lesson):
    """{sha256 of a stored picture, which is its name on the site: its alt text}."""
    outputs = [output for cell in lesson.code for output in cell.outputs]
    found = {}
    for output in outputs:
        for kind in ("image/png",) if "image/png" in output.get("data", {}) else ():
            data = base64.b64decode(output.data[kind])
            text = output.metadata.get(kind, {}).get("alt") or output.data.get("text/plain", "")
            found[hashlib.sha256(data).hexdigest()] = text
    return found


def for_readers(course, lesson):
    """Leave out what only a kernel needs, and add the links of a page, in place."""
    lesson.nb.cells = [cell for cell in lesson.nb.cells if cell.id not in NOT_OF_THE_LESSON]
    for cell in lesson.nb.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("**Predict first.**"):
            cell.metadata["tags"] = [*tags(cell), "predict"]
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.course-lib.drawn+json", None)
    name = lesson.path.name
    links = [
        f"{{download}}`Notebook <../download/{name}>`",
        f"{{download}}`Without solutions <../student/notebooks/{name}>`",
    ]
    if course.slug:
        links.append(f"[Open in Colab]({COLAB.format(slug=course.slug, name=name)})")
    title = lesson.markdown[0]
    title.source += "\n\n" + " · ".join(links)


def first_page(course, paths, source):
    """README.md as the first page, with the list of all pages; what it links to comes along."""
    text = (course.root / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"^<!-- badge -->.*\n", "", text, flags=re.MULTILINE)
    pages = dict.fromkeys(["glossary"])
    open_pages = [course.root.resolve() / "README.md"]
    while open_pages:
        reading = open_pages.pop()
        for target in LINK.findall(reading.read_text(encoding="utf-8")):
            file = (reading.parent / urllib.parse.urlsplit(target).path).resolve()
            if "://" in target or not file.is_file() or file.suffix == ".ipynb":
                continue
            name = str(file.relative_to(course.root.resolve()).with_suffix(""))
            if file.suffix == ".md" and name in pages:
                continue
            copy_files(course, [file], source)
            if file.suffix == ".md" and name != "README":
                pages[name] = None
                open_pages.append(file)
                copied = source / file.relative_to(course.root.resolve())
                own = copied.read_text(encoding="utf-8")
                if not own.startswith("# "):  # Sphinx lists no page without a title
                    copied.write_text(f"# {file.stem.capitalize()}\n\n{own}", encoding="utf-8")
    (source / "README.md").unlink(missing_ok=True)
    names = "\n".join(f"notebooks/{path.stem}" for path in paths)
    tree = "```{{toctree}}\n:hidden:\n:caption: {}\n:maxdepth: 1\n\n{}\n```\n"
    return (
        text + "\n" + tree.format("Lessons", names) + "\n" + tree.format("More", "\n".join(pages))
    )
