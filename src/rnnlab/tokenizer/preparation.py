"""Training texts prepared for a library trainer: folded, without marks and rare characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rnnlab.bar import Bar
from rnnlab.text.marks import MARKS
from rnnlab.tokenizer.blocks import pieces

_SPECIAL = re.compile("|".join(map(re.escape, MARKS)))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MOST = 2**18  # words between blanks that are remembered at once
_PIECE = 2**16  # characters; the library takes 256 texts at a time


class Prepared:
    """An iterable over training texts without marks and rare characters.

    Marks become tokens of their own and are no training data for pieces; a rare character, which would take
    a vocabulary entry of its own, is left out. ASCII is always kept. Long texts come in pieces.

    Args:
        fold: folds the case of a text, and the like.
        min_count: a character that occurs less often is rare.
        drop: the library puts a blank before every text; see `rnnlab.tokenizer.blocks.cut`.

    Attributes:
        marks: the marks that occur in the texts, in the order of `MARKS`.
        inner: the characters that directly follow another one that is not a blank, in sorted order.
    """

    def __init__(
        self, texts: Sequence[str], fold: Callable[[str], str], min_count: int, drop: bool = False
    ) -> None:
        self.texts, self.fold, self.drop = texts, fold, drop
        found: set[str] = set()
        words: set[str] = set()
        counts: Counter[str] = Counter()
        inner: set[str] = set()
        for text in texts:
            if "<" in text:
                found.update(_SPECIAL.findall(text))
            folded = fold(text)
            words.update(folded.split())
            if len(words) > _MOST:
                inner.update(*(word[1:] for word in words))
                words.clear()
            if min_count > 1 and not folded.isascii():
                counts.update(_NOT_ASCII.findall(folded))
        self.marks = [mark for mark in MARKS if mark in found]
        rare = {character for character, count in counts.items() if count < min_count}
        self.rare = dict.fromkeys(map(ord, rare), " ")
        self.inner = sorted(inner.union(*(word[1:] for word in words)) - rare)

    def __iter__(self) -> Iterator[str]:
        for text in Bar(self.texts, "vocabulary", unit=" texts"):
            folded = self.fold(text)
            if "<" in folded:
                folded = _SPECIAL.sub(" ", folded)
            folded = folded if folded.isascii() else folded.translate(self.rare)
            yield from pieces(folded, _PIECE, self.drop)
