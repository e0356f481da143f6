"""What a classifier says of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Prediction(NamedTuple):
    """The likeliest class, its probability, and every class's by its name.

    `note` says so where nothing that the model knows was read (`rnnlab.tokenizer.unread`).
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    note: str = ""


def predictions_of(
    probabilities: np.ndarray, classes: Sequence[str], notes: Sequence[str]
) -> list[Prediction]:
    """(N, C) and N notes as N predictions."""
    found = []
    for row, note in zip(probabilities.tolist(), notes, strict=True):
        best = max(range(len(row)), key=row.__getitem__)
        found.append(Prediction(classes[best], row[best], dict(zip(classes, row, strict=True)), note))
    return found
