"""What would break on another system than this one, as far as it can be seen on this one."""

import ast
import ntpath
import subprocess
from pathlib import Path

import pytest
import torch

from course_lib.checkpoint import load_checkpoint, save_checkpoint

ROOT = Path(__file__).resolve().parents[1]
OURS = [
    p
    for name in ("course_lib", "tools", "images", "benchmarks")
    for p in (ROOT / name).rglob("*.py")
]


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
        opens = name in ("open", "read_text", "write_text")
        opens &= ast.unparse(node.func) not in ("os.open", "read_text")  # files.read_text says it
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
