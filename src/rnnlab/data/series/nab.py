"""The Numenta Anomaly Benchmark (Lavin and Ahmad 2015): 58 univariate series with labelled windows."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.labelled_table import BadSeries, Part, find_folder, join_parts
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError

LABELS = "labels/combined_windows.json"
WHERE = "github.com/numenta/NAB has it: its folders data and labels"


def nab_folder(path: str | None, data_dir: Path | None) -> Path:
    """Return the folder with `data` and `labels`.

    Raises:
        SettingError: there is none.
    """
    return find_folder(path, data_dir, LABELS, WHERE)


def nab_files(folder: Path) -> dict[str, Path]:
    """Return the files of the benchmark by their names in it: the labels and each series."""
    found = {f"data/{name}": folder / "data" / name for name in sorted(windows_of(folder))}
    return {LABELS: folder / LABELS, **found}


def windows_of(folder: Path) -> dict[str, list[list[str]]]:
    """Return the first and last time of each labelled window, by file.

    Raises:
        SettingError: the file of labels is none.
    """
    path = folder / LABELS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): [[str(a), str(b)] for a, b in windows] for name, windows in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        rule = f"must be a JSON object of files, each with a list of pairs of times: {error}"
        raise SettingError("data.path", path, rule) from error


def read_nab(folder: Path) -> SeriesTable:
    """Read all series, in the order of their names, each with the labels of its windows.

    Rows stay as they are in the files, which the benchmark scores row by row. Where a time does not ascend
    (8 files have such rows, most of them where clocks went back) it is moved to 1 ns after the one before.
    The series have frequencies of their own, so that the table has none.

    Raises:
        SettingError: a file is missing or a line of it has no time or number.
    """
    parts, moved = [], 0
    for name, windows in sorted(windows_of(folder).items()):
        try:
            times, values = _read_file(folder / "data" / name)
            labels = _labels(times, windows)
        except BadSeries as error:
            raise SettingError("data.path", folder / "data" / name, str(error)) from error
        ascending = ascend(times)
        moved += int((ascending != times).sum())
        parts.append(Part(name.removesuffix(".csv"), ascending, values, labels))
    notes = [f"{moved} times did not ascend and were moved to 1 ns after the one before"] if moved else []
    return join_parts(parts, ("value",), Frequency.of(None), notes)


def _read_file(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return times (N,) and values (N, 1) of a series."""
    rows: list[Any] = []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        times = np.array([row["timestamp"] for row in rows], dtype="datetime64[ns]").astype(np.int64)
        values = np.array([float(row["value"]) for row in rows], dtype=np.float32)
    except OSError as error:
        raise BadSeries(f"cannot be read: {error.strerror}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise BadSeries(f"needs a time in the column timestamp and a number in value: {error}") from error
    return times, values[:, None]


def _labels(times: np.ndarray, windows: list[list[str]]) -> np.ndarray:
    """Return 1 for each row (N,) whose time lies in a window, both ends included."""
    labels = np.zeros(len(times), dtype=np.int8)
    try:
        limits = np.array(windows, dtype="datetime64[ns]").astype(np.int64).reshape(-1, 2)
    except ValueError as error:
        raise BadSeries(f"has a labelled window that is no pair of times: {error}") from error
    for first, last in limits.tolist():
        labels[(times >= first) & (times <= last)] = 1
    return labels


def ascend(times: np.ndarray) -> np.ndarray:
    """Return times (N,), each at least 1 ns after the one before; those that ascend are unchanged."""
    places = np.arange(len(times))
    return np.maximum.accumulate(times - places) + places
