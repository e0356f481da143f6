"""The word vectors of a run, and the augmentation of its training rows, which may need a table of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from omegaconf import DictConfig

from rnnlab.run.build.make import make

if TYPE_CHECKING:
    import numpy as np

    from rnnlab.embedding.base import Choice, Corpora, Vectors
    from rnnlab.model.embedding import Pretrained

log = logging.getLogger("rnnlab")
NEIGHBOURS = 10  # of each token, from which augmentation draws


class Words(NamedTuple):
    """The choice of `embedding=` and the vectors that it gave; None leaves the network to draw its own."""

    choice: Choice
    vectors: Vectors | None

    def pretrained(self) -> Pretrained | None:
        """What the network's embedding starts from."""
        from rnnlab.model.embedding import Pretrained

        if self.vectors is None:
            return None
        weight = torch.from_numpy(self.vectors.matrix)
        return Pretrained(weight, self.choice.freeze, self.choice.scale, self.choice.projection)

    def facts(self) -> dict[str, Any]:
        """For result.json: shares that have a vector, and the cache folder of vectors that were learned."""
        assert self.vectors is not None
        coverage, folder = self.vectors.coverage, self.vectors.folder
        return {
            "coverage": None if coverage is None else coverage._asdict(),
            "folder": None if folder is None else str(folder),
        }

    def size(self) -> int | None:
        """Features of a vector as the encoder reads it; None where the network draws its own."""
        if self.vectors is None:
            return None
        return self.choice.projection or self.vectors.matrix.shape[1]


def build_choice(cfg: DictConfig) -> Choice:
    """The choice of vectors; one that cannot work is refused before any data are read."""
    choice: Choice = make(cfg.embedding)
    choice.check()
    return choice


def build_vectors(choice: Choice, data: Any) -> Words:
    """Vectors for data that are prepared: learned from their text, read from a file, or none."""
    return Words(choice, choice.vectors(corpora_of(data, choice.unlabelled), data.cache_dir))


def corpora_of(data: Any, unlabelled: bool) -> Corpora:
    """Return the train rows and, if they are wanted and exist, the rows without labels.

    If `data.train_rows` limits the train rows, that part alone is returned.
    """
    from rnnlab.embedding.base import corpora

    parts = [data.encoded("train")]
    more = data.unlabelled() if unlabelled and not getattr(data, "train_rows", None) else None
    parts += [] if more is None else [more]
    return corpora(data.tokenizer, [part.ids for part in parts], [part.offsets for part in parts])


def set_augmenter(cfg: DictConfig, data: Any, words: Words) -> None:
    """Gives the data their augmenter, where the config has one that does anything."""
    augmenter = make(cfg.augment, tokenizer=data.tokenizer)
    if augmenter.needs_neighbours:
        augmenter = make(cfg.augment, tokenizer=data.tokenizer, neighbours=nearest_tokens(data, words))
    if augmenter.active:
        data.augmenter = augmenter


def nearest_tokens(data: Any, words: Words) -> np.ndarray:
    """(V, K) ids of the nearest tokens by the run's vectors; if it has none, word2vec learns some first."""
    from rnnlab.embedding.neighbours import neighbours
    from rnnlab.embedding.trained import Word2Vec

    vectors = words.vectors
    if vectors is None or vectors.coverage is None:
        learner = Word2Vec()
        corpus = corpora_of(data, learner.unlabelled)
        say_learning(corpus.num_tokens)
        vectors = learner.vectors(corpus, data.cache_dir)
    return neighbours(vectors.matrix, NEIGHBOURS)


def say_learning(tokens: int) -> None:
    """Log what `augment=eda` costs a run without vectors, and how to avoid it."""
    from rnnlab.embedding.trained import passes

    log.info(
        "augment needs each word's nearest words, and the run has no vectors: word2vec learns some first, "
        "%d passes over %s tokens, kept in the cache; embedding=word2vec_skipgram shares them, "
        "augment.insertion=0 augment.replacement=0 need none",
        passes(tokens),
        f"{tokens:,}",
    )
