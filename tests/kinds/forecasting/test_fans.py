"""fans.json: which windows are shown, and the errors of each step."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.series.forecasts import Forecasts, row_sums
from rnnlab.kinds.forecasting.fans import by_horizon, picked, ranked, write_fans
from rnnlab.kinds.forecasting.predicted import Predicted

LEVELS = (0.1, 0.5, 0.9)
STEPS, HORIZON, SEASON = 60, 3, 4


def data_of(count=1):
    """Series that repeat 1, 2, 3, 4 in a season, each ten times as large as the one before."""
    season = np.tile(np.arange(1.0, SEASON + 1), STEPS // SEASON)
    values = np.concatenate([season * 10.0**series for series in range(count)])[:, None]
    table = SimpleNamespace(
        values=values.astype(np.float32),
        starts=np.arange(count + 1) * STEPS,
        times=np.tile(np.arange(STEPS), count),
        names=tuple("abcdefgh"[:count]),
        columns=SimpleNamespace(targets=("sales",)),
    )
    return SimpleNamespace(table=table, facts={"horizon": HORIZON, "season": SEASON})


def predicted_with(data, errors):
    """Return a window of each error, at origins 40, 41, ... of series 0, 1, ... in turn, and their sums."""
    count, num_series = len(errors), len(data.table.names)
    series = np.arange(count) % num_series
    origins = data.table.starts[series] + 40 + np.arange(count)
    label = data.table.values[origins[:, None] + np.arange(HORIZON)].astype(np.float64)
    told = label + np.asarray(errors, float)[:, None, None]
    quantiles = told[..., None] + np.array([-1.0, 0.0, 1.0])
    found = Predicted(np.arange(count), series, origins, label, told, quantiles, LEVELS)
    scale = np.ones((num_series, 1))
    sums = row_sums(Forecasts(label, told, np.isfinite(label), series, scale, scaled=(label, told)))
    return found, sums, scale


def test_of_one_series_the_windows_with_the_largest_median_and_smallest_error():
    found, sums, _ = predicted_with(data_of(), [3, 1, 0.5, 9, 2])
    assert picked(found.series, sums, np.arange(5)) == [
        ("worst", "window", 3, 0),
        ("median", "window", 4, 0),
        ("best", "window", 2, 0),
    ]
    assert [one[2] for one in picked(found.series, sums, np.array([0, 2]))] == [0, 2]  # the others keep none


def test_of_many_series_the_median_window_of_each():
    found, sums, _ = predicted_with(data_of(3), [1, 8, 4, 3, 9, 5, 2, 7, 6])
    shown = picked(found.series, sums, np.arange(9))
    assert shown == [("worst", "series", 1, 0), ("median", "series", 5, 0), ("best", "series", 6, 0)]


def test_windows_and_series_without_an_observed_point_are_not_shown():
    found, sums, _ = predicted_with(data_of(3), [1, 8, 4])
    sums = {name: np.where(found.series[:, None] == 1, 0.0, one) for name, one in sums.items()}
    assert [one[2] for one in picked(found.series, sums, np.arange(3))] == [2, 0]
    assert ranked(np.full((2, 2), np.nan)) == []


@given(st.lists(st.one_of(st.just(np.nan), st.floats(0, 10)), min_size=1, max_size=9))
def test_ranks_are_in_order_and_name_a_window_once(errors):
    values = np.array(errors)[:, None]
    found = ranked(values)
    assert [rank for rank, _, _ in found] == {0: [], 1: ["only"], 2: ["worst", "best"]}.get(
        int(np.isfinite(values).sum()), ["worst", "median", "best"]
    )
    own = [errors[row] for _, row, _ in found]
    assert own == sorted(own, reverse=True)
    assert len({row for _, row, _ in found}) == len(found) == min(3, int(np.isfinite(values).sum()))


def test_errors_of_each_step_by_hand():
    data = data_of()
    found, _, scale = predicted_with(data, [1, -1])
    steps = by_horizon(data, found, np.arange(2), scale)
    assert (steps["measure"], steps["windows"], steps["of"]) == ("mae", 2, 2)
    assert steps["curves"]["network"] == pytest.approx([1, 1, 1])
    assert steps["curves"]["seasonal naive"] == pytest.approx([0, 0, 0])
    # the last values are 4 and 1, and 1, 2, 3 and 2, 3, 4 come
    assert steps["curves"]["repeat"] == pytest.approx([(3 + 1) / 2, (2 + 2) / 2, (1 + 3) / 2])


def test_of_several_series_each_counts_as_much():
    data = data_of(2)
    found, _, _ = predicted_with(data, [1, 10])
    steps = by_horizon(data, found, np.arange(2), np.array([[1.0], [10.0]]))
    assert steps["measure"] == "mase"
    assert steps["curves"]["network"] == pytest.approx([1, 1, 1])


def test_the_file_has_history_forecast_bands_and_truth(tmp_path):
    data = data_of()
    data.table.values[39] = np.nan
    found, sums, scale = predicted_with(data, [2])
    write_fans(tmp_path / "fans.json", data, found, sums, scale)
    (one,) = json.loads((tmp_path / "fans.json").read_text())["windows"]
    assert (one["rank"], one["series"], one["target"], one["time"]) == ("only", "a", "sales", 40)
    assert one["history"] == [4, 1, 2, 3, 4, 1, 2, 3, None]  # three horizons
    assert (one["truth"], one["point"]) == ([1, 2, 3], [3, 4, 5])
    assert one["bands"] == [{"percent": 80, "low": [2, 3, 4], "high": [4, 5, 6]}]
