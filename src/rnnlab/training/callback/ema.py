"""An exponential moving average of the weights."""

from __future__ import annotations

import pytorch_lightning as pl

from rnnlab.training.callback.average import Average
from rnnlab.training.settings import checked


class WeightAverage(Average):
    """An average after each optimizer step: d * average + (1 - d) * weights, with d = min(decay, (1 + n) /
    (10 + n)) at step n.

    Polyak and Juditsky 1992; the warm-up is TensorFlow's and lets the random initial weights fade quickly.

    Args:
        decay: d in [0, 1); the average covers about the last 1 / (1 - decay) steps.
    """

    def __init__(self, decay: float = 0.999) -> None:
        checked("callback.average.decay", decay)
        super().__init__()
        self.decay = decay

    def share(self, trainer: pl.Trainer) -> float:
        """Return 1 - d."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        return 1 - decay
