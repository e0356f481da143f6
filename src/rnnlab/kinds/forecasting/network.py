"""A forecaster as a function of arrays, by torch. B windows, H steps, C targets, Q levels."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from rnnlab.data.series.windows import WindowArrays
    from rnnlab.finished import FinishedRun

FIELDS = ("values", "observed", "past", "known", "future", "static", "gap", "series", "lengths")


class Scaled(NamedTuple):
    """Forecasts in scaled units: point (B, H, C), quantiles (B, H, C, Q)."""

    point: np.ndarray
    quantiles: np.ndarray


UNREAD = ("target", "target_observed")
Network = Callable[["WindowArrays"], Scaled]


def levels_of(run: FinishedRun) -> tuple[float, ...]:
    """Return the levels of a run's quantiles: those of its task, or the median of a head without others."""
    from rnnlab.kinds.forecasting.settings import LEVELS, MEDIAN

    network: Any = run.network
    given = run.settings["task"].get("levels") or LEVELS
    return tuple(sorted(map(float, given))) if network.head.probabilistic else (MEDIAN,)


def network_of(run: FinishedRun) -> Network:
    """Return a run's network as a function of windows."""
    import torch

    network: Any = run.network
    levels = levels_of(run)

    def compute(windows: WindowArrays) -> Scaled:
        arrays = {name: np.ascontiguousarray(getattr(windows, name)) for name in FIELDS}
        batch = SimpleNamespace(**{name: torch.from_numpy(a).to(run.device) for name, a in arrays.items()})
        with torch.inference_mode():
            found = network.forecast(batch, levels)
        return Scaled(*(part.float().cpu().numpy() for part in (found.point, found.quantiles)))

    return compute


def padded(windows: WindowArrays, horizon: int) -> WindowArrays:
    """Return windows without targets, whose future covariates have `horizon` steps, 0 at the end."""
    given = windows.future
    future = np.zeros((len(given), horizon, given.shape[2]), np.float32)
    future[:, : given.shape[1]] = given
    return windows._replace(future=future, **{name: getattr(windows, name)[:, :0] for name in UNREAD})
