"""LightningDataModule of series: windows to forecast from, or what another view makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.batching import Batching
from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.prepared import fingerprint_of
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.row_data import RowData, RowSet
from rnnlab.data.series.alignment import check_values
from rnnlab.data.series.data_settings import SeriesSettings
from rnnlab.data.series.fit_reader import fit_reader
from rnnlab.data.series.prepare_input import PreparedSeries
from rnnlab.data.series.rows import ForecastWindows, WindowInputs, WindowRows
from rnnlab.data.series.sampler import WindowSampler
from rnnlab.data.series.source import find_files
from rnnlab.data.series.splits import bounds_of, history_ends
from rnnlab.data.series.table import SeriesTable

View = Callable[["SeriesData"], Mapping[str, RowSet]]


class SeriesData(SeriesSettings, RowData):  # type: ignore[misc]  # Lightning's name may be None
    """Data module of series, one or many, split by time; call `prepare` first, which sets the attributes.

    Statistics, such as the scaler's, come from the points of training alone.

    Attributes:
        table: the raw series; ends: (S,) end of each one's history in the joined arrays.
        bounds: for train, validation and test the range (S, 2) of points that targets may lie in.
        reader: turns raw series into windows, here and in a finished run; scaler: of the targets.
        prepared, arrays: the series as a network reads them.
        provenance: see `rnnlab.data.protocol.RunData`.
        Settings: see `SeriesSettings`.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    serves: tuple[str, ...] = ("forecasting", "anomaly")
    holds = "series"

    def __post_init__(self) -> None:
        RowData.__init__(self, Batching(self.batch_size, None, False), self.seed, self.num_workers)
        super().__post_init__()
        self.view: View = ForecastWindows()
        self._rows: dict[str, RowSet] | None = None

    def read_as(self, view: View) -> None:
        """Make rows by another view of the prepared series; call it before `prepare`."""
        self.view = view

    def read(self) -> tuple[SeriesTable, dict[str, Any]]:
        """Return the raw series, and of provenance: source, official, fingerprint, notes."""
        from rnnlab.data.series.read_series import read_series

        found = find_files(self.reading)
        return read_series(self.reading, found), {
            "source": found.source,
            "official": found.official,
            "fingerprint": fingerprint_of(file_hashes(found.files, Path(self.reading.cache_dir))),
            "notes": list(found.notes),
        }

    def prepare(self) -> None:
        """Read, split and scale the series; a second call does nothing."""
        if self._rows is not None:
            return
        self.table, self.provenance = self.read()
        table = self.table
        check_values(table, self.scaling)
        self.ends = history_ends(table.values, table.starts)
        self.bounds = self.part_bounds(table)
        lengths = (self.input_length, self.fewest, self.horizon)
        features = (self.calendar, self.fourier)
        self.reader, notes = fit_reader(table, self.bounds["train"][:, 1], self.scaling, features, lengths)
        self.scaler = self.reader.scaler
        numbers, folder = np.arange(len(table.names)), Path(self.cache_dir) / "series"
        arrays = self.reader.arrays(table, self.scaler, numbers, folder)
        self.prepared, self.arrays = PreparedSeries(table, arrays, self.scaler), arrays
        test = self.bounds["test"]
        self.provenance["tested"] = "test" if (test[:, 1] > test[:, 0]).any() else "validation"
        self._rows = dict(self.view(self))
        self.provenance["notes"] += [*table.notes, *notes]
        self.provenance |= {
            "rows": {name: len(rows) for name, rows in self._rows.items()},
            "points": {name: int((bound[:, 1] - bound[:, 0]).sum()) for name, bound in self.bounds.items()},
            "series": len(table.names),
        }

    def part_bounds(self, table: SeriesTable) -> dict[str, np.ndarray]:
        """Return the range of points of each part (S, 2); benchmarks with parts of their own replace it."""
        return bounds_of(self.time_split, table.times, table.starts[:-1], self.ends, table.frequency)

    @property
    def facts(self) -> dict[str, Any]:
        columns = self.reader.columns
        sizes = {"targets": len(columns.targets), "past": len(columns.past), "static": len(columns.static)}
        known, irregular = self.arrays.known.shape[1], self.reader.median_step is not None
        width = 2 * sizes["targets"] + sizes["past"] + known + sizes["static"] + irregular
        return {
            "horizon": self.horizon,
            "input_length": self.input_length,
            "min_length": self.fewest,
            **sizes,
            "known": known,
            "num_series": len(self.table.names),
            "season": self.reader.frequency.season,
            "irregular": irregular,
            "scaling": self.scaling,
            "prices": self.prices,
            "columns": {role: list(names) for role, names in columns._asdict().items()},
            "frequency": self.reader.frequency.to_json(),
            "input_size": width,
        }

    def spec(self) -> dict[str, Any]:
        """Return plain values with which a finished run reads raw series: `SeriesReader.from_json`."""
        return self.reader.to_json()

    def rows(self, split: str) -> Any:
        self.prepare()
        assert self._rows is not None
        return self._rows[split]

    def inputs(self, split: str) -> WindowInputs:
        return WindowInputs(self.windows(split))

    def targets(self, split: str) -> np.ndarray:
        """Return the targets of a split's windows, (W, H, C) in data units, NaN where missing."""
        return self.windows(split).labels()

    def windows(self, split: str) -> WindowRows:
        """Return the windows of a split.

        Raises:
            TypeError: the view makes other rows.
        """
        rows = self.rows(split)
        if not isinstance(rows, WindowRows):
            raise TypeError(f"the rows of this view are {type(rows).__name__}, not windows")
        return rows

    def train_dataloader(self) -> ResumableLoader:
        rows = self.rows("train")
        sampler = self._window_sampler(rows, place_of(self.trainer))
        return make_loader(rows, sampler, self.num_workers)

    def padding_fraction(self) -> float:
        """Return the fraction of padding in the inputs of the training windows."""
        rows = self.rows("train")
        return 1 - float(rows.lengths.mean()) / float(rows.lengths.max())

    def _window_sampler(self, rows: RowSet, place: DistributedRank) -> Any:
        if not isinstance(rows, WindowRows):
            return self._train_sampler(self.sampler, rows, place)
        number, size = self.windows_per_epoch, self.batch_size
        shares = (place.rank, place.world_size, place.overfits)
        return WindowSampler(rows.series, size, number, self.seed, *shares)
