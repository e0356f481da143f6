"""Words in a slightly other order."""

from __future__ import annotations

import numpy as np


def shuffle_window(ids: np.ndarray, free: np.ndarray, window: int, rng: np.random.Generator) -> np.ndarray:
    """Tokens move by at most `window` places (Lample et al. 2018), none past one that may not move.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may move; the others keep their places and are walls to the rest.
    """
    if window <= 0:
        return ids
    places = np.arange(len(ids))
    walls = np.cumsum(~free)  # grows from each stretch between walls to the next by more than a move
    keys = places + walls * (window + 1) + rng.random(len(ids)) * (window + 1) * free
    return ids[np.argsort(keys, kind="stable")]
