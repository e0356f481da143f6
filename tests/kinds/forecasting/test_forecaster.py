"""Forecasts of a network that is easy to follow: examples of many series, conformal intervals, limits."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.json_times import time_names
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.series_data import SeriesData
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.answer import ForecastAnswers
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.network import Scaled
from rnnlab.kinds.forecasting.reader import conformal_of, reader_of

HORIZON, HOUR = 4, 3600 * 10**9
PLAIN = Columns(("load",), (), (), ())
FULL = Columns(("load", "price"), ("rain",), ("holiday",), ("size",))


def reader(alias: str | None = "h", columns: Columns = PLAIN, scaling: str = "standard") -> SeriesReader:
    """A reader fitted on one series of 100 positive points."""
    rng = np.random.default_rng(0)
    values, past, known = (rng.uniform(1, 9, (100, len(names))).astype(np.float32) for names in columns[:3])
    steps = np.arange(100) if alias else np.cumsum(rng.integers(1, 9, 100))
    table = SeriesTable(
        times=steps * HOUR,
        values=values,
        past=past,
        known=known,
        static=np.ones((1, len(columns.static)), np.float32),
        starts=np.array([0, 100]),
        names=("one",),
        columns=columns,
        frequency=Frequency.of(alias),
    )
    split = {"train": None, "validation": 0.1, "test": 0.2}
    data = Made(name="made", horizon=HORIZON, input_length=12, scaling=scaling, split=split)
    data.given = table
    data.prepare()
    return SeriesReader.from_json(json.loads(json.dumps(data.spec())))


class Made(SeriesData):
    """A data module of a table that is given."""

    given: SeriesTable

    def read(self) -> Any:
        return self.given, {"source": "a test", "official": None, "fingerprint": "0" * 64, "notes": []}


def repeat(windows: Any) -> Scaled:
    """Forecast the last value; a median alone."""
    assert windows.future.shape[1] == HORIZON
    return climb(windows, 0.0)


def climb(windows: Any, slope: float = 1.0) -> Scaled:
    """Forecast a line from the last value on, as many steps as there are, as an open-ended network does."""
    last = windows.values[np.arange(len(windows.lengths)), windows.lengths - 1]
    ahead = slope * np.arange(1, windows.future.shape[1] + 1)
    point = last[:, None] + ahead[:, None].astype(np.float32)
    return Scaled(point, point[..., None])


@pytest.mark.parametrize("alias", ["h", "15min", "D", "B", "MS", None])
@pytest.mark.parametrize(("columns", "scaling"), [(PLAIN, "log"), (FULL, "standard")])
def test_the_example_of_any_series_can_be_forecast(alias: str | None, columns: Columns, scaling: str) -> None:
    answers = ForecastAnswers(repeat, reader(alias, columns, scaling), [0.5])
    row = json.loads(json.dumps(answers.example))
    (found,) = answers([row])
    json.dumps(found, allow_nan=False)
    last = np.array(row["values"]).reshape(len(row["values"]), -1)[-1]
    for value, name in zip(last, columns.targets, strict=True):
        assert found["predicted"][name] == pytest.approx([value] * HORIZON, rel=1e-4)
    assert len(set(found["times"])) == HORIZON
    (fewer,) = answers([row | {"horizon": 2}])
    assert fewer["predicted"]["load"] == found["predicted"]["load"][:2]


def test_conformal_margins_apply_in_scaled_units_to_the_first_steps() -> None:
    own = reader()
    margins = np.arange(1.0, HORIZON + 1).reshape(1, HORIZON, 1)  # wider with each step
    answers = ForecastAnswers(repeat, own, [0.5], Conformal("split", (0.1, 0.5, 0.9), margins), horizon=3)
    assert answers.columns[-3:] == ("q0.1", "q0.5", "q0.9")
    for answering in (answers, answers.serving()):
        (found,) = answering([answers.example])
        scale, point = float(own.scaler.scale[0, 0]), found["predicted"]["load"][0]
        spread = found["quantiles"]["load"]
        assert spread["0.1"] == pytest.approx([point - scale * step for step in (1, 2, 3)], rel=1e-4)
        assert spread["0.9"] == pytest.approx([point + scale * step for step in (1, 2, 3)], rel=1e-4)
        assert spread["0.5"] == pytest.approx([point] * 3, rel=1e-4)


def test_many_series_are_answered_in_order() -> None:
    answers = ForecastAnswers(repeat, reader(), [0.5])
    rows = [{"values": [0.0] * 11 + [float(last)], "start": "2024-01-01"} for last in range(300)]
    found = answers(rows)
    assert [one["predicted"]["load"][0] for one in found] == pytest.approx(list(range(300)), abs=1e-3)
    assert answers([]) == []


@pytest.mark.parametrize("horizon", [0, HORIZON + 1, True, 2.0, "2"])
def test_a_horizon_beyond_the_training_is_refused(horizon: Any) -> None:
    answers = ForecastAnswers(repeat, reader(), [0.5])
    with pytest.raises(SettingError, match=r"horizon=.*: must be 1 to 4, the horizon of the training"):
        answers([answers.example | {"horizon": horizon}])


def test_an_open_ended_network_forecasts_past_the_horizon_of_its_training() -> None:
    own = reader()
    scale, margins = float(own.scaler.scale[0, 0]), np.arange(1.0, HORIZON + 1).reshape(1, HORIZON, 1)
    conformal = Conformal("split", (0.1, 0.5, 0.9), margins)
    answers = ForecastAnswers(climb, own, [0.5], conformal, open_ended=True)
    row = {"values": [5.0] * 12, "start": "2024-01-01"}
    asked = [row | {"horizon": steps} for steps in (2, 9, HORIZON)]
    short, long, trained = answers(asked)
    assert long["times"][-1] == "2024-01-01 20:00:00"
    assert long["predicted"]["load"] == pytest.approx([5 + scale * step for step in range(1, 10)], rel=1e-4)
    widths = np.subtract(long["quantiles"]["load"]["0.9"], long["quantiles"]["load"]["0.1"])
    assert widths == pytest.approx([2 * scale * min(step, HORIZON) for step in range(1, 10)], rel=1e-4)
    for shorter in (short, trained):
        steps = len(shorter["times"])
        assert shorter["note"] == ""
        assert shorter["quantiles"]["load"]["0.9"] == long["quantiles"]["load"]["0.9"][:steps]
    tested = "steps after 4, the horizon of the training, were never tested"
    assert long["note"] == f"{tested}, and their conformal margins are those of step 4"
    (plain,) = ForecastAnswers(climb, own, [0.5], horizon=5, open_ended=True).serving()([row])
    assert (len(plain["times"]), plain["note"]) == (5, tested)


def test_how_far_an_open_ended_network_forecasts() -> None:
    answers = ForecastAnswers(climb, reader(), [0.5], open_ended=True)
    row = {"values": [5.0] * 12, "start": "2024-01-01"}
    many = [row | {"horizon": 1000}] * 33  # read in two parts
    assert {len(one["times"]) for one in answers(many)} == {1000}
    with pytest.raises(SettingError, match="horizon=1001: must be 1 to 1,000, and the horizon of the trai"):
        answers([row | {"horizon": 1001}])
    direct = ForecastAnswers(repeat, reader(), [0.5])
    with pytest.raises(SettingError, match=r"data.horizon sets it, and model=deepar forecasts further"):
        direct([row | {"horizon": 5}])


def test_times_are_named_by_the_clocks_of_the_data() -> None:
    hours = np.array([0, HOUR])
    assert time_names(hours, Frequency.of("h", "Asia/Tokyo")) == [
        "1970-01-01 09:00:00",
        "1970-01-01 10:00:00",
    ]
    assert time_names(hours * 24, Frequency.of("D")) == ["1970-01-01", "1970-01-02"]
    assert time_names(np.array([3, 4]), Frequency.of("step", dated=False)) == [3, 4]


def test_a_broken_file_of_a_run_is_named_in_one_line(tmp_path: Path) -> None:
    folder = SimpleNamespace(
        path=tmp_path, series=tmp_path / "series.json", conformal=tmp_path / "conformal.json"
    )
    run: Any = SimpleNamespace(folder=folder)
    assert conformal_of(run) is None
    folder.conformal.write_text('{"method": "split"}')
    with pytest.raises(SettingError, match=r"its conformal.json cannot be read: KeyError\('levels'\)"):
        conformal_of(run)
    with pytest.raises(SettingError, match=r"its series\.json cannot be read"):
        reader_of(run)
