"""Calendar features: angles of the local clock and calendar, by time alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.series.calendar import calendar_features, check_fourier, feature_names, resolve_calendar
from rnnlab.data.series.frequency import Frequency
from rnnlab.errors import SettingError

PARTS = ("minute_of_hour", "hour_of_day", "day_of_week", "day_of_month", "day_of_year", "month")


def turns(text: str, name: str, zone: str | None = None) -> float:
    """The part of a circle of a feature at a time, from its sine and cosine."""
    time = np.array([text], dtype="datetime64[ns]").astype(np.int64)
    sine, cosine = calendar_features(time, Frequency.of("h", zone), [name])[0]
    return float(np.arctan2(sine, cosine) / (2 * np.pi) % 1)


@pytest.mark.parametrize(
    ("text", "name", "turn"),
    [
        ("2024-02-01T06:00", "hour_of_day", 0.25),
        ("2024-02-01T06:45", "minute_of_hour", 0.75),
        ("2024-02-05T12:00", "day_of_week", 0.0),
        ("2024-02-08", "day_of_week", 3 / 7),
        ("2024-02-16", "day_of_month", 15 / 29),
        ("2024-12-31", "day_of_year", 365 / 366),
        ("2023-12-31", "day_of_year", 364 / 365),
        ("2024-10-31", "month", 0.75),
    ],
)
def test_features_are_parts_of_a_circle(text, name, turn):
    assert turns(text, name) == pytest.approx(turn, abs=1e-6)


def test_features_go_by_the_clocks_of_the_zone():
    assert turns("2024-07-01T10:00", "hour_of_day", "Europe/Berlin") == pytest.approx(12 / 24)
    assert turns("2024-01-31T23:00", "month", "Europe/Berlin") == pytest.approx(1 / 12)


@given(start=st.integers(-(10**6), 10**6), zone=st.sampled_from([None, "Europe/Berlin"]))
def test_a_feature_depends_on_its_time_alone_and_lies_on_a_circle(start, zone):
    frequency = Frequency.of("h", zone)
    times = (start + np.arange(48)) * 3600 * 10**9
    found = calendar_features(times, frequency, PARTS, [(24, 2), (168.5, 1)])
    assert found.shape == (48, len(feature_names(PARTS, [(24, 2), (168.5, 1)])))
    assert np.array_equal(found[20:], calendar_features(times[20:], frequency, PARTS, [(24, 2), (168.5, 1)]))
    assert np.allclose(found[:, ::2] ** 2 + found[:, 1::2] ** 2, 1, atol=1e-5)


def test_fourier_terms_come_back_after_their_period():
    times = np.arange(100) * 3600 * 10**9
    found = calendar_features(times, Frequency.of("h"), (), [(24, 3)])
    assert np.allclose(found[24:], found[:-24], atol=1e-5)
    assert np.allclose(found[:, 0], np.sin(2 * np.pi * np.arange(100) / 24), atol=1e-5)
    assert feature_names((), [(24, 2)]) == ("sin(24/1)", "cos(24/1)", "sin(24/2)", "cos(24/2)")
    steps = calendar_features(np.arange(5), Frequency.of("step", dated=False), (), [(4, 1)])
    assert np.allclose(steps[:, 0], [0, 1, 0, -1, 0], atol=1e-6)


def test_auto_goes_by_the_frequency():
    assert resolve_calendar("auto", Frequency.of("h")) == ("hour_of_day", "day_of_week", "day_of_year")
    assert resolve_calendar("auto", Frequency.of("MS")) == ("month",)
    assert resolve_calendar("auto", Frequency.of(None)) == ("hour_of_day", "day_of_week", "day_of_year")
    assert resolve_calendar("auto", Frequency.of("h", dated=False)) == ()
    assert resolve_calendar("none", Frequency.of("h")) == ()
    assert resolve_calendar(["month"], Frequency.of("h")) == ("month",)
    assert calendar_features(np.arange(3), Frequency.of("h"), ()).shape == (3, 0)


def test_wrong_features_are_refused():
    with pytest.raises(
        SettingError, match=r"data\.calendar=mont: is no calendar feature\ndid you mean month\?"
    ):
        resolve_calendar(["mont"], Frequency.of("h"))
    with pytest.raises(SettingError, match="these series have step numbers"):
        resolve_calendar(["month"], Frequency.of("h", dated=False))
    for pair in ((24, 13), (1, 1), (24, 0)):
        with pytest.raises(SettingError, match="an order from 1 to half of it"):
            check_fourier([pair], Frequency.of("h"))
    with pytest.raises(SettingError, match="the times of these series are irregular"):
        check_fourier([(24, 1)], Frequency.of(None))
