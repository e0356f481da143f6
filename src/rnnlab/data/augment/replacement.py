"""Words that give way to words of like meaning."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.amount import changes
from rnnlab.data.augment.neighbours import Neighbours


def replace(ids: np.ndarray, neighbours: Neighbours, share: float, rng: np.random.Generator) -> np.ndarray:
    """Replacement of EDA (Wei & Zou 2019) with nearest embeddings for synonyms.

    Args:
        ids: (T,) token ids; `share * T` of those that have a neighbour become one of theirs.
    """
    places = np.flatnonzero(neighbours.known(ids)) if share > 0 else ()
    if not len(places):
        return ids
    chosen = places[np.argsort(rng.random(len(places)))[: changes(share, len(ids))]]
    result = ids.copy()
    result[chosen] = neighbours.draw(ids[chosen], rng)
    return result
