"""Linear forecasts of the last L points, fitted by ridge regression in closed form: NLinear and DLinear.

Both are of Zeng et al. (2023), "Are Transformers effective for time series forecasting?". One map from L
points to H serves every series and target, each divided by its deviation in training. S series, C targets, n
rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.data.series.large_arrays import column_blocks, row_blocks
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting.baseline_inputs import Material
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.ridge import Moments, ridges
from rnnlab.kinds.forecasting.scales import labels

MOST_WINDOWS = 50_000  # of training, evenly spread
MOST_CHOOSING = 500  # validation rows on which length and penalty are chosen
MOST_INPUTS = 720
SEASONS = (2, 14)  # further lengths to try
KERNEL = 25  # steps of DLinear's moving average
AT_ONCE = 4096


class Fitted(NamedTuple):
    """A linear map of windows.

    Attributes:
        weights: (L, H). bias: (H,). subtracts: whether the last point is taken out first (NLinear).
        units: (S, C) by which each series is divided. error: mean square on validation, in units.
    """

    weights: np.ndarray
    bias: np.ndarray
    subtracts: bool
    units: np.ndarray
    length: int
    alpha: float
    error: float


def fit_linear(found: Material, decomposed: bool) -> Fitted:
    """Fit on the windows of training, and choose input length and penalty by the error on validation.

    Args:
        decomposed: DLinear, whose penalty is on the maps of a moving average and of the rest; else NLinear,
            which takes the last value out of each window and adds it again.

    Raises:
        LeftOut: training has too few whole windows.
    """
    units, filled = train_units(found), found.histories.last
    lengths = lengths_of(found)
    places = train_places(found, lengths[-1])
    if len(places.series) * found.values.shape[1] < 2 * lengths[0]:
        raise LeftOut(
            f"{len(places.series):,} whole training windows are too few for {lengths[0]} weights a step"
        )
    moments = moments_of(found, filled, places, lengths[-1], units, subtracts=not decomposed)
    rows = len(found.validation.series)
    choosing = found.validation.take(
        np.arange(min(rows, MOST_CHOOSING)) * rows // max(min(rows, MOST_CHOOSING), 1)
    )
    best: Fitted | None = None
    for length in lengths:
        metric = decomposition(length) if decomposed else None
        for one in ridges(moments.of_last(length), metric):
            fitted = Fitted(one[0], one[1], not decomposed, units, length, one[2], np.inf)
            fitted = fitted._replace(error=error_of(found, filled, fitted, choosing))
            if best is None or fitted.error < best.error:
                best = fitted
    assert best is not None
    return best


def forecast(fitted: Fitted, filled: np.ndarray, starts: np.ndarray, places: Places) -> np.ndarray:
    """Return forecasts (n, H, C) from series without gaps (N, C); before its first point a series is
    constant.
    """
    blocks = row_blocks(len(places.series), (fitted.length + len(fitted.bias)) * filled.shape[1])
    if len(blocks) > 1:
        return np.concatenate([forecast(fitted, filled, starts, places.take(block)) for block in blocks])
    windows = inputs_of(filled, starts, places, fitted.length)  # (n, L, C)
    units = fitted.units[places.series][:, None]  # (n, 1, C)
    last = windows[:, -1:] if fitted.subtracts else 0.0
    read = (windows - last) / units
    told = np.einsum("nlc,lh->nhc", read, fitted.weights, optimize=True) + fitted.bias[:, None]
    return told * units + last


def inputs_of(filled: np.ndarray, starts: np.ndarray, places: Places, length: int) -> np.ndarray:
    """Return the last `length` points (n, L, C) before each origin."""
    wanted = places.origins[:, None] - np.arange(length, 0, -1)
    return filled[np.maximum(wanted, starts[places.series][:, None])]


def train_units(found: Material) -> np.ndarray:
    """Return the standard deviation (S, C) of each series' training points, 1 where there is none."""
    units = np.ones((len(found.train), found.values.shape[1]))
    for series, (start, end) in enumerate(found.train.tolist()):
        for block in column_blocks(end - start, units.shape[1]) if end > start else ():
            part = found.values[start:end, block].astype(np.float64)
            counts = np.maximum(np.isfinite(part).sum(0), 1)
            mean = np.nansum(part, 0) / counts
            units[series, block] = np.sqrt(np.nansum(np.square(part - mean), 0) / counts)
    return np.where(units > 0, units, 1.0)


def lengths_of(found: Material) -> list[int]:
    """Return the input lengths to try, ascending: the run's, and two and fourteen seasons where training has
    them.
    """
    longest = int((found.train[:, 1] - found.train[:, 0]).max()) - found.horizon
    wanted = {found.input_length, *(many * found.season for many in SEASONS if found.season > 1)}
    return sorted({max(min(length, MOST_INPUTS, longest // 2), 1) for length in wanted})


def train_places(found: Material, length: int) -> Places:
    """Return origins in training whose window and targets lie in it and have no gap, evenly spread."""
    blocks = row_blocks(*found.values.shape)
    observed = np.concatenate([np.isfinite(found.values[block]).all(1) for block in blocks])
    missing = np.concatenate([[0], np.cumsum(~observed)])
    series, origins = [], []
    for number, (start, end) in enumerate(found.train.tolist()):
        own = np.arange(start + length, end - found.horizon + 1)
        own = own[missing[own + found.horizon] == missing[own]]
        series.append(np.full(len(own), number))
        origins.append(own)
    whole = Places(np.concatenate(series), np.concatenate(origins))
    count, most = len(whole.series), max(MOST_WINDOWS // found.values.shape[1], 1)
    return whole if count <= most else whole.take(np.arange(most) * count // most)


def moments_of(
    found: Material, filled: np.ndarray, places: Places, length: int, units: np.ndarray, subtracts: bool
) -> Moments:
    """Return the moments of training windows, all targets together."""
    size = length + found.horizon
    products, sums, count = np.zeros((length, size)), np.zeros(size), 0
    for start in range(0, len(places.series), AT_ONCE):
        here = places.take(slice(start, start + AT_ONCE))
        windows = inputs_of(filled, found.starts, here, length)
        both = np.concatenate([windows, labels(found.values, here.origins, found.horizon)], axis=1)
        both = (both - (windows[:, -1:] if subtracts else 0.0)) / units[here.series][:, None]
        rows = np.moveaxis(both, 2, 1).reshape(-1, size).astype(np.float32)
        products += rows[:, :length].T @ rows
        sums += rows.sum(0, dtype=np.float64)
        count += len(rows)
    means = sums / count
    products = products / count - np.outer(means[:length], means)
    return Moments(products[:, :length], products[:, length:], means[:length], means[length:], count)


def decomposition(length: int) -> np.ndarray:
    """Return R (L, L) such that a ridge regression on x R is one on a window's moving average and rest
    together.

    The average repeats the first and the last point beyond the ends, as DLinear's does.
    """
    half = KERNEL // 2
    wanted = np.clip(np.arange(length)[:, None] + np.arange(-half, half + 1), 0, length - 1)
    average = np.zeros((length, length))
    np.add.at(average, (np.repeat(np.arange(length), KERNEL), wanted.ravel()), 1 / KERNEL)
    rest = np.eye(length) - average
    return np.linalg.cholesky(average.T @ average + rest.T @ rest)


def error_of(found: Material, filled: np.ndarray, fitted: Fitted, places: Places) -> float:
    """Return the mean squared error at some origins, in units."""
    told = forecast(fitted, filled, found.starts, places)
    error = (told - labels(found.values, places.origins, found.horizon)) / fitted.units[places.series][
        :, None
    ]
    known = np.isfinite(error)
    return float(np.square(error[known]).mean()) if known.any() else np.inf
