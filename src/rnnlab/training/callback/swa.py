"""Stochastic weight averaging: the plain mean of the weights of the training's last part."""

from __future__ import annotations

import pytorch_lightning as pl

from rnnlab.training.callback.average import Average
from rnnlab.training.scheduler.progress import progress
from rnnlab.training.settings import checked


class StochasticWeightAverage(Average):
    """From a share of the training on, the mean of the weights after every `every`-th step (Izmailov et al.
    2018); before that the weights themselves.

    The paper keeps the learning rate high in that part: scheduler=trapezoid or constant, not one that falls
    to 0.

    Args:
        start: share of the training, in [0, 1).
        every: optimizer steps from one that is averaged to the next, at least 1.
    """

    def __init__(self, start: float = 0.5, every: int = 10) -> None:
        super().__init__()
        self.start = checked("callback.average.start", start)
        checked("callback.average.every", every)
        self.every = every

    def share(self, trainer: pl.Trainer) -> float:
        """1 / n of the n-th weights that are averaged, 0 between two of them."""
        if progress(trainer) < self.start:
            return 1.0
        self.updates += 1
        number, between = divmod(self.updates - 1, self.every)
        return 0.0 if between else 1 / (number + 1)
