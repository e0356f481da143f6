"""Forecasts beside the values that came, and the terms that their measures add.

N rows (windows), H steps, C targets, Q quantile levels, S series.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.intervals import interval_pairs


class Forecasts(NamedTuple):
    """Forecasts and the values that came.

    Attributes:
        label, predicted: (N, H, C) in the data's units. observed: (N, H, C) bool, False for a missing value.
        series: (N,) the number of each row's series. scale: (S, C) MASE's divisor, see `mase_scale`.
        levels, quantiles: of the forecast distribution, levels ascending (Q,), quantiles (N, H, C, Q).
        scaled: label and predicted on the scaler's units.
        reference: (N, H, C) Naive2's forecasts, which OWA compares with.
    """

    label: np.ndarray
    predicted: np.ndarray
    observed: np.ndarray
    series: np.ndarray
    scale: np.ndarray
    levels: Sequence[float] = ()
    quantiles: np.ndarray | None = None
    scaled: tuple[np.ndarray, np.ndarray] | None = None
    reference: np.ndarray | None = None

    def take(self, rows: np.ndarray | slice) -> Forecasts:
        """Return some rows."""
        return self._replace(
            label=self.label[rows],
            predicted=self.predicted[rows],
            observed=self.observed[rows],
            series=self.series[rows],
            quantiles=None if self.quantiles is None else self.quantiles[rows],
            scaled=None if self.scaled is None else (self.scaled[0][rows], self.scaled[1][rows]),
            reference=None if self.reference is None else self.reference[rows],
        )


def terms(forecasts: Forecasts) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the terms (N, H, C) that the measures add, each 0 where nothing was observed."""
    there = forecasts.observed
    label = np.where(there, forecasts.label, 0.0).astype(np.float64)
    scale = forecasts.scale[forecasts.series][:, None]  # (N, 1, C)
    rated = there & np.isfinite(scale)
    yield "count", there.astype(np.float64)
    yield "mase_count", rated.astype(np.float64)
    yield "size", np.abs(label)
    error = np.where(there, forecasts.predicted, 0.0) - label
    yield "square", np.square(error)
    for prefix, predicted in (("", forecasts.predicted), ("reference_", forecasts.reference)):
        if predicted is not None:
            told = np.where(there, predicted, 0.0)
            error = np.abs(told - label)
            yield f"{prefix}absolute", error
            yield f"{prefix}percent", 200 * _over(error, np.abs(label) + np.abs(told))
            yield f"{prefix}mase", _over(np.where(rated, error, 0.0), np.where(rated, scale, 0.0))
    if forecasts.scaled is not None:
        error = np.where(there, forecasts.scaled[1] - forecasts.scaled[0], 0.0).astype(np.float64)
        yield "scaled_absolute", np.abs(error)
        yield "scaled_square", np.square(error)
    if forecasts.quantiles is not None:
        yield from _quantile_terms(label, forecasts.quantiles, forecasts.levels, there)


def _quantile_terms(
    label: np.ndarray, quantiles: np.ndarray, levels: Sequence[float], there: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    for place, level in enumerate(levels):
        error = np.where(there, label - quantiles[..., place], 0.0)
        yield f"quantile_{float(level)!r}", 2 * np.maximum(level * error, (level - 1) * error)
    for percent, (low, high) in interval_pairs(levels).items():
        ends = quantiles[..., low], quantiles[..., high]
        yield f"inside_{percent}", (there & (ends[0] <= label) & (label <= ends[1])).astype(np.float64)
        yield f"width_{percent}", np.where(there, ends[1] - ends[0], 0.0).astype(np.float64)


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Divide, with 0 where both are 0."""
    return np.divide(above, below, out=np.zeros_like(above, dtype=np.float64), where=below != 0)
