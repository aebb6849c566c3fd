"""The walls around code of others: limits, a folder of its own, no network, where the system can.

On Linux ``unshare`` gives a process namespaces of its own: a network without a way out, a view of
the files in which some folders are empty, and process numbers that end with it. Whether it works
here is found out by trying.
"""

import contextlib
import functools
import importlib.util
import os
import shutil
import site
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has none
    resource = None

COURSE = Path(__file__).resolve().parents[1]
KEPT = ["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "PATHEXT"]
LIBRARIES = ("torch", "numpy", "matplotlib", "IPython", "sklearn", "safetensors", "tqdm")
TRIAL_SECONDS = 60
LARGEST_FILE = 256 * 2**20  # bytes

# Run as root of a user namespace. Arguments: the stage, a line of folders that are not to be seen,
# a line of folders that have to be, the work folder, then the command.
HIDE = """
set -e
stage=$1; hidden=$2; needed=$3; work=$4; shift 4
IFS='
'
set -f
mkdir "$stage"; mount -t tmpfs none "$stage"
number=0
for folder in $needed; do
    number=$((number + 1)); mkdir "$stage/$number"; mount --rbind "$folder" "$stage/$number"
done
mkdir "$stage/work"; mount --bind "$work" "$stage/work"
for folder in $hidden; do mount -t tmpfs none "$folder"; done
number=0
for folder in $needed; do
    number=$((number + 1)); mkdir -p "$folder"; mount --rbind "$stage/$number" "$folder"
    mount -o remount,bind,ro "$folder" 2>/dev/null || true
done
for folder in $hidden; do
    if [ "$folder" != "$(echo "$hidden" | head -n 1)" ]; then mount -t tmpfs none "$folder"; fi
done
mkdir -p "$work"; mount --bind "$stage/work" "$work"
umount -l "$stage"; rmdir "$stage"
cd "$work"
exec unshare --user --mount -- "$@"
"""


@dataclass(frozen=True)
class Walls:
    """What surrounds a process: without network, with hidden folders, or neither.

    ``hidden`` are the folders that are empty in its view of the files: the teacher's home first,
    then that of the hand-ins.
    """

    network: bool = True
    hidden: tuple = ()

    def around(self, command, work):
        """The command with what has to stand before it; it runs in the folder ``work``."""
        if self.network:
            return list(command)
        inside = ["unshare", "--user", "--map-root-user", "--net"]
        if not self.hidden:
            return [*inside, "--", *command]
        folders = ["\n".join(map(str, list_)) for list_ in (self.hidden, _needed())]
        stage = f"{work}.stage"
        inside += ["--mount", "--pid", "--fork", "--kill-child", "--", "sh", "-c", HIDE, "sh"]
        return [*inside, stage, *folders, str(work), *command]

    def sentences(self):
        """What these walls hold, and what they do not; one sentence each."""
        yield (
            "Each notebook runs in a process of its own, in an empty temporary folder that is also "
            "its home, with none of your environment variables but those that a program needs."
        )
        if self.network:
            yield (
                "NOT held on this system: the network. `unshare` (Linux) does not work here, so "
                "the code could send what it can read; pull the cable or use a container."
            )
        else:
            yield "It has no network: it runs in a network namespace without a way out."
        if self.hidden:
            yield f"It does not see: {', '.join(map(str, self.hidden))}."
        else:
            yield (
                "NOT held on this system: files. The code can read and change whatever you can, "
                "the other hand-ins too; use an account or a container that has nothing else."
            )
        if not resource:
            yield "NOT held on this system: memory, for there is no setrlimit. Time is limited."
        yield (
            "No wall holds everything: other files of this computer that you may read, a fault of "
            "the system, many processes at once, and a notebook that writes its own verdict (it "
            "runs in the process that judges it): look at a result that surprises you."
        )


def walls_for(folder):
    """The best walls that work here for the hand-ins in ``folder``, found out by trying."""
    home, folder = Path.home().resolve(), Path(folder).resolve()
    possible = dict.fromkeys((home, folder))
    hidden = tuple(f for f in possible if f != Path(f.anchor) and str(f) not in _needed())
    for walls in (Walls(False, hidden), Walls(False, hidden[-1:]), Walls(False)):
        if _works(walls):
            return walls
    return Walls()


@functools.cache
def _works(walls):
    if not shutil.which("unshare") or sys.platform != "linux":
        return False
    test = "import os, sys; sys.exit(any(map(os.path.exists, sys.argv[1:])))"
    with tempfile.TemporaryDirectory() as work:
        there = [str(p) for f in walls.hidden for p in list(Path(f).iterdir()) if _secret(p)]
        command = walls.around([sys.executable, "-S", "-c", test, *there[:200]], Path(work))
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=TRIAL_SECONDS, env=environment(work, 1)
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def _secret(path):
    """Whether nothing of Python's or of the course's is below this path."""
    return not any(Path(place).is_relative_to(path) for place in _needed())


@functools.cache
def _needed():
    """The folders without which Python and the course do not run, none inside another."""
    executable, specs = Path(sys.executable), map(importlib.util.find_spec, LIBRARIES)
    places = [sys.prefix, sys.base_prefix, executable.parent, executable.resolve().parent]
    places += [Path(spec.origin).parents[1] for spec in specs if spec and spec.origin]
    places += [COURSE / "course_lib"]
    found = {Path(os.path.abspath(p)) for p in places} | {Path(p).resolve() for p in places}
    outer = {p for p in found if not any(p != q and p.is_relative_to(q) for q in found)}
    return tuple(sorted(str(p) for p in outer))


def environment(work, threads):
    """The environment variables of a process whose folder and home is ``work``."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), work)
    return {
        **kept,
        **{name: str(folder) for name, folder in homes.items()},
        "PYTHONPATH": str(COURSE),
        "PYTHONUSERBASE": site.getuserbase() or "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path(work) / ".matplotlib"),
        "OMP_NUM_THREADS": str(threads),
        "MALLOC_ARENA_MAX": "2",  # each more reserves 64 MB of what setrlimit counts
        "HF_HUB_OFFLINE": "1",
    }


def give_fonts(work):
    """Give a process matplotlib's list of fonts, which otherwise it makes itself, for seconds."""
    import matplotlib

    (Path(work) / ".matplotlib").mkdir()
    for file in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        with contextlib.suppress(OSError):
            shutil.copy(file, Path(work) / ".matplotlib")


def limit(memory, seconds):
    """Limit this process to so many more bytes, and so many seconds of processor time.

    Does nothing where there is no setrlimit, or where the system refuses.
    """
    if not resource:
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            memory += int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux: what torch itself takes is not known
        memory += 4 * 2**30
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", int(seconds) + 1),
        ("RLIMIT_FSIZE", LARGEST_FILE),
        ("RLIMIT_CORE", 0),
    ):
        try:
            _, hard = resource.getrlimit(getattr(resource, name))
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, OSError, ValueError):
            pass
