"""Conformal intervals of an evaluation: `rnnlab evaluate RUN --conformal METHOD`, or those of the run.

Scores come from the last validation windows. Adaptive intervals do not begin at the first origin that is
measured: they follow the misses at earlier origins of the same spacing, as they would have by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.backtest import predict, rolling_origins
from rnnlab.kinds.forecasting.conformal import ADAPTIVE, NONE, pairs_of
from rnnlab.kinds.forecasting.conformed import Chosen, conformed, scores_of
from rnnlab.kinds.forecasting.evaluation_results import Evaluated
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.predicted import Predicted
from rnnlab.kinds.use import EvaluationRequest

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_VALIDATION = 2000  # windows whose errors conformal intervals take
MOST_EARLIER = 200  # origins of each series before the first measured one, which adaptive intervals follow


class Intervals(NamedTuple):
    """Conformal intervals that any forecasts at the measured origins can be given.

    Attributes:
        chosen: method and scores. scaler: of the series. earlier: forecasts at origins before the measured
            ones; None where intervals do not depend on them.
    """

    chosen: Chosen
    scaler: Any
    earlier: Predicted | None = None

    def apply(self, told: Predicted) -> Predicted:
        """Return forecasts with conformal quantiles."""
        if self.earlier is None:
            return conformed(told, self.chosen, self.scaler)
        number = len(self.earlier.rows)
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in (self.earlier, told)])
            for name in Predicted._fields
            if name != "levels"
        }
        found = conformed(told._replace(**joined), self.chosen, self.scaler)
        return told._replace(quantiles=found.quantiles[number:], levels=found.levels)


def intervals_of(run: FinishedRun, request: EvaluationRequest, found: Evaluated) -> Intervals | None:
    """Return the conformal intervals that the request or else the run asks for; None for none.

    Raises:
        SettingError: the run's levels have no two that mirror each other.
    """
    levels = sorted(run.config.task.levels)
    asked = request.options.get("conformal")
    method = run.config.task.get("conformal", NONE) if asked is None else asked
    if method == NONE:
        return None
    if not pairs_of(levels):
        rule = f"needs levels on both sides of an interval, such as 0.1 and 0.9, and the run has {levels}"
        raise SettingError("--conformal", method, rule)
    data = run.data()
    rows = data.rows("validation")
    last = np.argsort(rows.origins - data.bounds["validation"][rows.series, 1], kind="stable")
    last = last[-MOST_VALIDATION:]
    places = Places(np.asarray(rows.series)[last], np.asarray(rows.origins)[last])
    known = forecasts(run, data.prepared, places)
    chosen = Chosen(method, scores_of(known, data.scaler, levels))
    return Intervals(chosen, found.prepared.scaler, earlier_forecasts(run, request, found, method))


def earlier_forecasts(
    run: FinishedRun, request: EvaluationRequest, found: Evaluated, method: str
) -> Predicted | None:
    """Return the forecasts at rolling origins of each series before its first measured one, None without."""
    if method != ADAPTIVE or "origins" not in request.options:
        return None
    number = request.options["origins"] + MOST_EARLIER
    whole = rolling_origins(found.span, number, request.options.get("step"))
    first = np.full(len(found.span.starts), np.iinfo(np.int64).max)
    np.minimum.at(first, found.places.series, found.places.origins)
    before = np.flatnonzero(whole.origins < first[whole.series])
    return forecasts(run, found.prepared, whole.take(before)) if len(before) else None


def forecasts(run: FinishedRun, prepared: Any, places: Places, progress: bool = False) -> Predicted:
    """Return the run's own forecasts at some origins, in the data's units."""
    sizes = run.facts["input_length"], run.facts["horizon"]
    return predict(run.network, prepared, places, *sizes, run.config.task.levels, run.device, progress)


def summary(intervals: Intervals, before: dict[str, float]) -> dict[str, Any]:
    """Return plain values: the method, the earlier origins that it followed, and the network's own coverage
    and width.
    """
    own = {name: one for name, one in before.items() if name.startswith(("coverage", "width"))}
    earlier = 0 if intervals.earlier is None else len(intervals.earlier.rows)
    return {"method": intervals.chosen.method, "earlier_origins": earlier, "before": own}
