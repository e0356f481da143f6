"""A table of series with labels, joined from parts that were read one by one. n points of a series."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.errors import SettingError


class BadSeries(Exception):
    """A file of series that cannot be read; its message completes an error about the file."""


class Part(NamedTuple):
    """One series: its name, times (n,) in nanoseconds, values (n, C) and labels (n,)."""

    name: str
    times: np.ndarray
    values: np.ndarray
    labels: np.ndarray


def join_parts(
    parts: Sequence[Part], targets: Sequence[str], frequency: Frequency, notes: Sequence[str] = ()
) -> SeriesTable:
    """Return one table of all parts, without covariates."""
    points = sum(len(part.times) for part in parts)
    return SeriesTable(
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]).astype(np.float32),
        np.zeros((points, 0), np.float32),
        np.zeros((points, 0), np.float32),
        np.zeros((len(parts), 0), np.float32),
        np.cumsum([0, *(len(part.times) for part in parts)]).astype(np.int64),
        tuple(part.name for part in parts),
        Columns(tuple(targets)),
        frequency,
        np.concatenate([part.labels for part in parts]).astype(np.int8),
        tuple(notes),
    )


def find_folder(path: str | None, data_dir: Path | None, member: str, where: str) -> Path:
    """Return the folder of a benchmark, under the data folder or the working directory, or absolute.

    Args:
        member: file or folder that must be in it. where: from where one gets it, for the message.

    Raises:
        SettingError: no such folder, or one without `member`.
    """
    if path is None:
        raise SettingError("data.path", "null", f"must be the folder of the benchmark; {where}")
    own = Path(path).expanduser()
    roots = [own] if own.is_absolute() or data_dir is None else [data_dir / own, own]
    for folder in roots:
        if (folder / member).exists():
            return folder
    tried = " and ".join(str(folder.absolute()) for folder in roots)
    hint = "" if data_dir is not None or own.is_absolute() else "; no data folder is set (RNNLAB_DATA_DIR)"
    raise SettingError("data.path", path, f"no folder with {member} in it: tried {tried}{hint}. {where}")
