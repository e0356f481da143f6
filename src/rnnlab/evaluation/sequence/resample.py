"""Bootstrap intervals and paired tests of measures of text to text, from statistics of single rows.

No text is scored again: a resample of the rows has the sum of their statistics (Koehn 2004). N rows,
k statistics of a measure, K of all measures together, R resamples.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, intervals
from rnnlab.evaluation.sequence.measures import score, scores
from rnnlab.evaluation.significance import Difference, difference

Statistics = Mapping[str, np.ndarray]  # (N, k) by the name of the measure
_AT_ONCE = 1 << 18  # numbers drawn at once


def resampled_sums(values: np.ndarray, resamples: int, seed: int = 0) -> np.ndarray:
    """Return sums (R, K) of values (N, K) over rows drawn with replacement; a seed draws the same rows."""
    rows, generator = len(values), np.random.default_rng(seed)
    found, step = np.empty((resamples, values.shape[1])), max(1, _AT_ONCE // rows)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.integers(0, rows, (size, rows)) + np.arange(size)[:, None] * rows
        times = np.bincount(drawn.ravel(), minlength=size * rows).reshape(size, rows)
        found[start : start + size] = times.astype(float) @ values
    return found


def resampled_scores(found: Statistics, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, np.ndarray]:
    """Return the scores (R,) of each measure over the same resamples of the rows."""
    names = list(found)
    widths = np.cumsum([found[name].shape[1] for name in names])[:-1]
    sums = resampled_sums(np.concatenate([found[name] for name in names], 1), resamples, seed)
    parts = np.split(sums, widths, 1)
    drawn = zip(names, parts, strict=True)
    return {name: np.array([score(name, row) for row in part.tolist()]) for name, part in drawn}


def sequence_intervals(found: Statistics, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Interval]:
    """Return each corpus score with its 95 % interval."""
    return intervals(scores(found), resampled_scores(found, resamples, seed)) if found else {}


def paired_sequence_differences(
    first: Statistics, second: Statistics, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Return second minus first with interval and two-sided p-value, on resamples of the same rows.

    Args:
        first, second: statistics of the same N rows in the same order; measures that both have are compared.

    Raises:
        ValueError: not the same number of rows.
    """
    names = [name for name in first if name in second]
    if not names:
        return {}
    if len(first[names[0]]) != len(second[names[0]]):
        raise ValueError(f"{len(first[names[0]])} rows against {len(second[names[0]])}: must be the same")
    of_first, of_second = ({name: each[name] for name in names} for each in (first, second))
    before, after = scores(of_first), scores(of_second)
    low, high = (resampled_scores(each, resamples, seed) for each in (of_first, of_second))
    return {name: difference(after[name] - before[name], high[name] - low[name]) for name in names}
