"""What CI leaves out when packages can't be had: pip's own words, from an index of our own."""

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import unreachable

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="CI's script is for bash")

# The answer to everything that pip asks for: a status and a page.
PAGE = '<a href="course_thing-1.0-py3-none-any.whl">course_thing-1.0-py3-none-any.whl</a>'
ANSWERS = {
    "refused": (403, ""),
    "overloaded": (503, ""),
    "no such package": (404, ""),
    "no such version": (200, PAGE),
}
IS_OUT_OF_REACH = {"gone": True, "refused": True, "overloaded": True,
                   "no such package": False, "no such version": False}  # fmt: skip


@pytest.fixture
def index(request):
    """The address of a package index, with what it answers; one that is gone has none listening."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, page = ANSWERS[request.param]
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *said):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}/simple"
    if request.param == "gone":
        server.server_close()
        yield address
        return
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def pip(index, log):
    """What `pip install course-thing==2.0` leaves in its log."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment = {k: v for k, v in kept.items() if not k.startswith("PIP_")}
    environment |= {"PIP_LOG": str(log), "PIP_INDEX_URL": index, "PIP_RETRIES": "0"}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    command = [sys.executable, "-m", "pip", "download", "--dest", log.parent, "course-thing==2.0"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode, "nobody has this package"
    return log.read_text(encoding="utf-8")


@pytest.mark.parametrize("index, expected", IS_OUT_OF_REACH.items(), indirect=["index"])
def test_an_index_that_cannot_be_had_is_told_from_a_wrong_version(index, expected, tmp_path):
    log = pip(index, tmp_path / "pip.log")
    assert bool(unreachable.unreachable(log)) is expected, log
    assert unreachable.main(tmp_path / "pip.log") == (0 if expected else 1)


def test_a_connection_that_came_back_is_no_excuse():
    retried = "2026-01-01T00:00:00 WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError'\n"
    conflict = "2026-01-01T00:00:01 ERROR: ResolutionImpossible: for help visit the page\n"
    assert unreachable.unreachable(retried + conflict) is None
    assert unreachable.unreachable(retried + "HTTP error 403 while getting a.whl\n")


def test_a_failure_without_a_log_is_ours(tmp_path, capsys):
    assert unreachable.main(tmp_path / "none.log") == 1
    assert "does not say" in capsys.readouterr().out


# The function of .ci/run with everything that it calls replaced: `make` fails, and pip has said this.
EDITIONS = """\
set -euo pipefail
left_out=()
heading() {{ :; }}
make() {{ [ "$1" != .venv/editions ] || {{ echo {said!r} >"$PIP_LOG"; return 2; }}; }}
{function}
editions
printf 'left out: %s' "${{left_out[*]}}"
"""


@posix
@pytest.mark.parametrize("said, status, left_out", [
    ("Could not fetch URL here: connection error: no route - skipping", 0, "slides and site, whose"),
    ("ERROR: No matching distribution found for sphinx==99", 1, None),
])  # fmt: skip
def test_ci_leaves_slides_and_site_out_only_where_the_index_cannot_be_had(
    tmp_path, said, status, left_out
):
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    function = script[script.index("editions() {") :].split("\n}\n")[0] + "\n}"
    for name, target in ((".venv/bin/python", sys.executable), ("tools", ROOT / "tools")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(target)
    (tmp_path / "build").mkdir()
    command = ["bash", "-c", EDITIONS.format(said=said, function=function)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert (left_out or "") in done.stdout and ("left out" in done.stdout) is bool(left_out)
