"""From errors to scores: units of each series' own validation errors, smoothing of past ones, a threshold.

No torch. T times, C channels, A numbers of steps ahead, S series. Errors are NaN where a value is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.kinds.anomaly.settings import FLOOR, LEAST_ERRORS, MEAN


class Units(NamedTuple):
    """Center and spread of the errors, each (A, C)."""

    center: np.ndarray
    spread: np.ndarray

    def standardised(self, errors: np.ndarray) -> np.ndarray:
        """Return errors (T, A, C) as (T, C): mean over the steps ahead that there are, NaN for none."""
        parts = (errors - self.center) / self.spread
        there = ~np.isnan(parts)
        number = there.sum(1)
        found: np.ndarray = np.where(there, parts, 0).sum(1) / np.maximum(number, 1)
        return np.where(number > 0, found, np.nan)


def fit_units(errors: np.ndarray) -> Units | None:
    """Return the units of validation errors (T, A, C): their median, and the mean distance from it.

    A channel with fewer than LEAST_ERRORS of them gives NaN; no spread is below FLOOR, so that a series that
    was constant does not turn its first change into infinity.
    """
    there = ~np.isnan(errors)
    number = there.sum(0)
    if not number.size or not (number >= LEAST_ERRORS).any():
        return None
    center = np.full(errors.shape[1:], np.nan)
    spread = np.full(errors.shape[1:], np.nan)
    for place in zip(*np.nonzero(number >= LEAST_ERRORS), strict=True):
        own = errors[(slice(None), *place)]
        own = own[~np.isnan(own)]
        center[place] = np.median(own)
        spread[place] = max(float(np.abs(own - center[place]).mean()), FLOOR)
    return Units(center, spread)


class Calibration(NamedTuple):
    """All that turns errors into scores and alarms.

    Attributes:
        units: of each series by its name; pooled: for a series that has none.
        smoothing: span of the exponential mean of past errors, in times; 0 for none.
        combine: max or mean of the channels' scores.
        threshold: an alarm is a score above it; NaN until it is chosen.
    """

    units: dict[str, Units]
    pooled: Units
    smoothing: float
    combine: str
    threshold: float = float("nan")

    def of(self, name: str | None) -> Units:
        """Return the units of a series by its name, of every other one the pooled ones."""
        own = self.units.get(name) if name is not None else None
        return self.pooled if own is None else own

    def scores(self, errors: np.ndarray, units: Units, level: np.ndarray) -> Scores:
        """Turn errors (T, A, C) of one series, in order, into scores.

        Args:
            level: (C,) smoothed errors before the first time, NaN where there are none.
        """
        parts = smoothed(units.standardised(errors), self.smoothing, level)  # (T, C)
        there = ~np.isnan(parts)
        some = there.any(1)
        filled = np.where(there, parts, -np.inf)
        blamed = np.where(some, filled.argmax(1), -1)
        if self.combine == MEAN:
            total = np.where(there, parts, 0).sum(1) / np.maximum(there.sum(1), 1)
        else:
            total = filled.max(1)
        end = parts[-1] if len(parts) else level
        return Scores(np.where(some, total, np.nan), blamed, end)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, NaN as None."""
        own = {name: [plain(part) for part in units] for name, units in self.units.items()}
        return {**self._asdict(), "units": own, "pooled": [plain(part) for part in self.pooled]}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Calibration:
        """Read what `to_json` returned."""
        units = {str(name): units_of(parts) for name, parts in content["units"].items()}
        numbers = float(content["smoothing"]), str(content["combine"]), float(content["threshold"])
        return cls(units, units_of(content["pooled"]), *numbers)


class Scores(NamedTuple):
    """score (T,), NaN before any error; blamed (T,), the channel with the largest one, -1 for none; level
    (C,), to go on from.
    """

    score: np.ndarray
    blamed: np.ndarray
    level: np.ndarray


def fit_calibration(
    errors: Sequence[np.ndarray], names: Sequence[str], smoothing: float, combine: str
) -> Calibration:
    """Return the calibration of the validation errors (T, A, C) of each series; its threshold is NaN.

    A series or channel with too few errors has the median units of the others.
    """
    fitted = {name: fit_units(one) for name, one in zip(names, errors, strict=True)}
    found = [units for units in fitted.values() if units is not None]
    shape = errors[0].shape[1:]
    pooled = Units(np.zeros(shape), np.ones(shape))
    if found:
        parts = [np.stack(parts) for parts in zip(*found, strict=True)]  # (S, A, C) each
        pooled = Units(*(median_or(part, other) for part, other in zip(parts, pooled, strict=True)))
    whole = {name: pooled if units is None else filled(units, pooled) for name, units in fitted.items()}
    return Calibration(whole, pooled, smoothing, combine)


def median_or(values: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the median over series of (S, A, C) without NaN, and `other` where all are NaN."""
    some = ~np.isnan(values).all(0)
    result = np.array(other, dtype=float)
    result[some] = np.nanmedian(values[:, some], axis=0)
    return result


def filled(units: Units, pooled: Units) -> Units:
    """Return units with those of `pooled` where they are NaN."""
    return Units(*(np.where(np.isnan(own), other, own) for own, other in zip(units, pooled, strict=True)))


def smoothed(values: np.ndarray, span: float, level: np.ndarray) -> np.ndarray:
    """Return the exponential mean of each channel's values (T, C) up to each time; it holds over NaN.

    In plain Python, so that a series in pieces gives the same bits as the whole.

    Args:
        span: the weight of a new value is 2 / (span + 1); 0 takes the last value as it is.
        level: (C,) the mean before the first time, NaN where there is none.
    """
    weight = 2 / (span + 1) if span else 1.0
    columns = []
    for column, start in zip(values.T.tolist(), level.tolist(), strict=True):
        mean, found = start, []
        for value in column:
            if value == value:
                mean = value if mean != mean or weight == 1.0 else mean + weight * (value - mean)
            found.append(mean)
        columns.append(found)
    return np.array(columns, dtype=float).reshape(len(columns), len(values)).T


def plain(values: np.ndarray) -> list[Any]:
    found: list[Any] = np.asarray(values, dtype=float).tolist()
    return found


def units_of(parts: Sequence[Any]) -> Units:
    return Units(*(np.array(part, dtype=float) for part in parts))
