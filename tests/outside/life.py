"""What every kind of rows from outside has to go through, asked by the command line as a user would."""

from __future__ import annotations

import csv
import json
import os
import re
import urllib.request
from pathlib import Path

import pytest
import yaml

from .test_own_parts import HERE, Place

STOP = "+callback.stop._target_=own_callback.Stop"
QUICK = [
    "threads=1",
    "trainer.enable_progress_bar=false",
    "model=gru",
    "model.hidden_size=8",
    "optimizer.lr=0.02",
]


class Life(Place):
    """A working folder with one trained run, `run`; `choices` train another like it."""

    def __init__(self, folder: Path, choices: list[str]) -> None:
        super().__init__(folder)
        self.choices = [*choices, *QUICK]

    def once(self, run: str, *more: str, code: int = 0, stop_at: int = -1) -> str:
        return self.train(*self.choices, *more, f"hydra.run.dir={run}", code=code, stop_at=stop_at)

    def path(self, name: str) -> Path:
        return self.folder / name

    def metrics(self, run: str) -> dict[str, float]:
        return self.result(run)["metrics"]


def check_that_a_killed_run_goes_on_to_the_same_numbers(life: Life, steps: int) -> None:
    life.once("killed", STOP, code=143, stop_at=steps)
    assert life.result("killed")["status"] == "preempted"
    life.environment["STOP_AT"] = "-1"
    life.start(str(HERE.parents[1] / "train.py"), "resume=killed")  # --config-dir need not be typed again
    assert life.metrics("killed") == life.metrics("run")


def check_that_a_sweep_finds_the_better_of_two(life: Life) -> None:
    life.train("-m", *life.choices, "optimizer.lr=1e-6,0.02", "trainer.max_epochs=1", "report=false")
    with next(life.path("outputs/sweeps").glob("*/jobs.csv")).open(encoding="utf-8") as file:
        jobs = {float(row["optimizer.lr"]): row for row in csv.DictReader(file)}
    assert {job["state"] for job in jobs.values()} == {"finished"}
    life.rnnlab("sweep", "show", "last")
    best = yaml.safe_load(next(life.path("outputs/sweeps").glob("*/best.yaml")).read_text())
    assert best["optimizer"] == {"lr": 0.02}


def check_that_intervals_hold_the_scores_of_the_training(life: Life, name: str) -> None:
    shown = life.rnnlab("evaluate", "run")
    one = json.loads(life.path("run/evaluation/metrics.json").read_text())["metrics"][name]
    assert one["value"] == pytest.approx(life.metrics("run")[f"test/{name}"], rel=1e-5)
    assert one["low"] < one["value"] < one["high"]
    assert re.search(rf"\| {name} +\| +[\d.]+ \| +[\d.]+ to [\d.]+ \|", shown)


def check_that_two_runs_are_compared_on_the_same_rows(life: Life, name: str) -> None:
    life.once("other", "trainer.max_epochs=1")
    found = json.loads(life.rnnlab("compare", "run", "other", "--json"))
    assert found["settings"]["trainer.max_epochs"][1] == 1
    apart = found["significance"]["bootstrap"][name]
    expected = life.metrics("other")[f"test/{name}"] - life.metrics("run")[f"test/{name}"]
    assert apart["value"] == pytest.approx(expected, rel=1e-4)
    assert apart["low"] < apart["value"] < apart["high"]


def check_that_it_is_reproduced_to_the_last_bit(life: Life) -> None:
    assert "identical:" in life.rnnlab("reproduce", "run", "--output", "again")


def check_the_service(life: Life, listening, monkeypatch, asked: dict, expected: list[dict]) -> None:
    for name, value in life.environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    with listening("serve", life.path("run"), "--port", "0") as (_, url):
        address = url.rstrip("/")
        (run,) = json.loads(urllib.request.urlopen(f"{address}/runs").read())["runs"]
        assert (run["kind"], run["engine"]) == (life.result("run")["kind"], "onnx")
        assert b"question" in urllib.request.urlopen(f"{address}/").read()
        body = json.dumps(asked).encode()
        request = urllib.request.Request(f"{address}/predict", body, {"content-type": "application/json"})
        answers = json.loads(urllib.request.urlopen(request).read())["predictions"]
    assert [pytest.approx(one, abs=1e-4) for one in expected] == answers
