"""Metrics of forecasts."""

from __future__ import annotations

from rnnlab.kinds.metric import Metric

UNIT = "data units"  # of the targets, as the files have them
SCALED = "scaled units"  # as the network sees them
TEST = ("test",)
VALIDATED = ("weighted_quantile_loss", "scaled_mse", "scaled_mae", "mase")
"""Metrics of validations in training; the test has all."""

METRICS: tuple[Metric, ...] = (
    Metric("loss", lower_is_better=True, unit=SCALED, splits=("train",)),
    Metric("weighted_quantile_loss", lower_is_better=True, interval=True),
    Metric("scaled_mse", lower_is_better=True, unit=SCALED, interval=True),
    Metric("scaled_mae", lower_is_better=True, unit=SCALED, interval=True),
    Metric("mae", lower_is_better=True, unit=UNIT, interval=True, splits=TEST),
    Metric("rmse", lower_is_better=True, unit=UNIT, interval=True, splits=TEST),
    Metric("mase", lower_is_better=True, interval=True),
    Metric("smape", lower_is_better=True, unit="%", interval=True, splits=TEST),
    Metric("owa", lower_is_better=True, splits=TEST),
    Metric("nd", lower_is_better=True, interval=True, splits=TEST),
    Metric("nrmse", lower_is_better=True, interval=True, splits=TEST),
    Metric("crps", lower_is_better=True, unit=UNIT, interval=True, splits=TEST),
    Metric("coverage_80", interval=True, splits=TEST),
    Metric("coverage_95", interval=True, splits=TEST),
    Metric("width_80", lower_is_better=True, unit=UNIT, splits=TEST),
    Metric("width_95", lower_is_better=True, unit=UNIT, splits=TEST),
    # of prices: relative changes since the last known price
    Metric("return_mae", lower_is_better=True, decimals=5, splits=TEST),
    Metric("return_mae_of_repeat", lower_is_better=True, decimals=5, splits=TEST),
    Metric("direction", splits=TEST),
)
