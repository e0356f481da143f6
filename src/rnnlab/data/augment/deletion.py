"""Tokens that are left out."""

from __future__ import annotations

import numpy as np


def delete(ids: np.ndarray, free: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Random deletion of EDA (Wei & Zou 2019): each free token goes with probability `share`.

    Where that would leave nothing, one token that is drawn stays.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may go.
    """
    if share <= 0 or not len(ids):
        return ids
    stays = ~free | (rng.random(len(ids)) >= share)
    if not stays.any():
        stays[rng.integers(len(ids))] = True
    return ids[stays]
