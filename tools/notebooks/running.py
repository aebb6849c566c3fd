"""Running a notebook in a fresh kernel, and keeping of its outputs what a page can show."""

import re
import subprocess
import sys

from notebooks.cells import MAY_RAISE, WIDGET, tags, without_colors
from notebooks.files import Problem

CELL_SECONDS = 1800
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def execute(nb, folder, python=sys.executable, step=lambda: None, **kernel_options):
    """Run all cells in a fresh kernel of this Python, in this folder; ``nb`` gets the outputs."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            spec = get_kernel_dict()
            return KernelSpec(**{**spec, "argv": [python, *spec["argv"][1:]]})

    client = NotebookClient(
        nb,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython()),
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_SECONDS,
        record_timing=False,
        store_widget_state=False,
    )
    code = [(index, cell) for index, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    for _, cell in code:
        cell.update(outputs=[], execution_count=None)
    with client.setup_kernel(cleanup_kc=True, stderr=subprocess.DEVNULL, **kernel_options):
        for index, cell in code:
            client.allow_errors = MAY_RAISE in tags(cell)
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise Problem(failure(cell, error)) from error
            except CellTimeoutError as error:
                raise Problem(f"cell {cell.get('id')}: over {CELL_SECONDS} seconds.") from error
            except DeadKernelError as error:
                raise Problem(f"cell {cell.get('id')} killed its kernel: out of memory?") from error
            step()


def failure(cell, error):
    """The cell, the line of it that was running, and the error."""
    place = re.search(r"Cell In ?\[\d+\], line (\d+)", without_colors(error.traceback))
    where, lines = f"cell {cell.get('id')}", cell.source.split("\n")
    if place and int(place[1]) <= len(lines):
        where += f", line {place[1]}, `{lines[int(place[1]) - 1].strip()}`"
    return f"{where}: {error.ename}: {without_colors(error.evalue)}"


def clean(nb):
    """Take out what differs from run to run or between machines, and what pages cannot show."""
    nb.metadata.pop("widgets", None)
    nb.metadata.kernelspec = dict(KERNELSPEC)
    nb.metadata.language_info = {"name": "python"}
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        outputs = []
        for output in cell.get("outputs", []):
            if {"image/png", "text/html"} & output.get("data", {}).keys():
                output.data.pop(WIDGET, None)
            last = outputs[-1] if outputs else {}
            if output.get("name") and output.get("name") == last.get("name"):
                last.text += output.text  # how a stream falls into parts is chance
            else:
                outputs.append(output)
        if cell.cell_type == "code":
            cell.outputs = outputs
