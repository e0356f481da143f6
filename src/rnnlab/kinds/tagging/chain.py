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
    """Log of the summed scores of the sequences of one row: of all, `total`; of its tags up to a step with a
    tag there, `ahead` (T, K), and from there on, `back` (T, K). Both of these hold the step's emission.
    """

    total: float
    ahead: np.ndarray
    back: np.ndarray


def best_path(emissions: np.ndarray, chain: Chain) -> np.ndarray:
    """Return the best tags (T,) of a row's emissions (T, K); of equal scores the lower tag wins."""
    state, pointers = emissions[0] + chain.start, []
    moves = chain.steps.T  # (K, K): the tag before runs along the last axis
    for emission in emissions[1:]:
        scores = state + moves
        pointer = scores.argmax(1)
        pointers.append(pointer)
        state = scores[np.arange(len(scores)), pointer] + emission
    tags = [int((state + chain.end).argmax())]
    for pointer in reversed(pointers):
        tags.append(int(pointer[tags[-1]]))
    return np.array(tags[::-1], dtype=np.int64)


def summed(emissions: np.ndarray, chain: Chain) -> Sums:
    """Return the forward and backward sums of a row's emissions (T, K), in float64."""
    emissions = emissions.astype(np.float64)
    ahead, back = np.empty_like(emissions), np.empty_like(emissions)
    ahead[0], back[-1] = emissions[0] + chain.start, emissions[-1] + chain.end
    for step in range(1, len(emissions)):
        ahead[step] = logsumexp(ahead[step - 1] + chain.steps.T) + emissions[step]
        back[-1 - step] = logsumexp(back[-step] + chain.steps) + emissions[-1 - step]
    return Sums(float(logsumexp(ahead[-1] + chain.end)), ahead, back)


def marginals(emissions: np.ndarray, sums: Sums) -> np.ndarray:
    """Return the probability of each tag at each step (T, K)."""
    return np.exp(sums.ahead + sums.back - emissions.astype(np.float64) - sums.total)


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
        emissions: (T, K). joined: see `joins`.
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
