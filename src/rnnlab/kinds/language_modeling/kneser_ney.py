"""An n-gram language model with interpolated modified Kneser-Ney smoothing (Chen & Goodman 1998).

Shapes: N tokens of all rows, V ids.
"""

from __future__ import annotations

import numpy as np

from rnnlab.kinds.language_modeling.ngram_levels import Counts, Level, Rows, Smoothed

LEAST_GAIN = 0.001  # nats; longer n-grams cost memory and change no printed digit


class Chances:
    """Probabilities of the tokens of some rows, from 1-grams to longer and longer ones.

    Attributes:
        best: (N,) under a model whose longest n-grams are those of the last level that was read.
    """

    def __init__(self, rows: Rows, vocab_size: int) -> None:
        self.rows, self.length = rows, 0
        self.best = self._lower = np.full(len(rows.ids), 1 / vocab_size)
        self._numbers = np.zeros(len(rows.ids), np.int64)

    def read(self, level: Level, below: Level | None) -> None:
        """Extend to n-grams one token longer; `below` is the level that was read last."""
        ids, places = self.rows
        if below is not None:
            assert below.lower is not None
            self._lower = self._mixed(below.lower)
            self._contexts = np.append(-1, self._numbers[:-1])
        else:
            self._contexts = self._numbers
        self._numbers = level.numbers(self._contexts, ids)
        self.length += 1
        self.best = np.where(places >= self.length - 1, self._mixed(level.top), self.best)

    def _mixed(self, level: Smoothed) -> np.ndarray:
        fits = self.rows.places >= self.length - 1
        mixed: np.ndarray = level.own[self._numbers] + level.rest[self._contexts] * self._lower
        return np.where(fits, mixed, self._lower)

    def nats(self) -> float:
        """Return the mean -log P of all tokens but the first of each row."""
        return float(-np.log(self.best[self.rows.places > 0]).mean())


class KneserNey:
    """An n-gram model to `fit` first; it keeps the n-gram length with the least loss on the validation rows.

    At the start of a row, where fewer tokens are known, a model of shorter n-grams predicts.

    Args:
        vocab_size: ids are below it; a token that the train text lacks has a probability too.
        longest: tokens of the longest n-gram that is tried.

    Attributes:
        levels: of 1-grams, 2-grams and so on.
    """

    def __init__(self, vocab_size: int, longest: int = 12) -> None:
        self.vocab_size, self.longest = vocab_size, longest
        self.levels: list[Level] = []

    @property
    def order(self) -> int:
        """Number of tokens of the longest n-gram."""
        return len(self.levels)

    def fit(self, train: Rows, validation: Rows) -> None:
        """Count longer and longer n-grams of `train` while the loss on `validation` falls by `LEAST_GAIN`."""
        self.levels = []
        chances, least = Chances(validation, self.vocab_size), float("inf")
        counted = Counts(train, self.vocab_size)
        while self.order < self.longest:
            level = counted.longer()
            if level is None:
                return
            chances.read(level, self.levels[-1] if self.levels else None)
            loss = chances.nats()
            if loss > least - LEAST_GAIN:
                return
            least = loss
            self.levels.append(level)

    def nats(self, rows: Rows) -> float:
        """Return the mean loss of all tokens but the first of each row."""
        return self._chances(rows).nats()

    def chances(self, rows: Rows) -> np.ndarray:
        """Return the probability of all tokens but the first of each row, one row after the other."""
        found: np.ndarray = self._chances(rows).best[rows.places > 0]
        return found

    def probabilities(self, context: list[int]) -> np.ndarray:
        """Return probabilities (V,) of the next token; the last `order` - 1 tokens of the context count."""
        row = np.array([*context[max(len(context) - self.order + 1, 0) :], 0], np.int64)
        ids = np.tile(row, (self.vocab_size, 1))
        ids[:, -1] = np.arange(self.vocab_size)
        places = np.tile(np.arange(len(row)), self.vocab_size)
        chances: np.ndarray = self._chances(Rows(ids.ravel(), places)).best
        return chances.reshape(ids.shape)[:, -1]

    def _chances(self, rows: Rows) -> Chances:
        chances, below = Chances(rows, self.vocab_size), None
        for level in self.levels:
            chances.read(level, below)
            below = level
        return chances
