"""Scores of several labels a row. N rows, C labels, R resamples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, draws, intervals
from rnnlab.evaluation.significance import Difference, difference

WHOLE = (
    *("micro_f1", "macro_f1", "average_precision", "subset_accuracy"),
    *("micro_precision", "micro_recall", "loss"),
)
EACH = ("precision", "recall", "f1", "ap")  # of a label
SMALLEST = 1e-7  # of a probability, whose logarithm is finite


class LabelSetScores:
    """Every score of N rows, for any weights of the rows.

    A label that is neither present nor predicted does not enter the macro mean; one that is never present has
    no average precision (nan) and does not enter that mean.

    Args:
        label, predicted: flags (N, C). probability: (N, C). names: of the labels.
    """

    def __init__(
        self, label: np.ndarray, predicted: np.ndarray, probability: np.ndarray, names: Sequence[str]
    ) -> None:
        self.names, self.rows = list(names), len(label)
        truth, said = label.astype(bool), predicted.astype(bool)
        self._hits, self._truth, self._said = (part.astype(float) for part in (truth & said, truth, said))
        self._exact = (truth == said).all(axis=1).astype(float)  # (N,)
        chances = np.clip(probability.astype(np.float64), SMALLEST, 1 - SMALLEST)
        self._loss = -np.where(truth, np.log(chances), np.log1p(-chances)).mean(axis=1)  # (N,)
        self._order = np.argsort(-probability, axis=0, kind="stable")  # (N, C)
        ranked = np.take_along_axis(probability, self._order, axis=0)
        last = np.ones(ranked.shape, dtype=bool)
        last[:-1] = ranked[1:] != ranked[:-1]
        places = np.where(last, np.arange(len(ranked))[:, None], len(ranked))
        self._ends = np.minimum.accumulate(places[::-1], axis=0)[::-1]  # (N, C) end of the rows that tie
        self._ranked = np.take_along_axis(self._truth, self._order, axis=0)

    def scores(self) -> dict[str, float]:
        """Return every score of the rows as they are."""
        return {name: float(values[0]) for name, values in self.weighted(np.ones((1, self.rows))).items()}

    def weighted(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return every score (R,) for weights (R, N) of the rows."""
        hits, truth, said = (weights @ part for part in (self._hits, self._truth, self._said))  # (R, C)
        total, areas = weights.sum(axis=1), np.array([self._areas(one) for one in weights])  # (R,) and (R, C)
        sums = [part.sum(axis=1) for part in (hits, truth, said)]
        each = {
            "precision": _ratio(hits, said),
            "recall": _ratio(hits, truth),
            "f1": _ratio(2 * hits, truth + said),
            "ap": areas,
        }
        used = truth + said > 0
        found = {
            "micro_f1": _ratio(2 * sums[0], sums[1] + sums[2]),
            "macro_f1": _ratio((each["f1"] * used).sum(axis=1), used.sum(axis=1)),
            "average_precision": _ratio(np.nan_to_num(areas).sum(axis=1), (truth > 0).sum(axis=1)),
            "subset_accuracy": weights @ self._exact / total,
            "micro_precision": _ratio(sums[0], sums[2]),
            "micro_recall": _ratio(sums[0], sums[1]),
            "loss": weights @ self._loss / total,
        }
        for kind, values in each.items():
            found |= {f"{kind}_{name}": values[:, place] for place, name in enumerate(self.names)}
        return found

    def _areas(self, weights: np.ndarray) -> np.ndarray:
        """Return the average precision of each label (C,): the mean over its rows of the precision there."""
        own = weights[self._order]  # (N, C)
        found = own * self._ranked
        counted, hits = own.cumsum(axis=0), found.cumsum(axis=0)
        precision = np.take_along_axis(_ratio(hits, counted), self._ends, axis=0)
        with np.errstate(invalid="ignore"):
            areas: np.ndarray = (found * precision).sum(axis=0) / hits[-1]
        return areas


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return above / below, 0 where below is 0."""
    return np.divide(above, below, out=np.zeros(np.shape(below)), where=below > 0)


def label_set_intervals(
    judged: LabelSetScores, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Return every score with its 95 % interval over resamples of the rows."""
    return intervals(judged.scores(), _drawn([judged], resamples, seed)[0])


def label_set_differences(
    first: LabelSetScores, second: LabelSetScores, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Return the second's scores over all labels minus the first's, on resamples of the same rows."""
    before, after = first.scores(), second.scores()
    drawn = _drawn([first, second], resamples, seed)
    return {name: difference(after[name] - before[name], drawn[1][name] - drawn[0][name]) for name in WHOLE}


def _drawn(judged: Sequence[LabelSetScores], resamples: int, seed: int) -> list[dict[str, np.ndarray]]:
    found: list[list[dict[str, np.ndarray]]] = [[] for _ in judged]
    for weights in draws(judged[0].rows, resamples, np.random.default_rng(seed)):
        for own, one in zip(found, judged, strict=True):
            own.append(one.weighted(weights))
    return [{name: np.concatenate([one[name] for one in own]) for name in own[0]} for own in found]
