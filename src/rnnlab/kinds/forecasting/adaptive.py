"""Adaptive conformal inference (Gibbs and Candès 2021), origin by origin, over rows of a test or a backtest.

After an interval missed, later ones of that series, step and target are wider; after it covered, narrower, so
that in the long run they cover as often as their level says, whatever the series does. An interval counts as
soon as its step has been observed, and not before. N rows, H steps, C targets, Q levels, P intervals; G
series at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnlab.kinds.forecasting.conformal import Scores, pairs_of, told_quantiles, widened

RATE = 0.02  # by how much a miss changes the level


def adapted(
    scores: Scores,
    label: np.ndarray,
    predicted: np.ndarray,
    quantiles: np.ndarray | None,
    series: np.ndarray,
    origins: np.ndarray,
) -> np.ndarray:
    """Return quantiles (N, H, C, Q), each row's from what was known at its origin.

    Args:
        label: (N, H, C), NaN where missing. predicted: (N, H, C). quantiles: (N, H, C, Q) or None.
        series, origins: (N,) the series of each row, and its first step in that series' time.
    """
    told = told_quantiles(predicted, quantiles, len(scores.levels))
    found = np.empty_like(told)
    for rows, times in alike(series, origins):
        found[rows] = _rolled(scores, label[rows], told[rows], times)
    return found


def alike(series: np.ndarray, origins: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows (G, T) of series whose origins are spaced alike, each series' in the order of time, and
    their times (T,) from the first.
    """
    order = np.lexsort((origins, series))
    groups: dict[bytes, list[np.ndarray]] = {}
    for rows in np.split(order, np.flatnonzero(np.diff(series[order])) + 1):
        groups.setdefault((origins[rows] - origins[rows[0]]).tobytes(), []).append(rows)
    for several in groups.values():
        yield np.stack(several), origins[several[0]] - origins[several[0][0]]


def _rolled(scores: Scores, label: np.ndarray, told: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the quantiles (G, T, H, C, Q) of G series at T origins."""
    horizon, number = label.shape[2], len(times)
    wanted = scores.tails[:, None, None, None]
    tails = np.broadcast_to(wanted, (len(wanted), len(label), *label.shape[2:])).copy()  # (P, G, H, C)
    # (T, H) at each origin, how many earlier rows have had their step observed
    known = np.searchsorted(times, times[:, None] - np.arange(horizon), side="left")
    change = np.zeros((number, *tails.shape), dtype=np.float32)
    counted, steps = np.zeros(horizon, dtype=np.int64), np.arange(horizon)
    found = np.empty_like(told)
    for origin in range(number):
        while (counted < known[origin]).any():
            new = steps[counted < known[origin]]
            tails[:, :, new] += np.moveaxis(change[counted[new], :, :, new], 0, 2)
            counted[new] += 1
        np.clip(tails, 0, 0.5, out=tails)
        found[:, origin] = widened(scores.levels, told[:, origin], scores.margins(tails))
        change[origin] = changes(scores, label[:, origin], found[:, origin], wanted)
    return found


def changes(scores: Scores, label: np.ndarray, quantiles: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return by how much the tails (P, G, H, C) change for values (G, H, C); 0 for missing ones."""
    pairs = pairs_of(scores.levels)
    outside = np.stack(
        [(label < quantiles[..., low]) | (label > quantiles[..., high]) for low, high in pairs]
    )
    return np.where(np.isnan(label), 0.0, RATE * (wanted - outside / 2))
