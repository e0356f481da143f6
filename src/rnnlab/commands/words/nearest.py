"""The words nearest to a vector."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from rnnlab.commands.words.query import Query
from rnnlab.commands.words.trained_vectors import unit


class Neighbour(NamedTuple):
    """A token and its cosine with the query, in [-1, 1]."""

    id: int
    token: str
    cosine: float


def nearest(
    query: Query, units: np.ndarray, names: list[str], top: int, skipped: Collection[int]
) -> list[Neighbour]:
    """Return the `top` tokens with the largest cosine, best first, except the query and skipped ones.

    Args:
        units: (V, E), rows of length 1, or 0 for a token without a vector, which is never a neighbour.
        names: name of each token.
    """
    cosines = units @ unit(query.vector)
    cosines[[*query.ids, *skipped]] = -np.inf
    cosines[~units.any(1)] = -np.inf
    top = min(top, int(np.isfinite(cosines).sum()))
    best = np.argpartition(-cosines, top - 1)[:top] if top else np.array([], int)
    order = best[np.lexsort((best, -cosines[best]))]
    return [Neighbour(int(i), names[i], float(cosines[i])) for i in order]


def to_json(query: Query, found: list[Neighbour]) -> dict[str, Any]:
    return {
        "word": query.word,
        "ids": query.ids,
        "note": query.note,
        "neighbours": [{"id": n.id, "token": n.token, "cosine": round(n.cosine, 6)} for n in found],
    }
