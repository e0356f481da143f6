"""An n-gram classifier as a file of a run: one archive of arrays, which holds no code."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from rnnlab.atomic import whole_file
from rnnlab.errors import SettingError
from rnnlab.kinds.classification.ngrams.naive_bayes import Line, NaiveBayesNgrams
from rnnlab.kinds.classification.ngrams.table import NgramTable
from rnnlab.untrusted import check_stored, parse_json


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


def load_ngrams(path: Path) -> NaiveBayesNgrams:
    """Load a classifier that `save_ngrams` wrote, ready to predict.

    Raises:
        SettingError: the file cannot be read.
    """
    try:
        check_stored(path)
        with np.load(path, allow_pickle=False) as arrays:
            facts = parse_json(arrays["facts"].tobytes())
            ngrams = NaiveBayesNgrams()
            for number, (longest, min_count, vocab_size) in enumerate(facts["tables"]):
                table = NgramTable(longest, min_count, vocab_size)
                table.keys = [arrays[f"keys_{number}_{length}"] for length in range(longest)]
                ngrams.tables.append(table)
            biases = enumerate(facts["biases"])
            ngrams.lines = [Line(arrays[f"weights_{number}"], bias) for number, bias in biases]
    except (
        OSError,
        ValueError,
        KeyError,
        EOFError,
        BadZipFile,
        MemoryError,
        TypeError,
    ) as error:
        raise SettingError("RUN", path, f"its n-grams cannot be read: {error}") from error
    ngrams.longest, ngrams.strength = ngrams.tables[0].longest, facts["strength"]
    ngrams.characters = ngrams.tables[1].longest if len(ngrams.tables) > 1 else 0
    ngrams.features = sum(table.size for table in ngrams.tables)
    return ngrams
