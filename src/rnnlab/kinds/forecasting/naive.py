"""Forecasts without anything learned: repeat, drift, seasonal naive, and M4's Naive2.

S series of N points in all, joined end to end; n forecasts of H steps, C targets, season m.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.seasonality import seasonal_indices


class Places(NamedTuple):
    """Starts of forecasts: the series (n,) and the index (n,) of its first unknown point, in the joined
    arrays.
    """

    series: np.ndarray
    origins: np.ndarray

    def take(self, rows: np.ndarray | slice) -> Places:
        """Return some of them."""
        return Places(self.series[rows], self.origins[rows])


class Histories(NamedTuple):
    """All series, with each missing value replaced by an earlier one; only for forecasts from before an
    origin.

    Attributes:
        last: (N, C) the value itself or the last one before it. seasonal: (N, C) the value itself, or that of
            the same time one or more seasons before, or else `last`. Both are 0 before the first value.
        first: (S, C) index of the first value of each series and target.
        starts: (S + 1,). season: m.
    """

    last: np.ndarray
    seasonal: np.ndarray
    first: np.ndarray
    starts: np.ndarray
    season: int


Naive = Callable[[Histories, Places, int], np.ndarray]


def histories(values: np.ndarray, starts: np.ndarray, season: int) -> Histories:
    """Return what the forecasts need of series (N, C), NaN where missing."""
    values = np.asarray(values)
    last, seasonal, first = (
        values.copy(),
        values.copy(),
        np.zeros((len(starts) - 1, values.shape[1]), np.int64),
    )
    for series, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        part = values[start:end]
        first[series] = start
        if not len(part) or np.isfinite(part).all():
            continue
        known = np.isfinite(part)
        first[series] += known.argmax(0)
        last[start:end] = carried(part, 1)
        again = carried(part, season)
        seasonal[start:end] = np.where(np.isfinite(again), again, last[start:end])
    return Histories(np.nan_to_num(last), np.nan_to_num(seasonal), first, starts, season)


def carried(values: np.ndarray, step: int) -> np.ndarray:
    """Replace each missing value (n, C) by the last known one that is a multiple of `step` points before
    it.
    """
    rest = -len(values) % step
    whole = np.concatenate([values, np.full((rest, values.shape[1]), np.nan, values.dtype)])
    table = whole.reshape(-1, step * values.shape[1])  # a column is one phase of the season of one target
    known = np.where(np.isfinite(table), np.arange(len(table))[:, None], 0)
    latest = np.maximum.accumulate(known, axis=0)
    return np.take_along_axis(table, latest, axis=0).reshape(-1, values.shape[1])[: len(values)]


def repeat(past: Histories, places: Places, horizon: int) -> np.ndarray:
    """Return the last value before each origin at every step, (n, H, C)."""
    return np.repeat(past.last[places.origins - 1][:, None], horizon, axis=1)


def drift(past: Histories, places: Places, horizon: int) -> np.ndarray:
    """Return the line through the first and the last value of each series before the origin, (n, H, C)."""
    last = past.last[places.origins - 1]  # (n, C)
    first = past.first[places.series]  # (n, C)
    begin = np.take_along_axis(past.last, np.minimum(first, len(past.last) - 1), axis=0)
    steps = np.maximum(places.origins[:, None] - 1 - first, 1)
    slope = (last - begin) / steps
    return last[:, None] + slope[:, None] * np.arange(1, horizon + 1)[None, :, None]


def seasonal_naive(past: Histories, places: Places, horizon: int) -> np.ndarray:
    """Return the last season before each origin, over and over, (n, H, C).

    A series with less than a season before the origin repeats its last value.
    """
    ahead = np.arange(horizon) % past.season - past.season  # (H,) places relative to the origin
    wanted = places.origins[:, None] + ahead
    there = wanted >= past.starts[places.series][:, None]
    found = past.seasonal[np.where(there, wanted, 0)]  # (n, H, C)
    return np.where(there[..., None], found, repeat(past, places, 1))


def naive2(past: Histories, places: Places, horizon: int) -> np.ndarray:
    """Return M4's Naive2: the last value, adjusted for the season where the series is seasonal, (n, H, C).

    The test of seasonality and the indices read each series up to the first of its origins, see
    `rnnlab.evaluation.series.seasonality`; later origins keep them.
    """
    found = repeat(past, places, horizon).astype(np.float64)
    for series in np.unique(places.series).tolist():
        own = np.flatnonzero(places.series == series)
        start, origins = int(past.starts[series]), places.origins[own]
        for target in range(found.shape[2]):
            indices = seasonal_indices(past.seasonal[start : int(origins.min()), target], past.season)
            if indices is not None:
                at_last = indices.of(origins - 1 - start)
                ahead = indices.of(origins[:, None] + np.arange(horizon) - start)  # (n, H)
                found[own, :, target] = indices.moved(found[own, :, target], at_last[:, None], ahead)
    return found
