"""The finished code of the course that goes from a tensor to a working GPT."""

__version__ = "0.1.0"
