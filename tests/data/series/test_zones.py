"""Local times of zones equal those of the standard library, and come back; repeated and skipped hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.series.zones import SECOND, check_zone, to_local, to_utc
from rnnlab.errors import SettingError

ZONES = ("Europe/Berlin", "Australia/Melbourne", "America/New_York", "Asia/Kolkata", "Africa/Casablanca")


def nanoseconds(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]").astype(np.int64)


@given(zone=st.sampled_from(ZONES), seconds=st.lists(st.integers(0, 4 * 10**9), min_size=1, max_size=20))
def test_local_times_are_those_of_the_standard_library(zone, seconds):
    times = np.array(seconds, dtype=np.int64) * SECOND
    wall = [
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=one))
        .astimezone(ZoneInfo(zone))
        .replace(tzinfo=None)
        for one in seconds
    ]
    assert to_local(times, zone).tolist() == np.array(wall, dtype="datetime64[ns]").astype(np.int64).tolist()


@given(zone=st.sampled_from(ZONES), start=st.integers(0, 10**6), minutes=st.sampled_from([10, 15, 30, 60]))
def test_a_year_in_order_comes_back_from_its_wall_times(zone, start, minutes):
    times = (start * 1800 + np.arange(366 * 24 * 60 // minutes) * 60 * minutes).astype(np.int64) * SECOND
    found, _, skipped = to_utc(to_local(times, zone), zone)
    assert np.array_equal(found, times)
    assert not skipped.any()


def test_an_hour_that_clocks_repeat_is_read_twice_in_the_order_of_rows():
    wall = nanoseconds(
        "2012-10-28T01:30",
        "2012-10-28T02:00",
        "2012-10-28T02:30",
        "2012-10-28T02:00",
        "2012-10-28T02:30",
        "2012-10-28T03:00",
    )
    found, repeated, skipped = to_utc(wall, "Europe/Berlin")
    assert np.diff(found).tolist() == [1800 * SECOND] * 5
    assert repeated.tolist() == [False, True, True, True, True, False]
    assert not skipped.any()
    once, _, _ = to_utc(wall[[0, 1, 2, 5]], "Europe/Berlin")
    assert np.diff(once).tolist() == [1800 * SECOND, 1800 * SECOND, 5400 * SECOND]


def test_a_time_that_clocks_skip_is_moved_on():
    found, repeated, skipped = to_utc(nanoseconds("2012-03-25T01:59", "2012-03-25T02:30"), "Europe/Berlin")
    assert (
        to_local(found, "Europe/Berlin").tolist()
        == nanoseconds("2012-03-25T01:59", "2012-03-25T03:30").tolist()
    )
    assert (repeated.tolist(), skipped.tolist()) == ([False, False], [False, True])


def test_a_zone_without_changes_and_no_zone_are_shifts():
    times = nanoseconds("2020-01-01", "2020-07-01")
    assert (to_local(times, "Asia/Kolkata") - times).tolist() == [19_800 * SECOND] * 2
    assert to_local(times, None) is times
    assert to_utc(times, None)[0] is times


def test_an_unknown_zone_is_refused_with_the_nearest():
    with pytest.raises(
        SettingError, match=r"data\.zone=Europe/Berln: is no time zone.*\ndid you mean Europe/Berlin\?"
    ):
        check_zone("Europe/Berln")
