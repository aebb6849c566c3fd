"""Make `.venv` and fill it, with venv and pip; the Makefile's rule for `.venv/stamp` calls this.

    python3 tools/environment.py [again] [named]

`again` makes it from nothing, `named` with this Python and no other. What stands here is what venv
and pip say less well, or not at all. The file keeps to what Python 3.6 understands, so that an old
Python can say that it is too old.
"""

import os
import re
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # as in pyproject.toml; that every locked package has a build for
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = ROOT + "/.venv"
PYTHON, STAMP, LOG = VENV + "/bin/python", VENV + "/stamp", VENV + "/pip-log.txt"
PIP = [PYTHON, "-m", "pip", "install", "--no-input", "--no-user", "--log", LOG]
IDENTITY = "import sys; print(sys.version.split()[0], sys.base_prefix)"  # as in the Makefile

WRONG_PYTHON = """\
Python {} is too {}: the course needs Python {}.{} to {}.{}. Debian, Ubuntu: sudo apt install
python3 python3-venv. Fedora: sudo dnf install python3.13. macOS: brew install python@3.13. Else: the
installer from https://www.python.org/downloads, or conda (README.md). Then type the same again."""
NO_VENV = """\
This Python lacks venv or ensurepip, and can't make a virtual environment. Debian, Ubuntu: sudo apt
install {}-venv. Elsewhere: install Python again, all of it. Then type the same again."""
NOT_OURS = "{} was not made for the course and can't serve it ({}). Rename or delete it."
KEPT = "\nNothing was changed. To open the course as it is: .venv/bin/python tools/lab.py"
REASONS = {  # what pip's log says, and what that means
    "No space left|Disk quota": "The disk is full. Free 2 GB, or 8 GB where torch brings CUDA.",
    "CERTIFICATE_VERIFY_FAILED": """\
The package index's certificate was not accepted. On a network that inspects traffic, tell pip about
its certificate:  pip config set global.cert /path/to/the/certificate.pem""",
    "(Connection|Timeout|Resolution|Proxy)Err|Disconnected|IncompleteRead|unreachable": """\
The packages could not be downloaded, because the package index can't be reached. Check the network
and the proxy, then type the same again. Finished downloads are kept.""",
    "No matching distribution found for torch": """\
PyTorch has no build for this computer. It needs a 64-bit Linux (not Alpine), or a Mac with an Apple
chip, macOS 14 and a Python that does not run under Rosetta. Colab works everywhere (README.md).""",
    "": "The packages could not be installed; pip says why in the lines above.",
}


def main(words):
    """Leave `.venv` ready for use, with its stamp; end with a sentence where that can't be."""
    python, there = choose("named" in words), ask(PYTHON)
    new = not os.path.isdir(VENV) or not os.listdir(VENV)
    settings = read(VENV + "/pyvenv.cfg")
    theirs = not new and "prompt = 'course'" not in settings and not os.path.isfile(STAMP)
    fits = settings and supported(there) and ("named" not in words or there == ask(python))
    if theirs and not fits:
        sys.exit(NOT_OURS.format(VENV, there or "no Python runs there"))
    if new or (not theirs and ("again" in words or not there)):
        make(python)
    fill()
    with open(STAMP, "wb") as file:
        file.write(os.fsencode(f"for {VENV} with {ask(PYTHON)}\n"))


def read(path):
    """The text of a file; none where the file is missing."""
    path = path if os.path.isfile(path) else os.devnull
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def ask(python):
    """The version of a Python and where it is installed; an empty text if it doesn't run."""
    command = [python, "-I", "-S", "-c", IDENTITY]
    try:
        return os.fsdecode(subprocess.check_output(command, stderr=subprocess.DEVNULL)).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def supported(identity):
    """Whether the course supports a Python, of which `ask` returned this."""
    return bool(identity) and OLDEST <= tuple(map(int, identity.split(".")[:2])) <= NEWEST


def choose(named):
    """A Python that will do: this one, or the newest on the path unless this one was named."""
    others = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    this = getattr(sys, "_base_executable", None) or sys.executable  # not .venv's own
    for python in [this, *([] if named else filter(None, map(shutil.which, others)))]:
        if supported(ask(python)):
            return python
    kind = "old" if sys.version_info < OLDEST else "new"
    return sys.exit(WRONG_PYTHON.format(sys.version.split()[0], kind, *OLDEST, *NEWEST))


def make(python):
    """Make an empty environment, and leave nothing where that fails."""
    print("-- making .venv with Python " + ask(python), flush=True)
    if subprocess.call([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL):
        sys.exit(NO_VENV.format(os.path.basename(python)))
    try:
        subprocess.check_call([python, "-m", "venv", "--clear", "--prompt", "course", VENV])
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def fill():
    """Install what requirements.txt names, and the course. The stamp stays if nothing changed."""
    if subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL):
        subprocess.check_call([PYTHON, "-m", "ensurepip", "--default-pip"])
    steps = [["-r", "requirements.txt"], ["--no-deps", "--no-build-isolation", "-e", "."]]
    open(LOG, "wb").close()
    if os.path.exists(STAMP):
        os.replace(STAMP, STAMP + ".old")
    failed = True
    try:
        failed = any(subprocess.call(PIP + step, cwd=ROOT) for step in steps)
    finally:
        said = read(LOG)
        kept = os.path.exists(STAMP + ".old") and "Installing collected packages" not in said
        if failed and kept:
            os.replace(STAMP + ".old", STAMP)
    if failed:
        reason = next(text for signs, text in REASONS.items() if re.search(signs, said))
        sys.exit("\n" + reason + (KEPT if kept else ""))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError:
        sys.exit("The environment could not be made; the lines above say why.")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Type the same again to go on.")
