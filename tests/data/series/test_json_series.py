"""Series as JSON has them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.json_series import MOST_POINTS, series_of_json
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

ONE = Columns(("load",), (), (), ())
FULL = Columns(("load", "price"), ("rain",), ("holiday",), ("size", "region=N", "region=S"))
HOURLY, DAILY = Frequency.of("h"), Frequency.of("D")
DAY = 86_400 * 10**9


def test_a_plain_list_is_a_series_without_times() -> None:
    found = series_of_json([1, None, 2.5], ONE, HOURLY)
    np.testing.assert_array_equal(found.values, np.array([[1], [np.nan], [2.5]], np.float32))
    assert found.times.tolist() == [0, 3600 * 10**9, 7200 * 10**9]
    assert (found.past, found.known, found.name) == (None, None, "")


def test_every_field_is_read() -> None:
    row = {
        "values": {"price": [3, 4], "load": [1, 2]},
        "start": "1970-01-02",
        "past": {"rain": [0.5, None]},
        "known": {"holiday": [0, 0, 1]},
        "static": {"size": 7, "region": "S"},
        "series": "north",
    }
    found = series_of_json(row, FULL, DAILY)
    assert found.values.tolist() == [[1, 3], [2, 4]]
    assert found.times.tolist() == [DAY, 2 * DAY, 3 * DAY]
    assert found.known is not None
    assert found.known[:, 0].tolist() == [0, 0, 1]
    assert (found.name, dict(found.static)) == ("north", {"size": 7.0, "region=N": 0.0, "region=S": 1.0})
    points = series_of_json(row | {"values": [[1, 3], [2, 4]]}, FULL, DAILY)
    np.testing.assert_array_equal(points.values, found.values)


def test_days_begin_on_the_clocks_of_the_zone() -> None:
    frequency = Frequency.of("D", "Europe/Berlin")
    found = series_of_json({"values": [1, 2, 3], "start": "2026-03-28"}, ONE, frequency)
    assert (np.diff(found.times) // 3_600_000_000_000).tolist() == [24, 23]  # the clocks change on the 29th


IRREGULAR, STEPS = Frequency.of(None), Frequency.of("step", dated=False)
REFUSED = [
    ({"value": [1]}, HOURLY, r"values=value: is no field of a series"),
    ({"values": []}, HOURLY, r"values=\[\]: must be a list of numbers, null where one is missing"),
    ([True], HOURLY, "must be a list of numbers"),
    ([[1, 2]], HOURLY, "values=2 numbers: must have 1 numbers at each point: load"),
    ([[1], [1, 2]], HOURLY, "must be a list of numbers"),
    ([float("nan")], HOURLY, "must hold finite numbers alone"),
    ([10**400], HOURLY, "must be a list of numbers"),
    ([1e39], HOURLY, "must hold finite numbers alone"),
    ([0] * (MOST_POINTS + 1), HOURLY, "values=50,001 points: are more than 50,000"),
    ({"values": [1], "start": "tomorrow"}, HOURLY, r"start=\['tomorrow'\]: must be dates as 2024-01-31"),
    ({"values": [1], "start": "2200-01-01"}, HOURLY, "must lie between 1824 and 2116"),
    ({"values": [1] * 9000, "start": "2100-01-01"}, Frequency.of("YS"), "9,000 steps from there are beyond"),
    ({"values": [1], "start": "2024-01-01", "times": ["2024-01-01"]}, HOURLY, "and start: give one of the"),
    ({"values": [1, 2], "times": ["2024-01-01"]}, DAILY, "times=1: must be a list of 2 times"),
    ({"values": [1, 2], "times": ["2024-01-02", "2024-01-01"]}, DAILY, "must come after the time before"),
    ({"values": [1, 2], "times": ["2024-01-01", "2024-01-03"]}, DAILY, "is not on the grid of the model's"),
    ({"values": [1, 2]}, IRREGULAR, "times=none: the model reads irregular series: give a time for each"),
    ({"values": [1], "start": "2024-01-01"}, STEPS, "must be whole step numbers, as in the training"),
    ({"values": [1], "static": {"size": 1}}, HOURLY, "static=size: is no static feature of the training"),
    ({"values": [1], "past": {"rain": [1]}}, HOURLY, "past=rain: is no past covariate of the training"),
    ({"values": [1], "known": [1]}, HOURLY, r"known=\[1\]: must be an object of names and values"),
    ({"values": [1], "series": 5}, HOURLY, "series=5: must be a name, as text"),
]


@pytest.mark.parametrize(("row", "frequency", "message"), REFUSED)
def test_what_is_no_series_is_refused(row: object, frequency: Frequency, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        series_of_json(row, ONE, frequency)


def test_covariates_and_categories_of_the_training_are_needed() -> None:
    row = {"values": [[1, 2]], "past": {"rain": [1]}, "known": {"holiday": [1]}}
    cases = {
        "past=rain: is a past covariate of the training, and missing here": {"past": {}},
        "known=holiday: is a known covariate": {"known": None},
        "past.rain=2 points: are more than 1": {"past": {"rain": [1, 2]}},
        "static.region=X: is no category of the training": {"static": {"region": "X"}},
        "static.size=big: must be a number": {"static": {"size": "big"}},
        "values=load: must hold a list for each target: load, price": {"values": {"load": [1]}},
        "values=1, 2: must be lists of one length": {"values": {"load": [1], "price": [1, 2]}},
    }
    for message, more in cases.items():
        with pytest.raises(SettingError, match=message):
            series_of_json(row | more, FULL, DAILY)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)
BASE = {"values": [[1, 2], [3, None]], "past": {"rain": [1]}, "known": {"holiday": [1]}}
CHANGED = ("start", "times", "series", "static", "values", "past", "known")
ROWS = st.dictionaries(st.sampled_from(CHANGED), ANYTHING, max_size=2).map(lambda more: BASE | more)


@given(st.one_of(ANYTHING, ROWS), st.sampled_from([HOURLY, Frequency.of("MS"), IRREGULAR, STEPS]))
@settings(max_examples=150, deadline=None)
def test_anything_else_is_refused_as_a_setting(row: object, frequency: Frequency) -> None:
    try:
        found = series_of_json(json.loads(json.dumps(row)), FULL, frequency)
    except SettingError:
        return
    assert found.values.shape[1] == 2
    assert len(found.times) >= len(found.values)
    assert (found.times[1:] > found.times[:-1]).all()
