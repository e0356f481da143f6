"""Batches of a probe and the order in which they are read.

Shapes: B rows, T steps, F features of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from rnnlab.data.probe.base import ProbeRows
from rnnlab.data.ranks import DistributedRank
from rnnlab.data.sampler import EpochSampler

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
MOST_STEPS = 32_768  # of an evaluation batch, so that long rows fit into memory


class ProbeBatch(NamedTuple):
    """inputs, lengths, targets: see `rnnlab.data.probe.base.ProbeRows`.

    length: that all rows of a test batch have, in the probe's own unit; 0 where rows differ in length.
    """

    inputs: Tensor
    lengths: Tensor
    targets: Tensor
    length: int


class DrawnBatches(Dataset):
    """`batches[step]` is the training batch of a step.

    Args:
        draw: makes it from the number of the step and the rank of the process.
    """

    def __init__(self, draw: Callable[[int, int], ProbeBatch], rank: int) -> None:
        self.draw, self.rank = draw, rank

    def __getitem__(self, step: int) -> ProbeBatch:
        return self.draw(step, self.rank)


class StepSampler(EpochSampler):
    """The numbers of the training steps: an epoch is the `size` steps between two validations."""

    def __init__(self, size: int, fixed: bool) -> None:
        super().__init__(fixed)
        self.size = size

    def batches(self) -> range:
        return range(self.epoch * self.size, (self.epoch + 1) * self.size)

    def __len__(self) -> int:
        return self.size


class KeptBatches(Dataset):
    """Batches of fixed rows, in order."""

    def __init__(self, batches: Sequence[ProbeBatch]) -> None:
        self.kept = list(batches)

    def __getitem__(self, place: int) -> ProbeBatch:
        return self.kept[place]


class PlaceSampler(EpochSampler):
    """The places of `count` batches that are this process's."""

    def __init__(self, count: int, place: DistributedRank) -> None:
        super().__init__(fixed=True)
        self.places = range(place.rank, count, place.world_size)

    def batches(self) -> range:
        return self.places

    def __len__(self) -> int:
        return len(self.places)


def batches_of(rows: ProbeRows, length: int) -> list[ProbeBatch]:
    """Cut rows into batches of at most `MOST_STEPS` steps; of `length`, see `ProbeBatch`."""
    size = max(1, MOST_STEPS // rows.inputs.shape[1])
    parts = zip(*(part.split(size) for part in rows), strict=True)
    return [ProbeBatch(inputs, lengths, targets, length) for inputs, lengths, targets in parts]


def generator_of(seed: int, split: str, *numbers: int) -> torch.Generator:
    """Return a generator that depends on all of these, and on nothing else."""
    mixed = np.random.SeedSequence((seed, SPLITS.index(split), *numbers)).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(mixed[0]))
