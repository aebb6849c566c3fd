"""Settings that every test shares."""

import os

from hypothesis import settings

# No test is timed. In CI the examples are the same in every run, so that a failure there is a new one.
settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("course")
