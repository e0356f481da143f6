"""The LightningModule of anomaly detection.

B rows, N rows of a split, T times, F features of a step, C channels, A numbers of steps ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import Optimizer

from rnnlab.kinds.anomaly.network import reader_of
from rnnlab.kinds.anomaly.reading import read_series
from rnnlab.kinds.anomaly.view import SeriesChunks
from rnnlab.model.scoring.base import ScoringNetwork
from rnnlab.model.sequence import padding_mask
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.gather import gather
from rnnlab.training.task.row_task import RowTask

STEPS = 4096  # times that are read at once


class AnomalyDetection(RowTask):
    """Trains a network to expect the values of a series; its errors score their times.

    The loss is a mean over the values that are there. After a validation or a test `columns` has `errors`
    (N, T, A, C) of each series from its first point on, NaN where there is none, `begins` and `lengths` (N,).

    Args:
        network, optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
    """

    def __init__(
        self,
        network: ScoringNetwork,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str = "val/error",
        mode: str = "min",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)

    def training_step(self, batch: SeriesChunks, batch_idx: int) -> Tensor:
        network: Any = self.network
        size = network.channels
        values, there = batch.inputs[..., :size], batch.inputs[..., size : 2 * size] > 0
        real = there & padding_mask(batch.lengths, values.shape[1]).unsqueeze(-1)  # (B, T, C)
        total, count = network.loss(batch.inputs, values, real)
        count = count.clamp(min=1)
        loss: Tensor = total / count
        self.running.add(count, loss.detach())
        return loss

    def predictions(self, batch: SeriesChunks) -> Mapping[str, Tensor]:
        reader = reader_of(self.network, self.device)
        errors = read_series(reader, batch.inputs.float().cpu().numpy(), STEPS).astype(np.float32)
        errors[np.arange(errors.shape[1]) >= batch.lengths.cpu().numpy()[:, None]] = np.nan
        return {"errors": torch.from_numpy(errors), "begins": batch.begins, "lengths": batch.lengths}

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        errors, times = columns["errors"], torch.arange(columns["errors"].shape[1])
        own = errors[times >= columns["begins"].unsqueeze(1)]  # of the split's own times (n, A, C)
        return {"error": float(own.double().nanmean())}

    def _score(self, split: str) -> None:
        width = max(gather(max(part["errors"].shape[1] for part in self._parts)))
        for part in self._parts:  # rows of all batches, of all processes, stand in one table
            more = width - part["errors"].shape[1]
            part["errors"] = F.pad(part["errors"], (0, 0, 0, 0, 0, more), value=torch.nan)
        super()._score(split)
