"""An n-gram classifier as a file of a run: one archive of arrays, without code, read without torch.

Shapes: N texts, C classes, F n-grams.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile

import numpy as np

from rnnlab.atomic import whole_file
from rnnlab.errors import SettingError
from rnnlab.kinds.classification.ngrams.table import NgramTable, Texts, spelled
from rnnlab.untrusted import check_stored, parse_json

if TYPE_CHECKING:
    from rnnlab.kinds.classification.ngrams.naive_bayes import NaiveBayesNgrams


NGRAMS = "ngrams.npz"  # its name in a run's folder and in an export


class StoredNgrams(NamedTuple):
    """A fitted classifier, ready to predict.

    Attributes:
        tables: of n-grams of tokens, and of characters if any. weights: (F, L) of each line, in the order of
            the tables. biases: (L,). strength: the one that was chosen.
    """

    tables: Sequence[NgramTable]
    weights: np.ndarray
    biases: np.ndarray
    strength: float

    @property
    def characters(self) -> int:
        """Characters of the longest n-gram of characters; 0 has none."""
        return self.tables[1].longest if len(self.tables) > 1 else 0

    def log_probabilities(self, texts: Texts) -> np.ndarray:
        """Return log probabilities (N, C), float64: each class's own against the rest, normalized."""
        views = [texts, *([texts.characters] if texts.characters is not None else [])]
        scores, first = np.broadcast_to(self.biases, (len(texts.offsets) - 1, len(self.biases))), 0
        for table, view in zip(self.tables, views, strict=True):
            scores = scores + table.sums(view, self.weights[first : first + table.size])
            first += table.size
        if len(self.biases) == 1:
            scores = np.concatenate([-scores, scores], 1)
        own = -np.logaddexp(0, -scores)
        return np.asarray(own - np.logaddexp.reduce(own, 1, keepdims=True))

    def of_texts(self, cleaned: Sequence[str], ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return log probabilities (N, C) of cleaned texts, given with their ids, which are not cut."""
        offsets = np.cumsum([0, *map(len, ids)])
        flat = np.concatenate([np.empty(0, np.int64), *(np.asarray(row, dtype=np.int64) for row in ids)])
        return self.log_probabilities(Texts(flat, offsets, spelled(cleaned) if self.characters else None))


def save_ngrams(ngrams: NaiveBayesNgrams, path: Path) -> None:
    """Write the file whole or not at all."""
    tables = [(table.longest, table.min_count, table.vocab_size) for table in ngrams.tables]
    facts = {"strength": ngrams.strength, "tables": tables, "biases": [line.bias for line in ngrams.lines]}
    arrays = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    for number, table in enumerate(ngrams.tables):
        arrays |= {f"keys_{number}_{length}": keys for length, keys in enumerate(table.keys)}
    arrays |= {f"weights_{number}": line.weights for number, line in enumerate(ngrams.lines)}
    with whole_file(path) as part, part.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def load_ngrams(path: Path) -> StoredNgrams:
    """Load a classifier that `save_ngrams` wrote.

    Raises:
        SettingError: the file cannot be read.
    """
    try:
        check_stored(path)
        with np.load(path, allow_pickle=False) as arrays:
            facts = parse_json(arrays["facts"].tobytes())
            tables = []
            for number, (longest, min_count, vocab_size) in enumerate(facts["tables"]):
                table = NgramTable(longest, min_count, vocab_size)
                table.keys = [arrays[f"keys_{number}_{length}"] for length in range(longest)]
                tables.append(table)
            weights = np.stack([arrays[f"weights_{number}"] for number in range(len(facts["biases"]))], 1)
            return StoredNgrams(tables, weights, np.array(facts["biases"]), facts["strength"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, MemoryError, TypeError) as error:
        raise SettingError("RUN", path, f"its n-grams cannot be read: {error}") from error
