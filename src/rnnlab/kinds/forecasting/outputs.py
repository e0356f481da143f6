"""Outputs of a finished training: predictions.parquet, OWA and, of prices, the errors of returns."""

from __future__ import annotations

import logging
from typing import Any

from rnnlab.evaluation.series.forecasts import by_unit, measures
from rnnlab.kinds.forecasting.naive import Places, histories, repeat
from rnnlab.kinds.forecasting.predicted import Predicted, predicted_of, sums_of, write_predictions
from rnnlab.kinds.forecasting.returns import Returns, in_words, returns_of
from rnnlab.kinds.forecasting.scales import reference_sums
from rnnlab.kinds.work import Outputs, Work

log = logging.getLogger("rnnlab")


def write_outputs(work: Work) -> Outputs:
    """Write predictions.parquet, and return the test's metrics that need more than the network's errors."""
    data, columns = work.data, {name: values.numpy() for name, values in work.task.columns.items()}
    split = "test" if work.has_test else "validation"
    found = predicted_of(data, split, columns, work.task.levels)
    sums = sums_of(columns) | reference_sums(data, split, found.rows, work.task.mase_scales)
    write_predictions(work.folder.predictions, found, sums, data.table)
    outputs = Outputs()
    owa = measures(by_unit(sums, found.series)).get("owa")
    if owa is not None:
        outputs.metrics["test/owa"] = float(owa)
    if work.facts["prices"]:
        add_returns(outputs, returns_of_prices(data, found))
    return outputs


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
