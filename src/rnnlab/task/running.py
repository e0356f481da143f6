"""Weighted means of the training steps, of the epoch and since the last logged row, without waiting for the
device.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

MOST_PENDING = 1000


class RunningMeans:
    """Means over tokens or rows of values that each step gives as the mean of its batch.

    A step only appends; sums are taken in double precision, a hundred steps at a time, when a mean is asked
    for.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._pending: list[tuple[Tensor | int, tuple[Tensor, ...]]] = []
        self._epoch = [0.0] * (len(self.names) + 1)  # total weight, then a weighted sum for each name
        self._recent = [0.0] * (len(self.names) + 1)

    def add(self, weight: Tensor | int, *means: Tensor) -> None:
        """Add a step: the number of tokens or rows in its batch, and one detached scalar for each name."""
        self._pending.append((weight, means))
        if len(self._pending) >= MOST_PENDING:
            self._sum()

    def recent(self) -> dict[str, float]:
        """Means of the steps since the last call, empty if there were none."""
        self._sum()
        means = self._means(self._recent)
        self._recent = [0.0] * len(self._recent)
        return means

    def epoch(self, totals: Sequence[float] | None = None) -> dict[str, float]:
        """Means of the epoch so far; `totals` are the sums over all devices where there are several."""
        return self._means(totals or self.totals())

    def totals(self) -> list[float]:
        """Total weight of the epoch so far, then the weighted sum of each name."""
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
        means = torch.stack([torch.stack(means) for _, means in self._pending])  # (N, names)
        weights, means = weights.cpu().double(), means.cpu().double()  # in this order: MPS has no float64
        sums = [float(weights.sum()), *(weights @ means).tolist()]
        self._epoch = [a + b for a, b in zip(self._epoch, sums, strict=True)]
        self._recent = [a + b for a, b in zip(self._recent, sums, strict=True)]
        self._pending.clear()
