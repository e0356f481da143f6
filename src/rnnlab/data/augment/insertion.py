"""Words of like meaning that are put in anywhere."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.amount import changes
from rnnlab.data.augment.neighbours import Neighbours


def insert(
    ids: np.ndarray, neighbours: Neighbours, share: float, rng: np.random.Generator, closed: bool = False
) -> np.ndarray:
    """Random insertion of EDA (Wei & Zou 2019) with nearest embeddings for synonyms.

    Args:
        ids: (T,) token ids; neighbours of `share * T` of them that are drawn come in at random places.
        closed: nothing is put behind the last token.
    """
    sources = ids[neighbours.known(ids)] if share > 0 else ()
    if not len(sources):
        return ids
    number = changes(share, len(ids))
    drawn = rng.random((2, number))
    new = neighbours.draw(sources[(drawn[0] * len(sources)).astype(np.int64)], rng)
    places = (drawn[1] * (len(ids) + (not closed))).astype(np.int64)  # before which token each comes
    order = np.argsort(np.concatenate([places, np.arange(len(ids))]), kind="stable")
    return np.concatenate([new, ids])[order]
