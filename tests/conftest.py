"""Settings that every test shares."""

import os
import signal

import pytest
import torch
from hypothesis import settings

# No test is timed. In CI the examples are always the same, so that a failure there is a new one.
settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("course")


@pytest.fixture(scope="module")
def one_thread():
    """At the tests' sizes more threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard():
    """A shell's background job is started deaf to Ctrl-C, and so would be what the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def between_steps(monkeypatch):
    """Let ``train`` call a function of the step after every step, where it moves its bar."""

    def set_function(function):
        def update(bar, n):
            bar.n += n
            function(bar.n)

        monkeypatch.setattr("course_lib.train.tqdm.update", update)

    return set_function
