"""Two tokens change places."""

from __future__ import annotations

import numpy as np

from rnnlab.augment.amount import changes


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
    first = rng.integers(len(places), size=number)
    second = (first + rng.integers(1, len(places), size=number)) % len(places)  # never the same place
    swapped = ids[places].tolist()
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        swapped[one], swapped[other] = swapped[other], swapped[one]
    result = ids.copy()
    result[places] = swapped
    return result
