"""Words that are not seen."""

from __future__ import annotations

import numpy as np

UNKNOWN_ID = 1


def drop_words(ids: np.ndarray, free: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Each free token becomes the unknown one with probability `share` (Iyyer et al. 2015).

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may change.
    """
    if share <= 0:
        return ids
    return np.where(free & (rng.random(len(ids)) < share), UNKNOWN_ID, ids)
