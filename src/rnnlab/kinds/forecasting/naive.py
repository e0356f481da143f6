"""Forecasts without anything learned: repeat, drift, seasonal naive, and M4's Naive2.

S series of N points in all, joined end to end; n forecasts of H steps, C targets, season m.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnlab.data.series.large_arrays import column_blocks, row_blocks
from rnnlab.evaluation.series.seasonality import SeasonalIndices, seasonal_indices


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

    Without a missing value both are the series themselves, not copies.

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
Seasons = dict[tuple[int, int], SeasonalIndices]  # by series and target


def histories(values: np.ndarray, starts: np.ndarray, season: int) -> Histories:
    """Return what the forecasts need of series (N, C), NaN where missing."""
    values, count = np.asarray(values), values.shape[1]
    first = np.repeat(np.asarray(starts)[:-1, None], count, axis=1).astype(np.int64)
    if all(np.isfinite(values[block]).all() for block in row_blocks(*values.shape)):
        return Histories(values, values, first, starts, season)
    last, seasonal = values.copy(), values.copy()
    for series, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        for block in column_blocks(end - start, count) if end > start else ():
            part = values[start:end, block]
            known = np.isfinite(part)
            if known.all():
                continue
            first[series, block] += known.argmax(0)
            last[start:end, block] = carried(part, 1)
            again = carried(part, season)
            seasonal[start:end, block] = np.where(np.isfinite(again), again, last[start:end, block])
    for rows in row_blocks(*values.shape):
        np.nan_to_num(last[rows], copy=False)
        np.nan_to_num(seasonal[rows], copy=False)
    return Histories(last, seasonal, first, starts, season)


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


def seasons_of(past: Histories, places: Places) -> Seasons:
    """Return the seasonal indices of each series and target that is seasonal.

    The test of seasonality and the indices read each series up to the first of its origins, see
    `rnnlab.evaluation.series.seasonality`; later origins keep them.
    """
    found: Seasons = {}
    for series in np.unique(places.series).tolist():
        start, end = int(past.starts[series]), int(places.origins[places.series == series].min())
        for target in range(past.seasonal.shape[1]):
            indices = seasonal_indices(past.seasonal[start:end, target], past.season)
            if indices is not None:
                found[series, target] = indices
    return found


def naive2(past: Histories, places: Places, horizon: int, seasons: Seasons | None = None) -> np.ndarray:
    """Return M4's Naive2: the last value, adjusted for the season where the series is seasonal, (n, H, C).

    Args:
        seasons: of `seasons_of`, where these are some of several places; None finds those of these places.
    """
    seasons = seasons_of(past, places) if seasons is None else seasons
    found = repeat(past, places, horizon).astype(np.float64)
    for series in np.unique(places.series).tolist():
        own = np.flatnonzero(places.series == series)
        start, origins = int(past.starts[series]), places.origins[own]
        for target in range(found.shape[2]):
            indices = seasons.get((series, target))
            if indices is not None:
                at_last = indices.of(origins - 1 - start)
                ahead = indices.of(origins[:, None] + np.arange(horizon) - start)  # (n, H)
                found[own, :, target] = indices.moved(found[own, :, target], at_last[:, None], ahead)
    return found
