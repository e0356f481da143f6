"""Filters for the scores of the next token: pure functions over logits.

Shapes: B rows, V ids. Each takes logits (B, V) float64 and returns new ones; excluded tokens are -inf.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def temperature(logits: np.ndarray, value: float) -> np.ndarray:
    """Divide the logits by a number > 0; the largest is at 0 so that none overflows (Ackley et al. 1985)."""
    return np.asarray((logits - logits.max(axis=1, keepdims=True)) / value)


def top_k(logits: np.ndarray, count: int) -> np.ndarray:
    """Keep the `count` likeliest tokens, and ties with the last of them (Fan et al. 2018)."""
    if count >= logits.shape[1]:
        return logits
    least = np.partition(logits, -count, axis=1)[:, -count, None]  # (B, 1)
    return np.where(logits >= least, logits, -np.inf)


def top_p(logits: np.ndarray, share: float) -> np.ndarray:
    """Keep the fewest likeliest tokens whose probabilities sum to at least `share` (Holtzman et al. 2020)."""
    if share >= 1:
        return logits
    return _until(logits, -logits, share)


def min_p(logits: np.ndarray, share: float) -> np.ndarray:
    """Keep tokens at least `share` times as likely as the likeliest (Nguyen et al. 2024)."""
    if share <= 0:
        return logits
    return np.where(logits >= logits.max(axis=1, keepdims=True) + np.log(share), logits, -np.inf)


def typical(logits: np.ndarray, share: float) -> np.ndarray:
    """Keep the fewest tokens that sum to `share`, those whose surprisal is nearest to the entropy first
    (Meister et al. 2023).
    """
    if share >= 1:
        return logits
    logs = log_softmax(logits)
    finite = np.where(np.isfinite(logs), logs, 0.0)
    entropy = -(np.exp(logs) * finite).sum(axis=1, keepdims=True)  # (B, 1)
    return _until(logits, np.abs(-logs - entropy), share)


def repetition(logits: np.ndarray, counts: np.ndarray, penalty: float) -> np.ndarray:
    """Penalise past tokens: positive scores are divided, negative ones multiplied (Keskar et al. 2019).

    Args:
        counts: (B, V), how often each came.
    """
    if penalty == 1:
        return logits
    return np.where(counts > 0, np.where(logits > 0, logits / penalty, logits * penalty), logits)


def frequency(logits: np.ndarray, counts: np.ndarray, penalty: float) -> np.ndarray:
    """Subtract `penalty` for each time that a token came.

    Args:
        counts: (B, V), how often each came.
    """
    return logits if penalty == 0 else logits - penalty * counts


def no_repeat(logits: np.ndarray, histories: Sequence[Sequence[int]], size: int) -> np.ndarray:
    """Forbid repeated n-grams of `size` tokens in a row, where any other token may come (Paulus et al. 2018).

    Args:
        histories: of each row the tokens so far.
    """
    if size == 0:
        return logits
    changed = logits.copy()
    for row, history in zip(changed, histories, strict=True):
        repeating = followers(history, size)
        if repeating and np.isfinite(np.delete(row, repeating)).any():
            row[repeating] = -np.inf
    return changed


def unfinished(
    logits: np.ndarray, histories: Sequence[Sequence[int]], sequences: Sequence[Sequence[int]]
) -> np.ndarray:
    """Forbid tokens that would complete one of these sequences of two tokens or more."""
    changed = logits.copy()
    for row, history in zip(changed, histories, strict=True):
        for sequence in sequences:
            start = sequence[:-1]
            if tuple(history[-len(start) :]) == tuple(start):
                row[sequence[-1]] = -np.inf
    return changed


def ban(logits: np.ndarray, ids: Sequence[int]) -> np.ndarray:
    """Forbid some tokens."""
    if not len(ids):
        return logits
    changed = logits.copy()
    changed[:, list(ids)] = -np.inf
    return changed


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return log probabilities (B, V)."""
    lifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(lifted - np.log(np.exp(lifted).sum(axis=1, keepdims=True)))


def log_of(logits: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Return the log probability of each row's token (B,)."""
    lifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(lifted[np.arange(len(tokens)), tokens] - np.log(np.exp(lifted).sum(axis=1)))


def _until(logits: np.ndarray, order: np.ndarray, share: float) -> np.ndarray:
    """Keep the fewest tokens whose probabilities sum to `share`, the smallest of `order` (B, V) first."""
    places = order.argsort(axis=1, kind="stable")
    shares = np.take_along_axis(np.exp(log_softmax(logits)), places, axis=1)
    before = shares.cumsum(axis=1) - shares
    kept = np.empty_like(logits, dtype=bool)
    np.put_along_axis(kept, places, before < share, axis=1)
    return np.where(kept, logits, -np.inf)


def followers(history: Sequence[int], size: int) -> list[int]:
    """Return the tokens that would repeat an n-gram of the history."""
    if len(history) < size:
        return []
    if size == 1:
        return sorted(set(history))
    tail = tuple(history[len(history) - size + 1 :])
    found = {
        history[place + size - 1]
        for place in range(len(history) - size + 1)
        if tuple(history[place : place + size - 1]) == tail
    }
    return sorted(found)
