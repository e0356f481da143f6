"""A metric over several seeds: its mean, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev

LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """The mean of `count` values and half of its 95 % interval, by Student's t; None of a single value."""

    mean: float
    half: float | None
    count: int


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value; one that is not finite leaves no interval."""
    mean = fmean(values)
    if len(values) < 2 or not all(map(isfinite, values)):
        return Spread(mean, None, len(values))
    from scipy.special import stdtrit  # late: it takes a tenth of a second

    quantile = float(stdtrit(len(values) - 1, (1 + LEVEL) / 2))
    return Spread(mean, quantile * stdev(values) / sqrt(len(values)), len(values))
