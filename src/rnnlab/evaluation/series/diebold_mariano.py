"""The test of Diebold and Mariano (1995) of equal accuracy, with the correction of Harvey et al. (1997). T
origins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class DieboldMariano(NamedTuple):
    """The result of the test.

    Attributes:
        difference: mean loss of the second minus that of the first. statistic: Student's t with T - 1
            degrees.
        p_value: two-sided. origins: T. lags: autocovariances that the variance counts.
    """

    difference: float
    statistic: float
    p_value: float
    origins: int
    lags: int


def diebold_mariano(first: np.ndarray, second: np.ndarray, horizon: int) -> DieboldMariano | None:
    """Test whether two forecasters have the same mean loss.

    Args:
        first, second: (T,) their losses at the same origins, in the order of time and equally spaced.
        horizon: number of origins over which targets overlap: errors further apart count as uncorrelated.

    Returns:
        The test; None for fewer origins than two horizons and one, or where no loss differs. The variance
        sums autocovariances up to `horizon` - 1 with equal weights, as in both papers, or with falling ones
        (Bartlett's) where that sum is not positive.
    """
    apart = second.astype(np.float64) - first.astype(np.float64)
    number = len(apart)
    if number < 2 * horizon + 1 or not np.any(apart != apart[0]):
        return None
    mean, lags = float(apart.mean()), horizon - 1
    covariances = _autocovariances(apart - mean, lags)
    variance = covariances[0] + 2 * covariances[1:].sum()
    if variance <= 0:
        falling = 1 - np.arange(1, lags + 1) / horizon
        variance = covariances[0] + 2 * (falling * covariances[1:]).sum()
    correction = (number + 1 - 2 * horizon + horizon * (horizon - 1) / number) / number
    statistic = mean / np.sqrt(variance / number) * np.sqrt(correction)
    from scipy.special import stdtr

    p_value = float(2 * stdtr(number - 1, -abs(statistic)))
    return DieboldMariano(mean, float(statistic), p_value, number, lags)


def _autocovariances(centred: np.ndarray, most: int) -> np.ndarray:
    """Return the autocovariances (most + 1,) of centred values (T,) at lags from 0, each divided by T."""
    number = len(centred)
    return np.array([centred[lag:] @ centred[: number - lag] for lag in range(most + 1)]) / number
