"""rnnlab evaluate of a forecaster: windows, rolling origins and files, with a network that is easy to
follow.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf
from torch import Tensor, nn

from rnnlab.data.series.series_data import SeriesData
from rnnlab.errors import SettingError
from rnnlab.kinds.baselines import Measured
from rnnlab.kinds.forecasting import backtest, baselines, sampled
from rnnlab.kinds.forecasting.backtest import Span, rolling_origins
from rnnlab.kinds.forecasting.baselines import NaiveForecast
from rnnlab.kinds.forecasting.evaluation import evaluate
from rnnlab.kinds.forecasting.kind import KIND
from rnnlab.kinds.forecasting.naive import repeat
from rnnlab.kinds.option import check_options
from rnnlab.kinds.use import EvaluationRequest

HORIZON, LENGTH, LEVELS = 6, 24, [0.1, 0.5, 0.9]


class Yesterday(nn.Module):
    """Forecasts the values of a day ago plus a shift that can be learned; intervals of one scaled unit."""

    def __init__(self) -> None:
        super().__init__()
        self.head = SimpleNamespace(probabilistic=True)
        self.shift = nn.Parameter(torch.tensor(2.0))

    def point(self, batch: Any) -> Tensor:
        return batch.values[:, :HORIZON] + self.shift

    def forecast(self, batch: Any, levels: Any) -> Any:
        point = self.point(batch)
        return SimpleNamespace(point=point, quantiles=point[..., None] + torch.tensor(levels) * 2 - 1)

    def samples(self, batch: Any, number: int, generator: torch.Generator) -> Tensor:
        """Uniform in the interval of the quantiles."""
        uniform = torch.rand(number, *batch.target.shape, generator=generator)
        return self.point(batch) + uniform * 2 - 1

    def losses(self, batch: Any) -> Tensor:
        return (self.point(batch) - batch.target).abs()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """make(conformal) -> a run of that network on two shops of 300 hours."""
    folder = tmp_path_factory.mktemp("run")
    rng, hours = np.random.default_rng(0), np.datetime64("2026-01-01T00") + np.arange(300)
    lines = ["shop,date,sales"]
    for name, size in (("a", 1), ("b", 10)):
        sales = size * (5 + np.sin(np.arange(300) * np.pi / 12) + 0.1 * rng.normal(size=300))
        lines += [f"{name},{hour},{one:.5f}" for hour, one in zip(hours, sales, strict=True)]
    path = folder / "sales.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plain = {"path": str(path), "time": "date", "target": "sales", "series": "shop", "cache_dir": str(folder)}
    plain |= {
        "name": "sales",
        "horizon": HORIZON,
        "input_length": LENGTH,
        "batch_size": 16,
        "source": "files",
        "split": {"train": None, "validation": 0.2, "test": 0.2},
    }
    data = SeriesData(**{**plain, "cache_dir": folder})
    data.prepare()
    (folder / "series.json").write_text(json.dumps(data.spec()))

    def make(conformal: str = "none") -> Any:
        config = {
            "task": {"name": "forecast", "levels": LEVELS, "conformal": conformal},
            "data": plain,
            "optimizer": {"lr": 0.5},
            "paths": {"cache_dir": str(folder)},
        }
        return SimpleNamespace(
            network=Yesterday(),
            data=lambda: data,
            config=OmegaConf.create(config),
            settings=config,
            facts=data.facts,
            result={},
            device="cpu",
            task="forecast",
            model="yesterday",
            folder=SimpleNamespace(path=folder, series=folder / "series.json"),
        )

    return make


def test_every_window_of_the_test_by_batches_of_one_or_many(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = evaluate(opened(), EvaluationRequest(resamples=0)).results
    monkeypatch.setattr(backtest, "MOST_ROWS", 1)
    single = evaluate(opened(), EvaluationRequest(resamples=0)).results
    assert many["rows"] == 2 * (60 - HORIZON + 1)
    for name, one in many["metrics"].items():
        assert single["metrics"][name]["value"] == pytest.approx(one["value"], rel=1e-6), name
    assert len(many["by_horizon"]["mae"]) == HORIZON
    assert many["by_series"]["names"] == ["a", "b"]
    assert many["by_series"]["mae"][1] > 5 * many["by_series"]["mae"][0]
    assert np.mean(many["by_series"]["mase"]) == pytest.approx(many["metrics"]["mase"]["value"])


def test_rolling_origins_have_baselines_intervals_and_each_origin(opened: Any) -> None:
    found = evaluate(opened(), EvaluationRequest(resamples=50, options={"origins": 4}))
    results = found.results
    assert results["rows"] == 8
    assert len(results["by_origin"]["times"]) == 4
    assert np.mean(results["by_origin"]["mae"]) == pytest.approx(results["metrics"]["mae"]["value"])
    assert results["metrics"]["mae"]["low"] <= results["metrics"]["mae"]["value"]
    assert results["baselines"]["seasonal naive"]["mase"] < results["metrics"]["mase"]["value"]
    assert "4 rolling origins" not in found.text
    assert "8 rolling origins of 2 series, horizon 6, MASE at season 24" in found.text
    json.dumps(results, allow_nan=False)


def test_failed_fits_of_a_baseline_are_told(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fitted(NaiveForecast):
        def measure(self, inputs: Any) -> Measured:
            return Measured(super().measure(inputs).metrics, {"fits": 6, "failed_fits": 2})

    monkeypatch.setattr(baselines, "BASELINES", (Fitted("AutoETS", repeat),))
    found = evaluate(opened(), EvaluationRequest(resamples=0, options={"origins": 3}))
    sentence = "AutoETS *: 2 of 6 fits failed, whose windows do not count in its figures"
    assert found.results["failed_fits"] == {"AutoETS": sentence}
    assert sentence in found.text
    assert "| AutoETS * |" in found.text


def test_failed_fits_of_the_training_are_told_with_its_baselines(opened: Any) -> None:
    run, metrics = opened(), {"mase": 1.0}
    run.result = {"baselines": {"AutoETS": {"metrics": metrics, "chosen": {"fits": 9, "failed_fits": 1}}}}
    text = evaluate(run, EvaluationRequest(resamples=0, baselines={"AutoETS": metrics})).text
    assert "| AutoETS * |" in text
    assert "AutoETS *: 1 of 9 fits failed" in text
    assert "fits failed" not in evaluate(run, EvaluationRequest(resamples=0)).text


def test_refit_learns_the_shift_from_what_came_before_each_origin(opened: Any) -> None:
    run = opened()
    results = evaluate(run, EvaluationRequest(resamples=0, options={"origins": 3, "refit": True})).results
    assert results["refit"]["metrics"]["mae"] < 0.6 * results["metrics"]["mae"]["value"]
    assert run.network.shift.item() == 2  # a copy was trained


def test_conformal_intervals_are_those_of_validation(opened: Any) -> None:
    results = evaluate(opened("split"), EvaluationRequest(resamples=0)).results
    assert results["conformal"]["before"]["coverage_80"] < 0.2
    assert results["metrics"]["coverage_80"]["value"] > 0.7
    notes = evaluate(opened("split"), EvaluationRequest("validation", resamples=0)).results["notes"]
    assert notes == ["the conformal intervals were fitted on these windows"]


def test_conformal_intervals_that_the_run_lacks_may_be_asked_for(opened: Any) -> None:
    widths = {}
    for own, asked in (("split", None), ("none", "split"), ("split", "none"), ("none", None)):
        options = {"origins": 4} | ({"conformal": asked} if asked else {})
        results = evaluate(opened(own), EvaluationRequest(resamples=0, options=options)).results
        widths[own, asked] = results["metrics"]["width_80"]["value"]
        assert ("conformal" in results) == ((asked or own) == "split")
    assert widths["none", "split"] == widths["split", None] > 2 * widths["none", None]
    assert widths["split", "none"] == widths["none", None]
    with pytest.raises(SettingError, match="--conformal=wide: must be one of none, split, adaptive"):
        check_options({"conformal": "wide"}, KIND.evaluation_options, KIND.noun, "runs/a")
    run = opened()
    run.config.task.levels = [0.5]
    with pytest.raises(SettingError, match="--conformal=split: needs levels on both sides of an interval"):
        evaluate(run, EvaluationRequest(options={"conformal": "split"}))


def test_adaptive_intervals_follow_the_origins_before_the_measured_ones(opened: Any) -> None:
    """Those of the last 4 origins are the same, whether 4 are measured or all 10 of each series."""
    found = {}
    for number in (4, 10):
        options = {"origins": number, "conformal": "adaptive"}
        evaluation = evaluate(opened(), EvaluationRequest(resamples=0, options=options))
        found[number] = evaluation.results
    four, ten = found[4], found[10]
    assert (four["conformal"]["earlier_origins"], ten["conformal"]["earlier_origins"]) == (12, 0)
    for name in ("width_80", "coverage_80", "weighted_quantile_loss"):
        assert four["by_origin"][name] == pytest.approx(ten["by_origin"][name][-4:])
    assert len(set(ten["by_origin"]["width_80"])) > 1  # they do adapt
    split = EvaluationRequest(resamples=0, options={"origins": 4, "conformal": "split"})
    assert evaluate(opened(), split).results["conformal"]["earlier_origins"] == 0


def test_the_crps_of_samples_is_in_the_table(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run, options = opened(), {"origins": 4, "samples": 400}
    many = evaluate(run, EvaluationRequest(resamples=50, options=options))
    metric = many.results["metrics"]["sample_crps"]
    assert metric["low"] <= metric["value"] <= metric["high"]
    assert metric["value"] == pytest.approx(np.mean(many.results["by_origin"]["sample_crps"]))
    # uniform on an interval of 2 scaled units whose middle is off by e: |e| - 1/3 outside of it
    scale = run.data().scaler.scale[:, 0]
    errors = np.array(many.results["by_series"]["mae"])
    assert many.results["by_series"]["sample_crps"] == pytest.approx(errors - scale / 3, rel=0.02)
    assert "| sample crps " in many.text
    monkeypatch.setattr(sampled, "NUMBERS_AT_ONCE", 1)  # one window at a time
    single = evaluate(run, EvaluationRequest(resamples=0, options=options)).results["metrics"]
    assert single["sample_crps"]["value"] == pytest.approx(metric["value"], rel=0.02)
    run.network.head.probabilistic = False
    with pytest.raises(SettingError, match="--samples=400: a head without a distribution has none"):
        evaluate(run, EvaluationRequest(resamples=0, options=options))


def test_a_file_with_the_same_series_gives_the_same_figures(opened: Any) -> None:
    run, options = opened(), {"origins": 3, "step": 8}
    own = evaluate(run, EvaluationRequest(resamples=0, options=options)).results
    file = Path(run.settings["data"]["path"])
    found = evaluate(run, EvaluationRequest(path=file, resamples=0, options=options)).results
    for name in ("mae", "scaled_mse", "coverage_80", "weighted_quantile_loss"):
        assert found["metrics"][name]["value"] == pytest.approx(own["metrics"][name]["value"], rel=1e-6)
    assert found["left_out"]["NLinear"] == "a file has no training part"
    assert "crps" not in found["baselines"]["repeat"]


def test_options_that_need_another_are_refused(opened: Any) -> None:
    with pytest.raises(SettingError, match="--refit=True: is of rolling origins: give --origins N"):
        evaluate(opened(), EvaluationRequest(options={"refit": True}))
    with pytest.raises(SettingError, match="--origins=0: must be a whole number >= 1"):
        check_options({"origins": 0}, KIND.evaluation_options, KIND.noun, "runs/a")
    with pytest.raises(SettingError, match="--origins=3: is no option of a classifier, which runs/a is"):
        check_options({"origins": 3}, {}, "a classifier", "runs/a")


@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 12), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_origins_are_the_last_ones_and_stay_in_their_span(
    number: int, horizon: int, step: int, seed: int
) -> None:
    lengths = np.random.default_rng(seed).integers(20, 60, 3)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    span = Span(starts[:-1], starts[1:] - 15, starts[1:], 3, horizon)
    found = rolling_origins(span, number, step)
    for series in range(3):
        own = found.origins[found.series == series]
        assert own[-1] == starts[series + 1] - horizon
        assert (np.diff(own) == step).all()
        assert len(own) <= number
        assert own[0] >= span.begins[series]
        assert len(own) == number or own[0] - step < span.begins[series]


def test_no_room_for_an_origin_is_said() -> None:
    span = Span(np.array([0]), np.array([20]), np.array([25]), 10, 8)
    with pytest.raises(
        SettingError, match=r"--origins=2: 8 steps and 10 points before them do not fit: the long"
    ):
        rolling_origins(span, 2)
