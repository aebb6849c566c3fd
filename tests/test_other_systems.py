"""What would break on another system than this one, as far as it can be seen on this one."""

import ast
import errno
import importlib.util
import io
import ntpath
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_lib.checkpoint import load_checkpoint, save_checkpoint

ROOT = Path(__file__).resolve().parents[1]
OURS = [p for name in ("course_lib", "tools", "images", "benchmarks") for p in (ROOT / name).rglob("*.py")]  # fmt: skip

spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
environment = importlib.util.module_from_spec(spec)
spec.loader.exec_module(environment)


def tracked():
    """The names of all files of the repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no clone of the repository")
    return done.stdout.decode("utf-8").rstrip("\0").split("\0")


def test_every_file_has_a_name_that_windows_allows_and_no_twin_in_another_case():
    names = tracked()
    devices = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
    for name in names:
        for part in name.split("/"):
            assert not set(part) & set('<>:"\\|?*') and part == part.rstrip(" ."), name
            assert part.split(".")[0].casefold() not in devices, name
        assert len(name) < 120, name  # of 260 with the folder's own
    assert len({ntpath.normcase(name) for name in names}) == len(names)


def test_text_is_stored_with_the_line_ends_that_it_has_here():
    command = ["git", "ls-files", "--eol", "--", *tracked()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    lines = done.stdout.decode("utf-8").splitlines()
    kinds = {line.split()[0] for line in lines}
    rules = {line.split("\t")[0].split(maxsplit=2)[2].strip() for line in lines}
    assert kinds <= {"i/lf", "i/-text", "i/none"}
    assert rules <= {"attr/text=auto eol=lf", "attr/-text"}


def calls_without_encoding(tree):
    """Calls that open a text file and leave its encoding to the system."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        keywords = {keyword.arg for keyword in node.keywords}
        modes = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        said = "encoding" in keywords or {"utf-8", "rb", "wb"} & {*map(str, modes)}
        opens = name in ("open", "read_text", "write_text") and ast.unparse(node.func) != "os.open"
        starts = name in ("run", "Popen") and keywords & {"universal_newlines", "text"}
        if (opens or starts) and not said:
            yield node.lineno


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_code_says_the_encoding_of_every_text(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [*calls_without_encoding(tree)] == []


@pytest.mark.parametrize(
    "code, found",
    [
        ("open(path)", 1),
        ("path.open()", 1),
        ("path.read_text()", 1),
        ("path.write_text(text, newline='')", 1),
        ("subprocess.run(command, text=True)", 1),
        ("open(path, 'rb')", 0),
        ("open(path, encoding='utf-8')", 0),
        ("path.read_text('utf-8')", 0),
        ("os.open(os.devnull, os.O_WRONLY)", 0),
        ("subprocess.run(command)", 0),
    ],
)
def test_the_reader_of_calls_sees_them(code, found):
    assert len([*calls_without_encoding(ast.parse(code))]) == found


# Files that are in use: Windows replaces none


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists what is mapped")
def test_a_checkpoint_that_was_read_is_not_in_use_and_so_can_be_written_again(tmp_path):
    file, model = tmp_path / "a.safetensors", torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(3)).sum().backward()
    optimizer.step()
    save_checkpoint(file, model, optimizer, random=torch.get_rng_state())
    info = load_checkpoint(file, model, optimizer)
    assert info["random"].equal(torch.get_rng_state())
    assert str(file) not in Path("/proc/self/maps").read_text(encoding="utf-8")


IN_USE = "[WinError 5] Access is denied: '.venv\\\\Lib\\\\site-packages\\\\torch\\\\lib\\\\c10.dll'"


def test_an_environment_that_is_in_use_is_told_so(monkeypatch):
    told = [environment.explain_pip([f"ERROR: Could not install packages: {IN_USE}"], intact=False)]
    told.append(environment.explain_venv(f"Error: {IN_USE}"))
    monkeypatch.setattr(environment, "WINDOWS", True)
    told.append(environment.explain_os(PermissionError(errno.EACCES, "Access is denied")))
    for text in told:
        assert "Close JupyterLab" in text and "sudo" not in text


# Consoles and names


OLD_CONSOLE = """import subprocess, sys
*flags, c, code = sys.argv[1:]
sys.exit(subprocess.call([sys.executable, *flags, "-X", "utf8=0", c, code]))"""


def test_a_home_with_a_name_that_the_console_lacks(monkeypatch, tmp_path):
    """A cp1252 console has no Ł; a Python below C:\\Users\\Łucja is found all the same."""
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "python.py").write_text(OLD_CONSOLE, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "python.py")]
    assert environment.ask(command, r"print('C:/Users/\u0141ucja')") == "C:/Users/Łucja"


def test_what_pip_says_is_read_as_it_was_written(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    code = "import sys; print('\\u00d7 no room for C:/\\u0141ucja'); sys.exit(1)"
    with pytest.raises(environment.Problem, match="× no room for C:/Łucja"):
        environment.run_pip([sys.executable, "-c", code], tmp_path, intact=False)


class Console(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_line_needs_no_escapes(monkeypatch):
    monkeypatch.setattr(environment.shutil, "get_terminal_size", lambda: os.terminal_size((40, 9)))
    console = Console()
    progress = environment.Progress(console)
    for line in ("Collecting a-package-with-a-long-name==1.0", "Collecting b==2.0"):
        progress.show(line)
    last = console.getvalue().split("\r")[-1]
    assert last.rstrip() == "   2 packages found, now b==2.0" and len(last) == 39
    progress.clear()
    assert "\033" not in console.getvalue() and console.getvalue().endswith("\r" + " " * 39 + "\r")
