"""The rank of this process, which decides its part of the batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytorch_lightning as pl


class DistributedRank(NamedTuple):
    """The rank of one process among those that train together.

    Attributes:
        overfits: the trainer goes over a few batches again and again, which then must not change with the
            epoch.
    """

    rank: int = 0
    world_size: int = 1
    overfits: bool = False


def place_of(trainer: pl.Trainer | None) -> DistributedRank:
    """Return the trainer's rank; that of a single process without a trainer."""
    if trainer is None:
        return DistributedRank()
    return DistributedRank(
        trainer.global_rank, trainer.world_size, bool(getattr(trainer, "overfit_batches", 0))
    )
