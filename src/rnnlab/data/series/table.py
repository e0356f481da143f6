"""Series as arrays: all series of a data set joined end to end, with missing values as NaN."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.data.series.frequency import Frequency


class Columns(NamedTuple):
    """Names of the columns of each role; a category is a column of its own, `region=North`."""

    targets: tuple[str, ...]
    past: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    static: tuple[str, ...] = ()


class SeriesTable(NamedTuple):
    """S series of N points in all, joined end to end; arrays may be memory-mapped.

    Attributes:
        times: (N,) int64, nanoseconds since 1970 in UTC, or step numbers where there are no dates; strictly
            ascending within a series.
        values: (N, C) float32 targets, NaN where missing. The last points of a series may lack all targets:
            such rows give the future of known covariates.
        past: (N, P) float32 covariates of which the future is unknown, NaN where missing.
        known: (N, K) float32 covariates of which the future is given, NaN where missing.
        static: (S, A) float32, one value for each series, NaN where missing.
        starts: (S + 1,) int64; series s has the points `starts[s]:starts[s + 1]`.
        names: of the S series.
        labels: (N,) int8, 1 where anomalous; None if the data have no labels.
        notes: sentences on gaps, duplicates and missing values.
    """

    times: np.ndarray
    values: np.ndarray
    past: np.ndarray
    known: np.ndarray
    static: np.ndarray
    starts: np.ndarray
    names: tuple[str, ...]
    columns: Columns
    frequency: Frequency
    labels: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    @property
    def lengths(self) -> np.ndarray:
        """Return the number of points of each series, (S,)."""
        return np.diff(self.starts)
