"""Predicted windows of a split in the data's units, and predictions.parquet, which keeps them.

Shapes: N windows, H steps, C targets, Q levels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.atomic import whole_file
from rnnlab.evaluation.series.forecasts import by_unit, measures

LABEL, PREDICTED, QUANTILES, SERIES = "label", "predicted", "quantiles", "series"  # columns of the task
SUM = "sum_"  # prefix of columns with sums of terms
MOST_NUMBERS = 20_000_000  # of forecasts in predictions.parquet; others keep their windows' sums alone
ABOUT = b"rnnlab"  # key of the file's own facts


class Predicted(NamedTuple):
    """Forecasts of N windows.

    Attributes:
        rows: (N,) numbers of the windows in their split.
        series: (N,) number of each window's series.
        origins: (N,) index of each window's first target point in the joined arrays of the table.
        label: (N, H, C), NaN where a point is missing.
        predicted: (N, H, C); quantiles: (N, H, C, Q) of these levels.
    """

    rows: np.ndarray
    series: np.ndarray
    origins: np.ndarray
    label: np.ndarray
    predicted: np.ndarray
    quantiles: np.ndarray
    levels: tuple[float, ...]


def predicted_of(
    data: Any, split: str, columns: Mapping[str, np.ndarray], levels: Sequence[float]
) -> Predicted:
    """Return the windows of a task's columns, with their places in the data.

    Labels are the points of the table itself: inverted ones are off by a rounding.
    """
    rows, split_rows = np.asarray(columns["row"]), data.rows(split)
    series, origins = (np.asarray(part)[rows] for part in (split_rows.series, split_rows.origins))
    predicted, quantiles = (np.asarray(columns[name]) for name in ("predicted", "quantiles"))
    return Predicted(rows, series, origins, split_rows.labels(rows), predicted, quantiles, tuple(levels))


class Kept(NamedTuple):
    """predictions.parquet, read: all N windows' sums, and the forecasts of the K that keep theirs.

    Attributes:
        rows: (N,); series: (N,) names; times: (N,) of each window's first target, int64 nanoseconds in UTC;
            origins: (N,) its place in the joined arrays of the table.
        sums: (N, C) by the name of the term; see `rnnlab.evaluation.series.terms`.
        places: (K,) places in `rows` of the windows with forecasts.
        label, predicted: (K, H, C); quantiles: (K, H, C, Q).
        targets: names of the C targets.
    """

    rows: np.ndarray
    series: np.ndarray
    times: np.ndarray
    origins: np.ndarray
    sums: dict[str, np.ndarray]
    places: np.ndarray
    label: np.ndarray
    predicted: np.ndarray
    quantiles: np.ndarray
    levels: tuple[float, ...]
    targets: tuple[str, ...]


def write_predictions(path: Path, found: Predicted, sums: Mapping[str, np.ndarray], table: Any) -> None:
    """Write predictions.parquet: a row a window.

    Columns are `row`, `series` (its name), `time` and `origin` of the first target, `sum_absolute` and the
    like, lists of C sums over the window's points, and for at most `MOST_NUMBERS` numbers `label`,
    `predicted` and `q0.1` for each level: lists of H * C numbers, step by step. Beyond that evenly spaced
    windows keep these lists, and the others have nulls.

    Args:
        sums: (N, C) by the name of the term.
        table: the data's `rnnlab.data.series.table.SeriesTable`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = kept_places(found)
    names = pa.array(table.names)
    series = pa.DictionaryArray.from_arrays(found.series.astype(np.int32), names)
    times = pa.array(table.times[found.origins], pa.timestamp("ns", "UTC"))
    columns: dict[str, Any] = {"row": found.rows, "series": series, "time": times}
    columns["origin"] = found.origins
    columns |= {SUM + name: lists(values) for name, values in sums.items()}
    arrays = {LABEL: found.label, PREDICTED: found.predicted}
    arrays |= {f"q{level:g}": found.quantiles[..., place] for place, level in enumerate(found.levels)}
    columns |= {name: lists(values, places) for name, values in arrays.items()}
    about = {
        "horizon": found.predicted.shape[1],
        "targets": list(table.columns.targets),
        "levels": found.levels,
    }
    written = pa.table(columns).replace_schema_metadata({ABOUT: json.dumps(about).encode()})
    with whole_file(path) as part:
        pq.write_table(written, part, compression="zstd")


def kept_places(found: Predicted) -> np.ndarray:
    """Return ascending places of the windows whose forecasts are kept, (K,)."""
    size = found.predicted[:1].size * (2 + len(found.levels))
    count = len(found.rows)
    most = max(MOST_NUMBERS // max(size, 1), 1)
    return np.arange(count) if count <= most else np.arange(most) * count // most


def lists(values: np.ndarray, places: np.ndarray | None = None) -> Any:
    """Return a list of the numbers (N, ...) of each window; with places null for all but these."""
    import pyarrow as pa

    width, there = int(np.prod(values.shape[1:])), slice(None) if places is None else places
    flat = pa.array(np.ascontiguousarray(values[there]).reshape(-1))
    own = pa.FixedSizeListArray.from_arrays(flat, width)
    if places is None:
        return own
    where = np.full(len(values), -1)
    where[places] = np.arange(len(places))
    return own.take(pa.array(where, mask=where < 0))


def read_predictions(path: Path) -> Kept | None:
    """Read predictions.parquet; None where there is no readable one."""
    import pyarrow
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
        about = json.loads((table.schema.metadata or {})[ABOUT])
    except (OSError, pyarrow.ArrowException, KeyError, ValueError):
        return None
    horizon, targets, levels = about["horizon"], tuple(about["targets"]), tuple(about["levels"])
    places = np.flatnonzero(table["predicted"].is_valid().to_numpy())

    def windows(name: str, *shape: int) -> np.ndarray:
        flat: np.ndarray = table[name].combine_chunks().drop_null().flatten().to_numpy()
        return flat.reshape(-1, *shape, len(targets))

    named = (name for name in table.column_names if name.startswith(SUM))
    sums = {name.removeprefix(SUM): windows(name) for name in named}
    quantiles = np.stack([windows(f"q{level:g}", horizon) for level in levels], axis=-1)
    times = table["time"].cast("int64").to_numpy()
    rows, origins = (table[name].to_numpy() for name in ("row", "origin"))
    series = np.array(table["series"].to_pylist())
    label, predicted = (windows(name, horizon) for name in (LABEL, PREDICTED))
    return Kept(rows, series, times, origins, sums, places, label, predicted, quantiles, levels, targets)


def sums_of(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the sums (N, C) among a task's columns, by the name of the term."""
    return {name.removeprefix(SUM): one for name, one in columns.items() if name.startswith(SUM)}


def scores_of_sums(columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return every metric of a task's columns."""
    found = measures(by_unit(sums_of(columns), columns[SERIES]))
    return {name: float(value) for name, value in found.items()}
