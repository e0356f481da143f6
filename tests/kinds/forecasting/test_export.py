"""Exported forecasters: the graph's forecasts are the network's, and the runtime's are the run's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab.data.series.series_data import SeriesData
from rnnlab.errors import SettingError
from rnnlab.export.write import export
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.kind import KIND
from rnnlab.kinds.forecasting.reader import reader_of
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.forecast.deepar import DeepAR
from rnnlab.model.forecast.direct import DirectForecaster
from rnnlab.model.forecast.options import ForecastOptions, step_size
from rnnlab.model.forecast.segrnn import SegRNN
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.negative_binomial import NegativeBinomial
from rnnlab.model.head.point import Point
from rnnlab.model.head.quantile import Quantile
from rnnlab.model.head.student_t import StudentT
from rnnlab.runtime import open_model

pytest.importorskip("onnxruntime")
HORIZON, LENGTH, LEVELS = 5, 12, [0.1, 0.5, 0.9]
ROW = {
    "values": [5, 6, None, 7, 6, 5, 4],  # fewer than the window's points
    "start": "2026-02-01T03:00",
    "series": "b",
    "known": {"promo": [0, 1] * 6},
    "past": {"heat": [0.5] * 7},
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two shops of 120 hours with covariates; windows of 4 to 12 points."""
    folder = tmp_path_factory.mktemp("data")
    rng, hours = np.random.default_rng(0), np.datetime64("2026-01-01T00") + np.arange(120)
    lines = ["shop,date,sales,promo,heat"]
    for name, size in (("a", 1), ("b", 10)):
        sales = size * (5 + np.sin(np.arange(120) * np.pi / 12) + 0.1 * rng.normal(size=120))
        lines += [
            f"{name},{hour},{one:.4f},{hour.astype(int) % 2},{one / size:.2f}"
            for hour, one in zip(hours, sales, strict=True)
        ]
    path = folder / "sales.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = {"time": "date", "target": "sales", "series": "shop", "known": ["promo"], "past": ["heat"]}
    sizes = {"horizon": HORIZON, "input_length": LENGTH, "min_length": 4, "batch_size": 16}
    split = {"train": None, "validation": 0.2, "test": 0.2}
    found = SeriesData(
        path=str(path), name="sales", source="files", cache_dir=folder, split=split, **columns, **sizes
    )
    found.prepare()
    return found


def forecaster(data: Any, kind: Any, cell: str, head: Any, **options: Any) -> Any:
    """A network with random weights, large enough to differ from zero."""
    torch.manual_seed(0)
    names = ("horizon", "input_length", "targets", "past", "known", "static", "num_series", "season")
    sizes = {name: data.facts[name] for name in names}
    chosen = ForecastOptions(**options)
    width = step_size(*(sizes[name] for name in names[2:6]), chosen)
    encoder = RecurrentEncoder(cell, 8 if kind is SegRNN else width, 6)
    return kind(encoder, head, **sizes, options=chosen).eval()


def run_of(data: Any, network: Any, folder: Path, conformal: Conformal | None = None) -> Any:
    folder.mkdir(exist_ok=True)
    (folder / "series.json").write_text(json.dumps(data.spec()))
    if conformal is not None:
        (folder / "conformal.json").write_text(json.dumps(conformal.to_json()))
    files = {"path": folder, "series": folder / "series.json", "conformal": folder / "conformal.json"}
    target = "rnnlab.kinds.forecasting.task.Forecasting"
    return SimpleNamespace(
        network=network,
        data=lambda: data,
        settings={"data": {}, "task": {"name": "forecast", "levels": LEVELS, "_target_": target}},
        facts=data.facts,
        result={},
        metrics={"test/mae": 1.0},
        device="cpu",
        task="forecast",
        kind="forecasting",
        model="small",
        folder=SimpleNamespace(**files),
    )


def answers_of(run: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = KIND.answer(run, {})([ROW])
    return found


def check_same(found: Any, expected: Any) -> None:
    assert (found["times"], found["series"]) == (expected["times"], expected["series"])
    assert found["predicted"]["sales"] == pytest.approx(expected["predicted"]["sales"], rel=1e-4)
    assert found["quantiles"]["sales"].keys() == expected["quantiles"]["sales"].keys()
    for level, values in expected["quantiles"]["sales"].items():
        assert found["quantiles"]["sales"][level] == pytest.approx(values, rel=1e-4), level


@pytest.mark.parametrize(
    ("kind", "cell", "head", "options"),
    [
        (SegRNN, "gru", StudentT(), {"segment_length": 4, "window_norm": "last"}),
        (DirectForecaster, "lstm", Point(), {"window_norm": "revin", "skip": "linear"}),
        (DirectForecaster, "gru", Quantile(LEVELS), {"channels": "independent", "series_embedding_size": 2}),
    ],
)
def test_the_runtime_forecasts_as_the_run(
    data: Any, tmp_path: Path, kind: Any, cell: str, head: Any, options: dict[str, Any]
) -> None:
    run = run_of(data, forecaster(data, kind, cell, head, **options), tmp_path / "run")
    notes = export(run, KIND.export(run), tmp_path / "model").notes
    assert float(notes[0].split(" by ")[1].split()[0]) < 1e-5
    assert notes[1].endswith("windows of its validation part were among what was compared")
    (expected,) = answers_of(run)
    check_same(open_model(tmp_path / "model").predict(ROW), expected)
    assert list(expected["quantiles"]["sales"]) == (["0.1", "0.5", "0.9"] if head.probabilistic else ["0.5"])


@pytest.mark.parametrize("targets", [["sales"], ["sales", "heat"]])
def test_independent_channels_without_any_covariate_have_a_graph(
    data: Any, tmp_path: Path, targets: list[str]
) -> None:
    """ONNX has no repetition of a tensor without features: the graph must not ask for one."""
    columns = {"time": "date", "target": targets, "series": "shop", "calendar": "none"}
    bare = SeriesData(
        path=data.path, name="bare", source="files", cache_dir=tmp_path, horizon=HORIZON,
        input_length=LENGTH, min_length=4, split={"train": None, "validation": 0.2, "test": 0.2}, **columns,
    )  # fmt: skip
    bare.prepare()
    network = forecaster(bare, SegRNN, "gru", Point(), segment_length=4, channels="independent")
    run = run_of(bare, network, tmp_path / "run")
    export(run, KIND.export(run), tmp_path / "model")
    row = {"values": {name: [5, 6, None, 7, 6] for name in targets}, "start": "2026-02-01T03:00"}
    (expected,) = KIND.answer(run, {})([row])
    found = open_model(tmp_path / "model").predict(row)
    for name in targets:
        assert found["predicted"][name] == pytest.approx(expected["predicted"][name], rel=1e-4)


def test_conformal_intervals_need_no_torch(data: Any, tmp_path: Path) -> None:
    conformal = Conformal("split", tuple(LEVELS), np.full((1, HORIZON, 1), 0.5))
    network = forecaster(data, DirectForecaster, "gru", Point())
    run = run_of(data, network, tmp_path / "run", conformal)
    export(run, KIND.export(run), tmp_path / "model")
    code = (
        "import sys, json; from rnnlab.runtime import open_model;"
        f"found = open_model({str(tmp_path / 'model')!r}).predict(json.loads(sys.argv[1]));"
        "print(json.dumps([found, 'torch' in sys.modules, 'pandas' in sys.modules]))"
    )
    command = [sys.executable, "-c", code, json.dumps(ROW)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found, *heavy = json.loads(done.stdout)
    assert heavy == [False, False]
    check_same(found, answers_of(run)[0])
    widths = np.subtract(found["quantiles"]["sales"]["0.9"], found["quantiles"]["sales"]["0.1"])
    assert widths == pytest.approx(float(reader_of(run).scaler.scale[1, 0]), rel=1e-4)


def test_without_its_data_the_rest_is_compared(data: Any, tmp_path: Path) -> None:
    def gone() -> Any:
        raise SettingError("data.path", "sales.csv", "does not exist")

    run = run_of(data, forecaster(data, DirectForecaster, "rnn", Point()), tmp_path / "run")
    run.data = gone
    note = export(run, KIND.export(run), tmp_path / "model", quantised=True).notes[1]
    assert note.startswith("it was compared on made-up windows alone, as the data cannot be read: data.path=")


@pytest.mark.parametrize(
    ("kind", "head", "told"),
    [
        (DeepAR, Gaussian(), "model.forecaster=DeepAR: cannot be exported: it draws each step"),
        (DirectForecaster, NegativeBinomial(), "head=NegativeBinomial: cannot be exported: its quantiles"),
    ],
)
def test_what_has_no_graph_is_refused_in_one_line(
    data: Any, tmp_path: Path, kind: Any, head: Any, told: str
) -> None:
    run = run_of(data, forecaster(data, kind, "gru", head), tmp_path / "run")
    with pytest.raises(SettingError, match=told) as error:
        KIND.export(run)
    assert "\n" not in str(error.value)
