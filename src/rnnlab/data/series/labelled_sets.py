"""Data modules of benchmarks with labelled anomalies: NAB and SKAB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.prepared import fingerprint_of
from rnnlab.data.series.nab import nab_files, nab_folder, read_nab
from rnnlab.data.series.series_data import SeriesData
from rnnlab.data.series.skab import NORMAL, read_skab, skab_files, skab_folder
from rnnlab.data.series.splits import PARTS, TEST, TRAIN, VALIDATION
from rnnlab.data.series.table import SeriesTable

MOST_PROBATION = 750  # points of a NAB series that are not scored


class NabData(SeriesData):
    """The 58 series of the Numenta Anomaly Benchmark; `path` is its folder. See `SeriesData`.

    Train and validation together have at most 750 points of a series, as in the benchmark.
    """

    serves = ("anomaly",)

    def read(self) -> tuple[SeriesTable, dict[str, Any]]:
        folder = nab_folder(self.path, self.data_folder)
        return read_nab(folder), provenance_of(nab_files(folder))

    def part_bounds(self, table: SeriesTable) -> dict[str, np.ndarray]:
        found = shortened(super().part_bounds(table), MOST_PROBATION)
        self.provenance["notes"] += early_labels(table, found)
        return found


class SkabData(SeriesData):
    """The 34 experiments of the Skoltech Anomaly Benchmark and its anomaly-free recording, which is for
    training alone; `path` is the folder of their folders. See `SeriesData`.
    """

    serves = ("anomaly",)

    def read(self) -> tuple[SeriesTable, dict[str, Any]]:
        folder = skab_folder(self.path, self.data_folder)
        return read_skab(folder), provenance_of(skab_files(folder))

    def part_bounds(self, table: SeriesTable) -> dict[str, np.ndarray]:
        found = super().part_bounds(table)
        for series, name in enumerate(table.names):
            if name.startswith(NORMAL):
                end = table.starts[series + 1]
                for part in PARTS:
                    found[part][series] = (table.starts[series] if part == TRAIN else end, end)
        self.provenance["notes"] += early_labels(table, found)
        return found


def shortened(bounds: dict[str, np.ndarray], most: int) -> dict[str, np.ndarray]:
    """Return parts whose train and validation together have at most so many points, in their proportion."""
    starts, border, ends = bounds[TRAIN][:, 0], bounds[TRAIN][:, 1], bounds[TEST][:, 0]
    long = ends - starts > most
    learnt = np.where(long, most * (border - starts) // np.maximum(ends - starts, 1), border - starts)
    end = np.where(long, starts + most, ends)
    return {
        TRAIN: np.stack([starts, starts + learnt], axis=1),
        VALIDATION: np.stack([starts + learnt, end], axis=1),
        TEST: np.stack([end, bounds[TEST][:, 1]], axis=1),
    }


def provenance_of(files: dict[str, Path]) -> dict[str, Any]:
    """Return where a benchmark's series are from; splits by time are not its own."""
    fingerprint = fingerprint_of(file_hashes(files))
    return {"source": "files", "official": None, "fingerprint": fingerprint, "notes": []}


def early_labels(table: SeriesTable, bounds: dict[str, np.ndarray]) -> list[str]:
    """Return a sentence on points labelled anomalous before the test parts, which training reads too."""
    if table.labels is None:
        return []
    before = np.concatenate([[0], np.cumsum(table.labels)])
    counts = before[bounds["test"][:, 0]] - before[table.starts[:-1]]
    if not counts.any():
        return []
    names = [table.names[series] for series in np.flatnonzero(counts)]
    listed = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return [f"{counts.sum()} points before the test parts are anomalous, in {len(names)} series: {listed}"]
