"""The common base of tasks: the optimizer and its schedule, running means of training, and the state that a
resumed run needs of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.errors import Diverged
from rnnlab.training.loop.inside import allow_clipping
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.gather import gather
from rnnlab.training.task.lean import LeanModule
from rnnlab.training.task.metric_log import log_row
from rnnlab.training.task.running import RunningMeans


class Task(LeanModule):
    """A network with a loss; a subclass defines the steps and adds each training step to `self.running`.

    metrics.csv and the other loggers get `train/loss` as the mean over the steps since the previous row, and
    after each epoch `train/loss_epoch` as the mean over the epoch. Callbacks that monitor `train/loss` get
    the mean over the epoch.

    Args:
        network: the model.
        optimizer: makes an optimizer from pairs of name and parameter, which those of torch accept.
        scheduler: the schedule of the learning rate.
        monitor: the metric that a plateau schedule follows, and its mode, `min` or `max`.
        running: names of the means that a training step gives.

    Attributes:
        kind: `package.module:KIND` of its kind of problem, for subclasses in packages without a `KIND`.
        may_fail: whether a loss that is not finite ends the training, by `Diverged` at the next row.
    """

    kind: ClassVar[str] = ""
    may_fail = True

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str,
        mode: str,
        running: tuple[str, ...],
    ) -> None:
        super().__init__()
        self.network = network
        self.monitor, self.mode = monitor, mode
        self.running = RunningMeans(running)
        self._make_optimizer, self._scheduler = optimizer, scheduler
        self._last_row = 0  # the step of the last row

    def configure_optimizers(self) -> Any:
        named = [(name, p) for name, p in self.network.named_parameters() if p.requires_grad]
        optimizer = self._make_optimizer(named)
        if self.trainer.precision == "bf16-mixed":  # no scaling: Lightning may clip fused steps
            allow_clipping(optimizer)
        schedule = self._scheduler.build(optimizer, self.trainer, self.monitor, self.mode)
        return {"optimizer": optimizer, "lr_scheduler": schedule}

    def transfer_batch_to_device(self, batch: Any, device: torch.device, dataloader_idx: int) -> Any:
        if batch.lengths.device == device:
            return batch
        return type(batch)(*(v.to(device, non_blocking=True) if isinstance(v, Tensor) else v for v in batch))

    def on_train_batch_end(self, outputs: Any, batch: Any, batch_idx: int) -> None:
        trainer, step = self.trainer, self.trainer.global_step
        if step == trainer.max_steps:
            trainer.should_stop = True  # as after max_time: Lightning then validates before it ends
        if step % trainer.log_every_n_steps == 0 and step != self._last_row:  # type: ignore[attr-defined]
            self._log_running()

    def on_train_epoch_end(self) -> None:
        sums = [sum(values) for values in zip(*gather(self.running.totals()), strict=True)]
        means = {f"train/{name}": value for name, value in self.running.epoch(sums).items()}
        self.log_dict(means, logger=False)
        self._log_running({f"{name}_epoch": value for name, value in means.items()})
        self.running.end_epoch()

    def _log_running(self, more: dict[str, float] | None = None) -> None:
        self._last_row = self.trainer.global_step
        means = {f"train/{name}": value for name, value in self.running.recent().items()}
        loss = means.get("train/loss", 0.0)
        if self.may_fail and not math.isfinite(loss):
            rule = "a smaller optimizer.lr, a longer scheduler.warmup or trainer.gradient_clip_val may help"
            raise Diverged(f"the loss became {loss} at step {self._last_row} or shortly before; {rule}")
        log_row(
            self.trainer, {**means, **(more or {}), "lr": self.trainer.optimizers[0].param_groups[0]["lr"]}
        )

    def log_validation(self, split: str, metrics: dict[str, float]) -> None:
        """Pass metrics to callbacks and, for the validation, to the loggers. Those of the test are read once,
        by the run.
        """
        named = {f"{split}/{name}": value for name, value in metrics.items()}
        self.log_dict(named, logger=False)
        if split == "val" and self.trainer.state.fn == "fit":
            log_row(self.trainer, named)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["task"] = {"running": gather(self.running.state_dict())}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self._last_row = checkpoint["global_step"]
        states = checkpoint.get("task", {}).get("running", [])
        if self.trainer.global_rank < len(states):
            self.running.load_state_dict(states[self.trainer.global_rank])
