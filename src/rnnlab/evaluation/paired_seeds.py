"""Difference of two models over paired seeds, with a bootstrap interval (Efron 1979)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnlab.evaluation.bootstrap import LEVEL, Interval, means

RESAMPLES = 10_000


def paired_difference(
    scores: Mapping[int, float], others: Mapping[int, float], resamples: int = RESAMPLES, seed: int = 0
) -> Interval | None:
    """Return the mean difference over the seeds that both have; None for fewer than two.

    The interval is the percentile bootstrap over the seeds' differences. With five seeds it is too narrow
    rather than too wide: one that holds 0 shows no difference, one beside it is weak evidence of one.

    Args:
        scores, others: score by seed.
    """
    both = sorted(scores.keys() & others.keys())
    if len(both) < 2:
        return None
    gaps = np.array([scores[seed] - others[seed] for seed in both])  # (seeds,)
    drawn = means(gaps[:, None], resamples, np.random.default_rng(seed))[:, 0]  # (R,)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(gaps.mean()), float(low), float(high))
