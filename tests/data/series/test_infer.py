"""The frequency is found from times with gaps, and months, weeks and days by the clocks of a zone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.series.collect import Points
from rnnlab.data.series.infer import infer
from rnnlab.data.series.table import Columns
from rnnlab.data.series.times import ZONED


def points(*series: np.ndarray) -> Points:
    """Points of these times and nothing else."""
    count, nothing = sum(map(len, series)), np.zeros((0, 0), dtype=np.float32)
    number = np.repeat(np.arange(len(series), dtype=np.int32), [len(one) for one in series])
    values = np.zeros((count, 1), dtype=np.float32)
    names = tuple(map(str, range(len(series))))
    return Points(
        np.concatenate(series), ZONED, number, values, nothing, nothing, None, nothing, names, Columns(("y",))
    )


def grid(alias: str, zone: str | None = None, start: str = "2020-01-02", periods: int = 80) -> np.ndarray:
    return pd.date_range(start, periods=periods, freq=alias, tz=zone).as_unit("ns").asi8


@given(
    alias=st.sampled_from(
        ["s", "10s", "5min", "30min", "h", "6h", "D", "W-SUN", "2W", "MS", "ME", "QS", "QE", "YS"]
    ),
    zone=st.sampled_from([None, "Europe/Berlin"]),
    gaps=st.sets(st.integers(1, 78), max_size=12),
)
def test_gaps_do_not_change_the_frequency(alias, zone, gaps):
    times = np.delete(grid(alias, zone), sorted(gaps))
    found = infer(points(times, times[3:40]), zone)
    assert found == {"2W": "2W-SUN"}.get(alias, alias)


def test_business_days_are_told_from_days():
    assert infer(points(grid("B")), None) == "B"
    assert infer(points(grid("D", periods=3)), None) == "D"  # Thursday to Saturday
    assert infer(points(grid("B", start="2020-01-06", periods=5)), None) == "D"  # no weekend has passed


@pytest.mark.parametrize("alias", ["3D", "10D"])
def test_other_numbers_of_days_are_days(alias):
    assert infer(points(grid(alias)), None) == alias


def test_days_in_a_zone_are_no_days_in_another():
    times = grid("D", "Europe/Berlin", "2020-03-01")  # the clocks change at the end of March
    assert infer(points(times), "Europe/Berlin") == "D"
    assert infer(points(times), None) is None


def test_times_off_the_grid_are_irregular():
    times = grid("h")
    times[40] += 60 * 10**9
    assert infer(points(times), None) is None
    assert infer(points(times[:1]), None) is None


def test_series_may_begin_at_other_minutes():
    assert infer(points(grid("h"), grid("h", start="2020-01-02 00:17")), None) == "h"
