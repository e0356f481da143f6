"""Sentences in another order."""

from __future__ import annotations

import numpy as np

from rnnlab.tokenizer.base import UNKNOWN_ID, Tokenizer


def shuffle_sentences(
    ids: np.ndarray, ends: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """With probability `share` the sentences come in random order, each whole (Lewis et al. 2020).

    What follows the last end, a sentence that was cut off, stays last.

    Args:
        ids: (T,) token ids.
        ends: (T,) bool, the tokens that close sentences; of several in a row ("?!") the last one does.
    """
    if share <= 0 or rng.random() >= share:
        return ids
    closes = ends.copy()
    closes[:-1] &= ~ends[1:]
    stops = np.flatnonzero(closes) + 1
    if len(stops) < 2:
        return ids
    *sentences, rest = np.split(ids, stops)
    return np.concatenate([*(sentences[number] for number in rng.permutation(len(sentences))), rest])


def ending_ids(tokenizer: Tokenizer) -> list[int]:
    """Ids that close a sentence: the separator if the tokenizer has one, else those of `.`, `!` and `?`."""
    separator = getattr(tokenizer, "sentence_id", None)
    if separator is not None:
        return [separator]
    texts = (f"{before}{mark}" for mark in ".!?" for before in ("", "a", "a "))
    last = {ids[-1] for text in texts if (ids := tokenizer.encode(text))} - {UNKNOWN_ID}
    return sorted(number for number in last if tokenizer.decode([number]).strip() in {".", "!", "?"})
