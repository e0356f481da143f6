"""Stochastic weight averaging: the plain mean of the weights in the last part of the training."""

from __future__ import annotations

import pytorch_lightning as pl

from rnnlab.training.callback.average import Average
from rnnlab.training.scheduler.progress import progress
from rnnlab.training.settings import checked


class StochasticWeightAverage(Average):
    """The mean of the weights after every `every`-th step, once a fraction `start` of the training is done
    (Izmailov et al. 2018); before that the weights themselves.

    The paper keeps the learning rate high in that part: use scheduler=trapezoid or constant, not one that
    falls to 0.

    Args:
        start: fraction of the training, in [0, 1).
        every: optimizer steps between two averaged ones, at least 1.
    """

    def __init__(self, start: float = 0.5, every: int = 10) -> None:
        super().__init__()
        self.start = checked("callback.average.start", start)
        checked("callback.average.every", every)
        self.every = every

    def share(self, trainer: pl.Trainer) -> float:
        """Return 1 / n for the n-th averaged weights, 0 for steps in between."""
        if progress(trainer) < self.start:
            return 1.0
        self.updates += 1
        number, between = divmod(self.updates - 1, self.every)
        return 0.0 if between else 1 / (number + 1)
