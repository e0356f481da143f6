"""Forecasts of prepared series in the data's units, with conformal intervals. Nothing heavy is imported here.

S series, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.prepared_series import PreparedSeries
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.network import Network, Scaled, padded

if TYPE_CHECKING:
    from rnnlab.data.series.windows import WindowArrays

MOST_WINDOWS = 256  # that the network reads at once
MOST_POINTS = 1 << 15  # that it forecasts at once past the horizon of the training
FURTHEST, HORIZONS = 1000, 10  # most steps past it: so many, or so many horizons, whichever is more


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


class SeriesForecaster:
    """Forecasts series, each right after its last value.

    Args:
        network: windows to forecasts in scaled units.
        reader: turns raw series into windows; levels: of the network's quantiles.
        conformal: widens the intervals, to levels of its own; None leaves them as they are.
        horizon: steps to forecast; None for as many as in training.
        open_ended: whether the network forecasts further than in training, each step from the one before.

    Raises:
        SettingError: the horizon is longer than the network can forecast.
    """

    def __init__(
        self,
        network: Network,
        reader: SeriesReader,
        levels: Sequence[float],
        conformal: Conformal | None = None,
        horizon: int | None = None,
        open_ended: bool = False,
    ) -> None:
        self.network, self.reader, self.conformal = network, reader, conformal
        self.open_ended = open_ended
        self.levels = tuple(levels) if conformal is None else conformal.levels
        self.horizon = self.checked(horizon, "--horizon")

    def checked(self, steps: Any, setting: str) -> int:
        """Return the number of steps to forecast; None is that of the training.

        Raises:
            SettingError: it is no whole number, or more than the network can forecast.
        """
        trained = self.reader.horizon
        if steps is None:
            return trained
        most = max(FURTHEST, HORIZONS * trained) if self.open_ended else trained
        if type(steps) is int and 1 <= steps <= most:
            return steps
        if self.open_ended:
            rule = f"must be 1 to {most:,}, and the horizon of the training was {trained}"
        else:
            rule = f"must be 1 to {trained}, the horizon of the training: data.horizon sets it"
            rule += ", and model=deepar forecasts further (without model.skip=linear or both)"
        raise SettingError(setting, steps, rule)

    def notes(self, asked: Asked) -> list[str]:
        """Return sentences on series that training did not see, and on steps past its horizon."""
        found = list(asked.prepared.notes) if len(self.reader.names) > 1 else []
        trained = self.reader.horizon
        if asked.steps > trained:
            margins = f", and their conformal margins are those of step {trained}" if self.conformal else ""
            found.append(f"steps after {trained}, the horizon of the training, were never tested{margins}")
        return found

    def compute(self, encoded: Sequence[Asked]) -> list[Scaled]:
        """Return the forecasts of each request's windows."""
        sizes = [len(one.windows.lengths) for one in encoded]
        if not sizes:
            return []
        trained = self.reader.horizon
        ahead = max(trained, *(one.steps for one in encoded))
        most = MOST_WINDOWS if ahead == trained else max(min(MOST_WINDOWS, MOST_POINTS // ahead), 1)
        joined = [padded(one.windows, ahead) for one in encoded]
        whole = type(joined[0])(*(np.concatenate(parts) for parts in zip(*joined, strict=True)))
        chunks = [
            self.network(type(whole)(*(part[start : start + most] for part in whole)))
            for start in range(0, sum(sizes), most)
        ]
        found = Scaled(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
        ends = np.cumsum(sizes)
        places = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        return [
            Scaled(*(part[place, : one.steps] for part in found))
            for place, one in zip(places, encoded, strict=True)
        ]

    def forecast(self, asked: Asked, scaled: Scaled) -> Forecast:
        """Return forecasts in the data's units."""
        prepared, series = asked.prepared, np.arange(len(asked.windows.lengths))
        point, spread = prepared.invert(scaled.point, series), scaled.quantiles
        if self.conformal is not None:
            spread = self.conformal.of_steps(asked.steps).apply(scaled.point, spread)
        turned = prepared.invert(np.moveaxis(spread, -1, 1), series)  # (S, Q, H, C)
        starts = prepared.table.starts
        places = starts[1:, None] - asked.steps + np.arange(asked.steps)
        return Forecast(point, np.moveaxis(turned, 1, -1), prepared.table.times[places])
