"""Calibration of a classifier: temperature scaling, and the calibration error that remains.

Shapes: N rows, C classes, K predictors.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_calibration_error

BINS = 15  # of equal width, as in Guo et al. 2017
MOST = 20.0  # largest scale; the least temperature is 1 / MOST and the largest MOST
LEAST_ROWS = 200  # validation rows; nothing is fitted on fewer
FOLDS = 5  # of the validation rows, for cross-validation of the temperature
MARGIN = 2.0  # standard errors that the gain of a temperature must exceed
_TOLERANCE = 1e-12  # of the gradient, in nats


def fit_scales(
    parts: Tensor, labels: Tensor, class_weights: Tensor | None = None, least: float = 0.0
) -> Tensor:
    """Fit scales s (K,) in [least, MOST] whose combined prediction has the least cross-entropy.

        log p(c | n) = sum_k s_k L_k(n, c) - log sum_c' exp(sum_k s_k L_k(n, c'))

    The loss is convex in s, and Newton's method finds its minimum in float64. One predictor's scale is the
    inverse of its temperature; those of several weigh them against each other as well.

    Args:
        parts: (K, N, C) log probabilities or logits.
        labels: (N,).
        class_weights: (C,) weight of a row of each class in the mean; None weights all alike.
    """
    parts = parts.double()
    rows = torch.ones(len(labels)) if class_weights is None else class_weights.cpu()[labels]
    rows = rows.double() / rows.sum()  # (N,) weights in the mean
    scales = torch.full((len(parts),), max(1 / len(parts), least), dtype=torch.float64)
    for _ in range(500):
        value, slope, curvature = _derivatives(parts, labels, rows, scales)
        free = ~((scales <= least) & (slope > 0) | (scales >= MOST) & (slope < 0))
        if not free.any() or slope[free].abs().max() < _TOLERANCE:
            break
        step = torch.zeros_like(scales)
        damped = curvature[free][:, free] + _TOLERANCE * torch.eye(int(free.sum()), dtype=torch.float64)
        step[free] = torch.linalg.solve(damped, slope[free])
        moved = _descend(parts, labels, rows, (scales, step, value), least)
        if moved is None:
            break
        scales = moved
    return scales


def _derivatives(
    parts: Tensor, labels: Tensor, rows: Tensor, scales: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the loss, its gradient (K,) and its matrix of second derivatives (K, K)."""
    logits = torch.einsum("k,knc->nc", scales, parts)
    probabilities = logits.softmax(1)
    means = torch.einsum("nc,knc->kn", probabilities, parts)
    chosen = parts[:, torch.arange(len(labels)), labels]  # (K, N)
    squares = torch.einsum("n,nc,knc,lnc->kl", rows, probabilities, parts, parts)
    curvature = squares - torch.einsum("n,kn,ln->kl", rows, means, means)
    return _loss(parts, labels, rows, scales), (means - chosen) @ rows, curvature


def _loss(parts: Tensor, labels: Tensor, rows: Tensor, scales: Tensor) -> Tensor:
    logits = torch.einsum("k,knc->nc", scales, parts)
    return -(logits.log_softmax(1)[torch.arange(len(labels)), labels] * rows).sum()


def _descend(
    parts: Tensor, labels: Tensor, rows: Tensor, place: tuple[Tensor, Tensor, Tensor], least: float
) -> Tensor | None:
    """Return the scales after the longest of the steps 1, 1/2, 1/4, ... that lowers the loss, or None."""
    scales, step, value = place
    for _ in range(40):
        moved = (scales - step).clamp(least, MOST)
        if _loss(parts, labels, rows, moved) < value:
            return moved
        step = step / 2
    return None


def fit_temperature(log_probabilities: Tensor, labels: Tensor) -> float:
    """Fit T in [1 / MOST, MOST] so that softmax(log p / T) has the least cross-entropy (Guo et al. 2017).

    If all rows are predicted correctly the best T would be 0, which is no temperature: then it is 1.

    Args:
        log_probabilities: (N, C), of rows that the network was not trained on. labels: (N,).
    """
    if bool((log_probabilities.argmax(1) == labels).all()):
        return 1.0
    return 1 / float(fit_scales(log_probabilities[None], labels, least=1 / MOST))


class Temperature(NamedTuple):
    """A temperature and its cross-validated gain.

    Attributes:
        value: the temperature; 1 if the gain is not clear.
        rows: number of validation rows.
        gain: mean reduction of the loss on held-out folds, in nats per row; None for too few rows.
        error: standard error of the gain.
    """

    value: float
    rows: int
    gain: float | None = None
    error: float | None = None

    def __str__(self) -> str:
        if self.gain is None:
            return f"kept 1.0, as {self.rows:,} validation rows are fewer than {LEAST_ROWS}"
        found = f"{self.gain:.5f} nats a row less on held-out folds of {self.rows:,} validation rows"
        found += f", standard error {self.error:.5f}"
        return f"kept 1.0, no clear gain: {found}" if self.value == 1 else f"{self.value:.3f}: {found}"


def choose_temperature(log_probabilities: Tensor, labels: Tensor) -> Temperature:
    """Fit a temperature, but keep 1 unless it has a clear gain in cross-validation.

    The mean gain must exceed MARGIN standard errors, on at least LEAST_ROWS rows.

    Args:
        log_probabilities: (N, C), of rows that the network was not trained on.
        labels: (N,).
    """
    rows = len(labels)
    if rows < LEAST_ROWS:
        return Temperature(1.0, rows)
    places = torch.arange(rows)
    folds = torch.randperm(rows, generator=torch.Generator().manual_seed(0)) % FOLDS
    gains = torch.zeros(rows, dtype=torch.float64)
    for fold in range(FOLDS):
        held = folds == fold
        scale = torch.tensor([1 / fit_temperature(log_probabilities[~held], labels[~held])])
        parts, own = log_probabilities[held][None], labels[held]
        before, after = (combined(parts, s)[places[: len(own)], own] for s in (torch.ones(1), scale))
        gains[held] = after - before
    gain, error = gains.mean().item(), gains.std().item() / rows**0.5
    value = fit_temperature(log_probabilities, labels) if gain > MARGIN * error else 1.0
    return Temperature(value, rows, gain, error)


def fit_blend(parts: Tensor, labels: Tensor, class_weights: Tensor | None = None) -> Tensor:
    """Fit scales by `fit_scales`; with fewer than LEAST_ROWS rows return equal scales that sum to 1."""
    if len(labels) < LEAST_ROWS:
        return torch.full((len(parts),), 1 / len(parts), dtype=torch.float64)
    return fit_scales(parts, labels, class_weights)


def combined(parts: Tensor, scales: Tensor) -> Tensor:
    """Return log probabilities (N, C), float64, of predictors (K, N, C) combined with these scales (K,)."""
    return torch.einsum("k,knc->nc", scales.double(), parts.double()).log_softmax(1)


def calibration_error(log_probabilities: Tensor, labels: Tensor) -> float:
    """Return the expected calibration error: the mean over rows of |accuracy - confidence| of their bin."""
    probabilities = log_probabilities.exp().clamp(max=1)
    classes = log_probabilities.size(1)
    error = multiclass_calibration_error(probabilities, labels, classes, n_bins=BINS, norm="l1")
    return float(error)


class Reliability(NamedTuple):
    """A reliability diagram's data for each bin: number of rows, mean confidence, accuracy.

    The last two are 0 where a bin has no rows.
    """

    counts: list[int]
    confidences: list[float]
    accuracies: list[float]


def reliability(log_probabilities: Tensor, labels: Tensor) -> Reliability:
    """Return the bins of `calibration_error`, of equal width from 0 to 1."""
    confidences, predicted = log_probabilities.exp().clamp(max=1).double().max(1)
    borders = torch.linspace(0, 1, BINS + 1, dtype=torch.float64)
    bins = (torch.bucketize(confidences, borders, right=True) - 1).clamp(max=BINS - 1)
    counts = torch.bincount(bins, minlength=BINS)
    right = (predicted == labels).double()
    sums = [torch.bincount(bins, values, minlength=BINS) for values in (confidences, right)]
    means = [(total / counts.clamp(min=1)).tolist() for total in sums]
    return Reliability(counts.tolist(), *means)
