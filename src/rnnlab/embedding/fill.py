"""Completes a partial matrix of word vectors and measures its coverage."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np

from rnnlab.embedding.base import Corpora, Coverage
from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID

log = logging.getLogger("rnnlab")

RARE = 0.1  # fraction of the found words whose mean is the unknown vector
LOW = 0.5  # fraction of tokens below which the vectors hardly fit the text


class Found(NamedTuple):
    """The vectors of some ids: matrix (V, E) float32, zeros where `found` (V,) is False."""

    matrix: np.ndarray
    found: np.ndarray


def complete(vectors: Found, counts: np.ndarray, seed: int) -> np.ndarray:
    """Return a copy (V, E) with a vector for each id but the padding's, whose row is zero.

    Missing vectors are drawn from a normal distribution around zero with the root mean square of the found
    entries, so that they are as long as the rest. The unknown token gets the mean of the rarest tenth of the
    found words, because unknown words are rare too.

    Args:
        counts: (V,) occurrences of each id in train.
        seed: seed of the random draws.
    """
    matrix, found = vectors.matrix.astype(np.float32), vectors.found
    known = np.flatnonzero(found)
    missing = np.flatnonzero(~found)
    deviation = np.sqrt(np.mean(np.square(matrix[known], dtype=np.float64)))
    drawn = np.random.default_rng(seed).normal(0, deviation, (len(missing), matrix.shape[1]))
    matrix[missing] = drawn
    rarest = known[np.argsort(counts[known], kind="stable")][: max(1, round(RARE * len(known)))]
    matrix[UNKNOWN_ID] = matrix[rarest].mean(axis=0)
    matrix[PAD_ID] = 0
    return matrix


def coverage(found: np.ndarray, counts: np.ndarray) -> Coverage:
    """Return the fractions of the ids and of the train tokens that have a vector; see `Coverage`."""
    real = np.ones(len(found), dtype=bool)
    real[[PAD_ID, UNKNOWN_ID]] = False
    tokens = counts.copy()
    tokens[PAD_ID] = 0
    return Coverage(float(found[real].mean()), float(tokens[found].sum() / max(tokens.sum(), 1)))


def report(name: str, vectors: Found, corpus: Corpora) -> Coverage:
    """Log the coverage and return it."""
    covered = coverage(vectors.found, corpus.counts())
    log.info(
        "word vectors: %s, size %d, for %.1f %% of the vocabulary and %.1f %% of the train tokens",
        name,
        vectors.matrix.shape[1],
        100 * covered.types,
        100 * covered.tokens,
    )
    if covered.tokens < LOW:
        log.warning(
            "word vectors: only %.1f %% of the train tokens have one; the rest start at random. "
            "Do the vectors fit the language, the tokenizer and the cleaning (text=) of this run?",
            100 * covered.tokens,
        )
    return covered
