"""What is refused in files of series, each with its message, and what is noted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnlab.data.series.read_series import table_of
from rnnlab.data.series.source import SeriesSource, find_files
from rnnlab.errors import SettingError

DAYS = "".join(f"2020-01-{day:02},{day}\n" for day in range(1, 11))


def read(tmp_path: Path, text: str | bytes, name: str = "a.csv", **settings: object):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return table_of({"train": path}, SeriesSource(str(path), **settings))


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        (
            "t,y\n2020-01-02,1\n2020-01-01,2\n2020-01-03,2\n",
            {},
            r"data\.sort=false: times are not in order: 2020-01-01 follows 2020-01-02 \(1 such place\)",
        ),
        (
            "t,y\n2020-01-01,1\n2020-01-01,2\n2020-01-02,2\n",
            {},
            r"data\.duplicates=refuse: 1 point has the time of another, the first 2020-01-01; mean, "
            r"first or last keeps one of each, data\.series names the column",
        ),
        (
            "t,y\n2020-01-01,1\n2020-01-02,inf\n",
            {},
            r"data\.target=y: row 2 of a\.csv is inf, which is not finite",
        ),
        ("t,y\n2020-01-01,1e60\n", {}, r"row 1 of a\.csv is 1e\+60, which is not finite in 32 bits"),
        (
            "t,y\n2020-01-01,1\n2020-01-02,2x\n",
            {"target": "y"},
            r"row 2 of a\.csv has '2x', which is no number$",
        ),
        ("t;y\n2020-01-01;1,5\n", {"target": "y"}, r"has '1,5', which is no number: numbers have a point"),
        (
            "t,y\n2020-01-01,\n2020-01-02,\n",
            {"target": "y"},
            r"data\.target=y: series series has no value of it: all are missing$",
        ),
        (
            "t,s,y\n2020-01-01,a,1\n2020-01-02,b,\n",
            {"target": "y", "series": "s"},
            "series b has no value of it",
        ),
        ("t,y\n2020-01-01,1\n,2\n", {"time": "t"}, r"data\.time=t: row 2 of a\.csv: None is missing"),
        (
            "t,y\n2020-01-01,1\n2020-13-01,2\n",
            {"time": "t"},
            r"row 2 of a\.csv: '2020-13-01' is no time in ISO 8601; see data\.time_format",
        ),
        (
            "date,y\n25.12.2020,1\n",
            {},
            r"data\.time=date: has '25\.12\.2020'.*data\.time_format='%d\.%m\.%Y' may read it; data",
        ),
        (
            "t,y\n2020-01-01 00:00Z,1\n2020-01-01 01:00,2\n",
            {"time": "t"},
            r"row 2 of a\.csv: '2020-01-01 01:00' has a zone where others have none",
        ),
        ("t,y\n1500-01-01,1\n", {"time": "t"}, r"is out of the years 1678 to 2261"),
        ("t,y\n20200101,1\n20200102,1\n", {"time": "t"}, r"set data\.time_format=%Y%m%d"),
        (
            "t,y\n1577836800,1\n",
            {"time": "t"},
            r"looks like a number since 1970: set data\.time_format=epoch_s",
        ),
        ("t,y\n1577836800000,1\n", {"time": "t"}, r"data\.time_format=epoch_ms"),
        (
            "t,y\n01/2020,1\n",
            {"time": "t", "time_format": "%d.%m.%Y"},
            r"'01/2020' does not fit data\.time_format=",
        ),
        ("t,y\n2020-01-01,1,2\n", {}, r"data\.path=.*a\.csv: row 1 has 3 cells and the heading 2"),
        ("t,y\n2020-01-01,1\n", {"target": "z"}, r"data\.target=z: no such column in .*\nthere are: t, y"),
        ("t,y,y\n2020-01-01,1,2\n", {"target": "y"}, r"data\.target=y: stands 2 times in the heading"),
        ("t,y\n2020-01-01,a\n", {}, r"data\.target=null: no column of .* holds numbers"),
        ("t,y\n", {}, r"data\.path=.*a\.csv: .*no column|data\.path=.*: the file has no rows|holds numbers"),
        ("", {}, r"data\.path=.*a\.csv: the file is empty"),
        (
            b"t,y\n2020-01-01,1\n2020-01-02,\xff\n",
            {"target": "y"},
            r"is not utf-8: data\.encoding=cp1252 may read it",
        ),
        (
            "t,y\n" + DAYS.replace("-05,", "-05 01:00,").replace("-06,", "-06 01:30,"),
            {"frequency": "D"},
            r"data\.frequency=D: .* in series series is not on the grid",
        ),
        (
            "t,y\n2020-01-01,1\n2090-01-01,2\n",
            {"frequency": "min"},
            r"data\.frequency=min: to fill the gaps of 2 points would take 36,817,921: name a coarser one",
        ),
        (
            "t,y,p\n2020-01-01,1,2\n2020-01-02,,\n",
            {"target": "y", "known": "p"},
            r"data\.known=p: is missing in rows after the last target of series series: its future",
        ),
        (
            "t,s,y,r\n2020-01-01,a,1,2\n2020-01-02,a,1,3\n",
            {"target": "y", "series": "s", "static": "r"},
            r"data\.static=r: changes within series a \(row 2 of a\.csv\)",
        ),
        (
            "t,s,y\n2020-01-01,,1\n",
            {"target": "y", "series": "s"},
            r"data\.series=s: row 1 of a\.csv has no name",
        ),
        (
            "t,y,b\n2020-01-01,1,2\n",
            {"target": "y", "label": "b"},
            r"row 1 of a\.csv has 2, and a label is 0 or 1",
        ),
        ("t,y,p\n2020-01-01,1,2\n2020-01-02,1,x\n", {"target": "y", "past": "p"}, None),
        ("n,1,2\na,1,2\na,3,4\n", {"layout": "rows"}, r"row 2 has the name a once more"),
        ("n,1,2\na,,\n", {"layout": "rows"}, r"row 1 has no values: a is empty"),
        (
            "y\n1\n",
            {"time": None, "resample": "D"},
            r"data\.resample=D: needs times, and these points have step numbers",
        ),
    ],
)
def test_a_file_is_refused(tmp_path, text, settings, message):
    if message is None:
        assert read(tmp_path, text, **settings).columns.past == ("p=2", "p=x")
        return
    with pytest.raises(SettingError, match=message) as error:
        read(tmp_path, text, **settings)
    assert len(str(error.value).splitlines()) <= 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layout": "tall"}, r"data\.layout=tall: must be one of long, wide, rows"),
        ({"duplicates": "drop"}, r"data\.duplicates=drop: must be one of refuse, mean, first, last"),
        ({"format": "xlsx"}, r"data\.format=xlsx"),
        ({"frequency": "hourly"}, r"data\.frequency=hourly"),
        ({"zone": "Berlin"}, r"data\.zone=Berlin: is no time zone"),
        ({"season": 0}, r"data\.season=0: must be 1 or more steps"),
        ({"time_format": "ISO"}, r"data\.time_format=ISO: must be auto, a format"),
        ({"target": "y", "known": ["y"]}, r"data\.known=y: has two roles, data\.target and data\.known"),
        ({"known": ["p"], "past": ["p"]}, r"data\.known=p: has two roles, data\.past and data\.known"),
        ({"layout": "wide", "static": ["r"]}, r"data\.static=\[r\]: needs data\.layout=long"),
        ({"delimiter": "ab"}, r"data\.delimiter='ab'"),
    ],
)
def test_a_setting_is_refused_before_a_file_is_read(settings, message):
    with pytest.raises(SettingError, match=message):
        SeriesSource("nowhere.csv", **settings)


def test_a_missing_file_is_named_by_its_setting(tmp_path):
    (tmp_path / "sales.csv").write_text("y\n1\n")
    with pytest.raises(
        SettingError, match=r"data\.path=sale\.csv: no such file.*\ndid you mean sales\.csv\?"
    ):
        find_files(SeriesSource("sale.csv", source="files", data_dir=tmp_path))
    with pytest.raises(SettingError, match=r"data\.test_path=late\.csv: no such file"):
        find_files(SeriesSource("sales.csv", test_path="late.csv", source="files", data_dir=tmp_path))
    with pytest.raises(
        SettingError, match=r"data\.path=null: needs a file, for example data\.path=my_file\.csv"
    ):
        find_files(SeriesSource(None, source="files"))


def test_files_of_rows_have_the_same_series(tmp_path):
    for name, text in (("a.csv", "n,1\na,1\nb,1\n"), ("b.csv", "n,1\na,1\nc,1\n")):
        (tmp_path / name).write_text(text)
    files = {"train": tmp_path / "a.csv", "test": tmp_path / "b.csv"}
    with pytest.raises(
        SettingError, match=r"data\.test_path=.*b\.csv: has other series than data\.path: b is"
    ):
        table_of(files, SeriesSource("a.csv", layout="rows"))


def test_duplicates_are_kept_as_asked(tmp_path):
    text = "t,y,label\n2020-01-01,1,0\n2020-01-02,2,0\n2020-01-02,5,1\n2020-01-02,,0\n2020-01-03,3,0\n"
    found = {how: read(tmp_path, text, duplicates=how) for how in ("mean", "first", "last")}
    assert [table.values[1, 0] for table in found.values()][:2] == [3.5, 2]
    assert np.isnan(found["last"].values[1, 0])
    assert found["mean"].labels.tolist() == [0, 1, 0]
    assert "2 points have the time of another, of which the mean is kept" in found["mean"].notes


def test_gaps_become_missing_points_and_are_counted(tmp_path):
    table = read(tmp_path, "t,y,label\n" + "".join(f"2020-01-{d:02},{d},1\n" for d in (1, 2, 3, 7, 8, 10)))
    assert table.frequency.alias == "D"
    assert np.flatnonzero(np.isnan(table.values[:, 0])).tolist() == [3, 4, 5, 8]
    assert table.labels.tolist() == [1, 1, 1, 0, 0, 0, 1, 1, 0, 1]
    assert np.unique(np.diff(table.times)).tolist() == [86_400 * 10**9]
    assert "missing on the grid of D: 4 points in 2 gaps, the longest of 3" in table.notes


def test_irregular_times_stay_as_they_are(tmp_path):
    text = "t,y\n2020-01-01 00:00,1\n2020-01-01 00:10,2\n2020-01-01 00:23,2\n2020-01-01 00:33,2\n"
    for settings in ({}, {"frequency": None}):
        table = read(tmp_path, text, **settings)
        assert (table.frequency.alias, table.frequency.step, len(table.times)) == (None, None, 4)
    far = read(tmp_path, "t,y\n2020-01-01 00:00,1\n2020-01-01 00:01,2\n2021-01-01 00:00,2\n")
    assert far.frequency.alias is None  # a year of missing minutes is no grid
    assert any(note.startswith("the times are irregular") for note in far.notes)


def test_wall_times_of_a_zone_are_put_in_order(tmp_path):
    rows = ["2012-10-28T01:00,1", "2012-10-28T02:00,2", "2012-10-28T02:00,3", "2012-10-28T03:00,4"]
    table = read(tmp_path, "t,y\n" + "\n".join(rows), zone="Europe/Berlin")
    assert np.diff(table.times).tolist() == [3600 * 10**9] * 3
    assert any("are in hours that the clocks of Europe/Berlin repeat" in note for note in table.notes)
    skipped = "t,y\n2012-03-25T01:00,1\n2012-03-25T02:00,2\n2012-03-25T03:00,3\n"
    with pytest.raises(
        SettingError, match=r"read by the clocks of Europe/Berlin, and data\.zone=null reads them as UTC"
    ):
        read(tmp_path, skipped, zone="Europe/Berlin")


def test_points_are_averaged_by_local_hours_and_days(tmp_path):
    text = "t,y\n" + "".join(f"2020-01-01 {n // 2:02}:{n % 2 * 30:02},{n}\n" for n in range(48))
    hours = read(tmp_path, text, resample="h")
    assert hours.frequency.alias == "h"
    assert hours.values[:3, 0].tolist() == [0.5, 2.5, 4.5]
    days = read(tmp_path, text.replace(",", "Z,").replace("tZ,", "t,"), resample="D", zone="Asia/Tokyo")
    assert days.values[:, 0].tolist() == [np.arange(30).mean(), np.arange(30, 48).mean()]
    assert days.times[1] == np.datetime64("2020-01-01T15:00").astype("datetime64[ns]").astype(int)


def test_epochs_and_formats_are_read(tmp_path):
    new_year = np.datetime64("2020-01-01", "ns").astype(int)
    for text, form in (
        ("1577836800", "epoch_s"),
        ("1577836800000", "epoch_ms"),
        ("01.01.2020", "%d.%m.%Y"),
        ("2020-01-01 01:00:00.0 +0100", "%Y-%m-%d %H:%M:%S.%f %z"),
    ):
        assert read(tmp_path, f"t,y\n{text},1\n", time="t", time_format=form).times.tolist() == [new_year]
    assert read(tmp_path, "t,y\n1949,1\n1950,2\n").frequency.alias == "YS"
    assert read(tmp_path, "t,y\n1949-01,1\n1949-02,2\n1949-03,1\n").frequency.alias == "MS"
