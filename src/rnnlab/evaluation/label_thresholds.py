"""Thresholds above which a label is predicted, and a temperature, chosen on validation. N rows, C labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PLAIN = 0.5
LABEL, ONE = "label", "one"
FEW = 10  # rows with a label; with fewer it gets the threshold of all labels together
LEAST_ROWS = 200  # for a temperature


class Thresholds(NamedTuple):
    """Decision rule for labels: sigmoid(logit / temperature) >= threshold.

    Attributes:
        values: a threshold for each label.
        temperature: > 0.
    """

    values: tuple[float, ...]
    temperature: float = 1.0

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Map logits (..., C) to probabilities float64."""
        return sigmoid(logits.astype(np.float64) / self.temperature)

    def flags(self, probabilities: np.ndarray) -> np.ndarray:
        """Map probabilities (..., C) to flags of the predicted labels."""
        return probabilities >= np.array(self.values)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


def choose_thresholds(label: np.ndarray, probability: np.ndarray, how: str | float) -> tuple[float, ...]:
    """Return a threshold for each label by the best F1 on flags and probabilities (N, C).

    Args:
        how: `label`, one for each; `one` for all, by micro F1; or a number, which is taken as it is.
    """
    count = label.shape[1]
    if not isinstance(how, str):
        return (float(how),) * count
    common = best_threshold(label.ravel(), probability.ravel())
    if how == ONE:
        return (common,) * count
    enough = label.sum(axis=0, dtype=np.int64) >= FEW
    return tuple(
        best_threshold(label[:, place], probability[:, place]) if enough[place] else common
        for place in range(count)
    )


def best_threshold(label: np.ndarray, probability: np.ndarray) -> float:
    """Return the threshold with the best F1 on flags (N,) and probabilities (N,); 0.5 without a label.

    It is half-way between two neighbouring probabilities; of several thresholds the highest is taken.
    """
    positive = int(label.sum(dtype=np.int64))
    if not positive:
        return PLAIN
    order = np.argsort(-probability, kind="stable")
    ranked, hits = probability[order], label[order].astype(np.int64).cumsum()
    below = np.append(ranked[1:], 0.0)
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + positive)
    f1[:-1][ranked[:-1] == below[:-1]] = -1  # no threshold parts rows that tie
    best = int(f1.argmax())
    middle = float((ranked[best] + below[best]) / 2)
    return middle if middle > below[best] else float(ranked[best])


def choose_temperature(label: np.ndarray, logits: np.ndarray) -> float:
    """Return the temperature with the least loss on flags and logits (N, C); 1 with fewer than 200 rows."""
    from scipy.optimize import minimize_scalar

    if len(label) < LEAST_ROWS:
        return 1.0
    signed = np.where(label > 0, logits, -logits).astype(np.float64)

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, -signed / np.exp(log_temperature)).mean())

    found = minimize_scalar(loss, bounds=(-3, 3), method="bounded")
    return float(np.exp(found.x)) if found.fun < loss(0.0) else 1.0


def calibration_error(label: np.ndarray, probability: np.ndarray, bins: int = 15) -> float:
    """Return the mean gap between probability and frequency over all decisions (N, C), in equal bins."""
    truth, said = label.ravel().astype(float), probability.ravel()
    place = np.minimum((said * bins).astype(int), bins - 1)
    gaps = np.bincount(place, said - truth, minlength=bins)
    return float(np.abs(gaps).sum() / len(said))
