"""Base of the samplers: an epoch's batches depend on seed and epoch alone; iteration can start anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from torch.utils.data import SequentialSampler


class EpochSampler(SequentialSampler):
    """Base of the samplers that yield whole batches, each as one index of a data set.

    It is a SequentialSampler by name, because Lightning replaces every other kind when it overfits a few
    batches and warns of shuffling in validation. Subclasses implement `batches` and `__len__`.

    Args:
        fixed: keep the order of epoch 0 in every epoch.
    """

    def __init__(self, fixed: bool = False) -> None:
        super().__init__(())
        self.fixed, self.epoch, self._start = fixed, 0, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = 0 if self.fixed else epoch

    def start_at(self, batch: int) -> None:
        """Begin iterations with this batch of the epoch from now on; a DataLoader may begin more than one."""
        self._start = batch

    def batches(self) -> Iterable[Any]:
        """Return all items of the current epoch, in order."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return islice(self.batches(), self._start, None)

    def __len__(self) -> int:
        raise NotImplementedError
