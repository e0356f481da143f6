"""Choice of tokens by their scores: filters in order, a random stream for each row. Shapes: B rows, V ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.generate.decoding import filters
from rnnlab.generate.decoding.forbidden import Forbidden
from rnnlab.generate.decoding.settings import Decoding

_BLOCK = 256  # numbers that a row draws at once


class RandomStream:
    """Random numbers in [0, 1) with a generator for each row: a row's numbers are the same in every batch.

    Args:
        seed: for all rows. numbers: one for each row. skip: how many draws each row has made before.
    """

    def __init__(self, seed: int, numbers: Sequence[int], skip: int = 0) -> None:
        self._generators = [np.random.default_rng((seed, number)) for number in numbers]
        for generator in self._generators:
            generator.random(skip)
        self._block = np.empty((0, len(numbers)))
        self._used = 0

    @property
    def rows(self) -> int:
        return len(self._generators)

    def draw(self) -> np.ndarray:
        """Draw the next numbers (B,)."""
        if self._used == len(self._block):
            self._block = np.stack([g.random(_BLOCK) for g in self._generators], axis=1)
            self._used = 0
        self._used += 1
        return np.asarray(self._block[self._used - 1])


class Chooser:
    """Chooses tokens for several rows, step by step, and keeps what each row has written.

    Args:
        forbidden: banned tokens. histories: tokens read by each row; penalties count them.

    Attributes:
        counts: (B, V), how often each token came; None without penalties.
    """

    def __init__(
        self,
        decoding: Decoding,
        chance: RandomStream,
        forbidden: Forbidden,
        histories: Sequence[Sequence[int]],
        vocab_size: int,
    ) -> None:
        self.decoding, self._chance, self._forbidden = decoding, chance, forbidden
        looks_back = decoding.no_repeat or forbidden.sequences
        self._histories = [list(history) for history in histories] if looks_back else None
        counted = decoding.repetition_penalty != 1 or decoding.frequency_penalty != 0
        self.counts = _counts(histories, vocab_size) if counted else None  # (B, V)

    @property
    def looks_back(self) -> bool:
        """Return whether anything needs more than token counts: the order of past tokens, or the entropy."""
        return self._histories is not None or self.decoding.typical < 1

    @property
    def banned(self) -> tuple[int, ...]:
        """Return the ids that are never chosen."""
        return self._forbidden.ids

    def numbers(self, count: int) -> np.ndarray:
        """Return the numbers (count, B) that draw the next tokens; zeros for greedy decoding."""
        if not self.decoding.draws:
            return np.zeros((count, self._chance.rows))
        return np.stack([self._chance.draw() for _ in range(count)])

    def choose(self, logits: np.ndarray) -> np.ndarray:
        """Choose ids (B,) from logits (B, V) of any floating type."""
        scores = self.filtered(logits.astype(np.float64))
        tokens = pick(scores, self._chance.draw()) if self.decoding.draws else scores.argmax(axis=1)
        if self.counts is not None:
            self.counts[np.arange(len(tokens)), tokens] += 1
        if self._histories is not None:
            for history, token in zip(self._histories, tokens.tolist(), strict=True):
                history.append(token)
        return np.asarray(tokens)

    def filtered(self, scores: np.ndarray) -> np.ndarray:
        """Apply penalties, bans, temperature and filters; return the scores (B, V) to draw from."""
        by = self.decoding
        if self.counts is not None:
            scores = filters.repetition(scores, self.counts, by.repetition_penalty)
            scores = filters.frequency(scores, self.counts, by.frequency_penalty)
        scores = filters.ban(scores, self._forbidden.ids)
        if self._histories is not None:
            scores = filters.unfinished(scores, self._histories, self._forbidden.sequences)
            scores = filters.no_repeat(scores, self._histories, by.no_repeat)
        return filtered(scores, by) if by.draws else scores


def filtered(scores: np.ndarray, by: Decoding) -> np.ndarray:
    """Apply temperature and filters; return the scores (B, V) to draw from."""
    scores = filters.temperature(scores, by.temperature)
    if by.top_k is not None:
        scores = filters.top_k(scores, by.top_k)
    scores = filters.typical(scores, by.typical)
    scores = filters.top_p(scores, by.top_p)
    return filters.min_p(scores, by.min_p)


def pick(logits: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Pick the id of each row (B, V) whose cumulative probability passes the row's number (B,) in [0, 1)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True)).cumsum(axis=1)
    return np.asarray((shares > numbers[:, None] * shares[:, -1:]).argmax(axis=1))


def _counts(histories: Sequence[Sequence[int]], vocab_size: int) -> np.ndarray:
    return np.stack([np.bincount(np.array(h, np.int64), minlength=vocab_size) for h in histories])
