"""Tags of whole splits between arrays of ids and lists of names. N rows, T words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.entity_scores import EntityCounts, entity_counts

NOTHING = -1  # id of padding


def names_of(ids: np.ndarray, names: Sequence[str]) -> list[list[str]]:
    """Return the tags of each row from padded ids (N, T)."""
    return [[names[tag] for tag in row if tag != NOTHING] for row in ids.tolist()]


def counts_of(
    label: np.ndarray,
    predicted: np.ndarray,
    names: Sequence[str],
    scheme: str | None,
    words: Sequence[Sequence[str]] | None = None,
) -> EntityCounts:
    """Count entities of padded ids (N, T); see `rnnlab.evaluation.entity_scores`."""
    return entity_counts(names_of(label, names), names_of(predicted, names), scheme, words)
