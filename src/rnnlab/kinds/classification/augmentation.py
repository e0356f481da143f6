"""Augmentation of the training rows, with a table of nearest words where it needs one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.work import Work

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger("rnnlab")
NEIGHBOURS = 10  # of each token, from which augmentation draws


def set_augmenter(work: Work) -> None:
    """Give the data their augmenter, where the config has one that does anything."""
    parts: dict[str, Any] = {"tokenizer": work.data.tokenizer}
    augmenter = work.lab.make(work.settings.augment, parts)
    if augmenter.needs_neighbours:
        parts["neighbours"] = nearest_tokens(work)
        augmenter = work.lab.make(work.settings.augment, parts)
    if augmenter.active:
        work.data.augmenter = augmenter


def nearest_tokens(work: Work) -> np.ndarray:
    """Return (V, K) ids of the nearest tokens by the run's vectors, else by newly trained word2vec ones."""
    from rnnlab.embedding.neighbours import neighbours
    from rnnlab.embedding.trained import Word2Vec

    vectors = work.words.vectors
    if vectors is None or vectors.coverage is None:
        learner = Word2Vec()
        corpus = work.words.corpora(learner.unlabelled)
        say_learning(corpus.num_tokens)
        vectors = learner.vectors(corpus, work.data.cache_dir)
    return neighbours(vectors.matrix, NEIGHBOURS)


def say_learning(tokens: int) -> None:
    """Log the cost of `augment=eda` for a run without vectors, and how to avoid it."""
    from rnnlab.embedding.trained import passes

    log.info(
        "augment needs each word's nearest words, and the run has no vectors: word2vec learns some first, "
        "%d passes over %s tokens, kept in the cache; embedding=word2vec_skipgram shares them, "
        "augment.insertion=0 augment.replacement=0 need none",
        passes(tokens),
        f"{tokens:,}",
    )
