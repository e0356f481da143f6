"""The LightningModule of probes. Shapes: B rows, T steps, K classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from rnnlab.data.probe.batches import ProbeBatch
from rnnlab.kinds.probing.scores import Sums, add, asked_of, loss_of, row_scores, scores, sums_of
from rnnlab.kinds.probing.settings import STOP_AT, checked
from rnnlab.model.step_network import StepNetwork
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.base import Task
from rnnlab.training.task.gather import gather

ENOUGH = 2  # validations in a row that end the training


class Probing(Task):
    """Cross entropy of the labelled steps, or the squared error of numbers; scores by length.

    Attributes:
        validations: loss, accuracy and solved of each validation, with its `step`.
        tested: the scores of each row of the last test (N, 4) by length, in the order of the data; see
            `rnnlab.kinds.probing.scores.row_scores`.

    Args:
        network, optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
        longest: length of the longest training rows, whose test scores are those without a length.
        tolerance: a number within this of its target is right.
        stop_at: validation accuracy that ends the training once two validations in a row have it; None
            trains to the end.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(
        self,
        network: StepNetwork,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        longest: int,
        tolerance: float = 0.0,
        stop_at: float | None = STOP_AT,
        monitor: str = "val/loss",
        mode: str = "min",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode, running=("loss",))
        self.longest, self.tolerance, self.stop_at = longest, tolerance, checked("stop_at", stop_at)
        self.validations: list[dict[str, float]] = []
        self.tested: dict[int, Tensor] = {}
        self._parts: list[Sums] = []
        self._rows: list[tuple[int, int, Tensor]] = []  # length, place of the batch, scores of its rows

    def training_step(self, batch: ProbeBatch, batch_idx: int) -> Tensor:
        loss = loss_of(self.network(batch.inputs), batch.targets)
        self.running.add(asked_of(batch.targets).sum(), loss.detach())
        return loss

    def validation_step(self, batch: ProbeBatch, batch_idx: int) -> None:
        self._scored(batch)

    def test_step(self, batch: ProbeBatch, batch_idx: int) -> None:
        place = batch_idx * self.trainer.world_size + self.trainer.global_rank
        self._rows.append((batch.length, place, self._scored(batch).cpu()))

    def _scored(self, batch: ProbeBatch) -> Tensor:
        """Return the scores of the batch's rows (B, 4), and add them to those of the epoch."""
        rows = row_scores(self.network(batch.inputs), batch.targets, self.tolerance)
        self._parts.append({batch.length: sums_of(rows)})
        return rows

    def on_validation_epoch_start(self) -> None:
        self._parts = []

    def on_test_epoch_start(self) -> None:
        self._parts, self._rows = [], []

    def on_validation_epoch_end(self) -> None:
        found = scores(sum(self._sums().values()))  # type: ignore[arg-type]
        self.log_validation("val", found)
        if self.trainer.state.fn == "fit" and not self.trainer.sanity_checking:
            self.validations.append({"step": self.trainer.global_step, **found})
            self._stop_if_solved()

    def _stop_if_solved(self) -> None:
        last = [one["accuracy"] for one in self.validations[-ENOUGH:]]
        if self.stop_at is not None and len(last) == ENOUGH and min(last) >= self.stop_at:
            self.trainer.should_stop = True

    def on_test_epoch_end(self) -> None:
        found: dict[str, float] = {}
        for length, sums in self._sums().items():
            own = scores(sums)
            found |= own if length == self.longest else {}
            found |= {f"{name}_{length}": value for name, value in own.items()}
        self.log_validation("test", found)
        parts = sorted((part for own in gather(self._rows) for part in own), key=lambda part: part[:2])
        lengths = dict.fromkeys(length for length, _, _ in parts)
        self.tested = {n: torch.cat([rows for length, _, rows in parts if length == n]) for n in lengths}

    def _sums(self) -> Sums:
        """Return the sums of all processes."""
        own, self._parts = add(self._parts), []
        return dict(sorted(add(gather(own)).items()))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_save_checkpoint(checkpoint)
        checkpoint["task"]["validations"] = list(self.validations)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_load_checkpoint(checkpoint)
        self.validations = list(checkpoint.get("task", {}).get("validations", self.validations))
