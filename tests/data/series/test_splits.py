"""Splits by time: fractions, counts and dates; purge; what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.splits import bounds_of, history_ends, time_split
from rnnlab.errors import SettingError

PARTS = ("train", "validation", "test")
HOUR = 3600 * 10**9
BEGIN = date(1970, 1, 11)


def split_points(split, *points, purge=0, frequency=None):
    """Return the bounds of each part, as counted from the start of the first series."""
    starts = np.concatenate([[0], np.cumsum(points)])
    times = np.concatenate([np.arange(n) * HOUR for n in points])
    made = time_split(split, purge)
    found = bounds_of(made, times, starts[:-1], starts[1:], frequency or Frequency.of("h"))
    return [found[part].tolist() for part in PARTS]


@pytest.mark.parametrize(
    ("split", "points", "bounds"),
    [
        # ETTh1: counts from the start, the rest is left out
        (
            {"train": 8640, "validation": 2880, "test": 2880},
            17420,
            [[0, 8640], [8640, 11520], [11520, 14400]],
        ),
        # exchange rate: train and test are rounded down, validation has the rest
        ({"train": 0.7, "validation": None, "test": 0.2}, 7588, [[0, 5311], [5311, 6071], [6071, 7588]]),
        ({"train": None, "validation": 0.1, "test": 0.2}, 7588, [[0, 5313], [5313, 6071], [6071, 7588]]),
        # M4: the last points
        ({"train": None, "validation": 48, "test": 48}, 748, [[0, 652], [652, 700], [700, 748]]),
        ({"train": None, "validation": 48, "test": 0}, 748, [[0, 700], [700, 748], [748, 748]]),
        ({"train": 400, "validation": 100, "test": None}, 748, [[0, 400], [400, 500], [500, 748]]),
        (
            {"train": None, "validation": "1970-01-11", "test": "1970-01-21 12:00"},
            748,
            [[0, 240], [240, 492], [492, 748]],
        ),
        ({"train": None, "validation": 0.1, "test": "1970-01-21"}, 748, [[0, 406], [406, 480], [480, 748]]),
        (
            {"train": None, "validation": BEGIN, "test": 0},
            748,
            [[0, 240], [240, 748], [748, 748]],
        ),
    ],
)
def test_parts_of_a_series(split, points, bounds):
    assert [part[0] for part in split_points(split, points)] == bounds


def test_fractions_are_of_each_series_and_short_series_lose_training_points_first():
    found = split_points({"train": None, "validation": 0.1, "test": 0.2}, 100, 50)
    assert found == [[[0, 70], [100, 135]], [[70, 80], [135, 140]], [[80, 100], [140, 150]]]
    found = split_points({"train": None, "validation": 10, "test": 10}, 100, 15)
    assert found == [[[0, 80], [100, 100]], [[80, 90], [100, 105]], [[90, 100], [105, 115]]]


def test_a_date_is_read_by_the_clocks_of_the_data():
    berlin = Frequency.of("h", "Europe/Berlin")
    found = split_points({"train": None, "validation": "1970-01-11", "test": 0}, 748, frequency=berlin)
    assert found[0] == [[0, 239]]
    zoned = split_points({"train": None, "validation": "1970-01-11T00:00+02:00", "test": 0}, 748)
    assert zoned[0] == [[0, 238]]
    assert datetime(1970, 1, 11, tzinfo=UTC).timestamp() / 3600 == 240


def test_purge_keeps_targets_of_neighbouring_parts_apart():
    split = {"train": None, "validation": 10, "test": 20}
    assert split_points(split, 100, purge=3) == [[[0, 67]], [[70, 77]], [[80, 100]]]
    no_test = {"train": None, "validation": 10, "test": 0}
    assert split_points(no_test, 100, purge=3) == [[[0, 87]], [[90, 100]], [[100, 100]]]


SIZES = st.one_of(st.floats(0.01, 0.45), st.integers(1, 60))


@settings(deadline=None)
@given(validation=SIZES, test=SIZES, points=st.lists(st.integers(1, 200), min_size=1, max_size=4))
def test_parts_follow_each_other_and_cover_each_series(validation, test, points):
    found = split_points({"train": None, "validation": validation, "test": test}, *points)
    starts = np.concatenate([[0], np.cumsum(points)])
    train, middle, last = (np.array(part) for part in found)
    assert (train[:, 0] == starts[:-1]).all()
    assert (train[:, 1] == middle[:, 0]).all()
    assert (middle[:, 1] == last[:, 0]).all()
    assert (last[:, 1] == starts[1:]).all()


def test_rows_that_only_give_the_future_are_no_history():
    values = np.array([[1, 2], [3, np.nan], [np.nan, np.nan], [np.nan, 1], [np.nan, np.nan]], np.float32)
    assert history_ends(values, np.array([0, 3, 5])).tolist() == [2, 4]
    assert history_ends(values[4:], np.array([0, 1])).tolist() == [0]


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (
            {"train": 0.7, "validation": 0.1, "test": 0.2},
            "data.split={train: 0.7, validation: 0.1, test: 0.2}: exactly one of train, validation and test "
            "must be null, which takes the rest",
        ),
        (
            {"train": None, "validation": 0.5, "test": 0.5},
            "data.split={train: null, validation: 0.5, test: 0.5}: the fractions add up to 1, "
            "and nothing is left",
        ),
        (
            {"train": None, "validation": 1.5, "test": 0.2},
            "data.split.validation=1.5: must be a fraction such as 0.7, a number of points, the date at "
            "which it begins or null (the rest)",
        ),
        (
            {"train": "2013-01-01", "validation": None, "test": 0.2},
            "data.split.train=2013-01-01: must be a fraction such as 0.7, a number of points or null "
            "(the rest)",
        ),
        (
            {"train": 0.5, "validation": None, "test": "2013-01-01"},
            "data.split={train: 0.5, validation: null, test: 2013-01-01}: dates are where validation and "
            "test begin: train must be null",
        ),
        (
            {"train": None, "validation": "2013-01-01", "test": 0.2},
            "data.split.test=0.2: validation has a date, so that test needs one as well, or 0 for no test",
        ),
        (
            {"train": None, "validation": "1970-01-10", "test": "1970-01-09"},
            "data.split.test=1970-01-09: must be later than data.split.validation=1970-01-10",
        ),
        (
            {"train": None, "validation": "soon", "test": 0},
            "data.split.validation=soon: must be a date such as 2013-01-01, or 2013-01-01T06:00",
        ),
        (
            {"train": None, "validation": 0.1, "test": 0.2, "random": True},
            "data.split.random=True: is no part of a split by time; series are never split at random",
        ),
    ],
)
def test_refused_splits(split, message):
    with pytest.raises(SettingError) as error:
        split_points(split, 748)
    assert str(error.value).partition("\n")[0] == message


def test_step_numbers_have_no_dates():
    with pytest.raises(SettingError, match="these data have no dates"):
        split_points(
            {"train": None, "validation": "1970-01-10", "test": 0},
            100,
            frequency=Frequency.of(None, dated=False),
        )
