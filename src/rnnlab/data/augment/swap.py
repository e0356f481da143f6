"""Two tokens change places."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.amount import changes


def swap(ids: np.ndarray, free: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Random swap of EDA (Wei & Zou 2019): `share` times the free tokens, two of them change places.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may move; the others keep their places.
    """
    places = np.flatnonzero(free)
    number = changes(share, len(places))
    if not number or len(places) < 2:
        return ids
    swapped = ids[places].tolist()
    for draw, step in rng.random((number, 2)).tolist():
        one = int(draw * len(places))
        other = (one + 1 + int(step * (len(places) - 1))) % len(places)  # never the same place
        swapped[one], swapped[other] = swapped[other], swapped[one]
    result = ids.copy()
    result[places] = swapped
    return result
