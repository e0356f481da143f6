"""What a cleaning step changed: the parts of a text before and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
MOST_PIECES = 2000  # compared piece by piece; a longer stretch counts as one change, for time's sake


class Part(NamedTuple):
    """A stretch of the text: `before` and `after` are equal where it is not `changed`."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def difference(before: str, after: str) -> list[Part]:
    """The parts of two texts, in order: joined, their `before` is `before` and their `after` is `after`.

    Words are compared as wholes.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    start = _num_equal(old, new)
    end = _num_equal(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    head, tail = "".join(old[:start]), "".join(old[len(old) - end :])
    parts = [Part(head, head), *_middle(middle_old, middle_new), Part(tail, tail)]
    return [part for part in parts if part != ("", "")]


def _num_equal(old: list[str], new: list[str]) -> int:
    """How many first pieces the two share."""
    unequal = (place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return next(unequal, min(len(old), len(new)))


def _middle(old: list[str], new: list[str]) -> Iterator[Part]:
    if max(len(old), len(new)) > MOST_PIECES:
        yield Part("".join(old), "".join(new))
        return
    for _, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        yield Part("".join(old[a:b]), "".join(new[c:d]))
