"""Open the course in JupyterLab.

make lab                                   or: .venv/bin/python tools/lab.py
make lab ARGS="--port 9000 --no-browser"   further arguments go to JupyterLab
"""

import contextlib
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = "notebooks/00_start_here.ipynb"

NOT_INSTALLED = (  # elsewhere; on Windows
    "JupyterLab is not installed in this Python. `make environment` installs it in the course's\n"
    "own, and `make lab` starts it from there.",
    "JupyterLab is not installed in this Python. Install it in the course's own:\n"
    "    py -m venv .venv\n"
    "    .venv\\Scripts\\python -m pip install -r requirements.txt -e .\n"
    "and start the lab from there: .venv\\Scripts\\python tools\\lab.py",
)

# No look for updates, no question on Ctrl-C, and only errors in the log.
QUIET = [
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--ServerApp.answer_yes=True",
    "--Application.log_level=ERROR",
]

# Written once into the environment: no question about news on top of the first lesson; no warning
# about unencrypted messages, which stay on this machine, at the start of every kernel; and a lesson
# that is saved keeps its widgets' pictures, for when it is opened again without a kernel.
SETTINGS = {
    "etc/jupyter/labconfig/page_config.json": json.dumps(
        {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    ),
    "share/jupyter/lab/settings/overrides.json": json.dumps(
        {"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}}
    ),
    "etc/ipython/ipython_kernel_config.py": "c.IPKernelApp.log_level = 40\n",
}


def main(arguments):
    """Start JupyterLab on the first notebook; return when it is stopped."""
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        print(NOT_INSTALLED[os.name == "nt"], file=sys.stderr)
        return 1
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    settle(Path(sys.prefix))
    logging.getLogger("ServerApp").addFilter(is_not_the_address)
    page = first_page(ROOT)
    threading.Thread(target=announce, args=(page, in_container()), daemon=True).start()
    print("Starting JupyterLab", flush=True)
    LabApp.launch_instance(lab_arguments(ROOT, page, arguments, is_root(), has_display()))
    print("JupyterLab has stopped.")
    return 0


def settle(prefix):
    """Write ``SETTINGS`` into the environment, where nobody has written such a file before."""
    for name, text in SETTINGS.items():
        file = prefix / name
        if not file.exists():
            with contextlib.suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")


def first_page(root):
    """Where the lab opens: on the first lesson, or on its file list when that is missing."""
    return f"/lab/tree/{FIRST}" if (root / FIRST).is_file() else "/lab"


def lab_arguments(root, page, arguments, as_root, display):
    """What to tell JupyterLab; what the user typed comes last, and so prevails."""
    ours = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}", *QUIET]
    if as_root:
        ours.append("--allow-root")
    if not display:
        ours.append("--no-browser")
    return ours + arguments


def is_root():
    """Whether this is root, for whom Jupyter wants a flag."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_display(environ=os.environ, platform=sys.platform):
    """Whether a browser window opened from here would be seen."""
    if "SSH_CONNECTION" in environ or "CI" in environ:
        return False
    if platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def in_container(environ=os.environ, marks=("/.dockerenv", "/run/.containerenv")):
    """Whether this looks like the inside of a container."""
    return "KUBERNETES_SERVICE_HOST" in environ or any(Path(mark).exists() for mark in marks)


def is_not_the_address(record):
    """Keep Jupyter's own, longer message with the address out of the log."""
    return "To access the server" not in record.getMessage()


def announce(page, container, patience=60):
    """Wait until the server is up and print the address to open."""
    from jupyter_core.paths import jupyter_runtime_dir

    record = Path(jupyter_runtime_dir()) / f"jpserver-{os.getpid()}.json"
    for _ in range(patience * 10):
        time.sleep(0.1)
        try:
            server = json.loads(record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        print(announcement(server, page, container), flush=True)
        return


def announcement(server, page, container):
    """The address in plain sight, and how to stop."""
    lines = ["", "The course is open at this address:", "", "    " + address(server, page), ""]
    if container and server["hostname"] in ("localhost", "127.0.0.1"):
        lines += [
            "This seems to be a container. To reach it from outside, publish the port and type",
            '    make lab ARGS="--ip=0.0.0.0"',
            "",
        ]
    return "\n".join([*lines, "Ctrl-C in this window stops it.", ""])


def address(server, page):
    """The page's full address, with the token that lets one in."""
    url = server["url"]
    if server["hostname"] in ("0.0.0.0", "::", "*", ""):
        scheme = "https" if server["secure"] else "http"
        url = f"{scheme}://127.0.0.1:{server['port']}{server['base_url']}"
    token = f"?token={server['token']}" if server["token"] else ""
    return url.rstrip("/") + page + token


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
