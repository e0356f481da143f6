"""Baseline: the mean count of the train rows for every text."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from my_project.counts.scores import scores
from rnnlab.kinds.baselines import Measured


class Labels(NamedTuple):
    """Counts of the train rows and of the test rows, (N,) each."""

    train: np.ndarray
    test: np.ndarray


class TrainMean:
    """A constant prediction, which rnnlab measures on the same test rows and shows beside the network."""

    name, version = "train mean", 1

    def read(self, work: Any) -> Labels:
        return Labels(np.asarray(work.data.targets("train")), work.task.columns["label"].numpy())

    def measure(self, inputs: Labels) -> Measured:
        mean = float(inputs.train.mean(dtype=np.float64))
        return Measured(scores(inputs.test, np.full(len(inputs.test), mean)), {"mean": mean})
