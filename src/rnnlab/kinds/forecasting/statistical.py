"""AutoETS and AutoARIMA of the package statsforecast (the extra `series`) as baselines, within bounded time.

A model is fitted anew at each origin of each series and target, on several processes. n origins, H steps, C
targets, Q levels.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from rnnlab.evaluation.series.seasonality import seasonal_indices
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting.baseline_inputs import Material, Told
from rnnlab.kinds.forecasting.naive import Places

PACKAGE = "statsforecast"
MOST_SECONDS = 120.0  # of a baseline; one that would take longer is left out
FIRST_SECONDS = 30.0  # within which the first fit has to end
LONGEST_SEASON = 24  # of the models' own seasons; a longer one is taken out first, as M4's benchmarks do
MOST_POINTS = 1000  # last ones of a series that are fitted, or 20 seasons


class Classic(NamedTuple):
    """A class of `statsforecast.models`, and the most fits that are tried."""

    name: str
    most_fits: int


class Job(NamedTuple):
    """One fit: the class of the model, the last points (n,), and what to forecast."""

    name: str
    values: np.ndarray
    season: int
    horizon: int
    levels: tuple[float, ...]


def forecast_classic(classic: Classic, found: Material) -> tuple[Told, dict[str, Any]]:
    """Return the forecasts at the test's origins, NaN where a fit failed.

    Raises:
        LeftOut: statsforecast is not installed, the fits are too many or too slow, or all of them failed.
    """
    fits = len(found.test.series) * found.values.shape[1]
    if fits > classic.most_fits:
        many = f"{fits:,} fits, one for each window and target, are more than {classic.most_fits:,}"
        raise LeftOut(f"{many}; rnnlab evaluate RUN --origins N has fewer")
    if find_spec(PACKAGE) is None:
        raise LeftOut(f"{PACKAGE} is not installed (pip install 'rnnlab[series]')")
    told = list(within_time(list(jobs_of(classic.name, found))))
    failed = sum(one[2] for one in told)
    if failed == fits:
        raise LeftOut(f"all {fits:,} fits failed")
    shape = (len(found.test.series), found.values.shape[1], found.horizon)
    points = np.moveaxis(np.stack([one[0] for one in told]).reshape(shape), 1, 2)  # (n, H, C)
    quantiles = np.moveaxis(np.stack([one[1] for one in told]).reshape(*shape, -1), 1, 2)
    rows = {pair: row for row, pair in enumerate(zip(*map(np.ndarray.tolist, found.test), strict=True))}

    def forecasts(places: Places) -> tuple[np.ndarray, np.ndarray]:
        own = [rows[pair] for pair in zip(*map(np.ndarray.tolist, places), strict=True)]
        return points[own], quantiles[own]

    chosen = {"fits": fits, "last_points": last_points(found.season)}
    return forecasts, chosen | ({"failed_fits": failed} if failed else {})


def last_points(season: int) -> int:
    """Return how many of a series' last points are fitted."""
    return max(MOST_POINTS, 20 * season)


def jobs_of(name: str, found: Material) -> Iterator[Job]:
    """Yield a job for each origin and each of its targets."""
    past = found.histories
    for series, origin in zip(found.test.series.tolist(), found.test.origins.tolist(), strict=True):
        start = max(int(found.starts[series]), origin - last_points(found.season))
        for target in range(found.values.shape[1]):
            values = past.seasonal[start:origin, target].astype(np.float64)
            yield Job(name, values, found.season, found.horizon, found.levels)


def within_time(jobs: Sequence[Job]) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Yield the result of each job in order.

    Raises:
        LeftOut: all of them would take longer than MOST_SECONDS.
    """
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, len(jobs), 16)
    with multiprocessing.get_context("spawn").Pool(
        workers, quiet
    ) as pool:  # ends its processes on the way out
        results, start, begun = pool.imap(fit_one, jobs), time.monotonic(), 0.0
        for done in range(len(jobs)):
            left = (MOST_SECONDS if done else FIRST_SECONDS) - (time.monotonic() - start)
            try:
                yield results.next(max(left, 0.1))
            except multiprocessing.TimeoutError:
                raise too_slow(len(jobs)) from None
            begun = begun or time.monotonic()
            spent = time.monotonic() - begun
            if done == 2 * workers and spent / done * len(jobs) > MOST_SECONDS:
                raise too_slow(len(jobs), spent / done * len(jobs))


def too_slow(number: int, seconds: float | None = None) -> LeftOut:
    """Return the reason for leaving slow fits out."""
    took = f"about {seconds / 60:.0f} minutes" if seconds else f"more than {MOST_SECONDS:.0f} seconds"
    return LeftOut(f"{number:,} fits would take {took} on this machine")


def quiet() -> None:
    """Keep a worker from using more than one core, and from printing warnings of fits."""
    import warnings

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    warnings.simplefilter("ignore")


def fit_one(job: Job) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return point forecasts (H,), quantiles (H, Q), and whether the fit failed: then they are NaN.

    A fit without finite quantiles failed too: there is no interval to judge it by.
    """
    season, indices, failed = job.season, None, False
    values = job.values
    if season > LONGEST_SEASON:
        indices, season = seasonal_indices(values, season), 1
    places = np.arange(len(values) + job.horizon)
    if indices is not None:
        none = 1.0 if indices.ratio else 0.0
        values = indices.moved(values, indices.of(places[: len(values)]), np.full(1, none))
    try:
        points, quantiles = fitted(job._replace(values=values, season=season))
        failed = not (np.isfinite(points).all() and np.isfinite(quantiles).all())
    except Exception:  # whatever a model of another package raises for an odd series; it is counted
        failed = True
    if failed:
        points, quantiles = np.full(job.horizon, np.nan), np.full((job.horizon, len(job.levels)), np.nan)
    if indices is not None:
        ahead = indices.of(places[len(values) :])
        points = indices.moved(points, np.full(1, none), ahead)
        quantiles = indices.moved(quantiles, np.full(1, none), ahead[:, None])
    return points, quantiles, failed


def fitted(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Fit a model of statsforecast, and return its mean (H,) and quantiles (H, Q)."""
    from statsforecast import models

    model = getattr(models, job.name)(season_length=job.season)
    widths = {level: round(abs(1 - 2 * level) * 100, 6) for level in job.levels}
    wanted = sorted({width for width in widths.values() if width})
    told = model.forecast(job.values, job.horizon, level=wanted)
    sides = [
        f"{'lo' if level < 0.5 else 'hi'}-{plain(width)}" if width else "mean"
        for level, width in widths.items()
    ]
    return np.asarray(told["mean"]), np.stack([np.asarray(told[side]) for side in sides], axis=-1)


def plain(width: float) -> str:
    """Return a width as statsforecast names its columns: the number as it was given."""
    return str(width)
