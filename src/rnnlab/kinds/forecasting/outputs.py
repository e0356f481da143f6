"""Outputs of a finished training: its files of forecasts, OWA and, of prices, the errors of returns."""

from __future__ import annotations

import json
import logging
from typing import Any

from rnnlab.atomic import write_whole
from rnnlab.evaluation.series.forecasts import by_unit, measures
from rnnlab.evaluation.series.intervals import SHOWN
from rnnlab.kinds.forecasting.conformed import Chosen, conformed, interval_measures, sums_of_windows
from rnnlab.kinds.forecasting.fans import FILE, write_fans
from rnnlab.kinds.forecasting.naive import Places, histories, repeat
from rnnlab.kinds.forecasting.predicted import Predicted, predicted_of, sums_of, write_predictions
from rnnlab.kinds.forecasting.returns import Returns, in_words, returns_of
from rnnlab.kinds.forecasting.scales import reference_sums
from rnnlab.kinds.work import Outputs, Work

log = logging.getLogger("rnnlab")


def write_outputs(work: Work, chosen: Chosen | None) -> Outputs:
    """Write predictions.parquet and fans.json, and return the test's metrics that need more than the
    network's errors.

    Args:
        chosen: for conformal intervals, which take the place of the network's in file and metrics.
    """
    data, columns = work.data, {name: values.numpy() for name, values in work.task.columns.items()}
    split = "test" if work.has_test else "validation"
    found = predicted_of(data, split, columns, work.task.levels)
    sums, outputs = sums_of(columns), Outputs()
    if chosen is not None:
        before = sums
        found = conformed(found, chosen, data.scaler)
        sums = sums_of_windows(found, data.scaler, work.task.mase_scales)
        add_conformal(
            outputs, chosen, interval_measures(before, found.series), interval_measures(sums, found.series)
        )
        margins = chosen.scores.conformal(chosen.method).to_json()
        write_whole(work.folder.conformal, json.dumps(margins))
    sums |= reference_sums(data, split, found.rows, work.task.mase_scales)
    write_predictions(work.folder.predictions, found, sums, data.table)
    write_fans(work.folder.path / FILE, data, found, sums, work.task.mase_scales)
    owa = measures(by_unit(sums, found.series)).get("owa")
    if owa is not None:
        outputs.metrics["test/owa"] = float(owa)
    if work.facts["prices"]:
        add_returns(outputs, returns_of_prices(data, found))
    return outputs


def add_conformal(
    outputs: Outputs, chosen: Chosen, before: dict[str, float], after: dict[str, float]
) -> None:
    """Add the measures of conformal intervals, and keep those of the network's own beside them."""
    outputs.metrics |= {f"test/{name}": value for name, value in after.items()}
    outputs.facts["conformal"] = {"method": chosen.method, "before": before, "after": after}
    for percent in SHOWN:
        ends = [one.get(f"{name}_{percent}") for name in ("coverage", "width") for one in (before, after)]
        if None not in ends[1::2]:
            own = "no intervals" if ends[0] is None else f"{ends[0]:.1%} covered, width {ends[2]:.4g}"
            told = (
                f"{percent} % intervals: {own}; {chosen.method} conformal {ends[1]:.1%}, width {ends[3]:.4g}"
            )
            log.info("%s", told)


def returns_of_prices(data: Any, found: Predicted) -> Returns:
    """Measure the windows as changes since the last known price."""
    past = histories(data.table.values, data.table.starts, 1)
    last = repeat(past, Places(found.series, found.origins), 1)[:, 0]  # (N, C), 0 where none is known
    return returns_of(last, found.label, found.predicted)


def add_returns(outputs: Outputs, found: Returns) -> None:
    """Add the errors of returns, the network's and those of repeating the last price, and say them."""
    outputs.metrics["test/return_mae"] = found.error
    outputs.metrics["test/return_mae_of_repeat"] = found.repeat
    outputs.metrics["test/direction"] = found.direction
    outputs.texts["returns"] = in_words(found)
    outputs.facts["returns"] = {**found._asdict(), "words": in_words(found)}
    log.info("%s", in_words(found))
