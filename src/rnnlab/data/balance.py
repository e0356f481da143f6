"""Class-balanced epochs."""

from __future__ import annotations

import numpy as np


class Balance:
    """Draws N of N rows with all classes equally often, or some once more if N is not divisible.

    The rows of a class come equally often too, with a random draw of those that come once more. So no draw
    has a row of a large class twice, and none leaves out a row of a small class.

    Args:
        labels: (N,) class of each row.
    """

    def __init__(self, labels: np.ndarray) -> None:
        classes = np.unique(labels)
        self._rows = [np.flatnonzero(labels == one) for one in classes]
        more = np.arange(len(classes)) < len(labels) % max(len(classes), 1)
        self._quotas = (len(labels) // max(len(classes), 1) + more).tolist()

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return the row numbers (N,) of a random draw."""
        return self._drawn([rng.permutation(rows) for rows in self._rows])

    def longest(self, lengths: np.ndarray) -> np.ndarray:
        """Return the draw (N,) whose k-th longest row is, for every k, as long as in any draw."""
        return self._drawn([rows[np.argsort(-lengths[rows], kind="stable")] for rows in self._rows])

    def _drawn(self, orders: list[np.ndarray]) -> np.ndarray:
        """Return the rows of each class in order, repeated from the start up to its quota."""
        parts = [np.resize(rows, quota) for rows, quota in zip(orders, self._quotas, strict=True)]
        return np.concatenate([np.empty(0, dtype=np.int64), *parts])
