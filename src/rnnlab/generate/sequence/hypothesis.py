"""A target that was found for a source, and how those of one source are ranked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rnnlab.generate.sequence.settings import SequenceDecoding

LEAST_ATTENTION = 1e-6  # that a source step counts as having got


class Hypothesis(NamedTuple):
    """A target.

    Attributes:
        tokens: its ids without marks.
        log_probability: of them and the end mark under the unmodified model, in nats.
        ended: whether the end mark came; False where the length limit was reached first.
        score: by which it is ranked, the log probability under the penalties.
        coverage: the sum over source steps of log(min(attention received, 1)); 0 if it was not asked for.
        aligned: the source step that each token attends to most; empty for a network without attention.
        attention: (T, S) of each token and the end mark, where it was asked for.
    """

    tokens: tuple[int, ...]
    log_probability: float
    ended: bool
    score: float = 0.0
    coverage: float = 0.0
    aligned: tuple[int, ...] = ()
    attention: np.ndarray | None = None

    def scored(self, settings: SequenceDecoding) -> Hypothesis:
        """Return the hypothesis with its score under these settings."""
        count = max(len(self.tokens) + self.ended, 1)
        divisor = 1.0
        if settings.length_penalty == "average":
            divisor = count**settings.alpha
        elif settings.length_penalty == "gnmt":
            divisor = ((5 + count) / 6) ** settings.alpha
        return self._replace(score=self.log_probability / divisor + settings.coverage_penalty * self.coverage)


def rank(hypotheses: Iterable[Hypothesis], settings: SequenceDecoding) -> list[Hypothesis]:
    """Return the best `settings.nbest`, best first: ended ones come first, ties in order of their ids.

    The penalties of the score do not change which hypotheses a beam finds, so that results of one search
    with `nbest` = `beam` can be ranked again under other penalties.
    """
    scored = [one.scored(settings) for one in hypotheses]
    return sorted(scored, key=lambda one: (not one.ended, -one.score, one.tokens))[: settings.nbest]


def coverage(received: np.ndarray) -> np.ndarray:
    """Return log(min(a, 1)) of the attention (..., S) that source steps received, summed over them."""
    return np.asarray(np.log(np.clip(received, LEAST_ATTENTION, 1)).sum(axis=-1))
