"""Text drawn from a language model a few tokens at a time, for someone who watches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice


class Writer:
    """Goes on with a text as it is asked for.

    Args:
        pieces: what each token adds.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces

    def write(self, count: int) -> str:
        """The next `count` tokens as text."""
        return "".join(islice(self._pieces, count))
