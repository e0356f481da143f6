"""rnnlab: `train.py` with the recipe of M4, then `rnnlab export`, whose model forecasts."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from protocol import Clock, Job, run

ROOT = Path(__file__).parents[3]


def train(job: Job, clock: Clock) -> None:
    """Train once for the job's last mark; the hours before the test are validation."""
    folder = job.folder / "run"
    known = join(job)
    # user: begin
    call("train.py", "experiment=race_m4", f"data.path={known}", "data.test_path=null", "data.layout=long",
         "data.time=ds", "data.target=y", "data.series=unique_id", "data.split.test=0",
         f"callback.whole_time.seconds={job.budget:g}", f"seed={job.seed}", f"threads={job.threads}",
         "report=false", "baselines=false", "figures=false", f"hydra.run.dir={folder}")  # fmt: skip
    # user: end
    with clock.stopped():
        # user: begin
        call("-m", "rnnlab", "export", str(folder), "--output", str(job.folder / "model"))
        # user: end
    predict = load(job)
    clock.mark(lambda split: np.array(predict(series(job, split))), final=True)


def call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def join(job: Job) -> Path:
    """Write what is known of all series into one file, series by series, and return its path."""
    path = job.folder / "known.csv"
    # user: begin
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unique_id", "ds", "y"])
        for row in series(job, "test"):
            writer.writerows([row["series"], *pair] for pair in enumerate(row["values"], 1))
    # user: end
    return path


def series(job: Job, split: str) -> list[dict[str, Any]]:
    """Return everything before a split as rows for the exported model."""
    found: dict[str, list[float]] = {}
    for part in ("train", "validation") if split == "test" else ("train",):
        for row in job.table(part):
            found.setdefault(row["unique_id"], []).append(float(row["y"]))
    return [{"series": name, "values": values} for name, values in found.items()]


def load(job: Job) -> Callable[[list[dict[str, Any]]], Any]:
    # user: begin
    from rnnlab.runtime import open_model

    model = open_model(job.folder / "model")
    # user: end
    return lambda rows: [one["predicted"]["y"] for one in model.predict_batch(rows)]


def known(job: Job) -> list[dict[str, Any]]:
    return series(job, "test")


if __name__ == "__main__":
    run(train, load, known)
