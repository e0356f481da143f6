"""Finds texts without a known token, whose prediction does not depend on their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def summary(noted: Sequence[tuple[int, str]]) -> str:
    """Summarise the noted texts in one line.

    Args:
        noted: number (from 1) and note of each, at least one.
    """
    kinds = [note for _, note in noted]
    counts = [f"{kinds.count(kind):,} {kind}" for kind in (EMPTY, UNKNOWN) if kind in kinds]
    texts = "1 text holds" if len(noted) == 1 else f"{len(noted):,} texts hold"
    where = f"{' and '.join(counts)}; the first is row {noted[0][0]}"
    return f"{texts} nothing that the model knows ({where}): it answers these without having read a word"
