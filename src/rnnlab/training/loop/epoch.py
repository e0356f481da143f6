"""A lean version of Lightning's loop over the batches of an epoch, for common trainings."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.loops.fetchers import _DataFetcher
from pytorch_lightning.loops.training_epoch_loop import _TrainingEpochLoop
from pytorch_lightning.utilities.exceptions import SIGTERMException

from rnnlab.training.loop.covered import is_covered
from rnnlab.training.loop.fetch import next_batch
from rnnlab.training.loop.hooks import Hook
from rnnlab.training.loop.step import LeanStep


class Plan:
    """Objects that are the same for all steps of an epoch, looked up once."""

    def __init__(self, loop: LeanEpochLoop) -> None:
        trainer, task = loop.trainer, loop.trainer.lightning_module
        self.task, self.device = task, trainer.strategy.root_device
        self.callbacks = list(trainer.callbacks)  # type: ignore[attr-defined]
        self.step = LeanStep(trainer, task, loop.automatic_optimization.optim_progress)
        self.batch_start = Hook("on_train_batch_start", trainer, task)
        self.batch_end = Hook("on_train_batch_end", trainer, task)
        self.plateaus = False
        self.schedules: list[tuple[Any, int]] = []
        for config in trainer.lr_scheduler_configs:
            if config.interval == "step":
                self.plateaus |= config.reduce_on_plateau
                if not config.reduce_on_plateau:
                    self.schedules.append((config.scheduler, config.frequency))
        self.validates_within = validates_within(trainer)


class LeanEpochLoop(_TrainingEpochLoop):
    """The same effects on weights, counts, callbacks and logs as Lightning's loop, in a third of its time.

    Trainings that `is_covered` does not support run in Lightning's loop, and so does the first step after a
    resume. With `lean` set to False everything does.
    """

    lean = True
    _plan: Plan | None = None

    @classmethod
    def put_into(cls, trainer: pl.Trainer) -> None:
        """Replace Lightning's loop by the lean one, and keep its limits, counts and validation."""
        loop = trainer.fit_loop.epoch_loop
        if type(loop) is _TrainingEpochLoop:
            lean = cls(loop.trainer, loop.min_steps, loop.max_steps)
            lean.__dict__.update(loop.__dict__)
            trainer.fit_loop.epoch_loop = lean

    def on_run_start(self, data_fetcher: _DataFetcher) -> None:
        super().on_run_start(data_fetcher)
        covered = self.lean and is_covered(self.trainer, self.trainer.lightning_module, data_fetcher)
        self._plan = Plan(self) if covered else None

    def advance(self, data_fetcher: _DataFetcher) -> None:
        plan = self._plan
        if plan is not None and plan.callbacks != self.trainer.callbacks:  # type: ignore[attr-defined]
            plan = self._plan = Plan(self)
        if plan is None or self._restarting or self.val_loop._restarting:
            super().advance(data_fetcher)
        else:
            self._advance(data_fetcher, plan)

    def _advance(self, data_fetcher: _DataFetcher, plan: Plan) -> None:
        progress, logs = self.batch_progress, self.trainer._logger_connector
        batch = next_batch(data_fetcher)
        batch_idx = progress.current.ready
        progress.is_last_batch = data_fetcher.done
        batch = plan.task.transfer_batch_to_device(batch, plan.device, 0)
        progress.increment_ready()
        logs._first_loop_iter = logs._first_loop_iter is None
        results = self._results
        results.batch, results.batch_size, results.dataloader_idx = batch, None, None
        plan.batch_start(batch, batch_idx)
        progress.increment_started()
        accumulating = self._should_accumulate()
        outputs = plan.step(batch, batch_idx, accumulating)
        progress.increment_processed()
        if not accumulating:
            self._schedule(plan)
        if self._num_ready_batches_reached():
            self.update_lr_schedulers("epoch", update_plateau_schedulers=False)
        plan.batch_end(outputs, batch, batch_idx)
        if any(not result.has_reset for result in results.values()):
            logs.on_batch_end()
            progress.increment_completed()
            logs.update_train_step_metrics()
        else:  # nothing was logged by `self.log`
            results.batch = results.batch_size = None
            progress.increment_completed()

    def _schedule(self, plan: Plan) -> None:
        for scheduler, frequency in plan.schedules:
            if self.batch_progress.current.ready % frequency == 0:
                self.scheduler_progress.increment_ready()
                scheduler.step()
                self.scheduler_progress.increment_completed()

    def on_advance_end(self, data_fetcher: _DataFetcher) -> None:
        plan, trainer = self._plan, self.trainer
        within = self.batch_progress.current.ready < trainer.num_training_batches
        if (
            plan is None
            or plan.validates_within
            or plan.plateaus
            or self._skip_next_val
            or trainer.should_stop
            or self.batch_progress.is_last_batch
            or not within
        ):
            super().on_advance_end(data_fetcher)
            return
        if not self._should_accumulate():
            self._batches_that_stepped += 1
        if trainer.received_sigterm and not self._is_training_done:
            raise SIGTERMException


def validates_within(trainer: pl.Trainer) -> bool:
    """Return whether a validation can come before an epoch's last batch."""
    every = trainer.val_check_batch
    timed = getattr(trainer, "_val_check_time_interval", None)  # since Lightning 2.6
    whole = isinstance(every, float) or (every is not None and every >= trainer.num_training_batches)
    return timed is not None or trainer.check_val_every_n_epoch is None or not whole
