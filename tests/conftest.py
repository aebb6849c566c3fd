"""Settings that every test shares."""

import os

import pytest
import torch
from hypothesis import settings

# No test is timed. In CI the examples are the same in every run, so that a failure there is a new one.
settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("course")


@pytest.fixture(scope="module")
def one_thread():
    """At the tests' sizes more threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
