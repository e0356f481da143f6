"""Measures of forecasts. N rows (windows), H steps, C targets, S series.

A row is one origin of one series. Every measure follows from sums over observed points, so that the same
formulas serve a whole split, each series, step or origin, and the resamples of a bootstrap. Missing points
count for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnnlab.evaluation.series.intervals import interval_pairs, level_weights
from rnnlab.evaluation.series.terms import Forecasts, terms

__all__ = ["Forecasts", "by_unit", "forecast_scores", "mase_scale", "measures", "row_sums", "step_sums"]

Sums = Mapping[str, np.ndarray]
AT_ONCE = 1 << 19  # points whose terms are computed at once


def mase_scale(values: np.ndarray, season: int) -> np.ndarray:
    """Return MASE's divisor (C,) of one series (n, C): the mean absolute difference of values a season apart.

    The series is that before the test, as in M4. NaN where no such pair is observed or all are equal: the
    series then has no MASE (Hyndman and Koehler 2006).
    """
    apart = (
        np.abs(values[season:].astype(np.float64) - values[:-season]) if len(values) > season else values[:0]
    )
    known = np.isfinite(apart)
    count = known.sum(0)
    total = np.where(known, apart, 0.0).sum(0)
    return np.where((count > 0) & (total > 0), total / np.maximum(count, 1), np.nan)


def forecast_scores(forecasts: Forecasts) -> dict[str, float]:
    """Return every measure of all rows by its name.

    `mae`, `rmse`, `crps` and `width_*` have the data's units, `scaled_mae` and `scaled_mse` those of the
    scaler, `smape` is a percentage, the others are ratios.
    """
    found = measures(by_unit(row_sums(forecasts), forecasts.series))
    return {name: float(value) for name, value in found.items()}


def row_sums(forecasts: Forecasts) -> dict[str, np.ndarray]:
    """Return the sums over the steps of each row, (N, C) by the name of the term."""
    return _reduced(forecasts, lambda term: term.sum(1))


def step_sums(forecasts: Forecasts) -> dict[str, np.ndarray]:
    """Return the sums over the rows of each series at each step, (H, U, C): U series that have rows."""
    order = np.argsort(forecasts.series, kind="stable")
    parts = np.flatnonzero(np.diff(forecasts.series[order], prepend=-1))
    found = np.split(order, parts[1:])
    each = [_reduced(forecasts.take(rows), lambda term: term.sum(0, keepdims=True)) for rows in found]
    return {name: np.stack([one[name].sum(0) for one in each], axis=1) for name in each[0]}


def by_unit(sums: Sums, units: np.ndarray, number: int | None = None) -> dict[str, np.ndarray]:
    """Add rows (N, C) of one unit each, such as a series: (U, C), where those without rows are 0.

    Args:
        units: (N,) from 0; number: U, by default as many as there are.
    """
    count = int(units.max(initial=-1)) + 1 if number is None else number
    order = np.argsort(units, kind="stable")
    there, starts = np.unique(units[order], return_index=True)
    found = {}
    for name, values in sums.items():
        whole = np.zeros((count, *values.shape[1:]))
        if len(order):
            whole[there] = np.add.reduceat(values[order], starts, axis=0)
        found[name] = whole
    return found


def measures(sums: Sums) -> dict[str, np.ndarray]:
    """Return every measure of sums (..., U, C) of U series: the mean of each series' MASE, as in M4, and all
    else over all points.

    MASE is left out where no series has one; a leading axis without points has NaN.
    """
    total = {name: values.sum((-2, -1)) for name, values in sums.items()}
    count, size = total["count"], total["size"]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "mae": total["absolute"] / count,
            "rmse": np.sqrt(total["square"] / count),
            "smape": total["percent"] / count,
            "nd": total["absolute"] / size,
            "nrmse": np.sqrt(total["square"] / count) / (size / count),
        }
        if sums["mase_count"].any():
            found["mase"] = _mean_of_units(sums, "mase")
        if "scaled_square" in total:
            found["scaled_mse"] = total["scaled_square"] / count
            found["scaled_mae"] = total["scaled_absolute"] / count
        if "sample_crps" in total:
            found["sample_crps"] = total["sample_crps"] / count
        if "reference_percent" in total and "mase" in found:
            ratio = found["smape"] / (total["reference_percent"] / count)
            found["owa"] = (ratio + found["mase"] / _mean_of_units(sums, "reference_mase")) / 2
        return found | _of_quantiles(total)


def _mean_of_units(sums: Sums, name: str) -> np.ndarray:
    """Return the mean over series and targets of each one's mean scaled error."""
    each = sums[name] / sums["mase_count"]
    known = sums["mase_count"] > 0
    return np.where(known, each, 0.0).sum((-2, -1)) / known.sum((-2, -1))


def _of_quantiles(total: Sums) -> dict[str, np.ndarray]:
    """Return the measures of a forecast distribution, from the losses of its quantiles."""
    levels = [float(name.partition("_")[2]) for name in total if name.startswith("quantile_")]
    if not levels:
        return {}
    losses = np.stack([total[f"quantile_{level!r}"] for level in levels])  # (Q, ...)
    found = {"weighted_quantile_loss": losses.mean(0) / total["size"]}
    found["crps"] = np.tensordot(level_weights(levels), losses, 1) / total["count"]
    for percent in interval_pairs(levels):
        found[f"coverage_{percent}"] = total[f"inside_{percent}"] / total["count"]
        found[f"width_{percent}"] = total[f"width_{percent}"] / total["count"]
    return found


def _reduced(forecasts: Forecasts, reduce: Callable[[np.ndarray], np.ndarray]) -> dict[str, np.ndarray]:
    """Return each term reduced, some rows at a time."""
    points = max(int(np.prod(forecasts.label.shape[1:])), 1)
    step = max(1, AT_ONCE // points)
    parts: dict[str, list[np.ndarray]] = {}
    for start in range(0, max(len(forecasts.label), 1), step):
        for name, term in terms(forecasts.take(slice(start, start + step))):
            parts.setdefault(name, []).append(reduce(term))
    return {name: np.concatenate(found) for name, found in parts.items()}
