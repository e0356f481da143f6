"""What turns texts into class probabilities behind the service. N texts, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rnnlab.opened.run import OpenRun


class Predictor(Protocol):
    """Called in one thread only."""

    classes: tuple[str, ...]

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """(N, C), calibrated, in the order of the texts."""
        ...


class TorchPredictor:
    """The run's own network."""

    def __init__(self, run: OpenRun) -> None:
        self.run, self.classes = run, run.classes

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        return self.run.probabilities(texts)
