"""Notebooks as files: read exactly as they are stored, and written whole."""

import copy
import json
from pathlib import Path

import nbformat
from nbformat.validator import iter_validate

from course_lib.files import write_whole


class Problem(Exception):
    """Something that a person has to put right; its text says what."""


def read(path):
    """The notebook in a file, exactly as it is stored. Raises a Problem for anything else."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        if not text.strip():
            raise Problem(f"{path}: the file is empty. Restore it from git or delete it.")
        stored = json.loads(text)
    except OSError as error:
        raise Problem(f"{path}: the file cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Problem(f"{path}: this is not a notebook, for it is not JSON ({error}).") from error
    if not isinstance(stored, dict) or not isinstance(stored.get("cells"), list):
        raise Problem(f"{path}: this is JSON but not a notebook, for it has no list of cells.")
    if stored.get("nbformat") != 4 or not isinstance(stored.get("nbformat_minor"), int):
        raise Problem(f"{path}: this is not in notebook format 4. Save it again in JupyterLab.")
    fault = next(iter_validate(with_ids(stored)), None)
    if fault:
        place = "/".join(str(part) for part in fault.absolute_path)
        raise Problem(f"{path}: this is not a valid notebook: at {place}, {fault.message[:200]}")
    return nbformat.v4.to_notebook_json(stored)


def with_ids(stored):
    """A copy in which every cell has an id, if its format wants one."""
    stored = copy.deepcopy(stored)
    for index, cell in enumerate(stored["cells"]):
        if isinstance(cell, dict):
            cell.pop("id", None)
            if stored["nbformat_minor"] >= 5:
                cell["id"] = f"cell-{index}"
    return stored


def as_text(nb):
    """The one text in which a notebook is stored."""
    return nbformat.v4.writes_json(nb) + "\n"


def write(path, nb):
    """Replace the file at once, so that an interruption never leaves half a notebook."""
    write_whole({Path(path): as_text(nb).encode("utf-8")})
