"""The offline kit: one folder for a stick, with all that a room without a network needs."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from notebooks.files import Problem

from editions.lessons import copy_edition
from editions.site import make_site

INSTALL = Path(__file__).parent / "stick" / "install.py"
README = """\
From a tensor to a working GPT: the course, without a network

Copy this folder to your disk, open a terminal in the copy, and type two commands.

On Linux or macOS:

    python3 install.py
    .venv/bin/jupyter lab notebooks

On Windows:

    py install.py
    .venv\\Scripts\\jupyter lab notebooks

The packages in wheels/ are for {system}, Python {python}. The first command says so if the
computer or its Python is another.

To read without running anything, open site/index.html in a browser.
"""


def make_kit(course, paths, out):
    """Write the wheels, the lessons with what they show, the site and the way in to ``out``."""
    copy_edition(course, paths, out, lambda lesson: None)  # which begins with an empty folder
    shutil.copytree(make_site(course, paths, course.root / "build" / "site"), out / "site")
    collect_wheels(course.root, out / "wheels")
    shutil.copyfile(course.root / "requirements.txt", out / "requirements.txt")
    write_way_in(out)
    return out


def collect_wheels(root, wheels):
    """Fetch the wheel of every package that the lock names, and build the course's own.

    Raises:
        Problem: if pip can't have one of them; its own words are above.
    """
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    fetch = ["download", "--only-binary", ":all:", "--dest", wheels, "-r", "requirements.txt"]
    own = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, "."]
    for command in (fetch, own):
        if subprocess.run([*pip, *command], cwd=root, check=False).returncode:
            raise Problem("pip could not have every package as a wheel; its reason is above.")


def write_way_in(out):
    """Write README.txt and install.py, which name this computer's system and Python."""
    system = f"{platform.system()} {platform.machine()}"
    python = "{}.{}".format(*sys.version_info)
    (out / "README.txt").write_text(README.format(system=system, python=python), encoding="utf-8")
    script = INSTALL.read_text(encoding="utf-8")
    script = script.replace("@SYSTEM@", system).replace("@PYTHON@", python)
    (out / "install.py").write_text(script, encoding="utf-8")
