"""Whether a `pip install` failed because the package index was out of reach, or refused.

PIP_LOG=build/pip.log make .venv/editions || python tools/unreachable.py build/pip.log

The status is 0 if pip's log says so, with the line that does, and 1 otherwise: a version that does
not exist, or two that exclude each other, are faults of whoever asked for them.
"""

import re
import sys
from pathlib import Path

SAYS_SO = re.compile(
    r"Could not fetch URL \S+: (?!404 )"
    r"|HTTP error (?!404)\d+ while getting"
    r"|Max retries exceeded|NewConnectionError|NameResolutionError|ProxyError|SSLError"
    r"|ConnectTimeoutError|ReadTimeoutError|ProtocolError|IncompleteRead|incomplete-download"
)
WILL_TRY_AGAIN = "WARNING: Retrying"


def unreachable(log):
    """The first line of pip's log that says so, or None."""
    lines = (line for line in log.splitlines() if WILL_TRY_AGAIN not in line)
    return next(filter(SAYS_SO.search, lines), None)


def main(path):
    log = Path(path)
    line = unreachable(log.read_text(encoding="utf-8", errors="replace")) if log.is_file() else None
    print(line or f"{path} does not say that the package index is out of reach")
    return 0 if line else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
