"""Differences between a text before and after a cleaning step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
REACH = 80  # pieces, of both texts together, within which they have to agree again after a change


class Part(NamedTuple):
    """A span of the text: `before` and `after` are equal where it is not `changed`."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def difference(before: str, after: str) -> list[Part]:
    """Split two texts into parts: the joined `before` are `before`, the joined `after` are `after`.

    Words are compared as wholes. The time grows with the length and not with its square, because cleaning
    changes a text here and there: after a change the texts agree again where two pieces in a row are equal.
    If that is far off, everything up to their common ending counts as one change.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    start = _num_equal(old, new)
    end = _num_equal(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    head, tail = "".join(old[:start]), "".join(old[len(old) - end :])
    parts = [Part(head, head), *_middle(middle_old, middle_new), Part(tail, tail)]
    return [part for part in parts if part != ("", "")]


def _num_equal(old: list[str], new: list[str]) -> int:
    """Return the number of leading pieces that both share."""
    unequal = (place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return next(unequal, min(len(old), len(new)))


def _middle(old: list[str], new: list[str]) -> Iterator[Part]:
    a = b = 0
    while a < len(old) or b < len(new):
        skipped_old, skipped_new = _change(old, a, new, b)
        yield Part("".join(old[a : a + skipped_old]), "".join(new[b : b + skipped_new]))
        a, b = a + skipped_old, b + skipped_new
        start = a
        while a < len(old) and b < len(new) and old[a] == new[b]:
            a, b = a + 1, b + 1
        same = "".join(old[start:a])
        yield Part(same, same)


def _change(old: list[str], a: int, new: list[str], b: int) -> tuple[int, int]:
    """Return the number of pieces from `a` and from `b` that differ."""
    for total in range(1, REACH):
        for skipped in range(total + 1):
            if old[a + skipped : a + skipped + 2] == new[b + total - skipped : b + total - skipped + 2]:
                return skipped, total - skipped
    return len(old) - a, len(new) - b
