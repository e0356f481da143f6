"""Thresholds of anomaly scores, chosen on scores of a validation part without labels. V validation scores.

An alarm is a point whose score is above the threshold, so that constant scores raise none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

LEAST_PEAKS = 20  # that the tail is fitted to; fewer make the shape of the tail a guess
LEAST_SCORES = 2 * LEAST_PEAKS
_HEAVIEST, _LIGHTEST = 2.0, -0.5  # shapes of the tail; below -0.5 the likelihood has no regular maximum
_GRID = 400
_IMPOSSIBLE = 1e12  # the cost of a shape out of range; finite, as the search subtracts costs


def raise_alarms(scores: np.ndarray, threshold: float) -> np.ndarray:
    """Return where scores (N,) are above the threshold (N,) bool; nowhere where a score is missing."""
    return np.asarray(scores) > threshold


def quantile_threshold(scores: np.ndarray, quantile: float) -> float:
    """Return the quantile, above 0 and at most 1, of validation scores (V,); NaN ones are left out.

    Raises:
        ValueError: there is no score, or another quantile.
    """
    if not 0 < quantile <= 1:
        raise ValueError(f"quantile={quantile} must be above 0 and at most 1")
    return float(np.quantile(_known(scores, 1), quantile))


def peaks_over_threshold(scores: np.ndarray, risk: float, level: float = 0.98) -> float:
    """Return the threshold that a score passes with probability `risk`, by the tail of scores (V,).

    Peaks over the quantile `level` follow a generalised Pareto distribution, fitted by maximum likelihood
    (Siffer et al. 2017). The level is lowered where it leaves fewer than 20 peaks. Scores whose tail is flat
    have their maximum as threshold.

    Raises:
        ValueError: fewer than 40 scores, or a risk that is not between 0 and 1 - level.
    """
    known = _known(scores, LEAST_SCORES)
    if not 0 < risk < 1 - level or not 0 < level < 1:
        raise ValueError(f"risk={risk} must be above 0 and below 1 - level={1 - level:g}")
    start = np.sort(known)[-1 - max(LEAST_PEAKS, round((1 - level) * len(known)))]
    excesses = known[known > start] - start
    if not len(excesses):
        return float(start)
    shape, scale = fit_tail(excesses)
    rate = risk * len(known) / len(excesses)
    grown = -math.log(rate) if abs(shape) < 1e-9 else math.expm1(-shape * math.log(rate)) / shape
    return float(start + scale * grown)


def fit_tail(excesses: np.ndarray) -> tuple[float, float]:
    """Return shape and scale of the generalised Pareto distribution of excesses (M,) above 0.

    For a given ratio x = shape / scale the likelihood is greatest at shape = mean(log(1 + x * excess)), so
    that one number is left to search (Grimshaw 1993); shapes from -0.5 to 2 are allowed. x = 0 is the
    exponential distribution.
    """
    from scipy.optimize import minimize_scalar

    excesses = np.asarray(excesses, dtype=np.float64)
    mean = excesses.mean()
    scaled = excesses / mean

    def shape_of(ratio: float) -> float:
        return float(np.log1p(ratio * scaled).mean())

    def cost(ratio: float) -> float:  # the negative log likelihood of a row, up to a constant
        shape = shape_of(ratio)
        if not _LIGHTEST <= shape <= _HEAVIEST:
            return _IMPOSSIBLE
        return (math.log(shape / ratio) if abs(ratio) > 1e-9 else 0.0) + shape

    lowest = -1 / scaled.max()
    grid = np.concatenate([np.linspace(lowest * (1 - 1e-6), 0, _GRID), np.geomspace(1e-4, 1e3, _GRID)])
    costs = [cost(ratio) for ratio in grid]
    best = int(np.argmin(costs))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 1e-10})
    ratio = float(found.x) if found.fun < costs[best] else float(grid[best])
    shape = shape_of(ratio)
    return (shape, shape / ratio * mean) if abs(ratio) > 1e-9 else (0.0, mean)


def budget_threshold(
    scores: np.ndarray, alarms_per_day: float, days: float, starts: Sequence[int] | np.ndarray = (0,)
) -> float:
    """Return the lowest threshold above which no threshold raises more alarms than the budget allows.

    An alarm is a run of neighbouring points above the threshold; those of the validation part would have been
    false, as far as it is normal.

    Args:
        scores: (V,) in the order of time, NaN where missing: no alarm.
        days: covered by them, all series together.
        starts: the first point of each series, where no run goes on.

    Raises:
        ValueError: there is no score, a negative budget or no days.
    """
    known = _known(scores, 1)
    if alarms_per_day < 0 or days <= 0:
        raise ValueError(f"alarms_per_day={alarms_per_day} must be at least 0 and days={days} above 0")
    scores = np.where(np.isnan(scores), -np.inf, scores)
    before = np.concatenate([[-np.inf], scores[:-1]])
    before[np.asarray(starts, dtype=np.int64)] = -np.inf
    levels = np.unique(known)  # thresholds, ascending
    above = len(scores) - np.searchsorted(np.sort(scores), levels, side="right")
    joined = len(scores) - np.searchsorted(np.sort(np.minimum(scores, before)), levels, side="right")
    too_many = np.flatnonzero(above - joined > alarms_per_day * days)
    return float(levels[too_many[-1] + 1] if len(too_many) else levels[0])


def _known(scores: np.ndarray, least: int) -> np.ndarray:
    """Return the scores that are no NaN, as float64; at least so many."""
    scores = np.asarray(scores, dtype=np.float64)
    known = scores[~np.isnan(scores)]
    if len(known) < least:
        rule = f"a threshold needs at least {least} validation scores, and there are {len(known)}"
        raise ValueError(rule)
    return known
