"""Data modules of NAB and SKAB: which points are for training, and what is said of labels in them."""

import json

import numpy as np
import pytest

from rnnlab.data.series.labelled_sets import NabData, SkabData, shortened
from rnnlab.data.series.nab import LABELS
from rnnlab.errors import SettingError


def no_rows(data):
    return {}


@pytest.fixture
def nab(tmp_path):
    """A series of 6,000 points of 5 minutes with a window from point 40, and one of 200 without."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "data").mkdir()
    for name, points in (("long", 6000), ("short", 200)):
        times = np.datetime64("2014-01-01T00:00:00") + np.arange(points) * np.timedelta64(300, "s")
        lines = [f"{str(time).replace('T', ' ')},{place % 7}" for place, time in enumerate(times)]
        (tmp_path / "data" / f"{name}.csv").write_text("\n".join(["timestamp,value", *lines]))
    window = ["2014-01-01 03:20:00.000000", "2014-01-01 03:25:00.000000"]
    (tmp_path / LABELS).write_text(json.dumps({"long.csv": [window], "short.csv": []}))
    return tmp_path


def made(cls, path, split):
    data = cls(name="x", path=str(path), split=split, calendar="none", label=None)
    data.read_as(no_rows)
    data.prepare()
    return data


def test_the_probation_of_nab_is_for_training_and_thresholds(nab):
    data = made(NabData, nab, {"train": 0.1, "validation": 0.05, "test": None})
    assert data.bounds["train"].tolist() == [[0, 500], [6000, 6020]]
    assert data.bounds["validation"].tolist() == [[500, 750], [6020, 6030]]
    assert data.bounds["test"].tolist() == [[750, 6000], [6030, 6200]]
    assert data.serves == ("anomaly",)
    assert data.provenance["official"] is None  # the cut between training and validation is ours
    assert "2 points before the test parts are anomalous, in 1 series: long" in data.provenance["notes"]


def test_shorter_parts_stay_as_they_are():
    bounds = {
        "train": np.array([[0, 60]]),
        "validation": np.array([[60, 100]]),
        "test": np.array([[100, 300]]),
    }
    for name, found in shortened(bounds, 100).items():
        assert found.tolist() == bounds[name].tolist()
    assert shortened(bounds, 50)["validation"].tolist() == [[30, 50]]


def test_the_anomaly_free_recording_of_skab_is_for_training_alone(tmp_path):
    rows = [f"2020-03-09 10:34:{second:02};{second % 5};{second % 3}" for second in range(30)]
    for name, more in (("anomaly-free/anomaly-free", False), ("valve1/0", True)):
        path = tmp_path / f"{name}.csv"
        path.parent.mkdir()
        heading = "datetime;Pressure;Current" + (";anomaly" if more else "")
        path.write_text("\n".join([heading, *(row + (";0" if more else "") for row in rows)]))
    data = made(SkabData, tmp_path, {"train": 10, "validation": 5, "test": None})
    assert data.bounds["train"].tolist() == [[0, 30], [30, 40]]
    assert data.bounds["validation"].tolist() == [[30, 30], [40, 45]]
    assert data.bounds["test"].tolist() == [[30, 30], [45, 60]]
    assert data.facts["targets"] == 2


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(SettingError, match=r"data\.path=.*no folder with labels/combined_windows\.json"):
        made(NabData, tmp_path / "none", {"train": 0.1, "validation": 0.05, "test": None})
