"""fans.json of a run, for its page: some test windows with the history before them, and errors by horizon.

N windows, K with kept forecasts, H steps, C targets, S series.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.evaluation.series.forecasts import Forecasts, by_unit, measures, step_sums
from rnnlab.kinds.forecasting.evaluation_results import plain
from rnnlab.kinds.forecasting.naive import Places, histories, repeat, seasonal_naive
from rnnlab.kinds.forecasting.predicted import Predicted, kept_places
from rnnlab.report.fan import bands_of

FILE = "fans.json"
RANKS = ("worst", "median", "best")
ONLY = "only"  # rank of one without others
FEW_SERIES = 3  # with fewer, windows are ranked instead of series
HORIZONS = 3  # of history before a forecast, or two seasons where these are longer
MOST_HISTORY = 400  # points
MOST_ROWS = 2000  # windows whose errors are shown by horizon


def write_fans(path: Path, data: Any, found: Predicted, sums: Mapping[str, np.ndarray], scale: Any) -> None:
    """Write the file.

    Args:
        sums: (N, C) by the name of the term, of all windows.
        scale: (S, C) MASE's divisor.
    """
    kept = kept_places(found)
    shown = [
        {"rank": rank, "by": by, **fan_of(data, found, place, target)}
        for rank, by, place, target in picked(found.series, sums, kept)
    ]
    content = {"windows": shown, "horizon": by_horizon(data, found, kept, np.asarray(scale))}
    write_whole(path, json.dumps(content, allow_nan=False))


def picked(
    series: np.ndarray, sums: Mapping[str, np.ndarray], kept: np.ndarray
) -> list[tuple[str, str, int, int]]:
    """Return rank, what is ranked, place in N and target of the windows to show, the worst first.

    Series are ranked by their mean absolute error on the scaler's units, and of each its median window is
    shown; of fewer than FEW_SERIES series all windows are ranked.
    """
    errors = ratio(sums["scaled_absolute"][kept], sums["count"][kept])  # (K, C)
    if len(np.unique(series[kept])) < FEW_SERIES:
        return [(rank, "window", int(kept[row]), target) for rank, row, target in ranked(errors)]
    whole = by_unit({name: sums[name] for name in ("scaled_absolute", "count")}, series)
    found = []
    for rank, number, target in ranked(ratio(whole["scaled_absolute"], whole["count"])):
        own = np.flatnonzero((series[kept] == number) & np.isfinite(errors[:, target]))
        if len(own):
            middle = own[np.argsort(errors[own, target], kind="stable")[len(own) // 2]]
            found.append((rank, "series", int(kept[middle]), target))
    return found


def ranked(errors: np.ndarray) -> list[tuple[str, int, int]]:
    """Return rank, row and target of the largest, the median and the smallest error (n, C); each once."""
    flat = errors.reshape(-1)
    order = np.argsort(-flat, kind="stable")[: np.isfinite(flat).sum()]  # NaN comes last
    if len(order) < 2:
        return [(ONLY, *divmod(int(place), errors.shape[1])) for place in order]
    ends = {RANKS[0]: order[0], RANKS[2]: order[-1]}
    ranks = ends if len(order) == 2 else ends | {RANKS[1]: order[len(order) // 2]}
    found = {rank: divmod(int(place), errors.shape[1]) for rank, place in ranks.items()}
    return [(rank, *found[rank]) for rank in RANKS if rank in found]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return above / below, NaN where below is 0."""
    return np.where(below > 0, above / np.maximum(below, 1), np.nan)


def fan_of(data: Any, found: Predicted, place: int, target: int) -> dict[str, Any]:
    """Return a window as plain values, in the data's units."""
    table, origin, series = data.table, int(found.origins[place]), int(found.series[place])
    horizon, season = data.facts["horizon"], data.facts["season"]
    length = min(max(HORIZONS * horizon, 2 * season), MOST_HISTORY)
    begin = max(int(table.starts[series]), origin - length)
    bands = bands_of(found.levels, found.quantiles[place, :, target])
    return {
        "series": table.names[series],
        "target": table.columns.targets[target],
        "time": int(table.times[origin]),
        "history": plain(table.values[begin:origin, target]),
        "point": plain(found.predicted[place, :, target]),
        "bands": [one._asdict() for one in bands],
        "truth": plain(found.label[place, :, target]),
    }


def by_horizon(data: Any, found: Predicted, kept: np.ndarray, scale: np.ndarray) -> dict[str, Any]:
    """Return the error of each step, the network's beside those of baselines that learn nothing.

    The measure is MASE where there are several series, whose sizes differ, otherwise the mean absolute error.
    """
    rows = kept[np.arange(min(len(kept), MOST_ROWS)) * len(kept) // max(min(len(kept), MOST_ROWS), 1)]
    places, season = Places(found.series[rows], found.origins[rows]), data.facts["season"]
    past = histories(data.table.values, data.table.starts, season)
    told = {"network": found.predicted[rows], "repeat": repeat(past, places, data.facts["horizon"])}
    if season > 1:
        told["seasonal naive"] = seasonal_naive(past, places, data.facts["horizon"])
    steps = {name: steps_of(found.label[rows], one, places, scale) for name, one in told.items()}
    several = len(np.unique(places.series)) * found.label.shape[2] > 1
    measure = "mase" if several and "mase" in steps["network"] else "mae"
    curves = {name: plain(one[measure]) for name, one in steps.items()}
    return {"measure": measure, "windows": len(rows), "of": len(found.rows), "curves": curves}


def steps_of(
    label: np.ndarray, predicted: np.ndarray, places: Places, scale: np.ndarray
) -> dict[str, np.ndarray]:
    """Return every measure (H,) of point forecasts at each step."""
    return measures(step_sums(Forecasts(label, predicted, np.isfinite(label), places.series, scale)))
