"""Training task of tagging: a label for each word, and scores of entities over whole splits.

Shapes: B rows, N rows of a split, T words, K tags, M members of an ensemble.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.tagged_rows import TaggedBatch
from rnnlab.evaluation.entity_scores import entity_scores
from rnnlab.kinds.tagging.columns import NOTHING, counts_of
from rnnlab.kinds.tagging.settings import checked
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.gather import gather
from rnnlab.training.task.row_task import RowTask


class Tagging(RowTask):
    """Trains a `rnnlab.model.tagger.Tagger`, or several as one.

    The loss is the negative log probability of a row's tags, a mean over words: a long row counts as its
    words do. `columns` has for each row `label` and `predicted` (N, T), ids of tags, -1 for padding, and
    `loss` (N,), the sum over its words.

    Args:
        network, optimizer, scheduler, monitor, mode: see `rnnlab.training.task.base.Task`.
        tags: names of the K tags, in the order of their ids.
        scheme: how they mark entities; None where they mark none.
        miss_cost: >= 0, added in training to the score of O at each word of an entity, so that a missed
            entity costs more than an invented one (softmax-margin, Gimpel & Smith 2010); more recall, less
            precision.

    Raises:
        ValueError: `miss_cost` is out of range, or there is no scheme.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        tags: Sequence[str],
        scheme: str | None,
        miss_cost: float = 0.0,
        monitor: str = "val/f1",
        mode: str = "max",
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)
        self.tags, self.scheme, self.miss_cost = list(tags), scheme, checked("miss_cost", miss_cost)
        if miss_cost and scheme is None:
            raise ValueError(f"miss_cost={miss_cost} needs tags that mark entities: choose 0")

    def emissions(self, batch: TaggedBatch) -> Tensor:
        """Return the scores (B, T, K) of each word's tags, in training (M, B, T, K) for an ensemble."""
        found: Tensor = self.network(batch.tokens, batch.lengths, batch.letters, batch.pieces)
        return found

    def losses(self, batch: TaggedBatch, emissions: Tensor) -> Tensor:
        """Return the sum over its words of each row's loss (B,)."""
        tagger: Any = self.network
        found: Tensor = tagger.losses(emissions, batch.lengths, batch.tags)
        return found

    def training_step(self, batch: TaggedBatch, batch_idx: int) -> Tensor:
        words, emissions = batch.lengths.sum(), self.emissions(batch)
        if self.miss_cost:
            entities = (batch.tags != 0).unsqueeze(-1) * self.miss_cost  # (B, T, 1); O is the first tag
            emissions = emissions + F.pad(entities, (0, len(self.tags) - 1))
        loss = self.losses(batch, emissions).sum() / words
        self.running.add(words, loss.detach())
        return loss

    def predictions(self, batch: TaggedBatch) -> Mapping[str, Tensor]:
        tagger: Any = self.network
        emissions = self.emissions(batch)
        predicted = tagger.decode(emissions, batch.lengths)  # (B, T)
        padding = ~(batch.tags.new_ones(batch.tags.shape).cumsum(1) <= batch.lengths.unsqueeze(1))
        return {
            "label": batch.tags.masked_fill(padding, NOTHING),
            "predicted": predicted.masked_fill(padding, NOTHING),
            "probability": self.probabilities(emissions, batch, predicted),
            "loss": self.losses(batch, emissions),
        }

    def probabilities(self, emissions: Tensor, batch: TaggedBatch, tags: Tensor) -> Tensor:
        """Return the probability of each word's tag by itself (B, T), of tags (B, T), 0 for padding."""
        tagger: Any = self.network
        each: Tensor = tagger.marginals(emissions, batch.lengths)
        return each.gather(2, tags.unsqueeze(2)).squeeze(2)

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        label, predicted = columns["label"], columns["predicted"]
        words = (label != NOTHING).sum()
        counts = counts_of(label.numpy(), predicted.numpy(), self.tags, self.scheme)
        return {"loss": float(columns["loss"].double().sum() / words), **entity_scores(counts)}

    def _score(self, split: str) -> None:
        own = max(part["label"].shape[1] for part in self._parts)
        width = max(gather(own))  # rows of all batches, of all processes, stand in one table
        for part in self._parts:
            for name in ("label", "predicted"):
                part[name] = F.pad(part[name], (0, width - part[name].shape[1]), value=NOTHING)
            part["probability"] = F.pad(part["probability"], (0, width - part["probability"].shape[1]))
        super()._score(split)
