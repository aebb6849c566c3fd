"""The files that GitHub reads: workflows, issue forms, the citation, the licences."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import util
from pathlib import Path

import environment
import pytest
import yaml

import course_lib

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
FORMS = sorted(path for path in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if path.name != "config.yml")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

OLDEST, NEWEST = (".".join(map(str, v)) for v in (environment.OLDEST, environment.NEWEST))


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


CI, RELEASE = (load(GITHUB / "workflows" / f"{name}.yml") for name in ("ci", "release"))
JOBS = [(name, job) for workflow in (CI, RELEASE) for name, job in workflow["jobs"].items()]
STEPS = [step for _, job in JOBS for step in job["steps"]]
COMMANDS = [line for step in STEPS for line in step.get("run", "").splitlines()]
PYTHONS = {
    step["with"]["python-version"] for step in STEPS if "setup-python" in step.get("uses", "")
}

# Linters


@pytest.mark.parametrize(
    "schema, files",
    [
        ("vendor.github-workflows", sorted(GITHUB.glob("workflows/*.yml"))),
        ("custom.github-workflows-require-timeout", sorted(GITHUB.glob("workflows/*.yml"))),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("vendor.citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_the_schemas_accept_every_file(schema, files):
    if not util.find_spec("check_jsonschema"):
        pytest.skip("check-jsonschema is not installed: make environment")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert files and done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "linter, arguments",
    [
        ("zizmor", ["--offline", "--no-progress", str(GITHUB)]),
        ("actionlint", [str(path) for path in sorted(GITHUB.glob("workflows/*.yml"))]),
    ],
)
def test_a_linter_of_workflows_finds_nothing(linter, arguments):
    path = shutil.which(linter, path=str(Path(sys.executable).parent)) or shutil.which(linter)
    if not path:
        pytest.skip(f"{linter} is not installed; nothing else needs it")
    done = subprocess.run([path, *arguments], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# Workflows


def test_jobs_may_do_little_and_end():
    assert CI["permissions"] == {"contents": "read"} and RELEASE["permissions"] == {}
    may_write = [name for name, job in JOBS if "write" in job.get("permissions", {}).values()]
    assert may_write == ["publish"]
    assert not any("checkout" in str(step) for step in RELEASE["jobs"]["publish"]["steps"])
    assert all(0 < job["timeout-minutes"] <= 120 for _, job in JOBS)
    assert "concurrency" in CI and RELEASE["concurrency"]["cancel-in-progress"] is False


def test_actions_are_githubs_own_by_their_major_version():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)
    assert len(set(used)) == len({name.split("@")[0] for name in used})  # one version of each
    for step in STEPS:
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_nothing_that_others_can_write_into_a_command_is_put_there():
    assert [line for line in COMMANDS if "${{" in line] == []


def test_linux_runs_what_the_repository_calls_its_check():
    commands = [step.get("run") for step in CI["jobs"]["everything"]["steps"]]
    assert "bash .ci/run" in commands and (ROOT / ".ci" / "run").is_file()
    assert CI["jobs"]["everything"]["runs-on"].startswith("ubuntu")


def test_the_oldest_and_the_newest_python_on_three_systems():
    assert PROJECT["requires-python"] == f">={OLDEST}"
    matrix = CI["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == [OLDEST, NEWEST]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    (left_out,) = matrix["exclude"]
    (several,) = [version for version in PYTHONS if "\n" in version]
    everything = several.split()
    assert left_out == {"system": CI["jobs"]["everything"]["runs-on"], "python": everything[-1]}
    assert {OLDEST, NEWEST} <= set(everything)
    (built_with,) = PYTHONS - {several, "${{ matrix.python }}"}
    assert built_with == NEWEST


def test_every_command_is_one_that_a_reader_is_told():
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    named = [line.split()[1] for line in COMMANDS if line.startswith("make ")]
    assert named and set(named) <= set(targets)
    windows = [
        step["run"] for step in CI["jobs"]["tests"]["steps"] if "(Windows)" in step.get("name", "")
    ]
    first, second = windows  # `py` would take the newest Python there is, not the job's
    assert first.replace("python ", "py ", 1) in README and second in README


def test_what_is_cached_is_what_the_lock_says_and_nothing_in_a_release():
    for name, job in JOBS:
        for step in job["steps"]:
            cached = "cache" in step.get("with", {})
            assert not (cached and name in RELEASE["jobs"])
            if cached:
                assert step["with"]["cache-dependency-path"].startswith("requirements")
    assert (ROOT / "requirements.txt").is_file()


@pytest.fixture
def tagged(tmp_path):
    """Run the release's first check in a folder of its own: (tag, changelog) to (status, words)."""
    (check,) = [
        s["run"] for s in RELEASE["jobs"]["build"]["steps"] if "GITHUB_REF_NAME" in s.get("run", "")
    ]
    if os.name == "nt" or not shutil.which("bash"):
        pytest.skip("the release is made on Linux")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")

    def run(tag, changelog):
        (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", check],
            cwd=tmp_path,
            env=os.environ | {"GITHUB_REF_NAME": tag, "PATH": path},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


CHANGES = "# Changelog\n\n## [1.2.3] - 2026-12-01\n\n- new\n\n## [1.2.30] - 2026-11-01\n\n- old\n"


def test_a_tag_that_is_the_version_gives_its_part_of_the_changelog(tagged, tmp_path):
    assert tagged("v1.2.3", CHANGES) == (0, "")
    assert (tmp_path / "notes.md").read_text(encoding="utf-8").strip() == "- new"


@pytest.mark.parametrize(
    "tag, changelog, says",
    [
        ("v1.2.4", CHANGES, "The tag is v1.2.4, but pyproject.toml says 1.2.3"),
        ("v1.2.3", CHANGES.replace("2026-12-01", "unreleased"), "CHANGELOG.md has nothing"),
        ("v1.2.3", CHANGES.replace("- new", ""), "CHANGELOG.md has nothing"),
        ("v1.2.3", CHANGES.replace("[1.2.3]", "[1.2.2]"), "CHANGELOG.md has nothing"),
    ],
)
def test_another_tag_and_a_version_without_a_word_are_refused(tagged, tag, changelog, says):
    status, words = tagged(tag, changelog)
    assert status == 1 and words.startswith("::error::") and says in words


# Issues


def fields(form):
    return {part["id"]: part for part in load(form)["body"]}


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_offers_the_lessons_of_the_map(form):
    lessons = re.findall(r"^\| \[(\d\d [^\]]+)\]\(notebooks/", README, re.MULTILINE)
    lesson = fields(form)["lesson"]
    assert lessons and lesson["attributes"]["options"][:-1] == lessons
    assert lesson["attributes"]["options"][-1].startswith("none of them")
    assert lesson["validations"]["required"]


def test_what_the_forms_ask_for():
    wanted = {
        form.stem: [n for n, f in fields(form).items() if f.get("validations")] for form in FORMS
    }
    assert wanted == {
        "hard-to-read": ["lesson", "sentence", "thought"],
        "not-working": ["lesson", "cell", "said", "check"],
    }


def test_the_heading_that_a_form_names_is_in_lesson_00():
    heading = re.search(
        r'below "([^"]+)"',
        fields(GITHUB / "ISSUE_TEMPLATE/not-working.yml")["check"]["attributes"]["description"],
    )[1]
    notebook = (ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    assert f'"## {heading}\\n"' in notebook


def test_no_file_for_github_names_a_repository_that_is_not_there():
    files = [path for path in GITHUB.rglob("*") if path.is_file()]
    files += [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "OWNER" not in text and "github.com" not in text, path.name


# Versions and licences


def test_the_version_is_said_alike():
    version = PROJECT["version"]
    assert load(ROOT / "CITATION.cff")["version"] == course_lib.__version__ == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^\]]+)\] - (?:\d{4}-\d\d-\d\d|unreleased)$", changelog, re.M)
    assert len(headings) == len(re.findall("^## ", changelog, re.M)) and version in headings[:2]


def test_each_licence_is_whole_and_says_what_it_is_for():
    code = (ROOT / "LICENSE").read_text(encoding="utf-8")
    text = (ROOT / "LICENSE-text").read_text(encoding="utf-8")
    assert code.startswith("MIT License\n") and "Creative Commons" not in code
    assert [int(n) for n in re.findall(r"^Section (\d) ", text, re.M)] == [*range(1, 9)]
    assert "Attribution 4.0 International" in text and "images/" in text
    for name in ("LICENSE", "LICENSE-text"):
        assert f"]({name})" in README
    (holder,) = {*re.findall(r"Copyright \(c\) \d+ (.*)", code + text)}
    assert load(ROOT / "CITATION.cff")["authors"] == [{"name": holder.replace("the", "The", 1)}]


def test_the_archive_makes_the_same_wheel_with_both_licences(tmp_path):
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_lib", source / "course_lib", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, source)
    build = "import sys\nfrom setuptools import build_meta as b\nprint(b.build_{0}(sys.argv[1]))"

    def built(kind, folder):
        command = [sys.executable, "-c", build.format(kind), str(tmp_path)]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return tmp_path / done.stdout.decode().split()[-1]

    with tarfile.open(built("sdist", source)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    wheels = []
    for folder in (source, unpacked):
        with zipfile.ZipFile(built("wheel", folder)) as wheel:
            wheels.append({name: wheel.read(name) for name in wheel.namelist()})
    assert wheels[0] == wheels[1]
    packed = {name for name in wheels[0] if name.startswith("course_lib/")}
    there = (p for p in (source / "course_lib").rglob("*") if p.is_file())
    assert packed == {p.relative_to(source).as_posix() for p in there}
    names = {Path(name).name for name in wheels[0] if "/licenses/" in name}
    assert names == {"LICENSE", "LICENSE-text"}
