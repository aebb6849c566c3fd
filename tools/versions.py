"""Run the lessons under other versions than the course's own, and compare every output.

make versions                    under each set, one after the other
make versions ARGS=colab         under Colab's: Python 3.13 and what Colab publishes of its packages
make versions ARGS=newest        under the newest that pyproject.toml allows, on the newest Python
make versions ARGS=--short       without most of the long training runs: see SHORT

A set is a file in ``tests/versions/``, whose packages go into an environment in
``build/versions/``; ``make lock`` renews it. ``course_lib`` is installed from its wheel, and the lessons lie in a folder
of their own, so that nothing of this repository is near. Under Colab's set a stand-in for
``google.colab`` gives the kernel that Colab has. The status is 77 where a set could not be tried.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import unreachable

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "versions"
PYTHONS = {"colab": ["3.13"], "newest": ["3.14", "3.13"]}
LEFT_OUT = 77

# Between them, the settings that a reader's machine may have: two threads and one. Two lessons run at
# a time, so a thread that waits must leave its core.
SETTINGS = {
    "colab": {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive"},
    "newest": {"OMP_NUM_THREADS": "1"},
}

# The long training runs: lesson, cell, a line of it, and what follows there with --short, so that
# they take a few steps. From that cell on the lesson runs without being compared: its numbers are
# those of the whole run, and its claims too.
SHORT = {
    "11_training_a_gpt.ipynb": (
        "train",
        'config, sizes = settings("laptop", vocab_size=V)\n',
        "config = replace(config, steps=40, warmup_steps=4)\n",
    ),
    "16_fine_tuning.ipynb": (
        "train-run",
        "torch.manual_seed(0)\n",
        "plan = replace(plan, steps=50, warmup_steps=5, eval_every=50)\n"
        "exam_rows, old_rows = [[x[:30] for x in rows] for rows in (exam_rows, old_rows)]\n",
    ),
    "17_preferences.ipynb": (
        "train-run",
        "torch.manual_seed(0)\n",
        "learn_all, write_all = learn, write\n"
        "def learn(policy, reward, steps, **how):\n"
        "    return learn_all(policy, reward, steps=6, **how)\n"
        "def write(policy, n, generator):\n"
        "    return write_all(policy, 4 if n in (24, 32) else n, generator)\n",
    ),
}
NO_CLAIMS = """\
import short_lessons
get_ipython().ast_transformers.append(short_lessons.ClaimsAsExpressions())
"""

# Colab's kernel as far as a lesson can see it. There `str(get_ipython())` names google.colab, the
# shell is IPython 7's, and Drive is a folder that has to be mounted.
STAND_IN = {
    "__init__.py": "from google.colab import drive\n",
    "drive.py": """\
import os


def mount(mountpoint, force_remount=False):
    os.makedirs(os.path.join(mountpoint, "MyDrive"), exist_ok=True)
    print("Mounted at", mountpoint)
""",
    "_shell.py": """\
from ipykernel import zmqshell


class Shell(zmqshell.ZMQInteractiveShell):
    pass
""",
    "_kernel.py": """\
from google.colab import _shell
from ipykernel import ipkernel


class Kernel(ipkernel.IPythonKernel):
    def _shell_class_default(self):
        return _shell.Shell
""",
}


class LeftOut(Exception):
    """A set that cannot be tried here; the text says why."""


class Refused(Exception):
    """A set that pip does not install, though it reaches what it installs from."""


def find_python(names):
    """The first of these Pythons that runs here, as a path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for name in names:
        builds = sorted(pyenv.glob(f"{name}.*/bin/python{name}"))
        for python in [f"python{name}", *map(str, reversed(builds))]:
            code = "import sys, venv, ensurepip; print(sys.executable)"
            try:
                done = subprocess.run(
                    [python, "-c", code],
                    capture_output=True,
                    text=True,
                    encoding="utf-8",
                    check=False,
                )
            except OSError:
                continue
            if done.returncode == 0:
                return done.stdout.strip()
    raise LeftOut(f"there is no Python {' or '.join(names)} here")


def prepare(name):
    """The Python of the set's environment, made or brought up to date."""
    lock = LOCKS / f"{name}.txt"
    python = find_python(PYTHONS[name])
    place = ROOT / "build" / "versions" / name
    here, stamp = place / "bin" / "python", place / "made-from"
    wanted = hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(place)], check=True)
        pip = [str(here), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        pip += ["--no-compile"]  # of many files only a few are ever imported here
        log = place / "pip.log"
        done = subprocess.run([*pip, "--log", str(log), "-r", str(lock)], check=False)
        if done.returncode and unreachable.main(log):
            raise Refused(
                f"pip failed on {lock.relative_to(ROOT)}, and {log} says why; if it is a pin that "
                "does not exist or excludes another, make the lock again with `make lock`"
            )
        if done.returncode:
            raise LeftOut(f"the packages of {lock.relative_to(ROOT)} can't be had")
        stamp.write_text(wanted, encoding="utf-8")
    return here


def build_wheel(folder):
    """The wheel of ``course_lib``, built from what git would publish. Returns its path."""
    source = folder / "source"
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        wanted = "/" not in name or name.startswith("course_lib/")
        if wanted and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True)
    return next(folder.glob("*.whl"))


def install(python, wheel):
    """Put the wheel into the environment, in place of an earlier one."""
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--force-reinstall", str(wheel)], check=True)


def put_stand_in(python):
    """Put ``google.colab`` into an environment."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    package = Path(done.stdout.strip()) / "google" / "colab"
    package.mkdir(parents=True, exist_ok=True)
    for file, text in STAND_IN.items():
        (package / file).write_text(text, encoding="utf-8")


def kernel(folder, python, colab):
    """A kernel called python3 for this Python, in a folder for JUPYTER_PATH."""
    spec = folder / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    argv += ["--IPKernelApp.kernel_class=google.colab._kernel.Kernel"] if colab else []
    words = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(words), encoding="utf-8")


def shorten(nb, name, line, change):
    """Let a lesson's long training run be short, as SHORT says, and what comes after it be anything."""
    begin = next(k for k, cell in enumerate(nb["cells"]) if cell["id"] == name)
    source = "".join(nb["cells"][begin]["source"])
    if line not in source:
        raise ValueError(f"the cell {name!r} has no line {line!r} any more: change SHORT")
    nb["cells"][begin]["source"] = source.replace(line, line + change + NO_CLAIMS)
    for cell in nb["cells"][begin:]:
        cell["metadata"].setdefault("tags", []).append("nbval-ignore-output")


def lay_out(folder, short=False):
    """Copies of the lessons with nothing around them but the pictures they show."""
    for name in ("notebooks", "images"):
        shutil.copytree(ROOT / name, folder / name)
    for path in (folder / "notebooks").glob("*.ipynb"):
        nb = json.loads(path.read_text(encoding="utf-8"))
        for cell in nb["cells"]:
            if cell["id"] == "colab-setup":  # the wheel is installed already
                cell["source"] = "# @title"
        if short and path.name in SHORT:
            shorten(nb, *SHORT[path.name])
        path.write_text(json.dumps(nb), encoding="utf-8")


def try_set(name, arguments, short=False):
    """Run every lesson under one set. Returns pytest's status."""
    python = prepare(name)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        install(python, build_wheel(folder / "wheel"))
        if name == "colab":
            put_stand_in(python)
        kernel(folder / "jupyter", python, name == "colab")
        lay_out(folder / "content", short)
        plugin = folder / "plugin"
        plugin.mkdir()
        for needed in ("tools/compare_numbers", "tools/longest_first", "tests/short_lessons"):
            shutil.copy(ROOT / f"{needed}.py", plugin)
        (folder / "content" / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        chosen = arguments or ["notebooks"]
        command = [str(python), "-m", "pytest", "-p", "compare_numbers", "--nbval"]
        command += ["-p", "longest_first"]
        command += ["--nbval-kernel-name=python3", "--nbval-cell-timeout=1800", "--no-header"]
        command += ["-W", "ignore::DeprecationWarning"]  # jupyter-client's own, under new Pythons
        command += ["-n", "2", "--no-loadscope-reorder"]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
        environment = clean | SETTINGS[name]
        environment |= {"PYTHONPATH": str(plugin), "JUPYTER_PATH": str(folder / "jupyter")}
        environment |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        done = subprocess.run(
            [*command, *chosen], cwd=folder / "content", env=environment, check=False
        )
        return done.returncode


def main(arguments=None):
    """Try the sets that are named; the worst status counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", choices=[*PYTHONS, []], help="default: each")
    parser.add_argument("--only", nargs="*", default=[], help="paths, as notebooks/03_x.ipynb")
    words = "make the environments and run nothing in them"
    parser.add_argument("--prepare", action="store_true", help=words)
    words = "a few steps of the one long training run"
    parser.add_argument("--short", action="store_true", help=words)
    options = parser.parse_args(arguments)
    statuses = []
    for name in options.sets or PYTHONS:
        print(f"-- the lessons under {name}'s versions", flush=True)
        try:
            if options.prepare:
                prepare(name)
            statuses.append(0 if options.prepare else try_set(name, options.only, options.short))
        except LeftOut as why:
            print(f"left out: {name}: {why}", flush=True)
            statuses.append(LEFT_OUT)
        except Refused as why:
            print(f"failed: {name}: {why}", flush=True)
            statuses.append(1)
    failed = [status for status in statuses if status not in (0, LEFT_OUT)]
    return failed[0] if failed else max(statuses)


if __name__ == "__main__":
    sys.exit(main())
