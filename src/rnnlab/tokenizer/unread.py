"""Finds texts without a known token, whose prediction does not depend on their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from rnnlab.tokenizer.base import Tokenizer

EMPTY, UNKNOWN = "empty text", "no known token"


def unread(
    texts: Sequence[str], encoded: Sequence[np.ndarray], clean: Callable[[str], str], tokenizer: Tokenizer
) -> list[str]:
    """Return a note on each text: `EMPTY` if it has no token after cleaning, `UNKNOWN` if the model reads
    only unknown tokens, else "".

    Args:
        encoded: the ids (T,) that the model reads of each text, T >= 1.
    """
    closing = getattr(tokenizer, "sentence_id", None)
    last = max(tokenizer.pad_id, tokenizer.unknown_id, closing or 0)  # special tokens have the lowest ids
    return [
        "" if ids.max() > last else UNKNOWN if tokenizer.encode(clean(text)) else EMPTY
        for text, ids in zip(texts, encoded, strict=True)
    ]


class Noted:
    """Counts the texts with a note, and keeps the number of the first (from 1)."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.first: int | None = None

    def add(self, number: int, note: str | None) -> None:
        """Count the text of that number; one without a note changes nothing."""
        if note:
            self.counts[note] += 1
            self.first = number if self.first is None else self.first

    def summary(self) -> str:
        """Summarise the texts in one line; "" for none."""
        if not self.counts:
            return ""
        counts = [f"{self.counts[kind]:,} {kind}" for kind in (EMPTY, UNKNOWN) if self.counts[kind]]
        total = self.counts.total()
        texts = "1 text holds" if total == 1 else f"{total:,} texts hold"
        where = f"{' and '.join(counts)}; the first is row {self.first}"
        return f"{texts} nothing that the model knows ({where}): it answers these without having read a word"


def summary(noted: Iterable[tuple[int, str]]) -> str:
    """Summarise the noted texts in one line.

    Args:
        noted: number (from 1) and note of each.
    """
    found = Noted()
    for number, note in noted:
        found.add(number, note)
    return found.summary()
