"""Conformal prediction intervals from the errors of the validation windows, without torch.

Central intervals are widened, or narrowed, until they cover the validation windows as often as their level
says (conformalised quantile regression, Romano et al. 2019; about a point forecast, split conformal). Windows
of neighbouring origins depend on each other, and the future may differ, so that coverage is not guaranteed.

All values are on the scaler's units. N rows, H steps, C targets, Q levels, P central intervals, n scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

NONE, SPLIT, ADAPTIVE = "none", "split", "adaptive"
METHODS = (NONE, SPLIT, ADAPTIVE)
MOST_SCORES = 1000  # kept for each step and target, evenly spread over their order


class Conformal(NamedTuple):
    """By how much the intervals of each step and target are widened on both sides.

    Attributes:
        method: split, or adaptive: see `rnnlab.kinds.forecasting.adaptive`.
        levels: (Q,) of the quantiles, ascending. margins: (P, H, C), see `pairs_of`.
    """

    method: str
    levels: tuple[float, ...]
    margins: np.ndarray

    def apply(self, predicted: np.ndarray, quantiles: np.ndarray | None) -> np.ndarray:
        """Return the quantiles (N, H, C, Q) of rows.

        Args:
            predicted: (N, H, C). quantiles: (N, H, C, Q); None for a network without a distribution.
        """
        return widened(
            self.levels, told_quantiles(predicted, quantiles, len(self.levels)), self.margins[:, None]
        )

    def of_steps(self, number: int) -> Conformal:
        """Return the intervals of the first steps; steps after H have the margins of step H."""
        places = np.minimum(np.arange(number), self.margins.shape[1] - 1)
        return self._replace(margins=self.margins[:, places])

    def to_json(self) -> dict[str, Any]:
        """Return plain values, from which `from_json` makes the same."""
        return {"method": self.method, "levels": list(self.levels), "margins": self.margins.tolist()}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Conformal:
        return cls(saved["method"], tuple(saved["levels"]), np.array(saved["margins"], dtype=np.float64))


class Scores(NamedTuple):
    """Distances of validation values from their intervals, negative inside.

    Attributes:
        levels: (Q,). ordered: (P, n, H, C) ascending over n, NaN at the end where fewer were observed.
    """

    levels: tuple[float, ...]
    ordered: np.ndarray

    @classmethod
    def of(
        cls,
        levels: Sequence[float],
        label: np.ndarray,
        predicted: np.ndarray,
        quantiles: np.ndarray | None,
    ) -> Scores:
        """Return the scores of validation rows.

        Args:
            label: (N, H, C), NaN where missing. predicted: (N, H, C). quantiles: (N, H, C, Q) or None.
        """
        told = told_quantiles(predicted, quantiles, len(levels))
        found = [
            np.maximum(told[..., low] - label, label - told[..., high]) for low, high in pairs_of(levels)
        ]
        return cls(tuple(levels), np.stack([thinned(np.sort(one, axis=0)) for one in found]))

    @property
    def tails(self) -> np.ndarray:
        """The fraction of values below each interval, (P,)."""
        return np.array([self.levels[low] for low, _ in pairs_of(self.levels)])

    def conformal(self, method: str) -> Conformal:
        """Return the margins at which the validation windows are covered as the levels say."""
        tails = np.broadcast_to(
            self.tails[:, None, None, None], (len(self.tails), 1, *self.ordered.shape[2:])
        )
        return Conformal(method, self.levels, self.margins(tails)[:, 0])

    def margins(self, tails: np.ndarray) -> np.ndarray:
        """Return by how much intervals are widened, (P, m, H, C).

        It is the score of rank (n + 1)(1 - 2 tail), rounded up, and the largest one beyond that: an infinite
        interval would be of no use.

        Args:
            tails: (P, m, H, C) fraction of values that may be below, and as many above.
        """
        number = np.isfinite(self.ordered).sum(1)[:, None]  # (P, 1, H, C)
        ranks = np.ceil((number + 1) * (1 - 2 * tails) - 1e-9).astype(np.int64) - 1
        places = np.clip(ranks, 0, np.maximum(number - 1, 0))
        return np.nan_to_num(np.take_along_axis(self.ordered, places, axis=1))


def widened(levels: Sequence[float], quantiles: np.ndarray, margins: np.ndarray) -> np.ndarray:
    """Return quantiles (N, H, C, Q) with the ends of each interval moved apart by its margin, not crossing.

    Args:
        margins: (P, N or 1, H, C).
    """
    found = quantiles.copy()
    for margin, (low, high) in zip(margins, pairs_of(levels), strict=True):
        middle = (found[..., low] + found[..., high]) / 2
        found[..., low] = np.minimum(found[..., low] - margin, middle)
        found[..., high] = np.maximum(found[..., high] + margin, middle)
    return np.sort(found, axis=-1)


def pairs_of(levels: Sequence[float]) -> list[tuple[int, int]]:
    """Return the places of both levels of each central interval among ascending levels, the widest first."""
    return [
        (low, high)
        for low, level in enumerate(levels)
        for high, other in enumerate(levels)
        if level < 0.5 and abs(level + other - 1) < 1e-9
    ]


def told_quantiles(predicted: np.ndarray, quantiles: np.ndarray | None, number: int) -> np.ndarray:
    """Return the quantiles; those of a point forecast are all the point."""
    if quantiles is not None and quantiles.shape[-1] == number:
        return quantiles
    return np.repeat(predicted[..., None], number, axis=-1)


def thinned(ordered: np.ndarray) -> np.ndarray:
    """Return at most MOST_SCORES rows, evenly spread."""
    count = len(ordered)
    return (
        ordered
        if count <= MOST_SCORES
        else ordered[np.arange(MOST_SCORES) * (count - 1) // (MOST_SCORES - 1)]
    )
