"""Scored series: scores.parquet in a run's folder. T times of a series."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.atomic import whole_file

FILE = "scores.parquet"
NOBODY = ""
WINDOWS = b"windows"
VALUE = "value."
ARRAYS = ("times", "scores", "alarms", "blamed")


class ScoredSeries(NamedTuple):
    """The scored times of one series.

    Attributes:
        name: of the series. times: (T,) int64 nanoseconds, or step numbers.
        values: (T, C) in the data's units, NaN where missing.
        scores: (T,) float64, NaN where nothing was expected yet. alarms: (T,) bool.
        blamed: (T,) number of the channel with the largest score, -1 for none.
        labels: (T,) int8; None for data without labels. window: the largest buffer of VUS-PR for the series.
    """

    name: str
    times: np.ndarray
    values: np.ndarray
    scores: np.ndarray
    alarms: np.ndarray
    blamed: np.ndarray
    labels: np.ndarray | None
    window: int = 0


def write_scores(path: Path, series: Sequence[ScoredSeries], targets: Sequence[str], dated: bool) -> None:
    """Write scores.parquet: a row for each time, series after series.

    Args:
        targets: names of the C channels. dated: whether times are nanoseconds since 1970.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = {name: np.concatenate([getattr(one, name) for one in series]) for name in ARRAYS}
    counts = [len(one.times) for one in series]
    names = pa.DictionaryArray.from_arrays(
        pa.array(np.repeat(np.arange(len(series)), counts), pa.int32()), [one.name for one in series]
    )
    blamed = pa.DictionaryArray.from_arrays(pa.array(whole["blamed"] + 1, pa.int32()), [NOBODY, *targets])
    columns: dict[str, Any] = {
        "series": names,
        "time": pa.array(whole["times"], pa.timestamp("ns", "UTC") if dated else pa.int64()),
        "score": whole["scores"],
        "alarm": whole["alarms"],
        "blamed": blamed,
    }
    if all(one.labels is not None for one in series):
        columns["label"] = np.concatenate([one.labels for one in series if one.labels is not None])
    values = np.concatenate([one.values for one in series])
    columns |= {f"{VALUE}{name}": values[:, place] for place, name in enumerate(targets)}
    windows = json.dumps([one.window for one in series])
    table = pa.table(columns).replace_schema_metadata({WINDOWS: windows.encode()})
    with whole_file(path) as part:
        pq.write_table(table, part)


def read_scores(path: Path) -> list[ScoredSeries] | None:
    """Return what `write_scores` wrote; None where there is no such file, or it is none of rnnlab."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
        return series_of(table)
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError, IndexError):
        return None


def series_of(table: Any) -> list[ScoredSeries]:
    """Return the series of a table, in its order."""
    windows = json.loads((table.schema.metadata or {}).get(WINDOWS, b"[]"))
    names = table["series"].combine_chunks()
    numbers, known = names.indices.to_numpy(), names.dictionary.to_pylist()
    times = table["time"].cast("int64").to_numpy()
    scores, alarms = (table[name].to_numpy() for name in ("score", "alarm"))
    blamed = table["blamed"].combine_chunks()
    targets = [name for name in table.column_names if name.startswith(VALUE)]
    values = np.stack([table[name].to_numpy() for name in targets], axis=1)
    order = blamed.dictionary.to_pylist()
    channels = {f"{VALUE}{name}": place for place, name in enumerate(order)}
    places = blamed.indices.to_numpy() - 1
    if [channels.get(name) for name in targets] != list(range(1, len(targets) + 1)):
        raise ValueError("blamed channels are others than the values")
    labels = table["label"].to_numpy() if "label" in table.column_names else None
    ends = np.append(np.flatnonzero(np.diff(numbers)) + 1, len(numbers))
    found, start = [], 0
    for place, end in enumerate(ends.tolist()):
        own = slice(start, end)
        parts = (times[own], values[own], scores[own], alarms[own], places[own])
        marks = None if labels is None else labels[own]
        found.append(ScoredSeries(str(known[numbers[start]]), *parts, marks, int(windows[place])))
        start = end
    return found
