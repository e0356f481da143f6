"""Surface forms of entities: scores of different words with a type, each once, as WNUT17's second F1.

A rare name counts as much as a frequent one. Shapes: N sentences, F forms, R resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.evaluation.entities import Span

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Forms(NamedTuple):
    """Presence of each form in each sentence, (N, F): correct, true and predicted entities."""

    correct: csr_matrix
    true: csr_matrix
    predicted: csr_matrix


def forms_of(
    words: Sequence[Sequence[str]], true: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]
) -> Forms:
    """Return the forms of N sentences: the words as they are written, and the type."""
    from scipy.sparse import csr_matrix

    numbers: dict[tuple[tuple[str, ...], str], int] = {}
    places: tuple[list[tuple[int, int]], ...] = ([], [], [])
    for row, (own, first, second) in enumerate(zip(words, true, predicted, strict=True)):
        for found, spans in zip(places, (set(first) & set(second), first, second), strict=True):
            for span in spans:
                form = tuple(own[span.start : span.end]), span.type
                found.append((row, numbers.setdefault(form, len(numbers))))
    shape = len(words), max(len(numbers), 1)
    tables = []
    for found in places:
        rows, columns = np.array(found, dtype=np.int64).reshape(-1, 2).T
        tables.append(csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape))
    return Forms(*tables)


def surface_counts(forms: Forms, weights: np.ndarray) -> list[np.ndarray]:
    """Return the numbers (R,) of correct, true and predicted forms in resamples, by weights (R, N)."""
    taken = np.asarray(weights > 0, np.float32).T  # (N, R)
    return [np.asarray((table.T @ taken > 0).sum(0), dtype=float) for table in forms]
