"""Training rows with augmentation drawn anew each epoch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from torch.utils.data import Dataset

from rnnlab.data.augment.augmenter import Augmenter
from rnnlab.data.batch import Batch
from rnnlab.data.batching import BucketSampler
from rnnlab.data.rows import Rows


class Draws(NamedTuple):
    """The index of a batch of augmented rows.

    Attributes:
        epoch: the epoch of the batch.
        rows: numbers of its rows.
        draws: number of each row among those of the epoch: another one if a row comes again.
    """

    epoch: int
    rows: list[int]
    draws: list[int]


class DrawSampler(BucketSampler):
    """A `BucketSampler` that yields `Draws`, which hold all that a loader process needs to know."""

    def batches(self) -> list[Draws]:
        rows = self.drawn()
        shares = self.order()[self.rank :: self.world_size]
        return [Draws(self.epoch, rows[draws].tolist(), draws.tolist()) for draws in shares]


class AugmentedRows(Dataset):
    """A data set of augmented batches: `rows[draws]` is a pure function of the seed and the draws.

    A row is truncated before it is changed, and again if it has grown past the limit: lengths and
    `batch_tokens` count tokens before the change.
    """

    def __init__(self, rows: Rows, augmenter: Augmenter, seed: int) -> None:
        self.rows, self.augmenter, self.seed = rows, augmenter, seed

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, draws: Draws) -> Batch:
        texts = []
        for ids, draw in zip(self.rows.texts(draws.rows), draws.draws, strict=True):
            rng = np.random.default_rng((self.seed, draws.epoch, 2, draw))
            texts.append(self.rows.cut(self.augmenter(ids, rng)))
        return self.rows.batch(texts, draws.rows)
