"""A metric over several seeds: its mean, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev

LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """Of one metric over `count` runs; the deviation is the sample's (count - 1), None of a single value."""

    mean: float
    deviation: float | None
    count: int

    @property
    def half(self) -> float | None:
        """Half the width of the mean's 95 % confidence interval, by Student's t; None of a single value."""
        if self.deviation is None:
            return None
        from scipy.special import stdtrit  # late: it takes a tenth of a second

        return float(stdtrit(self.count - 1, (1 + LEVEL) / 2)) * self.deviation / sqrt(self.count)


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value; one that blew up leaves no deviation."""
    if len(values) < 2 or not all(map(isfinite, values)):
        return Spread(fmean(values), None, len(values))
    return Spread(fmean(values), stdev(values), len(values))
