"""rnnlab: `train.py` with a recipe for the time at hand, then `rnnlab export`, whose model answers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocol import Clock, Job, in_time, run

ROOT = Path(__file__).parents[3]

# Of a task, the settings for so many seconds and more.
# user: begin imdb
IMDB = {0: ["experiment=race_imdb"],
        150: ["experiment=race_imdb", "model.hidden_size=128", "data.max_length=400"],
        500: ["experiment=imdb_ten_minutes"]}  # fmt: skip
# user: end
# user: begin tweets
TWEETS = {0: ["experiment=race_tweets", "embedding=trainable"], 100: ["experiment=race_tweets"]}
# user: end


def train(job: Job, clock: Clock) -> None:
    """Train once for the job's last mark."""
    folder = job.folder / "run"
    recipes = IMDB if job.task == "imdb" else TWEETS
    recipe = recipes[max(seconds for seconds in recipes if seconds <= job.budget)]
    files = [f"data.files.{split}={path}" for split, path in job.files.items() if split != "test"]
    # user: begin
    call("train.py", *recipe, "data.source=files", *files, "data.files.test=null", "data.test_fraction=0",
         f"callback.whole_time.seconds={job.budget:g}", "report=false", "baselines=false", "figures=false",
         f"seed={job.seed}", f"threads={job.threads}", f"hydra.run.dir={folder}")  # fmt: skip
    # user: end
    with clock.stopped():
        # user: begin
        call("-m", "rnnlab", "export", str(folder), "--output", str(job.folder / "model"))
        # user: end
    predict = load(job)
    clock.mark(lambda split: in_time(job, predict, job.texts(split), chunk=2000), final=True)


def call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    from rnnlab.runtime import open_model

    model = open_model(job.folder / "model")
    # user: end
    return lambda texts: [one.label for one in model.predict_batch(texts, ngrams=True)]


if __name__ == "__main__":
    run(train, load)
