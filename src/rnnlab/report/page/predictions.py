"""Reads predictions.parquet. Shapes: N rows, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.evaluation.bootstrap import Interval, classifier_intervals

MOST_CHARACTERS = 1 << 30  # all texts together; IMDB has 65 million
START, ENSEMBLE = "probability_", "probability_ensemble_"


@dataclass(frozen=True)
class Predictions:
    """The predictions of a split, in row order.

    Attributes:
        rows: (N,) row numbers in the data; texts: N; labels: (N,) class indices from 0.
        probabilities: (N, C), of the network alone, before calibration.
    """

    rows: np.ndarray
    texts: list[str]
    labels: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]

    @property
    def predicted(self) -> np.ndarray:
        """Return the predicted classes (N,)."""
        return np.asarray(self.probabilities.argmax(1))

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Return every score with its interval; the same rows give the same intervals."""
        return classifier_intervals(self.labels, self.probabilities, self.classes)

    @property
    def right(self) -> np.ndarray:
        """Return whether each prediction is correct, (N,) bool."""
        return np.asarray(self.predicted == self.labels)

    @property
    def lengths(self) -> np.ndarray:
        """Return the number of words (N,), separated by white space."""
        return np.array([len(text.split()) for text in self.texts], np.int64)

    def at(self, temperature: float) -> Predictions:
        """Return the predictions with logits divided by a temperature > 0."""
        logs = np.log(np.maximum(self.probabilities, 1e-30)) / temperature
        powers = np.exp(logs - logs.max(1, keepdims=True))
        return replace(self, probabilities=powers / powers.sum(1, keepdims=True))


def read_predictions(path: Path, classes: Sequence[str] | None = None) -> Predictions | None:
    """Read predictions; None if the file is missing, has no rows, has NaN or is not one that a run writes.

    Args:
        classes: the class names; None takes them from the columns.
    """
    if not path.is_file():
        return None
    import pyarrow
    import pyarrow.parquet as pq

    try:
        if "text" not in pq.read_schema(path).names:
            return None
        file = pq.ParquetFile(path, read_dictionary=["text"])  # pq.read_table imports pandas, half a second
        if file.metadata.num_rows > path.stat().st_size:  # fewer bytes than rows: a decompression bomb
            return None
        there = file.schema_arrow.names
        names = tuple(classes or _classes(there))
        wanted = ["row", "text", "label", *(START + name for name in names)]
        if not names or not set(wanted) <= set(there):
            return None
        table = file.read(columns=wanted)
        texts = table.column("text")
        if not pyarrow.types.is_dictionary(texts.type) or characters(texts) > MOST_CHARACTERS:
            return None
        columns = [table.column(START + name).cast(pyarrow.float64()) for name in names]
        shares = np.column_stack([numbers(column.chunks) for column in columns])
        rows = numbers(table.column("row").cast(pyarrow.int64()).chunks)
        ids = _ids(table.column("label").cast(pyarrow.string()), names)
        read = [str(text or "") for text in texts.to_pylist()]
    except (OSError, pyarrow.ArrowException, TypeError, ValueError):  # broken, or not written by a run
        return None
    if not len(rows) or ids.min() < 0 or not np.isfinite(shares).all():
        return None
    return Predictions(rows, read, ids, shares, names)


def numbers(chunks: Sequence[Any]) -> np.ndarray:
    """Return arrays of pyarrow as one of numpy; by DLPack, as their own conversion imports pandas.

    Raises:
        ValueError: there are none, or a value is missing.
    """
    if any(chunk.null_count for chunk in chunks):
        raise ValueError("a value is missing")
    return np.concatenate([np.from_dlpack(chunk) for chunk in chunks])


def _ids(labels: Any, names: Sequence[str]) -> np.ndarray:
    """Return the ids of a column of class names, -1 for one that is not among `names`."""
    coded = labels.dictionary_encode().unify_dictionaries()
    ids = {name: index for index, name in enumerate(names)}
    found = np.array([ids.get(name, -1) for name in coded.chunk(0).dictionary.to_pylist()], np.int64)
    return found[numbers([chunk.indices for chunk in coded.chunks])]


def characters(texts: Any) -> int:
    """Return the total bytes of a dictionary-encoded text column, without expanding it."""
    import pyarrow.compute as pc

    return sum(
        pc.sum(pc.take(pc.binary_length(chunk.dictionary), chunk.indices)).as_py() or 0
        for chunk in texts.chunks
    )


def _classes(columns: Sequence[str]) -> list[str]:
    return [c.removeprefix(START) for c in columns if c.startswith(START) and not c.startswith(ENSEMBLE)]
