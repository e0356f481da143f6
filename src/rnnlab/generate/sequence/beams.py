"""The hypotheses of a beam search in progress, as arrays.

Shapes: B sources, K hypotheses of each, N chosen ones, T tokens so far, S source steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.generate.sequence.hypothesis import Hypothesis, coverage


class Choice(NamedTuple):
    """Continuations (B, N), best first: the row of `Beams` they come from, their new id, and the sum of log
    probabilities, -inf where there is none.
    """

    parents: np.ndarray
    ids: np.ndarray
    logs: np.ndarray

    def at(self, places: np.ndarray) -> Choice:
        """Return the continuations at places (B, M)."""
        rows = np.arange(len(places))[:, None]
        return Choice(*(part[rows, places] for part in self))


def choose(ids: np.ndarray, logs: np.ndarray, count: int) -> Choice:
    """Return the `count` best of the candidates (B, K, C); ties go to the lower row, then to the lower id."""
    rows, _, width = ids.shape
    flat_ids, flat_logs = ids.reshape(rows, -1), logs.reshape(rows, -1)
    parents = np.arange(flat_ids.shape[1]) // width
    keys = (flat_ids, np.broadcast_to(parents, flat_ids.shape), -flat_logs)
    order, lines = np.lexsort(keys, axis=1)[:, :count], np.arange(rows)[:, None]
    found = Choice(parents[order], flat_ids[lines, order], flat_logs[lines, order])
    missing = count - found.ids.shape[1]
    if missing <= 0:
        return found
    fills = (0, 0, -np.inf)
    parts = zip(found, fills, strict=True)
    return Choice(*(np.pad(part, ((0, 0), (0, missing)), constant_values=fill) for part, fill in parts))


class Beams(NamedTuple):
    """State of each hypothesis; parts that no setting needs are None.

    Attributes:
        logs: (B, K) sums of log probabilities, -inf where there is no hypothesis.
        tokens: (B, K, T).
        aligned: (B, K, T) the source step that each token attends to most.
        received: (B, K, S) the attention that each source step received.
        attention: (B, K, T, S).
    """

    logs: np.ndarray
    tokens: np.ndarray
    aligned: np.ndarray | None = None
    received: np.ndarray | None = None
    attention: np.ndarray | None = None

    def select(self, rows: np.ndarray) -> Beams:
        """Return the hypotheses of some sources."""
        notes = (None if part is None else part[rows] for part in self[2:])
        return Beams(self.logs[rows], self.tokens[rows], *notes)

    def grown(self, choice: Choice, attention: np.ndarray | None) -> Beams:
        """Return the hypotheses that a choice (B, N) continues.

        Args:
            attention: (B, K, S) by which each row's next token was scored.
        """
        rows, parents = np.arange(len(self.logs))[:, None], choice.parents
        tokens = np.concatenate([self.tokens[rows, parents], choice.ids[..., None]], axis=2)
        if attention is None:
            return Beams(choice.logs, tokens)
        own = attention[rows, parents]  # (B, N, S)
        aligned, received, kept = (None if part is None else part[rows, parents] for part in self[2:])
        if aligned is not None:
            aligned = np.concatenate([aligned, own.argmax(axis=2)[..., None]], axis=2)
        if received is not None:
            received = received + own
        if kept is not None:
            kept = np.concatenate([kept, own[:, :, None]], axis=2)
        return Beams(choice.logs, tokens, aligned, received, kept)

    def hypothesis(self, source: int, place: int, length: int, ended: bool) -> Hypothesis:
        """Return one of them, without its end mark.

        Args:
            length: of the source.
        """
        tokens = self.tokens[source, place].tolist()
        kept = tokens[:-1] if ended else tokens
        aligned, received, attention = (None if part is None else part[source, place] for part in self[2:])
        return Hypothesis(
            tuple(kept),
            float(self.logs[source, place]),
            ended,
            coverage=0.0 if received is None else float(coverage(received[:length])),
            aligned=() if aligned is None else tuple(aligned[: len(kept)].tolist()),
            attention=None if attention is None else attention[:, :length],
        )


def start(rows: int, steps: int, attends: bool, covers: bool, attention: bool) -> Beams:
    """Return one empty hypothesis for each of B sources, padded to S steps.

    Args:
        attends: whether to note the most attended step; covers: the attention received; attention: all of it.
    """
    return Beams(
        np.zeros((rows, 1)),
        np.zeros((rows, 1, 0), np.int64),
        np.zeros((rows, 1, 0), np.int64) if attends else None,
        np.zeros((rows, 1, steps)) if covers else None,
        np.zeros((rows, 1, 0, steps), np.float32) if attention else None,
    )
