"""The mean of a metric over several seeds, with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev

LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """Mean and deviation of a metric over `count` runs: the sample's (count - 1), None for a single value."""

    mean: float
    deviation: float | None
    count: int

    @property
    def half(self) -> float | None:
        """Half the width of the mean's 95 % confidence interval, by Student's t; None for a single value."""
        if self.deviation is None:
            return None
        from scipy.special import stdtrit  # late: it takes a tenth of a second

        return float(stdtrit(self.count - 1, (1 + LEVEL) / 2)) * self.deviation / sqrt(self.count)


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of at least one value; a value that is not finite leaves no deviation."""
    if len(values) < 2 or not all(map(isfinite, values)):
        return Spread(fmean(values), None, len(values))
    return Spread(fmean(values), stdev(values), len(values))
