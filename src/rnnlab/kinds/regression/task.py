"""The LightningModule of text regression. B rows, T tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch.nn.functional as F
from torch import Tensor
from torch.optim import Optimizer

from rnnlab.data.batch import Batch
from rnnlab.kinds.regression.scores import scores
from rnnlab.kinds.regression.settings import ABSOLUTE, HUBER, HUBER_DELTA, ORDINAL, SQUARED, checked
from rnnlab.model.regressor import Regressor
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.row_task import RowTask


class Regression(RowTask):
    """The loss of standardised labels, and scores in the labels' own unit.

    Args:
        network: maps (tokens, lengths) to numbers (B, 1); with `levels` where the loss is ordinal.
        optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
        loss: squared, absolute, huber or ordinal (`rnnlab.model.ordinal.CumulativeLink`).
        huber_delta: > 0, the standardised error from which Huber's loss grows linearly.

    Raises:
        ValueError: an argument outside its range; a network without levels for the ordinal loss.
    """

    def __init__(
        self,
        network: Regressor,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        loss: str = SQUARED,
        huber_delta: float = HUBER_DELTA,
        monitor: str = "val/mae",
        mode: str = "min",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)
        self.loss_name, self.huber_delta = checked("loss", loss), checked("huber_delta", huber_delta)
        if (loss == ORDINAL) != (network.ordinal is not None):
            raise ValueError(f"loss={loss} does not fit the network: levels and the ordinal loss go together")

    def loss(self, batch: Batch) -> Tensor:
        network: Regressor = self.network  # type: ignore[assignment]
        found = network.scores(batch.tokens, batch.lengths)  # (B,)
        if network.ordinal is not None:
            return network.ordinal.loss(found, batch.labels)
        wanted = network.standardised(batch.labels)  # (B,)
        if self.loss_name == HUBER:
            return F.huber_loss(found, wanted, delta=self.huber_delta)
        return F.l1_loss(found, wanted) if self.loss_name == ABSOLUTE else F.mse_loss(found, wanted)

    def predictions(self, batch: Batch) -> Mapping[str, Tensor]:
        return {"label": batch.labels, "predicted": self.network(batch.tokens, batch.lengths).squeeze(1)}

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        return scores(columns["label"].numpy(), columns["predicted"].float().numpy())
