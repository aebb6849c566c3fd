"""What the words of the course may not do: claim an order that nothing computes, or sound odd."""

import ast
import json
import re

from notebooks.cells import id_of, parse

ORDER = re.compile(r"\b(?:lowest|highest|first|last|only|ends?)\b", re.IGNORECASE)
COMPUTES = {"min", "max", "sorted", "sort", "argmin", "argmax", "argsort", "topk", "amin", "amax"}
ODD = re.compile(
    r"\b(?:behind|anew|whoever|in yours|mend(?:s|ed|ing)?"
    r"|(?:a|another) training(?=[.,;:)]| (?:is|was|has|that|which|with|on|from|and|can|ends)\b))\b",
    re.IGNORECASE,
)


def captions(tree):
    """The words of each ``show(figure, words)`` that the cell writes out, without computed ones."""
    named = {
        id_of(node.targets[0]): node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id_of(node.func) == "show":
            given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "alt")]
            given = [named.get(id_of(value), value) for value in given]
            yield from (value.value for value in given if isinstance(value, ast.Constant))


def computes(tree):
    """Whether a cell asserts or compares something, or looks for the least or the greatest."""
    for node in ast.walk(tree):
        name = getattr(node, "attr", id_of(node))
        if isinstance(node, ast.Assert | ast.Compare) or name in COMPUTES:
            return True
    return False


def claims_an_order(cell, lesson):
    """A caption that says which is lowest, highest, first, last or the only one, on trust."""
    tree = parse(cell.source)
    if tree is None or computes(tree):
        return
    for words in captions(tree):
        claim = ORDER.search(str(words))
        if claim:
            yield (
                f'its caption says "{claim[0]}", which the cell neither computes nor asserts. '
                "Assert it there, or say what the cell computes."
            )


def odd_words(text):
    """Words that a reader stumbles over: behind for after, anew, whoever, in yours, mend."""
    return [match[0].lower() for match in ODD.finditer(text)]


def odd_words_of_the_course(root):
    """{file: its odd words}; all of course_lib counts as one file."""
    found = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.name] = odd_words("\n".join("".join(cell["source"]) for cell in cells))
    code = sorted((root / "course_lib").rglob("*.py"))
    found["course_lib"] = odd_words("\n".join(path.read_text(encoding="utf-8") for path in code))
    return found
