"""Paired tests of two classifiers on the same rows. Shapes: N rows, C classes, R resamples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import LEVEL, RESAMPLES, Interval
from rnnlab.evaluation.scores import Totals, confusion, summed, totals, whole_scores


class Difference(NamedTuple):
    """Second minus first: its interval, and the two-sided p-value from the resamples that it is 0."""

    interval: Interval
    p_value: float


class McNemar(NamedTuple):
    """Rows that only the first or only the second predicts correctly, and the exact two-sided p-value."""

    first_only: int
    second_only: int
    p_value: float


def paired_bootstrap(
    labels: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    number: int,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Difference]:
    """Return second minus first by name (accuracy and the macro means), on resamples of the same rows.

    Args:
        labels, first, second: (N,) the labels and the predictions of each of the two, classes from 0.
        number: C.
    """
    cells = (labels * number + first) * number + second
    kinds, counts = np.unique(cells, return_counts=True)  # (K,) at most C^3
    drawn = np.random.default_rng(seed).multinomial(len(labels), counts / len(labels), size=resamples)
    of_first = _totals(drawn, kinds // number, number)
    of_second = _totals(drawn, _without(kinds, number), number)
    before, after = (whole_scores(totals(confusion(labels, one, number))) for one in (first, second))
    apart = {name: after[name] - before[name] for name in before}
    spread_first, spread_second = whole_scores(of_first), whole_scores(of_second)
    return {name: difference(float(apart[name]), spread_second[name] - spread_first[name]) for name in apart}


def mcnemar(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> McNemar:
    """Run McNemar's exact test (1947) on predictions (N,) of the same rows, by the rows that differ."""
    from scipy.special import bdtr

    only_first = int(((first == labels) & (second != labels)).sum())
    only_second = int(((first != labels) & (second == labels)).sum())
    both = only_first + only_second
    p_value = min(1.0, 2 * float(bdtr(min(only_first, only_second), both, 0.5))) if both else 1.0
    return McNemar(only_first, only_second, p_value)


def _without(kinds: np.ndarray, number: int) -> np.ndarray:
    """Return label * C + second from (label * C + first) * C + second."""
    return kinds // number**2 * number + kinds % number


def _totals(drawn: np.ndarray, cells: np.ndarray, number: int) -> Totals:
    """Return the `Totals` of drawn counts (R, K) of cells (K,), label * C + prediction, without a matrix."""
    labels, predicted = cells // number, cells % number
    right = labels == predicted
    return Totals(
        summed(drawn[:, right], labels[right], number),
        summed(drawn, labels, number),
        summed(drawn, predicted, number),
    )


def difference(value: float, drawn: np.ndarray) -> Difference:
    """Return a difference with its interval and p-value, from its resamples (R,)."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    beyond = min((drawn <= 0).sum(), (drawn >= 0).sum())
    p_value = min(1.0, 2 * (int(beyond) + 1) / (len(drawn) + 1))  # never 0: Davison and Hinkley 1997
    return Difference(Interval(value, float(low), float(high)), p_value)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values of several tests, adjusted to keep their joint level (Holm 1979); same order."""
    number, found, least = len(p_values), [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(number), key=lambda index: p_values[index])):
        least = max(least, min(1.0, (number - rank) * p_values[place]))
        found[place] = least
    return found
