"""Make .venv in this folder, from the packages in wheels/ alone: no network is asked for anything."""

import os
import platform
import subprocess
import sys

SYSTEM, PYTHON = "@SYSTEM@", "@PYTHON@"
HERE = os.path.dirname(os.path.abspath(__file__))
BIN = "Scripts" if os.name == "nt" else "bin"


def main():
    """Install; end with a sentence where the computer is not the one that the packages are for."""
    system = platform.system() + " " + platform.machine()
    python = ".".join(map(str, sys.version_info[:2]))
    if (system, python) != (SYSTEM, PYTHON):
        sys.exit(
            f"The packages in wheels/ are for {SYSTEM} with Python {PYTHON}; this is {system} with "
            f"Python {python}. Use Python {PYTHON}, or a kit made on a computer like this one."
        )
    venv = os.path.join(HERE, ".venv")
    pip = [os.path.join(venv, BIN, "python"), "-m", "pip", "--isolated", "install", "--no-index"]
    pip += ["--quiet", "--disable-pip-version-check", "--find-links", "wheels"]
    try:
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", "--prompt", "course", venv])
        subprocess.check_call([*pip, "-r", "requirements.txt", "course-lib"], cwd=HERE)
    except subprocess.CalledProcessError:
        sys.exit("The environment could not be made; the lines above say why.")
    print("Done. Now type: " + os.path.join(".venv", BIN, "jupyter") + " lab notebooks")


if __name__ == "__main__":
    main()
