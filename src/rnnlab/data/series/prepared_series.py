"""Series as a network reads them: their points, scaled, and windows of them. numpy only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.data.series.scaling import Scaler
from rnnlab.data.series.table import SeriesTable
from rnnlab.data.series.windows import SeriesArrays, WindowArrays, window_arrays


class PreparedSeries(NamedTuple):
    """Series as a network reads them.

    Attributes:
        table: the raw series; arrays: their scaled points; scaler: of these series.
        notes: sentences on series that training did not see.
    """

    table: SeriesTable
    arrays: SeriesArrays
    scaler: Scaler
    notes: tuple[str, ...] = ()

    def windows(
        self,
        series: np.ndarray,
        origins: np.ndarray,
        input_length: int,
        horizon: int,
        rows: np.ndarray | None = None,
    ) -> WindowArrays:
        """Gather the windows of some series (B,) whose first target points are `origins` (B,)."""
        rows = np.arange(len(series)) if rows is None else rows
        return window_arrays(self.arrays, series, origins, rows, input_length, horizon)

    def invert(self, values: np.ndarray, series: np.ndarray | int) -> np.ndarray:
        """Return scaled values (B, ..., C) of series (B,), rows of the table, in data units."""
        return self.scaler.invert(values, series)
