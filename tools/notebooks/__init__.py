"""Keep the notebooks true: to the package, to their own outputs, and on every page that shows them.

make sync                copies course_lib's definitions into the notebooks' cells
make run                 runs the notebooks in fresh kernels and stores their outputs
make check               names every fault and what to do about it; runs nothing
make badges              writes the repository's address into the notebooks
make run ARGS="03 04"    only these two; or: python tools/notebooks run 03 04

A notebook is named by its path, its file name or its lesson number; without a name, all are meant.
"""

import sys

try:
    import nbformat  # noqa: F401
except ImportError:
    sys.exit("This needs the course's own Python: type `make check`, or use .venv/bin/python.")

from notebooks.cells import (
    MAY_RAISE,
    WIDGET,
    definition_lines,
    exercise_calls,
    opts_out,
    parse,
    solution_blocks,
    tags,
)
from notebooks.commands import main
from notebooks.course import FOLDED, PLACEHOLDER, README_MARK, SETUP, Course, Lesson
from notebooks.faults import colab_cells, doubled_names, faults
from notebooks.files import Problem, as_text, read, write
from notebooks.language import odd_words, odd_words_of_the_course
from notebooks.running import KERNELSPEC, execute

__all__ = [
    "FOLDED",
    "KERNELSPEC",
    "MAY_RAISE",
    "PLACEHOLDER",
    "README_MARK",
    "SETUP",
    "WIDGET",
    "Course",
    "Lesson",
    "Problem",
    "as_text",
    "colab_cells",
    "definition_lines",
    "doubled_names",
    "execute",
    "exercise_calls",
    "faults",
    "main",
    "odd_words",
    "odd_words_of_the_course",
    "opts_out",
    "parse",
    "read",
    "solution_blocks",
    "tags",
    "write",
]
