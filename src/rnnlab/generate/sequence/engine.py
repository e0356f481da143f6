"""The interface between decoding and a network that maps sources to targets, by torch or by ONNX.

Shapes: B sources, R rows (a hypothesis each), S source steps, V target ids with both marks, X further ids
of a batch, which stand for the sources' own words, K candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np


class Source(NamedTuple):
    """A source as the network reads it.

    Attributes:
        ids: (S,) int64, S >= 1.
        copies: for a network that copies, (S,) int64: each step's target id, V and more for the source's own
            words; None for others.
        extras: number of its own words.
    """

    ids: np.ndarray
    copies: np.ndarray | None = None
    extras: int = 0


class StepOutput(NamedTuple):
    """Candidates for the next token after those that were read.

    Attributes:
        ids: (R, K) int64 the likeliest next ids; None if all were asked for.
        logs: (R, K) their log probabilities in nats, or (R, V + X) those of all ids.
        attention: (R, S) over the source; None for a network without.
        position: from which the next step goes on.
    """

    ids: np.ndarray | None
    logs: np.ndarray
    attention: np.ndarray | None
    position: Any


class SequenceEngine(Protocol):
    """Runs an encoder-decoder step by step; a position is its own secret.

    Attributes:
        begin_id, end_id: the marks of a target. size: V. attends: whether steps return attention.
    """

    begin_id: int
    end_id: int
    size: int
    attends: bool

    def encode(self, sources: Sequence[Source]) -> Any:
        """Read B sources; return the position before their targets, a row each."""
        ...

    def step(self, tokens: np.ndarray, position: Any, count: int = 0) -> StepOutput:
        """Read a token (R,) in each row.

        Args:
            count: candidates to return, K; 0 for the log probabilities of all ids.
        """
        ...

    def select(self, position: Any, rows: np.ndarray) -> Any:
        """Return the position of some rows (R,), in that order; a row may appear several times."""
        ...
