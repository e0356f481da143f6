"""One label for a text: cross-entropy, and scores over whole splits. Shapes: B rows, T tokens, C classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.batch import Batch
from rnnlab.scheduler.base import Scheduler
from rnnlab.task.base import Task
from rnnlab.task.gather import gather
from rnnlab.task.scores import Scored, confusion, join, scores


class Classification(Task):
    """Trains a network from (tokens, lengths) to logits (B, C).

    The training loss has the class weights and the label smoothing; `val/loss` and `test/loss` are the plain
    cross-entropy. After a validation or a test, `confusion` is its matrix (C, C), rows the true classes, and
    `predictions` its rows.

    Args:
        classes: their names, in the order of the labels.
        label_smoothing: probability in [0, 1) that is spread over all classes (Szegedy et al. 2016).
        class_weights: a weight for each class in the training loss.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        classes: Sequence[str],
        label_smoothing: float = 0.0,
        class_weights: Sequence[float] | None = None,
        monitor: str = "val/accuracy",
        mode: str = "max",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode, running=("loss", "accuracy"))
        if class_weights is not None and len(class_weights) != len(classes):
            raise ValueError(
                f"class_weights={list(class_weights)} must have {len(classes)} weights, one a class"
            )
        self.classes, self.label_smoothing = list(classes), label_smoothing
        weights = None if class_weights is None else torch.tensor(class_weights, dtype=torch.float32)
        self.class_weights: Tensor | None
        self.register_buffer("class_weights", weights, persistent=False)
        self._parts: list[Scored] = []
        self.confusion = torch.zeros(len(classes), len(classes), dtype=torch.int64)
        self._scored: Scored | None = None

    @property
    def predictions(self) -> tuple[Tensor, Tensor, Tensor]:
        """Of the last validation or test: rows (N,), labels (N,), probabilities (N, C), in row order, on the
        CPU.
        """
        if self._scored is None:
            raise RuntimeError("there are no predictions before a validation or a test")
        return self._scored.rows, self._scored.labels, self._scored.log_probabilities.exp()

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        logits = self.network(batch.tokens, batch.lengths)  # (B, C)
        loss = F.cross_entropy(logits, batch.labels, self.class_weights, label_smoothing=self.label_smoothing)
        accuracy = (logits.detach().argmax(1) == batch.labels).float().mean()
        self.running.add(len(batch.labels), loss.detach(), accuracy)
        return loss

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        self._collect(batch)

    def test_step(self, batch: Batch, batch_idx: int) -> None:
        self._collect(batch)

    def on_validation_epoch_start(self) -> None:
        self._parts = []

    def on_test_epoch_start(self) -> None:
        self._parts = []

    def on_validation_epoch_end(self) -> None:
        self._score("val")

    def on_test_epoch_end(self) -> None:
        self._score("test")

    def _collect(self, batch: Batch) -> None:
        log_probabilities = F.log_softmax(self.network(batch.tokens, batch.lengths).float(), dim=1)
        self._parts.append(Scored(batch.rows, batch.labels, log_probabilities))

    def _score(self, split: str) -> None:
        own = Scored(*(torch.cat(tensors).cpu() for tensors in zip(*self._parts, strict=True)))
        self._parts = []
        self._scored = join(gather(own))
        self.confusion = confusion(self._scored, len(self.classes))
        self.log_validation(split, scores(self._scored, self.classes))
