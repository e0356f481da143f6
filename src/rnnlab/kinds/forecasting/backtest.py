"""Forecasts of a finished run at many origins at once: the windows of a split, or rolling origins.

S series, n origins, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np

from rnnlab.bar import Bar
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.conformed import over_levels
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.predicted import Predicted
from rnnlab.kinds.forecasting.settings import MEDIAN

POINTS_AT_ONCE = 1 << 20  # input points of a batch
MOST_ROWS = 1024  # of a batch


class Span(NamedTuple):
    """The range that origins are taken from.

    Attributes:
        starts: (S,) first point of each series. begins, ends: (S,) points [begin, end) that targets may lie
            in.
        fewest: points that have to be before an origin. horizon: H.
    """

    starts: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    fewest: int
    horizon: int


def rolling_origins(span: Span, number: int, step: int | None = None) -> Places:
    """Return the last origins of each series, counted back from its last whole horizon.

    Args:
        number: of each series, at most. step: points between them; None for a horizon, so that no two
            overlap.

    Raises:
        SettingError: no series has room for one.
    """
    apart = step or span.horizon
    first = np.maximum(span.begins, span.starts + span.fewest)
    last = span.ends - span.horizon
    counts = np.clip((last - first) // apart + 1, 0, number)
    if not counts.any():
        longest = int((span.ends - span.begins).max(initial=0))
        rule = f"{span.horizon} steps and {span.fewest} points before them do not fit: the longest series has"
        raise SettingError("--origins", number, f"{rule} {longest} points to evaluate on")
    series = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(series)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Places(series, np.repeat(last - (counts - 1) * apart, counts) + places * apart)


def predict(
    network: Any,
    prepared: Any,
    places: Places,
    input_length: int,
    horizon: int,
    levels: Sequence[float],
    device: str = "cpu",
    progress: bool = False,
) -> Predicted:
    """Return the network's forecasts at some origins, in the data's units.

    Args:
        prepared: `rnnlab.data.series.prepared_series.PreparedSeries`.
        levels: of the quantiles; a head without a distribution predicts the median alone.
    """
    import torch

    from rnnlab.data.series.batch import SeriesBatch

    told = tuple(sorted(levels)) if network.head.probabilistic else (MEDIAN,)
    size = max(1, min(MOST_ROWS, POINTS_AT_ONCE // max(input_length + horizon, 1)))
    points, quantiles = [], []
    with Bar(total=len(places.series), unit=" origins") if progress else nullcontext() as bar:
        for start in range(0, len(places.series), size):
            here = places.take(slice(start, start + size))
            arrays = prepared.windows(here.series, here.origins, input_length, horizon)
            batch = SeriesBatch(*(part.to(device) for part in SeriesBatch.of(arrays)))
            with torch.inference_mode():
                found = network.forecast(batch, told)
            points.append(prepared.invert(found.point.float().cpu().numpy(), here.series))
            own = found.quantiles.float().cpu().numpy()
            quantiles.append(over_levels(prepared.invert, own, here.series))
            if bar is not None:
                bar.update(len(here.series))
    values = prepared.table.values
    label = np.asarray(values[places.origins[:, None] + np.arange(horizon)])
    rows = np.arange(len(places.series))
    whole = np.concatenate(points), np.concatenate(quantiles)
    return Predicted(rows, places.series, places.origins, label, *whole, told)
