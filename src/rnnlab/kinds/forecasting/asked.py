"""What is asked of a forecaster, and what it answers. Nothing heavy is imported here.

S series, H steps, C targets, Q levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.data.series.prepared_series import PreparedSeries

if TYPE_CHECKING:
    from rnnlab.data.series.windows import WindowArrays


class Asked(NamedTuple):
    """Series to forecast, and a window of each.

    Attributes:
        steps: to forecast; dated: whether times are known, or steps are numbered from 1.
    """

    prepared: PreparedSeries
    windows: WindowArrays
    steps: int
    dated: bool = True


class Forecast(NamedTuple):
    """Forecasts of series in the data's units: point (S, H, C), quantiles (S, H, C, Q), times (S, H)."""

    point: np.ndarray
    quantiles: np.ndarray
    times: np.ndarray
