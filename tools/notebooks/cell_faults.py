"""Faults of one cell: each function yields what is wrong and what to do about it."""

import ast
import difflib
import re
import urllib.parse

import compare_numbers

from notebooks.cells import (
    DETAILS,
    MAGIC,
    MAY_RAISE,
    WIDGET,
    definition_lines,
    id_of,
    in_short,
    opts_out,
    parse,
    parse_python,
    tags,
)
from notebooks.language import claims_an_order

LONGEST_CELL = 30  # lines
MOST_WORDS = 120  # in a Markdown cell; 80 is the aim
SHORTEST_ALT = 15  # characters
SHORTEST_REASON = 15

LEFTOVER = re.compile(
    r"(?:\w+ *= *)?(?:!|%%?(?:time|timeit|prun|pip|conda|system|sx|bash|sh|script)\b)"
)


def differs_from_package(cell, lesson):
    lines = cell.source.split("\n")
    for name, start, end in definition_lines(cell.source):
        here = in_short("\n".join(lines[start:end])).split("\n")
        for module, text in lesson.course.definitions.get(name, [])[:1]:
            there = in_short(text).split("\n")
            diff = [*difflib.unified_diff(there, here, module, "this cell", lineterm="", n=1)]
            if diff:
                shown = "\n    ".join(diff[:12] + ["..."] * (len(diff) > 12))
                advice = "Type `make sync`, or give it another name here."
                yield f"`{name}` is not as in course_lib. {advice}\n    {shown}"


def splits_methods(cell, lesson):
    for node in parse(cell.source).body if parse(cell.source) else []:
        owners = [name for base in getattr(node, "bases", []) if (name := id_of(base)) == node.name]
        for part in getattr(node, "targets", []):
            owners += [id_of(part.value)] if isinstance(part, ast.Attribute) else []
        for decorator in getattr(node, "decorator_list", []):
            owners += [id_of(given) for given in getattr(decorator, "args", [])]
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and id_of(call.func) == "setattr" and call.args:
            owners.append(id_of(call.args[0]))
        for owner in sorted(lesson.classes.intersection(owners)):
            yield f"class `{owner}` gets a part from outside. Write the whole class in one cell."


def pictures_without_words(cell, lesson):
    for output in cell.outputs:
        data = output.get("data", {})
        for kind in [kind for kind in data if kind.startswith("image/")]:
            about = output.metadata.get(kind, {})
            alt = str(about.get("alt", "")) if isinstance(about, dict) else ""
            if len(alt.strip()) < SHORTEST_ALT:
                yield "the picture has no alt text, or a very short one. Use `show(figure, alt)`."
            if str(data.get("text/plain", "")).startswith("<Figure size"):
                yield "the text beside the picture is `<Figure size ...`. Use `show(figure, alt)`."
        yield from images_without_words(str(data.get("text/html", "")))


def too_long(cell, lesson):
    length = len(cell.source.splitlines())
    if length > LONGEST_CELL:
        yield f"the cell has {length} lines; {LONGEST_CELL} is the most. Split it."


def stored_widget(cell, lesson):
    if any(WIDGET in output.get("data", {}) for output in cell.outputs):
        yield "a widget view is stored, which no page shows. Use `explore`, type `make run`."


def kept_error(cell, lesson):
    for output in cell.outputs:
        if output.output_type == "error" and MAY_RAISE not in tags(cell):
            error = f"{output.ename}: {output.evalue[:80]}"
            yield f"an error is stored: {error}. Fix it, type `make run`; or tag it {MAY_RAISE}."


def stored_warning(cell, lesson):
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            text = output.text.strip()[:80]
            yield f"a warning is stored: {text} Fix its cause and type `make run`."


def silent_opt_out(cell, lesson):
    reason = cell.metadata.get("nbval_reason")
    if opts_out(cell) and len(reason.strip() if isinstance(reason, str) else "") < SHORTEST_REASON:
        yield "its outputs are not compared. Say why in the cell's metadata, as nbval_reason."


def unfit_tolerance(cell, lesson):
    what = compare_numbers.fault(cell.metadata["tolerance"]) if "tolerance" in cell.metadata else ""
    if what:
        yield f"its tolerance {what}. Correct it in the cell's metadata, or take it out."


def leftovers(cell, lesson):
    if parse(cell.source) is None and MAY_RAISE not in tags(cell):
        yield "the cell is not Python. Fix it."
    elif parse_python(cell.source) is None and cell.id != "colab-setup":
        for line in (match[0].strip() for match in MAGIC.finditer(cell.source)):
            if LEFTOVER.match(line):
                yield f"`{line[:60]}` is left over. Write it in Python or delete it."


# Of Markdown


def markdown_pictures(cell, lesson):
    source = re.sub(r"```.*?```|`[^`\n]*`", "", cell.source, flags=re.DOTALL)
    yield from images_without_words(source)
    images = re.findall(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)", source)
    for target in [target for alt, target in images if not alt.strip()]:
        yield f"the picture {target} has no alt text. Say what it shows between [ and ]."
    sources = re.findall(r"<img\b[^>]*?\bsrc=[\"']([^\"']+)", source)
    for target in [target for _, target in images] + sources:
        address = urllib.parse.urlsplit(target)
        file = lesson.path.parent / urllib.parse.unquote(address.path)
        if not address.scheme and not address.netloc and not file.is_file():
            yield f"the picture {target} is not there. Correct its path, relative to the notebook."


def images_without_words(text):
    for image in re.findall(r"<img\b[^>]*>", text):
        if not re.search(r"\balt=(\"\s*[^\"\s]|'\s*[^'\s])", image):
            yield f'{image[:60]} has no alt text. Give it alt="what it shows".'


def too_many_words(cell, lesson):
    """Folded parts, code blocks and tables are not counted."""
    text = re.sub(r"```.*?```|<!--.*?-->", " ", DETAILS.sub(" ", cell.source), flags=re.DOTALL)
    text = re.sub(r"</?\w[^>]*>|^\s*\|.*$", " ", text, flags=re.MULTILINE)
    count = sum(any(map(str.isalnum, word)) for word in text.split())
    if count > MOST_WORDS:
        yield f"the cell has {count} words; {MOST_WORDS} is the most, 80 the aim. Split it."


CODE_FAULTS = [
    differs_from_package, splits_methods, pictures_without_words, too_long, stored_widget,
    kept_error, stored_warning, silent_opt_out, unfit_tolerance, leftovers, claims_an_order,
]  # fmt: skip
MARKDOWN_FAULTS = [markdown_pictures, too_many_words]
