"""FastText vectors trained by gensim on the task's own text: each word is the mean of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlab.embedding.fill import Found
from rnnlab.embedding.stored import Model, Subwords
from rnnlab.embedding.trained import Word2Vec, rows
from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import UNKNOWN_ID


@dataclass(frozen=True, kw_only=True)
class FastText(Word2Vec):
    """FastText (Bojanowski et al. 2017).

    A word's vector is the mean of its own and its n-grams' vectors, so that words below `min_count`, and any
    other word, have one too.

    Attributes:
        min_n, max_n: characters of an n-gram, the marks for a word's ends counted.
        bucket: number of rows for the n-grams, assigned by hash.
    """

    min_n: int = 3
    max_n: int = 6
    bucket: int = 200_000

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.min_n <= self.max_n:
            rule = f"must lie between 1 and embedding.max_n={self.max_n}"
            raise SettingError("embedding.min_n", self.min_n, rule)
        if self.bucket < 1:
            raise SettingError("embedding.bucket", self.bucket, "must be at least 1")

    @property
    def _name(self) -> str:
        return "fastText " + ("skip-gram" if self.skip_gram else "CBOW")

    def _model(self, epochs: int) -> Any:
        from gensim.models import FastText as Gensim

        own = {"min_n": self.min_n, "max_n": self.max_n, "bucket": self.bucket}
        return Gensim(**self._arguments(epochs), **own)

    def _taken(self, model: Any, vocabulary: list[str]) -> Model:
        subwords = Subwords(model.wv.vectors_ngrams, self.min_n, self.max_n)
        matrix, found = rows(model, vocabulary)
        for row in np.flatnonzero(~found[UNKNOWN_ID + 1 :]) + UNKNOWN_ID + 1:
            vector = subwords.vector(vocabulary[row])
            if vector is not None:
                matrix[row], found[row] = vector, True
        return Model(vocabulary, Found(matrix, found), subwords)
