"""Make the course's virtual environment in `.venv`, or bring it up to date.

    python3 tools/environment.py                 use any Python that the course supports
    python3.12 tools/environment.py --this       use this Python and no other

When nothing has changed it does nothing and needs no network. This file keeps to what Python 3.6
understands, so that an old Python can say that it is too old.
"""

import errno
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
OLDEST = (3, 11)  # as in pyproject.toml
NEWEST = (3, 14)  # the newest Python that every package in requirements.txt has a build for
UNFINISHED = "unfinished"

GET_PYTHON = """\
  Debian, Ubuntu   sudo apt install python3 python3-venv
                   (on an older release use conda: see README.md)
  Fedora           sudo dnf install python3.13
  macOS            brew install python@3.13, or the installer from https://www.python.org/downloads
  Windows          winget install Python.Python.3.13, or the installer from the same page"""

NO_NETWORK = """\
The packages could not be downloaded: there is no way to the package index from here.
Look at the network (and at the proxy, if you are behind one), then type the same again.
What has been downloaded in full is kept."""

NO_CERTIFICATE = """\
The packages could not be downloaded: the package index's certificate was not accepted.
On a network that inspects traffic, tell pip about its certificate:
    pip config set global.cert /path/to/the/certificate.pem"""

DISK_FULL = """\
The disk is full. The environment needs about 2 GB, and about 8 GB where torch brings CUDA.
Free some space, then type the same again."""

NO_TORCH = """\
PyTorch has no build of the version the course uses for this computer: {system}.
It needs a 64-bit Linux (not Alpine), a 64-bit Windows, or a Mac with an Apple chip, macOS 14 or
newer and a Python that does not run under Rosetta. Colab works everywhere: see README.md."""

IN_USE = """\
A file of the environment is in use, and Windows keeps it from being replaced.
Close JupyterLab, and whatever else runs from .venv, then type the same again."""

NO_VENV = """\
This Python cannot make a virtual environment: its `venv` or `ensurepip` module is missing.
On Debian and Ubuntu it is a package of its own:
    sudo apt install python{version}-venv
Elsewhere, install Python anew (with its standard library), then type the same again."""

NETWORK_SIGNS = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "NameResolutionError",
    "ProxyError",
    "RemoteDisconnected",
    "ProtocolError",
    "IncompleteRead",
    "Failed to establish a new connection",
    "Name or service not known",
    "name resolution",
    "getaddrinfo failed",
    "nodename nor servname",
    "Network is unreachable",
    "Connection refused",
    "Connection reset",
    "Connection aborted",
    "connection timed out",
    "Read timed out",
)
IN_USE_SIGNS = ("WinError 5]", "WinError 32]")
DISK_SIGNS = ("No space left on device", "Disk quota exceeded", "WinError 112", "Errno 28]")


class Problem(Exception):
    """Something that the person at the keyboard can mend; the text says how."""


def main(arguments):
    """Make or refresh the environment; return the exit status."""
    if arguments not in ([], ["--this"]):
        print(__doc__)
        return 2
    try:
        prepare(ROOT, only_this=bool(arguments))
    except Problem as problem:
        print("\n" + str(problem) + "\n", file=sys.stderr)
        return 1
    except OSError as error:
        print("\n" + explain_os(error) + "\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run begins again from here.", file=sys.stderr)
        return 130
    return 0


def prepare(root, only_this=False):
    """Leave `root/.venv` ready for use, doing no more than is needed."""
    venv = root / ".venv"
    stamp = read_stamp(venv)
    version = venv_version(venv)
    asked_for = identity() if only_this else None
    if is_ready(root, stamp, version, asked_for):
        return
    if stamp is None:
        refuse_what_is_not_ours(venv, version, asked_for)
    anew = reason_to_remake(venv, stamp, version, asked_for)
    if anew:
        python, chosen = choose_python(only_this)
        say("{}: making .venv with Python {}.{}".format(anew, *chosen))
        make_venv(python, chosen, venv)
        stamp = None
    elif stamp:
        say("requirements.txt or pyproject.toml changed: bringing .venv up to date")
    else:
        say("there is an environment in .venv: bringing it up to date")
    files = fingerprint(root)
    install(root, venv, intact=stamp is not None)
    write_stamp(venv, files, venv_version(venv), venv_identity(venv))
    say("the environment is ready")


def say(text):
    """Print one line about what is going on."""
    print("-- " + text, flush=True)


# What is there


def venv_python(venv):
    """Where the environment's own Python is."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def venv_version(venv):
    """The (major, minor) that the environment's Python says it is; None if it does not run."""
    return version_of([str(venv_python(venv))])


def version_of(command):
    """The (major, minor) of the Python that `command` starts; None if it does not start."""
    answer = ask(command, "import sys; print(*sys.version_info[:2])")
    return tuple(int(part) for part in answer.split()) if answer else None


def ask(command, code):
    """What a short program prints in the Python that `command` starts; None if it fails."""
    try:
        answer = subprocess.run(
            [*list(command), "-X", "utf8", "-I", "-S", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
        )
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def identity():
    """Which Python this is: its exact version and where it is installed."""
    return "{}.{}.{} {}".format(*sys.version_info[:3], os.path.realpath(sys.base_prefix))


def venv_identity(venv):
    """The identity of the Python that the environment was made from."""
    code = "import os, sys; print('%d.%d.%d' % sys.version_info[:3], end=' '); "
    code += "print(os.path.realpath(sys.base_prefix))"
    return ask([str(venv_python(venv))], code) or ""


def fingerprint(root):
    """A hash of the files that say what belongs in the environment."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((root / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


# The stamp: written last, so that an interrupted installation is never trusted


def stamp_path(venv):
    """The file in the environment that says what was installed."""
    return venv / "course-stamp.txt"


def read_stamp(venv):
    """The stamp as a dictionary; empty when unfinished; None when there is none."""
    try:
        lines = stamp_path(venv).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    names = ("files", "place", "version", "python")
    return dict(zip(names, lines)) if len(lines) == len(names) else {}


def write_stamp(venv, files, version, python):
    """Say that the environment is complete, and for which files, place and Python."""
    lines = [files, str(venv), "{}.{}".format(*version), python]
    stamp_path(venv).write_text("\n".join(lines) + "\n", encoding="utf-8")


def mark_unfinished(venv):
    """Say that an installation has begun."""
    stamp_path(venv).write_text(UNFINISHED + "\n", encoding="utf-8")


def is_ready(root, stamp, version, asked_for=None):
    """Whether the environment can be used as it is."""
    return (
        bool(stamp)
        and reason_to_remake(root / ".venv", stamp, version, asked_for) is None
        and stamp["files"] == fingerprint(root)
    )


def reason_to_remake(venv, stamp, version, asked_for=None):
    """Why the environment must be made from nothing; None when it need not be."""
    if not venv.exists() or (venv.is_dir() and not any(venv.iterdir())):
        return "there is no environment yet"
    if version is None:
        return "the Python in .venv no longer runs"
    if stamp is None:
        return None
    if not stamp:
        return "the last installation did not finish"
    if stamp["place"] != str(venv):
        return "the folder was moved"
    if stamp["version"] != "{}.{}".format(*version):
        return "the Python in .venv is another one now"
    if asked_for and stamp["python"] != asked_for:
        return "another Python was asked for"
    return None


def refuse_what_is_not_ours(venv, version, asked_for=None):
    """Raise a Problem when `.venv` was made by somebody else and cannot be used."""
    if not venv.exists() or (venv.is_dir() and not any(venv.iterdir())):
        return
    then = "\nRename it or delete it, then type the same again."
    if not (venv / "pyvenv.cfg").is_file():
        raise Problem(f"{venv} is there, but it is no virtual environment." + then)
    unsupported = version is not None and not OLDEST <= version <= NEWEST
    if unsupported or (version and asked_for and venv_identity(venv) != asked_for):
        text = "{} is an environment of your own with Python {}.{}, not the one that is needed."
        raise Problem(text.format(venv, *version) + then)


# Choosing a Python


def supported():
    """The versions that will do, in words."""
    return "Python {}.{} to {}.{}".format(*OLDEST, *NEWEST)


def choose_python(only_this=False, here=sys.version_info[:2]):
    """The Python to make the environment with: its path and its (major, minor)."""
    if OLDEST <= here <= NEWEST:
        return base_executable(), here
    if not only_this:
        for command in other_pythons():
            version = version_of(command)
            if version and OLDEST <= version <= NEWEST:
                path = ask(command, "import sys; print(sys.executable)")
                return path, version
    raise Problem(wrong_python(here, only_this))


def base_executable():
    """This Python, or the one beneath it when it is a virtual environment's own."""
    return getattr(sys, "_base_executable", None) or sys.executable


def other_pythons():
    """Commands that may start a supported Python, newest first."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path:
            yield [path]
        if WINDOWS and shutil.which("py"):
            yield [shutil.which("py"), f"-3.{minor}"]


def wrong_python(here, only_this=False):
    """What to say when no supported Python was found."""
    kind = "too old" if here < OLDEST else "newer than the course's packages"
    text = f"Python {here[0]}.{here[1]} is {kind}: the course needs {supported()}.\n"
    if not only_this:
        names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
        text += f"It is {sys.executable}. Looked for {', '.join(names)} too: none runs here.\n"
    return text + "To get one:\n" + GET_PYTHON


# Making and filling the environment


def make_venv(python, version, venv):
    """Make an empty environment with pip in it; leave nothing behind when that fails."""
    if ask([python], "import ensurepip, venv") is None:
        raise Problem(NO_VENV.format(version="{}.{}".format(*version)))
    command = [python, "-m", "venv", "--clear", str(venv)]
    try:
        result = subprocess.run(
            command,
            env=dict(os.environ, PYTHONIOENCODING="utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        if result.returncode:
            raise Problem(explain_venv(result.stdout))
        mark_unfinished(venv)
    except BaseException:
        shutil.rmtree(str(venv), ignore_errors=True)
        raise


def explain_venv(output):
    """Plain words for what `python -m venv` said when it failed."""
    if has_any(output, DISK_SIGNS):
        return DISK_FULL
    if has_any(output, IN_USE_SIGNS):
        return IN_USE
    return "The virtual environment could not be made. Python says:\n" + indented(output)


def explain_os(error):
    """Plain words for what the operating system refused."""
    if error.errno == errno.ENOSPC:
        return DISK_FULL
    text = f"The operating system says: {error}."
    if isinstance(error, PermissionError) and WINDOWS:
        text += "\n" + IN_USE
    elif isinstance(error, PermissionError):
        text += "\nMake the folder yours (sudo chown -R $USER .), then type the same again."
    return text


def install(root, venv, intact):
    """Install the locked packages and then the course's own, from this folder."""
    python = str(venv_python(venv))
    if subprocess.run(
        [python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).returncode:
        run_pip([python, "-m", "ensurepip", "--default-pip"], venv, intact)
    pip = [python, "-m", "pip", "install", "--no-user", "--disable-pip-version-check", "--no-input"]
    say("installing the packages in requirements.txt (the first time takes a few minutes)")
    run_pip([*pip, "--retries", "3", "-r", str(root / "requirements.txt")], venv, intact)
    run_pip([*pip, "--no-deps", "--no-build-isolation", "-e", str(root)], venv, intact)


def run_pip(command, venv, intact):
    """Run pip, show how far it is, and raise a Problem in plain words when it fails."""
    lines = []
    progress = Progress()
    with subprocess.Popen(
        command,
        env=dict(os.environ, PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.lstrip().startswith(("Installing collected packages", "Attempting uninstall")):
                mark_unfinished(venv)
                intact = False
            progress.show(line)
    progress.clear()
    if process.returncode:
        raise Problem(explain_pip(lines, intact))


class Progress:
    """One line, rewritten on a terminal; elsewhere only the long steps, each once."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.count = 0

    def show(self, line):
        """Show what a line of pip's output means for the person who waits."""
        words = line.split()
        if words[:1] == ["Collecting"]:
            self.count += 1
            self.rewrite(f"{self.count} packages found, now {words[1]}")
        elif words[:1] == ["Downloading"] and large(line):
            self.keep("downloading " + " ".join(words[1:]).split("/")[-1])
        elif line.startswith("Installing collected packages") and "," in line:
            self.keep(f"unpacking {line.count(',') + 1} packages")

    def rewrite(self, text):
        """Replace the line on a terminal."""
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            self.stream.write("\r" + ("   " + text)[:width].ljust(width))
            self.stream.flush()

    def keep(self, text):
        """Print a line that stays."""
        self.clear()
        self.stream.write("   " + text + "\n")
        self.stream.flush()

    def clear(self):
        """Wipe the line that was being rewritten."""
        if self.live:  # with spaces, since not every Windows console knows an escape for it
            self.stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self.stream.flush()


def large(line):
    """Whether pip speaks of a download that one has to wait for."""
    size = line[line.rfind("(") + 1 : line.rfind(")")].split()
    return len(size) == 2 and (size[1] == "GB" or (size[1] == "MB" and float(size[0]) >= 20))


def explain_pip(lines, intact):
    """Plain words for what pip said when it failed."""
    output = "\n".join(lines)
    if has_any(output, DISK_SIGNS):
        text = DISK_FULL
    elif has_any(output, IN_USE_SIGNS):
        text = IN_USE
    elif "CERTIFICATE_VERIFY_FAILED" in output:
        text = NO_CERTIFICATE
    elif has_any(output, NETWORK_SIGNS):
        text = NO_NETWORK
    elif "No matching distribution found for torch" in output:
        text = NO_TORCH.format(system=this_system())
    else:
        text = "The packages could not be installed. pip's last words:\n" + indented(output)
    if intact:
        text += "\nNothing was changed; to go on with the packages that are installed:\n"
        text += "    {} {}".format(*(quoted(part) for part in lab_command()))
    return text


def lab_command():
    """What starts the lab without looking at the environment first."""
    return str(venv_python(Path(".venv"))), str(Path("tools") / "lab.py")


def quoted(text):
    """The text as it is typed in a shell."""
    return f'"{text}"' if " " in text else text


def this_system():
    """This computer in words."""
    bits = 64 if sys.maxsize > 2**32 else 32
    python = platform.python_version()
    return f"{platform.system()} {platform.machine()}, {bits}-bit Python {python}"


def has_any(output, signs):
    """Whether one of the signs stands in the output."""
    return any(sign in output for sign in signs)


def indented(output, count=15):
    """The last lines of the output, set in."""
    return "\n".join("    " + line for line in output.strip().splitlines()[-count:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
