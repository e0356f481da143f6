"""Masks of the next token: marks, unknown words, length limits and repetitions.

Shapes: R rows, K candidates, V target ids with both marks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.generate.decoding.filters import followers
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID


class Allowed:
    """Hides candidates that may not come.

    Args:
        sources: of a batch; rows are named by their source's number in it.

    Attributes:
        least, most: (B,) tokens of each target, before and with the end mark.
    """

    def __init__(self, engine: SequenceEngine, sources: Sequence[Source], settings: SequenceDecoding) -> None:
        limits = np.array([settings.limits(len(source.ids)) for source in sources]).reshape(-1, 2)
        self.least, self.most = limits.T
        self._never = [PAD_ID, engine.begin_id, *([] if settings.replace_unknown else [UNKNOWN_ID])]
        self._ends = np.array([engine.size + source.extras for source in sources], np.int64)  # of the ids
        self._end_id, self._no_repeat = engine.end_id, settings.no_repeat

    def count(self, wanted: int, rows: np.ndarray, tokens: np.ndarray) -> int:
        """Return how many candidates to ask for, so that `wanted` are left of them.

        Args:
            rows: (R,) the source of each row. tokens: (R, T) so far.
        """
        repeated = max((len(banned) for banned in self._repeated(tokens)), default=0)
        return wanted + len(self._never) + bool((tokens.shape[1] < self.least[rows]).any()) + repeated

    def hide(self, ids: np.ndarray, logs: np.ndarray, rows: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """Return the log probabilities of candidates (R, K), -inf for those that may not come."""
        hidden = ids >= self._ends[rows][:, None]
        for banned in self._never:
            hidden |= ids == banned
        hidden |= (ids == self._end_id) & (tokens.shape[1] < self.least[rows])[:, None]
        for place, repeating in enumerate(self._repeated(tokens)):
            hidden[place] |= np.isin(ids[place], repeating)
        return np.where(hidden, -np.inf, logs)

    def _repeated(self, tokens: np.ndarray) -> list[list[int]]:
        """Return for each row the ids that would repeat an n-gram; no rows where all may be repeated."""
        if not self._no_repeat or tokens.shape[1] < self._no_repeat:
            return []
        return [followers(history, self._no_repeat) for history in tokens.tolist()]
