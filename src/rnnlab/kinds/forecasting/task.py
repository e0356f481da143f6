"""Training task of forecasting: the loss of observed target points, and the windows that a validation scores.

Shapes: B rows, N rows of a split, H steps of the horizon, C targets, Q levels, S series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.evaluation.series.forecasts import Forecasts, row_sums
from rnnlab.kinds.forecasting.metrics import VALIDATED
from rnnlab.kinds.forecasting.predicted import LABEL, PREDICTED, QUANTILES, SERIES, SUM, scores_of_sums
from rnnlab.kinds.forecasting.settings import LEVELS, MEDIAN, checked
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.row_task import RowTask


class Inverts(Protocol):
    """The scaler of the data: `rnnlab.data.series.scaling.Scaler`."""

    def invert(self, values: np.ndarray, series: np.ndarray) -> np.ndarray: ...


class Forecasting(RowTask):
    """Trains a `rnnlab.model.forecast.base.Forecaster`.

    The loss is the mean over observed target points, so that a window counts as its points do. After a
    validation of the training, `columns` holds for each window its `series` and the sums of its terms
    (N, C), of which all metrics consist. After a test it also holds `label` and `predicted` (N, H, C) and
    `quantiles` (N, H, C, Q), in the data's units; a label that is missing is NaN.

    Args:
        network, optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
        scaler: brings predictions back to the data's units.
        mase_scales: (S, C), see `rnnlab.evaluation.series.forecasts.mase_scale`.
        levels: of the Q quantiles, ascending; a head without a distribution predicts the median alone.
        horizon_weight: weight of the last step's loss relative to the first one's, > 0; geometric between.

    Attributes:
        keeps_windows: whether whole windows are kept, or their sums alone.

    Raises:
        ValueError: `levels` or `horizon_weight` is out of range.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        scaler: Inverts,
        mase_scales: np.ndarray,
        levels: Sequence[float] = LEVELS,
        horizon_weight: float = 1.0,
        monitor: str = "val/weighted_quantile_loss",
        mode: str = "min",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)
        head: Any = network.head
        given = sorted(checked("levels", list(levels)))
        self.levels = tuple(given) if head.probabilistic else (MEDIAN,)
        self.scaler, self.mase_scales = scaler, mase_scales
        self.horizon_weight = checked("horizon_weight", horizon_weight)
        self.keeps_windows = True

    def loss(self, batch: Any) -> Tensor:
        forecaster: Any = self.network
        losses: Tensor = forecaster.losses(batch)  # (B, H, C)
        weights = batch.target_observed.to(losses.dtype)
        if self.horizon_weight != 1:
            weights = weights * self.step_weights(losses).unsqueeze(1)
        return (losses.where(batch.target_observed, 0) * weights).sum() / weights.sum().clamp_min(1e-12)

    def step_weights(self, losses: Tensor) -> Tensor:
        """Return the weights (H,) of the steps' losses, of mean 1."""
        places = torch.linspace(0, 1, losses.shape[1], dtype=losses.dtype, device=losses.device)
        weights = self.horizon_weight**places
        return weights / weights.mean()

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.loss(batch)
        self.running.add(batch.target_observed.sum(), loss.detach())
        return loss

    def predictions(self, batch: Any) -> Mapping[str, Tensor]:
        forecaster: Any = self.network
        found = forecaster.forecast(batch, self.levels)
        point, quantiles = found.point.float().cpu().numpy(), found.quantiles.float().cpu().numpy()
        target, series = batch.target.float().cpu().numpy(), batch.series.cpu().numpy()
        seen = batch.target_observed.cpu().numpy()
        label, predicted = (self.scaler.invert(values, series) for values in (target, point))
        each = [self.scaler.invert(quantiles[..., place], series) for place in range(len(self.levels))]
        own, scales = np.stack(each, axis=-1), self.mase_scales  # (B, H, C, Q)
        scaled = (target, point)
        sums = row_sums(Forecasts(label, predicted, seen, series, scales, self.levels, own, scaled))
        columns = {SERIES: series, **{SUM + name: values for name, values in sums.items()}}
        if self.keeps_windows:
            label = np.where(seen, label, np.nan)
            columns |= {LABEL: label, PREDICTED: predicted, QUANTILES: own}
        return {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in columns.items()}

    def on_fit_start(self) -> None:
        self.keeps_windows = False

    def on_fit_end(self) -> None:
        self.keeps_windows = True

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        found = scores_of_sums({name: values.numpy() for name, values in columns.items()})
        return found if self.keeps_windows else {name: found[name] for name in VALIDATED if name in found}
