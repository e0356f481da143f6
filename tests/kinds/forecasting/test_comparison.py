"""Paired tests of two forecasters from their predictions.parquet."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnlab.evaluation.series.diebold_mariano import diebold_mariano
from rnnlab.evaluation.series.forecasts import Forecasts, row_sums
from rnnlab.kinds.forecasting.comparison import compare, diebold_marianos, origin_losses, overlap
from rnnlab.kinds.forecasting.metrics import METRICS
from rnnlab.kinds.forecasting.predicted import Predicted, read_predictions, write_predictions
from rnnlab.kinds.forecasting.saved import differences, score_table
from rnnlab.report.page.files import RunFiles

HOUR, START = 3600 * 10**9, 1_600_000_000 * 10**9


def saved(folder: Path, error: float, origins: int = 60, series: int = 2, horizon: int = 3) -> Any:
    """A folder with predictions of errors of this size, and a run that has it."""
    table = SimpleNamespace(
        times=np.tile(START + HOUR * np.arange(100), series),
        names=tuple(f"shop {n}" for n in range(series)),
        columns=SimpleNamespace(targets=("sales",)),
    )
    places = np.concatenate([100 * n + 20 + np.arange(origins) for n in range(series)])
    numbers, rng = np.repeat(np.arange(series), origins), np.random.default_rng(0)
    label = rng.normal(10, 1, (len(places), horizon, 1))
    predicted = label + error * np.abs(rng.normal(size=label.shape))
    quantiles = predicted[..., None] + np.array([-1.0, 0, 1])
    levels = (0.1, 0.5, 0.9)
    found = Predicted(np.arange(len(places)), numbers, places, label, predicted, quantiles, levels)
    told = Forecasts(label, predicted, label == label, numbers, np.ones((series, 1)), levels, quantiles)
    folder.mkdir()
    write_predictions(folder / "predictions.parquet", found, row_sums(told), table)
    return SimpleNamespace(folder=SimpleNamespace(predictions=folder / "predictions.parquet", path=folder))


def test_compare_tests_measures_and_origins(tmp_path: Path) -> None:
    first, second = saved(tmp_path / "a", 1.0), saved(tmp_path / "b", 0.5)
    found = compare(first, second, 200, 2)
    bootstrap = found.results["significance"]["bootstrap"]
    assert bootstrap["mase"]["value"] < 0
    assert bootstrap["mase"]["p"] == pytest.approx(2 / 201)
    test = found.results["significance"]["diebold_mariano"]["mae"]
    assert (test["origins"], test["lags"]) == (60, 2)
    assert test["p_value"] < 1e-6
    text = "\n".join(found.text)
    assert "paired block bootstrap" in text
    assert "Diebold-Mariano (Harvey)" in text
    assert "shop 0 2020-09-16 12:26" in text


def test_the_loss_of_an_origin_is_the_mean_over_its_series(tmp_path: Path) -> None:
    first, second = (
        read_predictions(saved(tmp_path / name, error).folder.predictions)
        for name, error in (("a", 1), ("b", 2))
    )
    assert first is not None
    assert second is not None
    errors = np.abs(first.predicted - first.label).reshape(2, 60, 3)
    loss = origin_losses(first, "absolute")
    assert loss == pytest.approx(errors.mean((0, 2)))
    other = origin_losses(second, "absolute")
    assert loss is not None
    assert other is not None
    assert diebold_marianos(first, second)["mae"] == diebold_mariano(loss, other, 3)
    assert origin_losses(first, "nothing") is None


def test_series_of_one_origin_are_compared_as_series(tmp_path: Path) -> None:
    kept = read_predictions(saved(tmp_path / "a", 1, origins=1, series=9).folder.predictions)
    assert kept is not None
    assert overlap(kept) == 1
    loss = origin_losses(kept, "absolute")
    assert loss is not None
    assert loss.shape == (9,)


def test_other_windows_are_not_compared(tmp_path: Path) -> None:
    found = compare(saved(tmp_path / "a", 1), saved(tmp_path / "b", 1, origins=50), 100, 0)
    assert found.results == {"significance": None}
    assert found.text == ["no paired test: the runs did not predict the same test rows"]


def test_few_origins_are_said(tmp_path: Path) -> None:
    runs = [saved(tmp_path / name, error, 3, 1) for name, error in (("a", 1.0), ("b", 0.5))]
    found = compare(*runs, 100, 0)
    assert found.text == [
        "no paired test: too few blocks of origins for a bootstrap",
        "no test of Diebold and Mariano: fewer origins than two horizons",
    ]


def test_the_report_has_intervals_and_differences(tmp_path: Path) -> None:
    saved(tmp_path / "a", 1.0), saved(tmp_path / "b", 0.5)
    (tmp_path / "a" / "result.json").write_text('{"metrics": {"test/mae": 0.8, "test/width_80": 2.0}}')
    files = [RunFiles(tmp_path / name) for name in "ab"]
    scores = {one.metric: one for one in score_table(METRICS, files[0])}
    assert scores["test/mae"].low is not None
    assert scores["test/mae"].low < 0.8 < (scores["test/mae"].high or 0)
    assert scores["test/width_80"].low is None
    found = differences(METRICS, *files)
    assert found["mae"].interval.value > 0
    assert "width_80" not in found
