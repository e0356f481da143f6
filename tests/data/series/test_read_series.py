"""Reads series: each format and layout gives the same table back, and the cache too."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.series import read_series as module
from rnnlab.data.series.read_series import read_series, table_of
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

HOURS = pd.date_range("2020-03-28 20:00", periods=12, freq="h")


def frame(zone: str | None = None) -> pd.DataFrame:
    """Two shops of 12 and 8 hours: sales, a known price and offer, a past temperature, a region."""
    times = HOURS.tz_localize("UTC").tz_convert(zone) if zone else HOURS
    parts = []
    for number, (shop, count) in enumerate({"north": 12, "south": 8}.items()):
        part = pd.DataFrame({"time": times[:count], "shop": shop})
        part["sales"] = np.arange(count) * 1.5 + number
        part["price"] = np.arange(count) % 3 + 0.25
        part["offer"] = np.where(np.arange(count) % 2, "none at all", "half")
        part["warmth"] = -np.arange(count)
        part["region"] = ["A", "B"][number]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


ROLES = {
    "time": "time",
    "series": "shop",
    "target": "sales",
    "known": ["price", "offer"],
    "past": ["warmth"],
    "static": ["region"],
}


def write(data: pd.DataFrame, path: Path) -> Path:
    shown = data.copy()
    if "time" in shown and hasattr(shown["time"], "dt") and path.suffix != ".parquet":
        shown["time"] = [time.isoformat() for time in shown["time"]]
    if path.suffix == ".parquet":
        data.to_parquet(path)
    elif ".jsonl" in path.name:
        lines = [json.dumps({k: v for k, v in row.items() if v == v}) for row in shown.to_dict("records")]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        shown.to_csv(path, index=False, sep="\t" if ".tsv" in path.name else ",")
    return path


def read(path: Path, **settings: object):
    return table_of({"train": path}, SeriesSource(str(path), **settings))


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.csv.gz"])
def test_formats_are_read_alike(tmp_path, name, zone):
    table = read(write(frame(zone), tmp_path / name), **ROLES)
    assert table.names == ("north", "south")
    assert table.columns == Columns(
        ("sales",), ("warmth",), ("price", "offer=half", "offer=none at all"), ("region=A", "region=B")
    )
    assert table.frequency.alias == "h"
    assert table.starts.tolist() == [0, 12, 20]
    assert table.times.tolist() == [*HOURS.as_unit("ns").asi8, *HOURS[:8].as_unit("ns").asi8]
    assert table.values[:, 0].tolist() == [*np.arange(12) * 1.5, *np.arange(8) * 1.5 + 1]
    assert table.known[1].tolist() == [1.25, 0, 1]
    assert table.past[13].tolist() == [-1]
    assert table.static.tolist() == [[1, 0], [0, 1]]
    assert (table.labels, table.notes) == (None, ())


def test_rows_of_several_series_may_be_mixed(tmp_path):
    mixed = frame().sort_values("time", kind="stable")
    plain = read(write(frame(), tmp_path / "a.csv"), **ROLES)
    found = read(write(mixed, tmp_path / "b.csv"), **ROLES)
    assert np.array_equal(found.values, plain.values)
    assert np.array_equal(found.times, plain.times)


@given(
    values=st.lists(
        st.one_of(st.floats(-(2.0**60), 2.0**60, width=32), st.just(float("nan"))), min_size=1, max_size=30
    ),
    name=st.sampled_from(["x.csv", "x.jsonl", "x.parquet"]),
)
def test_values_come_back_from_a_file_to_the_bit(tmp_path_factory, values, name):
    values = [*values, 1.0]
    data = pd.DataFrame({"step": range(len(values)), "y": values})
    table = read(write(data, tmp_path_factory.mktemp("x") / name), target="y", time="step")
    assert np.array_equal(table.values[:, 0], np.array(values, dtype=np.float32), equal_nan=True)
    assert table.times.tolist() == list(range(len(values)))


def test_a_column_may_be_a_series(tmp_path):
    data = pd.DataFrame(
        {"time": HOURS, "a": [np.nan, *range(11)], "b": [*range(10), np.nan, np.nan], "warm": 1.0}
    )
    path = write(data, tmp_path / "a.csv")
    table = read(path, layout="wide", target=["a", "b"])
    assert (table.names, table.columns.targets) == (("a", "b"), ("value",))
    assert table.starts.tolist() == [0, 11, 21]
    assert table.times[0] == HOURS[1].value
    known = read(path, layout="wide", target=["a", "b"], known=["warm"])
    assert known.starts.tolist() == [0, 11, 23]  # rows after the last value give the future of what is known
    assert np.isnan(known.values[-2:]).all()


def test_a_row_may_be_a_series_and_a_second_file_go_on(tmp_path):
    first, second = tmp_path / "train.csv", tmp_path / "test.csv"
    first.write_text('"V1","V2","V3","V4"\n"a","1","2","3"\n"b","4","",""\n')
    second.write_text('"V1","V2","V3"\n"b","5","6"\n"a","7","8"\n')
    source = SeriesSource(str(first), test_path=str(second), layout="rows", time=None, frequency="h")
    table = table_of({"train": first, "test": second}, source)
    assert table.names == ("a", "b")
    assert table.values[:, 0].tolist() == [1, 2, 3, 7, 8, 4, 5, 6]
    assert table.times.tolist() == [0, 1, 2, 3, 4, 0, 1, 2]
    assert (table.frequency.season, table.frequency.dated) == (24, False)
    assert table.notes == ("the last 2 points of each series are those of test.csv",)


def test_columns_without_a_role_are_targets_and_times_are_found(tmp_path):
    data = pd.DataFrame({"id": "x", "Date": HOURS, "y": 1.0, "z": range(12), "anomaly": [0] * 11 + [1]})
    table = read(write(data, tmp_path / "a.csv"))
    assert table.columns.targets == ("y", "z")
    assert table.labels.tolist() == [0] * 11 + [1]
    assert table.times[0] == HOURS[0].value
    assert table.notes == (
        "column anomaly is read as labels of anomalies (data.label=anomaly)",
        "targets: y, z; not read: id, which hold no numbers",
        "constant from start to end: y (1 in all)",
    )


def test_without_times_rows_are_steps(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"1.5,2\n2.5,3\n"))
    table = read(tmp_path / "a.txt.gz", format="csv", heading=False, time=None, season=2)
    assert table.columns.targets == ("1", "2")
    assert table.values.tolist() == [[1.5, 2], [2.5, 3]]
    assert (table.frequency.alias, table.frequency.season, table.times.tolist()) == ("step", 2, [0, 1])


def test_categories_of_training_are_kept(tmp_path):
    trained = read(write(frame(), tmp_path / "a.csv"), **ROLES).columns
    path = write(frame().iloc[14:15], tmp_path / "b.csv")
    source = SeriesSource(str(path), **ROLES)
    table = table_of({"train": path}, source, trained)
    assert table.columns == trained
    assert (table.known.tolist(), table.static.tolist()) == ([[2.25, 1, 0]], [[0, 1]])
    path.write_text(path.read_text().replace("half", "halve"))
    with pytest.raises(
        SettingError,
        match=r"data\.known=offer: 'halve' in b.csv was no category in training\nthere are: half",
    ):
        table_of({"train": path}, source, trained)


def test_a_second_reading_comes_from_the_cache_as_maps(tmp_path, monkeypatch):
    path = write(frame(), tmp_path / "a.csv")
    source = SeriesSource(str(path), cache_dir=tmp_path / "cache", **ROLES)
    first = read_series(source)
    monkeypatch.setattr(module, "table_of", lambda *given: pytest.fail("read again"))
    second = read_series(source)
    for name in ("times", "values", "past", "known", "static", "starts"):
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
    assert (first.names, first.columns, first.frequency) == (second.names, second.columns, second.frequency)
    assert isinstance(second.values.base, np.memmap)


def test_another_file_or_setting_is_read_anew(tmp_path):
    path = write(frame(), tmp_path / "a.csv")
    source = {"cache_dir": tmp_path / "cache", **ROLES}
    assert read_series(SeriesSource(str(path), **source)).frequency.season == 24
    assert read_series(SeriesSource(str(path), season=5, **source)).frequency.season == 5
    write(frame().head(12), path)
    assert read_series(SeriesSource(str(path), **source)).names == ("north",)
