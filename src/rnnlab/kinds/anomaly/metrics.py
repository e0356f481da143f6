"""Metrics of anomaly detection. Those of labels are measured by `rnnlab.evaluation.series.anomalies`."""

from __future__ import annotations

from rnnlab.kinds.metric import Metric

TEST = ("test",)
METRICS = (
    Metric("loss", lower_is_better=True, splits=("train",)),
    Metric("error", lower_is_better=True),
    Metric("vus_pr", splits=TEST, interval=True),
    Metric("vus_pr_chance", splits=TEST),
    Metric("range_auc_pr", splits=TEST, interval=True),
    Metric("pr_auc", splits=TEST, interval=True),
    Metric("anomaly_rate", splits=TEST),
    Metric("f1", splits=TEST),
    Metric("event_precision", splits=TEST),
    Metric("event_recall", splits=TEST),
    Metric("event_f1", splits=TEST),
    Metric("delay", lower_is_better=True, unit="steps", decimals=1, splits=TEST),
    Metric("delay_hours", lower_is_better=True, unit="h", decimals=2, splits=TEST),
    Metric("false_alarms_per_day", lower_is_better=True, decimals=3, splits=TEST),
    Metric("alarms_per_day", lower_is_better=True, decimals=3, splits=TEST),
    Metric("alarm_rate", lower_is_better=True, splits=TEST),
    # thresholds chosen on the scored data
    Metric("best_f1", splits=TEST),
    Metric("nab_standard", decimals=1, splits=TEST),
    Metric("nab_reward_low_fp_rate", decimals=1, splits=TEST),
    Metric("nab_reward_low_fn_rate", decimals=1, splits=TEST),
)
HINDSIGHT = ("best_f1", "nab_standard", "nab_reward_low_fp_rate", "nab_reward_low_fn_rate")
