"""checkpoints/best.ckpt and checkpoints/last.ckpt: plain tensors and numbers, each replaced atomically."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Checkpoint
from torch import Tensor

from rnnlab.training.loop.inside import forget_restart
from rnnlab.training.settings import checked


def save_whole(trainer: pl.Trainer, path: Path) -> None:
    """Write a checkpoint next to `path`, then rename it: a killed run leaves the old file or the new one,
    never a part.

    Lightning writes to the system's temporary folder and moves the file, which copies it if that is another
    file system. If that folder is full, the incomplete file there is removed.
    """
    part = path.with_name(path.name + ".part")
    try:
        trainer.save_checkpoint(part)
    except OSError as error:
        if error.filename is not None and Path(error.filename).parent == Path(tempfile.gettempdir()):
            Path(error.filename).unlink(missing_ok=True)
        raise
    if trainer.is_global_zero:
        os.replace(part, path)
    trainer.strategy.barrier("checkpoint in place")


class BestCheckpoint(Checkpoint):
    """Writes best.ckpt whenever the monitored metric has improved: the weights and the score, but nothing to
    resume from. A training without validation leaves its last weights there.

    Args:
        folder: where best.ckpt is written.
        monitor: the metric.
        mode: `min` or `max`.
    """

    # What best.ckpt keeps of a full checkpoint; Lightning needs the last to load it.
    KEPT = ("state_dict", "epoch", "global_step", "pytorch-lightning_version")

    def __init__(self, folder: str | Path, monitor: str, mode: str) -> None:
        checked("mode", mode)
        self.path = Path(folder) / "best.ckpt"
        self.monitor, self.mode = monitor, mode
        self.best_model_score: float | None = None
        self._saving = False

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if (
            not trainer.sanity_checking
            and trainer.state.fn == "fit"
            and not self.monitor.startswith("train/")
        ):
            self._save_if_better(trainer)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self.monitor.startswith("train/"):
            self._save_if_better(trainer)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self.best_model_score is None:  # no validation: the last weights are the best
            self._save(trainer)

    def _save_if_better(self, trainer: pl.Trainer) -> None:
        if self.monitor not in trainer.callback_metrics:
            there = ", ".join(sorted(trainer.callback_metrics))
            raise ValueError(f"monitor={self.monitor} is not among what was logged: {there}")
        score = float(trainer.callback_metrics[self.monitor])
        if self._is_better(score):
            self.best_model_score = score
            self._save(trainer)

    def _save(self, trainer: pl.Trainer) -> None:
        self._saving = True
        try:
            save_whole(trainer, self.path)
        finally:
            self._saving = False

    def _is_better(self, score: float) -> bool:
        """Return whether a score is the best so far. A number beats None and NaN, and NaN beats None, so that
        a run always has a best checkpoint.
        """
        best = self.best_model_score
        if best is None or math.isnan(best):
            return best is None or not math.isnan(score)
        return score < best if self.mode == "min" else score > best

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        if self._saving:
            for key in set(checkpoint) - set(self.KEPT):
                del checkpoint[key]
            checkpoint[self.monitor] = self.best_model_score

    def state_dict(self) -> dict[str, Any]:
        return {"best_model_score": self.best_model_score}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.best_model_score = state_dict["best_model_score"]


class LastCheckpoint(Checkpoint):
    """Writes last.ckpt between epochs, after the epoch's rows are logged and its schedules stepped: a resumed
    run continues with the next epoch exactly as an uninterrupted one would.

    Lightning's own end-of-epoch checkpoint is written before the epoch's training row and the step of the
    plateau schedule, and with `max_steps` it resumes into an epoch that is already finished.

    Args:
        folder: where last.ckpt is written.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / "last.ckpt"
        self._between_epochs = False
        self._resumed_between_epochs = False
        self._saved_step = 0
        self._metrics: dict[str, Tensor] = {}  # of a resumed run's last validation

    def save(self, trainer: pl.Trainer, between_epochs: bool = False) -> None:
        """Write last.ckpt: at the end of a batch, or `between_epochs`."""
        self._between_epochs = between_epochs
        try:
            save_whole(trainer, self.path)
        finally:
            self._between_epochs = False
        self._saved_step = trainer.global_step

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        forget_restart(trainer)  # or the plateau schedule would not see this epoch's end
        # Here and not at the start of the epoch, before the loader has drawn its seed from the random state.
        if batch_idx == 0 and trainer.global_step != self._saved_step:
            self.save(trainer, between_epochs=True)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.global_step != self._saved_step:
            self.save(trainer, between_epochs=True)

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        if self._between_epochs:
            settle(checkpoint["loops"]["fit_loop"])
        if "loops" in checkpoint:  # not best.ckpt
            shown = trainer.callback_metrics.items()
            checkpoint["metrics"] = {name: value.detach().cpu() for name, value in shown}

    def on_load_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        if trainer.state.fn == "fit":
            self._saved_step = checkpoint["global_step"]
            self._metrics = checkpoint.get("metrics", {})
            batches = checkpoint["loops"]["fit_loop"]["epoch_loop.batch_progress"]
            self._resumed_between_epochs = batches["current"]["ready"] == 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self._resumed_between_epochs:  # with max_steps Lightning takes any checkpoint for one in mid-epoch
            forget_restart(trainer)
            trainer.fit_loop.epoch_loop.restarting = False
        trainer.callback_metrics.update(self._metrics)


def settle(fit_loop: dict[str, Any]) -> None:
    """Change a fit loop's saved progress to that of a run between two epochs."""
    epochs, batches = fit_loop["epoch_progress"], fit_loop["epoch_loop.batch_progress"]
    for counts in (epochs["total"], epochs["current"], batches["total"]):
        counts.update(dict.fromkeys(counts, counts["completed"]))
    batches["current"] = dict.fromkeys(batches["current"], 0)
    batches["is_last_batch"] = False
    fit_loop["state_dict"].pop("combined_loader", None)  # the loader starts afresh
