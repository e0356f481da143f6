"""TF-IDF of the single tokens and pairs of tokens in texts, for linear baselines.

N texts, M tokens, F features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from rnnlab.data.cache import Split

MIN_COUNT = 2  # train texts that have a feature
MOST_FEATURES = 300_000  # the most frequent ones


class Texts(NamedTuple):
    """N texts as ids one after the other; text i is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: np.ndarray
    offsets: np.ndarray


def texts_of(split: Split, rows: np.ndarray | None = None) -> Texts:
    """Return whole texts of a split; `rows` are ascending numbers, None takes all."""
    if rows is None or len(rows) == len(split.offsets) - 1:
        return Texts(split.ids, split.offsets)
    texts = [split.ids[split.offsets[row] : split.offsets[row + 1]] for row in rows.tolist()]
    return Texts(np.concatenate(texts), np.cumsum([0, *map(len, texts)]))


def tfidf(train: Texts, others: Sequence[Texts], vocab_size: int) -> list[csr_matrix]:
    """Return features (N, F) of the train texts and of the others, rows of length 1.

    A token that comes c times counts 1 + log c; a feature that n of N train texts have is weighted by
    log((1 + N) / (1 + n)) + 1. Features that fewer than two train texts have are left out.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfTransformer

    found = [_keys(texts, vocab_size) for texts in (train, *others)]
    rows, keys = found[0]
    known, places = np.unique(keys, return_inverse=True)
    pairs = np.unique(rows * np.int64(len(known)) + places)  # a feature counts once a text
    frequency = np.bincount(pairs % max(len(known), 1), minlength=len(known))
    kept = np.flatnonzero(frequency >= MIN_COUNT)
    kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:MOST_FEATURES]])
    vocabulary = known[kept]
    counted = []
    for (rows, keys), texts in zip(found, (train, *others), strict=True):
        places = np.searchsorted(vocabulary, keys)
        inside = places < len(vocabulary)
        inside[inside] = vocabulary[places[inside]] == keys[inside]
        ones, shape = np.ones(int(inside.sum())), (len(texts.offsets) - 1, len(vocabulary))
        counted.append(csr_matrix((ones, (rows[inside], places[inside])), shape=shape))
    weigh = TfidfTransformer(sublinear_tf=True).fit(counted[0])
    return [weigh.transform(counts) for counts in counted]


def _keys(texts: Texts, vocab_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the text (M,) and the number (M,) of each token and of each pair of neighbours."""
    ids = texts.ids.astype(np.int64)
    rows = np.repeat(np.arange(len(texts.offsets) - 1), np.diff(texts.offsets))
    beside = np.flatnonzero(rows[1:] == rows[:-1])
    pairs = (ids[beside] + 1) * vocab_size + ids[beside + 1]
    return np.concatenate([rows, rows[beside]]), np.concatenate([ids, pairs])
