"""One training of the sweeps of the race, the same for every library: a GRU that reads digits.

Each start, validation and end is a line of events.jsonl in the sweep's folder, written by this process.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from hydra import compose, initialize_config_dir

from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.machine import set_threads
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.training.callback.quiet import quiet

ROOT = Path(__file__).parents[3]
METRIC = "val/accuracy"
Report = Callable[[int, float], None]


def sweep_job() -> dict[str, Any]:
    """Return the job that RACE_JOB names: settings of the trials, workers, epochs, folder."""
    found: dict[str, Any] = json.loads(Path(os.environ["RACE_JOB"]).read_text(encoding="utf-8"))
    return found


def note(folder: Path, **event: Any) -> None:
    """Add a line to the sweep's events."""
    line = json.dumps({"time": time.time(), "pid": os.getpid(), **event}) + "\n"
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(line)


class Watch(pl.Callback):
    """Notes each validation, and reports it to the library, which may end the training."""

    def __init__(self, folder: Path, trial: int, report: Report | None) -> None:
        self.folder, self.trial, self.report, self.best = folder, trial, report, 0.0

    def on_validation_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        if trainer.sanity_checking or METRIC not in trainer.callback_metrics:
            return
        found = float(trainer.callback_metrics[METRIC])
        self.best = max(self.best, found)
        note(self.folder, event="epoch", trial=self.trial, accuracy=found, epoch=trainer.current_epoch)
        if self.report is None:
            return
        try:
            self.report(trainer.current_epoch, found)
        except BaseException:  # whatever the library raises to end a training
            note(self.folder, event="pruned", trial=self.trial)
            raise


def train(job: dict[str, Any], trial: int, report: Report | None = None) -> float:
    """Train with the settings of a trial and return its best accuracy on validation.

    Args:
        report: told the epoch and the accuracy after each validation; it raises to end the training.
    """
    folder = Path(job["folder"])
    settings = [f"{name}={value}" for name, value in job["trials"][trial].items()]
    own = [f"paths.run_dir={folder / 'own' / str(trial)}", f"trainer.max_epochs={job['epochs']}"]
    quietly = ["callback=default", "callback.best=null", "callback.last=null", "threads=1"]
    choices = [*job["base"], *settings, *own, *quietly, "trainer.enable_progress_bar=false"]
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        cfg = compose(CONFIG_NAME, overrides=choices)
    quiet()
    set_threads(1)
    data = build_data(cfg)
    data.prepare()
    pl.seed_everything(cfg.seed, verbose=False)
    task, trainer = build_task(cfg, data, build_network(cfg, data, None)), build_trainer(cfg, folder)
    watch = Watch(folder, trial, report)
    trainer.callbacks.append(watch)  # type: ignore[attr-defined]
    note(folder, event="start", trial=trial)
    trainer.fit(task, data.train_dataloader(), data.val_dataloader())
    note(folder, event="end", trial=trial, accuracy=watch.best)
    return watch.best
