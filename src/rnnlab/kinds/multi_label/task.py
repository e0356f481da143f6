"""The LightningModule of multi-label classification. B rows, T tokens, N rows, C labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.batch import Batch
from rnnlab.evaluation.label_sets import LabelSetScores
from rnnlab.evaluation.label_thresholds import PLAIN, Thresholds
from rnnlab.kinds.multi_label.settings import checked
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.row_task import RowTask


class MultiLabel(RowTask):
    """Binary cross-entropy of each label, and scores of those above their thresholds.

    Args:
        network: maps (tokens, lengths) to logits (B, C).
        optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
        classes: names of the labels, in the order of their ids.
        label_smoothing: probability in [0, 1) that is spread over both answers of each label.
        class_weights: C weights > 0 of the rows with each label; None weighs all alike.

    Attributes:
        thresholds: those of the metrics; 0.5 until others are chosen on validation.

    Raises:
        ValueError: an argument outside its range.
    """

    class_weights: Tensor | None

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        classes: Sequence[str],
        label_smoothing: float = 0.0,
        class_weights: Sequence[float] | None = None,
        monitor: str = "val/average_precision",
        mode: str = "max",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)
        if class_weights is not None and len(class_weights) != len(classes):
            raise ValueError(
                f"class_weights={list(class_weights)} must have {len(classes)} weights, one a label"
            )
        self.classes, self.label_smoothing = list(classes), checked("label_smoothing", label_smoothing)
        weights = None if class_weights is None else torch.tensor(class_weights, dtype=torch.float32)
        self.register_buffer("class_weights", weights, persistent=False)
        self.thresholds = Thresholds((PLAIN,) * len(classes))

    def loss(self, batch: Batch) -> Tensor:
        logits, wanted = self.network(batch.tokens, batch.lengths), batch.labels.float()  # (B, C)
        if self.label_smoothing:
            wanted = wanted * (1 - self.label_smoothing) + self.label_smoothing / 2
        return F.binary_cross_entropy_with_logits(logits, wanted, pos_weight=self.class_weights)

    def predictions(self, batch: Batch) -> Mapping[str, Tensor]:
        return {"label": batch.labels, "logit": self.network(batch.tokens, batch.lengths)}

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        probability = self.thresholds.probabilities(columns["logit"].float().numpy())
        flags = self.thresholds.flags(probability)
        found = LabelSetScores(columns["label"].numpy(), flags, probability, self.classes).scores()
        return {name: value for name, value in found.items() if value == value}  # no area without a row
