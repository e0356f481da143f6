"""Best tags, and probabilities of tags and entities, of a linear chain, without torch.

They are those of `rnnlab.model.head.chain`. A sequence of tags scores the sum of its emissions and of its
transitions; a forbidden transition scores -inf. Shapes: B rows, T steps, K tags, right-padded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.entities import Span, split_tag


class Chain(NamedTuple):
    """Scores of the first tag `start` (K,), of a tag after another `steps` (K, K), of the last `end` (K,)."""

    start: np.ndarray
    steps: np.ndarray
    end: np.ndarray


class Sums(NamedTuple):
    """Log of the summed scores of each row's sequences: of all, `total` (B,); of their parts up to a step,
    `ahead`, and from it on, `back` (B, T, K), by the tag at the step, whose emission both hold.
    """

    total: np.ndarray
    ahead: np.ndarray
    back: np.ndarray

    def row(self, number: int) -> Sums:
        """Return those of one row: a number, (T, K), (T, K)."""
        return Sums(*(part[number] for part in self))


def best_paths(emissions: np.ndarray, lengths: np.ndarray, chain: Chain) -> np.ndarray:
    """Return the best tags (B, T) of emissions (B, T, K), arbitrary past a row's length (B,).

    Of equal scores the lower tag wins.
    """
    rows, steps, _ = emissions.shape
    state, moves = emissions[:, 0] + chain.start, chain.steps.T  # the tag before runs along the last axis
    last, pointers = (state + chain.end).argmax(1), []
    for step in range(1, steps):
        scores = state[:, None] + moves  # (B, K, K)
        pointers.append(scores.argmax(2))
        state = scores.max(2) + emissions[:, step]
        last = np.where(lengths > step, (state + chain.end).argmax(1), last)
    tags = np.empty((rows, steps), dtype=np.int64)
    tags[:, -1] = last
    for step in range(steps - 1, 0, -1):
        before = pointers[step - 1][np.arange(rows), tags[:, step]]
        tags[:, step - 1] = np.where(lengths > step, before, last)
    return tags


def summed(emissions: np.ndarray, lengths: np.ndarray, chain: Chain) -> Sums:
    """Return the forward and backward sums of emissions (B, T, K) and lengths (B,), in float64."""
    emissions = emissions.astype(np.float64)
    steps = emissions.shape[1]
    ahead, back = np.empty_like(emissions), np.empty_like(emissions)
    ahead[:, 0], back[:, -1] = emissions[:, 0] + chain.start, emissions[:, -1] + chain.end
    for step in range(1, steps):
        ahead[:, step] = logsumexp(ahead[:, step - 1, None] + chain.steps.T) + emissions[:, step]
        place = steps - 1 - step
        after = logsumexp(back[:, place + 1, None] + chain.steps)  # (B, K)
        back[:, place] = np.where(lengths[:, None] == place + 1, chain.end, after) + emissions[:, place]
    last = ahead[np.arange(len(lengths)), lengths - 1]  # (B, K)
    return Sums(logsumexp(last + chain.end), ahead, back)


def marginals(emissions: np.ndarray, sums: Sums) -> np.ndarray:
    """Return the probability of each tag at each step (B, T, K), arbitrary past a row's length."""
    logs = sums.ahead + sums.back - emissions.astype(np.float64) - sums.total[:, None, None]
    return np.exp(np.minimum(logs, 0))


def joins(tags: Sequence[str]) -> np.ndarray:
    """Return (K, K) whether the second tag carries on the entity of the first; see `spans_of`."""
    parts = [split_tag(tag) for tag in tags]
    inside = [
        [prefix in ("I", "E") and before in ("B", "I") and old == new for prefix, new in parts]
        for before, old in parts
    ]
    return np.array(inside, dtype=bool).reshape(len(tags), len(tags))


def entity_probability(
    span: Span, path: np.ndarray, emissions: np.ndarray, chain: Chain, sums: Sums, joined: np.ndarray
) -> float:
    """Return the probability that the entity is there with exactly these ends, whatever its neighbours are.

    Args:
        path: (T,) tags of the row, those of the entity among them.
        emissions: (T, K); sums: of this row, see `Sums.row`. joined: see `joins`.
    """
    first, last = int(path[span.start]), int(path[span.end - 1])
    score = float(
        emissions[span.start : span.end][np.arange(span.end - span.start), path[span.start : span.end]].sum()
    )
    score += float(chain.steps[path[span.start : span.end - 1], path[span.start + 1 : span.end]].sum())
    if span.start == 0:
        score += float(chain.start[first])
    else:
        before = sums.ahead[span.start - 1] + chain.steps[:, first]
        score += float(logsumexp(np.where(joined[:, first], -np.inf, before)))
    if span.end == len(path):
        score += float(chain.end[last])
    else:
        after = sums.back[span.end] + chain.steps[last]
        score += float(logsumexp(np.where(joined[last], -np.inf, after)))
    return min(1.0, float(np.exp(score - sums.total)))


def logsumexp(values: np.ndarray) -> np.ndarray:
    """Return the log of the summed exponentials (...) of (..., K); -inf where all are."""
    highest = values.max(-1, keepdims=True)
    highest = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(values - highest).sum(-1)) + highest[..., 0])
