"""Test score against tuning budget: the expected score of the best of k settings (Dodge et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import fmean


def expected_best(validation: Sequence[float], test: Sequence[float]) -> list[float]:
    """Return for k = 1 ... N the expected test score of the trial with the best validation score of k trials.

    The k trials are drawn with replacement from the N that were run, so that the best of them is the i-th by
    validation with probability (i / N)^k - ((i - 1) / N)^k. Trials that tie are equally likely to be taken.

    Args:
        validation: N scores of which the highest is chosen; test: N scores that are reported.
    """
    ordered = sorted(zip(validation, test, strict=True), key=lambda pair: pair[0])
    count, below, steps = len(ordered), 0, list[tuple[int, int, float]]()
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        scores = [score for _, score in group]
        steps.append((below, below + len(scores), fmean(scores)))
        below += len(scores)
    return [
        sum(((high / count) ** k - (low / count) ** k) * score for low, high, score in steps)
        for k in range(1, count + 1)
    ]
