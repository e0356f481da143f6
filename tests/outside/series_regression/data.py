"""Generated waves: a sine and a cosine of one frequency in noise, of uneven lengths, and the frequency."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.batching import Batching
from rnnlab.data.padded_batches import rectangle
from rnnlab.data.row_data import RowData, RowSet


class Batch(NamedTuple):
    """values: (B, T, 2) right-padded; lengths, labels, rows: (B,)."""

    values: Tensor
    lengths: Tensor
    labels: Tensor
    rows: Tensor


class Series(RowSet):
    def __init__(self, values: list[np.ndarray], labels: np.ndarray) -> None:
        self.values, self.labels = values, labels
        self.lengths = np.array([len(one) for one in values])

    def __getitem__(self, rows):
        index = np.asarray(rows)
        values = rectangle([self.values[row] for row in rows], "post")
        return Batch(*map(torch.from_numpy, (values, self.lengths[index], self.labels[index], index)))


class Waves(RowData):
    serves, holds = ("series_regression",), "series with a number each"

    def __init__(
        self,
        name: str,
        train_rows: int,
        validation_rows: int,
        test_rows: int,
        steps: int,
        noise: float,
        series_seed: int,
        batch_size: int,
        seed: int,
    ) -> None:
        super().__init__(Batching(batch_size), seed)
        self.sizes = {"train": train_rows, "validation": validation_rows, "test": test_rows}
        self.steps, self.noise, self.series_seed = steps, noise, series_seed
        self.splits: dict[str, Series] = {}

    def prepare(self) -> None:
        if self.splits:
            return
        generator, digest = np.random.default_rng(self.series_seed), hashlib.sha256()
        for split, rows in self.sizes.items():
            labels = generator.uniform(0.5, 2.0, rows).astype(np.float32)
            self.splits[split] = Series([self.wave(one, generator) for one in labels], labels)
            digest.update(np.concatenate(self.splits[split].values).tobytes())
        facts = {"source": "a generator", "official": None, "rows": self.sizes, "notes": []}
        self.provenance = {**facts, "fingerprint": digest.hexdigest()}

    def wave(self, frequency: float, generator: np.random.Generator) -> np.ndarray:
        times = np.arange(generator.integers(self.steps // 2, self.steps + 1)) / 10
        angles = 2 * np.pi * (frequency * times + generator.random())
        values = np.stack([np.sin(angles), np.cos(angles)], axis=1)
        return (values + self.noise * generator.standard_normal(values.shape)).astype(np.float32)

    @property
    def facts(self):
        return {"input_size": 2}

    def rows(self, split):
        return self.splits[split]

    def inputs(self, split):
        return [series.tolist() for series in self.splits[split].values]

    def targets(self, split):
        return self.splits[split].labels
