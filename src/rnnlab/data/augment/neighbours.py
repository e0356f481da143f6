"""Nearest-token table for augmentation, without tokens that are not words."""

from __future__ import annotations

import numpy as np


class Neighbours:
    """Random draws from the nearest tokens of each token.

    Args:
        table: (V, K) ids of the nearest tokens, padded with -1.
        words: (V,) bool, the tokens that may be replaced and that may replace others.

    Raises:
        ValueError: the two are of different vocabularies.
    """

    def __init__(self, table: np.ndarray, words: np.ndarray) -> None:
        if len(table) != len(words):
            raise ValueError(f"table has {len(table)} rows and the vocabulary {len(words)} tokens")
        usable = (table >= 0) & words[table] & words[:, None]  # (V, K)
        order = np.argsort(~usable, axis=1, kind="stable")
        self._table = np.take_along_axis(table, order, axis=1)
        self._counts = usable.sum(axis=1)

    def known(self, ids: np.ndarray) -> np.ndarray:
        """Return which of the (T,) ids have a neighbour, (T,) bool."""
        return self._counts[ids] > 0

    def draw(self, ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw one neighbour of each of the (T,) ids, uniformly; each id must have one."""
        column = (rng.random(len(ids)) * self._counts[ids]).astype(np.int64)
        return self._table[ids, column]
