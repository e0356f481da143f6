"""What a split's measures need of the data besides forecasts: MASE's scale, and Naive2's errors for OWA.

S series, C targets, n rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from rnnlab.data.series.large_arrays import column_blocks, row_blocks
from rnnlab.evaluation.series.forecasts import Forecasts, mase_scale, row_sums
from rnnlab.kinds.forecasting.naive import Places, histories, naive2, seasons_of

REFERENCE = ("reference_absolute", "reference_percent", "reference_mase")


class Data(Protocol):
    """The members of `rnnlab.data.series.series_data.SeriesData` that are needed here."""

    table: Any
    bounds: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]

    def rows(self, split: str) -> Any: ...


def test_begins(data: Data) -> np.ndarray:
    """Return the index (S,) of each series' first test point, or its first validation point without a
    test.
    """
    test, validation = data.bounds["test"], data.bounds["validation"]
    return np.where(test[:, 1] > test[:, 0], test[:, 0], validation[:, 0])


def mase_scales(data: Data) -> np.ndarray:
    """Return MASE's divisor (S, C): of each series before its test part, as in M4, at the data's season."""
    starts, ends, season = data.table.starts, test_begins(data), data.facts["season"]
    parts = zip(starts[:-1].tolist(), ends.tolist(), strict=True)
    return np.stack([scale_of(data.table.values[start:end], season) for start, end in parts])


def scale_of(values: np.ndarray, season: int) -> np.ndarray:
    """Return MASE's divisor (C,) of one series (n, C), some targets at a time."""
    blocks = column_blocks(*values.shape)
    return np.concatenate([mase_scale(values[:, block], season) for block in blocks])


def reference_sums(data: Data, split: str, rows: np.ndarray, scale: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sums (n, C) of Naive2's errors over each row's steps, from which OWA follows.

    Args:
        rows: (n,) numbers of rows of the split. scale: (S, C) of `mase_scales`.
    """
    windows = data.rows(split)
    places = Places(np.asarray(windows.series)[rows], np.asarray(windows.origins)[rows])
    return naive2_sums(data, places, scale)


def naive2_sums(data: Data, places: Places, scale: np.ndarray) -> dict[str, np.ndarray]:
    """Return `reference_sums` of any origins."""
    values, horizon = data.table.values, data.facts["horizon"]
    past = histories(values, data.table.starts, data.facts["season"])
    parts: dict[str, list[np.ndarray]] = {name: [] for name in REFERENCE}
    seasons = seasons_of(past, places)
    for block in row_blocks(len(places.series), horizon * values.shape[1]):
        here = places.take(block)
        label, told = labels(values, here.origins, horizon), naive2(past, here, horizon, seasons)
        sums = row_sums(Forecasts(label, told, np.isfinite(label), here.series, scale, reference=told))
        for name in REFERENCE:
            parts[name].append(sums[name])
    return {name: np.concatenate(found) for name, found in parts.items()}


def labels(values: np.ndarray, origins: np.ndarray, horizon: int) -> np.ndarray:
    """Return the values (n, H, C) that came after origins (n,), NaN where missing."""
    return np.asarray(values[origins[:, None] + np.arange(horizon)])
