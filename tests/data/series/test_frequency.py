"""Frequencies: the grids of pandas, their inverse, seasons, and aliases that are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.series.frequency import Frequency, next_times, positions, shift
from rnnlab.errors import SettingError

ALIASES = (
    "s",
    "5min",
    "15min",
    "h",
    "2h",
    "D",
    "3D",
    "B",
    "W-SUN",
    "W-WED",
    "MS",
    "2MS",
    "ME",
    "QS",
    "QE",
    "YS",
    "YE",
)


def grid(alias: str, zone: str | None, periods: int = 120) -> np.ndarray:
    return pd.date_range("2011-01-02", periods=periods, freq=alias, tz=zone).as_unit("ns").asi8


@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("alias", ALIASES)
def test_grids_are_those_of_pandas(alias, zone):
    times, frequency = grid(alias, zone), Frequency.of(alias, zone)
    found, exact = positions(times, int(times[0]), frequency)
    assert found.tolist() == list(range(120))
    assert exact.all()
    assert next_times(int(times[9]), 110, frequency).tolist() == times[10:].tolist()


@given(alias=st.sampled_from(ALIASES), steps=st.lists(st.integers(0, 200), min_size=1, max_size=20))
def test_positions_and_shifts_are_inverse(alias, steps):
    frequency, anchor = Frequency.of(alias, "Europe/Berlin"), int(grid(alias, "Europe/Berlin", 1)[0])
    times = shift(anchor, np.array(steps), frequency)
    found, exact = positions(times, anchor, frequency)
    assert found.tolist() == steps
    assert exact.all()


def test_a_time_off_the_grid_is_not_exact():
    times = grid("h", None)
    times[3] += 1
    assert np.flatnonzero(~positions(times, int(times[0]), Frequency.of("h"))[1]).tolist() == [3]
    months = grid("MS", None) + np.int64(86_400 * 10**9) * (np.arange(120) == 5)
    assert np.flatnonzero(~positions(months, int(months[0]), Frequency.of("MS"))[1]).tolist() == [5]


@pytest.mark.parametrize(
    ("alias", "season"),
    [
        ("h", 24),
        ("30min", 48),
        ("15min", 96),
        ("2h", 12),
        ("7h", 1),
        ("D", 7),
        ("W-SUN", 52),
        ("B", 5),
        ("MS", 12),
        ("QS", 4),
        ("YS", 1),
        ("min", 1440),
        ("step", 1),
    ],
)
def test_seasons_are_the_usual_ones(alias, season):
    assert Frequency.of(alias).season == season
    assert Frequency.of(alias, season=9).season == 9


def test_step_numbers_have_no_dates_and_the_season_of_their_alias():
    frequency = Frequency.of("h", dated=False)
    assert (frequency.step, frequency.season, frequency.dated) == (1, 24, False)
    assert next_times(7, 3, frequency).tolist() == [8, 9, 10]


def test_a_frequency_goes_through_json():
    for frequency in (
        Frequency.of("W-SUN", "Europe/Berlin"),
        Frequency.of(None),
        Frequency.of("D", dated=False),
    ):
        assert Frequency.from_json(frequency.to_json()) == frequency


def test_older_names_of_pandas_are_known():
    assert [Frequency.of(alias).alias for alias in ("H", "15T", "M", "Q", "1D")] == [
        "h",
        "15min",
        "ME",
        "QE",
        "D",
    ]


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        ("hour", r"data\.frequency=hour: is no frequency as pandas names them"),
        ("2B", "business days have no multiples"),
        ("0h", "is no frequency"),
        ("h-SUN", "is no frequency"),
        ("", "is no frequency"),
    ],
)
def test_unknown_aliases_are_refused(alias, message):
    with pytest.raises(SettingError, match=message):
        Frequency.of(alias)


def test_irregular_times_have_no_next_ones():
    with pytest.raises(ValueError, match="irregular"):
        next_times(0, 1, Frequency.of(None))
