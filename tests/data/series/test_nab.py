"""The Numenta Anomaly Benchmark, as it is and as a small folder of its form."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from rnnlab.data.series.nab import LABELS, ascend, nab_files, nab_folder, read_nab
from rnnlab.errors import SettingError

DATA = Path(os.environ.get("RNNLAB_DATA_DIR", "nowhere"))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "data" / "real").mkdir(parents=True)
    windows = {
        "real/b.csv": [["2014-01-01 00:05:00.000000", "2014-01-01 00:10:00.000000"]],
        "real/a.csv": [],
    }
    (tmp_path / LABELS).write_text(json.dumps(windows))
    lines = [f"2014-01-01 00:{minute:02}:00,{minute}" for minute in (0, 5, 10, 15)]
    for name in ("a", "b"):
        (tmp_path / "data" / "real" / f"{name}.csv").write_text("\n".join(["timestamp,value", *lines]))
    return tmp_path


def test_series_are_joined_in_the_order_of_their_names_with_their_labels(folder):
    table = read_nab(folder)
    assert table.names == ("real/a", "real/b")
    assert table.starts.tolist() == [0, 4, 8]
    assert table.values.tolist() == [[0], [5], [10], [15]] * 2
    assert table.labels.tolist() == [0, 0, 0, 0, 0, 1, 1, 0]
    assert np.diff(table.times[:4]).tolist() == [300 * 10**9] * 3
    assert table.frequency.alias is None
    assert table.notes == ()
    assert list(nab_files(folder)) == [LABELS, "data/real/a.csv", "data/real/b.csv"]


def test_times_that_do_not_ascend_are_moved_and_keep_the_labels_of_their_own_times(folder):
    path = folder / "data" / "real" / "b.csv"
    path.write_text("timestamp,value\n2014-01-01 00:20:00,1\n2014-01-01 00:05:00,2\n2014-01-01 00:30:00,3\n")
    table = read_nab(folder)
    assert table.labels[4:].tolist() == [0, 1, 0]
    assert np.diff(table.times[4:]).tolist() == [1, 600 * 10**9 - 1]
    assert table.notes == ("1 times did not ascend and were moved to 1 ns after the one before",)


def test_ascending_times_are_unchanged():
    assert ascend(np.array([1, 2, 5])).tolist() == [1, 2, 5]
    assert ascend(np.array([5, 5, 4, 9])).tolist() == [5, 6, 7, 9]


def test_the_folder_is_found_under_the_data_folder_or_alone(folder):
    assert nab_folder(folder.name, folder.parent) == folder
    assert nab_folder(str(folder), None) == folder
    with pytest.raises(
        SettingError, match=r"no folder with labels/combined_windows\.json in it: tried .*numenta"
    ):
        nab_folder("other", folder)
    with pytest.raises(SettingError, match=r"data\.path=null: must be the folder of the benchmark"):
        nab_folder(None, folder)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "timestamp,value\n2014-01-01,x",
            "b.csv: needs a time in the column timestamp and a number in value",
        ),
        ("time,value\n2014-01-01,1", "b.csv: needs a time in the column timestamp"),
    ],
)
def test_lines_of_another_form_are_refused(folder, lines, message):
    (folder / "data" / "real" / "b.csv").write_text(lines)
    with pytest.raises(SettingError, match=message):
        read_nab(folder)


def test_missing_files_and_wrong_labels_are_refused(folder):
    (folder / "data" / "real" / "a.csv").unlink()
    with pytest.raises(SettingError, match=r"a\.csv: cannot be read: No such file"):
        read_nab(folder)
    (folder / LABELS).write_text("[1]")
    with pytest.raises(SettingError, match="must be a JSON object of files, each with a list of pairs"):
        read_nab(folder)


@pytest.mark.skipif(not (DATA / "nab").is_dir(), reason="no RNNLAB_DATA_DIR with nab")
def test_the_benchmark_itself():
    table = read_nab(nab_folder("nab", DATA))
    assert (len(table.names), len(table.times), int(table.labels.sum())) == (58, 365_558, 33_495)
    for start, end in zip(table.starts[:-1], table.starts[1:], strict=True):
        assert (np.diff(table.times[start:end]) > 0).all()
