"""A DataLoader with a checkpointable position: training resumes at the next batch of the same epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import torch
from torch.utils.data import DataLoader, Dataset

from rnnlab.data.sampler import EpochSampler
from rnnlab.data.shared import fitting_workers

Item = TypeVar("Item")


class ResumableLoader(DataLoader):
    """Batches of an `EpochSampler`, counted; `make_loader` builds one.

    Lightning saves `state_dict()` with the training loop, gives it back before the interrupted epoch, and
    calls `sampler.set_epoch` between the call of `iter` and the first batch: hence nothing is decided before
    that batch.
    """

    # class attributes, because Lightning may build a copy through DataLoader.__init__ alone
    _batches = 0
    _epoch: int | None = None
    _resume = False

    def state_dict(self) -> dict[str, Any]:
        """Return how many batches were handed out, and in which epoch."""
        return {"batches": self._batches, "epoch": self._epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Start the next iteration after `state["batches"]` batches, if it is of the state's epoch."""
        self._batches, self._epoch, self._resume = state["batches"], state.get("epoch"), True

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        epoch = self.sampler.epoch  # type: ignore[attr-defined]
        goes_on = self._resume and self._epoch in (None, epoch)
        self._batches, self._epoch, self._resume = self._batches if goes_on else 0, epoch, False
        self.sampler.start_at(self._batches)  # type: ignore[attr-defined]
        for batch in super().__iter__():
            self._batches += 1
            yield batch


def make_loader(dataset: Dataset, sampler: EpochSampler, num_workers: int = 0) -> ResumableLoader:
    """Return a loader of whole batches: `dataset[item]` is one, for each item of the sampler.

    It loads in this process if the machine has no shared memory for `num_workers` processes.
    """
    num_workers = fitting_workers(num_workers)
    return ResumableLoader(
        dataset,
        batch_size=None,
        sampler=sampler,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        collate_fn=as_it_is,
        pin_memory=torch.cuda.is_available(),
        generator=torch.Generator(),  # so that starting an epoch draws nothing from the run's random numbers
    )


def as_it_is(item: Item) -> Item:
    return item
