"""The Skoltech Anomaly Benchmark (Katser and Kozitsin 2020): 34 experiments, 8 sensors of a water circuit."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.labelled_table import BadSeries, Part, find_folder, join_parts
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError

GROUPS = ("valve1", "valve2", "other")
NORMAL = "anomaly-free"
WHERE = "github.com/waico/SKAB has it: its folder data"
TIME, LABEL, CHANGE = "datetime", "anomaly", "changepoint"


def skab_folder(path: str | None, data_dir: Path | None) -> Path:
    """Return the folder in which the folders valve1, valve2 and other are.

    Raises:
        SettingError: there is none.
    """
    return find_folder(path, data_dir, GROUPS[0], WHERE)


def skab_files(folder: Path) -> dict[str, Path]:
    """Return the files by the names of their series, `valve1/0`; the anomaly-free one is first."""
    found: dict[str, Path] = {}
    for group in (NORMAL, *GROUPS):
        files = [*(folder / group).glob("*.csv"), *(folder / group).glob("*.csv.gz")]
        found |= {f"{group}/{stem_of(path)}": path for path in sorted(files, key=_number)}
    return found


def stem_of(path: Path) -> str:
    """Return the name of a file without .csv and .csv.gz."""
    return path.name.removesuffix(".gz").removesuffix(".csv")


def _number(path: Path) -> tuple[int, str]:
    name = stem_of(path)
    return (int(name) if name.isdigit() else 0, name)


def read_skab(folder: Path) -> SeriesTable:
    """Read all experiments, each a series of the 8 sensors, and the anomaly-free recording.

    Steps are mostly of 1 s, some of 2: the table has no frequency, so that no row is made up. The labels are
    those of the column anomaly; changepoint is not read.

    Raises:
        SettingError: there is no experiment, or a file is of another form.
    """
    files = skab_files(folder)
    if not any(not name.startswith(NORMAL) for name in files):
        raise SettingError("data.path", folder, f"holds no file such as valve1/0.csv; {WHERE}")
    parts: list[Part] = []
    sensors: list[str] | None = None
    for name, path in files.items():
        try:
            columns, part = _read_file(name, path)
            if sensors is not None and columns != sensors:
                raise BadSeries(f"has the columns {', '.join(columns)}, and the others {', '.join(sensors)}")
        except BadSeries as error:
            raise SettingError("data.path", path, str(error)) from error
        sensors = columns
        parts.append(part)
    return join_parts(parts, sensors or [], Frequency.of(None))


def _read_file(name: str, path: Path) -> tuple[list[str], Part]:
    """Return the names of the sensors and the series; the anomaly-free file has no labels and gets zeros."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadSeries(f"cannot be read: {error}") from error
    heading, body = (rows[0], rows[1:]) if rows else ([], [])
    sensors = [column for column in heading if column not in (TIME, LABEL, CHANGE)]
    if TIME not in heading or not sensors or not body:
        raise BadSeries(f"needs a column {TIME}, sensors and rows, separated by ;")
    try:
        columns = dict(zip(heading, zip(*body, strict=True), strict=True))
        times = np.array(columns[TIME], dtype="datetime64[ns]").astype(np.int64)
        values = np.stack([np.array(columns[sensor], dtype=np.float32) for sensor in sensors], axis=1)
        marks = np.array(columns[LABEL], dtype=np.float32) if LABEL in heading else np.zeros(len(times))
    except ValueError as error:
        raise BadSeries(f"needs a time and numbers in every row: {error}") from error
    if (np.diff(times) <= 0).any():
        line = int(np.flatnonzero(np.diff(times) <= 0)[0]) + 3
        raise BadSeries(f"line {line}: its time is not after the one before")
    return sensors, Part(name, times, values, (marks != 0).astype(np.int8))
