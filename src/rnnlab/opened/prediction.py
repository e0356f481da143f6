"""What a classifier says of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Prediction(NamedTuple):
    """The likeliest class, its probability, and every class's by its name."""

    label: str
    probability: float
    probabilities: dict[str, float]


def predictions_of(probabilities: np.ndarray, classes: Sequence[str]) -> list[Prediction]:
    """(N, C) as N predictions."""
    found = []
    for row in probabilities.tolist():
        best = max(range(len(row)), key=row.__getitem__)
        found.append(Prediction(classes[best], row[best], dict(zip(classes, row, strict=True))))
    return found
