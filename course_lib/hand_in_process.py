"""What happens inside the process that runs one hand-in: its cells, in order, and its checks.

Started by ``hand_in`` with the cells on standard input; says line by line on standard output, in
JSON, what begins and what came of it, so that what was found is not lost if the process dies.
"""

import _thread
import ast
import asyncio
import contextlib
import faulthandler
import functools
import inspect
import json
import linecache
import os
import signal
import sys
import threading
import types

from course_lib import walls

CHECK_SECONDS = 60  # more than an exercise's own limit and the search for slips together
GRACE = 3  # seconds for a cell to end after it was interrupted
LONGEST = 2000  # characters of one sentence


def answer_hand_in():
    """Run what standard input asks for: cells, exercises, limits, what to leave out."""
    task = json.load(sys.stdin)
    say = _records()
    import course_lib.exercises  # which imports torch, before memory is limited
    import course_lib.exercises.diagnosis

    walls.limit(task["memory"], task["seconds"] * (int(os.environ["OMP_NUM_THREADS"]) + 1))
    watch = Watch(task["cell_seconds"])
    _listen(course_lib.exercises, say, watch, set(task["skip_checks"]))
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    vars(module).update(get_ipython=lambda: NoShell(vars(module)), display=lambda *_, **__: None)
    for number, source in enumerate(task["cells"], 1):
        if number not in task["skip_cells"]:
            say("cell", number)
            error = run_cell(source, number, vars(module), watch)
            if error:
                say("error", number, error)
    say("cells done")
    for name, function in task["functions"].items():
        answer = vars(module).get(function)
        if name not in say.checked and callable(answer):
            with contextlib.suppress(Exception):
                course_lib.exercises.diagnose(name, answer)
    say("end")
    os._exit(0)  # threads that could not be stopped would hold a usual end up


class Said:
    """Writes one line of JSON a record; ``checked`` are the exercises that have a verdict."""

    def __init__(self, file):
        self.file, self.checked = file, set()

    def __call__(self, kind, *what):
        self.file.write(json.dumps([kind, *what]) + "\n")
        self.file.flush()


def _records():
    """The way to the one who started this process; all else that is printed leads nowhere."""
    say = Said(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return say


def _listen(exercises, say, watch, skipped):
    """Have ``check`` and ``diagnose`` say what they found."""
    diagnose = exercises.diagnose

    def told(name, answer):
        if name in skipped:
            return exercises.Report("wrong", "not yet. It ends the process that runs it.")
        exercises.registry.find(name)  # raises for a name that there is not, as diagnose does
        if not callable(answer):
            return diagnose(name, answer)
        say("check", name)
        with watch.pause():
            report = diagnose(name, answer)
        say("verdict", name, report.state, report.cause[:LONGEST])
        say.checked.add(name)
        return report

    exercises.diagnose = told


class Watch:
    """Interrupts a cell that takes too long, and ends the process if that does not help.

    The end comes from a thread without the interpreter's lock, so that a single endless call, such
    as ``sum(range(10**15))``, is ended as well. A check has a limit of its own and does not count.
    """

    def __init__(self, seconds):
        self.seconds, self.lock, self.timer = seconds, threading.Lock(), None

    @contextlib.contextmanager
    def cell(self):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._start()
        try:
            yield
        finally:
            self._stop()

    @contextlib.contextmanager
    def pause(self):
        """No limit but the checker's own; a cell has its whole time again after that."""
        inside = self.timer is not None
        self._stop()
        faulthandler.dump_traceback_later(CHECK_SECONDS, exit=True, file=_nowhere())
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            if inside:
                self._start()

    def _start(self):
        timer = threading.Timer(self.seconds, lambda: self._interrupt(timer))
        timer.daemon = True
        self.timer = timer
        timer.start()
        faulthandler.dump_traceback_later(self.seconds + GRACE, exit=True, file=_nowhere())

    def _stop(self):
        faulthandler.cancel_dump_traceback_later()
        with self.lock:
            timer, self.timer = self.timer, None
        if timer:
            timer.cancel()

    def _interrupt(self, timer):
        with self.lock:
            if self.timer is timer:
                _thread.interrupt_main()


@functools.cache
def _nowhere():
    return os.open(os.devnull, os.O_WRONLY)


def run_cell(source, number, namespace, watch):
    """Run a cell as JupyterLab would. Returns a sentence about how it failed, or None."""
    file = f"<cell {number}>"
    try:
        try:
            with watch.cell():
                execute(source, file, namespace)
        except BaseException as error:
            return _sentence(error, file, watch.seconds)
    except KeyboardInterrupt:  # came while the sentence was made
        return f"stopped after {watch.seconds:g} seconds"
    return None


def execute(source, file, namespace):
    """Run the text of a cell in a namespace; magics are left out, or harmless."""
    from IPython.core.inputtransformer2 import TransformerManager

    code = TransformerManager().transform_cell(source)
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    found = eval(compile(code, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), namespace)
    if inspect.iscoroutine(found):
        asyncio.run(found)


def _sentence(error, file, seconds):
    if isinstance(error, KeyboardInterrupt):
        return f"stopped after {seconds:g} seconds"
    line, trace = getattr(error, "lineno", None), error.__traceback__
    while trace:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == file else line
        trace = trace.tb_next
    try:
        text = " ".join(str(error).split())
    except Exception:  # an exception of the learner's may refuse to be shown
        text = "(without a text)"
    where = f"line {line}: " if line else ""
    return f"{where}{type(error).__name__}: {text}"[:300]


class NoShell:
    """For a notebook that asks for IPython: %time and %%time run their code, others nothing."""

    RUN = ("time", "capture", "prun")

    def __init__(self, namespace):
        self.namespace = namespace

    def run_line_magic(self, name, line, *_, **__):
        if name in self.RUN:
            execute(line, "<magic>", self.namespace)

    def run_cell_magic(self, name, line, cell):
        if name in self.RUN:
            execute(cell, "<magic>", self.namespace)

    def system(self, *_):
        return None

    getoutput = system

    def __getattr__(self, name):
        return lambda *_, **__: None
