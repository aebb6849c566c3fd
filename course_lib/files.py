"""Files: a user's are read, ours written whole or not at all; a lock that ends with its process."""

import contextlib
import errno
import glob
import os
import platform
import secrets
import shutil
import tempfile
import time
import zlib
from pathlib import Path

MACHINE = f"{zlib.crc32(platform.node().encode()):08x}"  # others may see the folder too
INSTANCE = f"{secrets.token_hex(4)}-{MACHINE}"  # of this process: its id may be given again
HELD = set()  # (process, path) of the locks of this process


def find_file(source, built_in, kind):
    """The path of a user's file, or None for what is built in.

    Args:
        source: a path, or a name of what is built in.
        built_in: those names.
        kind: what the file should be, for the messages: "a CSV file".

    Raises:
        ValueError: if it is no path, or could mean what is built in and a file.
        FileNotFoundError: if there is no such file.
    """
    known = ", ".join(f'"{name}"' for name in built_in)
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"give {known}, or the path of {kind}; got {source!r:.60}")
    if source in built_in:
        if os.path.lexists(source):
            raise ValueError(
                f'"{source}" is built in, and {Path(source).absolute()} is there too; give '
                f'"./{source}" for yours, or rename yours for the built-in'
            )
        return None
    path = Path(os.path.expanduser(source))
    try:
        if path.is_file():
            return path
    except OSError:  # longer than a name can be: a text, say
        pass
    where = "" if path.is_absolute() else f"; looked for in {Path.cwd()}"
    raise FileNotFoundError(f"no file {source!s:.200}; give {known}, or the path of {kind}{where}")


def read_text(path):
    """The text of a file, without a byte-order mark, its lines ended by a line feed alone.

    Raises:
        ValueError: if it is not UTF-8, with its first wrong byte.
    """
    data = path.read_bytes()
    try:
        text, place = data.decode(), data.find(0)  # zeros are half of UTF-16
    except UnicodeDecodeError as error:
        place = error.start
    if place >= 0:
        raise ValueError(
            f"{path} is not UTF-8: byte {place} is {data[place]:#04x}; open it in an editor and "
            "save it as UTF-8"
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def write_whole(files):
    """Write files of one folder, {path: bytes}, so that at no moment half a file stands there.

    They are written beside their places and moved there when all are whole.

    New files never stand among older ones: what is moved last is taken away first. Where a link to
    a file stands, it stays, and the file that it leads to is replaced, which keeps its permissions.
    On Linux and macOS what a process that was killed in the middle of this left is removed.

    Raises:
        OSError: if they can't be written; what stood there is left as it was.
    """
    given, files = next(iter(files)), {Path(os.path.realpath(p)): b for p, b in files.items()}
    first, *others = files
    try:
        first.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(first)
        prefix = f".{first.name}.{os.getpid()}.{INSTANCE}."
        with tempfile.TemporaryDirectory(prefix=prefix, dir=first.parent) as folder:
            for path, content in files.items():
                with open(Path(folder, path.name), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                with contextlib.suppress(OSError):  # none is there, or it has no permissions
                    shutil.copymode(path, file.name)
            for path in others:
                path.unlink(missing_ok=True)
            for path in files:
                _move(Path(folder, path.name), path)
    except OSError as error:
        raise OSError(
            f"{given} can't be written ({error}); choose a folder that can be, with room in it"
        ) from error


def _move(source, target):
    """os.replace; Windows refuses it while anyone reads the target, a virus scanner for example."""
    for wait in (0.01, 0.1, 0.5, 2.0):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt":
                raise
        time.sleep(wait)
    return os.replace(source, target)


def _remove_leftovers(path):
    """Remove what processes of this machine that live no more were writing for this file."""
    if os.name != "posix":  # os.kill does not ask there, it kills
        return
    for folder in path.parent.glob(f".{glob.escape(path.name)}.*.*.*"):
        process, instance = folder.name.removeprefix(f".{path.name}.").split(".")[:2]
        try:
            os.kill(int(process), 0)
            dead = int(process) == os.getpid() and instance != INSTANCE
        except (ProcessLookupError, PermissionError, ValueError, OverflowError) as error:
            dead = isinstance(error, ProcessLookupError)
        if dead and instance.partition("-")[2] in ("", MACHINE):
            shutil.rmtree(folder, ignore_errors=True)


class Lock:
    """A lock file that one process holds at a time. One that ends, even by SIGKILL, lets go of it.

    The system keeps the lock, not the file's being there, so a dead process is never in the way.
    Some network drives have no locks: there everyone gets it.

    Args:
        path: of the lock file, which is there while the lock is held.

    Raises:
        BlockingIOError: if it is held, by another process or (errno.EDEADLK) by this one.
        OSError: if the file can't be written.
    """

    def __init__(self, path):
        self.path, self.process = os.path.realpath(path), os.getpid()
        if (self.process, self.path) in HELD:
            raise BlockingIOError(errno.EDEADLK, "held by this process", str(path))
        while True:
            self.file = open(self.path, "a", encoding="utf-8")  # noqa: SIM115
            try:
                _lock(self.file)
            except OSError as error:
                if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                    self.file.close()
                    raise BlockingIOError(errno.EAGAIN, "held", str(path)) from None
                break  # there are no locks here
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self.file.fileno()), os.stat(self.path)):
                    break
            self.file.close()  # its holder has just removed it
        HELD.add((self.process, self.path))

    def release(self):
        """Let go and remove the file; a child that was forked off leaves it alone."""
        if self.file.closed or self.process != os.getpid():
            return
        HELD.discard((self.process, self.path))
        if os.name == "nt":  # where a file that is open can't be removed
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        self.file.close()


def _lock(file):
    """Lock an open file or raise OSError, at once."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
