"""Check a sweep's objectives: that its trainings log them, and that their directions fit."""

from __future__ import annotations

from typing import Any

from omegaconf import DictConfig, ListConfig

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.metric import find_metric

LESS_IS_BETTER = ("parameters", "training_seconds")
COSTS = (*LESS_IS_BETTER, "tokens_per_second")
DIRECTIONS = {"max": "max", "maximize": "max", "min": "min", "minimize": "min"}


def check_objectives(cfg: DictConfig, metric: Any, direction: Any) -> None:
    """Raise SettingError for the first metric that a training does not log, or a wrong direction for it.

    Args:
        cfg: config of one of the trainings.
        metric, direction: one, or a list of each.
    """
    metrics, directions = listed(metric), listed(direction)
    if len(metrics) != len(directions):
        rule = f"must be as many as sweep.metric, which has {len(metrics)}"
        raise SettingError("sweep.direction", directions, rule)
    if not metrics or len(set(metrics)) < len(metrics):
        raise SettingError("sweep.metric", metrics, "must name at least one metric, and none twice")
    kind = kind_of(cfg)
    known = [name for name in kind.monitored(cfg) if name.startswith("val/")]
    for name, wanted in zip(metrics, directions, strict=True):
        if known and name not in (*known, *COSTS):
            test = " (test metrics choose nothing)" if str(name).startswith("test/") else ""
            rule = f"is not a metric that task={cfg.task.name} validates by{test}"
            raise SettingError("sweep.metric", name, rule, (*known, *COSTS))
        if wanted not in DIRECTIONS:
            raise SettingError("sweep.direction", wanted, "must be max or min")
        declared = find_metric(kind.metrics, name)
        if declared is None and name not in COSTS:  # a kind without a list of its metrics
            continue
        lower = name in LESS_IS_BETTER if declared is None else declared.lower_is_better
        if lower == (DIRECTIONS[wanted] == "max"):
            rule = f"contradicts {name}, of which {'less' if lower else 'more'} is better"
            raise SettingError("sweep.direction", wanted, rule)


def listed(value: Any) -> list[Any]:
    """Return a value or a list as a list."""
    return list(value) if isinstance(value, list | tuple | ListConfig) else [value]
