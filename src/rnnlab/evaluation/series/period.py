"""The period of a series by its autocorrelation, from which windows of scores take their length."""

from __future__ import annotations

import numpy as np

DEFAULT = 125  # of a series without a period, as in TSB-AD
SHORTEST, LONGEST = 6, 303  # lags that count as a period
_LAGS, _POINTS = 400, 20_000


def autocorrelation(values: np.ndarray, lags: int) -> np.ndarray:
    """Return the autocorrelation (lags + 1,) of values (N,), each sum divided by N; zeros if constant."""
    centred = values - values.mean()
    size = 1 << int(2 * len(values) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    found = np.fft.irfft(np.abs(spectrum) ** 2, size)[: min(lags, len(values) - 1) + 1]
    return found / found[0] if found[0] > 0 else np.zeros_like(found)


def find_period(values: np.ndarray) -> int:
    """Return the lag of the highest peak of the autocorrelation, or 125 where it lies outside of 6 to 303.

    That is the rule of TSB-AD (Liu and Paparrizos 2024): the first 20,000 points, 400 lags from the third on.

    Args:
        values: (N,), NaN where missing; missing ones count as the mean.
    """
    values = np.asarray(values, dtype=np.float64)[:_POINTS]
    known = values[~np.isnan(values)]
    if len(known) < 3:
        return DEFAULT
    found = autocorrelation(np.where(np.isnan(values), known.mean(), values), _LAGS)[3:]
    peaks = np.flatnonzero((found[1:-1] > found[:-2]) & (found[1:-1] > found[2:])) + 1
    if not len(peaks):
        return DEFAULT
    lag = int(peaks[found[peaks].argmax()]) + 3
    return lag if SHORTEST <= lag <= LONGEST else DEFAULT
