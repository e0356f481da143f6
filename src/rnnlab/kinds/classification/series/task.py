"""Training task of the classification of series."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from rnnlab.kinds.classification.task import Classification


class SeriesClassification(Classification):
    """Trains a network from (values, lengths) to logits; all else as for texts."""

    def read(self, batch: Any) -> Tensor:
        logits: Tensor = self.network(batch.values, batch.lengths)
        return logits
