"""Results by group of rows (length, confidence), and the most and least confident predictions.

Shapes: N rows, C classes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Group(NamedTuple):
    """The rows whose value lies in [low, high]: their number, accuracy, and its 95 % interval."""

    low: float
    high: float
    rows: int
    accuracy: float
    interval: tuple[float, float]


def by_value(values: np.ndarray, right: np.ndarray, groups: int = 8) -> list[Group]:
    """Return groups of about equally many rows, in the order of their values; equal values stay together.

    Args:
        values: (N,) what to group by, such as the number of words.
        right: (N,) whether each row's prediction is correct.
        groups: how many at most.
    """
    if len(values) == 0:
        return []
    borders = np.quantile(values, np.linspace(0, 1, groups + 1)[1:-1], method="inverted_cdf")
    places = np.searchsorted(np.unique(borders), values, side="left")
    return [_group(values[places == place], right[places == place]) for place in np.unique(places)]


def by_confidence(probabilities: np.ndarray, right: np.ndarray, width: float = 0.1) -> list[Group]:
    """Return groups of equal width by the largest probability of (N, C), without the empty ones."""
    confidence = np.minimum(probabilities.max(1), 1.0)
    places = np.minimum((confidence / width + 1e-9).astype(int), round(1 / width) - 1)
    found = []
    for place in np.unique(places):
        group = _group(confidence[places == place], right[places == place])
        found.append(group._replace(low=place * width, high=(place + 1) * width))
    return found


def most_confident_mistakes(labels: np.ndarray, probabilities: np.ndarray, most: int = 20) -> np.ndarray:
    """Return indices (at most `most`,) of wrong rows, most confident first; ties keep their order."""
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    order = np.argsort(-probabilities[wrong].max(1), kind="stable")
    return wrong[order[:most]]


def least_confident(probabilities: np.ndarray, most: int = 20) -> np.ndarray:
    """Return indices (at most `most`,) of the rows whose two likeliest classes are closest in probability."""
    top = np.sort(probabilities, 1)
    return np.argsort(top[:, -1] - top[:, -2], kind="stable")[:most]


def wilson(right: float, rows: int) -> tuple[float, float]:
    """Return the 95 % interval of a fraction (Wilson 1927); it holds for few rows and near 0 and 1 too."""
    if not rows:
        return 0.0, 1.0
    z = 1.959963984540054
    share, squared = right / rows, z * z / rows
    middle = share + squared / 2
    half = z * np.sqrt(share * (1 - share) / rows + squared / (4 * rows))
    low, high = (middle - half) / (1 + squared), (middle + half) / (1 + squared)
    return float(max(low, 0.0)), float(min(high, 1.0))


def _group(values: np.ndarray, right: np.ndarray) -> Group:
    rows, share = len(values), float(np.mean(right))
    return Group(float(values.min()), float(values.max()), rows, share, wilson(float(np.sum(right)), rows))
