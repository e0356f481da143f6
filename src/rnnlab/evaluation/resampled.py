"""Bootstrap intervals (Efron 1979) and paired tests of any scores of rows.

Columns are arrays (N, ...) by name, such as `label` and `predicted`; a score function takes them and returns
numbers by name. `rnnlab.evaluation.bootstrap` and `significance` are faster for scores of classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, intervals
from rnnlab.evaluation.significance import Difference, difference

Columns = Mapping[str, np.ndarray]
Score = Callable[[Columns], Mapping[str, float]]


def score_intervals(
    score: Score, columns: Columns, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Return every score of N rows with its 95 % interval over resamples of the rows."""
    values = {name: float(value) for name, value in score(columns).items()}
    drawn: dict[str, list[float]] = {name: [] for name in values}
    for rows in _draws(columns, resamples, seed):
        for name, value in score(_taken(columns, rows)).items():
            drawn[name].append(float(value))
    return intervals(values, {name: np.array(found) for name, found in drawn.items()})


def paired_differences(
    score: Score, first: Columns, second: Columns, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Return every score of the second minus that of the first, with its interval and two-sided p-value, on
    resamples of the same rows.

    Args:
        first, second: columns of the same N rows in the same order, as each of two models predicted them.
    """
    apart = _apart(score(first), score(second))
    drawn: dict[str, list[float]] = {name: [] for name in apart}
    for rows in _draws(first, resamples, seed):
        for name, value in _apart(score(_taken(first, rows)), score(_taken(second, rows))).items():
            drawn[name].append(value)
    return {name: difference(value, np.array(drawn[name])) for name, value in apart.items()}


def _draws(columns: Columns, resamples: int, seed: int) -> Iterator[np.ndarray]:
    count, generator = len(next(iter(columns.values()))), np.random.default_rng(seed)
    for _ in range(resamples):
        yield generator.integers(0, count, count)


def _taken(columns: Columns, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in columns.items()}


def _apart(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {name: float(second[name]) - float(first[name]) for name in first}
