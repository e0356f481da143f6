"""A classifier's prediction for a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FIELDS = {"label": str, "probability": float, "probabilities": dict[str, float], "note": str}


class Prediction(NamedTuple):
    """The most probable class, its probability, and the probability of each class by name.

    `note` is not empty if the model read no known token (see `rnnlab.tokenizer.unread`).
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    note: str = ""


def predictions_of(
    probabilities: np.ndarray, classes: Sequence[str], notes: Sequence[str]
) -> list[Prediction]:
    """Return N predictions from probabilities (N, C) and N notes."""
    found = []
    for row, note in zip(probabilities.tolist(), notes, strict=True):
        best = max(range(len(row)), key=row.__getitem__)
        found.append(Prediction(classes[best], row[best], dict(zip(classes, row, strict=True)), note))
    return found
