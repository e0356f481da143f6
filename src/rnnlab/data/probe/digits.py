"""Handwritten digits read pixel by pixel: the one probe with a data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.digits import CLASSES, STEPS, Digits
from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource
from rnnlab.data.probe.settings import checked


class SequentialDigits(ProbeSource):
    """scikit-learn's 1,797 digits of 8 x 8 pixels as rows of 64 steps; the digit is asked for at the end.

    A small relative of sequential and permuted MNIST. Its ceiling is not 1: some digits are hard to read.
    60, 20 and 20 % of each digit are drawn for train, validation and test, as in task=digits.

    Args:
        permuted: read the pixels in one random order, the same for all digits.
        sizes: see `ProbeSource`.
    """

    source = (
        "Le, Jaitly & Hinton 2015, A Simple Way to Initialize Recurrent Networks; the digits: scikit-learn"
    )
    input_size = 1
    classes = CLASSES
    min_length = max_length = STEPS
    fixed = True

    def __init__(self, permuted: bool = False, sizes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.permuted = checked("permuted", permuted)
        self.name = "digits_permuted" if permuted else "digits"
        super().__init__(sizes)
        self._data = Digits(self.name, permuted=permuted)

    def rows(self, split: str) -> ProbeRows:
        own = self._data.rows(split)
        return labelled_at_end(torch.from_numpy(own.values), torch.from_numpy(own.labels))

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        """Draw rows of train, with replacement."""
        own = self._data.rows("train")
        rows = torch.randint(len(own), (len(lengths),), generator=generator).numpy()
        return labelled_at_end(torch.from_numpy(own.values[rows]), torch.from_numpy(own.labels[rows]))

    def chance(self, length: int) -> float:
        """Return the accuracy of the most frequent digit of train in the test part."""
        self._data.prepare()
        most = int(np.argmax(self._data.class_counts))
        return float((self._data.rows("test").labels == most).mean())


def labelled_at_end(values: Tensor, labels: Tensor) -> ProbeRows:
    """Return rows (N, T, 1) whose label (N,) is asked for at the last step."""
    targets = torch.full(values.shape[:2], IGNORED)
    targets[:, -1] = labels
    return ProbeRows(values, torch.full_like(labels, values.shape[1]), targets)
