"""A finished run's reader: new series, the window to forecast from, covariates of the future, refusals."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from rnnlab.data.series.continued import RawSeries
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

HOUR = 3600 * 10**9


@pytest.fixture(scope="module")
def reader(make_table, make_data):
    data = make_data(make_table())
    data.prepare()
    return SeriesReader.from_json(json.loads(json.dumps(data.spec())))


def raw(points=30, future=12, name="north", value=5.0, **changed):
    rng = np.random.default_rng(1)
    given = {
        "times": np.arange(points + future) * HOUR,
        "values": rng.standard_normal((points, 2)) + value,
        "past": rng.standard_normal((points, 1)),
        "known": rng.standard_normal((points + future, 1)),
        "name": name,
    }
    return RawSeries(**given | changed)


def test_the_latest_window_ends_at_the_last_observed_target(reader):
    prepared, window = reader.latest(reader.joined([raw(40), raw(26, name="east")]))
    assert window.lengths.tolist() == [24, 24]
    assert window.series.tolist() == [0, 2]
    assert not window.target_observed.any()
    table = prepared.table
    assert table.starts.tolist() == [0, 52, 90]
    assert np.array_equal(table.times[-12:], np.arange(26, 38) * HOUR)
    scaled = (raw(40).values[-24:] - reader.scaler.loc[0]) / reader.scaler.scale[0]
    assert np.allclose(window.values[0], scaled, atol=1e-5)
    future = (raw(40).known[-12:] - reader.known.loc) / reader.known.scale
    assert np.allclose(window.future[0, :, :1], future, atol=1e-5)
    angle = 2 * np.pi * (np.arange(40, 52) % 24) / 24
    assert np.allclose(window.future[0, :, 1:3], np.stack([np.sin(angle), np.cos(angle)], axis=1), atol=1e-6)
    assert np.allclose(prepared.invert(window.values, np.arange(2))[0], raw(40).values[-24:], atol=1e-5)


def test_future_times_follow_where_no_covariate_gives_them(make_table, make_data):
    data = make_data(make_table((200,), columns=Columns(("load",)), missing=0.0))
    data.prepare()
    table = data.reader.joined([RawSeries(np.arange(30) * HOUR, np.ones((30, 1)), name="north")])
    prepared, window = data.reader.latest(table, horizon=5)
    assert np.array_equal(prepared.table.times[-5:], np.arange(30, 35) * HOUR)
    assert window.future.shape == (1, 5, 6)


def test_a_row_alone_equals_the_row_among_others(reader):
    alone = reader.latest(reader.joined([raw(26, name="east")]))[1]
    among = reader.latest(reader.joined([raw(40), raw(26, name="east")]))[1]
    for one, two in zip(alone[:-1], among[:-1], strict=True):  # rows are numbered
        assert np.array_equal(one[0], two[1])


def test_a_series_that_training_did_not_see_is_scaled_by_its_own_history(reader):
    prepared, window = reader.latest(reader.joined([raw(50, name="new", value=1e3)]))
    values = raw(50, value=1e3).values.astype(np.float32)
    assert np.allclose(prepared.scaler.loc[0], values.mean(axis=0))
    assert window.series.tolist() == [-1]
    assert prepared.notes == ("series new was not in training: scaled by its own history",)


def test_static_features_of_a_known_series_are_kept(reader):
    given = reader.latest(reader.joined([raw(30, name="south", static={"size": 3.0})]))[1]
    kept = reader.latest(reader.joined([raw(30, name="south")]))[1]
    scale = reader.fixed
    assert kept.static[0, 0] == pytest.approx((reader.static[1, 0] - scale.loc[0]) / scale.scale[0], rel=1e-5)
    assert given.static[0, 0] == pytest.approx((3 - scale.loc[0]) / scale.scale[0], rel=1e-5)


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (
            raw(23),
            "series=north: has 23 points up to its last value; the model needs 24",
        ),
        (
            raw(30, future=8),
            "known=holiday: a known covariate needs its future: series north has no value at "
            "1970-01-02 14:00:00, and the forecast reaches 1970-01-02 17:00:00",
        ),
        (
            raw(30, values=np.full((30, 2), np.nan)),
            "series=north: has 0 points up to its last value; the model needs 24",
        ),
    ],
)
def test_refused_requests(reader, series, message):
    with pytest.raises(SettingError) as error:
        reader.latest(reader.joined([series]))
    assert str(error.value) == message


def test_another_frequency_or_a_missing_column_is_refused(reader):
    table = reader.joined([raw()])
    with pytest.raises(SettingError) as error:
        reader.prepare(table._replace(frequency=Frequency.of("D")))
    assert str(error.value) == "frequency=D: the model was trained on another one, h"
    with pytest.raises(SettingError) as error:
        reader.prepare(table._replace(columns=Columns(("load", "price"), ("snow",), ("holiday",), ("size",))))
    assert str(error.value).startswith("column=rain: is a column of the training (past), and missing here")


def test_columns_are_taken_by_their_names(reader):
    table = reader.joined([raw()])
    swapped = table._replace(
        values=table.values[:, ::-1], columns=table.columns._replace(targets=("price", "load"))
    )
    for one, two in zip(reader.latest(table)[1], reader.latest(swapped)[1], strict=True):
        assert np.array_equal(one, two)


def test_categories_are_one_column_each(make_table, make_data):
    columns = Columns(("load",), (), (), ("region=North", "region=South", "size"))
    data = make_data(make_table((200, 200), columns=columns, missing=0.0))
    data.prepare()
    table = data.reader.joined([RawSeries(np.arange(30) * HOUR, np.ones((30, 1)), name="new")])
    table = table._replace(
        columns=Columns(("load",), (), (), ("region=South",)), static=np.ones((1, 1), np.float32)
    )
    static = data.reader.prepare(table).table.static
    assert static[0, :2].tolist() == [0, 1]
    assert np.isnan(static[0, 2])


def test_the_reader_needs_no_torch():
    modules = "rnnlab.data.series.prepare_input, rnnlab.data.series.check"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
