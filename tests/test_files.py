"""course_lib.files: whole or not there, leftovers, locks, and files of the user's."""

import json
import os
import subprocess
import sys

import pytest

from course_lib import files as module
from course_lib.files import write_whole


@pytest.mark.parametrize("place", ["fsync", "replace"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_files_of_one_folder_are_all_there_or_none_is_half(tmp_path, monkeypatch, place, fault):
    first, second = tmp_path / "run" / "a", tmp_path / "run" / "b"
    write_whole({first: b"1", second: b"2"})
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")

    def stop(*_):
        raise fault

    monkeypatch.setattr(module.os, place, stop)
    with pytest.raises(type(fault)):
        write_whole({first: b"3", second: b"4"})
    monkeypatch.undo()
    assert first.read_bytes() == b"1"
    assert not second.exists() or second.read_bytes() == b"2"  # never new beside old
    assert {*first.parent.iterdir()} <= {first, second}
    write_whole({first: b"3", second: b"4"})
    assert (first.read_bytes(), second.read_bytes()) == (b"3", b"4")


@pytest.mark.skipif(os.name != "posix", reason="there a file has no such permissions")
def test_who_may_read_a_file_stays(tmp_path):
    file = tmp_path / "a"
    write_whole({file: b"old"})
    usual = file.stat().st_mode
    for mode in (0o600, 0o664):
        file.chmod(mode)
        write_whole({file: b"new"})
        assert file.stat().st_mode & 0o777 == mode and file.read_bytes() == b"new"
    write_whole({tmp_path / "b": b"new"})
    assert (tmp_path / "b").stat().st_mode == usual


WRITERS = """
import os, signal, sys
from course_lib.files import write_whole

def at_fsync(function):  # when the file is written and not yet in its place
    os.fsync = lambda *_: function()
    write_whole({sys.argv[1]: b"written"})

if not os.fork():
    at_fsync(lambda: os.kill(os.getpid(), signal.SIGKILL))
os.wait()
print([name.split(".")[3] for name in os.listdir(os.path.dirname(sys.argv[1]))], flush=True)
at_fsync(lambda: (print(os.getpid(), flush=True), signal.pause()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is neither fork nor SIGKILL")
def test_what_a_killed_save_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    file = tmp_path / "a.txt"

    def writers():
        """The processes, by their ids, whose unfinished files lie here."""
        return [int(path.name.split(".")[3]) for path in tmp_path.iterdir() if path != file]

    command = [sys.executable, "-c", WRITERS, file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        (killed,) = json.loads(process.stdout.readline().replace("'", '"'))
        living = int(process.stdout.readline())
        assert living == process.pid != int(killed)
        assert writers() == [living]  # it has removed the other's
        write_whole({file: b"whole"})
        assert writers() == [living]
        process.kill()
    assert writers() == [living]
    write_whole({tmp_path / "b.txt": b"whole"})  # not its own
    (tmp_path / "b.txt").unlink()
    assert writers() == [living]
    write_whole({file: b"whole"})
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.skipif(os.name != "posix", reason="there one can't ask whether a process lives")
def test_only_leftovers_of_the_same_file_are_removed(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    own = os.getpid()
    gone = [f".[a].{dead.pid}.0123.x", f".[a].{own}.0123.x"]  # an id that was given again
    kept = [f".[a].{own}.{module.INSTANCE}.x", f".[a].{os.getppid()}.0123.x", f".a.{dead.pid}.0123.x",
            ".[a].b.c.d", f".[a].{10**30}.0123.x", f".[a].{dead.pid}", "tmp123"]  # fmt: skip
    for name in gone + kept:
        (tmp_path / name).mkdir()
        (tmp_path / name / "part").write_text("half")
    write_whole({tmp_path / "[a]": b"whole"})
    assert {path.name for path in tmp_path.iterdir()} == {"[a]", *kept}


def test_what_another_machine_writes_into_a_shared_folder_is_left_alone(tmp_path):
    """There a process of the same number may live."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = [f".a.{dead.pid}.0123-{machine}.x" for machine in ("00000000", module.MACHINE)]
    for name in names:
        (tmp_path / name).mkdir()
    write_whole({tmp_path / "a": b"whole"})
    left = {path.name for path in tmp_path.iterdir()} - {"a"}
    assert left == ({names[0]} if os.name == "posix" else {*names})


def test_a_file_that_is_being_read_is_replaced_a_little_later_on_windows(tmp_path, monkeypatch):
    replace, asked = os.replace, []

    def busy(*paths):
        asked.append(paths)
        if len(asked) < 4:
            raise PermissionError(13, "Access is denied")
        replace(*paths)

    monkeypatch.setattr(module.os, "replace", busy)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    (tmp_path / "new").write_text("new")
    with pytest.raises(PermissionError):
        module._move(tmp_path / "new", tmp_path / "old")
    monkeypatch.setattr(module.os, "name", "nt")
    module._move(tmp_path / "new", tmp_path / "old")
    monkeypatch.undo()
    assert (tmp_path / "old").read_text() == "new" and len(asked) == 4


def test_a_lock_that_was_let_go_while_one_waited_at_its_file_is_taken_again(tmp_path, monkeypatch):
    """Between opening the file and locking it, its holder may remove it."""
    lock, locked = module._lock, []

    def slow(file):
        if not locked:
            os.unlink(tmp_path / "lock")
        locked.append(file)
        lock(file)

    monkeypatch.setattr(module, "_lock", slow)
    held = module.Lock(tmp_path / "lock")
    assert len(locked) == 2 and (tmp_path / "lock").exists()
    held.release()
    held.release()
    assert not [*tmp_path.iterdir()]
