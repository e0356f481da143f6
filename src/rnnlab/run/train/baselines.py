"""Baselines of a run's test figures: measured at its end, compared, and logged."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from rnnlab.kinds.baselines import measure_all
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.metric import find_metric
from rnnlab.report.names import bare
from rnnlab.run.build.assemble import Experiment

log = logging.getLogger("rnnlab")
Figures = dict[str, dict[str, Any]]


def measured(cfg: DictConfig, experiment: Experiment, metrics: dict[str, float], split: str) -> Figures:
    """Return each baseline's figures on the rows that the network was tested on, by its name.

    Args:
        metrics: the network's.
        split: prefix of the final metrics, `test/`, or `val/` if there is no test split.

    Returns:
        For each name `metrics` (those that the network has too), `chosen`, `seconds`, `cached`, and the
        metric that it is `judged_by` with its direction, `lower_is_better`; or `left_out`, a reason. Empty
        if the config leaves baselines out or the network is not tested.
    """
    task, trainer, kind = experiment.task, experiment.trainer, kind_of(cfg)
    if not cfg.get("baselines") or not trainer.limit_test_batches:
        return {}
    found = measure_all(kind.baselines(), experiment.work, Path(cfg.paths.cache_dir))
    for name, entry in found.items():
        if "left_out" in entry:
            log.info("baseline: %s is left out: %s", name, entry["left_out"])
            continue
        entry["metrics"] = {f"{split}{k}": v for k, v in entry["metrics"].items() if f"{split}{k}" in metrics}
        judged = f"{split}{bare(task.monitor)}"
        entry["judged_by"] = judged if judged in entry["metrics"] else next(iter(entry["metrics"]), "")
        metric = find_metric(kind.metrics, entry["judged_by"])
        entry["lower_is_better"] = metric is not None and metric.lower_is_better
    return found


def to_log(baselines: Figures) -> dict[str, float]:
    """Return their figures under names for a logger: `baseline/majority_class/test/accuracy`."""
    return {
        f"baseline/{name.replace(' ', '_')}/{metric}": value
        for name, entry in baselines.items()
        for metric, value in entry.get("metrics", {}).items()
    }
