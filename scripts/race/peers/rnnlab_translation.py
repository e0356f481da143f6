"""rnnlab: `train.py` with the recipe of Multi30k, then `rnnlab export`, whose model translates."""

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
    files = {split: [f"{job.files[split]}.{job.settings[side]}" for side in ("source", "target")]
             for split in ("train", "validation")}  # fmt: skip
    # user: begin
    call("train.py", "experiment=race_multi30k", "data.source=files",
         f"data.files.train=[{','.join(files['train'])}]",
         f"data.files.validation=[{','.join(files['validation'])}]",
         "data.files.test=null", "data.test_fraction=0", f"callback.whole_time.seconds={job.budget:g}",
         f"seed={job.seed}", f"threads={job.threads}", "report=false", "baselines=false", "figures=false",
         f"hydra.run.dir={folder}")  # fmt: skip
    # user: end
    with clock.stopped():
        # user: begin
        call("-m", "rnnlab", "export", str(folder), "--output", str(job.folder / "model"))
        # user: end
    predict = load(job)
    clock.mark(lambda split: in_time(job, predict, texts(job, split), chunk=100), final=True)


def call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def texts(job: Job, split: str) -> list[str]:
    path = Path(f"{job.files[split]}.{job.settings['source']}")
    return path.read_text(encoding="utf-8").splitlines()


def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    from rnnlab.runtime import open_model

    model = open_model(job.folder / "model")
    # user: end
    return lambda rows: [one["predicted"] for one in model(rows)]


if __name__ == "__main__":
    run(train, load, lambda job: texts(job, "test"))
