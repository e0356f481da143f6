"""A forecaster's sections of a run's page, from the files of its folder."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from rnnlab.evaluation.series.forecasts import Forecasts, by_unit, measures, row_sums
from rnnlab.kinds.forecasting.fans import write_fans
from rnnlab.kinds.forecasting.kind import KIND
from rnnlab.kinds.forecasting.predicted import Predicted, write_predictions
from rnnlab.kinds.forecasting.sections import cards, sections
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import drawn

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
HOUR = 3_600_000_000_000
STEPS, HORIZON = 80, 4


@pytest.fixture
def make_folder(tmp_path):
    """make(series, targets) -> the folder of a run on that many series, and its windows."""

    def make(num_series=2, targets=1, **more):
        rng = np.random.default_rng(0)
        values = rng.normal(size=(num_series * STEPS, targets)).astype(np.float32)
        names, columns = tuple(f"shop {n}" for n in range(num_series)), tuple("yz"[:targets])
        table = SimpleNamespace(
            values=values,
            starts=np.arange(num_series + 1) * STEPS,
            times=np.tile(np.arange(STEPS, dtype=np.int64) * HOUR, num_series),
            names=names,
            columns=SimpleNamespace(targets=columns),
        )
        data = SimpleNamespace(table=table, facts={"horizon": HORIZON, "season": 1})
        series = np.repeat(np.arange(num_series), 5)
        origins = table.starts[series] + 40 + np.tile(np.arange(5), num_series)
        label = values[origins[:, None] + np.arange(HORIZON)].astype(np.float64)
        told = np.zeros_like(label) + series[:, None, None]  # later series are farther off
        quantiles = told[..., None] + np.array([-1.9, -1.2, 0.0, 1.2, 1.9])
        found = Predicted(np.arange(len(series)), series, origins, label, told, quantiles, LEVELS)
        scale = np.ones((num_series, targets))
        forecasts = Forecasts(
            label, told, np.isfinite(label), series, scale, LEVELS, quantiles, (label, told)
        )
        sums = row_sums(forecasts)
        write_predictions(tmp_path / "predictions.parquet", found, sums, table)
        write_fans(tmp_path / "fans.json", data, found, sums, scale)
        scores = measures(by_unit(sums, series))
        result = {"metrics": {f"test/{name}": float(value) for name, value in scores.items()}}
        result |= {"facts": {"frequency": {"dated": True}}, **more}
        (tmp_path / "result.json").write_text(json.dumps(result))
        return RunFiles(tmp_path, KIND), found

    return make


def named(found):
    return {one.name: one for one in found}


def test_a_page_has_scores_fans_horizon_coverage_and_series(make_folder):
    files, _ = make_folder()
    found = named(KIND.sections(files))
    assert list(found) == ["test", "forecasts", "horizon", "coverage", "series"]
    page = drawn(found["forecasts"])
    assert page.count("<svg") == 3
    assert page.count('class="band s0"') == 3 * 2
    assert "steps; 1 is 1970-01-0" in page
    (chart,) = found["horizon"].parts
    assert list(chart.curves) == ["network", "repeat"]
    assert len(chart.curves["network"][0]) == HORIZON
    for one in found.values():
        assert drawn(one)


def test_coverage_is_counted(make_folder):
    files, windows = make_folder()
    quantiles, steps, table = named(KIND.sections(files))["coverage"].parts
    below = (windows.label <= windows.quantiles[..., 1]).mean()
    assert quantiles.curves["forecast"][1][1] == pytest.approx(below)
    inside = (windows.quantiles[..., 1] <= windows.label) & (windows.label <= windows.quantiles[..., 3])
    assert steps.curves["80 % interval"] == ([1, 2, 3, 4], pytest.approx(inside.mean((0, 2)).tolist()))
    assert table.rows[0] == ["80 %", f"{inside.mean():.1%}", "2.4000"]


def test_coverage_before_conformal_stands_beside(make_folder):
    files, _ = make_folder(conformal={"method": "split", "before": {"coverage_80": 0.5}})
    table = named(KIND.sections(files))["coverage"].parts[-1]
    assert table.columns[-1] == "covered before conformal"
    assert [row[-1] for row in table.rows] == ["50.0%", ""]


def test_the_worst_series_come_first_and_twenty_at_most(make_folder):
    files, windows = make_folder(30, 2)
    by_series, by_target = named(KIND.sections(files))["series"].parts
    assert len(by_series.rows) == 20
    assert by_series.rows[0][0] == "shop 29"
    assert by_series.caption == "30 series, the worst 20 by mase"
    own = np.abs(windows.label - windows.predicted)[windows.series == 29]
    assert by_series.rows[0][3] == f"{own.mean():.4f}"
    assert {row[0] for row in by_target.rows} == {"y", "z"}


def test_prices_have_returns_beside_the_last_price(make_folder):
    told = {"error": 0.0123, "repeat": 0.0121, "direction": 0.5, "points": 9, "words": "no better"}
    files, _ = make_folder(returns=told)
    (table,) = named(KIND.sections(files))["returns"].parts
    assert table.rows == [["network", "0.01230", "50.0%"], ["repeating the last price", "0.01210", ""]]


@pytest.mark.parametrize("content", ["", "[]", '{"windows": [{"rank": 1}, 3], "horizon": {"curves": []}}'])
def test_what_is_broken_is_left_out(make_folder, content):
    files, _ = make_folder(1)
    (files.path / "fans.json").write_text(content)
    assert list(named(KIND.sections(files))) == ["test", "coverage"]
    (files.path / "predictions.parquet").unlink()
    assert list(named(sections(KIND.metrics, RunFiles(files.path, KIND)))) == ["test"]


def test_names_from_data_are_escaped(make_folder):
    files, _ = make_folder(1)
    content = json.loads((files.path / "fans.json").read_text())
    content["windows"][0]["series"] = "<script>alert(1)</script>"
    (files.path / "fans.json").write_text(json.dumps(content))
    page = "".join(drawn(one) for one in KIND.sections(files))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_cards_are_the_main_figures_with_intervals(make_folder):
    files, _ = make_folder()
    found = cards(KIND.metrics, files)
    assert [name for name, _, _ in found] == ["weighted quantile loss", "mase", "mae"]
    assert all(" to " in below for _, _, below in found)
