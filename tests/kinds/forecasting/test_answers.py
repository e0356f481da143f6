"""rnnlab predict and the service with a forecaster: files and rows, what they refuse, and their limits."""

from __future__ import annotations

import asyncio
import csv
import json
import random
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from rnnlab.cli import main
from rnnlab.kinds.forecasting.predicted import read_predictions
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service

POINTS, LENGTH, HORIZON = 240, 24, 6
HOURS = [f"{one}:00" for one in np.datetime64("2026-01-01T00") + np.arange(POINTS)]


def sales(shop: str) -> list[list[str]]:
    """Rows of a shop: hours, sales with a daily wave, and a promotion that is known ahead."""
    generator, size = np.random.default_rng(ord(shop)), 10 if shop == "b" else 1
    values = size * (5 + np.sin(np.arange(POINTS) * np.pi / 12) + 0.1 * generator.normal(size=POINTS))
    promo = generator.integers(0, 2, POINTS)
    return [
        [shop, *map(str, row)] for row in zip(HOURS, (f"{one:.4f}" for one in values), promo, strict=True)
    ]


def unknown(rows: list[list[str]]) -> list[list[str]]:
    """The same rows without sales."""
    return [[shop, hour, "", promo] for shop, hour, _, promo in rows]


def write(path: Path, rows: list[list[str]], columns: str = "shop,date,sales,promo") -> Path:
    path.write_text("\n".join([columns, *map(",".join, rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(train_run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """trained(overrides) -> the folder of a run on two shops."""
    folder = tmp_path_factory.mktemp("answers")
    path = write(folder / "sales.csv", sales("a") + sales("b"))
    columns = ["data.time=date", "data.target=sales", "data.series=shop", "data.known=[promo]"]
    sizes = [f"data.input_length={LENGTH}", f"data.horizon={HORIZON}", "model.hidden_size=4", "data.stride=8"]
    own = ["task=forecast", "data=series", f"data.path='{path}'", "baselines=false", "report=false"]
    return lambda *chosen: train_run(folder / chosen[0], *own, *columns, *sizes, *chosen)


@pytest.fixture(scope="module")
def run(trained: Any) -> OpenRun:
    return OpenRun(RunFolder(trained("model=gru", "task.conformal=split")))


@pytest.fixture
def predict(run: OpenRun, capsys: pytest.CaptureFixture[str]) -> Any:
    """predict(arguments, code) -> what was printed, the errors."""

    def call(*arguments: Any, code: int = 0) -> tuple[str, str]:
        assert main(["predict", str(run.folder.path), *map(str, arguments)]) == code
        return capsys.readouterr()

    return call


def test_a_file_is_forecast_as_the_test_was(run: OpenRun, predict: Any, tmp_path: Path) -> None:
    kept = read_predictions(run.folder.predictions)
    assert kept is not None
    whole, output = {shop: sales(shop) for shop in "ab"}, tmp_path / "out.csv"
    rows = [row for own in whole.values() for row in [*own[:-HORIZON], *unknown(own[-HORIZON:])]]
    _, said = predict("--input", write(tmp_path / "in.csv", rows), "--output", output, "--plot")
    assert f"{HORIZON} steps of 2 series forecast in {output}; drawn in {tmp_path / 'out.png'}" in said
    assert (tmp_path / "out.png").read_bytes()[1:4] == b"PNG"
    with output.open() as file:
        found = list(csv.DictReader(file))
    assert [one["time"] for one in found[:HORIZON]] == [
        f"{hour.replace('T', ' ')}:00" for hour in HOURS[-HORIZON:]
    ]
    for place, shop in enumerate("ab"):
        last = np.flatnonzero(np.array(kept.series) == shop)[-1]
        own = found[place * HORIZON : (place + 1) * HORIZON]
        assert {one["series"] for one in own} == {shop}
        assert [float(one["predicted"]) for one in own] == pytest.approx(
            kept.predicted[last, :, 0].tolist(), rel=1e-4
        )
        for level, column in zip(kept.levels, kept.quantiles[last, :, 0].T, strict=True):  # conformal ones
            assert [float(one[f"q{level:g}"]) for one in own] == pytest.approx(column.tolist(), rel=1e-4)


def test_a_row_is_forecast_as_a_file_is(run: OpenRun, predict: Any, tmp_path: Path) -> None:
    rows = sales("b")
    file = [*rows[:-HORIZON], *unknown(rows[-HORIZON:])]
    printed, _ = predict("--input", write(tmp_path / "in.csv", file), "--horizon", 4)
    lines = list(csv.DictReader(printed.splitlines()))
    (answer,) = run.answerer()([row_of(rows, horizon=4)])
    assert [float(one["q0.9"]) for one in lines] == pytest.approx(
        answer["quantiles"]["sales"]["0.9"], rel=1e-4
    )
    assert answer["times"] == [one["time"] for one in lines]
    assert (answer["series"], answer["note"]) == ("b", "")
    typed, _ = predict(json.dumps(row_of(rows)), "--json")
    assert json.loads(typed)["predicted"]["sales"][:4] == pytest.approx(answer["predicted"]["sales"])
    assert "q0.975" in predict(json.dumps(row_of(rows)))[0]


def row_of(rows: list[list[str]], **more: Any) -> dict[str, Any]:
    values = [float(one[2]) for one in rows[:-HORIZON]]
    promo = {"promo": [int(one[3]) for one in rows]}
    return {"series": rows[0][0], "start": HOURS[0], "values": values, "known": promo, **more}


def test_what_a_file_may_not_be_is_refused_in_one_line(predict: Any, tmp_path: Path) -> None:
    rows = sales("a")[-60:]
    ahead = unknown([["a", f"2026-01-11T0{hour}:00", "", "1"] for hour in range(HORIZON)])
    cases = {
        "frequency=D: the model was trained on another one, h": sales("a")[::24],
        "series=a: has 10 points up to its last value; the model needs 24": rows[-10:] + ahead,
        "known=promo: a known covariate needs its future: series a has no value at 2026-01-11 00:00:00": rows,
        "times are not in order: 2026-01-11 04:00 follows 2026-01-11 05:00": (rows + ahead)[::-1],
        "1 point has the time of another, the first 2026-01-10 23:00; keep one": rows + rows[-1:],
    }
    for message, lines in cases.items():
        _, error = predict("--input", write(tmp_path / "in.csv", lines), code=2)
        assert message in error
        assert len(error.splitlines()) == 1
    _, error = predict("--input", write(tmp_path / "in.csv", rows), "--horizon", HORIZON + 1, code=2)
    assert "--horizon=7: must be 1 to 6, the horizon of the training: data.horizon sets it" in error
    short = write(tmp_path / "in.csv", [one[:3] for one in rows], "shop,date,sales")
    assert "data.known=promo: no such column" in predict("--input", short, code=2)[1]
    assert "--plot=True: draws the series of a file" in predict("[1]", "--plot", code=2)[1]


def test_a_deepar_run_forecasts_further_than_it_was_trained(
    trained: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = trained("model=deepar", "head=gaussian", "model.num_paths=20")
    rows = [*sales("a")[: -2 * HORIZON], *unknown(sales("a")[-2 * HORIZON :])]
    file, found = write(tmp_path / "in.csv", rows), {}
    for steps in (HORIZON, 2 * HORIZON):
        assert main(["predict", str(folder), "--input", str(file), "--horizon", str(steps)]) == 0
        printed, said = capsys.readouterr()
        found[steps] = list(csv.DictReader(printed.splitlines()))
        assert ("never tested" in said) == (steps > HORIZON)
    long = found[2 * HORIZON]
    assert [one["time"] for one in long] == [f"{hour.replace('T', ' ')}:00" for hour in HOURS[-2 * HORIZON :]]
    for one, other in zip(found[HORIZON], long, strict=False):
        assert float(one["predicted"]) == pytest.approx(float(other["predicted"]), rel=1e-4)
    assert len({one["q0.9"] for one in long[HORIZON:]}) == HORIZON
    assert main(["predict", str(folder), "--input", str(file), "--horizon", "13"]) == 2
    assert "a known covariate needs its future: series a has no value at" in capsys.readouterr().err


def test_a_series_that_training_did_not_see_is_said(predict: Any, run: OpenRun, tmp_path: Path) -> None:
    rows = [["c", *one[1:]] for one in sales("b")]
    file = [*rows[:-HORIZON], *unknown(rows[-HORIZON:])]
    printed, said = predict("--input", write(tmp_path / "in.csv", file))
    assert "note: series c was not in training: scaled by its own history" in said
    assert 30 < float(next(csv.DictReader(printed.splitlines()))["predicted"]) < 70
    (answer,) = run.answerer()([row_of(rows, series=None)])
    assert answer["note"] == "series (no name) was not in training: scaled by its own history"


def asked(run: OpenRun, rows: list[Any]) -> list[tuple[int, Any]]:
    """Status and answer of each row, sent to /forecast."""

    async def whole() -> list[tuple[int, Any]]:
        service = Service([Loaded("sales", run, engine_of(run, "torch"))], Limits(), None)
        transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        async with service.running(), client:
            found = [await client.post("/forecast", json={"values": [row]}) for row in rows]
            return [(one.status_code, one.json()) for one in found]

    return asyncio.run(whole())


def test_the_service_forecasts_and_refuses_in_one_line(run: OpenRun) -> None:
    row = row_of(sales("a"))
    bad = {
        "start=none: the model reads the calendar": {"values": row["values"], "known": row["known"]},
        "horizon=7: must be 1 to 6": row | {"horizon": 7},
        "values=50,001 points: are more than 50,000": row | {"values": [1] * 50_001},
        "the model needs 24": row | {"values": [1.0, 2.0]},
        "known.promo=[1, 'x']: must be a list of numbers": row | {"known": {"promo": [1, "x"]}},
        "a known covariate needs its future": row
        | {"known": {"promo": [1] * POINTS}}
        | {"values": [1] * POINTS},
    }
    (status, found), *refused = asked(run, [row, *bad.values()])
    (expected,) = run.answerer()([row])
    assert status == 200
    (one,) = found["predictions"]
    assert one["predicted"]["sales"] == pytest.approx(expected["predicted"]["sales"], rel=1e-5)
    for message, (status, answer) in zip(bad, refused, strict=True):
        assert status == 422, answer
        assert message in answer["error"]
        assert "\n" not in answer["error"]


def test_malformed_rows_never_break_the_service(run: OpenRun) -> None:
    drawn, row = random.Random(0), row_of(sales("a"))
    parts = [None, True, -1, 1e308, "a", "9999-12-31", [], [[]], {}, [None], [[1, 2]], ["x"], {"promo": {}}]

    def anything() -> Any:
        if drawn.random() < 0.2:
            return drawn.choice(parts)
        return row | {name: drawn.choice(parts) for name in drawn.sample([*row, "times", "past", "other"], 2)}

    found = asked(run, [anything() for _ in range(80)])
    assert {status for status, _ in found} <= {200, 422}
    assert "Traceback" not in str(found)
