"""Handwritten digits of scikit-learn as series: 8 x 8 pixels, read one after the other, and the digit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.batching import Batching
from rnnlab.data.row_data import RowData, RowSet
from rnnlab.errors import SettingError

WIDTH, STEPS = 8, 64
BRIGHTEST = 16.0
CLASSES = tuple("0123456789")


class LabelledSeries(NamedTuple):
    """values: (B, T, F) float32, right-padded; lengths, labels, rows: (B,) int64."""

    values: Tensor
    lengths: Tensor
    labels: Tensor
    rows: Tensor


class DigitRows(RowSet):
    """N digits: `rows[[3, 1, 4]]` is a `LabelledSeries`.

    Args:
        values: (N, 64, 1) float32. labels: (N,) int64.
    """

    def __init__(self, values: np.ndarray, labels: np.ndarray) -> None:
        self.values, self.labels = values, labels
        self.lengths = np.full(len(labels), STEPS)

    def __getitem__(self, rows: Sequence[int]) -> LabelledSeries:
        index = np.asarray(rows, dtype=np.int64)
        parts = (self.values[index], self.lengths[index], self.labels[index], index)
        return LabelledSeries(*map(torch.from_numpy, parts))


class Digits(RowData):
    """1,797 digits with their classes, split here: each class in proportion, drawn by `split_seed`.

    Attributes:
        classes, class_counts: names, and train rows of each.

    Args:
        name: of the data set.
        permuted: read the pixels in one random order, the same for all digits (as in permuted MNIST, Le et
            al. 2015), drawn by `permutation_seed`; else line by line.
        validation_fraction, test_fraction: parts of the digits.
        batch_size: rows of a training batch. sampling: see `rnnlab.data.batching.Batching`.
        seed: of the order of batches. num_workers: processes that load batches.

    Raises:
        SettingError: the fractions leave nothing for train.
    """

    serves = ("series_classification",)
    holds = "series with a class each"

    def __init__(
        self,
        name: str,
        permuted: bool = False,
        permutation_seed: int = 0,
        validation_fraction: float = 0.2,
        test_fraction: float = 0.2,
        split_seed: int = 0,
        batch_size: int = 32,
        sampling: str = "natural",
        seed: int = 0,
        num_workers: int = 0,
    ) -> None:
        super().__init__(Batching(batch_size, None, False, sampling), seed, num_workers, split_seed)
        if validation_fraction + test_fraction >= 1:
            rule = f"and data.validation_fraction={validation_fraction} leave nothing for train"
            raise SettingError("data.test_fraction", test_fraction, rule)
        self.order = np.arange(STEPS)
        if permuted:
            self.order = np.random.default_rng(permutation_seed).permutation(STEPS)
        self.fractions, self.split_seed = (validation_fraction, test_fraction), split_seed
        self.classes = CLASSES
        self._rows: dict[str, DigitRows] = {}

    def prepare(self) -> None:
        """Load the digits and split them; a second call does nothing."""
        if self._rows:
            return
        from sklearn.datasets import load_digits

        pixels, labels = load_digits(return_X_y=True)
        values = (pixels[:, self.order, None] / BRIGHTEST).astype(np.float32)  # (1797, 64, 1)
        labels = labels.astype(np.int64)
        for split, rows in split_rows(labels, self.fractions, self.split_seed).items():
            self._rows[split] = DigitRows(values[rows], labels[rows])
        self.class_counts = np.bincount(self._rows["train"].labels, minlength=len(CLASSES)).tolist()
        self.provenance = {
            "source": "scikit-learn",
            "official": False,
            "held_out": ["validation", "test"],
            "rows": {split: len(rows) for split, rows in self._rows.items()},
            "fingerprint": hashlib.sha256(values.tobytes() + labels.tobytes()).hexdigest(),
            "notes": ["the digits have no official split: it is drawn here, by class (data.split_seed)"],
            "classes": list(CLASSES),
            "class_counts": self.class_counts,
        }

    @property
    def facts(self) -> dict[str, Any]:
        return {"classes": list(CLASSES), "class_counts": self.class_counts, "input_size": 1}

    def rows(self, split: str) -> DigitRows:
        self.prepare()
        return self._rows[split]

    def classes_drawn(self, rows: RowSet) -> np.ndarray | None:
        """Return the class (N,) of each training row if classes are drawn equally often, else None."""
        balanced = self.sampling == "balanced" and isinstance(rows, DigitRows)
        return rows.labels if balanced else None  # type: ignore[attr-defined]

    def inputs(self, split: str) -> list[list[list[float]]]:
        """Return the 64 steps of each digit, of one value each."""
        found: list[list[list[float]]] = self.rows(split).values.tolist()
        return found

    def targets(self, split: str) -> np.ndarray:
        return self.rows(split).labels


def split_rows(labels: np.ndarray, fractions: tuple[float, float], seed: int) -> dict[str, np.ndarray]:
    """Return ascending row numbers of train, validation and test, of each class in proportion.

    Args:
        fractions: of validation and of test.
    """
    rng = np.random.default_rng(seed)
    parts: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    for one in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == one))
        validation, test = (round(len(rows) * fraction) for fraction in fractions)
        cuts = np.split(rows, [validation, validation + test])
        for split, cut in zip(("validation", "test", "train"), cuts, strict=True):
            parts[split].append(cut)
    return {split: np.sort(np.concatenate(found)) for split, found in parts.items()}
