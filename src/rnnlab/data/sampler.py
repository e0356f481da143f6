"""The order of an epoch's batches, as a pure function of seed and epoch that can be entered anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from torch.utils.data import SequentialSampler


class EpochSampler(SequentialSampler):
    """Yields what a data set takes as one index: the contents of a whole batch.

    A SequentialSampler by name, because Lightning replaces every other kind where it overfits a few batches
    and warns of shuffling where it validates. Subclasses give `batches` and `__len__`.

    Args:
        fixed: keep the order of epoch 0 in every epoch.
    """

    def __init__(self, fixed: bool = False) -> None:
        super().__init__(())
        self.fixed, self.epoch, self._start = fixed, 0, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = 0 if self.fixed else epoch

    def start_at(self, batch: int) -> None:
        """Iterations begin with this batch of the epoch from now on; a DataLoader may begin more than one."""
        self._start = batch

    def batches(self) -> Sequence[Any]:
        """The items of the present epoch, all of them."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter(self.batches()[self._start :])

    def __len__(self) -> int:
        raise NotImplementedError
