"""A plugin for pytest with workers: who runs what, and the longest first, so that all end together.

With ``-n 2 --no-loadscope-reorder`` a worker takes one group of tests after the other. A group is
a file; of the files in ``BY_LESSON`` it is what they have for one lesson.
"""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST = [  # in their order, longest first; a file that is not named here takes less
    "11_training_a_gpt.ipynb",
    "test_lessons.py",
    "test_answers.py",
    "test_devices.py",
    "16_fine_tuning.ipynb",
    "17_preferences.ipynb",
    "10_gpt.ipynb",
    "07_text_as_tensors.ipynb",
    "test_cli.py",
    "test_environment.py",
    "13_tokenizers.ipynb",
    "15_road_to_an_llm.ipynb",
    "12_generating_text.ipynb",
    "18_looking_inside.ipynb",
    "09_transformer_block.ipynb",
    "test_train.py",
    "04_network_by_hand.ipynb",
    "06_optimizers.ipynb",
]
BY_LESSON = {"test_answers.py", "test_lessons.py", "test_devices.py", "test_browser.py"}


def pytest_collection_modifyitems(items):
    """Put the longest files first; within a file, and among the others, nothing moves."""
    place = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def group(nodeid):
    """The group of a test: its file, and in some files the lesson that its parameters begin with."""
    file, _, rest = nodeid.partition("::")
    lesson = re.search(r"\[(\d\d)[^\d]", rest) if file.rpartition("/")[2] in BY_LESSON else None
    return f"{file}-{lesson[1]}" if lesson else file


class Groups(LoadScopeScheduling):
    """Hands out whole groups, in the order in which their first tests come."""

    def _split_scope(self, nodeid):
        return group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The scheduler of a run with workers."""
    return Groups(config, log)
