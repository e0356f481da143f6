"""The Skoltech Anomaly Benchmark, as it is and as a small folder of its form."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from rnnlab.data.series.skab import read_skab, skab_files, skab_folder
from rnnlab.errors import SettingError

DATA = Path(os.environ.get("RNNLAB_DATA_DIR", "nowhere"))
HEADING = "datetime;Pressure;Volume Flow RateRMS"
ROWS = ["2020-03-09 10:34:33;0.5;32.0;0.0;0.0", "2020-03-09 10:34:35;0.6;31.0;1.0;1.0"]


@pytest.fixture
def folder(tmp_path):
    for name in ("valve1", "other", "anomaly-free"):
        (tmp_path / name).mkdir()
    labelled = "\n".join([f"{HEADING};anomaly;changepoint", *ROWS])
    (tmp_path / "valve1" / "10.csv").write_text(labelled)
    (tmp_path / "valve1" / "9.csv.gz").write_bytes(gzip.compress(labelled.encode()))
    normal = "\n".join([HEADING, *(row[: -len(";0.0;0.0")] for row in ROWS)])
    (tmp_path / "anomaly-free" / "anomaly-free.csv").write_text(normal)
    return tmp_path


def test_experiments_are_series_of_all_sensors(folder):
    table = read_skab(folder)
    assert table.names == ("anomaly-free/anomaly-free", "valve1/9", "valve1/10")
    assert table.columns.targets == ("Pressure", "Volume Flow RateRMS")
    assert table.starts.tolist() == [0, 2, 4, 6]
    assert table.labels.tolist() == [0, 0, 0, 1, 0, 1]
    assert table.values[:2] == pytest.approx(np.array([[0.5, 32], [0.6, 31]], np.float32))
    assert np.diff(table.times[:2]).tolist() == [2 * 10**9]
    assert list(skab_files(folder)) == list(table.names)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a;b", "1;2"], "needs a column datetime, sensors and rows, separated by ;"),
        ([f"{HEADING};anomaly", "2020-03-09 10:34:33;x;1;0"], "needs a time and numbers in every row"),
        ([f"{HEADING};anomaly", "2020-03-09 10:34:33;1"], "needs a time and numbers in every row"),
        (
            ["datetime;Other;anomaly", "2020-03-09 10:34:33;1;0"],
            "has the columns Other, and the others Press",
        ),
        (
            [f"{HEADING};anomaly", "2020-03-09 10:00:01;1;1;0", "2020-03-09 10:00:01;1;1;0"],
            "line 3: its time is not after the one before",
        ),
    ],
)
def test_files_of_another_form_are_refused(folder, lines, message):
    (folder / "other" / "1.csv").write_text("\n".join(lines))
    with pytest.raises(SettingError, match=message):
        read_skab(folder)


def test_a_folder_without_experiments_is_refused(folder, tmp_path):
    assert skab_folder(str(folder), None) == folder
    for path in (folder / "valve1").iterdir():
        path.unlink()
    with pytest.raises(SettingError, match=r"holds no file such as valve1/0\.csv; github.com/waico/SKAB"):
        read_skab(folder)
    with pytest.raises(SettingError, match="no folder with valve1 in it"):
        skab_folder("nothing", tmp_path)


@pytest.mark.skipif(not (DATA / "skab").is_dir(), reason="no RNNLAB_DATA_DIR with skab")
def test_the_benchmark_itself():
    table = read_skab(skab_folder("skab/data", DATA))
    assert (len(table.names), len(table.times), int(table.labels.sum())) == (35, 46_806, 13_067)
    assert len(table.columns.targets) == 8
