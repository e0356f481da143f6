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

    Marks become tokens of their own and are no training data for pieces; a rare character, which would take
    a vocabulary entry of its own, is left out. ASCII is always kept.

    Attributes:
        marks: the marks that occur in the texts, in the order of `MARKS`.
        inner: the characters that directly follow another one that is not a blank, in sorted order.
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
