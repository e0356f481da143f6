"""Conformal intervals of a run or a backtest: scores from validation windows, applied in the data's units.

N rows, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.evaluation.series.forecasts import Forecasts, by_unit, measures, row_sums
from rnnlab.kinds.forecasting.adaptive import adapted
from rnnlab.kinds.forecasting.conformal import ADAPTIVE, NONE, Scores, told_quantiles
from rnnlab.kinds.forecasting.predicted import Predicted, predicted_of
from rnnlab.kinds.work import Work

OF_INTERVALS = ("weighted_quantile_loss", "crps", "coverage_80", "width_80", "coverage_95", "width_95")


class Chosen(NamedTuple):
    """The conformal method and the scores of the validation windows."""

    method: str
    scores: Scores


def choose(work: Work) -> Chosen | None:
    """Return the scores of the validation windows with the best checkpoint; None where `task.conformal` is
    none.
    """
    method = work.settings.task.conformal
    if method == NONE:
        return None
    work.lab.validate()
    columns = {name: values.numpy() for name, values in work.task.columns.items()}
    found = predicted_of(work.data, "validation", columns, work.task.levels)
    return Chosen(method, scores_of(found, work.data.scaler, work.settings.task.levels))


def scores_of(found: Predicted, scaler: Any, levels: Sequence[float]) -> Scores:
    """Return the scores of predicted validation windows, on the scaler's units."""
    return Scores.of(sorted(levels), *scaled(found, scaler))


def scaled(found: Predicted, scaler: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return label, predicted (N, H, C) and quantiles (N, H, C, Q) on the scaler's units."""
    label, predicted = (scaler.apply(values, found.series) for values in (found.label, found.predicted))
    return label, predicted, over_levels(scaler.apply, found.quantiles, found.series)


def over_levels(change: Any, quantiles: np.ndarray, series: np.ndarray) -> np.ndarray:
    """Apply `apply` or `invert` of a scaler to quantiles (N, H, C, Q)."""
    return np.stack([change(quantiles[..., place], series) for place in range(quantiles.shape[-1])], axis=-1)


def conformed(found: Predicted, chosen: Chosen, scaler: Any) -> Predicted:
    """Return the windows with conformal quantiles; adaptive ones go from origin to origin of each series."""
    label, predicted, quantiles = scaled(found, scaler)
    told = told_quantiles(predicted, quantiles, len(chosen.scores.levels))
    if chosen.method == ADAPTIVE:
        told = adapted(chosen.scores, label, predicted, told, found.series, found.origins)
    else:
        told = chosen.scores.conformal(chosen.method).apply(predicted, told)
    return found._replace(
        quantiles=over_levels(scaler.invert, told, found.series), levels=chosen.scores.levels
    )


def sums_of_windows(found: Predicted, scaler: Any, mase_scales: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sums (N, C) of windows, of which every metric but OWA consists."""
    forecasts = Forecasts(found.label, found.predicted, np.isfinite(found.label), found.series, mase_scales)
    both = tuple(scaler.apply(values, found.series) for values in (found.label, found.predicted))
    return row_sums(
        forecasts._replace(levels=found.levels, quantiles=found.quantiles, scaled=(both[0], both[1]))
    )


def interval_measures(sums: dict[str, np.ndarray], series: np.ndarray) -> dict[str, float]:
    """Return the measures that depend on intervals."""
    found = measures(by_unit(sums, series))
    return {name: float(found[name]) for name in OF_INTERVALS if name in found}
