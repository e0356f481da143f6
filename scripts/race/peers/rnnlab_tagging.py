"""rnnlab: `train.py` with the recipe of WNUT17, then `rnnlab export`, whose model tags."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocol import Clock, Job, in_time, run

ROOT = Path(__file__).parents[3]


def train(job: Job, clock: Clock) -> None:
    """Train once for the job's last mark."""
    folder = job.folder / "run"
    # user: begin
    call("train.py", "experiment=race_wnut17", "data.source=files", f"data.files.train={job.files['train']}",
         f"data.files.validation={job.files['validation']}", "data.files.test=null", "data.test_fraction=0",
         f"callback.whole_time.seconds={job.budget:g}", f"seed={job.seed}", f"threads={job.threads}",
         "report=false", "baselines=false", "figures=false", f"hydra.run.dir={folder}")  # fmt: skip
    # user: end
    with clock.stopped():
        # user: begin
        call("-m", "rnnlab", "export", str(folder), "--output", str(job.folder / "model"))
        # user: end
    predict = load(job)
    clock.mark(lambda split: in_time(job, predict, sentences(job, split), chunk=200), final=True)


def call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def sentences(job: Job, split: str) -> list[list[str]]:
    """Return the words of each sentence of a split."""
    found = job.files[split].read_text(encoding="utf-8").removesuffix("\n\n").split("\n\n")
    return [[line.partition("\t")[0] for line in sentence.split("\n")] for sentence in found]


def load(job: Job) -> Callable[[list[list[str]]], Any]:
    # user: begin
    from rnnlab.evaluation.entities import convert
    from rnnlab.runtime import open_model

    model = open_model(job.folder / "model")
    return lambda rows: [convert(one.tags, model.scheme, "BIO") for one in model.predict_batch(rows)]
    # user: end


if __name__ == "__main__":
    run(train, load, lambda job: sentences(job, "test"))
