"""Strengths from paired comparisons (Bradley and Terry 1952). Shapes: K sources, C comparisons, R draws."""

from __future__ import annotations

import numpy as np

PRIOR = 0.5  # wins added to each of two compared sources
STEPS = 2000
NEAR = 1e-9


def strengths(wins: np.ndarray, prior: float = PRIOR) -> np.ndarray:
    """Return log strengths (..., K) with mean 0 of wins (..., K, K), those of row over column.

    Source i beats j with the probability sigmoid(s_i - s_j). Found by minorise-maximise (Hunter 2004).

    Args:
        prior: wins added to each side of every compared pair, so that a source which won or lost everything
            has a finite strength.
    """
    met = (wins + np.swapaxes(wins, -1, -2)) > 0
    counted = wins + prior * met
    games = counted + np.swapaxes(counted, -1, -2)
    won = counted.sum(-1)  # (..., K)
    found = np.ones_like(won)
    for _ in range(STEPS):
        rates = (games / (found[..., :, None] + found[..., None, :])).sum(-1)
        new = np.divide(won, rates, out=np.ones_like(won), where=rates > 0)
        new = new / np.exp(np.log(new).mean(-1, keepdims=True))
        if np.abs(np.log(new) - np.log(found)).max() < NEAR:
            return np.log(new)
        found = new
    return np.log(found)


def intervals(
    wins: np.ndarray, resamples: int = 1000, seed: int = 0, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper bounds (K,) of the log strengths, by the bootstrap of comparisons (Efron 1979).

    Args:
        wins: (C, K, K), C > 0: all raters' answers to each comparison, which are resampled together.
    """
    count = len(wins)
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(count, np.full(count, 1 / count), size=resamples)  # (R, C)
    drawn = strengths(np.einsum("rc,cij->rij", weights.astype(float), wins))  # (R, K)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
