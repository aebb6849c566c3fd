"""python -m course_lib"""

import codecs
import os
import signal
import sys

for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
    if getattr(sys, name) is None:  # closed, as by 2>&-: the next file would get its number
        setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
for stream in (sys.stdout, sys.stderr):  # a character that a terminal can't show ends nothing
    stream.reconfigure(errors="backslashreplace")
if not sys.stdout.isatty() and codecs.lookup(sys.stdout.encoding).name != "ascii":
    # Windows would give a file an encoding of its own, such as cp1252, that lacks most characters.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")

# Until all is imported Ctrl-C ends this at once, and not with a traceback from inside some library.
waiting = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if waiting:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from course_lib.cli import main  # noqa: E402

if waiting:
    signal.signal(signal.SIGINT, signal.default_int_handler)
main()
