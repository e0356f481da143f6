"""Tasks that predict each row independently: a subclass has a loss, predictions and scores, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.base import Task
from rnnlab.training.task.gather import gather

ROW = "row"


class RowTask(Task):
    """A network that reads batches with `rows` (B,), the number of each row in its split.

    `train/loss` is the mean of `loss` over rows; after a validation or a test, `columns` are the predictions
    of the whole split, and the metrics that `scores` computes from them are logged.

    Args:
        network, optimizer, scheduler, monitor, mode: see `Task`.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str,
        mode: str,
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode, running=("loss",))
        self._parts: list[dict[str, Tensor]] = []
        self._columns: dict[str, Tensor] | None = None

    def loss(self, batch: Any) -> Tensor:
        """Return the mean loss of a batch, a scalar."""
        raise NotImplementedError(f"{type(self).__name__} has no loss()")

    def predictions(self, batch: Any) -> Mapping[str, Tensor]:
        """Return the values to keep for each row of a validation or a test, (B, ...) under each name."""
        raise NotImplementedError(f"{type(self).__name__} has no predictions()")

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        """Return every metric of a whole split, from its `columns`."""
        raise NotImplementedError(f"{type(self).__name__} has no scores()")

    @property
    def columns(self) -> dict[str, Tensor]:
        """Predictions (N, ...) of the last validation or test by name, and `row` (N,); in row order, on the
        CPU.

        Raises:
            RuntimeError: there has been no validation or test.
        """
        if self._columns is None:
            raise RuntimeError("there are no predictions before a validation or a test")
        return self._columns

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.loss(batch)
        self.running.add(len(batch.rows), loss.detach())
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self._parts.append({ROW: batch.rows, **self.predictions(batch)})

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.validation_step(batch, batch_idx)

    def on_validation_epoch_start(self) -> None:
        self._parts = []

    def on_test_epoch_start(self) -> None:
        self._parts = []

    def on_validation_epoch_end(self) -> None:
        self._score("val")

    def on_test_epoch_end(self) -> None:
        self._score("test")

    def _score(self, split: str) -> None:
        own = {name: torch.cat([part[name] for part in self._parts]).cpu() for name in self._parts[0]}
        self._parts = []
        self._columns = in_row_order(gather(own))
        self.log_validation(split, self.scores(self._columns))


def in_row_order(parts: Iterable[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Join the columns of several processes; a row that came twice (several devices fill their last batch)
    counts once.
    """
    whole = list(parts)
    columns = {name: torch.cat([part[name] for part in whole]) for name in whole[0]}
    order = torch.argsort(columns[ROW], stable=True)
    rows = columns[ROW][order]
    first = torch.ones_like(rows, dtype=torch.bool)
    first[1:] = rows[1:] != rows[:-1]
    return {name: values[order][first] for name, values in columns.items()}
