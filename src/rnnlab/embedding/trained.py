"""Word vectors trained by gensim on the task's own text, before the network is trained."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.embedding.base import Corpora, Use, Vectors
from rnnlab.embedding.cache import key_of, make_once
from rnnlab.embedding.fill import Found, complete, report
from rnnlab.embedding.sentences import Sentences, words_of
from rnnlab.embedding.stored import Model, load_model, write_model
from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID

VERSION = 1  # increased when the same settings give other vectors
USE = {"freeze", "freeze_epochs", "scale", "projection", "unlabelled"}  # these do not change the vectors
TOKENS, FEWEST, MOST = 25_000_000, 3, 15  # tokens to read in all where epochs=None, within so many passes

log = logging.getLogger("rnnlab")


@dataclass(frozen=True, kw_only=True)
class Word2Vec(Use):
    """Word2Vec with negative sampling (Mikolov et al. 2013), learned once and kept in the cache.

    Attributes:
        skip_gram: predict a word's neighbours from the word; False (CBOW) predicts the word from them.
        window: most words to each side that count as neighbours.
        epochs: passes over the text; None makes as many as read 25 million tokens, at least 3 and at most 15.
        negative: number of random negative words for each neighbour.
        min_count: a word that occurs less often is not learned.
        sample: subsampling of frequent words: a word that is a fraction f of the text is read with
            probability about sqrt(sample / f); 0 reads all.
        alpha: learning rate, which falls to zero.
        workers: threads. More than one is faster, but not reproducible.

    Raises:
        SettingError: a value is out of range.
    """

    size: int | None = 128
    scale: float | None = 0.1
    unlabelled: bool = True
    skip_gram: bool = True
    window: int = 5
    epochs: int | None = None
    negative: int = 5
    min_count: int = 2
    sample: float = 1e-3
    alpha: float = 0.025
    workers: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size is None:
            raise SettingError("embedding.size", "null", "must be a number where no file gives the vectors")
        for name in ("window", "negative", "min_count", "workers"):
            if getattr(self, name) < 1:
                raise SettingError(f"embedding.{name}", getattr(self, name), "must be at least 1")

    def vectors(self, corpus: Corpora, cache_dir: Path) -> Vectors:
        """Return the learned vectors, from `cache_dir/embeddings/` if they are cached.

        Raises:
            SettingError: no word of the text comes `min_count` times.
        """
        learning = {name: value for name, value in self.settings().items() if name not in USE}
        key = key_of([VERSION, corpus.key, learning, version("gensim")])
        folder = cache_dir / "embeddings" / key
        cached = make_once(folder, lambda stage: write_model(stage, self.learn(corpus)))
        log.info("word vectors %s: %s", "from the cache" if cached else "are kept in", folder)
        learned = load_model(folder).vectors
        covered = report(self._name, learned, corpus)
        return Vectors(complete(learned, corpus.counts(), self.seed), covered, folder)

    def learn(self, corpus: Corpora) -> Model:
        """Train and return the vectors of the vocabulary; repeatable to the last bit with one worker."""
        epochs = self.epochs or passes(corpus.num_tokens)
        gensim_log = logging.getLogger("gensim")
        level = gensim_log.level
        sentences = Sentences(corpus, epochs + 1, self._name)
        try:
            gensim_log.setLevel(logging.ERROR)  # its reports on each thread, and advice on short texts
            model = self._model(epochs)
            model.build_vocab(sentences)
            if len(model.wv) == 0:
                rule = "no token of the text comes so often: lower it"
                raise SettingError("embedding.min_count", self.min_count, rule)
            model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
        finally:
            gensim_log.setLevel(level)
            sentences.close()
        return self._taken(model, corpus.tokenizer.vocabulary)

    @property
    def _name(self) -> str:
        return "word2vec " + ("skip-gram" if self.skip_gram else "CBOW")

    def _arguments(self, epochs: int) -> dict[str, Any]:
        same = ("window", "negative", "min_count", "sample", "alpha", "seed", "workers")
        given = {name: getattr(self, name) for name in same}
        return {**given, "vector_size": self.size, "sg": int(self.skip_gram), "epochs": epochs}

    def _model(self, epochs: int) -> Any:
        from gensim.models import Word2Vec as Gensim

        return Gensim(**self._arguments(epochs))

    def _taken(self, model: Any, vocabulary: list[str]) -> Model:
        return Model(vocabulary, rows(model, vocabulary), None)


def passes(tokens: int) -> int:
    """Return the default number of epochs over a text of so many tokens."""
    return min(max(round(TOKENS / max(tokens, 1)), FEWEST), MOST)


def rows(model: Any, vocabulary: list[str]) -> Found:
    """Return the rows of a gensim model in the order of the vocabulary."""
    index = [model.wv.key_to_index.get(word, -1) for word in words_of(vocabulary)]
    index[PAD_ID] = index[UNKNOWN_ID] = -1
    numbers = np.array(index)
    found = numbers >= 0
    matrix = np.zeros((len(vocabulary), model.vector_size), dtype=np.float32)
    matrix[found] = model.wv.vectors[numbers[found]]
    return Found(matrix, found)
