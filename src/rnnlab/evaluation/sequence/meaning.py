"""Text embeddings for similarity in meaning: means of word vectors learned on train texts."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from rnnlab.evaluation.similarity import Embed

SIZE, WINDOW, EPOCHS, FEWEST = 100, 5, 10, 2
MOST_WORDS = 5_000_000  # read of the train texts, so that a run waits for a minute at most
_WORD = re.compile(r"\w+")


def train_vectors(texts: Iterable[str], seed: int = 0) -> Embed:
    """Learn word vectors on texts (Word2Vec, CBOW; Mikolov et al. 2013) and embed a text as their mean.

    Words are runs of letters and digits in lower case that occur twice or more. A text without a known word
    has the zero vector. Repeatable to the last bit.
    """
    sentences, known = _sentences(texts)
    vectors = _learned(sentences, seed) if known else {}

    def embed(written: Iterable[str]) -> np.ndarray:
        return np.stack([_mean(vectors, one) for one in written])

    return embed


def _sentences(texts: Iterable[str]) -> tuple[list[list[str]], bool]:
    """Return the words of texts, at most `MOST_WORDS`, and whether any occurs often enough."""
    found, counts, read = [], Counter[str](), 0
    for text in texts:
        if read >= MOST_WORDS:
            break
        found.append(_words(text))
        counts.update(found[-1])
        read += len(found[-1])
    return found, any(count >= FEWEST for count in counts.values())


def _learned(sentences: list[list[str]], seed: int) -> Mapping[str, np.ndarray]:
    from gensim.models import Word2Vec

    log = logging.getLogger("gensim")
    level = log.level
    log.setLevel(logging.ERROR)  # its advice on short texts
    try:
        settings = {"vector_size": SIZE, "window": WINDOW, "epochs": EPOCHS, "min_count": FEWEST}
        model = Word2Vec(sentences, **settings, seed=seed, workers=1)
    finally:
        log.setLevel(level)
    return dict(zip(model.wv.index_to_key, model.wv.vectors, strict=True))


def _mean(vectors: Mapping[str, np.ndarray], text: str) -> np.ndarray:
    found = [vectors[word] for word in _words(text) if word in vectors]
    return np.mean(found, 0) if found else np.zeros(SIZE)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
