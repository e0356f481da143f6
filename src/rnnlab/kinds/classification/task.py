"""Training task of classification: one label for a text, and scores over whole splits.

Shapes: B rows, T tokens, C classes, K members of an ensemble.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification.losses import label_loss, mean_over_members
from rnnlab.kinds.classification.mixup import check_mixup, mixed_logits
from rnnlab.kinds.classification.objective.objectives import Objective
from rnnlab.kinds.classification.prior import log_shift
from rnnlab.kinds.classification.scores import Scored, confusion, join, scores
from rnnlab.kinds.classification.settings import checked
from rnnlab.model.ensemble import mean_log_probabilities
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.base import Task
from rnnlab.training.task.gather import gather
from rnnlab.training.task.running import StepPredictions


class Classification(Task):
    """Trains a network from (tokens, lengths) to logits (B, C), or in training (K, B, C).

    The training loss has the class weights, the label smoothing, the focus and the mixing; `val/loss` and
    `test/loss` are the plain cross-entropy of the probabilities, after the correction of the prior. After a
    validation or a test, `confusion` is its matrix (C, C), rows the true classes, and `predictions` its rows.

    Args:
        classes: their names, in the order of the labels.
        label_smoothing: probability in [0, 1) that is spread over all classes (Szegedy et al. 2016).
        class_weights: a weight for each class in the training loss.
        focal_gamma: >= 0, how much less a row counts that is already predicted correctly; see `label_loss`.
        mixup: >= 0, alpha of Beta(alpha, alpha) from which a row's fraction in its mix is drawn; 0 is off.
        mixup_level: what is mixed, `embedding` (word vectors) or `hidden` (a text's features).
        objective: terms besides the labels' loss; None has none. With them, rows are not mixed.
        prior: C probabilities, the class balance that predictions are moved to in validation and test;
            None leaves them as they are.
        trained_prior: C probabilities, the class balance in training, class weights and sampling
            included.

    Raises:
        ValueError: an argument outside its range; lists of another length than `classes`; a network that
            cannot be mixed.
    """

    kind = "rnnlab.kinds.classification:KIND"
    class_weights: Tensor | None
    prior_shift: Tensor | None

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        classes: Sequence[str],
        label_smoothing: float = 0.0,
        class_weights: Sequence[float] | None = None,
        focal_gamma: float = 0.0,
        mixup: float = 0.0,
        mixup_level: str = "embedding",
        objective: Objective | None = None,
        prior: Sequence[float] | None = None,
        trained_prior: Sequence[float] | None = None,
        monitor: str = "val/accuracy",
        mode: str = "max",
    ) -> None:
        objective = objective or Objective()
        means = ("loss", "accuracy", *(f"loss_{name}" for name in objective.names))
        super().__init__(network, optimizer, scheduler, monitor, mode, running=means)
        if class_weights is not None and len(class_weights) != len(classes):
            raise ValueError(
                f"class_weights={list(class_weights)} must have {len(classes)} weights, one a class"
            )
        checked("focal_gamma", focal_gamma)
        checked("label_smoothing", label_smoothing)
        check_mixup(network, mixup, mixup_level)
        objective.check(network)
        self.objective = objective
        self.classes, self.label_smoothing, self.focal_gamma = list(classes), label_smoothing, focal_gamma
        self.mixup, self.mixup_level = mixup, mixup_level
        self._constant("class_weights", class_weights)
        self._constant("prior_shift", log_shift(prior, trained_prior, len(classes)))
        self._parts: list[Scored] = []
        self.confusion = torch.zeros(len(classes), len(classes), dtype=torch.int64)
        self._scored: Scored | None = None

    def _constant(self, name: str, values: Sequence[float] | None) -> None:
        """Register a tensor that moves with the task and that no checkpoint holds."""
        tensor = None if values is None else torch.tensor(values, dtype=torch.float32)
        self.register_buffer(name, tensor, persistent=False)

    @property
    def scored(self) -> Scored:
        """Return every row of the last validation or test, in row order, on the CPU."""
        if self._scored is None:
            raise RuntimeError("there are no predictions before a validation or a test")
        return self._scored

    @property
    def predictions(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return rows (N,), labels (N,), probabilities (N, C) of the last validation or test."""
        return self.scored.rows, self.scored.labels, self.scored.log_probabilities.exp()

    def read(self, batch: Batch) -> Tensor:
        """Return the logits of a batch, (B, C), or (K, B, C) of an ensemble in training."""
        logits: Tensor = self.network(batch.tokens, batch.lengths)
        return logits

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        parts: tuple[Tensor, ...] = ()
        if self.objective.names:
            loss, logits, parts = self.objective.losses(self.network, batch, self._loss)
        elif self.mixup:
            logits, partners, share = mixed_logits(self.network, batch, self.mixup, self.mixup_level)
            loss = share * self._loss(logits, batch.labels) + (1 - share) * self._loss(logits, partners)
        else:
            logits = self.read(batch)  # (B, C) or (K, B, C)
            loss = self._loss(logits, batch.labels)
        guesses = StepPredictions(logits.detach(), batch.labels)
        self.running.add(len(batch.labels), loss.detach(), guesses, *(part.detach() for part in parts))
        return loss

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        settings = (self.class_weights, self.label_smoothing, self.focal_gamma)
        return mean_over_members(lambda own: label_loss(own, labels, *settings), logits)

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
        log_probabilities = mean_log_probabilities(self.read(batch))
        if self.prior_shift is not None:
            log_probabilities = (log_probabilities + self.prior_shift).log_softmax(dim=1)
        self._parts.append(Scored(batch.rows, batch.labels, log_probabilities))

    def _score(self, split: str) -> None:
        own = Scored(*(torch.cat(tensors).cpu() for tensors in zip(*self._parts, strict=True)))
        self._parts = []
        self._scored = join(gather(own))
        self.confusion = confusion(self._scored, len(self.classes))
        self.log_validation(split, scores(self._scored, self.classes))
