"""Vectors of out-of-vocabulary words, which FastText makes of character n-grams."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnnlab.commands.words.query import OutsideVectors
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.untrusted import read_json


def outside_vectors(folder: RunFolder, size: int) -> OutsideVectors:
    """Return a function from a token to its vector (E,), or to None if the run has no FastText model.

    The n-grams' vectors are those that FastText learned before the network was trained.
    """
    place = learned_folder(folder)
    if place is None:
        return nothing
    from rnnlab.embedding.stored import load_model

    try:
        model = load_model(place)
    except (OSError, ValueError):  # the cache was cleared since
        return nothing
    subwords = model.subwords
    if subwords is None or subwords.ngrams.shape[1] != size:
        return nothing
    return subwords.vector


def nothing(token: str) -> np.ndarray | None:
    """Return None: the run has no such model."""
    return None


def learned_folder(folder: RunFolder) -> Path | None:
    """Return the cache folder of the run's learned word vectors, as result.json records it."""
    try:
        result = read_json(folder.path / "result.json")
        place = result["embedding"]["folder"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(place) if place else None
