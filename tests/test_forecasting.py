"""Forecasting on a small file of sales: training, what a run leaves, sweeps, and the commands as typed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import forked
import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from hydra import compose, initialize_config_dir

from rnnlab.kinds.forecasting.predicted import read_predictions
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

ROOT = Path(__file__).parents[1]
FORECAST = ["task=forecast", "data=series", "model=gru", "data.input_length=14", "data.horizon=7"]
SALES = [
    "data.time=day",
    "data.target=sales",
    "data.series=shop",
    "data.known=[promo]",
    "data.static=[region]",
]
SMALL = ["model.hidden_size=8", "data.batch_size=32", "threads=1", "trainer.enable_progress_bar=false"]


def write_sales(path: Path, days: int = 150, shops: int = 3) -> None:
    """A row a day and shop: weekly sales with a known promotion, one day missing."""
    rng = np.random.default_rng(0)
    lines = ["day,shop,sales,promo,region"]
    for shop in range(shops):
        for day in range(days):
            when, promo = date(2024, 1, 1) + timedelta(day), int(rng.random() < 0.2)
            sales = 50 * (shop + 1) + 10 * np.sin(2 * np.pi * day / 7) + 15 * promo + rng.normal()
            cell = "" if (shop, day) == (1, 40) else f"{sales:.3f}"
            lines.append(f"{when},shop {shop},{cell},{promo},{'NS'[shop % 2]}")
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    path = tmp_path_factory.mktemp("sales") / "sales.csv"
    write_sales(path)
    return path


@pytest.fixture(scope="module")
def run(train_run, sales):
    choices = [*FORECAST, *SALES, *SMALL, f"data.path='{sales}'", "trainer.max_epochs=2"]
    return OpenRun(RunFolder(train_run(sales.parent / "run", *choices)))


def test_a_run_has_all_metrics_and_says_its_data(run):
    for name in ("mae", "mase", "owa", "weighted_quantile_loss", "coverage_95", "scaled_mse"):
        assert np.isfinite(run.metrics[f"test/{name}"])
    assert 0 < run.metrics["val/weighted_quantile_loss"] < 1
    assert run.result["data"]["rows"].keys() == {"train", "validation", "test"}
    assert (run.facts["season"], run.facts["targets"], run.facts["num_series"]) == (7, 1, 3)


def test_a_run_leaves_what_it_needs_to_read_series_again(run):
    assert json.loads(run.folder.series.read_text())["names"] == ["shop 0", "shop 1", "shop 2"]
    assert not run.folder.tokenizer.exists()
    assert not run.network.training


def test_predictions_are_in_the_units_of_the_file(run):
    kept = read_predictions(run.folder.predictions)
    assert len(kept.rows) == run.result["data"]["rows"]["test"]
    assert set(kept.series) == {"shop 0", "shop 1", "shop 2"}
    assert 130 < kept.label[kept.series == "shop 2"].mean() < 170
    error = np.abs(kept.predicted - kept.label)
    assert np.nanmean(error) == pytest.approx(run.metrics["test/mae"], rel=1e-4)
    assert (np.diff(kept.quantiles, axis=-1) >= 0).all()
    assert pq.read_schema(run.folder.predictions).field("time").type.tz == "UTC"


def test_metrics_csv_has_the_validation_of_each_epoch(run):
    with run.folder.metrics.open() as file:
        rows = [row for row in csv.DictReader(file) if row["val/weighted_quantile_loss"]]
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert all(float(row["val/scaled_mse"]) > 0 and float(row["val/mase"]) > 0 for row in rows)
    assert "val/crps" not in rows[0]


def scores(run, batch_size, rows=None):
    """Test metrics of a run's network on batches of this size."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        paths = [
            f"paths.run_dir='{run.folder.path}'",
            f"paths.cache_dir='{run.folder.path.parent / 'cache'}'",
        ]
        path = f"data.path='{run.settings['data']['path']}'"
        cfg = compose("train", overrides=[*FORECAST, *SALES, *SMALL, *paths, path])
    data = build_data(cfg)
    data.prepare()
    task = build_task(cfg, data, build_network(cfg, data, None))
    task.network.load_state_dict(run.network.state_dict())
    task.eval()
    split = data.rows("test")
    places = list(range(len(split))) if rows is None else rows
    with torch.no_grad():
        parts = [
            task.predictions(split[places[start : start + batch_size]])
            for start in range(0, len(places), batch_size)
        ]
    columns = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    return task.scores(columns)


def test_every_window_counts_the_same_in_batches_of_1_and_64_and_in_any_order(run):
    one, many = scores(run, 1), scores(run, 64)
    assert one == pytest.approx(many, rel=1e-5)
    assert one == pytest.approx({name: run.metrics[f"test/{name}"] for name in one}, rel=1e-5)
    backwards = list(range(run.result["data"]["rows"]["test"]))[::-1]
    assert scores(run, 50, backwards) == pytest.approx(many, rel=1e-5)


class Place:
    """A folder to work in, with a file of sales."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "RNNLAB_CACHE_DIR": str(folder / "cache")}
        self.environment["RNNLAB_DATA_DIR"] = str(folder)
        write_sales(folder / "sales.csv")

    def start(self, *command: str, code: int = 0) -> str:
        done = forked.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return str(done.stdout)

    def train(self, *overrides: str, code: int = 0) -> str:
        own = ["data.path=sales.csv", "trainer.max_epochs=2", "report=false", "baselines=false"]
        command = [*FORECAST, *SALES, *SMALL, *own, *overrides]
        first = [one for one in command if one == "-m"]
        rest = [one for one in command if one != "-m"]
        return self.start(str(ROOT / "train.py"), *first, *rest, code=code)

    def rnnlab(self, *arguments: str, code: int = 0) -> str:
        return self.start("-m", "rnnlab.cli", *arguments, code=code)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("forecasting"))


def test_what_other_tasks_have_is_refused_in_one_line(place):
    output = place.train("tokenizer=word", code=2)
    assert "tokenizer" in output
    assert len(output.splitlines()) <= 2
    (place.folder / "outputs" / "run").mkdir(parents=True)
    output = place.train("pretrained=last", code=2)
    assert output.startswith("error: pretrained=last: ")
    assert len(output.splitlines()) <= 2


@pytest.mark.long
def test_a_sweep_prunes_on_a_validation_metric_and_a_run_is_reproduced(place):
    tpe = ["-m", "sweep=asha", "sweep.trials=3", "optimizer.lr=tag(log,interval(1e-4,1e-1))"]
    place.train(*tpe)
    assert "val/weighted_quantile_loss" in place.rnnlab("sweep", "show", "last")
    place.train("hydra.run.dir=run")
    assert "identical:" in place.rnnlab("reproduce", "run", "--output", "again")
    place.train("-m", "data.horizon=3,5", "model=gru,mingru", "trainer.max_steps=2")
    with max(place.folder.glob("outputs/sweeps/*/jobs.csv")).open() as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["finished"] * 4


@pytest.mark.long
def test_two_processes_measure_what_one_does(place):
    still = ["optimizer.lr=1e-20", "optimizer.weight_decay=0", "trainer.max_steps=1"]
    two = ["trainer.accelerator=cpu", "trainer.devices=2"]
    place.train("hydra.run.dir=alone", *still)
    place.train("hydra.run.dir=pair", *still, "trainer=ddp", *two)
    alone, pair = (
        json.loads((place.folder / name / "result.json").read_text()) for name in ("alone", "pair")
    )
    assert pair["metrics"] == pytest.approx(alone["metrics"], rel=1e-5)
