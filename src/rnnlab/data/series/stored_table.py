"""Stores a table in the cache folder and opens it with its arrays memory-mapped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import numpy as np

from rnnlab.atomic import whole_folder
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.table import Columns, SeriesTable

VERSION = 1  # part of the key: raised when tables are read in another way
META = "meta.json"
ARRAYS = ("times", "values", "past", "known", "static", "starts")


def store_table(folder: Path, table: SeriesTable) -> None:
    """Write a table atomically; other processes may write the same one at once.

    Raises:
        SettingError: the cache folder cannot be made.
    """
    with whole_folder(folder, lambda there: open_table(there) is not None) as stage:
        for name in ARRAYS:
            np.save(stage / f"{name}.npy", getattr(table, name))
        if table.labels is not None:
            np.save(stage / "labels.npy", table.labels)
        meta = {
            "names": table.names,
            "columns": table.columns._asdict(),
            "frequency": table.frequency.to_json(),
            "notes": table.notes,
            "labelled": table.labels is not None,
        }
        (stage / META).write_text(json.dumps(meta), encoding="utf-8")


def open_table(folder: Path) -> SeriesTable | None:
    """Open what `store_table` wrote, its arrays memory-mapped; None if nothing usable is stored."""
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        named = (*ARRAYS, "labels") if meta["labelled"] else ARRAYS
        # as plain arrays: slices of np.memmap objects take several times as long
        found = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode=_mode(name))) for name in named}
        columns = Columns(**{role: tuple(listed) for role, listed in meta["columns"].items()})
        frequency = Frequency.from_json(meta["frequency"])
        table = SeriesTable(
            **found,
            names=tuple(meta["names"]),
            columns=columns,
            frequency=frequency,
            notes=tuple(meta["notes"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    count, series = len(table.times), len(table.names)
    whole = all(len(getattr(table, name)) == count for name in ("values", "past", "known"))
    return table if whole and table.starts[-1] == count and len(table.static) == series else None


def _mode(name: str) -> Literal["r"] | None:
    """Return how an array is opened: small ones are read whole."""
    return None if name in ("starts", "static") else "r"
