"""Generate text from a language model a few tokens at a time, for streaming."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice


class Writer:
    """Generates the continuation of a prompt in steps.

    Args:
        pieces: the text of each token.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces

    def write(self, count: int) -> str:
        """Return the next `count` tokens as text."""
        return "".join(islice(self._pieces, count))
