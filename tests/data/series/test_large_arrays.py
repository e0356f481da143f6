"""Arrays of many targets: stretches cover all of them once, and no step holds copies of them all."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.series import large_arrays
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.large_arrays import column_blocks, last_seen, pieces, room_for, row_blocks
from rnnlab.data.series.series_data import SeriesData
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.errors import SettingError
from rnnlab.evaluation.series.forecasts import mase_scale
from rnnlab.kinds.forecasting.naive import Places, histories
from rnnlab.kinds.forecasting.scales import mase_scales, naive2_sums

POINTS, TARGETS, HORIZON = 700, 3000, 4
BYTES = POINTS * TARGETS * 4  # of the raw values, 8.4 MB
SIZES = st.integers(0, 40), st.integers(1, 9), st.integers(1, 30)


class Many(SeriesData):
    """A data module of a table that is given."""

    given: SeriesTable

    def read(self) -> Any:
        return self.given, {"source": "a test", "official": None, "fingerprint": "0" * 64, "notes": []}


def many(missing: bool, folder: Path, scaling: str = "standard") -> Many:
    """TARGETS series of POINTS hours, side by side."""
    values = np.random.default_rng(0).uniform(1, 9, (POINTS, TARGETS)).astype(np.float32)
    if missing:
        values[5:9, ::7] = np.nan
        values[-3:] = np.nan
    names = tuple(f"t{number}" for number in range(TARGETS))
    none = np.zeros((POINTS, 0), np.float32)
    times = np.arange(POINTS) * 3600 * 10**9
    shape = (np.zeros((1, 0), np.float32), np.array([0, POINTS]), ("one",), Columns(names), Frequency.of("h"))
    split = {"train": None, "validation": 0.1, "test": 0.2}
    sizes = {"horizon": HORIZON, "input_length": 12}
    data = Many(name="many", scaling=scaling, cache_dir=folder, split=split, **sizes)
    data.given = SeriesTable(times, values, none, none, *shape)
    return data


@contextmanager
def peak(found: list[int]) -> Iterator[None]:
    """Append the most bytes that were allocated at once, beyond those before."""
    tracemalloc.start()
    try:
        yield
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that these arrays are far beyond."""
    monkeypatch.setattr(large_arrays, "CHUNK", 1 << 15)
    monkeypatch.setattr(large_arrays, "MOST_IN_MEMORY", 1 << 20)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("missing", [False, True])
def test_a_preparation_holds_no_copy_of_all_targets(missing: bool, tmp_path: Path) -> None:
    data, found = many(missing, tmp_path), list[int]()
    with peak(found):
        data.prepare()
    # float64 of the values alone would be 2 BYTES; small things of 3,000 targets remain
    assert found[0] < 0.6 * BYTES
    assert data.arrays.values.nbytes == BYTES
    assert isinstance(data.arrays.values.base, np.memmap)
    assert list((tmp_path / "series").iterdir()) == []  # the file has no name
    batch = data.rows("train")[[0, 5]]
    assert batch.values.shape == (2, 12, TARGETS)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("missing", [False, True])
def test_measures_and_baselines_hold_no_more_than_they_keep(missing: bool, tmp_path: Path) -> None:
    data, found = many(missing, tmp_path), list[int]()
    data.prepare()
    rows = data.rows("test")
    places = Places(np.asarray(rows.series)[:60], np.asarray(rows.origins)[:60])
    with peak(found):
        scales = mase_scales(data)
    with peak(found):
        histories(data.table.values, data.table.starts, 24)
    with peak(found):
        naive2_sums(data, places, scales)
    kept = 2 * BYTES if missing else 0  # of `histories`: the series themselves, or both copies, filled
    sums = 3 * 60 * TARGETS * 8
    assert found[0] < 0.3 * BYTES
    assert found[1] < kept + 0.3 * BYTES
    assert found[2] < kept + 2 * sums + 0.3 * BYTES


@pytest.mark.parametrize("scaling", ["standard", "log", "robust"])
def test_pieces_change_no_digit(scaling: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, small = many(True, tmp_path, scaling), many(True, tmp_path, scaling)
    whole.prepare()
    expected = mase_scales(whole), histories(whole.table.values, whole.table.starts, 24)
    monkeypatch.setattr(large_arrays, "CHUNK", 5000)
    monkeypatch.setattr(large_arrays, "MOST_IN_MEMORY", 1000)
    small.prepare()
    for one, other in zip(whole.arrays, small.arrays, strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(mase_scales(small), expected[0])
    found = histories(small.table.values, small.table.starts, 24)
    for one, other in zip(found[:3], expected[1][:3], strict=True):
        assert np.array_equal(one, other)
    before = small.table.values[: int(small.bounds["test"][0, 0])]
    assert np.array_equal(mase_scales(small)[0], mase_scale(before, 24))


@given(*SIZES)
@settings(max_examples=60, deadline=None)
def test_stretches_cover_all_once(rows: int, columns: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_arrays, "CHUNK", chunk)
        table = np.arange(rows * columns).reshape(rows, columns)
        by_rows = [table[block] for block in row_blocks(rows, columns)]
        assert all(part.size <= max(chunk, columns) for part in by_rows)
        assert np.concatenate([table[:0], *by_rows]).tolist() == table.tolist()
        blocks = column_blocks(rows, columns)
        assert np.concatenate([table[:, block] for block in blocks], axis=1).tolist() == table.tolist()
        assert len(blocks) == 1 or all(block.stop - block.start > 1 for block in blocks)
        parts = pieces(np.array([0, rows, rows, rows + 3]), columns)
        assert [place for _, begin, end in parts for place in range(begin, end)] == list(range(rows + 3))
        seen = np.where(table < rows * columns / 2, table, np.nan)
        known = np.flatnonzero(~np.isnan(seen).all(1))
        assert last_seen(seen) == (int(known[-1]) + 1 if len(known) else 0)


def test_a_folder_without_room_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(large_arrays, "MOST_IN_MEMORY", 10)

    def full(*arguments: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(large_arrays.os, "posix_fallocate", full)
    with pytest.raises(SettingError, match=r"paths.cache_dir=.*has no room for 0.0 GiB of scaled se"):
        room_for((4, 4), np.float32, tmp_path)
    assert isinstance(room_for((4, 4), np.float32, None), np.ndarray)
