"""Training texts prepared for a library trainer: folded, without marks and rare characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rnnlab.bar import Bar
from rnnlab.text.marks import MARKS

_SPECIAL = re.compile("|".join(map(re.escape, MARKS)))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class Prepared:
    """An iterable over training texts without marks and rare characters.

    Marks become tokens of their own and teach no piece; a rare character, which would take a place in the
    vocabulary for itself, is left out. ASCII is always kept.

    Attributes:
        marks: those that stand in the texts, in the order of `MARKS`.
        inner: the characters that stand behind another one, without a blank between them, in sorted order.
    """

    def __init__(self, texts: Sequence[str], fold: Callable[[str], str], min_count: int) -> None:
        self.texts, self.fold = texts, fold
        found: set[str] = set()
        pieces: set[str] = set()
        counts: Counter[str] = Counter()
        for text in texts:
            if "<" in text:
                found.update(_SPECIAL.findall(text))
            folded = fold(text)
            pieces.update(folded.split())
            if min_count > 1 and not folded.isascii():
                counts.update(_NOT_ASCII.findall(folded))
        self.marks = [mark for mark in MARKS if mark in found]
        rare = {character for character, count in counts.items() if count < min_count}
        self.rare = dict.fromkeys(map(ord, rare), " ")
        self.inner = sorted({character for piece in pieces for character in piece[1:]} - rare)

    def __iter__(self) -> Iterator[str]:
        for text in Bar(self.texts, "vocabulary", unit=" texts"):
            folded = self.fold(text)
            if "<" in folded:
                folded = _SPECIAL.sub(" ", folded)
            yield folded if folded.isascii() else folded.translate(self.rare)
