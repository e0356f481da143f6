"""Weighted means of training steps, over the epoch and since the last logged row, without waiting for the
device.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.ensemble import mean_log_probabilities

MOST_PENDING = 1000


class StepPredictions(NamedTuple):
    """A step's logits (B, C), or (K, B, C) of members, and labels (B,). Accuracy is computed when a mean is
    requested, for many steps at once.
    """

    logits: Tensor
    labels: Tensor


class RunningMeans:
    """Means over tokens or rows of values that each step gives as the mean of its batch.

    A step only appends; sums are taken in double precision, a hundred steps at a time, when a mean is
    requested.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._pending: list[tuple[Tensor | int, tuple[Tensor | StepPredictions, ...]]] = []
        self._epoch = [0.0] * (len(self.names) + 1)  # total weight, then a weighted sum for each name
        self._recent = [0.0] * (len(self.names) + 1)

    def add(self, weight: Tensor | int, *means: Tensor | StepPredictions) -> None:
        """Add a step: the number of tokens or rows in its batch, and for each name a detached scalar or, at
        the same position in every step, `StepPredictions`.
        """
        self._pending.append((weight, means))
        if len(self._pending) >= MOST_PENDING:
            self._sum()

    def recent(self) -> dict[str, float]:
        """Return the means of the steps since the last call, empty if there were none."""
        self._sum()
        means = self._means(self._recent)
        self._recent = [0.0] * len(self._recent)
        return means

    def epoch(self, totals: Sequence[float] | None = None) -> dict[str, float]:
        """Return the means of the epoch so far; `totals` are the sums over all devices if several."""
        return self._means(totals or self.totals())

    def totals(self) -> list[float]:
        """Return the total weight of the epoch so far, then the weighted sum of each name."""
        self._sum()
        return list(self._epoch)

    def end_epoch(self) -> None:
        self._pending.clear()
        self._epoch = [0.0] * len(self._epoch)
        self._recent = [0.0] * len(self._recent)

    def state_dict(self) -> dict[str, list[float]]:
        self._sum()
        return {"epoch": list(self._epoch), "recent": list(self._recent)}

    def load_state_dict(self, state: dict[str, list[float]]) -> None:
        self._pending.clear()
        self._epoch, self._recent = list(state["epoch"]), list(state["recent"])

    def _means(self, sums: Sequence[float]) -> dict[str, float]:
        return {name: s / sums[0] for name, s in zip(self.names, sums[1:], strict=True)} if sums[0] else {}

    def _sum(self) -> None:
        if not self._pending:
            return
        weights = torch.stack([torch.as_tensor(weight) for weight, _ in self._pending])  # (N,)
        columns = zip(*(means for _, means in self._pending), strict=True)
        means = torch.stack([_column(values) for values in columns], dim=1)  # (N, names)
        weights, means = weights.cpu().double(), means.cpu().double()  # in this order: MPS has no float64
        sums = [float(weights.sum()), *(weights @ means).tolist()]
        self._epoch = [a + b for a, b in zip(self._epoch, sums, strict=True)]
        self._recent = [a + b for a, b in zip(self._recent, sums, strict=True)]
        self._pending.clear()


def _column(values: Sequence[Tensor | StepPredictions]) -> Tensor:
    """Return one name's means of N steps: (N,)."""
    guesses = [value for value in values if isinstance(value, StepPredictions)]
    return shares_right(guesses) if guesses else torch.stack([v for v in values if isinstance(v, Tensor)])


def shares_right(guesses: Sequence[StepPredictions]) -> Tensor:
    """Return the fraction of rows that each of N steps predicted correctly: (N,)."""
    labels = torch.cat([step.labels for step in guesses])
    logits = torch.cat([step.logits for step in guesses], dim=-2)
    right = (mean_log_probabilities(logits).argmax(dim=1) == labels).float()
    sizes = torch.tensor([len(step.labels) for step in guesses], device=labels.device)
    steps = torch.repeat_interleave(torch.arange(len(sizes), device=labels.device), sizes)
    return right.new_zeros(len(sizes)).index_add_(0, steps, right) / sizes
