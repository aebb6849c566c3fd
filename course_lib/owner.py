"""One run in a folder, and Ctrl-C between the steps of a run and not within one."""

import contextlib
import errno
import signal
import tempfile
import threading

from course_lib.distributed import in_main
from course_lib.files import Lock


@contextlib.contextmanager
def owned(path):
    """While inside, no other run can train into the folder of path.

    The system holds the lock, so that a process that was killed is not in the way.

    Every process calls it; the main one holds the lock.

    Raises:
        FileExistsError: if another run that lives does.
        OSError: if the folder can't be written into.
    """
    lock = in_main(lambda: _lock(path)) if path else None
    try:
        yield
    finally:
        if lock:
            lock.release()


def _lock(path):
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        return Lock(folder / f".{path.name}.lock")
    except BlockingIOError as error:
        if error.errno == errno.EDEADLK:
            raise FileExistsError(
                f"a run of this Python process is still open in {folder}: let it end, close its "
                "generator with .close() or restart the kernel, or choose another folder"
            ) from None
        raise FileExistsError(
            f"another process is training into {folder} now; wait until it has ended, or choose "
            "another folder, with --out runs/another"
        ) from None
    except OSError as error:
        raise OSError(
            f"{folder} can't be written into ({error.strerror}); choose another folder, with "
            "--out runs/another"
        ) from None


class Stop:
    """While inside, Ctrl-C and SIGTERM are a request, and a second one stops at once.

    One that is entered within another knows what that one was asked. In a thread nothing changes:
    Python gives signals to the main thread alone.
    """

    def __init__(self):
        self.pressed, self.outer, self.handlers = False, None, {}

    def requested(self):
        """Has a stop been asked for, here or in the ``Stop`` around this one?"""
        return self.pressed or bool(self.outer and self.outer.requested())

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            around = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
            self.outer = around if isinstance(around, Stop) else None
            for number in (signal.SIGINT, signal.SIGTERM):
                before = signal.signal(number, self._press)
                self.handlers[number] = signal.SIG_DFL if before is None else before
        return self

    def __exit__(self, *error):
        for number, handler in self.handlers.items():
            signal.signal(number, handler)
        self.handlers = {}

    def _press(self, number, frame):
        if self.requested():
            raise KeyboardInterrupt
        self.pressed = True
