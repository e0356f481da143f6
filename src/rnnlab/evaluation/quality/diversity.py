"""Diversity of texts: repetition within each text and similarity between texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LOOP = 3  # repetitions of a text's end that count as a loop
_MOST_LOOP = 100  # characters of the repeated part


def words(text: str) -> list[str]:
    """Return the words in lower case, with contractions such as `don't` kept whole."""
    return [word.lower() for word in _WORD.findall(text)]


def distinct(texts: Sequence[str], size: int) -> float:
    """Return distinct n-grams of words over all n-grams (Li et al. 2016); 0 if there are none."""
    grams = [tuple(w[i : i + size]) for w in map(words, texts) for i in range(len(w) - size + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[str]) -> float:
    """Return the mean BLEU-4 in [0, 100] of each text against all others (Zhu et al. 2018)."""
    if len(texts) < 2:
        return 0.0
    from sacrebleu import sentence_bleu

    found = [
        sentence_bleu(text, [*texts[:place], *texts[place + 1 :]]).score for place, text in enumerate(texts)
    ]
    return float(sum(found) / len(found))


def loops(texts: Sequence[str]) -> float:
    """Return the fraction of texts that end in the same words or characters three times or more."""
    return sum(map(ends_in_loop, texts)) / len(texts) if texts else 0.0


def ends_in_loop(text: str) -> bool:
    """Return whether the text ends in a stretch of at least four characters repeated three times."""
    text = text.rstrip()
    return any(
        text.endswith(text[len(text) - size :] * LOOP)
        for size in range(4, min(_MOST_LOOP, len(text) // LOOP) + 1)
    )
