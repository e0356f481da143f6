"""Bootstrap intervals (Efron 1979) of a classifier's scores. Shapes: N rows, C classes, R resamples.

Scores that depend on the confusion matrix alone need no rows to be drawn: drawing N rows with replacement
makes the matrix's cells multinomial, and R matrices are drawn at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.calibration import brier, gaps, reliability
from rnnlab.evaluation.scores import Totals, confusion, loss, scores, scores_of, summed

RESAMPLES = 1000
LEVEL = 0.95
MOST_DRAWN = 1 << 18  # rows of which each resample is drawn
_ROWS_AT_ONCE = 1 << 18  # numbers drawn at once, 2 MB: what a cache holds
_MOST_CELLS = 2500  # of a larger matrix only the cells that are not 0 are drawn


class Interval(NamedTuple):
    """A measured value and the bounds of its interval at LEVEL (percentile method)."""

    value: float
    low: float
    high: float


def matrices(counts: np.ndarray, resamples: int, generator: np.random.Generator) -> np.ndarray:
    """Return confusion matrices (R, C, C) of resamples of the rows counted in the matrix (C, C)."""
    cells = counts.ravel()
    drawn = generator.multinomial(cells.sum(), cells / max(cells.sum(), 1), size=resamples)
    return drawn.reshape(resamples, *counts.shape)


def resampled_scores(
    counts: np.ndarray, classes: Sequence[str], resamples: int, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return the `scores` (R,) of resamples of the rows of a confusion matrix (C, C).

    With many classes most cells are 0 in every resample: only the others, at most N, are drawn.
    """
    if counts.size <= _MOST_CELLS:
        return scores(matrices(counts, resamples, generator), classes)
    truth, said = np.nonzero(counts)
    cells = counts[truth, said]
    drawn = generator.multinomial(cells.sum(), cells / max(cells.sum(), 1), size=resamples)  # (R, K)
    right, number = truth == said, len(counts)
    of_right = summed(drawn[:, right], truth[right], number)
    return scores_of(Totals(of_right, summed(drawn, truth, number), summed(drawn, said, number)), classes)


def draws(rows: int, resamples: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield weights (r, N) float64 of some of R resamples of N rows: how often each row is drawn."""
    step = max(1, _ROWS_AT_ONCE // max(rows, 1))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.integers(0, rows, (size, rows)) + np.arange(size)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=size * rows).reshape(size, rows).astype(float)


def means(values: np.ndarray, resamples: int, generator: np.random.Generator) -> np.ndarray:
    """Return means (R, K) over resamples of the rows of values (N, K).

    Of more than 262,144 rows they are drawn from the normal distribution that they then have, which takes no
    longer for more rows.
    """
    rows = len(values)
    if rows > MOST_DRAWN:
        spread = np.atleast_2d(np.cov(values, rowvar=False, bias=True)) / rows
        return generator.multivariate_normal(values.mean(0), spread, resamples, check_valid="ignore")
    return np.concatenate([weights @ values / rows for weights in draws(rows, resamples, generator)])


def intervals(values: Mapping[str, float], drawn: Mapping[str, np.ndarray]) -> dict[str, Interval]:
    """Return an interval for each name, from its value and its resamples (R,)."""
    tail = (1 - LEVEL) / 2
    found = {}
    for name, value in values.items():
        low, high = np.quantile(drawn[name], [tail, 1 - tail])
        found[name] = Interval(float(value), float(low), float(high))
    return found


def classifier_intervals(
    labels: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return every score of labels (N,) and probabilities (N, C) with its interval; N must be above 0.

    Besides those of `scores`: `loss` in nats, `brier`, and `ece`, whose interval is above its value where
    the rows are few, as resampling adds noise to each bin.
    """
    generator = np.random.default_rng(seed)
    counts = confusion(labels, probabilities.argmax(1), len(classes))
    values = {name: float(value) for name, value in scores(counts, classes).items()}
    drawn = resampled_scores(counts, classes, resamples, generator)
    of_rows, drawn_rows = _of_probabilities(labels, probabilities, resamples, generator)
    return intervals({"loss": of_rows.pop("loss"), **values, **of_rows}, {**drawn, **drawn_rows})


def label_intervals(
    labels: np.ndarray,
    predicted: np.ndarray,
    classes: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return the `scores` of labels (N,) and predictions (N,), class ids, with intervals; N >= 1."""
    counts = confusion(labels, predicted, len(classes))
    values = {name: float(value) for name, value in scores(counts, classes).items()}
    return intervals(values, resampled_scores(counts, classes, resamples, np.random.default_rng(seed)))


def probability_intervals(
    labels: np.ndarray, probabilities: np.ndarray, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Return `loss`, `brier` and `ece` of probabilities (N, C) with intervals; see `classifier_intervals`."""
    generator = np.random.default_rng(seed)
    return intervals(*_of_probabilities(labels, probabilities, resamples, generator))


def _of_probabilities(
    labels: np.ndarray, probabilities: np.ndarray, resamples: int, generator: np.random.Generator
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return loss, Brier's score and calibration error: their values and their resamples (R,)."""
    rows = np.column_stack([loss(probabilities, labels), brier(labels, probabilities)])
    of_rows = means(np.column_stack([rows, gaps(labels, probabilities)]), resamples, generator)
    values = {"loss": float(rows[:, 0].mean()), "brier": float(rows[:, 1].mean())}
    values["ece"] = reliability(labels, probabilities).error
    drawn = {"loss": of_rows[:, 0], "brier": of_rows[:, 1], "ece": np.abs(of_rows[:, 2:]).sum(1)}
    return values, drawn
