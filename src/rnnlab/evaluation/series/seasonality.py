"""Seasonality as the M4 competition measures it, for its reference forecast Naive2. n points, season m."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LIMIT = 1.645  # standard errors: a test at 90 %


class SeasonalIndices(NamedTuple):
    """Seasonal effect of each phase: added to the level, or its factor if `ratio`.

    Attributes:
        values: (m,) of the phases, that of the series' first point first; their mean is 0, or 1 of ratios.
    """

    values: np.ndarray
    ratio: bool

    def of(self, points: np.ndarray) -> np.ndarray:
        """Return the index of points, which are counted from the series' first."""
        return self.values[points % len(self.values)]

    def moved(self, values: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Return values with one phase's index taken out and another's put in."""
        return values / before * after if self.ratio else values - before + after


def seasonal_indices(values: np.ndarray, season: int) -> SeasonalIndices | None:
    """Return the indices of a series (n,) by classical decomposition; None where it is not seasonal.

    Indices are ratios, as in M4, for positive series, and differences for others.
    """
    if season < 2 or not is_seasonal(values, season):
        return None
    values = values.astype(np.float64)
    trend = centred_mean(values, season)  # NaN at both ends
    ratio = bool(values.min() > 0)
    apart = values / trend if ratio else values - trend
    rest = -len(values) % season
    phases = np.concatenate([apart, np.full(rest, np.nan)]).reshape(-1, season)
    found = np.nanmean(phases, axis=0)
    return SeasonalIndices(found / found.mean() if ratio else found - found.mean(), ratio)


def is_seasonal(values: np.ndarray, season: int) -> bool:
    """Return M4's test: whether the autocorrelation at a season is beyond 1.645 standard errors (Bartlett's,
    from the shorter lags). A series of fewer than three seasons is not seasonal.
    """
    if len(values) < 3 * season:
        return False
    found = autocorrelations(values, season)
    if not np.isfinite(found).all():
        return False
    error = np.sqrt((1 + 2 * np.square(found[:-1]).sum()) / len(values))
    return bool(abs(found[-1]) > LIMIT * error)


def autocorrelations(values: np.ndarray, most: int) -> np.ndarray:
    """Return the autocorrelations (most,) of a series (n,) at lags 1 to `most`; NaN of a constant one."""
    apart = values.astype(np.float64) - values.mean(dtype=np.float64)
    size = 2 ** int(np.ceil(np.log2(len(apart) + most + 1)))
    power = np.square(np.abs(np.fft.rfft(apart, size)))
    found = np.fft.irfft(power, size)[: most + 1]
    square = float(np.square(apart).sum())
    return found[1:] / square if square > 1e-12 * len(apart) else np.full(most, np.nan)


def centred_mean(values: np.ndarray, season: int) -> np.ndarray:
    """Return the centred moving average (n,) over a season, of an even one with half weights at both ends;
    NaN where it does not fit.
    """
    weights = np.full(season + 1 - season % 2, 1 / season)
    if season % 2 == 0:
        weights[[0, -1]] /= 2
    found = np.full(len(values), np.nan)
    half = len(weights) // 2
    found[half : len(values) - half] = np.convolve(values, weights, "valid")
    return found
