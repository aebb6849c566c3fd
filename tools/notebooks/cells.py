"""Looking into cells: their Python, their exercises, their tags, the text they show."""

import ast
import re

WIDGET = "application/vnd.jupyter.widget-view+json"
MAY_RAISE = "nbval-raises-exception"
OPT_OUTS = {"nbval-ignore-output", "nbval-skip"}

MAGIC = re.compile(r"^(\s*)(?:\w+ *= *)?(?:!|%%?(?=\w)).*$", re.MULTILINE)
DETAILS = re.compile(r"<details.*?</details>", re.DOTALL | re.IGNORECASE)
SOLUTION = re.compile(r"<summary>\s*(?:<\w+>\s*)?Solution", re.IGNORECASE)
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def parse(source):
    """The syntax tree of a cell, its magic lines taken as `pass`; None for no Python."""
    return parse_python(source) or parse_python(MAGIC.sub(r"\1pass", source))


def parse_python(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def definition_lines(source):
    """(name, first line, line after the last) of each top-level function and class."""
    tree, lines = parse(source), source.split("\n")
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            start = min(part.lineno for part in [node, *node.decorator_list]) - 1
            end = after = node.end_lineno
            while after < len(lines) and re.match(r"\s*$|\s+#", lines[after]):
                after += 1
                end = after if lines[after - 1].strip() else end  # an indented comment at its end
            yield node.name, start, end


def in_short(definition):
    """A definition of the package as a lesson shows it.

    Of each docstring its first sentence stays. What the package marks off as a check of arguments,
    a call of a function whose name begins with ``_check``, is left out.
    """
    lines = definition.split("\n")
    nodes = [node for node in ast.walk(parse(definition)) if isinstance(node, ast.Expr)]
    for node in sorted(nodes, key=lambda node: node.lineno, reverse=True):
        start, end, value = node.lineno - 1, node.end_lineno, node.value
        if isinstance(value, ast.Call) and id_of(value.func).startswith("_check"):
            lines[start:end] = []
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            text = "\n".join(lines[start:end])
            first = re.match(
                r"\s*r?\"\"\".*?[.!?](?=\s+[A-Z(`*]|\s*\"\"\"|\s*\n\s*\n)", text, re.DOTALL
            )
            if first:
                lines[start:end] = (first[0] + '"""').split("\n")
    return "\n".join(lines)


def tags(cell):
    return set(cell.metadata.get("tags", []))


def opts_out(cell):
    """Whether nbval is told not to compare this cell's outputs, by a tag or by a comment."""
    marker = re.search(r"^\s*#\s*NBVAL_(IGNORE_OUTPUT|SKIP)\s*$", cell.source, re.MULTILINE)
    return bool(cell.cell_type == "code" and (OPT_OUTS & tags(cell) or marker))


def id_of(node):
    """The name that a node of a syntax tree is; empty for anything that is no plain name."""
    return getattr(node, "id", "")


def exercise_calls(cell):
    """(exercise, name of the function) of each ``check("03.mse", my_mse)``; hints are left out."""
    tree = parse(cell.source) if cell.cell_type == "code" else None
    for node in ast.walk(tree) if tree else []:
        if isinstance(node, ast.Call) and id_of(node.func) == "check" and node.args:
            given = node.args[1:] + [k.value for k in node.keywords if k.arg == "answer"]
            name = getattr(node.args[0], "value", None)
            if re.match(r"\d\d\.", str(name)) and (given or not node.keywords):
                yield name, id_of(given[0]) if given else ""


def solution_blocks(markdown):
    """The Python code in each folded solution of a Markdown cell."""
    for details in DETAILS.findall(markdown):
        if SOLUTION.search(details):
            yield from PYTHON_BLOCK.findall(details)


def text_outputs(cell):
    """All the text that a cell's outputs show; pictures are not text."""
    for output in cell.get("outputs", []):
        texts = [output.get("text", ""), *output.get("traceback", [])]
        texts += [data for kind, data in output.get("data", {}).items() if kind.startswith("text/")]
        yield from (without_colors(text) for text in texts)


def without_colors(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)
