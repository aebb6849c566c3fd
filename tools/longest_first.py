"""A plugin for pytest: the longest files are begun first, so that two workers end together.

For ``-n 2 --dist loadfile --no-loadscope-reorder``, where a worker takes one file after the other.
"""

LONGEST = [  # in their order, longest first; a file that is not named here takes less
    "11_training_a_gpt.ipynb",
    "test_lessons.py",
    "10_gpt.ipynb",
    "test_answers.py",
    "test_devices.py",
    "07_text_as_tensors.ipynb",
    "test_cli.py",
    "test_environment.py",
    "13_tokenizers.ipynb",
    "15_road_to_an_llm.ipynb",
    "12_generating_text.ipynb",
    "09_transformer_block.ipynb",
    "test_train.py",
    "04_network_by_hand.ipynb",
    "06_optimizers.ipynb",
]


def pytest_collection_modifyitems(items):
    """Put the longest files first; within a file, and among the others, nothing moves."""
    place = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
